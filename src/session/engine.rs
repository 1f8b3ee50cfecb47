//! Running texts: parse, lower, run statement by statement, show what comes.

use super::importer::Importer;
use super::output::Output;
use super::world::{Shared, Show, World};
use crate::diag::{Diagnostic, Error, ExcKind, Fault, Result, Source, Text, interrupt};
use crate::eval::Machine;
use crate::lower::{Globals, lower_statement};
use crate::syntax::{Mode, ast, parse};
use crate::tensor::mode;
use crate::value::{Caller, Module, Value, intern};
use crate::{builtins, eval, ops};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

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
    inputs: u32,
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
    }
}

/// The names bound at the prompt from the start, with the modules they stand for.
const PROMPT_NAMES: [(&str, &str); 6] = [
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
        let show = Show { echo: !settings.quiet, annotate: !settings.plain && !settings.quiet };
        let importer = Importer::new(builtins.clone(), settings.folder.clone());
        let shared = Shared::new(output, importer, show, main.clone());
        let mut machine = Machine::new(builtins, Box::new(World(shared.clone())));
        if let Ok(Value::Module(sys)) = (&mut machine as &mut dyn Caller).import("sys") {
            let argv = settings.argv.iter().map(|a| Value::from(a.as_str())).collect();
            sys.set("argv", Value::list(argv));
        }
        Session { machine, main, shared, settings, inputs: 0 }
    }

    /// Binds the names of the prompt.
    pub fn bind_prompt_names(&mut self) {
        self.main.prompt.set(true);
        for (name, module) in PROMPT_NAMES {
            if let Ok(found) = (&mut self.machine as &mut dyn Caller).import(module) {
                self.main.space.bind(&intern(name), found);
            }
        }
    }

    /// Runs a text. Its errors are shown; variables survive them.
    pub fn run(&mut self, text: &str, name: &str, origin: Origin) -> Outcome {
        let source = Source::new(name, text);
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
        let globals = Globals { module: self.main.clone(), builtins: self.machine.builtins.clone() };
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
        let mut result = Outcome::Ok;
        interrupt::clear();
        for (stmt, code) in tree.body.iter().zip(codes) {
            self.inputs += 1;
            mode::set_input_number(self.inputs);
            let done = match (&stmt.kind, code) {
                (ast::StmtKind::Command(line), _) => self.command(line),
                (_, Some(code)) => self.machine.run_code(&code, &self.main).map(|_| ()),
                _ => Ok(()),
            };
            let Err(fault) = done else { continue };
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
        let globals = Globals { module: self.main.clone(), builtins: self.machine.builtins.clone() };
        let checked = parse(&source, mode).and_then(|tree| {
            let statements = tree.body.iter().filter(|s| !matches!(s.kind, ast::StmtKind::Command(_)));
            statements.map(|s| lower_statement(s, &source, &globals, true).map(|_| ())).collect::<Result<Vec<_>>>()
        });
        match checked {
            Ok(_) => Outcome::Ok,
            Err(fault) => {
                self.report(fault);
                Outcome::Syntax
            }
        }
    }

    /// Runs a command of the prompt.
    fn command(&mut self, line: &str) -> Result<()> {
        if line.starts_with('%') {
            return Ok(());
        }
        Err(Fault::runtime(format!("unknown command: {line}")))
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
            fault.message = crate::display::repr::exception_str(&object, &mut self.machine).unwrap_or_default();
        }
        let mut diagnostic = Diagnostic::from_fault(&fault);
        diagnostic.kind = class.name.to_string();
        let _ = self.shared.borrow_mut().output.report(&diagnostic.render());
    }
}
