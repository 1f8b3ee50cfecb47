//! The session: the engine's face. Runs texts, shows values and errors, completes, helps; knows no terminal.

pub mod commands;
pub mod complete;
pub mod describe;
pub mod engine;
pub mod evaluate;
pub mod explain;
pub mod guard;
pub mod help;
pub mod importer;
pub mod infer;
pub mod journal;
pub mod names;
pub mod notes;
pub mod output;
pub mod peek;
pub mod usage;
pub mod world;

pub use complete::Candidate;
pub use engine::{Origin, Outcome, Session, Settings};
pub use output::{Capture, Output};

// What the terminal asks of the layers below goes through here.
pub use crate::array::allocator::share_main_heap;
pub use crate::array::simd::set_threads;
pub use crate::array::storage::set_memory_limit;
pub use crate::syntax::{Completeness, completeness, highlight, strip_prompts};
