//! The reduction driver: folds chosen dimensions of an array by any reducer.
//!
//! The named reductions are in [`super::sums`] and [`super::extremes`].
#![allow(unsafe_code)]
// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::array::Array;
use super::iter::{Visit, Walk};
use super::layout::{Dims, Layout, checked_numel, wrap_dim};
use super::simd::{Kernel, PARALLEL_FROM, Shared, dispatch, split};
use super::storage::{Typed, allocate};
use crate::diag::{Fault, Result};
use std::ops::Range;

/// How elements fold into an accumulator.
pub trait Reducer<T: Copy>: Sync {
    /// The accumulator.
    type Acc: Copy + Send + Sync;
    /// Whether the index given to `push` must be the row-major index among the reduced elements.
    const INDEXED: bool = false;
    /// Columns are folded side by side in groups of this many, wherever the threads divide them: for reducers whose order
    /// depends on how many there are.
    const GROUP: usize = 1;

    /// The accumulator of no elements.
    fn start(&self) -> Self::Acc;
    /// The accumulator with one more element, the `index`-th.
    fn push(&self, acc: Self::Acc, x: T, index: usize) -> Self::Acc;
    /// The accumulator of the elements of both, `a` before `b` unless they are interleaved.
    fn join(&self, a: Self::Acc, b: Self::Acc) -> Self::Acc;

    /// Folds `n` elements at `p`, `p + stride`, ...; the first is the `index`-th.
    ///
    /// # Safety
    /// The elements are in bounds.
    #[inline(always)]
    unsafe fn run(&self, p: *const T, stride: isize, n: usize, index: usize) -> Self::Acc {
        // SAFETY: the caller's.
        unsafe { fold_lanes(self, p, stride, n, index) }
    }

    /// Folds `n` rows into the accumulators of adjacent columns; row `i` begins at `p + i * row`, its columns are
    /// `col` apart.
    ///
    /// # Safety
    /// The elements are in bounds.
    #[inline(always)]
    unsafe fn columns(&self, p: *const T, col: isize, row: isize, n: usize, index: usize, acc: &mut [Self::Acc]) {
        // SAFETY: the caller's.
        unsafe {
            for i in 0..n {
                let line = p.offset(i as isize * row);
                if col == 1 {
                    for (c, a) in acc.iter_mut().enumerate() {
                        *a = self.push(*a, *line.add(c), index + i);
                    }
                } else {
                    for (c, a) in acc.iter_mut().enumerate() {
                        *a = self.push(*a, *line.offset(c as isize * col), index + i);
                    }
                }
            }
        }
    }
}

/// Folds `n` elements at `p`, `p + stride`, ... in interleaved lanes where they are contiguous; the first is the
/// `index`-th.
///
/// # Safety
/// The elements are in bounds.
#[inline(always)]
pub(super) unsafe fn fold_lanes<T: Copy, R: Reducer<T> + ?Sized>(
    r: &R,
    p: *const T,
    stride: isize,
    n: usize,
    index: usize,
) -> R::Acc {
    const LANES: usize = 16;
    // SAFETY: the caller's.
    unsafe {
        let mut rest = r.start();
        let whole = if stride == 1 { n / LANES * LANES } else { 0 };
        if whole > 0 {
            let mut lanes = [rest; LANES];
            for i in (0..whole).step_by(LANES) {
                for l in 0..LANES {
                    lanes[l] = r.push(lanes[l], *p.add(i + l), index + i + l);
                }
            }
            // Hidden from the compiler, which would otherwise lay out the whole loop above for the pairs joined below.
            let mut lanes = std::hint::black_box(lanes);
            let mut width = LANES / 2;
            while width > 0 {
                for l in 0..width {
                    lanes[l] = r.join(lanes[l], lanes[l + width]);
                }
                width /= 2;
            }
            rest = lanes[0];
        }
        for i in whole..n {
            rest = r.push(rest, *p.offset(i as isize * stride), index + i);
        }
        rest
    }
}

/// The dimensions that an optional list of possibly negative numbers names, ascending; all of them without a list.
///
/// Errors: IndexError out of range, RuntimeError for a dimension named twice.
pub fn named_dims(dims: Option<&[i64]>, ndim: usize) -> Result<Dims> {
    let Some(dims) = dims else { return Ok((0..ndim).collect()) };
    let mut out = Dims::new();
    if let (&[d], 1..) = (dims, ndim) {
        out.push(wrap_dim(d, ndim)?);
        return Ok(out);
    }
    for &d in dims {
        let d = wrap_dim(d, ndim)?;
        if out.contains(&d) {
            return Err(Fault::runtime(format!("dim {d} appears multiple times in the list of dims")));
        }
        out.push(d);
    }
    out.sort_unstable();
    // Dimension 0 of a 0-d array is allowed and means nothing.
    out.retain(|d| *d < ndim);
    Ok(out)
}

/// The sizes after a reduction.
pub fn reduced_sizes(sizes: &[usize], dims: &[usize], keepdim: bool) -> Dims {
    let mut out = Dims::new();
    for (d, &n) in sizes.iter().enumerate() {
        match dims.contains(&d) {
            true if keepdim => out.push(1),
            true => {}
            false => out.push(n),
        }
    }
    out
}

