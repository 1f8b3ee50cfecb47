//! Functions of one real number, elementwise: exponentials, logarithms, roots, circular and hyperbolic functions.

use super::def::{Example, Forms, OpDef, Save};
use super::kernel::{complex_to_real, not_for};
use super::node::grads;
use crate::array::{Array, DType, complex, map, vmath};
use crate::diag::{Fault, Result};
use crate::{float1, float1_array, float2};
use num_complex::Complex64;
use std::f64::consts::{LN_2, LN_10, PI};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &SIGMOID_BACKWARD,
    &TANH_BACKWARD,
    &EXP,
    &EXP2,
    &EXPM1,
    &LOG,
    &LOG2,
    &LOG10,
    &LOG1P,
    &SQRT,
    &RSQRT,
    &SIN,
    &COS,
    &TAN,
    &ASIN,
    &ACOS,
    &ATAN,
    &SINH,
    &COSH,
    &TANH,
    &ASINH,
    &ACOSH,
    &ATANH,
    &SIGMOID,
    &ABS,
    &RELU,
    &SINC,
    &DEG2RAD,
    &RAD2DEG,
    &POSITIVE,
];

/// Function, method, in-place method and NumPy's function.
pub(super) const EVERYWHERE: Forms = Forms::ALL.and(Forms::FUNCTION_INPLACE).and(Forms::NP);
const INPUT: Save = Save::In(0);
const OUTPUT: Save = Save::Out(0);

/// Declares a real function of each element that computes integers in float32.
#[macro_export]
macro_rules! real {
    ($id:ident, $name:literal, $aliases:expr, $doc:literal, $example:literal => $shown:literal, $sample:literal,
     f32 |$x:ident| $e32:expr, f64 |$y:ident| $e64:expr, $saves:expr, |$b:ident| $grad:expr $(, refuse $text:literal)?) => {
        #[doc = $doc]
        pub static $id: OpDef =
            OpDef::kernel($name, "input: Tensor", |c| $crate::float1!(c, f32 | $x | $e32, f64 | $y | $e64))
                .aliases($aliases)
                .doc(concat!($doc, "\nElementwise; integers give float32."))
                .examples(&[Example($example, $shown)])
                .forms($crate::ops::pointwise::EVERYWHERE)
                .saves($saves)
                .no_complex(concat!($name, "_vml_cpu"))
                $(.no_complex($text))?
                .grad(|$b| $crate::ops::node::grads([$grad]))
                .samples(&[$sample]);
    };
    ($id:ident, $name:literal, $aliases:expr, $doc:literal, $example:literal => $shown:literal, $sample:literal,
     |$x:ident| $e:expr, $saves:expr, |$b:ident| $grad:expr $(, complex $f:expr)?) => {
        $crate::real!($id, $name, $aliases, $doc, $example => $shown, $sample, f32 |$x| $e, f64 |$x| $e, $saves, |$b| $grad $(, complex $f)?);
    };
    ($id:ident, $name:literal, $aliases:expr, $doc:literal, $example:literal => $shown:literal, $sample:literal,
     f32 |$x:ident| $e32:expr, f64 |$y:ident| $e64:expr, $saves:expr, |$b:ident| $grad:expr, complex $f:expr) => {
        #[doc = $doc]
        pub static $id: OpDef =
            OpDef::kernel($name, "input: Tensor", |c| $crate::float1!(c, f32 | $x | $e32, f64 | $y | $e64, complex $f))
                .aliases($aliases)
                .doc(concat!($doc, "\nElementwise; integers give float32."))
                .examples(&[Example($example, $shown)])
                .forms($crate::ops::pointwise::EVERYWHERE)
                .saves($saves)
                .analytic()
                .grad(|$b| $crate::ops::node::grads([$grad]))
                .samples(&[$sample]);
    };
}

