//! Sorting and selecting along a dimension, unique values, and search in sorted values.

use super::array::Array;
use super::dtype::{DType, Element, Ordered};
use super::layout::{Dims, Layout, show_sizes, wrap_dim};
use super::map;
use super::select;
use super::storage::{Typed, allocate};
use crate::diag::{Fault, Result, interrupt};
use crate::with_real;
use std::ops::Range;

/// An array with one dimension moved to the end, contiguous, as lines; and the way back.
struct Lines {
    array: Array,
    dim: usize,
    n: usize,
}

impl Lines {
    fn new(a: &Array, dim: i64) -> Result<Lines> {
        let dim = wrap_dim(dim, a.ndim())?;
        let n = a.sizes().get(dim).copied().unwrap_or(1);
        Ok(Lines { array: map::contiguous(&a.with_layout(moved(&a.layout, dim, a.ndim().saturating_sub(1))))?, dim, n })
    }

    /// The results of `len` elements a line, with the dimension moved back.
    fn back<T: Typed>(&self, data: Vec<T>, len: usize) -> Result<Array> {
        let mut sizes = self.array.layout.sizes.clone();
        if let Some(last) = sizes.last_mut() {
            *last = len;
        }
        let nd = sizes.len();
        let out = Array::from_vec(data, sizes);
        map::contiguous(&out.with_layout(moved(&out.layout, nd.saturating_sub(1), self.dim)))
    }

    /// What `pick` chooses from every line: `len` elements and their indices.
    fn choose<T: Typed>(&self, len: usize, pick: impl Fn(&[T]) -> Vec<(T, usize)>) -> Result<(Array, Array)> {
        let count = self.array.numel() / self.n.max(1) * len;
        let (mut values, mut indices) = (allocate::<T>(count)?, allocate::<i64>(count)?);
        if self.n > 0 {
            let buffer = self.array.storage.read();
            let all = &self.array.typed::<T>(&buffer)?[self.array.layout.offset..][..self.array.numel()];
            for line in all.chunks(self.n) {
                for (x, i) in pick(line) {
                    values.push(x);
                    indices.push(i as i64);
                }
            }
        }
        Ok((self.back(values, len)?, self.back(indices, len)?))
    }

    /// What `pick` chooses from every line: one element and its index.
    fn choose_one<T: Typed>(&self, keepdim: bool, pick: impl Fn(&[T]) -> (T, usize)) -> Result<(Array, Array)> {
        let (values, indices) = self.choose(1, |line: &[T]| vec![pick(line)])?;
        if keepdim || values.ndim() == 0 {
            return Ok((values, indices));
        }
        let layout = Layout::contiguous(values.layout.squeeze(Some(&[self.dim])).sizes);
        Ok((values.with_layout(layout.clone()), indices.with_layout(layout)))
    }

    fn refuse_empty(&self, name: &str) -> Result<()> {
        if self.n > 0 {
            return Ok(());
        }
        Err(Fault::index(format!("{name}(): Expected reduction dim {} to have non-zero size.", self.dim)))
    }
}

/// The layout with a dimension moved to another place.
fn moved(layout: &Layout, from: usize, to: usize) -> Layout {
    let mut order: Dims = (0..layout.ndim()).collect();
    if from < order.len() {
        let d = order.remove(from);
        order.insert(to.min(order.len()), d);
    }
    layout.permute(&order)
}

/// A number that orders elements as sorting does: NaN last, the zeros equal; reversed for descending order.
#[inline(always)]
fn key<T: Ordered>(x: T, descending: bool) -> u64 {
    let k = match T::DTYPE {
        DType::F64 => {
            let x = x.to_f64();
            let bits = if x == 0.0 { 0 } else { x.to_bits() };
            if x.is_nan() { u64::MAX } else { bits ^ (((bits as i64) >> 63) as u64 | 1 << 63) }
        }
        DType::F32 | DType::F16 | DType::BF16 => {
            let x = x.to_f64() as f32;
            let bits = if x == 0.0 { 0 } else { x.to_bits() };
            let k = if x.is_nan() { u32::MAX } else { bits ^ (((bits as i32) >> 31) as u32 | 1 << 31) };
            return if descending { !k } else { k } as u64;
        }
        DType::I64 => x.to_i64() as u64 ^ 1 << 63,
        _ => {
            let k = x.to_i64() as i32 as u32 ^ 1 << 31;
            return if descending { !k } else { k } as u64;
        }
    };
    if descending { !k } else { k }
}

