//! Modules and the namespace of their variables.

use super::text::{Interned, Name, intern};
use super::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// The global variables of a module, by name and by slot. Slots are stable: code refers to them.
#[derive(Default)]
pub struct Namespace {
    slots: RefCell<HashMap<Interned, u32, rustc_hash::FxBuildHasher>>,
    names: RefCell<Vec<Name>>,
    values: RefCell<Vec<Value>>,
}

impl Namespace {
    /// The slot of a name, made when it is new.
    pub fn slot(&self, name: &Name) -> u32 {
        if let Some(&slot) = self.slots.borrow().get(name.as_str()) {
            return slot;
        }
        let mut names = self.names.borrow_mut();
        let slot = names.len() as u32;
        names.push(name.clone());
        self.values.borrow_mut().push(Value::Undef);
        self.slots.borrow_mut().insert(Interned(name.clone()), slot);
        slot
    }

    /// The name of a slot.
    pub fn name(&self, slot: u32) -> Name {
        self.names.borrow().get(slot as usize).cloned().unwrap_or_else(|| intern("?"))
    }

    /// The value in a slot; `Undef` when it is unbound.
    #[inline]
    pub fn get(&self, slot: u32) -> Value {
        self.values.borrow().get(slot as usize).cloned().unwrap_or_default()
    }

    /// Copies the value in a slot to a place; says whether it is bound.
    #[inline(always)]
    pub fn load(&self, slot: u32, place: &mut Value) -> bool {
        match self.values.borrow().get(slot as usize) {
            None | Some(Value::Undef) => false,
            // What is called most, before anything that takes a table of jumps.
            Some(Value::Function(function)) => {
                Value::put_new(place, Value::Function(function.clone()));
                true
            }
            Some(value) => {
                Value::put_copy_of_any(place, value);
                true
            }
        }
    }

    /// Sets the value in a slot; returns the old one.
    #[inline]
    pub fn set(&self, slot: u32, value: Value) -> Value {
        match self.values.borrow_mut().get_mut(slot as usize) {
            Some(place) => std::mem::replace(place, value),
            None => value,
        }
    }

    /// The value of a name, when it is bound.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        let slot = *self.slots.borrow().get(name)?;
        self.get(slot).defined()
    }

    /// Binds a name; returns the old value.
    pub fn bind(&self, name: &Name, value: Value) -> Value {
        let slot = self.slot(name);
        self.set(slot, value)
    }

    /// The bound names with their values, in the order of their first use.
    pub fn items(&self) -> Vec<(Name, Value)> {
        let names = self.names.borrow().clone();
        let values = self.values.borrow().clone();
        names.into_iter().zip(values).filter(|(_, v)| !v.is_undef()).collect()
    }
}

/// A module: a named namespace, filled by native code, by a file, or lazily by the prelude.
pub struct Module {
    /// Its dotted name.
    pub name: Name,
    /// Its documentation.
    pub doc: RefCell<String>,
    /// Its variables.
    pub space: Namespace,
    /// Whether names that are missing may be found in the prelude.
    pub lazy: Cell<bool>,
    /// Whether its variables include those bound at the prompt from the start, and torch's names can be called bare.
    pub prompt: Cell<bool>,
}

impl Module {
    /// An empty module.
    pub fn new(name: &str) -> Rc<Module> {
        Rc::new(Module {
            name: intern(name),
            doc: RefCell::default(),
            space: Namespace::default(),
            lazy: Cell::new(false),
            prompt: Cell::new(false),
        })
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.space.lookup(name)
    }

    /// Binds a name.
    pub fn set(&self, name: &str, value: Value) {
        self.space.bind(&intern(name), value);
    }
}
