//! Arrays put together, repeated, mirrored, shifted, padded; and the layouts of diagonals, windows and pieces.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Scalar};
use super::layout::{Dims, Layout, checked_numel, show_sizes, wrap_dim};
use super::map;
use super::places;
use super::simd::{Shared, split};
use super::storage::allocate;
use crate::diag::{Fault, Result};
use crate::with_dtype;

/// Arrays joined along a dimension, promoted to a common dtype; 1-d empty ones are left out.
///
/// Errors: RuntimeError in PyTorch's words when ranks or sizes do not fit.
pub fn cat(arrays: &[Array], dim: i64) -> Result<Array> {
    let Some(first) = arrays.first() else {
        return Err(Fault::value("torch.cat(): expected a non-empty list of Tensors"));
    };
    if let Some(at) = arrays.iter().position(|a| a.ndim() == 0) {
        return Err(Fault::runtime(format!("zero-dimensional tensor (at position {at}) cannot be concatenated")));
    }
    let dtype = arrays.iter().fold(first.dtype, |d, a| d.promote(a.dtype));
    let skipped = |a: &Array| a.sizes() == [0];
    let Some(model) = arrays.iter().find(|a| !skipped(a)) else {
        wrap_dim(dim, 1)?;
        return Array::full(&[0], Scalar::Int(0), dtype);
    };
    let dim = wrap_dim(dim, model.ndim())?;
    let mut joined = 0;
    for (i, a) in arrays.iter().enumerate().filter(|(_, a)| !skipped(a)) {
        if a.ndim() != model.ndim() {
            return Err(Fault::runtime(format!(
                "Tensors must have same number of dimensions: got {} and {}",
                model.ndim(),
                a.ndim()
            )));
        }
        if let Some(d) = (0..a.ndim()).find(|&d| d != dim && a.sizes()[d] != model.sizes()[d]) {
            return Err(Fault::runtime(format!(
                "Sizes of tensors must match except in dimension {dim}. Expected size {} but got size {} for tensor \
                 number {i} in the list.",
                model.sizes()[d],
                a.sizes()[d]
            )));
        }
        joined += a.sizes()[dim];
    }
    let mut sizes = model.layout.sizes.clone();
    sizes[dim] = joined;
    let n = checked_numel(&sizes)?;
    let inner: usize = sizes[dim + 1..].iter().product();
    let outer: usize = sizes[..dim].iter().product();
    with_dtype!(dtype, T => {
        let mut out = allocate::<T>(n)?;
        let to = Shared(out.as_mut_ptr());
        let mut start = 0;
        for a in arrays.iter().filter(|a| !skipped(a)) {
            let piece = if a.dtype == dtype { map::contiguous(a)? } else { map::cast(a, dtype)? };
            let len = a.sizes()[dim] * inner;
            let buffer = piece.storage.read();
            let from = &piece.typed::<T>(&buffer)?[piece.layout.offset..];
            split(outer, len, |rows| {
                for o in rows {
                    let row = &from[o * len..(o + 1) * len];
                    // SAFETY: the pieces' rows tile the n reserved elements.
                    unsafe {
                        let place = to.get().add(o * joined * inner + start);
                        std::ptr::copy_nonoverlapping(row.as_ptr(), place, len);
                    }
                }
            });
            start += len;
        }
        // SAFETY: the pieces fill all n elements.
        unsafe { out.set_len(n) };
        Ok(Array::from_vec(out, sizes))
    })
}

/// Arrays of equal sizes joined along a new dimension.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn stack(arrays: &[Array], dim: i64) -> Result<Array> {
    let Some(first) = arrays.first() else {
        return Err(Fault::runtime("stack expects a non-empty TensorList"));
    };
    let d = wrap_dim(dim, first.ndim() + 1)?;
    for (i, a) in arrays.iter().enumerate() {
        if a.sizes() != first.sizes() {
            return Err(Fault::runtime(format!(
                "stack expects each tensor to be equal size, but got {} at entry 0 and {} at entry {i}",
                show_sizes(first.sizes()),
                show_sizes(a.sizes())
            )));
        }
    }
    let wide: Vec<Array> = arrays.iter().map(|a| a.with_layout(a.layout.unsqueeze(d))).collect();
    // A 1-d empty array would be left out by `cat`, but these are all of at least one dimension more.
    if first.numel() == 0 {
        let mut sizes = first.layout.sizes.clone();
        sizes.insert(d, arrays.len());
        let dtype = arrays.iter().fold(first.dtype, |d, a| d.promote(a.dtype));
        return Array::full(&sizes, Scalar::Int(0), dtype);
    }
    cat(&wide, d as i64)
}

