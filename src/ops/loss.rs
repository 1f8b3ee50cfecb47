//! Losses between two tensors of one size: squares, absolute values, cross entropies of probabilities, likelihoods.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::node::Back;
use super::warning;
use crate::array::layout::{broadcast_sizes, show_sizes};
use crate::array::{Array, sums};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor, mode};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &MSE_LOSS,
    &L1_LOSS,
    &SMOOTH_L1_LOSS,
    &HUBER_LOSS,
    &BINARY_CROSS_ENTROPY,
    &BCE_WITH_LOGITS,
    &KL_DIV,
    &POISSON_NLL,
    &GAUSSIAN_NLL,
];

/// How the losses of the elements become the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub(super) enum Reduction {
    None,
    Mean,
    Sum,
}

/// The reduction named by a parameter.
///
/// Errors: ValueError for another name.
pub(super) fn reduction(c: &Call, i: usize) -> Result<Reduction> {
    named(c.text(i)?)
}

pub(super) fn named(text: &str) -> Result<Reduction> {
    match text {
        "none" => Ok(Reduction::None),
        "mean" | "elementwise_mean" => Ok(Reduction::Mean),
        "sum" => Ok(Reduction::Sum),
        other => Err(Fault::value(format!("{other} is not a valid value for reduction"))),
    }
}

/// The reduction of a function with the old parameters `size_average` and `reduce` at `i` and `i + 1`.
pub(super) fn legacy(c: &Call, i: usize, at: usize) -> Result<Reduction> {
    if c.is_none(i) && c.is_none(i + 1) {
        return reduction(c, at);
    }
    let flag = |i: usize| -> Result<bool> { if c.is_none(i) { Ok(true) } else { c.bool(i) } };
    Ok(match (flag(i + 1)?, flag(i)?) {
        (false, _) => Reduction::None,
        (true, true) => Reduction::Mean,
        (true, false) => Reduction::Sum,
    })
}

impl Reduction {
    /// Its name, as an argument.
    pub(super) fn value(self) -> Value {
        Value::str(match self {
            Reduction::None => "none",
            Reduction::Mean => "mean",
            Reduction::Sum => "sum",
        })
    }

    /// The reduced losses, recorded.
    pub(super) fn of(self, losses: &Tensor) -> Result<Tensor> {
        match self {
            Reduction::None => Ok(losses.clone()),
            Reduction::Mean => super::call(&super::reduce::MEAN, [losses.into()]),
            Reduction::Sum => losses.sum_all(),
        }
    }

    /// The reduced losses of a kernel.
    pub(super) fn of_array(self, losses: &Array) -> Result<Array> {
        match self {
            Reduction::None => Ok(losses.clone()),
            Reduction::Mean => sums::mean(losses, None, false),
            Reduction::Sum => sums::sum(losses, None, false),
        }
    }
}

impl Tensor {
    /// The sum of all elements.
    pub fn sum_all(&self) -> Result<Tensor> {
        super::call(&super::reduce::SUM, [self.into()])
    }
}

/// The gradient that each element's loss gets from a reduction named by parameter `i`.
pub(super) fn spread(b: &Back, i: usize, count: usize) -> Result<Tensor> {
    match reduction(&b.call(), i)? {
        Reduction::Mean => b.grad().div(count as f64),
        _ => Ok(b.grad()),
    }
}

/// Warns when input and target differ in size, which usually broadcasts by mistake.
fn warn_sizes(input: &Tensor, target: &Tensor) {
    let (a, b) = (input.sizes(), target.sizes());
    if a != b {
        warning::leave(format!(
            "Using a target size (torch.Size({})) that is different to the input size (torch.Size({})). This will likely \
             lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            show_sizes(&b),
            show_sizes(&a)
        ));
    }
}

/// How many losses two operands give.
fn pairs(b: &Back) -> Result<usize> {
    Ok(broadcast_sizes(&b.sizes(0), &b.sizes(1))?.iter().product())
}

/// Both operands outside the graph, converted to their common type.
fn plain(c: &Call) -> Result<(Tensor, Tensor)> {
    Ok((c.tensor(0)?.detach(), c.tensor(1)?.detach()))
}

const PAIR: &str =
    "input: Tensor, target: Tensor, size_average = None, reduce = None, reduction: str = mean, weight = None";
const KERNEL: &str = "input: Tensor, target: Tensor, reduction: str = mean";

