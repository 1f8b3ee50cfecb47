//! Tensors made from Python data: nested lists, numbers, arrays, other tensors; and the constructors of old.

use super::args::{Call, default_dtype};
use super::creation::{check_device, require_grad};
use super::def::{Example, Forms, OpDef};
use super::kernel::to_dtype;
use crate::array::{Array, DType, Dims, Element, Scalar, create};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Native, TupleKind, Value, types};
use crate::with_dtype;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&TENSOR, &AS_TENSOR, &ASARRAY, &FROM_NUMPY, &NEW_TENSOR];

/// Deeper nesting is no tensor.
const DEEPEST: usize = 128;

/// The numbers of nested data, in row-major order, with the dtype that they promote to.
struct Gathered {
    sizes: Dims,
    numbers: Vec<Scalar>,
    dtype: Option<DType>,
}

/// The elements of a sequence, when it is one.
fn elements(value: &Value) -> Option<Vec<Value>> {
    Some(match value {
        Value::List(l) => l.to_vec(),
        Value::Tuple(t) => t.to_vec(),
        Value::Range(r) => (0..r.len()).map(|i| Value::Int(r.at(i))).collect(),
        _ => return None,
    })
}

/// Whether a value nests further.
fn is_nested(value: &Value) -> bool {
    match value {
        Value::List(_) | Value::Tuple(_) | Value::Range(_) => true,
        Value::Array(a) => a.array.borrow().ndim() > 0,
        _ => false,
    }
}

impl Gathered {
    /// The sizes, read off the first elements.
    fn measure(value: &Value) -> Result<Dims> {
        let mut sizes = Dims::new();
        let mut at = value.clone();
        loop {
            if let Value::Array(a) = &at {
                if !sizes.is_empty() && !a.is_scalar && a.array.borrow().ndim() == 0 {
                    // An array among numbers is asked for its length, as any sequence.
                    return Err(Fault::type_error("len() of unsized object")
                        .with_note("a NumPy array without dimensions is no number here: float(x) makes one of it"));
                }
                sizes.extend_from_slice(a.array.borrow().sizes());
                return Ok(sizes);
            }
            if let (Value::Str(_), false) = (&at, sizes.is_empty()) {
                return Err(Fault::value("too many dimensions 'str'"));
            }
            let Some(items) = elements(&at) else { return Ok(sizes) };
            sizes.push(items.len());
            if sizes.len() > DEEPEST {
                return Err(Fault::value(format!("too many dimensions '{}'", class_name(value))));
            }
            match items.into_iter().next() {
                Some(first) => at = first,
                None => return Ok(sizes),
            }
        }
    }

    fn take(&mut self, value: &Value, depth: usize) -> Result<()> {
        let nested = depth < self.sizes.len();
        let wrong_length = |n: usize, expected: usize| {
            Fault::value(format!("expected sequence of length {expected} at dim {depth} (got {n})"))
        };
        if let Value::Array(a) = value {
            let array = a.array.borrow();
            if array.sizes() != &self.sizes[depth.min(self.sizes.len())..] {
                return Err(wrong_length(
                    array.sizes().first().copied().unwrap_or(0),
                    self.sizes.get(depth).copied().unwrap_or(0),
                ));
            }
            self.join(array.dtype);
            return with_dtype!(array.dtype, T => {
                self.numbers.extend(array.to_vec::<T>()?.into_iter().map(Element::to_scalar));
                Ok(())
            });
        }
        if !nested {
            return self.leaf(value);
        }
        let expected = self.sizes[depth];
        // Lists are read in place: copying every row would double the work.
        match value {
            Value::List(l) => {
                if l.len() != expected {
                    return Err(wrong_length(l.len(), expected));
                }
                l.borrow().iter().try_for_each(|v| self.take(v, depth + 1))
            }
            Value::Tuple(t) => {
                if t.len() != expected {
                    return Err(wrong_length(t.len(), expected));
                }
                t.iter().try_for_each(|v| self.take(v, depth + 1))
            }
            Value::Range(r) => {
                if r.len() != expected {
                    return Err(wrong_length(r.len(), expected));
                }
                (0..r.len()).try_for_each(|i| self.take(&Value::Int(r.at(i)), depth + 1))
            }
            Value::Str(_) => Err(Fault::value("too many dimensions 'str'")),
            Value::None | Value::Dict(_) | Value::Set(_) | Value::Object(_) | Value::Function(_) | Value::Native(_) => {
                Err(no_dtype(value))
            }
            _ => Err(Fault::type_error("not a sequence")),
        }
    }

