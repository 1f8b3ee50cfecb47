//! The larger and the smaller of two, and elements held between bounds.

use super::args::{Call, Operand, result_type};
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::{promote2, run2, to_dtype};
use super::node::Back;
use crate::array::storage::Typed;
use crate::array::{Array, DType, Ordered, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;
use crate::with_real;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&MAXIMUM, &MINIMUM, &FMAX, &FMIN, &CLAMP, &CLAMP_MIN, &CLAMP_MAX];

const PAIR: &str = "input: Tensor, other: Tensor";

/// The larger (`UP`) or smaller element; NaN wins, or loses when it is skipped.
#[inline(always)]
fn pick<T: Ordered, const UP: bool, const SKIP: bool>(a: T, b: T) -> T {
    let first = if UP { a > b } else { a < b };
    if SKIP {
        if first || b.is_nan() { a } else { b }
    } else if first || a.is_nan() {
        a
    } else {
        b
    }
}

fn extreme<const UP: bool, const SKIP: bool>(call: &Call) -> Result<Out> {
    let (x, y, dtype) = promote2(call, 0, 1)?;
    Ok(with_real!(dtype, T => run2::<T, T>(x, y, pick::<T, UP, SKIP>))?.into())
}

/// The part of a gradient that the extreme of `x` and `y` hands to `x`: all where it was taken, half at equality.
fn share(grad: &Tensor, x: &Value, y: &Value, up: bool) -> Result<Tensor> {
    let ((Value::Tensor(t), _) | (_, Value::Tensor(t))) = (x, y) else { return Ok(grad.clone()) };
    // The comparisons start from the tensor among the two.
    let first = matches!(x, Value::Tensor(_));
    let other = if first { y } else { x };
    let loses = if up == first { t.lt(other.clone())? } else { t.gt(other.clone())? };
    let even = t.eq(other.clone())?.to_dtype(grad.dtype())?.mul(-0.5)?.add(1.0)?;
    grad.mul(&even)?.masked_fill(&loses, 0.0)
}

/// The derivative of an extreme of two: half to each side at equality; `skip` gives nothing to a skipped NaN.
fn halves(b: &Back, up: bool, skip: bool) -> Result<Grads> {
    let (x, y) = (b.input(0)?, b.input(1)?);
    let part = |a: &Tensor, c: &Tensor| {
        let g = share(&b.grad(), &a.into(), &c.into(), up)?;
        if skip { g.masked_fill(&a.isnan()?, 0.0) } else { Ok(g) }
    };
    Ok(Grads::from_iter([b.when(0, || part(&x, &y))?, b.when(1, || part(&y, &x))?]))
}

const BOTH_INPUTS: &[Save] = &[Save::In(0), Save::In(1)];
const SAMPLES: &[&str] = &["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(3)"];

