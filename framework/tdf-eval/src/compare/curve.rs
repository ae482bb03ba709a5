//! Solve rates as functions of what was spent.

use tdf_search::MAX_BUDGET;

use crate::seeds::mean_and_deviation;
use crate::{Folder, ResultLine};

/// What is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    Expansions,
    Seconds,
}

impl Axis {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Expansions => "node expansions",
            Self::Seconds => "seconds",
        }
    }
}

/// A step: from `x` on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) x: f64,
    pub(crate) mean: f64,
    pub(crate) deviation: f64,
}

/// The solve rate of one evaluation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Curve {
    pub(crate) name: String,
    /// Ascending; the last stands where the searches ended. Predictions have a single step, at no known place.
    pub(crate) steps: Vec<Step>,
    pub(crate) is_level: bool,
}

/// Steps of a curve, at most: more than there are pixels.
const MOST: usize = 2000;

pub(crate) fn curve(folder: &Folder, axis: Axis) -> Curve {
    let spent = |line: &ResultLine| match axis {
        Axis::Expansions => f64::from(line.expansions),
        Axis::Seconds => line.seconds,
    };
    let name = folder.name.clone();
    if folder.is_predictions() {
        let (mean, deviation) = folder.share(|line| line.solved);
        let steps = vec![Step {
            x: 0.0,
            mean,
            deviation,
        }];
        return Curve {
            name,
            steps,
            is_level: true,
        };
    }
    let mut by_seed: Vec<Vec<f64>> = folder
        .by_seed()
        .map(|lines| lines.iter().filter(|line| line.solved).map(spent).collect())
        .collect();
    by_seed.iter_mut().for_each(|seed| seed.sort_by(f64::total_cmp));
    let (begin, end) = match axis {
        Axis::Expansions if folder.summary.budget < MAX_BUDGET => (1.0, f64::from(folder.summary.budget)),
        Axis::Expansions => (1.0, folder.lines.iter().map(spent).fold(1.0, f64::max)),
        Axis::Seconds => (0.0, folder.lines.iter().map(spent).fold(0.0, f64::max)),
    };
    let mut places: Vec<f64> = by_seed.iter().flatten().copied().collect();
    places.push(begin);
    places.sort_by(f64::total_cmp);
    places.dedup();
    let stride = places.len().div_ceil(MOST);
    let mut places: Vec<f64> = places.into_iter().step_by(stride).collect();
    places.push(end);
    let tasks = folder.summary.tasks as f64;
    let step = |x: f64| {
        let share = |seed: &Vec<f64>| seed.partition_point(|&solved| solved <= x) as f64 / tasks;
        let (mean, deviation) = mean_and_deviation(&by_seed.iter().map(share).collect::<Vec<_>>());
        Step { x, mean, deviation }
    };
    Curve {
        name,
        steps: places.into_iter().map(step).collect(),
        is_level: false,
    }
}
