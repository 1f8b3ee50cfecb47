//! The names of the built-in types and exceptions.

use crate::value::class::Kind;
use crate::value::{Class, Module, Value, types};
use std::rc::Rc;

/// Binds the built-in types, exceptions and constants in the module of built-ins.
pub fn install(module: &Module) {
    let t = types();
    let plain: [&Rc<Class>; 18] = [
        &t.object,
        &t.type_,
        &t.int,
        &t.bool,
        &t.float,
        &t.complex,
        &t.str,
        &t.bytes,
        &t.tuple,
        &t.list,
        &t.dict,
        &t.set,
        &t.frozenset,
        &t.range,
        &t.slice,
        &t.property,
        &t.staticmethod,
        &t.classmethod,
    ];
    for class in plain {
        module.set(&class.name, Value::Class(class.clone()));
    }
    for class in t.all() {
        if class.kind == Kind::Exception
            && class.module.as_str() == "builtins"
            && class.name.as_str() != "InternalError"
        {
            let name = class.name.clone();
            module.set(&name, Value::Class(class));
        }
    }
    module.set("EnvironmentError", Value::Class(t.os_error.clone()));
    module.set("IOError", Value::Class(t.os_error.clone()));
    module.set("NotImplemented", Value::NotImplemented);
    module.set("Ellipsis", Value::Ellipsis);
    module.set("__debug__", Value::Bool(true));
    module.set("__name__", Value::str("builtins"));
}
