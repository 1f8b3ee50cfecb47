//! Regular expressions: the native half of the module `re`.
//!
//! Python's notation is rewritten into the engine's; matches are told as offsets in characters.

use super::super::bind::bind;
use super::super::classes::library_exception;
use super::super::convert::raise;
use super::super::table::Def;
use crate::diag::{Fault, Result};
use crate::value::class::Kind;
use crate::value::{Args, Caller, Class, Instance, Module, Native, Value, types};
use fancy_regex::{Regex, RegexBuilder};
use std::rc::Rc;

/// A compiled pattern: free, anchored at the start, and at both ends.
struct Compiled {
    free: Regex,
    start: Regex,
    whole: Regex,
}

thread_local! {
    static HANDLE: Rc<Class> = Class::builtin("Handle", "_re", &[&types().object], Kind::Builtin);
}

const IGNORE_CASE: i64 = 2;
const MULTI_LINE: i64 = 8;
const DOT_ALL: i64 = 16;
const VERBOSE: i64 = 64;

static FUNCTIONS: [Def; 2] = [
    Def("compile", "pattern, flags, /", "The compiled pattern, with the names of its groups.", compile),
    Def("find", "handle, text, start, end, mode, limit, /", "Matches: the spans of all groups of each.", find),
];

/// The module `_re`.
pub fn build() -> Rc<Module> {
    let module = Module::new("_re");
    super::super::table::add_functions(&module, "_re", &FUNCTIONS);
    module.set("error", Value::Class(library_exception("error", "re", &types().exception)));
    module
}

fn error(message: String) -> crate::diag::Error {
    let class = library_exception("error", "re", &types().exception);
    raise(&class, &message)
}

fn compile(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let pattern = a[0].as_str().unwrap_or_default();
    let flags = a[1].as_int().unwrap_or(0);
    let translated = translate(pattern, flags & VERBOSE != 0)?;
    let mut switches = String::new();
    for (bit, letter) in [(IGNORE_CASE, 'i'), (MULTI_LINE, 'm'), (DOT_ALL, 's'), (VERBOSE, 'x')] {
        if flags & bit != 0 {
            switches.push(letter);
        }
    }
    let open = if switches.is_empty() { "(?:".to_string() } else { format!("(?{switches}:") };
    // A verbose pattern may end in a comment, which the line break ends.
    let close = if flags & VERBOSE != 0 { "\n)" } else { ")" };
    let build = |before: &str, after: &str| {
        RegexBuilder::new(&format!("{before}{open}{translated}{close}{after}"))
            .backtrack_limit(10_000_000)
            .build()
            .map_err(|e| error(explain(pattern, &e.to_string())))
    };
    let compiled = Compiled { free: build("", "")?, start: build("\\A", "")?, whole: build("\\A", "\\z")? };
    let names: Vec<Value> = compiled.free.capture_names().map(|name| name.map(Value::str).into()).collect();
    let handle = Value::Object(Instance::native(HANDLE.with(Rc::clone), compiled));
    Ok(Value::tuple([handle, Value::list(names)]))
}

/// Python's words for the mistakes that are made most.
fn explain(pattern: &str, engine: &str) -> String {
    let mut open: Vec<usize> = Vec::new();
    let mut escaped = false;
    let mut in_set: Option<usize> = None;
    let mut last: Option<char> = None;
    for (at, c) in pattern.chars().enumerate() {
        if escaped {
            escaped = false;
            last = Some('\\');
            continue;
        }
        match (in_set, c) {
            (_, '\\') => escaped = true,
            (Some(start), ']') if at > start + 1 => in_set = None,
            (Some(_), _) => {}
            (None, '[') => in_set = Some(at),
            (None, '(') => open.push(at),
            (None, ')') if open.pop().is_none() => return format!("unbalanced parenthesis at position {at}"),
            (None, '*' | '+' | '?') if matches!(last, None | Some('(' | '|')) && !(c == '?' && last == Some('(')) => {
                return format!("nothing to repeat at position {at}");
            }
            (None, '*' | '+') if matches!(last, Some('*' | '+')) => return format!("multiple repeat at position {at}"),
            _ => {}
        }
        last = Some(c);
    }
    if escaped {
        return format!("bad escape (end of pattern) at position {}", pattern.chars().count() - 1);
    }
    if let Some(at) = in_set {
        return format!("unterminated character set at position {at}");
    }
    match open.last() {
        Some(at) => format!("missing ), unterminated subpattern at position {at}"),
        None => engine.to_string(),
    }
}

