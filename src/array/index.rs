//! Indexing by arrays: advanced indexing, its assignment, and what selects by a mask.
#![allow(unsafe_code)]

use super::array::{Array, checked_numel};
use super::dtype::{DType, Element, Scalar};
use super::iter::{Walk, positions};
use super::layout::{Dims, Layout, broadcast_sizes, show_sizes};
use super::map;
use super::simd::{Shared, split};
use super::storage::allocate;
use crate::diag::{Fault, Result};
use crate::with_dtype;

/// The indices of the elements that are not zero, one row each, as int64 [n, ndim].
pub fn nonzero(a: &Array) -> Result<Array> {
    let columns = nonzero_columns(a)?;
    let n = columns.first().map_or_else(|| a.item().is_some_and(Scalar::as_bool) as usize, Vec::len);
    let mut out = allocate::<i64>(n * columns.len())?;
    for i in 0..n {
        out.extend(columns.iter().map(|c| c[i]));
    }
    Ok(Array::from_vec(out, Dims::from_slice(&[n, columns.len()])))
}

/// The indices of the elements that are not zero, one list for each dimension.
fn nonzero_columns(a: &Array) -> Result<Vec<Vec<i64>>> {
    let truth = if a.dtype == DType::Bool { map::contiguous(a)? } else { map::cast(a, DType::Bool)? };
    let buffer = truth.storage.read();
    let all = &truth.typed::<bool>(&buffer)?[truth.layout.offset..truth.layout.offset + truth.numel()];
    let mut columns: Vec<Vec<i64>> = vec![allocate(all.iter().filter(|&&x| x).count())?; a.ndim()];
    for (i, _) in all.iter().enumerate().filter(|(_, x)| **x) {
        let mut rest = i;
        for d in (0..a.ndim()).rev() {
            columns[d].push((rest % a.sizes()[d]) as i64);
            rest /= a.sizes()[d];
        }
    }
    Ok(columns)
}

/// Which elements of an array advanced indexing picks: for every place before the indexed dimensions, for every
/// index, every place after them.
struct Picks {
    /// The sizes of the result.
    sizes: Dims,
    /// The positions of the dimensions before.
    before: Vec<usize>,
    /// What each index adds to the position.
    offsets: Offsets,
    /// The dimensions after, as a layout at offset 0.
    after: Layout,
}

/// What each index adds to the position.
enum Offsets {
    /// One index array, used as it is: indices, size and stride of the dimension.
    One(Vec<i64>, i64, isize),
    /// Several, added up.
    Sum(Vec<isize>),
}

impl Offsets {
    fn len(&self) -> usize {
        match self {
            Offsets::One(indices, ..) => indices.len(),
            Offsets::Sum(offsets) => offsets.len(),
        }
    }

    #[inline(always)]
    fn get(&self, r: usize) -> isize {
        match self {
            Offsets::One(indices, size, stride) => {
                let i = indices[r];
                (if i < 0 { i + size } else { i }) as isize * stride
            }
            Offsets::Sum(offsets) => offsets[r],
        }
    }
}

/// Indices as int64 in row-major order.
///
/// Errors: IndexError when the dtype is no index type.
fn index_vec(index: &Array) -> Result<Vec<i64>> {
    match index.dtype {
        DType::I64 => index.to_vec(),
        DType::I32 => Ok(index.to_vec::<i32>()?.into_iter().map(i64::from).collect()),
        _ => Err(Fault::index("tensors used as indices must be long, int, byte or bool tensors")),
    }
}

