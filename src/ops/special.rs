//! Special functions of one number: error functions, gamma functions, the normal distribution.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::node::grads;
use super::pointwise::EVERYWHERE;
use crate::array::{gamma, probability, vmath};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;
use crate::{float1, real};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &ERF,
    &ERFC,
    &ERFINV,
    &ERFCX,
    &LGAMMA,
    &DIGAMMA,
    &POLYGAMMA,
    &POLYGAMMA_OF,
    &POLYGAMMA_METHOD,
    &MVLGAMMA,
    &LOGIT,
    &ENTR,
    &NDTR,
    &NDTRI,
    &LOG_NDTR,
];

const INPUT: Save = Save::In(0);
const OUTPUT: Save = Save::Out(0);
/// 2 / sqrt(pi).
const SLOPE: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// exp(-x^2).
fn bell(x: &Tensor) -> Result<Tensor> {
    x.pow(2)?.neg()?.exp()
}

real!(ERF, "erf", &["special_erf"], "The error function.", "torch.erf(torch.tensor([0., 1.]))" => "tensor([0.0000, 0.8427])", "randn(2, 3)",
    |x| vmath::erf(x), &[INPUT], |b| b.grad().mul(&bell(&b.input(0)?)?.mul(SLOPE)?)?);
real!(ERFC, "erfc", &["special_erfc"], "One minus the error function.", "torch.erfc(torch.tensor([0., 1.]))" => "tensor([1.0000, 0.1573])", "randn(2, 3)",
    f32 |x| libm::erfc(x as f64) as f32, f64 |x| libm::erfc(x), &[INPUT], |b| b.grad().mul(&bell(&b.input(0)?)?.mul(-SLOPE)?)?);
real!(ERFINV, "erfinv", &["special_erfinv"], "The inverse of the error function.",
    "torch.erfinv(torch.tensor([0., 0.5]))" => "tensor([0.0000, 0.4769])", "rand(2, 3) - 0.5",
    f32 |x| probability::erfinv(x as f64) as f32, f64 |x| probability::erfinv(x), &[OUTPUT],
    |b| b.grad().mul(&b.out()?.pow(2)?.exp()?.div(SLOPE)?)?);
real!(LGAMMA, "lgamma", &["special_gammaln"], "The logarithm of the absolute value of the gamma function.",
    "torch.lgamma(torch.tensor([1., 5.]))" => "tensor([0.0000, 3.1781])", "rand(2, 3) + 0.5",
    f32 |x| log_gamma(x as f64) as f32, f64 |x| log_gamma(x), &[INPUT],
    |b| b.grad().mul(&super::call(&DIGAMMA, [b.input(0)?.into()])?)?);
real!(DIGAMMA, "digamma", &["special_digamma", "special_psi"], "The logarithmic derivative of the gamma function.",
    "torch.digamma(torch.tensor([1., 5.]))" => "tensor([-0.5772,  1.5061])", "rand(2, 3) + 0.5",
    f32 |x| gamma::digamma(x as f64) as f32, f64 |x| gamma::digamma(x), &[INPUT],
    |b| b.grad().mul(&derivative(1, b.input(0)?)?)?, refuse "digamma");

fn log_gamma(x: f64) -> f64 {
    if x <= 0.0 && x == x.floor() { f64::INFINITY } else { libm::lgamma(x) }
}

/// The n-th derivative of the digamma function.
fn derivative(n: i64, x: Tensor) -> Result<Tensor> {
    super::call(&POLYGAMMA_OF, [x.into(), Value::Int(n)])
}

/// The derivatives of the digamma function.
pub static POLYGAMMA_OF: OpDef = OpDef::kernel("polygamma", "input: Tensor, n: int", |c| {
    let n = c.int(1)?;
    if n < 0 {
        return Err(Fault::runtime("polygamma(n, x) does not support negative n."));
    }
    float1!(c, f32 | x | gamma::polygamma(n, x as f64) as f32, f64 | x | gamma::polygamma(n, x))
})
.doc("The n-th derivative of the digamma function, elementwise.")
.examples(&[Example("torch.tensor([1., 0.5]).polygamma_(1)", "tensor([1.6449, 4.9348])")])
.samples(&["rand(2, 3) + 1, 1"])
.forms(Forms::INPLACE)
.saves(&[INPUT])
.grad(|b| grads([b.grad().mul(&derivative(b.call().int(1)?.saturating_add(1), b.input(0)?)?)?]));

