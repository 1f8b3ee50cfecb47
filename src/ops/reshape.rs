//! Changes of shape written with views: flattening, matching another tensor, broadcasting, lifting to more dimensions.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::shape::{RESHAPE, infer_sizes};
use crate::array::Dims;
use crate::array::layout::broadcast_sizes;
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &FLATTEN,
    &UNFLATTEN,
    &RAVEL,
    &VIEW_AS,
    &RESHAPE_AS,
    &EXPAND_AS,
    &BROADCAST_TO,
    &BROADCAST_TENSORS,
    &ATLEAST_1D,
    &ATLEAST_2D,
    &ATLEAST_3D,
];

/// The tensor with other sizes, as `reshape` gives it.
fn reshaped(t: &Tensor, sizes: &[usize]) -> Result<Value> {
    super::apply(&RESHAPE, Bound::from_iter([Value::from(t), Value::size(sizes)]))
}

/// Neighbouring dimensions joined into one.
pub static FLATTEN: OpDef = OpDef::composite("flatten", "input: Tensor, start_dim: int = 0, end_dim: int = -1", |c| {
    let t = c.tensor(0)?;
    let sizes = t.sizes();
    let (start, end) = (c.dim(1, sizes.len())?, c.dim(2, sizes.len())?);
    if start > end {
        return Err(Fault::runtime("flatten() has invalid args: start_dim cannot come after end_dim"));
    }
    if sizes.is_empty() {
        return reshaped(t, &[1]);
    }
    if start == end {
        return Ok(t.into());
    }
    let mut out = Dims::from_slice(&sizes[..start]);
    out.push(sizes[start..=end].iter().product());
    out.extend(sizes[end + 1..].iter().copied());
    reshaped(t, &out)
})
.doc("The dimensions from start_dim to end_dim joined into one; a view where possible.")
.examples(&[Example("torch.flatten(torch.tensor([[1, 2], [3, 4]]))", "tensor([1, 2, 3, 4])")])
.samples(&["randn(2, 3, 2)", "randn(2, 3, 2), 1"]);

/// A dimension split into several.
pub static UNFLATTEN: OpDef = OpDef::composite("unflatten", "input: Tensor, dim: int, sizes: int[]...", |c| {
    let t = c.tensor(0)?;
    let sizes = t.sizes();
    let dim = c.dim(1, sizes.len())?;
    let wanted = c.ints(2)?;
    if wanted.is_empty() {
        return Err(Fault::runtime("unflatten: sizes must be non-empty"));
    }
    let Some(&size) = sizes.get(dim) else {
        return Err(Fault::index("Dimension specified as 0 but tensor has no dimensions"));
    };
    let parts = infer_sizes(&wanted, size).map_err(|e| {
        if wanted.iter().filter(|&&n| n == -1).count() > 1 {
            return e;
        }
        let shown: Vec<String> = wanted.iter().map(|n| n.to_string()).collect();
        Fault::runtime(format!(
            "unflatten: Provided sizes [{}] don't multiply up to the size of dim {dim} ({size}) in the input tensor",
            shown.join(", ")
        ))
    })?;
    let mut out = Dims::from_slice(&sizes[..dim]);
    out.extend(parts);
    out.extend(sizes[dim + 1..].iter().copied());
    Ok(t.view_as_sizes(&out)?.into())
})
.doc("A view with dimension dim split into the given sizes; one may be -1.")
.examples(&[Example("torch.unflatten(torch.zeros(2, 6), 1, (2, -1)).shape", "torch.Size([2, 2, 3])")])
.samples(&["randn(2, 6), 1, (2, 3)"]);

/// All elements in one dimension.
pub static RAVEL: OpDef = OpDef::composite("ravel", "input: Tensor", |c| {
    let t = c.tensor(0)?;
    reshaped(&super::call(&super::shape::CONTIGUOUS, [t.into()])?, &[t.numel()])
})
.doc("The elements in one dimension; a view where possible.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.ravel(torch.tensor([[1, 2], [3, 4]]))", "tensor([1, 2, 3, 4])")])
.samples(&["randn(2, 3)"]);

