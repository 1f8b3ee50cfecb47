//! Largest and smallest elements and their places. NaN counts as the extreme; the first of equal elements wins.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Element, Scalar};
use super::layout::wrap_dim;
use super::reduce::{Reducer, fold_lanes, named_dims, reduce, reduce_pair};
use super::sums::folding;
use crate::diag::{Fault, Result};
use crate::with_dtype;

/// Which extreme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Max,
    Min,
}

/// Whether `x` comes before `y` in the order of extremes.
#[inline(always)]
fn beats<T: Element, const MAX: bool>(x: T, y: T) -> bool {
    (if MAX { x > y } else { x < y }) | (x.is_nan() & !y.is_nan())
}

/// The extreme and its index.
struct Place<const MAX: bool>;

impl<T: Element, const MAX: bool> Reducer<T> for Place<MAX> {
    /// The element and its index; the index is `usize::MAX` before any element.
    type Acc = (T, usize);
    const INDEXED: bool = true;

    #[inline(always)]
    fn start(&self) -> (T, usize) {
        (T::default(), usize::MAX)
    }
    #[inline(always)]
    fn push(&self, acc: (T, usize), x: T, index: usize) -> (T, usize) {
        if acc.1 == usize::MAX || beats::<T, MAX>(x, acc.0) { (x, index) } else { acc }
    }
    #[inline(always)]
    fn join(&self, a: (T, usize), b: (T, usize)) -> (T, usize) {
        if b.1 == usize::MAX {
            return a;
        }
        let tie = !beats::<T, MAX>(a.0, b.0) && b.1 < a.1;
        if a.1 == usize::MAX || beats::<T, MAX>(b.0, a.0) || tie { b } else { a }
    }
    #[inline(always)]
    unsafe fn run(&self, p: *const T, stride: isize, n: usize, index: usize) -> (T, usize) {
        // Fewer are found faster one by one; more would leave the cache before they are looked through again.
        const NEAR: std::ops::RangeInclusive<usize> = 64..=1 << 13;
        // SAFETY: the caller's.
        unsafe {
            if stride != 1 || !NEAR.contains(&n) {
                return fold_lanes(self, p, stride, n, index);
            }
            // The extreme first, without its place, which would have to follow every comparison.
            let row = std::slice::from_raw_parts(p, n);
            let pick = |s: T, x: T| if beats::<T, MAX>(x, s) { x } else { s };
            let best = fold_lanes(&folding(row[0], pick, pick), p, 1, n, 0);
            let same = |x: &T| (*x == best) | (x.is_nan() & best.is_nan());
            let part =
                row.chunks(64).position(|part| part.iter().fold(false, |any, x| any | same(x))).unwrap_or(0) * 64;
            let at = part + row[part..].iter().position(same).unwrap_or(0);
            (row[at], index + at)
        }
    }
}

/// Refuses to reduce over nothing.
fn refuse_empty(a: &Array, dims: &[usize], all: bool, name: &str) -> Result<()> {
    let empty = dims.iter().find(|&&d| a.sizes()[d] == 0);
    let Some(d) = empty else { return Ok(()) };
    Err(match (all, name) {
        (true, "argmax" | "argmin") => Fault::index(format!(
            "{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument."
        )),
        (true, _) => Fault::runtime(format!(
            "{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument."
        )),
        _ => Fault::index(format!("{name}(): Expected reduction dim {d} to have non-zero size.")),
    })
}

fn values(a: &Array, dims: Option<&[i64]>, keepdim: bool, side: Side, name: &str) -> Result<Array> {
    let named = named_dims(dims, a.ndim())?;
    refuse_empty(a, &named, dims.is_none_or(|d| d.is_empty()), name)?;
    with_dtype!(a.dtype, T => {
        let start = T::from_scalar(if side == Side::Max { lowest(a.dtype) } else { highest(a.dtype) });
        if side == Side::Max {
            let pick = |s: T, x: T| if x.above(s) | x.is_nan() { x } else { s };
            reduce::<T, T, _>(a, &named, keepdim, &folding(start, pick, pick), |s| s)
        } else {
            let pick = |s: T, x: T| if x.below(s) | x.is_nan() { x } else { s };
            reduce::<T, T, _>(a, &named, keepdim, &folding(start, pick, pick), |s| s)
        }
    })
}

