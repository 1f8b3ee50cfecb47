//! `:save` and `:load`: the session as a Python file, and a Python file in the session.

use super::{Command, Done, misused};
use crate::diag::{ExcKind, Fault, Source, Style, Text};
use crate::session::engine::{Origin, Outcome, PROMPT_NAMES};
use crate::session::journal::{Entry, EntryKind};
use crate::session::usage::Usage;
use crate::syntax::Mode;
use crate::value::Module;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

/// How the names bound from the start are imported in a file.
const IMPORTS: [(&str, &str); 6] = [
    ("torch", "import torch"),
    ("nn", "from torch import nn"),
    ("F", "import torch.nn.functional as F"),
    ("optim", "from torch import optim"),
    ("np", "import numpy as np"),
    ("math", "import math"),
];
const _: () = assert!(IMPORTS.len() == PROMPT_NAMES.len());

/// `:save`
pub static SAVE: Command = Command {
    name: "save",
    aliases: &[],
    usage: "file.py",
    doc: "Write the session to a Python file.\n\
          It holds the statements that worked, with the imports that they rely on, and runs under Python with PyTorch.",
    example: ":save session.py",
    run: |session, argument| {
        let path = unquoted(argument);
        if path.is_empty() {
            return Err(misused(&SAVE, "a file name is expected"));
        }
        let entries: Vec<&Entry> = session.journal.program().collect();
        let count = entries.len();
        let text = program_text(&entries, &session.machine.builtins);
        std::fs::write(path, text).map_err(|e| io_error(&e, path))?;
        let plural = if count == 1 { "" } else { "s" };
        session.say(Text::styled(Style::Dim, format!("{count} statement{plural} written to {path}")))?;
        Ok(Done::Next)
    },
};

/// `:load`
pub static LOAD: Command = Command {
    name: "load",
    aliases: &["run"],
    usage: "file.py",
    doc: "Run a Python file here.\nIts statements run as if they were typed; its variables stay.",
    example: ":load session.py",
    run: |session, argument| {
        let path = unquoted(argument);
        if path.is_empty() {
            return Err(misused(&LOAD, "a file name is expected"));
        }
        let text = std::fs::read_to_string(path).map_err(|e| io_error(&e, path))?;
        Ok(match session.run(&text, path, Origin::File) {
            Outcome::Ok => Done::Next,
            Outcome::Exit(status) => Done::Leave(status),
            Outcome::Raised | Outcome::Syntax | Outcome::Interrupted => Done::Failed,
        })
    },
};

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = ['"', '\''].iter().find_map(|q| text.strip_prefix(*q).and_then(|t| t.strip_suffix(*q)));
    inner.unwrap_or(text)
}

/// The error for a file that cannot be read or written, in Python's words.
fn io_error(error: &std::io::Error, path: &str) -> crate::diag::Error {
    use std::io::ErrorKind::*;
    let kind = match error.kind() {
        NotFound => ExcKind::FileNotFoundError,
        PermissionDenied => ExcKind::PermissionError,
        IsADirectory => ExcKind::IsADirectoryError,
        _ => ExcKind::OSError,
    };
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    let code = error.raw_os_error().map(|n| format!("[Errno {n}] ")).unwrap_or_default();
    Fault::new(kind, format!("{code}{words}: '{path}'"))
}

/// A Python file of statements, with the imports that they need.
pub fn program_text(entries: &[&Entry], builtins: &Rc<Module>) -> String {
    let mut bound: HashSet<String> = HashSet::new();
    let mut modules: BTreeSet<usize> = BTreeSet::new();
    let mut bare: BTreeSet<String> = BTreeSet::new();
    let torch = crate::ops::api::module("torch");
    let mut lines: Vec<String> = Vec::new();
    let mut last_expression = None;
    for entry in entries {
        let source = Source::new("<save>", entry.text.as_str());
        if let Ok(usage) = Usage::of_text(&source, Mode::Prompt, builtins) {
            for (name, _) in &usage.reads {
                if bound.contains(name.as_str()) || usage.binds.contains(name) {
                    continue;
                }
                if let Some(i) = IMPORTS.iter().position(|(given, _)| *given == name.as_str()) {
                    modules.insert(i);
                } else if name.as_str() == "_" {
                    // The last value has a name in a file only if it is given one.
                    if let Some(line) = last_expression.and_then(|i: usize| lines.get_mut(i))
                        && !line.starts_with("_ = ")
                    {
                        line.insert_str(0, "_ = ");
                    }
                } else if torch.as_ref().is_some_and(|t| t.get(name).is_some()) {
                    bare.insert(name.to_string());
                }
            }
            bound.extend(usage.binds.iter().map(|n| n.to_string()));
        }
        if entry.kind == EntryKind::Expression {
            last_expression = Some(lines.len());
        }
        lines.push(entry.text.clone());
    }
    let mut imports: Vec<String> = modules.into_iter().map(|i| IMPORTS[i].1.to_string()).collect();
    if !bare.is_empty() {
        imports.push(format!("from torch import {}", bare.into_iter().collect::<Vec<_>>().join(", ")));
    }
    if !imports.is_empty() {
        imports.push(String::new());
    }
    imports.extend(lines);
    let mut text = imports.join("\n");
    text.push('\n');
    text
}
