//! The programs that a task has tried: the number of expansions, and the edits that led to each program.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tdf_domain::{Criterion, DynDomain};
use tdf_tree::{Edit, Tree};

use crate::{Outcome, Solution, Target, Trace};

/// Number of a program in its ledger, in the order of trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordId(u32);

/// How a program came about.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// An initial program, sampled at random or generated.
    Start(Tree),
    /// By an edit of another program.
    Edit(RecordId, Edit),
}

/// What came of trying a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tried {
    /// New: an expansion was spent. The distance of its image from the target, the domain's own.
    New(RecordId, f64),
    /// Tried before: no expansion was spent, and the program was not rendered.
    Seen(RecordId),
    /// It solves the task, or cannot be rendered (now, or when it was new). The search does not continue from it.
    Final,
}

/// What ends a search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) budget: u32,
    pub(crate) solutions: u32,
}

/// A program, with the distance of its image from the target, the domain's own.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    difference: f64,
    record: RecordId,
    /// Expansions made when it was found.
    expansions: u32,
}

/// What rendering and testing a program has shown.
#[derive(Clone, Copy, Debug)]
struct Judged {
    /// The distance of what the search sees; `None` if the program cannot be rendered.
    difference: Option<f64>,
    /// The difference that ranks it.
    shown: f64,
    solved: bool,
}

/// All programs that a task has tried.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    pub(crate) domain: &'a Arc<dyn DynDomain>,
    pub(crate) target: Target<'a>,
    criterion: Criterion,
    limits: Limits,
    /// `None` for programs that solve the task or cannot be rendered.
    seen: FxHashMap<Tree, Option<RecordId>>,
    records: Vec<Origin>,
    expansions: u32,
    /// The program whose image was nearest to the target before the first solution.
    nearest: Option<Ranked>,
    solutions: Vec<Ranked>,
    /// Seconds until the first solution.
    seconds: Option<f64>,
    /// Memory for an image.
    scratch: Vec<u8>,
}

/// Seed of all observations of programs: a program has the same observation whenever it is rendered.
const SEED: u64 = 0;

impl<'a> Ledger<'a> {
    pub(crate) fn new(
        domain: &'a Arc<dyn DynDomain>,
        target: Target<'a>,
        criterion: Criterion,
        limits: Limits,
    ) -> Self {
        let (seen, records) = (FxHashMap::default(), Vec::new());
        Self {
            domain,
            target,
            criterion,
            limits,
            seen,
            records,
            expansions: 0,
            nearest: None,
            solutions: Vec::new(),
            seconds: None,
            scratch: Vec::new(),
        }
    }

    /// Expansions made.
    pub(crate) fn expansions(&self) -> u32 {
        self.expansions
    }

    /// Expansions that may still be made.
    pub(crate) fn remaining(&self) -> u32 {
        self.limits.budget - self.expansions()
    }

    /// Whether there are as many solutions as are wanted, or the budget is spent.
    pub(crate) fn is_closed(&self) -> bool {
        self.solutions.len() as u32 >= self.limits.solutions || self.remaining() == 0
    }

    /// Notes how late it is.
    pub(crate) fn note_time(&mut self, seconds: f64) {
        if !self.solutions.is_empty() {
            self.seconds.get_or_insert(seconds);
        }
    }

    /// Renders and tests `program` into `image`, unless it was tried before. The ledger must not be closed.
    pub(crate) fn attempt(&mut self, program: &Tree, origin: Origin, image: &mut Vec<u8>) -> Tried {
        debug_assert!(!self.is_closed());
        match self.seen.get(program) {
            Some(&Some(record)) => return Tried::Seen(record),
            Some(None) => return Tried::Final,
            None => {}
        }
        let record = self.record(origin);
        let judged = self.judge(program, image);
        let goes_on = judged.difference.filter(|_| !judged.solved);
        self.seen.insert(program.clone(), goes_on.map(|_| record));
        if judged.solved || self.is_nearest(&judged) {
            self.keep(&judged, record);
        }
        goes_on.map_or(Tried::Final, |difference| Tried::New(record, difference))
    }

    fn record(&mut self, origin: Origin) -> RecordId {
        self.records.push(origin);
        RecordId((self.records.len() - 1) as u32)
    }

    /// Renders and tests `program` into `image`, whether it was tried before or not: an expansion is spent. The ledger must not
    /// be closed. Returns the distance of its image from the target; `None` if it solves the task or cannot be
    /// rendered.
    ///
    /// A program leaves no record unless it is the nearest so far: such a search tries millions.
    pub(crate) fn assess(&mut self, program: &Tree, image: &mut Vec<u8>) -> Option<f64> {
        debug_assert!(!self.is_closed());
        let judged = self.judge(program, image);
        let is_new = |solution: &Ranked| match &self.records[solution.record.0 as usize] {
            Origin::Start(known) => known != program,
            Origin::Edit(..) => true,
        };
        let is_kept = match judged.solved {
            true => self.solutions.iter().all(is_new),
            false => self.is_nearest(&judged),
        };
        if is_kept {
            let record = self.record(Origin::Start(program.clone()));
            self.keep(&judged, record);
        }
        judged.difference.filter(|_| !judged.solved)
    }

