//! From text to tree: tokens, grammar, errors, completeness of input and highlighting.
//!
//! The only user of pest. A token pass finds what a grammar cannot say well (brackets, strings, indentation) and
//! flattens the text; pest parses that; a builder makes the tree and checks what Python's compiler checks. Knows no
//! values and evaluates nothing.

#[allow(missing_docs)] // The fields of enum variants say themselves what they are.
pub mod ast;
pub mod complete;
pub mod highlight;
pub mod parse;
pub mod print;
pub mod tokens;

mod argument;
mod display;
mod explain;
mod expression;
mod fstring;
mod lexer;
mod literal;
mod statement;
mod suspect;
#[cfg(test)]
mod tests;
mod validate;

pub use complete::{Completeness, completeness};
pub use highlight::highlight;
pub use parse::{Mode, parse, parse_expression, strip_prompts};
pub use print::unparse;

/// The parser that pest derives from the grammar; its `Rule` names every rule.
mod grammar {
    /// The derived parser.
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/tensor.pest"]
    pub struct Grammar;
}
