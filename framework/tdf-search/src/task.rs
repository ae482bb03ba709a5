//! The search for one task: the programs that it has tried, its random streams, and its initial programs.

use std::collections::VecDeque;
use std::sync::Arc;

use rand::Rng as _;
use tdf_domain::DynDomain;
use tdf_grammar::NonterminalId;
use tdf_tree::{Mutator, Rng, Sampler, Tree, rng_stream};

use crate::judge::Judge;
use crate::ledger::{Find, Ledger, Origin, RecordId, Tried};
use crate::{Outcome, Proposal, Target};

/// A program that a search can continue from.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The program.
    pub program: Tree,
    /// Its image or outputs as the policy sees them, [`ObservationSpec::bytes`](tdf_domain::ObservationSpec::bytes) long: the
    /// observation, if the domain has an observation model. In [`Attempt::Seen`] its length and contents are undefined.
    pub image: Vec<u8>,
    pub(crate) record: RecordId,
    /// Distance of its image from the target, the domain's own ([`DynDomain::distance`]): between observations, if the domain
    /// has an observation model. NaN in [`Attempt::Seen`].
    pub difference: f64,
    /// Summed log-probability (natural logarithm). For edits: of their positions, since the initial program. For generated
    /// programs: of all pieces.
    pub log_probability: f64,
    /// Number of edits to the target that the value network predicts; `None` before the network has scored it.
    pub value: Option<f32>,
}

/// The result of trying a program.
#[derive(Debug)]
pub enum Attempt {
    /// A program new to the task. It spent an expansion.
    New(Candidate),
    /// A program tried before. It spends no expansion, and is not rendered: see [`SearchTask::render_again`].
    Seen(Candidate),
    /// A solution, or a program that cannot be rendered. It spent an expansion, unless it was tried before.
    DeadEnd,
}

/// Samples initial programs at random.
#[derive(Debug)]
pub(crate) struct InitialPrograms {
    pub(crate) sampler: Sampler,
    pub(crate) sizes: Vec<u32>,
    /// Changes them where all of them are old.
    pub(crate) mutator: Mutator,
}

impl InitialPrograms {
    /// A random program.
    pub(crate) fn sample(&self, start: NonterminalId, rng: &mut Rng) -> Tree {
        self.sampler.sample(start, &self.sizes, rng)
    }
}

/// The task of a search method. Its random streams depend on the seed and on the number of the task alone.
#[derive(Debug)]
pub struct SearchTask<'a> {
    pub(crate) ledger: Ledger<'a>,
    initial: &'a InitialPrograms,
    /// Generated initial programs that are left; `None` if initial programs are random.
    generated: Option<VecDeque<Tree>>,
    /// The first initial program, if the caller gave one and it was not taken yet.
    given: Option<Tree>,
    start_key: u64,
    policy_key: u64,
    restarts: u64,
    queries: u64,
    /// Number of initial programs in a row without a new program.
    starts_without_progress: u32,
    expansions_at_start: u32,
    exhausted: bool,
}

/// Initial programs in a row without a new program, after which they are random: a network that is sure of itself generates a
/// few again and again.
const RANDOM_AFTER: u32 = 16;

/// As [`RANDOM_AFTER`]: mutations are added, one more each time. There may be few programs of the sizes that searches begin at.
const MUTATED_AFTER: u32 = 64;

/// Mutations of an initial program at most.
const MAX_MUTATIONS: u32 = 32;

/// As [`RANDOM_AFTER`]: the language has no further program, as far as anybody could find one.
const EXHAUSTED_AFTER: u32 = 1024;

/// Streams of search begin here, apart from those of training examples and tasks. A search whose seed is that of its task
/// set must not sample its target as an initial program.
const SEARCH_STREAMS: u64 = 1 << 62;

impl<'a> SearchTask<'a> {
    pub(crate) fn new(ledger: Ledger<'a>, starts: &'a InitialPrograms, seed: u64, number: usize) -> Self {
        let mut rng = rng_stream(seed, SEARCH_STREAMS | number as u64);
        Self {
            ledger,
            initial: starts,
            generated: None,
            given: None,
            start_key: rng.next_u64(),
            policy_key: rng.next_u64(),
            restarts: 0,
            queries: 0,
            starts_without_progress: 0,
            expansions_at_start: 0,
            exhausted: false,
        }
    }

