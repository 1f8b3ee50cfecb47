//! Convolutions of any geometry and their two gradients.
//!
//! Where windows move by single steps, a padded input is read at one shift for each element of the kernel and nothing
//! is laid out ("direct", see `Shifts`); otherwise windows are laid out as columns and multiplied.
#![allow(unsafe_code)]
// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::array::Array;
use super::dtype::DType;
use super::layout::{Dims, checked_numel};
use super::map;
use super::matmul::{Factor, Into, Side, Sizes, Target, product};
use super::simd::{Kernel, Shared, dispatch, split_stoppable};
use super::storage::{allocate, allocate_zeroed};
use super::windows::Geometry;
use crate::diag::{Fault, Result};

/// Runs `$body` for the dtypes that convolutions are computed in; halves go through f32.
macro_rules! with_factor {
    ($dtype:expr, [$($x:ident),*], $T:ident => $body:expr) => {
        match $dtype {
            DType::F32 => { type $T = f32; $body }
            DType::F64 => { type $T = f64; $body }
            DType::I64 => { type $T = i64; $body }
            DType::I32 => { type $T = i32; $body }
            DType::I16 => { type $T = i16; $body }
            DType::I8 => { type $T = i8; $body }
            DType::U8 => { type $T = u8; $body }
            DType::F16 | DType::BF16 => {
                type $T = f32;
                let half = $dtype;
                $(let $x = &map::cast($x, DType::F32)?;)*
                let out: Result<Array> = $body;
                map::cast(&out?, half)
            }
            DType::Bool => Err(Fault::not_implemented("\"slow_conv2d_cpu\" not implemented for 'Bool'")),
            complex @ (DType::C64 | DType::C128) => Err(super::dtype::complex_refused(complex)),
        }
    };
}

/// What the three products have in common.
struct Job {
    g: Geometry,
    samples: usize,
    groups: usize,
    /// Channels of the input, of one group.
    inner: usize,
    /// Channels of the output, of one group.
    outer: usize,
}

impl Job {
    fn new(g: &Geometry, samples: usize, weight: &[usize], groups: usize) -> Job {
        Job { g: *g, samples, groups, inner: weight[1], outer: weight[0] / groups }
    }

    /// The elements of one output's kernel.
    fn taps(&self) -> usize {
        self.inner * self.g.window()
    }

    /// The elements of the input, the output, and the weights of one group of one sample.
    fn parts(&self) -> (usize, usize, usize) {
        (self.inner * self.g.plane(), self.outer * self.g.count(), self.outer * self.taps())
    }

    /// Whether the columns are the input itself.
    fn is_plain(&self) -> bool {
        self.g.window() == 1 && self.g.stride == [1; 3] && self.g.padding == [0; 3]
    }

    /// The windows of one group's input as columns [taps, count].
    fn unfold<T: Factor>(&self, x: &[T], columns: &mut Vec<T>) {
        let each = self.g.window() * self.g.count();
        columns.resize(self.inner * each, T::default());
        for (x, columns) in x.chunks(self.g.plane().max(1)).zip(columns.chunks_mut(each.max(1))) {
            self.g.unfold(x, columns);
        }
    }

    /// Calls `work(sample, group, columns, threads)` for all: samples side by side when there are several, otherwise
    /// one after the other with threads inside.
    fn each<T: Factor>(&self, work: impl Fn(usize, usize, &mut Vec<T>, bool) + Sync) -> Result<()> {
        let cost = (self.taps() * self.g.count()).saturating_mul(self.outer).saturating_mul(self.groups).div_ceil(8);
        let many = self.samples > 1;
        let all = |range: std::ops::Range<usize>| {
            let mut columns = Vec::new();
            for n in range {
                (0..self.groups).for_each(|g| work(n, g, &mut columns, !many));
            }
        };
        if many {
            split_stoppable(self.samples, cost, all)
        } else {
            all(0..self.samples);
            crate::diag::interrupt::checkpoint()
        }
    }
}

fn row_major<T>(x: &[T], cols: usize) -> Side<T> {
    Side { at: x.as_ptr(), rows: cols as isize, cols: 1 }
}

fn transposed<T>(x: &[T], cols: usize) -> Side<T> {
    Side { at: x.as_ptr(), rows: 1, cols: cols as isize }
}

