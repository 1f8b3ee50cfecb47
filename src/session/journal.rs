//! The journal: every top-level statement of the session, and whether it worked.

/// What a statement is to the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// An expression, whose value `_` holds afterwards.
    Expression,
    /// Any other statement.
    Statement,
    /// A command of the prompt.
    Command,
}

/// A top-level statement that was run.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number: nodes of the gradient graph remember it.
    pub number: u32,
    /// Its text.
    pub text: String,
    /// What it is.
    pub kind: EntryKind,
    /// Whether it ran to its end.
    pub worked: bool,
    /// Its 1-based line, for texts of several lines.
    pub line: Option<usize>,
}

/// The statements of a session in the order in which they ran.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
    /// Entries before this one ran before the variables were last forgotten.
    start: usize,
}

impl Journal {
    /// Begins a statement; returns its number.
    pub fn begin(&mut self, text: &str, kind: EntryKind, line: Option<usize>) -> u32 {
        let number = self.entries.len() as u32 + 1;
        self.entries.push(Entry { number, text: text.to_string(), kind, worked: false, line });
        number
    }

    /// Notes that a statement ran to its end.
    pub fn worked(&mut self, number: u32) {
        if let Some(entry) = (number as usize).checked_sub(1).and_then(|i| self.entries.get_mut(i)) {
            entry.worked = true;
        }
    }

    /// Notes that all variables were forgotten.
    pub fn restart(&mut self) {
        self.start = self.entries.len();
    }

    /// The statement of a number.
    pub fn get(&self, number: u32) -> Option<&Entry> {
        self.entries.get((number as usize).checked_sub(1)?)
    }

    /// All statements.
    pub fn all(&self) -> &[Entry] {
        &self.entries
    }

    /// The statements, commands excepted, that made the variables what they are: those that worked since the start.
    pub fn program(&self) -> impl Iterator<Item = &Entry> {
        self.entries[self.start..].iter().filter(|e| e.worked && e.kind != EntryKind::Command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_what_worked_since_the_last_reset() {
        let mut journal = Journal::default();
        for (text, works) in [("a = 1", true), (":reset", true)] {
            let number = journal.begin(text, EntryKind::Statement, None);
            if works {
                journal.worked(number);
            }
        }
        journal.restart();
        let number = journal.begin("b = 2", EntryKind::Statement, None);
        journal.worked(number);
        journal.begin("b / 0", EntryKind::Expression, None);
        let program: Vec<&str> = journal.program().map(|e| e.text.as_str()).collect();
        assert_eq!(program, ["b = 2"]);
        assert_eq!(journal.get(4).map(|e| e.worked), Some(false));
    }
}
