//! The session: the engine's face. Runs texts, shows values and errors, completes, helps; knows no terminal.

pub mod engine;
pub mod importer;
pub mod output;
pub mod world;

pub use engine::{Origin, Outcome, Session, Settings};
pub use output::{Capture, Output};
