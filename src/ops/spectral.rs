//! Orthogonal factorisations of linear algebra: QR, singular values, symmetric eigenvalues, and what is read from them.

use super::args::Call;
use super::axes::narrow;
use super::complex::COMPLEX;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::diagonal::DIAGONAL;
use super::join::cat;
use super::linalg::{check_matrix, check_shape, check_square, failed, named};
use super::norms::VECTOR_NORM;
use crate::array::{Array, DType, Dims, Scalar};
use crate::array::{eigen, map, matrix};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};
use num_complex::Complex64;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &QR,
    &SVD,
    &TORCH_SVD,
    &SVDVALS,
    &EIGH,
    &EIGVALSH,
    &EIG,
    &EIGVALS,
    &PINV,
    &PINVERSE,
    &MATRIX_RANK,
    &MATRIX_NORM,
    &LINALG_NORM,
    &COND,
    &LSTSQ,
];

/// The tensors of a tuple.
fn parts(value: Value) -> Result<Vec<Tensor>> {
    match value {
        Value::Tuple(t) => {
            Ok(t.iter().filter_map(|v| if let Value::Tensor(t) = v { Some(t.clone()) } else { None }).collect())
        }
        _ => Err(Fault::internal("a factorisation gave no tuple")),
    }
}

/// The rows and columns of matrices.
fn shape(t: &Tensor) -> (usize, usize) {
    let s = t.sizes();
    (s[s.len() - 2], s[s.len() - 1])
}

/// Zeros where no gradient arrived.
fn or_zeros(g: Option<Tensor>, like: &Tensor) -> Result<Tensor> {
    match g {
        Some(g) => Ok(g),
        None => super::methods::zeros(&like.sizes(), like.dtype()),
    }
}

