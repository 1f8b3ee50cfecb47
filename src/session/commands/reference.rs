//! `:help` and `:source`.

use super::{Command, Done, misused};
use crate::diag::{Fault, Result, Style, Text};
use crate::session::describe;
use crate::session::engine::Session;
use crate::value::Value;

/// `:help`
pub static HELP: Command = Command {
    name: "help",
    aliases: &["h", "doc"],
    usage: "[name or \"words\"]",
    doc: "Explain a name, or search.\n\
          The name is that of an operator, a function, a class, a variable, a command. NAME? and ?NAME do the same. With * in the name or words in quotes, search: :help *norm*, :help \"row sums\".",
    example: ":help torch.softmax",
    run: |session, argument| {
        let text = session.help(argument)?;
        session.say(text)?;
        Ok(Done::Next)
    },
};

/// `:source`
pub static SOURCE: Command = Command {
    name: "source",
    aliases: &["src"],
    usage: "name",
    doc: "Show how a function or class is written.\n\
          Your own, or one of torch.nn, torch.optim and the others that are written in the language itself.",
    example: ":source nn.Linear",
    run: source,
};

fn source(session: &mut Session, argument: &str) -> Result<Done> {
    if argument.is_empty() {
        return Err(misused(&SOURCE, "a name is expected"));
    }
    let value = match session.evaluate(argument) {
        Ok(value) => value,
        Err(fault) => match crate::ops::api::module("torch").and_then(|t| t.get(argument)) {
            Some(value) => value,
            None => return Err(fault),
        },
    };
    if let Some(text) = describe::source_text(&value) {
        session.say(crate::syntax::highlight(&text))?;
        return Ok(Done::Next);
    }
    let native = match &value {
        Value::Native(n) => n.clone(),
        Value::Method(m) => match &m.function {
            Value::Native(n) => n.clone(),
            _ => return Err(without_source(argument)),
        },
        _ => return Err(without_source(argument)),
    };
    let mut out = Text::styled(Style::Comment, format!("# {argument} is built in, written in Rust\n"));
    out.extend(session.help_on(argument, &Value::Native(native)));
    session.say(out)?;
    Ok(Done::Next)
}

fn without_source(name: &str) -> crate::diag::Error {
    Fault::type_error(format!("{name} is not a function or class written in the language"))
        .with_help(format!(":info {name}"))
}
