//! Calls: functions of the program, native functions, classes, methods, and the binding of arguments.

use super::frame::{Frame, Link};
use super::machine::{Machine, RECURSION_LIMIT};
use crate::diag::{Fault, Result};
use crate::lower::code::{Code, CodeKind, NONE, Reg};
use crate::value::class::Kind;
use crate::value::protocol::class_name;
use crate::value::types::built_in_class;
use crate::value::{Args, Caller, Class, Dict, Function, Instance, Name, Value, class_of, intern};
use std::rc::Rc;

/// The code of a function.
pub(super) fn code_of(function: &Function) -> Result<Rc<Code>> {
    function.code.clone().downcast::<Code>().map_err(|_| Fault::internal("a function without code"))
}

impl Machine {
    /// `Call` of a function with just its positional arguments, in the frame that ended last: when that ran the same
    /// code, as in recursion and in loops, there is nothing to set up. Says whether it did.
    #[inline(always)]
    pub(super) fn call_again(&mut self, frame: &mut Box<Frame>, dst: Reg, at: usize, argc: usize) -> bool {
        if self.depth >= RECURSION_LIMIT {
            return false;
        }
        let entered = self.frames.enter_spare(frame, |frame, made| {
            let Some([callee, arguments @ ..]) = frame.regs.get_mut(at..at + 1 + argc) else { return false };
            // Taken as what it is known to be, so that it ends as one count less, in line.
            let function = match std::mem::take(callee) {
                Value::Function(function) => function,
                other => {
                    *callee = other;
                    return false;
                }
            };
            // A code belongs to one module.
            if function.code_at != &raw const *made.code as usize || made.code.plain_arguments as usize != argc {
                *callee = Value::Function(function);
                return false;
            }
            drop(function);
            made.pc = 0;
            made.link = Link::Call(dst);
            let mut places = made.regs[..made.code.variables as usize].iter_mut();
            for (from, place) in arguments.iter_mut().zip(&mut places) {
                Value::put_taken(place, from);
            }
            for place in places {
                Value::put(place, Value::Undef);
            }
            true
        });
        self.depth += entered as usize;
        entered
    }

    /// `Call`: the callee in `base`, its arguments after it.
    #[inline]
    pub(super) fn call_instr(
        &mut self,
        frame: &mut Box<Frame>,
        dst: Reg,
        base: Reg,
        argc: usize,
        kw: u16,
    ) -> Result<()> {
        let at = base as usize;
        match &frame.regs[at] {
            Value::Function(_) => match std::mem::take(&mut frame.regs[at]) {
                Value::Function(function) => self.call_in_frame(frame, &function, dst, at + 1, argc, kw, None),
                _ => Ok(()),
            },
            Value::Class(class) if class.kind == Kind::Object && class.is_user && class.meta.get().is_none() => {
                let class = class.clone();
                self.construct_in_frame(frame, &class, dst, at + 1, argc, kw)
            }
            Value::Native(native) => {
                let native = native.clone();
                if native.owner == Some(super::introspect::FRAME) {
                    let value = self.call_introspection(frame, &native, at + 1, argc)?;
                    frame.set(dst, value);
                    return Ok(());
                }
                let value = if kw == NONE {
                    native.call(self, Args::of(&frame.regs[at + 1..at + 1 + argc]))?
                } else {
                    let code = frame.code.clone();
                    let args = Args { values: &frame.regs[at + 1..at + 1 + argc], names: names(&code, kw) };
                    native.call(self, args)?
                };
                frame.set(dst, value);
                Ok(())
            }
            other => {
                let callee = other.clone();
                let code = frame.code.clone();
                let args = Args { values: &frame.regs[at + 1..at + 1 + argc], names: names(&code, kw) };
                // A method of the program or a callable object: one frame more, without recursion.
                match &callee {
                    Value::Method(method) if matches!(method.function, Value::Function(_)) => {
                        let Value::Function(function) = &method.function else { return Ok(()) };
                        let function = function.clone();
                        let receiver = method.receiver.clone();
                        return self.call_in_frame(frame, &function, dst, at + 1, argc, kw, Some(receiver));
                    }
                    Value::Object(object) => {
                        if let Some(Value::Function(function)) = object.class().lookup(&call_name()) {
                            return self.call_in_frame(frame, &function, dst, at + 1, argc, kw, Some(callee));
                        }
                    }
                    _ => {}
                }
                let value = self.call(&callee, args)?;
                frame.set(dst, value);
                Ok(())
            }
        }
    }