/// The elements of an array, row by row.
macro_rules! elements {
    ($guard:ident, $a:expr, $T:ident => $x:ident) => {
        let a = map::contiguous($a)?;
        let $guard = a.storage.read();
        let $x = &a.typed::<$T>(&$guard)?[a.layout.offset..a.layout.offset + a.numel()];
    };
}

/// The elements of a vector register, and the outputs that a tile computes side by side: as many accumulators as
/// sixteen registers of 32 bytes hold.
const LANES: usize = 16;
const TILE: usize = 6;

/// How a direct convolution reads its padded input: the element of every window for tap `r` is `offsets[r]` behind the
/// place of the window's first element. Places count over the rows of the padded input, so that those between the end
/// of an output row and the next one are computed in vain.
struct Shifts {
    padded: [usize; 3],
    offsets: Vec<usize>,
    /// How many places there are, rounded up to whole vectors.
    places: usize,
    /// The length of a padded input with room for the vectors at its end.
    room: usize,
}

impl Shifts {
    /// The shifts of a job, unless its windows leave out elements or are too few.
    fn new<T: Factor>(job: &Job) -> Option<Shifts> {
        let g = &job.g;
        let padded: [usize; 3] = std::array::from_fn(|d| g.input[d] + 2 * g.padding[d]);
        let [_, h, w] = padded;
        let [z, y, x] = g.output;
        if !T::DTYPE.is_float() || g.stride != [1; 3] || job.is_plain() || g.count() == 0 || job.parts().2 == 0 {
            return None;
        }
        let places = (((z - 1) * h + y - 1) * w + x).next_multiple_of(LANES);
        if places > 2 * g.count() {
            return None;
        }
        let [_, kh, kw] = g.kernel;
        let (plane, window) = (padded.iter().product::<usize>(), g.window());
        let offset = |r: usize| {
            let k = [r % window / (kh * kw), r / kw % kh, r % kw];
            let [dz, dy, dx]: [usize; 3] = std::array::from_fn(|d| k[d] * g.dilation[d]);
            r / window * plane + (dz * h + dy) * w + dx
        };
        let offsets: Vec<usize> = (0..job.taps()).map(offset).collect();
        let room = (job.inner * plane).max(offsets.iter().max()? + places);
        Some(Shifts { padded, offsets, places, room })
    }

    /// The channels of one group with their padding.
    fn pad<T: Factor>(&self, g: &Geometry, x: &[T], out: &mut Vec<T>) {
        let [d, h, w] = g.input;
        let [pd, ph, pw] = g.padding;
        if out.is_empty() {
            // The padding stays zero for every sample that follows.
            out.resize(self.room, T::default());
        }
        for (row, x) in x.chunks(w).enumerate() {
            let (c, z, y) = (row / (d * h), row / h % d, row % h);
            let at = ((c * self.padded[0] + z + pd) * self.padded[1] + y + ph) * self.padded[2] + pw;
            out[at..at + w].copy_from_slice(x);
        }
    }

    /// Where row `row` (of all depths and heights) of the output begins among the places.
    fn row(&self, g: &Geometry, row: usize) -> usize {
        (row / g.output[1] * self.padded[1] + row % g.output[1]) * self.padded[2]
    }
}

/// `M` outputs at `LANES` places after another: sums over the taps of weight times shifted input.
struct Tile<'a, T, const M: usize> {
    x: &'a [T],
    offsets: &'a [usize],
    /// The weights [taps, M].
    weights: &'a [T],
    /// The outputs [M, row].
    out: &'a mut [T],
    row: usize,
}

impl<T: Factor, const M: usize> Kernel for Tile<'_, T, M> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Tile { x, offsets, weights, out, row } = self;
        let last = offsets.iter().max().copied().unwrap_or(0);
        assert!(
            last + row <= x.len() && M * row <= out.len() && offsets.len() * M <= weights.len() && row % LANES == 0
        );
        for j in (0..row).step_by(LANES) {
            let mut sums = [[T::default(); LANES]; M];
            // SAFETY: as asserted, all offsets, places and weights are in bounds.
            unsafe {
                let x = x.as_ptr().add(j);
                for (r, &offset) in offsets.iter().enumerate() {
                    let line = *x.add(offset).cast::<[T; LANES]>();
                    let weight = *weights.as_ptr().add(r * M).cast::<[T; M]>();
                    for m in 0..M {
                        for l in 0..LANES {
                            sums[m][l] = T::fused(weight[m], line[l], sums[m][l]);
                        }
                    }
                }
                for m in 0..M {
                    out.as_mut_ptr().add(m * row + j).cast::<[T; LANES]>().write(sums[m]);
                }
            }
        }
    }
}

