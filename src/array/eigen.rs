//! Eigenvalues and eigenvectors of general square matrices.
//!
//! Small real matrices take the steps of LAPACK's `dgeev` one by one (balancing, Hessenberg form, the double-shift QR
//! iteration, back substitution), because its results are unique only up to order and sign, and these are read off a
//! screen beside others'. Larger and complex ones go to faer. Sources: LAPACK Users' Guide, 3rd ed.; Golub and Van Loan,
//! Matrix Computations, 4th ed., sections 7.4 to 7.6; Ahues and Tisseur, LAPACK Working Note 122, for the deflation.

use super::matrix::Matrix;
use super::rotation::{reflect_columns, reflect_rows, reflector, rotation_sign};
use super::simd::abandonable;
use crate::diag::Result;
use faer::MatRef;
use num_complex::Complex;

type C64 = Complex<f64>;

/// Eigenvalues, and the eigenvectors in columns, row by row: of norm 1, the largest component of each real.
pub type Eigen = (Vec<C64>, Vec<C64>);

/// Up to this size LAPACK iterates as is done here; for larger matrices it takes another iteration.
const SMALL: usize = 75;
/// The spacing of numbers at 1.
const ULP: f64 = f64::EPSILON;

/// Eigenvalues and eigenvectors of a real square matrix; conjugate pairs are neighbours, the one above the real line
/// first. `None` when the iteration does not converge.
///
/// Errors: KeyboardInterrupt.
pub fn real(a: &Matrix) -> Result<Option<Eigen>> {
    let n = a.rows;
    if n > SMALL {
        let a = a.clone();
        return abandonable(move || {
            let found = MatRef::from_row_major_slice(&a.data, n, n).eigen().ok()?;
            Some(gathered(found.S().column_vector().iter().copied().collect(), found.U()))
        });
    }
    let mut schur = Schur::balanced(a);
    schur.reduce();
    Ok(schur.iterate().then(|| schur.eigenvectors()))
}

/// Eigenvalues and eigenvectors of a complex square matrix of `n` rows, given row by row.
///
/// Errors: KeyboardInterrupt.
pub fn complex(a: Vec<C64>, n: usize) -> Result<Option<Eigen>> {
    if n == 0 {
        return Ok(Some((Vec::new(), Vec::new())));
    }
    abandonable(move || {
        let found = MatRef::from_row_major_slice(&a, n, n).eigen().ok()?;
        Some(gathered(found.S().column_vector().iter().copied().collect(), found.U()))
    })
}

fn gathered(values: Vec<C64>, vectors: MatRef<C64>) -> Eigen {
    let n = values.len();
    let mut out: Vec<C64> = (0..n).flat_map(|i| (0..n).map(move |j| vectors[(i, j)])).collect();
    (0..n).for_each(|j| normalize(&mut out, n, j, None));
    (values, out)
}

/// Scales a column to norm 1 and turns it so that its largest component is real: positive, or of the sign given.
fn normalize(vectors: &mut [C64], n: usize, column: usize, sign: Option<fn(C64) -> f64>) {
    let at = |i: usize| i * n + column;
    let norm = (0..n).map(|i| vectors[at(i)].norm_sqr()).sum::<f64>().sqrt();
    let largest = (0..n).fold(0, |best, i| {
        // The first of equal ones, as they are computed.
        if vectors[at(i)].norm_sqr() > vectors[at(best)].norm_sqr() { i } else { best }
    });
    let top = vectors[at(largest)];
    let (length, sign) = (top.norm(), sign.map_or(1.0, |sign| sign(top)));
    if norm == 0.0 || length == 0.0 {
        return;
    }
    let turn = top.conj() / length * sign / norm;
    (0..n).for_each(|i| vectors[at(i)] *= turn);
    vectors[at(largest)].im = 0.0;
}

