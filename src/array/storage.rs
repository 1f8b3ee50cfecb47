//! Storage: one typed vector shared by views, its version, and the pool that large vectors come from.

use super::dtype::{DType, Element};
use crate::diag::{Fault, Result};
use half::{bf16, f16};
use num_complex::Complex;
use std::cell::{Cell, Ref, RefCell, RefMut};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::rc::Rc;

/// One typed vector; the tag is the dtype of its elements, for complex ones that of their parts, which lie in pairs.
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
    /// How many elements the vector has room for, or `None` when the tag is another.
    fn capacity(buffer: &Buffer) -> Option<usize>;
    /// The vector itself, or `None` when the tag is another.
    fn unwrap(buffer: Buffer) -> Option<Vec<Self>>;
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
            fn capacity(buffer: &Buffer) -> Option<usize> {
                match buffer { Buffer::$tag(v) => Some(v.capacity()), _ => None }
            }
            fn unwrap(buffer: Buffer) -> Option<Vec<Self>> {
                match buffer { Buffer::$tag(v) => Some(v), _ => None }
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

            /// The bytes that the vector takes, used or spare.
            fn bytes(&self) -> usize {
                match self { $(Buffer::$tag(v) => v.capacity() * size_of::<$t>()),* }
            }

            /// Where the elements begin.
            pub fn place(&self) -> *const u8 {
                match self { $(Buffer::$tag(v) => v.as_ptr().cast()),* }
            }

            /// Where the elements begin, to be written.
            pub fn place_mut(&mut self) -> *mut u8 {
                match self { $(Buffer::$tag(v) => v.as_mut_ptr().cast()),* }
            }

            /// Says that the first `n` parts are there.
            ///
            /// # Safety
            /// They were written, and there is room for them.
            #[allow(unsafe_code)]
            pub unsafe fn set_len(&mut self, n: usize) {
                // SAFETY: the caller's.
                unsafe { match self { $(Buffer::$tag(v) => v.set_len(n)),* } }
            }

            /// Takes all elements out; the room for them stays.
            fn clear(&mut self) {
                match self { $(Buffer::$tag(v) => v.clear()),* }
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

/// Complex elements: pairs of parts in a buffer of those, so that both views of the same numbers share it.
macro_rules! paired {
    ($part:ty => $tag:ident) => {
        #[allow(unsafe_code)]
        impl Typed for Complex<$part> {
            #[inline(always)]
            fn slice(buffer: &Buffer) -> Option<&[Self]> {
                let Buffer::$tag(v) = buffer else { return None };
                // SAFETY: a complex number is laid out as its two parts in turn (`repr(C)`), aligned as one of them.
                Some(unsafe { std::slice::from_raw_parts(v.as_ptr().cast(), v.len() / 2) })
            }
            #[inline(always)]
            fn slice_mut(buffer: &mut Buffer) -> Option<&mut [Self]> {
                let Buffer::$tag(v) = buffer else { return None };
                // SAFETY: as above; the slice borrows the vector, which nothing else reaches meanwhile.
                Some(unsafe { std::slice::from_raw_parts_mut(v.as_mut_ptr().cast(), v.len() / 2) })
            }
            #[inline(always)]
            fn wrap(data: Vec<Self>) -> Buffer {
                let mut data = ManuallyDrop::new(data);
                let (place, len, capacity) = (data.as_mut_ptr(), data.len(), data.capacity());
                // SAFETY: the same memory as twice as many parts: equally many bytes, equally aligned.
                Buffer::$tag(unsafe { Vec::from_raw_parts(place.cast(), 2 * len, 2 * capacity) })
            }
            fn capacity(buffer: &Buffer) -> Option<usize> {
                // An odd number of parts is not the memory of pairs.
                <$part>::capacity(buffer).filter(|c| c % 2 == 0).map(|c| c / 2)
            }
            fn unwrap(buffer: Buffer) -> Option<Vec<Self>> {
                Self::capacity(&buffer)?;
                let mut data = ManuallyDrop::new(<$part>::unwrap(buffer)?);
                let (place, len, capacity) = (data.as_mut_ptr(), data.len(), data.capacity());
                // SAFETY: the capacity is even, so that the same memory holds half as many pairs.
                Some(unsafe { Vec::from_raw_parts(place.cast(), len / 2, capacity / 2) })
            }
        }
    };
}

paired!(f32 => F32);
paired!(f64 => F64);

/// A buffer shared by views, with the count of in-place changes that autograd checks.
#[derive(Debug)]
pub struct Storage {
    buffer: RefCell<Buffer>,
    version: Cell<u32>,
    bytes: usize,
}

impl Storage {
    /// A storage that owns the buffer, at version 0.
    pub fn new(buffer: Buffer) -> Rc<Storage> {
        let bytes = buffer.bytes();
        IN_USE.set(IN_USE.get() + bytes);
        Rc::new(Storage { buffer: RefCell::new(buffer), version: Cell::new(FIRST.get()), bytes })
    }

    /// A storage that owns the vector, at version 0.
    #[inline]
    pub fn of<T: Typed>(data: Vec<T>) -> Rc<Storage> {
        let bytes = data.capacity() * size_of::<T>();
        IN_USE.set(IN_USE.get() + bytes);
        Rc::new(Storage { buffer: RefCell::new(T::wrap(data)), version: Cell::new(FIRST.get()), bytes })
    }

    /// The buffer for reading. No kernel holds it while another writes.
    #[inline]
    pub fn read(&self) -> Ref<'_, Buffer> {
        self.buffer.borrow()
    }

    /// The buffer for writing. Does not count as a change: see [`Storage::bump`].
    #[inline]
    pub fn write(&self) -> RefMut<'_, Buffer> {
        self.buffer.borrow_mut()
    }

    /// How often the contents were changed in place.
    #[inline]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    /// Counts one in-place change.
    #[inline]
    pub fn bump(&self) {
        if self.is_counted() {
            self.version.set((self.version.get() + 1) % UNCOUNTED);
        }
    }

    /// Whether changes are counted: not for storages made in inference mode.
    #[inline]
    pub fn is_counted(&self) -> bool {
        self.version.get() != UNCOUNTED
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        IN_USE.set(IN_USE.get().saturating_sub(self.bytes));
        if self.bytes >= POOLED_FROM {
            recycle(std::mem::replace(self.buffer.get_mut(), Buffer::U8(Vec::new())));
        }
    }
}

