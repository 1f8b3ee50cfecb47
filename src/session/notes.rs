//! Notes on silent mistakes: results that are no error and seldom what was meant. Each kind appears once in a session.

use super::engine::Session;
use crate::array::layout::{broadcast_sizes, show_sizes};
use crate::diag::{Result, Source, Style, Text};
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, Stmt, StmtKind};
use crate::tensor::reached;
use crate::value::Value;

/// The longest expression that is looked at, in bytes.
const MAX_TEXT: usize = 400;

/// A kind of note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// Broadcasting of operands of different rank made both larger.
    BothGrew,
    /// `*` of a square matrix and a vector.
    ElementwiseProduct,
    /// A division by row sums that were not kept as a column.
    RowSums,
    /// A softmax over the rows of a matrix.
    SoftmaxDim,
    /// `torch.Tensor(3)`.
    TensorClass,
    /// A gradient that was added to.
    Accumulated,
    /// `.grad` of a result, which is not kept.
    NotKept,
    /// `.grad` of a tensor that asks for none.
    NoGradient,
}

impl Session {
    /// The note on a statement that is about to run, from its text and the variables; `None` when there is none.
    pub(super) fn note_before(&mut self, stmt: &Stmt, source: &Source) -> Option<(NoteKind, String)> {
        let expr = match &stmt.kind {
            StmtKind::Expr(e) => e,
            StmtKind::Assign { value, .. } => value,
            _ => return None,
        };
        // Each part is inferred anew: long expressions are left alone.
        if expr.span.range().len() > MAX_TEXT {
            return None;
        }
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            if let Some((kind, text)) = self.note_on(expr, source)
                && !self.noted.contains(&kind)
            {
                return Some((kind, text));
            }
            push_parts(expr, &mut open);
        }
        None
    }

    fn note_on(&mut self, expr: &Expr, source: &Source) -> Option<(NoteKind, String)> {
        let text = |e: &Expr| source.slice(e.span).to_string();
        let atom = |e: &Expr| match e.kind {
            ExprKind::Name(_) | ExprKind::Call(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => text(e),
            _ => format!("({})", text(e)),
        };
        match &expr.kind {
            ExprKind::Binary(a, op, b) if !matches!(op, BinaryOp::MatMul) => {
                let (sa, sb) = (self.infer(a)?, self.infer(b)?);
                let (la, lb) = (show_sizes(&sa), show_sizes(&sb));
                let sign = source.text.get(a.span.end as usize..b.span.start as usize)?.trim();
                let sign = sign.trim_matches(['(', ')', ' ']);
                let result = broadcast_sizes(&sa, &sb).ok()?;
                if matches!(op, BinaryOp::Div) && sa.len() == 2 && is_row_sum(b) && sb.len() == 1 && sa[0] == sa[1] {
                    let kept = text(b);
                    let kept = kept.strip_suffix(')')?;
                    let fix = format!("{} / {kept}, keepdim=True)", atom(a));
                    return Some((
                        NoteKind::RowSums,
                        format!("{la} / {lb} divides column j by the sum of row j; to normalise rows: {fix}"),
                    ));
                }
                if matches!(op, BinaryOp::Mul)
                    && sa.len() == 2
                    && sa[0] == sa[1]
                    && sb.len() == 1
                    && sa[1] == sb[0]
                    && sb[0] > 1
                {
                    return Some((
                        NoteKind::ElementwiseProduct,
                        format!("{la} * {lb} is elementwise; the matrix-vector product is {} @ {}", atom(a), atom(b)),
                    ));
                }
                let grew = |s: &[usize]| s != &result[..];
                if sa.len() != sb.len() && !sa.is_empty() && !sb.is_empty() && grew(&sa) && grew(&sb) {
                    let (small, large) = if sa.len() > sb.len() { (&sb, &sa) } else { (&sa, &sb) };
                    let is_column = large.len() == 2 && large[1] == 1 && small.len() == 1 && small[0] == large[0];
                    let fix = match is_column {
                        true if sa.len() > sb.len() => {
                            format!("; {}.squeeze(1) {sign} {} gives {lb}", atom(a), atom(b))
                        }
                        true => format!("; {} {sign} {}.squeeze(1) gives {la}", atom(a), atom(b)),
                        false => String::new(),
                    };
                    return Some((NoteKind::BothGrew, format!("{la} {sign} {lb} grew BOTH operands{fix}")));
                }
                None
            }
            ExprKind::Call(function, args) => self.note_on_call(function, args, source),
            ExprKind::Attribute(object, name, _) if &**name == "grad" => {
                let Value::Tensor(tensor) = self.peek(object)? else { return None };
                if tensor.grad().is_some() || reached::passes() == 0 {
                    return None;
                }
                let name = text(object);
                if let Some(edge) = tensor.grad_edge() {
                    let note = format!(
                        "{name} is not a leaf (grad_fn=<{}>): its gradient is not kept; {name}.retain_grad() before backward()",
                        edge.node.name()
                    );
                    return Some((NoteKind::NotKept, note));
                }
                if tensor.requires_grad() {
                    return None;
                }
                let reached: Vec<String> = reached::leaves().iter().filter_map(|t| self.name_of(t)).collect();
                let reached = if reached.is_empty() {
                    String::new()
                } else {
                    format!("; the last backward() reached {}", reached.join(", "))
                };
                let note = format!(
                    "{name} has requires_grad=False{reached}; {name}.requires_grad_(True) before the computation"
                );
                Some((NoteKind::NoGradient, note))
            }
            _ => None,
        }
    }

    fn note_on_call(&mut self, function: &Expr, args: &[Arg], source: &Source) -> Option<(NoteKind, String)> {
        let (object, name) = match &function.kind {
            ExprKind::Attribute(object, name, _) => (Some(&**object), &**name),
            ExprKind::Name(name) => (None, &**name),
            _ => return None,
        };
        if name == "Tensor" {
            let [Arg::Positional(Expr { kind: ExprKind::Int(n), .. })] = args else { return None };
            let callee = source.slice(function.span);
            let note = format!(
                "{callee}({n}) makes {n} zeros of shape [{n}] (uninitialised in PyTorch); torch.tensor({n}) makes the number {n}"
            );
            return Some((NoteKind::TensorClass, note));
        }
        if name != "softmax" && name != "log_softmax" {
            return None;
        }
        let is_module = object.is_none_or(|o| matches!(self.peek(o), Some(Value::Module(_))));
        let positional: Vec<&Expr> =
            args.iter().filter_map(|a| if let Arg::Positional(e) = a { Some(e) } else { None }).collect();
        let input = if is_module { *positional.first()? } else { object? };
        let keyword = args.iter().find_map(|a| match a {
            Arg::Keyword(n, _, e) if &**n == "dim" || &**n == "axis" => Some(e),
            _ => None,
        });
        let dim = keyword.or(positional.get(is_module as usize).copied())?;
        let dim = self.peek(dim)?.as_int()?;
        let sizes = self.infer(input)?;
        if sizes.len() != 2 || (dim != 0 && dim != -2) || sizes[0] < 2 || sizes[1] < 2 {
            return None;
        }
        let note = format!(
            "{name}(dim={dim}) of {}: columns sum to 1; dim=1 makes one distribution per row",
            show_sizes(&sizes)
        );
        Some((NoteKind::SoftmaxDim, note))
    }

    /// Shows a note on a line of its own, for statements whose value is not echoed.
    ///
    /// Errors: OSError when the output is closed.
    pub(super) fn show_note(&mut self, text: &str) -> Result<()> {
        self.say(Text::styled(Style::Note, format!(" note: {text}\n")))
    }

    /// The note after a backward pass that added to a gradient instead of making one.
    pub(super) fn note_accumulated(&mut self) -> Option<String> {
        if self.noted.contains(&NoteKind::Accumulated) {
            return None;
        }
        let leaf = reached::leaves().into_iter().find(|t| t.passes() > 1)?;
        let name = self.name_of(&leaf)?;
        self.noted.insert(NoteKind::Accumulated);
        Some(format!(
            "{name}.grad was added to, not replaced: it is the sum of {} backward(); {name}.grad = None before the next one",
            leaf.passes()
        ))
    }
}

