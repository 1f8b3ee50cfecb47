//! The pass over a text that finds its tokens.
//!
//! It goes on after every error, as far as it can guess what was meant, and keeps the first.

use super::parse::Mode;
use super::tokens::{LexError, MAX_BLOCKS, MAX_BRACKETS, Token, TokenKind, Tokens, Unfinished};
use crate::diag::{ExcKind, Span};
use unicode_ident::{is_xid_continue, is_xid_start};

/// Whether a line, without its line break, is a command of the prompt and not Python.
fn is_command(line: &str, mode: Mode) -> bool {
    let mut chars = line.chars();
    match chars.next() {
        Some(':') => return true,
        Some('%') => return chars.next().is_some_and(|c| c == '%' || c.is_ascii_alphabetic()),
        // A notebook's line for the shell; Python has no `!` of its own at the start of a line.
        Some('!') => return chars.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic()),
        Some('?') => return mode == Mode::Prompt,
        _ => {}
    }
    let name = line.trim_end().trim_end_matches('?');
    mode == Mode::Prompt
        && name.len() < line.trim_end().len()
        && name.starts_with(|c: char| c == '_' || is_xid_start(c))
        && name.chars().all(|c| c == '.' || is_xid_continue(c))
}

/// The state of the pass.
pub(super) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    mode: Mode,
    outer_depth: usize,
    /// Indentation of the open blocks: columns with tabs to the next multiple of 8, and with tabs of 1.
    levels: Vec<(usize, usize)>,
    out: Tokens,
}

