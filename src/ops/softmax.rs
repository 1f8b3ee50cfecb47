//! Normalised exponentials along a dimension.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::{float_type, not_for, to_dtype};
use super::node::{Back, grads};
use super::reduce::{dims_of, spread};
use crate::array::layout::wrap_dim;
use crate::array::{Array, softmax as kernels};
use crate::diag::Result;
use crate::tensor::Tensor;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&SOFTMAX, &LOG_SOFTMAX, &NN_SOFTMAX, &NN_LOG_SOFTMAX, &NN_SOFTMIN, &SOFTMAX_GRAD, &LOG_SOFTMAX_GRAD, &LOGSUMEXP];

const ALONG: &str = "input: Tensor, dim: int, dtype: dtype? = None";
const FUNCTIONAL: &str = "input: Tensor, dim: int? = None, _stacklevel: int = 3, dtype: dtype? = None";

fn run(c: &Call, kernel: fn(&Array, i64) -> Result<Array>, refused: &str) -> Result<Out> {
    let array = super::reduce::in_dtype(c, 2)?;
    let dim = wrap_dim(c.int(1)?, array.ndim())?;
    if !array.dtype.is_float() {
        return Err(not_for(refused, array.dtype));
    }
    Ok(kernel(&array, dim as i64)?.into())
}

/// The gradient of one of the two functions; fused unless it must be differentiable itself.
fn gradient(b: &Back, def: &'static OpDef) -> Result<crate::tensor::Grads> {
    let args = Bound::from_iter([b.grad().into(), b.out()?.into(), b.arg(1).clone()]);
    match super::apply(def, args)? {
        Value::Tensor(t) => grads([t]),
        _ => grads([b.grad()]),
    }
}

/// The sum along a dimension, which stays.
fn sum_along(t: &Tensor, dim: &Value) -> Result<Tensor> {
    super::call(&super::reduce::SUM, [t.into(), dim.clone(), Value::Bool(true)])
}

/// The softmax.
pub static SOFTMAX: OpDef = OpDef::kernel("softmax", ALONG, |c| run(c, kernels::softmax, "softmax_lastdim_kernel_impl"))
    .no_complex("softmax_lastdim_kernel_impl")
    .aliases(&["special_softmax"])
    .doc("exp(input) divided by its sum along dim: positive numbers that sum to 1.\nIntegers are refused unless dtype is given.")
    .examples(&[Example("torch.softmax(torch.tensor([1., 2., 3.]), dim=0)", "tensor([0.0900, 0.2447, 0.6652])")])
    .saves(&[Save::Out(0)])
    .grad(|b| gradient(b, &SOFTMAX_GRAD))
    .samples(&["randn(2, 3), 1", "randn(2, 3), 0"]);

/// The logarithm of the softmax.
pub static LOG_SOFTMAX: OpDef =
    OpDef::kernel("log_softmax", ALONG, |c| run(c, kernels::log_softmax, "log_softmax_lastdim_kernel_impl"))
        .no_complex("log_softmax_lastdim_kernel_impl")
        .aliases(&["special_log_softmax"])
        .doc("The logarithm of the softmax along dim, computed without overflow.")
        .examples(&[Example(
            "torch.log_softmax(torch.tensor([1., 2., 3.]), dim=0)",
            "tensor([-2.4076, -1.4076, -0.4076])",
        )])
        .saves(&[Save::Out(0)])
        .grad(|b| gradient(b, &LOG_SOFTMAX_GRAD))
        .samples(&["randn(2, 3), 1", "randn(2, 3), 0"]);

fn fused(c: &Call, kernel: fn(&Array, &Array, i64) -> Result<Array>) -> Result<Out> {
    let out = c.array(1)?;
    let grad = to_dtype(&c.array(0)?, out.dtype)?;
    let grad = grad.with_layout(grad.layout.broadcast_to(out.sizes())?);
    Ok(kernel(&crate::array::map::contiguous(&grad)?, &out, wrap_dim(c.int(2)?, out.ndim())? as i64)?.into())
}

/// The gradient of the softmax.
pub static SOFTMAX_GRAD: OpDef =
    OpDef::kernel("softmax_backward_data", "input: Tensor, output: Tensor, dim: int", |c| {
        fused(c, kernels::softmax_backward)
    })
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::In(1)])
    .grad(|b| {
        // (g - sum(g y)) y, differentiated by g and by y.
        let (g, y, dim) = (b.input(0)?, b.input(1)?, b.arg(2));
        let by_grad = |v: &Tensor| -> Result<Tensor> {
            let vy = v.mul(&y)?;
            vy.sub(&y.mul(&sum_along(&vy, dim)?)?)
        };
        let v = b.grad();
        let second = b.when(1, || {
            let (gy, vy) = (sum_along(&g.mul(&y)?, dim)?, sum_along(&v.mul(&y)?, dim)?);
            v.mul(&g.sub(&gy)?)?.sub(&g.mul(&vy)?)
        })?;
        Ok(crate::tensor::Grads::from_iter([Some(by_grad(&v)?), second]))
    });

