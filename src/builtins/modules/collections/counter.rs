//! `Counter`.

use super::super::super::bind::bind;
use super::super::super::classes::{extra, finish, has_own_init};
use super::super::super::convert::{class_argument, dict_of, to_index, unwrapped};
use super::super::super::depth;
use super::super::super::methods::sort::sort;
use super::super::super::table::{Def, add_methods};
use super::super::itertools::stepper;
use crate::diag::{Fault, Result};
use crate::value::{Args, Binary, Caller, Compare, Dict, Native, Value, class_of};
use std::rc::Rc;

static METHODS: [Def; 18] = [
    Def("__init__", "self, iterable=..., /, **counts", "Count the elements of an iterable or mapping.", update),
    Def("__missing__", "self, key, /", "The count of elements that are not there: 0.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int(0))
    }),
    Def("most_common", "self, n=None", "List the n most common elements and their counts.", most_common),
    Def("elements", "self, /", "Iterator over elements repeating each as many times as its count.", elements),
    Def("total", "self, /", "Sum of the counts.", |n, c, args| {
        let a = bind(n, args)?;
        let mut total = Value::Int(0);
        for count in dict_of(n, a.first())?.values() {
            total = c.binary(Binary::Add, &total, &count)?;
        }
        Ok(total)
    }),
    Def("update", "self, iterable=..., /, **counts", "Add counts instead of replacing them.", update),
    Def("subtract", "self, iterable=..., /, **counts", "Subtract counts.", |n, c, args| {
        change(n, c, args, Binary::Sub)
    }),
    Def("copy", "self, /", "Return a shallow copy.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(finish(&class_of(&a[0]), Value::Dict(dict_of(n, a.first())?.copy())))
    }),
    Def("__add__", "self, other, /", "Add counts from two counters.", |n, c, args| combined(n, c, args, Rule::Add)),
    Def("__sub__", "self, other, /", "Subtract counts, keeping only positive ones.", |n, c, args| {
        combined(n, c, args, Rule::Sub)
    }),
    Def("__or__", "self, other, /", "The larger of the counts.", |n, c, args| combined(n, c, args, Rule::Max)),
    Def("__and__", "self, other, /", "The smaller of the counts.", |n, c, args| combined(n, c, args, Rule::Min)),
    Def("__iadd__", "self, other, /", "Add counts in place.", |n, c, args| in_place(n, c, args, Rule::Add)),
    Def("__isub__", "self, other, /", "Subtract counts in place.", |n, c, args| in_place(n, c, args, Rule::Sub)),
    Def("__ior__", "self, other, /", "The larger of the counts, in place.", |n, c, args| {
        in_place(n, c, args, Rule::Max)
    }),
    Def("__iand__", "self, other, /", "The smaller of the counts, in place.", |n, c, args| {
        in_place(n, c, args, Rule::Min)
    }),
    Def("__delitem__", "self, key, /", "Delete a key, if it is there.", |n, c, args| {
        let a = bind(n, args)?;
        dict_of(n, a.first())?.remove(&a[1], c)?;
        Ok(Value::None)
    }),
    Def("__repr__", "self, /", "Return repr(self).", repr),
];

/// Fills the class.
pub fn install() {
    let class = &extra().counter;
    add_methods(class, "Counter", &METHODS);
    class.construct.set(Some(construct));
}

/// `Counter(iterable=(), /, **counts)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let dict = Dict::new();
    if !has_own_init(&class) {
        match &args.positional()[1..] {
            [] => {}
            [source] => count(&dict, source, Binary::Add, caller)?,
            more => {
                let given = more.len() + 1;
                return Err(Fault::type_error(format!(
                    "Counter.__init__() takes from 1 to 2 positional arguments but {given} were given"
                )));
            }
        }
        for (name, n) in args.keywords() {
            add(&dict, Value::Str(name.clone()), n, Binary::Add, caller)?;
        }
    }
    Ok(finish(&class, Value::Dict(dict)))
}

fn add(dict: &Dict, key: Value, n: &Value, op: Binary, caller: &mut dyn Caller) -> Result<()> {
    let old = dict.get(&key, caller)?.unwrap_or(Value::Int(0));
    let new = match (op, &old, n) {
        (Binary::Add, Value::Int(x), Value::Int(y)) if x.checked_add(*y).is_some() => Value::Int(x + y),
        _ => caller.binary(op, &old, n)?,
    };
    dict.insert(key, new, caller)?;
    Ok(())
}

/// Adds or subtracts the counts of a mapping, or the number of times elements occur.
fn count(dict: &Rc<Dict>, source: &Value, op: Binary, caller: &mut dyn Caller) -> Result<()> {
    if source.is_none() {
        return Ok(());
    }
    if let Value::Dict(counts) = &*unwrapped(source) {
        for (key, n) in counts.items() {
            add(dict, key, &n, op, caller)?;
        }
        return Ok(());
    }
    let iterator = caller.iter(source)?;
    while let Some(item) = caller.next(&iterator)? {
        add(dict, item, &Value::Int(1), op, caller)?;
    }
    Ok(())
}

