//! The terminal: the only layer that prints.

pub mod streams;
