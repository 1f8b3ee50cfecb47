//! Reflections and rotations as LAPACK makes them: their signs are what makes the signs of its results.

use super::matrix::Matrix;
use std::cell::Cell;

thread_local! {
    /// Whether rotations take the signs of LAPACK 3.10 and later.
    static NEWER: Cell<bool> = const { Cell::new(false) };
}

/// Whether work runs as in NumPy.
pub(super) fn is_numpy() -> bool {
    NEWER.get()
}

/// Runs work with the signs of LAPACK 3.10 and later, which NumPy has; PyTorch's library keeps the older ones.
pub fn as_numpy<R>(work: impl FnOnce() -> R) -> R {
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            NEWER.set(self.0);
        }
    }
    let _reset = Reset(NEWER.replace(true));
    work()
}

/// The reflection I - tau (1, v) (1, v)ᵀ that maps a vector to a multiple of the first axis: the first element becomes
/// that multiple, the others v. Returns tau.
pub(super) fn reflector(x: &mut [f64]) -> f64 {
    let [alpha, rest @ ..] = x else { return 0.0 };
    let norm = rest.iter().map(|v| v * v).sum::<f64>().sqrt();
    if norm == 0.0 {
        return 0.0;
    }
    let beta = -alpha.hypot(norm).copysign(*alpha);
    let (tau, divisor) = ((beta - *alpha) / beta, *alpha - beta);
    rest.iter_mut().for_each(|v| *v /= divisor);
    *alpha = beta;
    tau
}

/// The reflection in the rows from `at` on, of those columns.
pub(super) fn reflect_rows(m: &mut Matrix, v: &[f64], tau: f64, at: usize, columns: std::ops::Range<usize>) {
    for j in columns {
        let sum: f64 = v.iter().enumerate().map(|(r, v)| v * m[(at + r, j)]).sum();
        v.iter().enumerate().for_each(|(r, v)| m[(at + r, j)] -= sum * (tau * v));
    }
}

/// The reflection in the columns from `at` on, of those rows.
pub(super) fn reflect_columns(m: &mut Matrix, v: &[f64], tau: f64, at: usize, rows: std::ops::Range<usize>) {
    for i in rows {
        let sum: f64 = v.iter().enumerate().map(|(r, v)| v * m[(i, at + r)]).sum();
        v.iter().enumerate().for_each(|(r, v)| m[(i, at + r)] -= sum * (tau * v));
    }
}

/// The sign of r where (f, g) is rotated to (r, 0): of f, in older versions only where f is the larger.
pub(super) fn rotation_sign(f: f64, g: f64) -> f64 {
    if NEWER.get() || f.abs() > g.abs() { 1f64.copysign(f) } else { 1.0 }
}

/// The rotation that takes (f, g) to (r, 0): cosine, sine, r.
pub(super) fn rotation(f: f64, g: f64) -> (f64, f64, f64) {
    if g == 0.0 {
        return (1.0, 0.0, f);
    }
    if f == 0.0 {
        let sign = if NEWER.get() { 1f64.copysign(g) } else { 1.0 };
        return (0.0, sign, sign * g);
    }
    let r = f.hypot(g) * rotation_sign(f, g);
    (f / r, g / r, r)
}
