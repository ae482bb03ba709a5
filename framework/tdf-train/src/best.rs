//! The best evaluation so far: which network is kept beside the last one, and when a training ends early.

use serde::{Deserialize, Serialize};
use tdf_config::Config;

use crate::evaluate::Measurement;

/// The best evaluation so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Best {
    /// Number of tasks that were solved.
    pub solved: u64,
    /// Number of tasks.
    pub tasks: u64,
    /// The step that it was made after: of equal ones the last.
    pub step: u64,
    /// Evaluations since so many tasks were solved for the first time.
    pub evaluations_without_progress: u64,
    /// A checksum of the tasks and the search, see [`settings`].
    pub settings: u64,
}

impl Best {
    /// The best evaluation after one more, at `step`. It is that one if its step is `step`.
    pub(crate) fn after(before: Option<Self>, measured: &Measurement, step: u64, settings: u64) -> Self {
        let this = Self {
            solved: measured.solved as u64,
            tasks: measured.tasks as u64,
            step,
            evaluations_without_progress: 0,
            settings,
        };
        let Some(before) = before.filter(|before| before.settings == settings) else {
            return this;
        };
        let without_progress = before.evaluations_without_progress + 1;
        match this.solved.cmp(&before.solved) {
            std::cmp::Ordering::Greater => this,
            std::cmp::Ordering::Equal => Self {
                evaluations_without_progress: without_progress,
                ..this
            },
            std::cmp::Ordering::Less => Self {
                evaluations_without_progress: without_progress,
                ..before
            },
        }
    }

    /// The share of the tasks that were solved, 0 to 1.
    pub(crate) fn rate(&self) -> f64 {
        self.solved as f64 / self.tasks.max(1) as f64
    }
}

/// A checksum of what an evaluation depends on and a resumed run may change: rates of other tasks or of another search do
/// not compare.
pub(crate) fn settings(config: &Config) -> u64 {
    let evaluation = Config {
        train: Config::preset("tiny").map_or(config.train.clone(), |tiny| tiny.train),
        ..config.clone()
    };
    u64::from(crc32c::crc32c(evaluation.to_toml().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(solved: usize) -> Measurement {
        Measurement {
            solved,
            tasks: 8,
            rates: Vec::new(),
            shown: Vec::new(),
        }
    }

    #[test]
    fn of_equal_evaluations_the_last_is_kept_but_none_is_better() {
        let mut best = None;
        let mut course = Vec::new();
        for (step, solved) in [(0, 0), (10, 3), (20, 3), (30, 2), (40, 4), (50, 1)] {
            let now = Best::after(best, &measured(solved), step, 7);
            course.push((now.step, now.solved, now.evaluations_without_progress));
            best = Some(now);
        }
        assert_eq!(
            course,
            [(0, 0, 0), (10, 3, 0), (20, 3, 1), (20, 3, 2), (40, 4, 0), (40, 4, 1)]
        );
        let other = Best::after(best, &measured(1), 60, 8);
        assert_eq!(
            (other.step, other.solved, other.evaluations_without_progress),
            (60, 1, 0),
            "another evaluation"
        );
    }

    #[test]
    fn terms_are_those_of_the_evaluation() {
        let config = Config::preset("tiny").unwrap();
        let changed = |set: &str| settings(&config.layer(None, &[set.to_owned()]).unwrap());
        assert_eq!(changed("train.steps=7"), settings(&config));
        assert_ne!(changed("evaluate.seed=7"), settings(&config));
        assert_ne!(changed("search.temperature=0.5"), settings(&config));
    }
}
