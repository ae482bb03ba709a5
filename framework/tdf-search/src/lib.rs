//! Search over any policy and value; no tensors.
//!
//! ```
//! use tdf_search::{Networks, SearchOptions, Target, search};
//!
//! let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
//! let program = domain.language().parse(domain.start(), "(Box red)")?;
//! let mut image = vec![0; domain.observation_spec().bytes()];
//! domain.render(program.nodes(), &mut image)?;
//!
//! let options = SearchOptions { init_sizes: 1..=2, ..SearchOptions::new("random", 500) };
//! let outcomes = search(&domain, &[Target::seen(&image)], Networks::default(), &options, &mut |_| true)?;
//! assert!(outcomes[0].solved);
//! assert!(outcomes[0].best.difference < 1.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Policy`] proposes edits, a [`Value`] predicts the distance of an image from a target, a [`Generator`] generates
//! programs. [`search`] runs a [`SearchMethod`] on many tasks at once: every network call serves all of them.
//!
//! Three currencies limit a search, alone or together: node expansions, renders and seconds. The answers of networks are
//! counted, too. The budget counts *node expansions*: programs new to their task that were rendered and tested by the success criterion.
//! Initial programs count, and so do programs that cannot be rendered. A program seen before in the task is not counted
//! again. While there is budget, a search goes on: initial programs that are all old are followed by random ones, and by
//! mutations of these. It ends early only in a language in which 1,024 of them in a row are old.
//!
//! A new search method is one file: it implements [`SearchMethod`] and registers itself as a [`MethodRegistration`].

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod check;
mod engine;
mod front;
mod generator;
mod inputs;
mod judge;
mod leaves;
mod ledger;
mod limits;
mod method;
mod methods;
mod options;
mod outcome;
mod policy;
mod refine;
mod rounds;
mod task;
mod view;

/// The registry of methods: `inventory::submit!` registers a [`MethodRegistration`].
pub use inventory;

pub use engine::{search, search_viewed};
pub use generator::{Generated, GenerationRequest, Generator};
pub use inputs::{Networks, Target};
pub use judge::{Images, Judge, Judgement};
pub use ledger::Find;
pub use method::{GenerationDemand, MakePolicy, MethodRegistration, Needs, SearchMethod, method, methods};
pub use options::{Init, MAX_BUDGET, Ranking, SearchOptions};
pub use outcome::{FrontEntry, Outcome, SearchError, Solution, Trace};
pub use policy::{Policy, PolicyError, Proposal, Query, UniformPolicy, Value};
pub use refine::{Refined, refine, refine_outcome};
pub use task::{Attempt, Candidate, SearchTask};
pub use view::{SearchProgress, SearchView, TaskView};
