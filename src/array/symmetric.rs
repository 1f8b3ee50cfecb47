//! Eigenvalues and eigenvectors of small symmetric matrices, by the steps of LAPACK's `dsyevd`: results are unique only up
//! to signs, and these are read off a screen beside others'.
//!
//! Sources: LAPACK Users' Guide, 3rd ed.; Golub and Van Loan, Matrix Computations, 4th ed., section 8.3.

use super::matrix::Matrix;
use super::rotation::{reflect_rows, reflector, rotation};

/// The spacing of numbers at 1.
const ULP: f64 = f64::EPSILON;

/// Up to this size LAPACK iterates on symmetric matrices as is done here; larger ones it divides first.
pub const SMALL: usize = 25;

/// Eigenvalues in ascending order, and eigenvectors in columns, of the symmetric matrix whose lower triangle this one has,
/// by the steps of LAPACK's `dsyevd` for small matrices. `None` when the iteration does not converge.
pub fn decompose(a: &Matrix) -> Option<(Vec<f64>, Matrix)> {
    let n = a.rows;
    let mut m = a.clone();
    let (mut e, mut taus) = (vec![0.0; n], vec![0.0; n]);
    // Tridiagonal form by reflections, from the first column on.
    for i in 0..n.saturating_sub(1) {
        let mut v: Vec<f64> = (i + 1..n).map(|r| m[(r, i)]).collect();
        let tau = reflector(&mut v);
        (e[i], taus[i]) = (v[0], tau);
        v[0] = 1.0;
        if tau != 0.0 {
            let lower = |r: usize, c: usize| if r >= c { m[(r, c)] } else { m[(c, r)] };
            let mut w: Vec<f64> = (i + 1..n)
                .map(|r| tau * v.iter().enumerate().map(|(k, v)| lower(r, i + 1 + k) * v).sum::<f64>())
                .collect();
            let alpha = -0.5 * tau * w.iter().zip(&v).map(|(w, v)| w * v).sum::<f64>();
            w.iter_mut().zip(&v).for_each(|(w, v)| *w += alpha * v);
            for r in 0..v.len() {
                for c in 0..=r {
                    m[(i + 1 + r, i + 1 + c)] -= v[r] * w[c] + w[r] * v[c];
                }
            }
        }
        (0..v.len()).for_each(|k| m[(i + 1 + k, i)] = v[k]);
    }
    let mut tridiagonal = Tridiagonal { d: (0..n).map(|i| m[(i, i)]).collect(), e, z: Matrix::zeros(n, n) };
    (0..n).for_each(|i| tridiagonal.z[(i, i)] = 1.0);
    if !tridiagonal.iterate() {
        return None;
    }
    let Tridiagonal { mut d, mut z, .. } = tridiagonal;
    for i in 0..n {
        let least = (i..n).fold(i, |best, j| if d[j] < d[best] { j } else { best });
        if least != i {
            d.swap(i, least);
            (0..n).for_each(|r| z.data.swap(r * n + i, r * n + least));
        }
    }
    for i in (0..n.saturating_sub(1)).rev() {
        let v: Vec<f64> = (i + 1..n).map(|r| m[(r, i)]).collect();
        reflect_rows(&mut z, &v, taus[i], i + 1, 0..n);
    }
    Some((d, z))
}

/// A symmetric tridiagonal matrix on its way to diagonal form, and the rotations so far.
struct Tridiagonal {
    d: Vec<f64>,
    e: Vec<f64>,
    z: Matrix,
}

impl Tridiagonal {
    /// Implicit QL or QR steps on each block, from the end with the smaller element; says whether it converged.
    fn iterate(&mut self) -> bool {
        let n = self.d.len();
        let mut left = 30 * n;
        let mut begin = 0;
        while begin < n {
            if begin > 0 {
                self.e[begin - 1] = 0.0;
            }
            let mut end = begin;
            while end + 1 < n {
                let size = self.e[end].abs();
                if size <= self.d[end].abs().sqrt() * self.d[end + 1].abs().sqrt() * (ULP / 2.0) {
                    self.e[end] = 0.0;
                    break;
                }
                end += 1;
            }
            let (first, last) = (begin, end);
            let done = if self.d[last].abs() < self.d[first].abs() {
                self.upwards(last, first, &mut left)
            } else {
                self.downwards(first, last, &mut left)
            };
            if !done {
                return false;
            }
            begin = last + 1;
        }
        true
    }

    fn is_small(&self, i: usize) -> bool {
        let eps = ULP / 2.0;
        self.e[i] * self.e[i] <= (eps * eps * self.d[i].abs()) * self.d[i + 1].abs() + f64::MIN_POSITIVE
    }

    /// QL steps that separate the elements from `l` to `last`.
    fn downwards(&mut self, mut l: usize, last: usize, left: &mut usize) -> bool {
        loop {
            let m = (l..last).find(|&m| self.is_small(m)).unwrap_or(last);
            if m < last {
                self.e[m] = 0.0;
            }
            if m == l + 1 {
                let (big, small, cos, sin) = pair(self.d[l], self.e[l], self.d[l + 1]);
                self.rotate(l, cos, sin);
                (self.d[l], self.d[l + 1], self.e[l]) = (big, small, 0.0);
                l += 1;
            } else if m > l {
                if *left == 0 {
                    return false;
                }
                *left -= 1;
                let start = self.d[l];
                let g = (self.d[l + 1] - start) / (2.0 * self.e[l]);
                let mut g = self.d[m] - start + self.e[l] / (g + g.hypot(1.0).copysign(g));
                let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
                let mut turns = Vec::with_capacity(m - l);
                for i in (l..m).rev() {
                    let (f, b) = (s * self.e[i], c * self.e[i]);
                    let r;
                    (c, s, r) = rotation(g, f);
                    if i + 1 != m {
                        self.e[i + 1] = r;
                    }
                    g = self.d[i + 1] - p;
                    let r = (self.d[i] - g) * s + 2.0 * c * b;
                    p = s * r;
                    self.d[i + 1] = g + p;
                    g = c * r - b;
                    turns.push((i, c, -s));
                }
                turns.into_iter().for_each(|(i, c, s)| self.rotate(i, c, s));
                self.d[l] -= p;
                self.e[l] = g;
                continue;
            }
            l += 1;
            if l > last {
                return true;
            }
        }
    }

