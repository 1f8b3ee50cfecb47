//! NumPy's functions of whole arrays that torch has under the same meaning: one line each.

use super::bridge::{argument, float_argument, run};
use super::promote::array_of;
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
    Def("isin", "element, test_elements", "Which elements are among others.", |n, _, a| {
        same(n, a, "isin", argument, 2)
    }),
    Def("cov", "m, *, ddof=1", "The covariances of variables in rows.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("cov", &[float_argument(&bound[0])?], &[("correction", bound[1].clone())])
    }),
    Def("corrcoef", "x", "The correlations of variables in rows.", |n, _, a| same(n, a, "corrcoef", float_argument, 1)),
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
        same(n, a, "tensordot", argument, 2)
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
