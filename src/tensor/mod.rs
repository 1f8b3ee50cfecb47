//! Tensors: an array with its place in the gradient graph, the nodes of that graph, and the backward pass.
//!
//! Knows no operator by name. The few differentiable operations that the backward pass itself needs are handed in
//! through [`Env`].

pub mod backward;
pub mod mode;
pub mod node;
pub mod reached;
pub mod saved;
pub mod tensor;

pub use backward::{BackwardOptions, Env, backward};
pub use node::{Edge, Grads, Hook, Meta, Node, NodeCore, Operand};
pub use saved::Saved;
pub use tensor::{Tensor, View};
