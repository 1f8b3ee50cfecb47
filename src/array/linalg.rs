//! Linear algebra over the last two dimensions: systems, inverses, determinants, LU, Cholesky, QR.
//!
//! Decompositions by eigenvalues and singular values are in `spectral`.

use super::array::{Array, checked_numel};
use super::dense::{self, Block};
use super::dtype::DType;
use super::layout::{Dims, broadcast_sizes, show_sizes};
use super::map;
use super::storage::Typed;
use crate::diag::{ExcKind, Fault, Result};

/// Runs `$body` for f32 and f64; refuses other dtypes in PyTorch's words.
macro_rules! with_real {
    ($dtype:expr, $name:expr, $T:ident => $body:expr) => {
        match $dtype {
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::F64 => {
                type $T = f64;
                $body
            }
            other => Err(super::linalg::refused_dtype(other, $name)),
        }
    };
}
pub(super) fn refused_dtype(dtype: DType, name: &str) -> crate::diag::Error {
    let ty = dtype.scalar_type();
    Fault::not_implemented(match dtype.is_float() {
        true => format!("{name}: Low precision dtypes not supported. Got {ty}"),
        false => format!("{name}: Expected a floating point or complex tensor as input. Got {ty}"),
    })
}

/// A batch of matrices of one size, row-major, one after the other.
pub(super) struct Batch<T> {
    pub data: Vec<T>,
    /// The sizes in front of the matrices.
    pub lead: Dims,
    pub rows: usize,
    pub cols: usize,
}

impl<T: Typed> Batch<T> {
    /// A copy of an array as matrices.
    ///
    /// Errors: RuntimeError in PyTorch's words for fewer than two dimensions.
    pub fn of(a: &Array, name: &str) -> Result<Batch<T>> {
        let Some(d) = a.ndim().checked_sub(2) else {
            return Err(Fault::runtime(format!("{name}: The input tensor A must have at least 2 dimensions.")));
        };
        let lead = Dims::from_slice(&a.sizes()[..d]);
        Ok(Batch { data: a.to_vec()?, lead, rows: a.sizes()[d], cols: a.sizes()[d + 1] })
    }

    /// As [`Batch::of`], for square matrices.
    pub fn square(a: &Array, name: &str) -> Result<Batch<T>> {
        let batch = Batch::of(a, name)?;
        if batch.rows != batch.cols {
            let (m, n) = (batch.rows, batch.cols);
            return Err(Fault::runtime(format!(
                "{name}: A must be batches of square matrices, but they are {m} by {n} matrices"
            )));
        }
        Ok(batch)
    }

    pub fn count(&self) -> usize {
        self.lead.iter().product()
    }

    /// The matrices, also where they have no elements.
    pub fn each(&mut self) -> impl Iterator<Item = &mut [T]> {
        let (size, count) = (self.rows * self.cols, self.count());
        let mut rest = self.data.as_mut_slice();
        (0..count).map(move |_| {
            let (one, more) = std::mem::take(&mut rest).split_at_mut(size);
            rest = more;
            one
        })
    }

    /// An array of what was computed for each matrix.
    pub fn array<U: Typed>(&self, data: Vec<U>, sizes: &[usize]) -> Array {
        let mut all = self.lead.clone();
        all.extend(sizes.iter().copied());
        Array::from_vec(data, all)
    }

    /// The words that name a matrix of the batch in an error.
    pub fn place(&self, i: usize) -> String {
        if self.lead.is_empty() { String::new() } else { format!("(Batch element {i}): ") }
    }
}

fn lin_alg(message: String) -> crate::diag::Error {
    Fault::new(ExcKind::LinAlgError, message)
}

/// An LU decomposition with partial pivoting.
#[derive(Clone, Debug)]
pub struct Lu {
    /// L below the diagonal (which is all ones), U on and above it: [*, m, n].
    pub factors: Array,
    /// Which row was exchanged with each, counted from 1: int32 [*, min(m, n)].
    pub pivots: Array,
    /// For each matrix the first zero on the diagonal of U, counted from 1, or 0: int32 `[*]`.
    pub info: Array,
}

