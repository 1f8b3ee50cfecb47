//! NumPy's dtypes and scalar classes: `np.float32`, `np.dtype("int64")`, and what stands for a dtype in an argument.

use super::promote::wrap;
use crate::array::{DType, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::{Def, attributes, methods, read_only};
use crate::value::class::Kind;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Class, Instance, Module, Native, Value, types};
use std::cell::RefCell;
use std::rc::Rc;

/// The dtypes of arrays.
pub const ALL: [DType; 11] = [
    DType::Bool,
    DType::U8,
    DType::I8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::F16,
    DType::F32,
    DType::F64,
    DType::C64,
    DType::C128,
];

thread_local! {
    static CLASS: Rc<Class> = dtype_class();
    static OBJECTS: RefCell<Vec<(DType, Rc<Instance>)>> = const { RefCell::new(Vec::new()) };
}

/// What a dtype object holds.
struct Holder(DType);

/// The dtype object of a type: the same one each time.
pub fn object(dtype: DType) -> Value {
    OBJECTS.with_borrow_mut(|known| {
        if let Some((_, o)) = known.iter().find(|(d, _)| *d == dtype) {
            return Value::Object(o.clone());
        }
        let made = Instance::native(CLASS.with(Clone::clone), Holder(dtype));
        known.push((dtype, made.clone()));
        Value::Object(made)
    })
}

/// The type that a value stands for where a dtype is expected; `None` for None.
///
/// Errors: TypeError for other values.
pub fn dtype_of(value: &Value) -> Result<Option<DType>> {
    let refuse = |shown: String| Err(Fault::type_error(format!("Cannot interpret '{shown}' as a data type")));
    Ok(Some(match value {
        Value::None | Value::Undef => return Ok(None),
        Value::Object(o) => match o.native_payload::<Holder>() {
            Some(h) => h.0,
            None => return refuse(class_name(value)),
        },
        Value::Class(c) => {
            let t = types();
            match ALL.into_iter().find(|&d| Rc::ptr_eq(t.np_scalar(d), c)) {
                Some(d) => d,
                None if Rc::ptr_eq(c, &t.float) || Rc::ptr_eq(c, &t.np_floating) => DType::F64,
                None if Rc::ptr_eq(c, &t.complex) || Rc::ptr_eq(c, &t.np_complexfloating) => DType::C128,
                None if Rc::ptr_eq(c, &t.int) || Rc::ptr_eq(c, &t.np_integer) => DType::I64,
                None if Rc::ptr_eq(c, &t.bool) => DType::Bool,
                None => return refuse(format!("<class '{}'>", c.qualified())),
            }
        }
        Value::Str(s) => match s.trim_start_matches(['<', '=', '|']) {
            "float" | "double" | "float64" | "f8" | "d" => DType::F64,
            "single" | "float32" | "f4" | "f" => DType::F32,
            "half" | "float16" | "f2" | "e" => DType::F16,
            "int" | "long" | "int64" | "i8" | "l" | "q" => DType::I64,
            "intc" | "int32" | "i4" | "i" => DType::I32,
            "short" | "int16" | "i2" | "h" => DType::I16,
            "byte" | "int8" | "i1" | "b" => DType::I8,
            "ubyte" | "uint8" | "u1" | "B" => DType::U8,
            "bool" | "b1" | "?" => DType::Bool,
            "complex" | "complex128" | "c16" | "D" => DType::C128,
            "csingle" | "complex64" | "c8" | "F" => DType::C64,
            other => return Err(Fault::type_error(format!("data type '{other}' not understood"))),
        },
        Value::DType(d) => return refuse(format!("torch.{}", d.name())),
        Value::Int(n) => return refuse(n.to_string()),
        other => return refuse(class_name(other)),
    }))
}

fn held(value: &Value) -> Result<DType> {
    match value {
        Value::Object(o) => o.native_payload::<Holder>().map(|h| h.0),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("expected a numpy.dtype"))
}

