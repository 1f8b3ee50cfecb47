//! Dimensions moved, swapped, reversed and narrowed: views in another order.

use super::def::{Example, Forms, OpDef};
use super::shape::SLICE;
use crate::array::layout::wrap_dim;
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&MOVEDIM, &REVERSE_DIMS, &MT, &MH, &H, &ADJOINT, &NARROW];

/// Dimensions moved to other places.
pub static MOVEDIM: OpDef = OpDef::composite("movedim", "input: Tensor, source: int[], destination: int[]", |c| {
    let t = c.tensor(0)?;
    let (from, to) = (c.ints(1)?, c.ints(2)?);
    let show = |dims: &[i64]| dims.iter().map(|d| d.to_string()).collect::<Vec<_>>().join(", ");
    if from.len() != to.len() {
        return Err(Fault::runtime(format!(
            "movedim: Invalid source or destination dims: source ([{}] dims) should contain the same number of dims \
                 as destination ([{}] dims)",
            show(&from),
            show(&to)
        )));
    }
    let n = t.ndim();
    let wrap = |dims: &[i64], what: &str| -> Result<Vec<usize>> {
        let mut out = Vec::new();
        for &d in dims {
            let w = wrap_dim(d, n)?;
            if out.contains(&w) {
                return Err(Fault::runtime(format!("movedim: repeated dim in `{what}` ([{}])", show(dims))));
            }
            out.push(w);
        }
        Ok(out)
    };
    let (from, to) = (wrap(&from, "source")?, wrap(&to, "destination")?);
    if n == 0 {
        return Ok(t.into());
    }
    let mut order: Vec<Option<usize>> = vec![None; n];
    for (&s, &d) in from.iter().zip(&to) {
        order[d] = Some(s);
    }
    let mut rest = (0..n).filter(|d| !from.contains(d));
    let dims: Vec<i64> = order.into_iter().map(|o| o.or_else(|| rest.next()).unwrap_or(0) as i64).collect();
    Ok(t.permute(&dims)?.into())
})
.aliases(&["moveaxis"])
.doc("A view with dimension source[i] moved to place destination[i]; the others keep their order.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.movedim(torch.zeros(2, 3, 5), 0, -1).shape", "torch.Size([3, 5, 2])")])
.samples(&["randn(2, 3, 4), 0, 2", "randn(2, 3, 4), (0, 1), (2, 0)"]);

/// All dimensions reversed (`t.T`).
pub static REVERSE_DIMS: OpDef = OpDef::composite("numpy_T", "input: Tensor", |c| {
    let t = c.tensor(0)?;
    let dims: Vec<i64> = (0..t.ndim() as i64).rev().collect();
    Ok(t.permute(&dims)?.into())
})
.doc("A view with all dimensions in reverse order.")
.forms(Forms::HIDDEN)
.samples(&["randn(2, 3)"]);

/// The last two dimensions swapped.
fn swap_last(t: &Tensor, name: &str) -> Result<Value> {
    match t.ndim() {
        0 => Ok(t.into()),
        1 => Err(Fault::runtime(format!(
            "tensor.{name} is only supported on matrices or batches of matrices. Got 1-D tensor."
        ))),
        _ => Ok(t.transpose(-2, -1)?.into()),
    }
}

/// Matrices transposed (`t.mT`).
pub static MT: OpDef = OpDef::composite("mT", "input: Tensor", |c| swap_last(c.tensor(0)?, "mT"))
    .doc("A view with the last two dimensions swapped.")
    .forms(Forms::HIDDEN)
    .samples(&["randn(2, 3)"]);

/// Matrices transposed, elements conjugated (`t.mH`).
pub static MH: OpDef = OpDef::composite("mH", "input: Tensor", |c| swap_last(c.tensor(0)?, "mH"))
    .doc("The last two dimensions swapped, complex numbers conjugated; for real numbers the same view as mT.")
    .forms(Forms::HIDDEN)
    .samples(&["randn(2, 3)"]);

/// A matrix transposed, elements conjugated (`t.H`).
pub static H: OpDef = OpDef::composite("matrix_H", "input: Tensor", |c| {
    let t = c.tensor(0)?;
    match t.ndim() {
        0 => Ok(t.into()),
        2 => Ok(t.transpose(0, 1)?.into()),
        n => Err(Fault::runtime(format!("tensor.H is only supported on matrices (2-D tensors). Got {n}-D tensor."))),
    }
})
.doc("A view of a matrix with rows and columns swapped.")
.forms(Forms::HIDDEN)
.samples(&["randn(2, 3)"]);

/// Matrices transposed, elements conjugated.
pub static ADJOINT: OpDef =
    OpDef::composite("adjoint", "input: Tensor", |c| match swap_last(c.tensor(0)?, "adjoint()")? {
        Value::Tensor(t) => Ok(t.conj()?.into()),
        other => Ok(other),
    })
    .doc("A view with the last two dimensions swapped; the same as mT for real numbers.")
    .examples(&[Example("torch.adjoint(torch.tensor([[1, 2], [3, 4]]))", "tensor([[1, 3],\n        [2, 4]])")])
    .samples(&["randn(2, 3)"]);

/// A run of indices of a dimension.
pub static NARROW: OpDef = OpDef::composite("narrow", "input: Tensor, dim: int, start, length: int", |c| {
    let t = c.tensor(0)?;
    if t.ndim() == 0 {
        return Err(Fault::runtime("narrow() cannot be applied to a 0-dim tensor."));
    }
    if let Value::Tensor(s) = c.value(2)
        && (s.ndim() > 0 || s.dtype().is_float() || s.dtype() == crate::array::DType::Bool)
    {
        return Err(Fault::runtime("start must be an 0-dim integral Tensor."));
    }
    let length = c.int(3)?;
    if length < 0 {
        return Err(Fault::runtime("narrow(): length must be non-negative."));
    }
    let dim = c.dim(1, t.ndim())?;
    let (start, size) = (c.int(2)?, t.sizes()[dim] as i64);
    if start < -size || start > size {
        return Err(Fault::index(format!(
            "start out of range (expected to be in range of [{}, {size}], but got {start})",
            -size
        )));
    }
    let start = if start < 0 { start + size } else { start };
    if start > size - length {
        return Err(Fault::runtime(format!("start ({start}) + length ({length}) exceeds dimension size ({size}).")));
    }
    narrow(t, dim, start as usize, length as usize).map(Value::Tensor)
})
.doc("A view of `length` indices of dimension dim from start on.")
.examples(&[Example("torch.narrow(torch.tensor([1, 2, 3, 4]), 0, 1, 2)", "tensor([2, 3])")])
.samples(&["randn(2, 5), 1, 1, 3"]);

/// A run of indices of a dimension, all in bounds.
pub(super) fn narrow(t: &Tensor, dim: usize, start: usize, length: usize) -> Result<Tensor> {
    let int = |n: usize| Value::Int(n as i64);
    let args = Bound::from_iter([t.into(), int(dim), int(start), int(start + length), Value::Int(1)]);
    match super::apply(&SLICE, args)? {
        Value::Tensor(t) => Ok(t),
        _ => Err(Fault::internal("slice gave no tensor")),
    }
}
