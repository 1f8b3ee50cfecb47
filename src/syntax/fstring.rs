//! Adjacent string literals joined, and f-strings taken apart.
//!
//! Python 3.11's rules: a replacement field may not contain a backslash, a comment or its own quotes, and fields nest
//! once, inside a format specification.

use super::ast::{Expr, ExprKind, FPart};
use super::expression::Builder;
use super::grammar::Rule;
use super::literal::{Literal, unescape};
use super::parse;
use crate::diag::{Result, Span};
use pest::iterators::Pair;
use std::rc::Rc;

/// The value of a `strings` pair.
pub(super) fn strings(builder: &Builder, pair: Pair<'_, Rule>) -> Result<ExprKind> {
    let mut parts = Parts::default();
    let mut format = false;
    for pair in pair.into_inner() {
        let span = builder.span(&pair);
        let literal = Literal::new(pair.as_str());
        if literal.format {
            format = true;
            let mut scan = Scan { builder, literal, span, start: span.start as usize + literal.offset, at: 0 };
            scan.pieces(0, &mut parts)?;
        } else {
            unescape(literal.body, literal.raw, &mut parts.text).map_err(|message| builder.error(span, message))?;
        }
    }
    Ok(if format { ExprKind::FString(parts.finish()) } else { ExprKind::Str(parts.text.into()) })
}

/// Pieces collected so far; text is joined.
#[derive(Default)]
struct Parts {
    list: Vec<FPart>,
    text: String,
}

impl Parts {
    fn field(&mut self, field: FPart) {
        if !self.text.is_empty() {
            self.list.push(FPart::Text(std::mem::take(&mut self.text).into()));
        }
        self.list.push(field);
    }

    fn finish(mut self) -> Vec<FPart> {
        if !self.text.is_empty() {
            self.list.push(FPart::Text(self.text.into()));
        }
        self.list
    }
}

/// A position in the body of an f-string.
struct Scan<'a> {
    builder: &'a Builder,
    literal: Literal<'a>,
    /// The whole literal.
    span: Span,
    /// Offset of the body in the source.
    start: usize,
    at: usize,
}

