//! Drawing from scores at a temperature.

use rand::RngExt as _;
use tdf_tree::Rng;

/// A distribution to draw from; its memory is used again.
#[derive(Debug, Default)]
pub(super) struct Weights {
    /// Log-probabilities at temperature 1.
    logs: Vec<f64>,
    /// Running sums of unnormalised probabilities at the temperature.
    sums: Vec<f64>,
}

impl Weights {
    /// The softmax of `scores`, sharpened by `temperature`; at 0 all weight is on the highest.
    pub(super) fn set(&mut self, scores: impl Iterator<Item = f32>, temperature: f64) {
        self.logs.clear();
        self.logs.extend(scores.map(f64::from));
        let most = self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = self.logs.iter().map(|log| (log - most).exp()).sum();
        self.sums.clear();
        let mut sum = 0.0;
        for log in &mut self.logs {
            let above = *log - most;
            sum += match above {
                0.0 => 1.0,
                _ if temperature <= 0.0 => 0.0,
                _ => (above / temperature).exp(),
            };
            self.sums.push(sum);
            *log = above - total.ln();
        }
    }

    /// An index and its log-probability at temperature 1.
    pub(super) fn draw(&self, rng: &mut Rng) -> (usize, f64) {
        let total = self.sums.last().copied().unwrap_or(0.0);
        let at = rng.random::<f64>() * total;
        let index = self
            .sums
            .partition_point(|&sum| sum <= at)
            .min(self.logs.len().saturating_sub(1));
        (index, self.logs[index])
    }
}
