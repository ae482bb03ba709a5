//! Training time.

use std::time::Instant;

/// Counts the seconds spent on training; it can be halted.
#[derive(Debug)]
pub(crate) struct TrainingClock {
    before: f64,
    since: Instant,
}

impl TrainingClock {
    /// A running clock that shows `seconds`.
    pub(crate) fn at(seconds: f64) -> Self {
        Self {
            before: seconds,
            since: Instant::now(),
        }
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.before + self.since.elapsed().as_secs_f64()
    }

    /// Does `work` while the clock stands still.
    pub(crate) fn halted<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let seconds = self.seconds();
        let result = work();
        *self = Self::at(seconds);
        result
    }
}
