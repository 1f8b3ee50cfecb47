//! Built-ins that look at the frame that calls them: `locals`, `globals`, `super`.

use super::attribute::Super;
use super::frame::Frame;
use super::machine::Machine;
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Dict, Instance, Module, Native, Value, class_of, intern, types};
use std::rc::Rc;

/// The owner that marks a native function that needs the calling frame.
pub const FRAME: &str = "<frame>";

impl Machine {
    /// Calls such a function with arguments in registers.
    pub(super) fn call_introspection(
        &mut self,
        frame: &mut Frame,
        native: &Rc<Native>,
        first: usize,
        argc: usize,
    ) -> Result<Value> {
        let values: Vec<Value> = frame.regs[first..first + argc].to_vec();
        self.call_introspection_with(frame, native, Args::of(&values))
    }

    /// Calls such a function.
    pub(super) fn call_introspection_with(
        &mut self,
        frame: &mut Frame,
        native: &Rc<Native>,
        args: Args,
    ) -> Result<Value> {
        match (native.name, args.values) {
            ("locals", []) | ("vars", []) => Ok(self.locals(frame)),
            ("globals", []) => globals(&frame.module, self),
            ("vars", [value]) => match self.find_attr(value, &intern("__dict__"))? {
                Some(dict) => Ok(dict),
                None => Err(Fault::type_error("vars() argument must have __dict__ attribute")),
            },
            ("dir", []) => {
                let Value::Dict(locals) = self.locals(frame) else { return Ok(Value::None) };
                let mut names: Vec<String> =
                    locals.keys().iter().filter_map(|k| k.as_str().map(str::to_string)).collect();
                names.sort();
                Ok(Value::list(names.into_iter().map(Value::from).collect()))
            }
            ("dir", [value]) => {
                let names = match self.call_special(value, "__dir__", &[])? {
                    Some(names) => (self as &mut dyn Caller).collect(&names)?,
                    None => Vec::new(),
                };
                let mut names: Vec<String> = names.iter().filter_map(|k| k.as_str().map(str::to_string)).collect();
                if let Value::Module(module) = value
                    && module.lazy.get()
                {
                    names.extend(self.host.prelude_names(&module.name));
                }
                names.sort();
                names.dedup();
                Ok(Value::list(names.into_iter().map(Value::from).collect()))
            }
            ("currentframe" | "_getframe", []) => Ok(self.current_frame(frame)),
            ("_getframe", [Value::Int(depth)]) => {
                let mut found = self.current_frame(frame);
                for _ in 0..*depth {
                    found = self.get_attr(&found, &intern("f_back"))?;
                    if found.is_none() {
                        return Err(Fault::value("call stack is not deep enough"));
                    }
                }
                Ok(found)
            }
            ("exc_info", []) => Ok(match self.handled(frame) {
                Value::Object(handled) => {
                    Value::tuple([Value::Class(handled.class()), Value::Object(handled), Value::None])
                }
                _ => Value::tuple([Value::None, Value::None, Value::None]),
            }),
            ("super", [Value::Class(after), object]) => {
                // In a class method the object is a class; in a method of a metaclass it is an instance that is a class.
                let class = match object {
                    Value::Class(c) if c.is_subclass(after) => c.clone(),
                    other => class_of(other),
                };
                if !class.is_subclass(after) {
                    return Err(Fault::type_error("super(type, obj): obj must be an instance or subtype of type"));
                }
                let info = Super { after: after.clone(), object: object.clone() };
                Ok(Value::Object(Instance::native(types().super_.clone(), info)))
            }
            ("super", []) => Err(Fault::runtime("super(): no arguments")),
            (name, values) => Err(Fault::type_error(format!("{name}() does not take {} arguments", values.len()))),
        }
    }

    pub(super) fn locals(&mut self, frame: &Frame) -> Value {
        if frame.code.kind == crate::lower::CodeKind::Module {
            return globals(&frame.module, self).unwrap_or(Value::None);
        }
        local_names(frame)
    }
}

/// The bound local variables of a frame.
pub(super) fn local_names(frame: &Frame) -> Value {
    let dict = Dict::new();
    for (i, name) in frame.code.locals.iter().enumerate() {
        let value = match &frame.regs[i] {
            Value::Cell(cell) => cell.borrow().clone(),
            other => other.clone(),
        };
        if !value.is_undef() {
            dict.set_name(name, value);
        }
    }
    for (name, &reg) in frame.code.free_names.iter().zip(&frame.code.free) {
        if let Value::Cell(cell) = &frame.regs[reg as usize]
            && let Some(value) = cell.borrow().clone().defined()
        {
            dict.set_name(name, value);
        }
    }
    Value::Dict(dict)
}

pub(super) fn globals(module: &Rc<Module>, caller: &mut dyn Caller) -> Result<Value> {
    let dict = Dict::new();
    for (name, value) in module.space.items() {
        dict.insert(Value::Str(name), value, caller)?;
    }
    Ok(Value::Dict(dict))
}

/// Reached only when such a function is called from native code, where no frame of the program calls it.
fn needs_frame(native: &Native, _: &mut dyn Caller, _: Args) -> Result<Value> {
    Err(Fault::runtime(format!("{}() must be called directly", native.name)))
}

/// A native function that looks at the calling frame.
pub fn function(module: &'static str, name: &'static str, signature: &'static str, doc: &'static str) -> Value {
    Native::new(module, name, signature, doc, needs_frame).of_type(FRAME).value()
}

/// Binds the built-in ones.
pub fn install(builtins: &Module) {
    for (name, signature, doc) in [
        ("locals", "", "The local variables as a dict."),
        ("globals", "", "The global variables as a dict."),
        ("vars", "object=None, /", "The attributes of an object, or the local variables."),
        ("dir", "object=None, /", "The names of an object, or the local names."),
        ("super", "type, object, /", "Attributes of the classes after a class, bound to an object."),
    ] {
        builtins.set(name, function("builtins", name, signature, doc));
    }
    super::frames::install();
    // `super().__call__(...)` of a metaclass: makes the instance.
    let call =
        Native::new("builtins", "__call__", "self, /, *args, **kwargs", "Call self as a function.", |_, c, args| {
            let Some((Value::Class(class), rest)) = args.values.split_first() else {
                return Err(Fault::type_error("descriptor '__call__' requires a 'type' object"));
            };
            match c.as_any().downcast_mut::<Machine>() {
                Some(machine) => machine.construct(class, Args { values: rest, names: args.names }),
                None => Err(Fault::internal("a class called without a machine")),
            }
        });
    types().type_.dict.set_name(&intern("__call__"), call.of_type("type").value());
}
