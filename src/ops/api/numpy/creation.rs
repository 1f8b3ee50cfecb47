//! NumPy's functions that make arrays; float64 is their default.

use super::create::{converted, from_nested};
use super::dtypes::dtype_of;
use super::promote::{array_of, wrap, wrap_array};
use crate::array::{Array, DType, Scalar, create, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Caller, Native, Value};

/// The functions.
pub const FUNCTIONS: &[Def] = &[
    Def(
        "array",
        "object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0, like=None",
        "An array of nested sequences.",
        |n, caller, a| {
            let bound = n.parsed().bind(a, 0)?;
            let made = collected(&bound[0], caller)?;
            let mut made = converted(&made, dtype_of(&bound[1])?)?;
            match (&bound[2], shares(&bound[0], &made)) {
                (Value::Bool(false) | Value::None, true) if bound[5].as_int() == Some(0) => return Ok(bound[0].clone()),
                (Value::Bool(false), false) => return Err(Fault::value(NO_COPY)),
                (Value::Bool(false) | Value::None, _) => {}
                (_, true) => made = map::copy(&made)?,
                _ => {}
            }
            while (made.ndim() as i64) < super::bridge::integer(&bound[5])? {
                made = made.with_layout(made.layout.unsqueeze(0));
            }
            Ok(wrap_array(made))
        },
    ),
    Def("asarray", "a, dtype=None, order=None", "An array, without a copy where possible.", as_array),
    Def("ascontiguousarray", "a, dtype=None", "A contiguous array.", |n, c, a| {
        let made = array_of(&as_array(n, c, a)?)?;
        Ok(wrap_array(map::contiguous(&made)?))
    }),
    Def("asanyarray", "a, dtype=None, order=None", "An array, without a copy where possible.", as_array),
    Def("copy", "a, order='K'", "A copy.", |n, _, a| {
        Ok(wrap_array(map::copy(&array_of(&n.parsed().bind(a, 0)?[0])?)?))
    }),
    Def("zeros", "shape, dtype=None, order='C'", "Zeros.", |n, _, a| filled(n, a, Scalar::Int(0))),
    Def("ones", "shape, dtype=None, order='C'", "Ones.", |n, _, a| filled(n, a, Scalar::Int(1))),
    Def("empty", "shape, dtype=None, order='C'", "An array to be filled.", |n, _, a| filled(n, a, Scalar::Int(0))),
    Def("full", "shape, fill_value, dtype=None, order='C'", "One number everywhere.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let value = from_nested(&bound[1], dtype_of(&bound[2])?)?;
        let sizes = super::bridge::shape_of(&bound[0])?;
        Ok(wrap_array(map::copy(&value.with_layout(value.layout.broadcast_to(&sizes)?))?))
    }),
    Def("zeros_like", LIKE, "Zeros of an array's shape.", |n, _, a| like(n, a, Scalar::Int(0))),
    Def("ones_like", LIKE, "Ones of an array's shape.", |n, _, a| like(n, a, Scalar::Int(1))),
    Def("empty_like", LIKE, "An array of an array's shape, to be filled.", |n, _, a| like(n, a, Scalar::Int(0))),
    Def(
        "full_like",
        "a, fill_value, dtype=None, order='K', subok=True, shape=None",
        "One number everywhere, of an array's shape.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            let x = array_of(&bound[0])?;
            let value = bound[1].as_scalar().ok_or_else(|| Fault::type_error("fill_value must be a number"))?;
            let sizes = if bound[5].is_none() { x.sizes().to_vec() } else { super::bridge::shape_of(&bound[5])? };
            Ok(wrap_array(Array::full(&sizes, value, dtype_of(&bound[2])?.unwrap_or(x.dtype))?))
        },
    ),
    Def("arange", "start, stop=None, step=None, dtype=None", "Numbers at equal steps.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let number = |i: usize, default: i64| match &bound[i] {
            Value::None | Value::Undef => Ok(Scalar::Int(default)),
            v => v.as_scalar().ok_or_else(|| Fault::type_error("arange() requires numbers")),
        };
        let (start, stop) =
            if bound[1].is_none() { (Scalar::Int(0), number(0, 0)?) } else { (number(0, 0)?, number(1, 0)?) };
        let step = number(2, 1)?;
        if step.as_f64() == 0.0 {
            return Err(Fault::zero_division("division by zero"));
        }
        let floats = [start, stop, step].iter().any(|s| matches!(s, Scalar::Float(_)));
        let dtype = dtype_of(&bound[3])?.unwrap_or(if floats { DType::F64 } else { DType::I64 });
        let forward = (stop.as_f64() - start.as_f64()) * step.as_f64() > 0.0;
        let made = if forward {
            create::arange(start, stop, step, if floats { DType::F64 } else { DType::I64 })?
        } else {
            create::zeros(&[0], dtype)?
        };
        Ok(wrap_array(converted(&made, Some(dtype))?))
    }),
    Def(
        "linspace",
        "start, stop, num=50, endpoint=True, retstep=False, dtype=None",
        "Numbers at equal distances.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            let (made, step) = spaced(&bound[0], &bound[1], &bound[2], &bound[3])?;
            let dtype = dtype_of(&bound[5])?;
            // As NumPy: integers are what lies below.
            let made = match dtype {
                Some(d) if !d.is_differentiable() => super::bridge::run_array("floor", &[wrap_array(made)], &[])?,
                _ => made,
            };
            let made = wrap_array(converted(&made, dtype)?);
            Ok(if matches!(bound[4], Value::Bool(true)) { Value::tuple([made, wrap(step)]) } else { made })
        },
    ),
    Def(
        "logspace",
        "start, stop, num=50, endpoint=True, base=10.0, dtype=None",
        "Powers at equal distances.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            let (exponents, _) = spaced(&bound[0], &bound[1], &bound[2], &bound[3])?;
            let base = super::bridge::float_argument(&bound[4])?;
            let made = super::bridge::run_array("pow", &[base, wrap_array(exponents)], &[])?;
            Ok(wrap_array(converted(&made, dtype_of(&bound[5])?)?))
        },
    ),
    Def("eye", "N, M=None, k=0, dtype=None", "Ones on a diagonal.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let size = |v: &Value| {
            v.as_int()
                .and_then(|n| usize::try_from(n).ok())
                .ok_or_else(|| Fault::value("negative dimensions are not allowed"))
        };
        let rows = size(&bound[0])?;
        let cols = if bound[1].is_none() { rows } else { size(&bound[1])? };
        let k = super::bridge::integer(&bound[2])?;
        let made = create::zeros(&[rows, cols], dtype_of(&bound[3])?.unwrap_or(DType::F64))?;
        if let Ok(diagonal) = crate::array::shape::diagonal(&made.layout, k, 0, 1) {
            map::fill(&made.with_layout(diagonal), &Scalar::Int(1))?;
        }
        Ok(wrap_array(made))
    }),
    Def("identity", "n, dtype=None", "The identity matrix.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let size = usize::try_from(super::bridge::integer(&bound[0])?);
        let size = size.map_err(|_| Fault::value("negative dimensions are not allowed"))?;
        Ok(wrap_array(create::eye(size, size, dtype_of(&bound[1])?.unwrap_or(DType::F64))?))
    }),
    Def("fromiter", "iter, dtype, count=-1", "An array of an iterator's numbers.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        let mut items = c.collect(&bound[0])?;
        if let Some(count) = bound[2].as_int().and_then(|n| usize::try_from(n).ok()) {
            if items.len() < count {
                return Err(Fault::value(format!(
                    "iterator too short: Expected {count} but iterator had only {} items.",
                    items.len()
                )));
            }
            items.truncate(count);
        }
        Ok(wrap_array(from_nested(&Value::list(items), dtype_of(&bound[1])?)?))
    }),
];

