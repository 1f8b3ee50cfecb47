//! The machine as native code sees it.

use super::generator::Resumed;
use super::machine::Machine;
use crate::builtins::{format, protocol as builtin};
use crate::diag::{Fault, Result, interrupt};
use crate::ops;
use crate::value::iter::NativeIter;
use crate::value::protocol::{class_name, truth_natively};
use crate::value::{Args, Binary, Caller, Compare, Iter, Name, Value, class_of, intern};
use std::any::Any;

impl Caller for Machine {
    fn call(&mut self, function: &Value, args: Args) -> Result<Value> {
        match function {
            Value::Native(native) => native.call(self, args),
            Value::Function(f) => self.call_function(f, args),
            Value::Method(method) => {
                let mut values = Vec::with_capacity(args.values.len() + 1);
                values.push(method.receiver.clone());
                values.extend_from_slice(args.values);
                self.call(&method.function, Args { values: &values, names: args.names })
            }
            Value::Class(class) => match class.meta.get().and_then(|meta| meta.lookup(&intern("__call__"))) {
                Some(hook @ Value::Function(_)) => {
                    let mut values = vec![function.clone()];
                    values.extend_from_slice(args.values);
                    self.call(&hook, Args { values: &values, names: args.names })
                }
                _ => self.construct(class, args),
            },
            Value::Descriptor(d) => match &**d {
                crate::value::Descriptor::Static(f) => self.call(f, args),
                _ => Err(not_callable(function)),
            },
            Value::Object(object) => {
                let Some(found) = object.class().lookup(&intern("__call__")) else {
                    return Err(not_callable(function));
                };
                let class = object.class();
                let bound = self.bind(found, function, &class)?;
                self.call(&bound, args)
            }
            other => Err(not_callable(other)),
        }
    }

    fn get_attr(&mut self, value: &Value, name: &Name) -> Result<Value> {
        match self.lookup_attr(value, name)? {
            Some(found) => Ok(found),
            None => Err(self.attribute_error(value, name)),
        }
    }

    fn find_attr(&mut self, value: &Value, name: &Name) -> Result<Option<Value>> {
        match self.lookup_attr(value, name) {
            Err(fault) => {
                let class = crate::value::exception::class_of_fault(&fault);
                if class.is_subclass(&crate::value::types().attribute_error) { Ok(None) } else { Err(fault) }
            }
            found => found,
        }
    }

    fn set_attr(&mut self, value: &Value, name: &Name, new: Value) -> Result<()> {
        self.store_attr(value, name, new)
    }

    fn del_attr(&mut self, value: &Value, name: &Name) -> Result<()> {
        self.delete_attr(value, name)
    }

    fn call_special(&mut self, value: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let class = class_of(value);
        let Some(found) = class.lookup(&intern(name)) else { return Ok(None) };
        match &found {
            Value::None => return Ok(Some(Value::None)),
            Value::Function(_) | Value::Native(_) => {
                let mut values = Vec::with_capacity(args.len() + 1);
                values.push(value.clone());
                values.extend_from_slice(args);
                return self.call(&found, Args::of(&values)).map(Some);
            }
            _ => {}
        }
        let bound = self.bind(found, value, &class)?;
        self.call(&bound, Args::of(args)).map(Some)
    }

    fn iter(&mut self, value: &Value) -> Result<Value> {
        match value {
            Value::Tensor(t) => {
                let rows = ops::index::rows(t)?;
                return Ok(Iter::native(rows));
            }
            Value::Object(o) if o.class().is_user => {
                if let Some(iterator) = self.call_special(value, "__iter__", &[])? {
                    if !matches!(iterator, Value::Iter(_) | Value::Generator(_))
                        && class_of(&iterator).lookup(&intern("__next__")).is_none()
                    {
                        let class = class_name(&iterator);
                        return Err(Fault::type_error(format!("iter() returned non-iterator of type '{class}'")));
                    }
                    return Ok(iterator);
                }
            }
            _ => {}
        }
        if let Some(iterator) = builtin::iter(value) {
            return Ok(iterator);
        }
        if let Some(iterator) = self.call_special(value, "__iter__", &[])? {
            return Ok(iterator);
        }
        if matches!(value, Value::Object(_)) && class_of(value).lookup(&intern("__getitem__")).is_some() {
            return Ok(Iter::native(BySubscript { value: value.clone(), next: 0 }));
        }
        Err(builtin::not_iterable(value))
    }

    fn next(&mut self, iterator: &Value) -> Result<Option<Value>> {
        match iterator {
            Value::Iter(it) => it.next(self),
            Value::Generator(generator) => match self.resume(generator, Ok(Value::None))? {
                Resumed::Yielded(value) => Ok(Some(value)),
                Resumed::Returned(_) => Ok(None),
            },
            other => match self.call_special(other, "__next__", &[]) {
                Ok(Some(value)) => Ok(Some(value)),
                Ok(None) => Err(Fault::type_error(format!("'{}' object is not an iterator", class_name(other)))),
                Err(fault) if Machine::is_stop_iteration(&fault) => Ok(None),
                Err(fault) => Err(fault),
            },
        }
    }

    fn truth(&mut self, value: &Value) -> Result<bool> {
        if let Some(truth) = truth_natively(value)? {
            return Ok(truth);
        }
        if let Some(answer) = self.call_special(value, "__bool__", &[])? {
            return match answer {
                Value::Bool(b) => Ok(b),
                other => {
                    Err(Fault::type_error(format!("__bool__ should return bool, returned {}", class_name(&other))))
                }
            };
        }
        if let Some(n) = self.call_special(value, "__len__", &[])? {
            return Ok(n.as_int() != Some(0));
        }
        if let Value::Object(o) = value
            && let Some(inner) = o.value()
        {
            return self.truth(&inner);
        }
        Ok(true)
    }

