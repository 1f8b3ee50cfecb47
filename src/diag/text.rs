//! Styled text: pieces of text that say what they are, not what colour they have.

use unicode_width::UnicodeWidthChar;

/// What a piece of text is; the theme of the terminal decides how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Style {
    Plain,
    Dim,
    Emphasis,
    ErrorKind,
    Error,
    Warning,
    Note,
    Help,
    Caret,
    Keyword,
    Builtin,
    Name,
    Number,
    String,
    Comment,
    Operator,
    Command,
    Prompt,
    Shape,
    Gradient,
}

/// A sequence of styled pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The pieces in order.
    pub pieces: Vec<(Style, String)>,
}

impl Text {
    /// No text.
    pub fn new() -> Text {
        Text::default()
    }

    /// One unstyled piece.
    pub fn plain(text: impl Into<String>) -> Text {
        Text::styled(Style::Plain, text)
    }

    /// One styled piece.
    pub fn styled(style: Style, text: impl Into<String>) -> Text {
        Text { pieces: vec![(style, text.into())] }
    }

    /// Appends a piece, joining it to the last one of the same style.
    pub fn push(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some((last, string)) if *last == style => string.push_str(text),
            _ => self.pieces.push((style, text.to_string())),
        }
    }

    /// Appends all pieces of another text.
    pub fn extend(&mut self, other: Text) {
        for (style, text) in other.pieces {
            self.push(style, &text);
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|(_, s)| s.is_empty())
    }

    /// The text with its prose, the lines that begin as a note or as help, broken between words so that none is wider
    /// than `width`; what goes on is indented to where the line's words began.
    pub fn wrapped(&self, width: usize) -> Text {
        let mut out = Text::new();
        let mut line: Vec<(Style, char)> = Vec::new();
        for (style, c) in self.pieces.iter().flat_map(|(style, text)| text.chars().map(|c| (*style, c))) {
            line.push((style, c));
            if c == '\n' {
                out.push_wrapped(&line, width);
                line.clear();
            }
        }
        out.push_wrapped(&line, width);
        out
    }

    /// Appends a line, broken if it is prose and too wide.
    fn push_wrapped(&mut self, line: &[(Style, char)], width: usize) {
        let prose = matches!(line.first(), Some((Style::Note | Style::Help, _)));
        let blanks = line.iter().take_while(|(_, c)| *c == ' ').count();
        let label = line.iter().take_while(|(style, _)| *style == Style::Help).count();
        let indent = blanks.max(label);
        let wide = |part: &[(Style, char)]| part.iter().map(|(_, c)| c.width().unwrap_or(0)).sum::<usize>();
        let mut rest = line;
        let mut first = true;
        while prose && indent + 10 < width && wide(rest) + if first { 0 } else { indent } > width {
            let room = if first { width } else { width - indent };
            let fits = (1..=rest.len()).rfind(|n| wide(&rest[..*n]) <= room).unwrap_or(rest.len());
            let from = if first { indent } else { 0 };
            // A word wider than the line is left to the terminal.
            let Some(at) = (from + 1..=fits).rfind(|i| rest.get(*i).is_some_and(|(_, c)| *c == ' ')) else { break };
            rest[..at].iter().for_each(|(style, c)| self.push(*style, c.encode_utf8(&mut [0; 4])));
            self.push(Style::Plain, &format!("\n{}", " ".repeat(indent)));
            rest = &rest[at + 1..];
            first = false;
        }
        rest.iter().for_each(|(style, c)| self.push(*style, c.encode_utf8(&mut [0; 4])));
    }

    /// The text without styles.
    pub fn to_plain(&self) -> String {
        self.pieces.iter().map(|(_, s)| s.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_between_words() {
        let mut text = Text::styled(Style::ErrorKind, "ValueError");
        text.push(Style::Error, ": a first line that is never broken, however long it is\n");
        text.push(Style::Plain, "  source(line, that, is, wide, and, stays, as, it, is, whole)\n");
        text.push(Style::Note, "  a note with some words in it to be broken\n");
        text.push(Style::Help, "help: ");
        text.push(Style::Plain, "words of help that are more than fit\n");
        let want = "ValueError: a first line that is never broken, however long it is\n  \
                    source(line, that, is, wide, and, stays, as, it, is, whole)\n  \
                    a note with some words\n  in it to be broken\n\
                    help: words of help that\n      are more than fit\n";
        assert_eq!(text.wrapped(24).to_plain(), want);
    }
}
