//! NumPy under `np`: arrays without gradients, NumPy's promotion, names and words, on torch's kernels.

pub mod arrays;
pub mod bridge;
pub mod create;
pub mod creation;
pub mod distributions;
pub mod dtypes;
pub mod elementwise;
pub mod index;
pub mod joins;
pub mod linalg;
pub mod methods;
pub mod operators;
pub mod output;
pub mod promote;
pub mod random;
pub mod reductions;
pub mod shapes;
pub mod source;
pub mod streams;
pub mod vectors;

pub use operators::{binary, compare, inplace, unary};
use output::functions;

use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::exception::class_of_kind;
use crate::value::{Module, Value};

/// The version of NumPy whose behaviour is reproduced.
const VERSION: &str = "2.4.6";

/// Fills the modules and the classes of arrays and scalars.
pub fn install(numpy: &Module, random: &Module, linalg: &Module) {
    dtypes::install(numpy);
    elementwise::install(numpy);
    for defs in [
        creation::FUNCTIONS,
        reductions::BOTH,
        reductions::FUNCTIONS,
        shapes::BOTH,
        shapes::FUNCTIONS,
        joins::FUNCTIONS,
        arrays::FUNCTIONS,
    ] {
        functions(numpy, "numpy", defs);
    }
    functions(linalg, "numpy.linalg", linalg::FUNCTIONS);
    linalg.set("LinAlgError", Value::Class(class_of_kind(crate::diag::ExcKind::NumPyLinAlgError).clone()));
    random::install(random);
    methods::install();
    for (name, number) in
        [("pi", std::f64::consts::PI), ("e", std::f64::consts::E), ("inf", f64::INFINITY), ("nan", f64::NAN)]
    {
        numpy.set(name, Value::Float(number));
    }
    numpy.set("newaxis", Value::None);
    numpy.set("__version__", Value::from(VERSION));
}

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
