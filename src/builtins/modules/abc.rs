//! Abstract base classes of `collections.abc` and `numbers`: what a class is by the methods it has.

use crate::value::class::Kind;
use crate::value::{Class, Module, Value, intern, types};
use std::cell::OnceCell;
use std::rc::Rc;

/// An abstract class: its name, the methods that make a class one of it, and built-in types that are.
struct Abstract {
    name: &'static str,
    module: &'static str,
    methods: &'static [&'static str],
    /// Whether having the methods is enough, as for `Iterable`; others need a registered type.
    structural: bool,
    types: &'static [&'static str],
}

const fn structural(name: &'static str, methods: &'static [&'static str]) -> Abstract {
    Abstract { name, module: "collections.abc", methods, structural: true, types: &[] }
}

const fn registered(name: &'static str, types: &'static [&'static str]) -> Abstract {
    Abstract { name, module: "collections.abc", methods: &[], structural: false, types }
}

const fn number(name: &'static str, types: &'static [&'static str]) -> Abstract {
    Abstract { name, module: "numbers", methods: &[], structural: false, types }
}

static ALL: [Abstract; 24] = [
    structural("Hashable", &["__hash__"]),
    structural("Iterable", &["__iter__"]),
    structural("Iterator", &["__iter__", "__next__"]),
    structural("Reversible", &["__iter__", "__reversed__"]),
    structural("Generator", &["__iter__", "__next__", "send", "throw"]),
    structural("Sized", &["__len__"]),
    structural("Container", &["__contains__"]),
    structural("Callable", &["__call__"]),
    structural("Collection", &["__len__", "__iter__", "__contains__"]),
    registered("Sequence", &["list", "tuple", "str", "range", "deque", "Size"]),
    registered("MutableSequence", &["list", "deque"]),
    registered("Mapping", &["dict"]),
    registered("MutableMapping", &["dict"]),
    registered("Set", &["set", "frozenset", "dict_keys", "dict_items", "odict_keys", "odict_items"]),
    registered("MutableSet", &["set"]),
    registered("MappingView", &["dict_keys", "dict_items", "dict_values"]),
    registered("KeysView", &["dict_keys", "odict_keys"]),
    registered("ItemsView", &["dict_items"]),
    registered("ValuesView", &["dict_values"]),
    number("Number", &["int", "float", "bool", "complex"]),
    number("Complex", &["int", "float", "bool", "complex"]),
    number("Real", &["int", "float", "bool"]),
    number("Rational", &["int", "bool"]),
    number("Integral", &["int", "bool"]),
];

thread_local! {
    static CLASSES: OnceCell<Vec<Rc<Class>>> = const { OnceCell::new() };
}

/// The abstract classes, in the order of their table.
fn classes() -> Vec<Rc<Class>> {
    CLASSES.with(|cell| {
        cell.get_or_init(|| {
            let base = &types().object;
            ALL.iter().map(|a| Class::builtin(a.name, a.module, &[base], Kind::Object)).collect()
        })
        .clone()
    })
}

/// Whether an abstract class counts a class as its own though it does not inherit from it.
pub fn is_virtual_subclass(class: &Rc<Class>, wanted: &Rc<Class>) -> bool {
    if !matches!(wanted.module.as_str(), "collections.abc" | "numbers") {
        return false;
    }
    let Some(at) = classes().iter().position(|c| Rc::ptr_eq(c, wanted)) else { return false };
    let known = &ALL[at];
    if !known.structural {
        let own = |c: &Rc<Class>| known.types.contains(&c.name.as_str()) && !c.is_user;
        return own(class) || class.mro.iter().any(own);
    }
    let t = types();
    match known.name {
        "Callable"
            if [&t.function, &t.builtin, &t.method, &t.method_descriptor, &t.type_]
                .iter()
                .any(|c| Rc::ptr_eq(c, class)) =>
        {
            true
        }
        "Iterable" if [&t.tensor, &t.ndarray].iter().any(|c| class.is_subclass(c)) => true,
        "Iterable" | "Iterator" | "Generator" if Rc::ptr_eq(class, &t.generator) => true,
        "Sized" if [&t.tensor, &t.ndarray].iter().any(|c| class.is_subclass(c)) => true,
        "Hashable" => {
            let mutable = [&t.list, &t.dict, &t.set];
            !mutable.iter().any(|c| class.is_subclass(c))
                && class.lookup(&intern("__hash__")).is_some_and(|v| !v.is_none())
        }
        _ => known.methods.iter().all(|m| class.lookup(&intern(m)).is_some_and(|v| !v.is_none())),
    }
}

/// Whether a class is a `Sequence`.
pub fn is_sequence(class: &Rc<Class>) -> bool {
    let all = classes();
    ALL.iter().zip(&all).any(|(known, abstract_)| {
        known.name == "Sequence" && (is_virtual_subclass(class, abstract_) || class.is_subclass(abstract_))
    })
}

/// Puts the abstract classes of a module into it.
pub fn fill(module: &Module, name: &str) {
    for (class, known) in classes().into_iter().zip(&ALL) {
        if known.module == name {
            module.set(known.name, Value::Class(class));
        }
    }
}
