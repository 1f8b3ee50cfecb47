//! Sliding windows over the last dimensions: columns of window elements and back, and maxima of windows.
//!
//! Everything has three spatial dimensions here; fewer are padded in front with size 1.

use super::array::Array;
use super::layout::Dims;
use super::map;
use super::places::{Join, joined};
use super::storage::Typed;
use super::storage::room_for;
use crate::diag::Result;
use crate::with_dtype;
use rayon::prelude::*;

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

    /// The input index of element `k` of window `o` in dimension `d`, when it lies inside.
    fn at(&self, d: usize, o: usize, k: usize) -> Option<usize> {
        (o * self.stride[d] + k * self.dilation[d]).checked_sub(self.padding[d]).filter(|&i| i < self.input[d])
    }

    /// Calls `f(column place, input place)` for all elements of windows that lie inside the input.
    #[inline(always)]
    fn each(&self, mut f: impl FnMut(usize, usize)) {
        let [_, h, w] = self.input;
        let mut row = 0;
        for kd in 0..self.kernel[0] {
            for kh in 0..self.kernel[1] {
                for kw in 0..self.kernel[2] {
                    for od in 0..self.output[0] {
                        for oh in 0..self.output[1] {
                            if let (Some(d), Some(y)) = (self.at(0, od, kd), self.at(1, oh, kh)) {
                                let base = (d * h + y) * w;
                                for ow in 0..self.output[2] {
                                    if let Some(x) = self.at(2, ow, kw) {
                                        f(row + ow, base + x);
                                    }
                                }
                            }
                            row += self.output[2];
                        }
                    }
                }
            }
        }
    }
}

/// Windows as columns: [planes, plane] to [planes, window, count], zeros outside the input.
pub fn columns(a: &Array, g: &Geometry) -> Result<Array> {
    let a = map::contiguous(a)?;
    let (plane, out_plane) = (g.plane(), g.window() * g.count());
    let planes = if plane == 0 { 0 } else { a.numel() / plane };
    let planes = if plane == 0 { a.sizes().first().copied().unwrap_or(0) } else { planes };
    let sizes = [planes, g.window(), g.count()];
    let total = room_for(&sizes)?;
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = &a.typed::<T>(&buffer)?[a.layout.offset..a.layout.offset + a.numel()];
        let mut out = vec![T::default(); total];
        if out_plane > 0 && plane > 0 {
            out.par_chunks_mut(out_plane).zip(src.par_chunks(plane)).for_each(|(out, src)| {
                g.each(|to, from| out[to] = src[from]);
            });
        }
        Ok(Array::from_vec(out, Dims::from_slice(&sizes)))
    })
}

/// Columns added up where their elements came from: [planes, window, count] to [planes, plane].
pub fn uncolumns(a: &Array, g: &Geometry) -> Result<Array> {
    let a = map::contiguous(a)?;
    let (plane, in_plane) = (g.plane(), g.window() * g.count());
    let planes = a.sizes().first().copied().unwrap_or(0);
    let sizes = [planes, plane];
    let total = room_for(&sizes)?;
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = &a.typed::<T>(&buffer)?[a.layout.offset..a.layout.offset + a.numel()];
        let mut out = vec![T::default(); total];
        if in_plane > 0 && plane > 0 {
            out.par_chunks_mut(plane).zip(src.par_chunks(in_plane)).for_each(|(out, src)| {
                g.each(|from, to| out[to] = joined(out[to], src[from], Join::Add));
            });
        }
        Ok(Array::from_vec(out, Dims::from_slice(&sizes)))
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
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = &a.typed::<T>(&buffer)?[a.layout.offset..a.layout.offset + a.numel()];
        let (mut values, mut places) = (vec![T::default(); total], vec![0i64; total]);
        if count > 0 && plane > 0 {
            let planes = values.par_chunks_mut(count).zip(places.par_chunks_mut(count)).zip(src.par_chunks(plane));
            planes.for_each(|((values, places), src)| plane_maxima(values, places, src, input, spans));
        }
        Ok((Array::from_vec(values, Dims::from_slice(&sizes)), Array::from_vec(places, Dims::from_slice(&sizes))))
    })
}

fn plane_maxima<T: Typed>(values: &mut [T], places: &mut [i64], src: &[T], input: [usize; 3], spans: &[Vec<Span>; 3]) {
    let [_, h, w] = input;
    let mut o = 0;
    for sd in &spans[0] {
        for sh in &spans[1] {
            for sw in &spans[2] {
                let mut best: Option<(T, usize)> = None;
                for d in (sd.start..sd.end).step_by(sd.step) {
                    for y in (sh.start..sh.end).step_by(sh.step) {
                        for x in (sw.start..sw.end).step_by(sw.step) {
                            let at = (d * h + y) * w + x;
                            let v = src[at];
                            if best.is_none_or(|(b, _)| v > b || v.is_nan()) {
                                best = Some((v, at));
                            }
                        }
                    }
                }
                if let Some((v, at)) = best {
                    (values[o], places[o]) = (v, at as i64);
                }
                o += 1;
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
