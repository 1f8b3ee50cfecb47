//! Scopes: which names are local to a function, which are shared with inner functions, which are global.

use crate::syntax::ast::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Which construct opens a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ScopeKind {
    Module,
    Function,
    Class,
    /// A list, set or dict comprehension, which runs in the frame around it.
    Comprehension,
    /// A generator expression: a function.
    Generator,
}

/// What is known of one scope.
#[derive(Debug)]
pub struct Scope {
    /// Its construct.
    pub kind: ScopeKind,
    /// Names bound here, parameters first, in the order of their first binding.
    pub locals: Vec<Name>,
    /// Names declared global.
    pub globals: FxHashSet<Name>,
    /// Local names that inner functions use.
    pub cells: FxHashSet<Name>,
    /// Names of enclosing functions that this scope or an inner one uses.
    pub free: Vec<Name>,
    /// Whether it yields.
    pub yields: bool,
    /// Whether it or a comprehension in it assigns inside an expression.
    pub walrus: bool,
}

/// The scopes of all functions, classes and comprehensions of a statement, by the address of their node.
#[derive(Default)]
pub struct Scopes {
    made: FxHashMap<usize, Rc<Scope>>,
}

impl Scopes {
    /// The scope of a node.
    pub fn of<T>(&self, node: &Rc<T>) -> Option<Rc<Scope>> {
        self.made.get(&(Rc::as_ptr(node) as usize)).cloned()
    }
}

/// A scope while its names are collected.
struct Draft {
    kind: ScopeKind,
    locals: Vec<Name>,
    bound: FxHashSet<Name>,
    globals: FxHashSet<Name>,
    nonlocals: FxHashSet<Name>,
    uses: Vec<Name>,
    used: FxHashSet<Name>,
    /// Free names of inner functions.
    inner: Vec<Name>,
    yields: bool,
    walrus: bool,
}

impl Draft {
    fn new(kind: ScopeKind) -> Draft {
        Draft {
            kind,
            locals: Vec::new(),
            bound: FxHashSet::default(),
            globals: FxHashSet::default(),
            nonlocals: FxHashSet::default(),
            uses: Vec::new(),
            used: FxHashSet::default(),
            inner: Vec::new(),
            yields: false,
            walrus: false,
        }
    }

    fn bind(&mut self, name: &Name) {
        if self.globals.contains(name) || self.nonlocals.contains(name) {
            self.read(name);
        } else if self.bound.insert(name.clone()) {
            self.locals.push(name.clone());
        }
    }

    fn read(&mut self, name: &Name) {
        if self.used.insert(name.clone()) {
            self.uses.push(name.clone());
        }
    }
}

/// Collects the scopes of a statement.
pub struct Analysis {
    scopes: Scopes,
    stack: Vec<Draft>,
}

impl Analysis {
    /// The scopes of everything inside one top-level statement, and that of the statement itself.
    pub fn of_statement(stmt: &Stmt) -> (Scopes, Scope) {
        let mut a = Analysis { scopes: Scopes::default(), stack: vec![Draft::new(ScopeKind::Module)] };
        a.stmt(stmt);
        let draft = a.stack.pop().unwrap_or_else(|| Draft::new(ScopeKind::Module));
        let module = Scope {
            kind: ScopeKind::Module,
            locals: Vec::new(),
            globals: FxHashSet::default(),
            cells: FxHashSet::default(),
            free: Vec::new(),
            yields: false,
            walrus: draft.walrus,
        };
        (a.scopes, module)
    }

    fn top(&mut self) -> &mut Draft {
        if self.stack.is_empty() {
            self.stack.push(Draft::new(ScopeKind::Module));
        }
        let last = self.stack.len() - 1;
        &mut self.stack[last]
    }

