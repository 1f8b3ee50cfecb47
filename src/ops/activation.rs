//! Activation functions of neural networks.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::kernel::not_for;
use super::node::{Back, grads};
use crate::array::{Array, DType, map, vmath};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::tensor_methods;
use crate::value::Value;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &LEAKY_RELU,
    &ELU,
    &SELU,
    &CELU,
    &GELU,
    &SILU,
    &MISH,
    &SOFTPLUS,
    &LOGSIGMOID,
    &HARDTANH,
    &RELU6,
    &HARDSIGMOID,
    &HARDSWISH,
    &HARDSHRINK,
    &SOFTSHRINK,
    &THRESHOLD,
    &SOFTSIGN,
    &TANHSHRINK,
    &GLU,
    &PRELU,
    &RRELU,
    &NN_TANH,
];

tensor_methods! {
    /// The logarithm of the logistic function.
    logsigmoid() = LOGSIGMOID;
    /// Half of a dimension gated by the other half.
    glu(dim) = GLU;
}

/// Function of `torch.nn.functional` with an `inplace` argument.
pub(super) const ACTIVATION: Forms = Forms::NN.and(Forms::NN_INPLACE);

/// An array mapped by an expression of one element `x` and parameters, computed at the element's own precision.
#[macro_export]
macro_rules! curve {
    ($array:expr, $name:literal, [$($p:ident = $v:expr),*], |$x:ident| $e:expr) => {{
        use $crate::array::{DType, map};
        let array: &$crate::array::Array = $array;
        $(let $p: f64 = $v;)*
        match array.dtype {
            DType::F64 => map::map1(array, move |$x: f64| -> f64 { $e }),
            dtype => {
                $(let $p = $p as f32;)*
                match dtype {
                    DType::F32 => map::map1(array, move |$x: f32| -> f32 { $e }),
                    DType::F16 => map::map1(array, move |h: half::f16| {
                        let $x = h.to_f32();
                        half::f16::from_f32({ $e })
                    }),
                    DType::BF16 => map::map1(array, move |h: half::bf16| {
                        let $x = h.to_f32();
                        half::bf16::from_f32({ $e })
                    }),
                    other => Err($crate::ops::kernel::not_for($name, other)),
                }
            }
        }
    }};
}

/// Declares an activation that is linear in pieces: its value, and its slope as an operator without derivative.
macro_rules! pieces {
    ($id:ident, $slope:ident, $name:literal, $kernel:literal, $signature:literal, [$($p:ident = $v:expr),*],
     |$x:ident| $e:expr, |$y:ident| $s:expr, $doc:literal, $example:literal => $shown:literal, $sample:literal, $forms:expr) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::kernel($name, $signature, |c| {
            Ok($crate::curve!(&c.array(0)?, $kernel, [$($p = ($v)(c)?),*], |$x| $e)?.into())
        })
        .doc($doc)
        .examples(&[Example($example, $shown)])
        .forms($forms)
        .saves(&[Save::In(0)])
        .grad(|b| {
            let args = std::iter::once(Value::Tensor(b.input(0)?)).chain(b.call().args.iter().skip(1).cloned()).collect();
            grads([b.grad().mul(&one(super::apply(&$slope, args)?)?)?])
        })
        .samples(&[$sample]);

        #[doc = concat!("The slope of ", $name, ".")]
        pub static $slope: OpDef = OpDef::kernel(concat!($name, "_slope"), $signature, |c| {
            Ok($crate::curve!(&c.array(0)?, $kernel, [$($p = ($v)(c)?),*], |$y| $s)?.into())
        })
        .forms(Forms::HIDDEN);
    };
}

/// The tensor of a result.
fn one(value: Value) -> Result<Tensor> {
    match value {
        Value::Tensor(t) => Ok(t),
        _ => Err(Fault::internal("an operator gave no tensor")),
    }
}

