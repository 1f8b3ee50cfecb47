//! The way from a source to its tree.

use super::ast::{Expr, ExprKind, Module};
use super::explain::explain;
use super::expression::Builder;
use super::grammar::{Grammar, Rule};
use super::tokens::{self, TokenKind, Tokens};
use super::validate;
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
    if let Some(error) = tokens.error(&source.text) {
        let help = character_help(source.slice(error.span));
        let fault = place(Fault::new(error.kind, error.message), source, error.span);
        return Err(match help {
            Some(help) => fault.with_help(help),
            None => fault,
        });
    }
    let flat = tokens.flatten(&source.text);
    match Grammar::parse(Rule::file, &flat) {
        Ok(pairs) => {
            let mut module = Builder::new(source).module(pairs)?;
            module.warnings = validate::validate(source, &module)?;
            module.warnings.sort_by_key(|(span, _)| span.start);
            Ok(module)
        }
        Err(error) => Err(refusal(source, &tokens, &flat, &error)),
    }
}

/// What to type for a character that came with a text copied from a book or web page.
fn character_help(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return None };
    let instead = match c {
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‘' | '’' | '‚' | '`' => "'",
        '−' | '–' | '—' => "-",
        '×' | '∗' | '·' => "*",
        '÷' => "/",
        '…' => "...",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '\u{a0}' => return Some("this is a no-break space; type a plain one".to_string()),
        _ => return None,
    };
    Some(format!("type {instead} instead of {c}"))
}

/// How far a text that may go on could be parsed.
pub(super) enum Attempt {
    /// It is a module.
    Parsed(Module),
    /// It could go on: nothing is wrong but that it ends.
    EndsEarly,
    /// It is wrong.
    Refused,
}

/// Parses a text whose tokens are without error, as if more lines might follow.
pub(super) fn attempt(source: &Rc<Source>, tokens: &Tokens) -> Attempt {
    let flat = tokens.flatten(&source.text);
    let end = source.text.trim_end().len();
    match Grammar::parse(Rule::file, &flat) {
        Ok(pairs) => match Builder::new(source).module(pairs) {
            Ok(module) => Attempt::Parsed(module),
            // A `try` block may still get its clauses.
            Err(error)
                if error.message.starts_with("expected 'except'")
                    && error.trace.first().is_some_and(|f| f.span.end as usize >= end) =>
            {
                Attempt::EndsEarly
            }
            Err(_) => Attempt::Refused,
        },
        Err(error) => {
            let why = explain(&source.text, tokens, position(&error), false);
            let open = !tokens.open.is_empty() && why.message.ends_with("was never closed");
            let block = why.kind == ExcKind::IndentationError && why.span.end as usize >= end;
            let decorator = position(&error) >= end && is_decorator(&source.text, tokens);
            if open || block && why.message.starts_with("expected") || decorator {
                Attempt::EndsEarly
            } else {
                Attempt::Refused
            }
        }
    }
}

/// Whether the last logical line of a text is a decorator.
fn is_decorator(text: &str, tokens: &Tokens) -> bool {
    let mut fresh = true;
    let mut decorator = false;
    for token in &tokens.list {
        match token.kind {
            TokenKind::Newline => fresh = true,
            TokenKind::Indent | TokenKind::Dedent | TokenKind::Comment => {}
            _ if fresh => {
                decorator = &text[token.span.range()] == "@";
                fresh = false;
            }
            _ => {}
        }
    }
    decorator
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
        return Err(place(Fault::new(error.kind, error.message.clone()), &builder.source, shift(error.span)));
    }
    let flat = tokens.flatten(text);
    match Grammar::parse(Rule::fragment, &flat) {
        Ok(mut pairs) => {
            let value = pairs.next().and_then(|p| p.into_inner().next());
            let Some(value) = value else { return Err(builder.error(shift(Span::default()), "invalid syntax")) };
            let value = builder.value(value)?.expr;
            match value.kind {
                ExprKind::Starred(_) => Err(builder.error(value.span, "cannot use starred expression here")),
                _ => Ok(value),
            }
        }
        Err(error) if too_deep(&error) => Err(builder.error(shift(Span::default()), TOO_DEEP)),
        Err(error) => {
            let why = explain(text, &tokens, position(&error), true);
            Err(builder.error(shift(why.span), why.message))
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

/// What is said when pest ran out of stack, which only chains without brackets can do.
const TOO_DEEP: &str = "expression too deeply nested";

fn too_deep(error: &pest::error::Error<Rule>) -> bool {
    matches!(error.variant, pest::error::ErrorVariant::CustomError { .. })
}

/// The error of a text that the grammar refuses: of a statement before that is wrong in another way, or its own.
#[cold]
fn refusal(source: &Rc<Source>, tokens: &Tokens, flat: &str, error: &pest::error::Error<Rule>) -> Error {
    if too_deep(error) {
        return place(Fault::new(ExcKind::SyntaxError, TOO_DEEP), source, Span::new(position(error), position(error)));
    }
    let why = explain(&source.text, tokens, position(error), false);
    // An f-string with its own quotes inside ends too early: what it holds is wrong, not what follows.
    let string = tokens.list.iter().take_while(|t| t.span.end <= why.span.start).last();
    if let Some(string) = string.filter(|t| t.kind == TokenKind::String && t.span.end == why.span.start)
        && let Err(error) = fragment(
            &Builder { base: string.span.start as usize, ..Builder::new(source) },
            &source.text[string.span.range()],
        )
    {
        return error.with_help("inside an f-string use the other quotes: f\"{d['key']}\"");
    }
    // Python reports the first statement that is wrong, so those before must be right in every way.
    let before = top_level_start(&source.text, tokens, why.span.start);
    if before > 0
        && let Ok(pairs) = Grammar::parse(Rule::file, &flat[..before])
        && let Err(error) = Builder::new(source).module(pairs)
    {
        return error;
    }
    let fault = place(Fault::new(why.kind, why.message), source, why.span);
    match why.help {
        Some(help) => fault.with_help(help),
        None => fault,
    }
}

/// Where the last statement of block level 0 at or before an offset begins.
fn top_level_start(text: &str, tokens: &Tokens, offset: u32) -> usize {
    let (mut level, mut fresh, mut start) = (0usize, true, 0);
    for token in &tokens.list {
        match token.kind {
            TokenKind::Indent => level += 1,
            TokenKind::Dedent => level = level.saturating_sub(1),
            TokenKind::Newline => fresh = true,
            TokenKind::Comment => {}
            _ => {
                if token.span.start > offset {
                    break;
                }
                let continues = || matches!(&text[token.span.range()], "elif" | "else" | "except" | "finally");
                if fresh && level == 0 && !continues() {
                    start = token.span.start as usize;
                }
                fresh = false;
            }
        }
    }
    start
}

/// The text without pasted prompts: `>>> `, `... `, `In [3]: ` and `   ...: `.
///
/// Only when the first line that is not blank has such a prompt; then lines without one are output and are dropped.
pub fn strip_prompts(text: &str) -> Cow<'_, str> {
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    // A lone `...` is Python.
    if prompt(first).is_none() || first.trim_start().starts_with("...") {
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
