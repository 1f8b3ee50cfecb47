//! Views, copies and conversions: the same elements in another shape, place or type.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::node::grads;
use super::strided::scatter_view;
use crate::array::layout::{broadcast_sizes, contiguous_strides, show_sizes, wrap_dim};
use crate::array::{Array, DType, Dims, Layout, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &COPY,
    &CLONE,
    &CONTIGUOUS,
    &RESHAPE,
    &TRANSPOSE,
    &T,
    &PERMUTE,
    &EXPAND,
    &SELECT,
    &SLICE,
    &UNSQUEEZE,
    &SQUEEZE,
    &SUM_TO_SIZE,
];

/// The elements of another tensor, written into the first.
pub static COPY: OpDef = OpDef::kernel("copy", "input: Tensor, src, non_blocking: bool = False", |c| {
    let target = c.array(0)?;
    let source = match c.value(1).as_scalar() {
        Some(number) if !matches!(c.value(1), Value::Tensor(_)) => Array::full(&[], number, target.dtype)?,
        _ => c.array(1)?,
    };
    // The conversion is the point of a copy: unlike other in-place results it may narrow.
    warn_of_loss(source.dtype, target.dtype);
    let converted = super::kernel::to_dtype(&source, target.dtype)?;
    if broadcast_sizes(target.sizes(), source.sizes())?.as_slice() != target.sizes() {
        return Err(Fault::runtime(format!(
            "output with shape {} doesn't match the broadcast shape {}",
            show_sizes(target.sizes()),
            show_sizes(source.sizes())
        )));
    }
    let layout = converted.layout.broadcast_to(target.sizes())?;
    Ok(converted.with_layout(layout).into())
})
.complex()
.doc("The elements of src, converted to input's type and broadcast to its sizes.")
.examples(&[Example("torch.zeros(2).copy_(torch.tensor([1, 2]))", "tensor([1., 2.])")])
.samples(&["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(3)"])
.forms(Forms::INPLACE)
.node("CopyBackwards")
.grad(|b| Ok(Grads::from_iter([Some(b.grad().mul(0.0)?), Some(b.grad())])));

/// Warns that a conversion drops imaginary parts.
pub(super) fn warn_of_loss(from: DType, to: DType) {
    if from.is_complex() && !to.is_complex() && to != DType::Bool {
        super::warning::leave(
            "Casting complex values to real discards the imaginary part (Triggered internally at \
             /__w/pytorch/pytorch/aten/src/ATen/native/Copy.cpp:308.)",
        );
    }
}

/// A copy on storage of its own.
pub static CLONE: OpDef = OpDef::kernel("clone", "input: Tensor, *, memory_format=None", |c| {
    let array = c.array(0)?;
    // A dense tensor keeps the order in which its elements lie, unless a format is asked for.
    let order = if c.is_none(1) { array.layout.dense_order() } else { None };
    let Some(order) = order else { return Ok(map::cast(&array, array.dtype)?.into()) };
    let copy = map::cast(&array.with_layout(array.layout.permute(&order)), array.dtype)?;
    let mut back: Dims = order.clone();
    order.iter().enumerate().for_each(|(at, &d)| back[d] = at);
    Ok(copy.with_layout(copy.layout.permute(&back)).into())
})
.complex()
.doc("A copy of the tensor on storage of its own; gradients flow through.")
.examples(&[Example("torch.clone(torch.tensor([1, 2]))", "tensor([1, 2])")])
.grad(|b| grads([b.grad()]))
.samples(&["randn(2, 3)"]);

/// A copy in row-major order.
fn row_major(tensor: &Tensor) -> Result<Tensor> {
    super::call(&CLONE, [tensor.into(), Value::from("contiguous_format")])
}

/// The tensor in row-major order.
pub static CONTIGUOUS: OpDef = OpDef::composite("contiguous", "input: Tensor, *, memory_format=None", |c| {
    let tensor = c.tensor(0)?;
    if tensor.array().layout.is_contiguous() {
        return Ok(Value::Tensor(tensor.clone()));
    }
    Ok(row_major(tensor)?.into())
})
.doc("The tensor itself when it lies in row-major order without gaps, else a copy that does.")
.examples(&[Example("torch.ones(2, 3).t().contiguous().is_contiguous()", "True")])
.forms(Forms::METHOD)
.samples(&["randn(2, 3)"]);

