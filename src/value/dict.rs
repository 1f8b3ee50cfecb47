//! Dictionaries and sets: insertion-ordered hash tables whose keys compare as Python compares them.

use super::caller::Caller;
use super::protocol::{equal_natively, hash_value};
use super::text::Name;
use super::value::Value;
use crate::diag::Result;
use hashbrown::HashTable;
use smallvec::SmallVec;
use std::cell::RefCell;
use std::rc::Rc;

struct Entry {
    hash: u64,
    /// `Undef` where an entry was removed.
    key: Value,
    value: Value,
}

#[derive(Default)]
struct Data {
    entries: Vec<Entry>,
    table: HashTable<u32>,
}

/// An insertion-ordered dictionary.
#[derive(Default)]
pub struct Dict {
    data: RefCell<Data>,
}

impl Data {
    #[inline]
    fn find_natively(&self, hash: u64, key: &Value) -> Result<Option<u32>, SmallVec<[u32; 4]>> {
        if let Value::Str(text) = key {
            let mut clear = true;
            let found = self.table.find(hash, |&i| {
                let entry = &self.entries[i as usize];
                entry.hash == hash
                    && match &entry.key {
                        Value::Str(known) => Rc::ptr_eq(known, text) || known == text,
                        Value::Object(_) => {
                            clear = false;
                            false
                        }
                        _ => false,
                    }
            });
            if found.is_some() || clear {
                return Ok(found.copied());
            }
        }
        self.find_any(hash, key)
    }

    fn find_any(&self, hash: u64, key: &Value) -> Result<Option<u32>, SmallVec<[u32; 4]>> {
        // Keys whose equality the program defines are compared outside, when nothing is borrowed.
        let mut open: SmallVec<[u32; 4]> = SmallVec::new();
        let found = self.table.find(hash, |&i| {
            let entry = &self.entries[i as usize];
            if entry.hash != hash {
                return false;
            }
            match equal_natively(&entry.key, key) {
                Some(equal) => equal,
                None => {
                    open.push(i);
                    false
                }
            }
        });
        match found {
            Some(&i) => Ok(Some(i)),
            None if open.is_empty() => Ok(None),
            None => Err(open),
        }
    }

    fn push(&mut self, hash: u64, key: Value, value: Value) {
        if self.entries.len() == self.entries.capacity() && self.table.len() * 2 < self.entries.len() {
            self.compact();
        }
        let index = self.entries.len() as u32;
        self.entries.push(Entry { hash, key, value });
        let entries = &self.entries;
        self.table.insert_unique(hash, index, |&i| entries[i as usize].hash);
    }

    /// Forgets removed entries.
    fn compact(&mut self) {
        self.entries.retain(|e| !e.key.is_undef());
        self.table.clear();
        let entries = &self.entries;
        for (i, e) in entries.iter().enumerate() {
            self.table.insert_unique(e.hash, i as u32, |&i| entries[i as usize].hash);
        }
    }

    fn remove_at(&mut self, index: u32) -> (Value, Value) {
        let entry = &mut self.entries[index as usize];
        let pair = (std::mem::take(&mut entry.key), std::mem::take(&mut entry.value));
        let hash = entry.hash;
        if let Ok(slot) = self.table.find_entry(hash, |&i| i == index) {
            slot.remove();
        }
        while self.entries.last().is_some_and(|e| e.key.is_undef()) {
            self.entries.pop();
        }
        pair
    }
}

