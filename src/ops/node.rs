//! The node that an operator leaves in the gradient graph, and what its derivative sees.

use super::def::{Complex, OpDef};
use crate::array::{Array, DType, Dims};
use crate::diag::{Fault, Result};
use crate::tensor::node::Meta;
use crate::tensor::{Edge, Env, Grads, Node, NodeCore, Operand, Saved, Tensor};
use crate::value::{Bound, Value};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A differentiable input of a node.
pub(super) struct Input {
    /// Its slot: the argument's index, tensor lists expanded.
    pub slot: u32,
    /// What its gradient must look like.
    pub meta: Meta,
}

/// Which of a node's tensors is saved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The input in a slot.
    Input(u32),
    /// An output.
    Output(u32),
}

/// What a node keeps for its derivative.
#[derive(Default)]
pub(super) struct Kept {
    /// Saved inputs and outputs.
    pub saved: SmallVec<[(Place, Saved); 2]>,
    /// Arrays for the derivative only.
    pub arrays: SmallVec<[Array; 1]>,
}

impl Kept {
    /// What was saved of a tensor.
    fn find(&self, place: Place) -> Option<&Saved> {
        self.saved.iter().find(|(p, _)| *p == place).map(|(_, saved)| saved)
    }
}

/// A recorded application of an operator.
pub struct OpNode {
    pub(super) core: NodeCore,
    pub(super) def: &'static OpDef,
    pub(super) name: Cell<Option<&'static str>>,
    /// The arguments, tensors replaced by `Undef`.
    pub(super) args: Bound,
    /// One for each edge.
    pub(super) inputs: SmallVec<[Input; 2]>,
    /// Sizes and type of each output.
    pub(super) outputs: SmallVec<[Meta; 1]>,
    pub(super) kept: RefCell<Option<Kept>>,
    pub(super) saves_something: bool,
    pub(super) slots: u32,
    pub(super) done: Cell<bool>,
}

impl OpNode {
    /// The operator.
    pub fn def(&self) -> &'static OpDef {
        self.def
    }

    /// Sizes of an output.
    pub fn output_sizes(&self, slot: usize) -> Option<&[usize]> {
        self.outputs.get(slot).map(Meta::sizes)
    }

    /// The slot and sizes of each differentiable input, in the order of the edges.
    pub fn input_sizes(&self) -> impl Iterator<Item = (usize, &[usize])> {
        self.inputs.iter().map(|i| (i.slot as usize, i.meta.sizes()))
    }

    /// The arguments, tensors replaced by `Undef`.
    pub fn args(&self) -> &Bound {
        &self.args
    }

    /// A saved input by slot, or with `None` the saved output; `None` where the node kept none.
    ///
    /// Errors: RuntimeError when it was freed, or changed in place since.
    pub fn saved(&self, this: &Rc<dyn Node>, slot: Option<usize>) -> Result<Option<Tensor>> {
        let kept = self.kept.borrow();
        let Some(kept) = kept.as_ref() else { return Err(freed()) };
        let found = kept.find(slot.map_or(Place::Output(0), |slot| Place::Input(slot as u32)));
        found.map(|saved| saved.unpack(this)).transpose()
    }

    /// Runs the derivative; gradients come back in the order of the edges, shaped like their inputs.
    pub(super) fn differentiate(&self, this: &Rc<dyn Node>, grads: Grads) -> Result<Grads> {
        let Some(derivative) = self.def.derivative else {
            return Err(Fault::not_implemented(format!("derivative for {} is not implemented", self.def.name)));
        };
        let kept = self.kept.borrow();
        let Some(kept) = kept.as_ref() else {
            return Err(freed());
        };
        // What is analytic has the same derivative in complex numbers; a gradient is a product with its conjugate, which
        // is the derivative at the conjugates.
        let conjugate = self.def.complex == Complex::Analytic && is_complex(&grads);
        let conjugates = if conjugate { conjugated(&self.args) } else { None };
        let args = conjugates.as_ref().unwrap_or(&self.args);
        let mut by_slot = derivative(&Back { node: self, this, grads: &grads, kept, args, conjugate })?;
        by_slot.resize(self.slots as usize, None);
        let mut out = Grads::with_capacity(self.inputs.len());
        for (input, edge) in self.inputs.iter().zip(&self.core.edges) {
            let grad = by_slot.get_mut(input.slot as usize).and_then(Option::take);
            out.push(match (grad, edge) {
                (Some(grad), Some(_)) => Some(super::env::fit(grad, &input.meta)?),
                _ => None,
            });
        }
        Ok(out)
    }
}

