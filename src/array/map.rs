//! Elementwise kernels: any closure over one, two or three broadcast operands, fresh or in place.
#![allow(unsafe_code)]

use super::array::{Array, checked_numel};
use super::dtype::{DType, Element, Scalar};
use super::iter::{Visit, Walk};
use super::layout::{Dims, Layout, broadcast_sizes};
use super::simd::{Kernel, Shared, dispatch, split};
use super::storage::{Typed, allocate};
use crate::diag::Result;
use crate::with_dtype;
use std::ops::Range;

/// The operands of a pass: a pointer to each slice's beginning, applied to a closure element by element.
trait Operands<const N: usize>: Copy {
    /// One element of each.
    type Items: Copy;
    /// Moves each pointer.
    unsafe fn offset(self, at: [isize; N]) -> Self;
    /// The elements `i` steps on; where a stride is 0, the one already at hand.
    unsafe fn load(self, i: isize, strides: [isize; N], first: Self::Items) -> Self::Items;
    /// The elements under the pointers.
    unsafe fn first(self) -> Self::Items;
    /// The first pointer, for passes that change their first operand.
    fn place<U>(self) -> *mut U;
}

/// A closure over the elements of [`Operands`].
trait Apply<I, U> {
    fn apply(&self, items: I) -> U;
}

macro_rules! operands {
    ($arity:literal, $($k:tt $T:ident $x:ident),*) => {
        impl<$($T: Copy),*> Operands<$arity> for ($(*const $T,)*) {
            type Items = ($($T,)*);
            #[inline(always)]
            unsafe fn offset(self, at: [isize; $arity]) -> Self {
                // SAFETY: the caller stays inside the slices.
                unsafe { ($(self.$k.offset(at[$k]),)*) }
            }
            #[inline(always)]
            unsafe fn load(self, i: isize, s: [isize; $arity], first: Self::Items) -> Self::Items {
                // SAFETY: the caller stays inside the slices.
                unsafe { ($(if s[$k] == 0 { first.$k } else { *self.$k.offset(i * s[$k]) },)*) }
            }
            #[inline(always)]
            unsafe fn first(self) -> Self::Items {
                // SAFETY: the caller stays inside the slices.
                unsafe { ($(*self.$k,)*) }
            }
            #[inline(always)]
            fn place<U>(self) -> *mut U {
                self.0.cast::<U>().cast_mut()
            }
        }

        impl<$($T,)* U, F: Fn($($T),*) -> U> Apply<($($T,)*), U> for F {
            #[inline(always)]
            fn apply(&self, ($($x,)*): ($($T,)*)) -> U {
                self($($x),*)
            }
        }
    };
}

operands!(1, 0 A a);
operands!(2, 0 A a, 1 B b);
operands!(3, 0 A a, 1 B b, 2 C c);

/// One pass over `N` operands: the results go to `out` in order, or without one to the places of the first operand.
struct Pass<'a, const N: usize, P, U, F> {
    walk: &'a Walk<N>,
    range: Range<usize>,
    operands: P,
    out: Option<*mut U>,
    f: &'a F,
}

impl<const N: usize, P: Operands<N>, U, F: Apply<P::Items, U>> Kernel for Pass<'_, N, P, U, F> {
    type Output = ();
    const WIDE: bool = size_of::<P::Items>() >= 4 * N;
    #[inline(always)]
    fn run(self) {
        self.walk.runs(self.range, Run { strides: self.walk.inner, operands: self.operands, out: self.out, f: self.f });
    }
}

/// The visitor of a [`Pass`].
struct Run<'a, const N: usize, P, U, F> {
    strides: [isize; N],
    operands: P,
    out: Option<*mut U>,
    f: &'a F,
}

