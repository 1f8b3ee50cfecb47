//! Histograms: how many elements fall between edges, in one dimension and in several.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::kernel::{not_for, to_dtype};
use super::linalg::named;
use crate::array::layout::show_sizes;
use crate::array::storage::room_for;
use crate::array::{Array, DType, Scalar, create};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&HISTC, &HISTOGRAM, &HISTOGRAMDD];

/// The histogram in equal bins.
pub static HISTC: OpDef =
    OpDef::kernel("histc", "input: Tensor, bins: int = 100, min: Number = 0, max: Number = 0", |c| {
        let array = c.array(0)?;
        if !matches!(array.dtype, DType::F32 | DType::F64) {
            return Err(not_for("histogram_cpu", array.dtype));
        }
        let bins = c.int(1)?;
        if bins <= 0 {
            return Err(Fault::runtime("torch.histc(): bins must be > 0"));
        }
        let bins = bins as usize;
        let data: Vec<f64> = to_dtype(&array, DType::F64)?.to_vec()?;
        let (mut low, mut high) = (c.scalar(2)?.as_f64(), c.scalar(3)?.as_f64());
        if low == high && !data.is_empty() {
            low = data.iter().copied().fold(f64::INFINITY, f64::min);
            high = data.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if data.iter().any(|x| x.is_nan()) {
                (low, high) = (f64::NAN, f64::NAN);
            }
        }
        if low == high {
            (low, high) = (low - 1.0, high + 1.0);
        }
        if !low.is_finite() || !high.is_finite() {
            let show = |x: f64| if x.is_nan() { "nan".to_string() } else { Scalar::Float(x).as_f64().to_string() };
            return Err(Fault::runtime(format!("range of [{}, {}] is not finite", show(low), show(high))));
        }
        if low > high {
            return Err(Fault::runtime("torch.histc(): max must be larger than min"));
        }
        room_for(&[bins])?;
        let mut counts = vec![0f64; bins];
        for x in data.into_iter().filter(|x| (low..=high).contains(x)) {
            let at = ((x - low) / (high - low) * bins as f64) as usize;
            counts[at.min(bins - 1)] += 1.0;
        }
        Ok(to_dtype(&Array::from_vec(counts, vec![bins]), array.dtype)?.into())
    })
    .no_complex("TypeError: aminmax not implemented for {}")
    .doc("The number of elements in each of bins equal intervals between min and max (of the data by default).")
    .examples(&[Example("torch.histc(torch.tensor([1., 2., 1.]), bins=4, min=0, max=3)", "tensor([0., 2., 1., 0.])")])
    .samples(&["randn(10), 5"]);

/// How the bins of a dimension are given.
enum Bins {
    /// So many equal ones.
    Count(i64),
    /// Between these edges.
    Edges(Tensor),
}

/// The least and the largest number of a dimension's data, or those given, set apart where they are equal.
///
/// Errors: RuntimeError when they are not finite or out of order.
fn outer_edges(given: Option<(f64, f64)>, data: impl Iterator<Item = f64>, dim: usize) -> Result<(f64, f64)> {
    let mut data = data.peekable();
    let (low, high) = match given {
        Some(pair) => pair,
        None if data.peek().is_none() => (0.0, 1.0),
        None => data.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            if x.is_nan() || low.is_nan() { (f64::NAN, f64::NAN) } else { (low.min(x), high.max(x)) }
        }),
    };
    let show = |x: f64| if x.is_nan() { "nan".to_string() } else { x.to_string() };
    if !low.is_finite() || !high.is_finite() {
        return Err(Fault::runtime(format!(
            "torch.histogramdd: dimension {dim}'s range [{}, {}] is not finite",
            show(low),
            show(high)
        )));
    }
    if low > high {
        return Err(Fault::runtime(format!(
            "torch.histogramdd: min should not exceed max, but got min {low} max {high} for dimension {dim}"
        )));
    }
    Ok(if low == high { (low - 0.5, high + 0.5) } else { (low, high) })
}

/// The bin that a number falls into: the last one includes its right edge.
fn place(edges: &[f64], equal: bool, x: f64) -> Option<usize> {
    let last = edges.len() - 1;
    let (low, high) = (edges[0], edges[last]);
    if !(low <= x && x <= high) {
        return None;
    }
    let after = if equal {
        // Guessed from the spacing, then corrected among the neighbours, since edges are rounded.
        let guess = ((x - low) * last as f64 / (high - low)) as usize;
        let (from, to) = (guess.saturating_sub(1).min(last), (guess + 2).min(last + 1));
        from + edges[from..to].partition_point(|e| *e <= x)
    } else {
        edges.partition_point(|e| *e <= x)
    };
    Some(after.saturating_sub(1).min(last.saturating_sub(1)))
}

