//! Norms of vectors over dimensions, and distances.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::kernel::to_dtype;
use super::node::grads;
use super::reduce::{dims_of, spread};
use crate::array::layout::wrap_dim;
use crate::array::{Array, DType, sums};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&NORM, &VECTOR_NORM, &DIST, &RENORM];

fn refuse_integers(dtype: DType, given: bool) -> Result<()> {
    if dtype.is_differentiable() || given {
        return Ok(());
    }
    Err(Fault::not_implemented(format!(
        "linalg.vector_norm: Expected a floating point or complex tensor as input. Got {}",
        dtype.scalar_type()
    )))
}

/// A norm has no value over no elements when its order has no identity.
fn refuse_empty(array: &Array, p: f64, dims: Option<&[i64]>) -> Result<()> {
    if p.is_finite() && p >= 0.0 {
        return Ok(());
    }
    let n = array.ndim();
    match dims {
        None if array.numel() == 0 => {}
        Some(dims) => {
            let named = crate::array::reduce::named_dims(Some(dims), n)?;
            if !named.iter().any(|&d| array.sizes()[d] == 0) {
                return Ok(());
            }
        }
        None => return Ok(()),
    }
    let order = if p == f64::INFINITY { "inf".to_string() } else { p.to_string() };
    Err(Fault::runtime(format!(
        "linalg.vector_norm cannot compute the {order} norm on an empty tensor because the operation does not have an \
         identity"
    )))
}

/// What `grad` and a norm pass to the vector that the norm is of; norm and gradient are spread over it.
fn norm_slope(
    x: &Tensor,
    norm: &Tensor,
    grad: &Tensor,
    p: f64,
    ties: impl Fn(&Tensor) -> Result<Tensor>,
) -> Result<Tensor> {
    let zero = |t: Tensor| t.masked_fill(&norm.eq(0)?, 0.0);
    if p == 1.0 {
        return x.sgn()?.mul(grad);
    }
    if p == 2.0 {
        return grad.mul(&zero(x.div(norm)?)?);
    }
    if p.is_infinite() {
        let is_extreme = x.detach().abs()?.eq(norm.detach())?;
        // Where the norm is NaN nothing is extreme, and nothing has a share.
        let count = ties(&is_extreme)?;
        let count = count.masked_fill(count.eq(0)?, 1)?;
        let share = is_extreme.to_dtype(x.dtype())?.div(&count)?;
        return x.sgn()?.masked_fill(x.isnan()?, 0.0)?.mul(grad)?.mul(&share);
    }
    if p < 1.0 {
        let scaled = x.sgn()?.mul(&x.abs()?.pow(p - 1.0)?)?.masked_fill(&x.eq(0)?, 0.0)?;
        return scaled.mul(grad)?.mul(&norm.pow(1.0 - p)?);
    }
    let scaled = if p < 2.0 { x.sgn()?.mul(&x.abs()?.pow(p - 1.0)?)? } else { x.mul(&x.abs()?.pow(p - 2.0)?)? };
    scaled.mul(&zero(grad.div(&norm.pow(p - 1.0)?)?)?)
}

/// The norm of vectors.
pub static VECTOR_NORM: OpDef = OpDef::kernel(
    "linalg_vector_norm",
    "x: Tensor, ord: Number = 2, dim: int[]? = None, keepdim: bool = False, *, dtype: dtype? = None",
    |c| {
        let array = c.array(0)?;
        let given = c.opt_dtype(4)?;
        refuse_integers(array.dtype, false)?;
        let array = given.map_or_else(|| Ok(array.clone()), |d| to_dtype(&array, d))?;
        let (p, dims) = (c.float(1)?, dims_of(c, 2)?);
        refuse_empty(&array, p, dims.as_deref())?;
        Ok(sums::norm_p(&array, p, dims.as_deref(), c.bool(3)?)?.into())
    },
)
.complex()
.doc("The norm of order ord of the elements over the dimensions dim (all by default); ord may be 0, inf or -inf.")
.examples(&[Example("torch.linalg.vector_norm(torch.tensor([3., -4.]))", "tensor(5.)")])
.forms(Forms::LINALG)
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| {
    if b.call().float(1)? == 0.0 {
        // A count has no gradient at all.
        return Ok(Grads::new());
    }
    let x = b.input(0)?;
    let (norm, grad) = (spread(b, &b.out()?, 2)?, spread(b, &b.grad(), 2)?);
    let dims = b.call().dims(2, x.ndim(), true)?;
    let dims = Value::tuple(dims.iter().map(|&d| Value::Int(d as i64)));
    let ties = |t: &Tensor| super::call(&super::reduce::SUM, [t.into(), dims.clone(), Value::Bool(true)]);
    grads([norm_slope(&x, &norm, &grad, b.call().float(1)?, ties)?])
})
.samples(&["randn(2, 3)", "randn(2, 3), 1, 1", "randn(2, 3), 3, (0, 1)", "randn(2, 3), inf, 1, True"]);

