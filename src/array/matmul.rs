//! Matrix products: vectors, matrices and batches, with strides passed through.
//!
//! Large float products go to `gemm`; tiny and integer ones are plain loops; halves compute in f32.
#![allow(unsafe_code)]
// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::array::Array;
use super::dtype::{DType, Element};
use super::iter::positions;
use super::layout::{Dims, Layout, broadcast_sizes, checked_numel, show_sizes};
use super::map;
use super::simd::{Kernel, PARALLEL_FROM, Shared, dispatch, split, split_evenly, split_stoppable, threads};
use super::storage::{Typed, allocate};
use crate::diag::{Fault, Result, interrupt};
use num_complex::Complex;

/// An element type that products are computed in.
pub(super) trait Factor: Typed {
    /// `a * b + c`, fused for floats and wrapping for integers.
    fn fused(a: Self, b: Self, c: Self) -> Self;
    /// `-a`, wrapping for integers.
    fn negated(a: Self) -> Self;
    /// The product by a library made for large matrices; false when there is none for this type.
    ///
    /// # Safety
    /// As [`product`].
    unsafe fn library(_: Sizes, _: Target<Self>, _: Side<Self>, _: Side<Self>, _several: bool) -> bool {
        false
    }
}

impl Factor for Complex<f32> {
    #[inline(always)]
    fn fused(a: Self, b: Self, c: Self) -> Self {
        a * b + c
    }
    #[inline(always)]
    fn negated(a: Self) -> Self {
        -a
    }
}

impl Factor for Complex<f64> {
    #[inline(always)]
    fn fused(a: Self, b: Self, c: Self) -> Self {
        a * b + c
    }
    #[inline(always)]
    fn negated(a: Self) -> Self {
        -a
    }
}

macro_rules! factor {
    (int $($t:ty),*) => {
        $(impl Factor for $t {
            #[inline(always)]
            fn fused(a: $t, b: $t, c: $t) -> $t {
                a.wrapping_mul(b).wrapping_add(c)
            }
            #[inline(always)]
            fn negated(a: $t) -> $t {
                a.wrapping_neg()
            }
        })*
    };
    (float $($t:ty),*) => {
        $(impl Factor for $t {
            #[inline(always)]
            fn fused(a: $t, b: $t, c: $t) -> $t {
                a.mul_add(b, c)
            }
            #[inline(always)]
            fn negated(a: $t) -> $t {
                -a
            }
            unsafe fn library(s: Sizes, out: Target<$t>, a: Side<$t>, b: Side<$t>, several: bool) -> bool {
                let how = if several { gemm::Parallelism::Rayon(threads()) } else { gemm::Parallelism::None };
                let read = out.how != Into::Replace;
                let sign = if out.how == Into::Subtract { -1.0 } else { 1.0 };
                // SAFETY: the caller's.
                unsafe {
                    gemm::gemm(
                        s.m, s.n, s.k, out.at, 1, out.rows as isize, read, a.at, a.cols, a.rows, b.at, b.cols, b.rows,
                        1.0, sign, false, false, false, how,
                    );
                }
                true
            }
        })*
    };
}

factor!(int u8, i8, i16, i32, i64);
factor!(float f32, f64);

/// The sizes of a product: [m, k] times [k, n].
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub m: usize,
    pub k: usize,
    pub n: usize,
}

/// What is done with what the result's place holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Into {
    Replace,
    Add,
    Subtract,
}

/// Where a product goes: its first element and the distance of its rows.
#[derive(Clone, Copy)]
pub(super) struct Target<T> {
    pub at: *mut T,
    pub rows: usize,
    pub how: Into,
}

impl Sizes {
    fn work(self) -> usize {
        self.m.saturating_mul(self.k).saturating_mul(self.n)
    }
}

/// One operand: where it begins and its strides.
#[derive(Clone, Copy)]
pub(super) struct Side<T> {
    pub at: *const T,
    pub rows: isize,
    pub cols: isize,
}

/// The small product by a plain loop.
struct Plain<T> {
    sizes: Sizes,
    out: Target<T>,
    a: Side<T>,
    b: Side<T>,
}

