//! The messages of operators that no rule applies to.

use super::Unary;
use crate::diag::{Error, Fault};
use crate::value::protocol::class_name;
use crate::value::{Binary, Value};

/// The refusal of `a op b`, in CPython's words for the two types.
#[cold]
pub fn unsupported(op: Binary, a: &Value, b: &Value) -> Error {
    let (left, right) = (class_name(a), class_name(b));
    match (op, a, b) {
        (Binary::Add, Value::Str(_), _) => {
            Fault::type_error(format!("can only concatenate str (not \"{right}\") to str"))
        }
        (Binary::Add, Value::List(_), _) => {
            Fault::type_error(format!("can only concatenate list (not \"{right}\") to list"))
        }
        (Binary::Add, Value::Tuple(_), _) => {
            Fault::type_error(format!("can only concatenate tuple (not \"{right}\") to tuple"))
        }
        // The sequence asks the tensor how often it is to be repeated.
        (Binary::Mul, Value::Tensor(_), Value::Str(_) | Value::List(_) | Value::Tuple(_))
        | (Binary::Mul, Value::Str(_) | Value::List(_) | Value::Tuple(_), Value::Tensor(_)) => {
            Fault::type_error("only integer tensors of a single element can be converted to an index")
        }
        (Binary::Mul, Value::Str(_) | Value::List(_) | Value::Tuple(_), _) => {
            Fault::type_error(format!("can't multiply sequence by non-int of type '{right}'"))
        }
        (Binary::Mul, _, Value::Str(_) | Value::List(_) | Value::Tuple(_)) => {
            Fault::type_error(format!("can't multiply sequence by non-int of type '{left}'"))
        }
        (Binary::Pow, ..) => {
            Fault::type_error(format!("unsupported operand type(s) for ** or pow(): '{left}' and '{right}'"))
        }
        _ => Fault::type_error(format!("unsupported operand type(s) for {}: '{left}' and '{right}'", op.sign())),
    }
}

/// The refusal of `a op= b`.
#[cold]
pub fn unsupported_in_place(op: Binary, a: &Value, b: &Value) -> Error {
    match (op, a, b) {
        (Binary::Add, Value::Str(_) | Value::Tuple(_), _)
        | (Binary::Mul, Value::Str(_) | Value::List(_) | Value::Tuple(_), _)
        | (Binary::Mul, _, Value::Str(_) | Value::List(_) | Value::Tuple(_)) => unsupported(op, a, b),
        _ => Fault::type_error(format!(
            "unsupported operand type(s) for {}=: '{}' and '{}'",
            op.sign(),
            class_name(a),
            class_name(b)
        )),
    }
}

/// The refusal of `-x` and kin.
#[cold]
pub fn unsupported_unary(op: Unary, x: &Value) -> Error {
    Fault::type_error(format!("bad operand type for unary {}: '{}'", op.sign(), class_name(x)))
}
