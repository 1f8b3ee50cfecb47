//! `%` formatting.

use super::super::convert::{big_of, check_memory, find_float, find_integer, unwrapped};
use super::number::{decimal, unsigned};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Caller, Value};
use num_bigint::{BigInt, Sign};

/// What stands between the percent sign and the type.
#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

/// The values that conversions take, one after another.
struct Values<'a> {
    items: Vec<Value>,
    next: usize,
    mapping: Option<&'a Value>,
}

impl Values<'_> {
    fn take(&mut self) -> Result<Value> {
        let item = self.items.get(self.next).cloned();
        self.next += 1;
        item.ok_or_else(|| Fault::type_error("not enough arguments for format string"))
    }
}

/// `text % values`.
///
/// Errors: TypeError and ValueError in Python's words.
pub fn printf(text: &str, values: &Value, caller: &mut dyn Caller) -> Result<String> {
    let single = !matches!(&*unwrapped(values), Value::Tuple(_));
    let is_mapping = match &*unwrapped(values) {
        Value::Dict(_) => true,
        Value::Str(_) | Value::Tuple(_) => false,
        Value::Object(_) => caller.find_attr(values, &crate::value::intern("__getitem__"))?.is_some(),
        Value::List(_) => true,
        _ => false,
    };
    let items = match &*unwrapped(values) {
        Value::Tuple(t) => t.to_vec(),
        _ => vec![values.clone()],
    };
    let mut values = Values { items, next: 0, mapping: is_mapping.then_some(values) };
    let mut used_mapping = false;
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if chars[at] != '%' {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        at += 1;
        let mut key = None;
        if chars.get(at) == Some(&'(') {
            let (mut depth, start) = (1, at + 1);
            at += 1;
            while depth > 0 {
                match chars.get(at) {
                    Some('(') => depth += 1,
                    Some(')') => depth -= 1,
                    Some(_) => {}
                    None => return Err(Fault::value("incomplete format key")),
                }
                at += 1;
            }
            key = Some(chars[start..at - 1].iter().collect::<String>());
        }
        let mut c = Conversion::default();
        while let Some(flag @ ('-' | '+' | ' ' | '0' | '#')) = chars.get(at) {
            match flag {
                '-' => c.left = true,
                '+' => c.plus = true,
                ' ' => c.space = true,
                '0' => c.zero = true,
                _ => c.alternate = true,
            }
            at += 1;
        }
        if let Some(width) = number_or_star(&chars, &mut at, &mut values)? {
            c.left |= width < 0;
            c.width = width.unsigned_abs() as usize;
        }
        if chars.get(at) == Some(&'.') {
            at += 1;
            c.precision = Some(number_or_star(&chars, &mut at, &mut values)?.unwrap_or(0).max(0) as usize);
        }
        while matches!(chars.get(at), Some('l' | 'h' | 'L')) {
            at += 1;
        }
        let Some(&kind) = chars.get(at) else { return Err(Fault::value("incomplete format")) };
        at += 1;
        check_memory(c.width.max(c.precision.unwrap_or(0)) as u128)?;
        if kind == '%' {
            out.push('%');
            continue;
        }
        let value = match key {
            Some(key) => {
                let Some(mapping) = values.mapping else {
                    return Err(Fault::type_error("format requires a mapping"));
                };
                used_mapping = true;
                caller.get_item(mapping, &Value::str(key))?
            }
            None => values.take()?,
        };
        convert(&mut out, kind, &c, &value, at - 1, caller)?;
    }
    let unused = values.next < values.items.len();
    if unused && !used_mapping && !(single && values.mapping.is_some()) {
        return Err(Fault::type_error("not all arguments converted during string formatting"));
    }
    Ok(out)
}

fn number_or_star(chars: &[char], at: &mut usize, values: &mut Values) -> Result<Option<i64>> {
    if chars.get(*at) == Some(&'*') {
        *at += 1;
        return match values.take()?.as_int() {
            Some(n) => Ok(Some(n)),
            None => Err(Fault::type_error("* wants int")),
        };
    }
    let start = *at;
    let mut n = 0i64;
    while let Some(d) = chars.get(*at).and_then(|c| c.to_digit(10)) {
        n = n.saturating_mul(10).saturating_add(i64::from(d));
        *at += 1;
    }
    if n > i64::from(i32::MAX) {
        return Err(Fault::value("width too big"));
    }
    Ok((*at > start).then_some(n))
}

