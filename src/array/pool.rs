//! Pooling over windows in one, two and three dimensions, adaptive too, with the gradients.
//!
//! The last dimensions are the spatial ones; all in front of them are independent planes.
#![allow(unsafe_code)]

use super::array::{Array, checked_numel};
use super::dtype::{DType, Element};
use super::layout::Dims;
use super::map;
use super::simd::{Shared, split};
use super::storage::{allocate, allocate_zeroed};
use crate::diag::{Fault, Result};
use crate::with_dtype;
use std::ops::Range;

/// How pooling windows move: one number for each spatial dimension.
#[derive(Clone, Debug)]
pub struct Pool {
    /// The size of a window.
    pub kernel: Dims,
    /// Steps between windows.
    pub stride: Dims,
    /// Places on each side that count as outside.
    pub padding: Dims,
    /// Steps between a window's elements.
    pub dilation: Dims,
    /// Whether a last window may stand out over the end.
    pub ceil_mode: bool,
}

impl Pool {
    /// The number of windows along spatial dimension `d`; may be 0 or less for an input that is too small.
    pub fn windows(&self, d: usize, size: usize) -> i64 {
        let (k, s, p, l) =
            (self.kernel[d] as i64, self.stride[d].max(1) as i64, self.padding[d] as i64, self.dilation[d] as i64);
        let room = size as i64 + 2 * p - l * (k - 1) - 1;
        let n = (room + if self.ceil_mode { s - 1 } else { 0 }).div_euclid(s) + 1;
        // The last window begins inside the input or its left padding.
        if self.ceil_mode && (n - 1) * s >= size as i64 + p { n - 1 } else { n }
    }

    /// The elements of window `o` along `d`: first, count, and the extent that padding counts in.
    fn window(&self, d: usize, o: usize, size: usize) -> (usize, usize, usize) {
        let (k, p, l) = (self.kernel[d], self.padding[d], self.dilation[d]);
        let start = o * self.stride[d];
        let end = (start + k * l).min(size + 2 * p);
        // Steps that lie before the input are skipped whole.
        let skip = p.saturating_sub(start).div_ceil(l);
        let first = (start + skip * l).saturating_sub(p);
        let count = size.saturating_sub(first).div_ceil(l).min(k.saturating_sub(skip));
        (first, count, end.saturating_sub(start))
    }
}

/// The bounds of adaptive window `o` of `out` over `size` elements.
fn adaptive(o: usize, out: usize, size: usize) -> Range<usize> {
    o * size / out..((o + 1) * size).div_ceil(out)
}

/// One window: for each of three dimensions the first element, the number of elements and the step.
type Window = [(usize, usize, usize); 3];

/// The windows of a plane, always as three dimensions, in row-major order; the second part is the divisor of means.
struct Grid {
    input: [usize; 3],
    output: [usize; 3],
    axes: [Vec<(usize, usize, usize, usize)>; 3],
}

impl Grid {
    fn new(input: &[usize], output: &[usize], axis: impl Fn(usize, usize) -> (usize, usize, usize, usize)) -> Grid {
        let lead = 3 - input.len();
        let three = |v: &[usize]| std::array::from_fn(|d| if d < lead { 1 } else { v[d - lead] });
        let axes = std::array::from_fn(|d| {
            if d < lead { vec![(0, 1, 1, 1)] } else { (0..output[d - lead]).map(|o| axis(d - lead, o)).collect() }
        });
        Grid { input: three(input), output: three(output), axes }
    }

    fn plane(&self) -> usize {
        self.input.iter().product()
    }

    fn places(&self) -> usize {
        self.output.iter().product()
    }

    /// Calls `each(place, window, extent with padding)`.
    #[inline]
    fn each(&self, mut each: impl FnMut(usize, Window, usize)) {
        let mut place = 0;
        for z in &self.axes[0] {
            for y in &self.axes[1] {
                for x in &self.axes[2] {
                    each(place, [(z.0, z.1, z.2), (y.0, y.1, y.2), (x.0, x.1, x.2)], z.3 * y.3 * x.3);
                    place += 1;
                }
            }
        }
    }

    /// Calls `each` with the places of a window's elements.
    #[inline]
    fn elements(&self, w: Window, mut each: impl FnMut(usize)) {
        for z in (0..w[0].1).map(|i| w[0].0 + i * w[0].2) {
            for y in (0..w[1].1).map(|i| w[1].0 + i * w[1].2) {
                let row = (z * self.input[1] + y) * self.input[2];
                for x in (0..w[2].1).map(|i| w[2].0 + i * w[2].2) {
                    each(row + x);
                }
            }
        }
    }
}

