//! Operators as methods of tensors in Rust, for derivatives and for operators written with others.

use super::apply::call;
use super::{arithmetic as ar, compare as cm, pointwise as pw, predicates as pr, rounding as rd, shape as sh};
use crate::array::{Array, DType};
use crate::diag::Result;
use crate::tensor::Tensor;
use crate::value::Value;

/// Declares methods of tensors that pass themselves and their arguments to an operator; families use it too.
#[macro_export]
macro_rules! tensor_methods {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),*) = $def:expr;)*) => {
        impl $crate::tensor::Tensor {
            $($(#[$doc])*
            pub fn $name(&self $(, $arg: impl Into<$crate::value::Value>)*) -> $crate::diag::Result<$crate::tensor::Tensor> {
                $crate::ops::call(&$def, [$crate::value::Value::Tensor(self.clone()) $(, $arg.into())*])
            })*
        }
    };
}

tensor_methods! {
    /// The absolute value.
    abs() = pw::ABS;
    /// The sum.
    add(other) = ar::ADD;
    /// A copy.
    copied() = sh::CLONE;
    /// The cosine.
    cos() = pw::COS;
    /// The hyperbolic cosine.
    cosh() = pw::COSH;
    /// The quotient.
    div(other) = ar::TRUE_DIV;
    /// Where they are equal.
    eq(other) = cm::EQ;
    /// The exponential.
    exp() = pw::EXP;
    /// The quotient rounded down.
    floor_divide(other) = rd::FLOOR_DIVIDE;
    /// Where it is at least the other.
    ge(other) = cm::GE;
    /// Where it is greater.
    gt(other) = cm::GT;
    /// Where it is finite.
    isfinite() = pr::ISFINITE;
    /// Where it is NaN.
    isnan() = pr::ISNAN;
    /// Where it is at most the other.
    le(other) = cm::LE;
    /// The natural logarithm.
    log() = pw::LOG;
    /// Where both are true.
    logical_and(other) = cm::LOGICAL_AND;
    /// Where it is zero.
    logical_not() = cm::LOGICAL_NOT;
    /// Where either is true.
    logical_or(other) = cm::LOGICAL_OR;
    /// Where it is less.
    lt(other) = cm::LT;
    /// Elements replaced where a mask is true.
    masked_fill(mask, value) = cm::MASKED_FILL;
    /// The product.
    mul(other) = ar::MUL;
    /// Where they differ.
    ne(other) = cm::NE;
    /// The tensor with its sign changed.
    neg() = ar::NEG;
    /// The power.
    pow(exponent) = ar::POW;
    /// The reciprocal.
    reciprocal() = ar::RECIPROCAL;
    /// The reciprocal of the square root.
    rsqrt() = pw::RSQRT;
    /// The signs.
    sgn() = rd::SGN;
    /// The logistic function.
    sigmoid() = pw::SIGMOID;
    /// The sine.
    sin() = pw::SIN;
    /// The hyperbolic sine.
    sinh() = pw::SINH;
    /// The square root.
    sqrt() = pw::SQRT;
    /// The difference.
    sub(other) = ar::SUB;
    /// The hyperbolic tangent.
    tanh() = pw::TANH;
    /// Two dimensions swapped.
    transpose(a, b) = sh::TRANSPOSE;
    /// One index of a dimension.
    select(dim, index) = sh::SELECT;
    /// The elements without their fractional part.
    trunc() = rd::TRUNC;
    /// A dimension of size 1 inserted.
    unsqueeze(dim) = sh::UNSQUEEZE;
}

impl Tensor {
    /// The tensor in a dtype; itself when it has it.
    pub fn to_dtype(&self, dtype: DType) -> Result<Tensor> {
        if self.dtype() == dtype { Ok(self.clone()) } else { call(&sh::TO_COPY, [self.into(), Value::DType(dtype)]) }
    }

    /// Whether an operation on it leaves nothing in the graph: derivatives then take views without one.
    fn is_unrecorded(&self) -> bool {
        !crate::tensor::mode::grad_enabled() || !self.requires_grad()
    }

    /// The same elements with other sizes.
    pub fn reshape(&self, sizes: &[usize]) -> Result<Tensor> {
        if self.array().sizes() == sizes {
            return Ok(self.clone());
        }
        if self.is_unrecorded() && sizes.iter().try_fold(1usize, |n, &size| n.checked_mul(size)) == Some(self.numel()) {
            let layout = self.array().layout.view(sizes);
            if let Some(layout) = layout {
                return Ok(super::apply::plain_view(self, layout));
            }
        }
        call(&sh::RESHAPE, [self.into(), Value::size(sizes)])
    }

    /// The sum over some dimensions, or over all when none are given.
    pub fn sum_dims(&self, dims: &[i64], keepdim: bool) -> Result<Tensor> {
        let dims = Value::tuple(dims.iter().map(|&d| Value::Int(d)));
        call(&super::reduce::SUM, [self.into(), dims, Value::Bool(keepdim)])
    }

    /// The mean over some dimensions, or over all when none are given.
    pub fn mean_dims(&self, dims: &[i64], keepdim: bool) -> Result<Tensor> {
        let dims = Value::tuple(dims.iter().map(|&d| Value::Int(d)));
        call(&super::reduce::MEAN, [self.into(), dims, Value::Bool(keepdim)])
    }

    /// The tensor summed to sizes that broadcast to its own.
    pub fn sum_to_size(&self, sizes: &[usize]) -> Result<Tensor> {
        call(&sh::SUM_TO_SIZE, [self.into(), Value::size(sizes)])
    }

    /// The same elements seen with other sizes.
    ///
    /// Errors: RuntimeError when that needs a copy.
    pub fn view_as_sizes(&self, sizes: &[usize]) -> Result<Tensor> {
        call(&sh::VIEW, [self.into(), Value::size(sizes)])
    }

    /// A view broadcast to sizes; itself when it has them.
    pub fn broadcast_to(&self, sizes: &[usize]) -> Result<Tensor> {
        if self.array().sizes() == sizes { Ok(self.clone()) } else { self.expand(sizes) }
    }

    /// A view expanded to larger sizes.
    pub fn expand(&self, sizes: &[usize]) -> Result<Tensor> {
        if self.is_unrecorded() {
            let layout = self.array().layout.broadcast_to(sizes);
            if let Ok(layout) = layout {
                return Ok(super::apply::plain_view(self, layout));
            }
        }
        call(&sh::EXPAND, [self.into(), Value::size(sizes)])
    }

    /// The dimensions in another order.
    pub fn permute(&self, dims: &[i64]) -> Result<Tensor> {
        call(&sh::PERMUTE, [self.into(), Value::tuple(dims.iter().map(|&d| Value::Int(d)))])
    }
}

/// A tensor of zeros.
pub fn zeros(sizes: &[usize], dtype: DType) -> Result<Tensor> {
    Ok(Tensor::new(Array::full(sizes, crate::array::Scalar::Int(0), dtype)?))
}

impl From<Array> for Tensor {
    fn from(array: Array) -> Tensor {
        Tensor::new(array)
    }
}
