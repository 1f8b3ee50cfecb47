//! What the README and the operator reference say is what the program does: parts between markers come from the program.
//!
//! `UPDATE=1` rewrites them.

mod support;

use std::fmt::Write;
use support::compare::same;
use support::session::{Runner, on_a_large_stack};
use support::{project, read, updating};
use tensor_repl::ops::def::{Forms, OpDef, Run};
use tensor_repl::ops::registry;
use tensor_repl::session::commands::COMMANDS;
use tensor_repl::session::{Origin, Settings};

/// Compares the part of the README after a marker with what it should be.
fn section(name: &str, should_be: impl FnOnce(&str) -> String) {
    static WRITING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one_at_a_time = WRITING.lock().unwrap_or_else(|e| e.into_inner());
    let path = project("README.md");
    let text = read(&path);
    let start = text.find(&format!("<!-- {name}:")).unwrap_or_else(|| panic!("README.md has no section {name}"));
    let start = start + text[start..].find("-->\n").expect("a closed marker") + 4;
    let end = start + text[start..].find("<!-- end -->").expect("an end marker");
    let new = should_be(&text[start..end]);
    if updating() {
        std::fs::write(&path, format!("{}{new}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    assert!(same(&new, &text[start..end]), "README.md, {name}: UPDATE=1 cargo test --test readme. It should be\n{new}");
}

#[test]
fn the_transcript_is_what_the_prompt_shows() {
    section("transcript", |old| {
        let mut inputs: Vec<String> = Vec::new();
        for line in old.lines() {
            if let Some(first) = line.strip_prefix(">>> ") {
                inputs.push(first.into());
            } else if let (Some(more), Some(last)) = (line.strip_prefix("... "), inputs.last_mut()) {
                last.push('\n');
                last.push_str(more);
            }
        }
        on_a_large_stack(move || {
            let mut runner = Runner::with(Settings::default());
            runner.session.bind_prompt_names();
            let mut text = String::from("```text\n");
            for input in inputs {
                writeln!(text, ">>> {}", input.replace('\n', "\n... ")).unwrap();
                runner.session.run(&input, "<input>", Origin::Prompt);
                text.push_str(&runner.written.take());
            }
            text + "```\n"
        })
    });
}

#[test]
fn the_commands_are_those_of_the_table() {
    section("commands", |_| {
        let mut text = String::from("| command | does |\n|---|---|\n");
        for command in COMMANDS {
            let call = format!(":{} {}", command.name, command.usage);
            let doc = command.doc.lines().next().unwrap_or_default();
            writeln!(text, "| `{}` | {} |", call.trim_end().replace('|', "\\|"), doc.replace('|', "\\|")).unwrap();
        }
        text
    });
}

#[test]
fn the_worked_example_is_the_real_one() {
    section("operator", |_| {
        let source = read(project("src/ops/blend.rs"));
        let start = source.find("/// The length of the hypotenuse.").expect("hypot");
        let end = start + source[start..].find(";\n\n").expect("its end") + 2;
        format!("```rust\n{}```\n", &source[start..end])
    });
}

/// Where an operator is found, as a reader would write it.
fn spellings(def: &OpDef) -> String {
    if let Some((module, bare)) = def.name.split_once('_').filter(|(m, _)| *m == "linalg" || *m == "special") {
        return format!("`torch.{module}.{bare}`");
    }
    let places = [
        (Forms::FUNCTION, "`torch`"),
        (Forms::METHOD, "method"),
        (Forms::INPLACE, "in place"),
        (Forms::NN, "`F`"),
        (Forms::LINALG, "`torch.linalg`"),
        (Forms::SPECIAL, "`torch.special`"),
        (Forms::NP, "`np`"),
    ];
    let found: Vec<&str> = places.into_iter().filter(|(form, _)| def.forms.has(*form)).map(|(_, text)| text).collect();
    found.join(", ")
}

/// The operator reference, from the table.
fn reference() -> String {
    let mut defs: Vec<&OpDef> = registry::all().filter(|def| def.forms != Forms::HIDDEN).collect();
    defs.sort_by_key(|def| def.name);
    let mut text = String::from(
        "# Operators\n\n\
         Every operator of the table: its parameters; where it is found (`torch.x(...)`, as a method `tensor.x(...)`, in \
         place `tensor.x_(...)`, `F` for `torch.nn.functional`); and whether it has a derivative of its own (yes), has it \
         from the operators it is made of (made of others), or has none (no).\n\n\
         This file is generated from the declarations: `UPDATE=1 cargo test --test readme` rewrites it.\n\n\
         | operator | where | derivative | |\n|---|---|---|---|\n",
    );
    let cell = |text: &str| text.lines().next().unwrap_or_default().replace('|', "\\|");
    for def in defs {
        let derivative = match (def.derivative.is_some(), &def.run) {
            (true, _) => "yes",
            (false, Run::Composite(_)) => "made of others",
            (false, _) => "no",
        };
        let also = match def.aliases {
            [] => String::new(),
            names => format!(" Also `{}`.", names.join("`, `")),
        };
        let (signature, doc) = (cell(def.signature), cell(def.doc));
        writeln!(text, "| `{}({signature})` | {} | {derivative} | {doc}{also} |", def.name, spellings(def)).unwrap();
    }
    text
}

#[test]
fn the_reference_is_that_of_the_table() {
    let path = project("docs/OPERATORS.md");
    let text = reference();
    if updating() {
        std::fs::create_dir_all(project("docs")).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    assert!(
        path.exists() && read(&path) == text,
        "docs/OPERATORS.md is out of date: UPDATE=1 cargo test --test readme"
    );
}
