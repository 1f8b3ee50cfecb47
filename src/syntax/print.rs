//! Compact source text of an expression, made from its tree.

use super::ast::*;

/// The text of an expression: as few parentheses as keep its meaning, blanks as in well-kept Python.
///
/// Parsing the text gives the same tree, spans aside.
pub fn unparse(expr: &Expr) -> String {
    let mut printer = Printer { out: String::new() };
    printer.expr(expr, Level::Item);
    printer.out
}

/// How tightly an expression must bind where it stands, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Where even `:=` and `*x` may stand.
    Item,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Add,
    Mul,
    Unary,
    Power,
    Primary,
}

impl Level {
    fn of(op: BinaryOp) -> Level {
        match op {
            BinaryOp::BitOr => Level::BitOr,
            BinaryOp::BitXor => Level::BitXor,
            BinaryOp::BitAnd => Level::BitAnd,
            BinaryOp::Shl | BinaryOp::Shr => Level::Shift,
            BinaryOp::Add | BinaryOp::Sub => Level::Add,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod | BinaryOp::MatMul => Level::Mul,
            BinaryOp::Pow => Level::Power,
        }
    }

    /// The next tighter level.
    fn tighter(self) -> Level {
        match self {
            Level::Item => Level::Test,
            Level::Test => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Not,
            Level::Not => Level::Compare,
            Level::Compare => Level::BitOr,
            Level::BitOr => Level::BitXor,
            Level::BitXor => Level::BitAnd,
            Level::BitAnd => Level::Shift,
            Level::Shift => Level::Add,
            Level::Add => Level::Mul,
            Level::Mul => Level::Unary,
            Level::Unary => Level::Power,
            Level::Power | Level::Primary => Level::Primary,
        }
    }
}

/// The level of an expression itself.
fn level(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::Walrus(..) | ExprKind::Starred(_) | ExprKind::Slice(..) => Level::Item,
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => Level::Item,
        ExprKind::IfElse { .. } | ExprKind::Lambda(_) => Level::Test,
        ExprKind::Or(_) => Level::Or,
        ExprKind::And(_) => Level::And,
        ExprKind::Not(_) => Level::Not,
        ExprKind::Compare(..) => Level::Compare,
        ExprKind::Binary(_, op, _) => Level::of(*op),
        ExprKind::Unary(..) => Level::Unary,
        _ => Level::Primary,
    }
}

struct Printer {
    out: String,
}

