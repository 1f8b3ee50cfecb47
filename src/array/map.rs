//! Elementwise kernels: any closure over one, two or three broadcast operands, fresh or in place.
#![allow(unsafe_code)]

use super::array::Array;
use super::dtype::{DType, Element, Scalar};
use super::iter::Walk;
use super::layout::{KnownLayout, Layout, broadcast_sizes, checked_numel, same_sizes};
use super::simd::{Kernel, PARALLEL_FROM, Shared, dispatch, split};
use super::storage::{Storage, Typed, allocate, allocate_buffer};
use crate::diag::Result;
use crate::with_dtype;
use smallvec::SmallVec;
use std::ops::Range;
use std::rc::Rc;

/// The operands of a loop: a pointer to each one's first element.
trait Operands<const N: usize>: Copy {
    /// One element of each.
    type Items: Copy;
    /// An element of the first.
    type First: Copy;
    /// Their types.
    const TYPES: [DType; N];
    /// The operands whose storages begin there.
    fn of(places: [Shared<u8>; N]) -> Self;
    /// The first operand's pointer.
    fn place(self) -> *mut Self::First;
    /// Moves each pointer.
    unsafe fn offset(self, at: [isize; N]) -> Self;
    /// The elements `i` steps on; where a stride is 0, the one already at hand.
    unsafe fn load(self, i: isize, strides: [isize; N], first: Self::Items) -> Self::Items;
    /// The elements under the pointers.
    unsafe fn first(self) -> Self::Items;
}

/// A closure over the elements of [`Operands`].
trait Apply<I, U> {
    fn apply(&self, items: I) -> U;
}

macro_rules! operands {
    ($arity:literal, $($k:tt $T:ident $x:ident),*) => {
        impl<$($T: Typed),*> Operands<$arity> for ($(Shared<$T>,)*) {
            type Items = ($($T,)*);
            type First = A;
            const TYPES: [DType; $arity] = [$($T::DTYPE),*];
            #[inline(always)]
            fn of(places: [Shared<u8>; $arity]) -> Self {
                ($(Shared(places[$k].get().cast::<$T>()),)*)
            }
            #[inline(always)]
            fn place(self) -> *mut A {
                self.0.get()
            }
            #[inline(always)]
            unsafe fn offset(self, at: [isize; $arity]) -> Self {
                // SAFETY: the caller stays inside the slices.
                unsafe { ($(Shared(self.$k.get().offset(at[$k])),)*) }
            }
            #[inline(always)]
            unsafe fn load(self, i: isize, s: [isize; $arity], first: Self::Items) -> Self::Items {
                // SAFETY: the caller stays inside the slices.
                unsafe { ($(if s[$k] == 0 { first.$k } else { *self.$k.get().offset(i * s[$k]) },)*) }
            }
            #[inline(always)]
            unsafe fn first(self) -> Self::Items {
                // SAFETY: the caller stays inside the slices.
                unsafe { ($(*self.$k.get(),)*) }
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

/// The loop over one run of `n` elements: the only code that is compiled for every closure and instruction set.
struct Line<'a, const N: usize, P, U, F> {
    operands: P,
    strides: [isize; N],
    n: usize,
    out: *mut U,
    f: &'a F,
}

impl<const N: usize, P: Operands<N>, U, F: Apply<P::Items, U>> Kernel for Line<'_, N, P, U, F> {
    type Output = ();
    const WIDE: bool = size_of::<P::Items>() >= 4 * N;
    #[inline(always)]
    fn run(self) {
        let ones = [1; N];
        let zero_at = |k: usize| {
            let mut s = ones;
            s[k % N] = 0;
            s
        };
        // SAFETY: whoever makes a `Line` vouches for `n` elements of each operand and of the output.
        unsafe {
            // Constant strides let the compiler vectorise: all contiguous, or one operand the same for the whole run.
            if self.strides == ones {
                self.with(ones)
            } else if N > 1 && self.strides == zero_at(N - 1) {
                self.with(zero_at(N - 1))
            } else if N > 1 && self.strides == zero_at(0) {
                self.with(zero_at(0))
            } else if N > 2 && self.strides == zero_at(1) {
                self.with(zero_at(1))
            } else {
                self.with(self.strides)
            }
        }
    }
}

impl<const N: usize, P: Operands<N>, U, F: Apply<P::Items, U>> Line<'_, N, P, U, F> {
    #[inline(always)]
    unsafe fn with(&self, strides: [isize; N]) {
        // SAFETY: the caller's.
        unsafe {
            let first = self.operands.first();
            for i in 0..self.n as isize {
                self.out.offset(i).write(self.f.apply(self.operands.load(i, strides, first)));
            }
        }
    }
}

/// As [`Line`], but the results replace the first operand. A loop of its own: that each element is read and written at
/// one and the same place is what lets the compiler vectorise it.
struct Update<'a, const N: usize, P, F> {
    operands: P,
    strides: [isize; N],
    n: usize,
    f: &'a F,
}