/// The stable order of a line; any order once the user wished to stop.
fn order<T: Ordered>(line: &[T], descending: bool) -> Vec<u32> {
    /// Lines up to this length are sorted by comparisons.
    const SHORT: usize = 4096;
    if T::DTYPE.size() == 8 {
        let mut keys: Vec<(u64, u32)> = line.iter().enumerate().map(|(i, &x)| (key(x, descending), i as u32)).collect();
        if keys.len() > SHORT {
            radix_sort(&mut keys, 0..64, |(k, _)| k)
        } else {
            keys.sort_unstable()
        }
        return keys.into_iter().map(|(_, i)| i).collect();
    }
    // The key and the index in one word: no two are equal, so that any sort is stable.
    let mut keys: Vec<u64> = line.iter().enumerate().map(|(i, &x)| key(x, descending) << 32 | i as u64).collect();
    if keys.len() > SHORT {
        radix_sort(&mut keys, 32..64, |k| k)
    } else {
        keys.sort_unstable()
    }
    keys.into_iter().map(|k| k as u32).collect()
}

/// Sorts by some bits of a number, eleven at a time; stable. Left unfinished once the user wished to stop.
fn radix_sort<K: Copy + Default>(keys: &mut Vec<K>, bits: Range<usize>, number: impl Fn(K) -> u64) {
    const BITS: usize = 11;
    /// Keys that take some milliseconds.
    const PIECE: usize = 1 << 20;
    let mut other = vec![K::default(); keys.len()];
    for shift in bits.step_by(BITS) {
        let digit = |k: K| (number(k) >> shift) as usize & ((1 << BITS) - 1);
        let mut starts = vec![0usize; 1 << BITS];
        keys.iter().for_each(|&k| starts[digit(k)] += 1);
        if starts.contains(&keys.len()) {
            continue;
        }
        let mut sum = 0;
        for s in &mut starts {
            sum += std::mem::replace(s, sum);
        }
        for piece in keys.chunks(PIECE) {
            if interrupt::requested() {
                return;
            }
            for &k in piece {
                let place = &mut starts[digit(k)];
                other[*place] = k;
                *place += 1;
            }
        }
        std::mem::swap(keys, &mut other);
    }
}

/// The elements sorted along a dimension and their indices (int64); stable, NaN counts as the largest.
///
/// Errors: IndexError for a bad dimension.
pub fn sort(a: &Array, dim: i64, descending: bool) -> Result<(Array, Array)> {
    let lines = Lines::new(a, dim)?;
    let sorted = with_real!(a.dtype, T => lines.choose::<T>(lines.n, |line| {
        order(line, descending).into_iter().map(|i| (line[i as usize], i as usize)).collect()
    }))?;
    interrupt::checkpoint()?;
    Ok(sorted)
}

/// The indices that sort along a dimension.
pub fn argsort(a: &Array, dim: i64, descending: bool) -> Result<Array> {
    Ok(sort(a, dim, descending)?.1)
}

/// The elements sorted along the first dimension.
pub fn msort(a: &Array) -> Result<Array> {
    Ok(sort(a, 0, false)?.0)
}

fn enumerated<T: Copy>(line: &[T]) -> Vec<(T, usize)> {
    line.iter().copied().enumerate().map(|(i, x)| (x, i)).collect()
}

/// NaN last.
fn ascending<T: Ordered>(a: &(T, usize), b: &(T, usize)) -> bool {
    (!a.0.is_nan() & b.0.is_nan()) | (a.0 < b.0)
}

/// NaN first.
fn falling<T: Ordered>(a: &(T, usize), b: &(T, usize)) -> bool {
    (a.0.is_nan() & !b.0.is_nan()) | (a.0 > b.0)
}

