//! The user's wish to stop what runs: set by a signal, seen at the next checkpoint.

use super::fault::{Error, ExcKind, Fault};
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Asks what runs to stop. Safe in a signal handler.
pub fn request() {
    REQUESTED.store(true, Ordering::Relaxed);
}

/// The flag itself, for those who register it with a signal.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Forgets a request that came when nothing ran.
pub fn clear() {
    REQUESTED.store(false, Ordering::Relaxed);
}

/// Nothing, unless the user asked to stop.
///
/// Errors: KeyboardInterrupt, once for each request.
#[inline]
pub fn checkpoint() -> Result<(), Error> {
    if REQUESTED.load(Ordering::Relaxed) { Err(interrupted()) } else { Ok(()) }
}

#[cold]
fn interrupted() -> Error {
    clear();
    Fault::new(ExcKind::KeyboardInterrupt, "")
}
