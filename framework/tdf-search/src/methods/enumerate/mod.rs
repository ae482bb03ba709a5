//! Bottom-up enumeration of programs by size, one for each observation (Albarghouthi, Gulwani and Kincaid, CAV 2013; Udupa et
//! al., PLDI 2013), without a network.
//!
//! Programs of the start have observations, and so have those of the nonterminals that the start chooses among: see
//! [`observables`]. Each of these nonterminals has a table of its own. Constants that the examples suggest
//! ([`DynDomain::constants`](tdf_domain::DynDomain::constants)) are tried first, as programs of size 1, and stand for the literals of
//! their terminal. A program that fails on all inputs is no part of others; one that fails on some may be.
//!
//! Sizes are those of the programs of each nonterminal. So the first solution is a smallest one if the nonterminals are equally far
//! from the start.

mod batch;
mod constants;
mod extent;
mod observables;
mod observation;
mod permutation;
mod productions;
mod space;

use tdf_domain::ObservationSpec;
use tdf_grammar::ProductionId;
use tdf_tree::{Node, Rng, Tree};

use self::batch::{Batch, Look, Seen};
use self::permutation::Permutation;
use self::space::{Part, Pick, Space};
use crate::front::Front;
use crate::judge::Judgement;
use crate::{Find, MethodRegistration, Needs, SearchMethod, SearchTask};

inventory::submit! {
    MethodRegistration {
        name: "enumerate",
        about: "All programs by size, larger ones made of one program for each observation, without a network: every render is an \
                expansion",
        needs: |_| Needs::default(),
        check: |_| Ok(()),
        describe: |_| "enumeration by size".to_owned(),
        edits_per_program: |_| 1,
        policy: None,
        make: |_| Box::new(Enumerate::default()),
    }
}

/// Programs that a search keeps at most, of all sizes and nonterminals together. Each stage of a size keeps half of the room that
/// is left to it, so that there is room for the next. With the hash of its observation a program takes some 70 bytes.
const ROOM: usize = 1 << 20;

/// Renders between two looks of the engine at signals and clocks.
const BATCH: u32 = 2_000;

#[derive(Default)]
struct Enumerate {
    work: Option<Work>,
}

/// What is under way for a task.
struct Work {
    rng: Rng,
    space: Space,
    /// Constants of this stage that are left.
    constants: std::ops::Range<usize>,
    /// The programs of this stage that are left, by their roots.
    roots: Vec<Root>,
    /// The root whose turn it is.
    turn: usize,
    /// Observations of the kept programs of each observable. `None` when all programs are tried, without merging.
    seen: Option<Vec<Seen>>,
    /// The observation of a program that fails on all inputs, which is no part of others. Images have none.
    failure: Option<[u64; 2]>,
    /// Programs of this stage that may still be kept, and of all later ones.
    room: usize,
    room_after: usize,
    /// Whether some program is no part of larger ones, although it is no solution.
    left_out: bool,
    /// The programs so far, by what the judge shows, and the least that it shows.
    front: Front<()>,
    nearest: f64,
    batch: Batch,
    picks: Vec<Pick>,
    nodes: Vec<Node>,
    todo: Vec<Part>,
}

/// The programs of a size with one production as root, in a random order.
struct Root {
    production: ProductionId,
    order: Permutation,
    count: u128,
    next: u128,
}

impl SearchMethod for Enumerate {
    fn select(&mut self, task: &mut SearchTask<'_>) {
        let work = self.work.get_or_insert_with(|| Work::new(task));
        let end = task.expansions().saturating_add(BATCH);
        while !task.has_ended() && task.expansions() < end {
            work.step(task, end);
        }
    }
}

/// An enumeration that other methods take parts of programs from.
pub(super) struct Parts(Work);

impl Parts {
    pub(super) fn new(task: &mut SearchTask<'_>) -> Self {
        Self(Work::new(task))
    }

    /// Enumerates within `renders`, which `task` is told of, or until it ends. Returns the programs of each nonterminal, by its number:
    /// one for each observation, the smallest first.
    pub(super) fn enumerate(&mut self, task: &mut SearchTask<'_>, renders: u32) -> Vec<Vec<Vec<Node>>> {
        let end = task.expansions().saturating_add(renders);
        while !task.has_ended() && task.expansions() < end {
            self.0.step(task, end.min(task.expansions().saturating_add(BATCH)));
        }
        self.0.space.kept()
    }
}

impl Work {
    fn new(task: &mut SearchTask<'_>) -> Self {
        let domain = task.domain();
        let constants = domain.constants(task.target().observation);
        let space = space(task, true, &constants);
        let spec = domain.observation_spec();
        let blank = || observation::hash(&spec.blank());
        Self {
            rng: task.query_rng(),
            constants: 0..0,
            roots: Vec::new(),
            turn: 0,
            seen: Some(vec![Seen::default(); space.observables().len()]),
            failure: matches!(spec, ObservationSpec::Values(_)).then(blank),
            room: 0,
            room_after: ROOM,
            left_out: space.leaves_literals_out(),
            front: Front::default(),
            nearest: f64::INFINITY,
            batch: Batch::default(),
            picks: Vec::new(),
            nodes: Vec::new(),
            todo: Vec::new(),
            space,
        }
    }

