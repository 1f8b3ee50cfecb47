//! Softmax and its logarithm along a dimension, their derivatives, and the logarithm of sums of exponentials.
#![allow(unsafe_code)]
// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::array::Array;
use super::dtype::DType;
use super::layout::{Layout, wrap_dim};
use super::map;
use super::simd::{Kernel, Shared, dispatch, split};
use super::storage::allocate;
use super::vmath::{Real, exp};
use crate::diag::{Fault, Result};

/// Columns treated side by side.
const TILE: usize = 32;

/// What is computed from a line x of elements (for derivatives also from a second line g).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Softmax,
    LogSoftmax,
    LogSumExp,
    SoftmaxGrad,
    LogSoftmaxGrad,
}

/// `width` adjacent lines of `n` elements, `step` apart.
struct Lines<'a, T> {
    task: Task,
    x: *const T,
    g: *const T,
    out: *mut T,
    n: usize,
    step: usize,
    width: usize,
    /// One accumulator for each line.
    tops: &'a mut [T; TILE],
}

impl<T: Real> Kernel for Lines<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        // SAFETY: the caller of `compute` laid out [n, step] elements behind each pointer.
        unsafe {
            if self.step == 1 {
                let x = std::slice::from_raw_parts(self.x, self.n);
                let g = std::slice::from_raw_parts(self.g, self.n);
                row(self.task, x, g, self.out);
            } else {
                self.columns();
            }
        }
    }
}

/// The sum of `f` over `0..n`, in interleaved double sums.
#[inline(always)]
fn total(n: usize, f: impl Fn(usize) -> f64) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let whole = n / LANES * LANES;
    for i in (0..whole).step_by(LANES) {
        for (l, sum) in sums.iter_mut().enumerate() {
            *sum += f(i + l);
        }
    }
    let rest: f64 = (whole..n).map(&f).sum();
    sums.iter().sum::<f64>() + rest
}

/// The largest element, NaN if there is one; minus infinity of none.
#[inline(always)]
fn largest<T: Real>(x: &[T]) -> T {
    const LANES: usize = 32;
    let pick = |s: T, x: T| if (x > s) | x.is_nan() { x } else { s };
    let mut tops = [T::from_f64(f64::NEG_INFINITY); LANES];
    let chunks = x.chunks_exact(LANES);
    let rest = chunks.remainder();
    for c in chunks {
        for l in 0..LANES {
            tops[l] = pick(tops[l], c[l]);
        }
    }
    tops.iter().chain(rest).fold(T::from_f64(f64::NEG_INFINITY), |s, &x| pick(s, x))
}

/// One contiguous line.
#[inline(always)]
unsafe fn row<T: Real>(task: Task, x: &[T], g: &[T], out: *mut T) {
    let n = x.len();
    let minus = |a: T, b: T| T::from_f64(a.to_f64() - b.to_f64());
    // SAFETY: the caller's: `out` has room for the line.
    unsafe {
        match task {
            Task::Softmax => {
                let top = largest(x);
                for i in 0..n {
                    out.add(i).write(exp(minus(x[i], top)));
                }
                let sum = T::from_f64(total(n, |i| (*out.add(i)).to_f64())).to_f64();
                for i in 0..n {
                    *out.add(i) = T::from_f64((*out.add(i)).to_f64() / sum);
                }
            }
            Task::LogSoftmax | Task::LogSumExp => {
                let top = largest(x);
                let finite = if top.to_f64().is_infinite() && task == Task::LogSumExp { T::default() } else { top };
                let log = total(n, |i| exp(minus(x[i], finite)).to_f64()).ln();
                if task == Task::LogSumExp {
                    out.write(T::from_f64(log + finite.to_f64()));
                } else {
                    let top = finite.to_f64();
                    for i in 0..n {
                        out.add(i).write(T::from_f64(x[i].to_f64() - top - log));
                    }
                }
            }
            Task::SoftmaxGrad => {
                let sum = total(n, |i| x[i].to_f64() * g[i].to_f64());
                for i in 0..n {
                    out.add(i).write(T::from_f64((g[i].to_f64() - sum) * x[i].to_f64()));
                }
            }
            Task::LogSoftmaxGrad => {
                let sum = total(n, |i| g[i].to_f64());
                for i in 0..n {
                    out.add(i).write(T::from_f64(g[i].to_f64() - exp(x[i]).to_f64() * sum));
                }
            }
        }
    }
}

