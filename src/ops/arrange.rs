//! Elements in another order or repeated: flips, rotations, rolls, tiles, sliding windows.

use super::def::{Example, Forms, OpDef};
use super::node::grads;
use crate::array::layout::wrap_dim;
use crate::array::{Array, DType, Dims, Layout, Scalar, map};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::tensor_methods;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&FLIP, &FLIPLR, &FLIPUD, &ROLL, &ROT90, &REPEAT, &TILE, &REPEAT_INTERLEAVE, &UNFOLD];

tensor_methods! {
    /// The order of some dimensions reversed.
    flip(dims) = FLIP;
    /// Rotated by quarter turns.
    rot90(k, dims) = ROT90;
    /// Shifted around the ends of dimensions.
    roll(shifts, dims) = ROLL;
}

/// A layout that runs through some dimensions backwards.
fn reversed(layout: &Layout, dims: &[usize]) -> Layout {
    let mut out = layout.clone();
    for &d in dims {
        if let Some(last) = out.sizes[d].checked_sub(1) {
            out.offset = (out.offset as isize + last as isize * out.strides[d]) as usize;
        }
        out.strides[d] = -out.strides[d];
    }
    out
}

/// The order of some dimensions reversed.
pub static FLIP: OpDef = OpDef::kernel("flip", "input: Tensor, dims: int[]...", |c| {
    let array = c.array(0)?;
    let dims = c.dims(1, array.ndim(), false)?;
    Ok(map::copy(&array.with_layout(reversed(&array.layout, &dims)))?.into())
})
.complex()
.doc("A copy with the order of the given dimensions reversed.")
.examples(&[Example("torch.flip(torch.tensor([1, 2, 3]), [0])", "tensor([3, 2, 1])")])
.grad(|b| grads([b.grad().flip(b.arg(1).clone())?]))
.samples(&["randn(2, 3), (0,)", "randn(2, 3, 2), (0, 2)"]);

/// Columns in reverse order.
pub static FLIPLR: OpDef = OpDef::composite("fliplr", "input: Tensor", |c| {
    let t = c.tensor(0)?;
    if t.ndim() < 2 {
        return Err(Fault::runtime("Input must be >= 2-d."));
    }
    Ok(t.flip(Value::tuple([Value::Int(1)]))?.into())
})
.doc("A copy with the order of dimension 1 reversed.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.fliplr(torch.tensor([[1, 2]]))", "tensor([[2, 1]])")])
.samples(&["randn(2, 3)"]);

/// Rows in reverse order.
pub static FLIPUD: OpDef = OpDef::composite("flipud", "input: Tensor", |c| {
    let t = c.tensor(0)?;
    if t.ndim() < 1 {
        return Err(Fault::runtime("Input must be >= 1-d."));
    }
    Ok(t.flip(Value::tuple([Value::Int(0)]))?.into())
})
.doc("A copy with the order of dimension 0 reversed.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.flipud(torch.tensor([[1], [2]]))", "tensor([[2],\n        [1]])")])
.samples(&["randn(2, 3)"]);

/// A copy with one dimension shifted around its end.
fn rolled(array: &Array, dim: usize, shift: i64) -> Result<Array> {
    let size = array.sizes()[dim];
    if size == 0 {
        return map::copy(array);
    }
    let shift = shift.rem_euclid(size as i64) as usize;
    let out = Array::full(array.sizes(), Scalar::Int(0), array.dtype)?;
    let part = |a: &Array, start: usize, len: usize| a.with_layout(a.layout.slice(dim, start, len, 1));
    map::copy_into(&part(&out, shift, size - shift), &part(array, 0, size - shift))?;
    map::copy_into(&part(&out, 0, shift), &part(array, size - shift, shift))?;
    Ok(out)
}

