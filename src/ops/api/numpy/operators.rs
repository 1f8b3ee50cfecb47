//! Python's operators on NumPy arrays and scalars, computed by the operators of the table.

use super::promote::{Operand, result_type, wrap};
use crate::array::layout::broadcast_sizes;
use crate::array::{Array, DType, map};
use crate::diag::{Error, ExcKind, Fault, Result};
use crate::ops::api::binary::{self as entry, Unary};
use crate::ops::{OpDef, call};
use crate::tensor::Tensor;
use crate::value::{Binary, Compare, Value};

/// Sizes as NumPy prints them: `(2,3)`.
pub fn show_shape(sizes: &[usize]) -> String {
    let parts: Vec<String> = sizes.iter().map(|n| n.to_string()).collect();
    if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(",")) }
}

/// Refuses operands that do not broadcast.
///
/// Errors: ValueError in NumPy's words.
pub fn check_broadcast(a: &Array, b: &Array) -> Result<()> {
    broadcast_sizes(a.sizes(), b.sizes()).map(|_| ()).map_err(|_| {
        Fault::value(format!(
            "operands could not be broadcast together with shapes {} {} ",
            show_shape(a.sizes()),
            show_shape(b.sizes())
        ))
    })
}

/// Applies an operator of two arguments to arrays of one type.
pub fn run2(def: &'static OpDef, a: Array, b: Array) -> Result<Array> {
    let out = crate::tensor::mode::with_grad_enabled(false, || call(def, [Value::tensor(a), Value::tensor(b)]))?;
    let array = out.array().clone();
    Ok(array)
}

/// The type in which NumPy computes a binary operator for operands of a type.
fn compute_type(op: Binary, dtype: DType) -> Result<DType> {
    Ok(match op {
        Binary::Div if !dtype.is_differentiable() => DType::F64,
        Binary::FloorDiv | Binary::Mod | Binary::Pow | Binary::Shl | Binary::Shr if dtype == DType::Bool => DType::I8,
        Binary::Sub if dtype == DType::Bool => {
            return Err(Fault::type_error(
                "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or \
                 the logical_xor function instead.",
            ));
        }
        Binary::And | Binary::Or | Binary::Xor | Binary::Shl | Binary::Shr if dtype.is_differentiable() => {
            return Err(Fault::type_error(format!(
                "ufunc '{}' not supported for the input types, and the inputs could not be safely coerced to any \
                 supported types according to the casting rule ''safe''",
                match op {
                    Binary::And => "bitwise_and",
                    Binary::Or => "bitwise_or",
                    Binary::Xor => "bitwise_xor",
                    Binary::Shl => "left_shift",
                    _ => "right_shift",
                }
            )));
        }
        _ => dtype,
    })
}

/// `a op b` as arrays, without wrapping.
fn compute(op: Binary, a: &Operand, b: &Operand) -> Result<Array> {
    let dtype = compute_type(op, result_type(&[a, b]))?;
    let (x, y) = (a.to(dtype)?, b.to(dtype)?);
    if op == Binary::MatMul {
        return matmul(x, y);
    }
    check_broadcast(&x, &y)?;
    if !dtype.is_differentiable() {
        match op {
            Binary::Pow if any_negative(&y)? => {
                return Err(Fault::value("Integers to negative integer powers are not allowed."));
            }
            // NumPy gives 0 where an integer is divided by zero.
            Binary::FloorDiv | Binary::Mod => return divide_integers(op, x, y),
            _ => {}
        }
    }
    let Some(def) = entry::definition(op) else {
        return Err(Fault::not_implemented(format!("operator {} of arrays", op.sign())));
    };
    run2(def, x, y)
}

fn any_negative(array: &Array) -> Result<bool> {
    Ok(map::cast(array, DType::I64)?.to_vec::<i64>()?.iter().any(|&v| v < 0))
}

fn divide_integers(op: Binary, a: Array, b: Array) -> Result<Array> {
    let dtype = a.dtype;
    let (a, b) = (map::cast(&a, DType::I64)?, map::cast(&b, DType::I64)?);
    let out = match op {
        Binary::FloorDiv => map::map2(&a, &b, |x: i64, y: i64| if y == 0 { 0 } else { floor_div(x, y) }),
        _ => {
            map::map2(&a, &b, |x: i64, y: i64| if y == 0 { 0 } else { x.wrapping_sub(floor_div(x, y).wrapping_mul(y)) })
        }
    }?;
    map::cast(&out, dtype)
}

fn floor_div(x: i64, y: i64) -> i64 {
    let q = x.wrapping_div(y);
    if x.wrapping_rem(y) != 0 && (x < 0) != (y < 0) { q - 1 } else { q }
}

/// The product of matrices, vectors or stacks of them.
///
/// Errors: ValueError in NumPy's words.
pub fn matmul(a: Array, b: Array) -> Result<Array> {
    for (i, operand) in [&a, &b].into_iter().enumerate() {
        if operand.ndim() == 0 {
            return Err(Fault::value(format!(
                "matmul: Input operand {i} does not have enough dimensions (has 0, gufunc core with signature \
                 (n?,k),(k,m?)->(n?,m?) requires 1)"
            )));
        }
    }
    let inner = a.sizes()[a.ndim() - 1];
    let core = if b.ndim() == 1 { 0 } else { b.ndim() - 2 };
    if b.sizes()[core] != inner {
        return Err(Fault::value(format!(
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature \
             (n?,k),(k,m?)->(n?,m?) (size {} is different from {inner})",
            b.sizes()[core]
        )));
    }
    if a.dtype.is_differentiable() && a.dtype.size() >= 4 || a.dtype == DType::I64 {
        return crate::array::matmul::matmul(&a, &b);
    }
    let wide = if a.dtype.is_float() { DType::F32 } else { DType::I64 };
    let out = crate::array::matmul::matmul(&map::cast(&a, wide)?, &map::cast(&b, wide)?)?;
    map::cast(&out, a.dtype)
}