/// The least value of a dtype: what every other one replaces in a search for the largest.
pub fn lowest(dtype: DType) -> Scalar {
    match dtype {
        DType::Bool => Scalar::Bool(false),
        DType::U8 => Scalar::Int(0),
        DType::I8 => Scalar::Int(i8::MIN as i64),
        DType::I16 => Scalar::Int(i16::MIN as i64),
        DType::I32 => Scalar::Int(i32::MIN as i64),
        DType::I64 => Scalar::Int(i64::MIN),
        _ => Scalar::Float(f64::NEG_INFINITY),
    }
}

/// The greatest value of a dtype.
pub fn highest(dtype: DType) -> Scalar {
    match dtype {
        DType::Bool => Scalar::Bool(true),
        DType::U8 => Scalar::Int(u8::MAX as i64),
        DType::I8 => Scalar::Int(i8::MAX as i64),
        DType::I16 => Scalar::Int(i16::MAX as i64),
        DType::I32 => Scalar::Int(i32::MAX as i64),
        DType::I64 => Scalar::Int(i64::MAX),
        _ => Scalar::Float(f64::INFINITY),
    }
}

/// The largest elements over dimensions, NaN if there is one; all dimensions without a list.
///
/// Errors: RuntimeError or IndexError in PyTorch's words when a reduced dimension is empty.
pub fn amax(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    values(a, dims, keepdim, Side::Max, if dims.is_none() { "max" } else { "amax" })
}

/// The smallest elements over dimensions, NaN if there is one; all dimensions without a list.
///
/// Errors: RuntimeError or IndexError in PyTorch's words when a reduced dimension is empty.
pub fn amin(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    values(a, dims, keepdim, Side::Min, if dims.is_none() { "min" } else { "amin" })
}

fn with_index(a: &Array, dim: i64, keepdim: bool, side: Side, name: &str) -> Result<(Array, Array)> {
    let dims = named_dims(Some(&[dim]), a.ndim())?;
    refuse_empty(a, &dims, false, name)?;
    with_dtype!(a.dtype, T => match side {
        Side::Max => reduce_pair::<T, T, i64, _>(a, &dims, keepdim, &Place::<true>, |(x, i)| (x, i as i64)),
        Side::Min => reduce_pair::<T, T, i64, _>(a, &dims, keepdim, &Place::<false>, |(x, i)| (x, i as i64)),
    })
}

/// The largest elements along a dimension and their first indices (int64).
pub fn max_dim(a: &Array, dim: i64, keepdim: bool) -> Result<(Array, Array)> {
    with_index(a, dim, keepdim, Side::Max, "max")
}

/// The smallest elements along a dimension and their first indices (int64).
pub fn min_dim(a: &Array, dim: i64, keepdim: bool) -> Result<(Array, Array)> {
    with_index(a, dim, keepdim, Side::Min, "min")
}

fn arg(a: &Array, dim: Option<i64>, keepdim: bool, side: Side, name: &str) -> Result<Array> {
    let dims = match dim {
        Some(d) => named_dims(Some(&[wrap_dim(d, a.ndim())? as i64]), a.ndim())?,
        None => named_dims(None, a.ndim())?,
    };
    refuse_empty(a, &dims, dim.is_none(), name)?;
    with_dtype!(a.dtype, T => match side {
        Side::Max => reduce::<T, i64, _>(a, &dims, keepdim, &Place::<true>, |(_, i)| i as i64),
        Side::Min => reduce::<T, i64, _>(a, &dims, keepdim, &Place::<false>, |(_, i)| i as i64),
    })
}

/// The index of the first largest element along a dimension, or in the whole array read in row-major order.
pub fn argmax(a: &Array, dim: Option<i64>, keepdim: bool) -> Result<Array> {
    arg(a, dim, keepdim, Side::Max, "argmax")
}

