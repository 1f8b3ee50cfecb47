//! Methods of floats and the constructor `float`.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::convert::{class_argument, find_float, to_index, unwrap, unwrapped, wrong_receiver};
use super::super::table::{Def, add_attributes, add_class_methods, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::number::{fixed, parse_float};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, GetSet, Native, Value, types};
use num_bigint::BigInt;

static METHODS: [Def; 10] = [
    Def("is_integer", "self, /", "Return True if the float is an integer.", |n, _, args| {
        let x = receiver(n, args)?;
        Ok(Value::Bool(x.is_finite() && x.fract() == 0.0))
    }),
    Def("hex", "self, /", "Return a hexadecimal representation.", |n, _, args| Ok(Value::str(hex(receiver(n, args)?)))),
    Def("as_integer_ratio", "self, /", "Return the fraction that equals the float.", |n, _, args| {
        let (numerator, denominator) = ratio(receiver(n, args)?)?;
        Ok(Value::tuple([Value::big(numerator), Value::big(denominator)]))
    }),
    Def("conjugate", "self, /", "Return self, the complex conjugate of any float.", |n, _, args| {
        receiver(n, args).map(Value::Float)
    }),
    Def("__float__", "self, /", "float(self)", |n, _, args| receiver(n, args).map(Value::Float)),
    Def("__int__", "self, /", "int(self)", |n, _, args| super::int::of_float(receiver(n, args)?)),
    Def("__trunc__", "self, /", "The int nearest to zero.", |n, _, args| super::int::of_float(receiver(n, args)?)),
    Def("__floor__", "self, /", "The largest int not above.", |n, _, args| {
        super::int::of_float(receiver(n, args)?.floor())
    }),
    Def("__ceil__", "self, /", "The smallest int not below.", |n, _, args| {
        super::int::of_float(receiver(n, args)?.ceil())
    }),
    Def("__round__", "self, ndigits=None, /", "Round to a number of decimals, ties to even.", |n, c, args| {
        let a = bind(n, args)?;
        match unwrap(&a[0]) {
            Value::Float(x) => round(x, &a[1], c),
            _ => Err(wrong_receiver(n, &a[0])),
        }
    }),
];

static CLASS_METHODS: [Def; 1] =
    [Def("fromhex", "cls, string, /", "Create a float from a hexadecimal text.", from_hex)];

static ATTRIBUTES: [GetSet; 2] = [
    attribute("real", "The real part.", |v, c| super::super::convert::to_float(v, c).map(Value::Float)),
    attribute("imag", "The imaginary part: 0.", |_, _| Ok(Value::Float(0.0))),
];

/// Fills the class.
pub fn install() {
    let class = &types().float;
    add_methods(class, "float", &METHODS);
    add_class_methods(class, "float", &CLASS_METHODS);
    add_attributes(class, &ATTRIBUTES);
    class.construct.set(Some(construct));
}

fn receiver(native: &Native, args: Args) -> Result<f64> {
    let a = bind(native, args)?;
    match unwrap(&a[0]) {
        Value::Float(x) => Ok(x),
        Value::Array(array) if array.is_scalar => Ok(array.array.borrow().item().map_or(0.0, |s| s.as_f64())),
        _ => Err(wrong_receiver(native, &a[0])),
    }
}

/// `round(float, ndigits)`, correctly rounded in decimal.
///
/// Errors: as `int` of infinities and NaN when `ndigits` is None.
pub fn round(x: f64, digits: &Value, caller: &mut dyn Caller) -> Result<Value> {
    if digits.is_none() {
        return super::int::of_float(x.round_ties_even());
    }
    let digits = to_index(digits, caller)?;
    Ok(Value::Float(round_to(x, digits)?))
}

fn round_to(x: f64, digits: i64) -> Result<f64> {
    if !x.is_finite() || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0f64.copysign(x));
    }
    if digits >= 0 {
        return Ok(fixed(x, digits as usize).parse().unwrap_or(x));
    }
    // Tens: the exact integer part decides, ties (which need a fraction of zero) go to even.
    let places = digits.unsigned_abs() as usize;
    let text = fixed(x.abs().trunc(), 0);
    let exact = x.fract() == 0.0;
    if text.len() < places {
        return Ok(0.0f64.copysign(x));
    }
    let (head, tail) = text.split_at(text.len() - places);
    let half = format!("5{}", "0".repeat(places - 1));
    let odd = head.bytes().last().is_some_and(|d| (d - b'0') % 2 == 1);
    let up = match tail.cmp(half.as_str()) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => !exact || odd,
    };
    let head: BigInt = head.parse().unwrap_or_default();
    let rounded = head + BigInt::from(up as u8);
    let value: f64 = format!("{rounded}e{places}").parse().unwrap_or(f64::INFINITY);
    if value.is_infinite() {
        return Err(Fault::overflow("rounded value too large to represent"));
    }
    Ok(value.copysign(x))
}

