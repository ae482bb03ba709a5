//! Renders programs on several threads.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use tdf_tree::{Node, Tree};

use super::observation;
use super::space::{Part, Pick, Space};
use crate::Judge;
use crate::judge::{Images, Judgement};

/// The observations of the kept programs of a nonterminal, with the least size ([`DynDomain::size`](tdf_domain::DynDomain::size)) of
/// a program that has it.
pub(super) type Seen = FxHashMap<[u64; 2], u32>;

/// How a program looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// As one that is no larger, and that solves nothing.
    Known,
    /// The hash of its observation, its size, and what the judge says.
    New([u64; 2], u32, Judgement),
}

/// Programs that a thread renders one after the other. The clock is looked at before each share.
const SHARE: usize = 64;

/// Memory for a batch of programs, used again from batch to batch.
#[derive(Debug, Default)]
pub(super) struct Batch {
    shares: Vec<Share>,
}

#[derive(Debug, Default)]
struct Share {
    nodes: Vec<Node>,
    todo: Vec<Part>,
    program: Tree,
    images: Images,
    looks: Vec<Look>,
}

impl Batch {
    /// Renders `picks` of `space` and compares them with what `seen` holds of each observable; with nothing, if it is `None`.
    pub fn render(&mut self, picks: &[Pick], space: &Space, seen: Option<&[Seen]>, judge: &Judge<'_>) {
        let count = picks.len().div_ceil(SHARE);
        if self.shares.len() < count {
            self.shares.resize_with(count, Share::default);
        }
        match &mut self.shares[..count] {
            [one] => one.run(picks, space, seen, judge),
            shares => shares
                .par_iter_mut()
                .zip(picks.par_chunks(SHARE))
                .for_each(|(share, picks)| share.run(picks, space, seen, judge)),
        }
        self.shares[count..].iter_mut().for_each(|share| share.looks.clear());
    }

    /// How the programs look, in their order. When the time ends, there are looks of the first ones only.
    pub fn looks(&self) -> impl Iterator<Item = Look> {
        let is_in_time = |share: &&Share| !share.looks.is_empty();
        let in_time = self.shares.iter().take_while(is_in_time);
        in_time.flat_map(|share| share.looks.iter().copied())
    }
}

impl Share {
    fn run(&mut self, picks: &[Pick], space: &Space, seen: Option<&[Seen]>, judge: &Judge<'_>) {
        self.looks.clear();
        if judge.is_late() {
            return;
        }
        for &pick in picks {
            space.program(pick, &mut self.nodes, &mut self.todo);
            self.program.clone_from_nodes(&self.nodes);
            let size = judge.domain().size().of(&self.nodes);
            let seen = seen.map(|seen| &seen[space.observable(pick)]);
            let mut hash = [0; 2];
            let is_known = |observation: &[u8]| {
                hash = observation::hash(observation);
                seen.and_then(|seen| seen.get(&hash))
                    .is_some_and(|least| *least <= size)
            };
            self.looks
                .push(match judge.judge_unless(&self.program, &mut self.images, is_known) {
                    Some(judgement) => Look::New(hash, size, judgement),
                    None => Look::Known,
                });
        }
    }
}
