//! The command line: what to run, in which order, and with what status the process ends.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use std::cell::RefCell;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::exit;
use std::rc::Rc;
use tensor_repl::diag::interrupt;
use tensor_repl::repl::config::{self, Config};
use tensor_repl::repl::piped::Statements;
use tensor_repl::repl::streams::{self, Streams, usage_error};
use tensor_repl::repl::theme::{ColorChoice, Theme};
use tensor_repl::repl::{editor, prompt};
use tensor_repl::session::guard::{self, guarded};
use tensor_repl::session::{Origin, Outcome, Output, Session, Settings};
use tensor_repl::session::{set_memory_limit, set_threads, share_main_heap};

/// An interactive tensor REPL: PyTorch's expressions, numbers and gradients.
///
/// Without a file or code: the prompt, or what comes on standard input.
#[derive(Parser, Clone, Debug)]
#[command(name = "repl", version, max_term_width = 100)]
struct Cli {
    /// Run a script, echoing every top-level expression as a notebook does; `-` is standard input
    #[arg(long = "file", value_name = "F")]
    file: Vec<PathBuf>,
    /// The script to run (the same as --file)
    #[arg(value_name = "F")]
    script: Option<PathBuf>,
    /// Run code (repeatable; code and files run in the order given)
    #[arg(short = 'e', value_name = "CODE", allow_hyphen_values = true)]
    code: Vec<String>,
    /// Stay at the prompt afterwards
    #[arg(short = 'i')]
    interactive: bool,
    /// No annotations, no colour: the text that a notebook under PyTorch would show
    #[arg(long)]
    plain: bool,
    /// No echo: only what the program prints
    #[arg(long)]
    quiet: bool,
    /// Report a failed statement and go on with the next one
    #[arg(long)]
    keep_going: bool,
    /// Parse and resolve only
    #[arg(long)]
    check: bool,
    /// When to use colour: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_default_value = true, value_parser = color)]
    color: ColorChoice,
    /// The most memory that tensors may take, such as 500M or 2G
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_memory: Option<usize>,
    /// Threads for large operations
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print a configuration file with every setting and leave
    #[arg(long)]
    generate_config: bool,
    /// Arguments for the program, in sys.argv
    #[arg(last = true, value_name = "ARGS")]
    args: Vec<String>,
}

/// One thing to run.
#[derive(Clone, Debug)]
enum Step {
    Code(String),
    File(PathBuf),
    Stdin,
}

fn color(text: &str) -> Result<ColorChoice, String> {
    match text {
        "auto" => Ok(ColorChoice::Auto),
        "always" => Ok(ColorChoice::Always),
        "never" => Ok(ColorChoice::Never),
        _ => Err("auto, always or never".into()),
    }
}

/// Bytes of a size such as `512`, `64k`, `500M` or `2G` (powers of 1024; `B` and `iB` may follow).
fn size(text: &str) -> Result<usize, String> {
    let expected = || "a number of bytes, such as 64k, 500M or 2G".to_string();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return Err(expected()),
    };
    let number: f64 = digits.parse().map_err(|_| expected())?;
    let bytes = number * f64::from(1u32 << (shift / 2)) * f64::from(1u32 << (shift - shift / 2));
    // Past 2^63 a float does not say which bytes are meant; nobody means them.
    if bytes.is_finite() && (0.0..9e18).contains(&bytes) { Ok(bytes as usize) } else { Err(expected()) }
}

/// The steps in the order given.
fn steps(cli: &Cli, matches: &ArgMatches) -> Vec<Step> {
    let indices = |id: &str| matches.indices_of(id).into_iter().flatten().collect::<Vec<_>>();
    let file = |path: &PathBuf| if path == Path::new("-") { Step::Stdin } else { Step::File(path.clone()) };
    let mut steps: Vec<(usize, Step)> = Vec::new();
    steps.extend(indices("code").into_iter().zip(cli.code.iter().cloned().map(Step::Code)));
    steps.extend(indices("file").into_iter().zip(cli.file.iter().map(file)));
    steps.extend(indices("script").into_iter().zip(cli.script.iter().map(file)));
    steps.sort_by_key(|(index, _)| *index);
    steps.into_iter().map(|(_, step)| step).collect()
}

