//! Products of tensors written with others: outer, inner, Kronecker and cross products, contractions, chains.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::matmul::unsafe_view;
use crate::array::Dims;
use crate::array::layout::{broadcast_sizes, show_sizes, wrap_dim};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor, mode};
use crate::tensor_methods;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&OUTER, &INNER, &KRON, &LINALG_CROSS, &CROSS, &TENSORDOT, &CHAIN_MATMUL, &MULTI_DOT, &VECDOT];

tensor_methods! {
    /// The cross product along a dimension.
    cross(other, dim) = LINALG_CROSS;
}

/// The products of all pairs of elements of two vectors.
pub static OUTER: OpDef = OpDef::composite("outer", "input: Tensor, vec2: Tensor", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    for (t, name) in [(a, "self"), (b, "vec2")] {
        if t.ndim() != 1 {
            return Err(Fault::runtime(format!("outer: Expected 1-D argument {name}, but got {}-D", t.ndim())));
        }
    }
    Ok(a.reshape(&[a.numel(), 1])?.mul(b)?.into())
})
.aliases(&["ger"])
.doc("The matrix of the products of all pairs of elements of two vectors.")
.examples(&[Example("torch.outer(torch.tensor([1, 2]), torch.tensor([3, 4]))", "tensor([[3, 4],\n        [6, 8]])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2), randn(3)"]);

/// The sums of products over the last dimensions.
pub static INNER: OpDef = OpDef::composite("inner", "input: Tensor, other: Tensor", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    if a.ndim() == 0 || b.ndim() == 0 {
        return Ok(a.mul(b)?.into());
    }
    if a.sizes().last() != b.sizes().last() {
        return Err(Fault::runtime(format!(
            "inner() the last dimension must match on both input tensors but got shapes {} and {}",
            show_sizes(&a.sizes()),
            show_sizes(&b.sizes())
        )));
    }
    Ok(contract(a, b, &[a.ndim() - 1], &[b.ndim() - 1])?.into())
})
.doc("The sums of products over the last dimensions of both; dot products of vectors.")
.examples(&[Example("torch.inner(torch.tensor([1, 2]), torch.tensor([3, 4]))", "tensor(11)")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3), randn(3)", "randn(2, 3), randn(4, 3)"]);

/// The Kronecker product.
pub static KRON: OpDef = OpDef::composite("kron", "input: Tensor, other: Tensor", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    let n = a.ndim().max(b.ndim());
    let lift =
        |sizes: &[usize]| -> Dims { std::iter::repeat_n(1, n - sizes.len()).chain(sizes.iter().copied()).collect() };
    let (x, y) = (lift(&a.sizes()), lift(&b.sizes()));
    let (mut left, mut right, mut out) = (Dims::new(), Dims::new(), Dims::new());
    for (&p, &q) in x.iter().zip(&y) {
        left.extend([p, 1]);
        right.extend([1, q]);
        out.push(p.saturating_mul(q));
    }
    Ok(unsafe_view(a.reshape(&left)?.mul(&b.reshape(&right)?)?, &out)?.into())
})
.doc("The Kronecker product: each element of input times the whole of other.")
.examples(&[Example("torch.kron(torch.tensor([1, 2]), torch.tensor([3, 4]))", "tensor([3, 4, 6, 8])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3), randn(3, 2)", "randn(2), randn(2, 2)"]);

/// The cross product along a dimension.
pub static LINALG_CROSS: OpDef = OpDef::kernel("linalg_cross", "input: Tensor, other: Tensor, *, dim: int = -1", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    if a.ndim() != b.ndim() {
        return Err(Fault::runtime("linalg.cross: inputs must have the same number of dimensions."));
    }
    let (dim, given) = (c.dim(2, a.ndim())?, c.int(2)?);
    let (x, y) = (a.sizes(), b.sizes());
    if x.get(dim) != Some(&3) || y.get(dim) != Some(&3) {
        return Err(Fault::runtime(format!(
            "linalg.cross: inputs dimension {given} must have length 3. Got {} and {}",
            x.get(dim).copied().unwrap_or(1),
            y.get(dim).copied().unwrap_or(1)
        )));
    }
    broadcast_sizes(&x, &y)?;
    if a.dtype() == crate::array::DType::Bool {
        return Err(super::kernel::not_for("cross", a.dtype()));
    }
    if a.dtype() != b.dtype() {
        return Err(Fault::runtime(format!(
            "expected scalar type {} but found {}",
            a.dtype().scalar_type(),
            b.dtype().scalar_type()
        )));
    }
    mode::with_grad_enabled(false, || {
        let (a, b) = (a.detach(), b.detach());
        let turn = |t: &Tensor, by: i64| t.roll(by, dim as i64);
        let left = turn(&a, -1)?.mul(&turn(&b, -2)?)?;
        let right = turn(&a, -2)?.mul(&turn(&b, -1)?)?;
        Ok(left.sub(&right)?.array().clone().into())
    })
})
.analytic()
.doc("The cross product of vectors of length 3 along dim; other dimensions broadcast.")
.examples(&[Example("torch.linalg.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]))", "tensor([0, 0, 1])")])
.forms(Forms::LINALG)
.saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
.grad(|b| {
    let dim = b.call().int(2)?;
    let first = b.when(0, || b.input(1)?.cross(b.grad(), dim))?;
    Ok(Grads::from_iter([first, b.when(1, || b.grad().cross(b.input(0)?, dim))?]))
})
.samples(&["randn(2, 3), randn(2, 3)", "randn(3, 2), randn(3, 1), dim=0"]);

