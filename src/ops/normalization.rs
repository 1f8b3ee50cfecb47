//! Normalisation of activations: over batches, layers, groups, instances, channels.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::node::Back;
use crate::array::layout::show_sizes;
use crate::array::{DType, Dims};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor, mode};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&LAYER_NORM, &RMS_NORM, &GROUP_NORM, &BATCH_NORM, &INSTANCE_NORM, &LOCAL_RESPONSE_NORM];

const KERNEL: &str = "input: Tensor, weight: Tensor?, bias: Tensor?, dims: int[], eps: Number";

/// A tensor centred and scaled to variance one over some dimensions, and the reciprocal of its deviation.
fn standardized(x: &Tensor, dims: &[i64], eps: f64) -> Result<(Tensor, Tensor)> {
    let centred = x.sub(&x.mean_dims(dims, true)?)?;
    let variance = centred.mul(&centred)?.mean_dims(dims, true)?;
    let scale = variance.add(eps)?.rsqrt()?;
    Ok((centred.mul(&scale)?, scale))
}

/// Declares normalisation over dimensions with broadcasting weights, under a node name.
macro_rules! normalized {
    ($id:ident, $node:literal) => {
        /// Normalisation over some dimensions, weights broadcasting.
        pub static $id: OpDef = OpDef::kernel("native_norm", KERNEL, |c| {
            let x = c.tensor(0)?.detach();
            let dims = c.ints(3)?;
            let out = mode::with_grad_enabled(false, || {
                let (mut out, _) = standardized(&x, &dims, c.float(4)?)?;
                if let Some(w) = c.opt_tensor(1)? {
                    out = out.mul(&w.detach())?;
                }
                match c.opt_tensor(2)? {
                    Some(b) => out.add(&b.detach()),
                    None => Ok(out),
                }
            })?;
            let array = out.array().clone();
            Ok(array.into())
        })
        .forms(Forms::HIDDEN)
        .node($node)
        .saves(&[Save::In(0), Save::In(1)])
        .grad(gradient);
    };
}

normalized!(LAYER_NORM_OVER, "NativeLayerNormBackward0");
normalized!(GROUP_NORM_OVER, "NativeGroupNormBackward0");
normalized!(BATCH_NORM_OVER, "NativeBatchNormBackward0");

fn gradient(b: &Back) -> Result<Grads> {
    let x = b.input(0)?;
    let dims = b.call().ints(3)?;
    let (unit, scale) = standardized(&x, &dims, b.call().float(4)?)?;
    let g = b.grad();
    let first = b.when(0, || {
        let g = if b.arg(1).is_undef() { g.mul(&b.input(1)?)? } else { g.clone() };
        let shared = g.mean_dims(&dims, true)?.add(&unit.mul(&g.mul(&unit)?.mean_dims(&dims, true)?)?)?;
        g.sub(&shared)?.mul(&scale)
    })?;
    let weight = b.when(1, || g.mul(&unit))?;
    Ok(Grads::from_iter([first, weight, b.when(2, || Ok(g.clone()))?]))
}

/// Applies a normalisation to a tensor.
fn over(
    def: &'static OpDef,
    x: &Tensor,
    weight: Option<Tensor>,
    bias: Option<Tensor>,
    dims: &[usize],
    eps: f64,
) -> Result<Tensor> {
    let dims = Value::tuple(dims.iter().map(|&d| Value::Int(d as i64)));
    let args = Bound::from_iter([x.into(), weight.into(), bias.into(), dims, Value::Float(eps)]);
    match super::apply(def, args)? {
        Value::Tensor(t) => Ok(t),
        _ => Err(Fault::internal("a normalisation gave no tensor")),
    }
}

