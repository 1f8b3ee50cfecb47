//! Operators: built-in values, tensors and arrays, special methods; formatting, unpacking, items.

use super::frame::Frame;
use super::machine::Machine;
use crate::builtins::{arith, items, protocol as builtin};
use crate::diag::{Fault, Result};
use crate::lower::Reg;
use crate::ops;
use crate::value::protocol::{class_name, equal_natively, order_natively};
use crate::value::{Binary, Caller, Compare, Dict, Value, class_of, intern};
use std::rc::Rc;

/// Whether special methods of the program or of the library decide for a value.
fn is_object(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Class(_) | Value::Function(_) | Value::Descriptor(_))
}

fn is_array(value: &Value) -> bool {
    matches!(value, Value::Tensor(_) | Value::Array(_))
}

impl Machine {
    /// `a op b`
    #[inline]
    pub(super) fn binary_op(&mut self, op: Binary, a: &Value, b: &Value) -> Result<Value> {
        if is_array(a) || is_array(b) {
            if let Some(result) = ops::api::binary::binary(op, a, b) {
                return result;
            }
        } else if !is_object(a)
            && !is_object(b)
            && let Some(result) = arith::binary(op, a, b, self)
        {
            return result;
        }
        match self.binary_dunder(op, a, b)? {
            Some(value) => Ok(value),
            None => Err(arith::unsupported(op, a, b)),
        }
    }

    /// The special methods of an operator: the left one, then the reflected one; a subclass on the right goes first.
    fn binary_dunder(&mut self, op: Binary, a: &Value, b: &Value) -> Result<Option<Value>> {
        let (left, right) = (format!("__{}__", op.stem()), format!("__r{}__", op.stem()));
        let (class_a, class_b) = (class_of(a), class_of(b));
        let same = Rc::ptr_eq(&class_a, &class_b);
        let right_first = !same && class_b.is_user && class_b.is_subclass(&class_a);
        let answer = |value: Option<Value>| value.filter(|v| !matches!(v, Value::NotImplemented));
        if right_first && let Some(value) = answer(self.call_special(b, &right, std::slice::from_ref(a))?) {
            return Ok(Some(value));
        }
        if let Some(value) = answer(self.call_special(a, &left, std::slice::from_ref(b))?) {
            return Ok(Some(value));
        }
        if !right_first
            && !same
            && let Some(value) = answer(self.call_special(b, &right, std::slice::from_ref(a))?)
        {
            return Ok(Some(value));
        }
        // Subclasses of built-in types compute with what they hold.
        let (x, y) = (crate::builtins::convert::unwrap(a), crate::builtins::convert::unwrap(b));
        if x.is(a) && y.is(b) {
            return Ok(None);
        }
        arith::binary(op, &x, &y, self).transpose()
    }

    /// `a op= b`
    pub(super) fn inplace_op(&mut self, op: Binary, a: &Value, b: &Value) -> Result<Value> {
        if is_array(a) {
            if let Some(result) = ops::api::binary::inplace(op, a, b) {
                return result;
            }
        } else if !is_object(a)
            && let Some(result) = arith::inplace(op, a, b, self)
        {
            return result;
        }
        if is_object(a) {
            let name = format!("__i{}__", op.stem());
            let result = self.call_special(a, &name, std::slice::from_ref(b))?;
            if let Some(value) = result.filter(|v| !matches!(v, Value::NotImplemented)) {
                return Ok(value);
            }
        }
        if is_array(a) || is_array(b) {
            return self.binary_op(op, a, b);
        }
        if !is_object(a)
            && !is_object(b)
            && let Some(result) = arith::binary(op, a, b, self)
        {
            return result;
        }
        match self.binary_dunder(op, a, b)? {
            Some(value) => Ok(value),
            None => Err(arith::unsupported_in_place(op, a, b)),
        }
    }

    /// `-a`, `+a`, `~a`
    pub(super) fn unary_op(&mut self, stem: &str, a: &Value) -> Result<Value> {
        let (own, array) = match stem {
            "neg" => (arith::Unary::Neg, ops::api::binary::Unary::Neg),
            "pos" => (arith::Unary::Pos, ops::api::binary::Unary::Pos),
            _ => (arith::Unary::Invert, ops::api::binary::Unary::Invert),
        };
        if is_array(a) {
            if let Some(result) = ops::api::binary::unary(array, a) {
                return result;
            }
        } else if let Some(value) = arith::unary(own, a) {
            return Ok(value);
        }
        match self.call_special(a, &format!("__{stem}__"), &[])? {
            Some(value) => Ok(value),
            None => Err(arith::unsupported_unary(own, a)),
        }
    }