    /// `CallMethod`: the receiver in `base`, its arguments after it.
    #[inline]
    pub(super) fn call_method_instr(
        &mut self,
        frame: &mut Box<Frame>,
        dst: Reg,
        base: Reg,
        argc: usize,
        name: u16,
        kw: u16,
    ) -> Result<()> {
        let at = base as usize;
        let name = &frame.code.names[name as usize];
        let callee = &frame.regs[at];
        match callee {
            Value::Object(object) => {
                let class = object.class();
                if !class.features().getattribute
                    && let Some(Value::Function(function)) = class.lookup(name)
                    && !object.dict.has_name(name)
                {
                    let receiver = std::mem::take(&mut frame.regs[at]);
                    return self.call_in_frame(frame, &function, dst, at + 1, argc, kw, Some(receiver));
                }
            }
            Value::Module(_) | Value::Class(_) | Value::Function(_) | Value::Generator(_) => {}
            value => {
                let found = match built_in_class(value) {
                    Some(class) => self.methods.find(class, name),
                    None => match class_of(value).lookup(name) {
                        Some(Value::Native(native)) => Some(native).filter(|n| n.owner.is_some()),
                        _ => None,
                    },
                };
                if let Some(native) = found {
                    let args = Args { values: &frame.regs[at..at + 1 + argc], names: names(&frame.code, kw) };
                    let result = native.call(self, args)?;
                    frame.set(dst, result);
                    return Ok(());
                }
            }
        }
        let function = self.get_attr(&frame.regs[at], name)?;
        frame.regs[at] = function;
        self.call_instr(frame, dst, base, argc, kw)
    }

    /// `CallSpread`: the callee, a list of arguments and a dict of keywords.
    pub(super) fn call_spread(&mut self, frame: &mut Box<Frame>, dst: Reg, base: Reg) -> Result<()> {
        let at = base as usize;
        let callee = std::mem::take(&mut frame.regs[at]);
        let mut values = match &frame.regs[at + 1] {
            Value::List(l) => l.to_vec(),
            _ => Vec::new(),
        };
        let mut keywords: Vec<Name> = Vec::new();
        if let Value::Dict(d) = &frame.regs[at + 2] {
            for (key, value) in d.items() {
                let Value::Str(name) = key else { return Err(Fault::type_error("keywords must be strings")) };
                keywords.push(name);
                values.push(value);
            }
        }
        let args = Args { values: &values, names: &keywords };
        if let Value::Native(native) = &callee
            && native.owner == Some(super::introspect::FRAME)
        {
            let value = self.call_introspection_with(frame, &native.clone(), args)?;
            frame.set(dst, value);
            return Ok(());
        }
        if let Value::Function(function) = &callee {
            let made = self.function_frame(function, args, Link::Call(dst))?;
            if made.code.kind == CodeKind::Generator {
                let generator = self.make_generator(made);
                frame.set(dst, generator);
                return Ok(());
            }
            return self.enter(frame, made);
        }
        let value = self.call(&callee, args)?;
        frame.set(dst, value);
        Ok(())
    }