real!(EXP, "exp", &[], "e raised to each element.", "torch.exp(torch.tensor([0., 1.]))" => "tensor([1.0000, 2.7183])", "randn(2, 3)",
    |x| vmath::exp(x), &[OUTPUT], |b| b.grad().mul(&b.out()?)?, complex complex::exp);
real!(EXP2, "exp2", &["special_exp2"], "2 raised to each element.", "torch.exp2(torch.tensor([0., 3.]))" => "tensor([1., 8.])", "randn(2, 3)",
    |x| vmath::exp2(x), &[OUTPUT], |b| b.grad().mul(&b.out()?.mul(LN_2)?)?, complex |z| complex::exp(z * LN_2));
real!(EXPM1, "expm1", &["special_expm1"], "e raised to each element, minus one, exact near zero.",
    "torch.expm1(torch.tensor([0., 1.]))" => "tensor([0.0000, 1.7183])", "randn(2, 3)",
    |x| vmath::exp_m1(x), &[OUTPUT], |b| b.grad().mul(&b.out()?.add(1)?)?, complex |z| complex::exp(z) - 1.0);
real!(LOG, "log", &[], "The natural logarithm of each element.", "torch.log(torch.tensor([1., 0.]))" => "tensor([0., -inf])", "rand(2, 3) + 0.5",
    |x| vmath::ln(x), &[INPUT], |b| b.grad().div(&b.input(0)?)?, complex complex::ln);
real!(LOG2, "log2", &[], "The logarithm to base 2.", "torch.log2(torch.tensor([1., 8.]))" => "tensor([0., 3.])", "rand(2, 3) + 0.5",
    |x| vmath::log2(x), &[INPUT], |b| b.grad().div(&b.input(0)?.mul(LN_2)?)?, complex complex::log2);
real!(LOG10, "log10", &[], "The logarithm to base 10.", "torch.log10(torch.tensor([1., 1000.]))" => "tensor([0., 3.])", "rand(2, 3) + 0.5",
    |x| vmath::log10(x), &[INPUT], |b| b.grad().div(&b.input(0)?.mul(LN_10)?)?, complex complex::log10);
real!(LOG1P, "log1p", &["special_log1p"], "The natural logarithm of 1 + input, exact near zero.",
    "torch.log1p(torch.tensor([0., 1e-7]))" => "tensor([0.0000e+00, 1.0000e-07])", "rand(2, 3)",
    |x| vmath::ln_1p(x), &[INPUT], |b| b.grad().div(&b.input(0)?.add(1)?)?, complex |z| complex::ln(z + 1.0));
real!(SQRT, "sqrt", &[], "The square root.", "torch.sqrt(torch.tensor([4., 2.]))" => "tensor([2.0000, 1.4142])", "rand(2, 3) + 0.5",
    |x| x.sqrt(), &[OUTPUT], |b| b.grad().div(&b.out()?.mul(2)?)?, complex complex::sqrt);
real!(RSQRT, "rsqrt", &[], "The reciprocal of the square root.", "torch.rsqrt(torch.tensor([4., 0.]))" => "tensor([0.5000,    inf])", "rand(2, 3) + 0.5",
    |x| x.sqrt().recip(), &[OUTPUT], |b| b.grad().mul(&b.out()?.pow(3)?.mul(-0.5)?)?, complex |z| complex::quotient(Complex64::ONE, complex::sqrt(z)));
real!(SIN, "sin", &[], "The sine.", "torch.sin(torch.tensor([0., 1.]))" => "tensor([0.0000, 0.8415])", "randn(2, 3)",
    |x| x.sin(), &[INPUT], |b| b.grad().mul(&b.input(0)?.cos()?)?, complex complex::sin);
real!(COS, "cos", &[], "The cosine.", "torch.cos(torch.tensor([0., 1.]))" => "tensor([1.0000, 0.5403])", "randn(2, 3)",
    |x| x.cos(), &[INPUT], |b| b.grad().mul(&b.input(0)?.sin()?.neg()?)?, complex complex::cos);
