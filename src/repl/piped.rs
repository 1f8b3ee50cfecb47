//! Standard input that is no terminal: statement by statement, like the prompt.

use crate::session::{Completeness, completeness, strip_prompts};
use std::borrow::Cow;
use std::io;

/// A reader of the statements of a text, each as soon as it is known to be whole.
///
/// A block ends where a line that begins at the left margin and does not continue it follows: unlike at the prompt,
/// empty lines inside it are no end, so that a script can be piped as it is.
pub struct Statements<F> {
    read: F,
    /// The line read ahead to see that a block has ended.
    ahead: Option<String>,
    /// Whether the input is a transcript, with prompts before its code; known from the first line on.
    transcript: Option<bool>,
    /// How many lines were read, and the number of the first line of the statement given last.
    read_lines: usize,
    first: usize,
}

impl<F: FnMut(&mut Vec<u8>) -> io::Result<usize>> Statements<F> {
    /// The statements of the lines that `read` appends, one at each call; it returns 0 at the end.
    pub fn new(read: F) -> Statements<F> {
        Statements { read, ahead: None, transcript: None, read_lines: 0, first: 1 }
    }

    /// The number of the line on which the statement given last begins.
    pub fn line(&self) -> usize {
        self.first
    }

    fn next_line(&mut self) -> io::Result<Option<String>> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        loop {
            let mut bytes = Vec::new();
            if (self.read)(&mut bytes)? == 0 {
                return Ok(None);
            }
            self.read_lines += 1;
            // Bytes that are no text become a syntax error at their place rather than an end of the input.
            let line = String::from_utf8_lossy(&bytes).replace('\r', "");
            if self.transcript.is_none() && !line.trim().is_empty() {
                self.transcript = Some(matches!(strip_prompts(&line), Cow::Owned(_)));
            }
            if self.transcript != Some(true) {
                return Ok(Some(line));
            }
            // After a line with a prompt, those without one are output and fall away.
            if let Some(code) = strip_prompts(&format!(">>> 0\n{line}")).strip_prefix("0\n").filter(|c| !c.is_empty()) {
                return Ok(Some(code.to_string()));
            }
        }
    }

    /// The next statement, or group of statements of one line; `None` at the end.
    ///
    /// Errors: the input cannot be read.
    pub fn next(&mut self) -> io::Result<Option<String>> {
        let mut text = String::new();
        while let Some(line) = self.next_line()? {
            let blank = line.trim().is_empty();
            if text.is_empty() && blank {
                continue;
            }
            if !text.is_empty() && !blank && starts_statement(&line) && is_whole_block(&text) {
                self.ahead = Some(line);
                return Ok(Some(text));
            }
            if text.is_empty() {
                self.first = self.read_lines;
            }
            text.push_str(&line);
            // A block ends where the next statement begins, not before.
            if blank || is_block(&text) {
                continue;
            }
            // What can never become right is told at once, where the line at fault still is the last one.
            if let Completeness::Complete | Completeness::Invalid = completeness(text.trim_end_matches('\n')) {
                return Ok(Some(text));
            }
        }
        Ok((!text.is_empty()).then_some(text))
    }
}

/// Whether a line begins a statement of its own rather than going on with the block before it.
fn starts_statement(line: &str) -> bool {
    let word: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    !line.starts_with([' ', '\t', '#', ')', ']', '}'])
        && !matches!(word.as_str(), "else" | "elif" | "except" | "finally")
}

/// Whether an empty line would end the text as a block.
fn is_whole_block(text: &str) -> bool {
    completeness(&format!("{}\n", text.trim_end())) == Completeness::Complete
}

/// Whether the text has lines that are indented, or will have: its first line opens a block.
fn is_block(text: &str) -> bool {
    text.lines().next().is_some_and(|l| l.trim_end().ends_with(':') || l.starts_with('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufRead;

    fn split(text: &str) -> Vec<String> {
        let mut rest = text.as_bytes();
        let mut statements = Statements::new(|line| rest.read_until(b'\n', line));
        std::iter::from_fn(|| statements.next().unwrap()).map(|s| s.trim_end().to_string()).collect()
    }

    #[test]
    fn statements_come_one_by_one() {
        assert_eq!(split("x = 1\n\ny = [1,\n  2]\n:vars\n# c\nx"), ["x = 1", "y = [1,\n  2]", ":vars", "# c", "x"]);
    }

    #[test]
    fn statements_know_their_lines() {
        let mut rest = "x = 1\n\nif x:\n  y\n\nz\n".as_bytes();
        let mut statements = Statements::new(|line| rest.read_until(b'\n', line));
        let lines = std::iter::from_fn(|| statements.next().unwrap().map(|_| ())).map(|_| ());
        assert_eq!(lines.count(), 3);
        assert_eq!(statements.line(), 6);
    }

    #[test]
    fn blocks_end_where_the_next_statement_begins() {
        let text = "def f():\n    a\n\n    b\nx = 1\nif x:\n    y\n\nelse:\n    z\nprint(1)\n";
        assert_eq!(split(text), ["def f():\n    a\n\n    b", "x = 1", "if x:\n    y\n\nelse:\n    z", "print(1)"]);
        assert_eq!(split("@d\ndef f():\n  a\nf()"), ["@d\ndef f():\n  a", "f()"]);
        assert_eq!(split(">>> def f():\n...   a\n... \n>>> f()\n1\n"), ["def f():\n  a", "f()"]);
        assert_eq!(split("s = '''a\nb\n\nc'''\nx"), ["s = '''a\nb\n\nc'''", "x"]);
    }

    #[test]
    fn faults_do_not_swallow_what_follows() {
        assert_eq!(split("x = \ny = 1\n"), ["x =", "y = 1"]);
        assert_eq!(split("f(]\ny = 1\n"), ["f(]", "y = 1"]);
    }
}
