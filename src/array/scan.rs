//! Running sums, products and extremes along a dimension.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Element};
use super::layout::wrap_dim;
use super::map;
use super::simd::{Shared, split};
use super::storage::{Typed, allocate};
use super::sums::sum_dtype;
use crate::diag::Result;
use crate::{with_dtype, with_real};

/// Walks every line along `dim`, handing each element, its index on the line and its place in row-major order to
/// `step` with the line's state, which begins as `start`.
fn scan<T: Typed, S: Copy + Send + Sync>(
    a: &Array,
    dim: usize,
    start: S,
    step: impl Fn(&mut S, T, usize, usize) + Sync,
) -> Result<()> {
    const TILE: usize = 64;
    let a = map::contiguous(a)?;
    let n = a.sizes().get(dim).copied().unwrap_or(1);
    let inner: usize = a.sizes().iter().skip(dim + 1).product();
    let outer: usize = a.sizes().iter().take(dim).product();
    let buffer = a.storage.read();
    let all = &a.typed::<T>(&buffer)?[a.layout.offset..];
    if inner == 1 {
        split(outer, n, |lines| {
            for at in lines.map(|o| o * n) {
                let mut state = start;
                for (i, &x) in all[at..at + n].iter().enumerate() {
                    step(&mut state, x, i, at + i);
                }
            }
        });
        return Ok(());
    }
    let tiles = inner.div_ceil(TILE);
    split(outer * tiles, n * inner.min(TILE), |range| {
        for t in range {
            let (o, c) = (t / tiles, t % tiles * TILE);
            let mut states = [start; TILE];
            let width = TILE.min(inner - c);
            for i in 0..n {
                let at = (o * n + i) * inner + c;
                for (l, (state, &x)) in states.iter_mut().zip(&all[at..at + width]).enumerate() {
                    step(state, x, i, at + l);
                }
            }
        }
    });
    Ok(())
}

/// A scan with one result for each element.
fn scan_to<T: Typed, U: Typed, S: Copy + Send + Sync>(
    a: &Array,
    dim: i64,
    start: S,
    next: impl Fn(&mut S, T, usize) -> U + Sync,
) -> Result<Array> {
    let dim = wrap_dim(dim, a.ndim())?;
    let n = a.numel();
    let mut out = allocate::<U>(n)?;
    let to = Shared(out.as_mut_ptr());
    // SAFETY: `scan` visits each of the n places once.
    scan::<T, S>(a, dim, start, |s, x, i, at| unsafe { to.get().add(at).write(next(s, x, i)) })?;
    // SAFETY: all n elements were written.
    unsafe { out.set_len(n) };
    Ok(Array::from_vec(out, a.layout.sizes.clone()))
}

/// Running sums in the dtype of [`sum_dtype`]; floats accumulate in double precision.
///
/// Errors: IndexError for a bad dimension.
pub fn cumsum(a: &Array, dim: i64) -> Result<Array> {
    if a.dtype.is_complex() {
        return with_dtype!(a.dtype, T => scan_to::<T, T, T>(a, dim, T::from_i64(0), |s, x, _| {
            *s = s.plus(x);
            *s
        }));
    }
    if !a.dtype.is_float() {
        let a = map::cast(a, sum_dtype(a.dtype))?;
        return scan_to::<i64, i64, i64>(&a, dim, 0, |s, x, _| {
            *s = s.wrapping_add(x);
            *s
        });
    }
    with_real!(a.dtype, T => scan_to::<T, T, f64>(a, dim, 0.0, |s, x, _| {
        *s += x.to_f64();
        T::from_f64(*s)
    }))
}

/// Running products in the dtype of [`sum_dtype`]; floats accumulate in double precision.
///
/// Errors: IndexError for a bad dimension.
pub fn cumprod(a: &Array, dim: i64) -> Result<Array> {
    if a.dtype.is_complex() {
        return with_dtype!(a.dtype, T => scan_to::<T, T, T>(a, dim, T::from_i64(1), |s, x, _| {
            *s = s.times(x);
            *s
        }));
    }
    if !a.dtype.is_float() {
        let a = map::cast(a, sum_dtype(a.dtype))?;
        return scan_to::<i64, i64, i64>(&a, dim, 1, |s, x, _| {
            *s = s.wrapping_mul(x);
            *s
        });
    }
    with_real!(a.dtype, T => scan_to::<T, T, f64>(a, dim, 1.0, |s, x, _| {
        *s *= x.to_f64();
        T::from_f64(*s)
    }))
}

