//! Tree Diffusion Search: a beam (section 4.2).

use crate::strategy::Strategy;
use crate::task::{Member, Reached, Task};
use crate::{Proposal, Ranking};

/// The best programs since the last start. Each round samples edits for all of them; the best of parents and children
/// form the next beam. A program is left out if another of the pool draws the same image and is no larger.
///
/// Under [`Score::Position`] children replace their parents: sums over paths of different lengths do not compare, a parent
/// would always outrank its children. Programs that draw the same image stay.
#[derive(Debug)]
pub(crate) struct Beam {
    width: usize,
    edits_per_program: usize,
    ranking: Ranking,
    /// First programs of each start.
    init_count: u32,
    members: Vec<Member>,
    /// New programs of this round.
    fresh: Vec<Member>,
    /// Rounds in a row in which no child got into the beam.
    rounds_without_entry: u32,
    /// Rounds since the last start.
    depth: u32,
    /// Image memory to be used again.
    free_images: Vec<Vec<u8>>,
}

/// Rounds in a row in which no child may get into the beam before it begins anew. Measured on 256 tasks of Rainbow (2..8
/// primitives, uniform policy, 3,000 expansions, width 4): 2, 4, 8, 16, 40 rounds solve 131, 147, 151, 165, 162.
const MAX_ROUNDS_WITHOUT_ENTRY: u32 = 16;

/// Rounds of a beam under [`Score::Position`] before it begins anew.
const DEPTH: u32 = 30;

impl Beam {
    pub(crate) fn new(width: u32, children: u32, score: Ranking, starts: u32) -> Self {
        let (width, children) = (width as usize, children as usize);
        Self {
            width,
            edits_per_program: children,
            ranking: score,
            init_count: starts,
            members: Vec::new(),
            fresh: Vec::new(),
            rounds_without_entry: 0,
            depth: 0,
            free_images: Vec::new(),
        }
    }

    /// What ranks `member`; smaller is better.
    fn rank(&self, member: &Member) -> f64 {
        let rank = match self.ranking {
            Ranking::Value => member.value.map_or(f64::INFINITY, f64::from),
            Ranking::Pixels => member.difference,
            Ranking::Position => -member.log_probability,
        };
        if rank.is_nan() { f64::INFINITY } else { rank }
    }

    fn begin(&mut self, task: &mut Task<'_>) {
        (self.rounds_without_entry, self.depth) = (0, 0);
        self.free_images.extend(self.members.drain(..).map(|m| m.image));
        let starts = (0..self.init_count).map_while(|_| task.start());
        match self.init_count {
            1 => self.members.extend(starts),
            // They are ranked before they are members.
            _ => self.fresh.extend(starts),
        }
    }

    /// Forms the next beam; says whether a child got into it.
    fn keep_best(&mut self, task: &Task<'_>) -> bool {
        let size = |member: &Member| task.ledger.domain.size().of(member.program.nodes());
        let keeps_parents = self.ranking != Ranking::Position;
        let parents = if keeps_parents { self.members.len() } else { 0 };
        if !keeps_parents {
            self.free_images.extend(self.members.drain(..).map(|m| m.image));
        }
        let mut pool: Vec<(f64, u32, usize, Member)> = Vec::with_capacity(parents + self.fresh.len());
        for (order, member) in self.members.drain(..).chain(self.fresh.drain(..)).enumerate() {
            pool.push((0.0, size(&member), order, member));
        }
        for entry in &mut pool {
            entry.0 = self.rank(&entry.3);
        }
        // Of equal images the smallest program stays, so those come first; the earlier of equals stays a parent.
        pool.sort_unstable_by_key(|&(_, size, order, _)| (size, order));
        let mut kept: Vec<(f64, u32, usize, Member)> = Vec::with_capacity(pool.len());
        for entry in pool {
            if keeps_parents
                && kept
                    .iter()
                    .any(|k| k.3.difference == entry.3.difference && k.3.image == entry.3.image)
            {
                self.free_images.push(entry.3.image);
            } else {
                kept.push(entry);
            }
        }
        kept.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let out = kept.drain(self.width.min(kept.len())..).map(|entry| entry.3.image);
        self.free_images.extend(out);
        let entered = kept.iter().any(|&(_, _, order, _)| order >= parents);
        self.members.extend(kept.into_iter().map(|entry| entry.3));
        entered
    }
}

impl Strategy for Beam {
    fn open(&self, remaining: u32) -> &[Member] {
        // Queries beyond the budget would be answered in vain.
        let useful = (remaining as usize).div_ceil(self.edits_per_program);
        &self.members[..self.members.len().min(useful)]
    }

    fn expand(&mut self, task: &mut Task<'_>, proposals: Vec<Vec<Proposal>>) {
        // The first child of every member, then the second: a budget that ends here is shared evenly.
        let mut proposals: Vec<_> = proposals.into_iter().map(Vec::into_iter).collect();
        for _ in 0..self.edits_per_program {
            for (parent, proposals) in self.members.iter().zip(&mut proposals) {
                let Some(proposal) = proposals.next() else { continue };
                if task.has_ended() {
                    return;
                }
                let image = self.free_images.pop().unwrap_or_default();
                match task.follow(parent, proposal, image) {
                    Reached::New(member) => self.fresh.push(member),
                    Reached::Seen(member) => self.free_images.push(member.image),
                    Reached::Nothing => {}
                }
            }
        }
    }

    fn unscored(&mut self) -> Vec<&mut Member> {
        self.members
            .iter_mut()
            .chain(&mut self.fresh)
            .filter(|m| m.value.is_none())
            .collect()
    }

    fn select(&mut self, task: &mut Task<'_>) {
        self.rounds_without_entry = if self.keep_best(task) {
            0
        } else {
            self.rounds_without_entry + 1
        };
        self.depth += 1;
        let too_deep = self.ranking == Ranking::Position && self.depth >= DEPTH;
        if self.members.is_empty() || self.rounds_without_entry >= MAX_ROUNDS_WITHOUT_ENTRY || too_deep {
            self.begin(task);
        }
    }
}
