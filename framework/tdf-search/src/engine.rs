//! Runs a method on many tasks at once.

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use tdf_decode::GenerationPlan;
use tdf_domain::DynDomain;

use crate::check::{Checked, check};
use crate::generator::generate;
use crate::ledger::{Ledger, Limits};
use crate::task::SearchTask;
use crate::{
    GenerationRequest, Generator, Networks, Outcome, Policy, PolicyError, Query, SearchError, SearchMethod,
    SearchOptions, Target, Value,
};

/// One task: under way, or ended.
enum Slot<'a> {
    Open(SearchTask<'a>, Box<dyn SearchMethod>),
    Ended(Outcome),
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
///
/// # Examples
///
/// ```
/// use tdf_search::{Networks, SearchError, SearchOptions, Target, search};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let white = vec![255; domain.canvas().bytes()];
/// let mut run = |method: &str| {
///     let options = SearchOptions { init_sizes: 1..=2, ..SearchOptions::new(method, 20) };
///     search(&domain, &[Target::seen(&white)], Networks::default(), &options, &mut |_| true)
/// };
/// assert!(run("random")?[0].expansions <= 20);
/// // A rollout needs a policy.
/// assert!(matches!(run("rollout"), Err(SearchError::Options(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn search(
    domain: &Arc<dyn DynDomain>,
    targets: &[Target<'_>],
    networks: Networks<'_>,
    options: &SearchOptions,
    observe: &mut dyn FnMut(SearchProgress) -> bool,
) -> Result<Vec<Outcome>, SearchError> {
    let clock = Instant::now();
    let Checked {
        method,
        needs,
        criterion,
        initial,
        generated_init,
    } = check(domain, targets, &networks, options)?;
    let Networks {
        policy,
        value,
        mut generator,
    } = networks;
    let mut value = value.filter(|_| needs.value);
    let mut own = method.policy.map(|policy| policy(domain, options));
    let mut policy = match &mut own {
        Some(own) => Some(&mut **own as &mut dyn Policy),
        None => policy.filter(|_| needs.policy),
    };
    let mut slots = Vec::with_capacity(targets.len());
    for (number, &target) in targets.iter().enumerate() {
        let limits = Limits {
            budget: options.budget,
            solutions: options.solutions,
        };
        let ledger = Ledger::new(domain, target, criterion, limits);
        let mut task = SearchTask::new(ledger, &initial, options.seed, options.first_task + number);
        if generated_init {
            task.init_from_generator();
        }
        if let Some(program) = &options.start {
            task.init_from(program.clone());
        }
        slots.push(Slot::Open(task, (method.make)(options)));
    }
    // The first round has no programs to ask about: methods begin when they select.
    loop {
        if let Some(generator) = &mut generator {
            if generated_init {
                init(&mut slots, &mut **generator, options)?;
            }
            if needs.generator {
                generation(&mut slots, &mut **generator, options.temperature)?;
            }
        }
        if let Some(policy) = &mut policy {
            let samples = (method.edits_per_program)(options);
            expand(&mut slots, &mut **policy, samples, options.temperature)?;
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

/// Initial programs that are generated for a task at a time, if it does not begin at more.
const INIT_AT_ONCE: usize = 4;

/// Generates initial programs for all tasks that have none left.
fn init(slots: &mut [Slot<'_>], generator: &mut dyn Generator, options: &SearchOptions) -> Result<(), SearchError> {
    let mut tasks: Vec<&mut SearchTask<'_>> = Vec::new();
    for slot in slots {
        match slot {
            Slot::Open(task, _) if task.wants_generated() => tasks.push(task),
            _ => {}
        }
    }
    let Some(first) = tasks.first() else { return Ok(()) };
    let blank = blank(&**first.ledger.domain);
    let plan = generator.plan().clone();
    let mut rngs: Vec<_> = tasks.iter_mut().map(|task| task.init_rng()).collect();
    let mut requests = Vec::with_capacity(tasks.len());
    for task in &tasks {
        requests.push(GenerationRequest {
            observation: &blank,
            target: task.ledger.target.observation,
            holes: plan.holes(false),
        });
    }
    let samples = INIT_AT_ONCE.max(options.init_count as usize);
    let answers = generate(generator, &requests, samples, options.init_temperature, &mut rngs)?;
    drop(requests);
    for (task, answer) in tasks.into_iter().zip(answers) {
        task.supply(
            answer
                .iter()
                .map(|generated| plan.join(None, &generated.parts))
                .collect(),
        );
    }
    Ok(())
}

fn blank(domain: &dyn DynDomain) -> Vec<u8> {
    let canvas = domain.canvas();
    vec![canvas.background; canvas.bytes()]
}

/// Generates what the methods of all tasks ask for in one call, and gives it to them.
fn generation(slots: &mut [Slot<'_>], generator: &mut dyn Generator, temperature: f64) -> Result<(), SearchError> {
    let plan: GenerationPlan = generator.plan().clone();
    let mut open = Vec::new();
    for slot in slots {
        if let Slot::Open(task, method) = slot {
            open.push((task, method));
        }
    }
    let Some((task, _)) = open.first() else { return Ok(()) };
    let blank = blank(&**task.ledger.domain);
    let (mut rngs, mut counts, mut samples) = (Vec::new(), Vec::with_capacity(open.len()), 1);
    for (task, method) in &mut open {
        let demand = method.generation(&plan, task.ledger.remaining());
        counts.push(demand.partial.len());
        samples = demand.samples;
        rngs.extend((0..demand.partial.len()).map(|_| task.query_rng()));
    }
    let mut requests = Vec::with_capacity(rngs.len());
    for (task, method) in &open {
        let target = task.ledger.target.observation;
        let partial = method.generation(&plan, task.ledger.remaining()).partial;
        requests.extend(partial.into_iter().map(|partial| GenerationRequest {
            observation: partial.map_or(&blank, |candidate| &candidate.image),
            target,
            holes: plan.holes(partial.is_some()),
        }));
    }
    if requests.is_empty() {
        return Ok(());
    }
    let mut answers = generate(generator, &requests, samples, temperature, &mut rngs)?.into_iter();
    drop(requests);
    let answers: Vec<Vec<_>> = counts
        .iter()
        .map(|&count| answers.by_ref().take(count).collect())
        .collect();
    open.into_par_iter()
        .zip(answers)
        .for_each(|((task, method), answers)| method.take_generated(task, &plan, answers));
    Ok(())
}

/// Asks the policy about all open programs of all tasks in one call, and gives its edits to the methods.
fn expand(
    slots: &mut [Slot<'_>],
    policy: &mut dyn Policy,
    samples: usize,
    temperature: f64,
) -> Result<(), SearchError> {
    let mut rngs = Vec::new();
    for slot in &mut *slots {
        if let Slot::Open(task, method) = slot {
            let open = method.to_edit(task.ledger.remaining()).len();
            rngs.extend((0..open).map(|_| task.query_rng()));
        }
    }
    let mut queries = Vec::with_capacity(rngs.len());
    for slot in &*slots {
        if let Slot::Open(task, method) = slot {
            let target = task.ledger.target.observation;
            let candidates = method.to_edit(task.ledger.remaining()).iter();
            queries.extend(candidates.map(|candidate| Query {
                program: &candidate.program,
                observation: &candidate.image,
                target,
            }));
        }
    }
    if queries.is_empty() {
        return Ok(());
    }
    let asked = queries.len();
    let answers = policy.propose(&queries, samples, temperature, &mut rngs)?;
    if answers.len() != asked {
        return Err(PolicyError(format!("the policy answered {} of {asked} queries", answers.len())).into());
    }
    let mut answers = answers.into_iter();
    let mut work = Vec::new();
    for slot in slots {
        if let Slot::Open(task, method) = slot {
            let open = method.to_edit(task.ledger.remaining()).len();
            work.push((task, method, answers.by_ref().take(open).collect::<Vec<_>>()));
        }
    }
    work.into_par_iter()
        .for_each(|(task, method, proposals)| method.take_edits(task, proposals));
    Ok(())
}

/// Asks the value network about all new programs of all tasks in one call.
fn score(slots: &mut [Slot<'_>], value: &mut dyn Value) -> Result<(), SearchError> {
    let mut candidates = Vec::new();
    for slot in slots {
        if let Slot::Open(task, method) = slot
            && !task.has_ended()
        {
            let target = task.ledger.target.observation;
            candidates.extend(method.unscored().into_iter().map(|candidate| (candidate, target)));
        }
    }
    if candidates.is_empty() {
        return Ok(());
    }
    let pairs: Vec<(&[u8], &[u8])> = candidates
        .iter()
        .map(|(candidate, target)| (&candidate.image[..], *target))
        .collect();
    let distances = value.distances(&pairs)?;
    if distances.len() != candidates.len() {
        let (answered, asked) = (distances.len(), candidates.len());
        return Err(PolicyError(format!("the value network answered {answered} of {asked} queries")).into());
    }
    for ((candidate, _), distance) in candidates.iter_mut().zip(distances) {
        candidate.value = Some(distance);
    }
    Ok(())
}

/// Lets all tasks that are under way choose what is open next.
fn select(slots: &mut [Slot<'_>]) {
    slots.par_iter_mut().for_each(|slot| {
        if let Slot::Open(task, method) = slot
            && !task.has_ended()
        {
            method.select(task);
        }
    });
}

/// Frees the memory of tasks that have ended.
fn close(slots: Vec<Slot<'_>>, seconds: f64) -> Vec<Slot<'_>> {
    let close = |slot| match slot {
        Slot::Open(task, _) if task.has_ended() => Slot::Ended(task.into_outcome(seconds)),
        Slot::Open(mut task, method) => {
            task.ledger.note_time(seconds);
            Slot::Open(task, method)
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
