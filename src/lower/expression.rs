//! Expressions: each gives the register that holds its value.

use super::code::*;
use super::lowering::{Lowering, Place};
use crate::diag::{Result, Span};
use crate::syntax::ast::*;
use crate::value::{Binary, Compare, Value};
use num_bigint::BigInt;

/// The operator of a sign.
pub(super) fn binary_of(op: BinaryOp) -> Binary {
    match op {
        BinaryOp::Add => Binary::Add,
        BinaryOp::Sub => Binary::Sub,
        BinaryOp::Mul => Binary::Mul,
        BinaryOp::Div => Binary::Div,
        BinaryOp::FloorDiv => Binary::FloorDiv,
        BinaryOp::Mod => Binary::Mod,
        BinaryOp::Pow => Binary::Pow,
        BinaryOp::MatMul => Binary::MatMul,
        BinaryOp::BitAnd => Binary::And,
        BinaryOp::BitOr => Binary::Or,
        BinaryOp::BitXor => Binary::Xor,
        BinaryOp::Shl => Binary::Shl,
        BinaryOp::Shr => Binary::Shr,
    }
}

fn compare_of(op: CompareOp) -> Option<Compare> {
    Some(match op {
        CompareOp::Eq => Compare::Eq,
        CompareOp::Ne => Compare::Ne,
        CompareOp::Lt => Compare::Lt,
        CompareOp::Le => Compare::Le,
        CompareOp::Gt => Compare::Gt,
        CompareOp::Ge => Compare::Ge,
        _ => return None,
    })
}