/// A matrix on its way to Schur form: `h` = zᵀ (balanced matrix) z.
struct Schur {
    h: Matrix,
    z: Matrix,
    /// The rows from `low` to `high` (exclusive) are not yet isolated by permutation.
    low: usize,
    high: usize,
    /// For a row between: what it was divided by; for another: the row that it was exchanged with.
    scale: Vec<f64>,
    /// The eigenvalues, on the diagonal blocks.
    values: Vec<C64>,
}

impl Schur {
    /// A matrix with isolated eigenvalues permuted to its ends, and the rows and columns between scaled by powers of two
    /// to norms that are near one another.
    fn balanced(a: &Matrix) -> Schur {
        let n = a.rows;
        let mut m = a.clone();
        let mut scale = vec![1.0; n];
        let (mut low, mut high) = (0, n);
        let exchange = |m: &mut Matrix, j: usize, to: usize, low: usize, high: usize| {
            if j != to {
                (0..high).for_each(|i| m.data.swap(i * n + j, i * n + to));
                (low..n).for_each(|i| m.data.swap(j * n + i, to * n + i));
            }
        };
        while let Some(j) = (0..high).rev().find(|&j| (0..high).all(|i| i == j || m[(j, i)] == 0.0)) {
            scale[high - 1] = j as f64;
            exchange(&mut m, j, high - 1, low, high);
            high -= 1;
        }
        while let Some(j) = (low..high).find(|&j| (low..high).all(|i| i == j || m[(i, j)] == 0.0)) {
            scale[low] = j as f64;
            exchange(&mut m, j, low, low, high);
            low += 1;
        }
        let (small, large) = (f64::MIN_POSITIVE / ULP * 2.0, ULP / f64::MIN_POSITIVE / 2.0);
        let mut changed = true;
        while changed {
            changed = false;
            for i in low..high {
                let mut column = (low..high).map(|k| m[(k, i)].powi(2)).sum::<f64>().sqrt();
                let mut row = (low..high).map(|k| m[(i, k)].powi(2)).sum::<f64>().sqrt();
                if column == 0.0 || row == 0.0 {
                    continue;
                }
                let (before, mut factor) = (column + row, 1f64);
                while column < row / 2.0 && factor.max(column) < large && row > small {
                    (factor, column, row) = (factor * 2.0, column * 2.0, row / 2.0);
                }
                while column / 2.0 >= row && row < large && factor.min(column) > small {
                    (factor, column, row) = (factor / 2.0, column / 2.0, row * 2.0);
                }
                if column + row >= 0.95 * before {
                    continue;
                }
                scale[i] *= factor;
                (low..n).for_each(|k| m[(i, k)] /= factor);
                (0..high).for_each(|k| m[(k, i)] *= factor);
                changed = true;
            }
        }
        let mut z = Matrix::zeros(n, n);
        (0..n).for_each(|i| z[(i, i)] = 1.0);
        Schur { h: m, z, low, high, scale, values: vec![C64::default(); n] }
    }

    /// Takes the matrix to Hessenberg form: zeros below the first subdiagonal.
    fn reduce(&mut self) {
        let (n, high) = (self.h.rows, self.high);
        for k in self.low..high.saturating_sub(1) {
            let mut v: Vec<f64> = (k + 1..high).map(|i| self.h[(i, k)]).collect();
            let tau = reflector(&mut v);
            self.h[(k + 1, k)] = v[0];
            (k + 2..high).for_each(|i| self.h[(i, k)] = 0.0);
            v[0] = 1.0;
            reflect_columns(&mut self.h, &v, tau, k + 1, 0..high);
            reflect_rows(&mut self.h, &v, tau, k + 1, k + 1..n);
            reflect_columns(&mut self.z, &v, tau, k + 1, 0..n);
        }
    }

    /// Takes the matrix to Schur form by double-shift QR steps; says whether it converged.
    fn iterate(&mut self) -> bool {
        let n = self.h.rows;
        for i in (0..self.low).chain(self.high..n) {
            self.values[i] = C64::from(self.h[(i, i)]);
        }
        let most = 30 * (self.high - self.low).max(10);
        let mut end = self.high;
        while end > self.low {
            let Some(start) = self.deflate(end - 1, most) else { return false };
            if start + 1 == end {
                self.values[start] = C64::from(self.h[(start, start)]);
            } else {
                self.split(start);
            }
            end = start;
        }
        true
    }

