//! `torch.autograd`: backward passes that the program starts, gradient modes, functions of the program with their own
//! derivative, Jacobians and numerical checks.

pub mod backward;
pub mod function;
pub mod modes;

pub use backward::backward_method;

use super::attributes::tensor;
use super::table::{Def, functions};
use crate::value::{Module, Value};

/// Names of old, and what only helps to debug PyTorch itself.
const COMPATIBLE: &[Def] = &[
    Def("Variable", "data, requires_grad: bool = False", "A tensor on the same elements.", |native, _, args| {
        let bound = native.parsed().bind(args, 0)?;
        let alias = tensor(&bound[0])?.detach();
        alias.set_requires_grad(matches!(bound[1], Value::Bool(true)))?;
        Ok(Value::Tensor(alias))
    }),
    Def(
        "set_detect_anomaly",
        "mode, check_nan=True",
        "Accepted: errors name their operation anyway.",
        |_, caller, _| modes::idle(caller),
    ),
    Def("detect_anomaly", "check_nan=True", "Accepted, with PyTorch's warning.", |_, caller, _| {
        caller.warn(
            "UserWarning",
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for \
             debugging.",
        )?;
        modes::idle(caller)
    }),
];

/// Binds the functions of `torch.autograd`.
pub fn install(autograd: &Module) {
    functions(autograd, "torch.autograd", backward::FUNCTIONS);
    functions(autograd, "torch.autograd", COMPATIBLE);
}
