//! Subscripts of tensors, `t[index]` and `t[index] = value`: views for numbers and slices, copies for index tensors.

use super::apply::{apply, plain_view};
use super::inplace::{apply_inplace, check_writable, copy_from};
use super::{gather, shape};
use crate::array::layout::show_sizes;
use crate::array::{Array, DType, Dims, Layout, map, places};
use crate::diag::{Fault, Result};
use crate::tensor::{Tensor, mode};
use crate::value::sequence::{Slice, wrap_index};
use crate::value::{Bound, Caller, Value};
use smallvec::SmallVec;

/// One step from a tensor to a view of it; the dimension counts in what the steps before gave.
#[derive(Clone, Copy, Debug)]
enum Step {
    Select { dim: usize, at: usize },
    Slice { dim: usize, start: usize, count: usize, step: usize },
    Unsqueeze { dim: usize },
}

/// A subscript taken apart: steps to a view, then index tensors on dimensions of that view.
struct Plan {
    steps: SmallVec<[Step; 4]>,
    layout: Layout,
    dims: SmallVec<[usize; 4]>,
    indices: SmallVec<[Array; 4]>,
    /// The dimension, of what the steps so far gave, that the next item is about.
    dim: usize,
    /// Whether slices over everything are left out, as PyTorch does within a tuple.
    skip_whole: bool,
    /// How many dimensions the tensor has.
    ndim: usize,
}

/// `t[index]`.
///
/// Errors: IndexError, TypeError and ValueError in PyTorch's words.
pub fn get_item(t: &Tensor, index: &Value, caller: &mut dyn Caller) -> Result<Value> {
    if let Value::Int(i) = index
        && !(mode::grad_enabled() && t.requires_grad())
    {
        let layout = Layout::clone(&t.array().layout);
        let layout = select_first(layout, *i)?;
        return Ok(Value::Tensor(plain_view(t, layout)));
    }
    let mut plan = Plan::of(t);
    plan.read(index, caller)?;
    if plan.indices.is_empty() && !(mode::grad_enabled() && t.requires_grad()) {
        return Ok(Value::Tensor(plain_view(t, plan.layout)));
    }
    let view = follow(t, &plan)?;
    if plan.indices.is_empty() { Ok(Value::Tensor(view)) } else { indexed(&view, &plan.dims, &plan.indices) }
}

/// The elements of a tensor at index arrays on some of its dimensions.
pub(super) fn indexed(t: &Tensor, dims: &[usize], indices: &[Array]) -> Result<Value> {
    apply(&gather::INDEX, Bound::from_iter([Value::Tensor(t.clone()), dims_value(dims), indices_value(indices)]))
}

pub(super) fn dims_value(dims: &[usize]) -> Value {
    Value::tuple(dims.iter().map(|&d| Value::Int(d as i64)))
}

pub(super) fn indices_value(indices: &[Array]) -> Value {
    Value::tuple(indices.iter().map(|a| Value::tensor(a.clone())))
}

/// `t[index] = value`.
///
/// Errors: IndexError, TypeError and ValueError in PyTorch's words; RuntimeError when the value does not fit or autograd
/// could not follow the change.
pub fn set_item(t: &Tensor, index: &Value, value: &Value, caller: &mut dyn Caller) -> Result<()> {
    let mut plan = Plan::of(t);
    plan.read(index, caller)?;
    let view = follow(t, &plan)?;
    if plan.indices.is_empty() {
        return write(&view, value);
    }
    let value = match value {
        Value::Tensor(v) => {
            if v.dtype() != view.dtype() {
                return Err(Fault::runtime(format!(
                    "Index put requires the source and destination dtypes match, got {} for the destination and {} for \
                     the source.",
                    view.dtype().scalar_type(),
                    v.dtype().scalar_type()
                )));
            }
            without_leading_ones(v)?
        }
        other => number(&view, other)?,
    };
    check_writable(&view)?;
    let args = Bound::from_iter([
        Value::Tensor(view),
        Value::Tensor(value),
        dims_value(&plan.dims),
        indices_value(&plan.indices),
        Value::Bool(false),
    ]);
    apply_inplace(&super::scatter::INDEX_PUT_AT, args).map(|_| ())
}

