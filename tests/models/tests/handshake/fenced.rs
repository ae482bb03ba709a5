//! With the fences of the library.

#[path = "../../../../framework/tdf-loader/src/handshake.rs"]
mod handshake;

mod atomics {
    pub use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

    /// The memory model has no fence that puts its cost on one side. A full fence on both sides gives the same order.
    pub fn light_fence() {
        fence(Ordering::SeqCst);
    }

    pub fn heavy_fence() -> bool {
        fence(Ordering::SeqCst);
        true
    }

    pub fn pause() {
        loom::thread::yield_now();
    }
}

model!();
