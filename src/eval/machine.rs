//! The machine: the loop that runs instructions.

use super::call::code_of;
use super::frame::{Frame, Link};
use super::host::Host;
use super::stack::Stack;
use crate::diag::{ExcKind, Fault, Result, interrupt};
use crate::lower::code::{CONST, Code, CodeKind, Instr, NONE, Reg};
use crate::value::iter::Advance;
use crate::value::{Args, Binary, Caller, Compare, Dict, Function, List, Module, Set, Slice, Value, types};
use std::cell::RefCell;
use std::rc::Rc;

/// How deep calls may nest, as in Python.
pub const RECURSION_LIMIT: usize = 1000;

/// Runs code.
pub struct Machine {
    /// Suspended and spare frames.
    pub(super) frames: Stack,
    /// How many calls are open, native ones that call back included.
    pub(super) depth: usize,
    /// The built-in functions and types.
    pub builtins: Rc<Module>,
    /// Modules by name.
    pub modules: Rc<Dict>,
    /// The world.
    pub host: Box<dyn Host>,
    /// The text of the f-string that is being joined.
    text: String,
}

/// How a run ended.
pub(super) enum Outcome {
    /// With a result.
    Return(Value),
    /// With a yielded value; the generator holds the frame.
    Yield(Value),
}

impl Machine {
    /// A machine with those built-ins in that world.
    pub fn new(builtins: Rc<Module>, host: Box<dyn Host>) -> Machine {
        Machine { frames: Stack::default(), depth: 0, builtins, modules: Dict::new(), host, text: String::new() }
    }

    /// Runs a statement of a module.
    ///
    /// Errors: the exception that it raises, with its traceback.
    pub fn run_code(&mut self, code: &Rc<Code>, module: &Rc<Module>) -> Result<Value> {
        let frame = self.frame(code.clone(), module.clone(), Link::Entry);
        match self.run(frame)? {
            Outcome::Return(value) => Ok(value),
            Outcome::Yield(_) => Ok(Value::None),
        }
    }

    /// A frame with all registers unbound.
    pub(super) fn frame(&mut self, code: Rc<Code>, module: Rc<Module>, link: Link) -> Box<Frame> {
        let mut frame = self.bare_frame(code, module, link);
        frame.regs.iter_mut().for_each(|r| Value::put(r, Value::Undef));
        frame
    }

    /// A frame with registers that hold nothing of value: arguments go into the first, the other variables must be
    /// unbound by the caller, temporaries are written before they are read.
    #[inline]
    pub(super) fn bare_frame(&mut self, code: Rc<Code>, module: Rc<Module>, link: Link) -> Box<Frame> {
        let registers = code.registers as usize;
        match self.frames.take_spare() {
            Some(mut frame) => {
                frame.code = code;
                frame.module = module;
                frame.link = link;
                frame.pc = 0;
                if frame.regs.len() < registers {
                    frame.regs.resize_with(registers, || Value::Undef);
                }
                frame
            }
            None => {
                let mut regs = Vec::new();
                regs.resize_with(registers, || Value::Undef);
                Box::new(Frame { code, pc: 0, regs, module, link, generator: None })
            }
        }
    }

    /// A frame for a function, with registers as in [`Machine::bare_frame`]. The frame that was used last mostly ran the
    /// same code, in recursion and in loops: then nothing is counted up or down.
    #[inline]
    pub(super) fn frame_of(&mut self, function: &Function, code: &Code, link: Link) -> Result<Box<Frame>> {
        match self.frames.take_spare() {
            Some(mut frame) => {
                if !std::ptr::eq(&*frame.code, code) {
                    frame.code = code_of(function)?;
                    if frame.regs.len() < code.registers as usize {
                        frame.regs.resize_with(code.registers as usize, || Value::Undef);
                    }
                }
                if !Rc::ptr_eq(&frame.module, &function.module) {
                    frame.module = function.module.clone();
                }
                frame.link = link;
                frame.pc = 0;
                Ok(frame)
            }
            None => Ok(self.bare_frame(code_of(function)?, function.module.clone(), link)),
        }
    }

