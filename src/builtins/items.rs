//! Subscripts of built-in values: reading, writing, deleting.

use super::convert::{find_integer, key_error, unwrapped};
use super::methods::proxy;
use super::protocol::slice_indices;
use crate::diag::{Error, Fault, Result};
use crate::value::protocol::class_name;
use crate::value::sequence::wrap_index;
use crate::value::{Caller, Dict, List, Range, Str, Tuple, TupleKind, Value};
use std::rc::Rc;

/// `value[index]` of a built-in value; `None` for other values.
#[inline]
pub fn get_item(value: &Value, index: &Value, caller: &mut dyn Caller) -> Option<Result<Value>> {
    match (value, index) {
        (Value::List(l), Value::Int(i)) => {
            let items = l.borrow();
            Some(match wrap_index(*i, items.len()) {
                Some(i) => Ok(items[i].clone()),
                None => Err(out_of_range("list")),
            })
        }
        (Value::Tuple(t), Value::Int(i)) => Some(match wrap_index(*i, t.len()) {
            Some(i) => Ok(t[i].clone()),
            None => Err(out_of_range("tuple")),
        }),
        (Value::Dict(d), _) => Some(dict_item(d, index, caller)),
        (Value::Str(s), Value::Int(i)) => Some(character(s, *i)),
        _ => get_general(value, index, caller),
    }
}

fn get_general(value: &Value, index: &Value, caller: &mut dyn Caller) -> Option<Result<Value>> {
    Some(match (value, index) {
        (Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Range(_), Value::Slice(slice)) => {
            let len = super::protocol::len(value).unwrap_or(0);
            slice_indices(slice, len, caller).map(|at| match value {
                Value::List(l) => {
                    let items = l.borrow();
                    // The list may have shrunk while an index was computed.
                    Value::list(at.positions().filter_map(|i| items.get(i).cloned()).collect())
                }
                Value::Tuple(t) => {
                    let kind = match t.kind {
                        TupleKind::Size => TupleKind::Size,
                        _ => TupleKind::Plain,
                    };
                    Value::Tuple(Tuple::new(kind, at.positions().filter_map(|i| t.get(i).cloned())))
                }
                Value::Str(s) => Value::str(substring(s, at)),
                Value::Range(r) => {
                    let place = |i: i64| (r.start as i128 + i as i128 * r.step as i128) as i64;
                    let step = r.step.saturating_mul(at.step);
                    Value::Range(Rc::new(Range { start: place(at.start), stop: place(at.stop), step }))
                }
                _ => Value::None,
            })
        }
        (Value::List(_), _) => match position(value, index, "list", caller) {
            Ok(i) => return get_item(value, &Value::Int(i), caller),
            Err(e) => Err(e),
        },
        (Value::Tuple(_), _) => match position(value, index, "tuple", caller) {
            Ok(i) => return get_item(value, &Value::Int(i), caller),
            Err(e) => Err(e),
        },
        (Value::Str(s), _) => position(value, index, "string", caller).and_then(|i| character(s, i)),
        (Value::Range(r), _) => position(value, index, "range", caller).and_then(|i| match wrap_index(i, r.len()) {
            Some(i) => Ok(Value::Int(r.at(i))),
            None => Err(out_of_range("range object")),
        }),
        (Value::Object(_), _) => match &*unwrapped(value) {
            Value::Object(_) => return None,
            Value::Dict(d) => match d.get(index, caller) {
                Ok(Some(found)) => Ok(found),
                Ok(None) => match caller.call_special(value, "__missing__", std::slice::from_ref(index)) {
                    Ok(Some(made)) => Ok(made),
                    Ok(None) => Err(key_error(index, caller)),
                    Err(e) => Err(e),
                },
                Err(e) => Err(e),
            },
            inner => return get_item(inner, index, caller),
        },
        _ => return None,
    })
}

/// The refusal of `value[index]`.
#[cold]
pub fn not_subscriptable(value: &Value) -> Error {
    if let Value::Class(c) = value {
        return Fault::type_error(format!("type '{}' is not subscriptable", c.name));
    }
    Fault::type_error(format!("'{}' object is not subscriptable", class_name(value)))
}

#[inline]
fn dict_item(d: &Dict, key: &Value, caller: &mut dyn Caller) -> Result<Value> {
    match d.get(key, caller)? {
        Some(found) => Ok(found),
        None => Err(key_error(key, caller)),
    }
}

#[cold]
fn out_of_range(what: &str) -> Error {
    Fault::index(format!("{what} index out of range"))
}

/// The machine-word index that a value stands for.
fn position(sequence: &Value, index: &Value, what: &str, caller: &mut dyn Caller) -> Result<i64> {
    match find_integer(index, caller)? {
        Some(Value::Int(i)) => Ok(i),
        Some(_) => Err(Fault::index("cannot fit 'int' into an index-sized integer")),
        None if matches!(sequence, Value::Str(_)) => {
            Err(Fault::type_error(format!("string indices must be integers, not '{}'", class_name(index))))
        }
        None => Err(Fault::type_error(format!("{what} indices must be integers or slices, not {}", class_name(index)))),
    }
}

fn character(s: &Str, index: i64) -> Result<Value> {
    let found = if s.is_ascii() {
        wrap_index(index, s.len()).and_then(|i| s.get(i..i + 1)).map(str::to_string)
    } else {
        wrap_index(index, s.chars()).and_then(|i| s.as_str().chars().nth(i)).map(String::from)
    };
    found.map(Value::str).ok_or_else(|| out_of_range("string"))
}

