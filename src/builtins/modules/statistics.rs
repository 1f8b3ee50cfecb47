//! The module `statistics`, the part of it that lessons use.

use super::super::arith::true_div_big;
use super::super::bind::bind;
use super::super::classes::library_exception;
use super::super::convert::{raise, to_float};
use super::super::methods::float::ratio;
use super::super::methods::sort::sort;
use super::super::table::{Def, add_functions};
use crate::diag::{Error, Result};
use crate::value::{Args, Binary, Caller, Dict, Module, Native, Value, types};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use std::rc::Rc;

static FUNCTIONS: [Def; 11] = [
    Def("mean", "data", "Return the sample arithmetic mean of data.", mean),
    Def("fmean", "data", "Convert data to floats and compute the arithmetic mean.", |n, c, args| {
        let a = bind(n, args)?;
        let numbers = floats(&a[0], "fmean", 1, c)?;
        Ok(Value::Float(numbers.iter().sum::<f64>() / numbers.len() as f64))
    }),
    Def("median", "data", "Return the median (middle value) of numeric data.", |n, c, args| median(n, c, args, 0)),
    Def("median_low", "data", "Return the low median of numeric data.", |n, c, args| median(n, c, args, -1)),
    Def("median_high", "data", "Return the high median of numeric data.", |n, c, args| median(n, c, args, 1)),
    Def("mode", "data", "Return the most common data point.", mode),
    Def("variance", "data, xbar=None", "Return the sample variance of data.", |n, c, args| {
        spread(n, c, args, true, false)
    }),
    Def("stdev", "data, xbar=None", "Return the square root of the sample variance.", |n, c, args| {
        spread(n, c, args, true, true)
    }),
    Def("pvariance", "data, mu=None", "Return the population variance of data.", |n, c, args| {
        spread(n, c, args, false, false)
    }),
    Def("pstdev", "data, mu=None", "Return the square root of the population variance.", |n, c, args| {
        spread(n, c, args, false, true)
    }),
    Def("geometric_mean", "data", "Convert data to floats and compute the geometric mean.", |n, c, args| {
        let a = bind(n, args)?;
        let numbers = floats(&a[0], "geometric mean", 1, c)?;
        let logs: f64 = numbers.iter().map(|x| x.ln()).sum();
        Ok(Value::Float((logs / numbers.len() as f64).exp()))
    }),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("statistics");
    *module.doc.borrow_mut() = "Basic statistics.".into();
    add_functions(&module, "statistics", &FUNCTIONS);
    module.set("StatisticsError", Value::Class(error_class()));
    module
}

fn error_class() -> Rc<crate::value::Class> {
    library_exception("StatisticsError", "statistics", &types().value_error)
}

#[cold]
fn error(message: String) -> Error {
    raise(&error_class(), message)
}

fn floats(data: &Value, name: &str, least: usize, caller: &mut dyn Caller) -> Result<Vec<f64>> {
    let mut numbers = Vec::new();
    for item in caller.collect(data)? {
        numbers.push(to_float(&item, caller)?);
    }
    if numbers.len() < least {
        let needed = if least == 1 { "one data point" } else { "two data points" };
        return Err(error(format!("{name} requires at least {needed}")));
    }
    Ok(numbers)
}

/// A whole result of whole data stays an int.
fn settled(value: f64, data: &[Value]) -> Value {
    let whole = data.iter().all(|v| matches!(v, Value::Int(_) | Value::Bool(_)));
    if whole && value.fract() == 0.0 && value.abs() < 9e15 { Value::Int(value as i64) } else { Value::Float(value) }
}

fn mean(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let data = caller.collect(&a[0])?;
    if data.is_empty() {
        return Err(error("mean requires at least one data point".into()));
    }
    let mut total = Value::Int(0);
    for item in &data {
        total = caller.binary(Binary::Add, &total, item)?;
    }
    let result = caller.binary(Binary::Div, &total, &Value::from(data.len()))?;
    Ok(match result {
        Value::Float(f) => settled(f, &data),
        other => other,
    })
}

