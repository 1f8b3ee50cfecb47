//! NumPy's functions that rearrange arrays: reshape, join, split, sort, search.

use super::bridge::{argument, check_axis, integer, run, run_array};
use super::operators::show_shape;
use super::promote::{array_of, wrap, wrap_array};
use crate::array::{Array, DType, Layout, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Caller, Native, Value};

/// Functions and methods: `np.reshape(a, ...)` and `a.reshape(...)`.
pub const BOTH: &[Def] = &[
    Def("reshape", "a, *shape, order='C'", "The same elements in another shape; a view where possible.", reshape),
    Def("ravel", "a, order='C'", "The elements in one dimension; a view where possible.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        in_order(&array_of(&bound[0])?, &[-1], &bound[1]).map(wrap_array)
    }),
    Def("transpose", "a, *axes", "The axes in another order, reversed by default, as a view.", transpose),
    Def("swapaxes", "a, axis1, axis2", "Two axes swapped, as a view.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let array = array_of(&bound[0])?;
        let axis = |i: usize| check_axis(integer(&bound[i])?, array.ndim());
        Ok(wrap_array(array.with_layout(array.layout.transpose(axis(1)? as usize, axis(2)? as usize))))
    }),
    Def("squeeze", "a, axis=None", "The array without its sizes of 1, as a view.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let array = array_of(&bound[0])?;
        let dims = super::bridge::axes(&bound[1], array.ndim())?;
        if let Some(dims) = &dims
            && dims.iter().any(|&d| array.sizes()[d as usize] != 1)
        {
            return Err(Fault::value("cannot select an axis to squeeze out which has size not equal to one"));
        }
        let dims: Option<Vec<usize>> = dims.map(|d| d.into_iter().map(|d| d as usize).collect());
        Ok(wrap_array(array.with_layout(array.layout.squeeze(dims.as_deref()))))
    }),
    Def("repeat", "a, repeats, axis=None", "Each element repeated.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let repeats = match &bound[1] {
            v @ (Value::List(_) | Value::Tuple(_) | Value::Array(_)) => wrap_array(array_of(v)?),
            v => v.clone(),
        };
        run("repeat_interleave", &[argument(&bound[0])?, repeats], &[("dim", bound[2].clone())])
    }),
    Def(
        "clip",
        "a, a_min=None, a_max=None, out=None, *, min=None, max=None",
        "The elements held between bounds.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            let pick = |i: usize, j: usize| if bound[i].is_none() { bound[j].clone() } else { bound[i].clone() };
            super::elementwise::clip(&bound[0], &pick(1, 4), &pick(2, 5))
        },
    ),
    Def("round", "a, decimals=0, out=None", "The elements rounded, halves to even.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let x = argument(&bound[0])?;
        let digits = [("decimals", bound[1].clone())];
        match array_of(&x)?.dtype {
            d if d.is_float() => run("round", &[x], &digits),
            d if d.is_complex() => {
                let parts = run("view_as_real", &[x], &[])?;
                run("view_as_complex", &[run("round", &[parts], &digits)?], &[])
            }
            // Digits before the point: through float64, which has them all up to 2**53.
            d if bound[1].as_int().is_some_and(|digits| digits < 0) && d != DType::Bool => {
                let rounded = run("round", &[super::bridge::float_argument(&x)?], &digits)?;
                Ok(wrap(map::cast(&array_of(&rounded)?, d)?))
            }
            _ => Ok(wrap(map::copy(&array_of(&x)?)?)),
        }
    }),
    Def("argsort", "a, axis=-1, kind=None, order=None, *, stable=None", "The order that sorts.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let (x, dim) = along(&bound[0], &bound[1])?;
        run("argsort", &[x], &[("dim", Value::Int(dim)), ("stable", Value::Bool(true))])
    }),
    Def("nonzero", "a", "The indices of the elements that are not zero, one array for each axis.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        nonzero(&bound[0])
    }),
    Def("diagonal", "a, offset=0, axis1=0, axis2=1", "A diagonal, as a view.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let array = array_of(&bound[0])?;
        let int = |i: usize| integer(&bound[i]);
        Ok(wrap_array(array.with_layout(crate::array::shape::diagonal(&array.layout, int(1)?, int(2)?, int(3)?)?)))
    }),
    Def("trace", "a, offset=0", "The sum of a diagonal.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let diagonal = run("diagonal", &[argument(&bound[0])?, bound[1].clone()], &[])?;
        run("sum", &[diagonal], &[])
    }),
    Def("take", "a, indices, axis=None, out=None, mode='raise'", "The elements at indices.", take),
    Def("searchsorted", "a, v, side='left', sorter=None", "Where elements belong in a sorted array.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let (sorted, values, _) = super::elementwise::promoted_apart(&bound[0], &bound[1])?;
        let sorted = match &bound[3] {
            Value::None => sorted,
            order => index_select(&sorted, 0, &map::cast(&array_of(order)?, DType::I64)?)?,
        };
        run("searchsorted", &[wrap_array(sorted), wrap_array(values)], &[("side", bound[2].clone())])
    }),
    Def("dot", "a, b, out=None", "The product of vectors, matrices or numbers.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        dot(&bound[0], &bound[1])
    }),
];

