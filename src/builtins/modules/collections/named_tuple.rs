//! `namedtuple`.

use super::super::super::bind::bind;
use super::super::super::classes::finish;
use super::super::super::convert::{class_argument, tuple_of};
use super::super::super::methods::str_case::is_identifier;
use super::super::super::table::{Def, add_class_methods, add_methods};
use crate::diag::{Fault, Result};
use crate::value::class::Kind;
use crate::value::sequence::NamedTuple;
use crate::value::{
    Args, Caller, Class, Descriptor, Dict, Name, Native, Payload, Tuple, TupleKind, Value, class_of, intern, types,
};
use std::cell::RefCell;
use std::rc::Rc;

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

pub(super) fn namedtuple(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let name = caller.str(&a[0])?;
    let mut fields: Vec<String> = match &a[1] {
        Value::Str(s) => s.as_str().replace(',', " ").split_whitespace().map(str::to_string).collect(),
        other => {
            let mut fields = Vec::new();
            for field in caller.collect(other)? {
                fields.push(caller.str(&field)?);
            }
            fields
        }
    };
    if caller.truth(&a[2])? {
        for i in 0..fields.len() {
            let bad = !is_identifier(&fields[i])
                || KEYWORDS.contains(&fields[i].as_str())
                || fields[i].starts_with('_')
                || fields[..i].contains(&fields[i]);
            if bad {
                fields[i] = format!("_{i}");
            }
        }
    }
    for checked in std::iter::once(&name).chain(&fields) {
        if !is_identifier(checked) {
            return Err(Fault::value(format!("Type names and field names must be valid identifiers: '{checked}'")));
        }
        if KEYWORDS.contains(&checked.as_str()) {
            return Err(Fault::value(format!("Type names and field names cannot be a keyword: '{checked}'")));
        }
    }
    for (i, field) in fields.iter().enumerate() {
        if field.starts_with('_') && !caller.truth(&a[2])? {
            return Err(Fault::value(format!("Field names cannot start with an underscore: '{field}'")));
        }
        if fields[..i].contains(field) {
            return Err(Fault::value(format!("Encountered duplicate field name: '{field}'")));
        }
    }
    let defaults = if a[3].is_none() { Vec::new() } else { caller.collect(&a[3])? };
    if defaults.len() > fields.len() {
        return Err(Fault::type_error("Got more default values than field names"));
    }
    let fields: Vec<Name> = fields.iter().map(|f| intern(f)).collect();
    Ok(Value::Class(make_class(&name, &fields, &defaults)?))
}

static METHODS: [Def; 4] = [
    Def("_asdict", "self, /", "Return a new dict which maps field names to their values.", |n, _, args| {
        let a = bind(n, args)?;
        let (tuple, dict) = (tuple_of(n, a.first())?, Dict::new());
        for (field, value) in fields_of(&class_of(&a[0])).iter().zip(tuple.iter()) {
            dict.set_name(field, value.clone());
        }
        Ok(Value::Dict(dict))
    }),
    Def("_replace", "self, /, **kwds", "Return a new tuple replacing specified fields with new values.", replace),
    Def("__getnewargs__", "self, /", "The values as a plain tuple.", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::tuple(tuple_of(n, a.first())?.iter().cloned()))
    }),
    Def("__repr__", "self, /", "Return repr(self).", |n, c, args| {
        let a = bind(n, args)?;
        let tuple = tuple_of(n, a.first())?;
        let _level = super::super::super::depth::enter(" while getting the repr of an object")?;
        let class = class_of(&a[0]);
        let mut shown = Vec::new();
        for (field, value) in fields_of(&class).iter().zip(tuple.iter()) {
            shown.push(format!("{field}={}", c.repr(value)?));
        }
        Ok(Value::str(format!("{}({})", class.name, shown.join(", "))))
    }),
];

static CLASS_METHODS: [Def; 1] =
    [Def("_make", "cls, iterable, /", "Make a new tuple from a sequence or iterable.", |n, c, args| {
        let a = bind(n, args)?;
        let class = class_argument(a.first())?;
        let items = c.collect(&a[1])?;
        let expected = fields_of(&class).len();
        if items.len() != expected {
            return Err(Fault::type_error(format!("Expected {expected} arguments, got {}", items.len())));
        }
        Ok(tuple_of_class(&class, items))
    })];