/// The dimensions that a normalised shape names: the last ones.
fn last_dims(c: &Call, x: &Tensor, weights: &[usize]) -> Result<Vec<usize>> {
    let shape = c.sizes(1)?;
    if shape.is_empty() {
        return Err(Fault::runtime(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []",
        ));
    }
    for &i in weights {
        if let Some(w) = c.opt_tensor(i)?
            && w.sizes() != shape
        {
            let name = if i == 2 { "weight" } else { "bias" };
            return Err(Fault::runtime(format!(
                "Expected {name} to be of same shape as normalized_shape, but got {name} of shape {} and normalized_shape \
                 = {}",
                show_sizes(&w.sizes()),
                show_sizes(&shape)
            )));
        }
    }
    let sizes = x.sizes();
    match sizes.len().checked_sub(shape.len()) {
        Some(lead) if sizes[lead..] == shape[..] => Ok((lead..sizes.len()).collect()),
        _ => {
            let shown: Vec<String> = shape.iter().map(|n| n.to_string()).collect();
            Err(Fault::runtime(format!(
                "Given normalized_shape={}, expected input with shape [*, {}], but got input of size{}",
                show_sizes(&shape),
                shown.join(", "),
                show_sizes(&sizes)
            )))
        }
    }
}

fn refuse_integers(x: &Tensor, kernel: &str) -> Result<()> {
    if x.dtype().is_float() { Ok(()) } else { Err(super::kernel::not_for(kernel, x.dtype())) }
}

/// Normalisation over the last dimensions.
pub static LAYER_NORM: OpDef = OpDef::composite(
    "layer_norm",
    "input: Tensor, normalized_shape: int[], weight: Tensor? = None, bias: Tensor? = None, eps: Number = 1e-05",
    |c| {
        let x = c.tensor(0)?;
        let (w, b) = (c.opt_tensor(2)?.cloned(), c.opt_tensor(3)?.cloned());
        let narrow = matches!(x.dtype(), DType::F16 | DType::BF16);
        let mixed = |t: &Tensor| t.dtype() != x.dtype() && !(narrow && t.dtype() == DType::F32);
        if [&w, &b].into_iter().flatten().any(mixed) {
            return Err(Fault::runtime("mixed dtype (CPU): all inputs must share same datatype."));
        }
        let dims = last_dims(c, x, &[2, 3])?;
        refuse_integers(x, "LayerNormKernelImpl")?;
        Ok(over(&LAYER_NORM_OVER, x, w, b, &dims, c.float(4)?)?.into())
    },
)
.doc("(input - mean) / sqrt(var + eps) * weight + bias, with mean and variance over the last dimensions, which have normalized_shape.")
.examples(&[Example("F.layer_norm(torch.tensor([[1., 2., 3.]]), (3,))", "tensor([[-1.2247,  0.0000,  1.2247]])")])
.forms(Forms::NN.and(Forms::FUNCTION))
.samples(&["randn(2, 3), (3,)", "randn(2, 3, 2), (3, 2), randn(3, 2), randn(3, 2)"]);

/// Division by the root of the mean square over the last dimensions.
pub static RMS_NORM: OpDef = OpDef::composite(
    "rms_norm",
    "input: Tensor, normalized_shape: int[], weight: Tensor? = None, eps: Number? = None",
    |c| {
        let x = c.tensor(0)?;
        let dims: Vec<i64> = last_dims(c, x, &[2])?.into_iter().map(|d| d as i64).collect();
        refuse_integers(x, "rms_norm")?;
        let eps = match c.opt_scalar(3)? {
            Some(e) => e.as_f64(),
            None if x.dtype() == crate::array::DType::F64 => f64::EPSILON,
            None => f32::EPSILON as f64,
        };
        let scale = x.mul(x)?.mean_dims(&dims, true)?.add(eps)?.rsqrt()?;
        let out = x.mul(&scale)?;
        Ok(match c.opt_tensor(2)? {
            Some(w) => out.mul(w)?,
            None => out,
        }
        .into())
    },
)
.doc("input / sqrt(mean of squares + eps) * weight over the last dimensions, which have normalized_shape.")
.examples(&[Example("F.rms_norm(torch.tensor([[3., 4.]]), (2,))", "tensor([[0.8485, 1.1314]])")])
.forms(Forms::NN.and(Forms::FUNCTION))
.samples(&["randn(2, 3), (3,), randn(3)"]);

/// A weight for each channel, shaped to multiply an input with channels in dimension 1.
fn by_channel(t: Option<&Tensor>, ndim: usize) -> Result<Option<Tensor>> {
    let Some(t) = t else { return Ok(None) };
    let mut shape = Dims::from_elem(1, ndim);
    if ndim > 1 {
        shape[1] = t.numel();
    }
    t.reshape(&shape).map(Some)
}