fn change(native: &Native, caller: &mut dyn Caller, args: Args, op: Binary) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    if !a[1].is_undef() {
        count(&dict, &a[1], op, caller)?;
    }
    for (name, n) in args.keywords() {
        add(&dict, Value::Str(name.clone()), n, op, caller)?;
    }
    Ok(Value::None)
}

fn update(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    change(native, caller, args, Binary::Add)
}

/// The pairs in order of their counts, the most common first; equal counts in order of appearance.
fn ranked(dict: &Dict, caller: &mut dyn Caller) -> Result<Vec<Value>> {
    let mut pairs: Vec<Value> = dict.items().into_iter().map(|(k, n)| Value::tuple([k, n])).collect();
    let by_count = Native::new("collections", "count", "pair, /", "The count of a pair.", |_, _, args| {
        Ok(match args.values {
            [Value::Tuple(pair)] => pair[1].clone(),
            _ => Value::None,
        })
    });
    sort(&mut pairs, &by_count.value(), true, caller)?;
    Ok(pairs)
}

fn most_common(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let mut pairs = ranked(&*dict_of(native, a.first())?, caller)?;
    if !a[1].is_none() {
        pairs.truncate(to_index(&a[1], caller)?.max(0) as usize);
    }
    Ok(Value::list(pairs))
}

fn elements(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let mut items = dict_of(native, a.first())?.items().into_iter();
    let mut current: Option<(Value, i64)> = None;
    stepper("chain", move |caller| {
        loop {
            if let Some((item, left)) = &mut current
                && *left > 0
            {
                *left -= 1;
                return Ok(Some(item.clone()));
            }
            match items.next() {
                Some((item, n)) => current = Some((item, to_index(&n, caller)?)),
                None => return Ok(None),
            }
        }
    })
}

/// How the counts of two counters combine.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Add,
    Sub,
    Max,
    Min,
}

/// The combined counts that are positive; `None` where the other value is no counter.
fn counts(x: &Dict, other: &Value, rule: Rule, caller: &mut dyn Caller) -> Result<Option<Rc<Dict>>> {
    let Value::Dict(y) = &*unwrapped(other) else { return Ok(None) };
    let (out, zero) = (Dict::new(), Value::Int(0));
    let mut keys = x.keys();
    for key in y.keys() {
        if x.get(&key, caller)?.is_none() {
            keys.push(key);
        }
    }
    for key in keys {
        let p = x.get(&key, caller)?.unwrap_or(Value::Int(0));
        let q = y.get(&key, caller)?.unwrap_or(Value::Int(0));
        let n = match rule {
            Rule::Add => caller.binary(Binary::Add, &p, &q)?,
            Rule::Sub => caller.binary(Binary::Sub, &p, &q)?,
            Rule::Max | Rule::Min => {
                let less = caller.compare(Compare::Lt, &p, &q)?;
                if caller.truth(&less)? == (rule == Rule::Max) { q } else { p }
            }
        };
        let positive = caller.compare(Compare::Gt, &n, &zero)?;
        if caller.truth(&positive)? {
            out.insert(key, n, caller)?;
        }
    }
    Ok(Some(out))
}

fn combined(native: &Native, caller: &mut dyn Caller, args: Args, rule: Rule) -> Result<Value> {
    let a = bind(native, args)?;
    if !class_of(&a[1]).is_subclass(&extra().counter) {
        return Ok(Value::NotImplemented);
    }
    match counts(&*dict_of(native, a.first())?, &a[1], rule, caller)? {
        Some(dict) => Ok(finish(&extra().counter, Value::Dict(dict))),
        None => Ok(Value::NotImplemented),
    }
}

fn in_place(native: &Native, caller: &mut dyn Caller, args: Args, rule: Rule) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    let Some(new) = counts(&dict, &a[1], rule, caller)? else { return Ok(Value::NotImplemented) };
    dict.clear();
    for (key, n) in new.items() {
        dict.insert(key, n, caller)?;
    }
    Ok(a[0].clone())
}

fn repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = dict_of(native, a.first())?;
    let _level = depth::enter(" while getting the repr of an object")?;
    let name = class_of(&a[0]).name.clone();
    if dict.is_empty() {
        return Ok(Value::str(format!("{name}()")));
    }
    let shown = Dict::new();
    for pair in ranked(&dict, caller)? {
        if let Value::Tuple(pair) = pair {
            shown.insert(pair[0].clone(), pair[1].clone(), caller)?;
        }
    }
    Ok(Value::str(format!("{name}({})", caller.repr(&Value::Dict(shown))?)))
}
