//! Rounding, signs, and division with a rounded quotient or a remainder.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::kernel::{Side, complex1, not_for, promote2, run2, run2_half};
use super::node::grads;
use super::pointwise::{EVERYWHERE, keeping};
use crate::array::complex::direction;
use crate::array::storage::Typed;
use crate::array::{Array, DType, Element, Scalar, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;
use crate::{float1_array, with_dtype};
use num_traits::Float;

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&FLOOR, &CEIL, &TRUNC, &ROUND, &FRAC, &SIGN, &SGN, &SIGNBIT, &NAN_TO_NUM, &FLOOR_DIVIDE, &REMAINDER, &FMOD];

/// Declares a rounding function that leaves integers as they are and has a zero derivative.
macro_rules! rounding {
    ($id:ident, $name:literal, $aliases:expr, $vml:literal, $doc:literal, $example:literal => $shown:literal, $f32:expr, $f64:expr) => {
        #[doc = $doc]
        pub static $id: OpDef =
            OpDef::kernel($name, "input: Tensor", |c| Ok(keeping(&c.array(0)?, $vml, |x| x, $f32, $f64)?.into()))
                .aliases($aliases)
                .doc(concat!($doc, "\nElementwise; integers stay as they are. The derivative is zero."))
                .examples(&[Example($example, $shown)])
                .forms(EVERYWHERE)
                .no_complex(concat!($name, " is not supported for complex inputs"))
                .grad(|b| grads([b.grad().mul(0)?]))
                .samples(&["randn(2, 3)"])
                .rough();
    };
}

rounding!(FLOOR, "floor", &[], "floor_vml_cpu", "The largest integer not above each element.",
    "torch.floor(torch.tensor([1.5, -1.5]))" => "tensor([ 1., -2.])", f32::floor, f64::floor);
rounding!(CEIL, "ceil", &[], "ceil_vml_cpu", "The smallest integer not below each element.",
    "torch.ceil(torch.tensor([1.5, -1.5]))" => "tensor([ 2., -1.])", f32::ceil, f64::ceil);
rounding!(TRUNC, "trunc", &["fix"], "trunc_vml_cpu", "Each element without its fractional part.",
    "torch.trunc(torch.tensor([1.5, -1.5]))" => "tensor([ 1., -1.])", f32::trunc, f64::trunc);

/// Elements rounded, halves to even.
pub static ROUND: OpDef = OpDef::kernel("round", "input: Tensor, *, decimals: int? = None", |c| {
    let array = c.array(0)?;
    let Some(decimals) = c.opt_int(1)? else {
        let even = keeping(&array, "round_vml_cpu", |x| x, f32::round_ties_even, f64::round_ties_even)?;
        return Ok(even.into());
    };
    if !array.dtype.is_float() {
        return Err(not_for("round_cpu", array.dtype));
    }
    let ten = 10f64.powi(decimals.unsigned_abs().min(400) as i32);
    let (t32, up) = (ten as f32, decimals > 0);
    let out = float1_array!(
        &array,
        f32 | x | if up { (x * t32).round_ties_even() / t32 } else { (x / t32).round_ties_even() * t32 },
        f64 | x | if up { (x * ten).round_ties_even() / ten } else { (x / ten).round_ties_even() * ten }
    )?;
    Ok(super::Out::from(out).named("RoundBackward1"))
})
.no_complex("round_vml_cpu")
.aliases(&["special_round"])
.doc("Each element rounded to decimals places, halves to even; integers stay as they are. The derivative is zero.")
.examples(&[
    Example("torch.round(torch.tensor([0.5, 1.5, -2.7]))", "tensor([ 0.,  2., -3.])"),
    Example("torch.round(torch.tensor([1.234, 5.678]), decimals=2)", "tensor([1.2300, 5.6800])"),
])
.forms(EVERYWHERE)
.grad(|b| grads([b.grad().mul(0)?]))
.samples(&["randn(2, 3)", "randn(2, 3), decimals=1"])
.rough();

