//! Matrix products: vectors, matrices, batches, and products added to a tensor.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::kernel::complex1;
use super::node::Back;
use super::shape::{SQUEEZE_PRODUCT, UNSAFE_VIEW};
use crate::array::layout::broadcast_sizes;
use crate::array::{Array, DType, Dims, Layout, Scalar, matmul as kernels, sums};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::tensor_methods;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&MATMUL, &MM, &MV, &DOT, &VDOT, &BMM, &ADDMM, &ADDMV, &ADDR, &ADDBMM, &BADDBMM];

tensor_methods! {
    /// The product by the ranks of both: dot, matrix or batched product.
    matmul(other) = MATMUL;
    /// The product of two matrices.
    mm(mat2) = MM;
    /// The product of a matrix and a vector.
    mv(vec) = MV;
    /// The dot product.
    dot(other) = DOT;
    /// The products of two batches of matrices.
    bmm(mat2) = BMM;
}

const PRODUCT: Forms = Forms::BOTH;

/// The transpose of matrices.
fn turned(t: &Tensor) -> Result<Tensor> {
    t.transpose(-2, -1)
}

/// The product of two matrices.
pub static MM: OpDef =
    OpDef::kernel("mm", "input: Tensor, mat2: Tensor", |c| Ok(kernels::mm(&c.array(0)?, &c.array(1)?)?.into()))
        .analytic()
        .doc("The product of two matrices, [n, m] times [m, p].\nBoth have the same dtype.")
        .examples(&[Example("torch.mm(torch.tensor([[1., 2.]]), torch.tensor([[3.], [4.]]))", "tensor([[11.]])")])
        .forms(PRODUCT)
        .saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
        .grad(|b| {
            let first = b.when(0, || b.grad().mm(turned(&b.input(1)?)?))?;
            Ok(Grads::from_iter([first, b.when(1, || turned(&b.input(0)?)?.mm(b.grad()))?]))
        })
        .samples(&["randn(2, 3), randn(3, 4)", "randn(3, 2).T, randn(3, 4)"]);

/// The product of a matrix and a vector.
pub static MV: OpDef =
    OpDef::kernel("mv", "input: Tensor, vec: Tensor", |c| Ok(kernels::mv(&c.array(0)?, &c.array(1)?)?.into()))
        .analytic()
        .doc("The product of a matrix and a vector, [n, m] times [m].\nBoth have the same dtype.")
        .examples(&[Example(
            "torch.mv(torch.tensor([[1., 2.], [3., 4.]]), torch.tensor([1., 1.]))",
            "tensor([3., 7.])",
        )])
        .forms(PRODUCT)
        .saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
        .grad(|b| {
            let first = b.when(0, || b.grad().unsqueeze(1)?.mul(&b.input(1)?))?;
            Ok(Grads::from_iter([first, b.when(1, || turned(&b.input(0)?)?.mv(b.grad()))?]))
        })
        .samples(&["randn(2, 3), randn(3)"]);

fn dot_gradient(b: &Back) -> Result<Grads> {
    let first = b.when(0, || b.grad().mul(&b.input(1)?))?;
    Ok(Grads::from_iter([first, b.when(1, || b.grad().mul(&b.input(0)?))?]))
}

/// The dot product.
pub static DOT: OpDef =
    OpDef::kernel("dot", "input: Tensor, tensor: Tensor", |c| Ok(kernels::dot(&c.array(0)?, &c.array(1)?)?.into()))
        .analytic()
        .doc("The sum of the products of the elements of two vectors, 0-d.\nBoth have the same size and dtype.")
        .examples(&[Example("torch.dot(torch.tensor([2., 3.]), torch.tensor([2., 1.]))", "tensor(7.)")])
        .forms(PRODUCT)
        .saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
        .grad(dot_gradient)
        .samples(&["randn(3), randn(3)"]);

/// The dot product, the first factor conjugated.
pub static VDOT: OpDef = OpDef::kernel("vdot", "input: Tensor, other: Tensor", |c| {
    let a = c.array(0)?;
    let a = if a.dtype.is_complex() { complex1(&a, |z| z.conj())? } else { a };
    Ok(kernels::dot(&a, &c.array(1)?)?.into())
})
.complex()
.doc("The dot product of two vectors, the first one's elements conjugated; the same as dot for real numbers.")
.examples(&[Example("torch.vdot(torch.tensor([2., 3.]), torch.tensor([2., 1.]))", "tensor(7.)")])
.forms(PRODUCT)
.saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
.grad(|b| {
    let first = b.when(0, || b.grad().conj()?.mul(&b.input(1)?))?;
    Ok(Grads::from_iter([first, b.when(1, || b.grad().mul(&b.input(0)?))?]))
})
.samples(&["randn(3), randn(3)"]);

