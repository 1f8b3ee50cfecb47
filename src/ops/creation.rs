//! Tensors made from sizes and numbers: zeros, ones, ranges, identities.

use super::args::{Call, default_dtype};
use super::def::{Example, Forms, OpDef};
use super::node::grads;
use crate::array::{Array, DType, Dims, Layout, Scalar, create, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &ZEROS,
    &ONES,
    &EMPTY,
    &FULL,
    &ARANGE,
    &LINSPACE,
    &LOGSPACE,
    &EYE,
    &TRIL_INDICES,
    &TRIU_INDICES,
    &SCALAR_TENSOR,
    &ZEROS_LIKE,
    &ONES_LIKE,
    &EMPTY_LIKE,
    &FULL_LIKE,
    &NEW_ZEROS,
    &NEW_ONES,
    &NEW_EMPTY,
    &NEW_FULL,
    &FILL,
    &ZERO,
    &SET_DEFAULT_DTYPE,
    &GET_DEFAULT_DTYPE,
];

/// A signature with the options that every creating function takes, from `dtype` on; functions that may copy the strides of
/// a tensor take a memory format too.
#[macro_export]
macro_rules! with_options {
    (strided $parameters:literal) => {
        concat!($crate::with_options!($parameters), ", memory_format=None")
    };
    ($parameters:literal) => {
        concat!(
            $parameters,
            "dtype: dtype? = None, layout=None, device=None, requires_grad: bool = False, pin_memory: bool = False"
        )
    };
}

/// Refuses devices other than the CPU; parameter `i` is the device.
pub(super) fn check_device(c: &Call, i: usize) -> Result<()> {
    super::api::device::check(c.value(i))
}

/// A new tensor with the options of a call; they begin at parameter `at`.
pub(super) fn made(c: &Call, at: usize, array: Array) -> Result<Value> {
    check_device(c, at + 2)?;
    let tensor = Tensor::new(array);
    require_grad(c, at + 3, &tensor)?;
    Ok(tensor.into())
}

/// Makes a new tensor require a gradient when parameter `i` asks for it.
pub(super) fn require_grad(c: &Call, i: usize, tensor: &Tensor) -> Result<()> {
    if !c.bool(i)? {
        return Ok(());
    }
    if !tensor.dtype().is_differentiable() {
        return Err(Fault::runtime("Only Tensors of floating point and complex dtype can require gradients"));
    }
    tensor.set_requires_grad(true)
}

fn sized(c: &Call, value: i64) -> Result<Value> {
    if c.def.name == "zeros" && c.ints(0)?.iter().any(|n| *n < 0) {
        return Err(Fault::runtime("zeros: Dimension size must be non-negative."));
    }
    let dtype = c.opt_dtype(1)?.unwrap_or_else(default_dtype);
    made(c, 1, filled(&c.sizes(0)?, Scalar::Int(value), dtype)?)
}

fn filled(sizes: &[usize], value: Scalar, dtype: DType) -> Result<Array> {
    super::literal::check_fits(value, dtype)?;
    if value == Scalar::Int(0) { create::zeros(sizes, dtype) } else { Array::full(sizes, value, dtype) }
}

const SIZED: &str = with_options!("size: int[]..., *, ");

/// Zeros.
pub static ZEROS: OpDef = OpDef::composite("zeros", SIZED, |c| sized(c, 0))
    .doc("Zeros of the given sizes, float32 by default.")
    .examples(&[Example("torch.zeros(2, 3)", "tensor([[0., 0., 0.],\n        [0., 0., 0.]])")])
    .forms(Forms::FUNCTION)
    .samples(&["2, 3", "(2, 3), dtype=int64"]);

/// Ones.
pub static ONES: OpDef = OpDef::composite("ones", SIZED, |c| sized(c, 1))
    .doc("Ones of the given sizes, float32 by default.")
    .examples(&[Example("torch.ones(2, 3)", "tensor([[1., 1., 1.],\n        [1., 1., 1.]])")])
    .forms(Forms::FUNCTION)
    .samples(&["2, 3", "(2, 3), dtype=int64"]);

/// Elements without meaning.
pub static EMPTY: OpDef = OpDef::composite("empty", with_options!(strided "size: int[]..., *, "), |c| sized(c, 0))
    .doc("A tensor of the given sizes to be filled; its elements have no meaning.")
    .examples(&[Example("torch.empty(2, 3).shape", "torch.Size([2, 3])")])
    .forms(Forms::FUNCTION)
    .samples(&["2, 3"]);

