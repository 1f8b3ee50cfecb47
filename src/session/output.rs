//! Where a session writes: styled text to two streams.

use crate::diag::Text;
use std::cell::RefCell;
use std::rc::Rc;

/// The streams of a session. Each is flushed before the other is written.
pub trait Output {
    /// What the program prints.
    fn print(&mut self, text: &str) -> std::io::Result<()>;
    /// What the session shows: echoed values, annotations, answers of commands.
    fn show(&mut self, text: &Text) -> std::io::Result<()>;
    /// Errors and warnings, on a fresh line of the error stream.
    fn report(&mut self, text: &Text) -> std::io::Result<()>;
    /// A line of standard input without its line break; `None` at the end.
    fn read_line(&mut self, prompt: &str) -> std::io::Result<Option<String>>;
}

/// What was written, for tests.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    /// Both streams in the order of writing.
    pub text: Rc<RefCell<String>>,
}

impl Capture {
    /// What was written since the last call.
    pub fn take(&self) -> String {
        std::mem::take(&mut self.text.borrow_mut())
    }
}

impl Output for Capture {
    fn print(&mut self, text: &str) -> std::io::Result<()> {
        self.text.borrow_mut().push_str(text);
        Ok(())
    }
    fn show(&mut self, text: &Text) -> std::io::Result<()> {
        self.print(&text.to_plain())
    }
    fn report(&mut self, text: &Text) -> std::io::Result<()> {
        self.print(&text.to_plain())
    }
    fn read_line(&mut self, _: &str) -> std::io::Result<Option<String>> {
        Ok(None)
    }
}
