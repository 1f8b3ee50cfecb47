//! `hash`, with CPython's values for numbers and tuples of them.

use crate::diag::Result;
use crate::value::protocol::hash_value;
use crate::value::{Caller, Value};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive};

const MODULUS: u64 = (1 << 61) - 1;

/// The hash of a value as the program sees it.
///
/// Errors: TypeError for unhashable values.
pub fn hash_of(value: &Value, caller: &mut dyn Caller) -> Result<i64> {
    Ok(match value {
        Value::Int(i) => hash_big(&BigInt::from(*i)),
        Value::Big(b) => hash_big(b),
        Value::Bool(b) => *b as i64,
        Value::Float(f) => hash_float(*f),
        Value::Complex(z) => {
            const IMAGINARY: i64 = 1000003;
            let hash = hash_float(z.re).wrapping_add(IMAGINARY.wrapping_mul(hash_float(z.im)));
            if hash == -1 { -2 } else { hash }
        }
        Value::Tuple(items) => {
            let _level = super::super::depth::enter("")?;
            // CPython's variant of xxHash.
            const P1: u64 = 11400714785074694791;
            const P2: u64 = 14029467366897019727;
            const P5: u64 = 2870177450012600261;
            let mut acc = P5;
            for item in items.iter() {
                let lane = hash_of(item, caller)? as u64;
                acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
            }
            acc = acc.wrapping_add(items.len() as u64 ^ (P5 ^ 3527539));
            if acc == u64::MAX { 1546275796 } else { acc as i64 }
        }
        Value::Object(o) => {
            let features = o.class().features();
            match o.value() {
                Some(inner) if !features.hash && !features.eq => return hash_of(&inner, caller),
                _ => {}
            }
            match caller.call_special(value, "__hash__", &[])? {
                Some(Value::Int(i)) => i,
                Some(Value::Big(b)) => hash_big(&b),
                Some(Value::None) | None => {
                    return Err(crate::diag::Fault::type_error(format!(
                        "unhashable type: '{}'",
                        crate::value::protocol::class_name(value)
                    )));
                }
                Some(_) => return Err(crate::diag::Fault::type_error("__hash__ method should return an integer")),
            }
        }
        other => (hash_value(other, caller)? >> 2) as i64,
    })
}

fn hash_big(value: &BigInt) -> i64 {
    let rest = value.abs().mod_floor(&BigInt::from(MODULUS)).to_i64().unwrap_or(0);
    let signed = if value.sign() == Sign::Minus { -rest } else { rest };
    if signed == -1 { -2 } else { signed }
}

fn hash_float(x: f64) -> i64 {
    if x.is_infinite() {
        return if x > 0.0 { 314159 } else { -314159 };
    }
    if x.is_nan() {
        return 0;
    }
    let (mut mantissa, mut exponent) = libm::frexp(x.abs());
    let mut hash = 0u64;
    while mantissa != 0.0 {
        hash = (hash << 28) & MODULUS | hash >> (61 - 28);
        mantissa *= 268435456.0;
        exponent -= 28;
        let digit = mantissa as u64;
        mantissa -= digit as f64;
        hash += digit;
        if hash >= MODULUS {
            hash -= MODULUS;
        }
    }
    let shift = exponent.rem_euclid(61) as u32;
    let hash = if shift == 0 { hash } else { (hash << shift) & MODULUS | hash >> (61 - shift) };
    let signed = if x < 0.0 { -(hash as i64) } else { hash as i64 };
    if signed == -1 { -2 } else { signed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_hash_as_in_python() {
        assert_eq!(hash_float(1.5), 1152921504606846977);
        assert_eq!(hash_float(-1.0), -2);
        assert_eq!(hash_float(1e300), 1224995262755759164);
        assert_eq!(hash_big(&BigInt::from(-1)), -2);
        assert_eq!(hash_big(&(BigInt::from(1) << 61usize)), 1);
    }
}