pieces!(
    LEAKY_RELU,
    LEAKY_RELU_SLOPE,
    "leaky_relu",
    "leaky_relu_cpu",
    "input: Tensor, negative_slope: Number = 0.01",
    [a = second],
    |x| if x > 0.0 { x } else { x * a },
    |x| if x > 0.0 { 1.0 } else { a },
    "input where it is positive, negative_slope * input elsewhere.",
    "F.leaky_relu(torch.tensor([-1., 2.]))" => "tensor([-0.0100,  2.0000])",
    "randn(2, 3), 0.1",
    ACTIVATION.and(Forms::FUNCTION)
);
pieces!(
    HARDSIGMOID,
    HARDSIGMOID_SLOPE,
    "hardsigmoid",
    "hardsigmoid_cpu",
    "input: Tensor",
    [],
    |x| (x + 3.0).clamp(0.0, 6.0) / 6.0,
    |x| if x > -3.0 && x < 3.0 { 1.0 / 6.0 } else { 0.0 },
    "The straight approximation clamp(input + 3, 0, 6) / 6 of the logistic function.",
    "F.hardsigmoid(torch.tensor([-4., 0., 1.]))" => "tensor([0.0000, 0.5000, 0.6667])",
    "randn(2, 3)",
    ACTIVATION
);
pieces!(
    HARDSWISH,
    HARDSWISH_SLOPE,
    "hardswish",
    "hardswish_cpu",
    "input: Tensor",
    [],
    |x| x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
    |x| if x <= -3.0 {
        0.0
    } else if x < 3.0 {
        x / 3.0 + 0.5
    } else {
        1.0
    },
    "input * clamp(input + 3, 0, 6) / 6.",
    "F.hardswish(torch.tensor([-4., 0., 1.]))" => "tensor([-0.0000, 0.0000, 0.6667])",
    "randn(2, 3)",
    ACTIVATION
);
pieces!(
    HARDSHRINK,
    HARDSHRINK_SLOPE,
    "hardshrink",
    "hardshrink_cpu",
    "input: Tensor, lambd: Number = 0.5",
    [l = second],
    |x| if x >= -l && x <= l { 0.0 } else { x },
    |x| if x < -l || x > l { 1.0 } else { 0.0 },
    "input where it lies outside [-lambd, lambd], 0 inside.",
    "F.hardshrink(torch.tensor([-1., 0.3]))" => "tensor([-1.,  0.])",
    "randn(2, 3)",
    Forms::NN.and(Forms::BOTH)
);
pieces!(
    SOFTSHRINK,
    SOFTSHRINK_SLOPE,
    "softshrink",
    "softshrink_cpu",
    "input: Tensor, lambd: Number = 0.5",
    [l = not_negative],
    |x| if x > l {
        x - l
    } else if x < -l {
        x + l
    } else {
        x * 0.0
    },
    |x| if x >= -l && x <= l { 0.0 } else { 1.0 },
    "input moved towards zero by lambd.",
    "F.softshrink(torch.tensor([-1., 0.3]))" => "tensor([-0.5000,  0.0000])",
    "randn(2, 3)",
    Forms::NN
);

/// The parameter after the input.
fn second(c: &Call) -> Result<f64> {
    c.float(1)
}

/// The parameter after the input, which must not be negative.
fn not_negative(c: &Call) -> Result<f64> {
    let l = c.float(1)?;
    if l < 0.0 {
        return Err(Fault::runtime(format!(
            "lambda must be in range [0, 3.40282e+38] for input dtype {}, but found {l}",
            c.tensor(0)?.dtype().scalar_type()
        )));
    }
    Ok(l)
}

/// Declares an activation with a smooth derivative written with tensors.
macro_rules! smooth {
    ($id:ident, $name:literal, $kernel:literal, $signature:literal, [$($p:ident = $v:expr),*], |$x:ident| $e:expr,
     |$b:ident, $t:ident| $grad:expr, $doc:literal, $example:literal => $shown:literal, $sample:literal, $forms:expr, $node:literal) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::kernel($name, $signature, |c| {
            let _ = &c;
            Ok($crate::curve!(&c.array(0)?, $kernel, [$($p = ($v)(c)?),*], |$x| $e)?.into())
        })
        .doc($doc)
        .examples(&[Example($example, $shown)])
        .forms($forms)
        .node($node)
        .saves(&[Save::In(0)])
        .grad(|$b| {
            let $t = $b.input(0)?;
            grads([$b.grad().mul(&$grad)?])
        })
        .samples(&[$sample]);
    };
}

