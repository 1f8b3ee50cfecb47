//! Equality, hashing, truth and ordering of built-in values.

use super::caller::{Caller, Compare};
use super::text::hash_text;
use super::types::class_of;
use super::value::Value;
use crate::diag::{ExcKind, Fault, Result};
use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};
use std::cell::Cell;
use std::cmp::Ordering;

/// Whether two values are equal, when that takes no code of the program and gives one truth value; `None` otherwise.
pub fn equal_natively(a: &Value, b: &Value) -> Option<bool> {
    equal_to_depth(a, b, DEEPEST)
}

/// How deep tuples may nest for their comparison and their hash to be found here.
const DEEPEST: u32 = 1000;

fn equal_to_depth(a: &Value, b: &Value, depth: u32) -> Option<bool> {
    use Value::{Array, Complex, Dict, Int, List, Method, Object, Range, Set, Slice, Str, Tensor, Tuple};
    match (a, b) {
        (Str(x), Str(y)) => Some(std::rc::Rc::ptr_eq(x, y) || **x == **y),
        (Int(x), Int(y)) => Some(x == y),
        (Object(_), _) | (_, Object(_)) => {
            if a.is(b) {
                Some(true)
            } else {
                None
            }
        }
        (Tuple(x), Tuple(y)) => {
            if x.len() != y.len() {
                return Some(false);
            }
            // Too deep: who asks compares in a way that can fail.
            let depth = depth.checked_sub(1)?;
            for (p, q) in x.iter().zip(y.iter()) {
                match equal_to_depth(p, q, depth) {
                    Some(true) => {}
                    other => return other,
                }
            }
            Some(true)
        }
        // Containers that may hold objects of the program, and tensors, whose comparison is a tensor.
        (List(_), List(_)) | (Dict(_), Dict(_)) | (Set(_), Set(_)) | (Slice(_), Slice(_)) => {
            if a.is(b) {
                Some(true)
            } else {
                None
            }
        }
        (Tensor(_) | Array(_), _) | (_, Tensor(_) | Array(_)) => {
            if a.is(b) {
                Some(true)
            } else {
                None
            }
        }
        (Range(x), Range(y)) => {
            let n = x.len();
            Some(n == y.len() && (n == 0 || x.start == y.start && (n == 1 || x.step == y.step)))
        }
        (Method(x), Method(y)) => Some(x.receiver.is(&y.receiver) && x.function.is(&y.function)),
        (Complex(x), Complex(y)) => Some(x == y),
        (Complex(z), real) | (real, Complex(z)) => {
            Some(z.im == 0.0 && compare_numbers(&Value::Float(z.re), real) == Some(Some(Ordering::Equal)))
        }
        _ => match compare_numbers(a, b) {
            Some(ordering) => Some(ordering == Some(Ordering::Equal)),
            None => Some(a.is(b)),
        },
    }
}

/// The order of two numbers; the inner `None` when one is NaN, the outer when one is no number.
pub fn compare_numbers(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    use Value::{Big, Bool, Float, Int};
    Some(match (a, b) {
        (Int(x), Int(y)) => Some(x.cmp(y)),
        (Float(x), Float(y)) => x.partial_cmp(y),
        (Int(x), Float(y)) => compare_int_float(*x, *y),
        (Float(x), Int(y)) => compare_int_float(*y, *x).map(Ordering::reverse),
        (Bool(x), _) => return compare_numbers(&Int(*x as i64), b),
        (_, Bool(y)) => return compare_numbers(a, &Int(*y as i64)),
        (Big(x), Big(y)) => Some(x.cmp(y)),
        (Big(x), Int(_)) => Some(if x.sign() == num_bigint::Sign::Minus { Ordering::Less } else { Ordering::Greater }),
        (Int(_), Big(_)) => return compare_numbers(b, a).map(|o| o.map(Ordering::reverse)),
        (Big(x), Float(y)) => match BigInt::from_f64(*y) {
            Some(whole) => Some((**x).cmp(&whole)),
            None => 0.0.partial_cmp(y),
        },
        (Float(_), Big(_)) => return compare_numbers(b, a).map(|o| o.map(Ordering::reverse)),
        _ => return None,
    })
}

/// The exact order of an integer and a float, which a conversion would round.
fn compare_int_float(i: i64, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f >= 9.3e18 {
        return Some(Ordering::Less);
    }
    if f <= -9.3e18 {
        return Some(Ordering::Greater);
    }
    let whole = f.floor();
    Some((i as i128).cmp(&(whole as i128)).then(if f > whole { Ordering::Less } else { Ordering::Equal }))
}

/// The hash of a value; equal values have equal hashes.
///
/// Errors: TypeError for mutable containers.
#[inline]
pub fn hash_value(value: &Value, caller: &mut dyn Caller) -> Result<u64> {
    match value {
        Value::Str(s) => Ok(s.hash()),
        Value::Int(i) => Ok(hash_int(*i)),
        other => hash_other(other, caller),
    }
}

fn hash_int(i: i64) -> u64 {
    (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26)
}

thread_local! {
    /// How many tuples around the one being hashed are being hashed.
    static HASHING: Cell<u32> = const { Cell::new(0) };
}