/// Weights [outer, taps] as tiles of [taps, M], with the first output and the size M of each.
fn tiles<T: Factor>(weights: &[T], outer: usize, taps: usize) -> Vec<(usize, usize, Vec<T>)> {
    let mut out = Vec::new();
    let mut from = 0;
    while from < outer {
        let size = match outer - from {
            n if n >= TILE => TILE,
            n if n >= 4 => 4,
            n => n.min(2),
        };
        let tile = (0..taps * size).map(|i| weights[(from + i % size) * taps + i / size]).collect();
        out.push((from, size, tile));
        from += size;
    }
    out
}

/// The direct convolution of inputs [samples, groups, inner, plane] with weights [groups, outer, taps].
fn direct<T: Factor>(
    job: &Job,
    shifts: &Shifts,
    x: &[T],
    weights: &[T],
    bias: Option<&[T]>,
    out: Shared<T>,
) -> Result<()> {
    /// The places that are computed for every output before the next ones: their inputs stay in the cache.
    const STRIP: usize = 32 * LANES;
    let (xs, ys, ws) = job.parts();
    let all: Vec<_> = (0..job.groups).map(|g| tiles(&weights[g * ws..][..ws], job.outer, job.taps())).collect();
    let [_, _, width] = job.g.output;
    let rows = job.g.count() / width;
    let one = |n: usize, g: usize, padded: &mut Vec<T>, strip: &mut Vec<T>| {
        let at = n * job.groups + g;
        shifts.pad(&job.g, &x[at * xs..][..xs], padded);
        let mut wide = std::mem::take(strip);
        wide.resize(job.outer * shifts.places, T::default());
        let mut part = vec![T::default(); TILE * STRIP];
        for j in (0..shifts.places).step_by(STRIP) {
            let row = STRIP.min(shifts.places - j);
            for (from, size, weights) in &all[g] {
                let (x, offsets, part) = (&padded[j..], shifts.offsets.as_slice(), part.as_mut_slice());
                match size {
                    6 => dispatch(Tile::<T, 6> { x, offsets, weights, out: part, row }),
                    4 => dispatch(Tile::<T, 4> { x, offsets, weights, out: part, row }),
                    2 => dispatch(Tile::<T, 2> { x, offsets, weights, out: part, row }),
                    _ => dispatch(Tile::<T, 1> { x, offsets, weights, out: part, row }),
                }
                for m in 0..*size {
                    wide[(from + m) * shifts.places + j..][..row].copy_from_slice(&part[m * row..][..row]);
                }
            }
        }
        for o in 0..job.outer {
            let add = bias.map_or(T::default(), |b| b[g * job.outer + o]);
            let line = &wide[o * shifts.places..][..shifts.places];
            for r in 0..rows {
                let from = &line[shifts.row(&job.g, r)..][..width];
                // SAFETY: every sample, group, channel and row has its own part of the output.
                unsafe {
                    let to = out.get().add(at * ys + o * job.g.count() + r * width);
                    for i in 0..width {
                        to.add(i).write(from[i].plus(add));
                    }
                }
            }
        }
        *strip = wide;
    };
    let items = job.samples * job.groups;
    let cost = shifts.places.saturating_mul(ws).div_ceil(8);
    split_stoppable(items, cost, |range| {
        let (mut padded, mut strip) = (Vec::new(), Vec::new());
        range.for_each(|i| one(i / job.groups, i % job.groups, &mut padded, &mut strip));
    })
}

