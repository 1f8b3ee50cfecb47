//! Iterators that repeat, join, cut and filter.

use super::super::super::convert::{class_argument, find_float, find_integer};
use super::arguments;
use crate::diag::{Fault, Result};
use crate::value::{Args, Binary, Caller, Iter, Native, NativeIter, Value};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

type Next = Box<dyn FnMut(&mut dyn Caller) -> Result<Option<Value>>>;

/// An iterator around a closure.
struct Stepper {
    name: &'static str,
    step: Next,
}

impl NativeIter for Stepper {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        (self.step)(caller)
    }
    fn type_name(&self) -> &'static str {
        self.name
    }
}

/// An iterator of a type that yields what a closure gives.
pub fn stepper(
    name: &'static str,
    step: impl FnMut(&mut dyn Caller) -> Result<Option<Value>> + 'static,
) -> Result<Value> {
    Ok(Iter::native(Stepper { name, step: Box::new(step) }))
}

pub(super) fn count(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    for value in &a {
        if find_float(value, caller).is_ok_and(|f| f.is_none()) {
            return Err(Fault::type_error("a number is required"));
        }
    }
    let (mut next, step) = (a[0].clone(), a[1].clone());
    stepper("count", move |caller| {
        let following = caller.binary(Binary::Add, &next, &step)?;
        Ok(Some(std::mem::replace(&mut next, following)))
    })
}

pub(super) fn cycle(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let mut source = Some(caller.iter(&a[0])?);
    let (mut saved, mut at) = (Vec::new(), 0);
    stepper("cycle", move |caller| {
        if let Some(iterator) = &source {
            if let Some(item) = caller.next(iterator)? {
                saved.push(item.clone());
                return Ok(Some(item));
            }
            source = None;
        }
        if saved.is_empty() {
            return Ok(None);
        }
        let item: &Value = &saved[at % saved.len()];
        at = (at + 1) % saved.len();
        Ok(Some(item.clone()))
    })
}

struct Repeat {
    item: Value,
    left: Option<i64>,
}

impl NativeIter for Repeat {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        match &mut self.left {
            Some(0) => Ok(None),
            Some(left) => {
                *left -= 1;
                Ok(Some(self.item.clone()))
            }
            None => Ok(Some(self.item.clone())),
        }
    }
    fn type_name(&self) -> &'static str {
        "repeat"
    }
    fn remaining(&self) -> Option<usize> {
        self.left.map(|n| n as usize)
    }
}

pub(super) fn repeat(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let left = match &a[1] {
        Value::Undef => None,
        times => Some(super::super::super::convert::to_index(times, caller)?.max(0)),
    };
    Ok(Iter::native(Repeat { item: a[0].clone(), left }))
}

pub(super) fn accumulate(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (source, function) = (caller.iter(&a[0])?, a[1].clone());
    let mut initial = (!a[2].is_none()).then(|| a[2].clone());
    let mut total: Option<Value> = None;
    stepper("accumulate", move |caller| {
        if let Some(first) = initial.take() {
            total = Some(first.clone());
            return Ok(Some(first));
        }
        let Some(item) = caller.next(&source)? else { return Ok(None) };
        let sum = match &total {
            None => item,
            Some(total) if function.is_none() => caller.binary(Binary::Add, total, &item)?,
            Some(total) => caller.call(&function, Args::of(&[total.clone(), item]))?,
        };
        total = Some(sum.clone());
        Ok(Some(sum))
    })
}

/// The elements of the iterables that an iterator gives.
fn chained(iterables: Value) -> Result<Value> {
    let mut current: Option<Value> = None;
    stepper("chain", move |caller| {
        loop {
            if let Some(iterator) = &current {
                if let Some(item) = caller.next(iterator)? {
                    return Ok(Some(item));
                }
                current = None;
            }
            match caller.next(&iterables)? {
                Some(iterable) => current = Some(caller.iter(&iterable)?),
                None => return Ok(None),
            }
        }
    })
}

pub(super) fn chain(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let iterables = caller.iter(&a[0])?;
    chained(iterables)
}

pub(super) fn chain_from_iterable(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    class_argument(a.first())?;
    let iterables = caller.iter(&a[1])?;
    chained(iterables)
}

pub(super) fn compress(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (data, selectors) = (caller.iter(&a[0])?, caller.iter(&a[1])?);
    stepper("compress", move |caller| {
        loop {
            let (Some(item), Some(selector)) = (caller.next(&data)?, caller.next(&selectors)?) else {
                return Ok(None);
            };
            if caller.truth(&selector)? {
                return Ok(Some(item));
            }
        }
    })
}

/// Whether a function (`None` stands for `bool`) holds for an item.
fn holds(function: &Value, item: &Value, caller: &mut dyn Caller) -> Result<bool> {
    if function.is_none() {
        return caller.truth(item);
    }
    let verdict = caller.call(function, Args::of(std::slice::from_ref(item)))?;
    caller.truth(&verdict)
}

pub(super) fn dropwhile(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (function, source) = (a[0].clone(), caller.iter(&a[1])?);
    let mut dropping = true;
    stepper("dropwhile", move |caller| {
        while let Some(item) = caller.next(&source)? {
            if dropping && holds(&function, &item, caller)? {
                continue;
            }
            dropping = false;
            return Ok(Some(item));
        }
        Ok(None)
    })
}

pub(super) fn takewhile(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (function, source) = (a[0].clone(), caller.iter(&a[1])?);
    stepper("takewhile", move |caller| {
        let Some(item) = caller.next(&source)? else { return Ok(None) };
        Ok(if holds(&function, &item, caller)? { Some(item) } else { None })
    })
}

