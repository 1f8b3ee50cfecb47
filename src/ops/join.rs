//! Tensors joined: along a dimension, along a new one, on a diagonal, on a grid.

use super::args::{Call, Operand, result_type};
use super::def::{Example, Forms, OpDef, Out};
use super::reshape::{atleast_1d, atleast_2d, atleast_3d, given_tensors};
use crate::array::layout::{show_sizes, wrap_dim};
use crate::array::{Array, DType, Dims, Scalar, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&CAT, &STACK, &HSTACK, &VSTACK, &DSTACK, &COLUMN_STACK, &BLOCK_DIAG, &MESHGRID, &CARTESIAN_PROD, &COMBINATIONS];

/// Tensors as an argument.
pub fn tensors_value(tensors: &[Tensor]) -> Value {
    Value::tuple(tensors.iter().map(Value::from))
}

/// Tensors joined along an existing dimension.
pub fn cat(tensors: &[Tensor], dim: i64) -> Result<Tensor> {
    super::call(&CAT, [tensors_value(tensors), Value::Int(dim)])
}

/// Tensors joined along a new dimension.
pub fn stack(tensors: &[Tensor], dim: i64) -> Result<Tensor> {
    super::call(&STACK, [tensors_value(tensors), Value::Int(dim)])
}

/// The type that tensors promote to.
fn common_type(tensors: &[Tensor]) -> DType {
    let operands: Vec<Operand> = tensors.iter().map(|t| Operand::Tensor(t.clone())).collect();
    result_type(&operands.iter().collect::<Vec<_>>())
}

/// Whether concatenation ignores a tensor: an empty vector.
fn is_skipped(sizes: &[usize]) -> bool {
    sizes == [0]
}

/// Tensors joined along an existing dimension.
pub static CAT: OpDef = OpDef::kernel("cat", "tensors: Tensor[], dim: int = 0", |c| {
    let tensors = c.tensors(0)?;
    if tensors.is_empty() {
        return Err(Fault::value("torch.cat(): expected a non-empty list of Tensors"));
    }
    let arrays: Vec<Array> = tensors.iter().map(|t| t.array().clone()).collect();
    if let Some(i) = arrays.iter().position(|a| a.ndim() == 0) {
        return Err(Fault::runtime(format!("zero-dimensional tensor (at position {i}) cannot be concatenated")));
    }
    let dtype = common_type(&tensors);
    let kept: Vec<(usize, &Array)> = arrays.iter().enumerate().filter(|(_, a)| !is_skipped(a.sizes())).collect();
    let Some(&(_, first)) = kept.first() else {
        wrap_dim(c.int(1)?, 1)?;
        return Ok(Array::full(&[0], Scalar::Int(0), dtype)?.into());
    };
    let dim = c.dim(1, first.ndim())?;
    let mut sizes = first.layout.sizes.clone();
    sizes[dim] = 0;
    for &(i, a) in &kept {
        if a.ndim() != first.ndim() {
            return Err(Fault::runtime(format!(
                "Tensors must have same number of dimensions: got {} and {}",
                first.ndim(),
                a.ndim()
            )));
        }
        if let Some(d) = (0..a.ndim()).find(|&d| d != dim && a.sizes()[d] != first.sizes()[d]) {
            return Err(Fault::runtime(format!(
                "Sizes of tensors must match except in dimension {dim}. Expected size {} but got size {} for tensor \
                 number {i} in the list.",
                first.sizes()[d],
                a.sizes()[d]
            )));
        }
        sizes[dim] += a.sizes()[dim];
    }
    let out = Array::full(&sizes, Scalar::Int(0), dtype)?;
    let mut start = 0;
    for &(_, a) in &kept {
        let len = a.sizes()[dim];
        map::copy_into(&out.with_layout(out.layout.slice(dim, start, len, 1)), a)?;
        start += len;
    }
    Ok(out.into())
})
.complex()
.aliases(&["concat", "concatenate"])
.doc("The tensors joined along dimension dim.\nThe other sizes are equal; dtypes promote; empty vectors are ignored.")
.forms(Forms::FUNCTION.and(Forms::NP))
.examples(&[Example("torch.cat([torch.tensor([1, 2]), torch.tensor([3])])", "tensor([1, 2, 3])")])
.grad(|b| {
    let (mut out, mut start) = (Grads::new(), 0);
    let grad = b.grad();
    let dim = wrap_dim(b.call().int(1)?, grad.ndim())?;
    for slot in 0..b.slots() - 1 {
        // Slots of tensors without gradient have sizes too: every tensor counts.
        let sizes = b.sizes(slot);
        if is_skipped(&sizes) && grad.ndim() != 1 {
            out.push(b.when(slot, || super::methods::zeros(&sizes, grad.dtype()))?);
            continue;
        }
        let len = sizes.get(dim).copied().unwrap_or(0);
        out.push(b.when(slot, || super::axes::narrow(&grad, dim, start, len))?);
        start += len;
    }
    Ok(out)
})
.samples(&["[randn(2, 3), randn(1, 3)]", "[randn(2, 3), randn(2, 1)], 1"]);

