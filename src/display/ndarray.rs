//! The text of NumPy arrays and scalars, as NumPy 2 prints them.

use super::elements::{Elements, Step, Window};
use super::options::{ArrayOptions, FloatMode, array_options};
use super::tensor::{pad, write_tuple};
use crate::array::{Array, DType, Scalar};
use crate::value::float::{pad_exponent, settle_tie, write_float};
use half::f16;
use num_complex::Complex64;
use std::fmt::Write;

/// The most digits after the point that a float is written with; beyond, a float has no more.
const MAX_PRECISION: usize = 1100;

/// `repr` of an array or scalar: `array([1., 2.], dtype=float32)`, `np.float64(1.5)`.
pub fn repr(array: &Array, is_scalar: bool) -> String {
    let mut out = String::new();
    write_repr(&mut out, array, is_scalar);
    out
}

/// Appends the `repr` of an array or scalar.
pub fn write_repr(out: &mut String, array: &Array, is_scalar: bool) {
    if let Some(scalar) = array.item().filter(|_| is_scalar) {
        match scalar {
            Scalar::Bool(b) => out.push_str(if b { "np.True_" } else { "np.False_" }),
            _ => {
                let mut text = String::new();
                write_scalar(&mut text, scalar, array.dtype);
                // Complex numbers bring parentheses of their own.
                let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text);
                let _ = write!(out, "np.{}({inner})", array.dtype.name());
            }
        }
        return;
    }
    let options = array_options();
    let start = out.len();
    out.push_str("array(");
    let indent = out.len() - start;
    write_elements(out, array, ", ", indent, options.linewidth.saturating_sub(1), &options);
    let mut extras = Vec::new();
    let empty = array.numel() == 0;
    if (empty && array.ndim() != 1) || array.numel() > options.threshold {
        let mut shape = String::from("shape=");
        write_tuple(&mut shape, array.sizes());
        extras.push(shape);
    }
    if empty || !matches!(array.dtype, DType::F64 | DType::I64 | DType::Bool | DType::C128) {
        extras.push(format!("dtype={}", array.dtype.name()));
    }
    if !extras.is_empty() {
        out.push(',');
        let extras = extras.join(", ");
        let text = out.get(start..).unwrap_or_default();
        let column = text.rfind('\n').map_or(text.len(), |at| text.len() - at - 1);
        if column + extras.len() + 2 > options.linewidth {
            out.push('\n');
            pad(out, indent);
        } else {
            out.push(' ');
        }
        out.push_str(&extras);
    }
    out.push(')');
}

/// `str` of an array or scalar: `[1. 2.]`, `1.5`.
pub fn str(array: &Array, is_scalar: bool) -> String {
    let mut out = String::new();
    match array.item().filter(|_| is_scalar || array.ndim() == 0) {
        Some(scalar) => write_scalar(&mut out, scalar, array.dtype),
        None => {
            let options = array_options();
            write_elements(&mut out, array, " ", 0, options.linewidth, &options);
        }
    }
    out
}

/// `dtype('float32')`: what `array.dtype` shows.
pub fn dtype_repr(dtype: DType) -> String {
    format!("dtype('{}')", dtype.name())
}

/// Appends a scalar as `str` shows it: the shortest digits that identify it within its type.
fn write_scalar(out: &mut String, scalar: Scalar, dtype: DType) {
    let start = out.len();
    let _ = match scalar {
        Scalar::Bool(b) => write!(out, "{}", if b { "True" } else { "False" }),
        Scalar::Int(i) => write!(out, "{i}"),
        Scalar::Float(x) if x.is_finite() && dtype != DType::F64 => {
            let digits = Digits { value: x, dtype };
            let (_, cutoff) = limits(dtype);
            let fixed = x == 0.0 || (1e-4..cutoff).contains(&x.abs());
            let text = if fixed { digits.positional(None, 1, true) } else { digits.scientific(None, 0, true) };
            out.push_str(&text);
            pad_exponent(out, start);
            Ok(())
        }
        Scalar::Float(x) => {
            write_float(out, x);
            Ok(())
        }
        Scalar::Complex(z) => {
            write_complex(out, z, dtype.to_real());
            Ok(())
        }
    };
}

