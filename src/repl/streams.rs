//! The process's streams as a session's output.

use crate::diag::Text;
use crate::session::Output;
use std::io::{BufRead, Write};

/// Standard output and standard error.
#[derive(Default)]
pub struct Streams {
    /// Whether the last thing written to standard output ended in the middle of a line.
    open_line: bool,
    out: Option<std::io::BufWriter<std::io::Stdout>>,
}

impl Streams {
    fn out(&mut self) -> &mut std::io::BufWriter<std::io::Stdout> {
        self.out.get_or_insert_with(|| std::io::BufWriter::with_capacity(1 << 16, std::io::stdout()))
    }

    /// Writes out what is buffered.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.out().flush()
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

impl Output for Streams {
    fn print(&mut self, text: &str) -> std::io::Result<()> {
        if let Some(last) = text.as_bytes().last() {
            self.open_line = *last != b'\n';
        }
        self.out().write_all(text.as_bytes())
    }
    fn show(&mut self, text: &Text) -> std::io::Result<()> {
        self.print(&text.to_plain())
    }
    fn report(&mut self, text: &Text) -> std::io::Result<()> {
        if self.open_line {
            self.print("\n")?;
        }
        self.flush()?;
        let mut err = std::io::stderr().lock();
        err.write_all(text.to_plain().as_bytes())?;
        err.flush()
    }
    fn read_line(&mut self, prompt: &str) -> std::io::Result<Option<String>> {
        self.print(prompt)?;
        self.flush()?;
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_string()))
    }
}