/// A number as a 0-d tensor of another tensor's dtype.
fn number(like: &Tensor, value: &Value) -> Result<Tensor> {
    match value.as_scalar() {
        Some(s) => Ok(Tensor::new(Array::full(&[], s, like.dtype())?)),
        None => Err(Fault::type_error(format!(
            "can't assign a {} to a torch.{}Tensor",
            crate::value::protocol::class_name(value),
            like.dtype().scalar_type()
        ))),
    }
}

/// Writes a value to all of a view.
fn write(view: &Tensor, value: &Value) -> Result<()> {
    match value {
        Value::Tensor(v) => {
            let v = if v.ndim() > view.ndim() { without_leading_ones(v)? } else { v.clone() };
            if v.ndim() > view.ndim() {
                return Err(Fault::runtime(format!(
                    "expand(torch.{}Tensor{{{}}}, size={}): the number of sizes provided ({}) must be greater or equal \
                     to the number of dimensions in the tensor ({})",
                    v.dtype().scalar_type(),
                    show_sizes(&v.sizes()),
                    show_sizes(&view.sizes()),
                    view.ndim(),
                    v.ndim()
                )));
            }
            copy_from(view, &v)
        }
        other => {
            if let Some(s) = other.as_scalar()
                && !(mode::grad_enabled() && view.requires_grad())
            {
                check_writable(view)?;
                let array = view.array().clone();
                if array.layout.has_overlap() {
                    return Err(super::inplace::shared_elements());
                }
                if let crate::array::Scalar::Complex(_) = s {
                    super::literal::check_fits(s, array.dtype)?;
                }
                map::fill(&array, &s)?;
                view.count_write();
                return Ok(());
            }
            copy_from(view, &number(view, other)?)
        }
    }
}

/// A tensor without its leading dimensions of size 1, which an assignment ignores.
fn without_leading_ones(t: &Tensor) -> Result<Tensor> {
    let sizes = t.sizes();
    let first = sizes.iter().position(|&n| n != 1).unwrap_or(sizes.len());
    if first == 0 { Ok(t.clone()) } else { t.view_as_sizes(&sizes[first..]) }
}

/// The view at an index of the first dimension.
fn select_first(mut layout: Layout, index: i64) -> Result<Layout> {
    let Some(&size) = layout.sizes.first() else { return Err(zero_dim()) };
    let at = wrap_index(index, size).ok_or_else(|| out_of_bounds(index, 0, size))?;
    layout.offset = (layout.offset as isize + at as isize * layout.strides[0]) as usize;
    layout.sizes.remove(0);
    layout.strides.remove(0);
    Ok(layout)
}

#[cold]
fn zero_dim() -> crate::diag::Error {
    Fault::index(
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim \
         tensor to a number",
    )
}

#[cold]
fn out_of_bounds(index: i64, dim: usize, size: usize) -> crate::diag::Error {
    Fault::index(format!("index {index} is out of bounds for dimension {dim} with size {size}"))
}

#[cold]
fn too_many(ndim: usize) -> crate::diag::Error {
    Fault::index(format!("too many indices for tensor of dimension {ndim}"))
}

#[cold]
fn not_an_index(value: &Value) -> crate::diag::Error {
    Fault::index(format!(
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got {})",
        crate::value::types::class_of(value).name
    ))
}

/// The view that the steps of a plan lead to: one node for each step where gradients flow, none otherwise.
fn follow(t: &Tensor, plan: &Plan) -> Result<Tensor> {
    if !(mode::grad_enabled() && t.requires_grad()) {
        if plan.steps.is_empty() && !plan.indices.is_empty() {
            return Ok(t.clone());
        }
        return Ok(plain_view(t, Layout::clone(&plan.layout)));
    }
    let mut out = t.clone();
    let int = |n: usize| Value::Int(n as i64);
    for step in &plan.steps {
        let value = match *step {
            Step::Select { dim, at } => apply(&shape::SELECT, Bound::from_iter([out.into(), int(dim), int(at)]))?,
            Step::Slice { dim, start, count, step } => {
                let end = int(start + count * step);
                apply(&shape::SLICE, Bound::from_iter([out.into(), int(dim), int(start), end, int(step)]))?
            }
            Step::Unsqueeze { dim } => apply(&shape::UNSQUEEZE, Bound::from_iter([out.into(), int(dim)]))?,
        };
        out = match value {
            Value::Tensor(t) => t,
            _ => return Err(Fault::internal("a view is no tensor")),
        };
    }
    if plan.steps.is_empty() && plan.indices.is_empty() { super::call(&shape::ALIAS, [out.into()]) } else { Ok(out) }
}