    #[inline]
    fn leaf(&mut self, value: &Value) -> Result<()> {
        let (number, dtype) = match value {
            Value::Float(f) => (Scalar::Float(*f), default_dtype()),
            Value::Int(i) => (Scalar::Int(*i), DType::I64),
            Value::Bool(b) => (Scalar::Bool(*b), DType::Bool),
            Value::Complex(z) => (Scalar::Complex(**z), default_dtype().to_complex()),
            Value::Tensor(t) => match t.array().item() {
                Some(s) => (s, t.dtype()),
                None => return Err(Fault::value("only one element tensors can be converted to Python scalars")),
            },
            Value::Big(_) => return Err(Fault::value("Overflow when unpacking long long")),
            nested if is_nested(nested) => {
                let float = self.dtype.is_some_and(DType::is_float);
                let class = class_name(nested);
                return Err(Fault::type_error(if float {
                    format!("must be real number, not {class}")
                } else {
                    format!("'{class}' object cannot be interpreted as an integer")
                }));
            }
            Value::Str(_) => return Err(Fault::type_error("new(): invalid data type 'str'")),
            other => return Err(no_dtype(other)),
        };
        self.numbers.push(number);
        if self.dtype != Some(dtype) {
            self.join(dtype);
        }
        Ok(())
    }

    fn join(&mut self, dtype: DType) {
        self.dtype = Some(self.dtype.map_or(dtype, |d| d.promote(dtype)));
    }
}

fn no_dtype(value: &Value) -> crate::diag::Error {
    Fault::runtime(format!("Could not infer dtype of {}", class_name(value)))
}

/// An array of Python data, in the given dtype or the one that the data promotes to.
///
/// Errors: in PyTorch's words for ragged data, values that are no numbers, and integers that do not fit.
pub fn array_of(value: &Value, dtype: Option<DType>) -> Result<Array> {
    match value {
        Value::Tensor(t) => {
            let array = t.array().clone();
            return crate::array::map::cast(&array, dtype.unwrap_or(array.dtype));
        }
        Value::Array(a) => {
            let array = a.array.borrow().clone();
            return crate::array::map::cast(&array, dtype.unwrap_or(array.dtype));
        }
        _ => {}
    }
    let mut gathered = Gathered { sizes: Gathered::measure(value)?, numbers: Vec::new(), dtype: None };
    gathered.take(value, 0)?;
    let dtype = dtype.or(gathered.dtype).unwrap_or_else(default_dtype);
    if !dtype.is_complex() && dtype != DType::Bool && gathered.numbers.iter().any(|n| matches!(n, Scalar::Complex(_))) {
        return Err(Fault::type_error(if dtype.is_float() {
            "must be real number, not complex"
        } else {
            "'complex' object cannot be interpreted as an integer"
        }));
    }
    if !gathered.numbers.iter().all(|n| fits(*n, dtype)) {
        return Err(Fault::runtime(format!("value cannot be converted to type {} without overflow", dtype.name())));
    }
    with_dtype!(dtype, T => {
        let data: Vec<T> = gathered.numbers.into_iter().map(T::from_scalar).collect();
        Ok(Array::from_vec(data, gathered.sizes))
    })
}

/// Whether a number has a place in a dtype; unsigned types take negative integers, which wrap.
pub(super) fn fits(number: Scalar, dtype: DType) -> bool {
    let (low, high) = match dtype {
        DType::U8 => (-255, 255),
        DType::I8 => (i8::MIN as i64, i8::MAX as i64),
        DType::I16 => (i16::MIN as i64, i16::MAX as i64),
        DType::I32 => (i32::MIN as i64, i32::MAX as i64),
        DType::I64 => (i64::MIN, i64::MAX),
        DType::C64 | DType::C128 | DType::Bool => return true,
        _ => return !matches!(number, Scalar::Complex(z) if z.im != 0.0),
    };
    match number {
        Scalar::Int(i) => (low..=high).contains(&i),
        Scalar::Float(f) => f > low as f64 - 1.0 && f < high as f64 + 1.0,
        Scalar::Bool(_) => true,
        Scalar::Complex(z) => z.im == 0.0 && fits(Scalar::Float(z.re), dtype),
    }
}