/// `below` where the tensor is not positive, `above` elsewhere.
fn by_sign(t: &Tensor, above: f64, below: &Tensor) -> Result<Tensor> {
    below.masked_fill(&t.le(0.0)?.logical_not()?, above)
}

const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

/// The factor of selu below zero.
fn selu_below(_: &Call) -> Result<f64> {
    Ok(SELU_ALPHA * SELU_SCALE)
}

/// The factor of selu above zero.
fn selu_above(_: &Call) -> Result<f64> {
    Ok(SELU_SCALE)
}

smooth!(
    ELU,
    "elu",
    "elu_cpu",
    "input: Tensor, alpha: Number = 1.0",
    [a = |c: &Call| c.float(1)],
    |x| if x > 0.0 { x } else { vmath::exp_m1(x) * a },
    |b, t| by_sign(&t, 1.0, &t.exp()?.mul(b.call().scalar(1)?)?)?,
    "input where it is positive, alpha * (exp(input) - 1) elsewhere.",
    "F.elu(torch.tensor([-1., 2.]))" => "tensor([-0.6321,  2.0000])",
    "randn(2, 3), 0.7",
    ACTIVATION,
    "EluBackward0"
);
smooth!(
    SELU,
    "selu",
    "elu_cpu",
    "input: Tensor",
    [a = selu_below, s = selu_above],
    |x| if x > 0.0 { x * s } else { vmath::exp_m1(x) * a },
    |b, t| by_sign(&t, SELU_SCALE, &t.exp()?.mul(SELU_ALPHA * SELU_SCALE)?)?,
    "scale * elu(input, alpha) with the constants that keep mean 0 and variance 1.",
    "F.selu(torch.tensor([-1., 2.]))" => "tensor([-1.1113,  2.1014])",
    "randn(2, 3)",
    ACTIVATION.and(Forms::FUNCTION).and(Forms::FUNCTION_INPLACE),
    "EluBackward0"
);
smooth!(
    CELU,
    "celu",
    "elu_cpu",
    "input: Tensor, alpha: Number = 1.0",
    [a = not_zero],
    |x| if x > 0.0 { x } else { a * vmath::exp_m1(x / a) },
    |b, t| by_sign(&t, 1.0, &t.div(b.call().scalar(1)?)?.exp()?)?,
    "max(0, input) + min(0, alpha * (exp(input / alpha) - 1)).",
    "F.celu(torch.tensor([-1., 2.]))" => "tensor([-0.6321,  2.0000])",
    "randn(2, 3), 0.7",
    ACTIVATION.and(Forms::FUNCTION).and(Forms::FUNCTION_INPLACE),
    "CeluBackward0"
);
smooth!(
    SILU,
    "silu",
    "silu_cpu",
    "input: Tensor",
    [],
    |x| x / (1.0 + vmath::exp(-x)),
    |b, t| {
        let s = t.sigmoid()?;
        s.mul(&t.mul(&s.neg()?.add(1.0)?)?.add(1.0)?)?
    },
    "input * sigmoid(input), also called swish.",
    "F.silu(torch.tensor([-1., 2.]))" => "tensor([-0.2689,  1.7616])",
    "randn(2, 3)",
    ACTIVATION,
    "SiluBackward0"
);
smooth!(
    MISH,
    "mish",
    "mish_cpu",
    "input: Tensor",
    [],
    |x| x * vmath::tanh(if x > 20.0 { x } else { vmath::ln_1p(vmath::exp(x)) }),
    |b, t| {
        let th = t.softplus(1.0, 20.0)?.tanh()?;
        let s = t.sigmoid()?;
        th.add(&t.mul(&s)?.mul(&th.mul(&th)?.neg()?.add(1.0)?)?)?
    },
    "input * tanh(softplus(input)).",
    "F.mish(torch.tensor([-1., 2.]))" => "tensor([-0.3034,  1.9440])",
    "randn(2, 3)",
    ACTIVATION,
    "MishBackward0"
);
smooth!(
    SOFTPLUS,
    "softplus",
    "softplus_cpu",
    "input: Tensor, beta: Number = 1, threshold: Number = 20",
    [k = |c: &Call| c.float(1), top = |c: &Call| c.float(2)],
    |x| if x * k > top { x } else { vmath::ln_1p(vmath::exp(x * k)) / k },
    |b, t| {
        let scaled = t.mul(b.call().scalar(1)?)?;
        scaled.sigmoid()?.masked_fill(&scaled.gt(b.call().scalar(2)?)?, 1.0)?
    },
    "log(1 + exp(beta * input)) / beta; input itself where beta * input exceeds threshold.",
    "F.softplus(torch.tensor([-1., 2.]))" => "tensor([0.3133, 2.1269])",
    "randn(2, 3), 2",
    Forms::NN,
    "SoftplusBackward0"
);
smooth!(
    LOGSIGMOID,
    "logsigmoid",
    "log_sigmoid_cpu",
    "input: Tensor",
    [],
    |x| {
        let low = if x < 0.0 { x } else { 0.0 };
        low - vmath::ln_1p(vmath::exp(-x.abs()))
    },
    |b, t| t.neg()?.sigmoid()?,
    "The logarithm of the logistic function, computed without overflow.",
    "F.logsigmoid(torch.tensor([-1., 2.]))" => "tensor([-1.3133, -0.1269])",
    "randn(2, 3)",
    Forms::NN,
    "LogSigmoidBackward0"
);

