//! The module `math`.

mod gamma;
mod integer;
mod sums;

use super::super::bind::bind;
use super::super::convert::{find_integer, to_float, unwrap};
use super::super::methods::int::of_float;
use super::super::table::{Def, add_functions};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Module, Native, Value};
use num_traits::{Signed, ToPrimitive};
use std::rc::Rc;

/// A function of one float whose result may leave the range of floats.
macro_rules! function {
    ($name:literal, $doc:literal, $f:expr) => {
        Def($name, "x, /", $doc, |_, c, a| unary(a, $name, $f, false, c))
    };
    ($name:literal, $doc:literal, $f:expr, overflow) => {
        Def($name, "x, /", $doc, |_, c, a| unary(a, $name, $f, true, c))
    };
}

static FUNCTIONS: [Def; 51] = [
    function!("sqrt", "Return the square root of x.", f64::sqrt),
    function!("cbrt", "Return the cube root of x.", f64::cbrt),
    function!("exp", "Return e raised to the power of x.", f64::exp, overflow),
    function!("exp2", "Return 2 raised to the power of x.", f64::exp2, overflow),
    function!("expm1", "Return exp(x)-1.", f64::exp_m1, overflow),
    function!("log1p", "Return the natural logarithm of 1+x (base e).", |x| if x == 0.0 { x } else { x.ln_1p() }),
    function!("sin", "Return the sine of x (measured in radians).", f64::sin),
    function!("cos", "Return the cosine of x (measured in radians).", f64::cos),
    function!("tan", "Return the tangent of x (measured in radians).", f64::tan),
    function!("asin", "Return the arc sine (measured in radians) of x.", f64::asin),
    function!("acos", "Return the arc cosine (measured in radians) of x.", f64::acos),
    function!("atan", "Return the arc tangent (measured in radians) of x.", f64::atan),
    function!("sinh", "Return the hyperbolic sine of x.", f64::sinh, overflow),
    function!("cosh", "Return the hyperbolic cosine of x.", f64::cosh, overflow),
    function!("tanh", "Return the hyperbolic tangent of x.", f64::tanh),
    function!("asinh", "Return the inverse hyperbolic sine of x.", libm::asinh),
    function!("acosh", "Return the inverse hyperbolic cosine of x.", libm::acosh),
    function!("atanh", "Return the inverse hyperbolic tangent of x.", libm::atanh),
    function!("erf", "Error function at x.", libm::erf),
    function!("erfc", "Complementary error function at x.", libm::erfc),
    function!("fabs", "Return the absolute value of the float x.", f64::abs),
    function!("degrees", "Convert angle x from radians to degrees.", |x| x * (180.0 / std::f64::consts::PI)),
    function!("radians", "Convert angle x from degrees to radians.", |x| x * (std::f64::consts::PI / 180.0)),
    Def("gamma", "x, /", "Gamma function at x.", |_, c, a| {
        gamma::gamma(to_float(one(a, "gamma")?, c)?).map(Value::Float)
    }),
    Def("lgamma", "x, /", "Natural logarithm of the absolute value of the Gamma function at x.", |_, c, a| {
        gamma::log_gamma(to_float(one(a, "lgamma")?, c)?).map(Value::Float)
    }),
    Def("log", "x, base=..., /", "Return the logarithm of x to the given base.", log),
    Def("log2", "x, /", "Return the base 2 logarithm of x.", |_, c, a| logarithm(one(a, "log2")?, f64::log2, c)),
    Def("log10", "x, /", "Return the base 10 logarithm of x.", |_, c, a| logarithm(one(a, "log10")?, f64::log10, c)),
    Def("pow", "x, y, /", "Return x**y (x to the power of y).", pow),
    Def("atan2", "y, x, /", "Return the arc tangent (measured in radians) of y/x.", |n, c, a| {
        let (y, x) = two(n, a, c)?;
        Ok(Value::Float(y.atan2(x)))
    }),
    Def("fmod", "x, y, /", "Return fmod(x, y), according to platform C.", |n, c, a| {
        let (x, y) = two(n, a, c)?;
        checked(x % y, !x.is_nan() && !y.is_nan())
    }),
    Def("remainder", "x, y, /", "Difference between x and the closest integer multiple of y.", |n, c, a| {
        let (x, y) = two(n, a, c)?;
        checked(libm::remainder(x, y), !x.is_nan() && !y.is_nan())
    }),
    Def("copysign", "x, y, /", "Return a float with the magnitude of x but the sign of y.", |n, c, a| {
        let (x, y) = two(n, a, c)?;
        Ok(Value::Float(x.copysign(y)))
    }),
    Def("nextafter", "x, y, /", "Return the next floating-point value after x towards y.", |n, c, a| {
        let (x, y) = two(n, a, c)?;
        Ok(Value::Float(libm::nextafter(x, y)))
    }),
    Def("ulp", "x, /", "Return the value of the least significant bit of the float x.", |_, c, a| {
        let x = to_float(one(a, "ulp")?, c)?.abs();
        Ok(Value::Float(if x.is_nan() || x.is_infinite() {
            x
        } else if x == f64::MAX {
            x - libm::nextafter(x, 0.0)
        } else {
            libm::nextafter(x, f64::INFINITY) - x
        }))
    }),
    Def("ldexp", "x, i, /", "Return x * (2**i).", ldexp),
    Def("frexp", "x, /", "Return the mantissa and exponent of x, as pair (m, e).", |_, c, a| {
        let x = to_float(one(a, "frexp")?, c)?;
        let (m, e) = if x.is_finite() && x != 0.0 { libm::frexp(x) } else { (x, 0) };
        Ok(Value::tuple([Value::Float(m), Value::Int(i64::from(e))]))
    }),
    Def("modf", "x, /", "Return the fractional and integer parts of x.", |_, c, a| {
        let x = to_float(one(a, "modf")?, c)?;
        let fraction = if x.is_infinite() { 0.0 } else { x.fract() };
        Ok(Value::tuple([Value::Float(fraction.copysign(x)), Value::Float(x.trunc())]))
    }),
    Def("floor", "x, /", "Return the floor of x as an int.", |_, c, a| {
        whole(one(a, "floor")?, "__floor__", f64::floor, c)
    }),
    Def("ceil", "x, /", "Return the ceiling of x as an int.", |_, c, a| {
        whole(one(a, "ceil")?, "__ceil__", f64::ceil, c)
    }),
    Def("trunc", "x, /", "Truncates the real x to the nearest integer toward 0.", trunc),
    Def("isnan", "x, /", "Return True if x is a NaN.", |_, c, a| {
        Ok(Value::Bool(to_float(one(a, "isnan")?, c)?.is_nan()))
    }),
    Def("isinf", "x, /", "Return True if x is an infinity.", |_, c, a| {
        Ok(Value::Bool(to_float(one(a, "isinf")?, c)?.is_infinite()))
    }),
    Def("isfinite", "x, /", "Return True if x is neither an infinity nor a NaN.", |_, c, a| {
        Ok(Value::Bool(to_float(one(a, "isfinite")?, c)?.is_finite()))
    }),
    Def(
        "isclose",
        "a, b, *, rel_tol=1e-09, abs_tol=0.0",
        "Determine whether two floating-point numbers are close in value.",
        isclose,
    ),
    Def("hypot", "*coordinates", "Multidimensional Euclidean distance from the origin to a point.", sums::hypot),
    Def("dist", "p, q, /", "Return the Euclidean distance between two points p and q.", sums::dist),
    Def("fsum", "seq, /", "Return an accurate floating-point sum of values in the iterable seq.", sums::fsum),
    Def(
        "prod",
        "iterable, /, *, start=1",
        "Calculate the product of all the elements in the input iterable.",
        sums::prod,
    ),
    Def("gcd", "*integers", "Greatest Common Divisor.", integer::gcd),
    Def("lcm", "*integers", "Least Common Multiple.", integer::lcm),
];