impl<T: Real> Lines<'_, T> {
    /// Adjacent lines that run across rows.
    #[inline(always)]
    unsafe fn columns(self) {
        let Lines { task, x, g, out, n, step, width, tops } = self;
        // SAFETY: the caller's.
        unsafe {
            let mut sums = [0.0f64; TILE];
            if matches!(task, Task::Softmax | Task::LogSoftmax | Task::LogSumExp) {
                *tops = [T::from_f64(f64::NEG_INFINITY); TILE];
                for i in 0..n {
                    for (l, top) in tops[..width].iter_mut().enumerate() {
                        let v = *x.add(i * step + l);
                        *top = if (v > *top) | v.is_nan() { v } else { *top };
                    }
                }
                if task == Task::LogSumExp {
                    tops.iter_mut().for_each(|t| {
                        if t.to_f64().is_infinite() {
                            *t = T::default()
                        }
                    });
                }
                for i in 0..n {
                    for l in 0..width {
                        let e = exp(T::from_f64((*x.add(i * step + l)).to_f64() - tops[l].to_f64()));
                        sums[l] += e.to_f64();
                        if task == Task::Softmax {
                            out.add(i * step + l).write(e);
                        }
                    }
                }
            } else {
                for i in 0..n {
                    for (l, sum) in sums[..width].iter_mut().enumerate() {
                        let (v, d) = ((*x.add(i * step + l)).to_f64(), (*g.add(i * step + l)).to_f64());
                        *sum += if task == Task::SoftmaxGrad { v * d } else { d };
                    }
                }
            }
            if task == Task::LogSumExp {
                for l in 0..width {
                    out.add(l).write(T::from_f64(sums[l].ln() + tops[l].to_f64()));
                }
                return;
            }
            if task == Task::LogSoftmax {
                sums.iter_mut().for_each(|s| *s = s.ln());
            }
            for i in 0..n {
                for l in 0..width {
                    let at = i * step + l;
                    let v = (*x.add(at)).to_f64();
                    let y = match task {
                        Task::Softmax => (*out.add(at)).to_f64() / sums[l],
                        Task::LogSoftmax => v - tops[l].to_f64() - sums[l],
                        Task::SoftmaxGrad => ((*g.add(at)).to_f64() - sums[l]) * v,
                        _ => (*g.add(at)).to_f64() - exp(*x.add(at)).to_f64() * sums[l],
                    };
                    out.add(at).write(T::from_f64(y));
                }
            }
        }
    }
}