/// Orthogonal and triangular factors.
pub static QR_KERNEL: OpDef = OpDef::kernel("linalg_qr", "A: Tensor, mode: str = reduced", |c| {
    let t = c.tensor(0)?;
    check_matrix(t, "linalg.qr")?;
    let mode = c.text(1)?;
    if !matches!(mode, "reduced" | "complete" | "r") {
        return Err(Fault::runtime(format!(
            "qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )));
    }
    let (m, n) = shape(t);
    let k = if mode == "complete" { m } else { m.min(n) };
    let (lead, list) = matrix::split(&t.array())?;
    let (mut qs, mut rs) = (Vec::new(), Vec::new());
    for a in &list {
        let (q, r) = a.qr(k)?;
        qs.push(q);
        rs.push(r);
    }
    let q = if mode == "r" {
        Array::full(&[0], Scalar::Int(0), t.dtype())?
    } else {
        matrix::join(&lead, m, k, qs, t.dtype())?
    };
    Ok(Out::many([q, matrix::join(&lead, k, n, rs, t.dtype())?]))
})
.forms(Forms::HIDDEN)
.returns(&["Q", "R"])
.saves(&[Save::Out(0), Save::Out(1)])
.grad(|b| {
    let mode = b.call().text(1)?.to_string();
    if mode == "r" {
        return Err(Fault::runtime(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, \
             mode='reduced') if you are going to require gradients through linalg.qr.",
        ));
    }
    let (q, r) = (b.output(0)?, b.output(1)?);
    let (m, n) = (q.sizes()[q.ndim() - 2], r.sizes()[r.ndim() - 1]);
    if mode == "complete" && m > n {
        return Err(Fault::runtime(
            "The QR decomposition is not differentiable when mode='complete' and nrows > ncols.",
        ));
    }
    let (gq, gr) = (or_zeros(b.grad_of(0), &q)?, or_zeros(b.grad_of(1), &r)?);
    let last = r.ndim() - 1;
    let wide = n > m;
    let (r1, gr1) = if wide {
        (super::axes::narrow(&r, last, 0, m)?, super::axes::narrow(&gr, last, 0, m)?)
    } else {
        (r.clone(), gr.clone())
    };
    let mut gq = gq;
    if wide {
        let (rest, grest) = (super::axes::narrow(&r, last, m, n - m)?, super::axes::narrow(&gr, last, m, n - m)?);
        // R2 is Qᵀ A2 with A2 = Q R2: its gradient reaches Q through A2.
        gq = gq.add(&q.at(&rest)?.at(&grest.mt()?)?)?;
    }
    let inner = r1.at(&gr1.mt()?)?.sub(&gq.mt()?.at(&q)?)?;
    let low = inner.tril(-1)?;
    let symmetric = low.add(&low.mt()?)?.add(&inner.sub(&low)?.tril(0)?)?;
    let whole = gq.add(&q.at(&symmetric)?)?;
    let first = r1.solve_triangular(&whole.mt()?, true, false)?.mt()?;
    if !wide {
        return Ok(Grads::from_iter([Some(first)]));
    }
    let second = q.at(&super::axes::narrow(&gr, last, m, n - m)?)?;
    Ok(Grads::from_iter([Some(super::join::cat(&[first, second], -1)?)]))
});

/// Orthogonal and triangular factors of matrices.
pub static QR: OpDef = OpDef::composite("linalg_qr", "A: Tensor, mode: str = reduced", |c| {
    Ok(named(&QR, parts(super::apply(&QR_KERNEL, c.args.clone())?)?.into_iter().map(Value::Tensor)))
})
.doc("Q and R with A = Q R: orthonormal columns and an upper triangle.\nmode is 'reduced', 'complete' or 'r'.")
.examples(&[Example(
    "torch.linalg.qr(torch.tensor([[3., 1.], [4., 2.]])).R",
    "tensor([[-5.0000, -2.2000],\n        [ 0.0000,  0.4000]])",
)])
.forms(Forms::LINALG)
.returns(&["Q", "R"])
.samples(&["randn(3, 2)", "randn(3, 3)"]);

/// Singular vectors and values, reduced or complete.
pub static SVD_KERNEL: OpDef = OpDef::kernel("linalg_svd", "A: Tensor, full_matrices: bool = True", |c| {
    let t = c.tensor(0)?;
    check_matrix(t, "linalg.svd")?;
    let (m, n) = shape(t);
    let k = m.min(n);
    let full = c.bool(1)?;
    let (lead, list) = matrix::split(&t.array())?;
    let (mut us, mut values, mut vs) = (Vec::new(), Vec::new(), Vec::new());
    for a in &list {
        let Some((u, s, v)) = a.svd()? else {
            return Err(failed(
                "linalg.svd: The algorithm failed to converge because the input matrix contained non-finite values.",
            ));
        };
        values.extend(s);
        us.push(if full && m > k { u.completed()? } else { u });
        vs.push(if full && n > k { v.transposed().completed()?.transposed() } else { v });
    }
    let (p, q) = if full { (m, n) } else { (k, k) };
    let mut sizes = Dims::from_slice(&lead);
    sizes.push(k);
    let dtype = t.dtype();
    Ok(Out::many([
        matrix::join(&lead, m, p, us, dtype)?,
        matrix::numbers(&sizes, values, dtype)?,
        matrix::join(&lead, q, n, vs, dtype)?,
    ]))
})
.forms(Forms::HIDDEN)
.returns(&["U", "S", "Vh"])
.saves(&[Save::Out(0), Save::Out(1), Save::Out(2)])
.grad(|b| {
    let (u, s, vh) = (b.output(0)?, b.output(1)?, b.output(2)?);
    let k = s.sizes()[s.ndim() - 1];
    let cut = |t: &Tensor, dim: i64| -> Result<Tensor> {
        let d = (t.ndim() as i64 + dim) as usize;
        if t.sizes()[d] == k { Ok(t.clone()) } else { super::axes::narrow(t, d, 0, k) }
    };
    let (u, vh) = (cut(&u, -1)?, cut(&vh, -2)?);
    let gu = b.grad_of(0).map(|g| cut(&g, -1)).transpose()?;
    let gv = b.grad_of(2).map(|g| cut(&g, -2)).transpose()?;
    let row = s.unsqueeze(-2)?;
    let mut middle = match b.grad_of(1) {
        Some(g) => g.diag_embed(0, -2, -1)?,
        None => super::methods::zeros(&row.sizes(), s.dtype())?.mul(&row.mt()?)?,
    };
    let (m, n) = (u.sizes()[u.ndim() - 2], vh.sizes()[vh.ndim() - 1]);
    if gu.is_some() || gv.is_some() {
        // 1 / (s_j^2 - s_i^2) off the diagonal.
        let square = s.mul(&s)?;
        let eye = Tensor::new(crate::array::create::eye(k, k, DType::Bool)?);
        let gaps = square.unsqueeze(-2)?.sub(&square.unsqueeze(-1)?)?;
        let inverse = gaps.masked_fill(&eye, 1.0)?.reciprocal()?.masked_fill(&eye, 0.0)?;
        if let Some(gu) = &gu {
            let inner = u.mt()?.at(gu)?;
            let skew = inner.sub(&inner.mt()?)?.mul(&inverse)?;
            middle = middle.add(&skew.mul(&row)?)?;
        }
        if let Some(gv) = &gv {
            let inner = vh.at(&gv.mt()?)?;
            let skew = inner.sub(&inner.mt()?)?.mul(&inverse)?;
            middle = middle.add(&s.unsqueeze(-1)?.mul(&skew)?)?;
        }
    }
    let mut out = u.at(&middle)?.at(&vh)?;
    if let Some(gu) = &gu
        && m > k
    {
        let outside = gu.sub(&u.at(&u.mt()?.at(gu)?)?)?;
        out = out.add(&outside.div(&row)?.at(&vh)?)?;
    }
    if let Some(gv) = &gv
        && n > k
    {
        let outside = gv.sub(&gv.at(&vh.mt()?)?.at(&vh)?)?;
        out = out.add(&u.at(&outside.div(&s.unsqueeze(-1)?)?)?)?;
    }
    Ok(Grads::from_iter([Some(out)]))
});

/// U, S and Vh of matrices.
pub(super) fn svd(t: &Tensor, full: bool) -> Result<Vec<Tensor>> {
    parts(super::apply(&SVD_KERNEL, Bound::from_iter([t.into(), Value::Bool(full)]))?)
}

/// The singular values of matrices.
fn singular_values(t: &Tensor) -> Result<Tensor> {
    svd(t, false)?.into_iter().nth(1).ok_or_else(|| Fault::internal("svd gave no values"))
}

/// Singular vectors and values of matrices.
pub static SVD: OpDef =
    OpDef::composite("linalg_svd", "A: Tensor, full_matrices: bool = True, *, driver: str? = None", |c| {
        Ok(named(&SVD, svd(c.tensor(0)?, c.bool(1)?)?.into_iter().map(Value::Tensor)))
    })
    .doc("U, S and Vh with A = U diag(S) Vh: orthonormal columns and rows, and the singular values, largest first.")
    .examples(&[Example("torch.linalg.svd(torch.tensor([[3., 0.], [0., 4.]])).S", "tensor([4., 3.])")])
    .forms(Forms::LINALG)
    .returns(&["U", "S", "Vh"])
    .samples(&["randn(3, 2), False"]);

/// Singular vectors and values of matrices, as torch has it.
pub static TORCH_SVD: OpDef =
    OpDef::composite("svd", "input: Tensor, some: bool = True, compute_uv: bool = True", |c| {
        let t = c.tensor(0)?;
        let all = svd(t, !c.bool(1)?)?;
        let [u, s, vh] = all.as_slice() else { return Err(Fault::internal("svd gave other values")) };
        let items = if c.bool(2)? {
            [u.clone(), s.clone(), vh.mt()?]
        } else {
            let empty = |r: usize| super::methods::zeros(&[r, r], t.dtype());
            let (m, n) = shape(t);
            [empty(m)?, s.clone(), empty(n)?]
        };
        Ok(named(&TORCH_SVD, items.into_iter().map(Value::Tensor)))
    })
    .doc("U, S and V with input = U diag(S) V.T.")
    .examples(&[Example("torch.svd(torch.tensor([[3., 0.], [0., 4.]])).S", "tensor([4., 3.])")])
    .returns(&["U", "S", "V"])
    .samples(&["randn(3, 2)"]);

/// Singular values.
pub static SVDVALS: OpDef = OpDef::composite("linalg_svdvals", "A: Tensor, *, driver: str? = None", |c| {
    check_matrix(c.tensor(0)?, "linalg.svdvals")?;
    Ok(singular_values(c.tensor(0)?)?.into())
})
.doc("The singular values of matrices, largest first.")
.examples(&[Example("torch.linalg.svdvals(torch.tensor([[3., 0.], [0., 4.]]))", "tensor([4., 3.])")])
.forms(Forms::LINALG)
.samples(&["randn(3, 2)"]);

/// Eigenvalues and eigenvectors of symmetric matrices.
pub static EIGH_KERNEL: OpDef = OpDef::kernel("linalg_eigh", "A: Tensor, UPLO: str = L", |c| {
    let t = c.tensor(0)?;
    check_square(t, "linalg.eigh")?;
    let upper = match c.text(1)?.to_ascii_uppercase().as_str() {
        "L" => false,
        "U" => true,
        other => {
            return Err(Fault::runtime(format!("Expected UPLO argument to be 'L' or 'U', but got {other}")));
        }
    };
    let n = t.sizes()[t.ndim() - 1];
    let (lead, list) = matrix::split(&t.array())?;
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    for a in &list {
        let Some((w, v)) = a.eigh(upper)? else {
            return Err(failed(
                "linalg.eigh: The algorithm failed to converge because the input matrix is ill-conditioned or has too many \
                 repeated eigenvalues (error code: 1).",
            ));
        };
        values.extend(w);
        vectors.push(v);
    }
    let mut sizes = Dims::from_slice(&lead);
    sizes.push(n);
    Ok(Out::many([matrix::numbers(&sizes, values, t.dtype())?, matrix::join(&lead, n, n, vectors, t.dtype())?]))
})
.forms(Forms::HIDDEN)
.returns(&["eigenvalues", "eigenvectors"])
.saves(&[Save::Out(0), Save::Out(1)])
.grad(|b| {
    let (w, v) = (b.output(0)?, b.output(1)?);
    let n = w.sizes()[w.ndim() - 1];
    let mut middle = match b.grad_of(0) {
        Some(g) => g.diag_embed(0, -2, -1)?,
        None => super::methods::zeros(&v.sizes(), v.dtype())?,
    };
    if let Some(gv) = b.grad_of(1) {
        let eye = Tensor::new(crate::array::create::eye(n, n, DType::Bool)?);
        let gaps = w.unsqueeze(-2)?.sub(&w.unsqueeze(-1)?)?;
        let inverse = gaps.masked_fill(&eye, 1.0)?.reciprocal()?.masked_fill(&eye, 0.0)?;
        let turn = v.mt()?.at(&gv)?;
        // Eigenvectors of symmetric matrices turn about one another: only the skew part moves them.
        let skew = turn.sub(&turn.mt()?)?.mul(0.5)?;
        middle = middle.add(&skew.mul(&inverse)?)?;
    }
    Ok(Grads::from_iter([Some(v.at(&middle)?.at(&v.mt()?)?)]))
});

fn eigh(c: &Call) -> Result<Vec<Tensor>> {
    parts(super::apply(&EIGH_KERNEL, Bound::from_iter([c.value(0).clone(), c.value(1).clone()]))?)
}

/// Eigenvalues and eigenvectors of symmetric matrices.
pub static EIGH: OpDef = OpDef::composite("linalg_eigh", "A: Tensor, UPLO: str = L", |c| {
    Ok(named(&EIGH, eigh(c)?.into_iter().map(Value::Tensor)))
})
.doc("The eigenvalues in ascending order and the eigenvectors in columns, of symmetric matrices of which one triangle is read.")
.examples(&[Example("torch.linalg.eigh(torch.tensor([[2., 0.], [0., 1.]])).eigenvalues", "tensor([1., 2.])")])
.forms(Forms::LINALG)
.returns(&["eigenvalues", "eigenvectors"])
.samples(&["randn(3, 3)"]);

/// Eigenvalues of symmetric matrices.
pub static EIGVALSH: OpDef = OpDef::composite("linalg_eigvalsh", "A: Tensor, UPLO: str = L", |c| {
    check_square(c.tensor(0)?, "linalg.eigvalsh")?;
    eigh(c)?.into_iter().next().map(Value::Tensor).ok_or_else(|| Fault::internal("eigh gave no values"))
})
.doc("The eigenvalues of symmetric matrices in ascending order.")
.examples(&[Example("torch.linalg.eigvalsh(torch.tensor([[2., 0.], [0., 1.]]))", "tensor([1., 2.])")])
.forms(Forms::LINALG)
.samples(&["randn(3, 3)"]);

/// Eigenvalues and eigenvectors of general matrices.
pub static EIG_KERNEL: OpDef = OpDef::kernel("linalg_eig", "A: Tensor", |c| {
    let t = c.tensor(0)?;
    let array = t.array().clone();
    if !array.dtype.is_complex() {
        if !array.dtype.is_float() {
            return Err(Fault::runtime(format!("Unknown Complex ScalarType for {}", array.dtype.scalar_type())));
        }
        check_square(t, "linalg.eig")?;
    } else {
        check_shape(t, "linalg.eig")?;
    }
    let n = t.sizes()[t.ndim() - 1];
    let each = n * n;
    let all = map::cast(&array, DType::C128)?.to_vec::<Complex64>()?;
    if all.iter().any(|z| !z.is_finite()) {
        return Err(Fault::runtime("torch.linalg.eig: input tensor should not contain infs or NaNs."));
    }
    let lead = Dims::from_slice(&t.sizes()[..t.ndim() - 2]);
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    for i in 0..lead.iter().product::<usize>() {
        let one = &all[i * each..(i + 1) * each];
        let found = if array.dtype.is_complex() {
            eigen::complex(one.to_vec(), n)?
        } else {
            eigen::real(&matrix::Matrix { rows: n, cols: n, data: one.iter().map(|z| z.re).collect() })?
        };
        let Some((w, v)) = found else {
            return Err(failed("linalg.eig: The algorithm failed to compute all the eigenvalues, and no eigenvectors have been computed."));
        };
        values.extend(w);
        vectors.extend(v);
    }
    let dtype = array.dtype.to_complex();
    let (mut sizes, mut square) = (lead.clone(), lead);
    sizes.push(n);
    square.extend([n, n]);
    Ok(Out::many([
        map::cast(&Array::from_vec(values, sizes), dtype)?,
        map::cast(&Array::from_vec(vectors, square), dtype)?,
    ]))
})
.complex()
.forms(Forms::HIDDEN)
.returns(&["eigenvalues", "eigenvectors"])
.saves(&[Save::Out(0), Save::Out(1)])
.grad(|b| {
    // With V^H gV = G: A's gradient is V^-H ((G - V^H V diag(Re G)) / E + diag(gL)) V^H where E_ij = conj(L_j - L_i)
    // off the diagonal. Source: Boeddeker et al., On the computation of complex-valued gradients (2017), eq. 4.77.
    let (w, v) = (b.output(0)?, b.output(1)?);
    let vh = v.mt()?.conj()?;
    let mut middle = match b.grad_of(0) {
        Some(g) => g.diag_embed(0, -2, -1)?,
        None => v.mul(0)?,
    };
    if let Some(gv) = b.grad_of(1) {
        let n = w.sizes()[w.ndim() - 1];
        let eye = Tensor::new(crate::array::create::eye(n, n, DType::Bool)?);
        let turn = vh.at(&gv)?;
        let diagonal = super::call(&DIAGONAL, [(&turn).into(), 0.into(), Value::Int(-2), Value::Int(-1)])?;
        let phase = map::cast(&diagonal.imag()?.array(), DType::F64)?.to_vec::<f64>()?;
        if phase.iter().any(|x| x.abs() > 1e-2) {
            return Err(Fault::runtime(
                "linalg_eig_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. \
                 The specified loss function depends on this quantity, so it is ill-defined.",
            ));
        }
        // A column keeps its norm: what would change it is taken away.
        let kept = turn.sub(&vh.at(&v.mul(&diagonal.real()?.unsqueeze(-2)?)?)?)?;
        let conjugates = w.conj()?;
        let gaps = conjugates.unsqueeze(-2)?.sub(&conjugates.unsqueeze(-1)?)?.masked_fill(&eye, 1.0)?;
        middle = middle.add(&kept.div(&gaps)?.masked_fill(&eye, 0.0)?)?;
    }
    Ok(Grads::from_iter([Some(complex_solve(&vh, &middle.at(&vh)?)?)]))
});

/// The X with A X = B for complex matrices: both parts of X at once, from a real system of twice the size.
fn complex_solve(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let n = shape(a).1;
    let (re, im) = (a.real()?, a.imag()?);
    let both = cat(&[cat(&[re.clone(), im.neg()?], -1)?, cat(&[im, re], -1)?], -2)?;
    let x = both.solve(&cat(&[b.real()?, b.imag()?], -2)?, true)?;
    let part = |from: usize| narrow(&x, x.ndim() - 2, from, n);
    super::call(&COMPLEX, [part(0)?.into(), part(n)?.into()])
}

/// Eigenvalues and eigenvectors of general matrices.
pub static EIG: OpDef = OpDef::composite("linalg_eig", "A: Tensor", |c| {
    let found = parts(super::apply(&EIG_KERNEL, Bound::from_iter([c.value(0).clone()]))?)?;
    Ok(named(&EIG, found.into_iter().map(Value::Tensor)))
})
.doc("The eigenvalues and the eigenvectors in columns, of square matrices; complex, since real matrices may have complex ones.")
.examples(&[Example("torch.linalg.eig(torch.tensor([[0., 1.], [-1., 0.]])).eigenvalues", "tensor([0.+1.j, 0.-1.j])")])
.forms(Forms::LINALG)
.returns(&["eigenvalues", "eigenvectors"])
.samples(&["tensor([[1., 2.], [3., 4.]])", "tensor([[[1., 2.], [0.5, 3.]], [[2., 1.], [1., 4.]]])"]);

/// Eigenvalues of general matrices.
pub static EIGVALS: OpDef = OpDef::composite("linalg_eigvals", "A: Tensor", |c| {
    check_shape(c.tensor(0)?, "linalg.eigvals")?;
    let found = parts(super::apply(&EIG_KERNEL, Bound::from_iter([c.value(0).clone()]))?)?;
    found.into_iter().next().map(Value::Tensor).ok_or_else(|| Fault::internal("eig gave no values"))
})
.doc("The eigenvalues of square matrices; complex, since real matrices may have complex ones.")
.examples(&[Example("torch.linalg.eigvals(torch.tensor([[0., 1.], [-1., 0.]]))", "tensor([0.+1.j, 0.-1.j])")])
.forms(Forms::LINALG)
.samples(&["randn(3, 3)"]);

/// A tolerance given as a number or a tensor with one for each matrix.
fn tolerance(v: &Value) -> Result<Option<Tensor>> {
    match v {
        Value::None | Value::Undef => Ok(None),
        Value::Tensor(t) => Ok(Some(t.detach())),
        other => match other.as_scalar() {
            Some(s) => Ok(Some(Tensor::new(Array::full(&[], s, DType::F64)?))),
            None => Ok(None),
        },
    }
}

fn epsilon(dtype: DType) -> f64 {
    if dtype == DType::F64 { f64::EPSILON } else { f32::EPSILON as f64 }
}

/// The bound below which singular values count as zero: max(atol, rtol * largest), one for each matrix.
fn bound(values: &Tensor, size: usize, atol: &Value, rtol: &Value) -> Result<Tensor> {
    let lead = values.ndim() - 1;
    if values.sizes()[lead] == 0 {
        return super::methods::zeros(&values.sizes()[..lead], DType::F64);
    }
    let largest = super::call(
        &super::largest::AMAX,
        [values.detach().into(), Value::tuple([Value::Int(-1)]), Value::Bool(false)],
    )?;
    let (a, r) = (tolerance(atol)?, tolerance(rtol)?);
    let r = match (&a, r) {
        (_, Some(r)) => r,
        (Some(a), None) => {
            // A positive absolute bound replaces the relative one.
            let none = a.gt(0)?;
            let usual =
                Tensor::new(Array::full(&[], Scalar::Float(epsilon(values.dtype()) * size as f64), DType::F64)?);
            usual.broadcast_to(&a.sizes())?.masked_fill(&none, 0.0)?
        }
        (None, None) => {
            Tensor::new(Array::full(&[], Scalar::Float(epsilon(values.dtype()) * size as f64), DType::F64)?)
        }
    };
    let relative = largest.to_dtype(DType::F64)?.mul(&r.to_dtype(DType::F64)?)?;
    match a {
        Some(a) => super::call(&super::extremes::MAXIMUM, [relative.into(), a.to_dtype(DType::F64)?.into()]),
        None => Ok(relative),
    }
}

/// The pseudo-inverse from singular values, those below a bound left out.
fn pseudo_inverse(t: &Tensor, atol: &Value, rtol: &Value, hermitian: bool) -> Result<Tensor> {
    let (m, n) = shape(t);

    if m == 0 || n == 0 || t.numel() == 0 {
        return t.mt()?.mul(0);
    }
    let (u, s, vh) = if hermitian {
        let all = parts(super::apply(&EIGH_KERNEL, Bound::from_iter([t.into(), Value::str("L")]))?)?;
        (all[1].clone(), all[0].clone(), all[1].mt()?)
    } else {
        let all = svd(t, false)?;
        (all[0].clone(), all[1].clone(), all[2].clone())
    };
    let size = s.abs()?;
    let low = bound(&size, m.max(n), atol, rtol)?;
    let drop = size.detach().to_dtype(DType::F64)?.le(low.unsqueeze(-1)?)?;
    let inverse = s.masked_fill(&drop, 1.0)?.reciprocal()?.masked_fill(&drop, 0.0)?;
    // The gradient through the vectors would divide by gaps: a formula of the pseudo-inverse itself does not.
    let plain = vh.detach().mt()?.mul(&inverse.detach().unsqueeze(-2)?)?.at(&u.detach().mt()?)?;
    super::call(&PINV_OF, [t.into(), plain.into()])
}

/// A pseudo-inverse that is known, with its derivative.
pub static PINV_OF: OpDef = OpDef::kernel("linalg_pinv", "A: Tensor, P: Tensor", |c| Ok(c.array(1)?.into()))
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::Out(0)])
    .grad(|b| {
        let (a, p) = (b.input(0)?, b.out()?);
        let (g, pt) = (b.grad(), p.mt()?);
        let gt = g.mt()?;
        let first = pt.at(&g)?.at(&pt)?.neg()?;
        // (I - A P) gᵀ P Pᵀ + Pᵀ P gᵀ (I - P A)
        let left = gt.sub(&a.at(&p.at(&gt)?)?)?.at(&p)?.at(&pt)?;
        let right = gt.sub(&gt.at(&p)?.at(&a)?)?;
        grads_of(first.add(&left)?.add(&pt.at(&p)?.at(&right)?)?)
    });

