//! Search over any policy and value; no tensors.
//!
//! A [`Policy`] proposes edits, a [`Value`] says how far a picture is from a target. [`search`] runs a [`Method`] on many
//! tasks at once: every network call serves all of them.

mod engine;
mod method;
mod policy;

pub use engine::{Outcome, SearchError, Solution, Trace, search};
pub use method::{Method, Score, SearchOptions};
pub use policy::{Policy, PolicyError, Proposal, Query, UniformPolicy, Value};