/// The LU decomposition of matrices [*, m, n].
///
/// Errors: RuntimeError or NotImplementedError in PyTorch's words, never for singular matrices.
pub fn lu_factor(a: &Array, name: &str) -> Result<Lu> {
    with_real!(a.dtype, name, T => {
        let mut batch = Batch::<T>::of(a, name)?;
        let (m, n) = (batch.rows, batch.cols);
        let k = m.min(n);
        let (mut pivots, mut info) = (Vec::new(), Vec::new());
        for matrix in batch.each() {
            let mut swaps = vec![0; k];
            dense::lu(Block::new(matrix, m, n), &mut swaps);
            pivots.extend(swaps.iter().map(|&p| p as i32 + 1));
            info.push((0..k).find(|&i| matrix[i * n + i] == 0.0).map_or(0, |i| i as i32 + 1));
        }
        let factors = Array::from_vec(std::mem::take(&mut batch.data), a.layout.sizes.clone());
        Ok(Lu { factors, pivots: batch.array(pivots, &[k]), info: batch.array(info, &[]) })
    })
}

/// The permutation P [*, m, m], L [*, m, k] and U [*, k, n] of packed factors.
pub fn lu_unpack(factors: &Array, pivots: &Array) -> Result<(Array, Array, Array)> {
    with_real!(factors.dtype, "lu_unpack", T => {
        let mut batch = Batch::<T>::of(factors, "lu_unpack")?;
        let (m, n) = (batch.rows, batch.cols);
        let k = m.min(n);
        let swaps = map::cast(pivots, DType::I64)?.to_vec::<i64>()?;
        let (mut p, mut l, mut u) = (Vec::<T>::new(), Vec::<T>::new(), Vec::<T>::new());
        for (b, f) in batch.each().enumerate() {
            let mut order: Vec<usize> = (0..m).collect();
            for (i, &s) in swaps[b * k..(b + 1) * k].iter().enumerate() {
                let s = s as usize;
                if s == 0 || s > m {
                    return Err(Fault::runtime("pivots passed to lu_unpack must be between 1 and A.size(-2) inclusive."));
                }
                order.swap(i, s - 1);
            }
            p.extend((0..m * m).map(|x| if order[x % m] == x / m { 1.0 } else { 0.0 }));
            l.extend((0..m * k).map(|x| match (x / k).cmp(&(x % k)) {
                std::cmp::Ordering::Greater => f[x / k * n + x % k],
                std::cmp::Ordering::Equal => 1.0,
                std::cmp::Ordering::Less => 0.0,
            }));
            u.extend((0..k * n).map(|x| if x / n <= x % n { f[x] } else { 0.0 }));
        }
        Ok((batch.array(p, &[m, m]), batch.array(l, &[m, k]), batch.array(u, &[k, n])))
    })
}

/// The right sides of a system as matrices that fit the left side's batch.
struct Rights {
    array: Array,
    vector: bool,
}

