//! Built-in classes beyond the core types, and what all constructors share.

use super::bind::bind;
use super::convert::class_argument;
use super::table::{Def, add_class_methods, add_methods};
use crate::diag::Result;
use crate::value::class::Kind;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Class, Instance, Native, Payload, Value, class_of, intern, types};
use std::cell::RefCell;
use std::rc::Rc;

macro_rules! classes {
    ($($field:ident: $name:literal in $module:literal ($base:ident);)*) => {
        /// Classes of the library whose instances are made by native code.
        #[allow(missing_docs)]
        pub struct Extra { $(pub $field: Rc<Class>),* }

        impl Extra {
            fn build() -> Extra {
                Extra { $($field: Class::builtin($name, $module, &[&types().$base], Kind::Builtin)),* }
            }
        }
    };
}

classes! {
    dict_keys: "dict_keys" in "builtins" (object);
    dict_values: "dict_values" in "builtins" (object);
    dict_items: "dict_items" in "builtins" (object);
    odict_keys: "odict_keys" in "builtins" (object);
    odict_values: "odict_values" in "builtins" (object);
    odict_items: "odict_items" in "builtins" (object);
    mapping_proxy: "mappingproxy" in "builtins" (object);
    union: "UnionType" in "types" (object);
    generic_alias: "GenericAlias" in "types" (object);
    text_file: "TextIOWrapper" in "_io" (object);
    string_file: "StringIO" in "_io" (object);
    partial: "partial" in "functools" (object);
    cached: "_lru_cache_wrapper" in "functools" (object);
    key_object: "KeyWrapper" in "functools" (object);
    cached_property: "cached_property" in "functools" (object);
    deque: "deque" in "collections" (object);
    defaultdict: "defaultdict" in "collections" (dict);
    ordered_dict: "OrderedDict" in "collections" (dict);
    counter: "Counter" in "collections" (dict);
    chain_map: "ChainMap" in "collections" (object);
    random: "Random" in "random" (object);
    item_getter: "itemgetter" in "operator" (object);
    attr_getter: "attrgetter" in "operator" (object);
    method_caller: "methodcaller" in "operator" (object);
    struct_time: "struct_time" in "time" (object);
    environ: "_Environ" in "os" (dict);
    flags: "namespace" in "sys" (object);
    simple_namespace: "SimpleNamespace" in "types" (object);
    catch_warnings: "catch_warnings" in "warnings" (object);
    abstract_type: "ABC" in "collections.abc" (object);
}

thread_local! {
    static EXTRA: &'static Extra = Box::leak(Box::new(Extra::build()));
    static EXCEPTIONS: RefCell<Vec<(&'static str, Rc<Class>)>> = const { RefCell::new(Vec::new()) };
}

/// The classes of the library.
pub fn extra() -> &'static Extra {
    EXTRA.with(|e| *e)
}

/// An exception class of a library module, made when it is first asked for.
pub fn library_exception(name: &'static str, module: &'static str, base: &Rc<Class>) -> Rc<Class> {
    if let Some(known) =
        EXCEPTIONS.with_borrow(|all| all.iter().find(|(n, _)| *n == name).map(|(_, class)| class.clone()))
    {
        return known;
    }
    let class = Class::builtin(name, module, &[base], Kind::Exception);
    class.construct.set(base.construct.get());
    EXCEPTIONS.with_borrow_mut(|all| all.push((name, class.clone())));
    class
}

/// A value of a built-in type as an instance of `class`: the value itself, or an instance of a subclass around it.
pub fn finish(class: &Rc<Class>, value: Value) -> Value {
    if Rc::ptr_eq(&class_of(&value), class) {
        return value;
    }
    let object = Instance::new(class.clone());
    *object.payload.borrow_mut() = Payload::Value(value);
    Value::Object(object)
}

/// Whether a class of the program defines `__init__`, which then takes the arguments of a call.
pub fn has_own_init(class: &Class) -> bool {
    class.is_user && matches!(class.lookup(&intern("__init__")), Some(v) if !matches!(v, Value::Native(_)))
}

/// Calls a class's constructor: `__new__` without the `__init__` of the program.
pub fn construct(class: &Rc<Class>, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let mut values = Vec::with_capacity(args.values.len() + 1);
    values.push(Value::Class(class.clone()));
    values.extend_from_slice(args.values);
    let args = Args { values: &values, names: args.names };
    match class.construct.get() {
        Some(make) => CONSTRUCTOR.with(|native| make(native, caller, args)),
        None => CONSTRUCTOR.with(|native| super::methods::object::construct(native, caller, args)),
    }
}

thread_local! {
    /// What constructors get in place of the native function they are not called through.
    static CONSTRUCTOR: &'static Native =
        Box::leak(Box::new(Native::new("builtins", "__new__", "cls, /, *args, **kwargs", "", super::methods::object::construct)));
}

/// The native function that stands for a constructor when it is called.
pub fn constructor() -> &'static Native {
    CONSTRUCTOR.with(|native| *native)
}