/// A view with the sizes of another tensor.
pub static VIEW_AS: OpDef = OpDef::composite("view_as", "input: Tensor, other: Tensor", |c| {
    Ok(c.tensor(0)?.view_with(&c.tensor(1)?.sizes())?.into())
})
.doc("A view with the sizes of other.")
.examples(&[Example("torch.arange(4).view_as(torch.ones(2, 2))", "tensor([[0, 1],\n        [2, 3]])")])
.forms(Forms::METHOD)
.samples(&["randn(2, 3), randn(3, 2)"]);

/// The same elements with the sizes of another tensor.
pub static RESHAPE_AS: OpDef = OpDef::composite("reshape_as", "input: Tensor, other: Tensor", |c| {
    reshaped_checked(c.tensor(0)?, &c.tensor(1)?.sizes())
})
.doc("The same elements with the sizes of other; a view where possible.")
.examples(&[Example("torch.arange(4).reshape_as(torch.ones(2, 2))", "tensor([[0, 1],\n        [2, 3]])")])
.forms(Forms::METHOD)
.samples(&["randn(2, 3), randn(3, 2)"]);

fn reshaped_checked(t: &Tensor, sizes: &[usize]) -> Result<Value> {
    let wanted: Vec<i64> = sizes.iter().map(|&n| n as i64).collect();
    infer_sizes(&wanted, t.numel())?;
    reshaped(t, sizes)
}

/// A view expanded to the sizes of another tensor.
pub static EXPAND_AS: OpDef = OpDef::composite("expand_as", "input: Tensor, other: Tensor", |c| {
    Ok(c.tensor(0)?.expand(&c.tensor(1)?.sizes())?.into())
})
.doc("A view expanded to the sizes of other.")
.examples(&[Example("torch.arange(2).expand_as(torch.ones(2, 2))", "tensor([[0, 1],\n        [0, 1]])")])
.forms(Forms::METHOD)
.samples(&["randn(3, 1), randn(3, 2)"]);

/// A view broadcast to sizes.
pub static BROADCAST_TO: OpDef = OpDef::composite("broadcast_to", "input: Tensor, size: int[]", |c| {
    super::apply(&super::shape::EXPAND, Bound::from_iter([c.value(0).clone(), c.value(1).clone(), Value::Bool(false)]))
})
.doc("A view broadcast to size.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.broadcast_to(torch.tensor([1, 2]), (2, 2))", "tensor([[1, 2],\n        [1, 2]])")])
.samples(&["randn(3, 1), (2, 3, 4)"]);

/// The tensors of a call that takes them one by one or in one list.
///
/// Errors: TypeError for anything else.
pub(super) fn given_tensors(c: &Call, i: usize) -> Result<Vec<Tensor>> {
    let items: Vec<Value> = match c.value(i) {
        Value::Tuple(t) => match (t.len(), t.first()) {
            (1, Some(Value::List(l))) => l.to_vec(),
            (1, Some(Value::Tuple(inner))) => inner.to_vec(),
            _ => t.to_vec(),
        },
        Value::List(l) => l.to_vec(),
        other => vec![other.clone()],
    };
    items
        .iter()
        .enumerate()
        .map(|(k, v)| match v {
            Value::Tensor(t) => Ok(t.clone()),
            other => Err(Fault::type_error(format!(
                "{}(): argument 'tensors' (position 1) must be tuple of Tensors, not {} at pos {k}",
                c.def.name,
                crate::value::protocol::class_name(other)
            ))),
        })
        .collect()
}