real!(TAN, "tan", &[], "The tangent.", "torch.tan(torch.tensor([0., 1.]))" => "tensor([0.0000, 1.5574])", "rand(2, 3)",
    |x| x.tan(), &[OUTPUT], |b| b.grad().mul(&b.out()?.pow(2)?.add(1)?)?, complex complex::tan);
real!(ASIN, "asin", &["arcsin"], "The inverse sine.", "torch.asin(torch.tensor([0., 1.]))" => "tensor([0.0000, 1.5708])", "rand(2, 3) - 0.5",
    |x| x.asin(), &[INPUT], |b| b.grad().mul(&b.input(0)?.pow(2)?.neg()?.add(1)?.rsqrt()?)?, complex complex::asin);
real!(ACOS, "acos", &["arccos"], "The inverse cosine.", "torch.acos(torch.tensor([0., 1.]))" => "tensor([1.5708, 0.0000])", "rand(2, 3) - 0.5",
    |x| x.acos(), &[INPUT], |b| b.grad().mul(&b.input(0)?.pow(2)?.neg()?.add(1)?.rsqrt()?.neg()?)?, complex complex::acos);
real!(ATAN, "atan", &["arctan"], "The inverse tangent.", "torch.atan(torch.tensor([0., 1.]))" => "tensor([0.0000, 0.7854])", "randn(2, 3)",
    |x| x.atan(), &[INPUT], |b| b.grad().div(&b.input(0)?.pow(2)?.add(1)?)?, complex complex::atan);
real!(SINH, "sinh", &[], "The hyperbolic sine.", "torch.sinh(torch.tensor([0., 1.]))" => "tensor([0.0000, 1.1752])", "randn(2, 3)",
    |x| vmath::sinh(x), &[INPUT], |b| b.grad().mul(&b.input(0)?.cosh()?)?, complex complex::sinh);
real!(COSH, "cosh", &[], "The hyperbolic cosine.", "torch.cosh(torch.tensor([0., 1.]))" => "tensor([1.0000, 1.5431])", "randn(2, 3)",
    |x| vmath::cosh(x), &[INPUT], |b| b.grad().mul(&b.input(0)?.sinh()?)?, complex complex::cosh);
real!(TANH, "tanh", &[], "The hyperbolic tangent.", "torch.tanh(torch.tensor([0., 1.]))" => "tensor([0.0000, 0.7616])", "randn(2, 3)",
    |x| vmath::tanh(x), &[OUTPUT], |b| super::call(&TANH_BACKWARD, [b.grad().into(), b.out()?.into()])?, complex complex::tanh);
real!(ASINH, "asinh", &["arcsinh"], "The inverse hyperbolic sine.", "torch.asinh(torch.tensor([0., 1.]))" => "tensor([0.0000, 0.8814])", "randn(2, 3)",
    f32 |x| libm::asinhf(x), f64 |x| libm::asinh(x), &[INPUT], |b| b.grad().mul(&b.input(0)?.pow(2)?.add(1)?.rsqrt()?)?, complex complex::asinh);
real!(ACOSH, "acosh", &["arccosh"], "The inverse hyperbolic cosine.", "torch.acosh(torch.tensor([1., 2.]))" => "tensor([0.0000, 1.3170])", "rand(2, 3) + 1.5",
    f32 |x| if x < 1.0 { f32::NAN } else { libm::acoshf(x) }, f64 |x| if x < 1.0 { f64::NAN } else { libm::acosh(x) }, &[INPUT], |b| b.grad().mul(&b.input(0)?.pow(2)?.sub(1)?.rsqrt()?)?, complex complex::acosh);
