//! Sums and what is built of them: means, variances, norms, products and counts.
#![allow(unsafe_code)]
// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::array::Array;
use super::dtype::{DType, Element};
use super::map;
use super::reduce::{Reducer, named_dims, reduce};
use super::storage::Typed;
use crate::diag::{Fault, Result};
use crate::with_dtype;
use num_complex::Complex64;

/// Float sums in PyTorch's order, so that results agree to the last bit.
///
/// Each of four interleaved rows of lanes is summed on four levels: the first collects a few rows, every further level
/// a power of two of the one below. The error grows like that of pairwise sums.
pub struct Cascade;

/// The lanes of a vector register that PyTorch's own kernels assume, by element size.
const fn lanes(size: usize) -> usize {
    64 / size
}

const LEVELS: usize = 4;

/// Adds `K` groups of `V` adjacent elements to sums. A function of its own and no closure, so that it is inlined into the
/// loops for every instruction set.
///
/// # Safety
/// The elements `p + k * group + 0..V` are in bounds.
#[inline(always)]
unsafe fn add_line<T: FloatSum, const K: usize, const V: usize>(sums: &mut [[T; V]; K], p: *const T, group: isize) {
    for (k, sums) in sums.iter_mut().enumerate() {
        for (v, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the caller's.
            *sum = T::add(*sum, unsafe { *p.offset(k as isize * group).add(v) });
        }
    }
}

/// How many rows the first level of a cascade over `n` rows collects, as a power of two.
#[inline(always)]
fn first_level(n: usize) -> usize {
    let log = if n <= 2 { 1 } else { (n - 1).ilog2() as usize + 1 };
    (log / LEVELS).max(4)
}

/// The sums of a cascade on its levels, over `K` groups of `V` adjacent elements.
#[derive(Clone, Copy)]
struct Levels<T, const K: usize, const V: usize>([[[T; V]; K]; LEVELS]);

impl<T: FloatSum, const K: usize, const V: usize> Levels<T, K, V> {
    #[inline(always)]
    fn new() -> Self {
        Levels([[[T::ZERO; V]; K]; LEVELS])
    }

    /// Adds the rows that fill the first level: those before row `end`, a multiple of their number.
    ///
    /// # Safety
    /// As in [`cascade`].
    #[inline(always)]
    unsafe fn fill(&mut self, p: *const T, row: isize, group: isize, end: usize, power: usize) {
        let (acc, step) = (&mut self.0, 1usize << power);
        let mut sums = acc[0];
        for j in end - step..end {
            // SAFETY: the caller's.
            unsafe { add_line(&mut sums, p.offset(j as isize * row), group) };
        }
        acc[0] = sums;
        for level in 1..LEVELS {
            for k in 0..K {
                for v in 0..V {
                    acc[level][k][v] = T::add(acc[level][k][v], acc[level - 1][k][v]);
                    acc[level - 1][k][v] = T::ZERO;
                }
            }
            if end & ((step - 1) << (level * power)) != 0 {
                break;
            }
        }
    }

    /// The sums with the last rows, from row `i` up to `n`.
    ///
    /// # Safety
    /// As in [`cascade`].
    #[inline(always)]
    unsafe fn finish(&self, p: *const T, row: isize, group: isize, i: usize, n: usize) -> [[T; V]; K] {
        let mut sums = self.0[0];
        for j in i..n {
            // SAFETY: the caller's.
            unsafe { add_line(&mut sums, p.offset(j as isize * row), group) };
        }
        if i == 0 {
            // Nothing has reached the higher levels.
            return sums;
        }
        for higher in &self.0[1..] {
            for k in 0..K {
                for v in 0..V {
                    sums[k][v] = T::add(sums[k][v], higher[k][v]);
                }
            }
        }
        sums
    }
}

/// The cascade over `n` rows of `K` groups of `V` adjacent elements.
///
/// # Safety
/// The elements `p + i * row + k * group + 0..V` are in bounds.
#[inline(always)]
unsafe fn cascade<T: FloatSum, const K: usize, const V: usize>(
    p: *const T,
    row: isize,
    group: isize,
    n: usize,
) -> [[T; V]; K] {
    let power = first_level(n);
    let mut levels = Levels::new();
    // SAFETY: the caller's.
    unsafe {
        let whole = n >> power << power;
        for end in (1 << power..=whole).step_by(1 << power) {
            levels.fill(p, row, group, end, power);
        }
        levels.finish(p, row, group, whole, n)
    }
}

