//! Receivers and arguments taken out of values, with Python's refusals.

use crate::array::Scalar;
use crate::diag::{Error, ExcKind, Fault, Result};
use crate::value::exception::{fault_of, instance};
use crate::value::protocol::class_name;
use crate::value::{Caller, Class, Dict, List, Name, Native, Set, Str, Tuple, Value, intern, types};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::borrow::Cow;
use std::rc::Rc;

/// The value of a built-in type that a value is or extends.
#[inline]
pub fn unwrap(value: &Value) -> Value {
    match value {
        Value::Object(o) => o.value().unwrap_or_else(|| value.clone()),
        other => other.clone(),
    }
}

/// The same without a copy where it is no instance of a subclass.
#[inline]
pub fn unwrapped(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::Object(o) => match o.value() {
            Some(inner) => Cow::Owned(inner),
            None => Cow::Borrowed(value),
        },
        _ => Cow::Borrowed(value),
    }
}

/// The refusal of a method called on another type's value.
#[cold]
pub fn wrong_receiver(native: &Native, value: &Value) -> Error {
    Fault::type_error(format!(
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        native.name,
        native.owner.unwrap_or("object"),
        class_name(value)
    ))
}

macro_rules! receiver {
    ($($(#[$doc:meta])* $name:ident $variant:ident $ty:ty;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(native: &Native, value: Option<&Value>) -> Result<Rc<$ty>> {
                match value {
                    Some(Value::$variant(x)) => Ok(x.clone()),
                    Some(other) => match unwrap(other) {
                        Value::$variant(x) => Ok(x),
                        _ => Err(wrong_receiver(native, other)),
                    },
                    None => Err(Fault::type_error(format!(
                        "unbound method {}() needs an argument",
                        super::bind::qualified(native)
                    ))),
                }
            }
        )*
    };
}

receiver! {
    /// The receiver of a list method.
    list_of List List;
    /// The receiver of a str method.
    str_of Str Str;
    /// The receiver of a dict method.
    dict_of Dict Dict;
    /// The receiver of a set method.
    set_of Set Set;
    /// The receiver of a tuple method.
    tuple_of Tuple Tuple;
    /// The receiver of a range method.
    range_of Range crate::value::Range;
    /// The receiver of a slice method.
    slice_of Slice crate::value::Slice;
}

/// The machine-word integer of an int or of an object with `__index__`.
///
/// Errors: TypeError for other values, OverflowError beyond a machine word.
pub fn to_index(value: &Value, caller: &mut dyn Caller) -> Result<i64> {
    match value {
        Value::Int(i) => Ok(*i),
        Value::Bool(b) => Ok(*b as i64),
        _ => match to_integer(value, caller)? {
            Value::Int(i) => Ok(i),
            _ => Err(Fault::overflow("cannot fit 'int' into an index-sized integer")),
        },
    }
}

/// The int of an int or of an object with `__index__`.
///
/// Errors: TypeError for other values.
pub fn to_integer(value: &Value, caller: &mut dyn Caller) -> Result<Value> {
    find_integer(value, caller)?
        .ok_or_else(|| Fault::type_error(format!("'{}' object cannot be interpreted as an integer", class_name(value))))
}

/// The int of an int or of an object with `__index__`; `None` for other values.
pub fn find_integer(value: &Value, caller: &mut dyn Caller) -> Result<Option<Value>> {
    Ok(match value {
        Value::Int(_) | Value::Big(_) => Some(value.clone()),
        Value::Bool(b) => Some(Value::Int(*b as i64)),
        Value::Tensor(t) if t.numel() == 1 && !t.dtype().is_differentiable() => {
            t.array().item().map(|s| Value::Int(s.as_i64()))
        }
        Value::Array(a) if a.array.borrow().numel() == 1 && !a.array.borrow().dtype.is_differentiable() => {
            a.array.borrow().item().map(|s| Value::Int(s.as_i64()))
        }
        Value::Object(o) => match o.value() {
            Some(inner @ (Value::Int(_) | Value::Big(_) | Value::Bool(_))) => find_integer(&inner, caller)?,
            _ => match caller.call_special(value, "__index__", &[])? {
                Some(v @ (Value::Int(_) | Value::Big(_))) => Some(v),
                Some(Value::Bool(b)) => Some(Value::Int(b as i64)),
                Some(other) => {
                    return Err(Fault::type_error(format!("__index__ returned non-int (type {})", class_name(&other))));
                }
                None => None,
            },
        },
        _ => None,
    })
}

/// The arbitrary-precision integer of an int or of an object with `__index__`.
pub fn to_big(value: &Value, caller: &mut dyn Caller) -> Result<BigInt> {
    Ok(match to_integer(value, caller)? {
        Value::Int(i) => BigInt::from(i),
        Value::Big(b) => (*b).clone(),
        _ => BigInt::default(),
    })
}

