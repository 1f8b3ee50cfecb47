//! NumPy's reductions, as functions and methods of one declaration: sums, means, extremes, scans.

use super::bridge::{argument, axes, check_axis, float_argument, run};
use super::operators;
use super::promote::{array_of, wrap, wrap_array};
use crate::array::{Array, DType, Dims, Layout, Scalar, map, pairwise};
use crate::diag::{Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Binary, Caller, Native, Value};

/// Functions and methods: `np.sum(a, ...)` and `a.sum(...)`.
pub const BOTH: &[Def] = &[
    Def(
        "sum",
        "a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True",
        "The sum over axes.",
        |n, c, a| folded(n, c, a, "sum"),
    ),
    Def(
        "prod",
        "a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True",
        "The product over axes.",
        |n, c, a| folded(n, c, a, "prod"),
    ),
    Def(
        "mean",
        "a, axis=None, dtype=None, out=None, keepdims=False, *, where=True",
        "The mean over axes.",
        |n, c, a| moment(n, c, a, "mean"),
    ),
    Def(
        "std",
        "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False",
        "The standard deviation over axes.",
        |n, c, a| moment(n, c, a, "std"),
    ),
    Def("var", "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False", "The variance over axes.", |n, c, a| {
        moment(n, c, a, "var")
    }),
    Def("max", EXTREME, "The greatest element over axes.", |n, c, a| extreme(n, c, a, "amax")),
    Def("min", EXTREME, "The least element over axes.", |n, c, a| extreme(n, c, a, "amin")),
    Def("argmax", "a, axis=None, out=None, *, keepdims=False", "Where the greatest element is.", |n, c, a| {
        place(n, c, a, "argmax")
    }),
    Def("argmin", "a, axis=None, out=None, *, keepdims=False", "Where the least element is.", |n, c, a| {
        place(n, c, a, "argmin")
    }),
    Def("all", "a, axis=None, out=None, keepdims=False, *, where=True", "Whether all elements are true.", |n, c, a| {
        truth(n, c, a, "all")
    }),
    Def("any", "a, axis=None, out=None, keepdims=False, *, where=True", "Whether any element is true.", |n, c, a| {
        truth(n, c, a, "any")
    }),
    Def("cumsum", "a, axis=None, dtype=None, out=None", "The running sum.", |n, c, a| scan(n, c, a, "cumsum")),
    Def("cumprod", "a, axis=None, dtype=None, out=None", "The running product.", |n, c, a| scan(n, c, a, "cumprod")),
];

/// Functions only.
pub const FUNCTIONS: &[Def] = &[
    Def("ptp", "a, axis=None, out=None, keepdims=False", "The greatest element minus the least.", |n, c, a| {
        let high = extreme(n, c, a, "amax")?;
        let low = extreme(n, c, a, "amin")?;
        super::operators::binary(crate::value::Binary::Sub, &high, &low).unwrap_or(Ok(high))
    }),
    Def("amax", EXTREME, "The greatest element over axes.", |n, c, a| extreme(n, c, a, "amax")),
    Def("amin", EXTREME, "The least element over axes.", |n, c, a| extreme(n, c, a, "amin")),
    Def("nansum", "a, axis=None, dtype=None, out=None, keepdims=False", "The sum over axes without NaN.", |n, c, a| {
        folded(n, c, a, "nansum")
    }),
    Def(
        "nanmean",
        "a, axis=None, dtype=None, out=None, keepdims=False",
        "The mean over axes without NaN.",
        |n, c, a| moment(n, c, a, "nanmean"),
    ),
    Def(
        "median",
        "a, axis=None, out=None, overwrite_input=False, keepdims=False",
        "The median over an axis.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            quantile(&bound[0], &Value::Float(0.5), &bound[1], &bound[4], &Value::from("linear"))
        },
    ),
    Def("quantile", QUANTILE, "A quantile over axes.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        quantile(&bound[0], &bound[1], &bound[2], &bound[6], &bound[5])
    }),
    Def("percentile", QUANTILE, "A percentile over axes.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let hundred = Value::Float(100.0);
        let q = match &bound[1] {
            v if v.as_scalar().is_some() => Value::Float(v.as_scalar().map_or(0.0, |s| s.as_f64()) / 100.0),
            v => super::operators::binary(crate::value::Binary::Div, &argument(v)?, &hundred)
                .unwrap_or(Ok(Value::None))?,
        };
        quantile(&bound[0], &q, &bound[2], &bound[6], &bound[5])
    }),
    Def(
        "average",
        "a, axis=None, weights=None, returned=False, *, keepdims=False",
        "The weighted mean over an axis.",
        average,
    ),
    Def("count_nonzero", "a, axis=None, *, keepdims=False", "How many elements are not zero.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let x = wrap_array(map::cast(&array_of(&bound[0])?, DType::Bool)?);
        reduce("sum", &x, &bound[1], &bound[2], &[])
    }),
];

