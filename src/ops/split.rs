//! Tensors taken apart into views: chunks, sections, rows.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::node::grads;
use super::strided::scatter_view;
use crate::array::Layout;
use crate::array::layout::wrap_dim;
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&SPLIT, &SPLIT_WITH_SIZES, &CHUNK, &TENSOR_SPLIT, &UNBIND, &HSPLIT, &VSPLIT, &DSPLIT];

/// A part of a dimension from `start` on.
fn part_layout(c: &Call, layout: &Layout) -> Result<Layout> {
    let dim = wrap_dim(c.int(1)?, layout.ndim())?;
    Ok(layout.slice(dim, c.int(2)?.max(0) as usize, c.int(3)?.max(0) as usize, 1))
}

/// Declares the view of one part, whose node has the name of the operator that made all parts.
macro_rules! part {
    ($id:ident, $node:literal) => {
        /// One part of a tensor that was taken apart.
        pub static $id: OpDef = OpDef::view("part", "input: Tensor, dim: int, start: int, length: int", |c| {
            part_layout(c, &c.array(0)?.layout)
        })
        .forms(Forms::HIDDEN)
        .node($node)
        .grad(|b| {
            let sizes = b.sizes(0);
            let layout = part_layout(&b.call(), &Layout::contiguous(sizes.clone()))?;
            grads([scatter_view(&b.grad(), &sizes, &layout)?])
        });
    };
}

part!(SPLIT_PART, "SplitBackward0");
part!(SIZED_PART, "SplitWithSizesBackward0");
part!(SLICE_PART, "SliceBackward0");

/// One row of a tensor that was taken apart.
pub static UNBIND_ROW: OpDef = OpDef::view("unbind_row", "input: Tensor, dim: int, index: int", |c| {
    let layout = c.array(0)?.layout;
    let dim = wrap_dim(c.int(1)?, layout.ndim())?;
    Ok(layout.select(dim, c.int(2)?.max(0) as usize))
})
.forms(Forms::HIDDEN)
.node("UnbindBackward0")
.grad(|b| {
    let sizes = b.sizes(0);
    let dim = wrap_dim(b.call().int(1)?, sizes.len())?;
    let layout = Layout::contiguous(sizes.clone()).select(dim, b.call().int(2)?.max(0) as usize);
    grads([scatter_view(&b.grad(), &sizes, &layout)?])
});

/// Views of consecutive lengths of a dimension, from given starts.
fn parts(
    def: &'static OpDef,
    t: &Tensor,
    dim: usize,
    pieces: impl IntoIterator<Item = (usize, usize)>,
) -> Result<Value> {
    let int = |n: usize| Value::Int(n as i64);
    let views: Vec<Value> = pieces
        .into_iter()
        .map(|(start, len)| super::apply(def, Bound::from_iter([t.into(), int(dim), int(start), int(len)])))
        .collect::<Result<_>>()?;
    Ok(Value::tuple(views))
}

/// Lengths with their starts.
fn consecutive(lengths: impl IntoIterator<Item = usize>) -> impl Iterator<Item = (usize, usize)> {
    lengths.into_iter().scan(0, |at, n| {
        let start = *at;
        *at += n;
        Some((start, n))
    })
}

/// Pieces of equal size, the last one smaller when it does not fit.
fn equal(size: usize, piece: usize) -> Vec<(usize, usize)> {
    let count = size.div_ceil(piece.max(1)).max(1);
    (0..count).map(|i| (i * piece, piece.min(size - (i * piece).min(size)))).collect()
}

/// Views of parts of a given size, or of given sizes.
pub static SPLIT: OpDef = OpDef::composite("split", "input: Tensor, split_size_or_sections, dim: int = 0", |c| {
    let t = c.tensor(0)?;
    if t.ndim() == 0 {
        return Err(Fault::runtime("split expects at least a 1-dimensional tensor"));
    }
    let dim = c.dim(2, t.ndim())?;
    if matches!(c.value(1), Value::List(_) | Value::Tuple(_)) {
        return sized(c, t, dim);
    }
    let (size, piece) = (t.sizes()[dim], c.int(1)?);
    if piece < 0 {
        return Err(Fault::runtime(format!("split expects split_size be non-negative, but got split_size={piece}")));
    }
    if piece == 0 && size != 0 {
        return Err(Fault::runtime(format!(
            "split_size can only be 0 if dimension size is 0, but got dimension size of {size}"
        )));
    }
    parts(&SPLIT_PART, t, dim, equal(size, piece as usize))
})
.doc("Views of parts of size split_size_or_sections along dim, the last possibly smaller, or of the listed sizes; a tuple.")
.examples(&[Example("torch.split(torch.tensor([1, 2, 3]), 2)", "(tensor([1, 2]), tensor([3]))")])
.samples(&["randn(5, 2), 2", "randn(2, 5), [2, 3], 1"]);

