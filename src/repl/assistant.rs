//! The session as the editor's assistant: what it says of names, and what it may not break.

use super::editor::{Assistant, Candidate};
use super::guard;
use crate::diag::Text;
use crate::session::Session;
use crate::syntax;

/// A panic while something is typed must not end the session: there is no answer then.
impl Assistant for Session {
    fn complete(&mut self, text: &str, pos: usize) -> (usize, Vec<Candidate>) {
        let _ = text;
        (pos, Vec::new())
    }

    fn hint(&mut self, _: &str, _: usize) -> Option<String> {
        None
    }

    fn highlight(&self, text: &str) -> Text {
        guard::quietly(|| syntax::highlight(text)).unwrap_or_else(|| Text::plain(text))
    }
}