impl<'a> Lexer<'a> {
    /// At the start of a whole text.
    pub fn new(text: &'a str, mode: Mode) -> Lexer<'a> {
        let out = Tokens { list: Vec::with_capacity(text.len() / 4), ..Tokens::default() };
        Lexer { text, bytes: text.as_bytes(), at: 0, mode, outer_depth: 0, levels: Vec::new(), out }
    }

    /// At the start of a text that stands inside `depth` brackets already.
    pub fn nested(text: &'a str, depth: usize) -> Lexer<'a> {
        let mut lexer = Lexer::new(text, Mode::File);
        lexer.out.nested = true;
        lexer.outer_depth = depth;
        lexer
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.out.list.push(Token { kind, span: Span::new(start, self.at) });
    }

    #[cold]
    fn fail(&mut self, kind: ExcKind, span: Span, message: impl Into<String>) {
        if self.out.error.is_none() {
            self.out.error = Some(LexError { kind, message: message.into(), span });
        }
    }

    #[cold]
    fn syntax(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.fail(ExcKind::SyntaxError, Span::new(start, end), message);
    }

    fn joined(&self) -> bool {
        self.out.nested || !self.out.open.is_empty()
    }

    /// All tokens of the text.
    pub fn run(mut self) -> Tokens {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        let mut fresh = !self.out.nested;
        while self.at < self.bytes.len() {
            if fresh {
                fresh = false;
                if self.indentation() {
                    fresh = true;
                    continue;
                }
            }
            match self.bytes[self.at] {
                b' ' | b'\t' | 0x0c => self.at += 1,
                b'\n' | b'\r' => {
                    let start = self.at;
                    self.at += if self.bytes[start..].starts_with(b"\r\n") { 2 } else { 1 };
                    if !self.joined() {
                        self.push(TokenKind::Newline, start);
                        fresh = true;
                    }
                }
                b'#' => self.comment(),
                b'\\' => self.continuation(),
                _ => self.token(),
            }
        }
        if !self.out.nested {
            if !fresh && !self.joined() {
                self.push(TokenKind::Newline, self.at);
            }
            for _ in 0..self.levels.len() {
                self.push(TokenKind::Dedent, self.at);
            }
        }
        self.out
    }

    fn line_end(&self, from: usize) -> usize {
        self.bytes[from..].iter().position(|b| matches!(b, b'\n' | b'\r')).map_or(self.bytes.len(), |n| from + n)
    }

    fn comment(&mut self) {
        let start = self.at;
        self.at = self.line_end(start);
        self.push(TokenKind::Comment, start);
    }

    /// Reads the white space that begins a line and opens or closes blocks; true when the line was blank or a command
    /// and is used up with its line break.
    fn indentation(&mut self) -> bool {
        let start = self.at;
        let (mut column, mut narrow) = (0usize, 0usize);
        loop {
            match self.peek(0) {
                b' ' => (column, narrow) = (column + 1, narrow + 1),
                b'\t' => (column, narrow) = (column / 8 * 8 + 8, narrow + 1),
                0x0c => (column, narrow) = (0, 0),
                _ => break,
            }
            self.at += 1;
        }
        match self.peek(0) {
            _ if self.at >= self.bytes.len() => return true,
            b'\n' | b'\r' => {
                self.at += 1;
                return true;
            }
            b'#' => {
                self.comment();
                self.at = (self.at + 1).min(self.bytes.len());
                return true;
            }
            _ => {}
        }
        let (top, top_narrow) = self.levels.last().copied().unwrap_or((0, 0));
        let here = Span::new(start, self.at);
        const TABS: &str = "inconsistent use of tabs and spaces in indentation";
        if column == top {
            if narrow != top_narrow {
                self.fail(ExcKind::TabError, here, TABS);
            }
        } else if column > top {
            if narrow <= top_narrow {
                self.fail(ExcKind::TabError, here, TABS);
            }
            if self.levels.len() + 1 >= MAX_BLOCKS {
                self.fail(ExcKind::IndentationError, here, "too many levels of indentation");
            }
            self.levels.push((column, narrow));
            self.push(TokenKind::Indent, self.at);
        } else {
            while self.levels.last().is_some_and(|l| l.0 > column) {
                self.levels.pop();
                self.push(TokenKind::Dedent, self.at);
            }
            let (top, top_narrow) = self.levels.last().copied().unwrap_or((0, 0));
            if top != column {
                let line = Span::new(start, self.line_end(start));
                let message = "unindent does not match any outer indentation level";
                self.fail(ExcKind::IndentationError, line, message);
            } else if narrow != top_narrow {
                self.fail(ExcKind::TabError, here, TABS);
            }
        }
        if column == 0 {
            let end = self.line_end(self.at);
            if is_command(&self.text[self.at..end], self.mode) {
                let start = self.at;
                self.at = end;
                self.push(TokenKind::Command, start);
                self.at = (end + 1).min(self.bytes.len());
                self.out.list.push(Token { kind: TokenKind::Newline, span: Span::new(end, self.at) });
                return true;
            }
        }
        false
    }

    fn continuation(&mut self) {
        let start = self.at;
        self.at += 1;
        if self.peek(0) == b'\r' && self.peek(1) == b'\n' {
            self.at += 1;
        }
        if self.at >= self.bytes.len() {
            self.out.unfinished = Some(Unfinished::Continuation);
            self.syntax(start, start + 1, "unexpected EOF while parsing");
        } else if matches!(self.peek(0), b'\n' | b'\r') {
            self.at += 1;
            if self.at >= self.bytes.len() {
                self.out.unfinished = Some(Unfinished::Continuation);
                self.syntax(start, start + 1, "unexpected EOF while parsing");
            }
        } else {
            self.syntax(start, self.at, "unexpected character after line continuation character");
        }
    }

    fn token(&mut self) {
        let start = self.at;
        let c = self.bytes[start];
        match c {
            b'"' | b'\'' => self.string(start),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.name(),
            b'(' | b'[' | b'{' => {
                self.at += 1;
                if self.out.open.len() + self.outer_depth >= MAX_BRACKETS {
                    self.syntax(start, self.at, "too many nested parentheses");
                }
                self.out.open.push((c, start as u32));
                self.push(TokenKind::Op, start);
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                self.close(c, start);
                self.push(TokenKind::Op, start);
            }
            _ => {
                let length = operator_length(&self.bytes[start..]);
                self.at += length.max(1);
                if length > 0 {
                    self.push(TokenKind::Op, start);
                } else {
                    self.push(TokenKind::Bad, start);
                    if c < 0x20 || c == 0x7f {
                        self.syntax(start, self.at, format!("invalid non-printable character U+{c:04X}"));
                    }
                }
            }
        }
    }

    fn close(&mut self, c: u8, at: usize) {
        let Some((opening, opened)) = self.out.open.pop() else {
            self.syntax(at, at + 1, format!("unmatched '{}'", c as char));
            return;
        };
        if !matches!((opening, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            let mut message =
                format!("closing parenthesis '{}' does not match opening parenthesis '{}'", c as char, opening as char);
            let lines = |to: usize| self.bytes[..to].iter().filter(|b| **b == b'\n').count() + 1;
            if self.out.error.is_none() && self.bytes[opened as usize..at].contains(&b'\n') {
                message.push_str(&format!(" on line {}", lines(opened as usize)));
            }
            self.syntax(at, at + 1, message);
        }
    }

    fn name(&mut self) {
        let start = self.at;
        while self.at < self.bytes.len() {
            let c = self.bytes[self.at];
            if c.is_ascii_alphanumeric() || c == b'_' {
                self.at += 1;
            } else if c >= 0x80 {
                let Some(c) = self.text[self.at..].chars().next() else { break };
                if if self.at == start { is_xid_start(c) } else { is_xid_continue(c) } {
                    self.at += c.len_utf8();
                } else {
                    self.bad_character(start, c);
                    return;
                }
            } else {
                break;
            }
        }
        if matches!(self.peek(0), b'"' | b'\'') && self.at - start <= 2 {
            let prefix = self.text[start..self.at].to_ascii_lowercase();
            match prefix.as_str() {
                "r" | "u" | "f" | "fr" | "rf" => return self.string(start),
                // Not in the language; the grammar refuses the token and the explanation names it.
                "b" | "br" | "rb" => return self.string(start),
                _ => {}
            }
        }
        self.push(TokenKind::Name, start);
    }

    #[cold]
    fn bad_character(&mut self, start: usize, c: char) {
        if self.at > start {
            self.push(TokenKind::Name, start);
        }
        let at = self.at;
        self.at += c.len_utf8();
        self.push(TokenKind::Bad, at);
        let code = c as u32;
        let invisible = c.is_control()
            || c.is_whitespace()
            || matches!(code, 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff | 0xfff9..=0xfffb | 0xe0000..);
        let message = if invisible {
            format!("invalid non-printable character U+{code:04X}")
        } else {
            format!("invalid character '{c}' (U+{code:04X})")
        };
        self.syntax(at, self.at, message);
    }

    /// A string whose prefix began at `start` and whose quote is here.
    fn string(&mut self, start: usize) {
        let quote = self.peek(0);
        let open = self.at;
        if self.peek(1) == quote && self.peek(2) == quote {
            self.at += 3;
            loop {
                match self.bytes.get(self.at) {
                    None => {
                        let line = self.text.trim_end_matches('\n').matches('\n').count() + 1;
                        let message = format!("unterminated triple-quoted string literal (detected at line {line})");
                        self.out.unfinished = Some(Unfinished::LongString);
                        self.syntax(start, open + 3, message);
                        break;
                    }
                    Some(b'\\') => self.at = (self.at + 2).min(self.bytes.len()),
                    Some(&c) if c == quote && self.peek(1) == quote && self.peek(2) == quote => {
                        self.at += 3;
                        break;
                    }
                    Some(_) => self.at += 1,
                }
            }
        } else {
            self.at += 1;
            loop {
                match self.bytes.get(self.at) {
                    None | Some(b'\n' | b'\r') => {
                        // Only the first error is told, so lines are counted for it alone.
                        if self.out.error.is_none() {
                            let line = self.bytes[..self.at].iter().filter(|b| **b == b'\n').count() + 1;
                            let message = format!("unterminated string literal (detected at line {line})");
                            self.syntax(open, open + 1, message);
                        }
                        break;
                    }
                    Some(b'\\') => {
                        let skip = if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 3 } else { 2 };
                        self.at = (self.at + skip).min(self.bytes.len());
                    }
                    Some(&c) => {
                        self.at += 1;
                        if c == quote {
                            break;
                        }
                    }
                }
            }
        }
        // A backslash may have skipped half of a character.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.push(TokenKind::String, start);
    }

    fn number(&mut self) {
        let start = self.at;
        if self.peek(0) == b'0' && matches!(self.peek(1) | 0x20, b'x' | b'o' | b'b') {
            self.radix_number(start);
        } else {
            self.decimal_number(start);
        }
        self.push(TokenKind::Number, start);
    }

    fn radix_number(&mut self, start: usize) {
        let (name, radix) = match self.peek(1) | 0x20 {
            b'x' => ("hexadecimal", 16),
            b'o' => ("octal", 8),
            _ => ("binary", 2),
        };
        self.at += 2;
        let valid = |c: u8| (c as char).is_digit(radix);
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            if !valid(self.peek(0)) {
                let c = self.peek(0);
                let message = if c.is_ascii_digit() {
                    format!("invalid digit '{}' in {name} literal", c as char)
                } else {
                    format!("invalid {name} literal")
                };
                self.syntax(start, self.at.max(start + 1), message);
                self.skip_word();
                return;
            }
            while valid(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                break;
            }
        }
        if self.peek(0).is_ascii_digit() {
            let message = format!("invalid digit '{}' in {name} literal", self.peek(0) as char);
            self.syntax(self.at, self.at + 1, message);
        }
        self.end_of_number(start, name);
    }

    /// Digits with single underscores between them; false when an underscore is followed by none.
    fn digits(&mut self, start: usize) -> bool {
        loop {
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return true;
            }
            self.at += 1;
            if !self.peek(0).is_ascii_digit() {
                self.syntax(start, self.at, "invalid decimal literal");
                self.skip_word();
                return false;
            }
        }
    }