/// The norm of a tensor.
pub static NORM: OpDef = OpDef::composite(
    "norm",
    "input: Tensor, p: object = 'fro', dim: int[]? = None, keepdim: bool = False, dtype: dtype? = None",
    |c| {
        let input = c.value(0).clone();
        refuse_integers(c.tensor(0)?.dtype(), false)?;
        let vector = |p: Value| {
            let args = [input.clone(), p, c.value(2).clone(), c.value(3).clone(), c.value(4).clone()];
            super::apply(&VECTOR_NORM, Bound::from_iter(args))
        };
        match c.value(1) {
            Value::None => vector(Value::Int(2)),
            Value::Str(s) if &***s == "fro" => {
                let dims = c.ints(2)?;
                if dims.len() > 2 {
                    let shown: Vec<String> = dims.iter().map(|d| d.to_string()).collect();
                    return Err(Fault::runtime(format!(
                        "linalg.matrix_norm: dim must be a 2-tuple. Got {}",
                        shown.join(" ")
                    )));
                }
                vector(Value::Int(2))
            }
            Value::Str(s) if &***s == "nuc" => nuclear(c),
            Value::Str(s) => Err(Fault::runtime(format!("linalg.matrix_norm: Order {s} not supported."))),
            p if p.as_scalar().is_some() || matches!(p, Value::Tensor(_)) => vector(Value::Float(c.float(1)?)),
            _ => Err(c.invalid_combination(1)),
        }
    },
)
.doc("The norm of order p of the elements over the dimensions dim (all by default).\np may be a number, inf, 'fro' (2) or 'nuc', the sum of a matrix's singular values.")
.examples(&[Example("torch.norm(torch.tensor([3., -4.]))", "tensor(5.)"), Example("torch.norm(torch.tensor([3., -4.]), 1)", "tensor(7.)")])
.samples(&["randn(2, 3)", "randn(2, 3), 1, 1", "randn(2, 3), 3, 0, True", "randn(2, 3), inf"]);

/// The sum of the singular values of matrices.
fn nuclear(c: &Call) -> Result<Value> {
    let input = c.tensor(0)?;
    if input.ndim() < 2 {
        return Err(Fault::runtime("linalg.matrix_norm: The input tensor A must have at least 2 dimensions."));
    }
    if c.is_none(2) && input.ndim() > 2 {
        let all: Vec<String> = (0..input.ndim()).map(|d| d.to_string()).collect();
        return Err(Fault::runtime(format!("linalg.matrix_norm: dim must be a 2-tuple. Got {}", all.join(" "))));
    }
    let Some(norm) = super::registry::find("linalg_matrix_norm") else {
        return Err(Fault::not_implemented("the nuclear norm is not implemented"));
    };
    let dim = if c.is_none(2) { Value::tuple([Value::Int(-2), Value::Int(-1)]) } else { c.value(2).clone() };
    let mut args = Bound::from_iter([input.into(), Value::str("nuc"), dim, c.value(3).clone()]);
    super::registry::fill_defaults(norm, &mut args);
    super::apply(norm, args)
}

