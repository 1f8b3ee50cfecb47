//! Classes, instances, bound methods and descriptors.

use super::caller::Caller;
use super::dict::Dict;
use super::function::NativeFn;
use super::text::{Name, intern};
use super::value::Value;
use crate::diag::{Fault, Result};
use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// What instances of a class are made of: the built-in type at the root of its inheritance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    /// An instance with attributes.
    Object,
    /// An exception: an instance with `args`.
    Exception,
    /// A value of a built-in type; subclasses hold one as their payload.
    Builtin,
}

/// A class, built in or of the program.
pub struct Class {
    /// Its name.
    pub name: Name,
    /// The module it was defined in.
    pub module: Name,
    /// Its direct bases.
    pub bases: Vec<Rc<Class>>,
    /// Where attributes are looked up after the class itself, in order.
    pub mro: Vec<Rc<Class>>,
    /// Its attributes.
    pub dict: Rc<Dict>,
    /// What its instances are made of.
    pub kind: Kind,
    /// How a built-in class makes its instances; inherited.
    pub construct: Cell<Option<NativeFn>>,
    /// Whether it belongs to the program or the prelude, whose attributes may be set.
    pub is_user: bool,
    /// The class of the class, where it is not `type`.
    pub meta: OnceCell<Rc<Class>>,
    /// Which special methods it or its bases define, with the count of changes at which that was found.
    pub features: Cell<(u64, Features)>,
}

/// Which special methods a class or its bases define, found once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Features {
    pub getattr: bool,
    pub getattribute: bool,
    pub setattr: bool,
    pub delattr: bool,
    pub eq: bool,
    pub hash: bool,
    /// Whether instances have only the attributes that `__slots__` names.
    pub sealed: bool,
}

impl Class {
    /// A class of the program.
    ///
    /// Errors: TypeError when the bases cannot be put in a consistent order.
    pub fn new(name: &str, module: Name, bases: Vec<Rc<Class>>, dict: Rc<Dict>) -> Result<Rc<Class>> {
        let mro = linearize(name, &bases)?;
        let kind = mro.iter().map(|c| c.kind).find(|k| *k != Kind::Object).unwrap_or(Kind::Object);
        let meta = OnceCell::new();
        if let Some(inherited) = bases.iter().find_map(|b| b.meta.get()) {
            let _ = meta.set(inherited.clone());
        }
        let construct = mro.iter().find_map(|c| c.construct.get().filter(|_| c.kind != Kind::Object));
        Ok(Rc::new(Class {
            name: intern(name),
            module,
            bases,
            mro,
            dict,
            kind,
            construct: Cell::new(construct),
            is_user: true,
            meta,
            features: Cell::default(),
        }))
    }

    /// A built-in class.
    pub fn builtin(name: &str, module: &str, bases: &[&Rc<Class>], kind: Kind) -> Rc<Class> {
        let bases: Vec<Rc<Class>> = bases.iter().map(|b| (*b).clone()).collect();
        let mro = linearize(name, &bases).unwrap_or_default();
        Rc::new(Class {
            name: intern(name),
            module: intern(module),
            bases,
            mro,
            dict: Dict::new(),
            kind,
            construct: Cell::new(None),
            is_user: false,
            meta: OnceCell::new(),
            features: Cell::default(),
        })
    }

    /// An attribute of the class or of its bases, as it stands in their dictionaries.
    #[inline]
    pub fn lookup(&self, name: &Name) -> Option<Value> {
        if let Some(value) = self.dict.get_name(name) {
            return Some(value);
        }
        self.mro.iter().find_map(|c| c.dict.get_name(name))
    }

    /// The attribute that the classes after `after` in this class's order define: what `super()` finds.
    pub fn lookup_after(self: &Rc<Class>, after: &Rc<Class>, name: &Name) -> Option<Value> {
        let rest = if Rc::ptr_eq(self, after) {
            &self.mro[..]
        } else {
            let at = self.mro.iter().position(|c| Rc::ptr_eq(c, after))?;
            &self.mro[at + 1..]
        };
        rest.iter().find_map(|c| c.dict.get_name(name))
    }

    /// Whether it is `other` or inherits from it.
    pub fn is_subclass(&self, other: &Rc<Class>) -> bool {
        std::ptr::eq(self, Rc::as_ptr(other)) || self.mro.iter().any(|c| Rc::ptr_eq(c, other))
    }

    /// Sets an attribute; what was found once about classes is forgotten.
    pub fn set(&self, name: &Name, value: Value) {
        self.dict.set_name(name, value);
        CHANGES.set(CHANGES.get() + 1);
    }

    /// Which special methods instances must be asked for.
    pub fn features(&self) -> Features {
        let (found_at, known) = self.features.get();
        if found_at == CHANGES.get() {
            return known;
        }
        let has = |name: &str| {
            let name = intern(name);
            let own = |c: &Class| c.is_user && c.dict.has_name(&name);
            own(self) || self.mro.iter().any(|c| own(c))
        };
        let found = Features {
            getattr: has("__getattr__"),
            getattribute: has("__getattribute__"),
            setattr: has("__setattr__"),
            delattr: has("__delattr__"),
            eq: has("__eq__"),
            hash: has("__hash__"),
            sealed: self.is_sealed(),
        };
        self.features.set((CHANGES.get(), found));
        found
    }

