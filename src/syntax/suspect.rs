//! What Python's compiler warns of: expressions that are allowed and never do what was meant.

use super::ast::*;

/// The warning that an expression itself deserves, its parts not looked at; the words are CPython's.
pub(super) fn suspicion(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Compare(first, rest) => identity(first, rest),
        ExprKind::Call(function, _) => {
            let is_value = !matches!(function.kind, ExprKind::Lambda(_));
            let name = type_name(function).filter(|_| is_value)?;
            Some(format!("'{name}' object is not callable; perhaps you missed a comma?"))
        }
        ExprKind::Subscript(value, index) => subscript(value, index),
        _ => None,
    }
}

/// The warning that the test of an `assert` deserves.
pub(super) fn assertion(test: &Expr) -> Option<String> {
    match &test.kind {
        ExprKind::Tuple(items) if !items.is_empty() => {
            Some("assertion is always true, perhaps remove parentheses?".to_string())
        }
        _ => None,
    }
}

/// `x is 5`: equal numbers and texts need not be one object.
fn identity(first: &Expr, rest: &[(CompareOp, Expr)]) -> Option<String> {
    let lefts = std::iter::once(first).chain(rest.iter().map(|(_, e)| e));
    lefts.zip(rest).find_map(|(left, (op, right))| {
        let (written, meant) = match op {
            CompareOp::Is => ("is", "=="),
            CompareOp::IsNot => ("is not", "!="),
            _ => return None,
        };
        (is_literal(left) || is_literal(right))
            .then(|| format!("\"{written}\" with a literal. Did you mean \"{meant}\"?"))
    })
}

/// `[1, 2] [0, 1]`: two items of a list with no comma between them.
fn subscript(value: &Expr, index: &Expr) -> Option<String> {
    let name = type_name(value)?;
    if matches!(name, "NoneType" | "ellipsis" | "int" | "float" | "bool" | "set" | "generator" | "function") {
        return Some(format!("'{name}' object is not subscriptable; perhaps you missed a comma?"));
    }
    let given = type_name(index)?;
    if name == "dict" || matches!(given, "int" | "bool") {
        return None;
    }
    Some(format!("{name} indices must be integers or slices, not {given}; perhaps you missed a comma?"))
}

/// Whether an expression is a number or a text as written, or a tuple of those.
fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::BigInt(_) | ExprKind::Float(_) | ExprKind::Str(_) => true,
        ExprKind::Unary(_, value) => is_literal(value),
        ExprKind::Tuple(items) => items
            .iter()
            .all(|e| is_literal(e) || matches!(e.kind, ExprKind::None | ExprKind::Bool(_) | ExprKind::Ellipsis)),
        _ => false,
    }
}

/// The type of an expression that shows it.
fn type_name(expr: &Expr) -> Option<&'static str> {
    Some(match &expr.kind {
        ExprKind::None => "NoneType",
        ExprKind::Ellipsis => "ellipsis",
        ExprKind::Bool(_) => "bool",
        ExprKind::Int(_) | ExprKind::BigInt(_) => "int",
        ExprKind::Float(_) => "float",
        ExprKind::Str(_) | ExprKind::FString(_) => "str",
        ExprKind::Tuple(_) => "tuple",
        ExprKind::List(_) => "list",
        ExprKind::Dict(_) => "dict",
        ExprKind::Set(_) => "set",
        ExprKind::Lambda(_) => "function",
        ExprKind::Comprehension(c) => match c.kind {
            ComprehensionKind::List => "list",
            ComprehensionKind::Set => "set",
            ComprehensionKind::Dict => "dict",
            ComprehensionKind::Generator => "generator",
        },
        _ => return None,
    })
}
