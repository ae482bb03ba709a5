//! What is said of a program that was found for a task.

use std::sync::Arc;

use rayon::prelude::*;
use tdf_data::Task;
use tdf_domain::{DynDomain, Goal};
use tdf_search::{Outcome, Solution, Trace};
use tdf_tree::Tree;

use crate::{Found, ResultLine, edit_distance, is_reducible};

/// A task set, ready to judge programs.
#[derive(Debug)]
pub struct Judge<'a> {
    domain: &'a Arc<dyn DynDomain>,
    tasks: &'a [Task],
    goal: Goal,
    reducible: Vec<bool>,
}

impl<'a> Judge<'a> {
    /// Judges by `goal`; finds out which tasks are reducible.
    pub fn new(domain: &'a Arc<dyn DynDomain>, tasks: &'a [Task], goal: Goal) -> Self {
        let reducible = |task: &Task| is_reducible(domain, &task.program, task.plain(), goal);
        Self {
            domain,
            tasks,
            goal,
            reducible: tasks.par_iter().map(reducible).collect(),
        }
    }

    /// The criterion.
    pub fn goal(&self) -> Goal {
        self.goal
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

    /// The line of a search. A program that cannot be drawn is a failure of the domain: it counts as not solved.
    pub fn outcome(&self, task: usize, seed: u64, outcome: &Outcome) -> ResultLine {
        ResultLine {
            solved: outcome.solved,
            expansions: outcome.expansions,
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
        line.solved = match self.goal {
            Goal::Paper => line.solved_paper,
            Goal::Code => line.solved_code,
        };
        let outcome = line.invalid.is_none().then(|| Outcome {
            expansions: line.expansions,
            seconds: line.seconds,
            solved: line.solved,
            further: Vec::new(),
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
            seconds: 0.0,
            program: String::new(),
            target: self.domain.language().print(self.tasks[task].program.nodes()),
            solved_paper: false,
            solved_code: false,
            edit_distance: None,
            reducible: Some(self.reducible[task]),
            invalid: None,
            solutions: None,
        }
    }

    fn line(&self, number: usize, seed: u64, program: &Tree) -> ResultLine {
        let (language, task) = (self.domain.language(), &self.tasks[number]);
        let mut line = ResultLine {
            program: language.print(program.nodes()),
            ..self.empty(number, seed)
        };
        let mut picture = vec![0; self.domain.canvas().bytes()];
        match self.domain.render(program.nodes(), &mut picture) {
            Ok(()) => {
                line.solved_paper = self.domain.solved(Goal::Paper, &picture, task.plain());
                line.solved_code = self.domain.solved(Goal::Code, &picture, task.plain());
                line.edit_distance = edit_distance(language, program.nodes(), task.program.nodes());
            }
            Err(error) => line.invalid = Some(format!("cannot be drawn: {error}")),
        }
        line
    }
}
