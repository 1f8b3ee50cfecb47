//! The text of a tensor, character for character as PyTorch 2.15 prints it.
//!
//! Only the shown elements are read, so that the text of a huge tensor costs as little as that of a small one.

use super::elements::{Elements, Step, Window, is_implied};
use super::options::{PrintOptions, default_dtype, print_options};
use crate::array::Array;
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::float::pad_exponent;
use crate::value::{Value, class_of};
use std::fmt::Write;

/// The most digits after the point that a float is written with; beyond, a float has no more.
const MAX_PRECISION: usize = 1100;

/// The text of a tensor: `tensor([1., 2.], requires_grad=True)`.
pub fn repr(tensor: &Tensor) -> String {
    let mut out = String::new();
    write_repr(&mut out, tensor);
    out
}

/// Appends the text of a tensor.
pub fn write_repr(out: &mut String, tensor: &Tensor) {
    if tensor.class().is_some() {
        let name = class_of(&Value::Tensor(tensor.clone())).name.clone();
        if name.starts_with("Uninitialized") {
            let _ = write!(out, "<{name}>");
            return;
        }
        if !tensor.is_parameter() {
            return write_named(out, tensor, &name);
        }
    }
    if tensor.is_parameter() {
        out.push_str("Parameter containing:\n");
    }
    write_named(out, tensor, "tensor");
}

/// Appends the text of a tensor of a subclass: `MyTensor([1.])`.
pub fn write_named(out: &mut String, tensor: &Tensor, name: &str) {
    let options = print_options();
    let array = tensor.array();
    let start = out.len();
    out.push_str(name);
    out.push('(');
    let indent = name.chars().count() + 1;
    write_elements(out, &array, indent, &options);
    let mut suffixes = Suffixes::after(out, start, indent, &options);
    let default = default_dtype();
    let empty = array.numel() == 0;
    if (empty && array.ndim() != 1) || (!empty && options.edgeitems == 0) {
        let mut size = String::from("size=");
        write_tuple(&mut size, array.sizes());
        suffixes.add(out, &size);
    }
    // Without elements nothing shows that the type is int64 or bool.
    if array.dtype != default && (empty || !is_implied(array.dtype, default)) {
        suffixes.add(out, &format!("dtype=torch.{}", array.dtype.name()));
    }
    if let Some(edge) = tensor.grad_edge() {
        suffixes.add(out, &format!("grad_fn=<{}>", edge.node.name()));
    } else if tensor.requires_grad() {
        suffixes.add(out, "requires_grad=True");
    }
    out.push(')');
}

/// What `format(tensor, spec)` formats: the number of a 0-d tensor, or the text of any tensor for an empty spec.
///
/// Errors: TypeError for a spec that is not empty and a tensor that is not 0-d.
pub fn format_operand(tensor: &Tensor, spec: &str) -> Result<Value> {
    if tensor.ndim() == 0 && !tensor.is_parameter() {
        return tensor.item().map(Value::scalar);
    }
    if spec.is_empty() {
        return Ok(Value::from(repr(tensor)));
    }
    let class = class_of(&Value::Tensor(tensor.clone()));
    Err(Fault::type_error(format!("unsupported format string passed to {}.__format__", class.name)))
}

/// The sizes as a Python tuple: `(2, 3)`, `(2,)`, `()`.
pub(super) fn write_tuple(out: &mut String, sizes: &[usize]) {
    out.push('(');
    for (i, size) in sizes.iter().enumerate() {
        let _ = write!(out, "{}{size}", if i > 0 { ", " } else { "" });
    }
    out.push_str(if sizes.len() == 1 { ",)" } else { ")" });
}

/// What stands behind the elements, on a line of its own when it would pass the width.
struct Suffixes<'a> {
    column: usize,
    indent: usize,
    options: &'a PrintOptions,
}

