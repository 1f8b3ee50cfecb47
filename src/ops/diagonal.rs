//! Diagonals and triangles of matrices.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use super::node::grads;
use super::strided::scatter_view;
use crate::array::layout::wrap_dim;
use crate::array::{Array, Dims, Layout, Scalar, map};
use crate::diag::{Fault, Result};
use crate::{tensor_methods, with_dtype};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&DIAGONAL, &LINALG_DIAGONAL, &DIAG, &DIAG_EMBED, &DIAGFLAT, &TRIL, &TRIU, &TRACE];

tensor_methods! {
    /// The diagonal of the dimensions given.
    diagonal(offset, dim1, dim2) = DIAGONAL;
    /// Matrices with the given diagonals.
    diag_embed(offset, dim1, dim2) = DIAG_EMBED;
    /// The lower triangle.
    tril(diagonal) = TRIL;
    /// The upper triangle.
    triu(diagonal) = TRIU;
}

/// The layout of the diagonal of two dimensions, which moves to the end.
///
/// Errors: RuntimeError for equal dimensions, IndexError out of range.
pub(super) fn diagonal_layout(layout: &Layout, offset: i64, dim1: i64, dim2: i64) -> Result<Layout> {
    let n = layout.ndim();
    let (a, b) = (wrap_dim(dim1, n)?, wrap_dim(dim2, n)?);
    if a == b {
        return Err(Fault::runtime(format!("diagonal dimensions cannot be identical {dim1}, {dim2}")));
    }
    let (rows, cols) = (layout.sizes[a] as i64, layout.sizes[b] as i64);
    let len =
        if offset >= 0 { rows.min(cols.saturating_sub(offset)) } else { cols.min(rows.saturating_add(offset)) }.max(0);
    let mut out = layout.clone();
    if len > 0 {
        let start =
            if offset >= 0 { offset as isize * layout.strides[b] } else { -offset as isize * layout.strides[a] };
        out.offset = (layout.offset as isize + start) as usize;
    }
    let step = layout.strides[a] + layout.strides[b];
    for d in [a.max(b), a.min(b)] {
        out.sizes.remove(d);
        out.strides.remove(d);
    }
    out.sizes.push(len as usize);
    out.strides.push(step);
    Ok(out)
}

/// The diagonal of two dimensions.
pub static DIAGONAL: OpDef =
    OpDef::view("diagonal", "input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1", |c| {
        diagonal_layout(&c.array(0)?.layout, c.int(1)?, c.int(2)?, c.int(3)?)
    })
    .doc("A view of the diagonal of dimensions dim1 and dim2, which become one dimension at the end.")
    .forms(Forms::BOTH.and(Forms::NP))
    .examples(&[Example("torch.diagonal(torch.tensor([[1, 2], [3, 4]]))", "tensor([1, 4])")])
    .grad(|b| {
        let c = b.call();
        let sizes = b.sizes(0);
        let layout = diagonal_layout(&Layout::contiguous(sizes.clone()), c.int(1)?, c.int(2)?, c.int(3)?)?;
        grads([scatter_view(&b.grad(), &sizes, &layout)?])
    })
    .samples(&["randn(3, 4)", "randn(2, 3, 3), 1, 1, 2", "randn(3, 3), -1"]);

/// The diagonal of the last two dimensions.
pub static LINALG_DIAGONAL: OpDef =
    OpDef::composite("linalg_diagonal", "A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1", |c| {
        super::apply(&DIAGONAL, c.args.clone())
    })
    .doc("A view of the diagonal of the last two dimensions.")
    .examples(&[Example("torch.linalg.diagonal(torch.tensor([[1., 2.], [3., 4.]]))", "tensor([1., 4.])")])
    .forms(Forms::LINALG)
    .samples(&["randn(2, 3, 3)"]);

/// The diagonal of a matrix, or the matrix with that diagonal.
pub static DIAG: OpDef = OpDef::composite("diag", "input: Tensor, diagonal: int = 0", |c| {
    let t = c.tensor(0)?;
    let offset = c.int(1)?;
    match t.ndim() {
        1 => Ok(t.diag_embed(offset, 0, 1)?.into()),
        2 => Ok(super::call(&DIAGONAL_COPY, [t.into(), offset.into()])?.into()),
        n => Err(Fault::runtime(format!("diag(): Supports 1D or 2D tensors. Got {n}D"))),
    }
})
.doc("The diagonal of a matrix as a vector, or the matrix with a vector on its diagonal.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.diag(torch.tensor([1, 2]))", "tensor([[1, 0],\n        [0, 2]])")])
.samples(&["randn(3)", "randn(3, 4)", "randn(3), 1"]);

/// A copy of the diagonal of a matrix.
pub static DIAGONAL_COPY: OpDef = OpDef::kernel("diagonal_copy", "input: Tensor, offset: int = 0", |c| {
    let array = c.array(0)?;
    let layout = diagonal_layout(&array.layout, c.int(1)?, 0, 1)?;
    Ok(map::copy(&array.with_layout(layout))?.into())
})
.complex()
.doc("A copy of the diagonal of a matrix.")
.forms(Forms::HIDDEN)
.node("DiagonalBackward0_copy")
.grad(|b| {
    let sizes = b.sizes(0);
    let layout = diagonal_layout(&Layout::contiguous(sizes.clone()), b.call().int(1)?, 0, 1)?;
    grads([scatter_view(&b.grad(), &sizes, &layout)?])
});

