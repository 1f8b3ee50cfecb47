//! IPython's magics: those that mean the same as a command, and those that are accepted and do nothing.

use super::{Done, find, split, unknown};
use crate::diag::{Fault, Result};
use crate::session::engine::Session;
use std::time::Instant;

/// Magics and the commands that do the same.
const COMMANDS: [(&str, &str); 12] = [
    ("timeit", "timeit"),
    ("time", "time"),
    ("who", "vars"),
    ("whos", "vars"),
    ("run", "load"),
    ("load", "load"),
    ("reset", "reset"),
    ("history", "history"),
    ("hist", "history"),
    ("save", "save"),
    ("pinfo", "help"),
    ("quickref", "help"),
];

/// Magics that prepare what is always there, or concern what there is not.
const IGNORED: [&str; 13] = [
    "matplotlib",
    "load_ext",
    "reload_ext",
    "unload_ext",
    "autoreload",
    "config",
    "pylab",
    "precision",
    "autosave",
    "colors",
    "pip",
    "conda",
    "capture",
];

/// Runs a magic, given without its sign.
///
/// Errors: NameError for one that is not known; whatever the command raises.
pub fn run(session: &mut Session, line: &str) -> Result<Done> {
    let (name, argument) = split(line);
    if IGNORED.contains(&name) {
        return Ok(Done::Next);
    }
    match COMMANDS.iter().find(|(magic, _)| *magic == name).and_then(|(_, command)| find(command)) {
        Some(command) => (command.run)(session, argument.strip_prefix("-f").map_or(argument, str::trim)),
        None => Err(unknown("%", name, COMMANDS.iter().map(|(magic, _)| *magic))),
    }
}

/// Programs of the shell that install what is needed: nothing is.
const INSTALLERS: [&str; 5] = ["pip", "pip3", "conda", "mamba", "apt"];

/// Runs a magic of a whole cell, given without its sign: `%%time` times what follows it in the same text.
///
/// Errors: those of [`run`].
pub fn run_cell(session: &mut Session, line: &str) -> Result<Done> {
    match split(line) {
        ("time" | "timeit", "") => {
            session.clock = Some(Instant::now());
            Ok(Done::Next)
        }
        ("bash" | "sh" | "script", _) => run_shell(line),
        _ => run(session, line),
    }
}

/// What a line for the shell does: installing is skipped, for nothing needs to be installed.
///
/// Errors: NotImplementedError for other programs.
pub fn run_shell(line: &str) -> Result<Done> {
    let (program, rest) = split(line);
    if INSTALLERS.contains(&program) || program == "python" && rest.contains("pip install") {
        return Ok(Done::Next);
    }
    let fault = Fault::not_implemented(format!("no shell runs here: !{}", line.trim()));
    Err(if rest.is_empty() { fault.with_help(format!("not {program}   (the negation)")) } else { fault })
}
