//! Constants of `torch`: dtypes, numbers, layouts, the version.

use super::table::{Def, methods, read_only};
use crate::array::DType;
use crate::diag::{Fault, Result};
use crate::value::class::Kind;
use crate::value::{Class, GetSet, Instance, Module, Value, types};
use std::rc::Rc;

/// The version of PyTorch whose behaviour is reproduced.
pub const VERSION: &str = "2.15.0";

/// torch's names of the dtypes.
const DTYPES: [(&str, DType); 20] = [
    ("bool", DType::Bool),
    ("uint8", DType::U8),
    ("int8", DType::I8),
    ("int16", DType::I16),
    ("short", DType::I16),
    ("int32", DType::I32),
    ("int", DType::I32),
    ("int64", DType::I64),
    ("long", DType::I64),
    ("float16", DType::F16),
    ("half", DType::F16),
    ("bfloat16", DType::BF16),
    ("float32", DType::F32),
    ("float", DType::F32),
    ("float64", DType::F64),
    ("double", DType::F64),
    ("complex64", DType::C64),
    ("cfloat", DType::C64),
    ("complex128", DType::C128),
    ("cdouble", DType::C128),
];

/// A constant that is only its name: `torch.strided`.
struct Symbol(&'static str);

thread_local! {
    static LAYOUT: Rc<Class> = symbols("layout");
    static MEMORY_FORMAT: Rc<Class> = symbols("memory_format");
    static STRIDED: Rc<Instance> = Instance::native(LAYOUT.with(Clone::clone), Symbol("torch.strided"));
}

fn symbols(name: &str) -> Rc<Class> {
    let class = Class::builtin(name, "torch", &[&types().object], Kind::Builtin);
    methods(
        &class,
        "layout",
        &[Def("__repr__", "self, /", "The name.", |_, _, args| {
            Ok(match args.values.first() {
                Some(Value::Object(o)) => Value::from(o.native_payload::<Symbol>().map_or("", |s| s.0)),
                _ => Value::None,
            })
        })],
    );
    class
}

/// `torch.strided`
pub fn strided() -> Value {
    Value::Object(STRIDED.with(Clone::clone))
}

/// The attributes of element types.
const DTYPE: &[GetSet] = &[
    read_only("is_floating_point", "Whether the elements are floating-point numbers.", |v, _| {
        Ok(Value::Bool(dtype(v)?.is_float()))
    }),
    read_only("is_complex", "Whether the elements are complex numbers.", |v, _| {
        Ok(Value::Bool(dtype(v)?.is_complex()))
    }),
    read_only("is_signed", "Whether the element type has negative numbers.", |v, _| {
        Ok(Value::Bool(!matches!(dtype(v)?, DType::Bool | DType::U8)))
    }),
    read_only("itemsize", "Bytes per element.", |v, _| Ok(Value::from(dtype(v)?.size()))),
];

fn dtype(value: &Value) -> Result<DType> {
    match value {
        Value::DType(d) => Ok(*d),
        other => Err(Fault::type_error(format!(
            "descriptor for 'torch.dtype' objects doesn't apply to a '{}' object",
            crate::value::protocol::class_name(other)
        ))),
    }
}

/// Binds the constants.
pub fn install(torch: &Module) {
    for (name, dtype) in DTYPES {
        torch.set(name, Value::DType(dtype));
    }
    for (name, number) in
        [("pi", std::f64::consts::PI), ("e", std::f64::consts::E), ("inf", f64::INFINITY), ("nan", f64::NAN)]
    {
        torch.set(name, Value::Float(number));
    }
    torch.set("newaxis", Value::None);
    torch.set("strided", strided());
    for (name, text) in [
        ("contiguous_format", "torch.contiguous_format"),
        ("preserve_format", "torch.preserve_format"),
        ("channels_last", "torch.channels_last"),
    ] {
        torch.set(name, Value::Object(Instance::native(MEMORY_FORMAT.with(Clone::clone), Symbol(text))));
    }
    torch.set("__version__", Value::from(VERSION));
    torch.set("layout", Value::Class(LAYOUT.with(Clone::clone)));
    torch.set("memory_format", Value::Class(MEMORY_FORMAT.with(Clone::clone)));
    super::table::attributes(&types().dtype, DTYPE);
    methods(
        &types().dtype,
        "dtype",
        &[
            Def("to_real", "self, /", "The type of a complex type's parts; any other type itself.", |_, _, a| {
                Ok(Value::DType(dtype(a.one("to_real")?)?.to_real()))
            }),
            Def("to_complex", "self, /", "The complex type of such parts.", |_, _, a| {
                Ok(Value::DType(dtype(a.one("to_complex")?)?.to_complex()))
            }),
        ],
    );
    torch.set("dtype", Value::Class(types().dtype.clone()));
    torch.set("Size", Value::Class(types().size.clone()));
    torch.set("Tensor", Value::Class(types().tensor.clone()));
}