/// Matrices with the given diagonals.
pub static DIAG_EMBED: OpDef =
    OpDef::kernel("diag_embed", "input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1", |c| {
        let array = c.array(0)?;
        if array.ndim() == 0 {
            return Err(Fault::index("Dimension out of range (expected to be in range of [-1, 0], but got -1)"));
        }
        let (offset, n) = (c.int(1)?, array.ndim() + 1);
        let (a, b) = (wrap_dim(c.int(2)?, n)?, wrap_dim(c.int(3)?, n)?);
        if a == b {
            return Err(Fault::runtime(format!(
                "diagonal dimensions cannot be identical {}, {}",
                c.int(2)?,
                c.int(3)?
            )));
        }
        let mut sizes = Dims::from_slice(&array.sizes()[..array.ndim() - 1]);
        let size = array.sizes()[array.ndim() - 1].saturating_add(offset.unsigned_abs() as usize);
        sizes.insert(a.min(b), size);
        sizes.insert(a.max(b), size);
        let out = Array::full(&sizes, Scalar::Int(0), array.dtype)?;
        let place = diagonal_layout(&out.layout, offset, a as i64, b as i64)?;
        map::copy_into(&out.with_layout(place), &array)?;
        Ok(out.into())
    })
    .complex()
    .doc("Matrices in dimensions dim1 and dim2 with the last dimension of input on their diagonal, zeros elsewhere.")
    .examples(&[Example("torch.diag_embed(torch.tensor([1, 2]))", "tensor([[1, 0],\n        [0, 2]])")])
    .grad(|b| {
        let c = b.call();
        grads([b.grad().diagonal(c.int(1)?, c.int(2)?, c.int(3)?)?])
    })
    .samples(&["randn(2, 3)", "randn(3), -1"]);

/// The matrix with all elements on its diagonal.
pub static DIAGFLAT: OpDef = OpDef::composite("diagflat", "input: Tensor, offset: int = 0", |c| {
    let t = c.tensor(0)?;
    Ok(t.reshape(&[t.numel()])?.diag_embed(c.int(1)?, 0, 1)?.into())
})
.doc("The matrix with the elements of input, in row-major order, on its diagonal.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.diagflat(torch.tensor([[1], [2]]))", "tensor([[1, 0],\n        [0, 2]])")])
.samples(&["randn(2, 2)"]);

/// A copy with the elements on one side of a diagonal set to zero.
fn triangle(c: &Call, lower: bool) -> Result<Array> {
    let array = c.array(0)?;
    let n = array.ndim();
    if n < 2 {
        return Err(Fault::runtime(format!("{}: input tensor must have at least 2 dimensions", c.def.name)));
    }
    let (diagonal, rows, cols) = (c.int(1)?, array.sizes()[n - 2], array.sizes()[n - 1]);
    let out = map::copy(&array)?;
    if out.numel() == 0 {
        return Ok(out);
    }
    with_dtype!(out.dtype, T => {
        let mut buffer = out.storage.write();
        let all = out.typed_mut::<T>(&mut buffer)?;
        for (i, row) in all.chunks_mut(cols).enumerate() {
            let first_above = ((i % rows) as i64).saturating_add(diagonal);
            if lower {
                let keep = first_above.saturating_add(1).clamp(0, cols as i64) as usize;
                row[keep..].fill(T::default());
            } else {
                let drop = first_above.clamp(0, cols as i64) as usize;
                row[..drop].fill(T::default());
            }
        }
    });
    Ok(out)
}

/// The lower triangle.
pub static TRIL: OpDef = OpDef::kernel("tril", "input: Tensor, diagonal: int = 0", |c| Ok(triangle(c, true)?.into()))
    .complex()
    .doc("The elements on and below a diagonal of the last two dimensions, zeros elsewhere.")
    .forms(Forms::ALL.and(Forms::NP))
    .examples(&[Example("torch.tril(torch.tensor([[1, 2], [3, 4]]))", "tensor([[1, 0],\n        [3, 4]])")])
    .grad(|b| grads([b.grad().tril(b.call().int(1)?)?]))
    .samples(&["randn(3, 4)", "randn(2, 3, 3), -1"]);

/// The upper triangle.
pub static TRIU: OpDef = OpDef::kernel("triu", "input: Tensor, diagonal: int = 0", |c| Ok(triangle(c, false)?.into()))
    .complex()
    .doc("The elements on and above a diagonal of the last two dimensions, zeros elsewhere.")
    .forms(Forms::ALL.and(Forms::NP))
    .examples(&[Example("torch.triu(torch.tensor([[1, 2], [3, 4]]))", "tensor([[1, 2],\n        [0, 4]])")])
    .grad(|b| grads([b.grad().triu(b.call().int(1)?)?]))
    .samples(&["randn(3, 4)", "randn(2, 3, 3), 1"]);

/// The sum of a diagonal.
pub static TRACE: OpDef = OpDef::kernel("trace", "input: Tensor", |c| {
    let array = c.array(0)?;
    if array.ndim() != 2 {
        return Err(Fault::runtime(format!("trace: expected a matrix, but got tensor with dim {}", array.ndim())));
    }
    if array.dtype == crate::array::DType::Bool {
        return Err(super::kernel::not_for("trace", array.dtype));
    }
    let diagonal = array.with_layout(diagonal_layout(&array.layout, 0, 0, 1)?);
    Ok(crate::array::sums::sum(&diagonal, None, false)?.into())
})
.complex()
.doc("The sum of the diagonal of a matrix; integers give int64.")
.forms(Forms::BOTH.and(Forms::NP))
.examples(&[Example("torch.trace(torch.tensor([[1, 2], [3, 4]]))", "tensor(5)")])
.grad(|b| {
    let sizes = b.sizes(0);
    let n = sizes[0].min(sizes[1]);
    let layout = diagonal_layout(&Layout::contiguous(sizes.clone()), 0, 0, 1)?;
    grads([scatter_view(&b.grad().expand(&[n])?, &sizes, &layout)?])
})
.samples(&["randn(3, 3)", "randn(2, 3)"]);
