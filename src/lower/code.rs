//! Register code: instructions, constants, and the tables that go with them.

use crate::diag::{Source, Span};
use crate::value::{Binary, Compare, Name, Value};
use std::rc::Rc;

/// A register of the frame, or a constant: those count from [`CONST`].
pub type Reg = u16;

/// The first operand number that means a constant.
pub const CONST: Reg = 0x8000;

/// No keywords, no builtin, no register.
pub const NONE: u16 = u16::MAX;

/// Where a jump goes.
pub type Target = u32;

/// An instruction: 16 bytes (a power of two: a place in the code is found by a shift); operands are registers or
/// constants unless they say otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(16))]
#[allow(missing_docs)]
pub enum Instr {
    /// `dst = src`
    Move {
        dst: Reg,
        src: Reg,
    },
    /// `dst` becomes unbound.
    Clear {
        dst: Reg,
    },
    /// UnboundLocalError when the variable is unbound.
    CheckLocal {
        reg: Reg,
    },
    /// `dst =` the global in a slot, else the builtin in a slot, else a name of the prompt.
    Global {
        dst: Reg,
        slot: u16,
        builtin: u16,
    },
    StoreGlobal {
        slot: u16,
        src: Reg,
    },
    DelGlobal {
        slot: u16,
    },
    /// Puts a fresh cell around what the register holds.
    MakeCell {
        reg: Reg,
    },
    LoadCell {
        dst: Reg,
        cell: Reg,
    },
    StoreCell {
        cell: Reg,
        src: Reg,
    },
    ClearCell {
        cell: Reg,
    },
    /// Jumps when a register is unbound (names of class bodies).
    JumpUnbound {
        reg: Reg,
        to: Target,
    },

