//! Padding with a value, by mirroring, by repeating the border, or around the ends.

use super::def::{Example, Forms, OpDef};
use super::node::grads;
use crate::array::layout::show_sizes;
use crate::array::{Array, Dims, Layout, Scalar, map};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&PAD];

/// What is added before and after each dimension, in the order of the dimensions.
fn by_dim(pads: &[i64], ndim: usize) -> Vec<(i64, i64)> {
    let mut out = vec![(0, 0); ndim];
    for (i, pair) in pads.chunks(2).enumerate() {
        if let (Some(d), [before, after]) = (ndim.checked_sub(i + 1), pair) {
            out[d] = (*before, *after);
        }
    }
    out
}

/// Padding with a number; negative amounts cut off.
pub static CONSTANT_PAD: OpDef =
    OpDef::kernel("constant_pad_nd", "input: Tensor, pad: int[], value: Number = 0", |c| {
        let array = c.array(0)?;
        let around = by_dim(&c.ints(1)?, array.ndim());
        let mut sizes = Dims::new();
        let mut from = Layout::clone(&array.layout);
        for (d, &(before, after)) in around.iter().enumerate() {
            let size = array.sizes()[d] as i64;
            let new = size.saturating_add(before).saturating_add(after);
            if new < 0 {
                return Err(Fault::runtime(format!(
                    "The input size {size}, plus negative padding {before} and {after} resulted in a negative output size, \
                     which is invalid. Check dimension {d} of your input."
                )));
            }
            sizes.push(new as usize);
        }
        let out = Array::full(&sizes, c.scalar(2)?, array.dtype)?;
        let mut place = Layout::clone(&out.layout);
        for (d, &(before, after)) in around.iter().enumerate() {
            let size = array.sizes()[d] as i64;
            let (cut, end) = ((-before).max(0), size - (-after).max(0));
            let len = (end - cut).max(0) as usize;
            from = from.slice(d, cut.min(size) as usize, len, 1);
            place = place.slice(d, before.max(0) as usize, len, 1);
        }
        if from.numel() > 0 {
            map::copy_into(&out.with_layout(place), &array.with_layout(from))?;
        }
        Ok(out.into())
    })
    .complex()
    .forms(Forms::HIDDEN)
    .grad(|b| {
        let back: Vec<i64> = b.call().ints(1)?.iter().map(|p| -p).collect();
        grads([constant(&b.grad(), &back, Scalar::Int(0))?])
    });

/// A tensor padded with a number.
pub(super) fn constant(x: &Tensor, pads: &[i64], value: Scalar) -> Result<Tensor> {
    let pads = Value::tuple(pads.iter().map(|&p| Value::Int(p)));
    super::call(&CONSTANT_PAD, [x.into(), pads, value.into()])
}

/// Padding.
pub static PAD: OpDef = OpDef::composite(
    "pad",
    "input: Tensor, pad: int[], mode: str = constant, value: Number? = None",
    |c| {
        let x = c.tensor(0)?;
        let pads = c.ints(1)?;
        if !matches!(c.value(1), Value::Tuple(_) | Value::List(_)) {
            return Err(c.wrong(1, "tuple of ints", c.value(1)));
        }
        if pads.len() % 2 != 0 {
            return Err(Fault::runtime("Padding length must be divisible by 2"));
        }
        let n = x.ndim();
        if pads.len() / 2 > n {
            return Err(Fault::runtime(format!(
                "Padding length should be less than or equal to two times the input dimension but got padding length {} and \
                 input of dimension {n}",
                pads.len()
            )));
        }
        match c.text(2)? {
            "constant" => Ok(constant(x, &pads, c.opt_scalar(3)?.unwrap_or(Scalar::Int(0)))?.into()),
            mode => {
                if !c.is_none(3) && c.float(3)? != 0.0 {
                    return Err(Fault::runtime(format!("Padding mode \"{mode}\" doesn't take in value argument")));
                }
                let places: fn(i64, i64) -> i64 = match mode {
                    "reflect" => mirrored,
                    "replicate" => |i, size| i.clamp(0, size - 1),
                    "circular" => |i, size| i.rem_euclid(size),
                    other => return Err(Fault::not_implemented(format!("Unrecognised padding mode {other}"))),
                };
                by_index(x, &pads, mode, places)
            }
        }
    },
)
.doc("input with elements added before and after the last dimensions: pad holds pairs, the last dimension first.\nmode is 'constant', 'reflect', 'replicate' or 'circular'; negative amounts cut off.")
.examples(&[Example("F.pad(torch.tensor([1., 2.]), (1, 2))", "tensor([0., 1., 2., 0., 0.])")])
.forms(Forms::NN)
.samples(&["randn(2, 3), (1, 1)", "randn(1, 2, 3), (1, 2), mode='reflect'"]);

/// The index that an index mirrors at the ends, which are not repeated.
fn mirrored(i: i64, size: i64) -> i64 {
    let i = i.abs();
    if i >= size { 2 * (size - 1) - i } else { i }
}

/// Padding whose elements come from the input.
fn by_index(x: &Tensor, pads: &[i64], mode: &str, place: fn(i64, i64) -> i64) -> Result<Value> {
    let n = x.ndim();
    let used = pads.len() / 2;
    let allowed = match used {
        1 => n == 2 || n == 3,
        2 => n == 3 || n == 4,
        3 => n == 4 || n == 5,
        _ => false,
    };
    if !allowed {
        return Err(Fault::not_implemented(
            "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now",
        ));
    }
    let cut: Vec<i64> = pads.iter().map(|&p| if mode == "circular" { p.min(0) } else { 0 }).collect();
    // What negative amounts cut off is no part of the circle.
    let mut out = if cut.iter().any(|&p| p < 0) { constant(x, &cut, Scalar::Int(0))? } else { x.clone() };
    let by_dim = by_dim(pads, n);
    let too_wide = |d: usize, size: i64| by_dim[d].0 >= size || by_dim[d].1 >= size;
    // The last dimension is looked at first.
    if let Some(d) = (n - used..n).rev().find(|&d| mode == "reflect" && too_wide(d, x.sizes()[d] as i64)) {
        return Err(Fault::runtime(format!(
            "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding ({}, {}) \
             at dimension {d} of input {}",
            by_dim[d].0,
            by_dim[d].1,
            show_sizes(&x.sizes())
        )));
    }
    for (d, (before, after)) in by_dim.into_iter().enumerate().skip(n - used) {
        let size = x.sizes()[d] as i64;
        if mode == "circular" && (before > size || after > size) {
            return Err(Fault::runtime("Padding value causes wrapping around more than once."));
        }
        let new = size.saturating_add(before).saturating_add(after);
        let (before, after, size) = if mode == "circular" {
            (before.max(0), after.max(0), out.sizes()[d] as i64)
        } else {
            (before, after, size)
        };
        if mode == "circular" && before.max(after) > size {
            return Err(Fault::runtime(
                "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single \
                 memory location. Please clone() the tensor before performing the operation.",
            ));
        }
        if mode != "circular" && (size == 0 || new < 1) {
            return Err(Fault::runtime(format!("input (W: {size}) is too small. Calculated output W: {new}")));
        }
        if before == 0 && after == 0 {
            continue;
        }
        crate::array::storage::room_for(&[size.saturating_add(before).saturating_add(after).max(0) as usize])?;
        let index: Vec<i64> = (-before..size + after).map(|i| place(i, size)).collect();
        let len = index.len();
        out = out.index_select(d, Tensor::new(Array::from_vec(index, Dims::from_slice(&[len]))))?;
    }
    Ok(out.into())
}