/// Tensors broadcast against each other.
pub static BROADCAST_TENSORS: OpDef = OpDef::composite("broadcast_tensors", "*tensors", |c| {
    let tensors = given_tensors(c, 0)?;
    let mut sizes = Dims::new();
    for t in &tensors {
        sizes = broadcast_sizes(&sizes, &t.sizes())?;
    }
    let wide: Vec<Value> = tensors.iter().map(|t| t.broadcast_to(&sizes).map(Value::Tensor)).collect::<Result<_>>()?;
    Ok(Value::tuple(wide))
})
.doc("Views of the tensors broadcast against each other, a tuple.")
.forms(Forms::FUNCTION)
.examples(&[Example(
    "torch.broadcast_tensors(torch.tensor([1, 2]), torch.tensor([[0]]))",
    "(tensor([[1, 2]]), tensor([[0, 0]]))",
)])
.samples(&["randn(3, 1), randn(2)"]);

/// The tensors of a call lifted one by one; a single one comes back alone.
fn lifted(c: &Call, lift: fn(&Tensor) -> Result<Tensor>) -> Result<Value> {
    let alone = matches!(c.value(0), Value::Tuple(t) if t.len() == 1 && matches!(t[0], Value::Tensor(_)));
    let mut out: Vec<Value> = given_tensors(c, 0)?.iter().map(|t| lift(t).map(Value::Tensor)).collect::<Result<_>>()?;
    match out.pop() {
        Some(only) if alone => Ok(only),
        Some(last) => {
            out.push(last);
            Ok(Value::tuple(out))
        }
        None => Ok(Value::tuple([])),
    }
}

/// The tensor with at least one dimension.
pub(super) fn atleast_1d(t: &Tensor) -> Result<Tensor> {
    if t.ndim() == 0 { t.reshape(&[1]) } else { Ok(t.clone()) }
}

/// The tensor with at least two dimensions.
pub(super) fn atleast_2d(t: &Tensor) -> Result<Tensor> {
    match t.ndim() {
        0 => t.reshape(&[1, 1]),
        1 => t.unsqueeze(0),
        _ => Ok(t.clone()),
    }
}

/// The tensor with at least three dimensions.
pub(super) fn atleast_3d(t: &Tensor) -> Result<Tensor> {
    match t.ndim() {
        0 => t.reshape(&[1, 1, 1]),
        1 => t.unsqueeze(0)?.unsqueeze(-1),
        2 => t.unsqueeze(-1),
        _ => Ok(t.clone()),
    }
}

/// Tensors with at least one dimension.
pub static ATLEAST_1D: OpDef = OpDef::composite("atleast_1d", "*tensors", |c| lifted(c, atleast_1d))
    .doc("Each tensor with at least one dimension.")
    .forms(Forms::FUNCTION)
    .examples(&[Example("torch.atleast_1d(torch.tensor(1.))", "tensor([1.])")])
    .samples(&["randn(())"]);

/// Tensors with at least two dimensions.
pub static ATLEAST_2D: OpDef = OpDef::composite("atleast_2d", "*tensors", |c| lifted(c, atleast_2d))
    .doc("Each tensor with at least two dimensions.")
    .forms(Forms::FUNCTION)
    .examples(&[Example("torch.atleast_2d(torch.tensor([1., 2.]))", "tensor([[1., 2.]])")])
    .samples(&["randn(3)"]);

/// Tensors with at least three dimensions.
pub static ATLEAST_3D: OpDef = OpDef::composite("atleast_3d", "*tensors", |c| lifted(c, atleast_3d))
    .doc("Each tensor with at least three dimensions.")
    .forms(Forms::FUNCTION)
    .examples(&[Example("torch.atleast_3d(torch.tensor([1., 2.])).shape", "torch.Size([1, 2, 1])")])
    .samples(&["randn(3)"]);

impl Tensor {
    /// The same elements seen with other sizes, checked.
    ///
    /// Errors: RuntimeError when they do not hold as many elements, or when that needs a copy.
    pub fn view_with(&self, sizes: &[usize]) -> Result<Tensor> {
        let wanted: Vec<i64> = sizes.iter().map(|&n| n as i64).collect();
        infer_sizes(&wanted, self.numel())?;
        self.view_as_sizes(sizes)
    }
}
