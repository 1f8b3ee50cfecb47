//! Losses of classifiers: the negative log likelihood of class numbers, and the cross entropy built on it.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out};
use super::loss::{Reduction, legacy, reduction};
use super::methods::zeros;
use crate::array::layout::show_sizes;
use crate::array::{Array, DType, Dims, Element, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};
use crate::with_real;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&NLL_LOSS, &CROSS_ENTROPY];

/// The dimension of the classes: 1, or 0 without a batch.
fn class_dim(ndim: usize) -> usize {
    usize::from(ndim > 1)
}

/// Refuses targets that do not fit the input of a negative log likelihood.
fn check_target(x: &Array, target: &Array, weight: Option<&Array>) -> Result<()> {
    if x.ndim() == 0 {
        return Err(Fault::runtime("input tensor should be 1D or 2D"));
    }
    let classes = x.sizes()[class_dim(x.ndim())];
    let batch = target.sizes().first().copied().unwrap_or(0);
    if x.ndim() >= 2 && x.sizes()[0] != batch {
        return Err(Fault::value(format!(
            "Expected input batch_size ({}) to match target batch_size ({batch}).",
            x.sizes()[0]
        )));
    }
    if x.ndim() <= 2 && target.ndim() > 1 {
        return Err(Fault::runtime("0D or 1D target tensor expected, multi-target not supported"));
    }
    if !matches!(target.dtype, DType::I64 | DType::U8) {
        return Err(Fault::runtime(format!(
            "expected target dtype to be Long or Byte, but got {}",
            target.dtype.scalar_type()
        )));
    }
    if let Some(w) = weight
        && (w.ndim() != 1 || w.numel() != classes)
    {
        return Err(Fault::runtime(format!(
            "weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of \
             shape: {}",
            show_sizes(w.sizes())
        )));
    }
    if x.ndim() == 1 && target.numel() != 1 {
        return Err(Fault::value(format!(
            "For 1D input, 1D target must have size 1, but got target size: {}",
            target.numel()
        )));
    }
    if x.ndim() > 2 {
        if target.ndim() + 1 != x.ndim() {
            return Err(Fault::runtime(format!(
                "only batches of spatial targets supported (3D tensors) but got targets of dimension: {}",
                target.ndim()
            )));
        }
        if x.sizes()[2..] != target.sizes()[1..] {
            return Err(Fault::runtime(format!(
                "Expected target size {}, got {}",
                show_sizes(&x.layout.select(1, 0).sizes),
                show_sizes(target.sizes())
            )));
        }
    }
    Ok(())
}

/// The losses of the elements of `target`, with what the derivative needs: the target made safe, the negated weights,
/// and the total weight.
struct Likelihood {
    losses: Array,
    safe: Array,
    slopes: Array,
    total: f64,
}

fn likelihood(x: &Array, target: &Array, weight: Option<&Array>, ignore: i64) -> Result<Likelihood> {
    let dim = class_dim(x.ndim());
    let classes = x.sizes()[dim] as i64;
    let sizes = if x.ndim() == 1 { target.layout.sizes.clone() } else { x.layout.select(dim, 0).sizes };
    let mut safe = super::kernel::to_dtype(target, DType::I64)?.to_vec::<i64>()?;
    let weights = weight.map(|w| super::kernel::to_dtype(w, DType::F64)?.to_vec::<f64>()).transpose()?;
    let mut keep = vec![true; safe.len()];
    for (t, keep) in safe.iter_mut().zip(&mut keep) {
        if *t == ignore {
            (*t, *keep) = (0, false);
        } else if *t < 0 || *t >= classes {
            return Err(Fault::index(format!("Target {t} is out of bounds.")));
        }
    }
    let base =
        if x.ndim() == 1 { vec![x.layout.offset] } else { crate::array::iter::positions(&x.layout.select(dim, 0))? };
    let stride = x.layout.strides[dim];
    let mut total = 0.0;
    with_real!(x.dtype, T => {
        let buffer = x.storage.read();
        let all = x.typed::<T>(&buffer)?;
        let (mut losses, mut slopes) = (Vec::with_capacity(safe.len()), Vec::with_capacity(safe.len()));
        for ((&at, &t), &keep) in base.iter().zip(&safe).zip(&keep) {
            if !keep || classes == 0 {
                losses.push(T::default());
                slopes.push(T::default());
                continue;
            }
            let w = weights.as_ref().map_or(1.0, |w| w[t as usize]);
            total += w;
            let v = <T as Element>::to_f64(all[(at as isize + t as isize * stride) as usize]);
            losses.push(<T as Element>::from_f64(-w * v));
            slopes.push(<T as Element>::from_f64(-w));
        }
        Ok(Likelihood {
            losses: Array::from_vec(losses, sizes.clone()),
            safe: Array::from_vec(safe, sizes.clone()),
            slopes: Array::from_vec(slopes, sizes),
            total,
        })
    })
}

