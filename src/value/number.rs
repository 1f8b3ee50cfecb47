//! Numbers as text: Python's float `repr`, exact decimal digits, and the parsing of floats and ints.

use crate::diag::{Fault, Result};
use num_bigint::BigInt;
use num_traits::{Num, Zero};

pub use super::float::float_repr;

/// The most decimal digits that ints are converted from or to, as in Python.
pub const MAX_INT_DIGITS: usize = 4300;

/// The shortest decimal digits of a finite, non-negative number, and the exponent of the first.
pub fn shortest_digits(x: f64) -> (String, i32) {
    split_scientific(&format!("{x:e}"))
}

/// The first `count` decimal digits of a finite, non-negative number, correctly rounded, and the exponent of the first.
pub fn rounded_digits(x: f64, count: usize) -> (String, i32) {
    // No float has more significant digits than this; what follows are zeros.
    const MOST: usize = 800;
    let (mut digits, exponent) = split_scientific(&format!("{x:.*e}", count.clamp(1, MOST) - 1));
    digits.extend(std::iter::repeat_n('0', count.saturating_sub(MOST)));
    (digits, exponent)
}

/// A finite number with `places` decimals, correctly rounded: `12.50`.
pub fn fixed(x: f64, places: usize) -> String {
    const MOST: usize = 1100;
    let mut text = format!("{x:.*}", places.min(MOST));
    text.extend(std::iter::repeat_n('0', places.saturating_sub(MOST)));
    text
}

fn split_scientific(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa.chars().filter(char::is_ascii_digit).collect(), exponent.parse().unwrap_or(0))
}

/// Digits written without an exponent; with `point`, `.0` follows a whole number.
pub fn positional(digits: &str, exponent: i32, point: bool) -> String {
    let n = digits.len() as i32;
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    if exponent >= n - 1 {
        let zeros = "0".repeat((exponent - n + 1) as usize);
        return format!("{digits}{zeros}{}", if point { ".0" } else { "" });
    }
    let (whole, fraction) = digits.split_at((exponent + 1) as usize);
    format!("{whole}.{fraction}")
}

/// Digits written with an exponent of at least two digits: `1.5e-07`.
pub fn scientific(digits: &str, exponent: i32, letter: char) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    let (first, rest) = digits.split_at(digits.len().min(1));
    let point = if rest.is_empty() { "" } else { "." };
    format!("{first}{point}{rest}{letter}{sign}{:02}", exponent.abs())
}

/// The float that a text stands for, as `float(text)` reads it; `None` for other texts.
pub fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let lower = text.strip_prefix(['+', '-']).unwrap_or(text).to_ascii_lowercase();
    let negative = text.starts_with('-');
    match lower.as_str() {
        "inf" | "infinity" => return Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY }),
        "nan" => return Some(if negative { -f64::NAN } else { f64::NAN }),
        _ => {}
    }
    let clean = without_underscores(text)?;
    let first = clean.strip_prefix(['+', '-']).unwrap_or(&clean);
    if !first.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    clean.parse().ok()
}

/// The text without underscores between digits; `None` where an underscore stands elsewhere.
fn without_underscores(text: &str) -> Option<String> {
    if !text.contains('_') {
        return Some(text.to_string());
    }
    let bytes = text.as_bytes();
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_alphanumeric);
    let fits = |(i, &b): (usize, &u8)| b != b'_' || (digit(i.checked_sub(1)) && digit(Some(i + 1)));
    bytes.iter().enumerate().all(fits).then(|| text.replace('_', ""))
}

/// The int that a text stands for in a base (0 reads the prefix), as `int(text, base)` reads it.
///
/// `None` for other texts. Errors: ValueError for more digits than allowed.
pub fn parse_int(text: &str, base: u32) -> Result<Option<BigInt>> {
    let trimmed = text.trim();
    let (negative, body) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let lower = body.to_ascii_lowercase();
    let prefix = match lower.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 0,
    };
    // What reads as a literal may not start with zeros.
    let literal = base == 0;
    let (base, digits) = match (base, prefix) {
        (0, 0) => (10, lower.as_str()),
        (0, p) => (p, lower[2..].strip_prefix('_').unwrap_or(&lower[2..])),
        (b, p) if b == p => (b, lower[2..].strip_prefix('_').unwrap_or(&lower[2..])),
        (b, _) => (b, lower.as_str()),
    };
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return Ok(None);
    }
    let Some(clean) = without_underscores(digits) else { return Ok(None) };
    let clean: String = clean.chars().map(|c| ascii_digit(c).unwrap_or(c)).collect();
    let fits = |c: char| c.is_digit(base.clamp(2, 36));
    if !clean.chars().all(fits) {
        return Ok(None);
    }
    if literal && prefix == 0 && clean.starts_with('0') && clean.bytes().any(|b| b != b'0') {
        return Ok(None);
    }
    if !base.is_power_of_two() && clean.len() > MAX_INT_DIGITS {
        return Err(Fault::value(format!(
            "Exceeds the limit ({MAX_INT_DIGITS} digits) for integer string conversion: value has {} digits; use \
             sys.set_int_max_str_digits() to increase the limit",
            clean.len()
        )));
    }
    if let Ok(small) = i64::from_str_radix(&clean, base) {
        return Ok(Some(BigInt::from(if negative { -small } else { small })));
    }
    let big = BigInt::from_str_radix(&clean, base).unwrap_or_else(|_| BigInt::zero());
    Ok(Some(if negative { -big } else { big }))
}

/// The ASCII digit of a decimal digit of another script.
fn ascii_digit(c: char) -> Option<char> {
    // Each script's digits stand in order in a block that starts at a multiple of ten steps from its zero.
    const ZEROS: [u32; 12] =
        [0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0e50, 0xff10];
    let code = c as u32;
    let zero = ZEROS.iter().find(|z| (**z..**z + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_shortest() {
        for (x, text) in [
            (0.1, "0.1"),
            (1.0, "1.0"),
            (1e16, "1e+16"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (1e15, "1000000000000000.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-0.0, "-0.0"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float_repr(x), text);
        }
    }

    #[test]
    fn texts_read_as_numbers() {
        assert_eq!(parse_float(" 1_000.5 "), Some(1000.5));
        assert_eq!(parse_float("-Infinity"), Some(f64::NEG_INFINITY));
        assert_eq!(parse_float("1__0"), None);
        assert_eq!(parse_float("infinit"), None);
        assert_eq!(parse_int("0x_ff", 0).unwrap(), Some(BigInt::from(255)));
        assert_eq!(parse_int(" -12 ", 10).unwrap(), Some(BigInt::from(-12)));
        assert_eq!(parse_int("12a", 10).unwrap(), None);
        assert!(parse_int(&"9".repeat(5000), 10).is_err());
    }

    #[test]
    fn rounding_is_exact() {
        assert_eq!(fixed(2.5, 0), "2");
        assert_eq!(fixed(0.125, 2), "0.12");
        assert_eq!(fixed(2.675, 2), "2.67");
        assert_eq!(rounded_digits(0.5, 1), ("5".into(), -1));
    }
}
