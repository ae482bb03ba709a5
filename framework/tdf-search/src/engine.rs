//! Runs a method on many tasks at once.

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use tdf_domain::DynDomain;
use tdf_tree::{Edit, Mutator, Sampler, Tree, Weighting};

use crate::beam::Beam;
use crate::ledger::{Ledger, Limits};
use crate::rollout::Rollout;
use crate::sample::Sampling;
use crate::strategy::Strategy;
use crate::task::{Starts, Task};
use crate::writer::ask;
use crate::{Method, Policy, PolicyError, Query, Request, SearchOptions, Start, UniformPolicy, Value, Writer};

/// A picture to be explained; on the domain's canvas.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// What is seen.
    pub picture: &'a [u8],
    /// What a solution draws. `None` if that is not known: no program solves such a target.
    pub plain: Option<&'a [u8]>,
}

impl<'a> Target<'a> {
    /// A target that is seen as it is drawn.
    pub fn seen(picture: &'a [u8]) -> Self {
        Self {
            picture,
            plain: Some(picture),
        }
    }
}

/// What a search asks. A method that needs one that is not there is refused; what a method does not need is not asked.
#[derive(Default)]
pub struct Networks<'a> {
    /// Proposes edits: for rollouts and beams.
    pub policy: Option<&'a mut dyn Policy>,
    /// Ranks programs: for beams by [`Score::Value`](crate::Score::Value).
    pub value: Option<&'a mut dyn Value>,
    /// Writes programs: for [`Method::Sample`] and [`Start::Written`].
    pub writer: Option<&'a mut dyn Writer>,
}

impl std::fmt::Debug for Networks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Networks")
            .field("policy", &self.policy.is_some())
            .field("value", &self.value.is_some())
            .field("writer", &self.writer.is_some())
            .finish()
    }
}

impl<'a> Networks<'a> {
    /// A policy alone.
    pub fn policy(policy: &'a mut dyn Policy) -> Self {
        Self {
            policy: Some(policy),
            ..Self::default()
        }
    }

    /// A writer alone.
    pub fn writer(writer: &'a mut dyn Writer) -> Self {
        Self {
            writer: Some(writer),
            ..Self::default()
        }
    }
}

/// How the search for one task ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Node expansions made until the first solution; all of them if there is none.
    pub expansions: u32,
    /// Seconds from the start of the search until the first solution, or until this task ended.
    pub seconds: f64,
    /// Whether `best` solves the task.
    pub solved: bool,
    /// The first solution, or the program whose picture came nearest by mean absolute difference.
    pub best: Solution,
    /// Further solutions, in the order in which they were found; none unless more than one was asked for.
    pub further: Vec<Solution>,
    /// All node expansions: more than `expansions` if the search went on after the first solution.
    pub spent: u32,
    /// Seconds from the start of the search until this task ended.
    pub spent_seconds: f64,
}

impl Outcome {
    /// All solutions, in the order in which they were found.
    pub fn solutions(&self) -> impl Iterator<Item = &Solution> {
        let first = self.solved.then_some(&self.best);
        first.into_iter().chain(&self.further)
    }
}

/// A program and the way that led to it.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The program.
    pub program: Tree,
    /// Mean absolute difference of its picture from what is wanted (of an observation from the target, if that is not
    /// known), 0 to 255.
    pub difference: f64,
    /// The way there.
    pub trace: Trace,
}

/// The first program of a search and the edits that led on from it.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The first program.
    pub start: Tree,
    /// Edits, applied one after the other.
    pub edits: Vec<Edit>,
}

/// A search that could not go on.
#[derive(Clone, Debug)]
pub enum SearchError {
    /// The policy or value failed.
    Policy(PolicyError),
    /// The options cannot be met.
    Options(String),
}

impl std::fmt::Display for SearchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Policy(e) => e.fmt(f),
            Self::Options(s) => f.write_str(s),
        }
    }
}

impl std::error::Error for SearchError {}

impl From<PolicyError> for SearchError {
    fn from(e: PolicyError) -> Self {
        Self::Policy(e)
    }
}

