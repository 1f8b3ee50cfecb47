//! The history of entries: kept in a file that every session appends to after each entry.
//!
//! One entry is one line of the file, its line breaks written `\n` and its backslashes `\\`. A file that cannot be
//! written (a full disk, a read-only home) costs the memory of other sessions, never this one's.

use super::margin;
use rustyline::history::{History, SearchDirection, SearchResult};
use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The entries, with margins, and where Up and Down are among them.
#[derive(Debug, Default)]
pub struct Log {
    entries: Vec<String>,
    limit: usize,
    file: Option<PathBuf>,
    /// How much of the file has been read.
    read: u64,
    /// What entries must begin with to be walked to.
    prefix: String,
    /// The entry walked to.
    index: usize,
    /// What stands in the editor as it came from here or from a paste.
    whole: Option<String>,
}

impl Log {
    /// The entries of a file, at most `limit`.
    pub fn open(file: Option<PathBuf>, limit: usize) -> Log {
        let mut log = Log { limit, file, ..Log::default() };
        log.sync();
        if log.entries.len() > limit.saturating_add(limit / 4) {
            let _ = log.shorten();
        }
        log
    }

    /// Reads what this and other sessions appended since the last time.
    pub fn sync(&mut self) {
        let Some(path) = &self.file else { return };
        let Ok((text, end)) = read_from(path, self.read) else { return };
        self.read = end;
        for line in text.lines().filter(|l| !l.is_empty()) {
            self.push(&unescape(line));
        }
    }

    /// Appends an entry, also to the file.
    ///
    /// Errors: the file cannot be written; the entry is kept in memory.
    pub fn append(&mut self, text: &str) -> io::Result<()> {
        let text = text.trim_end();
        if text.trim().is_empty() || self.limit == 0 {
            return Ok(());
        }
        self.sync();
        if self.entries.last().is_some_and(|last| margin::strip(last) == text) {
            return Ok(());
        }
        self.push(text);
        let Some(path) = &self.file else { return Ok(()) };
        let line = format!("{}\n", escape(text));
        match append_to(path, &line) {
            Ok(end) => {
                self.read = end;
                Ok(())
            }
            Err(error) => {
                self.file = None;
                Err(error)
            }
        }
    }

    fn push(&mut self, text: &str) {
        if self.entries.last().is_none_or(|last| margin::strip(last) != text) {
            self.entries.push(margin::add(text));
        }
    }

    /// Writes only the newest entries to the file.
    fn shorten(&mut self) -> io::Result<()> {
        let Some(path) = &self.file else { return Ok(()) };
        self.entries.drain(..self.entries.len() - self.limit);
        let text: String = self.entries.iter().map(|e| escape(&margin::strip(e)) + "\n").collect();
        let fresh = path.with_extension(format!("{}.new", std::process::id()));
        fs::write(&fresh, &text)?;
        fs::rename(&fresh, path)?;
        self.read = text.len() as u64;
        Ok(())
    }

    /// Forgets where the last walk was.
    pub fn rewind(&mut self) {
        self.index = self.entries.len();
        self.prefix.clear();
        self.whole = None;
    }

    /// Whether this text came from the history or a paste and was not touched since.
    pub fn is_whole(&self, entry: &str) -> bool {
        self.whole.as_deref() == Some(entry)
    }

    /// Says that this text came as a whole.
    pub fn set_whole(&mut self, entry: String) {
        self.whole = Some(entry);
    }

    /// Begins a walk, unless the text is what the last one came to: entries that begin as the text before the cursor.
    pub fn begin(&mut self, entry: &str, pos: usize) {
        if !self.is_whole(entry) {
            self.prefix = entry[..pos].to_string();
        }
    }

    /// Whether the walk has another entry to go to.
    pub fn has_next(&self, forward: bool) -> bool {
        let from = if forward { self.index.checked_add(1) } else { self.index.checked_sub(1) };
        from.is_some_and(|from| self.find(from, forward).is_some())
    }

    /// The nearest entry from there on that begins with the prefix.
    fn find(&self, from: usize, forward: bool) -> Option<usize> {
        let fits = |i: &usize| {
            let entry = &self.entries[*i];
            entry.starts_with(&self.prefix) && !self.is_whole(entry)
        };
        let n = self.entries.len();
        if forward { (from..n).find(fits) } else { (0..n.min(from.saturating_add(1))).rev().find(fits) }
    }
}

/// The text of a file from an offset on, and where it ends. A file that became shorter is taken as read.
fn read_from(path: &Path, offset: u64) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length <= offset {
        return Ok((String::new(), length));
    }
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let end = offset + bytes.len() as u64;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), end))
}

/// Appends a line in one write, so that sessions do not mix their lines. Returns where the file ends.
fn append_to(path: &Path, line: &str) -> io::Result<u64> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(line.as_bytes())?;
    file.stream_position()
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// The log as the editor and its key handler share it.
#[derive(Clone, Debug, Default)]
pub struct SharedLog(Arc<Mutex<Log>>);

