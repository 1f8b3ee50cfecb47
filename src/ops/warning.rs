//! Warnings that operators leave for whoever called them: kernels have no way back into the program.

use std::cell::{Cell, RefCell};

thread_local! {
    static ANY: Cell<bool> = const { Cell::new(false) };
    static WAITING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Leaves a warning; it is shown when the operator's call ends.
#[cold]
pub fn leave(text: impl Into<String>) {
    ANY.set(true);
    WAITING.with_borrow_mut(|w| w.push(text.into()));
}

/// The warnings left so far, which are gone then.
#[inline]
pub fn take() -> Vec<String> {
    if !ANY.replace(false) {
        return Vec::new();
    }
    WAITING.with_borrow_mut(std::mem::take)
}
