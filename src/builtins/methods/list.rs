//! Methods of lists.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::convert::{class_argument, list_of, to_index, unwrapped};
use super::super::protocol::{position_in_list, same};
use super::super::table::{Def, add_methods};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, List, Native, NativeIter, Value, types};
use std::rc::Rc;

static METHODS: [Def; 13] = [
    Def("append", "self, object, /", "Append object to the end of the list.", append),
    Def("extend", "self, iterable, /", "Extend list by appending elements from the iterable.", extend_method),
    Def("insert", "self, index, object, /", "Insert object before index.", insert),
    Def("pop", "self, index=-1, /", "Remove and return item at index (default last).", pop),
    Def("remove", "self, value, /", "Remove first occurrence of value.", remove),
    Def("index", "self, value, start=0, stop=9223372036854775807, /", "Return first index of value.", index),
    Def("count", "self, value, /", "Return number of occurrences of value.", count),
    Def("sort", "self, /, *, key=None, reverse=False", "Sort the list in ascending order and return None.", sort),
    Def("reverse", "self, /", "Reverse the order of the items in place.", reverse),
    Def("clear", "self, /", "Remove all items from the list.", clear),
    Def("copy", "self, /", "Return a shallow copy of the list.", copy),
    Def("__init__", "self, iterable=(), /", "Fill the list.", init),
    Def("__reversed__", "self, /", "Return a reverse iterator over the list.", reversed),
];

/// Fills the class.
pub fn install() {
    let class = &types().list;
    add_methods(class, "list", &METHODS);
    class.construct.set(Some(construct));
}

fn append(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    if let [Value::List(list), item] = args.values
        && args.names.is_empty()
    {
        list.borrow_mut().push(item.clone());
        return Ok(Value::None);
    }
    let a = bind(native, args)?;
    list_of(native, a.first())?.borrow_mut().push(a[1].clone());
    Ok(Value::None)
}

/// Appends the items of an iterable. Errors: TypeError for what is not iterable.
pub fn extend(list: &Rc<List>, items: &Value, caller: &mut dyn Caller) -> Result<()> {
    match &*unwrapped(items) {
        Value::List(other) => {
            let new = other.to_vec();
            list.borrow_mut().extend(new);
        }
        Value::Tuple(t) => list.borrow_mut().extend_from_slice(t),
        _ => {
            let iterator = caller.iter(items)?;
            while let Some(item) = caller.next(&iterator)? {
                list.borrow_mut().push(item);
            }
        }
    }
    Ok(())
}

fn extend_method(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    extend(&list_of(native, a.first())?, &a[1], caller)?;
    Ok(Value::None)
}

fn insert(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let list = list_of(native, a.first())?;
    let at = to_index(&a[1], caller)?;
    let mut items = list.borrow_mut();
    let len = items.len() as i64;
    let at = if at < 0 { at.saturating_add(len).max(0) } else { at.min(len) };
    items.insert(at as usize, a[2].clone());
    Ok(Value::None)
}

fn pop(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    if let [Value::List(list)] = args.values {
        return list.borrow_mut().pop().ok_or_else(|| Fault::index("pop from empty list"));
    }
    let a = bind(native, args)?;
    let list = list_of(native, a.first())?;
    let at = to_index(&a[1], caller)?;
    let mut items = list.borrow_mut();
    if items.is_empty() {
        return Err(Fault::index("pop from empty list"));
    }
    match crate::value::sequence::wrap_index(at, items.len()) {
        Some(i) => Ok(items.remove(i)),
        None => Err(Fault::index("pop index out of range")),
    }
}

fn remove(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let list = list_of(native, a.first())?;
    match position_in_list(&list, &a[1], 0, caller)? {
        Some(i) => {
            let mut items = list.borrow_mut();
            let old = (i < items.len()).then(|| items.remove(i));
            drop(items);
            drop(old);
            Ok(Value::None)
        }
        None => Err(Fault::value("list.remove(x): x not in list")),
    }
}

