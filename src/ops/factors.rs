//! What follows from factorisations: unpacked triangles, systems solved with them, polar factors, square roots, and
//! inverses and solutions of tensors seen as matrices.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::linalg::{LU_KERNEL, check_float, check_square, failed, named};
use super::node::grads;
use super::spectral::{EIGH_KERNEL, svd};
use crate::array::layout::{Dims, broadcast_sizes, show_sizes, wrap_dim};
use crate::array::{Array, DType, Scalar};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&LU, &LU_METHOD, &LU_UNPACK, &LU_SOLVE, &TORCH_LU_SOLVE, &POLAR, &MATRIX_SQRTH, &TENSORINV, &TENSORSOLVE];

/// The sizes of a matrix in the last two dimensions.
fn rows_cols(t: &Tensor) -> (usize, usize) {
    let s = t.sizes();
    (s[s.len() - 2], s[s.len() - 1])
}

/// The tensors of a tuple.
fn tensors(value: Value) -> Vec<Tensor> {
    match value {
        Value::Tuple(t) => {
            t.iter().filter_map(|v| if let Value::Tensor(t) = v { Some(t.clone()) } else { None }).collect()
        }
        _ => Vec::new(),
    }
}

/// The factors of `torch.lu`: both triangles in one matrix, the row exchanges and the first column without a pivot.
fn lu(c: &Call) -> Result<[Value; 3]> {
    let a = c.tensor(0)?;
    if a.ndim() < 2 {
        return Err(Fault::runtime(format!(
            "torch.lu_factor: Expected tensor with 2 or more dimensions. Got size: {} instead",
            show_sizes(&a.sizes())
        )));
    }
    if !matches!(a.dtype(), DType::F32 | DType::F64) {
        return Err(super::kernel::not_for("lu_cpu", a.dtype()));
    }
    if !c.bool(1)? {
        return Err(Fault::runtime("linalg.lu_factor: LU without pivoting is not implemented on the CPU"));
    }
    let found = tensors(super::apply(&LU_KERNEL, Bound::from_iter([a.into(), Value::Bool(true)]))?);
    let [lu, pivots, info, ..] = found.as_slice() else { return Err(Fault::internal("lu gave other values")) };
    Ok([lu.into(), pivots.into(), info.into()])
}

const LU_DOC: &str = "L below U in one matrix and the row exchanges, counted from 1: with get_infos also the first column \
                      without a pivot, 0 when there is none.";

/// The factors of `torch.lu`.
pub static LU: OpDef = OpDef::composite("lu", "A: Tensor, pivot: bool = True, get_infos: bool = False", |c| {
    let parts = lu(c)?;
    if c.bool(2)? { Ok(named(&LU_WITH_INFO, parts)) } else { Ok(Value::tuple(parts.into_iter().take(2))) }
})
.doc(LU_DOC)
.examples(&[Example(
    "torch.lu(torch.tensor([[4., 2.], [2., 3.]]))[0]",
    "tensor([[4.0000, 2.0000],\n        [0.5000, 2.0000]])",
)])
.forms(Forms::FUNCTION)
.samples(&["randn(3, 3) + 3 * eye(3)"]);

/// The names of the results of `torch.lu` with infos.
static LU_WITH_INFO: OpDef =
    OpDef::composite("_lu_with_info", "A: Tensor", |_| Ok(Value::None)).returns(&["LU", "pivots", "info"]);

/// The factors of `torch.lu`, as a method.
pub static LU_METHOD: OpDef =
    OpDef::composite("lu", "input: Tensor, pivot: bool = True, get_infos: bool = False", |c| {
        let parts = lu(c)?;
        Ok(Value::tuple(parts.into_iter().take(if c.bool(2)? { 3 } else { 2 })))
    })
    .doc(LU_DOC)
    .examples(&[Example("torch.eye(2).lu()[1]", "tensor([1, 2], dtype=torch.int32)")])
    .forms(Forms::METHOD)
    .samples(&["randn(3, 3) + 3 * eye(3)"]);

