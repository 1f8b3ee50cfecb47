//! Factorisations of one dense matrix in place: LU, Cholesky, QR, triangular systems; recursive, so that nearly all
//! work is in matrix products.
#![allow(unsafe_code)]
// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::matmul::{Factor, Into, Side, Sizes, Target, product};
use num_traits::Float;
use std::marker::PhantomData;

/// f32 and f64.
pub(super) trait Real: Factor + Float {}

impl Real for f32 {}
impl Real for f64 {}

/// Below this size plain loops are faster than products.
const SMALL: usize = 24;

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

    /// Adds `factor` times row `from` of `source` to row `to`.
    fn add_row(self, to: usize, factor: T, source: Self, from: usize) {
        if factor == T::zero() {
            return;
        }
        for j in 0..self.cols {
            self.set(to, j, source.get(from, j).mul_add(factor, self.get(to, j)));
        }
    }

    fn swap_rows(self, i: usize, j: usize) {
        if i != j {
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
pub(super) fn multiply<T: Real>(c: Block<T>, a: Block<T>, b: Block<T>, how: Into) {
    if c.rows == 0 || c.cols == 0 || (a.cols == 0 && how != Into::Replace) {
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

/// Solves a lower triangular system `l x = b` in place of `b`.
pub(super) fn solve_lower<T: Real>(l: Block<T>, unit: bool, b: Block<T>) {
    let n = l.rows;
    if n > SMALL {
        let h = n / 2;
        let (top, bottom) = (b.part(0, 0, h, b.cols), b.part(h, 0, n - h, b.cols));
        solve_lower(l.part(0, 0, h, h), unit, top);
        multiply(bottom, l.part(h, 0, n - h, h), top, Into::Subtract);
        return solve_lower(l.part(h, h, n - h, n - h), unit, bottom);
    }
    for i in 0..n {
        for k in 0..i {
            b.add_row(i, -l.get(i, k), b, k);
        }
        if !unit {
            for j in 0..b.cols {
                b.set(i, j, b.get(i, j) / l.get(i, i));
            }
        }
    }
}

/// Solves an upper triangular system `u x = b` in place of `b`.
pub(super) fn solve_upper<T: Real>(u: Block<T>, unit: bool, b: Block<T>) {
    let n = u.rows;
    if n > SMALL {
        let h = n / 2;
        let (top, bottom) = (b.part(0, 0, h, b.cols), b.part(h, 0, n - h, b.cols));
        solve_upper(u.part(h, h, n - h, n - h), unit, bottom);
        multiply(top, u.part(0, h, h, n - h), bottom, Into::Subtract);
        return solve_upper(u.part(0, 0, h, h), unit, top);
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            b.add_row(i, -u.get(i, k), b, k);
        }
        if !unit {
            for j in 0..b.cols {
                b.set(i, j, b.get(i, j) / u.get(i, i));
            }
        }
    }
}

/// Factors `a` in place as P L U with partial pivoting; `pivots[i]` is the row that was exchanged with row `i`.
pub(super) fn lu<T: Real>(a: Block<T>, pivots: &mut [usize]) {
    let (m, n) = (a.rows, a.cols.min(a.rows));
    if n > SMALL {
        let h = n / 2;
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
    for j in 0..n {
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
        let rest = a.part(0, j + 1, m, a.cols - j - 1);
        let scale = pivot.recip();
        for i in j + 1..m {
            let l = a.get(i, j) * scale;
            a.set(i, j, l);
            rest.add_row(i, -l, rest, j);
        }
    }
}

/// Factors a symmetric positive definite matrix, given by its lower triangle, in place as L L^T.
///
/// Errors: the order (from 1) of the first leading minor that is not positive.
pub(super) fn cholesky<T: Real>(a: Block<T>) -> Result<(), usize> {
    let n = a.rows;
    if n > SMALL {
        let h = n / 2;
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

fn qr_panel<T: Real>(a: Block<T>, taus: &mut [T]) {
    for (j, tau) in taus.iter_mut().enumerate() {
        let alpha = a.get(j, j);
        let tail = (j + 1..a.rows).fold(T::zero(), |s, i| s.hypot(a.get(i, j)));
        if tail == T::zero() {
            *tau = T::zero();
            continue;
        }
        let beta = -alpha.hypot(tail).copysign(alpha);
        *tau = (beta - alpha) / beta;
        a.set(j, j, beta);
        for i in j + 1..a.rows {
            a.set(i, j, a.get(i, j) / (alpha - beta));
        }
        for c in j + 1..a.cols {
            let mut w = a.get(j, c);
            for i in j + 1..a.rows {
                w = a.get(i, j).mul_add(a.get(i, c), w);
            }
            let w = w * *tau;
            a.set(j, c, a.get(j, c) - w);
            for i in j + 1..a.rows {
                a.set(i, c, a.get(i, c) - w * a.get(i, j));
            }
        }
    }
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

/// Multiplies `c` from the left by the Q of [`qr`], whose result is in `a` and `taus`, or by its transpose.
pub(super) fn apply_q<T: Real>(a: Block<T>, taus: &[T], transposed: bool, c: Block<T>) {
    let starts: Vec<usize> = (0..taus.len()).step_by(SMALL).collect();
    let mut one = |from: usize| {
        let width = SMALL.min(taus.len() - from);
        let panel = a.part(from, from, a.rows - from, width);
        reflect(panel, &taus[from..from + width], transposed, c.part(from, 0, c.rows - from, c.cols));
    };
    if transposed { starts.into_iter().for_each(&mut one) } else { starts.into_iter().rev().for_each(&mut one) }
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
            let mut q = part(&|i, j| (i == j) as u8 as f64);
            let mut r = part(&|i, j| if i <= j { h[i * n + j] } else { 0.0 });
            let factored = Block::new(&mut h, n, n);
            apply_q(factored, &taus, false, Block::new(&mut q, n, n));
            close(&times(&q, &r, n), &a);
            apply_q(factored, &taus, false, Block::new(&mut r, n, n));
            close(&r, &a);
        }
    }
}
