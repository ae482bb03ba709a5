//! Searches over a task set under several seeds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tdf_data::Task;
use tdf_domain::{DynDomain, Goal};
use tdf_search::{Outcome, Policy, SearchError, SearchOptions, Target, Value, search};

use crate::{Summary, summarise};

/// The search for one task under one seed.
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
    /// The program found, or the one whose picture came nearest.
    pub program: String,
    /// The program that drew the target.
    pub target: String,
    /// Whether `program` meets the criterion of the paper's text.
    pub solved_paper: bool,
    /// Whether `program` meets the criterion of the paper's public code.
    pub solved_code: bool,
}

/// What came of an evaluation.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// A line per task and seed, seeds in turn.
    pub lines: Vec<ResultLine>,
    /// The outcomes behind the lines.
    pub outcomes: Vec<Outcome>,
    /// Solve rates.
    pub summary: Summary,
}

/// An evaluation that could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The search failed.
    #[error("{0}")]
    Search(SearchError),
    /// A program that was found could not be drawn again.
    #[error("a found program cannot be rendered: {0}")]
    Render(#[from] tdf_domain::RenderError),
    /// There is nothing to evaluate.
    #[error("the task set is empty")]
    NoTasks,
    /// The observer asked to stop.
    #[error("stopped before the end; nothing was written")]
    Stopped,
}

/// Searches all `tasks` once per seed. `observe` gets the numbers of ended searches and of all searches; if it returns
/// false the evaluation ends with [`EvalError::Stopped`].
pub fn evaluate(
    domain: &Arc<dyn DynDomain>,
    tasks: &[Task],
    policy: &mut dyn Policy,
    mut value: Option<&mut dyn Value>,
    options: &SearchOptions,
    seeds: &[u64],
    observe: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Evaluation, EvalError> {
    if tasks.is_empty() || seeds.is_empty() {
        return Err(EvalError::NoTasks);
    }
    let targets: Vec<Target<'_>> = tasks
        .iter()
        .map(|task| Target {
            picture: &task.picture,
            plain: Some(task.plain()),
        })
        .collect();
    let total = tasks.len() * seeds.len();
    let (mut lines, mut outcomes) = (Vec::new(), Vec::new());
    for &seed in seeds {
        let options = SearchOptions {
            seed,
            ..options.clone()
        };
        let before = lines.len();
        let mut stopped = false;
        let mut watch = |ended: usize| {
            stopped = !observe(before + ended, total);
            !stopped
        };
        // A reborrow per seed: the trait object's own lifetime must not be tied to the loop.
        let value: Option<&mut dyn Value> = match &mut value {
            Some(value) => Some(&mut **value),
            None => None,
        };
        let found = search(domain, &targets, policy, value, &options, &mut watch).map_err(EvalError::Search)?;
        if stopped {
            return Err(EvalError::Stopped);
        }
        for (task, outcome) in found.into_iter().enumerate() {
            lines.push(result_line(domain, &tasks[task], task, seed, &outcome)?);
            outcomes.push(outcome);
        }
    }
    let summary = summarise(&lines, options, tasks.len(), seeds);
    Ok(Evaluation {
        lines,
        outcomes,
        summary,
    })
}

fn result_line(
    domain: &Arc<dyn DynDomain>,
    task: &Task,
    number: usize,
    seed: u64,
    outcome: &Outcome,
) -> Result<ResultLine, EvalError> {
    let mut picture = vec![0; domain.canvas().bytes()];
    let program = outcome.best.program.nodes();
    domain.render(program, &mut picture)?;
    let language = domain.language();
    Ok(ResultLine {
        task: number,
        seed,
        solved: outcome.solved,
        expansions: outcome.expansions,
        seconds: outcome.seconds,
        program: language.print(program),
        target: language.print(task.program.nodes()),
        solved_paper: domain.solved(Goal::Paper, &picture, task.plain()),
        solved_code: domain.solved(Goal::Code, &picture, task.plain()),
    })
}
