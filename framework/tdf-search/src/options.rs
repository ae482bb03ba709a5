//! Options of a search.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tdf_tree::{NoiseOptions, Tree};

/// The greatest budget of node expansions that a configuration takes. It stands for none.
pub const MAX_BUDGET: u32 = 100_000_000;

/// The number that ranks the programs of a beam.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Ranking {
    /// Distance that the value head predicts.
    Value,
    /// Distance of the images, by the domain's own measure (`Domain::distance`).
    #[default]
    Pixels,
    /// Sum of the log-probabilities of edit positions, as in the public code.
    Position,
}

/// The initial programs of a search, also after restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Init {
    /// Generated programs, if there is a network that generates whole programs; else random ones.
    #[default]
    Auto,
    /// Random programs.
    Random,
    /// Programs that a network generates: this one, if it has learnt to, or that of --init-run.
    Generated,
}

/// Options of a search. Options that the method does not use are ignored.
///
/// # Examples
///
/// ```
/// use tdf_search::SearchOptions;
///
/// let options = SearchOptions { method: "beam".into(), beam: 16, ..SearchOptions::default() };
/// assert_eq!((options.beam, options.budget), (16, 500));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// Name of the method, one of [`methods`](crate::methods).
    pub method: String,
    /// Greatest number of node expansions per task. An expansion is a new program that was rendered and tested
    /// (paper, section 4.3). Initial programs and programs that cannot be rendered count too.
    pub budget: u32,
    /// Greatest number of renders per task. `None`: no limit of its own.
    pub renders: Option<u64>,
    /// Greatest time per task in seconds. Tasks are then searched one after the other. `None`: no limit.
    pub seconds: Option<f64>,
    /// Chains that simulated annealing runs side by side for a task, on as many threads as there are. `None`: one for each thread
    /// if tasks are searched one after the other or there is one task only, else one. Outcomes depend on it.
    pub chains: Option<u32>,
    /// Temperature of sampling edits and programs, 0 or more. 0 takes the most likely.
    pub temperature: f64,
    /// Name of the success criterion, one of the domain's. Empty: its default.
    pub criterion: String,
    /// Number of solutions, all different programs, after which the search for a task ends. The search edits no solution.
    pub solutions: u32,
    /// Seed. Each task has a random stream of its own.
    pub seed: u64,
    /// Number of the first target in its task set, from 0: random streams depend on the numbers of tasks, so that a part of a set
    /// gives the results that the whole set gives.
    pub first_task: usize,
    /// The initial programs.
    pub init: Init,
    /// The first initial program of each task, of the domain's language; `None` for one as `init` says. Later ones are those of
    /// `init`. The methods `sample` and `enumerate` have no initial programs.
    pub start: Option<Tree>,
    /// Initial programs of a beam each time that it begins: the best of them are its first members. Rollouts begin at one.
    pub init_count: u32,
    /// Temperature of generating initial programs, 0 or more. 0 takes the most likely.
    pub init_temperature: f64,
    /// Sizes of random initial programs.
    pub init_sizes: RangeInclusive<u32>,
    /// Programs that a beam keeps.
    pub beam: u32,
    /// Edits sampled for each program of a beam.
    pub edits_per_program: u32,
    /// What ranks the programs of a beam.
    pub ranking: Ranking,
    /// Edits of a rollout before it begins anew.
    pub restart: u32,
    /// Programs that the method `sample` generates at the same time.
    pub particles: u32,
    /// The mutations of the method `random`.
    pub noise: NoiseOptions,
}

impl SearchOptions {
    /// The defaults, with this method and this budget.
    ///
    /// # Examples
    ///
    /// ```
    /// let options = tdf_search::SearchOptions::new("random", 200);
    /// assert_eq!((options.method.as_str(), options.budget, options.seed), ("random", 200, 0));
    /// ```
    pub fn new(method: impl Into<String>, budget: u32) -> Self {
        Self {
            method: method.into(),
            budget,
            ..Self::default()
        }
    }
}

impl Default for SearchOptions {
    /// Rollouts, as the preset `tiny` searches.
    fn default() -> Self {
        Self {
            method: "rollout".to_owned(),
            budget: 500,
            renders: None,
            seconds: None,
            chains: None,
            temperature: 0.7,
            criterion: String::new(),
            solutions: 1,
            seed: 0,
            first_task: 0,
            init: Init::Auto,
            start: None,
            init_count: 1,
            init_temperature: 0.1,
            init_sizes: 2..=8,
            beam: 4,
            edits_per_program: 4,
            ranking: Ranking::Pixels,
            restart: 25,
            particles: 16,
            noise: NoiseOptions::default(),
        }
    }
}
