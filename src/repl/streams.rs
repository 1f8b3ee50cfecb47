//! The process's streams as a session's output: order between the two, fresh lines, colour, and input.

use super::theme::{ColorChoice, Theme};
use crate::diag::{Style, Text};
use crate::session::Output;
use std::cell::RefCell;
use std::io::{self, BufRead, BufWriter, IsTerminal, Stdout, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal has drawn `^C` since the last error was reported.
static INTERRUPT_DRAWN: AtomicBool = AtomicBool::new(false);

/// Says that the user pressed Ctrl-C while something ran.
pub fn note_interrupt() {
    INTERRUPT_DRAWN.store(true, Ordering::Relaxed);
}

/// Standard output and standard error. Clones write to the same streams.
#[derive(Clone)]
pub struct Streams(Rc<RefCell<Inner>>);

struct Inner {
    out: BufWriter<Stdout>,
    /// Whether standard output is a terminal, where each line is wanted at once.
    live: bool,
    /// Whether the last thing written to standard output ended in the middle of a line.
    open_line: bool,
    out_theme: Theme,
    err_theme: Theme,
    /// How a line is asked for on a terminal, where the user may interrupt.
    ask: Option<fn(&str) -> io::Result<Option<String>>>,
    /// Columns of the terminal, where errors are written to one that a user types at.
    columns: Option<usize>,
}

impl Streams {
    /// The streams with that theme where the choice allows colour.
    pub fn new(choice: ColorChoice, theme: Theme) -> Streams {
        let live = io::stdout().is_terminal();
        let pick = |terminal: bool| if choice.allows(terminal) { theme } else { Theme::Plain };
        let (out_theme, err_theme) = (pick(live), pick(io::stderr().is_terminal()));
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        Streams(Rc::new(RefCell::new(Inner {
            out,
            live,
            open_line: false,
            out_theme,
            err_theme,
            ask: None,
            columns: None,
        })))
    }

    /// Lets another way to read a line serve where standard input is a terminal.
    pub fn ask_with(&self, ask: fn(&str) -> io::Result<Option<String>>) {
        self.0.borrow_mut().ask = Some(ask);
    }

    /// Breaks the prose of errors between words at that many columns; not where they go to a file or a pipe.
    pub fn wrap_at(&self, columns: Option<usize>) {
        self.0.borrow_mut().columns = columns.filter(|_| io::stderr().is_terminal());
    }

    /// Writes out what is buffered.
    pub fn flush(&self) -> io::Result<()> {
        self.0.borrow_mut().out.flush()
    }

    /// Ends a line that was left open, for a prompt; writes out what is buffered.
    pub fn fresh_line(&self) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        if inner.open_line {
            inner.write("\n")?;
        }
        inner.out.flush()
    }

    /// The theme of standard output.
    pub fn theme(&self) -> Theme {
        self.0.borrow().out_theme
    }
}

impl Inner {
    fn write(&mut self, text: &str) -> io::Result<()> {
        if let Some(last) = text.as_bytes().last() {
            self.open_line = *last != b'\n';
        }
        self.out.write_all(text.as_bytes())?;
        // Standard output's own line buffering is behind ours: on a terminal whole lines appear when they are written.
        if self.live && text.contains('\n') { self.out.flush() } else { Ok(()) }
    }
}

impl Output for Streams {
    fn print(&mut self, text: &str) -> io::Result<()> {
        self.0.borrow_mut().write(text)
    }

    fn show(&mut self, text: &Text) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        let painted = inner.out_theme.paint(text);
        inner.write(&painted)
    }

    fn report(&mut self, text: &Text) -> io::Result<()> {
        self.fresh_line()?;
        let inner = self.0.borrow();
        let mut err = io::stderr().lock();
        if INTERRUPT_DRAWN.swap(false, Ordering::Relaxed) && inner.live && io::stdin().is_terminal() {
            err.write_all(b"\n")?;
        }
        let painted = match inner.columns {
            Some(columns) => inner.err_theme.paint(&text.wrapped(columns)),
            None => inner.err_theme.paint(text),
        };
        err.write_all(painted.as_bytes())?;
        err.flush()
    }

    fn read_line(&mut self, prompt: &str) -> io::Result<Option<String>> {
        let ask = self.0.borrow().ask;
        if let Some(ask) = ask {
            // The editor draws the last line of the prompt itself.
            let (above, last) = prompt.rsplit_once('\n').map_or(("", prompt), |(a, l)| (a, l));
            if !above.is_empty() {
                self.0.borrow_mut().write(&format!("{above}\n"))?;
            }
            self.flush()?;
            self.0.borrow_mut().open_line = false;
            return ask(last);
        }
        self.print(prompt)?;
        self.flush()?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_string()))
    }
}

/// Reports a fault of the command line or of a file, in the form of every other error.
pub fn usage_error(message: &str, help: &str) -> Text {
    let mut text = Text::styled(Style::ErrorKind, "repl");
    text.push(Style::Error, &format!(": {message}"));
    text.push(Style::Plain, "\n");
    if !help.is_empty() {
        text.push(Style::Help, "help: ");
        text.push(Style::Plain, &format!("{help}\n"));
    }
    text
}
