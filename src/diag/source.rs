//! A source text and half-open byte ranges into it.

use std::rc::Rc;

/// A half-open byte range `[start, end)` into one source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`.
    pub const fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest range that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The range as `usize` bounds.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A named text that spans point into: a file, an input line, a prelude module.
#[derive(Debug)]
pub struct Source {
    /// What a traceback calls it: a file name, or `<input 3>`.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The number of its first line: a text may be part of a longer one.
    first: usize,
    /// Byte offset of the start of each line.
    line_starts: Vec<u32>,
}

impl Source {
    /// A source of that name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Rc<Source> {
        Source::part(name, text, 1)
    }

    /// A part of a source, from that line of it on.
    pub fn part(name: impl Into<String>, text: impl Into<String>, first: usize) -> Rc<Source> {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        Rc::new(Source { name: name.into(), text, first, line_starts })
    }

    /// The text of a span; empty when the span lies outside.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The 1-based line and the 0-based column, in characters, of a byte offset.
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let line = self.line_starts.partition_point(|&s| s <= offset).max(1);
        let start = self.line_starts[line - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |s| s.chars().count());
        (line + self.first - 1, column)
    }

    /// The offset of the start of a line; `None` when there is no such line.
    fn start(&self, number: usize) -> Option<u32> {
        self.line_starts.get(number.checked_sub(self.first)?).copied()
    }

    /// The text of a 1-based line without its line break; empty when there is no such line.
    pub fn line(&self, number: usize) -> &str {
        let Some(start) = self.start(number) else { return "" };
        self.text[start as usize..].split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    /// The byte range of a 1-based line, without its line break.
    pub fn line_span(&self, number: usize) -> Span {
        let start = self.start(number).unwrap_or(0) as usize;
        Span::new(start, start + self.line(number).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let s = Source::new("<test>", "σ = 1\nβ + σ");
        assert_eq!(s.position(0), (1, 0));
        assert_eq!(s.position(3), (1, 2));
        assert_eq!(s.position(s.text.len() as u32), (2, 5));
        assert_eq!(s.line(2), "β + σ");
        assert_eq!(s.line(3), "");
        let part = Source::part("<test>", "a\nb", 5);
        assert_eq!((part.position(2), part.line(6), part.line(1)), ((6, 0), "b", ""));
    }
}