/// Runs a task along a dimension of contiguous operands [outer, n, step].
fn compute<T: Real>(task: Task, x: &Array, g: &Array, dim: usize) -> Result<Array> {
    let (x, g) = (map::contiguous(x)?, map::contiguous(g)?);
    let n = x.sizes().get(dim).copied().unwrap_or(1);
    let step: usize = x.sizes().iter().skip(dim + 1).product();
    let outer: usize = x.sizes().iter().take(dim).product();
    let folds = task == Task::LogSumExp;
    let (count, stride) = if folds { (outer * step, step) } else { (x.numel(), n * step) };
    let mut sizes = x.layout.sizes.clone();
    if folds && dim < sizes.len() {
        sizes.remove(dim);
    }
    let mut out = allocate::<T>(count)?;
    let (left, right) = (x.storage.read(), g.storage.read());
    let start = |a: &Array, s: &[T]| Shared(s[a.layout.offset.min(s.len())..].as_ptr().cast_mut());
    let (px, pg) = (start(&x, x.typed::<T>(&left)?), start(&g, g.typed::<T>(&right)?));
    let to = Shared(out.as_mut_ptr());
    let tiles = step.div_ceil(TILE);
    if count > 0 {
        split(outer * tiles, n * step.min(TILE), |range| {
            for t in range {
                let (o, c) = (t / tiles, t % tiles * TILE);
                let mut tops = [T::default(); TILE];
                let at = o * n * step + c;
                // SAFETY: tile `t` covers columns c.. of block o, which lie in the contiguous operands and in the
                // part of the output reserved for it.
                unsafe {
                    dispatch(Lines {
                        task,
                        x: px.get().add(at).cast_const(),
                        g: pg.get().add(at).cast_const(),
                        out: to.get().add(o * stride + c),
                        n,
                        step,
                        width: TILE.min(step - c),
                        tops: &mut tops,
                    });
                }
            }
        });
    }
    // SAFETY: every element of the output belongs to one tile, which wrote it.
    unsafe { out.set_len(count) };
    Ok(Array::from_vec(out, sizes))
}

fn by_dtype(task: Task, x: &Array, g: &Array, dim: i64, name: &str) -> Result<Array> {
    let dim = wrap_dim(dim, x.ndim())?;
    match x.dtype {
        DType::F32 => compute::<f32>(task, x, g, dim),
        DType::F64 => compute::<f64>(task, x, g, dim),
        DType::F16 | DType::BF16 => {
            let (wide, grad) = (map::cast(x, DType::F32)?, map::cast(g, DType::F32)?);
            map::cast(&compute::<f32>(task, &wide, &grad, dim)?, x.dtype)
        }
        other => Err(Fault::not_implemented(format!("\"{name}\" not implemented for '{}'", other.scalar_type()))),
    }
}

/// The softmax along a dimension of a float array.
///
/// Errors: IndexError for a bad dimension, NotImplementedError for integers.
pub fn softmax(a: &Array, dim: i64) -> Result<Array> {
    by_dtype(Task::Softmax, a, a, dim, "softmax_lastdim_kernel_impl")
}

/// The logarithm of the softmax along a dimension of a float array.
///
/// Errors: IndexError for a bad dimension, NotImplementedError for integers.
pub fn log_softmax(a: &Array, dim: i64) -> Result<Array> {
    by_dtype(Task::LogSoftmax, a, a, dim, "log_softmax_lastdim_kernel_impl")
}

/// The gradient of [`softmax`]: `grad` and the result `out` have the same sizes.
pub fn softmax_backward(grad: &Array, out: &Array, dim: i64) -> Result<Array> {
    by_dtype(Task::SoftmaxGrad, out, grad, dim, "softmax_backward")
}

/// The gradient of [`log_softmax`]: `grad` and the result `out` have the same sizes.
pub fn log_softmax_backward(grad: &Array, out: &Array, dim: i64) -> Result<Array> {
    by_dtype(Task::LogSoftmaxGrad, out, grad, dim, "log_softmax_backward")
}

