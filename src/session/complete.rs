//! Completion and hints: what may follow at a place in the text. Runs nothing of the program.

use super::commands::{COMMANDS, settings_names};
use super::describe::{documentation, parameter_names, signature};
use super::engine::Session;
use super::names::parameters;
use crate::diag::Text;
use crate::display::annotate::shape_label;
use crate::display::table::shorten;
use crate::syntax::tokens::{Token, TokenKind, is_keyword, tokenize};
use crate::syntax::{Mode, highlight};
use crate::value::protocol::class_name;
use crate::value::{Value, class_of};
use std::collections::BTreeMap;

/// The most candidates that are offered.
const MAX_CANDIDATES: usize = 400;
/// The widest detail.
const DETAIL_WIDTH: usize = 60;

/// Words that begin statements or stand in expressions.
const KEYWORDS: [&str; 33] = [
    "False", "None", "True", "and", "as", "assert", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Modules that can be imported.
const MODULES: [&str; 26] = [
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "functools",
    "inspect",
    "itertools",
    "math",
    "matplotlib",
    "numpy",
    "os",
    "pprint",
    "random",
    "string",
    "sys",
    "time",
    "torch",
    "torch.autograd",
    "torch.distributions",
    "torch.func",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.optim",
    "torch.utils.data",
    "typing",
];

/// What may be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The text that replaces what was typed.
    pub text: String,
    /// One line on what it is; may be empty.
    pub detail: String,
}

/// Candidates by text, so that none comes twice.
type Found = BTreeMap<String, String>;

impl Session {
    /// What may stand at a byte position: where the replaced text begins, and the candidates, sorted.
    pub fn complete(&mut self, text: &str, pos: usize) -> (usize, Vec<Candidate>) {
        let Some(before) = text.get(..pos) else { return (pos, Vec::new()) };
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = &before[line_start..];
        let mut found = Found::new();
        let start = match command_part(line) {
            Some(0) => self.complete_command(line, &mut found) + line_start,
            _ => self.complete_python(before, &mut found),
        };
        let typed = &before[start.min(before.len())..];
        let hidden = !typed.starts_with('_');
        let all = found.into_iter().filter(|(text, _)| !(hidden && text.starts_with('_')) && text.starts_with(typed));
        let mut all: Vec<Candidate> =
            all.map(|(text, detail)| Candidate { text, detail: shorten(&detail, DETAIL_WIDTH) }).collect();
        // Keyword arguments first: they are few, and what is asked for after a bracket.
        all.sort_by_key(|c| !c.text.ends_with('='));
        all.truncate(MAX_CANDIDATES);
        (start, all)
    }

    fn complete_command(&mut self, line: &str, found: &mut Found) -> usize {
        let Some((head, rest)) = line.split_once(' ') else {
            for command in COMMANDS {
                let doc = command.doc.lines().next().unwrap_or("");
                found.insert(format!("{}{}", &line[..1], command.name), doc.to_string());
            }
            return 0;
        };
        let rest_at = head.len() + 1;
        match head.trim_start_matches([':', '%']) {
            "load" | "save" | "run" => complete_path(rest, found) + rest_at,
            "set" if !rest.contains(' ') => {
                found.extend(settings_names().map(|n| (n.to_string(), String::new())));
                rest_at
            }
            "set" => {
                found.extend([("on".to_string(), String::new()), ("off".to_string(), String::new())]);
                rest_at + rest.rfind(' ').map_or(0, |i| i + 1)
            }
            "help" | "h" if !rest.contains('.') => {
                found.extend(
                    COMMANDS.iter().map(|c| (c.name.to_string(), c.doc.lines().next().unwrap_or("").to_string())),
                );
                self.complete_python(rest, found) + rest_at
            }
            _ => self.complete_python(rest, found) + rest_at,
        }
    }