/// Elements shifted around the ends of dimensions.
pub static ROLL: OpDef = OpDef::kernel("roll", "input: Tensor, shifts: int[], dims: int[] = ()", |c| {
    let array = c.array(0)?;
    let (shifts, dims) = (c.ints(1)?, c.ints(2)?);
    if shifts.is_empty() {
        return Err(Fault::runtime("`shifts` required"));
    }
    if dims.is_empty() && shifts.len() == 1 {
        let flat = map::contiguous(&array)?;
        let flat = flat.with_layout(Layout { offset: flat.layout.offset, ..Layout::contiguous(Dims::from_slice(&[flat.numel()])) });
        let out = rolled(&flat, 0, shifts[0])?;
        return Ok(out.with_layout(Layout::contiguous(array.layout.sizes.clone())).into());
    }
    if dims.len() != shifts.len() {
        return Err(Fault::runtime(format!(
            "shifts and dimensions must align. shifts: {}, dims:{}",
            shifts.len(),
            dims.len()
        )));
    }
    let mut out = array.clone();
    for (&shift, &dim) in shifts.iter().zip(&dims) {
        if array.ndim() == 0 {
            return Err(Fault::index(format!("Dimension specified as {dim} but tensor has no dimensions")));
        }
        let dim = wrap_dim(dim, array.ndim())?;
        out = if array.ndim() == 0 { map::copy(&array)? } else { rolled(&out, dim, shift)? };
    }
    Ok(out.into())
})
.complex()
.doc("A copy with the elements shifted along dims, those at the end coming back at the start.\nWithout dims the flattened tensor is shifted.")
.examples(&[Example("torch.roll(torch.tensor([1, 2, 3]), 1)", "tensor([3, 1, 2])")])
.grad(|b| {
    let back = Value::tuple(b.call().ints(1)?.iter().map(|&s| Value::Int(s.saturating_neg())));
    grads([b.grad().roll(back, b.arg(2).clone())?])
})
.samples(&["randn(2, 3), 1", "randn(2, 3), (1, -1), (0, 1)"]);

/// A plane rotated by quarter turns.
pub static ROT90: OpDef = OpDef::kernel("rot90", "input: Tensor, k: int = 1, dims: int[] = (0, 1)", |c| {
    let array = c.array(0)?;
    let dims = c.ints(2)?;
    let n = array.ndim();
    if dims.len() != 2 {
        return Err(Fault::runtime(format!("expected total rotation dims == 2, but got dims = {}", dims.len())));
    }
    if n < 2 {
        return Err(Fault::runtime(format!("expected total dims >= 2, but got total dims = {n}")));
    }
    let out_of_range = |i: usize| Fault::runtime(format!("Rotation dim{i} out of range, dim{i} = {}", dims[i]));
    let a = wrap_dim(dims[0], n).map_err(|_| out_of_range(0))?;
    let b = wrap_dim(dims[1], n).map_err(|_| out_of_range(1))?;
    if a == b {
        return Err(Fault::runtime(format!(
            "expected rotation dims to be different, but got dim0 = {} and dim1 = {}",
            dims[0], dims[1]
        )));
    }
    let layout = match c.int(1)?.rem_euclid(4) {
        1 => reversed(&array.layout, &[b]).transpose(a, b),
        2 => reversed(&array.layout, &[a, b]),
        3 => reversed(&array.layout, &[a]).transpose(a, b),
        _ => Layout::clone(&array.layout),
    };
    Ok(map::copy(&array.with_layout(layout))?.into())
})
.complex()
.doc("A copy with the plane of two dimensions rotated by k quarter turns, from the first towards the second.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.rot90(torch.tensor([[0, 1], [2, 3]]))", "tensor([[1, 3],\n        [0, 2]])")])
.grad(|b| grads([b.grad().rot90(b.call().int(1)?.saturating_neg(), b.arg(2).clone())?]))
.samples(&["randn(2, 3)", "randn(2, 3, 2), 3, (1, 2)"]);

/// How often each dimension is repeated: leading dimensions are new.
fn repeats(counts: &[i64], ndim: usize) -> Result<Dims> {
    if counts.len() < ndim {
        return Err(Fault::runtime(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor",
        ));
    }
    counts
        .iter()
        .map(|&n| {
            usize::try_from(n)
                .map_err(|_| Fault::runtime(format!("Trying to create tensor with negative dimension {n}: {counts:?}")))
        })
        .collect()
}

