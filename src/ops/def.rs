//! The declaration of an operator: static data, written beside its kernel.

use super::args::Call;
use super::node::Back;
use crate::array::{Array, DType, Layout};
use crate::diag::{Fault, Result};
use crate::tensor::Grads;
use crate::value::Value;
use smallvec::{SmallVec, smallvec};

/// Where an operator is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forms(pub u16);

impl Forms {
    /// Nowhere: used by other operators only.
    pub const HIDDEN: Forms = Forms(0);
    /// `torch.x(...)`
    pub const FUNCTION: Forms = Forms(1);
    /// `tensor.x(...)`
    pub const METHOD: Forms = Forms(2);
    /// `tensor.x_(...)`, derived from the operator
    pub const INPLACE: Forms = Forms(4);
    /// `torch.nn.functional.x(...)`
    pub const NN: Forms = Forms(8);
    /// `torch.linalg.x(...)`
    pub const LINALG: Forms = Forms(16);
    /// `torch.special.x(...)`
    pub const SPECIAL: Forms = Forms(32);
    /// `np.x(...)`
    pub const NP: Forms = Forms(64);
    /// `torch.x_(...)` besides `tensor.x_(...)`
    pub const FUNCTION_INPLACE: Forms = Forms(128);
    /// With an `inplace` argument in `torch.nn.functional`, which asks for the in-place form.
    pub const NN_INPLACE: Forms = Forms(256);
    /// Function and method.
    pub const BOTH: Forms = Forms(3);
    /// Function, method and in-place method.
    pub const ALL: Forms = Forms(7);

    /// These and those.
    pub const fn and(self, other: Forms) -> Forms {
        Forms(self.0 | other.0)
    }

    /// Whether any of those is among these.
    pub const fn has(self, other: Forms) -> bool {
        self.0 & other.0 != 0
    }
}

/// How an operator computes.
#[derive(Clone, Copy)]
pub enum Run {
    /// From arrays to fresh arrays; the engine wraps them and records the node.
    Kernel(fn(&Call) -> Result<Out>),
    /// A view of the first argument: another layout on its storage.
    View(fn(&Call) -> Result<Layout>),
    /// A view of the first argument's storage as elements of another type.
    Recast(fn(&Call) -> Result<Array>),
    /// With other operators, which record themselves.
    Composite(fn(&Call) -> Result<Value>),
}

/// What a derivative needs from the forward pass; slots count the arguments, tensor lists expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Save {
    /// The tensor in a slot.
    In(usize),
    /// The tensor in the first slot, if the tensor in the second one requires a gradient.
    InFor(usize, usize),
    /// An output.
    Out(usize),
}

/// What an operator does with complex numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complex {
    /// Takes them: it computes with them, moves them, or leaves them to the operators that it is written with.
    Taken,
    /// Computes with them, and is analytic in each argument: a derivative written for real numbers holds, at the
    /// conjugates of what it needs.
    Analytic,
    /// Refuses them under PyTorch's name of its kernel, or the usual one when that is empty; a text with a space in it is the
    /// whole message, of a NotImplementedError unless it begins with `TypeError: ` or `RuntimeError: `; `{}` in it stands for the type.
    Refused(&'static str),
}

/// A runnable example with its output; run by a test.
#[derive(Clone, Copy, Debug)]
pub struct Example(pub &'static str, pub &'static str);

/// The arrays that a kernel made.
pub struct Out {
    /// The outputs.
    pub arrays: SmallVec<[Array; 1]>,
    /// Arrays for the derivative only.
    pub kept: SmallVec<[Array; 1]>,
    /// PyTorch's name of the node, where it depends on the arguments.
    pub node: Option<&'static str>,
}

impl Out {
    /// Several outputs.
    pub fn many(arrays: impl IntoIterator<Item = Array>) -> Out {
        Out { arrays: arrays.into_iter().collect(), kept: SmallVec::new(), node: None }
    }

    /// The same with an array for the derivative.
    pub fn keep(mut self, array: Array) -> Out {
        self.kept.push(array);
        self
    }

    /// The same under another node name.
    pub fn named(mut self, node: &'static str) -> Out {
        self.node = Some(node);
        self
    }
}

