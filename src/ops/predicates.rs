//! Questions about elements and tensors: finite, infinite, NaN, close, equal.

use super::args::Call;
use super::def::{Complex, Example, Forms, OpDef};
use super::kernel::to_dtype;
use crate::array::{Array, DType, Element, map};
use crate::diag::{Fault, Result};
use crate::value::Value;
use crate::with_dtype;
use num_complex::Complex64;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &ISNAN,
    &ISINF,
    &ISFINITE,
    &ISPOSINF,
    &ISNEGINF,
    &ISREAL,
    &ISCLOSE,
    &ALLCLOSE,
    &EQUAL,
    &IS_NONZERO,
    &IS_SAME_SIZE,
];

/// Declares a question about each element, answered from its value as a float.
macro_rules! question {
    ($id:ident, $name:literal, $doc:literal, $example:literal => $shown:literal, |$x:ident| $e:expr, $complex:expr) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::kernel($name, "input: Tensor", |c| {
            let array = c.array(0)?;
            let complex: Option<fn(Complex64) -> bool> = $complex;
            Ok(match (array.dtype, complex) {
                (DType::C64 | DType::C128, Some(f)) => {
            with_dtype!(array.dtype, T => map::map1(&array, |z: T| f(z.to_scalar().as_complex())))?
                }
                _ => with_dtype!(array.dtype, T => map::map1(&array, |x: T| {
                    let $x = x.to_f64();
                    $e
                }))?,
            }
            .into())
        })
        .with_complex({
            const FOR_COMPLEX: Option<fn(Complex64) -> bool> = $complex;
            match FOR_COMPLEX {
                Some(_) => Complex::Taken,
                None => Complex::Refused(concat!("TypeError: ", $name, " does not support complex inputs.")),
            }
        })
        .doc(concat!($doc, "\nElementwise, as bool."))
        .examples(&[Example($example, $shown)])
        .forms(Forms::BOTH.and(Forms::NP))
        .samples(&["tensor([1., inf, -inf, nan])"]);
    };
}

question!(ISNAN, "isnan", "Where the elements are NaN.", "torch.isnan(torch.tensor([1., float('nan')]))" => "tensor([False,  True])", |x| x.is_nan(), Some(|z| z.is_nan()));
question!(ISINF, "isinf", "Where the elements are infinite.", "torch.isinf(torch.tensor([1., float('-inf')]))" => "tensor([False,  True])", |x| x.is_infinite(), Some(|z| z.re.is_infinite() || z.im.is_infinite()));
question!(ISFINITE, "isfinite", "Where the elements are neither infinite nor NaN.",
    "torch.isfinite(torch.tensor([1., float('inf')]))" => "tensor([ True, False])", |x| x.is_finite(), Some(|z| z.is_finite()));
question!(ISPOSINF, "isposinf", "Where the elements are positive infinity.",
    "torch.isposinf(torch.tensor([1., float('inf')]))" => "tensor([False,  True])", |x| x == f64::INFINITY, None);
question!(ISNEGINF, "isneginf", "Where the elements are negative infinity.",
    "torch.isneginf(torch.tensor([1., float('-inf')]))" => "tensor([False,  True])", |x| x == f64::NEG_INFINITY, None);
question!(ISREAL, "isreal", "Where the elements are real: everywhere but for complex numbers with an imaginary part.", "torch.isreal(torch.tensor([1., 2.]))" => "tensor([True, True])", |x| {
    let _ = x;
    true
}, Some(|z| z.im == 0.0));