/// A loss of `torch.nn.functional` from its kernel: warnings, weights, old parameters.
fn elementwise(c: &Call, def: &'static OpDef, weight: Option<usize>, extra: Option<Value>) -> Result<Value> {
    let (input, target) = (c.tensor(0)?, c.tensor(1)?);
    let at = if extra.is_some() && def.name == "huber_loss" { 2 } else { 4 };
    let reduction = if at == 2 { reduction(c, 2)? } else { legacy(c, 2, 4)? };
    warn_sizes(input, target);
    let weight = weight.map(|i| c.opt_tensor(i)).transpose()?.flatten();
    let inner = if weight.is_some() { Reduction::None } else { reduction };
    let mut args = Bound::from_iter([input.into(), target.into(), inner.value()]);
    args.extend(extra);
    let loss = super::apply(def, args)?;
    let (Some(weight), Value::Tensor(loss)) = (weight, &loss) else { return Ok(loss) };
    let weighted = loss.mul(weight)?;
    if reduction == Reduction::Mean {
        return Ok(weighted.sum_all()?.div(&weight.broadcast_to(&loss.sizes())?.sum_all()?)?.into());
    }
    Ok(reduction.of(&weighted)?.into())
}

/// The mean squared error.
pub static MSE_LOSS: OpDef = OpDef::composite("mse_loss", PAIR, |c| elementwise(c, &MSE, Some(5), None))
    .doc("The mean of the squared differences; reduction 'sum' or 'none' gives their sum or all of them.")
    .examples(&[Example("F.mse_loss(torch.tensor([1., 2.]), torch.tensor([1., 4.]))", "tensor(2.)")])
    .forms(Forms::NN)
    .samples(&["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(2, 3), reduction='sum'"]);

/// Squared errors, reduced.
pub static MSE: OpDef = OpDef::kernel("mse_loss", KERNEL, |c| {
    let (x, y) = plain(c)?;
    let reduction = reduction(c, 2)?;
    let difference = mode::with_grad_enabled(false, || {
        let d = x.sub(&y)?;
        d.mul(&d)
    })?;
    refuse_integers(&difference, "mse_cpu")?;
    Ok(reduction.of_array(&difference.array())?.into())
})
.no_complex("mse_cpu")
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::In(1)])
.grad(|b| {
    let g = spread(b, 2, pairs(b)?)?.mul(&b.input(0)?.sub(&b.input(1)?)?.mul(2.0)?)?;
    Ok(Grads::from_iter([Some(g.clone()), b.when(1, || g.neg())?]))
});

fn refuse_integers(t: &Tensor, kernel: &str) -> Result<()> {
    if t.dtype().is_float() { Ok(()) } else { Err(super::kernel::not_for(kernel, t.dtype())) }
}

/// The mean absolute error.
pub static L1_LOSS: OpDef = OpDef::composite("l1_loss", PAIR, |c| {
    let (input, target) = (c.tensor(0)?, c.tensor(1)?);
    let reduction = legacy(c, 2, 4)?;
    warn_sizes(input, target);
    let loss = input.sub(target)?.abs()?;
    match c.opt_tensor(5)? {
        None => Ok(reduction.of(&loss)?.into()),
        Some(w) if reduction == Reduction::Mean => {
            Ok(loss.mul(w)?.sum_all()?.div(&w.broadcast_to(&loss.sizes())?.sum_all()?)?.into())
        }
        Some(w) => Ok(reduction.of(&loss.mul(w)?)?.into()),
    }
})
.doc("The mean of the absolute differences; reduction 'sum' or 'none' gives their sum or all of them.")
.examples(&[Example("F.l1_loss(torch.tensor([1., 2.]), torch.tensor([1., 4.]))", "tensor(1.)")])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(2, 3)"]);

const SMOOTH: &str = "input: Tensor, target: Tensor, reduction: str = mean, beta: Number = 1.0";

