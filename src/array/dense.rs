//! Factorisations of one dense matrix in place: LU, Cholesky, QR, triangular systems; recursive, so that nearly all
//! work is in matrix products.
//!
//! When the user wishes to stop, products are left out and the result means nothing: see [`multiply`].
#![allow(unsafe_code)]
// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::matmul::{Factor, Into, Side, Sizes, Target, product};
use super::simd::{Kernel, dispatch};
use crate::diag::interrupt;
use num_traits::Float;
use std::marker::PhantomData;

/// f32 and f64.
pub(super) trait Real: Factor + Float {}

impl Real for f32 {}
impl Real for f64 {}

/// Up to this size plain loops are faster than products.
pub(super) const SMALL: usize = 24;

/// A rectangular part of a matrix that is borrowed for changing; parts of one matrix may be held together as long as
/// they do not overlap.
pub(super) struct Block<'a, T> {
    at: *mut T,
    pub rows: usize,
    pub cols: usize,
    row_step: isize,
    col_step: isize,
    borrow: PhantomData<&'a mut T>,
}

impl<T> Clone for Block<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Block<'_, T> {}

impl<'a, T: Real> Block<'a, T> {
    /// A whole row-major matrix. `data` holds at least `rows * cols` elements.
    pub fn new(data: &'a mut [T], rows: usize, cols: usize) -> Block<'a, T> {
        assert!(data.len() >= rows * cols);
        Block { at: data.as_mut_ptr(), rows, cols, row_step: cols as isize, col_step: 1, borrow: PhantomData }
    }

    /// A whole row-major matrix that is only read: the triangle of a system, a factor of a product.
    pub fn read_only(data: &'a [T], rows: usize, cols: usize) -> Block<'a, T> {
        assert!(data.len() >= rows * cols);
        let at = data.as_ptr().cast_mut();
        Block { at, rows, cols, row_step: cols as isize, col_step: 1, borrow: PhantomData }
    }

    /// The part of `rows` times `cols` elements from (`r`, `c`) on.
    pub fn part(self, r: usize, c: usize, rows: usize, cols: usize) -> Self {
        debug_assert!(r + rows <= self.rows && c + cols <= self.cols);
        // SAFETY: the part lies in the block.
        let at = unsafe { self.at.offset(r as isize * self.row_step + c as isize * self.col_step) };
        Block { at, rows, cols, ..self }
    }

    /// The transpose.
    pub fn t(self) -> Self {
        Block { rows: self.cols, cols: self.rows, row_step: self.col_step, col_step: self.row_step, ..self }
    }

    #[inline(always)]
    fn place(self, i: usize, j: usize) -> *mut T {
        debug_assert!(i < self.rows && j < self.cols);
        // SAFETY: callers stay inside the block, as the assertion says.
        unsafe { self.at.offset(i as isize * self.row_step + j as isize * self.col_step) }
    }

    #[inline(always)]
    pub fn get(self, i: usize, j: usize) -> T {
        // SAFETY: the place lies in the block.
        unsafe { *self.place(i, j) }
    }

    #[inline(always)]
    pub fn set(self, i: usize, j: usize, x: T) {
        // SAFETY: the place lies in the block, which is borrowed for changing.
        unsafe { *self.place(i, j) = x }
    }

    /// The `i`-th row of a block whose rows are contiguous, another one than any other slice in use.
    #[inline(always)]
    fn row(self, i: usize) -> &'a mut [T] {
        debug_assert!(self.col_step == 1 && i < self.rows);
        // SAFETY: the row lies in the block, which is borrowed for changing; callers take one row once at a time.
        unsafe { std::slice::from_raw_parts_mut(self.at.offset(i as isize * self.row_step), self.cols) }
    }

    /// A copy with contiguous rows.
    fn packed(self) -> Vec<T> {
        let mut out = Vec::with_capacity(self.rows * self.cols);
        for i in 0..self.rows {
            out.extend((0..self.cols).map(|j| self.get(i, j)));
        }
        out
    }

    /// Sets all elements to those of a vector with contiguous rows.
    fn unpack(self, from: &[T]) {
        for i in 0..self.rows {
            for j in 0..self.cols {
                self.set(i, j, from[i * self.cols + j]);
            }
        }
    }

    fn swap_rows(self, i: usize, j: usize) {
        if i != j && self.col_step == 1 {
            self.row(i).swap_with_slice(self.row(j));
        } else if i != j {
            for c in 0..self.cols {
                let x = self.get(i, c);
                self.set(i, c, self.get(j, c));
                self.set(j, c, x);
            }
        }
    }

    fn side(self) -> Side<T> {
        Side { at: self.at, rows: self.row_step, cols: self.col_step }
    }
}

/// Sets `c` to `a b`, or adds or subtracts it. The blocks do not overlap.
///
/// Does nothing once the user wished to stop: whoever asked for a factorisation has to look for that at its end.
pub(super) fn multiply<T: Real>(c: Block<T>, a: Block<T>, b: Block<T>, how: Into) {
    if c.rows == 0 || c.cols == 0 || (a.cols == 0 && how != Into::Replace) || interrupt::requested() {
        return;
    }
    if c.col_step != 1 {
        return multiply(c.t(), b.t(), a.t(), how);
    }
    let sizes = Sizes { m: c.rows, k: a.cols, n: c.cols };
    let to = Target { at: c.at, rows: c.row_step as usize, how };
    // SAFETY: the blocks lie in their matrices, have fitting sizes and do not overlap.
    unsafe { product(sizes, to, a.side(), b.side(), true) }
}

/// Adds `factor` times one slice to another of its length.
#[inline(always)]
fn add_scaled<T: Real>(to: &mut [T], factor: T, from: &[T]) {
    for (t, &f) in to.iter_mut().zip(from) {
        *t = f.mul_add(factor, *t);
    }
}

/// The sum of products of two slices of one length.
#[inline(always)]
fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    const LANES: usize = 16;
    let mut sums = [T::zero(); LANES];
    let (xs, ys) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = xs.remainder().iter().zip(ys.remainder()).fold(T::zero(), |s, (&x, &y)| x.mul_add(y, s));
    for (x, y) in xs.zip(ys) {
        for l in 0..LANES {
            sums[l] = x[l].mul_add(y[l], sums[l]);
        }
    }
    sums.iter().fold(rest, |s, &x| s + x)
}

