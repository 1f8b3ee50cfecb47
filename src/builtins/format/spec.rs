//! The format specification: fill, alignment, sign, width, grouping, precision, type.

use crate::diag::{Fault, Result};

/// A parsed format specification.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What fills up the width.
    pub fill: char,
    /// Where the text stands: `<`, `>`, `^` or `=` (after the sign).
    pub align: char,
    /// Whether the alignment was written.
    pub explicit_align: bool,
    /// How positive numbers show: `+`, space or `-`.
    pub sign: Option<char>,
    /// Whether negative zero shows as zero.
    pub no_negative_zero: bool,
    /// The alternate form.
    pub alternate: bool,
    /// The least number of characters.
    pub width: usize,
    /// What separates thousands.
    pub grouping: Option<char>,
    /// The precision.
    pub precision: Option<usize>,
    /// The type.
    pub kind: Option<char>,
}

impl Spec {
    /// The specification in a text, for a type that aligns as given.
    ///
    /// Errors: ValueError in Python's words.
    pub fn parse(text: &str, default_align: char) -> Result<Spec> {
        let mut spec = Spec {
            fill: ' ',
            align: default_align,
            explicit_align: false,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        };
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '=' | '^'));
        let mut explicit_fill = false;
        if is_align(chars.get(1)) {
            (spec.fill, spec.align, at) = (chars[0], chars[1], 2);
            explicit_fill = true;
            spec.explicit_align = true;
        } else if is_align(chars.first()) {
            (spec.align, at) = (chars[0], 1);
            spec.explicit_align = true;
        }
        if let Some(&c @ ('+' | '-' | ' ')) = chars.get(at) {
            spec.sign = Some(c);
            at += 1;
        }
        if let Some('z') = chars.get(at) {
            spec.no_negative_zero = true;
            at += 1;
        }
        if let Some('#') = chars.get(at) {
            spec.alternate = true;
            at += 1;
        }
        if let Some('0') = chars.get(at)
            && !explicit_fill
        {
            spec.fill = '0';
            if !spec.explicit_align && default_align == '>' {
                spec.align = '=';
            }
            at += 1;
        }
        let number = |at: &mut usize| -> Result<Option<usize>> {
            let start = *at;
            let mut n = 0usize;
            while let Some(d) = chars.get(*at).and_then(|c| c.to_digit(10)) {
                n = n.saturating_mul(10).saturating_add(d as usize);
                *at += 1;
            }
            if n > i32::MAX as usize {
                return Err(Fault::value("Too many decimal digits in format string"));
            }
            Ok((*at > start).then_some(n))
        };
        spec.width = number(&mut at)?.unwrap_or(0);
        for separator in [',', '_'] {
            if chars.get(at) == Some(&separator) {
                if spec.grouping.is_some() {
                    return Err(Fault::value("Cannot specify both ',' and '_'."));
                }
                spec.grouping = Some(separator);
                at += 1;
            }
        }
        if chars.get(at) == Some(&',') && spec.grouping == Some('_') {
            return Err(Fault::value("Cannot specify both ',' and '_'."));
        }
        if chars.get(at) == Some(&'.') {
            at += 1;
            spec.precision = number(&mut at)?;
            if spec.precision.is_none() {
                return Err(Fault::value("Format specifier missing precision"));
            }
        }
        match &chars[at.min(chars.len())..] {
            [] => {}
            [kind] => spec.kind = Some(*kind),
            _ => return Err(Fault::value("Invalid format specifier")),
        }
        if let Some(separator) = spec.grouping
            && !matches!(spec.kind, None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F'))
            && !(separator == '_' && matches!(spec.kind, Some('b' | 'o' | 'x' | 'X')))
        {
            let kind = spec.kind.unwrap_or('s');
            return Err(Fault::value(format!("Cannot specify '{separator}' with '{kind}'.")));
        }
        super::super::convert::check_memory(spec.width as u128)?;
        super::super::convert::check_memory(spec.precision.unwrap_or(0) as u128)?;
        Ok(spec)
    }

    /// The refusal of a type letter that another type does not know.
    #[cold]
    pub fn unknown_kind(&self, kind: char, type_name: &str) -> crate::diag::Error {
        let shown = if (' '..='~').contains(&kind) { kind.to_string() } else { format!("\\x{:x}", kind as u32) };
        Fault::value(format!("Unknown format code '{shown}' for object of type '{type_name}'"))
    }

    /// The text filled up to the width; `sign` is how much of its start stays before the fill of `=`.
    pub fn pad(&self, text: &str, sign: usize) -> String {
        let length = text.chars().count();
        if length >= self.width {
            return text.to_string();
        }
        let missing = self.width - length;
        let fill = |n: usize| std::iter::repeat_n(self.fill, n).collect::<String>();
        match self.align {
            '<' => format!("{text}{}", fill(missing)),
            '^' => format!("{}{text}{}", fill(missing / 2), fill(missing - missing / 2)),
            '=' => {
                let (head, tail) = text.split_at(sign.min(text.len()));
                format!("{head}{}{tail}", fill(missing))
            }
            _ => format!("{}{text}", fill(missing)),
        }
    }
}

/// A string formatted as a specification says.
pub fn format_text(text: &str, spec: &Spec) -> Result<String> {
    if let Some(kind) = spec.kind.filter(|k| *k != 's') {
        return Err(spec.unknown_kind(kind, "str"));
    }
    match spec.sign {
        Some(' ') => return Err(Fault::value("Space not allowed in string format specifier")),
        Some(_) => return Err(Fault::value("Sign not allowed in string format specifier")),
        None => {}
    }
    if spec.no_negative_zero {
        return Err(Fault::value("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if spec.alternate {
        return Err(Fault::value("Alternate form (#) not allowed in string format specifier"));
    }
    if spec.align == '=' {
        return Err(Fault::value("'=' alignment not allowed in string format specifier"));
    }
    if let Some(separator) = spec.grouping {
        return Err(Fault::value(format!("Cannot specify '{separator}' with 's'.")));
    }
    match spec.precision {
        Some(precision) => {
            let cut: String = text.chars().take(precision).collect();
            Ok(spec.pad(&cut, 0))
        }
        None => Ok(spec.pad(text, 0)),
    }
}
