//! `deque`.

use super::super::super::bind::bind;
use super::super::super::classes::{extra, has_own_init};
use super::super::super::convert::{class_argument, find_integer, to_index, wrong_receiver};
use super::super::super::depth;
use super::super::super::protocol::{compare_items, same};
use super::super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::sequence::wrap_index;
use crate::value::{Args, Caller, Compare, GetSet, Instance, Iter, Native, NativeIter, Payload, Value};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// A queue with two ends.
pub struct Deque {
    items: RefCell<VecDeque<Value>>,
    limit: Option<usize>,
    /// Counts changes, so that iterators notice them.
    changes: Cell<u64>,
}

/// The deque that a value is.
pub fn of(value: &Value) -> Option<Rc<Deque>> {
    match value {
        Value::Object(o) => o.native_payload::<Deque>(),
        _ => None,
    }
}

fn receiver(native: &Native, value: Option<&Value>) -> Result<Rc<Deque>> {
    let value = value.unwrap_or(&Value::None);
    of(value).ok_or_else(|| wrong_receiver(native, value))
}

impl Deque {
    fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    fn push(&self, item: Value, left: bool) {
        self.changed();
        let mut items = self.items.borrow_mut();
        if left {
            items.push_front(item);
        } else {
            items.push_back(item);
        }
        let dropped = match self.limit {
            Some(limit) if items.len() > limit => {
                if left {
                    items.pop_back()
                } else {
                    items.pop_front()
                }
            }
            _ => None,
        };
        drop(items);
        drop(dropped);
    }

    fn to_vec(&self) -> Vec<Value> {
        self.items.borrow().iter().cloned().collect()
    }

    fn extend(&self, items: &Value, left: bool, caller: &mut dyn Caller) -> Result<()> {
        let source = caller.collect(items)?;
        for item in source {
            self.push(item, left);
        }
        Ok(())
    }

    fn position(&self, index: &Value, caller: &mut dyn Caller) -> Result<usize> {
        let index = match find_integer(index, caller)? {
            Some(i) => i.as_int().unwrap_or(i64::MAX),
            None => {
                return Err(Fault::type_error(format!("sequence index must be integer, not '{}'", class_name(index))));
            }
        };
        wrap_index(index, self.items.borrow().len()).ok_or_else(|| Fault::index("deque index out of range"))
    }

