//! Reductions into listed places, and views written into copies.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Save};
use super::gather::vector_index;
use super::methods::zeros;
use super::node::Back;
use super::scatter::{corner, from_corner, scatter_places};
use crate::array::layout::{show_sizes, wrap_dim};
use crate::array::places::{self, Join};
use crate::array::{Array, Dims, Layout, Scalar, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::Value;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&SCATTER_REDUCE, &INDEX_REDUCE, &SELECT_SCATTER, &SLICE_SCATTER, &DIAGONAL_SCATTER];

/// What a place starts from when its old value does not count.
fn identity(how: &str, dtype: crate::array::DType) -> Scalar {
    let float = dtype.is_float();
    match how {
        "prod" => Scalar::Int(1),
        "amax" if float => Scalar::Float(f64::NEG_INFINITY),
        "amin" if float => Scalar::Float(f64::INFINITY),
        "amax" => Scalar::Int(least(dtype)),
        "amin" => Scalar::Int(most(dtype)),
        _ => Scalar::Int(0),
    }
}

/// The least integer of a dtype.
fn least(dtype: crate::array::DType) -> i64 {
    use crate::array::DType::*;
    match dtype {
        Bool | U8 => 0,
        I8 => i8::MIN as i64,
        I16 => i16::MIN as i64,
        I32 => i32::MIN as i64,
        _ => i64::MIN,
    }
}

/// The largest integer of a dtype.
fn most(dtype: crate::array::DType) -> i64 {
    use crate::array::DType::*;
    match dtype {
        Bool => 1,
        U8 => u8::MAX as i64,
        I8 => i8::MAX as i64,
        I16 => i16::MAX as i64,
        I32 => i32::MAX as i64,
        _ => i64::MAX,
    }
}

/// Values joined into places of a copy: `at` are positions in the copy, one for each element of `src`.
fn reduced(array: &Array, at: &[usize], src: &Array, how: &str, include_self: bool) -> Result<Array> {
    let out = map::copy(array)?;
    if !include_self {
        places::fill_at(&out, at, identity(how, array.dtype), Join::Replace)?;
    }
    let join = match how {
        "sum" | "mean" => Join::Add,
        "prod" => Join::Multiply,
        "amax" => Join::Max,
        _ => Join::Min,
    };
    places::put_at(&out, at, src, join)?;
    if how == "mean" {
        let counts = Array::full(array.sizes(), Scalar::Int(include_self as i64), crate::array::DType::I64)?;
        places::fill_at(&counts, at, Scalar::Int(1), Join::Add)?;
        let counts = Tensor::new(counts);
        let counts = counts.masked_fill(counts.eq(0)?, 1)?;
        let (sum, n) = (Tensor::new(out), counts.to_dtype(array.dtype)?);
        let mean = if array.dtype.is_float() { sum.div(&n)? } else { sum.floor_divide(&n)? };
        return Ok(mean.array().clone());
    }
    Ok(out)
}

