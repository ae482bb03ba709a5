//! The bounds of the keys of a configuration.

use tdf_data::TaskOptions;
use tdf_search::MAX_BUDGET;
use tdf_tree::{NoiseOptions, SizeRange};

use crate::{Config, ConfigError, Interval, KeyBounds, ModelConfig, Number, Range};

/// TOML has signed 64-bit integers only, and a configuration is written into the run folder.
const SEEDS: i64 = i64::MAX;
/// Expansions of a search: the programs that it has seen stay in memory.
const BUDGET: i64 = MAX_BUDGET as i64;
/// Renders of a search: years.
const RENDERS: i64 = 1_000_000_000_000;
/// Minutes of a training: 20 years.
const MINUTES: f64 = 1e7;

/// A table of `group.key: bounds`: the bounds of the keys, and the values of a configuration in the same order.
macro_rules! keys {
    ($($group:ident.$key:ident: $constructor:ident($($bound:expr),*) $($least_means:literal)?;)*) => {
        /// The bounds of all keys with numbers but those of `model` and `domain`.
        const BOUNDS: &[KeyBounds] = &[
            $(KeyBounds::$constructor(concat!(stringify!($group), ".", stringify!($key)), $($bound),*)
                $(.least_means($least_means))?,)*
        ];

        impl Config {
            /// The values of the keys of [`BOUNDS`], in that order.
            fn numbers(&self) -> Vec<Number> {
                vec![$(Number::from(self.$group.$key)),*]
            }
        }
    };
}

keys! {
    train.steps: whole(1, 1_000_000_000_000);
    train.minutes: real(0.0, MINUTES) "train for train.steps";
    train.batch: whole(1, 1 << 16);
    train.seed: whole(0, SEEDS);
    train.lr: positive(1000.0);
    train.warmup: real(0.0, 1.0);
    train.beta1: below_one();
    train.beta2: below_one();
    train.weight_decay: real(0.0, 1000.0);
    train.clip: real(0.0, 1e9) "no clipping";
    train.ema: below_one() "no averaging";
    train.threads: whole(0, 1024) "one per core";
    train.workers: whole(1, 1024);
    train.log_every: whole(1, 100_000);
    train.patience: whole(0, 1_000_000) "no early end";
    train.slice_minutes: real(0.0, MINUTES) "no limit";
    train.peak_tflops: real(0.0, 1e9) "what is known of the device";
    noise.steps: whole(1, 1000);
    noise.rho: real(0.0, 1.0);
    noise.max_edit_size: whole(1, NoiseOptions::GREATEST_MAX_EDIT_SIZE as i64);
    noise.redraws: whole(0, 10_000);
    search.beam: whole(1, 4096);
    search.edits_per_program: whole(1, 256);
    search.restart: whole(1, BUDGET);
    search.particles: whole(1, 4096);
    search.init_count: whole(1, 4096);
    search.init_temperature: real(0.0, 1e6);
    search.budget: whole(1, BUDGET);
    search.renders: whole(0, RENDERS) "no limit";
    search.seconds: real(0.0, 1e9) "no limit";
    search.chains: whole(0, 1024) "one for each thread if a task has the machine to itself, else one";
    search.temperature: positive(1e6);
    search.solutions: whole(1, 1000);
    evaluate.tasks: whole(0, TaskOptions::MOST as i64) "no evaluation";
    evaluate.budget: whole(1, BUDGET);
    evaluate.seed: whole(0, SEEDS);
}

/// The bounds of keys that are no plain numbers; they are checked where they are read.
const OTHER: [KeyBounds; 3] = [
    KeyBounds::new("train.evaluate_every", Interval::RANGE),
    KeyBounds::new("train.checkpoint_every", Interval::RANGE),
    KeyBounds::new("program.size", Range::Sizes { most: SizeRange::MAX }),
];

/// The bounds of every key that holds a number, a range of sizes or an interval, in no order. A key of text, of `true` and
/// `false` or of words has none. Options of domains (`domain.NAME`) have theirs in `DynDomain::option_specs`.
///
/// # Examples
///
/// ```
/// let batch = tdf_config::key_bounds().find(|bounds| bounds.key == "train.batch").expect("a key with bounds");
/// assert!(batch.contains(32i64.into()));
/// assert!(!batch.contains(0i64.into()));
/// ```
pub fn key_bounds() -> impl Iterator<Item = &'static KeyBounds> {
    BOUNDS.iter().chain(&OTHER).chain(ModelConfig::BOUNDS)
}

impl Config {
    /// Whether every value is within its bounds.
    ///
    /// # Errors
    /// Names the first key that is not, its value and the bounds.
    pub fn check(&self) -> Result<(), ConfigError> {
        match self.out_of_bounds() {
            None => Ok(()),
            Some((bounds, value)) => Err(ConfigError(format!("{} = {value}: allowed is {bounds}", bounds.key))),
        }
    }

    /// The first value that is out of its bounds.
    pub(crate) fn out_of_bounds(&self) -> Option<(&'static KeyBounds, Number)> {
        let own = BOUNDS.iter().zip(self.numbers());
        own.chain(self.model.bounded_numbers())
            .find(|(bounds, number)| !bounds.contains(*number))
    }
}
