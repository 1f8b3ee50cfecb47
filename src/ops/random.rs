//! Random tensors, number for number as PyTorch draws them.

use super::args::{Call, default_dtype};
use super::creation::{layout_like, made};
use super::def::{Example, Forms, OpDef, Out};
use super::generator::with_generator;
use super::kernel::not_for;
use super::node::Back;
use crate::array::random::{self as draw, Generator};
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;
use crate::value::signature::Ty;
use crate::with_options;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &RAND,
    &RANDN,
    &RANDINT,
    &RANDPERM,
    &RAND_LIKE,
    &RANDN_LIKE,
    &RANDINT_LIKE,
    &NORMAL,
    &NORMAL_OF,
    &BERNOULLI,
    &MULTINOMIAL,
    &POISSON,
    &UNIFORM_,
    &NORMAL_,
    &RANDOM_,
    &BERNOULLI_,
    &EXPONENTIAL_,
    &GEOMETRIC_,
    &LOG_NORMAL_,
    &CAUCHY_,
];

const SIZED: &str = with_options!("size: int[]..., *, generator=None, ");

/// Numbers uniform in [0, 1).
pub static RAND: OpDef = OpDef::composite("rand", SIZED, |c| {
    let (sizes, dtype) = (c.sizes(0)?, c.opt_dtype(2)?.unwrap_or_else(default_dtype));
    made(c, 2, with_generator(c, 1, |g| draw::uniform(g, &sizes, dtype, 0.0, 1.0))?)
})
.doc("Random numbers uniform in [0, 1).")
.examples(&[Example("torch.rand(2, 3).shape", "torch.Size([2, 3])")])
.forms(Forms::FUNCTION)
.samples(&["2, 3"]);

/// Standard normal numbers.
pub static RANDN: OpDef = OpDef::composite("randn", SIZED, |c| {
    let (sizes, dtype) = (c.sizes(0)?, c.opt_dtype(2)?.unwrap_or_else(default_dtype));
    made(c, 2, with_generator(c, 1, |g| draw::normal(g, &sizes, dtype, 0.0, 1.0))?)
})
.doc("Random numbers of the standard normal distribution.")
.examples(&[Example("torch.randn(2, 3).shape", "torch.Size([2, 3])")])
.forms(Forms::FUNCTION)
.samples(&["2, 3"]);

fn check_range(low: i64, high: i64) -> Result<()> {
    if low < high {
        return Ok(());
    }
    Err(Fault::runtime(format!("random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")))
}

/// Random integers.
pub static RANDINT: OpDef =
    OpDef::composite("randint", with_options!("low=None, high=None, size=None, *, generator=None, "), |c| {
        let whole = |i: usize| match c.value(i) {
            Value::Int(n) => Ok(*n),
            v if Ty::Int.accepts(v) => c.int(i),
            _ => Err(c.invalid_combination(i)),
        };
        // randint(high, size) and randint(low, high, size).
        let (low, high, size) = match (c.is_none(0), c.is_none(1), c.is_none(2)) {
            (false, false, true) => (0, whole(0)?, 1),
            (false, true, false) => (0, whole(0)?, 2),
            (true, false, false) => (0, whole(1)?, 2),
            (false, false, false) => (whole(0)?, whole(1)?, 2),
            _ => return Err(c.invalid_combination(0)),
        };
        if !matches!(c.value(size), Value::Tuple(_) | Value::List(_)) {
            let got = c.value(size);
            return Err(Fault::type_error(format!(
                "randint(): argument 'size' (position {}) must be tuple of ints, not {}",
                size + 1,
                crate::value::protocol::class_name(got)
            )));
        }
        check_range(low, high)?;
        let (sizes, dtype) = (c.sizes(size)?, c.opt_dtype(4)?.unwrap_or(DType::I64));
        made(c, 4, with_generator(c, 3, |g| draw::randint(g, &sizes, dtype, low, high))?)
    })
    .doc("Random integers from low (0) to high - 1, each as likely; int64 by default.")
    .examples(&[Example("torch.randint(0, 10, (2, 3)).shape", "torch.Size([2, 3])")])
    .forms(Forms::FUNCTION)
    .samples(&["10, (2, 3)", "5, 10, (2, 3)"]);

