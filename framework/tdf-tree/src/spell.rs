//! From a text to the nodes of a member of a spelled terminal.

use tdf_grammar::{AlternativeId, Grammar, ProductionId, Symbol, TokenId};

use crate::Node;

/// The nodes of `text` as a member of the spelled terminal that is all of `alternative`; `None` if it is none, or too
/// long.
pub fn spell(grammar: &Grammar, alternative: AlternativeId, text: &str) -> Option<Vec<Node>> {
    let mut productions = grammar.alternatives[alternative.index()].productions.clone();
    let letter = |c: char| Some(grammar.character(grammar.characters.binary_search(&c).ok()?));
    let mut tokens: Vec<TokenId> = text.chars().map(letter).collect::<Option<_>>()?;
    tokens.push(grammar.end_of_member()?);
    let mut nodes = Vec::with_capacity(tokens.len());
    for (token, len) in tokens.iter().zip((1..=tokens.len() as u32).rev()) {
        let kind = Symbol::Kind(grammar.tokens[token.index()].kind);
        let production = productions
            .map(ProductionId)
            .find(|p| grammar.production(*p).symbols.first() == Some(&kind))?;
        nodes.push(Node {
            production,
            token: *token,
            len,
        });
        productions = match grammar.production(production).symbols.get(1) {
            Some(Symbol::Nonterminal(rest)) => grammar.nonterminals[rest.index()].productions.clone(),
            // Behind the end stands nothing.
            _ => 0..0,
        };
    }
    Some(nodes)
}
