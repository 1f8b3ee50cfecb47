//! NumPy's functions of each element: one table of names, with the operator of torch and how types are treated.

use super::bridge::{argument, float_argument, run, run_array};
use super::operators::{self, in_numpy_words, run2};
use super::promote::{Operand, array_of, result_type, wrap};
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::ops::registry;
use crate::value::{Args, Binary, Caller, Module, Native, Value};

/// How a function treats the types of its operands.
#[derive(Clone, Copy)]
enum Kind {
    /// One operand; integers become float64.
    Float,
    /// One operand of any type.
    Any,
    /// Two operands, promoted; integers become float64.
    Float2,
    /// Two operands, promoted.
    Any2,
    /// One of Python's operators.
    Operator(Binary),
}

/// A function of NumPy's.
struct Ufunc {
    name: &'static str,
    torch: &'static str,
    kind: Kind,
}

macro_rules! table {
    ($($kind:ident: $($name:literal $(= $torch:literal)?),*;)*) => {
        &[$($(Ufunc { name: $name, torch: table!(@ $name $($torch)?), kind: Kind::$kind }),*),*]
    };
    (@ $name:literal $torch:literal) => { $torch };
    (@ $name:literal) => { $name };
}

static UFUNCS: &[Ufunc] = table! {
    Float: "exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh",
        "arcsin" = "asin", "arccos" = "acos", "arctan" = "atan", "arcsinh" = "asinh", "arccosh" = "acosh",
        "arctanh" = "atanh", "exp2", "angle", "cbrt", "deg2rad", "rad2deg", "radians" = "deg2rad", "degrees" = "rad2deg", "sinc",
        "asin", "acos", "atan", "asinh", "acosh", "atanh", "i0";
    Any: "abs", "absolute" = "abs", "fabs" = "abs", "negative" = "neg", "sign", "square", "floor", "ceil", "trunc",
        "rint" = "round", "fix" = "trunc", "reciprocal", "logical_not", "bitwise_not", "invert" = "bitwise_not",
        "conj" = "conj_physical", "conjugate" = "conj_physical", "isreal", "isnan", "isinf", "isfinite", "signbit", "positive", "isposinf", "isneginf", "bitwise_invert" = "bitwise_not";
    Float2: "arctan2" = "atan2", "atan2", "ldexp", "hypot", "logaddexp", "logaddexp2", "copysign", "nextafter";
    Any2: "maximum", "minimum", "fmax", "fmin", "fmod", "equal" = "eq", "not_equal" = "ne", "less" = "lt",
        "less_equal" = "le", "greater" = "gt", "greater_equal" = "ge", "logical_and", "logical_or", "logical_xor",
        "gcd", "lcm", "heaviside", "bitwise_left_shift", "bitwise_right_shift";
};

/// The functions that are Python's operators.
static OPERATORS: &[Ufunc] = &[
    Ufunc { name: "add", torch: "", kind: Kind::Operator(Binary::Add) },
    Ufunc { name: "subtract", torch: "", kind: Kind::Operator(Binary::Sub) },
    Ufunc { name: "multiply", torch: "", kind: Kind::Operator(Binary::Mul) },
    Ufunc { name: "divide", torch: "", kind: Kind::Operator(Binary::Div) },
    Ufunc { name: "true_divide", torch: "", kind: Kind::Operator(Binary::Div) },
    Ufunc { name: "floor_divide", torch: "", kind: Kind::Operator(Binary::FloorDiv) },
    Ufunc { name: "mod", torch: "", kind: Kind::Operator(Binary::Mod) },
    Ufunc { name: "remainder", torch: "", kind: Kind::Operator(Binary::Mod) },
    Ufunc { name: "power", torch: "", kind: Kind::Operator(Binary::Pow) },
    Ufunc { name: "float_power", torch: "", kind: Kind::Operator(Binary::Pow) },
    Ufunc { name: "matmul", torch: "", kind: Kind::Operator(Binary::MatMul) },
    Ufunc { name: "bitwise_and", torch: "", kind: Kind::Operator(Binary::And) },
    Ufunc { name: "bitwise_or", torch: "", kind: Kind::Operator(Binary::Or) },
    Ufunc { name: "bitwise_xor", torch: "", kind: Kind::Operator(Binary::Xor) },
    Ufunc { name: "left_shift", torch: "", kind: Kind::Operator(Binary::Shl) },
    Ufunc { name: "right_shift", torch: "", kind: Kind::Operator(Binary::Shr) },
];

/// Binds the functions.
pub fn install(numpy: &Module) {
    for ufunc in UFUNCS.iter().chain(OPERATORS) {
        let two = matches!(ufunc.kind, Kind::Float2 | Kind::Any2 | Kind::Operator(_));
        let signature = if two { "x1, x2, /, out=None, *, dtype=None" } else { "x, /, out=None, *, dtype=None" };
        let doc = registry::find(ufunc.torch).map_or("Python's operator as a function.", |d| d.doc);
        numpy.set(ufunc.name, Native::new("numpy", ufunc.name, signature, doc, call).with_data(ufunc).value());
    }
}

