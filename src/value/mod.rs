//! Values of the language: 16 bytes, cheap to clone; their containers, classes, functions and protocols.
//!
//! Knows tensors as values but no operator; knows functions but not how code runs: whoever must call back into the
//! program takes a [`Caller`].

pub mod args;
pub mod caller;
pub mod class;
pub mod dict;
pub mod exception;
pub mod float;
pub mod function;
pub mod iter;
pub mod module;
pub mod number;
mod overloads;
pub mod protocol;
pub mod sequence;
pub mod signature;
pub mod text;
pub mod types;
pub mod value;

pub use args::Args;
pub use caller::{Binary, Caller, Compare};
pub use class::{Class, Descriptor, GetSet, Instance, Method, Payload};
pub use dict::{Dict, Set};
pub use function::{Function, Native, NativeFn};
pub use iter::{Iter, NativeIter};
pub use module::{Module, Namespace};
pub use sequence::{List, Range, Slice, Tuple, TupleKind};
pub use signature::{Bound, Param, ParamKind, Signature, Ty};
pub use text::{Name, Str, intern};
pub use types::{Types, class_of, types};
pub use value::{Generator, NdArray, Value};
