//! Scripts recorded under Python with PyTorch, statement by statement, and their verdicts here.

use super::compare::same;
use super::json::object;
use super::missing::Results;
use super::session::{Runner, on_a_large_stack, without_panic};
use super::{read, stem};
use regex::Regex;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::{Arc, Mutex};

/// A top-level statement and what it did.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its first line in the script.
    pub line: String,
    /// Its text.
    pub src: String,
    /// What it printed.
    pub out: String,
    /// The exception it raised, as `Type: message`.
    pub exc: Option<String>,
}

/// The records of a recording; statements that share a line are one.
pub fn records(path: &Path) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for line in read(path).lines() {
        let mut fields = object(line);
        let mut take = |name: &str| fields.remove(name);
        let record = Record {
            line: take("line").unwrap_or_default(),
            src: take("src").unwrap_or_default(),
            out: take("out").unwrap_or_default(),
            exc: take("exc"),
        };
        match records.last_mut() {
            Some(last) if last.line == record.line && last.src == record.src => {
                last.out.push_str(&record.out);
                last.exc = last.exc.take().or(record.exc);
            }
            _ => records.push(record),
        }
    }
    records
}

/// Runs a recorded script from seed 0, statement by statement, in one session; the verdict of each.
pub fn run(path: &Path, group: &str) -> Results {
    let records = records(path);
    let name = stem(path);
    let verdicts = Arc::new(Mutex::new(Vec::new()));
    let (theirs, ours) = (records.clone(), verdicts.clone());
    let finished = without_panic(move || {
        on_a_large_stack(move || {
            let mut runner = Runner::plain();
            for seed in ["import torch;torch.manual_seed(0);", "import random;random.seed(0);"] {
                runner.run(seed);
            }
            runner.run("import numpy;numpy.random.seed(0);");
            runner.run("del torch, random, numpy");
            for record in &theirs {
                let (text, _) = runner.run(&record.src);
                ours.lock().unwrap().push(verdict(record, &text));
            }
        })
    });
    let mut verdicts = verdicts.lock().unwrap().clone();
    if let Err(panic) = finished {
        verdicts.push(Some(format!("panics: {panic}")));
    }
    verdicts.resize(records.len(), Some("did not run".into()));
    records.iter().zip(verdicts).map(|(r, verdict)| (format!("{group}/{name}:{}", r.line), verdict)).collect()
}

static RAISED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^(?:[\w.]+\.)?(\w+(?:Error|Exception|Interrupt|Iteration|Exit))\b:? ?(.*)$").unwrap()
});
static WARNING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\w+Warning: .*\n?").unwrap());

/// Why a statement does not do what was recorded; `None` when it does.
pub fn verdict(record: &Record, text: &str) -> Option<String> {
    let text = WARNING.replace_all(text, "");
    let expected = WARNING.replace_all(&record.out, "");
    let raised = RAISED.find_iter(&text).last();
    let Some(exc) = &record.exc else {
        if same(&text, &expected) {
            return None;
        }
        return match raised {
            Some(raised) if !RAISED.is_match(&expected) => Some(format!("raises {}", raised.as_str())),
            _ => Some(format!("prints {:?} for {:?}", text.trim(), expected.trim())),
        };
    };
    let first = exc.lines().next().unwrap_or_default();
    let (kind, message) = first.split_once(':').unwrap_or((first, ""));
    let kind = kind.rsplit('.').next().unwrap_or(kind);
    let line = Regex::new(&format!(r"(?m)^(?:[\w.]+\.)?{}\b:? ?(.*)$", regex::escape(kind))).unwrap();
    let ours: Vec<_> = line.captures_iter(&text).collect();
    if ours.is_empty() {
        let does = raised.map_or("nothing".into(), |r| r.as_str().to_string());
        return Some(format!("raises {does} for {kind}"));
    }
    let before = line.find_iter(&expected).last().map_or("", |m| &expected[..m.start()]);
    if !ours.iter().any(|m| same(&text[..m.get(0).map_or(0, |m| m.start())], before)) {
        return Some(format!("prints {:?} before it raises, for {:?}", text.trim(), before.trim()));
    }
    let message = message.trim().split(" Hint:").next().unwrap_or_default();
    let message = message.split(". Did you mean").next().unwrap_or_default();
    if !ours.iter().any(|m| m[1].trim().starts_with(message)) {
        return Some(format!("says {:?} for {message:?}", &ours[ours.len() - 1][1]));
    }
    None
}
