//! Running texts: parse, lower, run statement by statement, show what comes.

use super::commands::{Done, shown_seconds};
use super::guard;
use super::importer::Importer;
use super::journal::{EntryKind, Journal};
use super::notes::NoteKind;
use super::output::Output;
use super::usage::Usage;
use super::world::{Shared, Show, World};
use crate::diag::{Diagnostic, Error, ExcKind, Fault, Result, Source, Style, Text, interrupt};
use crate::eval::Machine;
use crate::eval::host::Host;
use crate::lower::{Code, lower_statement};
use crate::syntax::{Mode, ast, parse, unparse};
use crate::tensor::{Tensor, mode, reached};
use crate::value::{Caller, Module, Value, intern};
use crate::{builtins, eval, ops};
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

/// How a session starts.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// No annotations.
    pub plain: bool,
    /// No echo.
    pub quiet: bool,
    /// Go on with the next top-level statement after one that raised.
    pub keep_going: bool,
    /// `sys.argv`
    pub argv: Vec<String>,
    /// Where the script's own modules are looked for.
    pub folder: Option<PathBuf>,
}

/// Where a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A script: plain Python that imports what it uses.
    File,
    /// The prompt, `-e` and piped input: the usual modules are bound from the start.
    Prompt,
}

/// How running a text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All statements ran.
    Ok,
    /// A statement raised.
    Raised,
    /// The text does not parse.
    Syntax,
    /// The user interrupted.
    Interrupted,
    /// The program asked to end with that status.
    Exit(i32),
}

impl Outcome {
    /// The exit status of a program that ends so.
    pub fn status(self) -> i32 {
        match self {
            Outcome::Ok => 0,
            Outcome::Raised => 1,
            Outcome::Syntax => 2,
            Outcome::Interrupted => 130,
            Outcome::Exit(status) => status,
        }
    }
}

/// A session: variables, and what runs on them.
pub struct Session {
    pub(super) machine: Machine,
    pub(super) main: Rc<Module>,
    pub(super) shared: Rc<RefCell<Shared>>,
    pub(super) settings: Settings,
    /// Every statement that was run.
    pub(super) journal: Journal,
    /// The kinds of notes that were shown.
    pub(super) noted: HashSet<NoteKind>,
    /// What the last backward() started from, as text.
    pub(super) last_output: Option<String>,
    /// When the text that is running asked for its time, by `%%time`.
    pub(super) clock: Option<Instant>,
}

