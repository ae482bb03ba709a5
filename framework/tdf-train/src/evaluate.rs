//! The solve rate while training.

use std::sync::Arc;

use tdf_data::{Task, TaskOptions, make_tasks};
use tdf_decode::Sequencer;
use tdf_domain::{DynDomain, Plan};
use tdf_model::{Model, NeuralPolicy};
use tdf_search::{Method, Networks, SearchError, SearchOptions, Start, Target, search};

use crate::{Config, TrainError};

/// A fixed set of tasks and the search that is tried on them.
#[derive(Debug)]
pub(crate) struct Evaluation {
    domain: Arc<dyn DynDomain>,
    sequencer: Sequencer,
    tasks: Vec<Task>,
    options: SearchOptions,
    small: u32,
    /// Whether the network edits programs.
    edits: bool,
    /// How the network writes programs; `None` if it only edits them.
    plan: Option<Plan>,
}

impl Evaluation {
    /// Draws the tasks that `config` describes.
    pub(crate) fn new(domain: &Arc<dyn DynDomain>, sequencer: &Sequencer, config: &Config) -> Result<Self, TrainError> {
        let sizes = config.program.size.range();
        let tasks = match config.evaluate.tasks {
            0 => Vec::new(),
            count => make_tasks(
                domain,
                &TaskOptions {
                    count,
                    sizes,
                    seed: config.evaluate.seed,
                    hard: None,
                },
            )?,
        };
        let plan = config.plan(&**domain)?;
        let edits = config.train.objective.edits();
        let method = match edits {
            true => Method::Rollout {
                restart: config.search.restart,
            },
            false => Method::Sample {
                particles: config.search.particles,
            },
        };
        let mut options = SearchOptions {
            method,
            budget: config.evaluate.budget,
            solutions: 1,
            ..config.search_options(config.evaluate.seed)
        };
        if plan.is_none() {
            // Another network than the one that is trained is not there.
            options.start = Start::Random;
        }
        let (domain, sequencer) = (domain.clone(), sequencer.clone());
        Ok(Self {
            domain,
            sequencer,
            tasks,
            options,
            small: config.noise.small,
            edits,
            plan,
        })
    }

    /// Number of tasks.
    pub(crate) fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// The share of the tasks that `model` solves, searched on `threads` threads; `None` without tasks, or if `observe`,
    /// called with the number of tasks that have ended, returns false.
    pub(crate) fn solve_rate(
        &self,
        model: Model,
        threads: usize,
        observe: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<f64>, SearchError> {
        if self.tasks.is_empty() {
            return Ok(None);
        }
        let network = || {
            NeuralPolicy::new(model.share(), self.domain.clone(), self.sequencer.clone(), self.small)
                .with_threads(threads)
        };
        let mut policy = self.edits.then(network);
        let mut writer = self.plan.clone().map(|plan| network().into_writer(plan));
        let networks = Networks {
            policy: policy.as_mut().map(|policy| policy as _),
            value: None,
            writer: writer.as_mut().map(|writer| writer as _),
        };
        let targets: Vec<Target<'_>> = self
            .tasks
            .iter()
            .map(|task| Target {
                picture: &task.picture,
                plain: Some(task.plain()),
            })
            .collect();
        let mut going_on = true;
        let outcomes = search(&self.domain, &targets, networks, &self.options, &mut |progress| {
            going_on = going_on && observe(progress.ended);
            going_on
        })?;
        let solved = outcomes.iter().filter(|outcome| outcome.solved).count();
        Ok(going_on.then_some(solved as f64 / self.tasks.len() as f64))
    }
}
