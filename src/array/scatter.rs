//! Indexing along one dimension: selecting, gathering, scattering.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Element};
use super::iter::Walk;
use super::layout::{Dims, Layout, show_sizes, wrap_dim};
use super::map;
use super::places;
use super::simd::{Shared, split};
use super::storage::allocate;
use crate::diag::{Fault, Result};
use crate::with_dtype;

/// What a scattered element does with the one already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Scatter {
    Set,
    Add,
    Multiply,
    Max,
    Min,
}

/// A 0-d array as a vector of one element.
fn at_least_1d(a: &Array) -> Array {
    if a.ndim() == 0 { a.with_layout(a.layout.unsqueeze(0)) } else { a.clone() }
}

/// The index as int64, checked to lie in 0..size.
fn checked_index(
    index: &Array,
    dtype_error: &str,
    out_of_range: impl Fn(i64) -> Option<crate::diag::Error>,
) -> Result<Array> {
    let index = match index.dtype {
        DType::I64 => index.clone(),
        DType::I32 => map::cast(index, DType::I64)?,
        _ => return Err(Fault::runtime(dtype_error)),
    };
    let buffer = index.storage.read();
    let all = index.typed::<i64>(&buffer)?;
    let walk = Walk::new([&index.layout]);
    let mut wrong = None;
    walk.all(|[at]: [isize; 1], n: usize| {
        for i in 0..n as isize {
            if wrong.is_none() {
                wrong = out_of_range(all[(at + i * walk.inner[0]) as usize]);
            }
        }
    });
    drop(buffer);
    wrong.map_or(Ok(index), Err)
}

fn bounds(i: i64, dim: usize, size: usize) -> Option<crate::diag::Error> {
    let wrong = i < 0 || i >= size as i64;
    wrong.then(|| Fault::runtime(format!("index {i} is out of bounds for dimension {dim} with size {size}")))
}

/// The elements along `dim` at the indices, which must not be negative; the other coordinates are the index's own.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn gather(a: &Array, dim: i64, index: &Array) -> Result<Array> {
    let dim = wrap_dim(dim, a.ndim())?;
    let result_sizes = index.layout.sizes.clone();
    let (a, index) = (at_least_1d(a), at_least_1d(index));
    let checked = checked_index(&index, "gather(): Expected dtype int32/int64 for index", |_| None)?;
    if index.ndim() != a.ndim() {
        return Err(Fault::runtime("Index tensor must have the same number of dimensions as input tensor"));
    }
    if (0..a.ndim()).any(|d| d != dim && index.sizes()[d] > a.sizes()[d]) {
        return Err(Fault::runtime(format!(
            "Size does not match at dimension {} expected index {} to be no larger than self {} apart from dimension {dim}",
            (0..a.ndim()).find(|&d| d != dim && index.sizes()[d] > a.sizes()[d]).unwrap_or(0),
            show_sizes(index.sizes()),
            show_sizes(a.sizes())
        )));
    }
    let size = a.sizes()[dim];
    let index = checked_index(&checked, "", |i| bounds(i, dim, size))?;
    let walk = Walk::new([&index.layout, &along(&a.layout, dim, index.sizes())]);
    let step = a.layout.strides[dim];
    let (n, guard) = (walk.total, index.storage.read());
    let places = index.typed::<i64>(&guard)?;
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let all = a.typed::<T>(&buffer)?;
        let mut out = allocate::<T>(n)?;
        let to = Shared(out.as_mut_ptr());
        split(n, 1, |range| {
            let mut k = range.start;
            walk.runs(range, |[p, q]: [isize; 2], len: usize| {
                for i in 0..len as isize {
                    let at = q + i * walk.inner[1] + places[(p + i * walk.inner[0]) as usize] as isize * step;
                    // SAFETY: every element of the output is written by one thread, once.
                    unsafe { to.get().add(k).write(all[at as usize]) };
                    k += 1;
                }
            });
        });
        // SAFETY: all n elements were written.
        unsafe { out.set_len(n) };
        Ok(Array::from_vec(out, result_sizes))
    })
}

/// The layout restricted to `sizes`, standing still along `dim`.
fn along(layout: &Layout, dim: usize, sizes: &[usize]) -> Layout {
    let mut out = layout.clone();
    out.sizes = Dims::from_slice(sizes);
    out.strides[dim] = 0;
    out
}

