//! `torch.autograd`: backward passes that the program starts, gradient modes, functions of the program with their own
//! derivative, Jacobians and numerical checks.

pub mod backward;
pub mod function;
pub mod modes;

pub use backward::backward_method;

use super::table::functions;
use crate::value::Module;

/// Binds the functions of `torch.autograd`.
pub fn install(autograd: &Module) {
    functions(autograd, "torch.autograd", backward::FUNCTIONS);
}