/// The substitution of a small triangular system in place of `b`, whose rows are contiguous.
struct Substitution<'a, T> {
    triangle: Block<'a, T>,
    upper: bool,
    unit: bool,
    b: Block<'a, T>,
}

impl<T: Real> Kernel for Substitution<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Substitution { triangle, upper, unit, b } = self;
        let n = triangle.rows;
        for step in 0..n {
            let i = if upper { n - 1 - step } else { step };
            let row = b.row(i);
            for k in if upper { i + 1..n } else { 0..i } {
                add_scaled(row, -triangle.get(i, k), b.row(k));
            }
            if !unit {
                let d = triangle.get(i, i);
                row.iter_mut().for_each(|x| *x = *x / d);
            }
        }
    }
}

/// Solves a triangular system of at most [`SMALL`] equations in place of `b`.
fn substitute<T: Real>(triangle: Block<T>, upper: bool, unit: bool, b: Block<T>) {
    if b.col_step == 1 {
        return dispatch(Substitution { triangle, upper, unit, b });
    }
    let mut packed = b.packed();
    dispatch(Substitution { triangle, upper, unit, b: Block::new(&mut packed, b.rows, b.cols) });
    b.unpack(&packed);
}

/// Solves a lower triangular system `l x = b` in place of `b`.
pub(super) fn solve_lower<T: Real>(l: Block<T>, unit: bool, b: Block<T>) {
    let n = l.rows;
    if n <= SMALL {
        return substitute(l, false, unit, b);
    }
    let h = half(n);
    let (top, bottom) = (b.part(0, 0, h, b.cols), b.part(h, 0, n - h, b.cols));
    solve_lower(l.part(0, 0, h, h), unit, top);
    multiply(bottom, l.part(h, 0, n - h, h), top, Into::Subtract);
    solve_lower(l.part(h, h, n - h, n - h), unit, bottom);
}

