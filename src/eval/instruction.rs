//! Instructions: what each of them does, in general.

use super::frame::Frame;
use super::machine::{Machine, Outcome};
use super::names::{unbound_local, undefined};
use crate::diag::{ExcKind, Fault, Result, interrupt};
use crate::lower::code::{Instr, NONE, Reg};
use crate::value::{Binary, Caller, Dict, List, Set, Slice, Value, types};
use std::cell::RefCell;
use std::rc::Rc;

impl Machine {
    /// Executes the instruction before the position of a frame, whatever it is and whatever its operands are; the frame
    /// that runs may be another one afterwards.
    ///
    /// Errors: the exception that it raises.
    #[inline(never)]
    pub(super) fn execute(&mut self, frame: &mut Box<Frame>, base: usize) -> Result<Option<Outcome>> {
        // An operand.
        macro_rules! get {
            ($reg:expr) => {
                frame.get($reg)
            };
        }
        // The place of a result.
        macro_rules! place {
            ($reg:expr) => {
                &mut frame.regs[$reg as usize]
            };
        }
        macro_rules! set {
            ($reg:expr, $value:expr) => {{
                let value = $value;
                frame.set($reg, value)
            }};
        }
        macro_rules! jump {
            ($to:expr) => {
                frame.pc = $to as usize
            };
        }
        match frame.code.instrs[frame.pc - 1] {
            Instr::Move { dst, src } => {
                let value = get!(src).clone();
                set!(dst, value);
            }
            Instr::Clear { dst } => set!(dst, Value::Undef),
            Instr::CheckLocal { reg } => {
                if get!(reg).is_undef() {
                    return Err(unbound_local(&frame.local_name(reg)));
                }
            }
            Instr::Global { dst, slot, builtin } => set!(dst, self.global(frame, slot, builtin)?),
            Instr::StoreGlobal { slot, src } => {
                let value = get!(src).clone();
                let old = frame.module.space.set(slot as u32, value);
                drop(old);
            }
            Instr::DelGlobal { slot } => {
                if frame.module.space.set(slot as u32, Value::Undef).is_undef() {
                    return Err(undefined(&frame.module.space.name(slot as u32)));
                }
            }
            Instr::MakeCell { reg } => {
                let inner = std::mem::take(place!(reg));
                set!(reg, Value::Cell(Rc::new(RefCell::new(inner))));
            }
            Instr::LoadCell { dst, cell } => {
                let value = match get!(cell) {
                    Value::Cell(c) => c.borrow().clone(),
                    _ => Value::Undef,
                };
                if value.is_undef() {
                    return Err(self.unbound_cell(frame, cell));
                }
                set!(dst, value);
            }
            Instr::StoreCell { cell, src } => {
                let value = get!(src).clone();
                if let Value::Cell(c) = get!(cell) {
                    let old = c.replace(value);
                    drop(old);
                }
            }
            Instr::ClearCell { cell } => {
                if let Value::Cell(c) = get!(cell) {
                    let old = c.replace(Value::Undef);
                    drop(old);
                }
            }
            Instr::JumpUnbound { reg, to } => {
                if get!(reg).is_undef() {
                    jump!(to);
                }
            }
            Instr::Add { dst, a, b } => set!(dst, self.binary_op(Binary::Add, get!(a), get!(b))?),
            Instr::Sub { dst, a, b } => set!(dst, self.binary_op(Binary::Sub, get!(a), get!(b))?),
            Instr::Mul { dst, a, b } => set!(dst, self.binary_op(Binary::Mul, get!(a), get!(b))?),
            Instr::Binary { op, dst, a, b } | Instr::Step { op, inplace: false, dst, a, b, .. } => {
                set!(dst, self.binary_op(op, get!(a), get!(b))?)
            }
            Instr::Inplace { op, dst, a, b } | Instr::Step { op, inplace: true, dst, a, b, .. } => {
                set!(dst, self.inplace_op(op, get!(a), get!(b))?)
            }
            Instr::Neg { dst, src } => set!(dst, self.unary_op("neg", get!(src))?),
            Instr::Pos { dst, src } => set!(dst, self.unary_op("pos", get!(src))?),
            Instr::Invert { dst, src } => set!(dst, self.unary_op("invert", get!(src))?),
            Instr::Not { dst, src } => set!(dst, Value::Bool(!self.test(get!(src))?)),
            Instr::Compare { op, dst, a, b } => set!(dst, self.compare(op, get!(a), get!(b))?),
            Instr::JumpUnless { op, a, b, to } | Instr::JumpUnlessNumber { op, a, b, to, .. } => {
                let value = self.compare(op, get!(a), get!(b))?;
                if !self.test(&value)? {
                    jump!(to);
                }
            }
            Instr::Is { negate, dst, a, b } => {
                let same = get!(a).is(get!(b));
                set!(dst, Value::Bool(same != negate));
            }
            Instr::In { negate, dst, a, b } => set!(dst, Value::Bool(self.contains(get!(b), get!(a))? != negate)),
            Instr::Jump { to } => jump!(to),
            Instr::Loop { to } => {
                interrupt::checkpoint()?;
                jump!(to);
            }
            Instr::JumpIf { cond, to } => {
                if self.test(get!(cond))? {
                    jump!(to);
                }
            }
            Instr::JumpIfNot { cond, to } => {
                if !self.test(get!(cond))? {
                    jump!(to);
                }
            }
            Instr::Attr { dst, obj, name } => set!(dst, self.get_attr(get!(obj), &frame.code.names[name as usize])?),
            Instr::SetAttr { obj, name, src } => {
                let (name, value) = (&frame.code.names[name as usize], get!(src).clone());
                self.set_attr(get!(obj), name, value)?;
            }
            Instr::DelAttr { obj, name } => self.del_attr(get!(obj), &frame.code.names[name as usize])?,
            Instr::Item { dst, obj, index } => set!(dst, self.get_item(get!(obj), get!(index))?),
            Instr::SetItem { obj, index, src } => self.set_item(get!(obj), get!(index), get!(src).clone())?,
            Instr::DelItem { obj, index } => self.del_item(get!(obj), get!(index))?,
            Instr::Call { argc, dst, base: at, kw } => self.call_instr(frame, dst, at, argc as usize, kw)?,
            Instr::CallMethod { argc, dst, base: at, name, kw } => {
                self.call_method_instr(frame, dst, at, argc as usize, name, kw)?
            }
            Instr::CallSpread { dst, base: at } => self.call_spread(frame, dst, at)?,
            Instr::List { dst, start, count } => {
                let items = take(&mut frame.regs, start, count);
                set!(dst, Value::List(List::new(items)));
            }
            Instr::Tuple { dst, start, count } => {
                let range = start as usize..start as usize + count as usize;
                let tuple = Value::tuple(frame.regs[range].iter_mut().map(std::mem::take));
                set!(dst, tuple);
            }
            Instr::Set { dst, start, count } => {
                let items = take(&mut frame.regs, start, count);
                let set = Set::new(items, false, self)?;
                set!(dst, Value::Set(set));
            }
            Instr::Dict { dst, start, count } => {
                let dict = Dict::new();
                for i in 0..count {
                    let at = (start + 2 * i) as usize;
                    let key = std::mem::take(&mut frame.regs[at]);
                    let value = std::mem::take(&mut frame.regs[at + 1]);
                    dict.insert(key, value, self)?;
                }
                set!(dst, Value::Dict(dict));
            }
            Instr::Slice { dst, start } => {
                let s = start as usize;
                let [a, b, c] = [s, s + 1, s + 2].map(|i| std::mem::take(&mut frame.regs[i]));
                set!(dst, Value::Slice(Rc::new(Slice { start: a, stop: b, step: c })));
            }
            Instr::Append { list, src } => {
                let value = get!(src).clone();
                if let Value::List(l) = get!(list) {
                    l.borrow_mut().push(value);
                }
            }
            Instr::AddToSet { set, src } => {
                let value = get!(src).clone();
                if let Value::Set(s) = get!(set) {
                    s.add(value, self)?;
                }
            }
            Instr::SetEntry { dict, key, src } => {
                let (key, value) = (get!(key).clone(), get!(src).clone());
                if let Value::Dict(d) = get!(dict) {
                    d.insert(key, value, self)?;
                }
            }
            Instr::Extend { list, src } => {
                let items = self.spread(get!(src)).map_err(|fault| in_call(frame, list - 1, fault))?;
                if let Value::List(l) = get!(list) {
                    l.borrow_mut().extend(items);
                }
            }
            Instr::ExtendSet { set, src } => {
                let items = self.spread(get!(src))?;
                if let Value::Set(s) = get!(set) {
                    for item in items {
                        s.add(item, self)?;
                    }
                }
            }
            Instr::Update { unique, dict, src } => {
                if let Value::Dict(d) = get!(dict) {
                    let updated = self.update(&d.clone(), get!(src), unique);
                    updated.map_err(|fault| if unique { in_call(frame, dict - 2, fault) } else { fault })?;
                }
            }
            Instr::ListToTuple { dst, src } => {
                let items = match get!(src) {
                    Value::List(l) => l.to_vec(),
                    _ => Vec::new(),
                };
                set!(dst, Value::tuple(items));
            }
            Instr::Format { conversion, dst, src, spec } => {
                let value =
                    self.format_field(conversion, get!(src), if spec == NONE { None } else { Some(get!(spec)) })?;
                set!(dst, value);
            }
            Instr::Join { dst, start, count } => {
                let mut text = std::mem::take(&mut self.text);
                for value in &frame.regs[start as usize..start as usize + count as usize] {
                    match value {
                        Value::Int(i) => text.push_str(itoa::Buffer::new().format(*i)),
                        Value::Str(piece) => text.push_str(piece),
                        other => {
                            text.push_str(&self.format(other, "")?);
                        }
                    }
                }
                set!(dst, Value::str(text.as_str()));
                text.clear();
                self.text = text;
            }
            Instr::Iter { dst, src } => set!(dst, self.iter(get!(src))?),
            Instr::Next { dst, iter, to } => self.next_instr(frame, dst, iter, to)?,
            Instr::Unpack { src, start, count } => self.unpack(frame, src, start, count)?,
            Instr::UnpackStar { before, src, start, after } => {
                self.unpack_star(frame, src, start, before as usize, after as usize)?
            }
            Instr::Function { dst, proto, start } => {
                let function = self.make_function(frame, proto as usize, start)?;
                set!(dst, function);
            }
            Instr::Class { dst, start, name } => {
                let class = self.make_class(frame, start, name)?;
                set!(dst, class);
            }
            Instr::ClassDict { dst } => {
                let dict = self.class_dict(frame);
                set!(dst, dict);
            }
            Instr::Return { src } => {
                let value = get!(src).clone();
                return self.leave(frame, value, base);
            }
            Instr::Yield { dst, src } => {
                let value = get!(src).clone();
                set!(dst, Value::None);
                return self.suspend(frame, value, base);
            }
            Instr::YieldFrom { dst, iter } => return self.yield_from(frame, dst, iter, base),
            Instr::Raise { exc, cause } => {
                let cause = if cause == NONE { None } else { Some(get!(cause).clone()) };
                return Err(self.raise(get!(exc), cause));
            }
            Instr::Reraise { exc } => {
                let value = if exc == NONE { self.handled(frame) } else { get!(exc).clone() };
                return Err(self.reraise(&value));
            }
            Instr::MatchException { dst, exc, class } => {
                let matches = self.matches(get!(exc), get!(class))?;
                set!(dst, Value::Bool(matches));
            }
            Instr::AssertFail { message } => {
                let args: Vec<Value> = if message == NONE { Vec::new() } else { vec![get!(message).clone()] };
                let object = crate::value::exception::instance(&types().assertion_error, args);
                return Err(self.raise(&Value::Object(object), None));
            }
            Instr::WithEnter { dst, manager } => set!(dst, self.with_enter(get!(manager))?),
            Instr::WithExit { dst, manager, exc } => set!(dst, self.with_exit(get!(manager), get!(exc))?),
            Instr::Import { dst, name } => {
                let name = frame.code.names[name as usize].clone();
                let module = frame.module.clone();
                let value = self.import_module(&name, &module)?;
                set!(dst, value);
            }
            Instr::ImportFrom { dst, module, name } => {
                let name = frame.code.names[name as usize].clone();
                let value = self.import_name(get!(module), &name)?;
                set!(dst, value);
            }
            Instr::ImportStar { module } => {
                if let Value::Module(m) = get!(module) {
                    self.import_star(&m.clone(), &frame.module.clone())?;
                }
            }
            Instr::Echo { src } => {
                let value = get!(src).clone();
                self.echo(&value, frame)?;
            }
        }
        Ok(None)
    }

