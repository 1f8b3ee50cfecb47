//! Length, iteration, membership, equality and order of built-in values.

use super::convert::unwrapped;
use super::depth;
use crate::diag::{Error, Fault, Result};
use crate::value::iter::{DictPart, IterState};
use crate::value::protocol::{class_name, compare_numbers, equal_natively};
use crate::value::{Caller, Compare, Iter, List, Range, Set, Slice, Value};
use std::rc::Rc;

/// `len(value)` of a built-in container; `None` for other values.
#[inline]
pub fn len(value: &Value) -> Option<usize> {
    Some(match value {
        Value::List(l) => l.len(),
        Value::Tuple(t) => t.len(),
        Value::Str(s) => s.chars(),
        Value::Dict(d) => d.len(),
        Value::Set(s) => s.len(),
        Value::Range(r) => r.len(),
        Value::Object(_) => {
            let inner = unwrapped(value);
            if let Value::Object(_) = &*inner {
                return super::methods::view::of(value).map(|v| v.dict.len());
            }
            return len(&inner);
        }
        _ => return None,
    })
}

/// The refusal of `len(value)`.
#[cold]
pub fn no_len(value: &Value) -> Error {
    Fault::type_error(format!("object of type '{}' has no len()", class_name(value)))
}

/// `iter(value)` of a built-in container or iterator; `None` for other values.
#[inline]
pub fn iter(value: &Value) -> Option<Value> {
    Some(Value::Iter(match value {
        Value::Range(r) => range_iterator(r),
        Value::List(l) => Iter::new("list_iterator", IterState::List { list: l.clone(), next: 0 }),
        Value::Tuple(t) => Iter::new("tuple_iterator", IterState::Tuple { tuple: t.clone(), next: 0 }),
        Value::Str(s) => Iter::new(
            if s.is_ascii() { "str_ascii_iterator" } else { "str_iterator" },
            IterState::Str { text: s.clone(), next: 0 },
        ),
        Value::Dict(d) => {
            let state = IterState::Dict { dict: d.clone(), next: 0, len: d.len(), part: DictPart::Keys };
            Iter::new("dict_keyiterator", state)
        }
        Value::Set(s) => return Some(set_iterator(s)),
        Value::Iter(_) | Value::Generator(_) => return Some(value.clone()),
        Value::Object(_) => {
            let inner = unwrapped(value);
            if let Value::Object(_) = &*inner {
                return super::methods::view::of(value).map(|v| v.iter());
            }
            return iter(&inner);
        }
        _ => return None,
    }))
}

/// An iterator over a range.
pub fn range_iterator(r: &Range) -> Rc<Iter> {
    Iter::new("range_iterator", IterState::Range { next: r.start, step: r.step, left: r.len() })
}

struct SetIter {
    set: Rc<Set>,
    left: std::vec::IntoIter<Value>,
    len: usize,
}

impl crate::value::NativeIter for SetIter {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        if self.set.len() != self.len {
            return Err(Fault::runtime("Set changed size during iteration"));
        }
        Ok(self.left.next())
    }
    fn type_name(&self) -> &'static str {
        "set_iterator"
    }
}

fn set_iterator(set: &Rc<Set>) -> Value {
    Iter::native(SetIter { set: set.clone(), left: set.items().into_iter(), len: set.len() })
}

/// The refusal of `iter(value)`.
#[cold]
pub fn not_iterable(value: &Value) -> Error {
    Fault::type_error(format!("'{}' object is not iterable", class_name(value)))
}

