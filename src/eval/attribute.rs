//! Attributes: reading, writing and deleting them on any value.

use super::machine::Machine;
use crate::diag::{ExcKind, Fault, Result, did_you_mean};
use crate::value::protocol::class_name;
use crate::value::{
    Args, Caller, Class, Descriptor, Dict, Instance, Method, Module, Name, Value, class_of, intern, types,
};
use std::rc::Rc;

/// What `super()` gives: the object, and the class after which attributes are looked up.
pub(super) struct Super {
    pub(super) after: Rc<Class>,
    pub(super) object: Value,
}

impl Machine {
    /// An attribute, or `None` where no class, instance or module defines it.
    pub(super) fn lookup_attr(&mut self, value: &Value, name: &Name) -> Result<Option<Value>> {
        match value {
            Value::Object(object) => self.instance_attr(value, object, name),
            Value::Class(class) => self.class_attr(class, name),
            Value::Module(module) => self.module_attr(module, name),
            Value::Function(function) => {
                if let Some(own) = function.dict.get_name(name) {
                    return Ok(Some(own));
                }
                self.type_attr(value, name)
            }
            Value::Tensor(tensor) => {
                if let Some(found) = self.type_attr(value, name)? {
                    return Ok(Some(found));
                }
                let dict = tensor.attributes().and_then(|a| a.downcast::<Dict>().ok());
                Ok(dict.and_then(|d| d.get_name(name)))
            }
            _ => self.type_attr(value, name),
        }
    }

    /// An attribute that the class of a built-in value defines.
    fn type_attr(&mut self, value: &Value, name: &Name) -> Result<Option<Value>> {
        if let Value::Tuple(tuple) = value
            && let crate::value::TupleKind::Named(named) = &tuple.kind
            && let Some(i) = named.fields.iter().position(|f| f == name)
        {
            return Ok(tuple.get(i).cloned());
        }
        let class = class_of(value);
        match class.lookup(name) {
            Some(found) => self.bind(found, value, &class).map(Some),
            None => Ok(None),
        }
    }

    fn instance_attr(&mut self, value: &Value, object: &Rc<Instance>, name: &Name) -> Result<Option<Value>> {
        let class = object.class();
        if Rc::ptr_eq(&class, &types().super_) {
            return self.super_attr(object, name);
        }
        let features = class.features();
        if features.getattribute
            && let Some(function @ Value::Function(_)) = class.lookup(&intern("__getattribute__"))
        {
            let args = [value.clone(), Value::Str(name.clone())];
            return match self.call(&function, Args::of(&args)) {
                Err(fault) if is_attribute_error(&fault) && features.getattr => self.getattr_hook(value, &class, name),
                other => other.map(Some),
            };
        }
        let found = class.lookup(name);
        if let Some(Value::Descriptor(d)) = &found
            && matches!(&**d, Descriptor::Property { .. } | Descriptor::GetSet(_))
        {
            let found = Value::Descriptor(d.clone());
            let result = self.bind(found, value, &class);
            return match result {
                Err(fault) if is_attribute_error(&fault) && features.getattr => self.getattr_hook(value, &class, name),
                other => other.map(Some),
            };
        }
        if let Some(own) = object.dict.get_name(name) {
            return Ok(Some(own));
        }
        match found {
            Some(found) => self.bind(found, value, &class).map(Some),
            None if name.as_str() == "__dict__" => Ok(Some(Value::Dict(object.dict.clone()))),
            None if features.getattr => self.getattr_hook(value, &class, name),
            None => Ok(None),
        }
    }

    /// `__getattr__`, which classes define for attributes that are not found.
    fn getattr_hook(&mut self, value: &Value, class: &Rc<Class>, name: &Name) -> Result<Option<Value>> {
        thread_local! { static GETATTR: Name = intern("__getattr__"); }
        let Some(function) = class.lookup(&GETATTR.with(Rc::clone)) else { return Ok(None) };
        let args = [value.clone(), Value::Str(name.clone())];
        self.call(&function, Args::of(&args)).map(Some)
    }