/// The cross product along the first dimension of size 3, or a given one.
pub static CROSS: OpDef = OpDef::composite("cross", "input: Tensor, other: Tensor, dim: int? = None", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    let dim = match c.opt_int(2)? {
        Some(dim) => dim,
        None if a.ndim() != b.ndim() => 0,
        None => {
            super::warning::leave(
                "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly \
                 or simply use torch.linalg.cross.\nThe default value of dim will change to agree with that of \
                 linalg.cross in a future release.",
            );
            a.sizes().iter().position(|&n| n == 3).ok_or_else(|| Fault::runtime("no dimension of size 3 in input"))?
                as i64
        }
    };
    Ok(a.cross(b, dim)?.into())
})
.doc("The cross product of vectors of length 3 along dim, the first dimension of size 3 when it is not given.")
.examples(&[Example("torch.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]), dim=0)", "tensor([0, 0, 1])")])
.forms(Forms::BOTH)
.samples(&["randn(2, 3), randn(2, 3)"]);

/// The sum of products over pairs of dimensions; what is left of both follows in order.
pub fn contract(a: &Tensor, b: &Tensor, left: &[usize], right: &[usize]) -> Result<Tensor> {
    let (x, y) = (a.sizes(), b.sizes());
    let mut shared = 1;
    let (mut a, mut b) = (a.clone(), b.clone());
    let (mut x2, mut y2) = (x.clone(), y.clone());
    for (&l, &r) in left.iter().zip(right) {
        match (x[l], y[r]) {
            (p, q) if p == q => shared *= p,
            (1, _) => {
                b = b.sum_dims(&[r as i64], true)?.to_dtype(b.dtype())?;
                y2[r] = 1;
            }
            (_, 1) => {
                a = a.sum_dims(&[l as i64], true)?.to_dtype(a.dtype())?;
                x2[l] = 1;
            }
            (p, q) => {
                return Err(Fault::runtime(format!(
                    "contracted dimensions need to match, but first has size {p} in dim {} and second has size {q} in \
                     dim {}",
                    l as i64 - if left.len() == 1 { x.len() as i64 } else { 0 },
                    r
                )));
            }
        }
    }
    let rest_of = |n: usize, used: &[usize]| -> Vec<usize> { (0..n).filter(|d| !used.contains(d)).collect() };
    let (keep_a, keep_b) = (rest_of(x.len(), left), rest_of(y.len(), right));
    let order =
        |first: &[usize], second: &[usize]| -> Vec<i64> { first.iter().chain(second).map(|&d| d as i64).collect() };
    let rows: usize = keep_a.iter().map(|&d| x2[d]).product();
    let cols: usize = keep_b.iter().map(|&d| y2[d]).product();
    let a = a.permute(&order(&keep_a, left))?.reshape(&[rows, shared])?;
    let b = b.permute(&order(right, &keep_b))?.reshape(&[shared, cols])?;
    let out: Dims = keep_a.iter().map(|&d| x2[d]).chain(keep_b.iter().map(|&d| y2[d])).collect();
    a.mm(b)?.reshape(&out)
}

