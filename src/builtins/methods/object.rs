//! Methods and attributes that every object has.

use super::super::bind::bind;
use super::super::convert::to_name;
use super::super::table::{Def, add_attributes, add_class_methods, add_methods, add_static_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{
    Args, Caller, Class, Descriptor, GetSet, Instance, Method, Name, Native, Value, class_of, intern, types,
};
use std::rc::Rc;

static METHODS: [Def; 14] = [
    Def("__init__", "self, /, *args, **kwargs", "Initialize self.", init),
    Def("__repr__", "self, /", "Return repr(self).", repr),
    Def("__str__", "self, /", "Return str(self).", str),
    Def("__format__", "self, format_spec, /", "Default object formatter.", format),
    Def("__eq__", "self, value, /", "Return self==value.", eq),
    Def("__ne__", "self, value, /", "Return self!=value.", ne),
    Def("__hash__", "self, /", "Return hash(self).", hash),
    Def("__getattribute__", "self, name, /", "Return getattr(self, name).", get_attribute),
    Def("__setattr__", "self, name, value, /", "Implement setattr(self, name, value).", set_attribute),
    Def("__delattr__", "self, name, /", "Implement delattr(self, name).", del_attribute),
    Def("__dir__", "self, /", "Default dir() implementation.", dir),
    Def("__sizeof__", "self, /", "Size of object in memory, in bytes.", sizeof),
    Def("__reduce__", "self, /", "Helper for pickle.", no_pickle),
    Def("__reduce_ex__", "self, protocol, /", "Helper for pickle.", no_pickle),
];

static STATIC: [Def; 1] = [Def("__new__", "cls, /, *args, **kwargs", "Create and return a new object.", new)];

static CLASS_METHODS: [Def; 1] =
    [Def("__init_subclass__", "cls, /, **kwargs", "Called when a class is subclassed.", |_, _, args| {
        let class = super::super::convert::class_argument(args.values.first())?;
        if !args.names.is_empty() {
            let message = format!("{}.__init_subclass__() takes no keyword arguments", class.name);
            return Err(Fault::type_error(message));
        }
        Ok(Value::None)
    })];

static ATTRIBUTES: [GetSet; 4] = [
    GetSet {
        name: "__doc__",
        doc: "The documentation of the object's class, or its own.",
        get: |v, _| Ok(own(v, "__doc__").unwrap_or_else(|| doc_of(&class_of(v)))),
        set: Some(|v, new, _| set_own(v, "__doc__", new)),
    },
    GetSet {
        name: "__module__",
        doc: "The module of the object's class, or its own.",
        get: |v, _| Ok(own(v, "__module__").unwrap_or_else(|| Value::str(class_of(v).module.as_str()))),
        set: Some(|v, new, _| set_own(v, "__module__", new)),
    },
    GetSet {
        name: "__class__",
        doc: "The object's class.",
        get: |v, _| Ok(Value::Class(class_of(v))),
        set: Some(set_class),
    },
    GetSet {
        name: "__dict__",
        doc: "The object's attributes.",
        get: |v, _| match v {
            Value::Object(o) => Ok(Value::Dict(o.dict.clone())),
            other => Err(missing(other, &intern("__dict__"))),
        },
        set: Some(set_dict),
    },
];

static TYPE_ATTRIBUTES: [GetSet; 8] = [
    attribute("__doc__", "The documentation.", |v, _| Ok(doc_of(&*class(v)?))),
    GetSet { name: "__name__", doc: "The name.", get: |v, _| Ok(Value::str(class(v)?.name.as_str())), set: None },
    attribute("__qualname__", "The name.", |v, _| match class(v)?.dict.get_str("__qualname__") {
        Some(name) => Ok(name),
        None => Ok(Value::str(class(v)?.name.as_str())),
    }),
    attribute("__module__", "The module it was defined in.", |v, _| Ok(Value::str(class(v)?.module.as_str()))),
    attribute("__bases__", "The direct bases.", |v, _| {
        let class = class(v)?;
        Ok(Value::tuple(class.bases.iter().cloned().map(Value::Class)))
    }),
    attribute("__base__", "The first base.", |v, _| {
        Ok(class(v)?.bases.first().cloned().map_or(Value::None, Value::Class))
    }),
    attribute("__mro__", "The order in which attributes are looked up.", |v, _| {
        let class = class(v)?;
        Ok(Value::tuple(std::iter::once(class.clone()).chain(class.mro.iter().cloned()).map(Value::Class)))
    }),
    attribute("__dict__", "The attributes of the class itself.", |v, _| Ok(super::proxy::of_class(&class(v)?))),
];

static TYPE_METHODS: [Def; 2] = [
    Def("mro", "self, /", "Return a type's method resolution order.", |n, _, args| {
        let a = bind(n, args)?;
        let class = class(&a[0])?;
        Ok(Value::list(std::iter::once(class.clone()).chain(class.mro.iter().cloned()).map(Value::Class).collect()))
    }),
    Def("__subclasses__", "self, /", "Return a list of immediate subclasses.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::list(Vec::new()))
    }),
];

