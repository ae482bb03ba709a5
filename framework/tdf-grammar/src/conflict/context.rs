//! What examples of conflicts are made of: the automaton, and the shortest ways to its states.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::shortest::Shortest;
use crate::automaton::Automaton;
use crate::items::{Code, END};
use crate::{Grammar, LrProduction, NonterminalKind, Symbol};

/// What examples are made of.
pub(super) struct Context<'a> {
    pub(super) grammar: &'a Grammar,
    pub(super) automaton: &'a Automaton,
    pub(super) shortest: Shortest,
    /// The states before each state, and the symbol that leads to it.
    pub(super) before: Vec<Vec<u32>>,
    pub(super) entered: Vec<Code>,
    /// Tokens to each state from the nearest start, and the state before it on the way.
    pub(super) nearest: Vec<(u64, u32)>,
}

impl<'a> Context<'a> {
    pub(super) fn new(grammar: &'a Grammar, automaton: &'a Automaton) -> Self {
        let mut before = vec![Vec::new(); automaton.states.len()];
        let mut entered = vec![END; automaton.states.len()];
        for (state, number) in automaton.states.iter().zip(0..) {
            for &(symbol, next) in &state.next {
                before[next as usize].push(number);
                entered[next as usize] = symbol;
            }
        }
        let shortest = Shortest::new(grammar.nonterminals.len(), &automaton.productions);
        let starts = (0..automaton.states.len() as u32).filter(|s| entered[*s as usize] == END);
        let mut open: BinaryHeap<_> = starts.map(|s| Reverse((0, s, s))).collect();
        let mut nearest = vec![(u64::MAX, 0); automaton.states.len()];
        while let Some(Reverse((tokens, state, from))) = open.pop() {
            if nearest[state as usize].0 == u64::MAX {
                nearest[state as usize] = (tokens, from);
                for &(code, next) in &automaton.states[state as usize].next {
                    let more = shortest.length(automaton.items.symbol(code));
                    open.push(Reverse((tokens.saturating_add(more).min(u64::MAX - 1), next, state)));
                }
            }
        }
        Self {
            grammar,
            automaton,
            shortest,
            before,
            entered,
            nearest,
        }
    }

    /// The symbol that leads to `state`, unless programs begin there.
    pub(super) fn entered(&self, state: u32) -> Option<Symbol> {
        let code = self.entered[state as usize];
        (code != END).then(|| self.automaton.items.symbol(code))
    }

    /// Tokens of a shortest text that leads to `state`.
    pub(super) fn distance(&self, state: u32) -> u64 {
        self.nearest[state as usize].0
    }

    /// The states on the way of that text, from a start to `state`.
    pub(super) fn way_to(&self, state: u32) -> Vec<u32> {
        let mut way = vec![state];
        let mut at = state;
        while self.entered(at).is_some() {
            at = self.nearest[at as usize].1;
            way.push(at);
        }
        way.reverse();
        way
    }

    pub(super) fn production(&self, number: u32) -> &LrProduction {
        &self.automaton.productions[number as usize]
    }

    /// Whether it is about the characters of an open terminal.
    pub(super) fn is_suffix(&self, production: &LrProduction) -> bool {
        self.grammar.nonterminals[production.nonterminal.index()].kind == NonterminalKind::Suffix
    }

    /// The terminal that a rest is of: all its alternatives stand where the terminal does.
    pub(super) fn terminal(&self, rest: &LrProduction) -> String {
        let place = |p| self.grammar.alternative_of(p).offset;
        let place = rest.nodes().next().map(place);
        let mut alternatives = self.grammar.alternatives.iter();
        let leaf = alternatives.find_map(|a| a.leaf.filter(|_| Some(a.offset) == place));
        leaf.map_or_else(String::new, |t| self.grammar.terminals[t.index()].text.to_string())
    }
}
