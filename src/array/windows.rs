//! Sliding windows over the last dimensions: columns of window elements and back, maxima and means of windows.
//!
//! Everything has three spatial dimensions here; fewer are padded in front with size 1.

use super::array::Array;
use super::dtype::DType;
use super::layout::{Dims, checked_numel};
use super::map;
use super::simd::{split_row_pairs, split_rows};
use super::storage::{Typed, allocate_zeroed, room_for};
use crate::diag::{Fault, Result};
use crate::{with_dtype, with_real};

/// How windows lie over the three spatial dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Sizes of the input.
    pub input: [usize; 3],
    /// Sizes of a window.
    pub kernel: [usize; 3],
    /// Steps between windows.
    pub stride: [usize; 3],
    /// Zeros before the input.
    pub padding: [usize; 3],
    /// Steps between the elements of a window.
    pub dilation: [usize; 3],
    /// How many windows there are.
    pub output: [usize; 3],
}

impl Geometry {
    /// The elements of one input plane.
    pub fn plane(&self) -> usize {
        self.input.iter().product()
    }

    /// The elements of a window.
    pub fn window(&self) -> usize {
        self.kernel.iter().product()
    }

    /// The number of windows.
    pub fn count(&self) -> usize {
        self.output.iter().product()
    }

    /// Calls `run(tap, first window, how many, first input place, step)` for the windows, row by row, whose element
    /// `tap` lies inside the input.
    #[inline(always)]
    pub(super) fn runs(&self, mut run: impl FnMut(usize, usize, usize, usize, usize)) {
        let [kd, kh, kw] = self.kernel;
        let [od, oh, ow] = self.output;
        let (n, s, p, l) = (self.input, self.stride, self.padding, self.dilation);
        let inside = |d: usize, o: usize, k: usize| (o * s[d] + k * l[d]).checked_sub(p[d]).filter(|&i| i < n[d]);
        for tap in 0..kd * kh * kw {
            let k = [tap / (kh * kw), tap / kw % kh, tap % kw];
            // The windows of the last dimension whose element lies inside are one range.
            let shift = k[2] * l[2];
            let first = p[2].saturating_sub(shift).div_ceil(s[2]).min(ow);
            let end = (n[2] + p[2]).saturating_sub(shift).div_ceil(s[2]).min(ow).max(first);
            if first == end {
                continue;
            }
            for z in 0..od {
                let Some(iz) = inside(0, z, k[0]) else { continue };
                for y in 0..oh {
                    let Some(iy) = inside(1, y, k[1]) else { continue };
                    let from = (iz * n[1] + iy) * n[2] + first * s[2] + shift - p[2];
                    run(tap, (z * oh + y) * ow + first, end - first, from, s[2]);
                }
            }
        }
    }

    /// The windows of one plane as columns [window, count].
    pub(super) fn unfold<T: Typed>(&self, plane: &[T], columns: &mut [T]) {
        let count = self.count();
        columns.fill(T::default());
        self.runs(|tap, first, n, from, step| {
            let to = &mut columns[tap * count + first..][..n];
            if step == 1 {
                to.copy_from_slice(&plane[from..from + n]);
            } else {
                to.iter_mut().zip(plane[from..].iter().step_by(step)).for_each(|(t, v)| *t = *v);
            }
        });
    }

    /// Adds columns to the places of a plane that they were taken from.
    pub(super) fn fold<T: Typed>(&self, columns: &[T], plane: &mut [T]) {
        let count = self.count();
        self.runs(|tap, first, n, from, step| {
            add_to_every(&mut plane[from..], step, &columns[tap * count + first..][..n]);
        });
    }
}

/// Adds values to every `step`-th place. The usual steps have loops of their own.
fn add_to_every<T: Typed>(places: &mut [T], step: usize, values: &[T]) {
    let add = |(place, v): (&mut T, &T)| *place = place.plus(*v);
    match step {
        1 => places.iter_mut().zip(values).for_each(add),
        2 => places.chunks_mut(2).map(|pair| &mut pair[0]).zip(values).for_each(add),
        _ => places.chunks_mut(step).map(|chunk| &mut chunk[0]).zip(values).for_each(add),
    }
}

/// Adds every `step`-th value to places.
fn add_every<T: Typed>(places: &mut [T], values: &[T], step: usize) {
    let add = |(place, v): (&mut T, &T)| *place = place.plus(*v);
    match step {
        1 => places.iter_mut().zip(values).for_each(add),
        2 => places.iter_mut().zip(values.chunks(2).map(|pair| &pair[0])).for_each(add),
        _ => places.iter_mut().zip(values.chunks(step).map(|chunk| &chunk[0])).for_each(add),
    }
}

