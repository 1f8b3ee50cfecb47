//! Python's operators on tensors and arrays: what `a + b`, `a < b`, `-a` and `a += b` mean when one is a tensor.
//!
//! Everything here finds its operator in the table. `None` means that the operands are none of ours: the evaluator
//! goes on with Python's protocol and words the refusal.

use super::numpy;
use crate::array::{Array, DType, Scalar};
use crate::diag::{Fault, Result};
use crate::ops::args::result_type;
use crate::ops::{OpDef, Operand, apply, apply_inplace, arithmetic, compare as comparisons, registry};
use crate::tensor::Tensor;
use crate::value::{Binary, Bound, Compare, Value};
use smallvec::smallvec;

/// A sign before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Unary {
    Neg,
    Pos,
    Invert,
}

/// The operator of the table behind each binary operator, and the arguments that follow its two operands.
struct Entry {
    def: &'static OpDef,
    rest: Bound,
}

impl Entry {
    /// The complete arguments for two operands.
    #[inline]
    fn arguments(&self, a: Value, b: Value) -> Bound {
        let mut args = Bound::new();
        args.push(a);
        args.push(b);
        for value in &self.rest {
            args.push(value.copied());
        }
        args
    }
}

/// torch's names of the binary operators, in the order of [`Binary::ALL`].
const NAMES: [&str; 13] = [
    "add",
    "sub",
    "mul",
    "true_divide",
    "floor_divide",
    "remainder",
    "pow",
    "matmul",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "bitwise_left_shift",
    "bitwise_right_shift",
];

thread_local! {
    static TABLE: [Option<Entry>; 13] = NAMES.map(|name| {
        let def = registry::find(name)?;
        let rest = registry::signature(def).params.iter().skip(2).map(|p| p.default.clone().unwrap_or_default()).collect();
        Some(Entry { def, rest })
    });
}

/// The operator behind a binary operator.
pub fn definition(op: Binary) -> Option<&'static OpDef> {
    TABLE.with(|table| table[op as usize].as_ref().map(|e| e.def))
}

/// The operator behind a comparison.
pub fn comparison(op: Compare) -> &'static OpDef {
    match op {
        Compare::Eq => &comparisons::EQ,
        Compare::Ne => &comparisons::NE,
        Compare::Lt => &comparisons::LT,
        Compare::Le => &comparisons::LE,
        Compare::Gt => &comparisons::GT,
        Compare::Ge => &comparisons::GE,
    }
}

/// `a op b` where either is a tensor or an array; `None` when the operands are not for us.
///
/// Errors: what the operator refuses.
#[inline]
pub fn binary(op: Binary, a: &Value, b: &Value) -> Option<Result<Value>> {
    use Value::{Array, Bool, Float, Int};
    match (a, b) {
        (Value::Tensor(_), Value::Tensor(_)) => Some(forward(op, a.clone(), b.clone())),
        (Value::Tensor(_), Int(_) | Float(_) | Bool(_)) if op != Binary::MatMul => {
            Some(forward(op, a.clone(), b.clone()))
        }
        (Int(_) | Float(_) | Bool(_), Value::Tensor(t)) if op != Binary::MatMul => Some(reflected(op, a, t)),
        (Array(_), _) | (_, Array(_)) => arrays(op, a, b),
        (Value::Tensor(_), Value::Big(_)) | (Value::Big(_), Value::Tensor(_)) => Some(Err(too_big())),
        (Value::Tensor(_), Value::Complex(_)) if op != Binary::MatMul => Some(forward(op, a.clone(), b.clone())),
        (Value::Complex(_), Value::Tensor(t)) if op != Binary::MatMul => Some(reflected(op, a, t)),
        _ => None,
    }
}

#[cold]
fn too_big() -> crate::diag::Error {
    Fault::overflow("int too big to convert")
}

/// The operator applied to its two operands in order.
fn forward(op: Binary, a: Value, b: Value) -> Result<Value> {
    TABLE.with(|table| match &table[op as usize] {
        Some(entry) => apply(entry.def, entry.arguments(a, b)),
        None => Err(Fault::not_implemented(format!("operator {}", op.sign()))),
    })
}

