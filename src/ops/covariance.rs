//! Covariances and correlations of variables in rows.

use super::def::{Example, OpDef};
use super::warning;
use crate::array::{Array, DType, Scalar};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&COV, &CORRCOEF];

/// Refuses weights that are no vector, of another kind of numbers, of another length, or negative.
fn check_weights(weights: &Tensor, name: &str, kind: &str, fits: bool, count: usize) -> Result<()> {
    if weights.ndim() > 1 {
        return Err(Fault::runtime(format!(
            "cov(): expected {name} to have one or fewer dimensions but got {name} with {} dimensions",
            weights.ndim()
        )));
    }
    if !fits {
        return Err(Fault::runtime(format!(
            "cov(): expected {name} to have {kind} dtype but got {name} with {} dtype",
            weights.dtype().scalar_type()
        )));
    }
    if weights.numel() != count {
        return Err(Fault::runtime(format!(
            "cov(): expected {name} to have the same numel as there are observations in the input but got {} != {count}",
            weights.numel()
        )));
    }
    if weights.array().to_vec_f64()?.into_iter().any(|w| w.is_nan() || w < 0.0) {
        return Err(Fault::runtime(format!("cov(): {name} cannot be negative")));
    }
    Ok(())
}

/// The covariance matrix: sums of weighted products of deviations, by the degrees of freedom.
fn covariance(x: &Tensor, correction: i64, counts: Option<&Tensor>, importance: Option<&Tensor>) -> Result<Tensor> {
    if x.ndim() > 2 {
        return Err(Fault::runtime(format!(
            "cov(): expected input to have two or fewer dimensions but got an input with {} dimensions",
            x.ndim()
        )));
    }
    if x.dtype() == DType::Bool {
        return Err(Fault::not_implemented("cov(): bool dtype is not supported for input"));
    }
    let rows = if x.ndim() < 2 { x.reshape(&[1, x.numel()])? } else { x.clone() };
    let observations = rows.sizes()[1];
    if let Some(counts) = counts {
        let fits = !counts.dtype().is_float() && counts.dtype() != DType::Bool;
        check_weights(counts, "fweights", "integral", fits, observations)?;
    }
    if let Some(importance) = importance {
        check_weights(importance, "aweights", "floating point", importance.dtype().is_float(), observations)?;
    }
    let weights = match (counts, importance) {
        (Some(c), Some(i)) => Some(c.mul(i)?),
        (one, other) => one.or(other).cloned(),
    };
    let total = match &weights {
        Some(w) => w.sum_all()?,
        None => Tensor::new(Array::scalar(observations as i64)),
    };
    if weights.is_some() && observations > 0 && total.item()?.as_f64() == 0.0 {
        return Err(Fault::runtime("cov(): weights sum to zero, can't be normalized"));
    }
    let weighted = |t: &Tensor| weights.as_ref().map_or_else(|| Ok(t.clone()), |w| t.mul(w));
    let mean = weighted(&rows)?.sum_dims(&[1], false)?.div(&total)?;
    let mut freedom = match (&weights, importance) {
        (Some(w), Some(i)) if correction != 0 => total.sub(&w.mul(i)?.sum_all()?.div(&total)?.mul(correction)?)?,
        _ => total.sub(correction)?,
    };
    if freedom.item()?.as_f64() <= 0.0 {
        warning::leave(
            "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of observations.",
        );
        freedom = Tensor::new(Array::full(&[], Scalar::Int(0), freedom.dtype())?);
    }
    let deviations = rows.sub(&mean.unsqueeze(1)?)?;
    let products = deviations.mm(weighted(&deviations)?.transpose(0, 1)?.conj()?)?;
    super::call(&super::shape::SQUEEZE, [products.div(&freedom)?.into()])
}

/// The covariance matrix.
pub static COV: OpDef = OpDef::composite(
    "cov",
    "input: Tensor, *, correction: int = 1, fweights: Tensor? = None, aweights: Tensor? = None",
    |c| Ok(covariance(c.tensor(0)?, c.int(1)?, c.opt_tensor(2)?, c.opt_tensor(3)?)?.into()),
)
.doc("The covariances of variables in rows, observed in columns; a vector is one variable, and gives its variance.\nThe divisor is n - correction; fweights count repeated observations, aweights rank their importance.")
.examples(&[Example(
    "torch.cov(torch.tensor([[0., 1., 2.], [2., 1., 0.]]))",
    "tensor([[ 1., -1.],\n        [-1.,  1.]])",
)])
.samples(&[
    "randn(2, 5)",
    "randn(5), correction=0",
    "randn(2, 4), fweights=tensor([1, 0, 2, 3])",
    "randn(2, 4), aweights=tensor([0.5, 1., 2., 0.25])",
]);

/// The matrix of correlation coefficients.
pub static CORRCOEF: OpDef = OpDef::composite("corrcoef", "input: Tensor", |c| {
    let x = c.tensor(0)?;
    if x.ndim() > 2 {
        return Err(Fault::runtime(format!(
            "corrcoef(): expected input to have two or fewer dimensions but got an input with {} dimensions",
            x.ndim()
        )));
    }
    let cov = covariance(x, 1, None, None)?;
    if cov.ndim() == 0 {
        return Ok(cov.div(&cov)?.into());
    }
    let deviations = super::call(&super::diagonal::DIAG, [Value::from(&cov)])?.sqrt()?;
    let scaled = cov.div(&deviations.unsqueeze(1)?)?.div(&deviations.unsqueeze(0)?)?;
    let bounded = |t: Tensor| -> Result<Tensor> {
        super::call(&super::extremes::CLAMP, [t.into(), Value::Int(-1), Value::Int(1)])
    };
    if scaled.dtype().is_complex() {
        let parts = [bounded(scaled.real()?)?.into(), bounded(scaled.imag()?)?.into()];
        return Ok(super::call(&super::complex::COMPLEX, parts)?.into());
    }
    super::apply(&super::extremes::CLAMP, [scaled.into(), Value::Int(-1), Value::Int(1)].into_iter().collect())
})
.doc("The correlation coefficients of variables in rows, observed in columns.")
.examples(&[Example(
    "torch.corrcoef(torch.tensor([[0., 1., 2.], [2., 1., 0.]]))",
    "tensor([[ 1., -1.],\n        [-1.,  1.]])",
)])
.samples(&["randn(2, 5)"]);