    fn find(&self, item: &Value, caller: &mut dyn Caller) -> Result<Option<usize>> {
        for (i, x) in self.to_vec().iter().enumerate() {
            if same(x, item, caller)? {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
}

/// A deque of those items.
fn make(items: Vec<Value>, limit: Option<usize>) -> Value {
    let deque = Deque { items: RefCell::default(), limit, changes: Cell::new(0) };
    for item in items {
        deque.push(item, false);
    }
    Value::Object(Instance::native(extra().deque.clone(), deque))
}

struct DequeIter {
    deque: Rc<Deque>,
    next: usize,
    changes: u64,
    backwards: bool,
}

impl NativeIter for DequeIter {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        if self.deque.changes.get() != self.changes {
            return Err(Fault::runtime("deque mutated during iteration"));
        }
        let items = self.deque.items.borrow();
        let at = if self.backwards { items.len().checked_sub(self.next + 1) } else { Some(self.next) };
        self.next += 1;
        Ok(at.and_then(|i| items.get(i).cloned()))
    }
    fn type_name(&self) -> &'static str {
        if self.backwards { "_deque_reverse_iterator" } else { "_deque_iterator" }
    }
    fn remaining(&self) -> Option<usize> {
        Some(self.deque.items.borrow().len().saturating_sub(self.next))
    }
}

fn iterator(deque: Rc<Deque>, backwards: bool) -> Value {
    let changes = deque.changes.get();
    Iter::native(DequeIter { deque, next: 0, changes, backwards })
}

#[cold]
fn empty() -> crate::diag::Error {
    Fault::index("pop from an empty deque")
}

static METHODS: [Def; 33] = [
    Def("append", "self, x, /", "Add an element to the right side.", |n, _, args| {
        let a = bind(n, args)?;
        receiver(n, a.first())?.push(a[1].clone(), false);
        Ok(Value::None)
    }),
    Def("appendleft", "self, x, /", "Add an element to the left side.", |n, _, args| {
        let a = bind(n, args)?;
        receiver(n, a.first())?.push(a[1].clone(), true);
        Ok(Value::None)
    }),
    Def("pop", "self, /", "Remove and return the rightmost element.", |n, _, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        deque.changed();
        deque.items.borrow_mut().pop_back().ok_or_else(empty)
    }),
    Def("popleft", "self, /", "Remove and return the leftmost element.", |n, _, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        deque.changed();
        deque.items.borrow_mut().pop_front().ok_or_else(empty)
    }),
    Def("extend", "self, iterable, /", "Extend the right side with the elements of an iterable.", |n, c, args| {
        let a = bind(n, args)?;
        receiver(n, a.first())?.extend(&a[1], false, c)?;
        Ok(Value::None)
    }),
    Def("extendleft", "self, iterable, /", "Extend the left side with the elements of an iterable.", |n, c, args| {
        let a = bind(n, args)?;
        receiver(n, a.first())?.extend(&a[1], true, c)?;
        Ok(Value::None)
    }),
    Def("clear", "self, /", "Remove all elements.", |n, _, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        deque.changed();
        let old = std::mem::take(&mut *deque.items.borrow_mut());
        drop(old);
        Ok(Value::None)
    }),
    Def("copy", "self, /", "Return a shallow copy.", copy),
    Def("__copy__", "self, /", "Return a shallow copy.", copy),
    Def("count", "self, value, /", "Return number of occurrences of value.", |n, c, args| {
        let a = bind(n, args)?;
        let mut found = 0i64;
        for item in receiver(n, a.first())?.to_vec() {
            found += i64::from(same(&item, &a[1], c)?);
        }
        Ok(Value::Int(found))
    }),
    Def("index", "self, value, start=0, stop=9223372036854775807, /", "Return first index of value.", |n, c, args| {
        let a = bind(n, args)?;
        let items = receiver(n, a.first())?.to_vec();
        let bounds = super::super::super::methods::list::search_bounds(&a[2], &a[3], items.len(), c)?;
        for (i, item) in items.iter().enumerate().take(bounds.1).skip(bounds.0) {
            if same(item, &a[1], c)? {
                return Ok(Value::from(i));
            }
        }
        Err(Fault::value(format!("{} is not in deque", c.repr(&a[1])?)))
    }),
    Def("insert", "self, index, value, /", "Insert value before index.", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let at = to_index(&a[1], c)?;
        let mut items = deque.items.borrow_mut();
        if deque.limit.is_some_and(|limit| items.len() >= limit) {
            return Err(Fault::index("deque already at its maximum size"));
        }
        let len = items.len() as i64;
        let at = if at < 0 { (at + len).max(0) } else { at.min(len) };
        items.insert(at as usize, a[2].clone());
        deque.changed();
        Ok(Value::None)
    }),
    Def("remove", "self, value, /", "Remove first occurrence of value.", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        match deque.find(&a[1], c)? {
            Some(i) => {
                deque.changed();
                let old = deque.items.borrow_mut().remove(i);
                drop(old);
                Ok(Value::None)
            }
            None => Err(Fault::value(format!("{} is not in deque", c.repr(&a[1])?))),
        }
    }),
    Def("reverse", "self, /", "Reverse in place.", |n, _, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        deque.changed();
        deque.items.borrow_mut().make_contiguous().reverse();
        Ok(Value::None)
    }),
    Def("rotate", "self, n=1, /", "Rotate the deque n steps to the right.", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let steps = to_index(&a[1], c)?;
        deque.changed();
        let mut items = deque.items.borrow_mut();
        if !items.is_empty() {
            let steps = steps.rem_euclid(items.len() as i64) as usize;
            items.rotate_right(steps);
        }
        Ok(Value::None)
    }),
    Def("__len__", "self, /", "Return len(self).", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::from(receiver(n, a.first())?.items.borrow().len()))
    }),
    Def("__iter__", "self, /", "Implement iter(self).", |n, _, args| {
        let a = bind(n, args)?;
        Ok(iterator(receiver(n, a.first())?, false))
    }),
    Def("__reversed__", "self, /", "Return a reverse iterator.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(iterator(receiver(n, a.first())?, true))
    }),
    Def("__contains__", "self, value, /", "Return value in self.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(receiver(n, a.first())?.find(&a[1], c)?.is_some()))
    }),
    Def("__getitem__", "self, index, /", "Return self[index].", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let at = deque.position(&a[1], c)?;
        let found = deque.items.borrow().get(at).cloned();
        Ok(found.unwrap_or_default())
    }),
    Def("__setitem__", "self, index, value, /", "Set self[index] to value.", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let at = deque.position(&a[1], c)?;
        let old = deque.items.borrow_mut().get_mut(at).map(|place| std::mem::replace(place, a[2].clone()));
        drop(old);
        Ok(Value::None)
    }),
    Def("__delitem__", "self, index, /", "Delete self[index].", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let at = deque.position(&a[1], c)?;
        deque.changed();
        let old = deque.items.borrow_mut().remove(at);
        drop(old);
        Ok(Value::None)
    }),
    Def("__eq__", "self, other, /", "Return self==other.", |n, c, args| order(n, c, args, Compare::Eq)),
    Def("__ne__", "self, other, /", "Return self!=other.", |n, c, args| order(n, c, args, Compare::Ne)),
    Def("__lt__", "self, other, /", "Return self<other.", |n, c, args| order(n, c, args, Compare::Lt)),
    Def("__le__", "self, other, /", "Return self<=other.", |n, c, args| order(n, c, args, Compare::Le)),
    Def("__gt__", "self, other, /", "Return self>other.", |n, c, args| order(n, c, args, Compare::Gt)),
    Def("__ge__", "self, other, /", "Return self>=other.", |n, c, args| order(n, c, args, Compare::Ge)),
    Def("__add__", "self, other, /", "Return self+other.", |n, _, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let Some(other) = of(&a[1]) else {
            let got = class_name(&a[1]);
            return Err(Fault::type_error(format!("can only concatenate deque (not \"{got}\") to deque")));
        };
        let mut items = deque.to_vec();
        items.extend(other.to_vec());
        Ok(make(items, deque.limit))
    }),
    Def("__mul__", "self, times, /", "Return self*times.", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let repeated =
            super::super::super::arith::repeat(&Value::list(deque.to_vec()), &Value::Int(to_index(&a[1], c)?))?;
        Ok(make(c.collect(&repeated)?, deque.limit))
    }),
    Def("__iadd__", "self, other, /", "Implement self+=other.", |n, c, args| {
        let a = bind(n, args)?;
        receiver(n, a.first())?.extend(&a[1], false, c)?;
        Ok(a[0].clone())
    }),
    Def("__repr__", "self, /", "Return repr(self).", |n, c, args| {
        let a = bind(n, args)?;
        let deque = receiver(n, a.first())?;
        let _level = depth::enter(" while getting the repr of an object")?;
        let items = c.repr(&Value::list(deque.to_vec()))?;
        Ok(Value::str(match deque.limit {
            Some(limit) => format!("deque({items}, maxlen={limit})"),
            None => format!("deque({items})"),
        }))
    }),
    Def("__init__", "self, iterable=(), maxlen=None", "Fill the deque.", |n, c, args| {
        let a = bind(n, args)?;
        let Value::Object(object) = &a[0] else { return Err(wrong_receiver(n, &a[0])) };
        let items = c.collect(&a[1])?;
        let deque = Deque { items: RefCell::default(), limit: limit_of(&a[2], c)?, changes: Cell::new(0) };
        for item in items {
            deque.push(item, false);
        }
        *object.payload.borrow_mut() = Payload::Native(Rc::new(deque));
        Ok(Value::None)
    }),
];