fn grads_of(t: Tensor) -> Result<Grads> {
    Ok(Grads::from_iter([Some(t)]))
}

/// The pseudo-inverse of Moore and Penrose.
pub static PINV: OpDef = OpDef::composite(
    "linalg_pinv",
    "A: Tensor, rcond = None, hermitian: bool = False, *, atol = None, rtol = None",
    |c| {
        let t = c.tensor(0)?;
        check_matrix(t, "linalg.pinv")?;
        if c.bool(2)? {
            check_square(t, "linalg.pinv")?;
        }
        let rtol = if c.is_none(4) { c.value(1) } else { c.value(4) };
        Ok(pseudo_inverse(t, c.value(3), rtol, c.bool(2)?)?.into())
    },
)
.doc("The pseudo-inverse of matrices; singular values up to max(atol, rtol * largest) count as zero.")
.examples(&[Example("torch.linalg.pinv(torch.tensor([[2.], [0.]]))", "tensor([[0.5000, 0.0000]])")])
.forms(Forms::LINALG)
.samples(&["randn(3, 2)"]);

/// The pseudo-inverse, as torch has it.
pub static PINVERSE: OpDef = OpDef::composite("pinverse", "input: Tensor, rcond: Number = 1e-15", |c| {
    let t = c.tensor(0)?;
    check_matrix(t, "linalg.pinv")?;
    Ok(pseudo_inverse(t, &Value::None, c.value(1), false)?.into())
})
.doc("The pseudo-inverse of matrices; singular values up to rcond * largest count as zero.")
.examples(&[Example("torch.pinverse(torch.tensor([[2.], [0.]]))", "tensor([[0.5000, 0.0000]])")])
.samples(&["randn(3, 2)"]);

