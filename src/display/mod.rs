//! The text of values: Python's `repr` and `str`, tensors and arrays, annotations and gradient graphs.
//!
//! Prints nothing: every text is returned, plain as a `String` or styled as a [`crate::diag::Text`].

pub mod annotate;
pub mod elements;
pub mod graph;
pub mod info;
pub mod ndarray;
pub mod opaque;
pub mod options;
pub mod origin;
pub mod overview;
pub mod repr;
pub mod settings;
pub mod stats;
pub mod string;
pub mod table;
pub mod tensor;
#[cfg(test)]
mod testing;

pub use opaque::object_repr;
pub use options::{PrintOptions, PrintOptionsChange, print_options, replace_print_options, set_print_options};
pub use repr::{default_repr, repr, str};