fn median(native: &Native, caller: &mut dyn Caller, args: Args, side: i32) -> Result<Value> {
    let a = bind(native, args)?;
    let mut data = caller.collect(&a[0])?;
    sort(&mut data, &Value::None, false, caller)?;
    let n = data.len();
    if n == 0 {
        return Err(error("no median for empty data".into()));
    }
    if n % 2 == 1 || side > 0 {
        return Ok(data[n / 2].clone());
    }
    if side < 0 {
        return Ok(data[n / 2 - 1].clone());
    }
    let sum = caller.binary(Binary::Add, &data[n / 2 - 1], &data[n / 2])?;
    caller.binary(Binary::Div, &sum, &Value::Int(2))
}

fn mode(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let counts = Dict::new();
    for item in caller.collect(&a[0])? {
        let n = counts.get(&item, caller)?.and_then(|n| n.as_int()).unwrap_or(0);
        counts.insert(item, Value::Int(n + 1), caller)?;
    }
    let mut best: Option<(Value, i64)> = None;
    for (item, n) in counts.items() {
        let n = n.as_int().unwrap_or(0);
        if best.as_ref().is_none_or(|(_, most)| n > *most) {
            best = Some((item, n));
        }
    }
    best.map(|(item, _)| item).ok_or_else(|| error("no mode for empty data".into()))
}

/// The exact sums of numbers and of their squares: scaled by a power of two and by its square.
fn exact_sums(numbers: &[f64]) -> Result<(BigInt, BigInt, usize)> {
    let mut fractions = Vec::new();
    for x in numbers {
        fractions.push(ratio(*x)?);
    }
    // Denominators are powers of two.
    let scale = fractions.iter().map(|(_, d)| d.bits() - 1).max().unwrap_or(0) as usize;
    let (mut sum, mut squares) = (BigInt::from(0), BigInt::from(0));
    for (n, d) in fractions {
        let scaled = n << (scale - (d.bits() - 1) as usize);
        squares += &scaled * &scaled;
        sum += scaled;
    }
    Ok((sum, squares, scale))
}

/// The square root of a fraction, rounded once.
fn root_of(numerator: &BigInt, denominator: &BigInt) -> Result<f64> {
    if numerator.sign() != Sign::Plus {
        return Ok(0.0);
    }
    // Scaled by an even power of two so that the whole root has more bits than a float; what is cut off survives as a
    // last bit.
    let shift = (140 + denominator.bits() as i64 - numerator.bits() as i64).max(0) as usize / 2 * 2;
    let (quotient, rest) = (numerator << shift).div_rem(denominator);
    let root = quotient.sqrt();
    let exact = rest.sign() == Sign::NoSign && &root * &root == quotient;
    let kept: BigInt = (root << 1usize) + BigInt::from(u8::from(!exact));
    true_div_big(&kept, &(BigInt::from(1) << (shift / 2 + 1)))
}

fn spread(native: &Native, caller: &mut dyn Caller, args: Args, sample: bool, root: bool) -> Result<Value> {
    let a = bind(native, args)?;
    let data = caller.collect(&a[0])?;
    let numbers = floats(&Value::list(data.clone()), native.name, if sample { 2 } else { 1 }, caller)?;
    if !a[1].is_none() || numbers.iter().any(|x| !x.is_finite()) {
        let n = numbers.len() as f64;
        let center = if a[1].is_none() { numbers.iter().sum::<f64>() / n } else { to_float(&a[1], caller)? };
        let squares: f64 = numbers.iter().map(|x| (x - center) * (x - center)).sum();
        let variance = squares / if sample { n - 1.0 } else { n };
        return Ok(if root { Value::Float(variance.sqrt()) } else { settled(variance, &data) });
    }
    let (sum, squares, scale) = exact_sums(&numbers)?;
    let n = BigInt::from(numbers.len());
    let numerator = &n * squares - &sum * &sum;
    let divisor = if sample { &n - 1 } else { n.clone() };
    let denominator = (&n * divisor) << (2 * scale);
    if root {
        return root_of(&numerator, &denominator).map(Value::Float);
    }
    true_div_big(&numerator, &denominator).map(|v| settled(v, &data))
}
