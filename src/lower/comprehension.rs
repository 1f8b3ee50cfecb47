//! Comprehensions: list, set and dict comprehensions run in the frame around them, generator expressions are functions.

use super::code::*;
use super::lowering::{Block, Inline, Lowering, Place};
use super::scope::Scope;
use crate::diag::{Fault, Result};
use crate::syntax::ast::*;
use crate::value::Value;
use std::rc::Rc;

impl Lowering<'_> {
    /// A comprehension with its result in a register.
    pub(super) fn comprehension(&mut self, c: &Rc<Comprehension>, dst: Reg) -> Result<()> {
        let scope = self.scopes.of(c).ok_or_else(|| Fault::internal("a comprehension without a scope"))?;
        let Some(first) = c.clauses.first() else { return Err(Fault::internal("a comprehension without a clause")) };
        let source = self.temp();
        let src = self.expr(&first.iter)?;
        self.emit(Instr::Iter { dst: source, src }, first.iter.span);
        if c.kind == ComprehensionKind::Generator {
            return self.generator(c, &scope, source, dst);
        }
        let result = self.temp();
        let instr = match c.kind {
            ComprehensionKind::Set => Instr::Set { dst: result, start: result, count: 0 },
            ComprehensionKind::Dict => Instr::Dict { dst: result, start: result, count: 0 },
            _ => Instr::List { dst: result, start: result, count: 0 },
        };
        self.emit(instr, c.span);
        let mut places = rustc_hash::FxHashMap::default();
        for name in &scope.locals {
            let reg = self.temp();
            let place = if scope.cells.contains(name) {
                self.emit(Instr::Clear { dst: reg }, c.span);
                self.emit(Instr::MakeCell { reg }, c.span);
                Place::Cell(reg)
            } else {
                Place::Local(reg)
            };
            places.insert(name.clone(), place);
        }
        self.b().inline.push(Inline { places });
        let done = self.clauses(c, 0, source, Some(result));
        self.b().inline.pop();
        done?;
        self.emit(Instr::Move { dst, src: result }, c.span);
        Ok(())
    }

    fn generator(&mut self, c: &Rc<Comprehension>, scope: &Rc<Scope>, source: Reg, dst: Reg) -> Result<()> {
        let mark = self.mark();
        self.open("<genexpr>", CodeKind::Generator, scope.clone(), c.span);
        let b = self.b();
        b.code.params = Parameters {
            names: b.code.locals.first().cloned().into_iter().collect(),
            positional: 1,
            simple: true,
            ..Parameters::default()
        };
        b.assigned.extend(scope.locals.iter().cloned());
        self.begin(scope, c.span);
        self.clauses(c, 0, 0, None)?;
        let src = self.constant(Value::None)?;
        self.emit(Instr::Return { src }, c.span);
        let start = 0;
        let base = self.finish(start, false, c.span)?;
        let arg = self.temp();
        debug_assert_eq!(arg, base + 1);
        self.emit(Instr::Move { dst: arg, src: source }, c.span);
        self.emit(Instr::Call { argc: 1, dst, base, kw: NONE }, c.span);
        self.release(mark);
        Ok(())
    }

    /// The clauses from `index` on; the iterator of this one stands in `iter`.
    fn clauses(&mut self, c: &Rc<Comprehension>, index: usize, iter: Reg, result: Option<Reg>) -> Result<()> {
        let clause = &c.clauses[index];
        let mark = self.mark();
        let item = self.temp();
        let top = self.here();
        let out = self.emit(Instr::Next { dst: item, iter, to: 0 }, clause.iter.span);
        // Not a loop that `break` could leave, but jumps inside stay inside.
        self.b().blocks.push(Block::Loop { next: top, breaks: Vec::new() });
        self.assign(&clause.target, item)?;
        let mut skips = Vec::new();
        for condition in &clause.conditions {
            skips.extend(self.jump_unless(condition)?);
        }
        if index + 1 < c.clauses.len() {
            let inner = &c.clauses[index + 1];
            let next = self.temp();
            let src = self.expr(&inner.iter)?;
            self.emit(Instr::Iter { dst: next, src }, inner.iter.span);
            self.clauses(c, index + 1, next, result)?;
        } else {
            let span = c.element.span;
            let value = self.expr(&c.element)?;
            match (c.kind, result) {
                (ComprehensionKind::Dict, Some(dict)) => {
                    let src = match &c.value {
                        Some(v) => self.expr(v)?,
                        None => self.constant(Value::None)?,
                    };
                    self.emit(Instr::SetEntry { dict, key: value, src }, span);
                }
                (ComprehensionKind::Set, Some(set)) => {
                    self.emit(Instr::AddToSet { set, src: value }, span);
                }
                (_, Some(list)) => {
                    self.emit(Instr::Append { list, src: value }, span);
                }
                (_, None) => {
                    let sent = self.temp();
                    self.emit(Instr::Yield { dst: sent, src: value }, span);
                }
            }
        }
        skips.into_iter().for_each(|j| self.land(j));
        self.b().blocks.pop();
        self.emit(Instr::Loop { to: top }, clause.iter.span);
        self.land(out);
        self.release(mark);
        Ok(())
    }
}
