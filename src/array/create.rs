//! Fresh arrays: filled, counted, spaced, triangular.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Element, Scalar};
use super::layout::{Dims, checked_numel};
use super::storage::{allocate, allocate_zeroed};
use crate::diag::{Fault, Result};
use crate::with_dtype;

/// Zeros of any dtype.
pub fn zeros(sizes: &[usize], dtype: DType) -> Result<Array> {
    let n = checked_numel(sizes)?;
    with_dtype!(dtype, T => Ok(Array::from_vec(allocate_zeroed::<T>(n)?, Dims::from_slice(sizes))))
}

/// The number of steps of a range.
///
/// Errors: RuntimeError in PyTorch's words for an infinite or contradictory range.
fn range_len(start: Scalar, end: Scalar, step: Scalar) -> Result<usize> {
    let (s, e, d) = (start.as_f64(), end.as_f64(), step.as_f64());
    if d == 0.0 || d.is_nan() {
        return Err(Fault::runtime("step must be nonzero"));
    }
    if !s.is_finite() || !e.is_finite() {
        return Err(Fault::runtime(format!("unsupported range: {} -> {}", show(start), show(end))));
    }
    if (d > 0.0 && e < s) || (d < 0.0 && e > s) {
        return Err(Fault::runtime("upper bound and lower bound inconsistent with step sign"));
    }
    if let (Scalar::Int(s), Scalar::Int(e), Scalar::Int(d)) = (start, end, step) {
        let span = (e as i128 - s as i128).unsigned_abs();
        return Ok(span.div_ceil(d.unsigned_abs() as u128).min(usize::MAX as u128) as usize);
    }
    Ok(((e - s) / d).ceil() as usize)
}

/// A number as C++ streams print it.
fn show(x: Scalar) -> String {
    match x {
        Scalar::Int(i) => i.to_string(),
        Scalar::Bool(b) => (b as u8).to_string(),
        Scalar::Float(f) => f.to_string().to_lowercase(),
        Scalar::Complex(z) => format!("({},{})", z.re, z.im),
    }
}

/// PyTorch's vector kernels take two registers of 64 bytes at a time; what is left is computed one by one.
fn whole_vectors(n: usize, size: usize) -> (usize, usize) {
    let width = 64 / size;
    (n / (2 * width) * (2 * width), width)
}

/// `torch.arange`: start, start + step, ... before end.
///
/// Errors: RuntimeError in PyTorch's words for an infinite or contradictory range.
pub fn arange(start: Scalar, end: Scalar, step: Scalar, dtype: DType) -> Result<Array> {
    if dtype.is_complex() {
        let name = dtype.scalar_type();
        return Err(Fault::not_implemented(format!("\"arange_cpu\" not implemented for '{name}'")));
    }
    let n = range_len(start, end, step)?;
    let (s, d) = (start.as_f64(), step.as_f64());
    checked_numel(&[n])?;
    with_dtype!(dtype, T => {
        let mut out = allocate::<T>(n)?;
        if T::DTYPE.is_float() {
            // Bit for bit PyTorch's: within a vector register the base is rounded first.
            let (whole, width) = whole_vectors(n, T::DTYPE.size());
            for i in (0..whole).step_by(width) {
                let base = T::from_f64(s + d * i as f64).to_f64();
                out.extend((0..width).map(|k| T::from_f64(base + k as f64 * d)));
            }
            out.extend((whole..n).map(|i| T::from_f64(s + d * i as f64)));
        } else {
            let (s, d) = (start.as_i64(), step.as_i64());
            out.extend((0..n as i64).map(|i| T::from_i64(s.wrapping_add(i.wrapping_mul(d)))));
        }
        Ok(Array::from_vec(out, Dims::from_slice(&[n])))
    })
}

/// `torch.linspace`: `steps` numbers from start to end, both included; the second half counts from the end.
///
/// Errors: MemoryError.
pub fn linspace(start: Scalar, end: Scalar, steps: usize, dtype: DType) -> Result<Array> {
    checked_numel(&[steps])?;
    let (s, e) = (start.as_f64(), end.as_f64());
    with_dtype!(dtype, T => {
        let mut out = allocate::<T>(steps)?;
        let half = steps / 2;
        let gaps = steps.saturating_sub(1).max(1) as f64;
        if steps == 1 {
            out.push(T::from_scalar(start));
        } else if T::DTYPE.is_complex() {
            let (s, e) = (start.as_complex(), end.as_complex());
            let step = (e - s) / gaps;
            out.extend((0..steps).map(|i| {
                let z = if i < half { s + step * i as f64 } else { e - step * (steps - i - 1) as f64 };
                T::from_scalar(Scalar::Complex(z))
            }));
        } else if T::DTYPE == DType::F32 {
            let (s, e) = (s as f32, e as f32);
            let step = (e - s) / gaps as f32;
            out.extend((0..steps).map(|i| {
                T::from_f64(if i < half { step.mul_add(i as f32, s) } else { (-step).mul_add((steps - i - 1) as f32, e) } as f64)
            }));
        } else if T::DTYPE.is_float() {
            let step = T::from_f64((e - s) / gaps).to_f64();
            out.extend((0..steps).map(|i| {
                T::from_f64(if i < half { step.mul_add(i as f64, s) } else { (-step).mul_add((steps - i - 1) as f64, e) })
            }));
        } else {
            let (s, e) = (T::from_scalar(start).to_i64(), T::from_scalar(end).to_i64());
            let step = (e as f64 - s as f64) / gaps;
            out.extend((0..steps).map(|i| {
                T::from_i64(if i < half {
                    (s as f64 + step * i as f64) as i64
                } else {
                    (e as f64 - step * (steps - i - 1) as f64) as i64
                })
            }));
        }
        Ok(Array::from_vec(out, Dims::from_slice(&[steps])))
    })
}