    /// Whether the search is over: solved, out of budget, or without anything new to find.
    pub fn has_ended(&self) -> bool {
        self.ledger.is_closed() || self.exhausted
    }

    /// Ends the search: the method has nothing left to try.
    pub(crate) fn exhaust(&mut self) {
        self.exhausted = true;
    }

    /// The domain of the target, bound to its inputs.
    pub fn domain(&self) -> &'a Arc<dyn DynDomain> {
        self.ledger.judge.domain
    }

    /// The target.
    pub fn target(&self) -> Target<'a> {
        self.ledger.judge.target
    }

    /// Node expansions made so far.
    pub fn expansions(&self) -> u32 {
        self.ledger.spent().expansions
    }

    /// Node expansions left in the budget.
    pub fn remaining(&self) -> u32 {
        self.ledger.remaining()
    }

    /// The part of the time that is over, 0 to 1; 0 if the time is not limited.
    pub fn time_share(&self) -> f64 {
        self.ledger.judge.time.map_or(0.0, |time| time.share().min(1.0))
    }

    /// Initial programs come from no network any longer.
    pub(crate) fn stop_generating(&mut self) {
        self.generated = None;
    }

    /// A random stream for the next query.
    pub fn query_rng(&mut self) -> Rng {
        self.queries += 1;
        rng_stream(self.policy_key, self.queries)
    }

    /// Initial programs come from a network from now on.
    pub(crate) fn init_from_generator(&mut self) {
        self.generated = Some(VecDeque::new());
    }

    /// The first initial program is this one.
    pub(crate) fn init_from(&mut self, program: Tree) {
        self.given = Some(program);
    }

    /// The first initial program, if the caller gave one and it was not taken yet.
    pub(crate) fn take_given(&mut self) -> Option<Tree> {
        self.given.take()
    }

    /// Whether initial programs come from a network, and none are left.
    pub(crate) fn wants_generated(&self) -> bool {
        let wants = !self.has_ended() && self.given.is_none() && self.starts_without_progress < RANDOM_AFTER;
        wants && self.generated.as_ref().is_some_and(VecDeque::is_empty)
    }

    /// Adds generated initial programs. If there are none, all further initial programs are random.
    pub(crate) fn supply(&mut self, programs: Vec<Tree>) {
        self.generated = (!programs.is_empty()).then(|| programs.into());
    }

    /// A random stream for the next supply.
    pub(crate) fn init_rng(&mut self) -> Rng {
        self.restarts += 1;
        rng_stream(self.start_key, self.restarts - 1)
    }

    /// Tries `program` as a new beginning. That is one expansion if the program is new to the task. Once the task has ended,
    /// nothing is tried.
    pub fn try_program(&mut self, program: Tree) -> Attempt {
        let origin = Origin::Start(program.clone());
        self.attempt(program, origin, 0.0, Vec::new())
    }

    /// The outcome after `seconds`.
    pub(crate) fn into_outcome(mut self, seconds: f64) -> Outcome {
        if self.ledger.spent().expansions == 0 {
            // The network generated nothing. An outcome needs a nearest program, so a random one is tried.
            (self.generated, self.exhausted) = (None, false);
            self.start();
        }
        self.ledger.outcome(seconds)
    }

    /// Tries initial programs until the search can continue from one. While all of them are old, they become more random. Each
    /// program new to the task spends an expansion. `None` when the search is over, or waits for generated programs.
    pub fn start(&mut self) -> Option<Candidate> {
        while !self.has_ended() && !self.wants_generated() {
            self.starts_without_progress = if self.ledger.spent().expansions == self.expansions_at_start {
                self.starts_without_progress + 1
            } else {
                0
            };
            self.exhausted = self.starts_without_progress > EXHAUSTED_AFTER;
            self.expansions_at_start = self.ledger.spent().expansions;
            let generated = match &mut self.generated {
                Some(generated) if self.given.is_none() => generated.pop_front(),
                _ => None,
            };
            let program = match generated.filter(|_| self.starts_without_progress < RANDOM_AFTER) {
                Some(program) => program,
                None => self.unlike(self.starts_without_progress),
            };
            let origin = Origin::Start(program.clone());
            let member = match self.attempt(program, origin, 0.0, Vec::new()) {
                Attempt::New(member) => Some(member),
                Attempt::Seen(member) => self.render_again(member),
                Attempt::DeadEnd => None,
            };
            if member.is_some() && !self.has_ended() {
                return member;
            }
        }
        None
    }

    /// A random initial program, mutated the more the more programs before it were old.
    fn unlike(&mut self, old: u32) -> Tree {
        let mut program = self.random_program();
        let mutations = old.saturating_sub(MUTATED_AFTER).min(MAX_MUTATIONS);
        if mutations > 0 {
            let mut rng = self.init_rng();
            for _ in 0..mutations {
                self.initial.mutator.mutate(&mut program, &mut rng);
            }
        }
        program
    }

    /// Tries random programs until one is new, which spends an expansion. If none is found the search ends.
    pub(crate) fn try_another(&mut self) {
        let before = self.ledger.spent().expansions;
        for old in 0..EXHAUSTED_AFTER {
            if self.has_ended() || self.ledger.spent().expansions > before {
                return;
            }
            let program = self.unlike(old);
            self.try_program(program);
        }
        self.exhausted = true;
    }

    /// A random initial program, which is not tried. The first is [`SearchOptions::start`](crate::SearchOptions::start), if there
    /// is one.
    pub fn random_program(&mut self) -> Tree {
        if let Some(program) = self.given.take() {
            return program;
        }
        let mut rng = self.init_rng();
        self.initial.sample(self.domain().start(), &mut rng)
    }

    /// Samples random initial programs.
    pub(crate) fn random_programs(&self) -> &'a InitialPrograms {
        self.initial
    }

    /// Applies `proposal` to `parent` and tries the result. A program new to the task spends an expansion. The memory of
    /// `image` is used again; it may have any length.
    pub fn follow(&mut self, parent: &Candidate, proposal: Proposal, image: Vec<u8>) -> Attempt {
        let mut program = parent.program.clone();
        proposal.edit.apply(&mut program);
        let log_probability = parent.log_probability + f64::from(proposal.position_log_probability);
        self.attempt(
            program,
            Origin::Edit(parent.record, proposal.edit),
            log_probability,
            image,
        )
    }

    /// Renders and tests a program, whether it was tried before or not: an expansion is spent. The result is the distance
    /// of its image from the target, the domain's own; `None` if it solves the task or cannot be rendered. Once the task has
    /// ended, nothing is tried.
    pub fn assess(&mut self, program: &Tree, image: &mut Vec<u8>) -> Option<f64> {
        self.ledger.assess(program, image)
    }

    /// Renders and tests programs elsewhere, for example on several threads: report it with [`SearchTask::absorb`].
    pub fn judge(&self) -> Judge<'a> {
        self.ledger.judge
    }

    /// Counts `renders` that a [`Judge`] has made, each an expansion, and takes what was found, in the order in which it was
    /// found. Of these the solutions, the nearest program and the front are kept. A method does not make more than
    /// [`SearchTask::remaining`].
    pub fn absorb(&mut self, renders: u32, finds: impl IntoIterator<Item = Find>) {
        self.ledger.absorb(renders, finds);
    }

    /// Renders a program that was tried before, at no expansion. `None` if it cannot be rendered.
    pub fn render_again(&mut self, mut member: Candidate) -> Option<Candidate> {
        member.difference = self.ledger.render(&member.program, &mut member.image)?;
        Some(member)
    }

    /// Tries a program. A program new to the task spends an expansion. Once the task has ended, nothing is tried.
    pub(crate) fn attempt(
        &mut self,
        program: Tree,
        origin: Origin,
        log_probability: f64,
        mut image: Vec<u8>,
    ) -> Attempt {
        let tried = self.ledger.attempt(&program, origin, &mut image);
        let member = |record, difference| Candidate {
            program,
            image,
            record,
            difference,
            log_probability,
            value: None,
        };
        match tried {
            Tried::New(record, difference) => Attempt::New(member(record, difference)),
            Tried::Seen(record) => Attempt::Seen(member(record, f64::NAN)),
            Tried::Final => Attempt::DeadEnd,
        }
    }
}
