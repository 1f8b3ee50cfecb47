//! The depth of native recursion over nested values, bounded like Python's.

use crate::diag::{ExcKind, Fault, Result};
use std::cell::Cell;

/// How deep nested values may be compared, hashed, copied or formatted.
const LIMIT: u32 = 1000;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// One level of recursion, left when dropped.
pub struct Level(());

/// Enters a level of recursion.
///
/// Errors: RecursionError past the limit, with Python's ending (` in comparison`).
pub fn enter(doing: &str) -> Result<Level> {
    let depth = DEPTH.get();
    if depth >= LIMIT {
        return Err(Fault::new(ExcKind::RecursionError, format!("maximum recursion depth exceeded{doing}")));
    }
    DEPTH.set(depth + 1);
    Ok(Level(()))
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}
