//! Sizes, strides and offset of a view: pure algebra, no data.

use crate::diag::{Fault, Result};
use smallvec::SmallVec;

/// How many dimensions a layout holds without an allocation.
const INLINE: usize = 4;

/// Sizes of the dimensions, outermost first.
pub type Dims = SmallVec<[usize; INLINE]>;
/// Strides in elements; zero where a dimension is expanded, negative only for NumPy's reversed views.
pub type Strides = SmallVec<[isize; INLINE]>;

/// How a view lies in its storage. Invariant: every index in bounds of `sizes` lands in bounds of the storage.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// Sizes.
    pub sizes: Dims,
    /// Strides, one for each size.
    pub strides: Strides,
    /// Position of the first element.
    pub offset: usize,
}

impl Clone for Layout {
    // The derived clone copies element by element; these are plain words.
    #[inline]
    fn clone(&self) -> Layout {
        Layout {
            sizes: SmallVec::from_slice(&self.sizes),
            strides: SmallVec::from_slice(&self.strides),
            offset: self.offset,
        }
    }
}

/// Row-major strides of sizes, as PyTorch gives them (a size of 0 counts as 1).
pub fn contiguous_strides(sizes: &[usize]) -> Strides {
    let mut strides: Strides = if sizes.len() <= INLINE {
        // Set down as they are, not one by one.
        SmallVec::from_buf_and_len([0; INLINE], sizes.len())
    } else {
        SmallVec::from_elem(0, sizes.len())
    };
    let mut step = 1isize;
    for (stride, &size) in strides.iter_mut().zip(sizes).rev() {
        *stride = step;
        step = step.saturating_mul(size.max(1) as isize);
    }
    strides
}

/// Whether two lists of sizes are the same: a loop, since a call to compare memory costs more than so few numbers.
#[inline]
pub fn same_sizes(a: &[usize], b: &[usize]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x == y)
}

/// The sizes as PyTorch prints them: `[2, 3]`.
pub fn show_sizes(sizes: &[usize]) -> String {
    let parts: Vec<String> = sizes.iter().map(|s| s.to_string()).collect();
    format!("[{}]", parts.join(", "))
}

/// The number of elements of sizes that [`checked_numel`] has let pass: wraps only where one of them is 0.
#[inline(always)]
pub fn count(sizes: &[usize]) -> usize {
    sizes.iter().fold(1, |n, &size| n.wrapping_mul(size))
}

/// The product of sizes.
///
/// Errors: RuntimeError when it overflows.
pub fn checked_numel(sizes: &[usize]) -> Result<usize> {
    let overflow =
        || Fault::runtime("Storage size calculation overflowed with sizes=".to_string() + &show_sizes(sizes));
    let mut n = 1usize;
    for &s in sizes {
        n = n.checked_mul(s).ok_or_else(overflow)?;
    }
    if n > isize::MAX as usize / 16 {
        return Err(overflow());
    }
    Ok(n)
}

/// The dimension that a possibly negative index names.
///
/// A 0-d array accepts 0 and -1. Errors: IndexError in PyTorch's words.
pub fn wrap_dim(dim: i64, ndim: usize) -> Result<usize> {
    let n = ndim.max(1) as i64;
    if dim < -n || dim >= n {
        return Err(Fault::index(format!(
            "Dimension out of range (expected to be in range of [{}, {}], but got {dim})",
            -n,
            n - 1
        )));
    }
    Ok(if dim < 0 { dim + n } else { dim } as usize)
}

/// The sizes that two broadcast operands give together.
///
/// Errors: RuntimeError in PyTorch's words for the first dimension from the right that does not fit.
pub fn broadcast_sizes(a: &[usize], b: &[usize]) -> Result<Dims> {
    let n = a.len().max(b.len());
    let mut out: Dims = SmallVec::from_elem(0, n);
    for i in (0..n).rev() {
        let x = (i + a.len()).checked_sub(n).map_or(1, |k| a[k]);
        let y = (i + b.len()).checked_sub(n).map_or(1, |k| b[k]);
        out[i] = if x == y || y == 1 {
            x
        } else if x == 1 {
            y
        } else {
            return Err(Fault::runtime(format!(
                "The size of tensor a ({x}) must match the size of tensor b ({y}) at non-singleton dimension {i}"
            )));
        };
    }
    Ok(out)
}