/// The derivatives of the digamma function, as a function.
pub static POLYGAMMA: OpDef = OpDef::composite("polygamma", "n: int, input: Tensor", |c| {
    super::apply(&POLYGAMMA_OF, [c.value(1).clone(), c.value(0).clone()].into_iter().collect())
})
.aliases(&["special_polygamma"])
.doc("The n-th derivative of the digamma function, elementwise.")
.examples(&[Example("torch.polygamma(1, torch.tensor([1., 0.5]))", "tensor([1.6449, 4.9348])")])
.forms(Forms::FUNCTION)
.samples(&["1, rand(2, 3) + 0.5", "2, rand(2, 3) + 0.5"]);

/// The derivatives of the digamma function, as a method.
pub static POLYGAMMA_METHOD: OpDef = OpDef::composite("polygamma", "input: Tensor, n: int", |c| {
    super::apply(&POLYGAMMA_OF, [c.value(0).clone(), c.value(1).clone()].into_iter().collect())
})
.doc("The n-th derivative of the digamma function, elementwise.")
.examples(&[Example("torch.tensor([1.]).polygamma(1)", "tensor([1.6449])")])
.samples(&["rand(2, 3) + 1, 1"])
.forms(Forms::METHOD);

/// The logarithm of the multivariate gamma function.
pub static MVLGAMMA: OpDef = OpDef::kernel("mvlgamma", "input: Tensor, p: int", |c| {
    let p = c.int(1)?;
    if c.tensor(0)?.dtype() == crate::array::DType::Bool {
        return Err(Fault::runtime("The input tensor may not be a boolean tensor."));
    }
    if p < 1 {
        return Err(Fault::runtime("p has to be greater than or equal to 1"));
    }
    crate::array::storage::room_for(&[c.tensor(0)?.numel(), p as usize])?;
    let constant = p as f64 * (p as f64 - 1.0) / 4.0 * PI.ln();
    let sum = |x: f64| constant + (0..p).map(|j| log_gamma(x - j as f64 / 2.0)).sum::<f64>();
    float1!(c, f32 | x | sum(x as f64) as f32, f64 | x | sum(x))
})
.aliases(&["special_multigammaln"])
.doc("The logarithm of the multivariate gamma function of dimension p, elementwise.")
.examples(&[Example("torch.mvlgamma(torch.tensor([3., 4.]), 2)", "tensor([1.5502, 3.5651])")])
.forms(Forms::ALL)
.saves(&[INPUT])
.grad(|b| {
    let x = b.input(0)?;
    let mut sum: Option<Tensor> = None;
    for j in 0..b.call().int(1)? {
        let part = derivative(0, x.sub(j as f64 / 2.0)?)?;
        sum = Some(match sum {
            Some(s) => s.add(&part)?,
            None => part,
        });
    }
    Ok(Grads::from_iter([sum.map(|s| b.grad().mul(&s)).transpose()?]))
})
.samples(&["rand(2, 3) + 3, 2"]);

/// The inverse of the logistic function.
pub static LOGIT: OpDef = OpDef::kernel("logit", "input: Tensor, eps: float? = None", |c| {
    let eps = c.opt_scalar(1)?.map(|s| s.as_f64());
    let (low, high) = eps.map_or((f64::NEG_INFINITY, f64::INFINITY), |e| (e, 1.0 - e));
    let hold = |x: f64| {
        if x < low {
            low
        } else if x > high {
            high
        } else {
            x
        }
    };
    float1!(
        c,
        f32 | x | {
            let z = hold(x as f64) as f32;
            (z / (1.0 - z)).ln()
        },
        f64 | x | {
            let z = hold(x);
            (z / (1.0 - z)).ln()
        }
    )
})
.aliases(&["special_logit"])
.doc("log(input / (1 - input)), elementwise, the input first held between eps and 1 - eps when eps is given.")
.examples(&[Example("torch.logit(torch.tensor([0.5, 0.9]))", "tensor([0.0000, 2.1972])")])
.forms(EVERYWHERE)
.saves(&[INPUT])
.grad(|b| {
    let x = b.input(0)?;
    let eps = b.call().opt_scalar(1)?.map(|s| s.as_f64());
    let (low, high, outside) = eps.map_or((0.0, 1.0, f64::NAN), |e| (e, 1.0 - e, 0.0));
    let beyond = x.lt(low)?.logical_or(&x.gt(high)?)?;
    // At -0.0 the slope is that at 0.0.
    let slope = b.grad().div(&x.abs()?.mul(&x.neg()?.add(1)?)?)?;
    grads([slope.masked_fill(&beyond, outside)?])
})
.samples(&["rand(2, 3) * 0.8 + 0.1", "rand(2, 3), 0.1"]);

