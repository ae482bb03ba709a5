//! Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983) of programs, without a network.

mod chain;
mod lane;
mod moves;
mod view;

use rayon::prelude::*;
use tdf_tree::Tree;

use self::lane::{Archive, Lane};
use self::moves::Moves;
use self::view::View;
use super::enumerate::Parts;
use crate::{MethodRegistration, Needs, SearchMethod, SearchOptions, SearchTask};

inventory::submit! {
    MethodRegistration {
        name: "anneal",
        about: "Simulated annealing by random changes, without a network: every render is an expansion",
        needs: |_| Needs::default(),
        check: |_| Ok(()),
        describe: |_| "simulated annealing".to_owned(),
        edits_per_program: |_| 1,
        policy: None,
        make: |options| Box::new(Anneal::new(options.clone())),
    }
}

/// Renders of a lane between two looks of the engine at signals, and between two looks of a lane at the ends of the others.
const BATCH: u32 = 512;

/// Renders of the enumeration that annealing begins with where programs take inputs, and the part of all renders that it may spend.
/// What it keeps are parts to be put into programs. It goes on beside annealing: a part that is missing is found in the end.
const ENUMERATED: u32 = 20_000;
const ENUMERATED_SHARE: u32 = 4;

/// Annealing of one task: lanes side by side, each of which runs one chain after the other.
pub(super) struct Anneal {
    options: SearchOptions,
    /// The program at which the first chain of the first lane begins, if there is one.
    first: Option<Tree>,
    work: Option<Work>,
}

/// What is under way for a task.
struct Work {
    moves: Moves,
    view: View,
    /// The ends of chains so far.
    archive: Archive,
    lanes: Vec<Lane>,
    /// Where programs take inputs: the enumeration, and its renders so far.
    enumeration: Option<(Parts, u32)>,
}

impl Anneal {
    pub(super) fn new(options: SearchOptions) -> Self {
        Self {
            options,
            first: None,
            work: None,
        }
    }

    /// The first chain of the first lane begins at `program`. The others begin at random ones: what a network found may be far from
    /// every solution.
    pub(super) fn begin_at(&mut self, program: Tree) {
        self.first = Some(program);
    }
}

impl SearchMethod for Anneal {
    fn select(&mut self, task: &mut SearchTask<'_>) {
        let first = &mut self.first;
        let work = self
            .work
            .get_or_insert_with(|| Work::new(task, &self.options, first.take()));
        work.round(task);
    }
}

impl Work {
    fn new(task: &mut SearchTask<'_>, options: &SearchOptions, mut first: Option<Tree>) -> Self {
        let lanes = 0..options.chains.unwrap_or(1).max(1);
        let given = task.take_given();
        let enumeration = task.domain().signature().map(|_| Parts::new(task));
        let mut moves = Moves::new(task.domain(), task.target().observation, options);
        let enumeration = enumeration.map(|mut parts| {
            let renders = ENUMERATED.min(task.remaining() / ENUMERATED_SHARE);
            moves.put_in(parts.enumerate(task, renders));
            (parts, renders)
        });
        Self {
            enumeration,
            moves,
            view: View::new(&task.judge()),
            archive: Archive::default(),
            lanes: lanes
                .map(|_| Lane::new(task.query_rng(), first.take().or_else(|| given.clone())))
                .collect(),
        }
    }

    /// Lets all lanes make some moves.
    fn round(&mut self, task: &mut SearchTask<'_>) {
        if let Some((parts, renders)) = &mut self.enumeration
            && task.expansions() / ENUMERATED_SHARE >= renders.saturating_mul(2)
        {
            // As much again as so far: to make a table of the parts is worth it then only.
            self.moves.put_in(parts.enumerate(task, *renders));
            *renders = renders.saturating_mul(2);
        }
        let judge = task.judge();
        let lanes = self.lanes.len() as u32;
        let all = task.remaining().min(BATCH.saturating_mul(lanes));
        let quotas: Vec<u32> = (0..lanes)
            .map(|lane| all / lanes + u32::from(lane < all % lanes))
            .collect();
        let (moves, view, archive) = (&self.moves, &self.view, &self.archive);
        let first = task.random_programs();
        self.lanes.par_iter_mut().zip(&quotas).for_each(|(lane, &quota)| {
            lane.run(quota, &judge, moves, view, archive, first);
        });
        let made = self.lanes.iter().map(Lane::made).sum();
        let mut finds = Vec::new();
        for (number, lane) in (0..).zip(&mut self.lanes) {
            // Lanes go side by side: when one has made n renders, those before it have made n, and those after it n - 1.
            finds.extend(lane.take_finds().map(|mut find| {
                find.after = ((find.after - 1).saturating_mul(lanes) + number + 1).min(made);
                find
            }));
            self.archive.extend(lane.take_ends());
        }
        finds.sort_by_key(|find| find.after);
        task.absorb(made, finds);
    }
}
