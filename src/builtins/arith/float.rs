//! Float arithmetic with Python's rounding down and refusals.

use crate::diag::{Fault, Result};
use crate::value::{Binary, Value};
use num_complex::Complex64;

/// `a op b` for floats.
#[inline]
pub(super) fn binary(op: Binary, a: f64, b: f64) -> Option<Result<Value>> {
    Some(Ok(Value::Float(match op {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div if b != 0.0 => a / b,
        Binary::Div => return Some(Err(Fault::zero_division("float division by zero"))),
        Binary::FloorDiv => return Some(floor_div(a, b).map(Value::Float)),
        Binary::Mod => return Some(modulo(a, b).map(Value::Float)),
        Binary::Pow => return Some(raise(a, b)),
        _ => return None,
    })))
}

/// `a // b`. Errors: ZeroDivisionError.
pub fn floor_div(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(Fault::zero_division("float floor division by zero"));
    }
    Ok(split(a, b).0)
}

/// `a % b`. Errors: ZeroDivisionError.
pub fn modulo(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(Fault::zero_division("float modulo"));
    }
    Ok(remainder(a, b))
}

/// `divmod(a, b)`. Errors: ZeroDivisionError.
pub fn divmod(a: f64, b: f64) -> Result<(f64, f64)> {
    if b == 0.0 {
        return Err(Fault::zero_division("float divmod()"));
    }
    Ok(split(a, b))
}

fn remainder(a: f64, b: f64) -> f64 {
    let r = a % b;
    if r == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (r < 0.0) {
        r + b
    } else {
        r
    }
}

fn split(a: f64, b: f64) -> (f64, f64) {
    let r = a % b;
    let mut quotient = (a - r) / b;
    if r != 0.0 && (b < 0.0) != (r < 0.0) {
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (floor, remainder(a, b))
}

/// `a ** b`: complex where a negative number is raised to a fraction.
fn raise(a: f64, b: f64) -> Result<Value> {
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        let (a, b) = (Complex64::new(a, 0.0), Complex64::new(b, 0.0));
        return super::complex::binary(Binary::Pow, a, b).unwrap_or(Ok(Value::NotImplemented));
    }
    power(a, b).map(Value::Float)
}

/// `a ** b` where that is real.
///
/// Errors: ZeroDivisionError for a negative power of zero, OverflowError.
pub fn power(a: f64, b: f64) -> Result<f64> {
    if a == 0.0 && b < 0.0 && !b.is_nan() {
        return Err(Fault::zero_division("0.0 cannot be raised to a negative power"));
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(Fault::overflow("(34, 'Numerical result out of range')"));
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_down() {
        assert_eq!(divmod(-7.5, 2.0).unwrap(), (-4.0, 0.5));
        assert_eq!(divmod(7.5, -2.0).unwrap(), (-4.0, -0.5));
        assert_eq!(modulo(-1e-20, 3.0).unwrap(), 3.0);
        assert!(floor_div(-0.0, 1.0).unwrap().is_sign_negative());
        assert!(modulo(1.0, 0.0).is_err());
    }
}
