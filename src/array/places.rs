//! Elements at listed places: advanced indexing, gather and scatter, and the places of non-zero elements.
//!
//! Places are storage positions computed and checked first; reading and writing them comes after.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Element, Scalar};
use super::iter::positions;
use super::layout::{Dims, Layout, broadcast_sizes, checked_numel, show_sizes};
use super::map;
use super::simd::{Shared, split, split_rows};
use super::storage::{Typed, allocate, room};
use crate::diag::{Fault, Result};
use crate::with_dtype;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a written element joins the one that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Join {
    Replace,
    Add,
    Multiply,
    Max,
    Min,
}

/// The places that index arrays name: `before x middle x after`, positions added up.
pub struct Places {
    /// The sizes of what is there.
    pub sizes: Dims,
    before: Vec<isize>,
    middle: Vec<isize>,
    after: Vec<isize>,
    /// Whether `after` counts up by one, so that runs are copied whole.
    is_run: bool,
}

/// The positions of a layout relative to its offset.
///
/// Errors: MemoryError.
fn offsets(sizes: &[usize], strides: &[isize]) -> Result<Vec<isize>> {
    let mut out = vec![0isize];
    for (&n, &s) in sizes.iter().zip(strides) {
        let mut next = room(out.len().saturating_mul(n))?;
        for &o in &out {
            next.extend((0..n as isize).map(|i| o + i * s));
        }
        out = next;
    }
    Ok(out)
}

/// The places of an array of that layout where dimension `dims[k]` takes the indices `indices[k]` (int64), which
/// broadcast together. Adjacent dimensions are replaced where they stand, others move to the front.
///
/// Errors: IndexError in PyTorch's words.
pub fn locate(layout: &Layout, dims: &[usize], indices: &[Array]) -> Result<Places> {
    let mut common = Dims::new();
    for index in indices {
        common = broadcast_sizes(&common, index.sizes()).map_err(|_| {
            let shapes: Vec<String> = indices.iter().map(|i| show_sizes(i.sizes())).collect();
            Fault::index(format!(
                "shape mismatch: indexing tensors could not be broadcast together with shapes {}",
                shapes.join(", ")
            ))
        })?;
    }
    let n = checked_numel(&common)?;
    let mut middle = room::<isize>(n)?;
    middle.resize(n, 0);
    for (&dim, index) in dims.iter().zip(indices) {
        let (size, stride) = (layout.sizes[dim] as i64, layout.strides[dim]);
        let wide = map::contiguous(&index.with_layout(index.layout.broadcast_to(&common)?))?;
        let buffer = wide.storage.read();
        let given = &wide.typed::<i64>(&buffer)?[wide.layout.offset..wide.layout.offset + n];
        let first_bad = AtomicUsize::new(n);
        split_rows(&mut middle, 1, 1, |from, part| {
            for (k, (at, &i)) in part.iter_mut().zip(&given[from..]).enumerate() {
                let wrapped = if i < 0 { i.saturating_add(size) } else { i };
                if wrapped < 0 || wrapped >= size {
                    first_bad.fetch_min(from + k, Ordering::Relaxed);
                    return;
                }
                *at += wrapped as isize * stride;
            }
        });
        if let Some(i) = given.get(first_bad.into_inner()) {
            return Err(Fault::index(if size == 0 {
                "index is out of bounds for dimension with size 0".to_string()
            } else {
                format!("index {i} is out of bounds for dimension {dim} with size {size}")
            }));
        }
    }
    let is_adjacent = dims.windows(2).all(|w| w[1] == w[0] + 1);
    let first = dims.first().copied().unwrap_or(0);
    let rest = |from: usize, to: usize| -> Result<(Dims, Vec<isize>)> {
        let kept = (from..to).filter(|d| !dims.contains(d));
        let sizes: Dims = kept.clone().map(|d| layout.sizes[d]).collect();
        let strides: Vec<isize> = kept.map(|d| layout.strides[d]).collect();
        let all = offsets(&sizes, &strides)?;
        Ok((sizes, all))
    };
    let (lead, before) = if is_adjacent { rest(0, first)? } else { (Dims::new(), vec![0]) };
    let (tail, after) = rest(if is_adjacent { first } else { 0 }, layout.ndim())?;
    let before = before.into_iter().map(|b| b + layout.offset as isize).collect();
    let is_run = after.iter().enumerate().all(|(i, &a)| a == i as isize);
    let sizes = lead.into_iter().chain(common).chain(tail).collect();
    Ok(Places { sizes, before, middle, after, is_run })
}