impl Layout {
    /// A row-major layout of those sizes at offset 0.
    pub fn contiguous(sizes: impl Into<Dims>) -> Layout {
        let sizes = sizes.into();
        let strides = contiguous_strides(&sizes);
        Layout { sizes, strides, offset: 0 }
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.sizes.len()
    }

    /// The number of elements.
    pub fn numel(&self) -> usize {
        count(&self.sizes)
    }

    /// The dimensions from the largest stride to the smallest, when in that order the elements lie without gaps and
    /// overlaps, yet not in the order of the dimensions themselves.
    pub fn dense_order(&self) -> Option<Dims> {
        if self.is_contiguous() || self.strides.iter().any(|&s| s < 0) {
            return None;
        }
        let mut order: Dims = (0..self.ndim()).collect();
        order.sort_by_key(|&d| std::cmp::Reverse(self.strides[d]));
        self.permute(&order).is_contiguous().then_some(order)
    }

    /// Whether the strides are exactly those of a new array of these sizes.
    pub fn is_row_major(&self) -> bool {
        let mut step = 1isize;
        self.sizes.iter().zip(&self.strides).rev().all(|(&size, &stride)| {
            let right = stride == step;
            step = step.saturating_mul(size.max(1) as isize);
            right
        })
    }

    /// Whether the elements lie in row-major order without gaps.
    pub fn is_contiguous(&self) -> bool {
        let mut step = 1isize;
        for (&size, &stride) in self.sizes.iter().zip(&self.strides).rev() {
            if size == 0 {
                return true;
            }
            if size != 1 {
                if stride != step {
                    return false;
                }
                step *= size as isize;
            }
        }
        true
    }

    /// Whether two different indices may land on the same element.
    pub fn has_overlap(&self) -> bool {
        self.sizes.iter().zip(&self.strides).any(|(&n, &s)| n > 1 && s == 0)
    }

    /// The lowest and one past the highest storage position reached; equal when there are no elements.
    pub fn extent(&self) -> (usize, usize) {
        if self.numel() == 0 {
            return (0, 0);
        }
        let (mut low, mut high) = (self.offset as isize, self.offset as isize);
        for (&n, &s) in self.sizes.iter().zip(&self.strides) {
            let reach = (n as isize - 1) * s;
            if reach < 0 {
                low += reach;
            } else {
                high += reach;
            }
        }
        (low as usize, high as usize + 1)
    }

    /// The layout with two dimensions swapped.
    pub fn transpose(&self, a: usize, b: usize) -> Layout {
        let mut out = self.clone();
        out.sizes.swap(a, b);
        out.strides.swap(a, b);
        out
    }

    /// The layout with dimension `order[i]` in place `i`; `order` is a permutation.
    pub fn permute(&self, order: &[usize]) -> Layout {
        Layout {
            sizes: order.iter().map(|&d| self.sizes[d]).collect(),
            strides: order.iter().map(|&d| self.strides[d]).collect(),
            offset: self.offset,
        }
    }

    /// The layout at one index of a dimension, which disappears; `index` is in bounds.
    pub fn select(&self, dim: usize, index: usize) -> Layout {
        let mut out = self.clone();
        out.offset = (self.offset as isize + index as isize * self.strides[dim]) as usize;
        out.sizes.remove(dim);
        out.strides.remove(dim);
        out
    }

    /// The layout of every `step`-th index of a dimension from `start`, `len` of them; all in bounds.
    pub fn slice(&self, dim: usize, start: usize, len: usize, step: isize) -> Layout {
        let mut out = self.clone();
        if len > 0 {
            out.offset = (self.offset as isize + start as isize * self.strides[dim]) as usize;
        }
        out.sizes[dim] = len;
        out.strides[dim] *= step;
        out
    }

    /// The layout with a dimension of size 1 inserted before `dim` (0..=ndim).
    pub fn unsqueeze(&self, dim: usize) -> Layout {
        let mut out = self.clone();
        let stride = if dim < self.ndim() { self.sizes[dim].max(1) as isize * self.strides[dim] } else { 1 };
        out.sizes.insert(dim, 1);
        out.strides.insert(dim, stride);
        out
    }