/// The order of the rows, counted from 0, that row exchanges counted from 1 lead to.
fn order(pivots: &[i32], rows: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    for (i, &p) in pivots.iter().enumerate() {
        order.swap(i, p as usize - 1);
    }
    order
}

/// The permutations P with A = P L U, `[..., rows, rows]`, of row exchanges `[..., k]`.
///
/// Errors: RuntimeError with the given text where an exchange is out of range.
fn permutations(pivots: &Array, rows: usize, dtype: DType, out_of_range: impl Fn(i32) -> String) -> Result<Tensor> {
    let (lead, k) = match pivots.sizes().split_last() {
        Some((&k, lead)) => (lead, k),
        None => (&[][..], 0),
    };
    let all: Vec<i32> = pivots.to_vec()?;
    if let Some(&bad) = all.iter().find(|&&p| p < 1 || p as usize > rows) {
        return Err(Fault::runtime(out_of_range(bad)));
    }
    let count: usize = lead.iter().product();
    let mut sizes = Dims::from_slice(lead);
    sizes.extend([rows, rows]);
    let mut data = vec![0f64; crate::array::layout::checked_numel(&sizes)?];
    for i in 0..count {
        for (to, from) in order(&all[i * k..(i + 1) * k], rows).into_iter().enumerate() {
            data[(i * rows + from) * rows + to] = 1.0;
        }
    }
    Ok(Tensor::new(crate::array::matrix::numbers(&sizes, data, dtype)?))
}

/// Both triangles of a matrix: L with ones on its diagonal, and U.
pub static TRIANGLES: OpDef = OpDef::kernel("lu_unpack", "LU_data: Tensor", |c| {
    let t = c.tensor(0)?.detach();
    let (m, n) = rows_cols(&t);
    let (k, last) = (m.min(n), t.ndim() - 1);
    let eye = Tensor::new(crate::array::create::eye(m, k, t.dtype())?);
    let l = super::axes::narrow(&t, last, 0, k)?.tril(-1)?.add(&eye)?;
    let u = super::axes::narrow(&t, last - 1, 0, k)?.triu(0)?;
    Ok(Out::many([l.array().clone(), u.array().clone()]))
})
.forms(Forms::HIDDEN)
.grad(|b| {
    let (m, n) = match b.sizes(0)[..] {
        [.., m, n] => (m as i64, n as i64),
        _ => return Ok(Grads::new()),
    };
    let k = m.min(n);
    let low =
        b.grad_of(0).map(|g| super::pad::constant(&g.tril(-1)?, &[0, n - k, 0, 0], Scalar::Int(0))).transpose()?;
    let high =
        b.grad_of(1).map(|g| super::pad::constant(&g.triu(0)?, &[0, 0, 0, m - k], Scalar::Int(0))).transpose()?;
    match (low, high) {
        (Some(l), Some(h)) => grads([l.add(&h)?]),
        (Some(g), None) | (None, Some(g)) => grads([g]),
        (None, None) => Ok(Grads::new()),
    }
});

