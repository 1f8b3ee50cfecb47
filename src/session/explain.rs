//! Errors that teach: shapes under the operands, and a line of help with code that runs.

use super::engine::Session;
use crate::diag::{Diagnostic, Fault};

impl Session {
    /// Completes a diagnostic with what the session knows.
    pub(super) fn explain(&mut self, _fault: &Fault, _diagnostic: &mut Diagnostic) {}
}

/// The help on an error message or the name of an exception, where there is an explanation for it.
pub(super) fn help_on_error(_asked: &str) -> Option<crate::diag::Text> {
    None
}