/// Tensors joined along a new dimension.
pub static STACK: OpDef = OpDef::kernel("stack", "tensors: Tensor[], dim: int = 0", |c| {
    let tensors = c.tensors(0)?;
    let Some(first) = tensors.first() else {
        return Err(Fault::runtime("stack expects a non-empty TensorList"));
    };
    let item = first.sizes();
    let dim = wrap_dim(c.int(1)?, item.len() + 1)?;
    if let Some((i, t)) = tensors.iter().enumerate().find(|(_, t)| t.sizes() != item) {
        return Err(Fault::runtime(format!(
            "stack expects each tensor to be equal size, but got {} at entry 0 and {} at entry {i}",
            show_sizes(&item),
            show_sizes(&t.sizes())
        )));
    }
    let mut sizes = item.clone();
    sizes.insert(dim, tensors.len());
    let out = Array::full(&sizes, Scalar::Int(0), common_type(&tensors))?;
    for (i, t) in tensors.iter().enumerate() {
        map::copy_into(&out.with_layout(out.layout.select(dim, i)), &t.array())?;
    }
    Ok(out.into())
})
.complex()
.doc("The tensors, all of one size, joined along a new dimension dim.")
.forms(Forms::FUNCTION.and(Forms::NP))
.examples(&[Example(
    "torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])], dim=1)",
    "tensor([[1, 3],\n        [2, 4]])",
)])
.grad(|b| {
    let grad = b.grad();
    let dim = wrap_dim(b.call().int(1)?, grad.ndim())? as i64;
    (0..b.slots() - 1).map(|slot| b.when(slot, || grad.select(dim, slot))).collect()
})
.samples(&["[randn(2, 3), randn(2, 3)]", "[randn(2), randn(2)], -1"]);

/// Declares a stacking of tensors lifted first and joined along a dimension that may depend on them.
fn lifted_cat(c: &Call, lift: fn(&Tensor) -> Result<Tensor>, dim: fn(&Tensor) -> i64) -> Result<Value> {
    let tensors = c.tensors(0)?;
    let lifted: Vec<Tensor> = tensors.iter().map(lift).collect::<Result<_>>()?;
    let Some(first) = lifted.first() else {
        return Err(Fault::runtime(format!("{} expects a non-empty TensorList", c.def.name)));
    };
    Ok(cat(&lifted, dim(first))?.into())
}

/// Tensors joined side by side.
pub static HSTACK: OpDef = OpDef::composite("hstack", "tensors: Tensor[]", |c| {
    lifted_cat(c, atleast_1d, |t| if t.ndim() == 1 { 0 } else { 1 })
})
.doc("The tensors joined side by side: vectors end to end, others along dimension 1.")
.forms(Forms::FUNCTION.and(Forms::NP))
.examples(&[Example("torch.hstack((torch.tensor([1, 2]), torch.tensor([3])))", "tensor([1, 2, 3])")])
.samples(&["[randn(2, 3), randn(2, 1)]"]);

/// Tensors joined one under the other.
pub static VSTACK: OpDef = OpDef::composite("vstack", "tensors: Tensor[]", |c| lifted_cat(c, atleast_2d, |_| 0))
    .aliases(&["row_stack"])
    .doc("The tensors joined one under the other; vectors count as rows.")
    .forms(Forms::FUNCTION.and(Forms::NP))
    .examples(&[Example(
        "torch.vstack((torch.tensor([1, 2]), torch.tensor([3, 4])))",
        "tensor([[1, 2],\n        [3, 4]])",
    )])
    .samples(&["[randn(3), randn(2, 3)]"]);

/// Tensors joined along the third dimension.
pub static DSTACK: OpDef = OpDef::composite("dstack", "tensors: Tensor[]", |c| lifted_cat(c, atleast_3d, |_| 2))
    .doc("The tensors, lifted to three dimensions, joined along dimension 2.")
    .forms(Forms::FUNCTION.and(Forms::NP))
    .examples(&[Example(
        "torch.dstack((torch.tensor([1, 2]), torch.tensor([3, 4])))",
        "tensor([[[1, 3],\n         [2, 4]]])",
    )])
    .samples(&["[randn(2, 3), randn(2, 3)]"]);

