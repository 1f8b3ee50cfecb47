//! Views of dictionaries: keys, values and items that follow the dictionary's changes.

use super::super::arith::{Operand, combine};
use super::super::bind::bind;
use super::super::classes::extra;
use super::super::convert::wrong_receiver;
use super::super::depth;
use super::super::protocol::{compare_sets, same};
use super::super::table::{Def, add_methods};
use crate::diag::Result;
use crate::value::iter::{DictPart, IterState};
use crate::value::{Args, Binary, Caller, Compare, Dict, Instance, Iter, Native, Set, Value};
use std::rc::Rc;

/// What a view object holds.
pub struct View {
    /// The dictionary.
    pub dict: Rc<Dict>,
    /// Which part of its entries.
    pub part: DictPart,
}

/// A view of a dictionary that remembers its order by contract.
pub fn ordered(dict: Rc<Dict>, part: DictPart) -> Value {
    let classes = extra();
    let class = match part {
        DictPart::Keys => &classes.odict_keys,
        DictPart::Values => &classes.odict_values,
        DictPart::Items => &classes.odict_items,
    };
    Value::Object(Instance::native(class.clone(), View { dict, part }))
}

/// A view of a dictionary.
pub fn new(dict: Rc<Dict>, part: DictPart) -> Value {
    let classes = extra();
    let class = match part {
        DictPart::Keys => &classes.dict_keys,
        DictPart::Values => &classes.dict_values,
        DictPart::Items => &classes.dict_items,
    };
    Value::Object(Instance::native(class.clone(), View { dict, part }))
}

/// The view that a value is.
pub fn of(value: &Value) -> Option<Rc<View>> {
    match value {
        Value::Object(o) => o.native_payload::<View>(),
        _ => None,
    }
}

impl View {
    /// An iterator over the view.
    pub fn iter(&self) -> Value {
        let name = match self.part {
            DictPart::Keys => "dict_keyiterator",
            DictPart::Values => "dict_valueiterator",
            DictPart::Items => "dict_itemiterator",
        };
        let dict = self.dict.clone();
        let len = dict.len();
        Value::Iter(Iter::new(name, IterState::Dict { dict, next: 0, len, part: self.part }))
    }

    /// What it shows now.
    pub fn list(&self) -> Vec<Value> {
        match self.part {
            DictPart::Keys => self.dict.keys(),
            DictPart::Values => self.dict.values(),
            DictPart::Items => self.dict.items().into_iter().map(|(k, v)| Value::tuple([k, v])).collect(),
        }
    }