    /// Tries the next programs, until there are `end` expansions at most, or goes on to the next stage.
    fn step(&mut self, task: &mut SearchTask<'_>, end: u32) {
        self.choose((end - task.expansions()).min(task.remaining()) as usize);
        if self.picks.is_empty() {
            self.next_stage(task);
            return;
        }
        let mut batch = std::mem::take(&mut self.batch);
        let picks = std::mem::take(&mut self.picks);
        batch.render(&picks, &self.space, self.seen.as_deref(), &task.judge());
        let (mut renders, mut finds) = (0, Vec::new());
        for (&pick, look) in picks.iter().zip(batch.looks()) {
            renders += 1;
            let Look::New(hash, size, judgement) = look else {
                self.left_out = true;
                continue;
            };
            if self.is_find(size, &judgement) {
                self.space.program(pick, &mut self.nodes, &mut self.todo);
                finds.push(Find {
                    program: Tree::from_nodes(self.nodes.clone()),
                    judgement,
                    after: renders,
                });
            }
            if judgement.solved {
                // The search may end here: nothing behind it is counted.
                task.absorb(std::mem::take(&mut renders), finds.drain(..));
                if task.has_ended() {
                    break;
                }
            }
            self.keep(pick, hash, size, &judgement);
        }
        task.absorb(renders, finds);
        (self.batch, self.picks) = (batch, picks);
    }

    /// Takes the next programs of this stage, `count` at most.
    fn choose(&mut self, count: usize) {
        self.picks.clear();
        self.picks
            .extend(self.constants.by_ref().take(count).map(Pick::Constant));
        while self.picks.len() < count && !self.roots.is_empty() {
            self.turn %= self.roots.len();
            let root = &mut self.roots[self.turn];
            self.picks.push(Pick::Rank(root.production, root.order.at(root.next)));
            root.next += 1;
            if root.next == root.count {
                self.roots.remove(self.turn);
            } else {
                // Each kind of program has its turn, however many there are of the others.
                self.turn += 1;
            }
        }
    }

    /// Notes a program of this size. Whether the task has to know of it.
    fn is_find(&mut self, size: u32, judgement: &Judgement) -> bool {
        let is_nearest = judgement.shown < self.nearest;
        let is_on_front = judgement.difference.is_some() && self.front.admits(size, judgement.shown);
        if is_nearest {
            self.nearest = judgement.shown;
        }
        if is_on_front {
            self.front.add(size, judgement.shown, ());
        }
        judgement.solved || is_nearest || is_on_front
    }

    /// Keeps a program as a part of larger ones, if there is room and it is the first that looks like this.
    fn keep(&mut self, pick: Pick, hash: [u64; 2], size: u32, judgement: &Judgement) {
        let Some(seen) = &mut self.seen else { return };
        let observable = self.space.observable(pick);
        if !self.space.observables()[observable].is_part {
            return;
        }
        let goes_on = judgement.difference.is_some() && !judgement.solved;
        let mut is_kept = false;
        if goes_on && self.room > 0 {
            let known = seen[observable].entry(hash);
            let is_new = matches!(known, std::collections::hash_map::Entry::Vacant(_));
            let least = known.or_insert(size);
            *least = size.min(*least);
            is_kept = is_new && Some(hash) != self.failure && self.space.keep(pick);
        }
        if is_kept {
            self.room -= 1;
        } else {
            self.left_out = true;
        }
    }

    fn next_stage(&mut self, task: &mut SearchTask<'_>) {
        if self.space.sizes() > 0 {
            self.space.close();
        }
        self.room_after += self.room;
        self.room = self.room_after.div_ceil(2);
        self.room_after -= self.room;
        let rng = &mut self.rng;
        let root = |(production, count)| Root {
            production,
            order: Permutation::new(count, rng),
            count,
            next: 0,
        };
        self.roots = self.space.grow().into_iter().map(root).collect();
        self.constants = self.space.constants();
        self.turn = 0;
        if !self.roots.is_empty() || !self.constants.is_empty() || !self.space.is_at_end() {
            return;
        }
        // There is no larger program. What was left out may still be a part of a solution: all programs are tried, without
        // merging. A program that cannot be tried anew ends the search.
        match self.seen.take() {
            Some(_) if self.left_out => self.space = space(task, false, &[]),
            _ => task.exhaust(),
        }
    }
}

/// The programs of the task's domain.
fn space(task: &SearchTask<'_>, keeps_some: bool, constants: &[Tree]) -> Space {
    let domain = task.domain();
    let grammar = domain.language().grammar();
    Space::new(grammar, domain.size(), domain.start(), keeps_some, constants)
}
