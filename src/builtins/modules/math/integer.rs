//! Functions of integers: `gcd`, `lcm`, `factorial`, `comb`, `perm`, `isqrt`.

use super::super::super::bind::bind;
use super::super::super::convert::{check_memory, to_big};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Native, Value};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

pub(super) fn gcd(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    args.no_keywords("math.gcd")?;
    let mut result = BigInt::zero();
    for value in args.values {
        result = result.gcd(&to_big(value, caller)?);
    }
    Ok(Value::big(result.abs()))
}

pub(super) fn lcm(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    args.no_keywords("math.lcm")?;
    let mut result = BigInt::one();
    for value in args.values {
        result = result.lcm(&to_big(value, caller)?);
        caller.checkpoint()?;
    }
    Ok(Value::big(result.abs()))
}

/// The product `low * (low + 1) * ... * high`, by halves, so that the factors stay of one size.
fn product(low: u64, high: u64, caller: &mut dyn Caller) -> Result<BigInt> {
    if low > high {
        return Ok(BigInt::one());
    }
    if high - low < 16 {
        return Ok((low..=high).map(BigInt::from).product());
    }
    caller.checkpoint()?;
    let middle = low + (high - low) / 2;
    Ok(product(low, middle, caller)? * product(middle + 1, high, caller)?)
}

/// Refuses products of so many factors that they could not be held.
fn check_size(factors: u64, largest: u64) -> Result<()> {
    let bits = u128::from(factors) * u128::from(64 - largest.leading_zeros());
    if bits > 1 << 28 {
        return Err(Fault::memory(""));
    }
    check_memory(bits / 8)
}

pub(super) fn factorial(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let n = to_big(args.one("math.factorial")?, caller)?;
    if n.is_negative() {
        return Err(Fault::value("factorial() not defined for negative values"));
    }
    let Some(n) = n.to_u64().filter(|n| *n <= i64::MAX as u64) else {
        return Err(Fault::overflow("factorial() argument should not exceed 9223372036854775807"));
    };
    check_size(n, n.max(1))?;
    product(2, n, caller).map(Value::big)
}

/// A non-negative argument.
fn natural(value: &Value, name: &str, caller: &mut dyn Caller) -> Result<BigInt> {
    let n = to_big(value, caller)?;
    if n.is_negative() { Err(Fault::value(format!("{name} must be a non-negative integer"))) } else { Ok(n) }
}

/// `n * (n - 1) * ... * (n - k + 1)`.
fn falling(n: &BigInt, k: u64, caller: &mut dyn Caller) -> Result<BigInt> {
    check_size(k, n.to_u64().unwrap_or(u64::MAX).max(1))?;
    if let Some(n) = n.to_u64() {
        return product(n - k + 1, n, caller);
    }
    let mut result = BigInt::one();
    for i in 0..k {
        result *= n - i;
        caller.checkpoint()?;
    }
    Ok(result)
}

pub(super) fn comb(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let (n, k) = (natural(&a[0], "n", caller)?, natural(&a[1], "k", caller)?);
    if k > n {
        return Ok(Value::Int(0));
    }
    let k = k.clone().min(&n - &k);
    let Some(k) = k.to_u64() else {
        return Err(Fault::overflow("min(n - k, k) must not exceed 9223372036854775807"));
    };
    if k == 0 {
        return Ok(Value::Int(1));
    }
    Ok(Value::big(falling(&n, k, caller)? / product(2, k, caller)?))
}

pub(super) fn perm(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    if a[1].is_none() {
        return factorial(native, caller, Args::of(&a[..1]));
    }
    let (n, k) = (natural(&a[0], "n", caller)?, natural(&a[1], "k", caller)?);
    if k > n {
        return Ok(Value::Int(0));
    }
    let Some(k) = k.to_u64() else { return Err(Fault::overflow("k must not exceed 9223372036854775807")) };
    if k == 0 {
        return Ok(Value::Int(1));
    }
    falling(&n, k, caller).map(Value::big)
}

pub(super) fn isqrt(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let n = to_big(args.one("math.isqrt")?, caller)?;
    if n.is_negative() {
        return Err(Fault::value("isqrt() argument must be nonnegative"));
    }
    Ok(Value::big(n.sqrt()))
}
