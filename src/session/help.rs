//! Help: what a name means, and the search for names by pattern or words.

use super::commands::{COMMANDS, Command};
use super::describe::{documentation, operator_of, signature};
use super::engine::Session;
use crate::diag::{Fault, Result, Style, Text, did_you_mean};
use crate::display::table::{Align, Table, shorten};
use crate::ops::def::{OpDef, Run};
use crate::ops::registry;
use crate::value::protocol::class_name;
use crate::value::{Caller, Value, intern};

/// The width of one line of a list.
const WIDTH: usize = 98;
/// The most hits that a search lists.
const MAX_HITS: usize = 40;

/// A name that a search found, with its first line of documentation.
struct Hit {
    name: String,
    doc: String,
}

impl Hit {
    /// The name without its module.
    fn last(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }

    /// How well words describe it: a word that is its name counts most, one that only means something it mentions least;
    /// `None` when a word is missing.
    fn fit(&self, words: &str) -> Option<usize> {
        let (name, doc) = (self.name.to_lowercase(), self.doc.to_lowercase());
        let one = |word: &str| {
            let word = stem(word);
            let means = || MEANINGS.iter().any(|(said, meant)| *said == word && meant.iter().any(|m| doc.contains(m)));
            match () {
                _ if self.last().eq_ignore_ascii_case(word) => Some(8),
                _ if name.contains(word) => Some(3),
                _ if doc.contains(word) => Some(2),
                _ if means() => Some(1),
                _ => None,
            }
        };
        words.to_lowercase().split_whitespace().map(one).sum()
    }
}

/// What people call things that the documentation has other words for.
const MEANINGS: &[(&str, &[&str])] = &[
    ("row", &["dim", "dimension"]),
    ("column", &["dim", "dimension"]),
    ("axi", &["dim"]),
    ("average", &["mean"]),
    ("length", &["size", "norm"]),
    ("concatenate", &["joined"]),
    ("combine", &["joined"]),
    ("reverse", &["order"]),
    ("multiply", &["product"]),
    ("biggest", &["largest", "maximum"]),
    ("smallest", &["minimum", "least"]),
    ("copy", &["copies", "copied"]),
    ("convert", &["to another", "converted"]),
    ("remove", &["without"]),
    ("shape", &["size"]),
];

impl Session {
    /// The answer to `:help`, with a name, a pattern or words in quotes.
    ///
    /// Errors: NameError when there is nothing of that name.
    pub(super) fn help(&mut self, asked: &str) -> Result<Text> {
        let asked = asked.trim();
        if asked.is_empty() {
            return Ok(overview());
        }
        let quoted = asked.strip_prefix(['"', '\'']).map(|t| t.trim_end_matches(['"', '\'']));
        if let Some(words) = quoted {
            return self.search(words, |hit| hit.fit(words));
        }
        if asked.contains('*') {
            return self.search(asked, |hit| {
                let fits = matches_pattern(asked, hit.last()) || matches_pattern(asked, &hit.name);
                fits.then_some(0)
            });
        }
        if asked == "commands" {
            return Ok(command_list());
        }
        let bare = asked.strip_prefix([':', '%']);
        let command = super::commands::find(bare.unwrap_or(asked));
        if let (Some(command), Some(_)) = (command, bare) {
            return Ok(command_help(command));
        }
        if let Some(value) = self.find_named(asked) {
            return Ok(self.help_on(asked, &value));
        }
        if let Some(command) = command {
            return Ok(command_help(command));
        }
        if let Some(text) = super::explain::help_on_error(asked) {
            return Ok(text);
        }
        let fault = Fault::name_error(format!("there is no help on {asked}"));
        let hits = self.everything();
        let last = asked.rsplit('.').next().unwrap_or(asked);
        let near = did_you_mean(last, hits.iter().map(|h| h.name.rsplit('.').next().unwrap_or(&h.name)));
        Err(match near {
            Some(near) => fault.with_suffix(format!(". Did you mean: {near}?")).with_help(format!(":help {near}")),
            None => fault.with_help(format!(":help \"{asked}\"   (searches)")),
        })
    }