impl Places {
    /// Every position, in row-major order of the sizes.
    fn each(&self, mut f: impl FnMut(usize)) {
        for &b in &self.before {
            for &m in &self.middle {
                for &a in &self.after {
                    f((b + m + a) as usize);
                }
            }
        }
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.before.len() * self.middle.len() * self.after.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The elements at places, in a fresh array.
pub fn take(a: &Array, places: &Places) -> Result<Array> {
    let (n, middle) = (places.after.len(), places.middle.as_slice());
    // Places of no elements may lie outside the array.
    let rows = if places.is_empty() { 0 } else { places.before.len() * middle.len() };
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = a.typed::<T>(&buffer)?;
        let mut out = allocate::<T>(places.len())?;
        let place = Shared(out.as_mut_ptr());
        split(rows, n, |range| {
            for row in range {
                let base = places.before[row / middle.len()] + middle[row % middle.len()];
                // SAFETY: `rows` times `n` elements are reserved; every row is written by one thread.
                unsafe {
                    let to = place.get().add(row * n);
                    if places.is_run && n == 1 {
                        to.write(src[base as usize]);
                    } else if places.is_run {
                        std::ptr::copy_nonoverlapping(src[base as usize..][..n].as_ptr(), to, n);
                    } else {
                        places.after.iter().enumerate().for_each(|(i, a)| to.add(i).write(src[(base + a) as usize]));
                    }
                }
            }
        });
        // SAFETY: all rows were written.
        unsafe { out.set_len(rows * n) };
        Ok(Array::from_vec(out, places.sizes.clone()))
    })
}

/// Writes `src`, which has the sizes of the places and the dtype of `dst`, to places.
pub fn put(dst: &Array, places: &Places, src: &Array, join: Join) -> Result<()> {
    with_dtype!(dst.dtype, T => {
        let values = src.to_vec::<T>()?;
        let mut buffer = dst.storage.write();
        let out = dst.typed_mut::<T>(&mut buffer)?;
        let mut values = values.into_iter();
        places.each(|at| if let Some(v) = values.next() {
            out[at] = joined(out[at], v, join);
        });
        Ok(())
    })
}

/// An element joined with another.
#[inline(always)]
pub fn joined<T: Element>(old: T, new: T, join: Join) -> T {
    let float = T::DTYPE.is_float();
    match join {
        Join::Replace => new,
        Join::Add if T::DTYPE.is_complex() => old.plus(new),
        Join::Multiply if T::DTYPE.is_complex() => old.times(new),
        Join::Add if float => T::from_f64(old.to_f64() + new.to_f64()),
        Join::Add if T::DTYPE == DType::Bool => T::from_i64(old.to_i64() | new.to_i64()),
        Join::Add => T::from_i64(old.to_i64().wrapping_add(new.to_i64())),
        Join::Multiply if float => T::from_f64(old.to_f64() * new.to_f64()),
        Join::Multiply => T::from_i64(old.to_i64().wrapping_mul(new.to_i64())),
        Join::Max => {
            if new.above(old) || new.is_nan() {
                new
            } else {
                old
            }
        }
        Join::Min => {
            if new.below(old) || new.is_nan() {
                new
            } else {
                old
            }
        }
    }
}

/// The storage position that each element of `index` (int64) names along a dimension of an array of that layout, the
/// other coordinates being the element's own; row-major order of `index`. Negative indices are refused.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn along(layout: &Layout, dim: usize, index: &Array) -> Result<Vec<usize>> {
    let layout = if layout.ndim() == 0 { layout.unsqueeze(0) } else { layout.clone() };
    let index = if index.ndim() == 0 { index.with_layout(index.layout.unsqueeze(0)) } else { index.clone() };
    let size = layout.sizes[dim];
    let stride = layout.strides[dim];
    let mut base = Layout { sizes: index.layout.sizes.clone(), strides: layout.strides.clone(), offset: layout.offset };
    base.strides[dim] = 0;
    let mut out = positions(&base)?;
    for (at, i) in out.iter_mut().zip(index.to_vec::<i64>()?) {
        if i < 0 || i as usize >= size {
            return Err(Fault::runtime(format!("index {i} is out of bounds for dimension {dim} with size {size}")));
        }
        *at = (*at as isize + i as isize * stride) as usize;
    }
    Ok(out)
}

