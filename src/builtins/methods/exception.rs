//! Methods and attributes of exceptions.

use super::super::bind::bind;
use super::super::convert::class_argument;
use super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Class, Dict, GetSet, Instance, Native, Value, class_of, intern, types};
use std::rc::Rc;

static METHODS: [Def; 5] = [
    Def("__init__", "self, /, *args, **kwargs", "Initialize self.", init),
    Def("__str__", "self, /", "Return str(self).", str),
    Def("__repr__", "self, /", "Return repr(self).", repr),
    Def("with_traceback", "self, traceback, /", "The exception itself.", |n, _, args| Ok(bind(n, args)?[0].clone())),
    Def("add_note", "self, note, /", "Add a note to the exception.", add_note),
];

static ATTRIBUTES: [GetSet; 5] = [
    GetSet {
        name: "args",
        doc: "The arguments of the exception.",
        get: |v, _| Ok(Value::tuple(args_of(v))),
        set: Some(|v, new, c| {
            let items = c.collect(&new)?;
            object(v)?.dict.set_name(&intern("args"), Value::tuple(items));
            Ok(())
        }),
    },
    field("__cause__"),
    field("__context__"),
    field("__traceback__"),
    field("__suppress_context__"),
];

/// An attribute kept in the exception's dictionary, None until it is set.
const fn field(name: &'static str) -> GetSet {
    macro_rules! stored {
        ($name:literal) => {
            GetSet {
                name: $name,
                doc: "Part of the chain of exceptions.",
                get: |v, _| Ok(object(v)?.dict.get_str($name).unwrap_or(Value::None)),
                set: Some(|v, new, _| {
                    object(v)?.dict.set_name(&intern($name), new);
                    Ok(())
                }),
            }
        };
    }
    match name.as_bytes() {
        b"__cause__" => stored!("__cause__"),
        b"__context__" => stored!("__context__"),
        b"__traceback__" => stored!("__traceback__"),
        _ => stored!("__suppress_context__"),
    }
}

static STOP_ITERATION: [GetSet; 1] = [attribute("value", "The value the generator returned.", |v, _| {
    if let Some(value) = object(v)?.dict.get_str("value") {
        return Ok(value);
    }
    Ok(args_of(v).into_iter().next().unwrap_or(Value::None))
})];

static SYSTEM_EXIT: [GetSet; 1] = [attribute("code", "The exit code.", |v, _| {
    let mut args = args_of(v);
    Ok(match args.len() {
        0 => Value::None,
        1 => args.remove(0),
        _ => Value::tuple(args),
    })
})];

static OS_ERROR: [GetSet; 3] = [
    attribute("errno", "The number of the error.", |v, _| Ok(os_part(v, 0))),
    attribute("strerror", "The text of the error.", |v, _| Ok(os_part(v, 1))),
    attribute("filename", "The file.", |v, _| Ok(os_part(v, 2))),
];

/// Fills the classes.
pub fn install() {
    let t = types();
    let base = &t.base_exception;
    add_methods(base, "BaseException", &METHODS);
    add_attributes(base, &ATTRIBUTES);
    for class in t.all() {
        if class.kind == crate::value::class::Kind::Exception {
            class.construct.set(Some(construct));
        }
    }
    add_attributes(&t.stop_iteration, &STOP_ITERATION);
    add_attributes(&t.system_exit, &SYSTEM_EXIT);
    add_attributes(&t.os_error, &OS_ERROR);
}

fn object(value: &Value) -> Result<Rc<Instance>> {
    match value {
        Value::Object(o) => Ok(o.clone()),
        _ => Err(Fault::type_error("an exception is needed")),
    }
}

