//! The recogniser of [`crate::earley`], one token at a time: what may come next after each token of a long text. It knows
//! the productions alone, as the other one does. Its tables are indexed, because walks through large grammars are long.

use rustc_hash::{FxHashMap, FxHashSet};
use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol, TokenClassId};

/// A production, how much of it has been read, and where it began.
type Item = (ProductionId, u32, u32);

/// The items at one place of a text.
#[derive(Clone, Debug, Default)]
struct Set {
    items: Vec<Item>,
    known: FxHashSet<Item>,
    /// The items that wait for a nonterminal.
    waiting: FxHashMap<NonterminalId, Vec<Item>>,
}

/// A text that begins a program, and the tokens that may follow.
#[derive(Clone, Debug)]
pub struct Chart<'g> {
    grammar: &'g Grammar,
    start: NonterminalId,
    /// Whether a nonterminal has the empty program.
    empty: Vec<bool>,
    sets: Vec<Set>,
}

impl<'g> Chart<'g> {
    /// The empty text, as the beginning of a program of `start`.
    pub fn new(grammar: &'g Grammar, start: NonterminalId) -> Self {
        let mut chart = Self {
            grammar,
            start,
            empty: empty(grammar),
            sets: Vec::new(),
        };
        chart.restart(start);
        chart
    }

    /// Begins anew.
    pub fn restart(&mut self, start: NonterminalId) {
        self.start = start;
        let first = self.grammar.productions_of(start).map(|p| (p, 0, 0)).collect();
        self.sets = vec![self.closed(first, 0)];
    }

    /// The token classes that may come next, ascending. All nonterminals have programs, so what some item waits for can
    /// be completed.
    pub fn next(&self) -> Vec<TokenClassId> {
        let set = self.last();
        let mut classes: Vec<TokenClassId> = set.items.iter().filter_map(|item| self.token_class(item)).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// Whether the text is a program.
    pub fn may_end(&self) -> bool {
        self.last().items.iter().any(|&(p, dot, from)| {
            let production = self.grammar.production(p);
            from == 0 && production.nonterminal == self.start && production.symbols.len() == dot as usize
        })
    }

    /// Reads one token; false, and as it was, if no program goes on like this.
    pub fn read(&mut self, token_class: TokenClassId) -> bool {
        let over = self.last().items.iter();
        let over = over.filter(|item| self.token_class(item) == Some(token_class));
        let moved: Vec<Item> = over.map(|&(p, dot, from)| (p, dot + 1, from)).collect();
        if moved.is_empty() {
            return false;
        }
        let set = self.closed(moved, self.sets.len() as u32);
        self.sets.push(set);
        true
    }

    fn last(&self) -> &Set {
        self.sets.last().expect("there is always a first set")
    }

    fn symbol(&self, (p, dot, _): &Item) -> Option<Symbol> {
        self.grammar.production(*p).symbols.get(*dot as usize).copied()
    }

    fn token_class(&self, item: &Item) -> Option<TokenClassId> {
        match self.symbol(item) {
            Some(Symbol::TokenClass(token_class)) => Some(token_class),
            _ => None,
        }
    }

    /// Adds what the items lead to without a token.
    fn closed(&self, first: Vec<Item>, at: u32) -> Set {
        let mut set = Set::default();
        let mut open = first;
        while let Some(item) = open.pop() {
            if !set.known.insert(item) {
                continue;
            }
            set.items.push(item);
            let (p, dot, from) = item;
            match self.symbol(&item) {
                Some(Symbol::TokenClass(_)) => {}
                Some(Symbol::Nonterminal(n)) => {
                    let waiting = set.waiting.entry(n).or_default();
                    waiting.push(item);
                    if waiting.len() == 1 {
                        open.extend(self.grammar.productions_of(n).map(|p| (p, 0, at)));
                    }
                    // An empty program may have been completed before this item came.
                    if self.empty[n.index()] {
                        open.push((p, dot + 1, from));
                    }
                }
                None => {
                    let n = self.grammar.production(p).nonterminal;
                    let before = if from == at { &set } else { &self.sets[from as usize] };
                    let waiting = before.waiting.get(&n).into_iter().flatten();
                    open.extend(waiting.map(|&(p, dot, from)| (p, dot + 1, from)));
                }
            }
        }
        set
    }
}

/// Which nonterminals have the empty program: the least fixed point.
fn empty(grammar: &Grammar) -> Vec<bool> {
    let mut empty = vec![false; grammar.nonterminals.len()];
    loop {
        let mut changed = false;
        for production in &grammar.productions {
            let is_empty = |symbol: &Symbol| matches!(symbol, Symbol::Nonterminal(n) if empty[n.index()]);
            if !empty[production.nonterminal.index()] && production.symbols.iter().all(is_empty) {
                empty[production.nonterminal.index()] = true;
                changed = true;
            }
        }
        if !changed {
            return empty;
        }
    }
}