impl Dict {
    /// An empty dictionary.
    pub fn new() -> Rc<Dict> {
        Rc::default()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.data.borrow().table.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find(&self, hash: u64, key: &Value, caller: &mut dyn Caller) -> Result<Option<u32>> {
        match self.data.borrow().find_natively(hash, key) {
            Ok(found) => Ok(found),
            Err(open) => self.find_among(open, key, caller),
        }
    }

    /// The entry of a key among those whose equality the program defines.
    #[cold]
    fn find_among(&self, open: SmallVec<[u32; 4]>, key: &Value, caller: &mut dyn Caller) -> Result<Option<u32>> {
        for i in open {
            let candidate = match self.data.borrow().entries.get(i as usize) {
                Some(e) => e.key.clone(),
                None => continue,
            };
            if caller.equal(&candidate, key)? {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }

    /// The value of a key. Errors: TypeError for unhashable keys.
    pub fn get(&self, key: &Value, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let hash = hash_value(key, caller)?;
        let data = self.data.borrow();
        let found = match data.find_natively(hash, key) {
            Ok(None) => return Ok(None),
            Ok(Some(i)) => return Ok(Some(data.entries[i as usize].value.copied())),
            Err(open) => {
                drop(data);
                self.find_among(open, key, caller)?
            }
        };
        Ok(found.and_then(|i| self.data.borrow().entries.get(i as usize).map(|e| e.value.clone())))
    }

    /// Sets the value of a key, which keeps its place; returns the old value.
    pub fn insert(&self, key: Value, value: Value, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let hash = hash_value(&key, caller)?;
        let mut data = self.data.borrow_mut();
        let found = match data.find_natively(hash, &key) {
            Ok(found) => found,
            Err(open) => {
                drop(data);
                let found = self.find_among(open, &key, caller)?;
                data = self.data.borrow_mut();
                found
            }
        };
        match found {
            Some(i) => Ok(data.entries.get_mut(i as usize).map(|e| std::mem::replace(&mut e.value, value))),
            None => {
                data.push(hash, key, value);
                Ok(None)
            }
        }
    }

    /// Removes a key; returns its value.
    pub fn remove(&self, key: &Value, caller: &mut dyn Caller) -> Result<Option<Value>> {
        let hash = hash_value(key, caller)?;
        let found = self.find(hash, key, caller)?;
        Ok(found.map(|i| self.data.borrow_mut().remove_at(i).1))
    }

    /// The value of a string key.
    #[inline]
    pub fn get_name(&self, name: &Name) -> Option<Value> {
        let data = self.data.borrow();
        let i = data.table.find(name.hash(), |&i| is_name(&data.entries[i as usize].key, name))?;
        Some(data.entries[*i as usize].value.clone())
    }

    /// The value of a string key given as text.
    pub fn get_str(&self, text: &str) -> Option<Value> {
        let data = self.data.borrow();
        let hash = super::text::hash_text(text);
        let i = data.table.find(hash, |&i| data.entries[i as usize].key.as_str() == Some(text))?;
        Some(data.entries[*i as usize].value.clone())
    }

    /// Whether a string key is present.
    pub fn has_name(&self, name: &Name) -> bool {
        let data = self.data.borrow();
        data.table.find(name.hash(), |&i| is_name(&data.entries[i as usize].key, name)).is_some()
    }

    /// Sets the value of a string key; returns the old value.
    pub fn set_name(&self, name: &Name, value: Value) -> Option<Value> {
        let mut guard = self.data.borrow_mut();
        let data = &mut *guard;
        let hash = name.hash();
        match data.table.find(hash, |&i| is_name(&data.entries[i as usize].key, name)) {
            Some(&i) => Some(std::mem::replace(&mut data.entries[i as usize].value, value)),
            None => {
                data.push(hash, Value::Str(name.clone()), value);
                None
            }
        }
    }

    /// Replaces the value of a string key that is there already; says whether it is.
    pub fn replace_name(&self, name: &Name, value: &Value) -> bool {
        let mut guard = self.data.borrow_mut();
        let data = &mut *guard;
        let Some(&i) = data.table.find(name.hash(), |&i| is_name(&data.entries[i as usize].key, name)) else {
            return false;
        };
        let old = std::mem::replace(&mut data.entries[i as usize].value, value.copied());
        drop(guard);
        drop(old);
        true
    }

    /// Removes a string key; returns its value.
    pub fn remove_name(&self, name: &Name) -> Option<Value> {
        let mut data = self.data.borrow_mut();
        let i = *data.table.find(name.hash(), |&i| is_name(&data.entries[i as usize].key, name))?;
        Some(data.remove_at(i).1)
    }

    /// Removes the entry added last.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let mut data = self.data.borrow_mut();
        let i = data.entries.len().checked_sub(1)? as u32;
        Some(data.remove_at(i))
    }

    /// Removes the entry added first.
    pub fn pop_first(&self) -> Option<(Value, Value)> {
        let mut data = self.data.borrow_mut();
        let i = data.entries.iter().position(|e| !e.key.is_undef())? as u32;
        Some(data.remove_at(i))
    }

    /// Removes all entries.
    pub fn clear(&self) {
        let old = std::mem::take(&mut *self.data.borrow_mut());
        drop(old);
    }

    /// The entry at or after a position, with the position after it: iteration that survives changes.
    pub fn entry_from(&self, mut position: usize) -> Option<(usize, Value, Value)> {
        let data = self.data.borrow();
        while let Some(e) = data.entries.get(position) {
            position += 1;
            if !e.key.is_undef() {
                return Some((position, e.key.clone(), e.value.clone()));
            }
        }
        None
    }

    /// The keys.
    pub fn keys(&self) -> Vec<Value> {
        self.data.borrow().entries.iter().filter(|e| !e.key.is_undef()).map(|e| e.key.clone()).collect()
    }

    /// The values.
    pub fn values(&self) -> Vec<Value> {
        self.data.borrow().entries.iter().filter(|e| !e.key.is_undef()).map(|e| e.value.clone()).collect()
    }

    /// The entries.
    pub fn items(&self) -> Vec<(Value, Value)> {
        let data = self.data.borrow();
        data.entries.iter().filter(|e| !e.key.is_undef()).map(|e| (e.key.clone(), e.value.clone())).collect()
    }

    /// A shallow copy.
    pub fn copy(&self) -> Rc<Dict> {
        let data = self.data.borrow();
        let mut copy = Data::default();
        for e in data.entries.iter().filter(|e| !e.key.is_undef()) {
            copy.push(e.hash, e.key.clone(), e.value.clone());
        }
        Rc::new(Dict { data: RefCell::new(copy) })
    }

    /// Moves all values (and keys) out, for dropping without recursion.
    pub(super) fn take_values(&mut self, into: &mut Vec<Value>) {
        let data = std::mem::take(self.data.get_mut());
        for e in data.entries {
            into.push(e.key);
            into.push(e.value);
        }
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        let nested =
            |e: &Entry| matches!(e.value, Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Object(_));
        if self.data.get_mut().entries.iter().any(nested) {
            let mut values = Vec::new();
            self.take_values(&mut values);
            super::sequence::drop_deep(values);
        }
    }
}

#[inline]
fn is_name(key: &Value, name: &Name) -> bool {
    matches!(key, Value::Str(s) if Rc::ptr_eq(s, name) || **s == **name)
}

/// A set, in insertion order.
pub struct Set {
    /// The members, as keys.
    pub dict: Dict,
    /// Whether it is a `frozenset`.
    pub frozen: bool,
}

impl Set {
    /// A set of the members of an iterator.
    ///
    /// Errors: TypeError for unhashable members.
    pub fn new(items: impl IntoIterator<Item = Value>, frozen: bool, caller: &mut dyn Caller) -> Result<Rc<Set>> {
        let set = Set { dict: Dict::default(), frozen };
        for item in items {
            set.add(item, caller)?;
        }
        Ok(Rc::new(set))
    }

    /// Adds a member; whether it is new.
    pub fn add(&self, item: Value, caller: &mut dyn Caller) -> Result<bool> {
        if self.contains(&item, caller)? {
            return Ok(false);
        }
        Ok(self.dict.insert(item, Value::None, caller)?.is_none())
    }

    /// Whether it has a member.
    pub fn contains(&self, item: &Value, caller: &mut dyn Caller) -> Result<bool> {
        Ok(self.dict.get(item, caller)?.is_some())
    }

    /// The members: integers in Python's order, others in the order of insertion.
    pub fn items(&self) -> Vec<Value> {
        super::set_order::arranged(self.dict.keys())
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.dict.len()
    }

    /// Whether it has no members.
    pub fn is_empty(&self) -> bool {
        self.dict.is_empty()
    }
}
