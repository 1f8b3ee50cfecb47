//! `torch.autograd.Function`: operations of the program with a derivative of their own.
//!
//! A call of `apply` runs the program's `forward` unrecorded and leaves a [`FunctionNode`], whose derivative calls the
//! program's `backward` through the environment of the pass.

use super::super::graph;
use super::super::table::{Def, attributes, class_methods, methods, read_only};
use crate::diag::{Error, Fault, Result};
use crate::ops::env::{ProgramDerivative, fit};
use crate::ops::node::freed;
use crate::tensor::node::Meta;
use crate::tensor::{Edge, Env, Grads, Hook, Node, NodeCore, Saved, Tensor, mode};
use crate::value::class::{Kind, Payload};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Class, Dict, GetSet, Instance, Module, Native, Value, intern, types};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// What a context keeps between `forward` and `backward`.
struct Context {
    /// Which arguments are tensors that require a gradient.
    needs: Vec<bool>,
    /// Tensors to save, as `save_for_backward` was given them; turned into `saved` when `forward` ends.
    to_save: RefCell<Vec<Value>>,
    saved: RefCell<Option<Vec<Option<Saved>>>>,
    constants: RefCell<Vec<Tensor>>,
    dirty: RefCell<Vec<Tensor>>,
    materialize: Cell<bool>,
    node: RefCell<Option<Weak<dyn Node>>>,
}

impl Context {
    /// The saved tensors, connected to the graph.
    ///
    /// Errors: RuntimeError when they were freed or changed since.
    fn tensors(&self) -> Result<Value> {
        let node = self.node.borrow().as_ref().and_then(Weak::upgrade);
        let Some(node) = node else {
            // Still inside `forward`, or nothing required a gradient.
            return Ok(Value::tuple(self.to_save.borrow().iter().cloned()));
        };
        let saved = self.saved.borrow();
        let Some(saved) = saved.as_ref() else { return Err(freed()) };
        let unpack = |s: &Option<Saved>| s.as_ref().map_or(Ok(Value::None), |s| s.unpack(&node).map(Value::Tensor));
        Ok(Value::tuple(saved.iter().map(unpack).collect::<Result<Vec<_>>>()?))
    }
}

thread_local! {
    static CONTEXT: Rc<Class> = context_class();
    static FUNCTION: Rc<Class> = function_class();
}

fn context(value: Option<&Value>) -> Result<Rc<Context>> {
    match value {
        Some(Value::Object(o)) => o.native_payload::<Context>(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("expected the context of an autograd.Function"))
}

fn context_class() -> Rc<Class> {
    let class = Class::builtin("FunctionCtx", "torch.autograd.function", &[&types().object], Kind::Object);
    methods(
        &class,
        "FunctionCtx",
        &[
            Def("save_for_backward", "self, *tensors", "Keeps tensors for backward.", |_, _, args| {
                let given = args.values[1..].to_vec();
                if let Some(bad) = given.iter().find(|v| !matches!(v, Value::Tensor(_) | Value::None)) {
                    return Err(Fault::type_error(format!(
                        "save_for_backward can only save variables, but argument {} is of type {}",
                        given.iter().position(|v| v.is(bad)).unwrap_or(0),
                        class_name(bad)
                    )));
                }
                *context(args.values.first())?.to_save.borrow_mut() = given;
                Ok(Value::None)
            }),
            Def("save_for_forward", "self, *tensors", "Nothing: there is no forward mode.", |_, _, _| Ok(Value::None)),
            Def("mark_non_differentiable", "self, *tensors", "Outputs that get no gradient.", |_, _, args| {
                let ctx = context(args.values.first())?;
                ctx.constants.borrow_mut().extend(tensors_in(&args.values[1..]));
                Ok(Value::None)
            }),
            Def("mark_dirty", "self, *tensors", "Inputs that forward changed in place.", |_, _, args| {
                let ctx = context(args.values.first())?;
                ctx.dirty.borrow_mut().extend(tensors_in(&args.values[1..]));
                Ok(Value::None)
            }),
            Def("set_materialize_grads", "self, value, /", "Whether missing gradients become zeros.", |_, _, args| {
                let on = !matches!(args.values.get(1), Some(Value::Bool(false) | Value::None | Value::Int(0)));
                context(args.values.first())?.materialize.set(on);
                Ok(Value::None)
            }),
            Def("name", "self, /", "The name of the node.", |_, _, args| Ok(Value::from(class_name(&args.values[0])))),
        ],
    );
    attributes(
        &class,
        &[
            read_only("saved_tensors", "The tensors that forward kept.", |v, _| context(Some(v))?.tensors()),
            read_only("needs_input_grad", "Which arguments require a gradient.", |v, _| {
                Ok(Value::tuple(context(Some(v))?.needs.iter().map(|&b| Value::Bool(b))))
            }),
            read_only("next_functions", "Where the gradients of the inputs flow.", |v, caller| {
                let node = context(Some(v))?.node.borrow().as_ref().and_then(Weak::upgrade);
                let Some(node) = node else { return Ok(Value::tuple([])) };
                caller.get_attr(&graph::plain_object(&node), &intern("next_functions"))
            }),
            read_only("metadata", "A dictionary for the program's notes.", |_, _| Ok(Value::Dict(Dict::new()))),
            GetSet {
                name: "materialize_grads",
                doc: "Whether missing gradients become zeros.",
                get: |v, _| Ok(Value::Bool(context(Some(v))?.materialize.get())),
                set: None,
            },
        ],
    );
    class
}

fn function_class() -> Rc<Class> {
    let class = Class::builtin("Function", "torch.autograd.function", &[&types().object], Kind::Object);
    class_methods(
        &class,
        "FunctionMeta",
        &[Def("apply", "cls, *args, **kwargs", "The function applied, recorded with its own derivative.", apply)],
    );
    class
}

fn tensors_in(values: &[Value]) -> impl Iterator<Item = Tensor> + '_ {
    values.iter().filter_map(|v| match v {
        Value::Tensor(t) => Some(t.clone()),
        _ => None,
    })
}

