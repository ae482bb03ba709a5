//! Runs a method on many tasks at once.

use std::sync::Arc;

use tdf_domain::DynDomain;
use tdf_tree::{Edit, Tree};

use crate::{Policy, PolicyError, SearchOptions, Value};

/// How the search for one task ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Node expansions made.
    pub expansions: u32,
    /// Seconds from the start of the search until this task ended.
    pub seconds: f64,
    /// Whether `best` solves the task.
    pub solved: bool,
    /// The solution, or the program whose picture came nearest by mean absolute difference.
    pub best: Solution,
}

/// A program and the way that led to it.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The program.
    pub program: Tree,
    /// Mean absolute difference of its picture from the target, 0 to 255.
    pub difference: f64,
    /// The way there.
    pub trace: Trace,
}

/// The first program of a search and the edits that led on from it.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The first program.
    pub start: Tree,
    /// Edits, applied one after the other.
    pub edits: Vec<Edit>,
}

/// A search that could not go on.
#[derive(Clone, Debug)]
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

/// Searches programs for `targets` (pictures on the domain's canvas). `observe` is called after every round with the
/// number of tasks that have ended; if it returns false the search stops and open tasks end unsolved.
pub fn search(
    domain: &Arc<dyn DynDomain>,
    targets: &[&[u8]],
    policy: &mut dyn Policy,
    value: Option<&mut dyn Value>,
    options: &SearchOptions,
    observe: &mut dyn FnMut(usize) -> bool,
) -> Result<Vec<Outcome>, SearchError> {
    let _ = (domain, targets, policy, value, options, observe);
    unimplemented!()
}