/// `torch.logspace`: powers of `base` at the points of [`linspace`].
pub fn logspace(start: Scalar, end: Scalar, steps: usize, base: f64, dtype: DType) -> Result<Array> {
    checked_numel(&[steps])?;
    let (s, e) = (start.as_f64(), end.as_f64());
    let (half, gaps) = (steps / 2, steps.saturating_sub(1).max(1) as f64);
    with_dtype!(dtype, T => {
        let mut out = allocate::<T>(steps)?;
        let step = (e - s) / gaps;
        let step = if T::DTYPE.is_float() { T::from_f64(step).to_f64() } else { step };
        out.extend((0..steps).map(|i| {
            let x = if i < half || steps == 1 { s + step * i as f64 } else { e - step * (steps - i - 1) as f64 };
            T::from_f64(base.powf(if T::DTYPE.is_float() { T::from_f64(x).to_f64() } else { x }))
        }));
        Ok(Array::from_vec(out, Dims::from_slice(&[steps])))
    })
}

/// Ones on the diagonal, zeros elsewhere.
pub fn eye(rows: usize, cols: usize, dtype: DType) -> Result<Array> {
    let n = checked_numel(&[rows, cols])?;
    with_dtype!(dtype, T => {
        let mut out = allocate_zeroed::<T>(n)?;
        (0..rows.min(cols)).for_each(|i| out[i * cols + i] = T::from_i64(1));
        Ok(Array::from_vec(out, Dims::from_slice(&[rows, cols])))
    })
}

/// The coordinates of the lower (or upper) triangle of a matrix up to a diagonal, as [2, n] of int64 or int32.
pub fn tri_indices(rows: usize, cols: usize, diagonal: i64, lower: bool, dtype: DType) -> Result<Array> {
    let (mut r, mut c): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    for i in 0..rows as i64 {
        let edge = (i + diagonal).clamp(-1, cols as i64);
        let columns = if lower { 0..(edge + 1).clamp(0, cols as i64) } else { edge.clamp(0, cols as i64)..cols as i64 };
        r.extend(columns.clone().map(|_| i));
        c.extend(columns);
    }
    let n = r.len();
    r.extend(c);
    let out = Array::from_vec(r, Dims::from_slice(&[2, n]));
    if dtype == DType::I64 { Ok(out) } else { super::map::cast(&out, dtype) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(a: Result<Array>) -> Vec<f32> {
        a.unwrap().to_vec().unwrap()
    }

    #[test]
    fn ranges_follow_torch_to_the_last_bit() {
        use Scalar::{Float, Int};
        assert_eq!(floats(arange(Int(0), Float(0.5), Float(0.1), DType::F32)), [0.0, 0.1, 0.2, 0.3, 0.4]);
        let a = arange(Int(5), Int(0), Int(-2), DType::I64).unwrap();
        assert_eq!(a.to_vec::<i64>().unwrap(), [5, 3, 1]);
        assert_eq!(floats(linspace(Int(0), Int(1), 4, DType::F32)), [0.0, 0.333_333_34, 0.666_666_6, 1.0]);
        let a = linspace(Int(0), Int(10), 4, DType::I64).unwrap();
        assert_eq!(a.to_vec::<i64>().unwrap(), [0, 3, 6, 10]);
        assert_eq!(floats(logspace(Int(0), Int(2), 3, 10.0, DType::F32)), [1.0, 10.0, 100.0]);
        assert!(arange(Int(0), Float(f64::NAN), Int(1), DType::F32).is_err());
        let e = arange(Int(0), Float(f64::INFINITY), Int(1), DType::F32).unwrap_err();
        assert_eq!(e.message, "unsupported range: 0 -> inf");
        assert!(arange(Int(0), Int(i64::MAX), Int(1), DType::F32).is_err());
    }

    #[test]
    fn triangles_are_listed_row_by_row() {
        let t = tri_indices(3, 3, -1, true, DType::I64).unwrap();
        assert_eq!(t.to_vec::<i64>().unwrap(), [1, 2, 2, 0, 0, 1]);
        let t = tri_indices(2, 3, 1, false, DType::I64).unwrap();
        assert_eq!(t.to_vec::<i64>().unwrap(), [0, 0, 1, 1, 2, 2]);
        assert_eq!(eye(2, 3, DType::Bool).unwrap().to_vec::<bool>().unwrap(), [true, false, false, false, true, false]);
    }
}
