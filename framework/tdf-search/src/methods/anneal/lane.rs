//! A lane: chains one after the other, with memory of its own.

use rand::RngExt as _;
use tdf_tree::{Rng, Tree};

use super::chain::Chain;
use super::moves::Moves;
use super::view::{Seen, View};
use crate::front::Front;
use crate::judge::{Images, Judgement};
use crate::task::InitialPrograms;
use crate::{Find, Judge};

/// Moves of the first chain of a lane. Each further one that begins at a random program is twice as long, so that the time need
/// not be known.
const FIRST_CHAIN: u32 = 10_000;

/// Probability that a chain goes on from the end of another. It is half as long as one that begins at a random program.
const GOES_ON: f64 = 0.5;

/// Ends of chains that are kept.
const KEPT: usize = 16;

/// Cost of a program's size: of equal images the smaller program is better.
const PER_SIZE: f64 = 0.002;

/// On the coarse canvas, the distance from which on a program is looked at on the canvas itself. An empty image has 1.
const CLOSE: f64 = 0.03;

/// Where the domain fits constants: probability that a program is fitted that a chain goes on to. A program on the front always is.
const REFINES: f64 = 0.02;

/// Moves between two looks at the clock.
const CLOCK: u32 = 32;

/// The cost of a program of size `size`, whose image differs from the target by `difference` times what an empty image does.
fn cost(difference: f64, size: u32) -> f64 {
    difference + PER_SIZE * f64::from(size)
}

/// The best ends of chains, the cheapest first.
#[derive(Debug, Default)]
pub(super) struct Archive(Vec<(f64, Tree)>);

impl Archive {
    pub(super) fn extend(&mut self, ends: impl IntoIterator<Item = (f64, Tree)>) {
        for (cost, program) in ends {
            if self.0.iter().all(|(_, known)| *known != program) {
                let at = self.0.partition_point(|(known, _)| *known <= cost);
                self.0.insert(at, (cost, program));
            }
        }
        self.0.truncate(KEPT);
    }

    /// The cheapest one, or any.
    fn choose(&self, rng: &mut Rng) -> Option<&Tree> {
        let at = match rng.random_bool(0.5) {
            true => 0,
            false => rng.random_range(0..self.0.len().max(1)),
        };
        self.0.get(at).map(|(_, program)| program)
    }
}

/// A lane.
#[derive(Debug)]
pub(super) struct Lane {
    rng: Rng,
    images: Images,
    /// The program after a move.
    next: Tree,
    chain: Option<Chain>,
    /// Moves of the next chain that begins at a random program.
    length: u32,
    /// Renders of this round.
    made: u32,
    /// The programs that were judged, by what the judge shows.
    front: Front<()>,
    /// Programs on the coarse canvas: one that is nearer than all that are no larger is judged.
    coarse_front: Front<()>,
    finds: Vec<Find>,
    ends: Vec<(f64, Tree)>,
}

/// What the lanes of a task share in a round.
struct Shared<'s> {
    judge: &'s Judge<'s>,
    moves: &'s Moves,
    view: &'s View,
}