    /// `for`: the next item, or a jump, where that is more than a step of a counter or a list.
    fn next_instr(&mut self, frame: &mut Box<Frame>, dst: Reg, iter: Reg, to: u32) -> Result<()> {
        let item = match frame.get(iter) {
            Value::Iter(it) => {
                let it = it.clone();
                it.next(self)?
            }
            Value::Generator(generator) => {
                let generator = generator.clone();
                return self.next_of_generator(frame, generator, dst, to);
            }
            other => {
                let other = other.clone();
                self.next(&other)?
            }
        };
        match item {
            Some(value) => frame.set(dst, value),
            None => frame.pc = to as usize,
        }
        Ok(())
    }

    /// All items of an iterable for `*`.
    pub(super) fn spread(&mut self, value: &Value) -> Result<Vec<Value>> {
        let caller: &mut dyn Caller = self;
        caller.collect(value).map_err(|fault| {
            if fault.kind == ExcKind::TypeError && fault.message.ends_with("object is not iterable") {
                let class = crate::value::protocol::class_name(value);
                Fault::type_error(format!("Value after * must be an iterable, not {class}"))
            } else {
                fault
            }
        })
    }

    fn echo(&mut self, value: &Value, frame: &Frame) -> Result<()> {
        if value.is_none() {
            return Ok(());
        }
        let text = self.repr(value)?;
        self.host.echo(value, &text, &frame.code)
    }
}

/// The refusal of `*` or `**` in a call, with the name of what is called.
#[cold]
fn in_call(frame: &Frame, base: Reg, mut fault: crate::diag::Error) -> crate::diag::Error {
    let is_call = |i: &Instr| matches!(i, Instr::CallSpread { base: at, .. } if *at == base);
    let name = match frame.get(base) {
        Value::Function(f) => format!("{}.{}", f.module.name, f.qualname.borrow()),
        Value::Native(native) if native.owner.is_none() => native.name.to_string(),
        Value::Class(class) => class.qualified(),
        _ => return fault,
    };
    let rest = match fault.message.strip_prefix("Value after ") {
        Some(rest) => format!("argument after {rest}"),
        None => fault.message.clone(),
    };
    let says_of_it = rest.starts_with("argument after ") || rest.starts_with("got multiple values ");
    if says_of_it && fault.kind == ExcKind::TypeError && frame.code.instrs[frame.pc..].iter().any(is_call) {
        fault.message = format!("{name}() {rest}");
    }
    fault
}

fn take(regs: &mut [Value], start: Reg, count: u16) -> Vec<Value> {
    let range = start as usize..start as usize + count as usize;
    regs[range].iter_mut().map(std::mem::take).collect()
}
