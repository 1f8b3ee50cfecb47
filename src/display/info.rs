//! Everything about one value on a few lines: what `:info` shows.

use super::annotate::gradient_state;
use super::origin::{Names, origin};
use super::overview::glance;
use super::stats::{Stats, brief, bytes};
use crate::array::Array;
use crate::array::layout::show_sizes;
use crate::diag::{Style, Text};
use crate::tensor::Tensor;
use crate::value::Value;
use crate::value::protocol::class_name;

/// The facts of a value, one on each line. Runs nothing of the program.
pub fn info(value: &Value, names: Names) -> Text {
    let mut facts = Facts::default();
    match value {
        Value::Tensor(tensor) => {
            facts.array(&tensor.array(), &format!("torch.{}", tensor.dtype().name()));
            facts.gradient(tensor, names);
        }
        Value::Array(array) if !array.is_scalar => {
            let array = array.array.borrow();
            facts.array(&array, array.dtype.name());
        }
        other => {
            facts.add("type", Style::Plain, class_name(other));
            facts.add("value", Style::Plain, glance(other));
        }
    }
    facts.text
}

#[derive(Default)]
struct Facts {
    text: Text,
}

impl Facts {
    fn add(&mut self, name: &str, style: Style, fact: impl Into<String>) {
        let fact = fact.into();
        if fact.is_empty() {
            return;
        }
        if !self.text.pieces.is_empty() {
            self.text.push(Style::Plain, "\n");
        }
        self.text.push(Style::Dim, &format!("{name:<9} "));
        self.text.push(style, &fact);
    }

    fn array(&mut self, array: &Array, dtype: &str) {
        self.add("shape", Style::Shape, show_sizes(array.sizes()));
        self.add("dtype", Style::Shape, dtype);
        let count = array.numel();
        let size = bytes(count.saturating_mul(array.dtype.size()));
        self.add("size", Style::Plain, format!("{count} element{}, {size}", if count == 1 { "" } else { "s" }));
        let strides: Vec<String> = array.layout.strides.iter().map(|s| s.to_string()).collect();
        let contiguous = if array.layout.is_contiguous() { "contiguous" } else { "not contiguous" };
        let mut layout = format!("strides ({}), {contiguous}", strides.join(", "));
        if array.layout.offset > 0 {
            layout.push_str(&format!(", offset {}", array.layout.offset));
        }
        let stored = array.stored();
        if stored != count {
            layout.push_str(&format!(", in a storage of {stored}"));
        }
        self.add("layout", Style::Plain, layout);
        if let Some(stats) = Stats::of(array) {
            self.add("values", Style::Plain, super::stats::summary(array, &stats));
            if stats.nan + stats.inf > 0 {
                self.add("alarm", Style::Warning, format!("{} nan, {} inf", stats.nan, stats.inf));
            }
        }
    }

    fn gradient(&mut self, tensor: &Tensor, names: Names) {
        if let Some(base) = tensor.view() {
            let name = names(&base.base).unwrap_or_else(|| "another tensor".to_string());
            self.add("view of", Style::Plain, format!("{name} {}", show_sizes(&base.base.sizes())));
        }
        match tensor.grad_edge() {
            Some(edge) => {
                self.add("grad_fn", Style::Gradient, edge.node.name());
                self.add("made by", Style::Gradient, origin(tensor, names, 88).unwrap_or_default());
            }
            None if tensor.requires_grad() => {
                let kind = if tensor.is_parameter() { "parameter" } else { "leaf" };
                self.add("gradient", Style::Gradient, format!("{kind}, grad: {}", gradient_state(tensor)));
                if let Some(stats) = tensor.grad().and_then(|g| Stats::of(&g.array())) {
                    let (max, mean) = (brief(stats.abs_max), brief(stats.abs_mean));
                    self.add("|g|", Style::Gradient, format!("max {max}  mean {mean}"));
                }
            }
            None => self.add("gradient", Style::Plain, "none: requires_grad=False"),
        }
        let version = tensor.array().storage.version();
        if version > 0 {
            self.add(
                "changed",
                Style::Plain,
                format!("{version} time{} in place", if version == 1 { "" } else { "s" }),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::array;
    use super::*;
    use crate::array::DType;

    #[test]
    fn a_tensor_tells_its_layout_and_gradient() {
        let made = array(DType::F32, &[2, 3], &[1., 2., 3., 4., 5., f64::NAN]);
        let view = Tensor::new(made.with_layout(made.layout.transpose(0, 1).select(0, 1)));
        view.set_requires_grad(true).unwrap();
        let want = "\
shape     [2]
dtype     torch.float32
size      2 elements, 8 B
layout    strides (3), not contiguous, offset 1, in a storage of 6
values    min 2  max 5  mean 3.50  std 2.12
gradient  leaf, grad: none yet";
        assert_eq!(info(&Value::Tensor(view), &|_| None).to_plain(), want);
        assert_eq!(info(&Value::Int(3), &|_| None).to_plain(), "type      int\nvalue     3");
    }
}
