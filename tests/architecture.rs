//! The arrows between the layers and the few absolute rules of the sources, read from the sources themselves.
//!
//! A rule is a table below; a violation is reported with its file and line. Comments, texts and test modules do not count.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with the layers it may name. What is not listed is deliberately absent.
const ARROWS: [(&str, &[&str]); 13] = [
    ("diag", &[]),
    ("array", &["diag"]),
    ("tensor", &["array", "diag"]),
    ("value", &["tensor", "array", "diag"]),
    ("ops", &["value", "tensor", "array", "diag"]),
    ("syntax", &["diag"]),
    ("lower", &["syntax", "ops", "value", "diag"]),
    ("display", &["value", "tensor", "array", "diag"]),
    ("builtins", &["display", "ops", "value", "tensor", "array", "diag"]),
    ("eval", &["lower", "builtins", "display", "ops", "value", "tensor", "array", "diag"]),
    ("session", &["eval", "lower", "syntax", "builtins", "display", "ops", "value", "tensor", "array", "diag"]),
    ("repl", &["session", "diag"]),
    ("main", &["repl", "session", "diag"]),
];

/// Narrower than a layer: from `lower`, `syntax` is its tree only; from `eval`, `lower` is finished code only.
const NARROW: [(&str, &str, &[&str]); 2] =
    [("lower", "syntax", &["ast"]), ("eval", "lower", &["code", "Code", "CodeKind", "Instr", "Reg"])];

/// A word with the only places that may write it.
const ONLY_IN: [(&str, &[&str], &str); 10] = [
    ("unsafe", &["src/array/"], "only storage and kernels may be unsafe"),
    ("rustyline", &["src/repl/editor.rs", "src/repl/editor/"], "only the editor knows the line editor"),
    ("colored", &["src/repl/theme.rs"], "only the theme knows colours"),
    ("clap", &["src/main.rs"], "only main knows the command line"),
    ("Rule", &["src/syntax/"], "only syntax knows the grammar's rules"),
    ("pest", &["src/syntax/"], "only syntax knows the parser generator"),
    ("nalgebra", &["src/array/"], "only array knows the decompositions' library"),
    ("faer", &["src/array/"], "only array knows the decompositions' library"),
    ("gemm", &["src/array/"], "only array knows the products' library"),
    ("rayon", &["src/array/"], "only kernels use threads"),
];

/// Macros that write to the process's streams, and who may use them.
const PRINTING: [&str; 5] = ["println!", "eprintln!", "print!", "eprint!", "dbg!"];

struct File {
    /// `src/ops/def.rs`
    path: String,
    /// The layer it belongs to: `ops`, or `main` and `lib` for the files at the top.
    layer: String,
    /// Its lines without comments, texts and test modules.
    code: Vec<String>,
    /// Its lines as they are.
    lines: Vec<String>,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    walk(&root.join("src"), &mut paths);
    paths.sort();
    let tests_only = test_modules(&paths);
    let kept = paths.into_iter().filter(|p| !tests_only.contains(p));
    kept.map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        let layer = path.split('/').nth(1).unwrap().trim_end_matches(".rs").to_string();
        let lines = text.lines().map(str::to_string).collect();
        File { code: code_of(&text).lines().map(str::to_string).collect(), lines, layer, path }
    })
    .collect()
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Files that are compiled for tests only: `#[cfg(test)] mod name;`.
fn test_modules(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for pair in lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]") {
            let name = pair[1].trim_start_matches("pub(crate) ").strip_prefix("mod ").and_then(|m| m.strip_suffix(';'));
            if let (Some(name), Some(folder)) = (name, path.parent()) {
                let stem = path.file_stem().unwrap();
                let beside = if stem == "mod" || stem == "lib" { folder.into() } else { folder.join(stem) };
                found.extend([beside.join(format!("{name}.rs")), beside.join(name).join("mod.rs")]);
            }
        }
    }
    found
}

/// The text with comments, literals and test modules blanked; lines stay where they are.
fn code_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut i = 0;
    let blank = |out: &mut String, from: usize, to: usize| {
        out.extend(text[from..to].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
    };
    while i < bytes.len() {
        let rest = &text[i..];
        let end = if rest.starts_with("//") {
            rest.find('\n').map_or(text.len(), |n| i + n)
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(text.len(), |n| i + n + 2)
        } else if let Some(hashes) = raw_string(rest) {
            let close = format!("\"{}", "#".repeat(hashes));
            rest[hashes + 2..].find(&close).map_or(text.len(), |n| i + hashes + 2 + n + close.len())
        } else if rest.starts_with('"') {
            i + string_end(rest)
        } else if let Some(length) = char_literal(rest) {
            i + length
        } else {
            let c = rest.chars().next().unwrap();
            out.push(c);
            i += c.len_utf8();
            continue;
        };
        blank(&mut out, i, end);
        i = end;
    }
    while let Some(start) = out.find("#[cfg(test)]\nmod tests {") {
        let end = out[start..].find("\n}\n").map_or(out.len(), |n| start + n + 3);
        let blanked: String = out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blanked);
    }
    out
}

fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; a lifetime is none.
fn char_literal(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        return inner[1..].find('\'').map(|n| if n == 0 { 4 } else { n + 3 });
    }
    inner[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2)
}

