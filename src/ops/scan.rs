//! Running sums, products and extremes along a dimension, differences and areas.

use super::args::Call;
use super::axes::narrow;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::join::cat;
use super::kernel::{not_for, to_dtype};
use super::node::{Back, grads};
use super::places::{PUT_ALONG, flipped};
use super::reduce::in_dtype;
use crate::array::layout::wrap_dim;
use crate::array::{Array, DType, Dims, scan, sums};
use crate::diag::{Result, interrupt};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&CUMSUM, &CUMPROD, &CUMMAX, &CUMMIN, &LOGCUMSUMEXP];

const ALONG: &str = "input: Tensor, dim: int, *, dtype: dtype? = None";
const PAIR: &str = "input: Tensor, dim: int";
const SAMPLES: &[&str] = &["randn(2, 3), 1", "randn(2, 3), 0"];

/// The running sum from the other end.
fn from_the_end(t: &Tensor, dim: &Value) -> Result<Tensor> {
    flipped(&super::call(&CUMSUM, [flipped(t, dim)?.into(), dim.clone()])?, dim)
}

/// Converts a result to a requested dtype.
fn finish(c: &Call, out: Array) -> Result<Out> {
    Ok(match c.opt_dtype(2)? {
        Some(dtype) => to_dtype(&out, dtype)?,
        None => out,
    }
    .into())
}

/// Running sums.
pub static CUMSUM: OpDef = OpDef::kernel("cumsum", ALONG, |c| finish(c, scan::cumsum(&in_dtype(c, 2)?, c.int(1)?)?))
    .complex()
    .doc("The running sums along dim.\nIntegers and bools give int64.")
    .examples(&[Example("torch.cumsum(torch.tensor([1, 2, 3]), dim=0)", "tensor([1, 3, 6])")])
    .forms(Forms::ALL.and(Forms::NP))
    .grad(|b| grads([from_the_end(&b.grad(), b.arg(1))?]))
    .samples(SAMPLES);

/// Running products.
pub static CUMPROD: OpDef = OpDef::kernel("cumprod", ALONG, |c| finish(c, scan::cumprod(&in_dtype(c, 2)?, c.int(1)?)?))
    .analytic()
    .doc("The running products along dim.\nIntegers and bools give int64.")
    .examples(&[Example("torch.cumprod(torch.tensor([1, 2, 3]), dim=0)", "tensor([1, 2, 6])")])
    .forms(Forms::ALL.and(Forms::NP))
    .saves(&[Save::In(0), Save::Out(0)])
    .grad(|b| {
        let x = b.input(0)?;
        let nonzero = sums::count_nonzero(&x.array(), None)?.item().map_or(0, |s| s.as_i64()) as usize;
        if nonzero == x.numel() {
            return grads([from_the_end(&b.grad().mul(&b.out()?)?, b.arg(1))?.div(&x)?]);
        }
        grads([without_each(&b.grad(), &x, b.call().int(1)?)?])
    })
    .samples(&["rand(2, 3) + 0.5, 1", "randn(2, 3), 0", "tensor([[1., 0., 3.], [2., 3., 4.]]), 1"]);

/// The gradient of running products of numbers that may be zero: for each factor, the products as they are with a one in
/// its place, weighted and summed from there on. Quadratic along the dimension.
fn without_each(grad: &Tensor, x: &Tensor, dim: i64) -> Result<Tensor> {
    if x.ndim() == 0 {
        return Ok(grad.clone());
    }
    let dim = wrap_dim(dim, x.ndim())?;
    let n = x.sizes()[dim];
    let mut sizes = Dims::from_elem(1, x.ndim());
    sizes[dim] = n;
    let factors = (0..n).map(|k| {
        interrupt::checkpoint()?;
        let here = Array::from_vec((0..n).map(|i| i == k).collect::<Vec<bool>>(), sizes.clone());
        let others = super::call(&CUMPROD, [x.masked_fill(&Tensor::new(here), 1.0)?.into(), Value::Int(dim as i64)])?;
        narrow(&grad.mul(&others)?, dim, k, n - k)?.sum_dims(&[dim as i64], true)
    });
    cat(&factors.collect::<Result<Vec<_>>>()?, dim as i64)
}

/// The gradient of a running extreme: each result's to the place it came from.
fn to_places(b: &Back) -> Result<Grads> {
    let index = b.output(1)?.detach();
    if index.ndim() == 0 {
        return grads([b.grad()]);
    }
    let args = Bound::from_iter([b.grad().into(), index.into(), b.arg(1).clone(), Value::size(&b.sizes(0))]);
    match super::apply(&PUT_ALONG, args)? {
        Value::Tensor(t) => grads([t]),
        _ => grads([b.grad()]),
    }
}

/// Running maxima.
pub static CUMMAX: OpDef = OpDef::kernel("cummax", PAIR, |c| {
    let (values, indices) = scan::cummax(&c.array(0)?, c.int(1)?)?;
    Ok(Out::many([values, indices]))
})
.returns(&["values", "indices"])
.doc("The running maxima along dim and their last indices.")
.examples(&[Example(
    "torch.cummax(torch.tensor([1, 3, 2]), dim=0)",
    "torch.return_types.cummax(\nvalues=tensor([1, 3, 3]),\nindices=tensor([0, 1, 1]))",
)])
.saves(&[Save::Out(1)])
.grad(to_places)
.samples(SAMPLES);

/// Running minima.
pub static CUMMIN: OpDef = OpDef::kernel("cummin", PAIR, |c| {
    let (values, indices) = scan::cummin(&c.array(0)?, c.int(1)?)?;
    Ok(Out::many([values, indices]))
})
.returns(&["values", "indices"])
.doc("The running minima along dim and their last indices.")
.examples(&[Example(
    "torch.cummin(torch.tensor([2, 3, 1]), dim=0)",
    "torch.return_types.cummin(\nvalues=tensor([2, 2, 1]),\nindices=tensor([0, 0, 2]))",
)])
.saves(&[Save::Out(1)])
.grad(to_places)
.samples(SAMPLES);

/// Running logarithms of sums of exponentials.
pub static LOGCUMSUMEXP: OpDef = OpDef::kernel("logcumsumexp", PAIR, |c| {
    let array = c.array(0)?;
    if !array.dtype.is_float() {
        return Err(not_for("logcumsumexp_out_cpu", array.dtype));
    }
    Ok(scan::logcumsumexp(&array, c.int(1)?)?.into())
})
.doc("The running logarithms of sums of exponentials along dim, without overflow.")
.examples(&[Example("torch.logcumsumexp(torch.tensor([0., 0.]), dim=0)", "tensor([0.0000, 0.6931])")])
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| {
    let (x, out, dim) = (b.input(0)?, b.out()?, b.arg(1));
    let lowest = if b.dtype(0) == DType::F64 { f64::MIN } else { f32::MIN as f64 };
    // Positive and negative gradients separately, as logarithms.
    let part = |grad: Tensor| -> Result<Tensor> {
        let log = grad.masked_fill(&grad.le(0)?, 1.0)?.log()?.masked_fill(&grad.le(0)?, lowest)?;
        let reversed = super::call(&LOGCUMSUMEXP, [flipped(&log.sub(&out)?, dim)?.into(), dim.clone()])?;
        flipped(&reversed, dim)?.add(&x)?.exp()
    };
    grads([part(b.grad())?.sub(&part(b.grad().neg()?)?)?])
})
.samples(SAMPLES);