/// Vectors as the columns of a matrix.
pub static COLUMN_STACK: OpDef = OpDef::composite("column_stack", "tensors: Tensor[]", |c| {
    fn column(t: &Tensor) -> Result<Tensor> {
        if t.ndim() <= 1 { t.reshape(&[t.numel(), 1]) } else { Ok(t.clone()) }
    }
    lifted_cat(c, column, |_| 1)
})
.doc("Vectors as the columns of a matrix; matrices side by side.")
.forms(Forms::FUNCTION.and(Forms::NP))
.examples(&[Example(
    "torch.column_stack((torch.tensor([1, 2]), torch.tensor([3, 4])))",
    "tensor([[1, 3],\n        [2, 4]])",
)])
.samples(&["[randn(2), randn(2, 2)]"]);

/// Matrices on the diagonal of a larger one.
pub static BLOCK_DIAG: OpDef = OpDef::composite("block_diag", "*tensors", |c| {
    let tensors = given_tensors(c, 0)?;
    if tensors.is_empty() {
        return Ok(Value::tensor(Array::full(&[1, 0], Scalar::Int(0), DType::F32)?));
    }
    Ok(super::call(&BLOCK_DIAG_OF, [tensors_value(&tensors)])?.into())
})
.doc("The matrix with the given matrices along its diagonal, zeros elsewhere; vectors count as rows.")
.forms(Forms::FUNCTION)
.examples(&[Example(
    "torch.block_diag(torch.tensor([[1]]), torch.tensor([[2, 3]]))",
    "tensor([[1, 0, 0],\n        [0, 2, 3]])",
)])
.samples(&["randn(2, 2), randn(1, 3)"]);

/// Rows and columns of a block.
fn block(sizes: &[usize]) -> (usize, usize) {
    match sizes {
        [r, c] => (*r, *c),
        [n] => (1, *n),
        _ => (1, 1),
    }
}

/// Matrices of a list on the diagonal of a larger one.
pub static BLOCK_DIAG_OF: OpDef = OpDef::kernel("block_diag", "tensors: Tensor[]", |c| {
    let tensors = c.tensors(0)?;
    let (mut rows, mut cols) = (0, 0);
    for (i, t) in tensors.iter().enumerate() {
        if t.ndim() > 2 {
            return Err(Fault::runtime(format!(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {i} has {} dimensions",
                t.ndim()
            )));
        }
        let (r, k) = block(&t.sizes());
        rows += r;
        cols += k;
    }
    let out = Array::full(&[rows, cols], Scalar::Int(0), common_type(&tensors))?;
    let (mut row, mut col) = (0, 0);
    for t in &tensors {
        let (r, k) = block(&t.sizes());
        let place = out.layout.slice(0, row, r, 1).slice(1, col, k, 1);
        map::copy_into(&out.with_layout(place), &t.array())?;
        row += r;
        col += k;
    }
    Ok(Out::from(out))
})
.complex()
.doc("The matrix with the given matrices along its diagonal.")
.forms(Forms::HIDDEN)
.node("BlockDiagBackward0")
.grad(|b| {
    let (mut row, mut col) = (0, 0);
    let grad = b.grad();
    (0..b.slots())
        .map(|slot| {
            let sizes = b.sizes(slot);
            let (r, k) = block(&sizes);
            let part = b.when(slot, || {
                let rows = super::axes::narrow(&grad, 0, row, r)?;
                super::axes::narrow(&rows, 1, col, k)?.reshape(&sizes)
            })?;
            row += r;
            col += k;
            Ok(part)
        })
        .collect()
});

/// Coordinate grids.
pub static MESHGRID: OpDef = OpDef::composite("meshgrid", "*tensors, indexing: str? = None", |c| {
    let tensors = given_tensors(c, 0)?;
    let indexing = if c.is_none(1) { "ij" } else { c.text(1)? };
    if !matches!(indexing, "ij" | "xy") {
        return Err(Fault::runtime(format!(
            "torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: {indexing}"
        )));
    }
    let Some(first) = tensors.first() else {
        return Err(Fault::runtime("meshgrid expects a non-empty TensorList"));
    };
    for t in &tensors {
        if t.ndim() > 1 {
            return Err(Fault::runtime(format!(
                "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {}",
                show_sizes(&t.sizes())
            )));
        }
        if t.dtype() != first.dtype() {
            return Err(Fault::runtime("meshgrid expects all tensors to have the same dtype"));
        }
    }
    let n = tensors.len();
    let swap = indexing == "xy" && n >= 2;
    let sizes: Dims = tensors.iter().map(Tensor::numel).collect();
    let mut out = Vec::with_capacity(n);
    for (i, t) in tensors.iter().enumerate() {
        let mut line = Dims::from_elem(1, n);
        line[i] = sizes[i];
        let mut wide = sizes.clone();
        if swap {
            line.swap(0, 1);
            wide.swap(0, 1);
        }
        out.push(Value::Tensor(t.reshape(&line)?.expand(&wide)?));
    }
    Ok(Value::tuple(out))
})
.doc("Grids of coordinates: output i varies along dimension i with the elements of vector i.\nindexing 'xy' swaps the first two dimensions.")
.forms(Forms::FUNCTION)
.examples(&[Example(
    "torch.meshgrid(torch.tensor([1, 2]), torch.tensor([3, 4]), indexing='ij')",
    "(tensor([[1, 1],\n        [2, 2]]), tensor([[3, 4],\n        [3, 4]]))",
)])
.samples(&["randn(2), randn(3), indexing='ij'"]);

