//! Attributes of functions, methods, modules and iterators.

use super::super::table::{add_attributes, attribute};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Caller, Descriptor, Function, GetSet, Native, Value, intern, types};
use std::rc::Rc;

static FUNCTION: [GetSet; 9] = [
    GetSet {
        name: "__name__",
        doc: "The name.",
        get: |v, _| Ok(Value::Str(function(v)?.name.borrow().clone())),
        set: Some(|v, new, _| {
            *function(v)?.name.borrow_mut() = text("__name__", &new)?;
            Ok(())
        }),
    },
    GetSet {
        name: "__qualname__",
        doc: "The name with the names of enclosing classes and functions.",
        get: |v, _| Ok(Value::Str(function(v)?.qualname.borrow().clone())),
        set: Some(|v, new, _| {
            *function(v)?.qualname.borrow_mut() = text("__qualname__", &new)?;
            Ok(())
        }),
    },
    GetSet {
        name: "__doc__",
        doc: "The documentation.",
        get: |v, _| Ok(function(v)?.doc.borrow().clone()),
        set: Some(|v, new, _| {
            *function(v)?.doc.borrow_mut() = new.defined().unwrap_or(Value::None);
            Ok(())
        }),
    },
    GetSet {
        name: "__module__",
        doc: "The module it was defined in.",
        get: |v, _| {
            let f = function(v)?;
            Ok(f.dict.get_str("__module__").unwrap_or_else(|| Value::Str(f.module.name.clone())))
        },
        set: Some(|v, new, _| {
            function(v)?.dict.set_name(&intern("__module__"), new);
            Ok(())
        }),
    },
    attribute("__defaults__", "The defaults of positional parameters.", |v, _| {
        let f = function(v)?;
        Ok(if f.defaults.is_empty() { Value::None } else { Value::tuple(f.defaults.iter().cloned()) })
    }),
    attribute("__dict__", "The attributes set on the function.", |v, _| Ok(Value::Dict(function(v)?.dict.clone()))),
    attribute("__annotations__", "The annotations.", |v, _| {
        Ok(match &function(v)?.annotations {
            Value::Undef => Value::Dict(crate::value::Dict::new()),
            known => known.clone(),
        })
    }),
    attribute("__globals__", "The variables of its module.", |v, c| {
        let f = function(v)?;
        let dict = crate::value::Dict::new();
        for (name, value) in f.module.space.items() {
            dict.insert(Value::Str(name), value, c)?;
        }
        Ok(Value::Dict(dict))
    }),
    attribute("__closure__", "The variables of enclosing functions.", |v, _| {
        let f = function(v)?;
        let cells: Vec<Value> = f.closure.iter().map(|c| Value::Cell(c.clone())).collect();
        Ok(if cells.is_empty() { Value::None } else { Value::tuple(cells) })
    }),
];

static NATIVE: [GetSet; 5] = [
    attribute("__name__", "The name.", |v, _| Ok(Value::str(native(v)?.name))),
    attribute("__qualname__", "The name with its type's.", |v, _| {
        let n = native(v)?;
        Ok(Value::str(match n.owner {
            Some(owner) => format!("{owner}.{}", n.name),
            None => n.name.to_string(),
        }))
    }),
    attribute("__doc__", "The documentation.", |v, _| Ok(Value::str(native(v)?.doc))),
    attribute("__module__", "The module it belongs to.", |v, _| Ok(Value::str(native(v)?.module))),
    attribute("__self__", "The receiver.", |v, _| match v {
        Value::Method(m) => Ok(m.receiver.clone()),
        Value::Native(n) if n.owner.is_none() => {
            Ok(super::super::native_module(n.module).map_or(Value::None, Value::Module))
        }
        _ => Ok(Value::None),
    }),
];

