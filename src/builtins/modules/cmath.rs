//! The module `cmath`: functions of complex numbers.

use super::super::bind::bind;
use super::super::convert::to_float;
use super::super::methods::complex::to_complex;
use super::super::table::{Def, add_functions};
use crate::array::complex;
use crate::diag::{Error, Fault, Result};
use crate::value::{Args, Caller, Module, Native, Value};
use num_complex::Complex64;
use std::rc::Rc;

/// A function of one complex number.
macro_rules! function {
    ($name:literal, $doc:literal, $f:expr) => {
        Def($name, "z, /", $doc, |n, c, a| {
            let z = one(n, a, c)?;
            checked(z, $f(z))
        })
    };
}

/// A question about one complex number.
macro_rules! query {
    ($name:literal, $doc:literal, |$z:ident| $e:expr) => {
        Def($name, "z, /", $doc, |n, c, a| {
            let $z = one(n, a, c)?;
            Ok(Value::Bool($e))
        })
    };
}

static FUNCTIONS: [Def; 23] = [
    function!("sqrt", "Return the square root of z.", complex::sqrt),
    function!("exp", "Return the exponential value e**z.", complex::exp),
    function!("log10", "Return the base-10 logarithm of z.", complex::log10),
    function!("sin", "Return the sine of z.", complex::sin),
    function!("cos", "Return the cosine of z.", complex::cos),
    function!("tan", "Return the tangent of z.", complex::tan),
    function!("asin", "Return the arc sine of z.", complex::asin),
    function!("acos", "Return the arc cosine of z.", complex::acos),
    function!("atan", "Return the arc tangent of z.", complex::atan),
    function!("sinh", "Return the hyperbolic sine of z.", complex::sinh),
    function!("cosh", "Return the hyperbolic cosine of z.", complex::cosh),
    function!("tanh", "Return the hyperbolic tangent of z.", complex::tanh),
    function!("asinh", "Return the inverse hyperbolic sine of z.", complex::asinh),
    function!("acosh", "Return the inverse hyperbolic cosine of z.", complex::acosh),
    function!("atanh", "Return the inverse hyperbolic tangent of z.", complex::atanh),
    query!("isnan", "Checks if the real or imaginary part of z not a number (NaN).", |z| z.is_nan()),
    query!("isinf", "Checks if the real or imaginary part of z is infinite.", |z| z.re.is_infinite()
        || z.im.is_infinite()),
    query!("isfinite", "Return True if both the real and imaginary parts of z are finite, else False.", |z| z
        .is_finite()),
    Def("log", "z, base=..., /", "log(z[, base]) -> the logarithm of z to the given base.", log),
    Def("phase", "z, /", "Return argument, also known as the phase angle, of a complex.", |n, c, a| {
        let z = one(n, a, c)?;
        Ok(Value::Float(z.im.atan2(z.re)))
    }),
    Def("polar", "z, /", "Convert a complex from rectangular coordinates to polar coordinates.", |n, c, a| {
        let z = one(n, a, c)?;
        Ok(Value::tuple([Value::Float(z.re.hypot(z.im)), Value::Float(z.im.atan2(z.re))]))
    }),
    Def("rect", "r, phi, /", "Convert from polar coordinates to rectangular coordinates.", |n, c, args| {
        let a = bind(n, args)?;
        let (modulus, angle) = (to_float(&a[0], c)?, to_float(&a[1], c)?);
        if angle.is_infinite() && modulus != 0.0 && !modulus.is_nan() {
            return Err(domain());
        }
        let z = complex::from_polar(modulus, angle);
        Ok(Value::complex(z.re, z.im))
    }),
    Def(
        "isclose",
        "a, b, *, rel_tol=1e-09, abs_tol=0.0",
        "Determine whether two complex numbers are close in value.",
        isclose,
    ),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("cmath");
    *module.doc.borrow_mut() = "Mathematical functions of complex numbers.".into();
    add_functions(&module, "cmath", &FUNCTIONS);
    super::math::add_constants(&module);
    module.set("infj", Value::complex(0.0, f64::INFINITY));
    module.set("nanj", Value::complex(0.0, f64::NAN));
    module
}

fn one(native: &Native, args: Args, caller: &mut dyn Caller) -> Result<Complex64> {
    to_complex(args.one(&format!("cmath.{}", native.name))?, caller)
}

#[cold]
fn domain() -> Error {
    Fault::value("math domain error")
}

/// A result that is finite where the argument is.
fn checked(z: Complex64, result: Complex64) -> Result<Value> {
    if z.is_finite() && !result.is_finite() {
        // What leaves the range of floats on the way grows without bound; at a pole it is not defined.
        let large = z.re.abs() > 100.0 || z.im.abs() > 100.0;
        return Err(if large { Fault::overflow("math range error") } else { domain() });
    }
    Ok(Value::complex(result.re, result.im))
}

fn log(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let z = to_complex(&a[0], caller)?;
    let log = complex::ln(z);
    if a[1].is_undef() {
        return checked(z, log);
    }
    let base = to_complex(&a[1], caller)?;
    let quotient = complex::quotient(log, complex::ln(base));
    checked(z, if base.is_finite() { quotient } else { Complex64::new(0.0, 0.0) })
}

fn isclose(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let (x, y) = (to_complex(&a[0], caller)?, to_complex(&a[1], caller)?);
    let (relative, absolute) = (to_float(&a[2], caller)?, to_float(&a[3], caller)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(Fault::value("tolerances must be non-negative"));
    }
    if x == y {
        return Ok(Value::Bool(true));
    }
    let size = |z: Complex64| z.re.hypot(z.im);
    if size(x).is_infinite() || size(y).is_infinite() {
        return Ok(Value::Bool(false));
    }
    let difference = size(x - y);
    let close = difference <= relative * size(y) || difference <= relative * size(x) || difference <= absolute;
    Ok(Value::Bool(close))
}