/// The engine's notation of a Python pattern.
fn translate(pattern: &str, verbose: bool) -> Result<String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len());
    let mut at = 0;
    let mut set: Option<usize> = None;
    while at < chars.len() {
        let c = chars[at];
        let next = chars.get(at + 1).copied();
        match c {
            '\\' => {
                match next {
                    Some('Z') if set.is_none() => out.push_str("\\z"),
                    Some('b') if set.is_some() => out.push_str("\\x08"),
                    // Escapes that the engine does not know stand for the character itself.
                    Some(q) if !q.is_alphanumeric() && !"\\.+*?()|[]{}^$#&-~/ \n\"'<>@!%,:;=_`".contains(q) => {
                        out.push(q)
                    }
                    Some(q @ ('/' | '"' | '\'' | '<' | '>' | '@' | '!' | '%' | ',' | ':' | ';' | '=' | '_' | '`')) => {
                        out.push(q)
                    }
                    Some(q) => {
                        out.push('\\');
                        out.push(q);
                    }
                    None => return Err(error(format!("bad escape (end of pattern) at position {at}"))),
                }
                at += 2;
                continue;
            }
            '[' if set.is_none() => {
                set = Some(at);
                out.push('[');
                if next == Some('^') {
                    out.push('^');
                    at += 1;
                    set = Some(at);
                }
                // A bracket that comes first is a member.
                if chars.get(at + 1) == Some(&']') {
                    out.push_str("\\]");
                    at += 1;
                }
            }
            ']' if set.is_some_and(|start| at > start) => {
                set = None;
                out.push(']');
            }
            // Sets of sets and their algebra are the engine's own.
            '[' | '&' | '~' if set.is_some() => {
                out.push('\\');
                out.push(c);
            }
            '-' if set.is_some() && next == Some('-') => out.push_str("\\-"),
            ' ' | '#' if set.is_some() && verbose => {
                out.push('\\');
                out.push(c);
            }
            '{' if set.is_none() => {
                let rest: String = chars[at + 1..].iter().take_while(|&&c| c != '}').collect();
                let closed = at + 1 + rest.chars().count() < chars.len();
                let counts = closed
                    && !rest.is_empty()
                    && rest != ","
                    && rest.chars().all(|c| c.is_ascii_digit() || c == ',')
                    && rest.matches(',').count() <= 1;
                match counts {
                    true if rest.starts_with(',') => {
                        out.push_str(&format!("{{0{rest}}}"));
                        at += rest.len() + 1;
                    }
                    true => out.push('{'),
                    false => out.push_str("\\{"),
                }
            }
            '}' if set.is_none() => {
                let opened = out.rfind('{').is_some_and(|i| {
                    !out[..i].ends_with('\\') && out[i + 1..].chars().all(|c| c.is_ascii_digit() || c == ',')
                });
                out.push_str(if opened { "}" } else { "\\}" });
            }
            // `$` also matches before a line break at the end.
            '$' if set.is_none() => out.push_str("(?:$|(?=\\n\\z))"),
            _ => out.push(c),
        }
        at += 1;
    }
    Ok(out)
}

/// The spans of the groups of each match, `(-1, -1)` for a group that took no part.
fn find(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let Value::Object(object) = &a[0] else { return Err(Fault::type_error("a compiled pattern is needed")) };
    let Some(compiled) = object.native_payload::<Compiled>() else {
        return Err(Fault::type_error("a compiled pattern is needed"));
    };
    let Some(text) = a[1].as_str() else {
        let class = crate::value::protocol::class_name(&a[1]);
        return Err(Fault::type_error(format!("expected string or bytes-like object, got '{class}'")));
    };
    let count = text.chars().count() as i64;
    let start = a[2].as_int().unwrap_or(0).clamp(0, count) as usize;
    let end = a[3].as_int().unwrap_or(count).clamp(start as i64, count) as usize;
    let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(i, _)| i);
    let (from, to) = (byte(start), byte(end));
    let limit = a[5].as_int().filter(|&n| n > 0).map_or(usize::MAX, |n| n as usize);
    let (regex, base) = match a[4].as_str() {
        // Anchors look at the part alone.
        Some("match") => (&compiled.start, from),
        Some("fullmatch") => (&compiled.whole, from),
        _ => (&compiled.free, 0),
    };
    let part = &text[base..to];
    let mut places = Places { text, byte: 0, chars: 0 };
    let mut found = Vec::new();
    let mut at = from - base;
    while found.len() < limit && at <= part.len() {
        caller.checkpoint()?;
        let captures = regex.captures_from_pos(part, at).map_err(|e| Fault::runtime(e.to_string()))?;
        let Some(captures) = captures else { break };
        let Some(whole) = captures.get(0) else { break };
        let spans: Vec<Value> = (0..captures.len())
            .map(|i| match captures.get(i) {
                Some(group) => {
                    let (s, e) = (places.chars_at(base + group.start()), places.chars_at(base + group.end()));
                    Value::tuple([Value::from(s), Value::from(e)])
                }
                None => Value::tuple([Value::Int(-1), Value::Int(-1)]),
            })
            .collect();
        found.push(Value::list(spans));
        at = match whole.end() > whole.start() {
            true => whole.end(),
            false => whole.end() + part[whole.end()..].chars().next().map_or(1, char::len_utf8),
        };
    }
    Ok(Value::list(found))
}

/// Offsets in characters, counted on from the last one asked for.
struct Places<'a> {
    text: &'a str,
    byte: usize,
    chars: usize,
}

impl Places<'_> {
    fn chars_at(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.chars) = (0, 0);
        }
        self.chars += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.chars
    }
}
