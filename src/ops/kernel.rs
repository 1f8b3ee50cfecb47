//! Macros and drivers that turn an expression per element into a kernel for every dtype.
//!
//! A macro is used where the same expression is meant at each type; everything else is data and functions.

use super::args::{Call, Operand, result_type};
use crate::array::storage::Typed;
use crate::array::{Array, DType, Element, Scalar, map};
use crate::diag::{Fault, Result};
use crate::value::Value;
use num_complex::{Complex, Complex64};

/// An operand converted to the type of the result; numbers stay numbers.
pub enum Side {
    /// An array of that type.
    Array(Array),
    /// A number.
    Scalar(Scalar),
}

impl Side {
    /// The operand at an index, converted to a dtype.
    pub fn of(operand: &Operand, dtype: DType) -> Result<Side> {
        Ok(match operand {
            Operand::Tensor(t) => Side::Array(to_dtype(&t.array(), dtype)?),
            Operand::Scalar(s) => Side::Scalar(*s),
        })
    }
}

/// The array in a dtype: itself when it is of that type.
pub fn to_dtype(array: &Array, dtype: DType) -> Result<Array> {
    if array.dtype == dtype { Ok(array.clone()) } else { map::cast(array, dtype) }
}

/// Two arguments and the dtype that they promote to.
#[inline]
pub fn promote2(call: &Call, i: usize, j: usize) -> Result<(Side, Side, DType)> {
    // The cases of every day, in which nothing is converted.
    if let Value::Tensor(a) = call.value(i) {
        let a = a.array();
        match call.value(j) {
            Value::Tensor(b) if b.dtype() == a.dtype => {
                return Ok((Side::Array(a.clone()), Side::Array(b.array().clone()), a.dtype));
            }
            &Value::Int(n) if a.dtype != DType::Bool => {
                return Ok((Side::Array(a.clone()), Side::Scalar(Scalar::Int(n)), a.dtype));
            }
            &Value::Float(x) if a.dtype.is_float() => {
                return Ok((Side::Array(a.clone()), Side::Scalar(Scalar::Float(x)), a.dtype));
            }
            _ => {}
        }
    }
    promote2_mixed(call, i, j)
}

fn promote2_mixed(call: &Call, i: usize, j: usize) -> Result<(Side, Side, DType)> {
    let (a, b) = (call.operand(i)?, call.operand(j)?);
    let dtype = result_type(&[&a, &b]);
    Ok((Side::of(&a, dtype)?, Side::of(&b, dtype)?, dtype))
}

/// Two arguments in the floating-point type that they promote to; integers compute in float32.
pub fn promote2_float(call: &Call, i: usize, j: usize) -> Result<(Side, Side, DType)> {
    let (a, b) = (call.operand(i)?, call.operand(j)?);
    let dtype = float_type(result_type(&[&a, &b]));
    Ok((Side::of(&a, dtype)?, Side::of(&b, dtype)?, dtype))
}

/// The type in which a function of real numbers is computed: float32 for integers.
pub fn float_type(dtype: DType) -> DType {
    if dtype.is_differentiable() { dtype } else { super::args::default_dtype() }
}

/// A function of two elements over two operands.
pub fn run2<T: Typed, U: Typed>(a: Side, b: Side, f: impl Fn(T, T) -> U + Sync) -> Result<Array> {
    match (a, b) {
        (Side::Array(a), Side::Array(b)) => map::map2(&a, &b, f),
        (Side::Array(a), Side::Scalar(b)) => {
            let b = T::from_scalar(b);
            map::map1(&a, move |a| f(a, b))
        }
        (Side::Scalar(a), Side::Array(b)) => {
            let a = T::from_scalar(a);
            map::map1(&b, move |b| f(a, b))
        }
        (Side::Scalar(a), Side::Scalar(b)) => Ok(Array::scalar(f(T::from_scalar(a), T::from_scalar(b)))),
    }
}

