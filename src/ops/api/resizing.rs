//! Methods that give a tensor another size in place, or write its diagonal.

use super::attributes::tensor;
use super::table::Def;
use crate::array::{Array, Dims, Layout, map};
use crate::diag::{Fault, Result};
use crate::ops::inplace::apply_inplace;
use crate::ops::{creation, strided};
use crate::tensor::Tensor;
use crate::value::{Bound, Value};

/// The methods.
pub const METHODS: &[Def] = &[
    Def(
        "resize_",
        "self: Tensor, size: int[]..., *, memory_format=None",
        "The tensor itself with other sizes: its first elements in row-major order, new ones at the end.",
        |native, _, args| {
            let bound = native.parsed().bind(args, 1)?;
            resize(tensor(&bound[0])?, &ints(&bound[1]))?;
            Ok(bound[0].clone())
        },
    ),
    Def(
        "resize_as_",
        "self: Tensor, the_template: Tensor, *, memory_format=None",
        "The tensor itself with the sizes of another one.",
        |native, _, args| {
            let bound = native.parsed().bind(args, 1)?;
            let sizes: Vec<i64> = tensor(&bound[1])?.sizes().iter().map(|&n| n as i64).collect();
            resize(tensor(&bound[0])?, &sizes)?;
            Ok(bound[0].clone())
        },
    ),
    Def(
        "fill_diagonal_",
        "self: Tensor, fill_value: Number, wrap: bool = False",
        "The tensor itself with a number on its diagonal; in a tall matrix with wrap, again below.",
        |native, _, args| {
            let bound = native.parsed().bind(args, 1)?;
            fill_diagonal(tensor(&bound[0])?, &bound[1], matches!(bound[2], Value::Bool(true)))?;
            Ok(bound[0].clone())
        },
    ),
];

fn ints(value: &Value) -> Vec<i64> {
    match value {
        Value::Tuple(t) => t.iter().filter_map(Value::as_int).collect(),
        Value::List(l) => l.borrow().iter().filter_map(Value::as_int).collect(),
        other => other.as_int().into_iter().collect(),
    }
}

/// Other sizes on the same storage, or on a larger one that begins with the same elements.
///
/// Errors: RuntimeError for negative sizes and for tensors that require a gradient.
fn resize(t: &Tensor, sizes: &[i64]) -> Result<()> {
    if t.requires_grad() {
        return Err(Fault::runtime("cannot resize variables that require grad"));
    }
    let sizes: Dims = sizes
        .iter()
        .map(|&n| {
            let told = || Fault::runtime(format!("resize_: Dimension size must be non-negative, got {n}"));
            usize::try_from(n).map_err(|_| told())
        })
        .collect::<Result<_>>()?;
    let array = t.array().clone();
    crate::array::storage::room_for(&sizes)?;
    let mut layout = Layout::contiguous(sizes.clone());
    layout.offset = array.layout.offset;
    let held = array.storage.read().len();
    if layout.offset + layout.numel() <= held {
        t.set_array(array.with_layout(layout));
        return Ok(());
    }
    let larger = Array::full(&sizes, crate::array::Scalar::Int(0), array.dtype)?;
    let kept = held - array.layout.offset;
    let flat = |a: &Array, offset: usize| {
        let mut part = Layout::contiguous(Dims::from_slice(&[kept]));
        part.offset = offset;
        a.with_layout(part)
    };
    map::copy_into(&flat(&larger, 0), &flat(&array, array.layout.offset))?;
    t.set_array(larger);
    Ok(())
}

/// Writes a number to the places whose indices are all equal.
///
/// Errors: RuntimeError below two dimensions, and above two for sizes that differ.
fn fill_diagonal(t: &Tensor, value: &Value, wrap: bool) -> Result<()> {
    let (sizes, layout) = (t.sizes(), Layout::clone(&t.array().layout));
    if sizes.len() < 2 {
        return Err(Fault::runtime("dimensions must larger than 1"));
    }
    if sizes.len() > 2 && sizes.iter().any(|&n| n != sizes[0]) {
        return Err(Fault::runtime("all dimensions of input must be of equal length"));
    }
    let count = sizes.iter().copied().min().unwrap_or(0);
    let step: isize = layout.strides.iter().sum();
    write(t, value, count, step, layout.offset)?;
    if wrap && sizes.len() == 2 && sizes[0] > sizes[1] + 1 {
        // Further diagonals begin one row below the end of the one before.
        let (rows, columns) = (sizes[0], sizes[1]);
        let mut row = columns + 1;
        while row < rows {
            let offset = layout.offset as isize + row as isize * layout.strides[0];
            write(t, value, columns.min(rows - row), step, offset as usize)?;
            row += columns + 1;
        }
    }
    Ok(())
}

/// Writes a number to `count` elements at equal steps.
fn write(t: &Tensor, value: &Value, count: usize, step: isize, offset: usize) -> Result<()> {
    let one = |n: i64| Value::tuple([Value::Int(n)]);
    let args = [t.into(), one(count as i64), one(step as i64), Value::Int(offset as i64)];
    let view = crate::ops::call(&strided::AS_STRIDED, args)?;
    apply_inplace(&creation::FILL, Bound::from_iter([view.into(), value.clone()])).map(|_| ())
}