fn picks(a: &Array, indices: &[Option<Array>]) -> Result<Picks> {
    let too_many = || Fault::index(format!("too many indices for tensor of dimension {}", a.ndim()));
    // Masks become the coordinates of what they select.
    let mut each: Vec<Option<Array>> = Vec::new();
    for index in indices {
        match index {
            Some(mask) if matches!(mask.dtype, DType::Bool | DType::U8) => {
                for (j, &n) in mask.sizes().iter().enumerate() {
                    let at = each.len() + j;
                    if at >= a.ndim() {
                        return Err(too_many());
                    }
                    if a.sizes()[at] != n {
                        return Err(Fault::index(format!(
                            "The shape of the mask {} at index {j} does not match the shape of the indexed tensor {} \
                             at index {at}",
                            show_sizes(mask.sizes()),
                            show_sizes(a.sizes())
                        )));
                    }
                }
                for column in nonzero_columns(mask)? {
                    let n = column.len();
                    each.push(Some(Array::from_vec(column, Dims::from_slice(&[n]))));
                }
            }
            other => each.push(other.clone()),
        }
    }
    if each.len() > a.ndim() {
        return Err(too_many());
    }
    let used: Vec<(usize, &Array)> = each.iter().enumerate().filter_map(|(d, i)| Some((d, i.as_ref()?))).collect();
    let mut wide = Dims::new();
    for (_, index) in &used {
        wide = broadcast_sizes(&wide, index.sizes()).map_err(|_| {
            let shapes: Vec<String> = used.iter().map(|(_, i)| show_sizes(i.sizes())).collect();
            Fault::index(format!(
                "shape mismatch: indexing tensors could not be broadcast together with shapes {}",
                shapes.join(", ")
            ))
        })?;
    }
    let count = checked_numel(&wide)?;
    let mut offsets = Offsets::Sum(Vec::new());
    for (k, &(d, index)) in used.iter().enumerate() {
        let size = a.sizes()[d] as i64;
        let stride = a.layout.strides[d];
        if size == 0 && count > 0 {
            return Err(Fault::index("index is out of bounds for dimension with size 0"));
        }
        let narrow = index_vec(&index.with_layout(index.layout.broadcast_to(&wide)?))?;
        let (low, high) = narrow.iter().fold((0, -1), |(low, high), &i| (i.min(low), i.max(high)));
        if low < -size || high >= size {
            let i = narrow.iter().find(|i| **i < -size || **i >= size).copied().unwrap_or(low);
            return Err(Fault::index(format!("index {i} is out of bounds for dimension {k} with size {size}")));
        }
        let one = Offsets::One(narrow, size, stride);
        offsets = match offsets {
            _ if k == 0 => one,
            before => Offsets::Sum((0..count).map(|r| before.get(r) + one.get(r)).collect()),
        };
    }
    if used.is_empty() {
        offsets = Offsets::Sum(vec![0]);
    }
    let (first, last) = (used.first().map_or(0, |u| u.0), used.last().map_or(0, |u| u.0));
    let adjacent = !used.is_empty() && last - first + 1 == used.len();
    let rest = |d: &usize| each.get(*d).is_none_or(Option::is_none);
    let split_at = if adjacent { first } else { 0 };
    let layout = |dims: &mut dyn Iterator<Item = usize>, offset| {
        let mut out = Layout { sizes: Dims::new(), strides: Default::default(), offset };
        for d in dims {
            out.sizes.push(a.sizes()[d]);
            out.strides.push(a.layout.strides[d]);
        }
        out
    };
    let before = layout(&mut (0..split_at), a.layout.offset);
    let after = layout(&mut (split_at..a.ndim()).filter(rest), 0);
    let sizes = before.sizes.iter().chain(&wide).chain(&after.sizes).copied().collect();
    Ok(Picks { sizes, before: positions(&before), offsets, after })
}

