//! Painting an entry: colours, drawn margins, matching brackets.

use super::margin;
use crate::diag::{Style, Text};
use crate::repl::theme::Theme;

/// The entry as the terminal shows it: the colours of its text (the entry without margins), margins drawn as `... `,
/// and a pair of brackets marked. As wide as the entry itself.
pub fn paint(entry: &str, text: &Text, pair: Option<(usize, usize)>, theme: Theme) -> String {
    let mut out = String::with_capacity(entry.len() * 2);
    let mut at = 0;
    for (style, piece) in &text.pieces {
        let mut run = String::new();
        for c in piece.chars() {
            if entry[at..].starts_with(margin::FILL) {
                theme.push(&mut out, *style, &std::mem::take(&mut run));
                at += push_margin(&mut out, &entry[at..], theme);
            }
            if pair.is_some_and(|(a, b)| at == a || at == b) {
                theme.push(&mut out, *style, &std::mem::take(&mut run));
                out.push_str(&theme.matched(c));
            } else {
                run.push(c);
            }
            at += c.len_utf8();
        }
        theme.push(&mut out, *style, &run);
    }
    push_margin(&mut out, &entry[at..], theme);
    out
}

/// Appends what stands for the fill that a text begins with; returns the bytes of it.
fn push_margin(out: &mut String, text: &str, theme: Theme) -> usize {
    let fill = text.chars().take_while(|&c| c == margin::FILL).count();
    let drawn = margin::DRAWN.len();
    if fill == drawn {
        theme.push(out, Style::Prompt, margin::DRAWN);
    } else {
        out.extend(std::iter::repeat_n(' ', fill));
    }
    fill * margin::FILL.len_utf8()
}

/// The bracket at or before the cursor and the one that matches it, as byte positions.
///
/// `code` tells for each byte whether it is code; brackets in strings and comments match nothing.
pub fn pair(entry: &str, pos: usize, text: &Text) -> Option<(usize, usize)> {
    let bytes = entry.as_bytes();
    let bracket = |i: usize| bytes.get(i).copied().filter(|b| b"()[]{}".contains(b));
    // Behind a closing bracket counts before under an opening one, as the cursor stands while typing.
    let at = match (pos.checked_sub(1).filter(|&i| bracket(i).is_some()), bracket(pos)) {
        (Some(before), _) if b")]}".contains(&bytes[before]) => before,
        (_, Some(_)) => pos,
        (Some(before), None) => before,
        (None, None) => return None,
    };
    let mut open: Vec<(u8, usize)> = Vec::new();
    for i in brackets(entry, text) {
        let b = bytes[i];
        if let Some(k) = b"([{".iter().position(|&o| o == b) {
            open.push((b")]}"[k], i));
        } else if open.last().is_some_and(|&(close, _)| close == b) {
            let (_, from) = open.pop()?;
            if from == at || i == at {
                return Some((from, i));
            }
        } else {
            return None;
        }
    }
    None
}

/// Where the brackets of an entry's code are.
fn brackets(entry: &str, text: &Text) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    for (style, piece) in &text.pieces {
        let code = !matches!(style, Style::String | Style::Comment);
        for c in piece.chars() {
            while entry[at..].starts_with(margin::FILL) {
                at += margin::FILL.len_utf8();
            }
            if code && "()[]{}".contains(c) {
                found.push(at);
            }
            at += c.len_utf8();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::highlight;

    #[test]
    fn margins_are_drawn_and_nothing_is_lost() {
        let text = "def f(x):\n    return '''a\nb''' # (\n";
        let entry = margin::add(text);
        let plain = paint(&entry, &highlight::highlight(text), None, Theme::Plain);
        assert_eq!(plain, text.replace('\n', "\n... "));
        let coloured = paint(&entry, &highlight::highlight(text), Some((5, 7)), Theme::Dark);
        assert!(coloured.contains("\x1b["));
    }

    #[test]
    fn brackets_match_across_lines_and_not_into_strings() {
        let text = "f(')',\n  [1])";
        let entry = margin::add(text);
        let styled = highlight::highlight(text);
        let end = entry.len();
        assert_eq!(pair(&entry, end, &styled), Some((1, end - 1)));
        assert_eq!(pair(&entry, 1, &styled), Some((1, end - 1)));
        assert_eq!(pair(&entry, 3, &styled), None);
        assert_eq!(pair("(]", 0, &highlight::highlight("(]")), None);
    }
}
