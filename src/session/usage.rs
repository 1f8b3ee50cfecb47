//! Which global names a piece of code reads and binds: what `:save` imports and `--check` warns of.

use crate::diag::{Result, Source, Span};
use crate::lower::{Code, Globals, Instr, lower_statement};
use crate::syntax::ast::StmtKind;
use crate::syntax::{Mode, parse};
use crate::value::{Module, Name};
use std::rc::Rc;

/// The global names of a text.
#[derive(Debug, Default)]
pub struct Usage {
    /// Names read that are not built in, with where they are first read in each function.
    pub reads: Vec<(Name, Span)>,
    /// Names bound anywhere, in any function.
    pub binds: Vec<Name>,
    /// Whether a module's names are imported without saying which.
    pub has_star: bool,
}

impl Usage {
    /// The usage of a text. Nothing of it runs.
    ///
    /// Errors: SyntaxError.
    pub fn of_text(source: &Rc<Source>, mode: Mode, builtins: &Rc<Module>) -> Result<Usage> {
        let scratch = Module::new("__check__");
        let globals = Globals { module: scratch.clone(), builtins: builtins.clone() };
        let mut usage = Usage::default();
        for stmt in &parse(source, mode)?.body {
            if !matches!(stmt.kind, StmtKind::Command(_)) {
                usage.add(&lower_statement(stmt, source, &globals, false)?, &scratch, builtins);
            }
        }
        Ok(usage)
    }

    /// Adds what a code and the functions in it read and bind.
    fn add(&mut self, code: &Rc<Code>, scratch: &Module, builtins: &Module) {
        let mut open = vec![code.clone()];
        while let Some(code) = open.pop() {
            for (at, instr) in code.instrs.iter().enumerate() {
                match instr {
                    Instr::Global { slot, .. } => {
                        let name = scratch.space.name(u32::from(*slot));
                        if builtins.get(&name).is_none() {
                            self.reads.push((name, code.spans.get(at).copied().unwrap_or(code.span)));
                        }
                    }
                    Instr::StoreGlobal { slot, .. } => self.binds.push(scratch.space.name(u32::from(*slot))),
                    Instr::ImportStar { .. } => self.has_star = true,
                    _ => {}
                }
            }
            open.extend(code.protos.iter().map(|p| p.code.clone()));
        }
    }
}
