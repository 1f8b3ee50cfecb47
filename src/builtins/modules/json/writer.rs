//! Values to JSON text.

use super::super::super::convert::unwrapped;
use super::super::super::depth;
use super::super::super::methods::sort::sort;
use crate::diag::{Fault, Result};
use crate::value::number::float_repr;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Value};

/// How to write.
struct Writer {
    skip_keys: bool,
    ascii: bool,
    allow_nan: bool,
    indent: Option<String>,
    item_separator: String,
    key_separator: String,
    default: Value,
    sort_keys: bool,
    out: String,
    /// The containers that are being written, to find cycles.
    open: Vec<usize>,
}

/// The text of a value; `options` are the keyword-only parameters of `dumps` in order.
pub(super) fn dump(value: &Value, options: &[Value], caller: &mut dyn Caller) -> Result<String> {
    let [skip_keys, ascii, _, allow_nan, _, indent, separators, default, sort_keys] = options else {
        return Ok(String::new());
    };
    let indent = match indent {
        Value::None => None,
        Value::Str(s) => Some(s.as_str().to_string()),
        other => {
            let n = super::super::super::convert::to_index(other, caller)?.max(0) as usize;
            super::super::super::convert::check_memory(n as u128)?;
            Some(" ".repeat(n))
        }
    };
    let (item_separator, key_separator) = match &*unwrapped(separators) {
        Value::None if indent.is_some() => (",".to_string(), ": ".to_string()),
        Value::None => (", ".to_string(), ": ".to_string()),
        _ => {
            let parts = caller.collect(separators)?;
            match parts.as_slice() {
                [item, key] => (caller.str(item)?, caller.str(key)?),
                _ => return Err(Fault::value("separators must be a tuple (item_separator, key_separator)")),
            }
        }
    };
    let mut writer = Writer {
        skip_keys: caller.truth(skip_keys)?,
        ascii: caller.truth(ascii)?,
        allow_nan: caller.truth(allow_nan)?,
        indent,
        item_separator,
        key_separator,
        default: default.clone(),
        sort_keys: caller.truth(sort_keys)?,
        out: String::new(),
        open: Vec::new(),
    };
    writer.value(value, caller)?;
    Ok(writer.out)
}

impl Writer {
    fn value(&mut self, value: &Value, caller: &mut dyn Caller) -> Result<()> {
        let _level = depth::enter(" while encoding a JSON object")?;
        match &*unwrapped(value) {
            Value::None => self.out.push_str("null"),
            Value::Bool(b) => self.out.push_str(if *b { "true" } else { "false" }),
            Value::Int(i) => self.out.push_str(&i.to_string()),
            Value::Big(b) => self.out.push_str(&b.to_string()),
            Value::Float(f) => {
                let text = self.float(*f)?;
                self.out.push_str(&text);
            }
            Value::Str(s) => self.string(s),
            Value::List(l) => self.array(value, &l.to_vec(), caller)?,
            Value::Tuple(t) => self.array(value, t, caller)?,
            Value::Dict(d) => self.object(value, d.items(), caller)?,
            _ if self.default.is_none() => {
                return Err(Fault::type_error(format!(
                    "Object of type {} is not JSON serializable",
                    crate::value::class_of(value).name
                )));
            }
            _ => {
                self.enter(value)?;
                let replaced = caller.call(&self.default.clone(), Args::of(std::slice::from_ref(value)))?;
                self.value(&replaced, caller)?;
                self.open.pop();
            }
        }
        Ok(())
    }

    fn enter(&mut self, value: &Value) -> Result<()> {
        let address = value.address().unwrap_or(0);
        if address != 0 && self.open.contains(&address) {
            return Err(Fault::value("Circular reference detected"));
        }
        self.open.push(address);
        Ok(())
    }

    fn float(&self, f: f64) -> Result<String> {
        if f.is_finite() {
            return Ok(float_repr(f));
        }
        if !self.allow_nan {
            return Err(Fault::value(format!("Out of range float values are not JSON compliant: {}", float_repr(f))));
        }
        Ok(if f.is_nan() {
            "NaN".into()
        } else if f > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        })
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                c if c < ' ' || c == '\x7f' && self.ascii => self.out.push_str(&format!("\\u{:04x}", c as u32)),
                c if c.is_ascii() || !self.ascii => self.out.push(c),
                c => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        self.out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
            }
        }
        self.out.push('"');
    }

    /// A line break and the indentation of what is open, when there is an indentation.
    fn line(&mut self) {
        if let Some(indent) = &self.indent {
            self.out.push('\n');
            for _ in 0..self.open.len() {
                self.out.push_str(indent);
            }
        }
    }

    fn array(&mut self, value: &Value, items: &[Value], caller: &mut dyn Caller) -> Result<()> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.enter(value)?;
        self.out.push('[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                let separator = self.item_separator.clone();
                self.out.push_str(&separator);
            }
            self.line();
            self.value(item, caller)?;
        }
        self.open.pop();
        self.line();
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, value: &Value, mut items: Vec<(Value, Value)>, caller: &mut dyn Caller) -> Result<()> {
        if items.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.enter(value)?;
        if self.sort_keys {
            let mut pairs: Vec<Value> =
                items.into_iter().map(|(k, v)| Value::tuple([k, Value::list(vec![v])])).collect();
            let first = crate::value::Native::new("json", "key", "pair, /", "The key of a pair.", |_, _, args| {
                Ok(match args.values {
                    [Value::Tuple(pair)] => pair[0].clone(),
                    _ => Value::None,
                })
            });
            sort(&mut pairs, &first.value(), false, caller)?;
            items = pairs
                .iter()
                .filter_map(|pair| match pair {
                    Value::Tuple(t) => match &t[1] {
                        Value::List(held) => held.get(0).map(|v| (t[0].clone(), v)),
                        _ => None,
                    },
                    _ => None,
                })
                .collect();
        }
        self.out.push('{');
        let mut first = true;
        for (key, item) in items {
            let key_text = match &*unwrapped(&key) {
                Value::Str(s) => s.as_str().to_string(),
                Value::None => "null".into(),
                Value::Bool(b) => if *b { "true" } else { "false" }.into(),
                Value::Int(i) => i.to_string(),
                Value::Big(b) => b.to_string(),
                Value::Float(f) => self.float(*f)?,
                _ if self.skip_keys => continue,
                _ => {
                    return Err(Fault::type_error(format!(
                        "keys must be str, int, float, bool or None, not {}",
                        class_name(&key)
                    )));
                }
            };
            if !first {
                let separator = self.item_separator.clone();
                self.out.push_str(&separator);
            }
            first = false;
            self.line();
            self.string(&key_text);
            let separator = self.key_separator.clone();
            self.out.push_str(&separator);
            self.value(&item, caller)?;
        }
        self.open.pop();
        self.line();
        self.out.push('}');
        Ok(())
    }
}
