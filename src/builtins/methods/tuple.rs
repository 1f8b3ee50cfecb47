//! Methods of tuples.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::convert::{class_argument, tuple_of};
use super::super::protocol::same;
use super::super::table::{Def, add_methods};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Native, Tuple, TupleKind, Value, types};
use std::rc::Rc;

static METHODS: [Def; 2] = [
    Def("count", "self, value, /", "Return number of occurrences of value.", count),
    Def("index", "self, value, start=0, stop=9223372036854775807, /", "Return first index of value.", index),
];

static SIZE_METHODS: [Def; 1] =
    [Def("numel", "self, /", "Return the number of elements of a tensor of this size.", numel)];

/// Fills the classes.
pub fn install() {
    add_methods(&types().tuple, "tuple", &METHODS);
    types().tuple.construct.set(Some(construct));
    add_methods(&types().size, "Size", &SIZE_METHODS);
    types().size.construct.set(Some(construct_size));
}

fn count(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let mut n = 0i64;
    for item in tuple_of(native, a.first())?.iter() {
        n += i64::from(same(item, &a[1], caller)?);
    }
    Ok(Value::Int(n))
}

fn index(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let tuple = tuple_of(native, a.first())?;
    let (start, stop) = super::list::search_bounds(&a[2], &a[3], tuple.len(), caller)?;
    for i in start..stop {
        if same(&tuple[i], &a[1], caller)? {
            return Ok(Value::from(i));
        }
    }
    Err(Fault::value("tuple.index(x): x not in tuple"))
}

fn numel(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let product = tuple_of(native, a.first())?.iter().filter_map(Value::as_int).fold(1i64, i64::wrapping_mul);
    Ok(Value::Int(product))
}

fn items_of(args: Args, function: &str, caller: &mut dyn Caller) -> Result<Option<Value>> {
    let rest = Args { values: &args.values[1..], names: args.names };
    Ok(match rest.between(function, 0, 1)? {
        [] => Some(Value::tuple([])),
        [Value::Tuple(t)] if matches!(t.kind, TupleKind::Plain) => Some(Value::Tuple(t.clone())),
        [iterable] => Some(Value::tuple(super::list::collect(iterable, caller)?)),
        _ => None,
    })
}

/// `tuple(iterable=())`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    Ok(finish(&class, items_of(args, "tuple", caller)?.unwrap_or_default()))
}

/// `torch.Size(iterable=())`.
fn construct_size(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let items = items_of(args, "Size", caller)?;
    let mut sizes = Vec::new();
    if let Some(Value::Tuple(items)) = &items {
        for (i, item) in items.iter().enumerate() {
            match super::super::convert::find_integer(item, caller)? {
                Some(size) => sizes.push(size),
                None => {
                    return Err(Fault::type_error(format!(
                        "torch.Size() takes an iterable of 'int' (item {i} is '{}')",
                        crate::value::protocol::class_name(item)
                    )));
                }
            }
        }
    }
    let size: Rc<Tuple> = Tuple::new(TupleKind::Size, sizes);
    Ok(finish(&class, Value::Tuple(size)))
}
