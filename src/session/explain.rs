//! Errors that teach: the shapes under the operands, why it happened, and a line of help with code that runs.
//!
//! One table of explanations: the exception, words of its message, and a function that looks at the scene. A line of help
//! is code, or code followed by three blanks and a remark.

mod arguments;
mod autograd;
mod loss;
mod names;
mod repairs;
mod scene;
mod shape;
mod types;
mod values;

use super::engine::Session;
use crate::diag::{Diagnostic, Fault, Label, Style, Text};
use crate::value::Value;
use scene::Scene;

/// An explanation of one kind of error.
pub struct Explanation {
    /// The exception class, unqualified; empty for any.
    pub kind: &'static str,
    /// Words that the message contains.
    pub words: &'static str,
    /// What the error means, for `:help`.
    pub meaning: &'static str,
    /// Adds notes, labels and help.
    pub explain: fn(&mut Scene) -> Option<()>,
}

/// All explanations; the first one that fits is used.
fn explanations() -> impl Iterator<Item = &'static Explanation> {
    [
        repairs::TABLE,
        shape::TABLE,
        autograd::TABLE,
        types::TABLE,
        loss::TABLE,
        names::TABLE,
        arguments::TABLE,
        values::TABLE,
    ]
    .into_iter()
    .flatten()
}

impl Session {
    /// Completes a diagnostic with what the session knows. Runs nothing of the program.
    pub(super) fn explain(&mut self, fault: &Fault, diagnostic: &mut Diagnostic) {
        place(fault, diagnostic);
        let (shapes, help) = {
            let shared = self.shared.borrow();
            (shared.show.shapes, shared.show.help)
        };
        let mut scene = Scene::new(self, fault, diagnostic);
        scene.label_operands();
        // An explanation may find that it does not fit the scene after all: then the next one is asked.
        let kind = scene.diagnostic.kind.clone();
        explanations()
            .filter(|e| (e.kind.is_empty() || e.kind == kind) && fault.message.contains(e.words))
            .find_map(|e| (e.explain)(&mut scene));
        if scene.diagnostic.help.is_empty() {
            names::correct_spelling(&mut scene);
        }
        scene.keep_code_in_help();
        if !shapes {
            diagnostic.labels.clear();
            diagnostic.notes.clear();
        }
        if !help {
            diagnostic.help.clear();
        }
    }
}

/// Moves the place of an error out of the prelude, whose lines say nothing to the reader of a program.
fn place(fault: &Fault, diagnostic: &mut Diagnostic) {
    let is_prelude = |name: &str| name.starts_with("<prelude>");
    let Some(inner) = fault.trace.iter().position(|f| !is_prelude(&f.source.name)) else { return };
    if inner > 0 {
        let frame = &fault.trace[inner];
        diagnostic.place = Some((frame.source.clone(), frame.span));
    }
    let outer = fault.trace.iter().skip(inner + 1).filter(|f| !is_prelude(&f.source.name)).count();
    diagnostic.trace.retain(|t| !is_prelude(&t.source));
    diagnostic.trace.truncate(outer);
}

/// The help on an error message, where there is an explanation for it.
pub(super) fn help_on_error(asked: &str) -> Option<Text> {
    let asked = asked.rsplit_once("Error: ").map_or(asked, |(_, message)| message);
    let found = explanations().find(|e| !e.words.is_empty() && asked.contains(e.words))?;
    let mut out = Text::styled(Style::ErrorKind, found.kind);
    out.push(Style::Error, &format!(": ... {} ...\n", found.words));
    out.push(Style::Plain, &format!("  {}", found.meaning));
    Some(out)
}

/// What stands under an operand: its type and shape; `None` for values that a reader sees anyway.
fn label_of(value: &Value) -> Option<String> {
    use crate::display::annotate::shape_label;
    Some(match value {
        Value::Tensor(t) => shape_label(t.dtype(), &t.sizes()),
        Value::Array(a) => {
            let array = a.array.borrow();
            format!("np {}", shape_label(array.dtype, array.sizes()))
        }
        Value::None => "None".to_string(),
        Value::Tuple(items) if items.iter().any(|v| matches!(v, Value::Tensor(_))) => {
            let fields: Vec<String> = match &items.kind {
                crate::value::TupleKind::Named(named) => named.fields.iter().map(|f| format!("{f} ")).collect(),
                _ => Vec::new(),
            };
            let label = |(i, v): (usize, &Value)| {
                format!("{}{}", fields.get(i).map_or("", |f: &String| f.as_str()), label_of(v).unwrap_or_default())
            };
            format!("({})", items.iter().enumerate().map(label).collect::<Vec<_>>().join(", "))
        }
        Value::List(items) if items.borrow().iter().all(|v| matches!(v, Value::Tensor(_))) && !items.is_empty() => {
            let items = items.borrow();
            let labels: Vec<String> = items.iter().take(4).filter_map(label_of).collect();
            format!("[{}{}]", labels.join(", "), if items.len() > 4 { ", …" } else { "" })
        }
        _ => return None,
    })
}

/// A label at a place.
fn label(span: crate::diag::Span, text: String) -> Label {
    Label { span, text }
}