/// Permutation and triangles from what `lu_factor` gives.
pub static LU_UNPACK: OpDef = OpDef::composite(
    "lu_unpack",
    "LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True",
    |c| {
        let (lu, pivots) = (c.tensor(0)?, c.tensor(1)?);
        let (data, permutation) = (c.bool(2)?, c.bool(3)?);
        if permutation && pivots.dtype() != DType::I32 {
            return Err(Fault::runtime(
                "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\nNote: this \
                 function is intended to be used with the output produced by torch.linalg.lu_factor",
            ));
        }
        wrap_dim(-2, lu.ndim())?;
        let sizes = lu.sizes();
        let (m, n) = rows_cols(lu);
        let mut expected = Dims::from_slice(&sizes[..sizes.len() - 2]);
        expected.push(m.min(n));
        if permutation && pivots.sizes() != expected {
            return Err(Fault::value(format!(
                "Expected LU_pivots to have shape {} but got {} instead.",
                show_sizes(&expected),
                show_sizes(&pivots.sizes())
            )));
        }
        let nothing = || super::methods::zeros(&[0], lu.dtype());
        let p = if permutation {
            permutations(&pivots.array(), m, lu.dtype(), |_| {
                "pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.Did you properly pass the result \
                 of lu_factor?"
                    .to_string()
            })?
        } else {
            nothing()?
        };
        let (l, u) = if data {
            match tensors(super::apply(&TRIANGLES, Bound::from_iter([lu.into()]))?).as_slice() {
                [l, u] => (l.clone(), u.clone()),
                _ => return Err(Fault::internal("two triangles")),
            }
        } else {
            (nothing()?, nothing()?)
        };
        Ok(named(&LU_UNPACK, [p.into(), l.into(), u.into()]))
    },
)
.doc("P, L and U with A = P L U from what torch.linalg.lu_factor gives; what is not to be unpacked is empty.")
.examples(&[Example(
    "torch.lu_unpack(*torch.linalg.lu_factor(torch.tensor([[2., 3.], [4., 2.]]))).L",
    "tensor([[1.0000, 0.0000],\n        [0.5000, 1.0000]])",
)])
.forms(Forms::FUNCTION)
.returns(&["P", "L", "U"])
.samples(&["randn(3, 3), tensor([1, 3, 3], dtype=int32)", "randn(3, 2), tensor([1, 3], dtype=int32)"]);

/// Solves with the factors of a matrix A: A X = B, or Aᵀ X = B, or with X on the left.
fn solved(lu: &Tensor, pivots: &Tensor, b: &Tensor, left: bool, adjoint: bool) -> Result<Tensor> {
    const NAME: &str = "linalg.lu_solve";
    check_square(lu, "torch.linalg.lu_solve")?;
    if b.dtype() != lu.dtype() {
        return Err(Fault::runtime(format!(
            "{NAME}: Expected LU and B to have the same dtype, but found LU of type {} and B of type {} instead",
            lu.dtype().scalar_type(),
            b.dtype().scalar_type()
        )));
    }
    if b.ndim() < 2 {
        return Err(Fault::runtime(format!("{NAME}: The input tensor B must have at least 2 dimensions.")));
    }
    let (n, s) = (rows_cols(lu).0, b.sizes());
    let (p, q) = rows_cols(b);
    if (if left { p } else { q }) != n {
        let equation = if left { "AX = B" } else { "XA = B" };
        return Err(Fault::runtime(format!(
            "{NAME}: Incompatible shapes of A and B for the equation {equation} ({n}x{n} and {p}x{q})"
        )));
    }
    if pivots.dtype() != DType::I32 {
        return Err(Fault::runtime(format!("{NAME}: pivots should be a Tensor of scalar type torch.int32")));
    }
    if pivots.sizes().last() != Some(&n) {
        return Err(Fault::runtime(format!(
            "{NAME}: Number of pivots per batch should be same as the dimension of the matrix"
        )));
    }
    let x = lu.sizes();
    if pivots.sizes()[..] != x[..x.len() - 1] {
        return Err(Fault::runtime(format!(
            "{NAME}: Expected LU.shape[:-1] and pivots.shape to be the same, but got pivots with shape {} instead",
            show_sizes(&pivots.sizes())
        )));
    }
    let permutation = permutations(&pivots.array(), n, lu.dtype(), |bad| {
        let order = if bad < 1 { "greater or equal to 1" } else { "smaller or equal to LU.size(-2)" };
        format!("Pivots given to lu_solve must all be {order}. Did you properly pass the result of lu_factor?")
    })?;
    if !left {
        // X A = B is the same as Aᵀ Xᵀ = Bᵀ.
        return solved(lu, pivots, &b.mt()?, true, !adjoint)?.mt();
    }
    let batch = broadcast_sizes(&x[..x.len() - 2], &s[..s.len() - 2])?;
    let wide = |m: usize, k: usize| -> Dims { batch.iter().copied().chain([m, k]).collect() };
    let (lu, b) = (lu.broadcast_to(&wide(n, n))?, b.broadcast_to(&wide(p, q))?);
    if adjoint {
        let inner = lu.mt()?.solve_triangular(&b, false, false)?;
        permutation.at(&lu.mt()?.solve_triangular(&inner, true, true)?)
    } else {
        let inner = lu.solve_triangular(&permutation.mt()?.at(&b)?, false, true)?;
        lu.solve_triangular(&inner, true, false)
    }
}