/// Solves from LU factors: [*, n, n] and [*, n, k]; batch dimensions broadcast.
pub fn lu_solve(lu: &Lu, b: &Array) -> Result<Array> {
    with_real!(b.dtype, "linalg.lu_solve", T => {
        let n = lu.factors.sizes()[lu.factors.ndim() - 1];
        let (la, lb) = (lu.factors.ndim() - 2, b.ndim() - 2);
        let lead = broadcast_sizes(&lu.factors.sizes()[..la], &b.sizes()[..lb])?;
        let wide = |x: &Array, tail: &[usize]| -> Result<Array> {
            let mut sizes = lead.clone();
            sizes.extend(tail.iter().copied());
            Ok(x.with_layout(x.layout.broadcast_to(&sizes)?))
        };
        let cols = b.sizes()[b.ndim() - 1];
        let mut left = Batch::<T>::of(&wide(&lu.factors, &[n, n])?, "")?;
        let mut right = Batch::<T>::of(&wide(b, &[n, cols])?, "")?;
        let pivots = map::cast(&wide(&lu.pivots, &[n])?, DType::I64)?.to_vec::<i64>()?;
        for (i, (f, x)) in left.each().zip(right.each()).enumerate() {
            for (r, &p) in pivots[i * n..(i + 1) * n].iter().enumerate() {
                let p = (p.max(1) as usize - 1).min(n - 1);
                (0..cols).for_each(|c| x.swap(r * cols + c, p * cols + c));
            }
            let (f, x) = (Block::new(f, n, n), Block::new(x, n, cols));
            dense::solve_lower(f, true, x);
            dense::solve_upper(f, false, x);
        }
        let data = std::mem::take(&mut right.data);
        Ok(right.array(data, &[n, cols]))
    })
}

/// Whether `b` is a batch of vectors beside matrices `a`, as `torch.linalg.solve` decides.
fn rights(a: &Array, b: &Array) -> Rights {
    let vector = b.ndim() == 1 || (a.ndim() - 1 == b.ndim() && b.sizes() == &a.sizes()[..a.ndim() - 1]);
    Rights { array: if vector { b.with_layout(b.layout.unsqueeze(b.ndim())) } else { b.clone() }, vector }
}

/// The solution of `a x = b`, `b` a vector [*, n] or a matrix [*, n, k]; batch dimensions broadcast.
///
/// Errors: LinAlgError for singular matrices, RuntimeError for other misfits, in PyTorch's words.
pub fn solve(a: &Array, b: &Array) -> Result<Array> {
    const NAME: &str = "linalg.solve";
    let lu = checked_lu(a, NAME)?;
    if b.dtype != a.dtype {
        return Err(Fault::runtime(format!(
            "{NAME}: Expected A and B to have the same dtype, but found A of type {} and B of type {} instead",
            a.dtype.scalar_type(),
            b.dtype.scalar_type()
        )));
    }
    if b.ndim() == 0 {
        return Err(Fault::runtime(format!("{NAME}: The input tensor B must have at least 1 dimensions.")));
    }
    let n = a.sizes()[a.ndim() - 1];
    let right = rights(a, b);
    let sizes = right.array.sizes();
    let (rows, cols) = (sizes[sizes.len() - 2], sizes[sizes.len() - 1]);
    if rows != n {
        return Err(Fault::runtime(format!(
            "{NAME}: Incompatible shapes of A and B for the equation AX = B ({n}x{n} and {rows}x{cols})"
        )));
    }
    refuse_singular(&lu, |place, _| {
        format!("torch.linalg.solve: {place}The solver failed because the input matrix is singular.")
    })?;
    let out = lu_solve(&lu, &right.array)?;
    Ok(if right.vector { out.with_layout(out.layout.squeeze(Some(&[out.ndim() - 1]))) } else { out })
}

/// The LU factors of square matrices.
fn checked_lu(a: &Array, name: &str) -> Result<Lu> {
    with_real!(a.dtype, name, T => Batch::<T>::square(a, name).map(|_| ()))?;
    lu_factor(a, name)
}

fn refuse_singular(lu: &Lu, message: impl Fn(&str, i32) -> String) -> Result<()> {
    let info = lu.info.to_vec::<i32>()?;
    let Some(i) = info.iter().position(|&x| x != 0) else { return Ok(()) };
    let place = if lu.info.ndim() == 0 { String::new() } else { format!("(Batch element {i}): ") };
    Err(lin_alg(message(&place, info[i])))
}

