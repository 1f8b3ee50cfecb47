//! Python's own library against answers recorded from CPython 3.11.

use std::process::Command;

/// What the program prints for a script.
fn run(script: &str, name: &str) -> String {
    let path = std::env::temp_dir().join(format!("tensor-repl-{}-{name}.py", std::process::id()));
    std::fs::write(&path, script).expect("the script can be written");
    let out = Command::new(env!("CARGO_BIN_EXE_repl")).arg("--quiet").arg(&path).output().expect("the program runs");
    let _ = std::fs::remove_file(&path);
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// A script that prints each expression's value or error on one line.
fn script(cases: &str) -> (String, Vec<(&str, &str)>) {
    let mut text = String::from(
        "import math, random, functools, collections, itertools, json, operator, statistics, os, copy, time, sys\n\
         import types, warnings, io\n",
    );
    let mut expected = Vec::new();
    for line in cases.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        if let Some(statement) = line.strip_prefix('!') {
            text.push_str(&statement.replace("\\n", "\n"));
            text.push('\n');
        } else if let Some((expression, answer)) = line.rsplit_once("  =>  ") {
            text.push_str(&format!(
                "try:\n    v_ = ({expression})\n    print(repr(v_)[:300])\nexcept BaseException as x_:\n    \
                 print(type(x_).__name__ + ':', x_)\n"
            ));
            expected.push((expression, answer));
        }
    }
    (text, expected)
}

fn check(cases: &str, name: &str) {
    let (text, expected) = script(cases);
    let output = run(&text, name);
    // What the compiler warns of is told aside, before the first expression runs.
    let lines: Vec<&str> = output.lines().filter(|l| !l.starts_with("SyntaxWarning: ")).collect();
    assert_eq!(lines.len(), expected.len(), "one line for each expression; the last: {:?}", lines.last());
    let wrong: Vec<String> = expected
        .iter()
        .zip(&lines)
        .filter(|((_, want), got)| want.trim_end() != got.trim_end())
        .map(|((expression, want), got)| format!("{expression}\n  want {want}\n  got  {got}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), expected.len(), wrong.join("\n"));
}

#[test]
fn values_compute_as_in_python() {
    check(include_str!("python/values.txt"), "values");
}

#[test]
fn modules_compute_as_in_python() {
    check(include_str!("python/modules.txt"), "modules");
}

#[test]
fn refusals_have_pythons_words() {
    check(include_str!("python/refusals.txt"), "refusals");
}

#[test]
fn classes_behave_as_in_python() {
    assert_eq!(run(include_str!("python/classes.py"), "classes"), include_str!("python/classes.out"));
}