    /// Calls a function of the program with arguments in registers, in a new frame on top of this one.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    fn call_in_frame(
        &mut self,
        frame: &mut Box<Frame>,
        function: &Rc<Function>,
        dst: Reg,
        first: usize,
        argc: usize,
        kw: u16,
        receiver: Option<Value>,
    ) -> Result<()> {
        let made = self.frame_for(frame, function, first, argc, kw, receiver, Link::Call(dst))?;
        if made.code.kind == CodeKind::Generator {
            let generator = self.make_generator(made);
            frame.set(dst, generator);
            return Ok(());
        }
        self.enter(frame, made)
    }

    /// A frame for a call with arguments in registers, which are moved out of them.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    fn frame_for(
        &mut self,
        frame: &mut Frame,
        function: &Rc<Function>,
        first: usize,
        argc: usize,
        kw: u16,
        receiver: Option<Value>,
        link: Link,
    ) -> Result<Box<Frame>> {
        let given = argc + receiver.is_some() as usize;
        if kw == NONE
            && let Some(code) = function.code.downcast_ref::<Code>()
            && code.params.simple
            && given == code.params.positional as usize
        {
            let mut made = self.frame_of(function, code, link)?;
            let (arguments, others) = made.regs.split_at_mut(given);
            let (receives, places) = arguments.split_at_mut(given - argc);
            if let (Some(place), Some(receiver)) = (receives.first_mut(), receiver) {
                Value::put(place, receiver);
            }
            for (place, from) in places.iter_mut().zip(&mut frame.regs[first..first + argc]) {
                Value::put_taken(place, from);
            }
            for place in others.iter_mut().take(code.variables as usize - given) {
                Value::put(place, Value::Undef);
            }
            fill_captures(&mut made, function);
            return Ok(made);
        }
        let mut values: Vec<Value> = Vec::with_capacity(given);
        values.extend(receiver);
        values.extend(frame.regs[first..first + argc].iter_mut().map(std::mem::take));
        let caller_code = frame.code.clone();
        let args = Args { values: &values, names: names(&caller_code, kw) };
        self.function_frame(function, args, link)
    }

    /// Makes an instance of a class of the program, running `__init__` in a frame on top of this one.
    fn construct_in_frame(
        &mut self,
        frame: &mut Box<Frame>,
        class: &Rc<Class>,
        dst: Reg,
        first: usize,
        argc: usize,
        kw: u16,
    ) -> Result<()> {
        if let (None, Some(Value::Function(init))) = (user_new(class), class.lookup(&init_name())) {
            let instance = Instance::new(class.clone());
            let receiver = Value::Object(instance.clone());
            // The class before the arguments has done its duty.
            let waits = first - 1;
            frame.regs[waits] = Value::Object(instance);
            let link = Link::Construct(dst, waits as Reg);
            let made = self.frame_for(frame, &init, first, argc, kw, Some(receiver), link)?;
            return self.enter(frame, made);
        }
        let code = frame.code.clone();
        let values: Vec<Value> = frame.regs[first..first + argc].to_vec();
        let value = self.construct(class, Args { values: &values, names: names(&code, kw) })?;
        frame.set(dst, value);
        Ok(())
    }

    /// Calls a class: makes an instance.
    pub(super) fn construct(&mut self, class: &Rc<Class>, args: Args) -> Result<Value> {
        if let Some(new) = user_new(class) {
            let mut values = vec![Value::Class(class.clone())];
            values.extend_from_slice(args.values);
            let function = match &new {
                Value::Descriptor(d) => match &**d {
                    crate::value::Descriptor::Static(f) => f.clone(),
                    _ => new.clone(),
                },
                _ => new.clone(),
            };
            let made = self.call(&function, Args { values: &values, names: args.names })?;
            let made_class = crate::value::class_of(&made);
            if made_class.is_subclass(class) && made_class.is_user {
                self.initialize(&made, &made_class, args)?;
            }
            return Ok(made);
        }
        if class.kind == Kind::Object {
            let instance = Value::Object(Instance::new(class.clone()));
            if !class.is_user
                && let Some(construct) = class.construct.get()
            {
                return self.construct_native(construct, class, args);
            }
            if class.lookup(&init_name()).is_none() && !args.values.is_empty() {
                return Err(Fault::type_error(format!("{}() takes no arguments", class.name)));
            }
            self.initialize(&instance, class, args)?;
            return Ok(instance);
        }
        let Some(construct) = class.construct.get() else {
            if class.kind == Kind::Exception {
                let object = crate::value::exception::instance(class, args.positional().iter().cloned());
                let value = Value::Object(object);
                self.initialize(&value, class, args)?;
                return Ok(value);
            }
            return Err(Fault::type_error(format!("cannot create '{}' instances", class.qualified())));
        };
        let has_init = class.is_user && matches!(class.lookup(&init_name()), Some(Value::Function(_)));
        if has_init {
            let made = match class.kind {
                Kind::Exception => {
                    Value::Object(crate::value::exception::instance(class, args.positional().iter().cloned()))
                }
                _ => self
                    .construct_native(construct, class, args)
                    .or_else(|_| self.construct_native(construct, class, Args::NONE))?,
            };
            self.initialize(&made, class, args)?;
            return Ok(made);
        }
        self.construct_native(construct, class, args)
    }

    fn construct_native(&mut self, construct: crate::value::NativeFn, class: &Rc<Class>, args: Args) -> Result<Value> {
        thread_local! {
            static CONSTRUCTOR: Rc<crate::value::Native> = Rc::new(crate::value::Native::new(
                "builtins", "__new__", "*args, **kwargs", "Makes an instance.",
                |_, _, _| Ok(Value::None),
            ));
        }
        let native = CONSTRUCTOR.with(Rc::clone);
        let mut values = Vec::with_capacity(args.values.len() + 1);
        values.push(Value::Class(class.clone()));
        values.extend_from_slice(args.values);
        construct(&native, self, Args { values: &values, names: args.names })
    }

    /// Calls `__init__` of a class of the program.
    fn initialize(&mut self, instance: &Value, class: &Rc<Class>, args: Args) -> Result<()> {
        let Some(init) = class.lookup(&init_name()) else { return Ok(()) };
        if !matches!(init, Value::Function(_)) && class.kind != Kind::Object {
            return Ok(());
        }
        let mut values = vec![instance.clone()];
        values.extend_from_slice(args.values);
        let result = self.call(&init, Args { values: &values, names: args.names })?;
        if !result.is_none() {
            let got = class_name(&result);
            return Err(Fault::type_error(format!("__init__() should return None, not '{got}'")));
        }
        Ok(())
    }

    /// A frame for any call of a function of the program.
    ///
    /// Errors: TypeError in Python's words for arguments that do not fit.
    pub(super) fn function_frame(&mut self, function: &Rc<Function>, args: Args, link: Link) -> Result<Box<Frame>> {
        let code = code_of(function)?;
        let p = &code.params;
        let total = p.names.len();
        let mut regs: Vec<Value> = Vec::with_capacity(code.registers as usize);
        let positional = p.positional as usize;
        let given = args.positional();
        regs.extend(given.iter().take(positional).cloned());
        regs.resize(total, Value::Undef);
        let rest_at = positional + p.keyword_only as usize;
        if p.rest {
            regs[rest_at] = Value::tuple(given.iter().skip(positional).cloned());
        } else if given.len() > positional {
            let by_name = p.names[positional..rest_at].iter().filter(|n| args.names.contains(n)).count();
            return Err(too_many(function, &code, given.len(), by_name));
        }
        let extra = if p.keywords { Some(Dict::new()) } else { None };
        for (name, value) in args.keywords() {
            let named = p.names[..rest_at].iter().position(|n| n == name).filter(|&i| i >= p.position_only as usize);
            match (named, &extra) {
                (Some(i), _) if regs[i].is_undef() => regs[i] = value.clone(),
                (Some(_), _) => {
                    return Err(Fault::type_error(format!(
                        "{}() got multiple values for argument '{name}'",
                        function.qualname.borrow()
                    )));
                }
                (None, Some(extra)) => {
                    extra.set_name(name, value.clone());
                }
                (None, None) => return Err(unexpected(function, &code, name, args.names)),
            }
        }
        if let Some(extra) = extra {
            regs[total - 1] = Value::Dict(extra);
        }
        let first_default = positional - p.defaults as usize;
        for i in 0..positional {
            if regs[i].is_undef() && i >= first_default {
                regs[i] = function.defaults.get(i - first_default).cloned().unwrap_or_default();
            }
        }
        for i in 0..p.keyword_only as usize {
            if regs[positional + i].is_undef() {
                regs[positional + i] = function.keyword_defaults.get(i).cloned().unwrap_or_default();
            }
        }
        if regs[..rest_at].iter().any(Value::is_undef) {
            return Err(missing(function, &code, &regs));
        }
        let mut made = self.frame(code, function.module.clone(), link);
        for (place, value) in made.regs.iter_mut().zip(regs) {
            Value::put(place, value);
        }
        fill_captures(&mut made, function);
        Ok(made)
    }

    /// A function from a prototype, with the defaults, annotations and cells of the frame that makes it.
    pub(super) fn make_function(&mut self, frame: &mut Frame, proto: usize, start: Reg) -> Result<Value> {
        let code = frame.code.clone();
        let proto = &code.protos[proto];
        let p = &proto.code.params;
        let mut at = start as usize;
        let mut take = |frame: &mut Frame| {
            at += 1;
            std::mem::take(&mut frame.regs[at - 1])
        };
        let defaults: Vec<Value> = (0..p.defaults).map(|_| take(frame)).collect();
        let keyword_defaults: Vec<Value> =
            p.keyword_defaults.iter().map(|&has| if has { take(frame) } else { Value::Undef }).collect();
        let annotations = if proto.annotated { take(frame) } else { Value::Undef };
        let closure = proto
            .captures
            .iter()
            .map(|&reg| match frame.get(reg) {
                Value::Cell(cell) => cell.clone(),
                other => Rc::new(std::cell::RefCell::new(other.clone())),
            })
            .collect();
        let doc = proto.code.doc.clone().map_or(Value::None, Value::Str);
        Ok(Value::Function(Rc::new(Function {
            name: proto.code.name.clone().into(),
            qualname: proto.code.qualname.clone().into(),
            doc: doc.into(),
            code: proto.code.clone(),
            code_at: Rc::as_ptr(&proto.code) as usize,
            defaults,
            keyword_defaults,
            closure,
            module: frame.module.clone(),
            dict: Dict::new(),
            annotations,
        })))
    }
}

