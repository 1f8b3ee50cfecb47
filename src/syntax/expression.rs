//! Expressions, from the grammar's pairs to the tree.
//!
//! The grammar is flat and wide; here precedence nests it and what Python's parser refuses by looking twice is refused.

use super::ast::*;
use super::grammar::Rule;
use super::{fstring, literal};
use crate::diag::{Error, ExcKind, Fault, Result, Source, Span};
use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, ConstPrattParser, Op};
use std::cell::Cell;
use std::rc::Rc;

/// How deep the builder may recurse: brackets, unary and power chains, lambdas, conditional expressions, together.
const MAX_NESTING: usize = 500;
/// How deep a tree may become, chains of operators, calls and `elif`s included; CPython's compiler allows as much.
pub(super) const MAX_DEPTH: usize = 2990;

/// Precedences, loosest first.
static PRECEDENCE: ConstPrattParser<Rule, 16> = ConstPrattParser::new_const([
    (Op::infix(Rule::ternary, Assoc::Right), true),
    (Op::infix(Rule::k_or, Assoc::Left), true),
    (Op::infix(Rule::k_and, Assoc::Left), true),
    (Op::prefix(Rule::k_not), true),
    (Op::infix(Rule::compare, Assoc::Left), true),
    (Op::infix(Rule::bit_or, Assoc::Left), true),
    (Op::infix(Rule::bit_xor, Assoc::Left), true),
    (Op::infix(Rule::bit_and, Assoc::Left), true),
    (Op::infix(Rule::shift, Assoc::Left), true),
    (Op::infix(Rule::add, Assoc::Left), true),
    (Op::infix(Rule::mul, Assoc::Left), true),
    (Op::prefix(Rule::sign), true),
    (Op::infix(Rule::power, Assoc::Right), true),
    (Op::postfix(Rule::call), true),
    (Op::postfix(Rule::subscript), false),
    (Op::postfix(Rule::attribute), false),
]);

/// An expression with what the tree does not keep: whether it stands in parentheses of its own, and where those are.
pub(super) struct Operand {
    pub expr: Expr,
    /// The span with its parentheses.
    pub outer: Span,
    pub parenthesized: bool,
}

impl Operand {
    fn bare(expr: Expr) -> Operand {
        Operand { outer: expr.span, expr, parenthesized: false }
    }

    /// An expression without parentheses of its own.
    pub fn new(outer: Span, kind: ExprKind) -> Operand {
        Operand::bare(Expr { span: outer, kind })
    }
}

/// What a target is a target of; it decides the words of the refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Assign,
    For,
    Delete,
}

/// Makes the tree of one text, or of one piece of a text that begins at `base`.
pub(super) struct Builder {
    pub source: Rc<Source>,
    /// Offset in the source of the text that was parsed.
    pub base: usize,
    /// Whether that text is a replacement field of an f-string.
    pub field: bool,
    /// Brackets around that text.
    pub brackets: usize,
    pub nesting: Cell<usize>,
    pub depth: Cell<usize>,
}

impl Builder {
    /// A builder for a whole source.
    pub fn new(source: &Rc<Source>) -> Builder {
        Builder {
            source: source.clone(),
            base: 0,
            field: false,
            brackets: 0,
            nesting: Cell::new(0),
            depth: Cell::new(0),
        }
    }

    /// A builder for a replacement field that begins at `base`, as deep as this builder is.
    pub fn nested(&self, base: usize) -> Builder {
        Builder {
            source: self.source.clone(),
            base,
            field: true,
            brackets: self.brackets + 1,
            nesting: self.nesting.clone(),
            depth: self.depth.clone(),
        }
    }

    /// A `SyntaxError` at a place.
    #[cold]
    pub fn error(&self, span: Span, message: impl Into<String>) -> Error {
        let message = message.into();
        let message = if self.field { format!("f-string: {message}") } else { message };
        super::parse::place(Fault::new(ExcKind::SyntaxError, message), &self.source, span)
    }

