//! A search with a policy of your own, compared with random mutations.
//!
//! The policy samples random mutations and proposes the one whose image is nearest to the target. To compare images it
//! renders programs, which the budget of the search does not count. The comparison counts them.

#![allow(clippy::print_stdout, reason = "this program prints solve rates")]

use std::error::Error;
use std::sync::Arc;

use tdf::eval::difference;
use tdf::search::{Networks, Outcome, Policy, PolicyError, Proposal, Query, SearchOptions, Target, search};
use tdf::tasks::{TaskOptions, make_tasks};
use tdf::{DynDomain, Mutator, NoiseOptions, Rng};

/// Mutations that the policy compares for each proposal.
const TRIES: u32 = 8;

/// Node expansions per task.
const BUDGET: u32 = 100;

/// Proposes the mutation whose image is nearest to the target.
#[derive(Debug)]
pub struct NearestMutation {
    domain: Arc<dyn DynDomain>,
    mutator: Mutator,
    /// Programs that the policy has rendered.
    pub renders: u64,
}

impl NearestMutation {
    fn new(domain: &Arc<dyn DynDomain>) -> Self {
        let grammar = Arc::clone(domain.language().grammar());
        let mutator = Mutator::new(grammar, domain.size().clone(), NoiseOptions::default());
        Self {
            domain: Arc::clone(domain),
            mutator,
            renders: 0,
        }
    }

    fn propose_one(&mut self, query: &Query<'_>, rng: &mut Rng) -> Option<Proposal> {
        let mut image = vec![0; self.domain.observation_spec().bytes()];
        let mut nearest: Option<(f64, Proposal)> = None;
        for _ in 0..TRIES {
            let edit = self.mutator.propose(query.program, rng)?;
            let mut program = query.program.clone();
            edit.apply(&mut program);
            self.renders += 1;
            // A program that cannot be rendered is not proposed.
            if self.domain.render(program.nodes(), &mut image).is_err() {
                continue;
            }
            let distance = difference(&image, query.target);
            if nearest.as_ref().is_none_or(|(least, _)| distance < *least) {
                nearest = Some((distance, Proposal::unweighted(edit)));
            }
        }
        nearest.map(|(_, proposal)| proposal)
    }
}

impl Policy for NearestMutation {
    /// The queries are the open programs of all tasks. A network answers them as one batch.
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        _temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        let one =
            |(query, rng): (&Query<'_>, &mut Rng)| (0..samples).filter_map(|_| self.propose_one(query, rng)).collect();
        Ok(queries.iter().zip(rngs).map(one).collect())
    }
}

/// A method, the tasks it solved, and the programs rendered for all tasks: expansions, and the renders of the policy.
type Row = (&'static str, usize, u64);

fn main() -> Result<(), Box<dyn Error>> {
    let tasks = 32;
    for (method, solved, renders) in run(tasks)? {
        println!("{method:28} {solved:2} of {tasks} solved, {renders:6} programs rendered");
    }
    Ok(())
}

/// Searches `count` tasks with the policy, and with random mutations.
///
/// # Errors
/// Tasks that cannot be made, options that the search refuses.
pub fn run(count: usize) -> Result<Vec<Row>, Box<dyn Error>> {
    let domain = tdf::builtin("rainbow").ok_or("rainbow is not linked in")?.open()?;
    let tasks = make_tasks(&domain, &TaskOptions::new(count, 2..=3, 0))?;
    let targets: Vec<Target<'_>> = tasks.iter().map(|task| Target::seen(&task.image)).collect();
    let row = |method, outcomes: &[Outcome], renders: u64| {
        let solved = outcomes.iter().filter(|outcome| outcome.solved).count();
        let expansions: u64 = outcomes.iter().map(|outcome| u64::from(outcome.spent)).sum();
        (method, solved, renders + expansions)
    };

    let options = |method: &str, budget| SearchOptions {
        init_sizes: 2..=3,
        ..SearchOptions::new(method, budget)
    };
    let mut policy = NearestMutation::new(&domain);
    let networks = Networks::policy(&mut policy);
    let outcomes = search(&domain, &targets, networks, &options("rollout", BUDGET), &mut |_| true)?;
    let mut rows = vec![row("nearest mutation", &outcomes, policy.renders)];

    // Random mutations: with the same number of expansions, and with no fewer renders.
    for (method, budget) in [("random", BUDGET), ("random, 9 times the budget", BUDGET * (TRIES + 1))] {
        let networks = Networks::default();
        let outcomes = search(&domain, &targets, networks, &options("random", budget), &mut |_| true)?;
        rows.push(row(method, &outcomes, 0));
    }
    Ok(rows)
}