impl<'a> Suffixes<'a> {
    /// Those of the text that begins at byte `start`.
    fn after(out: &str, start: usize, indent: usize, options: &'a PrintOptions) -> Suffixes<'a> {
        let text = out.get(start..).unwrap_or_default();
        // PyTorch counts the line break too, and one more.
        let column = match text.rfind('\n') {
            Some(at) => text[at..].chars().count() + 1,
            None => text.chars().count() + 2,
        };
        Suffixes { column, indent, options }
    }

    fn add(&mut self, out: &mut String, suffix: &str) {
        let width = suffix.chars().count();
        if self.column + width + 2 > self.options.linewidth {
            out.push_str(",\n");
            pad(out, self.indent);
            self.column = self.indent + width;
        } else {
            out.push_str(", ");
            self.column += width + 2;
        }
        out.push_str(suffix);
    }
}

/// Appends the elements of an array, nested in brackets; `indent` columns stand before the first.
pub fn write_elements(out: &mut String, array: &Array, indent: usize, options: &PrintOptions) {
    if array.numel() == 0 {
        out.push_str("[]");
        return;
    }
    let window = Window::new(array.numel(), options.threshold, options.edgeitems);
    let cells = Cells::new(&Elements::shown(array, window), options);
    let Some(&size) = array.sizes().last() else {
        cells.write(out, 0);
        return;
    };
    let ndim = array.ndim();
    let line = (options.linewidth.saturating_sub(indent + ndim - 1) / (cells.width + 2)).max(1);
    let (head, tail) = window.split(size);
    let mut next = 0;
    window.walk(&array.layout, |step| match step {
        Step::Open(_) => out.push('['),
        Step::Close(_) => out.push(']'),
        Step::Gap(_) => out.push_str("..."),
        Step::Between(depth) => {
            out.push(',');
            out.extend(std::iter::repeat_n('\n', ndim - 1 - depth));
            pad(out, indent + depth + 1);
        }
        Step::Vector(_) => {
            out.push('[');
            let mut column = 0;
            let mut between = |out: &mut String| {
                if column == line {
                    column = 0;
                    out.push_str(",\n");
                    pad(out, indent + ndim);
                } else if column > 0 {
                    out.push_str(", ");
                }
                column += 1;
            };
            for _ in 0..head {
                between(out);
                cells.write(out, next);
                next += 1;
            }
            if let Some(tail) = tail {
                between(out);
                out.push_str(if head == 0 { "..." } else { " ..." });
                for _ in 0..tail {
                    between(out);
                    cells.write(out, next);
                    next += 1;
                }
            }
            out.push(']');
        }
    });
}

pub(super) fn pad(out: &mut String, width: usize) {
    out.extend(std::iter::repeat_n(' ', width));
}

/// The texts of the shown elements, and the width they are aligned to.
struct Cells {
    text: String,
    /// Where each element's text ends.
    ends: Vec<usize>,
    /// The width that lines are broken for.
    width: usize,
    /// Whether each text is filled up to the width.
    aligned: bool,
}

/// How floats are written.
#[derive(Clone, Copy, PartialEq)]
enum Notation {
    /// All are whole numbers: `1.`
    Whole,
    Fixed,
    Scientific,
}

impl Cells {
    fn new(elements: &Elements, options: &PrintOptions) -> Cells {
        let mut cells = Cells { text: String::new(), ends: Vec::new(), width: 1, aligned: true };
        match elements {
            Elements::Bool(values) => {
                for &v in values {
                    cells.push(true, |out| out.push_str(if v { "True" } else { "False" }));
                }
            }
            Elements::Int(values) => {
                for &v in values {
                    cells.push(true, |out| _ = write!(out, "{v}"));
                }
            }
            Elements::Float(values) => {
                let notation = Notation::of(values, options);
                for &v in values {
                    // The width ignores zeros and what is not finite; those may stand out.
                    let counts = v != 0.0 && v.is_finite();
                    cells.push(counts, |out| write_float(out, v, notation, options.precision.min(MAX_PRECISION)));
                }
            }
            Elements::Complex(real, imaginary) => return Cells::joined(real, imaginary, options),
        }
        cells
    }