    fn equal(&mut self, a: &Value, b: &Value) -> Result<bool> {
        self.same_or_equal(a, b)
    }

    fn compare(&mut self, op: Compare, a: &Value, b: &Value) -> Result<Value> {
        self.compare_op(op, a, b)
    }

    fn binary(&mut self, op: Binary, a: &Value, b: &Value) -> Result<Value> {
        self.binary_op(op, a, b)
    }

    fn len(&mut self, value: &Value) -> Result<usize> {
        match value {
            Value::Tensor(t) => return ops::index::len(t),
            Value::Object(o) if o.class().is_user => {}
            _ => {
                if let Some(n) = builtin::len(value) {
                    return Ok(n);
                }
            }
        }
        match self.call_special(value, "__len__", &[])? {
            Some(Value::Int(n)) if n >= 0 => Ok(n as usize),
            Some(Value::Int(_)) => Err(Fault::value("__len__() should return >= 0")),
            Some(other) => {
                Err(Fault::type_error(format!("'{}' object cannot be interpreted as an integer", class_name(&other))))
            }
            None => builtin::len(value).ok_or_else(|| builtin::no_len(value)),
        }
    }

    fn contains(&mut self, container: &Value, item: &Value) -> Result<bool> {
        match container {
            Value::Tensor(t) => return ops::index::contains(t, item),
            Value::Object(o) if o.class().is_user => {
                if let Some(found) = self.call_special(container, "__contains__", std::slice::from_ref(item))? {
                    return self.truth(&found);
                }
            }
            _ => {}
        }
        if let Some(found) = builtin::contains(container, item, self)? {
            return Ok(found);
        }
        if let Some(found) = self.call_special(container, "__contains__", std::slice::from_ref(item))? {
            return self.truth(&found);
        }
        let iterator = self.iter(container).map_err(|fault| {
            if fault.message.ends_with("object is not iterable") {
                Fault::type_error(format!("argument of type '{}' is not iterable", class_name(container)))
            } else {
                fault
            }
        })?;
        while let Some(candidate) = self.next(&iterator)? {
            if self.same_or_equal(&candidate, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn get_item(&mut self, value: &Value, index: &Value) -> Result<Value> {
        self.item(value, index)
    }

    fn set_item(&mut self, value: &Value, index: &Value, new: Value) -> Result<()> {
        self.store_item(value, index, new)
    }

    fn repr(&mut self, value: &Value) -> Result<String> {
        crate::display::repr(value, self)
    }

    fn str(&mut self, value: &Value) -> Result<String> {
        match value {
            Value::Str(s) => Ok(s.to_string()),
            Value::Int(i) => Ok(i.to_string()),
            other => crate::display::str(other, self),
        }
    }

    fn format(&mut self, value: &Value, spec: &str) -> Result<String> {
        if let Value::Object(o) = value
            && o.class().is_user
            && let Some(text) = self.call_special(value, "__format__", &[Value::from(spec)])?
        {
            return match text {
                Value::Str(s) => Ok(s.to_string()),
                other => Err(Fault::type_error(format!("__format__ must return a str, not {}", class_name(&other)))),
            };
        }
        if spec.is_empty() && !matches!(value, Value::Tensor(_) | Value::Object(_)) {
            return self.str(value);
        }
        if let Some(text) = format::format_value(value, spec)? {
            return Ok(text);
        }
        if let Some(text) = self.call_special(value, "__format__", &[Value::from(spec)])? {
            return match text {
                Value::Str(s) => Ok(s.to_string()),
                other => Err(Fault::type_error(format!("__format__ must return a str, not {}", class_name(&other)))),
            };
        }
        if spec.is_empty() {
            return self.str(value);
        }
        Err(Fault::type_error(format!("unsupported format string passed to {}.__format__", class_name(value))))
    }

    fn import(&mut self, name: &str) -> Result<Value> {
        let module = self.builtins.clone();
        self.import_module(&intern(name), &module)
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.host.write(text)
    }

    fn write_error(&mut self, text: &str) -> Result<()> {
        self.host.write_error(text)
    }

    fn read_line(&mut self, prompt: &str) -> Result<Option<String>> {
        self.host.read_line(prompt)
    }

    fn warn(&mut self, category: &str, message: &str) -> Result<()> {
        if let Some(Value::Class(class)) = self.builtins.get(category)
            && !crate::builtins::modules::warnings::issue(&class, message, self)?
        {
            return Ok(());
        }
        let place = self.frames.suspended().last().map(|f| {
            let span = f.code.spans.get(f.current()).copied().unwrap_or(f.code.span);
            (f.code.source.clone(), f.code.source.position(span.start).0)
        });
        self.host.warn(category, message, place.as_ref().map(|(s, l)| (s, *l)))
    }

    fn checkpoint(&mut self) -> Result<()> {
        interrupt::checkpoint()
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

#[cold]
fn not_callable(value: &Value) -> crate::diag::Error {
    Fault::type_error(format!("'{}' object is not callable", class_name(value)))
}

/// Iterates an object that has only `__getitem__`.
struct BySubscript {
    value: Value,
    next: i64,
}

impl NativeIter for BySubscript {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        match caller.get_item(&self.value, &Value::Int(self.next)) {
            Ok(item) => {
                self.next += 1;
                Ok(Some(item))
            }
            Err(fault) => {
                let class = crate::value::exception::class_of_fault(&fault);
                let t = crate::value::types();
                if class.is_subclass(&t.index_error) || class.is_subclass(&t.stop_iteration) {
                    Ok(None)
                } else {
                    Err(fault)
                }
            }
        }
    }
    fn type_name(&self) -> &'static str {
        "iterator"
    }
}
