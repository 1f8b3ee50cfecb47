//! The `repr` of strings: quotes and escapes.

use std::fmt::Write;

/// The `repr` of a string.
pub fn repr(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_repr(&mut out, text);
    out
}

/// Appends the `repr` of a string.
pub fn write_repr(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = match c {
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            c if c == quote => write!(out, "\\{c}"),
            ' '..='~' => out.write_char(c),
            c if is_printable(c) => out.write_char(c),
            '\0'..='\u{ff}' => write!(out, "\\x{:02x}", c as u32),
            '\u{100}'..='\u{ffff}' => write!(out, "\\u{:04x}", c as u32),
            c => write!(out, "\\U{:08x}", c as u32),
        };
    }
    out.push(quote);
}

/// Whether Python shows a character as it is: neither a control, a separator other than the space, nor unassigned.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // Rust's table follows the same categories; combining marks are only let through behind another character.
    let mut pair = [b'a'; 5];
    let len = c.encode_utf8(&mut pair[1..]).len();
    let Ok(pair) = std::str::from_utf8(&pair[..=len]) else { return false };
    pair.escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_print_as_in_python() {
        let cases = [
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "\"it's\""),
            ("it's \"so\"", "'it\\'s \"so\"'"),
            ("\"", "'\"'"),
            ("a\n\t\r\\", "'a\\n\\t\\r\\\\'"),
            ("\0\x1b\x7f\u{85}\u{a0}\u{ad}", "'\\x00\\x1b\\x7f\\x85\\xa0\\xad'"),
            ("σ é e\u{301} 日本 😀", "'σ é e\u{301} 日本 😀'"),
            ("\u{200b}\u{2028}\u{3000}\u{feff}\u{e000}", "'\\u200b\\u2028\\u3000\\ufeff\\ue000'"),
            ("\u{e0001}\u{10ffff}", "'\\U000e0001\\U0010ffff'"),
        ];
        for (text, want) in cases {
            assert_eq!(repr(text), want);
        }
    }
}
