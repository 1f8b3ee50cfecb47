//! Union, intersection and difference of sets.

use crate::diag::Result;
use crate::value::{Binary, Caller, Set, Value};
use std::rc::Rc;

/// The other side of a set operation: a set, or the members of any iterable.
pub enum Operand {
    /// A set as it is.
    Set(Rc<Set>),
    /// A set made of an iterable.
    Made(Rc<Set>),
}

impl Operand {
    /// The members of any iterable as a set.
    ///
    /// Errors: TypeError for what is not iterable and for unhashable members.
    pub fn of(value: &Value, caller: &mut dyn Caller) -> Result<Operand> {
        match super::super::convert::unwrap(value) {
            Value::Set(s) => Ok(Operand::Set(s)),
            _ => {
                let items = caller.collect(value)?;
                Ok(Operand::Made(Set::new(items, true, caller)?))
            }
        }
    }

    /// The set.
    pub fn set(&self) -> &Rc<Set> {
        match self {
            Operand::Set(s) | Operand::Made(s) => s,
        }
    }
}

/// `x op y`; `None` for operators that sets do not have.
pub(super) fn operator(op: Binary, x: &Rc<Set>, y: &Rc<Set>, caller: &mut dyn Caller) -> Option<Result<Value>> {
    matches!(op, Binary::Or | Binary::And | Binary::Sub | Binary::Xor)
        .then(|| combine(op, x, y, x.frozen, caller).map(Value::Set))
}

/// The union, intersection, difference or symmetric difference of two sets.
pub fn combine(op: Binary, x: &Set, y: &Set, frozen: bool, caller: &mut dyn Caller) -> Result<Rc<Set>> {
    let out = Set { dict: crate::value::Dict::default(), frozen };
    for item in x.items() {
        let keep = match op {
            Binary::Or => true,
            Binary::And => y.contains(&item, caller)?,
            _ => !y.contains(&item, caller)?,
        };
        if keep {
            out.add(item, caller)?;
        }
    }
    if matches!(op, Binary::Or | Binary::Xor) {
        for item in y.items() {
            if op == Binary::Or || !x.contains(&item, caller)? {
                out.add(item, caller)?;
            }
        }
    }
    Ok(Rc::new(out))
}

/// `x op= y`: the set itself changes.
pub fn update(op: Binary, x: &Rc<Set>, y: &Operand, caller: &mut dyn Caller) -> Result<()> {
    let y = y.set();
    match op {
        Binary::Or => {
            for item in y.items() {
                x.add(item, caller)?;
            }
        }
        Binary::And => {
            for item in x.items() {
                if !y.contains(&item, caller)? {
                    x.dict.remove(&item, caller)?;
                }
            }
        }
        Binary::Sub => {
            for item in y.items() {
                x.dict.remove(&item, caller)?;
            }
        }
        _ => {
            for item in y.items() {
                if x.dict.remove(&item, caller)?.is_none() {
                    x.add(item, caller)?;
                }
            }
        }
    }
    Ok(())
}

/// Whether every member of `x` is one of `y`.
pub fn is_subset(x: &Set, y: &Set, caller: &mut dyn Caller) -> Result<bool> {
    if x.len() > y.len() {
        return Ok(false);
    }
    for item in x.items() {
        if !y.contains(&item, caller)? {
            return Ok(false);
        }
    }
    Ok(true)
}
