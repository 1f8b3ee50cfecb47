//! Snapshots of the explanations of learners' mistakes: `UPDATE=1 cargo test --test explanations` rewrites them.
//!
//! A file holds a program, a line of dashes, and what the session shows when the program runs.

mod support;

use std::path::PathBuf;
use tensor_repl::session::{Capture, Origin, Outcome, Session, Settings};

const DASHES: &str = "-----\n";

fn snapshots() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mistakes");
    let entries = std::fs::read_dir(folder).expect("the folder of snapshots");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some()).collect();
    paths.sort();
    paths
}

fn session() -> (Session, Capture) {
    let capture = Capture::default();
    let mut session = Session::new(Box::new(capture.clone()), Settings::default());
    session.bind_prompt_names();
    session.run("torch.manual_seed(0);", "<seed>", Origin::Prompt);
    capture.take();
    (session, capture)
}

fn program(text: &str) -> &str {
    text.split(DASHES).next().unwrap_or(text)
}

#[test]
fn every_mistake_is_explained() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in snapshots() {
        let text = std::fs::read_to_string(&path).expect("a snapshot");
        let (mut session, capture) = session();
        session.run(program(&text), "<input>", Origin::Prompt);
        let shown = format!("{}{DASHES}{}", program(&text), capture.take());
        if update {
            std::fs::write(&path, shown).expect("a snapshot written");
        } else if shown != text {
            wrong.push(format!("{}\n{shown}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn code_in_help_lines_runs() {
    let mut wrong = Vec::new();
    for path in snapshots() {
        let text = std::fs::read_to_string(&path).expect("a snapshot");
        let output = text.split(DASHES).nth(1).unwrap_or("");
        let Some(at) = output.find("help: ") else { continue };
        for line in output[at..].lines() {
            let code = line.strip_prefix("help: ").unwrap_or(line).trim();
            let code = code.split("   (").next().unwrap_or(code);
            let (mut session, capture) = session();
            session.run(program(&text), "<input>", Origin::Prompt);
            capture.take();
            if session.run(code, "<help>", Origin::Prompt) != Outcome::Ok {
                wrong.push(format!("{}: {code}\n{}", path.display(), capture.take()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The code of the help lines in what was shown.
fn help_code(shown: &str) -> Vec<String> {
    let Some(at) = shown.find("help: ") else { return Vec::new() };
    let lines = shown[at..].lines().take_while(|l| l.starts_with("help: ") || l.starts_with("      "));
    let code = |l: &str| {
        let l = l.strip_prefix("help: ").unwrap_or(l).trim();
        l.split("   (").next().unwrap_or(l).to_string()
    };
    lines.map(code).collect()
}

/// The first line of an error that was shown.
fn first_line(shown: &str) -> Option<&str> {
    shown.lines().find(|l| l.split(':').next().is_some_and(|kind| kind.ends_with("Error")))
}

/// What a slip needs besides the help may be wrong too: the code must get past the error that it is the help on.
#[test]
fn code_in_the_help_on_slips_gets_past_the_error() {
    let mut wrong = Vec::new();
    for path in support::files("tests/slips", "jsonl") {
        let (mut session, capture) = session();
        for record in support::recording::records(&path) {
            capture.take();
            session.run(&record.src, "<input>", Origin::Prompt);
            let shown = capture.take();
            for code in help_code(&shown) {
                session.run(&code, "<help>", Origin::Prompt);
                let then = capture.take();
                let error = first_line(&then).filter(|e| {
                    Some(*e) == first_line(&shown) || e.starts_with("SyntaxError") || e.starts_with("NameError")
                });
                if error.is_some() {
                    wrong.push(format!("{}: {}\n    {code}\n{then}", support::stem(&path), record.src));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} lines of help fail:\n{}", wrong.len(), wrong.join("\n"));
}
