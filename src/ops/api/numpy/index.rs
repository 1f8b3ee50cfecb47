//! Reading and writing NumPy arrays by index: views for integers and slices, also backwards; copies for arrays.

use super::promote::{array_of, wrap, wrap_array};
use crate::array::layout::broadcast_sizes;
use crate::array::{Array, Layout, map};
use crate::diag::{Fault, Result};
use crate::ops::index as torch_index;
use crate::tensor::{Tensor, mode};
use crate::value::sequence::wrap_index;
use crate::value::{Caller, Value};

/// One part of an index.
fn parts(index: &Value) -> Vec<Value> {
    match index {
        Value::Tuple(t) => t.to_vec(),
        other => vec![other.clone()],
    }
}

/// The integer that a part stands for.
fn integer(part: &Value) -> Option<i64> {
    match part {
        Value::Int(i) => Some(*i),
        Value::Array(a) if a.array.borrow().dtype.is_int() && a.array.borrow().ndim() == 0 => {
            a.array.borrow().item().map(|s| s.as_i64())
        }
        Value::Tensor(t) if t.ndim() == 0 && t.dtype().is_int() => t.item().ok().map(|s| s.as_i64()),
        _ => None,
    }
}

#[cold]
fn bad_index() -> crate::diag::Error {
    Fault::index(
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid \
         indices",
    )
}

/// Whether a part copies: an array, a list, a bool.
fn is_advanced(part: &Value) -> bool {
    match part {
        Value::List(_) | Value::Bool(_) | Value::Range(_) => true,
        Value::Array(_) | Value::Tensor(_) => integer(part).is_none(),
        Value::Tuple(_) => true,
        _ => false,
    }
}

/// How many dimensions a part consumes.
fn consumed(part: &Value) -> usize {
    match part {
        Value::None | Value::Ellipsis | Value::Bool(_) => 0,
        Value::Array(a) if a.array.borrow().dtype == crate::array::DType::Bool => a.array.borrow().ndim(),
        Value::Tensor(t) if t.dtype() == crate::array::DType::Bool => t.ndim(),
        _ => 1,
    }
}

/// The view of integers, slices, `None` and `...`; parts that copy stand as whole dimensions and come back as an index
/// for torch's indexing.
fn view(array: &Array, index: &Value) -> Result<(Layout, Vec<Value>, bool)> {
    let parts = parts(index);
    let used: usize = parts.iter().map(consumed).sum();
    if used > array.ndim() {
        return Err(Fault::index(format!(
            "too many indices for array: array is {}-dimensional, but {used} were indexed",
            array.ndim()
        )));
    }
    let mut layout = Layout::clone(&array.layout);
    let (mut dim, mut axis) = (0, 0);
    let mut rest = Vec::new();
    let mut advanced = false;
    let mut ellipsis = false;
    for part in &parts {
        match part {
            Value::None => {
                layout = layout.unsqueeze(dim);
                rest.push(whole());
                dim += 1;
            }
            Value::Ellipsis => {
                if std::mem::replace(&mut ellipsis, true) {
                    return Err(Fault::index("an index can only have a single ellipsis ('...')"));
                }
                let skip = array.ndim() - used;
                rest.extend((0..skip).map(|_| whole()));
                dim += skip;
                axis += skip;
            }
            Value::Slice(slice) => {
                let size = layout.sizes[dim];
                let at = slice.indices(size, |v| integer(v).ok_or_else(bad_slice))?;
                layout = layout.slice(dim, at.start.max(0) as usize, at.count, at.step as isize);
                rest.push(whole());
                dim += 1;
                axis += 1;
            }
            part if is_advanced(part) => {
                advanced = true;
                let n = consumed(part);
                check_mask(part, &layout.sizes[dim..], axis)?;
                rest.push(torch_part(part)?);
                dim += n;
                axis += n;
            }
            part => {
                let Some(i) = integer(part) else { return Err(bad_index()) };
                let size = layout.sizes[dim];
                let at = wrap_index(i, size).ok_or_else(|| {
                    Fault::index(format!("index {i} is out of bounds for axis {axis} with size {size}"))
                })?;
                // Beside arrays an integer is an index array of its own.
                if parts.iter().any(is_advanced) {
                    rest.push(super::bridge::tensor_of(&Array::from_vec(vec![at as i64], vec![1]))?);
                    dim += 1;
                } else {
                    layout = layout.select(dim, at);
                }
                axis += 1;
            }
        }
    }
    Ok((layout, rest, advanced))
}

