//! Functions of `torch` that are no operators: questions about tensors and types, settings, names.

use super::table::{Def, attributes, functions, read_only};
use crate::array::DType;
use crate::array::dtype::set_default_dtype;
use crate::diag::{Fault, Result};
use crate::ops::Operand;
use crate::ops::args::result_type;
use crate::ops::inplace::can_cast;
use crate::tensor::Tensor;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, GetSet, Module, Native, Value, class_of, types};
use std::cell::Cell;

/// Binds the functions.
pub fn install(torch: &Module) {
    functions(torch, "torch", FUNCTIONS);
    attributes(&types().dtype, DTYPE_ATTRIBUTES);
}

/// A question about an element type.
macro_rules! of_dtype {
    ($name:literal, $doc:literal, |$d:ident| $e:expr) => {
        read_only($name, $doc, |v, _| match v {
            Value::DType($d) => Ok(Value::from($e)),
            other => Err(Fault::type_error(format!("'{}' object is no torch.dtype", class_name(other)))),
        })
    };
}

const DTYPE_ATTRIBUTES: &[GetSet] = &[
    of_dtype!("is_floating_point", "Whether the elements are floating-point numbers.", |d| d.is_float()),
    of_dtype!("is_complex", "Whether the elements are complex numbers.", |d| d.is_complex()),
    of_dtype!("is_signed", "Whether the type has negative numbers.", |d| !matches!(d, DType::Bool | DType::U8)),
    of_dtype!("itemsize", "Bytes per element.", |d| d.size()),
];

