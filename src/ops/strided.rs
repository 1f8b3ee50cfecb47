//! Elements at strided places of memory: views of them, copies with them replaced, and gradients brought back there.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::node::grads;
use crate::array::layout::show_sizes;
use crate::array::{Array, Dims, Layout, Scalar, Strides, map};
use crate::diag::{Fault, Result};
use crate::tensor::{Grads, Tensor};
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&AS_STRIDED, &AS_STRIDED_SCATTER];

fn strides_of(c: &Call, i: usize) -> Result<Strides> {
    Ok(c.ints(i)?.iter().map(|&n| n as isize).collect())
}

fn ints(items: &[isize]) -> Value {
    Value::tuple(items.iter().map(|&s| Value::Int(s as i64)))
}

/// The layout with given sizes, strides and offset.
///
/// Errors: RuntimeError where it reaches beyond `len` elements, or is none.
fn checked(array: &Array, sizes: Dims, strides: &[i64], offset: i64) -> Result<Layout> {
    if sizes.len() != strides.len() {
        return Err(Fault::runtime("mismatch in length of strides and shape"));
    }
    if strides.iter().any(|&s| s < 0) {
        return Err(Fault::runtime(format!(
            "as_strided: Negative strides are not supported at the moment, got strides: {strides:?}"
        )));
    }
    let Ok(start) = usize::try_from(offset) else {
        return Err(Fault::runtime(format!("Tensor: invalid storage offset {offset}")));
    };
    crate::array::layout::checked_numel(&sizes)?;
    let reach = sizes
        .iter()
        .zip(strides)
        .try_fold(start, |at, (&n, &s)| n.saturating_sub(1).checked_mul(s as usize).and_then(|r| r.checked_add(at)));
    let (len, width) = (array.stored(), array.dtype.size());
    if !sizes.contains(&0) && reach.is_none_or(|r| r >= len) {
        return Err(Fault::runtime(format!(
            "setStorage: sizes {}, strides {strides:?}, storage offset {offset}, and itemsize {width} requiring a storage \
             size of {} are out of bounds for storage of size {}",
            show_sizes(&sizes),
            reach.unwrap_or(usize::MAX).saturating_add(1).saturating_mul(width),
            len * width
        )));
    }
    Ok(Layout { sizes, strides: strides.iter().map(|&s| s as isize).collect(), offset: start })
}

/// A view with given sizes, strides and offset.
pub static AS_STRIDED: OpDef = OpDef::composite(
    "as_strided",
    "input: Tensor, size: int[], stride: int[], storage_offset: int? = None",
    |c| {
        let input = c.tensor(0)?;
        let offset = c.opt_int(3)?.unwrap_or(input.array().layout.offset as i64);
        let place = checked(&input.array(), c.sizes(1)?, &c.ints(2)?, offset)?;
        Ok(strided(input, &place)?.into())
    },
)
.doc("A view of the elements in memory behind input, with given sizes and strides, from storage_offset on (by default where\ninput starts).")
.examples(&[Example("torch.arange(5).as_strided((2, 2), (1, 2))", "tensor([[0, 2],\n        [1, 3]])")])
.forms(Forms::ALL)
.reshapes()
.samples(&["randn(3, 3), (2, 2), (1, 2)", "randn(3, 3), (3, 2), (1, 1), 2"]);

/// The arguments of [`STRIDED`] for a place in the memory of a tensor.
pub(super) fn place_in(t: &Tensor, place: &Layout) -> Bound {
    let array = t.array();
    let own = &array.layout;
    Bound::from_iter([
        t.into(),
        Value::size(&place.sizes),
        ints(&place.strides),
        Value::Int(place.offset as i64),
        ints(&own.strides),
        Value::Int(own.offset as i64),
    ])
}

/// The view of a place in the memory of a tensor.
fn strided(t: &Tensor, place: &Layout) -> Result<Tensor> {
    match super::apply(&STRIDED, place_in(t, place))? {
        Value::Tensor(t) => Ok(t),
        _ => Err(Fault::internal("a place gave no tensor")),
    }
}

