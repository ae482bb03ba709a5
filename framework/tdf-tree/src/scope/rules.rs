//! What binds names and what refers to them, by the alternatives of a grammar.

use tdf_grammar::{AlternativeId, Grammar, NonterminalId, Symbol, TerminalId, TokenId};

/// Which names there are, where they are bound and how far they reach.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) kinds: Vec<Kind>,
    /// For each alternative: at most one binding of each kind.
    pub(crate) bindings: Vec<Vec<Binding>>,
    /// For each alternative: whether names that statements inside it bind end with it.
    pub(crate) closes: Vec<bool>,
    /// `[kind][nonterminal]`: whether programs of it bind names for what follows them.
    pub(crate) exports: Vec<Vec<bool>>,
    /// `[kind][nonterminal]`: whether programs of it can hold a name.
    pub(crate) holds: Vec<Vec<bool>>,
}

/// A kind of names.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// The rule or terminal, for messages.
    pub(crate) name: String,
    pub(crate) terminal: TerminalId,
    /// The names, one for each level: the first is that of the outermost binder.
    pub(crate) members: Vec<TokenId>,
    /// Names in scope from the start.
    pub(crate) inputs: u32,
    /// The greatest number of names in scope.
    pub(crate) levels: u32,
}

/// The names of one kind that an alternative binds. Positions are those of symbols on the right-hand side.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) kind: usize,
    pub(crate) names: Vec<usize>,
    pub(crate) bodies: Vec<usize>,
    pub(crate) rest: bool,
}

impl Rules {
    /// Fills what follows from bindings and blocks.
    pub(crate) fn complete(&mut self, grammar: &Grammar) {
        let count = grammar.nonterminals.len();
        for kind in 0..self.kinds.len() {
            let holds = holds(grammar, self.kinds[kind].terminal);
            let mut exports = vec![false; count];
            fixed_point(|| {
                let mut grown = false;
                for (id, alternative) in grammar.alternatives.iter().enumerate() {
                    let of = alternative.nonterminal;
                    if exports[of.index()] || self.closes[id] {
                        continue;
                    }
                    let binding = self.binding(AlternativeId::new(id), kind);
                    let passed = |at: &usize| binding.is_none_or(|b| !b.bodies.contains(at) && !b.names.contains(at));
                    let below =
                        || children(grammar, alternative).any(|(at, child)| exports[child.index()] && passed(&at));
                    if binding.is_some_and(|binding| binding.rest) || below() {
                        exports[of.index()] = true;
                        grown = true;
                    }
                }
                grown
            });
            self.holds.push(holds);
            self.exports.push(exports);
        }
    }

    /// What `alternative` binds of `kind`.
    pub(crate) fn binding(&self, alternative: AlternativeId, kind: usize) -> Option<&Binding> {
        self.bindings[alternative.index()].iter().find(|b| b.kind == kind)
    }

    /// The kind of which all members stand for `alternative`.
    pub(crate) fn kind_of_leaf(&self, leaf: Option<TerminalId>) -> Option<usize> {
        self.kinds.iter().position(|kind| Some(kind.terminal) == leaf)
    }
}

/// For each nonterminal: whether programs of it can hold a member of `terminal`.
pub(crate) fn holds(grammar: &Grammar, terminal: TerminalId) -> Vec<bool> {
    let mut holds = vec![false; grammar.nonterminals.len()];
    fixed_point(|| {
        let mut grown = false;
        for alternative in &grammar.alternatives {
            let own = alternative.leaf == Some(terminal);
            let below = || children(grammar, alternative).any(|(_, child)| holds[child.index()]);
            if !holds[alternative.nonterminal.index()] && (own || below()) {
                holds[alternative.nonterminal.index()] = true;
                grown = true;
            }
        }
        grown
    });
    holds
}

/// The nonterminals on the right-hand side of `alternative`, with their positions.
pub(crate) fn children<'g>(
    grammar: &'g Grammar,
    alternative: &tdf_grammar::Alternative,
) -> impl Iterator<Item = (usize, NonterminalId)> + use<'g> {
    let production = &grammar.productions[alternative.productions.start as usize];
    let symbols = production.symbols.iter().enumerate();
    symbols.filter_map(|(at, symbol)| match symbol {
        Symbol::Nonterminal(n) => Some((at, *n)),
        Symbol::TokenClass(_) => None,
    })
}

fn fixed_point(mut step: impl FnMut() -> bool) {
    while step() {}
}
