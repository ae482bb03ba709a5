//! A limit of time for calls into plugins.
//!
//! Nothing can take a thread back from code that loops, so a call over its limit ends the program, with a message that
//! names what was being drawn. Entering and leaving a call costs a few stores, no barrier and no look at the clock: a thread of
//! its own looks at all calls ten times a second.

use std::cell::OnceCell;
use std::io::Write;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, compiler_fence};
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};
use std::time::Duration;

use tdf_domain::Node;

use crate::loaded::Loaded;

/// How often calls are looked at.
const TICK: Duration = Duration::from_millis(100);
const TICKS_A_SECOND: u64 = 10;

/// The call that a thread is in. Slots of two threads lie in cache lines of their own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Slot {
    /// Calls entered and left: odd inside.
    calls: AtomicU64,
    /// Ticks that the call may take.
    limit: AtomicU64,
    domain: AtomicPtr<Loaded>,
    nodes: AtomicPtr<Node>,
    count: AtomicUsize,
    /// The watchdog is about to read the nodes: a thread that leaves the call waits.
    held: AtomicBool,
}

thread_local! {
    static SLOT: OnceCell<Arc<Slot>> = const { OnceCell::new() };
}

static SLOTS: Mutex<Vec<Weak<Slot>>> = Mutex::new(Vec::new());

/// Runs `call` into the plugin of `domain` with the program `nodes`, which may be none. Calls do not nest: nothing that a
/// plugin can call draws.
#[inline]
pub(crate) fn during<T>(domain: &Loaded, nodes: &[Node], call: impl FnOnce() -> T) -> T {
    SLOT.with(|slot| {
        let slot = slot.get_or_init(register);
        let limit = domain.limit().saturating_mul(TICKS_A_SECOND);
        slot.limit.store(limit, Ordering::Relaxed);
        slot.domain.store(ptr::from_ref(domain).cast_mut(), Ordering::Relaxed);
        slot.nodes.store(nodes.as_ptr().cast_mut(), Ordering::Relaxed);
        slot.count.store(nodes.len(), Ordering::Relaxed);
        let calls = slot.calls.load(Ordering::Relaxed);
        debug_assert!(calls.is_multiple_of(2), "calls into plugins do not nest");
        slot.calls.store(calls + 1, Ordering::Release);
        // Functions behind a C boundary do not unwind, so that what follows is always reached.
        let result = call();
        slot.calls.store(calls + 2, Ordering::Release);
        // `examine` says why no more is needed here.
        compiler_fence(Ordering::SeqCst);
        if slot.held.load(Ordering::Acquire) {
            wait(slot);
        }
        result
    })
}

#[cold]
fn wait(slot: &Slot) {
    while slot.held.load(Ordering::Acquire) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[cold]
fn register() -> Arc<Slot> {
    static WATCHDOG: Once = Once::new();
    let slot = Arc::new(Slot::default());
    SLOTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Arc::downgrade(&slot));
    WATCHDOG.call_once(|| {
        // Without a watchdog calls have no limit; everything else works.
        let _ = std::thread::Builder::new().name("watchdog".to_owned()).spawn(watch);
    });
    slot
}

/// What a thread was seen in when the watchdog looked last.
struct Seen {
    slot: Weak<Slot>,
    calls: u64,
    /// Looks since.
    ticks: u64,
}

fn watch() {
    let mut seen: Vec<Seen> = Vec::new();
    loop {
        // Looks are counted instead of seconds: a program that was stopped and goes on has not looped.
        std::thread::sleep(TICK);
        let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|slot| slot.strong_count() > 0);
        seen.retain(|call| call.slot.strong_count() > 0);
        for weak in slots.iter() {
            let Some(slot) = weak.upgrade() else { continue };
            let calls = slot.calls.load(Ordering::Acquire);
            let Some(last) = seen.iter_mut().find(|last| last.slot.ptr_eq(weak)) else {
                let slot = weak.clone();
                seen.push(Seen { slot, calls, ticks: 0 });
                continue;
            };
            last.ticks = if last.calls == calls { last.ticks + 1 } else { 0 };
            last.calls = calls;
            let inside = !calls.is_multiple_of(2);
            if inside && last.ticks > slot.limit.load(Ordering::Relaxed) {
                examine(&slot, calls);
            }
        }
    }
}

/// Ends the program if the thread of `slot` is still in the call that is over its limit.
///
/// The thread, when it leaves, first says so in `calls` and then looks at `held`; here `held` is set first, and `calls` is
/// looked at a tick later. Processors hold stores back for nanoseconds, so one of the two sees the other. (A full
/// barrier in every call would do without a tick. But it waits for all that was drawn to reach the cache, several times
/// what the rest of the boundary takes.)
fn examine(slot: &Slot, calls: u64) {
    slot.held.store(true, Ordering::SeqCst);
    std::thread::sleep(TICK);
    if slot.calls.load(Ordering::SeqCst) == calls {
        // SAFETY: the thread is in the call, which borrows both, and does not leave `during` before `held` is put back.
        let (domain, nodes) = unsafe {
            let nodes = slot.nodes.load(Ordering::Relaxed);
            let nodes = std::slice::from_raw_parts(nodes, slot.count.load(Ordering::Relaxed));
            (&*slot.domain.load(Ordering::Relaxed), nodes)
        };
        end(&domain.overdue(nodes));
    }
    slot.held.store(false, Ordering::Release);
}

/// Ends the program at once: other threads are still at work, so that nothing may be torn down before.
fn end(message: &str) -> ! {
    // Without standard error there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "error: {message}");
    // SAFETY: it takes no memory of ours and does not return.
    unsafe { libc::_exit(1) }
}
