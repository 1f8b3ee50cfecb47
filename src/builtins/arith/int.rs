//! Integer arithmetic: machine words that overflow into arbitrary precision.

use super::super::convert::{big_to_float, check_memory};
use crate::diag::{Fault, Result};
use crate::value::{Binary, Caller, Value};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// `a op b` for machine words.
#[inline]
pub(super) fn small(op: Binary, a: i64, b: i64, caller: &mut dyn Caller) -> Option<Result<Value>> {
    let checked = match op {
        Binary::Add => a.checked_add(b),
        Binary::Sub => a.checked_sub(b),
        Binary::Mul => a.checked_mul(b),
        Binary::FloorDiv if b != 0 => a.checked_div_euclid(b).map(|_| floor_div(a, b)),
        Binary::Mod if b != 0 => Some(floor_mod(a, b)),
        Binary::And => Some(a & b),
        Binary::Or => Some(a | b),
        Binary::Xor => Some(a ^ b),
        Binary::Div => {
            return Some(if b == 0 {
                Err(Fault::zero_division("division by zero"))
            } else if is_exact(a) && is_exact(b) {
                Ok(Value::Float(a as f64 / b as f64))
            } else {
                true_div_big(&BigInt::from(a), &BigInt::from(b)).map(Value::Float)
            });
        }
        Binary::Shl if (0..64).contains(&b) => {
            let shifted = a << b;
            (shifted >> b == a).then_some(shifted)
        }
        Binary::Shr if b >= 0 => Some(a >> b.min(63)),
        Binary::Pow if b >= 0 => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        Binary::MatMul => return None,
        _ => None,
    };
    match checked {
        Some(i) => Some(Ok(Value::Int(i))),
        None => big(op, &BigInt::from(a), &BigInt::from(b), caller),
    }
}

/// Whether a float holds it exactly.
fn is_exact(i: i64) -> bool {
    i.unsigned_abs() <= 1 << 53
}

/// `a // b`, rounded down.
#[inline]
fn floor_div(a: i64, b: i64) -> i64 {
    let q = a.wrapping_div(b);
    if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { q - 1 } else { q }
}

/// `a % b`, with the sign of `b`.
#[inline]
fn floor_mod(a: i64, b: i64) -> i64 {
    let r = a.wrapping_rem(b);
    if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
}

/// `a op b` for integers of any size.
pub(super) fn big(op: Binary, a: &BigInt, b: &BigInt, caller: &mut dyn Caller) -> Option<Result<Value>> {
    Some(match op {
        Binary::Add => Ok(Value::big(a + b)),
        Binary::Sub => Ok(Value::big(a - b)),
        Binary::Mul => multiply(a, b).map(Value::big),
        Binary::Div => true_div_big(a, b).map(Value::Float),
        Binary::FloorDiv if b.is_zero() => Err(Fault::zero_division("integer division or modulo by zero")),
        Binary::Mod if b.is_zero() => Err(Fault::zero_division("integer modulo by zero")),
        Binary::FloorDiv => Ok(Value::big(a.div_floor(b))),
        Binary::Mod => Ok(Value::big(a.mod_floor(b))),
        Binary::And => Ok(Value::big(a & b)),
        Binary::Or => Ok(Value::big(a | b)),
        Binary::Xor => Ok(Value::big(a ^ b)),
        Binary::Shl | Binary::Shr if b.is_negative() => Err(Fault::value("negative shift count")),
        Binary::Shl => shift_left(a, b),
        Binary::Shr => Ok(match b.to_usize() {
            Some(n) => Value::big(a >> n),
            None => Value::Int(if a.is_negative() { -1 } else { 0 }),
        }),
        Binary::Pow => power(a, b, caller),
        Binary::MatMul => return None,
    })
}

fn multiply(a: &BigInt, b: &BigInt) -> Result<BigInt> {
    check_memory(u128::from(a.bits() + b.bits()) / 4)?;
    Ok(a * b)
}

fn shift_left(a: &BigInt, b: &BigInt) -> Result<Value> {
    if a.is_zero() {
        return Ok(Value::Int(0));
    }
    match b.to_usize() {
        Some(n) => {
            check_memory((n as u128 + u128::from(a.bits())) / 4)?;
            Ok(Value::big(a << n))
        }
        None => Err(Fault::overflow("too many digits in integer")),
    }
}

/// `a ** b`, an int for `b >= 0` and a float otherwise.
fn power(a: &BigInt, b: &BigInt, caller: &mut dyn Caller) -> Result<Value> {
    if b.is_negative() {
        return super::float::power(big_to_float(a)?, big_to_float(b)?).map(Value::Float);
    }
    if a.is_zero() || a.is_one() {
        return Ok(if b.is_zero() { Value::Int(1) } else { Value::big(a.clone()) });
    }
    if *a == BigInt::from(-1) {
        return Ok(Value::Int(if b.is_even() { 1 } else { -1 }));
    }
    let too_large = || Fault::memory("");
    let exponent = b.to_u64().ok_or_else(too_large)?;
    // Beyond this a single product takes so long that nobody waits for it.
    const MOST_BITS: u128 = 1 << 28;
    let bits = u128::from(a.bits()) * u128::from(exponent);
    if bits > MOST_BITS {
        return Err(too_large());
    }
    check_memory(bits / 4)?;
    let mut result = BigInt::one();
    for i in (0..64 - exponent.leading_zeros()).rev() {
        result = &result * &result;
        if exponent >> i & 1 == 1 {
            result *= a;
        }
        caller.checkpoint()?;
    }
    Ok(Value::big(result))
}