impl From<Array> for Out {
    fn from(array: Array) -> Out {
        Out { arrays: smallvec![array], kept: SmallVec::new(), node: None }
    }
}

/// How many parameters a signature has; the markers `*` and `/` are none.
const fn count_parameters(signature: &str) -> usize {
    let text = signature.as_bytes();
    let (mut count, mut depth, mut i, mut named) = (0, 0, 0, false);
    while i < text.len() {
        match text[i] {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b',' if depth == 0 => {
                count += named as usize;
                named = false;
            }
            b'a'..=b'z' | b'A'..=b'Z' if depth == 0 => named = true,
            _ => {}
        }
        i += 1;
    }
    count + named as usize
}

/// A derivative: the gradients of the arguments, by slot. Never broadcasts, accumulates or detaches: the engine does.
pub type Derivative = fn(&Back) -> Result<Grads>;

/// An operator.
pub struct OpDef {
    /// torch's name.
    pub name: &'static str,
    /// Other names, each in all forms.
    pub aliases: &'static [&'static str],
    /// Parameters: `input: Tensor, dim: int[]? = None, keepdim: bool = False`.
    pub signature: &'static str,
    /// What it computes: first line a noun phrase, then shapes and dtypes.
    pub doc: &'static str,
    /// Examples with their output.
    pub examples: &'static [Example],
    /// Arguments to test it with, as text of the language.
    pub samples: &'static [&'static str],
    /// Where it is found.
    pub forms: Forms,
    /// How it computes.
    pub run: Run,
    /// Its derivative, where it has one of its own.
    pub derivative: Option<Derivative>,
    /// What the derivative needs.
    pub saves: &'static [Save],
    /// PyTorch's node name, where it is not made from the operator's.
    pub node: &'static str,
    /// Names of several outputs: `torch.return_types.NAME`.
    pub returns: &'static [&'static str],
    /// Writes the result into the first argument's elements without a temporary; `false` when it cannot.
    pub assign: Option<fn(&Call, &Array) -> Result<bool>>,
    /// What it does with complex numbers; a kernel refuses them unless it says otherwise.
    pub complex: Complex,
    /// Whether the derivative is smooth enough to be checked to second order.
    pub smooth: bool,
    /// Whether its in-place form gives the tensor another layout on the same elements, as that of every view does.
    pub reshapes: bool,
    /// How many parameters the signature has.
    pub(super) parameters: usize,
}

impl OpDef {
    const fn base(name: &'static str, signature: &'static str, run: Run) -> OpDef {
        OpDef {
            name,
            aliases: &[],
            signature,
            doc: "",
            examples: &[],
            samples: &[],
            forms: Forms::BOTH,
            run,
            derivative: None,
            saves: &[],
            node: "",
            returns: &[],
            assign: None,
            complex: if matches!(run, Run::Kernel(_)) { Complex::Refused("") } else { Complex::Taken },
            smooth: true,
            reshapes: matches!(run, Run::View(_)),
            parameters: count_parameters(signature),
        }
    }

    /// An operator that computes fresh arrays.
    pub const fn kernel(name: &'static str, signature: &'static str, f: fn(&Call) -> Result<Out>) -> OpDef {
        OpDef::base(name, signature, Run::Kernel(f))
    }

    /// An operator that gives a view of its first argument.
    pub const fn view(name: &'static str, signature: &'static str, f: fn(&Call) -> Result<Layout>) -> OpDef {
        OpDef::base(name, signature, Run::View(f))
    }

    /// An operator that gives a view of its first argument as elements of another type.
    pub const fn recast(name: &'static str, signature: &'static str, f: fn(&Call) -> Result<Array>) -> OpDef {
        OpDef::base(name, signature, Run::Recast(f))
    }

    /// An operator written with other operators.
    pub const fn composite(name: &'static str, signature: &'static str, f: fn(&Call) -> Result<Value>) -> OpDef {
        OpDef::base(name, signature, Run::Composite(f))
    }

    /// Documentation.
    pub const fn doc(mut self, doc: &'static str) -> OpDef {
        self.doc = doc;
        self
    }

