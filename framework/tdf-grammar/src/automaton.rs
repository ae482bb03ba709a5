//! Construction of the LR(1) automaton: Pager's, which merges states of equal items where no conflict can come of it
//! (D. Pager, A practical general method for constructing LR(k) parsers, Acta Informatica 7, 1977).
//!
//! It has hardly more states than LALR(1), and a conflict if and only if the canonical automaton has one.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::columns::{Pool, Row, columns, empty, grow, insert, meet};
use crate::items::{Closure, Code, END, Items};
use crate::limits::{MAX_STATES, MAX_WORK};
use crate::{Grammar, LrProduction, NonterminalId};

/// No core.
const NONE: u32 = u32::MAX;

/// Places of one conflict that are kept.
const MAX_PLACES: usize = 100;

/// A state. Where its items stand, and their look-aheads.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Number of its items in [`Automaton::cores`].
    core: u32,
    /// The look-ahead of each item.
    looks: Vec<Row>,
    /// Ascending by symbol.
    pub next: Vec<(Code, u32)>,
    /// Productions to reduce, each with its look-ahead.
    reduce: Vec<(u32, Row)>,
    /// Whether the program may end here.
    pub accept: bool,
    waiting: bool,
}

/// The states, those of the nonterminals as starts first, the others in the order of a breadth-first walk.
#[derive(Debug)]
pub(crate) struct Automaton {
    pub productions: Vec<LrProduction>,
    pub items: Items,
    pub states: Vec<State>,
    /// Whether it was given up for its size.
    pub cut: bool,
    /// Items, ascending.
    cores: Vec<Box<[u32]>>,
}

/// An automaton while it grows.
struct Builder {
    automaton: Automaton,
    numbers: FxHashMap<Box<[u32]>, u32>,
    /// The same for a single item, as most are; [`NONE`] where there is none.
    of_item: Vec<u32>,
    /// The states of each core.
    of_core: Vec<Vec<u32>>,
    open: VecDeque<u32>,
    closure: Closure,
    rows: Pool,
    work: usize,
}

impl Automaton {
    pub fn new(grammar: &Grammar, productions: Vec<LrProduction>) -> Self {
        let items = Items::new(grammar, &productions);
        let mut builder = Builder {
            closure: Closure::new(&items),
            of_item: vec![NONE; items.complete() as usize + 1],
            automaton: Self {
                productions,
                items,
                states: Vec::new(),
                cut: false,
                cores: Vec::new(),
            },
            numbers: FxHashMap::default(),
            rows: Pool::new(),
            of_core: Vec::new(),
            open: VecDeque::new(),
            work: 0,
        };
        builder.run(grammar.nonterminals.len());
        let mut automaton = builder.automaton;
        automaton.number(grammar.nonterminals.len());
        automaton
    }

    /// The items of `state` whose dot is not at the left end.
    pub fn kernel(&self, state: u32) -> &[u32] {
        &self.cores[self.states[state as usize].core as usize]
    }

    /// The nonterminals that begin in `state`, ascending.
    pub fn begun(&self, state: u32, closure: &mut Closure) -> Vec<u32> {
        self.items
            .close(self.kernel(state), &self.states[state as usize].looks, closure);
        let mut begun = closure.nonterminals.clone();
        begun.sort_unstable();
        begun
    }

    /// The productions that may be reduced in `state`, each with the columns before which.
    pub fn reductions(&self, state: u32) -> &[(u32, Row)] {
        &self.states[state as usize].reduce
    }

    /// The state behind `symbol`.
    pub fn next(&self, state: u32, symbol: Code) -> Option<u32> {
        let next = &self.states[state as usize].next;
        let at = next.binary_search_by_key(&symbol, |(s, _)| *s).ok()?;
        Some(next[at].1)
    }

    /// Leaves out states that merging has left behind, and numbers the others anew.
    fn number(&mut self, starts: usize) {
        let mut order: Vec<u32> = (0..starts as u32).collect();
        let mut numbers = vec![u32::MAX; self.states.len()];
        for &state in &order {
            numbers[state as usize] = state;
        }
        let mut at = 0;
        while at < order.len() {
            for &(_, next) in &self.states[order[at] as usize].next {
                if numbers[next as usize] == u32::MAX {
                    numbers[next as usize] = order.len() as u32;
                    order.push(next);
                }
            }
            at += 1;
        }
        let mut old: Vec<Option<State>> = std::mem::take(&mut self.states).into_iter().map(Some).collect();
        let kept = order.iter().filter_map(|&state| old[state as usize].take());
        self.states = kept
            .map(|mut state| {
                for (_, next) in &mut state.next {
                    *next = numbers[*next as usize];
                }
                state
            })
            .collect();
    }
}

