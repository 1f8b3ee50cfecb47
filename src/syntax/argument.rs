//! Arguments of calls and parameters of functions, in the order that Python demands.

use super::ast::*;
use super::expression::{Builder, describe};
use super::grammar::Rule;
use crate::diag::{Result, Span};
use pest::iterators::Pair;
use rustc_hash::FxHashSet;
use std::rc::Rc;

impl Builder {
    /// The arguments of a `call` pair, in order.
    pub fn arguments(&self, pair: Pair<'_, Rule>) -> Result<Vec<Arg>> {
        let span = self.span(&pair);
        let mut args: Vec<Arg> = Vec::new();
        let mut seen = Seen::default();
        let mut generator = None;
        let mut trailing = false;
        for part in pair.into_inner() {
            if part.as_rule() != Rule::argument {
                trailing = true;
                continue;
            }
            let part_span = self.span(&part);
            let (arg, bare_generator) = self.argument(part, span)?;
            if bare_generator {
                generator = generator.or(Some(part_span));
            }
            if let Some(message) = seen.refuse(&arg) {
                return Err(self.error(part_span, message));
            }
            args.push(arg);
        }
        match generator {
            Some(at) if args.len() > 1 || trailing => Err(self.error(at, "Generator expression must be parenthesized")),
            _ => Ok(args),
        }
    }

    /// One argument of a call with those parentheses, and whether it is a generator without parentheses of its own.
    fn argument(&self, pair: Pair<'_, Rule>, call: Span) -> Result<(Arg, bool)> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        let wrong = || self.error(span, "invalid syntax");
        if pairs.peek().is_some_and(|p| p.as_rule() == Rule::power) {
            let value = pairs.nth(1).ok_or_else(wrong)?;
            return Ok((Arg::DoubleStar(self.expr(value)?.expr), false));
        }
        let item = self.item_of(&mut pairs, true)?.ok_or_else(wrong)?;
        match pairs.peek().map(|p| p.as_rule()) {
            None => Ok(match item.expr.kind {
                ExprKind::Starred(value) => (Arg::Star(*value), false),
                _ => (Arg::Positional(item.expr), false),
            }),
            Some(Rule::clause) => {
                let whole = if !pairs.is_empty() { call } else { span };
                let c = self.comprehension(whole, ComprehensionKind::Generator, item.expr, None, &mut pairs)?;
                Ok((Arg::Positional(Expr { span: whole, kind: ExprKind::Comprehension(c) }), true))
            }
            Some(_) => {
                let value = pairs.nth(1).ok_or_else(wrong)?;
                match item.expr.kind {
                    ExprKind::Name(name) if !item.parenthesized => {
                        if &*name == "__debug__" {
                            return Err(self.error(item.outer, "cannot assign to __debug__"));
                        }
                        Ok((Arg::Keyword(name, item.outer, self.expr(value)?.expr), false))
                    }
                    ref kind @ (ExprKind::None | ExprKind::Bool(_)) => {
                        Err(self.error(item.outer, format!("cannot assign to {}", describe(kind))))
                    }
                    _ => {
                        let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
                        Err(self.error(item.outer, message))
                    }
                }
            }
        }
    }

