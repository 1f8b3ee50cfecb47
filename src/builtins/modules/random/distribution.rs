//! Distributions.

use super::super::super::convert::to_float;
use super::engine::Engine;
use super::{arguments, engine_of};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Native, Value};
use std::f64::consts::{E, TAU};

/// Draws from a distribution of two parameters.
pub(super) fn run(
    native: &Native,
    caller: &mut dyn Caller,
    args: Args,
    draw: fn(&mut Engine, f64, f64) -> Result<f64>,
) -> Result<Value> {
    let a = arguments(native, args)?;
    let (x, y) = (to_float(&a[0], caller)?, to_float(&a[1], caller)?);
    draw(&mut engine_of(native, args)?.borrow_mut(), x, y).map(Value::Float)
}

pub(super) fn uniform(engine: &mut Engine, a: f64, b: f64) -> Result<f64> {
    Ok(a + (b - a) * engine.random())
}

pub(super) fn triangular(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (mut low, mut high) = (to_float(&a[0], caller)?, to_float(&a[1], caller)?);
    let mut u = engine_of(native, args)?.borrow_mut().random();
    let mut c = match &a[2] {
        Value::None => 0.5,
        _ if high == low => return Ok(a[0].clone()),
        mode => (to_float(mode, caller)? - low) / (high - low),
    };
    if u > c {
        (u, c) = (1.0 - u, 1.0 - c);
        std::mem::swap(&mut low, &mut high);
    }
    Ok(Value::Float(low + (high - low) * (u * c).sqrt()))
}

pub(super) fn gauss(engine: &mut Engine, mu: f64, sigma: f64) -> Result<f64> {
    let z = match engine.gauss_next.take() {
        Some(z) => z,
        None => {
            let angle = engine.random() * TAU;
            let radius = (-2.0 * (1.0 - engine.random()).ln()).sqrt();
            engine.gauss_next = Some(angle.sin() * radius);
            angle.cos() * radius
        }
    };
    Ok(mu + z * sigma)
}

pub(super) fn normal(engine: &mut Engine, mu: f64, sigma: f64) -> Result<f64> {
    let magic = 4.0 * (-0.5f64).exp() / 2f64.sqrt();
    loop {
        let u1 = engine.random();
        let u2 = 1.0 - engine.random();
        let z = magic * (u1 - 0.5) / u2;
        if z * z / 4.0 <= -u2.ln() {
            return Ok(mu + z * sigma);
        }
    }
}

pub(super) fn exponential(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let rate = to_float(&a[0], caller)?;
    let u = engine_of(native, args)?.borrow_mut().random();
    if rate == 0.0 {
        return Err(Fault::zero_division("float division by zero"));
    }
    Ok(Value::Float(-(1.0 - u).ln() / rate))
}

pub(super) fn gamma(engine: &mut Engine, alpha: f64, beta: f64) -> Result<f64> {
    if alpha <= 0.0 || beta <= 0.0 {
        return Err(Fault::value("gammavariate: alpha and beta must be > 0.0"));
    }
    if alpha == 1.0 {
        return Ok(-(1.0 - engine.random()).ln() * beta);
    }
    if alpha > 1.0 {
        let ainv = (2.0 * alpha - 1.0).sqrt();
        let bbb = alpha - 4f64.ln();
        let ccc = alpha + ainv;
        let magic = 1.0 + 4.5f64.ln();
        loop {
            let u1 = engine.random();
            if !(1e-7 < u1 && u1 < 0.9999999) {
                continue;
            }
            let u2 = 1.0 - engine.random();
            let v = (u1 / (1.0 - u1)).ln() / ainv;
            let x = alpha * v.exp();
            let z = u1 * u1 * u2;
            let r = bbb + ccc * v - x;
            if r + magic - 4.5 * z >= 0.0 || r >= z.ln() {
                return Ok(x * beta);
            }
        }
    }
    loop {
        let u = engine.random();
        let b = (E + alpha) / E;
        let p = b * u;
        let x = if p <= 1.0 { p.powf(1.0 / alpha) } else { -((b - p) / alpha).ln() };
        let u1 = engine.random();
        let accepted = if p > 1.0 { u1 <= x.powf(alpha - 1.0) } else { u1 <= (-x).exp() };
        if accepted {
            return Ok(x * beta);
        }
    }
}

pub(super) fn beta(engine: &mut Engine, alpha: f64, beta: f64) -> Result<f64> {
    let y = gamma(engine, alpha, 1.0)?;
    Ok(if y != 0.0 { y / (y + gamma(engine, beta, 1.0)?) } else { 0.0 })
}

pub(super) fn pareto(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let alpha = to_float(&a[0], caller)?;
    let u = 1.0 - engine_of(native, args)?.borrow_mut().random();
    Ok(Value::Float(u.powf(-1.0 / alpha)))
}

pub(super) fn weibull(engine: &mut Engine, alpha: f64, beta: f64) -> Result<f64> {
    let u = 1.0 - engine.random();
    Ok(alpha * (-u.ln()).powf(1.0 / beta))
}