static INTEGER: [Def; 4] = [
    Def("factorial", "n, /", "Find n!.", integer::factorial),
    Def(
        "comb",
        "n, k, /",
        "Number of ways to choose k items from n items without repetition and without order.",
        integer::comb,
    ),
    Def(
        "perm",
        "n, k=None, /",
        "Number of ways to choose k items from n items without repetition and with order.",
        integer::perm,
    ),
    Def("isqrt", "n, /", "Return the integer part of the square root of the input.", integer::isqrt),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("math");
    *module.doc.borrow_mut() = "Mathematical functions of real numbers.".into();
    add_functions(&module, "math", &FUNCTIONS);
    add_functions(&module, "math", &INTEGER);
    add_constants(&module);
    module
}

/// Adds the constants that `math` and `cmath` share.
pub(super) fn add_constants(module: &Module) {
    for (name, value) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        module.set(name, Value::Float(value));
    }
}

/// The only argument of a function.
fn one<'a>(args: Args<'a>, name: &str) -> Result<&'a Value> {
    match args.values {
        [value] if args.names.is_empty() => Ok(value),
        _ => args.one(&format!("math.{name}")),
    }
}

fn two(native: &Native, args: Args, caller: &mut dyn Caller) -> Result<(f64, f64)> {
    let a = bind(native, args)?;
    Ok((to_float(&a[0], caller)?, to_float(&a[1], caller)?))
}

#[cold]
fn domain() -> crate::diag::Error {
    Fault::value("math domain error")
}

#[cold]
fn range() -> crate::diag::Error {
    Fault::overflow("math range error")
}

