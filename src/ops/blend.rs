//! Functions of two and three real numbers, elementwise: interpolation, angles, lengths, logarithms of sums.

use super::args::{Call, Operand, result_type};
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::{complex2, float_type, not_for, promote2, run2, run2_half, to_dtype};
use super::node::Back;
use crate::array::complex::{self, quotient};
use crate::array::{Array, DType, Scalar, map};
use crate::diag::{Fault, Result};
use crate::float2;
use crate::tensor::{Grads, Tensor};
use crate::value::Value;
use num_complex::Complex64;
use std::f64::consts::LN_2;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &LERP,
    &ADDCMUL,
    &ADDCDIV,
    &HYPOT,
    &ATAN2,
    &COPYSIGN,
    &XLOGY,
    &XLOG1PY,
    &LOGADDEXP,
    &LOGADDEXP2,
    &HEAVISIDE,
    &NEXTAFTER,
    &FLOAT_POWER,
    &LDEXP,
    &ANGLE,
];

const BOTH_INPUTS: &[Save] = &[Save::In(0), Save::In(1)];
const PAIR: &str = "input: Tensor, other: Tensor";
const PAIRS: &[&str] = &["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(3)"];

/// Two operands of a float kernel that refuses integers under its name.
#[macro_export]
macro_rules! float2_only {
    ($call:expr, $name:literal, |$c:ident, $d:ident| $ef:expr) => {{
        use $crate::array::DType;
        let (x, y, dtype) = $crate::ops::kernel::promote2($call, 0, 1)?;
        match dtype {
            DType::F16 => $crate::ops::kernel::run2_half::<half::f16>(x, y, |$c, $d| $ef),
            DType::BF16 => $crate::ops::kernel::run2_half::<half::bf16>(x, y, |$c, $d| $ef),
            DType::F32 => $crate::ops::kernel::run2::<f32, f32>(x, y, |$c, $d| $ef),
            DType::F64 => $crate::ops::kernel::run2::<f64, f64>(x, y, |$c, $d| $ef),
            other => Err($crate::ops::kernel::not_for($name, other)),
        }
    }};
}

/// An interpolated number; the end that is nearer is the start of the sum: exact at both ends.
#[inline(always)]
fn lerp<F: num_traits::Float>(a: F, b: F, w: F) -> F {
    let half = F::one() / (F::one() + F::one());
    if w.abs() < half { a + w * (b - a) } else { b - (b - a) * (F::one() - w) }
}

