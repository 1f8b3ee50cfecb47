//! Attributes and methods of NumPy's arrays and scalars.

use super::dtypes::{dtype_of, object};
use super::promote::{array_of, cell, wrap, wrap_array};
use super::{index, output, reductions, shapes};
use crate::array::{Array, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::{Def, attributes, methods, read_only};
use crate::ops::api::{conversion, dunder, queries};
use crate::value::iter::NativeIter;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, GetSet, Iter, Native, NdArray, Value, types};
use std::rc::Rc;

/// Fills the classes of arrays and scalars.
pub fn install() {
    for class in [&types().ndarray, &types().np_generic] {
        let owner = if Rc::ptr_eq(class, &types().ndarray) { "ndarray" } else { "generic" };
        dunder::install(class, owner);
        output::methods(class, owner, reductions::BOTH);
        output::methods(class, owner, shapes::BOTH);
        methods(class, owner, METHODS);
        attributes(class, ATTRIBUTES);
    }
    types().ndarray.construct.set(Some(|_: &Native, _: &mut dyn Caller, args: Args| {
        let sizes = super::bridge::shape_of(args.values.get(1).unwrap_or(&Value::None))?;
        let dtype = args.values.get(2).or_else(|| args.keyword("dtype")).map_or(Ok(None), dtype_of)?;
        let dtype = dtype.unwrap_or(crate::array::DType::F64);
        Ok(wrap_array(Array::full(&sizes, crate::array::Scalar::Int(0), dtype)?))
    }));
}

fn array(value: &Value) -> Result<Array> {
    Ok(cell(value)?.array.borrow().clone())
}

fn tuple_of(items: impl Iterator<Item = usize>) -> Value {
    Value::tuple(items.map(Value::from))
}

const ATTRIBUTES: &[GetSet] = &[
    GetSet {
        name: "shape",
        doc: "The sizes as a tuple; setting it reshapes in place.",
        get: |v, _| Ok(tuple_of(array(v)?.sizes().iter().copied())),
        set: Some(|v, new, _| {
            let sizes: Vec<i64> = match &new {
                Value::Tuple(t) => t.iter().map(super::bridge::integer).collect::<Result<_>>()?,
                other => vec![super::bridge::integer(other)?],
            };
            let shaped = shapes::to_shape(&array(v)?, &sizes)?;
            *cell(v)?.array.borrow_mut() = shaped;
            Ok(())
        }),
    },
    read_only("dtype", "The type of the elements.", |v, _| Ok(object(array(v)?.dtype))),
    read_only("ndim", "The number of axes.", |v, _| Ok(Value::from(array(v)?.ndim()))),
    read_only("size", "The number of elements.", |v, _| Ok(Value::from(array(v)?.numel()))),
    read_only("itemsize", "Bytes per element.", |v, _| Ok(Value::from(array(v)?.dtype.size()))),
    read_only("nbytes", "Bytes of all elements.", |v, _| {
        let a = array(v)?;
        Ok(Value::from(a.numel().saturating_mul(a.dtype.size())))
    }),
    read_only("strides", "The distances between neighbours along each axis, in bytes.", |v, _| {
        let a = array(v)?;
        let size = a.dtype.size() as i64;
        Ok(Value::tuple(a.layout.strides.iter().map(|&s| Value::Int(s as i64 * size))))
    }),
    read_only("T", "The axes in reverse order, as a view.", |v, _| {
        let a = array(v)?;
        let order: Vec<usize> = (0..a.ndim()).rev().collect();
        Ok(same_kind(v, a.with_layout(a.layout.permute(&order))))
    }),
    read_only("real", "The real parts of complex numbers, as a view; a real array itself.", |v, _| {
        let array = array_of(v)?;
        if array.dtype.is_complex() { Ok(like(v, array.part(0))) } else { Ok(v.clone()) }
    }),
    read_only("imag", "The imaginary parts of complex numbers, as a view; zeros of a real array.", |v, _| {
        let array = array_of(v)?;
        let zeros = |a: &Array| Array::full(a.sizes(), crate::array::Scalar::Int(0), a.dtype);
        Ok(like(v, if array.dtype.is_complex() { array.part(1) } else { zeros(&array)? }))
    }),
    read_only("flat", "An iterator over the elements.", |v, _| {
        let flat = shapes::to_shape(&array(v)?, &[-1])?;
        Ok(rows(&flat))
    }),
    read_only("base", "None: what a view belongs to is not kept.", |_, _| Ok(Value::None)),
];

/// A result of the same kind as its source: a scalar stays one.
fn same_kind(source: &Value, array: Array) -> Value {
    match source {
        Value::Array(a) if a.is_scalar => Value::Array(NdArray::scalar(array)),
        _ => wrap_array(array),
    }
}

