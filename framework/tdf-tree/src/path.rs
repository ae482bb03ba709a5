//! Edit paths: TreeDiff (section 3.2.2, appendix E, algorithm 1).

use std::sync::Arc;

use tdf_grammar::Grammar;

use crate::{Edit, Rng, Sampler, Size, Tree};

/// What an edit of a path may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathOptions {
    /// sigma_small: the greatest size of a replacement.
    pub small: u32,
}

/// Finds edit paths.
#[derive(Clone, Debug)]
pub struct EditPath {
    grammar: Arc<Grammar>,
    size: Size,
    sampler: Sampler,
    options: PathOptions,
}

impl EditPath {
    /// A path finder.
    ///
    /// # Errors
    /// If `small` is so small that some production could never be made by an edit: names it and the least bound.
    pub fn new(grammar: Arc<Grammar>, size: Size, options: PathOptions) -> Result<Self, crate::SizeError> {
        let sampler = Sampler::new(&grammar, &size, options.small, crate::Weighting::Rules);
        Ok(Self { grammar, size, sampler, options })
    }

    /// The first edits of algorithm 1: all of them can be applied to `from` in any order (each names a node of `from`).
    /// Empty exactly if the trees are equal.
    pub fn first_edits(&self, from: &Tree, to: &Tree, rng: &mut Rng) -> Vec<Edit> {
        let _ = (from, to, rng, &self.grammar, &self.size, &self.sampler, &self.options);
        unimplemented!()
    }

    /// A whole path: edits that, applied one after the other, turn `from` into `to`. At each step the edit with the
    /// longest replacement is taken first, the leftmost of equals.
    pub fn find(&self, from: &Tree, to: &Tree, rng: &mut Rng) -> Vec<Edit> {
        let _ = (from, to, rng);
        unimplemented!()
    }
}
