//! Leaves of programs in their order.

use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol};
use tdf_tree::Node;

/// The nodes without children of each nonterminal, by number: in the order of their tokens, so that near ones are near in meaning.
pub(crate) fn leaves(grammar: &Grammar) -> Vec<Vec<Node>> {
    let of = |n: usize| {
        let productions = grammar.productions_of(NonterminalId::new(n));
        let mut leaves: Vec<Node> = productions.flat_map(|id| leaves_of(grammar, id)).collect();
        leaves.sort_by_key(|leaf| leaf.token);
        leaves
    };
    (0..grammar.nonterminals.len()).map(of).collect()
}

/// The nodes without children that a production makes.
fn leaves_of(grammar: &Grammar, id: ProductionId) -> Vec<Node> {
    let production = grammar.production(id);
    match (production.leaf, &production.symbols[..]) {
        (true, [Symbol::TokenClass(class)]) => {
            let node = |token| Node {
                production: id,
                token,
                len: 1,
            };
            grammar.token_classes[class.index()]
                .tokens
                .iter()
                .copied()
                .map(node)
                .collect()
        }
        (false, symbols) if symbols.iter().all(|symbol| matches!(symbol, Symbol::TokenClass(_))) => vec![Node {
            production: id,
            token: Node::NO_TOKEN,
            len: 1,
        }],
        _ => Vec::new(),
    }
}
