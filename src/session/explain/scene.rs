//! The scene of an error: the failing expression with the values of its operands.

use super::{label, label_of};
use crate::array::layout::show_sizes;
use crate::diag::{Diagnostic, Fault, Source, Span};
use crate::eval::Operands;
use crate::session::engine::Session;
use crate::session::journal::Entry;
use crate::session::usage::Usage;
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, Module, Stmt, StmtKind};
use crate::syntax::{Mode, parse, parse_expression};
use crate::tensor::Tensor;
use crate::value::Value;
use std::rc::Rc;

/// How far back the journal is searched for the statement that bound a name.
const MAX_BACK: usize = 300;

/// An operand of the failing expression.
#[derive(Clone)]
pub struct Operand {
    /// As it was written.
    pub text: String,
    /// Its tree; spans count from the start of the failing expression.
    pub expr: Expr,
    /// Its value, when it is known.
    pub value: Value,
}

impl Operand {
    /// The tensor.
    pub fn tensor(&self) -> Option<&Tensor> {
        match &self.value {
            Value::Tensor(t) => Some(t),
            _ => None,
        }
    }

    /// The sizes of the tensor.
    pub fn sizes(&self) -> Option<Vec<usize>> {
        self.tensor().map(|t| t.sizes().to_vec())
    }

    /// The text, in brackets where a method call or another operator would bind tighter.
    pub fn atom(&self) -> String {
        match self.expr.kind {
            ExprKind::Name(_) | ExprKind::Call(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => {
                self.text.clone()
            }
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_) | ExprKind::List(_) => self.text.clone(),
            _ if self.text.starts_with('(') && self.text.ends_with(')') => self.text.clone(),
            _ => format!("({})", self.text),
        }
    }

    /// The name, for an operand that is a variable.
    pub fn name(&self) -> Option<&str> {
        match &self.expr.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// The failing expression.
pub enum Failing {
    /// An expression.
    Expr(Expr),
    /// A whole statement: `a += b`, `x[0] = 1`.
    Stmt(Stmt),
    /// A text that is neither.
    Unknown,
}

/// What an explanation looks at and adds to.
pub struct Scene<'a> {
    /// The session.
    pub session: &'a mut Session,
    /// The error.
    pub fault: &'a Fault,
    /// What is shown.
    pub diagnostic: &'a mut Diagnostic,
    /// The text of the failing expression.
    pub text: String,
    /// The failing expression.
    pub failing: Failing,
    offset: u32,
    values: Vec<Value>,
}

impl<'a> Scene<'a> {
    /// The scene of a fault whose place is in the diagnostic.
    pub fn new(session: &'a mut Session, fault: &'a Fault, diagnostic: &'a mut Diagnostic) -> Scene<'a> {
        let place = diagnostic.place.clone();
        let (text, offset) = match &place {
            Some((source, span)) => (source.slice(*span).to_string(), span.start),
            None => (String::new(), 0),
        };
        let source = Source::new("<error>", text.as_str());
        let innermost = match (&place, fault.trace.first()) {
            (Some((source, span)), Some(frame)) => Rc::ptr_eq(source, &frame.source) && *span == frame.span,
            _ => false,
        };
        let failing = match parse_expression(&source) {
            Ok(expr) => Failing::Expr(expr),
            Err(_) => match parse(&source, Mode::Prompt).ok().and_then(|m: Module| m.body.into_iter().next()) {
                Some(stmt) => Failing::Stmt(stmt),
                None => Failing::Unknown,
            },
        };
        let values = if innermost { Operands::of(fault) } else { Vec::new() };
        Scene { session, fault, diagnostic, text, failing, offset, values }
    }

    /// The text of a piece of the failing expression.
    pub fn slice(&self, span: Span) -> String {
        self.text.get(span.range()).unwrap_or("").to_string()
    }

    /// An operand with a value that is known, or can be had without running anything.
    fn operand(&mut self, expr: &Expr, value: Option<Value>) -> Operand {
        let value = match value {
            Some(value) if !value.is_undef() => value,
            _ => self.session.peek(expr).unwrap_or_default(),
        };
        let text = self.slice(expr.span);
        // Brackets are no part of an expression's span, but of its text.
        Operand { text, expr: expr.clone(), value }
    }

    /// The two sides of a failing binary operation, comparison or augmented assignment.
    pub fn binary(&mut self) -> Option<(Operand, Operand)> {
        let (a, b) = match &self.failing {
            Failing::Expr(Expr { kind: ExprKind::Binary(a, _, b), .. }) => ((**a).clone(), (**b).clone()),
            Failing::Expr(Expr { kind: ExprKind::Compare(a, rest), .. }) if rest.len() == 1 => {
                ((**a).clone(), rest[0].1.clone())
            }
            Failing::Stmt(Stmt { kind: StmtKind::AugAssign { target, value, .. }, .. }) => {
                (target.clone(), value.clone())
            }
            Failing::Expr(Expr { kind: ExprKind::Call(..), .. }) => return self.binary_call(),
            _ => return None,
        };
        let values = if self.values.len() == 2 { self.values.clone() } else { vec![Value::Undef, Value::Undef] };
        Some((self.operand(&a, values.first().cloned()), self.operand(&b, values.get(1).cloned())))
    }

    /// The first two tensors of a call like `torch.mm(a, b)` or `a.mm(b)`.
    fn binary_call(&mut self) -> Option<(Operand, Operand)> {
        let call = self.call()?;
        let mut all: Vec<Operand> = call.receiver.into_iter().collect();
        all.extend(call.args);
        all.retain(|o| o.tensor().is_some());
        let mut all = all.into_iter();
        Some((all.next()?, all.next()?))
    }

    /// The value of the only operand of the instruction that failed.
    pub fn operand_value(&self) -> Option<Value> {
        match self.values.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        }
    }