/// The elements at storage positions, in a fresh array of those sizes.
pub fn take_at(a: &Array, at: &[usize], sizes: &[usize]) -> Result<Array> {
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = a.typed::<T>(&buffer)?;
        let mut out = allocate::<T>(at.len())?;
        out.extend(at.iter().map(|&i| src[i]));
        Ok(Array::from_vec(out, Dims::from_slice(sizes)))
    })
}

/// Writes the elements of `src`, in row-major order and of the dtype of `dst`, to storage positions.
pub fn put_at(dst: &Array, at: &[usize], src: &Array, join: Join) -> Result<()> {
    with_dtype!(dst.dtype, T => {
        let values = src.to_vec::<T>()?;
        let mut buffer = dst.storage.write();
        let out = dst.typed_mut::<T>(&mut buffer)?;
        for (&i, v) in at.iter().zip(values) {
            out[i] = joined(out[i], v, join);
        }
        Ok(())
    })
}

/// Writes one number to storage positions.
pub fn fill_at(dst: &Array, at: &[usize], value: Scalar, join: Join) -> Result<()> {
    with_dtype!(dst.dtype, T => {
        let value = <T as Element>::from_scalar(value);
        let mut buffer = dst.storage.write();
        let out = dst.typed_mut::<T>(&mut buffer)?;
        at.iter().for_each(|&i| out[i] = joined(out[i], value, join));
        Ok(())
    })
}

/// The elements of a mask that one thread looks at before the next ones.
const BLOCK: usize = 1 << 13;

/// For the true elements of a mask, in order, what `keep` makes of their row-major numbers.
///
/// Counted first, so that every block of the work has its place in the result.
fn kept<U: Typed>(mask: &Array, keep: impl Fn(usize) -> U + Sync) -> Result<Vec<U>> {
    let mask = if mask.dtype == DType::Bool { map::contiguous(mask)? } else { map::cast(mask, DType::Bool)? };
    let buffer = mask.storage.read();
    let all = &mask.typed::<bool>(&buffer)?[mask.layout.offset..mask.layout.offset + mask.numel()];
    let mut starts = vec![0usize; all.len().div_ceil(BLOCK) + 1];
    split_rows(&mut starts[1..], 1, BLOCK / 8, |from, counts| {
        for (count, block) in counts.iter_mut().zip(all[from * BLOCK..].chunks(BLOCK)) {
            *count = block.iter().map(|&h| h as u32).sum::<u32>() as usize;
        }
    });
    (1..starts.len()).for_each(|b| starts[b] += starts[b - 1]);
    let total = starts[starts.len() - 1];
    let mut out = allocate::<U>(total)?;
    let place = Shared(out.as_mut_ptr());
    split(starts.len() - 1, BLOCK, |blocks| {
        // One more, for what is written past the last one.
        let mut found = [U::default(); BLOCK + 1];
        for b in blocks {
            let mut n = 0;
            for (i, &holds) in all[b * BLOCK..].iter().take(BLOCK).enumerate() {
                // Written whether it holds or not, and a step when it does: no branch to mispredict.
                found[n] = keep(b * BLOCK + i);
                n += holds as usize;
            }
            // SAFETY: by the counts, this block has the places from `starts[b]` to `starts[b + 1]` of the reserved ones.
            unsafe {
                std::ptr::copy_nonoverlapping(found.as_ptr(), place.get().add(starts[b]), starts[b + 1] - starts[b]);
            }
        }
    });
    // SAFETY: the blocks wrote `total` elements together.
    unsafe { out.set_len(total) };
    Ok(out)
}