/// The parameters of functions that take an array's shape.
const LIKE: &str = "a, dtype=None, order='K', subok=True, shape=None";

/// NumPy's words where a copy was forbidden and is needed.
const NO_COPY: &str = "Unable to avoid copy while creating an array as requested.\nIf using `np.array(obj, copy=False)` \
    replace it with `np.asarray(obj)` to allow a copy when needed (no behavior change in NumPy 1.x).\nFor more details, \
    see https://numpy.org/devdocs/numpy_2_0_migration_guide.html#adapting-to-changes-in-the-copy-keyword.";

/// Numbers at equal distances between two, or between the elements of two arrays, along a new first axis; and the distance.
///
/// Errors: ValueError for a count below zero or ends that do not broadcast.
fn spaced(start: &Value, stop: &Value, count: &Value, endpoint: &Value) -> Result<(Array, Array)> {
    let (start, stop, _) = super::elementwise::promoted(start, stop)?;
    let sizes = crate::array::layout::broadcast_sizes(start.sizes(), stop.sizes())?.to_vec();
    let ends = |a: &Array| map::cast(&a.with_layout(a.layout.broadcast_to(&sizes)?), DType::F64)?.to_vec::<f64>();
    let (start, stop) = (ends(&start)?, ends(&stop)?);
    let given = super::bridge::integer(count)?;
    let Ok(count) = usize::try_from(given) else {
        return Err(Fault::value(format!("Number of samples, {given}, must be non-negative.")));
    };
    let has_end = !matches!(endpoint, Value::Bool(false) | Value::Int(0));
    let parts = if has_end { count.saturating_sub(1) } else { count };
    let steps: Vec<f64> =
        start.iter().zip(&stop).map(|(a, b)| if parts > 0 { (b - a) / parts as f64 } else { f64::NAN }).collect();
    let mut data = crate::array::storage::allocate::<f64>(count.saturating_mul(start.len()))?;
    for i in 0..count {
        let is_last = has_end && i > 0 && i + 1 == count;
        let at = |j: usize| match (is_last, parts) {
            (true, _) => stop[j],
            (_, 0) => start[j],
            _ => start[j] + i as f64 * steps[j],
        };
        data.extend((0..start.len()).map(at));
    }
    let made = Array::from_vec(data, [vec![count], sizes.clone()].concat());
    Ok((made, Array::from_vec(steps, sizes)))
}

