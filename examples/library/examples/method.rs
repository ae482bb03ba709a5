//! A search method in one file: hill climbing with restarts. It registers itself under the name `hill-climbing`.

#![allow(clippy::print_stdout, reason = "this program prints solve rates")]

use std::error::Error;

use tdf::inventory;
use tdf::search::{
    Attempt, Candidate, MethodRegistration, Needs, Networks, Proposal, SearchMethod, SearchOptions, SearchTask, Target,
    UniformPolicy, search,
};
use tdf::tasks::{TaskOptions, make_tasks};

inventory::submit! {
    MethodRegistration {
        name: "hill-climbing",
        about: "Random mutations; the nearest program is kept",
        // It needs no network: it begins at initial programs and has a policy of its own.
        needs: |_| Needs { init: true, ..Needs::default() },
        check: |options| match options.restart {
            0 => Err("hill climbing must have 1 round or more before it restarts".to_owned()),
            _ => Ok(()),
        },
        describe: |options| format!("hill climbing, restart after {} rounds without progress", options.restart),
        edits_per_program: |options| options.edits_per_program as usize,
        policy: Some(|domain, options| Box::new(UniformPolicy::for_domain(&**domain, options.noise))),
        make: |options| Box::new(HillClimbing { patience: options.restart, current: None, rounds: 0 }),
    }
}

/// Hill climbing on one task.
#[derive(Debug)]
struct HillClimbing {
    /// Rounds without progress before a restart.
    patience: u32,
    /// The nearest program since the restart.
    current: Option<Candidate>,
    /// Rounds since the last progress.
    rounds: u32,
}

impl SearchMethod for HillClimbing {
    /// The policy proposes edits of this program.
    fn to_edit(&self, _remaining: u32) -> &[Candidate] {
        self.current.as_slice()
    }

    fn take_edits(&mut self, task: &mut SearchTask<'_>, proposals: Vec<Vec<Proposal>>) {
        let Some(current) = self.current.take() else { return };
        let mut nearest = current.clone();
        self.rounds += 1;
        for proposal in proposals.into_iter().flatten() {
            if task.has_ended() {
                return;
            }
            // A new program costs one expansion. A program that the task has seen costs nothing, and is no progress.
            if let Attempt::New(candidate) = task.follow(&current, proposal, Vec::new())
                && candidate.difference < nearest.difference
            {
                nearest = candidate;
                self.rounds = 0;
            }
        }
        self.current = Some(nearest);
    }

    /// Called at the end of every round, and first of all at the beginning.
    fn select(&mut self, task: &mut SearchTask<'_>) {
        if self.current.is_none() || self.rounds >= self.patience {
            self.rounds = 0;
            self.current = task.start();
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let tasks = 32;
    for (method, solved) in run(tasks)? {
        println!("{method:16} {solved:2} of {tasks} solved");
    }
    Ok(())
}

/// Tasks out of `count` that this method and the method `random` solve.
///
/// # Errors
/// Tasks that cannot be made, options that the search refuses.
pub fn run(count: usize) -> Result<Vec<(&'static str, usize)>, Box<dyn Error>> {
    let domain = tdf::builtin("rainbow").ok_or("rainbow is not linked in")?.open()?;
    let tasks = make_tasks(&domain, &TaskOptions::new(count, 2..=3, 0))?;
    let targets: Vec<Target<'_>> = tasks.iter().map(|task| Target::seen(&task.image)).collect();
    let mut solved = Vec::new();
    for method in ["hill-climbing", "random"] {
        // The registry has the method under its name, as it has those of tdf.
        let options = SearchOptions {
            init_sizes: 2..=3,
            ..SearchOptions::new(method, 500)
        };
        let outcomes = search(&domain, &targets, Networks::default(), &options, &mut |_| true)?;
        solved.push((method, outcomes.iter().filter(|outcome| outcome.solved).count()));
    }
    Ok(solved)
}
