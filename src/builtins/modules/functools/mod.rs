//! The module `functools`.

mod cache;

use super::super::bind::bind;
use super::super::classes::extra;
use super::super::convert::{class_argument, wrong_receiver};
use super::super::functions::reflect::is_callable;
use super::super::table::{Def, add_attributes, add_functions, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Dict, GetSet, Instance, Module, Name, Native, Value, intern};
use cache::{CACHED, CACHED_PROPERTY, Cached, cached, construct_cached_property, lru_cache};
use std::cell::Cell;
use std::rc::Rc;

static FUNCTIONS: [Def; 8] = [
    Def("reduce", "function, iterable, initial=..., /", "Apply a function of two arguments cumulatively.", reduce),
    Def(
        "update_wrapper",
        "wrapper, wrapped, assigned=None, updated=None",
        "Make a wrapper look like the wrapped function.",
        update_wrapper,
    ),
    Def("wraps", "wrapped, assigned=None, updated=None", "Decorator that applies update_wrapper().", wraps),
    Def("lru_cache", "maxsize=128, typed=False", "Least-recently-used cache decorator.", lru_cache),
    Def("cache", "user_function, /", "Simple unbounded cache.", |n, c, args| {
        let a = bind(n, args)?;
        cached(&a[0], None, false, c)
    }),
    Def("cmp_to_key", "mycmp", "Convert a comparison function into a key function.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Native::new("functools", "K", "obj", "A key that compares by a function.", key_of)
            .capturing(vec![a[0].clone()])
            .value())
    }),
    Def("total_ordering", "cls, /", "Class decorator that fills in missing ordering methods.", total_ordering),
    Def("singledispatch", "func, /", "Single-dispatch generic function decorator.", singledispatch),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("functools");
    *module.doc.borrow_mut() = "Tools for working with functions and callable objects.".into();
    add_functions(&module, "functools", &FUNCTIONS);
    let classes = extra();
    add_methods(&classes.partial, "partial", &PARTIAL);
    add_attributes(&classes.partial, &PARTIAL_ATTRIBUTES);
    classes.partial.construct.set(Some(construct_partial));
    module.set("partial", Value::Class(classes.partial.clone()));
    add_methods(&classes.cached, "_lru_cache_wrapper", &CACHED);
    add_methods(&classes.key_object, "K", &KEY);
    add_methods(&classes.cached_property, "cached_property", &CACHED_PROPERTY);
    classes.cached_property.construct.set(Some(construct_cached_property));
    module.set("cached_property", Value::Class(classes.cached_property.clone()));
    module.set("WRAPPER_ASSIGNMENTS", Value::tuple(ASSIGNED.map(Value::str)));
    module
}

fn reduce(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let source = caller.iter(&a[1])?;
    let mut total = match &a[2] {
        Value::Undef => match caller.next(&source)? {
            Some(first) => first,
            None => return Err(Fault::type_error("reduce() of empty iterable with no initial value")),
        },
        initial => initial.clone(),
    };
    while let Some(item) = caller.next(&source)? {
        total = caller.call(&a[0], Args::of(&[total, item]))?;
    }
    Ok(total)
}

const ASSIGNED: [&str; 5] = ["__module__", "__name__", "__qualname__", "__doc__", "__annotations__"];

fn make_alike(wrapper: &Value, wrapped: &Value, caller: &mut dyn Caller) -> Result<()> {
    for name in ASSIGNED {
        let name = intern(name);
        if let Some(value) = caller.find_attr(wrapped, &name)? {
            // Attributes that the wrapper cannot have are left out.
            if !matches!(name.as_str(), "__annotations__") {
                caller.set_attr(wrapper, &name, value)?;
            }
        }
    }
    if let (Value::Function(to), Value::Function(from)) = (wrapper, wrapped) {
        for (name, value) in from.dict.items() {
            to.dict.insert(name, value, caller)?;
        }
    }
    caller.set_attr(wrapper, &intern("__wrapped__"), wrapped.clone())
}

fn update_wrapper(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    make_alike(&a[0], &a[1], caller)?;
    Ok(a[0].clone())
}

fn wraps(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let decorator = |native: &Native, caller: &mut dyn Caller, args: Args| -> Result<Value> {
        let a = bind(native, args)?;
        make_alike(&a[0], &native.captured[0], caller)?;
        Ok(a[0].clone())
    };
    let doc = "Make the function look like the wrapped one.";
    Ok(Native::new("functools", "update_wrapper", "wrapper, /", doc, decorator).capturing(vec![a[0].clone()]).value())
}

struct Partial {
    function: Value,
    args: Vec<Value>,
    names: Vec<Name>,
    values: Vec<Value>,
}

fn partial_of(native: &Native, value: Option<&Value>) -> Result<Rc<Partial>> {
    match value {
        Some(Value::Object(o)) => o.native_payload::<Partial>(),
        _ => None,
    }
    .ok_or_else(|| wrong_receiver(native, value.unwrap_or(&Value::None)))
}

