//! Singular values and vectors of small matrices, by the steps of LAPACK's `dgesdd`: results are unique only up to signs,
//! and these are read off a screen beside others'.
//!
//! Sources: LAPACK Users' Guide, 3rd ed.; Demmel and Kahan, Accurate Singular Values of Bidiagonal Matrices (1990).

use super::matrix::Matrix;
use super::rotation::{is_numpy, reflect_columns, reflect_rows, reflector, rotation};

/// Up to this smaller size LAPACK iterates as is done here; larger matrices it divides first.
pub const SMALL: usize = 25;
/// The relative rounding error.
const EPS: f64 = f64::EPSILON / 2.0;

/// The thin singular value decomposition: U, the values from the largest on, Vᵀ. `None` when the iteration does not
/// converge.
pub fn decompose(a: &Matrix) -> Option<(Matrix, Vec<f64>, Matrix)> {
    let k = a.rows.min(a.cols);
    if k == 0 {
        return Some((Matrix::zeros(a.rows, 0), Vec::new(), Matrix::zeros(0, a.cols)));
    }
    // Longer one way: by a triangle first. LAPACK does so from the same ratio on both ways, PyTorch's library for every
    // tall matrix and for no wide one.
    let (longer, wider) = if is_numpy() { (k * 11 / 6, k * 11 / 6) } else { (k, usize::MAX) };
    if a.rows >= longer && a.rows > a.cols {
        let (reflections, triangle) = triangle(a);
        let (u, values, vt) = by_bidiagonal(&triangle)?;
        let mut long = Matrix::zeros(a.rows, k);
        long.data[..k * k].copy_from_slice(&u.data);
        for (i, (v, tau)) in reflections.iter().enumerate().rev() {
            reflect_rows(&mut long, v, *tau, i, 0..k);
        }
        return Some((long, values, vt));
    }
    if a.cols >= wider && a.cols > a.rows {
        let (reflections, triangle) = triangle(&a.transposed());
        let (u, values, vt) = by_bidiagonal(&triangle.transposed())?;
        let mut long = Matrix::zeros(k, a.cols);
        for i in 0..k {
            long.data[i * a.cols..][..k].copy_from_slice(&vt.data[i * k..][..k]);
        }
        for (i, (v, tau)) in reflections.iter().enumerate().rev() {
            reflect_columns(&mut long, v, *tau, i, 0..k);
        }
        return Some((u, values, long));
    }
    by_bidiagonal(a)
}

type Reflections = Vec<(Vec<f64>, f64)>;

/// The reflections that take a long matrix to a triangle, and that.
fn triangle(a: &Matrix) -> (Reflections, Matrix) {
    let (m, n) = (a.rows, a.cols);
    let mut r = a.clone();
    let mut reflections = Vec::with_capacity(n);
    for i in 0..n {
        let (v, tau) = column(&mut r, i, i, m);
        reflect_rows(&mut r, &v, tau, i, i + 1..n);
        reflections.push((v, tau));
    }
    let mut square = Matrix::zeros(n, n);
    for i in 0..n {
        (i..n).for_each(|j| square[(i, j)] = r[(i, j)]);
    }
    (reflections, square)
}

/// The reflection of a column from a row on; what it becomes is written.
fn column(a: &mut Matrix, row: usize, col: usize, rows: usize) -> (Vec<f64>, f64) {
    let v = (row..rows).map(|r| a[(r, col)]).collect();
    reflection(v, &mut a[(row, col)])
}

/// The same of a row from a column on.
fn line(a: &mut Matrix, row: usize, col: usize, cols: usize) -> (Vec<f64>, f64) {
    let v = (col..cols).map(|c| a[(row, c)]).collect();
    reflection(v, &mut a[(row, col)])
}

/// The reflection of a vector, written out from its 1 on, and its factor; `first` becomes what the vector is mapped to.
fn reflection(mut v: Vec<f64>, first: &mut f64) -> (Vec<f64>, f64) {
    let tau = reflector(&mut v);
    *first = std::mem::replace(&mut v[0], 1.0);
    (v, tau)
}

