//! The command line.

use clap::Parser;
use std::path::PathBuf;
use tensor_repl::repl::streams::Streams;
use tensor_repl::session::{Origin, Outcome, Session, Settings};

/// An interactive tensor REPL: PyTorch's expressions, numbers and gradients.
#[derive(Parser, Debug)]
#[command(name = "repl", version)]
struct Cli {
    /// Run a script, echoing every top-level expression as a notebook does
    #[arg(long = "file", value_name = "F")]
    file: Option<PathBuf>,
    /// The script to run (the same as --file)
    #[arg(value_name = "F")]
    script: Option<PathBuf>,
    /// Run code (repeatable)
    #[arg(short = 'e', value_name = "CODE")]
    code: Vec<String>,
    /// No annotations, no colour
    #[arg(long)]
    plain: bool,
    /// No echo: only what the program prints
    #[arg(long)]
    quiet: bool,
    /// Report a failed statement and go on
    #[arg(long)]
    keep_going: bool,
    /// Parse and resolve only
    #[arg(long)]
    check: bool,
}

fn main() {
    let cli = Cli::parse();
    // Deep recursion of the program runs on Rust's stack where native code calls back: a large one, mapped lazily.
    let child = std::thread::Builder::new().stack_size(1 << 30).spawn(move || run(cli));
    let status = match child.map(|c| c.join()) {
        Ok(Ok(status)) => status,
        _ => 70,
    };
    std::process::exit(status);
}

fn run(cli: Cli) -> i32 {
    let file = cli.file.or(cli.script);
    let folder = file.as_ref().map(|f| f.parent().map_or_else(PathBuf::new, PathBuf::from));
    let settings =
        Settings { plain: cli.plain, quiet: cli.quiet, keep_going: cli.keep_going, argv: vec!["".into()], folder };
    let mut session = Session::new(Box::<Streams>::default(), settings);
    let mut outcome = Outcome::Ok;
    if !cli.code.is_empty() {
        session.bind_prompt_names();
        for code in &cli.code {
            outcome = session.run(code, "<-e>", Origin::Prompt);
            if outcome != Outcome::Ok {
                return outcome.status();
            }
        }
    }
    if let Some(file) = file {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("repl: {}: {error}", file.display());
                return 2;
            }
        };
        let name = file.display().to_string();
        outcome =
            if cli.check { session.check(&text, &name, Origin::File) } else { session.run(&text, &name, Origin::File) };
    }
    outcome.status()
}
