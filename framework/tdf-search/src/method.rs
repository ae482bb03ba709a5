//! Methods and their options.

use std::ops::RangeInclusive;

use tdf_domain::Goal;

/// A way to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Tree Diffusion Rollouts (section 4.2): sample edits from the policy, one after the other, begin anew after
    /// `restart` edits without success.
    Rollout {
        /// Edits before a new start.
        restart: u32,
    },
    /// Tree Diffusion Search: a beam of programs, each expanded by `children` sampled edits.
    Beam {
        /// Programs kept.
        width: u32,
        /// Edits sampled for each.
        children: u32,
        /// What ranks programs.
        score: Score,
    },
}

/// What ranks programs in a beam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Score {
    /// The value network's distance (section 3.3).
    Value,
    /// Mean absolute difference of the pictures.
    Pixels,
    /// Summed log-probability of positions, as the public code does.
    Policy,
}

/// Options of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// The method.
    pub method: Method,
    /// Greatest number of node expansions per task. An expansion is a new program that was rendered and tested
    /// (paper, section 4.3); the first program of a start counts too.
    pub budget: u32,
    /// Temperature of sampling.
    pub temperature: f64,
    /// When a picture counts as the target.
    pub goal: Goal,
    /// Sizes of random first programs.
    pub start_sizes: RangeInclusive<u32>,
    /// Seed; task `i` draws from a stream of its own.
    pub seed: u64,
    /// Number of solutions, all of them different programs, after which the search for a task ends; it goes on from none of
    /// them.
    pub solutions: u32,
}
