//! The way from a source to its tree.

use super::ast::{Expr, Module};
use super::expression::Builder;
use super::grammar::{Grammar, Rule};
use super::tokens::{self, LexError, Tokens};
use crate::diag::fault::Frame;
use crate::diag::{Error, ExcKind, Fault, Result, Source, Span};
use pest::Parser;
use std::borrow::Cow;
use std::rc::Rc;

/// Where a text comes from, which decides what is a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A script: lines that begin with `:` or `%name` at the top level are commands.
    File,
    /// The prompt: `name?` and `?name` are commands too.
    Prompt,
}

/// The tree of a source, or the `SyntaxError`, `IndentationError` or `TabError` that Python would raise, with its place.
pub fn parse(source: &Rc<Source>, mode: Mode) -> Result<Module> {
    if source.text.len() > i32::MAX as usize {
        let message = "the text is larger than 2 GiB";
        return Err(place(Fault::new(ExcKind::SyntaxError, message), source, Span::default()));
    }
    let tokens = tokens::tokenize(&source.text, mode);
    if let Some(error) = &tokens.error {
        return Err(lex_error(error, source));
    }
    let flat = tokens.flatten(&source.text);
    let builder = Builder::new(source);
    match Grammar::parse(Rule::file, &flat) {
        Ok(pairs) => builder.module(pairs),
        Err(error) => Err(explain(source, &tokens, position(&error))),
    }
}

/// The tree of a source that is one expression; blanks and line breaks around it are ignored.
pub fn parse_expression(source: &Rc<Source>) -> Result<Expr> {
    fragment(&Builder::new(source), &source.text)
}

/// The expression that a builder's piece of text holds.
pub(super) fn fragment(builder: &Builder, text: &str) -> Result<Expr> {
    let tokens = tokens::tokenize_nested(text, builder.brackets);
    let shift = |span: Span| Span::new(builder.base + span.start as usize, builder.base + span.end as usize);
    if let Some(error) = &tokens.error {
        return Err(builder.error(shift(error.span), error.message.clone()));
    }
    let flat = tokens.flatten(text);
    match Grammar::parse(Rule::fragment, &flat) {
        Ok(mut pairs) => {
            let value = pairs.next().and_then(|p| p.into_inner().next());
            let Some(value) = value else { return Err(builder.error(shift(Span::default()), "invalid syntax")) };
            let value = builder.value(value)?;
            builder.no_lone_star(&value.expr)?;
            Ok(value.expr)
        }
        Err(error) => {
            let at = position(&error);
            Err(builder.error(shift(Span::new(at, at + 1)), "invalid syntax"))
        }
    }
}

/// Where pest gave up.
fn position(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    }
}

/// A fault with its place.
#[cold]
pub(super) fn place(mut fault: Error, source: &Rc<Source>, span: Span) -> Error {
    fault.trace.push(Frame { function: Rc::from("<module>"), source: source.clone(), span });
    fault
}

#[cold]
fn lex_error(error: &LexError, source: &Rc<Source>) -> Error {
    place(Fault::new(error.kind, error.message.clone()), source, error.span)
}

#[cold]
fn explain(source: &Rc<Source>, tokens: &Tokens, at: usize) -> Error {
    let span = tokens.list.iter().map(|t| t.span).find(|s| s.end as usize > at).unwrap_or(Span::new(at, at));
    place(Fault::new(ExcKind::SyntaxError, "invalid syntax"), source, span)
}

/// The text without pasted prompts: `>>> `, `... `, `In [3]: ` and `   ...: `.
///
/// Only when the first line that is not blank has such a prompt; then lines without one are output and are dropped.
pub fn strip_prompts(text: &str) -> Cow<'_, str> {
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    if prompt(first).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if let Some(code) = prompt(line) {
            out.push_str(code);
            out.push('\n');
        }
    }
    Cow::Owned(out)
}

/// What follows the prompt of a line that has one.
fn prompt(line: &str) -> Option<&str> {
    let line = line.trim_start();
    for mark in [">>>", "...:", "..."] {
        if let Some(rest) = line.strip_prefix(mark) {
            return if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') };
        }
    }
    let (number, rest) = line.strip_prefix("In [")?.split_once("]:")?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then(|| rest.strip_prefix(' ').unwrap_or(rest))
}
