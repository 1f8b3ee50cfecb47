//! A tensor: an array and its place in the gradient graph.

use super::backward::Env;
use super::mode;
use super::node::{AccumulateGrad, Edge, Hook, Node};
use crate::array::{Array, DType, Layout, Scalar};
use crate::diag::{Fault, Result};
use std::any::Any;
use std::cell::{Cell, OnceCell, Ref, RefCell, RefMut};
use std::rc::{Rc, Weak};

/// A shared handle to a tensor; cloning it gives the same tensor.
#[derive(Clone)]
pub struct Tensor(Rc<TensorCell>);

/// The tensor itself. It has an edge only if an input required a gradient while gradients were recorded.
pub struct TensorCell {
    array: RefCell<Array>,
    requires_grad: Cell<bool>,
    edge: RefCell<Option<Edge>>,
    view: RefCell<Option<View>>,
    /// Recorded in-place changes, for the views of this tensor.
    changes: Cell<u32>,
    /// Whether writes through it are hidden from the graph (`t.data`).
    hidden: Cell<bool>,
    /// Its identity once somebody asked; 0 before.
    id: Cell<usize>,
    extra: OnceCell<Box<RefCell<Extra>>>,
}

/// What makes a tensor a differentiable view of another.
#[derive(Clone)]
pub struct View {
    /// The tensor that owns the storage, itself no view.
    pub base: Tensor,
    /// The base's count of recorded in-place changes when the edge was made.
    pub changes: u32,
}

/// What few tensors have.
#[derive(Default)]
struct Extra {
    grad: Option<Tensor>,
    accumulate: Option<Weak<AccumulateGrad>>,
    /// Hooks that see a gradient before it is added.
    hooks: Vec<(u64, Hook)>,
    /// Hooks that see the leaf after that.
    after: Vec<(u64, Hook)>,
    is_parameter: bool,
    retains_grad: bool,
    /// How many backward passes made the gradient.
    passes: u32,
    /// The version of the gradient after the last of them.
    version: u32,
    /// Attributes that the program set; opaque here.
    attributes: Option<Rc<dyn Any>>,
    /// The class, where it is another than that of tensors or parameters; opaque here.
    class: Option<Rc<dyn Any>>,
}

impl Tensor {
    /// A tensor without gradient.
    #[inline]
    pub fn new(array: Array) -> Tensor {
        Tensor::with_edge(array, None)
    }

    /// A tensor made by a recorded operation.
    #[inline]
    pub fn with_edge(array: Array, edge: Option<Edge>) -> Tensor {
        Tensor::made(array, edge, None)
    }

    /// A differentiable view of another tensor.
    #[inline]
    pub fn of_view(array: Array, edge: Option<Edge>, view: View) -> Tensor {
        Tensor::made(array, edge, Some(view))
    }

    #[inline]
    fn made(array: Array, edge: Option<Edge>, view: Option<View>) -> Tensor {
        Tensor(Rc::new(TensorCell {
            array: RefCell::new(array),
            requires_grad: Cell::new(false),
            edge: RefCell::new(edge),
            view: RefCell::new(view),
            changes: Cell::new(0),
            hidden: Cell::new(false),
            id: Cell::new(0),
            extra: OnceCell::new(),
        }))
    }

