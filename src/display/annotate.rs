//! The dim line under an echoed result: shape, place in the gradient graph, statistics, alarms.

use super::options::print_options;
use super::origin::{Names, origin};
use super::stats::{Stats, bytes, summary};
use crate::array::layout::show_sizes;
use crate::array::{Array, DType};
use crate::diag::{Style, Text};
use crate::tensor::Tensor;
use crate::value::{TupleKind, Value};
use unicode_width::UnicodeWidthStr;

/// The most columns of an annotation.
const WIDTH: usize = 100;
/// The most shapes that the annotation of a list shows.
const MAX_SHAPES: usize = 6;

/// The element type and sizes of a tensor: `f32[3, 1]`.
pub fn shape_label(dtype: DType, sizes: &[usize]) -> String {
    format!("{}{}", dtype.short(), show_sizes(sizes))
}

/// The line under an echoed value; `None` for values that need none.
pub fn annotation(value: &Value, names: Names) -> Option<Text> {
    match value {
        Value::Tensor(tensor) => Some(tensor_line(tensor, names)),
        Value::Array(array) if !array.is_scalar => {
            let mut line = Line::default();
            let array = array.array.borrow();
            line.add(Style::Shape, &shape_label(array.dtype, array.sizes()));
            add_statistics(&mut line, &array);
            Some(line.text)
        }
        Value::Tuple(tuple) => {
            let fields = match &tuple.kind {
                TupleKind::Named(named) => named.fields.iter().map(|f| f.to_string()).collect(),
                _ => Vec::new(),
            };
            shapes_line(tuple, "(", &fields, ")")
        }
        Value::List(list) => shapes_line(&list.borrow(), "[", &[], "]"),
        _ => None,
    }
}

/// The line after a backward pass: ` grad reached: w[3, 1], b[1]`; `None` when no named leaf was reached.
pub fn reached(leaves: &[(String, Tensor)]) -> Option<Text> {
    if leaves.is_empty() {
        return None;
    }
    let mut line = Line::default();
    line.add(Style::Gradient, "grad reached:");
    for (i, (name, leaf)) in leaves.iter().enumerate() {
        let label = format!("{name}{}", show_sizes(&leaf.sizes()));
        let rest = leaves.len() - i;
        if line.columns + label.width() + 12 > WIDTH && rest > 1 {
            line.join(Style::Gradient, &format!(" and {rest} more"));
            break;
        }
        line.join(Style::Gradient, &format!("{}{label}", if i == 0 { " " } else { ", " }));
    }
    Some(line.text)
}

/// The line under a gradient that was asked for: ` d loss / d w   f32[3, 1]   from 1 backward()`.
pub fn gradient_line(output: Option<&str>, name: &str, leaf: &Tensor) -> Text {
    let mut text = Text::styled(Style::Gradient, format!(" d {} / d {name}", output.unwrap_or("output")));
    text.push(Style::Shape, &format!("   {}", shape_label(leaf.dtype(), &leaf.sizes())));
    text.push(Style::Gradient, &format!("   {}", gradient_state(leaf)));
    text
}

/// A line that grows part by part.
#[derive(Default)]
struct Line {
    text: Text,
    columns: usize,
}

impl Line {
    /// Adds a part, two spaces from the one before.
    fn add(&mut self, style: Style, part: &str) {
        if !part.is_empty() {
            let gap = if self.columns == 0 { " " } else { "  " };
            self.join(style, &format!("{gap}{part}"));
        }
    }

    /// Adds to the last part.
    fn join(&mut self, style: Style, part: &str) {
        self.columns += part.width();
        self.text.push(style, part);
    }
}

fn tensor_line(tensor: &Tensor, names: Names) -> Text {
    let mut line = Line::default();
    {
        let array = tensor.array();
        line.add(Style::Shape, &shape_label(array.dtype, array.sizes()));
        add_statistics(&mut line, &array);
    }
    if tensor.grad_edge().is_some() {
        // Whatever came before leaves the rest of the line, but always room for one step.
        let room = WIDTH.saturating_sub(line.columns + 5).max(20);
        if let Some(origin) = origin(tensor, names, room) {
            line.add(Style::Gradient, &format!("<- {origin}"));
        }
        if tensor.retains_grad() {
            line.add(Style::Gradient, "keeps grad");
        }
    } else if tensor.requires_grad() {
        line.add(Style::Gradient, "leaf");
        line.add(Style::Gradient, &format!("grad: {}", gradient_state(tensor)));
    }
    line.text
}