/// The fraction in lowest terms that equals a float.
///
/// Errors: OverflowError for infinities, ValueError for NaN.
pub fn ratio(x: f64) -> Result<(BigInt, BigInt)> {
    if x.is_nan() {
        return Err(Fault::value("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(Fault::overflow("cannot convert Infinity to integer ratio"));
    }
    let (mantissa, exponent) = libm::frexp(x);
    let mut numerator = (mantissa * 2f64.powi(53)) as i64;
    let mut exponent = exponent - 53;
    if numerator == 0 {
        return Ok((BigInt::from(0), BigInt::from(1)));
    }
    let zeros = numerator.trailing_zeros() as i32;
    numerator >>= zeros;
    exponent += zeros;
    Ok(if exponent >= 0 {
        (BigInt::from(numerator) << exponent as usize, BigInt::from(1))
    } else {
        (BigInt::from(numerator), BigInt::from(1) << (-exponent) as usize)
    })
}

/// `0x1.8p+1`
fn hex(x: f64) -> String {
    if !x.is_finite() {
        return crate::value::number::float_repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let bits = x.to_bits();
    let (exponent, mantissa) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if exponent == 0 && mantissa == 0 {
        return format!("{sign}0x0.0p+0");
    }
    let (lead, power) = if exponent == 0 { (0, -1022) } else { (1, exponent - 1023) };
    format!("{sign}0x{lead}.{mantissa:013x}p{power:+}")
}

fn from_hex(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let Some(text) = a[1].as_str() else { return Err(Fault::type_error("bad argument type for built-in operation")) };
    let invalid = || Fault::value("invalid hexadecimal floating-point string");
    let text = text.trim().to_ascii_lowercase();
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    if matches!(body, "inf" | "infinity" | "nan") {
        return Ok(Value::Float(parse_float(&text).unwrap_or(f64::NAN)));
    }
    let body = body.strip_prefix("0x").unwrap_or(body);
    let (digits, exponent) = match body.split_once('p') {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().map_err(|_| invalid())?),
        None => (body, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.chars().all(|c| c.is_ascii_hexdigit()) || all.len() > 400 {
        return Err(invalid());
    }
    let mantissa = BigInt::parse_bytes(all.as_bytes(), 16).ok_or_else(invalid)?;
    let scale = exponent.saturating_sub(4 * fraction.len() as i32);
    let value = if scale >= 0 {
        super::super::arith::true_div_big(&(mantissa << scale.min(5000) as usize), &BigInt::from(1))
    } else {
        super::super::arith::true_div_big(&mantissa, &(BigInt::from(1) << scale.unsigned_abs().min(5000) as usize))
    };
    let value = value.map_err(|_| Fault::overflow("hexadecimal value too large to represent as a float"))?;
    Ok(Value::Float(if negative { -value } else { value }))
}

/// `float(x=0.0)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let value = match rest.between("float", 0, 1)? {
        [value] => convert(value, caller)?,
        _ => 0.0,
    };
    Ok(finish(&class, Value::Float(value)))
}

/// `float(value)`.
pub fn convert(value: &Value, caller: &mut dyn Caller) -> Result<f64> {
    match value {
        Value::Float(f) => return Ok(*f),
        Value::Int(i) => return Ok(*i as f64),
        _ => {}
    }
    if let Value::Str(text) = &*unwrapped(value) {
        return match parse_float(text) {
            Some(f) => Ok(f),
            None => Err(Fault::value(format!(
                "could not convert string to float: {}",
                caller.repr(&Value::Str(text.clone()))?
            ))),
        };
    }
    find_float(value, caller)?.ok_or_else(|| {
        Fault::type_error(format!("float() argument must be a string or a real number, not '{}'", class_name(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_decimal_and_to_even() {
        for (x, digits, want) in [
            (2.675, 2, 2.67),
            (0.5, 0, 0.0),
            (1.5, 0, 2.0),
            (1234.5, -2, 1200.0),
            (1250.0, -2, 1200.0),
            (1350.0, -2, 1400.0),
            (1250.5, -2, 1300.0),
            (-15.0, -1, -20.0),
        ] {
            assert_eq!(round_to(x, digits).unwrap(), want, "{x} {digits}");
        }
    }

    #[test]
    fn floats_are_fractions() {
        assert_eq!(ratio(0.75).unwrap(), (BigInt::from(3), BigInt::from(4)));
        assert_eq!(ratio(-4.0).unwrap(), (BigInt::from(-4), BigInt::from(1)));
        assert_eq!(hex(3.0), "0x1.8000000000000p+1");
    }
}