/// A random order.
pub static RANDPERM: OpDef = OpDef::composite("randperm", with_options!("n: int, *, generator=None, "), |c| {
    let n = c.int(0)?;
    let n = usize::try_from(n)
        .map_err(|_| Fault::runtime(format!("Trying to create tensor with negative dimension {n}: [{n}]")))?;
    crate::array::layout::checked_numel(&[n])?;
    let order = with_generator(c, 1, |g| draw::randperm(g, n))?;
    made(c, 2, super::kernel::to_dtype(&order, c.opt_dtype(2)?.unwrap_or(DType::I64))?)
})
.doc("The numbers 0 to n - 1 in random order, as int64.")
.examples(&[Example("torch.randperm(4).sort().values", "tensor([0, 1, 2, 3])")])
.forms(Forms::FUNCTION)
.samples(&["5"]);

/// A fresh array like the first argument's, filled by a drawing function; the options begin at parameter `at`.
fn like(
    c: &Call,
    at: usize,
    generator: usize,
    fill: impl FnOnce(&mut Generator, &Array) -> Result<()>,
) -> Result<Value> {
    let old = c.array(0)?;
    let fresh = crate::array::create::zeros(old.sizes(), c.opt_dtype(at)?.unwrap_or(old.dtype))?;
    let fresh = fresh.with_layout(layout_like(&old.layout));
    with_generator(c, generator, |g| fill(g, &fresh))?;
    made(c, at, fresh)
}

const LIKE: &str = with_options!(strided "input: Tensor, *, generator=None, ");

/// Uniform numbers like a tensor.
pub static RAND_LIKE: OpDef =
    OpDef::composite("rand_like", LIKE, |c| like(c, 2, 1, |g, a| draw::uniform_assign(g, a, 0.0, 1.0)))
        .doc("Random numbers uniform in [0, 1) with the sizes and dtype of input.")
        .examples(&[Example("torch.rand_like(torch.ones(2, 3)).shape", "torch.Size([2, 3])")])
        .forms(Forms::FUNCTION)
        .samples(&["randn(2, 3)"]);

/// Standard normal numbers like a tensor.
pub static RANDN_LIKE: OpDef =
    OpDef::composite("randn_like", LIKE, |c| like(c, 2, 1, |g, a| draw::normal_assign(g, a, 0.0, 1.0)))
        .doc("Standard normal random numbers with the sizes and dtype of input.")
        .examples(&[Example("torch.randn_like(torch.ones(2, 3)).shape", "torch.Size([2, 3])")])
        .forms(Forms::FUNCTION)
        .samples(&["randn(2, 3)"]);

/// Random integers like a tensor.
pub static RANDINT_LIKE: OpDef = OpDef::composite(
    "randint_like",
    with_options!(strided "input: Tensor, low: int, high: int? = None, *, generator=None, "),
    |c| {
        let (low, high) = match c.opt_int(2)? {
            Some(high) => (c.int(1)?, high),
            None => (0, c.int(1)?),
        };
        check_range(low, high)?;
        like(c, 4, 3, |g, a| draw::randint_assign(g, a, low, high))
    },
)
.doc("Random integers from low (0) to high - 1 with the sizes and dtype of input.")
.examples(&[Example("torch.randint_like(torch.ones(2, 3), 10).shape", "torch.Size([2, 3])")])
.forms(Forms::FUNCTION)
.samples(&["randn(2, 3), 10"]);

/// A number as C++ streams print it.
fn show(x: f64) -> String {
    x.to_string()
}

fn check_std(std: f64) -> Result<()> {
    if std >= 0.0 {
        return Ok(());
    }
    Err(Fault::runtime(format!("normal expects std >= 0.0, but found std {}", show(std))))
}

/// Zeros for the gradients of what is drawn.
fn nothing(b: &Back) -> Result<Grads> {
    let zero =
        |slot: usize| b.when(slot, || Ok(Tensor::new(crate::array::create::zeros(&b.sizes(slot), b.dtype(slot))?)));
    (0..b.slots()).map(zero).collect()
}

/// Normal numbers.
pub static NORMAL: OpDef = OpDef::composite(
    "normal",
    with_options!("mean=0.0, std=1.0, size: int[]? = None, *, generator=None, "),
    |c| {
        let by_tensor = (0..2).any(|i| matches!(c.value(i), Value::Tensor(_)));
        if by_tensor {
            let args = [c.value(0).clone(), c.value(1).clone(), c.value(3).clone()];
            return super::apply(&NORMAL_OF, args.into_iter().collect());
        }
        if c.is_none(2) {
            return Err(c.invalid_combination(1));
        }
        let (sizes, dtype) = (c.sizes(2)?, c.opt_dtype(4)?.unwrap_or_else(default_dtype));
        let (mean, std) = (c.float(0)?, c.float(1)?);
        check_std(std)?;
        made(c, 4, with_generator(c, 3, |g| draw::normal(g, &sizes, dtype, mean, std))?)
    },
)
.doc("Random numbers of the normal distribution with mean and standard deviation, of the given size or one for each element of tensors mean and std.")
.examples(&[Example("torch.normal(0, 1, (2, 3)).shape", "torch.Size([2, 3])")])
.forms(Forms::FUNCTION)
.samples(&["0., 1., (2, 3)", "randn(2, 3), 1.0", "randn(2, 3), rand(2, 3)"]);