fn not_zero(c: &Call) -> Result<f64> {
    match c.float(1)? {
        0.0 => Err(Fault::runtime("ZeroDivisionError: alpha cannot be 0 for CELU")),
        a => Ok(a),
    }
}

impl Tensor {
    /// log(1 + exp(beta x)) / beta.
    pub fn softplus(&self, beta: f64, threshold: f64) -> Result<Tensor> {
        super::call(&SOFTPLUS, [self.into(), beta.into(), threshold.into()])
    }
}

const GELU_TANH: f64 = 0.797_884_560_802_865_4;

/// The Gaussian error linear unit.
pub static GELU: OpDef = OpDef::kernel("gelu", "input: Tensor, *, approximate: str = none", |c| {
    let array = c.array(0)?;
    match c.text(1)? {
        "none" => {
            Ok(curve!(&array, "GeluKernelImpl", [r = FRAC_1_SQRT_2], |x| 0.5 * x * (1.0 + vmath::erf(x * r)))?.into())
        }
        "tanh" => Ok(curve!(&array, "GeluKernelImpl", [k = GELU_TANH, cube = 0.044715], |x| {
            0.5 * x * (1.0 + vmath::tanh(k * (x + cube * x * x * x)))
        })?
        .into()),
        _ => Err(Fault::runtime("approximate argument must be either none or tanh.")),
    }
})
.no_complex("GeluKernelImpl")
.doc("input times the normal distribution function of input; approximate='tanh' takes an approximation.")
.examples(&[Example("F.gelu(torch.tensor([-1., 2.]))", "tensor([-0.1587,  1.9545])")])
.forms(Forms::NN)
.saves(&[Save::In(0)])
.grad(|b| {
    let x = b.input(0)?;
    let slope = if b.call().text(1)? == "none" {
        let cdf = super::call(&NORMAL_CDF, [Value::from(&x)])?;
        cdf.add(&x.mul(&normal_density(&x)?)?)?
    } else {
        let square = x.mul(&x)?;
        let th = x.mul(&square.mul(0.044715)?.add(1.0)?)?.mul(GELU_TANH)?.tanh()?;
        let inner = square.mul(3.0 * 0.044715)?.add(1.0)?.mul(GELU_TANH)?;
        let rise = th.mul(&th)?.neg()?.add(1.0)?.mul(&inner)?.mul(&x)?;
        th.add(1.0)?.add(&rise)?.mul(0.5)?
    };
    grads([b.grad().mul(&slope)?])
})
.samples(&["randn(2, 3)", "randn(2, 3), approximate='tanh'"]);

/// The density of the standard normal distribution.
fn normal_density(x: &Tensor) -> Result<Tensor> {
    x.mul(x)?.mul(-0.5)?.exp()?.mul(1.0 / (2.0 * PI).sqrt())
}