impl Lane {
    /// A lane whose first chain begins at `given`, if it is given.
    pub(super) fn new(rng: Rng, given: Option<Tree>) -> Self {
        Self {
            rng,
            images: Images::default(),
            next: Tree::default(),
            chain: given.map(|program| Chain::new(program, true, FIRST_CHAIN)),
            length: FIRST_CHAIN,
            made: 0,
            front: Front::default(),
            coarse_front: Front::default(),
            finds: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Renders made in the last round.
    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// The solutions and the nearest programs of the last round.
    pub(super) fn take_finds(&mut self) -> impl Iterator<Item = Find> {
        std::mem::take(&mut self.finds).into_iter()
    }

    /// The best programs of the chains that ended in the last round.
    pub(super) fn take_ends(&mut self) -> impl Iterator<Item = (f64, Tree)> {
        std::mem::take(&mut self.ends).into_iter()
    }

    /// Makes moves until `quota` programs are rendered, a solution is found or the time is over.
    pub(super) fn run(
        &mut self,
        quota: u32,
        judge: &Judge<'_>,
        moves: &Moves,
        view: &View,
        archive: &Archive,
        initial: &InitialPrograms,
    ) {
        self.made = 0;
        let shared = Shared { judge, moves, view };
        let mut clock = 0;
        while self.made < quota {
            clock += 1;
            if clock % CLOCK == 0 && judge.is_late() {
                return;
            }
            let chain = match self.chain.take() {
                Some(chain) => chain,
                None => self.begin(judge, archive, initial),
            };
            let (chain, is_solution) = self.step(chain, quota, &shared);
            match chain {
                _ if is_solution => return,
                chain if chain.has_ended() => self.ends.extend(chain.best),
                chain => self.chain = Some(chain),
            }
        }
    }

    fn begin(&mut self, judge: &Judge<'_>, archive: &Archive, initial: &InitialPrograms) -> Chain {
        if self.rng.random_bool(GOES_ON)
            && let Some(program) = archive.choose(&mut self.rng)
        {
            return Chain::new(program.clone(), true, self.length / 2);
        }
        let length = self.length;
        self.length = length.saturating_mul(2);
        Chain::new(initial.sample(judge.domain().start(), &mut self.rng), false, length)
    }

    /// Makes a move. Says whether it led to a solution.
    fn step(&mut self, mut chain: Chain, quota: u32, shared: &Shared<'_>) -> (Chain, bool) {
        let size_of = shared.judge.domain().size();
        self.next.clone_from_nodes(chain.program.nodes());
        chain.begin_move();
        // The first program of a chain is rendered as it is.
        if chain.cost.is_some() && !shared.moves.change(&mut self.next, size_of, &mut self.rng) {
            return (chain, false);
        }
        chain.was_changed();
        self.made += 1;
        let seen = shared.view.look(&self.next, shared.judge, &mut self.images);
        let (difference, mut judgement) = match seen {
            // A program without an image is no place to go. A chain that begins at one ends.
            Seen::Nothing => {
                self.find(Judgement::nothing(shared.judge.domain().observation_spec()), u32::MAX);
                if chain.cost.is_none() {
                    chain.end();
                }
                return (chain, false);
            }
            Seen::Coarsely(difference) => (difference, None),
            Seen::Wholly(difference, judgement) => (difference, Some(judgement)),
        };
        let size = size_of.of(self.next.nodes());
        let cost = cost(difference, size);
        let is_near = difference < CLOSE || self.coarse_front.admits(size, difference);
        if judgement.is_none() && is_near && self.made < quota {
            self.coarse_front.add(size, difference, ());
            self.made += 1;
            judgement = Some(shared.judge.judge(&self.next, &mut self.images));
        }
        let finds = self.finds.len();
        if let Some(judgement) = judgement
            && self.find(judgement, size)
        {
            return (chain, true);
        }
        let is_found = self.finds.len() > finds;
        let chance = self.rng.random();
        let is_accepted = chain.accept(&mut self.next, cost, chance);
        // Domains that do not fit constants take no random numbers here.
        let is_solution = shared.judge.domain().refines()
            && (is_found || (is_accepted && self.rng.random_bool(REFINES)))
            && self.refine(&mut chain, is_accepted, quota, shared);
        (chain, is_solution)
    }

    /// Fits the constants of the program that was looked at last, which the chain has if it was accepted. The chain goes on from the
    /// fitted program if that costs no more. Says whether it is a solution.
    fn refine(&mut self, chain: &mut Chain, is_accepted: bool, quota: u32, shared: &Shared<'_>) -> bool {
        let (domain, target) = (shared.judge.domain(), shared.judge.target().observation);
        let program = if is_accepted { &chain.program } else { &self.next };
        let (refined, runs) = domain.refined(program.nodes(), target);
        self.made = self.made.saturating_add(runs).min(quota);
        let Some(refined) = refined.filter(|_| self.made < quota) else {
            return false;
        };
        self.next = refined;
        self.made += 1;
        let judgement = shared.judge.judge(&self.next, &mut self.images);
        let Some(difference) = judgement.difference else {
            return false;
        };
        let size = domain.size().of(self.next.nodes());
        if self.find(judgement, size) {
            return true;
        }
        let cost = cost(shared.view.share(difference), size);
        if chain.cost.is_some_and(|before| cost <= before) {
            chain.accept(&mut self.next, cost, 0.0);
        }
        false
    }

    /// Notes the program that was judged, which is of this size, if it is a solution, which it says, or on the front.
    fn find(&mut self, judgement: Judgement, size: u32) -> bool {
        if judgement.solved || self.front.admits(size, judgement.shown) {
            self.front.add(size, judgement.shown, ());
            self.finds.push(Find {
                program: self.next.clone(),
                judgement,
                after: self.made,
            });
        }
        judgement.solved
    }
}
