//! Margins: how one entry of several lines is kept in a line editor that knows no continuation prompt.
//!
//! Every line but the first begins with a margin of no-break spaces, as wide as the prompt; the painter draws it as
//! `... ` and it is taken out before anything else sees the text. This module owns the margins and the edits that keep
//! the cursor and the deletions out of them; it knows no terminal.

use crate::session::{Completeness, completeness, strip_prompts};
use std::ops::Range;

/// The character that margins are made of. It is nothing else in an entry: typed and pasted ones become spaces.
pub const FILL: char = '\u{a0}';
/// The margin of a line.
pub const MARGIN: &str = "\u{a0}\u{a0}\u{a0}\u{a0}";
/// What a margin is drawn as; as wide as `MARGIN`.
pub const DRAWN: &str = "... ";
/// A line break with the margin that follows it.
pub const BREAK: &str = "\n\u{a0}\u{a0}\u{a0}\u{a0}";
/// Columns of one level of indentation.
const UNIT: usize = 4;

/// A change of the entry: the range replaced, what replaces it, and where the cursor goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes replaced.
    pub range: Range<usize>,
    /// What replaces them.
    pub text: String,
    /// The cursor afterwards, a byte position in the new text.
    pub cursor: usize,
}

impl Edit {
    /// Moves the cursor.
    fn goto(cursor: usize) -> Edit {
        Edit { range: cursor..cursor, text: String::new(), cursor }
    }

    /// Deletes a range.
    fn delete(range: Range<usize>) -> Edit {
        Edit { cursor: range.start, range, text: String::new() }
    }

    /// Inserts a text at a place.
    fn insert(at: usize, text: String) -> Edit {
        Edit { range: at..at, cursor: at + text.len(), text }
    }
}

/// What Enter does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enter {
    /// Runs the entry.
    Submit,
    /// Goes on with a new line.
    Edit(Edit),
}

/// The text of an entry without margins.
pub fn strip(entry: &str) -> String {
    entry.replace(FILL, "")
}

/// A text with margins.
pub fn add(text: &str) -> String {
    text.replace(FILL, " ").replace('\n', BREAK)
}

/// The position in the text without margins of a position in the entry.
pub fn strip_position(entry: &str, pos: usize) -> usize {
    pos - entry[..pos].matches(FILL).count() * FILL.len_utf8()
}

/// The position in the entry of a position in the text without margins: behind a margin, never in it.
pub fn add_position(entry: &str, pos: usize) -> usize {
    let mut left = pos;
    for (i, c) in entry.char_indices() {
        if c == FILL {
            continue;
        }
        if left < c.len_utf8() {
            return i;
        }
        left -= c.len_utf8();
    }
    entry.len()
}

/// The line of the entry that holds a position, margin included, line break excluded.
fn line_at(entry: &str, pos: usize) -> Range<usize> {
    let start = entry[..pos].rfind('\n').map_or(0, |i| i + 1);
    let end = entry[pos..].find('\n').map_or(entry.len(), |i| pos + i);
    start..end
}

/// Where a line's own text begins: behind its margin.
fn text_start(entry: &str, line: &Range<usize>) -> usize {
    let rest = &entry[line.clone()];
    line.end - rest.trim_start_matches(FILL).len()
}

/// Backspace: joins lines at a margin, takes a level of indentation, else leaves it to the editor.
pub fn backspace(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    let start = text_start(entry, &line);
    if pos <= start && line.start > 0 {
        return Some(Edit::delete(line.start - 1..start.max(pos)));
    }
    let before = entry.get(start..pos)?;
    if before.is_empty() || !before.bytes().all(|b| b == b' ') {
        return None;
    }
    let keep = (before.len() - 1) / UNIT * UNIT;
    Some(Edit::delete(start + keep..pos))
}

/// Shift-Tab: takes a level of the line's indentation.
pub fn dedent(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    let start = text_start(entry, &line);
    let text = &entry[start..line.end];
    let blanks = text.len() - text.trim_start_matches(' ').len();
    if blanks == 0 {
        return None;
    }
    let take = (blanks - 1) % UNIT + 1;
    Some(Edit { range: start..start + take, text: String::new(), cursor: pos.saturating_sub(take).max(start) })
}

/// Tab before any text of the line: a level of indentation; else it completes.
pub fn tab(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    let start = text_start(entry, &line).min(pos);
    let before = &entry[start..pos];
    let blank = before.bytes().all(|b| b == b' ');
    // At an empty prompt Tab shows what there is.
    (blank && line.start > 0).then(|| Edit::insert(pos, " ".repeat(UNIT - before.len() % UNIT)))
}

/// Delete at the end of a line: joins the next one.
pub fn delete(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    if pos < line.end || line.end == entry.len() {
        return None;
    }
    let next = line_at(entry, line.end + 1);
    Some(Edit::delete(pos..text_start(entry, &next)))
}

