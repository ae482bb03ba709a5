//! Runs a method on many tasks at once.

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use tdf_domain::DynDomain;

use crate::check::{Checked, check};
use crate::judge::{Judge, TimeLimit};
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::rounds::{Rounds, Slot};
use crate::task::SearchTask;
use crate::view::{SearchProgress, SearchView};
use crate::{Networks, Outcome, SearchError, SearchOptions, Target};

/// Searches programs for `targets`. `observe` is called after every round; if it returns false the search stops and open tasks
/// end unsolved.
///
/// The outcome of a task depends on the seed, its number and its target, not on the other tasks or on threads (as far as
/// the policy's answer to a query does not depend on the other queries).
///
/// # Errors
/// Options that cannot be met, a target whose observation or inputs the domain does not have, a policy or value that failed.
///
/// # Examples
///
/// ```
/// use tdf_search::{Networks, SearchError, SearchOptions, Target, search};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let white = vec![255; domain.observation_spec().bytes()];
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
    search_viewed(domain, targets, networks, options, &mut |view| observe(view.progress()))
}

/// [`search()`], where `observe` also sees what the tasks have found so far.
///
/// # Errors
/// Those of [`search()`].
pub fn search_viewed(
    domain: &Arc<dyn DynDomain>,
    targets: &[Target<'_>],
    networks: Networks<'_>,
    options: &SearchOptions,
    observe: &mut dyn FnMut(&SearchView<'_, '_>) -> bool,
) -> Result<Vec<Outcome>, SearchError> {
    let checked = check(domain, targets, &networks, options)?;
    let Networks {
        policy,
        value,
        generator,
    } = networks;
    let mut networks = Rounds {
        own: checked.method.policy.map(|policy| policy(domain, options)),
        policy: policy.filter(|_| checked.needs.policy),
        value: value.filter(|_| checked.needs.value),
        generator,
        generates: checked.needs.generator,
        generated_init: checked.generated_init,
    };
    let alone = options.seconds.is_some() || targets.len() == 1;
    let options = SearchOptions {
        chains: Some(options.chains.unwrap_or_else(|| chains(alone))),
        ..options.clone()
    };
    let at_once = match options.seconds {
        // A time limit means something only to a task that has the machine to itself.
        Some(_) => 1,
        None => targets.len().max(1),
    };
    let mut outcomes = Vec::with_capacity(targets.len());
    let mut goes_on = true;
    while outcomes.len() < targets.len() {
        let first = outcomes.len();
        let group = &targets[first..targets.len().min(first + at_once)];
        // One clock for the limit and for what is told: a search that ends by its limit has taken that long.
        let clock = Instant::now();
        let slots = open(group, (first, clock), &checked, &options);
        let of_all = |now: SearchProgress| SearchProgress {
            ended: first + now.ended,
            share: (first as f64 + now.share * group.len() as f64) / targets.len() as f64,
        };
        outcomes.extend(run(
            (slots, clock),
            &mut networks,
            &checked,
            &options,
            &mut |slots, now| {
                goes_on = goes_on && observe(&SearchView::new(of_all(now), first, slots));
                goes_on
            },
        )?);
    }
    if targets.is_empty() {
        observe(&SearchView::new(SearchProgress { ended: 0, share: 1.0 }, 0, &[]));
    }
    Ok(outcomes)
}

/// Chains for a task: one for each thread, if the task has them to itself.
fn chains(alone: bool) -> u32 {
    match alone {
        true => u32::try_from(rayon::current_num_threads()).unwrap_or(1).max(1),
        false => 1,
    }
}

/// The tasks of `targets`, the first of which has the number `first`; their time begins at `start`.
fn open<'a>(
    targets: &[Target<'a>],
    (first, start): (usize, Instant),
    checked: &'a Checked,
    options: &SearchOptions,
) -> Vec<Slot<'a>> {
    let time = options.seconds.map(|seconds| TimeLimit { start, seconds });
    let limits = Limits {
        budget: options.budget,
        renders: options.renders.unwrap_or(u64::MAX),
        solutions: options.solutions,
    };
    let open = |(number, &target): (usize, &Target<'a>)| {
        let judge = Judge {
            domain: &checked.domains[first + number],
            target,
            criterion: checked.criterion,
            time,
        };
        let number = options.first_task + first + number;
        let mut task = SearchTask::new(Ledger::new(judge, limits), &checked.initial, options.seed, number);
        if checked.generated_init {
            task.init_from_generator();
        }
        if let Some(program) = &options.start {
            task.init_from(program.clone());
        }
        Slot::Open(Box::new(task), (checked.method.make)(options))
    };
    targets.iter().enumerate().map(open).collect()
}

/// Searches tasks that began at `clock` side by side, until all have ended or `observe` returns false.
fn run(
    (mut slots, clock): (Vec<Slot<'_>>, Instant),
    networks: &mut Rounds<'_>,
    checked: &Checked,
    options: &SearchOptions,
    observe: &mut dyn FnMut(&[Slot<'_>], SearchProgress) -> bool,
) -> Result<Vec<Outcome>, SearchError> {
    let seconds = || clock.elapsed().as_secs_f64();
    let samples = (checked.method.edits_per_program)(options);
    // The first round has no programs to ask about: methods begin when they select.
    loop {
        networks.ask(&mut slots, samples, options)?;
        select(&mut slots);
        slots = close(slots, seconds());
        let time = options.seconds.map_or(0.0, |limit| seconds() / limit);
        let progress = progress(&slots, time.min(1.0));
        if !observe(&slots, progress) || progress.ended == slots.len() {
            break;
        }
    }
    let outcome = |slot| match slot {
        Slot::Ended(outcome) => outcome,
        Slot::Open(task, _) => task.into_outcome(seconds()),
    };
    Ok(slots.into_iter().map(outcome).collect())
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

/// How far the tasks are. `time` is the part of the time that is over, 0 to 1.
fn progress(slots: &[Slot<'_>], time: f64) -> SearchProgress {
    let mut ended = 0;
    let mut done = 0.0;
    for slot in slots {
        match slot {
            Slot::Ended(_) => ended += 1,
            Slot::Open(task, _) => done += task.ledger.share().max(time),
        }
    }
    let share = match slots.is_empty() {
        true => 1.0,
        false => (ended as f64 + done) / slots.len() as f64,
    };
    SearchProgress { ended, share }
}
