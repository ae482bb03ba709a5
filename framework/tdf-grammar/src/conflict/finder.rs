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

use super::context::Context;
use super::path::{Lift, Path};
use crate::Symbol;
use crate::automaton::{Conflict, Other};
use crate::columns::contains;
use crate::items::{Closure, Code};

/// Places that are looked at on the way to one conflict.
const MAX_PLACES: usize = 200_000;

/// Where both items stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct SearchState {
    /// A state, or the place of one on a given way.
    at: u32,
    items: [u32; 2],
    /// Whether the token of the conflict still has to come from what is around the item.
    needs: [bool; 2],
    /// The first item that may still be lifted: so that orders of lifting do not multiply.
    turn: usize,
}

/// The run that was lifted; none for a step over the symbol before the dots.
type Move = Option<(usize, Lift)>;

struct Finder<'a> {
    context: &'a Context<'a>,
    conflict: Conflict,
    /// Items with the dot at the left end, by the nonterminal behind it.
    beginning: FxHashMap<Code, Vec<u32>>,
    closure: Closure,
    /// Nonterminals that begin in a state, ascending.
    begun: FxHashMap<u32, Vec<u32>>,
}

/// A search for a way for both items.
#[derive(Default)]
struct Search {
    /// Places that were met, each with the one that it was met from and the move that led from that.
    places: Vec<(SearchState, usize, Move)>,
    known: FxHashSet<SearchState>,
    open: BinaryHeap<Reverse<(u64, u32, usize)>>,
}

impl Search {
    fn add(&mut self, place: SearchState, cost: u64, steps: u32, from: usize, by: Move) {
        if self.known.insert(place) {
            self.open.push(Reverse((cost, steps, self.places.len())));
            self.places.push((place, from, by));
        }
    }
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
        let mut finder = Finder {
            context,
            conflict,
            beginning,
            closure: Closure::new(items),
            begun: FxHashMap::default(),
        };
        let reduced = |p: u32| items.first(p) + context.automaton.productions[p as usize].symbols.len() as u32;
        let one = reduced(conflict.reduce);
        let (others, need) = match conflict.other {
            Other::Reduce(p) => (vec![reduced(p)], true),
            Other::Accept => (vec![items.complete()], true),
            Other::Shift => {
                let next = context.automaton.next(conflict.state, conflict.column)?;
                let kernel = context.automaton.kernel(next).iter();
                (kernel.map(|item| item - 1).collect(), false)
            }
        };
        // A way for one of the items is found soon, and mostly serves the other as well.
        let way = finder.way(one, budget)?;
        if let Some(path) = finder.both(Some(&way), one, &others, need, budget) {
            return Some(path);
        }
        finder.both(None, one, &others, need, budget)
    }
}

/// A place on the way back for one item.
#[derive(Clone, Copy, Debug)]
struct Step {
    state: u32,
    item: u32,
    needs: bool,
    /// The step before, towards the conflict, and whether a symbol lies between.
    from: usize,
    back: bool,
}

