//! Python's built-in functions.

pub mod convert;
pub mod file;
pub mod hash;
pub mod help;
pub mod io;
pub mod iterate;
pub mod iterators;
pub mod numbers;
pub mod reflect;
pub mod text;

use super::table::add_functions;
use crate::value::Module;

/// Puts the functions into the module of built-ins.
pub fn install(module: &Module) {
    for table in [
        &io::FUNCTIONS[..],
        &iterate::FUNCTIONS,
        &numbers::FUNCTIONS,
        &reflect::FUNCTIONS,
        &text::FUNCTIONS,
        &help::FUNCTIONS,
    ] {
        add_functions(module, "builtins", table);
    }
    iterators::install(module);
    file::install();
}