const METHODS: &[Def] = &[
    Def(
        "astype",
        "self, dtype, order='K', casting='unsafe', subok=True, copy=True",
        "A copy in another type.",
        |n, _, a| {
            let bound = n.parsed().bind(a, 1)?;
            let a = array(&bound[0])?;
            let dtype = dtype_of(&bound[1])?.unwrap_or(crate::array::DType::F64);
            if matches!(bound[5], Value::Bool(false)) && dtype == a.dtype {
                return Ok(bound[0].clone());
            }
            Ok(same_kind(&bound[0], map::cast(&a, dtype)?))
        },
    ),
    Def("copy", "self, order='C'", "A copy.", |n, _, a| {
        let bound = n.parsed().bind(a, 1)?;
        Ok(same_kind(&bound[0], map::copy(&array(&bound[0])?)?))
    }),
    Def("__copy__", "self, /", "A copy.", |_, _, a| Ok(same_kind(&a.values[0], map::copy(&array(&a.values[0])?)?))),
    Def("__deepcopy__", "self, memo, /", "A copy.", |_, _, a| {
        Ok(same_kind(&a.values[0], map::copy(&array(&a.values[0])?)?))
    }),
    Def("view", "self, dtype=None", "The same elements as another array.", |n, _, a| {
        Ok(wrap_array(array(&n.parsed().bind(a, 1)?[0])?))
    }),
    Def("flatten", "self, order='C'", "A copy in one dimension.", |n, _, a| {
        let bound = n.parsed().bind(a, 1)?;
        let flat = shapes::in_order(&array(&bound[0])?, &[-1], &bound[1])?;
        map::copy(&flat).map(wrap_array)
    }),
    Def("tolist", "self, /", "The elements as nested lists of Python numbers.", |n, _, a| {
        conversion::to_list(&array(&n.parsed().bind(a, 1)?[0])?)
    }),
    Def("item", "self, *args", "One element as a Python number.", |n, caller, a| {
        let bound = n.parsed().bind(a, 1)?;
        let x = array(&bound[0])?;
        let Value::Tuple(given) = &bound[1] else { return Ok(Value::None) };
        match &given[..] {
            [] => x
                .item()
                .map(Value::scalar)
                .ok_or_else(|| Fault::value("can only convert an array of size 1 to a Python scalar")),
            [Value::Int(_)] if x.ndim() != 1 => {
                let flat = shapes::to_shape(&x, &[-1])?;
                let one = index::get_item(&flat, &given[0], caller)?;
                Ok(one.as_scalar().map_or(Value::None, Value::scalar))
            }
            _ => {
                let one = index::get_item(&x, &bound[1], caller)?;
                Ok(one.as_scalar().map_or(Value::None, Value::scalar))
            }
        }
    }),
    Def("fill", "self, value", "Sets all elements.", |n, _, a| {
        let bound = n.parsed().bind(a, 1)?;
        let x = array(&bound[0])?;
        map::copy_into(&x, &map::cast(&array_of(&bound[1])?, x.dtype)?)?;
        x.storage.bump();
        Ok(Value::None)
    }),
    Def("sort", "self, axis=-1, kind=None, order=None, *, stable=None", "Sorts in place.", |n, _, a| {
        let bound = n.parsed().bind(a, 1)?;
        let x = array(&bound[0])?;
        let sorted = shapes::sorted(&bound[0], &bound[1])?;
        map::copy_into(&x, &sorted)?;
        x.storage.bump();
        Ok(Value::None)
    }),
    Def("conj", "self, /", "The complex conjugates.", |_, _, a| {
        super::bridge::run("conj_physical", &a.values[..1], &[])
    }),
    Def("conjugate", "self, /", "The complex conjugates.", |_, _, a| {
        super::bridge::run("conj_physical", &a.values[..1], &[])
    }),
    Def("__len__", "self, /", "The size of the first axis.", |_, _, a| {
        array(&a.values[0])?.sizes().first().map(|&n| Value::from(n)).ok_or_else(|| match &a.values[0] {
            Value::Array(x) if !x.is_scalar => Fault::type_error("len() of unsized object"),
            scalar => Fault::type_error(format!("object of type '{}' has no len()", class_name(scalar))),
        })
    }),
    Def("__iter__", "self, /", "An iterator over the first axis.", |_, _, a| {
        let x = array(&a.values[0])?;
        if x.ndim() == 0 {
            return Err(Fault::type_error("iteration over a 0-d array"));
        }
        Ok(rows(&x))
    }),
    Def("__contains__", "self, item, /", "Whether an element is equal.", |_, _, a| {
        let equal = super::compare(crate::value::Compare::Eq, &a.values[0], &a.values[1]).unwrap_or(Ok(Value::None))?;
        match equal {
            Value::Array(e) => Ok(Value::Bool(e.array.borrow().to_vec::<bool>()?.contains(&true))),
            _ => Ok(Value::Bool(false)),
        }
    }),
    Def("__getitem__", "self, index, /", "The elements at an index.", |_, caller, a| {
        index::get_item(&array(&a.values[0])?, &a.values[1], caller)
    }),
    Def("__setitem__", "self, index, value, /", "Writes the elements at an index.", |_, caller, a| {
        index::set_item(&array(&a.values[0])?, &a.values[1], &a.values[2], caller)?;
        Ok(Value::None)
    }),
    Def("__abs__", "self, /", "The absolute values.", |_, _, a| super::bridge::run("abs", &a.values[..1], &[])),
    Def("__format__", "self, spec, /", "A scalar formatted as a number, or NumPy's text.", |_, caller, a| {
        let spec = a.values.get(1).and_then(Value::as_str).unwrap_or("");
        if let (Value::Array(x), Some(number)) = (&a.values[0], a.values[0].as_scalar())
            && x.is_scalar
            && !spec.is_empty()
        {
            return Ok(Value::from(caller.format(&Value::scalar(number), spec)?));
        }
        if spec.is_empty() {
            return Ok(Value::from(caller.str(&a.values[0])?));
        }
        Err(Fault::type_error("unsupported format string passed to numpy.ndarray.__format__"))
    }),
    Def("__round__", "self, ndigits=None, /", "The number rounded.", |n, _, a| {
        let bound = n.parsed().bind(a, 1)?;
        if matches!(&bound[0], Value::Array(x) if !x.is_scalar) {
            return Err(Fault::type_error("type numpy.ndarray doesn't define __round__ method"));
        }
        let digits = if bound[1].is_none() { Value::Int(0) } else { bound[1].clone() };
        let rounded =
            super::bridge::run("round", &[super::bridge::float_argument(&bound[0])?], &[("decimals", digits)])?;
        match (bound[1].is_none(), rounded.as_scalar()) {
            (true, Some(s)) => Ok(Value::Int(s.as_i64())),
            _ => Ok(rounded),
        }
    }),
    Def("__float__", "self, /", "The only element as a float.", |_, _, a| {
        Ok(Value::Float(number(&a.values[0])?.as_f64()))
    }),
    Def("__int__", "self, /", "The only element as an int.", |_, _, a| Ok(Value::Int(number(&a.values[0])?.as_i64()))),
    Def("__index__", "self, /", "The only integer as an index.", |_, _, a| {
        let x = array(&a.values[0])?;
        match x.item() {
            Some(s) if x.ndim() == 0 && x.dtype.is_int() => Ok(Value::Int(s.as_i64())),
            _ => Err(Fault::type_error("only integer scalar arrays can be converted to a scalar index")),
        }
    }),
    Def("__bool__", "self, /", "The truth value of the only element.", |_, _, a| {
        crate::ops::api::binary::truth(&a.values[0]).unwrap_or(Ok(true)).map(Value::Bool)
    }),
    Def("__array__", "self, dtype=None", "The array itself.", |_, _, a| Ok(a.values[0].clone())),
    Def("__repr__", "self, /", "NumPy's text.", |_, caller, a| caller.repr(&a.values[0]).map(Value::from)),
    Def("__str__", "self, /", "NumPy's text.", |_, caller, a| caller.str(&a.values[0]).map(Value::from)),
    Def("data_ptr", "self, /", "The address of the first element.", |_, _, a| {
        Ok(Value::from(queries::address(&array(&a.values[0])?)))
    }),
];

