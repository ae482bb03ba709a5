//! Solve rates by what a search costs: renders and seconds.

use serde::{Deserialize, Serialize};

use crate::seeds::{median, over_seeds};
use crate::{EvaluationSettings, ResultLine};

/// Numbers of renders at which rates are given, those below the greatest that a search made.
const RENDERS: [u64; 7] = [100, 1_000, 5_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// Seconds at which rates are given, those below the limit.
pub(crate) const SECONDS: [f64; 10] = [0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0, 300.0];

/// A solve rate after a number of renders.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RenderRate {
    /// Number of renders.
    pub renders: u64,
    /// Mean over seeds of the share of tasks solved, 0 to 1.
    pub mean: f64,
    /// Standard deviation over seeds (n - 1); 0 for one seed.
    pub deviation: f64,
}

/// A solve rate after a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeRate {
    /// Seconds of a task that has the machine to itself.
    pub seconds: f64,
    /// Mean over seeds of the share of tasks solved, 0 to 1.
    pub mean: f64,
    /// Standard deviation over seeds (n - 1); 0 for one seed.
    pub deviation: f64,
}

/// What searches cost by each currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Currencies {
    /// The greatest number of renders per task; `None` if there was no such limit.
    pub max_renders: Option<u64>,
    /// The greatest time per task in seconds; `None` if there was no such limit. Tasks had the machine to themselves if there was.
    pub max_seconds: Option<f64>,
    /// Renders until tasks were solved or ended, over all tasks and seeds.
    pub renders: u64,
    /// Answers of networks until then: sampled edits, generated pieces of programs, predicted distances.
    pub network_calls: u64,
    /// Median numbers of the solved searches.
    pub median_renders: Option<f64>,
    /// As `median_renders`.
    pub median_network_calls: Option<f64>,
    /// As `median_renders`. `None` if tasks shared the machine.
    pub median_seconds: Option<f64>,
    /// Share of tasks solved within so many renders.
    pub render_rates: Vec<RenderRate>,
    /// Share of tasks solved within so many seconds. Empty if tasks shared the machine.
    pub time_rates: Vec<TimeRate>,
}

impl Currencies {
    /// Those of `lines`, `tasks` for each of `seeds`. Lines of older versions count no renders: there are no rates then.
    pub(crate) fn of(lines: &[ResultLine], settings: &EvaluationSettings, tasks: usize, seeds: &[u64]) -> Self {
        let greatest = lines.iter().map(|line| line.renders).max().unwrap_or(0);
        let has_rates = tasks > 0 && !seeds.is_empty();
        let mut renders: Vec<u64> = RENDERS.into_iter().filter(|&mark| mark < greatest).collect();
        renders.extend((greatest > 0).then_some(settings.renders.unwrap_or(greatest)));
        renders.dedup();
        let render_rate = |renders: u64| {
            let (mean, deviation) = over_seeds(lines, tasks, seeds, |l| l.solved && l.renders <= renders);
            RenderRate {
                renders,
                mean,
                deviation,
            }
        };
        let time_rate = |seconds: f64| {
            let (mean, deviation) = over_seeds(lines, tasks, seeds, |l| l.solved && l.seconds <= seconds);
            TimeRate {
                seconds,
                mean,
                deviation,
            }
        };
        let times = settings.seconds.into_iter().flat_map(|limit| {
            let below = SECONDS.into_iter().filter(move |&mark| mark < limit);
            below.chain([limit])
        });
        let solved = || lines.iter().filter(|line| line.solved);
        Self {
            max_renders: settings.renders,
            max_seconds: settings.seconds,
            renders: lines.iter().map(|line| line.renders).sum(),
            network_calls: lines.iter().map(|line| line.network_calls).sum(),
            median_renders: median(solved().map(|line| line.renders as f64)).filter(|_| greatest > 0),
            median_network_calls: median(solved().map(|line| line.network_calls as f64)).filter(|_| greatest > 0),
            median_seconds: median(solved().map(|line| line.seconds)).filter(|_| settings.seconds.is_some()),
            render_rates: renders.into_iter().filter(|_| has_rates).map(render_rate).collect(),
            time_rates: times.filter(|_| has_rates).map(time_rate).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_count_renders_and_seconds() {
        let costs = [
            (true, 50, 0.05),
            (true, 2_000, 0.9),
            (true, 4_000, 1.5),
            (false, 9_000, 2.0),
        ];
        let mut lines = Vec::new();
        for (task, (solved, renders, seconds)) in costs.into_iter().enumerate() {
            lines.push(ResultLine {
                task,
                seed: 1,
                solved,
                expansions: 1,
                renders,
                network_calls: 3,
                seconds,
                program: String::new(),
                target: String::new(),
                solved_by: [].into(),
                edit_distance: None,
                reducible: None,
                invalid: None,
                solutions: None,
                examples: Vec::new(),
            });
        }
        let settings = EvaluationSettings {
            seconds: Some(2.0),
            ..EvaluationSettings::predictions("")
        };
        let found = Currencies::of(&lines, &settings, 4, &[1]);
        let rates: Vec<_> = found.render_rates.iter().map(|r| (r.renders, r.mean)).collect();
        assert_eq!(rates, [(100, 0.25), (1_000, 0.25), (5_000, 0.75), (9_000, 0.75)]);
        let rates: Vec<_> = found.time_rates.iter().map(|r| (r.seconds, r.mean)).collect();
        assert_eq!(rates, [(0.1, 0.25), (0.3, 0.25), (1.0, 0.5), (2.0, 0.75)]);
        assert_eq!((found.renders, found.network_calls), (15_050, 12));
        let medians = (found.median_renders, found.median_network_calls, found.median_seconds);
        assert_eq!(medians, (Some(2_000.0), Some(3.0), Some(0.9)));
        // Without a limit of time, tasks shared the machine.
        let shared = Currencies::of(&lines, &EvaluationSettings::predictions(""), 4, &[1]);
        assert!(shared.time_rates.is_empty() && shared.median_seconds.is_none());
    }
}
