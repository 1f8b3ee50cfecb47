//! Styled text: pieces of text that say what they are, not what colour they have.

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

    /// The text without styles.
    pub fn to_plain(&self) -> String {
        self.pieces.iter().map(|(_, s)| s.as_str()).collect()
    }
}
