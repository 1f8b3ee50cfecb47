//! The syntax tree: what was written, and nothing about what it means.
//!
//! Every statement and expression has its span. Names are texts; scopes, slots and operators come later.

use crate::diag::Span;
use std::rc::Rc;

/// A name as written.
pub type Name = Rc<str>;

/// A parsed file, cell or input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// The statements in order; `a; b` gives two.
    pub body: Vec<Stmt>,
    /// What is allowed and never does what was meant, and where: the texts of Python's `SyntaxWarning`.
    pub warnings: Vec<(Span, String)>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// From its first to its last byte, without the line break; a compound statement includes its block.
    pub span: Span,
    /// Whether its line ends in `;` right after it, which suppresses the echo of its value.
    pub quiet: bool,
    /// What it is.
    pub kind: StmtKind,
}

/// What a statement is.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// An expression on its own.
    Expr(Expr),
    /// `a = b = value`: the targets from left to right.
    Assign { targets: Vec<Expr>, value: Expr },
    /// `target op= value`.
    AugAssign { target: Expr, op: BinaryOp, value: Expr },
    /// `target: annotation = value`.
    AnnAssign { target: Expr, annotation: Expr, value: Option<Expr> },
    /// `if`; an `elif` is an `If` alone in `orelse`.
    If { test: Expr, body: Vec<Stmt>, orelse: Vec<Stmt> },
    /// `while ... else`.
    While { test: Expr, body: Vec<Stmt>, orelse: Vec<Stmt> },
    /// `for ... in ... else`.
    For { target: Expr, iter: Expr, body: Vec<Stmt>, orelse: Vec<Stmt> },
    /// `def`.
    Def(Rc<FunctionDef>),
    /// `class`.
    Class(Rc<ClassDef>),
    /// `return`.
    Return(Option<Expr>),
    /// `raise exc from cause`.
    Raise { exc: Option<Expr>, cause: Option<Expr> },
    /// `try`.
    Try { body: Vec<Stmt>, handlers: Vec<Handler>, orelse: Vec<Stmt>, finalbody: Vec<Stmt> },
    /// `with a as b, c as d:`.
    With { items: Vec<(Expr, Option<Expr>)>, body: Vec<Stmt> },
    /// `assert test, message`.
    Assert { test: Expr, message: Option<Expr> },
    /// `del a, b[0]`.
    Delete(Vec<Expr>),
    /// `global a, b`.
    Global(Vec<Name>),
    /// `nonlocal a, b`.
    Nonlocal(Vec<Name>),
    /// `import a.b as c, d`.
    Import(Vec<Alias>),
    /// `from ..a import b as c` (`*` is the name `*`); `level` counts the leading dots.
    ImportFrom { module: Name, level: usize, names: Vec<Alias> },
    /// `pass`.
    Pass,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// A line of the prompt that is not Python: `:grad w`, `%timeit f()`, `x?`. The text is the whole line, trimmed.
    Command(String),
}

/// `name as asname` of an import; `name` may be dotted.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// The name imported.
    pub name: Name,
    /// The name bound, when given.
    pub asname: Option<Name>,
    /// Where.
    pub span: Span,
}

/// A function definition.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDef {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// Decorators from top to bottom.
    pub decorators: Vec<Expr>,
    /// Parameters.
    pub params: Params,
    /// The annotation after `->`.
    pub returns: Option<Expr>,
    /// The block; a leading string expression is the docstring.
    pub body: Vec<Stmt>,
    /// From `def` to the end of the block, decorators excluded.
    pub span: Span,
}

/// A class definition.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassDef {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// Decorators from top to bottom.
    pub decorators: Vec<Expr>,
    /// Base classes and keywords, as the arguments of a call.
    pub bases: Vec<Arg>,
    /// The block.
    pub body: Vec<Stmt>,
    /// From `class` to the end of the block.
    pub span: Span,
}

/// The parameters of a function or lambda.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// Positional parameters; those before `posonly` cannot be given by keyword.
    pub args: Vec<Param>,
    /// How many of `args` stand before `/`.
    pub posonly: usize,
    /// `*args`.
    pub vararg: Option<Param>,
    /// Parameters after `*` or `*args`.
    pub kwonly: Vec<Param>,
    /// `**kwargs`.
    pub kwarg: Option<Param>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its annotation.
    pub annotation: Option<Expr>,
    /// Its default.
    pub default: Option<Expr>,
    /// Where.
    pub span: Span,
}

