//! From tokens to trees: the LR parser, and what it says when it is stuck.

use tdf_grammar::{
    Action, Grammar, Lr, LrProductionId, NonterminalId, Piece, StateId, Symbol, Terminal, TerminalText, TokenClassId,
    TokenId, TokenKind,
};

use crate::print::list;
use crate::{Node, Tree};

/// The parser at a token that cannot be there.
pub(crate) struct Stuck {
    /// Index of the token; the number of tokens if the program stops too early.
    pub(crate) index: usize,
    /// The states behind the tokens before it. Tables may reduce before they notice what cannot be there: what was
    /// reduced for its sake is undone.
    states: Vec<StateId>,
}

/// A reduction, and where the tokens of its leaves begin among those of all.
#[derive(Clone, Copy)]
struct Reduction {
    production: LrProductionId,
    leaves: u32,
}

/// A parser on its way through a program.
struct Run<'a> {
    grammar: &'a Grammar,
    lr: &'a Lr,
    tokens: &'a [TokenId],
    states: Vec<StateId>,
    /// Index of the first token of each symbol on the stack.
    begins: Vec<u32>,
    /// Children before parents, from left to right.
    reductions: Vec<Reduction>,
    leaves: Vec<TokenId>,
}

/// Parses `tokens` as a program of `start`.
pub(crate) fn parse(grammar: &Grammar, lr: &Lr, start: NonterminalId, tokens: &[TokenId]) -> Result<Tree, Stuck> {
    let mut run = Run::new(grammar, lr, start, tokens);
    let mut index = 0;
    loop {
        match run.step(index) {
            Action::Shift(_) => index += 1,
            Action::Accept => return Ok(Tree::from_nodes(run.pre_order())),
            Action::Reduce(_) | Action::Error => break,
        }
    }
    Err(before(grammar, lr, start, &tokens[..index]))
}

/// The parser behind `tokens`, which begin a program.
pub(crate) fn before(grammar: &Grammar, lr: &Lr, start: NonterminalId, tokens: &[TokenId]) -> Stuck {
    let mut run = Run::new(grammar, lr, start, tokens);
    for index in 0..tokens.len() {
        run.step(index);
    }
    Stuck {
        index: tokens.len(),
        states: run.states,
    }
}

impl<'a> Run<'a> {
    fn new(grammar: &'a Grammar, lr: &'a Lr, start: NonterminalId, tokens: &'a [TokenId]) -> Self {
        Self {
            grammar,
            lr,
            tokens,
            states: vec![lr.start(start)],
            begins: Vec::new(),
            reductions: Vec::new(),
            leaves: Vec::new(),
        }
    }

    /// Reduces as far as token `index` asks for it, then takes that token. Returns the action that was last.
    fn step(&mut self, index: usize) -> Action {
        let token_class = self
            .tokens
            .get(index)
            .map(|t| self.grammar.tokens[t.index()].token_class);
        loop {
            let action = self.lr.action(self.states[self.states.len() - 1], token_class);
            match action {
                Action::Reduce(production) => {
                    let Some(state) = self.reduce(production, index) else {
                        return Action::Error;
                    };
                    self.states.push(state);
                }
                Action::Shift(state) => {
                    self.states.push(state);
                    self.begins.push(index as u32);
                    return action;
                }
                Action::Accept | Action::Error => return action,
            }
        }
    }

    /// Takes the right-hand side off the stack; returns the state that follows.
    fn reduce(&mut self, id: LrProductionId, index: usize) -> Option<StateId> {
        let production = self.lr.production(id);
        let below = self.begins.len() - production.symbols.len();
        self.reductions.push(Reduction {
            production: id,
            leaves: self.leaves.len() as u32,
        });
        for piece in &production.pieces {
            if let Piece::Node { production, begin } = *piece
                && self.grammar.production(production).leaf
            {
                let token = self.begins[below + begin as usize];
                self.leaves.push(self.tokens[token as usize]);
            }
        }
        let begin = self.begins.get(below).copied().unwrap_or(index as u32);
        self.begins.truncate(below);
        self.begins.push(begin);
        self.states.truncate(below + 1);
        self.lr.goto(self.states[below], production.nonterminal)
    }

