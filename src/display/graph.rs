//! The gradient graph of a tensor: as a tree of text, and for Graphviz.

use super::annotate::shape_label;
use super::origin::{Names, operation};
use crate::array::layout::show_sizes;
use crate::diag::{Style, Text};
use crate::tensor::{Edge, Meta, Node, Operand, Tensor};
use rustc_hash::FxHashMap;
use std::fmt::Write;
use std::rc::Rc;

/// The most lines of a tree.
const MAX_LINES: usize = 200;
/// The deepest level of a tree; deeper ones would leave the screen.
const MAX_DEPTH: usize = 40;
/// The most nodes of a Graphviz graph.
const MAX_NODES: usize = 5000;

/// The address of a node, its identity.
fn id(node: &Rc<dyn Node>) -> usize {
    Rc::as_ptr(node) as *const () as usize
}

/// How often each node reachable from a tensor is led to by others.
fn arrivals(root: &Rc<dyn Node>) -> FxHashMap<usize, u32> {
    let mut counts = FxHashMap::default();
    counts.insert(id(root), 0);
    let mut open = vec![root.clone()];
    while let Some(node) = open.pop() {
        for edge in node.core().edges.iter().flatten() {
            let count = counts.entry(id(&edge.node)).or_insert_with(|| {
                open.push(edge.node.clone());
                0
            });
            *count += 1;
        }
    }
    counts
}

/// What a line of the tree is about.
enum Item {
    /// A tensor that a gradient flows to, and what it looked like.
    Flow(Edge, Option<Meta>),
    /// A tensor that no gradient flows to.
    Still(Operand),
}

/// A line of the tree that is still to be written.
struct Branch {
    item: Item,
    /// What stands before it: the lines of the branches around it.
    prefix: String,
    depth: usize,
    is_last: bool,
}

/// The gradient graph as a tree, results above what they were made from; `None` for a tensor without gradient.
///
/// A node that several others lead to is shown once and numbered; leaves carry their variable, shape and gradient.
pub fn tree(tensor: &Tensor, names: Names) -> Option<Text> {
    let root = tensor.edge()?;
    let counts = arrivals(&root.node);
    let mut numbers: FxHashMap<usize, usize> = FxHashMap::default();
    let mut out = Text::new();
    let mut lines = 0;
    let meta = Meta::of(&tensor.array());
    let first = Branch { item: Item::Flow(root, Some(meta)), prefix: String::new(), depth: 0, is_last: true };
    let mut stack = vec![first];
    while let Some(branch) = stack.pop() {
        if lines == MAX_LINES {
            out.push(Style::Note, &format!("\n… {} nodes in all; :graph --dot writes them all", counts.len()));
            break;
        }
        if lines > 0 {
            out.push(Style::Plain, "\n");
        }
        lines += 1;
        let inner = if branch.depth == 0 {
            String::new()
        } else {
            out.push(Style::Dim, &branch.prefix);
            out.push(Style::Dim, if branch.is_last { "└─ " } else { "├─ " });
            format!("{}{}", branch.prefix, if branch.is_last { "   " } else { "│  " })
        };
        let (edge, meta) = match branch.item {
            Item::Still(operand) => {
                write_still(&mut out, &operand, names);
                continue;
            }
            Item::Flow(edge, meta) => (edge, meta),
        };
        if let Some(leaf) = edge.node.leaf() {
            write_leaf(&mut out, &leaf, names);
            continue;
        }
        let shared = counts.get(&id(&edge.node)).is_some_and(|n| *n > 1);
        let known = numbers.get(&id(&edge.node)).copied();
        out.push(Style::Name, &edge.node.name());
        let meta = meta.or_else(|| edge.node.output_meta(edge.slot));
        if let Some(meta) = &meta {
            out.push(Style::Plain, "  ");
            out.push(Style::Shape, &shape_label(meta.dtype, meta.sizes()));
        }
        if let Some(name) = named(&edge, names).filter(|_| branch.depth > 0) {
            out.push(Style::Plain, &format!("  {name}"));
        }
        if let Some(number) = known {
            out.push(Style::Note, &format!("  -> #{number} above"));
            continue;
        }
        if shared {
            let number = numbers.len() + 1;
            numbers.insert(id(&edge.node), number);
            out.push(Style::Note, &format!("  #{number}"));
        }
        let items = inputs(&edge.node);
        if branch.depth == MAX_DEPTH && !items.is_empty() {
            out.push(Style::Note, "  … deeper");
            continue;
        }
        let last = items.len().saturating_sub(1);
        for (i, item) in items.into_iter().enumerate().rev() {
            stack.push(Branch { item, prefix: inner.clone(), depth: branch.depth + 1, is_last: i == last });
        }
    }
    Some(out)
}

/// What a node was made from, in order: tensors only.
fn inputs(node: &Rc<dyn Node>) -> Vec<Item> {
    let item = |operand| match operand {
        Operand::Tensor { edge: Some(edge), meta, .. } => Some(Item::Flow(edge, meta)),
        Operand::Tensor { edge: None, meta: None, array: None } => None,
        still @ Operand::Tensor { .. } => Some(Item::Still(still)),
        Operand::Plain(_) => None,
    };
    node.operands().into_iter().filter_map(item).collect()
}

/// The variable of an intermediate result.
fn named(edge: &Edge, names: Names) -> Option<String> {
    names(&Tensor::with_edge(crate::array::Array::scalar(0f32), Some(edge.clone())))
}