impl<const N: usize, P: Operands<N>, U, F: Apply<P::Items, U>> Visit<N> for Run<'_, N, P, U, F> {
    #[inline(always)]
    fn visit(&mut self, at: [isize; N], n: usize) {
        // SAFETY: `typed` checked that the layouts stay inside their slices; `n` elements of the output are reserved
        // behind `out`, and no other thread touches them.
        unsafe {
            let p = self.operands.offset(at);
            let (out, step) = match self.out {
                Some(out) => {
                    self.out = Some(out.add(n));
                    (out, 1)
                }
                None => (p.place(), self.strides[0]),
            };
            let ones = [1; N];
            let zero_at = |k: usize| {
                let mut s = ones;
                s[k % N] = 0;
                s
            };
            let f = self.f;
            // Constant strides let the compiler vectorise: all contiguous, or one operand the same for the whole run.
            if step != 1 {
                line(p, self.strides, n, out, step, f);
            } else if self.strides == ones {
                line(p, ones, n, out, 1, f);
            } else if N > 1 && self.strides == zero_at(N - 1) {
                line(p, zero_at(N - 1), n, out, 1, f);
            } else if N > 1 && self.strides == zero_at(0) {
                line(p, zero_at(0), n, out, 1, f);
            } else if N > 2 && self.strides == zero_at(1) {
                line(p, zero_at(1), n, out, 1, f);
            } else {
                line(p, self.strides, n, out, 1, f);
            }
        }
    }
}

/// The loop over one run.
#[inline(always)]
unsafe fn line<const N: usize, P: Operands<N>, U>(
    p: P,
    strides: [isize; N],
    n: usize,
    out: *mut U,
    step: isize,
    f: &impl Apply<P::Items, U>,
) {
    // SAFETY: the caller's.
    unsafe {
        let first = p.first();
        for i in 0..n as isize {
            out.offset(i * step).write(f.apply(p.load(i, strides, first)));
        }
    }
}

/// Fills a fresh array of `sizes` by passes over a walk.
#[inline]
fn fresh<U: Typed>(sizes: &[usize], fill: impl FnOnce(*mut U)) -> Result<Array> {
    let n = checked_numel(sizes)?;
    let mut out = allocate::<U>(n)?;
    fill(out.as_mut_ptr());
    // SAFETY: `fill` wrote all `n` elements; the capacity is at least `n`.
    unsafe { out.set_len(n) };
    Ok(Array::from_vec(out, Dims::from_slice(sizes)))
}

/// The array of `f(x)` for each element, contiguous.
///
/// Errors: InternalError when `a` does not hold `A`s, MemoryError.
#[inline]
pub fn map1<A: Typed, U: Typed>(a: &Array, f: impl Fn(A) -> U + Sync) -> Result<Array> {
    let buffer = a.storage.read();
    let src = a.typed::<A>(&buffer)?;
    fresh(a.sizes(), |out| pass1(src, &a.layout, out, &f))
}

/// Writes `f(x)` for every element of a layout to `out`, in order.
#[inline]
fn pass1<A: Typed, U: Typed>(src: &[A], layout: &Layout, out: *mut U, f: &(impl Fn(A) -> U + Sync)) {
    let walk = Walk::new([layout]);
    let (p, out) = (Shared(src.as_ptr().cast_mut()), Shared(out));
    split(walk.total, 1, |range| {
        // SAFETY: the ranges of different threads are disjoint parts of the output.
        let out = unsafe { out.get().add(range.start) };
        dispatch(Pass { walk: &walk, range, operands: (p.get().cast_const(),), out: Some(out), f });
    });
}

/// The array of `f(x, y)` for the elements of two broadcast operands, contiguous.
///
/// Errors: RuntimeError when the sizes do not broadcast, InternalError on other dtypes, MemoryError.
#[inline]
pub fn map2<A: Typed, B: Typed, U: Typed>(a: &Array, b: &Array, f: impl Fn(A, B) -> U + Sync) -> Result<Array> {
    let (left, right) = (a.storage.read(), b.storage.read());
    let (x, y) = (a.typed::<A>(&left)?, b.typed::<B>(&right)?);
    let same = a.sizes() == b.sizes();
    let wide = if same { None } else { Some(broadcast_sizes(a.sizes(), b.sizes())?) };
    let sizes: &[usize] = wide.as_deref().unwrap_or(a.sizes());
    let walk = if same { Walk::new([&a.layout, &b.layout]) } else { Walk::broadcast(sizes, [&a.layout, &b.layout])? };
    let (p, q) = (Shared(x.as_ptr().cast_mut()), Shared(y.as_ptr().cast_mut()));
    fresh::<U>(sizes, |out| {
        let out = Shared(out);
        split(walk.total, 1, |range| {
            let operands = (p.get().cast_const(), q.get().cast_const());
            // SAFETY: the ranges of different threads are disjoint parts of the output.
            let out = unsafe { out.get().add(range.start) };
            dispatch(Pass { walk: &walk, range, operands, out: Some(out), f: &f });
        });
    })
}