/// Computes every plane of an output from the same plane of an input, on several threads; `planes` of `from` elements
/// become planes of `to`. The output is zero before.
fn each_plane<T: Typed>(
    a: &Array,
    planes: usize,
    from: usize,
    to: usize,
    work: impl Fn(&[T], &mut [T]) + Sync,
) -> Result<Vec<T>> {
    let a = map::contiguous(a)?;
    let buffer = a.storage.read();
    let src = &a.typed::<T>(&buffer)?[a.layout.offset..a.layout.offset + a.numel()];
    let mut out = allocate_zeroed::<T>(planes.saturating_mul(to))?;
    if from > 0 && to > 0 {
        split_rows(&mut out, to, from + to, |first, rows| {
            for (i, row) in rows.chunks_mut(to).enumerate() {
                work(&src[(first + i) * from..][..from], row);
            }
        });
    }
    Ok(out)
}

/// The number of planes of `plane` elements in an array whose first dimension counts them.
fn planes_of(a: &Array, plane: usize) -> usize {
    if plane == 0 { a.sizes().first().copied().unwrap_or(0) } else { a.numel() / plane }
}

/// Windows as columns: [planes, plane] to [planes, window, count], zeros outside the input.
pub fn columns(a: &Array, g: &Geometry) -> Result<Array> {
    let planes = planes_of(a, g.plane());
    let sizes = [planes, g.window(), g.count()];
    checked_numel(&sizes)?;
    with_dtype!(a.dtype, T => {
        let out = each_plane::<T>(a, planes, g.plane(), g.window() * g.count(), |x, y| g.unfold(x, y))?;
        Ok(Array::from_vec(out, Dims::from_slice(&sizes)))
    })
}

/// Columns added up where their elements came from: [planes, window, count] to [planes, plane].
pub fn uncolumns(a: &Array, g: &Geometry) -> Result<Array> {
    let planes = a.sizes().first().copied().unwrap_or(0);
    let sizes = [planes, g.plane()];
    checked_numel(&sizes)?;
    with_dtype!(a.dtype, T => {
        let out = each_plane::<T>(a, planes, g.window() * g.count(), g.plane(), |x, y| g.fold(x, y))?;
        Ok(Array::from_vec(out, Dims::from_slice(&sizes)))
    })
}

/// What the sum of a window is divided by for its mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisor {
    /// The number of elements inside the input.
    Inside,
    /// The number of elements inside the input with its padding on both sides.
    Padded,
    /// A number of its own.
    Fixed(i64),
}

impl Divisor {
    /// The divisor of every window.
    fn all(self, g: &Geometry) -> Vec<f64> {
        if let Divisor::Fixed(n) = self {
            return vec![n as f64; g.count()];
        }
        let line = |d: usize| {
            (0..g.output[d]).map(move |o| {
                // Places are counted from the beginning of the padding.
                let (from, to) = (o * g.stride[d], o * g.stride[d] + g.kernel[d]);
                let end = g.input[d] + g.padding[d];
                if self == Divisor::Padded {
                    to.min(end + g.padding[d]) - from
                } else {
                    to.min(end).saturating_sub(from.max(g.padding[d]))
                }
            })
        };
        let area = |z: usize| line(1).flat_map(move |y| line(2).map(move |x| (z * y * x) as f64));
        line(0).flat_map(area).collect()
    }
}

/// A type in which means are taken.
trait Mean: Typed {
    /// The element divided by a number.
    fn over(self, by: f64) -> Self;
}

impl Mean for f32 {
    fn over(self, by: f64) -> f32 {
        self / by as f32
    }
}

impl Mean for f64 {
    fn over(self, by: f64) -> f64 {
        self / by
    }
}

impl Mean for i64 {
    fn over(self, by: f64) -> i64 {
        self.checked_div(by as i64).unwrap_or(0)
    }
}

/// Runs `$body` with `$T` the type that means of `$a` are computed in, and rounds the result for halves.
macro_rules! with_mean {
    ($a:ident, $T:ident => $body:block) => {
        match $a.dtype {
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::F64 => {
                type $T = f64;
                $body
            }
            DType::I64 => {
                type $T = i64;
                $body
            }
            DType::F16 | DType::BF16 => {
                type $T = f32;
                let (half, wide) = ($a.dtype, map::cast($a, DType::F32)?);
                let $a = &wide;
                let out: Result<Array> = $body;
                map::cast(&out?, half)
            }
            _ => Err(Fault::internal("no means of this dtype")),
        }
    };
}