impl Scan<'_> {
    fn fail<T>(&self, message: impl AsRef<str>) -> Result<T> {
        let message = message.as_ref();
        // A builder of a field adds the prefix itself.
        let message = if self.builder.field { message.to_string() } else { format!("f-string: {message}") };
        Err(self.builder.error(self.span, message))
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.literal.body.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn done(&self) -> bool {
        self.at >= self.literal.body.len()
    }

    /// Text and fields up to the end, or in a format specification (`level` > 0) up to the closing brace.
    fn pieces(&mut self, level: usize, parts: &mut Parts) -> Result<()> {
        let mut from = self.at;
        while !self.done() {
            let c = self.peek(0);
            match c {
                // An escaped brace is still a brace, so only other escapes are skipped here.
                b'\\' if !self.literal.raw && !matches!(self.peek(1), b'{' | b'}') => self.at += 2,
                b'{' | b'}' if level == 0 && self.peek(1) == c => {
                    self.at += 1;
                    self.text(from, parts)?;
                    self.at += 1;
                    from = self.at;
                }
                b'}' if level == 0 => return self.fail("single '}' is not allowed"),
                b'}' => break,
                b'{' => {
                    self.text(from, parts)?;
                    let field = self.field(level)?;
                    parts.field(field);
                    from = self.at;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.literal.body.len());
        self.text(from, parts)
    }

    fn text(&self, from: usize, parts: &mut Parts) -> Result<()> {
        let text = self.literal.body.get(from..self.at).unwrap_or("");
        unescape(text, self.literal.raw, &mut parts.text).map_err(|message| self.builder.error(self.span, message))
    }

    /// A replacement field, from its opening to its closing brace.
    fn field(&mut self, level: usize) -> Result<FPart> {
        if level >= 2 {
            return self.fail("expressions nested too deeply");
        }
        self.at += 1;
        let from = self.at;
        self.expression_end()?;
        let code = &self.literal.body[from..self.at];
        if code.trim_matches([' ', '\t', '\n', '\r', '\x0c']).is_empty() {
            if self.done() {
                return self.fail("expecting '}'");
            }
            return match self.peek(0) {
                b'}' => self.fail("empty expression not allowed"),
                c => self.fail(format!("expression required before '{}'", c as char)),
            };
        }
        let value = self.parse(code, from)?;
        let mut label = None;
        if self.peek(0) == b'=' {
            self.at += 1;
            while self.peek(0).is_ascii_whitespace() {
                self.at += 1;
            }
            label = Some(Rc::from(&self.literal.body[from..self.at]));
        }
        let mut conversion = None;
        if self.peek(0) == b'!' {
            self.at += 1;
            let Some(c) = self.literal.body[self.at..].chars().next() else { return self.fail("expecting '}'") };
            if !matches!(c, 's' | 'r' | 'a') {
                return self.fail("invalid conversion character: expected 's', 'r', or 'a'");
            }
            self.at += 1;
            conversion = Some(c);
        }
        let mut spec = Vec::new();
        let mut has_spec = false;
        if self.peek(0) == b':' {
            self.at += 1;
            has_spec = true;
            let mut parts = Parts::default();
            self.pieces(level + 1, &mut parts)?;
            spec = parts.finish();
        }
        if self.peek(0) != b'}' {
            return self.fail("expecting '}'");
        }
        self.at += 1;
        if label.is_some() && conversion.is_none() && !has_spec {
            conversion = Some('r');
        }
        Ok(FPart::Field { value, label, conversion, spec })
    }

    /// Moves to the character that ends the expression of a field: `!`, `:`, `}` or `=` outside brackets and strings.
    fn expression_end(&mut self) -> Result<()> {
        let mut open: Vec<u8> = Vec::new();
        let mut quote: Option<(u8, usize)> = None;
        while !self.done() {
            let c = self.peek(0);
            if c == b'\\' {
                return self.fail("expression part cannot include a backslash").map_err(unprefixed);
            }
            if let Some((q, n)) = quote {
                if c == q && (n == 1 || self.peek(1) == q && self.peek(2) == q) {
                    self.at += n;
                    quote = None;
                } else {
                    self.at += 1;
                }
                continue;
            }
            match c {
                b'"' | b'\'' => {
                    let n = if self.peek(1) == c && self.peek(2) == c { 3 } else { 1 };
                    quote = Some((c, n));
                    self.at += n;
                    continue;
                }
                b'(' | b'[' | b'{' => {
                    if open.len() + self.builder.brackets >= super::tokens::MAX_BRACKETS {
                        return self.fail("too many nested parenthesis");
                    }
                    open.push(c);
                }
                b'#' => return self.fail("expression part cannot include '#'").map_err(unprefixed),
                b'!' | b':' | b'}' | b'=' | b'<' | b'>' if open.is_empty() => {
                    if self.peek(1) == b'=' && matches!(c, b'!' | b'=' | b'<' | b'>') {
                        self.at += 2;
                        continue;
                    }
                    if !matches!(c, b'<' | b'>') {
                        return Ok(());
                    }
                }
                b')' | b']' | b'}' => match open.pop() {
                    None => return self.fail(format!("unmatched '{}'", c as char)),
                    Some(o) if !matches!((o, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) => {
                        return self.fail(format!(
                            "closing parenthesis '{}' does not match opening parenthesis '{}'",
                            c as char, o as char
                        ));
                    }
                    Some(_) => {}
                },
                _ => {}
            }
            self.at += 1;
        }
        if quote.is_some() {
            return self.fail("unterminated string");
        }
        if let Some(o) = open.pop() {
            return self.fail(format!("unmatched '{}'", o as char));
        }
        self.fail("expecting '}'")
    }

    fn parse(&self, code: &str, from: usize) -> Result<Expr> {
        parse::fragment(&self.builder.nested(self.start + from), code)
    }
}

/// CPython writes "f-string expression part" without a colon.
fn unprefixed(mut error: crate::diag::Error) -> crate::diag::Error {
    error.message = error.message.replacen("f-string: expression part", "f-string expression part", 1);
    error
}