/// Where the gradient of a leaf stands: `none yet`, `from 2 backward()`, `set`.
pub fn gradient_state(tensor: &Tensor) -> String {
    match (tensor.grad(), tensor.passes()) {
        _ if !tensor.requires_grad() => "off".to_string(),
        (None, _) => "none yet".to_string(),
        (Some(_), 0) => "set".to_string(),
        (Some(_), passes) => format!("from {passes} backward()"),
    }
}

/// Adds what a summarised array holds, and the alarm for numbers that are not finite.
fn add_statistics(line: &mut Line, array: &Array) {
    let count = array.numel();
    let summarised = count > print_options().threshold;
    if !summarised && !array.dtype.is_float() {
        return;
    }
    let stats = Stats::of(array);
    if summarised {
        line.add(Style::Dim, &format!("{count} values, {}", bytes(count.saturating_mul(array.dtype.size()))));
        if let Some(stats) = &stats {
            line.add(Style::Dim, &summary(array, stats));
        }
    }
    let alarm = stats.map(|s| {
        let parts = [(s.nan, "nan"), (s.inf, "inf")];
        let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        parts.join(", ")
    });
    if let Some(alarm) = alarm.filter(|a| !a.is_empty()) {
        line.add(Style::Warning, &format!("! {alarm}"));
    }
}