const EXTREME: &str = "a, axis=None, out=None, keepdims=False, initial=None, where=True";
const QUANTILE: &str = "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, *, weights=None, interpolation=None";

/// The elements where a condition holds, a number elsewhere.
fn masked(x: Value, condition: &Value, fill: Scalar) -> Result<Value> {
    if matches!(condition, Value::Bool(true)) {
        return Ok(x);
    }
    let array = array_of(&x)?;
    let condition = wrap_array(map::cast(&array_of(condition)?, DType::Bool)?);
    run("where", &[condition, x, wrap_array(Array::full(&[], fill, array.dtype)?)], &[])
}

fn average(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let binary = |op, a: &Value, b: &Value| operators::binary(op, a, b).unwrap_or(Ok(Value::None));
    let x = float_argument(&bound[0])?;
    let (mean, total) = if bound[2].is_none() {
        let ones = wrap_array(Array::full(array_of(&x)?.sizes(), Scalar::Int(1), DType::F64)?);
        (reduce("mean", &x, &bound[1], &bound[4], &[])?, reduce("sum", &ones, &bound[1], &bound[4], &[])?)
    } else {
        let (array, given) = (array_of(&x)?, array_of(&float_argument(&bound[2])?)?);
        // Weights of one axis lie along that axis.
        let weights = match axes(&bound[1], array.ndim())?.as_deref() {
            _ if given.sizes() == array.sizes() => given,
            Some(&[axis]) if given.ndim() == 1 => {
                if given.numel() != array.sizes()[axis as usize] {
                    return Err(Fault::value(
                        "Shape of weights must be consistent with shape of a along specified axis.",
                    ));
                }
                let mut shape = vec![1; array.ndim()];
                shape[axis as usize] = -1;
                let along = super::shapes::to_shape(&given, &shape)?;
                along.with_layout(along.layout.broadcast_to(array.sizes())?)
            }
            _ => return Err(Fault::type_error("Axis must be specified when shapes of a and weights differ.")),
        };
        let weights = wrap_array(weights);
        let total = reduce("sum", &weights, &bound[1], &bound[4], &[])?;
        if flag(
            &run("any", &[run("eq", &[total.clone(), Value::Int(0)], &[])?], &[])?
                .as_scalar()
                .map_or(Value::None, Value::scalar),
        ) {
            return Err(Fault::zero_division("Weights sum to zero, can't be normalized"));
        }
        let sum = reduce("sum", &binary(Binary::Mul, &x, &weights)?, &bound[1], &bound[4], &[])?;
        (binary(Binary::Div, &sum, &total)?, total)
    };
    Ok(if flag(&bound[3]) { Value::tuple([mean, total]) } else { mean })
}

fn flag(value: &Value) -> bool {
    !matches!(value, Value::None | Value::Undef | Value::Bool(false) | Value::Int(0))
}

/// Runs a reduction over axes.
fn reduce(name: &str, x: &Value, axis: &Value, keepdims: &Value, more: &[(&str, Value)]) -> Result<Value> {
    let ndim = array_of(x)?.ndim();
    let keep = flag(keepdims);
    let dims = axes(axis, ndim)?;
    let mut keywords: Vec<(&str, Value)> = more.to_vec();
    match dims {
        Some(dims) => {
            keywords.push(("dim", Value::tuple(dims.into_iter().map(Value::Int))));
            keywords.push(("keepdim", Value::Bool(keep)));
        }
        None if keep && ndim > 0 => {
            keywords.push(("dim", Value::tuple((0..ndim as i64).map(Value::Int))));
            keywords.push(("keepdim", Value::Bool(true)));
        }
        None => {}
    }
    let array = array_of(x)?;
    if matches!(name, "sum" | "mean")
        && array.numel() > 0
        && let Some(sum) = summed(&array, axis, keep)?
    {
        let count = (array.numel() / sum.numel().max(1)) as f64;
        return if name == "mean" { over_count(sum, count) } else { Ok(wrap(sum)) };
    }
    run(name, std::slice::from_ref(x), &keywords)
}

/// The sum over axes in NumPy's order, for float32 and float64.
fn summed(x: &Array, axis: &Value, keep: bool) -> Result<Option<Array>> {
    let mut over = vec![true; x.ndim()];
    if let Some(dims) = axes(axis, x.ndim())? {
        over.fill(false);
        dims.iter().for_each(|&d| over[d as usize] = true);
    }
    let Some(sum) = pairwise::sum(x, &over)? else { return Ok(None) };
    if !keep {
        return Ok(Some(sum));
    }
    let sizes: Dims = x.sizes().iter().zip(&over).map(|(&n, &over)| if over { 1 } else { n }).collect();
    Ok(Some(sum.with_layout(Layout::contiguous(sizes))))
}

