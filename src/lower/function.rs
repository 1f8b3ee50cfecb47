//! Functions, lambdas and classes.

use super::code::*;
use super::lowering::{Lowering, Place};
use super::scope::{Scope, all_params};
use crate::diag::{Fault, Result, Span};
use crate::syntax::ast::*;
use crate::value::{Value, intern};
use std::rc::Rc;

impl Lowering<'_> {
    /// `def`.
    pub(super) fn def(&mut self, def: &Rc<FunctionDef>) -> Result<()> {
        let mark = self.mark();
        let decorators = self.decorators(&def.decorators)?;
        let (start, annotated) = self.defaults(&def.params, def.returns.as_ref())?;
        let scope = self.scopes.of(def).ok_or_else(|| Fault::internal("a function without a scope"))?;
        let kind = if scope.yields { CodeKind::Generator } else { CodeKind::Function };
        self.open(&def.name, kind, scope.clone(), def.span);
        self.parameters(&def.params);
        self.begin(&scope, def.span);
        if let Some(doc) = docstring(&def.body) {
            self.b().code.doc = Some(intern(doc));
        }
        self.body(&def.body)?;
        let src = self.constant(Value::None)?;
        self.emit(Instr::Return { src }, Span::new(def.span.end as usize, def.span.end as usize));
        let dst = self.finish(start, annotated, def.name_span)?;
        self.decorate(decorators, dst, def.name_span)?;
        self.store_name(&def.name, dst, def.name_span)?;
        self.release(mark);
        Ok(())
    }

    /// `lambda`.
    pub(super) fn lambda(&mut self, lambda: &Rc<Lambda>, dst: Reg) -> Result<()> {
        let (start, annotated) = self.defaults(&lambda.params, None)?;
        let scope = self.scopes.of(lambda).ok_or_else(|| Fault::internal("a lambda without a scope"))?;
        let kind = if scope.yields { CodeKind::Generator } else { CodeKind::Function };
        self.open("<lambda>", kind, scope.clone(), lambda.span);
        self.parameters(&lambda.params);
        self.begin(&scope, lambda.span);
        let src = self.expr(&lambda.body)?;
        self.emit(Instr::Return { src }, lambda.body.span);
        let made = self.finish(start, annotated, lambda.span)?;
        self.emit(Instr::Move { dst, src: made }, lambda.span);
        Ok(())
    }

    /// Evaluates decorators from top to bottom; their registers.
    fn decorators(&mut self, decorators: &[Expr]) -> Result<Vec<(Reg, Span)>> {
        let mut out = Vec::new();
        for d in decorators {
            let base = self.temps(2);
            self.expr_to(d, base)?;
            out.push((base, d.span));
        }
        Ok(out)
    }

    /// Applies decorators from bottom to top to what a register holds.
    fn decorate(&mut self, decorators: Vec<(Reg, Span)>, dst: Reg, span: Span) -> Result<()> {
        for (base, place) in decorators.into_iter().rev() {
            self.emit(Instr::Move { dst: base + 1, src: dst }, span);
            self.emit(Instr::Call { argc: 1, dst, base, kw: NONE }, place);
        }
        Ok(())
    }

    /// Evaluates defaults, then annotations as a dict, into consecutive registers; the first, and whether there are
    /// annotations.
    fn defaults(&mut self, params: &Params, returns: Option<&Expr>) -> Result<(Reg, bool)> {
        let with_default: Vec<&Expr> =
            params.args.iter().chain(&params.kwonly).filter_map(|p| p.default.as_ref()).collect();
        let annotated = returns.is_some() || all_params(params).any(|p| p.annotation.is_some());
        let start = self.temps(with_default.len() as u16 + 1);
        for (i, e) in with_default.iter().enumerate() {
            self.expr_to(e, start + i as Reg)?;
        }
        if annotated {
            let dict = start + with_default.len() as Reg;
            let span = returns.map_or(Span::default(), |r| r.span);
            self.emit(Instr::Dict { dst: dict, start: dict, count: 0 }, span);
            let named = all_params(params).filter_map(|p| p.annotation.as_ref().map(|a| (&p.name, a)));
            let result: Name = "return".into();
            for (name, note) in named.chain(returns.map(|r| (&result, r))) {
                let mark = self.mark();
                let key = self.text(name)?;
                let src = self.expr(note)?;
                self.emit(Instr::SetEntry { dict, key, src }, note.span);
                self.release(mark);
            }
        }
        Ok((start, annotated))
    }

    /// Describes the parameters of the function that was just opened.
    fn parameters(&mut self, params: &Params) {
        let names: Vec<_> = all_params(params).map(|p| intern(&p.name)).collect();
        let b = self.b();
        for p in all_params(params) {
            b.assigned.insert(p.name.clone());
        }
        b.code.params = Parameters {
            positional: params.args.len() as u16,
            position_only: params.posonly as u16,
            keyword_only: params.kwonly.len() as u16,
            rest: params.vararg.is_some(),
            keywords: params.kwarg.is_some(),
            defaults: params.args.iter().filter(|p| p.default.is_some()).count() as u16,
            keyword_defaults: params.kwonly.iter().map(|p| p.default.is_some()).collect(),
            simple: names.len() == params.args.len(),
            names,
        };
    }

    /// Puts cells around the variables that inner functions share.
    pub(super) fn begin(&mut self, scope: &Rc<Scope>, span: Span) {
        let b = self.b();
        let mut cells: Vec<Reg> = scope
            .cells
            .iter()
            .filter_map(|n| match b.places.get(n) {
                Some(Place::Cell(reg)) => Some(*reg),
                _ => None,
            })
            .collect();
        cells.sort_unstable();
        for reg in cells {
            self.emit(Instr::MakeCell { reg }, span);
        }
    }

    /// Ends the function being built and makes it in the enclosing one; its register.
    pub(super) fn finish(&mut self, start: Reg, annotated: bool, span: Span) -> Result<Reg> {
        let free: Vec<Name> = self.b().code.free_names.iter().map(|n| n.as_str().into()).collect();
        let code = self.close()?;
        let mut captures = Vec::new();
        for name in &free {
            match self.place(name) {
                Place::Cell(reg) => captures.push(reg),
                _ => return Err(Fault::internal(format!("the captured variable {name} has no cell"))),
            }
        }
        let b = self.b();
        b.code.protos.push(Proto { code, captures, annotated });
        let proto = (b.code.protos.len() - 1) as u16;
        let dst = self.temp();
        self.emit(Instr::Function { dst, proto, start }, span);
        Ok(dst)
    }

    /// `class`.
    pub(super) fn class(&mut self, class: &Rc<ClassDef>) -> Result<()> {
        let mark = self.mark();
        let span = class.name_span;
        let decorators = self.decorators(&class.decorators)?;
        let start = self.temps(3);
        self.emit(Instr::List { dst: start, start, count: 0 }, span);
        self.emit(Instr::Dict { dst: start + 1, start, count: 0 }, span);
        for base in &class.bases {
            let mark = self.mark();
            match base {
                Arg::Positional(e) => {
                    let src = self.expr(e)?;
                    self.emit(Instr::Append { list: start, src }, e.span);
                }
                Arg::Star(e) => {
                    let src = self.expr(e)?;
                    self.emit(Instr::Extend { list: start, src }, e.span);
                }
                Arg::Keyword(name, _, e) => {
                    let key = self.text(name)?;
                    let src = self.expr(e)?;
                    self.emit(Instr::SetEntry { dict: start + 1, key, src }, e.span);
                }
                Arg::DoubleStar(e) => {
                    let src = self.expr(e)?;
                    self.emit(Instr::Update { unique: true, dict: start + 1, src }, e.span);
                }
            }
            self.release(mark);
        }
        let scope = self.scopes.of(class).ok_or_else(|| Fault::internal("a class without a scope"))?;
        self.open(&class.name, CodeKind::Class, scope.clone(), class.span);
        self.begin(&scope, class.span);
        if let Some(doc) = docstring(&class.body) {
            self.b().code.doc = Some(intern(doc));
        }
        self.body(&class.body)?;
        let dict = self.temp();
        self.emit(Instr::ClassDict { dst: dict }, span);
        self.emit(Instr::Return { src: dict }, span);
        let function = self.finish(start, false, span)?;
        self.emit(Instr::Move { dst: start + 2, src: function }, span);
        let name = self.name(&class.name);
        let dst = self.temp();
        self.emit(Instr::Class { dst, start, name }, span);
        self.decorate(decorators, dst, span)?;
        self.store_name(&class.name, dst, span)?;
        self.release(mark);
        Ok(())
    }
}

/// The text of a leading string expression.
fn docstring(body: &[Stmt]) -> Option<&Rc<str>> {
    match &body.first()?.kind {
        StmtKind::Expr(Expr { kind: ExprKind::Str(s), .. }) => Some(s),
        _ => None,
    }
}
