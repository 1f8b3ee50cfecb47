//! An array: a view into a shared storage.

use super::dtype::{DType, Scalar};
use super::layout::{Dims, KnownLayout, Layout, checked_numel};
use super::storage::{Buffer, Storage, Typed, allocate};
use crate::diag::{Fault, Result};
use crate::with_dtype;
use std::rc::Rc;

/// A view into a shared storage: cheap to clone, aliasing its clones.
#[derive(Clone, Debug)]
pub struct Array {
    /// The elements, shared with other views.
    pub storage: Rc<Storage>,
    /// Where this view's elements lie; shared, since most results lie as an operand does.
    pub layout: Rc<KnownLayout>,
    /// The element type, equal to the storage's tag; for complex elements the tag is that of their parts.
    pub dtype: DType,
}

impl Array {
    /// A contiguous array over new data; `data.len()` is the product of the sizes.
    #[inline]
    pub fn from_vec<T: Typed>(data: Vec<T>, sizes: impl Into<Dims>) -> Array {
        Array::new(Storage::of(data), KnownLayout::fresh(sizes), T::DTYPE)
    }

    /// A view of a storage, which must reach as far as the layout does.
    #[inline]
    pub fn new(storage: Rc<Storage>, layout: impl Into<KnownLayout>, dtype: DType) -> Array {
        Array { storage, layout: Rc::new(layout.into()), dtype }
    }

    /// A 0-d array.
    pub fn scalar<T: Typed>(value: T) -> Array {
        Array::from_vec(vec![value], Dims::new())
    }

    /// A new contiguous array filled with one number.
    pub fn full(sizes: &[usize], value: Scalar, dtype: DType) -> Result<Array> {
        let n = checked_numel(sizes)?;
        with_dtype!(dtype, T => {
            if value == Scalar::Int(0) {
                return Ok(Array::from_vec(super::storage::allocate_zeroed::<T>(n)?, Dims::from_slice(sizes)));
            }
            let mut v = allocate::<T>(n)?;
            v.resize(n, <T as super::Element>::from_scalar(value));
            Ok(Array::from_vec(v, Dims::from_slice(sizes)))
        })
    }

    /// The same storage seen through another layout.
    pub fn with_layout(&self, layout: Layout) -> Array {
        Array::new(self.storage.clone(), layout, self.dtype)
    }

    /// The real and imaginary parts of complex elements, along a new last dimension: a view.
    pub fn pairs(&self) -> Array {
        let mut layout = Layout::clone(&self.layout);
        layout.offset *= 2;
        layout.strides.iter_mut().for_each(|s| *s *= 2);
        layout.sizes.push(2);
        layout.strides.push(1);
        Array::new(self.storage.clone(), layout, self.dtype.to_real())
    }

    /// The complex numbers whose parts lie side by side along the last dimension: a view where offset and strides allow
    /// one, otherwise a view of a copy.
    ///
    /// Errors: MemoryError.
    pub fn paired(&self) -> Result<Array> {
        let (even, last) = (|s: &isize| s % 2 == 0, self.ndim().saturating_sub(1));
        let fits = self.layout.strides.get(last) == Some(&1)
            && self.layout.strides[..last].iter().all(even)
            && self.layout.offset.is_multiple_of(2);
        if !fits {
            return super::map::copy(self)?.paired();
        }
        let mut layout = Layout::clone(&self.layout);
        layout.offset /= 2;
        layout.sizes.pop();
        layout.strides.pop();
        layout.strides.iter_mut().for_each(|s| *s /= 2);
        Ok(Array::new(self.storage.clone(), layout, self.dtype.to_complex()))
    }

    /// One part of complex elements, the real (0) or the imaginary one (1): a view.
    pub fn part(&self, index: usize) -> Array {
        let pairs = self.pairs();
        let layout = pairs.layout.select(self.ndim(), index);
        pairs.with_layout(layout)
    }

    /// The elements of the whole storage, to be read at this view's positions.
    ///
    /// Errors: InternalError when the dtype is another or the layout leaves the storage.
    #[inline]
    pub fn typed<'a, T: Typed>(&self, buffer: &'a Buffer) -> Result<&'a [T]> {
        match T::slice(buffer) {
            Some(all) if self.layout.end() <= all.len() => Ok(all),
            _ => Err(self.mistyped(T::DTYPE)),
        }
    }

    /// The elements of the whole storage, to be changed at this view's positions.
    ///
    /// Errors: InternalError when the dtype is another or the layout leaves the storage.
    #[inline]
    pub fn typed_mut<'a, T: Typed>(&self, buffer: &'a mut Buffer) -> Result<&'a mut [T]> {
        match T::slice_mut(buffer) {
            Some(all) if self.layout.end() <= all.len() => Ok(all),
            _ => Err(self.mistyped(T::DTYPE)),
        }
    }

    /// Where the elements of the whole storage begin, for a loop over this view's positions.
    ///
    /// Errors: InternalError when the dtype is another or the layout leaves the storage.
    #[inline]
    pub fn place(&self, buffer: &Buffer, dtype: DType) -> Result<*const u8> {
        let parts = buffer.len();
        let held = if dtype.is_complex() { parts / 2 } else { parts };
        if buffer.dtype() == dtype.to_real() && self.layout.end() <= held {
            Ok(buffer.place())
        } else {
            Err(self.mistyped(dtype))
        }
    }

    #[cold]
    fn mistyped(&self, wanted: DType) -> crate::diag::Error {
        Fault::internal(format!(
            "a {} kernel met an array of {} with {:?}",
            wanted.name(),
            self.dtype.name(),
            self.layout
        ))
    }

    /// The elements in row-major order.
    ///
    /// Errors: InternalError when the dtype is another, MemoryError.
    pub fn to_vec<T: Typed>(&self) -> Result<Vec<T>> {
        let buffer = self.storage.read();
        let all = self.typed::<T>(&buffer)?;
        let mut out = allocate(self.numel())?;
        if self.layout.is_contiguous() {
            out.extend_from_slice(&all[self.layout.offset..self.layout.offset + self.numel()]);
        } else {
            let walk = super::iter::Walk::new([&self.layout]);
            walk.all(|[at]: [isize; 1], n: usize| {
                out.extend((0..n as isize).map(|i| all[(at + i * walk.inner[0]) as usize]));
            });
        }
        Ok(out)
    }

    /// Whether both views share one storage.
    #[inline]
    pub fn shares_storage(&self, other: &Array) -> bool {
        Rc::ptr_eq(&self.storage, &other.storage)
    }

    /// The sizes.
    #[inline]
    pub fn sizes(&self) -> &[usize] {
        &self.layout.sizes
    }

    /// The number of dimensions.
    #[inline]
    pub fn ndim(&self) -> usize {
        self.layout.sizes.len()
    }

    /// The number of elements.
    #[inline]
    pub fn numel(&self) -> usize {
        self.layout.numel()
    }

    /// The element at a storage position.
    pub fn at(&self, position: usize) -> Option<Scalar> {
        let buffer = self.storage.read();
        with_dtype!(self.dtype, T => {
            let s = <T as Typed>::slice(&buffer)?;
            s.get(position).map(|v| super::Element::to_scalar(*v))
        })
    }

    /// How many elements of its type its storage holds.
    pub fn stored(&self) -> usize {
        let parts = self.storage.read().len();
        if self.dtype.is_complex() { parts / 2 } else { parts }
    }

    /// The only element, when there is exactly one.
    pub fn item(&self) -> Option<Scalar> {
        if self.numel() == 1 { self.at(self.layout.offset) } else { None }
    }
}