/// One task: under way, or ended.
enum Slot<'a> {
    Open(Task<'a>, At),
    Ended(Outcome),
}

/// A method at work on a task.
enum At {
    Editing(Box<dyn Strategy>),
    Writing(Sampling),
}

/// Searches programs for `targets`. `observe` is called after every round with the
/// number of tasks that have ended; if it returns false the search stops and open tasks end unsolved.
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
    observe: &mut dyn FnMut(usize) -> bool,
) -> Result<Vec<Outcome>, SearchError> {
    let clock = Instant::now();
    let starts = check(domain, targets, &networks, options)?;
    let Networks {
        policy,
        mut value,
        mut writer,
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
    let written = options.method.has_starts() && options.start != Start::Random;
    let mut slots = Vec::with_capacity(targets.len());
    for (number, &target) in targets.iter().enumerate() {
        let limits = Limits {
            budget: options.budget,
            solutions: options.solutions,
        };
        let ledger = Ledger::new(domain, target, options.goal, limits);
        let mut task = Task::new(ledger, &starts, options.seed, number);
        if written {
            task.begin_with_written();
        }
        slots.push(Slot::Open(task, at_work(options.method)));
    }
    // The first round has no programs to ask about: methods begin when they select.
    loop {
        if let Some(writer) = &mut writer {
            match (options.method, options.start) {
                (Method::Sample { .. }, _) => sample(&mut slots, &mut **writer, options.temperature)?,
                (_, Start::Written { temperature }) => supply(&mut slots, &mut **writer, temperature)?,
                (_, Start::Random) => {}
            }
        }
        if let Some(policy) = &mut policy {
            expand(&mut slots, &mut **policy, options)?;
        }
        if let Some(value) = &mut value {
            score(&mut slots, &mut **value)?;
        }
        select(&mut slots);
        let ended;
        (slots, ended) = close(slots, clock.elapsed().as_secs_f64());
        if !observe(ended) || ended == targets.len() {
            break;
        }
    }
    let outcome = |slot| match slot {
        Slot::Ended(outcome) => outcome,
        Slot::Open(task, _) => task.into_outcome(clock.elapsed().as_secs_f64()),
    };
    Ok(slots.into_iter().map(outcome).collect())
}

fn at_work(method: Method) -> At {
    match method {
        Method::Rollout { restart } | Method::Random { restart, .. } => At::Editing(Box::new(Rollout::new(restart))),
        Method::Beam { width, children, score } => At::Editing(Box::new(Beam::new(width, children, score))),
        Method::Sample { particles } => At::Writing(Sampling::new(particles)),
    }
}

/// A round of writing for all open tasks.
fn sample(slots: &mut [Slot<'_>], writer: &mut dyn Writer, temperature: f64) -> Result<(), SearchError> {
    let mut tasks = Vec::new();
    for slot in slots {
        if let Slot::Open(task, At::Writing(sampling)) = slot {
            tasks.push((task, sampling));
        }
    }
    Ok(crate::sample::round(&mut tasks, writer, temperature)?)
}

/// First programs that are written for a task at a time.
const SUPPLY: usize = 4;

/// Has first programs written for all tasks that have none left.
fn supply(slots: &mut [Slot<'_>], writer: &mut dyn Writer, temperature: f64) -> Result<(), SearchError> {
    let mut tasks: Vec<&mut Task<'_>> = Vec::new();
    for slot in slots {
        match slot {
            Slot::Open(task, _) if task.wants_stock() => tasks.push(task),
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
        requests.push(Request {
            picture: &blank,
            target: task.ledger.target.picture,
            holes: plan.holes(false),
        });
    }
    let answers = ask(writer, &requests, SUPPLY, temperature, &mut rngs)?;
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
        Method::Beam { children, .. } => children as usize,
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
            let (members, target) = (strategy.open(task.ledger.remaining()), task.ledger.target.picture);
            queries.extend(members.iter().map(|m| Query {
                program: &m.program,
                picture: &m.picture,
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
            let target = task.ledger.target.picture;
            members.extend(strategy.unscored().into_iter().map(|member| (member, target)));
        }
    }
    if members.is_empty() {
        return Ok(());
    }
    let pairs: Vec<(&[u8], &[u8])> = members
        .iter()
        .map(|(member, target)| (&member.picture[..], *target))
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

/// Gives up the memory of tasks that have ended; returns how many have.
fn close(slots: Vec<Slot<'_>>, seconds: f64) -> (Vec<Slot<'_>>, usize) {
    let close = |slot| match slot {
        Slot::Open(task, _) if task.has_ended() => Slot::Ended(task.into_outcome(seconds)),
        Slot::Open(mut task, strategy) => {
            task.ledger.note_time(seconds);
            Slot::Open(task, strategy)
        }
        slot => slot,
    };
    let slots: Vec<_> = slots.into_iter().map(close).collect();
    let ended = slots.iter().filter(|slot| matches!(slot, Slot::Ended(_))).count();
    (slots, ended)
}

fn check(
    domain: &Arc<dyn DynDomain>,
    targets: &[Target<'_>],
    networks: &Networks<'_>,
    options: &SearchOptions,
) -> Result<Starts, SearchError> {
    let fail = |message: String| Err(SearchError::Options(message));
    if options.budget == 0 {
        return fail("the budget must be 1 expansion or more".to_owned());
    }
    if options.solutions == 0 {
        return fail("a search must look for 1 solution or more".to_owned());
    }
    if !(options.temperature.is_finite() && options.temperature >= 0.0) {
        return fail(format!(
            "the temperature must be 0 or more, not {}",
            options.temperature
        ));
    }
    match options.method {
        Method::Rollout { restart: 0 } | Method::Random { restart: 0, .. } => {
            return fail("a rollout must have 1 edit or more before it restarts".to_owned());
        }
        Method::Beam { width: 0, .. } => return fail("the beam must keep 1 program or more".to_owned()),
        Method::Beam { children: 0, .. } => return fail("the beam must sample 1 edit or more per program".to_owned()),
        Method::Sample { particles: 0 } => return fail("sampling must write 1 program or more at a time".to_owned()),
        method if method.needs_policy() && networks.policy.is_none() => {
            return fail("rollouts and beams need a policy".to_owned());
        }
        method if method.needs_value() && networks.value.is_none() => {
            return fail("a beam ranked by value needs a value network".to_owned());
        }
        Method::Rollout { .. } | Method::Random { .. } | Method::Beam { .. } | Method::Sample { .. } => {}
    }
    let plan = networks.writer.as_ref().map(|writer| writer.plan());
    match (options.method.has_starts(), options.start, plan) {
        (false, _, None) => return fail("sampling needs a network that writes programs".to_owned()),
        (true, Start::Written { .. }, None) => {
            return fail("to begin at written programs, a network that writes them is needed".to_owned());
        }
        (true, Start::Written { .. }, Some(plan)) if plan.most() > 1 => {
            return fail("to begin at written programs, a network that writes them at once is needed".to_owned());
        }
        (true, Start::Written { temperature }, _) if !(temperature.is_finite() && temperature >= 0.0) => {
            return fail(format!(
                "the temperature of writing must be 0 or more, not {temperature}"
            ));
        }
        _ => {}
    }
    let bytes = domain.canvas().bytes();
    for (number, target) in targets.iter().enumerate() {
        let pictures = std::iter::once(target.picture).chain(target.plain);
        if let Some(picture) = pictures.into_iter().find(|picture| picture.len() != bytes) {
            return fail(format!(
                "target {number} has {} samples, pictures of {} have {bytes}",
                picture.len(),
                domain.name()
            ));
        }
    }
    if options.start_sizes.is_empty() {
        return fail(format!(
            "sizes {:?} of first programs are an empty range",
            options.start_sizes
        ));
    }
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), *options.start_sizes.end(), Weighting::Rules);
    let sizes = sampler
        .feasible(domain.start(), options.start_sizes.clone())
        .map_err(|e| SearchError::Options(format!("first programs: {}", e.message)))?;
    Ok(Starts { sampler, sizes })
}
