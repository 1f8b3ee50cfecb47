//! Declarations of native functions: each stands once, in a static table.

use crate::value::{Class, Descriptor, GetSet, Module, Native, NativeFn, Value, intern};
use std::rc::Rc;

/// A native function: name, parameters, documentation, code.
///
/// The parameters are written as for [`crate::value::Signature`]; a default of `...` stands for "not given".
pub struct Def(pub &'static str, pub &'static str, pub &'static str, pub NativeFn);

impl Def {
    /// The function as a member of a module.
    pub fn function(&self, module: &'static str) -> Value {
        Native::new(module, self.0, self.1, self.2, self.3).value()
    }

    /// The function as a method of a type.
    pub fn method(&self, owner: &'static str) -> Native {
        Native::new("builtins", self.0, self.1, self.2, self.3).of_type(owner)
    }
}

/// Puts methods into the dictionary of a class.
pub fn add_methods(class: &Rc<Class>, owner: &'static str, methods: &[Def]) {
    for def in methods {
        class.dict.set_name(&intern(def.0), def.method(owner).value());
    }
}

/// Puts class methods into the dictionary of a class; their first argument is the class.
pub fn add_class_methods(class: &Rc<Class>, owner: &'static str, methods: &[Def]) {
    for def in methods {
        let function = def.method(owner).value();
        class.dict.set_name(&intern(def.0), Value::Descriptor(Rc::new(Descriptor::ClassMethod(function))));
    }
}

/// Puts static methods into the dictionary of a class.
pub fn add_static_methods(class: &Rc<Class>, methods: &[Def]) {
    for def in methods {
        let function = def.function("builtins");
        class.dict.set_name(&intern(def.0), Value::Descriptor(Rc::new(Descriptor::Static(function))));
    }
}

/// Puts computed attributes into the dictionary of a class.
pub fn add_attributes(class: &Rc<Class>, attributes: &[GetSet]) {
    for attribute in attributes {
        let value = Value::Descriptor(Rc::new(Descriptor::GetSet(*attribute)));
        class.dict.set_name(&intern(attribute.name), value);
    }
}

/// Puts functions into a module.
pub fn add_functions(module: &Module, name: &'static str, functions: &[Def]) {
    for def in functions {
        module.set(def.0, def.function(name));
    }
}

/// A read-only attribute.
pub const fn attribute(
    name: &'static str,
    doc: &'static str,
    get: fn(&Value, &mut dyn crate::value::Caller) -> crate::diag::Result<Value>,
) -> GetSet {
    GetSet { name, doc, get, set: None }
}