static METHOD: [GetSet; 6] = [
    attribute("__self__", "The receiver.", |v, _| match v {
        Value::Method(m) => Ok(m.receiver.clone()),
        other => Err(Fault::attribute(format!("'{}' object has no attribute '__self__'", class_name(other)))),
    }),
    attribute("__func__", "The function.", |v, _| match v {
        Value::Method(m) => Ok(m.function.clone()),
        other => Err(Fault::attribute(format!("'{}' object has no attribute '__func__'", class_name(other)))),
    }),
    attribute("__name__", "The name.", |v, c| of_method(v, "__name__", c)),
    attribute("__qualname__", "The name with its class's.", |v, c| of_method(v, "__qualname__", c)),
    attribute("__doc__", "The documentation.", |v, c| of_method(v, "__doc__", c)),
    attribute("__module__", "The module it was defined in.", |v, c| of_method(v, "__module__", c)),
];

static MODULE: [GetSet; 3] = [
    attribute("__name__", "The name.", |v, _| match v {
        Value::Module(m) => Ok(m.get("__name__").unwrap_or_else(|| Value::Str(m.name.clone()))),
        _ => Ok(Value::None),
    }),
    attribute("__doc__", "The documentation.", |v, _| match v {
        Value::Module(m) => Ok(Value::str(m.doc.borrow().as_str())),
        _ => Ok(Value::None),
    }),
    attribute("__dict__", "The variables.", |v, c| {
        let dict = crate::value::Dict::new();
        if let Value::Module(m) = v {
            for (name, value) in m.space.items() {
                dict.insert(Value::Str(name), value, c)?;
            }
        }
        Ok(Value::Dict(dict))
    }),
];

static WRAPPER: [GetSet; 2] = [
    attribute("__func__", "The function.", |v, _| Ok(wrapped(v))),
    attribute("__wrapped__", "The function.", |v, _| Ok(wrapped(v))),
];

static CELL: [GetSet; 1] = [attribute("cell_contents", "The variable's value.", |v, _| match v {
    Value::Cell(cell) => cell.borrow().clone().defined().ok_or_else(|| Fault::value("Cell is empty")),
    other => Err(Fault::attribute(format!("'{}' object has no attribute 'cell_contents'", class_name(other)))),
})];

/// Fills the classes.
pub fn install() {
    let t = types();
    add_attributes(&t.function, &FUNCTION);
    add_attributes(&t.builtin, &NATIVE);
    add_attributes(&t.method_descriptor, &NATIVE[..4]);
    add_attributes(&t.method, &METHOD);
    add_attributes(&t.module, &MODULE);
    add_attributes(&t.cell, &CELL);
    add_attributes(&t.staticmethod, &WRAPPER);
    add_attributes(&t.classmethod, &WRAPPER);
}

fn function(value: &Value) -> Result<Rc<Function>> {
    match value {
        Value::Function(f) => Ok(f.clone()),
        other => Err(Fault::type_error(format!("'{}' object is no function", class_name(other)))),
    }
}

fn native(value: &Value) -> Result<Rc<Native>> {
    match value {
        Value::Native(n) => Ok(n.clone()),
        Value::Method(m) => native(&m.function),
        other => Err(Fault::type_error(format!("'{}' object is no function", class_name(other)))),
    }
}

fn of_method(value: &Value, name: &str, caller: &mut dyn Caller) -> Result<Value> {
    match value {
        Value::Method(m) => caller.get_attr(&m.function, &intern(name)),
        other => Err(Fault::attribute(format!("'{}' object has no attribute '{name}'", class_name(other)))),
    }
}

fn wrapped(value: &Value) -> Value {
    match value {
        Value::Descriptor(d) => match &**d {
            Descriptor::Static(f) | Descriptor::ClassMethod(f) => f.clone(),
            _ => Value::None,
        },
        _ => Value::None,
    }
}

fn text(attribute: &str, value: &Value) -> Result<crate::value::Name> {
    match value {
        Value::Str(s) => Ok(intern(s)),
        _ => Err(Fault::type_error(format!("{attribute} must be set to a string object"))),
    }
}