/// Writes the elements of `src` to `dst` along `dim` at the indices, which must not be negative. In place.
///
/// `index` may be smaller than both; repeated indices take effect in row-major order. Errors: RuntimeError in
/// PyTorch's words.
pub fn scatter(dst: &Array, dim: i64, index: &Array, src: &Array, how: Scatter) -> Result<()> {
    if src.dtype != dst.dtype {
        return Err(Fault::runtime("scatter(): Expected self.dtype to be equal to src.dtype"));
    }
    let dim = wrap_dim(dim, dst.ndim())?;
    let (shape, dst, index) = (show_sizes(src.sizes()), at_least_1d(dst), at_least_1d(index));
    let index = checked_index(&index, "scatter(): Expected dtype int32/int64 for index", |_| None)?;
    if index.numel() == 0 {
        return Ok(());
    }
    if index.ndim() != dst.ndim() {
        return Err(Fault::runtime("Index tensor must have the same number of dimensions as self tensor"));
    }
    let src = at_least_1d(src);
    if src.ndim() != dst.ndim() {
        return Err(Fault::runtime("Index tensor must have the same number of dimensions as src tensor"));
    }
    let fits = |d: usize| (d == dim || index.sizes()[d] <= dst.sizes()[d]) && index.sizes()[d] <= src.sizes()[d];
    if !(0..dst.ndim()).all(fits) {
        let (index, own) = (show_sizes(index.sizes()), show_sizes(dst.sizes()));
        return Err(Fault::runtime(format!(
            "Expected index {index} to be no larger than self {own} apart from dimension {dim} and to be no larger size \
             than src {shape}"
        )));
    }
    let size = dst.sizes()[dim];
    let index = checked_index(&index, "", |i| bounds(i, dim, size))?;
    // Whatever shares the destination's storage is read as it was before.
    let index = if index.shares_storage(&dst) { map::copy(&index)? } else { index };
    let src = if src.shares_storage(&dst) { map::copy(&src)? } else { src };
    let mut from = Layout::clone(&src.layout);
    from.sizes = index.layout.sizes.clone();
    let walk = Walk::new([&index.layout, &along(&dst.layout, dim, index.sizes()), &from]);
    let step = dst.layout.strides[dim];
    with_dtype!(dst.dtype, T => {
        let (guard, values) = (index.storage.read(), src.storage.read());
        let (places, values) = (index.typed::<i64>(&guard)?, src.typed::<T>(&values)?);
        let mut buffer = dst.storage.write();
        let all = dst.typed_mut::<T>(&mut buffer)?;
        walk.all(|[p, q, r]: [isize; 3], len: usize| {
            for i in 0..len as isize {
                let at = (q + i * walk.inner[1] + places[(p + i * walk.inner[0]) as usize] as isize * step) as usize;
                let (x, v) = (all[at], values[(r + i * walk.inner[2]) as usize]);
                all[at] = match how {
                    Scatter::Set => v,
                    Scatter::Add => x.plus(v),
                    Scatter::Multiply => x.times(v),
                    Scatter::Max => if v.above(x) || v.is_nan() { v } else { x },
                    Scatter::Min => if v.below(x) || v.is_nan() { v } else { x },
                };
            }
        });
        Ok(())
    })
}

/// The slices along `dim` at the indices (a vector or one number), which must not be negative.
///
/// Errors: IndexError or RuntimeError in PyTorch's words.
pub fn index_select(a: &Array, dim: i64, index: &Array) -> Result<Array> {
    let dim = wrap_dim(dim, a.ndim())?;
    if index.ndim() > 1 {
        return Err(Fault::index("index_select(): Index is supposed to be a vector"));
    }
    let index = at_least_1d(index);
    let wide = at_least_1d(a);
    let size = wide.sizes()[dim];
    let index = checked_index(&index, "index_select(): Expected dtype int32 or int64 for index", |i| {
        let wrong = i < 0 || i >= size as i64;
        wrong.then(|| match dim {
            0 => Fault::index("index out of range in self"),
            _ => Fault::runtime(format!("INDICES element is out of DATA bounds, id={i} axis_dim={size}")),
        })
    })?;
    let out = places::take(&wide, &places::locate(&wide.layout, &[dim], &[index])?)?;
    Ok(if a.ndim() == 0 { out.with_layout(out.layout.select(0, 0)) } else { out })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(v: &[i64], sizes: &[usize]) -> Array {
        Array::from_vec(v.to_vec(), Dims::from_slice(sizes))
    }

    fn floats(v: &[f32], sizes: &[usize]) -> Array {
        Array::from_vec(v.to_vec(), Dims::from_slice(sizes))
    }

    #[test]
    fn gather_and_scatter_are_inverse_on_a_permutation() {
        let a = floats(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[2, 3]);
        let i = ints(&[2, 0, 1, 1, 2, 0], &[2, 3]);
        let g = gather(&a, 1, &i).unwrap();
        assert_eq!(g.to_vec::<f32>().unwrap(), [2.0, 0.0, 1.0, 4.0, 5.0, 3.0]);
        let back = floats(&[0.0; 6], &[2, 3]);
        scatter(&back, 1, &i, &g, Scatter::Set).unwrap();
        assert_eq!(back.to_vec::<f32>().unwrap(), a.to_vec::<f32>().unwrap());
        let t = a.with_layout(a.layout.transpose(0, 1));
        assert_eq!(gather(&t, 0, &ints(&[2, 0], &[1, 2])).unwrap().to_vec::<f32>().unwrap(), [2.0, 3.0]);
    }

    #[test]
    fn slices_are_selected() {
        let a = floats(&[6.0, 0.0, 5.0, 7.0, 8.0, 5.0], &[2, 3]);
        assert_eq!(index_select(&a, 1, &ints(&[1, 1], &[2])).unwrap().to_vec::<f32>().unwrap(), [0.0, 0.0, 8.0, 8.0]);
        let e = index_select(&a, 0, &ints(&[2], &[1])).unwrap_err();
        assert_eq!(e.message, "index out of range in self");
    }
}
