//! Flat JSON objects, one a line, as the recorders write them.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// The fields of an object; numbers and words keep their text, `null` is left out.
pub type Object = BTreeMap<String, String>;

/// Reads an object of texts, numbers, booleans and nulls.
pub fn object(line: &str) -> Object {
    let mut chars = line.trim().chars().peekable();
    assert_eq!(chars.next(), Some('{'), "not an object: {line}");
    let mut fields = Object::new();
    loop {
        match next(&mut chars) {
            '}' => return fields,
            ',' => {}
            '"' => {
                let name = text(&mut chars);
                assert_eq!(next(&mut chars), ':', "no value: {line}");
                match next(&mut chars) {
                    '"' => {
                        fields.insert(name, text(&mut chars));
                    }
                    first => {
                        let mut word = String::from(first);
                        while let Some(c) = chars.next_if(|c| !matches!(c, ',' | '}')) {
                            word.push(c);
                        }
                        if word.trim() != "null" {
                            fields.insert(name, word.trim().to_string());
                        }
                    }
                }
            }
            other => panic!("unexpected {other:?} in {line}"),
        }
    }
}

fn next(chars: &mut Peekable<Chars>) -> char {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
    chars.next().expect("an unfinished object")
}

/// The rest of a text after its opening quote.
fn text(chars: &mut Peekable<Chars>) -> String {
    let mut units: Vec<u16> = Vec::new();
    loop {
        let c = chars.next().expect("an unfinished text");
        let plain = match c {
            '"' => return String::from_utf16_lossy(&units),
            '\\' => match chars.next().expect("an unfinished escape") {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let digits: String = (0..4).map(|_| chars.next().expect("four digits")).collect();
                    units.push(u16::from_str_radix(&digits, 16).expect("four digits"));
                    continue;
                }
                other => other,
            },
            other => other,
        };
        units.extend_from_slice(plain.encode_utf16(&mut [0; 2]));
    }
}