    fn super_attr(&mut self, object: &Rc<Instance>, name: &Name) -> Result<Option<Value>> {
        let Some(info) = object.native_payload::<Super>() else { return Ok(None) };
        let (class, receiver) = match &info.object {
            // In a class method the object is a class.
            Value::Class(c) if c.is_subclass(&info.after) => (c.clone(), info.object.clone()),
            other => (class_of(other), other.clone()),
        };
        match class.lookup_after(&info.after, name) {
            Some(found) => self.bind(found, &receiver, &class).map(Some),
            None => Ok(None),
        }
    }

    fn class_attr(&mut self, class: &Rc<Class>, name: &Name) -> Result<Option<Value>> {
        let meta = class.meta.get().unwrap_or(&types().type_);
        let of_type = meta.lookup(name);
        if let Some(Value::Descriptor(d)) = &of_type
            && let Descriptor::GetSet(g) = &**d
            // A class may hold what its type computes (`__doc__`, `__module__`); its own wins, but for a descriptor.
            && class.dict.get_name(name).is_none_or(|own| matches!(own, Value::Descriptor(_)))
        {
            return (g.get)(&Value::Class(class.clone()), self).map(Some);
        }
        if let Some(found) = class.lookup(name) {
            return Ok(Some(match &found {
                Value::Descriptor(d) => match &**d {
                    Descriptor::Static(f) => f.clone(),
                    Descriptor::ClassMethod(f) => bound(Value::Class(class.clone()), f.clone()),
                    Descriptor::Property { .. } | Descriptor::GetSet(_) => found.clone(),
                },
                _ => found,
            }));
        }
        match of_type {
            Some(found) => self.bind(found, &Value::Class(class.clone()), meta).map(Some),
            None if meta.is_user => self.getattr_hook(&Value::Class(class.clone()), meta, name),
            None => Ok(None),
        }
    }