fn convert(
    out: &mut String,
    kind: char,
    c: &Conversion,
    value: &Value,
    position: usize,
    caller: &mut dyn Caller,
) -> Result<()> {
    let text = match kind {
        's' => caller.str(value)?,
        'r' => caller.repr(value)?,
        'a' => super::super::functions::text::ascii_only(&caller.repr(value)?),
        'c' => character(value, caller)?,
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let int = integer(value, kind, caller)?;
            let (prefix, mut digits) = match kind {
                'o' => ("0o", int.magnitude().to_str_radix(8)),
                'x' => ("0x", int.magnitude().to_str_radix(16)),
                'X' => ("0X", int.magnitude().to_str_radix(16).to_ascii_uppercase()),
                _ => ("", decimal(&int)?),
            };
            if let Some(precision) = c.precision {
                while digits.len() < precision {
                    digits.insert(0, '0');
                }
            }
            let prefix = if c.alternate { prefix } else { "" };
            number(out, c, int.sign() == Sign::Minus, prefix, &digits);
            return Ok(());
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let Some(x) = find_float(value, caller)? else {
                return Err(Fault::type_error(format!("must be real number, not {}", class_name(value))));
            };
            let digits = unsigned(x, Some(kind), Some(c.precision.unwrap_or(6)), c.alternate);
            number(out, c, x.is_sign_negative() && !x.is_nan(), "", &digits);
            return Ok(());
        }
        other => {
            return Err(Fault::value(format!(
                "unsupported format character '{}' (0x{:x}) at index {position}",
                if (' '..='~').contains(&other) { other } else { '?' },
                other as u32
            )));
        }
    };
    let text: String = match c.precision {
        Some(precision) if kind != 'c' => text.chars().take(precision).collect(),
        _ => text,
    };
    let missing = c.width.saturating_sub(text.chars().count());
    let fill = std::iter::repeat_n(' ', missing);
    if c.left {
        out.push_str(&text);
        out.extend(fill);
    } else {
        out.extend(fill);
        out.push_str(&text);
    }
    Ok(())
}

/// A number with its sign, filled up to the width.
fn number(out: &mut String, c: &Conversion, negative: bool, prefix: &str, digits: &str) {
    let sign = match (negative, c.plus, c.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let missing = c.width.saturating_sub(sign.len() + prefix.len() + digits.len());
    let fill = |out: &mut String, c: char| out.extend(std::iter::repeat_n(c, missing));
    if !c.left && !c.zero {
        fill(out, ' ');
    }
    out.push_str(sign);
    out.push_str(prefix);
    if !c.left && c.zero {
        fill(out, '0');
    }
    out.push_str(digits);
    if c.left {
        fill(out, ' ');
    }
}

fn character(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    if let Value::Str(s) = &*unwrapped(value)
        && s.chars() == 1
    {
        return Ok(s.as_str().to_string());
    }
    match find_integer(value, caller)? {
        Some(int) if !matches!(value, Value::Float(_)) => {
            let c = int.as_int().and_then(|i| u32::try_from(i).ok()).and_then(char::from_u32);
            c.map(String::from).ok_or_else(|| Fault::overflow("%c arg not in range(0x110000)"))
        }
        _ => Err(Fault::type_error("%c requires int or char")),
    }
}

/// The int of a number that `%d` and kin show.
fn integer(value: &Value, kind: char, caller: &mut dyn Caller) -> Result<BigInt> {
    if let Some(int) = find_integer(value, caller)? {
        return Ok(big_of(&int).unwrap_or_default());
    }
    let decimal = matches!(kind, 'd' | 'i' | 'u');
    if decimal && let Some(x) = find_float(value, caller)? {
        return Ok(big_of(&super::super::methods::int::of_float(x)?).unwrap_or_default());
    }
    let wanted = if decimal { "a real number" } else { "an integer" };
    Err(Fault::type_error(format!("%{kind} format: {wanted} is required, not {}", class_name(value))))
}