/// The view of a place in memory; the strides and the offset of the tensor itself tell where its gradient belongs.
pub static STRIDED: OpDef = OpDef::view(
    "as_strided",
    "input: Tensor, size: int[], stride: int[], storage_offset: int, own_stride: int[], own_offset: int",
    |c| {
        let array = c.array(0)?;
        checked(&array, c.sizes(1)?, &c.ints(2)?, c.int(3)?)
    },
)
.forms(Forms::HIDDEN)
.grad(|b| {
    let c = b.call();
    let mut place = Layout { sizes: c.sizes(1)?, strides: strides_of(&c, 2)?, offset: c.int(3)?.max(0) as usize };
    let mut own = Layout { sizes: b.sizes(0), strides: strides_of(&c, 4)?, offset: c.int(5)?.max(0) as usize };
    let start = place.offset.min(own.offset);
    place.offset -= start;
    own.offset -= start;
    let len = place.extent().1.max(own.extent().1);
    let mut memory = add_strided(&b.grad(), &[len], &place)?;
    if own.has_overlap() {
        // Elements that stand in one place in memory share what arrives there.
        let ones = Tensor::new(Array::full(&own.sizes, Scalar::Int(1), memory.dtype())?);
        memory = memory.div(&add_strided(&ones, &[len], &own)?)?;
    }
    grads([strided(&memory, &own)?.copied()?])
});

/// Zeros of the given sizes with a tensor added at a strided place, which may overlap itself.
pub fn add_strided(t: &Tensor, sizes: &[usize], layout: &Layout) -> Result<Tensor> {
    let offset = Value::Int(layout.offset as i64);
    let args = [t.into(), Value::size(sizes), Value::size(&layout.sizes), ints(&layout.strides), offset];
    super::call(&STRIDED_ADD, args)
}

/// Zeros with a tensor added at a strided place, which may overlap itself.
pub static STRIDED_ADD: OpDef =
    OpDef::kernel("strided_add", "input: Tensor, base: int[], size: int[], stride: int[], offset: int", |c| {
        let array = c.array(0)?;
        let out = Array::full(&c.sizes(1)?, Scalar::Int(0), array.dtype)?;
        let layout = checked(&out, c.sizes(2)?, &c.ints(3)?, c.int(4)?)?;
        let at = crate::array::iter::positions(&layout)?;
        crate::array::places::put_at(&out, &at, &array, crate::array::places::Join::Add)?;
        Ok(out.into())
    })
    .complex()
    .forms(Forms::HIDDEN)
    .grad(|b| {
        let c = b.call();
        let base = Layout::contiguous(c.sizes(1)?);
        grads([b.grad().as_strided_of(&base, &c.sizes(2)?, &strides_of(&c, 3)?, c.int(4)?)?])
    });

/// A copy of a contiguous tensor with the elements at a strided place replaced.
pub static STRIDED_PUT: OpDef =
    OpDef::kernel("strided_put", "input: Tensor, src: Tensor, size: int[], stride: int[], offset: int", |c| {
        let (input, src) = (c.array(0)?, c.array(1)?);
        let out = map::copy(&input)?;
        let place = checked(&out, c.sizes(2)?, &c.ints(3)?, c.int(4)?)?;
        map::copy_into(&out.with_layout(place), &src)?;
        Ok(out.into())
    })
    .complex()
    .forms(Forms::HIDDEN)
    .grad(|b| {
        let c = b.call();
        let (sizes, strides, offset) = (c.sizes(2)?, strides_of(&c, 3)?, c.int(4)?);
        let base = Layout::contiguous(b.sizes(0));
        let inside = b.when(1, || b.grad().as_strided_of(&base, &sizes, &strides, offset))?;
        let outside = b.when(0, || {
            let zero = super::methods::zeros(&sizes, b.dtype(0))?;
            b.grad().as_strided_scatter_of(&zero, &base, &sizes, &strides, offset)
        })?;
        Ok(Grads::from_iter([outside, inside]))
    });

