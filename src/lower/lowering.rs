//! The state of a lowering: the function being built, its registers, jumps and ranges of handlers.

use super::code::*;
use super::scope::{Analysis, Scope, ScopeKind, Scopes};
use crate::diag::{ExcKind, Fault, Result, Source, Span};
use crate::syntax::ast;
use crate::value::{Module, Value, intern};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Where global names and built-in names are bound.
pub struct Globals {
    /// The module that the code belongs to.
    pub module: Rc<Module>,
    /// The built-in functions and types.
    pub builtins: Rc<Module>,
}

/// The code of one top-level statement. With `echo`, the value of an expression statement is shown.
///
/// Errors: SyntaxError for what only scopes can tell, and for functions that are too large.
pub fn lower_statement(stmt: &ast::Stmt, source: &Rc<Source>, globals: &Globals, echo: bool) -> Result<Rc<Code>> {
    let (scopes, scope) = Analysis::of_statement(stmt);
    let mut l = Lowering { source: source.clone(), scopes, globals, stack: Vec::new() };
    l.open("<module>", CodeKind::Module, Rc::new(scope), stmt.span);
    match &stmt.kind {
        ast::StmtKind::Expr(e) if echo && !stmt.quiet => {
            let mark = l.mark();
            let value = l.expr(e)?;
            l.emit(Instr::Echo { src: value }, e.span);
            l.release(mark);
        }
        _ => l.stmt(stmt)?,
    }
    let none = l.constant(Value::None)?;
    l.emit(Instr::Return { src: none }, stmt.span);
    l.close()
}

/// Nothing when a statement lowers (`--check`).
///
/// Errors: as [`lower_statement`].
pub fn lower_function_check(stmt: &ast::Stmt, source: &Rc<Source>, globals: &Globals) -> Result<()> {
    lower_statement(stmt, source, globals, true).map(|_| ())
}

/// A name of a class body: `__name` becomes `_Class__name`, so that subclasses do not collide with it.
fn private_name(class: &str, name: &ast::Name) -> ast::Name {
    let class = class.trim_start_matches('_');
    let private = name.starts_with("__") && !name.ends_with("__") && !class.is_empty();
    if private { format!("_{class}{name}").as_str().into() } else { name.clone() }
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// A register; `checked` when it may be unbound.
    Local(Reg),
    /// A cell in a register.
    Cell(Reg),
    /// A register of a class body, with the global or the enclosing function's variable as fallback.
    ClassLocal(Reg),
    /// A global.
    Global,
}

/// What a jump out of a block must do on its way.
pub(super) enum Block {
    /// A loop: where `continue` goes, and the jumps of `break` to patch.
    Loop { next: Target, breaks: Vec<usize> },
    /// A `finally` clause.
    Finally { body: Rc<[ast::Stmt]>, range: OpenRange },
    /// A `with` block.
    With { manager: Reg, span: Span, range: OpenRange },
    /// A `try` whose handlers do not cover what leaves it.
    Try { range: OpenRange },
    /// An `except ... as name` clause, which unbinds the name.
    Caught { name: Option<ast::Name>, range: OpenRange },
}

/// Ranges of instructions that a handler covers, while they grow.
#[derive(Default, Clone)]
pub(super) struct OpenRange {
    pub(super) start: Target,
    pub(super) done: Vec<(Target, Target)>,
}

impl Block {
    pub(super) fn range(&mut self) -> Option<&mut OpenRange> {
        match self {
            Block::Loop { .. } => None,
            Block::Finally { range, .. }
            | Block::With { range, .. }
            | Block::Try { range }
            | Block::Caught { range, .. } => Some(range),
        }
    }
}

/// Names of a comprehension in the frame around it.
pub(super) struct Inline {
    pub(super) places: FxHashMap<ast::Name, Place>,
}

