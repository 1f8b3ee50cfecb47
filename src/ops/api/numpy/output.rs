//! NumPy's `out=`: where a function writes its result, in place of making an array.

use super::promote::array_of;
use crate::array::{DType, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Caller, Class, Module, Native, Value, intern};

/// Binds functions in a module; those with a parameter `out` write there.
pub fn functions(module: &Module, owner: &'static str, defs: &[Def]) {
    for &Def(name, signature, doc, func) in defs {
        module.set(name, writing(Native::new(owner, name, signature, doc, func)));
    }
}

/// Puts methods into a class, likewise.
pub fn methods(class: &Class, owner: &'static str, defs: &[Def]) {
    for &Def(name, signature, doc, func) in defs {
        class.set(&intern(name), writing(Native::new("torch", name, signature, doc, func).of_type(owner)));
    }
}

/// The function, or around it one that heeds `out`.
fn writing(inner: Native) -> Value {
    if !parameters(inner.signature).any(|p| p == "out=None") {
        return inner.value();
    }
    let mut outer = Native::new(inner.module, inner.name, inner.signature, inner.doc, write);
    outer.owner = inner.owner;
    outer.capturing(vec![inner.value()]).value()
}

fn parameters(signature: &str) -> impl Iterator<Item = &str> {
    signature.split(',').map(str::trim).filter(|p| !matches!(*p, "*" | "/"))
}

fn write(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let [inner] = native.captured.as_slice() else { return Err(Fault::internal("nothing to call")) };
    let result = caller.call(inner, args)?;
    let place = parameters(native.signature).position(|p| p == "out=None");
    let given = args.keyword("out").or_else(|| args.positional().get(place?)).cloned();
    let out = match given {
        None | Some(Value::None) => return Ok(result),
        Some(Value::Tuple(t)) if t.len() == 1 => t[0].clone(),
        Some(other) => other,
    };
    let Value::Array(target) = &out else { return Err(Fault::type_error("output must be an array")) };
    let (target, made) = (target.array.borrow().clone(), array_of(&result)?);
    if target.sizes() != made.sizes() {
        return Err(Fault::value(format!(
            "output array has shape {}, the result {}",
            super::operators::show_shape(target.sizes()),
            super::operators::show_shape(made.sizes())
        )));
    }
    check_cast(made.dtype, target.dtype)?;
    map::copy_into(&target, &made)?;
    target.storage.bump();
    Ok(out)
}

/// Refuses a conversion that NumPy's rule `same_kind` refuses: to a narrower kind of numbers.
///
/// Errors: TypeError in NumPy's words.
pub fn check_cast(from: DType, to: DType) -> Result<()> {
    let loses_sign = to == DType::U8 && from.is_int() && from != to;
    if from.category() > to.category() || loses_sign {
        return Err(Fault::type_error(format!(
            "Cannot cast array data from dtype('{}') to dtype('{}') according to the rule 'same_kind'",
            from.name(),
            to.name()
        )));
    }
    Ok(())
}