    /// Iterates on the block that ends with row `i` until one of at most two rows separates: its first row.
    fn deflate(&mut self, i: usize, most: usize) -> Option<usize> {
        /// After so many steps without success, another shift is tried.
        const PATIENCE: usize = 10;
        let mut start = self.low;
        for step in 1..=most + 1 {
            start = self.separated(start, i);
            if start > self.low {
                self.h[(start, start - 1)] = 0.0;
            }
            if start + 1 >= i {
                return Some(start);
            }
            let h = &self.h;
            let exceptional = |at: usize, s: f64| (0.75 * s + h[(at, at)], -0.4375 * s, s, 0.75 * s + h[(at, at)]);
            let corner = if step % (2 * PATIENCE) == 0 {
                exceptional(i, h[(i, i - 1)].abs() + h[(i - 1, i - 2)].abs())
            } else if step % PATIENCE == 0 {
                exceptional(start, h[(start + 1, start)].abs() + h[(start + 2, start + 1)].abs())
            } else {
                (h[(i - 1, i - 1)], h[(i - 1, i)], h[(i, i - 1)], h[(i, i)])
            };
            let shifts = shifts(corner);
            self.sweep(start, i, shifts);
        }
        None
    }

    /// The first row of the last block up to row `i`: where an element below the diagonal is as good as zero.
    fn separated(&self, start: usize, i: usize) -> usize {
        let h = &self.h;
        let tiny = f64::MIN_POSITIVE * ((self.high - self.low) as f64 / ULP);
        for k in (start + 1..=i).rev() {
            let below = h[(k, k - 1)].abs();
            if below <= tiny {
                return k;
            }
            let mut size = h[(k - 1, k - 1)].abs() + h[(k, k)].abs();
            if size == 0.0 {
                if k >= self.low + 2 {
                    size += h[(k - 1, k - 2)].abs();
                }
                if k + 1 < self.high {
                    size += h[(k + 1, k)].abs();
                }
            }
            if below <= ULP * size {
                let above = h[(k - 1, k)].abs();
                let (ab, ba) = (below.max(above), below.min(above));
                let (own, gap) = (h[(k, k)].abs(), (h[(k - 1, k - 1)] - h[(k, k)]).abs());
                let (aa, bb) = (own.max(gap), own.min(gap));
                let s = aa + ab;
                if ba * (ab / s) <= tiny.max(ULP * (bb * (aa / s))) {
                    return k;
                }
            }
        }
        start
    }

    /// One double-shift QR step on the rows from `start` to `i`.
    fn sweep(&mut self, start: usize, i: usize, [first, second]: [C64; 2]) {
        let n = self.h.rows;
        let mut v: [f64; 3];
        // Two small elements below the diagonal in a row let the step begin later.
        let mut begin = i - 2;
        loop {
            let (h, m) = (&self.h, begin);
            let s = (h[(m, m)] - second.re).abs() + second.im.abs() + h[(m + 1, m)].abs();
            let below = h[(m + 1, m)] / s;
            v = [
                below * h[(m, m + 1)] + (h[(m, m)] - first.re) * ((h[(m, m)] - second.re) / s)
                    - first.im * (second.im / s),
                below * (h[(m, m)] + h[(m + 1, m + 1)] - first.re - second.re),
                below * h[(m + 2, m + 1)],
            ];
            let size = v.iter().map(|x| x.abs()).sum::<f64>();
            v.iter_mut().for_each(|x| *x /= size);
            if m == start {
                break;
            }
            let around = h[(m - 1, m - 1)].abs() + h[(m, m)].abs() + h[(m + 1, m + 1)].abs();
            if h[(m, m - 1)].abs() * (v[1].abs() + v[2].abs()) <= ULP * v[0].abs() * around {
                break;
            }
            begin -= 1;
        }
        for k in begin..i {
            let count = (i - k + 1).min(3);
            if k > begin {
                (0..count).for_each(|r| v[r] = self.h[(k + r, k - 1)]);
            }
            let tau = reflector(&mut v[..count]);
            if k > begin {
                self.h[(k, k - 1)] = v[0];
                (1..count).for_each(|r| self.h[(k + r, k - 1)] = 0.0);
            } else if begin > start {
                self.h[(k, k - 1)] *= 1.0 - tau;
            }
            v[0] = 1.0;
            reflect_rows(&mut self.h, &v[..count], tau, k, k..n);
            reflect_columns(&mut self.h, &v[..count], tau, k, 0..(k + 4).min(i + 1));
            reflect_columns(&mut self.z, &v[..count], tau, k, 0..n);
        }
    }