/// Counts, or sums of weights, of points (rows of coordinates) in bins, and the edges of each dimension.
fn histogram(
    points: &Array,
    bins: Vec<Bins>,
    range: Option<Vec<f64>>,
    weight: Option<&Tensor>,
    density: bool,
) -> Result<(Array, Vec<Array>)> {
    let dtype = points.dtype;
    let (count, dims) = (points.sizes()[0], points.sizes()[1]);
    if let Some(w) = weight {
        let lead = &points.sizes()[..1];
        if w.sizes()[..] != *lead {
            return Err(Fault::runtime(format!(
                "torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor \
                 excluding its innermost dimension, but got input with shape {} and weight with shape {}",
                show_sizes(points.sizes()),
                show_sizes(&w.sizes())
            )));
        }
        if w.dtype() != dtype {
            return Err(Fault::runtime(format!(
                "torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same \
                 dtype, but got input({}), and weight({})",
                dtype.c_name(),
                w.dtype().c_name()
            )));
        }
    }
    if let Some(range) = &range
        && range.len() != 2 * dims
    {
        return Err(Fault::runtime(format!(
            "torch.histogramdd: for a {dims}-dimensional histogram range should have {} elements, but got {}",
            2 * dims,
            range.len()
        )));
    }
    if !matches!(dtype, DType::F32 | DType::F64) {
        return Err(not_for("histogramdd", dtype));
    }
    let data: Vec<f64> = to_dtype(points, DType::F64)?.to_vec()?;
    let column = |d: usize| data.iter().skip(d).step_by(dims.max(1)).copied();
    let mut edges = Vec::with_capacity(dims);
    for (d, bins) in bins.iter().enumerate() {
        edges.push(match bins {
            Bins::Count(n) => {
                let given = range.as_ref().map(|r| (r[2 * d], r[2 * d + 1]));
                let (low, high) = outer_edges(given, column(d), d)?;
                create::linspace(Scalar::Float(low), Scalar::Float(high), (*n as usize).saturating_add(1), dtype)?
            }
            Bins::Edges(t) => t.array().clone(),
        });
    }
    let marks: Vec<Vec<f64>> = edges.iter().map(|e| e.to_vec_f64()).collect::<Result<_>>()?;
    let sizes: Vec<usize> = marks.iter().map(|m| m.len() - 1).collect();
    let mut sums = vec![0f64; room_for(&sizes)?];
    let weights = weight.map(|w| w.array().to_vec_f64()).transpose()?;
    for i in 0..count {
        let mut at = Some(0);
        for d in 0..dims {
            let bin = place(&marks[d], matches!(bins[d], Bins::Count(_)), data[i * dims + d]);
            at = at.and_then(|at| bin.map(|bin| at * sizes[d] + bin));
        }
        if let Some(at) = at {
            sums[at] += weights.as_ref().map_or(1.0, |w| w[i]);
        }
    }
    if density {
        let total: f64 = sums.iter().sum();
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum /= total;
            let mut rest = i;
            for d in (0..dims).rev() {
                let bin = rest % sizes[d];
                rest /= sizes[d];
                *sum /= marks[d][bin + 1] - marks[d][bin];
            }
        }
    }
    Ok((crate::array::matrix::numbers(&sizes, sums, dtype)?, edges))
}

/// Refuses bins that are none, of another dtype, or not edges in a row.
fn check_bins(bins: &[Bins], dtype: DType) -> Result<()> {
    for (d, bins) in bins.iter().enumerate() {
        let none = match bins {
            Bins::Count(n) => *n <= 0,
            Bins::Edges(t) => {
                if t.dtype() != dtype {
                    return Err(Fault::runtime(format!(
                        "torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with \
                         dtype {} and bins for dimension {d} with dtype {}",
                        dtype.c_name(),
                        t.dtype().c_name()
                    )));
                }
                if t.ndim() != 1 {
                    return Err(Fault::runtime(format!(
                        "torch.histogramdd: bins tensor should have one dimension, but got {} dimensions in the bins \
                         tensor for dimension {d}",
                        t.ndim()
                    )));
                }
                if t.numel() == 0 {
                    return Err(Fault::runtime(format!(
                        "torch.histogramdd: bins tensor should have at least 1 element, but got 0 elements in the bins \
                         tensor for dimension {d}"
                    )));
                }
                t.numel() == 1
            }
        };
        if none {
            let n = if let Bins::Count(n) = bins { *n } else { 0 };
            return Err(Fault::runtime(format!("torch.histogram(): bins must be > 0, but got {n} for dimension {d}")));
        }
    }
    Ok(())
}

