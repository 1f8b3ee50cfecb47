//! Elements read from listed places: index tensors, gather, selection by masks, the places of non-zero elements.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::to_dtype;
use super::methods::zeros;
use super::node::grads;
use crate::array::layout::{broadcast_sizes, show_sizes};
use crate::array::{Array, DType, Layout, map, places};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::tensor_methods;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&INDEX, &GATHER, &INDEX_SELECT, &TAKE, &TAKE_ALONG_DIM, &MASKED_SELECT, &NONZERO, &ARGWHERE];

tensor_methods! {
    /// The elements that index tensors name along a dimension.
    gather(dim, index) = GATHER;
    /// The indices of a dimension that a vector lists.
    index_select(dim, index) = INDEX_SELECT;
    /// The elements at numbers counted in row-major order.
    take(index) = TAKE;
    /// The elements where a mask is true, as a vector.
    masked_select(mask) = MASKED_SELECT;
}

/// The index arrays of an internal indexing call, from slot `i` on.
pub(super) fn index_arrays(c: &Call, i: usize) -> Result<Vec<Array>> {
    c.tensors(i)?.iter().map(|t| to_dtype(&t.array(), DType::I64)).collect()
}

/// Dimensions as they are listed, in range.
pub(super) fn dims_in_order(c: &Call, i: usize) -> Result<Vec<usize>> {
    Ok(c.ints(i)?.iter().map(|&d| d.max(0) as usize).collect())
}

/// The elements at index tensors on some dimensions.
pub static INDEX: OpDef = OpDef::kernel("index", "input: Tensor, dims: int[], indices: Tensor[]", |c| {
    let array = c.array(0)?;
    let indices = index_arrays(c, 2)?;
    let found = places::locate(&array.layout, &dims_in_order(c, 1)?, &indices)?;
    let mut out = Out::from(places::take(&array, &found)?);
    out.kept.extend(indices);
    Ok(out)
})
.complex()
.doc("A copy of the elements that index tensors name on the given dimensions; they broadcast together.")
.forms(Forms::HIDDEN)
.grad(|b| {
    let indices: Vec<Value> = (0..b.kept_len()).map(|i| b.kept(i).map(Value::Tensor)).collect::<Result<_>>()?;
    let zeros = zeros(&b.sizes(0), b.dtype(0))?;
    let args = Bound::from_iter([
        Value::Tensor(zeros),
        Value::Tensor(b.grad()),
        b.arg(1).clone(),
        Value::tuple(indices),
        Value::Bool(true),
    ]);
    match super::apply(&super::scatter::INDEX_PUT_AT, args)? {
        Value::Tensor(t) => grads([t]),
        _ => Err(Fault::internal("index_put gave no tensor")),
    }
});

/// An index for gather and scatter in int64.
///
/// Errors: RuntimeError for other types than int32 and int64.
pub(super) fn along_index(c: &Call, i: usize, what: &str) -> Result<Array> {
    let index = c.array(i)?;
    match index.dtype {
        DType::I64 => Ok(index),
        DType::I32 => map::cast(&index, DType::I64),
        _ => Err(Fault::runtime(format!("{what}(): Expected dtype int32/int64 for index"))),
    }
}

/// The elements that an index names along a dimension.
pub static GATHER: OpDef =
    OpDef::kernel("gather", "input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False", |c| {
        let array = c.array(0)?;
        let dim = c.dim(1, array.ndim())?;
        if c.tensor(2)?.numel() == 0 {
            return Ok(Array::full(&c.tensor(2)?.sizes(), crate::array::Scalar::Int(0), array.dtype)?.into());
        }
        let index = along_index(c, 2, "gather")?;
        if index.ndim().max(1) != array.ndim().max(1) {
            return Err(Fault::runtime("Index tensor must have the same number of dimensions as input tensor"));
        }
        for (d, (&i, &n)) in index.sizes().iter().zip(array.sizes()).enumerate() {
            if d != dim && i > n {
                return Err(Fault::runtime(format!(
                    "Size does not match at dimension {d} expected index {} to be no larger than self {} apart from \
                     dimension {dim}",
                    show_sizes(index.sizes()),
                    show_sizes(array.sizes())
                )));
            }
        }
        let at = places::along(&array.layout, dim, &index)?;
        Ok(places::take_at(&array, &at, index.sizes())?.into())
    })
    .complex()
    .doc("out[i][j] = input[index[i][j]][j] for dim=0, and likewise for other dims; the shape of index.")
    .examples(&[Example(
        "torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0, 0], [1, 0]]))",
        "tensor([[1, 1],\n        [4, 3]])",
    )])
    .saves(&[Save::In(2)])
    .grad(|b| {
        let dim = b.call().int(1)?;
        grads([zeros(&b.sizes(0), b.dtype(0))?.scatter_add(dim, b.input(2)?, b.grad())?])
    })
    .samples(&["randn(2, 3), 1, tensor([[0, 2], [1, 1]])", "randn(3), 0, tensor([2, 2, 0, 1])"]);

