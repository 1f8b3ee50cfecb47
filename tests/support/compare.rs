//! When printed output agrees with a recording: text and layout exactly, numbers up to the last digit printed.

use regex::{Captures, Regex};
use std::sync::LazyLock;

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|-?\b(?:nan|inf)\b").unwrap());
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"0x[0-9a-f]+").unwrap());
static IDENTITY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"([\w.]?)(\d{12,})").unwrap());
static GRAD_FN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"grad_fn=<\w+>").unwrap());
static SPACES: LazyLock<Regex> = LazyLock::new(|| Regex::new(" +").unwrap());

/// Text without what differs from run to run: addresses, identities, the names of nodes.
fn blanked(text: &str) -> String {
    let text = ADDRESS.replace_all(text, "0xADDR");
    let text = IDENTITY.replace_all(&text, |found: &Captures| {
        // Not the digits of a decimal fraction, nor the end of a name.
        if found[1].is_empty() { "ID".to_string() } else { found[0].to_string() }
    });
    let text = GRAD_FN.replace_all(&text, "grad_fn=<>");
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Whether two printed outputs agree.
pub fn same(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (blanked(ours), blanked(theirs));
    if ours == theirs {
        return true;
    }
    let a: Vec<&str> = NUMBER.find_iter(&ours).map(|m| m.as_str()).collect();
    let b: Vec<&str> = NUMBER.find_iter(&theirs).map(|m| m.as_str()).collect();
    if a.len() != b.len() || !a.iter().zip(&b).all(|(a, b)| close(a, b)) {
        return false;
    }
    // A sign or a digit more may move a column.
    let same_widths = a.iter().zip(&b).all(|(a, b)| a.len() == b.len());
    let layout = |text: &str| {
        let text = if same_widths { text.into() } else { SPACES.replace_all(text, " ") };
        NUMBER.replace_all(&text, "#").into_owned()
    };
    layout(&ours) == layout(&theirs)
}

/// Decimals and exponent of a printed number.
fn notation(number: &str) -> (usize, Option<i32>) {
    let lower = number.to_lowercase();
    let (mantissa, power) = match lower.split_once('e') {
        Some((mantissa, power)) => (mantissa.to_string(), power.parse().ok()),
        None => (lower.clone(), None),
    };
    (mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len()), power)
}

/// Whether two printed numbers agree: the same notation, one unit in the last digit printed.
fn close(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let both = format!("{a}{b}").to_lowercase();
    if !both.contains(['.', 'e']) || both.contains("nan") || both.contains("inf") {
        return false;
    }
    let ((da, ea), (db, eb)) = (notation(a), notation(b));
    let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) else { return false };
    let distance = (x - y).abs();
    if da.min(db) > 8 {
        // The text of a Python float: as many digits as it takes.
        return distance <= 2e-4 * y.abs() + 1e-7;
    }
    if da != db || ea.is_some() != eb.is_some() {
        return false;
    }
    if db == 0 && eb.is_none() {
        // "3.": PyTorch's way to say that it is exactly 3.
        return x == y;
    }
    distance <= f64::max(2e-4 * y.abs(), 1.01 * 10f64.powi(eb.unwrap_or(0) - db as i32))
}

/// Relative and absolute tolerance for the values of an operator, by the dtype of what is compared.
pub fn tolerance(op: &str, double: bool) -> (f64, f64) {
    static APPROXIMATIONS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(digamma|lgamma|polygamma|mvlgamma|igamma|igammac|erfinv|i0|logit|matrix_exp|special\.|logdet|linalg\.(cond|pinv|lstsq|matrix_sqrth|polar|slogdet|det|eigh|eigvalsh|svd|svdvals|inv|solve|tensor)|pinverse|svd|norm\.nuc|cdist|corrcoef|cov)",
        )
        .unwrap()
    });
    static STEEP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(tan|pow|__rpow__|float_power|cumprod|prod|sinh|cosh|exp2|nn\.functional\.(gelu|mish|conv|interpolate|batch_norm|group_norm|instance_norm|layer_norm))",
        )
        .unwrap()
    });
    let (mut relative, absolute): (f64, f64) = if double { (1e-7, 1e-9) } else { (1.3e-5, 1e-5) };
    if APPROXIMATIONS.is_match(op) {
        relative = relative.max(if double { 1e-6 } else { 2e-4 });
    }
    if STEEP.is_match(op) {
        relative = relative.max(if double { 1e-7 } else { 5e-5 });
    }
    (relative, absolute)
}

/// Why two lists of numbers as text disagree; `None` when they agree within the tolerance.
pub fn numeric(expected: &str, got: &str, relative: f64, absolute: f64) -> Option<String> {
    if expected == got {
        return None;
    }
    let (a, layout_a) = numbers(expected);
    let (b, layout_b) = numbers(got);
    if layout_a != layout_b {
        return Some("the structure differs".into());
    }
    for (i, (x, y)) in a.iter().zip(&b).enumerate().filter(|(_, (x, y))| x != y) {
        let differs = Some(format!("number {i}: {y} for {x}"));
        if !is_float(x) {
            return differs;
        }
        let (Ok(p), Ok(q)) = (x.parse::<f64>(), y.parse::<f64>()) else { return differs };
        let agree = p == q
            || (p.is_nan() && q.is_nan())
            || (p.is_finite() && q.is_finite() && (p - q).abs() <= absolute + relative * p.abs());
        if !agree {
            return differs;
        }
    }
    None
}

fn is_float(number: &str) -> bool {
    number.contains(['.', 'e', 'n', 'a', 'i'])
}

/// The numbers of a text, and the text with each replaced by its kind and spaces removed.
fn numbers(text: &str) -> (Vec<&str>, String) {
    static TOKEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"-?(?:inf\b|nan\b|\d+(?:\.\d*)?(?:e[+-]?\d+)?)").unwrap());
    let mut found = Vec::new();
    let mut layout = String::new();
    let mut from = 0;
    for token in TOKEN.find_iter(text) {
        let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let before = text[..token.start()].chars().next_back().is_some_and(inside);
        let after = text[token.end()..].chars().next().is_some_and(inside);
        if before || after {
            continue; // a part of a name
        }
        layout.push_str(&text[from..token.start()]);
        layout.push(if is_float(token.as_str()) { 'f' } else { 'i' });
        found.push(token.as_str());
        from = token.end();
    }
    layout.push_str(&text[from..]);
    layout.retain(|c| !c.is_whitespace());
    (found, layout)
}
