//! Programs that say more than their pictures show.

use std::sync::Arc;

use tdf_domain::{DynDomain, Goal};
use tdf_grammar::{Grammar, NonterminalId, NonterminalSort, ProductionId, Symbol};
use tdf_tree::{Node, NodeId, Tree};

/// Whether a smaller part of `program`, which draws `picture`, draws the same by `goal`: a proper subtree that is a program, or
/// what is left when one operand, item or optional part is dropped. Such a task can be solved without finding all of its
/// program.
///
/// To drop an operand is to put one below a node in its place that derives from the same nonterminal (`(+ a b)` becomes `a`), to
/// take the alternative without the first symbol where the grammar has it (the first item of a list), or the empty one.
pub fn is_reducible(domain: &Arc<dyn DynDomain>, program: &Tree, picture: &[u8], goal: Goal) -> bool {
    let grammar = domain.language().grammar();
    let mut drawn = vec![0; domain.canvas().bytes()];
    let mut same = |part: &Tree| {
        let is_drawn = domain.render(part.nodes(), &mut drawn).is_ok();
        is_drawn && domain.solved(goal, &drawn, picture)
    };
    let nodes = program.nodes();
    (0..nodes.len()).any(|at| {
        let mut shorter = replacements(grammar, nodes, at).into_iter();
        shorter.any(|replacement| {
            let mut part = program.clone();
            part.replace(NodeId(at as u32), &replacement);
            same(&part)
        })
    })
}

fn derived(grammar: &Grammar, node: Node) -> NonterminalId {
    grammar.production(node.production).nonterminal
}

/// What may stand in the place of the subtree at `at` that is less of it.
fn replacements(grammar: &Grammar, nodes: &[Node], at: usize) -> Vec<Vec<Node>> {
    let node = nodes[at];
    let of = derived(grammar, node);
    if matches!(
        grammar.nonterminals[of.index()].sort,
        NonterminalSort::Rest | NonterminalSort::Lexeme
    ) {
        return Vec::new();
    }
    let end = at + node.len as usize;
    let mut all = Vec::new();
    let mut below = at + 1;
    while below < end {
        let len = nodes[below].len as usize;
        if derived(grammar, nodes[below]) == of {
            all.push(nodes[below..below + len].to_vec());
            // What is further down is less of this one; of the whole program every subtree counts.
            below += if at == 0 { 1 } else { len };
        } else {
            below += 1;
        }
    }
    let symbols = &grammar.production(node.production).symbols;
    if let Some((first, others)) = symbols.split_first() {
        let dropped = match first {
            Symbol::Nonterminal(_) => nodes[at + 1].len,
            Symbol::Kind(_) => 0,
        };
        if *first == Symbol::Nonterminal(of)
            && let Some(production) = alternative(grammar, of, others)
        {
            let mut shorter = vec![Node {
                production,
                token: Node::NO_TOKEN,
                len: node.len - dropped,
            }];
            shorter.extend_from_slice(&nodes[at + 1 + dropped as usize..end]);
            all.push(shorter);
        }
        if node.len > 1
            && let Some(production) = alternative(grammar, of, &[])
        {
            all.push(vec![Node {
                production,
                token: Node::NO_TOKEN,
                len: 1,
            }]);
        }
    }
    all
}

/// The production of `nonterminal` with these symbols that chooses no token.
fn alternative(grammar: &Grammar, nonterminal: NonterminalId, symbols: &[Symbol]) -> Option<ProductionId> {
    let mut productions = grammar.productions_of(nonterminal);
    productions.find(|&id| {
        let production = grammar.production(id);
        !production.leaf && production.symbols == symbols
    })
}
