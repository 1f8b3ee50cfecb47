//! Sessions of the library that write into a text.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use tensor_repl::diag::Text;
use tensor_repl::session::{Origin, Outcome, Output, Session, Settings};

/// Both streams in the order of writing; a report begins on a fresh line, as it does on a terminal.
#[derive(Clone, Default)]
pub struct Transcript(Rc<RefCell<String>>);

impl Transcript {
    /// What was written since the last call.
    pub fn take(&self) -> String {
        std::mem::take(&mut self.0.borrow_mut())
    }
}

impl Output for Transcript {
    fn print(&mut self, text: &str) -> std::io::Result<()> {
        self.0.borrow_mut().push_str(text);
        Ok(())
    }
    fn show(&mut self, text: &Text) -> std::io::Result<()> {
        self.print(&text.to_plain())
    }
    fn report(&mut self, text: &Text) -> std::io::Result<()> {
        if !self.0.borrow().is_empty() && !self.0.borrow().ends_with('\n') {
            self.print("\n")?;
        }
        self.print(&text.to_plain())
    }
    fn read_line(&mut self, _: &str) -> std::io::Result<Option<String>> {
        Ok(None)
    }
}

/// A session and what it writes.
pub struct Runner {
    pub session: Session,
    pub written: Transcript,
}

impl Runner {
    /// A session that shows values without annotations (`--plain`).
    pub fn plain() -> Runner {
        Runner::with(Settings { plain: true, keep_going: true, ..Settings::default() })
    }

    /// A session that shows only what the program prints (`--quiet`).
    pub fn quiet() -> Runner {
        Runner::with(Settings { plain: true, quiet: true, ..Settings::default() })
    }

    /// A session with those settings.
    pub fn with(settings: Settings) -> Runner {
        let written = Transcript::default();
        Runner { session: Session::new(Box::new(written.clone()), settings), written }
    }

    /// Runs a text as a script; what it wrote and how it ended.
    pub fn run(&mut self, text: &str) -> (String, Outcome) {
        let outcome = self.session.run(text, "script.py", Origin::File);
        (self.written.take(), outcome)
    }

    /// Runs a text that sets something up.
    pub fn set_up(&mut self, text: &str) {
        let (written, outcome) = self.run(text);
        assert_eq!(outcome, Outcome::Ok, "{text}\n{written}");
    }
}

/// Runs a function on a thread of its own: built-in state starts afresh, and the stack is as large as the program's.
pub fn on_a_large_stack<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = std::thread::Builder::new().stack_size(1 << 30).spawn(f).expect("a thread");
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// What a function gives, or the text of its panic.
pub fn without_panic<R>(f: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default()
    })
}