    /// Where a pair stands in the source, without the blanks that pest skipped in search of an optional part.
    pub fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = self.base + pair.as_span().start();
        Span::new(start, start + pair.as_str().trim_end_matches([' ', '\n']).len())
    }

    /// The text of a name.
    pub fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Rc::from(pair.as_str())
    }

    /// Counts `right` levels of recursion and `depth` levels of tree; the caller undoes it with [`Builder::leave`].
    fn enter(&self, right: usize, depth: usize, span: Span) -> Result<()> {
        self.nesting.set(self.nesting.get() + right);
        self.depth.set(self.depth.get() + depth);
        if self.nesting.get() > MAX_NESTING || self.depth.get() > MAX_DEPTH {
            return Err(self.error(span, "expression too deeply nested"));
        }
        Ok(())
    }

    fn leave(&self, right: usize, depth: usize) {
        self.nesting.set(self.nesting.get() - right);
        self.depth.set(self.depth.get() - depth);
    }

    /// The expression of an `expr`, `condition` or `arith` pair.
    pub fn expr(&self, pair: Pair<'_, Rule>) -> Result<Operand> {
        let span = self.span(&pair);
        let pairs = pair.into_inner();
        let (right, depth) = weigh(pairs.clone());
        self.enter(right, depth, span)?;
        let operand = self.operators(pairs)?;
        self.leave(right, depth);
        Ok(operand)
    }

    /// The tree of a flat sequence of operands and operators.
    fn operators(&self, pairs: Pairs<'_, Rule>) -> Result<Operand> {
        PRECEDENCE
            .map_primary(|pair| self.atom(pair))
            .map_prefix(|op, value| self.prefix(op, value?))
            .map_postfix(|value, op| self.postfix(value?, op))
            .map_infix(|left, op, right| self.infix(left?, op, right?))
            .parse(pairs)
    }

    fn prefix(&self, op: Pair<'_, Rule>, value: Operand) -> Result<Operand> {
        let span = self.span(&op).to(value.outer);
        let value_expr = Box::new(value.expr);
        let kind = match op.as_str() {
            "not" => ExprKind::Not(value_expr),
            "-" => ExprKind::Unary(UnaryOp::Neg, value_expr),
            "+" => ExprKind::Unary(UnaryOp::Pos, value_expr),
            _ => ExprKind::Unary(UnaryOp::Invert, value_expr),
        };
        Ok(Operand::new(span, kind))
    }

    fn infix(&self, left: Operand, op: Pair<'_, Rule>, right: Operand) -> Result<Operand> {
        let span = left.outer.to(right.outer);
        let loose = !left.parenthesized;
        let kind = match op.as_rule() {
            Rule::ternary => {
                let test = op.into_inner().find(|p| p.as_rule() == Rule::condition);
                let Some(test) = test else { return Err(self.error(span, "invalid syntax")) };
                let test = Box::new(self.expr(test)?.expr);
                ExprKind::IfElse { test, body: Box::new(left.expr), orelse: Box::new(right.expr) }
            }
            Rule::k_and => match left.expr.kind {
                ExprKind::And(mut list) if loose => {
                    list.push(right.expr);
                    ExprKind::And(list)
                }
                kind => ExprKind::And(vec![Expr { span: left.expr.span, kind }, right.expr]),
            },
            Rule::k_or => match left.expr.kind {
                ExprKind::Or(mut list) if loose => {
                    list.push(right.expr);
                    ExprKind::Or(list)
                }
                kind => ExprKind::Or(vec![Expr { span: left.expr.span, kind }, right.expr]),
            },
            Rule::compare => {
                let op = compare_op(op.as_str().trim_end());
                match left.expr.kind {
                    ExprKind::Compare(first, mut rest) if loose => {
                        rest.push((op, right.expr));
                        ExprKind::Compare(first, rest)
                    }
                    kind => ExprKind::Compare(Box::new(Expr { span: left.expr.span, kind }), vec![(op, right.expr)]),
                }
            }
            _ => ExprKind::Binary(Box::new(left.expr), binary_op(op.as_str()), Box::new(right.expr)),
        };
        Ok(Operand::new(span, kind))
    }

    fn postfix(&self, value: Operand, op: Pair<'_, Rule>) -> Result<Operand> {
        let span = value.outer.to(self.span(&op));
        let value_expr = Box::new(value.expr);
        let kind = match op.as_rule() {
            Rule::call => ExprKind::Call(value_expr, self.arguments(op)?),
            Rule::subscript => ExprKind::Subscript(value_expr, Box::new(self.index(op)?)),
            _ => {
                let Some(name) = op.into_inner().next() else { return Err(self.error(span, "invalid syntax")) };
                ExprKind::Attribute(value_expr, self.name(&name), self.span(&name))
            }
        };
        Ok(Operand::new(span, kind))
    }

    fn atom(&self, pair: Pair<'_, Rule>) -> Result<Operand> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::name => ExprKind::Name(self.name(&pair)),
            Rule::number => literal::number(pair.as_str()).map_err(|message| self.error(span, message))?,
            Rule::strings => fstring::strings(self, pair)?,
            Rule::constant => match pair.as_str() {
                "None" => ExprKind::None,
                "True" => ExprKind::Bool(true),
                "False" => ExprKind::Bool(false),
                _ => ExprKind::Ellipsis,
            },
            Rule::parens => return self.parens(pair),
            Rule::list => self.list(pair)?,
            Rule::brace => self.brace(pair)?,
            Rule::lambda => self.lambda(pair)?,
            _ => return Err(self.error(span, "invalid syntax")),
        };
        Ok(Operand::new(span, kind))
    }

    /// The next element of a silent `item`: `*value`, `name := value` or a value.
    pub fn item(&self, pairs: &mut Pairs<'_, Rule>) -> Result<Option<Operand>> {
        self.item_of(pairs, false)
    }

    /// The next element of a silent `item`, in the arguments of a call or elsewhere.
    pub fn item_of(&self, pairs: &mut Pairs<'_, Rule>, call: bool) -> Result<Option<Operand>> {
        let Some(first) = pairs.next() else { return Ok(None) };
        if first.as_rule() == Rule::starred {
            return self.starred(first).map(Some);
        }
        let left = self.expr(first)?;
        if pairs.peek().is_none_or(|p| p.as_rule() != Rule::walrus) {
            return Ok(Some(left));
        }
        pairs.next();
        let Some(right) = pairs.next() else { return Ok(Some(left)) };
        let value = self.expr(right)?;
        let span = left.outer.to(value.outer);
        match left.expr.kind {
            ExprKind::Name(name) if !left.parenthesized => {
                Ok(Some(Operand::new(span, ExprKind::Walrus(name, Box::new(value.expr)))))
            }
            // In the arguments of a call Python does not get as far as saying so.
            _ if call => Err(self.error(left.outer, "invalid syntax")),
            ref kind => {
                let message = format!("cannot use assignment expressions with {}", describe(kind));
                Err(self.error(left.outer, message))
            }
        }
    }

    /// `*value`.
    fn starred(&self, pair: Pair<'_, Rule>) -> Result<Operand> {
        let span = self.span(&pair);
        let Some(value) = pair.into_inner().nth(1) else { return Err(self.error(span, "invalid syntax")) };
        let value = self.expr(value)?;
        // In a call any expression may follow the star, elsewhere nothing looser than `|`.
        Ok(Operand::new(span, ExprKind::Starred(Box::new(value.expr))))
    }

    /// The value of a `value` pair: an expression, a tuple without parentheses, a lone `*x`, or a `yield`.
    pub fn value(&self, pair: Pair<'_, Rule>) -> Result<Operand> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        if pairs.peek().is_some_and(|p| p.as_rule() == Rule::yield_expr)
            && let Some(pair) = pairs.next()
        {
            return self.yield_expr(pair);
        }
        self.tuple_or_item(span, pairs)
    }

    /// Items separated by commas: one alone is itself, more or a trailing comma make a tuple.
    fn tuple_or_item(&self, span: Span, mut pairs: Pairs<'_, Rule>) -> Result<Operand> {
        let Some(first) = self.plain_item(&mut pairs)? else { return Err(self.error(span, "invalid syntax")) };
        if pairs.peek().is_none() {
            return Ok(first);
        }
        let mut items = vec![first.expr];
        while pairs.peek().is_some_and(|p| p.as_rule() != Rule::trailing) {
            match self.plain_item(&mut pairs)? {
                Some(item) => items.push(item.expr),
                None => break,
            }
        }
        Ok(Operand::new(span, ExprKind::Tuple(items)))
    }

    /// The next item where `:=` needs parentheses.
    fn plain_item(&self, pairs: &mut Pairs<'_, Rule>) -> Result<Option<Operand>> {
        match self.item(pairs)? {
            Some(item) if matches!(item.expr.kind, ExprKind::Walrus(..)) && !item.parenthesized => {
                Err(self.error(item.outer, "invalid syntax"))
            }
            item => Ok(item),
        }
    }

    /// `yield`, `yield value` or `yield from value`.
    pub fn yield_expr(&self, pair: Pair<'_, Rule>) -> Result<Operand> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        pairs.next();
        let kind = match pairs.peek() {
            None => ExprKind::Yield(None),
            Some(p) if p.as_rule() == Rule::k_from => {
                pairs.next();
                let Some(value) = pairs.next() else { return Err(self.error(span, "invalid syntax")) };
                ExprKind::YieldFrom(Box::new(self.expr(value)?.expr))
            }
            Some(p) => {
                let from = self.span(&p).start;
                let inner = Span { start: from, end: span.end };
                let value = self.tuple_or_item(inner, pairs)?;
                self.no_lone_star(&value.expr)?;
                ExprKind::Yield(Some(Box::new(value.expr)))
            }
        };
        Ok(Operand::new(span, kind))
    }

    /// Refuses `*x` where it is not an element of anything.
    pub fn no_lone_star(&self, expr: &Expr) -> Result<()> {
        match expr.kind {
            ExprKind::Starred(_) => Err(self.error(expr.span, "can't use starred expression here")),
            _ => Ok(()),
        }
    }

    /// The targets of a `for`, as one target or a tuple of them.
    pub fn targets(&self, pair: Pair<'_, Rule>, how: Use) -> Result<Expr> {
        let span = self.span(&pair);
        let mut list = Vec::new();
        let mut tuple = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::target => list.push(self.target(part, how)?),
                _ => tuple = true,
            }
        }
        if tuple || list.len() != 1 {
            let expr = Expr { span, kind: ExprKind::Tuple(list) };
            self.check_target(&expr, how)?;
            return Ok(expr);
        }
        match list.pop() {
            Some(expr) => {
                self.check_target(&expr, how)?;
                if matches!(expr.kind, ExprKind::Starred(_)) {
                    return Err(self.error(expr.span, "starred assignment target must be in a list or tuple"));
                }
                Ok(expr)
            }
            None => Err(self.error(span, "invalid syntax")),
        }
    }

    /// One target, checked.
    pub fn target(&self, pair: Pair<'_, Rule>, how: Use) -> Result<Expr> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        let starred = pairs.peek().is_some_and(|p| p.as_rule() == Rule::star);
        if starred {
            pairs.next();
        }
        let Some(inner) = pairs.next() else { return Err(self.error(span, "invalid syntax")) };
        let expr = self.expr(inner)?.expr;
        let expr = if starred { Expr { span, kind: ExprKind::Starred(Box::new(expr)) } } else { expr };
        self.check_target(&expr, how)?;
        Ok(expr)
    }

    /// Refuses what cannot be assigned to or deleted.
    pub fn check_target(&self, expr: &Expr, how: Use) -> Result<()> {
        if let ExprKind::Name(name) = &expr.kind
            && &**name == "__debug__"
            && how != Use::Delete
        {
            return Err(self.error(expr.span, "cannot assign to __debug__"));
        }
        if let Some(bad) = invalid_target(expr, how) {
            let verb = if how == Use::Delete { "delete" } else { "assign to" };
            return Err(self.error(bad.span, format!("cannot {verb} {}", describe(&bad.kind))));
        }
        if how != Use::Delete {
            self.check_stars(expr)?;
        }
        Ok(())
    }

    /// At most one starred target in each list of targets.
    fn check_stars(&self, expr: &Expr) -> Result<()> {
        let (ExprKind::Tuple(items) | ExprKind::List(items)) = &expr.kind else { return Ok(()) };
        let mut starred = items.iter().filter(|e| matches!(e.kind, ExprKind::Starred(_)));
        if starred.next().is_some() && starred.next().is_some() {
            return Err(self.error(expr.span, "multiple starred expressions in assignment"));
        }
        items.iter().try_for_each(|e| self.check_stars(e))
    }

    /// The expression that ends a pair such as `= value` or `: note`.
    pub fn last_expr(&self, pair: Pair<'_, Rule>) -> Result<Option<Expr>> {
        match pair.into_inner().find(|p| p.as_rule() == Rule::expr) {
            Some(pair) => Ok(Some(self.expr(pair)?.expr)),
            None => Ok(None),
        }
    }
}

