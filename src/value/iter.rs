//! Iterators over built-in values, and native iterators.

use super::caller::Caller;
use super::dict::Dict;
use super::sequence::{List, Tuple};
use super::text::Str;
use super::value::Value;
use crate::diag::{ExcKind, Fault, Result};
use std::cell::RefCell;
use std::rc::Rc;

/// An iterator written in Rust.
pub trait NativeIter {
    /// The next item; `None` at the end, from then on.
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>>;
    /// The type's name: `enumerate`.
    fn type_name(&self) -> &'static str;
    /// How many items are left, where that is known.
    fn remaining(&self) -> Option<usize> {
        None
    }
}

/// What a dictionary iterator yields.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum DictPart {
    Keys,
    Values,
    Items,
}

/// The state of an iterator.
#[allow(missing_docs)]
pub enum IterState {
    Range { next: i64, step: i64, left: usize },
    List { list: Rc<List>, next: usize },
    Tuple { tuple: Rc<Tuple>, next: usize },
    Str { text: Rc<Str>, next: usize },
    Dict { dict: Rc<Dict>, next: usize, len: usize, part: DictPart },
    Native(Box<dyn NativeIter>),
    Done,
}

/// What a quick step of an iterator came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// There is an item.
    Moved,
    /// There is none.
    End,
    /// That takes [`Iter::next`] to say.
    Unknown,
}

/// An iterator.
pub struct Iter {
    /// Where it is.
    pub state: RefCell<IterState>,
    /// What keeps the iterated value alive and names the type, for sets.
    pub type_name: &'static str,
}

impl Iter {
    /// An iterator in that state.
    pub fn new(type_name: &'static str, state: IterState) -> Rc<Iter> {
        Rc::new(Iter { state: RefCell::new(state), type_name })
    }

    /// A native iterator as a value.
    pub fn native(iterator: impl NativeIter + 'static) -> Value {
        let type_name = iterator.type_name();
        Value::Iter(Iter::new(type_name, IterState::Native(Box::new(iterator))))
    }

    /// The next item of a counter or a list, put into a place.
    #[inline(always)]
    pub fn advance(&self, place: &mut Value) -> Advance {
        let Ok(mut state) = self.state.try_borrow_mut() else { return Advance::Unknown };
        match &mut *state {
            IterState::Range { left: 0, .. } => Advance::End,
            IterState::Range { next, step, left } => {
                *left -= 1;
                Value::put_int(place, *next);
                *next = next.wrapping_add(*step);
                Advance::Moved
            }
            IterState::List { list, next } => match list.borrow().get(*next) {
                Some(item) => {
                    *next += 1;
                    Value::put_copy(place, item);
                    Advance::Moved
                }
                None => Advance::Unknown,
            },
            _ => Advance::Unknown,
        }
    }

    /// The next item; `None` at the end.
    ///
    /// Errors: what the iterator raises; ValueError when it is asked while it runs.
    #[inline]
    pub fn next(&self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let Ok(mut state) = self.state.try_borrow_mut() else {
            return Err(Fault::value(format!("{} already executing", self.type_name)));
        };
        match &mut *state {
            IterState::Range { next, step, left } => {
                if *left == 0 {
                    return Ok(None);
                }
                let value = *next;
                *left -= 1;
                *next = value.wrapping_add(*step);
                Ok(Some(Value::Int(value)))
            }
            IterState::List { list, next } => match list.get(*next) {
                Some(item) => {
                    *next += 1;
                    Ok(Some(item))
                }
                None => {
                    *state = IterState::Done;
                    Ok(None)
                }
            },
            IterState::Tuple { tuple, next } => {
                let item = tuple.get(*next).cloned();
                *next += 1;
                Ok(item)
            }
            IterState::Str { text, next } => {
                let Some(c) = text.as_str().get(*next..).and_then(|s| s.chars().next()) else { return Ok(None) };
                *next += c.len_utf8();
                Ok(Some(Value::str(c.to_string())))
            }
            IterState::Dict { dict, next, len, part } => {
                if dict.len() != *len {
                    let what = if self.type_name == "set_iterator" { "Set" } else { "dictionary" };
                    *state = IterState::Done;
                    return Err(Fault::new(ExcKind::RuntimeError, format!("{what} changed size during iteration")));
                }
                match dict.entry_from(*next) {
                    Some((after, key, value)) => {
                        *next = after;
                        Ok(Some(match part {
                            DictPart::Keys => key,
                            DictPart::Values => value,
                            DictPart::Items => Value::tuple([key, value]),
                        }))
                    }
                    None => {
                        *state = IterState::Done;
                        Ok(None)
                    }
                }
            }
            IterState::Native(native) => {
                let item = native.next(caller)?;
                if item.is_none() {
                    *state = IterState::Done;
                }
                Ok(item)
            }
            IterState::Done => Ok(None),
        }
    }

    /// How many items are left, where that is known.
    pub fn remaining(&self) -> Option<usize> {
        match &*self.state.try_borrow().ok()? {
            IterState::Range { left, .. } => Some(*left),
            IterState::List { list, next } => Some(list.len().saturating_sub(*next)),
            IterState::Tuple { tuple, next } => Some(tuple.len().saturating_sub(*next)),
            IterState::Native(native) => native.remaining(),
            IterState::Done => Some(0),
            _ => None,
        }
    }
}