/// The inverses of matrices [*, n, n].
///
/// Errors: LinAlgError for singular matrices, RuntimeError for other misfits, in PyTorch's words.
pub fn inv(a: &Array) -> Result<Array> {
    const NAME: &str = "linalg.inv";
    let lu = checked_lu(a, NAME)?;
    refuse_singular(&lu, |place, k| {
        format!(
            "{NAME}: {place}The diagonal element {k} is zero, the inversion could not be completed because the input \
             matrix is singular."
        )
    })?;
    let n = a.sizes()[a.ndim() - 1];
    lu_solve(&lu, &super::create::eye(n, n, a.dtype)?)
}

/// The sign `[*]` and the logarithm of the absolute value `[*]` of determinants.
pub fn slogdet(a: &Array) -> Result<(Array, Array)> {
    determinants(a, "linalg.slogdet", |diagonal, odd| {
        let negative = odd ^ (diagonal.iter().filter(|d| **d < 0.0).count() % 2 == 1);
        let zero = diagonal.contains(&0.0);
        let sign = if zero {
            0.0
        } else if negative {
            -1.0
        } else {
            1.0
        };
        (sign, diagonal.iter().map(|d| d.abs().ln()).sum())
    })
}

/// The determinants `[*]` of matrices `[*, n, n]`.
pub fn det(a: &Array) -> Result<Array> {
    Ok(determinants(a, "linalg.det", |diagonal, odd| {
        let product: f64 = diagonal.iter().product();
        (if odd { -product } else { product }, 0.0)
    })?
    .0)
}

fn determinants(a: &Array, name: &str, f: impl Fn(&[f64], bool) -> (f64, f64)) -> Result<(Array, Array)> {
    let lu = checked_lu(a, name)?;
    let n = a.sizes()[a.ndim() - 1];
    let factors = map::cast(&lu.factors, DType::F64)?;
    let mut batch = Batch::<f64>::of(&factors, name)?;
    let pivots = lu.pivots.to_vec::<i32>()?;
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (i, m) in batch.each().enumerate() {
        let diagonal: Vec<f64> = (0..n).map(|k| m[k * n + k]).collect();
        let swaps = pivots[i * n..(i + 1) * n].iter().enumerate().filter(|(k, p)| **p != *k as i32 + 1).count();
        let (s, t) = f(&diagonal, swaps % 2 == 1);
        x.push(s);
        y.push(t);
    }
    Ok((map::cast(&batch.array(x, &[]), a.dtype)?, map::cast(&batch.array(y, &[]), a.dtype)?))
}

/// The Cholesky factors of symmetric positive definite matrices: lower triangles L of L L^T, or upper ones.
///
/// Only the triangle that is asked for is read. Errors: LinAlgError in PyTorch's words when a matrix is not positive
/// definite.
pub fn cholesky(a: &Array, upper: bool) -> Result<Array> {
    const NAME: &str = "linalg.cholesky";
    let source =
        if upper && a.ndim() > 1 { a.with_layout(a.layout.transpose(a.ndim() - 2, a.ndim() - 1)) } else { a.clone() };
    let out = with_real!(a.dtype, NAME, T => {
        let mut batch = Batch::<T>::square(&source, NAME)?;
        let n = batch.rows;
        let mut failed = None;
        for (i, m) in batch.each().enumerate() {
            if let (Err(k), None) = (dense::cholesky(Block::new(m, n, n)), failed) {
                failed = Some((i, k));
            }
            for r in 0..n {
                m[r * n + r + 1..(r + 1) * n].fill(0.0);
            }
        }
        if let Some((i, k)) = failed {
            return Err(lin_alg(format!(
                "{NAME}: {}The factorization could not be completed because the input is not positive-definite (the \
                 leading minor of order {k} is not positive-definite).",
                batch.place(i)
            )));
        }
        let data = std::mem::take(&mut batch.data);
        Ok(batch.array(data, &[n, n]))
    })?;
    if upper { map::copy(&out.with_layout(out.layout.transpose(out.ndim() - 2, out.ndim() - 1))) } else { Ok(out) }
}

