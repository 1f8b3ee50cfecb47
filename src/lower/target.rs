//! Assignment: a value into names, attributes, items and patterns of them.

use super::code::*;
use super::lowering::{Lowering, Place};
use crate::diag::{Result, Span};
use crate::syntax::ast::*;

impl Lowering<'_> {
    /// Assigns a register to a target.
    pub(super) fn assign(&mut self, target: &Expr, src: Reg) -> Result<()> {
        let mark = self.mark();
        match &target.kind {
            ExprKind::Name(n) => self.store_name(n, src, target.span)?,
            ExprKind::Attribute(object, name, _) => {
                let obj = self.expr(object)?;
                let name = self.attribute(name);
                self.emit(Instr::SetAttr { obj, name, src }, target.span);
            }
            ExprKind::Subscript(object, index) => {
                let obj = self.expr(object)?;
                let index = self.expr(index)?;
                self.emit(Instr::SetItem { obj, index, src }, target.span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => self.unpack(items, src, target.span)?,
            _ => return Err(self.error("cannot assign to expression", target.span)),
        }
        self.release(mark);
        Ok(())
    }

    fn unpack(&mut self, items: &[Expr], src: Reg, span: Span) -> Result<()> {
        let star = items.iter().position(|i| matches!(i.kind, ExprKind::Starred(_)));
        let count = items.len() as u16;
        let start = self.temps(count);
        let instr = match star {
            Some(at) if at < 256 => Instr::UnpackStar { before: at as u8, src, start, after: count - 1 - at as u16 },
            Some(_) => return Err(self.error("too many expressions in star-unpacking assignment", span)),
            None => Instr::Unpack { src, start, count },
        };
        self.emit(instr, span);
        for (i, item) in items.iter().enumerate() {
            let target = match &item.kind {
                ExprKind::Starred(inner) => inner,
                _ => item,
            };
            self.assign(target, start + i as Reg)?;
        }
        Ok(())
    }

    /// Assigns a register to a name.
    pub(super) fn store_name(&mut self, name: &Name, src: Reg, span: Span) -> Result<()> {
        match self.place(name) {
            Place::Local(reg) | Place::ClassLocal(reg) => {
                if reg != src {
                    self.emit(Instr::Move { dst: reg, src }, span);
                }
                self.b().assigned.insert(name.clone());
            }
            Place::Cell(cell) => {
                self.emit(Instr::StoreCell { cell, src }, span);
            }
            Place::Global => {
                let (slot, _) = self.global(name, span)?;
                self.emit(Instr::StoreGlobal { slot, src }, span);
            }
        }
        Ok(())
    }

    /// Assigns to a name from inside an expression: a comprehension's own names are passed over.
    pub(super) fn assign_walrus(&mut self, name: &Name, src: Reg, span: Span) -> Result<()> {
        let inline = std::mem::take(&mut self.b().inline);
        let done = self.store_name(name, src, span);
        // It may run never or many times: nothing is known to be bound after it.
        self.b().assigned.remove(name);
        self.b().inline = inline;
        done
    }

    /// The register of a plain local variable that an expression may be evaluated into.
    pub(super) fn direct(&mut self, target: &Expr) -> Option<Reg> {
        match &target.kind {
            ExprKind::Name(n) => match self.place(n) {
                Place::Local(reg) => Some(reg),
                _ => None,
            },
            _ => None,
        }
    }

    /// `del target`.
    pub(super) fn delete(&mut self, target: &Expr) -> Result<()> {
        let mark = self.mark();
        match &target.kind {
            ExprKind::Name(n) => self.delete_name(n, target.span, true)?,
            ExprKind::Attribute(object, name, _) => {
                let obj = self.expr(object)?;
                let name = self.attribute(name);
                self.emit(Instr::DelAttr { obj, name }, target.span);
            }
            ExprKind::Subscript(object, index) => {
                let obj = self.expr(object)?;
                let index = self.expr(index)?;
                self.emit(Instr::DelItem { obj, index }, target.span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                for item in items {
                    self.delete(item)?;
                }
            }
            _ => return Err(self.error("cannot delete expression", target.span)),
        }
        self.release(mark);
        Ok(())
    }

    /// Unbinds a name; with `check`, an unbound one is an error.
    pub(super) fn delete_name(&mut self, name: &Name, span: Span, check: bool) -> Result<()> {
        match self.place(name) {
            Place::Local(reg) | Place::ClassLocal(reg) => {
                if check {
                    self.check_bound(name, reg, span);
                }
                self.emit(Instr::Clear { dst: reg }, span);
                self.b().assigned.remove(name);
            }
            Place::Cell(cell) => {
                self.emit(Instr::ClearCell { cell }, span);
            }
            Place::Global => {
                let (slot, _) = self.global(name, span)?;
                if check {
                    self.emit(Instr::DelGlobal { slot }, span);
                } else {
                    let mark = self.mark();
                    let t = self.temp();
                    self.emit(Instr::Clear { dst: t }, span);
                    self.emit(Instr::StoreGlobal { slot, src: t }, span);
                    self.release(mark);
                }
            }
        }
        Ok(())
    }
}