    /// The texts of complex numbers: each part in a notation and a width of its own, the imaginary one not aligned.
    fn joined(real: &[f64], imaginary: &[f64], options: &PrintOptions) -> Cells {
        let parts = [real, imaginary].map(|part| Cells::new(&Elements::Float(part.to_vec()), options));
        let mut cells = Cells { text: String::new(), ends: Vec::new(), width: 0, aligned: false };
        cells.width = parts[0].width + parts[1].width + 1;
        for i in 0..real.len() {
            parts[0].write(&mut cells.text, i);
            let text = parts[1].text_of(i);
            if !text.starts_with('-') {
                cells.text.push('+');
            }
            cells.text.push_str(text);
            cells.text.push('j');
            cells.ends.push(cells.text.len());
        }
        cells
    }

    fn push(&mut self, counts: bool, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        if counts {
            self.width = self.width.max(self.text.len() - start);
        }
        self.ends.push(self.text.len());
    }

    /// Appends the text of an element, aligned to the right.
    fn write(&self, out: &mut String, i: usize) {
        let text = self.text_of(i);
        if self.aligned {
            pad(out, self.width.saturating_sub(text.len()));
        }
        out.push_str(text);
    }

    /// The text of an element as it is.
    fn text_of(&self, i: usize) -> &str {
        let start = i.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0);
        self.ends.get(i).and_then(|&end| self.text.get(start..end)).unwrap_or_default()
    }
}

impl Notation {
    /// The notation in which PyTorch shows those numbers together.
    fn of(values: &[f64], options: &PrintOptions) -> Notation {
        let (mut min, mut max, mut whole) = (f64::INFINITY, 0f64, true);
        for v in values.iter().filter(|v| **v != 0.0 && v.is_finite()) {
            min = min.min(v.abs());
            max = max.max(v.abs());
            whole &= v.fract() == 0.0;
        }
        if max == 0.0 {
            return Notation::Whole;
        }
        let scientific = options.sci_mode.unwrap_or(max / min > 1000.0 || max > 1e8 || min < 1e-4);
        match (scientific, whole) {
            (true, _) => Notation::Scientific,
            (false, true) => Notation::Whole,
            (false, false) => Notation::Fixed,
        }
    }
}

fn write_float(out: &mut String, value: f64, notation: Notation, precision: usize) {
    if value.is_nan() {
        out.push_str("nan");
        return;
    }
    if value.is_infinite() {
        out.push_str(if value > 0.0 { "inf" } else { "-inf" });
        return;
    }
    let start = out.len();
    // Writing to a string cannot fail.
    let _ = match notation {
        Notation::Whole => write!(out, "{value:.0}."),
        Notation::Fixed => write!(out, "{value:.precision$}"),
        Notation::Scientific => write!(out, "{value:.precision$e}"),
    };
    if notation == Notation::Scientific {
        pad_exponent(out, start);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NamedNode, array, over_recorded};
    use super::*;
    use crate::array::DType;

    #[test]
    fn tensors_print_as_in_pytorch() {
        over_recorded("tensor.txt", "TENSOR_TEXTS", |case| {
            let tensor = match case.get("grad") {
                Some("leaf") => {
                    let tensor = Tensor::new(case.array());
                    tensor.set_requires_grad(true).unwrap();
                    tensor
                }
                Some(name) => NamedNode::result(name, &[], case.array()),
                None => Tensor::new(case.array()),
            };
            if case.get("parameter").is_some() {
                tensor.set_parameter();
            }
            repr(&tensor)
        });
    }

    #[test]
    fn formatting_takes_the_number_of_a_0d_tensor() {
        let number = Tensor::new(array(DType::F32, &[], &[0.1]));
        assert!(matches!(format_operand(&number, ".2f"), Ok(Value::Float(f)) if f == 0.1f32 as f64));
        let vector = Tensor::new(array(DType::F32, &[1], &[2.0]));
        assert_eq!(format_operand(&vector, "").unwrap().as_str(), Some("tensor([2.])"));
        let fault = format_operand(&vector, ".2f").unwrap_err();
        assert_eq!(fault.message, "unsupported format string passed to Tensor.__format__");
    }
}
