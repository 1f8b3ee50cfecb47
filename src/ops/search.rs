//! Distinct values, places in sorted sequences, counts, and coordinates of flat indices.

use super::args::{Call, Operand};
use super::def::{Example, Forms, OpDef, Out};
use super::kernel::{not_for, to_dtype};
use crate::array::{Array, DType, scatter, sort as kernels};
use crate::diag::{Fault, Result};
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&UNIQUE, &UNIQUE_CONSECUTIVE, &SEARCHSORTED, &BUCKETIZE, &BINCOUNT, &ISIN, &UNRAVEL_INDEX];

/// The parts of a search for distinct values that were asked for.
fn parts(found: kernels::Unique, inverse: bool, counts: bool) -> Out {
    let mut arrays = vec![found.values];
    if inverse {
        arrays.push(found.inverse);
    }
    if counts {
        arrays.push(found.counts);
    }
    Out::many(arrays)
}

/// The distinct elements.
pub static UNIQUE: OpDef = OpDef::kernel(
    "unique",
    "input: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False, dim: int? = None",
    |c| {
        let array = c.array(0)?;
        Ok(match c.opt_int(4)? {
            None => parts(kernels::unique(&array)?, c.bool(2)?, c.bool(3)?).named("Unique2Backward0"),
            Some(dim) => parts(kernels::unique_dim(&array, dim)?, c.bool(2)?, c.bool(3)?).named("UniqueDimBackward0"),
        })
    },
)
.no_complex("unique")
.doc("The sorted distinct elements (or slices along dim); with them, where asked for, the index of each element's value and the counts.")
.samples(&["tensor([3, 1, 3])", "tensor([[1, 2], [1, 2]]), True, True, True, 0"])
.examples(&[Example("torch.unique(torch.tensor([3, 1, 3]))", "tensor([1, 3])")])
.grad(|b| {
    let name = if b.arg(4).is_none() { "_unique2" } else { "unique_dim" };
    Err(Fault::not_implemented(format!("the derivative for '{name}' is not implemented.")))
});

/// The distinct neighbours.
pub static UNIQUE_CONSECUTIVE: OpDef = OpDef::kernel(
    "unique_consecutive",
    "input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int? = None",
    |c| Ok(parts(kernels::unique_consecutive(&c.array(0)?, c.opt_int(3)?)?, c.bool(1)?, c.bool(2)?)),
)
.doc("The first of each run of equal elements (or slices along dim); with them, where asked for, the run of each element and the lengths.")
.samples(&["tensor([1, 1, 3, 1])", "tensor([[1, 2], [1, 2]]), True, True, 0"])
.examples(&[Example("torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))", "tensor([1, 2, 1])")])
.grad(|_| Err(Fault::not_implemented("the derivative for 'unique_consecutive' is not implemented.")));

/// Places in boundaries, as int64 or int32.
fn places(c: &Call, boundaries: &Array, values: usize, int32: usize, right: bool) -> Result<Out> {
    let values = match c.operand(values)? {
        Operand::Tensor(t) => t.array().clone(),
        Operand::Scalar(s) => Array::full(&[], s, boundaries.dtype)?,
    };
    if values.dtype == DType::Bool && boundaries.dtype == DType::Bool {
        return Err(not_for("searchsorted_out_cpu", DType::Bool));
    }
    let out = kernels::searchsorted(boundaries, &values, right)?;
    Ok(to_dtype(&out, if c.bool(int32)? { DType::I32 } else { DType::I64 })?.into())
}

/// The place of values in a sorted sequence.
pub static SEARCHSORTED: OpDef = OpDef::kernel(
    "searchsorted",
    "sorted_sequence: Tensor, input, *, out_int32: bool = False, right: bool = False, side: str? = None, \
     sorter: Tensor? = None",
    |c| {
        let mut boundaries = c.array(0)?;
        let right = match (c.bool(3)?, c.value(4).as_str()) {
            (right, None) => right,
            (false, Some("left")) => false,
            (_, Some("right")) => true,
            (true, Some("left")) => {
                return Err(Fault::runtime(
                    "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True",
                ));
            }
            (_, Some(side)) => {
                return Err(Fault::runtime(format!(
                    "torch.searchsorted(): side can only be 'left' or 'right' but got {side}"
                )));
            }
        };
        if !matches!(c.value(1), Value::Tensor(_)) && boundaries.ndim() != 1 {
            return Err(Fault::runtime(
                "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1",
            ));
        }
        if let Some(sorter) = c.opt_tensor(5)? {
            let sorter = sorter.array().clone();
            if sorter.sizes() != boundaries.sizes() {
                return Err(Fault::runtime("torch.searchsorted(): boundary and sorter must have the same size"));
            }
            if sorter.dtype != DType::I64 {
                return Err(Fault::runtime("torch.searchsorted(): sorter must be a tensor of long dtype"));
            }
            boundaries = scatter::gather(&boundaries, -1, &sorter)?;
        }
        places(c, &boundaries, 1, 2, right)
    },
)
.doc("The indices at which values would be inserted into a sorted sequence (along the last dimension) to keep it sorted.\nBefore equal elements, or behind them when right is True.")
.examples(&[Example("torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([2, 3]))", "tensor([1, 1])")])
.samples(&["tensor([1., 3., 5.]), randn(4)"]);

/// The bucket of values.
pub static BUCKETIZE: OpDef =
    OpDef::kernel("bucketize", "input, boundaries: Tensor, *, out_int32: bool = False, right: bool = False", |c| {
        let boundaries = c.array(1)?;
        if boundaries.ndim() != 1 {
            return Err(Fault::runtime(format!(
                "bucketize(): boundaries tensor must be 1 dimension, but got dim({})",
                boundaries.ndim()
            )));
        }
        places(c, &boundaries, 0, 2, c.bool(3)?)
    })
    .doc("The index of the bucket that each value falls into, between sorted boundaries.")
    .examples(&[Example("torch.bucketize(torch.tensor([0, 4]), torch.tensor([1, 3, 5]))", "tensor([0, 2])")])
    .samples(&["randn(4), tensor([-1., 0., 1.])"]);

