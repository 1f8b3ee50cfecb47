//! Methods of built-in classes, remembered where they were found last.

use crate::value::class::changes;
use crate::value::{Class, Name, Native, Value};
use std::rc::Rc;

/// How many methods are remembered; a power of two.
const PLACES: usize = 256;

/// A native method: the class and the name that it was asked for by, and what was found.
struct Found {
    class: Rc<Class>,
    name: Name,
    method: Rc<Native>,
}

/// A table of native methods by class and name; two that fall on one place take turns.
#[derive(Default)]
pub(super) struct Methods {
    places: Vec<Option<Found>>,
    /// The count of changes to classes up to which the table holds.
    changes: u64,
}

impl Methods {
    /// The native method of that name of a built-in class.
    #[inline]
    pub fn find(&mut self, class: &Rc<Class>, name: &Name) -> Option<Rc<Native>> {
        let place = place_of(class, name);
        if let Some(Some(found)) = self.places.get(place)
            && Rc::ptr_eq(&found.class, class)
            && Rc::ptr_eq(&found.name, name)
            && self.changes == changes()
        {
            return Some(found.method.clone());
        }
        self.look_up(class, name, place)
    }

    #[cold]
    fn look_up(&mut self, class: &Rc<Class>, name: &Name, place: usize) -> Option<Rc<Native>> {
        if self.changes != changes() || self.places.is_empty() {
            self.changes = changes();
            self.places.clear();
            self.places.resize_with(PLACES, || None);
        }
        match class.lookup(name)? {
            Value::Native(method) if method.owner.is_some() => {
                self.places[place] = Some(Found { class: class.clone(), name: name.clone(), method: method.clone() });
                Some(method)
            }
            _ => None,
        }
    }
}

/// Where a method is remembered: addresses are multiples of 16.
#[inline]
fn place_of(class: &Rc<Class>, name: &Name) -> usize {
    let class = Rc::as_ptr(class).addr() >> 6;
    let name = Rc::as_ptr(name).addr() >> 4;
    (class ^ name) % PLACES
}