/// The arguments of an exception.
pub fn args_of(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(o) => match o.dict.get_str("args") {
            Some(Value::Tuple(t)) => t.to_vec(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn os_part(value: &Value, index: usize) -> Value {
    const NAMES: [&str; 3] = ["errno", "strerror", "filename"];
    if let Value::Object(o) = value
        && let Some(set) = o.dict.get_str(NAMES[index])
    {
        return set;
    }
    let args = args_of(value);
    if args.len() < 2 { Value::None } else { args.get(index).cloned().unwrap_or(Value::None) }
}

/// Keywords that some exceptions take: they become attributes.
fn accepted_keywords(class: &Class) -> &'static [&'static str] {
    let t = types();
    let is = |base: &Rc<Class>| std::ptr::eq(class, &**base) || class.mro.iter().any(|c| Rc::ptr_eq(c, base));
    if is(&t.import_error) {
        &["name", "path"]
    } else if is(&t.attribute_error) {
        &["name", "obj"]
    } else if is(&t.name_error) {
        &["name"]
    } else {
        &[]
    }
}

/// An exception with its arguments.
fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(args.values.first())?;
    let object = Instance::new(class.clone());
    let mut positional = args.positional()[1..].to_vec();
    let accepted = accepted_keywords(&class);
    for (name, value) in args.keywords() {
        if accepted.contains(&name.as_str()) {
            object.dict.set_name(name, value.clone());
        } else if !super::super::classes::has_own_init(&class) {
            return Err(Fault::type_error(format!("{}() takes no keyword arguments", class.name)));
        }
    }
    // An OSError with a number is of the class that the number stands for, and keeps the file beside its arguments.
    let mut class = class;
    let t = types();
    if class.is_subclass(&t.os_error) && (2..=5).contains(&positional.len()) {
        if Rc::ptr_eq(&class, &t.os_error)
            && let Some(specific) = positional[0].as_int().and_then(os_class)
        {
            class = specific.clone();
            *object.class.borrow_mut() = class.clone();
        }
        for (name, value) in ["errno", "strerror", "filename"].iter().zip(&positional) {
            object.dict.set_name(&intern(name), value.clone());
        }
        positional.truncate(2);
    }
    object.dict.set_name(&intern("args"), Value::tuple(positional));
    Ok(Value::Object(object))
}

/// The class of an error number of the system.
pub fn os_class(number: i64) -> Option<&'static Rc<Class>> {
    let t = types();
    match number {
        1 | 13 => Some(&t.permission_error),
        2 => Some(&t.file_not_found_error),
        17 => Some(&t.file_exists_error),
        20 => Some(&t.not_a_directory_error),
        21 => Some(&t.is_a_directory_error),
        _ => None,
    }
}

fn init(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let Some(receiver) = args.values.first() else {
        return Err(Fault::type_error("descriptor '__init__' of 'BaseException' object needs an argument"));
    };
    let object = object(receiver)?;
    let class = object.class();
    let accepted = accepted_keywords(&class);
    for (name, value) in args.keywords() {
        if !accepted.contains(&name.as_str()) {
            return Err(Fault::type_error(format!("{}() takes no keyword arguments", class.name)));
        }
        object.dict.set_name(name, value.clone());
    }
    let positional = &args.positional()[1..];
    if class.is_subclass(&types().os_error) && object.dict.get_str("errno").is_some() {
        return Ok(Value::None);
    }
    object.dict.set_name(&intern("args"), Value::tuple(positional.iter().cloned()));
    Ok(Value::None)
}

/// The text of an exception, as `str` gives it.
pub fn text_of(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    let class = class_of(value);
    let t = types();
    if class.is_subclass(&t.os_error) {
        let (number, message, file) = (os_part(value, 0), os_part(value, 1), os_part(value, 2));
        if !number.is_none() {
            let number = caller.str(&number)?;
            let message = caller.str(&message)?;
            return Ok(match file {
                Value::None => format!("[Errno {number}] {message}"),
                file => format!("[Errno {number}] {message}: {}", caller.repr(&file)?),
            });
        }
    }
    let args = args_of(value);
    match args.as_slice() {
        [] => Ok(String::new()),
        [only] if class.is_subclass(&t.key_error) => caller.repr(only),
        [only] => caller.str(only),
        _ => caller.repr(&Value::tuple(args)),
    }
}

fn str(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    text_of(&a[0], caller).map(Value::str)
}

fn repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let mut shown = Vec::new();
    for argument in args_of(&a[0]) {
        shown.push(caller.repr(&argument)?);
    }
    Ok(Value::str(format!("{}({})", class_of(&a[0]).name, shown.join(", "))))
}

fn add_note(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    if a[1].as_str().is_none() {
        let got = crate::value::protocol::class_name(&a[1]);
        return Err(Fault::type_error(format!("note must be a str, not '{got}'")));
    }
    let dict: Rc<Dict> = object(&a[0])?.dict.clone();
    let name = intern("__notes__");
    match dict.get_name(&name) {
        Some(Value::List(notes)) => notes.borrow_mut().push(a[1].clone()),
        _ => {
            dict.set_name(&name, Value::list(vec![a[1].clone()]));
        }
    }
    Ok(Value::None)
}