/// The kept and the reduced dimensions of an array, each as a walk.
struct Plan {
    kept: Walk<1>,
    reduced: Walk<1>,
}

impl Plan {
    fn new(layout: &Layout, dims: &[usize], indexed: bool) -> Plan {
        let kept = Walk::over(layout, (0..layout.ndim()).filter(|d| !dims.contains(d)), layout.offset);
        let mut order = Dims::from_slice(dims);
        if !indexed && dims.len() > 1 {
            // Any order gives the same; the one of memory is the fastest.
            order.sort_by_key(|&d| std::cmp::Reverse(layout.strides[d].abs()));
        }
        Plan { kept, reduced: Walk::over(layout, order.iter().copied(), 0) }
    }

    /// Whether neighbours in memory belong to different results, so that columns are folded side by side.
    fn by_columns(&self) -> bool {
        let near = |w: &Walk<1>| if w.len > 1 { w.inner[0].unsigned_abs() } else { usize::MAX };
        self.reduced.total > 1 && self.kept.len > 1 && near(&self.kept) < near(&self.reduced)
    }
}

/// Takes the accumulator of a result and its row-major index. Behind a pointer, so that the loops around it are compiled
/// once for all that may be made of an accumulator.
type Put<'a, A> = dyn Fn(usize, A) + Sync + 'a;

/// Whether loops over a type are compiled for each instruction set: those over narrow types are rare and run as they are.
const fn is_wide<T>() -> bool {
    matches!(size_of::<T>(), 4 | 8)
}

/// Folds the reduced elements of one result, or a range of them.
struct Fold<'a, T, R> {
    r: &'a R,
    reduced: &'a Walk<1>,
    range: Range<usize>,
    p: *const T,
}

impl<T: Copy, R: Reducer<T>> Kernel for Fold<'_, T, R> {
    type Output = R::Acc;
    const WIDE: bool = is_wide::<T>();
    #[inline(always)]
    fn run(self) -> R::Acc {
        let (r, stride) = (self.r, self.reduced.inner[0]);
        // SAFETY: `typed` checked that every element of the array is in bounds.
        unsafe {
            if self.reduced.len == self.reduced.total {
                let at = self.range.start as isize * stride;
                return r.run(self.p.offset(at), stride, self.range.len(), self.range.start);
            }
            let mut folder = Runs { r, p: self.p, stride, acc: r.start(), index: self.range.start };
            self.reduced.runs(self.range, &mut folder);
            folder.acc
        }
    }
}

struct Runs<'a, T, R: Reducer<T>>
where
    T: Copy,
{
    r: &'a R,
    p: *const T,
    stride: isize,
    acc: R::Acc,
    index: usize,
}

impl<T: Copy, R: Reducer<T>> Visit<1> for &mut Runs<'_, T, R> {
    #[inline(always)]
    fn visit(&mut self, [at]: [isize; 1], n: usize) {
        // SAFETY: as in `Fold`.
        let acc = unsafe { self.r.run(self.p.offset(at), self.stride, n, self.index) };
        self.acc = self.r.join(self.acc, acc);
        self.index += n;
    }
}

/// Folds the reduced elements of `n` results, one after the other.
struct Rows<'a, T: Copy, R: Reducer<T>> {
    r: &'a R,
    reduced: &'a Walk<1>,
    p: *const T,
    step: isize,
    first: usize,
    n: usize,
    put: &'a Put<'a, R::Acc>,
}

impl<T: Copy, R: Reducer<T>> Kernel for Rows<'_, T, R> {
    type Output = ();
    const WIDE: bool = is_wide::<T>();
    #[inline(always)]
    fn run(self) {
        let Rows { r, reduced, .. } = self;
        for i in 0..self.n {
            // SAFETY: positions of a checked layout.
            let p = unsafe { self.p.offset(i as isize * self.step) };
            (self.put)(self.first + i, Fold { r, reduced, range: 0..reduced.total, p }.run());
        }
    }
}

/// Folds adjacent columns side by side.
struct Columns<'a, T, A, R> {
    r: &'a R,
    reduced: &'a Walk<1>,
    p: *const T,
    col: isize,
    acc: &'a mut [A],
    index: usize,
}

impl<T: Copy, R: Reducer<T>> Kernel for Columns<'_, T, R::Acc, R> {
    type Output = ();
    const WIDE: bool = is_wide::<T>();
    #[inline(always)]
    fn run(mut self) {
        self.reduced.all(&mut self);
    }
}

impl<T: Copy, R: Reducer<T>> Visit<1> for &mut Columns<'_, T, R::Acc, R> {
    #[inline(always)]
    fn visit(&mut self, [at]: [isize; 1], n: usize) {
        // SAFETY: as in `Fold`.
        unsafe { self.r.columns(self.p.offset(at), self.col, self.reduced.inner[0], n, self.index, self.acc) };
        self.index += n;
    }
}