/// Whether an expression is a sum over the last dimension of something, without keepdim.
fn is_row_sum(expr: &Expr) -> bool {
    let ExprKind::Call(function, args) = &expr.kind else { return false };
    let ExprKind::Attribute(_, name, _) = &function.kind else { return false };
    let dim = args.iter().find_map(|a| match a {
        Arg::Positional(e) => Some(e),
        Arg::Keyword(n, _, e) if &**n == "dim" || &**n == "axis" => Some(e),
        _ => None,
    });
    let last = match dim.map(|e| &e.kind) {
        Some(ExprKind::Int(1)) => true,
        Some(ExprKind::Unary(_, inner)) => matches!(inner.kind, ExprKind::Int(1)),
        _ => false,
    };
    matches!(&**name, "sum" | "norm" | "amax" | "mean") && last
}

/// The parts of an expression that are computed with it, the last one first.
fn push_parts<'a>(expr: &'a Expr, open: &mut Vec<&'a Expr>) {
    match &expr.kind {
        ExprKind::Unary(_, a) | ExprKind::Not(a) | ExprKind::Attribute(a, ..) | ExprKind::Starred(a) => open.push(a),
        ExprKind::Walrus(_, a) => open.push(a),
        ExprKind::Binary(a, _, b) => open.extend([&**b, &**a]),
        ExprKind::Compare(a, rest) => {
            open.extend(rest.iter().rev().map(|(_, e)| e));
            open.push(a);
        }
        ExprKind::Subscript(a, _) => open.push(a),
        ExprKind::Call(function, args) => {
            for arg in args.iter().rev() {
                let (Arg::Positional(e) | Arg::Keyword(_, _, e) | Arg::Star(e) | Arg::DoubleStar(e)) = arg;
                open.push(e);
            }
            open.push(function);
        }
        ExprKind::List(items) | ExprKind::Tuple(items) => open.extend(items.iter().rev()),
        _ => {}
    }
}