impl Builder {
    fn run(&mut self, starts: usize) {
        let width = self.automaton.items.width;
        let mut end = empty(width);
        insert(Rc::make_mut(&mut end), width - 1);
        for n in (0..starts).map(NonterminalId::new) {
            let item = self.automaton.items.start(n);
            let core = self.core(&[item]);
            self.add(core, &[Rc::clone(&end)]);
        }
        while let Some(state) = self.open.pop_front() {
            if self.automaton.states.len() > MAX_STATES || self.work > MAX_WORK {
                self.automaton.cut = true;
                break;
            }
            self.automaton.states[state as usize].waiting = false;
            self.expand(state);
        }
    }

    /// The number of these items.
    fn core(&mut self, items: &[u32]) -> u32 {
        let core = self.of_core.len() as u32;
        if let [item] = *items {
            let known = &mut self.of_item[item as usize];
            if *known != NONE {
                return *known;
            }
            *known = core;
        } else if let Some(&core) = self.numbers.get(items) {
            return core;
        } else {
            self.numbers.insert(items.into(), core);
        }
        self.automaton.cores.push(items.into());
        self.of_core.push(Vec::new());
        core
    }

    fn add(&mut self, core: u32, looks: &[Row]) -> u32 {
        let state = self.automaton.states.len() as u32;
        let looks = looks.iter().map(|row| self.rows.share(row)).collect();
        self.automaton.states.push(State {
            core,
            looks,
            next: Vec::new(),
            reduce: Vec::new(),
            accept: self.automaton.cores[core as usize].contains(&self.automaton.items.complete()),
            waiting: true,
        });
        self.of_core[core as usize].push(state);
        self.open.push_back(state);
        state
    }

    /// The state with these items and at least these look-aheads; `before` is tried first.
    fn state(&mut self, core: u32, looks: &[Row], before: Option<u32>) -> u32 {
        let all = &self.of_core[core as usize];
        self.work += looks.len() * (1 + all.len());
        let states = &self.automaton.states;
        let mut candidates = before.iter().chain(all).copied();
        let mut within = |s: &u32| {
            let mut pairs = looks.iter().zip(&states[*s as usize].looks);
            pairs.all(|(a, b)| self.rows.is_within(a, b))
        };
        if let Some(state) = candidates.clone().find(&mut within) {
            return state;
        }
        let Some(state) = candidates.find(|s| are_compatible(looks, &states[*s as usize].looks)) else {
            return self.add(core, looks);
        };
        let merged = &mut self.automaton.states[state as usize];
        for (old, new) in merged.looks.iter_mut().zip(looks) {
            if grow(old, new) {
                *old = self.rows.share(old);
            }
        }
        if !std::mem::replace(&mut merged.waiting, true) {
            self.open.push_back(state);
        }
        state
    }

