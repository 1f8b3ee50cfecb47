//! Shapes of expressions, inferred from the text and the variables: nothing runs.
//!
//! Covers what notes on silent mistakes need to know; anything else has no known shape.

use super::engine::Session;
use crate::array::layout::{broadcast_sizes, wrap_dim};
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind};
use crate::value::Value;

/// Methods and functions whose result has the shape of their first operand.
const SAME: [&str; 46] = [
    "abs",
    "acos",
    "asin",
    "atan",
    "bool",
    "ceil",
    "clamp",
    "clip",
    "clone",
    "contiguous",
    "cos",
    "cosh",
    "detach",
    "double",
    "dropout",
    "erf",
    "exp",
    "expm1",
    "float",
    "floor",
    "gelu",
    "int",
    "log",
    "log10",
    "log1p",
    "log2",
    "log_softmax",
    "long",
    "neg",
    "pow",
    "reciprocal",
    "relu",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "to",
    "zeros_like",
];

/// Reductions over all dimensions or some.
const REDUCTIONS: [&str; 10] = ["sum", "mean", "prod", "std", "var", "norm", "amax", "amin", "logsumexp", "nansum"];

/// Functions that make a tensor of the sizes they are given.
const MAKERS: [&str; 6] = ["zeros", "ones", "rand", "randn", "empty", "full"];

impl Session {
    /// The sizes of what an expression computes, when they are plain. The depth of the recursion is that of the tree,
    /// which the parser limits.
    pub(super) fn infer(&mut self, expr: &Expr) -> Option<Vec<usize>> {
        match &expr.kind {
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Imaginary(_) | ExprKind::Bool(_) => Some(Vec::new()),
            ExprKind::Name(_) => self.infer_plain(expr),
            ExprKind::Unary(_, inner) => self.infer(inner),
            ExprKind::Walrus(_, inner) => self.infer(inner),
            ExprKind::Compare(a, rest) if rest.len() == 1 => {
                let (a, b) = (self.infer(a)?, self.infer(&rest[0].1)?);
                broadcast_sizes(&a, &b).ok().map(|s| s.to_vec())
            }
            ExprKind::Binary(a, BinaryOp::MatMul, b) => {
                let (a, b) = (self.infer(a)?, self.infer(b)?);
                product(&a, &b)
            }
            ExprKind::Binary(a, _, b) => {
                let (a, b) = (self.infer(a)?, self.infer(b)?);
                broadcast_sizes(&a, &b).ok().map(|s| s.to_vec())
            }
            ExprKind::Attribute(object, name, _) => match &**name {
                "T" | "mT" => {
                    let mut sizes = self.infer(object)?;
                    sizes.reverse();
                    Some(sizes)
                }
                "grad" | "data" => match self.infer_plain(expr) {
                    Some(sizes) => Some(sizes),
                    None => self.infer(object),
                },
                _ => self.infer_plain(expr),
            },
            ExprKind::Subscript(object, index) => self.infer_subscript(object, index),
            ExprKind::Call(function, args) => self.infer_call(function, args),
            _ => None,
        }
    }

    fn infer_plain(&mut self, expr: &Expr) -> Option<Vec<usize>> {
        match self.peek(expr)? {
            Value::Tensor(t) => Some(t.sizes().to_vec()),
            Value::Int(_) | Value::Float(_) | Value::Complex(_) => Some(Vec::new()),
            _ => None,
        }
    }

    fn infer_subscript(&mut self, object: &Expr, index: &Expr) -> Option<Vec<usize>> {
        let sizes = self.infer(object)?;
        let items: Vec<&Expr> = match &index.kind {
            ExprKind::Tuple(items) => items.iter().collect(),
            _ => vec![index],
        };
        let mut out = Vec::new();
        let mut rest = sizes.iter();
        for item in items {
            match &item.kind {
                ExprKind::None => out.push(1),
                ExprKind::Slice(None, None, None) => out.push(*rest.next()?),
                ExprKind::Int(_) => {
                    rest.next()?;
                }
                ExprKind::Unary(_, inner) if matches!(inner.kind, ExprKind::Int(_)) => {
                    rest.next()?;
                }
                _ => return None,
            }
        }
        out.extend(rest);
        Some(out)
    }