/// Fills the classes `object` and `type`.
pub fn install() {
    let object = &types().object;
    add_methods(object, "object", &METHODS);
    add_static_methods(object, &STATIC);
    add_class_methods(object, "object", &CLASS_METHODS);
    add_attributes(object, &ATTRIBUTES);
    object.construct.set(Some(construct));
    let type_ = &types().type_;
    add_attributes(type_, &TYPE_ATTRIBUTES);
    add_methods(type_, "type", &TYPE_METHODS);
    type_.construct.set(Some(construct_type));
}

/// An attribute that the object itself has.
fn own(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(o) => o.dict.get_str(name),
        _ => None,
    }
}

fn set_own(value: &Value, name: &str, new: Value) -> Result<()> {
    match value {
        Value::Object(o) => {
            match new.defined() {
                Some(new) => o.dict.set_name(&intern(name), new),
                None => o.dict.remove_name(&intern(name)),
            };
            Ok(())
        }
        other => {
            Err(Fault::attribute(format!("attribute '{name}' of '{}' objects is not writable", class_name(other))))
        }
    }
}

/// What the built-in types are.
const DOCS: [(&str, &str); 18] = [
    ("object", "The base class of the class hierarchy."),
    ("type", "type(object) -> the object's type\ntype(name, bases, dict) -> a new type"),
    ("int", "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer."),
    ("bool", "bool(x) -> bool\n\nReturns True when the argument x is true, False otherwise."),
    ("float", "Convert a string or number to a floating point number, if possible."),
    ("str", "str(object='') -> str\n\nCreate a new string object from the given object."),
    ("tuple", "Built-in immutable sequence."),
    ("list", "Built-in mutable sequence."),
    ("dict", "dict() -> new empty dictionary\ndict(mapping)\ndict(iterable)\ndict(**kwargs)"),
    ("set", "set() -> new empty set object\nset(iterable) -> new set object"),
    ("frozenset", "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object"),
    ("range", "range(stop) -> range object\nrange(start, stop[, step]) -> range object"),
    ("slice", "slice(stop)\nslice(start, stop[, step])"),
    ("property", "Property attribute."),
    ("staticmethod", "Convert a function to be a static method."),
    ("classmethod", "Convert a function to be a class method."),
    ("super", "super() -> same as super(__class__, <first argument>)"),
    ("BaseException", "Common base class for all exceptions"),
];

/// The documentation of a class itself, not of its bases.
fn doc_of(class: &Class) -> Value {
    let own = class.dict.get_str("__doc__").filter(|d| !matches!(d, Value::Descriptor(_)));
    own.unwrap_or_else(|| {
        let known = DOCS.iter().find(|(name, _)| !class.is_user && *name == class.name.as_str());
        known.map_or(Value::None, |(_, doc)| Value::str(*doc))
    })
}

fn class(value: &Value) -> Result<Rc<Class>> {
    match value {
        Value::Class(c) => Ok(c.clone()),
        other => Err(Fault::attribute(format!("'{}' object has no such attribute", class_name(other)))),
    }
}

/// Whether the program defines that special method for a class.
fn is_overridden(class: &Class, name: &str) -> bool {
    let native = |v: &Value| match v {
        Value::Native(_) => true,
        Value::Descriptor(d) => matches!(&**d, Descriptor::Static(Value::Native(_))),
        _ => false,
    };
    class.lookup(&intern(name)).is_some_and(|v| !native(&v))
}

/// `object()`: an instance without attributes.
pub fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = super::super::convert::class_argument(args.values.first())?;
    if args.values.len() > 1 && !is_overridden(&class, "__init__") && !is_overridden(&class, "__new__") {
        return Err(Fault::type_error(format!("{}() takes no arguments", class.name)));
    }
    Ok(Value::Object(Instance::new(class)))
}

fn new(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = super::super::convert::class_argument(args.values.first())?;
    match class.construct.get() {
        Some(make) => make(native, caller, args),
        None => Ok(Value::Object(Instance::new(class))),
    }
}

fn init(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let Some(receiver) = args.values.first() else {
        return Err(Fault::type_error("descriptor '__init__' of 'object' object needs an argument"));
    };
    let class = class_of(receiver);
    if args.values.len() > 1 && class.kind == crate::value::class::Kind::Object {
        if is_overridden(&class, "__init__") {
            return Err(Fault::type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
        }
        if !is_overridden(&class, "__new__") {
            return Err(Fault::type_error(format!("{}() takes no arguments", class.name)));
        }
    }
    Ok(Value::None)
}

/// `<__main__.Point object at 0x7f...>`
pub fn default_repr(value: &Value) -> String {
    let class = class_of(value);
    format!("<{} object at {:#014x}>", class.qualified(), value.address().unwrap_or(0))
}

fn repr(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::str(default_repr(&a[0])))
}