    Add {
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Sub {
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Mul {
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Binary {
        op: Binary,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    /// A sum or difference with a small constant: for an int, `dst = a + number`, for anything else the
    /// operator on `a` and `b`.
    Step {
        op: Binary,
        inplace: bool,
        dst: Reg,
        a: Reg,
        b: Reg,
        number: i32,
    },
    Inplace {
        op: Binary,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Neg {
        dst: Reg,
        src: Reg,
    },
    Pos {
        dst: Reg,
        src: Reg,
    },
    Invert {
        dst: Reg,
        src: Reg,
    },
    Not {
        dst: Reg,
        src: Reg,
    },
    Compare {
        op: Compare,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Is {
        negate: bool,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    In {
        negate: bool,
        dst: Reg,
        a: Reg,
        b: Reg,
    },

    Jump {
        to: Target,
    },
    /// A jump backwards: a checkpoint for interrupts.
    Loop {
        to: Target,
    },
    JumpIf {
        cond: Reg,
        to: Target,
    },
    JumpIfNot {
        cond: Reg,
        to: Target,
    },
    /// Jumps when a comparison does not hold.
    JumpUnless {
        op: Compare,
        a: Reg,
        b: Reg,
        to: Target,
    },
    /// The same for a comparison with a small constant.
    JumpUnlessNumber {
        op: Compare,
        a: Reg,
        b: Reg,
        number: i32,
        to: Target,
    },

    Attr {
        dst: Reg,
        obj: Reg,
        name: u16,
    },
    SetAttr {
        obj: Reg,
        name: u16,
        src: Reg,
    },
    DelAttr {
        obj: Reg,
        name: u16,
    },
    Item {
        dst: Reg,
        obj: Reg,
        index: Reg,
    },
    SetItem {
        obj: Reg,
        index: Reg,
        src: Reg,
    },
    DelItem {
        obj: Reg,
        index: Reg,
    },

    /// Calls the value in `base` with `argc` values after it, the last of them keywords.
    Call {
        argc: u8,
        dst: Reg,
        base: Reg,
        kw: u16,
    },
    /// Calls a method of the value in `base`.
    CallMethod {
        argc: u8,
        dst: Reg,
        base: Reg,
        name: u16,
        kw: u16,
    },
    /// Calls the value in `base` with the list in `base + 1` and the dict in `base + 2`.
    CallSpread {
        dst: Reg,
        base: Reg,
    },

    List {
        dst: Reg,
        start: Reg,
        count: u16,
    },
    Tuple {
        dst: Reg,
        start: Reg,
        count: u16,
    },
    Set {
        dst: Reg,
        start: Reg,
        count: u16,
    },
    /// From `count` pairs of key and value.
    Dict {
        dst: Reg,
        start: Reg,
        count: u16,
    },
    /// From three registers.
    Slice {
        dst: Reg,
        start: Reg,
    },
    Append {
        list: Reg,
        src: Reg,
    },
    AddToSet {
        set: Reg,
        src: Reg,
    },
    SetEntry {
        dict: Reg,
        key: Reg,
        src: Reg,
    },
    /// Appends all items of an iterable.
    Extend {
        list: Reg,
        src: Reg,
    },
    /// Adds all members of an iterable.
    ExtendSet {
        set: Reg,
        src: Reg,
    },
    /// Adds all entries of a mapping; with `unique`, a repeated key is an error (keywords of a call).
    Update {
        unique: bool,
        dict: Reg,
        src: Reg,
    },
    ListToTuple {
        dst: Reg,
        src: Reg,
    },
    /// `format(src, spec)` after a conversion: 0 none, else `r`, `s` or `a`.
    Format {
        conversion: u8,
        dst: Reg,
        src: Reg,
        spec: Reg,
    },
    /// Joins `count` strings.
    Join {
        dst: Reg,
        start: Reg,
        count: u16,
    },

    Iter {
        dst: Reg,
        src: Reg,
    },
    /// The next item of an iterator; jumps at its end.
    Next {
        dst: Reg,
        iter: Reg,
        to: Target,
    },
    /// Exactly `count` items into consecutive registers.
    Unpack {
        src: Reg,
        start: Reg,
        count: u16,
    },
    /// `before` items, a list of the rest, `after` items.
    UnpackStar {
        before: u8,
        src: Reg,
        start: Reg,
        after: u16,
    },

    /// A function from a prototype; its defaults stand in registers from `start`, its annotations after them.
    Function {
        dst: Reg,
        proto: u16,
        start: Reg,
    },
    /// A class: `start` holds the bases as a tuple, the keywords as a dict, and the body as a function.
    Class {
        dst: Reg,
        start: Reg,
        name: u16,
    },
    /// The bound names of a class body as a dict.
    ClassDict {
        dst: Reg,
    },
    Return {
        src: Reg,
    },
    /// Yields a value; what is sent goes to `dst`.
    Yield {
        dst: Reg,
        src: Reg,
    },
    /// Yields from the iterator in `iter` until it ends; its value goes to `dst`. Stays at this instruction meanwhile.
    YieldFrom {
        dst: Reg,
        iter: Reg,
    },

    Raise {
        exc: Reg,
        cause: Reg,
    },
    /// Raises the exception that a handler caught again.
    Reraise {
        exc: Reg,
    },
    /// Whether an exception is of a class or of one of a tuple of classes.
    MatchException {
        dst: Reg,
        exc: Reg,
        class: Reg,
    },
    /// AssertionError with the message in a register (`NONE` for none).
    AssertFail {
        message: Reg,
    },
    WithEnter {
        dst: Reg,
        manager: Reg,
    },
    /// Leaves a context; `exc` is the exception, or the constant None.
    WithExit {
        dst: Reg,
        manager: Reg,
        exc: Reg,
    },

    Import {
        dst: Reg,
        name: u16,
    },
    ImportFrom {
        dst: Reg,
        module: Reg,
        name: u16,
    },
    ImportStar {
        module: Reg,
    },
    /// Shows the value of a top-level expression.
    Echo {
        src: Reg,
    },
}

impl Instr {
    /// The instruction with the small constant that is its second operand, if it has one, at hand: neither its place
    /// nor its type is looked up at run time. `int` is the value of a constant that is an int.
    pub fn specialised(self, int: impl Fn(Reg) -> Option<i64>) -> Instr {
        let small = |b: Reg| int(b).and_then(|n| i32::try_from(n).ok());
        let step = |op, inplace, dst, a: Reg, b| {
            let number = match op {
                _ if a >= CONST => None,
                Binary::Add => small(b),
                Binary::Sub => small(b).and_then(i32::checked_neg),
                _ => None,
            };
            number.map(|number| Instr::Step { op, inplace, dst, a, b, number })
        };
        let found = match self {
            Instr::Add { dst, a, b } => step(Binary::Add, false, dst, a, b),
            Instr::Sub { dst, a, b } => step(Binary::Sub, false, dst, a, b),
            Instr::Inplace { op, dst, a, b } => step(op, true, dst, a, b),
            Instr::JumpUnless { op, a, b, to } if a < CONST => {
                small(b).map(|number| Instr::JumpUnlessNumber { op, a, b, number, to })
            }
            _ => None,
        };
        found.unwrap_or(self)
    }

    /// The operator of an instruction that computes a new value from two: with its destination and operands.
    pub fn operator(&self) -> Option<(Binary, Reg, Reg, Reg)> {
        match *self {
            Instr::Add { dst, a, b } => Some((Binary::Add, dst, a, b)),
            Instr::Sub { dst, a, b } => Some((Binary::Sub, dst, a, b)),
            Instr::Mul { dst, a, b } => Some((Binary::Mul, dst, a, b)),
            Instr::Binary { op, dst, a, b } | Instr::Step { op, inplace: false, dst, a, b, .. } => {
                Some((op, dst, a, b))
            }
            _ => None,
        }
    }
}

const _: () = assert!(size_of::<Instr>() == 16);

/// What a code is the body of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CodeKind {
    Module,
    Function,
    Class,
    Generator,
}

/// A range of instructions whose exceptions go to a handler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handler {
    /// First instruction.
    pub start: Target,
    /// One past the last instruction.
    pub end: Target,
    /// Where the handler is.
    pub target: Target,
    /// Where the exception object goes.
    pub reg: Reg,
}

/// A range of instructions that runs while an exception is being handled: the body of an `except` or `finally`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handling {
    /// First instruction.
    pub start: Target,
    /// One past the last instruction.
    pub end: Target,
    /// Where the exception object is.
    pub reg: Reg,
}

/// How arguments become registers.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// All parameters in the order of their registers: positional, keyword-only, `*args`, `**kwargs`.
    pub names: Vec<Name>,
    /// How many are positional.
    pub positional: u16,
    /// How many of those are position-only.
    pub position_only: u16,
    /// How many are keyword-only.
    pub keyword_only: u16,
    /// Whether there is `*args`.
    pub rest: bool,
    /// Whether there is `**kwargs`.
    pub keywords: bool,
    /// How many positional parameters have defaults.
    pub defaults: u16,
    /// For each keyword-only parameter whether it has a default.
    pub keyword_defaults: Vec<bool>,
    /// Whether a call with exactly the positional arguments needs nothing else.
    pub simple: bool,
}

/// A function to be made: its code and the cells that it captures.
#[derive(Debug)]
pub struct Proto {
    /// The code.
    pub code: Rc<Code>,
    /// Registers of the enclosing frame that hold the captured cells.
    pub captures: Vec<Reg>,
    /// Whether annotations stand after the defaults.
    pub annotated: bool,
}

/// The code of a module statement, a function, a class body or a generator.
#[derive(Debug)]
pub struct Code {
    /// The function's name, `<module>` for statements.
    pub name: Name,
    /// The dotted name.
    pub qualname: Name,
    /// What it is the body of.
    pub kind: CodeKind,
    /// The documentation string.
    pub doc: Option<Name>,
    /// The text it was written in.
    pub source: Rc<Source>,
    /// Where in that text.
    pub span: Span,
    /// The instructions.
    pub instrs: Vec<Instr>,
    /// The place of each instruction.
    pub spans: Vec<Span>,
    /// The constants.
    pub consts: Vec<Value>,
    /// Attribute names, imports and class names.
    pub names: Vec<Name>,
    /// Lists of keywords of calls.
    pub keywords: Vec<Vec<Name>>,
    /// Functions made here.
    pub protos: Vec<Proto>,
    /// Handlers, innermost first.
    pub handlers: Vec<Handler>,
    /// Ranges of instructions that run while the exception in a register is being handled, innermost first.
    pub handling: Vec<Handling>,
    /// How arguments become registers.
    pub params: Parameters,
    /// Names of the first registers: parameters and local variables.
    pub locals: Vec<Name>,
    /// Registers for captured cells: those of enclosing functions go here in order.
    pub free: Vec<Reg>,
    /// Names of the captured variables.
    pub free_names: Vec<Name>,
    /// How many of the first registers are variables and cells; the others are temporaries.
    pub variables: u16,
    /// How many registers there are.
    pub registers: u16,
    /// With how many positional arguments alone a call sets up nothing but the registers; `NONE` where that never holds.
    pub plain_arguments: u16,
}