    /// `a < b` and kin.
    pub(super) fn compare_op(&mut self, op: Compare, a: &Value, b: &Value) -> Result<Value> {
        if let Some(holds) = order_natively(op, a, b) {
            return Ok(Value::Bool(holds));
        }
        if (is_array(a) || is_array(b))
            && let Some(result) = ops::api::binary::compare(op, a, b)
        {
            return result;
        }
        if !is_object(a)
            && !is_object(b)
            && let Some(value) = builtin::compare(op, a, b, self)?
        {
            return Ok(value);
        }
        let answer = |value: Option<Value>| value.filter(|v| !matches!(v, Value::NotImplemented));
        if let Some(value) = answer(self.call_special(a, op.dunder(), std::slice::from_ref(b))?) {
            return Ok(value);
        }
        if let Some(value) = answer(self.call_special(b, op.swapped().dunder(), std::slice::from_ref(a))?) {
            return Ok(value);
        }
        if let Some(value) = builtin::compare(op, a, b, self)? {
            return Ok(value);
        }
        match op {
            Compare::Eq => Ok(Value::Bool(a.is(b))),
            Compare::Ne => {
                let equal = self.compare_op(Compare::Eq, a, b)?;
                Ok(Value::Bool(!self.truth(&equal)?))
            }
            _ => Err(builtin::no_order(op, a, b)),
        }
    }

