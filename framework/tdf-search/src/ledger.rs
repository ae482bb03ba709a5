//! The programs that a task has tried: what they have cost, and the edits that led to each program.

use rustc_hash::FxHashMap;
use tdf_tree::{Edit, Tree};

use crate::front::Front;
use crate::judge::{Images, Judge, Judgement};
use crate::limits::{Limits, Spent};
use crate::{FrontEntry, Outcome, Solution, Trace};

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

/// A program that was rendered outside the ledger.
#[derive(Clone, Debug)]
pub struct Find {
    /// The program.
    pub program: Tree,
    /// What the target's judge says of it.
    pub judgement: Judgement,
    /// How many renders of the report were made when it was found, this one included.
    pub after: u32,
}

/// A program, with the distance of its image from the target, the domain's own.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    difference: f64,
    record: RecordId,
    /// What was spent when it was found.
    spent: Spent,
}

/// All programs that a task has tried.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    pub(crate) judge: Judge<'a>,
    limits: Limits,
    /// `None` for programs that solve the task or cannot be rendered.
    seen: FxHashMap<Tree, Option<RecordId>>,
    records: Vec<Origin>,
    spent: Spent,
    /// Whether the time is over.
    late: bool,
    /// The program whose image was nearest to the target before the first solution.
    nearest: Option<Ranked>,
    solutions: Vec<Ranked>,
    /// Programs of which none is both smaller and nearer, solutions among them.
    front: Front<RecordId>,
    /// Seconds until the first solution.
    seconds: Option<f64>,
    /// Memory for images.
    images: Images,
}

/// Renders between two looks at the clock.
const CLOCK: u64 = 16;

impl<'a> Ledger<'a> {
    pub(crate) fn new(judge: Judge<'a>, limits: Limits) -> Self {
        let (seen, records) = (FxHashMap::default(), Vec::new());
        Self {
            judge,
            limits,
            seen,
            records,
            spent: Spent::default(),
            late: false,
            nearest: None,
            solutions: Vec::new(),
            front: Front::default(),
            seconds: None,
            images: Images::default(),
        }
    }

    /// What was spent.
    pub(crate) fn spent(&self) -> Spent {
        self.spent
    }

    /// Expansions that may still be made.
    pub(crate) fn remaining(&self) -> u32 {
        self.spent.remaining(&self.limits)
    }

    /// The greatest part of a limit that is spent, 0 to 1, but for the time.
    pub(crate) fn share(&self) -> f64 {
        let expansions = f64::from(self.spent.expansions) / f64::from(self.limits.budget.max(1));
        let renders = self.spent.renders as f64 / self.limits.renders.max(1) as f64;
        expansions.max(renders).min(1.0)
    }

    /// Whether there are as many solutions as are wanted, or one of the limits is reached.
    pub(crate) fn is_closed(&self) -> bool {
        self.solutions.len() as u32 >= self.limits.solutions || self.late || self.remaining() == 0
    }

    /// Notes how late it is.
    pub(crate) fn note_time(&mut self, seconds: f64) {
        self.late |= self.judge.is_late();
        if !self.solutions.is_empty() {
            self.seconds.get_or_insert(seconds);
        }
    }

    /// The distance of the first solution, or of the nearest program so far.
    pub(crate) fn best_difference(&self) -> Option<f64> {
        self.best().map(|best| best.difference)
    }

    /// The first solution, or the nearest program so far, and whether it is a solution.
    pub(crate) fn best_solution(&self) -> Option<(Solution, bool)> {
        Some((self.retrace(self.best()?), !self.solutions.is_empty()))
    }

    fn best(&self) -> Option<Ranked> {
        self.solutions.first().copied().or(self.nearest)
    }

    /// Counts answers of networks.
    pub(crate) fn count_calls(&mut self, calls: usize) {
        self.spent.network_calls += calls as u64;
    }

