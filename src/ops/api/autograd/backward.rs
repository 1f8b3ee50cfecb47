//! `tensor.backward()`, `torch.autograd.backward` and `torch.autograd.grad`.

use super::super::attributes::tensor;
use super::super::table::Def;
use crate::array::{Array, Scalar};
use crate::diag::{Fault, Result};
use crate::ops::OpsEnv;
use crate::tensor::{BackwardOptions, Env, Grads, Tensor, backward};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Native, Value};

/// The functions of `torch.autograd`.
pub const FUNCTIONS: &[Def] = &[
    Def(
        "backward",
        "tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None",
        "The gradients of tensors, added to .grad of the leaves they were computed from.",
        |native, caller, args| {
            let bound = native.parsed().bind(args, 0)?;
            let roots = tensors(&bound[0])?;
            accumulate(&roots, &bound[1], &bound[2], &bound[3], &bound[5], caller)
        },
    ),
    Def(
        "grad",
        "outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, only_inputs=True, \
         allow_unused=None, is_grads_batched=False, materialize_grads=False",
        "The gradients of outputs with respect to inputs, as a tuple; .grad of the leaves stays as it is.",
        grad,
    ),
];

/// `tensor.backward(...)`
pub fn backward_method(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let root = tensor(&bound[0])?.clone();
    accumulate(&[root], &bound[1], &bound[2], &bound[3], &bound[4], caller)
}

/// The tensors of one tensor or a sequence of them.
///
/// Errors: TypeError for other values.
pub fn tensors(value: &Value) -> Result<Vec<Tensor>> {
    let of = |items: &[Value]| items.iter().map(|v| tensor(v).cloned()).collect();
    match value {
        Value::Tensor(t) => Ok(vec![t.clone()]),
        Value::List(l) => of(&l.to_vec()),
        Value::Tuple(t) => of(t),
        other => Err(Fault::type_error(format!("'{}' object is not iterable", class_name(other)))),
    }
}

/// The roots of a pass with the gradients they start from.
///
/// `given` is None, a tensor or a sequence of those. Errors: RuntimeError where a gradient is missing or does not fit.
fn starts(roots: &[Tensor], given: &Value) -> Result<Vec<(Tensor, Tensor)>> {
    let given: Vec<Value> = match given {
        Value::None | Value::Undef => vec![Value::None; roots.len()],
        Value::Tensor(_) => vec![given.clone()],
        Value::List(l) => l.to_vec(),
        Value::Tuple(t) => t.to_vec(),
        other => return Err(Fault::type_error(format!("'{}' object is not iterable", class_name(other)))),
    };
    if given.len() < roots.len() {
        return Err(Fault::runtime(format!("got {} tensors and {} gradients", roots.len(), given.len())));
    }
    let start = |(i, (root, grad)): (usize, (&Tensor, &Value))| -> Result<(Tensor, Tensor)> {
        let grad = match grad {
            Value::None => implicit(root)?,
            Value::Tensor(g) if g.sizes() != root.sizes() => {
                let show = |t: &Tensor| format!("torch.Size({})", crate::array::layout::show_sizes(t.array().sizes()));
                return Err(Fault::runtime(format!(
                    "Mismatch in shape: grad_output[{i}] has a shape of {} and output[{i}] has a shape of {}.",
                    show(g),
                    show(root)
                )));
            }
            Value::Tensor(g) => g.to_dtype(root.dtype())?,
            other => {
                return Err(Fault::type_error(format!(
                    "gradients can be either Tensors or None, but got {}",
                    class_name(other)
                )));
            }
        };
        if !root.requires_grad() {
            return Err(Fault::runtime(format!(
                "element {i} of tensors does not require grad and does not have a grad_fn"
            )));
        }
        Ok((root.clone(), grad))
    };
    roots.iter().zip(&given).enumerate().map(start).collect()
}

/// The gradient 1 that a number starts from.
///
/// Errors: RuntimeError for tensors of several elements.
fn implicit(root: &Tensor) -> Result<Tensor> {
    if !root.requires_grad() {
        return Ok(root.clone());
    }
    let array = root.array();
    if array.numel() != 1 {
        return Err(Fault::runtime("grad can be implicitly created only for scalar outputs"));
    }
    if array.dtype.is_complex() {
        let dtype = array.dtype.name();
        return Err(Fault::runtime(format!(
            "grad can be implicitly created only for real scalar outputs but got torch.{dtype}"
        )));
    }
    Ok(Tensor::new(Array::full(array.sizes(), Scalar::Int(1), array.dtype)?))
}

