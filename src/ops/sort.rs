//! Sorting, and elements chosen by their rank: the largest, the k-th, the median, the most frequent, quantiles.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::not_for;
use super::node::Back;
use super::places::{TAKE_ALONG, chosen};
use crate::array::layout::wrap_dim;
use crate::array::{Array, DType, Dims, Scalar, sort as kernels};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &SORT,
    &ARGSORT,
    &MSORT,
    &TOPK,
    &KTHVALUE,
    &MEDIAN,
    &NANMEDIAN,
    &MEDIAN_ALL,
    &MEDIAN_DIM,
    &NANMEDIAN_DIM,
    &MODE,
    &QUANTILE,
    &NANQUANTILE,
];

const VALUES: &[&str] = &["values", "indices"];

fn pair((values, indices): (Array, Array)) -> Out {
    Out::many([values, indices])
}

/// The sorted elements and where they were.
pub static SORT: OpDef = OpDef::kernel(
    "sort",
    "input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool? = None",
    |c| Ok(pair(kernels::sort(&c.array(0)?, c.int(1)?, c.bool(2)?)?)),
)
.returns(VALUES)
.no_complex("TypeError:  Sort does not support complex dtypes on CPU")
.doc("The elements sorted along dim (the last) and their indices. Equal elements keep their order; NaN is the largest.")
.examples(&[Example(
    "torch.sort(torch.tensor([3, 1, 2]))",
    "torch.return_types.sort(\nvalues=tensor([1, 2, 3]),\nindices=tensor([1, 2, 0]))",
)])
.saves(&[Save::Out(1)])
.grad(|b| chosen(b, b.call().int(1)?, true))
.samples(&["randn(2, 3)", "randn(2, 3), 0, True"]);