/// Ctrl-W: a word, but never across a margin together with the word before it.
pub fn kill_word(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    let start = text_start(entry, &line);
    if pos <= start && line.start > 0 {
        return backspace(entry, pos);
    }
    let before = entry.get(start..pos)?;
    before.trim().is_empty().then(|| Edit::delete(start..pos))
}

/// Ctrl-U: the line before the cursor, not its margin.
pub fn kill_start(entry: &str, pos: usize) -> Option<Edit> {
    let start = text_start(entry, &line_at(entry, pos));
    (start < pos).then(|| Edit::delete(start..pos))
}

/// Home: the first character of the line's text that is no blank, then its indentation's begin.
pub fn home(entry: &str, pos: usize) -> Edit {
    let line = line_at(entry, pos);
    let start = text_start(entry, &line);
    let text = &entry[start..line.end];
    let word = start + text.len() - text.trim_start_matches(' ').len();
    Edit::goto(if pos == word { start } else { word })
}

/// Left at a line's begin: the end of the line before it.
pub fn left(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    (line.start > 0 && pos <= text_start(entry, &line)).then(|| Edit::goto(line.start - 1))
}

/// Right at a line's end: the begin of the line after it.
pub fn right(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    if pos < line.end || line.end == entry.len() {
        return None;
    }
    let next = line_at(entry, line.end + 1);
    Some(Edit::goto(text_start(entry, &next)))
}

/// Up: the same column of the line before, unless this is the first one.
pub fn up(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    let above = line_at(entry, line.start.checked_sub(1)?);
    Some(to_column(entry, &above, column(entry, &line, pos)))
}

/// Down: the same column of the line after, unless this is the last one.
pub fn down(entry: &str, pos: usize) -> Option<Edit> {
    let line = line_at(entry, pos);
    if line.end == entry.len() {
        return None;
    }
    let below = line_at(entry, line.end + 1);
    Some(to_column(entry, &below, column(entry, &line, pos)))
}

/// Characters between a line's text and a position in it.
fn column(entry: &str, line: &Range<usize>, pos: usize) -> usize {
    entry.get(text_start(entry, line)..pos).map_or(0, |s| s.chars().count())
}

fn to_column(entry: &str, line: &Range<usize>, column: usize) -> Edit {
    let start = text_start(entry, line);
    let at = entry[start..line.end].char_indices().nth(column).map_or(line.end, |(i, _)| start + i);
    Edit::goto(at)
}

/// Enter: runs what is complete, goes on with what is not, and breaks the line in the middle of several.
///
/// A `whole` entry, recalled or pasted and not touched since, needs no empty line at its end.
pub fn enter(entry: &str, pos: usize, whole: bool) -> Enter {
    let text = strip(entry);
    let rest = &entry[pos..];
    let in_last_line = rest.trim_matches(|c: char| c.is_whitespace()).is_empty() || !entry.contains('\n');
    if in_last_line {
        if whole && completeness(&format!("{}\n", text.trim_end())) == Completeness::Complete {
            return Enter::Submit;
        }
        return match completeness(text.trim_end_matches([' ', '\t'])) {
            Completeness::Incomplete { indent } if rest.trim().is_empty() => {
                // What stands behind the cursor is blank: the new line replaces it.
                let text = format!("{BREAK}{}", " ".repeat(indent));
                Enter::Edit(Edit { range: pos..entry.len(), cursor: pos + text.len(), text })
            }
            Completeness::Incomplete { .. } => Enter::Edit(broken(entry, pos)),
            Completeness::Complete | Completeness::Invalid => Enter::Submit,
        };
    }
    Enter::Edit(broken(entry, pos))
}

/// A line break in the middle, with the indentation that what stands before it asks for.
fn broken(entry: &str, pos: usize) -> Edit {
    let line = line_at(entry, pos);
    let start = text_start(entry, &line).min(pos);
    let own = entry[start..pos].bytes().take_while(|&b| b == b' ').count();
    let indent = match completeness(&strip(&entry[..pos])) {
        Completeness::Incomplete { indent } => indent,
        _ => own,
    };
    Edit::insert(pos, format!("{BREAK}{}", " ".repeat(indent)))
}

/// A pasted text as part of an entry: without prompts, with margins.
///
/// A cell pasted into an empty entry loses its last line break, and what is indented as a whole loses that.
pub fn paste(entry: &str, pos: usize, pasted: &str) -> Edit {
    let text = pasted.replace("\r\n", "\n").replace('\r', "\n").replace(FILL, " ");
    let text = strip_prompts(&text);
    let mut text = text.as_ref();
    let alone = strip(entry).trim().is_empty();
    if text.contains('\n') {
        text = text.trim_end_matches('\n');
    }
    if !alone {
        return Edit::insert(pos, add(text));
    }
    let text = unindent(text.trim_start_matches('\n'));
    let text = add(text.trim_end());
    Edit { range: 0..entry.len(), cursor: text.len(), text }
}