/// Functions only.
pub const FUNCTIONS: &[Def] = &[
    Def("expand_dims", "a, axis", "A size of 1 inserted, as a view.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let array = array_of(&bound[0])?;
        let more = match &bound[1] {
            Value::Tuple(t) => t.len(),
            Value::List(l) => l.borrow().len(),
            _ => 1,
        };
        let mut places = super::bridge::axes(&bound[1], array.ndim() + more)?.unwrap_or_default();
        places.sort_unstable();
        if places.windows(2).any(|p| p[0] == p[1]) {
            return Err(Fault::value("repeated axis"));
        }
        let insert = |layout: Layout, &axis: &i64| layout.unsqueeze(axis as usize);
        Ok(wrap_array(array.with_layout(places.iter().fold((*array.layout).clone(), insert))))
    }),
    Def("flip", "m, axis=None", "The elements in reverse order, as a view.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let array = array_of(&bound[0])?;
        let dims = super::bridge::axes(&bound[1], array.ndim())?;
        let dims: Vec<usize> = match dims {
            Some(d) => d.into_iter().map(|d| d as usize).collect(),
            None => (0..array.ndim()).collect(),
        };
        Ok(wrap_array(array.with_layout(crate::array::shape::reversed(&array.layout, &dims))))
    }),
    Def("roll", "a, shift, axis=None", "The elements shifted around.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run(
            "roll",
            &[argument(&bound[0])?, bound[1].clone()],
            &if bound[2].is_none() { vec![] } else { vec![("dims", bound[2].clone())] },
        )
    }),
    Def("sort", "a, axis=-1, kind=None, order=None, *, stable=None", "A sorted copy.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        sorted(&bound[0], &bound[1]).map(wrap_array)
    }),
    Def(
        "where",
        "condition, x=..., y=..., /",
        "A choice between two arrays, or where the condition holds.",
        |_, _, a| match a.positional() {
            [condition] => nonzero(condition),
            [condition, x, y] => {
                let condition = map::cast(&array_of(condition)?, DType::Bool)?;
                let (x, y, _) = super::elementwise::promoted(x, y)?;
                run("where", &[wrap_array(condition), wrap_array(x), wrap_array(y)], &[])
            }
            _ => Err(Fault::value("either both or neither of x and y should be given")),
        },
    ),
    Def(
        "unique",
        "ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True, sorted=True",
        "The sorted distinct elements, or slices along an axis.",
        unique,
    ),
    Def("bincount", "x, weights=None, minlength=0", "How often each integer occurs.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let mut keywords = vec![("minlength", bound[2].clone())];
        if !bound[1].is_none() {
            keywords.push(("weights", super::bridge::float_argument(&bound[1])?));
        }
        run("bincount", &[argument(&bound[0])?], &keywords)
    }),
    Def("diff", "a, n=1, axis=-1, prepend=None, append=None", "The differences of neighbours.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let array = array_of(&bound[0])?;
        let axis = check_axis(integer(&bound[2])?, array.ndim())?;
        let mut parts = vec![wrap_array(array.clone())];
        for (more, at) in [(&bound[3], 0), (&bound[4], 2)] {
            if more.is_none() {
                continue;
            }
            let edge = array_of(more)?;
            let mut sizes = array.sizes().to_vec();
            sizes[axis as usize] = 1;
            let edge = if edge.ndim() == 0 { edge.with_layout(edge.layout.broadcast_to(&sizes)?) } else { edge };
            parts.insert(parts.len().min(at), wrap_array(edge));
        }
        let whole = super::joins::promoted_all(&parts)?.into_iter().map(wrap_array).collect();
        let whole = run("cat", &[Value::list(whole), Value::Int(axis)], &[])?;
        run("diff", &[whole], &[("n", bound[1].clone()), ("dim", Value::Int(axis))])
    }),
    Def("outer", "a, b", "The products of all pairs.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let (x, y, _) = super::elementwise::promoted_apart(&bound[0], &bound[1])?;
        run("outer", &[wrap_array(to_shape(&x, &[-1])?), wrap_array(to_shape(&y, &[-1])?)], &[])
    }),
    Def("inner", "a, b", "The product of vectors.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let (x, y, _) = super::elementwise::promoted_apart(&bound[0], &bound[1])?;
        run("inner", &[wrap_array(x), wrap_array(y)], &[])
    }),
    Def("cross", "a, b, axis=-1", "The cross product of vectors of three.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let (x, y, _) = super::elementwise::promoted(&bound[0], &bound[1])?;
        run("cross", &[wrap_array(x), wrap_array(y)], &[("dim", bound[2].clone())])
    }),
    Def("einsum", "subscripts, *operands", "Sums of products by index letters.", |_, _, a| {
        let Some((Value::Str(text), operands)) = a.positional().split_first() else {
            return Err(Fault::value("must specify the einstein sum subscripts string and at least one operand"));
        };
        let mut args = vec![Value::Str(text.clone())];
        args.extend(super::joins::promoted_all(operands)?.into_iter().map(wrap_array));
        run("einsum", &args, &[])
    }),
    Def("tril", "m, k=0", "The lower triangle.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("tril", &[argument(&bound[0])?, bound[1].clone()], &[])
    }),
    Def("triu", "m, k=0", "The upper triangle.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("triu", &[argument(&bound[0])?, bound[1].clone()], &[])
    }),
    Def("diag", "v, k=0", "A diagonal, or a matrix with one.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("diag", &[argument(&bound[0])?, bound[1].clone()], &[])
    }),
    Def("atleast_1d", "a", "The array with at least one axis.", |n, _, a| {
        Ok(wrap_array(at_least(array_of(&n.parsed().bind(a, 0)?[0])?, 1)))
    }),
    Def("atleast_2d", "a", "The array with at least two axes.", |n, _, a| {
        Ok(wrap_array(at_least(array_of(&n.parsed().bind(a, 0)?[0])?, 2)))
    }),
    Def("array_equal", "a1, a2", "Whether shapes and elements agree.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let (x, y) = (array_of(&bound[0])?, array_of(&bound[1])?);
        if x.sizes() != y.sizes() {
            return Ok(Value::Bool(false));
        }
        let (x, y, _) = super::elementwise::promoted(&wrap_array(x), &wrap_array(y))?;
        run("equal", &[wrap_array(x), wrap_array(y)], &[])
    }),
    Def("allclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", "Whether all elements are close.", |n, _, a| {
        close(n, a, "allclose")
    }),
    Def("isclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", "Which elements are close.", |n, _, a| {
        close(n, a, "isclose")
    }),
    Def("shape", "a", "The sizes as a tuple.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        Ok(Value::tuple(array_of(&bound[0])?.sizes().iter().map(|&n| Value::from(n))))
    }),
    Def("ndim", "a", "The number of axes.", |n, _, a| Ok(Value::from(array_of(&n.parsed().bind(a, 0)?[0])?.ndim()))),
    Def("size", "a", "The number of elements.", |n, _, a| {
        Ok(Value::from(array_of(&n.parsed().bind(a, 0)?[0])?.numel()))
    }),
    Def("vdot", "a, b", "The product of the elements, flattened.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let flat = |v: &Value| -> Result<Value> { to_shape(&array_of(v)?, &[-1]).map(wrap_array) };
        dot(&flat(&run("conj_physical", &[argument(&bound[0])?], &[])?)?, &flat(&bound[1])?)
    }),
    Def("moveaxis", "a, source, destination", "Axes moved, as a view.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("movedim", &[argument(&bound[0])?, bound[1].clone(), bound[2].clone()], &[])
    }),
];

