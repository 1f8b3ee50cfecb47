//! The arguments of a call as they stand at the call site.

use super::text::Name;
use super::value::Value;
use crate::diag::{Fault, Result};

/// The arguments of a call: positional values, then the values of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    /// All values; the last `names.len()` belong to keywords.
    pub values: &'a [Value],
    /// The keywords, in order.
    pub names: &'a [Name],
}

impl<'a> Args<'a> {
    /// No arguments.
    pub const NONE: Args<'static> = Args { values: &[], names: &[] };

    /// Positional arguments only.
    pub fn of(values: &'a [Value]) -> Args<'a> {
        Args { values, names: &[] }
    }

    /// The positional values.
    #[inline]
    pub fn positional(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }

    /// The keywords with their values.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Name, &'a Value)> {
        self.names.iter().zip(&self.values[self.values.len() - self.names.len()..])
    }

    /// The value of a keyword.
    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.keywords().find(|(n, _)| n.as_str() == name).map(|(_, v)| v)
    }

    /// The only positional argument of a function that takes exactly one and no keywords.
    ///
    /// Errors: TypeError in Python's words.
    pub fn one(&self, function: &str) -> Result<&'a Value> {
        self.no_keywords(function)?;
        match self.values {
            [v] => Ok(v),
            _ => {
                Err(Fault::type_error(format!("{function}() takes exactly one argument ({} given)", self.values.len())))
            }
        }
    }

    /// The positional arguments of a function that takes between `min` and `max` and no keywords.
    ///
    /// Errors: TypeError in Python's words.
    pub fn between(&self, function: &str, min: usize, max: usize) -> Result<&'a [Value]> {
        self.no_keywords(function)?;
        let n = self.values.len();
        if (min..=max).contains(&n) {
            return Ok(self.values);
        }
        let (bound, word) = if n < min { (min, "at least") } else { (max, "at most") };
        let word = if min == max { "" } else { word };
        let plural = if bound == 1 { "" } else { "s" };
        let sep = if word.is_empty() { "" } else { " " };
        Err(Fault::type_error(format!("{function} expected {word}{sep}{bound} argument{plural}, got {n}")))
    }

    /// Nothing when there are no keywords.
    ///
    /// Errors: TypeError in Python's words.
    pub fn no_keywords(&self, function: &str) -> Result<()> {
        if self.names.is_empty() {
            Ok(())
        } else {
            Err(Fault::type_error(format!("{function}() takes no keyword arguments")))
        }
    }
}
