//! `ChainMap`.

use super::super::super::bind::bind;
use super::super::super::classes::extra;
use super::super::super::convert::{class_argument, key_error};
use super::super::super::depth;
use super::super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Dict, GetSet, Instance, Native, Value, class_of, intern};
use std::rc::Rc;

static METHODS: [Def; 14] = [
    Def("__getitem__", "self, key, /", "Return self[key].", |n, c, args| {
        let a = bind(n, args)?;
        match find(&a[0], &a[1], c)? {
            Some(found) => Ok(found),
            None => Err(key_error(&a[1], c)),
        }
    }),
    Def("get", "self, key, default=None", "Return the value for key, else default.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(find(&a[0], &a[1], c)?.unwrap_or_else(|| a[2].clone()))
    }),
    Def("__setitem__", "self, key, value, /", "Set the key in the first mapping.", |n, c, args| {
        let a = bind(n, args)?;
        let first = maps(&a[0])?.into_iter().next().unwrap_or_default();
        c.set_item(&first, &a[1], a[2].clone())?;
        Ok(Value::None)
    }),
    Def("__delitem__", "self, key, /", "Delete the key from the first mapping.", |n, c, args| {
        let a = bind(n, args)?;
        let first = maps(&a[0])?.into_iter().next().unwrap_or_default();
        match super::super::super::items::del_item(&first, &a[1], c) {
            Some(Ok(())) => Ok(Value::None),
            Some(Err(fault)) if fault.kind != crate::diag::ExcKind::KeyError => Err(fault),
            _ => {
                let key = c.repr(&a[1])?;
                Err(super::super::super::methods::dict::raise_key(&format!(
                    "Key not found in the first mapping: {key}"
                )))
            }
        }
    }),
    Def("__contains__", "self, key, /", "Return key in self.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(find(&a[0], &a[1], c)?.is_some()))
    }),
    Def("__len__", "self, /", "Return len(self).", |n, c, args| {
        let a = bind(n, args)?;
        Ok(Value::from(merged(&a[0], c)?.len()))
    }),
    Def("__iter__", "self, /", "Implement iter(self).", |n, c, args| {
        let a = bind(n, args)?;
        let keys = Value::list(merged(&a[0], c)?.keys());
        c.iter(&keys)
    }),
    Def("keys", "self, /", "The keys.", |n, c, args| part(n, c, args, crate::value::iter::DictPart::Keys)),
    Def("values", "self, /", "The values.", |n, c, args| part(n, c, args, crate::value::iter::DictPart::Values)),
    Def("items", "self, /", "The items.", |n, c, args| part(n, c, args, crate::value::iter::DictPart::Items)),
    Def("new_child", "self, m=None", "A new ChainMap with a mapping before the others.", |n, _, args| {
        let a = bind(n, args)?;
        let first = if a[1].is_none() { Value::Dict(Dict::new()) } else { a[1].clone() };
        Ok(make(std::iter::once(first).chain(maps(&a[0])?).collect()))
    }),
    Def("copy", "self, /", "A new ChainMap with a copy of the first mapping.", |n, c, args| {
        let a = bind(n, args)?;
        let mut all = maps(&a[0])?;
        if let Some(first) = all.first_mut() {
            let copy = c.get_attr(first, &intern("copy"))?;
            *first = c.call(&copy, Args::NONE)?;
        }
        Ok(make(all))
    }),
    Def("__eq__", "self, other, /", "Return self==other.", |n, c, args| {
        let a = bind(n, args)?;
        let own = Value::Dict(merged(&a[0], c)?);
        let other = if maps(&a[1]).is_ok() { Value::Dict(merged(&a[1], c)?) } else { a[1].clone() };
        Ok(Value::Bool(c.equal(&own, &other)?))
    }),
    Def("__repr__", "self, /", "Return repr(self).", |n, c, args| {
        let a = bind(n, args)?;
        let _level = depth::enter(" while getting the repr of an object")?;
        let mut shown = Vec::new();
        for map in maps(&a[0])? {
            shown.push(c.repr(&map)?);
        }
        Ok(Value::str(format!("{}({})", class_of(&a[0]).name, shown.join(", "))))
    }),
];

static ATTRIBUTES: [GetSet; 1] = [attribute("parents", "A ChainMap of all mappings but the first.", |v, _| {
    let mut rest = maps(v)?;
    if !rest.is_empty() {
        rest.remove(0);
    }
    Ok(make(rest))
})];

/// Fills the class.
pub fn install() {
    let class = &extra().chain_map;
    add_methods(class, "ChainMap", &METHODS);
    add_attributes(class, &ATTRIBUTES);
    class.construct.set(Some(construct));
}

fn make(mut maps: Vec<Value>) -> Value {
    if maps.is_empty() {
        maps.push(Value::Dict(Dict::new()));
    }
    let object = Instance::new(extra().chain_map.clone());
    object.dict.set_name(&intern("maps"), Value::list(maps));
    Value::Object(object)
}

/// `ChainMap(*maps)`.
fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let made = make(args.positional()[1..].to_vec());
    if let Value::Object(o) = &made {
        *o.class.borrow_mut() = class;
    }
    Ok(made)
}

fn maps(value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Object(o) if o.class().is_subclass(&extra().chain_map) => match o.dict.get_str("maps") {
            Some(Value::List(l)) => Ok(l.to_vec()),
            _ => Ok(Vec::new()),
        },
        _ => Err(Fault::type_error("a ChainMap is needed")),
    }
}

fn find(value: &Value, key: &Value, caller: &mut dyn Caller) -> Result<Option<Value>> {
    for map in maps(value)? {
        if caller.contains(&map, key)? {
            return caller.get_item(&map, key).map(Some);
        }
    }
    Ok(None)
}

/// All entries, the first mapping's before those of later ones that they hide.
fn merged(value: &Value, caller: &mut dyn Caller) -> Result<Rc<Dict>> {
    let dict = Dict::new();
    for map in maps(value)?.iter().rev() {
        super::super::super::methods::dict::update(&dict, map, caller)?;
    }
    Ok(dict)
}

fn part(native: &Native, caller: &mut dyn Caller, args: Args, part: crate::value::iter::DictPart) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(super::super::super::methods::view::new(merged(&a[0], caller)?, part))
}
