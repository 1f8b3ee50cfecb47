//! The strided iterator: walks several layouts of the same sizes together, run by run.

// Kernels run several arrays by one index; iterators over all of them would hide it.
#![allow(clippy::needless_range_loop)]

use super::layout::{Dims, Layout};
use super::storage::room;
use crate::diag::Result;
use smallvec::SmallVec;
use std::ops::Range;

/// A walk over `N` operands in row-major order of their common sizes.
///
/// Dimensions that lie in one piece for all operands are merged, so that a walk over contiguous operands is one run.
/// The innermost dimension is the *run*: kernels loop over it with the strides in [`Walk::inner`].
#[derive(Debug)]
pub struct Walk<const N: usize> {
    /// Sizes of the merged outer dimensions, outermost first.
    outer: Dims,
    /// Strides of the outer dimensions for each operand.
    strides: SmallVec<[[isize; N]; 4]>,
    /// The positions of the first elements.
    start: [isize; N],
    /// The length of a full run.
    pub len: usize,
    /// The stride of each operand within a run: 1 contiguous, 0 one element for all, otherwise strided.
    pub inner: [isize; N],
    /// The number of elements.
    pub total: usize,
}

impl Walk<1> {
    /// A walk over some dimensions of one operand, in the given order, from a position.
    pub fn over(layout: &Layout, dims: impl Iterator<Item = usize>, start: usize) -> Walk<1> {
        Walk::build(dims.map(|d| (layout.sizes[d], [layout.strides[d]])), [start as isize])
    }
}

impl<const N: usize> Walk<N> {
    /// A walk over operands that all have the first one's sizes.
    pub fn new(operands: [&Layout; N]) -> Walk<N> {
        let sizes: &[usize] = operands.first().map_or(&[], |l| &l.sizes);
        debug_assert!(operands.iter().all(|l| l.sizes.as_slice() == sizes));
        let strides = |d: usize| std::array::from_fn(|k| operands[k].strides[d]);
        Walk::build(sizes.iter().enumerate().map(|(d, &size)| (size, strides(d))), operands.map(|l| l.offset as isize))
    }

    /// A walk over operands that broadcast to `sizes`.
    ///
    /// Errors: RuntimeError when one does not.
    pub fn broadcast(sizes: &[usize], operands: [&Layout; N]) -> Result<Walk<N>> {
        for layout in operands {
            if !layout.broadcasts_to(sizes) {
                layout.broadcast_to(sizes)?;
            }
        }
        let strides = |d: usize| std::array::from_fn(|k| operands[k].stride_within(sizes, d));
        let dims = sizes.iter().enumerate().map(|(d, &size)| (size, strides(d)));
        Ok(Walk::build(dims, operands.map(|l| l.offset as isize)))
    }

    /// A walk over dimensions, given by their sizes and the operands' strides, outermost first.
    #[inline]
    fn build(dims: impl Iterator<Item = (usize, [isize; N])>, start: [isize; N]) -> Walk<N> {
        let mut outer = Dims::new();
        let mut strides: SmallVec<[[isize; N]; 4]> = SmallVec::new();
        let (mut len, mut inner, mut total) = (1, [1; N], 1usize);
        for (size, here) in dims {
            total = total.wrapping_mul(size);
            if size == 1 {
                continue;
            }
            let joins = (0..N).all(|k| inner[k] == here[k] * size as isize);
            if len != 1 && joins {
                len *= size;
            } else {
                if len != 1 {
                    outer.push(len);
                    strides.push(inner);
                }
                len = size;
            }
            inner = here;
        }
        Walk { outer, strides, start, len, inner, total }
    }

