//! The iterator types `enumerate`, `zip`, `map`, `filter` and `reversed`.

use super::super::convert::{find_integer, unwrap};
use crate::diag::{Fault, Result};
use crate::value::types::iterator_class;
use crate::value::{Args, Binary, Caller, Iter, Module, Native, NativeFn, NativeIter, Value, intern};
use smallvec::SmallVec;

/// Binds the types in the module of built-ins.
pub fn install(module: &Module) {
    let types: [(&'static str, &'static str, NativeFn); 5] = [
        ("enumerate", "Return pairs of a count and the values of an iterable.", enumerate),
        ("zip", "Return tuples with the items of several iterables side by side.", zip),
        ("map", "Apply a function to the items of one or more iterables.", map),
        ("filter", "Return those items of an iterable for which a function is true.", filter),
        ("reversed", "Return a reverse iterator over the values of a sequence.", reversed),
    ];
    for (name, doc, construct) in types {
        let class = iterator_class(name);
        class.construct.set(Some(construct));
        class.dict.set_name(&intern("__doc__"), Value::str(doc));
        module.set(name, Value::Class(class));
    }
}

/// The arguments without the class in front of them.
fn arguments<'a>(args: Args<'a>) -> Args<'a> {
    Args { values: args.values.get(1..).unwrap_or(&[]), names: args.names }
}

struct Enumerate {
    items: Value,
    next: i64,
    /// The count once it is beyond a machine word.
    big: Option<Value>,
}

impl NativeIter for Enumerate {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let Some(item) = caller.next(&self.items)? else { return Ok(None) };
        let count = match &self.big {
            Some(count) => count.clone(),
            None => Value::Int(self.next),
        };
        match (&self.big, self.next.checked_add(1)) {
            (None, Some(next)) => self.next = next,
            _ => self.big = Some(caller.binary(Binary::Add, &count, &Value::Int(1))?),
        }
        Ok(Some(Value::tuple([count, item])))
    }
    fn type_name(&self) -> &'static str {
        "enumerate"
    }
}

fn enumerate(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let args = arguments(args);
    let positional = args.positional();
    let iterable = positional.first().or_else(|| args.keyword("iterable"));
    let Some(iterable) = iterable else {
        return Err(Fault::type_error("enumerate() missing required argument 'iterable'"));
    };
    if positional.len() > 2 {
        return Err(Fault::type_error(format!("enumerate() takes at most 2 arguments ({} given)", positional.len())));
    }
    for (name, _) in args.keywords() {
        if !matches!(name.as_str(), "iterable" | "start") {
            return Err(Fault::type_error(format!("'{name}' is an invalid keyword argument for enumerate()")));
        }
    }
    let (next, big) = match positional.get(1).or_else(|| args.keyword("start")) {
        None => (0, None),
        Some(start) => match find_integer(start, caller)? {
            Some(Value::Int(start)) => (start, None),
            Some(big) => (0, Some(big)),
            None => (super::super::convert::to_index(start, caller)?, None),
        },
    };
    let items = caller.iter(iterable)?;
    Ok(Iter::native(Enumerate { items, next, big }))
}

struct Zip {
    iterators: SmallVec<[Value; 4]>,
    strict: bool,
}

impl NativeIter for Zip {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        if self.iterators.is_empty() {
            return Ok(None);
        }
        let mut items: SmallVec<[Value; 4]> = SmallVec::new();
        for i in 0..self.iterators.len() {
            match caller.next(&self.iterators[i])? {
                Some(item) => items.push(item),
                None if self.strict => return self.check(i, caller).map(|()| None),
                None => return Ok(None),
            }
        }
        Ok(Some(Value::tuple(items)))
    }
    fn type_name(&self) -> &'static str {
        "zip"
    }
}

impl Zip {
    /// Whether all iterators end with the one at `at`, as `strict` demands.
    #[cold]
    fn check(&self, at: usize, caller: &mut dyn Caller) -> Result<()> {
        let before = |n: usize| if n == 1 { "argument 1".to_string() } else { format!("arguments 1-{n}") };
        if at > 0 {
            return Err(Fault::value(format!("zip() argument {} is shorter than {}", at + 1, before(at))));
        }
        for (i, iterator) in self.iterators.iter().enumerate().skip(1) {
            if caller.next(iterator)?.is_some() {
                return Err(Fault::value(format!("zip() argument {} is longer than {}", i + 1, before(i))));
            }
        }
        Ok(())
    }
}

fn zip(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let args = arguments(args);
    let mut strict = false;
    for (name, value) in args.keywords() {
        if name.as_str() != "strict" {
            return Err(if args.names.len() > 1 {
                Fault::type_error(format!("zip() takes at most 1 keyword argument ({} given)", args.names.len()))
            } else {
                Fault::type_error(format!("'{name}' is an invalid keyword argument for zip()"))
            });
        }
        strict = caller.truth(value)?;
    }
    let mut iterators = SmallVec::new();
    for iterable in args.positional() {
        iterators.push(caller.iter(iterable)?);
    }
    Ok(Iter::native(Zip { iterators, strict }))
}

struct Map {
    function: Value,
    iterators: SmallVec<[Value; 2]>,
}

impl NativeIter for Map {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let mut items: SmallVec<[Value; 4]> = SmallVec::new();
        for iterator in &self.iterators {
            match caller.next(iterator)? {
                Some(item) => items.push(item),
                None => return Ok(None),
            }
        }
        caller.call(&self.function, Args::of(&items)).map(Some)
    }
    fn type_name(&self) -> &'static str {
        "map"
    }
}

fn map(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let args = arguments(args);
    args.no_keywords("map")?;
    let [function, iterables @ ..] = args.values else {
        return Err(Fault::type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(Fault::type_error("map() must have at least two arguments."));
    }
    let mut iterators = SmallVec::new();
    for iterable in iterables {
        iterators.push(caller.iter(iterable)?);
    }
    Ok(Iter::native(Map { function: function.clone(), iterators }))
}

struct Filter {
    function: Value,
    items: Value,
}

impl NativeIter for Filter {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        while let Some(item) = caller.next(&self.items)? {
            let keep = if self.function.is_none() {
                caller.truth(&item)?
            } else {
                let verdict = caller.call(&self.function, Args::of(std::slice::from_ref(&item)))?;
                caller.truth(&verdict)?
            };
            if keep {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
    fn type_name(&self) -> &'static str {
        "filter"
    }
}

fn filter(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = arguments(args).between("filter", 2, 2)?;
    let items = caller.iter(&values[1])?;
    Ok(Iter::native(Filter { function: unwrap(&values[0]), items }))
}

fn reversed(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = arguments(args).between("reversed", 1, 1)?;
    super::iterate::reversed(&values[0], caller)
}
