//! Sums, products, means and truth over dimensions.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::to_dtype;
use super::node::{Back, grads};
use crate::array::{Array, DType, Dims, Element, sums};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;
use crate::with_dtype;
use smallvec::SmallVec;

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&SUM, &PROD, &PROD_ALL_BUT, &PROD_ALL_BUT_GRAD, &MEAN, &ALL, &ANY, &COUNT_NONZERO, &NANSUM, &NANMEAN];

const DIMS: &str = "input: Tensor, dim: int[]? = None, keepdim: bool = False, *, dtype: dtype? = None";

/// Dimensions as arguments of the array layer: `None` for all of them, which an empty list means too.
pub(super) fn dims_of(call: &Call, i: usize) -> Result<Option<SmallVec<[i64; 6]>>> {
    if call.is_none(i) {
        return Ok(None);
    }
    let dims = call.ints(i)?;
    Ok(if dims.is_empty() { None } else { Some(dims) })
}

/// The first argument in the dtype of an optional parameter.
pub(super) fn in_dtype(call: &Call, i: usize) -> Result<Array> {
    let array = call.array(0)?;
    match call.opt_dtype(i)? {
        Some(dtype) => to_dtype(&array, dtype),
        None => Ok(array),
    }
}

/// The sizes with 1 at the dimensions.
pub(super) fn kept_sizes(sizes: &[usize], dims: &[usize]) -> Dims {
    sizes.iter().enumerate().map(|(d, &n)| if dims.contains(&d) { 1 } else { n }).collect()
}

/// A gradient or result of a reduction spread over the input's sizes again; parameter `dim` names the dimensions.
pub(super) fn spread(b: &Back, tensor: &Tensor, dim: usize) -> Result<Tensor> {
    let sizes = b.sizes(0);
    let dims = b.call().dims(dim, sizes.len(), true)?;
    if tensor.ndim() == 0 {
        return tensor.expand(&sizes);
    }
    tensor.reshape(&kept_sizes(&sizes, &dims))?.expand(&sizes)
}

/// How many elements each result of a reduction came from.
pub(super) fn count(b: &Back, dim: usize) -> Result<f64> {
    let sizes = b.sizes(0);
    let dims = b.call().dims(dim, sizes.len(), true)?;
    Ok(dims.iter().map(|&d| sizes[d] as f64).product())
}

/// The sum.
pub static SUM: OpDef = OpDef::kernel("sum", DIMS, |c| {
    let out = sums::sum(&in_dtype(c, 3)?, dims_of(c, 1)?.as_deref(), c.bool(2)?)?;
    // The sum of integers in a given integer type is that type.
    let out = match c.opt_dtype(3)? {
        Some(dtype) => to_dtype(&out, dtype)?,
        None => out,
    };
    Ok(Out::from(out).named(if c.is_none(1) { "SumBackward0" } else { "SumBackward1" }))
})
.complex()
.doc("The sum over the dimensions dim (all by default).\nIntegers and bools give int64; no elements give 0.")
.examples(&[
    Example("torch.sum(torch.tensor([[1, 2], [3, 4]]))", "tensor(10)"),
    Example("torch.sum(torch.tensor([[1., 2.], [3., 4.]]), dim=1, keepdim=True)", "tensor([[3.],\n        [7.]])"),
])
.forms(Forms::BOTH.and(Forms::NP))
.grad(|b| grads([spread(b, &b.grad(), 1)?]))
.samples(&["randn(2, 3)", "randn(2, 3), 1", "randn(2, 3, 4), (0, 2), keepdim=True"]);

/// An array of integers or bools as int64, summed to sizes.
pub(super) fn counts(array: &Array, sizes: &[usize]) -> Result<Array> {
    sums::sum_to(&to_dtype(array, DType::I64)?, sizes)
}