/// The cascades over `n` rows of columns that lie side by side, `4 * V` for each of `sums`: row after row for all of them,
/// as memory lies, a few rows at a time.
///
/// # Safety
/// The elements `p + i * row + c` are in bounds for each column `c`.
#[inline(always)]
unsafe fn cascades<T: FloatSum, const V: usize>(p: *const T, row: isize, n: usize, sums: &mut [T]) {
    let power = first_level(n);
    let whole = n >> power << power;
    let mut all = vec![Levels::<T, 4, V>::new(); sums.len() / (4 * V)];
    // SAFETY: the caller's.
    unsafe {
        for end in (1 << power..=whole).step_by(1 << power) {
            for (c, levels) in all.iter_mut().enumerate() {
                levels.fill(p.add(c * 4 * V), row, V as isize, end, power);
            }
        }
        for (c, levels) in all.iter().enumerate() {
            let found = levels.finish(p.add(c * 4 * V), row, V as isize, whole, n);
            found.iter().flatten().zip(&mut sums[c * 4 * V..]).for_each(|(x, a)| *a = T::add(*a, *x));
        }
    }
}

/// The sums of `V` adjacent columns of `n` rows: four interleaved cascades.
///
/// # Safety
/// The elements `p + i * row + 0..V` are in bounds.
#[inline(always)]
unsafe fn interleaved<T: FloatSum, const V: usize>(p: *const T, row: isize, n: usize) -> [T; V] {
    // SAFETY: the caller's.
    unsafe {
        let mut parts = if n < 8 {
            // One row for each cascade, or none: not worth its levels.
            let mut rows = [[T::ZERO; V]; 4];
            if n >= 4 {
                add_line(&mut rows, p, row);
            }
            rows
        } else {
            cascade::<T, 4, V>(p, row * 4, row, n / 4)
        };
        for i in n / 4 * 4..n {
            for v in 0..V {
                parts[0][v] = T::add(parts[0][v], *p.offset(i as isize * row).add(v));
            }
        }
        for k in 1..4 {
            for v in 0..V {
                parts[0][v] = T::add(parts[0][v], parts[k][v]);
            }
        }
        parts[0]
    }
}

/// f32 and f64: the types that [`Cascade`] sums in.
pub trait FloatSum: Typed {
    #[doc(hidden)]
    const ZERO: Self;
    #[doc(hidden)]
    fn add(a: Self, b: Self) -> Self;
    #[doc(hidden)]
    unsafe fn row(p: *const Self, n: usize) -> Self;
    #[doc(hidden)]
    unsafe fn columns(p: *const Self, row: isize, n: usize, acc: &mut [Self]);
}

macro_rules! float_sum {
    ($($t:ident),*) => {
        $(impl FloatSum for $t {
            const ZERO: $t = 0.0;
            #[inline(always)]
            fn add(a: $t, b: $t) -> $t {
                a + b
            }
            #[inline(always)]
            unsafe fn row(p: *const $t, n: usize) -> $t {
                const V: usize = lanes(size_of::<$t>());
                // SAFETY: the caller's.
                unsafe {
                    // Hidden from the compiler, which would otherwise lay out the cascades for the lanes added one by one.
                    let sums = std::hint::black_box(interleaved::<$t, V>(p, V as isize, n / V));
                    let rest = (n / V * V..n).fold(0.0, |s, i| s + *p.add(i));
                    sums.iter().fold(rest, |s, x| s + x)
                }
            }
            #[inline(always)]
            unsafe fn columns(p: *const $t, row: isize, n: usize, acc: &mut [$t]) {
                const V: usize = lanes(size_of::<$t>());
                // SAFETY: the caller's.
                unsafe {
                    let mut c = 0;
                    if acc.len() >= 8 * V && n >= 64 {
                        c = acc.len() / (4 * V) * 4 * V;
                        cascades::<$t, V>(p, row, n, &mut acc[..c]);
                    }
                    while c + 4 * V <= acc.len() {
                        let sums = cascade::<$t, 4, V>(p.add(c), row, V as isize, n);
                        sums.iter().flatten().zip(&mut acc[c..]).for_each(|(x, a)| *a += x);
                        c += 4 * V;
                    }
                    while c + V <= acc.len() {
                        let sums = interleaved::<$t, V>(p.add(c), row, n);
                        sums.iter().zip(&mut acc[c..]).for_each(|(x, a)| *a += x);
                        c += V;
                    }
                    for c in c..acc.len() {
                        acc[c] += interleaved::<$t, 1>(p.add(c), row, n)[0];
                    }
                }
            }
        })*
    };
}