/// The error that is squared near zero and absolute beyond.
pub static SMOOTH_L1_LOSS: OpDef = OpDef::composite(
    "smooth_l1_loss",
    "input: Tensor, target: Tensor, size_average = None, reduce = None, reduction: str = mean, beta: Number = 1.0",
    |c| {
        let beta = c.float(5)?;
        if beta < 0.0 {
            return Err(Fault::runtime("smooth_l1_loss does not support negative values for beta."));
        }
        if beta == 0.0 {
            return super::apply(&L1_LOSS, {
                let mut args = c.args.clone();
                args[5] = Value::None;
                args
            });
        }
        elementwise(c, &SMOOTH_L1, None, Some(c.value(5).clone()))
    },
)
.doc("0.5 * d^2 / beta where the difference d is below beta, |d| - beta / 2 beyond; then reduced.")
.examples(&[Example("F.smooth_l1_loss(torch.tensor([1., 2.]), torch.tensor([1.5, 4.]))", "tensor(0.8125)")])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(2, 3), beta=0.5, reduction='none'"]);

/// Losses that are squared near zero and absolute beyond; `scale` is what the absolute part is multiplied by.
fn bent(c: &Call, name: &'static str, scaled: bool) -> Result<Out> {
    let (x, y) = plain(c)?;
    let d = mode::with_grad_enabled(false, || x.sub(&y))?;
    let loss = if scaled {
        crate::curve!(&d.array(), "huber_cpu", [k = c.float(3)?], |v| {
            let z = v.abs();
            if z < k { 0.5 * z * z } else { k * (z - 0.5 * k) }
        })?
    } else {
        crate::curve!(&d.array(), "smooth_l1_cpu", [k = c.float(3)?], |v| {
            let z = v.abs();
            if z < k { 0.5 * z * z / k } else { z - 0.5 * k }
        })?
    };
    let _ = name;
    Ok(reduction(c, 2)?.of_array(&loss)?.into())
}

fn bent_gradient(b: &Back, scaled: bool) -> Result<Grads> {
    let k = b.call().float(3)?;
    let d = b.input(0)?.sub(&b.input(1)?)?;
    let held = super::call(&super::extremes::CLAMP, [d.into(), Value::Float(-k), Value::Float(k)])?;
    let slope = if scaled { held } else { held.div(k)? };
    let g = spread(b, 2, pairs(b)?)?.mul(&slope)?;
    Ok(Grads::from_iter([Some(g.clone()), b.when(1, || g.neg())?]))
}

/// Smooth absolute errors, reduced.
pub static SMOOTH_L1: OpDef = OpDef::kernel("smooth_l1_loss", SMOOTH, |c| bent(c, "smooth_l1_cpu", false))
    .no_complex("smooth_l1_cpu")
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::In(1)])
    .grad(|b| bent_gradient(b, false));

/// Huber's loss.
pub static HUBER_LOSS: OpDef = OpDef::composite(
    "huber_loss",
    "input: Tensor, target: Tensor, reduction: str = mean, delta: Number = 1.0, weight = None",
    |c| {
        if c.float(3)? <= 0.0 {
            return Err(Fault::runtime("huber_loss does not support non-positive values for delta."));
        }
        elementwise(c, &HUBER, Some(4), Some(c.value(3).clone()))
    },
)
.doc("0.5 * d^2 where the difference d is below delta, delta * (|d| - delta / 2) beyond; then reduced.")
.examples(&[Example("F.huber_loss(torch.tensor([1., 2.]), torch.tensor([1.5, 4.]))", "tensor(0.8125)")])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(2, 3)", "randn(2, 3), randn(2, 3), reduction='sum', delta=0.5"]);

/// Huber's losses, reduced.
pub static HUBER: OpDef = OpDef::kernel("huber_loss", SMOOTH, |c| bent(c, "huber_cpu", true))
    .no_complex("huber_cpu")
    .forms(Forms::HIDDEN)
    .saves(&[Save::In(0), Save::In(1)])
    .grad(|b| bent_gradient(b, true));

/// An optional tensor that a derivative needs.
fn given(b: &Back, slot: usize) -> Result<Option<Tensor>> {
    if b.arg(slot).is_undef() { b.input(slot).map(Some) } else { Ok(None) }
}

