//! Nodes of the gradient graph as the program sees them: `t.grad_fn`, its name and its neighbours.

use super::autograd::function::FunctionNode;
use super::table::{Def, attributes, methods, read_only};
use crate::diag::{Fault, Result};
use crate::ops::node::OpNode;
use crate::tensor::Node;
use crate::value::class::Kind;
use crate::value::{Class, Dict, Instance, Value, types};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// What a node object holds.
struct Handle(Rc<dyn Node>);

#[derive(Default)]
struct Objects {
    /// The object of each node that has one, by the node's address.
    objects: FxHashMap<usize, Weak<Instance>>,
    /// The class of each kind of node.
    classes: FxHashMap<String, Rc<Class>>,
}

thread_local! {
    static BASE: Rc<Class> = make_base();
    static OBJECTS: RefCell<Objects> = RefCell::default();
}

fn make_base() -> Rc<Class> {
    let class = Class::builtin("Node", "torch.autograd.graph", &[&types().object], Kind::Builtin);
    methods(
        &class,
        "Node",
        &[
            Def("__repr__", "self, /", "The class and the address.", |_, _, args| {
                let object = &args.values[0];
                let address = object.address().unwrap_or(0);
                Ok(Value::from(format!("<{} object at {address:#x}>", crate::value::class_of(object).name)))
            }),
            Def("name", "self, /", "PyTorch's name of the operation.", |_, _, args| {
                Ok(Value::from(node_of(&args.values[0])?.name()))
            }),
        ],
    );
    attributes(
        &class,
        &[
            read_only("next_functions", "Where the gradients of the inputs flow: pairs of node and output.", |v, _| {
                let node = node_of(v)?;
                let pair = |edge: &Option<crate::tensor::Edge>| match edge {
                    Some(e) => Value::tuple([node_object(&e.node), Value::Int(e.slot as i64)]),
                    None => Value::tuple([Value::None, Value::Int(0)]),
                };
                let mut pairs: Vec<Value> = node.core().edges.iter().map(pair).collect();
                // A number among the operands has no place in the graph; PyTorch lists it all the same.
                if let Some(op) = node.as_any().downcast_ref::<OpNode>()
                    && op.def().signature.contains("other")
                    && pairs.len() == 1
                {
                    pairs.push(Value::tuple([Value::None, Value::Int(0)]));
                }
                Ok(Value::tuple(pairs))
            }),
            read_only("metadata", "A dictionary for the program's notes.", |_, _| Ok(Value::Dict(Dict::new()))),
            read_only("variable", "The leaf that an AccumulateGrad node fills.", |v, _| {
                let leaf = node_of(v)?.leaf();
                leaf.map(Value::Tensor).ok_or_else(|| Fault::attribute("the node accumulates into no leaf"))
            }),
            read_only("_saved_self", "The saved first operand.", |v, _| saved(v, Some(0))),
            read_only("_saved_other", "The saved second operand.", |v, _| saved(v, Some(1))),
            read_only("_saved_exponent", "The saved exponent.", |v, _| saved(v, Some(1))),
            read_only("_saved_result", "The saved output.", |v, _| saved(v, None)),
        ],
    );
    class
}

/// A saved input by slot, or the saved output.
fn saved(value: &Value, slot: Option<usize>) -> Result<Value> {
    let node = node_of(value)?;
    match node.as_any().downcast_ref::<OpNode>() {
        Some(op) => Ok(op.saved(&node, slot)?.map_or(Value::None, Value::Tensor)),
        None => Ok(Value::None),
    }
}

/// The node in an object.
///
/// Errors: TypeError for other values.
pub fn node_of(value: &Value) -> Result<Rc<dyn Node>> {
    match value {
        Value::Object(o) => o.native_payload::<Handle>().map(|h| h.0.clone()),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("expected a node of the gradient graph"))
}

/// The object of a node: the same one while the program holds it.
pub fn node_object(node: &Rc<dyn Node>) -> Value {
    // A function of the program is shown by its context.
    if let Some(function) = node.as_any().downcast_ref::<FunctionNode>()
        && let Some(object) = function.object()
    {
        return Value::Object(object);
    }
    plain_object(node)
}

/// The object of a node, also for functions of the program.
pub fn plain_object(node: &Rc<dyn Node>) -> Value {
    let address = Rc::as_ptr(node) as *const u8 as usize;
    let known = OBJECTS.with_borrow(|all| all.objects.get(&address).and_then(Weak::upgrade));
    if let Some(object) = known {
        return Value::Object(object);
    }
    let class = class_named(node.name());
    let object = Instance::native(class, Handle(node.clone()));
    OBJECTS.with_borrow_mut(|all| {
        if all.objects.len() == all.objects.capacity() {
            all.objects.retain(|_, o| o.strong_count() > 0);
        }
        all.objects.insert(address, Rc::downgrade(&object));
    });
    Value::Object(object)
}

/// The class of nodes of a name; its `repr` is `<AddBackward0 object at 0x...>`.
fn class_named(name: String) -> Rc<Class> {
    if let Some(class) = OBJECTS.with_borrow(|all| all.classes.get(&name).cloned()) {
        return class;
    }
    let class = Class::builtin(&name, "builtins", &[&BASE.with(Clone::clone)], Kind::Builtin);
    OBJECTS.with_borrow_mut(|all| all.classes.insert(name, class.clone()));
    class
}