fn main() {
    share_main_heap();
    let matches = Cli::command().try_get_matches().unwrap_or_else(|error| usage(&error));
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| usage(&error));
    if cli.generate_config {
        print!("{}", config::DEFAULT);
        return;
    }
    let steps = steps(&cli, &matches);
    // Deep recursion of the program runs on Rust's stack where native code calls back: a large one, mapped lazily.
    let engine = || {
        let (cli, steps) = (cli.clone(), steps.clone());
        move || exit(run(&cli, steps))
    };
    let start = |stack: usize| std::thread::Builder::new().name("engine".into()).stack_size(stack).spawn(engine());
    let signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT]);
    if let Err(error) = start(1 << 30).or_else(|_| start(1 << 26)) {
        fail(&format!("cannot start: {error}"), "");
    }
    // This thread has nothing to do but to hear Ctrl-C; the engine ends the process.
    if let Ok(mut signals) = signals {
        for _ in signals.forever() {
            streams::note_interrupt();
            interrupt::request();
        }
    }
    loop {
        std::thread::park();
    }
}

/// Ends the process for wrong usage, in the form of every other error.
fn fail(message: &str, help: &str) -> ! {
    let _ = Streams::new(ColorChoice::Auto, Theme::detect()).report(&usage_error(message, help));
    exit(2)
}

/// Says what is wrong with the command line; help and version are no errors.
fn usage(error: &clap::Error) -> ! {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        exit(0);
    }
    let text = error.render().to_string();
    let first = text.lines().next().unwrap_or_default();
    let suggested = match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(argument)) => format!("did you mean {argument}?"),
        _ if error.get(ContextKind::InvalidArg).is_some() && error.kind() == ErrorKind::UnknownArgument => {
            "arguments for the program go behind --; `repl --help` lists the options".into()
        }
        _ => "`repl --help` lists the options".into(),
    };
    fail(first.strip_prefix("error: ").unwrap_or(first), &suggested)
}

/// Runs all steps, then talks with the user if asked to. Returns the process's status.
fn run(cli: &Cli, mut steps: Vec<Step>) -> i32 {
    guard::install();
    if let Some(bytes) = cli.max_memory {
        set_memory_limit(bytes);
    }
    set_threads(cli.threads.map_or(0, usize::from));
    let terminal = io::stdin().is_terminal();
    let talk = (cli.interactive || steps.is_empty()) && terminal && !cli.check;
    if (cli.interactive || steps.is_empty()) && !terminal {
        steps.push(Step::Stdin);
    }
    let (settings_of_user, faults) = if talk { Config::load() } else { (Config::default(), Vec::new()) };
    let theme = if cli.plain { Theme::Plain } else { settings_of_user.theme.unwrap_or_else(Theme::detect) };
    let streams = Streams::new(cli.color, theme);
    if terminal {
        streams.ask_with(editor::ask);
    }
    let mut output = streams.clone();
    for fault in faults {
        let _ = output.report(&usage_error(&fault, "`repl --generate-config` shows every setting"));
    }
    let settings = Settings {
        plain: cli.plain || (talk && !settings_of_user.annotations),
        quiet: cli.quiet,
        keep_going: cli.keep_going,
        argv: argv(cli, &steps),
        folder: folder(&steps),
    };
    let session = Rc::new(RefCell::new(Session::new(Box::new(streams.clone()), settings)));
    let mut runner = Runner { cli, streams: streams.clone(), session: session.clone(), named: false };
    let mut result = runner.run_all(steps);
    if talk && !matches!(result, Outcome::Exit(_)) {
        runner.bind_names();
        result = match prompt::interact(&session, &streams, &settings_of_user) {
            Ok(outcome) => outcome,
            Err(error) => {
                let _ = output.report(&usage_error(&format!("the terminal: {error}"), ""));
                Outcome::Raised
            }
        };
    }
    match streams.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = output.report(&usage_error(&format!("standard output: {error}"), ""));
            result.status().max(1)
        }
        _ => result.status(),
    }
}

