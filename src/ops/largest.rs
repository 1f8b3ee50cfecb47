//! The largest and smallest elements and their places.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::node::{Back, grads};
use super::places::chosen;
use super::reduce::{dims_of, spread};
use crate::array::extremes;
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] =
    &[&MAX, &MIN, &MAX_ALL, &MIN_ALL, &MAX_DIM, &MIN_DIM, &AMAX, &AMIN, &AMINMAX, &ARGMAX, &ARGMIN];

const OVERLOADED: &str = "input: Tensor, dim=..., keepdim: bool = False, *, other: Tensor = ...";
const ALONG: &str = "input: Tensor, dim: int, keepdim: bool = False";

/// The overloads of `max` and `min`: of all elements, along a dimension, of two tensors.
fn overloaded(c: &Call, [all, along, two]: [&'static OpDef; 3]) -> Result<Value> {
    let input = c.value(0).clone();
    match (c.value(1), c.value(3)) {
        (Value::Tensor(other), Value::Undef) | (Value::Undef, Value::Tensor(other)) => {
            super::apply(two, Bound::from_iter([input, other.into()]))
        }
        (Value::Undef, Value::Undef) => super::apply(all, Bound::from_iter([input])),
        (Value::Int(_), _) => super::apply(along, Bound::from_iter([input, c.value(1).clone(), c.value(2).clone()])),
        _ => Err(c.invalid_combination(1)),
    }
}

/// The gradient shared evenly among the elements that equal the extreme.
fn evenly(b: &Back, dim: Option<usize>) -> Result<Grads> {
    let (x, out) = (b.input(0)?.detach(), b.out()?.detach());
    let restore = |t: &Tensor| match dim {
        Some(dim) => spread(b, t, dim),
        None => t.expand(&b.sizes(0)),
    };
    let equal = x.eq(&restore(&out)?)?;
    // The extremes over dimensions divide by the count of equal elements even where NaN equals nothing.
    let mask = match dim {
        Some(_) => equal,
        None => equal.logical_or(&x.isnan()?.logical_and(&restore(&out.isnan()?)?)?)?,
    };
    let dims = match dim {
        Some(dim) => {
            let dims = b.call().dims(dim, x.ndim(), true)?;
            Value::tuple(dims.iter().map(|&d| Value::Int(d as i64)))
        }
        None => Value::None,
    };
    let count = super::call(&super::reduce::SUM, [(&mask).into(), dims, Value::Bool(true)])?;
    let part = mask.to_dtype(b.dtype(0))?.div(&count)?;
    grads([restore(&b.grad())?.mul(&part)?])
}

/// The gradient of one of all elements, shared evenly among those that equal it.
pub(super) fn shared_by_all(b: &Back) -> Result<Grads> {
    evenly(b, None)
}

/// The largest elements.
pub static MAX: OpDef = OpDef::composite("max", OVERLOADED, |c| overloaded(c, [&MAX_ALL, &MAX_DIM, &super::extremes::MAXIMUM]))
    .doc("The largest element; along a dimension the values and their first indices; of two tensors the larger, elementwise.\nNaN counts as the largest.")
    .examples(&[
        Example("torch.max(torch.tensor([[1., 5.], [7., 2.]]))", "tensor(7.)"),
        Example("torch.max(torch.tensor([[1., 5.], [7., 2.]]), dim=1)", "torch.return_types.max(\nvalues=tensor([5., 7.]),\nindices=tensor([1, 0]))"),
        Example("torch.max(torch.tensor([1, 5]), torch.tensor([3, 2]))", "tensor([3, 5])"),
    ])
    .samples(&["randn(2, 3)", "randn(2, 3), 1", "randn(2, 3), randn(3)"]);

/// The smallest elements.
pub static MIN: OpDef = OpDef::composite("min", OVERLOADED, |c| overloaded(c, [&MIN_ALL, &MIN_DIM, &super::extremes::MINIMUM]))
    .doc("The smallest element; along a dimension the values and their first indices; of two tensors the smaller, elementwise.\nNaN counts as the smallest.")
    .examples(&[
        Example("torch.min(torch.tensor([[1., 5.], [7., 2.]]))", "tensor(1.)"),
        Example("torch.min(torch.tensor([[1., 5.], [7., 2.]]), dim=1)", "torch.return_types.min(\nvalues=tensor([1., 2.]),\nindices=tensor([0, 1]))"),
    ])
    .samples(&["randn(2, 3)", "randn(2, 3), 1", "randn(2, 3), randn(3)"]);

/// The largest of all elements.
pub static MAX_ALL: OpDef =
    OpDef::kernel("max", "input: Tensor", |c| Ok(extremes::amax(&c.array(0)?, None, false)?.into()))
        .no_complex("max_all")
        .forms(Forms::HIDDEN)
        .node("MaxBackward1")
        .saves(&[Save::In(0), Save::Out(0)])
        .grad(|b| evenly(b, None));

/// The smallest of all elements.
pub static MIN_ALL: OpDef =
    OpDef::kernel("min", "input: Tensor", |c| Ok(extremes::amin(&c.array(0)?, None, false)?.into()))
        .no_complex("min_all")
        .forms(Forms::HIDDEN)
        .node("MinBackward1")
        .saves(&[Save::In(0), Save::Out(0)])
        .grad(|b| evenly(b, None));

fn along(b: &Back) -> Result<Grads> {
    let c = b.call();
    chosen(b, c.int(1)?, c.bool(2)?)
}

/// The largest elements along a dimension and their indices.
pub static MAX_DIM: OpDef = OpDef::kernel("max__dim", ALONG, |c| {
    let (values, indices) = extremes::max_dim(&c.array(0)?, c.int(1)?, c.bool(2)?)?;
    Ok(Out::many([values, indices]))
})
.no_complex("TypeError: max(): does not support complex input")
.forms(Forms::HIDDEN)
.node("MaxBackward0")
.returns(&["values", "indices"])
.saves(&[Save::Out(1)])
.grad(along);

/// The smallest elements along a dimension and their indices.
pub static MIN_DIM: OpDef = OpDef::kernel("min__dim", ALONG, |c| {
    let (values, indices) = extremes::min_dim(&c.array(0)?, c.int(1)?, c.bool(2)?)?;
    Ok(Out::many([values, indices]))
})
.no_complex("TypeError: min(): does not support complex input")
.forms(Forms::HIDDEN)
.node("MinBackward0")
.returns(&["values", "indices"])
.saves(&[Save::Out(1)])
.grad(along);

const OVER: &str = "input: Tensor, dim: int[]? = (), keepdim: bool = False";
const SAMPLES: &[&str] = &["randn(2, 3)", "randn(2, 3), 1", "randn(2, 3, 4), (0, 2), keepdim=True"];

/// The dimensions of `amax` and `amin`, all of them written out when none is named.
fn all_or(c: &Call) -> Result<Vec<i64>> {
    let n = c.tensor(0)?.ndim() as i64;
    Ok(dims_of(c, 1)?.map_or_else(|| (0..n).collect(), |d| d.to_vec()))
}

/// What reductions over several dimensions refuse.
fn refuse_deep(c: &Call) -> Result<()> {
    if c.tensor(0)?.ndim() > 64 {
        return Err(Fault::runtime("only tensors with up to 64 dims are supported"));
    }
    Ok(())
}

fn refuse_empty(c: &Call, name: &str) -> Result<()> {
    refuse_deep(c)?;
    if c.tensor(0)?.numel() == 0 && dims_of(c, 1)?.is_none() {
        return Err(Fault::runtime(format!(
            "{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the \
             'dim' argument."
        )));
    }
    Ok(())
}

/// The largest elements over dimensions.
pub static AMAX: OpDef = OpDef::kernel("amax", OVER, |c| {
    refuse_empty(c, "amax")?;
    Ok(extremes::amax(&c.array(0)?, Some(&all_or(c)?), c.bool(2)?)?.into())
})
.no_complex("max_values_cpu")
.doc("The largest elements over the dimensions dim (all by default); equal ones share the gradient.")
.examples(&[Example("torch.amax(torch.tensor([[1., 5.], [7., 2.]]), dim=0)", "tensor([7., 5.])")])
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| evenly(b, Some(1)))
.samples(SAMPLES);

