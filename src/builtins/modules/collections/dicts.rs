//! `defaultdict` and `OrderedDict`.

use super::super::super::bind::bind;
use super::super::super::classes::{extra, finish, has_own_init};
use super::super::super::convert::{class_argument, dict_of, key_error};
use super::super::super::depth;
use super::super::super::functions::reflect::is_callable;
use super::super::super::methods::dict::{add_keywords, raise_key, update};
use super::super::super::table::{Def, add_methods};
use crate::diag::{Fault, Result};
use crate::value::iter::DictPart;
use crate::value::{Args, Caller, Dict, Native, Value, class_of, intern};
use std::rc::Rc;

static DEFAULT: [Def; 4] = [
    Def("__missing__", "self, key, /", "Make the value of a missing key.", missing),
    Def("__repr__", "self, /", "Return repr(self).", default_repr),
    Def("copy", "self, /", "A shallow copy.", copy),
    Def("__copy__", "self, /", "A shallow copy.", copy),
];

static ORDERED: [Def; 8] = [
    Def("keys", "self, /", "A set-like object providing a view on the keys.", |n, _, a| view(n, a, DictPart::Keys)),
    Def("values", "self, /", "An object providing a view on the values.", |n, _, a| view(n, a, DictPart::Values)),
    Def("items", "self, /", "A set-like object providing a view on the items.", |n, _, a| view(n, a, DictPart::Items)),
    Def("move_to_end", "self, key, last=True", "Move an existing element to the end (or beginning).", move_to_end),
    Def("popitem", "self, last=True", "Remove and return a pair from the end (or beginning).", popitem),
    Def("__repr__", "self, /", "Return repr(self).", ordered_repr),
    Def("copy", "self, /", "A shallow copy.", copy),
    Def("__eq__", "self, other, /", "Return self==other; the order counts between two OrderedDicts.", ordered_eq),
];

/// Fills the classes.
pub fn install() {
    let classes = extra();
    add_methods(&classes.defaultdict, "defaultdict", &DEFAULT);
    classes.defaultdict.construct.set(Some(construct_default));
    add_methods(&classes.ordered_dict, "OrderedDict", &ORDERED);
    classes.ordered_dict.construct.set(Some(construct_ordered));
}

fn factory_of(value: &Value) -> Value {
    match value {
        Value::Object(o) => o.dict.get_str("default_factory").unwrap_or(Value::None),
        _ => Value::None,
    }
}

fn missing(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let factory = factory_of(&a[0]);
    if factory.is_none() {
        return Err(key_error(&a[1], caller));
    }
    let value = caller.call(&factory, Args::NONE)?;
    dict_of(native, a.first())?.insert(a[1].clone(), value.clone(), caller)?;
    Ok(value)
}

fn default_repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let _level = depth::enter(" while getting the repr of an object")?;
    let factory = caller.repr(&factory_of(&a[0]))?;
    let items = caller.repr(&Value::Dict(dict_of(native, a.first())?))?;
    Ok(Value::str(format!("{}({factory}, {items})", class_of(&a[0]).name)))
}

fn copy(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let copied = finish(&class_of(&a[0]), Value::Dict(dict_of(native, a.first())?.copy()));
    if let (Value::Object(from), Value::Object(to)) = (&a[0], &copied) {
        for (name, value) in from.dict.items() {
            if let Value::Str(name) = name {
                to.dict.set_name(&name, value);
            }
        }
    }
    Ok(copied)
}

/// A dictionary filled by the arguments after the first `skip`.
fn filled(args: Args, skip: usize, caller: &mut dyn Caller) -> Result<Rc<Dict>> {
    let dict = Dict::new();
    match args.positional().get(skip..).unwrap_or(&[]) {
        [] => {}
        [other] => update(&dict, other, caller)?,
        more => return Err(Fault::type_error(format!("expected at most 1 argument, got {}", more.len()))),
    }
    add_keywords(&dict, args);
    Ok(dict)
}

fn view(native: &Native, args: Args, part: DictPart) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(super::super::super::methods::view::ordered(dict_of(native, a.first())?, part))
}

/// `defaultdict(default_factory=None, /, *args, **values)`.
fn construct_default(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let own_init = has_own_init(&class);
    let factory = args.positional().get(1).filter(|_| !own_init).cloned().unwrap_or(Value::None);
    if !factory.is_none() && !is_callable(&factory) {
        return Err(Fault::type_error("first argument must be callable or None"));
    }
    let dict = if own_init { Dict::new() } else { filled(args, 2, caller)? };
    let made = finish(&class, Value::Dict(dict));
    if let Value::Object(o) = &made {
        o.dict.set_name(&intern("default_factory"), factory);
    }
    Ok(made)
}

/// `OrderedDict(other=(), /, **values)`.
fn construct_ordered(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let dict = if has_own_init(&class) { Dict::new() } else { filled(args, 1, caller)? };
    Ok(finish(&class, Value::Dict(dict)))
}

fn move_to_end(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    let last = caller.truth(&a[2])?;
    let Some(value) = dict.remove(&a[1], caller)? else { return Err(key_error(&a[1], caller)) };
    if last {
        dict.insert(a[1].clone(), value, caller)?;
        return Ok(Value::None);
    }
    let items = dict.items();
    dict.clear();
    dict.insert(a[1].clone(), value, caller)?;
    for (key, value) in items {
        dict.insert(key, value, caller)?;
    }
    Ok(Value::None)
}

fn popitem(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    let popped = if caller.truth(&a[1])? { dict.pop_last() } else { dict.pop_first() };
    match popped {
        Some((key, value)) => Ok(Value::tuple([key, value])),
        None => Err(raise_key("dictionary is empty")),
    }
}

fn ordered_repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let _level = depth::enter(" while getting the repr of an object")?;
    let pairs: Vec<Value> =
        dict_of(native, a.first())?.items().into_iter().map(|(k, v)| Value::tuple([k, v])).collect();
    let name = class_of(&a[0]).name.clone();
    if pairs.is_empty() {
        return Ok(Value::str(format!("{name}()")));
    }
    Ok(Value::str(format!("{name}({})", caller.repr(&Value::list(pairs))?)))
}

fn ordered_eq(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    let Value::Dict(other) = &*super::super::super::convert::unwrapped(&a[1]) else { return Ok(Value::NotImplemented) };
    let equal = caller.equal(&Value::Dict(dict.clone()), &Value::Dict(other.clone()))?;
    if equal && class_of(&a[1]).is_subclass(&extra().ordered_dict) {
        let same_order = caller.equal(&Value::list(dict.keys()), &Value::list(other.keys()))?;
        return Ok(Value::Bool(same_order));
    }
    Ok(Value::Bool(equal))
}
