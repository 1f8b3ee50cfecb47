//! Values taken along a dimension by index and gradients put back there, for operators that choose elements.

use super::def::{Forms, OpDef, Save};
use super::node::{Back, grads};
use crate::array::{Array, Scalar, map, scatter};
use crate::diag::Result;
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&TAKE_ALONG, &PUT_ALONG, &FLIPPED];

/// Elements along a dimension, chosen by indices of the same rank.
pub static TAKE_ALONG: OpDef = OpDef::kernel("take_along", "input: Tensor, index: Tensor, dim: int", |c| {
    Ok(scatter::gather(&c.array(0)?, c.int(2)?, &c.array(1)?)?.into())
})
.complex()
.forms(Forms::HIDDEN)
.saves(&[Save::In(1)])
.grad(|b| {
    let index = b.input(1)?;
    let size = Value::size(&b.sizes(0));
    let args = Bound::from_iter([b.grad().into(), index.into(), b.arg(2).clone(), size]);
    Ok(Grads::from_iter([tensor(super::apply(&PUT_ALONG, args)?), None]))
});

/// Zeros with values added along a dimension at indices of the same rank.
pub static PUT_ALONG: OpDef = OpDef::kernel("put_along", "input: Tensor, index: Tensor, dim: int, size: int[]", |c| {
    let src = c.array(0)?;
    let out = Array::full(&c.sizes(3)?, Scalar::Int(0), src.dtype)?;
    scatter::scatter(&out, c.int(2)?, &c.array(1)?, &map::contiguous(&src)?, scatter::Scatter::Add)?;
    Ok(out.into())
})
.complex()
.forms(Forms::HIDDEN)
.saves(&[Save::In(1)])
.grad(|b| {
    let args = Bound::from_iter([b.grad().into(), b.input(1)?.into(), b.arg(2).clone()]);
    Ok(Grads::from_iter([tensor(super::apply(&TAKE_ALONG, args)?), None]))
});

fn tensor(value: Value) -> Option<Tensor> {
    if let Value::Tensor(t) = value { Some(t) } else { None }
}

/// The gradient of the first output of an operator that chose elements along `dim` by the indices it kept.
///
/// `keepdim` says whether the outputs still have the dimension.
pub(super) fn chosen(b: &Back, dim: i64, keepdim: bool) -> Result<Grads> {
    let sizes = b.sizes(0);
    let (mut grad, mut index) = (b.grad(), b.output(1)?.detach());
    if sizes.is_empty() {
        return grads([grad.reshape(&[])?]);
    }
    let dim = crate::array::layout::wrap_dim(dim, sizes.len())?;
    if !keepdim {
        (grad, index) = (grad.unsqueeze(dim)?, index.unsqueeze(dim)?);
    }
    let args = Bound::from_iter([grad.into(), index.into(), Value::Int(dim as i64), Value::size(&sizes)]);
    Ok(Grads::from_iter([tensor(super::apply(&PUT_ALONG, args)?)]))
}

/// A tensor in the reverse order along a dimension.
pub(super) fn flipped(t: &Tensor, dim: &Value) -> Result<Tensor> {
    super::call(&FLIPPED, [t.into(), dim.clone()])
}

/// The reverse order along one dimension.
pub static FLIPPED: OpDef = OpDef::kernel("flipped", "input: Tensor, dim: int", |c| {
    let array = c.array(0)?;
    if array.ndim() == 0 {
        return Ok(array.into());
    }
    Ok(crate::array::shape::flip(&array, &[c.dim(1, array.ndim())?])?.into())
})
.complex()
.forms(Forms::HIDDEN)
.node("FlipBackward0")
.grad(|b| grads([flipped(&b.grad(), b.arg(1))?]));