/// Fills the built-in classes and modules of this thread, once.
fn install() {
    thread_local! {
        static DONE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    if !DONE.replace(true) {
        builtins::install();
        eval::generator::install();
        ops::api::install();
        if let (Some(torch), Some(numpy)) = (ops::api::module("torch"), ops::api::module("numpy")) {
            crate::display::settings::install(&torch, &numpy);
        }
    }
}

/// The names bound at the prompt from the start, with the modules they stand for.
pub(super) const PROMPT_NAMES: [(&str, &str); 6] = [
    ("torch", "torch"),
    ("nn", "torch.nn"),
    ("F", "torch.nn.functional"),
    ("optim", "torch.optim"),
    ("np", "numpy"),
    ("math", "math"),
];

impl Session {
    /// A session that writes there.
    pub fn new(output: Box<dyn Output>, settings: Settings) -> Session {
        install();
        let builtins = builtins::builtins_module();
        eval::introspect::install(&builtins);
        let main = Module::new("__main__");
        main.set("__name__", Value::from("__main__"));
        let show = Show::new(&settings);
        let importer = Importer::new(builtins.clone(), settings.folder.clone());
        let shared = Shared::new(output, importer, show, main.clone());
        let mut machine = Machine::new(builtins, Box::new(World(shared.clone())));
        machine.modules.set_name(&intern("__main__"), Value::Module(main.clone()));
        if let Ok(Value::Module(sys)) = (&mut machine as &mut dyn Caller).import("sys") {
            let argv = settings.argv.iter().map(|a| Value::from(a.as_str())).collect();
            sys.set("argv", Value::list(argv));
        }
        Session {
            machine,
            main,
            shared,
            settings,
            journal: Journal::default(),
            noted: HashSet::new(),
            last_output: None,
            clock: None,
        }
    }

    /// Binds the names of the prompt that the program has not bound itself.
    pub fn bind_prompt_names(&mut self) {
        self.main.prompt.set(true);
        for (name, module) in PROMPT_NAMES {
            if self.main.get(name).is_none()
                && let Ok(found) = (&mut self.machine as &mut dyn Caller).import(module)
            {
                self.main.space.bind(&intern(name), found);
            }
        }
    }

    /// Runs a text. Its errors are shown; variables survive them.
    pub fn run(&mut self, text: &str, name: &str, origin: Origin) -> Outcome {
        self.run_part(text, name, 1, origin)
    }

    /// Runs a part of a text that begins at that line of it.
    pub fn run_part(&mut self, text: &str, name: &str, line: usize, origin: Origin) -> Outcome {
        let source = Source::part(name, text, line);
        let mode = match origin {
            Origin::File => Mode::File,
            Origin::Prompt => Mode::Prompt,
        };
        let tree = match parse(&source, mode) {
            Ok(tree) => tree,
            Err(fault) => {
                self.report(fault);
                return Outcome::Syntax;
            }
        };
        let globals = self.globals();
        let mut codes = Vec::with_capacity(tree.body.len());
        for stmt in &tree.body {
            if matches!(stmt.kind, ast::StmtKind::Command(_)) {
                codes.push(None);
                continue;
            }
            match lower_statement(stmt, &source, &globals, true) {
                Ok(code) => codes.push(Some(code)),
                Err(fault) => {
                    self.report(fault);
                    return Outcome::Syntax;
                }
            }
        }
        for (span, text) in &tree.warnings {
            let (line, _) = source.position(span.start);
            let _ = World(self.shared.clone()).warn("SyntaxWarning", text, Some((&source, line)));
        }
        let outcome = self.run_statements(&tree, codes, &source);
        if let Some(clock) = self.clock.take()
            && tree.body.len() > 1
        {
            let text = format!("Wall time: {}", shown_seconds(clock.elapsed().as_secs_f64()));
            let _ = self.say(Text::styled(Style::Dim, text));
        }
        outcome
    }

    /// Runs the statements of a text, each with its code; commands have none.
    fn run_statements(&mut self, tree: &ast::Module, codes: Vec<Option<Rc<Code>>>, source: &Rc<Source>) -> Outcome {
        let mut result = Outcome::Ok;
        let lines = source.text.trim_end().contains('\n');
        interrupt::clear();
        for (stmt, code) in tree.body.iter().zip(codes) {
            let kind = match &stmt.kind {
                ast::StmtKind::Command(_) => EntryKind::Command,
                ast::StmtKind::Expr(_) => EntryKind::Expression,
                _ => EntryKind::Statement,
            };
            let line = lines.then(|| source.position(stmt.span.start).0);
            let number = self.journal.begin(source.slice(stmt.span), kind, line);
            mode::set_input_number(number);
            let passes = reached::passes();
            let note = if self.shared.borrow().show.notes { self.note_before(stmt, source) } else { None };
            self.shared.borrow_mut().note = note.as_ref().map(|(_, text)| text.clone());
            let done = match (&stmt.kind, code) {
                (ast::StmtKind::Command(command), _) => self.command(command),
                (_, Some(code)) => {
                    let run = guard::caught(|| self.machine.run_code(&code, &self.main));
                    if run.as_ref().is_err_and(|fault| fault.kind == ExcKind::InternalError) {
                        self.machine.recover();
                    }
                    run.map(|_| Done::Next)
                }
                _ => Ok(Done::Next),
            };
            let done = done.and_then(|done| {
                if reached::passes() != passes {
                    self.after_backward(stmt, source)?;
                }
                self.after_note(note)?;
                Ok(done)
            });
            let fault = match done {
                Ok(Done::Next) => {
                    self.journal.worked(number);
                    continue;
                }
                Ok(Done::Leave(status)) => return Outcome::Exit(status),
                Ok(Done::Failed) => {
                    result = Outcome::Raised;
                    if self.settings.keep_going {
                        continue;
                    }
                    return result;
                }
                Err(fault) => fault,
            };
            if let Some(status) = self.exit_status(&fault) {
                return Outcome::Exit(status);
            }
            let interrupted = fault.kind == ExcKind::KeyboardInterrupt;
            self.report(fault);
            result = if interrupted { Outcome::Interrupted } else { Outcome::Raised };
            if interrupted || !self.settings.keep_going {
                return result;
            }
        }
        result
    }

    /// Parses and resolves a text only.
    pub fn check(&mut self, text: &str, name: &str, origin: Origin) -> Outcome {
        let source = Source::new(name, text);
        let mode = match origin {
            Origin::File => Mode::File,
            Origin::Prompt => Mode::Prompt,
        };
        match Usage::of_text(&source, mode, &self.machine.builtins) {
            Ok(usage) => {
                self.warn_undefined(&usage, &source);
                Outcome::Ok
            }
            Err(fault) => {
                self.report(fault);
                Outcome::Syntax
            }
        }
    }

    /// Shows the note on a statement that has run, unless it was shown with the value; notes of its kind end with it.
    fn after_note(&mut self, note: Option<(NoteKind, String)>) -> Result<()> {
        let Some((kind, text)) = note else { return Ok(()) };
        self.noted.insert(kind);
        match self.shared.borrow_mut().note.take() {
            Some(_) => {}
            None => return Ok(()),
        }
        self.show_note(&text)
    }

    /// After a statement that ran a backward pass: remembers what the pass started from, and shows the leaves that it
    /// reached when the statement is that pass.
    fn after_backward(&mut self, stmt: &ast::Stmt, source: &Source) -> Result<()> {
        let direct = backward_root(stmt);
        self.last_output = match direct {
            Some(root) => Some(output_name(root)),
            None => output_in_text(source.slice(stmt.span)),
        };
        if self.shared.borrow().show.notes
            && let Some(note) = self.note_accumulated()
        {
            self.show_note(&note)?;
        }
        if direct.is_none() || !self.shared.borrow().show.reached {
            return Ok(());
        }
        let named = reached::leaves().into_iter().filter_map(|t| self.name_of(&t).map(|name| (name, t)));
        let mut named: Vec<(String, Tensor)> = named.collect();
        let order: Vec<String> = self.main.space.items().iter().map(|(n, _)| n.to_string()).collect();
        named.sort_by_key(|(name, _)| order.iter().position(|n| n == name));
        match crate::display::annotate::reached(&named) {
            Some(mut line) => {
                line.push(Style::Plain, "\n");
                self.say(line)
            }
            None => Ok(()),
        }
    }

    /// Warns of names that a text reads and nothing defines.
    fn warn_undefined(&mut self, usage: &Usage, source: &Source) {
        if usage.has_star {
            return;
        }
        let prompt = self.main.prompt.get().then(|| ops::api::module("torch")).flatten();
        let mut seen = HashSet::new();
        for (name, span) in &usage.reads {
            let known = usage.binds.contains(name)
                || self.main.get(name).is_some()
                || name.starts_with("__") && name.ends_with("__")
                || prompt.as_ref().is_some_and(|torch| torch.get(name).is_some())
                || !seen.insert(name.clone());
            if known {
                continue;
            }
            let names = usage.binds.iter().map(|n| n.as_str());
            let near =
                crate::diag::did_you_mean(name, names).map_or(String::new(), |n| format!(". Did you mean: '{n}'?"));
            let (line, _) = source.position(span.start);
            let text = format!("NameWarning: {}, line {line}: name '{name}' is not defined{near}\n", source.name);
            let _ = self.shared.borrow_mut().output.report(&Text::styled(Style::Warning, text));
        }
    }

    /// The status that `sys.exit` asked for.
    fn exit_status(&mut self, fault: &Fault) -> Option<i32> {
        let class = crate::value::exception::class_of_fault(fault);
        if !class.is_subclass(&crate::value::types().system_exit) {
            return None;
        }
        let object = fault.payload.as_ref().and_then(|p| p.clone().downcast::<crate::value::Instance>().ok());
        let code = object.and_then(|o| match o.dict.get_str("args") {
            Some(Value::Tuple(t)) => t.first().cloned(),
            _ => None,
        });
        Some(match code {
            None | Some(Value::None) => fault.message.parse().unwrap_or(0),
            Some(Value::Int(n)) => n as i32,
            Some(Value::Bool(b)) => b as i32,
            Some(other) => {
                let text = self.machine.str(&other).unwrap_or_default();
                let _ = self.shared.borrow_mut().output.report(&Text::plain(format!("{text}\n")));
                1
            }
        })
    }

    /// Shows an error.
    pub fn report(&mut self, mut fault: Error) {
        let class = crate::value::exception::class_of_fault(&fault);
        if fault.message.is_empty()
            && let Some(object) =
                fault.payload.as_ref().and_then(|p| p.clone().downcast::<crate::value::Instance>().ok())
        {
            let value = crate::value::Value::Object(object);
            fault.message = crate::display::str(&value, &mut self.machine).unwrap_or_default();
        }
        let mut diagnostic = Diagnostic::from_fault(&fault);
        diagnostic.kind = class.name.to_string();
        self.explain(&fault, &mut diagnostic);
        let _ = self.shared.borrow_mut().output.report(&diagnostic.render());
    }
}

/// What `x.backward()` starts from, for a statement that is that call.
fn backward_root(stmt: &ast::Stmt) -> Option<&ast::Expr> {
    let ast::StmtKind::Expr(expr) = &stmt.kind else { return None };
    let ast::ExprKind::Call(function, args) = &expr.kind else { return None };
    let ast::ExprKind::Attribute(object, name, _) = &function.kind else { return None };
    if &**name != "backward" {
        return None;
    }
    match (&object.kind, args.first()) {
        (ast::ExprKind::Attribute(_, module, _), Some(ast::Arg::Positional(first))) if &**module == "autograd" => {
            Some(first)
        }
        _ => Some(object),
    }
}

/// The name of what a gradient is of: `loss`, `sum(y)`, `(w ** 2)`.
fn output_name(root: &ast::Expr) -> String {
    match &root.kind {
        ast::ExprKind::Name(name) => name.to_string(),
        ast::ExprKind::Call(function, args) if args.is_empty() => match &function.kind {
            ast::ExprKind::Attribute(object, method, _) => {
                let inner = output_name(object);
                let inner = inner.strip_prefix('(').and_then(|s| s.strip_suffix(')')).unwrap_or(&inner);
                format!("{method}({inner})")
            }
            _ => unparse(root),
        },
        ast::ExprKind::Call(..) | ast::ExprKind::Attribute(..) | ast::ExprKind::Subscript(..) => unparse(root),
        _ => format!("({})", unparse(root)),
    }
}

/// The variable whose `backward` a longer statement calls.
fn output_in_text(text: &str) -> Option<String> {
    let (before, _) = text.split_once(".backward(")?;
    let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
    let name = &before[before.ceil_char_boundary(start)..];
    (!name.is_empty()).then(|| name.to_string())
}