/// The smallest elements over dimensions.
pub static AMIN: OpDef = OpDef::kernel("amin", OVER, |c| {
    refuse_empty(c, "amin")?;
    Ok(extremes::amin(&c.array(0)?, Some(&all_or(c)?), c.bool(2)?)?.into())
})
.no_complex("min_values_cpu")
.doc("The smallest elements over the dimensions dim (all by default); equal ones share the gradient.")
.examples(&[Example("torch.amin(torch.tensor([[1., 5.], [7., 2.]]), dim=0)", "tensor([1., 2.])")])
.saves(&[Save::In(0), Save::Out(0)])
.grad(|b| evenly(b, Some(1)))
.samples(SAMPLES);

/// The smallest and the largest elements.
pub static AMINMAX: OpDef =
    OpDef::kernel("aminmax", "input: Tensor, *, dim: int? = None, keepdim: bool = False", |c| {
        refuse_deep(c)?;
        let array = c.array(0)?;
        let dims: Vec<i64> = match c.opt_int(1)? {
            Some(d) => vec![d],
            None if array.numel() == 0 => {
                return Err(Fault::runtime(
                    "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.",
                ));
            }
            None => (0..array.ndim() as i64).collect(),
        };
        let keepdim = c.bool(2)?;
        Ok(Out::many([extremes::amin(&array, Some(&dims), keepdim)?, extremes::amax(&array, Some(&dims), keepdim)?]))
    })
    .returns(&["min", "max"])
    .no_complex("TypeError: aminmax not implemented for {}")
    .doc("The smallest and the largest elements along a dimension, or of all, as (min, max).")
    .examples(&[Example(
        "torch.aminmax(torch.tensor([3., 1., 2.]))",
        "torch.return_types.aminmax(\nmin=tensor(1.),\nmax=tensor(3.))",
    )])
    .saves(&[Save::In(0), Save::Out(0), Save::Out(1)])
    .grad(|b| {
        let x = b.input(0)?.detach();
        let dims = match b.arg(1) {
            Value::None => Value::None,
            d => Value::tuple([d.clone()]),
        };
        let mut total: Option<Tensor> = None;
        for i in 0..2 {
            let Some(g) = b.grad_of(i) else { continue };
            let mask = x.eq(&spread(b, &b.output(i)?.detach(), 1)?)?;
            let count = super::call(&super::reduce::SUM, [(&mask).into(), dims.clone(), Value::Bool(true)])?;
            let part = spread(b, &g, 1)?.mul(&mask.to_dtype(b.dtype(0))?.div(&count)?)?;
            total = Some(match total {
                Some(t) => t.add(&part)?,
                None => part,
            });
        }
        Ok(Grads::from_iter([total]))
    })
    .samples(&["randn(2, 3)", "randn(2, 3), dim=1"]);