impl Printer {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// An expression where nothing looser than `at` may stand.
    fn expr(&mut self, expr: &Expr, at: Level) {
        let open = level(expr) < at;
        if open {
            self.push("(");
        }
        self.bare(expr);
        if open {
            self.push(")");
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.push(name),
            ExprKind::None => self.push("None"),
            ExprKind::Bool(value) => self.push(if *value { "True" } else { "False" }),
            ExprKind::Int(value) => self.push(&value.to_string()),
            ExprKind::BigInt(digits) => self.push(digits),
            ExprKind::Float(value) => self.push(&float(*value)),
            ExprKind::Imaginary(value) => self.push(&(float(*value) + "j")),
            ExprKind::Str(text) => self.push(&quote(text)),
            ExprKind::FString(parts) => self.f_string(parts),
            ExprKind::Ellipsis => self.push("..."),
            ExprKind::Unary(op, value) => {
                self.push(match op {
                    UnaryOp::Neg => "-",
                    UnaryOp::Pos => "+",
                    UnaryOp::Invert => "~",
                });
                self.expr(value, Level::Unary);
            }
            ExprKind::Not(value) => {
                self.push("not ");
                self.expr(value, Level::Not);
            }
            ExprKind::Binary(left, op, right) => self.binary(left, *op, right),
            ExprKind::Compare(first, rest) => {
                self.expr(first, Level::BitOr);
                for (op, value) in rest {
                    self.push(compare_text(*op));
                    self.expr(value, Level::BitOr);
                }
            }
            ExprKind::And(items) => self.joined(items, " and ", Level::Not),
            ExprKind::Or(items) => self.joined(items, " or ", Level::And),
            ExprKind::IfElse { test, body, orelse } => {
                self.expr(body, Level::Or);
                self.push(" if ");
                self.expr(test, Level::Or);
                self.push(" else ");
                self.expr(orelse, Level::Test);
            }
            ExprKind::Lambda(lambda) => {
                self.push("lambda");
                self.params(&lambda.params);
                self.push(": ");
                self.expr(&lambda.body, Level::Test);
            }
            ExprKind::Walrus(name, value) => {
                self.push(name);
                self.push(" := ");
                self.expr(value, Level::Test);
            }
            ExprKind::Call(function, args) => {
                self.expr(function, Level::Primary);
                self.arguments(args);
            }
            ExprKind::Attribute(value, name, _) => {
                // `1.real` would be a float.
                let number = matches!(value.kind, ExprKind::Int(_) | ExprKind::BigInt(_));
                self.expr(value, Level::Primary);
                self.push(if number { " ." } else { "." });
                self.push(name);
            }
            ExprKind::Subscript(value, index) => {
                self.expr(value, Level::Primary);
                self.push("[");
                match &index.kind {
                    ExprKind::Tuple(items) if !items.is_empty() => self.tuple(items),
                    _ => self.expr(index, Level::Item),
                }
                self.push("]");
            }
            ExprKind::Slice(start, stop, step) => {
                self.optional(start.as_deref());
                self.push(":");
                self.optional(stop.as_deref());
                if step.is_some() {
                    self.push(":");
                    self.optional(step.as_deref());
                }
            }
            ExprKind::List(items) => self.bracketed("[", items, "]"),
            ExprKind::Set(items) => self.bracketed("{", items, "}"),
            ExprKind::Tuple(items) => {
                self.push("(");
                self.tuple(items);
                self.push(")");
            }
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Comprehension(c) => self.comprehension(c),
            ExprKind::Starred(value) => {
                self.push("*");
                self.expr(value, Level::BitOr);
            }
            ExprKind::Yield(value) => {
                self.push("yield");
                if let Some(value) = value {
                    self.push(" ");
                    self.expr(value, Level::Test);
                }
            }
            ExprKind::YieldFrom(value) => {
                self.push("yield from ");
                self.expr(value, Level::Test);
            }
        }
    }

    /// `left op right`, where the left side is a chain of any length.
    fn binary(&mut self, left: &Expr, op: BinaryOp, right: &Expr) {
        let own = Level::of(op);
        let (left_level, right_level) =
            if op == BinaryOp::Pow { (Level::Primary, Level::Unary) } else { (own, own.tighter()) };
        // A chain of one precedence is walked from its innermost left operand, without recursion.
        let mut chain = vec![(op, right, right_level)];
        let mut first = left;
        while let ExprKind::Binary(inner, op, right) = &first.kind {
            if op == &BinaryOp::Pow || Level::of(*op) != own {
                break;
            }
            chain.push((*op, right, right_level));
            first = inner;
        }
        self.expr(first, left_level);
        for (op, right, right_level) in chain.into_iter().rev() {
            self.push(binary_text(op));
            self.expr(right, right_level);
        }
    }

    fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr, Level::Test);
        }
    }

    fn joined(&mut self, items: &[Expr], separator: &str, at: Level) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.push(separator);
            }
            self.expr(item, at);
        }
    }

    fn tuple(&mut self, items: &[Expr]) {
        self.bracketed("", items, "");
        if items.len() == 1 {
            self.push(",");
        }
    }

    fn bracketed(&mut self, open: &str, items: &[Expr], close: &str) {
        self.push(open);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            // Python allows a bare `:=` in a display, but it reads like a mistake.
            let loose = matches!(item.kind, ExprKind::Starred(_) | ExprKind::Slice(..));
            self.expr(item, if loose { Level::Item } else { Level::Test });
        }
        self.push(close);
    }

    fn dict(&mut self, items: &[(Option<Expr>, Expr)]) {
        self.push("{");
        for (i, (key, value)) in items.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            match key {
                Some(key) => {
                    self.expr(key, Level::Test);
                    self.push(": ");
                    self.expr(value, Level::Test);
                }
                None => {
                    self.push("**");
                    self.expr(value, Level::BitOr);
                }
            }
        }
        self.push("}");
    }

    fn comprehension(&mut self, c: &Comprehension) {
        let (open, close) = match c.kind {
            ComprehensionKind::List => ("[", "]"),
            ComprehensionKind::Set | ComprehensionKind::Dict => ("{", "}"),
            ComprehensionKind::Generator => ("(", ")"),
        };
        self.push(open);
        self.inner_comprehension(c);
        self.push(close);
    }

    fn inner_comprehension(&mut self, c: &Comprehension) {
        match &c.value {
            Some(value) => {
                self.expr(&c.element, Level::Test);
                self.push(": ");
                self.expr(value, Level::Test);
            }
            None => self.expr(&c.element, Level::Item),
        }
        for clause in &c.clauses {
            self.push(" for ");
            match &clause.target.kind {
                ExprKind::Tuple(items) if !items.is_empty() => self.tuple(items),
                _ => self.expr(&clause.target, Level::BitOr),
            }
            self.push(" in ");
            self.expr(&clause.iter, Level::Or);
            for condition in &clause.conditions {
                self.push(" if ");
                self.expr(condition, Level::Or);
            }
        }
    }

    fn arguments(&mut self, args: &[Arg]) {
        self.push("(");
        for (i, arg) in args.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            match arg {
                Arg::Positional(Expr { kind: ExprKind::Comprehension(c), .. })
                    if args.len() == 1 && c.kind == ComprehensionKind::Generator =>
                {
                    self.inner_comprehension(c);
                }
                Arg::Positional(value) if matches!(value.kind, ExprKind::Yield(_) | ExprKind::YieldFrom(_)) => {
                    self.expr(value, Level::Test);
                }
                Arg::Positional(value) => self.expr(value, Level::Item),
                Arg::Keyword(name, _, value) => {
                    self.push(name);
                    self.push("=");
                    self.expr(value, Level::Test);
                }
                Arg::Star(value) => {
                    self.push("*");
                    self.expr(value, Level::Test);
                }
                Arg::DoubleStar(value) => {
                    self.push("**");
                    self.expr(value, Level::Test);
                }
            }
        }
        self.push(")");
    }

    fn params(&mut self, params: &Params) {
        let mut separator = " ";
        let mut comma = |printer: &mut Printer| {
            printer.push(separator);
            separator = ", ";
        };
        for (i, param) in params.args.iter().enumerate() {
            comma(self);
            self.param(param);
            if i + 1 == params.posonly {
                self.push(", /");
            }
        }
        if let Some(param) = &params.vararg {
            comma(self);
            self.push("*");
            self.param(param);
        } else if !params.kwonly.is_empty() {
            comma(self);
            self.push("*");
        }
        for param in &params.kwonly {
            comma(self);
            self.param(param);
        }
        if let Some(param) = &params.kwarg {
            comma(self);
            self.push("**");
            self.param(param);
        }
    }

    fn param(&mut self, param: &Param) {
        self.push(&param.name);
        if let Some(default) = &param.default {
            self.push("=");
            self.expr(default, Level::Test);
        }
    }

    fn f_string(&mut self, parts: &[FPart]) {
        let body = f_body(parts, false);
        let mark = if !body.contains('\'') {
            "'"
        } else if !body.contains('"') {
            "\""
        } else if !body.contains("'''") && !body.ends_with('\'') {
            "'''"
        } else {
            "\"\"\""
        };
        self.push("f");
        self.push(mark);
        self.push(&body);
        self.push(mark);
    }
}