/// A result that is NaN only where an argument is.
fn checked(result: f64, arguments_are_numbers: bool) -> Result<Value> {
    if result.is_nan() && arguments_are_numbers { Err(domain()) } else { Ok(Value::Float(result)) }
}

#[inline]
fn unary(args: Args, name: &str, f: fn(f64) -> f64, may_overflow: bool, caller: &mut dyn Caller) -> Result<Value> {
    let x = match one(args, name)? {
        Value::Float(x) => *x,
        other => to_float(other, caller)?,
    };
    let result = f(x);
    if result.is_nan() && !x.is_nan() {
        return Err(domain());
    }
    if result.is_infinite() && x.is_finite() {
        return Err(if may_overflow { range() } else { domain() });
    }
    Ok(Value::Float(result))
}

/// A logarithm of a positive number, of ints beyond the range of floats too.
fn logarithm(value: &Value, f: fn(f64) -> f64, caller: &mut dyn Caller) -> Result<Value> {
    let value = unwrap(value);
    if let Value::Big(big) = &value {
        if !big.is_positive() {
            return Err(domain());
        }
        let bits = big.bits();
        if bits > 1000 {
            let shift = bits - 64;
            let mantissa = (&**big >> shift as usize).to_f64().unwrap_or(1.0);
            // As CPython: a number between a half and one, and a power of two.
            let (mantissa, exponent) = libm::frexp(mantissa);
            return Ok(Value::Float(f(mantissa) + f(2.0) * (f64::from(exponent) + shift as f64)));
        }
    }
    let x = to_float(&value, caller)?;
    if x <= 0.0 {
        return Err(domain());
    }
    Ok(Value::Float(f(x)))
}

fn log(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    args.no_keywords("math.log")?;
    match args.values {
        [x] => logarithm(x, f64::ln, caller),
        [x, base] => {
            let numerator = to_float(&logarithm(x, f64::ln, caller)?, caller)?;
            let denominator = to_float(&logarithm(base, f64::ln, caller)?, caller)?;
            if denominator == 0.0 {
                return Err(Fault::zero_division("float division by zero"));
            }
            Ok(Value::Float(numerator / denominator))
        }
        _ => Err(Fault::type_error("math.log requires 1 to 2 arguments")),
    }
}

fn pow(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let (x, y) = two(native, args, caller)?;
    let result = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if result.is_nan() || (result.is_infinite() && x == 0.0) {
            return Err(domain());
        }
        if result.is_infinite() {
            return Err(range());
        }
    }
    Ok(Value::Float(result))
}

fn ldexp(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let x = to_float(&a[0], caller)?;
    let exponent = match find_integer(&a[1], caller)? {
        Some(Value::Int(i)) => i.clamp(-100_000, 100_000) as i32,
        Some(Value::Big(b)) => {
            if b.is_negative() {
                -100_000
            } else {
                100_000
            }
        }
        _ => return Err(Fault::type_error("Expected an int as second argument to ldexp.")),
    };
    let result = libm::ldexp(x, exponent);
    if result.is_infinite() && x.is_finite() { Err(range()) } else { Ok(Value::Float(result)) }
}

fn whole(value: &Value, special: &str, f: fn(f64) -> f64, caller: &mut dyn Caller) -> Result<Value> {
    match unwrap(value) {
        Value::Float(x) => return of_float(f(x)),
        int @ (Value::Int(_) | Value::Big(_)) => return Ok(int),
        Value::Bool(b) => return Ok(Value::Int(b as i64)),
        _ => {}
    }
    if let Value::Object(_) = value
        && let Some(found) = caller.call_special(value, special, &[])?
    {
        return Ok(found);
    }
    of_float(f(to_float(value, caller)?))
}

fn trunc(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let value = one(args, "trunc")?;
    match unwrap(value) {
        Value::Float(x) => of_float(x),
        int @ (Value::Int(_) | Value::Big(_)) => Ok(int),
        Value::Bool(b) => Ok(Value::Int(b as i64)),
        Value::Tensor(_) | Value::Array(_) => of_float(to_float(value, caller)?),
        _ => match caller.call_special(value, "__trunc__", &[])? {
            Some(found) => Ok(found),
            None => Err(Fault::type_error(format!("type {} doesn't define __trunc__ method", class_name(value)))),
        },
    }
}

fn isclose(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let mut number = |i: usize| to_float(&a[i], caller);
    let (x, y, relative, absolute) = (number(0)?, number(1)?, number(2)?, number(3)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(Fault::value("tolerances must be non-negative"));
    }
    if x == y {
        return Ok(Value::Bool(true));
    }
    if x.is_infinite() || y.is_infinite() {
        return Ok(Value::Bool(false));
    }
    let difference = (y - x).abs();
    let close = difference <= (relative * y).abs() || difference <= (relative * x).abs() || difference <= absolute;
    Ok(Value::Bool(close))
}
