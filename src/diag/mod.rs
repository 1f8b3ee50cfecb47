//! Places, faults and styled text: what every layer uses to say what went wrong and to show what it made.
//!
//! Owns source positions, the error type that all layers return, diagnostics ready for rendering, styled text without
//! colour, and the "did you mean" search. Imports nothing else of this crate.

pub mod diagnostic;
pub mod fault;
pub mod interrupt;
pub mod source;
pub mod suggest;
pub mod text;

pub use diagnostic::{Diagnostic, Label, TraceLine};
pub use fault::{Error, ExcKind, Fault, Result};
pub use source::{Source, Span};
pub use suggest::did_you_mean;
pub use text::{Style, Text};
