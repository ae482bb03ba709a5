//! Constants of the inputs in the programs to be learned.

use rand::RngExt as _;
use tdf_domain::DynDomain;
use tdf_grammar::{Grammar, NonterminalId, NonterminalKind, ProductionId};
use tdf_tree::{Node, NodeId, Rng, Tree};

/// Probability that a constant of a random program becomes one that its inputs suggest. People write such constants: a random
/// text occurs in no input.
const SUGGESTED: f64 = 0.8;

/// The constants that inputs suggest, as parts of programs.
pub(crate) struct Constants {
    grammar: std::sync::Arc<Grammar>,
    parts: Vec<(NonterminalId, Vec<Node>)>,
}

impl Constants {
    /// Those of the inputs that `domain` is bound to; nothing is known of outputs.
    pub(crate) fn of(domain: &dyn DynDomain) -> Self {
        let grammar = domain.language().grammar();
        let programs = match domain.signature() {
            Some(_) => domain.constants(&domain.observation_spec().blank()),
            None => Vec::new(),
        };
        Self {
            parts: programs
                .iter()
                .filter_map(|program| literal(grammar, program.nodes()))
                .collect(),
            grammar: std::sync::Arc::clone(grammar),
        }
    }

    /// Replaces constants of `program` at random by those that the inputs suggest. They
    /// are as large as those that they replace, where literals of all kinds have one size.
    pub(crate) fn suggest(&self, program: &mut Tree, rng: &mut Rng) {
        if self.parts.is_empty() {
            return;
        }
        let mut at = 0;
        while at < program.nodes().len() {
            let root = program.nodes()[at].production;
            if !self.is_literal(root) {
                at += 1;
                continue;
            }
            if rng.random_bool(SUGGESTED) {
                let nonterminal = self.grammar.production(root).nonterminal;
                let suited = || self.parts.iter().filter(|(of, _)| *of == nonterminal);
                let chosen = rng.random_range(0..suited().count());
                if let Some((_, part)) = suited().nth(chosen) {
                    program.replace(NodeId(at as u32), part);
                }
            }
            // The characters of an open terminal are no constants of their own.
            at += program.nodes()[at].len as usize;
        }
    }

    /// Whether `production` makes a constant, a single token or the characters of one, of a kind that is suggested.
    fn is_literal(&self, production: ProductionId) -> bool {
        self.parts.iter().any(|(_, nodes)| nodes[0].production == production)
    }
}

/// The literal that `program` is, below the productions that only choose; `None` if it is more than one token, such as a variable with
/// a factor.
fn literal(grammar: &Grammar, program: &[Node]) -> Option<(NonterminalId, Vec<Node>)> {
    let choices = program
        .iter()
        .take_while(|node| grammar.is_unit(node.production))
        .count();
    let nodes = &program[choices..];
    let nonterminal = |node: &Node| grammar.production(node.production).nonterminal;
    let is_character = |node: &Node| grammar.nonterminals[nonterminal(node).index()].kind == NonterminalKind::Suffix;
    let (root, rest) = nodes.split_first()?;
    rest.iter()
        .all(is_character)
        .then(|| (nonterminal(root), nodes.to_vec()))
}