/// What stands between the quotes of an f-string, or in a format specification.
fn f_body(parts: &[FPart], spec: bool) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            FPart::Text(text) => {
                let escaped = escape(text, None);
                out.push_str(&if spec { escaped } else { escaped.replace('{', "{{").replace('}', "}}") });
            }
            FPart::Field { value, label, conversion, spec } => {
                out.push('{');
                match label {
                    Some(label) => out.push_str(label),
                    None => {
                        let text = match value.kind {
                            // A lambda's colon would begin the specification.
                            ExprKind::Lambda(_) | ExprKind::Walrus(..) => format!("({})", unparse(value)),
                            _ => unparse(value),
                        };
                        out.push_str(if text.starts_with('{') { " " } else { "" });
                        out.push_str(&text);
                    }
                }
                if let Some(c) = conversion
                    && !(label.is_some() && *c == 'r' && spec.is_empty())
                {
                    out.push('!');
                    out.push(*c);
                }
                if !spec.is_empty() {
                    out.push(':');
                    out.push_str(&f_body(spec, true));
                }
                out.push('}');
            }
        }
    }
    out
}

/// A string literal as Python's `repr` writes it.
fn quote(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    format!("{mark}{}{mark}", escape(text, Some(mark)))
}

/// A text with its unprintable characters, backslashes and quotes escaped.
fn escape(text: &str, mark: Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if Some(c) == mark => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&match c as u32 {
                code @ 0..=0xff => format!("\\x{code:02x}"),
                code => format!("\\u{code:04x}"),
            }),
            c => out.push(c),
        }
    }
    out
}

/// A float as Python's `repr` writes it.
fn float(value: f64) -> String {
    if value.is_infinite() {
        return "1e999".to_string();
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>() {
        Ok(-4..=15) => format!("{value:?}"),
        Ok(e) => format!("{digits}e{}{:02}", if e < 0 { '-' } else { '+' }, e.abs()),
        Err(_) => format!("{value:?}"),
    }
}

fn binary_text(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => " + ",
        BinaryOp::Sub => " - ",
        BinaryOp::Mul => " * ",
        BinaryOp::Div => " / ",
        BinaryOp::FloorDiv => " // ",
        BinaryOp::Mod => " % ",
        BinaryOp::Pow => " ** ",
        BinaryOp::MatMul => " @ ",
        BinaryOp::BitAnd => " & ",
        BinaryOp::BitOr => " | ",
        BinaryOp::BitXor => " ^ ",
        BinaryOp::Shl => " << ",
        BinaryOp::Shr => " >> ",
    }
}

fn compare_text(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => " == ",
        CompareOp::Ne => " != ",
        CompareOp::Lt => " < ",
        CompareOp::Le => " <= ",
        CompareOp::Gt => " > ",
        CompareOp::Ge => " >= ",
        CompareOp::In => " in ",
        CompareOp::NotIn => " not in ",
        CompareOp::Is => " is ",
        CompareOp::IsNot => " is not ",
    }
}

#[cfg(test)]
mod tests {
    use super::unparse;
    use crate::diag::Source;
    use crate::syntax::parse_expression;

    #[test]
    fn text_and_tree_agree() {
        for text in [
            "a + b * (c - d) ** -e ** f",
            "a + b - (c - d) - e",
            "not a == (b < c) < d and (e or f)",
            "x[1:2, ..., None, ::3].T @ y(a, *b, c=1, **d)",
            "[i for i, (j, k) in zip(a, b) if i if j]",
            "f(x for x in y)",
            "lambda a, /, b=1, *c, d, **e: (yield)",
            "a if b else (lambda: c) if d else e",
            "{'a': 1, **b}",
            "{*a, (b := 2)}",
            "(1,)",
            "()",
            "-x.y ** 2",
            "(-x) ** 2",
            "1 .real + 1e-05 + 1e+16 + 1.5",
            "f'{a!r:>{w}}{{b}} {c=}'",
            "'it\\'s \"x\"\\n'",
            "a not in b is not c",
        ] {
            let tree = parse_expression(&Source::new("<test>", text)).expect(text);
            assert_eq!(unparse(&tree), text);
        }
    }
}