/// The bounds `start` and `stop` of a search, clipped to a length.
pub fn search_bounds(start: &Value, stop: &Value, len: usize, caller: &mut dyn Caller) -> Result<(usize, usize)> {
    let mut clip = |v: &Value, missing: usize| -> Result<usize> {
        if v.is_none() {
            return Ok(missing);
        }
        let i = match super::super::convert::find_integer(v, caller)? {
            Some(Value::Int(i)) => i,
            Some(Value::Big(b)) if b.sign() == num_bigint::Sign::Minus => i64::MIN,
            Some(_) => i64::MAX,
            None => {
                return Err(Fault::type_error("slice indices must be integers or None or have an __index__ method"));
            }
        };
        let len = len as i64;
        Ok(if i < 0 { i.saturating_add(len).max(0) } else { i.min(len) } as usize)
    };
    Ok((clip(start, 0)?, clip(stop, len)?))
}

fn index(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let list = list_of(native, a.first())?;
    let (start, stop) = search_bounds(&a[2], &a[3], list.len(), caller)?;
    match position_in_list(&list, &a[1], start, caller)? {
        Some(i) if i < stop => Ok(Value::from(i)),
        _ => Err(Fault::value(format!("{} is not in list", caller.repr(&a[1])?))),
    }
}

fn count(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let list = list_of(native, a.first())?;
    let (mut n, mut i) = (0i64, 0);
    while let Some(item) = list.get(i) {
        n += i64::from(same(&item, &a[1], caller)?);
        i += 1;
    }
    Ok(Value::Int(n))
}

fn sort(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let list = list_of(native, a.first())?;
    let reverse = caller.truth(&a[2])?;
    let mut items = std::mem::take(&mut *list.borrow_mut());
    let outcome = super::sort::sort(&mut items, &a[1], reverse, caller);
    let changed = !list.is_empty();
    let meanwhile = std::mem::replace(&mut *list.borrow_mut(), items);
    drop(meanwhile);
    outcome?;
    if changed {
        return Err(Fault::value("list modified during sort"));
    }
    Ok(Value::None)
}

fn reverse(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    list_of(native, a.first())?.borrow_mut().reverse();
    Ok(Value::None)
}

fn clear(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let old = std::mem::take(&mut *list_of(native, a.first())?.borrow_mut());
    drop(old);
    Ok(Value::None)
}

fn copy(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::list(list_of(native, a.first())?.to_vec()))
}

fn init(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let list = list_of(native, a.first())?;
    let items = caller.collect(&a[1])?;
    let old = std::mem::replace(&mut *list.borrow_mut(), items);
    drop(old);
    Ok(Value::None)
}

struct Reversed {
    list: Rc<List>,
    left: usize,
}

impl NativeIter for Reversed {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        let Some(i) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = i;
        Ok(self.list.get(i))
    }
    fn type_name(&self) -> &'static str {
        "list_reverseiterator"
    }
    fn remaining(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// `reversed(list)`.
pub fn reverse_iterator(list: &Rc<List>) -> Value {
    crate::value::Iter::native(Reversed { list: list.clone(), left: list.len() })
}

fn reversed(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(reverse_iterator(&list_of(native, a.first())?))
}

/// `list(iterable=())`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    if super::super::classes::has_own_init(&class) {
        return Ok(finish(&class, Value::list(Vec::new())));
    }
    let rest = Args { values: &args.values[1..], names: args.names };
    let a = rest.between("list", 0, 1)?;
    let items = match a.first() {
        Some(iterable) => collect(iterable, caller)?,
        None => Vec::new(),
    };
    Ok(finish(&class, Value::list(items)))
}

/// All items of an iterable, with room reserved where their number is known.
pub fn collect(iterable: &Value, caller: &mut dyn Caller) -> Result<Vec<Value>> {
    if let Value::Range(r) = iterable {
        super::super::convert::check_memory(r.len() as u128 * size_of::<Value>() as u128)?;
        let n = r.len();
        return Ok((0..n).map(|i| Value::Int(r.at(i))).collect());
    }
    caller.collect(iterable)
}
