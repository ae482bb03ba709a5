//! LR(1) tables, with a start state for every nonterminal.

use crate::{Grammar, GrammarError, KindId, NonterminalId, ProductionId, StateId};

/// The LR(1) automaton of a grammar. Columns are kinds of tokens; the column after the last kind is the end of input.
#[derive(Clone, Debug)]
pub struct Lr {
    /// Number of kinds; also the column of the end of input.
    pub end: u32,
    /// Start state per nonterminal.
    pub start: Vec<StateId>,
    /// `actions[state * (end + 1) + column]`.
    pub actions: Vec<Action>,
    /// `gotos[state * nonterminals + nonterminal]`; `u32::MAX` where there is none.
    pub gotos: Vec<u32>,
    /// Kernel items per state. The kernel of a start state of nonterminal `n` is empty: its closure is that of `n`
    /// followed by the end of input.
    pub kernels: Vec<Vec<Item>>,
}

/// A step of the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// No string of the language goes on like this.
    Error,
    /// Take the token, go to the state.
    Shift(StateId),
    /// Replace the production's right-hand side by its nonterminal.
    Reduce(ProductionId),
    /// The input is a whole string of the start nonterminal.
    Accept,
}

/// An LR(1) item of a kernel: a production, how much of it has been read, and what may follow it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// The production.
    pub production: ProductionId,
    /// Symbols already read.
    pub dot: u32,
    /// Columns that may follow, ascending.
    pub lookahead: Vec<u32>,
}

impl Lr {
    /// The canonical LR(1) tables of `grammar`, states numbered in the order in which a breadth-first walk from the
    /// start states meets them.
    ///
    /// # Errors
    /// The grammar's conflicts, or that the automaton grows beyond [`MAX_STATES`](crate::MAX_STATES) states.
    pub fn new(grammar: &Grammar) -> Result<Self, GrammarError> {
        crate::automaton::build(grammar)
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.kernels.len()
    }

    /// What to do in `state` before a token of kind `kind`; `None` is the end of input.
    pub fn action(&self, state: StateId, kind: Option<KindId>) -> Action {
        let column = kind.map_or(self.end, |k| k.0);
        self.actions[state.index() * (self.end as usize + 1) + column as usize]
    }

    /// Where `state` goes after `nonterminal` has been read.
    pub fn goto(&self, state: StateId, nonterminal: NonterminalId) -> Option<StateId> {
        let next = self.gotos[state.index() * self.start.len() + nonterminal.index()];
        (next != u32::MAX).then_some(StateId(next))
    }
}
