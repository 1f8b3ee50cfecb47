//! Methods of dictionaries.

use super::super::bind::bind;
use super::super::classes::{finish, has_own_init};
use super::super::convert::{class_argument, dict_of, key_error, raise, unwrapped};
use super::super::table::{Def, add_class_methods, add_methods};
use crate::diag::{Fault, Result};
use crate::value::iter::DictPart;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Dict, Native, NativeIter, Value, intern, types};
use std::rc::Rc;

static METHODS: [Def; 12] = [
    Def("get", "self, key, default=None, /", "Return the value for key, else default.", get),
    Def("keys", "self, /", "A set-like object providing a view on the keys.", keys),
    Def("values", "self, /", "An object providing a view on the values.", values),
    Def("items", "self, /", "A set-like object providing a view on the items.", items),
    Def("pop", "self, key, default=..., /", "Remove key and return its value, or default.", pop),
    Def("popitem", "self, /", "Remove and return the pair added last.", popitem),
    Def(
        "setdefault",
        "self, key, default=None, /",
        "Insert key with default if it is missing; return its value.",
        setdefault,
    ),
    Def(
        "update",
        "self, other=..., /, **values",
        "Update from a mapping, an iterable of pairs and keywords.",
        update_method,
    ),
    Def("clear", "self, /", "Remove all items.", clear),
    Def("copy", "self, /", "A shallow copy.", copy),
    Def("__init__", "self, other=..., /, **values", "Fill the dictionary.", update_method),
    Def("__reversed__", "self, /", "Return a reverse iterator over the keys.", reversed),
];

static CLASS_METHODS: [Def; 1] =
    [Def("fromkeys", "cls, iterable, value=None, /", "Create a new dictionary with keys from iterable.", fromkeys)];

/// Fills the class.
pub fn install() {
    let class = &types().dict;
    add_methods(class, "dict", &METHODS);
    add_class_methods(class, "dict", &CLASS_METHODS);
    class.construct.set(Some(construct));
}

fn get(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    match args.values {
        [Value::Dict(d), key] if args.names.is_empty() => Ok(d.get(key, caller)?.unwrap_or(Value::None)),
        [Value::Dict(d), key, default] if args.names.is_empty() => {
            Ok(d.get(key, caller)?.unwrap_or_else(|| default.clone()))
        }
        _ => {
            let a = bind(native, args)?;
            Ok(dict_of(native, a.first())?.get(&a[1], caller)?.unwrap_or_else(|| a[2].clone()))
        }
    }
}

fn keys(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(super::view::new(dict_of(native, a.first())?, DictPart::Keys))
}

fn values(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(super::view::new(dict_of(native, a.first())?, DictPart::Values))
}

fn items(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(super::view::new(dict_of(native, a.first())?, DictPart::Items))
}

fn pop(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match dict_of(native, a.first())?.remove(&a[1], caller)? {
        Some(value) => Ok(value),
        None => a[2].clone().defined().ok_or_else(|| key_error(&a[1], caller)),
    }
}

fn popitem(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match dict_of(native, a.first())?.pop_last() {
        Some((key, value)) => Ok(Value::tuple([key, value])),
        None => Err(raise_key("popitem(): dictionary is empty")),
    }
}

/// A KeyError whose argument is a message.
pub fn raise_key(message: &str) -> crate::diag::Error {
    let mut fault = raise(&types().key_error, message);
    fault.message = format!("'{message}'");
    fault
}

fn setdefault(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    if let Some(found) = dict.get(&a[1], caller)? {
        return Ok(found);
    }
    dict.insert(a[1].clone(), a[2].clone(), caller)?;
    Ok(a[2].clone())
}