fn dtype_class() -> Rc<Class> {
    let class = Class::builtin("dtype", "numpy", &[&types().object], Kind::Builtin);
    class.construct.set(Some(|_: &Native, _: &mut dyn Caller, args: Args| {
        let given = args.values.get(1).or_else(|| args.keyword("dtype"));
        let dtype = given.map_or(Ok(None), dtype_of)?;
        Ok(object(dtype.unwrap_or(DType::F64)))
    }));
    attributes(
        &class,
        &[
            read_only("name", "The name: 'float64'.", |v, _| Ok(Value::from(held(v)?.name()))),
            read_only("itemsize", "Bytes per element.", |v, _| Ok(Value::from(held(v)?.size()))),
            read_only("kind", "A letter for the category: 'c', 'f', 'i', 'u' or 'b'.", |v, _| {
                Ok(Value::from(match held(v)? {
                    DType::Bool => "b",
                    DType::U8 => "u",
                    d if d.is_float() => "f",
                    d if d.is_complex() => "c",
                    _ => "i",
                }))
            }),
            read_only("type", "The class of scalars of the type.", |v, _| {
                Ok(Value::Class(types().np_scalar(held(v)?).clone()))
            }),
            read_only("str", "The short name with the byte order.", |v, _| {
                let d = held(v)?;
                let letter = match d {
                    DType::Bool => return Ok(Value::from("|b1")),
                    DType::U8 => return Ok(Value::from("|u1")),
                    DType::I8 => return Ok(Value::from("|i1")),
                    d if d.is_float() => 'f',
                    d if d.is_complex() => 'c',
                    _ => 'i',
                };
                Ok(Value::from(format!("<{letter}{}", d.size())))
            }),
        ],
    );
    fn same(native: &Native, args: Args) -> Result<Option<bool>> {
        let bound = native.parsed().bind(args, 1)?;
        let mine = held(&bound[0])?;
        Ok(dtype_of(&bound[1]).ok().flatten().map(|d| d == mine))
    }
    methods(
        &class,
        "dtype",
        &[
            Def("__repr__", "self, /", "The dtype as code.", |_, _, args| {
                Ok(Value::from(format!("dtype('{}')", held(&args.values[0])?.name())))
            }),
            Def("__str__", "self, /", "The name.", |_, _, args| Ok(Value::from(held(&args.values[0])?.name()))),
            Def("__eq__", "self, other, /", "Whether both are the same type.", |native, _, args| {
                Ok(Value::Bool(same(native, args)?.unwrap_or(false)))
            }),
            Def("__ne__", "self, other, /", "Whether both are different types.", |native, _, args| {
                Ok(Value::Bool(!same(native, args)?.unwrap_or(false)))
            }),
            Def("__hash__", "self, /", "The hash.", |_, _, args| Ok(Value::Int(held(&args.values[0])? as i64 + 500))),
        ],
    );
    class
}

/// `np.float32(x)`: a scalar, or an array when x is one.
fn construct_scalar(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let dtype = dtype_of(args.values.first().unwrap_or(&Value::None))?.unwrap_or(DType::F64);
    let array = match args.values.get(1) {
        None => crate::array::Array::full(&[], crate::array::Scalar::Int(0), dtype)?,
        Some(Value::Str(s)) => {
            let text = s.trim();
            let number: f64 = text
                .parse()
                .map_err(|_| Fault::value(format!("could not convert string to float: '{}'", s.as_str())))?;
            crate::array::Array::full(&[], crate::array::Scalar::Float(number), dtype)?
        }
        Some(value) => map::cast(&super::promote::array_of(value)?, dtype)?,
    };
    Ok(wrap(array))
}

/// Binds the classes.
pub fn install(numpy: &Module) {
    let t = types();
    for dtype in ALL {
        let class = t.np_scalar(dtype);
        class.construct.set(Some(construct_scalar));
        numpy.set(dtype.name(), Value::Class(class.clone()));
    }
    for (name, class) in [
        ("bool_", &t.np_bool),
        ("float_", &t.np_float64),
        ("double", &t.np_float64),
        ("single", &t.np_float32),
        ("half", &t.np_float16),
        ("int_", &t.np_int64),
        ("intp", &t.np_int64),
        ("longlong", &t.np_int64),
        ("intc", &t.np_int32),
        ("short", &t.np_int16),
        ("byte", &t.np_int8),
        ("ubyte", &t.np_uint8),
        ("generic", &t.np_generic),
        ("number", &t.np_number),
        ("integer", &t.np_integer),
        ("signedinteger", &t.np_integer),
        ("floating", &t.np_floating),
        ("complexfloating", &t.np_complexfloating),
        ("cdouble", &t.np_complex128),
        ("csingle", &t.np_complex64),
        ("complex_", &t.np_complex128),
        ("ndarray", &t.ndarray),
    ] {
        numpy.set(name, Value::Class(class.clone()));
    }
    numpy.set("dtype", Value::Class(CLASS.with(Clone::clone)));
}
