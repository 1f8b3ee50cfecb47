//! JSON text to values.

use super::super::super::convert::raise;
use super::super::super::depth;
use crate::diag::{Error, Result};
use crate::value::number::parse_int;
use crate::value::{Args, Caller, Dict, Value};

/// A reader of one document.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    hook: &'a Value,
    pairs_hook: &'a Value,
}

impl<'a> Reader<'a> {
    /// A reader of a text; the hooks are functions that objects are given to, or None.
    pub fn new(text: &'a str, hook: &'a Value, pairs_hook: &'a Value) -> Reader<'a> {
        Reader { text, at: 0, hook, pairs_hook }
    }

    /// The value of the whole text.
    ///
    /// Errors: JSONDecodeError.
    pub fn document(&mut self, caller: &mut dyn Caller) -> Result<Value> {
        self.space();
        let value = self.value(caller)?;
        self.space();
        if self.at < self.text.len() {
            return Err(self.error("Extra data", self.at));
        }
        Ok(value)
    }

    #[cold]
    fn error(&self, message: &str, at: usize) -> Error {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let position = before.chars().count();
        raise(&super::error_class(), format!("{message}: line {line} column {column} (char {position})"))
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self, caller: &mut dyn Caller) -> Result<Value> {
        let _level = depth::enter(" while decoding a JSON object from a unicode string")?;
        match self.peek() {
            Some(b'{') => self.object(caller),
            Some(b'[') => self.array(caller),
            Some(b'"') => self.string().map(Value::str),
            _ => {
                let words = [
                    ("null", Value::None),
                    ("true", Value::Bool(true)),
                    ("false", Value::Bool(false)),
                    ("NaN", Value::Float(f64::NAN)),
                    ("Infinity", Value::Float(f64::INFINITY)),
                    ("-Infinity", Value::Float(f64::NEG_INFINITY)),
                ];
                for (word, value) in words {
                    if self.text[self.at..].starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                self.number()
            }
        }
    }

    fn number(&mut self) -> Result<Value> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start;
        let digits = |mut i: usize| {
            while bytes.get(i).is_some_and(u8::is_ascii_digit) {
                i += 1;
            }
            i
        };
        if bytes.get(end) == Some(&b'-') {
            end += 1;
        }
        let whole = end;
        end = if bytes.get(end) == Some(&b'0') { end + 1 } else { digits(end) };
        if end == whole {
            return Err(self.error("Expecting value", start));
        }
        let mut is_float = false;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
            is_float = true;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if digits(end + 1 + sign) > end + 1 + sign {
                end = digits(end + 1 + sign);
                is_float = true;
            }
        }
        self.at = end;
        let text = &self.text[start..end];
        if is_float {
            return Ok(Value::Float(text.parse().unwrap_or(f64::NAN)));
        }
        Ok(parse_int(text, 10)?.map_or(Value::None, Value::big))
    }

    fn string(&mut self) -> Result<String> {
        let begin = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(i) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return Err(self.error("Unterminated string starting at", begin));
            };
            out.push_str(&rest[..i]);
            self.at += i;
            match rest.as_bytes()[i] {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => self.escape(&mut out, begin)?,
                _ => return Err(self.error("Invalid control character at", self.at)),
            }
        }
    }

    fn escape(&mut self, out: &mut String, begin: usize) -> Result<()> {
        let at = self.at;
        let Some(&kind) = self.text.as_bytes().get(at + 1) else {
            return Err(self.error("Unterminated string starting at", begin));
        };
        self.at += 2;
        let plain = match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex(at)?;
                let mut code = first;
                if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                    let mark = self.at;
                    self.at += 2;
                    let second = self.hex(mark)?;
                    if (0xdc00..0xe000).contains(&second) {
                        code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    } else {
                        self.at = mark;
                    }
                }
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(self.error("Invalid \\escape", at)),
        };
        out.push(plain);
        Ok(())
    }

    fn hex(&mut self, escape: usize) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|d| u32::from_str_radix(d, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => Err(self.error("Invalid \\uXXXX escape", escape + 1)),
        }
    }

    fn array(&mut self, caller: &mut dyn Caller) -> Result<Value> {
        self.at += 1;
        self.space();
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::list(items));
        }
        loop {
            items.push(self.value(caller)?);
            self.space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::list(items));
                }
                Some(b',') => self.at += 1,
                _ => return Err(self.error("Expecting ',' delimiter", self.at)),
            }
            self.space();
        }
    }

    fn object(&mut self, caller: &mut dyn Caller) -> Result<Value> {
        self.at += 1;
        self.space();
        let mut pairs: Vec<(Value, Value)> = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return self.finish(pairs, caller);
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("Expecting property name enclosed in double quotes", self.at));
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.error("Expecting ':' delimiter", self.at));
            }
            self.at += 1;
            self.space();
            let value = self.value(caller)?;
            pairs.push((Value::str(key), value));
            self.space();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return self.finish(pairs, caller);
                }
                Some(b',') => self.at += 1,
                _ => return Err(self.error("Expecting ',' delimiter", self.at)),
            }
            self.space();
        }
    }

    fn finish(&self, pairs: Vec<(Value, Value)>, caller: &mut dyn Caller) -> Result<Value> {
        if !self.pairs_hook.is_none() {
            let list = Value::list(pairs.into_iter().map(|(k, v)| Value::tuple([k, v])).collect());
            return caller.call(self.pairs_hook, Args::of(&[list]));
        }
        let dict = Dict::new();
        for (key, value) in pairs {
            dict.insert(key, value, caller)?;
        }
        if self.hook.is_none() {
            return Ok(Value::Dict(dict));
        }
        caller.call(self.hook, Args::of(&[Value::Dict(dict)]))
    }
}
