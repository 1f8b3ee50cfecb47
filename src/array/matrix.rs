//! Small dense matrices in float64 and their factorisations: LU, Cholesky, QR, singular values, symmetric eigenvalues.
//!
//! Arrays of matrices are taken apart into these, worked on one by one, and put together again.

use super::array::Array;
use super::dtype::DType;
use super::layout::Dims;
use super::map;
use crate::diag::Result;
use nalgebra::DMatrix;

/// A matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub cols: usize,
    /// Elements, row by row.
    pub data: Vec<f64>,
}

impl std::ops::Index<(usize, usize)> for Matrix {
    type Output = f64;
    #[inline(always)]
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.cols + j]
    }
}

impl std::ops::IndexMut<(usize, usize)> for Matrix {
    #[inline(always)]
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.cols + j]
    }
}

/// The matrices in the last two dimensions of an array, and the sizes before them.
pub fn split(a: &Array) -> Result<(Dims, Vec<Matrix>)> {
    let n = a.ndim();
    let (rows, cols) = (a.sizes()[n - 2], a.sizes()[n - 1]);
    let all = if a.dtype == DType::F64 { a.clone() } else { map::cast(a, DType::F64)? }.to_vec::<f64>()?;
    let lead = Dims::from_slice(&a.sizes()[..n - 2]);
    let count = lead.iter().product::<usize>();
    let each = rows * cols;
    let list = (0..count).map(|i| Matrix { rows, cols, data: all[i * each..(i + 1) * each].to_vec() }).collect();
    Ok((lead, list))
}

/// Matrices of one size as an array of a dtype.
pub fn join(lead: &[usize], rows: usize, cols: usize, list: Vec<Matrix>, dtype: DType) -> Result<Array> {
    let mut sizes = Dims::from_slice(lead);
    sizes.extend([rows, cols]);
    numbers(&sizes, list.into_iter().flat_map(|m| m.data).collect(), dtype)
}

/// Numbers as an array of a dtype.
pub fn numbers(sizes: &[usize], data: Vec<f64>, dtype: DType) -> Result<Array> {
    let out = Array::from_vec(data, Dims::from_slice(sizes));
    if dtype == DType::F64 { Ok(out) } else { map::cast(&out, dtype) }
}

