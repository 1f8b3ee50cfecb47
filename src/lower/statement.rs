//! Statements: control flow, exceptions, imports.

use super::code::*;
use super::expression::binary_of;
use super::lowering::{Block, Lowering, OpenRange, Place};
use crate::diag::{Result, Span};
use crate::syntax::ast::{self, *};
use crate::value::Value;

impl Lowering<'_> {
    /// A block of statements.
    pub(super) fn body(&mut self, body: &[Stmt]) -> Result<()> {
        for stmt in body {
            let mark = self.mark();
            self.stmt(stmt)?;
            self.release(mark);
        }
        Ok(())
    }

    /// A block after which nothing is known that was not known before.
    fn branch(&mut self, body: &[Stmt]) -> Result<()> {
        let before = self.b().assigned.clone();
        self.body(body)?;
        self.b().assigned = before;
        Ok(())
    }

    /// A statement.
    pub(super) fn stmt(&mut self, stmt: &Stmt) -> Result<()> {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Expr(e) => {
                self.expr(e)?;
            }
            StmtKind::Assign { targets, value } => {
                if let [target] = targets.as_slice()
                    && let Some(reg) = self.direct(target)
                {
                    self.expr_to(value, reg)?;
                    self.store_name_done(target);
                } else {
                    let src = self.expr(value)?;
                    for target in targets {
                        self.assign(target, src)?;
                    }
                }
            }
            StmtKind::AugAssign { target, op, value } => self.augmented(target, *op, value, span)?,
            StmtKind::AnnAssign { target, annotation, value } => {
                self.annotated(target, annotation, value.as_ref(), span)?
            }
            StmtKind::If { .. } => self.if_chain(stmt)?,
            StmtKind::While { test, body, orelse } => self.while_loop(test, body, orelse, span)?,
            StmtKind::For { target, iter, body, orelse } => self.for_loop(target, iter, body, orelse, span)?,
            StmtKind::Def(def) => self.def(def)?,
            StmtKind::Class(class) => self.class(class)?,
            StmtKind::Return(value) => {
                let src = match value {
                    Some(v) => self.expr(v)?,
                    None => self.constant(Value::None)?,
                };
                // A `finally` on the way out must not change the value.
                let src = if self.b().blocks.iter().any(|b| !matches!(b, Block::Loop { .. } | Block::Try { .. }))
                    && src < CONST
                {
                    let kept = self.temp();
                    self.emit(Instr::Move { dst: kept, src }, span);
                    kept
                } else {
                    src
                };
                self.leave(0, span)?;
                self.emit(Instr::Return { src }, span);
                self.reopen(0);
            }
            StmtKind::Raise { exc, cause } => match exc {
                Some(exc) => {
                    let exc_reg = self.expr(exc)?;
                    let cause = match cause {
                        Some(c) => self.expr(c)?,
                        None => NONE,
                    };
                    self.emit(Instr::Raise { exc: exc_reg, cause }, span);
                }
                None => {
                    let exc = self.b().handling.last().copied().unwrap_or(NONE);
                    self.emit(Instr::Reraise { exc }, span);
                }
            },
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.try_statement(body, handlers, orelse, finalbody, span)?
            }
            StmtKind::With { items, body } => self.with(items, body, span)?,
            StmtKind::Assert { test, message } => {
                let ok = self.expr(test)?;
                let pass = self.emit(Instr::JumpIf { cond: ok, to: 0 }, test.span);
                let message = match message {
                    Some(m) => self.expr(m)?,
                    None => NONE,
                };
                self.emit(Instr::AssertFail { message }, span);
                self.land(pass);
            }
            StmtKind::Delete(targets) => {
                for t in targets {
                    self.delete(t)?;
                }
            }
            StmtKind::Global(_) | StmtKind::Nonlocal(_) | StmtKind::Pass => {}
            StmtKind::Import(aliases) => self.import(aliases)?,
            StmtKind::ImportFrom { module, level, names } => self.import_from(module, *level, names, span)?,
            StmtKind::Break => self.jump_out(true, span)?,
            StmtKind::Continue => self.jump_out(false, span)?,
            StmtKind::Command(_) => return Err(self.error("commands stand at the top level", span)),
        }
        Ok(())
    }

    fn store_name_done(&mut self, target: &Expr) {
        if let ExprKind::Name(n) = &target.kind {
            self.b().assigned.insert(n.clone());
        }
    }

    fn augmented(&mut self, target: &Expr, op: BinaryOp, value: &Expr, span: Span) -> Result<()> {
        let op = binary_of(op);
        match &target.kind {
            ExprKind::Name(name) => {
                if let Some(reg) = self.direct(target) {
                    self.check_bound(name, reg, target.span);
                    let b = self.expr(value)?;
                    self.emit(Instr::Inplace { op, dst: reg, a: reg, b }, span);
                    self.store_name_done(target);
                } else {
                    let t = self.temp();
                    self.load_name(name, t, target.span)?;
                    let b = self.expr(value)?;
                    self.emit(Instr::Inplace { op, dst: t, a: t, b }, span);
                    self.store_name(name, t, span)?;
                }
            }
            ExprKind::Attribute(object, name, _) => {
                let obj = self.expr(object)?;
                let name = self.name(name);
                let t = self.temp();
                self.emit(Instr::Attr { dst: t, obj, name }, target.span);
                let b = self.expr(value)?;
                self.emit(Instr::Inplace { op, dst: t, a: t, b }, span);
                self.emit(Instr::SetAttr { obj, name, src: t }, span);
            }
            ExprKind::Subscript(object, index) => {
                let obj = self.expr(object)?;
                let index = self.expr(index)?;
                let t = self.temp();
                self.emit(Instr::Item { dst: t, obj, index }, target.span);
                let b = self.expr(value)?;
                self.emit(Instr::Inplace { op, dst: t, a: t, b }, span);
                self.emit(Instr::SetItem { obj, index, src: t }, span);
            }
            _ => return Err(self.error("illegal expression for augmented assignment", target.span)),
        }
        Ok(())
    }

    fn annotated(&mut self, target: &Expr, annotation: &Expr, value: Option<&Expr>, span: Span) -> Result<()> {
        if let Some(value) = value {
            let src = self.expr(value)?;
            self.assign(target, src)?;
        }
        if self.b().code.kind == CodeKind::Function || self.b().code.kind == CodeKind::Generator {
            return Ok(());
        }
        let note = self.expr(annotation)?;
        if self.in_class()
            && let ExprKind::Name(name) = &target.kind
            && let Place::ClassLocal(dict) = self.place(&"__annotations__".into())
        {
            let missing = self.emit(Instr::JumpUnbound { reg: dict, to: 0 }, span);
            let have = self.emit(Instr::Jump { to: 0 }, span);
            self.land(missing);
            self.emit(Instr::Dict { dst: dict, start: dict, count: 0 }, span);
            self.land(have);
            let key = self.text(name)?;
            self.emit(Instr::SetEntry { dict, key, src: note }, span);
        }
        Ok(())
    }

    fn if_chain(&mut self, stmt: &Stmt) -> Result<()> {
        // `elif` chains may be thousands long: walked, not recursed.
        let mut ends = Vec::new();
        let mut current = stmt;
        let before = self.b().assigned.clone();
        let mut common: Option<rustc_hash::FxHashSet<Name>> = None;
        let mut meet = |this: &mut Self| {
            let now = std::mem::replace(&mut this.b().assigned, before.clone());
            common = Some(match common.take() {
                Some(c) => c.intersection(&now).cloned().collect(),
                None => now,
            });
        };
        while let StmtKind::If { test, body, orelse } = &current.kind {
            let no = self.jump_unless(test)?;
            self.body(body)?;
            meet(self);
            let done = orelse.is_empty();
            if !done {
                ends.push(self.emit(Instr::Jump { to: 0 }, current.span));
            }
            no.into_iter().for_each(|j| self.land(j));
            if done {
                meet(self);
                break;
            }
            match orelse.as_slice() {
                [only] if matches!(only.kind, StmtKind::If { .. }) => current = only,
                _ => {
                    self.body(orelse)?;
                    meet(self);
                    break;
                }
            }
        }
        ends.into_iter().for_each(|j| self.land(j));
        if let Some(common) = common {
            self.b().assigned = common;
        }
        Ok(())
    }

    fn while_loop(&mut self, test: &Expr, body: &[Stmt], orelse: &[Stmt], span: Span) -> Result<()> {
        let before = self.b().assigned.clone();
        let top = self.here();
        let forever = matches!(test.kind, ExprKind::Bool(true)) || matches!(test.kind, ExprKind::Int(i) if i != 0);
        let out = if forever { Vec::new() } else { self.jump_unless(test)? };
        self.b().blocks.push(Block::Loop { next: top, breaks: Vec::new() });
        self.body(body)?;
        self.emit(Instr::Loop { to: top }, span);
        self.end_loop(out, orelse, before)
    }

    fn for_loop(&mut self, target: &Expr, iter: &Expr, body: &[Stmt], orelse: &[Stmt], span: Span) -> Result<()> {
        let before = self.b().assigned.clone();
        let iterator = self.temp();
        let src = self.expr(iter)?;
        self.emit(Instr::Iter { dst: iterator, src }, iter.span);
        let direct = self.direct(target);
        let item = match direct {
            Some(reg) => reg,
            None => self.temp(),
        };
        let top = self.here();
        let out = self.emit(Instr::Next { dst: item, iter: iterator, to: 0 }, iter.span);
        match direct {
            Some(_) => self.store_name_done(target),
            None => self.assign(target, item)?,
        }
        self.b().blocks.push(Block::Loop { next: top, breaks: Vec::new() });
        self.body(body)?;
        self.emit(Instr::Loop { to: top }, span);
        self.end_loop(vec![out], orelse, before)
    }

    /// The end of a loop: its `else`, and where `break` goes.
    fn end_loop(&mut self, out: Vec<usize>, orelse: &[Stmt], before: rustc_hash::FxHashSet<Name>) -> Result<()> {
        let block = self.b().blocks.pop();
        self.b().assigned = before;
        out.into_iter().for_each(|j| self.land(j));
        self.branch(orelse)?;
        if let Some(Block::Loop { breaks, .. }) = block {
            breaks.into_iter().for_each(|j| self.land(j));
        }
        Ok(())
    }

    /// `break` or `continue`.
    fn jump_out(&mut self, is_break: bool, span: Span) -> Result<()> {
        let Some(at) = self.b().blocks.iter().rposition(|b| matches!(b, Block::Loop { .. })) else {
            let message = if is_break { "'break' outside loop" } else { "'continue' not properly in loop" };
            return Err(self.error(message, span));
        };
        self.leave(at + 1, span)?;
        let to = match &self.b().blocks[at] {
            Block::Loop { next, .. } => *next,
            _ => 0,
        };
        if is_break {
            let jump = self.emit(Instr::Jump { to: 0 }, span);
            if let Block::Loop { breaks, .. } = &mut self.b().blocks[at] {
                breaks.push(jump);
            }
        } else {
            self.emit(Instr::Loop { to }, span);
        }
        self.reopen(at + 1);
        Ok(())
    }

    /// Emits what leaving the blocks from `from` on takes, innermost first. Their handlers do not cover it.
    fn leave(&mut self, from: usize, span: Span) -> Result<()> {
        let mut at = self.b().blocks.len();
        while at > from {
            at -= 1;
            let here = self.here();
            if let Some(range) = self.b().blocks[at].range() {
                range.done.push((range.start, here));
                range.start = here;
            }
            enum Exit {
                Nothing,
                Finally(std::rc::Rc<[Stmt]>),
                With(Reg, Span),
                Unbind(Name),
            }
            let exit = match &self.b().blocks[at] {
                Block::Loop { .. } | Block::Try { .. } | Block::Caught { name: None, .. } => Exit::Nothing,
                Block::Finally { body, .. } => Exit::Finally(body.clone()),
                Block::With { manager, span, .. } => Exit::With(*manager, *span),
                Block::Caught { name: Some(name), .. } => Exit::Unbind(name.clone()),
            };
            match exit {
                Exit::Nothing => {}
                Exit::Finally(body) => {
                    // What leaves the clause itself leaves the blocks around it, not this one again.
                    let inner = self.b().blocks.split_off(at);
                    let handling = self.b().handling.clone();
                    let before = self.b().assigned.clone();
                    let done = self.body(&body);
                    self.b().assigned = before;
                    self.b().handling = handling;
                    self.b().blocks.extend(inner);
                    done?;
                }
                Exit::With(manager, place) => {
                    let mark = self.mark();
                    let exc = self.constant(Value::None)?;
                    let dst = self.temp();
                    self.emit(Instr::WithExit { dst, manager, exc }, place);
                    self.release(mark);
                }
                Exit::Unbind(name) => self.delete_name(&name, span, false)?,
            }
        }
        Ok(())
    }

    /// Lets the handlers of the blocks from `from` on cover what follows again.
    fn reopen(&mut self, from: usize) {
        let here = self.here();
        for block in &mut self.b().blocks[from..] {
            if let Some(range) = block.range() {
                range.start = here;
            }
        }
    }

    fn pop_range(&mut self) -> OpenRange {
        self.b().blocks.pop().and_then(|mut b| b.range().map(std::mem::take)).unwrap_or_default()
    }

    fn try_statement(
        &mut self,
        body: &[Stmt],
        handlers: &[ast::Handler],
        orelse: &[Stmt],
        finalbody: &[Stmt],
        span: Span,
    ) -> Result<()> {
        if finalbody.is_empty() {
            return self.try_except(body, handlers, orelse, span);
        }
        let before = self.b().assigned.clone();
        let range = self.open_range();
        self.b().blocks.push(Block::Finally { body: finalbody.into(), range });
        if handlers.is_empty() {
            self.body(body)?;
            self.body(orelse)?;
        } else {
            self.try_except(body, handlers, orelse, span)?;
        }
        let range = self.pop_range();
        let end = self.here();
        self.body(finalbody)?;
        let done = self.emit(Instr::Jump { to: 0 }, span);
        // The handler: the same clause, then the exception goes on.
        let after = std::mem::replace(&mut self.b().assigned, before);
        let exc = self.temp();
        let target = self.here();
        self.handle(range, end, target, exc);
        self.while_handling(exc, finalbody)?;
        self.emit(Instr::Reraise { exc }, span);
        self.land(done);
        self.b().assigned = after;
        Ok(())
    }

    fn try_except(&mut self, body: &[Stmt], handlers: &[ast::Handler], orelse: &[Stmt], span: Span) -> Result<()> {
        let before = self.b().assigned.clone();
        let range = self.open_range();
        self.b().blocks.push(Block::Try { range });
        self.body(body)?;
        let range = self.pop_range();
        let end = self.here();
        self.body(orelse)?;
        let mut ends = vec![self.emit(Instr::Jump { to: 0 }, span)];
        self.b().assigned = before.clone();
        let exc = self.temp();
        let target = self.here();
        self.handle(range, end, target, exc);
        let mut catches_all = false;
        for handler in handlers {
            let mark = self.mark();
            let next = match &handler.kind {
                Some(kind) => {
                    let class = self.expr(kind)?;
                    let matches = self.temp();
                    self.emit(Instr::MatchException { dst: matches, exc, class }, kind.span);
                    Some(self.emit(Instr::JumpIfNot { cond: matches, to: 0 }, kind.span))
                }
                None => {
                    catches_all = true;
                    None
                }
            };
            self.release(mark);
            if let Some(name) = &handler.name {
                self.store_name(name, exc, handler.span)?;
            }
            let range = self.open_range();
            self.b().blocks.push(Block::Caught { name: handler.name.clone(), range });
            self.while_handling(exc, &handler.body)?;
            let range = self.pop_range();
            let end = self.here();
            if let Some(name) = &handler.name {
                self.delete_name(name, handler.span, false)?;
                ends.push(self.emit(Instr::Jump { to: 0 }, handler.span));
                // When the handler itself raises, the name is unbound too.
                let second = self.temp();
                let target = self.here();
                self.handle(range, end, target, second);
                self.delete_name(name, handler.span, false)?;
                self.emit(Instr::Reraise { exc: second }, handler.span);
            } else {
                ends.push(self.emit(Instr::Jump { to: 0 }, handler.span));
            }
            self.b().assigned = before.clone();
            if let Some(next) = next {
                self.land(next);
            }
        }
        if !catches_all {
            self.emit(Instr::Reraise { exc }, span);
        }
        ends.into_iter().for_each(|j| self.land(j));
        Ok(())
    }

    fn with(&mut self, items: &[(Expr, Option<Expr>)], body: &[Stmt], span: Span) -> Result<()> {
        let Some(((expr, target), rest)) = items.split_first() else { return self.body(body) };
        let manager = self.temp();
        self.expr_to(expr, manager)?;
        let entered = self.temp();
        self.emit(Instr::WithEnter { dst: entered, manager }, expr.span);
        let range = self.open_range();
        self.b().blocks.push(Block::With { manager, span: expr.span, range });
        if let Some(target) = target {
            self.assign(target, entered)?;
        }
        self.with(rest, body, span)?;
        let range = self.pop_range();
        let end = self.here();
        let none = self.constant(Value::None)?;
        let result = self.temp();
        self.emit(Instr::WithExit { dst: result, manager, exc: none }, expr.span);
        let done = self.emit(Instr::Jump { to: 0 }, span);
        let exc = self.temp();
        let handler = self.here();
        self.handle(range, end, handler, exc);
        self.emit(Instr::WithExit { dst: result, manager, exc }, expr.span);
        let swallowed = self.emit(Instr::JumpIf { cond: result, to: 0 }, expr.span);
        self.emit(Instr::Reraise { exc }, expr.span);
        self.land(swallowed);
        self.land(done);
        Ok(())
    }

    fn import(&mut self, aliases: &[Alias]) -> Result<()> {
        for alias in aliases {
            let mark = self.mark();
            let dst = self.temp();
            let name = self.name(&alias.name);
            self.emit(Instr::Import { dst, name }, alias.span);
            match &alias.asname {
                Some(asname) => self.store_name(asname, dst, alias.span)?,
                None => {
                    let first: Name = alias.name.split('.').next().unwrap_or("").into();
                    if first != alias.name {
                        let name = self.name(&first);
                        self.emit(Instr::Import { dst, name }, alias.span);
                    }
                    self.store_name(&first, dst, alias.span)?;
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    fn import_from(&mut self, module: &Name, level: usize, names: &[Alias], span: Span) -> Result<()> {
        let full: Name = format!("{}{module}", ".".repeat(level)).into();
        let from = self.temp();
        let name = self.name(&full);
        self.emit(Instr::Import { dst: from, name }, span);
        for alias in names {
            if &*alias.name == "*" {
                self.emit(Instr::ImportStar { module: from }, span);
                continue;
            }
            let mark = self.mark();
            let dst = self.temp();
            let name = self.name(&alias.name);
            self.emit(Instr::ImportFrom { dst, module: from, name }, alias.span);
            self.store_name(alias.asname.as_ref().unwrap_or(&alias.name), dst, alias.span)?;
            self.release(mark);
        }
        Ok(())
    }
}
