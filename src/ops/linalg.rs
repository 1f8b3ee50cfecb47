//! Square systems of linear algebra: inverses, determinants, solutions, powers, factorisations into triangles.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::methods::zeros;
use super::node::grads;
use crate::array::layout::broadcast_sizes;
use crate::array::matrix::{self, Matrix};
use crate::array::{Array, DType, Dims, Scalar};
use crate::diag::{ExcKind, Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &INV,
    &INV_EX,
    &INVERSE,
    &DET,
    &TORCH_DET,
    &SLOGDET,
    &TORCH_SLOGDET,
    &LOGDET,
    &SOLVE,
    &SOLVE_EX,
    &SOLVE_TRIANGULAR,
    &TRIANGULAR_SOLVE,
    &MATRIX_POWER,
    &TORCH_MATRIX_POWER,
    &MATRIX_EXP,
    &LU_FACTOR,
    &LU_FACTOR_EX,
    &LU,
    &CHOLESKY,
    &CHOLESKY_EX,
    &CHOLESKY_SOLVE,
    &CHOLESKY_INVERSE,
    &VANDER,
];

impl Tensor {
    /// The last two dimensions swapped.
    pub fn mt(&self) -> Result<Tensor> {
        self.transpose(-2, -1)
    }

    /// The product by the ranks of both.
    pub fn at(&self, other: &Tensor) -> Result<Tensor> {
        super::matmul::product(self, other)
    }

    /// The inverse matrices.
    ///
    /// Errors: LinAlgError for singular ones where it is `strict`; otherwise those hold infinities and NaN.
    pub fn inverse(&self, strict: bool) -> Result<Tensor> {
        super::call(&INVERSE_KERNEL, [self.into(), strict.into()])
    }

    /// The solutions of systems with these matrices.
    ///
    /// Errors: LinAlgError for singular ones where it is `strict`; otherwise those give infinities and NaN.
    pub fn solve(&self, other: &Tensor, strict: bool) -> Result<Tensor> {
        super::call(&SOLVE_KERNEL, [self.into(), other.into(), strict.into()])
    }

    /// The solutions of systems with these triangles.
    pub fn solve_triangular(&self, other: &Tensor, upper: bool, unit: bool) -> Result<Tensor> {
        super::call(&TRIANGLE, [self.into(), other.into(), upper.into(), unit.into()])
    }
}

/// A LinAlgError, which is a RuntimeError.
#[cold]
pub(super) fn failed(text: impl Into<String>) -> crate::diag::Error {
    Fault::new(ExcKind::LinAlgError, text)
}

/// Refuses anything but matrices of floats.
pub(super) fn check_matrix(t: &Tensor, name: &str) -> Result<()> {
    if t.ndim() < 2 {
        return Err(Fault::runtime(format!("{name}: The input tensor A must have at least 2 dimensions.")));
    }
    check_float(t, name)
}

pub(super) fn check_float(t: &Tensor, name: &str) -> Result<()> {
    match t.dtype() {
        d @ (DType::F16 | DType::BF16) => {
            Err(Fault::not_implemented(format!("{name}: Low precision dtypes not supported. Got {}", d.scalar_type())))
        }
        d if d.is_float() => Ok(()),
        d if d.is_complex() => Err(complex_matrices(name)),
        d => Err(Fault::not_implemented(format!(
            "{name}: Expected a floating point or complex tensor as input. Got {}",
            d.scalar_type()
        ))),
    }
}

/// The refusal of what is known for real matrices only.
#[cold]
pub(super) fn complex_matrices(name: &str) -> crate::diag::Error {
    Fault::not_implemented(format!("{name}: matrices of complex numbers are not supported by this REPL"))
}

/// Refuses what is not made of square matrices.
pub(super) fn check_shape(t: &Tensor, name: &str) -> Result<()> {
    if t.ndim() < 2 {
        return Err(Fault::runtime(format!("{name}: The input tensor A must have at least 2 dimensions.")));
    }
    let s = t.sizes();
    let (m, n) = (s[s.len() - 2], s[s.len() - 1]);
    if m != n {
        return Err(Fault::runtime(format!(
            "{name}: A must be batches of square matrices, but they are {m} by {n} matrices"
        )));
    }
    Ok(())
}

/// Refuses anything but square matrices of floats.
pub(super) fn check_square(t: &Tensor, name: &str) -> Result<()> {
    check_shape(t, name)?;
    check_float(t, name)
}

/// What stands before a message about one of several matrices.
fn element(lead: &[usize], i: usize) -> String {
    if lead.is_empty() { String::new() } else { format!("(Batch element {i}): ") }
}

