//! Python's own library: operators of built-in values, functions, methods, formatting, modules.
//!
//! Each function stands once in a static table with its parameters and documentation. Whatever may run the program's
//! own code takes a [`crate::value::Caller`].

pub mod arith;
pub mod bind;
pub mod classes;
pub mod convert;
pub mod depth;
pub mod format;
pub mod functions;
pub mod items;
pub mod methods;
pub mod modules;
pub mod protocol;
pub mod table;

use crate::value::Module;
use std::cell::OnceCell;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

thread_local! {
    static BUILTINS: OnceCell<Rc<Module>> = const { OnceCell::new() };
    static MODULES: RefCell<HashMap<String, Rc<Module>>> = RefCell::default();
}

/// Fills the built-in classes and builds the module of built-ins; does nothing the second time.
pub fn install() {
    builtins_module();
}

/// The module of built-ins: all functions, types and exceptions.
pub fn builtins_module() -> Rc<Module> {
    BUILTINS.with(|cell| {
        cell.get_or_init(|| {
            methods::install();
            classes::install();
            let module = Module::new("builtins");
            *module.doc.borrow_mut() = "Built-in functions, types, exceptions, and other objects.".into();
            functions::install(&module);
            functions::convert::install(&module);
            module
        })
        .clone()
    })
}

/// A native module that has been asked for before.
pub fn loaded_module(name: &str) -> Option<Rc<Module>> {
    MODULES.with_borrow(|all| all.get(name).cloned())
}

/// A native module of Python's library by its dotted name, built when it is first asked for.
pub fn native_module(name: &str) -> Option<Rc<Module>> {
    if name == "builtins" {
        return Some(builtins_module());
    }
    if let Some(known) = MODULES.with_borrow(|all| all.get(name).cloned()) {
        return Some(known);
    }
    install();
    let module = modules::build(name)?;
    MODULES.with_borrow_mut(|all| all.insert(name.to_string(), module.clone()));
    Some(module)
}
