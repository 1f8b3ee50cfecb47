//! The module `json`.

mod reader;
mod writer;

use super::super::bind::bind;
use super::super::classes::library_exception;
use super::super::convert::unwrapped;
use super::super::table::{Def, add_functions};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Class, Module, Value, intern, types};
use std::rc::Rc;

static FUNCTIONS: [Def; 4] = [
    Def(
        "dumps",
        "obj, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None, indent=None, \
         separators=None, default=None, sort_keys=False",
        "Serialize obj to a JSON formatted string.",
        |n, c, args| {
            let a = bind(n, args)?;
            writer::dump(&a[0], &a[1..], c).map(Value::str)
        },
    ),
    Def(
        "dump",
        "obj, fp, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None, indent=None, \
         separators=None, default=None, sort_keys=False",
        "Serialize obj as a JSON formatted stream to fp.",
        |n, c, args| {
            let a = bind(n, args)?;
            let text = writer::dump(&a[0], &a[2..], c)?;
            let write = c.get_attr(&a[1], &intern("write"))?;
            c.call(&write, Args::of(&[Value::str(text)]))?;
            Ok(Value::None)
        },
    ),
    Def(
        "loads",
        "s, *, cls=None, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, object_pairs_hook=None",
        "Deserialize a JSON document to a Python object.",
        |n, c, args| {
            let a = bind(n, args)?;
            load(&a[0], &a[2], &a[6], c)
        },
    ),
    Def(
        "load",
        "fp, *, cls=None, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, object_pairs_hook=None",
        "Deserialize a file with a JSON document to a Python object.",
        |n, c, args| {
            let a = bind(n, args)?;
            let read = c.get_attr(&a[0], &intern("read"))?;
            let text = c.call(&read, Args::NONE)?;
            load(&text, &a[2], &a[6], c)
        },
    ),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("json");
    *module.doc.borrow_mut() = "JSON encoder and decoder.".into();
    add_functions(&module, "json", &FUNCTIONS);
    module.set("JSONDecodeError", Value::Class(error_class()));
    module
}

fn error_class() -> Rc<Class> {
    library_exception("JSONDecodeError", "json.decoder", &types().value_error)
}

fn load(text: &Value, hook: &Value, pairs_hook: &Value, caller: &mut dyn Caller) -> Result<Value> {
    match &*unwrapped(text) {
        Value::Str(s) => reader::Reader::new(s, hook, pairs_hook).document(caller),
        _ => {
            Err(Fault::type_error(format!("the JSON object must be str, bytes or bytearray, not {}", class_name(text))))
        }
    }
}
