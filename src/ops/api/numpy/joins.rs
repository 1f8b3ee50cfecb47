//! NumPy's functions that join arrays, take them apart and spread them.

use super::bridge::{argument, check_axis, integer, run, shape_of};
use super::create::converted;
use super::dtypes::dtype_of;
use super::operators::show_shape;
use super::promote::{Operand, array_of, result_type, wrap_array};
use super::shapes::{at_least, to_shape};
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Caller, Native, Value};

/// The functions.
pub const FUNCTIONS: &[Def] = &[
    Def("concatenate", "arrays, axis=0, out=None, *, dtype=None", "Arrays joined along an axis.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        let arrays = converted_all(&sequence(&bound[0], c)?, &bound[3])?;
        if bound[1].is_none() {
            let flat: Vec<Array> = arrays.iter().map(|a| to_shape(a, &[-1])).collect::<Result<_>>()?;
            return join(&flat, &Value::Int(0));
        }
        join(&arrays, &bound[1])
    }),
    Def("stack", "arrays, axis=0, out=None, *, dtype=None", "Arrays joined along a new axis.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        let arrays = converted_all(&sequence(&bound[0], c)?, &bound[3])?;
        if arrays.windows(2).any(|p| p[0].sizes() != p[1].sizes()) {
            return Err(Fault::value("all input arrays must have the same shape"));
        }
        let ndim = arrays.first().map_or(0, Array::ndim);
        let axis = check_axis(integer(&bound[1])?, ndim + 1)?;
        crate::array::shape::stack(&arrays, axis).map(wrap_array)
    }),
    Def("vstack", "tup, *, dtype=None", "Arrays stacked as rows.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        let arrays = converted_all(&sequence(&bound[0], c)?, &bound[1])?;
        let arrays: Vec<Array> = arrays.into_iter().map(|a| at_least(a, 2)).collect();
        join(&arrays, &Value::Int(0))
    }),
    Def("hstack", "tup, *, dtype=None", "Arrays side by side.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        let arrays = converted_all(&sequence(&bound[0], c)?, &bound[1])?;
        let arrays: Vec<Array> = arrays.into_iter().map(|a| at_least(a, 1)).collect();
        let axis = if arrays.first().is_some_and(|a| a.ndim() == 1) { 0 } else { 1 };
        join(&arrays, &Value::Int(axis))
    }),
    Def("column_stack", "tup", "Vectors as columns.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        let column = |a: Array| {
            if a.ndim() < 2 {
                let a = at_least(a, 1);
                a.with_layout(a.layout.unsqueeze(1))
            } else {
                a
            }
        };
        let arrays: Vec<Array> = promoted_all(&sequence(&bound[0], c)?)?.into_iter().map(column).collect();
        join(&arrays, &Value::Int(1))
    }),
    Def("append", "arr, values, axis=None", "Values added at the end.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let arrays = promoted_all(&[bound[0].clone(), bound[1].clone()])?;
        if bound[2].is_none() {
            let flat: Vec<Array> = arrays.iter().map(|a| to_shape(a, &[-1])).collect::<Result<_>>()?;
            return join(&flat, &Value::Int(0));
        }
        join(&arrays, &bound[2])
    }),
    Def("split", "ary, indices_or_sections, axis=0", "Equal parts, or parts between indices.", |n, c, a| {
        split(n, c, a, true)
    }),
    Def("array_split", "ary, indices_or_sections, axis=0", "Parts of about equal size.", |n, c, a| {
        split(n, c, a, false)
    }),
    Def("tile", "A, reps", "The array repeated as a whole.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let reps = Value::tuple(shape_of(&bound[1])?.into_iter().map(Value::from));
        run("tile", &[argument(&bound[0])?, reps], &[])
    }),
    Def("meshgrid", "*xi, copy=True, sparse=False, indexing='xy'", "Coordinates of a grid.", meshgrid),
    Def("broadcast_to", "array, shape", "The array expanded, as a view.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let array = array_of(&bound[0])?;
        let sizes = shape_of(&bound[1])?;
        let layout = array.layout.broadcast_to(&sizes).map_err(|_| {
            Fault::value(format!(
                "operands could not be broadcast together with remapped shapes [original->remapped]: {}  and requested \
                 shape {}",
                show_shape(array.sizes()),
                show_shape(&sizes)
            ))
        })?;
        Ok(wrap_array(array.with_layout(layout)))
    }),
];