    fn decimal_number(&mut self, start: usize) {
        let mut integer = true;
        if self.peek(0) != b'.' && !self.digits(start) {
            return;
        }
        let whole_end = self.at;
        if self.peek(0) == b'.' {
            integer = false;
            self.at += 1;
            if self.peek(0).is_ascii_digit() && !self.digits(start) {
                return;
            }
        }
        if self.peek(0) | 0x20 == b'e' {
            let signed = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + signed).is_ascii_digit() {
                integer = false;
                self.at += 1 + signed;
                if !self.digits(start) {
                    return;
                }
            } else if signed == 1 {
                self.syntax(start, self.at, "invalid decimal literal");
            }
        }
        if self.peek(0) | 0x20 == b'j' {
            self.at += 1;
            self.end_of_number(start, "imaginary");
            return;
        }
        let digits = &self.bytes[start..whole_end];
        if integer && digits.first() == Some(&b'0') && digits.iter().any(|b| !matches!(b, b'0' | b'_')) {
            let message =
                "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            self.syntax(start, whole_end, message);
        }
        self.end_of_number(start, "decimal");
    }

    /// Letters may not follow a number, except those of keywords that may follow an operand (`1if x else y`).
    fn end_of_number(&mut self, start: usize, name: &str) {
        let rest = &self.text[self.at..];
        let word = rest.find(|c: char| !is_xid_continue(c)).map_or(rest, |n| &rest[..n]);
        if word.is_empty() || matches!(word, "and" | "else" | "for" | "if" | "in" | "is" | "or" | "not") {
            return;
        }
        self.syntax(start, self.at, format!("invalid {name} literal"));
        self.skip_word();
    }

    fn skip_word(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c: char| !is_xid_continue(c)).unwrap_or(rest.len());
    }
}

/// The length of the operator or separator that begins a text; 0 when none does.
fn operator_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'*', b'*', b'=', ..] | [b'/', b'/', b'=', ..] | [b'<', b'<', b'=', ..] | [b'>', b'>', b'=', ..] => 3,
        [b'.', b'.', b'.', ..] => 3,
        [b'*', b'*', ..] | [b'/', b'/', ..] | [b'<', b'<', ..] | [b'>', b'>', ..] | [b'-', b'>', ..] => 2,
        [b'=' | b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'@' | b':', b'=', ..] => {
            2
        }
        [
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<' | b'>' | b'=' | b'.' | b','
            | b':' | b';',
            ..,
        ] => 1,
        _ => 0,
    }
}
