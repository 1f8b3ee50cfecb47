//! The terminal: the only layer that prints.
//!
//! Owns the streams of the process, the line editor, colour themes, the configuration file, and the loops that read
//! entries from the prompt and from standard input. Knows nothing of tensors: all answers come from a session.

mod assistant;
pub mod config;
pub mod editor;
pub mod latex;
pub mod piped;
pub mod prompt;
pub mod streams;
pub mod theme;