/// Normalisation over groups of channels.
pub static GROUP_NORM: OpDef = OpDef::composite(
    "group_norm",
    "input: Tensor, num_groups: int, weight: Tensor? = None, bias: Tensor? = None, eps: Number = 1e-05",
    |c| {
        let x = c.tensor(0)?;
        let sizes = x.sizes();
        if sizes.len() < 2 {
            return Err(Fault::runtime(format!("Expected at least 2 dimensions for input tensor but received {}", sizes.len())));
        }
        let groups = c.int(1)?;
        if groups <= 0 {
            return Err(Fault::runtime(format!("Expected num groups to be greater than 0, got {groups}")));
        }
        let (n, channels, groups) = (sizes[0], sizes[1], groups as usize);
        if channels == 0 {
            return Err(Fault::runtime("Expected number of channels to be greater than 0, got 0"));
        }
        if channels % groups != 0 {
            return Err(Fault::runtime(format!(
                "Expected number of channels in input to be divisible by num_groups, but got input of shape {} and \
                 num_groups={groups}",
                show_sizes(&sizes)
            )));
        }
        for i in [2, 3] {
            if let Some(w) = c.opt_tensor(i)?
                && (w.ndim() != 1 || w.numel() != channels)
            {
                let name = if i == 2 { "weight" } else { "bias" };
                return Err(Fault::runtime(format!(
                    "Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of \
                     shape {} and input of shape {}",
                    show_sizes(&w.sizes()),
                    show_sizes(&sizes)
                )));
            }
        }
        refuse_integers(x, "GroupNormKernelImpl")?;
        let rest: usize = sizes[2..].iter().product();
        if rest == 0 {
            return Err(Fault::runtime(format!(
                "Expected more than 1 value per channel when training, got input size {}",
                show_sizes(&sizes)
            )));
        }
        let split = x.reshape(&[n, groups, channels / groups, rest])?;
        let lift = |t: Option<&Tensor>| -> Result<Option<Tensor>> {
            t.map(|t| t.reshape(&[1, groups, channels / groups, 1])).transpose()
        };
        let out =
            over(&GROUP_NORM_OVER, &split, lift(c.opt_tensor(2)?)?, lift(c.opt_tensor(3)?)?, &[2, 3], c.float(4)?)?;
        Ok(out.reshape(&sizes)?.into())
    },
)
.doc("Normalisation of each sample over groups of channels (dimension 1) and all later dimensions; weight and bias by channel.")
.examples(&[Example("F.group_norm(torch.tensor([[1., 3., 0., 4.]]), 2)", "tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])")])
.forms(Forms::NN.and(Forms::FUNCTION))
.samples(&["randn(2, 4, 3), 2, randn(4), randn(4)"]);

/// Moves running statistics towards those of a batch.
fn update(running: Option<&Tensor>, batch: &Tensor, momentum: f64) -> Result<()> {
    let Some(running) = running else { return Ok(()) };
    mode::with_grad_enabled(false, || {
        let moved = running.mul(1.0 - momentum)?.add(&batch.to_dtype(running.dtype())?.mul(momentum)?)?;
        super::inplace::copy_from(running, &moved)
    })
}

/// Statistics of the channels of a batch: means and unbiased variances.
fn channel_moments(x: &Tensor, dims: &[i64]) -> Result<(Tensor, Tensor)> {
    mode::with_grad_enabled(false, || {
        let x = x.detach();
        let mean = x.mean_dims(dims, true)?;
        let d = x.sub(&mean)?;
        let channels = x.sizes()[1];
        let count = (x.numel() / channels.max(1)) as f64;
        let variance = d.mul(&d)?.sum_dims(dims, false)?.div((count - 1.0).max(0.0))?;
        Ok((mean.reshape(&[channels])?, variance))
    })
}

/// The dimensions of a batch but the channels.
fn all_but_channels(ndim: usize) -> Vec<usize> {
    (0..ndim).filter(|&d| d != 1).collect()
}

