//! Tables over many values: the gradients of leaves, the variables of a session.

use super::annotate::{gradient_state, shape_label};
use super::options::PrintOptions;
use super::stats::{Stats, brief};
use super::table::{Align, Table, shorten};
use super::{string, tensor};
use crate::array::layout::show_sizes;
use crate::diag::{Style, Text};
use crate::tensor::Tensor;
use crate::value::float::float_repr;
use crate::value::protocol::class_name;
use crate::value::{Tuple, TupleKind, Value};

/// The most elements of a gradient that a table shows.
const MAX_ELEMENTS: usize = 4;
/// The width of the column of values.
const VALUE_WIDTH: usize = 48;

/// The table of `:grad`: for each named leaf its shape, the size of its gradient, and where it stands.
pub fn grad_table(rows: &[(String, Tensor)]) -> Text {
    let mut table = Table::new(&[
        ("name", Align::Left),
        ("shape", Align::Left),
        ("|g| max", Align::Right),
        ("|g| mean", Align::Right),
        ("grad", Align::Left),
        ("", Align::Left),
    ]);
    for (name, leaf) in rows {
        let grad = leaf.grad();
        let stats = grad.as_ref().and_then(|g| Stats::of(&g.array()));
        let (max, mean) = stats.map_or_else(Default::default, |s| (brief(s.abs_max), brief(s.abs_mean)));
        let alarm = stats.is_some_and(|s| s.nan + s.inf > 0);
        let shown = match &grad {
            Some(_) if alarm => (Style::Warning, "! not finite".to_string()),
            Some(g) if g.numel() <= MAX_ELEMENTS => (Style::Plain, elements(g)),
            _ => (Style::Plain, String::new()),
        };
        table.row([
            (Style::Name, name.clone()),
            (Style::Shape, shape_label(leaf.dtype(), &leaf.sizes())),
            (Style::Number, max),
            (Style::Number, mean),
            (Style::Gradient, gradient_state(leaf)),
            shown,
        ]);
    }
    table.render()
}

/// The elements of a tensor on one line.
fn elements(tensor: &Tensor) -> String {
    let mut out = String::new();
    tensor::write_elements(&mut out, &tensor.array(), 0, &PrintOptions { linewidth: 1000, ..PrintOptions::DEFAULT });
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The table of `:vars`: name, type or shape, and a short form of the value. Runs nothing of the program.
pub fn vars_table(rows: &[(String, Value)]) -> Text {
    let mut table = Table::new(&[("name", Align::Left), ("type", Align::Left), ("value", Align::Left)]);
    for (name, value) in rows {
        let kind = match value {
            Value::Tensor(t) => (Style::Shape, shape_label(t.dtype(), &t.sizes())),
            Value::Array(a) if !a.is_scalar => {
                let array = a.array.borrow();
                (Style::Shape, format!("np {}", shape_label(array.dtype, array.sizes())))
            }
            other => (Style::Plain, class_name(other)),
        };
        table.row([(Style::Name, name.clone()), kind, (Style::Plain, shorten(&glance(value), VALUE_WIDTH))]);
    }
    table.render()
}

/// A short form of a value on one line, without running anything of the program.
pub fn glance(value: &Value) -> String {
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    match value {
        Value::None => "None".to_string(),
        Value::Bool(b) => if *b { "True" } else { "False" }.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Big(b) => b.to_string(),
        Value::Float(f) => float_repr(*f),
        Value::Str(s) => string::repr(&s.as_str().chars().take(VALUE_WIDTH).collect::<String>()),
        Value::DType(d) => format!("torch.{}", d.name()),
        Value::Array(a) if a.is_scalar => super::ndarray::str(&a.array.borrow(), true),
        Value::Tensor(t) => match (t.numel() <= MAX_ELEMENTS, t.grad_edge()) {
            (true, None) if t.requires_grad() => format!("{}  grad: {}", elements(t), gradient_state(t)),
            (true, _) => elements(t),
            (false, Some(edge)) => format!("<{}>", edge.node.name()),
            (false, None) if t.requires_grad() => format!("grad: {}", gradient_state(t)),
            (false, None) => String::new(),
        },
        Value::Tuple(t) => match tuple_sizes(t) {
            Some(sizes) => show_sizes(&sizes),
            None => counted(t.len(), "item"),
        },
        Value::List(l) => counted(l.len(), "item"),
        Value::Dict(d) => counted(d.len(), "key"),
        Value::Set(s) => counted(s.len(), "item"),
        Value::Range(r) => format!("{}:{}:{}", r.start, r.stop, r.step),
        Value::Function(f) => f.qualname.borrow().to_string(),
        Value::Native(n) => format!("{}({})", n.name, n.signature),
        Value::Class(c) => c.qualified(),
        Value::Module(m) => m.name.to_string(),
        _ => String::new(),
    }
}

fn tuple_sizes(tuple: &Tuple) -> Option<Vec<usize>> {
    if !matches!(tuple.kind, TupleKind::Size) {
        return None;
    }
    tuple.iter().map(|v| v.as_int().and_then(|i| usize::try_from(i).ok())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::array;
    use super::*;
    use crate::array::DType;

    #[test]
    fn gradients_line_up() {
        let w = Tensor::new(array(DType::F32, &[3, 1], &[0.5, -1., 2.]));
        w.set_requires_grad(true).unwrap();
        w.set_grad(Some(Tensor::new(array(DType::F32, &[3, 1], &[3., 5., -7.]))));
        let b = Tensor::new(array(DType::F64, &[], &[0.5]));
        b.set_requires_grad(true).unwrap();
        let want = "\
name  shape      |g| max  |g| mean  grad
w     f32[3, 1]        7         5  set       [[ 3.], [ 5.], [-7.]]
b     f64[]                         none yet";
        assert_eq!(grad_table(&[("w".into(), w), ("b".into(), b)]).to_plain(), want);
    }

    #[test]
    fn variables_show_at_a_glance() {
        let rows = [
            ("n", Value::Int(3)),
            ("s", Value::from("it\nis")),
            ("x", Value::Tensor(Tensor::new(array(DType::F32, &[2], &[1., 2.5])))),
            ("l", Value::list(vec![Value::Int(1)])),
            ("shape", Value::size(&[2, 3])),
        ];
        let rows: Vec<(String, Value)> = rows.into_iter().map(|(n, v)| (n.to_string(), v)).collect();
        let want = "\
name   type        value
n      int         3
s      str         'it\\nis'
x      f32[2]      [1.0000, 2.5000]
l      list        1 item
shape  torch.Size  [2, 3]";
        assert_eq!(vars_table(&rows).to_plain(), want);
    }
}
