//! Evaluating texts and trees outside the flow of statements: what commands take as arguments.

use super::engine::Session;
use crate::diag::{Fault, Result, Source, Style, Text};
use crate::lower::{Code, Globals, lower_statement};
use crate::syntax::ast::{Expr, Stmt, StmtKind};
use crate::syntax::{Mode, parse, parse_expression};
use crate::tensor::Tensor;
use crate::value::Value;
use std::rc::Rc;

impl Session {
    /// Where names are bound.
    pub(super) fn globals(&self) -> Globals {
        Globals { module: self.main.clone(), builtins: self.machine.builtins.clone() }
    }

    /// The tree of an expression given to a command, and its source.
    ///
    /// Errors: SyntaxError; TypeError when nothing is given.
    pub(super) fn parse_argument(&self, text: &str) -> Result<(Rc<Source>, Expr)> {
        if text.trim().is_empty() {
            return Err(Fault::type_error("an expression is expected"));
        }
        let source = Source::new("<command>", text);
        let expr = parse_expression(&source)?;
        Ok((source, expr))
    }

    /// The value of an expression given to a command.
    ///
    /// Errors: SyntaxError, and whatever it raises.
    pub(super) fn evaluate(&mut self, text: &str) -> Result<Value> {
        let (source, expr) = self.parse_argument(text)?;
        self.evaluate_tree(expr, &source)
    }

    /// The value of a tree.
    ///
    /// Errors: whatever it raises.
    pub(super) fn evaluate_tree(&mut self, expr: Expr, source: &Rc<Source>) -> Result<Value> {
        let span = expr.span;
        let stmt = Stmt { span, quiet: true, kind: StmtKind::Return(Some(expr)) };
        let code = lower_statement(&stmt, source, &self.globals(), false)?;
        self.machine.run_code(&code, &self.main)
    }

    /// The code of a text of statements whose values are not shown.
    ///
    /// Errors: SyntaxError.
    pub(super) fn compile_quietly(&self, text: &str) -> Result<Vec<Rc<Code>>> {
        let source = Source::new("<command>", text);
        let tree = parse(&source, Mode::Prompt)?;
        let globals = self.globals();
        let statements = tree.body.iter().filter(|s| !matches!(s.kind, StmtKind::Command(_)));
        statements.map(|s| lower_statement(s, &source, &globals, false)).collect()
    }

    /// Shows what a command answers, on lines of its own.
    ///
    /// Errors: OSError when the output is closed.
    pub(super) fn say(&mut self, mut text: Text) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if !text.pieces.last().is_some_and(|(_, last)| last.ends_with('\n')) {
            text.push(Style::Plain, "\n");
        }
        let written = self.shared.borrow_mut().output.show(&text);
        written.map_err(super::world::failed)
    }

    /// The user's variables, in the order in which they came.
    pub(super) fn variables(&self) -> Vec<(String, Value)> {
        let items = self.main.space.items();
        let own = items.into_iter().filter(|(name, value)| !name.starts_with('_') && !self.is_given(name, value));
        own.map(|(name, value)| (name.to_string(), value)).collect()
    }

    /// Whether a variable was bound from the start, and still is.
    pub(super) fn is_given(&self, name: &str, value: &Value) -> bool {
        let module = super::engine::PROMPT_NAMES.iter().find(|(given, _)| *given == name);
        match (module, value) {
            (Some((_, module)), Value::Module(m)) => m.name.as_str() == *module,
            _ => false,
        }
    }

    /// The variable that holds a tensor, or the path to it from a variable that holds a module.
    pub(super) fn name_of(&self, asked: &Tensor) -> Option<String> {
        super::names::name_of(&self.main, asked)
    }
}
