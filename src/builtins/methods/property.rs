//! `property`, `staticmethod` and `classmethod`.

use super::super::bind::bind;
use super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Descriptor, GetSet, Native, Value, intern, types};
use std::rc::Rc;

static METHODS: [Def; 3] = [
    Def("getter", "self, fget, /", "The property with another getter.", |n, _, a| changed(n, a, 0)),
    Def("setter", "self, fset, /", "The property with another setter.", |n, _, a| changed(n, a, 1)),
    Def("deleter", "self, fdel, /", "The property with another deleter.", |n, _, a| changed(n, a, 2)),
];

static ATTRIBUTES: [GetSet; 4] = [
    attribute("fget", "The getter.", |v, _| part(v, 0)),
    attribute("fset", "The setter.", |v, _| part(v, 1)),
    attribute("fdel", "The deleter.", |v, _| part(v, 2)),
    attribute("__doc__", "The documentation.", |v, _| part(v, 3)),
];

/// Fills the classes.
pub fn install() {
    let t = types();
    add_methods(&t.property, "property", &METHODS);
    add_attributes(&t.property, &ATTRIBUTES);
    t.property.construct.set(Some(construct));
    t.staticmethod.construct.set(Some(construct_static));
    t.classmethod.construct.set(Some(construct_class_method));
}

/// Getter, setter, deleter and documentation.
fn parts(value: &Value) -> Result<[Value; 4]> {
    match value {
        Value::Descriptor(d) => match &**d {
            Descriptor::Property { get, set, delete, doc } => {
                Ok([get.clone(), set.clone(), delete.clone(), doc.clone()])
            }
            Descriptor::GetSet(g) => Ok([Value::None, Value::None, Value::None, Value::str(g.doc)]),
            _ => Err(Fault::type_error("a property is needed")),
        },
        other => Err(Fault::type_error(format!("a property is needed, not '{}'", class_name(other)))),
    }
}

fn part(value: &Value, index: usize) -> Result<Value> {
    let [get, set, delete, doc] = parts(value)?;
    Ok([get, set, delete, doc][index].clone())
}

fn changed(native: &Native, args: Args, index: usize) -> Result<Value> {
    let a = bind(native, args)?;
    let mut parts = parts(&a[0])?;
    parts[index] = a[1].clone();
    let [get, set, delete, doc] = parts;
    Ok(Value::Descriptor(Rc::new(Descriptor::Property { get, set, delete, doc })))
}

/// `property(fget=None, fset=None, fdel=None, doc=None)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let mut parts = [Value::None, Value::None, Value::None, Value::None];
    let positional = args.positional().get(1..).unwrap_or(&[]);
    if positional.len() > 4 {
        return Err(Fault::type_error(format!("property() takes at most 4 arguments ({} given)", positional.len())));
    }
    for (place, value) in parts.iter_mut().zip(positional) {
        *place = value.clone();
    }
    for (name, value) in args.keywords() {
        match ["fget", "fset", "fdel", "doc"].iter().position(|n| *n == name.as_str()) {
            Some(i) => parts[i] = value.clone(),
            None => return Err(Fault::type_error(format!("'{name}' is an invalid keyword argument for property()"))),
        }
    }
    let [get, set, delete, mut doc] = parts;
    if doc.is_none() && !get.is_none() {
        doc = caller.find_attr(&get, &intern("__doc__"))?.unwrap_or(Value::None);
    }
    Ok(Value::Descriptor(Rc::new(Descriptor::Property { get, set, delete, doc })))
}

fn only(args: Args, function: &str) -> Result<Value> {
    let rest = Args { values: args.values.get(1..).unwrap_or(&[]), names: args.names };
    Ok(rest.between(function, 1, 1)?[0].clone())
}

fn construct_static(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    Ok(Value::Descriptor(Rc::new(Descriptor::Static(only(args, "staticmethod")?))))
}

fn construct_class_method(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    Ok(Value::Descriptor(Rc::new(Descriptor::ClassMethod(only(args, "classmethod")?))))
}