fn pool_grid(input: &[usize], pool: &Pool) -> Result<(Grid, Dims)> {
    let spatial = pool.kernel.len();
    let Some(lead) = input.len().checked_sub(spatial) else {
        return Err(Fault::internal("fewer dimensions than the pool has"));
    };
    if pool.stride.contains(&0) {
        return Err(Fault::runtime("stride should not be zero"));
    }
    if pool.kernel.contains(&0) || pool.dilation.contains(&0) {
        return Err(Fault::runtime("kernel size and dilation should be greater than zero"));
    }
    for d in 0..spatial {
        if pool.padding[d] > (pool.dilation[d] * (pool.kernel[d] - 1)).div_ceil(2) {
            return Err(Fault::runtime(format!(
                "pad should be at most half of effective kernel size, but got pad={}, kernel_size={} and dilation={}",
                pool.padding[d], pool.kernel[d], pool.dilation[d]
            )));
        }
    }
    let plane = &input[lead..];
    let counts: Vec<i64> = (0..spatial).map(|d| pool.windows(d, plane[d])).collect();
    if counts.iter().any(|&n| n < 1) {
        let channels = lead.checked_sub(1).map_or(1, |d| input[d]).to_string();
        let shape = |v: Vec<String>| std::iter::once(channels.clone()).chain(v).collect::<Vec<_>>().join("x");
        let ones = |n: usize| std::iter::repeat_n("1".to_string(), n);
        // One dimension is treated as a plane of height 1.
        let extra = if spatial == 1 { 1 } else { 0 };
        let input = shape(ones(extra).chain(plane.iter().map(usize::to_string)).collect());
        let output = shape(ones(extra).chain(counts.iter().map(i64::to_string)).collect());
        return Err(Fault::runtime(format!(
            "Given input size: ({input}). Calculated output size: ({output}). Output size is too small"
        )));
    }
    let output: Dims = counts.iter().map(|&n| n as usize).collect();
    let grid = Grid::new(plane, &output, |d, o| {
        let (first, count, extent) = pool.window(d, o, plane[d]);
        (first, count, pool.dilation[d], extent)
    });
    let mut sizes = Dims::from_slice(&input[..lead]);
    sizes.extend(output);
    Ok((grid, sizes))
}

fn adaptive_grid(input: &[usize], output: &[usize]) -> (Grid, Dims) {
    let lead = input.len() - output.len();
    let plane = &input[lead..];
    let grid = Grid::new(plane, output, |d, o| {
        let r = adaptive(o, output[d], plane[d]);
        (r.start, r.len(), 1, r.len())
    });
    let mut sizes = Dims::from_slice(&input[..lead]);
    sizes.extend(output.iter().copied());
    (grid, sizes)
}

fn max_over(a: &Array, grid: &Grid, sizes: Dims) -> Result<(Array, Array)> {
    let a = map::contiguous(a)?;
    let n = checked_numel(&sizes)?;
    let (plane, places) = (grid.plane(), grid.places());
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let x = &a.typed::<T>(&buffer)?[a.layout.offset..];
        let (mut values, mut indices) = (allocate::<T>(n)?, allocate::<i64>(n)?);
        let (v, p) = (Shared(values.as_mut_ptr()), Shared(indices.as_mut_ptr()));
        split(n / places.max(1), places * 4, |planes| {
            for c in planes {
                let x = &x[c * plane..][..plane];
                grid.each(|place, window, _| {
                    let mut best: Option<(T, usize)> = None;
                    grid.elements(window, |i| {
                        if best.is_none_or(|(b, _)| x[i].above(b) || x[i].is_nan()) {
                            best = Some((x[i], i));
                        }
                    });
                    let (top, i) = best.unwrap_or_default();
                    // SAFETY: every plane writes its own `places` of the n reserved elements of both.
                    unsafe {
                        v.get().add(c * places + place).write(top);
                        p.get().add(c * places + place).write(i as i64);
                    }
                });
            }
        });
        // SAFETY: all n elements of both were written.
        unsafe {
            values.set_len(n);
            indices.set_len(n);
        }
        Ok((Array::from_vec(values, sizes.clone()), Array::from_vec(indices, sizes)))
    })
}

/// The largest elements of windows and their places in the plane (int64); NaN wins, the first of equals is named.
///
/// Errors: RuntimeError in PyTorch's words for windows that do not fit.
pub fn max_pool(a: &Array, pool: &Pool) -> Result<(Array, Array)> {
    let (grid, sizes) = pool_grid(a.sizes(), pool)?;
    max_over(a, &grid, sizes)
}

/// [`max_pool`] over windows that divide the plane into `output` parts.
pub fn adaptive_max_pool(a: &Array, output: &[usize]) -> Result<(Array, Array)> {
    let (grid, sizes) = adaptive_grid(a.sizes(), output);
    max_over(a, &grid, sizes)
}

