//! From a text to the nodes of a member of an open terminal.

use tdf_grammar::{AlternativeId, Grammar, ProductionId, Symbol};

use crate::Node;

/// The nodes of `text` as a member of the open terminal that is all of `alternative`; `None` if it is none, or too
/// long.
pub fn member(grammar: &Grammar, alternative: AlternativeId, text: &str) -> Option<Vec<Node>> {
    let mut productions = grammar.alternatives[alternative.index()].productions.clone();
    let mut nodes = Vec::new();
    let length = text.chars().count() as u32;
    for (c, left) in text.chars().zip((0..length).rev()) {
        let token = grammar.character(grammar.characters.binary_search(&c).ok()?);
        let token_class = Symbol::TokenClass(grammar.tokens[token.index()].token_class);
        let begins = |p: &ProductionId| grammar.production(*p).symbols.first() == Some(&token_class);
        let production = productions.map(ProductionId).find(begins)?;
        nodes.push(Node {
            production,
            token,
            len: left + 2,
        });
        let Some(Symbol::Nonterminal(rest)) = grammar.production(production).symbols.get(1) else {
            return None;
        };
        productions = grammar.nonterminals[rest.index()].productions.clone();
    }
    let production = productions
        .map(ProductionId)
        .find(|p| grammar.production(*p).symbols.is_empty())?;
    nodes.push(Node {
        production,
        token: Node::NO_TOKEN,
        len: 1,
    });
    (nodes.len() > 1).then_some(nodes)
}
