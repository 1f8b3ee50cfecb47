//! `:vars`, `:info`, `:reset` and `:quit`.

use super::{Command, Done};
use crate::diag::{Style, Text};
use crate::display::{info, overview};
use crate::session::engine::Session;
use crate::tensor::Tensor;
use crate::value::{Value, intern};

/// `:vars`
pub static VARS: Command = Command {
    name: "vars",
    aliases: &["who", "whos"],
    usage: "[text]",
    doc: "List the variables.\nEach with its type or shape and its value; with a text, those whose name contains it.",
    example: ":vars",
    run: |session, argument| {
        let mut rows = session.variables();
        rows.retain(|(name, _)| name.contains(argument));
        let text = match rows.is_empty() {
            true => Text::styled(Style::Dim, "no variables"),
            false => overview::vars_table(&rows),
        };
        session.say(text)?;
        Ok(Done::Next)
    },
};

/// `:info`
pub static INFO: Command = Command {
    name: "info",
    aliases: &[],
    usage: "expr",
    doc: "Show everything about one value.\n\
          Of a tensor: shape, dtype, memory, strides, statistics, its place in the gradient graph.",
    example: ":info x.T",
    run: |session, argument| {
        let value = session.evaluate(argument)?;
        let names = |asked: &Tensor| session.name_of(asked);
        let mut text = info::info(&value, &names);
        if let Some(signature) = super::super::describe::signature(&value) {
            text.push(Style::Dim, "\nsignature ");
            text.push(Style::Plain, &signature);
        }
        session.say(text)?;
        Ok(Done::Next)
    },
};

/// `:reset`
pub static RESET: Command = Command {
    name: "reset",
    aliases: &[],
    usage: "",
    doc: "Forget all variables.\nThe modules bound from the start stay; :save writes what comes after.",
    example: ":reset",
    run: |session, _| {
        let count = session.variables().len();
        for (name, value) in session.main.space.items() {
            if !name.starts_with("__") && !session.is_given(&name, &value) {
                session.main.space.bind(&name, Value::Undef);
            }
        }
        if session.main.prompt.get() {
            session.bind_prompt_names();
        }
        session.shared.borrow_mut().last = None;
        session.main.space.bind(&intern("__name__"), Value::from("__main__"));
        session.journal.restart();
        session.last_output = None;
        let plural = if count == 1 { "" } else { "s" };
        session.say(Text::styled(Style::Dim, format!("{count} variable{plural} forgotten")))?;
        Ok(Done::Next)
    },
};

/// `:quit`
pub static QUIT: Command = Command {
    name: "quit",
    aliases: &["exit", "q"],
    usage: "",
    doc: "Leave.\nCtrl-D on an empty line does the same.",
    example: ":quit",
    run: |_: &mut Session, _| Ok(Done::Leave(0)),
};