    /// Finds the states behind `state`, and what to reduce in it.
    fn expand(&mut self, state: u32) {
        let automaton = &mut self.automaton;
        let items = &automaton.items;
        let of_state = &mut automaton.states[state as usize];
        let looks = of_state.looks.clone();
        let before = std::mem::take(&mut of_state.next);
        let kernel = &automaton.cores[of_state.core as usize];
        items.close(kernel, &looks, &mut self.closure);

        // (symbol behind which, item, place of its look-ahead): kernel items, then nonterminals of the closure.
        let mut moves: Vec<(Code, u32, u32)> = Vec::new();
        let mut reduce: Vec<(u32, Row)> = Vec::new();
        for (place, (&item, look)) in kernel.iter().zip(&looks).enumerate() {
            match (items.next(item), items.production(item)) {
                (END, Some((p, _))) => reduce.push((p, Rc::clone(look))),
                (END, None) => {}
                (symbol, _) => moves.push((symbol, items.advance(item), place as u32)),
            }
        }
        let kernel = kernel.len() as u32;
        for (&n, place) in self.closure.nonterminals.iter().zip(kernel..) {
            moves.extend(items.advanced(n).iter().map(|&(symbol, item)| (symbol, item, place)));
            let look = self.closure.follow(n);
            reduce.extend(items.empty(n).iter().map(|&p| (p, Rc::clone(look))));
        }
        moves.sort_unstable();
        self.work += moves.len() + kernel as usize;
        reduce.sort_unstable_by_key(|(p, _)| *p);
        automaton.states[state as usize].reduce = reduce;

        let mut next: Vec<(Code, u32)> = Vec::with_capacity(before.len());
        let (mut core, mut rows): (Vec<u32>, Vec<Row>) = (Vec::new(), Vec::new());
        for (index, group) in moves.chunk_by(|a, b| a.0 == b.0).enumerate() {
            core.clear();
            rows.clear();
            for &(_, item, place) in group {
                let row = match place.checked_sub(kernel) {
                    None => &looks[place as usize],
                    Some(place) => self.closure.follow(self.closure.nonterminals[place as usize]),
                };
                // Hidden items lead to one item in common.
                match rows.last_mut().filter(|_| core.last() == Some(&item)) {
                    Some(last) => {
                        grow(last, row);
                    }
                    None => {
                        core.push(item);
                        rows.push(Rc::clone(row));
                    }
                }
            }
            let core = self.core(&core);
            let known = before.get(index).map(|(_, state)| *state);
            let known = known.filter(|s| self.automaton.states[*s as usize].core == core);
            next.push((group[0].0, self.state(core, &rows, known)));
        }
        self.automaton.states[state as usize].next = next;
    }
}

/// Whether states of equal items and these look-aheads can be one: then a conflict between two items after merging would
/// be one before (weak compatibility, Pager's section 4).
///
/// Pairs of items with the same sets on both sides are compatible: so it is enough to compare the distinct ones.
fn are_compatible(a: &[Row], b: &[Row]) -> bool {
    let mut sets: Vec<(&Row, &Row)> = a.iter().zip(b).collect();
    sets.sort_unstable_by_key(|(a, b)| (Rc::as_ptr(a).cast::<u64>(), Rc::as_ptr(b).cast::<u64>()));
    sets.dedup_by(|x, y| Rc::ptr_eq(x.0, y.0) && Rc::ptr_eq(x.1, y.1));
    let fits = |(a, b): (&Row, &Row), (c, d): (&Row, &Row)| (!meet(a, d) && !meet(c, b)) || meet(a, c) || meet(b, d);
    (0..sets.len()).all(|i| (0..i).all(|j| fits(sets[i], sets[j])))
}

/// Two actions for one state and look-ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub state: u32,
    pub column: u32,
    /// One is the reduction of this production.
    pub reduce: u32,
    pub other: Other,
}

/// The other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Other {
    Shift,
    Accept,
    Reduce(u32),
}

impl Automaton {
    /// For each pair of actions that are in conflict, where they are; [`MAX_PLACES`] at most.
    ///
    /// Two look-aheads that a merged state has from different ways to it may meet in places that the canonical automaton
    /// does not have, but then two of one way meet in others.
    pub fn conflicts(&self) -> Vec<Vec<Conflict>> {
        let end = self.items.width as u32 - 1;
        let mut numbers = FxHashMap::default();
        let mut conflicts: Vec<Vec<Conflict>> = Vec::new();
        let mut row: Vec<Option<Other>> = vec![None; end as usize + 1];
        for (state, number) in self.states.iter().zip(0..) {
            if state.reduce.is_empty() {
                continue;
            }
            row.fill(None);
            for &(token_class, _) in state.next.iter().take_while(|(s, _)| *s < end) {
                row[token_class as usize] = Some(Other::Shift);
            }
            if state.accept {
                row[end as usize] = Some(Other::Accept);
            }
            for &(reduce, ref look) in self.reductions(number) {
                for column in columns(look) {
                    match row[column] {
                        None => row[column] = Some(Other::Reduce(reduce)),
                        Some(other) => {
                            let next = conflicts.len();
                            let pair = *numbers.entry((reduce, other)).or_insert(next);
                            if pair == next {
                                conflicts.push(Vec::new());
                            }
                            if conflicts[pair].len() < MAX_PLACES {
                                conflicts[pair].push(Conflict {
                                    state: number,
                                    column: column as u32,
                                    reduce,
                                    other,
                                });
                            }
                        }
                    }
                }
            }
        }
        conflicts
    }
}