float_sum!(f32, f64);

impl<T: FloatSum> Reducer<T> for Cascade {
    type Acc = T;
    const GROUP: usize = 4 * lanes(size_of::<f32>());
    #[inline(always)]
    fn start(&self) -> T {
        T::ZERO
    }
    #[inline(always)]
    fn push(&self, acc: T, x: T, _: usize) -> T {
        T::add(acc, x)
    }
    #[inline(always)]
    fn join(&self, a: T, b: T) -> T {
        T::add(a, b)
    }
    #[inline(always)]
    unsafe fn run(&self, p: *const T, stride: isize, n: usize, _: usize) -> T {
        // SAFETY: the caller's.
        unsafe {
            if stride == 1 && n >= lanes(size_of::<T>()) { T::row(p, n) } else { interleaved::<T, 1>(p, stride, n)[0] }
        }
    }
    #[inline(always)]
    unsafe fn columns(&self, p: *const T, col: isize, row: isize, n: usize, _: usize, acc: &mut [T]) {
        // SAFETY: the caller's.
        unsafe {
            if col == 1 && acc.len() >= lanes(size_of::<T>()) {
                return T::columns(p, row, n, acc);
            }
            let mut c = 0;
            while c + 4 <= acc.len() {
                let sums = cascade::<T, 4, 1>(p.offset(c as isize * col), row, col, n);
                sums.iter().zip(&mut acc[c..]).for_each(|(x, a)| *a = T::add(*a, x[0]));
                c += 4;
            }
            for c in c..acc.len() {
                acc[c] = T::add(acc[c], interleaved::<T, 1>(p.offset(c as isize * col), row, n)[0]);
            }
        }
    }
}

/// A reducer made of a start and two closures.
pub struct Folding<A, P, J> {
    start: A,
    push: P,
    join: J,
}

impl<T: Copy, A: Copy + Send + Sync, P: Fn(A, T) -> A + Sync, J: Fn(A, A) -> A + Sync> Reducer<T> for Folding<A, P, J> {
    type Acc = A;
    #[inline(always)]
    fn start(&self) -> A {
        self.start
    }
    #[inline(always)]
    fn push(&self, acc: A, x: T, _: usize) -> A {
        (self.push)(acc, x)
    }
    #[inline(always)]
    fn join(&self, a: A, b: A) -> A {
        (self.join)(a, b)
    }
}

/// A reducer that starts at `start`, takes an element by `push` and unites two by `join`; order does not matter.
pub fn folding<T: Copy, A: Copy, P: Fn(A, T) -> A, J: Fn(A, A) -> A>(start: A, push: P, join: J) -> Folding<A, P, J> {
    Folding { start, push, join }
}

/// The dtype that sums and products of a dtype have: int64 for integers and bool.
pub fn sum_dtype(dtype: DType) -> DType {
    if dtype.is_differentiable() { dtype } else { DType::I64 }
}

/// The moduli of complex numbers.
fn modulus(a: &Array) -> Result<Array> {
    let wide = map::map1(&map::cast(a, DType::C128)?, |z: Complex64| z.re.hypot(z.im))?;
    map::cast(&wide, a.dtype.to_real())
}

/// A linear reduction of complex numbers: of their real and imaginary parts.
fn by_parts(a: &Array, dims: &[usize], f: impl Fn(&Array, Option<&[i64]>) -> Result<Array>) -> Result<Array> {
    let dims: Vec<i64> = dims.iter().map(|&d| d as i64).collect();
    f(&a.pairs(), Some(&dims))?.paired()
}

