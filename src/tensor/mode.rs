//! Gradient mode: whether operations are recorded, and whether what they make can ever be.

use crate::array::storage::{counts_changes, set_counts_changes};
use std::cell::Cell;

thread_local! {
    static ENABLED: Cell<bool> = const { Cell::new(true) };
    static SEQUENCE: Cell<u64> = const { Cell::new(0) };
    static PLACE: Cell<u32> = const { Cell::new(0) };
}

/// Whether operations are recorded now (`torch.is_grad_enabled()`).
#[inline]
pub fn grad_enabled() -> bool {
    ENABLED.get()
}

/// Switches recording; returns what it was.
pub fn set_grad_enabled(on: bool) -> bool {
    ENABLED.replace(on)
}

/// What the program can switch: recording, and inference mode, whose tensors no graph may save and which costs less still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Whether operations are recorded.
    pub grad: bool,
    /// Whether tensors are made for inference only.
    pub inference: bool,
}

impl Mode {
    /// The mode in force.
    pub fn current() -> Mode {
        Mode { grad: grad_enabled(), inference: !counts_changes() }
    }

    /// Switches to this mode.
    pub fn set(self) {
        ENABLED.set(self.grad);
        set_counts_changes(!self.inference);
    }

    /// Runs a function in this mode, and switches back whatever happens.
    pub fn during<R>(self, f: impl FnOnce() -> R) -> R {
        struct Restore(Mode);
        impl Drop for Restore {
            fn drop(&mut self) {
                self.0.set();
            }
        }
        let _restore = Restore(Mode::current());
        self.set();
        f()
    }
}

/// Runs a function with recording switched, and switches back whatever happens.
pub fn with_grad_enabled<R>(on: bool, f: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            ENABLED.set(self.0);
        }
    }
    let _restore = Restore(ENABLED.replace(on));
    f()
}

/// The next sequence number: nodes made later run earlier in the backward pass.
pub(super) fn next_sequence() -> u64 {
    SEQUENCE.set(SEQUENCE.get() + 1);
    SEQUENCE.get()
}

/// The number of the input that is running, which nodes remember for explanations.
pub fn input_number() -> u32 {
    PLACE.get()
}

/// Sets the number of the input that is running.
pub fn set_input_number(n: u32) {
    PLACE.set(n);
}
