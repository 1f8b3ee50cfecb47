//! Elements written to listed places: index_put, scatter and their kin.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::gather::{along_index, at_least_1d, counted, dims_in_order, index_arrays, vector_index};
use super::kernel::to_dtype;
use super::methods::zeros;
use crate::array::layout::{broadcast_sizes, show_sizes};
use crate::array::places::{self, Join};
use crate::array::{Array, DType, Dims, Layout, Scalar, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::tensor_methods;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&INDEX_PUT, &SCATTER, &SCATTER_ADD, &INDEX_ADD, &INDEX_COPY, &INDEX_FILL, &MASKED_SCATTER, &PUT];

tensor_methods! {
    /// With the elements that index tensors name along a dimension replaced.
    scatter(dim, index, src) = SCATTER;
    /// With elements added where an index names along a dimension.
    scatter_add(dim, index, src) = SCATTER_ADD;
    /// With rows added at indices of a dimension.
    index_add(dim, index, source) = INDEX_ADD;
    /// With the indices of a dimension that a vector lists filled.
    index_fill(dim, index, value) = INDEX_FILL;
    /// With elements where a mask is true taken from another tensor in order.
    masked_scatter(mask, source) = MASKED_SCATTER;
    /// With elements at numbers counted in row-major order replaced or added to.
    put(index, source, accumulate) = PUT;
}

/// Writes the values of an internal index_put call.
fn put_into(c: &Call, dst: &Array) -> Result<()> {
    let indices = index_arrays(c, 3)?;
    let found = places::locate(&dst.layout, &dims_in_order(c, 2)?, &indices)?;
    let values = to_dtype(&c.array(1)?, dst.dtype)?;
    let fits = values.ndim() <= found.sizes.len()
        && broadcast_sizes(values.sizes(), &found.sizes).is_ok_and(|s| s == found.sizes);
    if !fits {
        return Err(Fault::runtime(format!(
            "shape mismatch: value tensor of shape {} cannot be broadcast to indexing result of shape {}",
            show_sizes(values.sizes()),
            show_sizes(&found.sizes)
        )));
    }
    let wide = values.with_layout(values.layout.broadcast_to(&found.sizes)?);
    places::put(dst, &found, &wide, if c.bool(4)? { Join::Add } else { Join::Replace })
}

/// The elements at index tensors on some dimensions, replaced or added to.
pub static INDEX_PUT_AT: OpDef = OpDef::kernel(
    "index_put",
    "input: Tensor, values: Tensor, dims: int[], indices: Tensor[], accumulate: bool = False",
    |c| {
        let array = c.array(0)?;
        let out = map::copy(&array)?;
        put_into(c, &out)?;
        let mut out = super::Out::from(out);
        out.kept.extend(index_arrays(c, 3)?);
        Ok(out)
    },
)
.complex()
.doc("A copy with the elements that index tensors name replaced by values, or values added to them.")
.forms(Forms::HIDDEN)
.grad(|b| {
    let indices: Vec<Array> = (0..b.kept_len()).map(|i| Ok(b.kept(i)?.array().clone())).collect::<Result<_>>()?;
    let dims = dims_in_order(&b.call(), 2)?;
    let first = b.when(0, || {
        if b.call().bool(4)? {
            return Ok(b.grad());
        }
        let zero = Tensor::new(Array::full(&[], Scalar::Int(0), b.dtype(0))?);
        index_put(&b.grad(), &zero, &dims, &indices, false)
    })?;
    let second = b.when(1, || match super::index::indexed(&b.grad(), &dims, &indices)? {
        Value::Tensor(t) => Ok(t),
        _ => Err(Fault::internal("index gave no tensor")),
    })?;
    Ok(Grads::from_iter([first, second]))
})
.assign(|c, dst| put_into(c, dst).map(|()| true));