/// The integer of an int or bool value.
pub fn big_of(value: &Value) -> Option<BigInt> {
    match value {
        Value::Int(i) => Some(BigInt::from(*i)),
        Value::Bool(b) => Some(BigInt::from(*b as i64)),
        Value::Big(b) => Some((**b).clone()),
        _ => None,
    }
}

/// The only element of a tensor.
///
/// Errors: ValueError unless there is exactly one.
pub fn only_element(tensor: &crate::tensor::Tensor) -> Result<crate::array::Scalar> {
    let only = tensor.array().item();
    only.ok_or_else(|| Fault::value("only one element tensors can be converted to Python scalars"))
}

/// The float of a real number or of an object with `__float__`.
///
/// Errors: TypeError for other values, OverflowError for ints beyond the range of floats.
pub fn to_float(value: &Value, caller: &mut dyn Caller) -> Result<f64> {
    find_float(value, caller)?
        .ok_or_else(|| Fault::type_error(format!("must be real number, not {}", class_name(value))))
}

/// The float of a real number or of an object with `__float__`; `None` for other values.
pub fn find_float(value: &Value, caller: &mut dyn Caller) -> Result<Option<f64>> {
    Ok(match value {
        Value::Float(f) => Some(*f),
        Value::Int(i) => Some(*i as f64),
        Value::Bool(b) => Some(*b as i64 as f64),
        Value::Big(b) => Some(big_to_float(b)?),
        Value::Tensor(t) => {
            crate::ops::api::conversion::warn_scalar(value, caller)?;
            match only_element(t)? {
                Scalar::Complex(z) if z.im != 0.0 => {
                    return Err(Fault::runtime("value cannot be converted to type double without overflow"));
                }
                real => Some(real.as_f64()),
            }
        }
        Value::Array(a) => {
            let array = a.array.borrow();
            match array.item() {
                Some(s) => Some(s.as_f64()),
                None => {
                    return Err(Fault::type_error("only 0-dimensional arrays can be converted to Python scalars"));
                }
            }
        }
        Value::Object(o) => match o.value() {
            Some(inner @ (Value::Float(_) | Value::Int(_) | Value::Big(_) | Value::Bool(_))) => {
                find_float(&inner, caller)?
            }
            _ => match caller.call_special(value, "__float__", &[])? {
                Some(Value::Float(f)) => Some(f),
                Some(other) => {
                    return Err(Fault::type_error(format!(
                        "{}.__float__ returned non-float (type {})",
                        class_name(value),
                        class_name(&other)
                    )));
                }
                None => match find_integer(value, caller)? {
                    Some(i) => find_float(&i, caller)?,
                    None => None,
                },
            },
        },
        _ => None,
    })
}

/// The nearest float. Errors: OverflowError beyond the range.
pub fn big_to_float(big: &BigInt) -> Result<f64> {
    match big.to_f64() {
        Some(f) if f.is_finite() => Ok(f),
        _ => Err(Fault::overflow("int too large to convert to float")),
    }
}

/// The name of an attribute argument. Errors: TypeError for what is no string.
pub fn to_name(value: &Value) -> Result<Name> {
    match &*unwrapped(value) {
        Value::Str(s) => Ok(intern(s)),
        _ => Err(Fault::type_error(format!("attribute name must be string, not '{}'", class_name(value)))),
    }
}

/// The class of a class argument of a constructor.
pub fn class_argument(value: Option<&Value>) -> Result<Rc<Class>> {
    match value {
        Some(Value::Class(c)) => Ok(c.clone()),
        _ => Err(Fault::type_error("__new__(X): X is not a type object")),
    }
}

/// A KeyError whose argument is the key itself.
#[cold]
pub fn key_error(key: &Value, caller: &mut dyn Caller) -> Error {
    let text = match caller.repr(key) {
        Ok(text) => text,
        Err(fault) => return fault,
    };
    fault_of(&instance(&types().key_error, [key.clone()]), text)
}

/// An exception of a class with one message.
#[cold]
pub fn raise(class: &Rc<Class>, message: impl Into<String>) -> Error {
    let message = message.into();
    fault_of(&instance(class, [Value::str(message.clone())]), message)
}

/// A StopIteration.
#[cold]
pub fn stop_iteration() -> Error {
    Fault::new(ExcKind::StopIteration, "")
}

/// Whether that many bytes may be asked for. Errors: MemoryError.
pub fn check_memory(bytes: u128) -> Result<()> {
    const SMALL: u128 = 1 << 28;
    if bytes <= SMALL || bytes <= available_memory() {
        return Ok(());
    }
    Err(Fault::new(ExcKind::MemoryError, "").with_note(format!("{bytes} bytes were asked for")))
}

/// The memory that the system can still give, in bytes.
fn available_memory() -> u128 {
    const UNKNOWN: u128 = 1 << 33;
    let Ok(text) = std::fs::read_to_string("/proc/meminfo") else { return UNKNOWN };
    let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<u128>().ok());
    kib.map_or(UNKNOWN, |k| k * 1024)
}
