//! The distributions of `np.random` whose draws are vectors.

use super::bridge::{run, run_array};
use super::distributions::sizes;
use super::promote::{array_of, wrap_array};
use super::source::state;
use super::streams::{self, Stream};
use crate::array::layout::checked_numel;
use crate::array::storage::allocate;
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Caller, Native, Value};

/// The functions.
pub const DRAWS: &[Def] = &[
    Def(
        "multivariate_normal",
        "mean, cov, size=None, check_valid='warn', tol=1e-8",
        "Normal vectors of a mean and a covariance.",
        multivariate_normal,
    ),
    Def(
        "multinomial",
        "n, pvals, size=None",
        "How often each of several outcomes comes in n trials.",
        |native, _, args| {
            let (state, args) = state(native, args)?;
            let bound = native.parsed().bind(args, 0)?;
            let n =
                bound[0].as_scalar().map(|s| s.as_i64()).ok_or_else(|| Fault::type_error("n must be an integer"))?;
            let p = vector(&bound[1])?;
            if n < 0 {
                return Err(Fault::value("n < 0"));
            }
            if p.iter().any(|p| !(0.0..=1.0).contains(p)) {
                return Err(Fault::value("pvals < 0, pvals > 1 or pvals contains NaNs"));
            }
            let but_last = &p[..p.len().saturating_sub(1)];
            if but_last.iter().sum::<f64>() > 1.0 + 1e-12 {
                return Err(Fault::value("sum(pvals[:-1]) > 1.0"));
            }
            let drawn = vectors(sizes(&bound[2])?, p.len(), |out| {
                trials(&mut **state.borrow_mut(), n, &p, out);
            })?;
            Ok(wrap_array(map::cast(&drawn, DType::I64)?))
        },
    ),
    Def("dirichlet", "alpha, size=None", "Vectors of probabilities.", |native, _, args| {
        let (state, args) = state(native, args)?;
        let bound = native.parsed().bind(args, 0)?;
        let alpha = vector(&bound[0])?;
        let stream = &mut **state.borrow_mut();
        let modern = stream.modern().is_some();
        if alpha.iter().any(|&a| if modern { a < 0.0 } else { a <= 0.0 }) {
            return Err(Fault::value(if modern { "alpha < 0" } else { "alpha <= 0" }));
        }
        // Gammas of small shapes are often zero: the generators break a stick instead.
        let sticks = modern && alpha.iter().all(|&a| a < 0.1) && alpha.iter().any(|&a| a > 0.0);
        let draw = if sticks { broken_stick } else { normalized_gammas };
        vectors(sizes(&bound[1])?, alpha.len(), |out| draw(stream, &alpha, out)).map(wrap_array)
    }),
];

/// The numbers of an argument with one dimension.
fn vector(value: &Value) -> Result<Vec<f64>> {
    let array = map::cast(&array_of(value)?, DType::F64)?;
    if array.ndim() == 1 { array.to_vec() } else { Err(Fault::value("the parameter must be 1 dimensional")) }
}

/// Vectors of a length: an array of the size with one more dimension.
fn vectors(size: Option<Vec<usize>>, length: usize, mut fill: impl FnMut(&mut [f64])) -> Result<Array> {
    let mut size = size.unwrap_or_default();
    let count = checked_numel(&size)?;
    size.push(length);
    let mut data = allocate::<f64>(checked_numel(&size)?)?;
    let mut one = vec![0.0; length];
    for _ in 0..count {
        fill(&mut one);
        data.extend_from_slice(&one);
    }
    Ok(Array::from_vec(data, size))
}

/// Binomial draws, each from the trials that the outcomes before have left.
fn trials(s: &mut dyn Stream, n: i64, p: &[f64], out: &mut [f64]) {
    let (mut left, mut rest) = (n, 1.0);
    out.fill(0.0);
    let Some(last) = p.len().checked_sub(1) else { return };
    for i in 0..last {
        let drawn = streams::binomial(s, left, p[i] / rest);
        out[i] = drawn as f64;
        left -= drawn;
        if left <= 0 {
            return;
        }
        rest -= p[i];
    }
    out[last] = left as f64;
}

fn normalized_gammas(s: &mut dyn Stream, alpha: &[f64], out: &mut [f64]) {
    let mut sum = 0.0;
    for (place, &a) in out.iter_mut().zip(alpha) {
        *place = streams::gamma(s, a);
        sum += *place;
    }
    out.iter_mut().for_each(|x| *x *= 1.0 / sum);
}

fn broken_stick(s: &mut dyn Stream, alpha: &[f64], out: &mut [f64]) {
    let mut after: f64 = alpha.iter().sum();
    let mut rest = 1.0;
    out.fill(0.0);
    for (i, &a) in alpha.iter().enumerate() {
        after -= a;
        let broken = if i + 1 == alpha.len() || after <= 0.0 { 1.0 } else { streams::beta(s, a, after) };
        out[i] = rest * broken;
        rest *= 1.0 - broken;
        if after <= 0.0 {
            return;
        }
    }
}

/// Standard normal vectors times a root of the covariance, by its singular value decomposition.
fn multivariate_normal(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let (state, args) = state(native, args)?;
    let bound = native.parsed().bind(args, 0)?;
    let mean = map::cast(&array_of(&bound[0])?, DType::F64)?;
    let covariance = map::cast(&array_of(&bound[1])?, DType::F64)?;
    if mean.ndim() != 1 {
        return Err(Fault::value("mean must be 1 dimensional"));
    }
    if covariance.ndim() != 2 || covariance.sizes()[0] != covariance.sizes()[1] {
        return Err(Fault::value("cov must be 2 dimensional and square"));
    }
    let n = mean.numel();
    if covariance.sizes()[0] != n {
        return Err(Fault::value("mean and cov must have same length"));
    }
    let normal = vectors(sizes(&bound[2])?, n, |out| {
        let stream = &mut **state.borrow_mut();
        out.iter_mut().for_each(|x| *x = stream.normal());
    })?;
    let Value::Tuple(parts) = run("linalg_svd", &[wrap_array(covariance)], &[])? else {
        return Err(Fault::internal("svd gave no parts"));
    };
    let [u, s, v] = &parts[..] else { return Err(Fault::internal("svd gave no parts")) };
    let roots = run("sqrt", std::slice::from_ref(s), &[])?;
    let root = match state.borrow_mut().modern().is_some() {
        true => run("transpose", &[run("mul", &[u.clone(), roots], &[])?, Value::Int(0), Value::Int(1)], &[])?,
        false => run("mul", &[run("unsqueeze", &[roots, Value::Int(1)], &[])?, v.clone()], &[])?,
    };
    let spread = run_array("matmul", &[wrap_array(normal), root], &[])?;
    run("add", &[wrap_array(spread), wrap_array(mean)], &[])
}
