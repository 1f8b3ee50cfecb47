//! The way from NumPy's functions to torch's operators: arrays become tensors, results become arrays.

use super::promote::{array_of, wrap};
use crate::array::{Array, DType, map};
use crate::diag::{ExcKind, Fault, Result};
use crate::ops::{apply, registry};
use crate::tensor::mode;
use crate::value::{Args, Name, Value, intern};

/// An array as a tensor on the same storage; reversed views are copied, which torch does not know.
pub fn tensor_of(array: &Array) -> Result<Value> {
    if array.layout.strides.iter().any(|&s| s < 0) {
        return Ok(Value::tensor(map::copy(array)?));
    }
    Ok(Value::tensor(array.clone()))
}

/// A value with the arrays in it as tensors.
pub fn to_torch(value: &Value) -> Result<Value> {
    Ok(match value {
        Value::Array(a) => tensor_of(&a.array.borrow())?,
        Value::Tuple(t) if t.iter().any(|v| matches!(v, Value::Array(_))) => {
            Value::tuple(t.iter().map(to_torch).collect::<Result<Vec<_>>>()?)
        }
        Value::List(l) if l.borrow().iter().any(|v| matches!(v, Value::Array(_))) => {
            Value::list(l.to_vec().iter().map(to_torch).collect::<Result<Vec<_>>>()?)
        }
        other => other.clone(),
    })
}

/// A result with the tensors in it as arrays; 0-d ones are scalars.
pub fn from_torch(value: Value) -> Value {
    match value {
        Value::Tensor(t) => wrap(t.array().clone()),
        Value::Tuple(t) => Value::tuple(t.iter().cloned().map(from_torch)),
        Value::List(l) => Value::list(l.to_vec().into_iter().map(from_torch).collect()),
        other => other,
    }
}

/// Runs an operator of the table on arrays.
///
/// Errors: what it refuses; NotImplementedError when there is no such operator.
pub fn run(name: &str, positional: &[Value], keywords: &[(&str, Value)]) -> Result<Value> {
    let Some(def) = registry::find(name) else {
        return Err(Fault::not_implemented(format!("numpy needs the operator {name}")));
    };
    let mut values = positional.iter().map(to_torch).collect::<Result<Vec<_>>>()?;
    let names: Vec<Name> = keywords.iter().map(|(n, _)| intern(n)).collect();
    for (_, value) in keywords {
        values.push(to_torch(value)?);
    }
    let bound = registry::signature(def).bind(Args { values: &values, names: &names }, 0)?;
    mode::with_grad_enabled(false, || apply(def, bound)).map(from_torch).map_err(super::operators::in_numpy_words)
}

/// The array in the result of an operator with one output.
pub fn run_array(name: &str, positional: &[Value], keywords: &[(&str, Value)]) -> Result<Array> {
    array_of(&run(name, positional, keywords)?)
}

/// An argument as an array value, integers and bools converted to float64.
pub fn float_argument(value: &Value) -> Result<Value> {
    let array = array_of(value)?;
    Ok(wrap(if array.dtype.is_differentiable() { array } else { map::cast(&array, DType::F64)? }))
}

/// An argument as an array value.
pub fn argument(value: &Value) -> Result<Value> {
    match value {
        Value::Array(_) => Ok(value.clone()),
        other => array_of(other).map(wrap),
    }
}

/// An argument that is an integer.
///
/// Errors: TypeError for other values.
pub fn integer(value: &Value) -> Result<i64> {
    let found = match value {
        Value::Array(a) if a.is_scalar && a.array.borrow().dtype.is_int() => value.as_scalar().map(|s| s.as_i64()),
        other => other.as_int(),
    };
    found.ok_or_else(|| {
        let class = crate::value::protocol::class_name(value);
        Fault::type_error(format!("'{class}' object cannot be interpreted as an integer"))
    })
}

/// The axes of an argument: `None` for None, each within an array of that rank.
///
/// Errors: IndexError in NumPy's words.
pub fn axes(value: &Value, ndim: usize) -> Result<Option<Vec<i64>>> {
    let one = |v: &Value| check_axis(integer(v)?, ndim);
    Ok(match value {
        Value::None | Value::Undef => None,
        Value::Tuple(t) => Some(t.iter().map(one).collect::<Result<_>>()?),
        Value::List(l) => Some(l.to_vec().iter().map(one).collect::<Result<_>>()?),
        v => Some(vec![one(v)?]),
    })
}

/// An axis within an array of that rank, counted from 0.
///
/// Errors: IndexError in NumPy's words.
pub fn check_axis(axis: i64, ndim: usize) -> Result<i64> {
    let n = ndim as i64;
    if axis < -n || axis >= n {
        return Err(Fault::new(
            ExcKind::AxisError,
            format!("axis {axis} is out of bounds for array of dimension {ndim}"),
        ));
    }
    Ok(if axis < 0 { axis + n } else { axis })
}

/// Sizes of an argument: one int or a sequence of them.
///
/// Errors: TypeError for other values, ValueError for negative ones.
pub fn shape_of(value: &Value) -> Result<Vec<usize>> {
    let one = |v: &Value| -> Result<usize> {
        usize::try_from(integer(v)?).map_err(|_| Fault::value("negative dimensions are not allowed"))
    };
    match value {
        Value::Tuple(t) => t.iter().map(one).collect(),
        Value::List(l) => l.to_vec().iter().map(one).collect(),
        v => Ok(vec![one(v)?]),
    }
}
