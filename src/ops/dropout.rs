//! Random zeros while training.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::generator::with_default;
use crate::array::{Array, Dims, Scalar, random};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&DROPOUT, &DROPOUT1D, &DROPOUT2D, &DROPOUT3D, &FEATURE_DROPOUT, &ALPHA_DROPOUT, &FEATURE_ALPHA_DROPOUT];

const SIGNATURE: &str = "input: Tensor, p: Number = 0.5, training: bool = True";
const FORMS: Forms = Forms::NN.and(Forms::NN_INPLACE);

fn probability(c: &Call) -> Result<f64> {
    let p = c.float(1)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(Fault::value(format!("dropout probability has to be between 0 and 1, but got {p:?}")));
    }
    Ok(p)
}

/// The sizes of the random numbers: one for each element, or one for each channel.
fn noise_sizes(t: &Tensor, by_channel: bool) -> Dims {
    let sizes = t.sizes();
    if by_channel { sizes.iter().enumerate().map(|(d, &n)| if d < 2 { n } else { 1 }).collect() } else { sizes }
}

/// Ones kept with probability 1 - p, zeros elsewhere.
fn kept(sizes: &[usize], t: &Tensor, p: f64) -> Result<Array> {
    with_default(|g| random::bernoulli_p(g, sizes, t.dtype(), 1.0 - p))
}

/// The tensor with random elements, or channels, set to zero and the others scaled to keep the mean.
fn dropped(c: &Call, by_channel: bool) -> Result<Value> {
    let (t, p) = (c.tensor(0)?, probability(c)?);
    if !c.bool(2)? || p == 0.0 || t.numel() == 0 {
        return Ok(t.into());
    }
    if p == 1.0 {
        let zeros = Array::full(&[], Scalar::Int(0), t.dtype())?;
        return Ok(t.mul(&Tensor::new(zeros))?.into());
    }
    if !t.dtype().is_float() {
        return Err(Fault::runtime("result type Float can't be cast to the desired output type Long"));
    }
    let noise = Tensor::new(kept(&noise_sizes(t, by_channel), t, p)?).div(1.0 - p)?;
    Ok(t.mul(&noise)?.into())
}

/// Random elements set to zero.
pub static DROPOUT: OpDef = OpDef::composite("dropout", SIGNATURE, |c| dropped(c, false))
    .doc("While training, each element set to zero with probability p and the others divided by 1 - p.")
    .examples(&[Example("F.dropout(torch.ones(3), p=0.5, training=False)", "tensor([1., 1., 1.])")])
    .forms(FORMS)
    .samples(&["randn(2, 3), 0.5, False"]);

/// Declares dropout of whole channels.
macro_rules! channels {
    ($id:ident, $name:literal) => {
        /// Random channels set to zero.
        pub static $id: OpDef = OpDef::composite($name, SIGNATURE, |c| dropped(c, true))
            .doc("While training, each channel set to zero with probability p and the others divided by 1 - p.")
            .examples(&[Example(concat!("F.", $name, "(torch.ones(1, 1, 2), training=False)"), "tensor([[[1., 1.]]])")])
            .forms(FORMS)
            .samples(&["randn(2, 3, 2), 0.5, False"]);
    };
}

channels!(DROPOUT1D, "dropout1d");
channels!(DROPOUT2D, "dropout2d");
channels!(DROPOUT3D, "dropout3d");

/// Random channels set to zero, as `torch.feature_dropout`.
pub static FEATURE_DROPOUT: OpDef =
    OpDef::composite("feature_dropout", "input: Tensor, p: Number, train: bool", |c| dropped(c, true))
        .doc("While training, each channel set to zero with probability p and the others divided by 1 - p.")
        .examples(&[Example(
            "torch.feature_dropout(torch.ones(2, 2), 0.5, False)",
            "tensor([[1., 1.],\n        [1., 1.]])",
        )])
        .forms(Forms::FUNCTION)
        .samples(&["randn(2, 3, 2), 0.5, False"]);

/// Elements, or channels, set to a negative value so that mean and variance stay.
fn alpha_dropped(c: &Call, by_channel: bool) -> Result<Value> {
    const ALPHA: f64 = 1.758_099_340_847_376_6;
    let (t, p) = (c.tensor(0)?, probability(c)?);
    if !c.bool(2)? || p == 0.0 || t.numel() == 0 {
        return Ok(t.into());
    }
    if p == 1.0 {
        return Ok(t.mul(0)?.into());
    }
    let noise = Tensor::new(kept(&noise_sizes(t, by_channel), t, p)?);
    let a = 1.0 / ((ALPHA * ALPHA * p + 1.0) * (1.0 - p)).sqrt();
    let shift = noise.add(-1.0)?.mul(ALPHA * a)?.add(ALPHA * a * p)?;
    Ok(t.mul(&noise.mul(a)?)?.add(&shift)?.into())
}

/// Random elements set to a negative value so that mean and variance stay.
pub static ALPHA_DROPOUT: OpDef =
    OpDef::composite("alpha_dropout", "input: Tensor, p: Number = 0.5, training: bool = False", |c| {
        alpha_dropped(c, false)
    })
    .doc("Dropout for selu networks: elements dropped to the saturated value, then scaled to keep mean and variance.")
    .examples(&[Example("F.alpha_dropout(torch.ones(3), training=False)", "tensor([1., 1., 1.])")])
    .forms(FORMS)
    .samples(&["randn(2, 3), 0.5, False"]);

/// Random channels set to a negative value so that mean and variance stay.
pub static FEATURE_ALPHA_DROPOUT: OpDef =
    OpDef::composite("feature_alpha_dropout", "input: Tensor, p: Number = 0.5, training: bool = False", |c| {
        alpha_dropped(c, true)
    })
    .doc("Dropout for selu networks, of whole channels.")
    .examples(&[Example(
        "F.feature_alpha_dropout(torch.ones(2, 2), training=False)",
        "tensor([[1., 1.],\n        [1., 1.]])",
    )])
    .forms(FORMS)
    .samples(&["randn(2, 3, 2), 0.5, False"]);
