//! The bound arguments of an operator, read as what it needs.

use super::def::OpDef;
use crate::array::layout::wrap_dim;
use crate::array::{Array, DType, Dims, Scalar};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::signature::builtin_dtype;
use crate::value::{Bound, Value};
use smallvec::SmallVec;

/// A call of an operator: its arguments in the order of its parameters.
pub struct Call<'a> {
    /// The operator.
    pub def: &'static OpDef,
    /// One value for each parameter.
    pub args: &'a Bound,
}

pub use crate::array::dtype::{default_dtype, set_default_dtype};

/// A tensor or a number.
#[derive(Clone)]
#[allow(missing_docs)]
pub enum Operand {
    Tensor(Tensor),
    Scalar(Scalar),
}

impl Operand {
    /// The tensor or number in a value.
    pub fn of(value: &Value) -> Option<Operand> {
        match value {
            Value::Tensor(t) => Some(Operand::Tensor(t.clone())),
            other => other.as_scalar().map(Operand::Scalar),
        }
    }
}

/// The type of the result of mixed operands: a dimensioned tensor outranks a 0-d one, which outranks a number, within
/// the same category (torch.result_type).
pub fn result_type(operands: &[&Operand]) -> DType {
    let mut best: [Option<DType>; 3] = [None; 3];
    for operand in operands {
        let (rank, dtype) = match operand {
            Operand::Tensor(t) => {
                let a = t.array();
                (if a.ndim() > 0 { 0 } else { 1 }, a.dtype)
            }
            Operand::Scalar(Scalar::Bool(_)) => (2, DType::Bool),
            Operand::Scalar(Scalar::Int(_)) => (2, DType::I64),
            Operand::Scalar(Scalar::Float(_)) => (2, default_dtype()),
            Operand::Scalar(Scalar::Complex(_)) => (2, default_dtype().to_complex()),
        };
        best[rank] = Some(best[rank].map_or(dtype, |b| b.promote(dtype)));
    }
    let [dims, zero, scalar] = best;
    let combine = |high: Option<DType>, low: Option<DType>| match (high, low) {
        // The precision stays that of the operand of higher rank.
        (Some(h), Some(l)) if h.is_float() && l.is_complex() => Some(h.to_complex()),
        (Some(h), Some(l)) if l.category() > h.category() => Some(h.promote(l)),
        (Some(h), _) => Some(h),
        (None, low) => low,
    };
    combine(combine(dims, zero), scalar).unwrap_or_else(default_dtype)
}

