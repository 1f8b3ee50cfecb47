//! A stable sort whose comparisons may run the program and fail.

use crate::diag::Result;
use crate::value::{Caller, Compare, Value};
use std::cmp::Ordering;

/// Sorts items by themselves or by a key, as `list.sort` does: stable, ascending or descending.
///
/// On an error the items are all still there, in some order.
pub fn sort(items: &mut Vec<Value>, key: &Value, reverse: bool, caller: &mut dyn Caller) -> Result<()> {
    if key.is_none() {
        if sort_natively(items, reverse) {
            return Ok(());
        }
        let order = order_of(items, reverse, caller)?;
        rearrange(items, &order);
        return Ok(());
    }
    let mut keys = Vec::with_capacity(items.len());
    for item in items.iter() {
        keys.push(caller.call(key, crate::value::Args::of(std::slice::from_ref(item)))?);
    }
    let order = order_of(&keys, reverse, caller)?;
    rearrange(items, &order);
    Ok(())
}

/// Sorts items of one simple type; whether it did.
fn sort_natively(items: &mut [Value], reverse: bool) -> bool {
    let Some(compare) = comparison(items) else { return false };
    if reverse {
        // Equal items keep their order.
        items.sort_by(|a, b| compare(b, a));
    } else {
        items.sort_by(compare);
    }
    true
}

type Order = fn(&Value, &Value) -> Ordering;

/// The order of items that are all ints, all strings, or all floats without NaN.
fn comparison(items: &[Value]) -> Option<Order> {
    match items.first()? {
        Value::Int(_) if items.iter().all(|v| matches!(v, Value::Int(_))) => Some(|a, b| a.as_int().cmp(&b.as_int())),
        Value::Float(_) if items.iter().all(|v| matches!(v, Value::Float(f) if !f.is_nan())) => Some(|a, b| {
            let (Value::Float(x), Value::Float(y)) = (a, b) else { return Ordering::Equal };
            x.partial_cmp(y).unwrap_or(Ordering::Equal)
        }),
        Value::Str(_) if items.iter().all(|v| matches!(v, Value::Str(_))) => Some(|a, b| a.as_str().cmp(&b.as_str())),
        _ => None,
    }
}

/// The positions of the keys in sorted order.
fn order_of(keys: &[Value], reverse: bool, caller: &mut dyn Caller) -> Result<Vec<u32>> {
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    if let Some(compare) = comparison(keys) {
        let by = |a: &u32, b: &u32| compare(&keys[*a as usize], &keys[*b as usize]);
        if reverse {
            order.sort_by(|a, b| by(b, a));
        } else {
            order.sort_by(by);
        }
        return Ok(order);
    }
    if reverse {
        // As in Python: reversed, sorted, reversed, so that equal items keep their order.
        order.reverse();
    }
    merge_sort(&mut order, keys, caller)?;
    if reverse {
        order.reverse();
    }
    Ok(order)
}

/// Sorts positions by insertion in short runs, which are then merged.
fn merge_sort(order: &mut Vec<u32>, keys: &[Value], caller: &mut dyn Caller) -> Result<()> {
    const RUN: usize = 16;
    let n = order.len();
    for start in (0..n).step_by(RUN) {
        let end = (start + RUN).min(n);
        for i in start + 1..end {
            let moving = order[i];
            let (mut low, mut high) = (start, i);
            // Already in order is the common case.
            if !less(&keys[moving as usize], &keys[order[i - 1] as usize], caller)? {
                continue;
            }
            while low < high {
                let middle = (low + high) / 2;
                if less(&keys[moving as usize], &keys[order[middle] as usize], caller)? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            order[low..=i].rotate_right(1);
        }
    }
    let mut width = RUN;
    let mut merged: Vec<u32> = Vec::with_capacity(n);
    while width < n {
        caller.checkpoint()?;
        merged.clear();
        for start in (0..n).step_by(2 * width) {
            let (middle, end) = ((start + width).min(n), (start + 2 * width).min(n));
            let (mut i, mut j) = (start, middle);
            while i < middle && j < end {
                if less(&keys[order[j] as usize], &keys[order[i] as usize], caller)? {
                    merged.push(order[j]);
                    j += 1;
                } else {
                    merged.push(order[i]);
                    i += 1;
                }
            }
            merged.extend_from_slice(&order[i..middle]);
            merged.extend_from_slice(&order[j..end]);
        }
        std::mem::swap(order, &mut merged);
        width *= 2;
    }
    Ok(())
}

/// `a < b` as a truth value.
#[inline]
pub fn less(a: &Value, b: &Value, caller: &mut dyn Caller) -> Result<bool> {
    if let Some(less) = crate::value::protocol::order_natively(Compare::Lt, a, b) {
        return Ok(less);
    }
    match caller.compare(Compare::Lt, a, b)? {
        Value::Bool(b) => Ok(b),
        other => caller.truth(&other),
    }
}

fn rearrange(items: &mut Vec<Value>, order: &[u32]) {
    let mut old = std::mem::take(items);
    items.extend(order.iter().map(|&i| std::mem::take(&mut old[i as usize])));
}