/// Appends a complex scalar as `str` shows it, its parts as scalars of their type: `(1-2j)`, `2j`.
fn write_complex(out: &mut String, z: Complex64, part: DType) {
    let text = |x: f64| {
        let mut text = String::new();
        write_scalar(&mut text, Scalar::Float(x), part);
        text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
    };
    let imaginary = text(z.im);
    if z.re == 0.0 && z.re.is_sign_positive() {
        let _ = write!(out, "{imaginary}j");
        return;
    }
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    let _ = write!(out, "({}{sign}{imaginary}j)", text(z.re));
}

/// The numbers of a type below and from which NumPy uses exponents.
fn limits(dtype: DType) -> (f64, f64) {
    match dtype {
        DType::F32 => (1e-4f32 as f64, 1e6),
        DType::F16 => (f16::from_f64(1e-4).to_f64(), 1e3),
        _ => (1e-4, 1e8),
    }
}

/// Appends the elements, nested in brackets behind `indent` columns, in lines of at most `width` columns.
fn write_elements(
    out: &mut String,
    array: &Array,
    separator: &str,
    indent: usize,
    width: usize,
    options: &ArrayOptions,
) {
    if array.numel() == 0 {
        out.push_str("[]");
        return;
    }
    let window = Window::new(array.numel(), options.threshold, options.edgeitems);
    let cells = cells(&Elements::shown(array, window), array, options);
    let mut cells = cells.iter();
    let Some(&size) = array.sizes().last() else {
        out.push_str(cells.next().map_or("", |c| c));
        return;
    };
    let ndim = array.ndim();
    let hanging = indent + ndim;
    // A bracket for every dimension has to fit behind the elements.
    let width = width.saturating_sub(ndim);
    let (head, tail) = window.split(size);
    window.walk(&array.layout, |step| match step {
        Step::Open(_) => out.push('['),
        Step::Close(_) => out.push(']'),
        Step::Gap(_) => out.push_str("..."),
        Step::Between(depth) => {
            out.push_str(separator.trim_end());
            out.extend(std::iter::repeat_n('\n', ndim - 1 - depth));
            pad(out, indent + depth + 1);
        }
        Step::Vector(_) => {
            out.push('[');
            let mut column = hanging;
            let mut first = true;
            let mut add = |out: &mut String, word: &str| {
                if !first {
                    out.push_str(separator);
                    column += separator.len();
                }
                first = false;
                if column + word.len() > width && column > hanging {
                    out.truncate(out.trim_end_matches(' ').len());
                    out.push('\n');
                    pad(out, hanging);
                    column = hanging;
                }
                out.push_str(word);
                column += word.len();
            };
            for word in cells.by_ref().take(head) {
                add(out, word);
            }
            if let Some(tail) = tail {
                add(out, "...");
                for word in cells.by_ref().take(tail) {
                    add(out, word);
                }
            }
            out.push(']');
        }
    });
}

/// The text of every shown element, aligned.
fn cells(elements: &Elements, array: &Array, options: &ArrayOptions) -> Vec<String> {
    match elements {
        Elements::Bool(values) => {
            let yes = if array.ndim() == 0 { "True" } else { " True" };
            values.iter().map(|&v| if v { yes } else { "False" }.to_string()).collect()
        }
        Elements::Int(values) => {
            let texts: Vec<String> = values.iter().map(|v| v.to_string()).collect();
            let width = texts.iter().map(|t| t.len()).max().unwrap_or(0);
            texts.into_iter().map(|t| format!("{t:>width$}")).collect()
        }
        Elements::Float(values) => FloatColumns::new(values, array.dtype, false, options).cells(values),
        Elements::Complex(real, imaginary) => {
            let dtype = array.dtype.to_real();
            let parts = [(real, false), (imaginary, true)]
                .map(|(values, signed)| FloatColumns::new(values, dtype, signed, options).cells(values));
            let [real, imaginary] = parts;
            // The letter stands before the spaces that align the points.
            let with_letter = |text: String| {
                let digits = text.trim_end();
                format!("{digits}j{}", &text[digits.len()..])
            };
            real.into_iter().zip(imaginary).map(|(re, im)| re + &with_letter(im)).collect()
        }
    }
}

/// How the floats of an array are aligned on their points.
struct FloatColumns {
    dtype: DType,
    /// Whether positive numbers show a sign.
    signed: bool,
    scientific: bool,
    unique: bool,
    /// The most digits after the point; `None` for as many as identify the number.
    precision: Option<usize>,
    min_digits: usize,
    trim: bool,
    left: usize,
    right: usize,
    exponent: usize,
}

