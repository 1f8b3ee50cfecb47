//! Themes: the colours of styled text, and whether there are any.

use crate::diag::{Style, Text};
use colored::{Color, ColoredString, Colorize};

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is dumb.
    #[default]
    Auto,
    /// Always, also into pipes.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// Whether a stream that is or is not a terminal gets colour.
    pub fn allows(self, terminal: bool) -> bool {
        match self {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
                terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
            }
        }
    }
}

/// Colours for styles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For dark backgrounds.
    #[default]
    Dark,
    /// For light backgrounds.
    Light,
    /// No colour at all.
    Plain,
}

impl Theme {
    /// The theme that fits the terminal's background, as far as it tells.
    pub fn detect() -> Theme {
        // "foreground;background", set by several terminals; 7 and 9 to 15 are light.
        let value = std::env::var("COLORFGBG").unwrap_or_default();
        let background: Option<u8> = value.rsplit(';').next().and_then(|b| b.parse().ok());
        if matches!(background, Some(7 | 9..=15)) { Theme::Light } else { Theme::Dark }
    }

    /// The text with the escape codes of its styles.
    pub fn paint(self, text: &Text) -> String {
        let mut out = String::new();
        for (style, piece) in &text.pieces {
            self.push(&mut out, *style, piece);
        }
        out
    }

    /// Appends a piece with the escape codes of its style, line by line, so that no colour runs over a line's end.
    pub fn push(self, out: &mut String, style: Style, piece: &str) {
        if self == Theme::Plain || style == Style::Plain {
            out.push_str(piece);
            return;
        }
        // This type decides where colour goes; the library's own guess about standard output must not interfere.
        colored::control::set_override(true);
        for (i, line) in piece.split('\n').enumerate() {
            if i > 0 {
                out.push('\n');
            }
            if !line.is_empty() {
                out.push_str(&self.styled(style, line).to_string());
            }
        }
    }

    fn styled(self, style: Style, piece: &str) -> ColoredString {
        let dark = self == Theme::Dark;
        let pick = |on_dark: Color, on_light: Color| piece.color(if dark { on_dark } else { on_light });
        match style {
            Style::Plain | Style::Name => piece.normal(),
            Style::Dim => pick(Color::AnsiColor(245), Color::AnsiColor(242)),
            Style::Comment => pick(Color::AnsiColor(245), Color::AnsiColor(242)).italic(),
            Style::Emphasis => piece.bold(),
            Style::ErrorKind => pick(Color::BrightRed, Color::Red).bold(),
            Style::Error => piece.bold(),
            Style::Warning => pick(Color::Yellow, Color::AnsiColor(130)),
            Style::Note => pick(Color::Cyan, Color::AnsiColor(24)),
            Style::Help => pick(Color::BrightGreen, Color::AnsiColor(28)).bold(),
            Style::Caret => pick(Color::BrightRed, Color::Red),
            Style::Keyword => pick(Color::AnsiColor(176), Color::AnsiColor(90)),
            Style::Builtin => pick(Color::AnsiColor(80), Color::AnsiColor(30)),
            Style::Number => pick(Color::AnsiColor(179), Color::AnsiColor(130)),
            Style::String => pick(Color::AnsiColor(114), Color::AnsiColor(28)),
            Style::Operator => pick(Color::AnsiColor(152), Color::AnsiColor(238)),
            Style::Command => pick(Color::AnsiColor(75), Color::AnsiColor(25)),
            Style::Prompt => pick(Color::AnsiColor(75), Color::AnsiColor(25)).bold(),
            Style::Shape => pick(Color::AnsiColor(110), Color::AnsiColor(25)),
            Style::Gradient => pick(Color::AnsiColor(215), Color::AnsiColor(130)),
        }
    }

    /// A bracket beside the cursor, or the one that matches it.
    pub fn matched(self, bracket: char) -> String {
        match self {
            Theme::Plain => bracket.to_string(),
            _ => {
                colored::control::set_override(true);
                bracket.to_string().bold().underline().to_string()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Text {
        let mut text = Text::styled(Style::ErrorKind, "ValueError");
        text.push(Style::Plain, ": a\n");
        text.push(Style::Dim, "b\nc");
        text
    }

    #[test]
    fn plain_text_has_no_codes() {
        assert_eq!(Theme::Plain.paint(&sample()), "ValueError: a\nb\nc");
    }

    #[test]
    fn colour_ends_with_each_line() {
        for theme in [Theme::Dark, Theme::Light] {
            let painted = theme.paint(&sample());
            assert!(painted.starts_with("\x1b["));
            assert!(painted.lines().all(|l| !l.contains('\x1b') || l.ends_with("\x1b[0m") || l.ends_with(": a")));
        }
    }

    #[test]
    fn never_and_always_are_meant() {
        assert!(ColorChoice::Always.allows(false));
        assert!(!ColorChoice::Never.allows(true));
        assert!(!ColorChoice::Auto.allows(false));
    }
}
