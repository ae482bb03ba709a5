//! Exact random programs (ConstrainedSample, section 3.1), without rejection.

use tdf_grammar::{Grammar, NonterminalId, ProductionId};

use crate::{Node, Rng, Size, Tree};

/// How to choose among the programs of one size.
#[derive(Clone, Debug, PartialEq)]
pub enum Weighting {
    /// The paper's: at every node an alternative uniformly among those that can have the size, then a split of the rest
    /// uniformly among those possible, then tokens uniformly.
    Rules,
    /// Uniform over skeletons: programs that differ only in tokens of leaves count as one.
    Skeletons,
    /// As `Rules`, but alternatives in proportion to these weights (one per alternative of the grammar).
    Weights(Vec<f64>),
}

/// There is no program of such a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleError {
    /// What was asked for and what exists.
    pub message: String,
}

impl std::fmt::Display for SampleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SampleError {}

/// Draws programs of an exact size from any nonterminal.
#[derive(Clone, Debug)]
pub struct Sampler {}

impl Sampler {
    /// Tables for sizes `0..=max_size`.
    pub fn new(grammar: &Grammar, size: &Size, max_size: u32, weighting: Weighting) -> Self {
        let _ = (grammar, size, max_size, weighting);
        unimplemented!()
    }

    /// The sizes in `range` that programs of `start` can have, ascending.
    ///
    /// # Errors
    /// If there is none: says which sizes exist.
    pub fn feasible(&self, start: NonterminalId, range: std::ops::RangeInclusive<u32>) -> Result<Vec<u32>, SampleError> {
        let _ = (start, range);
        unimplemented!()
    }

    /// Whether a program of exactly this size exists.
    pub fn is_feasible(&self, start: NonterminalId, size: u32) -> bool {
        let _ = (start, size);
        unimplemented!()
    }

    /// Appends a random program of `start` of exactly `size` to `out`.
    ///
    /// # Panics
    /// If none exists ([`Sampler::is_feasible`]).
    pub fn sample_into(&self, start: NonterminalId, size: u32, rng: &mut Rng, out: &mut Vec<Node>) {
        let _ = (start, size, rng, out);
        unimplemented!()
    }

    /// Appends a random program of exactly `size` whose root is `production`.
    pub fn sample_production_into(&self, production: ProductionId, size: u32, rng: &mut Rng, out: &mut Vec<Node>) {
        let _ = (production, size, rng, out);
        unimplemented!()
    }

    /// A random program of `start`: its size uniform over `sizes` (from [`Sampler::feasible`]), then exact.
    pub fn sample(&self, start: NonterminalId, sizes: &[u32], rng: &mut Rng) -> Tree {
        use rand::RngExt as _;
        let size = sizes[rng.random_range(0..sizes.len())];
        let mut nodes = Vec::new();
        self.sample_into(start, size, rng, &mut nodes);
        Tree::from_nodes(nodes)
    }
}