/// `item in container` for a built-in container; `None` for other values.
pub fn contains(container: &Value, item: &Value, caller: &mut dyn Caller) -> Result<Option<bool>> {
    Ok(Some(match container {
        Value::Dict(d) => d.get(item, caller)?.is_some(),
        Value::Set(s) => match &*unwrapped(item) {
            // A set stands for the frozenset of its members.
            Value::Set(member) if !member.frozen => {
                let frozen = Value::Set(Set::new(member.items(), true, caller)?);
                s.contains(&frozen, caller)?
            }
            _ => s.contains(item, caller)?,
        },
        Value::Str(s) => match &*unwrapped(item) {
            Value::Str(part) => s.contains(part.as_str()),
            _ => {
                return Err(Fault::type_error(format!(
                    "'in <string>' requires string as left operand, not {}",
                    class_name(item)
                )));
            }
        },
        Value::List(l) => position_in_list(l, item, 0, caller)?.is_some(),
        Value::Tuple(t) => {
            for x in t.iter() {
                if same(x, item, caller)? {
                    return Ok(Some(true));
                }
            }
            false
        }
        Value::Range(r) => position_in_range(r, item, caller)?.is_some(),
        Value::Object(_) => match &*unwrapped(container) {
            Value::Object(_) => match super::methods::view::of(container) {
                Some(view) => view.contains(item, caller)?,
                None => return Ok(None),
            },
            inner => return contains(inner, item, caller),
        },
        _ => return Ok(None),
    }))
}

