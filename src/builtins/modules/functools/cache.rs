//! Functions and properties that remember their results.

use super::super::super::bind::bind;
use super::super::super::classes::extra;
use super::super::super::convert::{class_argument, find_integer, wrong_receiver};
use super::super::super::functions::reflect::is_callable;
use super::super::super::table::Def;
use super::ASSIGNED;
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Dict, Instance, Method, Native, Tuple, TupleKind, Value, intern};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A function with its remembered results.
pub(super) struct Cached {
    pub(super) function: Value,
    pub(super) results: Rc<Dict>,
    pub(super) limit: Option<usize>,
    pub(super) typed: bool,
    pub(super) hits: Cell<i64>,
    pub(super) misses: Cell<i64>,
}

pub(super) fn cached(function: &Value, limit: Option<usize>, typed: bool, caller: &mut dyn Caller) -> Result<Value> {
    if !is_callable(function) {
        return Err(Fault::type_error("the first argument must be callable"));
    }
    let state = Cached {
        function: function.clone(),
        results: Dict::new(),
        limit,
        typed,
        hits: Cell::new(0),
        misses: Cell::new(0),
    };
    let object = Value::Object(Instance::native(extra().cached.clone(), state));
    for name in ASSIGNED {
        let name = intern(name);
        if let (Value::Object(o), Some(value)) = (&object, caller.find_attr(function, &name)?) {
            o.dict.set_name(&name, value);
        }
    }
    if let Value::Object(o) = &object {
        o.dict.set_name(&intern("__wrapped__"), function.clone());
    }
    Ok(object)
}

pub(super) fn lru_cache(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let typed = caller.truth(&a[1])?;
    let limit = match find_integer(&a[0], caller)? {
        Some(n) => Some(n.as_int().unwrap_or(i64::MAX).max(0) as usize),
        None if a[0].is_none() => None,
        None if is_callable(&a[0]) => return cached(&a[0], Some(128), typed, caller),
        None => return Err(Fault::type_error("Expected first argument to be an integer, a callable, or None")),
    };
    let decorator = |native: &Native, caller: &mut dyn Caller, args: Args| -> Result<Value> {
        let a = bind(native, args)?;
        let limit = native.captured[0].as_int().map(|n| n as usize);
        cached(&a[0], limit, native.captured[1].as_int() == Some(1), caller)
    };
    let captured = vec![limit.map_or(Value::None, |n| Value::Int(n as i64)), Value::Bool(typed)];
    let doc = "Cache the results of the function.";
    Ok(Native::new("functools", "decorating_function", "user_function, /", doc, decorator).capturing(captured).value())
}

fn cache_of(native: &Native, value: Option<&Value>) -> Result<Rc<Cached>> {
    match value {
        Some(Value::Object(o)) => o.native_payload::<Cached>(),
        _ => None,
    }
    .ok_or_else(|| wrong_receiver(native, value.unwrap_or(&Value::None)))
}

