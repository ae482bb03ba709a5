//! Bottom-up enumeration of programs by size, one for each observation (Albarghouthi, Gulwani and Kincaid, CAV 2013; Udupa et
//! al., PLDI 2013), without a network.

mod observation;
mod permutation;
mod space;

use rustc_hash::FxHashSet;
use tdf_grammar::ProductionId;
use tdf_tree::{Node, Rng, Tree};

use self::permutation::Permutation;
use self::space::Space;
use crate::{MethodRegistration, Needs, SearchMethod, SearchTask};

inventory::submit! {
    MethodRegistration {
        name: "enumerate",
        about: "All programs by size, larger ones made of one program for each image, without a network: every render is an \
                expansion",
        needs: |_| Needs::default(),
        check: |_| Ok(()),
        describe: |_| "enumeration by size".to_owned(),
        edits_per_program: |_| 1,
        policy: None,
        make: |_| Box::new(Enumerate::default()),
    }
}

/// Programs that a search keeps at most, of all sizes together. Each size keeps half of the room that is left to it, so that
/// there is room for the next. With the hash of its image a program takes some 50 bytes.
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
    /// The programs of this size that are left, by their roots.
    roots: Vec<Root>,
    /// The root whose turn it is.
    turn: usize,
    /// Images of the kept programs. `None` when all programs are tried, without merging.
    seen: Option<FxHashSet<u128>>,
    /// Programs of this size that may still be kept, and of all larger ones.
    room: usize,
    room_after: usize,
    /// Whether some program is no part of larger ones, although it is no solution.
    left_out: bool,
    nodes: Vec<Node>,
    program: Tree,
    image: Vec<u8>,
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
            work.step(task);
        }
    }
}

impl Work {
    fn new(task: &mut SearchTask<'_>) -> Self {
        Self {
            rng: task.query_rng(),
            space: space(task, true),
            roots: Vec::new(),
            turn: 0,
            seen: Some(FxHashSet::default()),
            room: 0,
            room_after: ROOM,
            left_out: false,
            nodes: Vec::new(),
            program: Tree::default(),
            image: Vec::new(),
        }
    }

    /// Tries the next program, or goes on to the next size.
    fn step(&mut self, task: &mut SearchTask<'_>) {
        if self.roots.is_empty() {
            self.next_size(task);
            return;
        }
        self.turn %= self.roots.len();
        let root = &mut self.roots[self.turn];
        let (production, rank) = (root.production, root.order.at(root.next));
        root.next += 1;
        if root.next == root.count {
            self.roots.remove(self.turn);
        } else {
            // Each kind of program has its turn, however many there are of the others.
            self.turn += 1;
        }
        let size = self.space.sizes() - 1;
        self.space.program(production, size, rank, &mut self.nodes);
        self.program.clone_from_nodes(&self.nodes);
        let goes_on = task.assess(&self.program, &mut self.image).is_some();
        let Some(seen) = &mut self.seen else { return };
        let is_kept = goes_on
            && self.room > 0
            && seen.insert(observation::hash(&self.image))
            && self.space.keep(production, rank);
        if is_kept {
            self.room -= 1;
        } else {
            self.left_out = true;
        }
    }

    fn next_size(&mut self, task: &mut SearchTask<'_>) {
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
        self.turn = 0;
        let is_past = |greatest: usize| self.space.sizes() > greatest;
        if !self.roots.is_empty() || !self.space.greatest().is_some_and(is_past) {
            return;
        }
        // There is no larger program. What was left out may still be a part of a solution: all programs are tried, without
        // merging. A program that cannot be tried anew ends the search.
        match self.seen.take() {
            Some(_) if self.left_out => self.space = space(task, false),
            _ => task.exhaust(),
        }
    }
}

/// The programs of the task's domain.
fn space(task: &SearchTask<'_>, keeps_some: bool) -> Space {
    let domain = task.domain();
    Space::new(domain.language().grammar(), domain.size(), domain.start(), keeps_some)
}