/// The standard normal distribution function.
pub static NORMAL_CDF: OpDef = OpDef::kernel("normal_cdf", "input: Tensor", |c| {
    Ok(curve!(&c.array(0)?, "normal_cdf", [r = FRAC_1_SQRT_2], |x| 0.5 * (1.0 + vmath::erf(x * r)))?.into())
})
.forms(Forms::HIDDEN)
.saves(&[Save::In(0)])
.grad(|b| grads([b.grad().mul(&normal_density(&b.input(0)?)?)?]));

/// Values held between two bounds.
fn bounded(c: &Call, low: crate::array::Scalar, high: crate::array::Scalar, name: &str) -> Result<Array> {
    let array = c.array(0)?;
    if array.dtype == DType::Bool {
        return Err(Fault::not_implemented(format!("Bool inputs not supported for {name}")));
    }
    if !array.dtype.is_float() {
        // Bounds convert to the element's type.
        let wrap = |s: crate::array::Scalar| if array.dtype == DType::U8 { s.as_i64().max(0) } else { s.as_i64() };
        let (low, high) = (wrap(low), wrap(high));
        let clamped = map::map1(&super::kernel::to_dtype(&array, DType::I64)?, move |x: i64| x.max(low).min(high))?;
        return super::kernel::to_dtype(&clamped, array.dtype);
    }
    curve!(&array, "hardtanh", [low = low.as_f64(), high = high.as_f64()], |x| if x < low {
        low
    } else if x > high {
        high
    } else {
        x
    })
}

/// A gradient that passes strictly between two bounds only.
fn between(b: &Back, low: f64, high: f64) -> Result<Grads> {
    let x = b.input(0)?;
    grads([b.grad().masked_fill(&x.gt(low)?.logical_and(&x.lt(high)?)?.logical_not()?, 0.0)?])
}

/// The identity between two bounds.
pub static HARDTANH: OpDef =
    OpDef::kernel("hardtanh", "input: Tensor, min_val: Number = -1.0, max_val: Number = 1.0", |c| {
        let (low, high) = (c.scalar(1)?, c.scalar(2)?);
        if low.as_f64() > high.as_f64() {
            return Err(Fault::value("min_val cannot be greater than max_val"));
        }
        Ok(bounded(c, low, high, "hardtanh")?.into())
    })
    .no_complex("clamp is not supported for complex types")
    .doc("input held between min_val and max_val.")
    .examples(&[Example("F.hardtanh(torch.tensor([-2., 0.5]))", "tensor([-1.0000,  0.5000])")])
    .forms(ACTIVATION)
    .saves(&[Save::In(0)])
    .grad(|b| between(b, b.call().float(1)?, b.call().float(2)?))
    .samples(&["randn(2, 3)"]);

/// The positive part, at most 6.
pub static RELU6: OpDef = OpDef::kernel("relu6", "input: Tensor", |c| {
    use crate::array::Scalar::Int;
    Ok(bounded(c, Int(0), Int(6), "hardtanh")?.into())
})
.no_complex("clamp is not supported for complex types")
.doc("min(max(input, 0), 6).")
.examples(&[Example("F.relu6(torch.tensor([-1., 8.]))", "tensor([0., 6.])")])
.forms(ACTIVATION)
.node("HardtanhBackward0")
.saves(&[Save::In(0)])
.grad(|b| between(b, 0.0, 6.0))
.samples(&["randn(2, 3)"]);

/// Values above a threshold, another value elsewhere.
pub static THRESHOLD: OpDef = OpDef::kernel("threshold", "input: Tensor, threshold: Number, value: Number", |c| {
    let array = c.array(0)?;
    let (limit, value) = (c.scalar(1)?, c.scalar(2)?);
    if array.dtype == DType::Bool {
        return Err(not_for("threshold_cpu", DType::Bool));
    }
    let keep = Tensor::new(array.clone()).le(limit)?;
    Ok(Tensor::new(array).masked_fill(&keep, value)?.array().clone().into())
})
.doc("input where it is above threshold, value elsewhere.")
.examples(&[Example("F.threshold(torch.tensor([0.5, 2.]), 1., 20.)", "tensor([20.,  2.])")])
.forms(ACTIVATION.and(Forms::FUNCTION))
.saves(&[Save::In(0)])
.grad(|b| grads([b.grad().masked_fill(&b.input(0)?.le(b.call().scalar(1)?)?, 0.0)?]))
.samples(&["randn(2, 3), 0.1, 20.0"]);