/// The larger of two.
pub static MAXIMUM: OpDef = OpDef::kernel("maximum", PAIR, extreme::<true, false>)
    .no_complex("TypeError: maximum not implemented for complex tensors.")
    .doc("The larger of input and other, elementwise; NaN when either is.\nSizes broadcast; dtypes promote.")
    .examples(&[Example("torch.maximum(torch.tensor([1, 5]), torch.tensor([3, 2]))", "tensor([3, 5])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .saves(BOTH_INPUTS)
    .grad(|b| halves(b, true, false))
    .samples(SAMPLES);

/// The smaller of two.
pub static MINIMUM: OpDef = OpDef::kernel("minimum", PAIR, extreme::<false, false>)
    .no_complex("TypeError: minimum not implemented for complex tensors.")
    .doc("The smaller of input and other, elementwise; NaN when either is.\nSizes broadcast; dtypes promote.")
    .examples(&[Example("torch.minimum(torch.tensor([1, 5]), torch.tensor([3, 2]))", "tensor([1, 2])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .saves(BOTH_INPUTS)
    .grad(|b| halves(b, false, false))
    .samples(SAMPLES);

/// The larger of two, without NaN.
pub static FMAX: OpDef = OpDef::kernel("fmax", PAIR, extreme::<true, true>)
    .no_complex("TypeError: fmax not implemented for complex tensors.")
    .doc("The larger of input and other, elementwise; a number rather than NaN.")
    .examples(&[Example("torch.fmax(torch.tensor([1., float('nan')]), torch.tensor([3., 2.]))", "tensor([3., 2.])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .saves(BOTH_INPUTS)
    .grad(|b| halves(b, true, true))
    .samples(SAMPLES);

/// The smaller of two, without NaN.
pub static FMIN: OpDef = OpDef::kernel("fmin", PAIR, extreme::<false, true>)
    .no_complex("TypeError: fmin not implemented for complex tensors.")
    .doc("The smaller of input and other, elementwise; a number rather than NaN.")
    .examples(&[Example("torch.fmin(torch.tensor([1., float('nan')]), torch.tensor([3., 2.]))", "tensor([1., 2.])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .saves(BOTH_INPUTS)
    .grad(|b| halves(b, false, true))
    .samples(SAMPLES);

/// One element held between bounds; NaN stays NaN, a NaN bound gives NaN, the upper bound wins.
#[inline(always)]
fn hold<T: Ordered>(x: T, low: Option<T>, high: Option<T>) -> T {
    let mut v = x;
    if let Some(l) = low
        && (v < l || l.is_nan())
        && !v.is_nan()
    {
        v = l;
    }
    if let Some(h) = high
        && (v > h || h.is_nan())
        && !v.is_nan()
    {
        v = h;
    }
    v
}

fn clamped<T: Typed + Ordered>(
    array: &Array,
    low: Option<&Operand>,
    high: Option<&Operand>,
    dtype: DType,
) -> Result<Array> {
    let number = |o: &Operand| match o {
        Operand::Scalar(s) => Some(T::from_scalar(*s)),
        Operand::Tensor(_) => None,
    };
    let side = |o: Option<&Operand>| -> Result<Option<Array>> {
        match o {
            None => Ok(None),
            Some(Operand::Tensor(t)) => Ok(Some(to_dtype(&t.array(), dtype)?)),
            Some(Operand::Scalar(s)) => Ok(Some(Array::scalar(T::from_scalar(*s)))),
        }
    };
    let (l, h) = (low.map(number), high.map(number));
    if !matches!(l, Some(None)) && !matches!(h, Some(None)) {
        let (l, h) = (l.flatten(), h.flatten());
        return map::map1(array, move |x: T| hold(x, l, h));
    }
    match (side(low)?, side(high)?) {
        (Some(l), Some(h)) => map::map3(array, &l, &h, |x: T, l: T, h: T| hold(x, Some(l), Some(h))),
        (Some(l), None) => map::map2(array, &l, |x: T, l: T| hold(x, Some(l), None)),
        (None, Some(h)) => map::map2(array, &h, |x: T, h: T| hold(x, None, Some(h))),
        (None, None) => map::copy(array),
    }
}

/// Elements held between bounds.
fn clamp(call: &Call, low: &Value, high: &Value, nodes: [&'static str; 2]) -> Result<Out> {
    let bound = |i: usize, v: &Value| match v {
        Value::None | Value::Undef => Ok(None),
        other => Operand::of(other).map(Some).ok_or_else(|| call.invalid_combination(i)),
    };
    let (low, high) = (bound(1, low)?, bound(2, high)?);
    if low.is_none() && high.is_none() {
        return Err(Fault::runtime("torch.clamp: At least one of 'min' or 'max' must not be None"));
    }
    let input = call.operand(0)?;
    let operands: Vec<&Operand> = [Some(&input), low.as_ref(), high.as_ref()].into_iter().flatten().collect();
    let dtype = result_type(&operands);
    let by_tensor = [&low, &high].iter().any(|o| matches!(o, Some(Operand::Tensor(_))));
    let array = to_dtype(&call.array(0)?, dtype)?;
    if dtype == DType::Bool && (!by_tensor || (low.is_some() && high.is_some())) {
        let name = match (by_tensor, low.is_some(), high.is_some()) {
            (true, ..) => "clamp_cpu",
            (_, true, true) => "clamp_scalar_cpu",
            (_, true, _) => "clamp_min_scalar_cpu",
            _ => "clamp_max_scalar_cpu",
        };
        return Err(super::kernel::not_for(name, dtype));
    }
    let out = with_real!(dtype, T => clamped::<T>(&array, low.as_ref(), high.as_ref(), dtype))?;
    Ok(Out::from(out).named(nodes[!by_tensor as usize]))
}

/// How much of a gradient goes to the input, to the lower and to the upper bound: ties share it, bounds in the wrong
/// order give it to the upper one, NaN leaves it to the input.
fn between_tensors(x: &Tensor, low: &Tensor, high: &Tensor) -> Result<[Tensor; 3]> {
    let half = |t: Tensor| t.to_dtype(DType::F32)?.mul(0.5);
    let (ordered, crossed) = (low.le(high)?, low.gt(high)?);
    let apart = low.lt(high)?;
    let known = x.isnan()?.logical_not()?;
    let tie_low = half(x.eq(low)?.logical_and(&apart)?)?;
    let tie_high = half(x.eq(high)?.logical_and(&apart)?)?;
    let to_low = x.lt(low)?.logical_and(&ordered)?.to_dtype(DType::F32)?.add(&tie_low)?;
    let above = x.gt(high)?.logical_and(&ordered)?.logical_or(&crossed)?;
    let to_high = above.to_dtype(DType::F32)?.add(&tie_high)?;
    let outside = x.lt(low)?.logical_or(&x.gt(high)?)?.logical_or(&crossed)?.logical_and(&known)?;
    let own = outside.logical_not()?.to_dtype(DType::F32)?.sub(&tie_low)?.sub(&tie_high)?;
    Ok([own, to_low, to_high])
}

/// The derivative of a clamp: to the input strictly between number bounds; with tensor bounds, that of
/// `minimum(maximum(input, min), max)`. `low` and `high` are the slots of the bounds.
fn clamp_gradient(b: &Back, low: Option<usize>, high: Option<usize>) -> Result<Grads> {
    let x = b.input(0)?;
    let grad = b.grad();
    let bound = |slot: Option<usize>| -> Result<Option<Value>> {
        Ok(match slot.map(|s| (s, b.arg(s))) {
            None | Some((_, Value::None)) => None,
            Some((s, Value::Undef)) => Some(Value::Tensor(b.input(s)?)),
            Some((_, number)) => Some(number.clone()),
        })
    };
    let (l, h) = (bound(low)?, bound(high)?);
    let mut out = Grads::from_iter([None, None, None]);
    if ![&l, &h].iter().any(|v| matches!(v, Some(Value::Tensor(_)))) {
        let mut g = grad;
        // Asked this way round, NaN passes nothing on.
        if let Some(l) = l {
            g = g.masked_fill(x.gt(l)?.logical_not()?, 0.0)?;
        }
        if let Some(h) = h {
            g = g.masked_fill(x.lt(h)?.logical_not()?, 0.0)?;
        }
        out[0] = Some(g);
        return Ok(out);
    }
    if let (Some(Value::Tensor(l)), Some(Value::Tensor(h)), Some(low), Some(high)) = (&l, &h, low, high) {
        let shares = between_tensors(&x, l, h)?;
        let part = |i: usize| grad.mul(&shares[i].to_dtype(grad.dtype())?);
        for (slot, i) in [(0, 0), (low, 1), (high, 2)] {
            out[slot] = b.when(slot, || part(i))?;
        }
        return Ok(out);
    }
    let input = Value::Tensor(x.clone());
    let raised = match &l {
        Some(l) => Value::Tensor(super::call(&CLAMP_MIN, [input.clone(), l.clone()])?.detach()),
        None => input.clone(),
    };
    let mut through = grad.clone();
    if let (Some(h), Some(slot)) = (&h, high) {
        through = share(&grad, &raised, h, false)?;
        out[slot] = b.when(slot, || share(&grad, h, &raised, false))?;
    }
    if let (Some(l), Some(slot)) = (&l, low) {
        out[slot] = b.when(slot, || share(&through, l, &input, true))?;
        through = share(&through, &input, l, true)?;
    }
    out[0] = Some(through);
    Ok(out)
}

/// Elements held between bounds.
pub static CLAMP: OpDef = OpDef::kernel("clamp", "input: Tensor, min=None, max=None", |c| {
    let is_tensor = |i: usize| matches!(c.value(i), Value::Tensor(_));
    if is_tensor(1) != is_tensor(2) && !c.is_none(1) && !c.is_none(2) {
        return Err(c.invalid_combination(1));
    }
    clamp(c, c.value(1), c.value(2), ["ClampBackward0", "ClampBackward1"])
})
.no_complex("clamp is not supported for complex types")
.aliases(&["clip"])
.doc("The elements held between min and max, which may be numbers or tensors; None leaves a side open.\nAt a number bound the derivative is zero.")
.examples(&[Example("torch.clamp(torch.tensor([-1., 0.5, 2.]), min=0, max=1)", "tensor([0.0000, 0.5000, 1.0000])")])
.forms(Forms::ALL.and(Forms::FUNCTION_INPLACE).and(Forms::NP))
.saves(&[Save::In(0), Save::In(1), Save::In(2)])
.grad(|b| clamp_gradient(b, Some(1), Some(2)))
.samples(&["randn(2, 3), -0.5, 0.5", "randn(2, 3), min=-0.5", "randn(2, 3), zeros(3) - 0.5, ones(3)"]);

/// Elements not below a bound.
pub static CLAMP_MIN: OpDef = OpDef::kernel("clamp_min", "input: Tensor, min", |c| {
    clamp(c, c.value(1), &Value::None, ["ClampMinBackward1", "ClampMinBackward0"])
})
.no_complex("clamp is not supported for complex types")
.doc("The elements, none below min.")
.examples(&[Example("torch.clamp_min(torch.tensor([-1., 2.]), 0)", "tensor([0., 2.])")])
.forms(Forms::ALL.and(Forms::FUNCTION_INPLACE))
.saves(&[Save::In(0), Save::In(1)])
.grad(|b| clamp_gradient(b, Some(1), None))
.samples(&["randn(2, 3), -0.5", "randn(2, 3), randn(3)"]);

/// Elements not above a bound.
pub static CLAMP_MAX: OpDef = OpDef::kernel("clamp_max", "input: Tensor, max", |c| {
    clamp(c, &Value::None, c.value(1), ["ClampMaxBackward1", "ClampMaxBackward0"])
})
.no_complex("clamp is not supported for complex types")
.doc("The elements, none above max.")
.examples(&[Example("torch.clamp_max(torch.tensor([-1., 2.]), 0)", "tensor([-1.,  0.])")])
.forms(Forms::ALL.and(Forms::FUNCTION_INPLACE))
.saves(&[Save::In(0), Save::In(1)])
.grad(|b| clamp_gradient(b, None, Some(1)))
.samples(&["randn(2, 3), 0.5", "randn(2, 3), randn(3)"]);