impl<T: Factor> Kernel for Plain<T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let (Sizes { m, k, n }, a, b) = (self.sizes, self.a, self.b);
        let keep = self.out.how != Into::Replace;
        let minus = self.out.how == Into::Subtract;
        // SAFETY: the caller of `product` vouches for the operands and for m * n elements behind `out`.
        unsafe {
            for i in 0..m {
                let out = self.out.at.add(i * self.out.rows);
                let row = a.at.offset(i as isize * a.rows);
                if b.cols == 1 && n > 1 {
                    // Row by row of b, so that the inner loop is contiguous.
                    for j in (0..n).filter(|_| !keep) {
                        out.add(j).write(T::default());
                    }
                    for p in 0..k as isize {
                        let x = *row.offset(p * a.cols);
                        let x = if minus { T::negated(x) } else { x };
                        let line = b.at.offset(p * b.rows);
                        for j in 0..n {
                            *out.add(j) = T::fused(x, *line.add(j), *out.add(j));
                        }
                    }
                } else {
                    for j in 0..n {
                        let line = b.at.offset(j as isize * b.cols);
                        let mut sum = if keep { *out.add(j) } else { T::default() };
                        for p in 0..k as isize {
                            let x = *row.offset(p * a.cols);
                            sum = T::fused(if minus { T::negated(x) } else { x }, *line.offset(p * b.rows), sum);
                        }
                        out.add(j).write(sum);
                    }
                }
            }
        }
    }
}

/// As [`product`] on all threads, in pieces small enough that the user's wish to stop is seen in time.
///
/// Errors: KeyboardInterrupt, with the result unfinished.
///
/// # Safety
/// As [`product`].
unsafe fn stoppable_product<T: Factor>(sizes: Sizes, out: Target<T>, a: Side<T>, b: Side<T>) -> Result<()> {
    // Pieces of some tenths of a second; the types without a library are slower.
    let edge = if T::DTYPE.is_float() { 2048 } else { 512 };
    let end = |from: usize, whole: usize| (whole - from).min(edge);
    for i in (0..sizes.m).step_by(edge) {
        for j in (0..sizes.n).step_by(edge) {
            for p in (0..sizes.k).step_by(edge) {
                interrupt::checkpoint()?;
                let piece = Sizes { m: end(i, sizes.m), k: end(p, sizes.k), n: end(j, sizes.n) };
                let how = if p > 0 && out.how == Into::Replace { Into::Add } else { out.how };
                let (r, c, q) = (i as isize, j as isize, p as isize);
                // SAFETY: a piece of each operand and of the result; the rest is the caller's.
                unsafe {
                    let out = Target { at: out.at.add(i * out.rows + j), how, ..out };
                    let a = Side { at: a.at.offset(r * a.rows + q * a.cols), ..a };
                    let b = Side { at: b.at.offset(q * b.rows + c * b.cols), ..b };
                    product(piece, out, a, b, true);
                }
            }
        }
    }
    interrupt::checkpoint()
}

/// Products of more than this many pairs are split over threads: waking them costs what this many take.
const APART: usize = 1 << 22;

/// The most elements of a left side that each thread rearranges for itself: as many as stay in its cache.
const COPIED: usize = 1 << 16;

/// A thread with fewer columns of a product would spend its time on rearranging the left side.
const COLUMNS: usize = 128;