/// The class of named tuples with those fields; the last ones have defaults.
pub fn make_class(name: &str, fields: &[Name], defaults: &[Value]) -> Result<Rc<Class>> {
    let dict = Dict::new();
    dict.set_name(&intern("_fields"), Value::tuple(fields.iter().cloned().map(Value::Str)));
    dict.set_name(&intern("__match_args__"), Value::tuple(fields.iter().cloned().map(Value::Str)));
    let field_defaults = Dict::new();
    for (field, default) in fields[fields.len() - defaults.len()..].iter().zip(defaults) {
        field_defaults.set_name(field, default.clone());
    }
    dict.set_name(&intern("_field_defaults"), Value::Dict(field_defaults));
    let names: Vec<&str> = fields.iter().map(|f| f.as_str()).collect();
    dict.set_name(&intern("__doc__"), Value::str(format!("{name}({})", names.join(", "))));
    for (i, field) in fields.iter().enumerate() {
        let get = Native::new("collections", "field", "self, /", "A field of a named tuple.", |n, _, args| {
            let tuple = tuple_of(n, args.values.first())?;
            let at = n.captured.first().and_then(Value::as_int).unwrap_or(0) as usize;
            Ok(tuple.get(at).cloned().unwrap_or_default())
        });
        let get = get.capturing(vec![Value::from(i)]).value();
        let doc = Value::str(format!("Alias for field number {i}"));
        let property = Descriptor::Property { get, set: Value::None, delete: Value::None, doc };
        dict.set_name(field, Value::Descriptor(Rc::new(property)));
    }
    let class = Class::new(name, intern("__main__"), vec![types().tuple.clone()], dict)?;
    add_methods(&class, "tuple", &METHODS);
    add_class_methods(&class, "tuple", &CLASS_METHODS);
    class.construct.set(Some(construct));
    debug_assert_eq!(class.kind, Kind::Builtin);
    Ok(class)
}

fn fields_of(class: &Class) -> Vec<Name> {
    match class.lookup(&intern("_fields")) {
        Some(Value::Tuple(t)) => t
            .iter()
            .filter_map(|f| match f {
                Value::Str(s) => Some(intern(s)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A named tuple of a class, or an instance of a subclass around one.
fn tuple_of_class(class: &Rc<Class>, items: Vec<Value>) -> Value {
    // The description belongs to the class that `namedtuple` made, which has the fields in its own dictionary.
    let base =
        std::iter::once(class).chain(&class.mro).find(|c| c.dict.has_name(&intern("_fields"))).unwrap_or(class).clone();
    let key = intern("__named_tuple__");
    let description = match base.dict.get_name(&key) {
        Some(Value::Tuple(t)) => match &t.kind {
            TupleKind::Named(n) => n.clone(),
            _ => describe(&base),
        },
        _ => {
            let made = describe(&base);
            let holder = Tuple::new(TupleKind::Named(made.clone()), []);
            base.dict.set_name(&key, Value::Tuple(holder));
            made
        }
    };
    let tuple = Value::Tuple(Tuple::new(TupleKind::Named(description), items));
    if Rc::ptr_eq(&base, class) {
        return tuple;
    }
    let made = finish(class, tuple);
    if let Value::Object(o) = &made {
        debug_assert!(matches!(*o.payload.borrow(), Payload::Value(_)));
    }
    made
}

fn describe(class: &Rc<Class>) -> Rc<NamedTuple> {
    Rc::new(NamedTuple {
        name: class.name.as_str().into(),
        fields: fields_of(class),
        is_structseq: false,
        class: RefCell::new(Some(class.clone())),
    })
}

/// The constructor of the classes.
fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let (fields, given) = (fields_of(&class), &args.positional()[1..]);
    let name = class.name.clone();
    if given.len() > fields.len() {
        let (most, n) = (fields.len() + 1, given.len() + 1);
        let plural = if most == 1 { "" } else { "s" };
        return Err(Fault::type_error(format!(
            "{name}.__new__() takes {most} positional argument{plural} but {n} were given"
        )));
    }
    let mut items = given.to_vec();
    items.resize(fields.len(), Value::Undef);
    for (keyword, value) in args.keywords() {
        match fields.iter().position(|f| f == keyword) {
            Some(i) if items[i].is_undef() => items[i] = value.clone(),
            Some(_) => {
                return Err(Fault::type_error(format!(
                    "{name}.__new__() got multiple values for argument '{keyword}'"
                )));
            }
            None => {
                return Err(Fault::type_error(format!(
                    "{name}.__new__() got an unexpected keyword argument '{keyword}'"
                )));
            }
        }
    }
    if let Some(Value::Dict(defaults)) = class.lookup(&intern("_field_defaults")) {
        for (field, item) in fields.iter().zip(&mut items) {
            if item.is_undef()
                && let Some(default) = defaults.get_name(field)
            {
                *item = default;
            }
        }
    }
    let missing: Vec<String> =
        fields.iter().zip(&items).filter(|(_, v)| v.is_undef()).map(|(f, _)| format!("'{f}'")).collect();
    if !missing.is_empty() {
        let plural = if missing.len() == 1 { "" } else { "s" };
        return Err(Fault::type_error(format!(
            "{name}.__new__() missing {} required positional argument{plural}: {}",
            missing.len(),
            super::super::super::bind::enumerate_names(&missing)
        )));
    }
    Ok(tuple_of_class(&class, items))
}

fn replace(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let receiver = args.values.first().cloned().unwrap_or_default();
    let mut items = tuple_of(native, args.values.first())?.to_vec();
    let class = class_of(&receiver);
    let fields = fields_of(&class);
    let mut unknown = Vec::new();
    for (name, value) in args.keywords() {
        match fields.iter().position(|f| f == name) {
            Some(i) => items[i] = value.clone(),
            None => unknown.push(format!("'{name}'")),
        }
    }
    if !unknown.is_empty() {
        return Err(Fault::value(format!("Got unexpected field names: [{}]", unknown.join(", "))));
    }
    Ok(tuple_of_class(&class, items))
}
