//! Numbers of the gamma, the Dirichlet and the binomial distribution, drawn as PyTorch draws them.

use super::def::{Example, Forms, OpDef};
use super::generator::with_generator;
use super::kernel::not_for;
use crate::array::random::Generator;
use crate::array::{Array, DType, map};
use crate::diag::Fault;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&STANDARD_GAMMA, &SAMPLE_DIRICHLET, &BINOMIAL];

/// One number of the gamma distribution with rate 1 by the method of Marsaglia and Tsang; shapes below 1 are raised by 1
/// and the number is scaled down ("A simple method for generating gamma variables", 2000).
fn standard_gamma(g: &mut Generator, shape: f64) -> f64 {
    let (mut shape, mut scale) = (shape, 1.0);
    if shape < 1.0 {
        if shape == 0.0 {
            return 0.0;
        }
        scale = (1.0 - g.uniform_f64()).powf(1.0 / shape);
        shape += 1.0;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    if d.is_nan() {
        return f64::NAN;
    }
    loop {
        let (x, y) = loop {
            let x = g.normal_f64();
            let y = 1.0 + c * x;
            if y > 0.0 {
                break (x, y);
            }
        };
        let v = y * y * y;
        let u = 1.0 - g.uniform_f64();
        let xx = x * x;
        if u < 1.0 - 0.0331 * xx * xx || u.ln() < 0.5 * xx + d * (1.0 - v + v.ln()) {
            return scale * d * v;
        }
    }
}

/// The smallest positive normal number of a dtype.
fn tiny(dtype: DType) -> f64 {
    if dtype == DType::F64 { f64::MIN_POSITIVE } else { f32::MIN_POSITIVE as f64 }
}

/// Gamma numbers.
pub static STANDARD_GAMMA: OpDef = OpDef::kernel("_standard_gamma", "input: Tensor, generator=None", |c| {
    let shapes = c.array(0)?;
    if !shapes.dtype.is_float() {
        return Err(not_for("gamma_cpu", shapes.dtype));
    }
    let all: Vec<f64> = map::cast(&shapes, DType::F64)?.to_vec()?;
    let least = tiny(shapes.dtype);
    let drawn: Vec<f64> =
        with_generator(c, 1, |g| Ok(all.into_iter().map(|a| standard_gamma(g, a).max(least)).collect()))?;
    Ok(map::cast(&Array::from_vec(drawn, shapes.layout.sizes.clone()), shapes.dtype)?.into())
})
.no_complex("gamma_cpu")
.doc("Numbers of the gamma distribution with the shapes in input and rate 1.")
.examples(&[Example("torch._standard_gamma(torch.ones(2, 3)).shape", "torch.Size([2, 3])")])
.forms(Forms::FUNCTION)
.samples(&["rand(2, 3)"]);

/// Dirichlet numbers.
pub static SAMPLE_DIRICHLET: OpDef = OpDef::kernel("_sample_dirichlet", "input: Tensor, generator=None", |c| {
    let shapes = c.array(0)?;
    if !shapes.dtype.is_float() {
        return Err(not_for("dirichlet", shapes.dtype));
    }
    let all: Vec<f64> = map::cast(&shapes, DType::F64)?.to_vec()?;
    let (least, most) = match shapes.dtype {
        DType::F64 => (f64::MIN_POSITIVE, 1.0f64.next_down()),
        _ => (f32::MIN_POSITIVE as f64, 1.0f32.next_down() as f64),
    };
    let mut drawn: Vec<f64> = with_generator(c, 1, |g| Ok(all.into_iter().map(|a| standard_gamma(g, a)).collect()))?;
    for row in drawn.chunks_mut(shapes.sizes().last().copied().unwrap_or(1).max(1)) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|x| *x = (*x / sum).max(least).min(most));
    }
    Ok(map::cast(&Array::from_vec(drawn, shapes.layout.sizes.clone()), shapes.dtype)?.into())
})
.no_complex("dirichlet")
.doc("Rows of numbers that add up to 1, of the Dirichlet distribution with the concentrations in the rows of input.")
.examples(&[Example("torch._sample_dirichlet(torch.ones(2, 3)).shape", "torch.Size([2, 3])")])
.forms(Forms::FUNCTION)
.samples(&["rand(2, 3)"]);

