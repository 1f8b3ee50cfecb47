//! Functions from and to text: `repr`, `ascii`, `format`, `chr`, `ord`, `bin`, `oct`, `hex`.

use super::super::bind::bind;
use super::super::convert::{to_index, unwrapped};
use super::super::methods::int::with_prefix;
use super::super::table::Def;
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Native, Value};

/// The functions.
pub static FUNCTIONS: [Def; 8] = [
    Def("repr", "obj, /", "Return the canonical string representation of the object.", repr),
    Def("ascii", "obj, /", "Return an ASCII-only representation of an object.", ascii),
    Def("format", "value, format_spec='', /", "Return value formatted as format_spec says.", format),
    Def("chr", "i, /", "Return a string of one character with that code point.", chr),
    Def("ord", "c, /", "Return the code point of a one-character string.", ord),
    Def("bin", "number, /", "Return the binary representation of an integer.", |n, c, args| {
        with_prefix(&bind(n, args)?[0], 2, "0b", c)
    }),
    Def("oct", "number, /", "Return the octal representation of an integer.", |n, c, args| {
        with_prefix(&bind(n, args)?[0], 8, "0o", c)
    }),
    Def("hex", "number, /", "Return the hexadecimal representation of an integer.", |n, c, args| {
        with_prefix(&bind(n, args)?[0], 16, "0x", c)
    }),
];

fn repr(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    caller.repr(args.one("repr")?).map(Value::str)
}

fn ascii(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    Ok(Value::str(ascii_only(&caller.repr(args.one("ascii")?)?)))
}

/// A text whose characters beyond ASCII are escaped.
pub fn ascii_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c as u32 {
            0..=0x7f => out.push(c),
            code @ 0..=0xff => out.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..=0xffff => out.push_str(&format!("\\u{code:04x}")),
            code => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out
}

fn format(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let spec = match args.between("format", 1, 2)? {
        [_, spec] => match &*unwrapped(spec) {
            Value::Str(s) => s.as_str().to_string(),
            _ => return Err(Fault::type_error(format!("format() argument 2 must be str, not {}", class_name(spec)))),
        },
        _ => String::new(),
    };
    caller.format(&args.values[0], &spec).map(Value::str)
}

fn chr(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let code = to_index(args.one("chr")?, caller)?;
    match u32::try_from(code).ok().and_then(char::from_u32) {
        Some(c) => Ok(Value::str(c.to_string())),
        None => Err(Fault::value("chr() arg not in range(0x110000)")),
    }
}

fn ord(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let value = args.one("ord")?;
    let Value::Str(s) = &*unwrapped(value) else {
        return Err(Fault::type_error(format!("ord() expected string of length 1, but {} found", class_name(value))));
    };
    let mut chars = s.as_str().chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(Value::Int(i64::from(c as u32))),
        _ => Err(Fault::type_error(format!("ord() expected a character, but string of length {} found", s.chars()))),
    }
}