/// `number op tensor`, as `Tensor.__radd__` and kin compute it.
fn reflected(op: Binary, number: &Value, tensor: &Tensor) -> Result<Value> {
    let right = Value::Tensor(tensor.clone());
    match op {
        Binary::Add | Binary::Mul | Binary::And | Binary::Or | Binary::Xor => forward(op, right, number.clone()),
        Binary::Sub => apply(&arithmetic::RSUB_SCALAR, smallvec![number.clone(), right, Value::Int(1)]),
        Binary::Div => {
            let reciprocal = apply(&arithmetic::RECIPROCAL, smallvec![right])?;
            forward(Binary::Mul, reciprocal, number.clone())
        }
        Binary::Pow => forward(op, number.clone(), right),
        _ => forward(op, Value::Tensor(as_tensor(number, tensor)?), right),
    }
}

/// A number as a 0-d tensor of the type that it and the tensor give together.
fn as_tensor(number: &Value, beside: &Tensor) -> Result<Tensor> {
    let scalar = number.as_scalar().unwrap_or(Scalar::Int(0));
    let dtype = result_type(&[&Operand::Scalar(scalar), &Operand::Tensor(beside.clone())]);
    Ok(Tensor::new(Array::full(&[], scalar, dtype)?))
}

/// The number in a NumPy scalar, which tensors treat like a Python number.
fn plain_number(value: &Value) -> Option<Value> {
    match value {
        Value::Array(a) if a.is_scalar => value.as_scalar().map(Value::scalar),
        _ => None,
    }
}

/// Operators with a NumPy array or scalar on either side.
#[cold]
fn arrays(op: Binary, a: &Value, b: &Value) -> Option<Result<Value>> {
    match (a, b) {
        (Value::Tensor(t), _) => match plain_number(b) {
            Some(number) => binary(op, a, &number),
            None => Some(numpy::of_tensor(t).and_then(|left| {
                numpy::binary(op, &left, b).unwrap_or_else(|| Err(refused(op.sign(), a, b))).and_then(numpy::to_tensor)
            })),
        },
        (_, Value::Tensor(_)) => match plain_number(a) {
            Some(number) => binary(op, &number, b),
            None if op == Binary::Add => Some(Err(Fault::type_error(
                "Concatenation operation is not implemented for NumPy arrays, use np.concatenate() instead. Please do \
                 not rely on this error; it may not be given on all Python implementations.",
            )
            .with_help("torch.from_numpy(array) + tensor"))),
            None => Some(Err(refused(op.sign(), a, b))),
        },
        _ => numpy::binary(op, a, b),
    }
}

#[cold]
fn refused(sign: &str, a: &Value, b: &Value) -> crate::diag::Error {
    use crate::value::protocol::class_name;
    Fault::type_error(format!("unsupported operand type(s) for {sign}: '{}' and '{}'", class_name(a), class_name(b)))
}

/// `a < b` and kin where either is a tensor or an array; `None` when the operands are not for us.
///
/// Errors: what the operator refuses; TypeError for an order between a tensor and what is no number.
#[inline]
pub fn compare(op: Compare, a: &Value, b: &Value) -> Option<Result<Value>> {
    use Value::{Bool, Float, Int};
    match (a, b) {
        (Value::Tensor(_), Value::Tensor(_) | Int(_) | Float(_) | Bool(_)) => {
            Some(apply(comparison(op), smallvec![a.clone(), b.clone()]))
        }
        (Int(_) | Float(_) | Bool(_), Value::Tensor(_)) => {
            Some(apply(comparison(op.swapped()), smallvec![b.clone(), a.clone()]))
        }
        (Value::Tensor(_) | Value::Array(_), _) | (_, Value::Tensor(_) | Value::Array(_)) => compare_other(op, a, b),
        _ => None,
    }
}