    /// What few tensors have, where this one has any of it.
    fn known(&self) -> Option<Ref<'_, Extra>> {
        self.0.extra.get().map(|extra| extra.borrow())
    }

    /// What few tensors have, to be changed.
    fn extra(&self) -> RefMut<'_, Extra> {
        self.0.extra.get_or_init(Box::default).borrow_mut()
    }

    /// The array.
    #[inline]
    pub fn array(&self) -> Ref<'_, Array> {
        self.0.array.borrow()
    }

    /// Replaces the array (`t.data = other`); the graph is left as it is.
    pub fn set_array(&self, array: Array) {
        *self.0.array.borrow_mut() = array;
    }

    /// The sizes, copied.
    pub fn sizes(&self) -> crate::array::Dims {
        self.array().layout.sizes.clone()
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.array().ndim()
    }

    /// The number of elements.
    pub fn numel(&self) -> usize {
        self.array().numel()
    }

    /// The element type.
    #[inline]
    pub fn dtype(&self) -> DType {
        self.array().dtype
    }

    /// The only element.
    ///
    /// Errors: RuntimeError unless there is exactly one.
    pub fn item(&self) -> Result<Scalar> {
        let array = self.array();
        array.item().ok_or_else(|| {
            Fault::runtime(format!("a Tensor with {} elements cannot be converted to Scalar", array.numel()))
        })
    }

    /// Whether both handles are the same tensor.
    pub fn is(&self, other: &Tensor) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// An identity that is stable while the tensor lives and is never used again.
    pub fn id(&self) -> usize {
        if self.0.id.get() == 0 {
            self.0.id.set(NEXT_ID.replace(NEXT_ID.get() + 64));
        }
        self.0.id.get()
    }

    /// How many handles to this tensor exist.
    pub fn handles(&self) -> usize {
        Rc::strong_count(&self.0)
    }

    /// A handle that does not keep the tensor alive.
    pub fn downgrade(&self) -> Weak<TensorCell> {
        Rc::downgrade(&self.0)
    }

    /// The tensor of a weak handle, while it lives.
    pub fn upgrade(weak: &Weak<TensorCell>) -> Option<Tensor> {
        weak.upgrade().map(Tensor)
    }

    /// Whether gradients flow to or through it.
    #[inline]
    pub fn requires_grad(&self) -> bool {
        self.refresh();
        self.0.requires_grad.get() || self.0.edge.borrow().is_some()
    }

    /// Whether it was made by the program and not by a recorded operation.
    #[inline]
    pub fn is_leaf(&self) -> bool {
        self.refresh();
        self.0.edge.borrow().is_none()
    }

    /// Sets whether a leaf requires a gradient.
    ///
    /// Errors: RuntimeError for integer tensors and for results of recorded operations.
    pub fn set_requires_grad(&self, on: bool) -> Result<()> {
        if !self.is_leaf() {
            if on {
                return Ok(());
            }
            return Err(Fault::runtime(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a \
                 subgraph that doesn't require differentiation use var_no_grad = var.detach().",
            ));
        }
        if on && !self.dtype().is_differentiable() {
            return Err(Fault::runtime("only Tensors of floating point dtype can require gradients"));
        }
        if on && self.is_inference() && !mode::Mode::current().inference {
            return Err(Fault::runtime(
                "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.",
            ));
        }
        self.0.requires_grad.set(on);
        Ok(())
    }

    /// Where its gradient goes: the node that made it, or the accumulation node of a leaf.
    pub fn edge(&self) -> Option<Edge> {
        self.refresh();
        if let Some(edge) = self.0.edge.borrow().as_ref() {
            return Some(edge.clone());
        }
        if !self.0.requires_grad.get() {
            return None;
        }
        let mut extra = self.extra();
        let node = match extra.accumulate.as_ref().and_then(Weak::upgrade) {
            Some(node) => node,
            None => {
                let node = Rc::new(AccumulateGrad::new(self.clone()));
                extra.accumulate = Some(Rc::downgrade(&node));
                node
            }
        };
        Some(Edge { node, slot: 0 })
    }

    /// The recorded operation that made it; leaves have none.
    pub fn grad_edge(&self) -> Option<Edge> {
        self.refresh();
        self.0.edge.borrow().clone()
    }

    /// Makes the tensor the result of another recorded operation (in-place changes).
    pub fn set_edge(&self, edge: Option<Edge>) {
        *self.0.edge.borrow_mut() = edge;
    }

    /// Connects a view to its base again when the base's place in the graph changed since.
    #[inline]
    fn refresh(&self) {
        let stale = match &*self.0.view.borrow() {
            Some(view) => view.changes != view.base.0.changes.get(),
            None => false,
        };
        if stale {
            REPLAY.get()(self);
        }
    }

    /// What it is a view of, when views are tracked for it.
    pub fn view(&self) -> Option<View> {
        self.0.view.borrow().clone()
    }

    /// Marks it as a differentiable view.
    pub fn set_view(&self, view: Option<View>) {
        *self.0.view.borrow_mut() = view;
    }

    /// Whether it is a differentiable view of another tensor.
    pub fn is_view(&self) -> bool {
        self.0.view.borrow().is_some()
    }

    /// Recorded in-place changes so far.
    pub fn changes(&self) -> u32 {
        self.0.changes.get()
    }

    /// Counts a recorded in-place change.
    pub fn count_change(&self) {
        self.0.changes.set(self.0.changes.get().wrapping_add(1));
    }

    /// A new tensor on the same storage, outside the graph.
    pub fn detach(&self) -> Tensor {
        Tensor::new(self.array().clone())
    }

    /// A new tensor on the same storage, outside the graph, whose changes the graph does not notice (`t.data`).
    pub fn hidden_alias(&self) -> Tensor {
        let alias = self.detach();
        alias.0.hidden.set(true);
        alias
    }

    /// Whether the elements were made in inference mode: no graph may save them.
    pub fn is_inference(&self) -> bool {
        !self.0.array.borrow().storage.is_counted()
    }

    /// Counts a write to the elements, so that the graph notices that what it saved is changed.
    pub fn count_write(&self) {
        let hidden = self.0.hidden.get() || self.0.view.borrow().as_ref().is_some_and(|v| v.base.0.hidden.get());
        if !hidden {
            self.0.array.borrow().storage.bump();
        }
    }

    /// A new tensor on the same storage with another layout, outside the graph.
    pub fn detached_view(&self, layout: Layout) -> Tensor {
        Tensor::new(self.array().with_layout(layout))
    }

    /// The gradient accumulated so far.
    pub fn grad(&self) -> Option<Tensor> {
        self.known().and_then(|e| e.grad.clone())
    }

    /// Sets or clears the gradient.
    pub fn set_grad(&self, grad: Option<Tensor>) {
        if grad.is_none() && self.known().is_none() {
            return;
        }
        let old = {
            let mut extra = self.extra();
            extra.passes = 0;
            std::mem::replace(&mut extra.grad, grad)
        };
        drop(old);
    }

    /// How many backward passes added to the gradient since it was set.
    pub fn passes(&self) -> u32 {
        self.known().map_or(0, |e| e.passes)
    }

    /// Whether a non-leaf keeps its gradient.
    pub fn retains_grad(&self) -> bool {
        self.known().is_some_and(|e| e.retains_grad)
    }

    /// Asks that this non-leaf keeps its gradient; leaves keep theirs anyway.
    ///
    /// Errors: RuntimeError when it does not require a gradient.
    pub fn retain_grad(&self) -> Result<()> {
        if !self.requires_grad() {
            return Err(Fault::runtime("can't retain_grad on Tensor that has requires_grad=False"));
        }
        if let Some(edge) = self.grad_edge()
            && !self.retains_grad()
        {
            self.extra().retains_grad = true;
            edge.node.core().retained.borrow_mut().push((edge.slot, self.downgrade()));
        }
        Ok(())
    }

    /// Whether it is an `nn.Parameter`.
    pub fn is_parameter(&self) -> bool {
        self.known().is_some_and(|e| e.is_parameter)
    }

    /// Makes it an `nn.Parameter`.
    pub fn set_parameter(&self) {
        self.extra().is_parameter = true;
    }

    /// Attributes that the program set on it.
    pub fn attributes(&self) -> Option<Rc<dyn Any>> {
        self.known().and_then(|e| e.attributes.clone())
    }

    /// Sets the holder of the program's attributes.
    pub fn set_attributes(&self, attributes: Rc<dyn Any>) {
        self.extra().attributes = Some(attributes);
    }

    /// The class of a tensor that is of a subclass.
    pub fn class(&self) -> Option<Rc<dyn Any>> {
        self.known().and_then(|e| e.class.clone())
    }

    /// Makes it a tensor of a subclass, or with `None` an ordinary one.
    pub fn set_class(&self, class: Option<Rc<dyn Any>>) {
        self.extra().class = class;
    }

    /// Hooks of a leaf, in the order of registration.
    pub fn hooks(&self) -> Vec<Hook> {
        self.known().map_or_else(Vec::new, |e| e.hooks.iter().map(|(_, h)| h.clone()).collect())
    }

    /// Registers a hook that sees, and may replace, the gradient of this tensor. `id` identifies it for removal.
    ///
    /// Errors: RuntimeError when the tensor does not require a gradient.
    pub fn register_hook(&self, id: u64, hook: Hook) -> Result<()> {
        if !self.requires_grad() {
            return Err(Fault::runtime("cannot register a hook on a tensor that doesn't require gradient"));
        }
        match self.grad_edge() {
            Some(edge) => edge.node.core().hooks.borrow_mut().push((edge.slot, id, hook)),
            None => self.extra().hooks.push((id, hook)),
        }
        Ok(())
    }

    /// Registers a hook that sees this leaf each time its gradient has been added to.
    ///
    /// Errors: RuntimeError for a tensor that does not require a gradient, or is no leaf.
    pub fn register_hook_after(&self, id: u64, hook: Hook) -> Result<()> {
        if !self.requires_grad() {
            return Err(Fault::runtime("cannot register a hook on a tensor that doesn't require gradient"));
        }
        if self.grad_edge().is_some() {
            return Err(Fault::runtime("post accumulate grad hooks cannot be registered on non-leaf tensors"));
        }
        self.extra().after.push((id, hook));
        Ok(())
    }

    /// Removes a hook by its identity.
    pub fn remove_hook(&self, id: u64) {
        if let Some(edge) = self.grad_edge() {
            edge.node.core().hooks.borrow_mut().retain(|(_, i, _)| *i != id);
        }
        if let Some(mut extra) = self.0.extra.get().map(|e| e.borrow_mut()) {
            extra.hooks.retain(|(i, _)| *i != id);
            extra.after.retain(|(i, _)| *i != id);
        }
    }

    /// Adds a gradient that arrived at this leaf to `grad`.
    pub(super) fn accumulate_grad(&self, mut grad: Tensor, env: &mut dyn Env) -> Result<()> {
        for hook in self.hooks() {
            if let Some(replaced) = env.run_hook(&hook, &grad)? {
                grad = replaced;
            }
        }
        self.add_to_grad(grad, env)?;
        let after = self.known().map_or_else(Vec::new, |e| e.after.iter().map(|(_, h)| h.clone()).collect());
        for hook in after {
            env.run_hook(&hook, self)?;
        }
        Ok(())
    }

    /// Adds a gradient to `grad`; the first one becomes it, copied unless nobody else can see it.
    pub(super) fn add_to_grad(&self, grad: Tensor, env: &mut dyn Env) -> Result<()> {
        let sum = match self.grad() {
            None if mode::grad_enabled() => grad,
            None => env.own(grad)?,
            Some(old) if mode::grad_enabled() || old.requires_grad() => env.add(&old, &grad)?,
            Some(old) => {
                // A gradient that the program has changed since, zeroed most often, starts a new count.
                if let Some(mut extra) = self.0.extra.get().map(|e| e.borrow_mut())
                    && old.array().storage.version() != extra.version
                {
                    extra.passes = 0;
                }
                env.add_into(&old, &grad)?;
                old
            }
        };
        let version = sum.array().storage.version();
        let mut extra = self.extra();
        extra.grad = Some(sum);
        extra.passes = extra.passes.saturating_add(1);
        extra.version = version;
        Ok(())
    }
}

thread_local! {
    static NEXT_ID: Cell<usize> = const { Cell::new(0x7f00_0000_0040) };
    static REPLAY: Cell<fn(&Tensor)> = const { Cell::new(|_| {}) };
}

/// Hands in how a view is connected to its base again, which takes an operator.
pub fn set_view_replay(replay: fn(&Tensor)) {
    REPLAY.set(replay);
}

impl std::fmt::Debug for Tensor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tensor({:?})", self.array())
    }
}

impl TensorCell {
    /// The node that made the tensor.
    pub fn node(&self) -> Option<Rc<dyn Node>> {
        self.edge.borrow().as_ref().map(|e| e.node.clone())
    }
}