/// The tensor over one plus its absolute value.
pub static SOFTSIGN: OpDef = OpDef::composite("softsign", "input: Tensor", |c| {
    let x = c.tensor(0)?;
    Ok(x.div(&x.abs()?.add(1)?)?.into())
})
.doc("input / (1 + |input|).")
.examples(&[Example("F.softsign(torch.tensor([-1., 3.]))", "tensor([-0.5000,  0.7500])")])
.forms(Forms::NN)
.samples(&["randn(2, 3)"]);

/// The tensor without its hyperbolic tangent.
pub static TANHSHRINK: OpDef = OpDef::composite("tanhshrink", "input: Tensor", |c| {
    let x = c.tensor(0)?;
    Ok(x.sub(&x.tanh()?)?.into())
})
.doc("input - tanh(input).")
.examples(&[Example("F.tanhshrink(torch.tensor([-1., 3.]))", "tensor([-0.2384,  2.0049])")])
.forms(Forms::NN)
.samples(&["randn(2, 3)"]);

/// Half of a dimension gated by the other half.
pub static GLU: OpDef = OpDef::kernel("glu", "input: Tensor, dim: int = -1", |c| {
    let t = c.tensor(0)?;
    if t.ndim() == 0 {
        return Err(Fault::runtime("glu does not support scalars because halving size must be even"));
    }
    let dim = c.dim(1, t.ndim())?;
    let size = t.sizes()[dim];
    if size % 2 != 0 {
        return Err(Fault::runtime(format!("Halving dimension must be even, but dimension {dim} is size {size}")));
    }
    if !t.dtype().is_float() {
        return Err(not_for("glu_cpu", t.dtype()));
    }
    let (a, gate) = halves(&t.detach(), dim)?;
    Ok(a.mul(&gate.sigmoid()?)?.array().clone().into())
})
.doc("The first half of dimension dim times the logistic function of the second half.")
.examples(&[Example("F.glu(torch.tensor([1., 2., 0., 1.]))", "tensor([0.5000, 1.4621])")])
.forms(Forms::NN)
.saves(&[Save::In(0)])
.grad(|b| {
    let x = b.input(0)?;
    let dim = b.call().dim(1, x.ndim())?;
    let (a, gate) = halves(&x, dim)?;
    let s = gate.sigmoid()?;
    let through = b.grad().mul(&s)?;
    let turned = through.mul(&s.neg()?.add(1.0)?)?.mul(&a)?;
    grads([super::join::cat(&[through, turned], dim as i64)?])
})
.samples(&["randn(2, 4)", "randn(4, 3), 0"]);

fn halves(t: &Tensor, dim: usize) -> Result<(Tensor, Tensor)> {
    let half = t.sizes()[dim] / 2;
    Ok((super::axes::narrow(t, dim, 0, half)?, super::axes::narrow(t, dim, half, half)?))
}

/// The rectifier with a learned slope.
pub static PRELU: OpDef = OpDef::composite("prelu", "input: Tensor, weight: Tensor", |c| {
    let (x, w) = (c.tensor(0)?, c.tensor(1)?);
    if x.dtype() != w.dtype() {
        return Err(Fault::runtime(format!(
            "prelu: Type promoting not supported. Got {} and {}",
            x.dtype().scalar_type(),
            w.dtype().scalar_type()
        )));
    }
    let (n, sizes) = (w.numel(), x.sizes());
    if n != 1 {
        if sizes.is_empty() {
            return Err(Fault::runtime("Not allow zero-dim input tensor."));
        }
        let channels = if sizes.len() > 1 { sizes[1] } else { 1 };
        if channels != n {
            return Err(Fault::runtime(format!(
                "Mismatch of parameter numbers and input channel size. Found parameter numbers = {n} and channel size = \
                 {channels}."
            )));
        }
    }
    if w.ndim() > 1 {
        return Err(Fault::runtime(format!(
            "prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {}",
            w.ndim()
        )));
    }
    let mut shape = crate::array::Dims::from_elem(1, sizes.len());
    if n != 1 && sizes.len() > 1 {
        shape[1] = n;
    }
    Ok(super::call(&PRELU_KERNEL, [x.into(), w.reshape(&shape)?.into()])?.into())
})
.doc("input where it is positive, weight * input elsewhere; one weight, or one for each channel (dimension 1).")
.examples(&[Example("F.prelu(torch.tensor([-1., 2.]), torch.tensor([0.25]))", "tensor([-0.2500,  2.0000])")])
.forms(Forms::NN.and(Forms::BOTH))
.samples(&["randn(2, 3), rand(3)", "randn(4), rand(1)"]);