/// A vector of indices in int64, negative ones refused by the caller.
pub(super) fn vector_index(c: &Call, i: usize) -> Result<Array> {
    let index = c.array(i)?;
    let index = to_dtype(&index, DType::I64)?;
    Ok(if index.ndim() == 0 { index.with_layout(index.layout.unsqueeze(0)) } else { index })
}

/// The layout of an array that counts as a vector of one element when it is 0-d.
pub(super) fn at_least_1d(array: &Array) -> Array {
    if array.ndim() == 0 { array.with_layout(array.layout.unsqueeze(0)) } else { array.clone() }
}

/// The indices of a dimension that a vector lists.
pub static INDEX_SELECT: OpDef = OpDef::kernel("index_select", "input: Tensor, dim: int, index: Tensor", |c| {
    let array = c.array(0)?;
    let dim = c.dim(1, array.ndim())?;
    let index = c.array(2)?;
    if index.ndim() > 1 {
        return Err(Fault::index("index_select(): Index is supposed to be a vector"));
    }
    if !matches!(index.dtype, DType::I64 | DType::I32) {
        return Err(Fault::runtime("index_select(): Expected dtype int32 or int64 for index"));
    }
    let index = vector_index(c, 2)?;
    let wide = at_least_1d(&array);
    let size = wide.sizes()[dim] as i64;
    if index.to_vec::<i64>()?.iter().any(|&i| i < 0 || i >= size) {
        return Err(Fault::index("index out of range in self"));
    }
    let out = places::take(&wide, &places::locate(&wide.layout, &[dim], &[index])?)?;
    let scalar = array.ndim() == 0;
    Ok(if scalar && out.numel() == 1 { out.with_layout(out.layout.select(0, 0)) } else { out }.into())
})
.complex()
.doc("The indices of dimension dim that the vector index lists, in a copy.")
.examples(&[Example("torch.index_select(torch.tensor([10, 20, 30]), 0, torch.tensor([2, 0]))", "tensor([30, 10])")])
.saves(&[Save::In(2)])
.grad(|b| {
    let dim = b.call().int(1)?;
    grads([zeros(&b.sizes(0), b.dtype(0))?.index_add(dim, b.input(2)?, b.grad())?])
})
.samples(&["randn(2, 3), 1, tensor([0, 2, 2])"]);

/// The storage positions of elements counted in row-major order; negative numbers count from the end.
pub(super) fn counted(layout: &Layout, index: &Array) -> Result<Vec<usize>> {
    let all = crate::array::iter::positions(layout)?;
    let n = all.len() as i64;
    let place = |i: i64| {
        let wrapped = if i < 0 { i.saturating_add(n) } else { i };
        all.get(usize::try_from(wrapped).unwrap_or(usize::MAX)).copied().ok_or_else(|| {
            Fault::index(format!("out of range: tried to access index {i} on a tensor of {n} elements."))
        })
    };
    index.to_vec::<i64>()?.into_iter().map(place).collect()
}

/// The elements at numbers counted in row-major order.
pub static TAKE: OpDef = OpDef::kernel("take", "input: Tensor, index: Tensor", |c| {
    let (array, index) = (c.array(0)?, c.array(1)?);
    if index.dtype != DType::I64 {
        return Err(Fault::runtime(format!(
            "take(): Expected a long tensor for index, but got {}",
            index.dtype.scalar_type()
        )));
    }
    Ok(places::take_at(&array, &counted(&array.layout, &index)?, index.sizes())?.into())
})
.complex()
.doc("The elements at the numbers in index, counted in row-major order; the shape of index.")
.examples(&[Example("torch.take(torch.tensor([[4, 3], [5, 6]]), torch.tensor([0, 2]))", "tensor([4, 5])")])
.saves(&[Save::In(1)])
.grad(|b| grads([zeros(&b.sizes(0), b.dtype(0))?.put(b.input(1)?, b.grad(), true)?]))
.samples(&["randn(2, 3), tensor([0, 5, 5, -1])"]);