/// Puts the captured cells into their registers.
#[inline]
fn fill_captures(frame: &mut Frame, function: &Function) {
    if !function.closure.is_empty() {
        let code = frame.code.clone();
        for (&reg, cell) in code.free.iter().zip(&function.closure) {
            frame.set(reg, Value::Cell(cell.clone()));
        }
    }
}

/// The keywords of a call.
#[inline]
fn names(code: &Code, kw: u16) -> &[Name] {
    if kw == NONE { &[] } else { code.keywords.get(kw as usize).map_or(&[], |k| k) }
}

/// `__new__` of a class of the program, where it defines one.
fn user_new(class: &Rc<Class>) -> Option<Value> {
    thread_local! { static NEW: Name = intern("__new__"); }
    let name = NEW.with(Rc::clone);
    if !class.is_user {
        return None;
    }
    let own = std::iter::once(class).chain(&class.mro).filter(|c| c.is_user).find_map(|c| c.dict.get_name(&name));
    own.filter(|v| !matches!(v, Value::Native(_)))
}

fn init_name() -> Name {
    thread_local! { static INIT: Name = intern("__init__"); }
    INIT.with(Rc::clone)
}

fn call_name() -> Name {
    thread_local! { static CALL: Name = intern("__call__"); }
    CALL.with(Rc::clone)
}

