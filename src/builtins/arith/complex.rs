//! Complex arithmetic with Python's refusals.

use crate::array::complex::{power, quotient};
use crate::diag::{Fault, Result};
use crate::value::{Binary, Value};
use num_complex::Complex64;
use std::rc::Rc;

/// `a op b` for complex numbers; `None` for operators that need an order.
pub(super) fn binary(op: Binary, a: Complex64, b: Complex64) -> Option<Result<Value>> {
    let zero = Complex64::new(0.0, 0.0);
    Some(Ok(Value::Complex(Rc::new(match op {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div if b == zero => return Some(Err(Fault::zero_division("complex division by zero"))),
        Binary::Div => quotient(a, b),
        Binary::Pow if a == zero && (b.re < 0.0 || b.im != 0.0) => {
            return Some(Err(Fault::zero_division("0.0 to a negative or complex power")));
        }
        Binary::Pow => {
            let result = power(a, b);
            if (result.re.is_infinite() || result.im.is_infinite()) && a.is_finite() && b.is_finite() {
                return Some(Err(Fault::overflow("complex exponentiation")));
            }
            result
        }
        _ => return None,
    }))))
}