/// The convolution of input [n, c, *] with weight [o, c / groups, *] and bias `[o]`, of checked sizes: [n, o, *] with
/// the sizes `sizes`.
///
/// Errors: NotImplementedError for bool, MemoryError, KeyboardInterrupt.
pub fn conv(
    input: &Array,
    weight: &Array,
    bias: Option<&Array>,
    g: &Geometry,
    groups: usize,
    sizes: &[usize],
) -> Result<Array> {
    let zero = Array::full(&[weight.sizes()[0]], super::Scalar::Int(0), weight.dtype)?;
    let bias = bias.unwrap_or(&zero);
    with_factor!(input.dtype, [input, weight, bias], T => {
        elements!(left, input, T => x);
        elements!(right, weight, T => f);
        let job = Job::new(g, input.sizes()[0], weight.sizes(), groups);
        let biases = bias.to_vec::<T>()?;
        let total = checked_numel(sizes)?;
        let mut out = allocate::<T>(total)?;
        let place = Shared(out.as_mut_ptr());
        if let Some(shifts) = Shifts::new::<T>(&job) {
            direct(&job, &shifts, x, f, Some(&biases), place)?;
            // SAFETY: every row of every channel was written.
            unsafe { out.set_len(total) };
            return Ok(Array::from_vec(out, Dims::from_slice(sizes)));
        }
        let (count, taps, (xs, ys, fs)) = (g.count(), job.taps(), job.parts());
        // The bias first; the products are added to it.
        (0..job.samples).for_each(|_| biases.iter().for_each(|&b| out.extend(std::iter::repeat_n(b, count))));
        job.each(|n, k, columns: &mut Vec<T>, threads| {
            let x = &x[(n * groups + k) * xs..][..xs];
            let columns: &[T] = if job.is_plain() { x } else {
                job.unfold(x, columns);
                columns
            };
            let sizes = Sizes { m: job.outer, k: taps, n: count };
            // SAFETY: both sides are slices of the product's sizes; each sample and group has its own part of `out`.
            unsafe {
                let to = Target { at: place.get().add((n * groups + k) * ys), rows: count, how: Into::Add };
                product(sizes, to, row_major(&f[k * fs..][..fs], taps), row_major(columns, count), threads);
            }
        })?;
        Ok(Array::from_vec(out, Dims::from_slice(sizes)))
    })
}

/// The weights that turn the gradient of a convolution by single steps into another such convolution: channels
/// exchanged, kernels reversed; and its geometry, unless it would cut off a part of its input.
fn reversed<T: Factor>(job: &Job, f: &[T]) -> Option<(Job, Vec<T>)> {
    let g = &job.g;
    if g.stride != [1; 3] || job.is_plain() {
        return None;
    }
    let reach = |d: usize| (g.dilation[d] * (g.kernel[d].max(1) - 1)).checked_sub(g.padding[d]);
    let padding = [reach(0)?, reach(1)?, reach(2)?];
    let window = g.window();
    let mut weights = vec![T::default(); f.len()];
    for (i, &w) in f.iter().enumerate() {
        let (group, o, c, k) =
            (i / (job.outer * job.taps()), i / job.taps() % job.outer, i / window % job.inner, i % window);
        weights[((group * job.inner + c) * job.outer + o) * window + window - 1 - k] = w;
    }
    let g = Geometry { input: g.output, output: g.input, padding, ..*g };
    Some((Job { g, inner: job.outer, outer: job.inner, ..*job }, weights))
}

/// The gradient of [`conv`] with respect to its input, of sizes `sizes`; also the transposed convolution.
///
/// Errors: as [`conv`].
pub fn conv_input(grad: &Array, weight: &Array, g: &Geometry, groups: usize, sizes: &[usize]) -> Result<Array> {
    with_factor!(grad.dtype, [grad, weight], T => {
        elements!(left, grad, T => y);
        elements!(right, weight, T => f);
        let job = Job::new(g, grad.sizes()[0], weight.sizes(), groups);
        let total = checked_numel(sizes)?;
        if let Some((job, weights)) = reversed(&job, f)
            && let Some(shifts) = Shifts::new::<T>(&job)
        {
            let mut out = allocate::<T>(total)?;
            direct(&job, &shifts, y, &weights, None, Shared(out.as_mut_ptr()))?;
            // SAFETY: every row of every channel was written.
            unsafe { out.set_len(total) };
            return Ok(Array::from_vec(out, Dims::from_slice(sizes)));
        }
        let (count, taps, (xs, ys, fs)) = (g.count(), job.taps(), job.parts());
        let mut out = allocate_zeroed::<T>(total)?;
        let place = Shared(out.as_mut_ptr());
        job.each(|n, k, columns: &mut Vec<T>, threads| {
            let y = &y[(n * groups + k) * ys..][..ys];
            let sizes = Sizes { m: taps, k: job.outer, n: count };
            columns.resize(taps * count, T::default());
            // SAFETY: both sides are slices of the product's sizes; each sample and group has its own part of `out`.
            unsafe {
                let x = std::slice::from_raw_parts_mut(place.get().add((n * groups + k) * xs), xs);
                let at = if job.is_plain() { x.as_mut_ptr() } else { columns.as_mut_ptr() };
                let to = Target { at, rows: count, how: Into::Replace };
                product(sizes, to, transposed(&f[k * fs..][..fs], taps), row_major(y, count), threads);
                if !job.is_plain() {
                    let each = (g.window() * count).max(1);
                    columns.chunks(each).zip(x.chunks_mut(g.plane().max(1))).for_each(|(c, x)| g.fold(c, x));
                }
            }
        })?;
        Ok(Array::from_vec(out, Dims::from_slice(sizes)))
    })
}

