//! Formatting: the format mini-language, `str.format`, and `%`.

mod fields;
mod number;
mod printf;
mod spec;

pub use fields::{Values, format_fields};
pub use number::{format_complex, format_float, format_int};
pub use printf::printf;
pub use spec::Spec;

use crate::diag::Result;
use crate::value::Value;
use num_bigint::BigInt;

/// A built-in value formatted as a specification says; `None` for types that know no specification.
///
/// Errors: ValueError for specifications that are wrong or do not fit the type.
pub fn format_value(value: &Value, spec: &str) -> Result<Option<String>> {
    Ok(Some(match value {
        Value::Int(i) => format_int(&BigInt::from(*i), &Spec::parse(spec, '>')?, "int")?,
        Value::Big(b) => format_int(b, &Spec::parse(spec, '>')?, "int")?,
        Value::Float(f) => format_float(*f, &Spec::parse(spec, '>')?, "float")?,
        Value::Complex(z) => format_complex(z.re, z.im, &Spec::parse(spec, '>')?)?,
        Value::Bool(b) if spec.is_empty() => if *b { "True" } else { "False" }.to_string(),
        Value::Bool(b) => {
            let parsed = Spec::parse(spec, '>')?;
            // As in Python, a boolean is a number as soon as there is anything to say about it.
            format_int(&BigInt::from(*b as u8), &parsed, "bool")?
        }
        Value::Str(s) => spec::format_text(s, &Spec::parse(spec, '<')?)?,
        _ => return Ok(None),
    }))
}