/// The sum over dimensions (all without a list): in the dtype of [`sum_dtype`].
///
/// Errors: IndexError or RuntimeError for bad dimensions, MemoryError.
pub fn sum(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    let dims = named_dims(dims, a.ndim())?;
    if a.dtype.is_complex() {
        return by_parts(a, &dims, |parts, dims| sum(parts, dims, keepdim));
    }
    match a.dtype {
        DType::F32 => reduce::<f32, f32, _>(a, &dims, keepdim, &Cascade, |s| s),
        DType::F64 => reduce::<f64, f64, _>(a, &dims, keepdim, &Cascade, |s| s),
        DType::F16 | DType::BF16 => {
            let wide = map::cast(a, DType::F32)?;
            map::cast(&reduce::<f32, f32, _>(&wide, &dims, keepdim, &Cascade, |s| s)?, a.dtype)
        }
        _ => with_dtype!(a.dtype, T => {
            let r = folding(0i64, |s: i64, x: T| s.wrapping_add(x.to_i64()), |s: i64, t: i64| s.wrapping_add(t));
            reduce::<T, i64, _>(a, &dims, keepdim, &r, |s| s)
        }),
    }
}

/// The array summed to smaller sizes that broadcast to its own: broadcasting undone, for gradients.
///
/// The array itself when the sizes are its own already. Errors: RuntimeError when the sizes do not broadcast to it.
pub fn sum_to(a: &Array, sizes: &[usize]) -> Result<Array> {
    if a.sizes() == sizes {
        return Ok(a.clone());
    }
    let lead = a.ndim().checked_sub(sizes.len());
    let fits = lead.is_some_and(|l| a.sizes()[l..].iter().zip(sizes).all(|(n, m)| m == n || *m == 1));
    let (Some(lead), true) = (lead, fits) else {
        let (want, have) = (super::layout::show_sizes(sizes), super::layout::show_sizes(a.sizes()));
        return Err(Fault::runtime(format!("size {{{want}}} is not expandable to size {{{have}}}.")));
    };
    let dims: Vec<i64> =
        (0..a.ndim()).filter(|&d| d < lead || (sizes[d - lead] == 1 && a.sizes()[d] != 1)).map(|d| d as i64).collect();
    let out = if a.dtype.is_differentiable() {
        sum(a, Some(&dims), true)?
    } else {
        map::cast(&sum(a, Some(&dims), true)?, a.dtype)?
    };
    Ok(out.with_layout(super::Layout::contiguous(super::Dims::from_slice(sizes))))
}

/// The product over dimensions (all without a list): in the dtype of [`sum_dtype`].
pub fn prod(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    let dims = named_dims(dims, a.ndim())?;
    match a.dtype {
        DType::F32 => {
            reduce::<f32, f32, _>(a, &dims, keepdim, &folding(1.0, |s, x: f32| s * x, |s: f32, t| s * t), |s| s)
        }
        DType::F64 => {
            reduce::<f64, f64, _>(a, &dims, keepdim, &folding(1.0, |s, x: f64| s * x, |s: f64, t| s * t), |s| s)
        }
        DType::F16 | DType::BF16 => with_dtype!(a.dtype, T => {
            let r = folding(1.0f32, |s: f32, x: T| s * x.to_f64() as f32, |s: f32, t: f32| s * t);
            reduce::<T, T, _>(a, &dims, keepdim, &r, |s| T::from_f64(s as f64))
        }),
        DType::C64 | DType::C128 => with_dtype!(a.dtype, T => {
            let r = folding(T::from_i64(1), |s: T, x: T| s.times(x), |s: T, t: T| s.times(t));
            reduce::<T, T, _>(a, &dims, keepdim, &r, |s| s)
        }),
        _ => with_dtype!(a.dtype, T => {
            let r = folding(1i64, |s: i64, x: T| s.wrapping_mul(x.to_i64()), |s: i64, t: i64| s.wrapping_mul(t));
            reduce::<T, i64, _>(a, &dims, keepdim, &r, |s| s)
        }),
    }
}

/// The number of elements that dimensions hold together.
pub fn count_of(a: &Array, dims: &[usize]) -> usize {
    dims.iter().map(|&d| a.sizes()[d]).product()
}

