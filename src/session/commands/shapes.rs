//! `:shapes` and `:broadcast`: the shape of every subexpression, and how shapes are aligned.

use super::{Command, Done, misused};
use crate::array::layout::show_sizes;
use crate::diag::{Fault, Result, Span, Style, Text};
use crate::display::annotate::shape_label;
use crate::display::overview::glance;
use crate::display::table::{Align, Table, shorten};
use crate::session::engine::Session;
use crate::syntax::ast::{Arg, Expr, ExprKind};
use crate::value::protocol::class_name;
use crate::value::{Value, intern};

/// The widest text of a subexpression that the table shows.
const TEXT_WIDTH: usize = 60;
/// The most dimensions of an alignment.
const MAX_DIMS: usize = 64;

/// `:shapes`
pub static SHAPES: Command = Command {
    name: "shapes",
    aliases: &["shape"],
    usage: "expr",
    doc: "Show the shape of every subexpression.\n\
          They come in the order in which they are computed. The expression is evaluated once; when it fails, the shapes up to there are shown before the error.",
    example: ":shapes F.relu(x @ w + b).sum()",
    run: shapes,
};

fn shapes(session: &mut Session, argument: &str) -> Result<Done> {
    let (source, mut expr) = session.parse_argument(argument)?;
    let mut spans = Vec::new();
    watch(&mut expr, &mut spans);
    let result = session.evaluate_tree(expr, &source);
    let mut table = Table::new(&[("expression", Align::Left), ("shape", Align::Left)]);
    let mut shown = std::collections::HashSet::new();
    let mut rows = 0;
    for (i, span) in spans.iter().enumerate() {
        let name = intern(&watcher(i));
        let value = session.main.space.bind(&name, Value::Undef);
        let text = source.slice(*span).split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_undef() || matches!(value, Value::Module(_)) || !shown.insert(text.clone()) {
            continue;
        }
        rows += 1;
        table.row([(Style::Plain, shorten(&text, TEXT_WIDTH)), (Style::Shape, label(&value))]);
    }
    if rows > 0 {
        session.say(table.render())?;
    }
    result.map(|_| Done::Next)
}

/// The hidden variable that holds a subexpression.
fn watcher(i: usize) -> String {
    format!("__shape_{i}")
}

/// Type and shape of a value, or what it is.
fn label(value: &Value) -> String {
    match value {
        Value::Tensor(t) => shape_label(t.dtype(), &t.sizes()),
        Value::Array(a) => {
            let array = a.array.borrow();
            format!("np {}", shape_label(array.dtype, array.sizes()))
        }
        Value::Tuple(items) if items.iter().any(|v| matches!(v, Value::Tensor(_))) => {
            let labels: Vec<String> = items.iter().map(label).collect();
            format!("({})", labels.join(", "))
        }
        other => shorten(&format!("{} {}", class_name(other), glance(other)), TEXT_WIDTH),
    }
}

/// Wraps every subexpression that computes something in an assignment to a hidden variable, operands first.
///
/// Lambdas, comprehensions and displays are left alone: they have scopes of their own, or no shape. The depth of the
/// recursion is that of the tree, which the parser limits.
fn watch(expr: &mut Expr, spans: &mut Vec<Span>) {
    match &mut expr.kind {
        ExprKind::Unary(_, a) | ExprKind::Not(a) | ExprKind::Attribute(a, ..) => watch(a, spans),
        ExprKind::Binary(a, _, b) => {
            watch(a, spans);
            watch(b, spans);
        }
        ExprKind::Compare(a, rest) => {
            watch(a, spans);
            rest.iter_mut().for_each(|(_, b)| watch(b, spans));
        }
        ExprKind::Subscript(a, _) => watch(a, spans),
        ExprKind::Call(function, args) => {
            match &mut function.kind {
                ExprKind::Attribute(object, ..) => watch(object, spans),
                ExprKind::Name(_) => {}
                _ => watch(function, spans),
            }
            for arg in args {
                if let Arg::Positional(e) | Arg::Keyword(_, _, e) = arg {
                    watch(e, spans);
                }
            }
        }
        ExprKind::Name(_) => {}
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            items.iter_mut().for_each(|e| watch(e, spans));
            return;
        }
        _ => return,
    }
    let name = watcher(spans.len()).into();
    spans.push(expr.span);
    let placeholder = Expr { span: expr.span, kind: ExprKind::None };
    let inner = std::mem::replace(expr, placeholder);
    expr.kind = ExprKind::Walrus(name, Box::new(inner));
}

/// `:broadcast`
pub static BROADCAST: Command = Command {
    name: "broadcast",
    aliases: &[],
    usage: "a b ...",
    doc: "Show how shapes are aligned to compute with them.\n\
          Shapes are aligned from the right; the shape of the result is shown, or the dimension that fails. The operands are tensors or shapes, separated by blanks or commas.",
    example: ":broadcast [3, 4] [3]",
    run: broadcast,
};

