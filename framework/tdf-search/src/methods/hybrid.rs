//! A network first, annealing then: what each is best at.

use super::anneal::Anneal;
use super::beam::Beam;
use crate::{Candidate, MethodRegistration, Proposal, SearchMethod, SearchOptions, SearchTask};

inventory::submit! {
    MethodRegistration {
        name: "hybrid",
        about: "A beam with a network until it no longer improves, then simulated annealing",
        needs: super::beam::needs,
        check: super::beam::check,
        describe: |options| format!("hybrid: {}, then simulated annealing", super::beam::describe(options)),
        edits_per_program: |options| options.edits_per_program as usize,
        policy: None,
        make: |options| Box::new(Hybrid::new(options)),
    }
}

/// Rounds of the beam in a row without a nearer program, after which annealing begins.
const PATIENCE: u32 = 2;

/// The part of the time after which annealing begins in any case.
const NETWORK_TIME: f64 = 0.15;

/// Expansions that must be left for annealing to begin: with less the network is ahead (docs/measures.md).
const ANNEALING_PAYS: u32 = 20_000;

struct Hybrid {
    beam: Beam,
    anneal: Anneal,
    /// Whether annealing has begun.
    anneals: bool,
    /// The least difference of a program of the beam so far.
    nearest: f64,
    /// Rounds in a row in which it did not fall.
    stalled: u32,
}

impl Hybrid {
    fn new(options: &SearchOptions) -> Self {
        Self {
            beam: Beam::new(options),
            anneal: Anneal::new(options.clone()),
            anneals: false,
            nearest: f64::INFINITY,
            stalled: 0,
        }
    }

    /// Whether the network has had its turn.
    fn is_annealing_due(&mut self, task: &SearchTask<'_>) -> bool {
        let nearest = self
            .beam
            .members()
            .iter()
            .map(|member| member.difference)
            .fold(f64::INFINITY, f64::min);
        self.stalled = if nearest < self.nearest { 0 } else { self.stalled + 1 };
        self.nearest = nearest.min(self.nearest);
        let is_done = self.stalled >= PATIENCE || task.time_share() >= NETWORK_TIME;
        is_done && task.remaining() >= ANNEALING_PAYS
    }
}

impl SearchMethod for Hybrid {
    fn to_edit(&self, remaining: u32) -> &[Candidate] {
        match self.anneals {
            true => &[],
            false => self.beam.to_edit(remaining),
        }
    }

    fn take_edits(&mut self, task: &mut SearchTask<'_>, proposals: Vec<Vec<Proposal>>) {
        if !self.anneals {
            self.beam.take_edits(task, proposals);
        }
    }

    fn unscored(&mut self) -> Vec<&mut Candidate> {
        match self.anneals {
            true => Vec::new(),
            false => self.beam.unscored(),
        }
    }

    fn select(&mut self, task: &mut SearchTask<'_>) {
        if self.anneals {
            self.anneal.select(task);
            return;
        }
        self.beam.select(task);
        if self.is_annealing_due(task) {
            self.anneals = true;
            task.stop_generating();
            let members = self.beam.members().iter();
            let nearest = members.min_by(|one, other| one.difference.total_cmp(&other.difference));
            if let Some(member) = nearest {
                self.anneal.begin_at(member.program.clone());
            }
        }
    }
}
