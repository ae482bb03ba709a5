//! Noise: one small random mutation (section 3.1 and appendix A).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::RngExt as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tdf_grammar::{Grammar, NonterminalId};

use crate::{Edit, EditSite, EditSites, Node, Rng, Sampler, Size, Tree};

/// How a mutation chooses its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NodeChoice {
    // It gives the paper's 30.8 / 49.2 / 20.0 % shorter / equal / longer programs.
    /// Uniform over sizes, then over nodes.
    #[default]
    Size,
    // The text of appendix A: all alternatives of a nonterminal are one rule.
    /// Uniform over production rules, then over nodes.
    Rule,
    // The text of section 3.1.
    /// Uniform over nodes.
    Uniform,
}

/// The noise process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoiseOptions {
    /// sigma_small: the greatest size of what is replaced and of what replaces it.
    pub max_edit_size: u32,
    /// How the node is chosen.
    pub choice: NodeChoice,
}

impl Default for NoiseOptions {
    /// The paper's: sigma_small is 2.
    fn default() -> Self {
        Self {
            max_edit_size: 2,
            choice: NodeChoice::default(),
        }
    }
}

impl NoiseOptions {
    /// The greatest `max_edit_size` that is of use: the tables of exact sampling grow with its square.
    pub const GREATEST_MAX_EDIT_SIZE: u32 = 256;
}

/// Mutates programs.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use tdf_tree::{Language, Mutator, NoiseOptions, Size, rng_stream};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let mutator = Mutator::new(Arc::clone(grammar), Size::nodes(grammar), NoiseOptions::default());
/// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
/// let mut mutated = program.clone();
/// assert!(mutator.mutate(&mut mutated, &mut rng_stream(0, 0)));
/// assert_ne!(mutated, program);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Mutator {
    size: Size,
    sites: EditSites,
    sampler: Sampler,
    options: NoiseOptions,
    /// The least size of each nonterminal.
    least: Vec<u32>,
}

/// How often a replacement is sampled that turns out to be what was there, before another node is chosen.
const REDRAWS: usize = 64;

impl Mutator {
    /// A mutator; its sampler follows the paper's rule-wise choice.
    pub fn new(grammar: Arc<Grammar>, size: Size, options: NoiseOptions) -> Self {
        let sites = EditSites::new(&grammar);
        let sampler = Sampler::new(&grammar, &size, options.max_edit_size, crate::Weighting::Rules);
        let least = size.least(&grammar);
        Self {
            size,
            sites,
            sampler,
            options,
            least,
        }
    }

    /// A random small edit of `tree` whose result differs from `tree`; `None` if no node can be edited.
    ///
    /// The size of the replacement is uniform over `0..=small` and then, where the nonterminal has no program of that
    /// size, the least one that it has.
    pub fn propose(&self, tree: &Tree, rng: &mut Rng) -> Option<Edit> {
        let mut candidates = Vec::new();
        self.sites.collect(tree, &self.size, &mut candidates);
        candidates.retain(|site| site.size <= self.options.max_edit_size);
        if candidates.is_empty() {
            return None;
        }
        let chosen = self.choose(&candidates, rng);
        if let Some(edit) = self.redraw(tree, candidates[chosen], rng) {
            return Some(edit);
        }
        // This is rare, but a program may consist of nodes that nothing else of this size can replace.
        candidates.swap_remove(chosen);
        let mut groups = self.groups(&candidates);
        while !groups.is_empty() {
            let of = rng.random_range(0..groups.len());
            let group = &mut groups[of];
            let site = group.swap_remove(rng.random_range(0..group.len()));
            if group.is_empty() {
                groups.swap_remove(of);
            }
            if let Some(edit) = self.redraw(tree, site, rng) {
                return Some(edit);
            }
        }
        None
    }

    /// An edit of `site` that changes it, if one is sampled in time.
    fn redraw(&self, tree: &Tree, site: EditSite, rng: &mut Rng) -> Option<Edit> {
        let there = tree.subtree(site.node);
        let mut replacement = Vec::new();
        for _ in 0..REDRAWS {
            replacement.clear();
            self.sample_into(site.nonterminal, rng, &mut replacement);
            if replacement != there {
                return Some(Edit {
                    node: site.node,
                    replacement,
                });
            }
        }
        None
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

    /// Index of the candidate to replace.
    fn choose(&self, candidates: &[EditSite], rng: &mut Rng) -> usize {
        if self.options.choice == NodeChoice::Uniform {
            return rng.random_range(0..candidates.len());
        }
        // Uniformly among the distinct keys, then among the candidates that have the key.
        let mut met: BTreeSet<u32> = BTreeSet::new();
        let keys = candidates.iter().map(|site| self.key(site));
        let keys: Vec<u32> = keys.filter(|key| met.insert(*key)).collect();
        let chosen = keys[rng.random_range(0..keys.len())];
        let with_key = || {
            let all = candidates.iter().enumerate();
            all.filter(|(_, site)| self.key(site) == chosen)
        };
        let nth = rng.random_range(0..with_key().count());
        with_key().nth(nth).map_or(0, |(index, _)| index)
    }

    /// The candidates by what is chosen first.
    fn groups(&self, candidates: &[EditSite]) -> Vec<Vec<EditSite>> {
        let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<EditSite>> = Vec::new();
        for site in candidates {
            let group = *numbers.entry(self.key(site)).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Vec::new());
            }
            groups[group].push(*site);
        }
        groups
    }

    /// What is chosen uniformly before the node.
    fn key(&self, site: &EditSite) -> u32 {
        match self.options.choice {
            NodeChoice::Uniform => 0,
            NodeChoice::Size => site.size,
            NodeChoice::Rule => site.nonterminal.0,
        }
    }

    /// A random program of at most `max_edit_size`.
    fn sample_into(&self, nonterminal: NonterminalId, rng: &mut Rng, out: &mut Vec<Node>) {
        let wish = rng.random_range(0..=self.options.max_edit_size);
        let least = self.least[nonterminal.index()];
        let size = if self.sampler.is_feasible(nonterminal, wish) {
            wish
        } else {
            least
        };
        self.sampler.sample_into(nonterminal, size, rng, out);
    }
}