/// The mean over dimensions of a float array; NaN over no elements.
///
/// Errors: RuntimeError in PyTorch's words for integers.
pub fn mean(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    if a.dtype.is_complex() {
        return by_parts(a, &named_dims(dims, a.ndim())?, |parts, dims| mean(parts, dims, keepdim));
    }
    if !a.dtype.is_float() {
        return Err(Fault::runtime(format!(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {}",
            a.dtype.scalar_type()
        )));
    }
    let named = named_dims(dims, a.ndim())?;
    let n = count_of(a, &named) as f64;
    match a.dtype {
        DType::F32 => reduce::<f32, f32, _>(a, &named, keepdim, &Cascade, |s| s / n as f32),
        DType::F64 => reduce::<f64, f64, _>(a, &named, keepdim, &Cascade, |s| s / n),
        half => {
            let wide = map::cast(a, DType::F32)?;
            map::cast(&reduce::<f32, f32, _>(&wide, &named, keepdim, &Cascade, |s| s / n as f32)?, half)
        }
    }
}

/// Elements, their sum and the sum of squared distances to their mean, in double precision.
struct Moments;

impl<T: Element> Reducer<T> for Moments {
    type Acc = (f64, f64, f64);
    #[inline(always)]
    fn start(&self) -> Self::Acc {
        (0.0, 0.0, 0.0)
    }
    #[inline(always)]
    fn push(&self, (n, mean, m2): Self::Acc, x: T, _: usize) -> Self::Acc {
        let x = x.to_f64();
        let delta = x - mean;
        let (n, mean) = (n + 1.0, mean + delta / (n + 1.0));
        (n, mean, m2 + delta * (x - mean))
    }
    #[inline(always)]
    fn join(&self, a: Self::Acc, b: Self::Acc) -> Self::Acc {
        let n = a.0 + b.0;
        if a.0 == 0.0 || b.0 == 0.0 {
            return if a.0 == 0.0 { b } else { a };
        }
        let delta = b.1 - a.1;
        (n, a.1 + delta * (b.0 / n), a.2 + b.2 + delta * delta * (a.0 * b.0 / n))
    }
    #[inline(always)]
    unsafe fn run(&self, p: *const T, stride: isize, n: usize, _: usize) -> Self::Acc {
        // In pieces that stay in the cache: the mean first, then the distances to it.
        const PIECE: usize = 4096;
        const LANES: usize = 16;
        let mut acc = <Self as Reducer<T>>::start(self);
        let mut from = 0;
        while from < n {
            let len = PIECE.min(n - from);
            // SAFETY: the caller's.
            let at = |i: usize| unsafe { (*p.offset((from + i) as isize * stride)).to_f64() };
            let total = |f: &dyn Fn(f64) -> f64| -> f64 { (0..len).map(|i| f(at(i))).sum() };
            let (mut mean, mut m2);
            if stride == 1 && len >= LANES {
                // SAFETY: the caller's.
                let near = unsafe { std::slice::from_raw_parts(p.add(from), len) };
                let mut sums = [0.0; LANES];
                let whole = near.chunks_exact(LANES);
                let rest = whole.remainder();
                for c in whole.clone() {
                    for l in 0..LANES {
                        sums[l] += c[l].to_f64();
                    }
                }
                mean = sums.iter().sum::<f64>() + rest.iter().map(|x| x.to_f64()).sum::<f64>();
                mean /= len as f64;
                let mut sums = [0.0; LANES];
                for c in whole {
                    for l in 0..LANES {
                        let d = c[l].to_f64() - mean;
                        sums[l] += d * d;
                    }
                }
                m2 = sums.iter().sum::<f64>();
                m2 += rest.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean)).sum::<f64>();
            } else {
                mean = total(&|x| x) / len as f64;
                m2 = total(&|x| (x - mean) * (x - mean));
            }
            acc = <Self as Reducer<T>>::join(self, acc, (len as f64, mean, m2));
            from += len;
        }
        acc
    }
}