/// A function being built.
pub(super) struct Build {
    pub(super) code: Code,
    pub(super) scope: Rc<Scope>,
    pub(super) places: FxHashMap<ast::Name, Place>,
    pub(super) inline: Vec<Inline>,
    pub(super) assigned: FxHashSet<ast::Name>,
    pub(super) next: u16,
    pub(super) blocks: Vec<Block>,
    /// Registers of the exceptions being handled, innermost last.
    pub(super) handling: Vec<Reg>,
    /// Cells of enclosing functions under names that a class body binds itself: its methods see the cells.
    pub(super) shadowed: FxHashMap<ast::Name, Reg>,
    names: FxHashMap<ast::Name, u16>,
    ints: FxHashMap<i64, Reg>,
    texts: FxHashMap<Rc<str>, Reg>,
    simple: [Option<Reg>; 4],
}

pub(super) struct Lowering<'a> {
    pub(super) source: Rc<Source>,
    pub(super) scopes: Scopes,
    pub(super) globals: &'a Globals,
    pub(super) stack: Vec<Build>,
}

impl Lowering<'_> {
    /// Starts a function.
    pub(super) fn open(&mut self, name: &str, kind: CodeKind, scope: Rc<Scope>, span: Span) {
        let qualname = match self.stack.last() {
            Some(b) if b.code.kind == CodeKind::Class => format!("{}.{name}", b.code.qualname),
            Some(b) if b.code.kind != CodeKind::Module => format!("{}.<locals>.{name}", b.code.qualname),
            _ => name.to_string(),
        };
        let mut places = FxHashMap::default();
        let mut locals = Vec::new();
        for n in &scope.locals {
            let reg = locals.len() as Reg;
            locals.push(match kind {
                CodeKind::Class => intern(&private_name(name, n)),
                _ => intern(n),
            });
            let place = match kind {
                _ if scope.cells.contains(n) => Place::Cell(reg),
                CodeKind::Class => Place::ClassLocal(reg),
                _ => Place::Local(reg),
            };
            places.insert(n.clone(), place);
        }
        let mut next = locals.len() as u16;
        for n in scope.cells.iter().filter(|n| !places.contains_key(*n)).cloned().collect::<Vec<_>>() {
            // The cell of `__class__`, which the body exports with its names.
            locals.push(intern(&n));
            places.insert(n, Place::Cell(next));
            next += 1;
        }
        let mut free = Vec::new();
        let mut shadowed = FxHashMap::default();
        let captured = |n: &&ast::Name| kind == CodeKind::Class || !scope.locals.contains(n);
        for n in scope.free.iter().filter(captured) {
            if scope.locals.contains(n) {
                shadowed.insert(n.clone(), next);
            } else {
                places.insert(n.clone(), Place::Cell(next));
            }
            free.push(next);
            next += 1;
        }
        let free_names = scope.free.iter().filter(captured).map(|n| intern(n)).collect();
        let code = Code {
            name: intern(name),
            qualname: intern(&qualname),
            kind,
            doc: None,
            source: self.source.clone(),
            span,
            instrs: Vec::new(),
            spans: Vec::new(),
            consts: Vec::new(),
            names: Vec::new(),
            keywords: Vec::new(),
            protos: Vec::new(),
            handlers: Vec::new(),
            handling: Vec::new(),
            params: Parameters::default(),
            locals,
            free,
            free_names,
            variables: next,
            registers: next,
            plain_arguments: NONE,
        };
        self.stack.push(Build {
            code,
            scope,
            places,
            inline: Vec::new(),
            assigned: FxHashSet::default(),
            next,
            blocks: Vec::new(),
            handling: Vec::new(),
            names: FxHashMap::default(),
            shadowed,
            ints: FxHashMap::default(),
            texts: FxHashMap::default(),
            simple: [None; 4],
        });
    }

    /// Ends a function.
    ///
    /// Errors: SyntaxError when it has too many registers.
    pub(super) fn close(&mut self) -> Result<Rc<Code>> {
        let Some(mut build) = self.stack.pop() else { return Err(Fault::internal("no function is open")) };
        if build.code.registers >= CONST - 1 || build.code.consts.len() >= (CONST - 1) as usize {
            return Err(self.error("too many local variables and constants in one function", build.code.span));
        }
        let code = &mut build.code;
        if code.params.simple && code.kind == CodeKind::Function && code.free.is_empty() {
            code.plain_arguments = code.params.positional;
        }
        Ok(Rc::new(build.code))
    }

    /// The function being built.
    #[allow(clippy::expect_used)]
    pub(super) fn b(&mut self) -> &mut Build {
        self.stack.last_mut().expect("a function is open from `open` to `close`")
    }

    /// A SyntaxError at a place.
    pub(super) fn error(&self, message: impl Into<String>, span: Span) -> crate::diag::Error {
        let mut fault = Fault::new(ExcKind::SyntaxError, message);
        fault.trace.push(crate::diag::fault::Frame { function: "<module>".into(), source: self.source.clone(), span });
        fault
    }

    /// Appends an instruction; its index.
    pub(super) fn emit(&mut self, instr: Instr, span: Span) -> usize {
        let b = self.b();
        let instr = instr.specialised(|reg| match b.code.consts.get(reg.checked_sub(CONST)? as usize) {
            Some(Value::Int(n)) => Some(*n),
            _ => None,
        });
        b.code.instrs.push(instr);
        b.code.spans.push(span);
        b.code.instrs.len() - 1
    }

    /// The position of the next instruction.
    pub(super) fn here(&mut self) -> Target {
        self.b().code.instrs.len() as Target
    }

    /// Makes a jump that was emitted go to the next instruction.
    pub(super) fn land(&mut self, jump: usize) {
        let to = self.here();
        self.aim(jump, to);
    }

    /// Makes a jump that was emitted go to an instruction: the one place where targets are patched.
    pub(super) fn aim(&mut self, jump: usize, target: Target) {
        match &mut self.b().code.instrs[jump] {
            Instr::Jump { to }
            | Instr::Loop { to }
            | Instr::JumpIf { to, .. }
            | Instr::JumpIfNot { to, .. }
            | Instr::JumpUnless { to, .. }
            | Instr::JumpUnlessNumber { to, .. }
            | Instr::JumpUnbound { to, .. }
            | Instr::Next { to, .. } => *to = target,
            _ => {}
        }
    }

    /// A fresh temporary register.
    pub(super) fn temp(&mut self) -> Reg {
        self.temps(1)
    }

    /// Fresh consecutive temporary registers; the first.
    pub(super) fn temps(&mut self, n: u16) -> Reg {
        let b = self.b();
        let first = b.next;
        b.next = b.next.saturating_add(n);
        b.code.registers = b.code.registers.max(b.next);
        first
    }

    /// The temporaries in use.
    pub(super) fn mark(&mut self) -> u16 {
        self.b().next
    }

    /// Gives back the temporaries taken since a mark.
    pub(super) fn release(&mut self, mark: u16) {
        self.b().next = mark;
    }

    /// The operand of a constant, shared between its uses.
    pub(super) fn constant(&mut self, value: Value) -> Result<Reg> {
        let b = self.b();
        let known = match &value {
            Value::None => b.simple[0],
            Value::Bool(x) => b.simple[1 + *x as usize],
            Value::Ellipsis => b.simple[3],
            Value::Int(i) => b.ints.get(i).copied(),
            _ => None,
        };
        if let Some(reg) = known {
            return Ok(reg);
        }
        let index = b.code.consts.len();
        if index >= (CONST - 2) as usize {
            return Err(self.error("too many constants in one function", Span::default()));
        }
        let reg = CONST + index as Reg;
        match &value {
            Value::None => b.simple[0] = Some(reg),
            Value::Bool(x) => b.simple[1 + *x as usize] = Some(reg),
            Value::Ellipsis => b.simple[3] = Some(reg),
            Value::Int(i) => {
                b.ints.insert(*i, reg);
            }
            _ => {}
        }
        b.code.consts.push(value);
        Ok(reg)
    }

    /// The operand of a string constant.
    pub(super) fn text(&mut self, text: &Rc<str>) -> Result<Reg> {
        if let Some(&reg) = self.b().texts.get(text) {
            return Ok(reg);
        }
        // Short strings are mostly keys and attribute names: interned, they compare by address.
        let value = if text.len() <= 32 { Value::Str(intern(text)) } else { Value::str(&**text) };
        let reg = self.constant(value)?;
        self.b().texts.insert(text.clone(), reg);
        Ok(reg)
    }

    /// The number of an attribute in the code's table, mangled where a class is around.
    pub(super) fn attribute(&mut self, name: &ast::Name) -> u16 {
        let name = self.mangled(name);
        self.name(&name)
    }

    /// An attribute's name as the class around sees it.
    pub(super) fn mangled(&self, name: &ast::Name) -> ast::Name {
        match self.stack.iter().rev().find(|b| b.code.kind == CodeKind::Class) {
            Some(class) if name.starts_with("__") => private_name(&class.code.name, name),
            _ => name.clone(),
        }
    }

    /// The number of a name in the code's table.
    pub(super) fn name(&mut self, name: &ast::Name) -> u16 {
        let b = self.b();
        if let Some(&i) = b.names.get(name) {
            return i;
        }
        let i = b.code.names.len() as u16;
        b.code.names.push(intern(name));
        b.names.insert(name.clone(), i);
        i
    }

    /// Where a name lives, seen from the function being built.
    pub(super) fn place(&mut self, name: &ast::Name) -> Place {
        let b = self.b();
        for inline in b.inline.iter().rev() {
            if let Some(place) = inline.places.get(name) {
                return *place;
            }
        }
        if b.scope.globals.contains(name) {
            return Place::Global;
        }
        match b.places.get(name) {
            // A comprehension in a class body does not see the names of the class.
            Some(Place::ClassLocal(_)) if !b.inline.is_empty() => Place::Global,
            Some(place) => *place,
            None => Place::Global,
        }
    }

    /// The slots of a global name and of the built-in name.
    pub(super) fn global(&mut self, name: &ast::Name, span: Span) -> Result<(u16, u16)> {
        let slot = self.globals.module.space.slot(&intern(name));
        let builtin = match self.globals.builtins.get(name) {
            Some(_) => self.globals.builtins.space.slot(&intern(name)) as u16,
            None => NONE,
        };
        match u16::try_from(slot) {
            Ok(slot) if slot != NONE => Ok((slot, builtin)),
            _ => Err(self.error("too many global names", span)),
        }
    }

    /// Whether the innermost scope is a class body.
    pub(super) fn in_class(&mut self) -> bool {
        let b = self.b();
        b.scope.kind == ScopeKind::Class && b.inline.is_empty()
    }

    // Handlers: ranges that stay open while a block is lowered, with holes for code that leaves the block.

    /// An open range from here.
    pub(super) fn open_range(&mut self) -> OpenRange {
        OpenRange { start: self.here(), done: Vec::new() }
    }

    /// Lowers statements that run while the exception in a register is being handled.
    pub(super) fn while_handling(&mut self, exc: Reg, body: &[ast::Stmt]) -> Result<()> {
        let start = self.here();
        self.b().handling.push(exc);
        let done = self.body(body);
        self.b().handling.pop();
        let end = self.here();
        self.b().code.handling.push(Handling { start, end, reg: exc });
        done
    }

    /// Closes a range here and registers its handler.
    pub(super) fn handle(&mut self, mut range: OpenRange, end: Target, target: Target, reg: Reg) {
        range.done.push((range.start, end));
        for (start, end) in range.done {
            if start < end {
                self.b().code.handlers.push(Handler { start, end, target, reg });
            }
        }
    }
}
