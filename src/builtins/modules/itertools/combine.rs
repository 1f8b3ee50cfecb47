//! Products, permutations and combinations.

use super::super::super::convert::to_index;
use super::arguments;
use super::select::stepper;
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Native, Value};

pub(super) fn zip_longest(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let fill = a[1].clone();
    let mut sources = Vec::new();
    for iterable in caller.collect(&a[0])? {
        sources.push(Some(caller.iter(&iterable)?));
    }
    stepper("zip_longest", move |caller| {
        let mut items = Vec::with_capacity(sources.len());
        for source in &mut sources {
            let item = match source {
                Some(iterator) => caller.next(iterator)?,
                None => None,
            };
            if item.is_none() {
                *source = None;
            }
            items.push(item.unwrap_or_else(|| fill.clone()));
        }
        Ok(if sources.iter().all(Option::is_none) { None } else { Some(Value::tuple(items)) })
    })
}

pub(super) fn product(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let repeat = to_index(&a[1], caller)?;
    let repeat = usize::try_from(repeat).map_err(|_| Fault::value("repeat argument cannot be negative"))?;
    let mut pools = Vec::new();
    for iterable in caller.collect(&a[0])? {
        pools.push(caller.collect(&iterable)?);
    }
    super::super::super::convert::check_memory(pools.len() as u128 * repeat as u128 * 64)?;
    let once = pools.len();
    let length = once * repeat;
    let mut at: Option<Vec<usize>> = pools.iter().all(|p| !p.is_empty()).then(|| vec![0; length]);
    if repeat == 0 || once == 0 {
        at = Some(Vec::new());
    }
    stepper("product", move |_| {
        let Some(positions) = &mut at else { return Ok(None) };
        let items = positions.iter().enumerate().map(|(i, &p)| pools[i % once][p].clone());
        let found = Value::tuple(items);
        for i in (0..positions.len()).rev() {
            positions[i] += 1;
            if positions[i] < pools[i % once].len() {
                return Ok(Some(found));
            }
            positions[i] = 0;
        }
        at = None;
        Ok(Some(found))
    })
}

/// The items of an iterable and how many are chosen.
fn pool(a: &[Value], caller: &mut dyn Caller) -> Result<(Vec<Value>, usize)> {
    let items = caller.collect(&a[0])?;
    let r = match &a[1] {
        Value::None => items.len(),
        r => usize::try_from(to_index(r, caller)?).map_err(|_| Fault::value("r must be non-negative"))?,
    };
    Ok((items, r))
}

pub(super) fn permutations(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (items, r) = pool(&a, caller)?;
    let n = items.len();
    let mut order: Vec<usize> = (0..n).collect();
    let mut cycles: Vec<usize> = (0..r.min(n)).map(|i| n - i).collect();
    let mut done = r > n;
    stepper("permutations", move |_| {
        if done {
            return Ok(None);
        }
        let found = Value::tuple(order[..r].iter().map(|&i| items[i].clone()));
        done = true;
        for i in (0..r).rev() {
            cycles[i] -= 1;
            if cycles[i] == 0 {
                order[i..].rotate_left(1);
                cycles[i] = n - i;
            } else {
                let j = n - cycles[i];
                order.swap(i, j);
                done = false;
                break;
            }
        }
        Ok(Some(found))
    })
}

pub(super) fn combinations(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (items, r) = pool(&a, caller)?;
    let n = items.len();
    let mut at: Option<Vec<usize>> = (r <= n).then(|| (0..r).collect());
    stepper("combinations", move |_| {
        let Some(positions) = &mut at else { return Ok(None) };
        let found = Value::tuple(positions.iter().map(|&i| items[i].clone()));
        match (0..r).rev().find(|&i| positions[i] != i + n - r) {
            Some(i) => {
                positions[i] += 1;
                for j in i + 1..r {
                    positions[j] = positions[j - 1] + 1;
                }
            }
            None => at = None,
        }
        Ok(Some(found))
    })
}

pub(super) fn combinations_with_replacement(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (items, r) = pool(&a, caller)?;
    let n = items.len();
    let mut at: Option<Vec<usize>> = (n > 0 || r == 0).then(|| vec![0; r]);
    stepper("combinations_with_replacement", move |_| {
        let Some(positions) = &mut at else { return Ok(None) };
        let found = Value::tuple(positions.iter().map(|&i| items[i].clone()));
        match (0..r).rev().find(|&i| positions[i] != n - 1) {
            Some(i) => {
                let next = positions[i] + 1;
                positions[i..].fill(next);
            }
            None => at = None,
        }
        Ok(Some(found))
    })
}