real!(ATANH, "atanh", &["arctanh"], "The inverse hyperbolic tangent.", "torch.atanh(torch.tensor([0., 0.5]))" => "tensor([0.0000, 0.5493])", "rand(2, 3) - 0.5",
    f32 |x| libm::atanhf(x), f64 |x| libm::atanh(x), &[INPUT], |b| b.grad().div(&b.input(0)?.pow(2)?.neg()?.add(1)?)?, complex complex::atanh);
real!(SINC, "sinc", &["special_sinc"], "The normalised sine sin(pi x) / (pi x); 1 at zero.",
"torch.sinc(torch.tensor([0., 0.5]))" => "tensor([1.0000, 0.6366])", "rand(2, 3) + 0.1",
f32 |x| if x == 0.0 { 1.0 } else { let p = PI as f32 * x; p.sin() / p }, f64 |x| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) },
&[INPUT], |b| {
    let x = b.input(0)?;
    let px = x.mul(PI)?;
    let slope = px.mul(&px.cos()?)?.sub(&px.sin()?)?.div(&px.mul(&x)?)?;
    b.grad().mul(&slope.masked_fill(&x.eq(0)?, 0.0)?)?
}, complex complex::sinc);
real!(DEG2RAD, "deg2rad", &[], "Degrees as radians.", "torch.deg2rad(torch.tensor([180., 90.]))" => "tensor([3.1416, 1.5708])", "randn(2, 3)",
    f32 |x| x * (PI / 180.0) as f32, f64 |x| x * (PI / 180.0), &[], |b| b.grad().mul(PI / 180.0)?, refuse "deg2rad is not supported for complex tensors.");
real!(RAD2DEG, "rad2deg", &[], "Radians as degrees.", "torch.rad2deg(torch.tensor([0., 1.]))" => "tensor([ 0.0000, 57.2958])", "randn(2, 3)",
    f32 |x| x * (180.0 / PI) as f32, f64 |x| x * (180.0 / PI), &[], |b| b.grad().mul(180.0 / PI)?, refuse "rad2deg is not supported for complex tensors.");

/// The logistic function.
pub static SIGMOID: OpDef =
    OpDef::kernel("sigmoid", "input: Tensor", |c| float1!(c, |x| vmath::sigmoid(x), complex complex::sigmoid))
        .analytic()
        .aliases(&["special_expit"])
        .doc("The logistic function 1 / (1 + exp(-input)).\nElementwise; integers give float32.")
        .examples(&[Example("torch.sigmoid(torch.tensor([0., 2.]))", "tensor([0.5000, 0.8808])")])
        .forms(EVERYWHERE.and(Forms::NN))
        .saves(&[OUTPUT])
        .grad(|b| grads([super::call(&SIGMOID_BACKWARD, [b.grad().into(), b.out()?.into()])?]))
        .samples(&["randn(2, 3)"]);

/// The gradient of [`SIGMOID`] from its result, in one pass.
pub static SIGMOID_BACKWARD: OpDef = OpDef::kernel("sigmoid_backward", "grad: Tensor, result: Tensor", |c| {
    Ok(float2!(c, |g, y| g * (1.0 - y) * y, complex | g, y | g * (1.0 - y) * y)?.into())
})
.analytic()
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::In(1)])
.grad(|b| {
    let (g, y) = (b.input(0)?, b.input(1)?);
    let slope = y.mul(&y.neg()?.add(1)?)?;
    grads([b.grad().mul(&slope)?, b.grad().mul(&g.mul(&y.mul(-2)?.add(1)?)?)?])
})
.samples(&["randn(2, 3), rand(2, 3)"]);

/// The gradient of [`TANH`] from its result, in one pass.
pub static TANH_BACKWARD: OpDef = OpDef::kernel("tanh_backward", "grad: Tensor, result: Tensor", |c| {
    Ok(float2!(c, |g, y| g * (1.0 - y * y), complex | g, y | g * (1.0 - y * y))?.into())
})
.analytic()
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::In(1)])
.grad(|b| {
    let (g, y) = (b.input(0)?, b.input(1)?);
    let slope = y.mul(&y)?.neg()?.add(1)?;
    grads([b.grad().mul(&slope)?, b.grad().mul(&g.mul(&y.mul(-2)?)?)?])
})
.samples(&["randn(2, 3), rand(2, 3)"]);

