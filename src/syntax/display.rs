//! Displays, comprehensions and subscripts: what stands in brackets that are not a call's.

use super::ast::*;
use super::expression::{Builder, Operand, Use};
use super::grammar::Rule;
use crate::diag::{Result, Span};
use pest::iterators::{Pair, Pairs};
use std::rc::Rc;

impl Builder {
    /// `()`, `(value)`, `(a, b)`, `(yield)` or `(x for x in y)`.
    pub fn parens(&self, pair: Pair<'_, Rule>) -> Result<Operand> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        match pairs.peek() {
            None => return Ok(Operand::new(span, ExprKind::Tuple(Vec::new()))),
            Some(p) if p.as_rule() == Rule::yield_expr => {
                let expr = self.yield_expr(p)?.expr;
                return Ok(Operand { expr, outer: span, parenthesized: true });
            }
            Some(_) => {}
        }
        let kind = match self.display(span, &mut pairs, ComprehensionKind::Generator)? {
            Display::One(expr) => {
                if matches!(expr.kind, ExprKind::Starred(_)) {
                    return Err(self.error(expr.span, "cannot use starred expression here"));
                }
                return Ok(Operand { expr, outer: span, parenthesized: true });
            }
            Display::Many(items) => ExprKind::Tuple(items),
            Display::Comprehension(c) => ExprKind::Comprehension(c),
        };
        Ok(Operand::new(span, kind))
    }

    /// A list display or comprehension.
    pub fn list(&self, pair: Pair<'_, Rule>) -> Result<ExprKind> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        if pairs.peek().is_none() {
            return Ok(ExprKind::List(Vec::new()));
        }
        Ok(match self.display(span, &mut pairs, ComprehensionKind::List)? {
            Display::One(expr) => ExprKind::List(vec![expr]),
            Display::Many(items) => ExprKind::List(items),
            Display::Comprehension(c) => ExprKind::Comprehension(c),
        })
    }

    /// What stands in parentheses or square brackets.
    fn display(&self, span: Span, pairs: &mut Pairs<'_, Rule>, kind: ComprehensionKind) -> Result<Display> {
        let Some(first) = self.item(pairs)? else { return Err(self.error(span, "invalid syntax")) };
        match pairs.peek().map(|p| p.as_rule()) {
            None => {
                self.check_star(&first)?;
                Ok(Display::One(first.expr))
            }
            Some(Rule::clause) => self.comprehension(span, kind, first.expr, None, pairs).map(Display::Comprehension),
            Some(_) => {
                self.check_star(&first)?;
                let mut items = vec![first.expr];
                while pairs.peek().is_some_and(|p| p.as_rule() != Rule::trailing) {
                    let Some(item) = self.item(pairs)? else { break };
                    self.check_star(&item)?;
                    items.push(item.expr);
                }
                Ok(Display::Many(items))
            }
        }
    }

    /// After the star of a display nothing may stand that binds looser than `|`.
    fn check_star(&self, item: &Operand) -> Result<()> {
        if let ExprKind::Starred(value) = &item.expr.kind
            && value.span.end == item.expr.span.end
            && matches!(
                value.kind,
                ExprKind::Or(_)
                    | ExprKind::And(_)
                    | ExprKind::Not(_)
                    | ExprKind::Compare(..)
                    | ExprKind::IfElse { .. }
                    | ExprKind::Lambda(_)
            )
        {
            return Err(self.error(value.span, "invalid syntax"));
        }
        Ok(())
    }

    /// The clauses that follow an element.
    pub fn comprehension(
        &self,
        span: Span,
        kind: ComprehensionKind,
        element: Expr,
        value: Option<Expr>,
        pairs: &mut Pairs<'_, Rule>,
    ) -> Result<Rc<Comprehension>> {
        if matches!(element.kind, ExprKind::Starred(_)) {
            return Err(self.error(element.span, "iterable unpacking cannot be used in comprehension"));
        }
        let mut clauses = Vec::new();
        for clause in pairs.by_ref() {
            if clause.as_rule() != Rule::clause {
                break;
            }
            clauses.push(self.clause(clause)?);
        }
        Ok(Rc::new(Comprehension { kind, element, value, clauses, span }))
    }

    fn clause(&self, pair: Pair<'_, Rule>) -> Result<Clause> {
        let span = self.span(&pair);
        let (mut target, mut iter, mut conditions) = (None, None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::targets => target = Some(self.targets(part, Use::For)?),
                Rule::condition if iter.is_none() => iter = Some(self.expr(part)?.expr),
                Rule::condition => conditions.push(self.expr(part)?.expr),
                _ => {}
            }
        }
        match (target, iter) {
            (Some(target), Some(iter)) => Ok(Clause { target, iter, conditions }),
            _ => Err(self.error(span, "invalid syntax")),
        }
    }

    /// A set, dict or comprehension of either.
    pub fn brace(&self, pair: Pair<'_, Rule>) -> Result<ExprKind> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        let mut dict = Vec::new();
        let mut set = Vec::new();
        while let Some(pair) = pairs.next() {
            if pair.as_rule() != Rule::entry {
                break;
            }
            let entry_span = self.span(&pair);
            let clauses = pairs.peek().is_some_and(|p| p.as_rule() == Rule::clause);
            match self.entry(pair)? {
                Entry::Pair(key, value) => {
                    if clauses {
                        let Some(key) = key else {
                            let message = "dict unpacking cannot be used in dict comprehension";
                            return Err(self.error(entry_span, message));
                        };
                        let kind = ComprehensionKind::Dict;
                        let c = self.comprehension(span, kind, key, Some(value), &mut pairs)?;
                        return Ok(ExprKind::Comprehension(c));
                    }
                    if !set.is_empty() {
                        return Err(self.error(entry_span, "invalid syntax"));
                    }
                    dict.push((key, value));
                }
                Entry::Item(item) => {
                    if clauses {
                        let kind = ComprehensionKind::Set;
                        let c = self.comprehension(span, kind, item.expr, None, &mut pairs)?;
                        return Ok(ExprKind::Comprehension(c));
                    }
                    if !dict.is_empty() {
                        let at = Span { start: entry_span.end.saturating_sub(1), end: entry_span.end };
                        return Err(self.error(at, "':' expected after dictionary key"));
                    }
                    self.check_star(&item)?;
                    set.push(item.expr);
                }
            }
        }
        Ok(if set.is_empty() { ExprKind::Dict(dict) } else { ExprKind::Set(set) })
    }

    fn entry(&self, pair: Pair<'_, Rule>) -> Result<Entry> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        let wrong = || self.error(span, "invalid syntax");
        if pairs.peek().is_some_and(|p| p.as_rule() == Rule::power) {
            let value = pairs.nth(1).ok_or_else(wrong)?;
            return Ok(Entry::Pair(None, self.expr(value)?.expr));
        }
        let item = self.item(&mut pairs)?.ok_or_else(wrong)?;
        if pairs.next().is_none() {
            return Ok(Entry::Item(item));
        }
        if matches!(item.expr.kind, ExprKind::Starred(_) | ExprKind::Walrus(..)) && !item.parenthesized {
            return Err(wrong());
        }
        let value = pairs.next().ok_or_else(wrong)?;
        Ok(Entry::Pair(Some(item.expr), self.expr(value)?.expr))
    }

    /// What stands in the brackets of a subscript.
    pub fn index(&self, pair: Pair<'_, Rule>) -> Result<Expr> {
        let whole = self.span(&pair);
        let mut items: Vec<Expr> = Vec::new();
        let mut tuple = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::index => items.push(self.index_item(part)?),
                _ => tuple = true,
            }
        }
        let tuple = tuple || items.len() != 1 || matches!(items[0].kind, ExprKind::Starred(_));
        match items.pop() {
            Some(item) if !tuple => Ok(item),
            Some(last) => {
                items.push(last);
                let span = items.first().map_or(whole, |e| e.span).to(items.last().map_or(whole, |e| e.span));
                Ok(Expr { span, kind: ExprKind::Tuple(items) })
            }
            None => Err(self.error(whole, "invalid syntax")),
        }
    }

    fn index_item(&self, pair: Pair<'_, Rule>) -> Result<Expr> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        let mut bounds = [None, None, None];
        let mut at = 0;
        if pairs.peek().is_some_and(|p| p.as_rule() != Rule::colon) {
            let Some(item) = self.item(&mut pairs)? else { return Err(self.error(span, "invalid syntax")) };
            if pairs.peek().is_none() {
                self.check_star(&item)?;
                return Ok(item.expr);
            }
            if matches!(item.expr.kind, ExprKind::Walrus(..)) && !item.parenthesized {
                return Err(self.error(span, "invalid syntax"));
            }
            bounds[0] = Some(Box::new(item.expr));
        }
        for part in pairs {
            if part.as_rule() == Rule::colon {
                at += 1;
            } else if let Some(bound) = bounds.get_mut(at) {
                *bound = Some(Box::new(self.expr(part)?.expr));
            }
        }
        let [start, stop, step] = bounds;
        Ok(Expr { span, kind: ExprKind::Slice(start, stop, step) })
    }
}

/// What stands in parentheses or square brackets.
enum Display {
    One(Expr),
    Many(Vec<Expr>),
    Comprehension(Rc<Comprehension>),
}

/// What stands between the commas of braces.
enum Entry {
    Pair(Option<Expr>, Expr),
    Item(Operand),
}
