//! `str.format`: replacement fields with attributes, indices, conversions and nested specifications.

use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Value, intern};

/// Where the values of replacement fields come from.
pub enum Values<'a> {
    /// The arguments of `str.format`.
    Args(Args<'a>),
    /// The mapping of `str.format_map`.
    Mapping(&'a Value),
}

/// Whether fields are numbered by themselves or by the program.
#[derive(Clone, Copy, PartialEq)]
enum Numbering {
    Open,
    Automatic,
    Manual,
}

struct Formatter<'a> {
    values: Values<'a>,
    numbering: Numbering,
    next: usize,
}

/// The text with its replacement fields replaced.
///
/// Errors: ValueError for malformed texts; IndexError and KeyError for values that are not there.
pub fn format_fields(text: &str, values: Values, caller: &mut dyn Caller) -> Result<String> {
    Formatter { values, numbering: Numbering::Open, next: 0 }.run(text, 2, caller)
}

impl Formatter<'_> {
    fn run(&mut self, text: &str, depth: u32, caller: &mut dyn Caller) -> Result<String> {
        if depth == 0 {
            return Err(Fault::value("Max string recursion exceeded"));
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let brace = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                out.push_str(brace);
                rest = after;
                continue;
            }
            if brace == "}" {
                return Err(Fault::value("Single '}' encountered in format string"));
            }
            if rest.is_empty() {
                return Err(Fault::value("Single '{' encountered in format string"));
            }
            let end = field_end(rest)?;
            let shown = self.field(&rest[..end], depth, caller)?;
            out.push_str(&shown);
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A replacement field without its braces.
    fn field(&mut self, field: &str, depth: u32, caller: &mut dyn Caller) -> Result<String> {
        let (name, conversion, spec) = split_field(field)?;
        let value = self.value(name, caller)?;
        let spec = if spec.contains(['{', '}']) { self.run(spec, depth - 1, caller)? } else { spec.to_string() };
        let converted = match conversion {
            None => return caller.format(&value, &spec),
            Some('r') => caller.repr(&value)?,
            Some('s') => caller.str(&value)?,
            Some('a') => super::super::functions::text::ascii_only(&caller.repr(&value)?),
            Some(other) => return Err(Fault::value(format!("Unknown conversion specifier {other}"))),
        };
        caller.format(&Value::str(converted), &spec)
    }

    /// The value that a field name stands for.
    fn value(&mut self, name: &str, caller: &mut dyn Caller) -> Result<Value> {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let mut value = self.first(&name[..end], caller)?;
        let mut rest = &name[end..];
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 {
                    return Err(Fault::value("Empty attribute in format string"));
                }
                value = caller.get_attr(&value, &intern(&after[..end]))?;
                rest = &after[end..];
            } else if let Some(after) = rest.strip_prefix('[') {
                let end = after.find(']').ok_or_else(|| Fault::value("Missing ']' in format string"))?;
                if end == 0 {
                    return Err(Fault::value("Empty attribute in format string"));
                }
                let key = &after[..end];
                let index = if key.bytes().all(|b| b.is_ascii_digit()) { key.parse::<i64>().ok() } else { None };
                value = caller.get_item(&value, &index.map_or_else(|| Value::str(key), Value::Int))?;
                rest = &after[end + 1..];
            } else {
                return Err(Fault::value("Only '.' or '[' may follow ']' in format field specifier"));
            }
        }
        Ok(value)
    }

    fn first(&mut self, name: &str, caller: &mut dyn Caller) -> Result<Value> {
        let number = if name.is_empty() {
            self.number(Numbering::Automatic)?;
            self.next += 1;
            Some(self.next - 1)
        } else if name.bytes().all(|b| b.is_ascii_digit()) {
            self.number(Numbering::Manual)?;
            Some(name.parse::<usize>().map_err(|_| Fault::value("Too many decimal digits in format string"))?)
        } else {
            None
        };
        match (&self.values, number) {
            (Values::Args(args), Some(i)) => {
                args.positional().get(i).cloned().ok_or_else(|| {
                    Fault::index(format!("Replacement index {i} out of range for positional args tuple"))
                })
            }
            (Values::Args(args), None) => match args.keyword(name) {
                Some(value) => Ok(value.clone()),
                None => Err(super::super::convert::key_error(&Value::str(name), caller)),
            },
            (Values::Mapping(_), Some(_)) => Err(Fault::value("Format string contains positional fields")),
            (Values::Mapping(mapping), None) => caller.get_item(mapping, &Value::str(name)),
        }
    }

    fn number(&mut self, wanted: Numbering) -> Result<()> {
        let words =
            |n| if n == Numbering::Automatic { "automatic field numbering" } else { "manual field specification" };
        if self.numbering != Numbering::Open && self.numbering != wanted {
            return Err(Fault::value(format!("cannot switch from {} to {}", words(self.numbering), words(wanted))));
        }
        self.numbering = wanted;
        Ok(())
    }
}

/// The position of the brace that closes a field.
fn field_end(text: &str) -> Result<usize> {
    let (mut depth, mut bracket) = (0, false);
    for (i, c) in text.char_indices() {
        match c {
            '[' if depth == 0 => bracket = true,
            ']' => bracket = false,
            '{' if !bracket => depth += 1,
            '}' if bracket && depth == 0 => return Err(Fault::value("expected '}' before end of string")),
            '}' if depth == 0 => return Ok(i),
            '}' => depth -= 1,
            _ => {}
        }
    }
    Err(Fault::value("expected '}' before end of string"))
}

/// A field's name, conversion and specification.
fn split_field(field: &str) -> Result<(&str, Option<char>, &str)> {
    let mut bracket = false;
    for (i, c) in field.char_indices() {
        match c {
            '[' => bracket = true,
            ']' => bracket = false,
            ':' if !bracket => return Ok((&field[..i], None, &field[i + 1..])),
            '!' if !bracket => {
                let mut after = field[i + 1..].chars();
                let Some(conversion) = after.next() else {
                    return Err(Fault::value("unmatched '{' in format spec"));
                };
                let spec = match (after.next(), after.as_str()) {
                    (None, _) => "",
                    (Some(':'), spec) => spec,
                    _ => return Err(Fault::value("expected ':' after conversion specifier")),
                };
                return Ok((&field[..i], Some(conversion), spec));
            }
            '{' if !bracket => return Err(Fault::value("unexpected '{' in field name")),
            _ => {}
        }
    }
    Ok((field, None, ""))
}