/// Writes the product to `out`, or adds it to what is there.
///
/// # Safety
/// Both sides lie in bounds for their sizes; `m` rows of `n` elements at `out` are free to write and overlap neither.
pub(super) unsafe fn product<T: Factor>(sizes: Sizes, out: Target<T>, a: Side<T>, b: Side<T>, threads: bool) {
    // SAFETY: the caller's.
    unsafe {
        let apart = threads && sizes.work() > APART;
        let transposed = a.rows == 1 && a.cols > 1;
        if apart && transposed && sizes.m * sizes.k <= COPIED && sizes.n >= 2 * COLUMNS && T::DTYPE.is_float() {
            return by_columns(sizes, out, a, b);
        }
        if sizes.work() > 2048 && T::library(sizes, out, a, b, apart) {
            return;
        }
        if !threads || sizes.work() < PARALLEL_FROM {
            return dispatch(Plain { sizes, out, a, b });
        }
        let (place, left, right) = (Shared(out.at), Shared(a.at.cast_mut()), Shared(b.at.cast_mut()));
        let (distance, how) = (out.rows, out.how);
        let (a_strides, b_strides) = ((a.rows, a.cols), (b.rows, b.cols));
        split(sizes.m, sizes.k * sizes.n, |rows| {
            let at = left.get().offset(rows.start as isize * a_strides.0).cast_const();
            let a = Side { at, rows: a_strides.0, cols: a_strides.1 };
            let b = Side { at: right.get().cast_const(), rows: b_strides.0, cols: b_strides.1 };
            let out = Target { at: place.get().add(rows.start * distance), rows: distance, how };
            dispatch(Plain { sizes: Sizes { m: rows.len(), ..sizes }, out, a, b });
        });
    }
}

/// As [`product`] of a small transposed matrix: each thread has columns of its own. The library shares one rearranged copy of
/// the left side between threads; of a transposed one that copy is slow to make, and waiting for it costs more than
/// making it twice.
///
/// # Safety
/// As [`product`].
unsafe fn by_columns<T: Factor>(sizes: Sizes, out: Target<T>, a: Side<T>, b: Side<T>) {
    let (place, left, right) = (Shared(out.at), Shared(a.at.cast_mut()), Shared(b.at.cast_mut()));
    let (out_rows, how, a, b) = (out.rows, out.how, (a.rows, a.cols), (b.rows, b.cols));
    split_evenly(sizes.n, COLUMNS, |columns| {
        let first = columns.start;
        // SAFETY: the parts of the right side and of the result that belong to these columns; the rest is the caller's.
        unsafe {
            let out = Target { at: place.get().add(first), rows: out_rows, how };
            let a = Side { at: left.get().cast_const(), rows: a.0, cols: a.1 };
            let at = right.get().offset(first as isize * b.1).cast_const();
            T::library(Sizes { n: columns.len(), ..sizes }, out, a, Side { at, rows: b.0, cols: b.1 }, false);
        }
    });
}

/// The dot product of two contiguous slices, in 64 interleaved sums.
struct Dot<'a, T>(&'a [T], &'a [T]);

impl<T: Factor> Kernel for Dot<'_, T> {
    type Output = T;
    #[inline(always)]
    fn run(self) -> T {
        const LANES: usize = 16;
        const GROUPS: usize = 4;
        let one = T::from_i64(1);
        let (xs, ys) = (self.0.chunks_exact(LANES * GROUPS), self.1.chunks_exact(LANES * GROUPS));
        let mut rest = T::default();
        for (x, y) in xs.remainder().iter().zip(ys.remainder()) {
            rest = T::fused(*x, *y, rest);
        }
        if self.0.len() < LANES * GROUPS {
            return rest;
        }
        let mut groups = [[T::default(); LANES]; GROUPS];
        for (x, y) in xs.zip(ys) {
            for g in 0..GROUPS {
                for l in 0..LANES {
                    groups[g][l] = T::fused(x[g * LANES + l], y[g * LANES + l], groups[g][l]);
                }
            }
        }
        // Hidden from the compiler, which would otherwise lay out the whole loop above for the pairs added below.
        let groups = std::hint::black_box(groups);
        let mut sums = [T::default(); LANES * GROUPS];
        for g in 0..GROUPS {
            sums[g * LANES..][..LANES].copy_from_slice(&groups[g]);
        }
        let mut width = LANES * GROUPS / 2;
        while width > 0 {
            for l in 0..width {
                sums[l] = T::fused(sums[l], one, sums[l + width]);
            }
            width /= 2;
        }
        T::fused(sums[0], one, rest)
    }
}

