//! Methods of strings: the table, the constructor, and those that fit nowhere else.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::convert::{check_memory, class_argument, str_of, to_index, unwrapped};
use super::super::format::{Values, format_fields};
use super::super::table::{Def, add_methods, add_static_methods};
use super::{str_case, str_find, str_split};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Dict, Native, Value, types};

static METHODS: [Def; 12] = [
    Def("join", "self, iterable, /", "Concatenate any number of strings with this one between them.", join),
    Def("format", "self, /, *args, **kwargs", "Replace the fields in braces by the arguments.", format),
    Def("format_map", "self, mapping, /", "Replace the fields in braces by the values of a mapping.", format_map),
    Def("zfill", "self, width, /", "Pad a numeric string with zeros on the left.", zfill),
    Def("center", "self, width, fillchar=' ', /", "Return a centered string of the width.", |n, c, a| {
        pad(n, c, a, '^')
    }),
    Def("ljust", "self, width, fillchar=' ', /", "Return a left-justified string of the width.", |n, c, a| {
        pad(n, c, a, '<')
    }),
    Def("rjust", "self, width, fillchar=' ', /", "Return a right-justified string of the width.", |n, c, a| {
        pad(n, c, a, '>')
    }),
    Def(
        "expandtabs",
        "self, /, tabsize=8",
        "Return a copy where tab characters are expanded using spaces.",
        expandtabs,
    ),
    Def("translate", "self, table, /", "Replace each character using the translation table.", translate),
    Def("encode", "self, /, encoding='utf-8', errors='strict'", "Bytes are not part of this language.", encode),
    Def("__getnewargs__", "self, /", "The string in a tuple.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::tuple([a[0].clone()]))
    }),
    Def("__rmod__", "self, value, /", "Return value%self.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::NotImplemented)
    }),
];

static STATIC: [Def; 1] =
    [Def("maketrans", "x, y=..., z=..., /", "Return a translation table for translate().", maketrans)];

/// Fills the class.
pub fn install() {
    let class = &types().str;
    add_methods(class, "str", &METHODS);
    add_methods(class, "str", &str_case::METHODS);
    add_methods(class, "str", &str_find::METHODS);
    add_methods(class, "str", &str_split::METHODS);
    add_static_methods(class, &STATIC);
    class.construct.set(Some(construct));
}

/// `str(object='')`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let rest = &args.values[1..];
    let value = match rest {
        [] => Value::str(""),
        [value @ Value::Str(_)] => value.clone(),
        [value] => Value::str(caller.str(value)?),
        [value, ..] => {
            return Err(Fault::type_error(format!(
                "decoding to str: need a bytes-like object, {} found",
                class_name(value)
            )));
        }
    };
    Ok(finish(&class, value))
}

fn join(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let separator = str_of(native, a.first())?;
    let items = match &a[1] {
        Value::List(l) => l.to_vec(),
        Value::Tuple(t) => t.to_vec(),
        other => match caller.iter(other) {
            Ok(iterator) => {
                let mut items = Vec::new();
                while let Some(item) = caller.next(&iterator)? {
                    items.push(item);
                }
                items
            }
            Err(e) if e.kind == crate::diag::ExcKind::TypeError => {
                return Err(Fault::type_error("can only join an iterable"));
            }
            Err(e) => return Err(e),
        },
    };
    let mut size = 0u128;
    for (i, item) in items.iter().enumerate() {
        match &*unwrapped(item) {
            Value::Str(s) => size += (s.len() + separator.len()) as u128,
            _ => {
                return Err(Fault::type_error(format!(
                    "sequence item {i}: expected str instance, {} found",
                    class_name(item)
                )));
            }
        }
    }
    check_memory(size)?;
    let mut out = String::with_capacity(size as usize);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(&separator);
        }
        if let Value::Str(s) = &*unwrapped(item) {
            out.push_str(s);
        }
    }
    Ok(Value::str(out))
}

fn format(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let text = str_of(native, args.values.first())?;
    let rest = Args { values: &args.values[1..], names: args.names };
    format_fields(&text, Values::Args(rest), caller).map(Value::str)
}

fn format_map(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    format_fields(&text, Values::Mapping(&a[1]), caller).map(Value::str)
}

fn zfill(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let width = to_index(&a[1], caller)?.max(0) as usize;
    check_memory(width as u128)?;
    let missing = width.saturating_sub(text.chars());
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'+' | b'-') => text.split_at(1),
        _ => ("", text.as_str()),
    };
    Ok(Value::str(format!("{sign}{}{digits}", "0".repeat(missing))))
}