impl<const N: usize, P: Operands<N>, F: Apply<P::Items, P::First>> Kernel for Update<'_, N, P, F> {
    type Output = ();
    const WIDE: bool = size_of::<P::Items>() >= 4 * N;
    #[inline(always)]
    fn run(self) {
        let ones = [1; N];
        let mut one_number = ones;
        one_number[N - 1] = 0;
        // SAFETY: whoever makes an `Update` vouches for `n` elements of each operand, the first one's to be written.
        unsafe {
            if self.strides == ones {
                self.with(ones)
            } else if N > 1 && self.strides == one_number {
                self.with(one_number)
            } else {
                self.with(self.strides)
            }
        }
    }
}

impl<const N: usize, P: Operands<N>, F: Apply<P::Items, P::First>> Update<'_, N, P, F> {
    #[inline(always)]
    unsafe fn with(&self, strides: [isize; N]) {
        // SAFETY: the caller's.
        unsafe {
            let (first, place) = (self.operands.first(), self.operands.place());
            for i in 0..self.n as isize {
                let x = self.f.apply(self.operands.load(i, strides, first));
                place.offset(i * strides[0]).write(x);
            }
        }
    }
}

/// How a pass visits its operands: as one run when that is all there is, otherwise by a walk.
enum Plan<const N: usize> {
    Flat { start: [isize; N], strides: [isize; N], n: usize },
    Walked(Walk<N>),
}

/// One pass over operands of any types, to be made by a [`Loop`]. Neither knows more of the types than it must: this part
/// is compiled once for each number of operands, a loop for every closure.
struct Pass<const N: usize> {
    plan: Plan<N>,
    /// The steps of each operand within a run.
    strides: [isize; N],
    /// Where the operands' storages begin.
    places: [Shared<u8>; N],
    /// Where a fresh result begins.
    out: Shared<u8>,
}

/// What is done with a run of a pass: given the operands' positions, its length and its place in row-major order.
type Loop<'a, const N: usize> = dyn Fn(&Pass<N>, [isize; N], usize, usize) + Sync + 'a;

impl<const N: usize> Pass<N> {
    /// The pass over operands broadcast to `sizes`, of which there are `n` elements.
    fn new(sizes: &[usize], n: usize, operands: [&KnownLayout; N], places: [Shared<u8>; N]) -> Result<Pass<N>> {
        // The cases of every day: whole arrays, and single numbers beside them.
        let (mut strides, mut flat, mut same) = ([0; N], true, true);
        for (layout, stride) in operands.iter().zip(&mut strides) {
            let whole = same_sizes(&layout.sizes, sizes);
            same &= whole;
            *stride = whole as isize;
            flat &= if whole { layout.is_contiguous() } else { layout.numel() == 1 };
        }
        let plan = if flat {
            Plan::Flat { start: operands.map(|l| l.offset as isize), strides, n }
        } else {
            let operands: [&Layout; N] = operands.map(|l| &**l);
            let walk = if same { Walk::new(operands) } else { Walk::broadcast(sizes, operands)? };
            strides = walk.inner;
            Plan::Walked(walk)
        };
        Ok(Pass { plan, strides, places, out: Shared(std::ptr::null_mut()) })
    }

    /// Calls `line` for every run; on several threads when there is much to do, unless it must be `serial`.
    #[inline]
    fn drive(&self, serial: bool, line: &Loop<N>) {
        match &self.plan {
            Plan::Flat { n: 0, .. } => {}
            Plan::Flat { start, n, .. } if serial || *n < PARALLEL_FROM => line(self, *start, *n, 0),
            _ => self.drive_large(serial, line),
        }
    }

