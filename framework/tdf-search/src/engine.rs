//! Runs a method on many tasks at once.

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use tdf_domain::DynDomain;
use tdf_tree::Mutator;

use crate::beam::Beam;
use crate::check::check;
use crate::ledger::{Ledger, Limits};
use crate::rollout::Rollout;
use crate::sample::RejectionSampling;
use crate::strategy::Strategy;
use crate::task::Task;
use crate::writer::generate;
use crate::{
    GenerationRequest, Generator, Init, Method, Networks, Outcome, Policy, PolicyError, Query, SearchError,
    SearchOptions, Target, UniformPolicy, Value,
};

/// One task: under way, or ended.
enum Slot<'a> {
    Open(Task<'a>, At),
    Ended(Outcome),
}

/// A method at work on a task.
enum At {
    Editing(Box<dyn Strategy>),
    Writing(RejectionSampling),
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchProgress {
    /// Number of tasks that have ended.
    pub ended: usize,
    /// The part of the work that is done, 0 to 1: a task that has ended is done, another one as far as its budget is spent.
    pub share: f64,
}

/// Searches programs for `targets`. `observe` is called after every round; if it returns false the search stops and open tasks
/// end unsolved.
///
/// The outcome of a task depends on the seed, its number and its target, not on the other tasks or on threads (as far as
/// the policy's answer to a query does not depend on the other queries).
///
/// # Errors
/// Options that cannot be met, a target of another canvas, a policy or value that failed.
pub fn search(
    domain: &Arc<dyn DynDomain>,
    targets: &[Target<'_>],
    networks: Networks<'_>,
    options: &SearchOptions,
    observe: &mut dyn FnMut(SearchProgress) -> bool,
) -> Result<Vec<Outcome>, SearchError> {
    let clock = Instant::now();
    let criterion = domain.criterion(&options.criterion);
    let criterion = criterion.map_err(|error| SearchError::Options(error.to_string()))?;
    let starts = check(domain, targets, &networks, options)?;
    let Networks {
        policy,
        mut value,
        generator: mut writer,
    } = networks;
    if !options.method.needs_value() {
        value = None;
    }
    let mut uniform = None;
    let mut policy = match options.method {
        Method::Random { noise, .. } => {
            let grammar = Arc::clone(domain.language().grammar());
            let mutator = Mutator::new(grammar, domain.size().clone(), noise);
            Some(uniform.insert(UniformPolicy::new(mutator)) as &mut dyn Policy)
        }
        _ => policy,
    };
    let written = options.method.has_init() && options.init != Init::Random;
    let mut slots = Vec::with_capacity(targets.len());
    for (number, &target) in targets.iter().enumerate() {
        let limits = Limits {
            budget: options.budget,
            solutions: options.solutions,
        };
        let ledger = Ledger::new(domain, target, criterion, limits);
        let mut task = Task::new(ledger, &starts, options.seed, number);
        if written {
            task.init_from_generator();
        }
        slots.push(Slot::Open(task, at_work(options)));
    }
    // The first round has no programs to ask about: methods begin when they select.
    loop {
        if let Some(writer) = &mut writer {
            match (options.method, options.init) {
                (Method::Sample { .. }, _) => sample(&mut slots, &mut **writer, options.temperature)?,
                (_, Init::Generated { temperature }) => {
                    supply(&mut slots, &mut **writer, options.init_count, temperature)?
                }
                (_, Init::Random) => {}
            }
        }
        if let Some(policy) = &mut policy {
            expand(&mut slots, &mut **policy, options)?;
        }
        if let Some(value) = &mut value {
            score(&mut slots, &mut **value)?;
        }
        select(&mut slots);
        slots = close(slots, clock.elapsed().as_secs_f64());
        let progress = progress(&slots, options.budget);
        if !observe(progress) || progress.ended == targets.len() {
            break;
        }
    }
    let outcome = |slot| match slot {
        Slot::Ended(outcome) => outcome,
        Slot::Open(task, _) => task.into_outcome(clock.elapsed().as_secs_f64()),
    };
    Ok(slots.into_iter().map(outcome).collect())
}

fn at_work(options: &SearchOptions) -> At {
    match options.method {
        Method::Rollout { restart } | Method::Random { restart, .. } => At::Editing(Box::new(Rollout::new(restart))),
        Method::Beam {
            width,
            edits_per_program: children,
            ranking: score,
        } => At::Editing(Box::new(Beam::new(width, children, score, options.init_count))),
        Method::Sample { particles } => At::Writing(RejectionSampling::new(particles)),
    }
}

/// A round of writing for all open tasks.
fn sample(slots: &mut [Slot<'_>], writer: &mut dyn Generator, temperature: f64) -> Result<(), SearchError> {
    let mut tasks = Vec::new();
    for slot in slots {
        if let Slot::Open(task, At::Writing(sampling)) = slot {
            tasks.push((task, sampling));
        }
    }
    Ok(crate::sample::round(&mut tasks, writer, temperature)?)
}

/// First programs that are written for a task at a time, if it does not begin at more.
const SUPPLY: usize = 4;

/// Has first programs written for all tasks that have none left.
fn supply(
    slots: &mut [Slot<'_>],
    writer: &mut dyn Generator,
    starts: u32,
    temperature: f64,
) -> Result<(), SearchError> {
    let mut tasks: Vec<&mut Task<'_>> = Vec::new();
    for slot in slots {
        match slot {
            Slot::Open(task, _) if task.wants_generated() => tasks.push(task),
            _ => {}
        }
    }
    let Some(first) = tasks.first() else { return Ok(()) };
    let canvas = first.ledger.domain.canvas();
    let blank = vec![canvas.background; canvas.bytes()];
    let plan = writer.plan().clone();
    let mut rngs: Vec<_> = tasks.iter_mut().map(|task| task.supply_stream()).collect();
    let mut requests = Vec::with_capacity(tasks.len());
    for task in &tasks {
        requests.push(GenerationRequest {
            observation: &blank,
            target: task.ledger.target.observation,
            holes: plan.holes(false),
        });
    }
    let answers = generate(writer, &requests, SUPPLY.max(starts as usize), temperature, &mut rngs)?;
    drop(requests);
    for (task, answer) in tasks.into_iter().zip(answers) {
        task.supply(answer.iter().map(|written| plan.join(None, &written.parts)).collect());
    }
    Ok(())
}

/// Asks the policy about all open programs of all tasks in one call, and tries what it proposes.
fn expand(slots: &mut [Slot<'_>], policy: &mut dyn Policy, options: &SearchOptions) -> Result<(), SearchError> {
    let samples = match options.method {
        Method::Rollout { .. } | Method::Random { .. } | Method::Sample { .. } => 1,
        Method::Beam {
            edits_per_program: children,
            ..
        } => children as usize,
    };
    let mut rngs = Vec::new();
    for slot in &mut *slots {
        if let Slot::Open(task, At::Editing(strategy)) = slot {
            let open = strategy.open(task.ledger.remaining()).len();
            rngs.extend((0..open).map(|_| task.query_stream()));
        }
    }
    let mut queries = Vec::with_capacity(rngs.len());
    for slot in &*slots {
        if let Slot::Open(task, At::Editing(strategy)) = slot {
            let (members, target) = (strategy.open(task.ledger.remaining()), task.ledger.target.observation);
            queries.extend(members.iter().map(|m| Query {
                program: &m.program,
                observation: &m.image,
                target,
            }));
        }
    }
    if queries.is_empty() {
        return Ok(());
    }
    let asked = queries.len();
    let answers = policy.propose(&queries, samples, options.temperature, &mut rngs)?;
    if answers.len() != asked {
        return Err(PolicyError(format!("the policy answered {} of {asked} queries", answers.len())).into());
    }
    let mut answers = answers.into_iter();
    let mut work = Vec::new();
    for slot in slots {
        if let Slot::Open(task, At::Editing(strategy)) = slot {
            let open = strategy.open(task.ledger.remaining()).len();
            work.push((task, strategy, answers.by_ref().take(open).collect::<Vec<_>>()));
        }
    }
    work.into_par_iter()
        .for_each(|(task, strategy, proposals)| strategy.expand(task, proposals));
    Ok(())
}

/// Asks the value network about all new programs of all tasks in one call.
fn score(slots: &mut [Slot<'_>], value: &mut dyn Value) -> Result<(), SearchError> {
    let mut members = Vec::new();
    for slot in slots {
        if let Slot::Open(task, At::Editing(strategy)) = slot
            && !task.has_ended()
        {
            let target = task.ledger.target.observation;
            members.extend(strategy.unscored().into_iter().map(|member| (member, target)));
        }
    }
    if members.is_empty() {
        return Ok(());
    }
    let pairs: Vec<(&[u8], &[u8])> = members
        .iter()
        .map(|(member, target)| (&member.image[..], *target))
        .collect();
    let distances = value.distances(&pairs)?;
    if distances.len() != members.len() {
        let message = format!(
            "the value network answered {} of {} queries",
            distances.len(),
            members.len()
        );
        return Err(PolicyError(message).into());
    }
    for ((member, _), distance) in members.iter_mut().zip(distances) {
        member.value = Some(distance);
    }
    Ok(())
}

/// Lets all tasks that are under way choose what is open next.
fn select(slots: &mut [Slot<'_>]) {
    slots.par_iter_mut().for_each(|slot| {
        if let Slot::Open(task, At::Editing(strategy)) = slot
            && !task.has_ended()
        {
            strategy.select(task);
        }
    });
}

/// Gives up the memory of tasks that have ended.
fn close(slots: Vec<Slot<'_>>, seconds: f64) -> Vec<Slot<'_>> {
    let close = |slot| match slot {
        Slot::Open(task, _) if task.has_ended() => Slot::Ended(task.into_outcome(seconds)),
        Slot::Open(mut task, strategy) => {
            task.ledger.note_time(seconds);
            Slot::Open(task, strategy)
        }
        slot => slot,
    };
    slots.into_iter().map(close).collect()
}

fn progress(slots: &[Slot<'_>], budget: u32) -> SearchProgress {
    let mut ended = 0;
    let mut done = 0.0;
    for slot in slots {
        match slot {
            Slot::Ended(_) => ended += 1,
            Slot::Open(task, _) => done += 1.0 - f64::from(task.ledger.remaining()) / f64::from(budget.max(1)),
        }
    }
    let share = match slots.is_empty() {
        true => 1.0,
        false => (ended as f64 + done) / slots.len() as f64,
    };
    SearchProgress { ended, share }
}
