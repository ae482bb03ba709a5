//! A short way from a start state to a conflict, such that both actions lead to programs.
//!
//! Each action belongs to an item. Going back from the conflict, both items are followed at once: over the symbol before
//! the dots, or, if a dot is at the left end, to an item of the same state that the nonterminal stands in. On the way
//! something has to provide the token before which the conflict is: the rest of an item behind that nonterminal. The
//! shortest such way is found by Dijkstra's algorithm (the lookahead-sensitive path of C. Isradisaikul and A. Myers,
//! Finding counterexamples from parsing conflicts, PLDI 2015, section 4; here for both items).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use super::part::{Part, Parts};
use crate::automaton::{Conflict, Other};
use crate::columns::contains;
use crate::items::{Closure, Code};
use crate::{KindId, Symbol};

/// Places that are looked at on the way to one conflict.
const MAX_PLACES: usize = 200_000;

/// Where both items stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Place {
    state: u32,
    items: [u32; 2],
    /// Whether the token of the conflict still has to come from what is around the item.
    needs: [bool; 2],
    /// The first item that may still be lifted: so that orders of lifting do not multiply.
    turn: usize,
}

/// An item that was reached from one within it, and whether what is behind that provides the token of the conflict.
#[derive(Clone, Copy, Debug)]
struct Lift {
    item: u32,
    provides: bool,
}

/// The run that was lifted; none for a step over the symbol before the dots.
type Move = Option<(usize, Lift)>;

/// A way to a conflict.
#[derive(Debug)]
pub(super) struct Path {
    /// From a start state to that of the conflict.
    pub states: Vec<u32>,
    /// Symbols between them.
    pub symbols: Vec<Symbol>,
    /// The items of the two actions, and what they were lifted to, from within outwards.
    items: [u32; 2],
    lifts: [Vec<Lift>; 2],
    /// The item that both are part of.
    around: u32,
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

struct Finder<'a> {
    context: &'a Context<'a>,
    conflict: Conflict,
    /// Items with the dot at the left end, by the nonterminal behind it.
    beginning: FxHashMap<Code, Vec<u32>>,
    closure: Closure,
    /// Nonterminals that begin in a state, ascending.
    begun: FxHashMap<u32, Vec<u32>>,
    /// Places that were met, each with the one that it was met from and the move that led from that.
    places: Vec<(Place, usize, Move)>,
    known: FxHashSet<Place>,
    open: BinaryHeap<Reverse<(u64, u32, usize)>>,
}

impl Path {
    /// The shortest way, unless it is too hard to find, or there is none. `budget` is what is left of the places that all
    /// searches together may look at.
    pub fn find(context: &Context<'_>, conflict: Conflict, budget: &mut usize) -> Option<Self> {
        let items = &context.automaton.items;
        let mut beginning: FxHashMap<Code, Vec<u32>> = FxHashMap::default();
        for (p, number) in context.automaton.productions.iter().zip(0..) {
            if let Some(&symbol @ Symbol::Nonterminal(_)) = p.symbols.first() {
                beginning
                    .entry(items.code(symbol))
                    .or_default()
                    .push(items.first(number));
            }
        }
        let finder = Finder {
            context,
            conflict,
            beginning,
            closure: Closure::new(items),
            begun: FxHashMap::default(),
            places: Vec::new(),
            known: FxHashSet::default(),
            open: BinaryHeap::new(),
        };
        finder.run(budget)
    }

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

impl Finder<'_> {
    fn run(mut self, budget: &mut usize) -> Option<Path> {
        let items = &self.context.automaton.items;
        let state = self.conflict.state;
        let reduced = |p: u32| items.first(p) + self.context.automaton.productions[p as usize].symbols.len() as u32;
        let others: Vec<u32> = match self.conflict.other {
            Other::Reduce(p) => vec![reduced(p)],
            Other::Accept => vec![items.complete()],
            Other::Shift => {
                let next = self.context.automaton.next(state, self.conflict.column)?;
                let kernel = self.context.automaton.kernel(next).iter();
                kernel.map(|item| item - 1).collect()
            }
        };
        for other in others {
            let place = Place {
                state,
                items: [reduced(self.conflict.reduce), other],
                needs: [true, self.conflict.other != Other::Shift],
                turn: 0,
            };
            self.add(place, 0, 0, usize::MAX, None);
        }
        while let Some(Reverse((cost, steps, at))) = self.open.pop() {
            let place = self.places[at].0;
            if self.is_found(place) {
                return Some(self.path(at));
            }
            *budget = budget.checked_sub(1)?;
            if self.places.len() > MAX_PLACES {
                return None;
            }
            for run in place.turn..2 {
                self.lift(place, run, at, cost, steps + 1);
            }
            self.back(place, at, cost, steps + 1);
        }
        None
    }