/// The index of the first smallest element along a dimension, or in the whole array read in row-major order.
pub fn argmin(a: &Array, dim: Option<i64>, keepdim: bool) -> Result<Array> {
    arg(a, dim, keepdim, Side::Min, "argmin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::{Dims, layout::show_sizes, sums};
    use proptest::prelude::*;

    fn noise(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| ((i * 7919 + 13) % 31) as f32 - 15.0).collect(), Dims::from_slice(sizes))
    }

    #[test]
    fn nan_wins_and_the_first_of_ties_is_taken() {
        let a = Array::from_vec(vec![1.0f32, 3.0, 3.0, f32::NAN, 2.0, f32::NAN], vec![2, 3]);
        let (v, i) = max_dim(&a, 1, false).unwrap();
        assert_eq!(v.to_vec::<f32>().unwrap()[0], 3.0);
        assert_eq!(i.to_vec::<i64>().unwrap(), [1, 0]);
        assert_eq!(argmax(&a, None, false).unwrap().to_vec::<i64>().unwrap(), [3]);
        assert!(amax(&a, None, false).unwrap().to_vec::<f32>().unwrap()[0].is_nan());
    }

    #[test]
    fn nothing_has_no_extreme() {
        let a = Array::from_vec(Vec::<f32>::new(), vec![0, 3]);
        assert!(amax(&a, None, false).is_err() && max_dim(&a, 0, false).is_err());
        assert_eq!(show_sizes(max_dim(&a, 1, false).unwrap().0.sizes()), "[0]");
    }

    proptest! {
        #[test]
        fn reductions_agree_with_naive_loops(
            sizes in prop::collection::vec(1usize..40, 1..4), swap in any::<(usize, usize)>(), mask in 0usize..8,
        ) {
            let a = noise(&sizes);
            let nd = sizes.len();
            let a = a.with_layout(a.layout.transpose(swap.0 % nd, swap.1 % nd));
            let dims: Vec<i64> = (0..nd as i64).filter(|d| mask >> d & 1 == 1).collect();
            let data = a.to_vec::<f32>().unwrap();
            let keep: Vec<usize> = a.sizes().iter().enumerate().map(|(d, &n)| if mask >> d & 1 == 1 { 1 } else { n }).collect();
            let cells: usize = keep.iter().product();
            let mut groups: Vec<Vec<f32>> = vec![vec![]; cells];
            for (i, &x) in data.iter().enumerate() {
                let (mut rest, mut cell, mut step) = (i, 0, 1);
                for d in (0..nd).rev() {
                    cell += rest % a.sizes()[d] % keep[d] * step;
                    rest /= a.sizes()[d];
                    step *= keep[d];
                }
                groups[cell].push(x);
            }
            let got = sums::sum(&a, Some(&dims), true).unwrap();
            prop_assert_eq!(got.sizes(), &keep[..]);
            let want: Vec<f32> = groups.iter().map(|g| g.iter().sum()).collect();
            prop_assert_eq!(got.to_vec::<f32>().unwrap(), want);
            let want: Vec<f32> = groups.iter().map(|g| g.iter().copied().fold(f32::MIN, f32::max)).collect();
            prop_assert_eq!(amax(&a, Some(&dims), true).unwrap().to_vec::<f32>().unwrap(), want);
            let var = sums::var(&a, Some(&dims), 0.0, true, false).unwrap().to_vec::<f32>().unwrap();
            for (v, g) in var.iter().zip(&groups) {
                let mean = g.iter().map(|&x| x as f64).sum::<f64>() / g.len() as f64;
                let want = g.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / g.len() as f64;
                prop_assert!((*v as f64 - want).abs() <= 1e-5 * want.max(1.0));
            }
            for d in 0..nd {
                let (v, i) = max_dim(&a, d as i64, true).unwrap();
                let back = crate::array::scatter::gather(&a, d as i64, &i).unwrap();
                prop_assert_eq!(back.to_vec::<f32>().unwrap(), v.to_vec::<f32>().unwrap());
            }
        }
    }
}