/// A factorisation with row exchanges: L below the diagonal of `lu`, U on and above it.
pub struct Lu {
    /// Both factors in one matrix.
    pub lu: Matrix,
    /// Row `i` was exchanged with row `pivots[i]`, in order.
    pub pivots: Vec<usize>,
    /// Whether an odd number of rows was exchanged.
    pub odd: bool,
    /// The first column without a pivot, counted from 1; 0 when there is none.
    pub singular: usize,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, cols: usize) -> Matrix {
        Matrix { rows, cols, data: vec![0.0; rows * cols] }
    }

    /// The identity.
    pub fn identity(n: usize) -> Matrix {
        let mut out = Matrix::zeros(n, n);
        (0..n).for_each(|i| out[(i, i)] = 1.0);
        out
    }

    /// The matrix with rows and columns swapped.
    pub fn transposed(&self) -> Matrix {
        let mut out = Matrix::zeros(self.cols, self.rows);
        for i in 0..self.rows {
            for j in 0..self.cols {
                out[(j, i)] = self[(i, j)];
            }
        }
        out
    }

    fn dense(&self) -> DMatrix<f64> {
        DMatrix::from_row_slice(self.rows, self.cols, &self.data)
    }

    fn of(m: &DMatrix<f64>) -> Matrix {
        let (rows, cols) = m.shape();
        let mut out = Matrix::zeros(rows, cols);
        for i in 0..rows {
            for j in 0..cols {
                out[(i, j)] = m[(i, j)];
            }
        }
        out
    }

    fn swap_rows(&mut self, a: usize, b: usize) {
        if a != b {
            for j in 0..self.cols {
                self.data.swap(a * self.cols + j, b * self.cols + j);
            }
        }
    }

    /// The factorisation into triangles with row exchanges, or without.
    pub fn lu(&self, pivot: bool) -> Lu {
        let mut lu = self.clone();
        let n = self.rows.min(self.cols);
        let (mut pivots, mut odd, mut singular) = (Vec::with_capacity(n), false, 0);
        for k in 0..n {
            let mut best = k;
            if pivot {
                for i in k + 1..self.rows {
                    if lu[(i, k)].abs() > lu[(best, k)].abs() {
                        best = i;
                    }
                }
            }
            pivots.push(best);
            odd ^= best != k;
            lu.swap_rows(k, best);
            let p = lu[(k, k)];
            if p == 0.0 {
                singular = if singular == 0 { k + 1 } else { singular };
                continue;
            }
            let cols = self.cols;
            let (above, below) = lu.data.split_at_mut((k + 1) * cols);
            let row = &above[k * cols..];
            for line in below.chunks_mut(cols) {
                let f = line[k] / p;
                line[k] = f;
                if f != 0.0 {
                    for j in k + 1..cols {
                        line[j] -= f * row[j];
                    }
                }
            }
        }
        Lu { lu, pivots, odd, singular }
    }

    /// Solves with a triangle of this matrix in place of `b`: the upper one or the lower one, its diagonal taken as ones.
    pub fn solve_triangle(&self, b: &mut Matrix, upper: bool, unit: bool) {
        let n = self.rows;
        let order: Vec<usize> = if upper { (0..n).rev().collect() } else { (0..n).collect() };
        for &i in &order {
            let range = if upper { i + 1..n } else { 0..i };
            for k in range {
                let f = self[(i, k)];
                if f != 0.0 {
                    for j in 0..b.cols {
                        let v = b[(k, j)];
                        b[(i, j)] -= f * v;
                    }
                }
            }
            if !unit {
                let d = self[(i, i)];
                for j in 0..b.cols {
                    b[(i, j)] /= d;
                }
            }
        }
    }

    /// The lower factor L with L Lᵀ equal to this matrix, of which the lower triangle is read, and zero.
    ///
    /// Where a leading minor is not positive, its order instead of zero, and the rest of the triangle as it was.
    pub fn cholesky(&self) -> (Matrix, usize) {
        let n = self.rows;
        let mut l = Matrix::zeros(n, n);
        for i in 0..n {
            (0..=i).for_each(|j| l[(i, j)] = self[(i, j)]);
        }
        for j in 0..n {
            let d = (0..j).fold(l[(j, j)], |d, k| d - l[(j, k)] * l[(j, k)]);
            if d.is_nan() || d <= 0.0 {
                l[(j, j)] = d;
                return (l, j + 1);
            }
            let d = d.sqrt();
            l[(j, j)] = d;
            for i in j + 1..n {
                let s = (0..j).fold(l[(i, j)], |s, k| s - l[(i, k)] * l[(j, k)]);
                l[(i, j)] = s / d;
            }
        }
        (l, 0)
    }

    /// The product.
    pub fn times(&self, other: &Matrix) -> Matrix {
        let mut out = Matrix::zeros(self.rows, other.cols);
        for i in 0..self.rows {
            for k in 0..self.cols {
                let f = self[(i, k)];
                if f != 0.0 {
                    for j in 0..other.cols {
                        out[(i, j)] += f * other[(k, j)];
                    }
                }
            }
        }
        out
    }

    /// The orthogonal factor, square, and the upper triangle, by Householder's reflections with LAPACK's signs.
    pub fn qr(&self) -> (Matrix, Matrix) {
        let (m, n) = (self.rows, self.cols);
        let mut r = self.clone();
        let mut q = Matrix::identity(m);
        for k in 0..m.min(n) {
            let tail: f64 = (k + 1..m).map(|i| r[(i, k)] * r[(i, k)]).sum();
            if tail == 0.0 {
                continue;
            }
            let alpha = r[(k, k)];
            let beta = -(alpha * alpha + tail).sqrt().copysign(alpha);
            let tau = (beta - alpha) / beta;
            let scale = 1.0 / (alpha - beta);
            let mut v = vec![0.0; m];
            v[k] = 1.0;
            for i in k + 1..m {
                v[i] = r[(i, k)] * scale;
            }
            let reflect = |a: &mut Matrix, from: usize| {
                for j in from..a.cols {
                    let dot: f64 = (k..m).map(|i| v[i] * a[(i, j)]).sum();
                    for i in k..m {
                        a[(i, j)] -= tau * v[i] * dot;
                    }
                }
            };
            reflect(&mut r, k);
            // Q accumulates as Qᵀ, turned at the end.
            reflect(&mut q, 0);
            for i in k + 1..m {
                r[(i, k)] = 0.0;
            }
        }
        (q.transposed(), r)
    }

    /// Singular vectors and values, largest first: U [m, k], the values, and Vᵀ [k, n], with k the smaller size.
    pub fn svd(&self) -> Option<(Matrix, Vec<f64>, Matrix)> {
        if self.rows == 0 || self.cols == 0 {
            return Some((Matrix::zeros(self.rows, 0), Vec::new(), Matrix::zeros(0, self.cols)));
        }
        if self.data.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let found = self.dense().try_svd(true, true, f64::EPSILON, 0)?;
        let (u, v) = (Matrix::of(found.u.as_ref()?), Matrix::of(found.v_t.as_ref()?));
        let values: Vec<f64> = found.singular_values.iter().copied().collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
        let k = values.len();
        let (mut su, mut sv) = (Matrix::zeros(self.rows, k), Matrix::zeros(k, self.cols));
        for (to, &from) in order.iter().enumerate() {
            (0..self.rows).for_each(|i| su[(i, to)] = u[(i, from)]);
            (0..self.cols).for_each(|j| sv[(to, j)] = v[(from, j)]);
        }
        Some((su, order.iter().map(|&i| values[i]).collect(), sv))
    }

    /// Eigenvalues in ascending order and eigenvectors in columns, of the symmetric matrix whose lower, or upper,
    /// triangle this one has.
    pub fn eigh(&self, upper: bool) -> Option<(Vec<f64>, Matrix)> {
        let n = self.rows;
        if n == 0 {
            return Some((Vec::new(), Matrix::zeros(0, 0)));
        }
        if self.data.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let mut s = self.clone();
        for i in 0..n {
            for j in 0..i {
                let v = if upper { self[(j, i)] } else { self[(i, j)] };
                (s[(i, j)], s[(j, i)]) = (v, v);
            }
        }
        let found = s.dense().symmetric_eigen();
        let vectors = Matrix::of(&found.eigenvectors);
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| found.eigenvalues[a].total_cmp(&found.eigenvalues[b]));
        let mut out = Matrix::zeros(n, n);
        for (to, &from) in order.iter().enumerate() {
            (0..n).for_each(|i| out[(i, to)] = vectors[(i, from)]);
        }
        Some((order.iter().map(|&i| found.eigenvalues[i]).collect(), out))
    }

    /// The matrix completed with orthonormal columns to a square one.
    pub fn completed(&self) -> Matrix {
        let m = self.rows;
        let mut columns: Vec<Vec<f64>> = (0..self.cols).map(|j| (0..m).map(|i| self[(i, j)]).collect()).collect();
        for e in 0..m {
            if columns.len() >= m {
                break;
            }
            let mut v = vec![0.0; m];
            v[e] = 1.0;
            for _ in 0..2 {
                for c in &columns {
                    let dot: f64 = c.iter().zip(&v).map(|(a, b)| a * b).sum();
                    v.iter_mut().zip(c).for_each(|(x, y)| *x -= dot * y);
                }
            }
            let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
            if norm > 1e-8 {
                columns.push(v.into_iter().map(|x| x / norm).collect());
            }
        }
        let mut out = Matrix::zeros(m, m);
        for (j, c) in columns.iter().enumerate().take(m) {
            (0..m).for_each(|i| out[(i, j)] = c[i]);
        }
        out
    }
}