/// The class of the contexts of a function of the program: `ExpBackward`.
fn backward_class(function: &Class) -> Result<Rc<Class>> {
    let name = intern("_backward_cls");
    if let Some(Value::Class(known)) = function.dict.get_name(&name) {
        return Ok(known);
    }
    let class = Class::new(
        &format!("{}Backward", function.name),
        intern("torch.autograd.function"),
        vec![CONTEXT.with(Clone::clone)],
        Dict::new(),
    )?;
    function.dict.set_name(&name, Value::Class(class.clone()));
    Ok(class)
}

/// `Function.apply(...)`
fn apply(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let Some(Value::Class(function)) = args.values.first().cloned() else {
        return Err(Fault::type_error("apply() must be called on a class"));
    };
    let inputs = &args.positional()[1..];
    let needs: Vec<bool> = inputs.iter().map(|v| matches!(v, Value::Tensor(t) if t.requires_grad())).collect();
    let recorded = mode::grad_enabled() && needs.contains(&true);
    let ctx = Rc::new(Context {
        needs,
        to_save: RefCell::default(),
        saved: RefCell::new(None),
        constants: RefCell::default(),
        dirty: RefCell::default(),
        materialize: Cell::new(true),
        node: RefCell::new(None),
    });
    let class = backward_class(&function)?;
    let object = Instance::new(class);
    *object.payload.borrow_mut() = Payload::Native(ctx.clone());
    let receiver = Value::Class(function.clone());
    let forward = caller.get_attr(&receiver, &intern("forward"))?;
    let separate = function.lookup(&intern("setup_context")).is_some();
    let result = mode::with_grad_enabled(false, || -> Result<Value> {
        if separate {
            let rest = Args { values: &args.values[1..], names: args.names };
            let output = caller.call(&forward, rest)?;
            let setup = caller.get_attr(&receiver, &intern("setup_context"))?;
            let inputs = Value::tuple(inputs.iter().cloned());
            caller.call(&setup, Args::of(&[Value::Object(object.clone()), inputs, output.clone()]))?;
            return Ok(output);
        }
        let mut values = args.values.to_vec();
        values[0] = Value::Object(object.clone());
        caller.call(&forward, Args { values: &values, names: args.names })
    })?;
    if !recorded {
        return Ok(result);
    }
    record(&function, inputs, ctx, object, result)
}