fn construct_partial(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let [function, rest @ ..] = &args.positional()[1..] else {
        return Err(Fault::type_error("type 'partial' takes at least one argument"));
    };
    if !is_callable(function) {
        return Err(Fault::type_error("the first argument must be callable"));
    }
    let (names, values) = args.keywords().map(|(n, v)| (n.clone(), v.clone())).unzip();
    let partial = Partial { function: function.clone(), args: rest.to_vec(), names, values };
    Ok(Value::Object(Instance::native(class, partial)))
}

static PARTIAL: [Def; 2] = [
    Def("__call__", "self, /, *args, **kwargs", "Call the function.", |n, c, args| {
        let partial = partial_of(n, args.values.first())?;
        let mut values = partial.args.clone();
        values.extend_from_slice(&args.positional()[1..]);
        let (mut names, mut keywords) = (partial.names.clone(), partial.values.clone());
        for (name, value) in args.keywords() {
            match names.iter().position(|n| n == name) {
                Some(i) => keywords[i] = value.clone(),
                None => {
                    names.push(name.clone());
                    keywords.push(value.clone());
                }
            }
        }
        values.append(&mut keywords);
        c.call(&partial.function, Args { values: &values, names: &names })
    }),
    Def("__repr__", "self, /", "Return repr(self).", |n, c, args| {
        let partial = partial_of(n, args.values.first())?;
        let _level = super::super::depth::enter(" while getting the repr of an object")?;
        let mut parts = vec![c.repr(&partial.function)?];
        for value in &partial.args {
            parts.push(c.repr(value)?);
        }
        for (name, value) in partial.names.iter().zip(&partial.values) {
            parts.push(format!("{name}={}", c.repr(value)?));
        }
        Ok(Value::str(format!("functools.partial({})", parts.join(", "))))
    }),
];

static PARTIAL_ATTRIBUTES: [GetSet; 3] = [
    attribute("func", "The function.", |v, _| Ok(partial(v)?.function.clone())),
    attribute("args", "The first positional arguments.", |v, _| Ok(Value::tuple(partial(v)?.args.iter().cloned()))),
    attribute("keywords", "The keyword arguments.", |v, _| {
        let (partial, dict) = (partial(v)?, Dict::new());
        for (name, value) in partial.names.iter().zip(&partial.values) {
            dict.set_name(name, value.clone());
        }
        Ok(Value::Dict(dict))
    }),
];