/// The fractional part.
pub static FRAC: OpDef = OpDef::kernel("frac", "input: Tensor", |c| {
    let array = c.array(0)?;
    if !array.dtype.is_float() {
        return Err(not_for("frac_cpu", array.dtype));
    }
    Ok(float1_array!(&array, |x| x - x.trunc())?.into())
})
.doc("The fractional part of each element, with its sign.")
.examples(&[Example("torch.frac(torch.tensor([1.5, -2.25]))", "tensor([ 0.5000, -0.2500])")])
.forms(Forms::ALL.and(Forms::FUNCTION_INPLACE))
.grad(|b| grads([b.grad()]))
.samples(&["randn(2, 3)"])
.rough();

fn signs(call: &Call) -> Result<Array> {
    let array = call.array(0)?;
    if array.dtype == DType::Bool {
        return map::copy(&array);
    }
    // The sign of NaN is zero.
    keeping(
        &array,
        "sign",
        i64::signum,
        |x| (x > 0.0) as u8 as f32 - (x < 0.0) as u8 as f32,
        |x| (x > 0.0) as u8 as f64 - (x < 0.0) as u8 as f64,
    )
}

/// The sign of each element.
pub static SIGN: OpDef = OpDef::kernel("sign", "input: Tensor", |c| Ok(signs(c)?.into()))
    .no_complex("Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.")
    .doc("The sign of each element: -1, 0 or 1. The derivative is zero.")
    .examples(&[Example("torch.sign(torch.tensor([-1.5, 0., 2.]))", "tensor([-1.,  0.,  1.])")])
    .forms(Forms::ALL.and(Forms::NP))
    .grad(|b| grads([b.grad().mul(0)?]))
    .samples(&["randn(2, 3)"])
    .rough();

/// The sign of each element; for complex numbers the unit in their direction.
pub static SGN: OpDef = OpDef::kernel("sgn", "input: Tensor", |c| {
    let array = c.array(0)?;
    Ok(if array.dtype.is_complex() { complex1(&array, direction)? } else { signs(c)? }.into())
})
.complex()
.doc("The sign of each element, as sign, with a derivative of zero; of a complex number the unit in its direction.")
.examples(&[Example("torch.sgn(torch.tensor([-1.5, 0., 2.]))", "tensor([-1.,  0.,  1.])")])
.forms(Forms::ALL)
.saves(&[Save::In(0)])
.grad(|b| {
    let z = b.input(0)?;
    if !z.dtype().is_complex() {
        return grads([b.grad().mul(0)?]);
    }
    // What changes the modulus only leaves the direction.
    let unit = z.sgn()?;
    let along = unit.conj()?.mul(b.grad())?.real()?.mul(&unit)?;
    grads([b.grad().sub(&along)?.div(&z.abs()?)?.masked_fill(&z.eq(0)?, 0)?])
})
.samples(&["randn(2, 3)"])
.rough();