/// A sum divided by a count.
fn over_count(sum: Array, count: f64) -> Result<Value> {
    operators::binary(Binary::Div, &wrap_array(sum), &Value::Float(count)).unwrap_or(Ok(Value::None)).map(scalar_of)
}

/// An array without axes as the scalar in it.
fn scalar_of(value: Value) -> Value {
    match value {
        Value::Array(a) if a.array.borrow().ndim() == 0 => wrap(a.array.borrow().clone()),
        other => other,
    }
}

/// The variance over axes as NumPy computes it: from the differences to the mean.
fn variance(x: &Array, axis: &Value, ddof: f64, keep: bool) -> Result<Option<Value>> {
    let Some(sum) = summed(x, axis, true)? else { return Ok(None) };
    let count = (x.numel() / sum.numel().max(1)) as f64;
    if count <= ddof {
        return Ok(None);
    }
    let binary = |op, a: &Value, b: &Value| operators::binary(op, a, b).unwrap_or(Ok(Value::None));
    let mean = binary(Binary::Div, &wrap_array(sum), &Value::Float(count))?;
    let away = binary(Binary::Sub, &wrap_array(x.clone()), &mean)?;
    let squares = binary(Binary::Mul, &away, &away)?;
    match summed(&array_of(&squares)?, axis, keep)? {
        Some(sum) => over_count(sum, count - ddof).map(Some),
        None => Ok(None),
    }
}

fn converted(value: Value, dtype: &Value) -> Result<Value> {
    match super::dtypes::dtype_of(dtype)? {
        Some(d) => Ok(wrap(map::cast(&array_of(&value)?, d)?)),
        None => Ok(value),
    }
}

fn folded(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = converted(argument(&bound[0])?, &bound[2])?;
    let (neutral, op) = if torch == "prod" { (1, Binary::Mul) } else { (0, Binary::Add) };
    let x = bound.get(6).map_or(Ok(x.clone()), |condition| masked(x, condition, Scalar::Int(neutral)))?;
    let result = if torch == "prod" {
        one_axis_at_a_time(torch, &x, &bound[1], &bound[4])?
    } else {
        reduce(torch, &x, &bound[1], &bound[4], &[])?
    };
    let result = match bound.get(5) {
        None | Some(Value::None) => result,
        Some(initial) => operators::binary(op, &result, initial).unwrap_or(Ok(result))?,
    };
    converted(result, &bound[2])
}

/// A reduction that torch has over one dimension only.
fn one_axis_at_a_time(name: &str, x: &Value, axis: &Value, keepdims: &Value) -> Result<Value> {
    let ndim = array_of(x)?.ndim();
    let Some(mut dims) = axes(axis, ndim)? else { return run(name, std::slice::from_ref(x), &[]) };
    dims.sort_unstable();
    let mut out = x.clone();
    for &d in dims.iter().rev() {
        out = run(name, &[out], &[("dim", Value::Int(d)), ("keepdim", Value::Bool(flag(keepdims)))])?;
    }
    Ok(out)
}

fn moment(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = converted(float_argument(&bound[0])?, &bound[2])?;
    if matches!(torch, "std" | "var") {
        let array = array_of(&x)?;
        if array.numel() > 0
            && let Some(ddof) = bound[4].as_scalar()
            && let Some(variance) = variance(&array, &bound[1], ddof.as_f64(), flag(&bound[5]))?
        {
            return if torch == "std" { run("sqrt", &[variance], &[]) } else { Ok(variance) };
        }
        let ddof = ("correction", bound[4].clone());
        return reduce(torch, &x, &bound[1], &bound[5], &[ddof]);
    }
    match bound.get(5) {
        Some(condition) if torch == "mean" && !matches!(condition, Value::Bool(true)) => {
            let sum = reduce("sum", &masked(x.clone(), condition, Scalar::Int(0))?, &bound[1], &bound[4], &[])?;
            let ones = wrap_array(Array::full(array_of(&x)?.sizes(), Scalar::Int(1), DType::F64)?);
            let count = reduce("sum", &masked(ones, condition, Scalar::Int(0))?, &bound[1], &bound[4], &[])?;
            operators::binary(Binary::Div, &sum, &count).unwrap_or(Ok(sum))
        }
        _ => reduce(torch, &x, &bound[1], &bound[4], &[]),
    }
}

