//! Methods and attributes of ranges and slices.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::convert::{class_argument, range_of, slice_of, to_index};
use super::super::protocol::{position_in_range, slice_indices};
use super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, GetSet, Native, Range, Slice, Value, types};
use std::rc::Rc;

static METHODS: [Def; 3] = [
    Def("count", "self, value, /", "Return number of occurrences of value.", count),
    Def("index", "self, value, /", "Return index of value; raise ValueError if it is not present.", index),
    Def("__reversed__", "self, /", "Return a reverse iterator.", reversed),
];

static ATTRIBUTES: [GetSet; 3] = [
    attribute("start", "First number.", |v, _| part(v, |r| r.start)),
    attribute("stop", "Bound, excluded.", |v, _| part(v, |r| r.stop)),
    attribute("step", "Step.", |v, _| part(v, |r| r.step)),
];

static SLICE_METHODS: [Def; 1] =
    [Def("indices", "self, len, /", "Return start, stop and stride for a sequence of that length.", indices)];

static SLICE_ATTRIBUTES: [GetSet; 3] = [
    attribute("start", "First position.", |v, _| bound(v, |s| &s.start)),
    attribute("stop", "Bound, excluded.", |v, _| bound(v, |s| &s.stop)),
    attribute("step", "Step.", |v, _| bound(v, |s| &s.step)),
];

/// Fills the classes.
pub fn install() {
    let range = &types().range;
    add_methods(range, "range", &METHODS);
    add_attributes(range, &ATTRIBUTES);
    range.construct.set(Some(construct));
    let slice = &types().slice;
    add_methods(slice, "slice", &SLICE_METHODS);
    add_attributes(slice, &SLICE_ATTRIBUTES);
    slice.construct.set(Some(construct_slice));
}

fn part(value: &Value, of: fn(&Range) -> i64) -> Result<Value> {
    match value {
        Value::Range(r) => Ok(Value::Int(of(r))),
        _ => Err(Fault::type_error("range attribute of another type")),
    }
}

fn bound(value: &Value, of: fn(&Slice) -> &Value) -> Result<Value> {
    match value {
        Value::Slice(s) => Ok(of(s).clone()),
        _ => Err(Fault::type_error("slice attribute of another type")),
    }
}

fn count(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let found = position_in_range(&*range_of(native, a.first())?, &a[1], caller)?;
    Ok(Value::Int(i64::from(found.is_some())))
}

fn index(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match position_in_range(&*range_of(native, a.first())?, &a[1], caller)? {
        Some(i) => Ok(Value::from(i)),
        None => Err(Fault::value(format!("{} is not in range", caller.repr(&a[1])?))),
    }
}

/// The same numbers from the last to the first.
pub fn backwards(r: &Range) -> Range {
    match r.len().checked_sub(1) {
        Some(last) => Range {
            start: r.at(last),
            stop: r.start.saturating_sub(r.step.signum()),
            step: r.step.checked_neg().unwrap_or(i64::MAX),
        },
        None => Range { start: 0, stop: 0, step: 1 },
    }
}

fn reversed(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::Iter(super::super::protocol::range_iterator(&backwards(&*range_of(native, a.first())?))))
}

fn indices(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let slice = slice_of(native, a.first())?;
    let len = to_index(&a[1], caller)?;
    let len = usize::try_from(len).map_err(|_| Fault::value("length should not be negative"))?;
    let at = slice_indices(&slice, len, caller)?;
    Ok(Value::tuple([Value::Int(at.start), Value::Int(at.stop), Value::Int(at.step)]))
}

/// `range(stop)` or `range(start, stop, step=1)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let rest = Args { values: args.values.get(1..).unwrap_or(&[]), names: args.names };
    let range = match rest.between("range", 1, 3)? {
        [stop] => Range { start: 0, stop: to_index(stop, caller)?, step: 1 },
        [start, stop] => Range { start: to_index(start, caller)?, stop: to_index(stop, caller)?, step: 1 },
        [start, stop, step] => {
            let (start, stop) = (to_index(start, caller)?, to_index(stop, caller)?);
            Range { start, stop, step: to_index(step, caller)? }
        }
        _ => Range { start: 0, stop: 0, step: 1 },
    };
    if range.step == 0 {
        return Err(Fault::value("range() arg 3 must not be zero"));
    }
    Ok(Value::Range(Rc::new(range)))
}

/// `slice(stop)` or `slice(start, stop, step=None)`.
fn construct_slice(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let (start, stop, step) = match rest.between("slice", 1, 3)? {
        [stop] => (Value::None, stop.clone(), Value::None),
        [start, stop] => (start.clone(), stop.clone(), Value::None),
        [start, stop, step] => (start.clone(), stop.clone(), step.clone()),
        _ => (Value::None, Value::None, Value::None),
    };
    Ok(finish(&class, Value::Slice(Rc::new(Slice { start, stop, step }))))
}
