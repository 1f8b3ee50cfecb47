//! Eigenvalues of symmetric matrices, singular values, and what rests on them: least squares, pseudo-inverses, ranks,
//! matrix exponentials. Computed in double precision by nalgebra.

use super::array::Array;
use super::create::eye;
use super::dense::{self, Block};
use super::dtype::{DType, Scalar};
use super::layout::{Dims, show_sizes};
use super::linalg::{Batch, refused_dtype, solve};
use super::map;
use super::matmul::matmul;
use crate::diag::{ExcKind, Fault, Result};
use nalgebra::{DMatrix, SVD, SymmetricEigen};

/// The matrices in double precision.
fn wide(a: &Array, name: &str) -> Result<Batch<f64>> {
    if !matches!(a.dtype, DType::F32 | DType::F64) {
        return Err(refused_dtype(a.dtype, name));
    }
    Batch::of(&map::cast(a, DType::F64)?, name)
}

fn failed(name: &str, place: &str, why: &str) -> crate::diag::Error {
    Fault::new(ExcKind::LinAlgError, format!("{name}: {place}The algorithm failed to converge because {why}"))
}

fn rounded(a: Array, dtype: DType) -> Result<Array> {
    if dtype == a.dtype { Ok(a) } else { map::cast(&a, dtype) }
}

/// Swaps the last two dimensions.
fn transposed(a: &Array) -> Array {
    a.with_layout(a.layout.transpose(a.ndim() - 2, a.ndim() - 1))
}

/// The eigenvalues [*, n], ascending, and eigenvectors [*, n, n] (columns) of symmetric matrices, of which one
/// triangle is read.
///
/// Errors: RuntimeError for matrices that are not square, LinAlgError for values that are not finite.
pub fn eigh(a: &Array, upper: bool) -> Result<(Array, Array)> {
    const NAME: &str = "linalg.eigh";
    let mut batch = wide(a, NAME)?;
    let n = batch.rows;
    if n != batch.cols {
        return Err(Fault::runtime(format!(
            "{NAME}: A must be batches of square matrices, but they are {n} by {} matrices",
            batch.cols
        )));
    }
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    let places: Vec<String> = (0..batch.count()).map(|i| batch.place(i)).collect();
    for (m, place) in batch.each().zip(places) {
        let entry = |i: usize, j: usize| if upper { m[i.min(j) * n + i.max(j)] } else { m[i.max(j) * n + i.min(j)] };
        let matrix = DMatrix::from_fn(n, n, entry);
        if matrix.iter().any(|x| !x.is_finite()) {
            return Err(failed(NAME, &place, "the input matrix contained non-finite values."));
        }
        if n == 0 {
            continue;
        }
        let Some(eigen) = SymmetricEigen::try_new(matrix, f64::EPSILON, 30 * n * n + 1000) else {
            return Err(failed(
                NAME,
                &place,
                "the input matrix is ill-conditioned or has too many repeated eigenvalues.",
            ));
        };
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&i, &j| eigen.eigenvalues[i].total_cmp(&eigen.eigenvalues[j]));
        values.extend(order.iter().map(|&i| eigen.eigenvalues[i]));
        vectors.extend((0..n * n).map(|x| eigen.eigenvectors[(x / n, order[x % n])]));
    }
    Ok((rounded(batch.array(values, &[n]), a.dtype)?, rounded(batch.array(vectors, &[n, n]), a.dtype)?))
}

/// The singular value decomposition of matrices [*, m, n]: U [*, m, k], S [*, k] descending, Vh [*, k, n] with
/// `k = min(m, n)`, or with square U and Vh when `full`.
///
/// Errors: LinAlgError for values that are not finite.
pub fn svd(a: &Array, full: bool) -> Result<(Array, Array, Array)> {
    const NAME: &str = "linalg.svd";
    let mut batch = wide(a, NAME)?;
    let (m, n) = (batch.rows, batch.cols);
    let k = m.min(n);
    let (p, q) = if full { (m, n) } else { (k, k) };
    let (mut us, mut ss, mut vs) = (Vec::new(), Vec::new(), Vec::new());
    let places: Vec<String> = (0..batch.count()).map(|i| batch.place(i)).collect();
    for (x, place) in batch.each().zip(places) {
        if x.iter().any(|v| !v.is_finite()) {
            return Err(failed(NAME, &place, "the input matrix contained non-finite values."));
        }
        let (u, s, v) = if k == 0 {
            (vec![], vec![], vec![])
        } else {
            let matrix = DMatrix::from_row_slice(m, n, x);
            let found = SVD::try_new(matrix, true, true, f64::EPSILON, 300 * k * k + 3000);
            let Some(SVD { u: Some(u), v_t: Some(v), singular_values: s }) = found else {
                return Err(failed(
                    NAME,
                    &place,
                    "the input matrix is ill-conditioned or has too many repeated singular values.",
                ));
            };
            let u = (0..m * k).map(|i| u[(i / k, i % k)]).collect();
            // V by columns: the completion below works on columns.
            let v = (0..n * k).map(|i| v[(i % k, i / k)]).collect();
            (u, s.iter().copied().collect(), v)
        };
        us.extend(completed(u, m, k, p));
        ss.extend::<Vec<f64>>(s);
        let v = completed(v, n, k, q);
        vs.extend((0..q * n).map(|i| v[i % n * q + i / n]));
    }
    let dtype = a.dtype;
    Ok((
        rounded(batch.array(us, &[m, p]), dtype)?,
        rounded(batch.array(ss, &[k]), dtype)?,
        rounded(batch.array(vs, &[q, n]), dtype)?,
    ))
}