fn write_leaf(out: &mut Text, leaf: &Tensor, names: Names) {
    let name = names(leaf);
    out.push(Style::Gradient, name.as_deref().unwrap_or(if leaf.is_parameter() { "parameter" } else { "leaf" }));
    out.push(Style::Plain, "  ");
    out.push(Style::Shape, &shape_label(leaf.dtype(), &leaf.sizes()));
    let what = if name.is_some() { "  leaf  grad: " } else { "  grad: " };
    out.push(Style::Gradient, &format!("{what}{}", super::annotate::gradient_state(leaf)));
}

fn write_still(out: &mut Text, operand: &Operand, names: Names) {
    let Operand::Tensor { meta, array, .. } = operand else { return };
    let name = array.as_ref().and_then(|a| names(&Tensor::new(a.clone())));
    out.push(Style::Dim, name.as_deref().unwrap_or("tensor"));
    if let Some(meta) = meta {
        out.push(Style::Dim, &format!("  {}", shape_label(meta.dtype, meta.sizes())));
    }
    out.push(Style::Dim, "  no gradient");
}

/// The gradient graph for Graphviz, arrows in the direction of the computation; `None` for a tensor without gradient.
pub fn dot(tensor: &Tensor, names: Names) -> Option<String> {
    let root = tensor.edge()?;
    let mut out = String::from("digraph gradients {\n  rankdir=BT;\n  node [shape=box, style=rounded];\n");
    let mut numbers: FxHashMap<usize, usize> = FxHashMap::default();
    let mut open = vec![root.node.clone()];
    numbers.insert(id(&root.node), 0);
    let mut next = 0;
    while let Some(node) = open.get(next).cloned() {
        let number = next;
        next += 1;
        let (label, style) = match node.leaf() {
            Some(leaf) => {
                let name = names(&leaf).unwrap_or_else(|| "leaf".to_string());
                (
                    format!("{name}\\n{}", shape_label(leaf.dtype(), &leaf.sizes())),
                    ", style=filled, fillcolor=lightblue",
                )
            }
            None => {
                let sizes = node.output_meta(0).map(|m| format!("\\n{}", show_sizes(m.sizes()))).unwrap_or_default();
                (format!("{}{sizes}", operation(&*node)), "")
            }
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  n{number} [label=\"{}\"{style}];", label.replace('"', "\\\""));
        for edge in node.core().edges.iter().flatten() {
            let count = numbers.len();
            let source = *numbers.entry(id(&edge.node)).or_insert_with(|| {
                open.push(edge.node.clone());
                count
            });
            let _ = writeln!(out, "  n{source} -> n{number};");
        }
        if next == MAX_NODES && open.len() > MAX_NODES {
            let _ = writeln!(out, "  // {MAX_NODES} nodes shown; the graph has more");
            break;
        }
    }
    out.push_str("}\n");
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NamedNode, array};
    use super::*;
    use crate::array::{Array, DType};

    fn zeros(sizes: &[usize]) -> Array {
        array(DType::F32, sizes, &vec![0.0; sizes.iter().product()])
    }

    fn leaf(sizes: &[usize]) -> Tensor {
        let tensor = Tensor::new(zeros(sizes));
        tensor.set_requires_grad(true).unwrap();
        tensor
    }

    #[test]
    fn a_tree_shows_shared_nodes_once() {
        let (x, w) = (Tensor::new(zeros(&[2, 3])), leaf(&[3, 1]));
        let product = NamedNode::result("MmBackward0", &[&x, &w], zeros(&[2, 1]));
        let h = NamedNode::result("ReluBackward0", &[&product], zeros(&[2, 1]));
        let y = NamedNode::result("MulBackward0", &[&h, &h], zeros(&[2, 1]));
        let names = |t: &Tensor| if t.is(&w) { Some("w".to_string()) } else { None };
        let want = "\
MulBackward0  f32[2, 1]
├─ ReluBackward0  f32[2, 1]  #1
│  └─ MmBackward0  f32[2, 1]
│     ├─ tensor  f32[2, 3]  no gradient
│     └─ w  f32[3, 1]  leaf  grad: none yet
└─ ReluBackward0  f32[2, 1]  -> #1 above";
        assert_eq!(tree(&y, &names).unwrap().to_plain(), want);
        let want = "\
digraph gradients {
  rankdir=BT;
  node [shape=box, style=rounded];
  n0 [label=\"mul\\n[2, 1]\"];
  n1 -> n0;
  n1 -> n0;
  n1 [label=\"relu\\n[2, 1]\"];
  n2 -> n1;
  n2 [label=\"matmul\\n[2, 1]\"];
  n3 -> n2;
  n3 [label=\"w\\nf32[3, 1]\", style=filled, fillcolor=lightblue];
}
";
        assert_eq!(dot(&y, &names).unwrap(), want);
        assert!(tree(&x, &names).is_none() && dot(&x, &names).is_none());
    }

    #[test]
    fn deep_and_wide_graphs_end() {
        let mut y = leaf(&[1]);
        for _ in 0..100_000 {
            y = NamedNode::result("AddBackward0", &[&y, &y], zeros(&[1]));
        }
        let text = tree(&y, &|_| None).unwrap().to_plain();
        assert_eq!(text.lines().count(), 81);
        assert!(text.contains("… deeper"));
        assert!(dot(&y, &|_| None).unwrap().contains("5000 nodes shown"));
        let leaves: Vec<Tensor> = (0..1000).map(|_| leaf(&[1])).collect();
        let wide = NamedNode::result("CatBackward0", &leaves.iter().collect::<Vec<_>>(), zeros(&[1000]));
        let text = tree(&wide, &|_| None).unwrap().to_plain();
        assert!(text.ends_with("… 1001 nodes in all; :graph --dot writes them all"));
    }
}
