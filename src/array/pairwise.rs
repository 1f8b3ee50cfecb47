//! Sums in NumPy's order: pairwise along memory, one after the other across it. Sums of floats depend on their order, and
//! scripts print all digits.
//!
//! Source: NumPy's documentation of `numpy.sum`, the note on pairwise summation; Higham, The Accuracy of Floating Point
//! Summation (1993).

use super::array::Array;
use super::dtype::DType;
use super::layout::Dims;
use super::storage::{Typed, room_for};
use crate::diag::{Result, interrupt};
use std::ops::Add;

/// Up to so many numbers are summed in eight running sums; more are halved first.
const BLOCK: usize = 128;

/// The sum of `n` numbers that lie `stride` apart.
fn pairwise<T: Copy + Add<Output = T>>(data: &[T], at: isize, stride: isize, n: usize, zero: T) -> T {
    let get = |i: usize| data[(at + i as isize * stride) as usize];
    if n < 8 {
        return (0..n).fold(zero, |sum, i| sum + get(i));
    }
    if n <= BLOCK {
        let mut r: [T; 8] = std::array::from_fn(get);
        let whole = n - n % 8;
        for i in (8..whole).step_by(8) {
            (0..8).for_each(|k| r[k] = r[k] + get(i + k));
        }
        let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        return (whole..n).fold(sum, |sum, i| sum + get(i));
    }
    let half = n / 2 - n / 2 % 8;
    let rest = at + half as isize * stride;
    pairwise(data, at, stride, half, zero) + pairwise(data, rest, stride, n - half, zero)
}

/// An axis of the walk: its size, its stride in the array, and its stride in the result, 0 where it is summed over.
#[derive(Clone, Copy)]
struct Axis {
    size: usize,
    stride: isize,
    out: usize,
}

/// The sums of a float32 or float64 array over the axes that are marked, in an array without them; `None` for other dtypes.
///
/// Errors: MemoryError, KeyboardInterrupt.
pub fn sum(a: &Array, over: &[bool]) -> Result<Option<Array>> {
    match a.dtype {
        DType::F32 => summed(a, over, 0f32, -0f32).map(Some),
        DType::F64 => summed(a, over, 0f64, -0f64).map(Some),
        _ => Ok(None),
    }
}

fn summed<T: Typed + Copy + Add<Output = T>>(a: &Array, over: &[bool], zero: T, nothing: T) -> Result<Array> {
    let kept: Dims = a.sizes().iter().zip(over).filter(|(_, over)| !**over).map(|(&n, _)| n).collect();
    let count = room_for(&kept)?;
    let mut out = vec![zero; count];
    if a.numel() > 0 {
        let mut step = count;
        let mut axes: Vec<Axis> = Vec::new();
        for ((&size, &stride), &over) in a.sizes().iter().zip(&a.layout.strides).zip(over) {
            if !over {
                step /= size;
            }
            if size > 1 {
                axes.push(Axis { size, stride, out: if over { 0 } else { step } });
            }
        }
        // As memory lies: the widest strides outermost.
        axes.sort_by_key(|axis| std::cmp::Reverse(axis.stride.unsigned_abs()));
        let axes = joined(axes);
        let buffer = a.storage.read();
        let data = T::slice(&buffer).unwrap_or(&[]);
        let (inner, outer) = match axes.split_last() {
            Some((inner, outer)) => (*inner, outer),
            None => (Axis { size: 1, stride: 1, out: 0 }, &[][..]),
        };
        let mut index = vec![0usize; outer.len()];
        let (mut at, mut to) = (a.layout.offset as isize, 0usize);
        let mut since = 0;
        loop {
            if inner.out == 0 {
                out[to] = out[to] + pairwise(data, at, inner.stride, inner.size, nothing);
            } else {
                for i in 0..inner.size {
                    let place = to + i * inner.out;
                    out[place] = out[place] + data[(at + i as isize * inner.stride) as usize];
                }
            }
            since += inner.size;
            if since > 1 << 20 {
                interrupt::checkpoint()?;
                since = 0;
            }
            let Some(turn) = (0..outer.len()).rev().find(|&k| index[k] + 1 < outer[k].size) else { break };
            for k in turn + 1..outer.len() {
                at -= index[k] as isize * outer[k].stride;
                to -= index[k] * outer[k].out;
                index[k] = 0;
            }
            index[turn] += 1;
            at += outer[turn].stride;
            to += outer[turn].out;
        }
    }
    Ok(Array::from_vec(out, kept))
}

/// Neighbours that one stride walks through are one axis.
fn joined(axes: Vec<Axis>) -> Vec<Axis> {
    let mut out: Vec<Axis> = Vec::with_capacity(axes.len());
    for axis in axes {
        match out.last_mut() {
            Some(last)
                if last.stride == axis.stride * axis.size as isize
                    && last.out == axis.out * axis.size
                    && (last.out == 0) == (axis.out == 0) =>
            {
                *last = Axis { size: last.size * axis.size, ..axis };
            }
            _ => out.push(axis),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from NumPy 2.4: `(1 / np.arange(1, n + 1)).sum()`.
    #[test]
    fn sums_are_numpys() {
        for (n, expected) in [(5usize, 2.283333333333333f64), (100, 5.187377517639621), (1000, 7.485470860550345)] {
            let x: Vec<f64> = (1..=n).map(|i| 1.0 / i as f64).collect();
            let a = Array::from_vec(x, Dims::from_slice(&[n]));
            assert_eq!(sum(&a, &[true]).unwrap().unwrap().to_vec::<f64>().unwrap(), [expected]);
        }
    }

    #[test]
    fn any_axes_of_any_layout() {
        let x: Vec<f64> = (0..24).map(f64::from).collect();
        let a = Array::from_vec(x, Dims::from_slice(&[2, 3, 4]));
        let all = |over: [bool; 3]| sum(&a, &over).unwrap().unwrap().to_vec::<f64>().unwrap();
        assert_eq!(all([true, true, true]), [276.0]);
        assert_eq!(all([true, false, true]), [60.0, 92.0, 124.0]);
        assert_eq!(all([false, true, false]), [12.0, 15.0, 18.0, 21.0, 48.0, 51.0, 54.0, 57.0]);
        assert_eq!(all([false, false, false]), (0..24).map(f64::from).collect::<Vec<_>>());
        let t = a.with_layout(a.layout.transpose(0, 2));
        assert_eq!(sum(&t, &[true, false, true]).unwrap().unwrap().to_vec::<f64>().unwrap(), [60.0, 92.0, 124.0]);
    }
}
