//! The module `collections`.

mod chain_map;
mod counter;
mod deque;
mod dicts;
mod named_tuple;

use super::super::classes::extra;
use super::super::table::{Def, add_functions};
use crate::value::{Module, Value};
use std::rc::Rc;

static FUNCTIONS: [Def; 1] = [Def(
    "namedtuple",
    "typename, field_names, *, rename=False, defaults=None, module=None",
    "Returns a new subclass of tuple with named fields.",
    named_tuple::namedtuple,
)];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("collections");
    *module.doc.borrow_mut() = "Specialized container types.".into();
    add_functions(&module, "collections", &FUNCTIONS);
    deque::install();
    dicts::install();
    counter::install();
    chain_map::install();
    let classes = extra();
    for class in [&classes.deque, &classes.defaultdict, &classes.ordered_dict, &classes.counter, &classes.chain_map] {
        module.set(&class.name, Value::Class(class.clone()));
    }
    if let Some(abc) = super::super::native_module("collections.abc") {
        module.set("abc", Value::Module(abc));
    }
    for (name, kind) in [
        ("UserDict", &crate::value::types().dict),
        ("UserList", &crate::value::types().list),
        ("UserString", &crate::value::types().str),
    ] {
        module.set(name, Value::Class(kind.clone()));
    }
    module
}