/// Sizes with one -1 replaced by what fits.
///
/// Errors: RuntimeError when the sizes do not hold that many elements.
pub fn infer_sizes(wanted: &[i64], numel: usize) -> Result<Dims> {
    let invalid = || {
        let shown: Vec<String> = wanted.iter().map(|n| n.to_string()).collect();
        Fault::runtime(format!("shape '[{}]' is invalid for input of size {numel}", shown.join(", ")))
    };
    let mut known = 1usize;
    let mut open = None;
    for (i, &n) in wanted.iter().enumerate() {
        if n == -1 {
            if open.replace(i).is_some() {
                return Err(Fault::runtime("only one dimension can be inferred"));
            }
        } else if n < 0 {
            return Err(Fault::runtime(format!("invalid shape dimension {n} at index {i} of shape {wanted:?}")));
        } else {
            known = known.checked_mul(n as usize).ok_or_else(invalid)?;
        }
    }
    let mut sizes: Dims = wanted.iter().map(|&n| n.max(0) as usize).collect();
    match open {
        Some(i) if known == 0 => {
            let _ = i;
            return Err(Fault::runtime(format!(
                "cannot reshape tensor of 0 elements into shape {wanted:?} because the unspecified dimension size -1 can \
                 be any value and is ambiguous"
            )));
        }
        Some(i) if numel.is_multiple_of(known) => sizes[i] = numel / known,
        None if known == numel => {}
        _ => return Err(invalid()),
    }
    Ok(sizes)
}

/// A tensor on the same storage with other sizes.
pub static VIEW: OpDef = OpDef::view("view", "input: Tensor, size: int[]...", |c| {
    let array = c.array(0)?;
    let sizes = infer_sizes(&c.ints(1)?, array.numel())?;
    array.layout.view(&sizes).ok_or_else(|| {
        Fault::runtime(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two \
             contiguous subspaces). Use .reshape(...) instead.",
        )
    })
})
.doc("A tensor on the same storage with other sizes; one size may be -1.\nRefused when that would need a copy.")
.forms(Forms::HIDDEN)
.grad(|b| grads([b.grad().reshape(&b.sizes(0))?]))
.samples(&["randn(2, 3), (3, 2)", "randn(2, 3), -1"]);