/// The array repeated `times[d]` times along each dimension; more times than dimensions add dimensions in front.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn repeat(a: &Array, times: &[usize]) -> Result<Array> {
    let Some(lead) = times.len().checked_sub(a.ndim()) else {
        return Err(Fault::runtime(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor",
        ));
    };
    // [t0, s0, t1, s1, ...] with the t expanded, copied in one go.
    let (mut layout, mut sizes) = (Layout::contiguous(Dims::new()), Dims::new());
    layout.offset = a.layout.offset;
    for (d, &t) in times.iter().enumerate() {
        let (size, stride) = d.checked_sub(lead).map_or((1, 0), |k| (a.sizes()[k], a.layout.strides[k]));
        layout.sizes.extend([t, size]);
        layout.strides.extend([0, stride]);
        sizes.push(t.saturating_mul(size));
    }
    checked_numel(&sizes)?;
    Ok(map::copy(&a.with_layout(layout))?.with_layout(Layout::contiguous(sizes)))
}

/// A copy with the given dimensions mirrored.
pub fn flip(a: &Array, dims: &[usize]) -> Result<Array> {
    map::copy(&a.with_layout(reversed(&a.layout, dims)))
}

/// The layout with dimensions mirrored by negative strides, as NumPy's reversed views are.
pub fn reversed(layout: &Layout, dims: &[usize]) -> Layout {
    let mut out = layout.clone();
    for &d in dims {
        if out.sizes[d] > 0 {
            out.offset = (out.offset as isize + (out.sizes[d] as isize - 1) * out.strides[d]) as usize;
        }
        out.strides[d] = -out.strides[d];
    }
    out
}

/// A copy with the elements shifted cyclically along a dimension.
pub fn roll(a: &Array, shift: i64, dim: usize) -> Result<Array> {
    let n = a.sizes().get(dim).copied().unwrap_or(0);
    if a.numel() == 0 || n < 2 {
        return map::copy(a);
    }
    let shift = shift.rem_euclid(n as i64) as usize;
    let tail = a.with_layout(a.layout.slice(dim, n - shift, shift, 1));
    let head = a.with_layout(a.layout.slice(dim, 0, n - shift, 1));
    cat_exact(&[tail, head], dim)
}

/// [`cat`] of pieces that are of one dtype and fit, including empty ones.
fn cat_exact(pieces: &[Array], dim: usize) -> Result<Array> {
    let some: Vec<Array> = pieces.iter().filter(|p| p.sizes()[dim] > 0).cloned().collect();
    if some.is_empty() {
        pieces.first().map_or_else(|| Err(Fault::internal("no pieces")), map::copy)
    } else {
        cat(&some, dim as i64)
    }
}

/// A copy with zeros above (`lower`) or below a diagonal of the last two dimensions.
///
/// Errors: RuntimeError in PyTorch's words for fewer than two dimensions.
pub fn tri(a: &Array, diagonal: i64, lower: bool) -> Result<Array> {
    if a.ndim() < 2 {
        let name = if lower { "tril" } else { "triu" };
        return Err(Fault::runtime(format!("{name}: input tensor must have at least 2 dimensions")));
    }
    let (rows, cols) = (a.sizes()[a.ndim() - 2], a.sizes()[a.ndim() - 1]);
    let out = map::copy(a)?;
    with_dtype!(a.dtype, T => {
        let mut buffer = out.storage.write();
        let all = out.typed_mut::<T>(&mut buffer)?;
        for (r, row) in all.chunks_mut(cols.max(1)).enumerate() {
            let edge = ((r % rows.max(1)) as i64).saturating_add(diagonal);
            if lower {
                row[edge.saturating_add(1).clamp(0, cols as i64) as usize..].fill(T::default());
            } else {
                row[..edge.clamp(0, cols as i64) as usize].fill(T::default());
            }
        }
    });
    Ok(out)
}