/// The floats of an argument that may be None.
fn floats(c: &Call, i: usize) -> Result<Option<Vec<f64>>> {
    let items = match c.value(i) {
        Value::None | Value::Undef => return Ok(None),
        Value::Tuple(t) => t.to_vec(),
        Value::List(l) => l.to_vec(),
        other => return Err(c.wrong(i, "tuple of floats", other)),
    };
    let float = |v: &Value| v.as_scalar().map(Scalar::as_f64).ok_or_else(|| c.wrong(i, "tuple of floats", v));
    items.iter().map(float).collect::<Result<_>>().map(Some)
}

/// The histogram of all elements.
pub static HISTOGRAM: OpDef = OpDef::composite(
    "histogram",
    "input: Tensor, bins = 100, *, range = None, weight: Tensor? = None, density: bool = False",
    |c| {
        let x = c.tensor(0)?.detach();
        let bins = match c.value(1) {
            Value::Int(n) => Bins::Count(*n),
            Value::Tensor(t) => Bins::Edges(t.detach()),
            _ => return Err(c.invalid_combination(1)),
        };
        let bins = vec![bins];
        check_bins(&bins, x.dtype())?;
        let points = x.reshape(&[x.numel(), 1])?;
        let weight = match c.opt_tensor(3)? {
            Some(w) => Some(w.detach().reshape(&[w.numel()])?),
            None => None,
        };
        let (sums, edges) = histogram(&points.array(), bins, floats(c, 2)?, weight.as_ref(), c.bool(4)?)?;
        let edges = edges.into_iter().map(Value::tensor);
        Ok(named(&HISTOGRAM, std::iter::once(Value::tensor(sums)).chain(edges)))
    },
)
.doc("How many elements fall into each bin, and the edges of the bins: as many equal bins as told, over range or from the\nleast to the largest element, or those between given edges. With weight sums of weights, with density a distribution.")
.examples(&[Example(
    "torch.histogram(torch.tensor([1., 2., 1.]), bins=4, range=(0., 3.)).hist",
    "tensor([0., 2., 1., 0.])",
)])
.returns(&["hist", "bin_edges"])
.samples(&["randn(10), 5", "randn(10), tensor([-1., 0., 1.])"]);

/// The histogram of points.
pub static HISTOGRAMDD: OpDef = OpDef::composite(
    "histogramdd",
    "input: Tensor, bins, range = None, weight: Tensor? = None, density: bool = False",
    |c| {
        let x = c.tensor(0)?.detach();
        let sizes = x.sizes();
        let Some((&dims, lead)) = sizes.split_last().filter(|(_, lead)| !lead.is_empty()) else {
            return Err(Fault::runtime("torch.histogramdd: input tensor should have at least 2 dimensions"));
        };
        let one = |v: &Value| match v {
            Value::Int(n) => Ok(Bins::Count(*n)),
            Value::Tensor(t) => Ok(Bins::Edges(t.detach())),
            _ => Err(c.invalid_combination(1)),
        };
        let bins: Vec<Bins> = match c.value(1) {
            Value::Int(n) => (0..dims).map(|_| Bins::Count(*n)).collect(),
            Value::Tuple(t) => t.iter().map(one).collect::<Result<_>>()?,
            Value::List(l) => l.borrow().iter().map(one).collect::<Result<_>>()?,
            _ => return Err(c.invalid_combination(1)),
        };
        if bins.len() != dims {
            return Err(Fault::runtime(
                "histogramdd: The size of bins must be equal to the innermost dimension of the input.",
            ));
        }
        check_bins(&bins, x.dtype())?;
        let count = lead.iter().product();
        let points = x.reshape(&[count, dims])?;
        let weight = match c.opt_tensor(3)? {
            Some(w) => Some(w.detach().reshape(&[w.numel()])?),
            None => None,
        };
        let (sums, edges) = histogram(&points.array(), bins, floats(c, 2)?, weight.as_ref(), c.bool(4)?)?;
        let edges = Value::tuple(edges.into_iter().map(Value::tensor));
        Ok(named(&HISTOGRAMDD, [Value::tensor(sums), edges]))
    },
)
.doc("How many points, whose coordinates stand in the last dimension, fall into each cell of a grid, and the grid's edges.\nbins is a number, or for each coordinate a number or edges; range has two numbers for each coordinate.")
.examples(&[Example(
    "torch.histogramdd(torch.tensor([[0., 1.], [1., 0.], [1., 1.]]), bins=[2, 2]).hist",
    "tensor([[0., 1.],\n        [1., 1.]])",
)])
.forms(Forms::FUNCTION)
.returns(&["hist", "bin_edges"])
.samples(&["randn(10, 2), 3"]);