/// Writes values at index arrays into a copy.
fn index_put(t: &Tensor, values: &Tensor, dims: &[usize], indices: &[Array], add: bool) -> Result<Tensor> {
    let args = Bound::from_iter([
        Value::from(t),
        values.into(),
        super::index::dims_value(dims),
        super::index::indices_value(indices),
        Value::Bool(add),
    ]);
    match super::apply(&INDEX_PUT_AT, args)? {
        Value::Tensor(t) => Ok(t),
        _ => Err(Fault::internal("index_put gave no tensor")),
    }
}

/// The elements at index tensors, replaced or added to.
pub static INDEX_PUT: OpDef =
    OpDef::composite("index_put", "input: Tensor, indices, values: Tensor, accumulate: bool = False", |c| {
        let (input, values) = (c.tensor(0)?, c.tensor(2)?);
        let items: Vec<Value> = match c.value(1) {
            Value::Tuple(t) => t.to_vec(),
            Value::List(l) => l.to_vec(),
            other => return Err(c.wrong(1, "tuple of Tensors", other)),
        };
        if input.dtype() != values.dtype() {
            return Err(Fault::runtime(format!(
                "Index put requires the source and destination dtypes match, got {} for the destination and {} for the \
                 source.",
                input.dtype().scalar_type(),
                values.dtype().scalar_type()
            )));
        }
        let (mut dims, mut indices, mut dim) = (Vec::new(), Vec::new(), 0);
        for item in &items {
            match item {
                Value::None => dim += 1,
                Value::Tensor(t) if matches!(t.dtype(), DType::Bool | DType::U8) => {
                    let array = t.array().clone();
                    let sizes = input.sizes();
                    if sizes.get(dim..dim + array.ndim()) != Some(array.sizes()) {
                        return Err(Fault::index(format!(
                            "The shape of the mask {} at index 0 does not match the shape of the indexed tensor {} at \
                             index {dim}",
                            show_sizes(array.sizes()),
                            show_sizes(&sizes)
                        )));
                    }
                    for index in places::nonzero_by_dim(&array)? {
                        dims.push(dim);
                        indices.push(index);
                        dim += 1;
                    }
                }
                Value::Tensor(t) if matches!(t.dtype(), DType::I64 | DType::I32) => {
                    dims.push(dim);
                    indices.push(to_dtype(&t.array(), DType::I64)?);
                    dim += 1;
                }
                Value::Tensor(_) => {
                    return Err(Fault::index("tensors used as indices must be long, int, byte or bool tensors"));
                }
                other => return Err(c.wrong(1, "tuple of Tensors", other)),
            }
        }
        if dim > input.ndim() {
            return Err(Fault::index(format!("too many indices for tensor of dimension {} (got {dim})", input.ndim())));
        }
        Ok(index_put(input, values, &dims, &indices, c.bool(3)?)?.into())
    })
    .doc("A copy with the elements that a tuple of index tensors names replaced by values, or values added to them.")
    .forms(Forms::ALL)
    .examples(&[Example(
        "torch.index_put(torch.zeros(3), (torch.tensor([0, 2]),), torch.tensor([1., 2.]))",
        "tensor([1., 0., 2.])",
    )])
    .samples(&["randn(3, 2), (tensor([0, 2]),), randn(2)", "randn(3), (tensor([0, 0]),), randn(2), accumulate=True"]);

