//! The one way to apply an operator: compute, wrap, record.

use super::args::Call;
use super::def::{OpDef, Out, Run, Save};
use super::node::{Input, Kept, OpNode, Place, edge_to};
use crate::array::{Array, Layout};
use crate::diag::{Fault, Result};
use crate::tensor::node::Meta;
use crate::tensor::{NodeCore, Saved, Tensor, View, mode};
use crate::value::sequence::NamedTuple;
use crate::value::{Bound, Tuple, TupleKind, Value, intern};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Applies an operator to complete arguments, one for each parameter.
///
/// Errors: what the kernel refuses.
pub fn apply(def: &'static OpDef, args: Bound) -> Result<Value> {
    match def.run {
        Run::Composite(f) => {
            def.admit(&args)?;
            f(&Call { def, args: &args })
        }
        Run::View(f) => {
            def.admit(&args)?;
            let call = Call { def, args: &args };
            let layout = f(&call)?;
            let base = call.tensor(0)?.clone();
            let array = base.array().with_layout(layout);
            Ok(Value::Tensor(make_view(def, &base, array, args)?))
        }
        Run::Recast(f) => {
            let call = Call { def, args: &args };
            let array = f(&call)?;
            let base = call.tensor(0)?.clone();
            Ok(Value::Tensor(make_view(def, &base, array, args)?))
        }
        Run::Kernel(f) => {
            def.admit(&args)?;
            let out = f(&Call { def, args: &args })?;
            finish(def, args, out)
        }
    }
}

/// Applies an operator from Rust, to the arguments of its first parameters; defaults fill the rest.
///
/// Errors: what the kernel refuses.
pub fn call<const N: usize>(def: &'static OpDef, args: [Value; N]) -> Result<Tensor> {
    let mut bound = Bound::new();
    for arg in args {
        bound.push(arg);
    }
    super::registry::fill_defaults(def, &mut bound);
    match apply(def, bound)? {
        Value::Tensor(t) => Ok(t),
        Value::Tuple(t) => match t.first() {
            Some(Value::Tensor(t)) => Ok(t.clone()),
            _ => Err(crate::diag::Fault::internal(format!("{} gave no tensor", def.name))),
        },
        _ => Err(crate::diag::Fault::internal(format!("{} gave no tensor", def.name))),
    }
}

/// Wraps a kernel's arrays into tensors, recorded when an input requires a gradient.
fn finish(def: &'static OpDef, args: Bound, mut out: Out) -> Result<Value> {
    let differentiable = def.derivative.is_some() && mode::grad_enabled();
    let node = if differentiable && requires_grad(&args) { Some(record(def, args, &out, None)?) } else { None };
    let wrap = |(i, array): (usize, Array)| {
        let edge = node.as_ref().filter(|_| array.dtype.is_differentiable()).map(|n| edge_to(n, i));
        Value::Tensor(Tensor::with_edge(array, edge))
    };
    if def.returns.is_empty()
        && out.arrays.len() == 1
        && let Some(only) = out.arrays.pop()
    {
        return Ok(wrap((0, only)));
    }
    let mut values = out.arrays.into_iter().enumerate().map(wrap);
    if def.returns.is_empty() {
        match (values.next(), values.len()) {
            (Some(only), 0) => return Ok(only),
            (Some(first), _) => return Ok(Value::tuple(std::iter::once(first).chain(values))),
            (None, _) => return Ok(Value::tuple([])),
        }
    }
    Ok(Value::Tuple(Tuple::new(TupleKind::Named(return_type(def, "")), values)))
}

/// The named tuple type of an operator's outputs; that of a call with `out=` has another name.
pub(super) fn return_type(def: &'static OpDef, suffix: &'static str) -> Rc<NamedTuple> {
    NamedTuple::of_results((def.name, suffix), true, || {
        let public =
            def.name.trim_start_matches('_').split("__").next().unwrap_or(def.name).replace("linalg.", "linalg_");
        (format!("torch.return_types.{public}{suffix}"), def.returns.iter().map(|n| intern(n)).collect())
    })
}

/// Whether a tensor among the arguments requires a gradient.
pub(super) fn requires_grad(args: &Bound) -> bool {
    args.iter().any(|v| match v {
        Value::Tensor(t) => t.requires_grad(),
        Value::List(l) => l.borrow().iter().any(|v| matches!(v, Value::Tensor(t) if t.requires_grad())),
        Value::Tuple(t) => t.iter().any(|v| matches!(v, Value::Tensor(t) if t.requires_grad())),
        _ => false,
    })
}