/// Adds the entries of a mapping or of an iterable of pairs.
///
/// Errors: TypeError and ValueError for elements that are no pairs.
pub fn update(dict: &Rc<Dict>, other: &Value, caller: &mut dyn Caller) -> Result<()> {
    if let Value::Dict(other) = &*unwrapped(other) {
        for (key, value) in other.items() {
            dict.insert(key, value, caller)?;
        }
        return Ok(());
    }
    if !matches!(other, Value::List(_) | Value::Tuple(_) | Value::Iter(_))
        && let Some(keys) = caller.find_attr(other, &intern("keys"))?
    {
        let keys = caller.call(&keys, Args::NONE)?;
        let keys = caller.iter(&keys)?;
        while let Some(key) = caller.next(&keys)? {
            let value = caller.get_item(other, &key)?;
            dict.insert(key, value, caller)?;
        }
        return Ok(());
    }
    let iterator = caller.iter(other)?;
    let mut i = 0;
    while let Some(element) = caller.next(&iterator)? {
        let pair = match &*unwrapped(&element) {
            Value::Tuple(t) => t.to_vec(),
            Value::List(l) => l.to_vec(),
            Value::Int(_) | Value::Float(_) | Value::Complex(_) | Value::None | Value::Bool(_) => {
                return Err(Fault::type_error(format!(
                    "cannot convert dictionary update sequence element #{i} to a sequence"
                )));
            }
            _ => caller.collect(&element)?,
        };
        match <[Value; 2]>::try_from(pair) {
            Ok([key, value]) => dict.insert(key, value, caller)?,
            Err(pair) => {
                return Err(Fault::value(format!(
                    "dictionary update sequence element #{i} has length {}; 2 is required",
                    pair.len()
                )));
            }
        };
        i += 1;
    }
    Ok(())
}

fn update_method(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    if !a[1].is_undef() {
        update(&dict, &a[1], caller)?;
    }
    add_keywords(&dict, args);
    Ok(Value::None)
}

/// Adds the keywords of a call.
pub fn add_keywords(dict: &Dict, args: Args) {
    for (name, value) in args.keywords() {
        dict.set_name(name, value.clone());
    }
}

fn clear(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    dict_of(native, a.first())?.clear();
    Ok(Value::None)
}

fn copy(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::Dict(dict_of(native, a.first())?.copy()))
}

struct ReversedKeys {
    keys: Vec<Value>,
    name: &'static str,
}

impl NativeIter for ReversedKeys {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        Ok(self.keys.pop())
    }
    fn type_name(&self) -> &'static str {
        self.name
    }
    fn remaining(&self) -> Option<usize> {
        Some(self.keys.len())
    }
}

/// An iterator over values from the last to the first.
pub fn backwards(values: Vec<Value>, name: &'static str) -> Value {
    crate::value::Iter::native(ReversedKeys { keys: values, name })
}

fn reversed(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(backwards(dict_of(native, a.first())?.keys(), "dict_reversekeyiterator"))
}

fn fromkeys(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let class = class_argument(a.first())?;
    let dict = Dict::new();
    let keys = caller.iter(&a[1])?;
    while let Some(key) = caller.next(&keys)? {
        dict.insert(key, a[2].clone(), caller)?;
    }
    if std::ptr::eq(&*class, &*types().dict) {
        return Ok(Value::Dict(dict));
    }
    let made = caller.call(&a[0], Args::NONE)?;
    for (key, value) in dict.items() {
        caller.set_item(&made, &key, value)?;
    }
    Ok(made)
}

/// `dict(other=(), **values)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let dict = Dict::new();
    if !has_own_init(&class) {
        let positional = &args.positional()[1..];
        match positional {
            [] => {}
            [other] => update(&dict, other, caller)?,
            more => {
                return Err(Fault::type_error(format!("dict expected at most 1 argument, got {}", more.len())));
            }
        }
        add_keywords(&dict, args);
    }
    Ok(finish(&class, Value::Dict(dict)))
}

/// The dictionary that a value is or extends. Errors: TypeError.
pub fn expect_dict(value: &Value, what: &str) -> Result<Rc<Dict>> {
    match &*unwrapped(value) {
        Value::Dict(d) => Ok(d.clone()),
        _ => Err(Fault::type_error(format!("{what} must be dict, not {}", class_name(value)))),
    }
}
