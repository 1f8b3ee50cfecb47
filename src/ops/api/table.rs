//! Native functions, methods and attributes declared as tables.

use crate::diag::Result;
use crate::value::{Caller, Class, Descriptor, GetSet, Module, Native, NativeFn, Value, intern};
use std::rc::Rc;

/// A native function: name, parameters as [`crate::value::Signature`] reads them, documentation, code.
pub struct Def(pub &'static str, pub &'static str, pub &'static str, pub NativeFn);

/// Binds functions in a module.
pub fn functions(module: &Module, owner: &'static str, defs: &[Def]) {
    for &Def(name, signature, doc, func) in defs {
        module.set(name, Native::new(owner, name, signature, doc, func).value());
    }
}

/// Puts methods into the dictionary of a class.
pub fn methods(class: &Class, owner: &'static str, defs: &[Def]) {
    for &Def(name, signature, doc, func) in defs {
        let native = Native::new("torch", name, signature, doc, func).of_type(owner);
        class.set(&intern(name), native.value());
    }
}

/// Puts functions that take no receiver into the dictionary of a class.
pub fn static_methods(class: &Class, defs: &[Def]) {
    for &Def(name, signature, doc, func) in defs {
        let native = Native::new("torch", name, signature, doc, func).value();
        class.set(&intern(name), Value::Descriptor(Rc::new(Descriptor::Static(native))));
    }
}

/// Puts functions whose first argument is the class into its dictionary.
pub fn class_methods(class: &Class, owner: &'static str, defs: &[Def]) {
    for &Def(name, signature, doc, func) in defs {
        let native = Native::new("torch", name, signature, doc, func).of_type(owner).value();
        class.set(&intern(name), Value::Descriptor(Rc::new(Descriptor::ClassMethod(native))));
    }
}

/// Puts computed attributes into the dictionary of a class.
pub fn attributes(class: &Class, all: &[GetSet]) {
    for attribute in all {
        let descriptor = Value::Descriptor(Rc::new(Descriptor::GetSet(*attribute)));
        class.set(&intern(attribute.name), descriptor);
    }
}

/// An attribute that can only be read.
pub const fn read_only(
    name: &'static str,
    doc: &'static str,
    get: fn(&Value, &mut dyn Caller) -> Result<Value>,
) -> GetSet {
    GetSet { name, doc, get, set: None }
}