/// The variance over dimensions with divisor `n - correction`, or its root when `std`.
///
/// Errors: RuntimeError in PyTorch's words for integers.
pub fn var(a: &Array, dims: Option<&[i64]>, correction: f64, keepdim: bool, std: bool) -> Result<Array> {
    if a.dtype.is_complex() {
        // The squared distance to the mean is that of the parts together.
        let part = |i: usize| var(&a.part(i), dims, correction, keepdim, false);
        let sum = map::map2(
            &map::cast(&part(0)?, DType::F64)?,
            &map::cast(&part(1)?, DType::F64)?,
            move |x: f64, y: f64| {
                if std { (x + y).sqrt() } else { x + y }
            },
        )?;
        return map::cast(&sum, a.dtype.to_real());
    }
    if !a.dtype.is_float() {
        return Err(Fault::not_implemented("std and var only support floating point and complex dtypes"));
    }
    let dims = named_dims(dims, a.ndim())?;
    with_dtype!(a.dtype, T => reduce::<T, T, _>(a, &dims, keepdim, &Moments, |(n, _, m2)| {
        let v = m2 / (n - correction).max(0.0);
        T::from_f64(if std { v.sqrt() } else { v })
    }))
}

/// The variance (or standard deviation) and the mean together.
pub fn var_mean(a: &Array, dims: Option<&[i64]>, correction: f64, keepdim: bool, std: bool) -> Result<(Array, Array)> {
    let v = var(a, dims, correction, keepdim, std)?;
    Ok((v, mean(a, dims, keepdim)?))
}

/// The p-norm over dimensions of a float array: `p` may be 0, 1, 2, any other number, or plus or minus infinity.
pub fn norm_p(a: &Array, p: f64, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    if a.dtype.is_complex() {
        return norm_p(&modulus(a)?, p, dims, keepdim);
    }
    let dims = named_dims(dims, a.ndim())?;
    macro_rules! norm {
        ($push:expr, $finish:expr) => {
            with_dtype!(a.dtype, T => reduce::<T, T, _>(
                a, &dims, keepdim, &folding(0.0, |s: f64, x: T| s + $push(x.to_f64()), |s: f64, t: f64| s + t), |s| T::from_f64($finish(s)),
            ))
        };
    }
    macro_rules! extreme {
        ($start:expr, $better:expr) => {{
            let pick = |s: f64, x: f64| if $better(x, s) || x.is_nan() { x } else { s };
            with_dtype!(a.dtype, T => reduce::<T, T, _>(
                a, &dims, keepdim, &folding($start, |s: f64, x: T| pick(s, x.to_f64().abs()), pick), T::from_f64,
            ))
        }};
    }
    if p == f64::INFINITY {
        return extreme!(0.0, |x: f64, s: f64| x > s);
    }
    if p == f64::NEG_INFINITY {
        return extreme!(f64::INFINITY, |x: f64, s: f64| x < s);
    }
    if p == 0.0 {
        return norm!(|x: f64| (x != 0.0) as u8 as f64, |s: f64| s);
    }
    if p == 1.0 {
        return norm!(f64::abs, |s: f64| s);
    }
    if p == 2.0 {
        return norm!(|x: f64| x * x, f64::sqrt);
    }
    norm!(|x: f64| x.abs().powf(p), |s: f64| s.powf(1.0 / p))
}

/// The number of elements that are not zero, as int64.
pub fn count_nonzero(a: &Array, dims: Option<&[i64]>) -> Result<Array> {
    let dims = named_dims(dims, a.ndim())?;
    with_dtype!(a.dtype, T => {
        let r = folding(0i64, |s: i64, x: T| s + (x != T::default()) as i64, |s: i64, t: i64| s + t);
        reduce::<T, i64, _>(a, &dims, false, &r, |s| s)
    })
}

/// Whether all elements are not zero: uint8 for uint8, otherwise bool.
pub fn all(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    truth(a, dims, keepdim, true)
}

/// Whether any element is not zero: uint8 for uint8, otherwise bool.
pub fn any(a: &Array, dims: Option<&[i64]>, keepdim: bool) -> Result<Array> {
    truth(a, dims, keepdim, false)
}

fn truth(a: &Array, dims: Option<&[i64]>, keepdim: bool, all: bool) -> Result<Array> {
    let dims = named_dims(dims, a.ndim())?;
    let out = with_dtype!(a.dtype, T => {
        let test = |s: bool, x: bool| if all { s & x } else { s | x };
        let r = folding(all, |s: bool, x: T| test(s, x != T::default()), test);
        reduce::<T, bool, _>(a, &dims, keepdim, &r, |s| s)
    })?;
    if a.dtype == DType::U8 { map::cast(&out, DType::U8) } else { Ok(out) }
}