pub(super) static CACHED: [Def; 6] = [
    Def(
        "__call__",
        "self, /, *args, **kwargs",
        "Call the function, or give its result for these arguments.",
        |n, c, args| {
            let cache = cache_of(n, args.values.first())?;
            let rest = Args { values: &args.values[1..], names: args.names };
            if cache.limit == Some(0) {
                cache.misses.set(cache.misses.get() + 1);
                return c.call(&cache.function, rest);
            }
            let key = match (rest.values, cache.typed) {
                ([one @ (Value::Int(_) | Value::Str(_))], false) if rest.names.is_empty() => one.clone(),
                _ => {
                    let mut parts = rest.positional().to_vec();
                    for (name, value) in rest.keywords() {
                        parts.extend([Value::Ellipsis, Value::Str(name.clone()), value.clone()]);
                    }
                    if cache.typed {
                        let classes: Vec<Value> =
                            rest.values.iter().map(|v| Value::Class(crate::value::class_of(v))).collect();
                        parts.extend(classes);
                    }
                    Value::tuple(parts)
                }
            };
            if let Some(found) = cache.results.get(&key, c)? {
                cache.hits.set(cache.hits.get() + 1);
                if cache.limit.is_some() {
                    // Used last: it moves to the end.
                    cache.results.remove(&key, c)?;
                    cache.results.insert(key, found.clone(), c)?;
                }
                return Ok(found);
            }
            cache.misses.set(cache.misses.get() + 1);
            let result = c.call(&cache.function, rest)?;
            cache.results.insert(key, result.clone(), c)?;
            if cache.limit.is_some_and(|limit| cache.results.len() > limit) {
                cache.results.pop_first();
            }
            Ok(result)
        },
    ),
    Def("cache_info", "self, /", "Report cache statistics.", |n, _, args| {
        let cache = cache_of(n, args.values.first())?;
        thread_local! {
            static INFO: Rc<crate::value::sequence::NamedTuple> = Rc::new(crate::value::sequence::NamedTuple {
                name: "CacheInfo".into(),
                fields: ["hits", "misses", "maxsize", "currsize"].map(intern).to_vec(),
                is_structseq: false,
                class: RefCell::new(None),
            });
        }
        let items = [
            Value::Int(cache.hits.get()),
            Value::Int(cache.misses.get()),
            cache.limit.map_or(Value::None, |n| Value::Int(n as i64)),
            Value::from(cache.results.len()),
        ];
        Ok(Value::Tuple(Tuple::new(TupleKind::Named(INFO.with(Rc::clone)), items)))
    }),
    Def("cache_clear", "self, /", "Clear the cache and cache statistics.", |n, _, args| {
        let cache = cache_of(n, args.values.first())?;
        cache.results.clear();
        cache.hits.set(0);
        cache.misses.set(0);
        Ok(Value::None)
    }),
    Def("cache_parameters", "self, /", "The parameters of the cache.", |n, _, args| {
        let cache = cache_of(n, args.values.first())?;
        let dict = Dict::new();
        dict.set_name(&intern("maxsize"), cache.limit.map_or(Value::None, |n| Value::Int(n as i64)));
        dict.set_name(&intern("typed"), Value::Bool(cache.typed));
        Ok(Value::Dict(dict))
    }),
    Def("__get__", "self, instance, owner=None, /", "The function as a method.", |n, _, args| {
        let a = bind(n, args)?;
        if a[1].is_none() {
            return Ok(a[0].clone());
        }
        Ok(Value::Method(Rc::new(Method { receiver: a[1].clone(), function: a[0].clone() })))
    }),
    Def("__repr__", "self, /", "Return repr(self).", |n, _, args| {
        cache_of(n, args.values.first())?;
        let address = args.values[0].address().unwrap_or(0);
        Ok(Value::str(format!("<functools._lru_cache_wrapper object at {address:#x}>")))
    }),
];

pub(super) fn construct_cached_property(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let [_, function] = args.values else {
        return Err(Fault::type_error("cached_property() takes exactly one argument"));
    };
    let object = Instance::new(class);
    object.dict.set_name(&intern("func"), function.clone());
    Ok(Value::Object(object))
}

pub(super) static CACHED_PROPERTY: [Def; 2] = [
    Def("__set_name__", "self, owner, name, /", "Remember the attribute's name.", |n, _, args| {
        let a = bind(n, args)?;
        if let Value::Object(o) = &a[0] {
            o.dict.set_name(&intern("attrname"), a[2].clone());
        }
        Ok(Value::None)
    }),
    Def("__get__", "self, instance, owner=None, /", "The value, computed once.", |n, c, args| {
        let a = bind(n, args)?;
        let (Value::Object(property), Value::Object(instance)) = (&a[0], &a[1]) else { return Ok(a[0].clone()) };
        let function = property.dict.get_str("func").unwrap_or_default();
        let name = match property.dict.get_str("attrname") {
            Some(Value::Str(name)) => intern(&name),
            _ => match c.get_attr(&function, &intern("__name__"))? {
                Value::Str(name) => intern(&name),
                _ => return Err(Fault::type_error("cached_property has no name")),
            },
        };
        if let Some(known) = instance.dict.get_name(&name) {
            return Ok(known);
        }
        let value = c.call(&function, Args::of(&a[1..2]))?;
        instance.dict.set_name(&name, value.clone());
        Ok(value)
    }),
];