    /// What a dotted name stands for: a variable, a member of a module, a function of torch, a method of tensors.
    fn find_named(&mut self, asked: &str) -> Option<Value> {
        if let Some(value) = self.peek_text(asked) {
            return Some(value);
        }
        const PLACES: [&str; 8] = [
            "torch",
            "torch.nn.functional",
            "torch.linalg",
            "torch.nn",
            "torch.optim",
            "torch.nn.init",
            "torch.utils.data",
            "torch.distributions",
        ];
        let (head, rest) = asked.split_once('.').map_or((asked, None), |(h, r)| (h, Some(r)));
        let full = super::engine::PROMPT_NAMES.iter().find(|(name, _)| *name == head).map(|(_, module)| *module);
        if let (Some(module), None) = (full, rest) {
            return (&mut self.machine as &mut dyn Caller).import(module).ok();
        }
        let member =
            rest.and_then(|rest| asked.strip_prefix("Tensor.").or(asked.strip_prefix("torch.Tensor.")).or(Some(rest)));
        if let (Some(name), true) = (member, asked.contains("Tensor.") || full.is_none()) {
            let found = crate::value::types().tensor.lookup(&intern(name));
            if found.is_some() && (asked.contains("Tensor.") || rest.is_some()) {
                return found;
            }
        }
        let modules = match (full, rest) {
            (Some(module), Some(_)) => vec![module],
            _ => PLACES.to_vec(),
        };
        let path: Vec<&str> =
            if full.is_some() { rest.unwrap_or("").split('.').collect() } else { asked.split('.').collect() };
        let caller: &mut dyn Caller = &mut self.machine;
        for module in modules {
            let Ok(mut value) = caller.import(module) else { continue };
            let found = path.iter().all(|name| match caller.find_attr(&value, &intern(name)) {
                Ok(Some(next)) => {
                    value = next;
                    true
                }
                _ => false,
            });
            if found {
                return Some(value);
            }
        }
        crate::value::types().tensor.lookup(&intern(asked))
    }

    /// The help on a value.
    pub(super) fn help_on(&mut self, name: &str, value: &Value) -> Text {
        let mut out = Text::new();
        match signature(value) {
            Some(signature) => out.push(Style::Name, &signature),
            None => {
                out.push(Style::Name, name);
                out.push(Style::Dim, &format!("   {}", class_name(value)));
            }
        }
        out.push(Style::Plain, "\n");
        if matches!(value, Value::Tensor(_) | Value::Array(_)) {
            let names = |asked: &crate::tensor::Tensor| self.name_of(asked);
            out.extend(crate::display::info::info(value, &names));
            return out;
        }
        for line in documentation(value).lines() {
            out.push(Style::Plain, &if line.is_empty() { "\n".to_string() } else { format!("  {line}\n") });
        }
        let native = match value {
            Value::Native(n) => Some(n.clone()),
            Value::Method(m) => match &m.function {
                Value::Native(n) => Some(n.clone()),
                _ => None,
            },
            _ => None,
        };
        if let Some(def) = native.and_then(|n| operator_of(&n)) {
            operator_facts(&mut out, def);
        }
        match value {
            Value::Class(c) => {
                let methods: Vec<String> = c
                    .dict
                    .keys()
                    .iter()
                    .filter_map(Value::as_str)
                    .filter(|n| !n.starts_with('_'))
                    .map(str::to_string)
                    .collect();
                list(&mut out, "methods", &methods);
                if c.is_user {
                    out.push(Style::Dim, &format!("  :source {name}\n"));
                }
            }
            Value::Function(_) => out.push(Style::Dim, &format!("  :source {name}\n")),
            Value::Module(m) => {
                let mut names: Vec<String> = m.space.items().iter().map(|(n, _)| n.to_string()).collect();
                names.extend(self.shared.borrow_mut().importer.names(&m.name));
                names.retain(|n| !n.starts_with('_'));
                names.sort();
                names.dedup();
                list(&mut out, "names", &names);
            }
            _ => {}
        }
        out
    }

