//! Indexing along one dimension: selecting, gathering, scattering.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Element, Scalar};
use super::iter::Walk;
use super::layout::{Dims, Layout, broadcast_sizes, show_sizes, wrap_dim};
use super::map;
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
    scatter_any(dst, dim, index, Some(src), Scalar::Int(0), how)
}

/// As [`scatter`] with one number for all indices.
pub fn scatter_value(dst: &Array, dim: i64, index: &Array, value: Scalar, how: Scatter) -> Result<()> {
    scatter_any(dst, dim, index, None, value, how)
}

fn scatter_any(dst: &Array, dim: i64, index: &Array, src: Option<&Array>, value: Scalar, how: Scatter) -> Result<()> {
    let dim = wrap_dim(dim, dst.ndim())?;
    let (shape, dst, index) = (src.map(|s| show_sizes(s.sizes())), at_least_1d(dst), at_least_1d(index));
    let index = checked_index(&index, "scatter(): Expected dtype int32/int64 for index", |_| None)?;
    if index.numel() == 0 {
        return Ok(());
    }
    if index.ndim() != dst.ndim() {
        return Err(Fault::runtime("Index tensor must have the same number of dimensions as self tensor"));
    }
    let src = match src {
        Some(s) => at_least_1d(s),
        None => {
            let one = Array::full(&[], value, dst.dtype)?;
            one.with_layout(one.layout.broadcast_to(index.sizes())?)
        }
    };
    if src.ndim() != dst.ndim() {
        return Err(Fault::runtime("Index tensor must have the same number of dimensions as src tensor"));
    }
    let fits = |d: usize| (d == dim || index.sizes()[d] <= dst.sizes()[d]) && index.sizes()[d] <= src.sizes()[d];
    if !(0..dst.ndim()).all(fits) {
        let (index, own) = (show_sizes(index.sizes()), show_sizes(dst.sizes()));
        let tail = shape.map_or_else(String::new, |s| format!(" and to be no larger size than src {s}"));
        return Err(Fault::runtime(format!(
            "Expected index {index} to be no larger than self {own} apart from dimension {dim}{tail}"
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

/// `torch.Tensor.scatter_reduce_`: `how` is sum, prod, mean, amax or amin. In place.
///
/// Without `include_self` the elements that indices reach begin anew. Errors: RuntimeError in PyTorch's words.
pub fn scatter_reduce(dst: &Array, dim: i64, index: &Array, src: &Array, how: &str, include_self: bool) -> Result<()> {
    let (scatter_how, identity) = match how {
        "sum" | "mean" => (Scatter::Add, Scalar::Int(0)),
        "prod" => (Scatter::Multiply, Scalar::Int(1)),
        "amax" => (Scatter::Max, super::extremes::lowest(dst.dtype)),
        "amin" => (Scatter::Min, super::extremes::highest(dst.dtype)),
        other => {
            return Err(Fault::runtime(format!(
                "reduce argument must be either sum, prod, mean, amax or amin, got {other}"
            )));
        }
    };
    let src = if src.shares_storage(dst) { &map::copy(src)? } else { src };
    if !include_self {
        scatter_value(dst, dim, index, identity, Scatter::Set)?;
    }
    scatter(dst, dim, index, src, scatter_how)?;
    if how == "mean" {
        let counts = Array::full(dst.sizes(), Scalar::Int(include_self as i64), DType::I64)?;
        scatter_value(&counts, dim, index, Scalar::Int(1), Scatter::Add)?;
        with_dtype!(dst.dtype, T => map::map2_assign::<T, i64>(dst, &counts, |x, n| match n {
            0 | 1 => x,
            n if T::DTYPE.is_float() => T::from_f64(x.to_f64() / n as f64),
            n => T::from_i64(x.to_i64().div_euclid(n)),
        }))?;
    }
    Ok(())
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
    let mut indices: Vec<Option<Array>> = vec![None; dim];
    indices.push(Some(index));
    let out = super::index::index(&wide, &indices)?;
    Ok(if a.ndim() == 0 { out.with_layout(out.layout.select(0, 0)) } else { out })
}

/// The index of `index_add` and kin: a vector of int64, checked against its source.
fn slice_index(dst: &Array, dim: usize, index: &Array, src: &Array, name: &str) -> Result<Array> {
    if index.ndim() > 1 {
        return Err(Fault::index(format!(
            "{name}(): Index is supposed to be a vector, but got dim: {} with type: {} and size: {}",
            index.ndim(),
            index.dtype.scalar_type(),
            show_sizes(index.sizes())
        )));
    }
    let index = at_least_1d(index);
    let size = dst.sizes()[dim];
    let index = checked_index(&index, &format!("{name}(): Expected dtype int32/int64 for index"), |i| {
        let wrong = i < 0 || i >= size as i64;
        wrong.then(|| match name {
            "index_add_" => Fault::index("index out of range in self"),
            _ => Fault::index(format!("{name}(): index {i} is out of bounds for dimension {dim} with size {size}")),
        })
    })?;
    let have = src.sizes().get(dim).copied().unwrap_or(1);
    if index.numel() != have {
        let n = index.numel();
        return Err(match name {
            "index_add_" => Fault::runtime(format!(
                "{name}(): Number of indices ({n}) should be equal to source.size(dim): ({have}), for dim: {dim}"
            )),
            _ => {
                Fault::index(format!("{name}(): Number of indices ({n}) should be equal to source.size(dim) ({have})"))
            }
        });
    }
    Ok(index)
}

/// Adds `alpha` times the slices of `src` to the slices of `dst` along `dim` at the indices. In place.
///
/// Errors: IndexError or RuntimeError in PyTorch's words.
pub fn index_add(dst: &Array, dim: i64, index: &Array, src: &Array, alpha: Scalar) -> Result<()> {
    let dim = wrap_dim(dim, dst.ndim())?;
    if dst.dtype != src.dtype {
        return Err(Fault::runtime(format!(
            "index_add_(): self ({}) and source ({}) must have the same scalar type",
            dst.dtype.scalar_type(),
            src.dtype.scalar_type()
        )));
    }
    let (dst, src) = (at_least_1d(dst), at_least_1d(src));
    let index = slice_index(&dst, dim, index, &src, "index_add_")?;
    let others = |a: &Array| a.sizes().iter().enumerate().filter(|(d, _)| *d != dim).map(|(_, &n)| n).collect::<Dims>();
    if src.ndim() != dst.ndim() || others(&src) != others(&dst) {
        return Err(Fault::runtime(format!(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = {} \
             source.shape = {}",
            show_sizes(dst.sizes()),
            show_sizes(src.sizes())
        )));
    }
    let mut indices: Vec<Option<Array>> = vec![None; dim];
    indices.push(Some(index));
    let one = matches!(alpha, Scalar::Int(1)) || alpha == Scalar::Float(1.0);
    let scaled = if one {
        src
    } else {
        with_dtype!(src.dtype, T => {
            let alpha = T::from_scalar(alpha);
            map::map1::<T, T>(&src, move |x| x.times(alpha))
        })?
    };
    super::index::index_put(&dst, &indices, &scaled, true)
}

/// Sets the slices of `dst` along `dim` at the indices to the slices of `src`. In place.
///
/// Errors: IndexError or RuntimeError in PyTorch's words.
pub fn index_copy(dst: &Array, dim: i64, index: &Array, src: &Array) -> Result<()> {
    let dim = wrap_dim(dim, dst.ndim())?;
    if dst.dtype != src.dtype {
        return Err(Fault::runtime(format!(
            "index_copy_(): self and source expected to have the same dtype, but got (self) {} and (source) {}",
            dst.dtype.scalar_type(),
            src.dtype.scalar_type()
        )));
    }
    let (dst, src) = (at_least_1d(dst), at_least_1d(src));
    let others = |a: &Array| a.sizes().iter().enumerate().filter(|(d, _)| *d != dim).map(|(_, &n)| n).collect::<Dims>();
    if src.ndim() != dst.ndim() || others(&src) != others(&dst) {
        let show = |sizes: Dims| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        return Err(Fault::runtime(format!(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: {} at \
             dimension {dim} and source slice shape: {} at dimension 0.",
            show(others(&dst)),
            show(others(&src))
        )));
    }
    let index = slice_index(&dst, dim, index, &src, "index_copy_")?;
    let mut indices: Vec<Option<Array>> = vec![None; dim];
    indices.push(Some(index));
    super::index::index_put(&dst, &indices, &src, false)
}

/// Sets the slices of `dst` along `dim` at the indices (which may count from the end) to one number. In place.
///
/// Errors: IndexError or RuntimeError in PyTorch's words.
pub fn index_fill(dst: &Array, dim: i64, index: &Array, value: Scalar) -> Result<()> {
    let dim = wrap_dim(dim, dst.ndim())?;
    if index.dtype != DType::I64 {
        return Err(Fault::index("index_fill_(): Expected dtype int64 for index."));
    }
    if index.ndim() > 1 {
        return Err(Fault::runtime("Index has to be a vector/scalar"));
    }
    let dst = at_least_1d(dst);
    let size = dst.sizes()[dim] as i64;
    for i in index.to_vec::<i64>()? {
        if i < -size || i >= size {
            return Err(Fault::index(format!("index {i} is out of bounds for dimension {dim} with size {size}")));
        }
    }
    let mut indices: Vec<Option<Array>> = vec![None; dim];
    indices.push(Some(at_least_1d(index)));
    super::index::index_put(&dst, &indices, &Array::full(&[], value, dst.dtype)?, false)
}

/// As [`gather`] with all dimensions but `dim` broadcast; without `dim` both are flattened.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn take_along_dim(a: &Array, index: &Array, dim: Option<i64>) -> Result<Array> {
    if index.dtype != DType::I64 {
        return Err(Fault::runtime(format!(
            "torch.take_along_dim(): dtype of indices should be Long but got {}",
            index.dtype.scalar_type()
        )));
    }
    let Some(dim) = dim else {
        let flat = |x: &Array| -> Result<Array> {
            let x = map::contiguous(x)?;
            let layout = x.layout.view(&[x.numel()]).ok_or_else(|| Fault::internal("a contiguous array is one run"))?;
            Ok(x.with_layout(layout))
        };
        return gather(&flat(a)?, 0, &flat(index)?);
    };
    if a.ndim() != index.ndim() {
        return Err(Fault::runtime(format!(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, but got {} \
             dimensions for input, and {} dimensions for indices",
            a.ndim(),
            index.ndim()
        )));
    }
    let d = wrap_dim(dim, a.ndim())?;
    let without = |x: &Array, size: usize| {
        let mut sizes = x.layout.sizes.clone();
        if let Some(n) = sizes.get_mut(d) {
            *n = size;
        }
        sizes
    };
    let sizes = broadcast_sizes(&without(a, 1), &without(index, 1))?;
    let wide = |x: &Array| -> Result<Array> {
        let mut to = sizes.clone();
        if let Some(n) = to.get_mut(d) {
            *n = x.sizes()[d];
        }
        Ok(x.with_layout(x.layout.broadcast_to(&to)?))
    };
    // Counting from the end is allowed here.
    let n = a.sizes().get(d).copied().unwrap_or(1) as i64;
    let index = map::map1::<i64, i64>(&wide(index)?, |i| if i < 0 { i + n } else { i })?;
    gather(&wide(a)?, dim, &index)
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
    fn reductions_begin_with_or_without_self() {
        for (how, include, want) in
            [("mean", true, 2.0), ("mean", false, 2.5), ("amax", false, 3.0), ("prod", true, 6.0)]
        {
            let a = floats(&[1.0, 1.0, 1.0], &[3]);
            scatter_reduce(&a, 0, &ints(&[0, 0], &[2]), &floats(&[3.0, 2.0], &[2]), how, include).unwrap();
            assert_eq!(a.to_vec::<f32>().unwrap(), [want, 1.0, 1.0], "{how}");
        }
    }

    #[test]
    fn slices_add_copy_and_fill() {
        let a = floats(&[0.0; 6], &[2, 3]);
        index_add(&a, 1, &ints(&[0, 0], &[2]), &floats(&[1.0, 2.0, 3.0, 4.0], &[2, 2]), Scalar::Int(2)).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [6.0, 0.0, 0.0, 14.0, 0.0, 0.0]);
        index_copy(&a, 0, &ints(&[1], &[1]), &floats(&[7.0, 8.0, 9.0], &[1, 3])).unwrap();
        index_fill(&a, 1, &ints(&[-1], &[1]), Scalar::Float(5.0)).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [6.0, 0.0, 5.0, 7.0, 8.0, 5.0]);
        assert_eq!(index_select(&a, 1, &ints(&[1, 1], &[2])).unwrap().to_vec::<f32>().unwrap(), [0.0, 0.0, 8.0, 8.0]);
        let e = index_select(&a, 0, &ints(&[2], &[1])).unwrap_err();
        assert_eq!(e.message, "index out of range in self");
    }

    #[test]
    fn take_along_dim_broadcasts() {
        let a = floats(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[2, 3]);
        assert_eq!(take_along_dim(&a, &ints(&[-1], &[1, 1]), Some(1)).unwrap().to_vec::<f32>().unwrap(), [2.0, 5.0]);
    }
}