/// Whether a result is on the storage of the argument.
fn shares(argument: &Value, made: &Array) -> bool {
    match argument {
        Value::Array(a) => a.array.borrow().shares_storage(made),
        Value::Tensor(t) => t.array().shares_storage(made),
        _ => false,
    }
}

/// The array of an argument; other iterables of Python's are refused as NumPy's objects would be.
fn collected(value: &Value, _: &mut dyn Caller) -> Result<Array> {
    array_of(value)
}

fn as_array(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let dtype = dtype_of(&bound[1])?;
    match &bound[0] {
        Value::Array(a) if !a.is_scalar && dtype.is_none_or(|d| d == a.array.borrow().dtype) => Ok(bound[0].clone()),
        other => Ok(wrap_array(converted(&collected(other, caller)?, dtype)?)),
    }
}

fn filled(native: &Native, args: Args, value: Scalar) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let sizes = super::bridge::shape_of(&bound[0])?;
    Ok(wrap_array(Array::full(&sizes, value, dtype_of(&bound[1])?.unwrap_or(DType::F64))?))
}

fn like(native: &Native, args: Args, value: Scalar) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = array_of(&bound[0])?;
    let sizes = if bound[4].is_none() { x.sizes().to_vec() } else { super::bridge::shape_of(&bound[4])? };
    Ok(wrap_array(Array::full(&sizes, value, dtype_of(&bound[1])?.unwrap_or(x.dtype))?))
}
