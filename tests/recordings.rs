//! Scripts and operator calls recorded under PyTorch: the same output, statement by statement.
//!
//! `tests/recordings/{notes,probes}` and `tests/courses` hold scripts with what each of their statements printed or raised,
//! `tests/slips` hundreds of statements that are wrong;
//! `tests/recordings/ops` holds calls of single operators. What is not reached yet stands in `missing-*.txt` beside them.

mod support;

use support::compare::{numeric, tolerance};
use support::json::{Object, object};
use support::missing::{self, Results};
use support::session::{Runner, on_a_large_stack, without_panic};
use support::{files, project, read, recording};

/// Runs the scripts of a folder and compares the failures with its list.
fn scripts(group: &str, folder: &str) {
    // What scripts save lands outside of the project.
    let scratch = std::env::temp_dir().join(format!("tensor-repl-recordings-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).unwrap();
    std::env::set_current_dir(&scratch).unwrap();
    let results = files(folder, "jsonl").iter().flat_map(|path| recording::run(path, group)).collect();
    missing::check(&format!("tests/recordings/missing-{group}.txt"), results);
}

#[test]
fn notes_print_what_pytorch_prints() {
    scripts("notes", "tests/recordings/notes");
}

#[test]
fn probes_print_what_pytorch_prints() {
    scripts("probes", "tests/recordings/probes");
}

#[test]
fn courses_print_what_pytorch_prints() {
    scripts("courses", "tests/courses");
}

#[test]
fn slips_raise_what_pytorch_raises() {
    scripts("slips", "tests/slips");
}

/// Lines of a case: tag and text; lines without a tag go on with a representation.
fn tagged(text: &str) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let mut words = line.splitn(2, ' ');
        let tag = words.next().unwrap_or_default();
        if line.starts_with('#') && line[1..].starts_with(|c: char| c.is_ascii_lowercase()) {
            let rest = words.next().unwrap_or_default();
            match (tag, rest.split_once(' ')) {
                ("#grad", Some((name, rest))) => lines.push((format!("#grad {name}"), rest.into())),
                ("#grad", None) => lines.push((format!("#grad {rest}"), String::new())),
                _ => lines.push((tag.into(), rest.into())),
            }
        } else {
            match lines.last_mut() {
                Some((tag, text)) if tag == "#repr" => text.push_str(&format!("\n{line}")),
                _ => lines.push(("stray".into(), line.into())),
            }
        }
    }
    lines
}

/// Why a case does not give what was recorded.
fn judge(case: &Object, got: &str) -> Option<String> {
    // What PyTorch itself words as one family.
    const RUNTIME: [&str; 4] = ["RuntimeError", "NotImplementedError", "_LinAlgError", "LinAlgError"];
    let double = case["dtype"] == "float64";
    let extra: f64 = case.get("atol").and_then(|a| a.parse().ok()).unwrap_or(0.0);
    let (expected, got) = (tagged(&case["out"]), tagged(got));
    let mut value_is_double = double;
    for (i, (tag, want)) in expected.iter().enumerate() {
        let Some((ours, have)) = got.get(i) else { return Some(format!("no {tag}")) };
        if ours != tag {
            return Some(format!("{ours} {have} for {tag} {want}"));
        }
        if tag.starts_with("#dtype") {
            value_is_double = match want.trim() {
                "torch.float64" => true,
                "torch.float32" => false,
                _ => double,
            };
        }
        let squeeze = |text: &str| text.replace(' ', "");
        let differs = match tag.as_str() {
            "#raised" => want != have && !(RUNTIME.contains(&want.as_str()) && RUNTIME.contains(&have.as_str())),
            "#repr" => want != have,
            tag if tag.starts_with("#dtype") || tag.starts_with("#shape") => squeeze(want) != squeeze(have),
            tag => {
                let (relative, absolute) =
                    tolerance(&case["op"], if tag.starts_with("#grad") { double } else { value_is_double });
                if let Some(why) = numeric(want, have, relative, absolute + extra) {
                    return Some(format!("{tag}: {why}"));
                }
                false
            }
        };
        if differs {
            return Some(format!("{tag}: {have} for {want}"));
        }
    }
    got.get(expected.len()).map(|(tag, text)| format!("more output: {tag} {text}"))
}

/// Runs the cases of one operator in a session of their own.
fn operator(cases: Vec<Object>) -> Results {
    on_a_large_stack(move || {
        let preamble = "import torch\nimport torch.nn.functional as F\ninf = float('inf')\nnan = float('nan')\n";
        let mut runner = Runner::quiet();
        runner.set_up(preamble);
        let mut results = Results::new();
        for case in cases {
            let name = format!("{}.{}.{}", case["op"], case["dtype"], case["id"]);
            let why = match without_panic(|| runner.run(&case["src"]).0) {
                Ok(text) => judge(&case, &text),
                Err(panic) => {
                    runner = Runner::quiet();
                    runner.set_up(preamble);
                    Some(format!("panics: {panic}"))
                }
            };
            results.push((name, why));
        }
        results
    })
}

#[test]
fn operators_give_what_pytorch_gives() {
    let mut by_operator: Vec<Vec<Object>> = Vec::new();
    for case in read(project("tests/recordings/ops.jsonl")).lines().map(object) {
        match by_operator.last_mut() {
            Some(cases) if cases[0]["op"] == case["op"] => cases.push(case),
            _ => by_operator.push(vec![case]),
        }
    }
    missing::check("tests/recordings/missing-ops.txt", by_operator.into_iter().flat_map(operator).collect());
}