/// Where two tensors are close.
fn close(call: &Call) -> Result<Array> {
    let (a, b) = (call.array(0)?, call.array(1)?);
    if a.dtype != b.dtype {
        return Err(Fault::runtime(format!("{} did not match {}", a.dtype.scalar_type(), b.dtype.scalar_type())));
    }
    let (rtol, atol, nan) = (call.float(2)?, call.float(3)?, call.bool(4)?);
    if rtol < 0.0 || atol < 0.0 {
        let (name, value) = if rtol < 0.0 { ("rtol", rtol) } else { ("atol", atol) };
        return Err(Fault::runtime(format!("{name} must be greater than or equal to zero, but got {value}")));
    }
    if a.dtype.is_complex() {
        let near = move |x: Complex64, y: Complex64| {
            let both_nan = nan && x.is_nan() && y.is_nan();
            x == y || both_nan || ((x - y).is_finite() && (x - y).norm() <= atol + (rtol * y).norm())
        };
        let wide = |x: &Array| to_dtype(x, DType::C128);
        return map::map2(&wide(&a)?, &wide(&b)?, near);
    }
    with_dtype!(a.dtype, T => map::map2(&a, &b, move |x: T, y: T| {
        let (x, y) = (x.to_f64(), y.to_f64());
        x == y || (nan && x.is_nan() && y.is_nan()) || ((x - y).is_finite() && (x - y).abs() <= atol + (rtol * y).abs())
    }))
}

const CLOSE: &str = "input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False";

/// Where two tensors are close.
pub static ISCLOSE: OpDef = OpDef::kernel("isclose", CLOSE, |c| Ok(close(c)?.into()))
    .complex()
    .doc("Where |input - other| <= atol + rtol * |other|, as bool; equal infinities are close. Both of one dtype.")
    .examples(&[Example(
        "torch.isclose(torch.tensor([1., 2.]), torch.tensor([1.000001, 3.]))",
        "tensor([ True, False])",
    )])
    .forms(Forms::BOTH.and(Forms::NP))
    .samples(&["randn(2, 3), randn(3)"]);

fn all_true(array: &Array) -> Result<bool> {
    Ok(!array.to_vec::<bool>()?.contains(&false))
}

/// Whether two tensors are close everywhere.
pub static ALLCLOSE: OpDef = OpDef::composite("allclose", CLOSE, |c| Ok(Value::Bool(all_true(&close(c)?)?)))
    .doc("Whether all elements are close, as isclose says; a Python bool.")
    .examples(&[Example("torch.allclose(torch.tensor([1.]), torch.tensor([1.000001]))", "True")])
    .forms(Forms::BOTH.and(Forms::NP))
    .samples(&["randn(2, 3), randn(2, 3)"]);

/// Whether two tensors are equal.
pub static EQUAL: OpDef = OpDef::composite("equal", "input: Tensor, other: Tensor", |c| {
    let (a, b) = (c.array(0)?, c.array(1)?);
    if a.sizes() != b.sizes() {
        return Ok(Value::Bool(false));
    }
    let dtype = a.dtype.promote(b.dtype);
    let (a, b) = (to_dtype(&a, dtype)?, to_dtype(&b, dtype)?);
    let same = with_dtype!(dtype, T => map::map2(&a, &b, |x: T, y: T| x == y))?;
    Ok(Value::Bool(all_true(&same)?))
})
.doc("Whether both have the same sizes and elements; a Python bool.")
.examples(&[Example("torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))", "True")])
.samples(&["arange(3), arange(3)"]);

/// Whether the only element is not zero.
pub static IS_NONZERO: OpDef = OpDef::composite("is_nonzero", "input: Tensor", |c| {
    let tensor = c.tensor(0)?;
    match tensor.array().item() {
        Some(s) => Ok(Value::Bool(s.as_bool())),
        None if tensor.numel() == 0 => Err(Fault::runtime("Boolean value of Tensor with no values is ambiguous")),
        None => Err(Fault::runtime("Boolean value of Tensor with more than one value is ambiguous")),
    }
})
.doc("Whether the only element is not zero; a Python bool.")
.examples(&[Example("torch.is_nonzero(torch.tensor([0.]))", "False")])
.samples(&["tensor(1.)"]);

/// Whether two tensors have the same sizes.
pub static IS_SAME_SIZE: OpDef = OpDef::composite("is_same_size", "input: Tensor, other: Tensor", |c| {
    Ok(Value::Bool(c.array(0)?.sizes() == c.array(1)?.sizes()))
})
.doc("Whether both have the same sizes; a Python bool.")
.examples(&[Example("torch.is_same_size(torch.ones(2), torch.zeros(2))", "True")])
.samples(&["randn(2, 3), randn(3)"]);