/// Runs `$body` with `$T` the type that products of `$dtype` are computed in, and rounds the result for halves.
macro_rules! with_factor {
    ($dtype:expr, $what:literal, [$($x:ident),*], $T:ident => $body:expr) => {
        match $dtype {
            DType::F32 => { type $T = f32; $body }
            DType::F64 => { type $T = f64; $body }
            DType::I64 => { type $T = i64; $body }
            DType::I32 => { type $T = i32; $body }
            DType::I16 => { type $T = i16; $body }
            DType::I8 => { type $T = i8; $body }
            DType::U8 => { type $T = u8; $body }
            DType::C64 => { type $T = Complex<f32>; $body }
            DType::C128 => { type $T = Complex<f64>; $body }
            DType::Bool => Err(Fault::not_implemented(concat!("\"", $what, "\" not implemented for 'Bool'"))),
            DType::F16 | DType::BF16 => {
                type $T = f32;
                let dtype = $dtype;
                $(let $x = &map::cast($x, DType::F32)?;)*
                $body.and_then(|out: Array| map::cast(&out, dtype))
            }
        }
    };
}

/// The product of two matrices.
///
/// Errors: RuntimeError in PyTorch's words when ranks, dtypes or sizes do not fit.
pub fn mm(a: &Array, b: &Array) -> Result<Array> {
    for (x, name) in [(a, "self"), (b, "mat2")] {
        if x.ndim() != 2 {
            return Err(Fault::runtime(format!("mm: {name} must be a matrix, got {}-D tensor", x.ndim())));
        }
    }
    if a.sizes()[1] != b.sizes()[0] {
        let ([m, k], [l, n]) = ([a.sizes()[0], a.sizes()[1]], [b.sizes()[0], b.sizes()[1]]);
        return Err(Fault::runtime(format!("mm: mat1 and mat2 shapes cannot be multiplied ({m}x{k} and {l}x{n})")));
    }
    if a.dtype != b.dtype {
        return Err(Fault::runtime(format!(
            "expected m1 and m2 to have the same dtype, but got: {} != {}",
            a.dtype.c_name(),
            b.dtype.c_name()
        )));
    }
    with_factor!(a.dtype, "addmm_impl_cpu_", [a, b], T => {
        batches::<T>(&[], a, b, &[a.layout.offset], &[b.layout.offset])
    })
}

/// Products of matrices in the last two dimensions, batch `i` beginning at `at_a[i]` and `at_b[i]`.
fn batches<T: Factor>(batch: &[usize], a: &Array, b: &Array, at_a: &[usize], at_b: &[usize]) -> Result<Array> {
    let (d, e) = (a.ndim() - 2, b.ndim() - 2);
    let sizes = Sizes { m: a.sizes()[d], k: a.sizes()[d + 1], n: b.sizes()[e + 1] };
    let mut shape = Dims::from_slice(batch);
    shape.extend([sizes.m, sizes.n]);
    let total = checked_numel(&shape)?;
    let mut out = allocate::<T>(total)?;
    if sizes.k == 0 {
        out.resize(total, T::default());
    } else if total > 0 {
        let (left, right) = (a.storage.read(), b.storage.read());
        let (x, y) = (a.typed::<T>(&left)?, b.typed::<T>(&right)?);
        let (x, y, place) = (Shared(x.as_ptr().cast_mut()), Shared(y.as_ptr().cast_mut()), Shared(out.as_mut_ptr()));
        let (s, t) = (&a.layout.strides[d..], &b.layout.strides[e..]);
        // SAFETY: `typed` checked both layouts, which hold every batch's matrix; each batch has its own part of `out`.
        let operands = |i: usize| unsafe {
            let a = Side { at: x.get().add(at_a[i]).cast_const(), rows: s[0], cols: s[1] };
            let b = Side { at: y.get().add(at_b[i]).cast_const(), rows: t[0], cols: t[1] };
            (Target { at: place.get().add(i * sizes.m * sizes.n), rows: sizes.n, how: Into::Replace }, a, b)
        };
        // One large product after the other on all threads, or many small ones side by side.
        if at_a.len() == 1 || sizes.work() > 1 << 24 {
            for i in 0..at_a.len() {
                let (out, a, b) = operands(i);
                // SAFETY: as above.
                unsafe { stoppable_product(sizes, out, a, b)? };
            }
        } else {
            split_stoppable(at_a.len(), sizes.work().div_ceil(8), |part| {
                for i in part {
                    let (out, a, b) = operands(i);
                    // SAFETY: as above.
                    unsafe { product(sizes, out, a, b, false) };
                }
            })?;
        }
        // SAFETY: every product wrote its m * n elements.
        unsafe { out.set_len(total) };
    }
    Ok(Array::from_vec(out, shape))
}