/// The array with leading sizes of 1 up to that rank.
pub fn at_least(a: Array, ndim: usize) -> Array {
    let mut a = a;
    while a.ndim() < ndim {
        a = a.with_layout(a.layout.unsqueeze(0));
    }
    a
}

/// The array in a shape; one size may be -1.
///
/// Errors: ValueError in NumPy's words.
pub fn to_shape(array: &Array, wanted: &[i64]) -> Result<Array> {
    let n = array.numel();
    let refuse = || {
        let parts: Vec<String> = wanted.iter().map(|w| w.to_string()).collect();
        let shown = if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(",")) };
        Fault::value(format!("cannot reshape array of size {n} into shape {shown}"))
    };
    if wanted.iter().filter(|&&w| w < 0).count() > 1 {
        return Err(Fault::value("can only specify one unknown dimension"));
    }
    let known =
        wanted.iter().filter(|&&w| w >= 0).try_fold(1usize, |k, &w| k.checked_mul(w as usize)).ok_or_else(refuse)?;
    let mut sizes = Vec::with_capacity(wanted.len());
    for &w in wanted {
        sizes.push(match usize::try_from(w) {
            Ok(w) => w,
            Err(_) if known > 0 && n.is_multiple_of(known) => n / known,
            Err(_) => return Err(refuse()),
        });
    }
    if sizes.iter().product::<usize>() != n {
        return Err(refuse());
    }
    if array.layout.strides.iter().all(|&s| s >= 0)
        && let Some(layout) = array.layout.view(&sizes)
    {
        return Ok(array.with_layout(layout));
    }
    let copy = map::copy(array)?;
    let layout = crate::array::Layout::contiguous(crate::array::Dims::from_slice(&sizes));
    Ok(copy.with_layout(layout))
}