/// The gradient of both max pools: `grad` added up at the places in `indices`, in an array of `sizes` with `spatial`
/// spatial dimensions. (`max_unpool` is the same for places that do not repeat.)
///
/// Errors: RuntimeError for a place outside the plane.
pub fn max_pool_backward(grad: &Array, indices: &Array, sizes: &[usize], spatial: usize) -> Result<Array> {
    let plane: usize = sizes[sizes.len() - spatial..].iter().product();
    let places: usize = grad.sizes()[grad.ndim() - spatial..].iter().product();
    let at = indices.to_vec::<i64>()?;
    if let Some(i) = at.iter().find(|i| **i < 0 || **i >= plane as i64) {
        return Err(Fault::runtime(format!("Found an invalid max index: {i} (output volumes are of size {plane}")));
    }
    with_dtype!(grad.dtype, T => {
        let mut out = allocate_zeroed::<T>(checked_numel(sizes)?)?;
        for (k, (g, i)) in grad.to_vec::<T>()?.into_iter().zip(at).enumerate() {
            let place = &mut out[k / places.max(1) * plane + i as usize];
            *place = place.plus(g);
        }
        Ok(Array::from_vec(out, Dims::from_slice(sizes)))
    })
}

/// The divisor of a mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisor {
    /// The number of elements inside the input.
    Inside,
    /// The number of elements including padding.
    WithPadding,
    /// A number of its own.
    Fixed(i64),
}

impl Divisor {
    fn of(self, window: Window, extent: usize) -> f64 {
        match self {
            Divisor::Inside => window.iter().map(|w| w.1).product::<usize>() as f64,
            Divisor::WithPadding => extent as f64,
            Divisor::Fixed(n) => n as f64,
        }
    }
}

fn mean_over(a: &Array, grid: &Grid, sizes: Dims, divisor: Divisor) -> Result<Array> {
    if matches!(a.dtype, DType::F16 | DType::BF16) {
        return map::cast(&mean_over(&map::cast(a, DType::F32)?, grid, sizes, divisor)?, a.dtype);
    }
    let a = map::contiguous(a)?;
    let n = checked_numel(&sizes)?;
    let (plane, places) = (grid.plane(), grid.places());
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let x = &a.typed::<T>(&buffer)?[a.layout.offset..];
        let mut out = allocate::<T>(n)?;
        let to = Shared(out.as_mut_ptr());
        split(n / places.max(1), places * 4, |planes| {
            for c in planes {
                let x = &x[c * plane..][..plane];
                grid.each(|place, window, extent| {
                    let mut sum = T::default();
                    grid.elements(window, |i| sum = sum.plus(x[i]));
                    let by = divisor.of(window, extent);
                    let mean = if T::DTYPE.is_float() { T::from_f64(sum.to_f64() / by) } else { T::from_i64(sum.to_i64() / (by as i64).max(1)) };
                    // SAFETY: every plane writes its own `places` of the n reserved elements.
                    unsafe { to.get().add(c * places + place).write(mean) };
                });
            }
        });
        // SAFETY: all n elements were written.
        unsafe { out.set_len(n) };
        Ok(Array::from_vec(out, sizes))
    })
}

fn mean_backward(grad: &Array, sizes: &[usize], grid: &Grid, divisor: Divisor) -> Result<Array> {
    let (plane, places) = (grid.plane(), grid.places());
    with_dtype!(grad.dtype, T => {
        let mut out = allocate_zeroed::<T>(checked_numel(sizes)?)?;
        if places > 0 {
            for (c, g) in grad.to_vec::<T>()?.chunks(places).enumerate() {
                let to = &mut out[c * plane..][..plane];
                grid.each(|place, window, extent| {
                    let share = T::from_f64(g[place].to_f64() / divisor.of(window, extent));
                    grid.elements(window, |i| to[i] = to[i].plus(share));
                });
            }
        }
        Ok(Array::from_vec(out, Dims::from_slice(sizes)))
    })
}

/// The means of windows.
///
/// Errors: RuntimeError in PyTorch's words for windows that do not fit.
pub fn avg_pool(a: &Array, pool: &Pool, divisor: Divisor) -> Result<Array> {
    if divisor == Divisor::Fixed(0) {
        return Err(Fault::runtime("divisor must be not zero"));
    }
    let (grid, sizes) = pool_grid(a.sizes(), pool)?;
    mean_over(a, &grid, sizes, divisor)
}