    /// Completes an expression or statement; returns where the replaced text begins.
    fn complete_python(&mut self, before: &str, found: &mut Found) -> usize {
        let tokens = tokenize(before, Mode::Prompt);
        let list: Vec<Token> = tokens
            .list
            .iter()
            .filter(|t| {
                !matches!(t.kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent)
                    && !t.span.range().is_empty()
            })
            .copied()
            .collect();
        let word = |t: &Token| &before[t.span.range()];
        let Some(last) = list.last() else {
            self.names(found, "");
            return before.len();
        };
        let touches = last.span.end as usize == before.len();
        match last.kind {
            TokenKind::Comment if touches => return before.len(),
            TokenKind::String if touches && is_open(word(last)) => {
                let inner = word(last);
                let quote = inner.find(['"', '\'']).unwrap_or(0);
                let content = last.span.start as usize + quote + 1;
                // A key in d["..."], or a path.
                if let [.., object, bracket, _] = list.as_slice()
                    && word(bracket) == "["
                    && object.span.end == bracket.span.start
                    && let Some(value) = self.peek_text(primary(before, object.span.end as usize))
                    && let Value::Dict(dict) = value
                {
                    for key in dict.keys() {
                        if let Some(key) = key.as_str() {
                            let detail = dict.get_str(key).map_or(String::new(), |v| detail_of(&v));
                            let close = word(last).get(quote..quote + 1).unwrap_or("'");
                            found.insert(format!("{key}{close}]"), detail);
                        }
                    }
                    return content;
                }
                return content + complete_path(&before[content..], found);
            }
            _ => {}
        }
        let (name_start, after) = match last.kind {
            TokenKind::Name if touches => (last.span.start as usize, list.len() - 1),
            TokenKind::Number if touches => return before.len(),
            _ => (before.len(), list.len()),
        };
        let previous = after.checked_sub(1).and_then(|i| list.get(i));
        let first = list.first().map_or("", word);
        if previous.is_some_and(|t| word(t) == ".") {
            if first == "import" || first == "from" {
                return self.complete_import(before, found);
            }
            let dot = previous.map_or(0, |t| t.span.start as usize);
            if let Some(value) = self.peek_text(primary(before, dot)) {
                self.members(&value, found);
            }
            return name_start;
        }
        if (first == "import" || first == "from") && !before.contains('\n') {
            let in_from = list.iter().any(|t| word(t) == "import") && first == "from";
            if !in_from {
                return self.complete_import(before, found);
            }
            let module: String = list.iter().skip(1).take_while(|t| word(t) != "import").map(word).collect();
            let caller: &mut dyn crate::value::Caller = &mut self.machine;
            if let Ok(value) = caller.import(&module) {
                self.members(&value, found);
            }
            return name_start;
        }
        if let Some(callee) = open_call(before, &list[..after])
            && let Some(value) = self.peek_text(callee)
        {
            for name in parameter_names(&value) {
                found.insert(format!("{name}="), "parameter".to_string());
            }
        }
        self.names(found, &before[name_start..]);
        name_start
    }

    fn complete_import(&mut self, before: &str, found: &mut Found) -> usize {
        found.extend(MODULES.iter().map(|m| (m.to_string(), "module".to_string())));
        before.rfind([' ', ',']).map_or(0, |i| i + 1)
    }

    /// Variables, and what begins like the word typed so far: built-ins, keywords, and, where there is nothing else,
    /// torch's functions, which can be called by their bare names.
    fn names(&mut self, found: &mut Found, typed: &str) {
        for (name, value) in self.main.space.items() {
            found.insert(name.to_string(), detail_of(&value));
        }
        if typed.is_empty() {
            return;
        }
        for keyword in KEYWORDS {
            found.insert(keyword.to_string(), String::new());
        }
        for (name, value) in self.machine.builtins.space.items() {
            found.entry(name.to_string()).or_insert_with(|| detail_of(&value));
        }
        if self.main.prompt.get()
            && !found.keys().any(|name| name.starts_with(typed))
            && let Some(torch) = crate::ops::api::module("torch")
        {
            let functions = torch.space.items().into_iter().filter(|(_, v)| matches!(v, Value::Native(_)));
            found.extend(functions.map(|(name, value)| (name.to_string(), detail_of(&value))));
        }
    }