/// The product of a matrix and a vector.
///
/// Errors: RuntimeError in PyTorch's words when ranks, dtypes or sizes do not fit.
pub fn mv(a: &Array, v: &Array) -> Result<Array> {
    if a.ndim() != 2 || v.ndim() != 1 {
        let out = if a.ndim() == 2 { v.ndim() } else { 1 };
        let second = if a.ndim() == 2 { 2 } else { a.ndim() };
        return Err(Fault::runtime(format!("vector + matrix @ vector expected, got {}, {second}, {out}", 1)));
    }
    let (m, k) = (a.sizes()[0], a.sizes()[1]);
    if k != v.sizes()[0] {
        return Err(Fault::runtime(format!("size mismatch, got input ({m}), mat ({m}x{k}), vec ({})", v.sizes()[0])));
    }
    if a.dtype != v.dtype {
        let (x, y) = (a.dtype.scalar_type(), v.dtype.scalar_type());
        return Err(Fault::runtime(format!("addmv input tensors must have the same dtype, but got {y}, {x}, and {y}")));
    }
    with_factor!(a.dtype, "addmv_impl_cpu", [a, v], T => matrix_vector::<T>(a, v))
}

fn matrix_vector<T: Factor>(a: &Array, v: &Array) -> Result<Array> {
    let (m, k) = (a.sizes()[0], a.sizes()[1]);
    let column = v.with_layout(v.layout.unsqueeze(1));
    if a.layout.strides[1] != 1 || k < 64 {
        let out = batches::<T>(&[], a, &column, &[a.layout.offset], &[v.layout.offset])?;
        return Ok(out.with_layout(Layout::contiguous(Dims::from_slice(&[m]))));
    }
    let v = map::contiguous(v)?;
    let (left, right) = (a.storage.read(), v.storage.read());
    let (x, y) = (a.typed::<T>(&left)?, &v.typed::<T>(&right)?[v.layout.offset..v.layout.offset + k]);
    let mut out = allocate::<T>(m)?;
    let place = Shared(out.as_mut_ptr());
    let (step, offset) = (a.layout.strides[0], a.layout.offset as isize);
    split(m, k, |rows| {
        for i in rows {
            let at = (offset + i as isize * step) as usize;
            // SAFETY: every row writes its own element of the m reserved.
            unsafe { place.get().add(i).write(dispatch(Dot(&x[at..at + k], y))) };
        }
    });
    // SAFETY: all m elements were written.
    unsafe { out.set_len(m) };
    Ok(Array::from_vec(out, Dims::from_slice(&[m])))
}

/// The dot product of two vectors, 0-d.
///
/// Errors: RuntimeError in PyTorch's words when ranks, dtypes or sizes do not fit.
pub fn dot(a: &Array, b: &Array) -> Result<Array> {
    if a.ndim() != 1 || b.ndim() != 1 {
        return Err(Fault::runtime(format!("1D tensors expected, but got {}D and {}D tensors", a.ndim(), b.ndim())));
    }
    if a.dtype != b.dtype {
        return Err(Fault::runtime(format!(
            "dot : expected both vectors to have same dtype, but found {} and {}",
            a.dtype.scalar_type(),
            b.dtype.scalar_type()
        )));
    }
    let (m, n) = (a.numel(), b.numel());
    if m != n {
        return Err(Fault::runtime(format!(
            "inconsistent tensor size, expected tensor {} and src {} to have the same number of elements, but got {m} \
             and {n} elements respectively",
            show_sizes(a.sizes()),
            show_sizes(b.sizes())
        )));
    }
    with_factor!(a.dtype, "dot", [a, b], T => {
        let (a, b) = (map::contiguous(a)?, map::contiguous(b)?);
        let (left, right) = (a.storage.read(), b.storage.read());
        let x = &a.typed::<T>(&left)?[a.layout.offset..a.layout.offset + n];
        let y = &b.typed::<T>(&right)?[b.layout.offset..b.layout.offset + n];
        // Fixed blocks, summed in order: the same for any number of threads.
        const BLOCK: usize = 1 << 14;
        let blocks = n.div_ceil(BLOCK);
        let mut sums = vec![T::default(); blocks];
        let place = Shared(sums.as_mut_ptr());
        split(blocks, BLOCK / 2, |part| for i in part {
            let end = ((i + 1) * BLOCK).min(n);
            let sum = dispatch(Dot(&x[i * BLOCK..end], &y[i * BLOCK..end]));
            // SAFETY: every block writes its own sum.
            unsafe { place.get().add(i).write(sum) };
        });
        let one = <T as Element>::from_i64(1);
        Ok(Array::scalar(sums.into_iter().fold(T::default(), |s, x| T::fused(x, one, s))))
    })
}