    /// Takes the block of two rows from `p` on to its standard form: triangular, or with equal numbers on its diagonal.
    fn split(&mut self, p: usize) {
        let (n, q) = (self.h.rows, p + 1);
        let block = [self.h[(p, p)], self.h[(p, q)], self.h[(q, p)], self.h[(q, q)]];
        let ([a, b, c, d], cos, sin) = standard(block);
        (self.h[(p, p)], self.h[(p, q)], self.h[(q, p)], self.h[(q, q)]) = (a, b, c, d);
        let imaginary = if c == 0.0 { 0.0 } else { b.abs().sqrt() * c.abs().sqrt() };
        (self.values[p], self.values[q]) = (C64::new(a, imaginary), C64::new(d, 0.0 - imaginary));
        let turn = |x: f64, y: f64| (cos * x + sin * y, cos * y - sin * x);
        for j in q + 1..n {
            (self.h[(p, j)], self.h[(q, j)]) = turn(self.h[(p, j)], self.h[(q, j)]);
        }
        for i in 0..p {
            (self.h[(i, p)], self.h[(i, q)]) = turn(self.h[(i, p)], self.h[(i, q)]);
        }
        for i in 0..n {
            (self.z[(i, p)], self.z[(i, q)]) = turn(self.z[(i, p)], self.z[(i, q)]);
        }
    }

    /// The eigenvalues, and the eigenvectors of the matrix from those of its Schur form.
    fn eigenvectors(mut self) -> Eigen {
        let n = self.h.rows;
        let mut out = vec![C64::default(); n * n];
        let mut k = 0;
        while k < n {
            let pair = self.values[k].im != 0.0;
            let x = self.of_schur(k, pair);
            for i in 0..n {
                let sum: C64 = x.iter().enumerate().map(|(j, x)| x * self.z[(i, j)]).sum();
                out[i * n + k] = sum;
            }
            k += 1 + pair as usize;
        }
        for i in self.low..self.high {
            (0..n).for_each(|j| out[i * n + j] *= self.scale[i]);
        }
        for i in (0..self.low).rev().chain(self.high..n) {
            let other = self.scale[i] as usize;
            (0..n).for_each(|j| out.swap(i * n + j, other * n + j));
        }
        let mut k = 0;
        while k < n {
            if self.values[k].im == 0.0 {
                let norm = (0..n).map(|i| out[i * n + k].norm_sqr()).sum::<f64>().sqrt();
                (0..n).for_each(|i| out[i * n + k] /= norm);
                k += 1;
                continue;
            }
            normalize(&mut out, n, k, Some(|top| rotation_sign(top.re, top.im)));
            (0..n).for_each(|i| out[i * n + k + 1] = out[i * n + k].conj());
            k += 2;
        }
        (std::mem::take(&mut self.values), out)
    }

