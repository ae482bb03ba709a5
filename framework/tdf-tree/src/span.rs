//! Where a node stands in its program's text.

use std::ops::Range;

use tdf_grammar::Symbol;

use crate::{Language, NodeId, Tree};

impl Language {
    /// The tokens of `tree` that the subtree at `node` derives, as a range of indices.
    pub fn token_range(&self, tree: &Tree, node: NodeId) -> Range<usize> {
        let symbols = |at: usize| &self.grammar().production(tree.nodes()[at].production).symbols[..];
        let (mut tokens, mut next) = (0, 1);
        let mut open = vec![symbols(0)];
        while next <= node.index() {
            let Some(rest) = open.last_mut() else { break };
            match rest.split_first() {
                None => {
                    open.pop();
                }
                Some((Symbol::TokenClass(_), behind)) => {
                    tokens += 1;
                    *rest = behind;
                }
                Some((Symbol::Nonterminal(_), behind)) => {
                    *rest = behind;
                    open.push(symbols(next));
                    next += 1;
                }
            }
        }
        let mut own = Vec::new();
        self.tokens(tree.subtree(node), &mut own);
        tokens..tokens + own.len()
    }

    /// The bytes of the canonical text of `tree` that the subtree at `node` derives; `None` if it derives no token.
    pub fn text_span(&self, tree: &Tree, node: NodeId) -> Option<Range<usize>> {
        let range = self.token_range(tree, node);
        let lexed = self.lexer().lex(&self.print(tree.nodes())).ok()?;
        let own = lexed.get(range)?;
        Some(own.first()?.start..own.last()?.end)
    }
}