/// The product.
pub static PROD: OpDef =
    OpDef::kernel("prod", "input: Tensor, dim: int? = None, keepdim: bool = False, *, dtype: dtype? = None", |c| {
        let dims = c.opt_int(1)?.map(|d| [d]);
        let out = sums::prod(&in_dtype(c, 3)?, dims.as_ref().map(|d| &d[..]), c.bool(2)?)?;
        let out = match c.opt_dtype(3)? {
            Some(dtype) => to_dtype(&out, dtype)?,
            None => out,
        };
        Ok(Out::from(out).named(if c.is_none(1) { "ProdBackward0" } else { "ProdBackward1" }))
    })
    .analytic()
    .doc("The product over a dimension, or of all elements.\nIntegers and bools give int64; no elements give 1.")
    .examples(&[Example("torch.prod(torch.tensor([[1, 2], [3, 4]]), dim=0)", "tensor([3, 8])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .saves(&[Save::In(0), Save::Out(0)])
    .grad(|b| {
        let x = b.input(0)?;
        let nonzero = sums::count_nonzero(&x.array(), None)?.item().map_or(0, |s| s.as_i64()) as usize;
        if nonzero == x.numel() {
            return grads([spread(b, &b.grad().mul(&b.out()?)?, 1)?.div(&x)?]);
        }
        let others = match b.arg(1) {
            Value::None => {
                let flat = x.reshape(&[x.numel()])?;
                super::call(&PROD_ALL_BUT, [flat.into(), Value::Int(0)])?.reshape(&x.sizes())?
            }
            dim => super::call(&PROD_ALL_BUT, [(&x).into(), dim.clone()])?,
        };
        grads([spread(b, &b.grad(), 1)?.mul(&others)?])
    })
    .samples(&["randn(2, 3)", "randn(2, 3), 1", "tensor([[0., 2., 3.], [1., 2., 3.]]), 1, True"]);

/// For each element the product of the others along a dimension.
pub static PROD_ALL_BUT: OpDef = OpDef::kernel("prod_all_but", "input: Tensor, dim: int", |c| {
    let array = c.array(0)?;
    let dim = c.dim(1, array.ndim())?;
    let n = array.sizes().get(dim).copied().unwrap_or(1);
    let inner: usize = array.sizes().iter().skip(dim + 1).product();
    with_dtype!(array.dtype, T => {
        let data = array.to_vec::<T>()?;
        let mut out = data.clone();
        if T::DTYPE.is_complex() {
            for at in 0..data.len() {
                let (outer, k, i) = (at / (n * inner), at / inner % n, at % inner);
                let others = (0..n).filter(|&j| j != k).map(|j| data[outer * n * inner + j * inner + i]);
                out[at] = others.fold(T::from_i64(1), T::times);
            }
            return Ok(Array::from_vec(out, array.layout.sizes.clone()).into());
        }
        for outer in 0..data.len() / (n * inner).max(1) {
            for i in 0..inner {
                let at = |k: usize| outer * n * inner + k * inner + i;
                let mut product = 1.0;
                for k in 0..n {
                    out[at(k)] = T::from_f64(product);
                    product *= data[at(k)].to_f64();
                }
                product = 1.0;
                for k in (0..n).rev() {
                    out[at(k)] = T::from_f64(out[at(k)].to_f64() * product);
                    product *= data[at(k)].to_f64();
                }
            }
        }
        Ok(Array::from_vec(out, array.layout.sizes.clone()).into())
    })
})
.analytic()
.forms(Forms::HIDDEN)
.saves(&[Save::In(0)])
.grad(|b| {
    let args = [b.grad().into(), b.input(0)?.into(), b.arg(1).clone()];
    grads([super::call(&PROD_ALL_BUT_GRAD, args)?])
});

/// The gradient of the products of all others.
pub static PROD_ALL_BUT_GRAD: OpDef =
    OpDef::kernel("prod_all_but_backward", "input: Tensor, x: Tensor, dim: int", |c| {
        let x = c.array(1)?;
        let dim = c.dim(2, x.ndim())?;
        let n = x.sizes().get(dim).copied().unwrap_or(1).max(1);
        let inner: usize = x.sizes().iter().skip(dim + 1).product::<usize>().max(1);
        with_dtype!(x.dtype, T => {
            let (grad, data) = (to_dtype(&c.array(0)?, x.dtype)?.to_vec::<T>()?, x.to_vec::<T>()?);
            let mut out = data.clone();
            for line in 0..data.len() / n {
                let at = |k: usize| line / inner * n * inner + k * inner + line % inner;
                for j in 0..n {
                    // The sum over i of grad[i] times the product without i and j: a product and its derivative.
                    let (mut product, mut slope) = (1.0, 0.0);
                    for k in (0..n).filter(|&k| k != j) {
                        let (v, g) = (data[at(k)].to_f64(), grad[at(k)].to_f64());
                        slope = slope * v + product * g;
                        product *= v;
                    }
                    out[at(j)] = T::from_f64(slope);
                }
            }
            Ok(Array::from_vec(out, x.layout.sizes.clone()).into())
        })
    })
    .forms(Forms::HIDDEN);

fn mean_refused(dtype: DType, given: bool) -> crate::diag::Error {
    Fault::not_implemented(format!(
        "mean(): could not infer output dtype. {} dtype must be either a floating point or complex dtype. Got: {}",
        if given { "Optional" } else { "Input" },
        dtype.scalar_type()
    ))
}

/// The mean.
pub static MEAN: OpDef = OpDef::kernel("mean", DIMS, |c| {
    let given = c.opt_dtype(3)?;
    let array = in_dtype(c, 3)?;
    if !array.dtype.is_differentiable() {
        return Err(mean_refused(array.dtype, given.is_some()));
    }
    let out = sums::mean(&array, dims_of(c, 1)?.as_deref(), c.bool(2)?)?;
    Ok(Out::from(out).named(if c.is_none(1) { "MeanBackward0" } else { "MeanBackward1" }))
})
.complex()
.doc("The mean over the dimensions dim (all by default).\nIntegers are refused unless dtype is given; no elements give NaN.")
.examples(&[
    Example("torch.mean(torch.tensor([[1., 2.], [3., 4.]]))", "tensor(2.5000)"),
    Example("torch.mean(torch.tensor([[1., 2.], [3., 4.]]), dim=0)", "tensor([2., 3.])"),
])
.forms(Forms::BOTH.and(Forms::NP))
.grad(|b| grads([spread(b, &b.grad(), 1)?.div(count(b, 1)?)?]))
.samples(&["randn(2, 3)", "randn(2, 3), 1", "randn(2, 3, 4), (0, 2), keepdim=True"]);

/// The truth of all or any elements.
fn truth(c: &Call, all: bool) -> Result<Out> {
    let array = c.array(0)?;
    if !c.is_none(1) && c.ints(1)?.is_empty() {
        // Over no dimensions nothing is reduced.
        let dtype = if array.dtype == DType::U8 { DType::U8 } else { DType::Bool };
        let bools = to_dtype(&array, DType::Bool)?;
        return Ok(to_dtype(&bools, dtype)?.into());
    }
    let (dims, keepdim) = (dims_of(c, 1)?, c.bool(2)?);
    let f = if all { sums::all } else { sums::any };
    Ok(f(&array, dims.as_deref(), keepdim)?.into())
}

const TRUTH: &str = "input: Tensor, dim: int[]? = None, keepdim: bool = False";

/// Whether all elements are true.
pub static ALL: OpDef = OpDef::kernel("all", TRUTH, |c| truth(c, true))
    .complex()
    .doc("Whether all elements over the dimensions dim (all by default) are not zero, as bool; uint8 gives uint8.")
    .examples(&[Example("torch.all(torch.tensor([[True, False], [True, True]]), dim=1)", "tensor([False,  True])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .samples(&["randn(2, 3) > 0", "arange(6).reshape(2, 3), 1"]);

/// Whether any element is true.
pub static ANY: OpDef = OpDef::kernel("any", TRUTH, |c| truth(c, false))
    .complex()
    .doc("Whether any element over the dimensions dim (all by default) is not zero, as bool; uint8 gives uint8.")
    .examples(&[Example("torch.any(torch.tensor([[False, False], [True, False]]), dim=1)", "tensor([False,  True])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .samples(&["randn(2, 3) > 0", "arange(6).reshape(2, 3), 1"]);

/// The number of elements that are not zero.
pub static COUNT_NONZERO: OpDef = OpDef::kernel("count_nonzero", "input: Tensor, dim: int[]? = None", |c| {
    Ok(sums::count_nonzero(&c.array(0)?, dims_of(c, 1)?.as_deref())?.into())
})
.complex()
.doc("The number of elements that are not zero over the dimensions dim (all by default), as int64.")
.examples(&[Example("torch.count_nonzero(torch.tensor([[0, 1], [2, 3]]))", "tensor(3)")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3)", "arange(6).reshape(2, 3), 1"]);

/// The sum without NaN.
pub static NANSUM: OpDef = OpDef::kernel("nansum", DIMS, |c| {
    let array = in_dtype(c, 3)?;
    let clean = if array.dtype.is_float() {
        with_dtype!(array.dtype, T => crate::array::map::map1(&array, |x: T| if x.is_nan() { T::default() } else { x }))?
    } else {
        array
    };
    Ok(sums::sum(&clean, dims_of(c, 1)?.as_deref(), c.bool(2)?)?.into())
})
.no_complex("nansum on CPU does not support complex inputs")
.doc("The sum over the dimensions dim (all by default), NaN counting as zero.")
.examples(&[Example("torch.nansum(torch.tensor([1., float('nan'), 2.]))", "tensor(3.)")])
.forms(Forms::BOTH.and(Forms::NP))
.saves(&[Save::In(0)])
.grad(|b| grads([spread(b, &b.grad(), 1)?.mul(&b.input(0)?.isnan()?.logical_not()?)?]))
.samples(&["randn(2, 3)", "tensor([[1., nan, 2.], [3., 4., nan]]), 1"]);

/// The mean without NaN.
pub static NANMEAN: OpDef = OpDef::composite("nanmean", DIMS, |c| {
    let x = c.tensor(0)?;
    if !x.dtype().is_float() {
        return Err(Fault::runtime(format!(
            "nanmean(): expected input to have floating point or complex dtype but got {}",
            x.dtype().scalar_type()
        )));
    }
    let count = x.detach().isnan()?.logical_not()?;
    let args = |t: Value, dtype: Value| [t, c.value(1).clone(), c.value(2).clone(), dtype];
    let count = super::call(&SUM, args(count.into(), Value::None))?;
    let sum = super::call(&NANSUM, args(x.into(), c.value(3).clone()))?;
    Ok(sum.div(&count)?.into())
})
.doc("The mean over the dimensions dim (all by default) of the elements that are not NaN.")
.examples(&[Example("torch.nanmean(torch.tensor([1., float('nan'), 3.]))", "tensor(2.)")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3)", "tensor([[1., nan, 2.], [3., 4., nan]]), 1"]);
