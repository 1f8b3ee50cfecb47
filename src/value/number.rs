//! The text of numbers: what `repr` gives for a float.

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
    if (TIES_FROM..TIES_TO).contains(&value.abs()) {
        settle_tie(out, start, |p| format!("{value:.p$}"), |text| text.parse() == Ok(value));
    }
    pad_exponent(out, start);
}

/// Where two shortest texts may be equally near to a float: it has one binary digit more than they can tell apart.
const TIES_FROM: f64 = (1u64 << 49) as f64;
const TIES_TO: f64 = (1u64 << 53) as f64;

/// Replaces the number that starts at `start`, written with the fewest digits, by the even one of two that are equally
/// near, as Python writes it.
///
/// `exact` writes the number with so many digits after the point, rounded half to even; `same` tells whether a text
/// reads back as the number.
pub fn settle_tie(out: &mut String, start: usize, exact: impl Fn(usize) -> String, same: impl Fn(&str) -> bool) {
    let Some(point) = out.as_bytes().iter().skip(start).position(|&b| b == b'.') else { return };
    let even = exact(out.len() - start - point - 1);
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
            (1125899906842624.25, "1125899906842624.2"),
            (-1125899906842624.75, "-1125899906842624.8"),
            (2251799813685249.5, "2251799813685249.5"),
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