/// The coordinates of a grid along each axis, each in its own type; the first two axes change places for `xy`.
fn meshgrid(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let Value::Tuple(lines) = &bound[0] else { return Ok(Value::tuple([])) };
    let is_set = |v: &Value| matches!(v, Value::Bool(true) | Value::Int(1));
    let is_cartesian = match bound[3].as_str() {
        Some("xy") => lines.len() > 1,
        Some("ij") => false,
        _ => return Err(Fault::value("Valid values for `indexing` are 'xy' and 'ij'.")),
    };
    let place = |i: usize| if is_cartesian && i < 2 { 1 - i } else { i };
    let lines = lines.iter().map(array_of).collect::<Result<Vec<_>>>()?;
    let mut grid = vec![1; lines.len()];
    lines.iter().enumerate().for_each(|(i, line)| grid[place(i)] = line.numel());
    let along = |(i, line): (usize, &Array)| {
        let mut sizes = vec![1; lines.len()];
        sizes[place(i)] = -1;
        let open = to_shape(line, &sizes)?;
        if is_set(&bound[2]) {
            return Ok(wrap_array(if is_set(&bound[1]) { map::copy(&open)? } else { open }));
        }
        let full = open.with_layout(open.layout.broadcast_to(&grid)?);
        Ok(wrap_array(if is_set(&bound[1]) { map::copy(&full)? } else { full }))
    };
    Ok(Value::tuple(lines.iter().enumerate().map(along).collect::<Result<Vec<_>>>()?))
}

/// The items of a sequence of arrays.
fn sequence(value: &Value, caller: &mut dyn Caller) -> Result<Vec<Value>> {
    match value {
        Value::Array(a) => {
            let array = a.array.borrow();
            let rows = array.sizes().first().copied().unwrap_or(0);
            Ok((0..rows).map(|i| wrap_array(array.with_layout(array.layout.select(0, i)))).collect())
        }
        other => caller.collect(other),
    }
}

/// Arrays in the type that they promote to.
pub fn promoted_all(values: &[Value]) -> Result<Vec<Array>> {
    if values.is_empty() {
        return Err(Fault::value("need at least one array to concatenate"));
    }
    let operands: Vec<Operand> = values.iter().map(|v| array_of(v).map(Operand::Array)).collect::<Result<_>>()?;
    let dtype = result_type(&operands.iter().collect::<Vec<_>>());
    operands.iter().map(|o| o.to(dtype)).collect()
}

/// Arrays in the type that was asked for, or that they promote to.
///
/// Errors: TypeError when fractions would be lost.
fn converted_all(values: &[Value], dtype: &Value) -> Result<Vec<Array>> {
    let arrays = promoted_all(values)?;
    let Some(dtype) = dtype_of(dtype)? else { return Ok(arrays) };
    arrays.iter().try_for_each(|a| super::output::check_cast(a.dtype, dtype))?;
    arrays.iter().map(|a| converted(a, Some(dtype))).collect()
}

fn join(arrays: &[Array], axis: &Value) -> Result<Value> {
    if matches!(axis, Value::Array(a) if !a.is_scalar) {
        return Err(Fault::type_error("only integer scalar arrays can be converted to a scalar index"));
    }
    let Some(first) = arrays.first() else { return Err(Fault::value("need at least one array to concatenate")) };
    if first.ndim() == 0 {
        return Err(Fault::value("zero-dimensional arrays cannot be concatenated"));
    }
    let axis = check_axis(integer(axis)?, first.ndim())?;
    for (i, a) in arrays.iter().enumerate().skip(1) {
        if a.ndim() != first.ndim() {
            return Err(Fault::value(format!(
                "all the input arrays must have same number of dimensions, but the array at index 0 has {} dimension(s) \
                 and the array at index {i} has {} dimension(s)",
                first.ndim(),
                a.ndim()
            )));
        }
        for d in (0..a.ndim()).filter(|&d| d as i64 != axis) {
            if a.sizes()[d] != first.sizes()[d] {
                return Err(Fault::value(format!(
                    "all the input array dimensions except for the concatenation axis must match exactly, but along \
                     dimension {d}, the array at index 0 has size {} and the array at index {i} has size {}",
                    first.sizes()[d],
                    a.sizes()[d]
                )));
            }
        }
    }
    crate::array::shape::cat(arrays, axis).map(wrap_array)
}

fn split(native: &Native, _: &mut dyn Caller, args: Args, equal: bool) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let array = array_of(&bound[0])?;
    let axis = check_axis(integer(&bound[2])?, array.ndim())? as usize;
    let size = array.sizes()[axis];
    let bounds: Vec<usize> = match bound[1].as_int() {
        Some(parts) => {
            let parts = usize::try_from(parts).ok().filter(|&p| p > 0);
            let Some(parts) = parts else { return Err(Fault::value("number sections must be larger than 0.")) };
            if equal && size % parts != 0 {
                return Err(Fault::value("array split does not result in an equal division"));
            }
            let (base, extra) = (size / parts, size % parts);
            (0..=parts).map(|i| i * base + i.min(extra)).collect()
        }
        None => {
            let clip = |n: i64| (if n < 0 { n + size as i64 } else { n }).clamp(0, size as i64) as usize;
            let indices = map::cast(&array_of(&bound[1])?, DType::I64)?.to_vec::<i64>()?;
            std::iter::once(0).chain(indices.into_iter().map(clip)).chain([size]).collect()
        }
    };
    let part =
        |w: &[usize]| wrap_array(array.with_layout(array.layout.slice(axis, w[0], w[1].saturating_sub(w[0]), 1)));
    Ok(Value::list(bounds.windows(2).map(part).collect()))
}
