//! What the backward pass asks of operators: sums of gradients, shapes made to fit, the program's hooks.

use crate::array::{Array, DType, map, sums};
use crate::diag::{Fault, Result};
use crate::tensor::node::Meta;
use crate::tensor::{Env, Grads, Hook, Tensor, mode};
use crate::value::{Args, Caller, Value};
use std::rc::Rc;

/// The environment of a backward pass, with the way back into the program for hooks.
pub struct OpsEnv<'a> {
    /// Who runs the program; `None` when nothing of it can be called.
    pub caller: Option<&'a mut dyn Caller>,
    /// Counts nodes, so that not every one asks for interrupts.
    pub steps: u32,
}

impl<'a> OpsEnv<'a> {
    /// The environment of a pass that the program started.
    pub fn new(caller: &'a mut dyn Caller) -> OpsEnv<'a> {
        OpsEnv { caller: Some(caller), steps: 0 }
    }
}

impl Env for OpsEnv<'_> {
    fn add(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        a.add(b)
    }

    fn add_into(&mut self, a: &Tensor, b: &Tensor) -> Result<()> {
        mode::with_grad_enabled(false, || {
            let target = a.array().clone();
            let added = b.array().clone();
            match (target.dtype, added.dtype) {
                (DType::F32, DType::F32) => map::map2_assign(&target, &added, |x: f32, y: f32| x + y)?,
                (DType::F64, DType::F64) => map::map2_assign(&target, &added, |x: f64, y: f64| x + y)?,
                _ => map::copy_into(&target, &a.detach().add(&b.detach())?.array())?,
            }
            target.storage.bump();
            Ok(())
        })
    }

    fn own(&mut self, grad: Tensor) -> Result<Tensor> {
        let array = grad.array().clone();
        // Nobody else holds the tensor or its storage: two handles are the one here and its clone's storage.
        if grad.handles() == 1 && Rc::strong_count(&array.storage) == 2 && array.layout.is_contiguous() {
            return Ok(grad.detach());
        }
        Ok(Tensor::new(map::cast(&array, array.dtype)?))
    }

    fn run_hook(&mut self, hook: &Hook, grad: &Tensor) -> Result<Option<Tensor>> {
        let (Some(caller), Some(function)) = (self.caller.as_mut(), hook.downcast_ref::<Value>()) else {
            return Ok(None);
        };
        match caller.call(function, Args::of(&[Value::Tensor(grad.clone())]))? {
            Value::None => Ok(None),
            Value::Tensor(t) => Ok(Some(t)),
            other => {
                let class = crate::value::protocol::class_name(&other);
                Err(Fault::type_error(format!("expected Variable, but hook returned '{class}'")))
            }
        }
    }

    fn checkpoint(&mut self) -> Result<()> {
        self.steps = self.steps.wrapping_add(1);
        match self.caller.as_mut() {
            Some(caller) if self.steps.is_multiple_of(64) => caller.checkpoint(),
            _ => Ok(()),
        }
    }

    fn run_derivative(&mut self, derivative: &Hook, grads: Grads) -> Result<Grads> {
        let (Some(caller), Some(derivative)) = (self.caller.as_mut(), derivative.downcast_ref::<ProgramDerivative>())
        else {
            return Err(Fault::internal("a derivative of the program without the program"));
        };
        (derivative.0)(*caller, grads)
    }
}

/// A derivative that the program defines (`torch.autograd.Function`), as a hook for [`Env::run_derivative`].
pub struct ProgramDerivative(pub Box<dyn Fn(&mut dyn Caller, Grads) -> Result<Grads>>);

/// A gradient made to look like the input it belongs to: summed over broadcast dimensions, converted to its dtype, the
/// real part for a real input.
pub fn fit(grad: Tensor, meta: &Meta) -> Result<Tensor> {
    let same_sizes = grad.array().sizes() == meta.sizes();
    let grad = if same_sizes {
        grad
    } else if mode::grad_enabled() && grad.requires_grad() {
        grad.sum_to_size(meta.sizes())?
    } else {
        let array: Array = sums::sum_to(&grad.array(), meta.sizes())?;
        Tensor::new(array)
    };
    match grad.dtype() {
        dtype if dtype == meta.dtype => Ok(grad),
        // A real input has no use for what is imaginary of its gradient.
        dtype if dtype.is_complex() && !meta.dtype.is_complex() => grad.real()?.to_dtype(meta.dtype),
        _ => grad.to_dtype(meta.dtype),
    }
}
