//! `:history`: the statements of the session.

use super::{Command, Done};
use crate::diag::{Style, Text};

/// `:history`
pub static HISTORY: Command = Command {
    name: "history",
    aliases: &["hist"],
    usage: "[text]",
    doc: "List what was entered in this session.\n\
          Each with its number; with a text, the entries that contain it. Entries that failed are marked with an exclamation mark.",
    example: ":history backward",
    run: |session, argument| {
        let entries = session.journal.all();
        let width = entries.len().to_string().len();
        let mut out = Text::new();
        let current = entries.len();
        for entry in &entries[..current.saturating_sub(1)] {
            if !entry.text.contains(argument) {
                continue;
            }
            let mark = if entry.worked { ' ' } else { '!' };
            out.push(Style::Dim, &format!("{:>width$}{mark} ", entry.number));
            let indented = entry.text.replace('\n', &format!("\n{:1$}", "", width + 2));
            out.push(if entry.worked { Style::Plain } else { Style::Dim }, &indented);
            out.push(Style::Plain, "\n");
        }
        if out.is_empty() {
            out.push(Style::Dim, "nothing yet");
        }
        session.say(out)?;
        Ok(Done::Next)
    },
};
