//! Methods and their options.

use std::ops::RangeInclusive;

use tdf_tree::NoiseOptions;

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
        edits_per_program: u32,
        /// What ranks programs.
        ranking: Ranking,
    },
    /// Rejection sampling (section 4.2): a network writes programs, at once or piece by piece, until one draws the target.
    Sample {
        /// Programs written at the same time.
        particles: u32,
    },
    /// Rollouts of random mutations, which look at no image: the floor to compare with.
    Random {
        /// Edits before a new start.
        restart: u32,
        /// The mutations.
        noise: NoiseOptions,
    },
}

impl Method {
    /// Whether it edits programs that a policy is asked about.
    pub fn needs_policy(self) -> bool {
        matches!(self, Self::Rollout { .. } | Self::Beam { .. })
    }

    /// Whether it begins at whole programs, see [`Init`].
    pub fn has_init(self) -> bool {
        !matches!(self, Self::Sample { .. })
    }

    /// Whether it asks a value network.
    pub fn needs_value(self) -> bool {
        matches!(
            self,
            Self::Beam {
                ranking: Ranking::Value,
                ..
            }
        )
    }
}

/// What ranks programs in a beam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranking {
    /// The value network's distance (section 3.3).
    Value,
    /// Mean absolute difference of the images.
    Pixels,
    /// The search of the public code, which asks no value network: the sum of the log-probabilities of the positions that
    /// the edits since the first program were made at (not of their replacements). Children replace their parents,
    /// programs are told apart by their text alone, not by image, and after 30 rounds the beam begins anew (the public
    /// code gives up).
    Position,
}

/// Where rollouts and beams begin, and begin anew.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Init {
    /// At a random program.
    #[default]
    Random,
    /// At a program that a network writes for the target (appendix G). Rendering and testing it is one expansion, as of any
    /// other program.
    Generated {
        /// Temperature of writing.
        temperature: f64,
    },
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
    /// Name of the success criterion, one of the domain's. Empty: its default.
    pub criterion: String,
    /// Where to begin.
    pub init: Init,
    /// First programs of a beam each time that it begins, random or written: the best of them are its first members. Rollouts begin
    /// at one.
    pub init_count: u32,
    /// Sizes of random first programs.
    pub init_sizes: RangeInclusive<u32>,
    /// Seed; task `i` draws from a stream of its own.
    pub seed: u64,
    /// Number of solutions, all of them different programs, after which the search for a task ends; it goes on from none of
    /// them.
    pub solutions: u32,
}
