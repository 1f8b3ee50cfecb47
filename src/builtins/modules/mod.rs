//! Python's library modules, each built when it is first imported.

pub mod abc;
mod calendar;
mod cmath;
mod collections;
mod copy;
mod functools;
mod io;
mod itertools;
mod json;
mod math;
mod operator;
mod os;
mod pattern;
mod random;
mod sha512;
mod statistics;
mod sys;
mod time;
mod types;
pub mod warnings;

use crate::value::Module;
use std::rc::Rc;

/// The native module of a dotted name, built anew; `None` where there is no such module.
pub fn build(name: &str) -> Option<Rc<Module>> {
    Some(match name {
        "cmath" => cmath::build(),
        "collections" => collections::build(),
        "collections.abc" | "numbers" => {
            let module = Module::new(name);
            abc::fill(&module, name);
            module
        }
        "copy" => copy::build(),
        "functools" => functools::build(),
        "glob" => os::build_glob(),
        "io" => io::build(),
        "itertools" => itertools::build(),
        "json" => json::build(),
        "math" => math::build(),
        "operator" => operator::build(),
        "os" => os::build(),
        "os.path" | "posixpath" => os::build_path(),
        "_re" => pattern::build(),
        "random" => random::build(),
        "statistics" => statistics::build(),
        "sys" => sys::build(),
        "time" => time::build(),
        "types" => types::build(),
        "warnings" => warnings::build(),
        "__future__" => future(),
        _ => return None,
    })
}

/// The names of the native modules.
pub const NAMES: [&str; 22] = [
    "__future__",
    "builtins",
    "cmath",
    "collections",
    "collections.abc",
    "copy",
    "functools",
    "glob",
    "io",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "os",
    "os.path",
    "random",
    "statistics",
    "sys",
    "time",
    "types",
    "warnings",
];

/// `from __future__ import ...` changes nothing here.
fn future() -> Rc<Module> {
    let module = Module::new("__future__");
    for name in ["annotations", "division", "print_function", "absolute_import", "generator_stop", "unicode_literals"] {
        module.set(name, crate::value::Value::Bool(true));
    }
    module
}