/// The cross entropy of probabilities.
pub static BINARY_CROSS_ENTROPY: OpDef = OpDef::composite(
    "binary_cross_entropy",
    "input: Tensor, target: Tensor, weight: Tensor? = None, size_average = None, reduce = None, reduction: str = mean",
    |c| {
        let (input, target) = (c.tensor(0)?, c.tensor(1)?);
        let reduction = legacy(c, 3, 5)?;
        if input.sizes() != target.sizes() {
            return Err(Fault::value(format!(
                "Using a target size (torch.Size({})) that is different to the input size (torch.Size({})) is deprecated. \
                 Please ensure they have the same size.",
                show_sizes(&target.sizes()),
                show_sizes(&input.sizes())
            )));
        }
        let weight = match c.opt_tensor(2)? {
            Some(w) => w.broadcast_to(&input.sizes())?.into(),
            None => Value::None,
        };
        super::apply(&BCE, Bound::from_iter([input.into(), target.into(), weight, reduction.value()]))
    },
)
.doc("-(y log x + (1 - y) log(1 - x)) for probabilities x and targets y, logarithms held above -100; then reduced.")
.examples(&[Example("F.binary_cross_entropy(torch.tensor([0.9, 0.2]), torch.tensor([1., 0.]))", "tensor(0.1643)")])
.forms(Forms::NN)
.samples(&["rand(2, 3) * 0.8 + 0.1, rand(2, 3)"]);

/// Cross entropies of probabilities, weighted and reduced.
pub static BCE: OpDef = OpDef::kernel(
    "binary_cross_entropy",
    "input: Tensor, target: Tensor, weight: Tensor? = None, reduction: str = mean",
    |c| {
        let (x, y) = plain(c)?;
        if x.dtype() != y.dtype() {
            return Err(Fault::runtime(format!(
                "Found dtype {} but expected {}",
                y.dtype().scalar_type(),
                x.dtype().scalar_type()
            )));
        }
        refuse_integers(&x, "binary_cross_entropy")?;
        let (low, high) = (x.lt(0.0)?, x.gt(1.0)?);
        let outside = low.logical_or(&high)?;
        let any = outside.array().to_vec::<bool>()?.contains(&true);
        if any {
            return Err(Fault::runtime("all elements of input should be between 0 and 1"));
        }
        let log = |t: &Tensor| -> Result<Tensor> {
            let l = t.log()?;
            l.masked_fill(&l.lt(-100.0)?, -100.0)
        };
        let rest = x.neg()?.add(1.0)?;
        let loss = y.sub(1.0)?.mul(&log(&rest)?)?.sub(&y.mul(&log(&x)?)?)?;
        let loss = match c.opt_tensor(2)? {
            Some(w) => loss.mul(&w.detach())?,
            None => loss,
        };
        Ok(reduction(c, 3)?.of_array(&loss.array())?.into())
    },
)
.no_complex("binary_cross_entropy")
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::In(1), Save::In(2)])
.grad(|b| {
    let (x, y) = (b.input(0)?, b.input(1)?);
    let mut g = spread(b, 3, pairs(b)?)?;
    if let Some(w) = given(b, 2)? {
        g = g.mul(&w)?;
    }
    let first = b.when(0, || {
        let below = x.mul(&x.neg()?.add(1.0)?)?;
        let below = below.masked_fill(&below.lt(1e-12)?, 1e-12)?;
        g.mul(&x.sub(&y)?.div(&below)?)
    })?;
    let second = b.when(1, || g.mul(&x.neg()?.add(1.0)?.log()?.sub(&x.log()?)?))?;
    Ok(Grads::from_iter([first, second]))
});

/// The cross entropy of logits.
pub static BCE_WITH_LOGITS: OpDef = OpDef::composite(
    "binary_cross_entropy_with_logits",
    "input: Tensor, target: Tensor, weight: Tensor? = None, size_average = None, reduce = None, reduction: str = mean, \
     pos_weight: Tensor? = None",
    |c| {
        let (input, target) = (c.tensor(0)?, c.tensor(1)?);
        let reduction = legacy(c, 3, 5)?;
        if input.sizes() != target.sizes() {
            return Err(Fault::value(format!(
                "Target size (torch.Size({})) must be the same as input size (torch.Size({}))",
                show_sizes(&target.sizes()),
                show_sizes(&input.sizes())
            )));
        }
        if !target.dtype().is_float() {
            return Err(Fault::runtime(format!(
                "result type Float can't be cast to the desired output type {}",
                target.dtype().scalar_type()
            )));
        }
        let args = [input.into(), target.into(), c.value(2).clone(), c.value(6).clone(), reduction.value()];
        super::apply(&BCE_LOGITS, Bound::from_iter(args))
    },
)
.doc("The cross entropy of sigmoid(input) and target, computed without overflow; pos_weight weighs positive targets.")
.examples(&[Example(
    "F.binary_cross_entropy_with_logits(torch.tensor([2., -1.]), torch.tensor([1., 0.]))",
    "tensor(0.2201)",
)])
.forms(Forms::NN)
.samples(&["randn(2, 3), rand(2, 3)", "randn(2, 3), rand(2, 3), pos_weight=rand(3)"]);

