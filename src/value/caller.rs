//! The way back into the program: what native code asks of whoever runs it.

use super::args::Args;
use super::text::Name;
use super::value::Value;
use crate::diag::Result;
use std::any::Any;

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    And,
    Or,
    Xor,
    Shl,
    Shr,
}

impl Binary {
    /// All operators, in order of their discriminants.
    pub const ALL: [Binary; 13] = [
        Binary::Add,
        Binary::Sub,
        Binary::Mul,
        Binary::Div,
        Binary::FloorDiv,
        Binary::Mod,
        Binary::Pow,
        Binary::MatMul,
        Binary::And,
        Binary::Or,
        Binary::Xor,
        Binary::Shl,
        Binary::Shr,
    ];

    /// Its sign.
    pub fn sign(self) -> &'static str {
        ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"][self as usize]
    }

    /// The special method without underscores: `add`.
    pub fn stem(self) -> &'static str {
        ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"]
            [self as usize]
    }
}

/// A comparison. Its number has a bit for each ordering that satisfies it: less, equal, greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Compare {
    Lt = 0b001,
    Eq = 0b010,
    Le = 0b011,
    Gt = 0b100,
    Ne = 0b101,
    Ge = 0b110,
}

impl Compare {
    /// Its sign.
    pub fn sign(self) -> &'static str {
        ["<", "==", "<=", ">", "!=", ">="][self as usize - 1]
    }

    /// The special method: `__lt__`.
    pub fn dunder(self) -> &'static str {
        ["__lt__", "__eq__", "__le__", "__gt__", "__ne__", "__ge__"][self as usize - 1]
    }

    /// The comparison with its operands swapped.
    pub fn swapped(self) -> Compare {
        match self {
            Compare::Lt => Compare::Gt,
            Compare::Le => Compare::Ge,
            Compare::Gt => Compare::Lt,
            Compare::Ge => Compare::Le,
            same => same,
        }
    }

    /// Whether an ordering satisfies it.
    #[inline]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        // A shift instead of a jump.
        (self as u8 >> (ordering as i8 + 1)) & 1 != 0
    }
}

/// Whoever runs the program, as native code sees it. Every operation follows Python's protocol for any value.
pub trait Caller {
    /// Calls a value.
    fn call(&mut self, function: &Value, args: Args) -> Result<Value>;
    /// An attribute. Errors: AttributeError.
    fn get_attr(&mut self, value: &Value, name: &Name) -> Result<Value>;
    /// An attribute, or `None` where it does not exist.
    fn find_attr(&mut self, value: &Value, name: &Name) -> Result<Option<Value>>;
    /// Sets an attribute.
    fn set_attr(&mut self, value: &Value, name: &Name, new: Value) -> Result<()>;
    /// Deletes an attribute.
    fn del_attr(&mut self, value: &Value, name: &Name) -> Result<()>;
    /// A special method of the value's class, called with the value and the arguments; `None` where there is none.
    fn call_special(&mut self, value: &Value, name: &str, args: &[Value]) -> Result<Option<Value>>;
    /// `iter(value)`.
    fn iter(&mut self, value: &Value) -> Result<Value>;
    /// The next item of an iterator; `None` at its end.
    fn next(&mut self, iterator: &Value) -> Result<Option<Value>>;
    /// `bool(value)`.
    fn truth(&mut self, value: &Value) -> Result<bool>;
    /// `bool(a == b)`, with identity first, as containers compare.
    fn equal(&mut self, a: &Value, b: &Value) -> Result<bool>;
    /// `a < b` and kin, any value.
    fn compare(&mut self, op: Compare, a: &Value, b: &Value) -> Result<Value>;
    /// `a + b` and kin.
    fn binary(&mut self, op: Binary, a: &Value, b: &Value) -> Result<Value>;
    /// `len(value)`.
    fn len(&mut self, value: &Value) -> Result<usize>;
    /// `item in container`.
    fn contains(&mut self, container: &Value, item: &Value) -> Result<bool>;
    /// `value[index]`.
    fn get_item(&mut self, value: &Value, index: &Value) -> Result<Value>;
    /// `value[index] = new`.
    fn set_item(&mut self, value: &Value, index: &Value, new: Value) -> Result<()>;
    /// `repr(value)`.
    fn repr(&mut self, value: &Value) -> Result<String>;
    /// `str(value)`.
    fn str(&mut self, value: &Value) -> Result<String>;
    /// `format(value, spec)`.
    fn format(&mut self, value: &Value, spec: &str) -> Result<String>;
    /// The module of that dotted name, imported.
    fn import(&mut self, name: &str) -> Result<Value>;
    /// Writes to the program's standard output.
    fn write(&mut self, text: &str) -> Result<()>;
    /// Writes to the program's standard error.
    fn write_error(&mut self, text: &str) -> Result<()>;
    /// Reads a line from standard input without its line break; `None` at the end.
    fn read_line(&mut self, prompt: &str) -> Result<Option<String>>;
    /// Shows a warning once per place.
    fn warn(&mut self, category: &str, message: &str) -> Result<()>;
    /// Raises KeyboardInterrupt when the user asked for it.
    fn checkpoint(&mut self) -> Result<()>;
    /// As `Any`, for native code that knows who runs it.
    fn as_any(&mut self) -> &mut dyn Any;
}

impl dyn Caller + '_ {
    /// All items of an iterable.
    pub fn collect(&mut self, value: &Value) -> Result<Vec<Value>> {
        match value {
            Value::List(l) => return Ok(l.to_vec()),
            Value::Tuple(t) => return Ok(t.to_vec()),
            _ => {}
        }
        let iterator = self.iter(value)?;
        let mut items = Vec::new();
        while let Some(item) = self.next(&iterator)? {
            items.push(item);
        }
        Ok(items)
    }
}