/// The array of `f(x, y, z)` for the elements of three broadcast operands, contiguous.
///
/// Errors: RuntimeError when the sizes do not broadcast, InternalError on other dtypes, MemoryError.
pub fn map3<A: Typed, B: Typed, C: Typed, U: Typed>(
    a: &Array,
    b: &Array,
    c: &Array,
    f: impl Fn(A, B, C) -> U + Sync,
) -> Result<Array> {
    let guards = (a.storage.read(), b.storage.read(), c.storage.read());
    let (x, y, z) = (a.typed::<A>(&guards.0)?, b.typed::<B>(&guards.1)?, c.typed::<C>(&guards.2)?);
    let sizes = broadcast_sizes(&broadcast_sizes(a.sizes(), b.sizes())?, c.sizes())?;
    let walk = Walk::broadcast(&sizes, [&a.layout, &b.layout, &c.layout])?;
    let (p, q, r) = (Shared(x.as_ptr().cast_mut()), Shared(y.as_ptr().cast_mut()), Shared(z.as_ptr().cast_mut()));
    fresh::<U>(&sizes, |out| {
        let out = Shared(out);
        split(walk.total, 1, |range| {
            let operands = (p.get().cast_const(), q.get().cast_const(), r.get().cast_const());
            // SAFETY: the ranges of different threads are disjoint parts of the output.
            let out = unsafe { out.get().add(range.start) };
            dispatch(Pass { walk: &walk, range, operands, out: Some(out), f: &f });
        });
    })
}

/// Changes every element of `dst` to `f(x)`.
///
/// Errors: InternalError when `dst` does not hold `A`s.
#[inline]
pub fn map1_assign<A: Typed>(dst: &Array, f: impl Fn(A) -> A + Sync) -> Result<()> {
    let mut buffer = dst.storage.write();
    let p = Shared(dst.typed_mut::<A>(&mut buffer)?.as_mut_ptr());
    let walk = Walk::new([&dst.layout]);
    let work =
        |range| dispatch(Pass { walk: &walk, range, operands: (p.get().cast_const(),), out: None::<*mut A>, f: &f });
    // Elements that several indices share are changed in order, on one thread.
    if dst.layout.has_overlap() {
        work(0..walk.total)
    } else {
        split(walk.total, 1, work)
    }
    Ok(())
}

/// Changes every element of `dst` to `f(x, y)`, where `src` broadcasts to `dst`.
///
/// `src` may share storage with `dst` in any way: it is read as it was before.
/// Errors: RuntimeError when `src` does not broadcast, InternalError on other dtypes, MemoryError.
#[inline]
pub fn map2_assign<A: Typed, B: Typed>(dst: &Array, src: &Array, f: impl Fn(A, B) -> A + Sync) -> Result<()> {
    let walk = if src.sizes() == dst.sizes() {
        Walk::new([&dst.layout, &src.layout])
    } else {
        Walk::broadcast(dst.sizes(), [&dst.layout, &src.layout])?
    };
    if dst.shares_storage(src) {
        if dst.layout != src.layout {
            let copy = Array::from_vec(src.to_vec::<B>()?, src.layout.sizes.clone());
            return map2_assign(dst, &copy, f);
        }
        let mut buffer = dst.storage.write();
        let p = Shared(dst.typed_mut::<A>(&mut buffer)?.as_mut_ptr());
        src.typed::<B>(&buffer)?;
        // Both are the same places and, by the check above, the same type.
        change(dst, &walk, p, Shared(p.get().cast::<B>()), &f);
        return Ok(());
    }
    let mut buffer = dst.storage.write();
    let other = src.storage.read();
    let p = Shared(dst.typed_mut::<A>(&mut buffer)?.as_mut_ptr());
    let q = Shared(src.typed::<B>(&other)?.as_ptr().cast_mut());
    change(dst, &walk, p, q, &f);
    Ok(())
}