    /// The whole failing expression, with the value of its only operand.
    pub fn whole(&mut self) -> Option<Operand> {
        let Failing::Expr(expr) = &self.failing else { return None };
        let expr = expr.clone();
        let known = if self.values.len() == 1 { self.values.first().cloned() } else { None };
        Some(self.operand(&expr, known))
    }

    /// The operator of a failing binary operation, as it is written.
    pub fn operator(&self) -> Option<BinaryOp> {
        match &self.failing {
            Failing::Expr(Expr { kind: ExprKind::Binary(_, op, _), .. })
            | Failing::Stmt(Stmt { kind: StmtKind::AugAssign { op, .. }, .. }) => Some(*op),
            _ => None,
        }
    }

    /// The failing call.
    pub fn call(&mut self) -> Option<CallScene> {
        let Failing::Expr(Expr { kind: ExprKind::Call(function, args), .. }) = &self.failing else { return None };
        let (function, args) = ((**function).clone(), args.clone());
        let values = self.values.clone();
        let plain = args.iter().all(|a| matches!(a, Arg::Positional(_) | Arg::Keyword(..)));
        let value_of = |i: usize| if plain && values.len() == args.len() + 1 { values.get(i).cloned() } else { None };
        let (receiver, name) = match &function.kind {
            ExprKind::Attribute(object, name, _) => {
                let known = match value_of(0) {
                    Some(Value::Method(m)) => Some(m.receiver.clone()),
                    Some(Value::Native(_) | Value::Function(_) | Value::Class(_)) => None,
                    other => other,
                };
                let operand = self.operand(object, known);
                let receiver = (!matches!(operand.value, Value::Module(_))).then_some(operand);
                (receiver, name.to_string())
            }
            ExprKind::Name(name) => (None, name.to_string()),
            _ => (None, String::new()),
        };
        let mut operands = Vec::new();
        let mut keywords = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let (Arg::Positional(e) | Arg::Keyword(_, _, e) | Arg::Star(e) | Arg::DoubleStar(e)) = arg;
            keywords.push(match arg {
                Arg::Keyword(name, ..) => Some(name.to_string()),
                _ => None,
            });
            let known = value_of(i + 1);
            operands.push(self.operand(e, known));
        }
        let callee = self.slice(function.span);
        Some(CallScene { receiver, name, callee, function, args: operands, keywords })
    }

    /// The object and the index of a failing subscript, read or written.
    pub fn subscript(&mut self) -> Option<(Operand, Operand)> {
        let expr = match &self.failing {
            Failing::Expr(expr) => expr.clone(),
            Failing::Stmt(Stmt { kind: StmtKind::Assign { targets, .. }, .. }) => targets.first()?.clone(),
            Failing::Stmt(Stmt { kind: StmtKind::AugAssign { target, .. }, .. }) => target.clone(),
            _ => return None,
        };
        let ExprKind::Subscript(object, index) = &expr.kind else { return None };
        Some((self.operand(object, self.values.first().cloned()), self.operand(index, self.values.get(1).cloned())))
    }

    /// The object of a failing attribute, and the attribute; of a call the attribute that is called.
    pub fn attribute(&mut self) -> Option<(Operand, String)> {
        let Failing::Expr(expr) = &self.failing else { return None };
        let expr = match &expr.kind {
            ExprKind::Call(function, _) => (**function).clone(),
            _ => expr.clone(),
        };
        let ExprKind::Attribute(object, name, _) = &expr.kind else { return None };
        let known = self.values.first().cloned();
        Some((self.operand(object, known), name.to_string()))
    }

    /// Puts type and shape under the operands of the failing expression.
    pub fn label_operands(&mut self) {
        let mut operands = Vec::new();
        match &self.failing {
            Failing::Expr(Expr { kind: ExprKind::Call(..), .. }) => {
                if let Some(call) = self.call() {
                    operands.extend(call.receiver);
                    operands.extend(call.args);
                }
            }
            Failing::Expr(Expr { kind: ExprKind::Subscript(..), .. })
            | Failing::Stmt(Stmt { kind: StmtKind::Assign { .. }, .. }) => {
                operands.extend(self.subscript().map(|(object, _)| object));
            }
            Failing::Expr(Expr { kind: ExprKind::Attribute(..), .. }) => {
                operands.extend(self.attribute().map(|(object, _)| object));
            }
            _ => {
                if let Some((a, b)) = self.binary() {
                    operands.extend([a, b]);
                }
            }
        }
        for operand in operands {
            if let Some(text) = label_of(&operand.value) {
                self.label(operand.expr.span, text);
            }
        }
    }