/// Linear interpolation.
pub static LERP: OpDef = OpDef::kernel("lerp", "input: Tensor, end: Tensor, weight", |c| {
    let (start, end) = (c.array(0)?, c.array(1)?);
    if start.dtype != end.dtype {
        return Err(Fault::runtime(format!(
            "expected dtype {} for `end` but got dtype {}",
            start.dtype.c_name(),
            end.dtype.c_name()
        )));
    }
    let weight = match c.value(2) {
        Value::Tensor(t) if t.dtype() != start.dtype => {
            return Err(Fault::runtime(format!(
                "expected dtype {} for `weight` but got dtype {}",
                start.dtype.c_name(),
                t.dtype().c_name()
            )));
        }
        Value::Tensor(t) => t.array().clone(),
        _ if start.dtype.is_complex() => Array::scalar(c.scalar(2)?.as_complex()),
        _ => Array::scalar(c.scalar(2)?.as_f64()),
    };
    let by_tensor = matches!(c.value(2), Value::Tensor(_));
    let out = match start.dtype {
        DType::F32 => map::map3(&start, &end, &to_dtype(&weight, DType::F32)?, lerp::<f32>),
        DType::F64 => map::map3(&start, &end, &to_dtype(&weight, DType::F64)?, lerp::<f64>),
        DType::F16 | DType::BF16 => {
            let wide = |a: &Array| to_dtype(a, DType::F32);
            let out = map::map3(&wide(&start)?, &wide(&end)?, &wide(&weight)?, lerp::<f32>)?;
            to_dtype(&out, start.dtype)
        }
        dtype if dtype.is_complex() => {
            let wide = |a: &Array| to_dtype(a, DType::C128);
            let lerp = |a: Complex64, b: Complex64, w: Complex64| {
                if w.norm() < 0.5 { a + w * (b - a) } else { b - (b - a) * (Complex64::ONE - w) }
            };
            to_dtype(&map::map3(&wide(&start)?, &wide(&end)?, &wide(&weight)?, lerp)?, dtype)
        }
        other => Err(not_for(if by_tensor { "lerp_kernel_tensor" } else { "lerp_kernel_scalar" }, other)),
    }?;
    Ok(Out::from(out).named(if by_tensor { "LerpBackward1" } else { "LerpBackward0" }))
})
.assign(|c, dst| match (c.value(1), c.value(2), dst.dtype) {
    (Value::Tensor(end), weight, DType::F32)
        if end.dtype() == DType::F32 && end.array().sizes() == dst.sizes() && !matches!(weight, Value::Tensor(_)) =>
    {
        let w = c.scalar(2)?.as_f64() as f32;
        map::map2_assign(dst, &end.array(), move |a: f32, b: f32| lerp(a, b, w))?;
        Ok(true)
    }
    _ => Ok(false),
})
.analytic()
.doc("The linear interpolation input + weight * (end - input); weight may be a number or a tensor.")
.examples(&[Example("torch.lerp(torch.tensor([1., 2.]), torch.tensor([3., 6.]), 0.25)", "tensor([1.5000, 3.0000])")])
.forms(Forms::ALL)
.saves(&[Save::InFor(0, 2), Save::InFor(1, 2), Save::In(2)])
.grad(|b| {
    let weight = match b.arg(2) {
        Value::Undef => Value::Tensor(b.input(2)?),
        number => number.clone(),
    };
    let end = b.grad().mul(weight)?;
    let first = b.when(0, || b.grad().sub(&end))?;
    let third = b.when(2, || b.grad().mul(&b.input(1)?.sub(&b.input(0)?)?))?;
    Ok(Grads::from_iter([first, Some(end), third]))
})
.samples(&["randn(2, 3), randn(2, 3), 0.3", "randn(2, 3), randn(3), randn(2, 3)"]);

/// The operands of `addcmul` and `addcdiv` in their common type.
fn three(call: &Call, at_least_float: bool) -> Result<([Array; 3], DType)> {
    let operands = [call.operand(0)?, call.operand(1)?, call.operand(2)?];
    let dtype = result_type(&[&operands[0], &operands[1], &operands[2]]);
    let dtype = if at_least_float { float_type(dtype) } else { dtype };
    let side = |o: &Operand| match o {
        Operand::Tensor(t) => to_dtype(&t.array(), dtype),
        Operand::Scalar(s) => Array::full(&[], *s, dtype),
    };
    Ok(([side(&operands[0])?, side(&operands[1])?, side(&operands[2])?], dtype))
}

/// A function of three elements and a number in every arithmetic type; integers through int64.
fn scaled(
    (arrays, dtype): ([Array; 3], DType),
    value: Scalar,
    name: &str,
    int: fn([i64; 4]) -> i64,
    single: impl Fn(f32, f32, f32, f32) -> f32 + Sync,
    double: impl Fn(f64, f64, f64, f64) -> f64 + Sync,
    complex: fn(Complex64, Complex64, Complex64, Complex64) -> Complex64,
) -> Result<Array> {
    let [x, y, z] = &arrays;
    if dtype.is_complex() {
        let (v, wide) = (value.as_complex(), |a: &Array| to_dtype(a, DType::C128));
        let out = map::map3(&wide(x)?, &wide(y)?, &wide(z)?, move |a, b, c| complex(a, b, c, v))?;
        return to_dtype(&out, dtype);
    }
    match dtype {
        DType::Bool => Err(not_for(name, dtype)),
        DType::F64 => {
            let v = value.as_f64();
            map::map3(x, y, z, move |a, b, c| double(a, b, c, v))
        }
        DType::F32 | DType::F16 | DType::BF16 => {
            let v = value.as_f64() as f32;
            let wide = |a: &Array| to_dtype(a, DType::F32);
            to_dtype(&map::map3(&wide(x)?, &wide(y)?, &wide(z)?, move |a, b, c| single(a, b, c, v))?, dtype)
        }
        _ => crate::with_dtype!(dtype, T => {
            use crate::array::Element;
            let v = value.as_i64();
            map::map3(x, y, z, move |a: T, b: T, c: T| T::from_i64(int([a.to_i64(), b.to_i64(), c.to_i64(), v])))
        }),
    }
}

