//! How a thread says that it is inside a call, and how the watchdog keeps it there while it looks at the call.
//!
//! The thread counts in `calls`: an odd number means inside. On leaving it first counts and then looks at `held`. The
//! watchdog does the reverse: it first sets `held` and then looks at `calls`. Each side stores to one place and loads from
//! the other (Dekker's pattern). Release and acquire alone allow both loads to come before both stores: the thread would
//! leave, and the watchdog would read what the thread has freed. So there is a fence on each side, between the store and
//! the load:
//!
//! - If the fence of the watchdog comes first, the thread sees `held` and waits.
//! - If the fence of the thread comes first, the watchdog sees the new number in `calls` and looks at nothing.
//!
//! The fence of the thread stands in every call, so it has to be cheap; that of the watchdog stands in calls over their
//! limit only. [`light_fence`] and [`heavy_fence`] share the work accordingly: `atomics.rs` says how.
//!
//! The other orderings:
//!
//! - `enter` releases and `hold` acquires `calls`: the watchdog sees all that the thread wrote before it entered, such as
//!   the pointer to the description of the call.
//! - `hold` releases and `leave` acquires `held`: the reads of the watchdog come before all that the thread does next.
//! - `held` may be set by a relaxed store: only the fence behind it matters.
//!
//! `tests/models` runs this file under loom, which tries all orders of the two threads that the memory model
//! allows. It also finds the failure when the fence is taken away.

use super::atomics::{AtomicBool, AtomicU64, Ordering, heavy_fence, light_fence, pause};

/// The state of one thread.
#[derive(Debug)]
pub(crate) struct Handshake {
    /// Calls entered and left: odd inside.
    calls: AtomicU64,
    /// The watchdog looks at the call: a thread that leaves it waits.
    held: AtomicBool,
}

impl Handshake {
    pub(crate) fn new() -> Self {
        Self {
            calls: AtomicU64::new(0),
            held: AtomicBool::new(false),
        }
    }

    /// The thread enters a call. Returns what [`Handshake::leave`] takes.
    #[inline]
    pub(crate) fn enter(&self) -> u64 {
        // Nobody else writes it.
        let calls = self.calls.load(Ordering::Relaxed) + 1;
        self.calls.store(calls, Ordering::Release);
        calls
    }

    /// The thread leaves the call that it entered as number `calls`.
    #[inline]
    pub(crate) fn leave(&self, calls: u64) {
        self.calls.store(calls + 1, Ordering::Release);
        light_fence();
        while self.held.load(Ordering::Acquire) {
            pause();
        }
    }

    /// The number of the call that the thread is in, for any thread; `None` between calls.
    pub(crate) fn current(&self) -> Option<u64> {
        let calls = self.calls.load(Ordering::Acquire);
        (calls % 2 == 1).then_some(calls)
    }

    /// The watchdog looks at the call number `calls`, if the thread is still inside. Until `look` returns, the thread does
    /// not leave it.
    pub(crate) fn hold<T>(&self, calls: u64, look: impl FnOnce() -> T) -> Option<T> {
        self.held.store(true, Ordering::Relaxed);
        let still_inside = heavy_fence() && self.calls.load(Ordering::Acquire) == calls;
        let seen = still_inside.then(look);
        self.held.store(false, Ordering::Release);
        seen
    }
}
