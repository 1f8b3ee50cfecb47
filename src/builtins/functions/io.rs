//! `print`, `input` and `open`.

use super::super::bind::bind;
use super::super::table::Def;
use super::file::{self, TextFile};
use crate::diag::{ExcKind, Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Native, Value, intern};

/// The functions.
pub static FUNCTIONS: [Def; 3] = [
    Def("print", "*args, sep=' ', end='\n', file=None, flush=False", "Print the values to a stream.", print),
    Def("input", "prompt='', /", "Read a string from standard input.", input),
    Def(
        "open",
        "file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None",
        "Open a text file.",
        open,
    ),
];

/// A separator or end of `print`.
fn piece<'a>(name: &str, value: Option<&'a Value>, default: &'a str) -> Result<&'a str> {
    match value {
        None | Some(Value::None) => Ok(default),
        Some(Value::Str(s)) => Ok(s.as_str()),
        Some(other) => Err(Fault::type_error(format!("{name} must be None or a string, not {}", class_name(other)))),
    }
}

fn print(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let (mut sep, mut end, mut file, mut flush) = (" ", "\n", None, false);
    for (name, value) in args.keywords() {
        match name.as_str() {
            "sep" => sep = piece("sep", Some(value), " ")?,
            "end" => end = piece("end", Some(value), "\n")?,
            "file" => file = Some(value).filter(|v| !v.is_none()),
            "flush" => flush = caller.truth(value)?,
            other => {
                return Err(Fault::type_error(format!("'{other}' is an invalid keyword argument for print()")));
            }
        }
    }
    let mut text = String::new();
    for (i, value) in args.positional().iter().enumerate() {
        if i > 0 {
            text.push_str(sep);
        }
        match value {
            Value::Str(s) => text.push_str(s),
            other => text.push_str(&caller.str(other)?),
        }
    }
    text.push_str(end);
    // The program may have put something else in the place of its standard output.
    let stdout = match file {
        None => super::super::loaded_module("sys").and_then(|sys| sys.get("stdout")),
        Some(_) => None,
    };
    match file.or(stdout.as_ref()) {
        None => caller.write(&text)?,
        Some(file) => match file::of(file) {
            Some(known) => {
                known.write(&text, caller)?;
                if flush {
                    known.flush()?;
                }
            }
            None => {
                let write = caller.get_attr(file, &intern("write"))?;
                caller.call(&write, Args::of(&[Value::str(text)]))?;
            }
        },
    }
    Ok(Value::None)
}

fn input(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let prompt = caller.str(&a[0])?;
    match caller.read_line(&prompt)? {
        Some(line) => Ok(Value::str(line)),
        None => Err(Fault::new(ExcKind::EOFError, "EOF when reading a line")),
    }
}

fn open(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let path = path_of(&a[0], caller)?;
    let Some(mode) = a[1].as_str() else {
        return Err(Fault::type_error(format!("open() argument 'mode' must be str, not {}", class_name(&a[1]))));
    };
    if mode.contains('b') {
        return Err(Fault::not_implemented(
            "open() in binary mode is not part of this language: bytes are not supported",
        ));
    }
    file::open(&path, mode).map(TextFile::object)
}

/// The path of a path argument: a string or an object with `__fspath__`.
///
/// Errors: TypeError for other values.
pub fn path_of(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    if let Value::Str(s) = &*super::super::convert::unwrapped(value) {
        return Ok(s.as_str().to_string());
    }
    match caller.call_special(value, "__fspath__", &[])? {
        Some(Value::Str(s)) => Ok(s.as_str().to_string()),
        _ => Err(Fault::type_error(format!("expected str, bytes or os.PathLike object, not {}", class_name(value)))),
    }
}