/// The solutions of systems whose matrix is given by its factors.
pub static LU_SOLVE: OpDef = OpDef::composite(
    "linalg_lu_solve",
    "LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False",
    |c| Ok(solved(c.tensor(0)?, c.tensor(1)?, c.tensor(2)?, c.bool(3)?, c.bool(4)?)?.into()),
)
.doc("The X with A X = B, for A given by torch.linalg.lu_factor; with left=False X A = B, with adjoint A.T instead of A.")
.examples(&[Example(
    "torch.linalg.lu_solve(*torch.linalg.lu_factor(torch.tensor([[2., 0.], [0., 4.]])), torch.tensor([[2.], [4.]]))",
    "tensor([[1.],\n        [1.]])",
)])
.forms(Forms::LINALG)
.samples(&[
    "randn(3, 3) + 3 * eye(3), tensor([1, 3, 3], dtype=int32), randn(3, 2)",
    "randn(3, 3) + 3 * eye(3), tensor([2, 3, 3], dtype=int32), randn(3, 2), adjoint=True",
    "randn(2, 2) + 3 * eye(2), tensor([2, 2], dtype=int32), randn(3, 2), left=False",
]);

/// The same with the right sides first.
pub static TORCH_LU_SOLVE: OpDef = OpDef::composite("lu_solve", "b: Tensor, LU_data: Tensor, LU_pivots: Tensor", |c| {
    Ok(solved(c.tensor(1)?, c.tensor(2)?, c.tensor(0)?, true, false)?.into())
})
.doc("The X with A X = b, for A given by torch.linalg.lu_factor.")
.examples(&[Example(
    "torch.lu_solve(torch.tensor([[2.], [4.]]), *torch.linalg.lu_factor(torch.tensor([[2., 0.], [0., 4.]])))",
    "tensor([[1.],\n        [1.]])",
)])
.samples(&["randn(3, 2), randn(3, 3) + 3 * eye(3), tensor([1, 3, 3], dtype=int32)"]);

/// Eigenvalues in a row and eigenvectors in columns of symmetric matrices.
fn eigen(t: &Tensor) -> Result<(Tensor, Tensor)> {
    match tensors(super::apply(&EIGH_KERNEL, Bound::from_iter([t.into(), Value::str("L")]))?).as_slice() {
        [w, v] => Ok((w.unsqueeze(-2)?, v.clone())),
        _ => Err(Fault::internal("eigh gave other values")),
    }
}

/// The X with X S + S X = M, for a symmetric S with eigenvectors `v` and the sums of its eigenvalues `sums`.
fn sylvester(m: &Tensor, v: &Tensor, sums: &Tensor) -> Result<Tensor> {
    v.at(&v.mt()?.at(m)?.at(v)?.div(sums)?)?.at(&v.mt()?)
}