/// Declares a function of `torch.special`.
macro_rules! special {
    ($id:ident, $name:literal, $doc:literal, $example:literal => $shown:literal, $sample:literal, $f:expr, $saves:expr, |$b:ident| $grad:expr) => {
        #[doc = $doc]
        pub static $id: OpDef = OpDef::kernel($name, "input: Tensor", |c| {
            let f: fn(f64) -> f64 = $f;
            if $name != "special_entr" {
                super::bessel::refuse_halves(c)?;
            }
            float1!(c, f32 | x | f(x as f64) as f32, f64 | x | f(x))
        })
        .doc(concat!($doc, "\nElementwise; integers give float32."))
        .examples(&[Example($example, $shown)])
        .forms(Forms::SPECIAL)
        .saves($saves)
        .grad(|$b| grads([$grad]))
        .samples(&[$sample]);
    };
}

special!(ERFCX, "special_erfcx", "exp(input**2) * erfc(input), without underflow.", "torch.special.erfcx(torch.tensor([0., 10.]))" => "tensor([1.0000, 0.0561])",
    "randn(2, 3)", probability::erfcx, &[INPUT, OUTPUT],
    |b| b.grad().mul(&b.input(0)?.mul(&b.out()?)?.mul(2)?.sub(SLOPE)?)?);
special!(ENTR, "special_entr", "-input * log(input): zero at zero, -inf below.", "torch.special.entr(torch.tensor([-1., 0., 0.5]))" => "tensor([  -inf, 0.0000, 0.3466])",
    "rand(2, 3) + 0.1", |x| if x.is_nan() { x } else if x > 0.0 { -x * x.ln() } else if x == 0.0 { 0.0 } else { f64::NEG_INFINITY },
    &[INPUT], |b| b.grad().mul(&b.input(0)?.log()?.add(1)?.neg()?)?);
special!(NDTRI, "special_ndtri", "The quantiles of the normal distribution.", "torch.special.ndtri(torch.tensor([0.5, 0.975]))" => "tensor([0.0000, 1.9600])",
    "rand(2, 3) * 0.8 + 0.1", probability::ndtri, &[OUTPUT],
    |b| b.grad().mul(&b.out()?.pow(2)?.div(2)?.exp()?.mul((2.0 * PI).sqrt())?)?);
special!(LOG_NDTR, "special_log_ndtr", "The logarithm of the normal distribution function.",
"torch.special.log_ndtr(torch.tensor([-10., 0.]))" => "tensor([-53.2313,  -0.6931])", "randn(2, 3)", probability::log_ndtr, &[INPUT, OUTPUT],
|b| {
    let x = b.input(0)?;
    let density = b.out()?.add(&x.mul(&x)?.div(2)?)?.neg()?.exp()?;
    b.grad().div((2.0 * PI).sqrt())?.mul(&density)?
});

/// The normal distribution function.
pub static NDTR: OpDef = OpDef::composite("special_ndtr", "input: Tensor", |c| {
    let scaled = c.tensor(0)?.mul(FRAC_1_SQRT_2)?;
    Ok(super::call(&ERF, [scaled.into()])?.add(1)?.mul(0.5)?.into())
})
.doc("The normal distribution function, elementwise.")
.examples(&[Example("torch.special.ndtr(torch.tensor([0., 1.96]))", "tensor([0.5000, 0.9750])")])
.forms(Forms::SPECIAL)
.samples(&["randn(2, 3)"]);

/// A kernel over one argument through a function in double precision.
pub(super) fn through_f64(c: &Call, f: fn(f64) -> f64) -> Result<Out> {
    float1!(c, f32 | x | f(x as f64) as f32, f64 | x | f(x))
}
