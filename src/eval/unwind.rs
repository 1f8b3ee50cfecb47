//! Exceptions: raising, matching, unwinding to a handler, contexts.

use super::frame::Frame;
use super::machine::Machine;
use crate::diag::fault;
use crate::diag::{Error, ExcKind, Fault, Result};
use crate::value::class::{Kind, Payload};
use crate::value::exception::{fault_of, object_of};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Instance, Value, intern, types};
use std::cell::RefCell;
use std::rc::Rc;

/// What an exception object remembers of the fault it was made from, while a handler looks at it.
struct Caught {
    trace: Vec<fault::Frame>,
    suffix: String,
    notes: Vec<String>,
    help: Vec<String>,
    kind: ExcKind,
    message: String,
}

impl Machine {
    /// Finds the handler of a fault in the frames above the base; the frame that goes on.
    ///
    /// Errors: the fault itself when there is none.
    #[cold]
    pub(super) fn unwind(&mut self, mut frame: Box<Frame>, mut fault: Error, base: usize) -> Result<Box<Frame>> {
        loop {
            let at = frame.current();
            let code = &frame.code;
            if fault.trace.is_empty() {
                super::operands::Operands::attach(&mut fault, &frame);
                self.chain(&mut fault, &frame);
            }
            let span = code.spans.get(at).copied().unwrap_or(code.span);
            fault.trace.push(fault::Frame { function: code.name.as_str().into(), source: code.source.clone(), span });
            let handler = code.handlers.iter().find(|h| (h.start as usize..h.end as usize).contains(&at)).copied();
            if let Some(handler) = handler {
                let object = self.catch(fault);
                frame.set(handler.reg, Value::Object(object));
                frame.pc = handler.target as usize;
                return Ok(frame);
            }
            if let Some(generator) = frame.generator.take() {
                generator.done.set(true);
                if fault.kind == ExcKind::StopIteration {
                    let mut changed = Fault::runtime("generator raised StopIteration");
                    changed.trace = std::mem::take(&mut fault.trace);
                    fault = changed;
                }
            }
            if self.frames.len() == base {
                self.frames.recycle(frame);
                return Err(fault);
            }
            self.depth -= 1;
            match self.frames.pop() {
                Some(caller) => self.frames.recycle(std::mem::replace(&mut frame, caller)),
                None => return Err(fault),
            }
        }
    }

    /// The exception that is being handled where a frame runs, in it or in one of its callers; `Undef` when there is none.
    #[cold]
    pub(super) fn handled(&self, frame: &Frame) -> Value {
        let frames = std::iter::once(frame).chain(self.frames.suspended().iter().rev().map(|f| &**f));
        for frame in frames {
            let at = frame.current();
            let ranges = &frame.code.handling;
            if let Some(range) = ranges.iter().find(|h| (h.start as usize..h.end as usize).contains(&at)) {
                return frame.get(range.reg).clone();
            }
        }
        Value::Undef
    }

    /// Makes what is being handled the context of a new exception.
    fn chain(&mut self, fault: &mut Error, frame: &Frame) {
        let Value::Object(handled) = self.handled(frame) else { return };
        let object = object_of(fault);
        let context = intern("__context__");
        if Rc::ptr_eq(&object, &handled) || object.dict.has_name(&context) {
            return;
        }
        // The chain must not lead back to the exception itself.
        let mut link = handled.clone();
        for _ in 0..super::machine::RECURSION_LIMIT {
            let Some(Value::Object(next)) = link.dict.get_name(&context) else { break };
            if Rc::ptr_eq(&next, &object) {
                link.dict.remove_name(&context);
                break;
            }
            link = next;
        }
        object.dict.set_name(&context, Value::Object(handled));
    }

    /// The exception object of a caught fault, which remembers where it came from.
    fn catch(&mut self, mut fault: Error) -> Rc<Instance> {
        let object = object_of(&mut fault);
        let caught = Caught {
            trace: std::mem::take(&mut fault.trace),
            suffix: std::mem::take(&mut fault.suffix),
            notes: std::mem::take(&mut fault.notes),
            help: std::mem::take(&mut fault.help),
            kind: fault.kind,
            message: std::mem::take(&mut fault.message),
        };
        let mut payload = object.payload.borrow_mut();
        if !matches!(*payload, Payload::Value(_)) {
            *payload = Payload::Native(Rc::new(RefCell::new(Some(caught))));
        }
        drop(payload);
        object
    }