/// The dimensions of a contraction: a number of them, or two lists.
fn contracted(c: &Call, a: &Tensor, b: &Tensor) -> Result<(Vec<usize>, Vec<usize>)> {
    let list = |v: &Value, n: usize| -> Result<Vec<usize>> {
        let items: Vec<Value> = match v {
            Value::List(l) => l.to_vec(),
            Value::Tuple(t) => t.to_vec(),
            other => vec![other.clone()],
        };
        items.iter().map(|v| wrap_dim(v.as_int().ok_or_else(|| c.wrong(2, "tuple of ints", v))?, n)).collect()
    };
    let pair = match c.value(2) {
        Value::List(l) if l.len() == 2 => Some((l.to_vec()[0].clone(), l.to_vec()[1].clone())),
        Value::Tuple(t) if t.len() == 2 => Some((t[0].clone(), t[1].clone())),
        _ => None,
    };
    if let Some((p, q)) = pair {
        let (left, right) = (list(&p, a.ndim())?, list(&q, b.ndim())?);
        if left.len() != right.len() {
            return Err(Fault::runtime("both dimension lists should have same length"));
        }
        return Ok((left, right));
    }
    let n = c.int(2)?;
    if n < 0 {
        return Err(Fault::runtime(format!("tensordot expects dims >= 0, but got dims={n}")));
    }
    let n = n as usize;
    if n > a.ndim().min(b.ndim()) {
        return Err(Fault::runtime(format!(
            "tensordot expects dims < ndim_a or ndim_b, but got dims={n}, ndim_a={}, ndim_b={}",
            a.ndim(),
            b.ndim()
        )));
    }
    Ok(((a.ndim() - n..a.ndim()).collect(), (0..n).collect()))
}

/// A contraction over several dimensions.
pub static TENSORDOT: OpDef = OpDef::composite("tensordot", "a: Tensor, b: Tensor, dims = 2", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    let (left, right) = contracted(c, a, b)?;
    if a.dtype() != b.dtype() {
        return Err(Fault::runtime("both inputs should have same dtype"));
    }
    Ok(contract(a, b, &left, &right)?.into())
})
.doc("The sum of products over the last `dims` dimensions of a and the first of b, or over two lists of dimensions.")
.examples(&[Example(
    "torch.tensordot(torch.ones(2, 3), torch.ones(3, 2), dims=1)",
    "tensor([[3., 3.],\n        [3., 3.]])",
)])
.forms(Forms::FUNCTION.and(Forms::NP))
.samples(&["randn(2, 3), randn(3, 4), 1", "randn(2, 3), randn(3, 2), ([0, 1], [1, 0])"]);

/// The product of a chain of matrices, in the order that takes the fewest multiplications.
fn chain(matrices: &[Tensor]) -> Result<Tensor> {
    let n = matrices.len();
    let p: Vec<f64> =
        matrices.iter().map(|m| m.sizes()[0] as f64).chain(matrices.last().map(|m| m.sizes()[1] as f64)).collect();
    // cost[i][j]: the cheapest product of matrices i..=j, split after cut[i][j].
    let mut cost = vec![vec![0.0f64; n]; n];
    let mut cut = vec![vec![0usize; n]; n];
    for len in 2..=n {
        for i in 0..=n - len {
            let j = i + len - 1;
            cost[i][j] = f64::INFINITY;
            for k in i..j {
                let here = cost[i][k] + cost[k + 1][j] + p[i] * p[k + 1] * p[j + 1];
                if here < cost[i][j] {
                    (cost[i][j], cut[i][j]) = (here, k);
                }
            }
        }
    }
    // The tree of products without recursion: parts wait on a list until both sides are known.
    enum Task {
        Build(usize, usize),
        Join,
    }
    let (mut tasks, mut done) = (vec![Task::Build(0, n - 1)], Vec::new());
    while let Some(task) = tasks.pop() {
        match task {
            Task::Build(i, j) if i == j => done.push(matrices[i].clone()),
            Task::Build(i, j) => {
                let k = cut[i][j];
                tasks.extend([Task::Join, Task::Build(k + 1, j), Task::Build(i, k)]);
            }
            Task::Join => {
                if let (Some(right), Some(left)) = (done.pop(), done.pop()) {
                    done.push(left.mm(right)?);
                }
            }
        }
    }
    done.pop().ok_or_else(|| Fault::internal("an empty chain of products"))
}

/// The product of matrices given one by one.
pub static CHAIN_MATMUL: OpDef = OpDef::composite("chain_matmul", "*matrices", |c| {
    let matrices = super::reshape::given_tensors(c, 0)?;
    match matrices.as_slice() {
        [] => Err(Fault::runtime("chain_matmul(): Expected one or more matrices")),
        [only] => Ok(only.into()),
        many => {
            if let Some((i, t)) = many.iter().enumerate().find(|(_, t)| t.ndim() != 2) {
                return Err(Fault::runtime(format!(
                    "Expected all matrices to be 2-D, but matrix {i} is {}-D: {}",
                    t.ndim(),
                    show_sizes(&t.sizes())
                )));
            }
            checked_chain(many, "chain_matmul").map(Value::Tensor)
        }
    }
})
.doc("The product of matrices, in the order that takes the fewest multiplications.")
.examples(&[Example("torch.chain_matmul(torch.ones(1, 2), torch.ones(2, 3), torch.ones(3, 1))", "tensor([[6.]])")])
.forms(Forms::FUNCTION)
.samples(&["randn(2, 3), randn(3, 4), randn(4, 2)"]);

