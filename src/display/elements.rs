//! The elements of an array that its text shows, found without touching the others.

use crate::array::storage::Typed;
use crate::array::{Array, Category, DType, Element, Layout};
use crate::with_dtype;

/// Which indices of each dimension are shown.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// How many at each end; `None` shows all.
    edge: Option<usize>,
}

/// One step through the shown elements, outermost dimension first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// A dimension begins; its depth, 0 for the outermost.
    Open(usize),
    /// A dimension ends; its depth.
    Close(usize),
    /// Between two items of a dimension; its depth.
    Between(usize),
    /// Items of an outer dimension are left out; its depth.
    Gap(usize),
    /// A vector along the last dimension; the storage position of its first element.
    Vector(isize),
}

impl Window {
    /// The window that shows an array of `numel` elements under a threshold.
    pub fn new(numel: usize, threshold: usize, edgeitems: usize) -> Window {
        Window { edge: (numel > threshold).then_some(edgeitems) }
    }

    /// Whether elements may be left out.
    pub fn is_summary(self) -> bool {
        self.edge.is_some()
    }

    /// The shown indices of a dimension: those before the gap and, when there is a gap, those after it.
    pub fn split(self, size: usize) -> (usize, Option<usize>) {
        match self.edge {
            // With an edge of zero only the gap is left.
            Some(edge) if edge == 0 || size > edge.saturating_mul(2) => (edge, Some(edge)),
            _ => (size, None),
        }
    }

    /// Runs over the shown vectors of a layout of at least one dimension and one element.
    pub fn walk(self, layout: &Layout, mut visit: impl FnMut(Step)) {
        let Some(last) = layout.ndim().checked_sub(1) else { return };
        // Items of a dimension count from 0; where there is a gap it takes a place of its own.
        let places: Vec<(usize, Option<usize>)> = layout.sizes.iter().map(|&n| self.split(n)).collect();
        let count = |d: usize| places[d].0 + places[d].1.map_or(0, |tail| tail + 1);
        let mut at = vec![0usize; last];
        let mut offset = layout.offset as isize;
        let mut depth = 0;
        loop {
            if depth == last {
                visit(Step::Vector(offset));
            } else {
                visit(Step::Open(depth));
                at[depth] = 0;
                if places[depth].1 != Some(0) {
                    depth += 1;
                    continue;
                }
                visit(Step::Gap(depth));
                visit(Step::Close(depth));
            }
            // Advance the innermost dimension that has items left.
            loop {
                let Some(outer) = depth.checked_sub(1) else { return };
                depth = outer;
                let index = |place: usize| match places[depth] {
                    (head, Some(tail)) if place > head => layout.sizes[depth] - tail + (place - head - 1),
                    _ => place,
                };
                let old = index(at[depth]);
                at[depth] += 1;
                if at[depth] == count(depth) {
                    offset -= old as isize * layout.strides[depth];
                    visit(Step::Close(depth));
                    continue;
                }
                visit(Step::Between(depth));
                if places[depth].1.is_some() && at[depth] == places[depth].0 {
                    visit(Step::Gap(depth));
                    visit(Step::Between(depth));
                    at[depth] += 1;
                }
                offset += (index(at[depth]) as isize - old as isize) * layout.strides[depth];
                depth += 1;
                break;
            }
        }
    }
}

/// Elements in the order in which they are shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Elements {
    /// Truth values.
    Bool(Vec<bool>),
    /// Integers of any width.
    Int(Vec<i64>),
    /// Floats of any width, exactly.
    Float(Vec<f64>),
    /// The real and the imaginary parts of complex numbers.
    Complex(Vec<f64>, Vec<f64>),
}

impl Elements {
    /// The elements of an array that a window shows.
    pub fn shown(array: &Array, window: Window) -> Elements {
        match array.dtype.category() {
            Category::Bool => Elements::Bool(collect(array, window, |v| v.as_bool())),
            Category::Int => Elements::Int(collect(array, window, |v| v.as_i64())),
            Category::Float => Elements::Float(collect(array, window, |v| v.as_f64())),
            Category::Complex => {
                let (real, imaginary) = collect(array, window, |v| v.as_complex()).iter().map(|z| (z.re, z.im)).unzip();
                Elements::Complex(real, imaginary)
            }
        }
    }
}

fn collect<R>(array: &Array, window: Window, convert: impl Fn(crate::array::Scalar) -> R) -> Vec<R> {
    fn go<T: Typed, R>(array: &Array, window: Window, convert: impl Fn(T) -> R) -> Vec<R> {
        let buffer = array.storage.read();
        let Some(data) = T::slice(&buffer) else { return Vec::new() };
        // A layout is always in bounds of its storage; a default stands in rather than a panic should it not be.
        let read = |p: isize| convert(data.get(p as usize).copied().unwrap_or_default());
        let layout = &array.layout;
        let (Some(&size), Some(&stride)) = (layout.sizes.last(), layout.strides.last()) else {
            return vec![read(layout.offset as isize)];
        };
        let (head, tail) = window.split(size);
        let mut out = Vec::new();
        window.walk(layout, |step| {
            if let Step::Vector(offset) = step {
                out.extend((0..head).map(|i| read(offset + i as isize * stride)));
                let tail = size - tail.unwrap_or(0)..size;
                out.extend(tail.map(|i| read(offset + i as isize * stride)));
            }
        });
        out
    }
    if array.numel() == 0 {
        return Vec::new();
    }
    with_dtype!(array.dtype, T => go::<T, R>(array, window, |v| convert(v.to_scalar())))
}

/// Whether an element type is among those that print without a name.
pub fn is_implied(dtype: DType, default: DType) -> bool {
    dtype == default || dtype == default.to_complex() || matches!(dtype, DType::I64 | DType::Bool)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::Dims;

    fn shown(sizes: &[usize], threshold: usize, edge: usize) -> Elements {
        let n: usize = sizes.iter().product();
        let array = Array::from_vec((0..n as i64).collect(), Dims::from_slice(sizes));
        Elements::shown(&array, Window::new(n, threshold, edge))
    }

    #[test]
    fn a_window_shows_both_ends_of_long_dimensions() {
        assert_eq!(shown(&[10], 5, 2), Elements::Int(vec![0, 1, 8, 9]));
        assert_eq!(shown(&[4], 3, 2), Elements::Int(vec![0, 1, 2, 3]));
        assert_eq!(shown(&[5, 2], 5, 1), Elements::Int(vec![0, 1, 8, 9]));
        assert_eq!(shown(&[2, 2], 9, 1), Elements::Int(vec![0, 1, 2, 3]));
        assert_eq!(shown(&[3, 3], 5, 0), Elements::Int(vec![]));
    }

    #[test]
    fn a_huge_array_costs_only_what_is_shown() {
        let one = Array::from_vec(vec![1.5f32], Dims::from_slice(&[1, 1]));
        let huge = one.with_layout(one.layout.broadcast_to(&[1 << 30, 1 << 30]).unwrap());
        assert_eq!(Elements::shown(&huge, Window::new(usize::MAX, 1000, 3)), Elements::Float(vec![1.5; 36]));
    }
}