    /// The attributes of a value.
    fn members(&mut self, value: &Value, found: &mut Found) {
        match value {
            Value::Module(module) => {
                for (name, value) in module.space.items() {
                    found.insert(name.to_string(), detail_of(&value));
                }
                if module.lazy.get() {
                    for name in self.shared.borrow_mut().importer.names(&module.name) {
                        found.entry(name).or_default();
                    }
                }
            }
            Value::Object(object) => {
                for (key, value) in object.dict.items() {
                    if let Some(name) = key.as_str() {
                        found.insert(name.to_string(), detail_of(&value));
                    }
                }
                for (path, tensor) in parameters(object) {
                    if !path.contains('.') {
                        found.insert(path, detail_of(&Value::Tensor(tensor)));
                    }
                }
                if let Some(Value::Dict(modules)) = object.dict.get_str("_modules") {
                    for (key, value) in modules.items() {
                        if let Some(name) = key.as_str().filter(|n| !n.starts_with(|c: char| c.is_ascii_digit())) {
                            found.insert(name.to_string(), detail_of(&value));
                        }
                    }
                }
                class_members(&object.class(), found);
            }
            Value::Class(class) => class_members(class, found),
            Value::Tuple(tuple) => {
                if let crate::value::TupleKind::Named(named) = &tuple.kind {
                    for (field, value) in named.fields.iter().zip(tuple.iter()) {
                        found.insert(field.to_string(), detail_of(value));
                    }
                }
                class_members(&class_of(value), found);
            }
            other => class_members(&class_of(other), found),
        }
    }

    /// A remark to show dim after the cursor, never inserted: the signature after `f(`, shape and type after a variable.
    pub fn hint(&mut self, text: &str, pos: usize) -> Option<String> {
        if pos != text.len() || text.len() > 100_000 {
            return None;
        }
        let line = text.rsplit('\n').next()?;
        if line.starts_with(':') {
            let (name, rest) = line[1..].split_once(' ')?;
            let command = super::commands::find(name)?;
            return (rest.is_empty() && !command.usage.is_empty()).then(|| command.usage.to_string());
        }
        let tail = line.trim_end();
        if let Some(callee) = tail.strip_suffix('(') {
            let value = self.peek_text(primary(callee, callee.len()))?;
            let signature = signature(&value)?;
            return signature.split_once('(').map(|(_, rest)| rest.to_string());
        }
        if tail.len() != line.len() {
            return None;
        }
        let path = primary(line, line.len());
        let ends_in_name = line.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ']');
        if path.is_empty() || !ends_in_name || is_keyword(path) {
            return None;
        }
        match self.peek_text(path)? {
            Value::Tensor(t) => Some(format!("  # {}", shape_label(t.dtype(), &t.sizes()))),
            Value::Array(a) => {
                let array = a.array.borrow();
                Some(format!("  # np {}", shape_label(array.dtype, array.sizes())))
            }
            _ => None,
        }
    }

    /// The text in pieces that say what they are.
    pub fn highlight(&self, text: &str) -> Text {
        highlight(text)
    }
}

/// Where a command begins in a line, if it is one.
fn command_part(line: &str) -> Option<usize> {
    (line.starts_with(':') || line.starts_with('%')).then_some(0)
}

fn class_members(class: &std::rc::Rc<crate::value::Class>, found: &mut Found) {
    for base in class.mro.iter().rev().chain([class]) {
        for (key, value) in base.dict.items() {
            if let Some(name) = key.as_str() {
                found.insert(name.to_string(), detail_of(&value));
            }
        }
    }
}

/// One line on a value: shape, signature, or type.
fn detail_of(value: &Value) -> String {
    match value {
        Value::Tensor(t) => shape_label(t.dtype(), &t.sizes()),
        Value::Native(n) => documentation(&Value::Native(n.clone())).lines().next().unwrap_or("").to_string(),
        Value::Function(_) => signature(value).unwrap_or_default(),
        Value::Descriptor(_) => String::new(),
        other => class_name(other),
    }
}

/// Whether a string token has not ended yet.
fn is_open(token: &str) -> bool {
    let Some(at) = token.find(['"', '\'']) else { return false };
    let quote = &token[at..at + 1];
    let body = &token[at..];
    body.len() < 2 || !body.ends_with(quote) || (body.len() == 1)
}