/// The negative log likelihood of class numbers.
pub static NLL_LOSS: OpDef = OpDef::composite(
    "nll_loss",
    "input: Tensor, target: Tensor, weight: Tensor? = None, size_average = None, ignore_index: int = -100, reduce = None, \
     reduction: str = mean",
    |c| {
        let reduction = if c.is_none(3) && c.is_none(5) { reduction(c, 6)? } else { Reduction::Mean };
        let args = [c.value(0).clone(), c.value(1).clone(), c.value(2).clone(), c.value(4).clone(), reduction.value()];
        super::apply(&NLL, Bound::from_iter(args))
    },
)
.doc("The mean of -input[target] over a batch of log-probabilities, [N, C] or [N, C, ...]; weight weighs the classes.\nTargets equal to ignore_index do not count.")
.examples(&[Example("F.nll_loss(torch.tensor([[-0.5, -1.], [-2., -0.1]]), torch.tensor([0, 1]))", "tensor(0.3000)")])
.forms(Forms::NN)
.samples(&["randn(3, 4), tensor([0, 3, 1])", "randn(2, 3, 2), tensor([[0, 1], [2, 1]]), reduction='sum'"]);

/// Negative log likelihoods, reduced.
pub static NLL: OpDef = OpDef::kernel(
    "nll_loss",
    "input: Tensor, target: Tensor, weight: Tensor? = None, ignore_index: int = -100, reduction: str = mean",
    |c| {
        let (x, target) = (c.array(0)?, c.array(1)?);
        let weight = c.opt_tensor(2)?.map(|w| w.array().clone());
        check_target(&x, &target, weight.as_ref())?;
        if !x.dtype.is_float() {
            return Err(super::kernel::not_for("nll_loss_out_frame", x.dtype));
        }
        let found = likelihood(&x, &target, weight.as_ref(), c.int(3)?)?;
        let out = match reduction(c, 4)? {
            Reduction::None => found.losses,
            Reduction::Sum => crate::array::sums::sum(&found.losses, None, false)?,
            Reduction::Mean => {
                let sum = crate::array::sums::sum(&found.losses, None, false)?;
                let mean = sum.item().map_or(0.0, |s| s.as_f64()) / found.total;
                Array::full(&[], crate::array::Scalar::Float(mean), x.dtype)?
            }
        };
        let node = if x.ndim() == 4 { "NllLoss2DBackward0" } else { "NllLossBackward0" };
        let total = Array::full(&[], crate::array::Scalar::Float(found.total), x.dtype)?;
        Ok(Out::from(out).keep(found.safe).keep(found.slopes).keep(total).named(node))
    },
)
.forms(Forms::HIDDEN)
.grad(|b| {
    let (safe, slopes) = (b.kept(0)?, b.kept(1)?);
    let sizes = b.sizes(0);
    let dim = class_dim(sizes.len());
    let mut g = b.grad().mul(&slopes)?;
    if reduction(&b.call(), 4)? == Reduction::Mean {
        g = g.div(&b.kept(2)?)?;
    }
    let lift = |t: &Tensor| if sizes.len() == 1 { t.reshape(&[t.numel()]) } else { t.unsqueeze(dim) };
    let grad = zeros(&sizes, b.dtype(0))?.scatter_add(dim, lift(&safe)?, lift(&g)?)?;
    Ok(Grads::from_iter([Some(grad)]))
});