/// The checks and the places of a scatter with `index` at 2; `src` is given when it is a tensor.
pub(super) fn scatter_places(c: &Call, array: &Array, src: Option<&Array>) -> Result<(Array, Vec<usize>)> {
    let dim = c.dim(1, array.ndim())?;
    if c.tensor(2)?.numel() == 0 {
        return Ok((c.array(2)?, Vec::new()));
    }
    let index = along_index(c, 2, "scatter")?;
    if index.ndim().max(1) != array.ndim().max(1) {
        return Err(Fault::runtime("Index tensor must have the same number of dimensions as self tensor"));
    }
    if src.is_some_and(|s| s.ndim().max(1) != index.ndim().max(1)) {
        return Err(Fault::runtime("Index tensor must have the same number of dimensions as src tensor"));
    }
    let too_large = index.sizes().iter().zip(array.sizes()).enumerate().any(|(d, (&i, &n))| d != dim && i > n);
    match src {
        Some(src) => {
            if src.dtype != array.dtype {
                return Err(Fault::runtime("scatter(): Expected self.dtype to be equal to src.dtype"));
            }
            if too_large || index.sizes().iter().zip(src.sizes()).any(|(i, n)| i > n) {
                return Err(Fault::runtime(format!(
                    "Expected index {} to be no larger than self {} apart from dimension {dim} and to be no larger size \
                     than src {}",
                    show_sizes(index.sizes()),
                    show_sizes(array.sizes()),
                    show_sizes(src.sizes())
                )));
            }
        }
        None if too_large => {
            return Err(Fault::runtime(format!(
                "Expected index {} to be no larger than self {} apart from dimension {dim}",
                show_sizes(index.sizes()),
                show_sizes(array.sizes())
            )));
        }
        None => {}
    }
    let at = places::along(&array.layout, dim, &index)?;
    Ok((index, at))
}

/// The part of an array that the elements of an index correspond to.
pub(super) fn corner(src: &Array, sizes: &[usize]) -> Array {
    let mut layout = Layout::clone(&src.layout);
    if layout.ndim() == sizes.len() {
        layout.sizes = Dims::from_slice(sizes);
    }
    src.with_layout(layout)
}

/// A scatter into a copy.
fn scattered(c: &Call, join: Join) -> Result<Array> {
    let out = map::copy(&c.array(0)?)?;
    match c.value(3) {
        Value::Tensor(t) if t.ndim() > 0 || c.tensor(2)?.ndim() == 0 => {
            let src = t.array().clone();
            let (index, at) = scatter_places(c, &out, Some(&src))?;
            places::put_at(&out, &at, &corner(&src, index.sizes()), join)?;
        }
        _ => {
            let value = c.scalar(3)?;
            let (_, at) = scatter_places(c, &out, None)?;
            places::fill_at(&out, &at, value, join)?;
        }
    }
    Ok(out)
}

/// The gradient of a source of which only a corner was read.
pub(super) fn from_corner(grad: Tensor, sizes: &[usize]) -> Result<Tensor> {
    if grad.sizes().as_slice() == sizes {
        return Ok(grad);
    }
    let layout = corner(&Tensor::new(Array::full(sizes, Scalar::Int(0), grad.dtype())?).array(), &grad.sizes());
    super::strided::scatter_view(&grad, sizes, &layout.layout)
}

/// Elements written where an index names along a dimension.
pub static SCATTER: OpDef = OpDef::kernel(
    "scatter",
    "input: Tensor, dim: int, index: Tensor, src = None, value = None, *, reduce: str? = None",
    |c| {
        let join = match c.value(5).as_str() {
            None => Join::Replace,
            Some("add") => Join::Add,
            Some("multiply") => Join::Multiply,
            Some(_) => return Err(Fault::runtime("reduce argument must be either add or multiply.")),
        };
        let node = if matches!(c.value(3), Value::Tensor(_)) { "ScatterBackward0" } else { "ScatterBackward1" };
        if c.is_none(3) {
            let mut args = c.args.clone();
            args[3] = args[4].clone();
            return Ok(super::Out::from(scattered(&Call { def: c.def, args: &args }, join)?).named("ScatterBackward1"));
        }
        Ok(super::Out::from(scattered(c, join)?).named(node))
    },
)
.complex()
.doc("A copy with out[index[i][j]][j] = src[i][j] for dim=0, and likewise for other dims; src may be a number.")
.examples(&[Example(
    "torch.scatter(torch.zeros(2, 3), 1, torch.tensor([[0], [2]]), 1.)",
    "tensor([[1., 0., 0.],\n        [0., 0., 1.]])",
)])
.forms(Forms::ALL)
.saves(&[Save::In(2)])
.grad(|b| {
    if !b.call().is_none(5) {
        return Err(Fault::not_implemented("derivative for aten::scatter with reduce is not implemented"));
    }
    let (dim, index) = (b.call().int(1)?, b.input(2)?);
    let first = b.when(0, || b.grad().scatter(dim, index.clone(), 0))?;
    let src = b.when(3, || from_corner(b.grad().gather(dim, index.clone())?, &b.sizes(3)))?;
    Ok(Grads::from_iter([first, None, None, src]))
})
.samples(&["randn(2, 3), 1, tensor([[0, 2], [1, 0]]), randn(2, 2)", "randn(2, 3), 0, tensor([[1, 0]]), 2.0"]);