/// Normalisation with given means and variances.
fn with_statistics(
    x: &Tensor,
    mean: &Tensor,
    var: &Tensor,
    w: Option<Tensor>,
    b: Option<Tensor>,
    eps: f64,
) -> Result<Tensor> {
    let n = x.ndim();
    let shape = |t: &Tensor| -> Result<Tensor> { Ok(by_channel(Some(t), n)?.unwrap_or_else(|| t.clone())) };
    let scale = shape(&var.add(eps)?.rsqrt()?)?;
    let mut out = x.sub(&shape(mean)?)?.mul(&scale)?;
    if let Some(w) = w {
        out = out.mul(&w)?;
    }
    match b {
        Some(b) => out.add(&b),
        None => Ok(out),
    }
}

/// Normalisation over a batch.
pub static BATCH_NORM: OpDef = OpDef::composite(
    "batch_norm",
    "input: Tensor, running_mean: Tensor?, running_var: Tensor?, weight: Tensor? = None, bias: Tensor? = None, training: \
     bool = False, momentum: Number = 0.1, eps: Number = 1e-05",
    |c| {
        let x = c.tensor(0)?;
        let n = x.ndim();
        let sizes = x.sizes();
        if x.numel() == 0 && n < 2 {
            return Ok(x.mul(1)?.into());
        }
        if n < 2 {
            return Err(Fault::runtime(format!("batch_norm: expected input with at least 2 dimensions, got {n}")));
        }
        let training = c.bool(5)?;
        if training && x.numel() / sizes[1].max(1) == 1 {
            return Err(Fault::value(format!(
                "Expected more than 1 value per channel when training, got input size torch.Size({})",
                show_sizes(&sizes)
            )));
        }
        for (i, name) in [(1, "running_mean"), (2, "running_var"), (3, "weight"), (4, "bias")] {
            if let Some(t) = c.opt_tensor(i)?
                && t.numel() != sizes[1]
            {
                return Err(Fault::runtime(format!("{name} should contain {} elements not {}", sizes[1], t.numel())));
            }
        }
        refuse_integers(x, "batch_norm")?;
        let (w, b) = (by_channel(c.opt_tensor(3)?, n)?, by_channel(c.opt_tensor(4)?, n)?);
        let (mean, var, eps) = (c.opt_tensor(1)?, c.opt_tensor(2)?, c.float(7)?);
        if !training {
            let (Some(mean), Some(var)) = (mean, var) else {
                let missing = if mean.is_none() { "running_mean" } else { "running_var" };
                return Err(Fault::runtime(format!("{missing} must be defined in evaluation mode")));
            };
            return Ok(with_statistics(x, mean, var, w, b, eps)?.into());
        }
        let dims = all_but_channels(n);
        let signed: Vec<i64> = dims.iter().map(|&d| d as i64).collect();
        if mean.is_some() || var.is_some() {
            let (m, v) = channel_moments(x, &signed)?;
            let momentum = c.float(6)?;
            update(mean, &m, momentum)?;
            update(var, &v, momentum)?;
        }
        Ok(over(&BATCH_NORM_OVER, x, w, b, &dims, eps)?.into())
    },
)
.doc("Normalisation of each channel (dimension 1) over the batch and all later dimensions.\nWhile training the batch's own statistics count and the running ones move; otherwise the running ones count.")
.examples(&[Example("F.batch_norm(torch.tensor([[1.], [3.]]), None, None, training=True)", "tensor([[-1.0000],\n        [ 1.0000]])")])
.forms(Forms::NN)
.samples(&["randn(4, 3), None, None, randn(3), randn(3), True"]);

