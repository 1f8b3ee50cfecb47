//! The module `copy`.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::depth;
use super::super::table::{Def, add_functions};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Dict, Instance, Module, Native, Payload, Set, Slice, Tuple, Value, intern, types};
use std::collections::HashMap;
use std::rc::Rc;

static FUNCTIONS: [Def; 2] = [
    Def("copy", "x", "Shallow copy operation on arbitrary Python objects.", |n, c, args| {
        let a = bind(n, args)?;
        shallow(&a[0], c)
    }),
    Def("deepcopy", "x, memo=None", "Deep copy operation on arbitrary Python objects.", deepcopy),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("copy");
    *module.doc.borrow_mut() = "Generic (shallow and deep) copying operations.".into();
    add_functions(&module, "copy", &FUNCTIONS);
    module.set("Error", Value::Class(super::super::classes::library_exception("Error", "copy", &types().exception)));
    module
}

/// The method of the program, or of an operator, by which a value copies itself.
fn own_method(value: &Value, name: &str, args: &[Value], caller: &mut dyn Caller) -> Result<Option<Value>> {
    match value {
        Value::Object(_) => caller.call_special(value, name, args),
        Value::Tensor(_) | Value::Array(_) => match caller.find_attr(value, &intern(name))? {
            Some(method) => caller.call(&method, Args::of(args)).map(Some),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

fn shallow(value: &Value, caller: &mut dyn Caller) -> Result<Value> {
    Ok(match value {
        Value::List(l) => Value::list(l.to_vec()),
        Value::Dict(d) => Value::Dict(d.copy()),
        Value::Set(s) if !s.frozen => Value::Set(Set::new(s.items(), false, caller)?),
        Value::Object(o) => {
            if let Some(copied) = own_method(value, "__copy__", &[], caller)? {
                return Ok(copied);
            }
            let payload = match o.value() {
                Some(inner) => Payload::Value(shallow(&inner, caller)?),
                None => o.payload.borrow().clone(),
            };
            let copy = empty_like(o, payload);
            for (name, value) in o.dict.items() {
                copy.dict.insert(name, value, caller)?;
            }
            Value::Object(copy)
        }
        Value::Tensor(t) => match own_method(value, "__copy__", &[], caller)? {
            Some(copied) => copied,
            None => Value::Tensor(t.detach()),
        },
        Value::Array(_) => match caller.find_attr(value, &intern("copy"))? {
            Some(method) => caller.call(&method, Args::NONE)?,
            None => value.clone(),
        },
        Value::Generator(_) | Value::Module(_) => {
            return Err(Fault::type_error(format!("cannot pickle '{}' object", class_name(value))));
        }
        other => other.clone(),
    })
}

fn empty_like(object: &Instance, payload: Payload) -> Rc<Instance> {
    let copy = Instance::new(object.class());
    *copy.payload.borrow_mut() = payload;
    copy
}

/// Copies made so far, by the address of what they are copies of, which is kept alive beside them.
struct Memo {
    done: HashMap<usize, (Value, Value)>,
    /// The dictionary that `__deepcopy__` methods get.
    dict: Rc<Dict>,
}

fn deepcopy(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let dict = match &a[1] {
        Value::Dict(d) => d.clone(),
        _ => Dict::new(),
    };
    Memo { done: HashMap::new(), dict }.copy(&a[0], caller)
}

impl Memo {
    fn remember(&mut self, value: &Value, copy: &Value, caller: &mut dyn Caller) -> Result<()> {
        if let Some(address) = value.address() {
            self.done.insert(address, (value.clone(), copy.clone()));
            self.dict.insert(Value::Int(address as i64), copy.clone(), caller)?;
        }
        Ok(())
    }

    fn known(&self, value: &Value, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let Some(address) = value.address() else { return Ok(None) };
        match self.done.get(&address) {
            Some((_, copy)) => Ok(Some(copy.clone())),
            None if self.dict.is_empty() => Ok(None),
            None => self.dict.get(&Value::Int(address as i64), caller),
        }
    }

    fn copy(&mut self, value: &Value, caller: &mut dyn Caller) -> Result<Value> {
        match value {
            Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Tuple(_) | Value::Object(_) => {}
            Value::Tensor(_) | Value::Array(_) | Value::Slice(_) => {}
            Value::Generator(_) | Value::Module(_) | Value::Iter(_) => {
                return Err(Fault::type_error(format!("cannot pickle '{}' object", class_name(value))));
            }
            // Numbers, strings, functions, classes: never copied.
            other => return Ok(other.clone()),
        }
        if let Some(known) = self.known(value, caller)? {
            return Ok(known);
        }
        let _level = depth::enter(" while copying an object")?;
        Ok(match value {
            Value::List(l) => {
                let copy = Value::list(Vec::with_capacity(l.len()));
                self.remember(value, &copy, caller)?;
                for item in l.to_vec() {
                    let item = self.copy(&item, caller)?;
                    if let Value::List(copy) = &copy {
                        copy.borrow_mut().push(item);
                    }
                }
                copy
            }
            Value::Dict(d) => {
                let dict = Dict::new();
                let copy = Value::Dict(dict.clone());
                self.remember(value, &copy, caller)?;
                self.entries(d, &dict, caller)?;
                copy
            }
            Value::Set(s) => {
                let mut items = Vec::new();
                for item in s.items() {
                    items.push(self.copy(&item, caller)?);
                }
                Value::Set(Set::new(items, s.frozen, caller)?)
            }
            Value::Tuple(t) => {
                let mut items = Vec::with_capacity(t.len());
                for item in t.iter() {
                    items.push(self.copy(item, caller)?);
                }
                // A tuple of things that are not copied is not copied either.
                if items.iter().zip(t.iter()).all(|(x, y)| x.is(y)) {
                    return Ok(value.clone());
                }
                let copy = Value::Tuple(Tuple::new(t.kind.clone(), items));
                self.remember(value, &copy, caller)?;
                copy
            }
            Value::Slice(s) => {
                let (start, stop) = (self.copy(&s.start, caller)?, self.copy(&s.stop, caller)?);
                Value::Slice(Rc::new(Slice { start, stop, step: self.copy(&s.step, caller)? }))
            }
            Value::Object(o) => {
                let memo = Value::Dict(self.dict.clone());
                if let Some(copied) = own_method(value, "__deepcopy__", &[memo], caller)? {
                    self.remember(value, &copied, caller)?;
                    return Ok(copied);
                }
                self.object(value, o, caller)?
            }
            _ => {
                let memo = Value::Dict(self.dict.clone());
                let copied = match own_method(value, "__deepcopy__", &[memo], caller)? {
                    Some(copied) => copied,
                    None => self.numbers(value, caller)?,
                };
                self.remember(value, &copied, caller)?;
                copied
            }
        })
    }

    fn entries(&mut self, from: &Dict, to: &Dict, caller: &mut dyn Caller) -> Result<()> {
        for (key, value) in from.items() {
            let (key, value) = (self.copy(&key, caller)?, self.copy(&value, caller)?);
            to.insert(key, value, caller)?;
        }
        Ok(())
    }

    fn object(&mut self, value: &Value, o: &Rc<Instance>, caller: &mut dyn Caller) -> Result<Value> {
        let class = o.class();
        if let Some(state) = caller.call_special(value, "__getstate__", &[])? {
            let copy = Value::Object(empty_like(o, o.payload.borrow().clone()));
            self.remember(value, &copy, caller)?;
            let state = self.copy(&state, caller)?;
            if caller.call_special(&copy, "__setstate__", std::slice::from_ref(&state))?.is_none()
                && let (Value::Dict(state), Value::Object(copy)) = (&state, &copy)
            {
                for (name, value) in state.items() {
                    copy.dict.insert(name, value, caller)?;
                }
            }
            return Ok(copy);
        }
        let deque = if class.name.as_str() == "deque" { Some(value) } else { None };
        let copy = match (o.value(), deque) {
            (Some(inner), _) => {
                // The copy of the payload must not be the payload: a subclass of list holds one of its own.
                let payload = match &inner {
                    Value::List(_) => Value::list(Vec::new()),
                    Value::Dict(_) => Value::Dict(Dict::new()),
                    other => self.copy(other, caller)?,
                };
                let made = finish(&class, payload.clone());
                self.remember(value, &made, caller)?;
                match (&inner, &payload) {
                    (Value::List(from), Value::List(to)) => {
                        for item in from.to_vec() {
                            let item = self.copy(&item, caller)?;
                            to.borrow_mut().push(item);
                        }
                    }
                    (Value::Dict(from), Value::Dict(to)) => self.entries(from, to, caller)?,
                    _ => {}
                }
                made
            }
            (None, Some(deque)) => {
                let items = self.copy(&Value::list(caller.collect(deque)?), caller)?;
                let limit = caller.get_attr(deque, &intern("maxlen"))?;
                caller.call(&Value::Class(class), Args::of(&[items, limit]))?
            }
            (None, None) => Value::Object(empty_like(o, o.payload.borrow().clone())),
        };
        self.remember(value, &copy, caller)?;
        if let Value::Object(made) = &copy {
            self.entries(&o.dict, &made.dict, caller)?;
        }
        Ok(copy)
    }

    /// A tensor or array without a `__deepcopy__` of its own: a clone without history.
    fn numbers(&mut self, value: &Value, caller: &mut dyn Caller) -> Result<Value> {
        let mut call = |value: &Value, name: &str| -> Result<Value> {
            let method = caller.get_attr(value, &intern(name))?;
            caller.call(&method, Args::NONE)
        };
        let Value::Tensor(t) = value else { return call(value, "copy") };
        if !t.is_leaf() {
            return Err(Fault::runtime(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment. \
                 If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, \
                 see https://github.com/pytorch/pytorch/pull/103001",
            ));
        }
        let copy = call(&Value::Tensor(t.detach()), "clone")?;
        if let Value::Tensor(copy) = &copy {
            if t.is_parameter() {
                copy.set_parameter();
            }
            copy.set_requires_grad(t.requires_grad())?;
            if let Some(grad) = t.grad() {
                let grad = self.copy(&Value::Tensor(grad), caller)?;
                if let Value::Tensor(grad) = grad {
                    copy.set_grad(Some(grad));
                }
            }
        }
        Ok(copy)
    }
}