/// Calls a function with every tensor among the arguments and its slot; returns the number of slots.
fn each_tensor(args: &Bound, mut f: impl FnMut(usize, &Tensor)) -> usize {
    let mut slot = 0;
    for value in args {
        match value {
            Value::Tensor(t) => {
                f(slot, t);
                slot += 1;
            }
            Value::List(l) if matches!(l.borrow().first(), Some(Value::Tensor(_))) => {
                for v in l.borrow().iter() {
                    if let Value::Tensor(t) = v {
                        f(slot, t);
                    }
                    slot += 1;
                }
            }
            Value::Tuple(items) if items.iter().any(|v| matches!(v, Value::Tensor(_))) => {
                for v in items.iter() {
                    if let Value::Tensor(t) = v {
                        f(slot, t);
                    }
                    slot += 1;
                }
            }
            _ => slot += 1,
        }
    }
    slot
}

/// The node of an application. `original` stands for the first argument where it was overwritten.
///
/// Errors: RuntimeError when it would have to save a tensor made in inference mode.
pub(super) fn record(def: &'static OpDef, args: Bound, out: &Out, original: Option<&Tensor>) -> Result<Rc<OpNode>> {
    // Made first and then filled, so that little of it is moved.
    let mut made = Rc::new(OpNode {
        core: NodeCore::new(SmallVec::new()),
        def,
        name: Cell::new(out.node),
        args,
        inputs: SmallVec::new(),
        outputs: out.arrays.iter().map(Meta::of).collect(),
        kept: RefCell::new(Some(Kept { saved: SmallVec::new(), arrays: out.kept.clone() })),
        saves_something: false,
        slots: 0,
        done: Cell::new(false),
    });
    let fresh = || Fault::internal("a new node is shared");
    let node = Rc::get_mut(&mut made).ok_or_else(fresh)?;
    let Some(kept) = node.kept.get_mut() else { return Err(fresh()) };
    let (args, inputs, edges) = (&mut node.args, &mut node.inputs, &mut node.core.edges);
    let slots = each_tensor(args, |slot, t| {
        let array = t.array();
        inputs.push(Input { slot: slot as u32, meta: Meta::of(&array) });
        edges.push(if array.dtype.is_differentiable() { t.edge() } else { None });
    });
    node.slots = slots as u32;
    let wanted =
        |slot: usize| inputs.iter().zip(edges.iter()).any(|(input, e)| input.slot as usize == slot && e.is_some());
    let mut unsavable = false;
    if !def.saves.is_empty() {
        each_tensor(args, |slot, t| {
            let needed = def.saves.iter().any(|s| match *s {
                Save::In(i) => i == slot,
                Save::InFor(i, j) => i == slot && wanted(j),
                Save::Out(_) => false,
            });
            if needed {
                unsavable |= t.is_inference();
                let saved = match original {
                    Some(o) if slot == 0 => Saved::input(o),
                    _ => Saved::input(t),
                };
                kept.saved.push((Place::Input(slot as u32), saved));
            }
        });
        for save in def.saves {
            if let Save::Out(i) = *save
                && let Some(array) = out.arrays.get(i)
            {
                kept.saved.push((Place::Output(i as u32), Saved::output(array, i as u32)));
            }
        }
    }
    if unsavable {
        return Err(Fault::runtime(
            "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in \
             computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it \
             in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.",
        ));
    }
    for value in args.iter_mut() {
        let has_tensor = match value {
            Value::Tensor(_) => true,
            Value::List(_) => true,
            Value::Tuple(t) => t.iter().any(|v| matches!(v, Value::Tensor(_))),
            _ => false,
        };
        if has_tensor {
            *value = match value {
                Value::List(l) if !matches!(l.borrow().first(), Some(Value::Tensor(_))) => Value::tuple(l.to_vec()),
                _ => Value::Undef,
            };
        }
    }
    // An operand that is a number is freed like a tensor, which torch makes of it.
    let number = |i: usize| {
        i < 2 && matches!(args.get(i), Some(Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Complex(_)))
    };
    let saves_number = || {
        def.saves.iter().any(|s| match *s {
            Save::In(i) => number(i),
            Save::InFor(i, j) => number(i) && wanted(j),
            Save::Out(_) => false,
        })
    };
    node.saves_something = !kept.saved.is_empty() || !kept.arrays.is_empty() || saves_number();
    Ok(made)
}

/// A view of a tensor, tracked so that in-place changes through it reach the base's graph.
fn make_view(def: &'static OpDef, input: &Tensor, array: Array, args: Bound) -> Result<Tensor> {
    let edge = if mode::grad_enabled() && input.requires_grad() && def.derivative.is_some() {
        let out = Out::from(array.clone());
        Some(edge_to(&record(def, args, &out, None)?, 0))
    } else {
        None
    };
    Ok(Tensor::of_view(array, edge, view_of(input)))
}

/// A view of a tensor that no gradient flows through now.
pub(super) fn plain_view(input: &Tensor, layout: Layout) -> Tensor {
    let array = input.array().with_layout(layout);
    Tensor::of_view(array, None, view_of(input))
}

/// What a view of a tensor remembers.
fn view_of(input: &Tensor) -> View {
    let base = input.view().map_or_else(|| input.clone(), |v| v.base);
    let changes = base.changes();
    View { base, changes }
}