    /// The layout without the dimensions of size 1 among `dims` (all dimensions when `None`).
    pub fn squeeze(&self, dims: Option<&[usize]>) -> Layout {
        let keep = |d: usize| self.sizes[d] != 1 || dims.is_some_and(|ds| !ds.contains(&d));
        let kept = || (0..self.ndim()).filter(|&d| keep(d));
        Layout {
            sizes: kept().map(|d| self.sizes[d]).collect(),
            strides: kept().map(|d| self.strides[d]).collect(),
            offset: self.offset,
        }
    }

    /// The layout expanded to larger sizes with stride 0; sizes broadcast from the right.
    ///
    /// Errors: RuntimeError when a size that is not 1 would have to change.
    pub fn broadcast_to(&self, sizes: &[usize]) -> Result<Layout> {
        let Some(lead) = sizes.len().checked_sub(self.ndim()) else {
            return Err(Fault::runtime(format!(
                "expand: the requested shape has too few dimensions: {} for a tensor of shape {}",
                show_sizes(sizes),
                show_sizes(&self.sizes)
            )));
        };
        let mut strides: Strides = SmallVec::from_elem(0, sizes.len());
        for d in (0..self.ndim()).rev() {
            let (have, stride, want) = (self.sizes[d], self.strides[d], sizes[lead + d]);
            if have == want {
                strides[lead + d] = stride;
            } else if have != 1 {
                return Err(Fault::runtime(format!(
                    "The expanded size of the tensor ({want}) must match the existing size ({have}) at non-singleton \
                     dimension {}.  Target sizes: {}.  Tensor sizes: {}",
                    lead + d,
                    show_sizes(sizes),
                    show_sizes(&self.sizes)
                )));
            }
        }
        Ok(Layout { sizes: sizes.iter().copied().collect(), strides, offset: self.offset })
    }

    /// Whether the sizes broadcast to others.
    #[inline]
    pub fn broadcasts_to(&self, sizes: &[usize]) -> bool {
        self.ndim() <= sizes.len() && self.sizes.iter().rev().zip(sizes.iter().rev()).all(|(&n, &to)| n == to || n == 1)
    }

    /// The stride along a dimension of sizes that it broadcasts to.
    #[inline]
    pub fn stride_within(&self, sizes: &[usize], dim: usize) -> isize {
        match (dim + self.ndim()).checked_sub(sizes.len()) {
            Some(d) if self.sizes[d] == sizes[dim] => self.strides[d],
            _ => 0,
        }
    }

    /// The layout viewed with other sizes of the same number of elements, or `None` when that needs a copy.
    ///
    /// Runs of dimensions that lie in one piece are split and joined, as `torch.Tensor.view` does.
    pub fn view(&self, sizes: &[usize]) -> Option<Layout> {
        let made = |strides| Some(Layout { sizes: sizes.iter().copied().collect(), strides, offset: self.offset });
        if self.numel() == 0 || self.is_contiguous() {
            return made(contiguous_strides(sizes));
        }
        let mut strides: Strides = SmallVec::from_elem(1, sizes.len());
        let mut next = sizes.len();
        let mut run = 1usize;
        let mut base = *self.strides.last()?;
        for d in (0..self.ndim()).rev() {
            run *= self.sizes[d];
            let ends = d == 0 || (self.sizes[d - 1] != 1 && self.strides[d - 1] != run as isize * base);
            if !ends {
                continue;
            }
            let mut filled = 1usize;
            while next > 0 && (filled < run || sizes[next - 1] == 1) {
                next -= 1;
                strides[next] = filled as isize * base;
                filled *= sizes[next];
            }
            if filled != run {
                return None;
            }
            if d > 0 {
                run = 1;
                base = self.strides[d - 1];
            }
        }
        (next == 0).then_some(())?;
        made(strides)
    }
}

/// A layout with what every operation asks about it, found once: layouts are shared, and most results lie as an operand
/// does.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownLayout {
    layout: Layout,
    numel: usize,
    end: usize,
    is_contiguous: bool,
    is_fresh: bool,
}