fn reshape(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let Value::Tuple(given) = &bound[1] else { return Err(Fault::type_error("reshape() takes a shape")) };
    let given: Vec<Value> = match &given[..] {
        [Value::Tuple(t)] => t.to_vec(),
        [Value::List(l)] => l.to_vec(),
        all => all.to_vec(),
    };
    let sizes = given.iter().map(integer).collect::<Result<Vec<i64>>>()?;
    in_order(&array_of(&bound[0])?, &sizes, &bound[2]).map(wrap_array)
}

/// The array in a shape, its elements read and written row by row ('C'), column by column ('F'), or as they lie.
pub fn in_order(array: &Array, wanted: &[i64], order: &Value) -> Result<Array> {
    let reversed = |a: &Array| a.with_layout(a.layout.permute(&(0..a.ndim()).rev().collect::<Vec<_>>()));
    let by_columns = match order.as_str() {
        Some("F" | "f") => true,
        Some("K" | "A") => !array.layout.is_contiguous() && reversed(array).layout.is_contiguous(),
        _ => false,
    };
    if !by_columns {
        return to_shape(array, wanted);
    }
    let backwards: Vec<i64> = wanted.iter().rev().copied().collect();
    to_shape(&reversed(array), &backwards).map(|a| reversed(&a))
}

/// The slices along an axis at places that exist, in one dimension.
fn index_select(array: &Array, axis: usize, places: &Array) -> Result<Array> {
    run_array("index_select", &[wrap_array(array.clone()), Value::from(axis), wrap_array(places.clone())], &[])
}

fn take(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let array = array_of(&bound[0])?;
    let (array, axis) = match bound[2].as_int() {
        None => (to_shape(&array, &[-1])?, 0),
        Some(axis) => {
            let axis = check_axis(axis, array.ndim())? as usize;
            (array, axis)
        }
    };
    let places = map::cast(&array_of(&bound[1])?, DType::I64)?;
    let n = array.sizes()[axis] as i64;
    let place = |i: i64| match bound[4].as_str() {
        Some("wrap") if n > 0 => Ok(i.rem_euclid(n)),
        Some("clip") if n > 0 => Ok(i.clamp(0, n - 1)),
        _ if (-n..n).contains(&i) => Ok(i.rem_euclid(n)),
        _ => Err(Fault::index(format!("index {i} is out of bounds for axis {axis} with size {n}"))),
    };
    let flat = places.to_vec::<i64>()?.into_iter().map(place).collect::<Result<Vec<i64>>>()?;
    let count = flat.len();
    let picked = index_select(&array, axis, &Array::from_vec(flat, vec![count]))?;
    let around = |sizes: &[usize]| sizes.iter().map(|&n| n as i64).collect::<Vec<_>>();
    let shape = [around(&array.sizes()[..axis]), around(places.sizes()), around(&array.sizes()[axis + 1..])].concat();
    to_shape(&picked, &shape).map(wrap)
}

fn transpose(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let array = array_of(&bound[0])?;
    let Value::Tuple(given) = &bound[1] else { return Err(Fault::type_error("transpose() takes axes")) };
    let given: Vec<Value> = match &given[..] {
        [Value::Tuple(t)] => t.to_vec(),
        [Value::List(l)] => l.to_vec(),
        [Value::None] => Vec::new(),
        all => all.to_vec(),
    };
    let n = array.ndim();
    let order: Vec<usize> = if given.is_empty() {
        (0..n).rev().collect()
    } else if given.len() != n {
        return Err(Fault::value("axes don't match array"));
    } else {
        given.iter().map(|v| check_axis(integer(v)?, n).map(|d| d as usize)).collect::<Result<_>>()?
    };
    let mut seen = vec![false; n];
    order.iter().for_each(|&d| seen[d] = true);
    if seen.contains(&false) {
        return Err(Fault::value("repeated axis in transpose"));
    }
    Ok(wrap_array(array.with_layout(array.layout.permute(&order))))
}

