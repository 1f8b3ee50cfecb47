//! Ints and floats formatted as a specification says.

use super::spec::Spec;
use crate::diag::{Fault, Result};
use crate::value::number::{MAX_INT_DIGITS, fixed, positional, rounded_digits, scientific, shortest_digits};
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

/// The text of an int for output in decimal.
///
/// Errors: ValueError for more digits than Python converts.
pub fn decimal(value: &BigInt) -> Result<String> {
    // Only a number of so many bits can have more digits than allowed.
    if value.bits() as usize > MAX_INT_DIGITS * 3 {
        let text = value.magnitude().to_string();
        if text.len() > MAX_INT_DIGITS {
            return Err(Fault::value(format!(
                "Exceeds the limit ({MAX_INT_DIGITS} digits) for integer string conversion; use \
                 sys.set_int_max_str_digits() to increase the limit"
            )));
        }
        return Ok(text);
    }
    Ok(value.magnitude().to_string())
}

/// An int formatted as a specification says.
///
/// Errors: ValueError for what does not fit ints, OverflowError for characters that do not exist.
pub fn format_int(value: &BigInt, spec: &Spec, type_name: &str) -> Result<String> {
    let kind = spec.kind.unwrap_or('d');
    if matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') {
        return format_float(super::super::convert::big_to_float(value)?, spec, type_name);
    }
    if !matches!(kind, 'b' | 'c' | 'd' | 'n' | 'o' | 'x' | 'X') {
        return Err(spec.unknown_kind(kind, type_name));
    }
    if spec.precision.is_some() {
        return Err(Fault::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(Fault::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if kind == 'c' {
        if spec.sign.is_some() {
            return Err(Fault::value("Sign not allowed with integer format specifier 'c'"));
        }
        if spec.alternate {
            return Err(Fault::value("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        let c = value.to_u32().and_then(char::from_u32);
        let c = c.ok_or_else(|| Fault::overflow("%c arg not in range(0x110000)"))?;
        let mut aligned = spec.clone();
        if !spec.explicit_align && spec.align != '=' {
            aligned.align = '<';
        }
        return Ok(aligned.pad(&c.to_string(), 0));
    }
    let (radix, prefix) = match kind {
        'b' => (2, "0b"),
        'o' => (8, "0o"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = if radix == 10 { decimal(value)? } else { value.magnitude().to_str_radix(radix) };
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    let prefix = if spec.alternate { prefix } else { "" };
    let sign = sign_of(value.sign() == Sign::Minus, spec.sign);
    let group = if radix == 10 { 3 } else { 4 };
    Ok(assemble(&format!("{sign}{prefix}"), &digits, "", spec, group))
}

fn sign_of(negative: bool, sign: Option<char>) -> &'static str {
    match (negative, sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    }
}

/// Sign, digits (grouped) and what follows them, filled up to the width.
fn assemble(head: &str, digits: &str, tail: &str, spec: &Spec, group: usize) -> String {
    let Some(separator) = spec.grouping else {
        return spec.pad(&format!("{head}{digits}{tail}"), head.len());
    };
    let mut digits = digits.to_string();
    if spec.fill == '0' && spec.align == '=' {
        // Zeros that fill up are grouped too.
        let room = spec.width.saturating_sub(head.len() + tail.chars().count());
        while grouped_len(digits.len(), group) < room {
            digits.insert(0, '0');
        }
    }
    let text = format!("{head}{}{tail}", grouped(&digits, separator, group));
    spec.pad(&text, head.len())
}

fn grouped_len(digits: usize, group: usize) -> usize {
    digits + digits.saturating_sub(1) / group
}

fn grouped(digits: &str, separator: char, group: usize) -> String {
    let mut out = String::with_capacity(grouped_len(digits.len(), group));
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(group) {
            out.push(separator);
        }
        out.push(c);
    }
    out
}

/// A float formatted as a specification says.
///
/// Errors: ValueError for what does not fit floats.
pub fn format_float(value: f64, spec: &Spec, type_name: &str) -> Result<String> {
    if let Some(kind) = spec.kind
        && !matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%')
    {
        return Err(spec.unknown_kind(kind, type_name));
    }
    let mut body = unsigned(value, spec.kind, spec.precision, spec.alternate);
    let mut negative = value.is_sign_negative() && !value.is_nan();
    if spec.no_negative_zero && negative && !body.contains(|c: char| ('1'..='9').contains(&c)) && value.is_finite() {
        negative = false;
        body = unsigned(0.0, spec.kind, spec.precision, spec.alternate);
    }
    let split = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
    let (digits, tail) = body.split_at(split);
    let sign = sign_of(negative, spec.sign);
    if digits.is_empty() {
        // inf and nan have no digits to group.
        return Ok(spec.pad(&format!("{sign}{tail}"), sign.len()));
    }
    Ok(assemble(sign, digits, tail, spec, 3))
}

/// A complex number formatted as a specification says: both parts alike, in parentheses where no type is asked for.
///
/// Errors: ValueError for what does not fit complex numbers.
pub fn format_complex(re: f64, im: f64, spec: &Spec) -> Result<String> {
    if let Some(kind) = spec.kind
        && !matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n')
    {
        return Err(spec.unknown_kind(kind, "complex"));
    }
    if spec.fill == '0' {
        return Err(Fault::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == '=' {
        return Err(Fault::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    let bare = spec.kind.is_none();
    let skip_real = bare && re == 0.0 && re.is_sign_positive();
    let kind = if bare && spec.precision.is_some() { Some('g') } else { spec.kind };
    let part = |x: f64, sign: Option<char>| {
        let text = unsigned(x, kind, spec.precision, spec.alternate);
        let text = if kind.is_none() { text.strip_suffix(".0").unwrap_or(&text) } else { &text };
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, tail) = text.split_at(split);
        let digits = spec.grouping.map_or(digits.to_string(), |separator| grouped(digits, separator, 3));
        format!("{}{digits}{tail}", sign_of(x.is_sign_negative() && !x.is_nan(), sign))
    };
    let body = match (skip_real, bare) {
        (true, _) => part(im, spec.sign) + "j",
        (false, true) => format!("({}{}j)", part(re, spec.sign), part(im, Some('+'))),
        (false, false) => format!("{}{}j", part(re, spec.sign), part(im, Some('+'))),
    };
    Ok(spec.pad(&body, 0))
}

/// The magnitude of a float as text.
pub fn unsigned(value: f64, kind: Option<char>, precision: Option<usize>, alternate: bool) -> String {
    let upper = matches!(kind, Some('E' | 'F' | 'G'));
    let percent = kind == Some('%');
    if !value.is_finite() {
        let text = if value.is_nan() { "nan" } else { "inf" };
        let text = if upper { text.to_ascii_uppercase() } else { text.to_string() };
        return if percent { format!("{text}%") } else { text };
    }
    let x = value.abs();
    let text = match kind.map(|k| k.to_ascii_lowercase()) {
        Some('e') => {
            let (digits, exponent) = rounded_digits(x, precision.unwrap_or(6) + 1);
            let exponent = if x == 0.0 { 0 } else { exponent };
            let text = scientific(&digits, exponent, 'e');
            if alternate && digits.len() == 1 { text.replacen('e', ".e", 1) } else { text }
        }
        Some('f') => with_point(fixed(x, precision.unwrap_or(6)), alternate),
        Some('%') => {
            let scaled = x * 100.0;
            let text = if scaled.is_finite() { fixed(scaled, precision.unwrap_or(6)) } else { "inf".into() };
            format!("{}%", with_point(text, alternate))
        }
        Some(_) => general(x, precision.unwrap_or(6).max(1), alternate, false),
        None => match precision {
            Some(precision) => general(x, precision.max(1), alternate, true),
            None => {
                let (digits, exponent) = shortest_digits(x);
                if (-4..16).contains(&exponent) {
                    positional(&digits, exponent, true)
                } else {
                    scientific(&digits, exponent, 'e')
                }
            }
        },
    };
    if upper { text.to_ascii_uppercase() } else { text }
}

fn with_point(text: String, alternate: bool) -> String {
    if alternate && !text.contains('.') { text + "." } else { text }
}

/// The `g` format: positional or with an exponent, whichever is shorter; `point` keeps a digit after the point.
fn general(x: f64, precision: usize, alternate: bool, point: bool) -> String {
    let (mut digits, exponent) = rounded_digits(x, precision);
    let exponent = if x == 0.0 { 0 } else { exponent };
    // A bare specification counts the digit after the point that it adds.
    let limit = if point { precision as i64 - 1 } else { precision as i64 };
    if !alternate {
        let kept = digits.trim_end_matches('0').len().max(1);
        digits.truncate(kept);
    }
    if (-4..limit).contains(&i64::from(exponent)) {
        let text = positional(&digits, exponent, point);
        if alternate && !text.contains('.') { text + "." } else { text }
    } else {
        let text = scientific(&digits, exponent, 'e');
        if alternate && digits.len() == 1 { text.replacen('e', ".e", 1) } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::super::format_value;
    use crate::value::Value;

    fn shown(value: impl Into<Value>, spec: &str) -> String {
        format_value(&value.into(), spec).unwrap().unwrap()
    }

    #[test]
    fn ints_format_as_python_does() {
        assert_eq!(shown(1234567i64, ","), "1,234,567");
        assert_eq!(shown(255i64, "#010x"), "0x000000ff");
        assert_eq!(shown(1234i64, "012,"), "0,000,001,234");
        assert_eq!(shown(-5i64, "=+6"), "-    5");
        assert_eq!(shown(5i64, "^7"), "   5   ");
        assert_eq!(shown(65i64, "c"), "A");
        assert_eq!(shown(10i64, "_b"), "1010");
        assert_eq!(shown(true, "5"), "    1");
    }

    #[test]
    fn floats_format_as_python_does() {
        for (x, spec, want) in [
            (2.34567, ".2f", "2.35"),
            (1.0, ".3", "1.0"),
            (123456.0, ".3", "1.23e+05"),
            (0.0001, "g", "0.0001"),
            (0.00001, "g", "1e-05"),
            (1e6, "g", "1e+06"),
            (100000.0, "g", "100000"),
            (0.25, "%", "25.000000%"),
            (0.256, ".1%", "25.6%"),
            (1234567.891, ",.2f", "1,234,567.89"),
            (f64::NAN, "8.2f", "     nan"),
            (f64::NEG_INFINITY, "F", "-INF"),
            (1e300, ".0f", &format!("{:.0}", 1e300)),
            (2.5, ".0f", "2"),
            (1.5, "010", "00000001.5"),
            (-0.0, "z.1f", "0.0"),
            (1.0, "#.0f", "1."),
            (0.0, "e", "0.000000e+00"),
            (1.0, "", "1.0"),
        ] {
            assert_eq!(shown(x, spec), want, "{x} {spec}");
        }
    }

    #[test]
    fn wrong_specifications_are_refused() {
        for (value, spec, message) in [
            (Value::Int(1), ".2d", "Precision not allowed in integer format specifier"),
            (Value::Int(1), ",_", "Cannot specify both ',' and '_'."),
            (Value::Int(1), ",x", "Cannot specify ',' with 'x'."),
            (Value::Float(1.0), "d", "Unknown format code 'd' for object of type 'float'"),
            (Value::from("a"), "=5", "'=' alignment not allowed in string format specifier"),
        ] {
            assert_eq!(format_value(&value, spec).unwrap_err().message, message);
        }
    }
}
