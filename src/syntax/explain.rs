//! What to say where the grammar gave up: from a situation among the tokens to CPython 3.11's sentence.
//!
//! The grammar knows how far it came but not what was meant. Each rule below looks at the token that could not be read,
//! at its neighbours, at the line's first word and at the bracket around it; the first that applies speaks.

use super::ast::ExprKind;
use super::expression::{Builder, describe};
use super::parse;
use super::tokens::{Token, TokenKind, Tokens, is_keyword};
use crate::diag::{ExcKind, Span};

/// A sentence with its place.
pub(super) struct Explanation {
    pub kind: ExcKind,
    pub message: String,
    pub span: Span,
    pub help: Option<String>,
}

impl Explanation {
    fn new(message: impl Into<String>, span: Span) -> Explanation {
        Explanation { kind: ExcKind::SyntaxError, message: message.into(), span, help: None }
    }

    fn indentation(message: impl Into<String>, span: Span) -> Explanation {
        Explanation { kind: ExcKind::IndentationError, ..Explanation::new(message, span) }
    }

    fn help(mut self, help: impl Into<String>) -> Explanation {
        self.help = Some(help.into());
        self
    }
}

/// Why the grammar could not read the text beyond byte `at`. `nested` says that the text stands in brackets already.
pub(super) fn explain(text: &str, tokens: &Tokens, at: usize, nested: bool) -> Explanation {
    let list: Vec<Token> = tokens.list.iter().copied().filter(|t| t.kind != TokenKind::Comment).collect();
    let empty = |t: &Token| t.kind == TokenKind::Dedent || t.kind == TokenKind::Indent && t.span.start as usize == at;
    let index = list.iter().position(|t| (t.span.end as usize > at || t.span.start as usize >= at) && !empty(t));
    let index = index.unwrap_or(list.len());
    let start = list[..index]
        .iter()
        .rposition(|t| matches!(t.kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent))
        .map_or(0, |n| n + 1);
    let site = Site { text, list: &list, index, start, nested };
    if let Some(&(bracket, offset)) = tokens.open.last() {
        let offset = offset as usize;
        // Not when the error stands on the line of the bracket or before it, and text follows.
        let between = text.get(offset..site.span().start as usize);
        if site.is_end() || site.is_last_operand() || between.is_some_and(|t| t.contains('\n')) {
            let message = format!("'{}' was never closed", bracket as char);
            return Explanation::new(message, Span::new(offset, offset + 1));
        }
    }
    let explanation = site
        .indentation()
        .or_else(|| site.outside())
        .or_else(|| site.legacy())
        .or_else(|| site.header())
        .or_else(|| site.definition())
        .or_else(|| site.import())
        .or_else(|| site.braces())
        .or_else(|| site.annotation())
        .or_else(|| site.equals())
        .or_else(|| site.ternary())
        .or_else(|| site.comma())
        .or_else(|| site.foreign());
    explanation.unwrap_or_else(|| Explanation::new("invalid syntax", site.span()))
}

/// The token that could not be read, and where it stands.
struct Site<'a> {
    text: &'a str,
    list: &'a [Token],
    index: usize,
    /// Index of the first token of the logical line.
    start: usize,
    nested: bool,
}

impl<'a> Site<'a> {
    /// The index of the token before, or of this one when it is the first.
    fn previous(&self) -> usize {
        self.index.saturating_sub(1)
    }

    /// Where a token stands.
    fn span_of(&self, index: usize) -> Span {
        self.list.get(index).map_or(self.span(), |t| t.span)
    }

    fn kind(&self, index: usize) -> TokenKind {
        self.list.get(index).map_or(TokenKind::Newline, |t| t.kind)
    }

