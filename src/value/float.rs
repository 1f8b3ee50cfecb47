//! The shortest text of floats, as Python's `repr` gives it.

/// The `repr` of a float: the shortest digits that read back as the same number, in Python's notation.
pub fn float_repr(value: f64) -> String {
    let mut text = String::with_capacity(24);
    write_float(&mut text, value);
    text
}

/// Appends the `repr` of a float to a text.
pub fn write_float(out: &mut String, value: f64) {
    use std::fmt::Write;
    if value.is_nan() {
        out.push_str("nan");
        return;
    }
    let start = out.len();
    // Rust changes to exponents at the same magnitudes as Python, 1e-4 and 1e16, but writes them without sign and zero.
    let _ = write!(out, "{value:?}");
    settle_tie(out, start, value, |text| text.parse() == Ok(value));
    pad_exponent(out, start);
}

/// Appends the `repr` of a complex number to a text: `2j`, `(1-2j)`; whole parts show no `.0`.
pub fn write_complex(out: &mut String, re: f64, im: f64) {
    let part = |out: &mut String, x: f64, signed: bool| {
        if signed && (x.is_nan() || x.is_sign_positive()) {
            out.push('+');
        }
        write_float(out, x);
        if out.ends_with(".0") {
            out.truncate(out.len() - 2);
        }
    };
    if re == 0.0 && re.is_sign_positive() {
        part(out, im, false);
        out.push('j');
        return;
    }
    out.push('(');
    part(out, re, false);
    part(out, im, true);
    out.push_str("j)");
}

/// The shortest digits of a finite float in scientific notation, in Rust's form: `1.25e-7`.
pub fn shortest_scientific(value: f64) -> String {
    let mut text = format!("{value:e}");
    settle_tie(&mut text, 0, value, |text| text.parse() == Ok(value));
    text
}

/// The number of digits after the point, or of bits, that a float needs to be written exactly; negative for multiples
/// of powers of two.
fn fraction_bits(value: f64) -> i32 {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let mantissa = bits & ((1 << 52) - 1) | if exponent > 0 { 1 << 52 } else { 0 };
    1075 - exponent.max(1) - mantissa.trailing_zeros() as i32
}

/// Replaces the number that starts at `start`, written with the fewest digits, by the even one where two texts are
/// equally near, as Python writes it.
///
/// `same` tells whether a text reads back as the number.
pub fn settle_tie(out: &mut String, start: usize, value: f64, same: impl Fn(&str) -> bool) {
    let text = out.get(start..).unwrap_or_default();
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()),
        None => (text, None),
    };
    let digits = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    // The number lies between two texts only if its own has one digit more.
    if fraction_bits(value) != digits as i32 - exponent.unwrap_or(0) + 1 {
        return;
    }
    let even = if exponent.is_some() { format!("{value:.digits$e}") } else { format!("{value:.digits$}") };
    if same(&even) {
        out.truncate(start);
        out.push_str(&even);
    }
}

/// Rewrites the exponent of the number that starts at `start`, `e5` or `e-5`, as C does: `e+05`, `e-05`.
pub fn pad_exponent(out: &mut String, start: usize) {
    let Some(at) = out.as_bytes().iter().skip(start).position(|&b| b == b'e').map(|i| i + start + 1) else { return };
    let negative = out.as_bytes().get(at) == Some(&b'-');
    let digits = if negative { at + 1 } else { at };
    if out.len() - digits < 2 {
        out.insert(digits, '0');
    }
    if !negative {
        out.insert(at, '+');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_python() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.2345e100, "1.2345e+100"),
            (5e-324, "5e-324"),
            ((1u64 << 50) as f64 + 0.25, "1125899906842624.2"),
            (-((1u64 << 50) as f64) - 0.75, "-1125899906842624.8"),
            (2251799813685249.5, "2251799813685249.5"),
            (592808453002.0 + 0.78125, "592808453002.7812"),
            (0.5 + 1.0 / 131072.0, "0.5000076293945312"),
            (123456789.125, "123456789.125"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (-f64::NAN, "nan"),
            (0.1f32 as f64, "0.10000000149011612"),
        ];
        for (value, text) in cases {
            assert_eq!(float_repr(value), text);
        }
    }
}