    /// Whether it shows an equal item.
    pub fn contains(&self, item: &Value, caller: &mut dyn Caller) -> Result<bool> {
        match (self.part, item) {
            (DictPart::Keys, _) => Ok(self.dict.get(item, caller)?.is_some()),
            (DictPart::Items, Value::Tuple(pair)) if pair.len() == 2 => match self.dict.get(&pair[0], caller)? {
                Some(value) => same(&value, &pair[1], caller),
                None => Ok(false),
            },
            (DictPart::Items, _) => Ok(false),
            (DictPart::Values, _) => {
                for value in self.dict.values() {
                    if same(&value, item, caller)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    fn set(&self, caller: &mut dyn Caller) -> Result<Rc<Set>> {
        Set::new(self.list(), true, caller)
    }
}

/// Whether two values, one of them a view of keys or items, have the same members.
pub fn equal(a: &Value, b: &Value, caller: &mut dyn Caller) -> Result<bool> {
    if a.is(b) {
        return Ok(true);
    }
    let is_set = |v: &Value| match of(v) {
        Some(view) => view.part != DictPart::Values,
        None => matches!(v, Value::Set(_)),
    };
    if !is_set(a) || !is_set(b) {
        return Ok(false);
    }
    let (x, y) = (Operand::of(a, caller)?, Operand::of(b, caller)?);
    Ok(x.set().len() == y.set().len() && super::super::arith::is_subset(x.set(), y.set(), caller)?)
}

static METHODS: [Def; 4] = [
    Def("__len__", "self, /", "Return len(self).", len),
    Def("__iter__", "self, /", "Implement iter(self).", iter),
    Def("__repr__", "self, /", "Return repr(self).", repr),
    Def("__reversed__", "self, /", "Return a reverse iterator over the view.", reversed),
];

static SET_METHODS: [Def; 16] = [
    Def("__contains__", "self, item, /", "Return item in self.", contains),
    Def("__eq__", "self, other, /", "Return self==other.", eq),
    Def("__ne__", "self, other, /", "Return self!=other.", ne),
    Def("__lt__", "self, other, /", "Return self<other.", |n, c, a| order(n, c, a, Compare::Lt)),
    Def("__le__", "self, other, /", "Return self<=other.", |n, c, a| order(n, c, a, Compare::Le)),
    Def("__gt__", "self, other, /", "Return self>other.", |n, c, a| order(n, c, a, Compare::Gt)),
    Def("__ge__", "self, other, /", "Return self>=other.", |n, c, a| order(n, c, a, Compare::Ge)),
    Def("__and__", "self, other, /", "Return self&other.", |n, c, a| algebra(n, c, a, Binary::And, false)),
    Def("__or__", "self, other, /", "Return self|other.", |n, c, a| algebra(n, c, a, Binary::Or, false)),
    Def("__sub__", "self, other, /", "Return self-other.", |n, c, a| algebra(n, c, a, Binary::Sub, false)),
    Def("__xor__", "self, other, /", "Return self^other.", |n, c, a| algebra(n, c, a, Binary::Xor, false)),
    Def("__rand__", "self, other, /", "Return other&self.", |n, c, a| algebra(n, c, a, Binary::And, true)),
    Def("__ror__", "self, other, /", "Return other|self.", |n, c, a| algebra(n, c, a, Binary::Or, true)),
    Def("__rsub__", "self, other, /", "Return other-self.", |n, c, a| algebra(n, c, a, Binary::Sub, true)),
    Def("__rxor__", "self, other, /", "Return other^self.", |n, c, a| algebra(n, c, a, Binary::Xor, true)),
    Def("isdisjoint", "self, other, /", "Return True if the view and the other have no common element.", isdisjoint),
];

/// Fills the classes.
pub fn install() {
    let classes = extra();
    for (class, name) in [
        (&classes.dict_keys, "dict_keys"),
        (&classes.dict_values, "dict_values"),
        (&classes.dict_items, "dict_items"),
        (&classes.odict_keys, "odict_keys"),
        (&classes.odict_values, "odict_values"),
        (&classes.odict_items, "odict_items"),
    ] {
        add_methods(class, name, &METHODS);
        if !name.ends_with("values") {
            add_methods(class, name, &SET_METHODS);
        }
    }
}

fn view_of(native: &Native, value: &Value) -> Result<Rc<View>> {
    of(value).ok_or_else(|| wrong_receiver(native, value))
}

fn len(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::from(view_of(native, &a[0])?.dict.len()))
}

fn iter(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(view_of(native, &a[0])?.iter())
}

fn repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let _level = depth::enter(" while getting the repr of an object")?;
    let list = view_of(native, &a[0])?.list();
    Ok(Value::str(format!("{}({})", native.owner.unwrap_or("dict_keys"), caller.repr(&Value::list(list))?)))
}

fn reversed(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(super::dict::backwards(view_of(native, &a[0])?.list(), "dict_reversekeyiterator"))
}

fn contains(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::Bool(view_of(native, &a[0])?.contains(&a[1], caller)?))
}

fn is_set_like(value: &Value) -> bool {
    matches!(value, Value::Set(_)) || of(value).is_some_and(|v| v.part != DictPart::Values)
}

fn eq(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    if !is_set_like(&a[1]) {
        return Ok(Value::NotImplemented);
    }
    Ok(Value::Bool(equal(&a[0], &a[1], caller)?))
}

fn ne(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    if !is_set_like(&a[1]) {
        return Ok(Value::NotImplemented);
    }
    Ok(Value::Bool(!equal(&a[0], &a[1], caller)?))
}

fn order(native: &Native, caller: &mut dyn Caller, args: Args, op: Compare) -> Result<Value> {
    let a = bind(native, args)?;
    if !is_set_like(&a[1]) {
        return Ok(Value::NotImplemented);
    }
    let x = view_of(native, &a[0])?.set(caller)?;
    let y = Operand::of(&a[1], caller)?;
    Ok(Value::Bool(compare_sets(op, &x, y.set(), caller)?))
}

fn algebra(native: &Native, caller: &mut dyn Caller, args: Args, op: Binary, swapped: bool) -> Result<Value> {
    let a = bind(native, args)?;
    let own = view_of(native, &a[0])?.set(caller)?;
    let other = Operand::of(&a[1], caller)?;
    let (x, y) = if swapped { (other.set(), &own) } else { (&own, other.set()) };
    Ok(Value::Set(combine(op, x, y, false, caller)?))
}

fn isdisjoint(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let view = view_of(native, &a[0])?;
    let items = caller.iter(&a[1])?;
    while let Some(item) = caller.next(&items)? {
        if view.contains(&item, caller)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}