/// Advanced indexing: the elements at the (broadcast) indices of each dimension, `None` for all of a dimension.
///
/// The dimensions of the indices stand where the indexed ones were when those are adjacent, otherwise in front. int64
/// and int32 count from the end when negative; bool and uint8 are masks. Errors: IndexError in PyTorch's words.
pub fn index(a: &Array, indices: &[Option<Array>]) -> Result<Array> {
    if let [Some(mask)] = indices
        && mask.dtype == DType::Bool
        && mask.sizes() == a.sizes()
        && a.ndim() > 0
    {
        return masked_select(a, mask);
    }
    let picks = picks(a, indices)?;
    let n = checked_numel(&picks.sizes)?;
    let walk = Walk::new([&picks.after]);
    let (rows, width) = (picks.offsets.len(), walk.total);
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let all = Shared(a.typed::<T>(&buffer)?.as_ptr().cast_mut());
        let mut out = allocate::<T>(n)?;
        let place = Shared(out.as_mut_ptr());
        if n > 0 {
            split(picks.before.len() * rows, width, |range| {
                for r in range {
                    let at = picks.before[r / rows] as isize + picks.offsets.get(r % rows);
                    // SAFETY: indices were checked against the sizes and the layout lies in the storage; every row
                    // writes its own `width` elements of the `n` reserved.
                    unsafe {
                        let mut to = place.get().add(r * width);
                        if width == 1 {
                            to.write(*all.get().offset(at));
                        } else {
                            walk.all(|[off]: [isize; 1], len: usize| {
                                let from = all.get().offset(at + off);
                                if walk.inner[0] == 1 {
                                    std::ptr::copy_nonoverlapping(from, to, len);
                                } else {
                                    for i in 0..len {
                                        to.add(i).write(*from.offset(i as isize * walk.inner[0]));
                                    }
                                }
                                to = to.add(len);
                            });
                        }
                    }
                }
            });
        }
        // SAFETY: before * rows * width = n elements were written.
        unsafe { out.set_len(n) };
        Ok(Array::from_vec(out, picks.sizes))
    })
}

/// Sets (or with `accumulate` adds to) the elements that [`index`] would pick; `value` broadcasts to them. In place.
///
/// Without `accumulate` the last of repeated indices wins. Errors: IndexError and RuntimeError in PyTorch's words.
pub fn index_put(dst: &Array, indices: &[Option<Array>], value: &Array, accumulate: bool) -> Result<()> {
    if value.dtype != dst.dtype {
        return Err(Fault::runtime(format!(
            "Index put requires the source and destination dtypes match, got {} for the destination and {} for the \
             source.",
            dst.dtype.scalar_type(),
            value.dtype.scalar_type()
        )));
    }
    let picks = picks(dst, indices)?;
    // Leading ones of the value may be more than the result has dimensions.
    let mut layout = Layout::clone(&value.layout);
    while layout.ndim() > picks.sizes.len() && layout.sizes[0] == 1 {
        layout = layout.select(0, 0);
    }
    let wide = layout.broadcast_to(&picks.sizes).map_err(|_| {
        Fault::runtime(format!(
            "shape mismatch: value tensor of shape {} cannot be broadcast to indexing result of shape {}",
            show_sizes(value.sizes()),
            show_sizes(&picks.sizes)
        ))
    })?;
    let after = positions(&picks.after);
    with_dtype!(dst.dtype, T => {
        let values = value.with_layout(wide).to_vec::<T>()?;
        let mut buffer = dst.storage.write();
        let all = dst.typed_mut::<T>(&mut buffer)?;
        let mut values = values.into_iter();
        for &b in &picks.before {
            for o in (0..picks.offsets.len()).map(|r| picks.offsets.get(r)) {
                for (&p, v) in after.iter().zip(&mut values) {
                    let at = (b as isize + o + p as isize) as usize;
                    all[at] = if accumulate { all[at].plus(v) } else { v };
                }
            }
        }
        Ok(())
    })
}

fn require_bool(mask: &Array, message: impl FnOnce() -> String) -> Result<()> {
    if mask.dtype == DType::Bool { Ok(()) } else { Err(Fault::runtime(message())) }
}

