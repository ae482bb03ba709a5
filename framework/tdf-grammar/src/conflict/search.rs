//! The search for a text with two readings.
//!
//! Two runs of the parser stand at a conflict, on equal stacks; one takes one action and the other the other. From there
//! on both read the same symbols, each reducing as it likes, until their stacks differ in a single part: the nonterminal
//! that stands there has two derivations of one text. Runs use no look-ahead, so that every pair that is found is a pair
//! of derivations (after C. Isradisaikul and A. Myers, Finding counterexamples from parsing conflicts, PLDI 2015, section
//! 5).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::context::Context;
use super::part::{Part, Parts};
use super::path::Path;
use crate::automaton::{Conflict, Other};
use crate::columns::contains;
use crate::{Symbol, TokenClassId};

/// Pairs of runs that may be looked at, and actions of both together.
const MAX_PAIRS: usize = 20_000;
const MAX_ACTIONS: u32 = 300;

/// A text with two readings.
#[derive(Debug)]
pub(super) struct Ambiguity {
    pub parts: Parts,
    /// The readings. They are of one nonterminal.
    pub roots: [u32; 2],
    /// Tokens before the conflict.
    pub place: u64,
}

/// What the runs have to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// Both reduce what they like, and then read the token of the conflict.
    Meet,
    /// Both go on.
    Go,
}

/// Two runs.
#[derive(Clone, Copy, Debug)]
struct Pair {
    /// Tops of their stacks.
    tops: [u32; 2],
    stage: Stage,
    /// The run that may reduce: the first one before the second, so that orders do not multiply.
    turn: usize,
}

/// An entry of a stack: the part that led to it. Equal entries have equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Entry {
    state: u32,
    below: u32,
    part: u32,
}

/// The lowest entry has this one below it.
const NOTHING: u32 = u32::MAX;

/// Pairs by tokens read, symbols read that none of the runs was about to read, and steps.
type Rank = (u64, u32, u32);

struct Search<'a> {
    context: &'a Context<'a>,
    conflict: Conflict,
    parts: Parts,
    nodes: FxHashMap<(u32, Box<[u32]>), u32>,
    symbols: FxHashMap<Symbol, u32>,
    entries: Vec<Entry>,
    entry_numbers: FxHashMap<Entry, u32>,
    /// Numbers of stacks by their states alone.
    shapes: Vec<u32>,
    shape_numbers: FxHashMap<(u32, u32), u32>,
    known: FxHashSet<([u32; 2], Stage, usize)>,
    waiting: BinaryHeap<Reverse<(Rank, usize)>>,
    pairs: Vec<Pair>,
}

/// Looks for a text with two readings that begins with what `path` stands for. `budget` is what is left of the pairs that
/// all searches together may look at.
pub(super) fn ambiguity(
    context: &Context<'_>,
    conflict: Conflict,
    path: &Path,
    budget: &mut usize,
) -> Option<Ambiguity> {
    let mut search = Search {
        context,
        conflict,
        parts: Parts::default(),
        nodes: FxHashMap::default(),
        symbols: FxHashMap::default(),
        entries: Vec::new(),
        entry_numbers: FxHashMap::default(),
        shapes: Vec::new(),
        shape_numbers: FxHashMap::default(),
        known: FxHashSet::default(),
        waiting: BinaryHeap::new(),
        pairs: Vec::new(),
    };
    let mut top = search.entry(path.states[0], NOTHING, NOTHING);
    let mut read = 0u64;
    for (&symbol, &state) in path.symbols.iter().zip(&path.states[1..]) {
        let part = search.symbol(symbol);
        read = read.saturating_add(search.parts.length(part));
        top = search.entry(state, top, part);
    }
    let one = search.reduce(top, conflict.reduce)?;
    let other = match conflict.other {
        Other::Reduce(p) => search.reduce(top, p)?,
        Other::Shift | Other::Accept => top,
    };
    search.push([one, other], Stage::Meet, 0, (0, 0, 0));
    search.run(read, budget)
}