/// The numbers of singular values that are not zero.
pub static MATRIX_RANK: OpDef = OpDef::composite(
    "linalg_matrix_rank",
    "A: Tensor, tol = None, hermitian: bool = False, *, atol = None, rtol = None",
    |c| {
        let t = c.tensor(0)?;
        check_matrix(t, "linalg.matrix_rank")?;
        let (m, n) = shape(t);
        let s = t.sizes();
        if t.numel() == 0 {
            return Ok(Value::tensor(Array::full(&s[..s.len() - 2], Scalar::Int(0), DType::I64)?));
        }
        let values = if c.bool(2)? {
            check_square(t, "linalg.matrix_rank")?;
            parts(super::apply(&EIGH_KERNEL, Bound::from_iter([t.detach().into(), Value::str("L")]))?)?[0].abs()?
        } else {
            singular_values(&t.detach())?
        };
        let (atol, rtol) = if c.is_none(1) { (c.value(3), c.value(4)) } else { (c.value(1), &Value::Int(0)) };
        let low = bound(&values, m.max(n), atol, rtol)?;
        let large = values.to_dtype(DType::F64)?.gt(low.unsqueeze(-1)?)?;
        Ok(large.sum_dims(&[-1], false)?.into())
    },
)
.doc("How many singular values of matrices exceed max(atol, rtol * largest): int64.")
.examples(&[Example("torch.linalg.matrix_rank(torch.tensor([[1., 2.], [2., 4.]]))", "tensor(1)")])
.forms(Forms::LINALG)
.samples(&["randn(3, 2)"]);