    /// Everything that help knows by name.
    fn everything(&mut self) -> Vec<Hit> {
        let first = |text: &str| text.lines().next().unwrap_or("").to_string();
        let mut hits = Vec::new();
        let mut known = std::collections::HashSet::new();
        for def in registry::all() {
            let place = if def.forms.has(crate::ops::def::Forms::FUNCTION) {
                "torch."
            } else if def.forms.has(crate::ops::def::Forms::NN) {
                "F."
            } else if def.forms.has(crate::ops::def::Forms::METHOD) {
                "Tensor."
            } else {
                continue;
            };
            known.insert(def.name);
            hits.push(Hit { name: format!("{place}{}", def.name), doc: first(def.doc) });
        }
        if let Some(torch) = crate::ops::api::module("torch") {
            for (name, value) in torch.space.items() {
                if let Value::Native(n) = &value
                    && !known.contains(name.as_str())
                    && !name.starts_with('_')
                {
                    hits.push(Hit { name: format!("torch.{name}"), doc: first(n.doc) });
                }
            }
        }
        for (package, shown) in [
            ("torch.nn", "nn"),
            ("torch.optim", "optim"),
            ("torch.utils.data", "torch.utils.data"),
            ("torch.distributions", "torch.distributions"),
        ] {
            let names = self.shared.borrow_mut().importer.names(package);
            for name in names {
                let module = self.shared.borrow_mut().importer.find_name(package, &name);
                let doc = module.and_then(|m| super::importer::Importer::prelude_text(&m)).map(|t| docstring(t, &name));
                hits.push(Hit { name: format!("{shown}.{name}"), doc: doc.unwrap_or_default() });
            }
        }
        for (name, value) in self.machine.builtins.space.items() {
            if let Value::Native(n) = &value {
                hits.push(Hit { name: name.to_string(), doc: first(n.doc) });
            }
        }
        for (name, value) in self.variables() {
            if matches!(value, Value::Function(_) | Value::Class(_)) {
                hits.push(Hit { name, doc: first(&documentation(&value)) });
            }
        }
        for command in COMMANDS {
            hits.push(Hit { name: format!(":{}", command.name), doc: first(command.doc) });
        }
        hits
    }

    fn search(&mut self, asked: &str, fit: impl Fn(&Hit) -> Option<usize>) -> Result<Text> {
        let mut ranked: Vec<(usize, Hit)> =
            self.everything().into_iter().filter_map(|hit| fit(&hit).map(|rank| (rank, hit))).collect();
        ranked.sort_by(|(r, a), (s, b)| s.cmp(r).then_with(|| a.name.cmp(&b.name)));
        ranked.dedup_by(|(_, a), (_, b)| a.name == b.name);
        let hits: Vec<Hit> = ranked.into_iter().map(|(_, hit)| hit).collect();
        if hits.is_empty() {
            return Err(Fault::name_error(format!("nothing matches {asked}")).with_help(":help   (an overview)"));
        }
        let mut table = Table::new(&[("name", Align::Left), ("", Align::Left)]);
        let names = hits.iter().take(MAX_HITS).map(|hit| hit.name.len()).max().unwrap_or(0);
        for hit in hits.iter().take(MAX_HITS) {
            let doc = shorten(&hit.doc, WIDTH.saturating_sub(names + 2).max(30));
            table.row([(Style::Name, hit.name.clone()), (Style::Plain, doc)]);
        }
        let mut out = table.render();
        if hits.len() > MAX_HITS {
            out.push(Style::Dim, &format!("\n… {} in all", hits.len()));
        }
        Ok(out)
    }
}

/// A word without the ending of a plural, so that "rows" finds "row".
fn stem(word: &str) -> &str {
    if word.len() > 3 { word.trim_end_matches('s') } else { word }
}

