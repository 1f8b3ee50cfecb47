//! The choice of instruction set at run time, and the split of large work over threads.

use crate::diag::{Fault, Result, interrupt};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::cell::Cell;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// A loop compiled once for each instruction set; implementations mark `run` `#[inline(always)]`.
pub trait Kernel {
    /// What the loop gives.
    type Output;
    /// Whether wide instructions are worth the code: loops over narrow types are rare and run as they are.
    const WIDE: bool = true;
    /// Runs the loop.
    fn run(self) -> Self::Output;
}

struct Adapter<K>(K);

impl<K: Kernel> WithSimd for Adapter<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> K::Output {
        self.0.run()
    }
}

/// Runs a kernel with the widest vector instructions that this machine has.
///
/// Unoptimised builds gain nothing from them and compile one loop instead of three.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    if const { cfg!(debug_assertions) || !K::WIDE } {
        return kernel.run();
    }
    static ARCH: OnceLock<Arch> = OnceLock::new();
    ARCH.get_or_init(Arch::new).dispatch(Adapter(kernel))
}

thread_local! {
    /// How many threads are to be started when this thread first has large work.
    static PLANNED: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Sets how many threads large work of the calling thread is split over, itself among them (`--threads`; 0 for as many
/// as there are processors). They start with the first such work; results do not depend on their number.
pub fn set_threads(n: usize) {
    PLANNED.set(Some(n));
}

/// The number of threads that large work is split over. Kernels that use rayon themselves call this before.
pub fn threads() -> usize {
    if let Some(n) = PLANNED.take() {
        // A caller that is one of the pool's threads begins at once and does not wait for another one to wake up.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(n).use_current_thread().build_global();
    }
    rayon::current_num_threads()
}

/// How many pieces a thread's part is taken in.
const PIECES: usize = 8;

/// Work of at least this many elements is split over threads.
pub const PARALLEL_FROM: usize = 100_000;

/// Calls `work` with ranges that cover `0..n`, on several threads when `n` counts at least [`PARALLEL_FROM`] steps of
/// `cost` elements each. The ranges are disjoint; their boundaries depend on the machine, so results must not.
#[inline]
pub fn split(n: usize, cost: usize, work: impl Fn(Range<usize>) + Sync) {
    if n.saturating_mul(cost) < PARALLEL_FROM || n < 2 {
        return work(0..n);
    }
    split_over_threads(n, cost, &work);
}

/// The part of [`split`] that is the same for all work, so that it is compiled once.
///
/// Every thread begins with a part of its own, the same in every pass, since some of it may still lie in its cache, and
/// then helps with the parts of the others: all end within one piece of each other.
fn split_over_threads(n: usize, cost: usize, work: &(dyn Fn(Range<usize>) + Sync)) {
    let threads = threads();
    if threads == 1 {
        return work(0..n);
    }
    let least = (16384 / cost.max(1)).max(1);
    let unit = if cost == 1 { 64 } else { 1 };
    let part = n.div_ceil(threads).next_multiple_of(unit);
    let piece = part.div_ceil(PIECES).max(least).next_multiple_of(unit);
    let taken: Vec<AtomicUsize> = (0..threads).map(|_| AtomicUsize::new(0)).collect();
    (0..threads).into_par_iter().with_max_len(1).for_each(|own| {
        for other in 0..threads {
            let at = (own + other) % threads;
            let (start, end) = (at * part, ((at + 1) * part).min(n));
            loop {
                let from = start + taken[at].fetch_add(piece, Ordering::Relaxed);
                if from >= end {
                    break;
                }
                work(from..(from + piece).min(end));
            }
        }
    });
}

/// Calls `work` with ranges that cover `0..n`, one for each thread: for work that begins with something to do once for
/// each range. As few as it takes for a range to hold `least`. Results must not depend on the boundaries.
pub fn split_evenly(n: usize, least: usize, work: impl Fn(Range<usize>) + Sync) {
    let parts = threads().min(n / least.max(1)).max(1);
    let part = n.div_ceil(parts);
    if parts == 1 {
        return work(0..n);
    }
    (0..parts).into_par_iter().with_max_len(1).for_each(|i| work((i * part).min(n)..((i + 1) * part).min(n)));
}

/// As [`split`] for work that may take long: in pieces small enough that the user's wish to stop is seen in time.
///
/// Errors: KeyboardInterrupt, with some of the work undone.
pub fn split_stoppable(n: usize, cost: usize, work: impl Fn(Range<usize>) + Sync) -> Result<()> {
    /// Elements that take some hundredths of a second.
    const PIECE: usize = 1 << 25;
    let piece = (PIECE / cost.max(1)).max(1);
    split(n, cost, |range| {
        for from in range.clone().step_by(piece) {
            if interrupt::requested() {
                return;
            }
            work(from..(from + piece).min(range.end));
        }
    });
    interrupt::checkpoint()
}

/// The result of work that cannot be asked to stop: done by a thread of its own, which is left to itself when the user
/// wishes to stop. It must not use the threads that large work is split over.
///
/// Errors: KeyboardInterrupt, RuntimeError when no thread can be started.
pub fn abandonable<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<R> {
    const LOOK: Duration = Duration::from_millis(20);
    let (send, receive) = mpsc::channel();
    let started = std::thread::Builder::new().spawn(move || {
        // Nobody listens any more once the user wished to stop.
        let _ = send.send(work());
    });
    started.map_err(|e| Fault::runtime(format!("cannot start a thread: {e}")))?;
    loop {
        match receive.recv_timeout(LOOK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) => interrupt::checkpoint()?,
            Err(RecvTimeoutError::Disconnected) => return Err(Fault::internal("a computation ended without a result")),
        }
    }
}

/// A pointer that may cross threads: every thread touches elements of its own only.
pub struct Shared<T>(pub *mut T);

impl<T> Clone for Shared<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

#[allow(unsafe_code)]
// SAFETY: used only inside this layer, with disjoint ranges for each thread (see `split`).
unsafe impl<T: Send> Send for Shared<T> {}
#[allow(unsafe_code)]
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> From<&[T]> for Shared<T> {
    /// The beginning of a slice that is only read.
    #[inline(always)]
    fn from(slice: &[T]) -> Shared<T> {
        Shared(slice.as_ptr().cast_mut())
    }
}

impl<T> Shared<T> {
    /// The pointer; a method so that closures capture the whole wrapper.
    #[inline(always)]
    pub fn get(self) -> *mut T {
        self.0
    }
}

/// Calls `work(first row, rows)` with parts of a matrix of rows of `width` elements, on several threads when there are
/// many rows of `cost` elements of work each.
#[allow(unsafe_code)]
pub fn split_rows<T: Send>(data: &mut [T], width: usize, cost: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let place = Shared(data.as_mut_ptr());
    split(data.len() / width, cost, |range| {
        // SAFETY: the ranges are disjoint and inside the slice.
        let rows = unsafe { std::slice::from_raw_parts_mut(place.get().add(range.start * width), range.len() * width) };
        work(range.start, rows);
    });
}

/// As [`split_rows`] for two matrices of the same sizes.
#[allow(unsafe_code)]
pub fn split_row_pairs<T: Send, U: Send>(
    left: &mut [T],
    right: &mut [U],
    width: usize,
    cost: usize,
    work: impl Fn(usize, &mut [T], &mut [U]) + Sync,
) {
    assert_eq!(left.len(), right.len());
    let other = Shared(right.as_mut_ptr());
    split_rows(left, width, cost, |first, rows| {
        // SAFETY: the same rows of a slice of the same length.
        let others = unsafe { std::slice::from_raw_parts_mut(other.get().add(first * width), rows.len()) };
        work(first, rows, others);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_is_split_is_done_once() {
        for (n, cost) in
            [(1, 1 << 20), (3, 50_000), (61, 8192), (99_999, 1), (100_001, 1), (1_234_567, 1), (300_000, 7)]
        {
            let done: Vec<AtomicUsize> = (0..n).map(|_| AtomicUsize::new(0)).collect();
            split(n, cost, |range| {
                for at in range {
                    done[at].fetch_add(1, Ordering::Relaxed);
                }
            });
            assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 1), "{n} steps of {cost}");
        }
    }
}