/// The products of two batches of matrices.
pub static BMM: OpDef =
    OpDef::kernel("bmm", "input: Tensor, mat2: Tensor", |c| Ok(kernels::bmm(&c.array(0)?, &c.array(1)?)?.into()))
        .analytic()
        .doc("The products of two batches of matrices, [b, n, m] times [b, m, p].\nBoth have the same dtype.")
        .examples(&[Example(
            "torch.bmm(torch.ones(2, 1, 3), torch.ones(2, 3, 1))",
            "tensor([[[3.]],\n\n        [[3.]]])",
        )])
        .forms(PRODUCT)
        .saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
        .grad(|b| {
            let first = b.when(0, || b.grad().bmm(turned(&b.input(1)?)?))?;
            Ok(Grads::from_iter([first, b.when(1, || turned(&b.input(0)?)?.bmm(b.grad()))?]))
        })
        .samples(&["randn(2, 2, 3), randn(2, 3, 4)"]);

/// A tensor that nobody else sees, in other sizes.
pub(super) fn unsafe_view(t: Tensor, sizes: &[usize]) -> Result<Tensor> {
    super::call(&UNSAFE_VIEW, [t.into(), Value::size(sizes)])
}

/// The product by the ranks of the operands.
pub static MATMUL: OpDef = OpDef::composite("matmul", "input: Tensor, other: Tensor", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    product(a, b).map(Value::Tensor)
})
.aliases(&["__matmul__"])
.doc("The product of two tensors: vectors give their dot product, matrices their product, batches of matrices broadcast.")
.examples(&[Example(
    "torch.matmul(torch.tensor([[1., 2.], [3., 4.]]), torch.tensor([1., 1.]))",
    "tensor([3., 7.])",
)])
.forms(PRODUCT.and(Forms::LINALG).and(Forms::NP))
.samples(&[
    "randn(3), randn(3)",
    "randn(2, 3), randn(3)",
    "randn(3), randn(3, 2)",
    "randn(2, 3), randn(3, 2)",
    "randn(2, 2, 3), randn(3, 2)",
    "randn(2, 1, 2, 3), randn(3, 3, 2)",
]);

/// `a @ b`.
///
/// Errors: RuntimeError in PyTorch's words when ranks, dtypes or sizes do not fit.
pub fn product(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    match (a.ndim(), b.ndim()) {
        (0, m) => Err(not_at_least_1d(0, m)),
        (n, 0) => Err(not_at_least_1d(n, 0)),
        (1, 1) => a.dot(b),
        (2, 2) => a.mm(b),
        (2, 1) => a.mv(b),
        (1, 2) => super::call(&SQUEEZE_PRODUCT, [a.unsqueeze(0)?.mm(b)?.into(), Value::Int(0)]),
        (n, 1 | 2) => {
            // The batch folds into the rows.
            let sizes = a.sizes();
            let folded = a.reshape(&[sizes[..n - 1].iter().product(), sizes[n - 1]])?;
            let mut out = Dims::from_slice(&sizes[..n - 1]);
            out.extend(b.sizes()[1..].iter().copied());
            unsafe_view(if b.ndim() == 1 { folded.mv(b)? } else { folded.mm(b)? }, &out)
        }
        _ => batched(a, b),
    }
}

#[cold]
fn not_at_least_1d(n: usize, m: usize) -> crate::diag::Error {
    Fault::runtime(format!("both arguments to matmul need to be at least 1D, but they are {n}D and {m}D"))
}

/// The product of batches of matrices; a vector on the left counts as a row.
fn batched(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let row = a.ndim() == 1;
    let a = if row { a.unsqueeze(0)? } else { a.clone() };
    let (x, y) = (a.sizes(), b.sizes());
    let (n, m) = (x.len() - 2, y.len() - 2);
    let batch = broadcast_sizes(&x[..n], &y[..m])?;
    let count = batch.iter().product::<usize>();
    let flat = |t: &Tensor, last: &[usize]| -> Result<Tensor> {
        let mut wide = batch.clone();
        wide.extend(last.iter().copied());
        t.broadcast_to(&wide)?.reshape(&[count, last[0], last[1]])
    };
    let out = flat(&a, &x[n..])?.bmm(flat(b, &y[m..])?)?;
    let mut sizes = batch;
    if !row {
        sizes.push(x[n]);
    }
    sizes.push(y[m + 1]);
    unsafe_view(out, &sizes)
}