    fn add(&mut self, place: Place, cost: u64, steps: u32, from: usize, by: Move) {
        if self.known.insert(place) {
            self.open.push(Reverse((cost, steps, self.places.len())));
            self.places.push((place, from, by));
        }
    }

    /// Whether what is around both items is the same, and nothing is needed of it but that it is there.
    fn is_found(&self, place: Place) -> bool {
        let [a, b] = place.items;
        let hidden = self.context.automaton.items.production(a).is_none();
        a == b && (place.needs == [false; 2] || (hidden && self.conflict.column == self.context.end()))
    }

    fn dot(&self, item: u32) -> u32 {
        let items = &self.context.automaton.items;
        match items.production(item) {
            Some((_, dot)) => dot,
            None => u32::from(item == items.complete()),
        }
    }

    /// To the items that the item of one run is part of.
    fn lift(&mut self, place: Place, run: usize, at: usize, cost: u64, steps: u32) {
        let items = &self.context.automaton.items;
        let item = place.items[run];
        let Some((production, 0)) = items.production(item) else {
            return;
        };
        let n = self.context.automaton.productions[production as usize].nonterminal;
        let code = items.code(Symbol::Nonterminal(n));
        if !self.begun.contains_key(&place.state) {
            let begun = self.context.automaton.begun(place.state, &mut self.closure);
            self.begun.insert(place.state, begun);
        }
        let kernel = self.context.automaton.kernel(place.state).iter().copied();
        let mut around: Vec<u32> = kernel.filter(|i| items.next(*i) == code).collect();
        let begun = &self.begun[&place.state];
        let within = |item: &u32| {
            let production = items
                .production(*item)
                .map(|(p, _)| &self.context.automaton.productions[p as usize]);
            production.is_some_and(|p| begun.binary_search(&p.nonterminal.0).is_ok())
        };
        around.extend(self.beginning.get(&code).into_iter().flatten().copied().filter(within));
        for item in around {
            let next = |needs: bool| {
                let mut next = Place { turn: run, ..place };
                next.items[run] = item;
                next.needs[run] = needs;
                next
            };
            let needs = place.needs[run];
            let (rest, empty) = items.rest(item);
            if needs && contains(rest, self.conflict.column as usize) {
                self.add(next(false), cost, steps, at, Some((run, Lift { item, provides: true })));
            }
            if !needs || empty {
                self.add(
                    next(needs),
                    cost,
                    steps,
                    at,
                    Some((run, Lift { item, provides: false })),
                );
            }
        }
    }

    /// Over the symbol before both dots.
    fn back(&mut self, place: Place, at: usize, cost: u64, steps: u32) {
        if place.items.iter().any(|i| self.dot(*i) == 0) {
            return;
        }
        let complete = self.context.automaton.items.complete();
        let symbol = self.context.entered(place.state);
        let cost = cost.saturating_add(symbol.map_or(0, |s| self.context.shortest.length(s)));
        let context = self.context;
        for &state in &context.before[place.state as usize] {
            let items = place.items.map(|item| match item == complete {
                true => context.automaton.kernel(state)[0],
                false => item - 1,
            });
            let next = Place {
                state,
                items,
                turn: 0,
                ..place
            };
            self.add(next, cost, steps, at, None);
        }
    }

    /// The way that was found, lengthened to a start state.
    fn path(&self, found: usize) -> Path {
        let mut states = self.context.way_to(self.places[found].0.state);
        let mut lifts = [Vec::new(), Vec::new()];
        let mut at = found;
        loop {
            let (_, from, lift) = self.places[at];
            if from == usize::MAX {
                break;
            }
            match lift {
                Some((run, lift)) => lifts[run].push(lift),
                None => states.push(self.places[from].0.state),
            }
            at = from;
        }
        for lifts in &mut lifts {
            lifts.reverse();
        }
        let symbols = states[1..].iter().filter_map(|s| self.context.entered(*s)).collect();
        Path {
            states,
            symbols,
            items: self.places[at].0.items,
            lifts,
            around: self.places[found].0.items[0],
        }
    }
}

impl Context<'_> {
    fn end(&self) -> u32 {
        self.automaton.items.width as u32 - 1
    }

    /// Whether a string of `symbol` may begin with the kind `column`.
    fn begins(&self, symbol: Symbol, column: u32) -> bool {
        match symbol {
            Symbol::Kind(k) => k == KindId(column),
            Symbol::Nonterminal(n) => contains(self.automaton.items.first_of(n), column as usize),
        }
    }
}