    /// Runs a frame until it returns or yields.
    ///
    /// Errors: the exception that leaves it.
    pub(super) fn run(&mut self, mut frame: Box<Frame>) -> Result<Outcome> {
        if self.depth >= RECURSION_LIMIT {
            return Err(too_deep());
        }
        let base = self.frames.len();
        let depth = self.depth;
        self.depth += 1;
        loop {
            match self.step(&mut frame, base) {
                Ok(outcome) => {
                    self.depth = depth;
                    self.frames.recycle(frame);
                    return Ok(outcome);
                }
                Err(fault) => match self.unwind(frame, fault, base) {
                    Ok(handler) => frame = handler,
                    Err(fault) => {
                        self.depth = depth;
                        return Err(fault);
                    }
                },
            }
        }
    }

    /// Runs instructions until the frame at the base ends or something raises.
    ///
    /// The position is a local variable: what raises or looks at it finds it in the frame, and what moves it there, or
    /// changes the frame that runs, is followed at `sync`.
    #[allow(clippy::cognitive_complexity)]
    fn step(&mut self, frame: &mut Box<Frame>, base: usize) -> Result<Outcome> {
        let mut code = frame.code.clone();
        // What every instruction touches, at hand: looked up anew where another frame may run.
        let mut instrs = &code.instrs[..];
        let mut consts = &code.consts[..];
        let mut regs = &mut frame.regs[..];
        let mut pc = frame.pc;
        // Writes the position down, before anything that may raise or look at it.
        macro_rules! save {
            () => {
                frame.pc = pc
            };
        }
        // Follows a change of the frame that runs, or of its position.
        macro_rules! sync {
            () => {
                pc = frame.pc;
                if !Rc::ptr_eq(&code, &frame.code) {
                    code = frame.code.clone();
                    instrs = &code.instrs[..];
                    consts = &code.consts[..];
                }
                regs = &mut frame.regs[..];
            };
        }
        // An operand.
        macro_rules! get {
            ($reg:expr) => {
                if $reg < CONST { &regs[$reg as usize] } else { &consts[($reg - CONST) as usize] }
            };
        }
        // The place of a result.
        macro_rules! place {
            ($reg:expr) => {
                &mut regs[$reg as usize]
            };
        }
        macro_rules! set {
            ($reg:expr, $value:expr) => {
                Value::put(place!($reg), $value)
            };
        }
        macro_rules! jump {
            ($to:expr) => {
                pc = $to as usize
            };
        }
        loop {
            let at = pc;
            pc += 1;
            // Matched in place: each instruction reads the fields that it needs.
            match instrs[at] {
                Instr::Move { dst, src } => {
                    if src >= CONST {
                        Value::put_copy(place!(dst), &consts[(src - CONST) as usize]);
                    } else if let Ok([to, from]) = regs.get_disjoint_mut([dst as usize, src as usize]) {
                        Value::put_copy(to, from);
                    }
                }
                Instr::Clear { dst } => set!(dst, Value::Undef),
                Instr::CheckLocal { reg } => {
                    if get!(reg).is_undef() {
                        save!();
                        return Err(unbound_local(&frame.local_name(reg)));
                    }
                }
                Instr::Global { dst, slot, builtin } => {
                    if !frame.module.space.load(slot as u32, place!(dst)) {
                        save!();
                        let found = self.global_elsewhere(frame, slot, builtin)?;
                        sync!();
                        set!(dst, found);
                    }
                }
                Instr::StoreGlobal { slot, src } => {
                    let value = get!(src).clone();
                    let old = frame.module.space.set(slot as u32, value);
                    drop(old);
                }
                Instr::DelGlobal { slot } => {
                    save!();
                    if frame.module.space.set(slot as u32, Value::Undef).is_undef() {
                        return Err(undefined(&frame.module.space.name(slot as u32)));
                    }
                }
                Instr::MakeCell { reg } => {
                    let inner = std::mem::take(place!(reg));
                    set!(reg, Value::Cell(Rc::new(RefCell::new(inner))));
                }
                Instr::LoadCell { dst, cell } => {
                    save!();
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
                Instr::Add { dst, a, b } => match (get!(a), get!(b)) {
                    (&Value::Int(x), &Value::Int(y)) if let Some(sum) = x.checked_add(y) => {
                        Value::put_int(place!(dst), sum)
                    }
                    (&Value::Float(x), &Value::Float(y)) => Value::put_float(place!(dst), x + y),
                    (x, y) => {
                        save!();
                        let value = self.binary_op(Binary::Add, x, y)?;
                        set!(dst, value);
                    }
                },
                Instr::Sub { dst, a, b } => match (get!(a), get!(b)) {
                    (&Value::Int(x), &Value::Int(y)) if let Some(sum) = x.checked_sub(y) => {
                        Value::put_int(place!(dst), sum)
                    }
                    (&Value::Float(x), &Value::Float(y)) => Value::put_float(place!(dst), x - y),
                    (x, y) => {
                        save!();
                        let value = self.binary_op(Binary::Sub, x, y)?;
                        set!(dst, value);
                    }
                },
                Instr::Mul { dst, a, b } => match (get!(a), get!(b)) {
                    (&Value::Int(x), &Value::Int(y)) if let Some(sum) = x.checked_mul(y) => {
                        Value::put_int(place!(dst), sum)
                    }
                    (&Value::Float(x), &Value::Float(y)) => Value::put_float(place!(dst), x * y),
                    (x, y) => {
                        save!();
                        let value = self.binary_op(Binary::Mul, x, y)?;
                        set!(dst, value);
                    }
                },
                Instr::Binary { op, dst, a, b } => match (op, get!(a), get!(b)) {
                    (Binary::Mod, &Value::Int(x), &Value::Int(y)) if y > 0 => {
                        Value::put_int(place!(dst), modulo(x, y));
                    }
                    (Binary::FloorDiv, &Value::Int(x), &Value::Int(y)) if y > 0 => {
                        Value::put_int(place!(dst), x.div_euclid(y));
                    }
                    (Binary::Div, &Value::Float(x), &Value::Float(y)) if y != 0.0 => {
                        Value::put_float(place!(dst), x / y);
                    }
                    (_, x, y) => {
                        save!();
                        let value = self.binary_op(op, x, y)?;
                        set!(dst, value);
                    }
                },
                Instr::Inplace { op, dst, a, b } => {
                    let number = match (op, get!(a), get!(b)) {
                        (Binary::Add, &Value::Int(x), &Value::Int(y)) => x.checked_add(y),
                        (Binary::Sub, &Value::Int(x), &Value::Int(y)) => x.checked_sub(y),
                        _ => None,
                    };
                    match (number, op, get!(a), get!(b)) {
                        (Some(number), ..) => Value::put_int(place!(dst), number),
                        (_, Binary::Add, &Value::Float(x), &Value::Float(y)) => {
                            Value::put_float(place!(dst), x + y);
                        }
                        (_, _, x, y) => {
                            save!();
                            let value = self.inplace_op(op, x, y)?;
                            set!(dst, value);
                        }
                    }
                }
                Instr::Neg { dst, src } => {
                    save!();
                    let value = match get!(src) {
                        Value::Float(x) => Value::Float(-x),
                        other => self.unary_op("neg", other)?,
                    };
                    set!(dst, value);
                }
                Instr::Pos { dst, src } => {
                    save!();
                    let value = self.unary_op("pos", get!(src))?;
                    set!(dst, value);
                }
                Instr::Invert { dst, src } => {
                    save!();
                    let value = self.unary_op("invert", get!(src))?;
                    set!(dst, value);
                }
                Instr::Not { dst, src } => {
                    save!();
                    let truth = self.test(get!(src))?;
                    set!(dst, Value::Bool(!truth));
                }
                Instr::Compare { op, dst, a, b } => match (get!(a), get!(b)) {
                    (&Value::Int(x), &Value::Int(y)) => Value::put_bool(place!(dst), op.holds(x.cmp(&y))),
                    (x, y) => {
                        save!();
                        let value = self.compare(op, x, y)?;
                        set!(dst, value);
                    }
                },
                Instr::JumpUnless { op, a, b, to } => {
                    let holds = match (get!(a), get!(b)) {
                        (Value::Int(x), Value::Int(y)) => op.holds(x.cmp(y)),
                        (Value::Float(x), Value::Float(y)) => match x.partial_cmp(y) {
                            Some(ordering) => op.holds(ordering),
                            None => op == Compare::Ne,
                        },
                        (x, y) => {
                            save!();
                            let value = self.compare(op, x, y)?;
                            self.test(&value)?
                        }
                    };
                    if !holds {
                        jump!(to);
                    }
                }
                Instr::Is { negate, dst, a, b } => {
                    let same = get!(a).is(get!(b));
                    set!(dst, Value::Bool(same != negate));
                }
                Instr::In { negate, dst, a, b } => {
                    save!();
                    let found = self.contains(get!(b), get!(a))?;
                    set!(dst, Value::Bool(found != negate));
                }
                Instr::Jump { to } => jump!(to),
                Instr::Loop { to } => {
                    save!();
                    interrupt::checkpoint()?;
                    jump!(to);
                }
                Instr::JumpIf { cond, to } => {
                    save!();
                    if self.test(get!(cond))? {
                        jump!(to);
                    }
                }
                Instr::JumpIfNot { cond, to } => {
                    save!();
                    if !self.test(get!(cond))? {
                        jump!(to);
                    }
                }
                Instr::Attr { dst, obj, name } => {
                    save!();
                    let name = &frame.code.names[name as usize];
                    let value = self.get_attr(get!(obj), name)?;
                    set!(dst, value);
                }
                Instr::SetAttr { obj, name, src } => {
                    save!();
                    let (name, value) = (&frame.code.names[name as usize], get!(src).clone());
                    self.set_attr(get!(obj), name, value)?;
                }
                Instr::DelAttr { obj, name } => {
                    save!();
                    let name = &frame.code.names[name as usize];
                    self.del_attr(get!(obj), name)?;
                }
                Instr::Item { dst, obj, index } => {
                    save!();
                    match (get!(obj), get!(index)) {
                        (Value::List(list), &Value::Int(i)) if i >= 0 => {
                            let list = list.clone();
                            match list.borrow().get(i as usize) {
                                Some(value) => Value::put_copy(place!(dst), value),
                                None => return Err(Fault::index("list index out of range")),
                            }
                        }
                        (obj, index) => {
                            let value = self.get_item(obj, index)?;
                            set!(dst, value);
                        }
                    }
                }
                Instr::SetItem { obj, index, src } => {
                    save!();
                    match (get!(obj), get!(index)) {
                        (Value::Dict(dict), key @ (Value::Str(_) | Value::Int(_))) => {
                            let (dict, key, value) = (dict.clone(), key.copied(), get!(src).copied());
                            let old = dict.insert(key, value, self)?;
                            drop(old);
                        }
                        (obj, index) => self.set_item(obj, index, get!(src).clone())?,
                    }
                }
                Instr::DelItem { obj, index } => {
                    save!();
                    self.del_item(get!(obj), get!(index))?;
                }
                Instr::Call { argc, dst, base: at, kw } => {
                    save!();
                    if kw != NONE || !self.call_again(frame, dst, at as usize, argc as usize) {
                        self.call_instr(frame, dst, at, argc as usize, kw)?;
                    }
                    sync!();
                }
                Instr::CallMethod { argc, dst, base: at, name, kw } => {
                    save!();
                    self.call_method_instr(frame, dst, at, argc as usize, name, kw)?;
                    sync!();
                }
                Instr::CallSpread { dst, base: at } => {
                    save!();
                    self.call_spread(frame, dst, at)?;
                    sync!();
                }
                Instr::List { dst, start, count } => {
                    let items = take(regs, start, count);
                    set!(dst, Value::List(List::new(items)));
                }
                Instr::Tuple { dst, start, count } => {
                    let range = start as usize..start as usize + count as usize;
                    let tuple = Value::tuple(regs[range].iter_mut().map(std::mem::take));
                    set!(dst, tuple);
                }
                Instr::Set { dst, start, count } => {
                    save!();
                    let items = take(regs, start, count);
                    let set = Set::new(items, false, self)?;
                    set!(dst, Value::Set(set));
                }
                Instr::Dict { dst, start, count } => {
                    save!();
                    let dict = Dict::new();
                    for i in 0..count {
                        let at = (start + 2 * i) as usize;
                        let key = std::mem::take(&mut regs[at]);
                        let value = std::mem::take(&mut regs[at + 1]);
                        dict.insert(key, value, self)?;
                    }
                    set!(dst, Value::Dict(dict));
                }
                Instr::Slice { dst, start } => {
                    let s = start as usize;
                    let [a, b, c] = [s, s + 1, s + 2].map(|i| std::mem::take(&mut regs[i]));
                    set!(dst, Value::Slice(Rc::new(Slice { start: a, stop: b, step: c })));
                }
                Instr::Append { list, src } => {
                    let value = get!(src).clone();
                    if let Value::List(l) = get!(list) {
                        l.borrow_mut().push(value);
                    }
                }
                Instr::AddToSet { set, src } => {
                    save!();
                    let value = get!(src).clone();
                    if let Value::Set(s) = get!(set) {
                        s.add(value, self)?;
                    }
                }
                Instr::SetEntry { dict, key, src } => {
                    save!();
                    let (key, value) = (get!(key).clone(), get!(src).clone());
                    if let Value::Dict(d) = get!(dict) {
                        d.insert(key, value, self)?;
                    }
                }
                Instr::Extend { list, src } => {
                    save!();
                    let items = self.spread(get!(src))?;
                    if let Value::List(l) = get!(list) {
                        l.borrow_mut().extend(items);
                    }
                }
                Instr::ExtendSet { set, src } => {
                    save!();
                    let items = self.spread(get!(src))?;
                    if let Value::Set(s) = get!(set) {
                        for item in items {
                            s.add(item, self)?;
                        }
                    }
                }
                Instr::Update { unique, dict, src } => {
                    save!();
                    if let Value::Dict(d) = get!(dict) {
                        self.update(&d.clone(), get!(src), unique)?;
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
                    save!();
                    let value =
                        self.format_field(conversion, get!(src), if spec == NONE { None } else { Some(get!(spec)) })?;
                    set!(dst, value);
                }
                Instr::Join { dst, start, count } => {
                    let mut text = std::mem::take(&mut self.text);
                    for value in &regs[start as usize..start as usize + count as usize] {
                        match value {
                            Value::Int(i) => text.push_str(itoa::Buffer::new().format(*i)),
                            other => text.push_str(other.as_str().unwrap_or("")),
                        }
                    }
                    set!(dst, Value::str(text.as_str()));
                    text.clear();
                    self.text = text;
                }
                Instr::Iter { dst, src } => {
                    save!();
                    let iterator = self.iter(get!(src))?;
                    set!(dst, iterator);
                }
                Instr::Next { dst, iter, to } => {
                    let moved = match regs.get_disjoint_mut([dst as usize, iter as usize]) {
                        Ok([place, Value::Iter(iterator)]) => iterator.advance(place),
                        _ => Advance::Unknown,
                    };
                    match moved {
                        Advance::Moved => {}
                        Advance::End => jump!(to),
                        Advance::Unknown => {
                            save!();
                            self.next_instr(frame, dst, iter, to)?;
                            sync!();
                        }
                    }
                }
                Instr::Unpack { src, start, count } => {
                    save!();
                    self.unpack(frame, src, start, count)?;
                    sync!();
                }
                Instr::UnpackStar { before, src, start, after } => {
                    save!();
                    self.unpack_star(frame, src, start, before as usize, after as usize)?;
                    sync!();
                }
                Instr::Function { dst, proto, start } => {
                    save!();
                    let function = self.make_function(frame, proto as usize, start)?;
                    sync!();
                    set!(dst, function);
                }
                Instr::Class { dst, start, name } => {
                    save!();
                    let class = self.make_class(frame, start, name)?;
                    sync!();
                    set!(dst, class);
                }
                Instr::ClassDict { dst } => {
                    save!();
                    let dict = self.class_dict(frame);
                    sync!();
                    set!(dst, dict);
                }
                Instr::Return { src } => {
                    // The case of every day: a function called from a function.
                    if self.frames.len() > base
                        && frame.generator.is_none()
                        && let Link::Call(dst) = frame.link
                    {
                        let Some(ended) = self.frames.leave(frame) else {
                            return Err(Fault::internal("a return without a caller"));
                        };
                        self.depth -= 1;
                        Value::put_copy(&mut frame.regs[dst as usize], ended.get(src));
                        ended.empty();
                    } else {
                        save!();
                        let value = get!(src).copied();
                        if let Some(outcome) = self.leave(frame, value, base)? {
                            return Ok(outcome);
                        }
                    }
                    sync!();
                }
                Instr::Yield { dst, src } => {
                    save!();
                    let value = get!(src).clone();
                    set!(dst, Value::None);
                    if let Some(outcome) = self.suspend(frame, value, base)? {
                        return Ok(outcome);
                    }
                    sync!();
                }
                Instr::YieldFrom { dst, iter } => {
                    save!();
                    if let Some(outcome) = self.yield_from(frame, dst, iter, base)? {
                        return Ok(outcome);
                    }
                    sync!();
                }
                Instr::Raise { exc, cause } => {
                    save!();
                    let cause = if cause == NONE { None } else { Some(get!(cause).clone()) };
                    return Err(self.raise(get!(exc), cause));
                }
                Instr::Reraise { exc } => {
                    save!();
                    let value = if exc == NONE { self.handled(frame) } else { get!(exc).clone() };
                    return Err(self.reraise(&value));
                }
                Instr::MatchException { dst, exc, class } => {
                    save!();
                    let matches = self.matches(get!(exc), get!(class))?;
                    set!(dst, Value::Bool(matches));
                }
                Instr::AssertFail { message } => {
                    save!();
                    let args: Vec<Value> = if message == NONE { Vec::new() } else { vec![get!(message).clone()] };
                    let object = crate::value::exception::instance(&types().assertion_error, args);
                    return Err(self.raise(&Value::Object(object), None));
                }
                Instr::WithEnter { dst, manager } => {
                    save!();
                    let value = self.with_enter(get!(manager))?;
                    set!(dst, value);
                }
                Instr::WithExit { dst, manager, exc } => {
                    save!();
                    let value = self.with_exit(get!(manager), get!(exc))?;
                    set!(dst, value);
                }
                Instr::Import { dst, name } => {
                    save!();
                    let name = frame.code.names[name as usize].clone();
                    let module = frame.module.clone();
                    let value = self.import_module(&name, &module)?;
                    set!(dst, value);
                }
                Instr::ImportFrom { dst, module, name } => {
                    save!();
                    let name = frame.code.names[name as usize].clone();
                    let value = self.import_name(get!(module), &name)?;
                    set!(dst, value);
                }
                Instr::ImportStar { module } => {
                    save!();
                    if let Value::Module(m) = get!(module) {
                        self.import_star(&m.clone(), &frame.module.clone())?;
                    }
                }
                Instr::Echo { src } => {
                    save!();
                    let value = get!(src).clone();
                    self.echo(&value, frame)?;
                    sync!();
                }
            }
        }
    }

    /// A global that the module does not bind: a built-in, or a name of the prompt.
    #[inline]
    fn global_elsewhere(&mut self, frame: &Frame, slot: u16, builtin: u16) -> Result<Value> {
        if builtin != NONE {
            let value = self.builtins.space.get(builtin as u32);
            if !value.is_undef() {
                return Ok(value);
            }
        }
        self.missing_global(frame, slot)
    }

    #[cold]
    fn missing_global(&mut self, frame: &Frame, slot: u16) -> Result<Value> {
        let name = frame.module.space.name(slot as u32);
        if let Some(value) = self.builtins.get(&name) {
            return Ok(value);
        }
        // At the prompt, calling a name that is nowhere defined calls torch's function of that name.
        let called = || {
            frame.code.instrs[frame.pc..].iter().find_map(|i| match i {
                Instr::Call { base, .. } | Instr::CallSpread { base, .. } => Some(*base),
                _ => None,
            })
        };
        let loads_callee = match frame.code.instrs[frame.current()] {
            Instr::Global { dst, .. } => called().is_some_and(|_| is_callee(frame, dst)),
            _ => false,
        };
        if frame.module.prompt.get()
            && loads_callee
            && let Some(value) = self.host.prompt_name(&name)
        {
            return Ok(value);
        }
        let space = frame.module.space.items();
        let builtins = self.builtins.space.items();
        let known = space.iter().chain(&builtins).map(|(n, _)| n.as_str());
        let fault = undefined(&name);
        Err(match crate::diag::did_you_mean(&name, known) {
            Some(near) => {
                let near = near.to_string();
                let shape = space.iter().find(|(n, _)| n.as_str() == near).and_then(|(_, v)| describe(v));
                let fault = fault.with_suffix(format!(". Did you mean: '{near}'?"));
                match shape {
                    Some(shape) => fault.with_note(format!("{near}: {shape}")),
                    None => fault,
                }
            }
            None => fault,
        })
    }

    #[cold]
    fn unbound_cell(&mut self, frame: &Frame, cell: Reg) -> crate::diag::Error {
        if let Some(i) = frame.code.free.iter().position(|&r| r == cell) {
            let name = &frame.code.free_names[i];
            return Fault::name_error(format!(
                "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            ));
        }
        unbound_local(&frame.local_name(cell))
    }

    /// The truth of a value.
    #[inline(always)]
    pub(super) fn test(&mut self, value: &Value) -> Result<bool> {
        match value {
            Value::Bool(b) => Ok(*b),
            other => self.truth(other),
        }
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

    /// Ends a frame: the caller goes on, or the run ends.
    #[inline]
    pub(super) fn leave(&mut self, frame: &mut Box<Frame>, value: Value, base: usize) -> Result<Option<Outcome>> {
        if let Some(generator) = frame.generator.take() {
            generator.done.set(true);
        }
        if self.frames.len() == base {
            return Ok(Some(Outcome::Return(value)));
        }
        let Some(caller) = self.frames.pop() else { return Ok(Some(Outcome::Return(value))) };
        let ended = std::mem::replace(frame, caller);
        self.depth -= 1;
        match &ended.link {
            Link::Call(dst) => frame.set(*dst, value),
            Link::Construct(dst, instance) => {
                if !value.is_none() {
                    let class = crate::value::protocol::class_name(&value);
                    return Err(Fault::type_error(format!("__init__() should return None, not '{class}'")));
                }
                frame.set(*dst, Value::Object(instance.clone()));
            }
            Link::Next(_, to) => frame.pc = *to as usize,
            Link::Entry => {}
        }
        self.frames.recycle(ended);
        Ok(None)
    }

    /// Starts a frame on top of the one that runs.
    #[inline]
    pub(super) fn enter(&mut self, frame: &mut Box<Frame>, callee: Box<Frame>) -> Result<()> {
        if self.depth >= RECURSION_LIMIT {
            return Err(too_deep());
        }
        self.depth += 1;
        let caller = std::mem::replace(frame, callee);
        self.frames.push(caller);
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

    /// Calls a function of the program from native code.
    pub(super) fn call_function(&mut self, function: &Rc<Function>, args: Args) -> Result<Value> {
        let frame = self.function_frame(function, args, Link::Entry)?;
        if frame.code.kind == CodeKind::Generator {
            return Ok(self.make_generator(frame));
        }
        match self.run(frame)? {
            Outcome::Return(value) | Outcome::Yield(value) => Ok(value),
        }
    }
}

/// `x % y` for a positive `y`, without a division where both are small: the narrow one is several times as fast.
#[inline(always)]
fn modulo(x: i64, y: i64) -> i64 {
    match (u32::try_from(x), u32::try_from(y)) {
        (Ok(x), Ok(y)) => (x % y) as i64,
        _ => x.rem_euclid(y),
    }
}

/// Whether the value in a register is called before anything else uses it.
fn is_callee(frame: &Frame, reg: Reg) -> bool {
    for instr in &frame.code.instrs[frame.pc..] {
        match *instr {
            Instr::Call { base, .. } | Instr::CallSpread { base, .. } if base == reg => return true,
            Instr::Attr { obj, .. } if obj == reg => return false,
            Instr::CallMethod { base, .. } if base == reg => return false,
            Instr::Return { .. } => return false,
            _ => {}
        }
    }
    false
}

/// Shape and type of a tensor, for suggestions.
fn describe(value: &Value) -> Option<String> {
    match value {
        Value::Tensor(t) => {
            let sizes = crate::array::layout::show_sizes(&t.sizes());
            Some(format!("{}{sizes}", t.dtype().short()))
        }
        _ => None,
    }
}

fn take(regs: &mut [Value], start: Reg, count: u16) -> Vec<Value> {
    let range = start as usize..start as usize + count as usize;
    regs[range].iter_mut().map(std::mem::take).collect()
}

#[cold]
fn undefined(name: &str) -> crate::diag::Error {
    Fault::name_error(format!("name '{name}' is not defined"))
}

#[cold]
fn unbound_local(name: &str) -> crate::diag::Error {
    Fault::new(
        ExcKind::UnboundLocalError,
        format!("cannot access local variable '{name}' where it is not associated with a value"),
    )
}

#[cold]
pub(super) fn too_deep() -> crate::diag::Error {
    Fault::new(ExcKind::RecursionError, "maximum recursion depth exceeded")
}
