//! Search over any policy and value; no tensors.
//!
//! A [`Policy`] proposes edits, a [`Value`] predicts the distance of an image from a target, a [`Generator`] generates
//! programs. [`search`] runs a [`SearchMethod`] on many tasks at once: every network call serves all of them.
//!
//! The budget counts *node expansions*: programs new to their task that were rendered and tested by the success criterion,
//! initial programs included. A proposal that leads to a program already seen in the task costs nothing; how many of these
//! a search puts up with in a row is bounded.
//!
//! A new search method is one file: it implements [`SearchMethod`] and registers itself as a [`MethodRegistration`].

#![forbid(unsafe_code)]

mod check;
mod engine;
mod generator;
mod inputs;
mod ledger;
mod method;
mod methods;
mod options;
mod outcome;
mod policy;
mod task;

/// The registry of methods: `inventory::submit!` registers a [`MethodRegistration`].
pub use inventory;

pub use engine::{SearchProgress, search};
pub use generator::{Generated, GenerationRequest, Generator};
pub use inputs::{Networks, Target};
pub use method::{GenerationDemand, MethodRegistration, Needs, SearchMethod, method, methods};
pub use options::{Init, Ranking, SearchOptions};
pub use outcome::{Outcome, SearchError, Solution, Trace};
pub use policy::{Policy, PolicyError, Proposal, Query, UniformPolicy, Value};
pub use task::{Attempt, Candidate, SearchTask};
