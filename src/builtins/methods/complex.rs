//! Attributes and methods of complex numbers, and the constructor `complex`.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::convert::{class_argument, find_float, unwrap, wrong_receiver};
use super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::number::parse_float;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, GetSet, Native, Value, types};
use num_complex::Complex64;
use std::rc::Rc;

static METHODS: [Def; 2] = [
    Def(
        "conjugate",
        "self, /",
        "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
        |n, _, a| {
            let z = receiver(n, a)?;
            Ok(Value::complex(z.re, -z.im))
        },
    ),
    Def("__complex__", "self, /", "Convert this value to exact type complex.", |n, _, a| {
        let z = receiver(n, a)?;
        Ok(Value::complex(z.re, z.im))
    }),
];

static ATTRIBUTES: [GetSet; 2] = [
    attribute("real", "the real part of a complex number", |v, c| to_complex(v, c).map(|z| Value::Float(z.re))),
    attribute("imag", "the imaginary part of a complex number", |v, c| to_complex(v, c).map(|z| Value::Float(z.im))),
];

/// Fills the class.
pub fn install() {
    let class = &types().complex;
    add_methods(class, "complex", &METHODS);
    add_attributes(class, &ATTRIBUTES);
    class.construct.set(Some(construct));
}

fn receiver(native: &Native, args: Args) -> Result<Complex64> {
    let a = bind(native, args)?;
    match unwrap(&a[0]) {
        Value::Complex(z) => Ok(*z),
        Value::Array(array) if array.is_scalar => {
            Ok(array.array.borrow().item().map_or(Complex64::new(0.0, 0.0), |s| s.as_complex()))
        }
        _ => Err(wrong_receiver(native, &a[0])),
    }
}

/// The complex number of a number or of an object with `__complex__` or `__float__`; `None` for other values.
pub fn find_complex(value: &Value, caller: &mut dyn Caller) -> Result<Option<Complex64>> {
    match unwrap(value) {
        Value::Complex(z) => return Ok(Some(*z)),
        Value::Tensor(t) => return Ok(Some(super::super::convert::only_element(&t)?.as_complex())),
        Value::Array(a) => {
            if let Some(s) = a.array.borrow().item() {
                return Ok(Some(s.as_complex()));
            }
        }
        Value::Object(_) => match caller.call_special(value, "__complex__", &[])? {
            Some(Value::Complex(z)) => return Ok(Some(*z)),
            Some(other) => {
                return Err(Fault::type_error(format!(
                    "{}.__complex__ returned non-complex (type {})",
                    class_name(value),
                    class_name(&other)
                )));
            }
            None => {}
        },
        _ => {}
    }
    Ok(find_float(value, caller)?.map(|re| Complex64::new(re, 0.0)))
}

/// The complex number of a number.
///
/// Errors: TypeError for other values.
pub fn to_complex(value: &Value, caller: &mut dyn Caller) -> Result<Complex64> {
    let wrong = || Fault::type_error(format!("must be real number, not {}", class_name(value)));
    find_complex(value, caller)?.ok_or_else(wrong)
}

/// `complex(real=0, imag=0)`.
fn construct(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let z = construct_number(native, rest, caller)?;
    Ok(finish(&class, Value::Complex(Rc::new(z))))
}

fn construct_number(_: &Native, args: Args, caller: &mut dyn Caller) -> Result<Complex64> {
    let mut given: [Option<&Value>; 2] = [None, None];
    let positional = args.positional();
    if args.values.len() > 2 {
        return Err(Fault::type_error(format!("complex() takes at most 2 arguments ({} given)", args.values.len())));
    }
    for (i, value) in positional.iter().enumerate() {
        given[i] = Some(value);
    }
    for (name, value) in args.names.iter().zip(&args.values[positional.len()..]) {
        let i = match name.as_str() {
            "real" => 0,
            "imag" => 1,
            other => {
                return Err(Fault::type_error(format!("'{other}' is an invalid keyword argument for complex()")));
            }
        };
        if given[i].is_some() {
            let place = i + 1;
            return Err(Fault::type_error(format!(
                "argument for complex() given by name ('{name}') and position ({place})"
            )));
        }
        given[i] = Some(value);
    }
    if let Some(real) = given[0]
        && let Value::Str(text) = unwrap(real)
    {
        if given[1].is_some() {
            return Err(Fault::type_error("complex() can't take second arg if first is a string"));
        }
        return parse(&text).ok_or_else(|| Fault::value("complex() arg is a malformed string"));
    }
    if let Some(imaginary) = given[1]
        && let Value::Str(_) = unwrap(imaginary)
    {
        return Err(Fault::type_error("complex() second arg can't be a string"));
    }
    let mut part = |value: Option<&Value>, wrong: &str| -> Result<Complex64> {
        let Some(value) = value else { return Ok(Complex64::new(0.0, 0.0)) };
        let refuse = || Fault::type_error(format!("complex() {wrong}, not '{}'", class_name(value)));
        find_complex(value, caller)?.ok_or_else(refuse)
    };
    let real = part(given[0], "first argument must be a string or a number")?;
    let Some(second) = given[1] else { return Ok(real) };
    let imaginary = part(Some(second), "second argument must be a number")?;
    // What is imaginary of the one adds to the other: `complex(1j, 1j)` is `-1+1j`. Zeros keep their signs.
    let sum = |a: f64, b: f64| if b == 0.0 { a } else { a + b };
    Ok(Complex64::new(sum(real.re, -imaginary.im), sum(imaginary.re, real.im)))
}

/// The number that a text stands for: `1+2j`, `(3)`, `-j`.
fn parse(text: &str) -> Option<Complex64> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).map_or(text, str::trim);
    let Some(body) = inner.strip_suffix(['j', 'J']) else {
        return (!inner.contains(char::is_whitespace))
            .then(|| parse_float(inner))
            .flatten()
            .map(|re| Complex64::new(re, 0.0));
    };
    if body.contains(char::is_whitespace) {
        return None;
    }
    // The sign that begins the imaginary part: the last one that belongs to no exponent.
    let bytes = body.as_bytes();
    let sign =
        (1..bytes.len()).rev().find(|&i| matches!(bytes[i], b'+' | b'-') && !matches!(bytes[i - 1], b'e' | b'E'));
    let (real, imaginary) = body.split_at(sign.unwrap_or(0));
    let imaginary = match imaginary {
        "" | "+" => 1.0,
        "-" => -1.0,
        digits => parse_float(digits)?,
    };
    let real = if real.is_empty() { 0.0 } else { parse_float(real)? };
    Some(Complex64::new(real, imaginary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_as_complex_numbers() {
        for (text, re, im) in [
            ("1+2j", 1.0, 2.0),
            (" ( -1.5e-3-2e+4J ) ", -0.0015, -20000.0),
            ("-j", 0.0, -1.0),
            ("3", 3.0, 0.0),
            ("inf-infj", f64::INFINITY, f64::NEG_INFINITY),
        ] {
            assert_eq!(parse(text), Some(Complex64::new(re, im)), "{text}");
        }
        for text in ["1 + 2j", "", "j1", "1+2", "1+2jj"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