    fn infer_call(&mut self, function: &Expr, args: &[Arg]) -> Option<Vec<usize>> {
        let (name, receiver) = match &function.kind {
            ExprKind::Attribute(object, name, _) => {
                let is_module = matches!(self.peek(object), Some(Value::Module(_)));
                (name, if is_module { None } else { Some(&**object) })
            }
            ExprKind::Name(name) => (name, None),
            _ => return None,
        };
        let name = &**name;
        let mut positional: Vec<&Expr> = receiver.into_iter().collect();
        let mut keywords: Vec<(&str, &Expr)> = Vec::new();
        for arg in args {
            match arg {
                Arg::Positional(e) => positional.push(e),
                Arg::Keyword(name, _, e) => keywords.push((name, e)),
                _ => return None,
            }
        }
        if receiver.is_none() && MAKERS.contains(&name) {
            return self.given_sizes(&positional);
        }
        if receiver.is_none() && name == "tensor" {
            return literal_sizes(positional.first()?);
        }
        let input = self.infer(positional.first()?)?;
        if SAME.contains(&name) {
            return Some(input);
        }
        let keyword = |wanted: &[&str]| keywords.iter().find(|(n, _)| wanted.contains(n)).map(|(_, e)| *e);
        let dim = keyword(&["dim", "axis"]).or(positional.get(1).copied());
        let keepdim = keyword(&["keepdim", "keepdims"]).or(positional.get(2).copied());
        let keepdim = keepdim.is_some_and(|e| matches!(e.kind, ExprKind::Bool(true)));
        let dim = match dim {
            Some(e) => Some(self.peek(e)?),
            None => None,
        };
        match name {
            _ if REDUCTIONS.contains(&name) && name != "norm" => {
                let dims: Vec<i64> = match dim {
                    None | Some(Value::None) => return Some(Vec::new()),
                    Some(Value::Int(d)) => vec![d],
                    Some(Value::Tuple(t)) => t.iter().map(Value::as_int).collect::<Option<_>>()?,
                    _ => return None,
                };
                let dims = dims.iter().map(|d| wrap_dim(*d, input.len()).ok()).collect::<Option<Vec<_>>>()?;
                let kept = input.iter().enumerate().filter_map(|(i, n)| match dims.contains(&i) {
                    false => Some(*n),
                    true => keepdim.then_some(1),
                });
                Some(kept.collect())
            }
            "squeeze" => match dim {
                None => Some(input.into_iter().filter(|n| *n != 1).collect()),
                Some(Value::Int(d)) => {
                    let d = wrap_dim(d, input.len()).ok()?;
                    Some(input.iter().enumerate().filter(|(i, n)| *i != d || **n != 1).map(|(_, n)| *n).collect())
                }
                _ => None,
            },
            "unsqueeze" => {
                let Some(Value::Int(d)) = dim else { return None };
                let d = wrap_dim(d, input.len() + 1).ok()?;
                let mut sizes = input;
                sizes.insert(d, 1);
                Some(sizes)
            }
            "flatten" if dim.is_none() => Some(vec![input.iter().product()]),
            "t" if input.len() <= 2 => Some(input.into_iter().rev().collect()),
            "reshape" | "view" => {
                let total: usize = input.iter().product();
                let mut sizes = Vec::new();
                for e in positional.iter().skip(1) {
                    match self.peek(e)? {
                        Value::Int(n) => sizes.push(n),
                        Value::Tuple(t) => sizes.extend(t.iter().filter_map(Value::as_int)),
                        _ => return None,
                    }
                }
                let known: usize = sizes.iter().filter(|n| **n >= 0).map(|n| *n as usize).product();
                let rest = total.checked_div(known)?;
                Some(sizes.iter().map(|n| if *n < 0 { rest } else { *n as usize }).collect())
            }
            "matmul" | "mm" | "mv" => {
                let other = self.infer(positional.get(1)?)?;
                product(&input, &other)
            }
            _ => None,
        }
    }

    fn given_sizes(&mut self, args: &[&Expr]) -> Option<Vec<usize>> {
        let mut sizes = Vec::new();
        for e in args {
            match self.peek(e)? {
                Value::Int(n) => sizes.push(usize::try_from(n).ok()?),
                Value::Tuple(t) if sizes.is_empty() => {
                    let given = t.iter().map(|v| v.as_int().and_then(|n| usize::try_from(n).ok()));
                    return given.collect();
                }
                _ => return None,
            }
        }
        Some(sizes)
    }
}

/// The sizes of nested lists of numbers.
fn literal_sizes(expr: &Expr) -> Option<Vec<usize>> {
    let mut sizes = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::List(items) | ExprKind::Tuple(items) => {
                sizes.push(items.len());
                match items.first() {
                    Some(first) => at = first,
                    None => return Some(sizes),
                }
            }
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Imaginary(_) | ExprKind::Bool(_) => return Some(sizes),
            ExprKind::Unary(_, inner) => at = inner,
            _ => return None,
        }
    }
}

/// The sizes of `a @ b`.
fn product(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    match (a, b) {
        ([n], [m]) => (n == m).then(Vec::new),
        ([n, k], [m]) => (k == m).then(|| vec![*n]),
        ([k], [k2, m]) => (k == k2).then(|| vec![*m]),
        ([n, k], [k2, m]) => (k == k2).then(|| vec![*n, *m]),
        _ => None,
    }
}
