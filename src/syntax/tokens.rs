//! The tokens of a text, found in one pass that never fails.
//!
//! One tokenizer for brackets, strings, comments, numbers and indentation. The parser takes from it the errors that are
//! Python's tokenizer's and the flattened text that the grammar reads; the prompt takes what is still open; the
//! highlighter takes the pieces.

use super::lexer::Lexer;
use super::parse::Mode;
use crate::diag::{ExcKind, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier or keyword.
    Name,
    /// A number, well-formed or not.
    Number,
    /// A string with its prefix and quotes; unterminated at the end of a line or text.
    String,
    /// An operator, bracket or separator.
    Op,
    /// A comment, without its line break.
    Comment,
    /// The end of a logical line: its line break, or nothing at the end of the text.
    Newline,
    /// The start of a deeper block; empty.
    Indent,
    /// The end of a block; empty.
    Dedent,
    /// A whole line that is a command of the prompt.
    Command,
    /// A character that belongs to no token.
    Bad,
}

/// A piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// An error that makes the text untokenizable.
#[derive(Clone, Debug)]
pub struct LexError {
    /// `SyntaxError`, `IndentationError` or `TabError`.
    pub kind: ExcKind,
    /// Python's words.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// What the text ends inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// A triple-quoted string.
    LongString,
    /// A line joined by a backslash to one that does not follow.
    Continuation,
}

/// All tokens of a text, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Tokens {
    /// In order; together with white space, joined line breaks and backslashes they cover the text.
    pub list: Vec<Token>,
    /// The first error.
    pub error: Option<LexError>,
    /// Brackets still open at the end, outermost first: the character and its offset.
    pub open: Vec<(u8, u32)>,
    /// What else is unfinished at the end.
    pub unfinished: Option<Unfinished>,
    /// Whether the text stands in brackets already, so that no line break of it ends a statement.
    pub nested: bool,
}

/// Brackets may be nested this deep, as in CPython.
pub const MAX_BRACKETS: usize = 200;
/// Blocks may be nested this deep, as in CPython.
pub const MAX_BLOCKS: usize = 100;

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Whether a name is reserved.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// The tokens of a whole text.
pub fn tokenize(text: &str, mode: Mode) -> Tokens {
    Lexer::new(text, mode).run()
}

/// The tokens of an expression that stands inside brackets already, `depth` of them.
pub fn tokenize_nested(text: &str, depth: usize) -> Tokens {
    Lexer::nested(text, depth).run()
}

impl Tokens {
    /// The error of the token pass that Python would report: its first one, unless a line before it is indented under
    /// none that ends in `:`.
    pub fn error(&self, text: &str) -> Option<LexError> {
        let error = self.error.as_ref()?;
        let mut last = "";
        for (token, next) in self.list.iter().zip(self.list.iter().skip(1)) {
            if token.span.start >= error.span.start {
                break;
            }
            match token.kind {
                TokenKind::Indent if last != ":" => {
                    let kind = ExcKind::IndentationError;
                    return Some(LexError { kind, message: "unexpected indent".to_string(), span: next.span });
                }
                TokenKind::Comment | TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent => {}
                _ => last = &text[token.span.range()],
            }
        }
        Some(error.clone())
    }

    /// The text that the grammar reads: the same bytes at the same offsets, with comments and joined line breaks
    /// blanked, everything between two logical lines filled with line breaks, and each line of block level `n` preceded
    /// by exactly `n` tabs. A command is filled with `\u{1}`, which no other token can hold. (The indentation of level `n` has at least `n` bytes, for each level is deeper than the last.)
    pub fn flatten(&self, text: &str) -> String {
        let source = text.as_bytes();
        let mut out = vec![b' '; source.len()];
        let mut level = 0usize;
        let mut gap = (!self.nested).then_some(0usize);
        for token in &self.list {
            let range = token.span.range();
            match token.kind {
                TokenKind::Comment => continue,
                TokenKind::Indent => level += 1,
                TokenKind::Dedent => level = level.saturating_sub(1),
                TokenKind::Newline => gap = Some(range.start),
                _ => {
                    if let Some(from) = gap.take() {
                        let tabs = range.start.saturating_sub(level).max(from);
                        out[from..tabs].fill(b'\n');
                        out[tabs..range.start].fill(b'\t');
                    }
                    match token.kind {
                        TokenKind::Command => out[range].fill(1),
                        _ => out[range.clone()].copy_from_slice(&source[range]),
                    }
                }
            }
        }
        if let Some(from) = gap {
            out[from..].fill(b'\n');
        }
        // Tokens begin and end at character boundaries, so this never takes the second way.
        String::from_utf8(out).unwrap_or_else(|_| text.to_string())
    }
}