/// Cross entropies of logits, weighted and reduced.
pub static BCE_LOGITS: OpDef = OpDef::kernel(
    "binary_cross_entropy_with_logits",
    "input: Tensor, target: Tensor, weight: Tensor? = None, pos_weight: Tensor? = None, reduction: str = mean",
    |c| {
        let (x, y) = plain(c)?;
        // (1 - y) x + (1 + (p - 1) y) * log(1 + exp(-x))
        let tail = x.logsigmoid()?.neg()?;
        let weighed = match c.opt_tensor(3)? {
            Some(p) => tail.mul(&p.detach().sub(1.0)?.mul(&y)?.add(1.0)?)?,
            None => tail,
        };
        let loss = y.neg()?.add(1.0)?.mul(&x)?.add(&weighed)?;
        let loss = match c.opt_tensor(2)? {
            Some(w) => loss.mul(&w.detach())?,
            None => loss,
        };
        Ok(reduction(c, 4)?.of_array(&loss.array())?.into())
    },
)
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::In(1), Save::In(2), Save::In(3)])
.grad(|b| {
    let (x, y) = (b.input(0)?, b.input(1)?);
    let mut g = spread(b, 4, pairs(b)?)?;
    if let Some(w) = given(b, 2)? {
        g = g.mul(&w)?;
    }
    let p = given(b, 3)?;
    let first = b.when(0, || match &p {
        None => g.mul(&x.sigmoid()?.sub(&y)?),
        Some(p) => {
            let t = p.mul(&y)?;
            g.mul(&t.add(1.0)?.sub(&y)?.mul(&x.sigmoid()?)?.sub(&t)?)
        }
    })?;
    let second = b.when(1, || match &p {
        None => g.mul(&x.neg()?),
        Some(p) => g.mul(&x.neg()?.logsigmoid()?.sub(&p.mul(&x.logsigmoid()?)?)?),
    })?;
    let fourth = b.when(3, || g.mul(&y.mul(&x.logsigmoid()?.neg()?)?))?;
    Ok(Grads::from_iter([first, second, None, fourth]))
});

/// The divergence of Kullback and Leibler.
pub static KL_DIV: OpDef = OpDef::composite(
    "kl_div",
    "input: Tensor, target: Tensor, size_average = None, reduce = None, reduction: str = mean, log_target: bool = False",
    |c| {
        let batch = c.is_none(2) && c.is_none(3) && c.text(4)? == "batchmean";
        let reduction = if batch { Reduction::Sum } else { legacy(c, 2, 4)? };
        if reduction == Reduction::Mean {
            warning::leave(
                "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides \
                 only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the \
                 same as 'batchmean' in the next major release.",
            );
        }
        let (x, y) = (c.tensor(0)?, c.tensor(1)?);
        if !x.dtype().is_float() || !y.dtype().is_float() {
            return Err(Fault::runtime("kl_div: Integral inputs not supported."));
        }
        let loss = if c.bool(5)? {
            y.exp()?.mul(&y.sub(x)?)?
        } else {
            super::call(&super::blend::XLOGY, [y.into(), y.into()])?.sub(&y.mul(x)?)?
        };
        let out = reduction.of(&loss)?;
        let rows = x.sizes().first().copied().unwrap_or(1);
        Ok(if batch && x.ndim() > 0 { out.div(rows)? } else { out }.into())
    },
)
.doc("target * (log target - input), for log-probabilities input; then reduced.\nReduction 'batchmean' divides the sum by the batch size; log_target says that target holds logarithms too.")
.examples(&[Example("F.kl_div(torch.tensor([[-1., -0.5]]), torch.tensor([[0.4, 0.6]]), reduction='sum')", "tensor(0.0270)")])
.forms(Forms::NN)
.samples(&["randn(2, 3), rand(2, 3) + 0.1, reduction='batchmean'", "randn(2, 3), randn(2, 3), reduction='sum', log_target=True"]);