    /// Renders and tests `program` into `image`, unless it was tried before. Nothing is tried in a closed ledger: the time may end,
    /// and the last render be made, while a method is at work.
    pub(crate) fn attempt(&mut self, program: &Tree, origin: Origin, image: &mut Vec<u8>) -> Tried {
        if self.is_closed() {
            return Tried::Final;
        }
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
            self.keep(&judged, record, self.spent);
        }
        if judged.difference.is_some() {
            self.front.add(self.size(program), judged.shown, record);
        }
        goes_on.map_or(Tried::Final, |difference| Tried::New(record, difference))
    }

    fn record(&mut self, origin: Origin) -> RecordId {
        self.records.push(origin);
        RecordId((self.records.len() - 1) as u32)
    }

    /// Renders and tests `program` into `image`, whether it was tried before or not: an expansion is spent. Returns the distance
    /// of its image from the target; `None` if it solves the task or cannot be rendered, and in a closed ledger.
    ///
    /// A program leaves no record unless it is the nearest so far: such a search tries millions.
    pub(crate) fn assess(&mut self, program: &Tree, image: &mut Vec<u8>) -> Option<f64> {
        if self.is_closed() {
            return None;
        }
        let judged = self.judge(program, image);
        self.note(program, &judged, self.spent);
        judged.difference.filter(|_| !judged.solved)
    }

    /// Counts `renders`, each an expansion, that were made elsewhere, and notes what they found.
    pub(crate) fn absorb(&mut self, renders: u32, finds: impl IntoIterator<Item = Find>) {
        let before = self.spent;
        for find in finds {
            if self.solutions.len() as u32 >= self.limits.solutions {
                break;
            }
            let spent = Spent {
                expansions: before.expansions + find.after,
                renders: before.renders + u64::from(find.after),
                ..before
            };
            self.note(&find.program, &find.judgement, spent);
        }
        self.spent.expansions = before.expansions.saturating_add(renders);
        self.spent.renders += u64::from(renders);
        self.late |= self.judge.is_late();
    }

    /// Keeps a program if it is a new solution, the nearest so far or on the front.
    fn note(&mut self, program: &Tree, judged: &Judgement, spent: Spent) {
        let is_new = |solution: &Ranked| match &self.records[solution.record.0 as usize] {
            Origin::Start(known) => known != program,
            Origin::Edit(..) => true,
        };
        let is_kept = match judged.solved {
            true => self.solutions.iter().all(is_new),
            false => self.is_nearest(judged),
        };
        let size = self.size(program);
        let is_on_front = judged.difference.is_some() && self.front.admits(size, judged.shown);
        if !is_kept && !is_on_front {
            return;
        }
        let record = self.record(Origin::Start(program.clone()));
        if is_kept {
            self.keep(judged, record, spent);
        }
        if is_on_front {
            self.front.add(size, judged.shown, record);
        }
    }

    fn size(&self, program: &Tree) -> u32 {
        self.judge.domain.size().of(program.nodes())
    }

    /// Renders and tests `program` into `image`. That is an expansion, even if it cannot be rendered: a domain that fails often
    /// must not make a search endless.
    fn judge(&mut self, program: &Tree, image: &mut Vec<u8>) -> Judgement {
        self.spent.expansions += 1;
        self.count_render();
        std::mem::swap(image, &mut self.images.seen);
        let judged = self.judge.judge(program, &mut self.images);
        std::mem::swap(image, &mut self.images.seen);
        judged
    }

    fn count_render(&mut self) {
        self.spent.renders += 1;
        if self.spent.renders.is_multiple_of(CLOCK) {
            self.late |= self.judge.is_late();
        }
    }

    fn is_nearest(&self, judged: &Judgement) -> bool {
        self.nearest.is_none_or(|nearest| judged.shown < nearest.difference)
    }

    /// Notes a solution, or the nearest program so far.
    fn keep(&mut self, judged: &Judgement, record: RecordId, spent: Spent) {
        let ranked = Ranked {
            difference: judged.shown,
            record,
            spent,
        };
        match judged.solved {
            true => self.solutions.push(ranked),
            false => self.nearest = Some(ranked),
        }
    }

    /// Renders `program` into `image` as the policy sees it, at no expansion. Returns the distance from the target
    /// (between observations, if the domain has an observation model). `None` if it cannot be rendered.
    pub(crate) fn render(&mut self, program: &Tree, image: &mut Vec<u8>) -> Option<f64> {
        self.count_render();
        std::mem::swap(image, &mut self.images.seen);
        let difference = self.judge.render(program, &mut self.images);
        std::mem::swap(image, &mut self.images.seen);
        difference
    }

    /// The outcome after `seconds`. At least one program must have been tried.
    pub(crate) fn outcome(self, seconds: f64) -> Outcome {
        let solved = !self.solutions.is_empty();
        let mut solutions = self.solutions.iter().map(|&ranked| self.retrace(ranked));
        let first = solutions.next();
        let further = solutions.collect();
        let until = self.solutions.first().map_or(self.spent, |first| first.spent);
        let nearest = || self.nearest.expect("every search tries an initial program");
        let entry = |&(size, difference, record): &(u32, f64, RecordId)| FrontEntry {
            program: self.program(record),
            size,
            difference,
        };
        Outcome {
            front: self.front.entries().iter().map(entry).collect(),
            expansions: until.expansions,
            renders: until.renders,
            network_calls: until.network_calls,
            seconds: self.seconds.unwrap_or(seconds),
            solved,
            best: first.unwrap_or_else(|| self.retrace(nearest())),
            further,
            spent: self.spent.expansions,
            spent_seconds: seconds,
        }
    }

    fn program(&self, record: RecordId) -> Tree {
        let (mut program, edits) = self.way(record);
        for edit in &edits {
            edit.apply(&mut program);
        }
        program
    }

    /// The way that led to a program.
    fn retrace(&self, Ranked { difference, record, .. }: Ranked) -> Solution {
        let (start, edits) = self.way(record);
        let program = self.program(record);
        Solution {
            program,
            difference,
            trace: Trace { start, edits },
        }
    }

    /// The initial program behind a record, and the edits that led on from it.
    fn way(&self, record: RecordId) -> (Tree, Vec<Edit>) {
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
        (start, edits)
    }
}