fn str(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    caller.repr(&a[0]).map(Value::str)
}

fn format(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match a[1].as_str() {
        Some("") => caller.str(&a[0]).map(Value::str),
        _ => Err(unsupported_format(&a[0])),
    }
}

/// The refusal of a format specification for a value that knows none.
#[cold]
pub fn unsupported_format(value: &Value) -> crate::diag::Error {
    Fault::type_error(format!("unsupported format string passed to {}.__format__", class_name(value)))
}

fn eq(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(if a[0].is(&a[1]) { Value::Bool(true) } else { Value::NotImplemented })
}

fn ne(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(match caller.call_special(&a[0], "__eq__", &a[1..2])? {
        Some(Value::NotImplemented) | None => Value::NotImplemented,
        Some(equal) => Value::Bool(!caller.truth(&equal)?),
    })
}

fn hash(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::Int((a[0].address().unwrap_or(0) >> 4) as i64))
}

/// An attribute found in the ordinary way, without asking the program's own look-up methods.
fn get_attribute(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let name = to_name(&a[1])?;
    let Value::Object(object) = &a[0] else { return caller.get_attr(&a[0], &name) };
    let class = object.class();
    let found = class.lookup(&name);
    if let Some(Value::Descriptor(d)) = &found {
        match &**d {
            Descriptor::Property { get, .. } if !get.is_none() => return caller.call(get, Args::of(&a[..1])),
            Descriptor::GetSet(g) => return (g.get)(&a[0], caller),
            _ => {}
        }
    }
    if let Some(own) = object.dict.get_name(&name) {
        return Ok(own);
    }
    let bound =
        |function: &Value, receiver: Value| Value::Method(Rc::new(Method { receiver, function: function.clone() }));
    match &found {
        Some(Value::Descriptor(d)) => match &**d {
            Descriptor::Static(function) => Ok(function.clone()),
            Descriptor::ClassMethod(function) => Ok(bound(function, Value::Class(class))),
            _ => Err(missing(&a[0], &name)),
        },
        Some(function @ (Value::Function(_) | Value::Native(_))) => Ok(bound(function, a[0].clone())),
        Some(value) => Ok(value.clone()),
        None if name.as_str() == "__dict__" => Ok(Value::Dict(object.dict.clone())),
        None => Err(missing(&a[0], &name)),
    }
}

#[cold]
fn missing(value: &Value, name: &Name) -> crate::diag::Error {
    Fault::attribute(format!("'{}' object has no attribute '{name}'", class_name(value)))
}

/// Sets an attribute in the ordinary way, without asking the program's own `__setattr__`.
fn set_attribute(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let name = to_name(&a[1])?;
    if let Value::Class(class) = &a[0]
        && class.is_user
    {
        class.set(&name, a[2].clone());
        return Ok(Value::None);
    }
    let Value::Object(object) = &a[0] else {
        caller.set_attr(&a[0], &name, a[2].clone())?;
        return Ok(Value::None);
    };
    match object.class().lookup(&name) {
        Some(Value::Descriptor(d)) => match &*d {
            Descriptor::Property { set, .. } => {
                if set.is_none() {
                    return Err(Fault::attribute(format!(
                        "property '{name}' of '{}' object has no setter",
                        class_name(&a[0])
                    )));
                }
                caller.call(set, Args::of(&[a[0].clone(), a[2].clone()]))?;
                return Ok(Value::None);
            }
            Descriptor::GetSet(GetSet { set: Some(set), .. }) => {
                set(&a[0], a[2].clone(), caller)?;
                return Ok(Value::None);
            }
            _ => {}
        },
        Some(descriptor @ Value::Object(_))
            if caller.call_special(&descriptor, "__set__", &[a[0].clone(), a[2].clone()])?.is_some() =>
        {
            return Ok(Value::None);
        }
        _ => {}
    }
    object.dict.set_name(&name, a[2].clone());
    Ok(Value::None)
}

fn del_attribute(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let name = to_name(&a[1])?;
    let Value::Object(object) = &a[0] else {
        caller.del_attr(&a[0], &name)?;
        return Ok(Value::None);
    };
    if let Some(Value::Descriptor(d)) = object.class().lookup(&name)
        && let Descriptor::Property { delete, .. } = &*d
    {
        if delete.is_none() {
            return Err(Fault::attribute(format!(
                "property '{name}' of '{}' object has no deleter",
                class_name(&a[0])
            )));
        }
        caller.call(delete, Args::of(&a[..1]))?;
        return Ok(Value::None);
    }
    match object.dict.remove_name(&name) {
        Some(_) => Ok(Value::None),
        None => Err(missing(&a[0], &name)),
    }
}