/// Wraps the outputs of `forward` and records the node that made them.
fn record(
    function: &Rc<Class>,
    inputs: &[Value],
    ctx: Rc<Context>,
    object: Rc<Instance>,
    result: Value,
) -> Result<Value> {
    let outputs: Vec<Value> = match &result {
        Value::Tuple(t) => t.to_vec(),
        Value::List(l) => l.to_vec(),
        single => vec![single.clone()],
    };
    let edge = |v: &Value| match v {
        Value::Tensor(t) if t.dtype().is_differentiable() => t.edge(),
        _ => None,
    };
    let meta = |t: &Tensor| Meta::of(&t.array());
    let edges: SmallVec<[Option<Edge>; 2]> = inputs.iter().map(edge).collect();
    let input_meta = inputs.iter().map(|v| if let Value::Tensor(t) = v { Some(meta(t)) } else { None }).collect();
    let output_meta: Vec<Option<Meta>> =
        outputs.iter().map(|v| if let Value::Tensor(t) = v { Some(meta(t)) } else { None }).collect();
    let spec = Spec {
        function: function.clone(),
        context: ctx.clone(),
        object: object.clone(),
        inputs: input_meta,
        outputs: output_meta,
    };
    let derivative: Hook = Rc::new(ProgramDerivative(Box::new(move |caller, grads| spec.run(caller, grads))));
    let node = Rc::new(FunctionNode {
        core: NodeCore::new(edges),
        name: format!("{}Backward", function.name),
        context: ctx.clone(),
        derivative,
        object: Rc::downgrade(&object),
    });
    // Inputs are saved as they were, outputs by their place, so that no node holds its own output.
    let save = |v: &Value| -> Option<Saved> {
        let Value::Tensor(t) = v else { return None };
        match outputs.iter().position(|o| matches!(o, Value::Tensor(o) if o.is(t))) {
            Some(slot) if !inputs.iter().any(|i| matches!(i, Value::Tensor(i) if i.is(t))) => {
                Some(Saved::output(&t.array(), slot as u32))
            }
            _ => Some(Saved::input(t)),
        }
    };
    let saved = ctx.to_save.borrow_mut().drain(..).map(|v| save(&v)).collect();
    *ctx.saved.borrow_mut() = Some(saved);
    let shared: Rc<dyn Node> = node.clone();
    *ctx.node.borrow_mut() = Some(Rc::downgrade(&shared));
    let (constants, dirty) = (ctx.constants.take(), ctx.dirty.take());
    let wrap = |(slot, value): (usize, &Value)| -> Value {
        let Value::Tensor(t) = value else { return value.clone() };
        if !t.dtype().is_differentiable() || constants.iter().any(|c| c.is(t)) {
            return value.clone();
        }
        let edge = Some(Edge { node: node.clone(), slot: slot as u32 });
        if dirty.iter().any(|d| d.is(t)) {
            t.set_edge(edge);
            t.count_change();
            return value.clone();
        }
        let is_input = inputs.iter().any(|i| matches!(i, Value::Tensor(i) if i.is(t)));
        if is_input || t.handles() > 2 || t.is_view() {
            return Value::Tensor(Tensor::with_edge(t.array().clone(), edge));
        }
        t.set_edge(edge);
        value.clone()
    };
    let wrapped: Vec<Value> = outputs.iter().enumerate().map(wrap).collect();
    Ok(match result {
        Value::Tuple(_) | Value::List(_) => Value::tuple(wrapped),
        _ => wrapped.into_iter().next().unwrap_or(Value::None),
    })
}

/// What a derivative of the program needs besides the gradients.
struct Spec {
    function: Rc<Class>,
    context: Rc<Context>,
    object: Rc<Instance>,
    inputs: Vec<Option<Meta>>,
    outputs: Vec<Option<Meta>>,
}