/// Buffers of at least this many bytes are kept for reuse: the page faults of fresh memory cost more than the kernels.
const POOLED_FROM: usize = 256 << 10;
/// The most bytes that wait for reuse.
const POOL_CAP: usize = 256 << 20;

/// Emptied buffers that wait for reuse, oldest first.
struct Pool {
    buffers: Vec<Buffer>,
    bytes: usize,
}

/// The version of a storage whose changes are not counted.
const UNCOUNTED: u32 = u32::MAX;

thread_local! {
    /// The version that storages are made with.
    static FIRST: Cell<u32> = const { Cell::new(0) };
    static LIMIT: Cell<usize> = const { Cell::new(usize::MAX) };
    static IN_USE: Cell<usize> = const { Cell::new(0) };
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { buffers: Vec::new(), bytes: 0 }) };
}

/// Sets the most bytes that all buffers together may take (`--max-memory`).
pub fn set_memory_limit(bytes: usize) {
    LIMIT.set(bytes);
}

/// Whether the changes of storages made now are counted.
pub fn counts_changes() -> bool {
    FIRST.get() == 0
}

/// Sets whether the changes of storages made from now on are counted; returns what it was.
pub fn set_counts_changes(on: bool) -> bool {
    FIRST.replace(if on { 0 } else { UNCOUNTED }) == 0
}

/// The bytes that live storages take.
pub fn memory_in_use() -> usize {
    IN_USE.get()
}