/// Refuses a fill value that has no place in a dtype.
pub(super) fn check_fits(number: Scalar, dtype: DType) -> Result<()> {
    if fits(number, dtype) {
        return Ok(());
    }
    let name = match dtype {
        DType::U8 => "uint8_t",
        DType::I8 => "int8_t",
        DType::I16 => "int16_t",
        DType::I32 => "int",
        DType::F16 => "at::Half",
        DType::BF16 => "at::BFloat16",
        DType::F32 => "float",
        DType::F64 => "double",
        _ => "int64_t",
    };
    Err(Fault::runtime(format!("value cannot be converted to type {name} without overflow")))
}

/// A tensor of data.
pub static TENSOR: OpDef = OpDef::composite(
    "tensor",
    "data, *, dtype: dtype? = None, device=None, requires_grad: bool = False, pin_memory: bool = False",
    |c| {
        check_device(c, 2)?;
        if matches!(c.value(0), Value::Tensor(_)) {
            super::warning::leave(
                "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or \
                 sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
            );
        }
        let tensor = Tensor::new(array_of(c.value(0), c.opt_dtype(1)?)?);
        require_grad(c, 3, &tensor)?;
        Ok(tensor.into())
    },
)
.doc("A tensor of a number, a nested list or tuple, an array, or a copy of a tensor.\nBools give bool, ints int64, floats float32; mixed data promotes.")
.examples(&[Example("torch.tensor([[1, 2], [3, 4]])", "tensor([[1, 2],\n        [3, 4]])"), Example("torch.tensor([1, 2.5])", "tensor([1.0000, 2.5000])")])
.forms(Forms::FUNCTION)
.samples(&["[[1, 2], [3, 4]]", "1.5"]);

/// The tensor itself, the array's tensor, or a new one.
fn without_copy(c: &Call, dtype: Option<DType>) -> Result<Tensor> {
    match c.value(0) {
        Value::Tensor(t) => match dtype {
            Some(d) => t.to_dtype(d),
            None => Ok(t.clone()),
        },
        Value::Array(a) if !a.is_scalar => {
            let array = a.array.borrow().clone();
            Ok(Tensor::new(match dtype {
                Some(d) => to_dtype(&array, d)?,
                None => array,
            }))
        }
        data => Ok(Tensor::new(array_of(data, dtype)?)),
    }
}

/// A tensor of data, without a copy where possible.
pub static AS_TENSOR: OpDef = OpDef::composite("as_tensor", "data, dtype: dtype? = None, device=None", |c| {
    check_device(c, 2)?;
    Ok(without_copy(c, c.opt_dtype(1)?)?.into())
})
.doc("Data as a tensor: a tensor itself, an array's memory shared, anything else as torch.tensor.")
.examples(&[Example("torch.as_tensor([1, 2])", "tensor([1, 2])")])
.forms(Forms::FUNCTION)
.samples(&["[1, 2]"]);

/// A tensor of data, without a copy where possible.
pub static ASARRAY: OpDef = OpDef::composite(
    "asarray",
    "obj, *, dtype: dtype? = None, device=None, copy: bool? = None, requires_grad: bool = False",
    |c| {
        check_device(c, 2)?;
        let copy = matches!(c.value(3), Value::Bool(true));
        let tensor =
            if copy { Tensor::new(array_of(c.value(0), c.opt_dtype(1)?)?) } else { without_copy(c, c.opt_dtype(1)?)? };
        if c.bool(4)? {
            require_grad(c, 4, &tensor)?;
        }
        Ok(tensor.into())
    },
)
.doc("Data as a tensor, copied when copy is True or when that is needed.")
.examples(&[Example("torch.asarray([1., 2.])", "tensor([1., 2.])")])
.forms(Forms::FUNCTION)
.samples(&["[1, 2]"]);

/// The tensor on an array's memory.
pub static FROM_NUMPY: OpDef = OpDef::composite("from_numpy", "ndarray, /", |c| match c.value(0) {
    Value::Array(a) if !a.is_scalar => {
        let array = a.array.borrow().clone();
        if array.layout.strides.iter().any(|&s| s < 0) {
            return Err(Fault::value(
                "At least one stride in the given numpy array is negative, and tensors with negative strides are not \
                 currently supported. (You can probably work around this by making a copy of your array  with \
                 array.copy().) ",
            ));
        }
        Ok(Value::tensor(array))
    }
    other => Err(Fault::type_error(format!("expected np.ndarray (got {})", class_name(other)))),
})
.doc("A tensor that shares the memory of an array.")
.examples(&[Example("torch.from_numpy(np.array([1., 2.]))", "tensor([1., 2.], dtype=torch.float64)")])
.samples(&["np.array([1, 2])"])
.forms(Forms::FUNCTION);

