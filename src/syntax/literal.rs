//! Numbers and strings as written, turned into values.

use super::ast::ExprKind;
use num_bigint::BigInt;

/// The most decimal digits that an integer literal may have, as in CPython.
const MAX_DIGITS: usize = 4300;

/// The value of a number that the token pass has accepted, or Python's words against it.
pub(super) fn number(text: &str) -> Result<ExprKind, String> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let lower = digits.to_ascii_lowercase();
    let radix = match lower.as_bytes() {
        [b'0', b'x', ..] => 16,
        [b'0', b'o', ..] => 8,
        [b'0', b'b', ..] => 2,
        _ => 10,
    };
    if radix == 10 {
        if let Some(imaginary) = lower.strip_suffix('j') {
            return imaginary.parse().map(ExprKind::Imaginary).map_err(|_| "invalid decimal literal".to_string());
        }
        if lower.bytes().any(|b| matches!(b, b'.' | b'e')) {
            return lower.parse().map(ExprKind::Float).map_err(|_| "invalid decimal literal".to_string());
        }
        if let Ok(value) = lower.parse() {
            return Ok(ExprKind::Int(value));
        }
        if lower.len() > MAX_DIGITS {
            return Err(format!(
                "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {} digits; use \
                 sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
                 to avoid decimal conversion limits.",
                lower.len()
            ));
        }
        return Ok(ExprKind::BigInt(lower.trim_start_matches('0').to_string()));
    }
    if let Ok(value) = i64::from_str_radix(&lower[2..], radix) {
        return Ok(ExprKind::Int(value));
    }
    match BigInt::parse_bytes(&lower.as_bytes()[2..], radix) {
        Some(value) => Ok(ExprKind::BigInt(value.to_string())),
        None => Err("invalid integer literal".to_string()),
    }
}

/// A string literal taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Literal<'a> {
    /// Whether backslashes stand for themselves.
    pub raw: bool,
    /// Whether it has replacement fields.
    pub format: bool,
    /// What stands between the quotes.
    pub body: &'a str,
    /// Offset of the body in the literal.
    pub offset: usize,
}

impl<'a> Literal<'a> {
    /// The parts of a well-formed string token.
    pub fn new(text: &'a str) -> Literal<'a> {
        let prefix = text.find(['"', '\'']).unwrap_or(0);
        let (letters, quoted) = text.split_at(prefix);
        let quotes =
            if quoted.len() >= 6 && (quoted.starts_with("\"\"\"") || quoted.starts_with("'''")) { 3 } else { 1 };
        Literal {
            raw: letters.contains(['r', 'R']),
            format: letters.contains(['f', 'F']),
            body: quoted.get(quotes..quoted.len().saturating_sub(quotes)).unwrap_or(""),
            offset: prefix + quotes,
        }
    }
}

/// Appends a piece of a string's body with its escapes resolved and its line breaks made `\n`; Python's words when an
/// escape is malformed.
pub(super) fn unescape(body: &str, raw: bool, out: &mut String) -> Result<(), String> {
    let mut rest = body;
    let special: &[char] = if raw { &['\r'] } else { &['\\', '\r'] };
    while let Some(at) = rest.find(special) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\r') {
            out.push('\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
            continue;
        }
        let start = body.len() - rest.len();
        rest = &rest[1..];
        let Some(c) = rest.chars().next() else {
            out.push('\\');
            break;
        };
        rest = &rest[c.len_utf8()..];
        match c {
            '\n' => {}
            '\r' => rest = rest.strip_prefix('\n').unwrap_or(rest),
            '\\' | '\'' | '"' => out.push(c),
            'a' => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'v' => out.push('\u{b}'),
            '0'..='7' => {
                let mut value = c.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(digit) = rest.chars().next().and_then(|c| c.to_digit(8)) else { break };
                    value = value * 8 + digit;
                    rest = &rest[1..];
                }
                out.push(char::from_u32(value).unwrap_or('\u{fffd}'));
            }
            'x' => rest = code_point(body, start, rest, 2, "truncated \\xXX escape", out)?,
            'u' => rest = code_point(body, start, rest, 4, "truncated \\uXXXX escape", out)?,
            'U' => rest = code_point(body, start, rest, 8, "truncated \\UXXXXXXXX escape", out)?,
            'N' => return Err("\\N{...} escapes are outside the language of this REPL".to_string()),
            c => {
                out.push('\\');
                out.push(c);
            }
        }
    }
    out.push_str(rest);
    Ok(())
}

/// Appends the character of an escape with `width` hexadecimal digits; the text after it.
fn code_point<'a>(
    body: &str,
    start: usize,
    rest: &'a str,
    width: usize,
    truncated: &str,
    out: &mut String,
) -> Result<&'a str, String> {
    let valid = rest.bytes().take(width).take_while(u8::is_ascii_hexdigit).count();
    let decode_error = |digits: usize, reason: &str| {
        let from = body[..start].chars().count();
        let to = from + 1 + digits;
        Err(format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {from}-{to}: {reason}"))
    };
    if valid < width {
        return decode_error(valid, truncated);
    }
    let code = u32::from_str_radix(&rest[..width], 16).unwrap_or(u32::MAX);
    match char::from_u32(code) {
        Some(c) => out.push(c),
        None if code <= 0xffff => return Err("lone surrogates are outside the language of this REPL".to_string()),
        None => return decode_error(width, "illegal Unicode character"),
    }
    Ok(&rest[width..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_form() {
        let cases = [
            ("1_000", ExprKind::Int(1000)),
            ("0xfF", ExprKind::Int(255)),
            ("0o17", ExprKind::Int(15)),
            ("0b1_01", ExprKind::Int(5)),
            ("00", ExprKind::Int(0)),
            ("1.", ExprKind::Float(1.0)),
            (".5e1", ExprKind::Float(5.0)),
            ("012_0.5J", ExprKind::Imaginary(120.5)),
            ("1e-3", ExprKind::Float(0.001)),
            ("9223372036854775808", ExprKind::BigInt("9223372036854775808".into())),
            ("0x1_0000_0000_0000_0000", ExprKind::BigInt("18446744073709551616".into())),
        ];
        for (text, want) in cases {
            assert_eq!(number(text).as_ref(), Ok(&want), "{text}");
        }
    }

    #[test]
    fn escapes_are_resolved() {
        let mut out = String::new();
        unescape(
            r#"a\tb\x41\u03c3\101\q\
c"#,
            false,
            &mut out,
        )
        .expect("valid");
        assert_eq!(out, "a\tbAσA\\qc");
        assert!(unescape("\\x4", false, &mut out).unwrap_err().ends_with("position 0-2: truncated \\xXX escape"));
    }
}
