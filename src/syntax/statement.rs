//! Statements, from the grammar's pairs to the tree.

use super::ast::*;
use super::expression::{Builder, MAX_DEPTH, Operand, Use, binary_op, describe};
use super::grammar::Rule;
use crate::diag::{Result, Span};
use pest::iterators::{Pair, Pairs};
use std::rc::Rc;

impl Builder {
    /// The statements of a `file`.
    pub fn module(&self, pairs: Pairs<'_, Rule>) -> Result<Module> {
        let mut body = Vec::new();
        for file in pairs {
            for pair in file.into_inner() {
                self.statement(pair, &mut body)?;
            }
        }
        Ok(Module { body, warnings: Vec::new() })
    }

    /// Appends the statements of a line, or one compound statement.
    fn statement(&self, pair: Pair<'_, Rule>, out: &mut Vec<Stmt>) -> Result<()> {
        let span = self.span(&pair);
        let (kind, end) = match pair.as_rule() {
            Rule::line => {
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::newline => {}
                        Rule::quiet => {
                            if let Some(last) = out.last_mut() {
                                last.quiet = true;
                            }
                        }
                        _ => {
                            let span = self.span(&part);
                            let kind = self.simple(part)?;
                            let quiet = false;
                            out.push(Stmt { span, quiet, kind });
                        }
                    }
                }
                return Ok(());
            }
            Rule::command => {
                let text = self.source.slice(span).trim();
                let span = Span { start: span.start, end: span.start + text.len() as u32 };
                out.push(Stmt { span, quiet: false, kind: StmtKind::Command(text.to_string()) });
                return Ok(());
            }
            Rule::newline | Rule::EOI => return Ok(()),
            Rule::if_stmt => self.if_stmt(pair)?,
            Rule::while_stmt => {
                let mut parts = Parts::new(self, pair)?;
                let test = parts.value()?;
                (StmtKind::While { test, body: parts.body, orelse: parts.orelse }, parts.end)
            }
            Rule::for_stmt => {
                let mut parts = Parts::new(self, pair)?;
                let iter = parts.value()?;
                self.no_lone_star(&iter)?;
                let target = parts.target.take().ok_or_else(|| self.error(span, "invalid syntax"))?;
                (StmtKind::For { target, iter, body: parts.body, orelse: parts.orelse }, parts.end)
            }
            Rule::with_stmt => {
                let parts = Parts::new(self, pair)?;
                (StmtKind::With { items: parts.items, body: parts.body }, parts.end)
            }
            Rule::try_stmt => {
                let parts = Parts::new(self, pair)?;
                self.check_try(span, &parts)?;
                let (body, handlers, orelse) = (parts.body, parts.handlers, parts.orelse);
                (StmtKind::Try { body, handlers, orelse, finalbody: parts.finalbody.unwrap_or_default() }, parts.end)
            }
            Rule::def_stmt | Rule::class_stmt => self.definition(pair, Vec::new())?,
            Rule::decorated => {
                let mut decorators = Vec::new();
                let mut definition = None;
                for part in pair.into_inner() {
                    if part.as_rule() == Rule::decorator {
                        decorators.extend(self.item(&mut part.into_inner())?.map(|o| o.expr));
                    } else {
                        definition = Some(part);
                    }
                }
                let definition = definition.ok_or_else(|| self.error(span, "invalid syntax"))?;
                self.definition(definition, decorators)?
            }
            _ => return Err(self.error(span, "invalid syntax")),
        };
        out.push(Stmt { span: Span { start: span.start, end: end.max(span.start) }, quiet: false, kind });
        Ok(())
    }

    /// The statements of a `block` or of the rest of a line.
    fn suite(&self, pair: Pair<'_, Rule>) -> Result<Vec<Stmt>> {
        let mut body = Vec::new();
        if pair.as_rule() == Rule::block {
            for part in pair.into_inner() {
                self.statement(part, &mut body)?;
            }
        } else {
            self.statement(pair, &mut body)?;
        }
        Ok(body)
    }

    /// An `if`, its `elif`s folded from the last to the first.
    fn if_stmt(&self, pair: Pair<'_, Rule>) -> Result<(StmtKind, u32)> {
        let mut arms = Vec::new();
        let mut parts = Parts::new(self, pair)?;
        let test = parts.value()?;
        let mut end = parts.end;
        for pair in std::mem::take(&mut parts.arms) {
            let start = self.span(&pair).start;
            if arms.len() >= MAX_DEPTH {
                return Err(self.error(Span { start, end: start + 4 }, "too many 'elif' branches"));
            }
            let mut arm = Parts::new(self, pair)?;
            arms.push((start, arm.value()?, arm.body, arm.end));
        }
        let mut orelse = parts.orelse;
        if let Some(last) = orelse.last() {
            end = end.max(last.span.end);
        }
        end = arms.iter().fold(end, |end, arm| end.max(arm.3));
        for (start, test, body, _) in arms.into_iter().rev() {
            let kind = StmtKind::If { test, body, orelse };
            orelse = vec![Stmt { span: Span { start, end }, quiet: false, kind }];
        }
        Ok((StmtKind::If { test, body: parts.body, orelse }, end))
    }

    /// Where the text goes on after an offset, comments and blank lines passed over; its last character at the end.
    fn next_token(&self, from: u32) -> Span {
        let mut at = from as usize;
        for line in self.source.text.get(at..).unwrap_or("").split_inclusive('\n') {
            let code = line.trim_start();
            if !code.is_empty() && !code.starts_with(['#', ';']) {
                at += line.len() - code.len();
                return Span::new(at, at + code.chars().next().map_or(0, char::len_utf8));
            }
            at += line.len();
        }
        Span { start: from.saturating_sub(1), end: from }
    }

    fn check_try(&self, span: Span, parts: &Parts<'_>) -> Result<()> {
        if parts.handlers.is_empty() && parts.finalbody.is_none() {
            return Err(self.error(self.next_token(parts.end), "expected 'except' or 'finally' block"));
        }
        if parts.handlers.is_empty() && !parts.orelse.is_empty() {
            let at = self.next_token(last_end(&parts.body, span.start));
            return Err(self.error(at, "expected 'except' or 'finally' block"));
        }
        match parts.handlers.split_last() {
            Some((_, before)) => match before.iter().find(|h| h.kind.is_none()) {
                Some(bare) => Err(self.error(bare.span, "default 'except:' must be last")),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// A `def` or `class` under its decorators.
    fn definition(&self, pair: Pair<'_, Rule>, decorators: Vec<Expr>) -> Result<(StmtKind, u32)> {
        let span = self.span(&pair);
        let class = pair.as_rule() == Rule::class_stmt;
        let mut parts = Parts::new(self, pair)?;
        let (name, name_span) = parts.name.take().ok_or_else(|| self.error(span, "invalid syntax"))?;
        let span = Span { start: span.start, end: parts.end };
        let body = parts.body;
        let kind = if class {
            let bases = parts.args;
            if let Some(Arg::Positional(generator)) = bases.first()
                && matches!(&generator.kind, ExprKind::Comprehension(c) if c.kind == ComprehensionKind::Generator)
                && parts.call == Some(generator.span)
            {
                return Err(self.error(generator.span, "invalid syntax"));
            }
            StmtKind::Class(Rc::new(ClassDef { name, name_span, decorators, bases, body, span }))
        } else {
            let (params, returns) = (parts.params, parts.returns);
            StmtKind::Def(Rc::new(FunctionDef { name, name_span, decorators, params, returns, body, span }))
        };
        Ok((kind, parts.end))
    }

    /// One simple statement.
    fn simple(&self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut pairs = pair.into_inner();
        Ok(match rule {
            Rule::expr_stmt => return self.expr_stmt(span, pairs),
            Rule::pass => StmtKind::Pass,
            Rule::break_stmt => StmtKind::Break,
            Rule::continue_stmt => StmtKind::Continue,
            Rule::return_stmt => StmtKind::Return(match pairs.nth(1) {
                Some(value) => {
                    let value = self.value(value)?.expr;
                    self.no_lone_star(&value)?;
                    Some(value)
                }
                None => None,
            }),
            Rule::raise_stmt => {
                let mut parts = self.exprs(pairs)?.into_iter();
                StmtKind::Raise { exc: parts.next(), cause: parts.next() }
            }
            Rule::assert_stmt => {
                let mut parts = self.exprs(pairs)?.into_iter();
                let test = parts.next().ok_or_else(|| self.error(span, "invalid syntax"))?;
                StmtKind::Assert { test, message: parts.next() }
            }
            Rule::del_stmt => {
                let value = pairs.nth(1).ok_or_else(|| self.error(span, "invalid syntax"))?;
                let value = self.value(value)?;
                self.check_target(&value.expr, Use::Delete)?;
                StmtKind::Delete(match value.expr.kind {
                    ExprKind::Tuple(items) => items,
                    kind => vec![Expr { span: value.expr.span, kind }],
                })
            }
            Rule::global => StmtKind::Global(self.names(pairs)),
            Rule::nonlocal => StmtKind::Nonlocal(self.names(pairs)),
            Rule::import_stmt => StmtKind::Import(self.aliases(pairs)),
            Rule::from_stmt => {
                let (mut module, mut level, mut star) = (Name::from(""), 0, None);
                let mut aliases = Vec::new();
                let mut open = false;
                let mut trailing = None;
                for part in pairs {
                    match part.as_rule() {
                        Rule::dots => level = part.as_str().matches('.').count(),
                        Rule::dotted => module = dotted(part),
                        Rule::star => star = Some(self.span(&part)),
                        Rule::name_as => aliases.push(self.alias(part)),
                        Rule::open => open = true,
                        Rule::trailing => trailing = Some(self.span(&part)),
                        _ => {}
                    }
                }
                if let (Some(at), false) = (trailing, open) {
                    return Err(self.error(at, "trailing comma not allowed without surrounding parentheses"));
                }
                if let Some(span) = star {
                    aliases.push(Alias { name: Rc::from("*"), asname: None, span });
                }
                StmtKind::ImportFrom { module, level, names: aliases }
            }
            _ => return Err(self.error(span, "invalid syntax")),
        })
    }

    /// The expressions among some pairs.
    fn exprs(&self, pairs: Pairs<'_, Rule>) -> Result<Vec<Expr>> {
        pairs.filter(|p| p.as_rule() == Rule::expr).map(|p| Ok(self.expr(p)?.expr)).collect()
    }

    fn names(&self, pairs: Pairs<'_, Rule>) -> Vec<Name> {
        pairs.filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()
    }

    fn aliases(&self, pairs: Pairs<'_, Rule>) -> Vec<Alias> {
        pairs.filter(|p| p.as_rule() == Rule::dotted_as).map(|p| self.alias(p)).collect()
    }

    fn alias(&self, pair: Pair<'_, Rule>) -> Alias {
        let span = self.span(&pair);
        let mut alias = Alias { name: Name::from(""), asname: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::dotted => alias.name = dotted(part),
                Rule::name if alias.name.is_empty() => alias.name = self.name(&part),
                Rule::name => alias.asname = Some(self.name(&part)),
                _ => {}
            }
        }
        alias
    }

    /// An expression statement, or an assignment of any kind.
    fn expr_stmt(&self, span: Span, mut pairs: Pairs<'_, Rule>) -> Result<StmtKind> {
        let wrong = || self.error(span, "invalid syntax");
        let first = self.value(pairs.next().ok_or_else(wrong)?)?;
        let Some(next) = pairs.next() else {
            self.no_lone_star(&first.expr)?;
            return Ok(StmtKind::Expr(first.expr));
        };
        match next.as_rule() {
            Rule::augment => {
                let target = first.expr;
                if !matches!(target.kind, ExprKind::Name(_) | ExprKind::Attribute(..) | ExprKind::Subscript(..)) {
                    let message =
                        format!("'{}' is an illegal expression for augmented assignment", describe(&target.kind));
                    return Err(self.error(target.span, message));
                }
                let op = binary_op(next.as_str().trim_end_matches('='));
                let value = self.value(pairs.next().ok_or_else(wrong)?)?.expr;
                self.no_lone_star(&value)?;
                Ok(StmtKind::AugAssign { target, op, value })
            }
            Rule::annotation => {
                let target = first.expr;
                match &target.kind {
                    ExprKind::Name(_) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => {}
                    kind @ (ExprKind::Tuple(_) | ExprKind::List(_)) => {
                        let message = format!("only single target (not {}) can be annotated", describe(kind));
                        return Err(self.error(target.span, message));
                    }
                    _ => return Err(self.error(target.span, "illegal target for annotation")),
                }
                let annotation = self.last_expr(next)?.ok_or_else(wrong)?;
                let value = match pairs.nth(1) {
                    Some(value) => Some(self.value(value)?.expr),
                    None => None,
                };
                if let Some(value) = &value {
                    self.no_lone_star(value)?;
                }
                Ok(StmtKind::AnnAssign { target, annotation, value })
            }
            _ => self.assign(first, pairs),
        }
    }

    /// `first = ... = value`, from the pair after the first `=`.
    fn assign(&self, first: Operand, pairs: Pairs<'_, Rule>) -> Result<StmtKind> {
        let mut bare = vec![!first.parenthesized];
        let mut targets = vec![first.expr];
        for pair in pairs {
            if pair.as_rule() == Rule::value {
                let value = self.value(pair)?;
                bare.push(!value.parenthesized);
                targets.push(value.expr);
            }
        }
        let value = targets.pop().unwrap_or(Expr { span: Span::default(), kind: ExprKind::None });
        if let Some(bare) = targets.iter().zip(&bare).find(|(t, bare)| **bare && is_yield(t)).map(|(t, _)| t) {
            return Err(self.error(bare.span, "assignment to yield expression not possible"));
        }
        if let [target] = &targets[..]
            && mistaken_comparison(target, &value)
        {
            let message =
                format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", describe(&target.kind));
            return Err(self.error(target.span, message));
        }
        for target in &targets {
            self.check_target(target, Use::Assign)?;
            if matches!(target.kind, ExprKind::Starred(_)) {
                return Err(self.error(target.span, "starred assignment target must be in a list or tuple"));
            }
        }
        self.no_lone_star(&value)?;
        Ok(StmtKind::Assign { targets, value })
    }
}

/// Whether `target = value` looks like a comparison: CPython asks so when both sides are arithmetic.
fn mistaken_comparison(target: &Expr, value: &Expr) -> bool {
    let arithmetic = match &target.kind {
        ExprKind::Comprehension(c) => c.kind != ComprehensionKind::Generator,
        ExprKind::Unary(..)
        | ExprKind::Binary(..)
        | ExprKind::Call(..)
        | ExprKind::Int(_)
        | ExprKind::BigInt(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::FString(_)
        | ExprKind::Ellipsis
        | ExprKind::Set(_)
        | ExprKind::Dict(_)
        | ExprKind::Walrus(..)
        | ExprKind::Yield(_)
        | ExprKind::YieldFrom(_) => true,
        _ => false,
    };
    arithmetic
        && !matches!(
            value.kind,
            ExprKind::Not(_) | ExprKind::Lambda(_) | ExprKind::Yield(_) | ExprKind::YieldFrom(_) | ExprKind::Starred(_)
        )
}

fn is_yield(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Yield(_) | ExprKind::YieldFrom(_))
}

/// The text of a dotted name, without blanks.
fn dotted(pair: Pair<'_, Rule>) -> Name {
    let parts: Vec<&str> = pair.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| p.as_str()).collect();
    Rc::from(parts.join("."))
}