    /// Whether two items are the same or equal, as containers compare.
    pub(super) fn same_or_equal(&mut self, a: &Value, b: &Value) -> Result<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if let Some(equal) = equal_natively(a, b) {
            return Ok(equal);
        }
        let value = self.compare_op(Compare::Eq, a, b)?;
        self.truth(&value)
    }

    /// `value[index]`
    pub(super) fn item(&mut self, value: &Value, index: &Value) -> Result<Value> {
        match value {
            Value::Tensor(t) => return ops::index::get_item(t, index, self),
            Value::Object(o) if o.class().is_user => {
                if let Some(found) = self.call_special(value, "__getitem__", std::slice::from_ref(index))? {
                    return Ok(found);
                }
            }
            Value::Class(class) => {
                if let Some(function) = class.lookup(&intern("__class_getitem__")) {
                    let bound = match &function {
                        Value::Descriptor(_) => self.bind(function, value, class)?,
                        _ => super::attribute::bound(value.clone(), function),
                    };
                    return self.call(&bound, crate::value::Args::of(std::slice::from_ref(index)));
                }
            }
            _ => {}
        }
        if let Some(result) = items::get_item(value, index, self) {
            return result;
        }
        match self.call_special(value, "__getitem__", std::slice::from_ref(index))? {
            Some(found) => Ok(found),
            None => Err(items::not_subscriptable(value)),
        }
    }

    /// `value[index] = new`
    pub(super) fn store_item(&mut self, value: &Value, index: &Value, new: Value) -> Result<()> {
        match value {
            Value::Tensor(t) => return ops::index::set_item(t, index, &new, self),
            Value::Object(o) if o.class().is_user => {
                let args = [index.clone(), new.clone()];
                if self.call_special(value, "__setitem__", &args)?.is_some() {
                    return Ok(());
                }
            }
            _ => {}
        }
        if let Some(result) = items::set_item(value, index, new.clone(), self) {
            return result;
        }
        match self.call_special(value, "__setitem__", &[index.clone(), new])? {
            Some(_) => Ok(()),
            None => Err(items::no_item_assignment(value)),
        }
    }

    /// `del value[index]`
    pub(super) fn del_item(&mut self, value: &Value, index: &Value) -> Result<()> {
        let user = matches!(value, Value::Object(o) if o.class().is_user);
        if user && self.call_special(value, "__delitem__", std::slice::from_ref(index))?.is_some() {
            return Ok(());
        }
        if let Some(result) = items::del_item(value, index, self) {
            return result;
        }
        match self.call_special(value, "__delitem__", std::slice::from_ref(index))? {
            Some(_) => Ok(()),
            None => Err(items::no_item_deletion(value)),
        }
    }

    /// A field of an f-string.
    pub(super) fn format_field(&mut self, conversion: u8, value: &Value, spec: Option<&Value>) -> Result<Value> {
        let spec = spec.and_then(Value::as_str).unwrap_or("");
        let converted = match conversion {
            b'r' => Value::from(self.repr(value)?),
            b's' => Value::from(self.str(value)?),
            b'a' => Value::from(ascii(&self.repr(value)?)),
            _ => {
                if spec.is_empty() {
                    match value {
                        // Joined as they are.
                        Value::Str(_) | Value::Int(_) => return Ok(value.copied()),
                        _ => {}
                    }
                }
                return self.format(value, spec).map(Value::from);
            }
        };
        if spec.is_empty() { Ok(converted) } else { self.format(&converted, spec).map(Value::from) }
    }

    /// Adds all entries of a mapping to a dictionary.
    pub(super) fn update(&mut self, dict: &Rc<Dict>, source: &Value, unique: bool) -> Result<()> {
        let entries: Vec<(Value, Value)> = match source {
            Value::Dict(d) => d.items(),
            other => {
                let Some(keys) = self.find_attr(other, &intern("keys"))? else {
                    let class = class_name(other);
                    return Err(Fault::type_error(if unique {
                        format!("argument after ** must be a mapping, not {class}")
                    } else {
                        format!("'{class}' object is not a mapping")
                    }));
                };
                let keys = self.call(&keys, crate::value::Args::NONE)?;
                let keys = (self as &mut dyn Caller).collect(&keys)?;
                let mut entries = Vec::with_capacity(keys.len());
                for key in keys {
                    let value = self.item(other, &key)?;
                    entries.push((key, value));
                }
                entries
            }
        };
        for (key, value) in entries {
            if unique {
                let Value::Str(name) = &key else { return Err(Fault::type_error("keywords must be strings")) };
                if dict.has_name(name) {
                    return Err(Fault::type_error(format!("got multiple values for keyword argument '{name}'")));
                }
            }
            dict.insert(key, value, self)?;
        }
        Ok(())
    }

    /// Exactly `count` items of an iterable into registers.
    pub(super) fn unpack(&mut self, frame: &mut Frame, src: Reg, start: Reg, count: u16) -> Result<()> {
        let want = count as usize;
        if let Value::Tuple(t) = frame.get(src) {
            let t = t.clone();
            if t.len() == want {
                for (i, item) in t.iter().enumerate() {
                    frame.regs[start as usize + i] = item.clone();
                }
                return Ok(());
            }
        }
        let source = frame.get(src).clone();
        let iterator = self.iter_to_unpack(&source)?;
        for i in 0..want {
            match self.next(&iterator)? {
                Some(item) => frame.regs[start as usize + i] = item,
                None => return Err(Fault::value(format!("not enough values to unpack (expected {want}, got {i})"))),
            }
        }
        match self.next(&iterator)? {
            None => Ok(()),
            Some(_) => Err(Fault::value(format!("too many values to unpack (expected {want})"))),
        }
    }

    /// Items before and after a starred target into registers, the rest as a list.
    pub(super) fn unpack_star(
        &mut self,
        frame: &mut Frame,
        src: Reg,
        start: Reg,
        before: usize,
        after: usize,
    ) -> Result<()> {
        let source = frame.get(src).clone();
        let iterator = self.iter_to_unpack(&source)?;
        let mut items = (self as &mut dyn Caller).collect(&iterator)?;
        if items.len() < before + after {
            return Err(Fault::value(format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                items.len()
            )));
        }
        let tail = items.split_off(items.len() - after);
        let rest = items.split_off(before);
        let start = start as usize;
        for (i, item) in items.into_iter().enumerate() {
            frame.regs[start + i] = item;
        }
        frame.regs[start + before] = Value::list(rest);
        for (i, item) in tail.into_iter().enumerate() {
            frame.regs[start + before + 1 + i] = item;
        }
        Ok(())
    }

    fn iter_to_unpack(&mut self, source: &Value) -> Result<Value> {
        self.iter(source).map_err(|fault| {
            if fault.message.ends_with("object is not iterable") {
                Fault::type_error(format!("cannot unpack non-iterable {} object", class_name(source)))
            } else {
                fault
            }
        })
    }
}

/// A repr with what is not ASCII escaped.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c as u32 {
            0..=127 => out.push(c),
            128..=255 => out.push_str(&format!("\\x{:02x}", c as u32)),
            256..=0xffff => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out
}
