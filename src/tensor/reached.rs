//! The leaves that the last backward pass reached: what the prompt tells after `backward()`.

use super::tensor::{Tensor, TensorCell};
use std::cell::{Cell, RefCell};
use std::rc::Weak;

thread_local! {
    static LEAVES: RefCell<Vec<Weak<TensorCell>>> = const { RefCell::new(Vec::new()) };
    static PASSES: Cell<u64> = const { Cell::new(0) };
}

/// Begins a pass that fills `.grad`.
pub(super) fn begin() {
    LEAVES.with_borrow_mut(Vec::clear);
    PASSES.set(PASSES.get() + 1);
}

/// Notes that the pass has reached a leaf.
pub(super) fn reach(leaf: &Tensor) {
    LEAVES.with_borrow_mut(|leaves| leaves.push(leaf.downgrade()));
}

/// How many passes have filled `.grad` in this thread.
pub fn passes() -> u64 {
    PASSES.get()
}

/// The leaves that the last pass reached and that still exist, in the order in which they were reached.
pub fn leaves() -> Vec<Tensor> {
    LEAVES.with_borrow(|leaves| leaves.iter().filter_map(Tensor::upgrade).collect())
}