/// The `k` largest (or smallest) elements of a line with their indices, as PyTorch picks among equals.
fn top<T: Ordered>(line: &[T], k: usize, largest: bool, sorted: bool) -> Vec<(T, usize)> {
    let less = |a: &(T, usize), b: &(T, usize)| if largest { falling(a, b) } else { ascending(a, b) };
    if k.saturating_mul(64) <= line.len() {
        return select::first_sorted(line, k, &less);
    }
    let mut all = enumerated(line);
    if k > 0 {
        select::nth_element(&mut all, k - 1, &less);
        if sorted {
            select::sort(&mut all[..k - 1], &less);
        }
    }
    all.truncate(k);
    all
}

/// The `k` largest (or smallest) elements along a dimension and their indices (int64).
///
/// Errors: RuntimeError in PyTorch's words when there are not so many.
pub fn topk(a: &Array, k: usize, dim: i64, largest: bool, sorted: bool) -> Result<(Array, Array)> {
    let lines = Lines::new(a, dim)?;
    if k > lines.n {
        return Err(Fault::runtime("selected index k out of range"));
    }
    with_real!(a.dtype, T => lines.choose::<T>(k, |line| top(line, k, largest, sorted)))
}

/// The `k`-th smallest element along a dimension, counted from 1, and its index.
///
/// Errors: RuntimeError in PyTorch's words when there are not so many.
pub fn kthvalue(a: &Array, k: usize, dim: i64, keepdim: bool) -> Result<(Array, Array)> {
    let lines = Lines::new(a, dim)?;
    if k == 0 || k > lines.n {
        return Err(Fault::runtime(format!("kthvalue(): selected number k out of range for dimension {}", lines.dim)));
    }
    with_real!(a.dtype, T => lines.choose_one::<T>(keepdim, |line| {
        let mut all = enumerated(line);
        select::quick_select(&mut all, k - 1, &|a, b| falling(a, b));
        all[k - 1]
    }))
}

/// The lower middle of a line: the first NaN if there is one, unless they are left out.
fn middle<T: Ordered>(line: &[T], skip_nan: bool) -> (T, usize) {
    let nans = line.iter().filter(|x| x.is_nan()).count();
    if let (true, Some(i)) = (!skip_nan || nans == line.len(), line.iter().position(|x| x.is_nan())) {
        return (line[i], i);
    }
    let mut all = enumerated(line);
    let k = (line.len() - nans - 1) / 2;
    let later = |a: &(T, usize), b: &(T, usize)| (key(a.0, false), a.1).cmp(&(key(b.0, false), b.1));
    *all.select_nth_unstable_by(k, later).1
}

/// The lower medians along a dimension and their indices; NaN if there is one, unless `skip_nan`.
///
/// Errors: IndexError in PyTorch's words when the dimension is empty.
pub fn median_dim(a: &Array, dim: i64, keepdim: bool, skip_nan: bool) -> Result<(Array, Array)> {
    let lines = Lines::new(a, dim)?;
    lines.refuse_empty("median")?;
    with_real!(a.dtype, T => lines.choose_one::<T>(keepdim, |line| middle(line, skip_nan)))
}

/// The lower median of all elements, 0-d; NaN of none or if there is one, unless `skip_nan`.
pub fn median_all(a: &Array, skip_nan: bool) -> Result<Array> {
    with_real!(a.dtype, T => {
        let all = a.to_vec::<T>()?;
        Ok(Array::scalar(if all.is_empty() { T::from_f64(f64::NAN) } else { middle(&all, skip_nan).0 }))
    })
}

/// The most frequent elements along a dimension (the smallest of several) and the last of their indices.
///
/// Errors: IndexError in PyTorch's words when the dimension is empty.
pub fn mode(a: &Array, dim: i64, keepdim: bool) -> Result<(Array, Array)> {
    let lines = Lines::new(a, dim)?;
    lines.refuse_empty("mode")?;
    with_real!(a.dtype, T => lines.choose_one::<T>(keepdim, |line| {
        let mut all = enumerated(line);
        select::sort(&mut all, &ascending);
        let (mut best, mut most, mut run) = (all[0], 0, 0);
        for (i, x) in all.iter().enumerate() {
            run += 1;
            if all.get(i + 1).is_none_or(|y| y.0 != x.0) {
                if run > most {
                    (best, most) = (*x, run);
                }
                run = 0;
            }
        }
        best
    }))
}

