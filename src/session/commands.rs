//! The commands of the prompt: one table, one declaration each, the same shape as the operators'.
//!
//! From the table derive running, help, completion, suggestions for misspelt names, and the README's list.

use super::engine::Session;
use crate::diag::{Fault, Result, did_you_mean};

mod files;
mod gradients;
mod history;
mod magics;
mod reference;
mod settings;
mod shapes;
mod timing;
mod variables;

pub use files::program_text;
pub use settings::names as settings_names;
pub use timing::show as shown_seconds;

/// How a command ended when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The session goes on.
    Next,
    /// Errors were shown already; the statement counts as one that raised.
    Failed,
    /// The session ends with that status.
    Leave(i32),
}

/// A command.
pub struct Command {
    /// Its name, without the colon.
    pub name: &'static str,
    /// Other names, among them IPython's.
    pub aliases: &'static [&'static str],
    /// What may follow: `expr [--dot]`.
    pub usage: &'static str,
    /// What it does; first line a sentence.
    pub doc: &'static str,
    /// A line that shows its use.
    pub example: &'static str,
    /// Runs it with what follows its name.
    pub run: fn(&mut Session, &str) -> Result<Done>,
}

/// All commands, in the order in which help lists them.
pub static COMMANDS: &[&Command] = &[
    &gradients::GRAD,
    &gradients::GRAPH,
    &shapes::SHAPES,
    &shapes::BROADCAST,
    &variables::VARS,
    &variables::INFO,
    &reference::HELP,
    &reference::SOURCE,
    &timing::TIME,
    &timing::TIMEIT,
    &history::HISTORY,
    &files::SAVE,
    &files::LOAD,
    &settings::SET,
    &variables::RESET,
    &variables::QUIT,
];

/// The command of a name or alias.
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|c| c.name == name || c.aliases.contains(&name)).copied()
}

impl Session {
    /// Runs a line that is not Python: `:grad w`, `%timeit f()`, `!pip install torch`, `x?`.
    ///
    /// Errors: NameError for a command that does not exist; whatever the command raises.
    pub(super) fn command(&mut self, line: &str) -> Result<Done> {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix(':') {
            return self.run_named(rest);
        }
        if let Some(rest) = line.strip_prefix("%%") {
            return magics::run_cell(self, rest);
        }
        if let Some(rest) = line.strip_prefix('%') {
            return magics::run(self, rest);
        }
        if let Some(rest) = line.strip_prefix('!') {
            return magics::run_shell(rest);
        }
        let asked = line.trim_matches('?').trim();
        (reference::HELP.run)(self, asked)
    }

    fn run_named(&mut self, rest: &str) -> Result<Done> {
        let (name, argument) = split(rest);
        match find(name) {
            Some(command) => (command.run)(self, argument),
            None if name.is_empty() => (reference::HELP.run)(self, "commands"),
            None => Err(unknown(":", name, COMMANDS.iter().map(|c| c.name))),
        }
    }
}

/// The first word of a command line, and the rest.
fn split(line: &str) -> (&str, &str) {
    let line = line.trim();
    let end = line.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(line.len());
    (&line[..end], line[end..].trim())
}

/// The error for a command that does not exist.
fn unknown<'a>(sign: &str, name: &str, known: impl Iterator<Item = &'a str>) -> crate::diag::Error {
    let fault = Fault::name_error(format!("there is no command {sign}{name}"));
    match did_you_mean(name, known) {
        Some(near) => fault.with_suffix(format!(". Did you mean: {sign}{near}?")).with_help(format!("{sign}{near}")),
        None => fault.with_help(":help commands   (lists them all)"),
    }
}

/// The error for arguments that a command cannot use.
fn misused(command: &Command, what: &str) -> crate::diag::Error {
    Fault::value(format!(":{}: {what}", command.name)).with_help(format!(":{} {}", command.name, command.usage))
}
