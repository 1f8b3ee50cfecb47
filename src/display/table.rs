//! Tables of styled text, aligned by the width that characters take on a terminal.

use crate::diag::{Style, Text};
use unicode_width::UnicodeWidthStr;

/// To which side a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Align {
    Left,
    Right,
}

/// Rows of styled cells under a header.
#[derive(Clone, Debug, Default)]
pub struct Table {
    header: Vec<(String, Align)>,
    rows: Vec<Vec<(Style, String)>>,
}

impl Table {
    /// A table with those columns.
    pub fn new(header: &[(&str, Align)]) -> Table {
        Table { header: header.iter().map(|(name, align)| (name.to_string(), *align)).collect(), rows: Vec::new() }
    }

    /// Adds a row; cells that are missing are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = (Style, String)>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table as text: the header dim, columns two spaces apart, no spaces at the ends of lines, no final line break.
    pub fn render(&self) -> Text {
        let header: Vec<(Style, String)> = self.header.iter().map(|(name, _)| (Style::Dim, name.clone())).collect();
        let width = |column: usize| {
            let cells = std::iter::once(&header).chain(&self.rows).filter_map(|row| row.get(column));
            cells.map(|(_, text)| text.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let mut out = Text::new();
        for (i, row) in std::iter::once(&header).chain(&self.rows).enumerate() {
            if i > 0 {
                out.push(Style::Plain, "\n");
            }
            let mut gap = 0;
            for (((style, text), width), (_, align)) in row.iter().zip(&widths).zip(&self.header) {
                let space = width - text.width();
                let (before, after) = if *align == Align::Right { (space, 0) } else { (0, space) };
                gap += before;
                if !text.is_empty() {
                    out.push(Style::Plain, &" ".repeat(gap));
                    out.push(*style, text);
                    gap = 0;
                } else {
                    gap += text.width();
                }
                gap += after + 2;
            }
        }
        out
    }
}

/// The text cut to at most `width` columns, with an ellipsis where something is missing.
pub fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_width_on_the_terminal() {
        let mut table = Table::new(&[("name", Align::Left), ("size", Align::Right), ("note", Align::Left)]);
        table.row([(Style::Name, "σ".into()), (Style::Number, "12".into()), (Style::Plain, "a".into())]);
        table.row([(Style::Name, "重み".into()), (Style::Number, "3".into())]);
        table.row([(Style::Name, "b".into()), (Style::Number, String::new()), (Style::Plain, "c".into())]);
        let text = table.render().to_plain();
        assert_eq!(text, "name  size  note\nσ       12  a\n重み     3\nb           c");
    }

    #[test]
    fn shortened_text_says_so() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdefg", 6), "abcde…");
        assert_eq!(shorten("重み重み", 6), "重み…");
    }
}
