//! Search over any policy and value; no tensors.
//!
//! A [`Policy`] proposes edits, a [`Value`] says how far a picture is from a target. [`search`] runs a [`Method`] on many
//! tasks at once: every network call serves all of them.
//!
//! What counts is *node expansions*: programs new to their task that were rendered and tested for the goal, random first
//! programs included. A proposal that leads to a program already seen in the task costs nothing; how many of these a
//! search puts up with in a row is bounded.

mod beam;
mod engine;
mod ledger;
mod method;
mod policy;
mod rollout;
mod strategy;
mod task;

pub use engine::{Outcome, SearchError, Solution, Target, Trace, search};
pub use method::{Method, Score, SearchOptions};
pub use policy::{Policy, PolicyError, Proposal, Query, UniformPolicy, Value};
