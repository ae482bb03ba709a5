//! Sizes and children of productions.

use std::ops::Range;
use std::sync::Arc;

use tdf_grammar::{Grammar, NonterminalKind, ProductionId, Symbol};
use tdf_tree::Size;

/// The productions of a grammar, as counting needs them.
#[derive(Debug)]
pub(super) struct Productions {
    pub grammar: Arc<Grammar>,
    /// The size of each production, each character of an open terminal included.
    pub weights: Vec<u32>,
    /// Children of production `p` are at the places `starts[p]..starts[p + 1]`.
    starts: Vec<usize>,
    /// The nonterminal at each place.
    pub children: Vec<usize>,
}

impl Productions {
    pub fn new(grammar: &Arc<Grammar>, size: &Size) -> Self {
        let (mut starts, mut children, mut weights) = (vec![0], Vec::new(), Vec::new());
        for (index, production) in grammar.productions.iter().enumerate() {
            children.extend(production.symbols.iter().filter_map(|symbol| match symbol {
                Symbol::Nonterminal(n) => Some(n.index()),
                Symbol::TokenClass(_) => None,
            }));
            starts.push(children.len());
            // A name of twelve characters is not as near as one of two, though both are one node.
            let is_character = grammar.nonterminals[production.nonterminal.index()].kind == NonterminalKind::Suffix;
            let weight = size.weight(ProductionId::new(index));
            weights.push(weight.max(u32::from(is_character)));
        }
        Self {
            grammar: Arc::clone(grammar),
            weights,
            starts,
            children,
        }
    }

    /// The places of the children of a production.
    pub fn places(&self, production: ProductionId) -> Range<usize> {
        self.starts[production.index()]..self.starts[production.index() + 1]
    }

    /// Whether a place is the last one of its production.
    pub fn is_last(&self, place: usize) -> bool {
        self.starts.binary_search(&(place + 1)).is_ok()
    }
}