/// The negative log likelihood of counts.
pub static POISSON_NLL: OpDef = OpDef::composite(
    "poisson_nll_loss",
    "input: Tensor, target: Tensor, log_input: bool = True, full: bool = False, size_average = None, eps: Number = 1e-08, \
     reduce = None, reduction: str = mean",
    |c| {
        let (x, y) = (c.tensor(0)?, c.tensor(1)?);
        let reduction = if c.is_none(4) && c.is_none(6) { reduction(c, 7)? } else { Reduction::Mean };
        let mut loss = if c.bool(2)? {
            x.exp()?.sub(&y.mul(x)?)?
        } else {
            x.sub(&y.mul(&x.add(c.scalar(5)?)?.log()?)?)?
        };
        if c.bool(3)? {
            // Stirling's approximation, for counts above one.
            let circle = y.mul(2.0 * std::f64::consts::PI)?.log()?.mul(0.5)?;
            let stirling = y.mul(&y.log()?)?.sub(y)?.add(&circle)?;
            loss = loss.add(&stirling.masked_fill(&y.le(1)?, 0)?)?;
        }
        Ok(reduction.of(&loss)?.into())
    },
)
.doc("exp(input) - target * input, for counts target; with log_input=False input - target * log(input + eps).\nfull adds Stirling's approximation of log target!; then reduced.")
.examples(&[Example("F.poisson_nll_loss(torch.tensor([0., 1.]), torch.tensor([1., 2.]))", "tensor(0.8591)")])
.forms(Forms::NN)
.samples(&["randn(2, 3), rand(2, 3) * 3"]);

/// The negative log likelihood under a normal distribution.
pub static GAUSSIAN_NLL: OpDef = OpDef::composite(
    "gaussian_nll_loss",
    "input: Tensor, target: Tensor, var, full: bool = False, eps: Number = 1e-06, reduction: str = mean",
    |c| {
        let (x, y) = (c.tensor(0)?, c.tensor(1)?);
        let mut var = match c.value(2) {
            Value::Tensor(v) => v.clone(),
            _ => {
                let dtype = if x.dtype().is_float() { x.dtype() } else { crate::array::DType::F32 };
                Tensor::new(Array::full(&[], c.scalar(2)?, dtype)?).broadcast_to(&x.sizes())?
            }
        };
        let (xs, vs) = (x.sizes(), var.sizes());
        if vs != xs {
            if vs.as_slice() == &xs[..xs.len().saturating_sub(1)] {
                var = var.unsqueeze(-1)?;
            } else if !(vs.len() == xs.len() && vs[..vs.len() - 1] == xs[..xs.len() - 1] && vs.last() == Some(&1))
                && broadcast_sizes(&xs, &vs).is_ok_and(|s| s != xs)
                || broadcast_sizes(&xs, &vs).is_err()
            {
                return Err(Fault::value("var is of incorrect size"));
            }
        }
        let reduction = match c.text(5)? {
            "none" | "mean" | "sum" => reduction(c, 5)?,
            other => return Err(Fault::value(format!("{other} is not valid"))),
        };
        if var.lt(0)?.array().to_vec::<bool>()?.contains(&true) {
            return Err(Fault::value("var has negative entry/entries"));
        }
        if !var.dtype().is_float() {
            return Err(Fault::runtime(format!(
                "result type Float can't be cast to the desired output type {}",
                var.dtype().c_name()
            )));
        }
        // The bound protects the logarithm; gradients pass it by.
        let low = var.detach().lt(c.scalar(4)?)?;
        let held = var.detach().masked_fill(&low, c.scalar(4)?)?;
        let var = var.add(&held.sub(&var.detach())?)?;
        let d = x.sub(y)?;
        let mut loss = var.log()?.add(&d.mul(&d)?.div(&var)?)?.mul(0.5)?;
        if c.bool(3)? {
            loss = loss.add(0.5 * (2.0 * std::f64::consts::PI).ln())?;
        }
        Ok(reduction.of(&loss)?.into())
    },
)
.doc("(log var + (input - target)^2 / var) / 2, for means input and variances var held above eps; then reduced.")
.examples(&[Example(
    "F.gaussian_nll_loss(torch.tensor([1.]), torch.tensor([2.]), torch.tensor([1.]))",
    "tensor(0.5000)",
)])
.forms(Forms::NN)
.samples(&["randn(2, 3), randn(2, 3), rand(2, 3) + 0.5"]);
