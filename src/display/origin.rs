//! Where a tensor comes from: the last steps of its gradient graph as one expression, `relu <- x[2, 3] @ w[3, 1]*`.

use crate::array::layout::show_sizes;
use crate::array::{Array, Dims};
use crate::tensor::{Edge, Meta, Node, Operand, Tensor};
use std::rc::Rc;
use unicode_width::UnicodeWidthStr;

/// How a variable is found for a tensor of the graph; see [`denotes`].
pub type Names<'a> = &'a dyn Fn(&Tensor) -> Option<String>;

/// Whether a variable's tensor is the one that a graph asks for.
///
/// The graph holds leaves themselves; of results it knows the edge, and of inputs without gradient the array.
pub fn denotes(variable: &Tensor, asked: &Tensor) -> bool {
    if variable.is(asked) {
        return true;
    }
    match (variable.grad_edge(), asked.grad_edge()) {
        (Some(a), Some(b)) => Rc::ptr_eq(&a.node, &b.node) && a.slot == b.slot,
        (None, None) => {
            let (a, b) = (variable.array(), asked.array());
            !asked.requires_grad() && Rc::ptr_eq(&a.storage, &b.storage) && a.layout == b.layout
        }
        _ => false,
    }
}

/// The operation's name from that of its node: `log_softmax` from `LogSoftmaxBackward0`.
pub fn operation(node: &dyn Node) -> String {
    let name = node.name();
    let numbered = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let Some(base) = numbered.strip_suffix("Backward") else { return name };
    if numbered.len() == name.len() {
        // A function of the program, under its own name.
        return base.to_string();
    }
    let known = match base {
        "ToCopy" => "to",
        "UnsafeView" => "view",
        "LinalgVectorNorm" => "norm",
        "MaxPool2DWithIndices" => "max_pool2d",
        "AvgPool2D" => "avg_pool2d",
        "NativeLayerNorm" => "layer_norm",
        "NativeBatchNorm" => "batch_norm",
        "ConstantPadNd" => "pad",
        "Mv" | "Mm" | "Bmm" | "Dot" => "matmul",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_string();
    }
    let mut out = String::new();
    let mut previous = '_';
    for c in base.chars() {
        if c.is_ascii_uppercase() && previous.is_ascii_lowercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
        previous = c;
    }
    out
}

/// The sign of a binary operation, and whether its operands stand the other way round.
fn sign(node: &dyn Node) -> Option<(&'static str, bool)> {
    let name = node.name();
    let base = name.split("Backward").next().unwrap_or_default();
    Some(match base {
        "Add" => ("+", false),
        "Sub" => ("-", false),
        "Rsub" => ("-", true),
        "Mul" => ("*", false),
        "Div" => ("/", false),
        "Pow" => ("**", false),
        "Remainder" => ("%", false),
        "Mm" | "Mv" | "Bmm" | "Dot" | "Matmul" => ("@", false),
        _ => return None,
    })
}

/// The last steps that made a tensor, in at most `width` columns; `None` for leaves.
pub fn origin(tensor: &Tensor, names: Names, width: usize) -> Option<String> {
    let edge = tensor.grad_edge()?;
    let mut shortest = String::new();
    for (steps, nesting) in [(5, 2), (4, 2), (3, 1), (2, 1), (1, 0)] {
        let text = Origin { names }.chain(&edge, steps, nesting);
        if text.width() <= width {
            return Some(text);
        }
        shortest = text;
    }
    Some(super::table::shorten(&shortest, width))
}

/// The writer of origins. Its recursion is bounded by the nesting it is given.
struct Origin<'a> {
    names: Names<'a>,
}

/// A tensor among the operands of a node.
struct Input {
    edge: Option<Edge>,
    meta: Option<Meta>,
    array: Option<Array>,
}