/// The elements that a broadcast index names along a dimension.
pub static TAKE_ALONG_DIM: OpDef =
    OpDef::composite("take_along_dim", "input: Tensor, indices: Tensor, dim: int? = None", |c| {
        let (input, indices) = (c.tensor(0)?, c.tensor(1)?);
        if indices.dtype() != DType::I64 {
            return Err(Fault::runtime(format!(
                "torch.take_along_dim(): dtype of indices should be Long but got {}",
                indices.dtype().scalar_type()
            )));
        }
        let wrapped = |size: usize| -> Result<Tensor> {
            let size = size as i64;
            Ok(Tensor::new(map::map1(&indices.array(), move |i: i64| if i < 0 { i + size } else { i })?))
        };
        if c.is_none(2) {
            let indices = wrapped(input.numel())?;
            let flat = input.reshape(&[input.numel()])?;
            return Ok(flat.gather(0, indices.reshape(&[indices.numel()])?)?.into());
        }
        if input.ndim() != indices.ndim() {
            return Err(Fault::runtime(format!(
                "torch.take_along_dim(): input and indices should have the same number of dimensions, but got {} \
                 dimensions for input, and {} dimensions for indices",
                input.ndim(),
                indices.ndim()
            )));
        }
        let dim = c.dim(2, input.ndim())?;
        let indices = wrapped(input.sizes().get(dim).copied().unwrap_or(1))?;
        let (mut a, mut b) = (input.sizes(), indices.sizes());
        if dim < a.len() {
            (a[dim], b[dim]) = (1, 1);
        }
        let common = broadcast_sizes(&a, &b)?;
        let mut wide_input = common.clone();
        let mut wide_index = common;
        if dim < wide_input.len() {
            wide_input[dim] = input.sizes()[dim];
            wide_index[dim] = indices.sizes()[dim];
        }
        Ok(input.broadcast_to(&wide_input)?.gather(dim, indices.broadcast_to(&wide_index)?)?.into())
    })
    .doc("The elements that indices name along dim; input and indices broadcast in the other dimensions.")
    .examples(&[Example(
        "torch.take_along_dim(torch.tensor([[10, 30, 20]]), torch.tensor([[1, 0]]), dim=1)",
        "tensor([[30, 10]])",
    )])
    .samples(&["randn(2, 3), tensor([[0], [2]]), 1"]);

/// The elements where a mask is true.
pub static MASKED_SELECT: OpDef = OpDef::kernel("masked_select", "input: Tensor, mask: Tensor", |c| {
    let (array, mask) = (c.array(0)?, c.array(1)?);
    if mask.dtype != DType::Bool {
        return Err(Fault::runtime("masked_select: expected BoolTensor for mask"));
    }
    let sizes = broadcast_sizes(array.sizes(), mask.sizes())?;
    let wide = array.with_layout(array.layout.broadcast_to(&sizes)?);
    let mask = mask.with_layout(mask.layout.broadcast_to(&sizes)?);
    Ok(places::select(&wide, &mask)?.into())
})
.complex()
.doc("A vector of the elements where mask is true; input and mask broadcast.")
.examples(&[Example(
    "torch.masked_select(torch.tensor([1, 2, 3]), torch.tensor([True, False, True]))",
    "tensor([1, 3])",
)])
.saves(&[Save::In(1)])
.grad(|b| {
    let mask = b.input(1)?;
    let sizes = broadcast_sizes(&b.sizes(0), &mask.sizes())?;
    grads([zeros(&sizes, b.dtype(0))?.masked_scatter(mask.broadcast_to(&sizes)?, b.grad())?])
})
.samples(&["randn(2, 3), tensor([True, False, True])"]);

/// The coordinates of the elements that are not zero.
pub static NONZERO: OpDef = OpDef::composite("nonzero", "input: Tensor, *, as_tuple: bool = False", |c| {
    let array = c.array(0)?;
    if !c.bool(1)? {
        return Ok(Value::tensor(places::nonzero(&array)?));
    }
    by_dim(&array)
})
.doc("The coordinates of the elements that are not zero: int64, one row each.\nWith as_tuple, one vector for each dimension.")
.examples(&[Example("torch.nonzero(torch.tensor([0, 5, 0, 7]))", "tensor([[1],\n        [3]])")])
.samples(&["tensor([[0., 1.], [2., 0.]])"]);

/// The coordinates of the elements that are not zero, a tuple of vectors.
pub(super) fn by_dim(array: &Array) -> Result<Value> {
    Ok(Value::tuple(places::nonzero_by_dim(&at_least_1d(array))?.into_iter().map(Value::tensor)))
}

/// The coordinates of the elements that are not zero, in rows.
pub static ARGWHERE: OpDef =
    OpDef::composite("argwhere", "input: Tensor", |c| Ok(Value::tensor(places::nonzero(&c.array(0)?)?)))
        .doc("The coordinates of the elements that are not zero: int64, one row each.")
        .forms(Forms::BOTH.and(Forms::NP))
        .examples(&[Example("torch.argwhere(torch.tensor([[0, 1], [2, 0]]))", "tensor([[0, 1],\n        [1, 0]])")])
        .samples(&["tensor([[0., 1.], [2., 0.]])"]);
