//! The solve rate while training.

use std::sync::Arc;

use tdf_config::Config;
use tdf_data::{Task, TaskOptions, make_tasks};
use tdf_decode::GenerationPlan;
use tdf_decode::ProgramTokenizer;
use tdf_domain::DynDomain;
use tdf_model::{Model, NeuralPolicy};
use tdf_search::{Init, Networks, Outcome, SearchError, SearchOptions, search};

use crate::TrainError;

/// The tasks whose images are shown, the first ones.
const SHOWN: usize = 4;
/// The least side of an image that is shown, in pixels.
const SIDE: u32 = 128;

/// The result of an evaluation.
#[derive(Clone, Debug)]
pub(crate) struct Measurement {
    /// Number of tasks that are solved within the budget.
    pub solved: usize,
    /// Number of tasks.
    pub tasks: usize,
    /// The share of the tasks that are solved within so many node expansions: 1, 10, 100, ... and the budget.
    pub rates: Vec<(u32, f64)>,
    /// Images of the first tasks.
    pub shown: Vec<Shown>,
}

impl Measurement {
    /// The share of the tasks that are solved, 0 to 1.
    pub(crate) fn rate(&self) -> f64 {
        self.solved as f64 / self.tasks as f64
    }
}

/// The target of a task on the left, the image of the program that was found on the right.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// Number of the task.
    pub task: usize,
    pub width: u32,
    pub height: u32,
    /// A PNG file, RGB.
    pub png: Vec<u8>,
}

/// A fixed set of tasks and the search that is tried on them.
#[derive(Debug)]
pub(crate) struct Evaluation {
    domain: Arc<dyn DynDomain>,
    tokenizer: ProgramTokenizer,
    tasks: Vec<Task>,
    options: SearchOptions,
    max_edit_size: u32,
    /// Whether the network edits programs.
    edits: bool,
    /// How the network generates programs; `None` if it only edits them.
    plan: Option<GenerationPlan>,
}

impl Evaluation {
    /// Draws the tasks that `config` describes.
    pub(crate) fn new(
        domain: &Arc<dyn DynDomain>,
        tokenizer: &ProgramTokenizer,
        config: &Config,
    ) -> Result<Self, TrainError> {
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
        let method = if edits { "rollout" } else { "sample" };
        let mut options = SearchOptions {
            method: method.to_owned(),
            budget: config.evaluate.budget,
            solutions: 1,
            ..config.search_options(config.evaluate.seed)
        };
        if plan.is_none() {
            // Another network than the one that is trained is not there.
            options.init = Init::Random;
        }
        let (domain, tokenizer) = (domain.clone(), tokenizer.clone());
        Ok(Self {
            domain,
            tokenizer,
            tasks,
            options,
            max_edit_size: config.noise.max_edit_size,
            edits,
            plan,
        })
    }

    /// Number of tasks.
    pub(crate) fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// The tasks that `model` solves, searched on `threads` threads; `None` without tasks, or if `observe`, called with the
    /// number of tasks that have ended, returns false.
    pub(crate) fn measure(
        &self,
        model: Model,
        threads: usize,
        observe: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Measurement>, SearchError> {
        if self.tasks.is_empty() {
            return Ok(None);
        }
        let network = || {
            NeuralPolicy::new(
                model.shallow_clone(),
                self.domain.clone(),
                self.tokenizer.clone(),
                self.max_edit_size,
            )
            .with_threads(threads)
        };
        let mut policy = self.edits.then(network);
        let mut generator = self.plan.clone().map(|plan| network().into_generator(plan));
        let networks = Networks {
            policy: policy.as_mut().map(|policy| policy as _),
            value: None,
            generator: generator.as_mut().map(|generator| generator as _),
        };
        let targets = tdf_eval::targets(&self.tasks);
        let mut going_on = true;
        let outcomes = search(&self.domain, &targets, networks, &self.options, &mut |progress| {
            going_on = going_on && observe(progress.ended);
            going_on
        })?;
        Ok(going_on.then(|| self.measurement(&outcomes)))
    }

    fn measurement(&self, outcomes: &[Outcome]) -> Measurement {
        let within = |expansions| {
            let solved = |outcome: &&Outcome| outcome.solved && outcome.expansions <= expansions;
            outcomes.iter().filter(solved).count()
        };
        let budget = self.options.budget;
        let marks = std::iter::successors(Some(1), |mark: &u32| mark.checked_mul(10));
        let marks = marks.take_while(|mark| *mark < budget).chain([budget]);
        let tasks = self.tasks.len();
        Measurement {
            solved: within(budget),
            tasks,
            rates: marks.map(|mark| (mark, within(mark) as f64 / tasks as f64)).collect(),
            shown: (0..SHOWN.min(tasks))
                .filter_map(|task| self.shown(task, &outcomes[task]))
                .collect(),
        }
    }

    /// The images of a task; `None` if the domain has none or the program cannot be rendered.
    fn shown(&self, task: usize, outcome: &Outcome) -> Option<Shown> {
        let canvas = self.domain.canvas()?;
        let found = tdf_eval::render(&self.domain, &outcome.best.program).ok()?;
        let scale = SIDE.div_ceil(canvas.width.max(1));
        let pair = tdf_eval::side_by_side(canvas, &self.tasks[task].image, &found, scale);
        let png = pair.png().ok()?;
        let (width, height) = (pair.width, pair.height);
        Some(Shown {
            task,
            width,
            height,
            png,
        })
    }
}
