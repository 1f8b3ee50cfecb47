//! Addition, subtraction, multiplication, division, powers and negation.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::{complex1, not_for};
use super::node::{Back, grads};
use crate::array::complex::{self, quotient};
use crate::array::{Array, Category, DType, Scalar, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;
use crate::{arith2, float1_array, float2};
use num_complex::Complex64;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&ADD, &SUB, &RSUB, &MUL, &DIV, &TRUE_DIV, &NEG, &POW, &RECIPROCAL, &SQUARE];

const BINARY: &str = "input, other";
const SCALED: &str = "input, other, *, alpha: Number = 1";
const PAIRS: &[&str] =
    &["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(3)", "randn(2, 1), randn(1, 3)", "randn(3), 2.5"];

/// The second argument times alpha, or as it is when alpha is 1.
#[inline]
fn scaled(call: &Call) -> Result<Option<Value>> {
    if matches!(call.value(2), Value::Int(1)) { Ok(None) } else { scaled_by(call) }
}

fn scaled_by(call: &Call) -> Result<Option<Value>> {
    let alpha = call.scalar(2)?;
    if alpha == Scalar::Int(1) || alpha == Scalar::Float(1.0) {
        return Ok(None);
    }
    Ok(Some(match call.value(1) {
        Value::Tensor(t) => Value::Tensor(Tensor::new(multiply(&t.array(), alpha)?)),
        other => match other.as_scalar() {
            Some(Scalar::Int(i)) if matches!(alpha, Scalar::Int(_)) => Value::Int(i.wrapping_mul(alpha.as_i64())),
            Some(s) if s.category().max(alpha.category()) == Category::Complex => {
                Value::scalar(Scalar::Complex(s.as_complex() * alpha.as_complex()))
            }
            Some(s) => Value::Float(s.as_f64() * alpha.as_f64()),
            None => return Err(call.wrong(1, "Number", other)),
        },
    }))
}

fn multiply(array: &Array, factor: Scalar) -> Result<Array> {
    let args = [Value::tensor(array.clone()), Value::scalar(factor)].into_iter().collect();
    product(&Call { def: &MUL, args: &args })
}

fn sum(call: &Call) -> Result<Array> {
    if let Some(other) = scaled(call)? {
        let args = [call.value(0).clone(), other, Value::Int(1)].into_iter().collect();
        return sum(&Call { def: call.def, args: &args });
    }
    arith2!(
        call,
        "add",
        int | a,
        b | a.wrapping_add(b),
        float | a,
        b | a + b,
        bool | a,
        b | a | b,
        complex | a,
        b | a + b
    )
}

