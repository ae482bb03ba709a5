//! The learning rate in the course of training.

use std::f64::consts::PI;
use tdf_config::{Schedule, TrainConfig};

/// The learning rate at `progress`, the part of the training that is done (0 to 1): it rises linearly during the warm-up,
/// then follows the schedule.
pub(crate) fn learning_rate(config: &TrainConfig, progress: f64) -> f64 {
    let factor = if progress < config.warmup {
        progress / config.warmup
    } else {
        match config.schedule {
            Schedule::Constant => 1.0,
            // With a warm-up of 1 there is no rest, and the division is 0 / 0.
            Schedule::Cosine if config.warmup >= 1.0 => 1.0,
            Schedule::Cosine => {
                let rest = ((progress - config.warmup) / (1.0 - config.warmup)).min(1.0);
                0.5 * (1.0 + (PI * rest).cos())
            }
        }
    };
    config.lr * factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use tdf_config::Config;

    #[test]
    fn rises_then_falls() {
        let mut config = Config::preset("tiny").unwrap().train;
        (config.lr, config.warmup) = (2.0, 0.1);
        for (progress, rate) in [(0.0, 0.0), (0.05, 1.0), (0.1, 2.0), (0.55, 1.0), (1.0, 0.0), (1.5, 0.0)] {
            let got = learning_rate(&config, progress);
            assert!((got - rate).abs() < 1e-12, "at {progress}: {got}, not {rate}");
        }
        config.schedule = Schedule::Constant;
        assert_eq!(learning_rate(&config, 0.9), 2.0);
        (config.schedule, config.warmup) = (Schedule::Cosine, 0.0);
        assert_eq!(learning_rate(&config, 0.0), 2.0);
        config.warmup = 1.0;
        assert_eq!(learning_rate(&config, 1.0), 2.0);
    }
}