    /// Ends the innermost scope and hands what it does not bind to the one around it.
    fn close(&mut self, key: usize) {
        let Some(draft) = self.stack.pop() else { return };
        let is_class = draft.kind == ScopeKind::Class;
        let own = |n: &Name| draft.bound.contains(n);
        let mut free: Vec<Name> = Vec::new();
        let mut cells = FxHashSet::default();
        let wanted = |n: &Name| !own(n) && !draft.globals.contains(n);
        for n in &draft.uses {
            if wanted(n) && !free.contains(n) {
                free.push(n.clone());
            }
        }
        for n in &draft.inner {
            // What a class binds is not visible to its methods, but for its own cell.
            let is_own_cell = is_class && &**n == "__class__";
            if is_own_cell || (own(n) && !is_class) {
                cells.insert(n.clone());
            } else if !draft.globals.contains(n) && !free.contains(n) {
                free.push(n.clone());
            }
        }
        // Only names that an enclosing function binds are captured; the others are global.
        let visible = |n: &Name| {
            self.stack.iter().rev().any(|d| d.kind != ScopeKind::Class && d.kind != ScopeKind::Module && binds(d, n))
                || (&**n == "__class__" && self.stack.iter().any(|d| d.kind == ScopeKind::Class))
        };
        let is_comprehension = draft.kind == ScopeKind::Comprehension;
        let (uses, inner) = (draft.uses.clone(), draft.inner.clone());
        let scope = Scope {
            kind: draft.kind,
            free: free.iter().filter(|n| visible(n)).cloned().collect(),
            locals: draft.locals.clone(),
            globals: draft.globals.clone(),
            cells,
            yields: draft.yields,
            walrus: draft.walrus,
        };
        let outer_own: FxHashSet<Name> = draft.bound.clone();
        self.scopes.made.insert(key, Rc::new(scope));
        let outer = self.top();
        outer.walrus |= is_comprehension && draft.walrus;
        if is_comprehension {
            // It runs in the same frame: its reads are the frame's own, its inner functions' are inner functions'.
            for n in uses.iter().filter(|n| !outer_own.contains(*n)) {
                outer.read(n);
            }
            for n in inner.into_iter().filter(|n| !outer_own.contains(n)) {
                outer.inner.push(n);
            }
        } else {
            outer.inner.extend(free);
        }
    }