/// The passes of [`map2_assign`].
#[inline]
fn change<A: Typed, B: Typed>(
    dst: &Array,
    walk: &Walk<2>,
    p: Shared<A>,
    q: Shared<B>,
    f: &(impl Fn(A, B) -> A + Sync),
) {
    let work = |range| {
        let operands = (p.get().cast_const(), q.get().cast_const());
        dispatch(Pass { walk, range, operands, out: None::<*mut A>, f });
    };
    if dst.layout.has_overlap() { work(0..walk.total) } else { split(walk.total, 1, work) }
}

/// Sets every element to one number, converted as PyTorch converts it.
pub fn fill(dst: &Array, value: &Scalar) -> Result<()> {
    with_dtype!(dst.dtype, T => {
        let value = T::from_scalar(*value);
        map1_assign::<T>(dst, move |_| value)
    })
}

/// The conversion of one element: bool by "not zero", floats to integers by truncation, halves through f32.
#[inline(always)]
pub fn convert<A: Element, U: Element>(x: A) -> U {
    let to_float = matches!(A::DTYPE, DType::F16 | DType::BF16 | DType::F32 | DType::F64);
    if matches!(U::DTYPE, DType::Bool) {
        return U::from_i64((x != A::default()) as i64);
    }
    if to_float || U::DTYPE.is_float() { U::from_f64(x.to_f64()) } else { U::from_i64(x.to_i64()) }
}

/// A fresh contiguous copy with another (or the same) dtype.
pub fn cast(a: &Array, dtype: DType) -> Result<Array> {
    if dtype == a.dtype {
        return copy(a);
    }
    with_dtype!(a.dtype, A => with_dtype!(dtype, U => map1::<A, U>(a, convert::<A, U>)))
}

/// A fresh contiguous copy.
pub fn copy(a: &Array) -> Result<Array> {
    if let Some(out) = transposed_copy(a)? {
        return Ok(out);
    }
    with_dtype!(a.dtype, A => map1::<A, A>(a, |x| x))
}

/// The copy of a large transposed matrix, tile by tile so that both sides stay in the cache.
fn transposed_copy(a: &Array) -> Result<Option<Array>> {
    const TILE: usize = 32;
    let &[rows, cols] = a.sizes() else { return Ok(None) };
    if a.numel() < 4096 || a.layout.strides[0] != 1 || a.layout.strides[1] < 2 {
        return Ok(None);
    }
    let step = a.layout.strides[1] as usize;
    with_dtype!(a.dtype, T => {
        let buffer = a.storage.read();
        let src = Shared(a.typed::<T>(&buffer)?[a.layout.offset..].as_ptr().cast_mut());
        fresh::<T>(a.sizes(), |out| {
            let out = Shared(out);
            split(rows.div_ceil(TILE), TILE * cols, |tiles| {
                for r0 in tiles.map(|t| t * TILE) {
                    for c0 in (0..cols).step_by(TILE) {
                        for r in r0..(r0 + TILE).min(rows) {
                            for c in c0..(c0 + TILE).min(cols) {
                                // SAFETY: r < rows and c < cols; `typed` checked the layout; rows are one thread's own.
                                unsafe { out.get().add(r * cols + c).write(*src.get().add(r + c * step)) };
                            }
                        }
                    }
                }
            });
        })
        .map(Some)
    })
}

/// The array itself when it is contiguous, otherwise a contiguous copy.
pub fn contiguous(a: &Array) -> Result<Array> {
    if a.layout.is_contiguous() { Ok(a.clone()) } else { copy(a) }
}

