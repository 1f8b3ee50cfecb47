//! The backward pass: runs the nodes of a graph from its outputs to its leaves, latest first, without recursion.

use super::node::{Edge, Grads, Hook, Node, NodeCore};
use super::tensor::Tensor;
use super::{mode, reached};
use crate::diag::{Fault, Result};
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// The differentiable operations that a backward pass needs, and the way to run the program's hooks.
pub trait Env {
    /// The sum of two gradients of the same sizes.
    fn add(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor>;
    /// Adds `b` into `a` in place, unrecorded.
    fn add_into(&mut self, a: &Tensor, b: &Tensor) -> Result<()>;
    /// The gradient on a storage of its own, contiguous.
    fn own(&mut self, grad: Tensor) -> Result<Tensor>;
    /// Runs a hook; `Some` replaces the gradient.
    fn run_hook(&mut self, hook: &Hook, grad: &Tensor) -> Result<Option<Tensor>>;
    /// Called between nodes. Errors: KeyboardInterrupt.
    fn checkpoint(&mut self) -> Result<()>;
    /// Runs a derivative that the program defines: gradients of the outputs in, gradients of the inputs out.
    fn run_derivative(&mut self, derivative: &Hook, grads: Grads) -> Result<Grads>;
}

/// How a backward pass runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackwardOptions {
    /// Keep saved tensors for another pass.
    pub retain_graph: bool,
    /// Record the pass itself, for higher derivatives.
    pub create_graph: bool,
}

thread_local! {
    static PASS: Cell<u64> = const { Cell::new(0) };
}

/// A node ready to run; the latest made comes first.
struct Ready {
    sequence: u64,
    node: Rc<dyn Node>,
}

impl Ready {
    fn new(node: &Rc<dyn Node>, core: &NodeCore) -> Ready {
        Ready { sequence: core.sequence, node: node.clone() }
    }
}

impl PartialEq for Ready {
    fn eq(&self, other: &Self) -> bool {
        self.sequence == other.sequence
    }
}
impl Eq for Ready {}
impl PartialOrd for Ready {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ready {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sequence.cmp(&other.sequence)
    }
}

/// A wanted gradient in `torch.autograd.grad`: the tensor's edge, and what arrived there.
struct Capture {
    edge: Option<Edge>,
    grad: Option<Tensor>,
}

/// Runs the graph of `roots` backwards, starting from their gradients.
///
/// With `inputs`, returns the gradients that arrive at those tensors and leaves every `.grad` alone; without, the
/// leaves accumulate and the result is empty.
///
/// Errors: whatever a derivative, a hook or a freed or changed saved tensor raises; the graph is left consistent.
pub fn backward(
    roots: &[(Tensor, Tensor)],
    inputs: Option<&[Tensor]>,
    options: BackwardOptions,
    env: &mut dyn Env,
) -> Result<Grads> {
    let pass = PASS.get() + 1;
    PASS.set(pass);
    if inputs.is_none() {
        reached::begin();
    }
    let mut captures: Vec<Capture> =
        inputs.unwrap_or(&[]).iter().map(|t| Capture { edge: t.edge(), grad: None }).collect();
    let mut starts: Vec<Rc<dyn Node>> = Vec::with_capacity(roots.len());
    for (root, _) in roots {
        let Some(edge) = root.edge() else {
            return Err(Fault::runtime("element 0 of tensors does not require grad and does not have a grad_fn"));
        };
        starts.push(edge.node);
    }
    let nodes = count_dependencies(&starts, pass);
    let result = mode::with_grad_enabled(options.create_graph, || {
        run(roots, &starts, inputs.is_some(), &mut captures, options, env)
    });
    // Gradients that were delivered to nodes that did not run must not leak into the next pass.
    for node in &nodes {
        let core = node.core();
        core.pending.borrow_mut().clear();
        core.waiting.set(0);
    }
    drop_nodes(nodes);
    drop_nodes(starts);
    result?;
    Ok(captures.into_iter().map(|c| c.grad).collect())
}

/// Counts for each node reachable from the starts how many edges lead to it; returns the nodes seen.
fn count_dependencies(starts: &[Rc<dyn Node>], pass: u64) -> Vec<Rc<dyn Node>> {
    let mut nodes: Vec<Rc<dyn Node>> = Vec::new();
    let see = |node: &Rc<dyn Node>, core: &NodeCore, nodes: &mut Vec<Rc<dyn Node>>| {
        if core.visit.replace(pass) != pass {
            core.waiting.set(0);
            nodes.push(node.clone());
        }
    };
    for start in starts {
        see(start, start.core(), &mut nodes);
    }
    let mut next = 0;
    while next < nodes.len() {
        let node = nodes[next].clone();
        next += 1;
        for edge in node.core().edges.iter().flatten() {
            let core = edge.node.core();
            see(&edge.node, core, &mut nodes);
            core.waiting.set(core.waiting.get() + 1);
        }
    }
    nodes
}