/// The layout of a diagonal of two dimensions, which go; the diagonal's dimension comes last.
///
/// Errors: RuntimeError in PyTorch's words when the dimensions are the same.
pub fn diagonal(layout: &Layout, offset: i64, dim1: i64, dim2: i64) -> Result<Layout> {
    let (a, b) = (wrap_dim(dim1, layout.ndim())?, wrap_dim(dim2, layout.ndim())?);
    if a == b || layout.ndim() < 2 {
        return Err(Fault::runtime(format!("diagonal dimensions cannot be identical {dim1}, {dim2}")));
    }
    let (rows, cols) = (layout.sizes[a] as i64, layout.sizes[b] as i64);
    let len =
        if offset >= 0 { rows.min(cols.saturating_sub(offset)) } else { cols.min(rows.saturating_add(offset)) }.max(0);
    let mut out = layout.clone();
    if len > 0 {
        let (s, t) = (layout.strides[a], layout.strides[b]);
        let step = if offset >= 0 { offset as isize * t } else { -(offset as isize) * s };
        out.offset = (out.offset as isize + step) as usize;
    }
    let stride = layout.strides[a] + layout.strides[b];
    for d in [a.max(b), a.min(b)] {
        out.sizes.remove(d);
        out.strides.remove(d);
    }
    out.sizes.push(len as usize);
    out.strides.push(stride);
    Ok(out)
}

/// Zeros with the last dimension of `a` on a diagonal of two new dimensions, which stand at `dim1` and `dim2`.
///
/// Errors: RuntimeError in PyTorch's words when the dimensions are the same.
pub fn diag_embed(a: &Array, offset: i64, dim1: i64, dim2: i64) -> Result<Array> {
    let nd = a.ndim() + 1;
    let (p, q) = (wrap_dim(dim1, nd)?, wrap_dim(dim2, nd)?);
    if p == q {
        return Err(Fault::runtime(format!("diagonal dimensions cannot be identical {dim1}, {dim2}")));
    }
    let n = a.sizes().last().copied().unwrap_or(1).saturating_add(offset.unsigned_abs() as usize);
    let mut sizes = Dims::from_slice(&a.sizes()[..a.ndim().saturating_sub(1)]);
    for d in [p.min(q), p.max(q)] {
        sizes.insert(d, n);
    }
    let out = super::create::zeros(&sizes, a.dtype)?;
    map::copy_into(&out.with_layout(diagonal(&out.layout, offset, p as i64, q as i64)?), a)?;
    Ok(out)
}

/// The layout of windows of `size` every `step` along a dimension; the window's dimension comes last.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn unfold(layout: &Layout, dim: i64, size: i64, step: i64) -> Result<Layout> {
    let d = wrap_dim(dim, layout.ndim())?;
    let n = layout.sizes.get(d).copied().unwrap_or(1);
    if size < 0 {
        return Err(Fault::runtime(format!("size is {size} but must be >= 0")));
    }
    if size as usize > n {
        return Err(Fault::runtime(format!("maximum size for tensor at dimension {d} is {n} but size is {size}")));
    }
    if step <= 0 {
        return Err(Fault::runtime(format!("step is {step} but must be > 0")));
    }
    let mut out = layout.clone();
    let stride = layout.strides.get(d).copied().unwrap_or(1);
    if let Some(count) = out.sizes.get_mut(d) {
        *count = (n - size as usize) / step as usize + 1;
        out.strides[d] = stride.saturating_mul(step as isize);
    }
    out.sizes.push(size as usize);
    out.strides.push(stride);
    Ok(out)
}

