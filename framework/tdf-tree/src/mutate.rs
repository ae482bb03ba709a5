//! Noise: one small random mutation (section 3.1 and appendix A).

use std::sync::Arc;

use tdf_grammar::Grammar;

use crate::{Edit, Rng, Sampler, Sites, Size, Tree};

/// How the node to replace is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NodeChoice {
    /// Uniform over the sizes that candidates have, then over the candidates of that size. It is what gives the paper's
    /// 30.8 / 49.2 / 20.0 % shorter / equal / longer programs.
    #[default]
    Size,
    /// The text of appendix A: uniform over production rules, then over the candidates made by the rule.
    Rule,
    /// The text of section 3.1: uniform over candidates.
    Uniform,
}

/// The noise process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoiseOptions {
    /// sigma_small: the greatest size of what is replaced and of what replaces it.
    pub small: u32,
    /// How the node is chosen.
    pub choice: NodeChoice,
}

/// Mutates programs.
#[derive(Clone, Debug)]
pub struct Mutator {
    grammar: Arc<Grammar>,
    size: Size,
    sites: Sites,
    sampler: Sampler,
    options: NoiseOptions,
}

impl Mutator {
    /// A mutator; its sampler follows the paper's rule-wise choice.
    pub fn new(grammar: Arc<Grammar>, size: Size, options: NoiseOptions) -> Self {
        let sites = Sites::new(&grammar);
        let sampler = Sampler::new(&grammar, &size, options.small, crate::Weighting::Rules);
        Self { grammar, size, sites, sampler, options }
    }

    /// A random small edit of `tree` whose result differs from `tree`; `None` if no node can be edited.
    ///
    /// The size of the replacement is uniform over `0..=small` and then, where the nonterminal has no program of that
    /// size, the least one that it has.
    pub fn propose(&self, tree: &Tree, rng: &mut Rng) -> Option<Edit> {
        let _ = (tree, rng, &self.grammar, &self.size, &self.sites, &self.sampler, &self.options);
        unimplemented!()
    }

    /// Applies one random mutation; says whether there was one.
    pub fn mutate(&self, tree: &mut Tree, rng: &mut Rng) -> bool {
        match self.propose(tree, rng) {
            Some(edit) => {
                edit.apply(tree);
                true
            }
            None => false,
        }
    }
}