fn sized(c: &Call, t: &Tensor, dim: usize) -> Result<Value> {
    let lengths = c.ints(1)?;
    let size = t.sizes()[dim];
    if lengths.iter().any(|&n| n < 0) {
        return Err(Fault::runtime(format!(
            "split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes={lengths:?}"
        )));
    }
    if lengths.iter().fold(0i64, |s, &n| s.saturating_add(n)) != size as i64 {
        return Err(Fault::runtime(format!(
            "split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension {dim}), but \
             got split_sizes={lengths:?}"
        )));
    }
    parts(&SIZED_PART, t, dim, consecutive(lengths.iter().map(|&n| n as usize)))
}

/// Views of parts of given sizes.
pub static SPLIT_WITH_SIZES: OpDef =
    OpDef::composite("split_with_sizes", "input: Tensor, split_sizes: int[], dim: int = 0", |c| {
        let t = c.tensor(0)?;
        if t.ndim() == 0 {
            return Err(Fault::runtime("split_with_sizes expects at least a 1-dimensional tensor"));
        }
        sized(c, t, c.dim(2, t.ndim())?)
    })
    .doc("Views of parts of the listed sizes along dim, a tuple.")
    .examples(&[Example("torch.split_with_sizes(torch.tensor([1, 2, 3]), [1, 2])", "(tensor([1]), tensor([2, 3]))")])
    .samples(&["randn(5, 2), [2, 3]"]);

/// Views of a number of parts of equal size.
pub static CHUNK: OpDef = OpDef::composite("chunk", "input: Tensor, chunks: int, dim: int = 0", |c| {
    let t = c.tensor(0)?;
    if t.ndim() == 0 {
        return Err(Fault::runtime("chunk expects at least a 1-dimensional tensor"));
    }
    let chunks = c.int(1)?;
    if chunks <= 0 {
        return Err(Fault::runtime(format!("chunk expects `chunks` to be greater than 0, got: {chunks}")));
    }
    let dim = c.dim(2, t.ndim())?;
    let size = t.sizes()[dim];
    if size == 0 {
        return parts(&SIZED_PART, t, dim, (0..chunks.min(1 << 20) as usize).map(|_| (0, 0)));
    }
    parts(&SPLIT_PART, t, dim, equal(size, size.div_ceil(chunks as usize)))
})
.doc("Views of at most `chunks` parts of equal size along dim, the last possibly smaller; a tuple.")
.examples(&[Example("torch.chunk(torch.tensor([1, 2, 3]), 2)", "(tensor([1, 2]), tensor([3]))")])
.samples(&["randn(5, 2), 2", "randn(2, 6), 3, 1"]);

/// Pieces for a number of sections or between indices.
fn sections(t: &Tensor, dim: usize, how: &Value, c: &Call) -> Result<Value> {
    let size = t.sizes()[dim];
    let at = |v: &Value| -> Result<i64> { v.as_int().ok_or_else(|| c.wrong(1, "tuple of ints", v)) };
    let indices: Vec<i64> = match how {
        Value::Tensor(s) if s.ndim() == 1 => {
            super::kernel::to_dtype(&s.array(), crate::array::DType::I64)?.to_vec::<i64>()?
        }
        Value::List(l) => l.to_vec().iter().map(at).collect::<Result<_>>()?,
        Value::Tuple(items) => items.iter().map(at).collect::<Result<_>>()?,
        number => {
            let n = match number {
                Value::Tensor(s) if s.ndim() == 0 && !s.dtype().is_differentiable() => s.item()?.as_i64(),
                other => at(other)?,
            };
            if n <= 0 {
                return Err(Fault::runtime(format!("number of sections must be larger than 0, got {n}")));
            }
            let n = n as usize;
            let (small, larger) = (size / n, size % n);
            let lengths = (0..n.min(1 << 20)).map(|i| small + usize::from(i < larger));
            return parts(&SLICE_PART, t, dim, consecutive(lengths));
        }
    };
    let clip = |i: i64| if i < 0 { i.saturating_add(size as i64).max(0) } else { i.min(size as i64) } as usize;
    let mut pieces = Vec::with_capacity(indices.len() + 1);
    let mut start = 0;
    for end in indices.iter().map(|&i| clip(i)).chain([size]) {
        pieces.push((start, end.saturating_sub(start)));
        start = end;
    }
    parts(&SLICE_PART, t, dim, pieces)
}