fn by_bidiagonal(a: &Matrix) -> Option<(Matrix, Vec<f64>, Matrix)> {
    let (m, n, k) = (a.rows, a.cols, a.rows.min(a.cols));
    let mut b = a.clone();
    let (mut d, mut e) = (vec![0.0; k], vec![0.0; k]);
    let (mut left, mut right): (Reflections, Reflections) = (Vec::new(), Vec::new());
    let upper = m >= n;
    for i in 0..k {
        if upper {
            let (v, tau) = column(&mut b, i, i, m);
            d[i] = b[(i, i)];
            reflect_rows(&mut b, &v, tau, i, i + 1..n);
            left.push((v, tau));
            if i + 1 < n {
                let (v, tau) = line(&mut b, i, i + 1, n);
                e[i] = b[(i, i + 1)];
                reflect_columns(&mut b, &v, tau, i + 1, i + 1..m);
                right.push((v, tau));
            }
        } else {
            let (v, tau) = line(&mut b, i, i, n);
            d[i] = b[(i, i)];
            reflect_columns(&mut b, &v, tau, i, i + 1..m);
            right.push((v, tau));
            if i + 1 < m {
                let (v, tau) = column(&mut b, i + 1, i, m);
                e[i] = b[(i + 1, i)];
                reflect_rows(&mut b, &v, tau, i + 1, i + 1..n);
                left.push((v, tau));
            }
        }
    }
    // A lower bidiagonal matrix is rotated to an upper one first.
    let mut turns = Vec::new();
    if !upper {
        for i in 0..k - 1 {
            let (c, s, r) = rotation(d[i], e[i]);
            d[i] = r;
            e[i] = s * d[i + 1];
            d[i + 1] *= c;
            turns.push((c, -s));
        }
    }
    let mut work = Bidiagonal { d, e, u: identity(k), vt: identity(k) };
    if !work.iterate() {
        return None;
    }
    work.sort();
    for (j, (c, s)) in turns.into_iter().enumerate().rev() {
        turn_rows(&mut work.u, j, c, s);
    }
    let Bidiagonal { d, u: small_u, vt: small_vt, .. } = work;
    let (mut u, mut vt) = (Matrix::zeros(m, k), Matrix::zeros(k, n));
    for i in 0..k {
        for j in 0..k {
            (u[(i, j)], vt[(i, j)]) = (small_u[(i, j)], small_vt[(i, j)]);
        }
    }
    let (first_left, first_right) = if upper { (0, 1) } else { (1, 0) };
    for (i, (v, tau)) in left.iter().enumerate().rev() {
        reflect_rows(&mut u, v, *tau, i + first_left, 0..k);
    }
    for (i, (v, tau)) in right.iter().enumerate().rev() {
        reflect_columns(&mut vt, v, *tau, i + first_right, 0..k);
    }
    Some((u, d, vt))
}

fn identity(n: usize) -> Matrix {
    let mut m = Matrix::zeros(n, n);
    (0..n).for_each(|i| m[(i, i)] = 1.0);
    m
}

/// Rotates the rows `j` and `j + 1`.
fn turn_rows(m: &mut Matrix, j: usize, c: f64, s: f64) {
    for i in 0..m.cols {
        let (x, y) = (m[(j, i)], m[(j + 1, i)]);
        m[(j + 1, i)] = c * y - s * x;
        m[(j, i)] = s * y + c * x;
    }
}

/// Rotates the columns `j` and `j + 1`.
fn turn_columns(m: &mut Matrix, j: usize, c: f64, s: f64) {
    for i in 0..m.rows {
        let (x, y) = (m[(i, j)], m[(i, j + 1)]);
        m[(i, j + 1)] = c * y - s * x;
        m[(i, j)] = s * y + c * x;
    }
}

/// An upper bidiagonal matrix on its way to diagonal form, and the rotations so far.
struct Bidiagonal {
    d: Vec<f64>,
    e: Vec<f64>,
    u: Matrix,
    vt: Matrix,
}

