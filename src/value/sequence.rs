//! Lists, tuples, ranges and slices.

use super::text::Name;
use super::value::Value;
use crate::diag::{Fault, Result};
use smallvec::SmallVec;
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// A mutable sequence.
pub struct List(RefCell<Vec<Value>>);

impl List {
    /// A list of those items.
    pub fn new(items: Vec<Value>) -> Rc<List> {
        Rc::new(List(RefCell::new(items)))
    }

    /// The items for reading; never held while the program runs.
    #[inline]
    pub fn borrow(&self) -> Ref<'_, Vec<Value>> {
        self.0.borrow()
    }

    /// The items for writing; never held while the program runs.
    #[inline]
    pub fn borrow_mut(&self) -> RefMut<'_, Vec<Value>> {
        self.0.borrow_mut()
    }

    /// A copy of the items.
    pub fn to_vec(&self) -> Vec<Value> {
        self.0.borrow().clone()
    }

    /// The number of items.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at an index.
    #[inline]
    pub fn get(&self, i: usize) -> Option<Value> {
        self.0.borrow().get(i).cloned()
    }
}

impl Drop for List {
    fn drop(&mut self) {
        drop_deep(std::mem::take(self.0.get_mut()));
    }
}

/// Which tuple type a tuple is of.
#[derive(Clone)]
pub enum TupleKind {
    /// `tuple`
    Plain,
    /// `torch.Size`
    Size,
    /// A tuple with named fields: its class name, module-qualified for display, and the fields.
    Named(Rc<NamedTuple>),
}

/// The description of a tuple type with named fields.
pub struct NamedTuple {
    /// The type's name: `Point`, or `torch.return_types.max`.
    pub name: Rc<str>,
    /// The fields.
    pub fields: Vec<Name>,
    /// Whether it prints over several lines, as torch's return types do.
    pub is_structseq: bool,
    /// The class, for named tuples of the program.
    pub class: RefCell<Option<Rc<super::class::Class>>>,
}

impl NamedTuple {
    /// The type of a built-in function's results: the same for each of its calls. The key is the function's name and what
    /// tells its types apart; `make` gives the type's name and its fields.
    pub fn of_results(
        key: (&'static str, &'static str),
        is_structseq: bool,
        make: impl FnOnce() -> (String, Vec<Name>),
    ) -> Rc<NamedTuple> {
        type Made = Vec<((&'static str, &'static str), Rc<NamedTuple>)>;
        thread_local! {
            static MADE: RefCell<Made> = const { RefCell::new(Vec::new()) };
        }
        MADE.with_borrow_mut(|made| {
            if let Some((_, known)) = made.iter().find(|(k, _)| *k == key) {
                return known.clone();
            }
            let (name, fields) = make();
            let named = Rc::new(NamedTuple { name: name.into(), fields, is_structseq, class: RefCell::new(None) });
            made.push((key, named.clone()));
            named
        })
    }
}

/// An immutable sequence.
pub struct Tuple {
    /// Which tuple type.
    pub kind: TupleKind,
    items: SmallVec<[Value; 3]>,
}

impl Tuple {
    /// A tuple of that kind.
    pub fn new(kind: TupleKind, items: impl IntoIterator<Item = Value>) -> Rc<Tuple> {
        Rc::new(Tuple { kind, items: items.into_iter().collect() })
    }
}

impl std::ops::Deref for Tuple {
    type Target = [Value];
    #[inline]
    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        if self.items.iter().any(is_container) {
            drop_deep(self.items.drain(..).collect());
        }
    }
}

/// Whether dropping a value may drop others.
fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Object(_))
}

/// Drops values without recursion, however deep they nest.
pub(super) fn drop_deep(mut values: Vec<Value>) {
    if !values.iter().any(is_container) {
        return;
    }
    while let Some(value) = values.pop() {
        match value {
            Value::List(mut list) => {
                if let Some(list) = Rc::get_mut(&mut list) {
                    values.append(list.0.get_mut());
                }
            }
            Value::Tuple(mut tuple) => {
                if let Some(tuple) = Rc::get_mut(&mut tuple) {
                    values.extend(tuple.items.drain(..));
                }
            }
            Value::Dict(mut dict) => {
                if let Some(dict) = Rc::get_mut(&mut dict) {
                    dict.take_values(&mut values);
                }
            }
            Value::Object(mut object) => {
                if let Some(object) = Rc::get_mut(&mut object)
                    && let Some(dict) = Rc::get_mut(&mut object.dict)
                {
                    dict.take_values(&mut values);
                }
            }
            _ => {}
        }
    }
}

/// The numbers `start, start + step, ...` before `stop`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// First.
    pub start: i64,
    /// Bound, excluded.
    pub stop: i64,
    /// Step, not zero.
    pub step: i64,
}

impl Range {
    /// How many numbers.
    pub fn len(&self) -> usize {
        if self.step == 1 {
            // The case of every day needs no division.
            return if self.stop > self.start { self.stop.wrapping_sub(self.start) as u64 as usize } else { 0 };
        }
        let (start, stop, step) = (self.start as i128, self.stop as i128, self.step as i128);
        let n = if step > 0 {
            (stop - start + step - 1).div_euclid(step)
        } else {
            (start - stop - step - 1).div_euclid(-step)
        };
        n.max(0) as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at an index within the length.
    pub fn at(&self, i: usize) -> i64 {
        (self.start as i128 + i as i128 * self.step as i128) as i64
    }
}

/// `start:stop:step`; each any value, `None` where it is left out.
#[derive(Clone)]
#[allow(missing_docs)]
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

/// A slice applied to a sequence: `count` items from `start`, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct SliceIndices {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl Slice {
    /// The slice on a sequence of `len` items, clipped as Python does.
    ///
    /// `index` converts a bound that is neither int nor None (an object with `__index__`).
    /// Errors: ValueError for a step of zero, TypeError for bounds that are no integers.
    pub fn indices(&self, len: usize, mut index: impl FnMut(&Value) -> Result<i64>) -> Result<SliceIndices> {
        let mut bound = |v: &Value| -> Result<Option<i64>> {
            match v {
                Value::None => Ok(None),
                Value::Big(b) => Ok(Some(if b.sign() == num_bigint::Sign::Minus { i64::MIN } else { i64::MAX })),
                other => match other.as_int() {
                    Some(i) => Ok(Some(i)),
                    None => index(other).map(Some),
                },
            }
        };
        let step = bound(&self.step)?.unwrap_or(1);
        if step == 0 {
            return Err(Fault::value("slice step cannot be zero"));
        }
        let len = len as i64;
        let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
        let clip = |i: i64| if i < 0 { i.saturating_add(len).max(low) } else { i.min(high) };
        let start = bound(&self.start)?.map_or(if step > 0 { low } else { high }, clip);
        let stop = bound(&self.stop)?.map_or(if step > 0 { high } else { low }, clip);
        let count = Range { start, stop, step }.len();
        Ok(SliceIndices { start, stop, step, count })
    }
}

impl SliceIndices {
    /// The positions, in order.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        (0..self.count).map(move |i| (self.start + i as i64 * self.step) as usize)
    }
}

/// The position that a possibly negative index names, or `None` out of bounds.
pub fn wrap_index(index: i64, len: usize) -> Option<usize> {
    let i = if index < 0 { index.checked_add(len as i64)? } else { index };
    usize::try_from(i).ok().filter(|&i| i < len)
}
