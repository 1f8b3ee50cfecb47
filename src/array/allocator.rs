//! The allocator of the program: small blocks wait for reuse in lists of their size, one set for each thread.
//!
//! A result on a few elements lives for one statement and is three or four blocks; taking them from a list and putting
//! them back costs a third of what the system's allocator asks for it. Larger blocks begin at a cache line.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::null_mut;

/// The allocator: lists of small blocks before the system's allocator, which gives larger ones at cache lines.
///
/// Every block comes from the system's allocator and may go back to it, from any thread; a block of at most
/// `LARGEST` bytes has the size of its list, so that it serves every request of that list.
pub struct Blocks;

#[global_allocator]
static BLOCKS: Blocks = Blocks;

/// The largest block that waits for reuse, in bytes.
const LARGEST: usize = 1024;
/// The difference between the sizes of neighbouring lists, and the alignment of every block.
const STEP: usize = 16;
/// The most bytes that wait in one list: the blocks that an ordinary training step makes and drops. All lists full are
/// half a MiB.
const KEPT: usize = 8 << 10;

/// Lets all threads share the main heap; to be called before a second thread starts.
///
/// glibc gives every other thread a heap of its own, which grows by single pages and a system call for each: the engine,
/// which runs in a thread for the sake of its stack, would pay it for every new page. The main heap grows by 128 KiB.
pub fn share_main_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code)]
    // SAFETY: a setting of the system's allocator, made before there is another thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Larger blocks, at the beginning of a cache line: the widest vector registers then never lie across two lines, which
/// would be fetched for every one of them. Passes over arrays take three quarters of the time.
#[cfg(unix)]
#[allow(unsafe_code)]
mod lines {
    use std::ffi::c_void;
    use std::ptr::null_mut;

    /// The bytes of a cache line.
    const LINE: usize = 64;

    pub fn alloc(size: usize) -> *mut u8 {
        let mut block: *mut c_void = null_mut();
        // SAFETY: a power of two, and a multiple of a pointer's size; what is not given leaves the place null.
        unsafe { libc::posix_memalign(&raw mut block, LINE, size) };
        block.cast()
    }

    /// Memory that the system hands out zeroed is not written, which is worth more than its place.
    pub fn alloc_zeroed(size: usize) -> *mut u8 {
        // SAFETY: any size may be asked for.
        unsafe { libc::calloc(1, size) }.cast()
    }

    pub unsafe fn dealloc(block: *mut u8) {
        // SAFETY: the caller's: one of these functions gave the block.
        unsafe { libc::free(block.cast()) }
    }

    /// What grows is moved by pages where it is large; it may lose its place at a line.
    pub unsafe fn realloc(block: *mut u8, size: usize) -> *mut u8 {
        // SAFETY: the caller's: one of these functions gave the block.
        unsafe { libc::realloc(block.cast(), size) }.cast()
    }
}

/// Blocks of one size that wait: each holds the place of the next.
struct List {
    first: Cell<*mut u8>,
    /// How many more may wait.
    room: Cell<u32>,
}

/// The lists of a thread: the n-th has blocks of n steps; the first is not used.
struct Lists([List; LARGEST / STEP + 1]);

impl Lists {
    const fn new() -> Lists {
        let mut lists = [const { List { first: Cell::new(null_mut()), room: Cell::new(0) } }; LARGEST / STEP + 1];
        let mut n = 1;
        while n < lists.len() {
            lists[n].room = Cell::new((KEPT / (n * STEP)) as u32);
            n += 1;
        }
        Lists(lists)
    }
}

thread_local! {
    // Without a destructor: blocks that still wait when a thread ends are lost, a bounded number.
    static LISTS: Lists = const { Lists::new() };
}

/// Who serves a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Server {
    /// The list of that number.
    List(usize),
    /// The system, at a cache line where it can be asked for one.
    #[cfg(unix)]
    Lines,
    /// The system.
    System,
}

/// Whom a request goes to.
#[inline(always)]
fn server_of(layout: Layout) -> Server {
    // What `malloc` and its kin promise: two words.
    const { assert!(2 * size_of::<usize>() <= STEP) };
    if layout.align() > 2 * size_of::<usize>() {
        return Server::System;
    }
    if layout.size() <= LARGEST {
        return Server::List(layout.size().div_ceil(STEP));
    }
    #[cfg(unix)]
    return Server::Lines;
    #[cfg(not(unix))]
    Server::System
}

/// What the system is asked for on behalf of a list.
#[inline(always)]
fn block_of(list: usize) -> Layout {
    const { assert!(STEP.is_power_of_two() && size_of::<*mut u8>() <= STEP) };
    // A request of no bytes does not reach an allocator: the smallest list that is used holds blocks of one step.
    Layout::from_size_align(list * STEP, STEP).unwrap_or(Layout::new::<u128>())
}

