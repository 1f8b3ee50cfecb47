//! Strings of the language, and interned names.

use compact_str::CompactString;
use rustc_hash::FxHasher;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// An immutable string with its hash cached.
pub struct Str {
    text: CompactString,
    hash: Cell<u64>,
    ascii: bool,
}

/// A name of the program: an interned string, so that equal names are mostly the same object.
pub type Name = Rc<Str>;

impl Str {
    /// A string.
    pub fn new(text: impl Into<CompactString>) -> Rc<Str> {
        let text = text.into();
        let ascii = text.is_ascii();
        Rc::new(Str { text, hash: Cell::new(0), ascii })
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether every character is one byte.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// The number of characters.
    pub fn chars(&self) -> usize {
        if self.ascii { self.text.len() } else { self.text.chars().count() }
    }

    /// The hash of the text, computed once.
    #[inline]
    pub fn hash(&self) -> u64 {
        let known = self.hash.get();
        if known != 0 {
            return known;
        }
        let hash = hash_text(&self.text);
        self.hash.set(hash);
        hash
    }
}

/// The hash of a text, never 0.
#[inline]
pub fn hash_text(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish() | 1
}

impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        std::ptr::eq(self, other) || self.text == other.text
    }
}
impl Eq for Str {}
impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
impl std::borrow::Borrow<str> for Str {
    fn borrow(&self) -> &str {
        &self.text
    }
}
impl std::ops::Deref for Str {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        &self.text
    }
}
impl std::fmt::Debug for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}
impl std::fmt::Display for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// An interned string, looked up by its text.
#[derive(Clone)]
pub(super) struct Interned(pub(super) Name);
impl PartialEq for Interned {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}
impl Eq for Interned {}
impl Hash for Interned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}
impl std::borrow::Borrow<str> for Interned {
    fn borrow(&self) -> &str {
        &self.0.text
    }
}

thread_local! {
    static NAMES: RefCell<HashSet<Interned, rustc_hash::FxBuildHasher>> = RefCell::default();
}

/// The one string object of a name.
pub fn intern(text: &str) -> Name {
    NAMES.with_borrow_mut(|names| match names.get(text) {
        Some(known) => known.0.clone(),
        None => {
            let name = Str::new(text);
            names.insert(Interned(name.clone()));
            name
        }
    })
}
