//! Functions of the program and native functions.

use super::args::Args;
use super::caller::Caller;
use super::dict::Dict;
use super::module::Module;
use super::signature::Signature;
use super::text::Name;
use super::value::Value;
use crate::diag::{Error, ExcKind, Result};
use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// A function of the program: its code with what it was created with.
pub struct Function {
    /// `__name__`
    pub name: RefCell<Name>,
    /// `__qualname__`
    pub qualname: RefCell<Name>,
    /// `__doc__`
    pub doc: RefCell<Value>,
    /// The code; its type belongs to whoever runs it.
    pub code: Rc<dyn Any>,
    /// The address of the code, by which a call sees that it runs what ran last.
    pub code_at: usize,
    /// Defaults of the last positional parameters.
    pub defaults: Vec<Value>,
    /// Defaults of keyword-only parameters, `Undef` where there is none.
    pub keyword_defaults: Vec<Value>,
    /// Variables of enclosing functions.
    pub closure: Vec<Rc<RefCell<Value>>>,
    /// The module whose globals it sees.
    pub module: Rc<Module>,
    /// Attributes the program set on it.
    pub dict: Rc<Dict>,
    /// `__annotations__`
    pub annotations: Value,
}

/// The Rust side of a native function.
pub type NativeFn = fn(&Native, &mut dyn Caller, Args) -> Result<Value>;

/// A native function.
pub struct Native {
    /// Its name.
    pub name: &'static str,
    /// The type it is a method of.
    pub owner: Option<&'static str>,
    /// The module it belongs to.
    pub module: &'static str,
    /// The parameters as text: `obj, /, default=None`.
    pub signature: &'static str,
    /// What it does; first line a noun phrase.
    pub doc: &'static str,
    /// The function.
    pub func: NativeFn,
    /// Values it was created with (`functools.partial` and kin).
    pub captured: Vec<Value>,
    /// Static data that it was created for: the operator of an operator's function.
    pub data: Option<&'static (dyn Any + Send + Sync)>,
    parsed: OnceCell<Rc<Signature>>,
}

impl Native {
    /// A function of a module.
    pub fn new(
        module: &'static str,
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
        func: NativeFn,
    ) -> Native {
        Native {
            name,
            owner: None,
            module,
            signature,
            doc,
            func,
            captured: Vec::new(),
            data: None,
            parsed: OnceCell::new(),
        }
    }

    /// The same as a method of a type.
    pub fn of_type(mut self, owner: &'static str) -> Native {
        self.owner = Some(owner);
        self
    }

    /// The same with captured values.
    pub fn capturing(mut self, captured: Vec<Value>) -> Native {
        self.captured = captured;
        self
    }

    /// The same with static data.
    pub fn with_data(mut self, data: &'static (dyn Any + Send + Sync)) -> Native {
        self.data = Some(data);
        self
    }

    /// The function as a value.
    pub fn value(self) -> Value {
        Value::Native(Rc::new(self))
    }

    /// Calls it.
    ///
    /// Errors: the function's own; for a call of torch's that fits none of its forms, the words of torch's parser.
    #[inline]
    pub fn call(&self, caller: &mut dyn Caller, args: Args) -> Result<Value> {
        (self.func)(self, caller, args).map_err(|error| self.in_torchs_words(args, error))
    }

    #[cold]
    fn in_torchs_words(&self, args: Args, error: Error) -> Error {
        // torch looks at the arguments before anything else: what went wrong later does not count.
        if error.payload.is_some() || matches!(error.kind, ExcKind::KeyboardInterrupt | ExcKind::MemoryError) {
            return error;
        }
        let label = match (self.module, self.owner) {
            ("torch", Some("Tensor")) => format!(".{}", self.name),
            ("torch", None) => self.name.to_string(),
            ("torch.nn.functional", _) => format!("F.{}", self.name),
            ("torch.linalg", _) => format!("linalg.{}", self.name),
            ("torch.special", _) => format!("special.{}", self.name),
            (module, owner)
                if (module.starts_with("numpy") || module == "torch.autograd") && error.kind == ExcKind::TypeError =>
            {
                return super::overloads::python_misfit(self.parsed(), args, owner.is_some()).unwrap_or(error);
            }
            _ => return error,
        };
        let Some(mut misfit) = super::overloads::misfit(&label, args) else { return error };
        (misfit.argument, misfit.operands) = (error.argument, error.operands.clone());
        (misfit.notes, misfit.help) = (error.notes.clone(), error.help.clone());
        misfit
    }

    /// The parsed signature.
    pub fn parsed(&self) -> &Rc<Signature> {
        self.parsed.get_or_init(|| Rc::new(Signature::parse(self.name, self.signature)))
    }
}