// SAFETY: a block is handed out once until it comes back; it is as large and as aligned as its list says, which is at
// least what the request said; requests that no list serves are the system's from begin to end.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Blocks {
    // One copy for the whole program: it is short, and stays in the processor's cache.
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let list = match server_of(layout) {
            Server::List(list) => list,
            #[cfg(unix)]
            Server::Lines => return lines::alloc(layout.size()),
            // SAFETY: the caller's.
            Server::System => return unsafe { System.alloc(layout) },
        };
        LISTS.with(|lists| {
            let waiting = &lists.0[list];
            let block = waiting.first.get();
            if block.is_null() {
                // SAFETY: a list that requests are served from has blocks of some size.
                return unsafe { System.alloc(block_of(list)) };
            }
            // SAFETY: a block that waits belongs to the list alone and holds the place of the next or null.
            waiting.first.set(unsafe { block.cast::<*mut u8>().read() });
            waiting.room.set(waiting.room.get() + 1);
            block
        })
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let list = match server_of(layout) {
            Server::List(list) => list,
            // SAFETY: the caller's: the block came from there by the same request.
            #[cfg(unix)]
            Server::Lines => return unsafe { lines::dealloc(block) },
            // SAFETY: the caller's: the block came from the system by the same request.
            Server::System => return unsafe { System.dealloc(block, layout) },
        };
        LISTS.with(|lists| {
            let waiting = &lists.0[list];
            let room = waiting.room.get();
            if room == 0 {
                // SAFETY: the block came from the system by the request of its list.
                return unsafe { System.dealloc(block, block_of(list)) };
            }
            waiting.room.set(room - 1);
            // SAFETY: nobody else has the block any more, and it has room for a place, aligned.
            unsafe { block.cast::<*mut u8>().write(waiting.first.get()) };
            waiting.first.set(block);
        });
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match server_of(layout) {
            Server::List(_) => {}
            #[cfg(unix)]
            Server::Lines => return lines::alloc_zeroed(layout.size()),
            // SAFETY: the caller's.
            Server::System => return unsafe { System.alloc_zeroed(layout) },
        }
        // SAFETY: the caller's.
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() {
            // SAFETY: the block is that large and belongs to nobody yet.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's: the size, rounded up to the alignment, does not overflow.
        let grown = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (server_of(layout), server_of(grown)) {
            // SAFETY: the caller's: the block came from there.
            #[cfg(unix)]
            (Server::Lines, Server::Lines) => return unsafe { lines::realloc(block, size) },
            // SAFETY: the caller's: the block came from the system, and the request keeps its alignment.
            (Server::System, Server::System) => return unsafe { System.realloc(block, layout, size) },
            (before, after) if before == after => return block,
            _ => {}
        }
        // SAFETY: the caller's.
        let moved = unsafe { self.alloc(grown) };
        if !moved.is_null() {
            // SAFETY: both are at least as large as the smaller of the requests and distinct; the old one ends here.
            unsafe {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    /// Fills vectors of every small size, checks that none overlaps another, and drops them in another order.
    #[test]
    fn blocks_do_not_overlap_and_keep_what_is_written_as_they_grow() {
        for round in 0..3u8 {
            let mut vectors: Vec<Vec<u8>> = (0..3000).map(|n| vec![(n % 251) as u8 ^ round; n % 700 + 1]).collect();
            for (n, v) in vectors.iter_mut().enumerate() {
                v.extend_from_slice(&vec![7; n % 300]);
            }
            for (n, v) in vectors.iter().enumerate() {
                let (old, new) = v.split_at(n % 700 + 1);
                assert!(old.iter().all(|&b| b == (n % 251) as u8 ^ round));
                assert!(new.iter().all(|&b| b == 7));
            }
            for step in (0..vectors.len()).step_by(3) {
                vectors[step] = black_box(vec![0; step % 40]);
                assert!(vectors[step].iter().all(|&b| b == 0));
            }
        }
    }

    /// Blocks too large for the lists begin at cache lines, and keep what they hold as they grow out of the lists.
    #[cfg(unix)]
    #[test]
    fn large_blocks_begin_at_cache_lines() {
        for size in [257, 1000, 70_000, 1 << 20] {
            let block = black_box(Vec::<f32>::with_capacity(size));
            assert_eq!(block.as_ptr().addr() % 64, 0);
            assert!(black_box(vec![0u8; size]).iter().all(|&b| b == 0));
        }
        let mut grown: Vec<u64> = Vec::new();
        (0..100_000).for_each(|n| grown.push(black_box(n)));
        assert!(grown.iter().enumerate().all(|(at, &n)| at as u64 == n));
    }

    /// Blocks made on one thread may end on another.
    #[test]
    fn blocks_pass_between_threads() {
        for _ in 0..20 {
            let made: Vec<Box<[u64; 9]>> = (0..1000).map(|n| Box::new([n; 9])).collect();
            let sum = std::thread::spawn(move || made.iter().map(|b| b[8]).sum::<u64>()).join();
            assert_eq!(sum.ok(), Some(999 * 1000 / 2));
        }
    }
}