/// A tensor scaled by a number, itself for 1.
fn times(t: Tensor, factor: Scalar) -> Result<Tensor> {
    if factor.is_one() { Ok(t) } else { t.mul(factor) }
}

/// `beta * input + alpha * product`, where the input broadcasts to the product.
fn added(c: &Call, product: Array) -> Result<Array> {
    let input = c.array(0)?;
    let (beta, alpha) = (c.scalar(3)?, c.scalar(4)?);
    let wide = input.with_layout(expanded(&input, product.sizes())?);
    // Factors of integer products are integers: fractions are cut off.
    let whole = |s: Scalar| if product.dtype.is_differentiable() { s } else { Scalar::Int(s.as_i64()) };
    let (beta, alpha) = (whole(beta), whole(alpha));
    let dtype = product.dtype;
    let product = if alpha.is_one() { product } else { scaled(&product, alpha)? };
    if !beta.as_bool() {
        return super::kernel::to_dtype(&product, dtype);
    }
    let wide = if beta.is_one() { wide } else { scaled(&wide, beta)? };
    let sum = Tensor::new(product).add(&Tensor::new(wide))?;
    super::kernel::to_dtype(&sum.array(), dtype)
}

fn scaled(array: &Array, factor: Scalar) -> Result<Array> {
    Ok(Tensor::new(array.clone()).mul(factor)?.array().clone())
}

/// The layout of an addend expanded to a product's sizes.
fn expanded(array: &Array, sizes: &[usize]) -> Result<Layout> {
    if array.ndim() > sizes.len() {
        return Err(Fault::runtime(format!(
            "expand(torch.{}Tensor{{{}}}, size={}): the number of sizes provided ({}) must be greater or equal to the \
             number of dimensions in the tensor ({})",
            array.dtype.scalar_type(),
            crate::array::layout::show_sizes(array.sizes()),
            crate::array::layout::show_sizes(sizes),
            sizes.len(),
            array.ndim()
        )));
    }
    array.layout.broadcast_to(sizes)
}

/// Refuses factors and addends of different types.
fn same_types(names: [&str; 3], types: [DType; 3]) -> Result<()> {
    if types[1] != types[2] {
        return Err(differ(names[1], names[2], types[1], types[2]));
    }
    if types[0] != types[2] {
        return Err(differ(names[0], names[2], types[0], types[2]));
    }
    Ok(())
}

#[cold]
fn differ(a: &str, b: &str, x: DType, y: DType) -> crate::diag::Error {
    Fault::runtime(format!("{a} and {b} must have the same dtype, but got {} and {}", x.scalar_type(), y.scalar_type()))
}