fn extreme(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let mut x = argument(&bound[0])?;
    if let Some(condition) = bound.get(5).filter(|c| !matches!(c, Value::Bool(true))) {
        let Some(initial) = bound[4].as_scalar() else {
            let name = if torch == "amax" { "maximum" } else { "minimum" };
            return Err(Fault::value(format!(
                "reduction operation '{name}' does not have an identity, so to use a where mask one has to specify 'initial'"
            )));
        };
        x = masked(x, condition, initial)?;
    }
    if array_of(&x)?.numel() == 0 && bound.get(4).is_none_or(Value::is_none) {
        let name = if torch == "amax" { "maximum" } else { "minimum" };
        return Err(Fault::value(format!("zero-size array to reduction operation {name} which has no identity")));
    }
    let result = reduce(torch, &x, &bound[1], &bound[3], &[])?;
    match bound.get(4) {
        Some(initial) if !initial.is_none() => {
            let (a, b, _) = super::elementwise::promoted(&result, initial)?;
            let name = if torch == "amax" { "maximum" } else { "minimum" };
            run(name, &[super::promote::wrap_array(a), super::promote::wrap_array(b)], &[])
        }
        _ => Ok(result),
    }
}

fn place(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = argument(&bound[0])?;
    let array = array_of(&x)?;
    if array.numel() == 0 {
        return Err(Fault::value(format!("attempt to get {torch} of an empty sequence")));
    }
    // torch orders no bools here.
    let x = if array.dtype == DType::Bool { wrap(map::cast(&array, DType::U8)?) } else { x };
    match axes(&bound[1], array.ndim())? {
        None => run(torch, &[x], &[]),
        Some(dims) => {
            let dim = dims.first().copied().unwrap_or(0);
            run(torch, &[x], &[("dim", Value::Int(dim)), ("keepdim", Value::Bool(flag(&bound[3])))])
        }
    }
}

fn truth(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let array = array_of(&bound[0])?;
    let x = masked(wrap(map::cast(&array, DType::Bool)?), &bound[4], Scalar::Bool(torch == "all"))?;
    reduce(torch, &x, &bound[1], &bound[3], &[])
}

fn scan(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = converted(argument(&bound[0])?, &bound[2])?;
    let ndim = array_of(&x)?.ndim();
    let (x, dim) = match bound[1].as_int() {
        Some(axis) => (x, check_axis(axis, ndim)?),
        None => (run("reshape", &[x, Value::tuple([Value::Int(-1)])], &[])?, 0),
    };
    run(torch, &[x], &[("dim", Value::Int(dim))])
}

/// Quantiles over axes; integers stay integers where one of them is picked.
fn quantile(x: &Value, q: &Value, axis: &Value, keepdims: &Value, method: &Value) -> Result<Value> {
    let dtype = array_of(x)?.dtype;
    let found = interpolated(float_argument(x)?, q, axis, keepdims, method)?;
    let picks = matches!(method.as_str(), Some("lower" | "higher" | "nearest"));
    if picks && dtype.is_int() { Ok(wrap(map::cast(&array_of(&found)?, dtype)?)) } else { Ok(found) }
}

fn interpolated(x: Value, q: &Value, axis: &Value, keepdims: &Value, method: &Value) -> Result<Value> {
    let array = array_of(&x)?;
    let q = match q.as_scalar() {
        Some(s) => wrap(Array::full(&[], Scalar::Float(s.as_f64()), array.dtype)?),
        None => wrap(map::cast(&array_of(q)?, array.dtype)?),
    };
    let method = match method.as_str() {
        Some(name @ ("linear" | "lower" | "higher" | "midpoint" | "nearest")) => name,
        _ => {
            return Err(Fault::not_implemented(
                "methods of quantiles other than linear, lower, higher, midpoint, nearest",
            ));
        }
    };
    let how = ("interpolation", Value::from(method));
    let n = array.ndim();
    let Some(dims) = axes(axis, n)? else {
        return run("quantile", &[x, q], &[("keepdim", Value::Bool(flag(keepdims))), how]);
    };
    // Several axes become one, the last.
    let is_over = |d: usize| dims.contains(&(d as i64));
    let order: Vec<usize> = (0..n).filter(|&d| !is_over(d)).chain((0..n).filter(|&d| is_over(d))).collect();
    let moved = array.with_layout(array.layout.permute(&order));
    let mut sizes: Vec<i64> = moved.sizes()[..n - dims.len()].iter().map(|&n| n as i64).collect();
    sizes.push(-1);
    let merged = super::shapes::to_shape(&moved, &sizes)?;
    let found = run("quantile", &[wrap_array(merged), q.clone()], &[("dim", Value::Int(-1)), how])?;
    if !flag(keepdims) {
        return Ok(found);
    }
    let q_sizes = array_of(&q)?.sizes().to_vec();
    let kept = (0..n).map(|d| if is_over(d) { 1 } else { array.sizes()[d] });
    let shape: Vec<i64> = q_sizes.into_iter().chain(kept).map(|n| n as i64).collect();
    super::shapes::to_shape(&array_of(&found)?, &shape).map(wrap)
}
