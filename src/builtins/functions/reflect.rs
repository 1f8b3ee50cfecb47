//! Functions that look at objects: `isinstance`, `getattr`, `type`, `dir`, `vars`, `id`, `hash`, `callable`.

use super::super::bind::bind;
use super::super::classes::{alias_parts, union_members};
use super::super::convert::to_name;
use super::super::modules::abc;
use super::super::table::Def;
use crate::diag::{ExcKind, Fault, Result};
use crate::value::{Args, Caller, Class, Dict, Native, Value, class_of, intern, types};
use std::rc::Rc;

/// The functions.
pub static FUNCTIONS: [Def; 15] = [
    Def("isinstance", "obj, class_or_tuple, /", "Return whether an object is an instance of a class.", isinstance),
    Def("issubclass", "cls, class_or_tuple, /", "Return whether a class is derived from another class.", issubclass),
    Def("callable", "obj, /", "Return whether the object can be called.", |_, _, a| {
        Ok(Value::Bool(is_callable(a.one("callable")?)))
    }),
    Def("getattr", "object, name, default=..., /", "Get a named attribute from an object.", getattr),
    Def("setattr", "obj, name, value, /", "Set the named attribute on the given object.", setattr),
    Def("hasattr", "obj, name, /", "Return whether the object has an attribute with the given name.", hasattr),
    Def("delattr", "obj, name, /", "Delete the named attribute from the given object.", delattr),
    Def("id", "obj, /", "Return the identity of an object.", |_, _, a| Ok(Value::Int(identity(a.one("id")?)))),
    Def("hash", "obj, /", "Return the hash value for the given object.", |_, c, a| {
        super::hash::hash_of(a.one("hash")?, c).map(Value::Int)
    }),
    Def("vars", "object=..., /", "Return the attributes of an object as a dictionary.", vars),
    Def("dir", "object=..., /", "Return the names of an object's attributes.", dir),
    Def("eval", "source, globals=None, locals=None, /", "Not part of this language.", refused),
    Def("exec", "source, globals=None, locals=None, /", "Not part of this language.", refused),
    Def("compile", "source, filename, mode, /", "Not part of this language.", refused),
    Def("__import__", "name, /, *args, **kwargs", "Not part of this language.", refused),
];

#[cold]
fn refused(native: &Native, _: &mut dyn Caller, _: Args) -> Result<Value> {
    Err(Fault::not_implemented(format!("{}() is not part of this language", native.name)))
}

fn isinstance(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let [value, wanted] = args.between("isinstance", 2, 2)? else { return Ok(Value::Bool(false)) };
    if let Value::Class(class) = wanted
        && class_of(value).is_subclass(class)
    {
        return Ok(Value::Bool(true));
    }
    is_instance(value, wanted, caller).map(Value::Bool)
}