/// The shapes of a sequence that holds tensors only.
fn shapes_line(items: &[Value], open: &str, fields: &[String], close: &str) -> Option<Text> {
    if items.is_empty() || !items.iter().all(|v| matches!(v, Value::Tensor(_))) {
        return None;
    }
    let mut line = Line::default();
    line.join(Style::Shape, &format!(" {open}"));
    for (i, item) in items.iter().enumerate() {
        let Value::Tensor(tensor) = item else { return None };
        let label = shape_label(tensor.dtype(), &tensor.sizes());
        let label = match fields.get(i) {
            Some(field) => format!("{field} {label}"),
            None => label,
        };
        if i == MAX_SHAPES || line.columns + label.width() + 16 > WIDTH {
            line.join(Style::Shape, &format!(", … {} in all", items.len()));
            break;
        }
        line.join(Style::Shape, &format!("{}{label}", if i == 0 { "" } else { ", " }));
    }
    line.join(Style::Shape, close);
    Some(line.text)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NamedNode, array};
    use super::*;
    use crate::value::{List, Tuple};

    fn zeros(sizes: &[usize]) -> Array {
        array(DType::F32, sizes, &vec![0.0; sizes.iter().product()])
    }

    fn leaf(sizes: &[usize]) -> Tensor {
        let tensor = Tensor::new(zeros(sizes));
        tensor.set_requires_grad(true).unwrap();
        tensor
    }

    fn line(tensor: &Tensor, variables: &[(&str, &Tensor)]) -> String {
        let names = |asked: &Tensor| {
            let found = variables.iter().find(|(_, t)| super::super::origin::denotes(t, asked));
            found.map(|(name, _)| name.to_string())
        };
        annotation(&Value::Tensor(tensor.clone()), &names).unwrap().to_plain()
    }

    #[test]
    fn leaves_tell_where_their_gradient_stands() {
        let w = leaf(&[3, 1]);
        assert_eq!(line(&w, &[]), " f32[3, 1]  leaf  grad: none yet");
        w.set_grad(Some(Tensor::new(zeros(&[3, 1]))));
        assert_eq!(line(&w, &[]), " f32[3, 1]  leaf  grad: set");
        assert_eq!(line(&Tensor::new(zeros(&[])), &[]), " f32[]");
    }

    #[test]
    fn results_tell_where_they_come_from() {
        let (x, w, b) = (Tensor::new(zeros(&[2, 3])), leaf(&[3, 1]), leaf(&[1]));
        let product = NamedNode::result("MmBackward0", &[&x, &w], zeros(&[2, 1]));
        let y = NamedNode::result("ReluBackward0", &[&product], zeros(&[2, 1]));
        let names = [("x", &x), ("w", &w), ("b", &b)];
        assert_eq!(line(&y, &names), " f32[2, 1]  <- relu <- x[2, 3] @ w[3, 1]*");
        assert_eq!(line(&y, &[]), " f32[2, 1]  <- relu <- [2, 3] @ [3, 1]*");
        let sum = NamedNode::result("AddBackward0", &[&product, &b], zeros(&[2, 1]));
        assert_eq!(line(&sum, &names), " f32[2, 1]  <- (x[2, 3] @ w[3, 1]*) + b[1]*");
        let softmax = NamedNode::result("LogSoftmaxBackward0", &[&sum], zeros(&[2, 1]));
        let h = [("h", &sum), ("x", &x), ("w", &w), ("b", &b)];
        assert_eq!(line(&softmax, &h), " f32[2, 1]  <- log_softmax <- h[2, 1]*");
        let linear = NamedNode::result("AddmmBackward0", &[&b, &x, &w], zeros(&[2, 1]));
        assert_eq!(line(&linear, &names), " f32[2, 1]  <- addmm(b[1]*, x[2, 3], w[3, 1]*)");
    }

    #[test]
    fn long_origins_stay_on_one_line() {
        let mut y = leaf(&[1]);
        for _ in 0..100_000 {
            y = NamedNode::result("SigmoidBackward0", &[&y], zeros(&[1]));
        }
        assert_eq!(line(&y, &[]), " f32[1]  <- sigmoid <- sigmoid <- sigmoid <- sigmoid <- sigmoid <- …");
        let wide: Vec<Tensor> = (0..12).map(|_| leaf(&[1_000, 1])).collect();
        let wide: Vec<&Tensor> = wide.iter().collect();
        let cat = NamedNode::result("CatBackward0", &wide, zeros(&[12_000, 1]));
        let text = line(&NamedNode::result("AddBackward0", &[&cat, &cat], zeros(&[12_000, 1])), &[]);
        assert!(text.width() <= WIDTH && text.lines().count() == 1, "{text}");
    }

    #[test]
    fn large_and_broken_values_show_statistics() {
        let ramp: Vec<f64> = (0..2000).map(|i| i as f64 / 1000.0 - 1.0).collect();
        let text = line(&Tensor::new(array(DType::F32, &[20, 100], &ramp)), &[]);
        assert_eq!(text, " f32[20, 100]  2000 values, 7.8 KiB  min -1  max 0.999  mean -0.000500  std 0.577");
        let broken = [f64::NAN, 1.0, f64::INFINITY, f64::NEG_INFINITY];
        assert_eq!(line(&Tensor::new(array(DType::F32, &[4], &broken)), &[]), " f32[4]  ! 1 nan, 2 inf");
    }

    #[test]
    fn sequences_of_tensors_show_their_shapes() {
        let no_names: Names = &|_| None;
        let tensor = |sizes: &[usize]| Value::Tensor(Tensor::new(zeros(sizes)));
        let pair = Value::Tuple(Tuple::new(TupleKind::Plain, [tensor(&[2]), tensor(&[])]));
        assert_eq!(annotation(&pair, no_names).unwrap().to_plain(), " (f32[2], f32[])");
        let many = Value::List(List::new((0..9).map(|_| tensor(&[1])).collect()));
        let text = annotation(&many, no_names).unwrap().to_plain();
        assert_eq!(text, " [f32[1], f32[1], f32[1], f32[1], f32[1], f32[1], … 9 in all]");
        assert!(annotation(&Value::Int(1), no_names).is_none());
        assert!(annotation(&Value::list(vec![]), no_names).is_none());
        assert!(annotation(&Value::tuple([tensor(&[1]), Value::Int(2)]), no_names).is_none());
    }
}