/// `pow(base, exponent, modulus)`.
///
/// Errors: ValueError for a modulus of zero and for bases without an inverse.
pub fn power_modulo(base: &BigInt, exponent: &BigInt, modulus: &BigInt) -> Result<Value> {
    if modulus.is_zero() {
        return Err(Fault::value("pow() 3rd argument cannot be 0"));
    }
    let positive = modulus.abs();
    let (base, exponent) = if exponent.is_negative() {
        let extended = base.mod_floor(&positive).extended_gcd(&positive);
        if !extended.gcd.is_one() {
            return Err(Fault::value("base is not invertible for the given modulus"));
        }
        (extended.x.mod_floor(&positive), -exponent)
    } else {
        (base.mod_floor(&positive), exponent.clone())
    };
    let result = base.modpow(&exponent, &positive);
    Ok(Value::big(result.mod_floor(modulus)))
}

/// `divmod(a, b)`. Errors: ZeroDivisionError.
pub fn divmod(a: &BigInt, b: &BigInt) -> Result<(Value, Value)> {
    if b.is_zero() {
        return Err(Fault::zero_division("integer division or modulo by zero"));
    }
    let (q, r) = a.div_mod_floor(b);
    Ok((Value::big(q), Value::big(r)))
}

/// `a / b`, correctly rounded.
///
/// Errors: ZeroDivisionError; OverflowError when the quotient is beyond the range of floats.
pub fn true_div_big(a: &BigInt, b: &BigInt) -> Result<f64> {
    if b.is_zero() {
        return Err(Fault::zero_division("division by zero"));
    }
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    let (a, b) = (a.magnitude(), b.magnitude());
    // The quotient is scaled to at least 64 bits, fewer where the result is subnormal; what is cut off survives as
    // a last bit that is set, so that the one rounding that follows is correct.
    let lowest = a.bits() as i64 - b.bits() as i64;
    if lowest > 1100 {
        return Err(Fault::overflow("integer division result too large for a float"));
    }
    if lowest < -1200 {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    let shift = (64 - lowest).min(1076);
    let (scaled_a, scaled_b) =
        if shift >= 0 { (a << shift as usize, b.clone()) } else { (a.clone(), b << (-shift) as usize) };
    let (q, r) = scaled_a.div_rem(&scaled_b);
    let mut bits = q.to_u128().unwrap_or(u128::MAX);
    if !r.is_zero() {
        bits = bits << 1 | 1;
    } else {
        bits <<= 1;
    }
    let exponent = -(shift + 1) as i32;
    let magnitude = scale(bits, exponent);
    if magnitude.is_infinite() {
        return Err(Fault::overflow("integer division result too large for a float"));
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// `bits * 2**exponent`, rounded once.
fn scale(bits: u128, exponent: i32) -> f64 {
    let length = 128 - bits.leading_zeros() as i32;
    // The exponent of the last place that the result can hold.
    let last = (length + exponent - 53).max(-1074);
    let drop = last - exponent;
    let rounded = if drop <= 0 {
        bits as f64
    } else if drop > 127 {
        0.0
    } else {
        let kept = bits >> drop;
        let rest = bits & ((1 << drop) - 1);
        let half = 1u128 << (drop - 1);
        let up = rest > half || (rest == half && kept & 1 == 1);
        return libm::ldexp((kept + u128::from(up)) as f64, last);
    };
    libm::ldexp(rounded, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_down_and_remainder_follows_the_divisor() {
        assert_eq!((floor_div(-7, 2), floor_mod(-7, 2)), (-4, 1));
        assert_eq!((floor_div(7, -2), floor_mod(7, -2)), (-4, -1));
        assert_eq!((floor_div(6, 3), floor_mod(6, 3)), (2, 0));
    }

    #[test]
    fn true_division_rounds_once() {
        let ten = BigInt::from(10);
        assert_eq!(true_div_big(&ten.pow(400), &ten.pow(399)).unwrap(), 10.0);
        assert_eq!(true_div_big(&BigInt::one(), &ten.pow(323)).unwrap(), 1e-323);
        assert_eq!(true_div_big(&BigInt::one(), &ten.pow(400)).unwrap(), 0.0);
        assert_eq!(true_div_big(&BigInt::from(9007199254740993i64), &BigInt::one()).unwrap(), 9007199254740992.0);
        assert!(true_div_big(&ten.pow(400), &BigInt::one()).is_err());
    }

    #[test]
    fn modular_powers_have_inverses() {
        let n = |i: i64| BigInt::from(i);
        assert!(matches!(power_modulo(&n(3), &n(-1), &n(7)), Ok(Value::Int(5))));
        assert!(matches!(power_modulo(&n(2), &n(3), &n(-5)), Ok(Value::Int(-2))));
        assert!(power_modulo(&n(2), &n(-1), &n(4)).is_err());
    }
}
