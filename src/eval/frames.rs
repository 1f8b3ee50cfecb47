//! Frames and codes as the program sees them: what the module `inspect` is made of.

use super::frame::Frame;
use super::introspect::{function, globals, local_names};
use super::machine::Machine;
use crate::builtins::bind::bind;
use crate::builtins::table::{Def, add_attributes, attribute};
use crate::diag::{ExcKind, Fault, Result};
use crate::lower::{Code, CodeKind};
use crate::value::class::{Kind, Payload};
use crate::value::protocol::class_name;
use crate::value::{Class, Dict, Function, GetSet, Instance, Module, ParamKind, Value, class_of, types};
use std::rc::Rc;

thread_local! {
    static FRAME: Rc<Class> = builtin_class("frame");
    static CODE: Rc<Class> = builtin_class("code");
}

fn builtin_class(name: &'static str) -> Rc<Class> {
    Class::builtin(name, "builtins", &[&types().object], Kind::Builtin)
}

/// What a frame object remembers; the frame itself goes on.
struct Activation {
    code: Rc<Code>,
    module: Rc<Module>,
    locals: Value,
    line: usize,
    back: Value,
}

impl Machine {
    /// The frame object of the calling frame, with those of its callers behind it.
    pub(super) fn current_frame(&mut self, frame: &Frame) -> Value {
        let mut back = Value::None;
        for outer in self.frames.suspended() {
            // A module's variables are read when they are asked for.
            back = frame_object(outer, if is_module(outer) { Value::Undef } else { local_names(outer) }, back);
        }
        frame_object(frame, if is_module(frame) { Value::Undef } else { local_names(frame) }, back)
    }
}

fn is_module(frame: &Frame) -> bool {
    frame.code.kind == CodeKind::Module
}

fn frame_object(frame: &Frame, locals: Value, back: Value) -> Value {
    let code = frame.code.clone();
    let span = code.spans.get(frame.current()).copied().unwrap_or(code.span);
    let line = code.source.position(span.start).0;
    let info = Activation { code, module: frame.module.clone(), locals, line, back };
    Value::Object(Instance::native(FRAME.with(Rc::clone), info))
}

static FRAME_ATTRIBUTES: [GetSet; 5] = [
    attribute("f_back", "The frame of the caller.", |v, _| Ok(activation(v)?.back.clone())),
    attribute("f_code", "The code that runs.", |v, _| Ok(code_object(&activation(v)?.code))),
    attribute("f_globals", "The variables of the module.", |v, c| globals(&activation(v)?.module, c)),
    attribute("f_lineno", "The line that runs.", |v, _| Ok(Value::from(activation(v)?.line))),
    attribute("f_locals", "The local variables, as they were when the frame was asked for.", |v, c| {
        let frame = activation(v)?;
        if frame.locals.is_undef() { globals(&frame.module, c) } else { Ok(frame.locals.clone()) }
    }),
];

static CODE_ATTRIBUTES: [GetSet; 9] = [
    attribute("co_name", "The function's name.", |v, _| Ok(Value::Str(code(v)?.name.clone()))),
    attribute("co_qualname", "The function's dotted name.", |v, _| Ok(Value::Str(code(v)?.qualname.clone()))),
    attribute("co_filename", "The file it was written in.", |v, _| Ok(Value::str(code(v)?.source.name.as_str()))),
    attribute("co_firstlineno", "The first line.", |v, _| {
        let code = code(v)?;
        Ok(Value::from(code.source.position(code.span.start).0))
    }),
    attribute("co_argcount", "How many parameters are positional.", |v, _| {
        Ok(Value::from(code(v)?.params.positional as usize))
    }),
    attribute("co_posonlyargcount", "How many parameters are positional only.", |v, _| {
        Ok(Value::from(code(v)?.params.position_only as usize))
    }),
    attribute("co_kwonlyargcount", "How many parameters are keyword only.", |v, _| {
        Ok(Value::from(code(v)?.params.keyword_only as usize))
    }),
    attribute("co_varnames", "The parameters and local variables.", |v, _| {
        let code = code(v)?;
        Ok(Value::tuple(code.locals.iter().cloned().map(Value::Str)))
    }),
    attribute("co_flags", "Bits: 4 for *args, 8 for **kwargs, 32 for a generator.", |v, _| {
        let code = code(v)?;
        let bits = 3
            + 4 * i64::from(code.params.rest)
            + 8 * i64::from(code.params.keywords)
            + 32 * i64::from(code.kind == CodeKind::Generator);
        Ok(Value::Int(bits))
    }),
];

static FUNCTION_ATTRIBUTES: [GetSet; 2] = [
    attribute("__code__", "The code.", |v, _| match v {
        Value::Function(f) => function_code(f).map(|code| code_object(&code)),
        other => Err(Fault::attribute(format!("'{}' object has no attribute '__code__'", class_name(other)))),
    }),
    attribute("__kwdefaults__", "The defaults of keyword-only parameters.", |v, _| {
        let Value::Function(f) = v else { return Ok(Value::None) };
        let code = function_code(f)?;
        let dict = Dict::new();
        let names = code.params.names.iter().skip(code.params.positional as usize);
        for (name, default) in names.zip(&f.keyword_defaults) {
            if !default.is_undef() {
                dict.set_name(name, default.clone());
            }
        }
        Ok(if dict.is_empty() { Value::None } else { Value::Dict(dict) })
    }),
];