/// The products of two batches of matrices, [b, m, k] times [b, k, n].
///
/// Errors: RuntimeError in PyTorch's words when ranks, dtypes or sizes do not fit.
pub fn bmm(a: &Array, b: &Array) -> Result<Array> {
    for (x, name) in [(a, "batch1"), (b, "batch2")] {
        if x.ndim() != 3 {
            return Err(Fault::runtime(format!("{name} must be a 3D tensor")));
        }
    }
    let want = [a.sizes()[0], a.sizes()[2]];
    if b.sizes()[..2] != want {
        return Err(Fault::runtime(format!(
            "Expected size for first two dimensions of batch2 tensor to be: {} but got: {}.",
            show_sizes(&want),
            show_sizes(&b.sizes()[..2])
        )));
    }
    if a.dtype != b.dtype {
        return Err(Fault::runtime(format!(
            "expected scalar type {} but found {}",
            a.dtype.scalar_type(),
            b.dtype.scalar_type()
        )));
    }
    let starts = |x: &Array| positions(&x.layout.select(2, 0).select(1, 0));
    if want[1] == 0 || a.sizes()[1] == 0 || b.sizes()[2] == 0 {
        let sizes = [want[0], a.sizes()[1], b.sizes()[2]];
        return Array::full(&sizes, super::Scalar::Int(0), a.dtype);
    }
    with_factor!(a.dtype, "bmm", [a, b], T => batches::<T>(&want[..1], a, b, &starts(a)?, &starts(b)?))
}

