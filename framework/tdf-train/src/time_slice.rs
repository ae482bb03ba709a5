//! A part of a training that ends after a time.

use std::time::{Duration, Instant};
use tdf_config::TrainConfig;

/// The time that this process has, evaluations and checkpoints included. It does not touch the schedule.
#[derive(Debug)]
pub(crate) struct TimeSlice {
    begin: Instant,
    length: Option<Duration>,
}

impl TimeSlice {
    /// Begins now.
    pub(crate) fn of(config: &TrainConfig) -> Self {
        let seconds = 60.0 * config.slice_minutes;
        Self {
            begin: Instant::now(),
            // A time that no clock can show is none.
            length: (seconds > 0.0)
                .then(|| Duration::try_from_secs_f64(seconds).ok())
                .flatten(),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.length.is_some_and(|length| self.begin.elapsed() >= length)
    }
}
