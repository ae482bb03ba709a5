//! A way from a start state to a conflict, and the texts that it tells.

use super::context::Context;
use super::part::{Part, Parts};
use crate::automaton::Conflict;
use crate::columns::contains;
use crate::{Symbol, TokenClassId};

/// An item that was reached from one within it, and whether what is behind that provides the token of the conflict.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lift {
    pub(super) item: u32,
    pub(super) provides: bool,
}

/// A way to a conflict.
#[derive(Debug)]
pub(super) struct Path {
    /// From a start state to that of the conflict.
    pub states: Vec<u32>,
    /// Symbols between them.
    pub symbols: Vec<Symbol>,
    /// The items of the two actions, and what they were lifted to, from within outwards.
    pub(super) items: [u32; 2],
    pub(super) lifts: [Vec<Lift>; 2],
    /// The item that both are part of.
    pub(super) around: u32,
}

/// Two texts with a common beginning, one for each action.
#[derive(Debug)]
pub(super) struct Texts {
    pub parts: Parts,
    pub roots: [u32; 2],
    /// The parts that the items of the conflict became.
    pub items: [u32; 2],
    /// Tokens of each text before the conflict.
    pub place: u64,
}

impl Path {
    /// The item of the second action that has been read from: that in which what it shifts stands.
    pub fn shifted(&self, context: &Context<'_>) -> u32 {
        let chain = std::iter::once(self.items[1]).chain(self.lifts[1].iter().map(|l| l.item));
        let mut begun = chain.filter(|i| context.automaton.items.production(*i).is_some_and(|(_, dot)| dot > 0));
        begun.next().unwrap_or(self.items[1])
    }

    /// A text for each action, to the end of what both are part of.
    pub fn texts(&self, context: &Context<'_>, conflict: Conflict) -> Texts {
        let items = &context.automaton.items;
        let mut parts = Parts::default();
        let symbols: Vec<u32> = self
            .symbols
            .iter()
            .map(|s| parts.add(context, Part::Symbol(*s)))
            .collect();
        // What both are part of is not told, unless it provides the token, or one of the two has read some of it.
        let outside = |lift: &Lift| lift.item == self.around && !lift.provides;
        let whole = !self.lifts.iter().all(|l| l.last().is_some_and(outside));
        let mut texts = Texts {
            parts,
            roots: [0; 2],
            items: [0; 2],
            place: 0,
        };
        for run in 0..2 {
            let mut left = symbols.len();
            let mut wrap = |item: u32, inner: Option<u32>, provides: bool| {
                let (production, dot) = items.production(item)?;
                let right = &context.automaton.productions[production as usize].symbols;
                let begin = left.saturating_sub(dot as usize);
                let mut children = symbols[begin..left].to_vec();
                left = begin;
                let mut rest = &right[dot as usize..];
                if let Some(inner) = inner {
                    children.push(inner);
                    rest = &rest[1..];
                }
                let mut missing = provides;
                for &symbol in rest {
                    let begins = missing && context.begins(symbol, conflict.column);
                    missing &= !begins;
                    let part = match symbol {
                        Symbol::Nonterminal(n) if begins => Part::Beginning(n, conflict.column),
                        _ => Part::Symbol(symbol),
                    };
                    children.push(texts.parts.add(context, part));
                }
                Some(texts.parts.add(context, Part::Node(production, children.into())))
            };
            // A whole program is the last symbol.
            let last = symbols.last().copied().unwrap_or_default();
            let mut root = wrap(self.items[run], None, false).unwrap_or(last);
            texts.items[run] = root;
            let lifts = &self.lifts[run];
            let shown = if whole {
                lifts.len()
            } else {
                lifts.len().saturating_sub(1)
            };
            for lift in &lifts[..shown] {
                root = wrap(lift.item, Some(root), lift.provides).unwrap_or(root);
            }
            texts.roots[run] = root;
            texts.place = symbols[left..].iter().map(|part| texts.parts.length(*part)).sum();
        }
        texts
    }
}

impl Context<'_> {
    /// Whether a string of `symbol` may begin with the token class `column`.
    fn begins(&self, symbol: Symbol, column: u32) -> bool {
        match symbol {
            Symbol::TokenClass(k) => k == TokenClassId(column),
            Symbol::Nonterminal(n) => contains(self.automaton.items.first_of(n), column as usize),
        }
    }
}