/// Drops many handles so that a long chain is freed from its end and never recursively.
fn drop_nodes(mut nodes: Vec<Rc<dyn Node>>) {
    while let Some(node) = nodes.pop() {
        drop(node);
    }
}

fn run(
    roots: &[(Tensor, Tensor)],
    starts: &[Rc<dyn Node>],
    capture_only: bool,
    captures: &mut [Capture],
    options: BackwardOptions,
    env: &mut dyn Env,
) -> Result<()> {
    for (root, grad) in roots {
        if let Some(edge) = root.edge() {
            deliver(edge.node.core(), edge.slot, grad.clone(), env)?;
        }
    }
    let mut queue = BinaryHeap::new();
    for start in starts {
        let core = start.core();
        if core.waiting.get() == 0 && !queue.iter().any(|r: &Ready| Rc::ptr_eq(&r.node, start)) {
            queue.push(Ready::new(start, core));
        }
    }
    while let Some(Ready { node, .. }) = queue.pop() {
        env.checkpoint()?;
        let core = node.core();
        let mut grads = std::mem::take(&mut *core.pending.borrow_mut());
        run_hooks(core, &mut grads, env)?;
        for capture in captures.iter_mut() {
            if let Some(edge) = &capture.edge
                && Rc::ptr_eq(&edge.node, &node)
            {
                let mut grad = grads.get(edge.slot as usize).cloned().flatten();
                for hook in node.leaf().map_or_else(Vec::new, |leaf| leaf.hooks()) {
                    if let Some(g) = &grad {
                        grad = env.run_hook(&hook, g)?.or_else(|| Some(g.clone()));
                    }
                }
                capture.grad = grad;
            }
        }
        let is_leaf = core.sequence == u64::MAX;
        let any = grads.iter().any(Option::is_some);
        let results = if is_leaf && capture_only || !any {
            Grads::new()
        } else {
            let results = node.backward(&node, grads, env)?;
            if !options.retain_graph {
                node.release();
            }
            results
        };
        let mut results = results.into_iter();
        for edge in &core.edges {
            let grad = results.next().flatten();
            let Some(edge) = edge else { continue };
            let core = edge.node.core();
            if let Some(grad) = grad {
                deliver(core, edge.slot, grad, env)?;
            }
            let waiting = core.waiting.get() - 1;
            core.waiting.set(waiting);
            if waiting == 0 {
                queue.push(Ready::new(&edge.node, core));
            }
        }
    }
    Ok(())
}

/// Adds a gradient to what a node has received for an output.
fn deliver(core: &NodeCore, slot: u32, grad: Tensor, env: &mut dyn Env) -> Result<()> {
    let slot = slot as usize;
    let mut pending = core.pending.borrow_mut();
    while pending.len() <= slot {
        pending.push(None);
    }
    let Some(old) = pending[slot].take() else {
        pending[slot] = Some(grad);
        return Ok(());
    };
    // Nothing stays borrowed while the sum is computed.
    drop(pending);
    let sum = env.add(&old, &grad)?;
    core.pending.borrow_mut()[slot] = Some(sum);
    Ok(())
}

/// Runs the hooks on a node's outputs and fills the gradients that non-leaf tensors keep.
fn run_hooks(core: &NodeCore, grads: &mut Grads, env: &mut dyn Env) -> Result<()> {
    if !core.hooks.borrow().is_empty() {
        let hooks = core.hooks.borrow().clone();
        for (slot, _, hook) in hooks {
            if let Some(Some(grad)) = grads.get(slot as usize)
                && let Some(replaced) = env.run_hook(&hook, &grad.clone())?
            {
                grads[slot as usize] = Some(replaced);
            }
        }
    }
    if !core.retained.borrow().is_empty() {
        let retained = core.retained.borrow().clone();
        for (slot, weak) in retained {
            if let (Some(Some(grad)), Some(tensor)) = (grads.get(slot as usize), Tensor::upgrade(&weak)) {
                tensor.add_to_grad(grad.clone(), env)?;
            }
        }
    }
    Ok(())
}