/// The text without the blanks that all its lines begin with.
fn unindent(text: &str) -> String {
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = text.lines().filter(|l| !l.trim().is_empty()).map(depth).min().unwrap_or(0);
    let lines: Vec<&str> = text.split('\n').map(|l| l.get(common.min(depth(l))..).unwrap_or("")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry and a cursor from a text in which `|` stands for the cursor.
    fn at(marked: &str) -> (String, usize) {
        let entry = add(marked);
        let pos = entry.find('|').expect("a cursor");
        (entry.replace('|', ""), pos)
    }

    fn applied(entry: &str, edit: Edit) -> String {
        let mut out = entry.to_string();
        out.replace_range(edit.range, &edit.text);
        out.insert(edit.cursor, '|');
        strip(&out)
    }

    fn check(f: impl Fn(&str, usize) -> Option<Edit>, marked: &str, want: Option<&str>) {
        let (entry, pos) = at(marked);
        let got = f(&entry, pos).map(|e| applied(&entry, e));
        assert_eq!(got.as_deref(), want, "{marked:?}");
    }

    #[test]
    fn positions_go_both_ways() {
        let (entry, pos) = at("if x:\n    y|z\nw");
        assert_eq!(strip_position(&entry, pos), 11);
        assert_eq!(add_position(&entry, 11), pos);
        assert_eq!(add_position(&entry, 6), 6 + MARGIN.len());
        assert_eq!(add_position(&entry, 99), entry.len());
    }

    #[test]
    fn backspace_joins_lines_and_takes_levels() {
        check(backspace, "a\n|b", Some("a|b"));
        check(backspace, "a\n        |b", Some("a\n    |b"));
        check(backspace, "a\n      |", Some("a\n    |"));
        check(backspace, "a\n    b|", None);
        check(backspace, "|a", None);
    }

    #[test]
    fn deletions_stop_at_margins() {
        check(delete, "a|\n  b", Some("a|  b"));
        check(delete, "a|b", None);
        check(kill_word, "a\n  |b", Some("a\n|b"));
        check(kill_word, "a\n  b|", None);
        check(kill_start, "a\nbc|d", Some("a\n|d"));
        check(dedent, "a\n      b|", Some("a\n    b|"));
        check(tab, "a\n  |", Some("a\n    |"));
        check(tab, "|", None);
        check(tab, "a\n  b|", None);
    }

    #[test]
    fn the_cursor_stays_out_of_margins() {
        check(left, "a\n|b", Some("a|\nb"));
        check(right, "a|\n  b", Some("a\n|  b"));
        check(up, "abc\nxy|", Some("ab|c\nxy"));
        check(up, "abc|", None);
        check(down, "ab|c\nx", Some("abc\nx|"));
        check(down, "a|", None);
        check(|e, p| Some(home(e, p)), "a\n  bc|", Some("a\n  |bc"));
        check(|e, p| Some(home(e, p)), "a\n  |bc", Some("a\n|  bc"));
    }

    fn entered(marked: &str, whole: bool) -> Option<String> {
        let (entry, pos) = at(marked);
        match enter(&entry, pos, whole) {
            Enter::Submit => None,
            Enter::Edit(edit) => Some(applied(&entry, edit)),
        }
    }

    #[test]
    fn enter_runs_or_goes_on() {
        assert_eq!(entered("x = 1|", false), None);
        assert_eq!(entered("f(1|)", false), None);
        assert_eq!(entered("def f():|", false).as_deref(), Some("def f():\n    |"));
        assert_eq!(entered("def f():\n    return 1|", false).as_deref(), Some("def f():\n    return 1\n|"));
        assert_eq!(entered("def f():\n    x\n    |", false), None);
        assert_eq!(entered("def f():\n    return 1|", true), None);
        assert_eq!(entered("def f():|\n    return 1", false).as_deref(), Some("def f():\n    |\n    return 1"));
        assert_eq!(entered("x = [1,|", false).as_deref(), Some("x = [1,\n    |"));
    }

    #[test]
    fn pasted_cells_are_one_entry() {
        let pasted = |marked: &str, text: &str| {
            let (entry, pos) = at(marked);
            applied(&entry, paste(&entry, pos, text))
        };
        assert_eq!(pasted("|", ">>> def f():\n...     return 1\n... \n>>> f()\n1\n"), "def f():\n    return 1\n\nf()|");
        assert_eq!(pasted("|", "In [3]: x = 1\n"), "x = 1|");
        assert_eq!(pasted("|", "    a\r\n    if b:\r\n        c\r\n"), "a\nif b:\n    c|");
        assert_eq!(pasted("f(|)", "a,\u{a0}b"), "f(a, b|)");
    }
}
