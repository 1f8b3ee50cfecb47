//! Methods that turn a tensor into something else: another dtype, Python's numbers and lists, NumPy arrays.

use super::attributes::tensor;
use super::table::{Def, methods};
use super::{device, numpy, queries};
use crate::array::{Array, DType, Scalar};
use crate::diag::{Error, Fault, Result};
use crate::ops::{call, shape};
use crate::tensor::Tensor;
use crate::value::signature::builtin_dtype;
use crate::value::{Args, Caller, Class, Native, Value};

/// Puts the methods into the dictionary of the class.
pub fn install(class: &Class) {
    methods(class, "Tensor", METHODS);
}

/// A method that converts to one dtype.
macro_rules! cast {
    ($name:literal, $dtype:ident) => {
        Def(
            $name,
            "self, *, memory_format=None",
            concat!("The tensor with elements of torch.", $name, "'s type; itself when it has them."),
            |native, _, args| {
                let bound = native.parsed().bind(args, 1)?;
                Ok(Value::Tensor(tensor(&bound[0])?.to_dtype(DType::$dtype)?))
            },
        )
    };
}

const METHODS: &[Def] = &[
    cast!("float", F32),
    cast!("double", F64),
    cast!("half", F16),
    cast!("bfloat16", BF16),
    cast!("int", I32),
    cast!("long", I64),
    cast!("short", I16),
    cast!("char", I8),
    cast!("byte", U8),
    cast!("bool", Bool),
    cast!("cfloat", C64),
    cast!("cdouble", C128),
    Def(
        "to",
        "self, *args, **kwargs",
        "The tensor on a device and in a dtype, given in either order or as another tensor; itself when nothing changes.",
        to,
    ),
    Def(
        "type",
        "self, dtype=None, non_blocking=False",
        "The name of the tensor's type, or the tensor converted.",
        type_,
    ),
    Def("type_as", "self, other: Tensor", "The tensor in the type of another.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        Ok(Value::Tensor(tensor(&bound[0])?.to_dtype(tensor(&bound[1])?.dtype())?))
    }),
    Def("cpu", "self, *, memory_format=None", "The tensor itself: it is on the CPU.", |native, _, args| {
        Ok(native.parsed().bind(args, 1)?[0].clone())
    }),
    Def(
        "cuda",
        "self, device=None, non_blocking=False, memory_format=None",
        "Refused: there is only the CPU.",
        |_, _, _| Err(device::no_cuda()),
    ),
    Def("item", "self, /", "The only element as a Python number.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        Ok(Value::scalar(tensor(&bound[0])?.item()?))
    }),
    Def("tolist", "self, /", "The elements as nested lists of Python numbers.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        to_list(&tensor(&bound[0])?.array().clone())
    }),
    Def("numpy", "self, *, force: bool = False", "A NumPy array on the same storage.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        let t = tensor(&bound[0])?;
        if matches!(bound[1], Value::Bool(true)) { numpy::of_tensor(&t.detach()) } else { numpy::of_tensor(t) }
    }),
    Def("__array__", "self, dtype=None", "The elements as a NumPy array.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        numpy::of_tensor(tensor(&bound[0])?)
    }),
    Def("__float__", "self, /", "The only element as a float.", |_, caller, args| {
        warn_scalar(&args.values[0], caller)?;
        Ok(Value::Float(number(&args.values[0])?.as_f64()))
    }),
    Def("__int__", "self, /", "The only element as an int.", |_, caller, args| {
        warn_scalar(&args.values[0], caller)?;
        to_int(&args.values[0])
    }),
    Def("__index__", "self, /", "The only element of an integer tensor as an index.", |_, _, args| {
        index(tensor(&args.values[0])?).map(Value::Int)
    }),
    Def("__bool__", "self, /", "The truth value of the only element.", |_, _, args| {
        super::binary::truth(&args.values[0]).unwrap_or(Ok(true)).map(Value::Bool)
    }),
];

/// Warns, as PyTorch does, that a number taken from a tensor leaves the graph.
pub fn warn_scalar(value: &Value, caller: &mut dyn Caller) -> Result<()> {
    match value {
        Value::Tensor(t) if t.requires_grad() => caller.warn(
            "UserWarning",
            "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\nConsider using \
             tensor.detach() first. (Triggered internally at \
             /__w/pytorch/pytorch/torch/csrc/autograd/generated/python_variable_methods.cpp:820.)",
        ),
        _ => Ok(()),
    }
}

/// The only element, for Python's conversions.
///
/// Errors: ValueError unless there is exactly one.
pub fn number(value: &Value) -> Result<Scalar> {
    let t = tensor(value)?;
    let array = t.array();
    array.item().ok_or_else(|| Fault::value("only one element tensors can be converted to Python scalars"))
}