impl Search<'_> {
    fn run(mut self, read: u64, budget: &mut usize) -> Option<Ambiguity> {
        while let Some(Reverse((rank, number))) = self.waiting.pop() {
            *budget = budget.checked_sub(1)?;
            let pair = self.pairs[number];
            if let Some(roots) = self.difference(pair) {
                let mut below = 0u64;
                let mut entry = self.entries[roots[0] as usize].below;
                while entry != NOTHING {
                    let Entry { part, below: next, .. } = self.entries[entry as usize];
                    if part != NOTHING {
                        below = below.saturating_add(self.parts.length(part));
                    }
                    entry = next;
                }
                return Some(Ambiguity {
                    roots: roots.map(|entry| self.entries[entry as usize].part),
                    parts: self.parts,
                    place: read.saturating_sub(below),
                });
            }
            if self.pairs.len() > MAX_PAIRS {
                return None;
            }
            if rank.2 < MAX_ACTIONS {
                self.follow(pair, (rank.0, rank.1, rank.2 + 1));
            }
        }
        None
    }

    fn push(&mut self, tops: [u32; 2], stage: Stage, turn: usize, rank: Rank) {
        let shapes = tops.map(|top| self.shapes[top as usize]);
        if self.known.insert((shapes, stage, turn)) {
            self.waiting.push(Reverse((rank, self.pairs.len())));
            self.pairs.push(Pair { tops, stage, turn });
        }
    }

    fn entry(&mut self, state: u32, below: u32, part: u32) -> u32 {
        let entry = Entry { state, below, part };
        if let Some(&number) = self.entry_numbers.get(&entry) {
            return number;
        }
        let shape = (state, self.shapes.get(below as usize).copied().unwrap_or(NOTHING));
        let next = self.shape_numbers.len() as u32;
        self.shapes.push(*self.shape_numbers.entry(shape).or_insert(next));
        self.entries.push(entry);
        let number = self.entries.len() as u32 - 1;
        self.entry_numbers.insert(entry, number);
        number
    }

    fn symbol(&mut self, symbol: Symbol) -> u32 {
        if let Some(&part) = self.symbols.get(&symbol) {
            return part;
        }
        let part = self.parts.add(self.context, Part::Symbol(symbol));
        self.symbols.insert(symbol, part);
        part
    }

    /// The only entries in which the stacks differ, if they have the same states.
    fn difference(&self, pair: Pair) -> Option<[u32; 2]> {
        let [mut a, mut b] = pair.tops;
        if self.shapes[a as usize] != self.shapes[b as usize] {
            return None;
        }
        let mut found = None;
        while a != b {
            let (one, other) = (self.entries[a as usize], self.entries[b as usize]);
            if one.part != other.part && found.replace([a, b]).is_some() {
                return None;
            }
            (a, b) = (one.below, other.below);
        }
        found
    }

    fn state(&self, top: u32) -> u32 {
        self.entries[top as usize].state
    }

    /// Reduces on top of a stack.
    fn reduce(&mut self, mut top: u32, production: u32) -> Option<u32> {
        let automaton = self.context.automaton;
        let p = &automaton.productions[production as usize];
        let mut children = vec![0; p.symbols.len()];
        for child in children.iter_mut().rev() {
            let entry = self.entries[top as usize];
            (*child, top) = (entry.part, entry.below);
            // Look-aheads that belong to another way to this state may reduce what is not there.
            if top == NOTHING {
                return None;
            }
        }
        let code = automaton.items.code(Symbol::Nonterminal(p.nonterminal));
        let state = automaton.next(self.state(top), code)?;
        let children: Box<[u32]> = children.into();
        let part = match self.nodes.get(&(production, children.clone())) {
            Some(&part) => part,
            None => {
                let part = self.parts.add(self.context, Part::Node(production, children.clone()));
                self.nodes.insert((production, children), part);
                part
            }
        };
        Some(self.entry(state, top, part))
    }

    /// All that can happen next.
    fn follow(&mut self, pair: Pair, rank: Rank) {
        let automaton = self.context.automaton;
        for run in pair.turn..2 {
            // The second run shifts the token of the conflict as it stands.
            if pair.stage == Stage::Meet && run == 1 && !matches!(self.conflict.other, Other::Reduce(_)) {
                continue;
            }
            for &(p, ref look) in automaton.reductions(self.state(pair.tops[run])) {
                if pair.stage == Stage::Meet && !contains(look, self.conflict.column as usize) {
                    continue;
                }
                if let Some(top) = self.reduce(pair.tops[run], p) {
                    let mut tops = pair.tops;
                    tops[run] = top;
                    self.push(tops, pair.stage, run, rank);
                }
            }
        }
        let states = pair.tops.map(|top| self.state(top));
        for &(code, one) in &automaton.states[states[0] as usize].next {
            let symbol = automaton.items.symbol(code);
            if pair.stage == Stage::Meet && symbol != Symbol::TokenClass(TokenClassId(self.conflict.column)) {
                continue;
            }
            let Some(other) = automaton.next(states[1], code) else {
                continue;
            };
            let expects = |state: u32| automaton.kernel(state).iter().any(|i| automaton.items.next(*i) == code);
            let detour = u32::from(!states.into_iter().any(expects));
            let part = self.symbol(symbol);
            let cost = rank.0.saturating_add(self.parts.length(part));
            let tops = [
                self.entry(one, pair.tops[0], part),
                self.entry(other, pair.tops[1], part),
            ];
            self.push(tops, Stage::Go, 0, (cost, rank.1 + detour, rank.2));
        }
    }
}