/// An array and the axis of it, flattened when the axis is None.
fn along(x: &Value, axis: &Value) -> Result<(Value, i64)> {
    let array = array_of(x)?;
    match axis.as_int() {
        Some(axis) => {
            let dim = check_axis(axis, array.ndim())?;
            Ok((wrap_array(array), dim))
        }
        None => Ok((wrap_array(to_shape(&array, &[-1])?), 0)),
    }
}

/// A sorted copy.
pub fn sorted(x: &Value, axis: &Value) -> Result<Array> {
    let (x, dim) = along(x, axis)?;
    match run("sort", &[x], &[("dim", Value::Int(dim))])? {
        Value::Tuple(t) => array_of(t.first().unwrap_or(&Value::None)),
        other => array_of(&other),
    }
}

/// The indices of the elements that are not zero, one array for each axis.
pub fn nonzero(x: &Value) -> Result<Value> {
    let array = at_least(array_of(x)?, 1);
    let places = run_array("nonzero", &[wrap_array(array.clone())], &[])?;
    let column =
        |d: usize| -> Result<Value> { Ok(wrap_array(map::copy(&places.with_layout(places.layout.select(1, d)))?)) };
    Ok(Value::tuple((0..array.ndim()).map(column).collect::<Result<Vec<_>>>()?))
}

/// `np.dot`
pub fn dot(a: &Value, b: &Value) -> Result<Value> {
    use crate::value::Binary;
    let (x, y) = (array_of(a)?, array_of(b)?);
    if x.ndim() == 0 || y.ndim() == 0 {
        return super::operators::binary(Binary::Mul, &wrap(x), &wrap(y)).unwrap_or(Ok(Value::None));
    }
    let core = if y.ndim() == 1 { 0 } else { y.ndim() - 2 };
    let inner = x.ndim() - 1;
    if x.sizes()[inner] != y.sizes()[core] {
        return Err(Fault::value(format!(
            "shapes {} and {} not aligned: {} (dim {inner}) != {} (dim {core})",
            show_shape(x.sizes()),
            show_shape(y.sizes()),
            x.sizes()[inner],
            y.sizes()[core]
        )));
    }
    super::operators::binary(Binary::MatMul, &wrap_array(x), &wrap_array(y)).unwrap_or(Ok(Value::None))
}

fn unique(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let flag = |i: usize| !matches!(bound[i], Value::Bool(false) | Value::None);
    let array = array_of(&bound[0])?;
    let mut keywords = vec![("return_inverse", Value::Bool(true)), ("return_counts", Value::Bool(true))];
    let source = match bound[4].as_int() {
        Some(axis) => {
            keywords.push(("dim", Value::Int(check_axis(axis, array.ndim())?)));
            array.clone()
        }
        None => to_shape(&array, &[-1])?,
    };
    let result = run("unique", &[wrap_array(source)], &keywords)?;
    let Value::Tuple(parts) = &result else { return Ok(result) };
    let [values, inverse, counts] = &parts[..] else { return Ok(result) };
    if !flag(1) && !flag(2) && !flag(3) {
        return Ok(values.clone());
    }
    let mut out = vec![values.clone()];
    if flag(1) {
        let inverse = array_of(inverse)?.to_vec::<i64>()?;
        let mut first = vec![-1i64; array_of(counts)?.numel()];
        for (i, &group) in inverse.iter().enumerate() {
            if let Some(slot) = first.get_mut(group as usize).filter(|s| **s < 0) {
                *slot = i as i64;
            }
        }
        let n = first.len();
        out.push(wrap_array(Array::from_vec(first, vec![n])));
    }
    if flag(2) {
        let shape: Vec<i64> = array.sizes().iter().map(|&n| n as i64).collect();
        let inverse = array_of(inverse)?;
        out.push(wrap_array(if bound[4].is_none() { to_shape(&inverse, &shape)? } else { inverse }));
    }
    if flag(3) {
        out.push(counts.clone());
    }
    Ok(Value::tuple(out))
}

fn close(native: &Native, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let (a, b, dtype) = super::elementwise::promoted(&bound[0], &bound[1])?;
    let cast = |x: Array| if dtype.is_differentiable() { Ok(x) } else { map::cast(&x, DType::F64) };
    run(
        torch,
        &[wrap_array(cast(a)?), wrap_array(cast(b)?)],
        &[("rtol", bound[2].clone()), ("atol", bound[3].clone()), ("equal_nan", bound[4].clone())],
    )
}