impl Finder<'_> {
    /// The states on the shortest way to the conflict for `item` alone.
    fn way(&mut self, item: u32, budget: &mut usize) -> Option<Vec<u32>> {
        let context = self.context;
        let mut taken: Vec<Step> = Vec::new();
        let mut known = FxHashSet::default();
        let mut waiting = vec![Step {
            state: self.conflict.state,
            item,
            needs: true,
            from: usize::MAX,
            back: false,
        }];
        // Ends are what has nothing left to look for; they cost the rest of the way.
        let mut open = BinaryHeap::from([Reverse((0u64, 0usize, false))]);
        while let Some(Reverse((cost, number, is_end))) = open.pop() {
            let step = waiting[number];
            if is_end {
                let mut way = context.way_to(step.state);
                let mut at = step;
                while at.from != usize::MAX {
                    let from = taken[at.from];
                    if at.back {
                        way.push(from.state);
                    }
                    at = from;
                }
                return Some(way);
            }
            if !known.insert((step.state, step.item, step.needs)) {
                continue;
            }
            *budget = budget.checked_sub(1)?;
            let from = taken.len();
            taken.push(step);
            let hidden = context.automaton.items.production(step.item).is_none();
            if !step.needs || (hidden && self.conflict.column == context.end()) {
                open.push(Reverse((
                    cost.saturating_add(context.distance(step.state)),
                    number,
                    true,
                )));
                continue;
            }
            let mut add = |cost: u64, step: Step| {
                open.push(Reverse((cost, waiting.len(), false)));
                waiting.push(step);
            };
            for lift in self.lifts(step.state, step.item, step.needs) {
                let needs = step.needs && !lift.provides;
                let back = false;
                add(
                    cost,
                    Step {
                        item: lift.item,
                        needs,
                        from,
                        back,
                        ..step
                    },
                );
            }
            if self.dot(step.item) > 0 {
                let symbol = context.entered(step.state).map_or(0, |s| context.shortest.length(s));
                for &state in &context.before[step.state as usize] {
                    let item = self.before(state, step.item);
                    let back = true;
                    add(
                        cost.saturating_add(symbol),
                        Step {
                            state,
                            item,
                            from,
                            back,
                            ..step
                        },
                    );
                }
            }
        }
        None
    }

    /// The shortest way for both items; along `way` if there is one.
    fn both(&mut self, way: Option<&[u32]>, one: u32, others: &[u32], need: bool, budget: &mut usize) -> Option<Path> {
        let mut search = Search::default();
        let at = way.map_or(self.conflict.state, |way| way.len() as u32 - 1);
        for &other in others {
            let place = SearchState {
                at,
                items: [one, other],
                needs: [true, need],
                turn: 0,
            };
            search.add(place, 0, 0, usize::MAX, None);
        }
        while let Some(Reverse((cost, steps, number))) = search.open.pop() {
            let place = search.places[number].0;
            if self.is_found(place) {
                return Some(self.path(&search, number, way));
            }
            *budget = budget.checked_sub(1)?;
            if search.places.len() > MAX_PLACES {
                return None;
            }
            let state = way.map_or(place.at, |way| way[place.at as usize]);
            for run in place.turn..2 {
                for lift in self.lifts(state, place.items[run], place.needs[run]) {
                    let mut next = SearchState { turn: run, ..place };
                    next.items[run] = lift.item;
                    next.needs[run] &= !lift.provides;
                    search.add(next, cost, steps + 1, number, Some((run, lift)));
                }
            }
            if place.items.iter().any(|i| self.dot(*i) == 0) {
                continue;
            }
            let symbol = self.context.entered(state);
            let cost = cost.saturating_add(symbol.map_or(0, |s| self.context.shortest.length(s)));
            let before: Vec<(u32, u32)> = match way {
                Some(way) => (place.at.checked_sub(1).into_iter())
                    .map(|at| (at, way[at as usize]))
                    .collect(),
                None => self.context.before[state as usize].iter().map(|s| (*s, *s)).collect(),
            };
            for (at, state) in before {
                let items = place.items.map(|item| self.before(state, item));
                let turn = 0;
                search.add(
                    SearchState {
                        at,
                        items,
                        turn,
                        ..place
                    },
                    cost,
                    steps + 1,
                    number,
                    None,
                );
            }
        }
        None
    }

    /// Whether what is around both items is the same, and nothing is needed of it but that it is there.
    fn is_found(&self, place: SearchState) -> bool {
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

    /// The item before the symbol that led from `state` to `item`.
    fn before(&self, state: u32, item: u32) -> u32 {
        match item == self.context.automaton.items.complete() {
            true => self.context.automaton.kernel(state)[0],
            false => item - 1,
        }
    }

    /// The items of `state` that `item` is part of, if its dot is at the left end. If it still needs the token of the
    /// conflict, only those are of use that provide it, or may be followed by it themselves.
    fn lifts(&mut self, state: u32, item: u32, needs: bool) -> Vec<Lift> {
        let automaton = self.context.automaton;
        let items = &automaton.items;
        let Some((production, 0)) = items.production(item) else {
            return Vec::new();
        };
        let n = automaton.productions[production as usize].nonterminal;
        let code = items.code(Symbol::Nonterminal(n));
        let closure = &mut self.closure;
        let begun = (self.begun.entry(state)).or_insert_with(|| automaton.begun(state, closure));
        let within = |item: &u32| {
            let production = items.production(*item).map(|(p, _)| &automaton.productions[p as usize]);
            production.is_some_and(|p| begun.binary_search(&p.nonterminal.0).is_ok())
        };
        let kernel = automaton
            .kernel(state)
            .iter()
            .copied()
            .filter(|i| items.next(*i) == code);
        let closed = self.beginning.get(&code).into_iter().flatten().copied().filter(within);
        let mut lifts = Vec::new();
        for item in kernel.chain(closed) {
            let (rest, empty) = items.rest(item);
            if needs && contains(rest, self.conflict.column as usize) {
                lifts.push(Lift { item, provides: true });
            }
            if !needs || empty {
                lifts.push(Lift { item, provides: false });
            }
        }
        lifts
    }

    /// The way that was found, with the states before it.
    fn path(&self, search: &Search, found: usize, way: Option<&[u32]>) -> Path {
        let place = search.places[found].0;
        let mut states = match way {
            Some(way) => way.to_vec(),
            None => self.context.way_to(place.at),
        };
        let mut lifts = [Vec::new(), Vec::new()];
        let mut at = found;
        loop {
            let (_, from, by) = search.places[at];
            if from == usize::MAX {
                break;
            }
            match by {
                Some((run, lift)) => lifts[run].push(lift),
                None if way.is_none() => states.push(search.places[from].0.at),
                None => {}
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
            items: search.places[at].0.items,
            lifts,
            around: place.items[0],
        }
    }
}

impl Context<'_> {
    fn end(&self) -> u32 {
        self.automaton.items.width as u32 - 1
    }
}
