//! Search over any policy and value; no tensors.
//!
//! A [`Policy`] proposes edits, a [`Value`] says how far an image is from a target, a [`Writer`] writes programs. [`search`]
//! runs a [`Method`] on many tasks at once: every network call serves all of them.
//!
//! What counts is *node expansions*: programs new to their task that were rendered and tested by the success criterion, first
//! programs included. A proposal that leads to a program already seen in the task costs nothing; how many of these a
//! search puts up with in a row is bounded.

#![forbid(unsafe_code)]

mod beam;
mod check;
mod engine;
mod inputs;
mod ledger;
mod method;
mod outcome;
mod policy;
mod rollout;
mod sample;
mod strategy;
mod task;
mod writer;

pub use engine::{SearchProgress, search};
pub use inputs::{Networks, Target};
pub use method::{Init, Method, Ranking, SearchOptions};
pub use outcome::{Outcome, SearchError, Solution, Trace};
pub use policy::{Policy, PolicyError, Proposal, Query, UniformPolicy, Value};
pub use writer::{Generated, GenerationRequest, Generator};