/// Normal numbers around tensors.
pub static NORMAL_OF: OpDef = OpDef::kernel("normal", "mean, std, generator", |c| {
    let side = |i: usize| if let Value::Tensor(t) = c.value(i) { Some(t.array().clone()) } else { None };
    let (mean, std) = (side(0), side(1));
    let node = match (&mean, &std) {
        (Some(_), Some(_)) => "NormalBackward3",
        (None, _) => "NormalBackward2",
        _ => "NormalBackward1",
    };
    let (sizes, dtype) = match (&mean, &std) {
        (Some(m), Some(s)) => (crate::array::layout::broadcast_sizes(m.sizes(), s.sizes())?, m.dtype),
        (Some(m), None) => (m.layout.sizes.clone(), m.dtype),
        (None, Some(s)) => (s.layout.sizes.clone(), s.dtype),
        (None, None) => return Err(c.invalid_combination(0)),
    };
    if !dtype.is_float() {
        return Err(not_for("normal_kernel_cpu", dtype));
    }
    if let Some(s) = &std {
        let lowest = crate::array::extremes::amin(s, Some(&(0..s.ndim() as i64).collect::<Vec<_>>()), false);
        if s.numel() > 0 && lowest?.item().is_some_and(|m| m.as_f64() < 0.0) {
            return Err(Fault::runtime("normal expects all elements of std >= 0.0"));
        }
    } else {
        check_std(c.float(1)?)?;
    }
    let scale = if std.is_some() { 1.0 } else { c.float(1)? };
    let drawn = Tensor::new(with_generator(c, 2, |g| draw::normal(g, &sizes, dtype, 0.0, scale))?);
    let scaled = if let Value::Tensor(s) = c.value(1) { drawn.mul(s.detach())? } else { drawn };
    let out = match c.value(0) {
        Value::Tensor(m) => scaled.add(m.detach())?,
        number => scaled.add(number.clone())?,
    };
    let array = out.array().clone();
    Ok(Out::from(array).named(node))
})
.forms(Forms::HIDDEN)
.grad(nothing);

/// Coin flips.
pub static BERNOULLI: OpDef = OpDef::kernel("bernoulli", "input: Tensor, p: float? = None, *, generator=None", |c| {
    let array = c.array(0)?;
    if let Some(p) = c.opt_scalar(1)? {
        check_probability(p.as_f64())?;
        return Ok(with_generator(c, 2, |g| draw::bernoulli_p(g, array.sizes(), array.dtype, p.as_f64()))?.into());
    }
    if !array.dtype.is_float() {
        return Err(not_for("bernoulli_tensor_cpu_p_", array.dtype));
    }
    Ok(with_generator(c, 2, |g| draw::bernoulli(g, &array))?.into())
})
.no_complex("bernoulli_tensor_cpu_self_")
.doc("Ones with the probabilities in input (or p), else zeros.")
.examples(&[Example("torch.bernoulli(torch.tensor([0., 1.]))", "tensor([0., 1.])")])
.grad(nothing)
.samples(&["rand(2, 3)"]);

fn check_probability(p: f64) -> Result<()> {
    if (0.0..=1.0).contains(&p) {
        return Ok(());
    }
    Err(Fault::runtime(format!("bernoulli_ expects p to be in [0, 1], but got p={}", show(p))))
}

