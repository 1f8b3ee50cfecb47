//! The line editor: the only user of rustyline.
//!
//! Owns the keys, the drawing of an entry of several lines, completion as the terminal shows it and the history. What
//! names mean and what colours text has, an [`Assistant`] says.

pub mod history;
pub mod margin;

mod keys;
mod paint;

use super::latex;
use super::theme::Theme;
use crate::diag::{Style, Text};
pub use crate::session::Candidate;
use crate::session::strip_prompts;
use history::{Log, SharedLog};
use keys::{Keys, Pending};
use rustyline::completion::Completer;
use rustyline::config::{BellStyle, Configurer};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::line_buffer::LineBuffer;
use rustyline::validate::Validator;
use rustyline::{Changeset, ColorMode, CompletionType, Config, Context, Event, EventHandler};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What the editor asks about the text that is typed.
pub trait Assistant {
    /// Where the word at the cursor begins, and what it may become.
    fn complete(&mut self, text: &str, pos: usize) -> (usize, Vec<Candidate>);
    /// What to show, dim, behind the text.
    fn hint(&mut self, text: &str, pos: usize) -> Option<String>;
    /// The text with its styles.
    fn highlight(&self, text: &str) -> Text;
}

/// What came of reading an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A text to run.
    Text(String),
    /// Ctrl-C: the text was dropped.
    Cleared,
    /// Ctrl-D: the user leaves.
    End,
}

/// The editor of the prompt.
pub struct Editor {
    inner: rustyline::Editor<Helper, SharedLog>,
    log: SharedLog,
}

impl Editor {
    /// An editor with the history of that file.
    ///
    /// Errors: the terminal cannot be used.
    pub fn new(
        assistant: Rc<RefCell<dyn Assistant>>,
        theme: Theme,
        file: Option<PathBuf>,
        limit: usize,
    ) -> io::Result<Editor> {
        let config = Config::builder()
            .auto_add_history(false)
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .bell_style(BellStyle::None)
            // Without colour the helper still draws the margins.
            .color_mode(ColorMode::Forced)
            .tab_stop(4)
            .build();
        let log = SharedLog::new(Log::open(file, limit));
        let pending = Pending::default();
        let mut inner = rustyline::Editor::with_history(config, log.clone()).map_err(failed)?;
        inner.bind_sequence(Event::Any, EventHandler::Conditional(Box::new(Keys::new(log.clone(), pending.clone()))));
        inner.set_helper(Some(Helper {
            assistant,
            theme,
            pending,
            painted: RefCell::default(),
            quiet: Cell::new(false),
            columns: Cell::new(80),
        }));
        Ok(Editor { inner, log })
    }

    /// Reads an entry.
    ///
    /// Errors: the terminal went away.
    pub fn read(&mut self, prompt: &str) -> io::Result<Entry> {
        {
            let mut log = self.log.lock();
            log.sync();
            log.rewind();
        }
        let columns = self.columns().unwrap_or(80);
        if let Some(helper) = self.inner.helper() {
            helper.columns.set(columns);
        }
        match self.inner.readline(prompt) {
            Ok(_) if self.inner.helper().is_some_and(|h| h.pending.was_given_up()) => Ok(Entry::Cleared),
            Ok(entry) => {
                let text = margin::strip(&entry);
                Ok(Entry::Text(strip_prompts(&text).trim_end().to_string()))
            }
            Err(ReadlineError::Eof) => Ok(Entry::End),
            Err(ReadlineError::Interrupted) => Ok(Entry::Cleared),
            Err(error) => Err(failed(error)),
        }
    }

    /// Columns of the terminal.
    pub fn columns(&mut self) -> Option<usize> {
        self.inner.dimensions().map(|(columns, _)| usize::from(columns))
    }

    /// Appends an entry to the history and its file.
    ///
    /// Errors: the file cannot be written; told once.
    pub fn remember(&mut self, text: &str) -> io::Result<()> {
        self.log.lock().append(text)
    }
}

/// Reads a line for the program that runs (`input()`), where Ctrl-C interrupts.
///
/// Errors: `Interrupted` on Ctrl-C.
pub fn ask(prompt: &str) -> io::Result<Option<String>> {
    let mut editor = rustyline::DefaultEditor::new().map_err(failed)?;
    editor.set_auto_add_history(false);
    match editor.readline(prompt) {
        Ok(line) => Ok(Some(line)),
        Err(ReadlineError::Eof) => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        ReadlineError::Interrupted => io::ErrorKind::Interrupted.into(),
        other => io::Error::other(other.to_string()),
    }
}

/// The text last painted, and how.
#[derive(Default)]
struct Painted {
    /// The entry without margins, and its styles.
    text: String,
    styles: Text,
}

/// What rustyline asks.
struct Helper {
    assistant: Rc<RefCell<dyn Assistant>>,
    theme: Theme,
    pending: Pending,
    painted: RefCell<Painted>,
    /// In the last drawing of an entry, which stays on the screen without marks.
    quiet: Cell<bool>,
    /// Columns of the terminal, as of the last prompt.
    columns: Cell<usize>,
}

impl Helper {
    /// The styles of an entry's text, remembered until the text changes.
    fn with_styles<T>(&self, entry: &str, f: impl FnOnce(&Text) -> T) -> T {
        let text = margin::strip(entry);
        let mut painted = self.painted.borrow_mut();
        if painted.text != text || painted.styles.pieces.is_empty() {
            painted.styles = self.assistant.borrow().highlight(&text);
            // Painting walks the entry along its styles: they must be the text.
            if painted.styles.to_plain() != text {
                painted.styles = Text::plain(text.clone());
            }
            painted.text = text;
        }
        f(&painted.styles)
    }
}

