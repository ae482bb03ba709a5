//! Searches over a task set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tdf_data::Task;
use tdf_search::{Networks, Outcome, SearchError, SearchOptions, SearchProgress, Target, search};

use crate::{Solutions, TaskScorer};

/// What was found for one task under one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultLine {
    /// Number of the task in its set, from 0.
    pub task: usize,
    /// Seed of the search.
    pub seed: u64,
    /// Whether a program was found that solves the task by the criterion of the search.
    pub solved: bool,
    /// Node expansions made: programs that were rendered and tested.
    pub expansions: u32,
    /// Seconds from the start of the search (over all tasks at once) until this one ended.
    pub seconds: f64,
    /// The program found, or the one whose image came nearest. Empty if there is none.
    pub program: String,
    /// The program that drew the target.
    pub target: String,
    /// Whether `program` meets each criterion of the domain, by name.
    pub solved_by: BTreeMap<String, bool>,
    /// The tree edit distance of `program` and `target`. `None` if there is no program, if it is invalid, or if they are too
    /// large; also in results of older versions.
    #[serde(default)]
    pub edit_distance: Option<u32>,
    /// Whether a smaller part of `target` renders to the same image. `None` in results of older versions.
    #[serde(default)]
    pub reducible: Option<bool>,
    /// Why `program` is none of the language, or cannot be rendered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<String>,
    /// All solutions, if more than one was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solutions: Option<Solutions>,
}

/// A line, and the search behind it if it can be shown.
pub type Found = (ResultLine, Option<Outcome>);

/// An evaluation that could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// The search failed.
    #[error("{0}")]
    Search(SearchError),
    /// There is nothing to evaluate.
    #[error("the task set is empty")]
    NoTasks,
    /// The observer asked to stop.
    #[error("stopped")]
    Stopped,
}

/// The targets of tasks, in their order: the observation of each, and the image that a solution renders to.
pub fn targets(tasks: &[Task]) -> Vec<Target<'_>> {
    let targets = tasks.iter().map(|task| Target {
        observation: &task.image,
        image: Some(task.plain()),
    });
    targets.collect()
}

/// Searches all tasks under the seed of `options`. `observe` is called as by [`search`]; if it returns false the evaluation
/// ends with [`EvalError::Stopped`].
///
/// # Errors
/// An empty task set, and what ends a search.
pub fn evaluate(
    scorer: &TaskScorer<'_>,
    networks: Networks<'_>,
    options: &SearchOptions,
    observe: &mut dyn FnMut(SearchProgress) -> bool,
) -> Result<Vec<Found>, EvalError> {
    if scorer.tasks().is_empty() {
        return Err(EvalError::NoTasks);
    }
    let targets = targets(scorer.tasks());
    let mut stopped = false;
    let mut watch = |progress: SearchProgress| {
        stopped = !observe(progress);
        !stopped
    };
    let outcomes = search(scorer.domain(), &targets, networks, options, &mut watch).map_err(EvalError::Search)?;
    if stopped {
        return Err(EvalError::Stopped);
    }
    let found = |(task, outcome): (usize, Outcome)| {
        let several = options.solutions > 1;
        let line = ResultLine {
            solutions: several.then(|| Solutions::of(scorer.domain(), &outcome)),
            ..scorer.outcome(task, options.seed, &outcome)
        };
        let can_be_shown = line.invalid.is_none();
        (line, can_be_shown.then_some(outcome))
    };
    Ok(outcomes.into_iter().enumerate().map(found).collect())
}
