//! In-place forms, derived from the table: compute, write into the first argument, rewrite its place in the graph.

use super::apply::{apply, record, requires_grad};
use super::args::Call;
use super::complex::{VIEW_AS_COMPLEX, VIEW_AS_REAL};
use super::def::{OpDef, Out, Run};
use super::node::{OpNode, edge_to};
use crate::array::layout::show_sizes;
use crate::array::{Array, DType, Layout, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Edge, Env, Grads, Node, NodeCore, Tensor, View, mode};
use crate::value::{Bound, Value};
use std::rc::Rc;

/// Applies an operator in place to its first argument, which is returned.
///
/// Errors: RuntimeError for leaves that require a gradient, results that do not fit, expanded tensors.
pub fn apply_inplace(def: &'static OpDef, args: Bound) -> Result<Value> {
    let target = Call { def, args: &args }.tensor(0)?.clone();
    check_writable(&target)?;
    let recorded = mode::grad_enabled() && requires_grad(&args);
    let parts = |view: View| view.base.dtype() != target.dtype();
    if recorded && target.view().is_some_and(parts) {
        return Err(Fault::not_implemented(
            "a recorded in-place operation on a view of the parts of complex numbers is not supported; write to the \
             complex tensor itself, or make a new one with torch.complex",
        ));
    }
    if def.reshapes {
        return reshape(def, args, &target);
    }
    let Run::Kernel(kernel) = def.run else {
        let mut args = args;
        if recorded && target.requires_grad() {
            // What the operators inside save must not change when the result is written.
            let copy = map::cast(&target.array(), target.dtype())?;
            args[0] = Value::Tensor(Tensor::with_edge(copy, target.edge()));
        }
        let result = apply(def, args)?;
        let Value::Tensor(result) = result else {
            return Err(Fault::internal(format!("{}_ gave no tensor", def.name)));
        };
        if result.is(&target) {
            return Ok(Value::Tensor(target));
        }
        if !can_cast(result.dtype(), target.dtype()) {
            return Err(Fault::runtime(format!(
                "result type {} can't be cast to the desired output type {}",
                result.dtype().scalar_type(),
                target.dtype().scalar_type()
            )));
        }
        copy_from(&target, &result)?;
        return Ok(Value::Tensor(target));
    };
    def.admit(&args)?;
    let call = Call { def, args: &args };
    if !recorded {
        let array = target.array().clone();
        let done = match def.assign {
            Some(assign) if !array.layout.has_overlap() => assign(&call, &array)?,
            _ => false,
        };
        if !done {
            let out = kernel(&call)?;
            write(&array, &out.arrays[0])?;
        }
        target.count_write();
        return Ok(Value::Tensor(target));
    }
    let needs_original = def.saves.iter().any(|s| matches!(s, super::Save::In(0) | super::Save::InFor(0, _)));
    let out = kernel(&call)?;
    let original = if needs_original {
        let copy = map::cast(&target.array(), target.dtype())?;
        Some(Tensor::with_edge(copy, target.edge()))
    } else {
        None
    };
    let array = target.array().clone();
    write(&array, &out.arrays[0])?;
    target.count_write();
    if def.derivative.is_some() {
        let mut recorded = Out::from(array).named_as(out.node);
        recorded.kept = out.kept;
        let node = record(def, args, &recorded, original.as_ref())?;
        rebase(&target, node);
    } else {
        target.set_edge(None);
    }
    Ok(Value::Tensor(target))
}

/// Gives a tensor the layout, and the place in the graph, of a view of itself (`t_`, `squeeze_`): nothing is written.
fn reshape(def: &'static OpDef, args: Bound, target: &Tensor) -> Result<Value> {
    let Value::Tensor(view) = apply(def, args)? else {
        return Err(Fault::internal(format!("{}_ gave no tensor", def.name)));
    };
    let edge = view.grad_edge();
    if let Some(node) = edge.as_ref().and_then(|e| e.node.as_any().downcast_ref::<OpNode>()) {
        node.name.set(inplace_name(&node.name()));
    }
    let array = view.array().clone();
    target.set_array(array);
    if edge.is_some() {
        target.set_edge(edge);
    }
    target.count_write();
    Ok(Value::Tensor(target.clone()))
}

