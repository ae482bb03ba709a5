//! Progress: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::note;
use crate::shown;

/// Seconds between plain lines.
const LINE_EVERY: Duration = Duration::from_secs(15);

/// Steps of the bar.
const STEPS: u64 = 1000;

/// Shows on standard error how far the work is.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    what: String,
    last: Instant,
}

impl Progress {
    /// The beginning of work; `what` is done of it when it is done, such as "trained".
    pub fn new(what: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(STEPS);
            // The template is fixed: that it parses is seen whenever a bar is shown.
            if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:20} {percent:>3} % {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(what.to_owned());
            bar
        });
        Self {
            bar,
            what: what.to_owned(),
            last: Instant::now(),
        }
    }

    /// Shows that a `share` of the work is done, 0 to 1, with a remark.
    pub fn update(&mut self, share: f64, remark: &str) {
        let share = share.clamp(0.0, 1.0);
        match &self.bar {
            Some(bar) => {
                bar.set_position((share * STEPS as f64) as u64);
                bar.set_message(shown::message(remark));
            }
            None if self.last.elapsed() >= LINE_EVERY => {
                self.last = Instant::now();
                note!("{}", line(&self.what, share, remark));
            }
            None => (),
        }
    }

    /// Shows a line that stays.
    #[cfg(feature = "torch")]
    pub fn note(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(shown::message(text)),
            None => note!("{text}"),
        }
    }

    /// Ends the display.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line where there is no terminal.
fn line(what: &str, share: f64, remark: &str) -> String {
    // What is not done is never shown as done.
    let percent = (1000.0 * share).floor() / 10.0;
    format!("{what} {percent:.1} %, {remark}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_of_what_its_numbers_are() {
        assert_eq!(
            line("trained", 0.0668, "step 60, 96 examples/s"),
            "trained 6.6 %, step 60, 96 examples/s"
        );
        assert_eq!(
            line("searched", 0.99999, "9 of 10 tasks ended"),
            "searched 99.9 %, 9 of 10 tasks ended"
        );
    }
}