/// The solution of triangular systems `a x = b` (or `x a = b` unless `left`): [*, n, n] and [*, n, k]; the other
/// triangle is not read, nor the diagonal when it is `unit`. Batch dimensions broadcast.
///
/// Errors: RuntimeError in PyTorch's words when sizes do not fit.
pub fn solve_triangular(a: &Array, b: &Array, upper: bool, left: bool, unit: bool) -> Result<Array> {
    const NAME: &str = "linalg.solve_triangular";
    let t = |x: &Array| x.with_layout(x.layout.transpose(x.ndim() - 2, x.ndim() - 1));
    if a.ndim() < 2 || b.ndim() < 2 {
        return Err(Fault::runtime(format!("{NAME}: The input tensor A must have at least 2 dimensions.")));
    }
    if !left {
        return map::copy(&t(&solve_triangular(&t(a), &t(b), !upper, true, unit)?));
    }
    with_real!(a.dtype, NAME, T => {
        let (n, rows, cols) = (a.sizes()[a.ndim() - 1], b.sizes()[b.ndim() - 2], b.sizes()[b.ndim() - 1]);
        Batch::<T>::square(a, NAME)?;
        if n != rows {
            return Err(Fault::runtime(format!(
                "{NAME}: Incompatible shapes of A and B for the equation AX = B ({n}x{n} and {rows}x{cols})"
            )));
        }
        let lead = broadcast_sizes(&a.sizes()[..a.ndim() - 2], &b.sizes()[..b.ndim() - 2])?;
        let wide = |x: &Array, tail: [usize; 2]| -> Result<Array> {
            let mut sizes = lead.clone();
            sizes.extend(tail);
            checked_numel(&sizes)?;
            Ok(x.with_layout(x.layout.broadcast_to(&sizes)?))
        };
        let mut l = Batch::<T>::of(&wide(a, [n, n])?, NAME)?;
        let mut x = Batch::<T>::of(&wide(b, [n, cols])?, NAME)?;
        for (l, x) in l.each().zip(x.each()) {
            let (l, x) = (Block::new(l, n, n), Block::new(x, n, cols));
            if upper { dense::solve_upper(l, unit, x) } else { dense::solve_lower(l, unit, x) }
        }
        let data = std::mem::take(&mut x.data);
        Ok(x.array(data, &[n, cols]))
    })
}

/// The QR decomposition of matrices [*, m, n]: Q with `min(m, n)` columns, or with m when `complete`; R fits it.
///
/// Signs are LAPACK's. Without `with_q` Q is empty.
pub fn qr(a: &Array, complete: bool, with_q: bool) -> Result<(Array, Array)> {
    const NAME: &str = "linalg.qr";
    with_real!(a.dtype, NAME, T => {
        let mut batch = Batch::<T>::of(a, NAME)?;
        let (m, n) = (batch.rows, batch.cols);
        let k = if complete { m } else { m.min(n) };
        let (mut qs, mut rs) = (Vec::<T>::new(), Vec::<T>::new());
        for x in batch.each() {
            let taus = dense::qr(Block::new(x, m, n));
            rs.extend((0..k * n).map(|i| if i / n <= i % n { x[i] } else { 0.0 }));
            if with_q {
                let mut q: Vec<T> = vec![0.0; m * k];
                (0..m.min(k)).for_each(|i| q[i * k + i] = 1.0);
                dense::apply_q(Block::new(x, m, n), &taus, false, Block::new(&mut q, m, k));
                qs.extend(q);
            }
        }
        let q = if with_q { batch.array(qs, &[m, k]) } else { Array::from_vec(Vec::<T>::new(), Dims::from_slice(&[0])) };
        Ok((q, batch.array(rs, &[k, n])))
    })
}