/// The indices that sort.
pub static ARGSORT: OpDef =
    OpDef::kernel("argsort", "input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False", |c| {
        Ok(kernels::argsort(&c.array(0)?, c.int(1)?, c.bool(2)?)?.into())
    })
    .no_complex("TypeError:  Sort does not support complex dtypes on CPU")
    .doc("The indices that sort along dim (the last), as int64.")
    .examples(&[Example("torch.argsort(torch.tensor([3, 1, 2]))", "tensor([1, 2, 0])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .samples(&["randn(2, 3)", "randn(2, 3), 0, True"]);

/// The elements sorted along the first dimension.
pub static MSORT: OpDef =
    OpDef::composite("msort", "input: Tensor", |c| Ok(super::call(&SORT, [c.value(0).clone(), Value::Int(0)])?.into()))
        .doc("The elements sorted along the first dimension.")
        .examples(&[Example("torch.msort(torch.tensor([3, 1, 2]))", "tensor([1, 2, 3])")])
        .samples(&["randn(3, 2)"]);

/// The largest or smallest elements.
pub static TOPK: OpDef =
    OpDef::kernel("topk", "input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True", |c| {
        let array = c.array(0)?;
        let dim = wrap_dim(c.int(2)?, array.ndim())? as i64;
        let k = usize::try_from(c.int(1)?).map_err(|_| Fault::runtime("selected index k out of range"))?;
        if array.dtype == DType::Bool {
            return Err(not_for("topk_cpu", DType::Bool));
        }
        Ok(pair(kernels::topk(&array, k, dim, c.bool(3)?, c.bool(4)?)?))
    })
    .returns(VALUES)
    .no_complex("TypeError:  topk does not support complex dtypes on CPU")
    .doc("The k largest (or smallest) elements along dim (the last) and their indices.")
    .examples(&[Example(
        "torch.topk(torch.tensor([1., 5., 3.]), 2)",
        "torch.return_types.topk(\nvalues=tensor([5., 3.]),\nindices=tensor([1, 2]))",
    )])
    .saves(&[Save::Out(1)])
    .grad(|b| chosen(b, b.call().int(2)?, true))
    .samples(&["randn(2, 5), 2", "randn(4, 2), 3, 0, False"]);

/// The k-th smallest element.
pub static KTHVALUE: OpDef =
    OpDef::kernel("kthvalue", "input: Tensor, k: int, dim: int = -1, keepdim: bool = False", |c| {
        let array = c.array(0)?;
        let dim = wrap_dim(c.int(2)?, array.ndim())?;
        if array.dtype == DType::Bool {
            return Err(super::kernel::not_for("kthvalue_cpu", array.dtype));
        }
        let k = usize::try_from(c.int(1)?).unwrap_or(0);
        if array.numel() == 0 && k > 0 && array.ndim() > 0 && array.sizes()[dim] == 0 {
            return Err(Fault::index(format!("kthvalue(): Expected reduction dim {dim} to have non-zero size.")));
        }
        Ok(pair(kernels::kthvalue(&array, k, dim as i64, c.bool(3)?)?))
    })
    .returns(VALUES)
    .doc("The k-th smallest element along dim (the last), counted from 1, and its index.")
    .examples(&[Example(
        "torch.kthvalue(torch.tensor([3., 1., 2.]), 2)",
        "torch.return_types.kthvalue(\nvalues=tensor(2.),\nindices=tensor(2))",
    )])
    .saves(&[Save::Out(1)])
    .grad(|b| chosen(b, b.call().int(2)?, b.call().bool(3)?))
    .samples(&["randn(2, 5), 2", "randn(4, 2), 3, 0, True"]);

const MEDIANS: &str = "input: Tensor, dim: int = ..., keepdim: bool = False";

/// The overloads of the medians: of all elements, along a dimension.
fn overloaded(c: &Call, skip_nan: bool) -> Result<Value> {
    let (input, skip) = (c.value(0).clone(), Value::Bool(skip_nan));
    if c.is_none(1) {
        return super::apply(&MEDIAN_ALL, Bound::from_iter([input, skip]));
    }
    let def = if skip_nan { &NANMEDIAN_DIM } else { &MEDIAN_DIM };
    super::apply(def, Bound::from_iter([input, c.value(1).clone(), c.value(2).clone()]))
}

/// The lower median.
pub static MEDIAN: OpDef = OpDef::composite("median", MEDIANS, |c| overloaded(c, false))
    .doc("The median of all elements, or along dim with its index; of an even number the lower one.")
    .examples(&[
        Example("torch.median(torch.tensor([1., 4., 3., 2.]))", "tensor(2.)"),
        Example(
            "torch.median(torch.tensor([[1., 3., 2.]]), dim=1)",
            "torch.return_types.median(\nvalues=tensor([2.]),\nindices=tensor([2]))",
        ),
    ])
    .samples(&["randn(2, 3)", "randn(2, 3), 1"]);

/// The lower median without NaN.
pub static NANMEDIAN: OpDef = OpDef::composite("nanmedian", MEDIANS, |c| overloaded(c, true))
    .doc("The median of all elements, or along dim with its index, ignoring NaN.")
    .examples(&[Example("torch.nanmedian(torch.tensor([1., float('nan'), 3.]))", "tensor(1.)")])
    .samples(&["randn(2, 3)", "randn(2, 3), 1"]);

/// The median of all elements.
pub static MEDIAN_ALL: OpDef = OpDef::kernel("median", "input: Tensor, skip_nan: bool", |c| {
    let array = c.array(0)?;
    if array.dtype == DType::Bool {
        return Err(not_for("median_cpu", DType::Bool));
    }
    if array.numel() == 0 && !array.dtype.is_float() {
        // NaN as an integer.
        let least = match array.dtype {
            DType::I64 => i64::MIN,
            DType::I32 => i32::MIN as i64,
            _ => 0,
        };
        return Ok(Array::full(&[], Scalar::Int(least), array.dtype)?.into());
    }
    let skip = c.bool(1)?;
    let node = if skip { "NanmedianBackward0" } else { "MedianBackward0" };
    Ok(Out::from(kernels::median_all(&array, skip)?).named(node))
})
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::Out(0)])
.grad(super::largest::shared_by_all);

fn along(c: &Call, skip_nan: bool) -> Result<Out> {
    let array = c.array(0)?;
    if array.dtype == DType::Bool {
        return Err(not_for("median_out", DType::Bool));
    }
    Ok(pair(kernels::median_dim(&array, c.int(1)?, c.bool(2)?, skip_nan)?))
}

fn along_gradient(b: &Back) -> Result<Grads> {
    chosen(b, b.call().int(1)?, b.call().bool(2)?)
}

/// The medians along a dimension.
pub static MEDIAN_DIM: OpDef = OpDef::kernel("median__dim", MEDIANS, |c| along(c, false))
    .no_complex("median_cpu")
    .forms(Forms::HIDDEN)
    .node("MedianBackward1")
    .returns(VALUES)
    .saves(&[Save::Out(1)])
    .grad(along_gradient);

/// The medians along a dimension without NaN.
pub static NANMEDIAN_DIM: OpDef = OpDef::kernel("nanmedian__dim", MEDIANS, |c| along(c, true))
    .forms(Forms::HIDDEN)
    .node("NanmedianBackward1")
    .returns(VALUES)
    .saves(&[Save::Out(1)])
    .grad(along_gradient);

/// The most frequent element.
pub static MODE: OpDef = OpDef::kernel("mode", "input: Tensor, dim: int = -1, keepdim: bool = False", |c| {
    Ok(pair(kernels::mode(&c.array(0)?, c.int(1)?, c.bool(2)?)?))
})
.returns(VALUES)
.doc("The most frequent element along dim (the last), of several the smallest, and the last of its indices.")
.examples(&[Example(
    "torch.mode(torch.tensor([2, 1, 2, 3]))",
    "torch.return_types.mode(\nvalues=tensor(2),\nindices=tensor(2))",
)])
.saves(&[Save::Out(1)])
.grad(along_gradient)
.samples(&["randn(2, 3)", "randn(2, 3), 0, True"]);

const QUANTILES: &str = "input: Tensor, q, dim: int? = None, keepdim: bool = False, *, interpolation: str = 'linear'";

/// The probabilities as a vector, and whether they were one.
fn probabilities(c: &Call, input: &Tensor) -> Result<(Tensor, bool)> {
    let name = c.def.name;
    let (q, vector) = match c.value(1) {
        Value::Tensor(t) => {
            if t.ndim() > 1 {
                return Err(Fault::runtime(format!("{name}() q must be a scalar or 1D tensor")));
            }
            if t.dtype() != input.dtype() {
                return Err(Fault::runtime(format!("{name}() q tensor must be same dtype as the input tensor")));
            }
            (t.reshape(&[t.numel()])?, t.ndim() == 1)
        }
        number => match number.as_scalar() {
            Some(s) => (Tensor::new(Array::full(&[1], s, input.dtype())?), false),
            None => return Err(c.invalid_combination(1)),
        },
    };
    let values: Vec<f64> = super::kernel::to_dtype(&q.array(), DType::F64)?.to_vec()?;
    if values.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return Err(Fault::runtime(format!("{name}() q values must be in the range [0, 1]")));
    }
    Ok((q, vector))
}