/// The first position from `start` on at which a list holds an equal item; the list may change meanwhile.
pub fn position_in_list(l: &List, item: &Value, start: usize, caller: &mut dyn Caller) -> Result<Option<usize>> {
    let mut i = start;
    while let Some(x) = l.get(i) {
        if same(&x, item, caller)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

/// The position of an equal number in a range.
pub fn position_in_range(r: &Range, item: &Value, caller: &mut dyn Caller) -> Result<Option<usize>> {
    let whole = match item {
        Value::Int(i) => *i,
        Value::Bool(b) => *b as i64,
        Value::Float(f) if f.fract() == 0.0 && f.abs() < 9e18 => *f as i64,
        Value::Float(_) | Value::Big(_) | Value::Str(_) | Value::None => return Ok(None),
        other => {
            for i in 0..r.len() {
                if same(&Value::Int(r.at(i)), other, caller)? {
                    return Ok(Some(i));
                }
            }
            return Ok(None);
        }
    };
    let offset = whole as i128 - r.start as i128;
    let step = r.step as i128;
    let index = offset / step;
    Ok((offset % step == 0 && index >= 0 && index < r.len() as i128).then_some(index as usize))
}

/// Whether two values are the same or equal, as containers compare their items.
#[inline]
pub fn same(a: &Value, b: &Value, caller: &mut dyn Caller) -> Result<bool> {
    if a.is(b) {
        return Ok(true);
    }
    match equal_natively(a, b) {
        Some(equal) => Ok(equal),
        None => caller.equal(a, b),
    }
}

/// `a == b` for built-in values, containers item by item; `None` where the language has no rule for the two.
pub fn equal(a: &Value, b: &Value, caller: &mut dyn Caller) -> Result<Option<bool>> {
    use Value::{Array, Dict, List, Object, Set, Slice, Tensor, Tuple};
    Ok(Some(match (a, b) {
        (List(x), List(y)) => {
            if x.len() != y.len() {
                return Ok(Some(false));
            }
            let _level = depth::enter(" in comparison")?;
            let mut i = 0;
            loop {
                let (p, q) = match (x.get(i), y.get(i)) {
                    (Some(p), Some(q)) => (p, q),
                    (None, None) => break true,
                    _ => break false,
                };
                if !same(&p, &q, caller)? {
                    break false;
                }
                i += 1;
            }
        }
        (Tuple(x), Tuple(y)) => {
            if x.len() != y.len() {
                return Ok(Some(false));
            }
            let _level = depth::enter(" in comparison")?;
            for (p, q) in x.iter().zip(y.iter()) {
                if !same(p, q, caller)? {
                    return Ok(Some(false));
                }
            }
            true
        }
        (Dict(x), Dict(y)) => {
            if x.len() != y.len() {
                return Ok(Some(false));
            }
            let _level = depth::enter(" in comparison")?;
            for (key, value) in x.items() {
                match y.get(&key, caller)? {
                    Some(other) if same(&value, &other, caller)? => {}
                    _ => return Ok(Some(false)),
                }
            }
            true
        }
        (Set(x), Set(y)) => x.len() == y.len() && super::arith::is_subset(x, y, caller)?,
        (Slice(x), Slice(y)) => {
            let parts = |s: &crate::value::Slice| [s.start.clone(), s.stop.clone(), s.step.clone()];
            for (p, q) in parts(x).iter().zip(&parts(y)) {
                if !same(p, q, caller)? {
                    return Ok(Some(false));
                }
            }
            true
        }
        (Object(_), _) | (_, Object(_)) => {
            let (x, y) = (unwrapped(a), unwrapped(b));
            if matches!(&*x, Object(_)) || matches!(&*y, Object(_)) {
                return match (super::methods::view::of(a), super::methods::view::of(b)) {
                    (None, None) => Ok(None),
                    _ => super::methods::view::equal(a, b, caller).map(Some),
                };
            }
            return equal(&x, &y, caller);
        }
        (Tensor(_) | Array(_), _) | (_, Tensor(_) | Array(_)) => return Ok(None),
        _ => return Ok(equal_natively(a, b)),
    }))
}

/// `a < b` and kin for built-in values; `None` where the language has no rule for the two.
pub fn compare(op: Compare, a: &Value, b: &Value, caller: &mut dyn Caller) -> Result<Option<Value>> {
    if matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(equal(a, b, caller)?.map(|e| Value::Bool(e == (op == Compare::Eq))));
    }
    if let Some(ordering) = compare_numbers(a, b) {
        return Ok(Some(Value::Bool(ordering.is_some_and(|o| op.holds(o)))));
    }
    Ok(match (a, b) {
        (Value::Str(x), Value::Str(y)) => Some(Value::Bool(op.holds(x.as_str().cmp(y.as_str())))),
        (Value::List(x), Value::List(y)) => {
            let (x, y) = (x.to_vec(), y.to_vec());
            Some(compare_items(op, &x, &y, caller)?)
        }
        (Value::Tuple(x), Value::Tuple(y)) => Some(compare_items(op, x, y, caller)?),
        (Value::Set(x), Value::Set(y)) => Some(Value::Bool(compare_sets(op, x, y, caller)?)),
        (Value::Object(_), _) | (_, Value::Object(_)) => {
            let (x, y) = (unwrapped(a), unwrapped(b));
            if matches!(&*x, Value::Object(_)) || matches!(&*y, Value::Object(_)) {
                return Ok(None);
            }
            return compare(op, &x, &y, caller);
        }
        _ => None,
    })
}

/// The order of two sequences: that of their first items that differ, or of their lengths.
pub fn compare_items(op: Compare, x: &[Value], y: &[Value], caller: &mut dyn Caller) -> Result<Value> {
    let _level = depth::enter(" in comparison")?;
    for (p, q) in x.iter().zip(y) {
        if !same(p, q, caller)? {
            return caller.compare(op, p, q);
        }
    }
    Ok(Value::Bool(op.holds(x.len().cmp(&y.len()))))
}

/// Inclusion of sets.
pub fn compare_sets(op: Compare, x: &Set, y: &Set, caller: &mut dyn Caller) -> Result<bool> {
    Ok(match op {
        Compare::Le => super::arith::is_subset(x, y, caller)?,
        Compare::Lt => x.len() < y.len() && super::arith::is_subset(x, y, caller)?,
        Compare::Ge => super::arith::is_subset(y, x, caller)?,
        _ => y.len() < x.len() && super::arith::is_subset(y, x, caller)?,
    })
}

/// The refusal of `a < b` and kin.
#[cold]
pub fn no_order(op: Compare, a: &Value, b: &Value) -> Error {
    Fault::type_error(format!(
        "'{}' not supported between instances of '{}' and '{}'",
        op.sign(),
        class_name(a),
        class_name(b)
    ))
}

/// The bounds of a slice on a sequence, asking `__index__` of objects.
pub fn slice_indices(
    slice: &Slice,
    len: usize,
    caller: &mut dyn Caller,
) -> Result<crate::value::sequence::SliceIndices> {
    slice.indices(len, |v| match super::convert::find_integer(v, caller)? {
        Some(Value::Int(i)) => Ok(i),
        Some(Value::Big(b)) => Ok(if b.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX }),
        _ => Err(Fault::type_error("slice indices must be integers or None or have an __index__ method")),
    })
}