/// Orthonormal columns and a symmetric factor.
pub static POLAR_KERNEL: OpDef = OpDef::kernel("linalg_polar", "A: Tensor", |c| {
    let a = c.tensor(0)?.detach();
    let all = svd(&a, false)?;
    let [w, s, vh] = all.as_slice() else { return Err(Fault::internal("svd gave other values")) };
    let u = w.at(vh)?;
    let h = vh.mt()?.mul(s.unsqueeze(-2)?)?.at(vh)?;
    let h = h.add(&h.mt()?)?.mul(0.5)?;
    Ok(Out::many([u.array().clone(), h.array().clone()]))
})
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::Out(0), Save::Out(1)])
.grad(|b| {
    // With A = U H: dU = U W + (1 - U Uᵀ) dA H⁻¹, where W H + H W = Uᵀ dA - dAᵀ U, and dH = dUᵀ A + Uᵀ dA.
    let (a, u, h) = (b.input(0)?, b.output(0)?, b.output(1)?);
    let (w, v) = eigen(&h)?;
    let mut toward_u = b.grad_of(0);
    let mut out = None;
    if let Some(g) = b.grad_of(1) {
        let through = a.at(&g.mt()?)?;
        toward_u = Some(toward_u.map_or_else(|| Ok(through.clone()), |t| t.add(&through))?);
        out = Some(u.at(&g)?);
    }
    let Some(toward_u) = toward_u else { return Ok(Grads::new()) };
    let inside = u.mt()?.at(&toward_u)?;
    let turn = sylvester(&inside.sub(&inside.mt()?)?, &v, &w.add(&w.mt()?)?)?;
    let outside = toward_u.sub(&u.at(&inside)?)?.at(&v.div(&w)?.at(&v.mt()?)?)?;
    let sum = u.at(&turn)?.add(&outside)?;
    grads([out.map_or_else(|| Ok(sum.clone()), |o| o.add(&sum))?])
});

/// The polar factors of matrices.
pub static POLAR: OpDef = OpDef::composite("linalg_polar", "A: Tensor", |c| {
    let a = c.tensor(0)?;
    if a.ndim() < 2 {
        return Err(Fault::runtime("linalg.polar: The input tensor A must have at least 2 dimensions."));
    }
    check_float(a, "linalg.polar")?;
    let (m, n) = rows_cols(a);
    if m < n {
        return Err(Fault::runtime(format!(
            "linalg.polar: input must have at least as many rows as columns, but got {m} by {n} matrices"
        )));
    }
    Ok(named(&POLAR, tensors(super::apply(&POLAR_KERNEL, Bound::from_iter([a.into()]))?).into_iter().map(Value::Tensor)))
})
.doc("U and H with A = U H: orthonormal columns, and a symmetric positive semidefinite matrix; A has at least as many rows\nas columns.")
.examples(&[Example(
    "torch.linalg.polar(torch.tensor([[-2., 0.], [0., 3.]])).H",
    "tensor([[2., 0.],\n        [0., 3.]])",
)])
.forms(Forms::LINALG)
.returns(&["U", "H"])
.samples(&["randn(3, 3) + 2 * eye(3)", "randn(4, 2)"]);

