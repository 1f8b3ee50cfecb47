//! What Python's symbol table and compiler refuse in a tree that its parser accepts.

use super::ast::*;
use super::parse::place;
use super::suspect;
use crate::diag::{ExcKind, Fault, Result, Source, Span};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Loops, `try` and `with` may be nested this deep in one function, as in CPython.
const MAX_NESTED_BLOCKS: usize = 20;

/// Checks a whole module; the warnings that its parts deserve, in no particular order.
///
/// Errors: SyntaxError.
pub(super) fn validate(source: &Rc<Source>, module: &Module) -> Result<Vec<(Span, String)>> {
    let mut check = Check { source, scopes: vec![Scope::new(ScopeKind::Module)], iterables: 0, warnings: Vec::new() };
    check.block(&module.body)?;
    check.pop()?;
    Ok(check.warnings)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ScopeKind {
    Module,
    Class,
    Function,
    Comprehension(ComprehensionKind),
}

/// What a scope has done with a name so far.
#[derive(Clone, Copy, Default)]
struct Uses {
    parameter: bool,
    assigned: bool,
    annotated: bool,
    used: bool,
    global: bool,
    nonlocal: bool,
    /// The first declaration as global or nonlocal.
    declared: Span,
}

struct Scope {
    kind: ScopeKind,
    names: FxHashMap<Name, Uses>,
    /// Names declared nonlocal in here or deeper, not yet found in a function around.
    wanted: Vec<(Name, Span)>,
    /// Loops around the current statement.
    loops: usize,
    /// Loops, `try` and `with` around the current statement.
    blocks: usize,
    /// Names bound by the `for` clauses of a comprehension.
    targets: Vec<Name>,
}

impl Scope {
    fn new(kind: ScopeKind) -> Scope {
        Scope { kind, names: FxHashMap::default(), wanted: Vec::new(), loops: 0, blocks: 0, targets: Vec::new() }
    }
}

struct Check<'a> {
    source: &'a Rc<Source>,
    scopes: Vec<Scope>,
    /// Iterables of comprehensions around the current expression.
    iterables: usize,
    /// What Python's compiler would warn of, and where.
    warnings: Vec<(Span, String)>,
}

