//! Tree Diffusion Search: a beam (section 4.2).

use crate::{
    Attempt, Candidate, MethodRegistration, Needs, Proposal, Ranking, SearchMethod, SearchOptions, SearchTask,
};

inventory::submit! {
    MethodRegistration {
        name: "beam",
        about: "A beam of programs, ranked as search.ranking says",
        needs,
        check,
        describe,
        edits_per_program: |options| options.edits_per_program as usize,
        policy: None,
        make: |options| Box::new(Beam::new(options)),
    }
}

pub(super) fn needs(options: &SearchOptions) -> Needs {
    Needs {
        policy: true,
        value: options.ranking == Ranking::Value,
        init: true,
        ..Needs::default()
    }
}

pub(super) fn check(options: &SearchOptions) -> Result<(), String> {
    match (options.beam, options.edits_per_program) {
        (0, _) => Err("the beam must keep 1 program or more".to_owned()),
        (_, 0) => Err("the beam must sample 1 edit or more per program".to_owned()),
        _ => Ok(()),
    }
}

pub(super) fn describe(options: &SearchOptions) -> String {
    let ranking = format!("{:?}", options.ranking).to_lowercase();
    let init = match options.init_count {
        1 => String::new(),
        count => format!(", {count} initial programs"),
    };
    let (width, edits) = (options.beam, options.edits_per_program);
    format!("beam, width {width}, {edits} edits each, by {ranking}{init}")
}

/// The best programs since the last start. Each round samples edits for all of them; the best of parents and children
/// form the next beam. A program is left out if another of the pool renders to the same image and is no larger.
///
/// Under [`Ranking::Position`] children replace their parents: sums over paths of different lengths do not compare, a parent
/// would always outrank its children. Programs that render to the same image stay.
#[derive(Debug)]
pub(super) struct Beam {
    width: usize,
    edits_per_program: usize,
    ranking: Ranking,
    /// Initial programs of each start.
    init_count: u32,
    members: Vec<Candidate>,
    /// New programs of this round.
    fresh: Vec<Candidate>,
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

/// Rounds of a beam under [`Ranking::Position`] before it begins anew.
const DEPTH: u32 = 30;

impl Beam {
    pub(super) fn new(options: &SearchOptions) -> Self {
        Self {
            width: options.beam as usize,
            edits_per_program: options.edits_per_program as usize,
            ranking: options.ranking,
            init_count: options.init_count,
            members: Vec::new(),
            fresh: Vec::new(),
            rounds_without_entry: 0,
            depth: 0,
            free_images: Vec::new(),
        }
    }

    /// The programs that it keeps.
    pub(super) fn members(&self) -> &[Candidate] {
        &self.members
    }

    /// What ranks `member`; smaller is better.
    fn rank(&self, member: &Candidate) -> f64 {
        let rank = match self.ranking {
            Ranking::Value => member.value.map_or(f64::INFINITY, f64::from),
            Ranking::Pixels => member.difference,
            Ranking::Position => -member.log_probability,
        };
        if rank.is_nan() { f64::INFINITY } else { rank }
    }

    fn begin(&mut self, task: &mut SearchTask<'_>) {
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
    fn keep_best(&mut self, task: &SearchTask<'_>) -> bool {
        let size = |member: &Candidate| task.domain().size().of(member.program.nodes());
        let keeps_parents = self.ranking != Ranking::Position;
        let parents = if keeps_parents { self.members.len() } else { 0 };
        if !keeps_parents {
            self.free_images.extend(self.members.drain(..).map(|m| m.image));
        }
        let mut pool: Vec<(f64, u32, usize, Candidate)> = Vec::with_capacity(parents + self.fresh.len());
        for (order, member) in self.members.drain(..).chain(self.fresh.drain(..)).enumerate() {
            pool.push((0.0, size(&member), order, member));
        }
        for entry in &mut pool {
            entry.0 = self.rank(&entry.3);
        }
        // Of equal images the smallest program stays, so those come first; the earlier of equals stays a parent.
        pool.sort_unstable_by_key(|&(_, size, order, _)| (size, order));
        let mut kept: Vec<(f64, u32, usize, Candidate)> = Vec::with_capacity(pool.len());
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

impl SearchMethod for Beam {
    fn to_edit(&self, remaining: u32) -> &[Candidate] {
        // Queries beyond the budget would be answered in vain.
        let useful = (remaining as usize).div_ceil(self.edits_per_program);
        &self.members[..self.members.len().min(useful)]
    }

    fn take_edits(&mut self, task: &mut SearchTask<'_>, proposals: Vec<Vec<Proposal>>) {
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
                    Attempt::New(member) => self.fresh.push(member),
                    Attempt::Seen(member) => self.free_images.push(member.image),
                    Attempt::DeadEnd => {}
                }
            }
        }
    }

    fn unscored(&mut self) -> Vec<&mut Candidate> {
        self.members
            .iter_mut()
            .chain(&mut self.fresh)
            .filter(|m| m.value.is_none())
            .collect()
    }

    fn select(&mut self, task: &mut SearchTask<'_>) {
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