/// A tensor with the elements at a strided place replaced.
pub static AS_STRIDED_SCATTER: OpDef = OpDef::kernel(
    "as_strided_scatter",
    "input: Tensor, src: Tensor, size: int[], stride: int[], storage_offset: int? = None",
    |c| {
        let (tensor, src) = (c.tensor(0)?, c.array(1)?);
        let input = tensor.array().clone();
        if tensor.requires_grad() && !input.layout.is_contiguous() {
            return Err(Fault::runtime("as_strided_scatter is currently only supported for contiguous inputs"));
        }
        let offset = c.opt_int(4)?.unwrap_or(input.layout.offset as i64);
        let place = checked(&input, c.sizes(2)?, &c.ints(3)?, offset)?;
        if place.sizes[..] != *src.sizes() {
            return Err(Fault::runtime(format!(
                "expected src to have a size equal to the slice of self. src size = {}, slice size = {}",
                show_sizes(src.sizes()),
                show_sizes(&place.sizes)
            )));
        }
        // The memory is copied as it is, so that places outside of the input mean what they mean for as_strided.
        let len = input.stored();
        let memory = map::copy(&input.with_layout(Layout::contiguous(Dims::from_slice(&[len]))))?;
        map::copy_into(&memory.with_layout(place), &src)?;
        Ok(memory.with_layout(Layout::clone(&input.layout)).into())
    },
)
.complex()
.doc("A copy of input with src written at the place with the given size, stride and offset.")
.samples(&["arange(6), tensor([8, 9]), [2], [2], 1"])
.examples(&[Example("torch.arange(4).as_strided_scatter(torch.tensor([8, 9]), (2,), (2,))", "tensor([8, 1, 9, 3])")])
.grad(|b| {
    let c = b.call();
    let (sizes, strides, offset) = (c.sizes(2)?, strides_of(&c, 3)?, c.opt_int(4)?.unwrap_or(0));
    let base = Layout::contiguous(b.sizes(0));
    let inside = b.grad().as_strided_of(&base, &sizes, &strides, offset)?;
    // PyTorch hands input the gradient of the replaced elements, and none to those that stayed.
    let first = b.when(0, || {
        super::methods::zeros(&b.sizes(0), b.dtype(0))?.as_strided_scatter_of(&inside, &base, &sizes, &strides, offset)
    })?;
    Ok(Grads::from_iter([first, b.when(1, || Ok(inside.clone()))?]))
});

/// A gradient of a view placed into zeros of its base's sizes.
pub fn scatter_view(grad: &Tensor, sizes: &[usize], layout: &Layout) -> Result<Tensor> {
    let base = Layout::contiguous(Dims::from_slice(sizes));
    let zeros = super::methods::zeros(sizes, grad.dtype())?;
    zeros.as_strided_scatter_of(grad, &base, &layout.sizes, &layout.strides, layout.offset as i64)
}

/// Whether the elements stand in memory row by row.
fn is_row_major(layout: &Layout) -> bool {
    layout.is_contiguous() || layout.numel() <= 1
}

impl Tensor {
    /// The elements at a strided place of a tensor that is laid out as `base`; the offset counts from the base's.
    pub fn as_strided_of(&self, base: &Layout, sizes: &[usize], strides: &[isize], offset: i64) -> Result<Tensor> {
        let memory = self.in_memory_order(base)?;
        let start = memory.array().layout.offset as i64 + offset;
        let strides: Vec<i64> = strides.iter().map(|&s| s as i64).collect();
        let place = checked(&memory.array(), Dims::from_slice(sizes), &strides, start)?;
        strided(&memory, &place)?.copied()
    }

    /// The tensor, laid out as `base`, with the elements at a strided place replaced.
    pub fn as_strided_scatter_of(
        &self,
        src: &Tensor,
        base: &Layout,
        sizes: &[usize],
        strides: &[isize],
        offset: i64,
    ) -> Result<Tensor> {
        let memory = self.in_memory_order(base)?;
        let args = Bound::from_iter([memory.into(), src.into(), Value::size(sizes), ints(strides), Value::Int(offset)]);
        let Value::Tensor(changed) = super::apply(&STRIDED_PUT, args)? else {
            return Err(Fault::internal("strided_put gave no tensor"));
        };
        if is_row_major(base) {
            return Ok(changed);
        }
        strided(&changed, &Layout { offset: 0, ..base.clone() })?.copied()
    }

    /// The elements in the order in which `base` lays them out in memory, gaps filled with zeros; row by row they keep
    /// their sizes.
    fn in_memory_order(&self, base: &Layout) -> Result<Tensor> {
        if is_row_major(base) {
            return super::call(&super::shape::CONTIGUOUS, [self.into()]);
        }
        let place = Layout { offset: 0, ..base.clone() };
        add_strided(self, &[place.extent().1], &place)
    }
}