/// The symmetric square root.
pub static ROOT_KERNEL: OpDef = OpDef::kernel("linalg_matrix_sqrth", "A: Tensor", |c| {
    let (w, v) = eigen(&c.tensor(0)?.detach())?;
    let root = super::call(&super::extremes::CLAMP_MIN, [w.into(), Value::Float(0.0)])?.sqrt()?;
    Ok(v.mul(&root)?.at(&v.mt()?)?.array().clone().into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::Out(0)])
.grad(|b| {
    let (w, v) = eigen(&b.out()?)?;
    let g = b.grad();
    let symmetric = g.add(&g.mt()?)?.mul(0.5)?;
    grads([sylvester(&symmetric, &v, &w.add(&w.mt()?)?)?])
});

/// The square roots of symmetric matrices.
pub static MATRIX_SQRTH: OpDef = OpDef::composite("linalg_matrix_sqrth", "A: Tensor", |c| {
    let a = c.tensor(0)?;
    check_square(a, "linalg.matrix_sqrth")?;
    super::apply(&ROOT_KERNEL, Bound::from_iter([a.into()]))
})
.doc("The symmetric positive definite X with X X = A, for symmetric positive definite matrices, whose lower triangle is read.")
.examples(&[Example(
    "torch.linalg.matrix_sqrth(torch.tensor([[4., 0.], [0., 9.]]))",
    "tensor([[2., 0.],\n        [0., 3.]])",
)])
.forms(Forms::LINALG)
.samples(&["tensor([[2., 0.5, 0.], [0.5, 4., 1.], [0., 1., 7.]])"]);

/// The inverse of a tensor seen as a matrix.
pub static TENSORINV: OpDef = OpDef::composite("linalg_tensorinv", "A: Tensor, ind: int = 2", |c| {
    let (a, ind) = (c.tensor(0)?, c.int(1)?);
    if ind <= 0 {
        return Err(Fault::runtime(format!("Expected a strictly positive integer for 'ind', but got {ind}")));
    }
    let sizes = a.sizes();
    let Some((lead, rest)) = usize::try_from(ind).ok().and_then(|ind| sizes.split_at_checked(ind)) else {
        return Err(Fault::runtime(format!("ArrayRef: invalid slice, N = {ind}; size = {}", sizes.len())));
    };
    let (rows, cols): (usize, usize) = (rest.iter().product(), lead.iter().product());
    if rows != cols {
        return Err(Fault::runtime(format!(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got {rows} != \
             {cols}"
        )));
    }
    let shape: Dims = rest.iter().chain(lead).copied().collect();
    let flat = a.reshape(&[cols, rows])?;
    check_square(&flat, "linalg.inv")?;
    let inverse = flat.inverse(true).map_err(|e| match e.message.strip_prefix("linalg.") {
        Some(text) => failed(text.to_string()),
        None => e,
    })?;
    Ok(inverse.reshape(&shape)?.into())
})
.doc("The inverse of A seen as a matrix from the dimensions before ind to those behind: the X with tensordot(X, A, ind) the\nidentity, of sizes A.shape[ind:] + A.shape[:ind].")
.examples(&[Example("torch.linalg.tensorinv(torch.eye(6).reshape(6, 2, 3), ind=1).shape", "torch.Size([2, 3, 6])")])
.forms(Forms::LINALG)
.samples(&["(randn(4, 4) + 3 * eye(4)).reshape(2, 2, 4)", "(randn(4, 4) + 3 * eye(4)).reshape(4, 2, 2), 1"]);

/// The solution of a system of tensors.
pub static TENSORSOLVE: OpDef = OpDef::composite("linalg_tensorsolve", "A: Tensor, B: Tensor, dims: int[]? = None", |c| {
    let (mut a, b) = (c.tensor(0)?.clone(), c.tensor(1)?);
    if !c.is_none(2) {
        let dims = c.ints(2)?;
        let n = a.ndim() as i64;
        let ends: Vec<Value> = (n - dims.len() as i64..n).map(Value::Int).collect();
        let args = [(&a).into(), c.value(2).clone(), Value::tuple(ends)];
        a = super::call(&super::axes::MOVEDIM, args)?;
    }
    let sizes = a.sizes();
    let (lead, rest) = sizes.split_at(b.ndim().min(sizes.len()));
    let (rows, cols): (usize, usize) = (lead.iter().product(), rest.iter().product());
    if rows != cols {
        return Err(Fault::runtime(format!(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), but \
             got {cols} != {rows}"
        )));
    }
    let args = [a.reshape(&[cols, rows])?.into(), b.reshape(&[b.numel()])?.into()];
    Ok(super::call(&super::linalg::SOLVE, args)?.reshape(rest)?.into())
})
.doc("The X with tensordot(A, X, X.ndim) = B: A seen as a matrix from its last dimensions to those of B.\ndims are moved to the end of A first.")
.examples(&[Example("torch.linalg.tensorsolve(torch.eye(4).reshape(2, 2, 4), torch.ones(2, 2))", "tensor([1., 1., 1., 1.])")])
.forms(Forms::LINALG)
.samples(&["(randn(4, 4) + 3 * eye(4)).reshape(2, 2, 4), randn(2, 2)", "(randn(4, 4) + 3 * eye(4)).reshape(2, 4, 2), randn(2, 2), dims=(1,)"]);