/// The logarithm of the sum of exponentials over dimensions (all without a list) of a float array.
///
/// Errors: IndexError or RuntimeError for bad dimensions, NotImplementedError for integers.
pub fn logsumexp(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    let named = super::reduce::named_dims(dims, a.ndim())?;
    let sizes = super::reduce::reduced_sizes(a.sizes(), &named, keepdim);
    // The reduced dimensions move to the end and become one.
    let kept: Vec<usize> = (0..a.ndim()).filter(|d| !named.contains(d)).collect();
    let (flat, dim) = if let [d] = named[..] {
        (a.clone(), d as i64)
    } else {
        let order: Vec<usize> = kept.iter().chain(&named).copied().collect();
        let whole = map::contiguous(&a.with_layout(a.layout.permute(&order)))?;
        let outer: usize = kept.iter().map(|&d| a.sizes()[d]).product();
        let n: usize = named.iter().map(|&d| a.sizes()[d]).product();
        let layout = whole.layout.view(&[outer, n]).ok_or_else(|| Fault::internal("a contiguous array is one run"))?;
        (whole.with_layout(layout), 1)
    };
    let out = by_dtype(Task::LogSumExp, &flat, &flat, dim, "logsumexp")?;
    let mut layout = Layout::contiguous(sizes);
    layout.offset = out.layout.offset;
    Ok(out.with_layout(layout))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::Dims;

    fn noise(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| ((i * 31 % 17) as f64) / 3.0 - 2.0).collect(), Dims::from_slice(sizes))
    }

    fn moved(a: &Array, dim: usize) -> Vec<Vec<f64>> {
        let t = a.with_layout(a.layout.transpose(dim, a.ndim() - 1));
        let n = t.sizes()[t.ndim() - 1];
        t.to_vec::<f64>().unwrap().chunks(n).map(<[f64]>::to_vec).collect()
    }

    #[test]
    fn rows_and_columns_agree_with_the_definition() {
        let a = noise(&[3, 40, 35]);
        for dim in 0..3 {
            let (s, l) = (softmax(&a, dim as i64).unwrap(), log_softmax(&a, dim as i64).unwrap());
            let e = logsumexp(&a, Some(&[dim as i64]), true).unwrap();
            for (((x, s), l), e) in moved(&a, dim).iter().zip(moved(&s, dim)).zip(moved(&l, dim)).zip(moved(&e, dim)) {
                let sum: f64 = x.iter().map(|v| v.exp()).sum();
                assert!((e[0] - sum.ln()).abs() < 1e-12);
                for i in 0..x.len() {
                    assert!((s[i] - x[i].exp() / sum).abs() < 1e-14 && (l[i] - x[i] + sum.ln()).abs() < 1e-12);
                }
            }
        }
        let both = logsumexp(&a, Some(&[0, 2]), false).unwrap();
        assert_eq!(both.sizes(), [40]);
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let (a, g) = (noise(&[4, 5, 3]), noise(&[4, 5, 3]));
        let inner = |f: &dyn Fn(&Array) -> Array, a: &Array| -> f64 {
            let (y, g) = (f(a).to_vec::<f64>().unwrap(), g.to_vec::<f64>().unwrap());
            y.iter().zip(g).map(|(y, g)| y * g).sum()
        };
        for dim in 0..3 {
            type Case<'a> = (&'a dyn Fn(&Array) -> Array, Array);
            let pairs: [Case; 2] = [
                (&|a| softmax(a, dim).unwrap(), softmax_backward(&g, &softmax(&a, dim).unwrap(), dim).unwrap()),
                (
                    &|a| log_softmax(a, dim).unwrap(),
                    log_softmax_backward(&g, &log_softmax(&a, dim).unwrap(), dim).unwrap(),
                ),
            ];
            for (f, grad) in pairs {
                for (i, want) in grad.to_vec::<f64>().unwrap().into_iter().enumerate() {
                    let nudged = |h: f64| {
                        let mut x = a.to_vec::<f64>().unwrap();
                        x[i] += h;
                        inner(f, &Array::from_vec(x, a.layout.sizes.clone()))
                    };
                    assert!(((nudged(1e-6) - nudged(-1e-6)) / 2e-6 - want).abs() < 1e-7);
                }
            }
        }
    }

    #[test]
    fn infinities_and_nothing_are_handled() {
        let a = Array::from_vec(vec![f32::NEG_INFINITY; 3], vec![3]);
        assert_eq!(logsumexp(&a, None, false).unwrap().to_vec::<f32>().unwrap(), [f32::NEG_INFINITY]);
        let none = Array::from_vec(Vec::<f32>::new(), vec![0]);
        assert_eq!(logsumexp(&none, None, false).unwrap().to_vec::<f32>().unwrap(), [f32::NEG_INFINITY]);
        assert_eq!(softmax(&Array::scalar(3.0f32), 0).unwrap().to_vec::<f32>().unwrap(), [1.0]);
    }
}
