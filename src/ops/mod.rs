//! The operator table: every operator declared once, with its kernel, derivative, documentation and samples.
//!
//! Owns the definition of an operator, the one way to apply it (functions, methods, in-place forms), the node that it
//! leaves in the graph, and the lists derived from the table. Knows no syntax.

pub mod apply;
pub mod args;
pub mod def;
pub mod env;
pub mod inplace;
pub mod kernel;
pub mod methods;
pub mod node;
pub mod registry;

pub mod arithmetic;
pub mod arrange;
pub mod axes;
pub mod compare;
pub mod diagonal;
pub mod gather;
pub mod index;
pub mod join;
pub mod pointwise;
pub mod reinterpret;
pub mod reshape;
pub mod rounding;
pub mod scatter;
pub mod shape;
pub mod split;

pub use apply::{apply, call};
pub use args::{Call, Operand};
pub use def::{Example, Forms, OpDef, Out, Run, Save};
pub use env::OpsEnv;
pub use inplace::apply_inplace;
pub use node::{Back, grads};

/// The table: the operators of every family.
pub const FAMILIES: &[&[&OpDef]] = &[
    arithmetic::FAMILY,
    arrange::FAMILY,
    axes::FAMILY,
    compare::FAMILY,
    diagonal::FAMILY,
    gather::FAMILY,
    join::FAMILY,
    pointwise::FAMILY,
    reinterpret::FAMILY,
    reshape::FAMILY,
    scatter::FAMILY,
    shape::FAMILY,
    split::FAMILY,
];