/// A norm of matrices in two dimensions.
fn matrix_norm(t: &Tensor, ord: &Value, dims: [i64; 2], keep: bool, name: &str) -> Result<Tensor> {
    if t.ndim() < 2 {
        return Err(Fault::runtime(format!("{name}: The input tensor A must have at least 2 dimensions.")));
    }
    let n = t.ndim();
    let wrap = |d: i64| crate::array::layout::wrap_dim(d, n);
    let (p, q) = (wrap(dims[0])?, wrap(dims[1])?);
    if p == q {
        return Err(Fault::runtime(format!("{name}: dims must be different. Got ({}, {})", dims[0], dims[1])));
    }
    let vector = |t: &Tensor, p: Value, dims: &[usize], keep: bool| {
        let dims = Value::tuple(dims.iter().map(|&d| Value::Int(d as i64)));
        super::call(&VECTOR_NORM, [t.into(), p, dims, Value::Bool(keep)])
    };
    let refused = |shown: String| Fault::runtime(format!("{name}: Order {shown} not supported."));
    let order = match ord {
        Value::Str(s) => match &***s {
            "fro" => return vector(t, Value::Int(2), &[p, q], keep),
            "nuc" => 0.5,
            other => return Err(refused(other.to_string())),
        },
        v => v.as_scalar().map(Scalar::as_f64).ok_or_else(|| refused("?".into()))?,
    };
    if t.dtype().is_complex() {
        return Err(super::linalg::complex_matrices("linalg.matrix_norm"));
    }
    let float = t.dtype().is_float();
    if !float {
        return Err(Fault::not_implemented(format!(
            "linalg.matrix_norm: Expected a floating point or complex tensor as input. Got {}",
            t.dtype().scalar_type()
        )));
    }
    let extreme = |t: &Tensor, dim: usize, largest: bool| {
        if largest && t.sizes()[dim] == 0 {
            // Norms are not negative: zero is the largest of none.
            return t.sum_dims(&[dim as i64], keep);
        }
        let def = if largest { &super::largest::AMAX } else { &super::largest::AMIN };
        super::call(def, [t.into(), Value::tuple([Value::Int(dim as i64)]), Value::Bool(keep)])
    };
    let shift = |gone: usize, d: usize| if !keep && gone < d { d - 1 } else { d };
    match order {
        0.5 | 2.0 | -2.0 => {
            let others = (0..n).filter(|&d| d != p && d != q);
            let perm: Vec<i64> = others.chain([p, q]).map(|d| d as i64).collect();
            let s = singular_values(&t.permute(&perm)?)?;
            let last = s.ndim() - 1;
            let out = match order {
                0.5 => s.sum_dims(&[-1], false)?,
                o if o > 0.0 && s.sizes()[last] == 0 => s.sum_dims(&[-1], false)?,
                o => {
                    let def = if o > 0.0 { &super::largest::AMAX } else { &super::largest::AMIN };
                    super::call(def, [s.into(), Value::tuple([Value::Int(last as i64)]), Value::Bool(false)])?
                }
            };
            if keep { out.unsqueeze(p.min(q))?.unsqueeze(p.max(q)) } else { Ok(out) }
        }
        o if o.abs() == 1.0 => {
            let sums = vector(t, Value::Int(1), &[p], keep)?;
            extreme(&sums, shift(p, q), o > 0.0)
        }
        o if o.is_infinite() => {
            let sums = vector(t, Value::Int(1), &[q], keep)?;
            extreme(&sums, shift(q, p), o > 0.0)
        }
        o => Err(refused(format!("{o}"))),
    }
}