    /// Renders and tests `program` into `image`. That is an expansion, even if it cannot be rendered: a domain that fails often
    /// must not make a search endless.
    fn judge(&mut self, program: &Tree, image: &mut Vec<u8>) -> Judged {
        self.expansions += 1;
        let difference = self.render(program, image);
        let plain = difference.and_then(|_| self.compare(program, image));
        Judged {
            difference,
            // Images decide which program is nearest, if the image of the target is known. The search itself uses observations.
            shown: plain
                .map(|(_, plain)| plain)
                .or(difference)
                .unwrap_or(f64::from(u8::MAX)),
            solved: plain.is_some_and(|(solved, _)| solved),
        }
    }

    fn is_nearest(&self, judged: &Judged) -> bool {
        self.nearest.is_none_or(|nearest| judged.shown < nearest.difference)
    }

    /// Notes a solution, or the nearest program so far.
    fn keep(&mut self, judged: &Judged, record: RecordId) {
        let ranked = Ranked {
            difference: judged.shown,
            record,
            expansions: self.expansions,
        };
        match judged.solved {
            true => self.solutions.push(ranked),
            false => self.nearest = Some(ranked),
        }
    }

    /// The distance of an empty image from the target. It is no less than 255 divided by the number of samples, so never 0.
    pub(crate) fn ink(&self) -> f64 {
        let canvas = self.domain.canvas();
        let blank = vec![canvas.background; self.target.observation.len()];
        self.domain
            .distance(&blank, self.target.observation)
            .max(f64::from(u8::MAX) / blank.len() as f64)
    }

    /// Renders `program` into `image` as the policy sees it, at no expansion. Returns the distance from the target
    /// (between observations, if the domain has an observation model). `None` if it cannot be rendered.
    pub(crate) fn render(&mut self, program: &Tree, image: &mut Vec<u8>) -> Option<f64> {
        let target = self.target.observation;
        image.resize(target.len(), 0);
        if !self.domain.has_observation_model() {
            self.domain.render(program.nodes(), image).ok()?;
            return Some(self.domain.distance(image, target));
        }
        self.scratch.resize(target.len(), 0);
        self.domain.observe_current(program.nodes(), SEED, image).ok()?;
        self.domain
            .observe_target(program.nodes(), SEED, &mut self.scratch)
            .ok()?;
        Some(self.domain.distance(&self.scratch, target))
    }

    /// Whether `program`, which the policy sees as `image`, solves the task, and the distance of its image from the
    /// target's. `None` if the image of the target is not known.
    fn compare(&mut self, program: &Tree, image: &[u8]) -> Option<(bool, f64)> {
        let plain = self.target.image?;
        let drawn = if self.domain.has_observation_model() {
            self.scratch.resize(plain.len(), 0);
            self.domain.render(program.nodes(), &mut self.scratch).ok()?;
            &self.scratch
        } else {
            image
        };
        let solved = self.domain.solved(self.criterion, drawn, plain);
        Some((solved, self.domain.distance(drawn, plain)))
    }

    /// The outcome after `seconds`. At least one program must have been tried.
    pub(crate) fn outcome(self, seconds: f64) -> Outcome {
        let (spent, solved) = (self.expansions(), !self.solutions.is_empty());
        let mut solutions = self.solutions.iter().map(|&ranked| self.retrace(ranked));
        let first = solutions.next();
        let further = solutions.collect();
        let until = self.solutions.first().map_or(spent, |first| first.expansions);
        let nearest = || self.nearest.expect("every search tries an initial program");
        Outcome {
            expansions: until,
            seconds: self.seconds.unwrap_or(seconds),
            solved,
            best: first.unwrap_or_else(|| self.retrace(nearest())),
            further,
            spent,
            spent_seconds: seconds,
        }
    }

    /// The way that led to a program.
    fn retrace(&self, Ranked { difference, record, .. }: Ranked) -> Solution {
        let (mut at, mut edits) = (record, Vec::new());
        let start = loop {
            match &self.records[at.0 as usize] {
                Origin::Start(program) => break program.clone(),
                // Parents come before their children, so that this ends.
                Origin::Edit(parent, edit) => {
                    edits.push(edit.clone());
                    at = *parent;
                }
            }
        };
        edits.reverse();
        let mut program = start.clone();
        for edit in &edits {
            edit.apply(&mut program);
        }
        Solution {
            program,
            difference,
            trace: Trace { start, edits },
        }
    }
}