/// Keeps a large buffer for reuse, making room by freeing the oldest.
#[cold]
fn recycle(mut buffer: Buffer) {
    let bytes = buffer.bytes();
    if bytes > POOL_CAP || IN_USE.get().saturating_add(bytes) > LIMIT.get() {
        return;
    }
    buffer.clear();
    // At thread exit the pool may be gone already; then the buffer is simply freed.
    let _ = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        while pool.bytes + bytes > POOL_CAP && !pool.buffers.is_empty() {
            pool.bytes -= pool.buffers.remove(0).bytes();
        }
        pool.bytes += bytes;
        pool.buffers.push(buffer);
    });
}

/// The best fitting waiting vector, if one is large enough and not wastefully large.
#[cold]
fn reuse<T: Typed>(n: usize) -> Option<Vec<T>> {
    POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        let fits = |b: &Buffer| T::capacity(b).filter(|&c| c >= n && c - n <= n / 4);
        let (at, _) =
            pool.buffers.iter().enumerate().rev().filter_map(|(i, b)| Some((i, fits(b)?))).min_by_key(|&(_, c)| c)?;
        let buffer = pool.buffers.remove(at);
        pool.bytes -= buffer.bytes();
        T::unwrap(buffer)
    })
    .ok()
    .flatten()
}

/// Frees every waiting buffer.
pub fn drain_pool() {
    let _ = POOL.try_with(|pool| *pool.borrow_mut() = Pool { buffers: Vec::new(), bytes: 0 });
}

/// An empty buffer with room for `n` elements of a type, to be filled by a kernel.
///
/// Errors: MemoryError that names the size asked for.
pub fn allocate_buffer(dtype: DType, n: usize) -> Result<Buffer> {
    crate::with_dtype!(dtype, T => Ok(T::wrap(allocate::<T>(n)?)))
}

/// An empty vector with room for `n` elements, to be filled by a kernel.
///
/// Errors: MemoryError that names the size asked for.
#[inline]
pub fn allocate<T: Typed>(n: usize) -> Result<Vec<T>> {
    if n.checked_mul(size_of::<T>()).is_some_and(|bytes| bytes < POOLED_FROM && IN_USE.get() + bytes <= LIMIT.get()) {
        return Ok(Vec::with_capacity(n));
    }
    allocate_large(n)
}

#[cold]
fn allocate_large<T: Typed>(n: usize) -> Result<Vec<T>> {
    let refuse = || {
        let bytes = n as u128 * size_of::<T>() as u128;
        Fault::memory(format!("cannot allocate {bytes} bytes for {n} elements of {}", T::DTYPE.name()))
    };
    let bytes = n.checked_mul(size_of::<T>()).ok_or_else(refuse)?;
    if IN_USE.get().saturating_add(bytes) > LIMIT.get() {
        return Err(refuse());
    }
    if let Some(v) = reuse(n) {
        return Ok(v);
    }
    if POOL.try_with(|p| p.borrow().bytes).unwrap_or(0).saturating_add(IN_USE.get()).saturating_add(bytes) > LIMIT.get()
    {
        drain_pool();
    }
    let mut v = Vec::new();
    v.try_reserve_exact(n).map_err(|_| refuse())?;
    prefer_large_pages(v.spare_capacity_mut());
    Ok(v)
}

/// Memory of at least this many bytes is asked for in large pages.
#[cfg(target_os = "linux")]
const LARGE_PAGES_FROM: usize = 2 << 20;