    /// Examples.
    pub const fn examples(mut self, examples: &'static [Example]) -> OpDef {
        self.examples = examples;
        self
    }

    /// Samples.
    pub const fn samples(mut self, samples: &'static [&'static str]) -> OpDef {
        self.samples = samples;
        self
    }

    /// Other names.
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> OpDef {
        self.aliases = aliases;
        self
    }

    /// Where it is found.
    pub const fn forms(mut self, forms: Forms) -> OpDef {
        self.forms = forms;
        self
    }

    /// Its derivative.
    pub const fn grad(mut self, derivative: Derivative) -> OpDef {
        self.derivative = Some(derivative);
        self
    }

    /// What the derivative needs.
    pub const fn saves(mut self, saves: &'static [Save]) -> OpDef {
        self.saves = saves;
        self
    }

    /// PyTorch's node name.
    pub const fn node(mut self, node: &'static str) -> OpDef {
        self.node = node;
        self
    }

    /// Names of several outputs.
    pub const fn returns(mut self, names: &'static [&'static str]) -> OpDef {
        self.returns = names;
        self
    }

    /// The in-place kernel.
    pub const fn assign(mut self, assign: fn(&Call, &Array) -> Result<bool>) -> OpDef {
        self.assign = Some(assign);
        self
    }

    /// Marks an operator written with views: its in-place form gives the tensor another layout.
    pub const fn reshapes(mut self) -> OpDef {
        self.reshapes = true;
        self
    }

    /// Marks a kernel that takes complex numbers.
    pub const fn complex(mut self) -> OpDef {
        self.complex = Complex::Taken;
        self
    }

    /// Marks a kernel that takes complex numbers and is analytic in each argument.
    pub const fn analytic(mut self) -> OpDef {
        self.complex = Complex::Analytic;
        self
    }

    /// What it does with complex numbers.
    pub const fn with_complex(mut self, complex: Complex) -> OpDef {
        self.complex = complex;
        self
    }

    /// PyTorch's name of its kernel in the refusal of complex numbers, or the whole text of that.
    pub const fn no_complex(mut self, text: &'static str) -> OpDef {
        self.complex = Complex::Refused(text);
        self
    }

    /// Marks a derivative that is checked to first order only.
    pub const fn rough(mut self) -> OpDef {
        self.smooth = false;
        self
    }
}

impl OpDef {
    /// Refuses complex arguments of an operator that does not take them.
    ///
    /// Errors: NotImplementedError in PyTorch's words; RuntimeError for complex numbers that are no tensors.
    #[inline]
    pub(super) fn admit(&self, args: &[Value]) -> Result<()> {
        match self.complex {
            Complex::Taken | Complex::Analytic => Ok(()),
            Complex::Refused(text) => args.iter().try_for_each(|arg| self.admit_one(text, arg)),
        }
    }

    #[inline]
    fn admit_one(&self, text: &str, arg: &Value) -> Result<()> {
        match arg {
            Value::Tensor(t) if t.dtype().is_complex() => Err(self.refusal(text, t.dtype())),
            Value::List(l) => l.borrow().iter().try_for_each(|v| match v {
                Value::Tensor(_) => self.admit_one(text, v),
                _ => Ok(()),
            }),
            Value::Tuple(t) => t.iter().try_for_each(|v| match v {
                Value::Tensor(_) => self.admit_one(text, v),
                _ => Ok(()),
            }),
            Value::Complex(_) => Err(Fault::runtime("value cannot be converted to type double without overflow")),
            _ => Ok(()),
        }
    }

    #[cold]
    fn refusal(&self, text: &str, dtype: DType) -> crate::diag::Error {
        if text.is_empty() {
            return super::kernel::not_for(&format!("{}_cpu", self.name.trim_start_matches("special_")), dtype);
        }
        if text.contains(' ') {
            let text = text.replace("{}", dtype.scalar_type());
            return match text.split_once("Error: ") {
                Some(("Type", text)) => Fault::type_error(text),
                Some(("Runtime", text)) => Fault::runtime(text),
                _ => Fault::not_implemented(text),
            };
        }
        super::kernel::not_for(text, dtype)
    }
}

impl std::fmt::Debug for OpDef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpDef({})", self.name)
    }
}