/// The elements where the mask holds, 1-d; both broadcast.
///
/// Errors: RuntimeError when the mask is not bool or does not broadcast.
pub fn masked_select(a: &Array, mask: &Array) -> Result<Array> {
    require_bool(mask, || "masked_select: expected BoolTensor for mask".into())?;
    let sizes = broadcast_sizes(mask.sizes(), a.sizes())?;
    let walk = Walk::broadcast(&sizes, [&a.layout, &mask.layout])?;
    let truth = mask.storage.read();
    let holds = mask.typed::<bool>(&truth)?;
    // Counted first, so that every block of the work has its place in the result.
    const BLOCK: usize = 1 << 13;
    let blocks = walk.total.div_ceil(BLOCK);
    let mut starts = vec![0usize; blocks + 1];
    let counts = Shared(starts.as_mut_ptr());
    let range = |b: usize| b * BLOCK..((b + 1) * BLOCK).min(walk.total);
    split(blocks, BLOCK, |some| {
        for b in some {
            let mut n = 0;
            walk.runs(range(b), |[_, q]: [isize; 2], len: usize| {
                n += match walk.inner[1] {
                    1 => holds[q as usize..q as usize + len].iter().map(|&h| h as u32).sum::<u32>() as usize,
                    s => (0..len as isize).filter(|i| holds[(q + i * s) as usize]).count(),
                };
            });
            // SAFETY: every block writes its own count.
            unsafe { counts.get().add(b + 1).write(n) };
        }
    });
    (0..blocks).for_each(|b| starts[b + 1] += starts[b]);
    let n = starts[blocks];
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let all = a.typed::<T>(&buffer)?;
        let mut out = allocate::<T>(n)?;
        let place = Shared(out.as_mut_ptr());
        split(blocks, BLOCK, |some| {
            let mut kept = vec![T::default(); BLOCK];
            for b in some {
                let mut k = 0;
                walk.runs(range(b), |[p, q]: [isize; 2], len: usize| {
                    for i in 0..len as isize {
                        // Written whether it holds or not, and a step when it does: no branch to mispredict.
                        kept[k.min(BLOCK - 1)] = all[(p + i * walk.inner[0]) as usize];
                        k += holds[(q + i * walk.inner[1]) as usize] as usize;
                    }
                });
                // SAFETY: the counts say that block b has starts[b]..starts[b + 1] of the n reserved elements.
                unsafe { std::ptr::copy_nonoverlapping(kept.as_ptr(), place.get().add(starts[b]), starts[b + 1] - starts[b]) };
            }
        });
        // SAFETY: the blocks wrote n elements together.
        unsafe { out.set_len(n) };
        Ok(Array::from_vec(out, Dims::from_slice(&[n])))
    })
}

/// Sets the elements where the mask, which broadcasts, holds. In place.
///
/// Errors: RuntimeError when the mask is not bool or does not broadcast.
pub fn masked_fill(dst: &Array, mask: &Array, value: Scalar) -> Result<()> {
    require_bool(mask, || {
        format!("masked_fill_ only supports boolean masks, but got mask with dtype {}", mask.dtype.c_name())
    })?;
    with_dtype!(dst.dtype, T => {
        let value = T::from_scalar(value);
        map::map2_assign::<T, bool>(dst, mask, |x, m| if m { value } else { x })
    })
}

/// Sets the elements where the mask, which broadcasts, holds to the elements of `src` in order. In place.
///
/// Errors: RuntimeError when dtypes differ, the mask is not bool or `src` has too few elements.
pub fn masked_scatter(dst: &Array, mask: &Array, src: &Array) -> Result<()> {
    if dst.dtype != src.dtype {
        return Err(Fault::runtime(format!(
            "masked_scatter: expected self and source to have same dtypes but got{} and {}",
            dst.dtype.scalar_type(),
            src.dtype.scalar_type()
        )));
    }
    require_bool(mask, || {
        format!("masked_scatter_ only supports boolean masks, but got mask with dtype {}", mask.dtype.c_name())
    })?;
    let holds = mask.with_layout(mask.layout.broadcast_to(dst.sizes())?).to_vec::<bool>()?;
    with_dtype!(dst.dtype, T => {
        let values = src.to_vec::<T>()?;
        if values.len() < holds.iter().filter(|&&m| m).count() {
            return Err(Fault::runtime("Number of elements of source < number of ones in mask"));
        }
        let mut buffer = dst.storage.write();
        let all = dst.typed_mut::<T>(&mut buffer)?;
        let places = positions(&dst.layout).into_iter().zip(holds).filter(|(_, m)| *m);
        places.zip(values).for_each(|((at, _), v)| all[at] = v);
        Ok(())
    })
}