/// Whether a gradient is complex.
#[inline]
fn is_complex(grads: &Grads) -> bool {
    grads.iter().flatten().any(|g| g.dtype().is_complex())
}

/// Arguments with complex numbers conjugated, where there are any.
#[cold]
fn conjugated(args: &Bound) -> Option<Bound> {
    let conjugate = |v: &Value| match v {
        Value::Complex(z) => Value::complex(z.re, -z.im),
        other => other.clone(),
    };
    args.iter().any(|v| matches!(v, Value::Complex(_))).then(|| args.iter().map(conjugate).collect())
}

impl Drop for OpNode {
    /// Leaves the last handles to other nodes to the core, which drops them without recursion; what was saved holds
    /// handles too.
    fn drop(&mut self) {
        drop(self.kept.get_mut().take());
    }
}

/// The refusal to use what a backward pass has freed.
#[cold]
pub(super) fn freed() -> crate::diag::Error {
    Fault::runtime(
        "Trying to backward through the graph a second time (or directly access saved tensors after they have already \
         been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). \
         Specify retain_graph=True if you need to backward through the graph a second time or if you need to access \
         saved tensors after calling backward.",
    )
}

impl Node for OpNode {
    fn core(&self) -> &NodeCore {
        &self.core
    }
    fn core_mut(&mut self) -> Option<&mut NodeCore> {
        Some(&mut self.core)
    }
    fn name(&self) -> String {
        let name = self.name.get().unwrap_or(self.def.node);
        if !name.is_empty() {
            return name.to_string();
        }
        let mut out = String::new();
        for part in self.def.name.split(['_', '.']).filter(|p| !p.is_empty()) {
            let mut chars = part.chars();
            out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
            out.push_str(chars.as_str());
        }
        out + "Backward0"
    }
    fn backward(&self, this: &Rc<dyn Node>, grads: Grads, _env: &mut dyn Env) -> Result<Grads> {
        self.differentiate(this, grads)
    }
    fn release(&self) {
        if self.saves_something {
            let kept = self.kept.borrow_mut().take();
            drop(kept);
        }
        self.done.set(true);
    }
    fn operands(&self) -> Vec<Operand> {
        let kept = self.kept.borrow();
        let saved = |slot: u32| kept.as_ref().and_then(|k| k.find(Place::Input(slot)));
        let mut tensors = self.inputs.iter().zip(&self.core.edges).map(|(input, edge)| Operand::Tensor {
            edge: edge.clone(),
            meta: Some(input.meta.clone()),
            array: saved(input.slot).map(|s| s.array().clone()),
        });
        let mut out = Vec::new();
        for value in &self.args {
            match value {
                Value::Undef => out.extend(tensors.next()),
                Value::None => {}
                plain => out.push(Operand::Plain(format!("{plain:?}"))),
            }
        }
        out.extend(tensors);
        out
    }
    fn output_meta(&self, slot: u32) -> Option<Meta> {
        self.outputs.get(slot as usize).cloned()
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// What a derivative sees: gradients of the outputs, what was saved, and the arguments.
pub struct Back<'a> {
    node: &'a OpNode,
    this: &'a Rc<dyn Node>,
    grads: &'a Grads,
    kept: &'a Kept,
    args: &'a Bound,
    /// Whether what was saved is seen conjugated.
    conjugate: bool,
}

impl Back<'_> {
    /// The gradient of the first output; zeros where none arrived.
    pub fn grad(&self) -> Tensor {
        match self.grad_of(0) {
            Some(grad) => grad,
            None => self.zeros_for(0),
        }
    }