/// How much recursion and how much depth of tree a flat sequence of operands and operators costs.
fn weigh(pairs: Pairs<'_, Rule>) -> (usize, usize) {
    let (mut run, mut longest, mut ternaries, mut depth) = (0usize, 0usize, 0usize, 0usize);
    for pair in pairs {
        match pair.as_rule() {
            Rule::sign | Rule::k_not | Rule::power => {
                run += 1;
                longest = longest.max(run);
                depth += 1;
            }
            Rule::ternary => {
                ternaries += 1;
                depth += 1;
                run = 0;
            }
            Rule::add | Rule::mul | Rule::shift | Rule::bit_and | Rule::bit_or | Rule::bit_xor => {
                depth += 1;
                run = 0;
            }
            Rule::k_and | Rule::k_or | Rule::compare => run = 0,
            Rule::call | Rule::subscript | Rule::attribute => depth += 1,
            _ => {}
        }
    }
    (longest + ternaries + 1, depth + 1)
}

/// The part of a target that cannot be one.
fn invalid_target(expr: &Expr, how: Use) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => None,
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().find_map(|e| invalid_target(e, how)),
        ExprKind::Starred(value) if how != Use::Delete => invalid_target(value, how),
        _ => Some(expr),
    }
}

/// What CPython calls a kind of expression in its messages.
pub(super) fn describe(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Name(_) => "name",
        ExprKind::None => "None",
        ExprKind::Bool(true) => "True",
        ExprKind::Bool(false) => "False",
        ExprKind::Int(_) | ExprKind::BigInt(_) | ExprKind::Float(_) | ExprKind::Imaginary(_) | ExprKind::Str(_) => {
            "literal"
        }
        ExprKind::FString(_) => "f-string expression",
        ExprKind::Ellipsis => "ellipsis",
        ExprKind::Unary(..) | ExprKind::Not(_) | ExprKind::Binary(..) | ExprKind::And(_) | ExprKind::Or(_) => {
            "expression"
        }
        ExprKind::Compare(..) => "comparison",
        ExprKind::IfElse { .. } => "conditional expression",
        ExprKind::Lambda(_) => "lambda",
        ExprKind::Walrus(..) => "named expression",
        ExprKind::Call(..) => "function call",
        ExprKind::Attribute(..) => "attribute",
        ExprKind::Subscript(..) => "subscript",
        ExprKind::Slice(..) => "slice",
        ExprKind::List(_) => "list",
        ExprKind::Tuple(_) => "tuple",
        ExprKind::Set(_) => "set display",
        ExprKind::Dict(_) => "dict literal",
        ExprKind::Comprehension(c) => match c.kind {
            ComprehensionKind::List => "list comprehension",
            ComprehensionKind::Set => "set comprehension",
            ComprehensionKind::Dict => "dict comprehension",
            ComprehensionKind::Generator => "generator expression",
        },
        ExprKind::Starred(_) => "starred",
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => "yield expression",
    }
}

fn compare_op(text: &str) -> CompareOp {
    match text {
        "==" => CompareOp::Eq,
        "!=" => CompareOp::Ne,
        "<" => CompareOp::Lt,
        "<=" => CompareOp::Le,
        ">" => CompareOp::Gt,
        ">=" => CompareOp::Ge,
        "in" => CompareOp::In,
        "is" => CompareOp::Is,
        _ if text.starts_with("not") => CompareOp::NotIn,
        _ => CompareOp::IsNot,
    }
}

/// The operator of `a op b`, and of `a op= b` without its `=`.
pub(super) fn binary_op(text: &str) -> BinaryOp {
    match text {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "//" => BinaryOp::FloorDiv,
        "%" => BinaryOp::Mod,
        "**" => BinaryOp::Pow,
        "@" => BinaryOp::MatMul,
        "&" => BinaryOp::BitAnd,
        "|" => BinaryOp::BitOr,
        "^" => BinaryOp::BitXor,
        "<<" => BinaryOp::Shl,
        _ => BinaryOp::Shr,
    }
}
