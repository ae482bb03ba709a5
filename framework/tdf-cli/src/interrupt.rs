//! Ctrl-C: the first asks the work to stop in order, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code after an interrupt (128 + SIGINT).
pub const EXIT_CODE: u8 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C is noted instead of ending the process.
pub fn watch() {
    handle(|| eprintln!("\nstopping; press Ctrl-C again to end at once"));
}

/// As [`watch`], for a process beside another one that says so.
pub fn watch_silently() {
    handle(|| ());
}

fn handle(tell: impl Fn() + Send + 'static) {
    let noted = ctrlc::set_handler(move || {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(EXIT_CODE.into());
        }
        tell();
    });
    // Only fails when a handler is set already: then Ctrl-C works as it did.
    let _ = noted;
}

/// Whether Ctrl-C was pressed.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}