/// The in-place form of [`scaled`] for float32 tensors of one size that share no storage; false for others.
fn scaled_assign(c: &Call, dst: &Array, f: impl Fn(f32, f32, f32, f32) -> f32 + Sync) -> Result<bool> {
    let (Value::Tensor(y), Value::Tensor(z)) = (c.value(1), c.value(2)) else { return Ok(false) };
    let (y, z) = (y.array(), z.array());
    let fits = |a: &Array| a.dtype == DType::F32 && a.sizes() == dst.sizes() && !a.shares_storage(dst);
    if dst.dtype != DType::F32 || !fits(&y) || !fits(&z) {
        return Ok(false);
    }
    let v = c.scalar(3)?.as_f64() as f32;
    // `move`: a number behind a reference could be among what is written, and would be read for every element.
    map::map3_assign(dst, &y, &z, move |a, b, c| f(a, b, c, v))?;
    Ok(true)
}

const THREE: &str = "input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1";

/// A tensor plus a scaled product.
pub static ADDCMUL: OpDef = OpDef::kernel("addcmul", THREE, |c| {
    let int = |[a, b, c, v]: [i64; 4]| a.wrapping_add(v.wrapping_mul(b).wrapping_mul(c));
    let out = scaled(
        three(c, false)?,
        c.scalar(3)?,
        "addcmul_cpu_out",
        int,
        |a, b, c, v| a + v * b * c,
        |a, b, c, v| a + v * b * c,
        |a, b, c, v| a + v * b * c,
    )?;
    Ok(out.into())
})
.assign(|c, dst| scaled_assign(c, dst, |a, b, c, v| a + v * b * c))
.analytic()
.doc("The sum input + value * tensor1 * tensor2, elementwise.")
.examples(&[Example(
    "torch.addcmul(torch.tensor([1.]), torch.tensor([2.]), torch.tensor([3.]), value=0.5)",
    "tensor([4.])",
)])
.forms(Forms::ALL)
.saves(&[Save::InFor(1, 2), Save::InFor(2, 1)])
.grad(|b| {
    let scaled = b.grad().mul(b.call().scalar(3)?)?;
    let first = b.when(1, || scaled.mul(&b.input(2)?))?;
    Ok(Grads::from_iter([Some(b.grad()), first, b.when(2, || scaled.mul(&b.input(1)?))?]))
})
.samples(&["randn(2, 3), randn(2, 3), randn(3), value=0.5"]);

/// A tensor plus a scaled quotient.
pub static ADDCDIV: OpDef = OpDef::kernel("addcdiv", THREE, |c| {
    let ints = |i: usize| c.tensor(i).is_ok_and(|t| !t.dtype().is_differentiable());
    if ints(1) && ints(2) {
        return Err(Fault::runtime(
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true \
             division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * \
             torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / \
             tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value * \
             tensor1 / tensor2), for all dtypes.",
        ));
    }
    let operands = three(c, true)?;
    let out = scaled(operands, c.scalar(3)?, "addcdiv_cpu_out", |[a, ..]| a, |a, b, c, v| a + v * b / c, |a, b, c, v| {
        a + v * b / c
    }, |a, b, c, v| a + quotient(v * b, c))?;
    Ok(out.into())
})
.assign(|c, dst| scaled_assign(c, dst, |a, b, c, v| a + v * b / c))
.analytic()
.doc("The sum input + value * tensor1 / tensor2, elementwise.")
.examples(&[Example("torch.addcdiv(torch.tensor([1.]), torch.tensor([2.]), torch.tensor([4.]), value=2)", "tensor([2.])")])
.forms(Forms::ALL)
.saves(&[Save::InFor(1, 2), Save::InFor(2, 1), Save::InFor(2, 2)])
.grad(|b| {
    let value = b.call().scalar(3)?;
    let first = b.when(1, || b.grad().mul(value)?.div(&b.input(2)?))?;
    let second = b.when(2, || {
        let t = b.input(2)?;
        b.grad().neg()?.mul(&b.input(1)?.mul(value)?.div(&t.mul(&t)?)?)
    })?;
    Ok(Grads::from_iter([Some(b.grad()), first, second]))
})
.samples(&["randn(2, 3), randn(2, 3), rand(3) + 0.5, value=0.5"]);