fn broadcast(session: &mut Session, argument: &str) -> Result<Done> {
    let texts = operands(argument);
    if texts.len() < 2 {
        return Err(misused(&BROADCAST, "two operands are expected"));
    }
    let mut shapes = Vec::new();
    for text in &texts {
        let value = session.evaluate(text)?;
        let Some(sizes) = sizes_of(&value) else {
            return Err(misused(&BROADCAST, &format!("{text} is neither a tensor nor a shape")));
        };
        if sizes.len() > MAX_DIMS {
            return Err(misused(&BROADCAST, &format!("{text} has more than {MAX_DIMS} dimensions")));
        }
        let plain_name = text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
        shapes.push((if plain_name { text.clone() } else { show_sizes(&sizes) }, sizes));
    }
    let (text, failed) = alignment(&shapes);
    session.say(text)?;
    match failed {
        Some(message) => Err(Fault::runtime(message)),
        None => Ok(Done::Next),
    }
}

/// The operands of a command line: split at commas and blanks outside brackets.
fn operands(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut depth = 0i32;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        match (c, out.last_mut()) {
            (' ' | ',', _) if depth == 0 => out.push(String::new()),
            (c, Some(last)) => last.push(c),
            _ => {}
        }
    }
    out.retain(|s| !s.is_empty());
    out
}

fn sizes_of(value: &Value) -> Option<Vec<usize>> {
    let of = |items: &[Value]| items.iter().map(|v| v.as_int().and_then(|n| usize::try_from(n).ok())).collect();
    match value {
        Value::Tensor(t) => Some(t.sizes().to_vec()),
        Value::Array(a) => Some(a.array.borrow().sizes().to_vec()),
        Value::Tuple(t) => of(t),
        Value::List(l) => of(&l.to_vec()),
        Value::Int(_) | Value::Float(_) | Value::Complex(_) => Some(Vec::new()),
        _ => None,
    }
}

/// The drawing of shapes aligned from the right, and the refusal where they do not fit.
pub(in crate::session) fn alignment(shapes: &[(String, Vec<usize>)]) -> (Text, Option<String>) {
    let ndim = shapes.iter().map(|(_, s)| s.len()).max().unwrap_or(0);
    let size_at = |s: &[usize], column: usize| (column + s.len()).checked_sub(ndim).and_then(|i| s.get(i)).copied();
    let mut result: Vec<Option<usize>> = Vec::new();
    for column in 0..ndim {
        let mut sizes: Vec<usize> = shapes.iter().filter_map(|(_, s)| size_at(s, column)).filter(|&n| n != 1).collect();
        sizes.dedup();
        result.push(match sizes.as_slice() {
            [] => Some(1),
            [n] => Some(*n),
            _ => None,
        });
    }
    let width = |column: usize| {
        let own = shapes.iter().filter_map(|(_, s)| size_at(s, column)).map(|n| n.to_string().len()).max();
        own.unwrap_or(1).max(result[column].map_or(1, |n| n.to_string().len()))
    };
    let widths: Vec<usize> = (0..ndim).map(width).collect();
    let margin = shapes.iter().map(|(n, _)| n.chars().count()).max().unwrap_or(0).max("result".len());
    let mut out = Text::new();
    for (name, sizes) in shapes {
        out.push(Style::Name, &format!("{name:<margin$}"));
        for (column, width) in widths.iter().enumerate() {
            let shown = size_at(sizes, column).map_or(String::new(), |n| n.to_string());
            let grows = size_at(sizes, column) == Some(1) && result[column].is_some_and(|n| n != 1);
            out.push(if grows { Style::Note } else { Style::Shape }, &format!("  {shown:>width$}"));
        }
        let grown: Vec<String> = (0..ndim)
            .filter(|&c| size_at(sizes, c).unwrap_or(1) == 1 && result[c].is_some_and(|n| n != 1))
            .filter_map(|c| result[c].map(|n| n.to_string()))
            .collect();
        if !grown.is_empty() {
            out.push(Style::Dim, &format!("   repeated {} times", grown.join(" x ")));
        }
        out.push(Style::Plain, "\n");
    }
    out.push(Style::Dim, &format!("{:<margin$}", "result"));
    for (column, width) in widths.iter().enumerate() {
        let shown = result[column].map_or("!".to_string(), |n| n.to_string());
        out.push(if result[column].is_some() { Style::Shape } else { Style::Error }, &format!("  {shown:>width$}"));
    }
    let failing = (0..ndim).rev().find(|&c| result[c].is_none());
    let message = failing.map(|column| {
        let mut sizes = shapes.iter().filter_map(|(_, s)| size_at(s, column)).filter(|&n| n != 1);
        let (a, b) = (sizes.next().unwrap_or(0), sizes.find(|_| true).unwrap_or(0));
        format!("The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {column}")
    });
    if failing.is_some() {
        out.push(Style::Dim, "   <- these differ, and none is 1");
    }
    (out, message)
}