fn partial(value: &Value) -> Result<Rc<Partial>> {
    match value {
        Value::Object(o) => o.native_payload::<Partial>(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("a partial object is needed"))
}

fn key_of(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let object = Instance::new(extra().key_object.clone());
    object.dict.set_name(&intern("obj"), a[0].clone());
    object.dict.set_name(&intern("cmp"), native.captured[0].clone());
    Ok(Value::Object(object))
}

fn compare_keys(
    native: &Native,
    caller: &mut dyn Caller,
    args: Args,
    holds: fn(std::cmp::Ordering) -> bool,
) -> Result<Value> {
    let a = bind(native, args)?;
    let (Value::Object(x), Value::Object(y)) = (&a[0], &a[1]) else { return Ok(Value::NotImplemented) };
    let field = |o: &Instance, name: &str| o.dict.get_str(name).unwrap_or_default();
    let order = caller.call(&field(x, "cmp"), Args::of(&[field(x, "obj"), field(y, "obj")]))?;
    let order = crate::value::protocol::compare_numbers(&order, &Value::Int(0)).flatten();
    Ok(Value::Bool(order.is_some_and(holds)))
}

static KEY: [Def; 5] = [
    Def("__lt__", "self, other, /", "Return self<other.", |n, c, a| compare_keys(n, c, a, |o| o.is_lt())),
    Def("__gt__", "self, other, /", "Return self>other.", |n, c, a| compare_keys(n, c, a, |o| o.is_gt())),
    Def("__le__", "self, other, /", "Return self<=other.", |n, c, a| compare_keys(n, c, a, |o| o.is_le())),
    Def("__ge__", "self, other, /", "Return self>=other.", |n, c, a| compare_keys(n, c, a, |o| o.is_ge())),
    Def("__eq__", "self, other, /", "Return self==other.", |n, c, a| compare_keys(n, c, a, |o| o.is_eq())),
];

/// The comparisons that `total_ordering` derives: from which one, negated, with equality added or taken away.
static DERIVED: [Def; 4] = [
    Def("__lt__", "self, other, /", "Return self<other.", |n, c, a| derive(n, c, a, "__lt__")),
    Def("__le__", "self, other, /", "Return self<=other.", |n, c, a| derive(n, c, a, "__le__")),
    Def("__gt__", "self, other, /", "Return self>other.", |n, c, a| derive(n, c, a, "__gt__")),
    Def("__ge__", "self, other, /", "Return self>=other.", |n, c, a| derive(n, c, a, "__ge__")),
];

fn derive(native: &Native, caller: &mut dyn Caller, args: Args, wanted: &str) -> Result<Value> {
    let a = bind(native, args)?;
    let root = native.captured.first().and_then(Value::as_str).unwrap_or("__lt__").to_string();
    let verdict = match caller.call_special(&a[0], &root, &a[1..2])? {
        Some(Value::NotImplemented) | None => return Ok(Value::NotImplemented),
        Some(verdict) => caller.truth(&verdict)?,
    };
    let equal = caller.equal(&a[0], &a[1])?;
    // The root says whether self is before (or after) the other one, with or without equality.
    let less = match root.as_str() {
        "__lt__" => verdict,
        "__le__" => verdict && !equal,
        "__gt__" => !verdict && !equal,
        _ => !verdict,
    };
    Ok(Value::Bool(match wanted {
        "__lt__" => less,
        "__le__" => less || equal,
        "__gt__" => !less && !equal,
        _ => !less,
    }))
}

fn total_ordering(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let class = class_argument(a.first())?;
    let root = ["__lt__", "__le__", "__gt__", "__ge__"].into_iter().find(|n| class.dict.has_name(&intern(n)));
    let Some(root) = root else { return Err(Fault::value("must define at least one ordering operation: < > <= >=")) };
    for def in &DERIVED {
        let name = intern(def.0);
        if !class.dict.has_name(&name) {
            class.set(&name, def.method("object").capturing(vec![Value::str(root)]).value());
        }
    }
    Ok(a[0].clone())
}

fn singledispatch(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let table = Value::list(vec![Value::tuple([Value::Class(crate::value::types().object.clone()), a[0].clone()])]);
    let dispatch = |native: &Native, caller: &mut dyn Caller, args: Args| -> Result<Value> {
        let Some(first) = args.values.first() else {
            return Err(Fault::type_error("function requires at least 1 positional argument"));
        };
        let class = crate::value::class_of(first);
        let order: Vec<_> = std::iter::once(class.clone()).chain(class.mro.iter().cloned()).collect();
        let Value::List(table) = &native.captured[0] else { return Ok(Value::None) };
        let entries = table.to_vec();
        let found = order.iter().find_map(|c| {
            entries.iter().rev().find_map(|e| match e {
                Value::Tuple(t) => match (&t[0], &t[1]) {
                    (Value::Class(known), f) if Rc::ptr_eq(known, c) => Some(f.clone()),
                    _ => None,
                },
                _ => None,
            })
        });
        caller.call(&found.unwrap_or_default(), args)
    };
    let register = |native: &Native, caller: &mut dyn Caller, args: Args| -> Result<Value> {
        let a = bind(native, args)?;
        let Value::List(table) = &native.captured[0] else { return Ok(Value::None) };
        let (class, function) = match (&a[0], &a[1]) {
            (class @ Value::Class(_), Value::Undef) => {
                let decorator = |native: &Native, _: &mut dyn Caller, args: Args| -> Result<Value> {
                    let a = bind(native, args)?;
                    if let Value::List(table) = &native.captured[0] {
                        table.borrow_mut().push(Value::tuple([native.captured[1].clone(), a[0].clone()]));
                    }
                    Ok(a[0].clone())
                };
                let captured = vec![native.captured[0].clone(), class.clone()];
                let native = Native::new("functools", "register", "func, /", "Register the function.", decorator);
                return Ok(native.capturing(captured).value());
            }
            (function, Value::Undef) => {
                let annotations = caller.get_attr(function, &intern("__annotations__"))?;
                let first = match &annotations {
                    Value::Dict(d) => d.items().into_iter().find(|(k, _)| k.as_str() != Some("return")),
                    _ => None,
                };
                match first {
                    Some((_, class @ Value::Class(_))) => (class, function.clone()),
                    _ => {
                        return Err(Fault::type_error(
                            "Invalid first argument to `register()`: use either `@register(some_class)` or plain `@register` on an annotated function.",
                        ));
                    }
                }
            }
            (class, function) => (class.clone(), function.clone()),
        };
        table.borrow_mut().push(Value::tuple([class, function.clone()]));
        Ok(function)
    };
    let object = Instance::new(extra().cached.clone());
    let call =
        Native::new("functools", "singledispatch", "*args, **kwargs", "Call the function for the type.", dispatch);
    let call = call.capturing(vec![table.clone()]).value();
    let register =
        Native::new("functools", "register", "cls, func=..., /", "Register a function for a type.", register);
    object.dict.set_name(&intern("register"), register.capturing(vec![table]).value());
    *object.payload.borrow_mut() = crate::value::Payload::Native(Rc::new(Cached {
        function: call,
        results: Dict::new(),
        limit: Some(0),
        typed: false,
        hits: Cell::new(0),
        misses: Cell::new(0),
    }));
    Ok(Value::Object(object))
}
