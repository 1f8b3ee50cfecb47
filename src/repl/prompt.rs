//! The prompt: reads entries, runs them, goes on.

use super::config::{Config, history_path};
use super::editor::{Editor, Entry};
use super::streams::Streams;
use crate::diag::{Style, Text};
use crate::session::guard::guarded;
use crate::session::{Origin, Outcome, Output, Session};
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

/// What stands before an entry; as wide as a margin.
const PROMPT: &str = ">>> ";

/// Talks with the user until they leave. Returns how the last word was said: `Exit` when the program asked for it.
///
/// Errors: the terminal cannot be used or went away.
pub fn interact(session: &Rc<RefCell<Session>>, streams: &Streams, config: &Config) -> io::Result<Outcome> {
    let mut output = streams.clone();
    let file = config.history_file.clone().or_else(history_path);
    let mut editor = Editor::new(session.clone(), streams.theme(), file, config.history_size)?;
    if !config.startup.trim().is_empty() {
        let outcome = guarded(&mut output, || session.borrow_mut().run(&config.startup, "<startup>", Origin::Prompt));
        if let Outcome::Exit(_) = outcome {
            return Ok(outcome);
        }
    }
    if config.banner {
        output.show(&banner())?;
    }
    for number in 1.. {
        streams.fresh_line()?;
        let text = match editor.read(PROMPT)? {
            Entry::Text(text) => text,
            Entry::Cleared => continue,
            Entry::End => break,
        };
        if text.trim().is_empty() {
            continue;
        }
        // Before it runs: what crashes or is killed is remembered too.
        if let Err(error) = editor.remember(&text) {
            let told = format!("Warning: the history is not saved: {error}\n");
            output.report(&Text::styled(Style::Warning, told))?;
        }
        streams.wrap_at(editor.columns());
        let name = format!("<input {number}>");
        let outcome = guarded(&mut output, || session.borrow_mut().run(&text, &name, Origin::Prompt));
        if let Outcome::Exit(_) = outcome {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Ok)
}

fn banner() -> Text {
    let mut text = Text::styled(Style::Emphasis, format!("repl {}", env!("CARGO_PKG_VERSION")));
    text.push(Style::Dim, "  tensors as in PyTorch;  :help  explains,  Tab  completes,  Ctrl-D  leaves\n");
    text
}
