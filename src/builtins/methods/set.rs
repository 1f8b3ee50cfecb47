//! Methods of sets and frozensets.

use super::super::arith::{Operand, combine, is_subset, update};
use super::super::bind::bind;
use super::super::classes::{finish, has_own_init};
use super::super::convert::{class_argument, key_error, set_of};
use super::super::table::{Def, add_methods};
use crate::diag::Result;
use crate::value::{Args, Binary, Caller, Native, Set, Value, types};
use std::rc::Rc;

static SHARED: [Def; 8] = [
    Def("union", "self, /, *others", "Return the union of sets as a new set.", |n, c, a| combined(n, c, a, Binary::Or)),
    Def("intersection", "self, /, *others", "Return the intersection of sets as a new set.", |n, c, a| {
        combined(n, c, a, Binary::And)
    }),
    Def("difference", "self, /, *others", "Return the difference of sets as a new set.", |n, c, a| {
        combined(n, c, a, Binary::Sub)
    }),
    Def(
        "symmetric_difference",
        "self, other, /",
        "Return the elements that are in exactly one of the sets.",
        |n, c, a| combined(n, c, a, Binary::Xor),
    ),
    Def("issubset", "self, other, /", "Report whether another set contains this set.", issubset),
    Def("issuperset", "self, other, /", "Report whether this set contains another set.", issuperset),
    Def("isdisjoint", "self, other, /", "Return True if two sets have a null intersection.", isdisjoint),
    Def("copy", "self, /", "Return a shallow copy of a set.", copy),
];

static MUTABLE: [Def; 10] = [
    Def("add", "self, object, /", "Add an element to a set.", add),
    Def("remove", "self, object, /", "Remove an element from a set; it must be a member.", remove),
    Def("discard", "self, object, /", "Remove an element from a set if it is a member.", discard),
    Def("pop", "self, /", "Remove and return an arbitrary set element.", pop),
    Def("clear", "self, /", "Remove all elements from this set.", clear),
    Def("update", "self, /, *others", "Update a set with the union of itself and others.", |n, c, a| {
        updated(n, c, a, Binary::Or)
    }),
    Def(
        "intersection_update",
        "self, /, *others",
        "Update a set with the intersection of itself and others.",
        |n, c, a| updated(n, c, a, Binary::And),
    ),
    Def("difference_update", "self, /, *others", "Remove all elements of other sets from this set.", |n, c, a| {
        updated(n, c, a, Binary::Sub)
    }),
    Def(
        "symmetric_difference_update",
        "self, other, /",
        "Update a set with the symmetric difference of itself and another.",
        |n, c, a| updated(n, c, a, Binary::Xor),
    ),
    Def("__init__", "self, iterable=(), /", "Fill the set.", init),
];

/// Fills the classes.
pub fn install() {
    add_methods(&types().set, "set", &SHARED);
    add_methods(&types().set, "set", &MUTABLE);
    add_methods(&types().frozenset, "frozenset", &SHARED);
    types().set.construct.set(Some(construct));
    types().frozenset.construct.set(Some(construct_frozen));
}

fn others(args: Args) -> Vec<Value> {
    args.positional().iter().skip(1).cloned().collect()
}

fn combined(native: &Native, caller: &mut dyn Caller, args: Args, op: Binary) -> Result<Value> {
    let a = bind(native, args)?;
    let set = set_of(native, a.first())?;
    let mut out = set.clone();
    let others = others(args);
    for other in &others {
        let other = Operand::of(other, caller)?;
        out = combine(op, &out, other.set(), set.frozen, caller)?;
    }
    if others.is_empty() {
        out = combine(Binary::Or, &set, &set, set.frozen, caller)?;
    }
    Ok(Value::Set(out))
}

fn updated(native: &Native, caller: &mut dyn Caller, args: Args, op: Binary) -> Result<Value> {
    let a = bind(native, args)?;
    let set = set_of(native, a.first())?;
    for other in others(args) {
        let other = Operand::of(&other, caller)?;
        update(op, &set, &other, caller)?;
    }
    Ok(Value::None)
}

fn issubset(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let other = Operand::of(&a[1], caller)?;
    Ok(Value::Bool(is_subset(&*set_of(native, a.first())?, other.set(), caller)?))
}

fn issuperset(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let other = Operand::of(&a[1], caller)?;
    Ok(Value::Bool(is_subset(other.set(), &*set_of(native, a.first())?, caller)?))
}

fn isdisjoint(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let set = set_of(native, a.first())?;
    for item in Operand::of(&a[1], caller)?.set().items() {
        if set.contains(&item, caller)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn copy(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let set = set_of(native, a.first())?;
    Ok(Value::Set(combine(Binary::Or, &set, &set, set.frozen, caller)?))
}

fn add(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    if let [Value::Set(set), item] = args.values
        && args.names.is_empty()
    {
        set.add(item.clone(), caller)?;
        return Ok(Value::None);
    }
    let a = bind(native, args)?;
    set_of(native, a.first())?.add(a[1].clone(), caller)?;
    Ok(Value::None)
}

fn remove(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match set_of(native, a.first())?.dict.remove(&a[1], caller)? {
        Some(_) => Ok(Value::None),
        None => Err(key_error(&a[1], caller)),
    }
}

fn discard(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    set_of(native, a.first())?.dict.remove(&a[1], caller)?;
    Ok(Value::None)
}

fn pop(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let set = set_of(native, a.first())?;
    // Members that are not integers have no order to work out: the oldest goes.
    match set.dict.entry_from(0) {
        Some((_, Value::Int(_) | Value::Bool(_), _)) => {
            let first = set.items().into_iter().next().unwrap_or_default();
            set.dict.remove(&first, caller)?;
            Ok(first)
        }
        _ => match set.dict.pop_first() {
            Some((key, _)) => Ok(key),
            None => Err(super::dict::raise_key("pop from an empty set")),
        },
    }
}

fn clear(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    set_of(native, a.first())?.dict.clear();
    Ok(Value::None)
}

fn init(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let set = set_of(native, a.first())?;
    set.dict.clear();
    for item in caller.collect(&a[1])? {
        set.add(item, caller)?;
    }
    Ok(Value::None)
}

fn made(args: Args, frozen: bool, caller: &mut dyn Caller) -> Result<Rc<Set>> {
    let rest = Args { values: &args.values[1..], names: args.names };
    match rest.between(if frozen { "frozenset" } else { "set" }, 0, 1)? {
        [Value::Set(s)] if frozen && s.frozen => Ok(s.clone()),
        [iterable] => {
            let items = caller.collect(iterable)?;
            Set::new(items, frozen, caller)
        }
        _ => Set::new([], frozen, caller),
    }
}

/// `set(iterable=())`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let set = if has_own_init(&class) { Set::new([], false, caller)? } else { made(args, false, caller)? };
    Ok(finish(&class, Value::Set(set)))
}

/// `frozenset(iterable=())`.
fn construct_frozen(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    Ok(finish(&class, Value::Set(made(args, true, caller)?)))
}
