//! Variances and standard deviations.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::node::{Back, grads};
use super::reduce::{count, dims_of, kept_sizes, spread};
use crate::array::sums;
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&VAR, &STD, &VAR_MEAN, &STD_MEAN, &VAR_OVER, &STD_OVER, &VAR_MEAN_OVER, &STD_MEAN_OVER];

const OVERLOADED: &str = "input: Tensor, dim=None, unbiased=None, keepdim: bool = False, *, correction: Number? = None";
const OVER: &str = "input: Tensor, dim: int[]?, correction: float, keepdim: bool";
const SAMPLES: &[&str] = &["randn(2, 3)", "randn(2, 3), 1", "randn(2, 3, 4), (0, 2), correction=0, keepdim=True"];

/// Brings the overloads `var(unbiased)`, `var(dim, unbiased, keepdim)` and `var(dim, correction=, keepdim=)` together.
fn unify(c: &Call, def: &'static OpDef) -> Result<Value> {
    let (dim, unbiased) = match (c.value(1), c.value(2)) {
        (Value::Bool(b), Value::None) => (Value::None, Value::Bool(*b)),
        (dim, unbiased) => (dim.clone(), unbiased.clone()),
    };
    let correction = match (&unbiased, c.opt_scalar(4)?) {
        (_, Some(n)) => n.as_f64(),
        (Value::None, None) => 1.0,
        (Value::Bool(b), None) => *b as u8 as f64,
        (Value::Int(n), None) => (*n != 0) as u8 as f64,
        _ => return Err(c.invalid_combination(2)),
    };
    let fits = matches!(dim, Value::None) || crate::value::signature::Ty::Ints.accepts(&dim);
    if !fits {
        return Err(c.invalid_combination(1));
    }
    let args = Bound::from_iter([c.value(0).clone(), dim, Value::Float(correction), c.value(3).clone()]);
    super::apply(def, args)
}

fn refuse_integers(c: &Call, name: &str) -> Result<()> {
    if c.tensor(0)?.dtype().is_differentiable() {
        return Ok(());
    }
    Err(Fault::not_implemented(format!("{name} only support floating point and complex dtypes")))
}

fn spread_out(c: &Call, std: bool) -> Result<Out> {
    refuse_integers(c, "std and var")?;
    Ok(sums::var(&c.array(0)?, dims_of(c, 1)?.as_deref(), c.float(2)?, c.bool(3)?, std)?.into())
}

fn with_mean(c: &Call, std: bool) -> Result<Out> {
    refuse_integers(c, if std { "std_mean" } else { "var_mean" })?;
    let (first, mean) = sums::var_mean(&c.array(0)?, dims_of(c, 1)?.as_deref(), c.float(2)?, c.bool(3)?, std)?;
    Ok(Out::many([first, mean]))
}

/// The derivative of the variance times a gradient.
fn variance_gradient(b: &Back, grad: &Tensor) -> Result<Tensor> {
    let x = b.input(0)?;
    let sizes = b.sizes(0);
    let dims = b.call().dims(1, sizes.len(), true)?;
    let dim = Value::tuple(dims.iter().map(|&d| Value::Int(d as i64)));
    let mean = super::call(&super::reduce::MEAN, [(&x).into(), dim, Value::Bool(true)])?;
    let mean = mean.reshape(&kept_sizes(&sizes, &dims))?;
    let freedom = count(b, 1)? - b.call().float(2)?;
    spread(b, &grad.mul(2.0 / freedom)?, 1)?.mul(&x.sub(&mean)?)
}

/// The gradient of the variance from that of its root.
fn from_root(b: &Back, grad: &Tensor) -> Result<Tensor> {
    let std = b.out()?;
    grad.div(&std.mul(2)?)?.masked_fill(&std.eq(0)?, 0.0)
}

fn mean_gradient(b: &Back, first: Option<Tensor>) -> Result<Tensor> {
    let mean = match b.grad_of(1) {
        Some(g) => Some(spread(b, &g, 1)?.div(count(b, 1)?)?),
        None => None,
    };
    match (first, mean) {
        (Some(a), Some(m)) => a.add(&m),
        (Some(g), None) | (None, Some(g)) => Ok(g),
        (None, None) => Ok(b.grad()),
    }
}

/// The variance, its arguments unified.
pub static VAR_OVER: OpDef = OpDef::kernel("var", OVER, |c| spread_out(c, false))
    .complex()
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0)])
    .grad(|b| grads([variance_gradient(b, &b.grad())?]));

/// The standard deviation, its arguments unified.
pub static STD_OVER: OpDef = OpDef::kernel("std", OVER, |c| spread_out(c, true))
    .complex()
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::Out(0)])
    .grad(|b| grads([variance_gradient(b, &from_root(b, &b.grad())?)?]));

/// The variance and the mean, their arguments unified.
pub static VAR_MEAN_OVER: OpDef =
    OpDef::kernel("var_mean", OVER, |c| with_mean(c, false)).forms(Forms::HIDDEN).saves(&[Save::In(0)]).grad(|b| {
        let first = b.grad_of(0).map(|g| variance_gradient(b, &g)).transpose()?;
        grads([mean_gradient(b, first)?])
    });

/// The standard deviation and the mean, their arguments unified.
pub static STD_MEAN_OVER: OpDef = OpDef::kernel("std_mean", OVER, |c| with_mean(c, true))
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::Out(0)])
    .grad(|b| {
        let first = b.grad_of(0).map(|g| variance_gradient(b, &from_root(b, &g)?)).transpose()?;
        grads([mean_gradient(b, first)?])
    });

/// The variance.
pub static VAR: OpDef = OpDef::composite("var", OVERLOADED, |c| unify(c, &VAR_OVER))
    .doc("The variance over the dimensions dim (all by default), with divisor n - correction (1 by default).\nunbiased=False means correction=0.")
    .examples(&[Example("torch.var(torch.tensor([1., 2., 3., 4.]))", "tensor(1.6667)"), Example("torch.var(torch.tensor([1., 2., 3., 4.]), unbiased=False)", "tensor(1.2500)")])
    .samples(SAMPLES);

/// The standard deviation.
pub static STD: OpDef = OpDef::composite("std", OVERLOADED, |c| unify(c, &STD_OVER))
    .doc("The standard deviation over the dimensions dim (all by default), with divisor n - correction (1 by default).\nunbiased=False means correction=0.")
    .examples(&[Example("torch.std(torch.tensor([1., 2., 3., 4.]))", "tensor(1.2910)")])
    .samples(SAMPLES);

/// The variance and the mean.
pub static VAR_MEAN: OpDef = OpDef::composite("var_mean", OVERLOADED, |c| unify(c, &VAR_MEAN_OVER))
    .doc("The variance and the mean over the dimensions dim, as a tuple.")
    .examples(&[Example("torch.var_mean(torch.tensor([1., 2., 3., 4.]))", "(tensor(1.6667), tensor(2.5000))")])
    .forms(Forms::FUNCTION)
    .samples(SAMPLES);

/// The standard deviation and the mean.
pub static STD_MEAN: OpDef = OpDef::composite("std_mean", OVERLOADED, |c| unify(c, &STD_MEAN_OVER))
    .doc("The standard deviation and the mean over the dimensions dim, as a tuple.")
    .examples(&[Example("torch.std_mean(torch.tensor([1., 2., 3., 4.]))", "(tensor(1.2910), tensor(2.5000))")])
    .forms(Forms::FUNCTION)
    .samples(SAMPLES);