impl<'a> Call<'a> {
    /// The argument at an index.
    #[inline]
    pub fn value(&self, i: usize) -> &'a Value {
        &self.args[i]
    }

    /// The tensor at an index.
    ///
    /// Errors: TypeError when it is none.
    #[inline]
    pub fn tensor(&self, i: usize) -> Result<&'a Tensor> {
        match &self.args[i] {
            Value::Tensor(t) => Ok(t),
            other => Err(self.wrong(i, "Tensor", other)),
        }
    }

    /// The tensor at an index, or `None` for None.
    pub fn opt_tensor(&self, i: usize) -> Result<Option<&'a Tensor>> {
        match &self.args[i] {
            Value::None | Value::Undef => Ok(None),
            Value::Tensor(t) => Ok(Some(t)),
            other => Err(self.wrong(i, "Tensor", other)),
        }
    }

    /// The array of the tensor at an index.
    #[inline]
    pub fn array(&self, i: usize) -> Result<Array> {
        Ok(self.tensor(i)?.array().clone())
    }

    /// The tensors of a list or tuple.
    pub fn tensors(&self, i: usize) -> Result<Vec<Tensor>> {
        let of = |items: &[Value]| -> Result<Vec<Tensor>> {
            let tensor = |v: &Value| match v {
                Value::Tensor(t) => Ok(t.clone()),
                other => Err(self.wrong(i, "tuple of Tensors", other)),
            };
            items.iter().map(tensor).collect()
        };
        match &self.args[i] {
            Value::List(l) => of(&l.borrow()),
            Value::Tuple(t) => of(t),
            other => Err(self.wrong(i, "tuple of Tensors", other)),
        }
    }

    /// The tensor or number at an index.
    pub fn operand(&self, i: usize) -> Result<Operand> {
        Operand::of(&self.args[i]).ok_or_else(|| self.wrong(i, "Tensor", &self.args[i]))
    }

    /// The number at an index; a 0-d tensor counts.
    pub fn scalar(&self, i: usize) -> Result<Scalar> {
        match &self.args[i] {
            Value::Tensor(t) if t.numel() == 1 => t.item(),
            other => other.as_scalar().ok_or_else(|| self.wrong(i, "Number", other)),
        }
    }

    /// The number at an index, or `None` for None.
    pub fn opt_scalar(&self, i: usize) -> Result<Option<Scalar>> {
        if self.is_none(i) { Ok(None) } else { self.scalar(i).map(Some) }
    }

    /// The float at an index.
    pub fn float(&self, i: usize) -> Result<f64> {
        Ok(self.scalar(i)?.as_f64())
    }

    /// The integer at an index.
    pub fn int(&self, i: usize) -> Result<i64> {
        match &self.args[i] {
            Value::Int(n) => Ok(*n),
            Value::Bool(b) => Ok(*b as i64),
            Value::Tensor(t) if t.numel() == 1 && !t.dtype().is_differentiable() => Ok(t.item()?.as_i64()),
            Value::Array(a) if a.is_scalar => Ok(a.array.borrow().item().map_or(0, Scalar::as_i64)),
            other => Err(self.wrong(i, "int", other)),
        }
    }

    /// The integer at an index, or `None` for None.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>> {
        if self.is_none(i) { Ok(None) } else { self.int(i).map(Some) }
    }

    /// The truth value at an index.
    pub fn bool(&self, i: usize) -> Result<bool> {
        match &self.args[i] {
            Value::Bool(b) => Ok(*b),
            Value::Int(n) => Ok(*n != 0),
            Value::None => Ok(false),
            other => Err(self.wrong(i, "bool", other)),
        }
    }

    /// The text at an index.
    pub fn text(&self, i: usize) -> Result<&'a str> {
        self.args[i].as_str().ok_or_else(|| self.wrong(i, "str", &self.args[i]))
    }

    /// The dtype at an index, or `None` for None. The classes `float`, `int` and `bool` count.
    pub fn opt_dtype(&self, i: usize) -> Result<Option<DType>> {
        match &self.args[i] {
            Value::None | Value::Undef => Ok(None),
            Value::DType(d) => Ok(Some(*d)),
            Value::Class(c) if builtin_dtype(&c.name).is_some() => Ok(builtin_dtype(&c.name)),
            other => Err(self.wrong(i, "torch.dtype", other)),
        }
    }

    /// Whether the argument is None or missing.
    pub fn is_none(&self, i: usize) -> bool {
        matches!(self.args[i], Value::None | Value::Undef)
    }

    /// The integers at an index: one int or a sequence of ints.
    pub fn ints(&self, i: usize) -> Result<SmallVec<[i64; 6]>> {
        let one = |v: &Value| -> Result<i64> {
            match v {
                Value::Int(n) => Ok(*n),
                Value::Bool(b) => Ok(*b as i64),
                Value::Tensor(t) if t.numel() == 1 && !t.dtype().is_differentiable() => Ok(t.item()?.as_i64()),
                other => Err(self.wrong(i, "tuple of ints", other)),
            }
        };
        match &self.args[i] {
            Value::Tuple(t) => t.iter().map(one).collect(),
            Value::List(l) => l.borrow().iter().map(one).collect(),
            Value::None | Value::Undef => Ok(SmallVec::new()),
            other => Ok(SmallVec::from_slice(&[one(other)?])),
        }
    }

    /// Sizes at an index, none negative.
    ///
    /// Errors: RuntimeError for negative sizes.
    pub fn sizes(&self, i: usize) -> Result<Dims> {
        let ints = self.ints(i)?;
        let shown: Vec<String> = ints.iter().map(|n| n.to_string()).collect();
        ints.iter()
            .map(|&n| {
                usize::try_from(n).map_err(|_| {
                    Fault::runtime(format!(
                        "Trying to create tensor with negative dimension {n}: [{}]",
                        shown.join(", ")
                    ))
                })
            })
            .collect()
    }

    /// The dimension of a tensor of that rank at an index.
    ///
    /// Errors: IndexError out of range.
    pub fn dim(&self, i: usize, ndim: usize) -> Result<usize> {
        wrap_dim(self.int(i)?, ndim)
    }

    /// The distinct dimensions at an index, sorted; all when it is None or, with `empty_is_all`, empty.
    ///
    /// Errors: IndexError out of range, RuntimeError for repeated ones.
    pub fn dims(&self, i: usize, ndim: usize, empty_is_all: bool) -> Result<Dims> {
        let ints = self.ints(i)?;
        if self.is_none(i) || (ints.is_empty() && empty_is_all) {
            return Ok((0..ndim).collect());
        }
        let mut dims = Dims::new();
        for d in ints {
            let d = wrap_dim(d, ndim)?;
            if dims.contains(&d) {
                return Err(Fault::runtime(format!("dim {d} appears multiple times in the list of dims")));
            }
            dims.push(d);
        }
        if ndim == 0 {
            dims.clear();
        }
        dims.sort_unstable();
        Ok(dims)
    }

    /// Refuses a call in which neither of the first two arguments is a tensor.
    pub fn one_tensor(&self) -> Result<()> {
        let is_tensor = |i: usize| matches!(self.args.get(i), Some(Value::Tensor(_)));
        if is_tensor(0) || is_tensor(1) { Ok(()) } else { Err(self.invalid_combination(1)) }
    }

    /// The TypeError of an overloaded operator for arguments that fit none of its forms.
    #[cold]
    pub fn invalid_combination(&self, i: usize) -> crate::diag::Error {
        let given = self.args.iter().rposition(|v| !matches!(v, Value::None | Value::Undef)).map_or(0, |n| n + 1);
        let types: Vec<String> =
            self.args[..given.max(i + 1).min(self.args.len())].iter().map(crate::value::protocol::class_name).collect();
        Fault::type_error(format!(
            "{}() received an invalid combination of arguments - got ({}), but expected one of:",
            self.def.name,
            types.join(", ")
        ))
        .at_argument(i)
    }

    /// A TypeError for an argument of another type, in PyTorch's words.
    #[cold]
    pub fn wrong(&self, i: usize, expected: &str, got: &Value) -> crate::diag::Error {
        let signature = crate::value::Signature::parse(self.def.name, self.def.signature);
        let name = signature.params.get(i).map_or("?".to_string(), |p| p.name.to_string());
        Fault::type_error(format!(
            "{}(): argument '{name}' (position {}) must be {expected}, not {}",
            self.def.name,
            i + 1,
            crate::value::protocol::class_name(got)
        ))
        .at_argument(i)
    }
}