#[cold]
fn compare_other(op: Compare, a: &Value, b: &Value) -> Option<Result<Value>> {
    // An object of the program may define the comparison; the evaluator asks it.
    if matches!(a, Value::Object(_)) || matches!(b, Value::Object(_)) {
        return None;
    }
    match (a, b) {
        (Value::Tensor(_), Value::Big(_)) | (Value::Big(_), Value::Tensor(_)) => return Some(Err(too_big())),
        (Value::Tensor(_), Value::Array(_)) | (Value::Array(_), Value::Tensor(_)) => {
            if let Some(number) = plain_number(a) {
                return compare(op, &number, b);
            }
            if let Some(number) = plain_number(b) {
                return compare(op, a, &number);
            }
            if matches!(op, Compare::Eq | Compare::Ne) {
                let array = |v: &Value| match v {
                    Value::Tensor(t) => numpy::of_tensor(t),
                    other => Ok(other.clone()),
                };
                return Some(array(a).and_then(|a| {
                    let b = array(b)?;
                    numpy::compare(op, &a, &b).unwrap_or(Ok(Value::Bool(false))).and_then(numpy::to_tensor)
                }));
            }
        }
        (Value::Array(_), _) | (_, Value::Array(_)) => return numpy::compare(op, a, b),
        (Value::Tensor(_), Value::Complex(_)) => return Some(apply(comparison(op), smallvec![a.clone(), b.clone()])),
        (Value::Complex(_), Value::Tensor(_)) => {
            return Some(apply(comparison(op.swapped()), smallvec![b.clone(), a.clone()]));
        }
        _ => {}
    }
    match op {
        Compare::Eq => Some(Ok(Value::Bool(false))),
        Compare::Ne => Some(Ok(Value::Bool(true))),
        _ => {
            use crate::value::protocol::class_name;
            Some(Err(Fault::type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.sign(),
                class_name(a),
                class_name(b)
            ))))
        }
    }
}

/// `a op= b` where `a` is a tensor or an array: changes it in place where Python does, else gives a new value.
///
/// Errors: what the in-place form refuses.
pub fn inplace(op: Binary, a: &Value, b: &Value) -> Option<Result<Value>> {
    match (a, b) {
        (Value::Tensor(_), Value::Tensor(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Complex(_))
            if op != Binary::MatMul =>
        {
            Some(TABLE.with(|table| match &table[op as usize] {
                Some(entry) => apply_inplace(entry.def, entry.arguments(a.clone(), b.clone())),
                None => Err(Fault::not_implemented(format!("operator {}=", op.sign()))),
            }))
        }
        (Value::Tensor(_), Value::Array(_)) => match plain_number(b) {
            Some(number) => inplace(op, a, &number),
            None => binary(op, a, b),
        },
        (Value::Array(_), _) => numpy::inplace(op, a, b),
        (Value::Tensor(_), _) => binary(op, a, b),
        _ => None,
    }
}

/// `-a`, `+a` and `~a` of a tensor or an array.
///
/// Errors: NotImplementedError and TypeError for types without that operator.
pub fn unary(op: Unary, a: &Value) -> Option<Result<Value>> {
    match a {
        Value::Tensor(t) => Some(match op {
            Unary::Neg => apply(&arithmetic::NEG, smallvec![a.clone()]),
            Unary::Pos if t.dtype() == DType::Bool => {
                Err(Fault::not_implemented("The `+` operator, on a bool tensor is not supported."))
            }
            Unary::Pos => Ok(a.clone()),
            Unary::Invert if t.dtype().is_float() => {
                Err(Fault::type_error("~ (operator.invert) is only implemented on integer and Boolean-type tensors"))
            }
            Unary::Invert => apply(&comparisons::BITWISE_NOT, smallvec![a.clone()]),
        }),
        Value::Array(_) => Some(numpy::unary(op, a)),
        _ => None,
    }
}

/// The truth value of a tensor or an array.
///
/// Errors: RuntimeError or ValueError unless it has one element.
pub fn truth(a: &Value) -> Option<Result<bool>> {
    match a {
        Value::Tensor(_) | Value::Array(_) => {
            Some(crate::value::protocol::truth_natively(a).map(|t| t.unwrap_or(true)))
        }
        _ => None,
    }
}