/// The gradient of the logarithm of the softmax.
pub static LOG_SOFTMAX_GRAD: OpDef =
    OpDef::kernel("log_softmax_backward_data", "input: Tensor, output: Tensor, dim: int", |c| {
        fused(c, kernels::log_softmax_backward)
    })
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::In(1)])
    .grad(|b| {
        // g - exp(y) sum(g), differentiated by g and by y.
        let (g, y, dim) = (b.input(0)?, b.input(1)?.exp()?, b.arg(2));
        let v = b.grad();
        let vy = sum_along(&v.mul(&y)?, dim)?;
        let second = b.when(1, || v.mul(&y)?.mul(&sum_along(&g, dim)?)?.neg())?;
        Ok(crate::tensor::Grads::from_iter([Some(v.sub(&vy)?), second]))
    });

/// The dimension of `F.softmax`, guessed from the rank when it is not given.
fn functional(c: &Call, def: &'static OpDef, negate: bool) -> Result<Value> {
    let input = c.tensor(0)?;
    let dim = match c.opt_int(1)? {
        Some(d) => d,
        None => {
            super::warning::leave(format!(
                "Implicit dimension choice for {} has been deprecated. Change the call to include dim=X as an argument.",
                c.def.name
            ));
            !matches!(input.ndim(), 0 | 1 | 3) as i64
        }
    };
    let input = if negate { input.neg()? } else { input.clone() };
    super::apply(def, Bound::from_iter([input.into(), Value::Int(dim), c.value(3).clone()]))
}

/// `F.softmax`.
pub static NN_SOFTMAX: OpDef = OpDef::composite("softmax", FUNCTIONAL, |c| functional(c, &SOFTMAX, false))
    .doc("The softmax along dim.")
    .samples(&["randn(2, 3), 1"])
    .examples(&[Example("F.softmax(torch.tensor([1., 2., 3.]), dim=0)", "tensor([0.0900, 0.2447, 0.6652])")])
    .forms(Forms::NN);

/// `F.log_softmax`.
pub static NN_LOG_SOFTMAX: OpDef = OpDef::composite("log_softmax", FUNCTIONAL, |c| functional(c, &LOG_SOFTMAX, false))
    .doc("The logarithm of the softmax along dim.")
    .samples(&["randn(2, 3), 1"])
    .examples(&[Example("F.log_softmax(torch.tensor([1., 2., 3.]), dim=0)", "tensor([-2.4076, -1.4076, -0.4076])")])
    .forms(Forms::NN);

/// `F.softmin`.
pub static NN_SOFTMIN: OpDef = OpDef::composite("softmin", FUNCTIONAL, |c| functional(c, &SOFTMAX, true))
    .doc("The softmax of the negated input along dim.")
    .samples(&["randn(2, 3), 1"])
    .examples(&[Example("F.softmin(torch.tensor([1., 2., 3.]), dim=0)", "tensor([0.6652, 0.2447, 0.0900])")])
    .forms(Forms::NN);

/// The logarithm of a sum of exponentials.
pub static LOGSUMEXP: OpDef = OpDef::kernel("logsumexp", "input: Tensor, dim: int[], keepdim: bool = False", |c| {
    let array = c.array(0)?;
    let array = to_dtype(&array, float_type(array.dtype))?;
    Ok(kernels::logsumexp(&array, dims_of(c, 1)?.as_deref(), c.bool(2)?)?.into())
})
.aliases(&["special_logsumexp"])
.doc("The logarithm of the sum of exponentials over the dimensions dim, without overflow; integers give float32.")
.examples(&[Example("torch.logsumexp(torch.tensor([1000., 1000.]), dim=0)", "tensor(1000.6932)")])
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| {
    let out = b.out()?;
    let out = out.masked_fill(&out.eq(f64::NEG_INFINITY)?, 0.0)?;
    grads([spread(b, &b.grad(), 1)?.mul(&b.input(0)?.sub(&spread(b, &out, 1)?)?.exp()?)?])
})
.samples(&["randn(2, 3), 1", "randn(2, 3), (0, 1)", "randn(2, 3), 0, True"]);