/// The inverse matrices.
pub static INVERSE_KERNEL: OpDef = OpDef::kernel("linalg_inv_ex", "A: Tensor, strict: bool", |c| {
    let t = c.tensor(0)?;
    check_square(t, "linalg.inv")?;
    let array = t.array().clone();
    let (lead, list) = matrix::split(&array)?;
    let n = array.sizes()[array.ndim() - 1];
    let mut out = Vec::with_capacity(list.len());
    for (i, m) in list.into_iter().enumerate() {
        let lu = m.into_lu(true)?;
        if lu.singular > 0 && c.bool(1)? {
            return Err(failed(format!(
                "linalg.inv: {}The diagonal element {} is zero, the inversion could not be completed because the input \
                 matrix is singular.",
                element(&lead, i),
                lu.singular
            )));
        }
        let mut x = Matrix::identity(n);
        lu.solve(&mut x)?;
        out.push(x);
    }
    Ok(matrix::join(&lead, n, n, out, array.dtype)?.into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::Out(0)])
.grad(|b| {
    let y = b.out()?.mt()?;
    grads([y.at(&b.grad())?.at(&y)?.neg()?])
});

/// The inverse of square matrices.
pub static INV: OpDef = OpDef::composite("linalg_inv", "A: Tensor", |c| Ok(c.tensor(0)?.inverse(true)?.into()))
    .doc("The inverse of square matrices in the last two dimensions; LinAlgError when one is singular.")
    .examples(&[Example(
        "torch.linalg.inv(torch.tensor([[2., 0.], [0., 4.]]))",
        "tensor([[0.5000, 0.0000],\n        [0.0000, 0.2500]])",
    )])
    .forms(Forms::LINALG)
    .samples(&["randn(3, 3) + 3 * eye(3)"]);

/// The inverse of square matrices, as torch has it.
pub static INVERSE: OpDef = OpDef::composite("inverse", "input: Tensor", |c| Ok(c.tensor(0)?.inverse(true)?.into()))
    .doc("The inverse of square matrices in the last two dimensions.")
    .examples(&[Example(
        "torch.inverse(torch.tensor([[2., 0.], [0., 4.]]))",
        "tensor([[0.5000, 0.0000],\n        [0.0000, 0.2500]])",
    )])
    .samples(&["randn(3, 3) + 3 * eye(3)"]);

/// The sizes of an info tensor: one number for each matrix.
fn info(t: &Tensor, failure: fn(&Matrix) -> Result<usize>) -> Result<Value> {
    let (lead, list) = matrix::split(&t.array())?;
    let numbers = list.iter().map(|m| Ok(failure(m)? as i32)).collect::<Result<Vec<i32>>>()?;
    Ok(Value::tensor(Array::from_vec(numbers, Dims::from_slice(&lead))))
}

/// A result with an info tensor of zeros, under names.
pub(super) fn named(def: &'static OpDef, items: impl IntoIterator<Item = Value>) -> Value {
    use crate::value::{Tuple, TupleKind};
    Value::Tuple(Tuple::new(TupleKind::Named(super::apply::return_type(def, "")), items))
}

/// The inverse and whether it succeeded.
pub static INV_EX: OpDef = OpDef::composite("linalg_inv_ex", "A: Tensor, *, check_errors: bool = False", |c| {
    let t = c.tensor(0)?;
    let out = t.inverse(c.bool(1)?)?;
    Ok(named(&INV_EX, [out.into(), info(t, |m| Ok(m.lu(true)?.singular))?]))
})
.doc("The inverse of square matrices, and int32 numbers that are 0 where it succeeded.")
.examples(&[Example("torch.linalg.inv_ex(torch.eye(2)).info", "tensor(0, dtype=torch.int32)")])
.forms(Forms::LINALG)
.returns(&["inverse", "info"])
.samples(&["randn(3, 3) + 3 * eye(3)"]);

/// The determinants.
pub static DET_KERNEL: OpDef = OpDef::kernel("linalg_det", "A: Tensor", |c| {
    let t = c.tensor(0)?;
    check_square(t, "linalg.det")?;
    let (lead, list) = matrix::split(&t.array())?;
    let values = list.iter().map(|m| Ok(m.lu(true)?.det())).collect::<Result<_>>()?;
    Ok(matrix::numbers(&lead, values, t.dtype())?.into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| {
    let a = b.input(0)?;
    let d = b.out()?;
    let singular = d.array().to_vec_f64()?.contains(&0.0);
    let cofactors = if singular { adjugate(&a)? } else { a.inverse(true)?.mul(&lift(&d)?)? };
    grads([cofactors.mt()?.mul(&lift(&b.grad())?)?])
});

/// The adjugate of matrices that may be singular: from singular values, without division by them.
fn adjugate(a: &Tensor) -> Result<Tensor> {
    let (lead, list) = matrix::split(&a.array())?;
    let n = a.sizes()[a.ndim() - 1];
    let mut out = Vec::with_capacity(list.len());
    for m in &list {
        let Some((u, s, v)) = m.svd()? else { return Err(failed("linalg.det: the singular values did not converge")) };
        let sign = u.lu(true)?.det().signum() * v.lu(true)?.det().signum();
        let mut middle = Matrix::zeros(n, n);
        for i in 0..n {
            middle[(i, i)] = sign * (0..n).filter(|&j| j != i).map(|j| s[j]).product::<f64>();
        }
        out.push(v.transposed().times(&middle)?.times(&u.transposed())?);
    }
    Ok(Tensor::new(matrix::join(&lead, n, n, out, a.dtype())?))
}

impl Array {
    /// The elements as float64, in row-major order.
    pub fn to_vec_f64(&self) -> Result<Vec<f64>> {
        super::kernel::to_dtype(self, DType::F64)?.to_vec::<f64>()
    }
}

/// A number for each matrix, shaped to multiply the matrices.
fn lift(t: &Tensor) -> Result<Tensor> {
    t.unsqueeze(-1)?.unsqueeze(-1)
}

/// Declares an operator that passes its argument to a kernel.
macro_rules! passes {
    ($id:ident, $name:literal, $signature:literal, $kernel:expr, $doc:literal, $example:literal => $shown:literal, $forms:expr, $sample:literal) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::composite($name, $signature, |c| super::apply(&$kernel, c.args.clone()))
            .doc($doc)
            .examples(&[Example($example, $shown)])
            .forms($forms)
            .samples(&[$sample]);
    };
}

passes!(
    DET,
    "linalg_det",
    "A: Tensor",
    DET_KERNEL,
    "The determinants of square matrices in the last two dimensions.",
    "torch.linalg.det(torch.tensor([[1., 2.], [3., 4.]]))" => "tensor(-2.)",
    Forms::LINALG,
    "randn(3, 3)"
);
passes!(
    TORCH_DET,
    "det",
    "input: Tensor",
    DET_KERNEL,
    "The determinants of square matrices in the last two dimensions.",
    "torch.det(torch.tensor([[1., 2.], [3., 4.]]))" => "tensor(-2.)",
    Forms::BOTH,
    "randn(3, 3)"
);

/// The signs and logarithms of the determinants.
pub static SLOGDET_KERNEL: OpDef = OpDef::kernel("linalg_slogdet", "A: Tensor", |c| {
    let t = c.tensor(0)?;
    check_square(t, "linalg.slogdet")?;
    let (lead, list) = matrix::split(&t.array())?;
    let (mut signs, mut logs) = (Vec::new(), Vec::new());
    for m in &list {
        let lu = m.lu(true)?;
        let diagonal = (0..m.rows).map(|i| lu.lu[(i, i)]);
        let sign: f64 = diagonal.clone().map(|d| if d == 0.0 { 0.0 } else { d.signum() }).product();
        signs.push(if lu.odd { -sign } else { sign });
        logs.push(diagonal.map(|d| d.abs().ln()).sum());
    }
    Ok(Out::many([matrix::numbers(&lead, signs, t.dtype())?, matrix::numbers(&lead, logs, t.dtype())?]))
})
.forms(Forms::HIDDEN)
.returns(&["sign", "logabsdet"])
.saves(&[Save::In(0)])
.grad(|b| match b.grad_of(1) {
    Some(g) => grads([b.input(0)?.inverse(false)?.mt()?.mul(&lift(&g)?)?]),
    None => grads([zeros(&b.sizes(0), b.dtype(0))?]),
});

passes!(
    SLOGDET,
    "linalg_slogdet",
    "A: Tensor",
    SLOGDET_KERNEL,
    "The signs and the logarithms of the absolute values of the determinants.",
    "torch.linalg.slogdet(torch.tensor([[1., 2.], [3., 4.]])).logabsdet" => "tensor(0.6931)",
    Forms::LINALG,
    "randn(3, 3)"
);
passes!(
    TORCH_SLOGDET,
    "slogdet",
    "input: Tensor",
    SLOGDET_KERNEL,
    "The signs and the logarithms of the absolute values of the determinants.",
    "torch.slogdet(torch.tensor([[1., 2.], [3., 4.]])).logabsdet" => "tensor(0.6931)",
    Forms::BOTH,
    "randn(3, 3)"
);

/// The logarithms of the determinants.
pub static LOGDET: OpDef = OpDef::composite("logdet", "input: Tensor", |c| {
    let Value::Tuple(pair) = super::apply(&SLOGDET_KERNEL, c.args.clone())? else {
        return Err(Fault::internal("slogdet gave no pair"));
    };
    let (Value::Tensor(sign), Value::Tensor(log)) = (&pair[0], &pair[1]) else {
        return Err(Fault::internal("slogdet gave no tensors"));
    };
    Ok(log.masked_fill(sign.eq(-1)?, f64::NAN)?.into())
})
.doc("The logarithms of the determinants of square matrices; NaN where one is negative.")
.examples(&[Example("torch.logdet(torch.tensor([[2., 0.], [0., 3.]]))", "tensor(1.7918)")])
.samples(&["eye(3) * 2 + 0.1 * rand(3, 3)"]);

/// The solutions of systems, matrices on both sides and batches equal.
pub static SOLVE_KERNEL: OpDef = OpDef::kernel("linalg_solve_ex", "A: Tensor, B: Tensor, strict: bool", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    let (lead, left) = matrix::split(&a.array())?;
    let (_, right) = matrix::split(&b.array())?;
    let (rows, cols) = (a.sizes()[a.ndim() - 1], b.sizes()[b.ndim() - 1]);
    let mut out = Vec::with_capacity(left.len());
    for (i, (m, r)) in left.into_iter().zip(right).enumerate() {
        let lu = m.into_lu(true)?;
        if lu.singular > 0 && c.bool(2)? {
            return Err(failed(format!(
                "torch.linalg.solve: {}The solver failed because the input matrix is singular.",
                element(&lead, i)
            )));
        }
        let mut x = r;
        lu.solve(&mut x)?;
        out.push(x);
    }
    Ok(matrix::join(&lead, rows, cols, out, a.dtype())?.into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| {
    let right = b.input(0)?.mt()?.solve(&b.grad(), false)?;
    let left = b.when(0, || right.neg()?.at(&b.out()?.mt()?))?;
    Ok(Grads::from_iter([left, Some(right)]))
});

/// Solves systems whose right sides are matrices, or vectors where they fit.
fn solved(a: &Tensor, b: &Tensor, left: bool, strict: bool) -> Result<Tensor> {
    check_square(a, "linalg.solve")?;
    if a.dtype() != b.dtype() {
        return Err(Fault::runtime(format!(
            "linalg.solve: Expected A and B to have the same dtype, but found A of type {} and B of type {} instead",
            a.dtype().scalar_type(),
            b.dtype().scalar_type()
        )));
    }
    let (x, y) = (a.sizes(), b.sizes());
    let n = x[x.len() - 1];
    let vector = y.len() == 1 || (y.len() + 1 == x.len() && y[..] == x[..x.len() - 1]);
    if vector && !left {
        return Err(Fault::runtime(
            "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False. In this case linalg.solve is equivalent to B / A.squeeze(-1)",
        ));
    }
    let right = if vector { b.unsqueeze(-1)? } else { b.clone() };
    let right = if left { right } else { right.mt()? };
    let a = if left { a.clone() } else { a.mt()? };
    let s = right.sizes();
    let (p, q) = (s[s.len() - 2], s[s.len() - 1]);
    if p != n {
        let (eq, r, k) = if left { ("AX = B", p, q) } else { ("XA = B", q, p) };
        return Err(Fault::runtime(format!(
            "linalg.solve: Incompatible shapes of A and B for the equation {eq} ({n}x{n} and {r}x{k})"
        )));
    }
    let batch = broadcast_sizes(&x[..x.len() - 2], &s[..s.len() - 2])?;
    let wide = |m: usize, k: usize| -> Dims { batch.iter().copied().chain([m, k]).collect() };
    let out = a.broadcast_to(&wide(n, n))?.solve(&right.broadcast_to(&wide(p, q))?, strict)?;
    match (vector, left) {
        (true, _) => super::call(&super::shape::SQUEEZE_DIM, [out.into(), Value::Int(-1)]),
        (_, true) => Ok(out),
        (_, false) => out.mt(),
    }
}

/// The solutions of linear systems.
pub static SOLVE: OpDef = OpDef::composite("linalg_solve", "A: Tensor, B: Tensor, *, left: bool = True", |c| {
    Ok(solved(c.tensor(0)?, c.tensor(1)?, c.bool(2)?, true)?.into())
})
.doc("The X with A X = B, for square matrices A and vectors or matrices B; with left=False X A = B.")
.examples(&[Example(
    "torch.linalg.solve(torch.tensor([[2., 0.], [0., 4.]]), torch.tensor([2., 4.]))",
    "tensor([1., 1.])",
)])
.forms(Forms::LINALG)
.samples(&["randn(3, 3) + 3 * eye(3), randn(3, 2)", "randn(2, 3, 3) + 3 * eye(3), randn(3, 2), left=True"]);

/// The solutions of linear systems and whether they succeeded.
pub static SOLVE_EX: OpDef = OpDef::composite(
    "linalg_solve_ex",
    "A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False",
    |c| {
        let a = c.tensor(0)?;
        let out = solved(a, c.tensor(1)?, c.bool(2)?, c.bool(3)?)?;
        Ok(named(&SOLVE_EX, [out.into(), info(a, |m| Ok(m.lu(true)?.singular))?]))
    },
)
.doc("The solutions of linear systems, and int32 numbers that are 0 where that succeeded.")
.examples(&[Example("torch.linalg.solve_ex(torch.eye(2), torch.ones(2)).info", "tensor(0, dtype=torch.int32)")])
.forms(Forms::LINALG)
.returns(&["result", "info"])
.samples(&["randn(3, 3) + 3 * eye(3), randn(3, 2)"]);

/// The solutions of triangular systems, batches equal.
pub static TRIANGLE: OpDef =
    OpDef::kernel("linalg_solve_triangular", "A: Tensor, B: Tensor, upper: bool, unitriangular: bool", |c| {
        let (a, b) = (c.tensor(0)?, c.tensor(1)?);
        let (lead, left) = matrix::split(&a.array())?;
        let (_, right) = matrix::split(&b.array())?;
        let s = b.sizes();
        let (upper, unit) = (c.bool(2)?, c.bool(3)?);
        let solve = |(m, mut r): (&Matrix, Matrix)| {
            m.solve_triangle(&mut r, upper, unit)?;
            Ok(r)
        };
        let out = left.iter().zip(right).map(solve).collect::<Result<_>>()?;
        Ok(matrix::join(&lead, s[s.len() - 2], s[s.len() - 1], out, b.dtype())?.into())
    })
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::Out(0)])
    .grad(|b| {
        let (upper, unit) = (b.call().bool(2)?, b.call().bool(3)?);
        let right = b.input(0)?.mt()?.solve_triangular(&b.grad(), !upper, unit)?;
        let left = b.when(0, || {
            let g = right.neg()?.at(&b.out()?.mt()?)?;
            let inner = i64::from(unit);
            if upper { g.triu(inner) } else { g.tril(-inner) }
        })?;
        Ok(Grads::from_iter([left, Some(right)]))
    });

fn triangular(a: &Tensor, b: &Tensor, upper: bool, left: bool, unit: bool) -> Result<Tensor> {
    let name = "linalg.solve_triangular";
    check_square(a, name)?;
    check_matrix(b, name)?;
    if a.dtype() != b.dtype() {
        return Err(Fault::runtime(format!(
            "{name}: Expected A and B to have the same dtype, but found A of type {} and B of type {} instead",
            a.dtype().scalar_type(),
            b.dtype().scalar_type()
        )));
    }
    if !left {
        return triangular(&a.mt()?, &b.mt()?, !upper, true, unit)?.mt();
    }
    let (x, s) = (a.sizes(), b.sizes());
    let (n, p, q) = (x[x.len() - 1], s[s.len() - 2], s[s.len() - 1]);
    if n != p {
        return Err(Fault::runtime(format!(
            "{name}: Incompatible shapes of A and B for the equation AX = B ({n}x{n} and {p}x{q})"
        )));
    }
    let batch = broadcast_sizes(&x[..x.len() - 2], &s[..s.len() - 2])?;
    let wide = |m: usize, k: usize| -> Dims { batch.iter().copied().chain([m, k]).collect() };
    a.broadcast_to(&wide(n, n))?.solve_triangular(&b.broadcast_to(&wide(p, q))?, upper, unit)
}

/// The solutions of triangular systems.
pub static SOLVE_TRIANGULAR: OpDef = OpDef::composite(
    "linalg_solve_triangular",
    "A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False",
    |c| Ok(triangular(c.tensor(0)?, c.tensor(1)?, c.bool(2)?, c.bool(3)?, c.bool(4)?)?.into()),
)
.doc("The X with A X = B, for triangular A, of which only one triangle is read; with left=False X A = B.")
.examples(&[Example(
    "torch.linalg.solve_triangular(torch.tensor([[2.]]), torch.tensor([[4.]]), upper=True)",
    "tensor([[2.]])",
)])
.forms(Forms::LINALG)
.samples(&["randn(3, 3) + 3 * eye(3), randn(3, 2), upper=True"]);

/// The solutions of triangular systems, the old way.
pub static TRIANGULAR_SOLVE: OpDef = OpDef::composite(
    "triangular_solve",
    "input: Tensor, A: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False",
    |c| {
        let (b, a) = (c.tensor(0)?, c.tensor(1)?);
        let (mut upper, unit) = (c.bool(2)?, c.bool(4)?);
        if b.ndim() < 2 || a.ndim() < 2 {
            return Err(Fault::runtime("torch.triangular_solve: Expected b and A to have at least 2 dimensions"));
        }
        let used = if c.bool(3)? {
            upper = !upper;
            a.mt()?
        } else {
            a.clone()
        };
        let x = triangular(&used, b, upper, true, unit)?;
        Ok(named(&TRIANGULAR_SOLVE, [x.into(), super::call(&super::shape::CLONE, [a.into()])?.into()]))
    },
)
.doc("The X with A X = input, for triangular A, and a copy of A.")
.examples(&[Example("torch.triangular_solve(torch.tensor([[4.]]), torch.tensor([[2.]])).solution", "tensor([[2.]])")])
.returns(&["solution", "cloned_coefficient"])
.samples(&["randn(3, 2), randn(3, 3) + 3 * eye(3)"]);

fn power(a: &Tensor, n: i64) -> Result<Tensor> {
    check_shape(a, "linalg.matrix_power")?;
    if n == 0 {
        let size = a.sizes()[a.ndim() - 1];
        let eye = Tensor::new(crate::array::create::eye(size, size, a.dtype())?);
        return a.mul(0)?.add(&eye);
    }
    let mut base = if n < 0 { a.inverse(true)? } else { a.clone() };
    let mut left = n.unsigned_abs();
    if left == 1 {
        return super::call(&super::shape::CLONE, [base.into()]);
    }
    let mut out: Option<Tensor> = None;
    while left > 0 {
        if left & 1 == 1 {
            out = Some(match out {
                Some(o) => o.at(&base)?,
                None => base.clone(),
            });
        }
        left >>= 1;
        if left > 0 {
            base = base.at(&base)?;
        }
    }
    out.ok_or_else(|| Fault::internal("a power of nothing"))
}

/// Powers of square matrices.
pub static MATRIX_POWER: OpDef =
    OpDef::composite("linalg_matrix_power", "A: Tensor, n: int", |c| Ok(power(c.tensor(0)?, c.int(1)?)?.into()))
        .doc("The n-th power of square matrices; negative n takes the inverse.")
        .examples(&[Example(
            "torch.linalg.matrix_power(torch.tensor([[1., 1.], [0., 1.]]), 3)",
            "tensor([[1., 3.],\n        [0., 1.]])",
        )])
        .forms(Forms::LINALG)
        .samples(&["randn(3, 3), 3"]);

/// Powers of square matrices, as torch has it.
pub static TORCH_MATRIX_POWER: OpDef =
    OpDef::composite("matrix_power", "input: Tensor, n: int", |c| Ok(power(c.tensor(0)?, c.int(1)?)?.into()))
        .doc("The n-th power of square matrices; negative n takes the inverse.")
        .examples(&[Example(
            "torch.matrix_power(torch.tensor([[1., 1.], [0., 1.]]), 3)",
            "tensor([[1., 3.],\n        [0., 1.]])",
        )])
        .samples(&["randn(3, 3), 3"]);

/// The exponential of square matrices.
pub static MATRIX_EXP: OpDef = OpDef::composite("matrix_exp", "input: Tensor", |c| {
    let a = c.tensor(0)?;
    check_square(a, "linalg.matrix_exp")?;
    let n = a.sizes()[a.ndim() - 1];
    let (_, list) = matrix::split(&a.array())?;
    let norm = |m: &Matrix| (0..n).map(|j| (0..n).map(|i| m[(i, j)].abs()).sum::<f64>()).fold(0.0, f64::max);
    let largest = list.iter().map(norm).fold(0.0, f64::max);
    let halvings = if largest > 0.5 && largest.is_finite() { (largest / 0.5).log2().ceil() as i32 } else { 0 };
    // A diagonal Padé approximation of the scaled matrix, squared back.
    const ORDER: usize = 8;
    let x = a.div(2f64.powi(halvings))?;
    let eye = Tensor::new(crate::array::create::eye(n, n, a.dtype())?);
    let (mut p, mut q) = (eye.broadcast_to(&a.sizes())?, eye.broadcast_to(&a.sizes())?);
    let (mut term, mut factor) = (x.clone(), 1.0);
    for k in 1..=ORDER {
        factor *= (ORDER - k + 1) as f64 / ((2 * ORDER - k + 1) * k) as f64;
        let scaled = term.mul(factor)?;
        p = p.add(&scaled)?;
        q = if k % 2 == 0 { q.add(&scaled)? } else { q.sub(&scaled)? };
        if k < ORDER {
            term = term.at(&x)?;
        }
    }
    let mut out = q.solve(&p, true)?;
    for _ in 0..halvings {
        out = out.at(&out)?;
    }
    Ok(out.into())
})
.aliases(&["linalg_matrix_exp"])
.doc("The exponential of square matrices in the last two dimensions.")
.examples(&[Example("torch.matrix_exp(torch.zeros(2, 2))", "tensor([[1., 0.],\n        [0., 1.]])")])
.forms(Forms::BOTH.and(Forms::LINALG))
.samples(&["randn(3, 3)"]);

/// Both triangles in one matrix and the row exchanges.
pub static LU_KERNEL: OpDef = OpDef::kernel("linalg_lu_factor_ex", "A: Tensor, pivot: bool = True", |c| {
    let t = c.tensor(0)?;
    check_matrix(t, "torch.linalg.lu_factor")?;
    let s = t.sizes();
    let (m, n) = (s[s.len() - 2], s[s.len() - 1]);
    let (lead, list) = matrix::split(&t.array())?;
    let pivot = c.bool(1)?;
    let (mut all, mut pivots, mut infos, mut orders) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for a in &list {
        let f = a.lu(pivot)?;
        pivots.extend(f.pivots.iter().map(|&p| p as i32 + 1));
        infos.push(f.singular as i32);
        orders.push(f.permutation());
        all.push(f.lu);
    }
    let mut shape = Dims::from_slice(&lead);
    shape.push(m.min(n));
    let lu = matrix::join(&lead, m, n, all, t.dtype())?;
    let order = matrix::join(&lead, m, m, orders, t.dtype())?;
    Ok(Out::many([lu, Array::from_vec(pivots, shape), Array::from_vec(infos, lead), order.clone()]).keep(order))
})
.forms(Forms::HIDDEN)
.returns(&["LU", "pivots", "info", "P"])
.saves(&[Save::Out(0)])
.grad(|b| {
    let (lu, p) = (b.output(0)?, b.kept(0)?);
    let s = lu.sizes();
    let (m, n) = (s[s.len() - 2], s[s.len() - 1]);
    let k = m.min(n);
    let g = b.grad();
    let part = |t: &Tensor, r: usize, c: usize| -> Result<Tensor> {
        let rows = super::axes::narrow(t, s.len() - 2, 0, r)?;
        super::axes::narrow(&rows, s.len() - 1, 0, c)
    };
    let eye = Tensor::new(crate::array::create::eye(k, k, lu.dtype())?);
    let square = part(&lu, k, k)?;
    let (l, u) = (square.tril(-1)?.add(&eye)?, square.triu(0)?);
    let cat = |parts: &[Tensor], dim: i64| super::join::cat(parts, dim);
    let inner = if m == n {
        let phi = l.mt()?.at(&g.tril(-1)?)?.tril(-1)?.add(&g.triu(0)?.at(&u.mt()?)?.triu(0)?)?;
        let left = l.mt()?.solve_triangular(&phi, true, true)?;
        u.solve_triangular(&left.mt()?, true, false)?.mt()?
    } else if m < n {
        let u2 = super::axes::narrow(&lu, s.len() - 1, k, n - k)?;
        let g1 = part(&g, k, k)?;
        let g2 = super::axes::narrow(&g, s.len() - 1, k, n - k)?;
        let phi = l.mt()?.at(&g1.tril(-1)?)?.sub(&g2.at(&u2.mt()?)?)?.tril(-1)?;
        let upper = g1.triu(0)?.at(&u.mt()?)?.triu(0)?;
        let left = phi.add(&upper)?;
        let first = u.solve_triangular(&left.mt()?, true, false)?.mt()?;
        let joined = cat(&[first, g2], -1)?;
        // The columns beyond the square part pass through L alone.
        l.mt()?.solve_triangular(&joined, true, true)?
    } else {
        let l2 = super::axes::narrow(&lu, s.len() - 2, k, m - k)?;
        let g1 = part(&g, k, k)?;
        let g2 = super::axes::narrow(&g, s.len() - 2, k, m - k)?;
        let phi = g1.triu(0)?.at(&u.mt()?)?.sub(&l2.mt()?.at(&g2)?)?.triu(0)?;
        let lower = l.mt()?.at(&g1.tril(-1)?)?.tril(-1)?;
        let first = l.mt()?.solve_triangular(&phi.add(&lower)?, true, true)?;
        let joined = cat(&[first, g2], -2)?;
        u.solve_triangular(&joined.mt()?, true, false)?.mt()?
    };
    grads([p.at(&inner)?])
});

fn factored(c: &Call, name: &str, check: bool) -> Result<(Tensor, Tensor, Tensor, Tensor)> {
    let args = Bound::from_iter([c.value(0).clone(), c.value(1).clone()]);
    let Value::Tuple(t) = super::apply(&LU_KERNEL, args)? else { return Err(Fault::internal("lu gave no tuple")) };
    let all: Vec<Tensor> =
        t.iter().filter_map(|v| if let Value::Tensor(t) = v { Some(t.clone()) } else { None }).collect();
    let [lu, pivots, info, p] = all.as_slice() else { return Err(Fault::internal("lu gave other values")) };
    if check && let Some(i) = info.array().to_vec::<i32>()?.into_iter().find(|&i| i > 0) {
        return Err(failed(format!(
            "{name}: U[{i},{i}] is zero and using it on lu_solve would result in a division by zero. If you still want to \
             perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)"
        )));
    }
    Ok((lu.clone(), pivots.clone(), info.clone(), p.clone()))
}

/// The triangles of matrices in one, with the row exchanges.
pub static LU_FACTOR: OpDef = OpDef::composite("linalg_lu_factor", "A: Tensor, *, pivot: bool = True", |c| {
    let (lu, pivots, _, _) = factored(c, "torch.linalg.lu_factor", true)?;
    Ok(named(&LU_FACTOR, [lu.into(), pivots.into()]))
})
.doc("L below and U on and above the diagonal of one matrix, and the row exchanges, counted from 1.")
.examples(&[Example(
    "torch.linalg.lu_factor(torch.tensor([[4., 2.], [2., 3.]])).LU",
    "tensor([[4.0000, 2.0000],\n        [0.5000, 2.0000]])",
)])
.forms(Forms::LINALG)
.returns(&["LU", "pivots"])
.samples(&["randn(3, 3)"]);

/// The triangles of matrices in one, the row exchanges, and whether it succeeded.
pub static LU_FACTOR_EX: OpDef =
    OpDef::composite("linalg_lu_factor_ex", "A: Tensor, *, pivot: bool = True, check_errors: bool = False", |c| {
        let (lu, pivots, info, _) = factored(c, "torch.linalg.lu_factor_ex", c.bool(2)?)?;
        Ok(named(&LU_FACTOR_EX, [lu.into(), pivots.into(), info.into()]))
    })
    .doc("L and U in one matrix, the row exchanges, and the first column without a pivot, 0 when there is none.")
    .examples(&[Example(
        "torch.linalg.lu_factor_ex(torch.tensor([[4., 2.], [2., 3.]])).info",
        "tensor(0, dtype=torch.int32)",
    )])
    .forms(Forms::LINALG)
    .returns(&["LU", "pivots", "info"])
    .samples(&["randn(3, 3)"]);

/// Permutation and triangles of matrices.
pub static LU: OpDef = OpDef::composite("linalg_lu", "A: Tensor, *, pivot: bool = True", |c| {
    let (lu, _, _, p) = factored(c, "torch.linalg.lu", false)?;
    let s = lu.sizes();
    let (m, n) = (s[s.len() - 2], s[s.len() - 1]);
    let k = m.min(n);
    let eye = Tensor::new(crate::array::create::eye(m, k, lu.dtype())?);
    let l = super::axes::narrow(&lu, s.len() - 1, 0, k)?.tril(-1)?.add(&eye)?;
    let u = super::axes::narrow(&lu, s.len() - 2, 0, k)?.triu(0)?;
    let p = if c.bool(1)? { p.detach() } else { Tensor::new(Array::full(&[0], Scalar::Int(0), lu.dtype())?) };
    Ok(named(&LU, [p.into(), l.into(), u.into()]))
})
.doc("P, L and U with A = P L U: a permutation, a lower triangle with ones on its diagonal, an upper triangle.")
.examples(&[Example("torch.linalg.lu(torch.tensor([[4., 2.], [2., 3.]])).U", "tensor([[4., 2.],\n        [0., 2.]])")])
.forms(Forms::LINALG)
.returns(&["P", "L", "U"])
.samples(&["randn(3, 3)"]);

/// The lower factors of positive definite matrices.
pub static CHOLESKY_KERNEL: OpDef = OpDef::kernel("linalg_cholesky_ex", "A: Tensor, strict: bool", |c| {
    let t = c.tensor(0)?;
    check_square(t, "linalg.cholesky")?;
    let (lead, list) = matrix::split(&t.array())?;
    let n = t.sizes()[t.ndim() - 1];
    let mut out = Vec::with_capacity(list.len());
    for (i, m) in list.iter().enumerate() {
        let (l, order) = m.cholesky()?;
        if order > 0 && c.bool(1)? {
            return Err(failed(format!(
                "linalg.cholesky: {}The factorization could not be completed because the input is not positive-definite \
                 (the leading minor of order {order} is not positive-definite).",
                element(&lead, i)
            )));
        }
        out.push(l);
    }
    Ok(matrix::join(&lead, n, n, out, t.dtype())?.into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::Out(0)])
.grad(|b| {
    let l = b.out()?;
    let inner = l.mt()?.at(&b.grad().tril(0)?)?.tril(0)?;
    let low = inner.tril(-1)?;
    let both = low.add(&low.mt()?)?.add(&inner.sub(&low)?)?;
    let left = l.mt()?.solve_triangular(&both, true, false)?;
    let whole = l.mt()?.solve_triangular(&left.mt()?, true, false)?;
    grads([whole.mul(0.5)?])
});

fn cholesky(c: &Call, upper: bool, strict: bool) -> Result<Tensor> {
    let t = c.tensor(0)?;
    check_square(t, "linalg.cholesky")?;
    // The upper factor is that of the upper triangle, transposed.
    let used = if upper { t.mt()? } else { t.clone() };
    let l = super::call(&CHOLESKY_KERNEL, [used.into(), strict.into()])?;
    if upper { l.mt() } else { Ok(l) }
}

/// The factors of positive definite matrices.
pub static CHOLESKY: OpDef = OpDef::composite("linalg_cholesky", "A: Tensor, *, upper: bool = False", |c| {
    Ok(cholesky(c, c.bool(1)?, true)?.into())
})
.doc("The lower triangle L with L L.T = A, for symmetric positive definite A; with upper the transpose.")
.examples(&[Example(
    "torch.linalg.cholesky(torch.tensor([[4., 2.], [2., 5.]]))",
    "tensor([[2., 0.],\n        [1., 2.]])",
)])
.forms(Forms::LINALG)
.samples(&["eye(3) * 3 + 0.5"]);

/// The factors of positive definite matrices and whether it succeeded.
pub static CHOLESKY_EX: OpDef =
    OpDef::composite("linalg_cholesky_ex", "A: Tensor, *, upper: bool = False, check_errors: bool = False", |c| {
        let t = c.tensor(0)?;
        let l = cholesky(c, c.bool(1)?, c.bool(2)?)?;
        let used = if c.bool(1)? { t.mt()? } else { t.clone() };
        Ok(named(&CHOLESKY_EX, [l.into(), info(&used, |m| Ok(m.cholesky()?.1))?]))
    })
    .doc("The factors of positive definite matrices, and int32 numbers that are 0 where it succeeded.")
    .examples(&[Example("torch.linalg.cholesky_ex(torch.eye(2)).info", "tensor(0, dtype=torch.int32)")])
    .forms(Forms::LINALG)
    .returns(&["L", "info"])
    .samples(&["eye(3) * 3 + 0.5"]);

/// The solutions of systems whose matrix is given by its Cholesky factor, batches equal.
pub static CHOLESKY_SOLVED: OpDef = OpDef::kernel("cholesky_solve", "L: Tensor, B: Tensor, upper: bool", |c| {
    let (l, b) = (c.tensor(0)?, c.tensor(1)?);
    let (lead, left) = matrix::split(&l.array())?;
    let (_, right) = matrix::split(&b.array())?;
    let upper = c.bool(2)?;
    let solve = |(m, mut x): (&Matrix, Matrix)| {
        let turned = m.transposed();
        let (low, high) = if upper { (&turned, m) } else { (m, &turned) };
        low.solve_triangle(&mut x, false, false)?;
        high.solve_triangle(&mut x, true, false)?;
        Ok(x)
    };
    let s = b.sizes();
    let out = left.iter().zip(right).map(solve).collect::<Result<_>>()?;
    Ok(matrix::join(&lead, s[s.len() - 2], s[s.len() - 1], out, b.dtype())?.into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| {
    let l = b.input(0)?;
    let right = super::call(&CHOLESKY_SOLVED, [Value::from(&l), b.grad().into(), b.arg(2).clone()])?;
    let left = b.when(0, || {
        let inner = right.at(&b.out()?.mt()?)?;
        let both = inner.add(&inner.mt()?)?;
        if b.call().bool(2)? { l.at(&both)?.neg() } else { both.at(&l)?.neg() }
    })?;
    Ok(Grads::from_iter([left, Some(right)]))
});

/// The solutions of systems whose matrix is given by its Cholesky factor.
pub static CHOLESKY_SOLVE: OpDef =
    OpDef::composite("cholesky_solve", "B: Tensor, L: Tensor, upper: bool = False", |c| {
        let (b, l) = (c.tensor(0)?, c.tensor(1)?);
        for (t, name) in [(b, "b"), (l, "u")] {
            if t.ndim() < 2 {
                return Err(Fault::runtime(format!(
                    "{name} should have at least 2 dimensions, but has {} dimensions instead",
                    t.ndim()
                )));
            }
        }
        check_square(l, "cholesky_solve")?;
    let (x, s) = (l.sizes(), b.sizes());
    let (n, p, q) = (x[x.len() - 1], s[s.len() - 2], s[s.len() - 1]);
    if n != p {
        return Err(Fault::runtime(format!(
            "cholesky_solve: Incompatible matrix sizes for cholesky_solve: each A matrix is {n} by {n} but each b matrix is \
             {p} by {q}"
        )));
    }
    let batch = broadcast_sizes(&x[..x.len() - 2], &s[..s.len() - 2])?;
    let wide = |m: usize, k: usize| -> Dims { batch.iter().copied().chain([m, k]).collect() };
    let args = [l.broadcast_to(&wide(n, n))?.into(), b.broadcast_to(&wide(p, q))?.into(), c.value(2).clone()];
    Ok(super::call(&CHOLESKY_SOLVED, args)?.into())
    })
    .doc("The X with A X = B, where L is the Cholesky factor of A.")
    .examples(&[Example("torch.cholesky_solve(torch.tensor([[4.]]), torch.tensor([[2.]]))", "tensor([[1.]])")])
    .samples(&["randn(3, 2), randn(3, 3).tril() + 3 * eye(3)"]);

/// The inverses of matrices given by their Cholesky factors.
pub static CHOLESKY_INVERSE: OpDef = OpDef::composite("cholesky_inverse", "L: Tensor, upper: bool = False", |c| {
    let l = c.tensor(0)?;
    check_square(l, "cholesky_inverse")?;
    let n = l.sizes()[l.ndim() - 1];
    let eye = Tensor::new(crate::array::create::eye(n, n, l.dtype())?).broadcast_to(&l.sizes())?;
    Ok(super::call(&CHOLESKY_SOLVED, [l.into(), eye.into(), c.value(1).clone()])?.into())
})
.doc("The inverse of the matrix whose Cholesky factor is given.")
.examples(&[Example("torch.cholesky_inverse(torch.tensor([[2.]]))", "tensor([[0.2500]])")])
.samples(&["randn(3, 3).tril() + 3 * eye(3)"]);

/// Matrices of powers.
pub static VANDER: OpDef = OpDef::composite("linalg_vander", "x: Tensor, *, N: int? = None", |c| {
    let x = c.tensor(0)?;
    if x.dtype() == DType::Bool {
        return Err(Fault::runtime(
            "linalg.vander supports floating point, complex, and integer tensors, but got Bool",
        ));
    }
    let x = &if x.ndim() == 0 { x.unsqueeze(0)? } else { x.clone() };
    let n = c.opt_int(1)?.unwrap_or(x.sizes().last().copied().unwrap_or(1) as i64);
    if n <= 1 {
        return Err(Fault::runtime("N must be greater than 1."));
    }
    crate::array::storage::room_for(&[x.numel().max(1), n as usize])?;
    let dtype = if x.dtype().is_differentiable() { x.dtype() } else { DType::I64 };
    let x = x.to_dtype(dtype)?;
    let mut columns = vec![Tensor::new(Array::full(&x.sizes(), Scalar::Int(1), dtype)?)];
    for i in 1..n as usize {
        columns.push(columns[i - 1].mul(&x)?);
    }
    Ok(super::join::stack(&columns, -1)?.into())
})
.doc("The powers 0 to N - 1 of the elements of vectors, in rows.")
.examples(&[Example(
    "torch.linalg.vander(torch.tensor([1, 2, 3]))",
    "tensor([[1, 1, 1],\n        [1, 2, 4],\n        [1, 3, 9]])",
)])
.forms(Forms::LINALG)
.samples(&["randn(3)"]);