/// `a` where the condition holds, otherwise `b`; all three broadcast, the last two are of one dtype.
///
/// Errors: RuntimeError when the condition is not bool or sizes do not broadcast.
pub fn where3(condition: &Array, a: &Array, b: &Array) -> Result<Array> {
    require_bool(condition, || {
        format!(
            "where expected condition to be a boolean tensor, but got a tensor with dtype {}",
            condition.dtype.scalar_type()
        )
    })?;
    with_dtype!(a.dtype, T => map::map3::<bool, T, T, T>(condition, a, b, |c, x, y| if c { x } else { y }))
}

/// The elements at positions counted in row-major order, in the sizes of the index.
///
/// Errors: IndexError or RuntimeError in PyTorch's words.
pub fn take(a: &Array, index: &Array) -> Result<Array> {
    if index.dtype != DType::I64 {
        return Err(Fault::runtime(format!(
            "take(): Expected a long tensor for index, but got {}",
            index.dtype.scalar_type()
        )));
    }
    let at = flat_places(a, index, "take(): tried to take from an empty tensor")?;
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let all = a.typed::<T>(&buffer)?;
        let mut out = allocate::<T>(at.len())?;
        out.extend(at.into_iter().map(|p| all[p]));
        Ok(Array::from_vec(out, index.layout.sizes.clone()))
    })
}

/// The storage positions of indices counted in row-major order.
fn flat_places(a: &Array, index: &Array, empty: &str) -> Result<Vec<usize>> {
    let wanted = index_vec(index)?;
    let n = a.numel() as i64;
    if n == 0 && !wanted.is_empty() {
        return Err(Fault::index(empty));
    }
    let places = if a.layout.is_contiguous() { None } else { Some(positions(&a.layout)) };
    wanted
        .into_iter()
        .map(|i| {
            if i < -n || i >= n {
                return Err(Fault::index(format!(
                    "out of range: tried to access index {i} on a tensor of {n} elements."
                )));
            }
            let i = if i < 0 { i + n } else { i } as usize;
            Ok(places.as_ref().map_or(a.layout.offset + i, |p| p[i]))
        })
        .collect()
}

