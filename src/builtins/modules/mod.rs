//! Python's library modules, each built when it is first imported.

pub mod abc;
mod math;
mod random;
mod sha512;

use crate::value::Module;
use std::rc::Rc;

/// The native module of a dotted name, built anew; `None` where there is no such module.
pub fn build(name: &str) -> Option<Rc<Module>> {
    Some(match name {
        "math" => math::build(),
        "random" => random::build(),
        "collections.abc" | "numbers" => {
            let module = Module::new(name);
            abc::fill(&module, name);
            module
        }
        _ => return None,
    })
}