const ARG: &str = "input: Tensor, dim: int? = None, keepdim: bool = False";

fn refuse_bool(c: &Call) -> Result<()> {
    match c.tensor(0)?.dtype() {
        crate::array::DType::Bool => {
            Err(Fault::not_implemented(format!("{}(): does not support bool input", c.def.name)))
        }
        _ => Ok(()),
    }
}

/// The index of the largest element.
pub static ARGMAX: OpDef = OpDef::kernel("argmax", ARG, |c| {
    refuse_bool(c)?;
    Ok(extremes::argmax(&c.array(0)?, c.opt_int(1)?, c.bool(2)?)?.into())
})
.no_complex("TypeError: argmax(): does not support complex input")
.doc("The index of the first largest element along a dimension, or in the flattened tensor, as int64.")
.examples(&[Example("torch.argmax(torch.tensor([[1., 5.], [7., 2.]]), dim=1)", "tensor([1, 0])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3)", "randn(2, 3), 1, True"]);

/// The index of the smallest element.
pub static ARGMIN: OpDef = OpDef::kernel("argmin", ARG, |c| {
    refuse_bool(c)?;
    Ok(extremes::argmin(&c.array(0)?, c.opt_int(1)?, c.bool(2)?)?.into())
})
.no_complex("TypeError: argmin(): does not support complex input")
.doc("The index of the first smallest element along a dimension, or in the flattened tensor, as int64.")
.examples(&[Example("torch.argmin(torch.tensor([[1., 5.], [7., 2.]]), dim=1)", "tensor([0, 1])")])
.forms(Forms::BOTH.and(Forms::NP))
.samples(&["randn(2, 3)", "randn(2, 3), 1, True"]);
