//! Operators on built-in values: numbers, strings, sequences, sets and dictionaries.
//!
//! Every function answers only where a rule of the language itself applies; special methods, tensors and arrays are
//! the concern of whoever asks.

mod complex;
mod float;
mod int;
mod refusal;
mod sequence;
mod set;

pub use float::{divmod as float_divmod, floor_div, modulo, power};
pub use int::{divmod as int_divmod, power_modulo, true_div_big};
pub use refusal::{unsupported, unsupported_in_place, unsupported_unary};
pub use sequence::{concat, repeat};
pub use set::{Operand, combine, is_subset, update};

use super::convert::{big_of, big_to_float};
use crate::diag::Result;
use crate::value::{Binary, Caller, Value};
use num_complex::Complex64;

/// `a op b` for built-in values; `None` where the language has no rule for the two types.
#[inline]
pub fn binary(op: Binary, a: &Value, b: &Value, caller: &mut dyn Caller) -> Option<Result<Value>> {
    use Value::{Bool, Float, Int};
    match (a, b) {
        (Int(x), Int(y)) => int::small(op, *x, *y, caller),
        (Float(x), Float(y)) => float::binary(op, *x, *y),
        (Float(x), Int(y)) => float::binary(op, *x, *y as f64),
        (Int(x), Float(y)) => float::binary(op, *x as f64, *y),
        (Bool(x), Bool(y)) => match op {
            Binary::And => Some(Ok(Bool(x & y))),
            Binary::Or => Some(Ok(Bool(x | y))),
            Binary::Xor => Some(Ok(Bool(x ^ y))),
            _ => int::small(op, *x as i64, *y as i64, caller),
        },
        (Bool(x), Int(_) | Float(_) | Value::Big(_)) => binary(op, &Int(*x as i64), b, caller),
        (Int(_) | Float(_) | Value::Big(_), Bool(y)) => binary(op, a, &Int(*y as i64), caller),
        _ => general(op, a, b, caller),
    }
}

fn general(op: Binary, a: &Value, b: &Value, caller: &mut dyn Caller) -> Option<Result<Value>> {
    use Value::{Big, Bool, Class, Complex, Dict, Float, Int, List, Set, Str, Tuple};
    match (a, b) {
        (Complex(_), Complex(_) | Float(_) | Int(_) | Bool(_) | Big(_))
        | (Float(_) | Int(_) | Bool(_) | Big(_), Complex(_)) => match (complex_of(a)?, complex_of(b)?) {
            (Ok(x), Ok(y)) => complex::binary(op, x, y),
            (Err(e), _) | (_, Err(e)) => Some(Err(e)),
        },
        (Big(_), Int(_) | Big(_)) | (Int(_), Big(_)) => Some(int::big(op, &big_of(a)?, &big_of(b)?, caller)?),
        (Big(x), Float(y)) => match big_to_float(x) {
            Ok(x) => float::binary(op, x, *y),
            Err(e) => Some(Err(e)),
        },
        (Float(x), Big(y)) => match big_to_float(y) {
            Ok(y) => float::binary(op, *x, y),
            Err(e) => Some(Err(e)),
        },
        (Str(_) | List(_) | Tuple(_), _) if op == Binary::Add => sequence::concat(a, b),
        (Str(s), _) if op == Binary::Mod => Some(super::format::printf(s, b, caller).map(Value::str)),
        (Str(_) | List(_) | Tuple(_), Int(_) | Bool(_) | Big(_)) if op == Binary::Mul => Some(sequence::repeat(a, b)),
        (Int(_) | Bool(_) | Big(_), Str(_) | List(_) | Tuple(_)) if op == Binary::Mul => Some(sequence::repeat(b, a)),
        (Set(x), Set(y)) => set::operator(op, x, y, caller),
        (Dict(x), Dict(y)) if op == Binary::Or => {
            let union = x.copy();
            let mut add = || -> Result<Value> {
                for (key, value) in y.items() {
                    union.insert(key, value, caller)?;
                }
                Ok(Value::Dict(union.clone()))
            };
            Some(add())
        }
        (Class(_), Class(_) | Value::None) | (Value::None, Class(_)) if op == Binary::Or => {
            Some(Ok(super::classes::union_type([a.clone(), b.clone()])))
        }
        _ => None,
    }
}