/// The sizes of a batch of matrices as PyTorch's messages show them.
pub fn show(a: &Array) -> String {
    show_sizes(a.sizes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::matmul::matmul;

    fn matrix(rows: &[&[f64]]) -> Array {
        Array::from_vec(rows.concat(), Dims::from_slice(&[rows.len(), rows[0].len()]))
    }

    fn noise(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        let data: Vec<f64> = (0..n)
            .map(|i| {
                ((i as u32).wrapping_mul(2654435761).rotate_left(13).wrapping_mul(2246822519) >> 12) as f64 / 1048576.0
                    - 0.4
            })
            .collect();
        Array::from_vec(data, Dims::from_slice(sizes))
    }

    fn close(a: &Array, b: &Array) {
        assert_eq!(a.sizes(), b.sizes());
        let (a, b) = (a.to_vec::<f64>().unwrap(), b.to_vec::<f64>().unwrap());
        assert!(a.iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-8), "{a:?}\n{b:?}");
    }

    #[test]
    fn systems_inverses_and_determinants_agree() {
        for n in [1, 3, 40] {
            let (a, b) = (noise(&[2, n, n]), noise(&[n, 2]));
            let x = solve(&a, &b).unwrap();
            let wide = b.with_layout(b.layout.broadcast_to(&[2, n, 2]).unwrap());
            close(&matmul(&a, &x).unwrap(), &map::copy(&wide).unwrap());
            close(&matmul(&inv(&a).unwrap(), &wide).unwrap(), &x);
            let (sign, log) = slogdet(&a).unwrap();
            let again = map::map2::<f64, f64, f64>(&sign, &log, |s, l| s * l.exp()).unwrap();
            close(&again, &det(&a).unwrap());
        }
        let a = matrix(&[&[1.0, 2.0], &[3.0, 4.0]]);
        assert!((det(&a).unwrap().to_vec::<f64>().unwrap()[0] + 2.0).abs() < 1e-12);
        let none = Array::from_vec(Vec::<f64>::new(), vec![0, 0]);
        assert_eq!(det(&none).unwrap().to_vec::<f64>().unwrap(), [1.0]);
    }

    #[test]
    fn factors_multiply_to_the_matrices() {
        let a = noise(&[2, 5, 3]);
        let lu = lu_factor(&a, "linalg.lu").unwrap();
        let (p, l, u) = lu_unpack(&lu.factors, &lu.pivots).unwrap();
        close(&matmul(&p, &matmul(&l, &u).unwrap()).unwrap(), &a);
        for (a, complete) in [(&a, false), (&a, true), (&noise(&[3, 5]), false)] {
            let (q, r) = qr(a, complete, true).unwrap();
            close(&matmul(&q, &r).unwrap(), a);
        }
        let s = matrix(&[&[4.0, 2.0], &[2.0, 3.0]]);
        for upper in [false, true] {
            let c = cholesky(&s, upper).unwrap();
            let t = c.with_layout(c.layout.transpose(0, 1));
            close(&if upper { matmul(&t, &c) } else { matmul(&c, &t) }.unwrap(), &s);
        }
        let b = noise(&[2, 4]);
        let x = solve_triangular(&s, &b, true, true, false).unwrap();
        close(&matmul(&matrix(&[&[4.0, 2.0], &[0.0, 3.0]]), &x).unwrap(), &b);
    }

    #[test]
    fn singular_matrices_are_told_in_pytorchs_words() {
        let ones = matrix(&[&[1.0, 1.0], &[1.0, 1.0]]);
        assert_eq!(
            inv(&ones).unwrap_err().message,
            "linalg.inv: The diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular."
        );
        assert_eq!(
            solve(&ones, &noise(&[2])).unwrap_err().message,
            "torch.linalg.solve: The solver failed because the input matrix is singular."
        );
        let e = cholesky(&matrix(&[&[1.0, 2.0], &[2.0, 1.0]]), false).unwrap_err();
        assert!(e.message.contains("leading minor of order 2") && e.kind == ExcKind::LinAlgError);
        assert!(inv(&noise(&[2, 3])).unwrap_err().message.ends_with("but they are 2 by 3 matrices"));
    }
}