impl rustyline::Helper for Helper {}
impl Validator for Helper {}

impl Highlighter for Helper {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        let painted = self.with_styles(line, |styles| {
            let pair = if self.quiet.get() { None } else { paint::pair(line, pos, styles) };
            paint::paint(line, styles, pair, self.theme)
        });
        Cow::Owned(painted)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        let mut out = String::new();
        self.theme.push(&mut out, Style::Prompt, prompt);
        Cow::Owned(out)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        let mut out = String::new();
        self.theme.push(&mut out, Style::Dim, hint);
        Cow::Owned(out)
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        let Some(at) = candidate.find("  ") else { return Cow::Borrowed(candidate) };
        let mut out = candidate[..at].to_string();
        self.theme.push(&mut out, Style::Dim, &candidate[at..]);
        Cow::Owned(out)
    }

    fn highlight_char(&self, line: &str, pos: usize, kind: CmdKind) -> bool {
        self.quiet.set(kind == CmdKind::ForcedRefresh);
        match kind {
            // A cursor that moves changes colours only where brackets match.
            CmdKind::MoveCursor => self.with_styles(line, |styles| paint::pair(line, pos, styles).is_some()),
            CmdKind::Other | CmdKind::ForcedRefresh => true,
        }
    }
}

/// A hint that is shown and never inserted.
struct Shown(String);

impl Hint for Shown {
    fn display(&self) -> &str {
        &self.0
    }
    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Helper {
    type Hint = Shown;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Shown> {
        if pos < line.len() || line.is_empty() {
            return None;
        }
        let text = margin::strip(line);
        let hint = self.assistant.borrow_mut().hint(&text, text.len())?;
        // One line only: what is below an entry belongs to the terminal.
        let hint = hint.lines().next().unwrap_or("").to_string();
        (!hint.is_empty()).then(|| Shown(if hint.starts_with("  ") { hint } else { format!("  {hint}") }))
    }
}

/// Candidates beyond this many are not listed with what they are.
const DETAILED: usize = 24;
/// The most candidates that are listed at all.
const LISTED: usize = 2000;

/// A candidate as it is listed.
struct Listed {
    display: String,
    text: String,
}

impl rustyline::completion::Candidate for Listed {
    fn display(&self) -> &str {
        &self.display
    }
    fn replacement(&self) -> &str {
        &self.text
    }
}

/// The candidates as lines: names, and what they are where there is room.
fn listed(candidates: Vec<Candidate>, columns: usize) -> Vec<Listed> {
    let name = candidates.iter().map(|c| c.text.width()).max().unwrap_or(0);
    let detailed =
        candidates.len() <= DETAILED && name + 12 < columns && candidates.iter().any(|c| !c.detail.is_empty());
    let line = |c: Candidate| {
        if !detailed || c.detail.is_empty() {
            return Listed { display: c.text.clone(), text: c.text };
        }
        let pad = " ".repeat(name - c.text.width() + 2);
        let detail = cut(&c.detail.replace('\n', " "), columns - name - 5);
        Listed { display: format!("{}{pad}{detail}", c.text), text: c.text }
    };
    candidates.into_iter().take(LISTED).map(line).collect()
}

/// The text cut to so many columns.
fn cut(text: &str, columns: usize) -> String {
    let mut width = 0;
    text.chars()
        .take_while(|c| {
            width += c.width().unwrap_or(0);
            width <= columns
        })
        .collect()
}

impl Completer for Helper {
    type Candidate = Listed;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Listed>)> {
        if self.pending.is_set() {
            // A key's edit: one candidate, which `update` carries out.
            return Ok((pos, vec![Listed { display: String::new(), text: " ".into() }]));
        }
        if let Some((start, found)) = latex::complete(line, pos) {
            let one = found.len() == 1;
            let pair = |(name, letter): (&str, &str)| Listed {
                display: format!("\\{name}  {letter}"),
                text: if one { letter.to_string() } else { format!("\\{name}") },
            };
            return Ok((start, found.into_iter().map(pair).collect()));
        }
        let text = margin::strip(line);
        let at = margin::strip_position(line, pos);
        let (start, candidates) = self.assistant.borrow_mut().complete(&text, at);
        let start = margin::add_position(line, start.min(at)).min(pos);
        Ok((start, listed(candidates, self.columns.get())))
    }

    fn update(&self, line: &mut LineBuffer, start: usize, elected: &str, changes: &mut Changeset) {
        match self.pending.take() {
            Some(edit) => {
                if !edit.range.is_empty() || !edit.text.is_empty() {
                    line.replace(edit.range, &edit.text, changes);
                }
                line.set_pos(edit.cursor);
            }
            None => {
                let end = line.pos();
                line.replace(start..end, elected, changes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_listed_where_there_is_room() {
        let candidate = |text: &str, detail: &str| Candidate { text: text.into(), detail: detail.into() };
        let few = vec![candidate("sum", "the sum of all elements"), candidate("softmax", "")];
        let shown: Vec<String> = listed(few.clone(), 30).into_iter().map(|l| l.display).collect();
        assert_eq!(shown, ["sum      the sum of all ele", "softmax"]);
        assert_eq!(listed(few, 15)[0].display, "sum");
    }
}