/// The tensor repeated along its dimensions.
pub static REPEAT: OpDef = OpDef::kernel("repeat", "input: Tensor, repeats: int[]...", |c| {
    let array = c.array(0)?;
    let counts = repeats(&c.ints(1)?, array.ndim())?;
    let lead = counts.len() - array.ndim();
    // Each dimension becomes a pair: the repetition, with stride 0, before the original.
    let (mut sizes, mut strides, mut out) = (Dims::new(), crate::array::Strides::new(), Dims::new());
    for (d, &n) in counts.iter().enumerate() {
        let (size, stride) = d.checked_sub(lead).map_or((1, 0), |k| (array.sizes()[k], array.layout.strides[k]));
        sizes.extend([n, size]);
        strides.extend([0, stride]);
        out.push(n.checked_mul(size).ok_or_else(|| Fault::runtime("Storage size calculation overflowed"))?);
    }
    crate::array::layout::checked_numel(&out)?;
    let wide = array.with_layout(Layout { sizes, strides, offset: array.layout.offset });
    Ok(map::copy(&wide)?.with_layout(Layout::contiguous(out)).into())
})
.complex()
.doc(
    "The tensor repeated the given number of times along each dimension; more counts than dimensions add leading ones.",
)
.forms(Forms::METHOD)
.examples(&[Example("torch.tensor([1, 2]).repeat(2, 2)", "tensor([[1, 2, 1, 2],\n        [1, 2, 1, 2]])")])
.grad(|b| {
    let sizes = b.sizes(0);
    let counts = repeats(&b.call().ints(1)?, sizes.len())?;
    let lead = counts.len() - sizes.len();
    let (mut split, mut kept) = (Dims::new(), Dims::new());
    for (d, &n) in counts.iter().enumerate() {
        let size = d.checked_sub(lead).map_or(1, |k| sizes[k]);
        split.extend([n, size]);
        kept.extend([1, size]);
    }
    grads([b.grad().reshape(&split)?.sum_to_size(&kept)?.reshape(&sizes)?])
})
.samples(&["randn(2, 3), (2, 2)", "randn(3), (2, 1)"]);

/// The tensor repeated along its dimensions; missing counts are 1.
pub static TILE: OpDef = OpDef::composite("tile", "input: Tensor, dims: int[]...", |c| {
    let t = c.tensor(0)?;
    let mut counts = c.ints(1)?;
    while counts.len() < t.ndim() {
        counts.insert(0, 1);
    }
    Ok(super::call(&REPEAT, [t.into(), Value::tuple(counts.iter().map(|&n| Value::Int(n)))])?.into())
})
.doc("The tensor repeated along its last dimensions; missing counts are 1.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.tile(torch.tensor([1, 2]), (2,))", "tensor([1, 2, 1, 2])")])
.samples(&["randn(2, 3), (2,)", "randn(3), (2, 2)"]);

