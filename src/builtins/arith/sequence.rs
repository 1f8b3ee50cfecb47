//! Concatenation and repetition of strings, lists and tuples.

use super::super::convert::check_memory;
use crate::diag::{Fault, Result};
use crate::value::{Tuple, TupleKind, Value};

/// `a + b` for sequences of one type; `None` for others.
pub fn concat(a: &Value, b: &Value) -> Option<Result<Value>> {
    Some(match (a, b) {
        (Value::Str(x), Value::Str(y)) => {
            let mut text = String::with_capacity(x.len() + y.len());
            text.push_str(x);
            text.push_str(y);
            Ok(Value::str(text))
        }
        (Value::List(x), Value::List(y)) => {
            let mut items = Vec::with_capacity(x.len() + y.len());
            items.extend_from_slice(&x.borrow());
            items.extend_from_slice(&y.borrow());
            Ok(Value::list(items))
        }
        (Value::Tuple(x), Value::Tuple(y)) => {
            let kind = match x.kind {
                TupleKind::Size => TupleKind::Size,
                _ => TupleKind::Plain,
            };
            Ok(Value::Tuple(Tuple::new(kind, x.iter().chain(y.iter()).cloned())))
        }
        _ => return None,
    })
}

/// `sequence * times`.
///
/// Errors: OverflowError and MemoryError for results that cannot be held.
pub fn repeat(sequence: &Value, times: &Value) -> Result<Value> {
    let times = match times {
        Value::Big(b) if b.sign() == num_bigint::Sign::Minus => 0,
        Value::Big(_) => return Err(Fault::overflow("cannot fit 'int' into an index-sized integer")),
        other => other.as_int().unwrap_or(0).max(0) as usize,
    };
    let room = |len: usize, size: usize| check_memory(len as u128 * times as u128 * size as u128);
    match sequence {
        Value::Str(s) => {
            room(s.len(), 1)?;
            Ok(Value::str(s.repeat(times)))
        }
        Value::List(l) => {
            room(l.len(), size_of::<Value>())?;
            Ok(Value::list(repeat_items(&l.borrow(), times)))
        }
        Value::Tuple(t) => {
            room(t.len(), size_of::<Value>())?;
            let kind = match t.kind {
                TupleKind::Size => TupleKind::Size,
                _ => TupleKind::Plain,
            };
            Ok(Value::Tuple(Tuple::new(kind, repeat_items(t, times))))
        }
        _ => Err(Fault::type_error("can't multiply sequence by non-int")),
    }
}

fn repeat_items(items: &[Value], times: usize) -> Vec<Value> {
    if let [one] = items {
        return vec![one.clone(); times];
    }
    let mut out = Vec::with_capacity(items.len() * times);
    for _ in 0..times {
        out.extend_from_slice(items);
    }
    out
}
