//! Without the fence of the thread, as it once was.

#[path = "../../../../framework/tdf-loader/src/handshake.rs"]
mod handshake;

mod atomics {
    pub use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

    pub fn light_fence() {}

    pub fn heavy_fence() -> bool {
        fence(Ordering::SeqCst);
        true
    }

    pub fn pause() {
        loom::thread::yield_now();
    }
}

model!();