    /// The gradient of an output, where one arrived.
    pub fn grad_of(&self, output: usize) -> Option<Tensor> {
        self.grads.get(output).cloned().flatten()
    }

    fn zeros_for(&self, output: usize) -> Tensor {
        let zero = |m: &Meta| Array::full(m.sizes(), crate::array::Scalar::Int(0), m.dtype).ok();
        let array = self.node.outputs.get(output).and_then(zero);
        Tensor::new(array.unwrap_or_else(|| Array::scalar(0f32)))
    }

    #[inline]
    fn seen(&self, saved: Tensor) -> Result<Tensor> {
        if self.conjugate { saved.conj() } else { Ok(saved) }
    }

    /// The saved tensor in a slot, connected to the graph.
    ///
    /// Errors: RuntimeError when it was changed in place since.
    pub fn input(&self, slot: usize) -> Result<Tensor> {
        match self.kept.find(Place::Input(slot as u32)) {
            Some(saved) => self.seen(saved.unpack(self.this)?),
            None => Err(Fault::internal(format!("{} did not save argument {slot}", self.node.def.name))),
        }
    }

    /// The first output, connected to the graph.
    pub fn out(&self) -> Result<Tensor> {
        self.output(0)
    }

    /// A saved output, connected to the graph.
    ///
    /// Errors: RuntimeError when it was changed in place since.
    pub fn output(&self, index: usize) -> Result<Tensor> {
        match self.kept.find(Place::Output(index as u32)) {
            Some(saved) => self.seen(saved.unpack(self.this)?),
            None => Err(Fault::internal(format!("{} did not save output {index}", self.node.def.name))),
        }
    }

    /// An array that the kernel kept, as a tensor.
    pub fn kept(&self, index: usize) -> Result<Tensor> {
        let missing = || Fault::internal(format!("{} kept no array {index}", self.node.def.name));
        self.kept.arrays.get(index).map(|a| Tensor::new(a.clone())).ok_or_else(missing)
    }

    /// How many arrays the kernel kept.
    pub fn kept_len(&self) -> usize {
        self.kept.arrays.len()
    }

    /// The call with the arguments that are no tensors; those are `Undef`.
    pub fn call(&self) -> super::args::Call<'_> {
        super::args::Call { def: self.node.def, args: self.args }
    }

    /// The argument at a parameter's index; `Undef` for tensors.
    pub fn arg(&self, i: usize) -> &Value {
        &self.args[i]
    }

    /// Whether the input in a slot is given and wants a gradient.
    pub fn needs(&self, slot: usize) -> bool {
        self.node.inputs.iter().zip(&self.node.core.edges).any(|(i, e)| i.slot as usize == slot && e.is_some())
    }

    /// The gradient of a slot if it is wanted.
    pub fn when(&self, slot: usize, f: impl FnOnce() -> Result<Tensor>) -> Result<Option<Tensor>> {
        if self.needs(slot) { f().map(Some) } else { Ok(None) }
    }

    /// The sizes of the tensor in a slot.
    pub fn sizes(&self, slot: usize) -> Dims {
        self.node
            .inputs
            .iter()
            .find(|i| i.slot as usize == slot)
            .map_or_else(Dims::new, |i| Dims::from_slice(i.meta.sizes()))
    }

    /// The dtype of the tensor in a slot.
    pub fn dtype(&self, slot: usize) -> DType {
        self.node.inputs.iter().find(|i| i.slot as usize == slot).map_or(DType::F32, |i| i.meta.dtype)
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.node.slots as usize
    }
}

/// Gradients by slot, all present.
pub fn grads<const N: usize>(all: [Tensor; N]) -> Result<Grads> {
    let mut out = Grads::new();
    for grad in all {
        out.push(Some(grad));
    }
    Ok(out)
}

/// The edge of an output of a node.
pub(super) fn edge_to(node: &Rc<OpNode>, slot: usize) -> Edge {
    Edge { node: node.clone(), slot: slot as u32 }
}