fn pad(native: &Native, caller: &mut dyn Caller, args: Args, align: char) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let width = to_index(&a[1], caller)?.max(0) as usize;
    let fill = match a[2].as_str() {
        Some(fill) => {
            let mut chars = fill.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => c,
                _ => return Err(Fault::type_error("The fill character must be exactly one character long")),
            }
        }
        None => {
            return Err(Fault::type_error(format!(
                "The fill character must be a unicode character, not {}",
                class_name(&a[2])
            )));
        }
    };
    check_memory(width as u128 * fill.len_utf8() as u128)?;
    let length = text.chars();
    let missing = width.saturating_sub(length);
    // Where the two sides differ by one, Python puts it left for odd widths.
    let left = match align {
        '<' => 0,
        '>' => missing,
        _ => missing / 2 + (missing & width & 1),
    };
    let side = |n: usize| std::iter::repeat_n(fill, n).collect::<String>();
    Ok(Value::str(format!("{}{}{}", side(left), text.as_str(), side(missing - left))))
}

fn expandtabs(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let size = to_index(&a[1], caller)?.max(0) as usize;
    check_memory(size as u128 * text.len() as u128)?;
    let (mut out, mut column) = (String::with_capacity(text.len()), 0);
    for c in text.as_str().chars() {
        match c {
            '\t' if size > 0 => {
                let n = size - column % size;
                out.extend(std::iter::repeat_n(' ', n));
                column += n;
            }
            '\t' => {}
            _ => {
                out.push(c);
                column = if matches!(c, '\n' | '\r') { 0 } else { column + 1 };
            }
        }
    }
    Ok(Value::str(out))
}

fn translate(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let mut out = String::with_capacity(text.len());
    for c in text.as_str().chars() {
        let key = Value::Int(i64::from(c as u32));
        let mapped = match &a[1] {
            Value::Dict(d) => d.get(&key, caller)?,
            table => match caller.get_item(table, &key) {
                Ok(found) => Some(found),
                Err(e) if matches!(e.kind, crate::diag::ExcKind::KeyError | crate::diag::ExcKind::IndexError) => None,
                Err(e) => return Err(e),
            },
        };
        match mapped {
            None => out.push(c),
            Some(Value::None) => {}
            Some(Value::Str(s)) => out.push_str(&s),
            Some(Value::Int(i)) => match u32::try_from(i).ok().and_then(char::from_u32) {
                Some(c) => out.push(c),
                None => return Err(Fault::value("character mapping must be in range(0x110000)")),
            },
            Some(_) => return Err(Fault::type_error("character mapping must return integer, None or str")),
        }
    }
    Ok(Value::str(out))
}

fn encode(_: &Native, _: &mut dyn Caller, _: Args) -> Result<Value> {
    Err(Fault::not_implemented("bytes are not part of this language: str.encode is not available"))
}

fn maketrans(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let table = Dict::new();
    let code = |c: char| Value::Int(i64::from(c as u32));
    if a[1].is_undef() {
        let Value::Dict(d) = &a[0] else {
            return Err(Fault::type_error("if you give only one argument to maketrans it must be a dict"));
        };
        for (key, value) in d.items() {
            let key = match &key {
                Value::Str(s) if s.chars() == 1 => code(s.as_str().chars().next().unwrap_or('\0')),
                Value::Int(_) => key,
                Value::Str(_) => return Err(Fault::value("string keys in translate table must be of length 1")),
                _ => return Err(Fault::type_error("keys in translate table must be strings or integers")),
            };
            table.insert(key, value, caller)?;
        }
        return Ok(Value::Dict(table));
    }
    let text = |v: &Value, i: usize| match v {
        Value::Str(s) => Ok(s.as_str().chars().collect::<Vec<char>>()),
        other => Err(Fault::type_error(format!("maketrans() argument {i} must be str, not {}", class_name(other)))),
    };
    let (from, to) = (text(&a[0], 1)?, text(&a[1], 2)?);
    if from.len() != to.len() {
        return Err(Fault::value("the first two maketrans arguments must have equal length"));
    }
    for (f, t) in from.into_iter().zip(to) {
        table.insert(code(f), code(t), caller)?;
    }
    if !a[2].is_undef() {
        for c in text(&a[2], 3)? {
            table.insert(code(c), Value::None, caller)?;
        }
    }
    Ok(Value::Dict(table))
}