fn set_class(value: &Value, new: Value, _: &mut dyn Caller) -> Result<()> {
    match (value, new) {
        (Value::Object(o), Value::Class(c)) => {
            *o.class.borrow_mut() = c;
            Ok(())
        }
        (_, Value::Class(_)) => {
            Err(Fault::type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"))
        }
        (_, other) => {
            Err(Fault::type_error(format!("__class__ must be set to a class, not '{}' object", class_name(&other))))
        }
    }
}

fn set_dict(value: &Value, new: Value, caller: &mut dyn Caller) -> Result<()> {
    let (Value::Object(object), Value::Dict(new)) = (value, &new) else {
        return Err(Fault::type_error(format!("__dict__ must be set to a dictionary, not a '{}'", class_name(&new))));
    };
    let entries = new.items();
    object.dict.clear();
    for (name, value) in entries {
        object.dict.insert(name, value, caller)?;
    }
    Ok(())
}

/// The names of a value's attributes, sorted.
pub fn names_of(value: &Value) -> Vec<String> {
    let mut names = std::collections::BTreeSet::new();
    let mut add_class = |class: &Rc<Class>| {
        for c in std::iter::once(class).chain(&class.mro) {
            names.extend(c.dict.keys().iter().filter_map(|k| k.as_str().map(str::to_string)));
        }
    };
    match value {
        Value::Class(c) => add_class(c),
        other => add_class(&class_of(other)),
    }
    match value {
        Value::Object(o) => names.extend(o.dict.keys().iter().filter_map(|k| k.as_str().map(str::to_string))),
        Value::Module(m) => {
            names.clear();
            names.extend(m.space.items().into_iter().map(|(name, _)| name.to_string()));
        }
        Value::Function(f) => names.extend(f.dict.keys().iter().filter_map(|k| k.as_str().map(str::to_string))),
        _ => {}
    }
    names.into_iter().collect()
}

fn dir(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::list(names_of(&a[0]).into_iter().map(Value::str).collect()))
}

fn sizeof(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    Ok(Value::Int(size_of_value(&a[0])))
}

/// About how many bytes a value takes, without what it refers to.
pub fn size_of_value(value: &Value) -> i64 {
    let bytes = match value {
        Value::Str(s) => 49 + s.len(),
        Value::List(l) => 56 + 8 * l.len(),
        Value::Tuple(t) => 40 + 8 * t.len(),
        Value::Dict(d) => 64 + 32 * d.len(),
        Value::Set(s) => 216 + 16 * s.len(),
        Value::Big(b) => 24 + b.bits() as usize / 8,
        Value::Int(_) | Value::Bool(_) => 28,
        Value::Float(_) => 24,
        Value::Complex(_) => 32,
        Value::None | Value::Ellipsis => 16,
        _ => 56,
    };
    bytes as i64
}

fn no_pickle(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let receiver = args.values.first().map(class_name).unwrap_or_default();
    Err(Fault::type_error(format!("cannot pickle '{receiver}' object")))
}

/// `type(object)` or `type(name, bases, dict)`.
fn construct_type(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let rest = &args.values[1..];
    match rest {
        [value] if args.names.is_empty() => Ok(Value::Class(class_of(value))),
        [name, bases, dict, ..] => {
            let wrong = |i: usize, want: &str, got: &Value| {
                Fault::type_error(format!("type.__new__() argument {i} must be {want}, not {}", class_name(got)))
            };
            let Value::Str(name) = name else { return Err(wrong(1, "str", name)) };
            let Value::Tuple(bases) = bases else { return Err(wrong(2, "tuple", bases)) };
            let Value::Dict(dict) = dict else { return Err(wrong(3, "dict", dict)) };
            let mut classes = Vec::new();
            for base in bases.iter() {
                match base {
                    Value::Class(c) => classes.push(c.clone()),
                    _ => return Err(Fault::type_error("bases must be types")),
                }
            }
            if classes.is_empty() {
                classes.push(types().object.clone());
            }
            let module = dict.get_str("__module__").and_then(|m| m.as_str().map(intern));
            let module = module.unwrap_or_else(|| intern("__main__"));
            let made = Class::new(name, module, classes, dict.copy())?;
            if let Some(Value::Class(meta)) = args.values.first()
                && !Rc::ptr_eq(meta, &types().type_)
            {
                let _ = made.meta.set(meta.clone());
            }
            Ok(Value::Class(made))
        }
        _ => Err(Fault::type_error("type() takes 1 or 3 arguments")),
    }
}
