//! A limit of time for calls into plugins.
//!
//! Nothing can take a thread back from code that loops, so a call over its limit ends the program, with a message that
//! names what was being drawn. Entering and leaving a call costs two atomic operations and no look at the clock: a thread
//! of its own looks at all calls ten times a second.

use std::cell::OnceCell;
use std::io::Write;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};
use std::time::Duration;

use tdf_domain::Node;

use crate::loaded::Loaded;

/// How often calls are looked at.
const TICK: Duration = Duration::from_millis(100);
const TICKS_A_SECOND: u64 = 10;

/// The low bits of [`Slot::state`]; the others count calls.
const PHASE: u64 = 3;
const INSIDE: u64 = 1;
/// The watchdog reads the nodes: the call may not return meanwhile.
const READ: u64 = 2;
/// What a call adds to the state.
const CALL: u64 = 4;

/// The call that a thread is in.
#[derive(Debug, Default)]
struct Slot {
    state: AtomicU64,
    domain: AtomicPtr<Loaded>,
    nodes: AtomicPtr<Node>,
    count: AtomicUsize,
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
        slot.domain.store(ptr::from_ref(domain).cast_mut(), Ordering::Relaxed);
        slot.nodes.store(nodes.as_ptr().cast_mut(), Ordering::Relaxed);
        slot.count.store(nodes.len(), Ordering::Relaxed);
        let state = slot.state.load(Ordering::Relaxed);
        debug_assert_eq!(state & PHASE, 0, "calls into plugins do not nest");
        slot.state.store(state + INSIDE, Ordering::Release);
        // Functions behind a C boundary do not unwind, so that what follows is always reached.
        let result = call();
        let leave = || (slot.state).compare_exchange(state + INSIDE, state + CALL, Ordering::AcqRel, Ordering::Relaxed);
        while leave().is_err() {
            std::thread::yield_now();
        }
        result
    })
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

/// A call that was under way when the watchdog looked last.
struct Seen {
    slot: Weak<Slot>,
    state: u64,
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
            let state = slot.state.load(Ordering::Acquire);
            let at = seen.iter().position(|call| call.slot.ptr_eq(weak));
            match at.map(|at| &mut seen[at]) {
                Some(call) if call.state == state => call.ticks += 1,
                Some(call) => (call.state, call.ticks) = (state, 0),
                None => seen.push(Seen {
                    slot: weak.clone(),
                    state,
                    ticks: 0,
                }),
            }
            let ticks = at.map_or(0, |at| seen[at].ticks);
            if state & PHASE == INSIDE && ticks >= TICKS_A_SECOND {
                examine(&slot, state, ticks);
            }
        }
    }
}

/// Ends the program if the call that `slot` was seen in is over its limit.
fn examine(slot: &Slot, state: u64, ticks: u64) {
    let reading = state - INSIDE + READ;
    let entered = (slot.state).compare_exchange(state, reading, Ordering::AcqRel, Ordering::Relaxed);
    if entered.is_err() {
        return;
    }
    // SAFETY: the thread is in the call, which borrows both, and does not leave it before the state is put back.
    let (domain, nodes) = unsafe {
        let nodes = slot.nodes.load(Ordering::Relaxed);
        let nodes = std::slice::from_raw_parts(nodes, slot.count.load(Ordering::Relaxed));
        (&*slot.domain.load(Ordering::Relaxed), nodes)
    };
    if ticks > domain.limit().saturating_mul(TICKS_A_SECOND) {
        end(&domain.overdue(nodes));
    }
    slot.state.store(state, Ordering::Release);
}

/// Ends the program at once: other threads are still at work, so that nothing may be torn down before.
fn end(message: &str) -> ! {
    // Without standard error there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "error: {message}");
    // SAFETY: it takes no memory of ours and does not return.
    unsafe { libc::_exit(1) }
}