/// Sets (or adds to) the elements at positions counted in row-major order. In place.
///
/// Errors: IndexError or RuntimeError in PyTorch's words.
pub fn put(dst: &Array, index: &Array, src: &Array, accumulate: bool) -> Result<()> {
    if index.dtype != DType::I64 {
        return Err(Fault::runtime(format!(
            "put_(): Expected a long tensor for index, but got {}",
            index.dtype.scalar_type()
        )));
    }
    if dst.dtype != src.dtype {
        return Err(Fault::runtime(format!(
            "put_(): self and source expected to have the same dtype, but got self.dtype = {} and source.dtype = {}",
            dst.dtype.scalar_type(),
            src.dtype.scalar_type()
        )));
    }
    if src.numel() != index.numel() {
        return Err(Fault::index(format!(
            "put_(): Expected source and index to have the same number of elements, but got source.numel() = {}, \
             index.numel() = {}",
            src.numel(),
            index.numel()
        )));
    }
    let at = flat_places(dst, index, "put_(): Tried to put elements into an empty tensor")?;
    with_dtype!(dst.dtype, T => {
        let values = src.to_vec::<T>()?;
        let mut buffer = dst.storage.write();
        let all = dst.typed_mut::<T>(&mut buffer)?;
        for (p, v) in at.into_iter().zip(values) {
            all[p] = if accumulate { all[p].plus(v) } else { v };
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iota(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| i as f32).collect(), Dims::from_slice(sizes))
    }

    fn at(v: &[i64], sizes: &[usize]) -> Option<Array> {
        Some(Array::from_vec(v.to_vec(), Dims::from_slice(sizes)))
    }

    #[test]
    fn index_dimensions_stay_in_place_when_adjacent_and_go_to_the_front_otherwise() {
        let a = iota(&[2, 3, 4, 5]);
        let (i, j) = (at(&[0], &[1]), at(&[1, 2], &[2, 1]));
        assert_eq!(index(&a, &[None, i.clone(), j.clone()]).unwrap().sizes(), [2, 2, 1, 5]);
        assert_eq!(index(&a, &[None, i.clone(), None, j.clone()]).unwrap().sizes(), [2, 1, 2, 4]);
        assert_eq!(index(&a, &[i, None, j]).unwrap().sizes(), [2, 1, 3, 5]);
        let rows = index(&iota(&[3, 2]), &[at(&[-1, 0], &[2])]).unwrap();
        assert_eq!(rows.to_vec::<f32>().unwrap(), [4.0, 5.0, 0.0, 1.0]);
        let t = iota(&[3, 2]);
        let t = t.with_layout(t.layout.transpose(0, 1));
        assert_eq!(index(&t, &[None, at(&[2], &[1])]).unwrap().to_vec::<f32>().unwrap(), [4.0, 5.0]);
    }

    #[test]
    fn masks_select_and_refuse_in_pytorchs_words() {
        let a = iota(&[2, 3]);
        let mask = |v: &[bool], s: &[usize]| Some(Array::from_vec(v.to_vec(), Dims::from_slice(s)));
        let got = index(&a, &[None, mask(&[true, false, true], &[3])]).unwrap();
        assert_eq!(got.to_vec::<f32>().unwrap(), [0.0, 2.0, 3.0, 5.0]);
        let e = index(&a, &[mask(&[true, false, true], &[3])]).unwrap_err();
        assert_eq!(
            e.message,
            "The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [2, 3] at index 0"
        );
        let e = index(&a, &[at(&[0, 1], &[2]), at(&[0, 1, 2], &[3])]).unwrap_err();
        assert_eq!(e.message, "shape mismatch: indexing tensors could not be broadcast together with shapes [2], [3]");
        assert_eq!(
            index(&a, &[at(&[5], &[1])]).unwrap_err().message,
            "index 5 is out of bounds for dimension 0 with size 2"
        );
        let picked = masked_select(&a, &mask(&[true, false, true], &[3]).unwrap()).unwrap();
        assert_eq!(picked.to_vec::<f32>().unwrap(), [0.0, 2.0, 3.0, 5.0]);
    }

    #[test]
    fn assignment_broadcasts_repeats_and_survives_aliasing() {
        let a = iota(&[3]);
        let twice = at(&[0, 0], &[2]);
        index_put(&a, std::slice::from_ref(&twice), &iota(&[2]), true).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [1.0, 1.0, 2.0]);
        index_put(&a, &[at(&[2, 1, 0], &[3])], &a, false).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [2.0, 1.0, 1.0]);
        masked_fill(&a, &Array::from_vec(vec![true, false, true], vec![3]), Scalar::Int(7)).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [7.0, 1.0, 7.0]);
    }

    #[test]
    fn large_masks_are_cut_into_blocks() {
        let a = iota(&[300_000]);
        let mask = map::map1::<f32, bool>(&a, |x| (x as usize).is_multiple_of(3)).unwrap();
        let got = masked_select(&a, &mask).unwrap().to_vec::<f32>().unwrap();
        assert!(got.len() == 100_000 && got.iter().enumerate().all(|(i, &x)| x == 3.0 * i as f32));
        assert_eq!(nonzero(&mask).unwrap().sizes(), [100_000, 1]);
    }
}
