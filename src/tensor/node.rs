//! A node of the gradient graph: one recorded operation, its edges to where gradients flow next.

use super::backward::Env;
use super::tensor::Tensor;
use super::{mode, reached};
use crate::array::{Array, DType, KnownLayout};
use crate::diag::Result;
use smallvec::SmallVec;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Gradients, one for each output or edge; `None` where none flows.
pub type Grads = SmallVec<[Option<Tensor>; 2]>;

/// A function of the program that may replace a gradient: opaque here, run by the environment.
pub type Hook = Rc<dyn Any>;

/// An arrow from a tensor or a node to the output of the node that made it.
#[derive(Clone)]
pub struct Edge {
    /// The node.
    pub node: Rc<dyn Node>,
    /// Which of its outputs.
    pub slot: u32,
}

/// Size and type of a node's input, which its gradient must have.
#[derive(Clone, Debug)]
pub struct Meta {
    layout: Rc<KnownLayout>,
    /// Element type.
    pub dtype: DType,
}

impl Meta {
    /// What that array looks like.
    #[inline]
    pub fn of(array: &Array) -> Meta {
        Meta { layout: array.layout.clone(), dtype: array.dtype }
    }

    /// Sizes.
    #[inline]
    pub fn sizes(&self) -> &[usize] {
        &self.layout.sizes
    }
}

/// What a node remembers of an argument, for explanations only.
#[derive(Clone)]
pub enum Operand {
    /// A tensor.
    Tensor {
        /// Where its gradient goes.
        edge: Option<Edge>,
        /// What it looked like.
        meta: Option<Meta>,
        /// Its array, while the node holds it.
        array: Option<Array>,
    },
    /// Anything else, as the program would write it: `2.0`.
    Plain(String),
}

/// What every node has: its edges, and the scratch fields of the backward pass.
pub struct NodeCore {
    /// Order of creation.
    pub sequence: u64,
    /// The input of the session during which it was made.
    pub input_number: u32,
    /// Where the gradients of the inputs go; `None` for inputs without gradient.
    pub edges: SmallVec<[Option<Edge>; 2]>,
    /// Hooks on outputs, with the slot and an identity to remove them by.
    pub hooks: RefCell<Vec<(u32, u64, Hook)>>,
    /// Non-leaf tensors that keep their gradient, by slot.
    pub retained: RefCell<Vec<(u32, std::rc::Weak<super::tensor::TensorCell>)>>,
    /// How many edges still have to deliver in the running pass.
    pub(super) waiting: Cell<u32>,
    /// Which pass visited it last.
    pub(super) visit: Cell<u64>,
    /// Gradients delivered so far, by slot.
    pub(super) pending: RefCell<Grads>,
}

impl NodeCore {
    /// The core of a new node with those edges. In line, so that it is written where the node is made and not moved.
    #[inline(always)]
    pub fn new(edges: SmallVec<[Option<Edge>; 2]>) -> NodeCore {
        NodeCore {
            sequence: mode::next_sequence(),
            input_number: mode::input_number(),
            edges,
            hooks: RefCell::default(),
            retained: RefCell::default(),
            waiting: Cell::new(0),
            visit: Cell::new(0),
            pending: RefCell::default(),
        }
    }
}

impl Drop for NodeCore {
    /// Frees a chain of nodes without recursion: edges that are the last owner of a node are taken apart on a list.
    fn drop(&mut self) {
        let mut list: SmallVec<[Option<Edge>; 2]> = std::mem::take(&mut self.edges);
        while let Some(edge) = list.pop() {
            let Some(mut edge) = edge else { continue };
            if let Some(node) = Rc::get_mut(&mut edge.node) {
                node.release();
                if let Some(core) = node.core_mut() {
                    list.append(&mut core.edges);
                }
            }
        }
    }
}

/// A recorded operation.
pub trait Node: Any {
    /// The common part.
    fn core(&self) -> &NodeCore;
    /// The common part for taking apart, when it can be had.
    fn core_mut(&mut self) -> Option<&mut NodeCore>;
    /// PyTorch's name: `MulBackward0`.
    fn name(&self) -> String;
    /// The gradients of the inputs, one for each edge, from those of the outputs. `this` is the node itself.
    ///
    /// Errors: RuntimeError when saved tensors were freed or changed.
    fn backward(&self, this: &Rc<dyn Node>, grads: Grads, env: &mut dyn Env) -> Result<Grads>;
    /// Frees what was saved; a node with saved tensors cannot run again.
    fn release(&self);
    /// The leaf whose gradient it accumulates, for accumulation nodes.
    fn leaf(&self) -> Option<Tensor> {
        None
    }
    /// The arguments in order, as far as it remembers them.
    fn operands(&self) -> Vec<Operand> {
        let tensor = |edge: &Option<Edge>| Operand::Tensor { edge: edge.clone(), meta: None, array: None };
        self.core().edges.iter().map(tensor).collect()
    }
    /// Sizes and type of an output, where it remembers them.
    fn output_meta(&self, _slot: u32) -> Option<Meta> {
        None
    }
    /// As `Any`, for those who know the concrete node.
    fn as_any(&self) -> &dyn Any;
}

/// The end of the graph at a leaf: adds the gradient to `leaf.grad`.
pub struct AccumulateGrad {
    core: NodeCore,
    leaf: Tensor,
}

impl AccumulateGrad {
    /// The accumulation node of a leaf.
    pub fn new(leaf: Tensor) -> AccumulateGrad {
        let mut core = NodeCore::new(SmallVec::new());
        // Leaves accumulate as soon as their gradient is complete.
        core.sequence = u64::MAX;
        AccumulateGrad { core, leaf }
    }
}

impl Node for AccumulateGrad {
    fn core(&self) -> &NodeCore {
        &self.core
    }
    fn core_mut(&mut self) -> Option<&mut NodeCore> {
        Some(&mut self.core)
    }
    fn name(&self) -> String {
        "AccumulateGrad".to_string()
    }
    fn backward(&self, _this: &Rc<dyn Node>, mut grads: Grads, env: &mut dyn Env) -> Result<Grads> {
        if let Some(grad) = grads.pop().flatten() {
            self.leaf.accumulate_grad(grad, env)?;
            reached::reach(&self.leaf);
        }
        Ok(Grads::new())
    }
    fn release(&self) {}
    fn leaf(&self) -> Option<Tensor> {
        Some(self.leaf.clone())
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}