/// Each element repeated.
pub static REPEAT_INTERLEAVE: OpDef = OpDef::composite(
    "repeat_interleave",
    "input: Tensor, repeats = None, dim: int? = None, *, output_size: int? = None",
    |c| {
        let t = c.tensor(0)?;
        let places = |counts: &Array| -> Result<Tensor> {
            if counts.ndim() > 1 {
                return Err(Fault::runtime("repeat_interleave only accept 1D vector as repeat"));
            }
            if !matches!(counts.dtype, DType::I64 | DType::I32) {
                return Err(Fault::runtime("repeats has to be Long or Int tensor"));
            }
            let mut out = Vec::new();
            for (i, n) in super::kernel::to_dtype(counts, DType::I64)?.to_vec::<i64>()?.into_iter().enumerate() {
                let n = usize::try_from(n).map_err(|_| Fault::runtime("repeats can not be negative"))?;
                crate::array::layout::checked_numel(&[out.len().saturating_add(n)])?;
                out.extend(std::iter::repeat_n(i as i64, n));
            }
            let n = out.len();
            Ok(Tensor::new(Array::from_vec(out, Dims::from_slice(&[n]))))
        };
        if c.is_none(1) {
            return Ok(places(&t.array())?.into());
        }
        let (t, dim) = if c.is_none(2) { (t.reshape(&[t.numel()])?, 0) } else { (t.clone(), c.dim(2, t.ndim())?) };
        let t = super::reshape::atleast_1d(&t)?;
        let size = t.sizes()[dim];
        if let Value::Tensor(counts) = c.value(1) {
            let counts = counts.array().clone();
            let counts = if counts.numel() == 1 {
                map::copy(&counts.with_layout(Layout { sizes: Dims::new(), strides: Default::default(), offset: counts.layout.offset }.broadcast_to(&[size])?))?
            } else {
                counts
            };
            if counts.numel() != size {
                return Err(Fault::runtime(format!(
                    "repeats must have the same size as input along dim, but got repeats.size(0) = {} and input.size({dim}) \
                     = {size}",
                    counts.numel()
                )));
            }
            return Ok(t.index_select(dim, places(&counts)?)?.into());
        }
        let n = usize::try_from(c.int(1)?).map_err(|_| Fault::runtime("Repeats must be non-negative"))?;
        // A new dimension after `dim`, expanded and joined with it.
        let mut wide = t.sizes();
        wide.insert(dim + 1, n);
        let mut joined = t.sizes();
        joined[dim] = joined[dim].saturating_mul(n);
        crate::array::layout::checked_numel(&joined)?;
        let copied = super::call(&super::shape::CLONE, [t.unsqueeze(dim as i64 + 1)?.expand(&wide)?.into()])?;
        Ok(copied.view_as_sizes(&joined)?.into())
    },
)
.doc("Each element of dimension dim repeated; repeats is a number or one number for each.\nWithout dim the flattened tensor is taken.")
.examples(&[Example("torch.repeat_interleave(torch.tensor([1, 2]), 2)", "tensor([1, 1, 2, 2])")])
.samples(&["randn(2, 3), 2", "randn(2, 3), 2, 1", "randn(2, 3), tensor([1, 2]), 0"]);

/// The layout of the windows of a dimension.
fn windows(layout: &Layout, dim: i64, size: i64, step: i64) -> Result<Layout> {
    let wide = if layout.ndim() == 0 { layout.unsqueeze(0) } else { layout.clone() };
    let dim = wrap_dim(dim, layout.ndim())?;
    let have = wide.sizes[dim] as i64;
    if size < 0 {
        return Err(Fault::runtime(format!("size is {size} but must be >= 0")));
    }
    if size > have {
        return Err(Fault::runtime(format!("maximum size for tensor at dimension {dim} is {have} but size is {size}")));
    }
    if step <= 0 {
        return Err(Fault::runtime(format!("step is {step} but must be > 0")));
    }
    let mut out = wide.clone();
    out.sizes[dim] = ((have - size) / step + 1) as usize;
    out.strides[dim] = wide.strides[dim].saturating_mul(step as isize);
    out.sizes.push(size as usize);
    out.strides.push(wide.strides[dim]);
    if layout.ndim() == 0 {
        out.sizes.remove(0);
        out.strides.remove(0);
    }
    Ok(out)
}

/// Sliding windows over a dimension.
pub static UNFOLD: OpDef = OpDef::view("unfold", "input: Tensor, dimension: int, size: int, step: int", |c| {
    windows(&c.array(0)?.layout, c.int(1)?, c.int(2)?, c.int(3)?)
})
.doc("A view of the windows of `size` indices of a dimension, `step` apart; the window becomes the last dimension.")
.forms(Forms::METHOD)
.examples(&[Example("torch.arange(4).unfold(0, 2, 1)", "tensor([[0, 1],\n        [1, 2],\n        [2, 3]])")])
.grad(|b| {
    let c = b.call();
    let base = Layout::contiguous(b.sizes(0));
    let layout = windows(&base, c.int(1)?, c.int(2)?, c.int(3)?)?;
    grads([super::strided::add_strided(&b.grad(), &base.sizes, &layout)?])
})
.samples(&["randn(5, 2), 0, 3, 1", "randn(2, 6), 1, 2, 3"]);