/// Solves an upper triangular system `u x = b` in place of `b`.
pub(super) fn solve_upper<T: Real>(u: Block<T>, unit: bool, b: Block<T>) {
    let n = u.rows;
    if n <= SMALL {
        return substitute(u, true, unit, b);
    }
    let h = half(n);
    let (top, bottom) = (b.part(0, 0, h, b.cols), b.part(h, 0, n - h, b.cols));
    solve_upper(u.part(h, h, n - h, n - h), unit, bottom);
    multiply(top, u.part(0, h, h, n - h), bottom, Into::Subtract);
    solve_upper(u.part(0, 0, h, h), unit, top);
}

/// Where a matrix of more than [`SMALL`] rows is cut in two: a whole number of small ones, so that few sizes occur.
fn half(n: usize) -> usize {
    (n / 2).next_multiple_of(SMALL).min(n - 1)
}

/// The LU factorisation of a small number of columns.
struct LuPanel<'a, T> {
    a: Block<'a, T>,
    pivots: &'a mut [usize],
}

impl<T: Real> Kernel for LuPanel<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let LuPanel { a, pivots } = self;
        let m = a.rows;
        for j in 0..a.cols.min(m) {
            let mut p = j;
            for i in j + 1..m {
                // The first of equals; NaN is taken as it comes.
                if a.get(i, j).abs() > a.get(p, j).abs() {
                    p = i;
                }
            }
            pivots[j] = p;
            let pivot = a.get(p, j);
            if pivot == T::zero() {
                continue;
            }
            a.swap_rows(j, p);
            let scale = pivot.recip();
            let source = &a.row(j)[j + 1..];
            for i in j + 1..m {
                let row = &mut a.row(i)[j..];
                row[0] = row[0] * scale;
                let l = row[0];
                add_scaled(&mut row[1..], -l, source);
            }
        }
    }
}

/// Factors `a` in place as P L U with partial pivoting; `pivots[i]` is the row that was exchanged with row `i`.
pub(super) fn lu<T: Real>(a: Block<T>, pivots: &mut [usize]) {
    let (m, n) = (a.rows, a.cols.min(a.rows));
    if n > SMALL {
        let h = half(n);
        let (left, right) = (a.part(0, 0, m, h), a.part(0, h, m, a.cols - h));
        let (first, second) = pivots.split_at_mut(h);
        lu(left, first);
        first.iter().enumerate().for_each(|(i, &p)| right.swap_rows(i, p));
        let top = right.part(0, 0, h, right.cols);
        let rest = right.part(h, 0, m - h, right.cols);
        solve_lower(left.part(0, 0, h, h), true, top);
        multiply(rest, left.part(h, 0, m - h, h), top, Into::Subtract);
        lu(rest, second);
        for (i, p) in second.iter_mut().enumerate().take(n - h) {
            *p += h;
            left.swap_rows(h + i, *p);
        }
        return;
    }
    dispatch(LuPanel { a, pivots });
}