/// The rows and the shifted inputs whose products are summed side by side: 12 accumulators of one register each.
const ROWS: usize = 4;
const SHIFTS: usize = 3;

/// The lanes that sums of products are taken in.
const NARROW: usize = 8;

/// Products of rows with shifted inputs, summed over the places: the weights' gradients at [`ROWS`] x [`SHIFTS`] places.
struct Shifted<'a, T> {
    /// The gradients of the outputs [ROWS, places].
    y: &'a [T],
    x: &'a [T],
    offsets: [usize; SHIFTS],
    places: usize,
}

impl<T: Factor> Kernel for Shifted<'_, T> {
    type Output = [[T; SHIFTS]; ROWS];
    #[inline(always)]
    fn run(self) -> [[T; SHIFTS]; ROWS] {
        let Shifted { y, x, offsets, places } = self;
        assert!(ROWS * places <= y.len() && offsets.iter().all(|o| o + places <= x.len()) && places % NARROW == 0);
        let mut sums = [[[T::default(); NARROW]; SHIFTS]; ROWS];
        for j in (0..places).step_by(NARROW) {
            // SAFETY: as asserted.
            let (rows, lines) = unsafe {
                let rows: [_; ROWS] = std::array::from_fn(|o| *y.as_ptr().add(o * places + j).cast::<[T; NARROW]>());
                let lines = offsets.map(|offset| *x.as_ptr().add(offset + j).cast::<[T; NARROW]>());
                (rows, lines)
            };
            // One after the other and not in a loop, which the compiler might leave one, with all sums in memory.
            let [a, b, c, d] = &mut sums;
            accumulate(a, &rows[0], &lines);
            accumulate(b, &rows[1], &lines);
            accumulate(c, &rows[2], &lines);
            accumulate(d, &rows[3], &lines);
        }
        sums.map(|row| row.map(|lanes| lanes.iter().fold(T::default(), |s, x| s.plus(*x))))
    }
}

/// Adds the products of a row with shifted inputs to its sums.
#[inline(always)]
fn accumulate<T: Factor>(sums: &mut [[T; NARROW]; SHIFTS], row: &[T; NARROW], lines: &[[T; NARROW]; SHIFTS]) {
    for (sums, line) in sums.iter_mut().zip(lines) {
        for l in 0..NARROW {
            sums[l] = T::fused(row[l], line[l], sums[l]);
        }
    }
}