    fn stmts(&mut self, body: &[Stmt]) {
        for s in body {
            self.stmt(s);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::Assign { targets, value } => {
                self.expr(value);
                targets.iter().for_each(|t| self.target(t));
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target);
                self.target(target);
                self.expr(value);
            }
            StmtKind::AnnAssign { target, annotation, value } => {
                if self.top().kind != ScopeKind::Function {
                    self.expr(annotation);
                }
                if let Some(v) = value {
                    self.expr(v);
                }
                match &target.kind {
                    ExprKind::Name(n) => self.top().bind(n),
                    _ => self.target(target),
                }
                if self.top().kind == ScopeKind::Class {
                    self.top().bind(&"__annotations__".into());
                }
            }
            StmtKind::If { test, body, orelse } | StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.stmts(body);
                self.stmts(orelse);
            }
            StmtKind::For { target, iter, body, orelse } => {
                self.expr(iter);
                self.target(target);
                self.stmts(body);
                self.stmts(orelse);
            }
            StmtKind::Def(def) => {
                def.decorators.iter().for_each(|d| self.expr(d));
                self.params_outside(&def.params);
                if let Some(r) = &def.returns {
                    self.expr(r);
                }
                self.top().bind(&def.name);
                self.stack.push(Draft::new(ScopeKind::Function));
                self.params_inside(&def.params);
                declarations(&def.body, self.top());
                self.stmts(&def.body);
                self.close(Rc::as_ptr(def) as usize);
            }
            StmtKind::Class(class) => {
                class.decorators.iter().for_each(|d| self.expr(d));
                class.bases.iter().for_each(|a| self.arg(a));
                self.top().bind(&class.name);
                self.stack.push(Draft::new(ScopeKind::Class));
                declarations(&class.body, self.top());
                self.stmts(&class.body);
                self.close(Rc::as_ptr(class) as usize);
            }
            StmtKind::Return(value) => value.iter().for_each(|v| self.expr(v)),
            StmtKind::Raise { exc, cause } => exc.iter().chain(cause).for_each(|v| self.expr(v)),
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.stmts(body);
                for h in handlers {
                    h.kind.iter().for_each(|k| self.expr(k));
                    if let Some(n) = &h.name {
                        self.top().bind(n);
                    }
                    self.stmts(&h.body);
                }
                self.stmts(orelse);
                self.stmts(finalbody);
            }
            StmtKind::With { items, body } => {
                for (e, t) in items {
                    self.expr(e);
                    t.iter().for_each(|t| self.target(t));
                }
                self.stmts(body);
            }
            StmtKind::Assert { test, message } => {
                self.expr(test);
                message.iter().for_each(|m| self.expr(m));
            }
            StmtKind::Delete(targets) => targets.iter().for_each(|t| self.target(t)),
            StmtKind::Import(aliases) => {
                for a in aliases {
                    let name = match &a.asname {
                        Some(n) => n.clone(),
                        None => a.name.split('.').next().unwrap_or("").into(),
                    };
                    self.top().bind(&name);
                }
            }
            StmtKind::ImportFrom { names, .. } => {
                for a in names.iter().filter(|a| &*a.name != "*") {
                    let name = a.asname.clone().unwrap_or_else(|| a.name.clone());
                    self.top().bind(&name);
                }
            }
            StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Command(_) => {}
        }
    }

    /// What is evaluated where a function is defined: defaults and annotations.
    fn params_outside(&mut self, params: &Params) {
        for p in all_params(params) {
            p.default.iter().chain(&p.annotation).for_each(|e| self.expr(e));
        }
    }

    fn params_inside(&mut self, params: &Params) {
        for p in all_params(params) {
            self.top().bind(&p.name);
        }
    }

    fn target(&mut self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(n) => self.top().bind(n),
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|t| self.target(t)),
            ExprKind::Starred(inner) => self.target(inner),
            _ => self.expr(target),
        }
    }

    fn arg(&mut self, arg: &Arg) {
        match arg {
            Arg::Positional(e) | Arg::Star(e) | Arg::DoubleStar(e) | Arg::Keyword(_, _, e) => self.expr(e),
        }
    }

    fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Name(n) => {
                self.top().read(n);
                if &**n == "super" {
                    // `super()` without arguments uses the class that is being defined.
                    self.top().read(&"__class__".into());
                }
            }
            ExprKind::Unary(_, a) | ExprKind::Not(a) | ExprKind::Starred(a) => self.expr(a),
            ExprKind::Attribute(a, _, _) => self.expr(a),
            ExprKind::YieldFrom(a) => {
                self.top().yields = true;
                self.expr(a);
            }
            ExprKind::Yield(a) => {
                self.top().yields = true;
                a.iter().for_each(|a| self.expr(a));
            }
            ExprKind::Binary(a, _, b) | ExprKind::Subscript(a, b) => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Compare(a, rest) => {
                self.expr(a);
                rest.iter().for_each(|(_, b)| self.expr(b));
            }
            ExprKind::And(items)
            | ExprKind::Or(items)
            | ExprKind::List(items)
            | ExprKind::Tuple(items)
            | ExprKind::Set(items) => items.iter().for_each(|i| self.expr(i)),
            ExprKind::Dict(items) => {
                for (k, v) in items {
                    k.iter().for_each(|k| self.expr(k));
                    self.expr(v);
                }
            }
            ExprKind::IfElse { test, body, orelse } => [test, body, orelse].into_iter().for_each(|x| self.expr(x)),
            ExprKind::Slice(a, b, c) => [a, b, c].into_iter().flatten().for_each(|x| self.expr(x)),
            ExprKind::Call(f, args) => {
                self.expr(f);
                args.iter().for_each(|a| self.arg(a));
            }
            ExprKind::Walrus(name, value) => {
                self.expr(value);
                let comprehension = |d: &Draft| matches!(d.kind, ScopeKind::Comprehension | ScopeKind::Generator);
                self.top().walrus = true;
                let at = self.stack.iter().rposition(|d| !comprehension(d)).unwrap_or(0);
                // From inside a generator expression the name is shared with the function around it.
                for d in &mut self.stack[at + 1..] {
                    d.walrus = true;
                    d.read(name);
                }
                if let Some(d) = self.stack.get_mut(at) {
                    d.walrus = true;
                    d.bind(name);
                }
            }
            ExprKind::Lambda(lambda) => {
                self.params_outside(&lambda.params);
                self.stack.push(Draft::new(ScopeKind::Function));
                self.params_inside(&lambda.params);
                self.expr(&lambda.body);
                self.close(Rc::as_ptr(lambda) as usize);
            }
            ExprKind::Comprehension(c) => {
                // The first iterable is evaluated outside.
                if let Some(first) = c.clauses.first() {
                    self.expr(&first.iter);
                }
                let kind = match c.kind {
                    ComprehensionKind::Generator => ScopeKind::Generator,
                    _ => ScopeKind::Comprehension,
                };
                self.stack.push(Draft::new(kind));
                if kind == ScopeKind::Generator {
                    self.top().bind(&".0".into());
                    self.top().yields = true;
                }
                for (i, clause) in c.clauses.iter().enumerate() {
                    self.target(&clause.target);
                    if i > 0 {
                        self.expr(&clause.iter);
                    }
                    clause.conditions.iter().for_each(|x| self.expr(x));
                }
                self.expr(&c.element);
                c.value.iter().for_each(|v| self.expr(v));
                self.close(Rc::as_ptr(c) as usize);
            }
            ExprKind::FString(parts) => self.parts(parts),
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::BigInt(_)
            | ExprKind::Float(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Str(_)
            | ExprKind::Ellipsis => {}
        }
    }

    fn parts(&mut self, parts: &[FPart]) {
        for p in parts {
            if let FPart::Field { value, spec, .. } = p {
                self.expr(value);
                self.parts(spec);
            }
        }
    }
}

