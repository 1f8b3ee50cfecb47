//! From the syntax tree to flat register code: scopes, names to slots, the instructions and their listing.
//!
//! What comes out has no name left to look up but attributes, keywords and imports. Knows nothing of how code runs.

pub mod call;
pub mod code;
pub mod comprehension;
pub mod expression;
pub mod function;
pub mod listing;
pub mod lowering;
pub mod scope;
pub mod statement;
pub mod target;

pub use code::{Code, CodeKind, Instr, Reg};
pub use lowering::{Globals, lower_function_check, lower_statement};
