//! Rejection sampling: programs are written, at once or piece by piece, until one draws the target (section 4.2).

use rayon::prelude::*;
use tdf_domain::GenerationPlan;
use tdf_tree::{Edit, NodeId};

use crate::PolicyError;
use crate::ledger::Origin;
use crate::task::{Member, Reached, Task};
use crate::writer::{Generated, GenerationRequest, Generator, generate};

/// Programs written in a row that may be none but old ones before a task counts as exhausted: a network that is sure of
/// itself writes the same again and again.
const MAX_PROGRAMS_WITHOUT_PROGRESS: u32 = 256;

/// A program being written.
#[derive(Debug, Default)]
struct Particle {
    /// What there is of it.
    begun: Option<Member>,
    pieces: u32,
}

/// Rejection sampling at work on one task.
#[derive(Debug)]
pub(crate) struct RejectionSampling {
    particles: Vec<Particle>,
    /// What was written since the last program that was new.
    programs_without_progress: u32,
}

impl RejectionSampling {
    pub(crate) fn new(particles: u32) -> Self {
        Self {
            particles: (0..particles).map(|_| Particle::default()).collect(),
            programs_without_progress: 0,
        }
    }

    /// How many requests, and how many samples of each: programs written at once are samples of one request, others have a
    /// request each, as many as the budget has room for. (How many samples a request has changes what they are: it must not
    /// depend on other tasks.)
    fn open(&self, plan: &GenerationPlan, remaining: u32) -> (usize, usize) {
        let all = self.particles.len();
        if plan.most() == 1 {
            (1, all)
        } else {
            (all.min(remaining as usize), 1)
        }
    }

    /// Takes what was written for each request of this task.
    fn take(&mut self, task: &mut Task<'_>, plan: &GenerationPlan, answers: Vec<Vec<Generated>>) {
        let mut answers: Vec<Option<Generated>> = match plan.most() {
            1 => answers.into_iter().flatten().map(Some).collect(),
            _ => answers.into_iter().map(|answer| answer.into_iter().next()).collect(),
        };
        if answers.is_empty() {
            answers.push(None);
        }
        for (particle, written) in self.particles.iter_mut().zip(answers) {
            if task.has_ended() {
                return;
            }
            if self.programs_without_progress >= MAX_PROGRAMS_WITHOUT_PROGRESS {
                return task.give_up();
            }
            self.programs_without_progress += 1;
            let Some(written) = written else {
                *particle = Particle::default();
                continue;
            };
            if particle.grow(task, plan, &written) {
                self.programs_without_progress = 0;
            }
        }
    }
}

impl Particle {
    /// Adds a piece and tries the program; says whether it was new.
    fn grow(&mut self, task: &mut Task<'_>, plan: &GenerationPlan, written: &Generated) -> bool {
        let begun = self.begun.take();
        let program = plan.join(begun.as_ref().map(|member| &member.program), &written.parts);
        let (origin, before, image) = match begun {
            None => (Origin::Start(program.clone()), 0.0, Vec::new()),
            Some(member) => {
                let replacement = program.nodes().to_vec();
                let node = NodeId::ROOT;
                let origin = Origin::Edit(member.record, Edit { node, replacement });
                (origin, member.log_probability, member.image)
            }
        };
        let log_probability = before + f64::from(written.log_probability);
        let expansions = task.ledger.expansions();
        let reached = task.attempt(program, origin, log_probability, image);
        let new = task.ledger.expansions() > expansions;
        self.pieces += 1;
        self.begun = match reached {
            _ if self.pieces >= plan.most() => None,
            Reached::New(member) => Some(member),
            Reached::Seen(member) => task.redraw(member),
            Reached::Nothing => None,
        };
        if self.begun.is_none() {
            self.pieces = 0;
        }
        new
    }
}

/// One round for all tasks that are under way: one call of the network, then rendering and testing.
pub(crate) fn round(
    tasks: &mut [(&mut Task<'_>, &mut RejectionSampling)],
    writer: &mut dyn Generator,
    temperature: f64,
) -> Result<(), PolicyError> {
    let plan = writer.plan().clone();
    let mut rngs = Vec::new();
    let mut samples = 1;
    for (task, sampling) in &mut *tasks {
        let (requests, of_each) = sampling.open(&plan, task.ledger.remaining());
        samples = of_each;
        rngs.extend((0..requests).map(|_| task.query_stream()));
    }
    let mut requests = Vec::with_capacity(rngs.len());
    let mut counts = Vec::with_capacity(tasks.len());
    let canvas = tasks.first().map(|(task, _)| task.ledger.domain.canvas());
    let blank = canvas.map_or_else(Vec::new, |canvas| vec![canvas.background; canvas.bytes()]);
    for (task, sampling) in &*tasks {
        let target = task.ledger.target.observation;
        let (open, _) = sampling.open(&plan, task.ledger.remaining());
        counts.push(open);
        requests.extend(sampling.particles[..open].iter().map(|particle| GenerationRequest {
            observation: particle.begun.as_ref().map_or(&blank, |member| &member.image),
            target,
            holes: plan.holes(particle.begun.is_some()),
        }));
    }
    if requests.is_empty() {
        return Ok(());
    }
    let mut answers = generate(writer, &requests, samples, temperature, &mut rngs)?.into_iter();
    drop(requests);
    let answers: Vec<Vec<_>> = counts
        .iter()
        .map(|&count| answers.by_ref().take(count).collect())
        .collect();
    tasks
        .par_iter_mut()
        .zip(answers)
        .for_each(|((task, sampling), answers)| sampling.take(task, &plan, answers));
    Ok(())
}