    /// The text of a token; empty for a line break or none.
    fn word(&self, index: usize) -> &'a str {
        match self.list.get(index) {
            Some(t) if t.kind != TokenKind::Newline => self.text.get(t.span.range()).unwrap_or(""),
            _ => "",
        }
    }

    fn before(&self) -> &'a str {
        if self.index > self.start { self.word(self.previous()) } else { "" }
    }

    fn here(&self) -> &'a str {
        self.word(self.index)
    }

    fn first(&self) -> &'a str {
        self.word(self.start)
    }

    fn is_end(&self) -> bool {
        self.index >= self.list.len() || self.span_of(self.index).start as usize >= self.text.len()
    }

    /// Whether nothing follows this token, which is an operand.
    fn is_last_operand(&self) -> bool {
        self.index + 1 >= self.list.len() && self.begins_operand(self.index)
    }

    /// The place of the token; the last character of the text at its end.
    fn span(&self) -> Span {
        match self.list.get(self.index) {
            Some(t) if t.kind == TokenKind::Newline => Span { start: t.span.start, end: t.span.start + 1 },
            Some(t) => t.span,
            None => {
                let end = self.text.trim_end().len();
                Span::new(end, end + 1)
            }
        }
    }

    fn at_line_end(&self) -> bool {
        self.kind(self.index) == TokenKind::Newline
    }

    /// The line of a place with that place's text replaced, as a line to type instead.
    fn repaired(&self, place: Span, replacement: &str) -> String {
        let (start, end) = (place.start as usize, (place.end as usize).min(self.text.len()));
        let before = self.text.get(..start).unwrap_or("").rsplit('\n').next().unwrap_or("");
        let after = self.text.get(end..).unwrap_or("").split('\n').next().unwrap_or("");
        format!("{before}{replacement}{after}").trim().to_string()
    }

    /// Whether a token can end an operand.
    fn ends_operand(&self, index: usize) -> bool {
        let word = self.word(index);
        match self.kind(index) {
            TokenKind::Number | TokenKind::String => true,
            TokenKind::Name => !is_keyword(word) || matches!(word, "None" | "True" | "False"),
            TokenKind::Op => matches!(word, ")" | "]" | "}" | "..."),
            _ => false,
        }
    }

    /// Whether a token can begin an operand.
    fn begins_operand(&self, index: usize) -> bool {
        let word = self.word(index);
        match self.kind(index) {
            TokenKind::Number | TokenKind::String => true,
            TokenKind::Name => !is_keyword(word) || matches!(word, "None" | "True" | "False" | "lambda"),
            TokenKind::Op => matches!(word, "(" | "[" | "{" | "..." | "~"),
            _ => false,
        }
    }

    /// The innermost bracket open at the token, as an index.
    fn bracket(&self) -> Option<usize> {
        let mut depth = 0usize;
        for index in (self.start..self.index.min(self.list.len())).rev() {
            if self.kind(index) == TokenKind::Op {
                match self.word(index) {
                    ")" | "]" | "}" => depth += 1,
                    "(" | "[" | "{" if depth == 0 => return Some(index),
                    "(" | "[" | "{" => depth -= 1,
                    _ => {}
                }
            }
        }
        None
    }

    /// Indices of the tokens before this one at its own depth, nearest first, as far as the bracket or line around it.
    fn siblings(&self) -> Vec<usize> {
        let mut depth = 0usize;
        let mut out = Vec::new();
        for index in (self.start..self.index.min(self.list.len())).rev() {
            let word = if self.kind(index) == TokenKind::Op { self.word(index) } else { "" };
            match word {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" if depth == 0 => break,
                "(" | "[" | "{" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                out.push(index);
            }
        }
        out
    }

    /// Blocks: one where none may begin, and none where one must.
    fn indentation(&self) -> Option<Explanation> {
        if self.kind(self.index) == TokenKind::Indent {
            let first = self.list.get(self.index + 1).map_or(self.span(), |t| t.span);
            return Some(Explanation::indentation("unexpected indent", first));
        }
        if !(self.at_line_end() && self.before() == ":")
            || self.list.get(self.index + 1).map(|t| t.kind) == Some(TokenKind::Indent)
        {
            return None;
        }
        let what = match self.first() {
            word @ ("if" | "elif" | "else" | "for" | "while" | "with" | "try" | "except" | "finally") => {
                format!("'{word}' statement")
            }
            "def" => "function definition".to_string(),
            "class" => "class definition".to_string(),
            _ => return None,
        };
        let header = self.span_of(self.start).start as usize;
        let line = self.text[..header].matches('\n').count() + 1;
        let next = self.list[self.index..].iter().find(|t| t.span.start < t.span.end && t.kind != TokenKind::Newline);
        let message = format!("expected an indented block after {what} on line {line}");
        let end = Span::new(self.text.len().saturating_sub(1), self.text.len());
        Some(Explanation::indentation(message, next.map_or(end, |t| t.span)))
    }

    /// Python that this language leaves out.
    fn outside(&self) -> Option<Explanation> {
        let refuse =
            |what: &str, span| Some(Explanation::new(format!("{what} is outside the language of this REPL"), span));
        if let word @ ("async" | "await") = self.here() {
            return refuse(&format!("'{word}'"), self.span());
        }
        let letters = self.here().split(['"', '\'']).next().unwrap_or("");
        if self.kind(self.index) == TokenKind::String && letters.contains(['b', 'B']) {
            let message = "bytes literals are outside the language of this REPL";
            return Some(Explanation::new(message, self.span()));
        }
        let last = (self.start..self.list.len()).find(|i| self.kind(*i) == TokenKind::Newline)?;
        if matches!(self.first(), "match" | "case")
            && self.index > self.start
            && last > self.start + 1
            && self.word(last.saturating_sub(1)) == ":"
            && !matches!(self.word(self.start + 1), "=" | "." | ":" | ")")
        {
            return refuse("'match'", self.span_of(self.start));
        }
        if self.first() == "except" && self.here() == "*" && self.index == self.start + 1 {
            return refuse("'except*'", self.span());
        }
        None
    }

    /// Python 2's statements.
    fn legacy(&self) -> Option<Explanation> {
        let name = self.before();
        if !matches!(name, "print" | "exec") || !self.begins_operand(self.index) || self.here() == "(" {
            return None;
        }
        let span = self.span_of(self.previous()).to(self.span());
        let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        let end = (self.index..self.list.len())
            .find(|i| self.kind(*i) == TokenKind::Newline || self.word(*i) == ";")
            .map_or(self.list.len(), |i| i);
        let args = self.span().to(self.span_of(end.saturating_sub(1)));
        let call = format!("{name}({})", self.text.get(args.range()).unwrap_or("..."));
        Some(Explanation::new(message, span).help(call))
    }

    /// The first line of a compound statement.
    fn header(&self) -> Option<Explanation> {
        let expected = |what: &str| {
            let explanation = Explanation::new(format!("expected '{what}'"), self.span());
            if what == ":" && self.at_line_end() {
                let end = self.span_of(self.previous()).end;
                return Some(explanation.help(self.repaired(Span { start: end, end }, ":")));
            }
            Some(explanation)
        };
        match self.first() {
            "def" if self.index == self.start + 2 && self.here() != "(" => expected("("),
            "else" | "try" | "finally" if self.index == self.start + 1 => {
                let explanation = expected(":");
                if self.here() == "if" {
                    return explanation.map(|e| e.help("elif is one word: elif condition:"));
                }
                explanation
            }
            "except" if self.here() == "," && self.bracket().is_none() => {
                Some(Explanation::new("multiple exception types must be parenthesized", self.span()))
            }
            "except" if self.at_line_end() && self.index == self.start + 1 => expected(":"),
            "def" if self.bracket().is_none() && matches!(self.before(), ")") => expected(":"),
            "def" if self.bracket().is_none() && self.ends_operand(self.previous()) && self.index > self.start + 2 => {
                expected(":")
            }
            "for" if self.at_line_end() => {
                let has_in = self.siblings().iter().any(|i| self.word(*i) == "in");
                if has_in && self.ends_operand(self.previous()) { expected(":") } else { None }
            }
            "if" | "elif" | "while" | "with" | "class" | "except"
                if self.at_line_end() && self.index > self.start + 1 && self.ends_operand(self.previous()) =>
            {
                expected(":")
            }
            _ => None,
        }
    }

    /// Parameters.
    fn definition(&self) -> Option<Explanation> {
        if self.first() == "def"
            && self.bracket() == Some(self.start + 2)
            && self.before() == "="
            && matches!(self.here(), "," | ")")
        {
            return Some(Explanation::new("expected default value expression", self.span_of(self.previous())));
        }
        if self.here() != "(" {
            return None;
        }
        let message = if self.siblings().iter().find(|i| !matches!(self.word(**i), "," | "=")).map(|i| self.word(*i))
            == Some("lambda")
        {
            "Lambda expression parameters cannot be parenthesized"
        } else if self.first() == "def" && self.bracket() == Some(self.start + 2) && matches!(self.before(), "(" | ",")
        {
            "Function parameters cannot be parenthesized"
        } else {
            return None;
        };
        Some(Explanation::new(message, self.span()))
    }

    /// Imports.
    fn import(&self) -> Option<Explanation> {
        (self.first() == "from" && self.at_line_end() && self.before() == ",").then(|| {
            let message = "trailing comma not allowed without surrounding parentheses";
            Explanation::new(message, self.span_of(self.previous()))
        })
    }

    /// Displays and comprehensions.
    fn braces(&self) -> Option<Explanation> {
        let bracket = self.bracket()?;
        let curly = self.word(bracket) == "{";
        let before = self.before();
        if curly && before == ":" && matches!(self.here(), "}" | ",") {
            let span = self.span_of(self.previous());
            return Some(Explanation::new("expression expected after dictionary key and ':'", span));
        }
        if curly && before == ":" && self.here() == "*" {
            return Some(Explanation::new("cannot use a starred expression in a dictionary value", self.span()));
        }
        let siblings = self.siblings();
        if self.here() == "for"
            && matches!(self.word(bracket), "{" | "[")
            && siblings.iter().any(|i| self.word(*i) == ",")
            && !siblings.iter().any(|i| self.word(*i) == ":")
        {
            let span = self.span_of(bracket + 1).to(self.span_of(self.previous()));
            return Some(Explanation::new("did you forget parentheses around the comprehension target?", span));
        }
        None
    }

    /// `=` where a value stands.
    fn equals(&self) -> Option<Explanation> {
        if self.index == self.start
            || self.here() != "="
            || !(self.begins_operand(self.index + 1) || matches!(self.word(self.index + 1), "-" | "+"))
        {
            return None;
        }
        let siblings = self.siblings();
        let boundary = |i: &usize| {
            let word = self.word(*i);
            match self.kind(*i) {
                TokenKind::Name => is_keyword(word) && !matches!(word, "None" | "True" | "False"),
                TokenKind::Op => matches!(word, "," | ":" | ":=" | "=" | "==" | "!=" | "<" | ">" | "<=" | ">="),
                _ => false,
            }
        };
        let from = match siblings.iter().find(|i| boundary(i)) {
            Some(i) => {
                if matches!(
                    self.word(*i),
                    "return"
                        | "assert"
                        | "lambda"
                        | "raise"
                        | "="
                        | "for"
                        | "=="
                        | "!="
                        | "<"
                        | ">"
                        | "<="
                        | ">="
                        | "in"
                        | "is"
                        | "else"
                        | "not"
                        | "and"
                        | "or"
                ) {
                    return None;
                }
                i + 1
            }
            None => siblings.last().copied().unwrap_or(self.index),
        };
        if self.bracket().is_none() && !self.nested && !matches!(self.first(), "if" | "elif" | "while") {
            return None;
        }
        let span = self.list.get(from)?.span.to(self.span_of(self.previous()));
        let left = self.text.get(span.range())?;
        if self.index == from + 1 && self.kind(from) == TokenKind::Name && !is_keyword(left) {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            let help = self.repaired(self.span(), "==");
            return Some(Explanation::new(message, span.to(self.span_of(self.index + 1))).help(help));
        }
        let source = crate::diag::Source::new("<expression>", left);
        let expr = parse::fragment(&Builder::new(&source), left).ok()?;
        let what = describe(&expr.kind);
        match expr.kind {
            ExprKind::Tuple(_) | ExprKind::List(_) => None,
            ExprKind::None | ExprKind::Bool(_) => Some(Explanation::new(format!("cannot assign to {what}"), span)),
            _ => {
                let message = format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?");
                Some(Explanation::new(message, span).help(self.repaired(self.span(), "==")))
            }
        }
    }

    /// A line of a dict display that lost its braces.
    fn annotation(&self) -> Option<Explanation> {
        let literal = matches!(self.kind(self.start), TokenKind::String | TokenKind::Number);
        (literal && self.word(self.start + 1) == ":" && self.index > self.start + 2).then(|| {
            let help = "a dict stands in braces: {'key': value}";
            Explanation::new("illegal target for annotation", self.span_of(self.start)).help(help)
        })
    }

    /// A conditional expression without `else`.
    fn ternary(&self) -> Option<Explanation> {
        if !self.ends_operand(self.previous()) || matches!(self.here(), ":" | "else") {
            return None;
        }
        let siblings = self.siblings();
        let found = siblings.iter().position(|i| matches!(self.word(*i), "if" | "else" | "," | "=" | ":"))?;
        let index = siblings[found];
        if self.word(index) != "if" || index == self.start || siblings[found..].iter().any(|i| self.word(*i) == "for") {
            return None;
        }
        if !self.ends_operand(index.saturating_sub(1)) {
            return None;
        }
        let from = siblings.last().copied().unwrap_or(index);
        let span = self.span_of(from).to(self.span_of(self.previous()));
        Some(Explanation::new("expected 'else' after 'if' expression", span))
    }

    /// Two operands side by side in brackets.
    fn comma(&self) -> Option<Explanation> {
        let previous = self.previous();
        if !(self.ends_operand(previous) && self.begins_operand(self.index))
            || self.bracket().is_none() && !self.nested
            || self.first() == "def" && self.bracket() == Some(self.start + 2)
        {
            return None;
        }
        // CPython does not ask when the expression begins with a name and a string, or with a name that begins like
        // `match` or `case`.
        let siblings = self.siblings();
        let boundary = siblings.iter().find(|i| {
            let word = self.word(**i);
            matches!(word, "," | "=" | ":" | ":=") || self.kind(**i) == TokenKind::Name && is_keyword(word)
        });
        let from = boundary.map(|i| i + 1).or(siblings.last().copied()).unwrap_or(previous);
        if self.kind(from) == TokenKind::Name
            && (self.kind(from + 1) == TokenKind::String
                || ["match", "case", "_"].iter().any(|k| k.starts_with(self.word(from))))
        {
            return None;
        }
        let end = self.span_of(previous).end;
        let span = self.span_of(previous).to(self.span());
        let explanation = Explanation::new("invalid syntax. Perhaps you forgot a comma?", span);
        Some(if self.nested { explanation } else { explanation.help(self.repaired(Span { start: end, end }, ",")) })
    }

    /// Habits from other languages.
    fn foreign(&self) -> Option<Explanation> {
        let plain = Explanation::new("invalid syntax", self.span());
        let doubled = self.index > self.start
            && self.before() == self.here()
            && self.span_of(self.previous()).end == self.span().start;
        match self.here() {
            "&" if doubled => Some(plain.help("and joins two conditions: a and b")),
            "|" if doubled => Some(plain.help("or joins two conditions: a or b")),
            ":" | "%" if self.index == self.start && self.kind(self.index + 1) == TokenKind::Name => {
                Some(plain.help("a command stands at the margin: end the block with an empty line first"))
            }
            "!" => Some(plain.help("not negates a condition: not a")),
            "=" if matches!(self.before(), "==" | "!=") => Some(plain.help("== compares two values: a == b")),
            _ if self.at_line_end() && self.index >= self.start + 2 && matches!(self.before(), "+" | "-") => {
                let sign = self.before();
                let twice = self.word(self.index - 2) == sign;
                Some(if twice { plain.help(format!("{sign}= 1 changes a number by one: i {sign}= 1")) } else { plain })
            }
            _ if self.index == self.start + 1 => match self.first() {
                word @ ("var" | "let" | "const") => {
                    Some(plain.help(format!("no '{word}' before an assignment: x = 1")))
                }
                "function" | "func" | "fn" => Some(plain.help("def begins a function: def f(x):")),
                "switch" => Some(plain.help("use if, elif and else")),
                _ => None,
            },
            _ => None,
        }
    }
}