/// Indices drawn by weight.
pub static MULTINOMIAL: OpDef = OpDef::kernel(
    "multinomial",
    "input: Tensor, num_samples: int, replacement: bool = False, *, generator=None",
    |c| {
        let weights = c.array(0)?;
        if !matches!(weights.ndim(), 1 | 2) {
            return Err(Fault::runtime("prob_dist must be 1 or 2 dim"));
        }
        if !weights.dtype.is_float() {
            return Err(Fault::runtime(format!(
                "multinomial only supports floating-point dtypes for input, got: {}",
                weights.dtype.scalar_type()
            )));
        }
        let samples = usize::try_from(c.int(1)?).unwrap_or(0);
        let replacement = c.bool(2)?;
        Ok(with_generator(c, 3, |g| draw::multinomial(g, &weights, samples, replacement))?.into())
    },
)
.no_complex("RuntimeError: multinomial only supports floating-point dtypes for input, got: {}")
.doc("num_samples indices for each row of input, drawn with the row as weights, as int64.")
.examples(&[Example("torch.multinomial(torch.tensor([0., 1.]), 1)", "tensor([1])")])
.samples(&["rand(4), 2", "rand(2, 4), 5, True"]);

/// Poisson counts.
pub static POISSON: OpDef = OpDef::kernel("poisson", "input: Tensor, generator=None", |c| {
    let rates = c.array(0)?;
    if !rates.dtype.is_float() {
        return Err(not_for("poisson_cpu", rates.dtype));
    }
    let all: Vec<f64> = map::cast(&rates, DType::F64)?.to_vec()?;
    if all.iter().any(|r| *r < 0.0 || r.is_nan()) {
        return Err(Fault::runtime("invalid Poisson rate, expected rate to be non-negative"));
    }
    let counts: Vec<f64> = with_generator(c, 1, |g| Ok(all.into_iter().map(|rate| poisson(g, rate)).collect()))?;
    Ok(map::cast(&Array::from_vec(counts, rates.layout.sizes.clone()), rates.dtype)?.into())
})
.doc("Counts of the Poisson distribution with the rates in input.")
.examples(&[Example("torch.poisson(torch.zeros(2))", "tensor([0., 0.])")])
.forms(Forms::FUNCTION)
.grad(nothing)
.samples(&["rand(2, 3)"]);

/// One Poisson count: products of uniforms for small rates, Hoermann's transformed rejection for large ones.
fn poisson(g: &mut Generator, rate: f64) -> f64 {
    if rate == 0.0 {
        return 0.0;
    }
    if rate < 10.0 {
        let (limit, mut product, mut count) = ((-rate).exp(), 1.0, 0.0);
        loop {
            product *= g.uniform_f64();
            if product <= limit {
                return count;
            }
            count += 1.0;
        }
    }
    let b = 0.931 + 2.53 * rate.sqrt();
    let a = -0.059 + 0.02483 * b;
    let (inverse, v_limit) = (1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2.0));
    loop {
        let (u, v) = (g.uniform_f64() - 0.5, g.uniform_f64());
        let us = 0.5 - u.abs();
        let k = ((2.0 * a / us + b) * u + rate + 0.43).floor();
        if us >= 0.07 && v <= v_limit {
            return k;
        }
        if k < 0.0 || (us < 0.013 && v > us) {
            continue;
        }
        let accept = -rate + k * rate.ln() - libm::lgamma(k + 1.0);
        if v.ln() + inverse.ln() - (a / (us * us) + b).ln() <= accept {
            return k;
        }
    }
}

/// Declares an in-place drawing: parameters after the tensor, a check of them, and how the array is filled.
macro_rules! filled {
    ($id:ident, $name:literal, $parameters:literal, $generator:literal, $doc:literal, $arguments:literal => $shown:literal, |$c:ident, $g:ident, $dst:ident| $fill:expr) => {
        #[doc = $doc]
        pub static $id: OpDef =
            OpDef::kernel($name, concat!("input: Tensor, ", $parameters, "*, generator=None"), |$c| {
                let fresh = map::copy(&$c.array(0)?)?;
                let $dst = &fresh;
                with_generator($c, $generator, |$g| $fill)?;
                Ok(fresh.into())
            })
            .doc(concat!($doc, " In place."))
            .examples(&[Example(concat!("torch.zeros(2).", $name, "_(", $arguments, ")"), $shown)])
            .samples(&[concat!("randn(2, 3), ", $arguments)])
            .complex()
            .forms(Forms::INPLACE)
            .grad(nothing)
            .assign(|$c, $dst| {
                with_generator($c, $generator, |$g| $fill)?;
                Ok(true)
            });
    };
}

