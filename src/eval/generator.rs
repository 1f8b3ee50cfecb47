//! Generators: suspended frames.

use super::frame::{Frame, Link};
use super::machine::{Machine, Outcome};
use crate::diag::{Error, ExcKind, Fault, Result};
use crate::lower::Reg;
use crate::value::class::Kind;
use crate::value::{Args, Caller, Generator, Instance, Native, Value, intern, types};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What a generator did when it was resumed.
pub(super) enum Resumed {
    Yielded(Value),
    Returned(Value),
}

impl Machine {
    /// A generator around a frame that has not started.
    pub(super) fn make_generator(&mut self, frame: Box<Frame>) -> Value {
        let name = frame.code.name.clone();
        Value::Generator(Rc::new(Generator { name, frame: RefCell::new(Some(frame)), done: Cell::new(false) }))
    }

    fn take_frame(generator: &Rc<Generator>) -> Result<Option<Box<Frame>>> {
        let taken = generator.frame.borrow_mut().take();
        match taken {
            Some(frame) => Ok(frame.downcast::<Frame>().ok()),
            None if generator.done.get() => Ok(None),
            None => Err(Fault::value("generator already executing")),
        }
    }

    /// `for` over a generator: its frame runs on top of this one.
    pub(super) fn next_of_generator(
        &mut self,
        frame: &mut Box<Frame>,
        generator: Rc<Generator>,
        dst: Reg,
        to: u32,
    ) -> Result<()> {
        match Machine::take_frame(&generator)? {
            Some(mut suspended) => {
                suspended.link = Link::Next(dst, to);
                suspended.generator = Some(generator.clone());
                if let Err(fault) = self.enter(frame, suspended) {
                    generator.done.set(true);
                    return Err(fault);
                }
                Ok(())
            }
            None => {
                frame.pc = to as usize;
                Ok(())
            }
        }
    }

    /// Suspends the running generator with a yielded value.
    pub(super) fn suspend(&mut self, frame: &mut Box<Frame>, value: Value, base: usize) -> Result<Option<Outcome>> {
        let Some(generator) = frame.generator.take() else { return Err(Fault::internal("yield outside a generator")) };
        if self.frames.len() == base {
            let placeholder = self.bare_frame(frame.code.clone(), frame.module.clone(), Link::Entry);
            let suspended = std::mem::replace(frame, placeholder);
            *generator.frame.borrow_mut() = Some(suspended);
            return Ok(Some(Outcome::Yield(value)));
        }
        let Some(caller) = self.frames.pop() else { return Ok(Some(Outcome::Yield(value))) };
        self.depth -= 1;
        let suspended = std::mem::replace(frame, caller);
        if let Link::Next(dst, _) = suspended.link {
            frame.set(dst, value);
        }
        *generator.frame.borrow_mut() = Some(suspended);
        Ok(None)
    }

    /// Resumes a generator from native code, sending a value or throwing a fault.
    pub(super) fn resume(&mut self, generator: &Rc<Generator>, send: Result<Value>) -> Result<Resumed> {
        let Some(mut frame) = Machine::take_frame(generator)? else {
            return match send {
                Ok(_) => Ok(Resumed::Returned(Value::None)),
                Err(fault) => Err(fault),
            };
        };
        frame.link = Link::Entry;
        frame.generator = Some(generator.clone());
        let started = frame.pc > 0;
        match send {
            Ok(value) => {
                if started {
                    if let crate::lower::Instr::Yield { dst, .. } = frame.code.instrs[frame.current()] {
                        frame.set(dst, value);
                    }
                } else if !value.is_none() {
                    *generator.frame.borrow_mut() = Some(frame);
                    return Err(Fault::type_error("can't send non-None value to a just-started generator"));
                }
            }
            Err(fault) => {
                let base = self.frames.len();
                frame = self.unwind(frame, fault, base)?;
            }
        }
        match self.run(frame) {
            Ok(Outcome::Yield(value)) => Ok(Resumed::Yielded(value)),
            Ok(Outcome::Return(value)) => {
                generator.done.set(true);
                Ok(Resumed::Returned(value))
            }
            Err(fault) => {
                generator.done.set(true);
                Err(fault)
            }
        }
    }