fn difference(call: &Call) -> Result<Array> {
    if let Some(other) = scaled(call)? {
        let args = [call.value(0).clone(), other, Value::Int(1)].into_iter().collect();
        return difference(&Call { def: call.def, args: &args });
    }
    let is_bool = |v: &Value| matches!(v, Value::Bool(_)) || matches!(v, Value::Tensor(t) if t.dtype() == DType::Bool);
    match (is_bool(call.value(0)), is_bool(call.value(1))) {
        (true, true) => Err(Fault::not_implemented(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` \
             operator instead.",
        )),
        (true, false) | (false, true) => Err(Fault::not_implemented(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, \
             use the `~` or `logical_not()` operator instead.",
        )),
        _ => arith2!(call, "sub", int | a, b | a.wrapping_sub(b), float | a, b | a - b, complex | a, b | a - b),
    }
}

fn product(call: &Call) -> Result<Array> {
    arith2!(
        call,
        "mul",
        int | a,
        b | a.wrapping_mul(b),
        float | a,
        b | a * b,
        bool | a,
        b | a & b,
        complex | a,
        b | a * b
    )
}

/// The sum of two tensors.
pub static ADD: OpDef = OpDef::kernel("add", SCALED, |c| {
    c.one_tensor()?;
    Ok(sum(c)?.into())
})
.analytic()
.doc("The sum input + alpha * other, elementwise.\nSizes broadcast; dtypes promote.")
.examples(&[Example("torch.add(torch.tensor([1., 2.]), 10)", "tensor([11., 12.])")])
.forms(Forms::ALL.and(Forms::NP))
.grad(|b| {
    let alpha = b.call().scalar(2)?;
    let other = if alpha.is_one() { b.grad() } else { b.grad().mul(alpha)? };
    grads([b.grad(), other])
})
.samples(PAIRS)
.assign(|c, dst| add_assign(c, dst, 1.0));

/// `dst += sign * alpha * other` without a temporary, where the types agree.
fn add_assign(call: &Call, dst: &Array, sign: f64) -> Result<bool> {
    let alpha = match call.scalar(2)? {
        Scalar::Complex(_) => return Ok(false),
        real => real.as_f64() * sign,
    };
    match (call.value(1), dst.dtype) {
        (Value::Tensor(t), DType::F32) if t.dtype() == DType::F32 => {
            if !broadcasts_into(&t.array(), dst) {
                return Ok(false);
            }
            let alpha = alpha as f32;
            map::map2_assign(dst, &t.array(), move |a: f32, b: f32| a + alpha * b)?;
        }
        (Value::Tensor(t), DType::F64) if t.dtype() == DType::F64 => {
            if !broadcasts_into(&t.array(), dst) {
                return Ok(false);
            }
            map::map2_assign(dst, &t.array(), move |a: f64, b: f64| a + alpha * b)?;
        }
        (Value::Int(_) | Value::Float(_), DType::F32) => {
            let b = (call.scalar(1)?.as_f64() * alpha) as f32;
            map::map1_assign(dst, move |a: f32| a + b)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Whether an array broadcasts to the destination's sizes.
pub(super) fn broadcasts_into(array: &Array, dst: &Array) -> bool {
    array.ndim() <= dst.ndim()
        && array.sizes().iter().rev().zip(dst.sizes().iter().rev()).all(|(&a, &d)| a == d || a == 1)
}

/// The difference of two tensors.
pub static SUB: OpDef = OpDef::kernel("sub", SCALED, |c| {
    c.one_tensor()?;
    Ok(difference(c)?.into())
})
.analytic()
.aliases(&["subtract"])
.doc("The difference input - alpha * other, elementwise.\nSizes broadcast; dtypes promote; bool is refused.")
.examples(&[Example("torch.sub(torch.tensor([1., 2.]), 1)", "tensor([0., 1.])")])
.forms(Forms::ALL.and(Forms::NP))
.grad(|b| {
    let alpha = b.call().scalar(2)?;
    Ok(Grads::from_iter([Some(b.grad()), b.when(1, || b.grad().mul(alpha.negated()))?]))
})
.samples(PAIRS)
.assign(|c, dst| add_assign(c, dst, -1.0));

/// The difference with the operands swapped.
pub static RSUB: OpDef = OpDef::composite("rsub", SCALED, |c| {
    let args = [c.value(1).clone(), c.value(0).clone(), c.value(2).clone()].into_iter().collect();
    if matches!(c.value(1), Value::Tensor(_)) { super::apply(&SUB, args) } else { super::apply(&RSUB_SCALAR, args) }
})
.doc("The difference other - alpha * input, elementwise.")
.examples(&[Example("torch.rsub(torch.tensor([1., 2.]), 5)", "tensor([4., 3.])")])
.samples(PAIRS);

/// A number minus a tensor.
pub static RSUB_SCALAR: OpDef =
    OpDef::kernel("rsub_scalar", "input, other: Tensor, *, alpha: Number = 1", |c| Ok(difference(c)?.into()))
        .analytic()
        .forms(Forms::HIDDEN)
        .node("RsubBackward1")
        .grad(|b| {
            let alpha = b.call().scalar(2)?;
            Ok(Grads::from_iter([None, Some(b.grad().mul(alpha.negated())?)]))
        });

/// The product of two tensors.
pub static MUL: OpDef = OpDef::kernel("mul", BINARY, |c| {
    c.one_tensor()?;
    Ok(product(c)?.into())
})
.analytic()
.aliases(&["multiply"])
.doc("The product input * other, elementwise.\nSizes broadcast; dtypes promote.")
.examples(&[Example(
    "torch.mul(torch.tensor([1., 2.]), torch.tensor([[3.], [4.]]))",
    "tensor([[3., 6.],\n        [4., 8.]])",
)])
.forms(Forms::ALL.and(Forms::NP))
.saves(&[Save::InFor(0, 1), Save::InFor(1, 0)])
.grad(|b| {
    let first = b.when(0, || b.grad().mul(factor(b, 1)?))?;
    Ok(Grads::from_iter([first, b.when(1, || b.grad().mul(factor(b, 0)?))?]))
})
.samples(PAIRS)
.assign(|c, dst| {
    match (c.value(1), dst.dtype) {
        (Value::Tensor(t), DType::F32) if t.dtype() == DType::F32 && broadcasts_into(&t.array(), dst) => {
            map::map2_assign(dst, &t.array(), |a: f32, b: f32| a * b)?;
        }
        (Value::Int(_) | Value::Float(_), DType::F32) => {
            let b = c.float(1)? as f32;
            map::map1_assign(dst, move |a: f32| a * b)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
});

/// A factor of a product: a saved tensor, or a number.
fn factor(b: &Back, slot: usize) -> Result<Value> {
    match b.arg(slot) {
        Value::Undef => Ok(Value::Tensor(b.input(slot)?)),
        number => Ok(number.clone()),
    }
}

/// The quotient of two tensors.
pub static DIV: OpDef = OpDef::composite("div", "input, other, *, rounding_mode: str? = None", |c| {
    if c.is_none(2) {
        return super::apply(&TRUE_DIV, [c.value(0).clone(), c.value(1).clone()].into_iter().collect());
    }
    super::rounding::divide(c)
})
.aliases(&["divide"])
.doc("The quotient input / other, elementwise.\nIntegers give float32, unless rounding_mode is 'floor' or 'trunc'.")
.examples(&[Example("torch.div(torch.tensor([7, -7]), 2, rounding_mode='floor')", "tensor([ 3, -4])")])
.forms(Forms::ALL.and(Forms::NP))
.samples(&["randn(2, 3), randn(2, 3) + 3", "randn(2, 3), randn(3) + 3", "randn(3), 2.5"]);

/// The true quotient of two tensors.
pub static TRUE_DIV: OpDef = OpDef::kernel("true_divide", BINARY, |c| {
    c.one_tensor()?;
    Ok(float2!(c, |a, b| a / b, complex quotient)?.into())
})
.analytic()
.doc("The quotient input / other, elementwise; integers give float32.")
.examples(&[Example("torch.true_divide(torch.tensor([3, 4]), 2)", "tensor([1.5000, 2.0000])")])
.forms(Forms::ALL)
.node("DivBackward0")
.saves(&[Save::InFor(0, 1), Save::In(1)])
.grad(|b| {
    let other = factor(b, 1)?;
    let first = b.when(0, || b.grad().div(other.clone()))?;
    let second = b.when(1, || {
        let quotient = super::call(&TRUE_DIV, [factor(b, 0)?, other.clone()])?;
        b.grad().neg()?.mul(&quotient.div(other.clone())?)
    })?;
    Ok(Grads::from_iter([first, second]))
})
.samples(&["randn(2, 3), randn(2, 3) + 3", "randn(2, 3), randn(3) + 3", "randn(3), 2.5"])
.assign(|c, dst| match (c.value(1), dst.dtype) {
    (Value::Int(_) | Value::Float(_), DType::F32) => {
        let b = c.float(1)? as f32;
        map::map1_assign(dst, move |a: f32| a / b)?;
        Ok(true)
    }
    (Value::Tensor(t), DType::F32) if t.dtype() == DType::F32 && broadcasts_into(&t.array(), dst) => {
        map::map2_assign(dst, &t.array(), |a: f32, b: f32| a / b)?;
        Ok(true)
    }
    _ => Ok(false),
});

/// A tensor with its sign changed.
pub static NEG: OpDef = OpDef::kernel("neg", "input: Tensor", |c| {
    let array = c.array(0)?;
    Ok(match array.dtype {
        DType::Bool => {
            return Err(Fault::not_implemented(
                "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use \
                 the `~` or `logical_not()` operator instead.",
            ));
        }
        DType::U8 => map::map1(&array, |x: u8| x.wrapping_neg()),
        DType::I8 => map::map1(&array, |x: i8| x.wrapping_neg()),
        DType::I16 => map::map1(&array, |x: i16| x.wrapping_neg()),
        DType::I32 => map::map1(&array, |x: i32| x.wrapping_neg()),
        DType::I64 => map::map1(&array, |x: i64| x.wrapping_neg()),
        DType::C64 | DType::C128 => complex1(&array, |z| -z),
        _ => float1_array!(&array, |x| -x),
    }?
    .into())
})
.complex()
.aliases(&["negative"])
.doc("The tensor with its sign changed.")
.examples(&[Example("torch.neg(torch.tensor([1., -2.]))", "tensor([-1.,  2.])")])
.forms(Forms::ALL.and(Forms::NP))
.grad(|b| grads([b.grad().neg()?]))
.samples(&["randn(2, 3)"]);

/// A power, elementwise.
pub static POW: OpDef = OpDef::kernel("pow", "input, exponent", power)
    .analytic()
    .doc("The power input ** exponent, elementwise.\nEither may be a number; integer tensors refuse negative integer exponents.")
    .examples(&[Example("torch.pow(torch.tensor([1., 2., 3.]), 2)", "tensor([1., 4., 9.])")])
    .forms(Forms::ALL)
    .saves(&[Save::In(0), Save::In(1), Save::Out(0)])
    .grad(power_gradient)
    .samples(&["rand(2, 3) + 0.5, 3", "rand(2, 3) + 0.5, randn(2, 3)", "2.0, randn(3)", "rand(2, 3) + 0.5, randn(3)"]);

fn power(call: &Call) -> Result<Out> {
    call.one_tensor()?;
    if let (Value::Tensor(base), Some(Scalar::Bool(true))) = (call.value(0), call.value(1).as_scalar())
        && base.dtype() == DType::Bool
    {
        return Ok(map::copy(&base.array())?.into());
    }
    let node = match (call.value(0), call.value(1)) {
        (Value::Tensor(_), Value::Tensor(_)) => "PowBackward1",
        (Value::Tensor(base), exponent) => {
            if !base.dtype().is_differentiable()
                && let Some(Scalar::Int(e)) = exponent.as_scalar()
                && e < 0
            {
                return Err(Fault::runtime("Integers to negative integer powers are not allowed."));
            }
            if base.dtype().is_complex()
                && let Some(f) = exponent.as_scalar().and_then(simple_power)
            {
                return Ok(Out::from(complex1(&base.array(), f)?).named("PowBackward0"));
            }
            // Squares and cubes are products, as PyTorch computes them.
            let real = |s: &Scalar| !matches!(s, Scalar::Complex(_));
            match (base.dtype().is_float(), exponent.as_scalar().filter(real).map(Scalar::as_f64)) {
                (true, Some(2.0)) => {
                    return Ok(Out::from(float1_array!(&base.array(), |x| x * x)?).named("PowBackward0"));
                }
                (true, Some(3.0)) => {
                    return Ok(Out::from(float1_array!(&base.array(), |x| x * x * x)?).named("PowBackward0"));
                }
                (true, Some(0.5)) => {
                    return Ok(Out::from(float1_array!(&base.array(), |x| x.sqrt())?).named("PowBackward0"));
                }
                (true, Some(1.0)) => return Ok(Out::from(map::copy(&base.array())?).named("PowBackward0")),
                _ => "PowBackward0",
            }
        }
        _ => "PowBackward2",
    };
    if call.operand(0).is_ok_and(|_| is_bool(call.value(0)) && is_bool(call.value(1))) {
        return Err(not_for("pow", DType::Bool));
    }
    let array = arith2!(call, "pow", int | a, b | int_power(a as i64, b as i64) as _, float | a, b | a.powf(b), complex complex::power)?;
    Ok(Out::from(array).named(node))
}

/// The powers of complex numbers that have a formula of their own.
fn simple_power(exponent: Scalar) -> Option<fn(Complex64) -> Complex64> {
    let z = exponent.as_complex();
    match (z.re, z.im) {
        (2.0, 0.0) => Some(|z| z * z),
        (3.0, 0.0) => Some(|z| z * z * z),
        (0.5, 0.0) => Some(complex::sqrt),
        _ => None,
    }
}

fn is_bool(v: &Value) -> bool {
    matches!(v, Value::Bool(_)) || matches!(v, Value::Tensor(t) if t.dtype() == DType::Bool)
}

/// The wrapping power of integers; a negative exponent gives the truncated reciprocal: 0, or a sign.
fn int_power(base: i64, exponent: i64) -> i64 {
    if exponent >= 0 {
        let (mut base, mut exponent, mut power) = (base, exponent, 1i64);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = power.wrapping_mul(base);
            }
            base = base.wrapping_mul(base);
            exponent >>= 1;
        }
        return power;
    }
    match base {
        1 => 1,
        -1 => {
            if exponent % 2 == 0 {
                1
            } else {
                -1
            }
        }
        _ => 0,
    }
}

fn power_gradient(b: &Back) -> Result<Grads> {
    // A zero base has a zero derivative with respect to the exponent where the exponent is not negative.
    let with_respect_to_exponent = |base: Value, exponent: &Tensor| -> Result<Tensor> {
        let log = match &base {
            Value::Tensor(t) => {
                let zero = t.eq(0.0)?.logical_and(&exponent.real()?.ge(0.0)?)?;
                t.masked_fill(&zero, 1.0)?.log()?
            }
            number => Tensor::new(Array::scalar(number.as_scalar().map_or(0.0, Scalar::as_f64).ln()))
                .to_dtype(exponent.dtype())?,
        };
        b.grad().mul(&b.out()?.mul(&log)?)
    };
    match (b.arg(0), b.arg(1)) {
        (Value::Undef, Value::Undef) => {
            let (base, exponent) = (b.input(0)?, b.input(1)?);
            let first = b.when(0, || {
                let zero = exponent.eq(0.0)?;
                let slope = exponent.mul(&base.pow(&exponent.sub(1.0)?)?)?;
                b.grad().mul(&slope.masked_fill(&zero, 0.0)?)
            })?;
            let second = b.when(1, || with_respect_to_exponent(Value::Tensor(base.clone()), &exponent))?;
            Ok(Grads::from_iter([first, second]))
        }
        (Value::Undef, number) => {
            let base = b.input(0)?;
            if let Value::Complex(e) = number {
                let slope = base.pow(Value::complex(e.re - 1.0, e.im))?.mul(number.clone())?;
                return grads([b.grad().mul(&slope)?]);
            }
            let e = number.as_scalar().map_or(0.0, Scalar::as_f64);
            if e == 0.0 {
                return grads([b.grad().mul(0.0)?]);
            }
            if e == 2.0 {
                return grads([b.grad().mul(&base.mul(2.0)?)?]);
            }
            grads([b.grad().mul(&base.pow(e - 1.0)?.mul(e)?)?])
        }
        (number, _) => {
            let exponent = b.input(1)?;
            let base = number.as_scalar().map_or(0.0, Scalar::as_f64);
            if matches!(number, Value::Complex(_)) || (exponent.dtype().is_complex() && base < 0.0) {
                // The logarithm is that of the conjugate too, below the branch cut.
                let base = match number {
                    Value::Complex(z) => **z,
                    _ => Complex64::new(base, -0.0),
                };
                let log = Value::scalar(Scalar::Complex(complex::ln(base)));
                return Ok(Grads::from_iter([None, Some(b.grad().mul(&b.out()?.mul(log)?)?)]));
            }
            if base == 0.0 {
                let zero = exponent.real()?.ge(0.0)?;
                let slope = b.out()?.mul(f64::NEG_INFINITY)?.masked_fill(&zero, 0.0)?;
                return Ok(Grads::from_iter([None, Some(b.grad().mul(&slope)?)]));
            }
            Ok(Grads::from_iter([None, Some(b.grad().mul(&b.out()?.mul(base.ln())?)?)]))
        }
    }
}

/// The reciprocal, elementwise.
pub static RECIPROCAL: OpDef = OpDef::kernel("reciprocal", "input: Tensor", |c| {
    crate::float1!(c, |x| 1.0 / x, complex | z | quotient(Complex64::ONE, z))
})
.analytic()
.doc("The reciprocal 1 / input, elementwise; integers give float32.")
.examples(&[Example("torch.reciprocal(torch.tensor([2., 4.]))", "tensor([0.5000, 0.2500])")])
.forms(Forms::ALL.and(Forms::NP))
.saves(&[Save::Out(0)])
.grad(|b| grads([b.grad().neg()?.mul(&b.out()?.mul(&b.out()?)?)?]))
.samples(&["rand(2, 3) + 0.5"]);

/// The square, elementwise.
pub static SQUARE: OpDef = OpDef::composite("square", "input: Tensor", |c| {
    Ok(Value::Tensor(super::call(&POW, [c.value(0).clone(), Value::Int(2)])?))
})
.doc("The square of each element.")
.examples(&[Example("torch.square(torch.tensor([-2., 3.]))", "tensor([4., 9.])")])
.forms(Forms::ALL.and(Forms::NP))
.samples(&["randn(2, 3)"]);