fn checked_chain(matrices: &[Tensor], name: &str) -> Result<Tensor> {
    for (i, pair) in matrices.windows(2).enumerate() {
        if pair[0].sizes()[1] != pair[1].sizes()[0] {
            return Err(Fault::runtime(format!(
                "{name}(): tensors {i} and {} with shapes {} and {} cannot be multiplied",
                i + 1,
                show_sizes(&pair[0].sizes()),
                show_sizes(&pair[1].sizes())
            )));
        }
    }
    chain(matrices)
}

/// The product of a list of matrices; the first and the last may be vectors.
pub static MULTI_DOT: OpDef = OpDef::composite("linalg_multi_dot", "tensors: Tensor[]", |c| {
    let tensors = c.tensors(0)?;
    let n = tensors.len();
    if n < 2 {
        return Err(Fault::runtime(format!("multi_dot(): expected at least 2 tensors but got {n}")));
    }
    let first_type = tensors[0].dtype();
    let (mut matrices, mut row, mut column) = (Vec::with_capacity(n), false, false);
    for (i, t) in tensors.iter().enumerate() {
        if t.dtype() != first_type {
            return Err(Fault::runtime(format!(
                "multi_dot(): all tensors must have be the same dtype but tensor 0 is {} and tensor {i} {}",
                first_type.scalar_type(),
                t.dtype().scalar_type()
            )));
        }
        matrices.push(match t.ndim() {
            1 if i == 0 => {
                row = true;
                t.unsqueeze(0)?
            }
            1 if i == n - 1 => {
                column = true;
                t.unsqueeze(-1)?
            }
            2 => t.clone(),
            d if i == 0 || i == n - 1 => {
                let which = if i == 0 { "first" } else { "last" };
                return Err(Fault::runtime(format!("multi_dot(): the {which} tensor must be 1D or 2D but got {d}D")));
            }
            d => return Err(Fault::runtime(format!("multi_dot(): tensor {i} must be 2D but got {d}D"))),
        });
    }
    let out = checked_chain(&matrices, "multi_dot")?;
    let sizes: Dims = match (row, column) {
        (true, true) => Dims::new(),
        (true, false) => Dims::from_slice(&[out.sizes()[1]]),
        (false, true) => Dims::from_slice(&[out.sizes()[0]]),
        _ => return Ok(out.into()),
    };
    Ok(out.view_as_sizes(&sizes)?.into())
})
.doc("The product of matrices, in the order that takes the fewest multiplications; the ends may be vectors.")
.examples(&[Example(
    "torch.linalg.multi_dot([torch.ones(1, 2), torch.ones(2, 3), torch.ones(3, 1)])",
    "tensor([[6.]])",
)])
.forms(Forms::LINALG)
.samples(&["[randn(2, 3), randn(3, 4), randn(4, 2)]", "[randn(3), randn(3, 4), randn(4)]"]);

/// The sums of products along a dimension.
pub static VECDOT: OpDef = OpDef::composite("linalg_vecdot", "x: Tensor, y: Tensor, *, dim: int = -1", |c| {
    let (a, b) = (c.tensor(0)?, c.tensor(1)?);
    let dim = c.int(2)?;
    if a.dtype() != b.dtype() {
        return Err(Fault::runtime("linalg.vecdot: Expected x and y to have the same dtype"));
    }
    if !a.dtype().is_float() {
        return Err(super::kernel::not_for("linalg_vecdot", a.dtype()));
    }
    let wide = broadcast_sizes(&a.sizes(), &b.sizes())?;
    wrap_dim(dim, wide.len())?;
    let out = a.mul(b)?.sum_dims(&[dim], false)?;
    Ok(out.to_dtype(a.dtype())?.into())
})
.doc("The dot products of vectors along dim; other dimensions broadcast.")
.examples(&[Example("torch.linalg.vecdot(torch.tensor([1., 2.]), torch.tensor([3., 4.]))", "tensor(11.)")])
.forms(Forms::LINALG)
.samples(&["randn(2, 3), randn(2, 3)", "randn(3, 2), randn(3, 1), dim=0"]);
