//! A tensor REPL: PyTorch's expressions, numbers and gradients at a prompt that starts in milliseconds.
//!
//! Layers import downwards only; the README's architecture section draws them and a test holds the arrows.

pub mod array;
pub mod builtins;
pub mod diag;
pub mod display;
pub mod eval;
pub mod lower;
pub mod ops;
pub mod repl;
pub mod session;
pub mod syntax;
pub mod tensor;
pub mod value;