/// What Stirling's approximation of ln k! leaves over.
fn stirling_tail(k: f64) -> f64 {
    let n = k + 1.0;
    if k <= 9.0 {
        return libm::lgamma(n) - ((k + 0.5) * n.ln() - n + 0.5 * std::f64::consts::TAU.ln());
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / n
}

/// A binomial count from the waiting times between successes, for few expected ones.
fn binomial_by_waiting(g: &mut Generator, count: f64, p: f64) -> f64 {
    let (log_failure, mut waited, mut successes) = ((-p).ln_1p(), 0.0, 0.0);
    loop {
        waited += (g.uniform_f64().ln() / log_failure).ceil();
        if waited > count || waited.is_nan() {
            return successes;
        }
        successes += 1.0;
    }
}

/// A binomial count by transformed rejection (Hoermann, "The generation of binomial random variates", 1993).
fn binomial_by_rejection(g: &mut Generator, count: f64, p: f64) -> f64 {
    let deviation = (count * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let center = count * p + 0.5;
    let v_limit = 0.92 - 4.2 / b;
    let odds = p / (1.0 - p);
    let alpha = (2.83 + 5.1 / b) * deviation;
    let mode = ((count + 1.0) * p).floor();
    loop {
        let (u, v) = (g.uniform_f64() - 0.5, g.uniform_f64());
        let us = 0.5 - u.abs();
        let k = ((2.0 * a / us + b) * u + center).floor();
        if us >= 0.07 && v <= v_limit {
            return k;
        }
        if k < 0.0 || k > count {
            continue;
        }
        let v = (v * alpha / (a / (us * us) + b)).ln();
        let bound = (mode + 0.5) * ((mode + 1.0) / (odds * (count - mode + 1.0))).ln()
            + (count + 1.0) * ((count - mode + 1.0) / (count - k + 1.0)).ln()
            + (k + 0.5) * (odds * (count - k + 1.0) / (k + 1.0)).ln()
            + stirling_tail(mode)
            + stirling_tail(count - mode)
            - stirling_tail(k)
            - stirling_tail(count - k);
        if v <= bound {
            return k;
        }
    }
}

/// One binomial count.
fn binomial(g: &mut Generator, count: f64, p: f64) -> f64 {
    if count <= 0.0 || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return count;
    }
    if p.is_nan() || !count.is_finite() {
        return f64::NAN;
    }
    let rare = p.min(1.0 - p);
    let drawn =
        if count * rare >= 10.0 { binomial_by_rejection(g, count, rare) } else { binomial_by_waiting(g, count, rare) };
    if p <= 0.5 { drawn } else { count - drawn }
}

/// Binomial counts.
pub static BINOMIAL: OpDef = OpDef::kernel("binomial", "count: Tensor, prob: Tensor, generator=None", |c| {
    let (counts, p) = (c.array(0)?, c.array(1)?);
    if counts.dtype != p.dtype {
        return Err(Fault::runtime(format!(
            "Found dtype {} but expected {}",
            p.dtype.scalar_type(),
            counts.dtype.scalar_type()
        )));
    }
    if !counts.dtype.is_float() {
        return Err(not_for("binomial_cpu", counts.dtype));
    }
    let sizes = crate::array::layout::broadcast_sizes(counts.sizes(), p.sizes())?;
    let all = |a: &Array| map::cast(&a.with_layout(a.layout.broadcast_to(&sizes)?), DType::F64)?.to_vec::<f64>();
    let (all_counts, all_p) = (all(&counts)?, all(&p)?);
    let pairs = all_counts.into_iter().zip(all_p);
    let drawn: Vec<f64> = with_generator(c, 2, |g| Ok(pairs.map(|(n, p)| binomial(g, n, p)).collect()))?;
    Ok(map::cast(&Array::from_vec(drawn, sizes), counts.dtype)?.into())
})
.doc("How many of count trials succeed with probability prob each, element by element.")
.examples(&[Example("torch.binomial(torch.tensor([3., 3.]), torch.tensor([0., 1.]))", "tensor([0., 3.])")])
.forms(Forms::FUNCTION)
.samples(&["ones(2, 3), rand(2, 3)"]);