/// The layouts of pieces of the given lengths along a dimension, one after the other; they fit together.
pub fn pieces(layout: &Layout, dim: usize, lengths: &[usize]) -> Vec<Layout> {
    let mut start = 0;
    lengths
        .iter()
        .map(|&len| {
            let piece = layout.slice(dim, start, len, 1);
            start += len;
            piece
        })
        .collect()
}

/// The lengths that `torch.split` with one size makes of `n`.
pub fn split_lengths(n: usize, size: usize) -> Vec<usize> {
    if n == 0 || size == 0 {
        return vec![n];
    }
    (0..n.div_ceil(size)).map(|i| size.min(n - i * size)).collect()
}

/// The lengths that `torch.chunk` makes of `n`.
pub fn chunk_lengths(n: usize, chunks: usize) -> Vec<usize> {
    if n == 0 { vec![0; chunks] } else { split_lengths(n, n.div_ceil(chunks.max(1))) }
}

/// The lengths that `torch.tensor_split` makes of `n`.
pub fn tensor_split_lengths(n: usize, sections: usize) -> Vec<usize> {
    (0..sections).map(|i| n / sections + (i < n % sections) as usize).collect()
}

/// Every slice along a dimension repeated; `times` has one number for all slices or one for each.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn repeat_interleave(a: &Array, times: &[i64], dim: usize) -> Result<Array> {
    let n = a.sizes().get(dim).copied().unwrap_or(1);
    if times.iter().any(|&t| t < 0) {
        return Err(Fault::runtime("repeats can not be negative"));
    }
    if times.len() != 1 && times.len() != n {
        return Err(Fault::runtime(format!(
            "repeats must have the same size as input along dim, but got repeats.size(0) = {} and input.size({dim}) = {n}",
            times.len()
        )));
    }
    let total =
        (0..n).map(|i| times[if times.len() == 1 { 0 } else { i }] as usize).fold(0usize, usize::saturating_add);
    let mut index = allocate::<i64>(total)?;
    for i in 0..n {
        let t = times[if times.len() == 1 { 0 } else { i }] as usize;
        index.extend(std::iter::repeat_n(i as i64, t));
    }
    let index = Array::from_vec(index, Dims::from_slice(&[total]));
    let wide = if a.ndim() == 0 { a.with_layout(a.layout.unsqueeze(0)) } else { a.clone() };
    places::take(&wide, &places::locate(&wide.layout, &[dim], &[index])?)
}

/// What stands outside a padded array.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Pad {
    Constant(Scalar),
    Reflect,
    Replicate,
    Circular,
}

/// The array with `before` and `after` more elements along a dimension; negative counts cut off (constant only).
///
/// Errors: RuntimeError in PyTorch's words when the padding is larger than its kind allows.
pub fn pad_dim(a: &Array, dim: usize, before: i64, after: i64, how: Pad) -> Result<Array> {
    let n = a.sizes()[dim] as i64;
    let total = n.saturating_add(before).saturating_add(after);
    if total < 0 {
        return Err(Fault::runtime("narrow(): length must be non-negative."));
    }
    if let Pad::Constant(value) = how {
        let mut sizes = a.layout.sizes.clone();
        sizes[dim] = total as usize;
        let out = Array::full(&sizes, value, a.dtype)?;
        let (cut, len) = ((-before).max(0), n + before.min(0) + after.min(0));
        if len > 0 {
            let from = a.with_layout(a.layout.slice(dim, cut as usize, len as usize, 1));
            let to = out.with_layout(out.layout.slice(dim, before.max(0) as usize, len as usize, 1));
            map::copy_into(&to, &from)?;
        }
        return Ok(out);
    }
    if how == Pad::Circular && (before > n || after > n) {
        return Err(Fault::runtime("Padding value causes wrapping around more than once."));
    }
    if how == Pad::Reflect && (before >= n || after >= n) {
        return Err(Fault::runtime(format!(
            "Argument #{}: Padding size should be less than the corresponding input dimension, but got: padding \
             ({before}, {after}) at dimension {dim} of input {}",
            4 + 2 * (a.ndim() - 1 - dim),
            show_sizes(a.sizes())
        )));
    }
    if n == 0 && total > 0 {
        return Err(Fault::runtime(format!(
            "Expected a non-empty input along dimension {dim}, but got input of size {}",
            show_sizes(a.sizes())
        )));
    }
    super::scatter::index_select(a, dim as i64, &pad_index(n, before, total, how)?)
}

