//! Sums, products and distances.

use super::super::super::arith::binary;
use super::super::super::bind::bind;
use super::super::super::convert::to_float;
use crate::diag::{Fault, Result};
use crate::value::{Args, Binary, Caller, Native, Value};

/// The Euclidean norm of magnitudes, compensated as CPython computes it.
fn norm(values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(0.0, f64::max);
    if values.iter().any(|v| v.is_infinite()) {
        return f64::INFINITY;
    }
    if values.iter().any(|v| v.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || values.len() == 1 {
        return largest;
    }
    let (_, exponent) = libm::frexp(largest);
    let (mut sum, mut rests) = (1.0, [0.0; 3]);
    let mut add = |x: f64, rest: usize, sum: &mut f64| {
        let old = *sum;
        *sum += x;
        rests[rest] += (old - *sum) + x;
        rests[0] + rests[1] + rests[2]
    };
    if exponent < -1023 {
        for v in values {
            let x = v / largest;
            add(x * x, 0, &mut sum);
        }
        return largest * (sum - 1.0 + rests[0]).sqrt();
    }
    // Squares are split into parts whose products are exact.
    let split = |x: f64| {
        let t = x * 134217729.0;
        let high = t - (t - x);
        (high, x - high)
    };
    let scale = libm::ldexp(1.0, -exponent);
    let mut low_squares = 0.0;
    let mut rest = 0.0;
    for v in values {
        let (high, low) = split(v * scale);
        add(high * high, 0, &mut sum);
        rest = add(2.0 * high * low, 1, &mut sum);
        low_squares += low * low;
    }
    let h = (sum - 1.0 + (rest + low_squares)).sqrt();
    let (high, low) = split(h);
    add(-high * high, 0, &mut sum);
    add(-2.0 * high * low, 1, &mut sum);
    let rest = add(-low * low, 2, &mut sum);
    let x = sum - 1.0 + (rest + low_squares);
    (h + x / (2.0 * h)) / scale
}

pub(super) fn hypot(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    args.no_keywords("math.hypot")?;
    let mut values = Vec::with_capacity(args.values.len());
    for value in args.values {
        values.push(to_float(value, caller)?.abs());
    }
    Ok(Value::Float(norm(&values)))
}

pub(super) fn dist(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let (p, q) = (caller.collect(&a[0])?, caller.collect(&a[1])?);
    if p.len() != q.len() {
        return Err(Fault::value("both points must have the same number of dimensions"));
    }
    let mut values = Vec::with_capacity(p.len());
    for (x, y) in p.iter().zip(&q) {
        values.push((to_float(x, caller)? - to_float(y, caller)?).abs());
    }
    Ok(Value::Float(norm(&values)))
}

/// The exact sum, rounded once (Shewchuk's partial sums).
pub(super) fn fsum(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let iterator = caller.iter(args.one("math.fsum")?)?;
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinities) = (0.0f64, 0.0f64);
    while let Some(item) = caller.next(&iterator)? {
        let given = to_float(&item, caller)?;
        let mut x = given;
        let mut kept = 0;
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x != 0.0 {
            if !x.is_finite() {
                if given.is_finite() {
                    return Err(Fault::overflow("intermediate overflow in fsum"));
                }
                if given.is_infinite() {
                    infinities += given;
                }
                special += given;
                partials.clear();
            } else {
                partials.push(x);
            }
        }
    }
    if special != 0.0 || special.is_nan() {
        return if infinities.is_nan() { Err(Fault::value("-inf + inf in fsum")) } else { Ok(Value::Float(special)) };
    }
    Ok(Value::Float(rounded(&partials)))
}

/// The sum of partial sums that do not overlap, rounded half to even.
fn rounded(partials: &[f64]) -> f64 {
    let Some((&last, rest)) = partials.split_last() else { return 0.0 };
    let (mut high, mut low, mut n) = (last, 0.0, rest.len());
    while n > 0 {
        let x = high;
        n -= 1;
        let y = partials[n];
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    if n > 0 && ((low < 0.0 && partials[n - 1] < 0.0) || (low > 0.0 && partials[n - 1] > 0.0)) {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    high
}

pub(super) fn prod(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let iterator = caller.iter(&a[0])?;
    let mut result = a[1].clone();
    while let Some(item) = caller.next(&iterator)? {
        result = match binary(Binary::Mul, &result, &item, caller) {
            Some(product) => product?,
            None => caller.binary(Binary::Mul, &result, &item)?,
        };
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_are_accurate() {
        assert_eq!(norm(&[3.0, 4.0]), 5.0);
        assert_eq!(norm(&[1e300, 1e300]), 1.4142135623730952e300);
        assert_eq!(norm(&[5e-324, 5e-324]), 5e-324);
    }

    #[test]
    fn partial_sums_round_once() {
        assert_eq!(rounded(&[1e-16, 1.0]), 1.0);
        assert_eq!(rounded(&[]), 0.0);
    }
}