    /// The fault of `raise value`.
    #[cold]
    pub(super) fn raise(&mut self, value: &Value, cause: Option<Value>) -> Error {
        let object = match value {
            Value::Class(class) if class.kind == Kind::Exception => match self.call(value, Args::NONE) {
                Ok(Value::Object(object)) => object,
                Ok(_) => return Fault::type_error("exceptions must derive from BaseException"),
                Err(fault) => return fault,
            },
            Value::Object(object) if object.class().kind == Kind::Exception => object.clone(),
            _ => return Fault::type_error("exceptions must derive from BaseException"),
        };
        if let Some(cause) = cause {
            object.dict.set_name(&intern("__cause__"), cause);
        }
        self.fault_from(&object)
    }

    fn fault_from(&mut self, object: &Rc<Instance>) -> Error {
        if let Some(caught) = object.native_payload::<RefCell<Option<Caught>>>()
            && let Some(caught) = caught.borrow_mut().take()
        {
            let mut fault = fault_of(object, caught.message);
            fault.kind = caught.kind;
            fault.suffix = caught.suffix;
            fault.notes = caught.notes;
            fault.help = caught.help;
            fault.trace = caught.trace;
            return fault;
        }
        // A text that the program computes is asked for when the exception is shown.
        let own_text = matches!(object.class().lookup(&intern("__str__")), Some(Value::Function(_)));
        let message = match own_text {
            true => String::new(),
            false => crate::display::repr::exception_str(object, self).unwrap_or_default(),
        };
        fault_of(object, message)
    }

    /// The fault of `raise` alone.
    #[cold]
    pub(super) fn reraise(&mut self, exc: &Value) -> Error {
        match exc {
            Value::Object(object) => self.fault_from(object),
            _ => Fault::runtime("No active exception to reraise"),
        }
    }

    /// Whether an exception is of a class, or of one of a tuple of classes.
    pub(super) fn matches(&mut self, exc: &Value, class: &Value) -> Result<bool> {
        let Value::Object(object) = exc else { return Ok(false) };
        match class {
            Value::Class(c) if c.kind == Kind::Exception => Ok(object.class().is_subclass(c)),
            Value::Tuple(t) => {
                for c in t.iter() {
                    if self.matches(exc, c)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Err(Fault::type_error("catching classes that do not inherit from BaseException is not allowed")),
        }
    }

    /// `__enter__` of a context.
    pub(super) fn with_enter(&mut self, manager: &Value) -> Result<Value> {
        let class = crate::value::class_of(manager);
        let refuse = |what: &str| {
            Fault::type_error(format!(
                "'{}' object does not support the context manager protocol{what}",
                class_name(manager)
            ))
        };
        if class.lookup(&intern("__exit__")).is_none() {
            let missed = if class.lookup(&intern("__enter__")).is_some() { " (missed __exit__ method)" } else { "" };
            return Err(refuse(missed));
        }
        match self.call_special(manager, "__enter__", &[])? {
            Some(value) => Ok(value),
            None => Err(refuse("")),
        }
    }

    /// `__exit__` of a context; whether an exception is swallowed.
    pub(super) fn with_exit(&mut self, manager: &Value, exc: &Value) -> Result<Value> {
        let args = match exc {
            Value::Object(object) => [Value::Class(object.class()), exc.clone(), Value::None],
            _ => [Value::None, Value::None, Value::None],
        };
        let result = self.call_special(manager, "__exit__", &args)?.unwrap_or(Value::None);
        let swallow = matches!(exc, Value::Object(_)) && self.truth(&result)?;
        Ok(Value::Bool(swallow))
    }

    /// Whether a fault is an exception of that class.
    pub(super) fn is_stop_iteration(fault: &Fault) -> bool {
        fault.kind == ExcKind::StopIteration
            || crate::value::exception::class_of_fault(fault).is_subclass(&types().stop_iteration)
    }
}