/// Running logarithms of sums of exponentials of a float array.
///
/// Errors: IndexError for a bad dimension.
pub fn logcumsumexp(a: &Array, dim: i64) -> Result<Array> {
    with_real!(a.dtype, T => scan_to::<T, T, f64>(a, dim, f64::NEG_INFINITY, |s, x, _| {
        let x = x.to_f64();
        let (low, high) = if x.is_nan() || s.is_nan() { (f64::NAN, f64::NAN) } else { (s.min(x), s.max(x)) };
        *s = if low == high && high.is_infinite() { high } else { high + (low - high).exp().ln_1p() };
        T::from_f64(*s)
    }))
}

fn running_extreme(a: &Array, dim: i64, max: bool) -> Result<(Array, Array)> {
    let dim = wrap_dim(dim, a.ndim())?;
    let n = a.numel();
    with_real!(a.dtype, T => {
        let (mut values, mut indices) = (allocate::<T>(n)?, allocate::<i64>(n)?);
        let (v, p) = (Shared(values.as_mut_ptr()), Shared(indices.as_mut_ptr()));
        scan::<T, (T, usize)>(a, dim, (T::default(), 0), |s, x, i, at| {
            let ahead = if max { x >= s.0 } else { x <= s.0 };
            if i == 0 || x.is_nan() || (ahead && !s.0.is_nan()) {
                *s = (x, i);
            }
            // SAFETY: `scan` visits each of the n places of both once.
            unsafe {
                v.get().add(at).write(s.0);
                p.get().add(at).write(s.1 as i64);
            }
        })?;
        // SAFETY: all n elements of both were written.
        unsafe {
            values.set_len(n);
            indices.set_len(n);
        }
        Ok((Array::from_vec(values, a.layout.sizes.clone()), Array::from_vec(indices, a.layout.sizes.clone())))
    })
}

/// Running maxima and their last indices (int64); NaN stays.
///
/// Errors: IndexError for a bad dimension.
pub fn cummax(a: &Array, dim: i64) -> Result<(Array, Array)> {
    running_extreme(a, dim, true)
}

/// Running minima and their last indices (int64); NaN stays.
///
/// Errors: IndexError for a bad dimension.
pub fn cummin(a: &Array, dim: i64) -> Result<(Array, Array)> {
    running_extreme(a, dim, false)
}

/// The dtypes that scans of integers give, for callers that announce it.
pub fn scan_dtype(dtype: DType) -> DType {
    sum_dtype(dtype)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::Dims;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_run_along_every_dimension(sizes in prop::collection::vec(0usize..9, 1..4), pick in any::<(usize, usize, usize)>()) {
            let n: usize = sizes.iter().product();
            let a = Array::from_vec((0..n as i64).map(|i| i * 37 % 11 - 5).collect(), Dims::from_slice(&sizes));
            let nd = sizes.len();
            let a = a.with_layout(a.layout.transpose(pick.0 % nd, pick.1 % nd));
            let dim = pick.2 % nd;
            let got = cumsum(&a, dim as i64).unwrap().to_vec::<i64>().unwrap();
            let data = a.to_vec::<i64>().unwrap();
            let inner: usize = a.sizes()[dim + 1..].iter().product();
            for (at, &s) in got.iter().enumerate() {
                let i = at / inner % a.sizes()[dim];
                prop_assert_eq!(s, (0..=i).map(|k| data[at - (i - k) * inner]).sum::<i64>());
            }
        }
    }

    #[test]
    fn extremes_take_the_last_of_ties_and_keep_nan() {
        let a = Array::from_vec(vec![1.0f32, 3.0, 3.0, f32::NAN, 5.0], vec![5]);
        let (v, i) = cummax(&a, 0).unwrap();
        assert_eq!(i.to_vec::<i64>().unwrap(), [0, 1, 2, 3, 3]);
        assert!(v.to_vec::<f32>().unwrap()[4].is_nan());
        let l = logcumsumexp(&Array::from_vec(vec![0.0f64, 0.0, 0.0], vec![3]), 0).unwrap();
        assert!((l.to_vec::<f64>().unwrap()[2] - 3f64.ln()).abs() < 1e-15);
    }
}