/// The quantiles by sorting and interpolating between neighbours.
fn quantiles(c: &Call, skip_nan: bool) -> Result<Value> {
    let name = c.def.name;
    let input = c.tensor(0)?;
    if input.numel() == 0 {
        return Err(Fault::runtime(format!("{name}() input tensor must be non-empty")));
    }
    if !matches!(input.dtype(), DType::F32 | DType::F64) {
        return Err(Fault::runtime(format!("{name}() input tensor must be either float or double dtype")));
    }
    let (q, vector) = probabilities(c, input)?;
    let how = c.text(4)?;
    if !matches!(how, "linear" | "lower" | "higher" | "midpoint" | "nearest") {
        return Err(Fault::runtime(format!(
            "{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {how}"
        )));
    }
    let keepdim = c.bool(3)?;
    let (rank, whole) = (input.ndim(), c.is_none(2));
    let dim = if whole { 0 } else { c.dim(2, rank)? };
    // The dimension comes last.
    let lines = if whole || rank == 0 { input.reshape(&[input.numel()])? } else { input.transpose(dim, -1)? };
    let sorted = super::call(&SORT, [lines.into(), Value::Int(-1)])?;
    let mut sizes = sorted.sizes();
    let n = sizes.pop().unwrap_or(1);
    let places = ranks(&sorted, &q, n, skip_nan)?;
    let index = |f: fn(f64) -> f64| -> Result<Value> {
        let places: Vec<f64> = super::kernel::to_dtype(&places.array(), DType::F64)?.to_vec()?;
        let whole: Vec<i64> = places.into_iter().map(|r| f(r) as i64).collect();
        Ok(Value::tensor(Array::from_vec(whole, places_sizes(&sizes, q.numel()))))
    };
    let take = |index: Value| super::call(&TAKE_ALONG, [(&sorted).into(), index, Value::Int(-1)]);
    let mut out = match how {
        "lower" => take(index(f64::floor)?)?,
        "higher" => take(index(f64::ceil)?)?,
        "nearest" => take(index(f64::round_ties_even)?)?,
        _ => {
            let weights = if how == "midpoint" {
                Tensor::new(Array::full(&places.sizes(), Scalar::Float(0.5), input.dtype())?)
            } else {
                let below = super::call(&super::rounding::FLOOR, [(&places.detach()).into()])?;
                places.sub(&below)?
            };
            let (low, high) = (take(index(f64::floor)?)?, take(index(f64::ceil)?)?);
            super::call(&super::blend::LERP, [low.into(), high.into(), weights.into()])?
        }
    };
    // The probabilities come first, the reduced dimension back to its place or away.
    let lead = out.ndim() - 1;
    if vector {
        let order: Vec<i64> = std::iter::once(lead as i64).chain(0..lead as i64).collect();
        out = out.permute(&order)?;
    } else {
        out = super::call(&super::shape::SQUEEZE, [out.into(), Value::Int(-1)])?;
    }
    if whole {
        let ones = if keepdim { rank } else { 0 };
        let sizes: Dims = out.sizes().into_iter().chain(std::iter::repeat_n(1, ones)).collect();
        return Ok(out.reshape(&sizes)?.into());
    }
    if rank == 0 {
        return Ok(out.into());
    }
    let first = vector as usize;
    // What stood last now stands at `dim`.
    let mut out = out.unsqueeze(-1)?.transpose(first + dim, -1)?;
    if !keepdim {
        out = super::call(&super::shape::SQUEEZE, [out.into(), Value::Int((first + dim) as i64)])?;
    }
    Ok(out.into())
}