/// A sequence of sizes; a single number is refused.
fn sequence(c: &Call, i: usize) -> Result<Dims> {
    match c.value(i) {
        Value::Tuple(_) | Value::List(_) => c.sizes(i),
        other => Err(c.wrong(i, "tuple of ints", other)),
    }
}

/// The dtype that a number has as a tensor.
pub(super) fn dtype_of(value: Scalar) -> DType {
    match value {
        Scalar::Bool(_) => DType::Bool,
        Scalar::Int(_) => DType::I64,
        Scalar::Float(_) => default_dtype(),
        Scalar::Complex(_) => default_dtype().to_complex(),
    }
}

/// One number everywhere.
pub static FULL: OpDef = OpDef::composite("full", with_options!("size: int[], fill_value: Number, *, "), |c| {
    let (sizes, value) = (sequence(c, 0)?, c.scalar(1)?);
    made(c, 2, filled(&sizes, value, c.opt_dtype(2)?.unwrap_or_else(|| dtype_of(value)))?)
})
.doc("A tensor of the given sizes filled with a number, in the dtype of the number.")
.examples(&[Example("torch.full((2, 2), 7)", "tensor([[7, 7],\n        [7, 7]])")])
.forms(Forms::FUNCTION)
.samples(&["(2, 3), 1.5"]);

/// Numbers in equal steps before an end.
pub static ARANGE: OpDef = OpDef::composite(
    "arange",
    with_options!("start: Number? = None, end: Number? = None, step: Number = 1, *, "),
    |c| {
        let (start, end) = match (c.opt_scalar(0)?, c.opt_scalar(1)?) {
            (Some(start), Some(end)) => (start, end),
            (Some(end), None) | (None, Some(end)) => (Scalar::Int(0), end),
            (None, None) => return Err(c.invalid_combination(0)),
        };
        let step = c.scalar(2)?;
        let floats = [start, end, step].iter().any(|s| matches!(s, Scalar::Float(_)));
        let dtype = c.opt_dtype(3)?.unwrap_or_else(|| if floats { default_dtype() } else { DType::I64 });
        made(c, 3, create::arange(start, end, step, dtype)?)
    },
)
.doc("The numbers start, start + step, ... before end: int64, or float32 when one of them is a float.")
.examples(&[
    Example("torch.arange(5)", "tensor([0, 1, 2, 3, 4])"),
    Example("torch.arange(1, 2, 0.25)", "tensor([1.0000, 1.2500, 1.5000, 1.7500])"),
])
.forms(Forms::FUNCTION)
.samples(&["5", "1, 10, 3", "0., 1., 0.25"]);

const SPACED: &str = with_options!("start, end, steps: int, *, ");

/// The ends of a spaced range and the number of steps.
fn spaced(c: &Call) -> Result<(Scalar, Scalar, usize)> {
    let rank = |i: usize| if let Value::Tensor(t) = c.value(i) { t.ndim() } else { 0 };
    if rank(0) > 0 || rank(1) > 0 {
        return Err(Fault::runtime(format!(
            "{} only supports 0-dimensional start and end tensors, but got start with {} dimension(s) and end with {} \
             dimension(s).",
            c.def.name,
            rank(0),
            rank(1)
        )));
    }
    let steps = usize::try_from(c.int(2)?).map_err(|_| Fault::runtime("number of steps must be non-negative"))?;
    Ok((c.scalar(0)?, c.scalar(1)?, steps))
}

/// Numbers in equal steps between two ends.
pub static LINSPACE: OpDef = OpDef::composite("linspace", SPACED, |c| {
    let (start, end, steps) = spaced(c)?;
    made(c, 3, create::linspace(start, end, steps, c.opt_dtype(3)?.unwrap_or_else(default_dtype))?)
})
.doc("steps numbers in equal distances from start to end, both included.")
.examples(&[Example("torch.linspace(0, 1, 5)", "tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])")])
.forms(Forms::FUNCTION)
.samples(&["0, 1, 5"]);