/// The gradient of [`avg_pool`] for an input of `sizes`.
pub fn avg_pool_backward(grad: &Array, sizes: &[usize], pool: &Pool, divisor: Divisor) -> Result<Array> {
    let (grid, _) = pool_grid(sizes, pool)?;
    mean_backward(grad, sizes, &grid, divisor)
}

/// The means of windows that divide the plane into `output` parts.
pub fn adaptive_avg_pool(a: &Array, output: &[usize]) -> Result<Array> {
    let (grid, sizes) = adaptive_grid(a.sizes(), output);
    mean_over(a, &grid, sizes, Divisor::Inside)
}

/// The gradient of [`adaptive_avg_pool`] for an input of `sizes`.
pub fn adaptive_avg_pool_backward(grad: &Array, sizes: &[usize], output: &[usize]) -> Result<Array> {
    let (grid, _) = adaptive_grid(sizes, output);
    mean_backward(grad, sizes, &grid, Divisor::Inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(v: &[usize]) -> Dims {
        Dims::from_slice(v)
    }

    fn iota(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| i as f64).collect(), d(sizes))
    }

    fn pool(k: usize, s: usize, p: usize, ceil_mode: bool) -> Pool {
        Pool { kernel: d(&[k]), stride: d(&[s]), padding: d(&[p]), dilation: d(&[1]), ceil_mode }
    }

    #[test]
    fn windows_count_as_in_pytorch() {
        let values = |a: Array| a.to_vec::<f64>().unwrap();
        let x = iota(&[1, 5]);
        assert_eq!(values(max_pool(&x, &pool(2, 2, 0, false)).unwrap().0), [1.0, 3.0]);
        assert_eq!(values(max_pool(&x, &pool(2, 2, 0, true)).unwrap().0), [1.0, 3.0, 4.0]);
        assert_eq!(values(max_pool(&x, &pool(3, 2, 1, false)).unwrap().0), [1.0, 3.0, 4.0]);
        assert_eq!(
            values(avg_pool(&x, &pool(3, 2, 1, false), Divisor::WithPadding).unwrap()),
            [1.0 / 3.0, 2.0, 7.0 / 3.0]
        );
        assert_eq!(values(avg_pool(&x, &pool(3, 2, 1, false), Divisor::Inside).unwrap()), [0.5, 2.0, 3.5]);
        assert_eq!(values(avg_pool(&x, &pool(2, 2, 0, true), Divisor::WithPadding).unwrap()), [0.5, 2.5, 4.0]);
        assert_eq!(values(adaptive_avg_pool(&x, &[3]).unwrap()), [0.5, 2.0, 3.5]);
        let dilated = Pool { dilation: d(&[2]), ..pool(2, 1, 1, false) };
        assert_eq!(values(max_pool(&x, &dilated).unwrap().0), [1.0, 2.0, 3.0, 4.0, 3.0]);
    }

    #[test]
    fn gradients_are_adjoint() {
        let dot = |a: &Array, b: &Array| -> f64 {
            a.to_vec::<f64>().unwrap().iter().zip(b.to_vec::<f64>().unwrap()).map(|(x, y)| x * y).sum()
        };
        let x = iota(&[2, 3, 5, 4]);
        let p =
            Pool { kernel: d(&[3, 2]), stride: d(&[2, 1]), padding: d(&[1, 1]), dilation: d(&[1, 1]), ceil_mode: true };
        let y = avg_pool(&x, &p, Divisor::WithPadding).unwrap();
        let g = iota(y.sizes());
        let back = avg_pool_backward(&g, x.sizes(), &p, Divisor::WithPadding).unwrap();
        assert!((dot(&x, &back) - dot(&y, &g)).abs() < 1e-6);
        let (y, at) = max_pool(&x, &p).unwrap();
        let g = iota(y.sizes());
        assert_eq!(dot(&x, &max_pool_backward(&g, &at, x.sizes(), 2).unwrap()), dot(&y, &g));
        let y = adaptive_avg_pool(&x, &[2, 3]).unwrap();
        let g = iota(y.sizes());
        let back = adaptive_avg_pool_backward(&g, x.sizes(), &[2, 3]).unwrap();
        assert!((dot(&x, &back) - dot(&y, &g)).abs() < 1e-6);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let p = Pool {
            kernel: d(&[3, 3]),
            stride: d(&[3, 3]),
            padding: d(&[0, 0]),
            dilation: d(&[1, 1]),
            ceil_mode: false,
        };
        assert_eq!(
            max_pool(&iota(&[1, 1, 2, 2]), &p).unwrap_err().message,
            "Given input size: (1x2x2). Calculated output size: (1x0x0). Output size is too small"
        );
        assert!(max_pool(&iota(&[1, 4]), &pool(2, 1, 2, false)).is_err());
    }
}