/// Distinct values with, for every element, the place of its value, and how often each occurs (both int64).
#[derive(Clone, Debug)]
pub struct Unique {
    /// The distinct values (or slices).
    pub values: Array,
    /// For every element (or slice) the index of its value.
    pub inverse: Array,
    /// The number of occurrences.
    pub counts: Array,
}

/// The sorted distinct elements of the whole array; every NaN is distinct.
pub fn unique(a: &Array) -> Result<Unique> {
    with_real!(a.dtype, T => {
        let all = a.to_vec::<T>()?;
        let order: Vec<usize> = order(&all, false).into_iter().map(|i| i as usize).collect();
        interrupt::checkpoint()?;
        grouped(&order, &a.layout.sizes, |i, j| all[i] == all[j], |firsts| {
            Ok(Array::from_vec(firsts.iter().map(|&i| all[i]).collect::<Vec<T>>(), Dims::from_slice(&[firsts.len()])))
        })
    })
}

/// The distinct neighbours: of runs of equal elements (or of equal slices along a dimension) the first.
pub fn unique_consecutive(a: &Array, dim: Option<i64>) -> Result<Unique> {
    let Some(dim) = dim else {
        return with_real!(a.dtype, T => {
            let all = a.to_vec::<T>()?;
            let order: Vec<usize> = (0..all.len()).collect();
            grouped(&order, &a.layout.sizes, |i, j| all[i] == all[j], |firsts| {
                Ok(Array::from_vec(firsts.iter().map(|&i| all[i]).collect::<Vec<T>>(), Dims::from_slice(&[firsts.len()])))
            })
        });
    };
    slices(a, dim, false)
}

/// The sorted distinct slices along a dimension.
///
/// Errors: IndexError for a bad dimension.
pub fn unique_dim(a: &Array, dim: i64) -> Result<Unique> {
    slices(a, dim, true)
}

fn slices(a: &Array, dim: i64, sorted: bool) -> Result<Unique> {
    let dim = wrap_dim(dim, a.ndim())?;
    let n = a.sizes().get(dim).copied().unwrap_or(1);
    let front = a.with_layout(moved(&a.layout, dim, 0));
    with_real!(a.dtype, T => {
        let all = front.to_vec::<T>()?;
        let width = all.len() / n.max(1);
        let slice = |i: usize| &all[i * width..(i + 1) * width];
        let mut order: Vec<usize> = (0..n).collect();
        if sorted {
            order.sort_by(|&i, &j| slice(i).partial_cmp(slice(j)).unwrap_or(std::cmp::Ordering::Equal));
        }
        grouped(&order, &[n], |i, j| slice(i) == slice(j), |firsts| {
            let index = Array::from_vec(firsts.iter().map(|&i| i as i64).collect(), Dims::from_slice(&[firsts.len()]));
            super::scatter::index_select(a, dim as i64, &index)
        })
    })
}

/// Groups neighbours of an order that are the same.
fn grouped(
    order: &[usize],
    sizes: &[usize],
    same: impl Fn(usize, usize) -> bool,
    values: impl FnOnce(&[usize]) -> Result<Array>,
) -> Result<Unique> {
    let (mut firsts, mut counts) = (Vec::new(), Vec::<i64>::new());
    let mut inverse = vec![0i64; order.len()];
    let mut before = None;
    for &i in order {
        match (before, counts.last_mut()) {
            (Some(j), Some(count)) if same(j, i) => *count += 1,
            _ => {
                firsts.push(i);
                counts.push(1);
            }
        }
        inverse[i] = counts.len() as i64 - 1;
        before = Some(i);
    }
    let n = counts.len();
    Ok(Unique {
        values: values(&firsts)?,
        inverse: Array::from_vec(inverse, Dims::from_slice(sizes)),
        counts: Array::from_vec(counts, Dims::from_slice(&[n])),
    })
}