/// Factors a symmetric positive definite matrix, given by its lower triangle, in place as L L^T.
///
/// Errors: the order (from 1) of the first leading minor that is not positive.
pub(super) fn cholesky<T: Real>(a: Block<T>) -> Result<(), usize> {
    let n = a.rows;
    if n > SMALL {
        let h = half(n);
        let (left, below) = (a.part(0, 0, h, h), a.part(h, 0, n - h, h));
        let rest = a.part(h, h, n - h, n - h);
        cholesky(left)?;
        solve_lower(left, false, below.t());
        multiply(rest, below, below.t(), Into::Subtract);
        return cholesky(rest).map_err(|k| k + h);
    }
    for j in 0..n {
        let mut d = a.get(j, j);
        for k in 0..j {
            d = d - a.get(j, k) * a.get(j, k);
        }
        // A NaN fails too.
        if d.partial_cmp(&T::zero()) != Some(std::cmp::Ordering::Greater) {
            return Err(j + 1);
        }
        let d = d.sqrt();
        a.set(j, j, d);
        for i in j + 1..n {
            let mut x = a.get(i, j);
            for k in 0..j {
                x = x - a.get(i, k) * a.get(j, k);
            }
            a.set(i, j, x / d);
        }
    }
    Ok(())
}

/// Householder vectors of `a`'s columns below the diagonal (with a leading 1 that is not stored) in place, R on and
/// above it; returns the factors tau.
pub(super) fn qr<T: Real>(a: Block<T>) -> Vec<T> {
    let k = a.rows.min(a.cols);
    let mut taus = vec![T::zero(); k];
    for from in (0..k).step_by(SMALL) {
        let width = SMALL.min(k - from);
        let panel = a.part(from, from, a.rows - from, width);
        qr_panel(panel, &mut taus[from..from + width]);
        let rest = a.cols - from - width;
        if rest > 0 {
            reflect(panel, &taus[from..from + width], true, a.part(from, from + width, a.rows - from, rest));
        }
    }
    taus
}

/// The Householder vectors of a small number of columns, which are the rows of `columns`: contiguous.
struct QrPanel<'a, T> {
    columns: Block<'a, T>,
    taus: &'a mut [T],
}

impl<T: Real> Kernel for QrPanel<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let QrPanel { columns, taus } = self;
        for (j, tau) in taus.iter_mut().enumerate() {
            let column = &mut columns.row(j)[j..];
            let (head, tail) = column.split_at_mut(1);
            let alpha = head[0];
            // Scaled, so that no square overflows.
            let top = tail.iter().fold(T::zero(), |s, x| if x.abs() > s { x.abs() } else { s });
            let length = if top > T::zero() {
                tail.iter_mut().for_each(|x| *x = *x / top);
                dot(tail, tail).sqrt() * top
            } else {
                // NaN stays NaN.
                dot(tail, tail)
            };
            if length == T::zero() {
                *tau = T::zero();
                continue;
            }
            let beta = -alpha.hypot(length).copysign(alpha);
            *tau = (beta - alpha) / beta;
            head[0] = beta;
            let scale = if top > T::zero() { top / (alpha - beta) } else { (alpha - beta).recip() };
            tail.iter_mut().for_each(|x| *x = *x * scale);
            for c in j + 1..columns.rows {
                let (head, rest) = columns.row(c)[j..].split_at_mut(1);
                let w = (head[0] + dot(tail, rest)) * *tau;
                head[0] = head[0] - w;
                add_scaled(rest, -w, tail);
            }
        }
    }
}

fn qr_panel<T: Real>(a: Block<T>, taus: &mut [T]) {
    let mut packed = a.t().packed();
    dispatch(QrPanel { columns: Block::new(&mut packed, a.cols, a.rows), taus });
    a.t().unpack(&packed);
}