impl Lu {
    /// Solves `A x = b`, in place of b.
    pub fn solve(&self, b: &mut Matrix) {
        for (i, &p) in self.pivots.iter().enumerate() {
            b.swap_rows(i, p);
        }
        self.lu.solve_triangle(b, false, true);
        self.lu.solve_triangle(b, true, false);
    }

    /// The determinant.
    pub fn det(&self) -> f64 {
        let product: f64 = (0..self.lu.rows).map(|i| self.lu[(i, i)]).product();
        if self.odd { -product } else { product }
    }

    /// The permutation of rows as a matrix P with A = P L U.
    pub fn permutation(&self) -> Matrix {
        let m = self.lu.rows;
        let mut order: Vec<usize> = (0..m).collect();
        for (i, &p) in self.pivots.iter().enumerate() {
            order.swap(i, p);
        }
        let mut out = Matrix::zeros(m, m);
        for (to, &from) in order.iter().enumerate() {
            out[(from, to)] = 1.0;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &Matrix, b: &Matrix) -> bool {
        a.data.iter().zip(&b.data).all(|(x, y)| (x - y).abs() < 1e-10)
    }

    fn sample() -> Matrix {
        Matrix { rows: 3, cols: 3, data: vec![0.0, 2.0, 1.0, 4.0, 1.0, -1.0, 2.0, 0.5, 3.0] }
    }

    #[test]
    fn factors_multiply_back() {
        let a = sample();
        let (q, r) = a.qr();
        assert!(close(&q.times(&r), &a) && close(&q.times(&q.transposed()), &Matrix::identity(3)));
        let (u, s, v) = a.svd().unwrap();
        let mut us = u.clone();
        for i in 0..3 {
            (0..3).for_each(|j| us[(i, j)] *= s[j]);
        }
        assert!(close(&us.times(&v), &a));
        let spd = a.times(&a.transposed());
        let (l, order) = spd.cholesky();
        assert_eq!(order, 0);
        assert!(close(&l.times(&l.transposed()), &spd));
        let (w, e) = spd.eigh(false).unwrap();
        assert!(w.windows(2).all(|p| p[0] <= p[1]) && close(&e.times(&e.transposed()), &Matrix::identity(3)));
    }

    #[test]
    fn triangles_solve_and_permute() {
        let a = sample();
        let lu = a.lu(true);
        let mut x = Matrix::identity(3);
        lu.solve(&mut x);
        assert!(close(&a.times(&x), &Matrix::identity(3)));
        assert!((lu.det() + 28.0).abs() < 1e-10);
        assert_eq!(Matrix::zeros(2, 2).lu(true).singular, 1);
    }
}
