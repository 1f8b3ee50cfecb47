//! The error type of every layer: a Python exception kind, its message, and what helps.
//!
//! Operators and built-ins raise span-less faults; the evaluator attaches places in a cold path.

use super::source::{Source, Span};
use std::any::Any;
use std::rc::Rc;

/// Python's built-in exception classes, and torch's own, that native code raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ExcKind {
    ArithmeticError,
    AssertionError,
    AttributeError,
    AxisError,
    EOFError,
    FileExistsError,
    FileNotFoundError,
    FloatingPointError,
    ImportError,
    IndentationError,
    IndexError,
    InternalError,
    IsADirectoryError,
    KeyError,
    KeyboardInterrupt,
    LinAlgError,
    LookupError,
    MemoryError,
    ModuleNotFoundError,
    NameError,
    NotADirectoryError,
    NotImplementedError,
    /// NumPy's `LinAlgError`; the other one is torch's.
    NumPyLinAlgError,
    OSError,
    OverflowError,
    PermissionError,
    RecursionError,
    RuntimeError,
    StopIteration,
    SyntaxError,
    SystemExit,
    TabError,
    TypeError,
    UFuncTypeError,
    UnboundLocalError,
    UnicodeDecodeError,
    UnicodeEncodeError,
    ValueError,
    ZeroDivisionError,
    /// Raised by the program in the language itself; the payload holds the exception object.
    User,
}

impl ExcKind {
    /// The class name as Python prints it.
    pub fn name(self) -> &'static str {
        use ExcKind::*;
        match self {
            ArithmeticError => "ArithmeticError",
            AssertionError => "AssertionError",
            AttributeError => "AttributeError",
            AxisError => "AxisError",
            EOFError => "EOFError",
            FileExistsError => "FileExistsError",
            FileNotFoundError => "FileNotFoundError",
            FloatingPointError => "FloatingPointError",
            ImportError => "ImportError",
            IndentationError => "IndentationError",
            IndexError => "IndexError",
            InternalError => "InternalError",
            IsADirectoryError => "IsADirectoryError",
            KeyError => "KeyError",
            KeyboardInterrupt => "KeyboardInterrupt",
            LinAlgError => "LinAlgError",
            LookupError => "LookupError",
            MemoryError => "MemoryError",
            ModuleNotFoundError => "ModuleNotFoundError",
            NameError => "NameError",
            NotADirectoryError => "NotADirectoryError",
            NotImplementedError => "NotImplementedError",
            NumPyLinAlgError => "LinAlgError",
            OSError => "OSError",
            OverflowError => "OverflowError",
            PermissionError => "PermissionError",
            RecursionError => "RecursionError",
            RuntimeError => "RuntimeError",
            StopIteration => "StopIteration",
            SyntaxError => "SyntaxError",
            SystemExit => "SystemExit",
            TabError => "TabError",
            TypeError => "TypeError",
            UFuncTypeError => "UFuncTypeError",
            UnboundLocalError => "UnboundLocalError",
            UnicodeDecodeError => "UnicodeDecodeError",
            UnicodeEncodeError => "UnicodeEncodeError",
            ValueError => "ValueError",
            ZeroDivisionError => "ZeroDivisionError",
            User => "Exception",
        }
    }
}

/// One level of a traceback: which code, where.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The function's name, `<module>` at the top level.
    pub function: Rc<str>,
    /// The text it was written in.
    pub source: Rc<Source>,
    /// The expression that was being evaluated.
    pub span: Span,
}

/// What went wrong: complete but for its place, which the evaluator adds.
#[derive(Debug)]
pub struct Fault {
    /// The exception class.
    pub kind: ExcKind,
    /// PyTorch's or Python's own words.
    pub message: String,
    /// What we add to the first line, after their words: `. Did you mean: 'logits'?`.
    pub suffix: String,
    /// Explanations that stand under the source line, one line each.
    pub notes: Vec<String>,
    /// Code or an imperative that helps.
    pub help: Vec<String>,
    /// Which argument is at fault, counted from 0 with the receiver first.
    pub argument: Option<usize>,
    /// The exception object, for exceptions that the program raised or caught.
    pub payload: Option<Rc<dyn Any>>,
    /// The operands of the instruction that raised, for explanations; their type belongs to whoever runs code.
    pub operands: Option<Rc<dyn Any>>,
    /// Traceback, innermost first, filled in while the fault unwinds.
    pub trace: Vec<Frame>,
}

/// A boxed [`Fault`], pointer-sized so that results stay small.
pub type Error = Box<Fault>;

/// The result type of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Fault {
    /// A fault of that kind and message.
    #[cold]
    pub fn new(kind: ExcKind, message: impl Into<String>) -> Error {
        Box::new(Fault {
            kind,
            message: message.into(),
            suffix: String::new(),
            notes: Vec::new(),
            help: Vec::new(),
            argument: None,
            payload: None,
            operands: None,
            trace: Vec::new(),
        })
    }

    /// The same fault with one more `help:` line.
    pub fn with_help(mut self: Box<Self>, help: impl Into<String>) -> Error {
        self.help.push(help.into());
        self
    }

    /// The same fault with one more explanation under the source line.
    pub fn with_note(mut self: Box<Self>, note: impl Into<String>) -> Error {
        self.notes.push(note.into());
        self
    }

    /// The same fault with text that follows the original words on the first line.
    pub fn with_suffix(mut self: Box<Self>, suffix: impl Into<String>) -> Error {
        self.suffix = suffix.into();
        self
    }

    /// The same fault blamed on one argument, counted from 0.
    pub fn at_argument(mut self: Box<Self>, index: usize) -> Error {
        self.argument = Some(index);
        self
    }
}

macro_rules! shorthand {
    ($($name:ident $kind:ident),* $(,)?) => {
        impl Fault {
            $(
                #[doc = concat!("A `", stringify!($kind), "`.")]
                #[cold]
                pub fn $name(message: impl Into<String>) -> Error {
                    Fault::new(ExcKind::$kind, message)
                }
            )*
        }
    };
}

shorthand! {
    runtime RuntimeError, type_error TypeError, value ValueError, index IndexError, attribute AttributeError,
    name_error NameError, not_implemented NotImplementedError, key KeyError, syntax SyntaxError, overflow OverflowError,
    zero_division ZeroDivisionError, memory MemoryError, internal InternalError,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.message.is_empty() && self.suffix.is_empty() {
            write!(f, "{}", self.kind.name())
        } else {
            write!(f, "{}: {}{}", self.kind.name(), self.message, self.suffix)
        }
    }
}