fn call(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let Some(ufunc) = native.data.and_then(|d| d.downcast_ref::<Ufunc>()) else {
        return Err(Fault::internal(format!("{} has no operator", native.name)));
    };
    let bound = native.parsed().bind(args, 0)?;
    let two = native.parsed().index("x2").is_some();
    let (out, dtype) = (&bound[if two { 2 } else { 1 }], &bound[if two { 3 } else { 2 }]);
    // A tensor among the operands makes a tensor of the result, as its `__array_wrap__` does.
    if let Value::Tensor(t) = &bound[0] {
        let array = super::of_tensor(t)?;
        let mut values = bound.to_vec();
        values[0] = array;
        let result = compute(ufunc, &values, caller)?;
        return super::to_tensor(result);
    }
    let result = compute(ufunc, &bound, caller).map_err(in_numpy_words)?;
    let result = match super::dtypes::dtype_of(dtype)? {
        Some(d) => wrap(map::cast(&array_of(&result)?, d)?),
        None => result,
    };
    if let Value::Array(target) = out {
        map::copy_into(&target.array.borrow(), &array_of(&result)?)?;
        return Ok(out.clone());
    }
    Ok(result)
}

fn compute(ufunc: &Ufunc, args: &[Value], _: &mut dyn Caller) -> Result<Value> {
    match ufunc.kind {
        Kind::Float if ufunc.name == "cbrt" => {
            let array = array_of(&float_argument(&args[0])?)?;
            Ok(wrap(crate::float1_array!(&array, |x| x.cbrt())?))
        }
        Kind::Float => run(ufunc.torch, &[float_argument(&args[0])?], &[]),
        Kind::Any => {
            let x = argument(&args[0])?;
            let dtype = array_of(&x)?.dtype;
            // Integers and bools stay what they are where rounding leaves them alone.
            if dtype == DType::Bool && matches!(ufunc.torch, "abs" | "floor" | "ceil" | "trunc" | "round") {
                return Ok(x);
            }
            if ufunc.name == "rint" && !dtype.is_float() {
                return float_argument(&x);
            }
            run(ufunc.torch, &[x], &[])
        }
        Kind::Operator(op) => match operators::binary(op, &args[0], &args[1]) {
            Some(result) => result,
            None => Err(Fault::type_error(format!(
                "ufunc '{}' did not contain a loop with signature matching types",
                ufunc.name
            ))),
        },
        Kind::Float2 | Kind::Any2 => {
            let (a, b, dtype) = promoted(&args[0], &args[1])?;
            let float = matches!(ufunc.kind, Kind::Float2) && !dtype.is_float();
            let cast = |x: Array| if float { map::cast(&x, DType::F64) } else { Ok(x) };
            let Some(def) = registry::find(ufunc.torch) else {
                return Err(Fault::not_implemented(format!("numpy needs the operator {}", ufunc.torch)));
            };
            Ok(wrap(run2(def, cast(a)?, cast(b)?)?))
        }
    }
}

/// Two operands in the type that they promote to, which need not broadcast.
///
/// Errors: TypeError for what is no number.
pub fn promoted_apart(a: &Value, b: &Value) -> Result<(Array, Array, DType)> {
    let operand = |v: &Value| -> Result<Operand> {
        match v {
            Value::Tensor(t) => super::promote::array_of_tensor(t).map(Operand::Array),
            v => Operand::of(v).unwrap_or_else(|| {
                Err(Fault::type_error(format!(
                    "ufunc not supported for the input type '{}'",
                    crate::value::protocol::class_name(v)
                )))
            }),
        }
    };
    let (a, b) = (operand(a)?, operand(b)?);
    let dtype = result_type(&[&a, &b]);
    Ok((a.to(dtype)?, b.to(dtype)?, dtype))
}

/// Two operands in the type that they promote to.
///
/// Errors: TypeError for what is no number, ValueError for sizes that do not broadcast.
pub fn promoted(a: &Value, b: &Value) -> Result<(Array, Array, DType)> {
    let (a, b, dtype) = promoted_apart(a, b)?;
    operators::check_broadcast(&a, &b)?;
    Ok((a, b, dtype))
}

/// `np.clip`
pub fn clip(x: &Value, low: &Value, high: &Value) -> Result<Value> {
    let mut out = argument(x)?;
    for (bound, name) in [(low, "maximum"), (high, "minimum")] {
        if bound.is_none() || bound.is_undef() {
            continue;
        }
        let (a, b, _) = promoted(&out, bound)?;
        out = wrap(run_array(name, &[super::promote::wrap_array(a), super::promote::wrap_array(b)], &[])?);
    }
    Ok(out)
}
