//! Sites: the nodes that an edit may name.

use tdf_grammar::{Grammar, NonterminalId};

use crate::{NodeId, Tree};

/// A node that can be edited: the outermost node with a choice of a chain of unit productions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// The node.
    pub node: NodeId,
    /// The nonterminal that a replacement derives from.
    pub nonterminal: NonterminalId,
    /// Its size.
    pub size: u32,
}

/// Finds sites. Holds what is known of a grammar's productions.
#[derive(Clone, Debug)]
pub struct Sites {}

impl Sites {
    /// Prepares `grammar`.
    pub fn new(grammar: &Grammar) -> Self {
        let _ = grammar;
        unimplemented!()
    }

    /// The sites of `tree` in pre-order, into `out` (cleared first).
    pub fn collect(&self, tree: &Tree, size: &crate::Size, out: &mut Vec<Site>) {
        let _ = (tree, size, out);
        unimplemented!()
    }
}