/// Multiplies `c` from the left by the product of a panel's reflections, or its transpose: I - V T V^T.
fn reflect<T: Real>(panel: Block<T>, taus: &[T], transposed: bool, c: Block<T>) {
    let (m, k) = (panel.rows, taus.len());
    let mut v = vec![T::zero(); m * k];
    for i in 0..m {
        for j in 0..k.min(i + 1) {
            v[i * k + j] = if i == j { T::one() } else { panel.get(i, j) };
        }
    }
    let v = Block::new(&mut v, m, k);
    let mut gram = vec![T::zero(); k * k];
    let gram = Block::new(&mut gram, k, k);
    multiply(gram, v.t(), v, Into::Replace);
    let mut t = vec![T::zero(); k * k];
    for i in 0..k {
        for r in 0..i {
            let sum = (r..i).fold(T::zero(), |s, l| s + t[r * k + l] * gram.get(l, i));
            t[r * k + i] = -taus[i] * sum;
        }
        t[i * k + i] = taus[i];
    }
    let t = Block::new(&mut t, k, k);
    let (mut w, mut tw) = (vec![T::zero(); k * c.cols], vec![T::zero(); k * c.cols]);
    let (w, tw) = (Block::new(&mut w, k, c.cols), Block::new(&mut tw, k, c.cols));
    multiply(w, v.t(), c, Into::Replace);
    multiply(tw, if transposed { t.t() } else { t }, w, Into::Replace);
    multiply(c, v, tw, Into::Subtract);
}

/// The first `cols` columns of the Q of [`qr`], row-major.
pub(super) fn form_q<T: Real>(a: Block<T>, taus: &[T], cols: usize) -> Vec<T> {
    let m = a.rows;
    let mut q = vec![T::zero(); m * cols];
    (0..m.min(cols)).for_each(|i| q[i * cols + i] = T::one());
    let out = Block::new(&mut q, m, cols);
    // From the last reflections to the first: what is left and above of them is still that of the unit matrix.
    for from in (0..taus.len()).step_by(SMALL).rev() {
        let width = SMALL.min(taus.len() - from);
        let panel = a.part(from, from, m - from, width);
        reflect(panel, &taus[from..from + width], false, out.part(from, from, m - from, cols - from));
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize) -> Vec<f64> {
        (0..n)
            .map(|i| {
                ((i as u32).wrapping_mul(2654435761).rotate_left(13).wrapping_mul(2246822519) >> 12) as f64 / 1048576.0
                    - 0.4
            })
            .collect()
    }

    fn times(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
        (0..n * n).map(|i| (0..n).map(|k| a[i / n * n + k] * b[k * n + i % n]).sum()).collect()
    }

    fn close(a: &[f64], b: &[f64]) {
        assert!(a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-9), "{:?}\n{:?}", &a[..4], &b[..4]);
    }

    #[test]
    fn factors_multiply_to_the_matrix() {
        for n in [1, 2, 5, 24, 61, 130] {
            let a = noise(n * n);
            let mut f = a.clone();
            let mut pivots = vec![0; n];
            lu(Block::new(&mut f, n, n), &mut pivots);
            let part =
                |keep: &dyn Fn(usize, usize) -> f64| -> Vec<f64> { (0..n * n).map(|i| keep(i / n, i % n)).collect() };
            let l = part(&|i, j| {
                if i == j {
                    1.0
                } else if i > j {
                    f[i * n + j]
                } else {
                    0.0
                }
            });
            let u = part(&|i, j| if i <= j { f[i * n + j] } else { 0.0 });
            let mut lu = times(&l, &u, n);
            for (i, &p) in pivots.iter().enumerate().rev() {
                for j in 0..n {
                    lu.swap(i * n + j, p * n + j);
                }
            }
            close(&lu, &a);

            let t = part(&|i, j| a[j * n + i]);
            let mut s = times(&a, &t, n);
            (0..n).for_each(|i| s[i * n + i] += 1.0);
            let mut c = s.clone();
            cholesky(Block::new(&mut c, n, n)).unwrap();
            let l = part(&|i, j| if i >= j { c[i * n + j] } else { 0.0 });
            close(&times(&l, &part(&|i, j| l[j * n + i]), n), &s);

            let mut h = a.clone();
            let taus = qr(Block::new(&mut h, n, n));
            let r = part(&|i, j| if i <= j { h[i * n + j] } else { 0.0 });
            let q = form_q(Block::new(&mut h, n, n), &taus, n);
            close(&times(&q, &r, n), &a);
        }
    }
}