    /// The eigenvector of the Schur form for the eigenvalue in row `k`, or in rows `k` and `k + 1`, by substitution from
    /// below.
    fn of_schur(&self, k: usize, pair: bool) -> Vec<C64> {
        let t = &self.h;
        let value = self.values[k];
        let mut x = vec![C64::default(); k + 1 + pair as usize];
        if !pair {
            x[k] = C64::from(1.0);
        } else if t[(k, k + 1)].abs() >= t[(k + 1, k)].abs() {
            x[k] = C64::from(1.0);
            x[k + 1] = C64::new(0.0, value.im / t[(k, k + 1)]);
        } else {
            x[k] = C64::from(-value.im / t[(k + 1, k)]);
            x[k + 1] = C64::new(0.0, 1.0);
        }
        // What is as good as an eigenvalue again must not be divided by.
        let least = (ULP * (value.re.abs() + value.im.abs())).max(f64::MIN_POSITIVE * (t.rows as f64 / ULP));
        let mut end = k;
        while end > 0 {
            let size = if end > 1 && t[(end - 1, end - 2)] != 0.0 { 2 } else { 1 };
            let i = end - size;
            let right = |row: usize| -> C64 { -(end..x.len()).map(|j| x[j] * t[(row, j)]).sum::<C64>() };
            if size == 1 {
                let pivot = C64::from(t[(i, i)]) - value;
                let pivot = if pivot.re.abs() + pivot.im.abs() < least { C64::from(least) } else { pivot };
                x[i] = quotient(right(i), pivot);
            } else {
                let (a, d) = (C64::from(t[(i, i)]) - value, C64::from(t[(i + 1, i + 1)]) - value);
                let (b, c) = (t[(i, i + 1)], t[(i + 1, i)]);
                let det = a * d - b * c;
                let floor = (least * least).max(f64::MIN_POSITIVE / ULP);
                let det = if det.norm() < floor { C64::from(floor) } else { det };
                let (p, q) = (right(i), right(i + 1));
                (x[i], x[i + 1]) = (quotient(p * d - q * b, det), quotient(q * a - p * c, det));
            }
            // Growth is scaled away before it overflows; the norm does not matter yet.
            let largest = x.iter().map(|v| v.norm()).fold(0.0, f64::max);
            if largest > 1.0 {
                x.iter_mut().for_each(|v| *v /= largest);
            }
            end = i;
        }
        x
    }
}

/// A quotient, also by numbers whose squares underflow.
fn quotient(a: C64, b: C64) -> C64 {
    let s = b.re.abs().max(b.im.abs());
    (a / s) / (b / s)
}

/// The two shifts of a step: the eigenvalues of a block, or twice the one that is nearer to its last element.
fn shifts((h11, h12, h21, h22): (f64, f64, f64, f64)) -> [C64; 2] {
    let s = h11.abs() + h12.abs() + h21.abs() + h22.abs();
    if s == 0.0 {
        return [C64::default(); 2];
    }
    let (h11, h12, h21, h22) = (h11 / s, h12 / s, h21 / s, h22 / s);
    let middle = (h11 + h22) / 2.0;
    let det = (h11 - middle) * (h22 - middle) - h12 * h21;
    let root = det.abs().sqrt();
    if det >= 0.0 {
        return [C64::new(middle * s, root * s), C64::new(middle * s, -root * s)];
    }
    let (above, below) = (middle + root, middle - root);
    let nearer = if (above - h22).abs() <= (below - h22).abs() { above } else { below };
    [C64::from(nearer * s); 2]
}