/// PyTorch's name of the node of a view taken in place.
fn inplace_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "TBackward0" => "TBackward1",
        "TransposeBackward0" => "TransposeBackward1",
        "UnsqueezeBackward0" => "UnsqueezeBackward1",
        "SqueezeBackward0" => "SqueezeBackward3",
        "SqueezeBackward1" => "SqueezeBackward4",
        "SqueezeBackward2" => "SqueezeBackward5",
        "AsStridedBackward0" => "AsStridedBackward1",
        _ => return None,
    })
}

impl Out {
    fn named_as(mut self, node: Option<&'static str>) -> Out {
        self.node = node;
        self
    }
}

/// Writes a tensor's elements into another one and connects their graphs.
///
/// Errors: as [`apply_inplace`].
pub fn copy_from(target: &Tensor, source: &Tensor) -> Result<()> {
    // An assignment says what would have to be expanded; `copy_` speaks of two sizes.
    source.array().layout.broadcast_to(&target.sizes())?;
    let args = Bound::from_iter([Value::Tensor(target.clone()), Value::Tensor(source.clone()), Value::Bool(false)]);
    apply_inplace(&super::shape::COPY, args).map(|_| ())
}

/// Refuses to change what autograd could not follow.
///
/// Errors: RuntimeError in PyTorch's words.
pub fn check_writable(target: &Tensor) -> Result<()> {
    if target.is_inference() && !mode::Mode::current().inference {
        return Err(Fault::runtime(
            "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal \
             tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.",
        ));
    }
    if mode::grad_enabled() {
        if let Some(view) = target.view()
            && view.base.is_leaf()
            && target.requires_grad()
        {
            return Err(Fault::runtime(
                "a view of a leaf Variable that requires grad is being used in an in-place operation.",
            ));
        }
        if target.is_leaf() && target.requires_grad() {
            return Err(Fault::runtime("a leaf Variable that requires grad is being used in an in-place operation."));
        }
    }
    Ok(())
}

/// Writes a result into an array.
///
/// Errors: RuntimeError when type or sizes do not fit, or when elements of the target share memory.
fn write(target: &Array, result: &Array) -> Result<()> {
    if !can_cast(result.dtype, target.dtype) {
        return Err(Fault::runtime(format!(
            "result type {} can't be cast to the desired output type {}",
            result.dtype.scalar_type(),
            target.dtype.scalar_type()
        )));
    }
    if target.sizes() != result.sizes() {
        let fits = target.layout.sizes.len() >= result.ndim()
            && crate::array::layout::broadcast_sizes(target.sizes(), result.sizes())
                .is_ok_and(|s| s.as_slice() == target.sizes());
        if !fits {
            return Err(Fault::runtime(format!(
                "output with shape {} doesn't match the broadcast shape {}",
                show_sizes(target.sizes()),
                show_sizes(result.sizes())
            )));
        }
    }
    if target.layout.has_overlap() {
        return Err(shared_elements());
    }
    map::copy_into(target, result)
}

/// The refusal to write into a tensor whose elements share memory.
#[cold]
pub(super) fn shared_elements() -> crate::diag::Error {
    Fault::runtime(
        "unsupported operation: more than one element of the written-to tensor refers to a single memory location. \
         Please clone() the tensor before performing the operation.",
    )
}

/// Whether a result type may be written into a type (torch.can_cast).
pub fn can_cast(from: DType, to: DType) -> bool {
    from.category() <= to.category()
}