impl Plan {
    /// The plan of a subscript that has not been read yet.
    fn of(t: &Tensor) -> Plan {
        let layout = Layout::clone(&t.array().layout);
        let ndim = layout.ndim();
        Plan {
            steps: SmallVec::new(),
            layout,
            dims: SmallVec::new(),
            indices: SmallVec::new(),
            dim: 0,
            skip_whole: true,
            ndim,
        }
    }

    /// Takes a subscript apart.
    fn read(&mut self, index: &Value, caller: &mut dyn Caller) -> Result<()> {
        match index {
            Value::Tuple(items) => self.items(items, caller),
            Value::List(list) => {
                let items = list.to_vec();
                let nested = items.len() < 32
                    && items.iter().any(|v| {
                        matches!(
                            v,
                            Value::List(_)
                                | Value::Tuple(_)
                                | Value::Range(_)
                                | Value::Tensor(_)
                                | Value::Slice(_)
                                | Value::Ellipsis
                                | Value::None
                        )
                    });
                self.items(if nested { &items } else { std::slice::from_ref(index) }, caller)
            }
            single => {
                self.skip_whole = false;
                self.items(std::slice::from_ref(single), caller)
            }
        }
    }

    fn items(&mut self, items: &[Value], caller: &mut dyn Caller) -> Result<()> {
        let ndim = self.ndim;
        if ndim == 0 && items.len() == 1 && matches!(items[0], Value::Int(_)) {
            return Err(zero_dim());
        }
        let used: usize = items.iter().map(dims_used).sum();
        if used > ndim {
            let whole = ndim == 0 && items.iter().any(|v| matches!(v, Value::Slice(_)));
            return Err(if whole {
                Fault::index("slice() cannot be applied to a 0-dim tensor.")
            } else {
                too_many(ndim)
            });
        }
        let open = ndim - used;
        for (at, item) in items.iter().enumerate() {
            match item {
                Value::Int(i) => self.select(*i, at)?,
                Value::Slice(s) => self.slice(s, caller)?,
                // A second one steps over the same dimensions once more.
                Value::Ellipsis => self.dim += open,
                Value::None => self.unsqueeze(),
                Value::Bool(b) => self.truth(*b),
                Value::Tensor(t) => self.tensor(&t.array().clone(), at)?,
                Value::Array(a) => self.tensor(&a.array.borrow().clone(), at)?,
                Value::List(_) | Value::Tuple(_) | Value::Range(_) => {
                    let array = array_of(item, caller)?;
                    self.tensor(&array, at)?;
                }
                Value::Str(_) => return Err(Fault::type_error("new(): invalid data type 'str'")),
                Value::Object(_) => match caller.call_special(item, "__index__", &[])? {
                    Some(Value::Int(i)) => self.select(i, at)?,
                    _ => return Err(not_an_index(item)),
                },
                other => return Err(not_an_index(other)),
            }
        }
        Ok(())
    }

    /// `place` is where the index stands in the subscript, which is what messages call its dimension.
    fn select(&mut self, index: i64, place: usize) -> Result<()> {
        let dim = self.dim;
        let layout = &mut self.layout;
        let size = layout.sizes.get(dim).copied().unwrap_or(0);
        let at = wrap_index(index, size).ok_or_else(|| out_of_bounds(index, place, size))?;
        layout.offset = (layout.offset as isize + at as isize * layout.strides[dim]) as usize;
        layout.sizes.remove(dim);
        layout.strides.remove(dim);
        self.steps.push(Step::Select { dim, at });
        Ok(())
    }

    fn slice(&mut self, slice: &Slice, caller: &mut dyn Caller) -> Result<()> {
        let dim = self.dim;
        let Some(&size) = self.layout.sizes.get(dim) else { return Err(too_many(self.ndim)) };
        let range = slice.indices(size, |v| bound(v, caller))?;
        if range.step < 0 {
            return Err(Fault::value("step must be greater than zero"));
        }
        let (start, count, step) = (range.start as usize, range.count, range.step as usize);
        self.dim += 1;
        if self.skip_whole && start == 0 && step == 1 && count == size {
            return Ok(());
        }
        let layout = &mut self.layout;
        layout.offset =
            (layout.offset as isize + if count > 0 { start as isize * layout.strides[dim] } else { 0 }) as usize;
        layout.sizes[dim] = count;
        layout.strides[dim] = layout.strides[dim].saturating_mul(step as isize);
        self.steps.push(Step::Slice { dim, start, count, step });
        Ok(())
    }