/// All combinations of the elements of vectors.
pub static CARTESIAN_PROD: OpDef = OpDef::composite("cartesian_prod", "*tensors", |c| {
    let tensors = given_tensors(c, 0)?;
    if let Some(t) = tensors.iter().find(|t| t.ndim() != 1) {
        return Err(Fault::runtime(format!("Expect a 1D vector, but got shape {}", show_sizes(&t.sizes()))));
    }
    if let [only] = tensors.as_slice() {
        return Ok(only.into());
    }
    let counts: Vec<usize> = tensors.iter().map(Tensor::numel).collect();
    crate::array::storage::room_for(&counts)?;
    let grids = super::apply(&MESHGRID, Bound::from_iter([tensors_value(&tensors), Value::str("ij")]))?;
    let Value::Tuple(grids) = grids else { return Err(Fault::internal("meshgrid gave no tuple")) };
    let flat: Vec<Tensor> = grids
        .iter()
        .filter_map(|g| if let Value::Tensor(t) = g { Some(t.reshape(&[t.numel()])) } else { None })
        .collect::<Result<_>>()?;
    Ok(stack(&flat, 1)?.into())
})
.doc("The rows of all combinations of the elements of the vectors, the last varying fastest.")
.forms(Forms::FUNCTION)
.examples(&[Example(
    "torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4]))",
    "tensor([[1, 3],\n        [1, 4],\n        [2, 3],\n        [2, 4]])",
)])
.samples(&["randn(2), randn(3)"]);

/// All ways to choose elements of a vector.
pub static COMBINATIONS: OpDef =
    OpDef::composite("combinations", "input: Tensor, r: int = 2, with_replacement: bool = False", |c| {
        let t = c.tensor(0)?;
        if t.ndim() != 1 {
            return Err(Fault::runtime(format!("Expect a 1D vector, but got shape {}", show_sizes(&t.sizes()))));
        }
        let r = usize::try_from(c.int(1)?).map_err(|_| {
            Fault::runtime(format!("Expect a non-negative number, but got {}", c.args[1].as_int().unwrap_or(0)))
        })?;
        if r == 0 {
            return Ok(Value::tensor(Array::full(&[0], Scalar::Int(0), t.dtype())?));
        }
        let (n, repeat) = (t.numel(), c.bool(2)?);
        // How many there are, as a float: too many for memory are refused before any is built.
        let from = n as f64 + if repeat { r as f64 - 1.0 } else { 0.0 };
        let mut ways = 1.0;
        for i in 0..r {
            ways *= (from - i as f64).max(0.0) / (i + 1) as f64;
            if ways == 0.0 || ways > 1e15 {
                break;
            }
        }
        crate::array::storage::room_for(&[r])?;
        crate::array::storage::room_for(&[ways as usize, r])?;
        // Odometers in lexicographic order.
        let mut rows: Vec<i64> = Vec::new();
        let mut at: Vec<usize> = if repeat { vec![0; r] } else { (0..r).collect() };
        let limit = |i: usize| if repeat { n } else { n + i + 1 - r.min(n + i + 1) };
        let mut count = 0usize;
        if n > 0 && (repeat || r <= n) {
            loop {
                rows.extend(at.iter().map(|&i| i as i64));
                count += 1;
                let Some(i) = (0..r).rev().find(|&i| at[i] + 1 < limit(i)) else { break };
                at[i] += 1;
                for j in i + 1..r {
                    at[j] = if repeat { at[i] } else { at[j - 1] + 1 };
                }
            }
        }
        let index = Array::from_vec(rows, Dims::from_slice(&[count, r]));
        super::index::indexed(t, &[0], &[index])
    })
    .doc("The rows of all ways to choose r elements of a vector, in order.")
    .examples(&[Example(
        "torch.combinations(torch.tensor([1, 2, 3]))",
        "tensor([[1, 2],\n        [1, 3],\n        [2, 3]])",
    )])
    .samples(&["randn(4)", "randn(3), 2, True"]);
