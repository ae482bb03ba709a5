//! Searches over a task set.

use tdf_data::Task;
use tdf_search::{Networks, Outcome, SearchError, SearchOptions, SearchProgress, Target, search};

use crate::{Found, ResultLine, Solutions, TaskScorer};

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
        inputs: &task.inputs,
        observation: &task.image,
        image: Some(task.plain()),
    });
    targets.collect()
}

/// Searches all tasks under the seed of `options`. The first of them is number `first_task` of its set. `observe` is called as by [`search`]; if it returns false the evaluation
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
            solutions: several.then(|| Solutions::of(scorer.bound(task), &outcome)),
            task: options.first_task + task,
            ..scorer.outcome(task, options.seed, &outcome)
        };
        let can_be_shown = line.invalid.is_none();
        (line, can_be_shown.then_some(outcome))
    };
    Ok(outcomes.into_iter().enumerate().map(found).collect())
}