    fn is_sealed(&self) -> bool {
        let slots = intern("__slots__");
        let mut own = std::iter::once(self).chain(self.mro.iter().map(|c| &**c)).filter(|c| c.is_user).peekable();
        self.kind == Kind::Object
            && own.peek().is_some()
            && own.all(|c| c.dict.has_name(&slots))
            && !self.has_slot("__dict__")
    }

    /// Whether `__slots__` of the class or one of its bases names an attribute.
    pub fn has_slot(&self, name: &str) -> bool {
        let slots = intern("__slots__");
        let is = |value: &Value| value.as_str() == Some(name);
        std::iter::once(self).chain(self.mro.iter().map(|c| &**c)).any(|c| match c.dict.get_name(&slots) {
            Some(Value::Tuple(names)) => names.iter().any(is),
            Some(Value::List(names)) => names.borrow().iter().any(is),
            Some(only) => is(&only),
            None => false,
        })
    }

    /// The name with its module, as `repr` shows it.
    pub fn qualified(&self) -> String {
        match self.module.as_str() {
            "builtins" => self.name.to_string(),
            module => format!("{module}.{}", self.name),
        }
    }
}

/// How many attributes of classes have been set: what was looked up at another count is looked up anew.
#[inline]
pub fn changes() -> u64 {
    CHANGES.get()
}

thread_local! {
    /// How often any class was changed after it was made. Classes rarely change, so one count for all is enough.
    static CHANGES: Cell<u64> = const { Cell::new(1) };
}

/// The order in which attributes are looked up after the class itself (C3).
fn linearize(name: &str, bases: &[Rc<Class>]) -> Result<Vec<Rc<Class>>> {
    let mut lists: Vec<Vec<Rc<Class>>> = bases
        .iter()
        .map(|b| std::iter::once(b.clone()).chain(b.mro.iter().cloned()).collect())
        .chain(std::iter::once(bases.to_vec()))
        .collect();
    let mut out = Vec::new();
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Ok(out);
        }
        let in_tail = |c: &Rc<Class>| lists.iter().any(|l| l[1..].iter().any(|x| Rc::ptr_eq(x, c)));
        let Some(next) = lists.iter().map(|l| &l[0]).find(|c| !in_tail(c)).cloned() else {
            let names: Vec<&str> = bases.iter().map(|b| b.name.as_str()).collect();
            return Err(Fault::type_error(format!(
                "Cannot create a consistent method resolution\norder (MRO) for bases {}",
                names.join(", ")
            ))
            .with_note(format!("in the definition of class {name}")));
        };
        for l in &mut lists {
            if Rc::ptr_eq(&l[0], &next) {
                l.remove(0);
            }
        }
        out.push(next);
    }
}

/// What an instance holds besides its attributes.
#[derive(Clone, Default)]
pub enum Payload {
    /// Nothing.
    #[default]
    None,
    /// The value of the built-in type that its class inherits from.
    Value(Value),
    /// Something native: a file, a generator of random numbers, a lock.
    Native(Rc<dyn Any>),
}

/// An object of a class.
pub struct Instance {
    /// Its class; assignable through `__class__`.
    pub class: RefCell<Rc<Class>>,
    /// Its attributes.
    pub dict: Rc<Dict>,
    /// What it is made of.
    pub payload: RefCell<Payload>,
}

impl Instance {
    /// An instance without attributes.
    pub fn new(class: Rc<Class>) -> Rc<Instance> {
        Rc::new(Instance { class: RefCell::new(class), dict: Dict::new(), payload: RefCell::default() })
    }

    /// An instance around something native.
    pub fn native(class: Rc<Class>, payload: impl Any) -> Rc<Instance> {
        Rc::new(Instance {
            class: RefCell::new(class),
            dict: Dict::new(),
            payload: RefCell::new(Payload::Native(Rc::new(payload))),
        })
    }

    /// Its class.
    pub fn class(&self) -> Rc<Class> {
        self.class.borrow().clone()
    }

    /// The value of the built-in type that it extends.
    pub fn value(&self) -> Option<Value> {
        match &*self.payload.borrow() {
            Payload::Value(v) => Some(v.clone()),
            _ => None,
        }
    }

    /// The native thing it holds, when it is of that type.
    pub fn native_payload<T: Any>(&self) -> Option<Rc<T>> {
        match &*self.payload.borrow() {
            Payload::Native(n) => n.clone().downcast::<T>().ok(),
            _ => None,
        }
    }
}

/// A function bound to its receiver.
pub struct Method {
    /// The first argument.
    pub receiver: Value,
    /// The function.
    pub function: Value,
}

/// An attribute that is computed on access.
pub enum Descriptor {
    /// `property`: getter, setter, deleter (`None` where missing), documentation.
    #[allow(missing_docs)]
    Property { get: Value, set: Value, delete: Value, doc: Value },
    /// `staticmethod`.
    Static(Value),
    /// `classmethod`.
    ClassMethod(Value),
    /// An attribute of a built-in type.
    GetSet(GetSet),
}

/// An attribute of a built-in type.
#[derive(Clone, Copy)]
pub struct GetSet {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Reads it.
    pub get: fn(&Value, &mut dyn Caller) -> Result<Value>,
    /// Writes it (`Undef` deletes), where that is allowed.
    pub set: Option<fn(&Value, Value, &mut dyn Caller) -> Result<()>>,
}
