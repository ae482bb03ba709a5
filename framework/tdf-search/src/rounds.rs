//! Asks networks on behalf of many tasks: one call serves all of them.

use rayon::prelude::*;
use tdf_decode::GenerationPlan;
use tdf_domain::ObservationPair;

use crate::generator::generate;
use crate::task::SearchTask;
use crate::{
    GenerationRequest, Generator, Outcome, Policy, PolicyError, Query, SearchError, SearchMethod, SearchOptions, Value,
};

/// One task: under way, or ended.
pub(crate) enum Slot<'a> {
    Open(Box<SearchTask<'a>>, Box<dyn SearchMethod>),
    Ended(Outcome),
}

/// The networks of a search, as far as the method needs them.
pub(crate) struct Rounds<'n> {
    /// The method's own policy, which is no network and comes before any other.
    pub(crate) own: Option<Box<dyn Policy>>,
    pub(crate) policy: Option<&'n mut dyn Policy>,
    pub(crate) value: Option<&'n mut dyn Value>,
    pub(crate) generator: Option<&'n mut dyn Generator>,
    /// Whether the method asks for generated programs itself.
    pub(crate) generates: bool,
    /// Whether initial programs are generated.
    pub(crate) generated_init: bool,
}

impl Rounds<'_> {
    /// Asks for what the methods of all tasks want in this round, and gives it to them.
    pub(crate) fn ask(
        &mut self,
        slots: &mut [Slot<'_>],
        samples: usize,
        options: &SearchOptions,
    ) -> Result<(), SearchError> {
        if let Some(generator) = &mut self.generator {
            if self.generated_init {
                init(slots, &mut **generator, options)?;
            }
            if self.generates {
                generation(slots, &mut **generator, options.temperature)?;
            }
        }
        if let Some(own) = &mut self.own {
            expand(slots, &mut **own, samples, options.temperature, false)?;
        } else if let Some(policy) = &mut self.policy {
            expand(slots, &mut **policy, samples, options.temperature, true)?;
        }
        if let Some(value) = &mut self.value {
            score(slots, &mut **value)?;
        }
        Ok(())
    }
}

/// Initial programs that are generated for a task at a time, if it does not begin at more.
const INIT_AT_ONCE: usize = 4;

/// Generates initial programs for all tasks that have none left.
fn init(slots: &mut [Slot<'_>], generator: &mut dyn Generator, options: &SearchOptions) -> Result<(), SearchError> {
    let mut tasks: Vec<&mut SearchTask<'_>> = Vec::new();
    for slot in slots {
        match slot {
            Slot::Open(task, _) if task.wants_generated() => tasks.push(&mut **task),
            _ => {}
        }
    }
    if tasks.is_empty() {
        return Ok(());
    }
    let blanks: Vec<_> = tasks.iter().map(|task| blank(task)).collect();
    let plan = generator.plan().clone();
    let mut rngs: Vec<_> = tasks.iter_mut().map(|task| task.init_rng()).collect();
    let mut requests = Vec::with_capacity(tasks.len());
    for (task, blank) in tasks.iter().zip(&blanks) {
        let target = task.target();
        requests.push(GenerationRequest {
            observation: blank,
            target: target.observation,
            inputs: target.inputs,
            holes: plan.holes(false),
        });
    }
    let samples = INIT_AT_ONCE.max(options.init_count as usize);
    let answers = generate(generator, &requests, samples, options.init_temperature, &mut rngs)?;
    drop(requests);
    for (task, answer) in tasks.into_iter().zip(answers) {
        task.ledger.count_calls(answer.len());
        task.supply(
            answer
                .iter()
                .map(|generated| plan.join(None, &generated.parts))
                .collect(),
        );
    }
    Ok(())
}

/// The observation of no program. Tasks with different numbers of rows have blanks of different lengths.
fn blank(task: &SearchTask<'_>) -> Vec<u8> {
    task.domain().observation_spec().blank()
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
    let blanks: Vec<_> = open.iter().map(|(task, _)| blank(task)).collect();
    let (mut rngs, mut counts, mut samples) = (Vec::new(), Vec::with_capacity(open.len()), 1);
    for (task, method) in &mut open {
        let demand = method.generation(&plan, task.ledger.remaining());
        counts.push(demand.partial.len());
        samples = demand.samples;
        rngs.extend((0..demand.partial.len()).map(|_| task.query_rng()));
    }
    let mut requests = Vec::with_capacity(rngs.len());
    for ((task, method), blank) in open.iter().zip(&blanks) {
        let target = task.target();
        let partial = method.generation(&plan, task.ledger.remaining()).partial;
        requests.extend(partial.into_iter().map(|partial| GenerationRequest {
            observation: partial.map_or(blank, |candidate| &candidate.image),
            target: target.observation,
            inputs: target.inputs,
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
    open.into_par_iter().zip(answers).for_each(|((task, method), answers)| {
        task.ledger.count_calls(answers.iter().map(Vec::len).sum());
        method.take_generated(task, &plan, answers);
    });
    Ok(())
}

/// Asks the policy about all open programs of all tasks in one call, and gives its edits to the methods.
fn expand(
    slots: &mut [Slot<'_>],
    policy: &mut dyn Policy,
    samples: usize,
    temperature: f64,
    is_network: bool,
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
            let target = task.target();
            let candidates = method.to_edit(task.ledger.remaining()).iter();
            queries.extend(candidates.map(|candidate| Query {
                program: &candidate.program,
                observation: &candidate.image,
                target: target.observation,
                inputs: target.inputs,
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
    work.into_par_iter().for_each(|(task, method, proposals)| {
        if is_network {
            task.ledger.count_calls(proposals.iter().map(Vec::len).sum());
        }
        method.take_edits(task, proposals);
    });
    Ok(())
}

/// Asks the value network about all new programs of all tasks in one call.
fn score(slots: &mut [Slot<'_>], value: &mut dyn Value) -> Result<(), SearchError> {
    let mut candidates = Vec::new();
    for slot in slots {
        if let Slot::Open(task, method) = slot
            && !task.has_ended()
        {
            let target = task.ledger.judge.target;
            let wanted = method.unscored();
            task.ledger.count_calls(wanted.len());
            candidates.extend(wanted.into_iter().map(|candidate| (candidate, target)));
        }
    }
    if candidates.is_empty() {
        return Ok(());
    }
    let pairs: Vec<ObservationPair<'_>> = candidates
        .iter()
        .map(|(candidate, target)| ObservationPair {
            inputs: target.inputs,
            current: &candidate.image,
            target: target.observation,
        })
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