/// A product of matrices added to a tensor.
pub static ADDMM: OpDef =
    OpDef::kernel("addmm", "input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1", |c| {
        let (input, a, b) = (c.array(0)?, c.array(1)?, c.array(2)?);
        for (x, name) in [(&a, "mat1"), (&b, "mat2")] {
            if x.ndim() != 2 {
                return Err(Fault::runtime(format!("addmm: {name} must be a matrix, got {}-D tensor", x.ndim())));
            }
        }
        let ([m, k], [l, n]) = ([a.sizes()[0], a.sizes()[1]], [b.sizes()[0], b.sizes()[1]]);
        if a.dtype != b.dtype && input.dtype == b.dtype {
            return Err(differ("mat1", "mat2", a.dtype, b.dtype));
        }
        if input.dtype != b.dtype {
            return Err(differ("self", "mat2", input.dtype, b.dtype));
        }
        if k != l {
            return Err(Fault::runtime(format!(
                "addmm: mat1 and mat2 shapes cannot be multiplied ({m}x{k} and {l}x{n})"
            )));
        }
        expanded(&input, &[m, n])?;
        Ok(added(c, kernels::mm(&a, &b)?)?.into())
    })
    .analytic()
    .doc("beta * input + alpha * (mat1 @ mat2); input broadcasts to the product.")
    .examples(&[Example(
        "torch.addmm(torch.tensor([1., 1.]), torch.eye(2), torch.tensor([[1., 2.], [3., 4.]]))",
        "tensor([[2., 3.],\n        [4., 5.]])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::InFor(1, 2), Save::InFor(2, 1)])
    .grad(|b| {
        let (beta, alpha) = (b.call().scalar(3)?, b.call().scalar(4)?);
        let input = b.when(0, || times(b.grad(), beta))?;
        let first = b.when(1, || times(b.grad().mm(turned(&b.input(2)?)?)?, alpha))?;
        Ok(Grads::from_iter([input, first, b.when(2, || times(turned(&b.input(1)?)?.mm(b.grad())?, alpha))?]))
    })
    .samples(&["randn(4), randn(2, 3), randn(3, 4)", "randn(2, 4), randn(2, 3), randn(3, 4), beta=0.5, alpha=2"]);

/// A product of a matrix and a vector added to a tensor.
pub static ADDMV: OpDef =
    OpDef::kernel("addmv", "input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1", |c| {
        let (input, a, v) = (c.array(0)?, c.array(1)?, c.array(2)?);
        if a.ndim() != 2 || v.ndim() != 1 || input.ndim() > 1 {
            return Err(Fault::runtime(format!(
                "vector + matrix @ vector expected, got {}, {}, {}",
                input.ndim(),
                a.ndim(),
                v.ndim()
            )));
        }
        let (m, k) = (a.sizes()[0], a.sizes()[1]);
        let n = input.numel();
        if k != v.sizes()[0] || (n != m && n != 1 && input.ndim() > 0) {
            return Err(Fault::runtime(format!(
                "size mismatch, got input ({n}), mat ({m}x{k}), vec ({})",
                v.sizes()[0]
            )));
        }
        if a.dtype != v.dtype || input.dtype != v.dtype {
            return Err(Fault::runtime(format!(
                "addmv input tensors must have the same dtype, but got {}, {}, and {}",
                input.dtype.scalar_type(),
                a.dtype.scalar_type(),
                v.dtype.scalar_type()
            )));
        }
        Ok(added(c, kernels::mv(&a, &v)?)?.into())
    })
    .analytic()
    .doc("beta * input + alpha * (mat @ vec); input broadcasts to the product.")
    .examples(&[Example(
        "torch.addmv(torch.tensor([1., 1.]), torch.tensor([[1., 2.], [3., 4.]]), torch.tensor([1., 1.]))",
        "tensor([4., 8.])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::InFor(1, 2), Save::InFor(2, 1)])
    .grad(|b| {
        let (beta, alpha) = (b.call().scalar(3)?, b.call().scalar(4)?);
        let input = b.when(0, || times(b.grad(), beta))?;
        let first = b.when(1, || times(b.grad().unsqueeze(1)?.mul(&b.input(2)?)?, alpha))?;
        Ok(Grads::from_iter([input, first, b.when(2, || times(turned(&b.input(1)?)?.mv(b.grad())?, alpha))?]))
    })
    .samples(&["randn(2), randn(2, 3), randn(3)", "randn(2), randn(2, 3), randn(3), beta=0.5, alpha=2"]);

/// An outer product added to a tensor.
pub static ADDR: OpDef =
    OpDef::kernel("addr", "input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1", |c| {
        let (input, a, b) = (c.array(0)?, c.array(1)?, c.array(2)?);
        for (x, i) in [(&a, 1), (&b, 2)] {
            if x.ndim() != 1 {
                return Err(Fault::runtime(format!("addr: Expected 1-D argument vec{i}, but got {}-D", x.ndim())));
            }
        }
        let sizes = [a.numel(), b.numel()];
        expanded(&input, &sizes)?;
        let outer = Tensor::new(a.with_layout(a.layout.unsqueeze(1))).mul(&Tensor::new(b))?;
        let common = super::args::result_type(&[
            &super::Operand::Tensor(c.tensor(0)?.clone()),
            &super::Operand::Tensor(outer.clone()),
        ]);
        for (i, name) in [(3, "beta"), (4, "alpha")] {
            if !common.is_differentiable() && matches!(c.scalar(i)?, Scalar::Float(_)) {
                return Err(Fault::runtime(format!(
                    "For integral input tensors, argument {name} must not be a floating point number."
                )));
            }
        }
        let sum = added(c, super::kernel::to_dtype(&outer.array(), common)?)?;
        Ok(sum.into())
    })
    .analytic()
    .doc("beta * input + alpha * outer(vec1, vec2); input broadcasts to the product.")
    .examples(&[Example(
        "torch.addr(torch.zeros(2, 2), torch.tensor([1., 2.]), torch.tensor([3., 4.]))",
        "tensor([[3., 4.],\n        [6., 8.]])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::InFor(1, 2), Save::InFor(2, 1)])
    .grad(|b| {
        let (beta, alpha) = (b.call().scalar(3)?, b.call().scalar(4)?);
        let input = b.when(0, || times(b.grad(), beta))?;
        let first = b.when(1, || times(b.grad().mv(b.input(2)?)?, alpha))?;
        Ok(Grads::from_iter([input, first, b.when(2, || times(turned(&b.grad())?.mv(b.input(1)?)?, alpha))?]))
    })
    .samples(&["randn(2, 3), randn(2), randn(3)", "randn(2, 3), randn(2), randn(3), beta=0.5, alpha=2"]);

/// The checks of a product of batches.
fn batches(c: &Call) -> Result<Array> {
    let (input, a, b) = (c.array(0)?, c.array(1)?, c.array(2)?);
    let product = kernels::bmm(&a, &b)?;
    same_types(["Input dtypes", "batch1", "batch2"], [input.dtype, a.dtype, b.dtype]).map_err(|_| {
        Fault::runtime(format!(
            "Input dtypes must be the same, got: input {}, batch1: {}, batch2: {}",
            input.dtype.c_name(),
            a.dtype.c_name(),
            b.dtype.c_name()
        ))
    })?;
    Ok(product)
}

/// The sum of products of batches added to a tensor.
pub static ADDBMM: OpDef = OpDef::kernel(
    "addbmm",
    "input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1",
    |c| {
        let total = sums::sum(&batches(c)?, Some(&[0]), false)?;
        let total = super::kernel::to_dtype(&total, c.tensor(0)?.dtype())?;
        Ok(added(c, total)?.into())
    },
)
.analytic()
.doc("beta * input + alpha * the sum over the batch of batch1 @ batch2.")
.examples(&[Example("torch.addbmm(torch.zeros(1, 1), torch.ones(2, 1, 3), torch.ones(2, 3, 1))", "tensor([[6.]])")])
.forms(Forms::ALL)
.saves(&[Save::InFor(1, 2), Save::InFor(2, 1)])
.grad(|b| {
    let (beta, alpha) = (b.call().scalar(3)?, b.call().scalar(4)?);
    let wide = |count: usize| -> Result<Tensor> {
        let g = b.grad();
        g.expand(&[count, g.sizes()[0], g.sizes()[1]])
    };
    let input = b.when(0, || times(b.grad(), beta))?;
    let first = b.when(1, || times(wide(b.sizes(1)[0])?.bmm(turned(&b.input(2)?)?)?, alpha))?;
    let second = b.when(2, || times(turned(&b.input(1)?)?.bmm(wide(b.sizes(1)[0])?)?, alpha))?;
    Ok(Grads::from_iter([input, first, second]))
})
.samples(&["randn(2, 4), randn(2, 2, 3), randn(2, 3, 4)"]);

/// Products of batches added to a tensor.
pub static BADDBMM: OpDef = OpDef::kernel(
    "baddbmm",
    "input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1",
    |c| Ok(added(c, batches(c)?)?.into()),
)
.analytic()
.doc("beta * input + alpha * (batch1 @ batch2), for batches of matrices.")
.examples(&[Example("torch.baddbmm(torch.ones(1), torch.ones(1, 1, 3), torch.ones(1, 3, 1))", "tensor([[[4.]]])")])
.forms(Forms::ALL)
.saves(&[Save::InFor(1, 2), Save::InFor(2, 1)])
.grad(|b| {
    let (beta, alpha) = (b.call().scalar(3)?, b.call().scalar(4)?);
    let input = b.when(0, || times(b.grad(), beta))?;
    let first = b.when(1, || times(b.grad().bmm(turned(&b.input(2)?)?)?, alpha))?;
    let second = b.when(2, || times(turned(&b.input(1)?)?.bmm(b.grad())?, alpha))?;
    Ok(Grads::from_iter([input, first, second]))
})
.samples(&[
    "randn(2, 2, 4), randn(2, 2, 3), randn(2, 3, 4)",
    "randn(4), randn(2, 2, 3), randn(2, 3, 4), beta=0.5, alpha=2",
]);

/// The affine map of the last dimension: `input @ weight.T + bias`.
pub(super) fn affine(input: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let turned = if weight.ndim() == 2 { super::call(&super::shape::T, [weight.into()])? } else { weight.clone() };
    let Some(bias) = bias else { return product(input, &turned) };
    let add = |rows: &Tensor| -> Result<Tensor> {
        let args =
            Bound::from_iter([bias.into(), rows.into(), Value::Tensor(turned.clone()), Value::Int(1), Value::Int(1)]);
        match super::apply(&ADDMM, args)? {
            Value::Tensor(t) => Ok(t),
            _ => Err(Fault::internal("addmm gave no tensor")),
        }
    };
    if input.ndim() == 2 {
        return add(input);
    }
    let sizes = input.sizes();
    let Some((&last, lead)) = sizes.split_last() else {
        return Err(not_at_least_1d(0, weight.ndim()));
    };
    let out = add(&input.reshape(&[lead.iter().product(), last])?)?;
    let mut shape = Dims::from_slice(lead);
    shape.extend(turned.sizes().last().copied());
    unsafe_view(out, &shape)
}
