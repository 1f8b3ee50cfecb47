//! The evaluator: runs register code in frames; calls, attributes, operators, classes, generators, imports.
//!
//! Knows no terminal: what is written, read and imported goes through a [`Host`].

pub mod attribute;
pub mod call;
pub mod caller;
pub mod class;
pub mod frame;
pub mod frames;
pub mod generator;
pub mod host;
pub mod import;
mod instruction;
pub mod introspect;
pub mod machine;
mod methods;
mod names;
pub mod operands;
pub mod operator;
pub mod stack;
mod unwind;

pub use host::Host;
pub use machine::Machine;
pub use operands::Operands;
