//! Dense matrices in float64 and their factorisations: LU, Cholesky, QR, singular values, symmetric eigenvalues.
//!
//! Arrays of matrices are taken apart into these, worked on one by one, and put together again. Matrices of up to
//! `SMALL` rows take plain loops, larger ones the blocked algorithms of `dense`; singular values and eigenvalues of small
//! ones follow LAPACK, with nalgebra where that does not converge, of larger ones faer. What may take
//! long ends with KeyboardInterrupt when the user wishes to stop.

use super::array::Array;
use super::dense::{self, Block, SMALL};
use super::dtype::DType;
use super::layout::Dims;
use super::map;
use super::matmul::Into;
use super::simd::abandonable;
use super::singular;
use super::symmetric;
use crate::diag::{Result, interrupt};
use faer::MatRef;
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
    if count == 1 {
        return Ok((lead, vec![Matrix { rows, cols, data: all }]));
    }
    let list = (0..count).map(|i| Matrix { rows, cols, data: all[i * each..(i + 1) * each].to_vec() }).collect();
    Ok((lead, list))
}

/// Matrices of one size as an array of a dtype.
pub fn join(lead: &[usize], rows: usize, cols: usize, list: Vec<Matrix>, dtype: DType) -> Result<Array> {
    let mut sizes = Dims::from_slice(lead);
    sizes.extend([rows, cols]);
    let data = match <[Matrix; 1]>::try_from(list) {
        Ok([only]) => only.data,
        Err(list) => list.iter().flat_map(|m| &m.data).copied().collect(),
    };
    numbers(&sizes, data, dtype)
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

    fn block(&mut self) -> Block<'_, f64> {
        Block::new(&mut self.data, self.rows, self.cols)
    }

    /// The whole as an operand that is only read.
    fn read(&self) -> Block<'_, f64> {
        Block::read_only(&self.data, self.rows, self.cols)
    }

    /// The part of `rows` times `cols` elements from the top left.
    fn corner(&self, rows: usize, cols: usize) -> Matrix {
        let data = self.data.chunks(self.cols.max(1)).take(rows).flat_map(|row| &row[..cols]).copied().collect();
        Matrix { rows, cols, data }
    }

    /// The factorisation into triangles with row exchanges, or without.
    pub fn lu(&self, pivot: bool) -> Result<Lu> {
        self.clone().into_lu(pivot)
    }

    /// As [`Matrix::lu`], in place of this matrix.
    pub fn into_lu(self, pivot: bool) -> Result<Lu> {
        let (rows, cols) = (self.rows, self.cols);
        let (mut lu, n) = (self, rows.min(cols));
        if pivot && n > SMALL {
            let mut pivots = vec![0; n];
            dense::lu(lu.block(), &mut pivots);
            interrupt::checkpoint()?;
            let odd = pivots.iter().enumerate().filter(|(i, p)| i != *p).count() % 2 == 1;
            let singular = (0..n).find(|&i| lu[(i, i)] == 0.0).map_or(0, |i| i + 1);
            return Ok(Lu { lu, pivots, odd, singular });
        }
        let (mut pivots, mut odd, mut singular) = (Vec::with_capacity(n), false, 0);
        for k in 0..n {
            let mut best = k;
            if pivot {
                for i in k + 1..rows {
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
        Ok(Lu { lu, pivots, odd, singular })
    }

    /// Solves with a triangle of this matrix in place of `b`: the upper one or the lower one, its diagonal taken as ones.
    pub fn solve_triangle(&self, b: &mut Matrix, upper: bool, unit: bool) -> Result<()> {
        let n = self.rows;
        if n > SMALL {
            if upper {
                dense::solve_upper(self.read(), unit, b.block());
            } else {
                dense::solve_lower(self.read(), unit, b.block());
            }
            return interrupt::checkpoint();
        }
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
        Ok(())
    }

    /// The lower factor L with L Lᵀ equal to this matrix, of which the lower triangle is read, and zero.
    ///
    /// Where a leading minor is not positive, its order instead of zero, and the rest of the triangle as it was.
    pub fn cholesky(&self) -> Result<(Matrix, usize)> {
        let n = self.rows;
        if n > SMALL {
            let mut l = self.clone();
            let done = dense::cholesky(l.block());
            interrupt::checkpoint()?;
            l.data.chunks_mut(n).enumerate().for_each(|(i, row)| row[i + 1..].fill(0.0));
            return Ok((l, done.err().unwrap_or(0)));
        }
        let mut l = Matrix::zeros(n, n);
        for i in 0..n {
            (0..=i).for_each(|j| l[(i, j)] = self[(i, j)]);
        }
        for j in 0..n {
            let d = (0..j).fold(l[(j, j)], |d, k| d - l[(j, k)] * l[(j, k)]);
            if d.is_nan() || d <= 0.0 {
                l[(j, j)] = d;
                return Ok((l, j + 1));
            }
            let d = d.sqrt();
            l[(j, j)] = d;
            for i in j + 1..n {
                let s = (0..j).fold(l[(i, j)], |s, k| s - l[(i, k)] * l[(j, k)]);
                l[(i, j)] = s / d;
            }
        }
        Ok((l, 0))
    }

    /// The product.
    pub fn times(&self, other: &Matrix) -> Result<Matrix> {
        let mut out = Matrix::zeros(self.rows, other.cols);
        if self.rows.max(other.cols).max(self.cols) > SMALL {
            dense::multiply(out.block(), self.read(), other.read(), Into::Replace);
            return interrupt::checkpoint().map(|()| out);
        }
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
        Ok(out)
    }

    /// The orthogonal factor [m, k] and the upper triangle [k, n], by Householder's reflections with LAPACK's signs; `k`
    /// is at least the smaller size.
    pub fn qr(&self, k: usize) -> Result<(Matrix, Matrix)> {
        let (m, n) = (self.rows, self.cols);
        if m.max(n) > SMALL {
            let mut factors = self.clone();
            let taus = dense::qr(factors.block());
            let q = dense::form_q(factors.block(), &taus, k);
            interrupt::checkpoint()?;
            let mut r = factors.corner(k, n);
            r.data.chunks_mut(n.max(1)).enumerate().for_each(|(i, row)| row[..i.min(n)].fill(0.0));
            return Ok((Matrix { rows: m, cols: k, data: q }, r));
        }
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
        Ok((q.transposed().corner(m, k), r.corner(k, n)))
    }

    /// Singular vectors and values, largest first: U [m, k], the values, and Vᵀ [k, n], with k the smaller size.
    pub fn svd(&self) -> Result<Option<(Matrix, Vec<f64>, Matrix)>> {
        if self.rows == 0 || self.cols == 0 {
            return Ok(Some((Matrix::zeros(self.rows, 0), Vec::new(), Matrix::zeros(0, self.cols))));
        }
        if self.data.iter().any(|x| !x.is_finite()) {
            return Ok(None);
        }
        if self.rows.min(self.cols) <= singular::SMALL {
            return Ok(singular::decompose(self).or_else(|| self.other_svd()));
        }
        let m = self.clone();
        abandonable(move || {
            let found = MatRef::from_row_major_slice(&m.data, m.rows, m.cols).thin_svd().ok()?;
            let values = found.S().column_vector().iter().copied().collect();
            Some((gathered(found.U()), values, gathered(found.V().transpose())))
        })
    }

    /// Another iteration, for where LAPACK's does not converge.
    fn other_svd(&self) -> Option<(Matrix, Vec<f64>, Matrix)> {
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
    pub fn eigh(&self, upper: bool) -> Result<Option<(Vec<f64>, Matrix)>> {
        let n = self.rows;
        if n == 0 {
            return Ok(Some((Vec::new(), Matrix::zeros(0, 0))));
        }
        if self.data.iter().any(|x| !x.is_finite()) {
            return Ok(None);
        }
        if n <= symmetric::SMALL {
            let lower = if upper { self.transposed() } else { self.clone() };
            return Ok(symmetric::decompose(&lower).or_else(|| self.other_eigh(upper)));
        }
        let m = self.clone();
        abandonable(move || {
            let side = if upper { faer::Side::Upper } else { faer::Side::Lower };
            let found = MatRef::from_row_major_slice(&m.data, n, n).self_adjoint_eigen(side).ok()?;
            Some((found.S().column_vector().iter().copied().collect(), gathered(found.U())))
        })
    }

    /// Another iteration, for where LAPACK's does not converge.
    fn other_eigh(&self, upper: bool) -> Option<(Vec<f64>, Matrix)> {
        let n = self.rows;
        let mut s = self.clone();
        for i in 0..n {
            for j in 0..i {
                let v = if upper { self[(j, i)] } else { self[(i, j)] };
                (s[(i, j)], s[(j, i)]) = (v, v);
            }
        }
        let found = s.dense().try_symmetric_eigen(f64::EPSILON, 0)?;
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
    pub fn completed(&self) -> Result<Matrix> {
        let m = self.rows;
        if m > SMALL {
            let (mut out, _) = self.qr(m)?;
            for (row, given) in out.data.chunks_mut(m).zip(self.data.chunks(self.cols.max(1))) {
                row[..self.cols].copy_from_slice(given);
            }
            return Ok(out);
        }
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
        Ok(out)
    }
}

/// A matrix of faer's.
fn gathered(m: MatRef<f64>) -> Matrix {
    let (rows, cols) = m.shape();
    let data = (0..rows).flat_map(|i| (0..cols).map(move |j| m[(i, j)])).collect();
    Matrix { rows, cols, data }
}

impl Lu {
    /// Solves `A x = b`, in place of b.
    pub fn solve(&self, b: &mut Matrix) -> Result<()> {
        for (i, &p) in self.pivots.iter().enumerate() {
            b.swap_rows(i, p);
        }
        self.lu.solve_triangle(b, false, true)?;
        self.lu.solve_triangle(b, true, false)
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
        (a.rows, a.cols) == (b.rows, b.cols) && a.data.iter().zip(&b.data).all(|(x, y)| (x - y).abs() < 1e-9)
    }

    fn noise(rows: usize, cols: usize) -> Matrix {
        let one = |i: usize| (i as u32).wrapping_mul(2654435761).rotate_left(13).wrapping_mul(2246822519) >> 12;
        Matrix { rows, cols, data: (0..rows * cols).map(|i| one(i) as f64 / 1048576.0 - 0.4).collect() }
    }

    fn scaled(mut columns: Matrix, by: &[f64]) -> Matrix {
        let cols = columns.cols;
        columns.data.iter_mut().enumerate().for_each(|(i, x)| *x *= by[i % cols]);
        columns
    }

    #[test]
    fn factors_multiply_back_and_are_orthogonal() {
        for (m, n) in [(3, 3), (40, 40), (70, 30), (30, 70), (100, 5), (5, 100)] {
            let (a, k) = (noise(m, n), m.min(n));
            for k in [k, m] {
                let (q, r) = a.qr(k).unwrap();
                assert!(close(&q.times(&r).unwrap(), &a), "{m} {n} {k}");
                assert!(close(&q.transposed().times(&q).unwrap(), &Matrix::identity(k)));
                assert!((0..k).all(|i| (0..i.min(n)).all(|j| r[(i, j)] == 0.0)));
            }
            let (u, s, v) = a.svd().unwrap().unwrap();
            assert!(close(&scaled(u.clone(), &s).times(&v).unwrap(), &a) && s.windows(2).all(|p| p[0] >= p[1]));
            let full = u.completed().unwrap();
            assert!(close(&full.transposed().times(&full).unwrap(), &Matrix::identity(m)));
        }
    }

    #[test]
    fn symmetric_matrices_have_roots_and_eigenvectors() {
        for n in [1, 3, 25, 90] {
            let a = noise(n, n);
            let mut s = a.times(&a.transposed()).unwrap();
            (0..n).for_each(|i| s[(i, i)] += 1.0);
            let (l, order) = s.cholesky().unwrap();
            assert_eq!(order, 0);
            assert!(close(&l.times(&l.transposed()).unwrap(), &s));
            for upper in [false, true] {
                let mut half = s.clone();
                (0..n).for_each(|i| (0..i).for_each(|j| half[if upper { (i, j) } else { (j, i) }] = 7.0));
                let (w, e) = half.eigh(upper).unwrap().unwrap();
                assert!(w.windows(2).all(|p| p[0] <= p[1]));
                assert!(close(&scaled(e.clone(), &w).times(&e.transposed()).unwrap(), &s));
            }
            s[(n / 2, n / 2)] = -1.0;
            assert_eq!(s.cholesky().unwrap().1, n / 2 + 1);
        }
    }

    #[test]
    fn triangles_solve_and_permute() {
        for n in [3, 60] {
            let a = noise(n, n);
            let lu = a.lu(true).unwrap();
            let mut x = Matrix::identity(n);
            lu.solve(&mut x).unwrap();
            assert!(close(&a.times(&x).unwrap(), &Matrix::identity(n)));
        }
        let a = Matrix { rows: 3, cols: 3, data: vec![0.0, 2.0, 1.0, 4.0, 1.0, -1.0, 2.0, 0.5, 3.0] };
        assert!((a.lu(true).unwrap().det() + 28.0).abs() < 1e-10);
        assert_eq!(Matrix::zeros(2, 2).lu(true).unwrap().singular, 1);
        assert_eq!(Matrix::zeros(30, 30).lu(true).unwrap().singular, 1);
    }
}
