//! Methods of strings that search and replace.

use super::super::bind::bind;
use super::super::convert::{check_memory, str_of, to_index, unwrapped};
use super::super::table::Def;
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Native, Str, Value};
use std::rc::Rc;

/// The methods.
pub static METHODS: [Def; 10] = [
    Def(
        "find",
        "self, sub, start=None, end=None, /",
        "Return the lowest index where sub is found, or -1.",
        |n, c, a| Ok(Value::Int(search(n, c, a, false)?.map_or(-1, |i| i as i64))),
    ),
    Def(
        "rfind",
        "self, sub, start=None, end=None, /",
        "Return the highest index where sub is found, or -1.",
        |n, c, a| Ok(Value::Int(search(n, c, a, true)?.map_or(-1, |i| i as i64))),
    ),
    Def("index", "self, sub, start=None, end=None, /", "Return the lowest index where sub is found.", |n, c, a| {
        search(n, c, a, false)?.map(Value::from).ok_or_else(|| Fault::value("substring not found"))
    }),
    Def("rindex", "self, sub, start=None, end=None, /", "Return the highest index where sub is found.", |n, c, a| {
        search(n, c, a, true)?.map(Value::from).ok_or_else(|| Fault::value("substring not found"))
    }),
    Def(
        "count",
        "self, sub, start=None, end=None, /",
        "Return the number of non-overlapping occurrences of sub.",
        count,
    ),
    Def(
        "replace",
        "self, old, new, count=-1, /",
        "Return a copy with all occurrences of old replaced by new.",
        replace,
    ),
    Def(
        "startswith",
        "self, prefix, start=None, end=None, /",
        "Return True if the string starts with the prefix.",
        |n, c, a| ends(n, c, a, "startswith", |s, part| s.starts_with(part)),
    ),
    Def(
        "endswith",
        "self, suffix, start=None, end=None, /",
        "Return True if the string ends with the suffix.",
        |n, c, a| ends(n, c, a, "endswith", |s, part| s.ends_with(part)),
    ),
    Def("removeprefix", "self, prefix, /", "Return a string without the prefix, if it is there.", |n, _, args| {
        let a = bind(n, args)?;
        let (text, part) = (str_of(n, a.first())?, argument(&a[1], "removeprefix() argument")?);
        Ok(Value::str(text.strip_prefix(part.as_str()).unwrap_or(&text)))
    }),
    Def("removesuffix", "self, suffix, /", "Return a string without the suffix, if it is there.", |n, _, args| {
        let a = bind(n, args)?;
        let (text, part) = (str_of(n, a.first())?, argument(&a[1], "removesuffix() argument")?);
        Ok(Value::str(text.strip_suffix(part.as_str()).unwrap_or(&text)))
    }),
];

/// The string of an argument. Errors: TypeError `{what} must be str, not int`.
pub fn argument(value: &Value, what: &str) -> Result<Rc<Str>> {
    match &*unwrapped(value) {
        Value::Str(s) => Ok(s.clone()),
        _ if what.is_empty() => Err(Fault::type_error(format!("must be str, not {}", class_name(value)))),
        _ => Err(Fault::type_error(format!("{what} must be str, not {}", class_name(value)))),
    }
}

/// The byte position of a character.
fn byte_at(text: &Str, position: usize) -> usize {
    if text.is_ascii() {
        position.min(text.len())
    } else {
        text.as_str().char_indices().nth(position).map_or(text.len(), |(i, _)| i)
    }
}

/// The part of a string between two positions as arguments give them, with the position of its first character.
///
/// `None` where the start lies behind the end of the string or of the part.
fn window<'a>(text: &'a Str, start: &Value, end: &Value, caller: &mut dyn Caller) -> Result<Option<(&'a str, usize)>> {
    if start.is_none() && end.is_none() {
        return Ok(Some((text, 0)));
    }
    let len = text.chars();
    let (_, to) = super::list::search_bounds(&Value::None, end, len, caller)?;
    let behind = start.as_int().is_some_and(|s| s > len as i64);
    let (from, _) = super::list::search_bounds(start, &Value::None, len, caller)?;
    if behind || from > to {
        return Ok(None);
    }
    Ok(text.as_str().get(byte_at(text, from)..byte_at(text, to)).map(|part| (part, from)))
}

fn search(native: &Native, caller: &mut dyn Caller, args: Args, last: bool) -> Result<Option<usize>> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let part = argument(&a[1], "")?;
    let Some((within, offset)) = window(&text, &a[2], &a[3], caller)? else { return Ok(None) };
    let found = if last { within.rfind(part.as_str()) } else { within.find(part.as_str()) };
    Ok(found.map(|i| offset + if text.is_ascii() { i } else { within[..i].chars().count() }))
}

fn count(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let part = argument(&a[1], "")?;
    let Some((within, _)) = window(&text, &a[2], &a[3], caller)? else { return Ok(Value::Int(0)) };
    Ok(Value::from(if part.is_empty() { within.chars().count() + 1 } else { within.matches(part.as_str()).count() }))
}

fn replace(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let old = argument(&a[1], "replace() argument 1")?;
    let new = argument(&a[2], "replace() argument 2")?;
    let limit = to_index(&a[3], caller)?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let found = if old.is_empty() { text.chars() + 1 } else { text.matches(old.as_str()).count() }.min(limit);
    check_memory(text.len() as u128 + found as u128 * new.len() as u128)?;
    Ok(Value::str(text.replacen(old.as_str(), &new, limit)))
}

fn ends(
    native: &Native,
    caller: &mut dyn Caller,
    args: Args,
    name: &str,
    holds: fn(&str, &str) -> bool,
) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let parts = match &*unwrapped(&a[1]) {
        Value::Str(_) => vec![a[1].clone()],
        Value::Tuple(t) => t.to_vec(),
        _ => {
            return Err(Fault::type_error(format!(
                "{name} first arg must be str or a tuple of str, not {}",
                class_name(&a[1])
            )));
        }
    };
    let within = window(&text, &a[2], &a[3], caller)?;
    for part in &parts {
        let Value::Str(part) = &*unwrapped(part) else {
            return Err(Fault::type_error(format!("tuple for {name} must only contain str, not {}", class_name(part))));
        };
        if within.is_some_and(|(within, _)| holds(within, part)) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}
