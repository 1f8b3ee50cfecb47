//! NumPy arrays from Python's numbers and nested sequences.

use super::promote::promote_types;
use crate::array::dtype::Category;
use crate::array::{Array, DType, Dims, Element, Scalar, map};
use crate::diag::{Fault, Result};
use crate::value::Value;
use crate::with_dtype;

/// The most dimensions that nested sequences may have.
const MAX_DEPTH: usize = 64;

/// The array of nested sequences, numbers, arrays and tensors; float64, int64 or bool where `dtype` is `None`.
///
/// Errors: ValueError for ragged nesting, TypeError for what is no number.
pub fn from_nested(value: &Value, dtype: Option<DType>) -> Result<Array> {
    let mut collector = Collector { sizes: Dims::new(), numbers: Vec::new(), dtype: None };
    collector.measure(value)?;
    collector.collect(value, 0)?;
    let found = collector.dtype.unwrap_or(DType::F64);
    let dtype = dtype.unwrap_or(found);
    with_dtype!(dtype, T => {
        let data: Vec<T> = collector.numbers.iter().map(|&s| <T as Element>::from_scalar(s)).collect();
        Ok(Array::from_vec(data, collector.sizes))
    })
}

struct Collector {
    sizes: Dims,
    numbers: Vec<Scalar>,
    dtype: Option<DType>,
}

/// The items of a sequence; `None` for what is none.
fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(l) => Some(l.to_vec()),
        Value::Tuple(t) => Some(t.to_vec()),
        Value::Range(r) => Some((0..r.len()).map(|i| Value::Int(r.at(i))).collect()),
        _ => None,
    }
}

fn leaf(value: &Value) -> Option<Result<Array>> {
    match value {
        Value::Array(a) => Some(Ok(a.array.borrow().clone())),
        Value::Tensor(t) => Some(super::promote::array_of_tensor(t)),
        _ => None,
    }
}

impl Collector {
    /// Finds the sizes along the first items.
    fn measure(&mut self, value: &Value) -> Result<()> {
        let mut value = value.clone();
        loop {
            if let Some(array) = leaf(&value) {
                self.sizes.extend_from_slice(array?.sizes());
                return Ok(());
            }
            let Some(items) = items(&value) else { return Ok(()) };
            self.sizes.push(items.len());
            if self.sizes.len() > MAX_DEPTH {
                return Err(Fault::value(format!(
                    "setting an array element with a sequence. The requested array would exceed the maximum number of \
                     dimension of {MAX_DEPTH}."
                )));
            }
            match items.into_iter().next() {
                Some(first) => value = first,
                None => return Ok(()),
            }
        }
    }

    fn collect(&mut self, value: &Value, depth: usize) -> Result<()> {
        if let Some(array) = leaf(value) {
            let array = array?;
            if array.sizes() != &self.sizes[depth.min(self.sizes.len())..] {
                return Err(self.ragged(depth));
            }
            self.see(array.dtype);
            with_dtype!(array.dtype, T => self.numbers.extend(array.to_vec::<T>()?.into_iter().map(Element::to_scalar)));
            return Ok(());
        }
        if let Some(items) = items(value) {
            if self.sizes.get(depth) != Some(&items.len()) {
                return Err(self.ragged(depth));
            }
            return items.iter().try_for_each(|item| self.collect(item, depth + 1));
        }
        let Some(scalar) = value.as_scalar() else {
            return Err(Fault::type_error(format!(
                "float() argument must be a string or a real number, not '{}'",
                crate::value::protocol::class_name(value)
            )));
        };
        if depth != self.sizes.len() {
            return Err(self.ragged(depth));
        }
        self.see(match scalar.category() {
            Category::Bool => DType::Bool,
            Category::Int => DType::I64,
            Category::Float => DType::F64,
            Category::Complex => DType::C128,
        });
        self.numbers.push(scalar);
        Ok(())
    }

    fn see(&mut self, dtype: DType) {
        self.dtype = Some(self.dtype.map_or(dtype, |d| promote_types(d, dtype)));
    }

    #[cold]
    fn ragged(&self, depth: usize) -> crate::diag::Error {
        let shape = super::operators::show_shape(&self.sizes[..depth.min(self.sizes.len())]);
        Fault::value(format!(
            "setting an array element with a sequence. The requested array has an inhomogeneous shape after {depth} \
             dimensions. The detected shape was {shape} + inhomogeneous part."
        ))
    }
}

/// The array converted; itself when it has the type.
pub fn converted(array: &Array, dtype: Option<DType>) -> Result<Array> {
    match dtype {
        Some(d) if d != array.dtype => map::cast(array, d),
        _ => Ok(array.clone()),
    }
}