impl Lowering<'_> {
    /// The register that holds the value of an expression: a variable's own, a constant, or a temporary.
    pub(super) fn expr(&mut self, e: &Expr) -> Result<Reg> {
        if let Some(reg) = self.leaf(e)? {
            return Ok(reg);
        }
        let dst = self.temp();
        self.expr_to(e, dst)?;
        Ok(dst)
    }

    /// The operand of an expression that needs no instruction but perhaps a check: a local variable or a constant.
    fn leaf(&mut self, e: &Expr) -> Result<Option<Reg>> {
        Ok(Some(match &e.kind {
            ExprKind::Name(n) => match self.place(n) {
                Place::Local(reg) => {
                    self.check_bound(n, reg, e.span);
                    reg
                }
                _ => return Ok(None),
            },
            ExprKind::None => self.constant(Value::None)?,
            ExprKind::Bool(b) => self.constant(Value::Bool(*b))?,
            ExprKind::Int(i) => self.constant(Value::Int(*i))?,
            ExprKind::BigInt(digits) => {
                let value = digits.parse::<BigInt>().map(Value::big).unwrap_or(Value::Int(0));
                self.constant(value)?
            }
            ExprKind::Float(f) => self.constant(Value::Float(*f))?,
            ExprKind::Str(s) => self.text(s)?,
            ExprKind::Ellipsis => self.constant(Value::Ellipsis)?,
            ExprKind::Unary(UnaryOp::Neg, inner) => match &inner.kind {
                ExprKind::Int(i) if *i != i64::MIN => self.constant(Value::Int(-*i))?,
                ExprKind::Float(f) => self.constant(Value::Float(-*f))?,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    /// The value of an expression in a register that is safe from assignments further on in the same expression.
    fn stable(&mut self, e: &Expr) -> Result<Reg> {
        let reg = self.expr(e)?;
        if self.b().scope.walrus && reg < CONST && matches!(e.kind, ExprKind::Name(_)) {
            let copy = self.temp();
            self.emit(Instr::Move { dst: copy, src: reg }, e.span);
            return Ok(copy);
        }
        Ok(reg)
    }

    /// A check that a local variable is bound, unless it must be.
    pub(super) fn check_bound(&mut self, name: &Name, reg: Reg, span: Span) {
        let inline = self.b().inline.iter().any(|i| i.places.contains_key(name));
        if !inline && !self.b().assigned.contains(name) {
            self.emit(Instr::CheckLocal { reg }, span);
        }
    }

    /// Puts the value of an expression into a register. A variable's register is only written by the last instruction.
    pub(super) fn expr_to(&mut self, e: &Expr, dst: Reg) -> Result<()> {
        let mark = self.mark();
        let span = e.span;
        if let Some(src) = self.leaf(e)? {
            self.emit(Instr::Move { dst, src }, span);
            return Ok(());
        }
        match &e.kind {
            ExprKind::Name(n) => self.load_name(n, dst, span)?,
            ExprKind::Unary(op, inner) => {
                let src = self.expr(inner)?;
                let instr = match op {
                    UnaryOp::Neg => Instr::Neg { dst, src },
                    UnaryOp::Pos => Instr::Pos { dst, src },
                    UnaryOp::Invert => Instr::Invert { dst, src },
                };
                self.emit(instr, span);
            }
            ExprKind::Not(inner) => {
                let src = self.expr(inner)?;
                self.emit(Instr::Not { dst, src }, span);
            }
            ExprKind::Binary(a, op, b) => {
                let a = self.stable(a)?;
                let b = self.expr(b)?;
                let instr = match binary_of(*op) {
                    Binary::Add => Instr::Add { dst, a, b },
                    Binary::Sub => Instr::Sub { dst, a, b },
                    Binary::Mul => Instr::Mul { dst, a, b },
                    op => Instr::Binary { op, dst, a, b },
                };
                self.emit(instr, span);
            }
            ExprKind::Compare(first, rest) => self.comparison(first, rest, dst, span)?,
            ExprKind::And(items) | ExprKind::Or(items) => {
                let is_and = matches!(e.kind, ExprKind::And(_));
                let value = self.temp();
                let mut ends = Vec::new();
                for (i, item) in items.iter().enumerate() {
                    self.expr_to(item, value)?;
                    if i + 1 < items.len() {
                        let jump = if is_and {
                            Instr::JumpIfNot { cond: value, to: 0 }
                        } else {
                            Instr::JumpIf { cond: value, to: 0 }
                        };
                        ends.push(self.emit(jump, item.span));
                    }
                }
                ends.into_iter().for_each(|j| self.land(j));
                self.emit(Instr::Move { dst, src: value }, span);
            }
            ExprKind::IfElse { test, body, orelse } => {
                let value = self.temp();
                let no = self.jump_unless(test)?;
                self.expr_to(body, value)?;
                let end = self.emit(Instr::Jump { to: 0 }, span);
                no.into_iter().for_each(|j| self.land(j));
                self.expr_to(orelse, value)?;
                self.land(end);
                self.emit(Instr::Move { dst, src: value }, span);
            }
            ExprKind::Lambda(lambda) => self.lambda(lambda, dst)?,
            ExprKind::Walrus(name, value) => {
                let src = self.expr(value)?;
                self.assign_walrus(name, src, span)?;
                self.emit(Instr::Move { dst, src }, span);
            }
            ExprKind::Call(function, args) => self.call(function, args, dst, span)?,
            ExprKind::Attribute(object, name, name_span) => {
                let obj = self.expr(object)?;
                let name = self.attribute(name);
                self.emit(Instr::Attr { dst, obj, name }, object.span.to(*name_span));
            }
            ExprKind::Subscript(object, index) => {
                let obj = self.stable(object)?;
                let index = self.expr(index)?;
                self.emit(Instr::Item { dst, obj, index }, span);
            }
            ExprKind::Slice(a, b, c) => {
                let start = self.temps(3);
                let none = self.constant(Value::None)?;
                for (i, part) in [a, b, c].into_iter().enumerate() {
                    let to = start + i as Reg;
                    match part {
                        Some(p) => self.expr_to(p, to)?,
                        None => {
                            self.emit(Instr::Move { dst: to, src: none }, span);
                        }
                    }
                }
                self.emit(Instr::Slice { dst, start }, span);
            }
            ExprKind::List(items) => self.display(items, dst, span, Display::List)?,
            ExprKind::Tuple(items) => self.display(items, dst, span, Display::Tuple)?,
            ExprKind::Set(items) => self.display(items, dst, span, Display::Set)?,
            ExprKind::Dict(items) => self.dict(items, dst, span)?,
            ExprKind::Comprehension(c) => self.comprehension(c, dst)?,
            ExprKind::FString(parts) => self.fstring(parts, dst, span)?,
            ExprKind::Starred(_) => return Err(self.error("can't use starred expression here", span)),
            ExprKind::Yield(value) => {
                let src = match value {
                    Some(v) => self.expr(v)?,
                    None => self.constant(Value::None)?,
                };
                self.emit(Instr::Yield { dst, src }, span);
            }
            ExprKind::YieldFrom(value) => {
                let iter = self.temp();
                let src = self.expr(value)?;
                self.emit(Instr::Iter { dst: iter, src }, span);
                self.emit(Instr::YieldFrom { dst, iter }, span);
            }
            // Leaves were dealt with above.
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::BigInt(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Ellipsis => {}
        }
        self.release(mark);
        Ok(())
    }

    /// Loads a name that is no plain local variable.
    pub(super) fn load_name(&mut self, name: &Name, dst: Reg, span: Span) -> Result<()> {
        match self.place(name) {
            Place::Local(reg) => {
                self.check_bound(name, reg, span);
                self.emit(Instr::Move { dst, src: reg }, span);
            }
            Place::Cell(cell) => {
                self.emit(Instr::LoadCell { dst, cell }, span);
            }
            Place::ClassLocal(reg) => {
                let unbound = self.emit(Instr::JumpUnbound { reg, to: 0 }, span);
                self.emit(Instr::Move { dst, src: reg }, span);
                let end = self.emit(Instr::Jump { to: 0 }, span);
                self.land(unbound);
                let (slot, builtin) = self.global(name, span)?;
                self.emit(Instr::Global { dst, slot, builtin }, span);
                self.land(end);
            }
            Place::Global => {
                let (slot, builtin) = self.global(name, span)?;
                self.emit(Instr::Global { dst, slot, builtin }, span);
            }
        }
        Ok(())
    }

    /// Jumps that are taken when an expression is false; to be landed by the caller.
    pub(super) fn jump_unless(&mut self, test: &Expr) -> Result<Vec<usize>> {
        let mark = self.mark();
        let mut jumps = Vec::new();
        match &test.kind {
            ExprKind::Not(inner) => {
                let cond = self.expr(inner)?;
                jumps.push(self.emit(Instr::JumpIf { cond, to: 0 }, test.span));
            }
            ExprKind::And(items) => {
                for item in items {
                    jumps.extend(self.jump_unless(item)?);
                }
            }
            ExprKind::Compare(a, rest) if rest.len() == 1 && compare_of(rest[0].0).is_some() => {
                let op = compare_of(rest[0].0).unwrap_or(Compare::Eq);
                let a = self.stable(a)?;
                let b = self.expr(&rest[0].1)?;
                jumps.push(self.emit(Instr::JumpUnless { op, a, b, to: 0 }, test.span));
            }
            _ => {
                let cond = self.expr(test)?;
                jumps.push(self.emit(Instr::JumpIfNot { cond, to: 0 }, test.span));
            }
        }
        self.release(mark);
        Ok(jumps)
    }

    fn comparison(&mut self, first: &Expr, rest: &[(CompareOp, Expr)], dst: Reg, span: Span) -> Result<()> {
        let mut a = self.stable(first)?;
        let chained = rest.len() > 1;
        let value = if chained { self.temp() } else { dst };
        let mut ends = Vec::new();
        let mut from = first.span;
        for (i, (op, right)) in rest.iter().enumerate() {
            let b = if i + 1 < rest.len() { self.stable(right)? } else { self.expr(right)? };
            let instr = match op {
                CompareOp::In => Instr::In { negate: false, dst: value, a, b },
                CompareOp::NotIn => Instr::In { negate: true, dst: value, a, b },
                CompareOp::Is => Instr::Is { negate: false, dst: value, a, b },
                CompareOp::IsNot => Instr::Is { negate: true, dst: value, a, b },
                op => Instr::Compare { op: compare_of(*op).unwrap_or(Compare::Eq), dst: value, a, b },
            };
            let place = if chained { from.to(right.span) } else { span };
            self.emit(instr, place);
            if i + 1 < rest.len() {
                ends.push(self.emit(Instr::JumpIfNot { cond: value, to: 0 }, place));
            }
            a = b;
            from = right.span;
        }
        if chained {
            ends.into_iter().for_each(|j| self.land(j));
            self.emit(Instr::Move { dst, src: value }, span);
        }
        Ok(())
    }

    /// A list, tuple or set display.
    fn display(&mut self, items: &[Expr], dst: Reg, span: Span, kind: Display) -> Result<()> {
        let starred = items.iter().any(|i| matches!(i.kind, ExprKind::Starred(_)));
        // Long displays grow a list step by step, so that registers do not run out.
        if !starred && items.len() <= 64 {
            let start = self.temps(items.len() as u16);
            for (i, item) in items.iter().enumerate() {
                self.expr_to(item, start + i as Reg)?;
            }
            let count = items.len() as u16;
            let instr = match kind {
                Display::List => Instr::List { dst, start, count },
                Display::Tuple => Instr::Tuple { dst, start, count },
                Display::Set => Instr::Set { dst, start, count },
            };
            self.emit(instr, span);
            return Ok(());
        }
        let whole = self.temp();
        let instr = match kind {
            Display::Set => Instr::Set { dst: whole, start: whole, count: 0 },
            _ => Instr::List { dst: whole, start: whole, count: 0 },
        };
        self.emit(instr, span);
        for item in items {
            let mark = self.mark();
            let (instr, place) = match (&item.kind, kind) {
                (ExprKind::Starred(inner), Display::Set) => {
                    let src = self.expr(inner)?;
                    (Instr::ExtendSet { set: whole, src }, inner.span)
                }
                (ExprKind::Starred(inner), _) => {
                    let src = self.expr(inner)?;
                    (Instr::Extend { list: whole, src }, inner.span)
                }
                (_, Display::Set) => {
                    let src = self.expr(item)?;
                    (Instr::AddToSet { set: whole, src }, item.span)
                }
                _ => {
                    let src = self.expr(item)?;
                    (Instr::Append { list: whole, src }, item.span)
                }
            };
            self.emit(instr, place);
            self.release(mark);
        }
        let instr = match kind {
            Display::Tuple => Instr::ListToTuple { dst, src: whole },
            _ => Instr::Move { dst, src: whole },
        };
        self.emit(instr, span);
        Ok(())
    }

    fn dict(&mut self, items: &[(Option<Expr>, Expr)], dst: Reg, span: Span) -> Result<()> {
        let spread = items.iter().any(|(k, _)| k.is_none());
        if !spread && items.len() <= 32 {
            let start = self.temps(2 * items.len() as u16);
            for (i, (key, value)) in items.iter().enumerate() {
                let at = start + 2 * i as Reg;
                if let Some(key) = key {
                    self.expr_to(key, at)?;
                }
                self.expr_to(value, at + 1)?;
            }
            self.emit(Instr::Dict { dst, start, count: items.len() as u16 }, span);
            return Ok(());
        }
        let whole = self.temp();
        self.emit(Instr::Dict { dst: whole, start: whole, count: 0 }, span);
        for (key, value) in items {
            let mark = self.mark();
            match key {
                Some(key) => {
                    let key_reg = self.stable(key)?;
                    let src = self.expr(value)?;
                    self.emit(Instr::SetEntry { dict: whole, key: key_reg, src }, key.span);
                }
                None => {
                    let src = self.expr(value)?;
                    self.emit(Instr::Update { unique: false, dict: whole, src }, value.span);
                }
            }
            self.release(mark);
        }
        self.emit(Instr::Move { dst, src: whole }, span);
        Ok(())
    }

    fn fstring(&mut self, parts: &[FPart], dst: Reg, span: Span) -> Result<()> {
        if parts.len() > 200 {
            return self.long_fstring(parts, dst, span);
        }
        let start = self.temps(self.pieces(parts));
        let mut at = start;
        let last_field = parts.iter().rposition(|part| matches!(part, FPart::Field { .. }));
        for (i, part) in parts.iter().enumerate() {
            match part {
                // After the last field nothing is evaluated that could tell when it was formatted: joining does it.
                FPart::Field { value, label: None, conversion: None, spec }
                    if spec.is_empty() && last_field == Some(i) =>
                {
                    self.expr_to(value, at)?;
                }
                FPart::Text(text) => {
                    let src = self.text(text)?;
                    self.emit(Instr::Move { dst: at, src }, span);
                }
                FPart::Field { value, label, conversion, spec } => {
                    if let Some(label) = label {
                        let src = self.text(label)?;
                        self.emit(Instr::Move { dst: at, src }, span);
                        at += 1;
                    }
                    let mark = self.mark();
                    let src = self.expr(value)?;
                    let spec_reg = if spec.is_empty() {
                        NONE
                    } else if let [FPart::Text(text)] = spec.as_slice() {
                        self.text(text)?
                    } else {
                        let t = self.temp();
                        self.fstring(spec, t, span)?;
                        t
                    };
                    // `{value=}` shows the repr unless a format is given.
                    let conversion = match conversion {
                        Some(c) => *c as u8,
                        None if label.is_some() && spec.is_empty() => b'r',
                        None => 0,
                    };
                    self.emit(Instr::Format { conversion, dst: at, src, spec: spec_reg }, value.span);
                    self.release(mark);
                }
            }
            at += 1;
        }
        self.emit(Instr::Join { dst, start, count: at - start }, span);
        Ok(())
    }

    fn pieces(&self, parts: &[FPart]) -> u16 {
        parts.iter().map(|p| if matches!(p, FPart::Field { label: Some(_), .. }) { 2 } else { 1 }).sum()
    }

    fn long_fstring(&mut self, parts: &[FPart], dst: Reg, span: Span) -> Result<()> {
        let chunks: Vec<&[FPart]> = parts.chunks(150).collect();
        let start = self.temps(chunks.len().min(1000) as u16);
        for (i, chunk) in chunks.iter().take(1000).enumerate() {
            self.fstring(chunk, start + i as Reg, span)?;
        }
        self.emit(Instr::Join { dst, start, count: chunks.len().min(1000) as u16 }, span);
        Ok(())
    }
}

/// Which display a list of items fills.
#[derive(Clone, Copy, PartialEq)]
enum Display {
    List,
    Tuple,
    Set,
}