/// The elements where a bool mask of the same sizes holds, 1-d.
pub fn select(a: &Array, mask: &Array) -> Result<Array> {
    let a = map::contiguous(a)?;
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = &a.typed::<T>(&buffer)?[a.layout.offset..a.layout.offset + a.numel()];
        let out = kept(mask, |i| src[i])?;
        let sizes = Dims::from_slice(&[out.len()]);
        Ok(Array::from_vec(out, sizes))
    })
}

/// The coordinates of the elements that are not zero: int64, [count, ndim].
pub fn nonzero(a: &Array) -> Result<Array> {
    let columns = nonzero_by_dim(a)?;
    let n = match columns.first() {
        Some(c) => c.numel(),
        None => a.item().is_some_and(Scalar::as_bool) as usize,
    };
    let columns: Vec<Vec<i64>> = columns.iter().map(Array::to_vec).collect::<Result<_>>()?;
    let mut out = allocate::<i64>(n * a.ndim())?;
    for i in 0..n {
        out.extend(columns.iter().map(|c| c[i]));
    }
    Ok(Array::from_vec(out, Dims::from_slice(&[n, a.ndim()])))
}

/// The coordinates of the elements that are not zero, one int64 vector for each dimension.
pub fn nonzero_by_dim(a: &Array) -> Result<Vec<Array>> {
    if a.ndim() == 0 {
        return Ok(Vec::new());
    }
    let mut rest = kept::<i64>(a, |i| i as i64)?;
    let sizes = Dims::from_slice(&[rest.len()]);
    let mut columns = Vec::new();
    for &n in a.sizes()[1..].iter().rev() {
        let n = n as i64;
        let mut column = allocate::<i64>(rest.len())?;
        column.extend(rest.iter().map(|i| i % n));
        rest.iter_mut().for_each(|i| *i /= n);
        columns.push(Array::from_vec(column, sizes.clone()));
    }
    columns.push(Array::from_vec(rest, sizes));
    columns.reverse();
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(v: &[i64]) -> Array {
        Array::from_vec(v.to_vec(), Dims::from_slice(&[v.len()]))
    }

    #[test]
    fn indexed_dimensions_stay_when_adjacent_and_move_to_the_front_when_not() {
        let layout = Layout::contiguous(Dims::from_slice(&[2, 3, 4]));
        let pair = [ints(&[0, 1]), ints(&[1, -1])];
        assert_eq!(locate(&layout, &[1, 2], &pair).unwrap().sizes.as_slice(), [2, 2]);
        assert_eq!(locate(&layout, &[0, 2], &pair).unwrap().sizes.as_slice(), [2, 3]);
        let e = locate(&layout, &[0], &[ints(&[5])]).err().unwrap();
        assert_eq!(e.message, "index 5 is out of bounds for dimension 0 with size 2");
    }

    #[test]
    fn repeated_places_accumulate() {
        let a = Array::from_vec(vec![0f32; 3], Dims::from_slice(&[3]));
        let places = locate(&a.layout, &[0], &[ints(&[1, 1, 2])]).unwrap();
        put(&a, &places, &Array::from_vec(vec![1f32, 2.0, 4.0], Dims::from_slice(&[3])), Join::Add).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [0.0, 3.0, 4.0]);
    }

    #[test]
    fn places_of_true_elements_are_listed_in_order() {
        let a = Array::from_vec(vec![0f32, 1.0, 2.0, 0.0], Dims::from_slice(&[2, 2]));
        assert_eq!(nonzero(&a).unwrap().to_vec::<i64>().unwrap(), [0, 1, 1, 0]);
        for (n, every) in [(0, 1), (5, 2), (8192, 1), (300_000, 1), (300_001, 3)] {
            let mask = Array::from_vec((0..n).map(|i| i % every == 0).collect::<Vec<bool>>(), Dims::from_slice(&[n]));
            let want: Vec<i64> = (0..n as i64).step_by(every).collect();
            assert_eq!(nonzero_by_dim(&mask).unwrap()[0].to_vec::<i64>().unwrap(), want);
            let numbers = ints(&(0..n as i64).collect::<Vec<_>>());
            assert_eq!(select(&numbers, &mask).unwrap().to_vec::<i64>().unwrap(), want);
        }
    }
}
