//! `:grad` and `:graph`: gradients of leaves, and the graph they flow through.

use super::{Command, Done, misused};
use crate::diag::{Fault, Result, Style, Text};
use crate::display::annotate::gradient_line;
use crate::display::{graph, overview};
use crate::session::engine::Session;
use crate::session::names;
use crate::tensor::Tensor;
use crate::value::Value;

/// `:grad`
pub static GRAD: Command = Command {
    name: "grad",
    aliases: &["grads"],
    usage: "[name or expression]",
    doc: "Show the gradients of all leaves, or one of them in full.\n\
          The table has each leaf's shape, the largest and the mean size of its gradient's elements, and how many \
          backward() passes made it. A module shows the gradients of its parameters.",
    example: ":grad w",
    run: grad,
};

fn grad(session: &mut Session, argument: &str) -> Result<Done> {
    if argument.is_empty() {
        return all(session);
    }
    let value = session.evaluate(argument)?;
    let tensor = match &value {
        Value::Tensor(tensor) => tensor,
        Value::Object(object) => {
            let rows: Vec<(String, Tensor)> = names::parameters(object);
            if rows.is_empty() {
                return Err(misused(&GRAD, &format!("{argument} holds no parameters")));
            }
            let prefix = |(path, t): (String, Tensor)| (format!("{argument}.{path}"), t);
            session.say(overview::grad_table(&rows.into_iter().map(prefix).collect::<Vec<_>>()))?;
            return Ok(Done::Next);
        }
        _ => return Err(misused(&GRAD, &format!("{argument} is no tensor"))),
    };
    let Some(gradient) = tensor.grad() else {
        return Err(without_gradient(session, argument, tensor));
    };
    let mut out = Text::plain(crate::display::tensor::repr(&gradient));
    out.push(Style::Plain, "\n");
    out.extend(gradient_line(session.last_output.as_deref(), argument, tensor));
    session.say(out)?;
    Ok(Done::Next)
}

/// Why a tensor has no gradient, as an error that says what to do.
fn without_gradient(session: &Session, name: &str, tensor: &Tensor) -> crate::diag::Error {
    let fault = Fault::value(format!("{name} has no gradient"));
    if !tensor.requires_grad() {
        return fault
            .with_note(format!("{name} has requires_grad=False"))
            .with_help(format!("{name}.requires_grad_(True)"));
    }
    if let Some(edge) = tensor.grad_edge() {
        let made = session.journal.get(edge.node.core().input_number).map(|e| format!(" by `{}`", first_line(&e.text)));
        return fault
            .with_note(format!(
                "{name} is not a leaf: it was made{} (grad_fn=<{}>), and gradients of results are not kept",
                made.unwrap_or_default(),
                edge.node.name()
            ))
            .with_help(format!("{name}.retain_grad()   before backward()"));
    }
    fault
        .with_note("no backward() has reached it yet")
        .with_help(format!("compute a loss from {name}, then loss.backward()"))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

fn all(session: &mut Session) -> Result<Done> {
    let mut rows: Vec<(String, Tensor)> = Vec::new();
    for (name, value) in session.variables() {
        match value {
            Value::Tensor(t) if t.requires_grad() && (t.is_leaf() || t.retains_grad()) => rows.push((name, t)),
            Value::Object(object) => {
                let own = names::parameters(&object);
                rows.extend(own.into_iter().map(|(path, t)| (format!("{name}.{path}"), t)));
            }
            _ => {}
        }
    }
    let mut seen = std::collections::HashSet::new();
    rows.retain(|(_, t)| seen.insert(t.id()));
    if rows.is_empty() {
        session.say(Text::styled(Style::Dim, "no variable requires a gradient: x.requires_grad_(True)"))?;
    } else {
        session.say(overview::grad_table(&rows))?;
    }
    Ok(Done::Next)
}

/// `:graph`
pub static GRAPH: Command = Command {
    name: "graph",
    aliases: &[],
    usage: "expr [--dot]",
    doc: "Draw the gradient graph of a tensor.\n\
          It shows what the tensor was computed from, down to the leaves. With --dot, the graph is written for Graphviz.",
    example: ":graph loss",
    run: draw,
};

fn draw(session: &mut Session, argument: &str) -> Result<Done> {
    let (text, dot) = match argument.strip_suffix("--dot").or_else(|| argument.strip_prefix("--dot")) {
        Some(rest) => (rest.trim(), true),
        None => (argument, false),
    };
    let value = session.evaluate(text)?;
    let Value::Tensor(tensor) = &value else { return Err(misused(&GRAPH, &format!("{text} is no tensor"))) };
    let names = |asked: &Tensor| session.name_of(asked);
    let drawn = if dot { graph::dot(tensor, &names).map(Text::plain) } else { graph::tree(tensor, &names) };
    let Some(drawn) = drawn else {
        return Err(Fault::value(format!(
            "{text} has no gradient graph: nothing it was computed from requires a gradient"
        ))
        .with_help("x.requires_grad_(True)   on an input, before the computation"));
    };
    session.say(drawn)?;
    Ok(Done::Next)
}
