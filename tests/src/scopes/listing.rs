//! All programs of a grammar up to a number of nodes, by plain recursion over its productions.

use std::collections::BTreeMap;

use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol};
use tdf_tree::Node;

struct Lister<'g> {
    grammar: &'g Grammar,
    known: BTreeMap<(NonterminalId, u32), Vec<Vec<Node>>>,
}

/// The programs of the start symbol of each number of nodes up to `most`: `[nodes]`.
pub fn listing(grammar: &Grammar, most: u32) -> Vec<Vec<Vec<Node>>> {
    let known = BTreeMap::new();
    let mut lister = Lister { grammar, known };
    (0..=most).map(|size| lister.programs(grammar.start, size)).collect()
}

impl Lister<'_> {
    fn programs(&mut self, n: NonterminalId, size: u32) -> Vec<Vec<Node>> {
        if let Some(known) = self.known.get(&(n, size)) {
            return known.clone();
        }
        let mut all = Vec::new();
        for id in self.grammar.productions_of(n) {
            if let Some(rest) = size.checked_sub(1) {
                self.derive(id, rest, &mut all);
            }
        }
        self.known.insert((n, size), all.clone());
        all
    }

    fn derive(&mut self, id: ProductionId, rest: u32, all: &mut Vec<Vec<Node>>) {
        let production = self.grammar.production(id);
        let root = |token| Node {
            production: id,
            token,
            len: 1,
        };
        let mut partial: Vec<(u32, Vec<Node>)> = match (production.leaf, production.symbols.first()) {
            (true, Some(Symbol::TokenClass(class))) => {
                let tokens = &self.grammar.token_classes[class.index()].tokens;
                tokens.iter().map(|&token| (rest, vec![root(token)])).collect()
            }
            _ => vec![(rest, vec![root(Node::NO_TOKEN)])],
        };
        for child in crate::brute::children(self.grammar, id) {
            let mut longer = Vec::new();
            for own in 0..=rest {
                let programs = self.programs(child, own);
                for (left, nodes) in partial.iter().filter(|(left, _)| *left >= own) {
                    for program in &programs {
                        let mut nodes = nodes.clone();
                        nodes[0].len += program.len() as u32;
                        nodes.extend(program);
                        longer.push((left - own, nodes));
                    }
                }
            }
            partial = longer;
        }
        all.extend(
            partial
                .into_iter()
                .filter(|(left, _)| *left == 0)
                .map(|(_, nodes)| nodes),
        );
    }
}
