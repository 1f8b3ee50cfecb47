//! The operator table: every operator declared once, with its kernel, derivative, documentation and samples.
//!
//! Owns the definition of an operator, the one way to apply it (functions, methods, in-place forms), the node that it
//! leaves in the graph, and the lists derived from the table. Knows no syntax.

pub mod api;
pub mod apply;
pub mod index;
pub mod args;
pub mod def;
pub mod env;
pub mod inplace;
pub mod kernel;
pub mod methods;
pub mod node;
pub mod registry;

pub mod arithmetic;
pub mod blend;
pub mod compare;
pub mod extremes;
pub mod integers;
pub mod largest;
pub mod moments;
pub mod places;
pub mod pointwise;
pub mod predicates;
pub mod reduce;
pub mod rounding;
pub mod shape;
pub mod softmax;

pub use apply::{apply, call};
pub use args::{Call, Operand};
pub use def::{Example, Forms, OpDef, Out, Run, Save};
pub use env::OpsEnv;
pub use inplace::apply_inplace;
pub use node::{Back, grads};

/// The table: the operators of every family.
pub const FAMILIES: &[&[&OpDef]] = &[
    arithmetic::FAMILY,
    blend::FAMILY,
    compare::FAMILY,
    extremes::FAMILY,
    integers::FAMILY,
    largest::FAMILY,
    moments::FAMILY,
    places::FAMILY,
    pointwise::FAMILY,
    predicates::FAMILY,
    reduce::FAMILY,
    rounding::FAMILY,
    shape::FAMILY,
    softmax::FAMILY,
];