/// A function of two elements of a half type, computed in float32.
pub fn run2_half<H: Typed>(a: Side, b: Side, f: impl Fn(f32, f32) -> f32 + Sync) -> Result<Array> {
    run2::<H, H>(a, b, move |a, b| H::from_f64(f(a.to_f64() as f32, b.to_f64() as f32) as f64))
}

fn widen(z: Complex<f32>) -> Complex64 {
    Complex64::new(f64::from(z.re), f64::from(z.im))
}

fn narrow(z: Complex64) -> Complex<f32> {
    Complex::new(z.re as f32, z.im as f32)
}

/// A function of each complex element, computed in double precision.
pub fn complex1(array: &Array, f: fn(Complex64) -> Complex64) -> Result<Array> {
    match array.dtype {
        DType::C64 => map::map1(array, move |z: Complex<f32>| narrow(f(widen(z)))),
        DType::C128 => map::map1(array, move |z: Complex64| f(z)),
        other => Err(not_for("complex", other)),
    }
}

/// A real function of each complex element, in the type of its parts.
pub fn complex_to_real(array: &Array, f: fn(Complex64) -> f64) -> Result<Array> {
    match array.dtype {
        DType::C64 => map::map1(array, move |z: Complex<f32>| f(widen(z)) as f32),
        DType::C128 => map::map1(array, move |z: Complex64| f(z)),
        other => Err(not_for("complex", other)),
    }
}

/// A function of two complex elements over two operands, computed in double precision.
#[cold]
pub fn complex2(a: Side, b: Side, dtype: DType, f: fn(Complex64, Complex64) -> Complex64) -> Result<Array> {
    match dtype {
        DType::C64 => run2::<Complex<f32>, Complex<f32>>(a, b, move |a, b| narrow(f(widen(a), widen(b)))),
        _ => run2::<Complex64, Complex64>(a, b, f),
    }
}

/// PyTorch's refusal of a dtype: `"exp" not implemented for 'Bool'`.
#[cold]
pub fn not_for(kernel: &str, dtype: DType) -> crate::diag::Error {
    Fault::not_implemented(format!("\"{kernel}\" not implemented for '{}'", dtype.scalar_type()))
}

/// A kernel of one argument: a real function of each element; integers compute in float32.
///
/// `float1!(call, |x| x.sqrt())`, or `float1!(call, f32 |x| fast(x), f64 |x| x.exp())`; then `complex f` for a function
/// of complex numbers.
#[macro_export]
macro_rules! float1 {
    ($call:expr, |$x:ident| $e:expr $(, complex $f:expr)?) => {
        $crate::float1!($call, f32 | $x | $e, f64 | $x | $e $(, complex $f)?)
    };
    ($call:expr, f32 |$x:ident| $e32:expr, f64 |$y:ident| $e64:expr, complex $f:expr) => {{
        if $call.array(0)?.dtype.is_complex() {
            $crate::ops::kernel::complex1(&$call.array(0)?, $f).map($crate::ops::Out::from)
        } else {
            $crate::float1!($call, f32 | $x | $e32, f64 | $y | $e64)
        }
    }};
    ($call:expr, f32 |$x:ident| $e32:expr, f64 |$y:ident| $e64:expr) => {{
        let array = $call.array(0)?;
        let array = $crate::ops::kernel::to_dtype(&array, $crate::ops::kernel::float_type(array.dtype))?;
        Ok($crate::ops::Out::from($crate::float1_array!(&array, f32 | $x | $e32, f64 | $y | $e64)?))
    }};
}

/// The same over an array that is already floating-point; gives `Result<Array>`.
#[macro_export]
macro_rules! float1_array {
    ($array:expr, |$x:ident| $e:expr) => {
        $crate::float1_array!($array, f32 | $x | $e, f64 | $x | $e)
    };
    ($array:expr, f32 |$x:ident| $e32:expr, f64 |$y:ident| $e64:expr) => {{
        use $crate::array::{DType, map};
        let array: &$crate::array::Array = $array;
        match array.dtype {
            DType::F32 => map::map1(array, |$x: f32| -> f32 { $e32 }),
            DType::F64 => map::map1(array, |$y: f64| -> f64 { $e64 }),
            DType::F16 => map::map1(array, |h: half::f16| {
                let $x = h.to_f32();
                half::f16::from_f32({ $e32 })
            }),
            DType::BF16 => map::map1(array, |h: half::bf16| {
                let $x = h.to_f32();
                half::bf16::from_f32({ $e32 })
            }),
            other => Err($crate::ops::kernel::not_for("float", other)),
        }
    }};
}