/// Powers in equal ratios between two powers of a base.
pub static LOGSPACE: OpDef =
    OpDef::composite("logspace", with_options!("start, end, steps: int, base: float = 10.0, *, "), |c| {
        let (start, end, steps) = spaced(c)?;
        let dtype = c.opt_dtype(4)?.unwrap_or_else(default_dtype);
        // The exponents of integers are integers.
        let whole = |s: Scalar| if dtype.is_float() { s } else { Scalar::Int(s.as_i64()) };
        let (start, end) = (whole(start), whole(end));
        made(c, 4, create::logspace(start, end, steps, c.float(3)?, dtype)?)
    })
    .doc("steps numbers in equal ratios from base**start to base**end, both included.")
    .examples(&[Example("torch.logspace(0, 2, 3)", "tensor([  1.,  10., 100.])")])
    .forms(Forms::FUNCTION)
    .samples(&["0, 2, 3"]);

/// A count that must not be negative.
fn at_least_zero(n: i64, name: &str) -> Result<usize> {
    usize::try_from(n).map_err(|_| Fault::runtime(format!("{name} must be greater or equal to 0, got {n}")))
}

/// The identity matrix.
pub static EYE: OpDef = OpDef::composite("eye", with_options!("n: int, m: int? = None, *, "), |c| {
    let n = at_least_zero(c.int(0)?, "n")?;
    let m = c.opt_int(1)?.map_or(Ok(n), |m| at_least_zero(m, "m"))?;
    crate::array::layout::checked_numel(&[n, m])?;
    made(c, 2, create::eye(n, m, c.opt_dtype(2)?.unwrap_or_else(default_dtype))?)
})
.doc("A matrix of n rows and m (n) columns with ones on the diagonal and zeros elsewhere.")
.examples(&[Example("torch.eye(2)", "tensor([[1., 0.],\n        [0., 1.]])")])
.forms(Forms::FUNCTION)
.samples(&["3", "2, 3"]);

const TRIANGLE: &str = with_options!("row: int, col: int, offset: int = 0, *, ");

fn triangle(c: &Call, lower: bool) -> Result<Value> {
    let size = |i: usize, name: &str| {
        usize::try_from(c.int(i)?)
            .map_err(|_| Fault::runtime(format!("{name} must be non-negative, got{}", c.int(i).unwrap_or(0))))
    };
    let (rows, cols) = (size(0, "row")?, size(1, "col")?);
    // Rows without columns have no places to be walked.
    let rows = if crate::array::storage::room_for(&[rows, cols])? == 0 { 0 } else { rows };
    let dtype = c.opt_dtype(3)?.unwrap_or(DType::I64);
    made(c, 3, create::tri_indices(rows, cols, c.int(2)?, lower, dtype)?)
}

/// The coordinates of a lower triangle.
pub static TRIL_INDICES: OpDef = OpDef::composite("tril_indices", TRIANGLE, |c| triangle(c, true))
    .doc("The coordinates of the lower triangle of a matrix up to the diagonal offset, as [2, n] of int64.")
    .examples(&[Example("torch.tril_indices(2, 2)", "tensor([[0, 1, 1],\n        [0, 0, 1]])")])
    .forms(Forms::FUNCTION)
    .samples(&["3, 3", "3, 4, 1"]);

/// The coordinates of an upper triangle.
pub static TRIU_INDICES: OpDef = OpDef::composite("triu_indices", TRIANGLE, |c| triangle(c, false))
    .doc("The coordinates of the upper triangle of a matrix from the diagonal offset on, as [2, n] of int64.")
    .examples(&[Example("torch.triu_indices(2, 2)", "tensor([[0, 0, 1],\n        [0, 1, 1]])")])
    .forms(Forms::FUNCTION)
    .samples(&["3, 3", "3, 4, 1"]);

/// A 0-d tensor.
pub static SCALAR_TENSOR: OpDef = OpDef::composite("scalar_tensor", with_options!("s: Number, *, "), |c| {
    made(c, 1, Array::full(&[], c.scalar(0)?, c.opt_dtype(1)?.unwrap_or_else(default_dtype))?)
})
.doc("A number as a 0-d tensor, float32 by default.")
.examples(&[Example("torch.scalar_tensor(3)", "tensor(3.)")])
.forms(Forms::FUNCTION)
.samples(&["3"]);

