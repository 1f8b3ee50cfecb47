//! NumPy's functions of whole arrays that torch has under the same meaning: one line each.

use super::bridge::{argument, float_argument, run};
use super::promote::{array_of, wrap_array};
use crate::diag::Result;
use crate::ops::api::table::Def;
use crate::value::{Args, Native, Value};

/// The functions.
pub const FUNCTIONS: &[Def] = &[
    Def("kron", "a, b", "The Kronecker product.", |n, _, a| same(n, a, "kron", argument, 2)),
    Def("fliplr", "m", "The columns in reverse order.", |n, _, a| same(n, a, "fliplr", argument, 1)),
    Def("flipud", "m", "The rows in reverse order.", |n, _, a| same(n, a, "flipud", argument, 1)),
    Def("rot90", "m, k=1, axes=(0, 1)", "Quarter turns in a plane.", |n, _, a| same(n, a, "rot90", argument, 1)),
    Def("argwhere", "a", "The indices of the elements that are not zero, in rows.", |n, _, a| {
        same(n, a, "argwhere", argument, 1)
    }),
    Def("flatnonzero", "a", "The flat indices of the elements that are not zero.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let flat = run("ravel", &[argument(&bound[0])?], &[])?;
        let places = run("argwhere", &[flat], &[])?;
        run("ravel", &[places], &[])
    }),
    Def("hsplit", "ary, indices_or_sections", "Parts side by side.", |n, _, a| parts(n, a, "hsplit")),
    Def("vsplit", "ary, indices_or_sections", "Parts below each other.", |n, _, a| parts(n, a, "vsplit")),
    Def("dsplit", "ary, indices_or_sections", "Parts along the third axis.", |n, _, a| parts(n, a, "dsplit")),
    Def("diagflat", "v, k=0", "A matrix with the elements on a diagonal.", |n, _, a| {
        same(n, a, "diagflat", argument, 1)
    }),
    Def("atleast_3d", "a", "The array with at least three axes.", |n, _, a| same(n, a, "atleast_3d", argument, 1)),
    Def(
        "isin",
        "element, test_elements, assume_unique=False, invert=False, *, kind=None",
        "Which elements are among others.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            run("isin", &[argument(&bound[0])?, argument(&bound[1])?], &[("invert", bound[3].clone())])
        },
    ),
    Def(
        "cov",
        "m, y=None, rowvar=True, bias=False, ddof=None",
        "The covariances of variables in rows, or in columns.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 0)?;
            let x = variables(&bound[0], &bound[1], &bound[2])?;
            let is_biased = matches!(bound[3], Value::Bool(true) | Value::Int(1));
            let ddof = if bound[4].is_none() { Value::Int(i64::from(!is_biased)) } else { bound[4].clone() };
            array_of(&run("cov", &[x], &[("correction", ddof)])?).map(wrap_array)
        },
    ),
    Def("corrcoef", "x, y=None, rowvar=True", "The correlations of variables in rows, or in columns.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("corrcoef", &[variables(&bound[0], &bound[1], &bound[2])?], &[])
    }),
    Def("real", "val", "The real parts of complex numbers.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        c.get_attr(&argument(&bound[0])?, &crate::value::intern("real"))
    }),
    Def("imag", "val", "The imaginary parts of complex numbers.", |n, c, a| {
        let bound = n.parsed().bind(a, 0)?;
        c.get_attr(&argument(&bound[0])?, &crate::value::intern("imag"))
    }),
    Def("iscomplexobj", "x", "Whether the elements are of a complex type.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        Ok(Value::Bool(array_of(&bound[0])?.dtype.is_complex()))
    }),
    Def("isrealobj", "x", "Whether the elements are of a type that is not complex.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        Ok(Value::Bool(!array_of(&bound[0])?.dtype.is_complex()))
    }),
    Def("iscomplex", "x", "Where the imaginary part is not zero.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("logical_not", &[run("isreal", &[argument(&bound[0])?], &[])?], &[])
    }),
    Def("tensordot", "a, b, axes=2", "Sums of products over pairs of axes.", |n, _, a| {
        array_of(&same(n, a, "tensordot", argument, 2)?).map(wrap_array)
    }),
    Def("trapezoid", "y, x=None, dx=1.0, axis=-1", "The integral by the trapezoidal rule.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let y = float_argument(&bound[0])?;
        let axis = ("dim", bound[3].clone());
        match &bound[1] {
            Value::None => run("trapezoid", &[y], &[("dx", bound[2].clone()), axis]),
            x => run("trapezoid", &[y, float_argument(x)?], &[axis]),
        }
    }),
    Def(
        "nan_to_num",
        "x, *, nan=0.0, posinf=None, neginf=None",
        "The elements with numbers for NaN and infinities.",
        {
            |n, _, a| {
                let bound = n.parsed().bind(a, 0)?;
                let names = ["nan", "posinf", "neginf"];
                let keywords: Vec<_> = names.into_iter().zip(bound[1..].iter().cloned()).collect();
                run("nan_to_num", &[argument(&bound[0])?], &keywords)
            }
        },
    ),
    Def("tril_indices", "n, k=0, m=None", "The indices of a lower triangle.", |n, _, a| triangle(n, a, "tril_indices")),
    Def("triu_indices", "n, k=0, m=None", "The indices of an upper triangle.", |n, _, a| {
        triangle(n, a, "triu_indices")
    }),
    Def("take_along_axis", "arr, indices, axis=-1", "The elements at indices along an axis.", |n, _, a| {
        same(n, a, "take_along_dim", argument, 2)
    }),
    Def("unravel_index", "indices, shape", "The coordinates of flat indices.", |n, _, a| {
        same(n, a, "unravel_index", argument, 1)
    }),
];

/// An operator of torch under NumPy's name: the first arguments become arrays, the others stay.
fn same(
    native: &Native,
    args: Args,
    torch: &str,
    convert: fn(&Value) -> Result<Value>,
    arrays: usize,
) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let values = bound.iter().enumerate().map(|(i, v)| if i < arrays { convert(v) } else { Ok(v.clone()) });
    run(torch, &values.collect::<Result<Vec<_>>>()?, &[])
}

/// Variables in rows: those of two arrays, transposed when they lie in columns.
fn variables(x: &Value, y: &Value, in_rows: &Value) -> Result<Value> {
    let in_columns = matches!(in_rows, Value::Bool(false) | Value::Int(0));
    let rows = |v: &Value| -> Result<Value> {
        let v = float_argument(v)?;
        if in_columns && array_of(&v)?.ndim() == 2 { run("t", &[v], &[]) } else { Ok(v) }
    };
    match y {
        Value::None => rows(x),
        y => {
            let both = [rows(x)?, rows(y)?]
                .iter()
                .map(|v| run("atleast_2d", std::slice::from_ref(v), &[]))
                .collect::<Result<Vec<_>>>()?;
            run("cat", &[Value::list(both), Value::Int(0)], &[])
        }
    }
}

/// The list of the parts of an array.
fn parts(native: &Native, args: Args, torch: &str) -> Result<Value> {
    Ok(match same(native, args, torch, argument, 1)? {
        Value::Tuple(t) => Value::list(t.to_vec()),
        other => other,
    })
}

/// The rows and the columns of a triangle's elements.
fn triangle(native: &Native, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let columns = if bound[2].is_none() { &bound[0] } else { &bound[2] };
    let both = array_of(&run(torch, &[bound[0].clone(), columns.clone(), bound[1].clone()], &[])?)?;
    Ok(Value::tuple((0..2).map(|i| super::promote::wrap(both.with_layout(both.layout.select(0, i))))))
}
