//! A line on a terminal while something takes long of which nobody knows how far it is.

use std::io::IsTerminal as _;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::shown;

/// What is faster shows no line.
const AFTER: Duration = Duration::from_secs(1);

/// Time between two steps of the display.
const STEP: Duration = Duration::from_millis(200);

/// Does `work` and shows `what` and the time on standard error if it takes longer than a second, and if that is a terminal. The
/// line is gone afterwards.
///
/// Signals are as they are: until [`crate::interrupt::watch`] Ctrl-C ends the process at once, and the line needs no clean-up.
pub fn show<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let display = std::io::stderr().is_terminal().then(|| Display::begin(what)).flatten();
    let result = work();
    if let Some(display) = display {
        display.end();
    }
    result
}

/// A thread that shows the line.
struct Display {
    /// Dropped at the end.
    running: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Display {
    /// `None` where there is no thread to be had: the work is done all the same.
    fn begin(what: &str) -> Option<Self> {
        let what = shown::message(what);
        let (running, ended) = mpsc::channel::<()>();
        let show = move || {
            if ended.recv_timeout(AFTER) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::new_spinner().with_elapsed(AFTER);
            if let Ok(style) = ProgressStyle::with_template("{prefix} {spinner} {elapsed}") {
                bar.set_style(style);
            }
            bar.set_prefix(what);
            while ended.recv_timeout(STEP) == Err(RecvTimeoutError::Timeout) {
                bar.tick();
            }
            bar.finish_and_clear();
        };
        let thread = std::thread::Builder::new()
            .name("display".to_owned())
            .spawn(show)
            .ok()?;
        Some(Self { running, thread })
    }

    fn end(self) {
        drop(self.running);
        // What is printed next must not be cleared with the line.
        let _ = self.thread.join();
    }
}
