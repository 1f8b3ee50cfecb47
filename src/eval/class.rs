//! Class statements: the body's names become the class.

use super::frame::{Frame, Link};
use super::machine::{Machine, Outcome};
use crate::diag::{Fault, Result};
use crate::lower::Reg;
use crate::value::{Args, Caller, Class, Dict, Value, intern, types};
use std::rc::Rc;

impl Machine {
    /// The class of a `class` statement: bases, keywords and the body stand in registers.
    pub(super) fn make_class(&mut self, frame: &mut Frame, start: Reg, name: u16) -> Result<Value> {
        let name = frame.code.names[name as usize].clone();
        let bases = match frame.get(start) {
            Value::List(l) => l.to_vec(),
            _ => Vec::new(),
        };
        let mut keywords = match frame.get(start + 1) {
            Value::Dict(d) => d.items(),
            _ => Vec::new(),
        };
        let given = keywords.iter().position(|(key, _)| key.as_str() == Some("metaclass"));
        let given = given.map(|at| keywords.remove(at).1);
        let Value::Function(body) = frame.get(start + 2).clone() else {
            return Err(Fault::internal("a class without a body"));
        };
        let mut classes: Vec<Rc<Class>> = Vec::new();
        for base in &bases {
            match base {
                Value::Class(c) => classes.push(c.clone()),
                // Subscripted generics stand for the class that they were made from.
                other => match self.find_attr(other, &intern("__origin__"))? {
                    Some(Value::Class(c)) => classes.push(c),
                    _ => match self.find_attr(other, &intern("__mro_entries__"))? {
                        Some(function) => {
                            let entries = self.call(&function, Args::of(&[Value::tuple(bases.iter().cloned())]))?;
                            for entry in (self as &mut dyn Caller).collect(&entries)? {
                                if let Value::Class(c) = entry {
                                    classes.push(c);
                                }
                            }
                        }
                        None => {
                            return Err(Fault::type_error(format!(
                                "bases must be classes, not '{}'",
                                crate::value::protocol::class_name(other)
                            )));
                        }
                    },
                },
            }
        }
        if classes.is_empty() {
            classes.push(types().object.clone());
        }
        if let Some(fixed) = classes.iter().find(|c| is_final(c)) {
            return Err(Fault::type_error(format!("type '{}' is not an acceptable base type", fixed.qualified())));
        }
        let mut solid = classes.iter().filter_map(solid_base);
        if let Some(first) = solid.next()
            && solid.any(|other| !first.is_subclass(&other) && !other.is_subclass(&first))
        {
            return Err(Fault::type_error("multiple bases have instance lay-out conflict"));
        }
        let made = self.function_frame(&body, Args::NONE, Link::Entry)?;
        let doc = made.code.doc.clone();
        let qualname = made.code.qualname.clone();
        let dict = match self.run(made)? {
            Outcome::Return(Value::Dict(d)) => d,
            _ => return Err(Fault::internal("a class body without names")),
        };
        if let Some(doc) = doc {
            dict.set_name(&intern("__doc__"), Value::Str(doc));
        }
        let module = match (dict.get_str("__module__"), frame.module.get("__name__")) {
            (Some(Value::Str(own)), _) => own,
            (_, Some(Value::Str(name))) => name,
            _ => frame.module.name.clone(),
        };
        dict.set_name(&intern("__module__"), Value::Str(module.clone()));
        dict.set_name(&intern("__qualname__"), Value::Str(qualname));
        if dict.has_name(&intern("__eq__")) && !dict.has_name(&intern("__hash__")) {
            dict.set_name(&intern("__hash__"), Value::None);
        }
        let cell = dict.remove_name(&intern("__class__"));
        let entries = dict.items();
        let meta = match given {
            Some(Value::Class(meta)) if Rc::ptr_eq(&meta, &types().type_) => None,
            Some(meta) => Some(meta),
            None => classes.iter().find_map(|c| c.meta.get().cloned().map(Value::Class)),
        };
        let value = match meta {
            Some(meta) => {
                let mut values =
                    vec![Value::Str(name), Value::tuple(classes.iter().cloned().map(Value::Class)), Value::Dict(dict)];
                let mut names = Vec::new();
                for (key, value) in &keywords {
                    if let Value::Str(name) = key {
                        names.push(name.clone());
                        values.push(value.clone());
                    }
                }
                self.call(&meta, Args { values: &values, names: &names })?
            }
            None => Value::Class(Class::new(&name, module, classes, dict)?),
        };
        let Value::Class(class) = value.clone() else { return Ok(value) };
        if let Some(Value::Cell(cell)) = cell {
            *cell.borrow_mut() = value.clone();
        }
        for (key, attribute) in entries {
            if let Value::Object(o) = &attribute
                && o.class().lookup(&intern("__set_name__")).is_some()
            {
                self.call_special(&attribute, "__set_name__", &[value.clone(), key])?;
            }
        }
        self.init_subclass(&class, keywords)?;
        Ok(value)
    }

    /// Calls `__init_subclass__` of the bases.
    fn init_subclass(&mut self, class: &Rc<Class>, keywords: Vec<(Value, Value)>) -> Result<()> {
        let hook = class.mro.iter().filter(|c| c.is_user).find_map(|c| c.dict.get_str("__init_subclass__"));
        let Some(hook) = hook else {
            return match keywords.first() {
                // A metaclass of the program has seen them.
                Some(_) if class.meta.get().is_none() => {
                    Err(Fault::type_error(format!("{}.__init_subclass__() takes no keyword arguments", class.name)))
                }
                _ => Ok(()),
            };
        };
        let function = match &hook {
            Value::Descriptor(d) => match &**d {
                crate::value::Descriptor::ClassMethod(f) => f.clone(),
                _ => hook.clone(),
            },
            _ => hook,
        };
        let mut values = vec![Value::Class(class.clone())];
        let mut names = Vec::new();
        for (key, value) in keywords {
            if let Value::Str(name) = key {
                names.push(name);
                values.push(value);
            }
        }
        self.call(&function, Args { values: &values, names: &names }).map(|_| ())
    }

    /// The bound names of a class body.
    pub(super) fn class_dict(&mut self, frame: &Frame) -> Value {
        let dict = Dict::new();
        for (i, name) in frame.code.locals.iter().enumerate() {
            match &frame.regs[i] {
                Value::Undef => {}
                // The cell of `__class__`; other cells hold names that inner scopes share.
                cell @ Value::Cell(inner) => {
                    if name.as_str() == "__class__" {
                        dict.set_name(name, cell.clone());
                    } else if let Some(value) = inner.borrow().clone().defined() {
                        dict.set_name(name, value);
                    }
                }
                value => {
                    dict.set_name(name, value.clone());
                }
            }
        }
        Value::Dict(dict)
    }
}

fn is_final(class: &Rc<Class>) -> bool {
    let t = types();
    [&t.bool, &t.none, &t.function, &t.generator, &t.range, &t.slice].iter().any(|f| Rc::ptr_eq(class, f))
}

/// The built-in type whose values the instances of a class hold, if there is one.
fn solid_base(class: &Rc<Class>) -> Option<Rc<Class>> {
    let t = types();
    let solid = [&t.int, &t.float, &t.str, &t.tuple, &t.list, &t.dict, &t.set, &t.frozenset];
    std::iter::once(class).chain(&class.mro).find(|c| solid.iter().any(|s| Rc::ptr_eq(c, s))).cloned()
}