/// Fills the classes.
pub(super) fn install() {
    FRAME.with(|class| add_attributes(class, &FRAME_ATTRIBUTES));
    CODE.with(|class| add_attributes(class, &CODE_ATTRIBUTES));
    add_attributes(&types().function, &FUNCTION_ATTRIBUTES);
}

/// Adds to the module `sys` what only a machine knows: its modules, frames and the exception being handled.
pub(super) fn complete_sys(sys: &Module, modules: &Rc<Dict>) {
    sys.set("modules", Value::Dict(modules.clone()));
    sys.set("_getframe", function("sys", "_getframe", "depth=0, /", "The frame of the caller, or one further out."));
    sys.set("exc_info", function("sys", "exc_info", "", "Class, exception and traceback of what is being handled."));
}

/// The native half of the module `inspect`; `None` for any other name.
pub fn module(name: &str) -> Option<Rc<Module>> {
    if name != "_inspect" {
        return None;
    }
    let module = Module::new(name);
    module.set("currentframe", function("inspect", "currentframe", "", "The frame of the caller."));
    module.set("FrameType", Value::Class(FRAME.with(Rc::clone)));
    module.set("CodeType", Value::Class(CODE.with(Rc::clone)));
    for def in &FUNCTIONS {
        module.set(def.0, def.function("_inspect"));
    }
    Some(module)
}

static FUNCTIONS: [Def; 2] = [
    Def("parameters", "function, /", "The parameters of a native function: name, kind, default.", |n, _, args| {
        let a = bind(n, args)?;
        let native = match &a[0] {
            Value::Native(native) => native.clone(),
            Value::Method(m) => match &m.function {
                Value::Native(native) => native.clone(),
                _ => return Ok(Value::None),
            },
            _ => return Ok(Value::None),
        };
        let kind = |kind| match kind {
            ParamKind::PositionOnly => 0,
            ParamKind::Normal => 1,
            ParamKind::Rest => 2,
            ParamKind::KeywordOnly => 3,
            ParamKind::Keywords => 4,
        };
        Ok(Value::list(
            native
                .parsed()
                .params
                .iter()
                .map(|p| {
                    let default = p.default.iter().map(|d| d.clone().defined().unwrap_or(Value::Ellipsis));
                    Value::tuple([Value::Str(p.name.clone()), Value::Int(kind(p.kind))].into_iter().chain(default))
                })
                .collect(),
        ))
    }),
    Def("source", "object, /", "The text of a function or class, and its first line.", |n, _, args| {
        let a = bind(n, args)?;
        let found = match &a[0] {
            Value::Function(f) => function_code(f).ok().and_then(|code| function_text(&code)),
            Value::Class(class) => class_text(class),
            Value::Object(_) => code(&a[0]).ok().and_then(|code| function_text(&code)),
            _ => None,
        };
        match found {
            Some((text, line)) => Ok(Value::tuple([Value::str(text), Value::from(line)])),
            None => Err(Fault::new(ExcKind::OSError, "could not get source code")),
        }
    }),
];

/// The lines of a function with its decorators, and the number of the first.
fn function_text(code: &Code) -> Option<(String, usize)> {
    let source = &code.source;
    let (first, _) = source.position(code.span.start);
    let (last, _) = source.position(code.span.end.saturating_sub(1));
    let mut start = first;
    while start > 1 && source.line(start - 1).trim_start().starts_with('@') {
        start -= 1;
    }
    Some((lines(source, start, last), start))
}

/// The lines of a class: its header is looked for above its first function, and it ends where the indentation does.
fn class_text(class: &Class) -> Option<(String, usize)> {
    let code = class.dict.items().into_iter().find_map(|(_, value)| match value {
        Value::Function(f) => function_code(&f).ok(),
        _ => None,
    })?;
    let source = &code.source;
    let (inside, _) = source.position(code.span.start);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut first = (1..=inside).rev().find(|&number| {
        let rest = source.line(number).trim_start().strip_prefix("class ").map(str::trim_start);
        let after = rest.and_then(|rest| rest.strip_prefix(class.name.as_str()));
        after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })?;
    let margin = indent(source.line(first));
    let count = source.position(source.text.len() as u32).0;
    let mut last = inside;
    for number in inside..=count {
        let line = source.line(number);
        if !line.trim().is_empty() {
            if indent(line) <= margin {
                break;
            }
            last = number;
        }
    }
    while first > 1 && source.line(first - 1).trim_start().starts_with('@') {
        first -= 1;
    }
    Some((lines(source, first, last), first))
}

fn lines(source: &crate::diag::Source, first: usize, last: usize) -> String {
    (first..=last).map(|number| format!("{}\n", source.line(number))).collect()
}

fn function_code(function: &Function) -> Result<Rc<Code>> {
    function.code.clone().downcast::<Code>().map_err(|_| Fault::runtime("the function has no code"))
}

fn code_object(code: &Rc<Code>) -> Value {
    let object = Instance::new(CODE.with(Rc::clone));
    *object.payload.borrow_mut() = Payload::Native(code.clone());
    Value::Object(object)
}

fn code(value: &Value) -> Result<Rc<Code>> {
    payload(value)
}

fn activation(value: &Value) -> Result<Rc<Activation>> {
    payload(value)
}

fn payload<T: 'static>(value: &Value) -> Result<Rc<T>> {
    match value {
        Value::Object(object) => object.native_payload::<T>(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error(format!("'{}' object is no frame or code", class_of(value).name)))
}