/// For each value the index (int64) at which it would be inserted into sorted boundaries, which are 1-d or have the
/// values' leading dimensions; behind equal ones when `right`.
///
/// Errors: RuntimeError in PyTorch's words when the shapes do not fit.
pub fn searchsorted(boundaries: &Array, values: &Array, right: bool) -> Result<Array> {
    let (b, v) = (boundaries.sizes(), values.sizes());
    let lead = |s: &[usize]| s.len().saturating_sub(1);
    if b.is_empty() || (b.len() > 1 && (b.len() != v.len() || b[..lead(b)] != v[..lead(v)])) {
        return Err(Fault::runtime(format!(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries \
             tensor and input value tensor must match, but we got boundaries tensor {} and input value tensor {}",
            show_sizes(b),
            show_sizes(v)
        )));
    }
    let dtype = boundaries.dtype.promote(values.dtype);
    let (edges, wanted) = (map::cast(boundaries, dtype)?, map::cast(values, dtype)?);
    let n = b[b.len() - 1];
    let per_line = if b.len() == 1 { values.numel() } else { v[v.len() - 1] };
    with_real!(dtype, T => {
        let (edges, wanted) = (edges.to_vec::<T>()?, wanted.to_vec::<T>()?);
        let mut out = allocate::<i64>(wanted.len())?;
        for (i, &x) in wanted.iter().enumerate() {
            let line = if b.len() == 1 { 0 } else { i / per_line.max(1) };
            let edges = &edges[line * n..(line + 1) * n];
            // A NaN is beyond every edge: no comparison with it holds.
            let stops = |e: T| e.above(x) || (!right && e == x);
            out.push(edges.partition_point(|&e| !stops(e)) as i64);
        }
        Ok(Array::from_vec(out, values.layout.sizes.clone()))
    })
}

