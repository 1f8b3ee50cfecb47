//! The module `io`.

use super::super::classes::extra;
use crate::value::{Module, Value};
use std::rc::Rc;

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("io");
    *module.doc.borrow_mut() = "Texts that behave like files.".into();
    module.set("StringIO", Value::Class(extra().string_file.clone()));
    module.set("TextIOWrapper", Value::Class(extra().text_file.clone()));
    module.set("open", super::super::builtins_module().get("open").unwrap_or_default());
    module
}
