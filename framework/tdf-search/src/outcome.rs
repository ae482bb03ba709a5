//! How searches end.

use tdf_tree::{Edit, Tree};

use crate::PolicyError;
use crate::front::Front;

/// How the search for one task ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Node expansions made until the first solution; all of them if there is none.
    pub expansions: u32,
    /// Programs rendered until the first solution, or until this task ended: also those that were rendered before, and renders on
    /// a coarse canvas.
    pub renders: u64,
    /// Answers of networks until then: sampled edits, generated pieces of programs, predicted distances.
    pub network_calls: u64,
    /// Seconds from the start of the search until the first solution, or until this task ended.
    pub seconds: f64,
    /// Whether `best` solves the task.
    pub solved: bool,
    /// The first solution, or the program whose image came nearest by the domain's distance.
    pub best: Solution,
    /// Further solutions, in the order in which they were found; none unless more than one was asked for.
    pub further: Vec<Solution>,
    /// The front of size against distance, the smallest program first: of the programs that were tried, none is both smaller and
    /// nearer than one of these. Solutions are among them.
    pub front: Vec<FrontEntry>,
    /// All node expansions: more than `expansions` if the search went on after the first solution.
    pub spent: u32,
    /// Seconds from the start of the search until this task ended.
    pub spent_seconds: f64,
}

impl Outcome {
    /// Adds a program to the front, unless one of it is no larger and no further from the target. Those that it makes needless
    /// leave.
    pub fn add_to_front(&mut self, entry: FrontEntry) {
        let mut front = Front::default();
        for entry in self.front.drain(..).chain([entry]) {
            front.add(entry.size, entry.difference, entry);
        }
        self.front = front.into_programs().collect();
    }

    /// All solutions, in the order in which they were found.
    pub fn solutions(&self) -> impl Iterator<Item = &Solution> {
        let first = self.solved.then_some(&self.best);
        first.into_iter().chain(&self.further)
    }
}

/// A program on the front of size against distance.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontEntry {
    /// The program.
    pub program: Tree,
    /// Its size, the domain's own ([`DynDomain::size`](tdf_domain::DynDomain::size)).
    pub size: u32,
    /// Distance of its image from that of the target, as in [`Solution::difference`].
    pub difference: f64,
}

/// A program and the way that led to it.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The program.
    pub program: Tree,
    /// Distance of its image from the image of the target; of its observation from the target if that image is not known. The
    /// domain defines it and its unit ([`DynDomain::distance`](tdf_domain::DynDomain::distance)).
    pub difference: f64,
    /// The way there.
    pub trace: Trace,
}

/// The initial program of a search and the edits that led on from it.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The initial program.
    pub start: Tree,
    /// Edits, applied one after the other.
    pub edits: Vec<Edit>,
}

/// A search that could not go on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SearchError {
    /// The policy or value failed.
    Policy(PolicyError),
    /// The options cannot be met.
    Options(String),
}

impl std::fmt::Display for SearchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Policy(e) => e.fmt(f),
            Self::Options(s) => f.write_str(s),
        }
    }
}

impl std::error::Error for SearchError {}

impl From<PolicyError> for SearchError {
    fn from(e: PolicyError) -> Self {
        Self::Policy(e)
    }
}
