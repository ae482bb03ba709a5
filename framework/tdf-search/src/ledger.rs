//! What a task has tried: the account of expansions, and the way to each program.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tdf_domain::{DynDomain, Goal};
use tdf_tree::{Edit, Tree};

use crate::{Outcome, Solution, Target, Trace};

/// Number of a program in its ledger, in the order of trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordId(u32);

/// How a program came about.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Drawn at random.
    Start(Tree),
    /// By an edit of another program.
    Edit(RecordId, Edit),
}

/// What came of trying a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tried {
    /// New: an expansion was spent. The mean absolute difference of its picture from the target.
    New(RecordId, f64),
    /// Tried before; nothing was spent and nothing drawn.
    Seen(RecordId),
    /// It cannot be drawn (now, or when it was new).
    Undrawable,
}

/// All programs that a task has tried.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    pub(crate) domain: &'a Arc<dyn DynDomain>,
    pub(crate) target: Target<'a>,
    goal: Goal,
    budget: u32,
    /// `None` for programs that cannot be drawn.
    seen: FxHashMap<Tree, Option<RecordId>>,
    records: Vec<Origin>,
    best: Option<(f64, RecordId)>,
    solved: bool,
    /// Memory for a picture.
    scratch: Vec<u8>,
}

/// Seed of what is drawn of a program at random: it looks the same whenever it is drawn.
const SEED: u64 = 0;

impl<'a> Ledger<'a> {
    pub(crate) fn new(domain: &'a Arc<dyn DynDomain>, target: Target<'a>, goal: Goal, budget: u32) -> Self {
        let (seen, records) = (FxHashMap::default(), Vec::new());
        Self {
            domain,
            target,
            goal,
            budget,
            seen,
            records,
            best: None,
            solved: false,
            scratch: Vec::new(),
        }
    }

    /// Expansions made.
    pub(crate) fn expansions(&self) -> u32 {
        self.records.len() as u32
    }

    /// Expansions that may still be made.
    pub(crate) fn remaining(&self) -> u32 {
        self.budget - self.expansions()
    }

    /// Whether the task is solved or the budget spent.
    pub(crate) fn is_closed(&self) -> bool {
        self.solved || self.remaining() == 0
    }

    /// Renders and tests `program` into `picture`, unless it was tried before. The ledger must not be closed.
    pub(crate) fn attempt(&mut self, program: &Tree, origin: Origin, picture: &mut Vec<u8>) -> Tried {
        debug_assert!(!self.is_closed());
        match self.seen.get(program) {
            Some(&Some(record)) => return Tried::Seen(record),
            Some(None) => return Tried::Undrawable,
            None => {}
        }
        // A failure to draw spends an expansion as well: a domain that fails often must not make a search endless.
        let record = RecordId(self.expansions());
        self.records.push(origin);
        let difference = self.draw(program, picture);
        self.seen.insert(program.clone(), difference.map(|_| record));
        let plain = difference.and_then(|_| self.compare(program, picture));
        self.solved = plain.is_some_and(|(solved, _)| solved);
        // What is nearest is told by what programs draw, if that is known; the search itself goes by what is seen.
        let shown = plain
            .map(|(_, plain)| plain)
            .or(difference)
            .unwrap_or(f64::from(u8::MAX));
        if self.solved || self.best.is_none_or(|(least, _)| shown < least) {
            self.best = Some((shown, record));
        }
        difference.map_or(Tried::Undrawable, |difference| Tried::New(record, difference))
    }

    /// Draws `program` into `picture` as the policy sees it, spending nothing: the mean absolute difference from the target
    /// (of an observation, if the target is one), `None` if it cannot be drawn.
    pub(crate) fn draw(&mut self, program: &Tree, picture: &mut Vec<u8>) -> Option<f64> {
        let target = self.target.picture;
        picture.resize(target.len(), 0);
        if !self.domain.observes() {
            self.domain.render(program.nodes(), picture).ok()?;
            return Some(mean_difference(picture, target));
        }
        self.scratch.resize(target.len(), 0);
        self.domain.view(program.nodes(), SEED, picture).ok()?;
        self.domain.observe(program.nodes(), SEED, &mut self.scratch).ok()?;
        Some(mean_difference(&self.scratch, target))
    }

    /// Whether `program`, which the policy sees as `picture`, draws what is wanted, and the mean absolute difference from
    /// that; `None` if it is not known what is wanted.
    fn compare(&mut self, program: &Tree, picture: &[u8]) -> Option<(bool, f64)> {
        let plain = self.target.plain?;
        let drawn = if self.domain.observes() {
            self.scratch.resize(plain.len(), 0);
            self.domain.render(program.nodes(), &mut self.scratch).ok()?;
            &self.scratch
        } else {
            picture
        };
        let solved = self.domain.solved(self.goal, drawn, plain);
        Some((solved, mean_difference(drawn, plain)))
    }

    /// The outcome after `seconds`. At least one program must have been tried.
    pub(crate) fn outcome(mut self, seconds: f64) -> Outcome {
        let expansions = self.expansions();
        let (difference, mut at) = self.best.expect("every search tries a first program");
        let mut edits = Vec::new();
        let start = loop {
            // Parents come before their children, so that popping reaches each of them once.
            self.records.truncate(at.0 as usize + 1);
            match self.records.pop().expect("a record is never its own ancestor") {
                Origin::Start(program) => break program,
                Origin::Edit(parent, edit) => {
                    edits.push(edit);
                    at = parent;
                }
            }
        };
        edits.reverse();
        let mut program = start.clone();
        for edit in &edits {
            edit.apply(&mut program);
        }
        let best = Solution {
            program,
            difference,
            trace: Trace { start, edits },
        };
        Outcome {
            expansions,
            seconds,
            solved: self.solved,
            best,
        }
    }
}

/// Mean absolute difference of samples, 0 to 255.
fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
    debug_assert_eq!(a.len(), b.len());
    // Sums of short runs fit 32 bits, which the compiler turns into wide instructions.
    let run = |(a, b): (&[u8], &[u8])| a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b))).sum::<u32>();
    let total: u64 = a
        .chunks(4096)
        .zip(b.chunks(4096))
        .map(|pair| u64::from(run(pair)))
        .sum();
    total as f64 / a.len() as f64
}

#[cfg(test)]
mod tests {
    use super::mean_difference;

    #[test]
    fn difference_counts_every_sample_once() {
        let a: Vec<u8> = (0..10_001u32).map(|i| (i * 7 % 256) as u8).collect();
        let b: Vec<u8> = (0..10_001u32).map(|i| (i * 13 % 256) as u8).collect();
        let slow: f64 = a
            .iter()
            .zip(&b)
            .map(|(&a, &b)| (f64::from(a) - f64::from(b)).abs())
            .sum();
        assert_eq!(mean_difference(&a, &b), slow / 10_001.0);
        assert_eq!(mean_difference(&[255; 9000], &[0; 9000]), 255.0);
    }
}
