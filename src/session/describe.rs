//! Descriptions of values that can be called or asked about: signature, documentation, source text.

use super::importer::Importer;
use crate::display::overview::glance;
use crate::lower::Code;
use crate::ops::def::OpDef;
use crate::value::{Class, Function, Native, Value, intern};
use std::rc::Rc;

/// The code of a function of the program.
pub fn code_of(function: &Function) -> Option<Rc<Code>> {
    function.code.clone().downcast::<Code>().ok()
}

/// The operator behind a native function.
pub fn operator_of(native: &Native) -> Option<&'static OpDef> {
    native.data.and_then(|d| d.downcast_ref::<OpDef>())
}

/// The function that constructs instances of a class of the program.
fn constructor(class: &Rc<Class>) -> Option<Rc<Function>> {
    match class.lookup(&intern("__init__")) {
        Some(Value::Function(f)) => Some(f),
        _ => None,
    }
}

/// What can be called, as text: `linear(input, weight, bias=None)`; `None` for other values.
pub fn signature(value: &Value) -> Option<String> {
    Some(match value {
        Value::Function(f) => format!("{}({})", f.name.borrow(), parameters(f, 0)),
        Value::Native(n) if n.owner.is_some() => without_receiver(&n.parsed().show()),
        Value::Native(n) => n.parsed().show(),
        Value::Method(m) => match &m.function {
            Value::Function(f) => format!("{}({})", f.name.borrow(), parameters(f, 1)),
            Value::Native(n) => without_receiver(&n.parsed().show()),
            _ => return None,
        },
        Value::Class(c) => match constructor(c) {
            Some(f) => format!("{}({})", c.name, parameters(&f, 1)),
            None => format!("{}(...)", c.name),
        },
        Value::Object(o) => {
            let class = o.class();
            let forward = class.lookup(&intern("forward")).or_else(|| class.lookup(&intern("__call__")));
            match forward {
                Some(Value::Function(f)) => format!("{}({})", class.name, parameters(&f, 1)),
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// The signature of a method without its first parameter.
fn without_receiver(text: &str) -> String {
    let Some((name, rest)) = text.split_once('(') else { return text.to_string() };
    let rest = match rest.split_once(", ") {
        Some((first, rest)) if !first.contains('=') => rest.strip_prefix("/, ").unwrap_or(rest),
        _ => return format!("{name}()"),
    };
    format!("{name}({})", if rest == "/)" { ")" } else { rest }.trim_end_matches("/)")).replace("))", ")")
}

/// The names of the parameters of what can be called, the receiver excluded; for keyword completion.
pub fn parameter_names(value: &Value) -> Vec<String> {
    let of_function = |f: &Function, skip: usize| -> Vec<String> {
        let Some(code) = code_of(f) else { return Vec::new() };
        let named = (code.params.positional + code.params.keyword_only) as usize;
        code.params.names.iter().take(named).skip(skip).map(|n| n.to_string()).collect()
    };
    let of_native = |n: &Native, skip: usize| -> Vec<String> {
        n.parsed().params.iter().skip(skip).map(|p| p.name.to_string()).collect()
    };
    match value {
        Value::Function(f) => of_function(f, 0),
        Value::Native(n) => of_native(n, n.owner.is_some() as usize),
        Value::Method(m) => match &m.function {
            Value::Function(f) => of_function(f, 1),
            Value::Native(n) => of_native(n, 1),
            _ => Vec::new(),
        },
        Value::Class(c) => constructor(c).map_or_else(Vec::new, |f| of_function(&f, 1)),
        Value::Object(o) => match o.class().lookup(&intern("forward")) {
            Some(Value::Function(f)) => of_function(&f, 1),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The parameters of a function of the program as text, the first `skip` left out.
fn parameters(function: &Function, skip: usize) -> String {
    let Some(code) = code_of(function) else { return "...".to_string() };
    let p = &code.params;
    let (positional, keyword_only) = (p.positional as usize, p.keyword_only as usize);
    let first_default = positional.saturating_sub(function.defaults.len());
    let mut parts: Vec<String> = Vec::new();
    let show = |name: &str, default: Option<&Value>| match default {
        Some(Value::Undef) | None => name.to_string(),
        Some(value) => {
            let text = glance(value);
            format!("{name}={}", if text.is_empty() || text.contains(' ') { "..." } else { &text })
        }
    };
    for (i, name) in p.names.iter().take(positional).enumerate() {
        if i >= skip {
            let default = i.checked_sub(first_default).and_then(|d| function.defaults.get(d));
            parts.push(show(name, default));
            if i + 1 == p.position_only as usize {
                parts.push("/".to_string());
            }
        }
    }
    let mut rest = p.names.iter().skip(positional + keyword_only);
    if p.rest {
        parts.extend(rest.next().map(|n| format!("*{n}")));
    } else if keyword_only > 0 {
        parts.push("*".to_string());
    }
    for (i, name) in p.names.iter().skip(positional).take(keyword_only).enumerate() {
        parts.push(show(name, function.keyword_defaults.get(i)));
    }
    if p.keywords {
        parts.extend(rest.next().map(|n| format!("**{n}")));
    }
    parts.join(", ")
}

/// The documentation of a value: a docstring, an operator's or a native function's text.
pub fn documentation(value: &Value) -> String {
    let text = match value {
        Value::Native(n) => match operator_of(n) {
            Some(def) => def.doc.to_string(),
            None => n.doc.to_string(),
        },
        Value::Function(f) => f.doc.borrow().as_str().unwrap_or("").to_string(),
        Value::Method(m) => documentation(&m.function),
        Value::Class(c) => match c.dict.get_str("__doc__") {
            Some(Value::Str(s)) => s.as_str().to_string(),
            _ => constructor(c).map_or(String::new(), |f| f.doc.borrow().as_str().unwrap_or("").to_string()),
        },
        Value::Module(m) => match m.get("__doc__") {
            Some(Value::Str(s)) => s.as_str().to_string(),
            _ => m.doc.borrow().clone(),
        },
        Value::Object(o) => documentation(&Value::Class(o.class())),
        _ => String::new(),
    };
    dedent(&text)
}

/// A documentation string with the indentation of its later lines removed.
pub fn dedent(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().collect();
    let later = lines.iter().skip(1).filter(|l| !l.trim().is_empty());
    let margin = later.map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    let cut = |(i, line): (usize, &&str)| match i {
        0 => line.trim().to_string(),
        _ => line.get(margin..).unwrap_or("").trim_end().to_string(),
    };
    lines.iter().enumerate().map(cut).collect::<Vec<_>>().join("\n")
}

/// The text that a function or class was written as; `None` for what is not written in the language.
pub fn source_text(value: &Value) -> Option<String> {
    match value {
        Value::Function(f) => {
            let code = code_of(f)?;
            let (line, _) = code.source.position(code.span.start);
            let start = code.source.line_span(line).start as usize;
            let text = code.source.text.get(start..code.span.end as usize)?;
            Some(undent(text))
        }
        Value::Method(m) => source_text(&m.function),
        Value::Object(o) => source_text(&Value::Class(o.class())),
        Value::Class(c) if c.is_user => {
            let in_prelude = Importer::prelude_text(&c.module).and_then(|text| class_block(text, &c.name));
            in_prelude.or_else(|| {
                // A class of the program has its text where its methods have theirs.
                let method = c.dict.values().into_iter().find_map(|v| match v {
                    Value::Function(f) => code_of(&f),
                    _ => None,
                })?;
                class_block(&method.source.text, &c.name)
            })
        }
        _ => None,
    }
}

/// The block of a class definition in a text, without the margin of its first line.
fn class_block(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| {
        let rest = line.trim_start().strip_prefix("class ").unwrap_or("");
        !rest.strip_prefix(name).is_some_and(|after| after.starts_with(['(', ':']))
    });
    let head = lines.next()?;
    let margin = head.len() - head.trim_start().len();
    let mut block = vec![head];
    for line in lines {
        if !line.trim().is_empty() && line.len() - line.trim_start().len() <= margin {
            break;
        }
        block.push(line);
    }
    Some(undent(block.join("\n").trim_end()))
}

/// A text without the margin of its first line.
fn undent(text: &str) -> String {
    let margin = text.len() - text.trim_start().len();
    text.lines().map(|l| l.get(margin..).unwrap_or(l.trim_start())).collect::<Vec<_>>().join("\n")
}