/// The array of the folds over `dims` (ascending, in range), each passed through `finish`.
///
/// Errors: InternalError when `a` does not hold `T`s, MemoryError.
pub fn reduce<T: Typed, U: Typed, R: Reducer<T>>(
    a: &Array,
    dims: &[usize],
    keepdim: bool,
    r: &R,
    finish: impl Fn(R::Acc) -> U + Sync,
) -> Result<Array> {
    let sizes = reduced_sizes(a.sizes(), dims, keepdim);
    let n = checked_numel(&sizes)?;
    let mut out = allocate::<U>(n)?;
    let place = Shared(out.as_mut_ptr());
    // SAFETY: `fold` gives each of the `n` reserved places once.
    fold(a, dims, r, &|i, acc| unsafe { place.get().add(i).write(finish(acc)) })?;
    // SAFETY: all `n` elements were written.
    unsafe { out.set_len(n) };
    Ok(Array::from_vec(out, sizes))
}

/// As [`reduce`] for folds that give two results, such as a value and its index.
pub fn reduce_pair<T: Typed, U: Typed, V: Typed, R: Reducer<T>>(
    a: &Array,
    dims: &[usize],
    keepdim: bool,
    r: &R,
    finish: impl Fn(R::Acc) -> (U, V) + Sync,
) -> Result<(Array, Array)> {
    let sizes = reduced_sizes(a.sizes(), dims, keepdim);
    let n = checked_numel(&sizes)?;
    let (mut left, mut right) = (allocate::<U>(n)?, allocate::<V>(n)?);
    let (first, second) = (Shared(left.as_mut_ptr()), Shared(right.as_mut_ptr()));
    fold(a, dims, r, &|i, acc| {
        let (u, v) = finish(acc);
        // SAFETY: `fold` gives each of the `n` reserved places of both once.
        unsafe {
            first.get().add(i).write(u);
            second.get().add(i).write(v);
        }
    })?;
    // SAFETY: all `n` elements of both were written.
    unsafe {
        left.set_len(n);
        right.set_len(n);
    }
    Ok((Array::from_vec(left, sizes.clone()), Array::from_vec(right, sizes)))
}

/// Columns folded side by side: their accumulators stay in the first-level cache.
const TILE: usize = 512;
/// The elements of one piece of a large reduction to a single result; a constant, so that the result is the same for
/// any number of threads.
const BLOCK: usize = 1 << 16;

/// Folds, and hands each accumulator to `put` with its row-major index among the results.
fn fold<T: Typed, R: Reducer<T>>(a: &Array, dims: &[usize], r: &R, put: &Put<R::Acc>) -> Result<()> {
    let buffer = a.storage.read();
    let p = Shared(a.typed::<T>(&buffer)?.as_ptr().cast_mut());
    let plan = Plan::new(&a.layout, dims, R::INDEXED);
    let (kept, reduced) = (&plan.kept, &plan.reduced);
    if kept.total == 0 {
        return Ok(());
    }
    if reduced.total == 0 {
        (0..kept.total).for_each(|i| put(i, r.start()));
        return Ok(());
    }
    if kept.total == 1 && reduced.total >= PARALLEL_FROM {
        let blocks = reduced.total.div_ceil(BLOCK);
        let mut parts = vec![r.start(); blocks];
        let places = Shared(parts.as_mut_ptr());
        // SAFETY: the layout starts inside the storage.
        let base = Shared(unsafe { p.get().add(a.layout.offset) });
        split(blocks, BLOCK, |some| {
            for b in some {
                let range = b * BLOCK..((b + 1) * BLOCK).min(reduced.total);
                let acc = dispatch(Fold { r, reduced, range, p: base.get().cast_const() });
                // SAFETY: every block writes its own place.
                unsafe { places.get().add(b).write(acc) };
            }
        });
        put(0, pairwise(r, parts));
        return Ok(());
    }
    let by_columns = plan.by_columns();
    let group = if by_columns { R::GROUP } else { 1 };
    split(kept.total.div_ceil(group), reduced.total * group, |groups| {
        let range = groups.start * group..(groups.end * group).min(kept.total);
        let mut i = range.start;
        kept.runs(range, |[at]: [isize; 1], n: usize| {
            let step = kept.inner[0];
            // SAFETY: positions of a checked layout.
            let place = |c: usize| unsafe { p.get().offset(at + c as isize * step).cast_const() };
            if by_columns {
                for c in (0..n).step_by(TILE) {
                    let mut acc = [r.start(); TILE];
                    let acc = &mut acc[..TILE.min(n - c)];
                    dispatch(Columns { r, reduced, p: place(c), col: step, acc, index: 0 });
                    acc.iter().enumerate().for_each(|(k, acc)| put(i + c + k, *acc));
                }
            } else {
                dispatch(Rows { r, reduced, p: place(0), step, first: i, n, put });
            }
            i += n;
        });
    });
    Ok(())
}

/// The join of all parts, neighbours first.
fn pairwise<T: Copy, R: Reducer<T>>(r: &R, mut parts: Vec<R::Acc>) -> R::Acc {
    while parts.len() > 1 {
        parts = parts.chunks(2).map(|c| if let [a, b] = c { r.join(*a, *b) } else { c[0] }).collect();
    }
    parts.first().copied().unwrap_or_else(|| r.start())
}
