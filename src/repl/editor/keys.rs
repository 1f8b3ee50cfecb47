//! What keys do beyond the editor's own bindings: lines, indentation, history by prefix, pasted cells.

use super::history::SharedLog;
use super::margin::{self, Edit, Enter};
use rustyline::{Cmd, ConditionalEventHandler, Event, EventContext, KeyCode, KeyEvent, Modifiers, RepeatCount};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the key handler and the helper share: an edit that waits to be carried out, and whether the entry was given up.
#[derive(Clone, Debug, Default)]
pub struct Pending(Arc<Mutex<Option<Edit>>>, Arc<AtomicBool>);

impl Pending {
    /// Whether the entry just read was given up; asked once.
    pub fn was_given_up(&self) -> bool {
        self.1.swap(false, Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Edit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an edit waits.
    pub fn is_set(&self) -> bool {
        self.lock().is_some()
    }

    /// The edit that waits, if any.
    pub fn take(&self) -> Option<Edit> {
        self.lock().take()
    }
}

/// What a key means depends on what came before it.
#[derive(Debug, Default)]
struct State {
    /// The text pasted so far, between the terminal's marks.
    paste: Option<String>,
    /// In an incremental search, where keys have their usual meaning.
    searching: bool,
}

/// The handler of every key.
#[derive(Debug)]
pub struct Keys {
    log: SharedLog,
    pending: Pending,
    state: Mutex<State>,
}

impl Keys {
    /// The handler that walks through that log and leaves its edits there.
    pub fn new(log: SharedLog, pending: Pending) -> Keys {
        Keys { log, pending, state: Mutex::default() }
    }

    /// The command that carries out an edit: the editor asks its completer, which finds the edit waiting.
    fn perform(&self, edit: Edit) -> Cmd {
        *self.pending.lock() = Some(edit);
        Cmd::Complete
    }

    fn optional(&self, edit: Option<Edit>) -> Option<Cmd> {
        edit.map(|edit| self.perform(edit))
    }

    /// A key in a paste: its text is gathered.
    fn gather(paste: &mut String, key: KeyEvent) {
        match key {
            KeyEvent(KeyCode::Enter, _) | KeyEvent(KeyCode::Char('J' | 'M'), Modifiers::CTRL) => paste.push('\n'),
            KeyEvent(KeyCode::Tab, _) | KeyEvent(KeyCode::Char('I'), Modifiers::CTRL) => paste.push_str("    "),
            KeyEvent(KeyCode::Char(c), Modifiers::NONE) => paste.push(c),
            _ => {}
        }
    }

    fn enter(&self, line: &str, pos: usize) -> Cmd {
        let whole = self.log.lock().is_whole(line);
        match margin::enter(line, pos, whole) {
            Enter::Submit => Cmd::AcceptLine,
            Enter::Edit(edit) => self.perform(edit),
        }
    }

    fn walk(&self, line: &str, pos: usize, forward: bool) -> Cmd {
        let mut log = self.log.lock();
        log.begin(line, pos);
        match (forward, log.has_next(forward)) {
            (false, true) => Cmd::PreviousHistory,
            (false, false) => Cmd::Noop,
            (true, true) => Cmd::NextHistory,
            (true, false) => Cmd::EndOfHistory,
        }
    }
}

impl ConditionalEventHandler for Keys {
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let key = *event.get(0)?;
        let (line, pos) = (context.line(), context.pos());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.pending.take();
        if key.0 == KeyCode::BracketedPasteStart {
            state.paste = Some(String::new());
            return Some(Cmd::Noop);
        }
        if let Some(mut paste) = state.paste.take() {
            if key == KeyEvent(KeyCode::Char('C'), Modifiers::CTRL) {
                return None;
            }
            if key.0 != KeyCode::BracketedPasteEnd {
                Keys::gather(&mut paste, key);
                state.paste = Some(paste);
                return Some(Cmd::Noop);
            }
            let edit = margin::paste(line, pos, &paste);
            let mut entry = line.to_string();
            entry.replace_range(edit.range.clone(), &edit.text);
            self.log.lock().set_whole(entry);
            return Some(self.perform(edit));
        }
        if state.searching {
            state.searching = matches!(
                key,
                KeyEvent(KeyCode::Char(_) | KeyCode::Backspace, Modifiers::NONE)
                    | KeyEvent(KeyCode::Char('R' | 'S' | 'H'), Modifiers::CTRL)
            );
            let enter =
                matches!(key, KeyEvent(KeyCode::Enter, _) | KeyEvent(KeyCode::Char('J' | 'M'), Modifiers::CTRL));
            return enter.then_some(Cmd::AcceptLine);
        }
        match key {
            KeyEvent(KeyCode::Enter, Modifiers::NONE) | KeyEvent(KeyCode::Char('J' | 'M'), Modifiers::CTRL) => {
                Some(self.enter(line, pos))
            }
            // Alt-Enter always begins a new line.
            KeyEvent(KeyCode::Enter, Modifiers::ALT) | KeyEvent(KeyCode::Char('O'), Modifiers::CTRL) => {
                Some(Cmd::Insert(1, margin::BREAK.to_string()))
            }
            KeyEvent(KeyCode::Backspace, Modifiers::NONE) | KeyEvent(KeyCode::Char('H'), Modifiers::CTRL) => {
                self.optional(margin::backspace(line, pos))
            }
            KeyEvent(KeyCode::Delete, Modifiers::NONE) => self.optional(margin::delete(line, pos)),
            KeyEvent(KeyCode::Char('D'), Modifiers::CTRL) if !line.is_empty() => {
                self.optional(margin::delete(line, pos))
            }
            // The last drawing of an accepted entry leaves hints out; one that is interrupted keeps them on the screen.
            KeyEvent(KeyCode::Char('C'), Modifiers::CTRL) => {
                self.pending.1.store(true, Ordering::Relaxed);
                Some(Cmd::AcceptLine)
            }
            KeyEvent(KeyCode::Char('K'), Modifiers::CTRL) => self.optional(margin::delete(line, pos)),
            KeyEvent(KeyCode::Char('U'), Modifiers::CTRL) => self.optional(margin::kill_start(line, pos)),
            KeyEvent(KeyCode::Char('W'), Modifiers::CTRL) | KeyEvent(KeyCode::Backspace, Modifiers::ALT) => {
                self.optional(margin::kill_word(line, pos))
            }
            KeyEvent(KeyCode::Home, Modifiers::NONE) | KeyEvent(KeyCode::Char('A'), Modifiers::CTRL) => {
                Some(self.perform(margin::home(line, pos)))
            }
            KeyEvent(KeyCode::Left, Modifiers::NONE) | KeyEvent(KeyCode::Char('B'), Modifiers::CTRL) => {
                self.optional(margin::left(line, pos))
            }
            KeyEvent(KeyCode::Right, Modifiers::NONE) | KeyEvent(KeyCode::Char('F'), Modifiers::CTRL) => {
                // At the end the editor would insert the hint, which is not part of the program.
                if pos == line.len() { Some(Cmd::Noop) } else { self.optional(margin::right(line, pos)) }
            }
            KeyEvent(KeyCode::Up, Modifiers::NONE) | KeyEvent(KeyCode::Char('P'), Modifiers::CTRL) => {
                Some(margin::up(line, pos).map_or_else(|| self.walk(line, pos, false), |edit| self.perform(edit)))
            }
            KeyEvent(KeyCode::Down, Modifiers::NONE) | KeyEvent(KeyCode::Char('N'), Modifiers::CTRL) => {
                Some(margin::down(line, pos).map_or_else(|| self.walk(line, pos, true), |edit| self.perform(edit)))
            }
            KeyEvent(KeyCode::Tab, Modifiers::NONE) | KeyEvent(KeyCode::Char('I'), Modifiers::CTRL) => {
                self.optional(margin::tab(line, pos))
            }
            KeyEvent(KeyCode::BackTab, _) => self.optional(margin::dedent(line, pos)),
            KeyEvent(KeyCode::Char('R'), Modifiers::CTRL) => {
                state.searching = true;
                None
            }
            KeyEvent(KeyCode::Char(margin::FILL), Modifiers::NONE) => Some(Cmd::SelfInsert(1, ' ')),
            _ => None,
        }
    }
}