/// The first line of the docstring of a definition in a text.
fn docstring(text: &str, name: &str) -> String {
    let mut lines = text.lines().skip_while(|line| {
        let rest = line.strip_prefix("class ").or_else(|| line.strip_prefix("def ")).unwrap_or("");
        !rest.strip_prefix(name).is_some_and(|after| after.starts_with(['(', ':']))
    });
    lines.next();
    let first = lines.next().unwrap_or("").trim();
    first.strip_prefix("\"\"\"").unwrap_or("").trim_end_matches("\"\"\"").to_string()
}

/// Whether a name matches a pattern with `*` for any characters.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Where an operator is found, whether it has a derivative, and its examples.
fn operator_facts(out: &mut Text, def: &OpDef) {
    let derivative = match (def.derivative, def.run) {
        (Some(_), _) | (None, Run::View(_) | Run::Recast(_)) => "differentiable",
        (None, Run::Composite(_)) => "differentiable as far as the operators it is made of",
        (None, Run::Kernel(_)) => "no derivative",
    };
    out.push(Style::Gradient, &format!("  {derivative}\n"));
    if !def.aliases.is_empty() {
        out.push(Style::Dim, &format!("  also {}\n", def.aliases.join(", ")));
    }
    if !def.returns.is_empty() {
        out.push(Style::Dim, &format!("  returns ({})\n", def.returns.join(", ")));
    }
    for example in def.examples {
        out.push(Style::Prompt, "  >>> ");
        out.extend(crate::syntax::highlight(example.0));
        out.push(Style::Plain, &format!("\n  {}\n", example.1.replace('\n', "\n  ")));
    }
}

/// A list of names, wrapped.
fn list(out: &mut Text, title: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    out.push(Style::Dim, &format!("  {title}: "));
    let mut column = title.len() + 4;
    for (i, name) in names.iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        if column + name.len() + 2 > WIDTH {
            out.push(Style::Plain, ",\n    ");
            column = 4;
        } else {
            out.push(Style::Plain, separator);
        }
        out.push(Style::Plain, name);
        column += name.len() + 2;
    }
    out.push(Style::Plain, "\n");
}

fn command_help(command: &Command) -> Text {
    let mut out = Text::styled(Style::Command, format!(":{} {}", command.name, command.usage).trim_end());
    out.push(Style::Plain, "\n");
    for line in command.doc.lines() {
        out.push(Style::Plain, &format!("  {line}\n"));
    }
    if !command.aliases.is_empty() {
        let names: Vec<String> = command.aliases.iter().map(|a| format!(":{a}")).collect();
        out.push(Style::Dim, &format!("  also {}\n", names.join(", ")));
    }
    out.push(Style::Dim, "  example: ");
    out.push(Style::Command, command.example);
    out
}

fn command_list() -> Text {
    let mut table = Table::new(&[("command", Align::Left), ("", Align::Left)]);
    for command in COMMANDS {
        let head = format!(":{} {}", command.name, command.usage);
        let doc = command.doc.lines().next().unwrap_or("");
        table.row([(Style::Command, head.trim_end().to_string()), (Style::Plain, doc.to_string())]);
    }
    table.render()
}

fn overview() -> Text {
    let mut out = Text::plain(
        "Type an expression to see its value, with its shape and its place in the gradient graph in the line under it.\n\
         torch, nn, F, optim, np and math are there from the start; torch's functions can be called by their bare name.\n\n",
    );
    out.extend(command_list());
    out.push(
        Style::Dim,
        "\n\n:help softmax   explains a name        :help *norm*        lists names by pattern\n\
         softmax?        the same               :help \"row sums\"    searches the documentation",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_any_characters() {
        assert!(matches_pattern("*norm*", "LayerNorm"));
        assert!(matches_pattern("log*", "log_softmax"));
        assert!(matches_pattern("l*m*x", "log_softmax"));
        assert!(!matches_pattern("norm", "renorm"));
        assert!(!matches_pattern("*a*b", "ba"));
    }
}