/// The two dimensions in an argument.
fn pair(c: &Call, i: usize) -> Result<[i64; 2]> {
    match c.ints(i)?.as_slice() {
        [p, q] => Ok([*p, *q]),
        other => {
            let shown: Vec<String> = other.iter().map(|d| d.to_string()).collect();
            Err(Fault::runtime(format!("linalg.matrix_norm: dim must be a 2-tuple. Got {}", shown.join(" "))))
        }
    }
}

fn in_dtype(c: &Call, i: usize) -> Result<Tensor> {
    let t = c.tensor(0)?;
    match c.opt_dtype(i)? {
        Some(d) => t.to_dtype(d),
        None => Ok(t.clone()),
    }
}

/// A norm of matrices.
pub static MATRIX_NORM: OpDef = OpDef::composite(
    "linalg_matrix_norm",
    "A: Tensor, ord = 'fro', dim: int[] = (-2, -1), keepdim: bool = False, *, dtype: dtype? = None",
    |c| Ok(matrix_norm(&in_dtype(c, 4)?, c.value(1), pair(c, 2)?, c.bool(3)?, "linalg.matrix_norm")?.into()),
)
.doc("A norm of matrices: 'fro', 'nuc', or of order 1, -1, 2, -2, inf, -inf.")
.examples(&[Example("torch.linalg.matrix_norm(torch.tensor([[3., 0.], [0., 4.]]))", "tensor(5.)")])
.forms(Forms::LINALG)
.samples(&["randn(3, 2)", "randn(3, 2), 2", "randn(3, 2), 1"]);