/// Which element of a dimension of size `n` each padded place shows: the index to gather by, or to scatter-add a
/// gradient by.
pub fn pad_index(n: i64, before: i64, total: i64, how: Pad) -> Result<Array> {
    let mut index = allocate::<i64>(total.max(0) as usize)?;
    index.extend((0..total).map(|i| {
        let i = i - before;
        match how {
            Pad::Reflect if i < 0 => -i,
            Pad::Reflect if i >= n => 2 * (n - 1) - i,
            Pad::Replicate => i.clamp(0, n - 1),
            Pad::Circular => i.rem_euclid(n.max(1)),
            _ => i,
        }
    }));
    let len = index.len();
    Ok(Array::from_vec(index, Dims::from_slice(&[len])))
}

/// Ones in front, so that a layout has at least `ndim` dimensions.
pub fn at_least(layout: &Layout, ndim: usize) -> Layout {
    let mut out = layout.clone();
    while out.ndim() < ndim {
        out = out.unsqueeze(0);
    }
    out
}

/// The layouts of `torch.meshgrid` of 1-d (or 0-d) layouts; `xy` swaps the first two dimensions.
///
/// Errors: RuntimeError in PyTorch's words for more dimensions.
pub fn meshgrid(layouts: &[Layout], xy: bool) -> Result<Vec<Layout>> {
    if let Some(l) = layouts.iter().find(|l| l.ndim() > 1) {
        return Err(Fault::runtime(format!(
            "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {}",
            show_sizes(&l.sizes)
        )));
    }
    let n = layouts.len();
    let place = |i: usize| if xy && n > 1 && i < 2 { 1 - i } else { i };
    let mut sizes: Dims = (0..n).map(|_| 1).collect();
    for (i, l) in layouts.iter().enumerate() {
        sizes[place(i)] = l.numel();
    }
    layouts
        .iter()
        .enumerate()
        .map(|(i, l)| {
            let mut wide = Layout::contiguous(std::iter::repeat_n(1, n).collect::<Dims>());
            wide.offset = l.offset;
            wide.sizes[place(i)] = l.numel();
            wide.strides[place(i)] = l.strides.first().copied().unwrap_or(1);
            wide.broadcast_to(&sizes)
        })
        .collect()
}