/// The gradients of a reduction into places; `gather` reads what belongs to each source element, `spread` adds back,
/// `clear` writes zeros there, `multiply` is the product itself.
fn gradients(
    b: &Back,
    how: &str,
    include_self: bool,
    gather: &dyn Fn(&Tensor) -> Result<Tensor>,
    spread: &dyn Fn(&Tensor, &Tensor) -> Result<Tensor>,
    clear: &dyn Fn(&Tensor) -> Result<Tensor>,
    multiply: &dyn Fn(&Tensor, &Tensor) -> Result<Tensor>,
) -> Result<(Tensor, Tensor)> {
    let (x, src) = (b.input(0)?, b.input(3)?);
    let g = b.grad();
    let filled = |t: &Tensor, n: i64| Array::full(&t.sizes(), Scalar::Int(n), t.dtype()).map(Tensor::new);
    let (mut own, each) = match how {
        "sum" => (g.clone(), gather(&g)?),
        "mean" => {
            let n = spread(&filled(&x, include_self.into())?, &filled(&src, 1)?)?;
            let n = n.masked_fill(n.eq(0)?, 1)?;
            let share = g.div(&n)?;
            (share.clone(), gather(&share)?)
        }
        "prod" => {
            // Where one factor is zero, its gradient is the product of the others; where more are, it is zero.
            let (zero, none) = (x.eq(0)?, src.eq(0)?);
            let mine = x.masked_fill(zero, 1.0)?;
            let own = g.mul(&multiply(&mine, &src)?)?.div(&mine)?;
            let zeros = spread(&filled(&x, 0)?, &none.to_dtype(x.dtype())?)?;
            let single = none.logical_and(&gather(&zeros)?.eq(1)?)?;
            let others = g.mul(&multiply(&x, &src.masked_fill(&single, 1.0)?)?)?;
            let usual = gather(&g.mul(&b.out()?)?)?.div(&src.masked_fill(&none, 1.0)?)?;
            let kept = usual.masked_fill(&single, 0.0)?;
            let apart = gather(&others)?.masked_fill(single.logical_not()?, 0.0)?;
            (own, kept.add(&apart)?)
        }
        _ => {
            let out = b.out()?;
            let mine = x.eq(&out)?.to_dtype(x.dtype())?;
            let theirs = src.eq(&gather(&out)?)?.to_dtype(x.dtype())?;
            let n = spread(&mine, &theirs)?;
            let n = n.masked_fill(n.eq(0)?, 1)?;
            let share = g.div(&n)?;
            (share.mul(&mine)?, gather(&share)?.mul(&theirs)?)
        }
    };
    if !include_self {
        // Where nothing was written the old value passes whole.
        let untouched = clear(&filled(&x, 1)?)?;
        own = g.mul(&untouched)?;
    }
    Ok((own, each))
}

/// The products of what an operator writes into places.
fn reduce_by(def: &'static OpDef, t: &Tensor, dim: i64, index: &Tensor, s: &Tensor, include: bool) -> Result<Tensor> {
    super::call(def, [t.into(), Value::Int(dim), index.into(), s.into(), Value::str("prod"), include.into()])
}

/// Values reduced into the places that an index names along a dimension.
pub static SCATTER_REDUCE: OpDef = OpDef::kernel(
    "scatter_reduce",
    "input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True",
    |c| {
        let how = c.text(4)?;
        if !matches!(how, "sum" | "prod" | "mean" | "amax" | "amin") {
            return Err(Fault::runtime(format!(
                "reduce argument must be either sum, prod, mean, amax or amin, got {how}"
            )));
        }
        let (array, src) = (map::copy(&c.array(0)?)?, c.array(3)?);
        let (index, at) = scatter_places(c, &array, Some(&src))?;
        let used = if at.is_empty() { Array::full(&[0], Scalar::Int(0), array.dtype)? } else { corner(&src, index.sizes()) };
        Ok(reduced(&array, &at, &used, how, c.bool(5)?)?.into())
    },
)
.doc("A copy with src[i][j] reduced into out[index[i][j]][j] for dim=0, and likewise for other dims.\nreduce is 'sum', 'prod', 'mean', 'amax' or 'amin'; include_self says whether the old value counts.")
.examples(&[Example(
    "torch.scatter_reduce(torch.zeros(2), 0, torch.tensor([0, 0, 1]), torch.tensor([1., 2., 3.]), 'sum')",
    "tensor([3., 3.])",
)])
.forms(Forms::ALL)
.saves(&[Save::In(0), Save::In(2), Save::In(3), Save::Out(0)])
.grad(|b| {
    let (dim, index) = (b.call().int(1)?, b.input(2)?);
    let (how, include) = (b.call().text(4)?, b.call().bool(5)?);
    let fits = b.sizes(3) == index.sizes();
    let gather = |t: &Tensor| -> Result<Tensor> {
        let g = t.gather(dim, index.clone())?;
        if fits { Ok(g) } else { from_corner(g, &b.sizes(3)) }
    };
    let spread = |t: &Tensor, s: &Tensor| t.scatter_add(dim, index.clone(), s);
    let clear = |t: &Tensor| t.scatter(dim, index.clone(), 0);
    let multiply = |t: &Tensor, s: &Tensor| reduce_by(&SCATTER_REDUCE, t, dim, &index, s, include);
    let (own, each) = gradients(b, how, include, &gather, &spread, &clear, &multiply)?;
    Ok(Grads::from_iter([Some(own), None, None, Some(each)]))
})
.samples(&[
    "randn(2, 3), 1, tensor([[0, 2, 2], [1, 0, 1]]), randn(2, 3), 'sum'",
    "randn(2, 3), 1, tensor([[0, 2, 2], [1, 0, 1]]), randn(2, 3), 'amax'",
    "rand(2, 3) + 1, 1, tensor([[0, 2, 2], [1, 0, 1]]), rand(2, 3) + 1, 'prod'",
]);