impl FloatColumns {
    fn new(values: &[f64], dtype: DType, signed: bool, options: &ArrayOptions) -> FloatColumns {
        let finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let fixed = options.floatmode == FloatMode::Fixed;
        let precision = (options.floatmode != FloatMode::Unique).then_some(options.precision.min(MAX_PRECISION));
        let mut columns = FloatColumns {
            dtype,
            signed,
            scientific: is_scientific(&finite, dtype, options.suppress),
            unique: !fixed,
            precision,
            min_digits: 0,
            trim: !fixed,
            left: 0,
            right: 0,
            exponent: 0,
        };
        for &value in &finite {
            let text = columns.digits(value);
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, ""));
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            columns.left = columns.left.max(whole.len());
            columns.right = columns.right.max(fraction.len());
            columns.exponent = columns.exponent.max(exponent.len().saturating_sub(1));
        }
        if columns.scientific {
            columns.trim = false;
            columns.precision = Some(columns.right);
            columns.min_digits = columns.right;
            columns.right += columns.exponent + 2;
        } else if matches!(options.floatmode, FloatMode::Fixed | FloatMode::MaxprecEqual) {
            columns.trim = false;
            columns.precision = Some(columns.right);
            columns.min_digits = columns.right;
        }
        if finite.len() != values.len() {
            let behind = columns.right + 1;
            let infinity = if signed || values.contains(&f64::NEG_INFINITY) { 4 } else { 3 };
            columns.left = columns.left.max(3usize.saturating_sub(behind)).max(infinity - behind.min(infinity));
        }
        columns
    }

    fn digits(&self, value: f64) -> String {
        let digits = Digits { value, dtype: self.dtype };
        let mut text = match (self.scientific, self.unique) {
            (true, true) => digits.scientific(self.precision, self.min_digits, false),
            (true, false) => format!("{:.*e}", self.precision.unwrap_or(0), value),
            (false, true) => digits.positional(self.precision, self.min_digits, false),
            (false, false) => format!("{:.*}", self.precision.unwrap_or(0), value),
        };
        let mantissa = text.find('e').unwrap_or(text.len());
        if !text[..mantissa].contains('.') {
            text.insert(mantissa, '.');
        } else if self.trim {
            let kept = text[..mantissa].trim_end_matches('0').len();
            text.replace_range(kept..mantissa, "");
        }
        pad_exponent(&mut text, 0);
        if self.signed && !text.starts_with('-') {
            text.insert(0, '+');
        }
        text
    }

    fn cells(&self, values: &[f64]) -> Vec<String> {
        let total = self.left + self.right + 1;
        let sign = if self.signed { "+" } else { "" };
        let cell = |&value: &f64| {
            if value.is_nan() {
                return format!("{:>total$}", format!("{sign}nan"));
            }
            if value.is_infinite() {
                return format!("{:>total$}", if value > 0.0 { format!("{sign}inf") } else { "-inf".to_string() });
            }
            let mut text = self.digits(value);
            let point = text.find('.').unwrap_or(text.len());
            if self.scientific {
                if let Some(at) = text.find('e') {
                    let missing = self.exponent.saturating_sub(text.len() - at - 2);
                    text.insert_str((at + 2).min(text.len()), &"0".repeat(missing));
                }
            } else {
                let behind = text.len() - point - 1;
                pad(&mut text, self.right.saturating_sub(behind));
            }
            text.insert_str(0, &" ".repeat(self.left.saturating_sub(point)));
            text
        };
        values.iter().map(cell).collect()
    }
}

/// Whether NumPy shows those numbers with exponents; it compares in the type of the array.
fn is_scientific(finite: &[f64], dtype: DType, suppress: bool) -> bool {
    let nonzero = || finite.iter().map(|v| v.abs()).filter(|v| *v != 0.0);
    let max = nonzero().fold(0.0, f64::max);
    if max == 0.0 {
        return false;
    }
    let min = nonzero().fold(f64::INFINITY, f64::min);
    let ratio = match dtype {
        DType::F32 => (max as f32 / min as f32) as f64,
        DType::F16 => f16::from_f64(max / min).to_f64(),
        _ => max / min,
    };
    let (small, cutoff) = limits(dtype);
    max >= cutoff || (!suppress && (min < small || ratio > 1000.0))
}