/// Where the sign bit is set.
pub static SIGNBIT: OpDef = OpDef::kernel("signbit", "input: Tensor", |c| {
    let array = c.array(0)?;
    Ok(with_dtype!(array.dtype, T => map::map1(&array, |x: T| x.to_f64().is_sign_negative()))?.into())
})
.no_complex("signbit is not implemented for complex tensors.")
.doc("Where the sign bit is set: negative numbers and negative zero, as bool.")
.examples(&[Example("torch.signbit(torch.tensor([-1., -0., 0.]))", "tensor([ True,  True, False])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3)"]);

/// NaN and infinities replaced by numbers.
pub static NAN_TO_NUM: OpDef = OpDef::kernel(
    "nan_to_num",
    "input: Tensor, nan: float? = None, posinf: float? = None, neginf: float? = None",
    |c| {
        let array = c.array(0)?;
        if !array.dtype.is_float() {
            return Ok(map::copy(&array)?.into());
        }
        let (low, high) = match array.dtype {
            DType::F64 => (f64::MIN, f64::MAX),
            DType::F32 => (f32::MIN as f64, f32::MAX as f64),
            DType::F16 => (half::f16::MIN.to_f64(), half::f16::MAX.to_f64()),
            _ => (half::bf16::MIN.to_f64(), half::bf16::MAX.to_f64()),
        };
        let or = |i: usize, other: f64| -> Result<f64> { Ok(c.opt_scalar(i)?.map_or(other, Scalar::as_f64)) };
        let (nan, top, bottom) = (or(1, 0.0)?, or(2, high)?, or(3, low)?);
        Ok(with_dtype!(array.dtype, T => {
            let (nan, top, bottom) = (T::from_f64(nan), T::from_f64(top), T::from_f64(bottom));
            map::map1(&array, move |x: T| {
                let v = x.to_f64();
                if v.is_nan() { nan } else if v == f64::INFINITY { top } else if v == f64::NEG_INFINITY { bottom } else { x }
            })
        })?
        .into())
    },
)
.doc("NaN replaced by nan (0), infinities by posinf and neginf (the largest numbers of the dtype).")
.examples(&[Example("torch.nan_to_num(torch.tensor([float('nan'), 1.]), nan=7.)", "tensor([7., 1.])")])
.forms(EVERYWHERE)
.saves(&[Save::In(0)])
.grad(|b| grads([b.grad().mul(&b.input(0)?.isfinite()?)?]))
.samples(&["randn(2, 3)"]);

/// The error of an integer division when the divisor holds a zero.
fn refuse_zero(divisor: &Side, dtype: DType) -> Result<()> {
    if dtype.is_float() {
        return Ok(());
    }
    let found = match divisor {
        Side::Scalar(s) => s.as_i64() == 0,
        Side::Array(a) => with_dtype!(a.dtype, T => a.to_vec::<T>()?.contains(&T::default())),
    };
    if found { Err(Fault::runtime("ZeroDivisionError")) } else { Ok(()) }
}

/// A function of two promoted operands that divides: integers refuse zero, bools are refused.
fn dividing(
    call: &Call,
    name: &str,
    int: fn(i64, i64) -> i64,
    f32_: fn(f32, f32) -> f32,
    f64_: fn(f64, f64) -> f64,
) -> Result<Array> {
    call.one_tensor()?;
    let (x, y, dtype) = promote2(call, 0, 1)?;
    if dtype != DType::Bool {
        refuse_zero(&y, dtype)?;
    }
    fn ints<T: Typed>(x: Side, y: Side, int: fn(i64, i64) -> i64) -> Result<Array> {
        run2::<T, T>(x, y, move |a, b| T::from_i64(int(a.to_i64(), b.to_i64())))
    }
    match dtype {
        DType::Bool => Err(not_for(name, dtype)),
        DType::U8 => ints::<u8>(x, y, int),
        DType::I8 => ints::<i8>(x, y, int),
        DType::I16 => ints::<i16>(x, y, int),
        DType::I32 => ints::<i32>(x, y, int),
        DType::I64 => ints::<i64>(x, y, int),
        DType::F16 => run2_half::<half::f16>(x, y, f32_),
        DType::BF16 => run2_half::<half::bf16>(x, y, f32_),
        DType::F32 => run2::<f32, f32>(x, y, f32_),
        DType::F64 => run2::<f64, f64>(x, y, f64_),
        DType::C64 | DType::C128 => Err(not_for(name, dtype)),
    }
}

fn floor_div<F: Float>(a: F, b: F) -> F {
    if b == F::zero() {
        return a / b;
    }
    let rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest != F::zero() && (b < F::zero()) != (rest < F::zero()) {
        quotient = quotient - F::one();
    }
    if quotient == F::zero() {
        return F::zero().copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > F::from(0.5).unwrap_or_else(F::one) { floor + F::one() } else { floor }
}

fn modulo<F: Float>(a: F, b: F) -> F {
    let rest = a % b;
    if rest != F::zero() && (b < F::zero()) != (rest < F::zero()) { rest + b } else { rest }
}

fn int_floor_div(a: i64, b: i64) -> i64 {
    let quotient = a.wrapping_div(b);
    if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient }
}

fn int_modulo(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) { rest.wrapping_add(b) } else { rest }
}

/// `torch.div` with a rounding mode.
///
/// Errors: RuntimeError for another mode, and for integers divided by zero.
pub fn divide(call: &Call) -> Result<Value> {
    let mode = call.text(2)?;
    if mode != "floor" && mode != "trunc" {
        return Err(Fault::runtime(format!(
            "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'"
        )));
    }
    let args = [call.value(0).clone(), call.value(1).clone(), call.value(2).clone()].into_iter().collect();
    super::apply(&ROUNDED_DIV, args)
}