pub(super) fn filterfalse(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (function, source) = (a[0].clone(), caller.iter(&a[1])?);
    stepper("filterfalse", move |caller| {
        while let Some(item) = caller.next(&source)? {
            if !holds(&function, &item, caller)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    })
}

/// What `groupby` and its groups share.
struct Groups {
    source: Value,
    key: Value,
    /// The item read last with its key, not yet given to a group.
    pending: Option<(Value, Value)>,
    /// Counts groups, so that a group knows when its turn is over.
    turn: u64,
    current: Option<Value>,
}

impl Groups {
    fn read(&mut self, caller: &mut dyn Caller) -> Result<bool> {
        if self.pending.is_none()
            && let Some(item) = caller.next(&self.source)?
        {
            let key = if self.key.is_none() {
                item.clone()
            } else {
                caller.call(&self.key, Args::of(std::slice::from_ref(&item)))?
            };
            self.pending = Some((key, item));
        }
        Ok(self.pending.is_some())
    }

    /// The pending item, when its key is that of the current group.
    fn take(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        if !self.read(caller)? {
            return Ok(None);
        }
        let (Some((key, _)), Some(current)) = (&self.pending, &self.current) else { return Ok(None) };
        Ok(if caller.equal(key, current)? { self.pending.take().map(|(_, item)| item) } else { None })
    }
}

pub(super) fn groupby(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let source = caller.iter(&a[0])?;
    let groups = Groups { source, key: a[1].clone(), pending: None, turn: 0, current: None };
    let groups = Rc::new(RefCell::new(groups));
    stepper("groupby", move |caller| {
        let mut state = groups.borrow_mut();
        while state.take(caller)?.is_some() {}
        let Some((key, _)) = state.pending.clone() else { return Ok(None) };
        state.turn += 1;
        state.current = Some(key.clone());
        let (turn, shared) = (state.turn, groups.clone());
        let group = stepper("_grouper", move |caller| {
            let mut state = shared.borrow_mut();
            if state.turn == turn { state.take(caller) } else { Ok(None) }
        })?;
        Ok(Some(Value::tuple([key, group])))
    })
}

/// A bound of `islice`. Errors: ValueError naming the bound.
fn bound(value: &Value, missing: i64, name: &str, least: i64, caller: &mut dyn Caller) -> Result<i64> {
    if value.is_none() || value.is_undef() {
        return Ok(missing);
    }
    match find_integer(value, caller)? {
        Some(Value::Int(i)) if i >= least => Ok(i),
        _ => Err(Fault::value(match name {
            "stop" => "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.".to_string(),
            "step" => "Step for islice() must be a positive integer or None.".to_string(),
            _ => "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.".to_string(),
        })),
    }
}

pub(super) fn islice(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let source = caller.iter(&a[0])?;
    let (start, stop) = if a[2].is_undef() { (&Value::None, &a[1]) } else { (&a[1], &a[2]) };
    let name = if a[2].is_undef() { "stop" } else { "indices" };
    let start = bound(start, 0, "indices", 0, caller)?;
    let stop = bound(stop, i64::MAX, name, 0, caller)?;
    let step = bound(&a[3], 1, "step", 1, caller)?;
    let (mut at, mut next) = (0i64, start);
    stepper("islice", move |caller| {
        if next >= stop {
            // What lies before the end is consumed, as CPython does.
            while at < stop && at < next && stop != i64::MAX {
                if caller.next(&source)?.is_none() {
                    break;
                }
                at += 1;
            }
            return Ok(None);
        }
        while at < next {
            if caller.next(&source)?.is_none() {
                next = i64::MAX;
                return Ok(None);
            }
            at += 1;
        }
        let item = caller.next(&source)?;
        at += 1;
        next = next.saturating_add(step);
        Ok(item)
    })
}

pub(super) fn pairwise(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let source = caller.iter(&a[0])?;
    let mut last: Option<Value> = None;
    stepper("pairwise", move |caller| {
        if last.is_none() {
            last = caller.next(&source)?;
        }
        let (Some(first), Some(second)) = (last.clone(), caller.next(&source)?) else { return Ok(None) };
        last = Some(second.clone());
        Ok(Some(Value::tuple([first, second])))
    })
}

pub(super) fn starmap(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let (function, source) = (a[0].clone(), caller.iter(&a[1])?);
    stepper("starmap", move |caller| {
        let Some(item) = caller.next(&source)? else { return Ok(None) };
        let values = caller.collect(&item)?;
        caller.call(&function, Args::of(&values)).map(Some)
    })
}

pub(super) fn tee(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = arguments(native, args)?;
    let source = caller.iter(&a[0])?;
    let n = super::super::super::convert::to_index(&a[1], caller)?;
    let n = usize::try_from(n).map_err(|_| Fault::value("n must be >= 0"))?;
    // Each iterator has a queue of items that others have read before it.
    let queues: Rc<RefCell<Vec<VecDeque<Value>>>> = Rc::new(RefCell::new(vec![VecDeque::new(); n.min(1 << 20)]));
    let mut out = Vec::new();
    for i in 0..n.min(1 << 20) {
        let (queues, source) = (queues.clone(), source.clone());
        out.push(stepper("_tee", move |caller| {
            if let Some(item) = queues.borrow_mut()[i].pop_front() {
                return Ok(Some(item));
            }
            let Some(item) = caller.next(&source)? else { return Ok(None) };
            for (j, queue) in queues.borrow_mut().iter_mut().enumerate() {
                if j != i {
                    queue.push_back(item.clone());
                }
            }
            Ok(Some(item))
        })?);
    }
    Ok(Value::tuple(out))
}