/// `k` orthonormal columns of length `m` with more that complete them to `p`.
fn completed(columns: Vec<f64>, m: usize, k: usize, p: usize) -> Vec<f64> {
    if p == k {
        return columns;
    }
    let mut factored = columns.clone();
    let taus = dense::qr(Block::new(&mut factored, m, k));
    let mut q = vec![0.0; m * p];
    (0..m.min(p)).for_each(|i| q[i * p + i] = 1.0);
    dense::apply_q(Block::new(&mut factored, m, k), &taus, false, Block::new(&mut q, m, p));
    for i in 0..m {
        q[i * p..i * p + k].copy_from_slice(&columns[i * k..(i + 1) * k]);
    }
    q
}

/// The singular values [*, k] of matrices [*, m, n], descending.
pub fn svdvals(a: &Array) -> Result<Array> {
    Ok(svd(a, false)?.1)
}

/// The pseudo-inverses [*, n, m]: singular values up to `max(atol, rtol * largest)` count as zero; without a relative
/// tolerance `max(m, n)` times the precision of the dtype, unless an absolute one is given.
pub fn pinv(a: &Array, atol: f64, rtol: Option<f64>) -> Result<Array> {
    if a.ndim() < 2 {
        return Err(Fault::runtime(format!(
            "linalg.pinv({}{{{}}}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types",
            a.dtype.scalar_type(),
            show_sizes(a.sizes())
        )));
    }
    if a.numel() == 0 {
        let mut sizes = a.layout.sizes.clone();
        let d = sizes.len();
        sizes.swap(d - 2, d - 1);
        return Array::full(&sizes, Scalar::Int(0), a.dtype);
    }
    let (u, s, vh) = svd(&map::cast(a, DType::F64)?, false)?;
    let tops = super::extremes::amax(&s, Some(&[-1]), true)?;
    let rtol = tolerance(a, atol, rtol);
    let inverse = map::map2::<f64, f64, f64>(&s, &tops, |s, top| if s > atol.max(rtol * top) { 1.0 / s } else { 0.0 })?;
    let scaled = map::map2::<f64, f64, f64>(
        &transposed(&vh),
        &inverse.with_layout(inverse.layout.unsqueeze(inverse.ndim() - 1)),
        |v, s| v * s,
    )?;
    rounded(matmul(&scaled, &transposed(&u))?, a.dtype)
}

/// The relative tolerance that goes with an absolute one.
fn tolerance(a: &Array, atol: f64, rtol: Option<f64>) -> f64 {
    let eps = if a.dtype == DType::F32 { f32::EPSILON as f64 } else { f64::EPSILON };
    let n = a.sizes()[a.ndim() - 2].max(a.sizes()[a.ndim() - 1]);
    rtol.unwrap_or(if atol > 0.0 { 0.0 } else { eps * n as f64 })
}

/// The ranks `[*]` (int64): singular values above `max(atol, rtol * largest)`, tolerances as for [`pinv`].
pub fn matrix_rank(a: &Array, atol: f64, rtol: Option<f64>) -> Result<Array> {
    let s = map::cast(&svdvals(a)?, DType::F64)?;
    if s.numel() == 0 {
        return Array::full(&a.sizes()[..a.ndim() - 2], Scalar::Int(0), DType::I64);
    }
    let tops = super::extremes::amax(&s, Some(&[-1]), true)?;
    let rtol = tolerance(a, atol, rtol);
    let above = map::map2::<f64, f64, bool>(&s, &tops, |s, top| s > atol.max(rtol * top))?;
    super::sums::sum(&above, Some(&[-1]), false)
}