/// Whether a value is an instance of a class, or of one of a tuple or union of classes.
///
/// Errors: TypeError for what is no class.
pub fn is_instance(value: &Value, wanted: &Value, caller: &mut dyn Caller) -> Result<bool> {
    let _level = super::super::depth::enter(" in __instancecheck__")?;
    match wanted {
        Value::Class(class) => {
            let own = class_of(value);
            Ok(own.is_subclass(class) || abc::is_virtual_subclass(&own, class) || is_other(value, class))
        }
        Value::None => Ok(value.is_none()),
        Value::Tuple(options) => {
            for option in options.iter() {
                if is_instance(value, option, caller)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        other => {
            if let Some(members) = union_members(other) {
                return is_instance(value, &Value::tuple(members), caller);
            }
            if alias_parts(other).is_some() {
                return Err(Fault::type_error("isinstance() argument 2 cannot be a parameterized generic"));
            }
            match caller.call_special(other, "__instancecheck__", std::slice::from_ref(value))? {
                Some(verdict) => caller.truth(&verdict),
                None => Err(Fault::type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
            }
        }
    }
}

/// What values are besides instances of their class: functions are natives too, classes are types.
fn is_other(value: &Value, class: &Rc<Class>) -> bool {
    let t = types();
    match value {
        Value::Class(_) => Rc::ptr_eq(class, &t.type_),
        _ => false,
    }
}

fn issubclass(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let [class, wanted] = args.between("issubclass", 2, 2)? else { return Ok(Value::Bool(false)) };
    let Value::Class(class) = class else { return Err(Fault::type_error("issubclass() arg 1 must be a class")) };
    is_subclass(class, wanted).map(Value::Bool)
}

fn is_subclass(class: &Rc<Class>, wanted: &Value) -> Result<bool> {
    let _level = super::super::depth::enter(" in __subclasscheck__")?;
    match wanted {
        Value::Class(other) => Ok(class.is_subclass(other) || abc::is_virtual_subclass(class, other)),
        Value::None => Ok(Rc::ptr_eq(class, &types().none)),
        Value::Tuple(options) => {
            for option in options.iter() {
                if is_subclass(class, option)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        other => match union_members(other) {
            Some(members) => is_subclass(class, &Value::tuple(members)),
            None => Err(Fault::type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union")),
        },
    }
}

/// Whether a value can be called.
pub fn is_callable(value: &Value) -> bool {
    match value {
        Value::Function(_) | Value::Native(_) | Value::Method(_) | Value::Class(_) => true,
        Value::Object(o) => o.class().lookup(&intern("__call__")).is_some(),
        Value::Descriptor(d) => matches!(&**d, crate::value::Descriptor::Static(_)),
        _ => false,
    }
}

fn getattr(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = args.between("getattr", 2, 3)?;
    let name = to_name(&values[1])?;
    match values.get(2) {
        None => caller.get_attr(&values[0], &name),
        Some(default) => match caller.find_attr(&values[0], &name) {
            Ok(found) => Ok(found.unwrap_or_else(|| default.clone())),
            Err(e) if is_attribute_error(&e) => Ok(default.clone()),
            Err(e) => Err(e),
        },
    }
}

fn is_attribute_error(fault: &Fault) -> bool {
    fault.kind == ExcKind::AttributeError
        || crate::value::exception::class_of_fault(fault).is_subclass(&types().attribute_error)
}

fn setattr(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = args.between("setattr", 3, 3)?;
    caller.set_attr(&values[0], &to_name(&values[1])?, values[2].clone())?;
    Ok(Value::None)
}

fn hasattr(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = args.between("hasattr", 2, 2)?;
    match caller.find_attr(&values[0], &to_name(&values[1])?) {
        Ok(found) => Ok(Value::Bool(found.is_some())),
        Err(e) if is_attribute_error(&e) => Ok(Value::Bool(false)),
        Err(e) => Err(e),
    }
}

fn delattr(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = args.between("delattr", 2, 2)?;
    caller.del_attr(&values[0], &to_name(&values[1])?)?;
    Ok(Value::None)
}

/// The identity of a value: its address, or a number of its own for values without one.
pub fn identity(value: &Value) -> i64 {
    const BASE: i64 = 0x5500_0000_0000;
    match value {
        Value::Int(i) => BASE.wrapping_add(i.wrapping_mul(32)),
        Value::Bool(b) => BASE - 64 - 32 * i64::from(*b),
        Value::None | Value::Undef => BASE - 160,
        Value::Ellipsis => BASE - 192,
        Value::NotImplemented => BASE - 224,
        Value::DType(d) => BASE - 4096 + 32 * (*d as i64),
        Value::Float(f) => ((f.to_bits() >> 8) as i64 | 1 << 46) & !0xf,
        other => other.address().unwrap_or(0) as i64,
    }
}

fn vars(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match &a[0] {
        Value::Object(o) => Ok(Value::Dict(o.dict.clone())),
        Value::Class(c) => Ok(Value::Dict(c.dict.clone())),
        Value::Function(f) => Ok(Value::Dict(f.dict.clone())),
        Value::Module(m) => {
            let dict = Dict::new();
            for (name, value) in m.space.items() {
                dict.set_name(&name, value);
            }
            Ok(Value::Dict(dict))
        }
        other => match caller.find_attr(other, &intern("__dict__"))? {
            Some(dict) => Ok(dict),
            None => Err(Fault::type_error("vars() argument must have __dict__ attribute")),
        },
    }
}

fn dir(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let names = match &a[0] {
        Value::Object(_) => match caller.call_special(&a[0], "__dir__", &[])? {
            Some(names) => {
                let mut names = caller.collect(&names)?;
                super::super::methods::sort::sort(&mut names, &Value::None, false, caller)?;
                return Ok(Value::list(names));
            }
            None => super::super::methods::object::names_of(&a[0]),
        },
        other => super::super::methods::object::names_of(other),
    };
    Ok(Value::list(names.into_iter().map(Value::str).collect()))
}