/// Refuses a mask whose sizes are not those of the axes that it stands for.
fn check_mask(part: &Value, sizes: &[usize], axis: usize) -> Result<()> {
    let mask = match part {
        Value::List(_) | Value::Array(_) => array_of(part)?,
        _ => return Ok(()),
    };
    if mask.dtype != crate::array::DType::Bool {
        return Ok(());
    }
    match mask.sizes().iter().zip(sizes).position(|(a, b)| a != b) {
        Some(d) => Err(Fault::index(format!(
            "boolean index did not match indexed array along axis {}; size of axis is {} but size of corresponding \
             boolean axis is {}",
            axis + d,
            sizes[d],
            mask.sizes()[d]
        ))),
        None => Ok(()),
    }
}

fn whole() -> Value {
    use crate::value::Slice;
    Value::Slice(std::rc::Rc::new(Slice { start: Value::None, stop: Value::None, step: Value::None }))
}

#[cold]
fn bad_slice() -> crate::diag::Error {
    Fault::type_error("slice indices must be integers or None or have an __index__ method")
}

/// A part that copies as torch's indexing takes it.
fn torch_part(part: &Value) -> Result<Value> {
    if let Value::Bool(_) = part {
        return Ok(part.clone());
    }
    let array = array_of(part)?;
    if array.dtype.is_differentiable() {
        if array.numel() == 0 {
            return super::bridge::tensor_of(&map::cast(&array, crate::array::DType::I64)?);
        }
        return Err(Fault::index("arrays used as indices must be of integer (or boolean) type"));
    }
    let array =
        if array.dtype == crate::array::DType::Bool { array } else { map::cast(&array, crate::array::DType::I64)? };
    super::bridge::tensor_of(&array)
}

fn reworded(mut error: crate::diag::Error) -> crate::diag::Error {
    error.message = error.message.replace("for dimension", "for axis");
    error
}

/// `array[index]`
///
/// Errors: IndexError in NumPy's words.
pub fn get_item(array: &Array, index: &Value, caller: &mut dyn Caller) -> Result<Value> {
    let (layout, rest, advanced) = view(array, index)?;
    let seen = array.with_layout(layout);
    if !advanced {
        let full = !parts(index).iter().any(|p| matches!(p, Value::Ellipsis));
        return Ok(if seen.ndim() == 0 && full { wrap(map::copy(&seen)?) } else { wrap_array(seen) });
    }
    let tensor = Tensor::new(if seen.layout.strides.iter().any(|&s| s < 0) { map::copy(&seen)? } else { seen });
    let index = Value::tuple(rest);
    let result = mode::with_grad_enabled(false, || torch_index::get_item(&tensor, &index, caller)).map_err(reworded)?;
    Ok(match result {
        Value::Tensor(t) => wrap(t.array().clone()),
        other => other,
    })
}

/// `array[index] = value`
///
/// Errors: IndexError and ValueError in NumPy's words.
pub fn set_item(array: &Array, index: &Value, value: &Value, caller: &mut dyn Caller) -> Result<()> {
    let (layout, rest, advanced) = view(array, index)?;
    let seen = array.with_layout(layout);
    let source = map::cast(&array_of(value)?, array.dtype)?;
    if advanced {
        let value = Value::tensor(source);
        let index = Value::tuple(rest);
        if seen.layout.strides.iter().any(|&s| s < 0) {
            // Written into a copy, which then goes back as a whole.
            let copy = Tensor::new(map::copy(&seen)?);
            mode::with_grad_enabled(false, || torch_index::set_item(&copy, &index, &value, caller))
                .map_err(reworded)?;
            let changed = copy.array().clone();
            map::copy_into(&seen, &changed)?;
        } else {
            let tensor = Tensor::new(seen);
            mode::with_grad_enabled(false, || torch_index::set_item(&tensor, &index, &value, caller))
                .map_err(reworded)?;
        }
        return Ok(());
    }
    // Leading sizes of 1 are dropped, as NumPy does.
    let mut source = source;
    while source.ndim() > seen.ndim() && source.sizes()[0] == 1 {
        source = source.with_layout(source.layout.select(0, 0));
    }
    let fits = broadcast_sizes(seen.sizes(), source.sizes()).is_ok_and(|s| s.as_slice() == seen.sizes());
    if !fits {
        use super::operators::show_shape;
        return Err(Fault::value(format!(
            "could not broadcast input array from shape {} into shape {}",
            show_shape(source.sizes()),
            show_shape(seen.sizes())
        )));
    }
    // A source that shares the storage is copied first.
    let source = if source.shares_storage(&seen) { map::copy(&source)? } else { source };
    map::copy_into(&seen, &source)?;
    array.storage.bump();
    Ok(())
}
