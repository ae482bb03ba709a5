//! The ranges of the numbers of a configuration.

use std::ops::Bound::{self, Excluded};
use std::ops::RangeBounds as _;

use crate::Config;

/// TOML has signed 64-bit integers only, and a configuration is written into the run folder.
const WHOLE: u64 = i64::MAX as u64;
const FINITE: f64 = f64::MAX;
const POSITIVE: (Bound<f64>, Bound<f64>) = (Excluded(0.0), Excluded(f64::INFINITY));

/// A table of `group.key, range, range in words;` as the body of a function that returns the first value of `$config` that
/// is out of its range. No range holds a number that is not one.
macro_rules! first_outside {
    ($config:ident: $($group:ident.$key:ident, $range:expr, $allowed:literal;)*) => {
        $(if !($range).contains(&$config.$group.$key) {
            let key = concat!(stringify!($group), ".", stringify!($key));
            return Some((key, $config.$group.$key.to_string(), $allowed));
        })*
        None
    };
}

impl Config {
    /// The first value that is out of its range: its key, the value, and what is allowed.
    pub(crate) fn out_of_range(&self) -> Option<(&'static str, String, &'static str)> {
        first_outside! { self:
            train.steps, 1..=WHOLE, "1 or more";
            train.minutes, 0.0..=FINITE, "0 (train for train.steps) or more";
            train.batch, 1..=1 << 20, "1 to 1048576";
            train.seed, 0..=WHOLE, "0 to 9223372036854775807";
            train.lr, POSITIVE, "more than 0";
            train.warmup, 0.0..=1.0, "0 to 1, the share of the training";
            train.beta1, 0.0..1.0, "0 to less than 1";
            train.beta2, 0.0..1.0, "0 to less than 1";
            train.weight_decay, 0.0..=FINITE, "0 or more";
            train.clip, 0.0..=FINITE, "0 (no clipping) or more";
            train.ema, 0.0..1.0, "0 (no averaging) to less than 1";
            train.threads, 0..=1024, "0 (one per core) to 1024";
            train.slice_minutes, 0.0..=FINITE, "0 (no limit) or more";
            train.peak_tflops, 0.0..=FINITE, "0 (what is known of the device) or more";
            train.workers, 1..=1024, "1 to 1024";
            train.log_every, 1..=100_000, "1 to 100000";
            noise.steps, 1.., "1 or more";
            noise.rho, 0.0..=1.0, "0 to 1";
            noise.small, 1..=256, "1 to 256";
            search.beam, 1.., "1 or more";
            search.children, 1.., "1 or more";
            search.restart, 1.., "1 or more";
            search.particles, 1..=4096, "1 to 4096";
            search.starts, 1..=4096, "1 to 4096";
            search.start_temperature, 0.0..=FINITE, "0 or more";
            search.budget, 1.., "1 or more";
            search.solutions, 1..=1000, "1 to 1000";
            search.temperature, POSITIVE, "more than 0";
            evaluate.tasks, 0..=1 << 20, "0 (no evaluation) to 1048576";
            evaluate.budget, 1.., "1 or more";
            evaluate.seed, 0..=WHOLE, "0 to 9223372036854775807";
        }
    }
}