#[cold]
fn unexpected(function: &Function, code: &Code, name: &str, given: &[Name]) -> crate::diag::Error {
    let p = &code.params;
    let by_position: Vec<&str> = given.iter().map(|n| n.as_str()).collect();
    let by_position: Vec<&str> =
        p.names[..p.position_only as usize].iter().map(|n| n.as_str()).filter(|n| by_position.contains(n)).collect();
    if !by_position.is_empty() {
        return Fault::type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            function.qualname.borrow(),
            by_position.join(", ")
        ));
    }
    let own = &p.names[..(p.positional + p.keyword_only) as usize];
    let message = format!("{}() got an unexpected keyword argument '{name}'", function.qualname.borrow());
    let fault = Fault::type_error(message);
    match crate::diag::did_you_mean(name, own.iter().map(|n| n.as_str())) {
        Some(near) => fault.with_suffix(format!(". Did you mean '{near}'?")),
        None => fault,
    }
}

#[cold]
fn too_many(function: &Function, code: &Code, given: usize, by_name: usize) -> crate::diag::Error {
    let p = &code.params;
    let most = p.positional as usize;
    let least = most - p.defaults as usize;
    let takes = if least == most { format!("{most}") } else { format!("from {least} to {most}") };
    let plural = if most == 1 && least == most { "" } else { "s" };
    let given = match by_name {
        0 => format!("{given} {}", if given == 1 { "was" } else { "were" }),
        _ => {
            let s = |n: usize| if n == 1 { "" } else { "s" };
            format!("{given} positional argument{} (and {by_name} keyword-only argument{}) were", s(given), s(by_name))
        }
    };
    Fault::type_error(format!(
        "{}() takes {takes} positional argument{plural} but {given} given",
        function.qualname.borrow()
    ))
}

#[cold]
fn missing(function: &Function, code: &Code, regs: &[Value]) -> crate::diag::Error {
    let p = &code.params;
    let positional = p.positional as usize;
    let unbound = |range: std::ops::Range<usize>| -> Vec<String> {
        range.filter(|&i| regs[i].is_undef()).map(|i| format!("'{}'", p.names[i])).collect()
    };
    let (names, kind) = match unbound(0..positional) {
        names if !names.is_empty() => (names, "positional"),
        _ => (unbound(positional..positional + p.keyword_only as usize), "keyword-only"),
    };
    let listed = match names.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        [] => String::new(),
    };
    let plural = if names.len() == 1 { "" } else { "s" };
    Fault::type_error(format!(
        "{}() missing {} required {kind} argument{plural}: {listed}",
        function.qualname.borrow(),
        names.len()
    ))
}