impl Bidiagonal {
    /// QR steps with and without shifts, downwards or upwards; says whether it converged.
    fn iterate(&mut self) -> bool {
        const MOST: f64 = 6.0;
        let n = self.d.len();
        let tolerance = 10f64.max(100f64.min(EPS.powf(-0.125))) * EPS;
        let mut least = self.d[0].abs();
        let mut mu = least;
        for i in 1..n {
            if least == 0.0 {
                break;
            }
            mu = self.d[i].abs() * (mu / (mu + self.e[i - 1].abs()));
            least = least.min(mu);
        }
        let threshold =
            (tolerance * (least / (n as f64).sqrt())).max(MOST * (n as f64 * (n as f64 * f64::MIN_POSITIVE)));
        let mut work = MOST * (n * n) as f64;
        let mut before: Option<(usize, usize)> = None;
        let mut down = true;
        // The last row of what is not yet diagonal, and the first of its block.
        let mut m = n - 1;
        'next: while m > 0 {
            let mut largest = self.d[m].abs();
            let mut first = 0;
            for l in (0..m).rev() {
                if self.e[l].abs() <= threshold {
                    self.e[l] = 0.0;
                    if l + 1 == m {
                        m -= 1;
                        continue 'next;
                    }
                    first = l + 1;
                    break;
                }
                largest = largest.max(self.d[l].abs()).max(self.e[l].abs());
            }
            if first + 1 == m {
                self.pair(first);
                if m < 2 {
                    break;
                }
                m -= 2;
                continue;
            }
            if before.is_none_or(|(l, last)| first > last || m < l) {
                down = self.d[first].abs() >= self.d[m].abs();
            }
            // Where an element is as good as zero, the block is split.
            let (end, at) = if down { (m, m - 1) } else { (first, first) };
            if self.e[at].abs() <= tolerance * self.d[end].abs() {
                self.e[at] = 0.0;
                continue;
            }
            let mut mu = self.d[if down { first } else { m }].abs();
            let mut smallest = mu;
            for step in 0..m - first {
                let (l, next) = if down { (first + step, first + step + 1) } else { (m - 1 - step, m - 1 - step) };
                if self.e[l].abs() <= tolerance * mu {
                    self.e[l] = 0.0;
                    continue 'next;
                }
                mu = self.d[next].abs() * (mu / (mu + self.e[l].abs()));
                smallest = smallest.min(mu);
            }
            before = Some((first, m));
            let mut shift = 0.0;
            if n as f64 * tolerance * (smallest / largest) > EPS.max(0.01 * tolerance) {
                let (corner, start) = if down { (m - 1, first) } else { (first, m) };
                shift = smaller(self.d[corner], self.e[corner], self.d[corner + 1]);
                let start = self.d[start].abs();
                if start > 0.0 && (shift / start).powi(2) < EPS {
                    shift = 0.0;
                }
            }
            work -= (m - first) as f64;
            if work < 0.0 {
                return false;
            }
            match (shift == 0.0, down) {
                (true, true) => self.plain_down(first, m),
                (true, false) => self.plain_up(first, m),
                (false, true) => self.shifted_down(first, m, shift),
                (false, false) => self.shifted_up(first, m, shift),
            }
            let at = if down { m - 1 } else { first };
            if self.e[at].abs() <= threshold {
                self.e[at] = 0.0;
            }
        }
        true
    }

    /// Diagonalises the two rows from `i` on.
    fn pair(&mut self, i: usize) {
        let two = diagonal(self.d[i], self.e[i], self.d[i + 1]);
        (self.d[i], self.e[i], self.d[i + 1]) = (two.large, 0.0, two.small);
        turn_rows(&mut self.vt, i, two.right.0, two.right.1);
        turn_columns(&mut self.u, i, two.left.0, two.left.1);
    }

    fn plain_down(&mut self, first: usize, m: usize) {
        let (mut c, mut old_c, mut old_s) = (1.0, 1.0, 0.0);
        for i in first..m {
            let (s, r);
            (c, s, r) = rotation(self.d[i] * c, self.e[i]);
            if i > first {
                self.e[i - 1] = old_s * r;
            }
            (old_c, old_s, self.d[i]) = rotation(old_c * r, self.d[i + 1] * s);
            turn_rows(&mut self.vt, i, c, s);
            turn_columns(&mut self.u, i, old_c, old_s);
        }
        let h = self.d[m] * c;
        self.d[m] = h * old_c;
        self.e[m - 1] = h * old_s;
    }

    fn plain_up(&mut self, first: usize, m: usize) {
        let (mut c, mut old_c, mut old_s) = (1.0, 1.0, 0.0);
        for i in (first + 1..=m).rev() {
            let (s, r);
            (c, s, r) = rotation(self.d[i] * c, self.e[i - 1]);
            if i < m {
                self.e[i] = old_s * r;
            }
            (old_c, old_s, self.d[i]) = rotation(old_c * r, self.d[i - 1] * s);
            turn_rows(&mut self.vt, i - 1, old_c, -old_s);
            turn_columns(&mut self.u, i - 1, c, -s);
        }
        let h = self.d[first] * c;
        self.d[first] = h * old_c;
        self.e[first] = h * old_s;
    }

    fn shifted_down(&mut self, first: usize, m: usize, shift: f64) {
        let (d, e) = (&mut self.d, &mut self.e);
        let mut f = (d[first].abs() - shift) * (1f64.copysign(d[first]) + shift / d[first]);
        let mut g = e[first];
        for i in first..m {
            let (cr, sr, r) = rotation(f, g);
            if i > first {
                e[i - 1] = r;
            }
            f = cr * d[i] + sr * e[i];
            e[i] = cr * e[i] - sr * d[i];
            g = sr * d[i + 1];
            d[i + 1] *= cr;
            let (cl, sl, r) = rotation(f, g);
            d[i] = r;
            f = cl * e[i] + sl * d[i + 1];
            d[i + 1] = cl * d[i + 1] - sl * e[i];
            if i + 1 < m {
                g = sl * e[i + 1];
                e[i + 1] *= cl;
            }
            turn_rows(&mut self.vt, i, cr, sr);
            turn_columns(&mut self.u, i, cl, sl);
        }
        e[m - 1] = f;
    }

    fn shifted_up(&mut self, first: usize, m: usize, shift: f64) {
        let (d, e) = (&mut self.d, &mut self.e);
        let mut f = (d[m].abs() - shift) * (1f64.copysign(d[m]) + shift / d[m]);
        let mut g = e[m - 1];
        for i in (first + 1..=m).rev() {
            let (cr, sr, r) = rotation(f, g);
            if i < m {
                e[i] = r;
            }
            f = cr * d[i] + sr * e[i - 1];
            e[i - 1] = cr * e[i - 1] - sr * d[i];
            g = sr * d[i - 1];
            d[i - 1] *= cr;
            let (cl, sl, r) = rotation(f, g);
            d[i] = r;
            f = cl * e[i - 1] + sl * d[i - 1];
            d[i - 1] = cl * d[i - 1] - sl * e[i - 1];
            if i > first + 1 {
                g = sl * e[i - 2];
                e[i - 2] *= cl;
            }
            turn_rows(&mut self.vt, i - 1, cl, -sl);
            turn_columns(&mut self.u, i - 1, cr, -sr);
        }
        e[first] = f;
    }

    /// Makes the values positive and orders them from the largest on.
    fn sort(&mut self) {
        let n = self.d.len();
        for i in 0..n {
            if self.d[i] < 0.0 || (self.d[i] == 0.0 && self.d[i].is_sign_negative()) {
                self.d[i] = -self.d[i];
                (0..n).for_each(|j| self.vt[(i, j)] = -self.vt[(i, j)]);
            }
        }
        for last in (1..n).rev() {
            let least = (1..=last).fold(0, |best, j| if self.d[j] <= self.d[best] { j } else { best });
            if least != last {
                self.d.swap(least, last);
                for i in 0..n {
                    self.vt.data.swap(least * n + i, last * n + i);
                    self.u.data.swap(i * n + least, i * n + last);
                }
            }
        }
    }
}

