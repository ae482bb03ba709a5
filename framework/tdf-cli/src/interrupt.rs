//! Signals that ask the process to end: the work stops in order, and what there is gets saved.
//!
//! Ctrl-C (SIGINT), SIGTERM (`kill`, batch systems) and SIGHUP (a terminal that closes) ask the same way. A second Ctrl-C ends
//! the process at once. A second signal of another kind changes nothing: batch systems send several. A signal that the process
//! was started to ignore stays ignored: `nohup` does that with SIGHUP, a shell without job control with Ctrl-C of its
//! background jobs.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use crate::output::note;

/// What the handlers leave behind.
#[derive(Debug, Default)]
struct Asked {
    /// Whether a signal has asked.
    at_all: Arc<AtomicBool>,
    /// The last one that did.
    by: Arc<AtomicUsize>,
}

static ASKED: LazyLock<Asked> = LazyLock::new(Asked::default);

/// From now on the signals are noted instead of ending the process.
pub fn watch() {
    handle(true);
}

/// As [`watch`], for a process beside another one that says so.
#[cfg(feature = "torch")]
pub fn watch_silently() {
    handle(false);
}

/// Whether a signal has asked the process to end.
pub fn requested() -> bool {
    ASKED.at_all.load(Ordering::SeqCst)
}

/// The exit code after a signal: 128 and its number, as shells have it. 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP.
pub fn exit_code() -> u8 {
    128 + ASKED.by.load(Ordering::SeqCst) as u8
}

fn handle(tells: bool) {
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if WATCHED.swap(true, Ordering::SeqCst) {
        return;
    }
    let mut signals = vec![SIGINT, SIGTERM, SIGHUP];
    signals.retain(|&signal| !is_ignored(signal));
    for &signal in &signals {
        // These fail for signals that cannot be caught alone. They act inside the handler, in the order of their registration:
        // a process that is stuck ends, too.
        if signal == SIGINT {
            // This is `_exit`: what runs at the end of a process would tear down libtorch under the threads that use it. The
            // progress bar leaves the terminal as it is, so that nothing has to be put back.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, ASKED.at_all.clone());
        }
        let _ = flag::register_usize(signal, ASKED.by.clone(), signal as usize);
        let _ = flag::register(signal, ASKED.at_all.clone());
    }
    // Without this thread nothing says that the process stops, but it does.
    if let (true, Ok(mut received)) = (tells, Signals::new(&signals)) {
        let tell = move || {
            if let Some(signal) = received.forever().next() {
                match signal {
                    SIGINT => note!("\nstopping; press Ctrl-C again to end at once"),
                    SIGTERM => note!("\nstopping, as SIGTERM asks"),
                    _ => note!("\nstopping, as SIGHUP asks"),
                }
            }
        };
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(tell);
    }
}

/// Whether the process was started to ignore `signal`.
fn is_ignored(signal: i32) -> bool {
    let mut present = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action the call only writes the present one to `present`, which has its form; all its bytes zero
    // is a value, too.
    unsafe {
        let told = libc::sigaction(signal, std::ptr::null(), present.as_mut_ptr());
        told == 0 && present.assume_init().sa_sigaction == libc::SIG_IGN
    }
}
