//! The world of the machine: the session's streams, imports, echo and warnings.

use super::engine::Settings;
use super::importer::Importer;
use super::output::Output;
use crate::diag::{ExcKind, Fault, Result, Source, Style, Text};
use crate::eval::Host;
use crate::eval::host::Found;
use crate::lower::Code;
use crate::ops;
use crate::value::{Module, Value, intern};
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

/// What is shown; each can be switched with `:set`.
#[derive(Clone, Debug)]
pub struct Show {
    /// Whether top-level expressions are echoed.
    pub echo: bool,
    /// Whether an annotation line follows an echoed value.
    pub annotate: bool,
    /// Whether the leaves that a backward pass reached are told.
    pub reached: bool,
    /// Whether silent mistakes are noted.
    pub notes: bool,
    /// Whether operands' shapes stand under the source line of an error.
    pub shapes: bool,
    /// Whether errors end with help lines.
    pub help: bool,
}

impl Show {
    /// What a session with those settings shows at first.
    pub fn new(settings: &Settings) -> Show {
        let lively = !settings.plain && !settings.quiet;
        Show { echo: !settings.quiet, annotate: lively, reached: lively, notes: lively, shapes: true, help: true }
    }
}

/// What the session and the machine share.
pub struct Shared {
    /// The streams.
    pub output: Box<dyn Output>,
    /// Modules.
    pub importer: Importer,
    /// How values are shown.
    pub show: Show,
    /// The module of the prompt, where `_` is the last value.
    pub main: Rc<Module>,
    /// The last value that was put in `_`.
    pub last: Option<Value>,
    /// A note on a silent mistake in the statement that runs, to be shown with its result.
    pub note: Option<String>,
    /// Warnings shown so far.
    warned: HashSet<String>,
}

impl Shared {
    /// What a new session shares with its machine.
    pub fn new(output: Box<dyn Output>, importer: Importer, show: Show, main: Rc<Module>) -> Rc<RefCell<Shared>> {
        Rc::new(RefCell::new(Shared { output, importer, show, main, last: None, note: None, warned: HashSet::new() }))
    }
}

/// The world of a session.
pub struct World(pub Rc<RefCell<Shared>>);

pub(super) fn failed(error: std::io::Error) -> crate::diag::Error {
    // A reader that went away (`repl ... | head`) ends the program quietly, as it ends other filters.
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        let mut fault = Fault::new(ExcKind::SystemExit, "");
        fault.message = "0".into();
        return fault;
    }
    if error.kind() == std::io::ErrorKind::Interrupted {
        return Fault::new(ExcKind::KeyboardInterrupt, "");
    }
    Fault::new(ExcKind::OSError, error.to_string())
}

impl Host for World {
    fn write(&mut self, text: &str) -> Result<()> {
        self.0.borrow_mut().output.print(text).map_err(failed)
    }

    fn write_error(&mut self, text: &str) -> Result<()> {
        self.0.borrow_mut().output.report(&Text::plain(text)).map_err(failed)
    }

    fn read_line(&mut self, prompt: &str) -> Result<Option<String>> {
        self.0.borrow_mut().output.read_line(prompt).map_err(failed)
    }

    fn find_module(&mut self, name: &str, _from: &Rc<Module>) -> Result<Option<Found>> {
        self.0.borrow_mut().importer.find(name)
    }

    fn find_in_prelude(&mut self, module: &str, name: &str) -> Option<String> {
        self.0.borrow_mut().importer.find_name(module, name)
    }

    fn is_inside(&mut self, package: &str, module: &str) -> bool {
        self.0.borrow_mut().importer.is_inside(package, module)
    }

    fn prelude_names(&mut self, module: &str) -> Vec<String> {
        let mut names = self.0.borrow_mut().importer.names(module);
        names.sort();
        names
    }

    fn warn(&mut self, category: &str, message: &str, place: Option<(&Rc<Source>, usize)>) -> Result<()> {
        let key = match place {
            Some((source, line)) => format!("{category}:{message}:{}:{line}", source.name),
            None => format!("{category}:{message}"),
        };
        let mut shared = self.0.borrow_mut();
        if !shared.warned.insert(key) {
            return Ok(());
        }
        // A warning is one line, also where its text has more.
        let message = message.replace('\n', " ");
        let text = Text::styled(Style::Warning, format!("{category}: {message}\n"));
        shared.output.report(&text).map_err(failed)
    }

    fn echo(&mut self, value: &Value, text: &str, _code: &Code) -> Result<()> {
        let mut shared = self.0.borrow_mut();
        if !shared.show.echo {
            return Ok(());
        }
        let mut out = Text::plain(format!("{text}\n"));
        if shared.show.annotate {
            let main = shared.main.clone();
            let name = |t: &crate::tensor::Tensor| super::names::name_of(&main, t);
            let line = crate::display::annotate::annotation(value, &name);
            let note = shared.note.take();
            if line.is_some() || note.is_some() {
                out.extend(line.unwrap_or_default());
                if let Some(note) = note {
                    out.push(
                        Style::Note,
                        &format!("{}note: {note}", if out.to_plain().ends_with('\n') { " " } else { "  " }),
                    );
                }
                out.push(Style::Plain, "\n");
            }
        }
        shared.output.show(&out).map_err(failed)?;
        if shared.main.prompt.get() {
            let current = shared.main.get("_");
            let ours = match (&current, &shared.last) {
                (None, _) => true,
                (Some(now), Some(last)) => now.is(last),
                (Some(_), None) => false,
            };
            if ours {
                shared.main.space.bind(&intern("_"), value.clone());
                shared.last = Some(value.clone());
            }
        }
        Ok(())
    }

    fn prompt_name(&mut self, name: &str) -> Option<Value> {
        let torch = ops::api::module("torch")?;
        torch.get(name)
    }
}
