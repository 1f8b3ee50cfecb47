//! Methods of strings about letters: case and classes of characters.

use super::super::bind::bind;
use super::super::convert::str_of;
use super::super::table::Def;
use crate::diag::Result;
use crate::value::{Args, Native, Value};

/// The methods.
pub static METHODS: [Def; 18] = [
    Def("lower", "self, /", "Return a copy converted to lowercase.", |n, _, a| map(n, a, |s| s.to_lowercase())),
    Def("upper", "self, /", "Return a copy converted to uppercase.", |n, _, a| map(n, a, |s| s.to_uppercase())),
    Def("title", "self, /", "Return a version where each word is titlecased.", |n, _, a| map(n, a, title)),
    Def("capitalize", "self, /", "Return a version with the first character in upper case.", |n, _, a| {
        map(n, a, capitalize)
    }),
    Def("casefold", "self, /", "Return a version for caseless comparisons.", |n, _, a| map(n, a, casefold)),
    Def("swapcase", "self, /", "Convert uppercase to lowercase and lowercase to uppercase.", |n, _, a| {
        map(n, a, swapcase)
    }),
    Def("isalpha", "self, /", "Return True if all characters are letters.", |n, _, a| all(n, a, char::is_alphabetic)),
    Def("isdigit", "self, /", "Return True if all characters are digits.", |n, _, a| all(n, a, is_digit)),
    Def("isdecimal", "self, /", "Return True if all characters are decimal digits.", |n, _, a| all(n, a, is_decimal)),
    Def("isnumeric", "self, /", "Return True if all characters are numeric.", |n, _, a| all(n, a, char::is_numeric)),
    Def("isalnum", "self, /", "Return True if all characters are letters or digits.", |n, _, a| {
        all(n, a, char::is_alphanumeric)
    }),
    Def("isspace", "self, /", "Return True if all characters are whitespace.", |n, _, a| all(n, a, is_space)),
    Def("isascii", "self, /", "Return True if all characters are ASCII.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(str_of(n, a.first())?.is_ascii()))
    }),
    Def("isprintable", "self, /", "Return True if all characters are printable.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(str_of(n, a.first())?.as_str().chars().all(|c| c == ' ' || is_printable(c))))
    }),
    Def("islower", "self, /", "Return True if all cased characters are lowercase.", |n, _, a| {
        test(n, a, |s| s.chars().any(char::is_lowercase) && !s.chars().any(char::is_uppercase))
    }),
    Def("isupper", "self, /", "Return True if all cased characters are uppercase.", |n, _, a| {
        test(n, a, |s| s.chars().any(char::is_uppercase) && !s.chars().any(char::is_lowercase))
    }),
    Def("istitle", "self, /", "Return True if each word starts with its only uppercase letter.", |n, _, a| {
        test(n, a, is_title)
    }),
    Def("isidentifier", "self, /", "Return True if the string is a valid identifier.", |n, _, a| {
        test(n, a, is_identifier)
    }),
];

fn map(native: &Native, args: Args, change: fn(&str) -> String) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::str(change(&str_of(native, a.first())?)))
}

fn test(native: &Native, args: Args, holds: fn(&str) -> bool) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::Bool(holds(&str_of(native, a.first())?)))
}

fn all(native: &Native, args: Args, is: fn(char) -> bool) -> Result<Value> {
    let a = bind(native, args)?;
    let text = str_of(native, a.first())?;
    Ok(Value::Bool(!text.is_empty() && text.as_str().chars().all(is)))
}

fn title(text: &str) -> String {
    let (mut out, mut inside) = (String::with_capacity(text.len()), false);
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            push_title(&mut out, c);
        }
        inside = is_cased(c);
    }
    out
}

fn push_title(out: &mut String, c: char) {
    // The letters that are two in one.
    let pairs = [("Ǆǆ", 'ǅ'), ("Ǉǉ", 'ǈ'), ("Ǌǌ", 'ǋ'), ("Ǳǳ", 'ǲ')];
    if let Some((_, title)) = pairs.iter().find(|(both, _)| both.contains(c)) {
        out.push(*title);
        return;
    }
    // Characters that become several in upper case have only the first of them in upper case.
    let mut upper = c.to_uppercase();
    out.extend(upper.next());
    for rest in upper {
        out.extend(rest.to_lowercase());
    }
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len());
    if let Some(first) = chars.next() {
        push_title(&mut out, first);
    }
    out.push_str(&chars.as_str().to_lowercase());
    out
}

fn casefold(text: &str) -> String {
    text.replace(['ß', 'ẞ'], "ss").to_lowercase().replace('ς', "σ")
}

fn swapcase(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_uppercase() {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
    }
    out
}

/// Decimal digits of all scripts.
fn is_decimal(c: char) -> bool {
    c.is_ascii_digit()
        || (c.is_numeric() && crate::value::number::parse_int(&c.to_string(), 10).is_ok_and(|n| n.is_some()))
}

/// Decimal digits and digits in super- and subscript.
fn is_digit(c: char) -> bool {
    is_decimal(c) || matches!(c, '²' | '³' | '¹' | '⁰'..='⁹' | '₀'..='₉' | '①'..='⑨')
}

/// Whitespace as Python counts it.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Whether `repr` shows a character as it is.
pub fn is_printable(c: char) -> bool {
    !(c.is_control()
        || (c != ' ' && c.is_whitespace())
        || matches!(c as u32, 0xad | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe000..=0xf8ff))
}

fn is_title(text: &str) -> bool {
    let (mut inside, mut any) = (false, false);
    for c in text.chars() {
        if c.is_uppercase() {
            if inside {
                return false;
            }
            (inside, any) = (true, true);
        } else if c.is_lowercase() {
            if !inside {
                return false;
            }
            any = true;
        } else {
            inside = false;
        }
    }
    any
}

/// Whether a text is a name.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c))
        && chars.all(unicode_ident::is_xid_continue)
}