/// A finite float of a type, whose shortest digits depend on that type.
struct Digits {
    value: f64,
    dtype: DType,
}

impl Digits {
    /// Whether a text reads back as the number.
    fn reads(&self, text: &str) -> bool {
        match self.dtype {
            DType::F32 => text.parse() == Ok(self.value as f32),
            _ => text.parse() == Ok(self.value),
        }
    }

    /// Without exponent; `zero` writes `1.0` where there is no fraction.
    fn positional(&self, precision: Option<usize>, min_digits: usize, zero: bool) -> String {
        let value = self.value;
        let mut text = match self.dtype {
            DType::F64 => format!("{value}"),
            DType::F32 => format!("{}", value as f32),
            dtype => shortest(value, dtype, |p| format!("{value:.p$}")),
        };
        settle_tie(&mut text, 0, value, |text| self.reads(text));
        let digits = text.find('.').map_or(0, |at| text.len() - at - 1);
        match precision {
            Some(most) if digits > most => text = format!("{value:.most$}"),
            _ if digits < min_digits => text = format!("{value:.min_digits$}"),
            _ => {}
        }
        if zero && !text.contains('.') {
            text.push_str(".0");
        }
        text
    }

    /// With an exponent; `bare` keeps a mantissa of one digit without point.
    fn scientific(&self, precision: Option<usize>, min_digits: usize, bare: bool) -> String {
        let value = self.value;
        let mut text = match self.dtype {
            DType::F64 => format!("{value:e}"),
            DType::F32 => format!("{:e}", value as f32),
            dtype => shortest(value, dtype, |p| format!("{value:.p$e}")),
        };
        let end = text.find('e').unwrap_or(text.len());
        let digits = text[..end].find('.').map_or(0, |at| end - at - 1);
        settle_tie(&mut text, 0, value, |text| self.reads(text));
        match precision {
            _ if bare => text,
            Some(most) if digits > most => format!("{value:.most$e}"),
            _ if digits < min_digits => format!("{value:.min_digits$e}"),
            _ => text,
        }
    }
}

/// The first of the texts with more and more digits that reads back as the same half-precision number.
fn shortest(value: f64, dtype: DType, text: impl Fn(usize) -> String) -> String {
    let same = |text: &str| {
        let read: f64 = text.parse().unwrap_or(f64::NAN);
        match dtype {
            DType::BF16 => half::bf16::from_f64(read).to_f64() == value,
            _ => f16::from_f64(read).to_f64() == value,
        }
    };
    (0..25).map(&text).find(|t| same(t)).unwrap_or_else(|| text(25))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{array, over_recorded};
    use super::*;

    #[test]
    fn arrays_print_as_in_numpy() {
        over_recorded("ndarray.txt", "ARRAY_TEXTS", |case| {
            let mut options = ArrayOptions::DEFAULT;
            if let Some(list) = case.get("print") {
                let words: Vec<&str> = list.split(' ').collect();
                options.precision = words[0].parse().unwrap();
                options.suppress = words[1] == "True";
                options.floatmode = FloatMode::from_name(words[2]).unwrap();
                options.linewidth = words[3].parse().unwrap();
                options.threshold = words[4].parse().unwrap();
            }
            super::super::options::replace_array_options(options);
            let is_scalar = case.get("scalar").is_some();
            let text = match case.get("str") {
                Some(_) => str(&case.array(), is_scalar),
                None => repr(&case.array(), is_scalar),
            };
            super::super::options::replace_array_options(ArrayOptions::DEFAULT);
            text
        });
    }

    #[test]
    fn scalars_name_their_type_in_repr_only() {
        let scalar = |dtype, value| array(dtype, &[], &[value]);
        assert_eq!(repr(&scalar(DType::F64, 1.5), true), "np.float64(1.5)");
        assert_eq!(repr(&scalar(DType::F32, 0.1), true), "np.float32(0.1)");
        assert_eq!(repr(&scalar(DType::F16, 0.1), true), "np.float16(0.1)");
        assert_eq!(repr(&scalar(DType::I64, 3.0), true), "np.int64(3)");
        assert_eq!(repr(&scalar(DType::Bool, 1.0), true), "np.True_");
        assert_eq!(str(&scalar(DType::F64, 1e16), true), "1e+16");
    }
}