    /// A name of a module: its variable, a submodule, or a name that the prelude defines for it.
    pub(super) fn module_attr(&mut self, module: &Rc<Module>, name: &Name) -> Result<Option<Value>> {
        if let Some(found) = module.space.lookup(name) {
            return Ok(Some(found));
        }
        if let Some(found) = self.type_attr(&Value::Module(module.clone()), name)? {
            return Ok(Some(found));
        }
        if let Some(hook) = module.space.lookup("__getattr__") {
            return self.call(&hook, Args::of(&[Value::Str(name.clone())])).map(Some);
        }
        if !module.lazy.get() || name.starts_with("__") {
            return Ok(None);
        }
        if let Some(file) = self.host.find_in_prelude(&module.name, name) {
            let Value::Module(home) = self.import_module(&intern(&file), module)? else { return Ok(None) };
            let found = home.space.lookup(name);
            if let Some(found) = &found {
                module.space.bind(name, found.clone());
            }
            return Ok(found);
        }
        if self.host.is_inside(&module.name, name) {
            return Ok(None);
        }
        let full = intern(&format!("{}.{name}", module.name));
        match self.import_module(&full, module) {
            Ok(found) => {
                module.space.bind(name, found.clone());
                Ok(Some(found))
            }
            // A module that exists but imports one that does not is another matter.
            Err(fault)
                if fault.kind == ExcKind::ModuleNotFoundError && fault.message.contains(&format!("'{full}'")) =>
            {
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// What a class attribute gives on an instance: functions become methods, descriptors are asked.
    pub(super) fn bind(&mut self, found: Value, receiver: &Value, class: &Rc<Class>) -> Result<Value> {
        match &found {
            Value::Function(_) => Ok(bound(receiver.clone(), found)),
            Value::Native(native) if native.owner.is_some() && native.owner != Some(super::introspect::FRAME) => {
                Ok(bound(receiver.clone(), found))
            }
            Value::Descriptor(d) => match &**d {
                Descriptor::Property { get, .. } => {
                    if get.is_none() {
                        return Err(Fault::attribute("unreadable attribute"));
                    }
                    self.call(get, Args::of(std::slice::from_ref(receiver)))
                }
                Descriptor::Static(f) => Ok(f.clone()),
                Descriptor::ClassMethod(f) => {
                    let class = match receiver {
                        Value::Class(c) => c.clone(),
                        _ => class.clone(),
                    };
                    Ok(bound(Value::Class(class), f.clone()))
                }
                Descriptor::GetSet(g) => (g.get)(receiver, self),
            },
            Value::Object(o) if o.class().lookup(&intern("__get__")).is_some() => {
                let args = [receiver.clone(), Value::Class(class.clone())];
                Ok(self.call_special(&found, "__get__", &args)?.unwrap_or(found))
            }
            _ => Ok(found),
        }
    }

    /// Sets an attribute, as `value.name = new` does.
    pub(super) fn store_attr(&mut self, value: &Value, name: &Name, new: Value) -> Result<()> {
        match value {
            Value::Object(object) => {
                let class = object.class();
                if class.features().setattr
                    && let Some(function @ Value::Function(_)) = class.lookup(&intern("__setattr__"))
                {
                    let args = [value.clone(), Value::Str(name.clone()), new];
                    return self.call(&function, Args::of(&args)).map(|_| ());
                }
                match class.lookup(name) {
                    Some(Value::Descriptor(d)) => match &*d {
                        Descriptor::Property { set, .. } => {
                            if set.is_none() {
                                return Err(Fault::attribute(format!(
                                    "property '{name}' of '{}' object has no setter",
                                    class.name
                                )));
                            }
                            return self.call(set, Args::of(&[value.clone(), new])).map(|_| ());
                        }
                        Descriptor::GetSet(g) => return self.set_getset(g, value, new),
                        _ => {}
                    },
                    Some(d @ Value::Object(_)) => {
                        if let Value::Object(o) = &d
                            && o.class().lookup(&intern("__set__")).is_some()
                        {
                            return self.call_special(&d, "__set__", &[value.clone(), new]).map(|_| ());
                        }
                    }
                    _ => {}
                }
                if !class.is_user && !has_dict(&class) || class.features().sealed && !class.has_slot(name) {
                    return Err(no_attribute(value, name));
                }
                let old = object.dict.set_name(name, new);
                drop(old);
                Ok(())
            }
            Value::Class(class) => {
                if let Some(meta) = class.meta.get()
                    && let Some(function @ Value::Function(_)) = meta.lookup(&intern("__setattr__"))
                {
                    let args = [value.clone(), Value::Str(name.clone()), new];
                    return self.call(&function, Args::of(&args)).map(|_| ());
                }
                if !class.is_user {
                    return Err(Fault::type_error(format!(
                        "cannot set '{name}' attribute of immutable type '{}'",
                        class.qualified()
                    )));
                }
                class.set(name, new);
                Ok(())
            }
            Value::Module(module) => {
                module.space.bind(name, new);
                Ok(())
            }
            Value::Function(function) => {
                if let Some(Value::Descriptor(d)) = types().function.lookup(name)
                    && let Descriptor::GetSet(g) = &*d
                {
                    return self.set_getset(g, value, new);
                }
                function.dict.set_name(name, new);
                Ok(())
            }
            other => {
                if let Some(Value::Descriptor(d)) = class_of(other).lookup(name)
                    && let Descriptor::GetSet(g) = &*d
                {
                    return self.set_getset(g, value, new);
                }
                if let Value::Tensor(tensor) = other {
                    let dict = match tensor.attributes().and_then(|a| a.downcast::<Dict>().ok()) {
                        Some(dict) => dict,
                        None => {
                            let dict = Dict::new();
                            tensor.set_attributes(dict.clone());
                            dict
                        }
                    };
                    dict.set_name(name, new);
                    return Ok(());
                }
                Err(if class_of(other).lookup(name).is_some() {
                    Fault::attribute(format!("'{}' object attribute '{name}' is read-only", class_name(other)))
                } else {
                    no_attribute(other, name)
                })
            }
        }
    }

    fn set_getset(&mut self, g: &crate::value::GetSet, value: &Value, new: Value) -> Result<()> {
        match g.set {
            Some(set) => set(value, new, self),
            None => Err(Fault::attribute(format!(
                "attribute '{}' of '{}' objects is not writable",
                g.name,
                class_of(value).qualified()
            ))),
        }
    }

    /// Deletes an attribute.
    pub(super) fn delete_attr(&mut self, value: &Value, name: &Name) -> Result<()> {
        let removed = match value {
            Value::Object(object) => {
                let class = object.class();
                if class.features().delattr
                    && let Some(function @ Value::Function(_)) = class.lookup(&intern("__delattr__"))
                {
                    let args = [value.clone(), Value::Str(name.clone())];
                    return self.call(&function, Args::of(&args)).map(|_| ());
                }
                if let Some(Value::Descriptor(d)) = class.lookup(name)
                    && let Descriptor::Property { delete, .. } = &*d
                {
                    if delete.is_none() {
                        return Err(Fault::attribute(format!(
                            "property '{name}' of '{}' object has no deleter",
                            class.name
                        )));
                    }
                    return self.call(delete, Args::of(std::slice::from_ref(value))).map(|_| ());
                }
                if let Some(d @ Value::Object(_)) = class.lookup(name)
                    && class_of(&d).lookup(&intern("__delete__")).is_some()
                {
                    return self.call_special(&d, "__delete__", std::slice::from_ref(value)).map(|_| ());
                }
                object.dict.remove_name(name).is_some()
            }
            Value::Class(class) if class.is_user => {
                let removed = class.dict.remove_name(name).is_some();
                class.set(&intern("__module__"), Value::Str(class.module.clone()));
                removed
            }
            Value::Module(module) => !module.space.bind(name, Value::Undef).is_undef(),
            Value::Function(function) => function.dict.remove_name(name).is_some(),
            Value::Tensor(tensor) => {
                if let Some(Value::Descriptor(d)) = class_of(value).lookup(name)
                    && let Descriptor::GetSet(g) = &*d
                {
                    return self.set_getset(g, value, Value::Undef);
                }
                let dict = tensor.attributes().and_then(|a| a.downcast::<Dict>().ok());
                dict.is_some_and(|d| d.remove_name(name).is_some())
            }
            _ => false,
        };
        if removed { Ok(()) } else { Err(self.attribute_error(value, name)) }
    }

    /// The names that a module has, those among them that the prelude would define.
    pub(super) fn names_of_module(&mut self, module: &Module) -> Vec<Name> {
        let mut names: Vec<Name> = module.space.items().into_iter().map(|(name, _)| name).collect();
        if module.lazy.get() {
            names.extend(self.host.prelude_names(&module.name).iter().map(|name| intern(name)));
        }
        names
    }

    /// The AttributeError for a missing attribute, with what may have been meant.
    #[cold]
    pub(super) fn attribute_error(&mut self, value: &Value, name: &Name) -> crate::diag::Error {
        let fault = no_attribute(value, name);
        let mut names: Vec<Name> = Vec::new();
        let mut of_class = |class: &Rc<Class>| {
            for c in std::iter::once(class).chain(&class.mro) {
                names.extend(c.dict.keys().into_iter().filter_map(|k| match k {
                    Value::Str(s) => Some(s),
                    _ => None,
                }));
            }
        };
        match value {
            Value::Module(m) => names = self.names_of_module(m),
            Value::Class(c) => of_class(c),
            Value::Object(o) => {
                of_class(&o.class());
                names.extend(o.dict.keys().into_iter().filter_map(|k| match k {
                    Value::Str(s) => Some(s),
                    _ => None,
                }));
            }
            other => of_class(&class_of(other)),
        }
        match did_you_mean(name, names.iter().map(|n| n.as_str())) {
            Some(near) => fault.with_suffix(format!(". Did you mean: '{near}'?")),
            None => fault,
        }
    }
}

/// A bound method.
pub(super) fn bound(receiver: Value, function: Value) -> Value {
    Value::Method(Rc::new(Method { receiver, function }))
}

/// Whether instances of a built-in class have attributes of their own.
fn has_dict(class: &Class) -> bool {
    class.kind == crate::value::class::Kind::Exception || class.module.as_str() != "builtins"
}

fn is_attribute_error(fault: &Fault) -> bool {
    crate::value::exception::class_of_fault(fault).is_subclass(&types().attribute_error)
}

#[cold]
fn no_attribute(value: &Value, name: &str) -> crate::diag::Error {
    Fault::attribute(match value {
        Value::Module(m) => format!("module '{}' has no attribute '{name}'", m.name),
        Value::Class(c) => format!("type object '{}' has no attribute '{name}'", c.name),
        Value::Object(o) if Rc::ptr_eq(&o.class(), &types().super_) => {
            format!("'super' object has no attribute '{name}'")
        }
        other => format!("'{}' object has no attribute '{name}'", class_name(other)),
    })
}
