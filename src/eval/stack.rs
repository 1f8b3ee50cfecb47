//! The stack: frames that wait for a call to return, and frames to use again.

use super::frame::{Frame, Link};

/// How many frames are kept for reuse.
const SPARE: usize = 64;

/// Suspended frames, innermost last, and above them frames that have ended: calling and returning swaps the frame that
/// runs with its neighbour on the stack, so that a function called again at the same depth finds its last frame there.
#[derive(Default)]
pub(super) struct Stack {
    #[allow(clippy::vec_box)] // frames move between here, the machine and generators: as pointers
    frames: Vec<Box<Frame>>,
    /// How many are suspended; the others are spare.
    depth: usize,
}

impl Stack {
    /// How many frames are suspended.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.depth
    }

    /// The suspended frames, outermost first.
    pub fn suspended(&self) -> &[Box<Frame>] {
        &self.frames[..self.depth]
    }

    /// Runs the spare frame at this depth on top of the one that runs, when there is one and `prepare`, which gets both,
    /// finds it fit. Says whether it did.
    #[inline(always)]
    pub fn enter_spare(
        &mut self,
        running: &mut Box<Frame>,
        prepare: impl FnOnce(&mut Frame, &mut Frame) -> bool,
    ) -> bool {
        let Some(spare) = self.frames.get_mut(self.depth) else { return false };
        if !prepare(running, spare) {
            return false;
        }
        std::mem::swap(running, spare);
        self.depth += 1;
        true
    }

    /// Goes back to the frame suspended last; the one that ran is left as the spare of its depth, and is returned to be
    /// emptied.
    #[inline(always)]
    pub fn leave(&mut self, running: &mut Box<Frame>) -> Option<&mut Box<Frame>> {
        let top = self.depth.checked_sub(1)?;
        let caller = self.frames.get_mut(top)?;
        std::mem::swap(running, caller);
        self.depth = top;
        Some(caller)
    }

    /// Suspends a frame.
    pub fn push(&mut self, frame: Box<Frame>) {
        match self.frames.get_mut(self.depth) {
            Some(place) => {
                let spare = std::mem::replace(place, frame);
                self.frames.push(spare);
            }
            None => self.frames.push(frame),
        }
        self.depth += 1;
    }

    /// Takes the frame suspended last.
    pub fn pop(&mut self) -> Option<Box<Frame>> {
        self.depth = self.depth.checked_sub(1)?;
        Some(self.frames.swap_remove(self.depth))
    }

    /// Takes a spare frame.
    pub fn take_spare(&mut self) -> Option<Box<Frame>> {
        if self.frames.len() > self.depth { self.frames.pop() } else { None }
    }

    /// Empties a frame that has ended and keeps it for later use.
    pub fn recycle(&mut self, mut frame: Box<Frame>) {
        if self.frames.len() - self.depth < SPARE && frame.regs.capacity() < 1024 {
            frame.empty();
            frame.generator = None;
            frame.link = Link::Entry;
            self.frames.push(frame);
        }
    }
}
