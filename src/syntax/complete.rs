//! Whether a text typed at the prompt is all of an input, or a part of one.

use super::ast::{Stmt, StmtKind};
use super::parse::{Attempt, Mode, attempt};
use super::tokens::{Token, TokenKind, Tokens, Unfinished, tokenize};
use crate::diag::Source;

/// What to do when Enter is pressed after a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Run it.
    Complete,
    /// Read another line, which should be indented by so many columns.
    Incomplete {
        /// Columns of blanks that the next line should begin with.
        indent: usize,
    },
    /// No further line makes it right: run it, to have the error told.
    Invalid,
}

/// Columns of one level of indentation, unless the text has its own.
const UNIT: usize = 4;

/// Whether `text`, which ends where Enter is pressed (so without the line break of that Enter), is a whole input.
///
/// As at Python's prompt: an open bracket, triple quote or backslash goes on; a compound statement ends with an empty
/// line; anything else is complete at once.
pub fn completeness(text: &str) -> Completeness {
    let tokens = tokenize(text, Mode::Prompt);
    let blocks = Blocks::new(text, &tokens);
    if let Some(unfinished) = tokens.unfinished {
        return match unfinished {
            // The backslash is the error itself, a long string is only when no error came before.
            _ if tokens.error.as_ref().is_some_and(|e| (e.span.end as usize) < unfinished_from(&tokens, text)) => {
                Completeness::Invalid
            }
            Unfinished::LongString => Completeness::Incomplete { indent: 0 },
            Unfinished::Continuation => Completeness::Incomplete { indent: blocks.line },
        };
    }
    if tokens.error.is_some() {
        return Completeness::Invalid;
    }
    let blank = text.rsplit('\n').next().is_none_or(|line| line.trim().is_empty()) && text.contains('\n');
    let source = Source::new("<input>", text);
    match attempt(&source, &tokens) {
        Attempt::Parsed(module) => match module.body.last() {
            Some(last) if is_compound(last) && !blank => Completeness::Incomplete { indent: blocks.next() },
            _ => Completeness::Complete,
        },
        Attempt::EndsEarly if !tokens.open.is_empty() => Completeness::Incomplete { indent: blocks.line + UNIT },
        Attempt::EndsEarly if !blank => Completeness::Incomplete { indent: blocks.next() },
        Attempt::EndsEarly | Attempt::Refused => Completeness::Invalid,
    }
}

/// Where the unfinished string or backslash begins.
fn unfinished_from(tokens: &Tokens, text: &str) -> usize {
    match (tokens.unfinished, tokens.list.iter().rfind(|t| t.kind == TokenKind::String)) {
        (Some(Unfinished::LongString), Some(string)) => string.span.start as usize,
        _ => text.trim_end().len(),
    }
}

fn is_compound(stmt: &Stmt) -> bool {
    matches!(
        stmt.kind,
        StmtKind::If { .. }
            | StmtKind::While { .. }
            | StmtKind::For { .. }
            | StmtKind::Def(_)
            | StmtKind::Class(_)
            | StmtKind::Try { .. }
            | StmtKind::With { .. }
    )
}

/// The blocks open at the end of a text.
struct Blocks {
    /// Columns of the last logical line.
    line: usize,
    /// Columns of the block around it.
    outer: usize,
    /// Columns of one level.
    unit: usize,
    /// Whether the last logical line ends in `:`.
    header: bool,
    /// Whether it leaves its block: `return`, `break` and the like.
    leaves: bool,
}

impl Blocks {
    fn new(text: &str, tokens: &Tokens) -> Blocks {
        let mut levels: Vec<usize> = vec![0];
        let mut blocks = Blocks { line: 0, outer: 0, unit: UNIT, header: false, leaves: false };
        let mut first_of_line = true;
        let mut ended = 0;
        for token in &tokens.list {
            match token.kind {
                TokenKind::Comment => {}
                TokenKind::Newline => {
                    first_of_line = true;
                    ended = token.span.start as usize;
                }
                TokenKind::Indent => {
                    let column = column(text, token);
                    if levels.len() == 1 {
                        blocks.unit = column.max(1);
                    }
                    levels.push(column);
                }
                // The blocks that the end of the text closes are still open for who types.
                TokenKind::Dedent if token.span.start as usize >= text.len() => {}
                TokenKind::Dedent => {
                    levels.pop();
                }
                _ => {
                    let word = &text[token.span.range()];
                    if first_of_line {
                        first_of_line = false;
                        blocks.line = levels.last().copied().unwrap_or(0);
                        blocks.outer = levels.iter().rev().nth(1).copied().unwrap_or(0);
                        blocks.leaves = matches!(word, "return" | "break" | "continue" | "pass" | "raise");
                    }
                    blocks.header = word == ":" && token.span.start as usize >= ended;
                }
            }
        }
        blocks
    }

    /// Columns that the next logical line should begin with.
    fn next(&self) -> usize {
        match (self.header, self.leaves) {
            (true, _) => self.line + self.unit,
            (false, true) => self.outer,
            (false, false) => self.line,
        }
    }
}

/// The column of an indentation's end, tabs to the next multiple of 8.
fn column(text: &str, token: &Token) -> usize {
    let before = &text[..token.span.start as usize];
    let line = before.rsplit('\n').next().unwrap_or("");
    line.chars().fold(0, |n, c| if c == '\t' { n / 8 * 8 + 8 } else { n + 1 })
}

#[cfg(test)]
mod tests {
    use super::{Completeness::*, *};

    #[test]
    fn simple_lines_are_complete_at_once() {
        for text in
            ["", "x = 1", "x;", "a\nb", ":grad w", "%time f()", "x?", "f(\n1)", "'''a\nb'''", "# note", "lambda: x"]
        {
            assert_eq!(completeness(text), Complete, "{text:?}");
        }
    }

    #[test]
    fn what_is_open_goes_on() {
        let cases = [
            ("f(1,", 4),
            ("x = [\n  1,", 4),
            ("x = '''a", 0),
            ("x = 1 + \\", 0),
            ("if x:", 4),
            ("if x:\n  y", 2),
            ("if x:\n  if y:", 4),
            ("if x:\n    y\nelse:", 4),
            ("def f(x):\n    return x", 0),
            ("for i in x:\n    if i:\n        break", 4),
            ("@decorator", 0),
            ("class A:\n    @property", 4),
            ("try:\n    x", 4),
            ("try:\n    x\nexcept E:", 4),
            ("if x: y", 0),
            ("def f():\n    x = (1,", 8),
            ("def f():\n    '''doc", 0),
        ];
        for (text, indent) in cases {
            assert_eq!(completeness(text), Incomplete { indent }, "{text:?}");
        }
    }

    #[test]
    fn an_empty_line_ends_a_block() {
        for text in ["if x:\n    y\n", "if x:\n    y\n    ", "def f():\n    x\n\n    y\n", "if x: y\n"] {
            assert_eq!(completeness(text), Complete, "{text:?}");
        }
    }

    #[test]
    fn what_no_line_can_mend_is_invalid() {
        for text in
            ["x = ", "f(a b c", ")", "x = 'abc", "if x\n", "if x:\n", "1abc", "try:\n    x\n", "  x", "x = 1a + '''b"]
        {
            assert_eq!(completeness(text), Invalid, "{text:?}");
        }
    }
}