/// The rectifier with a slope that broadcasts.
pub static PRELU_KERNEL: OpDef = OpDef::kernel("prelu_kernel", "input: Tensor, weight: Tensor", |c| {
    let (x, w) = (c.tensor(0)?.detach(), c.tensor(1)?.detach());
    if !x.dtype().is_float() {
        return Err(not_for("prelu_cpu", x.dtype()));
    }
    let below = x.mul(&w)?;
    let mask = x.gt(0.0)?;
    Ok(choose(&mask, &x, &below)?.array().clone().into())
})
.no_complex("prelu_cpu")
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::In(1)])
.grad(|b| {
    let (x, w) = (b.input(0)?, b.input(1)?);
    let mask = x.gt(0.0)?;
    let first = b.when(0, || choose(&mask, &b.grad(), &b.grad().mul(&w)?))?;
    let second = b.when(1, || b.grad().mul(&x)?.masked_fill(&mask, 0.0))?;
    Ok(Grads::from_iter([first, second]))
});

/// One tensor where a mask is true, another elsewhere.
pub(super) fn choose(mask: &Tensor, yes: &Tensor, no: &Tensor) -> Result<Tensor> {
    super::call(&super::compare::WHERE, [mask.into(), yes.into(), no.into()])
}

/// The leaky rectifier with a random slope while training.
pub static RRELU: OpDef = OpDef::composite(
    "rrelu",
    "input: Tensor, lower: Number = 0.125, upper: Number = 0.3333333333333333, training: bool = False",
    |c| {
        let x = c.tensor(0)?;
        let (low, high) = (c.float(1)?, c.float(2)?);
        if low > high {
            return Err(Fault::runtime("Lower bound should be less than or equal to the upper bound"));
        }
        if !c.bool(3)? {
            return Ok(super::call(&LEAKY_RELU, [x.into(), Value::Float((low + high) / 2.0)])?.into());
        }
        let array = x.array().clone();
        let mut slopes = Vec::with_capacity(array.numel());
        super::generator::with_default(|g| -> Result<()> {
            for v in super::kernel::to_dtype(&array, DType::F64)?.to_vec::<f64>()? {
                slopes.push(if v <= 0.0 { low + (high - low) * g.uniform_f64() } else { 1.0 });
            }
            Ok(())
        })?;
        let noise = super::kernel::to_dtype(&Array::from_vec(slopes, array.layout.sizes.clone()), array.dtype)?;
        Ok(x.mul(&Tensor::new(noise))?.into())
    },
)
.doc("The leaky rectifier; while training each negative element takes a random slope between lower and upper.")
.examples(&[Example("F.rrelu(torch.tensor([-1., 2.]), 0.25, 0.25)", "tensor([-0.2500,  2.0000])")])
.forms(ACTIVATION.and(Forms::FUNCTION))
.samples(&["randn(2, 3)"]);

/// The hyperbolic tangent, as `torch.nn.functional` has it.
pub static NN_TANH: OpDef = OpDef::composite("tanh", "input: Tensor", |c| Ok(c.tensor(0)?.tanh()?.into()))
    .doc("The hyperbolic tangent.")
    .examples(&[Example("F.tanh(torch.tensor([0., 1.]))", "tensor([0.0000, 0.7616])")])
    .forms(Forms::NN)
    .samples(&["randn(2, 3)"]);