/// The layout of a new tensor like an old one: its order of dimensions when it has no gaps, else row-major.
pub(super) fn layout_like(old: &Layout) -> Layout {
    let fresh = Layout::contiguous(old.sizes.clone());
    if old.is_contiguous() || old.numel() == 0 || old.has_overlap() {
        return fresh;
    }
    let mut order: Dims = (0..old.ndim()).collect();
    order.sort_by_key(|&d| std::cmp::Reverse((old.strides[d].unsigned_abs(), old.sizes[d])));
    let mut step = 1isize;
    let mut out = fresh.clone();
    for &d in order.iter().rev() {
        if old.sizes[d] != 1 && old.strides[d] != step {
            return fresh;
        }
        out.strides[d] = step;
        step *= old.sizes[d] as isize;
    }
    out
}

/// A fresh array like the first argument's, with a number everywhere; the options begin at parameter `at`.
fn like(c: &Call, at: usize, value: Scalar) -> Result<Value> {
    let old = c.array(0)?;
    let array = filled(old.sizes(), value, c.opt_dtype(at)?.unwrap_or(old.dtype))?;
    made(c, at, array.with_layout(layout_like(&old.layout)))
}

const LIKE: &str = with_options!(strided "input: Tensor, *, ");

/// Zeros like a tensor.
pub static ZEROS_LIKE: OpDef = OpDef::composite("zeros_like", LIKE, |c| like(c, 1, Scalar::Int(0)))
    .doc("Zeros with the sizes and dtype of input.")
    .examples(&[Example("torch.zeros_like(torch.tensor([1, 2]))", "tensor([0, 0])")])
    .forms(Forms::FUNCTION)
    .samples(&["randn(2, 3)"]);

/// Ones like a tensor.
pub static ONES_LIKE: OpDef = OpDef::composite("ones_like", LIKE, |c| like(c, 1, Scalar::Int(1)))
    .doc("Ones with the sizes and dtype of input.")
    .examples(&[Example("torch.ones_like(torch.tensor([1., 2.]))", "tensor([1., 1.])")])
    .forms(Forms::FUNCTION)
    .samples(&["randn(2, 3)"]);

/// Elements without meaning, like a tensor.
pub static EMPTY_LIKE: OpDef = OpDef::composite("empty_like", LIKE, |c| like(c, 1, Scalar::Int(0)))
    .doc("A tensor with the sizes and dtype of input to be filled; its elements have no meaning.")
    .examples(&[Example("torch.empty_like(torch.ones(2, 3)).shape", "torch.Size([2, 3])")])
    .forms(Forms::FUNCTION)
    .samples(&["randn(2, 3)"]);

/// One number everywhere, like a tensor.
pub static FULL_LIKE: OpDef =
    OpDef::composite("full_like", with_options!(strided "input: Tensor, fill_value: Number, *, "), |c| {
        like(c, 2, c.scalar(1)?)
    })
    .doc("A number everywhere, with the sizes and dtype of input.")
    .examples(&[Example("torch.full_like(torch.tensor([1., 2.]), 7)", "tensor([7., 7.])")])
    .forms(Forms::FUNCTION)
    .samples(&["randn(2, 3), 2"]);

fn new(c: &Call, at: usize, sizes: &[usize], value: Scalar) -> Result<Value> {
    let dtype = c.opt_dtype(at)?.unwrap_or(c.tensor(0)?.dtype());
    made(c, at, filled(sizes, value, dtype)?)
}

const NEW: &str = with_options!("input: Tensor, size: int[]..., *, ");

/// Zeros of a tensor's dtype.
pub static NEW_ZEROS: OpDef = OpDef::composite("new_zeros", NEW, |c| new(c, 2, &c.sizes(1)?, Scalar::Int(0)))
    .doc("Zeros of the given sizes in the tensor's dtype.")
    .examples(&[Example("torch.ones(2, dtype=torch.int64).new_zeros(2)", "tensor([0, 0])")])
    .forms(Forms::METHOD)
    .samples(&["randn(2), (2, 3)"]);

/// Ones of a tensor's dtype.
pub static NEW_ONES: OpDef = OpDef::composite("new_ones", NEW, |c| new(c, 2, &c.sizes(1)?, Scalar::Int(1)))
    .doc("Ones of the given sizes in the tensor's dtype.")
    .examples(&[Example("torch.zeros(2, dtype=torch.int64).new_ones(2)", "tensor([1, 1])")])
    .forms(Forms::METHOD)
    .samples(&["randn(2), (2, 3)"]);