/// Whether a word stands in a line, not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(part) && !line[at + word.len()..].chars().next().is_some_and(part)
    })
}

/// The paths named by `crate::...` (in the binary: `tensor_repl::...`), groups expanded, with their lines.
fn named_paths(file: &File) -> Vec<(usize, Vec<String>)> {
    let text = file.code.join("\n");
    let mut found = Vec::new();
    for start in ["crate::", "tensor_repl::"] {
        for (at, _) in text.match_indices(start) {
            if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let line = text[..at].matches('\n').count() + 1;
            expand(&text[at + start.len()..], &[], &mut |path| found.push((line, path.to_vec())));
        }
    }
    found
}

/// Calls back with each path that a use tree names: at most its first two parts.
fn expand(text: &str, before: &[String], each: &mut impl FnMut(&[String])) {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let mut depth = 0;
        let mut from = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    expand(&group[from..at], before, each);
                    from = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    if end == 0 {
        return;
    }
    let mut path = before.to_vec();
    path.push(text[..end].to_string());
    match text[end..].strip_prefix("::") {
        Some(rest) if path.len() < 2 => expand(rest, &path, each),
        _ => each(&path),
    }
}

fn report(violations: Vec<String>) {
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn layers_import_along_the_arrows_only() {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut violations = Vec::new();
    for file in files().iter().filter(|f| f.layer != "lib") {
        let Some(allowed) = arrows.get(file.layer.as_str()) else {
            violations.push(format!("{}: no layer of the floor plan", file.path));
            continue;
        };
        for (line, path) in named_paths(file) {
            let target = path[0].as_str();
            if target == file.layer || !arrows.contains_key(target) {
                continue;
            }
            if !allowed.contains(&target) {
                violations.push(format!("{}:{line}: {} -> {target}", file.path, file.layer));
            }
            let narrow = NARROW.iter().find(|(from, to, _)| *from == file.layer && *to == target);
            if let (Some((_, _, parts)), Some(part)) = (narrow, path.get(1))
                && part != "self"
                && !parts.contains(&part.as_str())
            {
                violations.push(format!("{}:{line}: {} -> {target}::{part}", file.path, file.layer));
            }
        }
    }
    report(violations);
}

#[test]
fn every_arrow_points_downwards() {
    // The table itself has no cycle: it is listed from the bottom to the top, but for `syntax`, which stands alone.
    for (i, (layer, allowed)) in ARROWS.iter().enumerate() {
        for target in *allowed {
            let at = ARROWS.iter().position(|(name, _)| name == target);
            assert!(at.is_some_and(|at| at < i), "{layer} -> {target} does not point downwards");
        }
    }
}

#[test]
fn each_library_and_unsafe_code_stay_in_their_places() {
    let mut violations = Vec::new();
    for file in files() {
        for (word, places, why) in ONLY_IN {
            if places.iter().any(|place| file.path.starts_with(place)) {
                continue;
            }
            for (n, line) in file.code.iter().enumerate().filter(|(_, line)| has_word(line, word)) {
                violations.push(format!("{}:{}: {word}: {why}: {}", file.path, n + 1, line.trim()));
            }
        }
    }
    report(violations);
}

#[test]
fn every_unsafe_block_gives_its_reason() {
    let mut violations = Vec::new();
    for file in files() {
        for (n, line) in file.code.iter().enumerate().filter(|(_, line)| has_word(line, "unsafe")) {
            if line.contains("unsafe fn") || line.contains("unsafe_code") || line.contains("unsafe extern") {
                continue;
            }
            let above = file.lines[..=n].iter().rev().take(8);
            if !above.into_iter().any(|l| l.contains("SAFETY") || l.contains("# Safety")) {
                violations.push(format!("{}:{}: no SAFETY reason: {}", file.path, n + 1, line.trim()));
            }
        }
    }
    report(violations);
}

#[test]
fn only_the_terminal_prints() {
    let mut violations = Vec::new();
    for file in files().iter().filter(|f| f.layer != "repl" && f.layer != "main") {
        for (n, line) in file.code.iter().enumerate() {
            let prints = |name: &str| {
                line.match_indices(name).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric()))
            };
            if PRINTING.into_iter().any(prints) {
                violations.push(format!("{}:{}: {}", file.path, n + 1, line.trim()));
            }
        }
    }
    report(violations);
}

#[test]
fn nothing_unwraps_what_a_user_can_reach() {
    let mut violations = Vec::new();
    for file in files() {
        for (n, line) in file.code.iter().enumerate() {
            let allowed = file.lines[n.saturating_sub(4)..=n].iter().any(|l| l.contains("allow(clippy::expect_used)"));
            let panics = ["panic!(", "todo!(", "unimplemented!("].iter().any(|m| line.contains(m));
            if line.contains(".unwrap()") || panics || (line.contains(".expect(") && !allowed) {
                violations.push(format!("{}:{}: {}", file.path, n + 1, line.trim()));
            }
        }
    }
    report(violations);
}

#[test]
fn every_file_says_what_it_is() {
    let silent = files().into_iter().filter(|f| !f.lines.first().is_some_and(|l| l.starts_with("//! ")));
    report(silent.map(|f| f.path).collect());
}