/// An integer function and a float function of each element, each keeping the dtype; bool as given.
pub(super) fn keeping(
    array: &Array,
    bool_name: &str,
    int: fn(i64) -> i64,
    float32: fn(f32) -> f32,
    float64: fn(f64) -> f64,
) -> Result<Array> {
    match array.dtype {
        DType::Bool => Err(not_for(bool_name, DType::Bool)),
        DType::U8 => map::map1(array, move |x: u8| int(x as i64) as u8),
        DType::I8 => map::map1(array, move |x: i8| int(x as i64) as i8),
        DType::I16 => map::map1(array, move |x: i16| int(x as i64) as i16),
        DType::I32 => map::map1(array, move |x: i32| int(x as i64) as i32),
        DType::I64 => map::map1(array, int),
        _ => float1_array!(array, f32 | x | float32(x), f64 | x | float64(x)),
    }
}

/// The absolute value.
pub static ABS: OpDef = OpDef::kernel("abs", "input: Tensor", |c| {
    let array = c.array(0)?;
    match array.dtype {
        DType::F32 => Ok(map::map1(&array, |x: f32| x.abs())?.into()),
        DType::C64 | DType::C128 => Ok(complex_to_real(&array, |z| z.re.hypot(z.im))?.into()),
        _ => Ok(keeping(&array, "abs_cpu", i64::wrapping_abs, f32::abs, f64::abs)?.into()),
    }
})
.complex()
.aliases(&["absolute"])
.doc("The absolute value, elementwise; the dtype is kept, complex numbers give real ones.")
.examples(&[Example("torch.abs(torch.tensor([-1.5, 2.]))", "tensor([1.5000, 2.0000])")])
.forms(EVERYWHERE)
.saves(&[INPUT])
.grad(|b| grads([b.grad().mul(&b.input(0)?.sgn()?)?]))
.samples(&["randn(2, 3)"]);

/// The positive part.
pub static RELU: OpDef = OpDef::kernel("relu", "input: Tensor", |c| {
    let array = c.array(0)?;
    Ok(match array.dtype {
        DType::Bool => return Err(Fault::not_implemented("Boolean inputs not supported for relu")),
        // NaN stays NaN: it is not below zero.
        DType::F32 => map::map1(&array, |x: f32| if x < 0.0 { 0.0 } else { x })?,
        _ => {
            keeping(&array, "relu", |x| x.max(0), |x| if x < 0.0 { 0.0 } else { x }, |x| if x < 0.0 { 0.0 } else { x })?
        }
    }
    .into())
})
.no_complex("clamp is not supported for complex types")
.doc("The positive part max(input, 0), elementwise; its derivative at zero is zero.")
.examples(&[Example("torch.relu(torch.tensor([-1., 2.]))", "tensor([0., 2.])")])
.forms(Forms::ALL.and(Forms::FUNCTION_INPLACE).and(Forms::NN).and(Forms::NN_INPLACE))
.saves(&[OUTPUT])
.grad(|b| grads([b.grad().masked_fill(&b.out()?.le(0)?, 0.0)?]))
.samples(&["randn(2, 3)"]);

/// The tensor itself.
pub static POSITIVE: OpDef = OpDef::composite("positive", "input: Tensor", |c| {
    if c.tensor(0)?.dtype() == DType::Bool {
        return Err(Fault::not_implemented("The `+` operator, on a bool tensor is not supported."));
    }
    Ok(c.value(0).clone())
})
.doc("The tensor itself; bool is refused.")
.examples(&[Example("torch.positive(torch.tensor([-1, 2]))", "tensor([-1,  2])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3)"]);