/// The cross entropy of logits and classes.
pub static CROSS_ENTROPY: OpDef = OpDef::composite(
    "cross_entropy",
    "input: Tensor, target: Tensor, weight: Tensor? = None, size_average = None, ignore_index: int = -100, reduce = None, \
     reduction: str = mean, label_smoothing: Number = 0.0",
    |c| {
        let reduction = if c.is_none(3) && c.is_none(5) { reduction(c, 6)? } else { legacy_split(c)? };
        let (x, target) = (c.tensor(0)?, c.tensor(1)?);
        let smoothing = c.float(7)?;
        if !(0.0..=1.0).contains(&smoothing) {
            return Err(Fault::runtime(format!("label_smoothing must be between 0.0 and 1.0. Got: {smoothing}")));
        }
        if x.ndim() == 0 {
            return Err(Fault::runtime("input tensor should be 1D or 2D"));
        }
        let dim = class_dim(x.ndim());
        if x.sizes() == target.sizes() {
            if !target.dtype().is_float() {
                return Err(Fault::runtime(format!(
                    "Expected floating point type for target with class probabilities, got {}",
                    target.dtype().scalar_type()
                )));
            }
            return probabilities(c, x, target, dim, reduction, smoothing);
        }
        let logs = super::call(&super::softmax::LOG_SOFTMAX, [x.into(), Value::from(dim)])?;
        let nll = |logs: &Tensor| {
            let args = [logs.into(), target.into(), c.value(2).clone(), c.value(4).clone(), reduction.value()];
            tensor(super::apply(&NLL, Bound::from_iter(args))?)
        };
        let plain = nll(&logs)?;
        if smoothing == 0.0 {
            return Ok(plain.into());
        }
        smoothed(c, &logs, target, dim, reduction, smoothing, &plain)
    },
)
.doc("The negative log likelihood of softmax(input) along the classes, [N, C] or [N, C, ...].\ntarget holds class numbers, or probabilities in the shape of input; label_smoothing mixes in the uniform distribution.")
.examples(&[Example("F.cross_entropy(torch.tensor([[2., 0.], [0., 1.]]), torch.tensor([0, 1]))", "tensor(0.2201)")])
.forms(Forms::NN)
.samples(&[
    "randn(3, 4), tensor([0, 3, 1])",
    "randn(3, 4), rand(3, 4)",
    "randn(3, 4), tensor([0, 3, 1]), label_smoothing=0.1",
]);

fn legacy_split(c: &Call) -> Result<Reduction> {
    let args: Bound = [c.value(3).clone(), c.value(5).clone(), c.value(6).clone()].into_iter().collect();
    legacy(&Call { def: c.def, args: &args }, 0, 2)
}

fn tensor(value: Value) -> Result<Tensor> {
    match value {
        Value::Tensor(t) => Ok(t),
        _ => Err(Fault::internal("a loss is no tensor")),
    }
}

/// The weights of classes, shaped to multiply the input.
fn class_weights(c: &Call, ndim: usize, dim: usize) -> Result<Option<Tensor>> {
    let Some(w) = c.opt_tensor(2)? else { return Ok(None) };
    let mut shape = Dims::from_elem(1, ndim);
    shape[dim] = w.numel();
    w.reshape(&shape).map(Some)
}

/// The cross entropy with probabilities as targets.
fn probabilities(
    c: &Call,
    x: &Tensor,
    target: &Tensor,
    dim: usize,
    reduction: Reduction,
    smoothing: f64,
) -> Result<Value> {
    let classes = x.sizes()[dim];
    let target =
        if smoothing > 0.0 { target.mul(1.0 - smoothing)?.add(smoothing / classes as f64)? } else { target.clone() };
    let logs = super::call(&super::softmax::LOG_SOFTMAX, [x.into(), Value::from(dim)])?;
    let mut product = logs.mul(&target)?;
    if let Some(w) = class_weights(c, x.ndim(), dim)? {
        product = product.mul(&w)?;
    }
    Ok(match reduction {
        Reduction::None => product.sum_dims(&[dim as i64], false)?.neg()?,
        Reduction::Sum => product.sum_all()?.neg()?,
        Reduction::Mean => {
            let rows = x.numel() / classes.max(1);
            product.sum_all()?.neg()?.div(rows)?
        }
    }
    .into())
}

/// The mixture of the plain loss with the loss against all classes alike.
fn smoothed(
    c: &Call,
    logs: &Tensor,
    target: &Tensor,
    dim: usize,
    reduction: Reduction,
    smoothing: f64,
    plain: &Tensor,
) -> Result<Value> {
    let classes = logs.sizes()[dim];
    let weighted = match class_weights(c, logs.ndim(), dim)? {
        Some(w) => logs.mul(&w)?,
        None => logs.clone(),
    };
    let ignored = target.eq(c.value(4).clone())?;
    let each = weighted.sum_dims(&[dim as i64], false)?.neg()?.masked_fill(&ignored.reshape(&target.sizes())?, 0.0)?;
    let uniform = match reduction {
        Reduction::None => each,
        Reduction::Sum => each.sum_all()?,
        Reduction::Mean => {
            let counts = map::cast(&ignored.logical_not()?.array(), logs.dtype())?;
            let total = match c.opt_tensor(2)? {
                Some(w) => {
                    let safe = target.masked_fill(&ignored, 0)?;
                    let picked = w.detach().gather(0, safe.reshape(&[safe.numel()])?)?;
                    picked.mul(&Tensor::new(counts).reshape(&[safe.numel()])?)?.sum_all()?
                }
                None => Tensor::new(counts).sum_all()?,
            };
            each.sum_all()?.div(&total)?
        }
    };
    let share = smoothing / classes as f64;
    Ok(plain.mul(1.0 - smoothing)?.add(&uniform.mul(share)?)?.into())
}