    fn drive_large(&self, serial: bool, line: &Loop<N>) {
        let total = match &self.plan {
            Plan::Flat { n, .. } => *n,
            Plan::Walked(walk) => walk.total,
        };
        let work = |range: Range<usize>| match &self.plan {
            Plan::Flat { start, strides, .. } => {
                let at = std::array::from_fn(|k| start[k] + range.start as isize * strides[k]);
                line(self, at, range.len(), range.start);
            }
            Plan::Walked(walk) => {
                let mut done = range.start;
                walk.runs(range, |at: [isize; N], n: usize| {
                    line(self, at, n, done);
                    done += n;
                });
            }
        };
        if serial { work(0..total) } else { split(total, 1, work) }
    }
}

/// The layout of what a pass over operands gives: one of them where it lies like a new array already.
fn result_layout<const N: usize>(operands: &[&Array; N]) -> Result<Rc<KnownLayout>> {
    let first = operands[0];
    if operands[1..].iter().all(|a| same_sizes(a.sizes(), first.sizes())) {
        return Ok(match operands.iter().find(|a| a.layout.is_fresh()) {
            Some(like) => like.layout.clone(),
            None => Rc::new(KnownLayout::fresh(first.layout.sizes.clone())),
        });
    }
    let mut sizes = first.layout.sizes.clone();
    for other in &operands[1..] {
        sizes = broadcast_sizes(&sizes, other.sizes())?;
    }
    checked_numel(&sizes)?;
    Ok(match operands.iter().find(|a| a.layout.is_fresh() && same_sizes(a.sizes(), &sizes)) {
        Some(like) => like.layout.clone(),
        None => Rc::new(KnownLayout::fresh(sizes)),
    })
}

/// The fresh array that a pass over the operands writes.
///
/// Errors: RuntimeError when the sizes do not broadcast, InternalError on other dtypes, MemoryError.
fn produce<const N: usize>(operands: [&Array; N], types: &[DType; N], dtype: DType, line: &Loop<N>) -> Result<Array> {
    let layout = result_layout(&operands)?;
    let guards = operands.map(|a| a.storage.read());
    let mut places = [Shared(std::ptr::null_mut()); N];
    for k in 0..N {
        places[k] = Shared(operands[k].place(&guards[k], types[k])?.cast_mut());
    }
    let n = layout.numel();
    let mut pass = Pass::new(&layout.sizes, n, operands.map(|a| &*a.layout), places)?;
    let mut buffer = allocate_buffer(dtype, n)?;
    pass.out = Shared(buffer.place_mut());
    pass.drive(false, line);
    // SAFETY: the runs cover all `n` elements; a complex one has two parts.
    unsafe { buffer.set_len(if dtype.is_complex() { 2 * n } else { n }) };
    Ok(Array { storage: Storage::new(buffer), layout, dtype })
}

/// A fresh array of `f` over the operands.
#[inline]
fn fresh<const N: usize, P: Operands<N>, U: Typed, F: Apply<P::Items, U> + Sync>(
    operands: [&Array; N],
    f: F,
) -> Result<Array> {
    produce(operands, &P::TYPES, U::DTYPE, &|pass, at, n, k| {
        // SAFETY: `produce` checked the operands' types and layouts; runs are disjoint parts of the reserved output.
        let (operands, out) = unsafe { (P::of(pass.places).offset(at), pass.out.get().cast::<U>().add(k)) };
        dispatch(Line { operands, strides: pass.strides, n, out, f: &f });
    })
}

/// The array of `f(x)` for each element, contiguous.
///
/// Errors: InternalError when `a` does not hold `A`s, MemoryError.
#[inline]
pub fn map1<A: Typed, U: Typed>(a: &Array, f: impl Fn(A) -> U + Sync) -> Result<Array> {
    fresh::<1, (Shared<A>,), U, _>([a], f)
}

/// The array of `f(x, y)` for the elements of two broadcast operands, contiguous.
///
/// Errors: RuntimeError when the sizes do not broadcast, InternalError on other dtypes, MemoryError.
#[inline]
pub fn map2<A: Typed, B: Typed, U: Typed>(a: &Array, b: &Array, f: impl Fn(A, B) -> U + Sync) -> Result<Array> {
    fresh::<2, (Shared<A>, Shared<B>), U, _>([a, b], f)
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
    fresh::<3, (Shared<A>, Shared<B>, Shared<C>), U, _>([a, b, c], f)
}