impl std::ops::Deref for KnownLayout {
    type Target = Layout;
    #[inline(always)]
    fn deref(&self) -> &Layout {
        &self.layout
    }
}

impl From<Layout> for KnownLayout {
    fn from(mut layout: Layout) -> KnownLayout {
        // As `numel`, `extent`, `is_contiguous` and `is_row_major` of the layout find it, in one pass.
        let (mut numel, mut high, mut step) = (1usize, layout.offset as isize, 1isize);
        let (mut dense, mut row_major) = (true, true);
        for (&size, &stride) in layout.sizes.iter().zip(&layout.strides).rev() {
            let steps = stride == step;
            row_major &= steps;
            dense &= steps || size == 1;
            high += (size.wrapping_sub(1) as isize).wrapping_mul(stride).max(0);
            numel = numel.wrapping_mul(size);
            step = step.saturating_mul(size.max(1) as isize);
        }
        let mut end = high as usize + 1;
        if numel == 0 {
            // What holds nothing begins where the storage does, which is always in bounds.
            (layout.offset, end) = (0, 0);
        }
        KnownLayout {
            numel,
            end,
            is_contiguous: dense || numel == 0,
            is_fresh: row_major && layout.offset == 0,
            layout,
        }
    }
}

impl KnownLayout {
    /// The layout of a new array of those sizes.
    pub fn fresh(sizes: impl Into<Dims>) -> KnownLayout {
        let layout = Layout::contiguous(sizes);
        let numel = layout.numel();
        KnownLayout { layout, numel, end: numel, is_contiguous: true, is_fresh: true }
    }

    /// The number of elements.
    #[inline(always)]
    pub fn numel(&self) -> usize {
        self.numel
    }

    /// One past the highest storage position reached.
    #[inline(always)]
    pub fn end(&self) -> usize {
        self.end
    }

    /// Whether the elements lie in row-major order without gaps.
    #[inline(always)]
    pub fn is_contiguous(&self) -> bool {
        self.is_contiguous
    }

    /// Whether offset and strides are exactly those of a new array of these sizes.
    #[inline(always)]
    pub fn is_fresh(&self) -> bool {
        self.is_fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn l(sizes: &[usize]) -> Layout {
        Layout::contiguous(Dims::from_slice(sizes))
    }

    #[test]
    fn view_of_a_transpose_needs_a_copy_unless_runs_survive() {
        assert!(l(&[2, 3]).transpose(0, 1).view(&[6]).is_none());
        let t = l(&[2, 3, 4]).transpose(0, 1);
        assert_eq!(t.view(&[3, 2, 2, 2]).unwrap().strides.as_slice(), &[4, 12, 2, 1]);
        assert!(t.view(&[6, 4]).is_none());
    }

    #[test]
    fn what_is_known_is_what_the_layout_finds() {
        let wide = l(&[1, 3]).broadcast_to(&[2, 3]).unwrap();
        let tail = l(&[4, 5]).slice(1, 2, 3, 1);
        for layout in [l(&[]), l(&[2, 3]), l(&[2, 3]).transpose(0, 1), l(&[2, 0, 3]), l(&[1, 3, 1]), wide, tail] {
            let known = KnownLayout::from(layout.clone());
            assert_eq!((known.numel(), known.end()), (layout.numel(), layout.extent().1), "{layout:?}");
            assert_eq!(known.is_contiguous(), layout.is_contiguous(), "{layout:?}");
            assert_eq!(known.is_fresh(), layout.offset == 0 && layout.is_row_major(), "{layout:?}");
        }
    }

    #[test]
    fn broadcasting_aligns_from_the_right() {
        assert_eq!(broadcast_sizes(&[3, 1], &[2]).unwrap().as_slice(), &[3, 2]);
        let e = broadcast_sizes(&[3, 4], &[3]).unwrap_err();
        assert_eq!(
            e.message,
            "The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1"
        );
    }

    #[test]
    fn expanded_layouts_overlap_and_are_not_contiguous() {
        let e = l(&[1, 3]).broadcast_to(&[2, 3]).unwrap();
        assert!(e.has_overlap() && !e.is_contiguous());
        assert_eq!(e.extent(), (0, 3));
    }
}