/// The same elements with other sizes.
pub static RESHAPE: OpDef = OpDef::composite("reshape", "input: Tensor, shape: int[]...", |c| {
    let tensor = c.tensor(0)?;
    let (sizes, viewable) = {
        let array = tensor.array();
        let sizes = infer_sizes(&c.ints(1)?, array.numel())?;
        let viewable = array.layout.view(&sizes).is_some();
        (sizes, viewable)
    };
    let source = if viewable { tensor.clone() } else { row_major(tensor)? };
    let args = Bound::from_iter([Value::Tensor(source), Value::size(&sizes)]);
    super::apply(if viewable { &VIEW } else { &UNSAFE_VIEW }, args)
})
.doc("The same elements with other sizes; one size may be -1.\nA view where possible, else a copy.")
.examples(&[Example("torch.reshape(torch.arange(6), (2, -1))", "tensor([[0, 1, 2],\n        [3, 4, 5]])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3), (3, 2)", "randn(2, 3).T, (-1,)"]);

/// A view of a tensor that nobody else sees.
pub static UNSAFE_VIEW: OpDef = OpDef::kernel("unsafe_view", "input: Tensor, size: int[]", |c| {
    let array = c.array(0)?;
    let sizes = infer_sizes(&c.ints(1)?, array.numel())?;
    let layout = array.layout.view(&sizes).ok_or_else(|| Fault::internal("unsafe_view of a strided tensor"))?;
    Ok(array.with_layout(layout).into())
})
.complex()
.forms(Forms::HIDDEN)
.grad(|b| grads([b.grad().reshape(&b.sizes(0))?]));

/// Two dimensions swapped.
pub static TRANSPOSE: OpDef = OpDef::view("transpose", "input: Tensor, dim0: int, dim1: int", |c| {
    let array = c.array(0)?;
    let (a, b) = (c.dim(1, array.ndim())?, c.dim(2, array.ndim())?);
    Ok(if array.ndim() == 0 { Layout::clone(&array.layout) } else { array.layout.transpose(a, b) })
})
.aliases(&["swapaxes", "swapdims"])
.doc("A view with two dimensions swapped.")
.examples(&[Example("torch.transpose(torch.tensor([[1, 2], [3, 4]]), 0, 1)", "tensor([[1, 3],\n        [2, 4]])")])
.forms(Forms::ALL)
.grad(|b| grads([b.grad().transpose(b.call().int(1)?, b.call().int(2)?)?]))
.samples(&["randn(2, 3, 4), 0, 2"]);

/// A matrix transposed.
pub static T: OpDef = OpDef::view("t", "input: Tensor", |c| {
    let array = c.array(0)?;
    match array.ndim() {
        0 | 1 => Ok(Layout::clone(&array.layout)),
        2 => Ok(array.layout.transpose(0, 1)),
        n => Err(Fault::runtime(format!("t() expects a tensor with <= 2 dimensions, but self is {n}D"))),
    }
})
.doc("A view of a matrix with rows and columns swapped; vectors stay as they are.")
.examples(&[Example("torch.tensor([[1, 2], [3, 4]]).t()", "tensor([[1, 3],\n        [2, 4]])")])
.forms(Forms::ALL)
.node("TBackward0")
.grad(|b| {
    let g = b.grad();
    grads([if g.ndim() < 2 { g } else { g.transpose(0, 1)? }])
})
.samples(&["randn(2, 3)"]);

/// Dimensions in another order.
pub static PERMUTE: OpDef = OpDef::view("permute", "input: Tensor, dims: int[]...", |c| {
    let array = c.array(0)?;
    let dims = permutation(&c.ints(1)?, array.ndim())?;
    Ok(array.layout.permute(&dims))
})
.doc("A view with the dimensions in another order.")
.examples(&[Example("torch.permute(torch.zeros(2, 3, 5), (2, 0, 1)).shape", "torch.Size([5, 2, 3])")])
.grad(|b| {
    let dims = permutation(&b.call().ints(1)?, b.sizes(0).len())?;
    let mut inverse = vec![0i64; dims.len()];
    for (i, &d) in dims.iter().enumerate() {
        inverse[d] = i as i64;
    }
    grads([b.grad().permute(&inverse)?])
})
.samples(&["randn(2, 3, 4), (2, 0, 1)"]);

fn permutation(dims: &[i64], ndim: usize) -> Result<Dims> {
    if dims.len() != ndim {
        return Err(Fault::runtime(format!(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired \
             ordering of dimensions i.e. input.dim() = {ndim} is not equal to len(dims) = {}",
            dims.len()
        )));
    }
    let mut out = Dims::new();
    for &d in dims {
        let d = wrap_dim(d, ndim)?;
        if out.contains(&d) {
            return Err(Fault::runtime("permute(): duplicate dims are not allowed."));
        }
        out.push(d);
    }
    Ok(out)
}

/// A view expanded to larger sizes.
pub static EXPAND: OpDef = OpDef::view("expand", "input: Tensor, size: int[]..., *, implicit: bool = False", |c| {
    let array = c.array(0)?;
    let ints = c.ints(1)?;
    let lead = ints.len().checked_sub(array.ndim()).ok_or_else(|| {
        Fault::runtime(format!(
            "expand(torch.{}Tensor{{{}}}, size={ints:?}): the number of sizes provided ({}) must be greater or equal to \
             the number of dimensions in the tensor ({})",
            array.dtype.scalar_type(),
            show_sizes(array.sizes()),
            ints.len(),
            array.ndim()
        ))
    })?;
    let mut sizes = Dims::new();
    for (i, &n) in ints.iter().enumerate() {
        sizes.push(match (n, i.checked_sub(lead)) {
            (-1, Some(d)) => array.sizes()[d],
            (n, _) if n < 0 => {
                return Err(Fault::runtime(format!(
                    "The expanded size of the tensor ({n}) isn't allowed in a leading, non-existing dimension {i}"
                )));
            }
            (n, _) => n as usize,
        });
    }
    array.layout.broadcast_to(&sizes)
})
.doc("A view with dimensions of size 1 repeated without copying; -1 keeps a size.")
.examples(&[Example("torch.tensor([[1], [2]]).expand(2, 3)", "tensor([[1, 1, 1],\n        [2, 2, 2]])")])
.forms(Forms::METHOD)
.grad(|b| grads([b.grad()]))
.samples(&["randn(3, 1), (2, 3, 4)", "randn(1, 3), (2, -1)"]);

/// One index of a dimension.
pub static SELECT: OpDef = OpDef::view("select", "input: Tensor, dim: int, index: int", |c| {
    let array = c.array(0)?;
    if array.ndim() == 0 {
        return Err(Fault::index("select() cannot be applied to a 0-dim tensor."));
    }
    let dim = c.dim(1, array.ndim())?;
    let (index, size) = (c.int(2)?, array.sizes()[dim]);
    let at = crate::value::sequence::wrap_index(index, size).ok_or_else(|| {
        Fault::index(format!(
            "select(): index {index} out of range for tensor of size {} at dimension {dim}",
            show_sizes(array.sizes())
        ))
    })?;
    Ok(array.layout.select(dim, at))
})
.doc("A view of one index of a dimension, which disappears.")
.examples(&[Example("torch.tensor([[1, 2], [3, 4]]).select(1, 0)", "tensor([1, 3])")])
.grad(|b| {
    let c = b.call();
    let sizes = b.sizes(0);
    let dim = wrap_dim(c.int(1)?, sizes.len())?;
    let index = c.int(2)?;
    let index = if index < 0 { index + sizes[dim] as i64 } else { index } as usize;
    let layout = Layout::contiguous(sizes).select(dim, index);
    grads([scatter_view(&b.grad(), &b.sizes(0), &layout)?])
})
.samples(&["randn(2, 3), 1, 2", "randn(2, 3), 0, -1"]);

/// Every step-th index of a dimension.
pub static SLICE: OpDef =
    OpDef::view("slice", "input: Tensor, dim: int = 0, start: int? = None, end: int? = None, step: int = 1", |c| {
        let array = c.array(0)?;
        slice_layout(c, &array.layout)
    })
    .doc("A view of every step-th index of a dimension from start to end.")
    .forms(Forms::HIDDEN)
    .grad(|b| {
        let sizes = b.sizes(0);
        let layout = slice_layout(&b.call(), &Layout::contiguous(sizes.clone()))?;
        grads([scatter_view(&b.grad(), &sizes, &layout)?])
    })
    .samples(&["randn(5, 3), 0, 1, 5, 2"]);

fn slice_layout(c: &Call, layout: &Layout) -> Result<Layout> {
    if layout.ndim() == 0 {
        return Err(Fault::runtime("slice() cannot be applied to a 0-dim tensor."));
    }
    let dim = c.dim(1, layout.ndim())?;
    let size = layout.sizes[dim] as i64;
    let step = c.int(4)?;
    if step <= 0 {
        return Err(Fault::value("step must be greater than zero"));
    }
    let clip = |v: i64| if v < 0 { v.saturating_add(size).max(0) } else { v.min(size) };
    let start = clip(c.opt_int(2)?.unwrap_or(0));
    let end = clip(c.opt_int(3)?.unwrap_or(i64::MAX)).max(start);
    let len = (end - start + step - 1) / step;
    Ok(layout.slice(dim, start as usize, len as usize, step as isize))
}

/// A dimension of size 1 inserted.
pub static UNSQUEEZE: OpDef = OpDef::view("unsqueeze", "input: Tensor, dim: int", |c| {
    let array = c.array(0)?;
    let n = array.ndim() as i64 + 1;
    let dim = c.int(1)?;
    if dim < -n || dim >= n {
        return Err(Fault::index(format!(
            "Dimension out of range (expected to be in range of [{}, {}], but got {dim})",
            -n,
            n - 1
        )));
    }
    Ok(array.layout.unsqueeze(if dim < 0 { dim + n } else { dim } as usize))
})
.doc("A view with a dimension of size 1 inserted before dim.")
.examples(&[Example("torch.unsqueeze(torch.tensor([1, 2]), 1)", "tensor([[1],\n        [2]])")])
.forms(Forms::ALL)
.grad(|b| grads([b.grad().reshape(&b.sizes(0))?]))
.samples(&["randn(2, 3), 1", "randn(2, 3), -1"]);

/// Dimensions of size 1 removed.
pub static SQUEEZE: OpDef = OpDef::composite("squeeze", "input: Tensor, dim: int[] = ...", |c| {
    let def = match c.value(1) {
        Value::Undef => &SQUEEZE_ALL,
        Value::Tuple(_) | Value::List(_) => &SQUEEZE_DIMS,
        _ => &SQUEEZE_DIM,
    };
    super::apply(def, c.args.clone())
})
.doc("A view without the dimensions of size 1, or without those among dim.")
.examples(&[Example("torch.squeeze(torch.zeros(1, 3, 1)).shape", "torch.Size([3])")])
.forms(Forms::ALL)
.reshapes()
.samples(&["randn(1, 3, 1)", "randn(1, 3, 1), 0", "randn(1, 3, 1), (0, 2)"]);

/// Declares one way to remove dimensions, which differ in PyTorch's node name only.
macro_rules! squeeze {
    ($id:ident, $node:literal) => {
        /// Dimensions of size 1 removed.
        pub static $id: OpDef = OpDef::view("squeeze", "input: Tensor, dim: int[]? = None", |c| {
            let array = c.array(0)?;
            let dims = if c.is_none(1) { None } else { Some(c.dims(1, array.ndim(), false)?) };
            Ok(array.layout.squeeze(dims.as_deref()))
        })
        .forms(Forms::HIDDEN)
        .node($node)
        .grad(|b| grads([b.grad().reshape(&b.sizes(0))?]));
    };
}

squeeze!(SQUEEZE_ALL, "SqueezeBackward0");
squeeze!(SQUEEZE_DIM, "SqueezeBackward1");
squeeze!(SQUEEZE_DIMS, "SqueezeBackward2");
squeeze!(SQUEEZE_PRODUCT, "SqueezeBackward4");

/// The tensor itself under a new name.
pub static ALIAS: OpDef = OpDef::view("alias", "input: Tensor", |c| Ok(Layout::clone(&c.tensor(0)?.array().layout)))
    .forms(Forms::HIDDEN)
    .grad(|b| grads([b.grad()]));

/// The tensor converted to a type; gradients flow back converted.
pub static TO_COPY: OpDef = OpDef::kernel("to_copy", "input: Tensor, dtype: dtype", |c| {
    let (array, dtype) = (c.array(0)?, c.opt_dtype(1)?.unwrap_or(DType::F32));
    warn_of_loss(array.dtype, dtype);
    Ok(map::cast(&array, dtype)?.into())
})
.complex()
.forms(Forms::HIDDEN)
.node("ToCopyBackward0")
.grad(|b| grads([b.grad()]));

/// The tensor summed to sizes that broadcast to its own.
pub static SUM_TO_SIZE: OpDef = OpDef::kernel("sum_to_size", "input: Tensor, size: int[]...", |c| {
    let array = c.array(0)?;
    let sizes = c.sizes(1)?;
    let fits =
        crate::array::layout::broadcast_sizes(array.sizes(), &sizes).is_ok_and(|s| s.as_slice() == array.sizes());
    if !fits {
        return Err(Fault::runtime(format!(
            "size {{{}}} is not expandable to size {{{}}}.",
            show_sizes(&sizes),
            show_sizes(array.sizes())
        )));
    }
    let out = crate::array::sums::sum_to(&array, &sizes)?;
    // Where something is summed, integers and bools give int64.
    let summed = !array.dtype.is_differentiable() && (sizes.is_empty() || array.sizes() != sizes.as_slice());
    Ok(if summed { super::reduce::counts(&array, &sizes)? } else { out }.into())
})
.complex()
.doc("The tensor summed over the dimensions in which it was broadcast from size.")
.examples(&[Example("torch.ones(2, 3).sum_to_size(3)", "tensor([2., 2., 2.])")])
.forms(Forms::METHOD)
.grad(|b| grads([b.grad().expand(&b.sizes(0))?]))
.samples(&["randn(2, 3), (1, 3)", "randn(2, 3), (3,)"]);

/// Row-major strides as values, for arguments.
pub fn strides_value(sizes: &[usize]) -> Value {
    Value::tuple(contiguous_strides(sizes).into_iter().map(|s| Value::Int(s as i64)))
}

impl From<&[usize]> for Value {
    fn from(sizes: &[usize]) -> Value {
        Value::size(sizes)
    }
}