    /// The nodes of all reductions in pre-order.
    ///
    /// Children before parents is, from the back, parents before children from right to left: that is what pieces, read
    /// from the back, ask for.
    fn pre_order(&self) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        // Lengths of subtrees whose parents are still to come, the leftmost last.
        let mut lengths: Vec<u32> = Vec::new();
        // Reductions of which pieces are still to be read: how many pieces, how many leaves.
        let mut open: Vec<(LrProductionId, u32, u32)> = Vec::new();
        let mut reductions = self.reductions.iter().rev();
        let mut end = self.leaves.len() as u32;
        let mut begin = |open: &mut Vec<_>| {
            if let Some(&Reduction { production, leaves }) = reductions.next() {
                let pieces = self.lr.production(production).pieces.len() as u32;
                open.push((production, pieces, std::mem::replace(&mut end, leaves)));
            }
        };
        begin(&mut open);
        while let Some((production, missing, leaves)) = open.last_mut() {
            let Some(left) = missing.checked_sub(1) else {
                open.pop();
                continue;
            };
            *missing = left;
            let Piece::Node { production, .. } = self.lr.production(*production).pieces[left as usize] else {
                begin(&mut open);
                continue;
            };
            let of = self.grammar.production(production);
            let token = if of.leaf {
                *leaves -= 1;
                self.leaves[*leaves as usize]
            } else {
                Node::NO_TOKEN
            };
            let children = of
                .symbols
                .iter()
                .filter(|s| matches!(s, Symbol::Nonterminal(_)))
                .count();
            let below = lengths.len() - children;
            let len = 1 + lengths.drain(below..).sum::<u32>();
            lengths.push(len);
            nodes.push(Node { production, token, len });
        }
        nodes.reverse();
        nodes
    }
}

impl Stuck {
    /// What could have come instead, in words.
    pub(crate) fn expected(&self, grammar: &Grammar, lr: &Lr) -> String {
        let accepted: Vec<bool> = (0..grammar.token_classes.len())
            .map(|k| self.accepts(lr, Some(TokenClassId::new(k))))
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
                .all(|t| accepted[grammar.tokens[t.index()].token_class.index()]);
            let TerminalText::Regex(regex) = &terminal.text else {
                continue;
            };
            if all && terminal.tokens.iter().any(|t| !shown[t.index()]) {
                items.push((terminal.tokens[0], format!("r\"{regex}\"")));
                terminal.tokens.iter().for_each(|t| shown[t.index()] = true);
            }
        }
        // An open terminal stands for the characters that its members begin with.
        for terminal in &grammar.terminals {
            let Some(open) = &terminal.open else { continue };
            let first = open.members.steps(tdf_grammar::Dfa::START);
            let first: Vec<TokenId> = first.map(|(letter, _)| grammar.character(letter)).collect();
            let all = first
                .iter()
                .all(|t| accepted[grammar.tokens[t.index()].token_class.index()]);
            if all && let Some(&token) = first.first() {
                items.push((token, terminal.text.to_string()));
                first.iter().for_each(|t| shown[t.index()] = true);
            }
        }
        for (index, token) in grammar.tokens.iter().enumerate() {
            if accepted[token.token_class.index()] && !shown[index] {
                let text = match token.kind {
                    TokenKind::Word => format!("{:?}", token.text),
                    _ => token.to_string(),
                };
                items.push((TokenId::new(index), text));
            }
        }
        items.sort();
        let mut items: Vec<String> = items.into_iter().map(|(_, text)| text).collect();
        if self.accepts(lr, None) {
            items.push("the end of the program".to_owned());
        }
        list(&items, "or", 8)
    }

    /// Whether a member of `terminal` could have come instead.
    pub(crate) fn wants(&self, grammar: &Grammar, lr: &Lr, terminal: &Terminal) -> bool {
        let accepted = |token: TokenId| self.accepts(lr, Some(grammar.tokens[token.index()].token_class));
        let first = |open: &tdf_grammar::OpenTerminal| {
            let mut steps = open.members.steps(tdf_grammar::Dfa::START);
            steps.any(|(letter, _)| accepted(grammar.character(letter)))
        };
        terminal.tokens.iter().any(|t| accepted(*t)) || terminal.open.as_ref().is_some_and(first)
    }

    /// Whether the parser, from here, would come to shift a token of this token class (or to accept).
    ///
    /// An action that is not an error is not enough: tables may reduce before they notice.
    fn accepts(&self, lr: &Lr, kind: Option<TokenClassId>) -> bool {
        let mut below = self.states.len();
        let mut above: Vec<StateId> = Vec::new();
        loop {
            let state = above.last().copied().unwrap_or_else(|| self.states[below - 1]);
            match lr.action(state, kind) {
                Action::Shift(_) | Action::Accept => return true,
                Action::Error => return false,
                Action::Reduce(id) => {
                    let production = lr.production(id);
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
