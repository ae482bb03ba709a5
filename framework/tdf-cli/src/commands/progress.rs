//! Progress: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Seconds between plain lines.
const LINE_EVERY: Duration = Duration::from_secs(15);

/// Shows how far the work is, on standard error.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    what: String,
    total: u64,
    last: Instant,
}

impl Progress {
    /// Progress of `total` pieces of `what`.
    pub fn new(what: &str, total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total);
            // The template is fixed: that it parses is seen whenever a bar is shown.
            if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:20} {percent:>3}% {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(what.to_owned());
            bar
        });
        Self {
            bar,
            what: what.to_owned(),
            total,
            last: Instant::now(),
        }
    }

    /// Says that `done` pieces are done, with a remark.
    pub fn update(&mut self, done: u64, remark: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_position(done.min(self.total));
                bar.set_message(remark.to_owned());
            }
            None if self.last.elapsed() >= LINE_EVERY => self.line(done, remark),
            None => (),
        }
    }

    /// Shows a line that stays.
    pub fn note(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => eprintln!("{text}"),
        }
    }

    fn line(&mut self, done: u64, remark: &str) {
        self.last = Instant::now();
        eprintln!("{} {done}/{} {remark}", self.what, self.total);
    }

    /// Ends the display.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
