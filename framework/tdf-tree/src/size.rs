//! Sizes of programs: the paper's sigma (section 3.1).

use tdf_grammar::Grammar;

use crate::Node;

/// An additive size: a weight per production, summed over the nodes of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    weights: Vec<u32>,
}

/// A size that cannot be used with a grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeError {
    /// What is wrong and what to do.
    pub message: String,
}

impl std::fmt::Display for SizeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SizeError {}

impl Size {
    /// Counts the nodes made by the alternatives with these labels (or by rules of these names): sigma_primitive.
    ///
    /// # Errors
    /// A name that is neither (names the nearest), or a size under which infinitely many programs have size zero.
    pub fn primitives(grammar: &Grammar, names: &[&str]) -> Result<Self, SizeError> {
        let _ = (grammar, names);
        unimplemented!()
    }

    /// Sums `weights` over the alternatives (or rules) they name; the others weigh nothing.
    pub fn weighted(grammar: &Grammar, weights: &[(&str, u32)]) -> Result<Self, SizeError> {
        let _ = (grammar, weights);
        unimplemented!()
    }

    /// Counts all nodes.
    pub fn nodes(grammar: &Grammar) -> Self {
        Self { weights: vec![1; grammar.productions.len()] }
    }

    /// Counts tokens.
    pub fn tokens(grammar: &Grammar) -> Self {
        let _ = grammar;
        unimplemented!()
    }

    /// Weight of each production, indexed by its id.
    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    /// Size of a subtree.
    pub fn of(&self, nodes: &[Node]) -> u32 {
        nodes.iter().map(|n| self.weights[n.production.index()]).sum()
    }

    /// The least size of a program of each nonterminal.
    pub fn least(&self, grammar: &Grammar) -> Vec<u32> {
        let _ = grammar;
        unimplemented!()
    }
}