fn broadcast_shapes(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let size = |v: &Value| v.as_int().and_then(|n| usize::try_from(n).ok());
    let mut shapes: Vec<Vec<usize>> = Vec::new();
    for shape in args.positional() {
        if matches!(shape, Value::Tuple(items) if items.iter().any(|v| v.as_int().is_some_and(|n| n < 0))) {
            return Err(Fault::value("Attempting to broadcast a dimension with negative length!"));
        }
        let sizes: Option<Vec<usize>> = match shape {
            Value::Tuple(items) => items.iter().map(size).collect(),
            Value::List(items) => items.borrow().iter().map(size).collect(),
            one => size(one).map(|n| vec![n]),
        };
        shapes.push(sizes.ok_or_else(|| {
            Fault::runtime("Input shapes should be of type ints, a tuple of ints, or a list of ints")
        })?);
    }
    let rank = shapes.iter().map(Vec::len).max().unwrap_or(0);
    let mut wide = vec![1; rank];
    for (index, sizes) in shapes.iter().enumerate() {
        for (back, &n) in sizes.iter().rev().enumerate() {
            let place = &mut wide[rank - 1 - back];
            if n == 1 || n == *place {
                continue;
            }
            if *place != 1 {
                let given = match sizes.as_slice() {
                    [one] => format!("({one},)"),
                    many => format!("({})", many.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
                };
                let known: Vec<String> = wide.iter().map(usize::to_string).collect();
                return Err(Fault::runtime(format!(
                    "Attempting to broadcast a dimension of length {n} at -{}! Mismatching argument at index {index} \
                     had {given}; but expected shape should be broadcastable to [{}]",
                    back + 1,
                    known.join(", ")
                )));
            }
            *place = n;
        }
    }
    Ok(Value::size(&wide))
}

thread_local! {
    static DETERMINISTIC: Cell<bool> = const { Cell::new(false) };
    static THREADS: Cell<i64> = const { Cell::new(0) };
}

/// A question about one tensor.
macro_rules! about {
    ($name:literal, $doc:literal, |$t:ident| $e:expr) => {
        Def($name, "input: Tensor, /", $doc, |native, _, args| {
            let bound = native.parsed().bind(args, 0)?;
            let $t = one(&bound[0])?;
            Ok(Value::from($e))
        })
    };
}

fn one(value: &Value) -> Result<&Tensor> {
    super::attributes::tensor(value)
}

/// A function that takes anything and does nothing, or answers the same always.
macro_rules! always {
    ($name:literal, $doc:literal, $value:expr) => {
        Def($name, "*args, **kwargs", $doc, |_, _, _| Ok(Value::from($value)))
    };
}

const NOTHING: Option<bool> = None;

const FUNCTIONS: &[Def] = &[
    Def("is_tensor", "obj, /", "Whether an object is a tensor.", |_, _, args| {
        Ok(Value::Bool(matches!(args.one("is_tensor")?, Value::Tensor(_))))
    }),
    Def("is_storage", "obj, /", "Whether an object is a storage.", |_, _, args| {
        Ok(Value::Bool(args.one("is_storage").is_ok_and(|v| class_of(v).name.ends_with("Storage"))))
    }),
    about!("is_floating_point", "Whether the elements are floating-point numbers.", |t| t.dtype().is_float()),
    about!("is_complex", "Whether the elements are complex numbers.", |t| t.dtype().is_complex()),
    about!("is_conj", "Whether the elements are stored conjugated: never.", |_t| false),
    about!("is_inference", "Whether the tensor was made in inference mode.", |t| t.is_inference()),
    about!("is_signed", "Whether the element type has negative numbers.", |t| {
        !matches!(t.dtype(), DType::Bool | DType::U8)
    }),
    about!("numel", "The number of elements.", |t| t.numel()),
    Def("broadcast_shapes", "*shapes", "The shape that tensors of these shapes broadcast to.", broadcast_shapes),
    Def("promote_types", "type1: dtype, type2: dtype", "The smallest type that holds both.", |native, _, args| {
        let bound = native.parsed().bind(args, 0)?;
        match (&bound[0], &bound[1]) {
            (Value::DType(a), Value::DType(b)) => Ok(Value::DType(a.promote(*b))),
            _ => Err(Fault::type_error("promote_types(): arguments must be torch.dtype")),
        }
    }),
    Def("result_type", "tensor1, tensor2", "The type of the result of an operation on both.", |native, _, args| {
        let bound = native.parsed().bind(args, 0)?;
        let operand = |i: usize| {
            let wrong = || Fault::type_error(format!("result_type(): argument {i} must be Tensor or Number"));
            Operand::of(&bound[i]).ok_or_else(wrong)
        };
        Ok(Value::DType(result_type(&[&operand(0)?, &operand(1)?])))
    }),
    Def("can_cast", "from_: dtype, to: dtype", "Whether a type may be written into another.", |native, _, args| {
        // The first parameter is called `from`, which is no name for a signature here: both go by position.
        let bound = native.parsed().bind(Args::of(args.values), 0)?;
        match (&bound[0], &bound[1]) {
            (Value::DType(a), Value::DType(b)) => Ok(Value::Bool(can_cast(*a, *b))),
            _ => Err(Fault::type_error("can_cast(): arguments must be torch.dtype")),
        }
    }),
    Def("typename", "obj, /", "The name of an object's type, with its module.", |_, _, args| {
        let value = args.one("typename")?;
        Ok(Value::from(match value {
            Value::Tensor(t) => super::attributes::type_name(t.dtype()),
            Value::Class(c) => c.qualified(),
            Value::Native(n) if n.module == "torch" => format!("torch._VariableFunctionsClass.{}", n.name),
            Value::Native(n) if n.owner.is_none() => format!("{}.{}", n.module, n.name),
            Value::Function(f) => format!("{}.{}", f.module.name, f.qualname.borrow()),
            other => class_of(other).qualified(),
        }))
    }),
    Def("compile", "model=None, **kwargs", "The model itself: nothing is compiled.", |native, _, args| {
        let bound = native.parsed().bind(args, 0)?;
        if !bound[0].is_none() {
            return Ok(bound[0].clone());
        }
        Ok(Native::new("torch", "compile", "model, /", "The model itself.", |_, _, args| args.one("compile").cloned())
            .value())
    }),
    Def("set_num_threads", "num: int, /", "Sets how many threads kernels may use.", |_, _, args| {
        match args.one("set_num_threads")?.as_int() {
            Some(n) if n > 0 => {
                THREADS.set(n);
                Ok(Value::None)
            }
            Some(_) => Err(Fault::runtime("set_num_threads expects a positive integer")),
            None => Err(Fault::type_error(format!(
                "set_num_threads expects an int, but got {}",
                class_name(&args.values[0])
            ))),
        }
    }),
    Def("get_num_threads", "", "How many threads kernels may use.", threads),
    Def("get_num_interop_threads", "", "How many threads run operations side by side.", threads),
    always!("set_num_interop_threads", "Accepted and ignored.", NOTHING),
    Def(
        "use_deterministic_algorithms",
        "mode, *, warn_only=False",
        "Remembered: all algorithms are deterministic.",
        |native, caller, args| {
            let bound = native.parsed().bind(args, 0)?;
            DETERMINISTIC.set(caller.truth(&bound[0])?);
            Ok(Value::None)
        },
    ),
    Def("are_deterministic_algorithms_enabled", "", "What use_deterministic_algorithms was told.", |_, _, _| {
        Ok(Value::Bool(DETERMINISTIC.get()))
    }),
    always!("is_deterministic_algorithms_warn_only_enabled", "Whether only a warning was asked for.", false),
    always!("set_warn_always", "Accepted and ignored.", NOTHING),
    always!("set_flush_denormal", "Accepted and ignored.", true),
    always!("set_float32_matmul_precision", "Accepted and ignored: products are exact to float32.", NOTHING),
    always!("get_float32_matmul_precision", "The precision of float32 products.", "highest"),
    Def("get_default_device", "", "The CPU.", |_, _, _| Ok(super::device::cpu())),
    Def("set_default_device", "device, /", "Accepts the CPU.", |_, _, args| {
        super::device::check(args.one("set_default_device")?)?;
        Ok(Value::None)
    }),
    Def("set_default_tensor_type", "t, /", "Sets the type of new float tensors.", |_, caller, args| {
        let dtype = match args.one("set_default_tensor_type")? {
            Value::Native(n) => super::conversion::tensor_type(n.name),
            Value::Str(s) => s.strip_prefix("torch.").and_then(super::conversion::tensor_type),
            _ => None,
        };
        let Some(dtype) = dtype.filter(|d| d.is_float()) else {
            return Err(Fault::type_error("only floating-point types are supported as the default type"));
        };
        caller.warn(
            "UserWarning",
            "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and \
             torch.set_default_device() as alternatives. (Triggered internally at \
             /__w/pytorch/pytorch/torch/csrc/tensor/python_tensor.cpp:409.)",
        )?;
        set_default_dtype(dtype);
        Ok(Value::None)
    }),
];

fn threads(_: &Native, _: &mut dyn Caller, _: Args) -> Result<Value> {
    let set = THREADS.get();
    if set > 0 {
        return Ok(Value::Int(set));
    }
    Ok(Value::from(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)))
}