/// Makes a changed tensor the output of a node; a change through a view rewrites its base.
pub(super) fn rebase(target: &Tensor, node: Rc<OpNode>) {
    let Some(view) = target.view() else {
        target.set_edge(Some(edge_to(&node, 0)));
        target.count_change();
        return;
    };
    let base = view.base;
    let mut edges = node.core.edges.clone();
    if let Some(first) = edges.first_mut() {
        *first = base.edge();
    }
    let copy = CopySlices {
        core: NodeCore::new(edges),
        inner: node,
        base: Layout::clone(&base.array().layout),
        view: Layout::clone(&target.array().layout),
    };
    base.set_edge(Some(Edge { node: Rc::new(copy), slot: 0 }));
    base.count_change();
    target.set_edge(None);
    replay_view(target);
}

/// Connects a view to its base again after the base's place in the graph changed.
pub fn replay_view(view: &Tensor) {
    let Some(View { base, .. }) = view.view() else { return };
    let changes = base.changes();
    view.set_view(Some(View { base: base.clone(), changes }));
    if !base.requires_grad() {
        return;
    }
    let (base_type, view_type) = (base.dtype(), view.dtype());
    if base_type != view_type {
        // Parts of complex numbers: the place is one among those of the parts on both sides.
        let replayed = || -> Result<Option<Edge>> {
            let parts = if base_type.is_complex() { super::call(&VIEW_AS_REAL, [base.into()])? } else { base };
            let whole = view_type.is_complex();
            let array = if whole { view.array().pairs() } else { view.array().clone() };
            let place = Tensor::new(array);
            let node = record_place(&parts, &place)?;
            place.set_edge(Some(edge_to(&node, 0)));
            Ok(if whole { super::call(&VIEW_AS_COMPLEX, [place.into()])?.grad_edge() } else { place.grad_edge() })
        };
        // Both views were taken before, so that they can be taken again.
        view.set_edge(mode::with_grad_enabled(true, replayed).ok().flatten());
        return;
    }
    // A view saves nothing that could be refused.
    view.set_edge(record_place(&base, view).ok().map(|node| edge_to(&node, 0)));
}

/// The node of a view of `base` that lies where `view` does.
fn record_place(base: &Tensor, view: &Tensor) -> Result<Rc<OpNode>> {
    let args = super::strided::place_in(base, &view.array().layout.clone());
    record(&super::strided::STRIDED, args, &Out::from(view.array().clone()), None)
}

/// The node of an in-place change through a view: the base's gradient outside the view passes, inside it goes through
/// the operation.
struct CopySlices {
    core: NodeCore,
    inner: Rc<OpNode>,
    base: Layout,
    view: Layout,
}

impl Node for CopySlices {
    fn core(&self) -> &NodeCore {
        &self.core
    }
    fn core_mut(&mut self) -> Option<&mut NodeCore> {
        Some(&mut self.core)
    }
    fn name(&self) -> String {
        "CopySlices".to_string()
    }
    fn backward(&self, _this: &Rc<dyn Node>, mut grads: Grads, _env: &mut dyn Env) -> Result<Grads> {
        let Some(grad) = grads.pop().flatten() else { return Ok(Grads::new()) };
        let (sizes, strides) = (&self.view.sizes, &self.view.strides);
        let offset = self.view.offset as i64 - self.base.offset as i64;
        let inside = grad.as_strided_of(&self.base, sizes, strides, offset)?;
        let inner: Rc<dyn Node> = self.inner.clone();
        let mut results = self.inner.differentiate(&inner, Grads::from_iter([Some(inside)]))?;
        let through = match results.first_mut().and_then(Option::take) {
            Some(g) => g,
            None => Tensor::new(Array::full(sizes, crate::array::Scalar::Int(0), grad.dtype())?),
        };
        let whole = grad.as_strided_scatter_of(&through, &self.base, sizes, strides, offset)?;
        if results.is_empty() {
            results.push(None);
        }
        results[0] = Some(whole);
        Ok(results)
    }
    fn release(&self) {
        self.inner.release();
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