/// The standard form of a block `[a, b, c, d]` of two rows, and the cosine and sine of the rotation to it.
fn standard([a, b, c, d]: [f64; 4]) -> ([f64; 4], f64, f64) {
    let sign = |x: f64| 1f64.copysign(x);
    if c == 0.0 {
        return ([a, b, c, d], 1.0, 0.0);
    }
    if b == 0.0 {
        return ([d, -c, 0.0, a], 0.0, 1.0);
    }
    if a - d == 0.0 && sign(b) != sign(c) {
        return ([a, b, c, d], 1.0, 0.0);
    }
    let difference = a - d;
    let p = 0.5 * difference;
    let (most, least) = (b.abs().max(c.abs()), b.abs().min(c.abs()) * sign(b) * sign(c));
    let scale = p.abs().max(most);
    let z = (p / scale) * p + (most / scale) * least;
    if z >= 4.0 * ULP {
        // Two real eigenvalues.
        let z = p + (scale.sqrt() * z.sqrt()).copysign(p);
        let tau = c.hypot(z);
        return ([d + z, b - c, 0.0, d - (most / z) * least], z / tau, c / tau);
    }
    // A pair, or two that are almost equal: equal numbers on the diagonal.
    let sigma = b + c;
    let tau = sigma.hypot(difference);
    let cos = (0.5 * (1.0 + sigma.abs() / tau)).sqrt();
    let sin = -(p / (tau * cos)) * sign(sigma);
    let (aa, bb) = (a * cos + b * sin, -a * sin + b * cos);
    let (cc, dd) = (c * cos + d * sin, -c * sin + d * cos);
    let (a, b, c, d) = (aa * cos + cc * sin, bb * cos + dd * sin, -aa * sin + cc * cos, -bb * sin + dd * cos);
    let middle = 0.5 * (a + d);
    if c == 0.0 {
        return ([middle, b, c, middle], cos, sin);
    }
    if b == 0.0 {
        return ([middle, -c, 0.0, middle], -sin, cos);
    }
    if sign(b) != sign(c) {
        return ([middle, b, c, middle], cos, sin);
    }
    let (sab, sac) = (b.abs().sqrt(), c.abs().sqrt());
    let p = (sab * sac).copysign(c);
    let tau = 1.0 / (b + c).abs().sqrt();
    let (cos1, sin1) = (sab * tau, sac * tau);
    ([middle + p, b - c, 0.0, middle - p], cos * cos1 - sin * sin1, cos * sin1 + sin * cos1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::pcg64::Pcg64;

    /// Checks A v = w v for every pair, and the norms.
    fn check(a: &Matrix, (values, vectors): &Eigen) {
        let n = a.rows;
        let size = a.data.iter().fold(1e-300f64, |m, x| m.max(x.abs()));
        for k in 0..n {
            let norm: f64 = (0..n).map(|i| vectors[i * n + k].norm_sqr()).sum();
            assert!((norm - 1.0).abs() < 1e-10, "norm {norm} of {k} in {a:?}");
            for i in 0..n {
                let product: C64 = (0..n).map(|j| vectors[j * n + k] * a[(i, j)]).sum();
                assert!((product - values[k] * vectors[i * n + k]).norm() < 1e-9 * size * n as f64);
            }
        }
    }

    #[test]
    fn every_pair_solves_the_equation() {
        let mut numbers = Pcg64::new(&[1]);
        let mut next = || f64::from(numbers.next_u32()) / 2f64.powi(32) - 0.5;
        for n in [1, 2, 3, 4, 5, 8, 17, 40, 75, 90] {
            for zeros in [false, true] {
                let mut a = Matrix::zeros(n, n);
                a.data.iter_mut().for_each(|x| {
                    let number = next();
                    *x = if zeros && number < 0.2 { 0.0 } else { number * 10.0 };
                });
                let found = real(&a).unwrap().unwrap();
                check(&a, &found);
                let trace: f64 = (0..n).map(|i| a[(i, i)]).sum();
                assert!((found.0.iter().sum::<C64>() - trace).norm() < 1e-9 * n as f64 * 10.0);
            }
        }
    }

    #[test]
    fn special_matrices() {
        for (n, data) in [
            (2, vec![0.0, 1.0, -1.0, 0.0]),
            (2, vec![1.0, 0.0, 2.0, 3.0]),
            (3, vec![0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
            (3, vec![2.0, 0.0, 0.0, 1.0, 2.0, 1.0, -1.0, 0.0, 1.0]),
            (3, vec![0.0; 9]),
            (2, vec![1e-200, 1e200, 0.0, 1.0]),
        ] {
            let a = Matrix { rows: n, cols: n, data };
            let found = real(&a).unwrap().unwrap();
            if a.data.iter().all(|x| x.abs() < 1e100) {
                check(&a, &found);
            }
        }
    }
}