    /// Visits the elements `range` of the walk in order, run by run; runs at the ends may be partial.
    #[inline(always)]
    pub fn runs(&self, range: Range<usize>, mut visit: impl Visit<N>) {
        if range.is_empty() || self.total == 0 {
            return;
        }
        let mut at = self.start;
        let mut left = range.len();
        let (mut row, mut skip) = (range.start / self.len, range.start % self.len);
        let mut index: Dims = SmallVec::from_elem(0, self.outer.len());
        for d in (0..self.outer.len()).rev() {
            index[d] = row % self.outer[d];
            row /= self.outer[d];
            for k in 0..N {
                at[k] += index[d] as isize * self.strides[d][k];
            }
        }
        let by = self.strides.last().copied().unwrap_or([0; N]);
        let (mut i, end) = match (index.last(), self.outer.last()) {
            (Some(&i), Some(&end)) => (i, end),
            _ => (0, 1),
        };
        loop {
            let n = left.min(self.len - skip);
            visit.visit(std::array::from_fn(|k| at[k] + skip as isize * self.inner[k]), n);
            skip = 0;
            left -= n;
            if left == 0 {
                return;
            }
            i += 1;
            for k in 0..N {
                at[k] += by[k];
            }
            if i == end {
                self.carry(&mut index, &mut at);
                i = 0;
            }
        }
    }

    /// Visits every run of the walk.
    #[inline(always)]
    pub fn all(&self, visit: impl Visit<N>) {
        self.runs(0..self.total, visit);
    }

    /// Moves from the end of the next-to-inner dimension to the beginning of its next turn.
    #[cold]
    fn carry(&self, index: &mut Dims, at: &mut [isize; N]) {
        let last = index.len().saturating_sub(1);
        for k in 0..N {
            at[k] -= self.strides[last][k] * self.outer[last] as isize;
        }
        for d in (0..last).rev() {
            index[d] += 1;
            for k in 0..N {
                at[k] += self.strides[d][k];
            }
            if index[d] < self.outer[d] {
                return;
            }
            for k in 0..N {
                at[k] -= self.strides[d][k] * index[d] as isize;
            }
            index[d] = 0;
        }
    }
}

/// What is done with each run: a closure, or a type whose `visit` is always inlined so that its loop is compiled for
/// the instruction set of the caller.
pub trait Visit<const N: usize> {
    /// Takes the positions of the first elements and the length of the run.
    fn visit(&mut self, at: [isize; N], n: usize);
}

impl<const N: usize, F: FnMut([isize; N], usize)> Visit<N> for F {
    #[inline(always)]
    fn visit(&mut self, at: [isize; N], n: usize) {
        self(at, n)
    }
}

/// The positions of every element of a layout, in row-major order.
///
/// Errors: MemoryError.
pub fn positions(layout: &Layout) -> Result<Vec<usize>> {
    let walk = Walk::new([layout]);
    let mut out = room(walk.total)?;
    walk.all(|[at]: [isize; 1], n: usize| out.extend((0..n as isize).map(|i| (at + i * walk.inner[0]) as usize)));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(l: &Layout) -> Vec<usize> {
        (0..l.numel())
            .map(|mut i| {
                let mut at = l.offset as isize;
                for d in (0..l.ndim()).rev() {
                    at += (i % l.sizes[d]) as isize * l.strides[d];
                    i /= l.sizes[d];
                }
                at as usize
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_range_visits_what_a_naive_loop_visits(
            sizes in prop::collection::vec(0usize..4, 0..5), swap in any::<(usize, usize)>(), cut in any::<(usize, usize)>(),
        ) {
            let mut a = Layout::contiguous(Dims::from_slice(&sizes));
            let mut b = Layout::contiguous(Dims::from_slice(&sizes));
            if !sizes.is_empty() {
                a = a.transpose(swap.0 % sizes.len(), swap.1 % sizes.len());
                b = Layout::contiguous(a.sizes.clone());
                b.strides[swap.0 % sizes.len()] = 0;
            }
            let n = a.numel();
            let (x, y) = (cut.0 % (n + 1), cut.1 % (n + 1));
            let range = x.min(y)..x.max(y);
            let walk = Walk::new([&a, &b]);
            let mut got = Vec::new();
            walk.runs(range.clone(), |at: [isize; 2], n: usize| {
                for i in 0..n as isize {
                    got.push(((at[0] + i * walk.inner[0]) as usize, (at[1] + i * walk.inner[1]) as usize));
                }
            });
            let want: Vec<_> = naive(&a).into_iter().zip(naive(&b)).collect();
            prop_assert_eq!(&got[..], &want[range]);
        }
    }

    #[test]
    fn contiguous_operands_are_one_run() {
        let l = Layout::contiguous(Dims::from_slice(&[2, 3, 4]));
        let walk = Walk::new([&l, &l]);
        assert_eq!((walk.len, walk.inner), (24, [1, 1]));
    }
}
