//! The atomics and fences of the handshake between a thread and the watchdog.
//!
//! A full fence in every call waits for all that was drawn to reach the cache. This takes several times as long as the rest
//! of the boundary. Linux has fences that put the cost on one side (`membarrier`): the watchdog makes every running thread
//! of the process execute a full fence. A thread that is not running has executed one when it was taken from its processor. So in
//! the program's order of a thread, the fence lies somewhere, and it is enough to keep the compiler from moving the
//! store and the load of the thread past each other. Where there is no `membarrier`, both sides use full fences.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::atomic::{compiler_fence, fence};

/// Whether threads have to execute full fences themselves.
static SYMMETRIC: AtomicBool = AtomicBool::new(true);

/// Asks the system for cheap fences. To be called before the first call of any thread.
pub(super) fn prepare() {
    if membarrier(Command::Register) {
        SYMMETRIC.store(false, Ordering::Relaxed);
    }
}

/// The fence of a thread: between it and [`heavy_fence`] there is an order.
#[inline]
pub(crate) fn light_fence() {
    if SYMMETRIC.load(Ordering::Relaxed) {
        fence(Ordering::SeqCst);
    } else {
        compiler_fence(Ordering::SeqCst);
    }
}

/// The fence of the watchdog. `false` if the system refused it: nothing may be concluded then.
pub(crate) fn heavy_fence() -> bool {
    fence(Ordering::SeqCst);
    SYMMETRIC.load(Ordering::Relaxed) || membarrier(Command::Fence)
}

/// What a thread does that is held.
#[cold]
pub(crate) fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(1));
}

enum Command {
    Register,
    Fence,
}

#[cfg(target_os = "linux")]
fn membarrier(command: Command) -> bool {
    // Of `linux/membarrier.h`; libc has no names for them on every target.
    let command: libc::c_int = match command {
        Command::Register => 1 << 4,
        Command::Fence => 1 << 3,
    };
    // SAFETY: the system call takes two whole numbers and touches no memory of this process.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0 as libc::c_int) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn membarrier(_command: Command) -> bool {
    false
}