/// The gradient of the weights of a direct convolution, summed over samples in a fixed number of parts.
fn direct_weights<T: Factor>(job: &Job, shifts: &Shifts, x: &[T], y: &[T], out: &mut [T]) -> Result<()> {
    let (xs, ys, ws) = job.parts();
    let parts = ((1 << 21) / out.len()).clamp(1, 16).min(job.samples);
    let each = job.samples.div_ceil(parts);
    let mut sums = vec![T::default(); parts * out.len()];
    let place = Shared(sums.as_mut_ptr());
    let (total, taps, width) = (out.len(), job.taps(), job.g.output[2]);
    let rows = job.g.count() / width;
    let cost = each.saturating_mul(shifts.places).saturating_mul(total).div_ceil(8);
    split_stoppable(parts, cost, |some| {
        let mut padded = Vec::new();
        // The gaps between rows and the rows that fill up the last tile stay zero.
        let mut spread = vec![T::default(); job.outer.next_multiple_of(ROWS) * shifts.places];
        for part in some {
            // SAFETY: every part has its own sums.
            let sums = unsafe { std::slice::from_raw_parts_mut(place.get().add(part * total), total) };
            for (n, g) in
                (part * each..((part + 1) * each).min(job.samples)).flat_map(|n| (0..job.groups).map(move |g| (n, g)))
            {
                let at = n * job.groups + g;
                shifts.pad(&job.g, &x[at * xs..][..xs], &mut padded);
                for (i, y) in y[at * ys..][..ys].chunks(width).enumerate() {
                    spread[i / rows * shifts.places + shifts.row(&job.g, i % rows)..][..width].copy_from_slice(y);
                }
                let sums = &mut sums[g * ws..][..ws];
                for r in (0..taps).step_by(SHIFTS) {
                    // Past the end the last one is computed again.
                    let offsets: [usize; SHIFTS] = std::array::from_fn(|k| shifts.offsets[(r + k).min(taps - 1)]);
                    for o in (0..job.outer).step_by(ROWS) {
                        let y = &spread[o * shifts.places..];
                        let found = dispatch(Shifted { y, x: &padded, offsets, places: shifts.places });
                        for (p, line) in found.iter().enumerate().take(job.outer - o) {
                            for (k, v) in line.iter().enumerate().take(taps - r) {
                                let sum = &mut sums[(o + p) * taps + r + k];
                                *sum = sum.plus(*v);
                            }
                        }
                    }
                }
            }
        }
    })?;
    for part in sums.chunks(total) {
        out.iter_mut().zip(part).for_each(|(o, s)| *o = o.plus(*s));
    }
    Ok(())
}