/// The elements as any dtype of the same size, without conversion; the array is made contiguous.
///
/// Errors: RuntimeError when the sizes of the dtypes differ.
pub fn reinterpret(a: &Array, dtype: DType) -> Result<Array> {
    if a.dtype.size() != dtype.size() {
        return Err(Fault::runtime("self.size(-1) must be divisible by the ratio of the element sizes to view"));
    }
    with_dtype!(a.dtype, T => with_dtype!(dtype, U => {
        if matches!(dtype, DType::Bool) && a.dtype != DType::Bool {
            return map::cast(a, DType::Bool);
        }
        let values = a.to_vec::<T>()?;
        let mut out = allocate::<U>(values.len())?;
        // SAFETY: same size (checked), every bit pattern is a value of the number types, bool targets were excluded.
        unsafe {
            std::ptr::copy_nonoverlapping(values.as_ptr().cast::<U>(), out.as_mut_ptr(), values.len());
            out.set_len(values.len());
        }
        Ok(Array::from_vec(out, a.layout.sizes.clone()))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iota(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n as i64).collect(), Dims::from_slice(sizes))
    }

    fn ints(a: &Array) -> Vec<i64> {
        a.to_vec().unwrap()
    }

    #[test]
    fn pieces_join_and_repeat() {
        let a = iota(&[2, 2]);
        assert_eq!(ints(&cat(&[a.clone(), a.clone()], 1).unwrap()), [0, 1, 0, 1, 2, 3, 2, 3]);
        assert_eq!(ints(&stack(&[iota(&[2]), iota(&[2])], -1).unwrap()), [0, 0, 1, 1]);
        assert_eq!(stack(&[iota(&[0]), iota(&[0])], 0).unwrap().sizes(), [2, 0]);
        assert_eq!(ints(&repeat(&iota(&[2]), &[2, 2]).unwrap()), [0, 1, 0, 1, 0, 1, 0, 1]);
        let e = cat(&[iota(&[2, 3]), iota(&[3, 2])], 0).unwrap_err();
        assert!(e.message.ends_with("Expected size 3 but got size 2 for tensor number 1 in the list."));
        assert_eq!(cat(&[iota(&[0]), iota(&[1, 2])], 0).unwrap().sizes(), [1, 2]);
    }

    #[test]
    fn mirrors_shifts_and_triangles() {
        assert_eq!(ints(&flip(&iota(&[2, 2]), &[0, 1]).unwrap()), [3, 2, 1, 0]);
        assert_eq!(ints(&roll(&iota(&[4]), -1, 0).unwrap()), [1, 2, 3, 0]);
        assert_eq!(ints(&roll(&iota(&[4]), 4, 0).unwrap()), [0, 1, 2, 3]);
        let ones = Array::full(&[2, 3], Scalar::Int(1), DType::I64).unwrap();
        assert_eq!(ints(&tri(&ones, 0, true).unwrap()), [1, 0, 0, 1, 1, 0]);
        assert_eq!(ints(&tri(&ones, 1, false).unwrap()), [0, 1, 1, 0, 0, 1]);
        assert_eq!(ints(&tri(&ones, i64::MIN, true).unwrap()), [0; 6]);
    }

    #[test]
    fn diagonals_and_windows_are_layouts() {
        let a = iota(&[3, 4]);
        let d = |o| ints(&a.with_layout(diagonal(&a.layout, o, 0, 1).unwrap()));
        assert_eq!((d(0), d(1), d(-2), d(7)), (vec![0, 5, 10], vec![1, 6, 11], vec![8], vec![]));
        let e = diag_embed(&iota(&[2]), -1, 0, 1).unwrap();
        assert_eq!(ints(&e), [0, 0, 0, 0, 0, 0, 0, 1, 0]);
        let w = a.with_layout(unfold(&a.layout, 1, 2, 2).unwrap());
        assert_eq!((w.sizes(), ints(&w)), (&[3, 2, 2][..], (0..12).collect()));
        assert_eq!(chunk_lengths(5, 4), [2, 2, 1]);
        assert_eq!(tensor_split_lengths(5, 3), [2, 2, 1]);
    }

    #[test]
    fn padding_of_every_kind() {
        let a = iota(&[3]);
        let pad = |b, f, how| ints(&pad_dim(&a, 0, b, f, how).unwrap());
        assert_eq!(pad(1, 2, Pad::Constant(Scalar::Int(9))), [9, 0, 1, 2, 9, 9]);
        assert_eq!(pad(-1, 1, Pad::Constant(Scalar::Int(9))), [1, 2, 9]);
        assert_eq!(pad(2, 2, Pad::Reflect), [2, 1, 0, 1, 2, 1, 0]);
        assert_eq!(pad(2, 1, Pad::Replicate), [0, 0, 0, 1, 2, 2]);
        assert_eq!(pad(2, 1, Pad::Circular), [1, 2, 0, 1, 2, 0]);
        assert!(pad_dim(&a, 0, 3, 0, Pad::Reflect).is_err());
    }

    #[test]
    fn grids_and_interleaving() {
        let (x, y) = (iota(&[2]), iota(&[3]));
        let m = meshgrid(&[Layout::clone(&x.layout), Layout::clone(&y.layout)], true).unwrap();
        assert_eq!(ints(&x.with_layout(m[0].clone())), [0, 1, 0, 1, 0, 1]);
        assert_eq!(ints(&repeat_interleave(&iota(&[3]), &[1, 0, 2], 0).unwrap()), [0, 2, 2]);
    }
}