/// Asks the system for large pages behind fresh memory: fewer faults when it is first written, and fewer look-ups of
/// addresses in passes over arrays larger than the caches. Where there are none, nothing changes.
fn prefer_large_pages<T>(memory: &mut [MaybeUninit<T>]) {
    #[cfg(target_os = "linux")]
    if size_of_val(memory) >= LARGE_PAGES_FROM {
        const PAGE: usize = 4096;
        let place = memory.as_mut_ptr().cast::<u8>();
        // From the page that the memory begins in: a large page that begins there is to count.
        let before = place.addr() % PAGE;
        let length = (before + size_of_val(memory)) / PAGE * PAGE;
        // SAFETY: these pages are mapped; advice about their size changes no contents, whoever else has some of them.
        #[allow(unsafe_code)]
        unsafe {
            libc::madvise(place.wrapping_sub(before).cast(), length, libc::MADV_HUGEPAGE);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = memory;
}

/// The product of sizes, of as many elements as there is room for at eight bytes each.
///
/// Errors: RuntimeError when it overflows, MemoryError for more.
pub fn room_for(sizes: &[usize]) -> Result<usize> {
    let n = super::layout::checked_numel(sizes)?;
    // Asking the system costs nothing that is not written.
    drop(room::<f64>(n)?);
    Ok(n)
}

/// An empty vector with room for `n` values that are no elements of an array, such as places.
///
/// Errors: MemoryError that names the size asked for.
pub fn room<T>(n: usize) -> Result<Vec<T>> {
    let refuse = || {
        let bytes = n as u128 * size_of::<T>() as u128;
        Fault::memory(format!("cannot allocate {bytes} bytes for {n} elements"))
    };
    if IN_USE.get().saturating_add(n.saturating_mul(size_of::<T>())) > LIMIT.get() {
        return Err(refuse());
    }
    let mut v = Vec::new();
    v.try_reserve_exact(n).map_err(|_| refuse())?;
    Ok(v)
}

/// A vector of `n` zeros; fresh memory that the system hands out zeroed is not written.
///
/// Errors: MemoryError that names the size asked for.
#[allow(unsafe_code)]
pub fn allocate_zeroed<T: Typed>(n: usize) -> Result<Vec<T>> {
    let bytes = n.saturating_mul(size_of::<T>());
    if bytes >= POOLED_FROM && POOL.try_with(|p| p.borrow().buffers.is_empty()).unwrap_or(true) {
        // Refuses what is too large.
        drop(allocate_large::<T>(n)?);
        if let Ok(layout) = std::alloc::Layout::array::<T>(n) {
            // SAFETY: the size is not 0; zero bytes are a value of every element type; the vector takes the memory
            // over with the layout it was allocated by.
            unsafe {
                let place = std::alloc::alloc_zeroed(layout).cast::<T>();
                if !place.is_null() {
                    let mut v = Vec::from_raw_parts(place, 0, n);
                    prefer_large_pages(v.spare_capacity_mut());
                    v.set_len(n);
                    return Ok(v);
                }
            }
        }
    }
    let mut v = allocate(n)?;
    v.resize(n, T::default());
    Ok(v)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_buffers_are_recycled_and_counted() {
        drain_pool();
        let before = memory_in_use();
        let v = allocate::<f32>(1 << 20).unwrap();
        let place = v.as_ptr();
        let storage = Storage::new(Buffer::F32(v));
        assert_eq!(memory_in_use() - before, 4 << 20);
        drop(storage);
        assert_eq!(memory_in_use(), before);
        let again = allocate::<f32>((1 << 20) - 7).unwrap();
        assert_eq!(again.as_ptr(), place);
    }

    #[test]
    fn complex_numbers_lie_as_pairs_of_their_parts() {
        let pairs = vec![Complex::new(1f32, 2.0), Complex::new(3.0, 4.0)];
        let buffer = <Complex<f32>>::wrap(pairs.clone());
        assert_eq!(f32::slice(&buffer), Some(&[1.0, 2.0, 3.0, 4.0][..]));
        assert_eq!(<Complex<f32>>::slice(&buffer), Some(&pairs[..]));
        assert_eq!(<Complex<f32>>::unwrap(buffer), Some(pairs));
        assert!(<Complex<f64>>::slice(&Buffer::F32(vec![])).is_none());
    }

    #[test]
    fn the_limit_is_a_memory_error_that_names_the_size() {
        set_memory_limit(memory_in_use() + 100);
        let refused = allocate::<f64>(1000).unwrap_err();
        set_memory_limit(usize::MAX);
        assert_eq!(refused.message, "cannot allocate 8000 bytes for 1000 elements of float64");
        assert!(allocate::<f64>(usize::MAX / 2).is_err());
    }
}