    /// Puts a text under a piece of the failing expression, instead of what stood there.
    pub fn label(&mut self, span: Span, text: String) {
        let span = Span { start: span.start + self.offset, end: span.end + self.offset };
        self.diagnostic.labels.retain(|l| l.span != span);
        if self.diagnostic.labels.len() < 6 {
            self.diagnostic.labels.push(label(span, text));
        }
    }

    /// Adds an explanation under the source line.
    pub fn note(&mut self, text: impl Into<String>) {
        self.diagnostic.notes.push(text.into());
    }

    /// Adds a line of help: code, then what it does.
    pub fn help(&mut self, code: impl AsRef<str>, remark: impl AsRef<str>) {
        let (code, remark) = (code.as_ref(), remark.as_ref());
        let line = if remark.is_empty() { code.to_string() } else { format!("{code}   ({remark})") };
        self.diagnostic.help.push(line);
    }

    /// The statement that failed, when it is one line.
    pub fn statement(&self) -> Option<String> {
        let entry = self.session.journal.all().last()?;
        (!entry.text.contains('\n') && entry.text.contains(self.text.as_str())).then(|| entry.text.clone())
    }

    /// The last statement before this one that bound a name.
    pub fn binding(&self, name: &str) -> Option<Entry> {
        self.search(|entry, usage| {
            let _ = entry;
            usage.binds.iter().any(|b| b.as_str() == name)
        })
    }

    /// The last statement before this one that satisfies a condition.
    pub fn search(&self, keep: impl Fn(&Entry, &Usage) -> bool) -> Option<Entry> {
        let entries = self.session.journal.all();
        let before = entries.split_last().map_or(&[][..], |(_, before)| before);
        let found = before.iter().rev().take(MAX_BACK).find(|entry| {
            let source = Source::new("<journal>", entry.text.as_str());
            Usage::of_text(&source, Mode::Prompt, &self.session.machine.builtins).is_ok_and(|usage| keep(entry, &usage))
        });
        found.cloned()
    }

    /// The global names that a text reads.
    pub fn reads(&self, text: &str) -> Vec<String> {
        let source = Source::new("<journal>", text);
        let usage = Usage::of_text(&source, Mode::Prompt, &self.session.machine.builtins);
        let mut names: Vec<String> =
            usage.map_or_else(|_| Vec::new(), |u| u.reads.iter().map(|(n, _)| n.to_string()).collect());
        names.dedup();
        names
    }

    /// The whole numbers in the message.
    pub fn numbers(&self) -> Vec<i64> {
        numbers(&self.fault.message)
    }
}

/// A failing call: `receiver.name(args)` or `callee(args)`.
pub struct CallScene {
    /// What stands before the dot, unless it is a module.
    pub receiver: Option<Operand>,
    /// The function's or method's own name.
    pub name: String,
    /// The function as it was written: `torch.sum`.
    pub callee: String,
    /// The function's tree.
    pub function: Expr,
    /// The arguments.
    pub args: Vec<Operand>,
    /// Their keywords.
    pub keywords: Vec<Option<String>>,
}

impl CallScene {
    /// The call as text with the arguments changed.
    pub fn with_args(&self, change: impl Fn(usize, &Operand) -> String) -> String {
        self.rebuilt(&self.callee, change)
    }

    /// The call as text with another function and the arguments changed.
    pub fn rebuilt(&self, callee: &str, change: impl Fn(usize, &Operand) -> String) -> String {
        let args: Vec<String> = self
            .args
            .iter()
            .enumerate()
            .map(|(i, a)| match &self.keywords[i] {
                Some(name) => format!("{name}={}", change(i, a)),
                None => change(i, a),
            })
            .collect();
        format!("{callee}({})", args.join(", "))
    }

    /// The argument of a keyword, or at a position.
    pub fn arg(&self, keyword: &str, position: usize) -> Option<&Operand> {
        let named = self.keywords.iter().position(|k| k.as_deref() == Some(keyword));
        named.or((self.keywords.get(position)?.is_none()).then_some(position)).and_then(|i| self.args.get(i))
    }
}

/// The whole numbers in a text.
pub fn numbers(text: &str) -> Vec<i64> {
    let mut out = Vec::new();
    let mut current = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() || (c == '-' && current.is_empty()) {
            current.push(c);
        } else {
            out.extend(current.parse::<i64>().ok());
            current.clear();
        }
    }
    out
}

/// Where a statement stands: `line 3` in a text of several lines, `input 3` else.
pub fn place_of(entry: &Entry) -> String {
    match entry.line {
        Some(line) => format!("line {line}"),
        None => format!("input {}", entry.number),
    }
}

/// Sizes as text.
pub fn sizes_text(sizes: &[usize]) -> String {
    show_sizes(sizes)
}