/// The rounded quotient.
pub static ROUNDED_DIV: OpDef = OpDef::kernel("div_rounded", "input, other, rounding_mode: str", |c| {
    Ok(if c.text(2)? == "floor" {
        dividing(c, "div_floor_cpu", int_floor_div, floor_div, floor_div)
    } else {
        dividing(c, "div_trunc_cpu", i64::wrapping_div, |a, b| (a / b).trunc(), |a, b| (a / b).trunc())
    }?
    .into())
})
.no_complex("div_floor_cpu")
.forms(Forms::HIDDEN)
.node("DivBackward2")
.grad(|b| {
    let zero =
        |slot: usize| b.when(slot, || Ok(Tensor::new(Array::full(&b.sizes(slot), Scalar::Int(0), b.dtype(slot))?)));
    Ok(Grads::from_iter([zero(0)?, zero(1)?]))
});

/// The quotient rounded down.
pub static FLOOR_DIVIDE: OpDef = OpDef::kernel("floor_divide", "input, other", |c| {
    Ok(dividing(c, "div_floor_cpu", int_floor_div, floor_div, floor_div)?.into())
})
.no_complex("div_floor_cpu")
.doc("The quotient input / other rounded down, elementwise; dtypes promote and integers stay integers.\nIt has no derivative.")
.samples(&["arange(6), 4", "tensor([[7, -7], [6, 5]]), tensor([2, -2])"])
.examples(&[Example("torch.floor_divide(torch.tensor([7, -7]), 2)", "tensor([ 3, -4])")])
.forms(Forms::ALL.and(Forms::NP))
.node("NotImplemented")
.grad(|_| Err(Fault::runtime("derivative for aten::floor_divide is not implemented")));

/// The remainder with the sign of the divisor.
pub static REMAINDER: OpDef = OpDef::kernel("remainder", "input, other", |c| {
    let node = match (c.value(0), c.value(1)) {
        (Value::Tensor(_), Value::Tensor(_)) => "RemainderBackward1",
        (Value::Tensor(_), _) => "RemainderBackward0",
        _ => "NotImplemented",
    };
    Ok(super::Out::from(dividing(c, "remainder_cpu", int_modulo, modulo, modulo)?).named(node))
})
.doc("The remainder of input / other with the sign of other, as Python's %.\nSizes broadcast; dtypes promote.")
.examples(&[Example("torch.remainder(torch.tensor([-3., 3.]), 2)", "tensor([1., 1.])")])
.forms(Forms::ALL.and(Forms::NP))
.saves(&[Save::InFor(0, 1), Save::InFor(1, 1)])
.grad(|b| {
    if !b.arg(0).is_undef() {
        return Err(Fault::runtime("derivative for aten::remainder is not implemented"));
    }
    let second = b.when(1, || {
        let quotient = super::call(&ROUNDED_DIV, [b.input(0)?.into(), b.input(1)?.into(), Value::str("floor")])?;
        b.grad().mul(&quotient)?.neg()
    })?;
    Ok(Grads::from_iter([Some(b.grad()), second]))
})
.samples(&["randn(2, 3), rand(2, 3) + 0.5", "randn(3), 0.7"])
.rough();

/// The remainder with the sign of the dividend.
pub static FMOD: OpDef = OpDef::kernel("fmod", "input: Tensor, other", |c| {
    let node = if matches!(c.value(1), Value::Tensor(_)) { "FmodBackward1" } else { "FmodBackward0" };
    Ok(super::Out::from(dividing(c, "fmod_cpu", i64::wrapping_rem, |a, b| a % b, |a, b| a % b)?).named(node))
})
.doc("The remainder of input / other with the sign of input, as C's fmod.\nSizes broadcast; dtypes promote.")
.examples(&[Example("torch.fmod(torch.tensor([-3., 3.]), 2)", "tensor([-1.,  1.])")])
.forms(Forms::ALL.and(Forms::NP))
.saves(&[Save::InFor(0, 1), Save::InFor(1, 1)])
.grad(|b| {
    let second = b.when(1, || b.grad().mul(&b.input(0)?.div(&b.input(1)?)?.trunc()?)?.neg())?;
    Ok(Grads::from_iter([Some(b.grad()), second]))
})
.samples(&["randn(2, 3), rand(2, 3) + 0.5", "randn(3), 0.7"])
.rough();