/// An `except` clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The class or tuple of classes; `None` catches all.
    pub kind: Option<Expr>,
    /// `as name`.
    pub name: Option<Name>,
    /// The block.
    pub body: Vec<Stmt>,
    /// Where.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// From its first to its last byte; surrounding parentheses are excluded, a tuple's own are included.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A name.
    Name(Name),
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits a machine word.
    Int(i64),
    /// A larger integer, as decimal digits.
    BigInt(String),
    /// A float.
    Float(f64),
    /// An imaginary number, by its imaginary part.
    Imaginary(f64),
    /// A string, escapes resolved, adjacent literals joined.
    Str(Rc<str>),
    /// An f-string (joined with any adjacent literals).
    FString(Vec<FPart>),
    /// `...`.
    Ellipsis,
    /// A unary operation other than `not`.
    Unary(UnaryOp, Box<Expr>),
    /// `not x`.
    Not(Box<Expr>),
    /// A binary arithmetic or bitwise operation.
    Binary(Box<Expr>, BinaryOp, Box<Expr>),
    /// `a < b <= c`: chained comparison, at least one pair in the list.
    Compare(Box<Expr>, Vec<(CompareOp, Expr)>),
    /// `a and b and c`: at least two.
    And(Vec<Expr>),
    /// `a or b or c`: at least two.
    Or(Vec<Expr>),
    /// `body if test else orelse`.
    IfElse { test: Box<Expr>, body: Box<Expr>, orelse: Box<Expr> },
    /// `lambda params: body`.
    Lambda(Rc<Lambda>),
    /// `name := value`.
    Walrus(Name, Box<Expr>),
    /// A call.
    Call(Box<Expr>, Vec<Arg>),
    /// `value.name`; the span is that of the name.
    Attribute(Box<Expr>, Name, Span),
    /// `value[index]`; `a[1, 2]` has a tuple as its index.
    Subscript(Box<Expr>, Box<Expr>),
    /// `a:b:c` inside a subscript.
    Slice(Option<Box<Expr>>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// A list display; elements may be starred.
    List(Vec<Expr>),
    /// A tuple display; elements may be starred.
    Tuple(Vec<Expr>),
    /// A set display.
    Set(Vec<Expr>),
    /// A dict display; a key of `None` is `**value`.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// A comprehension or generator expression.
    Comprehension(Rc<Comprehension>),
    /// `*value` in a display, a call or a target.
    Starred(Box<Expr>),
    /// `yield value`.
    Yield(Option<Box<Expr>>),
    /// `yield from value`.
    YieldFrom(Box<Expr>),
}

/// `lambda params: body`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// Parameters, never annotated.
    pub params: Params,
    /// The expression.
    pub body: Expr,
    /// From `lambda` to the end of the body.
    pub span: Span,
}

/// A comprehension of any kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// Which display it fills.
    pub kind: ComprehensionKind,
    /// The element, or the key of a dict comprehension.
    pub element: Expr,
    /// The value of a dict comprehension.
    pub value: Option<Expr>,
    /// Its `for` clauses, outermost first; at least one.
    pub clauses: Vec<Clause>,
    /// The whole.
    pub span: Span,
}

/// Which display a comprehension fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

/// `for target in iter if a if b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The target.
    pub target: Expr,
    /// What is iterated.
    pub iter: Expr,
    /// Its conditions.
    pub conditions: Vec<Expr>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Arg {
    /// `value`
    Positional(Expr),
    /// `name=value`; the span is that of the name.
    Keyword(Name, Span, Expr),
    /// `*value`
    Star(Expr),
    /// `**value`
    DoubleStar(Expr),
}

/// A piece of an f-string.
#[derive(Clone, Debug, PartialEq)]
pub enum FPart {
    /// Literal text.
    Text(Rc<str>),
    /// `{value!conversion:spec}`; `label` is the text before `=` in `{value=}`, with the `=`.
    Field { value: Expr, label: Option<Rc<str>>, conversion: Option<char>, spec: Vec<FPart> },
}

/// A unary arithmetic or bitwise operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum UnaryOp {
    Neg,
    Pos,
    Invert,
}

/// A binary arithmetic or bitwise operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}
