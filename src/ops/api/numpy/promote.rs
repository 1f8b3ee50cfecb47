//! NumPy's promotion: which type the result of mixed operands has, and operands converted to it.

use crate::array::{Array, DType, Scalar, map};
use crate::diag::{Fault, Result};
use crate::value::{NdArray, Value};
use std::rc::Rc;

/// An operand of an array operation: typed, or a Python number whose type gives way.
#[derive(Clone)]
pub enum Operand {
    /// An array or NumPy scalar.
    Array(Array),
    /// A Python number.
    Number(Scalar),
}

impl Operand {
    /// The operand in a value; lists and tuples become arrays. `None` for what is no number.
    pub fn of(value: &Value) -> Option<Result<Operand>> {
        Some(match value {
            Value::Array(a) => Ok(Operand::Array(a.array.borrow().clone())),
            Value::List(_) | Value::Tuple(_) => super::create::from_nested(value, None).map(Operand::Array),
            other => Ok(Operand::Number(other.as_scalar()?)),
        })
    }

    /// The operand as an array of a type.
    pub fn to(&self, dtype: DType) -> Result<Array> {
        match self {
            Operand::Array(a) if a.dtype == dtype => Ok(a.clone()),
            Operand::Array(a) => map::cast(a, dtype),
            Operand::Number(s) => Array::full(&[], check_range(*s, dtype)?, dtype),
        }
    }
}

/// A Python integer that an array's type must be able to hold.
///
/// Errors: OverflowError in NumPy's words.
fn check_range(number: Scalar, dtype: DType) -> Result<Scalar> {
    if let Scalar::Int(i) = number {
        let range = match dtype {
            DType::U8 => 0..=255,
            DType::I8 => -128..=127,
            DType::I16 => -32768..=32767,
            DType::I32 => i32::MIN as i64..=i32::MAX as i64,
            _ => return Ok(number),
        };
        if !range.contains(&i) {
            return Err(Fault::overflow(format!("Python integer {i} out of bounds for {}", dtype.name())));
        }
    }
    Ok(number)
}

/// The type that holds both (numpy.promote_types).
pub fn promote_types(a: DType, b: DType) -> DType {
    use DType::{C64, C128, F16, F32, F64, I8, I16, I32, I64, U8};
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    match (low, high) {
        (U8, I8) => I16,
        (I16, F16) => F32,
        (I32 | I64, F16 | F32) => F64,
        (I32 | I64 | F64, C64) => C128,
        _ => high,
    }
}

/// The type of the result of operands: Python numbers only raise the category.
pub fn result_type(operands: &[&Operand]) -> DType {
    let typed = operands.iter().filter_map(|o| match o {
        Operand::Array(a) => Some(a.dtype),
        Operand::Number(_) => None,
    });
    let numbers = operands.iter().filter_map(|o| match o {
        Operand::Array(_) => None,
        Operand::Number(s) => Some(s.category()),
    });
    use crate::array::dtype::Category;
    let default = |c: Category| match c {
        Category::Bool => DType::Bool,
        Category::Int => DType::I64,
        Category::Float => DType::F64,
        Category::Complex => DType::C128,
    };
    let strong = typed.reduce(promote_types);
    match (strong, numbers.max()) {
        (Some(strong), Some(Category::Complex)) if strong.is_float() => strong.to_complex(),
        (Some(strong), Some(weak)) if weak > strong.category() => default(weak),
        (Some(strong), _) => strong,
        (None, Some(weak)) => default(weak),
        (None, None) => DType::F64,
    }
}

/// An array as a value; 0-d results are scalars, as NumPy's operations give them.
pub fn wrap(array: Array) -> Value {
    Value::Array(if array.ndim() == 0 { NdArray::scalar(array) } else { NdArray::new(array) })
}

/// An array as a value that stays an array when it is 0-d.
pub fn wrap_array(array: Array) -> Value {
    Value::Array(NdArray::new(array))
}

/// The array in a value, lists and numbers converted.
///
/// Errors: TypeError for what is no array.
pub fn array_of(value: &Value) -> Result<Array> {
    match value {
        Value::Array(a) => Ok(a.array.borrow().clone()),
        Value::Tensor(t) => Ok(array_of_tensor(t)?),
        other => super::create::from_nested(other, None),
    }
}

/// The array of a tensor, sharing its storage.
///
/// Errors: RuntimeError when it requires a gradient.
pub fn array_of_tensor(tensor: &crate::tensor::Tensor) -> Result<Array> {
    if tensor.requires_grad() {
        return Err(Fault::runtime(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
        ));
    }
    let array = tensor.array().clone();
    if array.dtype == DType::BF16 {
        return Err(Fault::type_error("Got unsupported ScalarType BFloat16"));
    }
    Ok(array)
}

/// The array value as its shared cell.
pub fn cell(value: &Value) -> Result<&Rc<NdArray>> {
    match value {
        Value::Array(a) => Ok(a),
        other => Err(Fault::type_error(format!(
            "expected a numpy.ndarray, got {}",
            crate::value::protocol::class_name(other)
        ))),
    }
}
