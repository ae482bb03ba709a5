//! Construction of the LR(1) automaton: Pager's, which merges states of equal items where no conflict can come of it
//! (D. Pager, A practical general method for constructing LR(k) parsers, Acta Informatica 7, 1977).
//!
//! It has hardly more states than LALR(1), and a conflict if and only if the canonical automaton has one.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::columns::{Table, columns, is_subset, meet, unite};
use crate::items::{Closure, Code, END, Items};
use crate::{Grammar, LrProduction, NonterminalId};

/// States that an automaton may have: the languages that tdf is made for have hundreds.
pub const MAX_STATES: usize = 100_000;

/// Bound on the items that are looked at while states grow.
const MAX_WORK: usize = 200_000_000;

/// Places of one conflict that are kept.
const MAX_PLACES: usize = 100;

/// A state. Where its items stand, and their look-aheads.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Number of its items in [`Automaton::cores`].
    core: u32,
    /// Row of the first item's look-ahead in [`Automaton::looks`]; the others follow.
    look: usize,
    /// Ascending by symbol.
    pub next: Vec<(Code, u32)>,
    /// Productions to reduce, each with its look-ahead: a row of [`Automaton::looks`].
    reduce: Vec<(u32, usize)>,
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
    looks: Table,
}

/// An automaton while it grows.
struct Builder {
    automaton: Automaton,
    numbers: FxHashMap<Box<[u32]>, u32>,
    /// The states of each core.
    of_core: Vec<Vec<u32>>,
    open: VecDeque<u32>,
    closure: Closure,
    work: usize,
}

impl Automaton {
    pub fn new(grammar: &Grammar, productions: Vec<LrProduction>) -> Self {
        let items = Items::new(grammar, &productions);
        let mut builder = Builder {
            closure: Closure::new(&items),
            automaton: Self {
                productions,
                looks: Table::new(items.width, 0),
                items,
                states: Vec::new(),
                cut: false,
                cores: Vec::new(),
            },
            numbers: FxHashMap::default(),
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
        let kernel = self.kernel(state);
        let looks = self.looks.rows(self.states[state as usize].look, kernel.len());
        self.items.close(kernel, looks, closure);
        let mut begun = closure.nonterminals.clone();
        begun.sort_unstable();
        begun
    }

    /// The productions that may be reduced in `state`, each with the columns before which.
    pub fn reductions(&self, state: u32) -> impl Iterator<Item = (u32, &[u64])> + '_ {
        let reduce = &self.states[state as usize].reduce;
        reduce.iter().map(|(p, look)| (*p, self.looks.row(*look)))
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
        let mut end = self.automaton.looks.empty();
        crate::columns::insert(&mut end, width - 1);
        for n in (0..starts).map(NonterminalId::new) {
            let item = self.automaton.items.start(n);
            let core = self.core(&[item]);
            self.add(core, &end);
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
        if let Some(&core) = self.numbers.get(items) {
            return core;
        }
        let core = self.of_core.len() as u32;
        self.numbers.insert(items.into(), core);
        self.automaton.cores.push(items.into());
        self.of_core.push(Vec::new());
        core
    }

    fn add(&mut self, core: u32, looks: &[u64]) -> u32 {
        let state = self.automaton.states.len() as u32;
        let look = self.automaton.looks.extend(looks);
        self.automaton.states.push(State {
            core,
            look,
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
    fn state(&mut self, core: u32, looks: &[u64], before: Option<u32>) -> u32 {
        let count = self.automaton.cores[core as usize].len();
        let all = &self.of_core[core as usize];
        self.work += count * (1 + all.len());
        let candidates = || {
            before
                .iter()
                .chain(all)
                .map(|s| (*s, self.automaton.states[*s as usize].look))
        };
        let table = &self.automaton.looks;
        if let Some((state, _)) = candidates().find(|(_, look)| is_subset(looks, table.rows(*look, count))) {
            return state;
        }
        let stride = table.stride();
        let merged = candidates().find(|(_, look)| are_compatible(looks, table.rows(*look, count), stride));
        let Some((state, look)) = merged else {
            return self.add(core, looks);
        };
        unite(self.automaton.looks.rows_mut(look, count), looks);
        if !std::mem::replace(&mut self.automaton.states[state as usize].waiting, true) {
            self.open.push_back(state);
        }
        state
    }

    /// Finds the states behind `state`, and what to reduce in it.
    fn expand(&mut self, state: u32) {
        let automaton = &mut self.automaton;
        let items = &automaton.items;
        let State { core, look, .. } = automaton.states[state as usize];
        let kernel = &automaton.cores[core as usize];
        let looks: Box<[u64]> = automaton.looks.rows(look, kernel.len()).into();
        items.close(kernel, &looks, &mut self.closure);

        // (symbol behind which, item, place of its look-ahead): kernel items, then nonterminals of the closure.
        let mut moves: Vec<(Code, u32, u32)> = Vec::new();
        let old = std::mem::take(&mut automaton.states[state as usize].reduce);
        let mut reduce: Vec<(u32, usize)> = Vec::with_capacity(old.len());
        for (place, &item) in kernel.iter().enumerate() {
            match (items.next(item), items.production(item)) {
                (END, Some((p, _))) => reduce.push((p, look + place)),
                (END, None) => {}
                (symbol, _) => moves.push((symbol, items.advance(item), place as u32)),
            }
        }
        let kernel = kernel.len() as u32;
        for (&n, place) in self.closure.nonterminals.iter().zip(kernel..) {
            moves.extend(items.advanced(n).iter().map(|&(symbol, item)| (symbol, item, place)));
            for &p in items.empty(n) {
                let look = self.closure.follow(n);
                let row = match old.binary_search_by_key(&p, |(p, _)| *p) {
                    Ok(at) => old[at].1,
                    Err(_) => automaton.looks.extend(look),
                };
                automaton.looks.row_mut(row).copy_from_slice(look);
                reduce.push((p, row));
            }
        }
        moves.sort_unstable();
        self.work += moves.len() + kernel as usize;
        reduce.sort_unstable();
        automaton.states[state as usize].reduce = reduce;

        let before = std::mem::take(&mut automaton.states[state as usize].next);
        let stride = automaton.looks.stride();
        let mut next: Vec<(Code, u32)> = Vec::with_capacity(before.len());
        let (mut core, mut rows): (Vec<u32>, Vec<u64>) = (Vec::new(), Vec::new());
        for (index, group) in moves.chunk_by(|a, b| a.0 == b.0).enumerate() {
            core.clear();
            rows.clear();
            for &(_, item, place) in group {
                let row = match place.checked_sub(kernel) {
                    None => &looks[place as usize * stride..][..stride],
                    Some(place) => self.closure.follow(self.closure.nonterminals[place as usize]),
                };
                // Hidden items lead to one item in common.
                if core.last() == Some(&item) {
                    let last = rows.len() - stride;
                    unite(&mut rows[last..], row);
                } else {
                    core.push(item);
                    rows.extend_from_slice(row);
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
fn are_compatible(a: &[u64], b: &[u64], stride: usize) -> bool {
    let (a, b): (Vec<&[u64]>, Vec<&[u64]>) = (a.chunks_exact(stride).collect(), b.chunks_exact(stride).collect());
    (0..a.len())
        .all(|i| (0..i).all(|j| (!meet(a[i], b[j]) && !meet(a[j], b[i])) || meet(a[i], a[j]) || meet(b[i], b[j])))
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
            for (reduce, look) in self.reductions(number) {
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