/// The sizes of one result for each line and probability.
fn places_sizes(lines: &[usize], probabilities: usize) -> Dims {
    lines.iter().copied().chain([probabilities]).collect()
}

/// The place of each quantile within its sorted line, differentiable by the probabilities.
fn ranks(sorted: &Tensor, q: &Tensor, n: usize, skip_nan: bool) -> Result<Tensor> {
    let data: Vec<f64> = super::kernel::to_dtype(&sorted.array(), DType::F64)?.to_vec()?;
    let nans: Vec<usize> = data.chunks(n.max(1)).map(|line| line.iter().filter(|x| x.is_nan()).count()).collect();
    let mut sizes = sorted.sizes();
    if let Some(last) = sizes.last_mut() {
        *last = 1;
    }
    let steps: Vec<f64> = nans.iter().map(|&k| (n - if skip_nan { k } else { 0 }).saturating_sub(1) as f64).collect();
    let steps = super::kernel::to_dtype(&Array::from_vec(steps, sizes.clone()), q.dtype())?;
    let places = q.mul(Tensor::new(steps))?;
    if skip_nan || nans.iter().all(|&k| k == 0) {
        return Ok(places);
    }
    // A line with NaN gives its last element, which is one.
    let broken = Tensor::new(Array::from_vec(nans.iter().map(|&k| k > 0).collect::<Vec<bool>>(), sizes));
    places.masked_fill(&broken, (n - 1) as f64)
}

/// The quantiles.
pub static QUANTILE: OpDef = OpDef::composite("quantile", QUANTILES, |c| quantiles(c, false))
    .doc("The q-th quantiles along dim, or of all elements; q is a number or a vector, whose results come first.\ninterpolation is 'linear', 'lower', 'higher', 'midpoint' or 'nearest'.")
    .examples(&[Example("torch.quantile(torch.tensor([0., 1., 2., 3.]), 0.5)", "tensor(1.5000)")])
    .samples(&["randn(2, 3), 0.3", "randn(2, 3), 0.3, 1", "randn(2, 3), 0.6, 0, True"]);

/// The quantiles without NaN.
pub static NANQUANTILE: OpDef = OpDef::composite("nanquantile", QUANTILES, |c| quantiles(c, true))
    .doc("The q-th quantiles along dim, or of all elements, ignoring NaN.")
    .examples(&[Example("torch.nanquantile(torch.tensor([0., float('nan'), 2.]), 0.5)", "tensor(1.)")])
    .samples(&["randn(2, 3), 0.3", "randn(2, 3), 0.3, 1"]);
