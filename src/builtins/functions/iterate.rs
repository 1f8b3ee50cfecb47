//! Functions of iterables: `len`, `iter`, `next`, `sorted`, `reversed`, `any`, `all`.

use super::super::convert::{stop_iteration, unwrapped};
use super::super::methods;
use super::super::protocol;
use super::super::table::Def;
use super::reflect::is_callable;
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Iter, Native, NativeIter, Value};

/// The functions.
pub static FUNCTIONS: [Def; 6] = [
    Def("len", "obj, /", "Return the number of items in a container.", len),
    Def("iter", "object, sentinel=..., /", "Get an iterator from an object.", iter),
    Def("next", "iterator, default=..., /", "Return the next item from the iterator.", next),
    Def(
        "sorted",
        "iterable, /, *, key=None, reverse=False",
        "Return a new list of all items in ascending order.",
        sorted,
    ),
    Def("any", "iterable, /", "Return True if bool(x) is True for any x in the iterable.", |_, c, a| {
        search(a.one("any")?, true, c)
    }),
    Def("all", "iterable, /", "Return True if bool(x) is True for all x in the iterable.", |_, c, a| {
        search(a.one("all")?, false, c)
    }),
];

fn len(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let value = args.one("len")?;
    match value {
        Value::Object(_) => caller.len(value).map(Value::from),
        _ => match protocol::len(value) {
            Some(n) => Ok(Value::from(n)),
            None => caller.len(value).map(Value::from),
        },
    }
}

struct Calls {
    function: Value,
    sentinel: Value,
}

impl NativeIter for Calls {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let item = caller.call(&self.function, Args::NONE)?;
        Ok(if protocol::same(&item, &self.sentinel, caller)? { None } else { Some(item) })
    }
    fn type_name(&self) -> &'static str {
        "callable_iterator"
    }
}

fn iter(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    match args.between("iter", 1, 2)? {
        [function, sentinel] => {
            if !is_callable(function) {
                return Err(Fault::type_error("iter(v, w): v must be callable"));
            }
            Ok(Iter::native(Calls { function: function.clone(), sentinel: sentinel.clone() }))
        }
        values => caller.iter(&values[0]),
    }
}

/// Whether `next` can be asked of a value.
fn is_iterator(value: &Value, caller: &mut dyn Caller) -> Result<bool> {
    Ok(match value {
        Value::Iter(_) | Value::Generator(_) => true,
        Value::Object(_) => caller.find_attr(value, &crate::value::intern("__next__"))?.is_some(),
        _ => false,
    })
}

fn next(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = args.between("next", 1, 2)?;
    if !is_iterator(&values[0], caller)? {
        return Err(Fault::type_error(format!("'{}' object is not an iterator", class_name(&values[0]))));
    }
    match (caller.next(&values[0])?, values.get(1)) {
        (Some(item), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(stop_iteration()),
    }
}

fn sorted(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let [iterable] = args.positional() else {
        return Err(Fault::type_error(format!("sorted expected 1 argument, got {}", args.positional().len())));
    };
    for (name, _) in args.keywords() {
        if !matches!(name.as_str(), "key" | "reverse") {
            return Err(Fault::type_error(format!("'{name}' is an invalid keyword argument for sort()")));
        }
    }
    let mut items = methods::list::collect(iterable, caller)?;
    let key = args.keyword("key").cloned().unwrap_or(Value::None);
    let reverse = match args.keyword("reverse") {
        Some(value) => caller.truth(value)?,
        None => false,
    };
    methods::sort::sort(&mut items, &key, reverse, caller)?;
    Ok(Value::list(items))
}

struct Backwards {
    sequence: Value,
    left: usize,
    text: Vec<char>,
}

impl NativeIter for Backwards {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let Some(i) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = i;
        if let Some(c) = self.text.get(i) {
            return Ok(Some(Value::str(c.to_string())));
        }
        caller.get_item(&self.sequence, &Value::from(i)).map(Some)
    }
    fn type_name(&self) -> &'static str {
        "reversed"
    }
    fn remaining(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// `reversed(sequence)`.
pub fn reversed(value: &Value, caller: &mut dyn Caller) -> Result<Value> {
    match &*unwrapped(value) {
        Value::List(l) => return Ok(methods::list::reverse_iterator(l)),
        Value::Range(r) => return Ok(Value::Iter(protocol::range_iterator(&methods::range::backwards(r)))),
        Value::Dict(d) => return Ok(methods::dict::backwards(d.keys(), "dict_reversekeyiterator")),
        Value::Str(s) => {
            let text: Vec<char> = s.as_str().chars().collect();
            let left = text.len();
            return Ok(Iter::native(Backwards { sequence: value.clone(), left, text }));
        }
        Value::Tuple(t) => {
            return Ok(Iter::native(Backwards { sequence: value.clone(), left: t.len(), text: Vec::new() }));
        }
        Value::Set(_) => return Err(not_reversible(value)),
        _ => {}
    }
    if let Some(found) = caller.call_special(value, "__reversed__", &[])? {
        return Ok(found);
    }
    let is_sequence = match value {
        Value::Tensor(_) | Value::Array(_) => true,
        Value::Object(_) => {
            caller.find_attr(value, &crate::value::intern("__getitem__"))?.is_some()
                && caller.find_attr(value, &crate::value::intern("__len__"))?.is_some()
        }
        _ => false,
    };
    if !is_sequence {
        return Err(not_reversible(value));
    }
    let left = caller.len(value)?;
    Ok(Iter::native(Backwards { sequence: value.clone(), left, text: Vec::new() }))
}

#[cold]
fn not_reversible(value: &Value) -> crate::diag::Error {
    Fault::type_error(format!("'{}' object is not reversible", class_name(value)))
}

/// Whether the truth value `wanted` occurs; the other one is the answer where it does not.
fn search(iterable: &Value, wanted: bool, caller: &mut dyn Caller) -> Result<Value> {
    let iterator = caller.iter(iterable)?;
    while let Some(item) = caller.next(&iterator)? {
        if caller.truth(&item)? == wanted {
            return Ok(Value::Bool(wanted));
        }
    }
    Ok(Value::Bool(!wanted))
}