/// A norm of vectors or matrices.
pub static LINALG_NORM: OpDef = OpDef::composite(
    "linalg_norm",
    "A: Tensor, ord = None, dim: int[]? = None, keepdim: bool = False, *, dtype: dtype? = None",
    |c| {
        let t = in_dtype(c, 4)?;
        let keep = c.bool(3)?;
        let n = t.ndim();
        let vector = |p: Value| {
            let args = [Value::from(&t), p, c.value(2).clone(), Value::Bool(keep), Value::None];
            super::apply(&VECTOR_NORM, Bound::from_iter(args))
        };
        if c.is_none(1) {
            return vector(Value::Int(2));
        }
        let dims = if c.is_none(2) { None } else { Some(c.ints(2)?) };
        if dims.as_ref().is_some_and(|d| d.len() != 1 && d.len() != 2) {
            return Err(Fault::runtime(format!(
                "linalg.norm: If dim is specified, it must be of length 1 or 2. Got {:?}",
                dims.map(|d| d.to_vec()).unwrap_or_default()
            )));
        }
        if dims.is_none() && n > 2 {
            return Err(Fault::runtime(format!(
                "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {n}D."
            )));
        }
        let is_text = matches!(c.value(1), Value::Str(_));
        let two = dims.as_ref().map_or(n == 2, |d| d.len() == 2);
        if !is_text && !two {
            return vector(c.value(1).clone());
        }
        let at = match &dims {
            Some(d) if d.len() == 2 => [d[0], d[1]],
            _ => [0, 1],
        };
        if n < 2 || dims.as_ref().is_some_and(|d| d.len() == 1) {
            return Err(Fault::runtime("linalg.matrix_norm: The input tensor A must have at least 2 dimensions."));
        }
        Ok(matrix_norm(&t, c.value(1), at, keep, "linalg.matrix_norm")?.into())
    },
)
.doc("The norm of order ord of vectors (one dimension) or matrices (two dimensions); the 2-norm of all elements by default.")
.examples(&[Example("torch.linalg.norm(torch.tensor([3., 4.]))", "tensor(5.)")])
.forms(Forms::LINALG.and(Forms::NP))
.samples(&["randn(3, 2)", "randn(3, 2), 2", "randn(4), 3"]);