/// The dotted name with constant subscripts that ends at a place.
fn primary(text: &str, end: usize) -> &str {
    let Some(text) = text.get(..end) else { return "" };
    let mut start = text.len();
    let mut depth = 0usize;
    for (i, c) in text.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            c if c.is_alphanumeric() || c == '_' || c == '.' => {}
            _ => break,
        }
        start = i;
    }
    text[start..].trim_start_matches('.')
}

/// The function of the innermost call that is open after some tokens.
fn open_call<'a>(text: &'a str, tokens: &[Token]) -> Option<&'a str> {
    let mut depth = 0usize;
    for token in tokens.iter().rev() {
        match &text[token.span.range()] {
            ")" | "]" | "}" => depth += 1,
            "(" if depth == 0 => {
                let callee = primary(text, token.span.start as usize);
                return (!callee.is_empty() && !is_keyword(callee)).then_some(callee);
            }
            "[" | "{" if depth == 0 => return None,
            "(" | "[" | "{" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Files and folders that begin with a text; returns where the last part of the path begins.
fn complete_path(typed: &str, found: &mut Found) -> usize {
    let start = typed.rfind('/').map_or(0, |i| i + 1);
    let folder = if start == 0 { "." } else { &typed[..start] };
    let Ok(entries) = std::fs::read_dir(folder) else { return start };
    for entry in entries.flatten().take(2000) {
        let Ok(mut name) = entry.file_name().into_string() else { continue };
        let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
        if is_folder {
            name.push('/');
        }
        if name.starts_with(&typed[start..]) {
            found.insert(name, if is_folder { "folder" } else { "file" }.to_string());
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::super::{Capture, Origin, Session, Settings};

    fn session(text: &str) -> Session {
        let mut session = Session::new(Box::<Capture>::default(), Settings::default());
        session.bind_prompt_names();
        session.run(text, "<test>", Origin::Prompt);
        session
    }

    fn complete(session: &mut Session, text: &str) -> Vec<String> {
        let (start, found) = session.complete(text, text.len());
        found.into_iter().map(|c| format!("{}{}", &text[..start], c.text)).collect()
    }

    #[test]
    fn completes_what_is_there() {
        let mut s = session(
            "x = torch.ones(2, 3); weights = [1]; d = {'alpha': 1, 'beta': x}\ndef step(lr, momentum=0.9): pass\n",
        );
        assert!(complete(&mut s, "wei").contains(&"weights".to_string()));
        assert!(complete(&mut s, "x.unsq").contains(&"x.unsqueeze".to_string()));
        assert_eq!(complete(&mut s, "step(mo"), ["step(momentum="]);
        assert!(complete(&mut s, "torch.softmax(x, di").contains(&"torch.softmax(x, dim=".to_string()));
        assert_eq!(complete(&mut s, "d[\"al"), ["d[\"alpha\"]"]);
        // After a bracket: the parameters and the variables, not everything there is.
        let offered = complete(&mut s, "step(");
        assert_eq!(offered[..2], ["step(lr=", "step(momentum="]);
        assert!(offered.contains(&"step(weights".to_string()) && !offered.contains(&"step(print".to_string()));
        assert!(complete(&mut s, "arang").contains(&"arange".to_string()));
        assert!(complete(&mut s, "nn.Line").contains(&"nn.Linear".to_string()));
        assert_eq!(complete(&mut s, ":gra"), [":grad", ":graph"]);
        assert!(complete(&mut s, "weights.app").contains(&"weights.append".to_string()));
        assert!(complete(&mut s, "# wei").is_empty());
        assert!(complete(&mut s, "from torch.nn import Lin").contains(&"from torch.nn import Linear".to_string()));
    }

    #[test]
    fn hints_show_signatures_and_shapes() {
        let mut s = session("x = torch.ones(2, 3)\ndef step(lr, momentum=0.9): pass\n");
        assert_eq!(s.hint("y = x", 5).as_deref(), Some("  # f32[2, 3]"));
        assert_eq!(s.hint("step(", 5).as_deref(), Some("lr, momentum=0.9)"));
        assert_eq!(s.hint("if", 2), None);
        assert_eq!(s.hint("nosuch", 6), None);
    }
}