static UNION_METHODS: [Def; 4] = [
    Def("__repr__", "self, /", "Return repr(self).", union_repr),
    Def("__or__", "self, other, /", "Return self|other.", union_or),
    Def("__ror__", "self, other, /", "Return other|self.", union_ror),
    Def("__eq__", "self, other, /", "Return self==other.", union_eq),
];

static ALIAS_METHODS: [Def; 4] = [
    Def("__repr__", "self, /", "Return repr(self).", alias_repr),
    Def("__or__", "self, other, /", "Return self|other.", union_or),
    Def("__ror__", "self, other, /", "Return other|self.", union_ror),
    Def("__call__", "self, /, *args, **kwargs", "Make an instance of the type.", alias_call),
];

static SUBSCRIPT: [Def; 1] = [Def("__class_getitem__", "cls, item, /", "The type with its type arguments.", subscript)];

/// Fills the classes of type expressions.
pub fn install() {
    add_methods(&extra().union, "UnionType", &UNION_METHODS);
    add_methods(&types().type_, "type", &UNION_METHODS[1..3]);
    add_methods(&extra().generic_alias, "GenericAlias", &ALIAS_METHODS);
    let t = types();
    for class in [&t.list, &t.dict, &t.tuple, &t.set, &t.frozenset, &t.type_, &extra().deque, &extra().defaultdict] {
        add_class_methods(class, "type", &SUBSCRIPT);
    }
}

/// `A | B` of types.
pub fn union_type(members: impl IntoIterator<Item = Value>) -> Value {
    let mut flat: Vec<Value> = Vec::new();
    for member in members {
        for m in union_members(&member).unwrap_or_else(|| vec![member]) {
            if !flat.iter().any(|known| known.is(&m)) {
                flat.push(m);
            }
        }
    }
    if flat.len() == 1 {
        return flat.remove(0);
    }
    let object = Instance::new(extra().union.clone());
    object.dict.set_name(&intern("__args__"), Value::tuple(flat));
    Value::Object(object)
}

/// The members of a union type; `None` for other values.
pub fn union_members(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Object(o) if Rc::ptr_eq(&o.class(), &extra().union) => match o.dict.get_str("__args__") {
            Some(Value::Tuple(t)) => Some(t.to_vec()),
            _ => None,
        },
        _ => None,
    }
}

fn is_type(value: &Value) -> bool {
    match value {
        Value::Class(_) | Value::None => true,
        Value::Object(o) => {
            let class = o.class();
            Rc::ptr_eq(&class, &extra().union) || Rc::ptr_eq(&class, &extra().generic_alias)
        }
        _ => false,
    }
}

fn union_or(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(if is_type(&a[1]) { union_type([a[0].clone(), a[1].clone()]) } else { Value::NotImplemented })
}

fn union_ror(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(if is_type(&a[1]) { union_type([a[1].clone(), a[0].clone()]) } else { Value::NotImplemented })
}

fn union_eq(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let (Some(x), Some(y)) = (union_members(&a[0]), union_members(&a[1])) else { return Ok(Value::NotImplemented) };
    let all_in = |x: &[Value], y: &[Value]| x.iter().all(|p| y.iter().any(|q| p.is(q)));
    Ok(Value::Bool(all_in(&x, &y) && all_in(&y, &x)))
}

/// A type as annotations show it: `int`, `torch.Tensor`, `None`.
fn show_type(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    match value {
        Value::Class(c) => Ok(c.qualified()),
        Value::Ellipsis => Ok("...".into()),
        other => caller.repr(other),
    }
}

fn union_repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let mut parts = Vec::new();
    for member in union_members(&a[0]).unwrap_or_default() {
        parts.push(show_type(&member, caller)?);
    }
    Ok(Value::str(parts.join(" | ")))
}

fn subscript(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    class_argument(a.first())?;
    let object = Instance::new(extra().generic_alias.clone());
    object.dict.set_name(&intern("__origin__"), a[0].clone());
    let arguments = match &a[1] {
        Value::Tuple(_) => a[1].clone(),
        one => Value::tuple([one.clone()]),
    };
    object.dict.set_name(&intern("__args__"), arguments);
    Ok(Value::Object(object))
}

/// The class and the arguments of a type with arguments; `None` for other values.
pub fn alias_parts(value: &Value) -> Option<(Value, Vec<Value>)> {
    let Value::Object(o) = value else { return None };
    if !Rc::ptr_eq(&o.class(), &extra().generic_alias) {
        return None;
    }
    match (o.dict.get_str("__origin__"), o.dict.get_str("__args__")) {
        (Some(origin), Some(Value::Tuple(arguments))) => Some((origin, arguments.to_vec())),
        _ => None,
    }
}

fn alias_repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let Some((origin, arguments)) = alias_parts(&a[0]) else { return Ok(Value::str(class_name(&a[0]))) };
    let mut shown = Vec::new();
    for argument in &arguments {
        shown.push(show_type(argument, caller)?);
    }
    Ok(Value::str(format!("{}[{}]", show_type(&origin, caller)?, shown.join(", "))))
}

fn alias_call(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let origin = args.values.first().and_then(alias_parts).map(|(origin, _)| origin).unwrap_or_default();
    let rest = Args { values: args.values.get(1..).unwrap_or(&[]), names: args.names };
    caller.call(&origin, rest)
}