/// Elements without meaning of a tensor's dtype.
pub static NEW_EMPTY: OpDef = OpDef::composite("new_empty", NEW, |c| new(c, 2, &c.sizes(1)?, Scalar::Int(0)))
    .doc("A tensor of the given sizes in the tensor's dtype, to be filled.")
    .examples(&[Example("torch.ones(2, dtype=torch.int64).new_empty(2, 3).shape", "torch.Size([2, 3])")])
    .forms(Forms::METHOD)
    .samples(&["randn(2), (2, 3)"]);

/// One number everywhere, of a tensor's dtype.
pub static NEW_FULL: OpDef =
    OpDef::composite("new_full", with_options!("input: Tensor, size: int[], fill_value: Number, *, "), |c| {
        new(c, 3, &sequence(c, 1)?, c.scalar(2)?)
    })
    .doc("A number everywhere, of the given sizes in the tensor's dtype.")
    .examples(&[Example("torch.ones(2).new_full((2,), 3)", "tensor([3., 3.])")])
    .forms(Forms::METHOD)
    .samples(&["randn(2), (2, 3), 5"]);

/// A tensor with every element set to a value.
pub static FILL: OpDef = OpDef::kernel("fill", "input: Tensor, value", |c| {
    let old = c.array(0)?;
    if let Value::Tensor(t) = c.value(1)
        && t.ndim() > 0
    {
        return Err(Fault::runtime(format!(
            "fill_ only supports 0-dimension value tensor but got tensor with {} dimensions.",
            t.ndim()
        )));
    }
    let node = if matches!(c.value(1), Value::Tensor(_)) { "FillBackward3" } else { "FillBackward0" };
    Ok(super::Out::from(filled(old.sizes(), c.scalar(1)?, old.dtype)?).named(node))
})
.complex()
.doc("A tensor like input with every element set to value, a number or a 0-d tensor.")
.examples(&[Example("torch.fill(torch.zeros(2), 3)", "tensor([3., 3.])")])
.forms(Forms::FUNCTION.and(Forms::INPLACE).and(Forms::FUNCTION_INPLACE))
.grad(|b| {
    let first = b.when(0, || b.grad().mul(0))?;
    Ok(Grads::from_iter([first, b.when(1, || super::call(&super::reduce::SUM, [b.grad().into()]))?]))
})
.assign(|c, dst| {
    if matches!(c.value(1), Value::Tensor(_)) {
        return Ok(false);
    }
    super::literal::check_fits(c.scalar(1)?, dst.dtype)?;
    map::fill(dst, &c.scalar(1)?)?;
    Ok(true)
})
.samples(&["randn(2, 3), 2.0"]);

/// Every element set to zero.
pub static ZERO: OpDef = OpDef::kernel("zero", "input: Tensor", |c| {
    let old = c.array(0)?;
    Ok(create::zeros(old.sizes(), old.dtype)?.into())
})
.complex()
.doc("Every element set to zero.")
.examples(&[Example("torch.ones(2).zero_()", "tensor([0., 0.])")])
.samples(&["randn(2, 3)"])
.forms(Forms::INPLACE.and(Forms::FUNCTION_INPLACE))
.grad(|b| grads([b.grad().mul(0)?]))
.assign(|_, dst| {
    map::fill(dst, &Scalar::Int(0))?;
    Ok(true)
});

/// The dtype of new float tensors.
pub static SET_DEFAULT_DTYPE: OpDef = OpDef::composite("set_default_dtype", "d: dtype, /", |c| {
    match c.opt_dtype(0)? {
        Some(d) if d.is_float() => super::args::set_default_dtype(d),
        _ => return Err(Fault::type_error("only floating-point types are supported as the default type")),
    }
    Ok(Value::None)
})
.doc("Sets the dtype of new float tensors, float32 at first.")
.examples(&[Example("torch.set_default_dtype(torch.float32)", "")])
.samples(&["torch.float32"])
.forms(Forms::FUNCTION);

/// The dtype of new float tensors.
pub static GET_DEFAULT_DTYPE: OpDef = OpDef::composite("get_default_dtype", "", |_| Ok(Value::DType(default_dtype())))
    .doc("The dtype of new float tensors.")
    .examples(&[Example("torch.get_default_dtype()", "torch.float32")])
    .forms(Forms::FUNCTION);