/// `torch.matmul`: dot products, matrix products or batches with broadcasting, by the ranks of the operands.
///
/// Errors: RuntimeError in PyTorch's words when ranks, dtypes or sizes do not fit.
pub fn matmul(a: &Array, b: &Array) -> Result<Array> {
    let reshaped = |x: Array, sizes: &[usize]| x.with_layout(Layout::contiguous(Dims::from_slice(sizes)));
    match (a.ndim(), b.ndim()) {
        (0, _) | (_, 0) => Err(Fault::runtime(format!(
            "both arguments to matmul need to be at least 1D, but they are {}D and {}D",
            a.ndim(),
            b.ndim()
        ))),
        (1, 1) => dot(a, b),
        (2, 2) => mm(a, b),
        (2, 1) => mv(a, b),
        (1, 2) => {
            let out = mm(&a.with_layout(a.layout.unsqueeze(0)), b)?;
            Ok(out.with_layout(out.layout.select(0, 0)))
        }
        (n, 1 | 2) => {
            // The batch folds into the rows.
            let (rows, k) = (a.sizes()[..n - 1].iter().product::<usize>(), a.sizes()[n - 1]);
            let folded = match a.layout.view(&[rows, k]) {
                Some(layout) => a.with_layout(layout),
                None => reshaped(map::contiguous(a)?, &[rows, k]),
            };
            let mut sizes = Dims::from_slice(&a.sizes()[..n - 1]);
            sizes.extend(b.sizes()[1..].iter().copied());
            Ok(reshaped(if b.ndim() == 1 { mv(&folded, b)? } else { mm(&folded, b)? }, &sizes))
        }
        _ => {
            let wide = if a.ndim() == 1 { a.with_layout(a.layout.unsqueeze(0)) } else { a.clone() };
            let (n, l) = (wide.ndim(), b.ndim());
            let batch = broadcast_sizes(&wide.sizes()[..n - 2], &b.sizes()[..l - 2])?;
            let stacked = |x: &Array| -> Result<Array> {
                let mut sizes = batch.clone();
                sizes.extend(x.sizes()[x.ndim() - 2..].iter().copied());
                let wide = x.with_layout(x.layout.broadcast_to(&sizes)?);
                let flat = [batch.iter().product(), sizes[sizes.len() - 2], sizes[sizes.len() - 1]];
                Ok(match wide.layout.view(&flat) {
                    Some(layout) => x.with_layout(layout),
                    None => reshaped(map::contiguous(&wide)?, &flat),
                })
            };
            let out = bmm(&stacked(&wide)?, &stacked(b)?)?;
            let mut sizes = batch.clone();
            if a.ndim() > 1 {
                sizes.push(a.sizes()[n - 2]);
            }
            sizes.push(b.sizes()[l - 1]);
            Ok(reshaped(out, &sizes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iota<T: Typed>(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| T::from_i64(i as i64 % 7 - 3)).collect(), Dims::from_slice(sizes))
    }

    fn naive(a: &Array, b: &Array) -> Vec<f64> {
        let (m, k, n) = (a.sizes()[0], a.sizes()[1], b.sizes()[1]);
        let (x, y) = (map::cast(a, DType::F64).unwrap(), map::cast(b, DType::F64).unwrap());
        let (x, y) = (x.to_vec::<f64>().unwrap(), y.to_vec::<f64>().unwrap());
        (0..m * n).map(|i| (0..k).map(|p| x[i / n * k + p] * y[p * n + i % n]).sum()).collect()
    }

    fn check<T: Typed>(m: usize, k: usize, n: usize) {
        let t = |x: Array| x.with_layout(x.layout.transpose(0, 1));
        for a in [iota::<T>(&[m, k]), t(iota::<T>(&[k, m]))] {
            for b in [iota::<T>(&[k, n]), t(iota::<T>(&[n, k]))] {
                let got = map::cast(&mm(&a, &b).unwrap(), DType::F64).unwrap();
                assert_eq!(got.to_vec::<f64>().unwrap(), naive(&a, &b));
            }
        }
    }

    #[test]
    fn products_of_every_layout_and_type_agree_with_a_loop() {
        for (m, k, n) in [(4, 2, 8), (1, 5, 1), (33, 40, 17), (70, 80, 90)] {
            check::<f32>(m, k, n);
            check::<f64>(m, k, n);
            check::<i64>(m, k, n);
        }
        check::<half::f16>(3, 4, 5);
    }

    #[test]
    fn vectors_and_batches_follow_matmul() {
        let (a, v) = (iota::<f32>(&[50, 100]), iota::<f32>(&[100]));
        let column = v.with_layout(v.layout.unsqueeze(1));
        assert_eq!(mv(&a, &v).unwrap().to_vec::<f32>().unwrap(), mm(&a, &column).unwrap().to_vec::<f32>().unwrap());
        let (s, t) = (iota::<f32>(&[2, 1, 3, 4]), iota::<f32>(&[5, 4, 2]));
        let out = matmul(&s, &t).unwrap();
        assert_eq!(out.sizes(), [2, 5, 3, 2]);
        let pick = |x: &Array, i: &[usize]| {
            let mut l = Layout::clone(&x.layout);
            i.iter().for_each(|&i| l = l.select(0, i));
            x.with_layout(l)
        };
        let want = mm(&pick(&s, &[1, 0]), &pick(&t, &[3])).unwrap();
        assert_eq!(pick(&out, &[1, 3]).to_vec::<f32>().unwrap(), want.to_vec::<f32>().unwrap());
    }

    #[test]
    fn misfits_are_told_in_pytorchs_words() {
        let (a, b) = (iota::<f32>(&[2, 3]), iota::<f32>(&[2, 3]));
        assert_eq!(matmul(&a, &b).unwrap_err().message, "mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
        assert_eq!(
            matmul(&a, &iota::<i64>(&[3])).unwrap_err().message,
            "addmv input tensors must have the same dtype, but got Long, Float, and Long"
        );
    }
}