/// A tensor of data in a tensor's dtype.
pub static NEW_TENSOR: OpDef = OpDef::composite(
    "new_tensor",
    "input: Tensor, data, *, dtype: dtype? = None, device=None, requires_grad: bool = False",
    |c| {
        check_device(c, 3)?;
        let dtype = c.opt_dtype(2)?.unwrap_or(c.tensor(0)?.dtype());
        let tensor = Tensor::new(array_of(c.value(1), Some(dtype))?);
        require_grad(c, 4, &tensor)?;
        Ok(tensor.into())
    },
)
.doc("A tensor of data in the tensor's dtype.")
.examples(&[Example("torch.ones(2, dtype=torch.int64).new_tensor([3., 4.])", "tensor([3, 4])")])
.forms(Forms::METHOD)
.samples(&["randn(2), [1, 2]"]);

/// The constructors of old: sizes, a sequence, or a tensor of that dtype.
///
/// Errors: TypeError in PyTorch's words.
pub fn legacy(dtype: DType, args: &[Value]) -> Result<Value> {
    let sizes = |items: &[Value]| -> Result<Value> {
        let mut sizes = Dims::new();
        for v in items {
            let n = v.as_int().unwrap_or(0);
            sizes.push(usize::try_from(n).map_err(|_| {
                let shown: Vec<String> = items.iter().map(|v| v.as_int().unwrap_or(0).to_string()).collect();
                Fault::runtime(format!("Trying to create tensor with negative dimension {n}: [{}]", shown.join(", ")))
            })?);
        }
        Ok(Value::tensor(create::zeros(&sizes, dtype)?))
    };
    match args {
        [] => sizes(&[Value::Int(0)]),
        [Value::Tuple(t)] if matches!(t.kind, TupleKind::Size) => sizes(t),
        [Value::Tensor(t)] if t.dtype() == dtype => Ok(Value::Tensor(t.detach())),
        [Value::Tensor(t)] => {
            let options = |d: DType| {
                format!(
                    "TensorOptions(dtype={}, device=cpu, layout=Strided, requires_grad=false (default), \
                     pinned_memory=false (default), memory_format=(nullopt))",
                    d.c_name()
                )
            };
            Err(Fault::type_error(format!("expected {} (got {}", options(dtype), options(t.dtype()))))
        }
        [Value::Str(_)] => Err(Fault::type_error("new(): invalid data type 'str'")),
        [data] if is_nested(data) => Ok(Value::tensor(array_of(data, Some(dtype))?)),
        all if all.iter().all(|v| matches!(v, Value::Int(_) | Value::Bool(_))) => sizes(all),
        [other, ..] => Err(Fault::type_error(format!("new(): data must be a sequence (got {})", class_name(other)))),
    }
}

/// The names of the typed constructors.
const TYPED: [(&str, DType); 10] = [
    ("FloatTensor", DType::F32),
    ("DoubleTensor", DType::F64),
    ("HalfTensor", DType::F16),
    ("BFloat16Tensor", DType::BF16),
    ("LongTensor", DType::I64),
    ("IntTensor", DType::I32),
    ("ShortTensor", DType::I16),
    ("CharTensor", DType::I8),
    ("ByteTensor", DType::U8),
    ("BoolTensor", DType::Bool),
];

/// Calls a typed constructor: the native's name says which.
fn construct(native: &Native, _caller: &mut dyn Caller, args: Args) -> Result<Value> {
    // `device=` is accepted and ignored: there is only one.
    let dtype = TYPED.iter().find(|(name, _)| *name == native.name).map_or_else(default_dtype, |(_, d)| *d);
    // The class itself comes first when it is called as one.
    match args.positional() {
        [Value::Class(_), rest @ ..] => legacy(dtype, rest),
        all => legacy(dtype, all),
    }
}

/// Binds the constructors of old.
pub(super) fn install(modules: &super::registry::Modules) {
    types().tensor.construct.set(Some(construct));
    for (name, _) in TYPED {
        let native = Native::new("torch", name, "*args", "A tensor of given sizes or of a sequence.", construct);
        modules.torch.set(name, native.value());
    }
}