impl Check<'_> {
    #[cold]
    fn fail<T>(&self, span: Span, message: impl Into<String>) -> Result<T> {
        Err(place(Fault::new(ExcKind::SyntaxError, message), self.source, span))
    }

    fn scope(&mut self) -> &mut Scope {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::new(ScopeKind::Module));
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    fn uses(&mut self, name: &Name) -> &mut Uses {
        self.scope().names.entry(name.clone()).or_default()
    }

    /// Leaves a scope: what it wants from outside is looked for in the next one.
    fn pop(&mut self) -> Result<()> {
        let Some(inner) = self.scopes.pop() else { return Ok(()) };
        let Some(outer) = self.scopes.last_mut() else {
            return match inner.wanted.first() {
                Some((name, span)) => self.fail(*span, format!("no binding for nonlocal '{name}' found")),
                None => Ok(()),
            };
        };
        outer.wanted.extend(inner.wanted);
        Ok(())
    }

    /// Leaves a function: names wanted by functions inside are bound here, or wanted from further out.
    fn pop_function(&mut self) -> Result<()> {
        let scope = self.scope();
        let names = &scope.names;
        scope.wanted.retain(|(name, _)| {
            !names.get(name).is_some_and(|u| (u.parameter || u.assigned || u.annotated) && !u.global && !u.nonlocal)
        });
        self.pop()
    }

    fn block(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.statement(s))
    }

    /// A block inside a loop, `try` or `with`.
    fn nested(&mut self, at: Span, looping: bool, body: &[Stmt]) -> Result<()> {
        let scope = self.scope();
        scope.blocks += 1;
        scope.loops += usize::from(looping);
        if scope.blocks > MAX_NESTED_BLOCKS {
            return self.fail(at, "too many statically nested blocks");
        }
        self.block(body)?;
        let scope = self.scope();
        scope.blocks -= 1;
        scope.loops -= usize::from(looping);
        Ok(())
    }

    fn statement(&mut self, stmt: &Stmt) -> Result<()> {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Assign { targets, value } => {
                self.expr(value)?;
                targets.iter().try_for_each(|t| self.bind(t))
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.bind(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value } => {
                if let ExprKind::Name(name) = &target.kind {
                    let module = self.scopes.len() == 1;
                    let uses = self.uses(name);
                    if !module && (uses.global || uses.nonlocal) {
                        let what = if uses.global { "global" } else { "nonlocal" };
                        return self.fail(span, format!("annotated name '{name}' can't be {what}"));
                    }
                    uses.annotated = true;
                } else {
                    self.bind(target)?;
                }
                self.expr(annotation)?;
                value.iter().try_for_each(|v| self.expr(v))
            }
            StmtKind::If { .. } => self.if_chain(stmt),
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.nested(span, true, body)?;
                self.block(orelse)
            }
            StmtKind::For { target, iter, body, orelse } => {
                self.expr(iter)?;
                self.bind(target)?;
                self.nested(span, true, body)?;
                self.block(orelse)
            }
            StmtKind::Def(def) => self.function(def),
            StmtKind::Class(class) => self.class(class),
            StmtKind::Return(value) => {
                if self.scope().kind != ScopeKind::Function {
                    return self.fail(span, "'return' outside function");
                }
                value.iter().try_for_each(|v| self.expr(v))
            }
            StmtKind::Raise { exc, cause } => exc.iter().chain(cause).try_for_each(|e| self.expr(e)),
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.nested(span, false, body)?;
                for handler in handlers {
                    handler.kind.iter().try_for_each(|e| self.expr(e))?;
                    if let Some(name) = &handler.name {
                        self.uses(name).assigned = true;
                    }
                    self.nested(span, false, &handler.body)?;
                }
                self.block(orelse)?;
                self.nested(span, false, finalbody)
            }
            StmtKind::With { items, body } => {
                for (value, target) in items {
                    self.expr(value)?;
                    target.iter().try_for_each(|t| self.bind(t))?;
                }
                self.nested(span, false, body)
            }
            StmtKind::Assert { test, message } => {
                self.warnings.extend(suspect::assertion(test).map(|text| (test.span, text)));
                self.expr(test)?;
                message.iter().try_for_each(|m| self.expr(m))
            }
            StmtKind::Delete(targets) => targets.iter().try_for_each(|t| self.bind(t)),
            StmtKind::Global(names) => self.declare(span, names, true),
            StmtKind::Nonlocal(names) => self.declare(span, names, false),
            StmtKind::Import(aliases) => {
                for alias in aliases {
                    let bound = alias.asname.clone().or_else(|| alias.name.split('.').next().map(Rc::from));
                    if let Some(name) = bound {
                        self.uses(&name).assigned = true;
                    }
                }
                Ok(())
            }
            StmtKind::ImportFrom { names, .. } => {
                for alias in names {
                    if &*alias.name == "*" {
                        if self.scopes.len() > 1 {
                            return self.fail(span, "import * only allowed at module level");
                        }
                        continue;
                    }
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.uses(name).assigned = true;
                }
                Ok(())
            }
            StmtKind::Break if self.scope().loops == 0 => self.fail(span, "'break' outside loop"),
            StmtKind::Continue if self.scope().loops == 0 => self.fail(span, "'continue' not properly in loop"),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue | StmtKind::Command(_) => Ok(()),
        }
    }

    /// An `if` with its `elif`s, which nest in the tree but not here.
    fn if_chain(&mut self, stmt: &Stmt) -> Result<()> {
        let mut next = Some(stmt);
        while let Some(Stmt { kind: StmtKind::If { test, body, orelse }, .. }) = next {
            self.expr(test)?;
            self.block(body)?;
            next = match &orelse[..] {
                [only] if matches!(only.kind, StmtKind::If { .. }) => Some(only),
                _ => {
                    self.block(orelse)?;
                    None
                }
            };
        }
        Ok(())
    }

    fn declare(&mut self, span: Span, names: &[Name], global: bool) -> Result<()> {
        let word = if global { "global" } else { "nonlocal" };
        let module = self.scopes.len() == 1;
        if module && !global {
            return self.fail(span, "nonlocal declaration not allowed at module level");
        }
        for name in names {
            let uses = *self.uses(name);
            let clash = if uses.parameter {
                format!("name '{name}' is parameter and {word}")
            } else if if global { uses.nonlocal } else { uses.global } {
                return self.fail(uses.declared, format!("name '{name}' is nonlocal and global"));
            } else if uses.annotated && !module {
                format!("annotated name '{name}' can't be {word}")
            } else if uses.assigned {
                format!("name '{name}' is assigned to before {word} declaration")
            } else if uses.used {
                format!("name '{name}' is used prior to {word} declaration")
            } else {
                let uses = self.uses(name);
                uses.declared = span;
                if global {
                    uses.global = true;
                } else {
                    uses.nonlocal = true;
                    self.scope().wanted.push((name.clone(), span));
                }
                continue;
            };
            return self.fail(span, clash);
        }
        Ok(())
    }

    fn function(&mut self, def: &FunctionDef) -> Result<()> {
        def.decorators.iter().try_for_each(|d| self.expr(d))?;
        self.uses(&def.name).assigned = true;
        self.defaults(&def.params)?;
        def.returns.iter().try_for_each(|r| self.expr(r))?;
        self.scopes.push(Scope::new(ScopeKind::Function));
        self.parameters(&def.params);
        self.block(&def.body)?;
        self.pop_function()
    }

    fn class(&mut self, class: &ClassDef) -> Result<()> {
        class.decorators.iter().try_for_each(|d| self.expr(d))?;
        self.uses(&class.name).assigned = true;
        class.bases.iter().try_for_each(|a| self.expr(argument(a)))?;
        self.scopes.push(Scope::new(ScopeKind::Class));
        self.block(&class.body)?;
        self.pop()
    }

    /// Defaults and annotations, which belong to the scope around.
    fn defaults(&mut self, params: &Params) -> Result<()> {
        for param in all_params(params) {
            param.default.iter().chain(&param.annotation).try_for_each(|e| self.expr(e))?;
        }
        Ok(())
    }

    fn parameters(&mut self, params: &Params) {
        for param in all_params(params) {
            self.uses(&param.name).parameter = true;
        }
    }

    /// A target: its names are assigned, what it is made of is used.
    fn bind(&mut self, target: &Expr) -> Result<()> {
        match &target.kind {
            ExprKind::Name(name) => {
                self.uses(name).assigned = true;
                Ok(())
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().try_for_each(|t| self.bind(t)),
            ExprKind::Starred(value) => self.bind(value),
            _ => self.expr(target),
        }
    }

    /// An expression. Left-deep chains are walked in a loop, so that recursion is bounded by nesting.
    fn expr(&mut self, expr: &Expr) -> Result<()> {
        let mut expr = expr;
        loop {
            self.warnings.extend(suspect::suspicion(expr).map(|text| (expr.span, text)));
            match &expr.kind {
                ExprKind::Binary(left, _, right) => {
                    self.expr(right)?;
                    expr = left;
                }
                ExprKind::Attribute(value, ..) | ExprKind::Unary(_, value) | ExprKind::Not(value) => expr = value,
                ExprKind::Starred(value) => expr = value,
                ExprKind::Call(function, args) => {
                    args.iter().try_for_each(|a| self.expr(argument(a)))?;
                    expr = function;
                }
                ExprKind::Subscript(value, index) => {
                    self.expr(index)?;
                    expr = value;
                }
                _ => return self.leaf(expr),
            }
        }
    }

    /// An expression that is not part of a left-deep chain.
    fn leaf(&mut self, expr: &Expr) -> Result<()> {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.uses(name).used = true;
                Ok(())
            }
            ExprKind::Compare(first, rest) => {
                self.expr(first)?;
                rest.iter().try_for_each(|(_, e)| self.expr(e))
            }
            ExprKind::And(items)
            | ExprKind::Or(items)
            | ExprKind::List(items)
            | ExprKind::Tuple(items)
            | ExprKind::Set(items) => items.iter().try_for_each(|e| self.expr(e)),
            ExprKind::IfElse { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Lambda(lambda) => {
                self.defaults(&lambda.params)?;
                self.scopes.push(Scope::new(ScopeKind::Function));
                self.parameters(&lambda.params);
                self.expr(&lambda.body)?;
                self.pop_function()
            }
            ExprKind::Walrus(name, value) => {
                self.walrus(expr.span, name)?;
                self.expr(value)
            }
            ExprKind::Slice(a, b, c) => [a, b, c].into_iter().flatten().try_for_each(|e| self.expr(e)),
            ExprKind::Dict(items) => items.iter().try_for_each(|(key, value)| {
                key.iter().try_for_each(|k| self.expr(k))?;
                self.expr(value)
            }),
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExprKind::Yield(value) => {
                self.check_yield(expr.span)?;
                value.iter().try_for_each(|v| self.expr(v))
            }
            ExprKind::YieldFrom(value) => {
                self.check_yield(expr.span)?;
                self.expr(value)
            }
            ExprKind::FString(parts) => self.fields(parts),
            _ => Ok(()),
        }
    }

    fn fields(&mut self, parts: &[FPart]) -> Result<()> {
        for part in parts {
            if let FPart::Field { value, spec, .. } = part {
                self.expr(value)?;
                self.fields(spec)?;
            }
        }
        Ok(())
    }

    fn check_yield(&mut self, span: Span) -> Result<()> {
        match self.scope().kind {
            ScopeKind::Function => Ok(()),
            ScopeKind::Comprehension(kind) => {
                let what = match kind {
                    ComprehensionKind::List => "list comprehension",
                    ComprehensionKind::Set => "set comprehension",
                    ComprehensionKind::Dict => "dict comprehension",
                    ComprehensionKind::Generator => "generator expression",
                };
                self.fail(span, format!("'yield' inside {what}"))
            }
            _ => self.fail(span, "'yield' outside function"),
        }
    }

    /// `name := value` binds in the function around comprehensions, and not everywhere in those.
    fn walrus(&mut self, span: Span, name: &Name) -> Result<()> {
        if self.iterables > 0 {
            return self.fail(span, "assignment expression cannot be used in a comprehension iterable expression");
        }
        let mut at = self.scopes.len();
        while let Some(scope) = at.checked_sub(1).map(|i| &self.scopes[i]) {
            if !matches!(scope.kind, ScopeKind::Comprehension(_)) {
                break;
            }
            if scope.targets.contains(name) {
                let message = format!("assignment expression cannot rebind comprehension iteration variable '{name}'");
                return self.fail(span, message);
            }
            at -= 1;
        }
        if at == 0 {
            return Ok(());
        }
        if at < self.scopes.len() && self.scopes[at - 1].kind == ScopeKind::Class {
            let message = "assignment expression within a comprehension cannot be used in a class body";
            return self.fail(span, message);
        }
        self.scopes[at - 1].names.entry(name.clone()).or_default().assigned = true;
        Ok(())
    }

    fn comprehension(&mut self, comprehension: &Comprehension) -> Result<()> {
        // The first iterable belongs to the scope around.
        let Some((first, rest)) = comprehension.clauses.split_first() else { return Ok(()) };
        self.iterable(&first.iter)?;
        let mut scope = Scope::new(ScopeKind::Comprehension(comprehension.kind));
        for clause in &comprehension.clauses {
            names_of(&clause.target, &mut scope.targets);
        }
        self.scopes.push(scope);
        self.bind(&first.target)?;
        first.conditions.iter().try_for_each(|c| self.expr(c))?;
        for clause in rest {
            self.iterable(&clause.iter)?;
            self.bind(&clause.target)?;
            clause.conditions.iter().try_for_each(|c| self.expr(c))?;
        }
        self.expr(&comprehension.element)?;
        comprehension.value.iter().try_for_each(|v| self.expr(v))?;
        self.pop()
    }

    /// The iterable of a clause, in which nothing may be bound.
    fn iterable(&mut self, expr: &Expr) -> Result<()> {
        self.iterables += 1;
        self.expr(expr)?;
        self.iterables -= 1;
        Ok(())
    }
}

/// The value of an argument.
fn argument(arg: &Arg) -> &Expr {
    match arg {
        Arg::Positional(e) | Arg::Keyword(_, _, e) | Arg::Star(e) | Arg::DoubleStar(e) => e,
    }
}

/// All parameters of a function, in the order of the text but for `*args`.
fn all_params(params: &Params) -> impl Iterator<Item = &Param> {
    params.args.iter().chain(&params.vararg).chain(&params.kwonly).chain(&params.kwarg)
}

/// The names that a target binds.
fn names_of(target: &Expr, out: &mut Vec<Name>) {
    match &target.kind {
        ExprKind::Name(name) => out.push(name.clone()),
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|t| names_of(t, out)),
        ExprKind::Starred(value) => names_of(value, out),
        _ => {}
    }
}