/// How often each of 0, 1, ... occurs in a 1-d array of integers: int64, or float64 sums of weights (float32 for
/// float32 weights).
///
/// Errors: RuntimeError in PyTorch's words for anything but 1-d non-negative integers.
pub fn bincount(a: &Array, weights: Option<&Array>, at_least: usize) -> Result<Array> {
    let refuse = || Fault::runtime("bincount only supports 1-d non-negative integral inputs.");
    if a.ndim() != 1 || a.dtype.is_float() {
        return Err(refuse());
    }
    let all = map::cast(a, DType::I64)?.to_vec::<i64>()?;
    if all.iter().any(|&x| x < 0) {
        return Err(refuse());
    }
    let n = all.iter().max().map_or(0, |&m| (m as usize).saturating_add(1)).max(at_least);
    let Some(weights) = weights else {
        let mut counts = super::storage::allocate_zeroed::<i64>(n)?;
        all.iter().for_each(|&x| counts[x as usize] += 1);
        return Ok(Array::from_vec(counts, Dims::from_slice(&[n])));
    };
    if weights.sizes() != a.sizes() {
        return Err(Fault::runtime("weights should be 1-d and have the same length as input"));
    }
    let mut sums = super::storage::allocate_zeroed::<f64>(n)?;
    for (&x, w) in all.iter().zip(map::cast(weights, DType::F64)?.to_vec::<f64>()?) {
        sums[x as usize] += w;
    }
    let out = Array::from_vec(sums, Dims::from_slice(&[n]));
    if weights.dtype == DType::F32 { map::cast(&out, DType::F32) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ints(v: &[i64]) -> Array {
        Array::from_vec(v.to_vec(), Dims::from_slice(&[v.len()]))
    }

    fn indices((_, i): (Array, Array)) -> Vec<i64> {
        i.to_vec().unwrap()
    }

    #[test]
    fn ties_are_named_as_torch_names_them() {
        let a = ints(&[3, 1, 3, 2, 3, 3, 3]);
        assert_eq!(indices(topk(&a, 3, 0, true, true).unwrap()), [0, 5, 4]);
        assert_eq!(indices(topk(&a, 3, 0, false, true).unwrap()), [1, 3, 4]);
        assert_eq!(indices(kthvalue(&ints(&[4, 2, 2, 2, 1]), 3, 0, false).unwrap()), [2]);
        assert_eq!(indices(median_dim(&ints(&[4, 2, 2, 2, 1]), 0, false, false).unwrap()), [2]);
        assert_eq!(indices(mode(&ints(&[2, 2, 1, 1, 0]), 0, false).unwrap()), [3]);
        assert_eq!(indices(median_dim(&ints(&[1, 2, 0, 3, 3, 3, 2, 2]), 0, false, false).unwrap()), [6]);
    }

    #[test]
    fn nan_sorts_last_and_is_the_median() {
        let a = Array::from_vec(vec![2.0f32, f32::NAN, -0.0, 0.0, f32::NEG_INFINITY], vec![5]);
        assert_eq!(indices(sort(&a, 0, false).unwrap()), [4, 2, 3, 0, 1]);
        assert_eq!(indices(sort(&a, 0, true).unwrap()), [1, 0, 2, 3, 4]);
        assert_eq!(indices(median_dim(&a, 0, false, false).unwrap()), [1]);
        assert_eq!(median_all(&a, true).unwrap().to_vec::<f32>().unwrap(), [0.0]);
        let u = unique(&a).unwrap();
        assert_eq!((u.values.numel(), u.counts.to_vec::<i64>().unwrap()), (4, vec![1, 2, 1, 1]));
    }

    proptest! {
        #[test]
        fn sorting_is_stable_in_every_dimension(seed in any::<u32>(), n in 0usize..6, m in 1usize..9, dim in 0usize..2, down in any::<bool>()) {
            let data: Vec<f64> = (0..n * m).map(|i| ((i as u32).wrapping_mul(2654435761).wrapping_add(seed) >> 29) as f64).collect();
            let a = Array::from_vec(data, vec![n, m]);
            let (v, i) = sort(&a, dim as i64, down).unwrap();
            let again = crate::array::scatter::gather(&a, dim as i64, &i).unwrap();
            prop_assert_eq!(v.to_vec::<f64>().unwrap(), again.to_vec::<f64>().unwrap());
            let t = |x: &Array| x.with_layout(moved(&x.layout, dim, 1));
            let (v, i) = (t(&v).to_vec::<f64>().unwrap(), t(&i).to_vec::<i64>().unwrap());
            for (v, i) in v.chunks(a.sizes()[dim].max(1)).zip(i.chunks(a.sizes()[dim].max(1))) {
                for k in 1..v.len() {
                    let ordered = if down { v[k - 1] >= v[k] } else { v[k - 1] <= v[k] };
                    prop_assert!(ordered);
                    prop_assert!(v[k - 1] != v[k] || i[k - 1] < i[k]);
                }
            }
        }
    }

    #[test]
    fn long_lines_use_the_radix_sort() {
        let data: Vec<f32> = (0..10_000u32).map(|i| (i.wrapping_mul(2654435761) as i32 >> 8) as f32).collect();
        let sorted = sort(&Array::from_vec(data, vec![10_000]), 0, false).unwrap().0.to_vec::<f32>().unwrap();
        assert!(sorted.windows(2).all(|w| w[0] <= w[1]));
    }

    #[test]
    fn search_counts_and_distinct_slices() {
        let b = ints(&[1, 3, 3, 5]);
        let s = |right| searchsorted(&b, &ints(&[0, 3, 9]), right).unwrap().to_vec::<i64>().unwrap();
        assert_eq!((s(false), s(true)), (vec![0, 1, 4], vec![0, 3, 4]));
        assert_eq!(bincount(&ints(&[0, 1, 1, 3]), None, 0).unwrap().to_vec::<i64>().unwrap(), [1, 2, 0, 1]);
        let m = Array::from_vec(vec![1i64, 2, 1, 2, 0, 5], vec![3, 2]);
        let u = unique_dim(&m, 0).unwrap();
        assert_eq!(u.values.to_vec::<i64>().unwrap(), [0, 5, 1, 2]);
        assert_eq!(u.inverse.to_vec::<i64>().unwrap(), [1, 1, 0]);
    }
}
