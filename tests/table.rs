//! The loops over the operator table: examples run, samples run, derivatives hold, no dtype panics, nothing is undocumented.
//!
//! What would fail would stand in a list, `tests/table/missing-*.txt`; all are empty, so that there are none.

mod support;

use support::compare::same;
use support::missing::{self, Results};
use support::session::{Runner, on_a_large_stack, without_panic};
use support::{project, read};
use tensor_repl::ops::def::{Forms, OpDef};
use tensor_repl::ops::registry;
use tensor_repl::session::{Origin, Outcome, Settings};

/// How the language calls an operator: `torch.exp`, `F.relu`, `(lambda self, ...: self.add_(...))`.
fn callee(def: &OpDef) -> Option<String> {
    let name = def.name;
    let module = [
        (Forms::FUNCTION, "torch"),
        (Forms::NN, "torch.nn.functional"),
        (Forms::LINALG, "torch.linalg"),
        (Forms::SPECIAL, "torch.special"),
    ];
    if def.forms == Forms::HIDDEN {
        return None;
    }
    for prefix in ["linalg", "special"] {
        if let Some(bare) = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')) {
            return Some(format!("torch.{prefix}.{bare}"));
        }
    }
    if let Some((_, module)) = module.into_iter().find(|(form, _)| def.forms.has(*form)) {
        return Some(format!("{module}.{name}"));
    }
    if def.forms.has(Forms::METHOD) {
        return Some(method(name));
    }
    // In place on a copy: a leaf that requires a gradient refuses to be changed.
    def.forms.has(Forms::INPLACE).then(|| format!("(lambda self, *a, **k: self.clone().{name}_(*a, **k))"))
}

fn method(name: &str) -> String {
    format!("(lambda self, *a, **k: self.{name}(*a, **k))")
}

/// A session with the names of the prompt and the checks.
fn checker() -> Runner {
    let mut runner = Runner::with(Settings { plain: true, ..Settings::default() });
    runner.session.bind_prompt_names();
    runner.set_up(&read(project("tests/table/check.py")));
    runner
}

/// Runs a text at the prompt: what it wrote, or why it did not end well.
fn run(runner: &mut Runner, text: &str) -> Result<String, String> {
    let ran = without_panic(|| {
        let outcome = runner.session.run(text, "<sample>", Origin::Prompt);
        (runner.written.take(), outcome)
    });
    match ran {
        Ok((written, Outcome::Ok)) => Ok(written),
        Ok((written, _)) => Err(written.lines().next().unwrap_or_default().to_string()),
        Err(panic) => {
            *runner = checker();
            Err(format!("panics: {panic}"))
        }
    }
}

fn loop_over_table(list: &'static str, each: fn(&mut Runner, &'static OpDef, &mut Results)) {
    let results = on_a_large_stack(move || {
        let mut runner = checker();
        let mut results = Results::new();
        for def in registry::all() {
            each(&mut runner, def, &mut results);
        }
        results
    });
    missing::check(list, results);
}

#[test]
fn every_example_prints_what_it_says() {
    loop_over_table("tests/table/missing-examples.txt", |runner, def, results| {
        for (i, example) in def.examples.iter().enumerate() {
            let _ = run(runner, "torch.manual_seed(0);");
            let why = match run(runner, example.0) {
                Ok(printed) => {
                    (!same(&printed, example.1)).then(|| format!("{:?} for {:?}", printed.trim_end(), example.1))
                }
                Err(why) => Some(why),
            };
            results.push((format!("{}[{i}]", def.name), why));
        }
    });
}

#[test]
fn every_sample_runs() {
    loop_over_table("tests/table/missing-samples.txt", |runner, def, results| {
        let Some(callee) = callee(def) else { return };
        for (i, sample) in def.samples.iter().enumerate() {
            let why = run(runner, &format!("{callee}({sample});")).err();
            results.push((format!("{}[{i}]", def.name), why));
        }
    });
}

#[test]
fn every_derivative_agrees_with_differences() {
    loop_over_table("tests/table/missing-derivatives.txt", |runner, def, results| {
        let Some(callee) = callee(def) else { return };
        let flag = |on: bool| if on { "True" } else { "False" };
        let (smooth, expected) = (flag(def.smooth), flag(def.derivative.is_some()));
        for (i, sample) in def.samples.iter().enumerate() {
            let text = format!("derivative('{}', {callee}, {smooth}, {expected}, {sample})", def.name);
            let why = match run(runner, &text) {
                Ok(printed) => (!printed.is_empty()).then_some(printed),
                Err(why) => Some(why),
            };
            results.push((format!("{}[{i}]", def.name), why));
        }
    });
}

#[test]
fn no_dtype_panics() {
    loop_over_table("tests/table/missing-dtypes.txt", |runner, def, results| {
        let Some(callee) = callee(def) else { return };
        let inplace = def.forms.has(Forms::INPLACE).then(|| method(&format!("{}_", def.name)));
        for (i, sample) in def.samples.iter().enumerate() {
            for (callee, suffix) in [(Some(&callee), ""), (inplace.as_ref(), "_")] {
                let Some(callee) = callee else { continue };
                let ran = run(runner, &format!("every_dtype({callee}, {sample})"));
                let why = match ran {
                    Ok(printed) => printed.contains("InternalError").then_some(printed),
                    Err(why) => Some(why),
                };
                results.push((format!("{}{suffix}[{i}]", def.name), why));
            }
        }
    });
}

#[test]
fn every_operator_is_documented() {
    let mut results = Results::new();
    for def in registry::all().filter(|def| def.forms != Forms::HIDDEN) {
        let mut absent = Vec::new();
        for (what, there) in [
            ("documentation", !def.doc.is_empty()),
            ("example", !def.examples.is_empty()),
            ("samples", !def.samples.is_empty() || def.signature.is_empty()),
        ] {
            if !there {
                absent.push(what);
            }
        }
        results.push((
            format!("{} ({})", def.name, def.forms.0),
            (!absent.is_empty()).then(|| format!("no {}", absent.join(", "))),
        ));
    }
    missing::check("tests/table/missing-documentation.txt", results);
}

#[test]
fn names_are_declared_once() {
    // One name may mean two things in two places: `Tensor.unfold` and `torch.nn.functional.unfold`.
    let mut seen = std::collections::BTreeMap::new();
    for def in registry::all() {
        for name in std::iter::once(&def.name).chain(def.aliases) {
            for form in (0..16).map(|bit| 1u16 << bit).filter(|form| def.forms.0 & form != 0) {
                if let Some(other) = seen.insert((*name, form), def.name) {
                    panic!("{name} stands for {other} and {}", def.name);
                }
            }
        }
    }
}
