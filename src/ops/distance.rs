//! Distances and similarities of vectors, and vectors made unit.

use super::def::{Example, Forms, OpDef};
use super::norms::VECTOR_NORM;
use crate::array::layout::{broadcast_sizes, wrap_dim};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&COSINE_SIMILARITY, &PAIRWISE_DISTANCE, &NORMALIZE, &CDIST, &PDIST];

/// The norm of vectors along a dimension.
pub(super) fn norm(t: &Tensor, p: impl Into<Value>, dim: i64, keepdim: bool) -> Result<Tensor> {
    super::call(&VECTOR_NORM, [t.into(), p.into(), Value::tuple([Value::Int(dim)]), Value::Bool(keepdim)])
}

/// The tensor, elements below a bound raised to it.
fn at_least(t: &Tensor, low: impl Into<Value>) -> Result<Tensor> {
    super::call(&super::extremes::CLAMP_MIN, [t.into(), low.into()])
}

/// The cosine of the angle between vectors.
pub static COSINE_SIMILARITY: OpDef =
    OpDef::composite("cosine_similarity", "x1: Tensor, x2: Tensor, dim: int = 1, eps: Number = 1e-08", |c| {
        let (a, b) = (c.tensor(0)?, c.tensor(1)?);
        let common = a.dtype().promote(b.dtype());
        if !common.is_float() {
            return Err(Fault::runtime(format!(
                "expected common dtype to be floating point, yet common dtype is {}",
                common.scalar_type()
            )));
        }
        let sizes = broadcast_sizes(&a.sizes(), &b.sizes())?;
        let dim = wrap_dim(c.int(2)?, sizes.len())? as i64;
        let eps = c.value(3);
        let unit = |t: &Tensor| -> Result<Tensor> {
            let wide = t.to_dtype(common)?.broadcast_to(&sizes)?;
            wide.div(&at_least(&norm(&wide, 2, dim, true)?, eps.clone())?)
        };
        Ok(unit(a)?.mul(&unit(b)?)?.sum_dims(&[dim], false)?.into())
    })
    .doc("The cosine of the angle between x1 and x2 along dim, norms held above eps; other dimensions broadcast.")
    .examples(&[Example("F.cosine_similarity(torch.tensor([[1., 0.]]), torch.tensor([[1., 1.]]))", "tensor([0.7071])")])
    .forms(Forms::NN.and(Forms::FUNCTION))
    .samples(&["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(2, 3), 0"]);

/// The norm of differences over the last dimension.
pub(super) fn pairwise(a: &Tensor, b: &Tensor, p: Value, eps: Value, keepdim: bool) -> Result<Tensor> {
    norm(&a.sub(b)?.add(eps)?, p, -1, keepdim)
}

/// The distance of vectors.
pub static PAIRWISE_DISTANCE: OpDef = OpDef::composite(
    "pairwise_distance",
    "x1: Tensor, x2: Tensor, p: Number = 2.0, eps: Number = 1e-06, keepdim: bool = False",
    |c| Ok(pairwise(c.tensor(0)?, c.tensor(1)?, c.value(2).clone(), c.value(3).clone(), c.bool(4)?)?.into()),
)
.doc("The p-norm of x1 - x2 + eps over the last dimension.")
.examples(&[Example("F.pairwise_distance(torch.tensor([[1., 0.]]), torch.tensor([[1., 2.]]))", "tensor([2.0000])")])
.forms(Forms::NN.and(Forms::FUNCTION))
.samples(&["randn(2, 3), randn(2, 3)"]);

/// Vectors of norm one.
pub static NORMALIZE: OpDef =
    OpDef::composite("normalize", "input: Tensor, p: Number = 2.0, dim: int = 1, eps: Number = 1e-12", |c| {
        let t = c.tensor(0)?;
        let norms = norm(t, c.value(1).clone(), c.int(2)?, true)?;
        let held = at_least(&norms, c.value(3).clone())?.broadcast_to(&t.sizes())?;
        Ok(t.div(&held)?.into())
    })
    .doc("input divided by its p-norm along dim, held above eps.")
    .examples(&[Example("F.normalize(torch.tensor([[3., 4.]]))", "tensor([[0.6000, 0.8000]])")])
    .forms(Forms::NN)
    .samples(&["randn(2, 3)", "randn(2, 3), p=1.0, dim=0"]);

/// The distances of all pairs of rows.
pub static CDIST: OpDef =
    OpDef::composite("cdist", "x1: Tensor, x2: Tensor, p: Number = 2.0, compute_mode = None", |c| {
        let (a, b) = (c.tensor(0)?, c.tensor(1)?);
        for (t, name) in [(a, "X1"), (b, "X2")] {
            if !t.dtype().is_float() {
                return Err(Fault::runtime(format!(
                    "cdist only supports floating-point dtypes, {name} got: {}",
                    t.dtype().scalar_type()
                )));
            }
            if t.ndim() < 2 {
                return Err(Fault::runtime(format!(
                    "cdist only supports at least 2D tensors, {name} got: {}D",
                    t.ndim()
                )));
            }
        }
        let (x, y) = (a.sizes(), b.sizes());
        if x.last() != y.last() {
            return Err(Fault::runtime(format!(
                "X1 and X2 must have the same number of columns. X1: {} X2: {}",
                x[x.len() - 1],
                y[y.len() - 1]
            )));
        }
        if c.float(2)? < 0.0 {
            return Err(Fault::runtime("cdist only supports non-negative p values"));
        }
        Ok(norm(&a.unsqueeze(-2)?.sub(&b.unsqueeze(-3)?)?, c.value(2).clone(), -1, false)?.into())
    })
    .doc("The p-norm distances of all pairs of rows of x1 [..., n, d] and x2 [..., m, d]: [..., n, m].")
    .examples(&[Example(
        "torch.cdist(torch.tensor([[0., 0.]]), torch.tensor([[3., 4.], [0., 1.]]))",
        "tensor([[5., 1.]])",
    )])
    .forms(Forms::FUNCTION)
    .samples(&["randn(2, 3), randn(4, 3)", "randn(2, 3), randn(4, 3), p=1.0"]);

/// The distances of all pairs of rows of one matrix.
pub static PDIST: OpDef = OpDef::composite("pdist", "input: Tensor, p: Number = 2.0", |c| {
    let t = c.tensor(0)?;
    if t.ndim() != 2 {
        return Err(Fault::runtime(format!("pdist only supports 2D tensors, got: {}D", t.ndim())));
    }
    if !t.dtype().is_float() {
        return Err(Fault::runtime("pdist only supports floating-point dtypes"));
    }
    if c.float(1)? < 0.0 {
        return Err(Fault::runtime("pdist only supports non-negative p values"));
    }
    let n = t.sizes()[0];
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for i in 0..n as i64 {
        for j in i + 1..n as i64 {
            first.push(i);
            second.push(j);
        }
    }
    let list = |v: Vec<i64>| {
        let n = v.len();
        Tensor::new(crate::array::Array::from_vec(v, crate::array::Dims::from_slice(&[n])))
    };
    let d = t.index_select(0, list(first))?.sub(&t.index_select(0, list(second))?)?;
    Ok(norm(&d, c.value(1).clone(), -1, false)?.into())
})
.doc("The p-norm distances of all pairs of rows, the upper triangle row by row.")
.examples(&[Example("F.pdist(torch.tensor([[0., 0.], [3., 4.]]))", "tensor([5.])")])
.forms(Forms::NN.and(Forms::FUNCTION))
.samples(&["randn(4, 3)"]);