/// A kernel of two arguments over promoted numbers: `arith2!(call, int |a, b| .., float |a, b| .., bool |a, b| ..,
/// complex f)`.
///
/// Gives `Result<Array>`. Without `bool` the bool dtype is refused under the given kernel name.
#[macro_export]
macro_rules! arith2 {
    ($call:expr, $name:literal, int |$a:ident, $b:ident| $ei:expr, float |$c:ident, $d:ident| $ef:expr $(, bool |$p:ident, $q:ident| $eb:expr)? $(, complex $f:expr)?) => {{
        use $crate::array::DType;
        use $crate::ops::kernel::{promote2, run2, run2_half};
        let (x, y, dtype) = promote2($call, 0, 1)?;
        match dtype {
            $(DType::Bool => run2::<bool, bool>(x, y, |$p, $q| $eb),)?
            DType::U8 => run2::<u8, u8>(x, y, |$a, $b| $ei),
            DType::I8 => run2::<i8, i8>(x, y, |$a, $b| $ei),
            DType::I16 => run2::<i16, i16>(x, y, |$a, $b| $ei),
            DType::I32 => run2::<i32, i32>(x, y, |$a, $b| $ei),
            DType::I64 => run2::<i64, i64>(x, y, |$a, $b| $ei),
            DType::F16 => run2_half::<half::f16>(x, y, |$c, $d| $ef),
            DType::BF16 => run2_half::<half::bf16>(x, y, |$c, $d| $ef),
            DType::F32 => run2::<f32, f32>(x, y, |$c, $d| $ef),
            DType::F64 => run2::<f64, f64>(x, y, |$c, $d| $ef),
            $(DType::C64 | DType::C128 => $crate::ops::kernel::complex2(x, y, dtype, $f),)?
            #[allow(unreachable_patterns)]
            other => Err($crate::ops::kernel::not_for($name, other)),
        }
    }};
}

/// A kernel of two arguments over promoted floating-point numbers; integers compute in float32. Gives `Result<Array>`.
#[macro_export]
macro_rules! float2 {
    ($call:expr, |$c:ident, $d:ident| $ef:expr $(, complex $f:expr)?) => {{
        use $crate::array::DType;
        use $crate::ops::kernel::{not_for, promote2_float, run2, run2_half};
        let (x, y, dtype) = promote2_float($call, 0, 1)?;
        match dtype {
            DType::F16 => run2_half::<half::f16>(x, y, |$c, $d| $ef),
            DType::BF16 => run2_half::<half::bf16>(x, y, |$c, $d| $ef),
            DType::F32 => run2::<f32, f32>(x, y, |$c, $d| $ef),
            DType::F64 => run2::<f64, f64>(x, y, |$c, $d| $ef),
            $(DType::C64 | DType::C128 => $crate::ops::kernel::complex2(x, y, dtype, $f),)?
            other => Err(not_for("float", other)),
        }
    }};
}

/// A comparison of two arguments over promoted numbers, of `with_dtype` or, for an order, `with_real`. Gives `Result<Array>` of bool.
#[macro_export]
macro_rules! compare2 {
    ($call:expr, $with:tt |$a:ident, $b:ident| $e:expr) => {{
        let (x, y, dtype) = $crate::ops::kernel::promote2($call, 0, 1)?;
        $crate::$with!(dtype, T => $crate::ops::kernel::run2::<T, bool>(x, y, |$a: T, $b: T| $e))
    }};
}

/// The scalar 0 of a dtype's category, for accumulators.
pub fn zero<T: Element>() -> T {
    T::from_i64(0)
}
