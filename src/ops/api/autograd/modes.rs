//! Gradient modes as context managers and decorators: `torch.no_grad()`, `enable_grad`, `set_grad_enabled`,
//! `inference_mode`.

use super::super::table::{Def, functions, methods};
use crate::diag::{Fault, Result};
use crate::tensor::mode::{self, Mode};
use crate::value::class::Kind;
use crate::value::iter::NativeIter;
use crate::value::{Args, Caller, Class, Instance, Iter, Module, Native, NativeFn, Value, types};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A context manager that switches recording.
struct GradMode {
    switch: Switch,
    /// What was in force before each entry.
    before: RefCell<SmallVec<[Mode; 2]>>,
    /// What was in force before the manager was made, where making it switched.
    made_at: Cell<Option<Mode>>,
}

/// What a manager switches.
#[derive(Clone, Copy)]
enum Switch {
    /// Recording only.
    Grad(bool),
    /// Inference mode, and recording the other way.
    Inference(bool),
}

impl Switch {
    /// The mode that is in force when this is switched now.
    fn mode(self) -> Mode {
        match self {
            Switch::Grad(grad) => Mode { grad, ..Mode::current() },
            Switch::Inference(inference) => Mode { grad: !inference, inference },
        }
    }
}

thread_local! {
    static CLASSES: [Rc<Class>; 4] = [
        class("no_grad", |_, caller, args| construct(args, Switch::Grad(false), caller)),
        class("enable_grad", |_, caller, args| construct(args, Switch::Grad(true), caller)),
        class("inference_mode", |_, caller, args| construct(args, Switch::Inference(true), caller)),
        class("set_grad_enabled", set_grad_enabled),
    ];
}

fn class(name: &str, construct: NativeFn) -> Rc<Class> {
    let class = Class::builtin(name, "torch.autograd.grad_mode", &[&types().object], Kind::Builtin);
    class.construct.set(Some(construct));
    methods(&class, "grad_mode", METHODS);
    class
}

const METHODS: &[Def] = &[
    Def("__enter__", "self, /", "Switches recording.", |_, _, args| {
        let mode = state(args.values.first())?;
        let now = Mode::current();
        mode.switch.mode().set();
        mode.before.borrow_mut().push(mode.made_at.take().unwrap_or(now));
        Ok(Value::None)
    }),
    Def("__exit__", "self, *args", "Switches recording back.", |_, _, args| {
        if let Some(before) = state(args.values.first())?.before.borrow_mut().pop() {
            before.set();
        }
        Ok(Value::None)
    }),
    Def("__call__", "self, function, /", "The function, run in this mode.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        Ok(decorated(state(bound.first())?.switch, bound[1].clone()))
    }),
    Def("clone", "self, /", "A manager of the same mode.", |_, _, args| Ok(args.values[0].clone())),
];

fn state(value: Option<&Value>) -> Result<Rc<GradMode>> {
    match value {
        Some(Value::Object(o)) => o.native_payload::<GradMode>(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("expected a gradient mode"))
}

fn manager(class: &Value, switch: Switch) -> Result<Value> {
    match class {
        Value::Class(c) => Ok(Value::Object(Instance::native(
            c.clone(),
            GradMode { switch, before: RefCell::default(), made_at: Cell::new(None) },
        ))),
        _ => Err(Fault::type_error("expected a class")),
    }
}

/// `torch.no_grad()`, or `@torch.no_grad` without parentheses. Inference mode takes whether it is to be on.
fn construct(args: Args, switch: Switch, caller: &mut dyn Caller) -> Result<Value> {
    let given = args.values.get(1);
    match (switch, given) {
        (_, Some(f @ (Value::Function(_) | Value::Native(_) | Value::Method(_)))) => Ok(decorated(switch, f.clone())),
        (Switch::Inference(_), Some(on)) => manager(&args.values[0], Switch::Inference(caller.truth(on)?)),
        _ => manager(&args.values[0], switch),
    }
}

/// `torch.set_grad_enabled(mode)`: switches at once, and back at the end of a `with` block.
fn set_grad_enabled(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let Some(given) = args.values.get(1) else {
        return Err(Fault::type_error("set_grad_enabled.__init__() missing 1 required positional argument: 'mode'"));
    };
    if matches!(given, Value::Function(_)) {
        return Err(Fault::type_error("set_grad_enabled() takes True or False"));
    }
    let on = caller.truth(given)?;
    let before = Mode::current();
    mode::set_grad_enabled(on);
    let object = manager(&args.values[0], Switch::Grad(on))?;
    state(Some(&object))?.made_at.set(Some(before));
    Ok(object)
}

/// A context manager that changes nothing: it sets the mode that is in force.
pub fn idle(_: &mut dyn Caller) -> Result<Value> {
    let class = CLASSES.with(|classes| classes[3].clone());
    manager(&Value::Class(class), Switch::Grad(mode::grad_enabled()))
}

/// A function that runs another one in a mode; generators run in it each time they are resumed.
fn decorated(switch: Switch, function: Value) -> Value {
    let (on, inference) = match switch {
        Switch::Grad(on) => (on, false),
        Switch::Inference(on) => (on, true),
    };
    let name: &'static str = match &function {
        // Decorated functions live as long as their program; their names are leaked once each.
        Value::Function(f) => Box::leak(f.name.borrow().as_str().into()),
        Value::Native(n) => n.name,
        _ => "function",
    };
    Native::new("torch", name, "*args, **kwargs", "The function, run in a gradient mode.", run_decorated)
        .of_type("function")
        .capturing(vec![function, Value::Bool(on), Value::Bool(inference)])
        .value()
}

fn run_decorated(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let [function, Value::Bool(on), Value::Bool(inference)] = native.captured.as_slice() else {
        return Err(Fault::internal("a decorated function lost what it decorates"));
    };
    let switch = if *inference { Switch::Inference(*on) } else { Switch::Grad(*on) };
    let result = switch.mode().during(|| caller.call(function, args))?;
    Ok(match result {
        generator @ Value::Generator(_) => Iter::native(ModeIter { switch, inner: generator }),
        other => other,
    })
}

/// A generator that runs in a mode.
struct ModeIter {
    switch: Switch,
    inner: Value,
}

impl NativeIter for ModeIter {
    fn next(&mut self, caller: &mut dyn Caller) -> Result<Option<Value>> {
        self.switch.mode().during(|| caller.next(&self.inner))
    }
    fn type_name(&self) -> &'static str {
        "generator"
    }
}

const FUNCTIONS: &[Def] = &[
    Def("is_grad_enabled", "", "Whether operations are recorded now.", |_, _, _| Ok(Value::Bool(mode::grad_enabled()))),
    Def("is_inference_mode_enabled", "", "Whether inference mode is on.", |_, _, _| {
        Ok(Value::Bool(Mode::current().inference))
    }),
];

/// Binds the modes in `torch` and in `torch.autograd`.
pub fn install(torch: &Module, autograd: &Module) {
    CLASSES.with(|classes| {
        for class in classes {
            torch.space.bind(&class.name, Value::Class(class.clone()));
            autograd.space.bind(&class.name, Value::Class(class.clone()));
        }
    });
    functions(torch, "torch", FUNCTIONS);
}
