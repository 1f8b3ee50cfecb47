//! The guard around the engine: a panic is an internal error that is reported, and the session goes on.

use super::engine::Outcome;
use super::output::Output;
use crate::diag::{Diagnostic, Error, Fault, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// What the last panic said, and where; the hook leaves it here instead of printing it.
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps panics from printing: they are reported as internal errors.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{message}{place}"));
    }));
}

/// Runs a piece of the engine; a panic in it is reported and counts as a statement that raised.
pub fn guarded(output: &mut dyn Output, run: impl FnOnce() -> Outcome) -> Outcome {
    // What the engine leaves half done after a panic is its variables' affair: they are still Rust values.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(outcome) => outcome,
        Err(_) => {
            let _ = output.report(&Diagnostic::from_fault(&fault()).render());
            Outcome::Raised
        }
    }
}

/// What a piece of the engine answers, or nothing when it panics: for answers that are only a convenience.
pub fn quietly<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// What the engine answers; a panic in it is an error like any other, so that what follows it runs.
///
/// Errors: those of `run`, InternalError for a panic.
pub fn caught<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(fault()))
}

/// The error for the last panic.
fn fault() -> Error {
    let said = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let version = env!("CARGO_PKG_VERSION");
    Fault::internal(said.unwrap_or_else(|| "no message".to_string()))
        .with_note(format!("This is a defect of repl {version}, not of your program; the variables are still there."))
        .with_help("please report the line above with the input that led to it; `:history` shows the inputs")
}

#[cfg(test)]
mod tests {
    use super::super::output::Capture;
    use super::*;
    use crate::diag::ExcKind;

    #[test]
    fn a_panic_is_reported_and_survived() {
        let mut capture = Capture::default();
        let outcome = guarded(&mut capture, || panic!("index out of range"));
        assert_eq!(outcome, Outcome::Raised);
        assert!(capture.take().starts_with("InternalError: "));
        assert_eq!(guarded(&mut capture, || Outcome::Ok), Outcome::Ok);
        let caught = caught::<()>(|| panic!("index out of range")).unwrap_err();
        assert_eq!(caught.kind, ExcKind::InternalError);
        assert_eq!(capture.take(), "");
    }
}
