//! What the evaluator asks of the world around it.

use crate::diag::{Result, Source};
use crate::lower::Code;
use crate::value::{Module, Value};
use std::rc::Rc;

/// A module to import: its text, or one that exists already.
pub enum Found {
    /// A native module.
    Native(Rc<Module>),
    /// The statements of a module of the language, to be run in a new module.
    Code(Rc<Module>, Vec<Rc<Code>>),
}

/// The world around the evaluator: streams, modules, the echo.
pub trait Host {
    /// Writes to standard output.
    fn write(&mut self, text: &str) -> Result<()>;
    /// Writes to standard error, on a fresh line.
    fn write_error(&mut self, text: &str) -> Result<()>;
    /// Reads a line from standard input; `None` at its end.
    fn read_line(&mut self, prompt: &str) -> Result<Option<String>>;
    /// The module of a dotted name; `None` when there is none. `from` is the importing module, for relative names.
    fn find_module(&mut self, name: &str, from: &Rc<Module>) -> Result<Option<Found>>;
    /// The module of the prelude in which a missing name of a lazy module is defined.
    fn find_in_prelude(&mut self, module: &str, name: &str) -> Option<String>;
    /// Whether a module is an inside matter of its package: it can be imported, but is no attribute.
    fn is_inside(&mut self, package: &str, module: &str) -> bool;
    /// The public names that the prelude defines for a module.
    fn prelude_names(&mut self, module: &str) -> Vec<String>;
    /// Shows a warning; whether and where it was shown before is known here.
    fn warn(&mut self, category: &str, message: &str, place: Option<(&Rc<Source>, usize)>) -> Result<()>;
    /// The value of a top-level expression, to be shown.
    fn echo(&mut self, value: &Value, text: &str, code: &Code) -> Result<()>;
    /// The value that calling an undefined name at the prompt finds.
    fn prompt_name(&mut self, name: &str) -> Option<Value>;
}
