//! Choosing: ranges, elements, samples, shuffles.

use super::super::super::convert::{big_of, find_integer, to_float, to_index};
use super::super::abc;
use super::{arguments, engine_of};
use crate::diag::{Fault, Result};
use crate::value::{Args, Binary, Caller, Compare, Native, Value, class_of};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

/// An int argument of `randrange`. Errors: as Python names the argument.
fn whole(value: &Value, what: &str, caller: &mut dyn Caller) -> Result<BigInt> {
    match find_integer(value, caller)? {
        Some(int) => Ok(big_of(&int).unwrap_or_default()),
        None => match value {
            Value::Float(f) if f.fract() == 0.0 => {
                Ok(big_of(&super::super::super::methods::int::of_float(*f)?).unwrap_or_default())
            }
            _ => Err(Fault::value(format!("non-integer {what} for randrange()"))),
        },
    }
}

pub(super) fn randrange(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let start = whole(&a[0], "arg 1", caller)?;
    let engine = engine_of(native, args)?;
    if a[1].is_none() {
        return match start.to_biguint().filter(|s| !s.is_zero()) {
            Some(bound) => Ok(Value::big(engine.borrow_mut().below(&bound).into())),
            None => Err(Fault::value("empty range for randrange()")),
        };
    }
    let stop = whole(&a[1], "stop", caller)?;
    let step = whole(&a[2], "step", caller)?;
    between(native, args, start, stop, step)
}

fn between(native: &Native, args: Args, start: BigInt, stop: BigInt, step: BigInt) -> Result<Value> {
    let width = &stop - &start;
    if step.is_zero() {
        return Err(Fault::value("zero step for randrange()"));
    }
    let count: BigInt = if step.is_positive() { (&width + &step - 1) / &step } else { (&width + &step + 1) / &step };
    match count.to_biguint().filter(|n| !n.is_zero()) {
        Some(count) => {
            let found: BigInt = engine_of(native, args)?.borrow_mut().below(&count).into();
            Ok(Value::big(start + step * found))
        }
        None if step == BigInt::from(1) => {
            Err(Fault::value(format!("empty range for randrange() ({start}, {stop}, {width})")))
        }
        None => Err(Fault::value("empty range for randrange()")),
    }
}

pub(super) fn randint(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (low, high) = (whole(&a[0], "arg 1", caller)?, whole(&a[1], "stop", caller)?);
    between(native, args, low, high + 1, BigInt::from(1))
}

pub(super) fn choice(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let length = caller.len(&a[0])?;
    if length == 0 {
        return Err(Fault::index("Cannot choose from an empty sequence"));
    }
    let at = engine_of(native, args)?.borrow_mut().position(length);
    caller.get_item(&a[0], &Value::from(at))
}

pub(super) fn choices(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (population, count) = (&a[0], to_index(&a[3], caller)?.max(0));
    let length = caller.len(population)?;
    let engine = engine_of(native, args)?;
    let mut out = Vec::new();
    let cumulative = match (&a[1], &a[2]) {
        (Value::None, Value::None) => {
            for _ in 0..count {
                let at = (engine.borrow_mut().random() * length as f64).floor() as i64;
                if length == 0 {
                    return Err(Fault::index("list index out of range"));
                }
                out.push(caller.get_item(population, &Value::Int(at))?);
            }
            return Ok(Value::list(out));
        }
        (weights, Value::None) => {
            if let Value::Int(k) = weights {
                return Err(Fault::type_error(format!("The number of choices must be a keyword argument: k={k}")));
            }
            let mut sums: Vec<Value> = Vec::new();
            for weight in caller.collect(weights)? {
                let sum = match sums.last() {
                    Some(last) => caller.binary(Binary::Add, last, &weight)?,
                    None => weight,
                };
                sums.push(sum);
            }
            sums
        }
        (Value::None, cumulative) => caller.collect(cumulative)?,
        _ => return Err(Fault::type_error("Cannot specify both weights and cumulative weights")),
    };
    if cumulative.len() != length {
        return Err(Fault::value("The number of weights does not match the population"));
    }
    let Some(total) = cumulative.last() else { return Err(Fault::index("list index out of range")) };
    let total = to_float(total, caller)?;
    if total <= 0.0 {
        return Err(Fault::value("Total of weights must be greater than zero"));
    }
    if !total.is_finite() {
        return Err(Fault::value("Total of weights must be finite"));
    }
    for _ in 0..count {
        let wanted = Value::Float(engine.borrow_mut().random() * total);
        let (mut low, mut high) = (0, length - 1);
        while low < high {
            let middle = (low + high) / 2;
            let below = caller.compare(Compare::Lt, &wanted, &cumulative[middle])?;
            if caller.truth(&below)? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        out.push(caller.get_item(population, &Value::from(low))?);
    }
    Ok(Value::list(out))
}

pub(super) fn shuffle(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let engine = engine_of(native, args)?;
    if let Value::List(list) = &a[0] {
        let mut items = list.borrow_mut();
        for i in (1..items.len()).rev() {
            let j = engine.borrow_mut().position(i + 1);
            items.swap(i, j);
        }
        return Ok(Value::None);
    }
    let length = caller.len(&a[0])?;
    for i in (1..length).rev() {
        let (i, j) = (Value::from(i), Value::from(engine.borrow_mut().position(i + 1)));
        let (x, y) = (caller.get_item(&a[0], &i)?, caller.get_item(&a[0], &j)?);
        caller.set_item(&a[0], &i, y)?;
        caller.set_item(&a[0], &j, x)?;
    }
    Ok(Value::None)
}

pub(super) fn sample(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let is_sequence = match &a[0] {
        Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Range(_) => true,
        Value::Object(_) => abc::is_sequence(&class_of(&a[0])),
        _ => false,
    };
    if !is_sequence {
        return Err(Fault::type_error("Population must be a sequence.  For dicts or sets, use sorted(d)."));
    }
    let engine = engine_of(native, args)?;
    let mut population = caller.collect(&a[0])?;
    if !a[2].is_none() {
        let counts = caller.collect(&a[2])?;
        if counts.len() != population.len() {
            return Err(Fault::value("The number of counts does not match the population"));
        }
        let mut repeated = Vec::new();
        for (item, count) in population.iter().zip(&counts) {
            let count = to_index(count, caller)?;
            if count < 0 {
                return Err(Fault::value("Counts must be non-negative"));
            }
            repeated.extend(std::iter::repeat_n(item.clone(), count as usize));
        }
        population = repeated;
    }
    let (length, count) = (population.len(), to_index(&a[1], caller)?);
    if !(0..=length as i64).contains(&count) {
        return Err(Fault::value("Sample larger than population or is negative"));
    }
    let count = count as usize;
    let mut out = Vec::with_capacity(count);
    let mut limit = 21.0;
    if count > 5 {
        // As CPython: a set is used where it is smaller than a copy of the population.
        limit += 4f64.powf((((count * 3) as f64).ln() / 4f64.ln()).ceil());
    }
    if length as f64 <= limit {
        for i in 0..count {
            let j = engine.borrow_mut().position(length - i);
            out.push(population[j].clone());
            population[j] = population[length - i - 1].clone();
        }
    } else {
        let mut chosen = std::collections::HashSet::new();
        while out.len() < count {
            let j = engine.borrow_mut().position(length);
            if chosen.insert(j) {
                out.push(population[j].clone());
            }
        }
    }
    Ok(Value::list(out))
}