impl Spec {
    /// Calls the program's `backward` and checks what it gives.
    fn run(&self, caller: &mut dyn Caller, grads: Grads) -> Result<Grads> {
        let function = Value::Class(self.function.clone());
        let backward = match caller.find_attr(&function, &intern("backward"))? {
            Some(f) => f,
            None => match caller.find_attr(&function, &intern("vjp"))? {
                Some(f) => f,
                None => {
                    return Err(Fault::not_implemented(
                        "You must implement either the backward or vjp method for your custom autograd.Function to use \
                         it with backward mode AD.",
                    ));
                }
            },
        };
        let mut values = vec![Value::Object(self.object.clone())];
        for (i, meta) in self.outputs.iter().enumerate() {
            values.push(match (grads.get(i).cloned().flatten(), meta) {
                (Some(grad), _) => Value::Tensor(grad),
                (None, Some(meta)) if self.context.materialize.get() => {
                    let zero = crate::array::Scalar::Int(0);
                    Value::tensor(crate::array::Array::full(meta.sizes(), zero, meta.dtype)?)
                }
                _ => Value::None,
            });
        }
        let result = caller.call(&backward, Args::of(&values))?;
        let mut given = match result {
            Value::Tuple(t) => t.to_vec(),
            single => vec![single],
        };
        while given.len() > self.inputs.len() && given.last().is_some_and(Value::is_none) {
            given.pop();
        }
        if given.len() != self.inputs.len() {
            return Err(Fault::runtime(format!(
                "function {}Backward returned an incorrect number of gradients (expected {}, got {})",
                self.function.name,
                self.inputs.len(),
                given.len()
            )));
        }
        given.into_iter().zip(&self.inputs).enumerate().map(|(i, (v, meta))| self.check(i, v, meta)).collect()
    }

    /// The gradient of one input, made to look like it.
    fn check(&self, index: usize, value: Value, meta: &Option<Meta>) -> Result<Option<Tensor>> {
        let grad = match (value, meta) {
            (Value::None, _) => return Ok(None),
            (Value::Tensor(t), Some(meta)) => (t, meta),
            (Value::Tensor(_), None) => return Ok(None),
            (other, _) => return Err(not_a_gradient(&other)),
        };
        let (grad, meta) = grad;
        let fits = crate::array::layout::broadcast_sizes(meta.sizes(), grad.array().sizes())
            .is_ok_and(|s| s.as_slice() == grad.array().sizes());
        if !fits {
            use crate::array::layout::show_sizes;
            return Err(Fault::runtime(format!(
                "Function {}Backward returned an invalid gradient at index {index} - got {} but expected shape \
                 compatible with {}",
                self.function.name,
                show_sizes(grad.array().sizes()),
                show_sizes(meta.sizes())
            )));
        }
        fit(grad, meta).map(Some)
    }
}

#[cold]
fn not_a_gradient(value: &Value) -> Error {
    Fault::runtime(format!("expected Variable or None (got {})", class_name(value)))
}

/// The node of a function of the program.
pub struct FunctionNode {
    core: NodeCore,
    name: String,
    context: Rc<Context>,
    derivative: Hook,
    object: Weak<Instance>,
}

impl FunctionNode {
    /// The context, which PyTorch shows as the node.
    pub fn object(&self) -> Option<Rc<Instance>> {
        self.object.upgrade()
    }
}

impl Drop for FunctionNode {
    /// Leaves the last handles to other nodes to the core, which drops them without recursion.
    fn drop(&mut self) {
        self.release();
    }
}

impl Node for FunctionNode {
    fn core(&self) -> &NodeCore {
        &self.core
    }
    fn core_mut(&mut self) -> Option<&mut NodeCore> {
        Some(&mut self.core)
    }
    fn name(&self) -> String {
        self.name.clone()
    }
    fn backward(&self, _this: &Rc<dyn Node>, grads: Grads, env: &mut dyn Env) -> Result<Grads> {
        env.run_derivative(&self.derivative, grads)
    }
    fn release(&self) {
        let saved = self.context.saved.borrow_mut();
        // Without saved tensors another pass is harmless.
        if saved.as_ref().is_some_and(|s| !s.is_empty()) {
            let mut saved = saved;
            let old = saved.take();
            drop(saved);
            drop(old);
        }
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// Binds `Function` and what belongs to it.
pub fn install(autograd: &Module, function: &Module) {
    let class = Value::Class(FUNCTION.with(Clone::clone));
    autograd.set("Function", class.clone());
    function.set("Function", class);
    function.set("FunctionCtx", Value::Class(CONTEXT.with(Clone::clone)));
    super::super::table::functions(
        function,
        "torch.autograd.function",
        &[Def("once_differentiable", "fn, /", "The function itself.", |_, _, args| {
            args.one("once_differentiable").cloned()
        })],
    );
}
