//! NumPy under `np`: arrays without gradients, NumPy's promotion, names and words, on torch's kernels.

pub mod create;
pub mod operators;
pub mod promote;

pub use operators::{binary, compare, inplace, unary};

use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// `tensor.numpy()`: an array on the same storage.
///
/// Errors: RuntimeError when the tensor requires a gradient.
pub fn of_tensor(tensor: &Tensor) -> Result<Value> {
    Ok(promote::wrap_array(promote::array_of_tensor(tensor)?))
}

/// `torch.from_numpy(array)`: a tensor on the same storage.
///
/// Errors: ValueError for reversed views.
pub fn to_tensor(value: Value) -> Result<Value> {
    match &value {
        Value::Array(a) => {
            let array = a.array.borrow().clone();
            if array.layout.strides.iter().any(|&s| s < 0) {
                return Err(Fault::value(
                    "At least one stride in the given numpy array is negative, and tensors with negative strides are \
                     not currently supported. (You can probably work around this by making a copy of your array with \
                     array.copy().) ",
                ));
            }
            Ok(Value::tensor(array))
        }
        _ => Ok(value),
    }
}