    /// `lambda params: body`.
    pub fn lambda(&self, pair: Pair<'_, Rule>) -> Result<ExprKind> {
        let span = self.span(&pair);
        let mut params = Params::default();
        let mut body = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::lambda_params => params = self.params(part)?,
                Rule::expr => body = Some(self.expr(part)?.expr),
                _ => {}
            }
        }
        let Some(body) = body else { return Err(self.error(span, "invalid syntax")) };
        Ok(ExprKind::Lambda(Rc::new(Lambda { params, body, span })))
    }

    /// The parameters of a `params` or `lambda_params` pair, with the order that Python demands.
    pub fn params(&self, pair: Pair<'_, Rule>) -> Result<Params> {
        let mut params = Params::default();
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let (mut after_star, mut bare_star, mut slash) = (false, None, false);
        for part in pair.into_inner() {
            let span = self.span(&part);
            if !matches!(part.as_rule(), Rule::param | Rule::lambda_param) {
                continue;
            }
            if params.kwarg.is_some() {
                return Err(self.error(span, "arguments cannot follow var-keyword argument"));
            }
            let (form, param) = self.param(part)?;
            if let Some(param) = &param {
                if &*param.name == "__debug__" {
                    return Err(self.error(param.span, "cannot assign to __debug__"));
                }
                if !seen.insert(param.name.clone()) {
                    let message = format!("duplicate argument '{}' in function definition", param.name);
                    return Err(self.error(param.span, message));
                }
            }
            match (form, param) {
                (Rule::slash, _) if slash => return Err(self.error(span, "/ may appear only once")),
                (Rule::slash, _) if after_star => return Err(self.error(span, "/ must be ahead of *")),
                (Rule::slash, _) if params.args.is_empty() => {
                    return Err(self.error(span, "at least one argument must precede /"));
                }
                (Rule::slash, _) => {
                    slash = true;
                    params.posonly = params.args.len();
                }
                (Rule::star, _) if after_star => return Err(self.error(span, "* argument may appear only once")),
                (Rule::star, Some(param)) => {
                    if param.default.is_some() {
                        return Err(self.error(span, "var-positional argument cannot have default value"));
                    }
                    after_star = true;
                    params.vararg = Some(param);
                }
                (Rule::star, None) => {
                    after_star = true;
                    bare_star = Some(span);
                }
                (Rule::power, Some(param)) => {
                    if param.default.is_some() {
                        return Err(self.error(span, "var-keyword argument cannot have default value"));
                    }
                    if let (Some(star), true) = (bare_star, params.kwonly.is_empty()) {
                        return Err(self.error(star, "named arguments must follow bare *"));
                    }
                    params.kwarg = Some(param);
                }
                (_, Some(param)) if after_star => params.kwonly.push(param),
                (_, Some(param)) => {
                    if param.default.is_none() && params.args.last().is_some_and(|p| p.default.is_some()) {
                        return Err(self.error(param.span, "non-default argument follows default argument"));
                    }
                    params.args.push(param);
                }
                (_, None) => {}
            }
        }
        match bare_star {
            Some(star) if params.kwonly.is_empty() => Err(self.error(star, "named arguments must follow bare *")),
            _ => Ok(params),
        }
    }

    /// One parameter and its form: `star`, `power`, `slash` or `name`.
    fn param(&self, pair: Pair<'_, Rule>) -> Result<(Rule, Option<Param>)> {
        let span = self.span(&pair);
        let mut form = Rule::name;
        let (mut name, mut annotation, mut default) = (None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                rule @ (Rule::star | Rule::power | Rule::slash) => form = rule,
                Rule::name => name = Some(self.name(&part)),
                Rule::annotation => annotation = self.last_expr(part)?,
                Rule::star_note => {
                    let starred = part.clone().into_inner().find(|p| p.as_rule() == Rule::star).map(|p| self.span(&p));
                    annotation = self.last_expr(part)?.map(|e| match starred {
                        Some(star) => Expr { span: star.to(e.span), kind: ExprKind::Starred(Box::new(e)) },
                        None => e,
                    });
                }
                Rule::default => default = self.last_expr(part)?,
                _ => {}
            }
        }
        Ok((form, name.map(|name| Param { name, annotation, default, span })))
    }
}

/// What has been seen of a call's arguments.
#[derive(Default)]
struct Seen {
    keyword: bool,
    unpacked: bool,
    names: FxHashSet<Name>,
}

impl Seen {
    /// Why an argument cannot stand after those before it.
    fn refuse(&mut self, arg: &Arg) -> Option<String> {
        match arg {
            Arg::Positional(_) if self.unpacked => {
                return Some("positional argument follows keyword argument unpacking".into());
            }
            Arg::Positional(_) if self.keyword => return Some("positional argument follows keyword argument".into()),
            Arg::Star(_) if self.unpacked => {
                return Some("iterable argument unpacking follows keyword argument unpacking".into());
            }
            Arg::Keyword(name, ..) => {
                self.keyword = true;
                if !self.names.insert(name.clone()) {
                    return Some(format!("keyword argument repeated: {name}"));
                }
            }
            Arg::DoubleStar(_) => self.unpacked = true,
            Arg::Positional(_) | Arg::Star(_) => {}
        }
        None
    }
}