/// Views of a number of sections, or of what lies between indices.
pub static TENSOR_SPLIT: OpDef =
    OpDef::composite("tensor_split", "input: Tensor, indices_or_sections, dim: int = 0", |c| {
        let t = c.tensor(0)?;
        if t.ndim() == 0 {
            return Err(Fault::runtime(
                "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims",
            ));
        }
        sections(t, c.dim(2, t.ndim())?, c.value(1), c)
    })
    .doc("Views of a number of nearly equal sections along dim, or of what lies between the listed indices; a tuple.")
    .examples(&[Example("torch.tensor_split(torch.tensor([1, 2, 3]), 2)", "(tensor([1, 2]), tensor([3]))")])
    .samples(&["randn(5, 2), 2", "randn(2, 5), (1, 3), 1"]);

/// Views of all indices of a dimension.
pub static UNBIND: OpDef = OpDef::composite("unbind", "input: Tensor, dim: int = 0", |c| {
    let t = c.tensor(0)?;
    if t.ndim() == 0 {
        return Err(Fault::index("Dimension specified as 0 but tensor has no dimensions"));
    }
    let dim = c.dim(1, t.ndim())?;
    let rows: Vec<Value> = (0..t.sizes()[dim])
        .map(|i| super::apply(&UNBIND_ROW, Bound::from_iter([t.into(), Value::Int(dim as i64), Value::Int(i as i64)])))
        .collect::<Result<_>>()?;
    Ok(Value::tuple(rows))
})
.doc("Views of each index of dimension dim, which disappears; a tuple.")
.examples(&[Example("torch.unbind(torch.tensor([[1, 2], [3, 4]]))", "(tensor([1, 2]), tensor([3, 4]))")])
.samples(&["randn(2, 3)", "randn(2, 3), 1"]);

/// Sections along the dimension that a name stands for.
fn named_split(c: &Call, dim: usize, least: usize) -> Result<Value> {
    let t = c.tensor(0)?;
    let name = c.def.name;
    if t.ndim() < least {
        return Err(Fault::runtime(format!(
            "torch.{name} requires a tensor with at least {least} dimension, but got a tensor with {} dimensions!",
            t.ndim()
        )));
    }
    let size = t.sizes()[dim];
    if let Some(n) = c.value(1).as_int() {
        if n == 0 || size as i64 % n != 0 {
            return Err(Fault::runtime(format!(
                "torch.{name} attempted to split along dimension {dim}, but the size of the dimension {size} is not \
                 divisible by the split_size {n}!"
            )));
        }
    }
    sections(t, dim, c.value(1), c)
}

const SECTIONS: &str = "input: Tensor, indices_or_sections";

/// Views side by side.
pub static HSPLIT: OpDef = OpDef::composite("hsplit", SECTIONS, |c| {
    let dim = if c.tensor(0)?.ndim() == 1 { 0 } else { 1 };
    named_split(c, dim, 1)
})
.doc("Views of equal sections side by side, or of what lies between the listed columns; a tuple.")
.examples(&[Example("torch.hsplit(torch.tensor([1, 2, 3, 4]), 2)", "(tensor([1, 2]), tensor([3, 4]))")])
.samples(&["randn(2, 4), 2"]);

/// Views one under the other.
pub static VSPLIT: OpDef = OpDef::composite("vsplit", SECTIONS, |c| named_split(c, 0, 2))
    .doc("Views of equal sections one under the other, or of what lies between the listed rows; a tuple.")
    .examples(&[Example("torch.vsplit(torch.tensor([[1], [2]]), 2)", "(tensor([[1]]), tensor([[2]]))")])
    .samples(&["randn(4, 2), 2"]);

/// Views along the third dimension.
pub static DSPLIT: OpDef = OpDef::composite("dsplit", SECTIONS, |c| named_split(c, 2, 3))
    .doc("Views of equal sections along dimension 2, or of what lies between the listed indices; a tuple.")
    .examples(&[Example("torch.dsplit(torch.tensor([[[1, 2]]]), 2)", "(tensor([[[1]]]), tensor([[[2]]]))")])
    .samples(&["randn(2, 1, 4), 2"]);
