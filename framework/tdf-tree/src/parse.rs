//! From tokens to trees: the LR parser, and what it says when it is stuck.

use tdf_grammar::{Action, Grammar, KindId, Lr, NonterminalId, ProductionId, StateId, Symbol, TerminalText, TokenId};

use crate::print::list;
use crate::{Node, Tree};

/// The parser at a token that cannot be there.
pub(crate) struct Stuck {
    /// Index of the token; the number of tokens if the program stops too early.
    pub(crate) index: usize,
    states: Vec<StateId>,
}

/// Parses `tokens` as a program of `start`.
///
/// Nodes are recorded as they are reduced, children first, and put into pre-order at the end.
pub(crate) fn parse(grammar: &Grammar, lr: &Lr, start: NonterminalId, tokens: &[TokenId]) -> Result<Tree, Stuck> {
    let mut states = vec![lr.start[start.index()]];
    // Lengths of the subtrees on the stack. Kinds have none: they are known to the productions.
    let mut lengths: Vec<u32> = Vec::new();
    // The token at which each symbol on the stack begins.
    let mut begins: Vec<usize> = Vec::new();
    let mut reduced: Vec<Node> = Vec::new();
    let mut index = 0;
    loop {
        let kind = tokens.get(index).map(|t| grammar.tokens[t.index()].kind);
        match lr.action(states[states.len() - 1], kind) {
            Action::Shift(state) => {
                states.push(state);
                begins.push(index);
                index += 1;
            }
            Action::Reduce(id) => {
                let production = grammar.production(id);
                let children = production
                    .symbols
                    .iter()
                    .filter(|s| matches!(s, Symbol::Nonterminal(_)))
                    .count();
                let below = lengths.len() - children;
                let len = 1 + lengths[below..].iter().sum::<u32>();
                lengths.truncate(below);
                lengths.push(len);
                let bottom = begins.len() - production.symbols.len();
                let begin = begins.get(bottom).copied().unwrap_or(index);
                begins.truncate(bottom);
                begins.push(begin);
                let token = if production.leaf { tokens[begin] } else { Node::NO_TOKEN };
                reduced.push(Node {
                    production: id,
                    token,
                    len,
                });
                states.truncate(states.len() - production.symbols.len());
                match lr.goto(states[states.len() - 1], production.nonterminal) {
                    Some(state) => states.push(state),
                    None => return Err(Stuck { index, states }),
                }
            }
            Action::Accept => return Ok(Tree::from_nodes(pre_order(grammar, &reduced))),
            Action::Error => return Err(Stuck { index, states }),
        }
    }
}

/// Puts nodes with children before parents into pre-order.
///
/// From the back, children before parents is parents first, from right to left: each node ends where its right
/// neighbour begins.
fn pre_order(grammar: &Grammar, reduced: &[Node]) -> Vec<Node> {
    let mut nodes = vec![
        Node {
            production: ProductionId(0),
            token: Node::NO_TOKEN,
            len: 0
        };
        reduced.len()
    ];
    // Ancestors whose children are still to come: how many, and where the next of them ends.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for node in reduced.iter().rev() {
        let mut end = nodes.len();
        if let Some((missing, next)) = open.last_mut() {
            end = *next;
            *missing -= 1;
            *next -= node.len as usize;
            if *missing == 0 {
                open.pop();
            }
        }
        nodes[end - node.len as usize] = *node;
        let symbols = &grammar.production(node.production).symbols;
        let children = symbols.iter().filter(|s| matches!(s, Symbol::Nonterminal(_))).count();
        if children > 0 {
            open.push((children, end));
        }
    }
    nodes
}

impl Stuck {
    /// What could have come instead, in words.
    pub(crate) fn expected(&self, grammar: &Grammar, lr: &Lr) -> String {
        let accepted: Vec<bool> = (0..grammar.kinds.len())
            .map(|k| self.accepts(grammar, lr, Some(KindId::new(k))))
            .collect();
        // Terminals with many members stand for them, larger ones first; the rest is named token by token.
        let mut shown = vec![false; grammar.tokens.len()];
        let mut items: Vec<(TokenId, String)> = Vec::new();
        let mut classes: Vec<_> = grammar.terminals.iter().filter(|t| t.tokens.len() > 4).collect();
        classes.sort_by_key(|t| std::cmp::Reverse(t.tokens.len()));
        for terminal in classes {
            let all = terminal
                .tokens
                .iter()
                .all(|t| accepted[grammar.tokens[t.index()].kind.index()]);
            let TerminalText::Regex(regex) = &terminal.text else {
                continue;
            };
            if all && terminal.tokens.iter().any(|t| !shown[t.index()]) {
                items.push((terminal.tokens[0], format!("r\"{regex}\"")));
                terminal.tokens.iter().for_each(|t| shown[t.index()] = true);
            }
        }
        for (index, token) in grammar.tokens.iter().enumerate() {
            if accepted[token.kind.index()] && !shown[index] {
                items.push((TokenId::new(index), format!("{:?}", token.text)));
            }
        }
        items.sort();
        let mut items: Vec<String> = items.into_iter().map(|(_, text)| text).collect();
        if self.accepts(grammar, lr, None) {
            items.push("the end of the program".to_owned());
        }
        list(&items, "or", 8)
    }

    /// Whether the parser, from here, would come to shift a token of this kind (or to accept).
    ///
    /// An action that is not an error is not enough: tables may reduce before they notice.
    fn accepts(&self, grammar: &Grammar, lr: &Lr, kind: Option<KindId>) -> bool {
        let mut below = self.states.len();
        let mut above: Vec<StateId> = Vec::new();
        loop {
            let state = above.last().copied().unwrap_or_else(|| self.states[below - 1]);
            match lr.action(state, kind) {
                Action::Shift(_) | Action::Accept => return true,
                Action::Error => return false,
                Action::Reduce(id) => {
                    let production = grammar.production(id);
                    let popped = production.symbols.len();
                    below -= popped.saturating_sub(above.len());
                    above.truncate(above.len().saturating_sub(popped));
                    let state = above.last().copied().unwrap_or_else(|| self.states[below - 1]);
                    match lr.goto(state, production.nonterminal) {
                        Some(next) => above.push(next),
                        None => return false,
                    }
                }
            }
        }
    }
}