/// Normalisation of each channel of each sample.
pub static INSTANCE_NORM: OpDef = OpDef::composite(
    "instance_norm",
    "input: Tensor, running_mean: Tensor? = None, running_var: Tensor? = None, weight: Tensor? = None, bias: Tensor? = None, \
     use_input_stats: bool = True, momentum: Number = 0.1, eps: Number = 1e-05",
    |c| {
        let x = c.tensor(0)?;
        let (n, sizes) = (x.ndim(), x.sizes());
        if n < 2 {
            return Err(Fault::runtime("Expected at least 2 dimensions for input tensor"));
        }
        let spatial: usize = sizes[2..].iter().product();
        let own = c.bool(5)?;
        if own && spatial == 1 {
            return Err(Fault::value(format!(
                "Expected more than 1 spatial element when training, got input size torch.Size({})",
                show_sizes(&sizes)
            )));
        }
        refuse_integers(x, "instance_norm")?;
        let (w, b) = (by_channel(c.opt_tensor(3)?, n)?, by_channel(c.opt_tensor(4)?, n)?);
        let (mean, var, eps) = (c.opt_tensor(1)?, c.opt_tensor(2)?, c.float(7)?);
        if !own {
            let (Some(mean), Some(var)) = (mean, var) else {
                return Err(Fault::runtime("Expected running_mean and running_var to be defined when use_input_stats is false"));
            };
            return Ok(with_statistics(x, mean, var, w, b, eps)?.into());
        }
        if mean.is_some() || var.is_some() {
            mode::with_grad_enabled(false, || -> Result<()> {
                let dims: Vec<i64> = (2..n as i64).collect();
                let flat = x.detach();
                let means = flat.mean_dims(&dims, true)?;
                let d = flat.sub(&means)?;
                let variances = d.mul(&d)?.sum_dims(&dims, false)?.div(spatial.saturating_sub(1) as f64)?;
                let momentum = c.float(6)?;
                update(mean, &means.reshape(&[sizes[0], sizes[1]])?.mean_dims(&[0], false)?, momentum)?;
                update(var, &variances.mean_dims(&[0], false)?, momentum)
            })?;
        }
        let dims: Vec<usize> = (2..n).collect();
        Ok(over(&BATCH_NORM_OVER, x, w, b, &dims, eps)?.into())
    },
)
.doc("Normalisation of each channel (dimension 1) of each sample over all later dimensions.")
.examples(&[Example("F.instance_norm(torch.tensor([[[1., 3.]]]))", "tensor([[[-1.0000,  1.0000]]])")])
.forms(Forms::NN)
.samples(&["randn(2, 3, 4)"]);

/// Normalisation over neighbouring channels.
pub static LOCAL_RESPONSE_NORM: OpDef = OpDef::composite(
    "local_response_norm",
    "input: Tensor, size: int, alpha: Number = 0.0001, beta: Number = 0.75, k: Number = 1.0",
    |c| {
        let x = c.tensor(0)?;
        let size = c.int(1)?;
        if x.ndim() < 3 {
            return Err(Fault::value(format!(
                "Expected 3D or higher dimensionality                          input (got {} dimensions)",
                x.ndim()
            )));
        }
        if x.numel() == 0 {
            return Ok(x.into());
        }
        if size < 1 {
            return Err(Fault::value("local_response_norm size must be at least 1"));
        }
        let (before, channels, size) = ((size / 2) as usize, x.sizes()[1], size as usize);
        let square = x.mul(x)?;
        let mut padded = x.sizes();
        padded[1] = channels + size - 1;
        let place = crate::array::Layout::contiguous(padded.clone()).slice(1, before, channels, 1);
        let wide = super::strided::scatter_view(&square, &padded, &place)?;
        let windows =
            super::call(&super::arrange::UNFOLD, [wide.into(), Value::Int(1), Value::from(size), Value::Int(1)])?;
        if !x.dtype().is_float() && x.dtype() != crate::array::DType::I64 {
            let name = if x.ndim() == 3 { "avg_pool2d" } else { "avg_pool3d_out_frame" };
            return Err(super::kernel::not_for(name, x.dtype()));
        }
        let mean = if x.dtype().is_float() {
            windows.mean_dims(&[-1], false)?
        } else {
            windows.sum_dims(&[-1], false)?.floor_divide(size)?
        };
        let divisor = mean.mul(c.scalar(2)?)?.add(c.scalar(4)?)?.pow(c.scalar(3)?)?;
        Ok(x.div(&divisor)?.into())
    },
)
.doc("input / (k + alpha * mean of squares over `size` neighbouring channels)^beta.")
.examples(&[Example("F.local_response_norm(torch.ones(1, 2, 1), 2)", "tensor([[[1.0000],\n         [0.9999]]])")])
.forms(Forms::NN)
.samples(&["randn(2, 4, 3), 2"]);