/// Whether a draft of an enclosing scope binds a name, now or further down its body.
fn binds(draft: &Draft, name: &Name) -> bool {
    draft.bound.contains(name) || draft.nonlocals.contains(name)
}

/// All parameters in the order of their registers.
pub fn all_params(params: &Params) -> impl Iterator<Item = &Param> {
    params.args.iter().chain(&params.kwonly).chain(&params.vararg).chain(&params.kwarg)
}

/// Collects what a block declares and binds, so that names used before their binding are known to be local.
fn declarations(body: &[Stmt], draft: &mut Draft) {
    fn declared(body: &[Stmt], draft: &mut Draft) {
        for s in body {
            match &s.kind {
                StmtKind::Global(names) => draft.globals.extend(names.iter().cloned()),
                StmtKind::Nonlocal(names) => {
                    for n in names {
                        draft.nonlocals.insert(n.clone());
                        draft.read(n);
                    }
                }
                _ => blocks(&s.kind).into_iter().for_each(|b| declared(b, draft)),
            }
        }
    }
    declared(body, draft);
    bindings(body, draft);
}

/// The blocks of a compound statement that belong to the same scope.
fn blocks(kind: &StmtKind) -> Vec<&[Stmt]> {
    match kind {
        StmtKind::If { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::For { body, orelse, .. } => {
            vec![body, orelse]
        }
        StmtKind::Try { body, handlers, orelse, finalbody } => {
            let mut all: Vec<&[Stmt]> = vec![body];
            all.extend(handlers.iter().map(|h| h.body.as_slice()));
            all.extend([orelse.as_slice(), finalbody.as_slice()]);
            all
        }
        StmtKind::With { body, .. } => vec![body],
        _ => Vec::new(),
    }
}

fn bindings(body: &[Stmt], draft: &mut Draft) {
    fn target(t: &Expr, draft: &mut Draft) {
        match &t.kind {
            ExprKind::Name(n) => draft.bind(n),
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|t| target(t, draft)),
            ExprKind::Starred(inner) => target(inner, draft),
            _ => {}
        }
    }
    for s in body {
        match &s.kind {
            StmtKind::Assign { targets, .. } => targets.iter().for_each(|t| target(t, draft)),
            StmtKind::AugAssign { target: t, .. } | StmtKind::AnnAssign { target: t, .. } => target(t, draft),
            StmtKind::For { target: t, .. } => target(t, draft),
            StmtKind::With { items, .. } => items.iter().filter_map(|(_, t)| t.as_ref()).for_each(|t| target(t, draft)),
            StmtKind::Def(d) => draft.bind(&d.name),
            StmtKind::Class(c) => draft.bind(&c.name),
            StmtKind::Delete(targets) => targets.iter().for_each(|t| target(t, draft)),
            StmtKind::Import(aliases) => {
                for a in aliases {
                    let first: Name = a.name.split('.').next().unwrap_or("").into();
                    draft.bind(a.asname.as_ref().unwrap_or(&first));
                }
            }
            StmtKind::ImportFrom { names, .. } => {
                names.iter().filter(|a| &*a.name != "*").for_each(|a| draft.bind(a.asname.as_ref().unwrap_or(&a.name)));
            }
            StmtKind::Try { handlers, .. } => {
                handlers.iter().filter_map(|h| h.name.as_ref()).for_each(|n| draft.bind(n));
            }
            _ => {}
        }
        blocks(&s.kind).into_iter().for_each(|b| bindings(b, draft));
    }
}