/// Sets `dst` to the elements of `src`, which broadcasts to it, converted to its dtype.
///
/// Errors: RuntimeError when `src` does not broadcast.
pub fn copy_into(dst: &Array, src: &Array) -> Result<()> {
    with_dtype!(dst.dtype, A => with_dtype!(src.dtype, B => {
        map2_assign::<A, B>(dst, src, |_, y| convert::<B, A>(y))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::layout::show_sizes;
    use proptest::prelude::*;

    fn iota(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        Array::from_vec((0..n).map(|i| i as f32).collect(), Dims::from_slice(sizes))
    }

    #[test]
    fn small_large_and_broadcast_agree() {
        for n in [3, 1000, 200_001] {
            let a = iota(&[n]);
            let b = map2::<f32, f32, f32>(&a, &a, |x, y| x + y).unwrap();
            assert!(b.to_vec::<f32>().unwrap().iter().enumerate().all(|(i, &v)| v == 2.0 * i as f32));
        }
        let (row, col) = (iota(&[4]), iota(&[3, 1]));
        let sum = map2::<f32, f32, f32>(&col, &row, |x, y| 10.0 * x + y).unwrap();
        assert_eq!(show_sizes(sum.sizes()), "[3, 4]");
        assert_eq!(sum.to_vec::<f32>().unwrap()[4..8], [10.0, 11.0, 12.0, 13.0]);
    }

    #[test]
    fn overlapping_views_are_read_as_they_were() {
        let a = iota(&[5]);
        let head = a.with_layout(a.layout.slice(0, 0, 4, 1));
        let tail = a.with_layout(a.layout.slice(0, 1, 4, 1));
        map2_assign::<f32, f32>(&tail, &head, |x, y| x + y).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [0.0, 1.0, 3.0, 5.0, 7.0]);
        map2_assign::<f32, f32>(&a, &a, |x, y| x + y).unwrap();
        assert_eq!(a.to_vec::<f32>().unwrap(), [0.0, 2.0, 6.0, 10.0, 14.0]);
    }

    #[test]
    fn transposed_copies_of_every_size_are_right() {
        for (r, c) in [(3, 5), (65, 127), (400, 300)] {
            let a = iota(&[r, c]);
            let t = a.with_layout(a.layout.transpose(0, 1));
            assert_eq!(copy(&t).unwrap().to_vec::<f32>().unwrap(), t.to_vec::<f32>().unwrap());
        }
    }

    #[test]
    fn casts_truncate_wrap_and_test() {
        let a = Array::from_vec(vec![-1.7f32, 0.0, 300.5], vec![3]);
        assert_eq!(cast(&a, DType::U8).unwrap().to_vec::<u8>().unwrap(), [255, 0, 44]);
        assert_eq!(cast(&a, DType::Bool).unwrap().to_vec::<bool>().unwrap(), [true, false, true]);
    }

    proptest! {
        #[test]
        fn three_operands_broadcast_like_a_naive_loop(ones in prop::collection::vec(any::<bool>(), 9)) {
            let full = [2usize, 3, 4];
            let sizes = |k: usize| -> Vec<usize> { (0..3).map(|d| if ones[k * 3 + d] { 1 } else { full[d] }).collect() };
            let arrays: Vec<Array> = (0..3).map(|k| iota(&sizes(k))).collect();
            let got = map3::<f32, f32, f32, f32>(&arrays[0], &arrays[1], &arrays[2], |x, y, z| x + 100.0 * y + 1e4 * z).unwrap();
            let wide: Vec<Vec<f32>> = arrays.iter().map(|a| {
                a.with_layout(a.layout.broadcast_to(got.sizes()).unwrap()).to_vec::<f32>().unwrap()
            }).collect();
            for (i, v) in got.to_vec::<f32>().unwrap().into_iter().enumerate() {
                prop_assert_eq!(v, wide[0][i] + 100.0 * wide[1][i] + 1e4 * wide[2][i]);
            }
        }
    }
}