impl Origin<'_> {
    /// Operations of one operand as steps, joined by arrows, until a named tensor or one of several operands.
    fn chain(&self, edge: &Edge, steps: usize, nesting: usize) -> String {
        let mut out = String::new();
        let mut node = edge.node.clone();
        for step in 1.. {
            let operands = node.operands();
            let mut inputs = operands.iter().filter_map(as_input);
            let (Some(input), None) = (inputs.next(), inputs.next()) else {
                out.push_str(&self.describe(&node, nesting).0);
                return out;
            };
            if sign(&*node).is_some() && operands.len() > 1 {
                out.push_str(&self.describe(&node, nesting).0);
                return out;
            }
            out.push_str(&operation(&*node));
            out.push_str(" <- ");
            let named = self.named(&input);
            let Some(next) = input.edge.as_ref().filter(|e| named.is_none() && e.node.leaf().is_none()) else {
                out.push_str(&named.unwrap_or_else(|| self.unnamed(&input)));
                return out;
            };
            if step == steps {
                out.push('…');
                return out;
            }
            node = next.node.clone();
        }
        out
    }

    /// A node with its operands, and whether it needs brackets inside another.
    fn describe(&self, node: &Rc<dyn Node>, nesting: usize) -> (String, bool) {
        let operands = node.operands();
        if let (Some((sign, swapped)), [a, b, ..]) = (sign(&**node), operands.as_slice()) {
            let (a, b) = if swapped { (b, a) } else { (a, b) };
            return (format!("{} {sign} {}", self.operand(a, nesting, true), self.operand(b, nesting, true)), true);
        }
        let inputs: Vec<&Operand> = operands.iter().filter(|o| matches!(o, Operand::Tensor { .. })).collect();
        let mut texts: Vec<String> = inputs.iter().take(3).map(|o| self.operand(o, nesting, false)).collect();
        if inputs.len() > 3 {
            texts.push("…".to_string());
        }
        (format!("{}({})", operation(&**node), texts.join(", ")), false)
    }

    fn operand(&self, operand: &Operand, nesting: usize, brackets: bool) -> String {
        let input = match operand {
            Operand::Plain(text) => return super::table::shorten(text, 12),
            tensor => match as_input(tensor) {
                Some(input) => input,
                None => return "…".to_string(),
            },
        };
        if let Some(name) = self.named(&input) {
            return name;
        }
        match &input.edge {
            Some(edge) if nesting > 0 && edge.node.leaf().is_none() => {
                let (text, compound) = self.describe(&edge.node, nesting - 1);
                if compound && brackets { format!("({text})") } else { text }
            }
            _ => self.unnamed(&input),
        }
    }

    /// The variable that holds an input, with its sizes, starred where gradient flows.
    fn named(&self, input: &Input) -> Option<String> {
        let asked = match &input.edge {
            Some(edge) => match edge.node.leaf() {
                Some(leaf) => leaf,
                None => {
                    Tensor::with_edge(input.array.clone().unwrap_or_else(|| Array::scalar(0f32)), Some(edge.clone()))
                }
            },
            None => Tensor::new(input.array.clone()?),
        };
        let name = (self.names)(&asked)?;
        Some(format!("{name}{}", self.unnamed(input)))
    }

    /// The sizes of an input, as far as they are known, starred where gradient flows.
    fn unnamed(&self, input: &Input) -> String {
        let star = if input.edge.is_some() { "*" } else { "" };
        let leaf = input.edge.as_ref().and_then(|e| e.node.leaf());
        let sizes = match (&input.meta, &input.edge, leaf) {
            (Some(meta), _, _) => Some(Dims::from_slice(meta.sizes())),
            (None, _, Some(leaf)) => Some(leaf.sizes()),
            (None, Some(edge), None) => edge.node.output_meta(edge.slot).map(|m| Dims::from_slice(m.sizes())),
            (None, None, None) => None,
        };
        match sizes {
            Some(sizes) => format!("{}{star}", show_sizes(&sizes)),
            None => format!("…{star}"),
        }
    }
}

fn as_input(operand: &Operand) -> Option<Input> {
    match operand {
        Operand::Tensor { edge, meta, array } => {
            Some(Input { edge: edge.clone(), meta: meta.clone(), array: array.clone() })
        }
        Operand::Plain(_) => None,
    }
}
