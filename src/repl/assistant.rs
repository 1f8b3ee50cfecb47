//! The session as the editor's assistant: its answers, of which none may end the session.

use super::editor::{Assistant, Candidate};
use crate::diag::Text;
use crate::session::Session;
use crate::session::guard;

/// A panic while something is typed means no answer, not the end of the session.
impl Assistant for Session {
    fn complete(&mut self, text: &str, pos: usize) -> (usize, Vec<Candidate>) {
        guard::quietly(|| Session::complete(self, text, pos)).unwrap_or((pos, Vec::new()))
    }

    fn hint(&mut self, text: &str, pos: usize) -> Option<String> {
        guard::quietly(|| Session::hint(self, text, pos)).flatten()
    }

    fn highlight(&self, text: &str) -> Text {
        guard::quietly(|| Session::highlight(self, text)).unwrap_or_else(|| Text::plain(text))
    }
}