/// The number of occurrences of each integer.
pub static BINCOUNT: OpDef =
    OpDef::kernel("bincount", "input: Tensor, weights: Tensor? = None, minlength: int = 0", |c| {
        let at_least = usize::try_from(c.int(2)?).map_err(|_| Fault::runtime("minlength should be >= 0"))?;
        if c.tensor(0)?.dtype() == DType::Bool {
            return Err(not_for("bincount_cpu", DType::Bool));
        }
        let weights = c.opt_tensor(1)?.map(|t| t.array().clone());
        Ok(kernels::bincount(&c.array(0)?, weights.as_ref(), at_least)?.into())
    })
    .doc("How often each of 0, 1, ... occurs in a vector of integers, or the sums of their weights.")
    .examples(&[Example("torch.bincount(torch.tensor([0, 2, 2]))", "tensor([1, 0, 2])")])
    .forms(Forms::BOTH.and(Forms::NP))
    .samples(&["arange(4)"]);

/// Where elements are among others.
pub static ISIN: OpDef =
    OpDef::kernel("isin", "elements, test_elements, *, assume_unique: bool = False, invert: bool = False", |c| {
        c.one_tensor()?;
        let (a, b) = (c.operand(0)?, c.operand(1)?);
        let dtype = super::args::result_type(&[&a, &b]);
        let side = |o: &Operand| match o {
            Operand::Tensor(t) if t.dtype() == DType::Bool => {
                Err(Fault::not_implemented("Unsupported input type encountered for isin(): Bool"))
            }
            Operand::Tensor(t) => to_dtype(&t.array(), dtype),
            Operand::Scalar(s) => Array::full(&[], *s, dtype),
        };
        let (elements, tests) = (side(&a)?, side(&b)?);
        let invert = c.bool(3)?;
        let known = kernels::unique(&tests)?.values;
        crate::with_real!(dtype, T => {
            let known = known.to_vec::<T>()?;
            Ok(crate::array::map::map1(&elements, move |x: T| {
                #[allow(clippy::bool_comparison)] // one body for all element types, bool among them
                let at = known.partition_point(|k| *k < x);
                (known.get(at) == Some(&x)) != invert
            })?
            .into())
        })
    })
    .doc("Where elements are among test_elements (or are not, with invert), as bool; either may be a number.")
    .examples(&[Example("torch.isin(torch.tensor([1, 2, 3]), torch.tensor([2, 5]))", "tensor([False,  True, False])")])
    .forms(Forms::FUNCTION.and(Forms::NP))
    .samples(&["arange(5), tensor([1, 3])"]);

/// The coordinates of flat indices.
pub static UNRAVEL_INDEX: OpDef = OpDef::composite("unravel_index", "indices: Tensor, shape", |c| {
    let indices = c.tensor(0)?;
    if indices.dtype().is_float() || indices.dtype() == DType::Bool {
        return Err(Fault::type_error(format!(
            "expected 'indices' to be integer dtype, but got torch.{}",
            indices.dtype().name()
        )));
    }
    let class = crate::value::protocol::class_name;
    let items = match c.value(1) {
        Value::Int(n) => vec![Value::Int(*n)],
        Value::Tuple(t) => t.to_vec(),
        Value::List(l) => l.to_vec(),
        other => {
            return Err(Fault::type_error(format!(
                "expected 'shape' to be int or sequence of ints, but got <class '{}'>",
                class(other)
            )));
        }
    };
    let size = |v: &Value| match v {
        Value::Int(n) => Ok(*n),
        Value::Bool(b) => Ok(*b as i64),
        other => Err(Fault::type_error(format!(
            "expected 'shape' sequence to only contain ints, but got <class '{}'>",
            class(other)
        ))),
    };
    let sizes: Vec<i64> = items.iter().map(size).collect::<Result<_>>()?;
    let shown = || {
        let list: Vec<String> = sizes.iter().map(i64::to_string).collect();
        if let [one] = list.as_slice() { format!("({one},)") } else { format!("({})", list.join(", ")) }
    };
    if sizes.iter().any(|&s| s < 0) {
        return Err(Fault::value(format!("'shape' cannot have negative values, but got {}", shown())));
    }
    if sizes.contains(&0) && indices.numel() > 0 {
        return Err(Fault::value(format!(
            "'shape' cannot have zero dimensions when 'indices' is non-empty, but got {}",
            shown()
        )));
    }
    let mut coordinates = Vec::with_capacity(sizes.len());
    let mut step = 1i64;
    let wide = indices.to_dtype(DType::I64)?;
    for (i, &size) in sizes.iter().enumerate().rev() {
        let along = wide.floor_divide(step)?;
        coordinates.push(super::call(&super::rounding::REMAINDER, [along.into(), Value::Int(size)])?);
        if i > 0 {
            step = step.checked_mul(size).ok_or_else(|| Fault::runtime("Overflow when unpacking long long"))?.max(1);
        }
    }
    Ok(Value::tuple(coordinates.into_iter().rev().map(Value::Tensor)))
})
.doc("The coordinates, one tensor for each dimension of shape, of indices into the flattened elements of that shape.")
.examples(&[Example("torch.unravel_index(torch.tensor([4, 1]), (3, 2))", "(tensor([2, 0]), tensor([0, 1]))")])
.forms(Forms::FUNCTION)
.samples(&["arange(6), (2, 3)"]);