fn operands(a: &Value, b: &Value) -> Option<Result<(Operand, Operand)>> {
    let (x, y) = (Operand::of(a)?, Operand::of(b)?);
    Some(x.and_then(|x| Ok((x, y?))))
}

/// `a op b` where either is an array or NumPy scalar and the other can become one; `None` otherwise.
///
/// Errors: ValueError and TypeError in NumPy's words.
pub fn binary(op: Binary, a: &Value, b: &Value) -> Option<Result<Value>> {
    // A NumPy integer says how often a sequence is to be repeated, as any integer does.
    let repeats = |s: &Value, n: &Value| {
        matches!(s, Value::List(_) | Value::Tuple(_)) && matches!(n, Value::Array(a) if a.is_scalar)
    };
    if op == Binary::Mul && (repeats(a, b) || repeats(b, a)) {
        return None;
    }
    let both = operands(a, b)?;
    Some(both.and_then(|(x, y)| compute(op, &x, &y)).map(wrap).map_err(in_numpy_words))
}

/// `a < b` and kin; what cannot become an array is unequal everywhere.
///
/// Errors: ValueError for sizes that do not broadcast.
pub fn compare(op: Compare, a: &Value, b: &Value) -> Option<Result<Value>> {
    let Some(both) = operands(a, b) else {
        let array = if let Value::Array(x) = a {
            x
        } else if let Value::Array(x) = b {
            x
        } else {
            return None;
        };
        return match op {
            Compare::Eq | Compare::Ne => {
                let sizes = array.array.borrow().layout.sizes.clone();
                let value = crate::array::Scalar::Bool(op == Compare::Ne);
                Some(Array::full(&sizes, value, DType::Bool).map(wrap))
            }
            _ => None,
        };
    };
    Some(both.and_then(|(x, y)| {
        let dtype = result_type(&[&x, &y]);
        let wide = |o: &Operand| o.to(dtype).or_else(|_| o.to(DType::I64));
        let (x, y) = (wide(&x)?, wide(&y)?);
        check_broadcast(&x, &y)?;
        run2(entry::comparison(op), x, y).map(wrap)
    }))
}

/// `a op= b`: writes into an array; a scalar gives a new one.
///
/// Errors: TypeError when the result does not fit the array's type, as NumPy's `same_kind` casting.
pub fn inplace(op: Binary, a: &Value, b: &Value) -> Option<Result<Value>> {
    let Value::Array(target) = a else { return None };
    if target.is_scalar || op == Binary::MatMul {
        return binary(op, a, b);
    }
    let both = operands(a, b)?;
    Some(both.and_then(|(x, y)| {
        let array = target.array.borrow().clone();
        let out = compute(op, &x, &y).map_err(in_numpy_words)?;
        if out.dtype.category() > array.dtype.category() {
            return Err(Fault::new(
                ExcKind::UFuncTypeError,
                format!(
                    "Cannot cast ufunc '{}' output from dtype('{}') to dtype('{}') with casting rule 'same_kind'",
                    ufunc(op),
                    out.dtype.name(),
                    array.dtype.name()
                ),
            ));
        }
        if out.sizes() != array.sizes() {
            return Err(Fault::value(format!(
                "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
                show_shape(array.sizes()),
                show_shape(out.sizes())
            )));
        }
        map::copy_into(&array, &out)?;
        array.storage.bump();
        Ok(a.clone())
    }))
}

/// NumPy's name of a binary operator's function.
pub fn ufunc(op: Binary) -> &'static str {
    [
        "add",
        "subtract",
        "multiply",
        "divide",
        "floor_divide",
        "remainder",
        "power",
        "matmul",
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "left_shift",
        "right_shift",
    ][op as usize]
}

/// `-a`, `+a` and `~a`.
///
/// Errors: TypeError for bools and floats where NumPy refuses them.
pub fn unary(op: Unary, a: &Value) -> Result<Value> {
    let array = super::promote::array_of(a)?;
    match (op, array.dtype) {
        (Unary::Neg, DType::Bool) => {
            return Err(Fault::type_error(
                "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the \
                 logical_not function instead.",
            ));
        }
        (Unary::Pos, _) => return Ok(wrap(map::copy(&array)?)),
        (Unary::Invert, d) if d.is_differentiable() => {
            return Err(Fault::type_error(
                "ufunc 'invert' not supported for the input types, and the inputs could not be safely coerced to any \
                 supported types according to the casting rule ''safe''",
            ));
        }
        _ => {}
    }
    let Some(result) = entry::unary(op, &Value::Tensor(Tensor::new(array))) else { return Ok(a.clone()) };
    match result? {
        Value::Tensor(t) => Ok(wrap(t.array().clone())),
        other => Ok(other),
    }
}

/// A refusal of the table reworded as NumPy's: shapes and dtypes are ValueError and TypeError there.
pub fn in_numpy_words(error: Error) -> Error {
    match error.kind {
        ExcKind::NotImplementedError => {
            let mut error = error;
            error.kind = ExcKind::TypeError;
            error
        }
        _ => error,
    }
}