/// The means of windows (of dilation 1): [planes, plane] to [planes, count]; int64 truncates.
///
/// Errors: InternalError for dtypes other than float32, float64 and int64.
pub fn means(a: &Array, g: &Geometry, divisor: Divisor) -> Result<Array> {
    let planes = planes_of(a, g.plane());
    let by = divisor.all(g);
    with_mean!(a, T => {
        let out = each_plane::<T>(a, planes, g.plane(), g.count(), |x, y| {
            g.runs(|_, first, n, from, step| {
                add_every(&mut y[first..first + n], &x[from..], step);
            });
            y.iter_mut().zip(&by).for_each(|(y, &by)| *y = y.over(by));
        })?;
        Ok(Array::from_vec(out, Dims::from_slice(&[planes, g.count()])))
    })
}

/// The gradient of [`means`]: [planes, count] to [planes, plane].
pub fn means_backward(grad: &Array, g: &Geometry, divisor: Divisor) -> Result<Array> {
    let planes = planes_of(grad, g.count());
    let by = divisor.all(g);
    with_mean!(grad, T => {
        let out = each_plane::<T>(grad, planes, g.count(), g.plane(), |y, x| {
            let shares: Vec<T> = y.iter().zip(&by).map(|(y, &by)| y.over(by)).collect();
            g.runs(|_, first, n, from, step| {
                add_to_every(&mut x[from..], step, &shares[first..first + n]);
            });
        })?;
        Ok(Array::from_vec(out, Dims::from_slice(&[planes, g.plane()])))
    })
}

/// The indices of one window in one dimension: from `start`, `step` apart, before `end`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub step: usize,
}

/// The maxima of windows and where they are in their plane: [planes, plane] to two arrays [planes, windows].
///
/// NaN counts as the largest; the first of equal ones is named.
pub fn maxima(a: &Array, input: [usize; 3], spans: &[Vec<Span>; 3]) -> Result<(Array, Array)> {
    let a = map::contiguous(a)?;
    let plane: usize = input.iter().product();
    let planes = if plane == 0 { 0 } else { a.numel() / plane };
    let count: usize = spans.iter().map(Vec::len).product();
    let sizes = [planes, count];
    let total = room_for(&sizes)?;
    with_real!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = &a.typed::<T>(&buffer)?[a.layout.offset..a.layout.offset + a.numel()];
        let (mut values, mut places) = (allocate_zeroed::<T>(total)?, allocate_zeroed::<i64>(total)?);
        if count > 0 && plane > 0 {
            split_row_pairs(&mut values, &mut places, count, plane + count, |first, values, places| {
                for (i, (values, places)) in values.chunks_mut(count).zip(places.chunks_mut(count)).enumerate() {
                    plane_maxima(values, places, &src[(first + i) * plane..][..plane], input, spans);
                }
            });
        }
        Ok((Array::from_vec(values, Dims::from_slice(&sizes)), Array::from_vec(places, Dims::from_slice(&sizes))))
    })
}

fn plane_maxima<T: Typed + super::Ordered>(
    values: &mut [T],
    places: &mut [i64],
    src: &[T],
    input: [usize; 3],
    spans: &[Vec<Span>; 3],
) {
    let [_, h, w] = input;
    let mut out = values.iter_mut().zip(places);
    // Loops over few elements: iterators by steps would divide for their lengths first.
    for sd in &spans[0] {
        for sh in &spans[1] {
            for sw in &spans[2] {
                let Some((value, place)) = out.next() else { return };
                if sd.start >= sd.end || sh.start >= sh.end || sw.start >= sw.end {
                    continue;
                }
                let mut at = (sd.start * h + sh.start) * w + sw.start;
                let mut best = src[at];
                let mut d = sd.start;
                while d < sd.end {
                    let mut y = sh.start;
                    while y < sh.end {
                        let line = (d * h + y) * w;
                        let mut x = sw.start;
                        while x < sw.end {
                            let v = src[line + x];
                            // Chosen without a jump: which is the largest cannot be foretold.
                            let better = (v > best) | v.is_nan();
                            best = if better { v } else { best };
                            at = if better { line + x } else { at };
                            x += sw.step;
                        }
                        y += sh.step;
                    }
                    d += sd.step;
                }
                (*value, *place) = (best, at as i64);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_back_count_how_often_an_element_is_seen() {
        let g = Geometry {
            input: [1, 1, 4],
            kernel: [1, 1, 2],
            stride: [1; 3],
            padding: [0; 3],
            dilation: [1; 3],
            output: [1, 1, 3],
        };
        let a = Array::from_vec(vec![1f32, 2.0, 3.0, 4.0], Dims::from_slice(&[1, 4]));
        let c = columns(&a, &g).unwrap();
        assert_eq!(c.to_vec::<f32>().unwrap(), [1.0, 2.0, 3.0, 2.0, 3.0, 4.0]);
        assert_eq!(uncolumns(&c, &g).unwrap().to_vec::<f32>().unwrap(), [1.0, 4.0, 6.0, 4.0]);
    }
}