/// The smaller singular value of [[f, g], [0, h]].
fn smaller(f: f64, g: f64, h: f64) -> f64 {
    let (f, g, h) = (f.abs(), g.abs(), h.abs());
    let (least, most) = (f.min(h), f.max(h));
    if least == 0.0 {
        return 0.0;
    }
    let (sum, difference) = (1.0 + least / most, (most - least) / most);
    if g < most {
        let ratio = (g / most).powi(2);
        return least * (2.0 / ((sum * sum + ratio).sqrt() + (difference * difference + ratio).sqrt()));
    }
    let ratio = most / g;
    if ratio == 0.0 {
        return least * most / g;
    }
    let c = 1.0 / ((1.0 + (sum * ratio).powi(2)).sqrt() + (1.0 + (difference * ratio).powi(2)).sqrt());
    2.0 * (least * c * ratio)
}

/// A triangle of two rows as a diagonal: its values with their signs, and the cosine and sine of each rotation.
struct Diagonal {
    large: f64,
    small: f64,
    left: (f64, f64),
    right: (f64, f64),
}

/// The singular value decomposition of [[f, g], [0, h]].
fn diagonal(f: f64, g: f64, h: f64) -> Diagonal {
    let sign = |x: f64| 1f64.copysign(x);
    let swapped = h.abs() > f.abs();
    let (ft, ht) = if swapped { (h, f) } else { (f, h) };
    let (fa, ga, ha) = (ft.abs(), g.abs(), ht.abs());
    let mut greatest = if swapped { 3 } else { 1 };
    let (small, large, left, right);
    if ga == 0.0 {
        (small, large, left, right) = (ha, fa, (1.0, 0.0), (1.0, 0.0));
    } else if ga > fa && fa / ga < EPS {
        greatest = 2;
        large = ga;
        small = if ha > 1.0 { fa / (ga / ha) } else { fa / ga * ha };
        (left, right) = ((1.0, ht / g), (ft / g, 1.0));
    } else {
        if ga > fa {
            greatest = 2;
        }
        let d = fa - ha;
        let l = if d == fa { 1.0 } else { d / fa };
        let m = g / ft;
        let t = 2.0 - l;
        let s = (t * t + m * m).sqrt();
        let r = if l == 0.0 { m.abs() } else { (l * l + m * m).sqrt() };
        let a = 0.5 * (s + r);
        (small, large) = (ha / a, fa * a);
        let t = if m * m != 0.0 {
            (m / (s + t) + m / (r + l)) * (1.0 + a)
        } else if l == 0.0 {
            2f64.copysign(ft) * sign(g)
        } else {
            g / d.copysign(ft) + m / t
        };
        let l = (t * t + 4.0).sqrt();
        let (cr, sr) = (2.0 / l, t / l);
        right = (cr, sr);
        left = ((cr + sr * m) / a, (ht / ft) * sr / a);
    }
    let (left, right) = if swapped { ((right.1, right.0), (left.1, left.0)) } else { (left, right) };
    let turned = match greatest {
        1 => sign(right.0) * sign(left.0) * sign(f),
        2 => sign(right.1) * sign(left.0) * sign(g),
        _ => sign(right.1) * sign(left.1) * sign(h),
    };
    Diagonal { large: large.copysign(turned), small: small.copysign(turned * sign(f) * sign(h)), left, right }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::pcg64::Pcg64;

    #[test]
    fn the_product_is_the_matrix() {
        let mut numbers = Pcg64::new(&[3]);
        let mut next = || f64::from(numbers.next_u32()) / 2f64.powi(32) - 0.5;
        for (m, n) in [
            (1, 1),
            (2, 2),
            (3, 3),
            (5, 5),
            (25, 25),
            (4, 3),
            (3, 4),
            (9, 2),
            (2, 9),
            (40, 25),
            (24, 60),
            (7, 1),
            (1, 7),
        ] {
            for kind in 0..5 {
                let mut a = Matrix::zeros(m, n);
                for i in 0..m {
                    for j in 0..n {
                        a[(i, j)] = match kind {
                            0 => next(),
                            1 => (next() * 4.0).round(),
                            2 => (i == j) as u8 as f64,
                            3 => ((i + 1) * (j + 1)) as f64,
                            _ => 0.0,
                        };
                    }
                }
                let (u, s, vt) = decompose(&a).unwrap();
                assert!(s.windows(2).all(|w| w[0] >= w[1]) && s.iter().all(|&x| x >= 0.0));
                let size = a.data.iter().fold(1.0f64, |x, y| x.max(y.abs()));
                for i in 0..m {
                    for j in 0..n {
                        let x: f64 = (0..s.len()).map(|k| u[(i, k)] * s[k] * vt[(k, j)]).sum();
                        assert!((x - a[(i, j)]).abs() < 1e-10 * size, "{m}x{n}, kind {kind}: {x} for {}", a[(i, j)]);
                    }
                }
                for p in 0..s.len() {
                    for q in 0..s.len() {
                        let same = (p == q) as u8 as f64;
                        let x: f64 = (0..m).map(|i| u[(i, p)] * u[(i, q)]).sum();
                        let y: f64 = (0..n).map(|j| vt[(p, j)] * vt[(q, j)]).sum();
                        assert!((x - same).abs() < 1e-10 && (y - same).abs() < 1e-10);
                    }
                }
            }
        }
    }
}
