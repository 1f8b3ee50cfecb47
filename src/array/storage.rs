//! Storage: one typed vector shared by views, its version, and the pool that large vectors come from.

use super::dtype::{DType, Element};
use crate::diag::{Fault, Result};
use half::{bf16, f16};
use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::Rc;

/// One typed vector; the tag is the dtype.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Buffer {
    Bool(Vec<bool>),
    U8(Vec<u8>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F16(Vec<f16>),
    BF16(Vec<bf16>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// The conversion between a typed vector and a [`Buffer`] of its tag.
pub trait Typed: Element {
    /// The elements, or `None` when the tag is another.
    fn slice(buffer: &Buffer) -> Option<&[Self]>;
    /// The elements to write, or `None` when the tag is another.
    fn slice_mut(buffer: &mut Buffer) -> Option<&mut [Self]>;
    /// The vector as a buffer.
    fn wrap(data: Vec<Self>) -> Buffer;
}

macro_rules! typed {
    ($($t:ty => $tag:ident),*) => {
        $(impl Typed for $t {
            #[inline(always)]
            fn slice(buffer: &Buffer) -> Option<&[Self]> {
                match buffer { Buffer::$tag(v) => Some(v), _ => None }
            }
            #[inline(always)]
            fn slice_mut(buffer: &mut Buffer) -> Option<&mut [Self]> {
                match buffer { Buffer::$tag(v) => Some(v), _ => None }
            }
            #[inline(always)]
            fn wrap(data: Vec<Self>) -> Buffer {
                Buffer::$tag(data)
            }
        })*

        impl Buffer {
            /// The element type.
            pub fn dtype(&self) -> DType {
                match self { $(Buffer::$tag(_) => DType::$tag),* }
            }

            /// The number of elements.
            pub fn len(&self) -> usize {
                match self { $(Buffer::$tag(v) => v.len()),* }
            }
        }
    };
}

typed!(bool => Bool, u8 => U8, i8 => I8, i16 => I16, i32 => I32, i64 => I64, f16 => F16, bf16 => BF16, f32 => F32, f64 => F64);

impl Buffer {
    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A buffer shared by views, with the count of in-place changes that autograd checks.
#[derive(Debug)]
pub struct Storage {
    buffer: RefCell<Buffer>,
    version: Rc<Cell<u32>>,
}

impl Storage {
    /// A storage that owns the buffer, at version 0.
    pub fn new(buffer: Buffer) -> Rc<Storage> {
        Rc::new(Storage { buffer: RefCell::new(buffer), version: Rc::default() })
    }

    /// The buffer for reading. No kernel holds it while another writes.
    pub fn read(&self) -> Ref<'_, Buffer> {
        self.buffer.borrow()
    }

    /// The buffer for writing. Does not count as a change: see [`Storage::bump`].
    pub fn write(&self) -> RefMut<'_, Buffer> {
        self.buffer.borrow_mut()
    }

    /// How often the contents were changed in place.
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    /// Counts one in-place change.
    pub fn bump(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }
}

thread_local! {
    static LIMIT: Cell<usize> = const { Cell::new(usize::MAX) };
    static IN_USE: Cell<usize> = const { Cell::new(0) };
}

/// Sets the most bytes that all buffers together may take (`--max-memory`).
pub fn set_memory_limit(bytes: usize) {
    LIMIT.set(bytes);
}

/// An empty vector with room for `n` elements, to be filled by a kernel.
///
/// Errors: MemoryError that names the size asked for.
pub fn allocate<T: Element>(n: usize) -> Result<Vec<T>> {
    let refuse = || {
        let bytes = n as u128 * size_of::<T>() as u128;
        Fault::memory(format!("cannot allocate {bytes} bytes for {n} elements of {}", T::DTYPE.name()))
    };
    let bytes = n.checked_mul(size_of::<T>()).ok_or_else(refuse)?;
    if IN_USE.get().saturating_add(bytes) > LIMIT.get() {
        return Err(refuse());
    }
    let mut v = Vec::new();
    v.try_reserve_exact(n).map_err(|_| refuse())?;
    Ok(v)
}