filled!(
    UNIFORM_,
    "uniform",
    "from: float = 0.0, to: float = 1.0, ",
    3,
    "Numbers uniform in [from, to).", "-1, 1" => "tensor([-0.0075,  0.5364])",
    |c, g, dst| {
        let (from, to) = (c.float(1)?, c.float(2)?);
        if from > to {
            return Err(Fault::runtime(format!(
                "uniform_ expects to return a [from, to) range, but found from={} > to={}",
                show(from),
                show(to)
            )));
        }
        draw::uniform_assign(g, dst, from, to)
    }
);
filled!(NORMAL_, "normal", "mean: float = 0.0, std: float = 1.0, ", 3, "Normal numbers.", "0, 1" => "tensor([ 1.5410, -0.2934])", |c, g, dst| {
    check_std(c.float(2)?)?;
    draw::normal_assign(g, dst, c.float(1)?, c.float(2)?)
});
filled!(RANDOM_, "random", "from_: int? = None, to: int? = None, ", 3, "Random integers.", "0, 10" => "tensor([4., 9.])", |c, g, dst| {
    match (c.opt_int(1)?, c.opt_int(2)?) {
        (None, None) => draw::random_assign(g, dst),
        (Some(high), None) => {
            check_range(0, high)?;
            draw::randint_assign(g, dst, 0, high)
        }
        (low, Some(high)) => {
            let low = low.unwrap_or(0);
            check_range(low, high)?;
            draw::randint_assign(g, dst, low, high)
        }
    }
});
filled!(BERNOULLI_, "bernoulli", "p=0.5, ", 2, "Ones with probability p, else zeros.", "0.5" => "tensor([0., 0.])", |c, g, dst| {
    match c.value(1) {
        Value::Tensor(t) if t.ndim() > 0 => {
            let p = super::kernel::to_dtype(&t.array(), if t.dtype().is_float() { t.dtype() } else { DType::F32 })?;
            let p = map::copy(&p.with_layout(p.layout.broadcast_to(dst.sizes())?))?;
            map::copy_into(dst, &draw::bernoulli(g, &p)?)
        }
        _ => {
            check_probability(c.float(1)?)?;
            draw::bernoulli_p_assign(g, dst, c.float(1)?)
        }
    }
});
/// Refuses a place for whole numbers where a distribution is continuous; `shown` is its dtype's name.
fn check_continuous(name: &str, dst: &Array, shown: &str) -> Result<()> {
    if dst.dtype.is_float() {
        return Ok(());
    }
    Err(Fault::runtime(format!(
        "{name} distribution is a continuous probability distribution. dtype must be a floating point but you specified \
         {shown}"
    )))
}

filled!(EXPONENTIAL_, "exponential", "lambd: float = 1.0, ", 2, "Exponential numbers of rate lambd.", "2.0" => "tensor([1.7542, 0.6152])", |c, g, dst| {
    let rate = c.float(1)?;
    if rate <= 0.0 {
        return Err(Fault::runtime(format!("exponential_ expects lambda > 0.0, but found lambda={}", show(rate))));
    }
    check_continuous("Exponential", dst, dst.dtype.scalar_type())?;
    draw::exponential_assign(g, dst, rate)
});
filled!(GEOMETRIC_, "geometric", "p: float, ", 2, "The numbers of trials up to the first success.", "0.5" => "tensor([1., 1.])", |c, g, dst| {
    let p = c.float(1)?;
    if p <= 0.0 || p >= 1.0 {
        return Err(Fault::runtime(format!("geometric_ expects p to be in (0, 1), but got p={}", show(p))));
    }
    draw::geometric_assign(g, dst, p)
});
filled!(
    LOG_NORMAL_,
    "log_normal",
    "mean: float = 1.0, std: float = 2.0, ",
    3,
    "Numbers whose logarithms are normal.", "0, 1" => "tensor([4.6692, 0.7457])",
    |c, g, dst| {
        let std = c.float(2)?;
        if std <= 0.0 {
            return Err(Fault::runtime(format!("log_normal_ expects std > 0.0, but found std={}", show(std))));
        }
        if !dst.dtype.is_float() {
            return Err(super::kernel::not_for("log_normal_cpu", dst.dtype));
        }
        draw::log_normal_assign(g, dst, c.float(1)?, std)
    }
);
filled!(CAUCHY_, "cauchy", "median: float = 0.0, sigma: float = 1.0, ", 3, "Cauchy numbers.", "0, 1" => "tensor([10.5977,  0.7648])", |c, g, dst| {
    let sigma = c.float(2)?;
    if sigma <= 0.0 {
        return Err(Fault::runtime(format!("cauchy_ expects sigma > 0.0, but found sigma={}", show(sigma))));
    }
    check_continuous("Cauchy", dst, dst.dtype.c_name())?;
    draw::cauchy_assign(g, dst, c.float(1)?, sigma)
});
