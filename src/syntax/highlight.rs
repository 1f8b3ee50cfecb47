//! The colours of a text as it is typed: styled pieces that together are the text.

use super::literal::Literal;
use super::parse::Mode;
use super::tokens::{Token, TokenKind, Tokens, is_keyword, tokenize, tokenize_nested};
use crate::diag::{Style, Text};

/// Names that Python's `builtins` module gives a meaning, sorted.
const BUILTINS: [&str; 74] = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "Exception",
    "FileNotFoundError",
    "ImportError",
    "IndexError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "RecursionError",
    "RuntimeError",
    "StopIteration",
    "SyntaxError",
    "TypeError",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "abs",
    "all",
    "any",
    "bin",
    "bool",
    "callable",
    "chr",
    "classmethod",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
];
/// The rest of them, sorted.
const MORE_BUILTINS: [&str; 9] = ["sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "vars", "zip"];

/// F-strings are looked into this deep; more quotes than that do not fit into one another.
const MAX_DEPTH: usize = 4;

/// The pieces of a text; joined they are the text, whatever is wrong with it. Takes time linear in its length.
pub fn highlight(text: &str) -> Text {
    let mut out = Text::new();
    code(text, &tokenize(text, Mode::Prompt), 0, &mut out);
    out
}

/// Appends the pieces of a piece of code.
fn code(text: &str, tokens: &Tokens, depth: usize, out: &mut Text) {
    let mut at = 0;
    let mut after_dot = false;
    for token in &tokens.list {
        let range = token.span.range();
        if range.start < at || range.is_empty() {
            continue;
        }
        out.push(Style::Plain, &text[at..range.start]);
        at = range.end;
        let word = &text[range];
        if token.kind == TokenKind::String {
            string(word, depth, out);
        } else {
            out.push(style(token, word, after_dot), word);
        }
        after_dot = word == ".";
    }
    out.push(Style::Plain, &text[at..]);
}

fn style(token: &Token, word: &str, after_dot: bool) -> Style {
    match token.kind {
        TokenKind::Name if after_dot => Style::Name,
        TokenKind::Name if is_keyword(word) => Style::Keyword,
        TokenKind::Name if BUILTINS.binary_search(&word).is_ok() || MORE_BUILTINS.contains(&word) => Style::Builtin,
        TokenKind::Name => Style::Name,
        TokenKind::Number => Style::Number,
        TokenKind::String => Style::String,
        TokenKind::Op => Style::Operator,
        TokenKind::Comment => Style::Comment,
        TokenKind::Command => Style::Command,
        _ => Style::Plain,
    }
}

/// Appends the pieces of a string: itself, and the code in it when it is an f-string.
fn string(word: &str, depth: usize, out: &mut Text) {
    let literal = Literal::new(word);
    if !literal.format || depth >= MAX_DEPTH {
        out.push(Style::String, word);
        return;
    }
    let bytes = word.as_bytes();
    let mut at = literal.offset.min(word.len());
    out.push(Style::String, &word[..at]);
    let mut from = at;
    while at < bytes.len() {
        match bytes[at] {
            b @ (b'{' | b'}') if bytes.get(at + 1) == Some(&b) => at += 2,
            b'{' => {
                let end = field_end(bytes, at + 1);
                out.push(Style::String, &word[from..=at]);
                let field = &word[at + 1..end];
                code(field, &tokenize_nested(field, 0), depth + 1, out);
                from = end;
                at = end;
            }
            _ => at += 1,
        }
    }
    out.push(Style::String, &word[from..]);
}

/// Where the code of a replacement field ends: at `}`, `!` or `:` outside brackets and quotes, or where all ends.
fn field_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    let mut quote = None;
    while let Some(&b) = bytes.get(at) {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') if depth > 0 => depth -= 1,
            (None, b'}' | b':') if depth == 0 => break,
            (None, b'!') if depth == 0 && bytes.get(at + 1) != Some(&b'=') => break,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(Style, String)> {
        highlight(text).pieces.into_iter().filter(|p| p.0 != Style::Plain).collect()
    }

    #[test]
    fn pieces_say_what_they_are() {
        let want = [
            (Style::Keyword, "if"),
            (Style::Builtin, "len"),
            (Style::Operator, "("),
            (Style::Name, "x"),
            (Style::Operator, "."),
            (Style::Name, "sum"),
            (Style::Operator, ")>"),
            (Style::Number, "1"),
            (Style::Operator, ":"),
            (Style::Comment, "# c"),
        ];
        let got = pieces("if len(x.sum)>1: # c");
        assert_eq!(got, want.map(|(s, t)| (s, t.to_string())));
    }

    #[test]
    fn fields_of_f_strings_are_code() {
        let want = [
            (Style::String, "f'a{"),
            (Style::Name, "x"),
            (Style::Operator, "+"),
            (Style::Number, "1"),
            (Style::String, ":>{"),
            (Style::Name, "w"),
            (Style::String, "}}'"),
        ];
        assert_eq!(pieces("f'a{x+1:>{w}}'"), want.map(|(s, t)| (s, t.to_string())));
    }

    #[test]
    fn nothing_is_lost_of_broken_text() {
        for text in
            ["f'{", "x = '''a\n b", "a $ ? \u{a0}b", ":grad w\nx?", "f'{a['b']}'", "((( ]", "\\", "0x 1__2", "σ€“"]
        {
            assert_eq!(highlight(text).to_plain(), text);
        }
    }
}