/// The length of the hypotenuse.
pub static HYPOT: OpDef =
    OpDef::kernel("hypot", PAIR, |c| Ok(crate::float2_only!(c, "hypot_cpu", |a, b| a.hypot(b))?.into()))
        .doc("The length sqrt(input**2 + other**2), elementwise.")
        .examples(&[Example("torch.hypot(torch.tensor([3.]), torch.tensor([4.]))", "tensor([5.])")])
        .forms(Forms::ALL.and(Forms::NP))
        .saves(&[Save::In(0), Save::In(1), Save::Out(0)])
        .grad(|b| {
            let part = |slot: usize| b.when(slot, || b.grad().mul(&b.input(slot)?.div(&b.out()?)?));
            Ok(Grads::from_iter([part(0)?, part(1)?]))
        })
        .samples(PAIRS);

/// The angle of a point.
pub static ATAN2: OpDef = OpDef::kernel("atan2", PAIR, |c| Ok(float2!(c, |a, b| a.atan2(b))?.into()))
    .aliases(&["arctan2"])
    .doc("The angle of the point (other, input) to the x axis, in radians; integers give float32.")
    .examples(&[Example("torch.atan2(torch.tensor([1.]), torch.tensor([-1.]))", "tensor([2.3562])")])
    .forms(Forms::ALL.and(Forms::NP))
    .saves(BOTH_INPUTS)
    .grad(|b| {
        let (y, x) = (b.input(0)?, b.input(1)?);
        let scale = b.grad().div(&y.mul(&y)?.add(&x.mul(&x)?)?)?;
        let first = b.when(0, || scale.mul(&x))?;
        Ok(Grads::from_iter([first, b.when(1, || scale.mul(&y.neg()?))?]))
    })
    .samples(PAIRS);

/// The size of one number with the sign of another.
pub static COPYSIGN: OpDef = OpDef::kernel("copysign", "input: Tensor, other", |c| {
    let node = if matches!(c.value(1), Value::Tensor(_)) { "CopysignBackward0" } else { "CopysignBackward1" };
    Ok(Out::from(float2!(c, |a, b| a.copysign(b))?).named(node))
})
.doc("The size of input with the sign of other, elementwise; integers give float32.")
.examples(&[Example("torch.copysign(torch.tensor([1., -2.]), -1)", "tensor([-1., -2.])")])
.forms(Forms::ALL.and(Forms::NP))
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| {
    let x = b.input(0)?;
    let ratio = b.out()?.detach().div(x.detach())?.masked_fill(&x.eq(0)?, 0.0)?;
    let second = b.when(1, || Ok(Tensor::new(Array::full(&b.sizes(1), Scalar::Int(0), b.dtype(1))?)))?;
    Ok(Grads::from_iter([Some(b.grad().mul(&ratio)?), second]))
})
.samples(&["randn(2, 3), randn(2, 3)", "randn(2, 3), -1"])
.rough();

