//! NumPy's reductions, as functions and methods of one declaration: sums, means, extremes, scans.

use super::bridge::{argument, axes, check_axis, float_argument, run, run_array};
use super::operators;
use super::promote::{array_of, wrap, wrap_array};
use crate::array::{Array, DType, Dims, Layout, map, pairwise};
use crate::diag::{Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Binary, Caller, Native, Value};

/// Functions and methods: `np.sum(a, ...)` and `a.sum(...)`.
pub const BOTH: &[Def] = &[
    Def("sum", "a, axis=None, dtype=None, out=None, keepdims=False", "The sum over axes.", sum),
    Def("prod", "a, axis=None, dtype=None, out=None, keepdims=False", "The product over axes.", |n, c, a| {
        folded(n, c, a, "prod")
    }),
    Def("mean", "a, axis=None, dtype=None, out=None, keepdims=False", "The mean over axes.", |n, c, a| {
        moment(n, c, a, "mean")
    }),
    Def(
        "std",
        "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False",
        "The standard deviation over axes.",
        |n, c, a| moment(n, c, a, "std"),
    ),
    Def("var", "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False", "The variance over axes.", |n, c, a| {
        moment(n, c, a, "var")
    }),
    Def("max", "a, axis=None, out=None, keepdims=False, initial=None", "The greatest element over axes.", |n, c, a| {
        extreme(n, c, a, "amax")
    }),
    Def("min", "a, axis=None, out=None, keepdims=False, initial=None", "The least element over axes.", |n, c, a| {
        extreme(n, c, a, "amin")
    }),
    Def("argmax", "a, axis=None, out=None, *, keepdims=False", "Where the greatest element is.", |n, c, a| {
        place(n, c, a, "argmax")
    }),
    Def("argmin", "a, axis=None, out=None, *, keepdims=False", "Where the least element is.", |n, c, a| {
        place(n, c, a, "argmin")
    }),
    Def("all", "a, axis=None, out=None, keepdims=False", "Whether all elements are true.", |n, c, a| {
        truth(n, c, a, "all")
    }),
    Def("any", "a, axis=None, out=None, keepdims=False", "Whether any element is true.", |n, c, a| {
        truth(n, c, a, "any")
    }),
    Def("cumsum", "a, axis=None, dtype=None, out=None", "The running sum.", |n, c, a| scan(n, c, a, "cumsum")),
    Def("cumprod", "a, axis=None, dtype=None, out=None", "The running product.", |n, c, a| scan(n, c, a, "cumprod")),
    Def("ptp", "a, axis=None, out=None, keepdims=False", "The greatest element minus the least.", |n, c, a| {
        let high = extreme(n, c, a, "amax")?;
        let low = extreme(n, c, a, "amin")?;
        super::operators::binary(crate::value::Binary::Sub, &high, &low).unwrap_or(Ok(high))
    }),
];

/// Functions only.
pub const FUNCTIONS: &[Def] = &[
    Def(
        "amax",
        "a, axis=None, out=None, keepdims=False, initial=None",
        "The greatest element over axes.",
        |n, c, a| extreme(n, c, a, "amax"),
    ),
    Def("amin", "a, axis=None, out=None, keepdims=False, initial=None", "The least element over axes.", |n, c, a| {
        extreme(n, c, a, "amin")
    }),
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
            quantile(&bound[0], &Value::Float(0.5), &bound[1], &bound[4])
        },
    ),
    Def("quantile", "a, q, axis=None, out=None, *, keepdims=False", "A quantile over an axis.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        quantile(&bound[0], &bound[1], &bound[2], &bound[4])
    }),
    Def("percentile", "a, q, axis=None, out=None, *, keepdims=False", "A percentile over an axis.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let hundred = Value::Float(100.0);
        let q = match &bound[1] {
            v if v.as_scalar().is_some() => Value::Float(v.as_scalar().map_or(0.0, |s| s.as_f64()) / 100.0),
            v => super::operators::binary(crate::value::Binary::Div, &argument(v)?, &hundred)
                .unwrap_or(Ok(Value::None))?,
        };
        quantile(&bound[0], &q, &bound[2], &bound[4])
    }),
    Def("average", "a, axis=None, weights=None, *, keepdims=False", "The weighted mean over an axis.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let x = float_argument(&bound[0])?;
        if bound[2].is_none() {
            return reduce("mean", &x, &bound[1], &bound[3], &[]);
        }
        let weights = float_argument(&bound[2])?;
        let product = super::operators::binary(Binary::Mul, &x, &weights).unwrap_or(Ok(Value::None))?;
        let (sum, total) = (
            reduce("sum", &product, &bound[1], &bound[3], &[])?,
            reduce("sum", &weights, &Value::None, &bound[3], &[])?,
        );
        super::operators::binary(Binary::Div, &sum, &total).unwrap_or(Ok(sum))
    }),
    Def("count_nonzero", "a, axis=None", "How many elements are not zero.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let x = argument(&bound[0])?;
        match axes(&bound[1], array_of(&x)?.ndim())? {
            None => {
                let count = run_array("count_nonzero", &[x], &[])?;
                Ok(count.item().map_or(Value::Int(0), Value::scalar))
            }
            Some(dims) => run("count_nonzero", &[x, Value::tuple(dims.into_iter().map(Value::Int))], &[]),
        }
    }),
];

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

fn sum(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    folded(native, caller, args, "sum")
}

fn folded(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = converted(argument(&bound[0])?, &bound[2])?;
    let result = if torch == "prod" {
        one_axis_at_a_time(torch, &x, &bound[1], &bound[4])?
    } else {
        reduce(torch, &x, &bound[1], &bound[4], &[])?
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
    reduce(torch, &x, &bound[1], &bound[4], &[])
}

fn extreme(native: &Native, _: &mut dyn Caller, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = argument(&bound[0])?;
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
    let x = wrap(map::cast(&array, DType::Bool)?);
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

fn quantile(x: &Value, q: &Value, axis: &Value, keepdims: &Value) -> Result<Value> {
    let x = float_argument(x)?;
    let array = array_of(&x)?;
    let q = match q.as_scalar() {
        Some(s) => wrap(crate::array::Array::full(&[], crate::array::Scalar::Float(s.as_f64()), array.dtype)?),
        None => wrap(map::cast(&array_of(q)?, array.dtype)?),
    };
    let mut keywords = vec![("keepdim", Value::Bool(flag(keepdims)))];
    if let Some(dims) = axes(axis, array.ndim())? {
        keywords.push(("dim", Value::Int(dims.first().copied().unwrap_or(0))));
    }
    run("quantile", &[x, q], &keywords)
}
