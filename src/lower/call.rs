//! Calls: plain, of methods, with keywords, with unpacked arguments.

use super::code::*;
use super::lowering::{Lowering, Place};
use crate::diag::{Result, Span};
use crate::syntax::ast::*;
use crate::value::{Value, intern};

impl Lowering<'_> {
    /// A call with its result in a register.
    pub(super) fn call(&mut self, function: &Expr, args: &[Arg], dst: Reg, span: Span) -> Result<()> {
        if self.is_bare_super(function, args) {
            return self.bare_super(function, dst, span);
        }
        let plain = args.iter().all(|a| matches!(a, Arg::Positional(_) | Arg::Keyword(..))) && args.len() < 250;
        if !plain {
            return self.spread_call(function, args, dst, span);
        }
        let base = self.temps(1 + args.len() as u16);
        let method = match &function.kind {
            ExprKind::Attribute(object, name, _) => {
                self.expr_to(object, base)?;
                Some(self.mangled(name))
            }
            _ => {
                self.expr_to(function, base)?;
                None
            }
        };
        let mut at = base + 1;
        let mut names = Vec::new();
        // Positional arguments stand before keywords; both are evaluated in the order in which they are written, and
        // the grammar allows no positional argument after a keyword.
        for arg in args {
            match arg {
                Arg::Positional(e) => self.expr_to(e, at)?,
                Arg::Keyword(name, _, e) => {
                    names.push(intern(name));
                    self.expr_to(e, at)?;
                }
                Arg::Star(_) | Arg::DoubleStar(_) => {}
            }
            at += 1;
        }
        let kw = if names.is_empty() {
            NONE
        } else {
            let b = self.b();
            b.code.keywords.push(names);
            (b.code.keywords.len() - 1) as u16
        };
        let argc = args.len() as u8;
        let instr = match method {
            Some(name) => Instr::CallMethod { argc, dst, base, name: self.name(&name), kw },
            None => Instr::Call { argc, dst, base, kw },
        };
        self.emit(instr, span);
        Ok(())
    }

    /// A call with `*` or `**`, or with very many arguments: the arguments are collected in a list and a dict.
    fn spread_call(&mut self, function: &Expr, args: &[Arg], dst: Reg, span: Span) -> Result<()> {
        let base = self.temps(3);
        self.expr_to(function, base)?;
        let (list, dict) = (base + 1, base + 2);
        self.emit(Instr::List { dst: list, start: list, count: 0 }, span);
        self.emit(Instr::Dict { dst: dict, start: dict, count: 0 }, span);
        for arg in args {
            let mark = self.mark();
            match arg {
                Arg::Positional(e) => {
                    let src = self.expr(e)?;
                    self.emit(Instr::Append { list, src }, e.span);
                }
                Arg::Star(e) => {
                    let src = self.expr(e)?;
                    self.emit(Instr::Extend { list, src }, e.span);
                }
                Arg::Keyword(name, _, e) => {
                    let key = self.constant(Value::Str(intern(name)))?;
                    let src = self.expr(e)?;
                    self.emit(Instr::SetEntry { dict, key, src }, e.span);
                }
                Arg::DoubleStar(e) => {
                    let src = self.expr(e)?;
                    self.emit(Instr::Update { unique: true, dict, src }, e.span);
                }
            }
            self.release(mark);
        }
        self.emit(Instr::CallSpread { dst, base }, span);
        Ok(())
    }

    fn is_bare_super(&mut self, function: &Expr, args: &[Arg]) -> bool {
        let ExprKind::Name(name) = &function.kind else { return false };
        args.is_empty()
            && &**name == "super"
            && matches!(self.place(name), Place::Global)
            && matches!(self.place(&"__class__".into()), Place::Cell(_))
            && self.b().code.params.positional > 0
    }

    /// `super()`: the class that is being defined and the first parameter.
    fn bare_super(&mut self, function: &Expr, dst: Reg, span: Span) -> Result<()> {
        let base = self.temps(3);
        self.expr_to(function, base)?;
        self.load_name(&"__class__".into(), base + 1, span)?;
        let first: Name = self.b().code.params.names[0].as_str().into();
        self.load_name(&first, base + 2, span)?;
        self.emit(Instr::Call { argc: 2, dst, base, kw: NONE }, span);
        Ok(())
    }
}