/// A solution of a least-squares problem.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    /// The solution of least norm: [*, n, k] or [*, n].
    pub solution: Array,
    /// The sums of squared residuals [*, k] when there are more equations than unknowns and the rank is full,
    /// otherwise empty.
    pub residuals: Array,
    /// The ranks `[*]`, int64.
    pub rank: Array,
}

/// The solution of `a x = b` in the sense of least squares, of least norm; [*, m, n] and [*, m, k] or vectors [*, m].
///
/// Errors: RuntimeError in PyTorch's words when sizes do not fit.
pub fn lstsq(a: &Array, b: &Array, rtol: Option<f64>) -> Result<LeastSquares> {
    const NAME: &str = "torch.linalg.lstsq";
    if a.ndim() < 2 {
        return Err(Fault::runtime(format!("{NAME}: input must have at least 2 dimensions.")));
    }
    if b.ndim() < 1 {
        return Err(Fault::runtime(format!("{NAME}: other must have at least 1 dimension.")));
    }
    let (m, n) = (a.sizes()[a.ndim() - 2], a.sizes()[a.ndim() - 1]);
    let vector = a.ndim() - 1 == b.ndim() && b.sizes() == &a.sizes()[..a.ndim() - 1] || b.ndim() == 1;
    let right = if vector { b.with_layout(b.layout.unsqueeze(b.ndim())) } else { b.clone() };
    if right.sizes()[right.ndim() - 2] != m {
        let dim = if vector { -1 } else { -2 };
        return Err(Fault::runtime(format!("{NAME}: input.size(-2) should match other.size({dim})")));
    }
    if a.dtype != b.dtype {
        return Err(Fault::runtime(format!("{NAME}: input and other must be of the same dtype")));
    }
    let (x, y) = (map::cast(a, DType::F64)?, map::cast(&right, DType::F64)?);
    let rtol = tolerance(a, 0.0, rtol);
    let solution = matmul(&pinv(&x, 0.0, Some(rtol))?, &y)?;
    let rank = matrix_rank(&x, 0.0, Some(rtol))?;
    let full = rank.to_vec::<i64>()?.iter().all(|&r| r == n as i64);
    let residuals = if m > n && full {
        let off = map::map2::<f64, f64, f64>(&matmul(&x, &solution)?, &y, |p, q| (p - q) * (p - q))?;
        super::sums::sum(&off, Some(&[-2]), false)?
    } else {
        Array::from_vec(Vec::<f64>::new(), Dims::from_slice(&[0]))
    };
    let solution =
        if vector { solution.with_layout(solution.layout.squeeze(Some(&[solution.ndim() - 1]))) } else { solution };
    Ok(LeastSquares { solution: rounded(solution, a.dtype)?, residuals: rounded(residuals, a.dtype)?, rank })
}