fn flag(value: &Value) -> bool {
    !matches!(value, Value::None | Value::Undef | Value::Bool(false) | Value::Int(0))
}

fn options(retain_graph: &Value, create_graph: &Value) -> BackwardOptions {
    let create_graph = flag(create_graph);
    let retain_graph = if retain_graph.is_none() { create_graph } else { flag(retain_graph) };
    BackwardOptions { retain_graph, create_graph }
}

/// PyTorch's warning on gradients that hold on to the graph that made them.
const CYCLE: &str = "Using backward() with create_graph=True will create a reference cycle between the parameter and \
    its gradient which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. \
    If you have to use this function, make sure to reset the .grad fields of your parameters to None after use to break \
    the cycle and avoid the leak. (Triggered internally at /__w/pytorch/pytorch/torch/csrc/autograd/engine.cpp:1445.)";

/// Runs a pass that fills `.grad`: of all leaves, or of `inputs` only.
fn accumulate(
    roots: &[Tensor],
    gradients: &Value,
    retain_graph: &Value,
    create_graph: &Value,
    inputs: &Value,
    caller: &mut dyn Caller,
) -> Result<Value> {
    let inputs = match inputs {
        Value::None | Value::Undef => None,
        given => Some(tensors(given)?),
    };
    if inputs.as_ref().is_some_and(Vec::is_empty) {
        return Err(Fault::runtime("`inputs` argument to `backward()` cannot be empty."));
    }
    let options = options(retain_graph, create_graph);
    let starts = starts(roots, gradients)?;
    if options.create_graph {
        caller.warn("UserWarning", CYCLE)?;
    }
    let mut env = OpsEnv::new(caller);
    let Some(inputs) = inputs else {
        backward(&starts, None, options, &mut env)?;
        return Ok(Value::None);
    };
    if inputs.iter().any(|t| !t.requires_grad()) {
        return Err(Fault::runtime("can't retain_grad on Tensor that has requires_grad=False"));
    }
    let grads = backward(&starts, Some(&inputs), options, &mut env)?;
    for (input, grad) in inputs.iter().zip(grads) {
        let Some(grad) = grad else { continue };
        let sum = match input.grad() {
            Some(old) => env.add(&old, &grad)?,
            None => grad,
        };
        input.set_grad(Some(sum));
    }
    Ok(Value::None)
}

fn grad(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let (outputs, inputs) = (tensors(&bound[0])?, tensors(&bound[1])?);
    let materialize = flag(&bound[8]);
    if materialize && matches!(bound[6], Value::Bool(false)) {
        return Err(Fault::value(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.",
        ));
    }
    let allow_unused = flag(&bound[6]) || materialize;
    let grads = gradients(&outputs, &inputs, &bound[2], options(&bound[3], &bound[4]), allow_unused, caller)?;
    let wrap = |(grad, input): (Option<Tensor>, &Tensor)| -> Result<Value> {
        Ok(match grad {
            Some(g) => Value::Tensor(g),
            None if materialize => Value::Tensor(zeros_like(input)?),
            None => Value::None,
        })
    };
    let values: Vec<Value> = grads.into_iter().zip(&inputs).map(wrap).collect::<Result<_>>()?;
    Ok(Value::tuple(values))
}

/// The gradients of outputs with respect to inputs.
///
/// Errors: RuntimeError for inputs that need no gradient or, unless `allow_unused`, were not used.
pub fn gradients(
    outputs: &[Tensor],
    inputs: &[Tensor],
    grad_outputs: &Value,
    options: BackwardOptions,
    allow_unused: bool,
    caller: &mut dyn Caller,
) -> Result<Grads> {
    if inputs.is_empty() {
        return Err(Fault::runtime("`inputs` argument to `grad()` cannot be empty."));
    }
    let starts = starts(outputs, grad_outputs)?;
    if inputs.iter().any(|t| !t.requires_grad()) {
        return Err(Fault::runtime("One of the differentiated Tensors does not require grad"));
    }
    let grads = backward(&starts, Some(inputs), options, &mut OpsEnv::new(caller))?;
    if !allow_unused && let Some(i) = grads.iter().position(Option::is_none) {
        return Err(Fault::runtime(format!(
            "The differentiated Tensor at index {i} appears to not have been used in the graph. Set allow_unused=True if \
             this is the desired behavior."
        )));
    }
    Ok(grads)
}

/// Zeros of a tensor's sizes and type.
///
/// Errors: MemoryError.
pub fn zeros_like(t: &Tensor) -> Result<Tensor> {
    let array = t.array();
    Ok(Tensor::new(Array::full(array.sizes(), Scalar::Int(0), array.dtype)?))
}