/// The complex number of a number; `None` for other values.
///
/// Errors: OverflowError for ints beyond the range of floats.
fn complex_of(value: &Value) -> Option<Result<Complex64>> {
    let re = match value {
        Value::Complex(z) => return Some(Ok(**z)),
        Value::Float(f) => *f,
        Value::Int(i) => *i as f64,
        Value::Bool(b) => f64::from(*b),
        Value::Big(b) => match big_to_float(b) {
            Ok(f) => f,
            Err(e) => return Some(Err(e)),
        },
        _ => return None,
    };
    Some(Ok(Complex64::new(re, 0.0)))
}

/// `a op= b` where a built-in type changes in place: lists, sets and dictionaries; `None` elsewhere.
///
/// The result is what the variable is bound to: `a` itself.
pub fn inplace(op: Binary, a: &Value, b: &Value, caller: &mut dyn Caller) -> Option<Result<Value>> {
    match (op, a) {
        (Binary::Add, Value::List(list)) => Some(super::methods::list::extend(list, b, caller).map(|()| a.clone())),
        (Binary::Mul, Value::List(list)) => {
            let (Value::Int(_) | Value::Bool(_) | Value::Big(_)) = b else { return None };
            Some(sequence::repeat(a, b).map(|repeated| {
                if let Value::List(new) = repeated {
                    let items = std::mem::take(&mut *new.borrow_mut());
                    *list.borrow_mut() = items;
                }
                a.clone()
            }))
        }
        (Binary::Or | Binary::And | Binary::Sub | Binary::Xor, Value::Set(x)) if !x.frozen => match b {
            Value::Set(_) => {
                let operand = match set::Operand::of(b, caller) {
                    Ok(operand) => operand,
                    Err(e) => return Some(Err(e)),
                };
                Some(set::update(op, x, &operand, caller).map(|()| a.clone()))
            }
            _ => None,
        },
        (Binary::Or, Value::Dict(x)) => Some(super::methods::dict::update(x, b, caller).map(|()| a.clone())),
        _ => None,
    }
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `-x`
    Neg,
    /// `+x`
    Pos,
    /// `~x`
    Invert,
}

impl Unary {
    /// Its sign.
    pub fn sign(self) -> &'static str {
        ["-", "+", "~"][self as usize]
    }

    /// The special method: `__neg__`.
    pub fn dunder(self) -> &'static str {
        ["__neg__", "__pos__", "__invert__"][self as usize]
    }
}

/// `-x`, `+x` or `~x` of a number; `None` for other values.
#[inline]
pub fn unary(op: Unary, x: &Value) -> Option<Value> {
    Some(match (op, x) {
        (Unary::Neg, Value::Int(i)) => match i.checked_neg() {
            Some(n) => Value::Int(n),
            None => Value::big(-num_bigint::BigInt::from(*i)),
        },
        (Unary::Pos, Value::Int(_) | Value::Float(_) | Value::Big(_) | Value::Complex(_)) => x.clone(),
        (Unary::Invert, Value::Int(i)) => Value::Int(!i),
        (_, Value::Bool(b)) => return unary(op, &Value::Int(*b as i64)),
        (Unary::Neg, Value::Float(f)) => Value::Float(-f),
        (Unary::Neg, Value::Complex(z)) => Value::complex(-z.re, -z.im),
        (Unary::Neg, Value::Big(b)) => Value::big(-&**b),
        (Unary::Invert, Value::Big(b)) => Value::big(!&**b),
        _ => return None,
    })
}

/// `abs(x)` of a number; `None` for other values.
pub fn absolute(x: &Value) -> Option<Value> {
    Some(match x {
        Value::Float(f) => Value::Float(f.abs()),
        Value::Int(i) if *i >= 0 => x.clone(),
        Value::Bool(b) => Value::Int(*b as i64),
        Value::Big(b) if b.sign() != num_bigint::Sign::Minus => x.clone(),
        Value::Int(_) | Value::Big(_) => return unary(Unary::Neg, x),
        Value::Complex(z) => Value::Float(z.re.hypot(z.im)),
        _ => return None,
    })
}

/// The class that a value's arithmetic belongs to, for `int.__add__` and kin.
pub(super) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Big(_) | Value::Complex(_))
}

/// Whether a class is one whose values these operators know.
pub fn knows(value: &Value) -> bool {
    is_number(value)
        || matches!(value, Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_))
}
