//! Programs without some of their parts, or with parts in another order.

use crate::{Node, NodeId, Tree};
use tdf_grammar::{Grammar, NonterminalId, NonterminalKind, ProductionId, Symbol};

fn derived(grammar: &Grammar, node: Node) -> NonterminalId {
    grammar.production(node.production).nonterminal
}

/// What may stand in the place of the subtree of `nodes` at `at` that is less of it: an operand, a list without its first item,
/// nothing where the grammar has that alternative. Of a whole program (`at` is 0) every subtree counts that derives from the same
/// nonterminal, of another the outermost ones.
///
/// # Examples
///
/// ```
/// use tdf_tree::{Language, reductions};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
/// let smaller = reductions(grammar, program.nodes(), 0);
/// let texts: Vec<String> = smaller.iter().map(|nodes| language.print(nodes)).collect();
/// assert_eq!(texts, ["(Box red)", "(Ball blue)"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reductions(grammar: &Grammar, nodes: &[Node], at: usize) -> Vec<Vec<Node>> {
    let node = nodes[at];
    let of = derived(grammar, node);
    if matches!(
        grammar.nonterminals[of.index()].kind,
        NonterminalKind::Suffix | NonterminalKind::Lexeme
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
            Symbol::TokenClass(_) => 0,
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

/// `tree` with the two subtrees below node `at` that are of one nonterminal swapped, if there are such two.
///
/// # Examples
///
/// ```
/// use tdf_tree::{Language, swap_operands};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
/// let swapped = swap_operands(grammar, &program, 0).expect("two scenes");
/// assert_eq!(language.print(swapped.nodes()), "(Arrange h (Ball blue) (Box red))");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn swap_operands(grammar: &Grammar, tree: &Tree, at: usize) -> Option<Tree> {
    let nodes = tree.nodes();
    let symbols = &grammar.production(nodes[at].production).symbols;
    let mut children = Vec::new();
    let mut child = at + 1;
    for symbol in symbols {
        if let Symbol::Nonterminal(nonterminal) = symbol {
            let end = child + nodes[child].len as usize;
            children.push((*nonterminal, child..end));
            child = end;
        }
    }
    let (first, second) = children.iter().enumerate().find_map(|(i, (nonterminal, first))| {
        let second = children[i + 1..].iter().find(|(other, _)| other == nonterminal)?;
        Some((first.clone(), second.1.clone()))
    })?;
    let parts: [&[Node]; 5] = [
        &nodes[at..first.start],
        &nodes[second.clone()],
        &nodes[first.end..second.start],
        &nodes[first],
        &nodes[second.end..at + nodes[at].len as usize],
    ];
    let mut swapped = tree.clone();
    swapped.replace(NodeId(at as u32), &parts.concat());
    Some(swapped)
}