    /// `yield from`: passes on what the inner iterator yields, then gives its result.
    pub(super) fn yield_from(
        &mut self,
        frame: &mut Box<Frame>,
        dst: Reg,
        iter: Reg,
        base: usize,
    ) -> Result<Option<Outcome>> {
        let inner = frame.get(iter).clone();
        let result = match &inner {
            Value::Generator(generator) => self.resume(generator, Ok(Value::None))?,
            other => match self.next(other)? {
                Some(value) => Resumed::Yielded(value),
                None => Resumed::Returned(Value::None),
            },
        };
        match result {
            Resumed::Yielded(value) => {
                frame.pc -= 1;
                self.suspend(frame, value, base)
            }
            Resumed::Returned(value) => {
                frame.set(dst, value);
                Ok(None)
            }
        }
    }
}

/// The StopIteration that ends a generator, with its result.
fn stop(value: Value) -> Error {
    let mut fault = Fault::new(ExcKind::StopIteration, "");
    if !value.is_none() {
        let object = crate::value::exception::instance(&types().stop_iteration, [value.clone()]);
        object.dict.set_name(&intern("value"), value);
        fault.payload = Some(object);
    }
    fault
}

fn machine(caller: &mut dyn Caller) -> Result<&mut Machine> {
    caller.as_any().downcast_mut::<Machine>().ok_or_else(|| Fault::internal("generators need the machine"))
}

fn generator(args: &Args) -> Result<Rc<Generator>> {
    match args.values.first() {
        Some(Value::Generator(g)) => Ok(g.clone()),
        _ => Err(Fault::type_error("a generator is needed")),
    }
}

fn step(caller: &mut dyn Caller, generator: &Rc<Generator>, send: Result<Value>) -> Result<Value> {
    match machine(caller)?.resume(generator, send)? {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(value) => Err(stop(value)),
    }
}

fn next(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    step(caller, &generator(&args)?, Ok(Value::None))
}

fn send(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let value = args.between("generator.send", 2, 2)?[1].clone();
    step(caller, &generator(&args)?, Ok(value))
}

fn throw(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let values = args.between("generator.throw", 2, 4)?;
    let exc = match (&values[1], values.get(2)) {
        (Value::Class(class), Some(value)) if class.kind == Kind::Exception && !value.is_none() => {
            caller.call(&values[1], Args::of(std::slice::from_ref(value)))?
        }
        (exc, _) => exc.clone(),
    };
    let fault = machine(caller)?.raise(&exc, None);
    step(caller, &generator(&args)?, Err(fault))
}

fn close(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let generator = generator(&args)?;
    let started = match generator.frame.borrow().as_ref().and_then(|f| f.downcast_ref::<Frame>()) {
        Some(frame) => frame.pc > 0,
        None => return Ok(Value::None),
    };
    if !started {
        generator.frame.borrow_mut().take();
        generator.done.set(true);
        return Ok(Value::None);
    }
    let exit: Rc<Instance> = crate::value::exception::instance(&types().generator_exit, []);
    let machine = machine(caller)?;
    let fault = machine.raise(&Value::Object(exit), None);
    match machine.resume(&generator, Err(fault)) {
        Ok(Resumed::Yielded(_)) => Err(Fault::runtime("generator ignored GeneratorExit")),
        Ok(Resumed::Returned(_)) => Ok(Value::None),
        Err(fault) => {
            let class = crate::value::exception::class_of_fault(&fault);
            if class.is_subclass(&types().generator_exit) || class.is_subclass(&types().stop_iteration) {
                Ok(Value::None)
            } else {
                Err(fault)
            }
        }
    }
}

fn itself(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    Ok(args.values.first().cloned().unwrap_or(Value::None))
}

/// Fills the class of generators.
pub fn install() {
    let class = &types().generator;
    let all: [(&'static str, &'static str, &'static str, crate::value::NativeFn); 5] = [
        ("__iter__", "self, /", "The generator itself.", itself),
        ("__next__", "self, /", "The next value.", next),
        ("send", "self, value, /", "The next value, after the running yield gave a value.", send),
        (
            "throw",
            "self, type, value=None, traceback=None, /",
            "The next value, after the running yield raised.",
            throw,
        ),
        ("close", "self, /", "Ends the generator where it stands.", close),
    ];
    for (name, signature, doc, func) in all {
        let native = Native::new("builtins", name, signature, doc, func).of_type("generator");
        class.dict.set_name(&intern(name), native.value());
    }
}