/// `sys.argv`: the first script's name, or what stands for it, then what follows `--`.
fn argv(cli: &Cli, steps: &[Step]) -> Vec<String> {
    let first = steps.iter().find_map(|step| match step {
        Step::File(path) => Some(path.display().to_string()),
        _ => None,
    });
    let first =
        first.or_else(|| steps.first().map(|s| if matches!(s, Step::Code(_)) { "-e" } else { "-" }.to_string()));
    std::iter::once(first.unwrap_or_default()).chain(cli.args.iter().cloned()).collect()
}

/// The first script's folder, where its own modules are.
fn folder(steps: &[Step]) -> Option<PathBuf> {
    steps.iter().find_map(|step| match step {
        Step::File(path) => Some(path.parent().map_or_else(PathBuf::new, PathBuf::from)),
        _ => None,
    })
}

/// What runs the steps.
struct Runner<'a> {
    cli: &'a Cli,
    streams: Streams,
    session: Rc<RefCell<Session>>,
    /// Whether the prompt's names are bound.
    named: bool,
}

impl Runner<'_> {
    /// Runs the steps until one fails, or all of them with `--keep-going`. How the first that failed ended.
    fn run_all(&mut self, steps: Vec<Step>) -> Outcome {
        let mut result = Outcome::Ok;
        for step in steps {
            let outcome = self.step(step);
            if result == Outcome::Ok || matches!(outcome, Outcome::Exit(_)) {
                result = outcome;
            }
            if !self.goes_on(outcome) {
                break;
            }
        }
        result
    }

    /// Whether something else runs after what ended so.
    fn goes_on(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Ok => true,
            Outcome::Raised | Outcome::Syntax => self.cli.keep_going || self.cli.check,
            Outcome::Interrupted | Outcome::Exit(_) => false,
        }
    }

    fn step(&mut self, step: Step) -> Outcome {
        match step {
            Step::Code(code) => {
                self.bind_names();
                self.text(&code, "<-e>", Origin::Prompt)
            }
            Step::File(path) => match std::fs::read(&path).map(String::from_utf8) {
                Ok(Ok(text)) => self.text(&text, &path.display().to_string(), Origin::File),
                Ok(Err(_)) => self.unreadable(&path.display().to_string(), "not UTF-8 text"),
                Err(error) => self.unreadable(&path.display().to_string(), &error.to_string()),
            },
            Step::Stdin => {
                self.bind_names();
                self.stdin()
            }
        }
    }

    fn unreadable(&mut self, name: &str, why: &str) -> Outcome {
        let _ = self.streams.report(&usage_error(&format!("{name}: {why}"), ""));
        Outcome::Syntax
    }

    /// Binds the names of the prompt, once.
    fn bind_names(&mut self) {
        if !self.named {
            self.session.borrow_mut().bind_prompt_names();
            self.named = true;
        }
    }

    fn text(&mut self, text: &str, name: &str, origin: Origin) -> Outcome {
        self.part(text, name, 1, origin)
    }

    /// Runs, or checks, a text that begins at that line of what is called so.
    fn part(&mut self, text: &str, name: &str, line: usize, origin: Origin) -> Outcome {
        let mut session = self.session.borrow_mut();
        guarded(&mut self.streams, || match self.cli.check {
            true => session.check(text, name, origin),
            false => session.run_part(text, name, line, origin),
        })
    }

    /// Runs standard input statement by statement; to be checked it is read whole.
    fn stdin(&mut self) -> Outcome {
        if self.cli.check {
            return match io::read_to_string(io::stdin()) {
                Ok(text) => self.text(&text, "<stdin>", Origin::Prompt),
                Err(error) => self.unreadable("standard input", &error.to_string()),
            };
        }
        // Locked for each line only: `input()` in a statement reads the next one.
        let mut statements = Statements::new(|line| io::stdin().lock().read_until(b'\n', line));
        let mut result = Outcome::Ok;
        loop {
            let text = match statements.next() {
                Ok(Some(text)) => text,
                Ok(None) => return result,
                Err(error) => return self.unreadable("standard input", &error.to_string()),
            };
            let outcome = self.part(&text, "<stdin>", statements.line(), Origin::Prompt);
            if result == Outcome::Ok || matches!(outcome, Outcome::Exit(_)) {
                result = outcome;
            }
            if !self.goes_on(outcome) {
                return result;
            }
        }
    }
}