/// Rows reduced into indices of a dimension.
pub static INDEX_REDUCE: OpDef = OpDef::kernel(
    "index_reduce",
    "input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True",
    |c| {
        let how = c.text(4)?;
        if !matches!(how, "prod" | "mean" | "amax" | "amin") {
            return Err(Fault::runtime(format!(
                "index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {how}."
            )));
        }
        let (array, source) = (map::copy(&c.array(0)?)?, c.array(3)?);
        let dim = c.dim(1, array.ndim())?;
        if array.dtype == crate::array::DType::Bool {
            return Err(super::kernel::not_for("index_func_reduce", array.dtype));
        }
        if array.dtype != source.dtype {
            return Err(Fault::runtime(format!(
                "index_reduce_(): self ({}) and source ({}) must have the same scalar type",
                array.dtype.scalar_type(),
                source.dtype.scalar_type()
            )));
        }
        super::scatter::check_rows("index_reduce_", c, &array, &source, dim)?;
        let index = spread_rows(c, 2, &source, dim)?;
        let at = places::along(&array.layout, dim, &index)?;
        Ok(reduced(&array, &at, &source, how, c.bool(5)?)?.into())
    },
)
.doc("A copy with the rows of source reduced into the indices of dim that the vector index lists.\nreduce is 'prod', 'mean', 'amax' or 'amin'; include_self says whether the old value counts.")
.examples(&[Example(
    "torch.index_reduce(torch.ones(2), 0, torch.tensor([0, 0]), torch.tensor([2., 3.]), 'prod')",
    "tensor([6., 1.])",
)])
.forms(Forms::ALL)
.saves(&[Save::In(0), Save::In(2), Save::In(3), Save::Out(0)])
.grad(|b| {
    let (dim, index) = (b.call().int(1)?, b.input(2)?);
    let (how, include) = (b.call().text(4)?, b.call().bool(5)?);
    let sizes = b.sizes(3);
    let gather = |t: &Tensor| t.index_select(dim, index.clone())?.reshape(&sizes);
    let spread = |t: &Tensor, s: &Tensor| t.index_add(dim, index.clone(), s);
    let clear = |t: &Tensor| t.index_fill(dim, index.clone(), 0);
    let multiply = |t: &Tensor, s: &Tensor| reduce_by(&INDEX_REDUCE, t, dim, &index, s, include);
    let (own, each) = gradients(b, how, include, &gather, &spread, &clear, &multiply)?;
    Ok(Grads::from_iter([Some(own), None, None, Some(each)]))
})
.samples(&["randn(3, 2), 0, tensor([0, 2]), randn(2, 2), 'amax'", "rand(3, 2) + 1, 0, tensor([0, 0]), rand(2, 2) + 1, 'prod'"]);

/// A vector of indices repeated for every element of a source.
fn spread_rows(c: &Call, i: usize, source: &Array, dim: usize) -> Result<Array> {
    let index = vector_index(c, i)?;
    if source.ndim() == 0 {
        return Ok(index.with_layout(index.layout.select(0, 0)));
    }
    let mut shape = Dims::from_elem(1, source.ndim());
    shape[dim] = index.numel();
    let flat = map::contiguous(&index)?;
    let mut layout = Layout::contiguous(shape);
    layout.offset = flat.layout.offset;
    Ok(flat.with_layout(layout.broadcast_to(source.sizes())?))
}

/// A copy of the first argument with the second one written to a place of it.
fn written(c: &Call, place: fn(&Call, &Layout) -> Result<Layout>) -> Result<Array> {
    let (array, src) = (c.array(0)?, c.array(1)?);
    let out = map::copy(&array)?;
    let at = out.with_layout(place(c, &out.layout)?);
    if at.sizes() != src.sizes() {
        return Err(Fault::runtime(format!(
            "expected src to have a size equal to the slice of self. src size = {}, slice size = {}",
            show_sizes(src.sizes()),
            show_sizes(at.sizes())
        )));
    }
    if at.numel() > 0 {
        map::copy_into(&at, &src)?;
    }
    Ok(out)
}