/// The exponentials of square matrices, by scaling, a rational approximation and squaring.
///
/// Errors: RuntimeError for matrices that are not square.
pub fn matrix_exp(a: &Array) -> Result<Array> {
    const NAME: &str = "linalg.matrix_exp";
    let batch = wide(a, NAME)?;
    if batch.rows != batch.cols {
        return Err(Fault::runtime(format!(
            "{NAME}: A must be batches of square matrices, but they are {} by {} matrices",
            batch.rows, batch.cols
        )));
    }
    if a.numel() == 0 {
        return map::copy(a);
    }
    const PADE: [f64; 14] = [
        64764752532480000.0,
        32382376266240000.0,
        7771770303897600.0,
        1187353796428800.0,
        129060195264000.0,
        10559470521600.0,
        670442572800.0,
        33522128640.0,
        1323241920.0,
        40840800.0,
        960960.0,
        16380.0,
        182.0,
        1.0,
    ];
    let x = map::cast(a, DType::F64)?;
    let norms = super::sums::norm_p(&x, 1.0, Some(&[-2]), false)?;
    let norm = super::extremes::amax(&norms, None, false)?.item().map_or(0.0, Scalar::as_f64);
    if !norm.is_finite() {
        return Array::full(a.sizes(), Scalar::Float(f64::NAN), a.dtype);
    }
    let halvings = (norm / 5.371920351148152).log2().ceil().max(0.0) as i32;
    let x = map::map1::<f64, f64>(&x, |v| v * 0.5f64.powi(halvings))?;
    let unit = eye(batch.rows, batch.rows, DType::F64)?;
    let square = matmul(&x, &x)?;
    // Even and odd powers of x, by powers of its square.
    let (mut even, mut odd) = (None::<Array>, None::<Array>);
    let mut power = unit;
    let add = |sum: Option<Array>, term: &Array, c: f64| -> Result<Option<Array>> {
        Ok(Some(match sum {
            None => map::map1::<f64, f64>(term, |t| c * t)?,
            Some(s) => map::map2::<f64, f64, f64>(&s, term, |s, t| s + c * t)?,
        }))
    };
    for i in 0..7 {
        even = add(even, &power, PADE[2 * i])?;
        odd = add(odd, &power, PADE[2 * i + 1])?;
        power = matmul(&power, &square)?;
    }
    let (Some(even), Some(odd)) = (even, odd) else { return Err(Fault::internal("no terms")) };
    let odd = matmul(&x, &odd)?;
    let above = map::map2::<f64, f64, f64>(&even, &odd, |e, o| e + o)?;
    let below = map::map2::<f64, f64, f64>(&even, &odd, |e, o| e - o)?;
    let mut out = solve(&below, &above)?;
    for _ in 0..halvings {
        out = matmul(&out, &out)?;
    }
    rounded(out, a.dtype)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(sizes: &[usize]) -> Array {
        let n: usize = sizes.iter().product();
        let one = |i: usize| (i as u32).wrapping_mul(2654435761).rotate_left(13).wrapping_mul(2246822519) >> 12;
        Array::from_vec((0..n).map(|i| one(i) as f64 / 1048576.0 - 0.4).collect(), Dims::from_slice(sizes))
    }

    fn close(a: &Array, b: &Array) {
        assert_eq!(a.sizes(), b.sizes());
        let (a, b) = (a.to_vec::<f64>().unwrap(), b.to_vec::<f64>().unwrap());
        assert!(a.iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-9), "{a:?}\n{b:?}");
    }

    fn scaled(columns: &Array, by: &Array) -> Array {
        map::map2::<f64, f64, f64>(columns, &by.with_layout(by.layout.unsqueeze(by.ndim() - 1)), |x, s| x * s).unwrap()
    }

    #[test]
    fn decompositions_multiply_to_the_matrices() {
        for n in [1, 2, 6, 20] {
            let a = noise(&[2, n, n]);
            let s = map::map2::<f64, f64, f64>(&a, &transposed(&a), |x, y| x + y).unwrap();
            let (w, v) = eigh(&s, false).unwrap();
            close(&matmul(&scaled(&v, &w), &transposed(&v)).unwrap(), &s);
            assert!(w.to_vec::<f64>().unwrap().chunks(n).all(|c| c.windows(2).all(|p| p[0] <= p[1])));
        }
        for (m, n) in [(4, 4), (6, 3), (3, 6)] {
            let a = noise(&[m, n]);
            let (u, s, v) = svd(&a, false).unwrap();
            close(&matmul(&scaled(&u, &s), &v).unwrap(), &a);
            let (u, _, v) = svd(&a, true).unwrap();
            close(&matmul(&transposed(&u), &u).unwrap(), &eye(m, m, DType::F64).unwrap());
            close(&matmul(&v, &transposed(&v)).unwrap(), &eye(n, n, DType::F64).unwrap());
        }
    }

    #[test]
    fn least_squares_and_ranks() {
        let a = noise(&[5, 3]);
        let p = pinv(&a, 0.0, None).unwrap();
        close(&matmul(&p, &a).unwrap(), &eye(3, 3, DType::F64).unwrap());
        let x = noise(&[3]);
        let found = lstsq(&a, &matmul(&a, &x).unwrap(), None).unwrap();
        close(&found.solution, &x);
        assert_eq!((found.rank.to_vec::<i64>().unwrap(), found.residuals.sizes()), (vec![3], &[1][..]));
        let ones = Array::full(&[2, 2], Scalar::Int(1), DType::F64).unwrap();
        assert_eq!(matrix_rank(&ones, 0.0, None).unwrap().to_vec::<i64>().unwrap(), [1]);
    }

    #[test]
    fn exponentials_of_a_rotation_and_of_a_large_matrix() {
        let a = Array::from_vec(vec![0.0, -1.0, 1.0, 0.0], vec![2, 2]);
        let (s, c) = 1f64.sin_cos();
        close(&matrix_exp(&a).unwrap(), &Array::from_vec(vec![c, -s, s, c], vec![2, 2]));
        let d = Array::from_vec(vec![10.0, 0.0, 0.0, -20.0], vec![2, 2]);
        let e = matrix_exp(&d).unwrap().to_vec::<f64>().unwrap();
        assert!((e[0] / 10f64.exp() - 1.0).abs() < 1e-12 && (e[3] / (-20f64).exp() - 1.0).abs() < 1e-9);
    }
}
