//! One training example from a seed and a number.

use std::ops::RangeInclusive;
use std::sync::Arc;

use tdf_domain::DynDomain;
use tdf_tree::{Edit, NodeChoice, Tree};

/// What examples are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleOptions {
    /// Sizes of target programs.
    pub sizes: RangeInclusive<u32>,
    /// Greatest number of noise steps; the number is uniform over `1..=steps` (paper: 5).
    pub steps: u32,
    /// Share of examples whose current program is a fresh random program (paper: 0.2).
    pub rho: f64,
    /// sigma_small (paper: 2).
    pub small: u32,
    /// How mutations choose their node.
    pub choice: NodeChoice,
    /// Redraws of a target whose picture is near empty (public code: 100).
    pub redraws: u32,
}

/// A training example.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Example {
    /// The program to be found.
    pub target: Tree,
    /// The program at hand.
    pub current: Tree,
    /// What `target` draws.
    pub target_picture: Vec<u8>,
    /// What `current` draws.
    pub picture: Vec<u8>,
    /// The next edit on the path from `current` to `target`.
    pub edit: Option<Edit>,
    /// Edits left to the target, this one included.
    pub distance: u32,
}

/// Options that cannot be met by the domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StreamError(pub String);

/// An endless stream of examples.
#[derive(Clone, Debug)]
pub struct ExampleStream {
    domain: Arc<dyn DynDomain>,
    options: ExampleOptions,
    seed: u64,
}

impl ExampleStream {
    /// The stream of `seed`.
    pub fn new(domain: Arc<dyn DynDomain>, options: ExampleOptions, seed: u64) -> Result<Self, StreamError> {
        Ok(Self { domain, options, seed })
    }

    /// Example number `index`, into `out` (its memory is used again).
    pub fn example(&self, index: u64, out: &mut Example) {
        let _ = (index, out, &self.domain, &self.options, self.seed);
        unimplemented!()
    }
}