/// Which of two operands are tensors decides the node's name.
fn two_forms(call: &Call, names: [&'static str; 3]) -> &'static str {
    match (call.value(0), call.value(1)) {
        (Value::Tensor(_), Value::Tensor(_)) => names[0],
        (_, Value::Tensor(_)) => names[1],
        _ => names[2],
    }
}

/// The operand in a slot: a saved tensor or a number.
fn operand(b: &Back, slot: usize) -> Result<Value> {
    Ok(match b.arg(slot) {
        Value::Undef => Value::Tensor(b.input(slot)?),
        number => number.clone(),
    })
}

/// The derivative of `input * log(other + shift)`, itself such a product so that zeros of the input stay zero.
fn times_log_gradient(b: &Back, def: &'static OpDef, shift: f64) -> Result<Grads> {
    let first = b.when(0, || {
        if shift != 0.0 {
            // Only where the logarithm has no value the zero of the input wins.
            let other = match operand(b, 1)? {
                Value::Tensor(t) => t,
                number => Tensor::new(Array::full(&[], number.as_scalar().unwrap_or(Scalar::Int(0)), b.dtype(0))?),
            };
            let gone = b.input(0)?.eq(0)?.logical_and(&other.le(-1)?)?;
            let log = super::call(&super::pointwise::LOG1P, [other.into()])?;
            return b.grad().mul(&log)?.masked_fill(&gone, 0.0);
        }
        let some = b.input(0)?.ne(0)?;
        b.grad().mul(&super::call(def, [some.into(), operand(b, 1)?])?)
    })?;
    let second = b.when(1, || b.grad().mul(operand(b, 0)?)?.div(&b.input(1)?.add(shift)?))?;
    Ok(Grads::from_iter([first, second]))
}

const TIMES_LOG: &[Save] = &[Save::In(0), Save::In(1)];

/// A factor times the logarithm of another.
pub static XLOGY: OpDef = OpDef::kernel("xlogy", "input, other", |c| {
    c.one_tensor()?;
    let out = float2!(c, |a, b| if b.is_nan() {
        b
    } else if a == 0.0 {
        0.0
    } else {
        a * b.ln()
    })?;
    Ok(Out::from(out).named(two_forms(c, ["XlogyBackward0", "XlogyBackward1", "XlogyBackward2"])))
})
.aliases(&["special_xlogy"])
.doc("input * log(other), elementwise; zero where input is zero. Integers give float32.")
.examples(&[Example("torch.xlogy(torch.tensor([0., 2.]), torch.tensor([0., 3.]))", "tensor([0.0000, 2.1972])")])
.forms(Forms::ALL.and(Forms::FUNCTION_INPLACE))
.saves(TIMES_LOG)
.grad(|b| times_log_gradient(b, &XLOGY, 0.0))
.samples(&["randn(2, 3), rand(2, 3) + 0.5", "randn(2, 3), rand(3) + 0.5", "2.0, rand(3) + 0.5"]);

/// A factor times the logarithm of one plus another.
pub static XLOG1PY: OpDef = OpDef::kernel("special_xlog1py", "input, other", |c| {
    c.one_tensor()?;
    let out = float2!(c, |a, b| if b.is_nan() {
        b
    } else if a == 0.0 {
        0.0
    } else {
        a * b.ln_1p()
    })?;
    let names = ["SpecialXlog1PyBackward0", "SpecialXlog1PyBackward1", "SpecialXlog1PyBackward2"];
    Ok(Out::from(out).named(two_forms(c, names)))
})
.doc("input * log(1 + other), elementwise; zero where input is zero. Integers give float32.")
.examples(&[Example(
    "torch.special.xlog1py(torch.tensor([0., 2.]), torch.tensor([-1., 3.]))",
    "tensor([0.0000, 2.7726])",
)])
.forms(Forms::SPECIAL)
.saves(TIMES_LOG)
.grad(|b| times_log_gradient(b, &XLOG1PY, 1.0))
.samples(&["randn(2, 3), rand(2, 3)", "randn(2, 3), rand(3)"]);

fn log_add<F: num_traits::Float>(a: F, b: F, exp: fn(F) -> F, ln_1p: fn(F) -> F) -> F {
    if a == b && a.is_infinite() {
        return a;
    }
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high + ln_1p(exp(low - high))
}

/// The logarithm of a sum of exponentials of two.
pub static LOGADDEXP: OpDef = OpDef::kernel("logaddexp", PAIR, |c| {
    let (x, y, dtype) = promote2(c, 0, 1)?;
    let single = |a, b| log_add(a, b, f32::exp, f32::ln_1p);
    Ok(match dtype {
        DType::F32 => run2::<f32, f32>(x, y, single),
        DType::F64 => run2::<f64, f64>(x, y, |a, b| log_add(a, b, f64::exp, f64::ln_1p)),
        DType::F16 => run2_half::<half::f16>(x, y, single),
        DType::BF16 => run2_half::<half::bf16>(x, y, single),
        dtype if dtype.is_complex() => complex2(x, y, dtype, |a, b| {
            // The larger exponent first, so that nothing overflows.
            let (low, high) = if a.re < b.re { (a, b) } else { (b, a) };
            high + complex::ln(complex::exp(low - high) + 1.0)
        }),
        other => Err(not_for("logaddexp_cpu", other)),
    }?
    .into())
})
.analytic()
.doc("log(exp(input) + exp(other)), elementwise, without overflow.")
.examples(&[Example("torch.logaddexp(torch.tensor([0.]), torch.tensor([0.]))", "tensor([0.6931])")])
.forms(Forms::BOTH.and(Forms::NP))
.saves(BOTH_INPUTS)
.grad(|b| {
    let part = |i: usize| b.when(i, || b.grad().mul(&b.input(i)?.sub(&b.input(1 - i)?)?.sigmoid()?));
    Ok(Grads::from_iter([part(0)?, part(1)?]))
})
.samples(PAIRS);

/// The logarithm to base 2 of a sum of powers of 2.
pub static LOGADDEXP2: OpDef = OpDef::kernel("logaddexp2", PAIR, |c| {
    let (x, y, dtype) = promote2(c, 0, 1)?;
    let single = |a, b| log_add(a, b, f32::exp2, |v| v.ln_1p() / LN_2 as f32);
    Ok(match dtype {
        DType::F32 => run2::<f32, f32>(x, y, single),
        DType::F64 => run2::<f64, f64>(x, y, |a, b| log_add(a, b, f64::exp2, |v| v.ln_1p() / LN_2)),
        DType::F16 => run2_half::<half::f16>(x, y, single),
        DType::BF16 => run2_half::<half::bf16>(x, y, single),
        other => Err(not_for("logaddexp2_cpu", other)),
    }?
    .into())
})
.doc("log2(2**input + 2**other), elementwise, without overflow.")
.examples(&[Example("torch.logaddexp2(torch.tensor([1.]), torch.tensor([1.]))", "tensor([2.])")])
.forms(Forms::BOTH.and(Forms::NP))
.saves(BOTH_INPUTS)
.grad(|b| {
    let part = |i: usize| b.when(i, || b.grad().mul(&b.input(i)?.sub(&b.input(1 - i)?)?.mul(LN_2)?.sigmoid()?));
    Ok(Grads::from_iter([part(0)?, part(1)?]))
})
.samples(PAIRS);

/// The step function.
pub static HEAVISIDE: OpDef = OpDef::kernel("heaviside", "input: Tensor, values: Tensor", |c| {
    let (x, values) = (c.array(0)?, c.array(1)?);
    if x.dtype != values.dtype {
        return Err(Fault::runtime("heaviside is not yet implemented for tensors with different dtypes."));
    }
    Ok(crate::with_real!(x.dtype, T => map::map2(&x, &values, |x: T, v: T| {
        #[allow(clippy::bool_comparison)] // one body for all element types, bool among them
        if x == T::default() { v } else { <T as crate::array::Element>::from_i64((x > T::default()) as i64) }
    }))?
    .into())
})
.doc("0 below zero, 1 above, values at zero, elementwise; both of one dtype. It has no derivative.")
.samples(&["tensor([[-1, 0], [2, 0]]), tensor([3, 4])"])
.examples(&[Example(
    "torch.heaviside(torch.tensor([-1., 0., 2.]), torch.tensor([0.5]))",
    "tensor([0.0000, 0.5000, 1.0000])",
)])
.forms(Forms::ALL.and(Forms::NP))
.node("NotImplemented")
.grad(|_| Err(Fault::runtime("derivative for aten::heaviside is not implemented")));

fn next_after(a: f64, b: f64, up: fn(f64) -> f64, down: fn(f64) -> f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == b {
        b
    } else if a < b {
        up(a)
    } else {
        down(a)
    }
}

/// The next number towards another.
pub static NEXTAFTER: OpDef = OpDef::kernel("nextafter", PAIR, |c| {
    let (x, y, dtype) = promote2(c, 0, 1)?;
    Ok(match dtype {
        DType::F32 => run2::<f32, f32>(x, y, |a, b| {
            next_after(a as f64, b as f64, |v| (v as f32).next_up() as f64, |v| (v as f32).next_down() as f64) as f32
        }),
        DType::F64 => run2::<f64, f64>(x, y, |a, b| next_after(a, b, f64::next_up, f64::next_down)),
        other => Err(not_for("nextafter_cpu", other)),
    }?
    .into())
})
.doc("The next floating-point number after input towards other, elementwise.")
.samples(&["randn(2, 3), randn(2, 3)", "randn(3), tensor(1.)"])
.examples(&[Example("torch.nextafter(torch.tensor([1.]), torch.tensor([2.])) > 1", "tensor([True])")])
.forms(Forms::ALL.and(Forms::NP))
.saves(BOTH_INPUTS)
.grad(|b| {
    let same = b.input(0)?.eq(&b.input(1)?)?;
    let first = b.when(0, || b.grad().masked_fill(&same, 0.0))?;
    Ok(Grads::from_iter([first, b.when(1, || b.grad().masked_fill(&same.logical_not()?, 0.0))?]))
});

/// A power in double precision.
pub static FLOAT_POWER: OpDef = OpDef::composite("float_power", "input, exponent", |c| {
    c.one_tensor()?;
    let wide = |i: usize| -> Result<Value> {
        Ok(match c.operand(i)? {
            Operand::Tensor(t) if t.dtype().is_complex() => Value::Tensor(t.to_dtype(DType::C128)?),
            Operand::Tensor(t) => Value::Tensor(t.to_dtype(DType::F64)?),
            Operand::Scalar(s @ Scalar::Complex(_)) => Value::scalar(s),
            Operand::Scalar(s) => Value::Float(s.as_f64()),
        })
    };
    super::apply(&super::arithmetic::POW, [wide(0)?, wide(1)?].into_iter().collect())
})
.doc("The power input ** exponent in float64 (complex128 for complex numbers), elementwise; either may be a number.")
.examples(&[Example("torch.float_power(torch.tensor([2, 3]), 2)", "tensor([4., 9.], dtype=torch.float64)")])
.forms(Forms::ALL.and(Forms::NP))
.samples(&["rand(2, 3) + 0.5, 2", "rand(2, 3) + 0.5, randn(3)", "2.0, randn(3)"]);

/// A number times a power of two.
pub static LDEXP: OpDef = OpDef::kernel("ldexp", PAIR, |c| {
    if c.tensor(0)?.dtype().is_float() && c.tensor(1)?.dtype() == DType::Bool {
        return Err(not_for("ldexp_cpu_exp", DType::Bool));
    }
    Ok(float2!(c, |a, b| a * b.exp2(), complex | a, b | a * complex::exp(b * LN_2))?.into())
})
.analytic()
.doc("input * 2**other, elementwise; integers give float32.")
.examples(&[Example("torch.ldexp(torch.tensor([1.5]), torch.tensor([3]))", "tensor([12.])")])
.forms(Forms::ALL)
.saves(&[Save::In(1), Save::Out(0)])
.grad(|b| {
    let other = b.input(1)?;
    let first = b.when(0, || b.grad().mul(&super::call(&super::pointwise::EXP2, [(&other).into()])?))?;
    Ok(Grads::from_iter([first, b.when(1, || b.grad().mul(&b.out()?.mul(LN_2)?))?]))
})
.samples(&["randn(2, 3), randn(3)"]);

/// The angle of real numbers in the complex plane.
pub static ANGLE: OpDef = OpDef::kernel("angle", "input: Tensor", |c| {
    if c.array(0)?.dtype.is_complex() {
        return Ok(super::complex::angle(&c.array(0)?)?.into());
    }
    crate::float1!(
        c,
        f32 | x
            | if x.is_nan() {
                x
            } else if x < 0.0 {
                std::f32::consts::PI
            } else {
                0.0
            },
        f64 | x
            | if x.is_nan() {
                x
            } else if x < 0.0 {
                std::f64::consts::PI
            } else {
                0.0
            }
    )
})
.complex()
.doc("The angle of each number in the complex plane: pi below zero, else zero. Integers give float32.")
.examples(&[Example("torch.angle(torch.tensor([-1., 1.]))", "tensor([3.1416, 0.0000])")])
.forms(Forms::BOTH.and(Forms::NP))
.saves(&[Save::In(0)])
.grad(|b| {
    let z = b.input(0)?;
    if !z.dtype().is_complex() {
        return super::node::grads([b.grad().mul(0)?]);
    }
    let modulus = z.abs()?;
    let slope = z.mul(Value::complex(0.0, 1.0))?.div(&modulus.mul(&modulus)?)?.masked_fill(&z.eq(0)?, 0)?;
    super::node::grads([b.grad().mul(&slope)?])
})
.samples(&["randn(2, 3)"])
.rough();