    fn unsqueeze(&mut self) {
        let dim = self.dim.min(self.layout.ndim());
        self.layout = self.layout.unsqueeze(dim);
        self.steps.push(Step::Unsqueeze { dim });
        self.dim = dim + 1;
    }

    /// A truth value adds a dimension that holds everything or nothing.
    fn truth(&mut self, truth: bool) {
        self.unsqueeze();
        let index = if truth { vec![0i64] } else { vec![] };
        let n = index.len();
        self.record(self.dim - 1, Array::from_vec(index, Dims::from_slice(&[n])));
    }

    fn record(&mut self, dim: usize, index: Array) {
        self.dims.push(dim);
        self.indices.push(index);
    }

    fn tensor(&mut self, array: &Array, place: usize) -> Result<()> {
        match array.dtype {
            DType::Bool | DType::U8 if array.ndim() == 0 => {
                self.truth(array.item().is_some_and(|s| s.as_bool()));
                Ok(())
            }
            DType::Bool | DType::U8 => self.mask(array),
            DType::I64 | DType::I32 if array.ndim() == 0 => self.select(array.item().map_or(0, |s| s.as_i64()), place),
            DType::I64 | DType::I32 => {
                let index = super::kernel::to_dtype(array, DType::I64)?;
                self.record(self.dim, index);
                self.dim += 1;
                Ok(())
            }
            _ => Err(Fault::index("tensors used as indices must be long, int, byte or bool tensors")),
        }
    }

    fn mask(&mut self, mask: &Array) -> Result<()> {
        let sizes = &self.layout.sizes;
        for (d, &n) in mask.sizes().iter().enumerate() {
            if sizes.get(self.dim + d) != Some(&n) {
                return Err(Fault::index(format!(
                    "The shape of the mask {} at index {d} does not match the shape of the indexed tensor {} at index {}",
                    show_sizes(mask.sizes()),
                    show_sizes(sizes),
                    self.dim + d
                )));
            }
        }
        for index in places::nonzero_by_dim(mask)? {
            self.record(self.dim, index);
            self.dim += 1;
        }
        Ok(())
    }
}

/// How many dimensions an item of a subscript takes.
fn dims_used(item: &Value) -> usize {
    match item {
        Value::Ellipsis | Value::None | Value::Bool(_) => 0,
        Value::Tensor(t) if matches!(t.dtype(), DType::Bool | DType::U8) => t.ndim(),
        Value::Array(a) if a.array.borrow().dtype == DType::Bool => a.array.borrow().ndim(),
        _ => 1,
    }
}

/// A bound of a slice that is neither int nor None.
fn bound(value: &Value, caller: &mut dyn Caller) -> Result<i64> {
    let refused = || Fault::type_error("slice indices must be integers or None or have an __index__ method");
    match value {
        Value::Tensor(t) if t.numel() == 1 && t.dtype().is_int() => Ok(t.item()?.as_i64()),
        Value::Array(a) if a.is_scalar => a.array.borrow().item().map(|s| s.as_i64()).ok_or_else(refused),
        Value::Object(_) => match caller.call_special(value, "__index__", &[])? {
            Some(Value::Int(i)) => Ok(i),
            _ => Err(refused()),
        },
        _ => Err(refused()),
    }
}