/// The characters of a slice.
fn substring(s: &Str, at: crate::value::sequence::SliceIndices) -> String {
    if s.is_ascii() {
        if at.step == 1 {
            let start = at.start.max(0) as usize;
            return s.get(start..start + at.count).unwrap_or("").to_string();
        }
        let bytes = s.as_bytes();
        return at.positions().filter_map(|i| bytes.get(i).map(|&b| b as char)).collect();
    }
    if at.step == 1 {
        return s.as_str().chars().skip(at.start.max(0) as usize).take(at.count).collect();
    }
    let characters: Vec<char> = s.as_str().chars().collect();
    at.positions().filter_map(|i| characters.get(i)).collect()
}

/// `value[index] = new` of a list or dictionary; `None` for other values.
#[inline]
pub fn set_item(value: &Value, index: &Value, new: Value, caller: &mut dyn Caller) -> Option<Result<()>> {
    Some(match (value, index) {
        (Value::List(l), Value::Int(i)) => {
            let mut items = l.borrow_mut();
            match wrap_index(*i, items.len()) {
                Some(i) => {
                    let old = std::mem::replace(&mut items[i], new);
                    drop(items);
                    drop(old);
                    Ok(())
                }
                None => Err(Fault::index("list assignment index out of range")),
            }
        }
        (Value::Dict(d), _) => d.insert(index.clone(), new, caller).map(drop),
        (Value::List(l), Value::Slice(slice)) => set_slice(l, slice, &new, caller),
        (Value::List(_), _) => match position(value, index, "list", caller) {
            Ok(i) => return set_item(value, &Value::Int(i), new, caller),
            Err(e) => Err(e),
        },
        (Value::Object(_), _) if proxy::is(value) => return None,
        (Value::Object(_), _) => match &*unwrapped(value) {
            Value::Object(_) => return None,
            inner => return set_item(inner, index, new, caller),
        },
        _ => return None,
    })
}

/// The refusal of `value[index] = new`.
#[cold]
pub fn no_item_assignment(value: &Value) -> Error {
    Fault::type_error(format!("'{}' object does not support item assignment", class_name(value)))
}

/// The refusal of `del value[index]`.
#[cold]
pub fn no_item_deletion(value: &Value) -> Error {
    if matches!(value, Value::Tensor(_)) {
        return Fault::type_error("Tensor does not support deleting items");
    }
    Fault::type_error(format!("'{}' object doesn't support item deletion", class_name(value)))
}

fn set_slice(l: &Rc<List>, slice: &crate::value::Slice, new: &Value, caller: &mut dyn Caller) -> Result<()> {
    let items = match unwrapped(new).as_ref() {
        Value::List(other) => other.to_vec(),
        Value::Tuple(t) => t.to_vec(),
        _ => {
            let extended = !matches!(slice.step, Value::None | Value::Int(1));
            let refusal =
                if extended { "must assign iterable to extended slice" } else { "can only assign an iterable" };
            let iterator = match caller.iter(new) {
                Ok(iterator) => iterator,
                Err(e) if e.kind == crate::diag::ExcKind::TypeError => return Err(Fault::type_error(refusal)),
                Err(e) => return Err(e),
            };
            let mut items = Vec::new();
            while let Some(item) = caller.next(&iterator)? {
                items.push(item);
            }
            items
        }
    };
    let at = slice_indices(slice, l.len(), caller)?;
    let mut target = l.borrow_mut();
    if at.step == 1 {
        let start = (at.start.max(0) as usize).min(target.len());
        let end = (start + at.count).min(target.len());
        let old: Vec<Value> = target.splice(start..end, items).collect();
        drop(target);
        drop(old);
        return Ok(());
    }
    if items.len() != at.count {
        return Err(Fault::value(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            at.count
        )));
    }
    let mut old = Vec::with_capacity(at.count);
    for (i, item) in at.positions().zip(items) {
        if let Some(place) = target.get_mut(i) {
            old.push(std::mem::replace(place, item));
        }
    }
    drop(target);
    Ok(())
}

/// `del value[index]` of a list or dictionary; `None` for other values.
pub fn del_item(value: &Value, index: &Value, caller: &mut dyn Caller) -> Option<Result<()>> {
    Some(match (value, index) {
        (Value::Object(_), _) if proxy::is(value) => return None,
        (Value::Dict(d), _) => match d.remove(index, caller) {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(key_error(index, caller)),
            Err(e) => Err(e),
        },
        (Value::List(l), Value::Slice(slice)) => slice_indices(slice, l.len(), caller).map(|at| {
            let mut doomed: Vec<usize> = at.positions().collect();
            doomed.sort_unstable();
            let mut items = l.borrow_mut();
            let old = match (doomed.first(), doomed.last()) {
                (Some(&first), Some(&last)) if last - first + 1 == doomed.len() && last < items.len() => {
                    items.drain(first..=last).collect()
                }
                _ => {
                    let (mut kept, mut old) = (Vec::new(), Vec::new());
                    for (i, item) in std::mem::take(&mut *items).into_iter().enumerate() {
                        if doomed.binary_search(&i).is_ok() { old.push(item) } else { kept.push(item) }
                    }
                    *items = kept;
                    old
                }
            };
            drop(items);
            drop::<Vec<Value>>(old);
        }),
        (Value::List(l), _) => position(value, index, "list", caller).and_then(|i| {
            let mut items = l.borrow_mut();
            match wrap_index(i, items.len()) {
                Some(i) => {
                    let old = items.remove(i);
                    drop(items);
                    drop(old);
                    Ok(())
                }
                None => Err(Fault::index("list assignment index out of range")),
            }
        }),
        (Value::Object(_), _) => match &*unwrapped(value) {
            Value::Object(_) => return None,
            inner => return del_item(inner, index, caller),
        },
        _ => return None,
    })
}
