//! The machine: the loop that runs instructions.

use super::call::code_of;
use super::frame::{Frame, Link};
use super::host::Host;
use super::methods::Methods;
use super::stack::Stack;
use crate::diag::{ExcKind, Fault, Result, interrupt};
use crate::lower::code::{CONST, Code, CodeKind, Instr, NONE};
use crate::value::iter::Advance;
use crate::value::{Args, Binary, Caller, Dict, Function, Module, Value};
use std::rc::Rc;

/// How deep calls may nest, as in Python.
pub const RECURSION_LIMIT: usize = 1000;

/// Runs code.
pub struct Machine {
    /// Methods of built-in classes.
    pub(super) methods: Methods,
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
    pub(super) text: String,
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
        Machine {
            methods: Methods::default(),
            frames: Stack::default(),
            depth: 0,
            builtins,
            modules: Dict::new(),
            host,
            text: String::new(),
        }
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

    /// Forgets the calls that a panic left open.
    pub fn recover(&mut self) {
        self.frames = Stack::default();
        self.depth = 0;
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
                frame.provide(registers);
                frame
            }
            None => {
                let mut frame = Box::new(Frame { code, pc: 0, regs: Vec::new(), module, link, generator: None });
                frame.provide(registers);
                frame
            }
        }
    }

    /// A frame for a function, with registers as in [`Machine::bare_frame`]. A spare one that ran the same code last, as in
    /// recursion and in loops, is taken as it is: nothing is counted up or down.
    #[inline]
    pub(super) fn frame_of(&mut self, function: &Function, code: &Code, link: Link) -> Result<Box<Frame>> {
        match self.frames.take_spare() {
            Some(mut frame) => {
                if !std::ptr::eq(&*frame.code, code) {
                    frame.code = code_of(function)?;
                    frame.provide(code.registers as usize);
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
    /// Here stand only the cases of every day, done with what is at hand: numbers, jumps, calls of functions of the
    /// program. Whatever is not among them is executed in general by [`Machine::execute`]. The loop keeps few variables and
    /// calls little, so that they stay in the processor's registers.
    fn step(&mut self, frame: &mut Box<Frame>, base: usize) -> Result<Outcome> {
        // Each turn runs one code: it does not change in the inner loop, so that where it lies is known.
        'code: loop {
            let code = frame.code.clone();
            let instrs = &code.instrs[..];
            let mut regs = &mut frame.regs[..];
            // What is left to run: taking the next one needs neither an index nor the check of one.
            let mut rest = instrs[frame.pc..].iter();
            // The position of the next instruction.
            macro_rules! position {
                () => {
                    instrs.len() - rest.len()
                };
            }
            macro_rules! jump {
                ($to:expr) => {
                    rest = instrs[$to as usize..].iter()
                };
            }
            // Follows a change of the frame that runs, or of its position.
            macro_rules! sync {
                () => {
                    if !Rc::ptr_eq(&code, &frame.code) {
                        continue 'code;
                    }
                    jump!(frame.pc);
                    regs = &mut frame.regs[..];
                };
            }
            // An operand.
            macro_rules! get {
                ($reg:expr) => {
                    if $reg < CONST { &regs[$reg as usize] } else { &code.consts[($reg - CONST) as usize] }
                };
            }
            // The place of a result.
            macro_rules! place {
                ($reg:expr) => {
                    &mut regs[$reg as usize]
                };
            }
            // A jump by a number and a constant.
            macro_rules! jump_unless {
                ($op:expr, $x:expr, $number:expr, $to:expr) => {
                    if !$op.holds($x.cmp(&i64::from($number))) {
                        jump!($to);
                    }
                };
            }
            // The next item of an iterator, or the jump at its end; says whether that was all.
            macro_rules! advance {
                ($dst:expr, $iter:expr, $to:expr) => {{
                    let moved = match regs.get_disjoint_mut([$dst as usize, $iter as usize]) {
                        Ok([place, Value::Iter(iterator)]) => iterator.advance(place),
                        _ => Advance::Unknown,
                    };
                    if let Advance::End = moved {
                        jump!($to);
                    }
                    !matches!(moved, Advance::Unknown)
                }};
            }
            // Two numbers; falls through for anything else.
            macro_rules! arithmetic {
            ($dst:expr, $a:expr, $b:expr, $checked:ident, $sign:tt) => {
                match (get!($a), get!($b)) {
                    (&Value::Int(x), &Value::Int(y)) => {
                        if let Some(number) = x.$checked(y) {
                            Value::put_int(place!($dst), number);
                            continue;
                        }
                    }
                    (&Value::Float(x), &Value::Float(y)) => {
                        Value::put_float(place!($dst), x $sign y);
                        continue;
                    }
                    _ => {}
                }
            };
        }
            loop {
                let Some(instr) = rest.next() else {
                    return Err(Fault::internal("code without an end"));
                };
                // Matched in place: each instruction reads the fields that it needs. Whether it is an operator whose
                // operands are no numbers.
                let is_operator = match *instr {
                    Instr::Move { dst, src } => {
                        if src >= CONST {
                            Value::put_copy(place!(dst), &code.consts[(src - CONST) as usize]);
                        } else if let Ok([to, from]) = regs.get_disjoint_mut([dst as usize, src as usize]) {
                            Value::put_copy(to, from);
                        }
                        continue;
                    }
                    Instr::CheckLocal { reg } => {
                        if !get!(reg).is_undef() {
                            continue;
                        }
                        false
                    }
                    Instr::Global { dst, slot, builtin } => {
                        let place = place!(dst);
                        if frame.module.space.load(slot as u32, place)
                            || builtin != NONE && self.builtins.space.load(builtin as u32, place)
                        {
                            continue;
                        }
                        false
                    }
                    Instr::LoadCell { dst, cell } => {
                        let value = match get!(cell) {
                            Value::Cell(c) => c.borrow().copied(),
                            _ => Value::Undef,
                        };
                        if !value.is_undef() {
                            Value::put(place!(dst), value);
                            continue;
                        }
                        false
                    }
                    Instr::Add { dst, a, b } => {
                        arithmetic!(dst, a, b, checked_add, +);
                        true
                    }
                    Instr::Sub { dst, a, b } => {
                        arithmetic!(dst, a, b, checked_sub, -);
                        true
                    }
                    Instr::Mul { dst, a, b } => {
                        arithmetic!(dst, a, b, checked_mul, *);
                        true
                    }
                    Instr::Step { inplace, dst, a, number, .. } => {
                        if let &Value::Int(x) = &regs[a as usize]
                            && let Some(number) = x.checked_add(i64::from(number))
                        {
                            Value::put_int(place!(dst), number);
                            continue;
                        }
                        !inplace
                    }
                    Instr::Inplace { op: Binary::Add, dst, a, b } => {
                        arithmetic!(dst, a, b, checked_add, +);
                        false
                    }
                    Instr::Inplace { op: Binary::Sub, dst, a, b } => {
                        arithmetic!(dst, a, b, checked_sub, -);
                        false
                    }
                    Instr::Binary { op, dst, a, b } => match (op, get!(a), get!(b)) {
                        (Binary::Mod, &Value::Int(x), &Value::Int(y)) if y > 0 => {
                            let remainder = modulo(x, y);
                            Value::put_int(place!(dst), remainder);
                            // `if x % y == 0` is seldom far.
                            if let Some(&Instr::JumpUnlessNumber { op, a, number, to, .. }) = rest.as_slice().first()
                                && a == dst
                            {
                                rest.next();
                                jump_unless!(op, remainder, number, to);
                            }
                            continue;
                        }
                        (Binary::FloorDiv, &Value::Int(x), &Value::Int(y)) if y > 0 => {
                            Value::put_int(place!(dst), x.div_euclid(y));
                            continue;
                        }
                        (Binary::Div, &Value::Float(x), &Value::Float(y)) if y != 0.0 => {
                            Value::put_float(place!(dst), x / y);
                            continue;
                        }
                        _ => true,
                    },
                    Instr::Compare { op, dst, a, b } => {
                        if let (Value::Int(x), Value::Int(y)) = (get!(a), get!(b)) {
                            let holds = op.holds(x.cmp(y));
                            Value::put_bool(place!(dst), holds);
                            continue;
                        }
                        false
                    }
                    Instr::JumpUnless { op, a, b, to } => {
                        let ordering = match (get!(a), get!(b)) {
                            (Value::Int(x), Value::Int(y)) => Some(x.cmp(y)),
                            (Value::Float(x), Value::Float(y)) => x.partial_cmp(y),
                            _ => None,
                        };
                        if let Some(ordering) = ordering {
                            if !op.holds(ordering) {
                                jump!(to);
                            }
                            continue;
                        }
                        false
                    }
                    Instr::JumpUnlessNumber { op, a, number, to, .. } => {
                        if let Value::Int(x) = &regs[a as usize] {
                            jump_unless!(op, x, number, to);
                            continue;
                        }
                        false
                    }
                    Instr::Is { negate, dst, a, b } => {
                        let same = get!(a).is(get!(b));
                        Value::put_bool(place!(dst), same != negate);
                        continue;
                    }
                    Instr::Jump { to } => {
                        jump!(to);
                        continue;
                    }
                    Instr::Loop { to } => {
                        if !interrupt::requested() {
                            jump!(to);
                            // A `for` goes on at once.
                            if let Some(&Instr::Next { dst, iter, to: end }) = rest.as_slice().first() {
                                rest.next();
                                if !advance!(dst, iter, end) {
                                    jump!(to);
                                }
                            }
                            continue;
                        }
                        false
                    }
                    Instr::JumpIf { cond, to } => {
                        if let &Value::Bool(holds) = get!(cond) {
                            if holds {
                                jump!(to);
                            }
                            continue;
                        }
                        false
                    }
                    Instr::JumpIfNot { cond, to } => {
                        if let &Value::Bool(holds) = get!(cond) {
                            if !holds {
                                jump!(to);
                            }
                            continue;
                        }
                        false
                    }
                    Instr::Item { dst, obj, index } => {
                        if let (Value::List(list), &Value::Int(i)) = (get!(obj), get!(index))
                            && i >= 0
                        {
                            // A copy of its own: what the place held may be the list itself.
                            let item = list.borrow().get(i as usize).map(Value::copied);
                            if let Some(item) = item {
                                Value::put(place!(dst), item);
                                continue;
                            }
                        }
                        false
                    }
                    Instr::SetItem { obj, index, src } => {
                        if let (Value::Dict(dict), Value::Str(key)) = (get!(obj), get!(index))
                            && dict.replace_name(key, get!(src))
                        {
                            continue;
                        }
                        false
                    }
                    Instr::Append { list, src } => {
                        if let Value::List(list) = get!(list) {
                            list.borrow_mut().push(get!(src).copied());
                            continue;
                        }
                        false
                    }
                    Instr::Next { dst, iter, to } => {
                        if advance!(dst, iter, to) {
                            continue;
                        }
                        false
                    }
                    Instr::Call { argc, dst, base: at, kw: NONE } => {
                        frame.pc = position!();
                        if self.call_again(frame, dst, at as usize, argc as usize) {
                            if !Rc::ptr_eq(&code, &frame.code) {
                                continue 'code;
                            }
                            rest = instrs.iter();
                            regs = &mut frame.regs[..];
                            continue;
                        }
                        regs = &mut frame.regs[..];
                        false
                    }
                    Instr::Return { src } => {
                        // A function called from a function of the same run.
                        if let Link::Call(dst) = frame.link
                            && let Some(ended) = self.frames.leave(frame)
                        {
                            self.depth -= 1;
                            let place = &mut frame.regs[dst as usize];
                            match ended.regs.get_mut(src as usize) {
                                Some(value) => Value::put_taken(place, value),
                                None => Value::put_copy(place, ended.get(src)),
                            }
                            ended.empty();
                            sync!();
                            continue;
                        }
                        regs = &mut frame.regs[..];
                        false
                    }
                    // The others by name: where every instruction has its arm, none is compared with the last of them.
                    Instr::Clear { .. }
                    | Instr::StoreGlobal { .. }
                    | Instr::DelGlobal { .. }
                    | Instr::MakeCell { .. }
                    | Instr::StoreCell { .. }
                    | Instr::ClearCell { .. }
                    | Instr::JumpUnbound { .. }
                    | Instr::Inplace { .. }
                    | Instr::Neg { .. }
                    | Instr::Pos { .. }
                    | Instr::Invert { .. }
                    | Instr::Not { .. }
                    | Instr::In { .. }
                    | Instr::Attr { .. }
                    | Instr::SetAttr { .. }
                    | Instr::DelAttr { .. }
                    | Instr::DelItem { .. }
                    | Instr::Call { .. }
                    | Instr::CallMethod { .. }
                    | Instr::CallSpread { .. }
                    | Instr::List { .. }
                    | Instr::Tuple { .. }
                    | Instr::Set { .. }
                    | Instr::Dict { .. }
                    | Instr::Slice { .. }
                    | Instr::AddToSet { .. }
                    | Instr::SetEntry { .. }
                    | Instr::Extend { .. }
                    | Instr::ExtendSet { .. }
                    | Instr::Update { .. }
                    | Instr::ListToTuple { .. }
                    | Instr::Format { .. }
                    | Instr::Join { .. }
                    | Instr::Iter { .. }
                    | Instr::Unpack { .. }
                    | Instr::UnpackStar { .. }
                    | Instr::Function { .. }
                    | Instr::Class { .. }
                    | Instr::ClassDict { .. }
                    | Instr::Yield { .. }
                    | Instr::YieldFrom { .. }
                    | Instr::Raise { .. }
                    | Instr::Reraise { .. }
                    | Instr::MatchException { .. }
                    | Instr::AssertFail { .. }
                    | Instr::WithEnter { .. }
                    | Instr::WithExit { .. }
                    | Instr::Import { .. }
                    | Instr::ImportFrom { .. }
                    | Instr::ImportStar { .. }
                    | Instr::Echo { .. } => false,
                };
                if is_operator && let Some((op, dst, a, b)) = instr.operator() {
                    frame.pc = position!();
                    let value = self.binary_op(op, get!(a), get!(b))?;
                    Value::put(place!(dst), value);
                    continue;
                }
                frame.pc = position!();
                if let Some(outcome) = self.execute(frame, base)? {
                    return Ok(outcome);
                }
                sync!();
            }
        }
    }

    /// The truth of a value.
    #[inline(always)]
    pub(super) fn test(&mut self, value: &Value) -> Result<bool> {
        match value {
            Value::Bool(b) => Ok(*b),
            other => self.truth(other),
        }
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
        let Some(ended) = self.frames.leave(frame) else { return Ok(Some(Outcome::Return(value))) };
        self.depth -= 1;
        ended.empty();
        match ended.link {
            Link::Call(dst) => frame.set(dst, value),
            Link::Construct(dst, instance) => {
                if !value.is_none() {
                    let class = crate::value::protocol::class_name(&value);
                    return Err(Fault::type_error(format!("__init__() should return None, not '{class}'")));
                }
                let made = std::mem::take(&mut frame.regs[instance as usize]);
                frame.set(dst, made);
            }
            Link::Next(_, to) => frame.pc = to as usize,
            Link::Entry => {}
        }
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

#[cold]
pub(super) fn too_deep() -> crate::diag::Error {
    Fault::new(ExcKind::RecursionError, "maximum recursion depth exceeded")
}
