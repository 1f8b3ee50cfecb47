//! Methods of strings that take them apart or cut their ends.

use super::super::bind::bind;
use super::super::convert::{str_of, to_index, unwrapped};
use super::super::table::Def;
use super::str_case::is_space;
use super::str_find::argument;
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Native, Value};

/// The methods.
pub static METHODS: [Def; 8] = [
    Def("split", "self, /, sep=None, maxsplit=-1", "Return a list of the substrings between separators.", |n, c, a| {
        split(n, c, a, false)
    }),
    Def("rsplit", "self, /, sep=None, maxsplit=-1", "The same, splitting from the end.", |n, c, a| {
        split(n, c, a, true)
    }),
    Def("splitlines", "self, /, keepends=False", "Return a list of the lines.", splitlines),
    Def("partition", "self, sep, /", "Partition at the first separator into three parts.", |n, _, a| {
        partition(n, a, false)
    }),
    Def("rpartition", "self, sep, /", "Partition at the last separator into three parts.", |n, _, a| {
        partition(n, a, true)
    }),
    Def(
        "strip",
        "self, chars=None, /",
        "Return a copy without leading and trailing whitespace or chars.",
        |n, _, a| strip(n, a, true, true),
    ),
    Def("lstrip", "self, chars=None, /", "Return a copy without leading whitespace or chars.", |n, _, a| {
        strip(n, a, true, false)
    }),
    Def("rstrip", "self, chars=None, /", "Return a copy without trailing whitespace or chars.", |n, _, a| {
        strip(n, a, false, true)
    }),
];

fn split(native: &Native, caller: &mut dyn Caller, args: Args, from_end: bool) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let limit = to_index(&a[2], caller)?;
    let limit = if limit < 0 { usize::MAX - 1 } else { limit as usize };
    let parts: Vec<&str> = match &*unwrapped(&a[1]) {
        Value::None if from_end => split_space_back(&text, limit),
        Value::None => split_space(&text, limit),
        Value::Str(separator) if separator.is_empty() => return Err(Fault::value("empty separator")),
        Value::Str(separator) if from_end => {
            let mut parts: Vec<&str> = text.rsplitn(limit + 1, separator.as_str()).collect();
            parts.reverse();
            return Ok(strings(parts));
        }
        Value::Str(separator) => {
            return Ok(strings(text.splitn(limit + 1, separator.as_str()).collect()));
        }
        _ => return Err(Fault::type_error(format!("must be str or None, not {}", class_name(&a[1])))),
    };
    Ok(strings(parts))
}

fn strings(parts: Vec<&str>) -> Value {
    Value::list(parts.into_iter().map(Value::str).collect())
}

fn split_space(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest);
            break;
        }
        let end = rest.find(is_space).unwrap_or(rest.len());
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(is_space);
    }
    parts
}

fn split_space_back(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end_matches(is_space);
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest);
            break;
        }
        let start = rest.rfind(is_space).map_or(0, |i| i + rest[i..].chars().next().map_or(1, char::len_utf8));
        parts.push(&rest[start..]);
        rest = rest[..start].trim_end_matches(is_space);
    }
    parts.reverse();
    parts
}

/// The lines of a text, with their ends.
pub fn lines(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let is_break =
            matches!(c, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c' | '\x1d' | '\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}');
        if !is_break {
            continue;
        }
        let mut end = i + c.len_utf8();
        if c == '\r' && matches!(chars.peek(), Some((_, '\n'))) {
            chars.next();
            end += 1;
        }
        out.push(&text[start..end]);
        start = end;
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

fn splitlines(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let keep = caller.truth(&a[1])?;
    let bare = |line: &'_ str| -> String {
        if keep {
            return line.to_string();
        }
        match line.strip_suffix("\r\n") {
            Some(bare) => bare.to_string(),
            None => {
                let last = line.chars().next_back().unwrap_or('a');
                let is_break = matches!(
                    last,
                    '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
                );
                if is_break { line[..line.len() - last.len_utf8()].to_string() } else { line.to_string() }
            }
        }
    };
    Ok(Value::list(lines(&text).into_iter().map(|l| Value::str(bare(l))).collect()))
}

fn partition(native: &Native, args: Args, last: bool) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let separator = argument(&a[1], "")?;
    if separator.is_empty() {
        return Err(Fault::value("empty separator"));
    }
    let found = if last { text.rsplit_once(separator.as_str()) } else { text.split_once(separator.as_str()) };
    Ok(match found {
        Some((head, tail)) => Value::tuple([Value::str(head), Value::Str(separator.clone()), Value::str(tail)]),
        None if last => Value::tuple([Value::str(""), Value::str(""), Value::Str(text)]),
        None => Value::tuple([Value::Str(text), Value::str(""), Value::str("")]),
    })
}

fn strip(native: &Native, args: Args, left: bool, right: bool) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    let chosen = match &*unwrapped(&a[1]) {
        Value::None => None,
        Value::Str(s) => Some(s.clone()),
        _ => return Err(Fault::type_error(format!("{} arg must be None or str", native.name))),
    };
    let cut = |c: char| match &chosen {
        Some(chars) => chars.as_str().contains(c),
        None => is_space(c),
    };
    let mut part = text.as_str();
    if left {
        part = part.trim_start_matches(cut);
    }
    if right {
        part = part.trim_end_matches(cut);
    }
    Ok(Value::str(part))
}
