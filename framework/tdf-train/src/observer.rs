//! What a training tells while it runs.

use std::path::PathBuf;

use crate::{Losses, Measured};

/// Looks on, and may stop the training.
pub trait Observer {
    /// Called after each step, and in rounds of an evaluation. If it returns false, the training writes a checkpoint and
    /// ends. It has to be quick.
    fn progress(&mut self, progress: &Progress) -> bool;

    /// Something worth a line: where a resumed run goes on, a checkpoint, a solve rate.
    fn message(&mut self, text: &str) {
        let _ = text;
    }
}

/// Nobody looks on.
impl Observer for () {
    fn progress(&mut self, _: &Progress) -> bool {
        true
    }
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Training steps.
    Training,
    /// An evaluation: of `tasks` tasks, `ended` have ended.
    Evaluating {
        /// Tasks whose search has ended.
        ended: usize,
        /// All tasks.
        tasks: usize,
    },
}

/// How far a training is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Steps made.
    pub step: u64,
    /// Examples seen.
    pub examples: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// The part of the training that is done, 0 to 1.
    pub done: f64,
    /// Seconds of training that are left, at the speed so far.
    pub seconds_left: Option<f64>,
    /// Examples a second since this process began to train.
    pub examples_per_second: f64,
    /// Learning rate of the last step.
    pub learning_rate: f64,
    /// Losses of the last row of the metrics.
    pub losses: Option<Losses>,
    /// The last solve rate, 0 to 1.
    pub solve_rate: Option<f64>,
}

/// The best evaluation of a run; of equal ones the last.
#[derive(Clone, Debug, PartialEq)]
pub struct BestEvaluation {
    /// The step that it was made after.
    pub step: u64,
    /// Its solve rate, 0 to 1.
    pub solve_rate: f64,
    /// The file of its network.
    pub model: PathBuf,
}

/// How a training ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Steps made, those before a resumption included.
    pub step: u64,
    /// Examples seen.
    pub examples: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// Losses of the last row of the metrics, if this process wrote one.
    pub losses: Option<Losses>,
    /// The solve rate before the first step, if it was measured by this process.
    pub untrained_solve_rate: Option<f64>,
    /// The last solve rate, if this process measured one.
    pub solve_rate: Option<f64>,
    /// The best evaluation of the run, whose network is kept.
    pub best: Option<BestEvaluation>,
    /// Whether the training ended since `train.patience` evaluations brought no better solve rate.
    pub out_of_patience: bool,
    /// Whether the observer stopped the training before its end.
    pub stopped: bool,
    /// Tokens a second, memory and utilisation over all that this process trained.
    pub measured: Measured,
    /// Seconds that this process waited for examples: near 0 where the network is what limits.
    pub seconds_waiting: f64,
    /// Programs that the domain could not draw, since the run was begun or resumed; others were taken in their place.
    pub render_failures: u64,
    /// The network's file.
    pub model: PathBuf,
}