/// The gradient of [`conv`] with respect to its weight, of sizes `sizes`.
///
/// Errors: as [`conv`].
pub fn conv_weight(grad: &Array, input: &Array, g: &Geometry, groups: usize, sizes: &[usize]) -> Result<Array> {
    with_factor!(grad.dtype, [grad, input], T => {
        elements!(left, grad, T => y);
        elements!(right, input, T => x);
        let job = Job::new(g, input.sizes()[0], sizes, groups);
        let mut out = allocate_zeroed::<T>(checked_numel(sizes)?)?;
        let (count, taps, (xs, ys, fs)) = (g.count(), job.taps(), job.parts());
        if job.samples >= 4
            && out.len() <= 1 << 19
            && let Some(shifts) = Shifts::new::<T>(&job)
        {
            direct_weights(&job, &shifts, x, y, &mut out)?;
            return Ok(Array::from_vec(out, Dims::from_slice(sizes)));
        }
        let mut columns = Vec::new();
        // One sample after the other, so that the sums do not depend on the number of threads.
        for (n, k) in (0..job.samples).flat_map(|n| (0..groups).map(move |k| (n, k))) {
            crate::diag::interrupt::checkpoint()?;
            let x = &x[(n * groups + k) * xs..][..xs];
            let columns: &[T] = if job.is_plain() { x } else {
                job.unfold(x, &mut columns);
                &columns
            };
            let y = &y[(n * groups + k) * ys..][..ys];
            let to = Target { at: out[k * fs..][..fs].as_mut_ptr(), rows: taps, how: Into::Add };
            let sizes = Sizes { m: job.outer, k: count, n: taps };
            // SAFETY: both sides and the result are slices of the product's sizes.
            unsafe { product(sizes, to, row_major(y, count), transposed(columns, count), true) };
        }
        Ok(Array::from_vec(out, Dims::from_slice(sizes)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| ((i * 37 + 11) % 17) as f64 - 8.0).collect(), Dims::from_slice(sizes))
    }

    /// The geometry over an input, with strides, paddings and dilations.
    fn geometry(input: &[usize], kernel: &[usize], [s, p, l]: [usize; 3]) -> Geometry {
        let three =
            |v: &[usize]| -> [usize; 3] { std::array::from_fn(|d| (d + v.len()).checked_sub(3).map_or(1, |d| v[d])) };
        let lead = 3 - input.len();
        let pick = |v: usize, fill: usize| -> [usize; 3] { std::array::from_fn(|d| if d < lead { fill } else { v }) };
        let (input, kernel) = (three(input), three(kernel));
        let (stride, padding, dilation) = (pick(s, 1), pick(p, 0), pick(l, 1));
        let output =
            std::array::from_fn(|d| (input[d] + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d] + 1);
        Geometry { input, kernel, stride, padding, dilation, output }
    }

    fn naive(x: &Array, f: &Array, b: &[f64], g: &Geometry, groups: usize) -> Vec<f64> {
        let (n, c, o, inner) = (x.sizes()[0], x.sizes()[1], f.sizes()[0], f.sizes()[1]);
        let (xs, fs) = (x.to_vec::<f64>().unwrap(), f.to_vec::<f64>().unwrap());
        let mut out = Vec::new();
        for (s, m) in (0..n).flat_map(|s| (0..o).map(move |m| (s, m))) {
            for at in 0..g.count() {
                let p = [at / (g.output[1] * g.output[2]), at / g.output[2] % g.output[1], at % g.output[2]];
                let mut sum = b[m];
                for k in 0..inner * g.window() {
                    let t = k % g.window();
                    let t = [t / (g.kernel[1] * g.kernel[2]), t / g.kernel[2] % g.kernel[1], t % g.kernel[2]];
                    let i: [isize; 3] = std::array::from_fn(|d| {
                        (p[d] * g.stride[d] + t[d] * g.dilation[d]) as isize - g.padding[d] as isize
                    });
                    if (0..3).all(|d| i[d] >= 0 && i[d] < g.input[d] as isize) {
                        let channel = s * c + m / (o / groups) * inner + k / g.window();
                        let place = (i[0] as usize * g.input[1] + i[1] as usize) * g.input[2] + i[2] as usize;
                        sum += xs[channel * g.plane() + place] * fs[m * inner * g.window() + k];
                    }
                }
                out.push(sum);
            }
        }
        out
    }

    /// Input, weight, groups, and stride, padding, dilation.
    fn cases() -> Vec<(Array, Array, usize, [usize; 3])> {
        vec![
            (noise(&[5, 1, 28, 28]), noise(&[6, 1, 5, 5]), 1, [1, 2, 1]),
            (noise(&[4, 6, 14, 14]), noise(&[17, 6, 5, 5]), 1, [1, 0, 1]),
            (noise(&[2, 4, 9, 8]), noise(&[6, 2, 3, 2]), 2, [2, 1, 1]),
            (noise(&[4, 3, 20, 30]), noise(&[3, 1, 3, 3]), 3, [1, 1, 2]),
            (noise(&[1, 2, 60]), noise(&[7, 2, 4]), 1, [1, 3, 1]),
            (noise(&[2, 2, 5, 6, 30]), noise(&[3, 2, 2, 3, 2]), 1, [1, 1, 1]),
            (noise(&[2, 3, 6, 6]), noise(&[4, 3, 1, 1]), 1, [1, 0, 1]),
            (noise(&[2, 3, 4, 4]), noise(&[4, 3, 4, 4]), 1, [1, 0, 1]),
            (noise(&[1, 1, 6, 6]), noise(&[2, 1, 1, 1]), 1, [1, 2, 1]),
        ]
    }

    fn dot(a: &Array, b: &Array) -> f64 {
        a.to_vec::<f64>().unwrap().iter().zip(b.to_vec::<f64>().unwrap()).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn convolutions_agree_with_a_naive_loop_and_gradients_are_adjoint() {
        for (x, f, groups, moves) in cases() {
            let g = geometry(&x.sizes()[2..], &f.sizes()[2..], moves);
            let bias = noise(&f.sizes()[..1]);
            let sizes: Vec<usize> = [x.sizes()[0], f.sizes()[0]].into_iter().chain(g.output).collect();
            let y = conv(&x, &f, Some(&bias), &g, groups, &sizes).unwrap();
            let want = naive(&x, &f, &bias.to_vec::<f64>().unwrap(), &g, groups);
            assert_eq!(y.to_vec::<f64>().unwrap(), want, "{:?} {:?}", x.sizes(), f.sizes());
            let y = conv(&x, &f, None, &g, groups, &sizes).unwrap();
            let grad = noise(&sizes);
            let back = conv_input(&grad, &f, &g, groups, x.sizes()).unwrap();
            assert_eq!(dot(&back, &x), dot(&grad, &y), "{:?} {:?}", x.sizes(), f.sizes());
            let weights = conv_weight(&grad, &x, &g, groups, f.sizes()).unwrap();
            assert_eq!(dot(&weights, &f), dot(&grad, &y), "{:?} {:?}", x.sizes(), f.sizes());
        }
    }
}
