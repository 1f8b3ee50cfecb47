//! The `repr` of values that show what they are but nothing of their inside: functions, classes, modules, iterators.

use crate::value::protocol::class_name;
use crate::value::{Native, Value, class_of};
use std::fmt::Write;

/// `<__main__.C object at 0x7f...>`: what `object.__repr__` gives.
pub fn object_repr(value: &Value) -> String {
    let mut out = String::new();
    write_plain_object(&mut out, value);
    out
}

/// Appends the text of a value that shows nothing of its inside.
pub(super) fn write_opaque(out: &mut String, value: &Value) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Function(f) => write!(out, "<function {} at {}>", f.qualname.borrow(), address(value)),
        Value::Native(n) => {
            write_native(out, n, value);
            Ok(())
        }
        Value::Class(c) => write!(out, "<class '{}'>", c.qualified()),
        Value::Module(m) => write!(out, "<module '{}' (built-in)>", m.name),
        Value::Iter(i) => write!(out, "<{} object at {}>", i.type_name, address(value)),
        Value::Generator(g) => write!(out, "<generator object {} at {}>", g.name, address(value)),
        Value::Cell(c) => {
            let inner = c.borrow().clone();
            match inner.is_undef() {
                true => write!(out, "<cell at {}: empty>", address(value)),
                false => {
                    write!(out, "<cell at {}: {} object at {}>", address(value), class_name(&inner), address(&inner))
                }
            }
        }
        other => write!(out, "<{} object at {}>", class_name(other), address(other)),
    };
}

/// Appends the class and address of an object.
pub(super) fn write_plain_object(out: &mut String, value: &Value) {
    let class = class_of(value);
    let qualified = match class.module.as_str() {
        "builtins" => class.name.to_string(),
        _ => class.qualified(),
    };
    let _ = write!(out, "<{qualified} object at {}>", address(value));
}

fn write_native(out: &mut String, native: &Native, value: &Value) {
    let name = native.name;
    let _ = match (native.owner, native.module) {
        (Some("Tensor" | "torch.Tensor"), _) => write!(out, "<method '{name}' of 'torch._C.TensorBase' objects>"),
        (Some(owner), _) => write!(out, "<method '{name}' of '{owner}' objects>"),
        (None, "torch") => write!(out, "<built-in method {name} of type object at {}>", address(value)),
        (None, module) if module.starts_with("torch.") || module.starts_with("numpy") => {
            write!(out, "<function {name} at {}>", address(value))
        }
        (None, _) => write!(out, "<built-in function {name}>"),
    };
}

/// The address of a value as Python writes it; values that live in no place get one made from what they are.
pub(super) fn address(value: &Value) -> String {
    let at = value.address().unwrap_or_else(|| match value {
        Value::Int(i) => 0x7f00_0000_0000 + ((*i as usize) << 5 & 0xffff_ffff),
        Value::Float(f) => 0x7f01_0000_0000 + (f.to_bits() as usize & 0xffff_fff0),
        Value::Bool(b) => 0x7f02_0000_0000 + ((*b as usize) << 5),
        _ => 0x7f03_0000_0000,
    });
    format!("{at:#x}")
}