/// Condition numbers.
pub static COND: OpDef = OpDef::composite("linalg_cond", "A: Tensor, p = None", |c| {
    let t = c.tensor(0)?;
    check_matrix(t, "linalg.cond")?;
    let default = matches!(c.value(1), Value::None) || c.value(1).as_scalar().is_some_and(|s| s.as_f64().abs() == 2.0);
    if default {
        let s = singular_values(t)?;
        let d = s.ndim() - 1;
        let k = s.sizes()[d];
        if k == 0 {
            return Ok(super::methods::zeros(&s.sizes()[..d], t.dtype())?.into());
        }
        let (first, last) = (s.select(-1, 0)?, s.select(-1, k - 1)?);
        let smallest_first = c.value(1).as_scalar().is_some_and(|s| s.as_f64() == -2.0);
        return Ok(if smallest_first { last.div(&first)? } else { first.div(&last)? }.into());
    }
    check_square(t, "linalg.cond")?;
    let inverse = match t.inverse(true) {
        Ok(i) => i,
        // A singular matrix has an infinite condition number.
        Err(_) => {
            let s = t.sizes();
            return Ok(Value::tensor(Array::full(&s[..s.len() - 2], Scalar::Float(f64::INFINITY), t.dtype())?));
        }
    };
    let of = |t: &Tensor| matrix_norm(t, c.value(1), [-2, -1], false, "linalg.cond");
    Ok(of(t)?.mul(&of(&inverse)?)?.into())
})
.doc("The condition numbers of matrices with respect to a norm, the 2-norm by default.")
.examples(&[Example("torch.linalg.cond(torch.tensor([[2., 0.], [0., 1.]]))", "tensor(2.)")])
.forms(Forms::LINALG)
.samples(&["randn(3, 3)"]);

/// Least squares.
pub static LSTSQ: OpDef = OpDef::composite(
    "linalg_lstsq",
    "A: Tensor, B: Tensor, rcond = None, *, driver: str? = None",
    |c| {
        let (a, b) = (c.tensor(0)?, c.tensor(1)?);
        check_matrix(a, "torch.linalg.lstsq")?;
        let (m, n) = shape(a);
        if b.ndim() < 1 {
            return Err(Fault::runtime("torch.linalg.lstsq: other must have at least 1 dimension."));
        }
        if a.dtype() != b.dtype() {
            return Err(Fault::runtime(format!(
                "torch.linalg.lstsq: Expected input and other to have the same dtype, but got input's dtype {} and other's \
                 dtype {}",
                a.dtype().scalar_type(),
                b.dtype().scalar_type()
            )));
        }
        let driver = if c.is_none(3) { "gelsy" } else { c.text(3)? };
        if !matches!(driver, "gels" | "gelsy" | "gelsd" | "gelss") {
            return Err(Fault::runtime(
                "torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)",
            ));
        }
        let vector = b.ndim() + 1 == a.ndim();
        if b.ndim() > a.ndim() || b.ndim() + 1 < a.ndim() {
            return Err(Fault::runtime(
                "torch.linalg.lstsq: input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1",
            ));
        }
        let right = if vector { b.unsqueeze(-1)? } else { b.clone() };
        if right.sizes()[right.ndim() - 2] != m {
            return Err(Fault::runtime(if vector {
                "torch.linalg.lstsq: input.size(-2) should match other.size(-1)"
            } else {
                "torch.linalg.lstsq: input.size(-2) should match other.size(-2)"
            }));
        }
        let rcond = match c.value(2) {
            Value::None => Value::Float(epsilon(a.dtype()) * m.max(n) as f64),
            v => v.clone(),
        };
        let p = pseudo_inverse(a, &Value::None, &rcond, false)?;
        let x = p.at(&right)?;
        let values = singular_values(&a.detach())?;
        let low = bound(&values, m.max(n), &Value::None, &rcond)?;
        let rank = values.to_dtype(DType::F64)?.gt(low.unsqueeze(-1)?)?.sum_dims(&[-1], false)?;
        let empty = |sizes: &[usize], dtype| Array::full(sizes, Scalar::Int(0), dtype).map(Tensor::new);
        let full = rank.array().to_vec::<i64>()?.iter().all(|&r| r == n as i64);
        let residuals = if m > n && full && driver != "gelsy" {
            let r = a.at(&x)?.sub(&right)?;
            let sums = r.mul(&r)?.sum_dims(&[-2], false)?;
            if vector { super::call(&super::shape::SQUEEZE_DIM, [sums.into(), Value::Int(-1)])? } else { sums }
        } else {
            // No residuals, but as much a part of the graph as if there were some.
            super::axes::narrow(&x.reshape(&[x.numel()])?, 0, 0, 0)?
        };
        let rank = if driver == "gels" { empty(&[0], DType::I64)? } else { rank };
        let shown = if matches!(driver, "gelsd" | "gelss") { values } else { empty(&[0], a.dtype())? };
        let x = if vector { super::call(&super::shape::SQUEEZE_DIM, [x.into(), Value::Int(-1)])? } else { x };
        Ok(named(&LSTSQ, [x, residuals, rank, shown].into_iter().map(Value::Tensor)))
    },
)
.doc("The X with the least |A X - B|, the residuals, the ranks, and the singular values where the driver gives them.")
.examples(&[Example("torch.linalg.lstsq(torch.tensor([[1.], [1.]]), torch.tensor([[1.], [3.]])).solution", "tensor([[2.0000]])")])
.forms(Forms::LINALG)
.returns(&["solution", "residuals", "rank", "singular_values"])
.samples(&["randn(4, 2), randn(4, 1)"]);