/// An index array from a sequence of integers or truth values, nested or not.
fn array_of(value: &Value, caller: &mut dyn Caller) -> Result<Array> {
    let mut sizes = Dims::new();
    let mut flat = vec![value.clone()];
    // One level of nesting after the other, so that depth costs no stack.
    while let Some(first) = flat.first() {
        if !matches!(first, Value::List(_) | Value::Tuple(_) | Value::Range(_)) {
            break;
        }
        let mut next = Vec::new();
        let mut len = None;
        for item in &flat {
            let items = match item {
                Value::List(_) | Value::Tuple(_) | Value::Range(_) => caller.collect(item)?,
                other => return Err(not_an_index(other)),
            };
            if len.is_some_and(|n| n != items.len()) {
                return Err(Fault::value(format!(
                    "expected sequence of length {} at dim {} (got {})",
                    len.unwrap_or(0),
                    sizes.len(),
                    items.len()
                )));
            }
            len = Some(items.len());
            next.extend(items);
        }
        sizes.push(len.unwrap_or(0));
        flat = next;
    }
    if !flat.is_empty() && flat.iter().all(|v| matches!(v, Value::Bool(_))) {
        let truths: Vec<bool> = flat.iter().map(|v| matches!(v, Value::Bool(true))).collect();
        return Ok(Array::from_vec(truths, sizes));
    }
    let mut out = Vec::with_capacity(flat.len());
    for item in &flat {
        out.push(match item {
            Value::Int(i) => *i,
            Value::Bool(b) => *b as i64,
            Value::Tensor(t) if t.numel() == 1 && !t.dtype().is_differentiable() => t.item()?.as_i64(),
            Value::Array(a) if a.is_scalar && a.array.borrow().dtype.is_int() => {
                a.array.borrow().item().map_or(0, |s| s.as_i64())
            }
            Value::Float(_) | Value::Tensor(_) | Value::Array(_) => {
                return Err(Fault::index("tensors used as indices must be long, int, byte or bool tensors"));
            }
            other => return Err(not_an_index(other)),
        });
    }
    Ok(Array::from_vec(out, sizes))
}

/// The number of rows.
///
/// Errors: TypeError for 0-d tensors.
pub fn len(t: &Tensor) -> Result<usize> {
    t.array().sizes().first().copied().ok_or_else(|| Fault::type_error("len() of a 0-d tensor"))
}

/// The rows of a tensor, one at a time, as a loop takes them.
pub struct Rows {
    tensor: Tensor,
    next: usize,
    count: usize,
}

/// The rows of a tensor.
///
/// Errors: TypeError for 0-d tensors.
pub fn rows(t: &Tensor) -> Result<Rows> {
    let count = t.array().sizes().first().copied().ok_or_else(|| Fault::type_error("iteration over a 0-d tensor"))?;
    Ok(Rows { tensor: t.clone(), next: 0, count })
}

impl Iterator for Rows {
    type Item = Result<Tensor>;

    fn next(&mut self) -> Option<Result<Tensor>> {
        if self.next >= self.count {
            return None;
        }
        let i = self.next;
        self.next += 1;
        Some(row(&self.tensor, i))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count - self.next, Some(self.count - self.next))
    }
}

impl crate::value::NativeIter for Rows {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        Iterator::next(self).transpose().map(|row| row.map(Value::Tensor))
    }

    fn type_name(&self) -> &'static str {
        "iterator"
    }

    fn remaining(&self) -> Option<usize> {
        Some(self.count - self.next)
    }
}

/// A row of a tensor that has that many.
pub fn row(t: &Tensor, index: usize) -> Result<Tensor> {
    if mode::grad_enabled() && t.requires_grad() {
        return super::call(&super::split::UNBIND_ROW, [t.into(), Value::Int(0), index.into()]);
    }
    let layout = Layout::clone(&t.array().layout);
    Ok(plain_view(t, select_first(layout, index as i64)?))
}

/// `item in t`.
///
/// Errors: RuntimeError for items that are neither tensors nor numbers.
pub fn contains(t: &Tensor, item: &Value) -> Result<bool> {
    if !matches!(item, Value::Tensor(_)) && item.as_scalar().is_none() {
        return Err(Fault::runtime(format!(
            "Tensor.__contains__ only supports Tensor or scalar, but you passed in a <class '{}'>.",
            crate::value::protocol::class_name(item)
        )));
    }
    let equal = mode::with_grad_enabled(false, || t.eq(item.clone()))?;
    let array = equal.array();
    Ok(array.to_vec::<bool>()?.contains(&true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Tensor {
        Tensor::new(Array::from_vec((0..6).map(|i| i as f32).collect(), Dims::from_slice(&[2, 3])))
    }

    #[test]
    fn rows_are_views() {
        let m = matrix();
        let second = rows(&m).unwrap().nth(1).unwrap().unwrap();
        assert!(second.array().shares_storage(&m.array()));
        assert_eq!(second.array().to_vec::<f32>().unwrap(), [3.0, 4.0, 5.0]);
        assert!(rows(&row(&row(&m, 0).unwrap(), 0).unwrap()).is_err());
    }

    #[test]
    fn membership_looks_at_all_elements() {
        assert!(contains(&matrix(), &Value::Float(5.0)).unwrap());
        assert!(!contains(&matrix(), &Value::Int(6)).unwrap());
        assert!(contains(&matrix(), &Value::None).is_err());
    }
}