fn number(value: &Value) -> Result<crate::array::Scalar> {
    let x = array(value)?;
    match x.item() {
        Some(s) if x.ndim() == 0 => Ok(s),
        _ => Err(Fault::type_error("only 0-dimensional arrays can be converted to Python scalars")),
    }
}

/// The parts of an array along its first axis.
struct Rows {
    array: Array,
    next: usize,
    len: usize,
}

impl NativeIter for Rows {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        if self.next >= self.len {
            return Ok(None);
        }
        let row = self.array.with_layout(self.array.layout.select(0, self.next));
        self.next += 1;
        Ok(Some(if row.ndim() == 0 { wrap(map::copy(&row)?) } else { wrap_array(row) }))
    }
    fn type_name(&self) -> &'static str {
        "iterator"
    }
    fn remaining(&self) -> Option<usize> {
        Some(self.len - self.next)
    }
}

/// An iterator over the first axis of an array that has one.
fn rows(array: &Array) -> Value {
    let len = array.sizes().first().copied().unwrap_or(0);
    Iter::native(Rows { array: array.clone(), next: 0, len })
}

/// An array of parts as a value: a scalar for a scalar.
fn like(value: &Value, array: Array) -> Value {
    let scalar = matches!(value, Value::Array(a) if a.is_scalar);
    if scalar { wrap(array) } else { wrap_array(array) }
}