/// The norm of a difference.
pub static DIST: OpDef = OpDef::kernel("dist", "input: Tensor, other: Tensor, p: Number = 2", |c| {
    let difference = c.tensor(0)?.detach().sub(c.tensor(1)?.detach())?;
    let array = difference.array().clone();
    refuse_integers(array.dtype, false)?;
    let p = c.float(2)?;
    refuse_empty(&array, p, None)?;
    Ok(sums::norm_p(&array, p, None, false)?.into())
})
.complex()
.doc("The norm of order p of input - other, over all elements; sizes broadcast.")
.examples(&[Example("torch.dist(torch.tensor([1., 2.]), torch.tensor([4., 6.]))", "tensor(5.)")])
.saves(&[Save::In(0), Save::In(1), Save::Out(0)])
.grad(|b| {
    if b.call().float(2)? == 0.0 {
        return Ok(Grads::new());
    }
    let difference = b.input(0)?.sub(&b.input(1)?)?;
    let sizes = difference.sizes();
    let ties = |t: &Tensor| super::call(&super::reduce::SUM, [t.into()]);
    let (norm, grad) = (b.out()?.expand(&sizes)?, b.grad().expand(&sizes)?);
    let slope = norm_slope(&difference, &norm, &grad, b.call().float(2)?, ties)?;
    let second = b.when(1, || slope.neg())?;
    Ok(Grads::from_iter([Some(slope), second]))
})
.samples(&["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(3), 1", "randn(2, 3), randn(3), 3"]);

/// The dimensions besides one.
fn others(dim: usize, ndim: usize) -> Value {
    Value::tuple((0..ndim).filter(|&d| d != dim).map(|d| Value::Int(d as i64)))
}

/// The norms of the slices along a dimension, and what the norms above a bound are divided by, which is kept from zero.
fn slice_norms(x: &Tensor, p: f64, dim: usize) -> Result<(Tensor, Tensor)> {
    const ABOVE_ZERO: f64 = 1e-7;
    let args = [x.into(), Value::Float(p), others(dim, x.ndim()), Value::Bool(true)];
    let norm = super::call(&VECTOR_NORM, args)?;
    let divisor = norm.add(ABOVE_ZERO)?;
    Ok((norm, divisor))
}

/// Slices with bounded norms.
pub static RENORM: OpDef = OpDef::kernel("renorm", "input: Tensor, p: Number, dim: int, maxnorm: Number", |c| {
    let (x, p, most) = (c.tensor(0)?.detach(), c.float(1)?, c.float(3)?);
    if p <= 0.0 {
        return Err(Fault::runtime("renorm: non-positive-norm not supported"));
    }
    if most < 0.0 {
        return Err(Fault::runtime(format!("renorm: expected maxnorm to be >= 0 but got {most}")));
    }
    if x.ndim() < 2 {
        return Err(Fault::runtime(format!("renorm: input needs at least 2 dimensions, got {} dimensions", x.ndim())));
    }
    let dim = c.dim(2, x.ndim())?;
    let (norm, divisor) = slice_norms(&x, p, dim)?;
    let factor = divisor.reciprocal()?.mul(most)?.masked_fill(norm.gt(most)?.logical_not()?, 1.0)?;
    Ok(x.mul(&factor)?.array().clone().into())
})
.doc("input with each slice along dim whose norm of order p is above maxnorm scaled down to that norm.")
.examples(&[Example(
    "torch.renorm(torch.tensor([[3., 4.], [0.3, 0.4]]), 2, 0, 1)",
    "tensor([[0.6000, 0.8000],\n        [0.3000, 0.4000]])",
)])
.forms(Forms::ALL)
.saves(&[Save::In(0)])
.grad(|b| {
    let x = b.input(0)?;
    let (p, most) = (b.call().float(1)?, b.call().float(3)?);
    let dim = wrap_dim(b.call().int(2)?, x.ndim())?;
    let (norm, divisor) = slice_norms(&x, p, dim)?;
    let sum = |t: &Tensor| super::call(&super::reduce::SUM, [t.into(), others(dim, x.ndim()), Value::Bool(true)]);
    // A slice becomes x * maxnorm / norm: its norm answers to what all its elements pass on together.
    let together = sum(&x.mul(&b.grad())?)?;
    let through = norm_slope(&x, &norm, &together.expand(&x.sizes())?, p, sum)?;
    let scaled = b.grad().sub(&through.div(&divisor)?)?.mul(&divisor.reciprocal()?.mul(most)?)?;
    grads([super::call(&super::compare::WHERE, [norm.gt(most)?.into(), scaled.into(), b.grad().into()])?])
})
.samples(&["randn(3, 4), 2, 0, 0.5", "randn(2, 3, 2), 1, 1, 1.0", "randn(3, 2), inf, -1, 0.5"]);