impl SharedLog {
    /// Shares a log.
    pub fn new(log: Log) -> SharedLog {
        SharedLog(Arc::new(Mutex::new(log)))
    }

    /// The log itself.
    pub fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entry found at an index, remembered as what stands in the editor.
    fn show(&self, index: Option<usize>, term: Option<&str>) -> Option<SearchResult<'_>> {
        let mut log = self.lock();
        let index = index?;
        let entry = log.entries.get(index)?.clone();
        log.index = index;
        log.whole = Some(entry.clone());
        let pos = term.and_then(|term| entry.find(term)).unwrap_or(0);
        Some(SearchResult { entry: Cow::Owned(entry), idx: index, pos })
    }
}

type Found<'a> = rustyline::Result<Option<SearchResult<'a>>>;

impl History for SharedLog {
    fn get(&self, index: usize, direction: SearchDirection) -> Found<'_> {
        let found = self.lock().find(index, direction == SearchDirection::Forward);
        Ok(self.show(found, None))
    }

    fn search(&self, term: &str, start: usize, direction: SearchDirection) -> Found<'_> {
        let found = {
            let log = self.lock();
            let fits = |i: &usize| !term.is_empty() && log.entries[*i].contains(term);
            let n = log.entries.len();
            match direction {
                SearchDirection::Forward => (start..n).find(fits),
                SearchDirection::Reverse => (0..n.min(start.saturating_add(1))).rev().find(fits),
            }
        };
        Ok(self.show(found, Some(term)))
    }

    fn starts_with(&self, term: &str, start: usize, direction: SearchDirection) -> Found<'_> {
        let found = {
            let mut log = self.lock();
            log.prefix = term.to_string();
            log.find(start, direction == SearchDirection::Forward)
        };
        Ok(self.show(found, None))
    }

    fn len(&self) -> usize {
        self.lock().entries.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // The editor's own ways to add and to save are not used: entries come through `Log::append`.
    fn add(&mut self, _: &str) -> rustyline::Result<bool> {
        Ok(false)
    }
    fn add_owned(&mut self, _: String) -> rustyline::Result<bool> {
        Ok(false)
    }
    fn set_max_len(&mut self, len: usize) -> rustyline::Result<()> {
        self.lock().limit = len;
        Ok(())
    }
    fn ignore_dups(&mut self, _: bool) -> rustyline::Result<()> {
        Ok(())
    }
    fn ignore_space(&mut self, _: bool) {}
    fn save(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }
    fn append(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }
    fn load(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }
    fn clear(&mut self) -> rustyline::Result<()> {
        self.lock().entries.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("tensor-repl-{name}-{}", std::process::id()))
    }

    #[test]
    fn entries_keep_their_lines_and_backslashes() {
        for text in ["x", "def f():\n    return '\\n'", "\\", "a\\\nb"] {
            assert_eq!(unescape(&escape(text)), text);
            assert!(!escape(text).contains('\n'));
        }
    }

    #[test]
    fn sessions_share_a_file() {
        let path = scratch("shared");
        let _ = fs::remove_file(&path);
        let mut a = Log::open(Some(path.clone()), 100);
        let mut b = Log::open(Some(path.clone()), 100);
        a.append("x = 1\n").unwrap();
        b.append("if x:\n    y").unwrap();
        a.sync();
        let texts: Vec<String> = a.entries.iter().map(|e| margin::strip(e)).collect();
        assert_eq!(texts, ["x = 1", "if x:\n    y"]);
        assert_eq!(b.entries, a.entries);
        a.append("if x:\n    y").unwrap();
        assert_eq!(Log::open(Some(path.clone()), 100).entries.len(), 2);
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_long_file_is_shortened() {
        let path = scratch("long");
        let _ = fs::remove_file(&path);
        let mut log = Log::open(Some(path.clone()), 1000);
        for i in 0..20 {
            log.append(&format!("x{i}")).unwrap();
        }
        assert_eq!(Log::open(Some(path.clone()), 10).entries.len(), 10);
        assert_eq!(Log::open(Some(path.clone()), 10).entries[0], "x10");
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told_once() {
        let mut log = Log::open(Some(PathBuf::from("/dev/null/no/history")), 10);
        assert!(log.append("x").is_err());
        assert!(log.append("y").is_ok());
        assert_eq!(log.entries.len(), 2);
    }

    #[test]
    fn walking_keeps_the_prefix() {
        let mut log = Log::open(None, 10);
        for text in ["x = 1", "y = 2", "x = 3"] {
            log.append(text).unwrap();
        }
        log.rewind();
        let log = SharedLog::new(log);
        log.lock().begin("x", 1);
        let get = |i, d| log.get(i, d).unwrap().map(|r| (r.idx, r.entry.into_owned()));
        assert_eq!(get(2, SearchDirection::Reverse), Some((2, "x = 3".into())));
        log.lock().begin("x = 3", 5);
        assert_eq!(get(1, SearchDirection::Reverse), Some((0, "x = 1".into())));
        assert!(!log.lock().has_next(false));
        assert!(log.lock().has_next(true));
    }
}