static ATTRIBUTES: [GetSet; 1] = [attribute("maxlen", "The largest number of elements.", |v, _| {
    Ok(of(v).and_then(|d| d.limit).map_or(Value::None, Value::from))
})];

/// Fills the class.
pub fn install() {
    let class = &extra().deque;
    add_methods(class, "deque", &METHODS);
    add_attributes(class, &ATTRIBUTES);
    class.dict.set_name(&crate::value::intern("__hash__"), Value::None);
    class.construct.set(Some(construct));
}

fn copy(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let deque = receiver(native, a.first())?;
    Ok(make(deque.to_vec(), deque.limit))
}

fn order(native: &Native, caller: &mut dyn Caller, args: Args, op: Compare) -> Result<Value> {
    let a = bind(native, args)?;
    let Some(other) = of(&a[1]) else { return Ok(Value::NotImplemented) };
    let (x, y) = (receiver(native, a.first())?.to_vec(), other.to_vec());
    if matches!(op, Compare::Eq | Compare::Ne) {
        let equal = caller.equal(&Value::list(x), &Value::list(y))?;
        return Ok(Value::Bool(equal == (op == Compare::Eq)));
    }
    compare_items(op, &x, &y, caller)
}

fn limit_of(value: &Value, caller: &mut dyn Caller) -> Result<Option<usize>> {
    match value {
        Value::None => Ok(None),
        limit => match usize::try_from(to_index(limit, caller)?) {
            Ok(limit) => Ok(Some(limit)),
            Err(_) => Err(Fault::value("maxlen must be non-negative")),
        },
    }
}

/// `deque(iterable=(), maxlen=None)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let positional = if has_own_init(&class) { &[] } else { &args.positional()[1..] };
    let limit = positional.get(1).or_else(|| args.keyword("maxlen"));
    let limit = limit_of(limit.unwrap_or(&Value::None), caller)?;
    let items = match positional.first().or_else(|| args.keyword("iterable")) {
        Some(iterable) => caller.collect(iterable)?,
        None => Vec::new(),
    };
    let deque = Deque { items: RefCell::default(), limit, changes: Cell::new(0) };
    for item in items {
        deque.push(item, false);
    }
    Ok(Value::Object(Instance::native(class, deque)))
}
