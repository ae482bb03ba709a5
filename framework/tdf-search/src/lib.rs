//! Search over any policy and value; no tensors.
//!
//! A [`Policy`] proposes edits, a [`Value`] predicts the distance of an image from a target, a [`Generator`] generates
//! programs. [`search`] runs a [`SearchMethod`] on many tasks at once: every network call serves all of them.
//!
//! The budget counts *node expansions*: programs new to their task that were rendered and tested by the success criterion.
//! Initial programs count, and so do programs that cannot be rendered. A program seen before in the task is not counted
//! again. The method `sample` ends a task after 256 programs in a row without a new one. Rollouts and beams end it after
//! 64 initial programs in a row without a new program.
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

pub use engine::{SearchProgress, search};
pub use generator::{Generated, GenerationRequest, Generator};
pub use inputs::{Networks, Target};
pub use method::{GenerationDemand, MethodRegistration, Needs, SearchMethod, method, methods};
pub use options::{Init, Ranking, SearchOptions};
pub use outcome::{Outcome, SearchError, Solution, Trace};
pub use policy::{Policy, PolicyError, Proposal, Query, UniformPolicy, Value};
pub use task::{Attempt, Candidate, SearchTask};