/// `int(tensor)`.
///
/// Errors: ValueError unless there is one element that is finite, OverflowError for infinity.
pub fn to_int(value: &Value) -> Result<Value> {
    match number(value)? {
        Scalar::Float(f) if f.is_nan() => Err(Fault::value("cannot convert float NaN to integer")),
        Scalar::Float(f) if f.is_infinite() => Err(Fault::overflow("cannot convert float infinity to integer")),
        Scalar::Float(f) => {
            use num_traits::FromPrimitive;
            Ok(num_bigint::BigInt::from_f64(f.trunc()).map_or(Value::Int(0), Value::big))
        }
        other => Ok(Value::Int(other.as_i64())),
    }
}

/// The index that an integer tensor of one element stands for.
///
/// Errors: TypeError for other tensors.
pub fn index(t: &Tensor) -> Result<i64> {
    match t.array().item() {
        Some(s @ (Scalar::Int(_) | Scalar::Bool(_))) => Ok(s.as_i64()),
        _ => Err(Fault::type_error("only integer tensors of a single element can be converted to an index")),
    }
}

/// The elements as nested lists; a number for 0-d arrays.
///
/// Errors: MemoryError.
pub fn to_list(array: &Array) -> Result<Value> {
    let mut level: Vec<Value> = crate::array::iter::positions(&array.layout)?
        .into_iter()
        .filter_map(|at| array.at(at))
        .map(Value::scalar)
        .collect();
    let sizes = array.sizes();
    for d in (0..sizes.len()).rev() {
        let lists: usize = sizes[..d].iter().product();
        let mut items = level.into_iter();
        level = (0..lists).map(|_| Value::list(items.by_ref().take(sizes[d]).collect())).collect();
    }
    Ok(level.into_iter().next().unwrap_or(Value::None))
}

/// A dtype as the program gives it: a dtype, `float`, or the name of a tensor type.
fn dtype_of(value: &Value) -> Option<DType> {
    match value {
        Value::DType(d) => Some(*d),
        Value::Class(c) => {
            let name = c.name.as_str();
            builtin_dtype(name).or_else(|| tensor_type(name))
        }
        Value::Str(s) => s.strip_prefix("torch.").and_then(tensor_type),
        _ => None,
    }
}

/// The dtype of a tensor type's name: `DoubleTensor`.
pub fn tensor_type(name: &str) -> Option<DType> {
    let scalar = name.strip_suffix("Tensor")?;
    DType::ALL.into_iter().find(|d| d.scalar_type() == scalar)
}

#[cold]
fn no_overload(args: Args) -> Error {
    let names: Vec<String> = args.positional()[1..].iter().map(crate::value::protocol::class_name).collect();
    Fault::type_error(format!(
        "to() received an invalid combination of arguments - got ({}), but expected one of:\n * (torch.device device = \
         None, torch.dtype dtype = None, bool non_blocking = False, bool copy = False, *, torch.memory_format \
         memory_format = None)\n * (torch.dtype dtype, bool non_blocking = False, bool copy = False, *, \
         torch.memory_format memory_format = None)\n * (Tensor tensor, bool non_blocking = False, bool copy = False, *, \
         torch.memory_format memory_format = None)\n",
        names.join(", ")
    ))
}

fn to(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let t = tensor(args.values.first().unwrap_or(&Value::None))?;
    let (mut dtype, mut copy) = (None, false);
    let mut flags = 0;
    for value in args.positional().iter().skip(1) {
        match value {
            Value::Tensor(other) => dtype = Some(other.dtype()),
            Value::Bool(b) => {
                flags += 1;
                copy |= flags == 2 && *b;
            }
            Value::Str(s) if !s.starts_with("torch.") => device::check(value)?,
            Value::Int(_) => device::check(value)?,
            v if device::is_device(v) => device::check(v)?,
            Value::None => {}
            other => dtype = Some(dtype_of(other).ok_or_else(|| no_overload(args))?),
        }
    }
    for (name, value) in args.keywords() {
        match (name.as_str(), value) {
            ("dtype", Value::None) => {}
            ("dtype", v) => dtype = Some(dtype_of(v).ok_or_else(|| no_overload(args))?),
            ("device", v) => device::check(v)?,
            ("other" | "tensor", Value::Tensor(other)) => dtype = Some(other.dtype()),
            ("copy", Value::Bool(b)) => copy = *b,
            ("non_blocking" | "memory_format", _) => {}
            _ => return Err(no_overload(args)),
        }
    }
    let dtype = dtype.unwrap_or(t.dtype());
    if copy {
        return Ok(Value::Tensor(call(&shape::TO_COPY, [Value::Tensor(t.clone()), Value::DType(dtype)])?));
    }
    Ok(Value::Tensor(t.to_dtype(dtype)?))
}

fn type_(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let t = tensor(&bound[0])?;
    if bound[1].is_none() {
        return Ok(queries::type_text(t.dtype()));
    }
    match dtype_of(&bound[1]) {
        Some(dtype) => Ok(Value::Tensor(t.to_dtype(dtype)?)),
        None => match &bound[1] {
            Value::Str(s) => Err(Fault::value(format!("invalid type: '{}'", s.as_str()))),
            _ => Err(Fault::type_error("dtype must be a type, str, or dtype object")),
        },
    }
}