/// A pass that changes the first operand's elements, to which the others broadcast. They may share its storage in any
/// way: they are read as they were before.
///
/// Errors: RuntimeError when an operand does not broadcast, InternalError on other dtypes, MemoryError.
fn change<const N: usize>(operands: [&Array; N], types: &[DType; N], line: &Loop<N>) -> Result<()> {
    let dst = operands[0];
    for (k, src) in operands.iter().enumerate().skip(1) {
        if !src.layout.broadcasts_to(dst.sizes()) {
            // Refused before anything is changed.
            src.layout.broadcast_to(dst.sizes())?;
        }
        if dst.shares_storage(src) && dst.layout != src.layout {
            let (copy, mut apart) = (copy(src)?, operands);
            apart[k] = &copy;
            return change(apart, types, line);
        }
    }
    let mut written = dst.storage.write();
    let mut guards: SmallVec<[_; 2]> = SmallVec::new();
    let mut places = [Shared(std::ptr::null_mut()); N];
    for k in 0..N {
        places[k] = if operands[k].shares_storage(dst) {
            operands[k].place(&written, types[k])?;
            Shared(written.place_mut())
        } else {
            let read = operands[k].storage.read();
            let place = operands[k].place(&read, types[k])?.cast_mut();
            guards.push(read);
            Shared(place)
        };
    }
    let pass = Pass::new(dst.sizes(), dst.numel(), operands.map(|a| &*a.layout), places)?;
    // Elements that several indices share are changed in order, on one thread.
    pass.drive(dst.layout.has_overlap(), line);
    Ok(())
}

/// Sets the places of the first operand to `f` over all of them.
#[inline]
fn assign<const N: usize, P: Operands<N>, F: Apply<P::Items, P::First> + Sync>(
    operands: [&Array; N],
    f: F,
) -> Result<()> {
    change(operands, &P::TYPES, &|pass, at, n, _| {
        // SAFETY: `change` checked types and layouts; an operand that overlaps the first is the first.
        let operands = unsafe { P::of(pass.places).offset(at) };
        dispatch(Update { operands, strides: pass.strides, n, f: &f });
    })
}

/// Changes every element of `dst` to `f(x)`.
///
/// Errors: InternalError when `dst` does not hold `A`s.
#[inline]
pub fn map1_assign<A: Typed>(dst: &Array, f: impl Fn(A) -> A + Sync) -> Result<()> {
    assign::<1, (Shared<A>,), _>([dst], f)
}

/// Changes every element of `dst` to `f(x, y)`, where `src` broadcasts to `dst`.
///
/// `src` may share storage with `dst` in any way: it is read as it was before.
/// Errors: RuntimeError when `src` does not broadcast, InternalError on other dtypes, MemoryError.
#[inline]
pub fn map2_assign<A: Typed, B: Typed>(dst: &Array, src: &Array, f: impl Fn(A, B) -> A + Sync) -> Result<()> {
    assign::<2, (Shared<A>, Shared<B>), _>([dst, src], f)
}

/// Changes every element of `dst` to `f(x, y, z)`, where the others broadcast to `dst`.
///
/// The others may share storage with `dst` in any way: they are read as they were before.
/// Errors: RuntimeError when they do not broadcast, InternalError on other dtypes, MemoryError.
pub fn map3_assign<A: Typed, B: Typed, C: Typed>(
    dst: &Array,
    y: &Array,
    z: &Array,
    f: impl Fn(A, B, C) -> A + Sync,
) -> Result<()> {
    assign::<3, (Shared<A>, Shared<B>, Shared<C>), _>([dst, y, z], f)
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
    if matches!(U::DTYPE, DType::C64 | DType::C128) {
        return U::from_scalar(x.to_scalar());
    }
    let to_float = matches!(A::DTYPE, DType::F16 | DType::BF16 | DType::F32 | DType::F64);
    if matches!(U::DTYPE, DType::Bool) {
        return U::from_i64((x != A::default()) as i64);
    }
    // Of a complex number the real part is left.
    if to_float || A::DTYPE.is_complex() || U::DTYPE.is_float() {
        U::from_f64(x.to_f64())
    } else {
        U::from_i64(x.to_i64())
    }
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
        let mut data = allocate::<T>(a.numel())?;
        let out = Shared(data.as_mut_ptr());
        {
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
        }
        // SAFETY: the tiles cover all elements.
        unsafe { data.set_len(a.numel()) };
        Ok(Some(Array::from_vec(data, a.layout.sizes.clone())))
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
    use crate::array::layout::{Dims, show_sizes};
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