/// The gradients of writing to a place.
fn written_gradient(b: &Back, place: fn(&Call, &Layout) -> Result<Layout>) -> Result<Grads> {
    let sizes = b.sizes(0);
    let base = Layout::contiguous(sizes.clone());
    let layout = place(&b.call(), &base)?;
    let inside = b.when(1, || b.grad().as_strided_of(&base, &layout.sizes, &layout.strides, layout.offset as i64))?;
    let outside = b.when(0, || {
        let zero = zeros(&layout.sizes, b.dtype(0))?;
        b.grad().as_strided_scatter_of(&zero, &base, &layout.sizes, &layout.strides, layout.offset as i64)
    })?;
    Ok(Grads::from_iter([outside, inside]))
}

fn selected(c: &Call, layout: &Layout) -> Result<Layout> {
    if layout.ndim() == 0 {
        return Err(Fault::index("select() cannot be applied to a 0-dim tensor."));
    }
    let dim = wrap_dim(c.int(2)?, layout.ndim())?;
    let (index, size) = (c.int(3)?, layout.sizes[dim]);
    let at = crate::value::sequence::wrap_index(index, size).ok_or_else(|| {
        Fault::index(format!(
            "select(): index {index} out of range for tensor of size {} at dimension {dim}",
            show_sizes(&layout.sizes)
        ))
    })?;
    Ok(layout.select(dim, at))
}

/// A copy with one index of a dimension replaced.
pub static SELECT_SCATTER: OpDef =
    OpDef::kernel("select_scatter", "input: Tensor, src: Tensor, dim: int, index: int", |c| {
        Ok(written(c, selected)?.into())
    })
    .complex()
    .doc("A copy of input with src written at one index of dimension dim.")
    .examples(&[Example(
        "torch.select_scatter(torch.zeros(2, 2), torch.ones(2), 0, 0)",
        "tensor([[1., 1.],\n        [0., 0.]])",
    )])
    .grad(|b| written_gradient(b, selected))
    .samples(&["randn(2, 3), randn(2), 1, 2"]);

fn sliced(c: &Call, layout: &Layout) -> Result<Layout> {
    let dim = wrap_dim(c.int(2)?, layout.ndim())?;
    let Some(&size) = layout.sizes.get(dim) else {
        return Err(Fault::runtime("slice() cannot be applied to a 0-dim tensor."));
    };
    let step = c.int(5)?;
    if step <= 0 {
        return Err(Fault::runtime("slice step must be positive"));
    }
    let size = size as i64;
    let clip = |v: i64| if v < 0 { v.saturating_add(size).max(0) } else { v.min(size) };
    let start = clip(c.opt_int(3)?.unwrap_or(0));
    let end = clip(c.opt_int(4)?.unwrap_or(i64::MAX)).max(start);
    Ok(layout.slice(dim, start as usize, ((end - start + step - 1) / step) as usize, step as isize))
}

/// A copy with a slice of a dimension replaced.
pub static SLICE_SCATTER: OpDef = OpDef::kernel(
    "slice_scatter",
    "input: Tensor, src: Tensor, dim: int = 0, start: int? = None, end: int? = None, step: int = 1",
    |c| Ok(written(c, sliced)?.into()),
)
.complex()
.doc("A copy of input with src written at every step-th index of dimension dim from start to end.")
.examples(&[Example("torch.slice_scatter(torch.zeros(3), torch.ones(2), 0, 1)", "tensor([0., 1., 1.])")])
.grad(|b| written_gradient(b, sliced))
.samples(&["randn(4, 3), randn(2, 3), 0, 0, 4, 2"]);

fn on_diagonal(c: &Call, layout: &Layout) -> Result<Layout> {
    super::diagonal::diagonal_layout(layout, c.int(2)?, c.int(3)?, c.int(4)?)
}

/// A copy with a diagonal replaced.
pub static DIAGONAL_SCATTER: OpDef = OpDef::kernel(
    "diagonal_scatter",
    "input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1",
    |c| Ok(written(c, on_diagonal)?.into()),
)
.complex()
.doc("A copy of input with src written on a diagonal.")
.examples(&[Example(
    "torch.diagonal_scatter(torch.zeros(2, 2), torch.ones(2))",
    "tensor([[1., 0.],\n        [0., 1.]])",
)])
.grad(|b| written_gradient(b, on_diagonal))
.samples(&["randn(3, 3), randn(3)"]);