/// Elements added where an index names along a dimension.
pub static SCATTER_ADD: OpDef =
    OpDef::kernel("scatter_add", "input: Tensor, dim: int, index: Tensor, src: Tensor", |c| {
        Ok(scattered(c, Join::Add)?.into())
    })
    .complex()
    .doc("A copy with src[i][j] added to out[index[i][j]][j] for dim=0, and likewise for other dims.")
    .examples(&[Example(
        "torch.scatter_add(torch.zeros(3), 0, torch.tensor([0, 0, 2]), torch.tensor([1., 2., 3.]))",
        "tensor([3., 0., 3.])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::In(2)])
    .grad(|b| {
        let src = b.when(3, || from_corner(b.grad().gather(b.call().int(1)?, b.input(2)?)?, &b.sizes(3)))?;
        Ok(Grads::from_iter([Some(b.grad()), None, None, src]))
    })
    .samples(&["randn(2, 3), 1, tensor([[0, 2, 2], [1, 0, 1]]), randn(2, 3)"]);

/// The rows of a source, written at a vector of indices of a dimension of a copy.
pub(super) fn write_rows(c: &Call, source: &Array, join: Join, wrap: bool) -> Result<Array> {
    let array = c.array(0)?;
    let dim = c.dim(1, array.ndim())?;
    let out = map::copy(&array)?;
    let wide = at_least_1d(&out);
    let index = vector_index(c, 2)?;
    if !wrap {
        let size = wide.sizes()[dim] as i64;
        if let Some(i) = index.to_vec::<i64>()?.into_iter().find(|&i| i < 0 || i >= size) {
            return Err(Fault::runtime(format!("index {i} is out of bounds for dimension {dim} with size {size}")));
        }
    }
    let found = places::locate(&wide.layout, &[dim], &[index])?;
    let source = at_least_1d(source);
    let source = source.with_layout(source.layout.broadcast_to(&found.sizes)?);
    places::put(&wide, &found, &source, join)?;
    Ok(out)
}

/// Rows added at indices of a dimension.
pub static INDEX_ADD: OpDef =
    OpDef::kernel("index_add", "input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Number = 1", |c| {
        let (array, source) = (c.array(0)?, c.array(3)?);
        let dim = c.dim(1, array.ndim())?;
        if array.dtype != source.dtype {
            return Err(Fault::runtime(format!(
                "index_add_(): self ({}) and source ({}) must have the same scalar type",
                array.dtype.scalar_type(),
                source.dtype.scalar_type()
            )));
        }
        check_rows("index_add_", c, &array, &source, dim)?;
        let alpha = c.scalar(4)?;
        let source = if alpha.as_f64() == 1.0 { source } else { Tensor::new(source).mul(alpha)?.array().clone() };
        Ok(write_rows(c, &source, Join::Add, false)?.into())
    })
    .complex()
    .doc("A copy with alpha * source added at the indices of dim that the vector index lists.")
    .examples(&[Example(
        "torch.index_add(torch.zeros(3), 0, torch.tensor([0, 0]), torch.tensor([1., 2.]))",
        "tensor([3., 0., 0.])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::In(2)])
    .grad(|b| {
        let source = b.when(3, || {
            let picked = b.grad().index_select(b.call().int(1)?, b.input(2)?)?;
            let alpha = b.call().scalar(4)?;
            if alpha.as_f64() == 1.0 { Ok(picked) } else { picked.mul(alpha) }?.reshape(&b.sizes(3))
        })?;
        Ok(Grads::from_iter([Some(b.grad()), None, None, source]))
    })
    .samples(&["randn(3, 2), 0, tensor([0, 2]), randn(2, 2)", "randn(2, 3), 1, tensor([0, 0]), randn(2, 2), alpha=2"]);

/// Refuses a source whose sizes do not fit its index.
pub(super) fn check_rows(what: &str, c: &Call, array: &Array, source: &Array, dim: usize) -> Result<()> {
    let count = c.tensor(2)?.numel();
    let (wide, rows) = (at_least_1d(array), at_least_1d(source));
    if !matches!(c.tensor(2)?.dtype(), DType::I64 | DType::I32) {
        return Err(Fault::runtime(format!(
            "{what}(): Expected dtype int32/int64 for index but got: {}",
            c.tensor(2)?.dtype().scalar_type()
        )));
    }
    if c.tensor(2)?.ndim() > 1 {
        return Err(Fault::index(format!(
            "{what}(): Index is supposed to be a vector, but got dim: {} with type: {} and size: {}",
            c.tensor(2)?.ndim(),
            c.tensor(2)?.dtype().scalar_type(),
            show_sizes(&c.tensor(2)?.sizes())
        )));
    }
    let found = rows.sizes().get(dim).copied().unwrap_or(1);
    if found != count {
        return Err(Fault::runtime(format!(
            "{what}(): Number of indices ({count}) should be equal to source.size(dim): ({found}), for dim: {dim}"
        )));
    }
    let differs =
        wide.ndim() != rows.ndim() || (0..wide.ndim()).any(|d| d != dim && wide.sizes()[d] != rows.sizes()[d]);
    if differs {
        return Err(Fault::runtime(format!(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = {} \
             source.shape = {}",
            show_sizes(array.sizes()),
            show_sizes(source.sizes())
        )));
    }
    Ok(())
}

/// Rows replaced at indices of a dimension.
pub static INDEX_COPY: OpDef =
    OpDef::kernel("index_copy", "input: Tensor, dim: int, index: Tensor, source: Tensor", |c| {
        let (array, source, index) = (c.array(0)?, c.array(3)?, c.array(2)?);
        let dim = c.dim(1, array.ndim())?;
        if index.dtype != DType::I64 {
            return Err(Fault::runtime(format!(
                "index_copy_(): Expected a long tensor for index, but got {}",
                index.dtype.scalar_type()
            )));
        }
        if index.ndim() > 1 {
            return Err(Fault::index(format!(
                "index_copy_(): Index should have dimension 1 or 0 (got {})",
                index.ndim()
            )));
        }
        if source.ndim() == 0 && index.numel() != 1 {
            return Err(Fault::index(format!(
                "index_copy_(): When source is scalar, index should have one element (got {})",
                index.numel()
            )));
        }
        if array.dtype != source.dtype {
            return Err(Fault::runtime(format!(
                "index_copy_(): self and source expected to have the same dtype, but got (self) {} and (source) {}",
                array.dtype.scalar_type(),
                source.dtype.scalar_type()
            )));
        }
        let (wide, rows) = (at_least_1d(&array), at_least_1d(&source));
        let found = rows.sizes().get(dim).copied().unwrap_or(1);
        if found != index.numel() && source.ndim() > 0 {
            return Err(Fault::index(format!(
                "index_copy_(): Number of indices ({}) should be equal to source.size(dim) ({found})",
                index.numel()
            )));
        }
        if wide.ndim() != rows.ndim() || (0..wide.ndim()).any(|d| d != dim && wide.sizes()[d] != rows.sizes()[d]) {
            return Err(Fault::runtime(format!(
                "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: {} at \
                 dimension {dim} and source slice shape: {} at dimension {dim}.",
                show_sizes(wide.sizes()),
                show_sizes(rows.sizes())
            )));
        }
        let size = wide.sizes()[dim] as i64;
        if let Some(i) = index.to_vec::<i64>()?.into_iter().find(|&i| i < 0 || i >= size) {
            return Err(Fault::index(format!(
                "index_copy_(): index {i} is out of bounds for dimension {dim} with size {size}"
            )));
        }
        Ok(write_rows(c, &source, Join::Replace, false)?.into())
    })
    .complex()
    .doc("A copy with the indices of dim that the vector index lists replaced by source.")
    .examples(&[Example(
        "torch.index_copy(torch.zeros(3), 0, torch.tensor([2, 0]), torch.tensor([1., 2.]))",
        "tensor([2., 0., 1.])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::In(2)])
    .grad(|b| {
        let (dim, index) = (b.call().int(1)?, b.input(2)?);
        let first = b.when(0, || b.grad().index_fill(dim, index.clone(), 0))?;
        let source = b.when(3, || b.grad().index_select(dim, index.clone())?.reshape(&b.sizes(3)))?;
        Ok(Grads::from_iter([first, None, None, source]))
    })
    .samples(&["randn(3, 2), 0, tensor([0, 2]), randn(2, 2)"]);

/// Indices of a dimension filled with a number.
pub static INDEX_FILL: OpDef = OpDef::kernel("index_fill", "input: Tensor, dim: int, index: Tensor, value", |c| {
    let array = c.array(0)?;
    if !matches!(c.tensor(2)?.dtype(), DType::I64 | DType::I32) {
        return Err(Fault::index("index_fill_(): Expected dtype int64 for index."));
    }
    if c.tensor(2)?.ndim() > 1 {
        return Err(Fault::runtime("Index has to be a vector/scalar"));
    }
    if let Value::Tensor(t) = c.value(3)
        && t.ndim() > 0
    {
        return Err(Fault::runtime(format!(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with {} dimension(s).",
            t.ndim()
        )));
    }
    let value = Array::full(&[], c.scalar(3)?, array.dtype)?;
    Ok(write_rows(c, &value, Join::Replace, true)?.into())
})
.complex()
.doc("A copy with the indices of dim that the vector index lists filled with value.")
.examples(&[Example("torch.index_fill(torch.zeros(3), 0, torch.tensor([0, -1]), 5)", "tensor([5., 0., 5.])")])
.forms(Forms::ALL)
.saves(&[Save::In(2)])
.grad(|b| {
    let (dim, index) = (b.call().int(1)?, b.input(2)?);
    let first = b.when(0, || b.grad().index_fill(dim, index.clone(), 0))?;
    let value = b.when(3, || {
        // An index that is listed twice is filled once.
        let mut listed = super::kernel::to_dtype(&index.array(), DType::I64)?.to_vec::<i64>()?;
        let size = b.sizes(0).get(crate::array::layout::wrap_dim(dim, b.sizes(0).len())?).copied().unwrap_or(1) as i64;
        listed.iter_mut().filter(|i| **i < 0).for_each(|i| *i += size);
        listed.sort_unstable();
        listed.dedup();
        let n = listed.len();
        b.grad().index_select(dim, Tensor::new(Array::from_vec(listed, Dims::from_slice(&[n]))))
    })?;
    Ok(Grads::from_iter([first, None, None, value]))
})
.samples(&["randn(2, 3), 1, tensor([0, 2]), 1.5"]);

/// Elements where a mask is true, taken from another tensor in order.
pub static MASKED_SCATTER: OpDef =
    OpDef::kernel("masked_scatter", "input: Tensor, mask: Tensor, source: Tensor", |c| {
        let (array, mask, source) = (c.array(0)?, c.array(1)?, c.array(2)?);
        let sizes = broadcast_sizes(array.sizes(), mask.sizes())?;
        if array.dtype != source.dtype {
            return Err(Fault::runtime(format!(
                "masked_scatter: expected self and source to have same dtypes but got{} and {}",
                array.dtype.scalar_type(),
                source.dtype.scalar_type()
            )));
        }
        if mask.dtype != DType::Bool {
            return Err(Fault::runtime(format!(
                "masked_scatter_ only supports boolean masks, but got mask with dtype {}",
                mask.dtype.scalar_type()
            )));
        }
        let out = map::copy(&array.with_layout(array.layout.broadcast_to(&sizes)?))?;
        let mask = mask.with_layout(mask.layout.broadcast_to(&sizes)?).to_vec::<bool>()?;
        let at: Vec<usize> = mask.iter().enumerate().filter(|(_, m)| **m).map(|(i, _)| i).collect();
        if at.len() > source.numel() {
            return Err(Fault::runtime("Number of elements of source < number of ones in mask"));
        }
        places::put_at(&out, &at, &source, Join::Replace)?;
        Ok(out.into())
    })
    .complex()
    .doc("A copy with the elements where mask is true replaced by those of source, in order.")
    .examples(&[Example(
        "torch.masked_scatter(torch.zeros(3), torch.tensor([True, False, True]), torch.tensor([1., 2.]))",
        "tensor([1., 0., 2.])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::In(1)])
    .grad(|b| {
        let mask = b.input(1)?;
        let first = b.when(0, || b.grad().masked_fill(&mask, 0.0))?;
        let source = b.when(2, || {
            let picked = b.grad().masked_select(mask.clone())?;
            let (n, sizes) = (picked.numel(), b.sizes(2));
            let flat = zeros(&[sizes.iter().product()], b.dtype(2))?;
            let places = Tensor::new(Array::from_vec((0..n as i64).collect(), Dims::from_slice(&[n])));
            flat.scatter(0, places, picked)?.reshape(&sizes)
        })?;
        Ok(Grads::from_iter([first, None, source]))
    })
    .samples(&["randn(2, 3), tensor([True, False, True]), randn(2, 3)"]);

/// Elements at numbers counted in row-major order, replaced or added to.
pub static PUT: OpDef =
    OpDef::kernel("put", "input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False", |c| {
        let (array, index, source) = (c.array(0)?, c.array(1)?, c.array(2)?);
        if index.dtype != DType::I64 {
            return Err(Fault::runtime(format!(
                "put_(): Expected a long tensor for index, but got {}",
                index.dtype.scalar_type()
            )));
        }
        if array.dtype != source.dtype {
            return Err(Fault::runtime(format!(
                "put_(): self and source expected to have the same dtype, but got self.dtype = {} and source.dtype = {}",
                array.dtype.scalar_type(),
                source.dtype.scalar_type()
            )));
        }
        if index.numel() != source.numel() {
            return Err(Fault::index(format!(
                "put_(): Expected source and index to have the same number of elements, but got source.numel() = {}, \
                 index.numel() = {}",
                source.numel(),
                index.numel()
            )));
        }
        let out = map::copy(&array)?;
        let at = counted(&out.layout, &index)?;
        places::put_at(&out, &at, &source, if c.bool(3)? { Join::Add } else { Join::Replace })?;
        Ok(out.into())
    })
    .complex()
    .doc("A copy with the elements at the numbers in index, counted in row-major order, replaced or added to.")
    .examples(&[Example(
        "torch.tensor([[4, 3], [5, 6]]).put(torch.tensor([0, 3]), torch.tensor([9, 8]))",
        "tensor([[9, 3],\n        [5, 8]])",
    )])
    .forms(Forms::ALL)
    .saves(&[Save::In(1)])
    .grad(|b| {
        let index = b.input(1)?;
        let add = b.call().bool(3)?;
        let first = b.when(0, || {
            if add {
                return Ok(b.grad());
            }
            b.grad().put(index.clone(), zeros(&index.sizes(), b.dtype(0))?, false)
        })?;
        let source = b.when(2, || b.grad().take(index.clone())?.reshape(&b.sizes(2)))?;
        Ok(Grads::from_iter([first, None, source]))
    })
    .samples(&["randn(2, 3), tensor([0, 4]), randn(2)", "randn(2, 3), tensor([1, 1]), randn(2), accumulate=True"]);