fn hash_items(items: &[Value], caller: &mut dyn Caller) -> Result<u64> {
    let mut hash = 0x9e37_79b9_7f4a_7c15u64;
    for item in items {
        hash = (hash.rotate_left(5) ^ hash_value(item, caller)?).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    Ok(hash)
}

fn hash_other(value: &Value, caller: &mut dyn Caller) -> Result<u64> {
    Ok(match value {
        Value::None => 0x5ca1_ab1e,
        Value::Ellipsis => 0x5ca1_ab1f,
        Value::NotImplemented => 0x5ca1_ab20,
        Value::Undef => 0,
        Value::Bool(b) => hash_int(*b as i64),
        Value::Float(f) if f.fract() == 0.0 && f.abs() < 9.2e18 => hash_int(*f as i64),
        Value::Float(f) => hash_int(f.to_bits() as i64),
        Value::Complex(z) if z.im == 0.0 => return hash_other(&Value::Float(z.re), caller),
        Value::Complex(z) => hash_int(z.re.to_bits() as i64) ^ hash_int(z.im.to_bits() as i64).rotate_left(7),
        Value::Big(b) => match b.to_f64() {
            Some(f) if f.is_finite() => hash_int(f.to_bits() as i64),
            _ => hash_text(&b.to_string()),
        },
        Value::DType(d) => hash_int(*d as i64 + 1000),
        Value::Tuple(t) => {
            let depth = HASHING.get();
            if depth > DEEPEST {
                return Err(Fault::new(ExcKind::RecursionError, "maximum recursion depth exceeded"));
            }
            HASHING.set(depth + 1);
            let hash = hash_items(t, caller);
            HASHING.set(depth);
            hash?
        }
        Value::Set(s) if s.frozen => {
            let mut hash = 0u64;
            for item in s.items() {
                hash ^= hash_value(&item, caller)?;
            }
            hash
        }
        Value::Range(r) => hash_int(r.len() as i64) ^ hash_int(r.start),
        Value::Object(o) => {
            let features = o.class().features();
            if features.hash || features.eq {
                match caller.call_special(value, "__hash__", &[])? {
                    Some(h) if h.is_none() => return Err(unhashable(value)),
                    Some(Value::Int(i)) => hash_int(i),
                    Some(Value::Big(b)) => hash_text(&b.to_string()),
                    Some(_) => return Err(Fault::type_error("__hash__ method should return an integer")),
                    None => return Err(unhashable(value)),
                }
            } else if let Some(inner) = o.value() {
                return hash_value(&inner, caller);
            } else {
                hash_int(value.address().unwrap_or(0) as i64)
            }
        }
        Value::Array(a) if a.is_scalar => {
            let scalar = a.array.borrow().item();
            return scalar.map_or(Ok(0), |s| hash_value(&Value::scalar(s), caller));
        }
        Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Slice(_) | Value::Array(_) => {
            return Err(unhashable(value));
        }
        other => hash_int(other.address().unwrap_or(0) as i64),
    })
}

#[cold]
fn unhashable(value: &Value) -> crate::diag::Error {
    Fault::type_error(format!("unhashable type: '{}'", class_name(value)))
}

/// The name of a value's class, as messages show it.
pub fn class_name(value: &Value) -> String {
    match value {
        Value::Array(a) if !a.is_scalar => "numpy.ndarray".to_string(),
        Value::Array(_) => format!("numpy.{}", class_of(value).name),
        Value::Tuple(t) if matches!(t.kind, super::sequence::TupleKind::Size) => "torch.Size".to_string(),
        Value::DType(_) => "torch.dtype".to_string(),
        Value::Object(o) if !o.class().is_user && o.class().module.as_str() == "torch" => {
            format!("torch.{}", o.class().name)
        }
        Value::Iter(i) => i.type_name.to_string(),
        other => class_of(other).name.to_string(),
    }
}

/// The truth value of a built-in value; `None` where the program decides.
///
/// Errors: RuntimeError for tensors of more or less than one element.
pub fn truth_natively(value: &Value) -> Result<Option<bool>> {
    Ok(Some(match value {
        Value::Bool(b) => *b,
        Value::None | Value::Undef => false,
        Value::Int(i) => *i != 0,
        Value::Float(f) => *f != 0.0,
        Value::Complex(z) => z.re != 0.0 || z.im != 0.0,
        Value::Str(s) => !s.is_empty(),
        Value::Tuple(t) => !t.is_empty(),
        Value::List(l) => !l.is_empty(),
        Value::Dict(d) => !d.is_empty(),
        Value::Set(s) => !s.is_empty(),
        Value::Range(r) => !r.is_empty(),
        Value::Tensor(t) => tensor_truth(&t.array())?,
        Value::Array(a) => {
            let array = a.array.borrow();
            match array.numel() {
                1 => array.item().is_some_and(|s| s.as_bool()),
                0 => false,
                _ => {
                    return Err(Fault::value(
                        "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()",
                    ));
                }
            }
        }
        Value::Object(_) => return Ok(None),
        _ => true,
    }))
}

fn tensor_truth(array: &crate::array::Array) -> Result<bool> {
    match array.item() {
        Some(s) => Ok(s.as_bool()),
        None if array.numel() == 0 => Err(Fault::runtime("Boolean value of Tensor with no values is ambiguous")),
        None => Err(Fault::runtime("Boolean value of Tensor with more than one value is ambiguous")),
    }
}

/// The result of an ordering comparison of two built-in values; `None` where it takes more than this.
pub fn order_natively(op: Compare, a: &Value, b: &Value) -> Option<bool> {
    match compare_numbers(a, b) {
        Some(Some(ordering)) => Some(op.holds(ordering)),
        Some(None) => Some(op == Compare::Ne),
        None => match (a, b) {
            (Value::Str(x), Value::Str(y)) => Some(op.holds(x.as_str().cmp(y.as_str()))),
            _ => None,
        },
    }
}