/// The parts of a compound statement or clause, sorted by what they are.
struct Parts<'i> {
    value: Option<Expr>,
    target: Option<Expr>,
    name: Option<(Name, Span)>,
    params: Params,
    returns: Option<Expr>,
    args: Vec<Arg>,
    /// The parentheses of `args`.
    call: Option<Span>,
    items: Vec<(Expr, Option<Expr>)>,
    body: Vec<Stmt>,
    arms: Vec<Pair<'i, Rule>>,
    handlers: Vec<Handler>,
    orelse: Vec<Stmt>,
    finalbody: Option<Vec<Stmt>>,
    /// One past the last byte of the last statement.
    end: u32,
    span: Span,
    /// What makes the errors of [`Parts::value`].
    missing: crate::diag::Error,
}

impl<'i> Parts<'i> {
    fn new(builder: &Builder, pair: Pair<'i, Rule>) -> Result<Parts<'i>> {
        let span = builder.span(&pair);
        let mut parts = Parts {
            value: None,
            target: None,
            name: None,
            params: Params::default(),
            returns: None,
            args: Vec::new(),
            call: None,
            items: Vec::new(),
            body: Vec::new(),
            arms: Vec::new(),
            handlers: Vec::new(),
            orelse: Vec::new(),
            finalbody: None,
            end: span.start,
            span,
            missing: builder.error(span, "invalid syntax"),
        };
        let mut pairs = pair.into_inner();
        while let Some(part) = pairs.peek() {
            match part.as_rule() {
                Rule::expr => {
                    parts.value = builder.item(&mut pairs)?.map(|o| o.expr);
                    continue;
                }
                Rule::value => parts.value = Some(builder.value(part)?.expr),
                Rule::targets => parts.target = Some(builder.targets(part, Use::For)?),
                Rule::name => parts.name = Some((builder.name(&part), builder.span(&part))),
                Rule::params => parts.params = builder.params(part)?,
                Rule::returns => parts.returns = builder.last_expr(part)?,
                Rule::call => {
                    parts.call = Some(builder.span(&part));
                    parts.args = builder.arguments(part)?;
                }
                Rule::with_item => parts.items.push(with_item(builder, part)?),
                Rule::block | Rule::line => {
                    parts.body = builder.suite(part)?;
                    parts.end = last_end(&parts.body, parts.end);
                }
                Rule::elif => parts.arms.push(part),
                Rule::except => {
                    let handler = handler(builder, part)?;
                    parts.end = handler.span.end;
                    parts.handlers.push(handler);
                }
                Rule::orelse => {
                    parts.orelse = Parts::new(builder, part)?.body;
                    parts.end = last_end(&parts.orelse, parts.end);
                }
                Rule::finally => {
                    let body = Parts::new(builder, part)?.body;
                    parts.end = last_end(&body, parts.end);
                    parts.finalbody = Some(body);
                }
                _ => {}
            }
            pairs.next();
        }
        parts.span.end = parts.end;
        Ok(parts)
    }

    fn value(&mut self) -> Result<Expr> {
        match self.value.take() {
            Some(value) => Ok(value),
            None => Err(std::mem::replace(&mut self.missing, crate::diag::Fault::syntax("invalid syntax"))),
        }
    }
}

fn last_end(body: &[Stmt], otherwise: u32) -> u32 {
    body.last().map_or(otherwise, |s| s.span.end)
}

/// `expression as target`.
fn with_item(builder: &Builder, pair: Pair<'_, Rule>) -> Result<(Expr, Option<Expr>)> {
    let span = builder.span(&pair);
    let (mut value, mut target) = (None, None);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::expr => value = Some(builder.expr(part)?.expr),
            Rule::target => target = Some(builder.target(part, Use::Assign)?),
            _ => {}
        }
    }
    Ok((value.ok_or_else(|| builder.error(span, "invalid syntax"))?, target))
}

/// An `except` clause.
fn handler(builder: &Builder, pair: Pair<'_, Rule>) -> Result<Handler> {
    let mut parts = Parts::new(builder, pair)?;
    let name = parts.name.take().map(|n| n.0);
    Ok(Handler { kind: parts.value.take(), name, span: parts.span, body: parts.body })
}
