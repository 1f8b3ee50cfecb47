//! Lists of what is not reached yet. A listed item that passes fails the test just as an unlisted one that does not: so a
//! list only shrinks. A list that is empty needs no file.
//!
//! One item a line: its name, then ` | ` and the reason. `UPDATE=1` takes out what passes now and writes the reasons anew;
//! it also adds what fails, which the review of the change then refuses.

use super::{project, read, updating};
use std::collections::BTreeMap;

/// The outcome of each item: its name, and why it fails.
pub type Results = Vec<(String, Option<String>)>;

/// Compares outcomes with a list; `UPDATE=1` rewrites the list.
pub fn check(list: &str, results: Results) {
    let path = project(list);
    let head: Vec<String>;
    let listed: BTreeMap<String, String>;
    {
        let text = if path.exists() { read(&path) } else { String::new() };
        head = text.lines().take_while(|l| l.starts_with('#')).map(str::to_string).collect();
        let items = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
        listed = items.map(|l| l.split_once(" | ").unwrap_or((l, ""))).map(|(k, v)| (k.into(), v.into())).collect();
    }
    if updating() {
        let mut text: String = head.iter().map(|l| format!("{l}\n")).collect();
        for (name, why) in results.iter().filter_map(|(name, why)| why.as_ref().map(|why| (name, why))) {
            text.push_str(&format!("{name} | {}\n", one_line(why)));
        }
        if !text.is_empty() {
            std::fs::write(&path, text).expect("a list that can be written");
        } else if path.exists() {
            std::fs::remove_file(&path).expect("a list that can be removed");
        }
        return;
    }
    let failed = results.iter().filter(|(_, why)| why.is_some()).count();
    let known: std::collections::BTreeSet<&str> = results.iter().map(|(name, _)| name.as_str()).collect();
    let mut wrong = Vec::new();
    for (name, why) in &results {
        match (why, listed.contains_key(name)) {
            (Some(why), false) => wrong.push(format!("fails: {name}: {why}")),
            (None, true) => wrong.push(format!("passes now, take it out of {list}: {name}")),
            _ => {}
        }
    }
    let gone = listed.keys().filter(|name| !known.contains(name.as_str()));
    wrong.extend(gone.map(|name| format!("is no longer recorded, take it out of {list}: {name}")));
    println!("{} of {} pass", results.len() - failed, results.len());
    let shown = wrong.iter().take(60).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} surprises (UPDATE=1 rewrites the list):\n{shown}", wrong.len());
}

/// The beginning of a reason on one line.
fn one_line(why: &str) -> String {
    let flat: String = why.split_whitespace().collect::<Vec<_>>().join(" ");
    flat.chars().take(160).collect()
}