    /// QR steps that separate the elements from `l` down to `first`.
    fn upwards(&mut self, mut l: usize, first: usize, left: &mut usize) -> bool {
        loop {
            let m = (first + 1..=l).rev().find(|&m| self.is_small(m - 1)).unwrap_or(first);
            if m > first {
                self.e[m - 1] = 0.0;
            }
            let mut step = 1;
            if m + 1 == l {
                let (big, small, cos, sin) = pair(self.d[l - 1], self.e[l - 1], self.d[l]);
                self.rotate(l - 1, cos, sin);
                (self.d[l - 1], self.d[l], self.e[l - 1]) = (big, small, 0.0);
                step = 2;
            } else if m < l {
                if *left == 0 {
                    return false;
                }
                *left -= 1;
                let start = self.d[l];
                let g = (self.d[l - 1] - start) / (2.0 * self.e[l - 1]);
                let mut g = self.d[m] - start + self.e[l - 1] / (g + g.hypot(1.0).copysign(g));
                let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
                let mut turns = Vec::with_capacity(l - m);
                for i in m..l {
                    let (f, b) = (s * self.e[i], c * self.e[i]);
                    let r;
                    (c, s, r) = rotation(g, f);
                    if i != m {
                        self.e[i - 1] = r;
                    }
                    g = self.d[i] - p;
                    let r = (self.d[i + 1] - g) * s + 2.0 * c * b;
                    p = s * r;
                    self.d[i] = g + p;
                    g = c * r - b;
                    turns.push((i, c, s));
                }
                turns.into_iter().for_each(|(i, c, s)| self.rotate(i, c, s));
                self.d[l] -= p;
                self.e[l - 1] = g;
                continue;
            }
            if l < first + step {
                return true;
            }
            l -= step;
        }
    }

    /// Rotates the columns `j` and `j + 1` of what was rotated so far.
    fn rotate(&mut self, j: usize, cos: f64, sin: f64) {
        for i in 0..self.d.len() {
            let (x, y) = (self.z[(i, j)], self.z[(i, j + 1)]);
            self.z[(i, j + 1)] = cos * y - sin * x;
            self.z[(i, j)] = sin * y + cos * x;
        }
    }
}

/// The eigenvalues of [[a, b], [b, c]], the one of larger modulus first, and the cosine and sine of its eigenvector.
fn pair(a: f64, b: f64, c: f64) -> (f64, f64, f64, f64) {
    let (sum, difference, twice) = (a + c, a - c, b + b);
    let (most, least) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
    let root = difference.hypot(twice);
    let (big, small, positive) = if sum < 0.0 {
        let big = 0.5 * (sum - root);
        (big, (most / big) * least - (b / big) * b, false)
    } else if sum > 0.0 {
        let big = 0.5 * (sum + root);
        (big, (most / big) * least - (b / big) * b, true)
    } else {
        (0.5 * root, -0.5 * root, true)
    };
    let (cs, above) = if difference >= 0.0 { (difference + root, true) } else { (difference - root, false) };
    let (cos, sin) = if cs.abs() > twice.abs() {
        let ct = -twice / cs;
        let sin = 1.0 / (1.0 + ct * ct).sqrt();
        (ct * sin, sin)
    } else if twice == 0.0 {
        (1.0, 0.0)
    } else {
        let tn = -cs / twice;
        let cos = 1.0 / (1.0 + tn * tn).sqrt();
        (cos, tn * cos)
    };
    let (cos, sin) = if positive == above { (-sin, cos) } else { (cos, sin) };
    (big, small, cos, sin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::pcg64::Pcg64;

    #[test]
    fn symmetric_matrices() {
        let mut numbers = Pcg64::new(&[7]);
        let mut next = || f64::from(numbers.next_u32()) / 2f64.powi(32) - 0.5;
        for n in [1, 2, 3, 4, 7, 12, 25] {
            for kind in 0..4 {
                let mut a = Matrix::zeros(n, n);
                for i in 0..n {
                    for j in 0..=i {
                        let x = match kind {
                            0 => next(),
                            1 => (next() * 4.0).round(),
                            2 => (i == j) as u8 as f64,
                            _ => next() * 10f64.powi(-(i as i32)),
                        };
                        (a[(i, j)], a[(j, i)]) = (x, x);
                    }
                }
                let (values, vectors) = decompose(&a).unwrap();
                assert!(values.windows(2).all(|w| w[0] <= w[1]));
                for k in 0..n {
                    for i in 0..n {
                        let product: f64 = (0..n).map(|j| a[(i, j)] * vectors[(j, k)]).sum();
                        assert!((product - values[k] * vectors[(i, k)]).abs() < 1e-10);
                    }
                    for q in 0..n {
                        let dot: f64 = (0..n).map(|i| vectors[(i, k)] * vectors[(i, q)]).sum();
                        assert!((dot - (k == q) as u8 as f64).abs() < 1e-10);
                    }
                }
            }
        }
    }
}
