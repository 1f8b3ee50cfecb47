//! NumPy's functions that make arrays; float64 is their default.

use super::create::{converted, from_nested};
use super::dtypes::dtype_of;
use super::promote::{array_of, wrap_array};
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
            let made = converted(&made, dtype_of(&bound[1])?)?;
            let mut made = if shares(&bound[0], &made) { map::copy(&made)? } else { made };
            while (made.ndim() as i64) < bound[5].as_int().unwrap_or(0) {
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
    Def("full", "shape, fill_value, dtype=None", "One number everywhere.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let value = from_nested(&bound[1], dtype_of(&bound[2])?)?;
        let sizes = super::bridge::shape_of(&bound[0])?;
        Ok(wrap_array(map::copy(&value.with_layout(value.layout.broadcast_to(&sizes)?))?))
    }),
    Def("zeros_like", "a, dtype=None", "Zeros of an array's shape.", |n, _, a| like(n, a, Scalar::Int(0))),
    Def("ones_like", "a, dtype=None", "Ones of an array's shape.", |n, _, a| like(n, a, Scalar::Int(1))),
    Def("empty_like", "a, dtype=None", "An array of an array's shape, to be filled.", |n, _, a| {
        like(n, a, Scalar::Int(0))
    }),
    Def("full_like", "a, fill_value, dtype=None", "One number everywhere, of an array's shape.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let x = array_of(&bound[0])?;
        let value = bound[1].as_scalar().ok_or_else(|| Fault::type_error("fill_value must be a number"))?;
        Ok(wrap_array(Array::full(x.sizes(), value, dtype_of(&bound[2])?.unwrap_or(x.dtype))?))
    }),
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
            let number = |i: usize| {
                bound[i].as_scalar().map(|s| s.as_f64()).ok_or_else(|| Fault::type_error("linspace() requires numbers"))
            };
            let (start, stop) = (number(0)?, number(1)?);
            let Some(count) = bound[2].as_int().and_then(|n| usize::try_from(n).ok()) else {
                return Err(Fault::value(format!("Number of samples, {:?}, must be non-negative.", bound[2])));
            };
            let endpoint = !matches!(bound[3], Value::Bool(false));
            let parts = if endpoint { count.saturating_sub(1) } else { count };
            let step = if parts > 0 { (stop - start) / parts as f64 } else { f64::NAN };
            let mut data: Vec<f64> =
                (0..count).map(|i| start + if parts > 0 { i as f64 * step } else { 0.0 }).collect();
            if endpoint
                && count > 1
                && let Some(last) = data.last_mut()
            {
                *last = stop;
            }
            let made = converted(&Array::from_vec(data, vec![count]), dtype_of(&bound[5])?)?;
            Ok(if matches!(bound[4], Value::Bool(true)) {
                Value::tuple([wrap_array(made), super::promote::wrap(Array::scalar(step))])
            } else {
                wrap_array(made)
            })
        },
    ),
    Def(
        "logspace",
        "start, stop, num=50, endpoint=True, base=10.0, dtype=None",
        "Powers at equal distances.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            let number = |i: usize| {
                bound[i].as_scalar().map(|s| s.as_f64()).ok_or_else(|| Fault::type_error("logspace() requires numbers"))
            };
            let (start, stop, base) = (number(0)?, number(1)?, number(4)?);
            let count = bound[2].as_int().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let step = if count > 1 { (stop - start) / (count - 1) as f64 } else { 0.0 };
            let data: Vec<f64> = (0..count).map(|i| base.powf(start + i as f64 * step)).collect();
            Ok(wrap_array(converted(&Array::from_vec(data, vec![count]), dtype_of(&bound[5])?)?))
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
        let k = bound[2].as_int().unwrap_or(0);
        let made = create::zeros(&[rows, cols], dtype_of(&bound[3])?.unwrap_or(DType::F64))?;
        if let Ok(diagonal) = crate::array::shape::diagonal(&made.layout, k, 0, 1) {
            map::fill(&made.with_layout(diagonal), &Scalar::Int(1))?;
        }
        Ok(wrap_array(made))
    }),
    Def("identity", "n, dtype=None", "The identity matrix.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let size = bound[0].as_int().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        Ok(wrap_array(create::eye(size, size, dtype_of(&bound[1])?.unwrap_or(DType::F64))?))
    }),
    Def("fromiter", "iter, dtype, count=-1", "An array of an iterator's numbers.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        let items = c.collect(&bound[0])?;
        Ok(wrap_array(from_nested(&Value::list(items), dtype_of(&bound[1])?)?))
    }),
];

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
    Ok(wrap_array(Array::full(x.sizes(), value, dtype_of(&bound[1])?.unwrap_or(x.dtype))?))
}
