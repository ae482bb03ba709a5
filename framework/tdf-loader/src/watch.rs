//! Calls into plugins: each is noted while it lasts, so that one that never comes back, or that ends the process, is told.
//!
//! Nothing can take a thread back from code that loops, so a call over its limit ends the program, with a message that
//! names the function and what was being drawn. Entering and leaving a call costs a few stores, no barrier and no look at
//! the clock: a thread of its own looks at all calls ten times a second.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError, mpsc};
use std::time::Duration;

use crate::call::Call;
use crate::handshake::Handshake;
use crate::{atomics, process};

/// How often calls are looked at.
const TICK: Duration = Duration::from_millis(100);
const TICKS_A_SECOND: u64 = 10;

/// The call that a thread is in. Slots of two threads lie in cache lines of their own. They are never freed: a thread that
/// ends leaves its slot to a later one.
#[derive(Debug)]
#[repr(align(128))]
struct Slot {
    handshake: Handshake,
    /// Ticks that the call may take.
    limit: AtomicU64,
    /// The call. It lives in the frame of `during` and may be read as long as the thread is inside.
    call: AtomicPtr<Call<'static>>,
    /// A thread has it.
    taken: AtomicBool,
}

thread_local! {
    // Without a destructor: it takes next to no time, and it is still there when the thread or the process ends.
    static SLOT: Cell<Option<&'static Slot>> = const { Cell::new(None) };
    /// Gives the slot back when the thread ends.
    static LEASE: Lease = const { Lease };
}

struct Lease;

impl Drop for Lease {
    fn drop(&mut self) {
        // `exit` runs the destructors of its thread first. If a plugin called it, the thread is inside a call, and the slot is
        // still needed to tell so.
        let between_calls = |slot: &&'static Slot| slot.handshake.current().is_none();
        if let Some(slot) = SLOT.get().filter(between_calls) {
            SLOT.set(None);
            slot.taken.store(false, Ordering::Release);
        }
    }
}

static SLOTS: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());

/// Runs `work`, which calls into a plugin as `call` says.
///
/// Calls do not nest: no function that a plugin can call leads into a plugin. A destructor of a thread that ends may close a
/// domain when the slot of the thread is gone: that call has no limit.
#[inline]
pub(crate) fn during<T>(call: &Call<'_>, work: impl FnOnce() -> T) -> T {
    let Some(slot) = SLOT.get().or_else(register) else {
        return work();
    };
    slot.limit
        .store(call.limit.saturating_mul(TICKS_A_SECOND), Ordering::Relaxed);
    slot.call
        .store(ptr::from_ref(call).cast_mut().cast(), Ordering::Relaxed);
    let entered = slot.handshake.enter();
    debug_assert!(entered % 2 == 1, "calls into plugins do not nest");
    // Functions behind a C boundary do not unwind, so that what follows is always reached.
    let result = work();
    slot.handshake.leave(entered);
    result
}

/// Runs `look` on the call that this thread is in, if it is in one.
pub(crate) fn with_current<T>(look: impl FnOnce(&Call<'_>) -> T) -> Option<T> {
    let slot = SLOT.get().filter(|slot| slot.handshake.current().is_some())?;
    // SAFETY: this thread is inside `during`, whose frame holds the call; `during` returns only after this function.
    Some(look(unsafe { &*slot.call.load(Ordering::Relaxed) }))
}

#[cold]
fn register() -> Option<&'static Slot> {
    static WATCHDOG: Once = Once::new();
    WATCHDOG.call_once(|| {
        atomics::prepare();
        notice_exits();
        // To start a thread takes the lock of the system's loader, which a library holds while it is loaded: the watchdog of
        // that call would never begin. So it is waited for here. Without a watchdog calls have no limit; everything
        // else works.
        let (started, start) = mpsc::channel();
        let watchdog = std::thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
            let _ = started.send(());
            watch();
        });
        if watchdog.is_ok() {
            let _ = start.recv();
        }
    });
    // A thread whose locals are being destroyed gets no slot: nobody would give it back.
    LEASE.try_with(|_| ()).ok()?;
    let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
    let free = slots
        .iter()
        .find(|slot| {
            slot.taken
                .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
        })
        .copied();
    let slot = free.unwrap_or_else(|| {
        let slot: &'static Slot = Box::leak(Box::new(Slot {
            handshake: Handshake::new(),
            limit: AtomicU64::new(u64::MAX),
            call: AtomicPtr::new(ptr::null_mut()),
            taken: AtomicBool::new(true),
        }));
        slots.push(slot);
        slot
    });
    SLOT.set(Some(slot));
    Some(slot)
}

/// From now on a process that ends from within a call of a plugin says so, and its exit code is 1.
///
/// A plugin that calls `_exit`, or kills the process, is not noticed here: the first runs no code of the program, and of the second
/// the shell tells.
fn notice_exits() {
    // SAFETY: both only note the function, which takes nothing and does not unwind. If they refuse, exits go unnoticed.
    unsafe {
        libc::atexit(at_exit);
        #[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "windows"))]
        at_quick_exit(at_exit);
    }
}

#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "windows"))]
unsafe extern "C" {
    fn at_quick_exit(function: extern "C" fn()) -> libc::c_int;
}

/// Runs in the thread that ends the process, on top of whatever called `exit`.
extern "C" fn at_exit() {
    if let Some(message) = with_current(|call| call.ended()) {
        process::end(&message);
    }
    process::check_folder();
}

/// What a slot held when the watchdog looked last.
#[derive(Clone, Default)]
struct Seen {
    calls: Option<u64>,
    /// Looks since.
    ticks: u64,
}

fn watch() {
    let mut seen: Vec<Seen> = Vec::new();
    loop {
        // Looks are counted instead of seconds: a program that was stopped and goes on has not looped.
        std::thread::sleep(TICK);
        process::check_folder();
        let slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
        seen.resize(slots.len(), Seen::default());
        for (slot, last) in slots.iter().zip(&mut seen) {
            let calls = slot.handshake.current();
            last.ticks = if last.calls == calls { last.ticks + 1 } else { 0 };
            last.calls = calls;
            let Some(calls) = calls else { continue };
            // The limit may be that of a later call: `hold` tells.
            if last.ticks > slot.limit.load(Ordering::Relaxed) {
                slot.handshake.hold(calls, || {
                    // SAFETY: the thread is inside `during`, whose frame holds the call, and does not leave it before
                    // `hold` returns. What the thread wrote before it entered is visible here: see `handshake.rs`.
                    let call = unsafe { &*slot.call.load(Ordering::Relaxed) };
                    process::end(&call.overdue())
                });
            }
        }
    }
}
