//! What is said of a program that was found for a task.

use std::sync::Arc;

use rayon::prelude::*;
use tdf_data::Task;
use tdf_domain::{Criterion, CriterionError, DynDomain, ObservationSpec, bind};
use tdf_search::{Outcome, Solution, Trace};
use tdf_tree::Tree;

use crate::ExampleRow;
use crate::examples_table::{example_rows, examples_line};
use crate::{Found, ResultLine, edit_distance, is_reducible};

/// A task set, ready to scorer programs.
///
/// # Examples
///
/// ```
/// use tdf_data::read_tasks;
/// use tdf_eval::TaskScorer;
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let tasks = read_tasks(&domain, "tasks.jsonl", r#"{"domain": "rainbow", "program": "(Box red)"}"#)?;
/// let scorer = TaskScorer::new(&domain, &tasks, "")?;
/// assert_eq!(scorer.criterion(), "pixels-0.99");
/// // Programs of another system, as text.
/// assert!(scorer.prediction(0, 0, "(Box red)").0.solved);
/// assert!(!scorer.prediction(0, 0, "(Box blue)").0.solved);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TaskScorer<'a> {
    domain: &'a Arc<dyn DynDomain>,
    tasks: &'a [Task],
    criterion: Criterion,
    reducible: Vec<bool>,
    /// The domain, bound to the inputs of each task.
    bound: Vec<Arc<dyn DynDomain>>,
}

impl<'a> TaskScorer<'a> {
    /// Scores by the criterion with this name (empty: the domain's default), and finds out which tasks are reducible.
    ///
    /// # Errors
    /// A criterion that the domain does not have.
    pub fn new(domain: &'a Arc<dyn DynDomain>, tasks: &'a [Task], criterion: &str) -> Result<Self, CriterionError> {
        let criterion = domain.criterion(criterion)?;
        // The inputs of a task were checked when it was made.
        let bind = |task: &Task| bind(domain, &task.inputs).unwrap_or_else(|_| Arc::clone(domain));
        let bound: Vec<Arc<dyn DynDomain>> = tasks.iter().map(bind).collect();
        let reducible = |(task, domain): (&Task, &Arc<dyn DynDomain>)| {
            let program = task.program.as_ref();
            program.is_some_and(|program| is_reducible(domain, program, task.plain(), criterion))
        };
        Ok(Self {
            domain,
            tasks,
            criterion,
            reducible: tasks.par_iter().zip(&bound).map(reducible).collect(),
            bound,
        })
    }

    /// Name of the criterion.
    pub fn criterion(&self) -> &'a str {
        self.domain.criteria()[self.criterion.index()]
    }

    /// The tasks.
    pub fn tasks(&self) -> &'a [Task] {
        self.tasks
    }

    /// Which of them are reducible.
    pub fn reducible(&self) -> &[bool] {
        &self.reducible
    }

    /// The domain.
    pub fn domain(&self) -> &'a Arc<dyn DynDomain> {
        self.domain
    }

    /// The domain, bound to the inputs of a task.
    pub fn bound(&self, task: usize) -> &Arc<dyn DynDomain> {
        &self.bound[task]
    }

    /// The line of a search. A program that cannot be rendered is a failure of the domain: it counts as not solved.
    pub fn outcome(&self, task: usize, seed: u64, outcome: &Outcome) -> ResultLine {
        ResultLine {
            solved: outcome.solved,
            expansions: outcome.expansions,
            renders: outcome.renders,
            network_calls: outcome.network_calls,
            seconds: outcome.seconds,
            ..self.line(task, seed, &outcome.best.program)
        }
    }

    /// A program of another system, given as text; nothing but blanks is no answer. It counts as one expansion: it was drawn
    /// and tested once.
    pub fn prediction(&self, task: usize, seed: u64, text: &str) -> Found {
        let text = text.trim();
        if text.is_empty() {
            return (self.empty(task, seed), None);
        }
        let program = match self.domain.language().parse(self.domain.start(), text) {
            Ok(program) => program,
            Err(error) => {
                let line = ResultLine {
                    program: text.to_owned(),
                    invalid: Some(error.to_string()),
                    ..self.empty(task, seed)
                };
                return (line, None);
            }
        };
        let mut line = self.line(task, seed, &program);
        line.solved = line.solved_by.get(self.criterion()).copied().unwrap_or(false);
        let outcome = line.invalid.is_none().then(|| Outcome {
            expansions: line.expansions,
            renders: line.renders,
            network_calls: 0,
            seconds: line.seconds,
            solved: line.solved,
            further: Vec::new(),
            front: Vec::new(),
            spent: line.expansions,
            spent_seconds: line.seconds,
            best: Solution {
                program: program.clone(),
                difference: f64::NAN,
                trace: Trace {
                    start: program,
                    edits: Vec::new(),
                },
            },
        });
        (line, outcome)
    }

    fn empty(&self, task: usize, seed: u64) -> ResultLine {
        ResultLine {
            task,
            seed,
            solved: false,
            expansions: 1,
            renders: 1,
            network_calls: 0,
            seconds: 0.0,
            program: String::new(),
            target: self.target(task),
            solved_by: self
                .domain
                .criteria()
                .iter()
                .map(|name| ((*name).to_owned(), false))
                .collect(),
            edit_distance: None,
            reducible: Some(self.reducible[task]),
            invalid: None,
            solutions: None,
            examples: self.examples(task, None),
        }
    }

    /// The first rows of a task whose program takes inputs, with the outputs `found`; without them it fails everywhere.
    fn examples(&self, number: usize, found: Option<&[u8]>) -> Vec<ExampleRow> {
        let domain = &*self.bound[number];
        let ObservationSpec::Values(spec) = domain.observation_spec() else {
            return Vec::new();
        };
        let blank = domain.observation_spec().blank();
        example_rows(domain, spec, self.tasks[number].plain(), found.unwrap_or(&blank))
    }

    /// The program of a task, or its examples where no program is known.
    fn target(&self, number: usize) -> String {
        let task = &self.tasks[number];
        match (&task.program, self.bound[number].observation_spec()) {
            (Some(program), _) => self.domain.language().print(program.nodes()),
            (None, ObservationSpec::Values(spec)) => examples_line(&*self.bound[number], spec, &task.image),
            (None, ObservationSpec::Image(_)) => String::new(),
        }
    }

    fn line(&self, number: usize, seed: u64, program: &Tree) -> ResultLine {
        let (language, task) = (self.domain.language(), &self.tasks[number]);
        let mut line = ResultLine {
            program: language.print(program.nodes()),
            ..self.empty(number, seed)
        };
        let domain = &self.bound[number];
        let mut image = vec![0; domain.observation_spec().bytes()];
        match domain.render(program.nodes(), &mut image) {
            Ok(()) => {
                for (index, name) in domain.criteria().iter().enumerate() {
                    let solved = domain.solved(Criterion::new(index), &image, task.plain());
                    line.solved_by.insert((*name).to_owned(), solved);
                }
                line.examples = self.examples(number, Some(&image));
                let wanted = task.program.as_ref();
                line.edit_distance = wanted.and_then(|wanted| edit_distance(language, program.nodes(), wanted.nodes()));
            }
            Err(error) => line.invalid = Some(format!("cannot be rendered: {error}")),
        }
        line
    }
}
