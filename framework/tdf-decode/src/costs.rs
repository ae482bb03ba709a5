//! Least costs of what a grammar derives.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;
use tdf_grammar::{Grammar, Lr, LrProduction, NonterminalId, Symbol};

/// Cost of the impossible.
pub(crate) const INFINITE: i64 = i64::MAX / 4;

/// Sum of two costs that are not negative, exact below [`INFINITE`].
pub(crate) fn add(a: i64, b: i64) -> i64 {
    (a + b).min(INFINITE)
}

/// A production with a dot in its right-hand side, as far as it matters for what comes next: productions of one
/// nonterminal that differ only in what has been read share the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Item {
    /// Hidden productions have numbers behind those of the nonterminals.
    nonterminal: u32,
    dot: u32,
    /// The symbol behind the dot and the item after it; `None` at the right end.
    next: Option<(Symbol, u32)>,
}

/// The least costs of what stands behind the dots of the productions.
///
/// Behind the productions of the automaton stands one hidden production per nonterminal `n`: it has weight zero, derives
/// `n` and is what a decoder that starts at `n` begins with. Columns are the token classes; one more is the end of input.
#[derive(Debug)]
pub(crate) struct Costs {
    /// Number of columns.
    pub columns: usize,
    items: Vec<Item>,
    numbers: FxHashMap<Item, u32>,
    /// Per item: least cost of any string from behind the dot, and of the empty one.
    least: Vec<i64>,
    empty: Vec<i64>,
    /// Per item `starts[bounds[item]..bounds[item + 1]]`: least costs of strings that begin with a token class, ascending by it.
    starts: Vec<(u32, i64)>,
    bounds: Vec<u32>,
    of: Strings,
    /// Per nonterminal: the items of its productions with the dot at the left end, and the productions' weights.
    begins: Vec<Vec<(u32, i64)>>,
    /// The item of each hidden production with the dot at the left end.
    hidden: Vec<u32>,
}

impl Costs {
    /// `weights` are those of the grammar's productions.
    pub fn new(grammar: &Grammar, lr: &Lr, weights: &[u32]) -> Self {
        let count = grammar.nonterminals.len();
        let weight = |p: &LrProduction| p.nodes().map(|p| i64::from(weights[p.index()])).sum();
        let weights: Vec<i64> = lr.productions().iter().map(weight).collect();
        let mut costs = Self {
            columns: grammar.token_classes.len() + 1,
            items: Vec::new(),
            numbers: FxHashMap::default(),
            least: Vec::new(),
            empty: Vec::new(),
            starts: Vec::new(),
            bounds: vec![0],
            of: Strings::new(count, grammar.token_classes.len(), lr.productions(), &weights),
            begins: vec![Vec::new(); count],
            hidden: Vec::new(),
        };
        for (production, &weight) in lr.productions().iter().zip(&weights) {
            let item = costs.add_items(production.nonterminal.0, &production.symbols);
            costs.begins[production.nonterminal.index()].push((item, weight));
        }
        for n in 0..count as u32 {
            let item = costs.add_items(count as u32 + n, &[Symbol::Nonterminal(NonterminalId(n))]);
            costs.hidden.push(item);
        }
        costs
    }

    /// The item with the dot at the left end of `symbols`; those right of it come into being on the way.
    fn add_items(&mut self, nonterminal: u32, symbols: &[Symbol]) -> u32 {
        let item = |dot: usize, next| Item {
            nonterminal,
            dot: dot as u32,
            next,
        };
        let mut number = self.add_item(item(symbols.len(), None));
        for (dot, &symbol) in symbols.iter().enumerate().rev() {
            number = self.add_item(item(dot, Some((symbol, number))));
        }
        number
    }

    fn add_item(&mut self, item: Item) -> u32 {
        if let Some(&number) = self.numbers.get(&item) {
            return number;
        }
        let (mut least, mut empty) = (0, 0);
        if let Some((symbol, behind)) = item.next {
            let behind = behind as usize;
            let rest = self.least[behind];
            match symbol {
                Symbol::TokenClass(token_class) => {
                    self.starts.push((token_class.0, rest));
                    (least, empty) = (rest, INFINITE);
                }
                Symbol::Nonterminal(n) => {
                    let n = n.index();
                    least = add(self.of.least[n], rest);
                    empty = add(self.of.empty[n], self.empty[behind]);
                    let mut starts: Vec<(u32, i64)> = Vec::new();
                    starts.extend(self.of.starts[n].iter().map(|&(k, cost)| (k, add(cost, rest))));
                    if self.of.empty[n] < INFINITE {
                        let later = self.bounds[behind] as usize..self.bounds[behind + 1] as usize;
                        let later = self.starts[later].iter();
                        starts.extend(later.map(|&(k, cost)| (k, add(cost, self.of.empty[n]))));
                        starts.sort_unstable();
                        starts.dedup_by_key(|(k, _)| *k);
                    }
                    self.starts.extend(starts);
                }
            }
        }
        let number = self.items.len() as u32;
        self.items.push(item);
        self.numbers.insert(item, number);
        self.least.push(least);
        self.empty.push(empty);
        self.bounds.push(self.starts.len() as u32);
        number
    }

    /// Least cost of a string of each nonterminal.
    pub fn least(&self) -> &[i64] {
        &self.of.least
    }

    /// The greatest of the least costs of what is behind a dot, with the weight of a production; one or more.
    pub fn greatest(&self) -> i64 {
        let starts = self.starts.iter().map(|(_, cost)| *cost);
        let weights = self.begins.iter().flatten().map(|(_, weight)| *weight);
        1 + starts.max().unwrap_or(0) + weights.max().unwrap_or(0)
    }

    /// The hidden production of `nonterminal` with the dot at the left end.
    pub fn hidden_item(&self, nonterminal: usize) -> u32 {
        self.hidden[nonterminal]
    }

    /// The symbol behind the dot, and the item after it.
    pub fn next(&self, item: u32) -> Option<(Symbol, u32)> {
        self.items[item as usize].next
    }

    /// What a reduction of this item, whose dot is at the right end, takes off the stack, and which nonterminal it makes;
    /// `None` for the hidden productions.
    pub fn reduction(&self, item: u32) -> Option<(u32, NonterminalId)> {
        let item = &self.items[item as usize];
        ((item.nonterminal as usize) < self.of.least.len()).then_some((item.dot, NonterminalId(item.nonterminal)))
    }

    /// The productions of `nonterminal`: their items with the dot at the left end, and weights.
    pub fn productions(&self, nonterminal: usize) -> &[(u32, i64)] {
        &self.begins[nonterminal]
    }

    /// Least cost of any string from behind the dot.
    pub fn least_of(&self, item: u32) -> i64 {
        self.least[item as usize]
    }

    /// Least cost of the empty string from behind the dot.
    pub fn empty(&self, item: u32) -> i64 {
        self.empty[item as usize]
    }

    /// Least costs of strings from behind the dot, by the token class that they begin with.
    pub fn starts(&self, item: u32) -> &[(u32, i64)] {
        let item = item as usize;
        &self.starts[self.bounds[item] as usize..self.bounds[item + 1] as usize]
    }
}

/// Least costs of the strings of each nonterminal.
#[derive(Debug)]
struct Strings {
    /// Of any string.
    least: Vec<i64>,
    /// Of the empty one.
    empty: Vec<i64>,
    /// Of those that begin with a token class, ascending by token class.
    starts: Vec<Vec<(u32, i64)>>,
}

impl Strings {
    fn new(nonterminals: usize, token_classes: usize, productions: &[LrProduction], weights: &[i64]) -> Self {
        let least_by = |allowed: fn(&LrProduction) -> bool| least(nonterminals, productions, weights, allowed);
        let least = least_by(|_| true);
        let empty = least_by(|p| p.symbols.iter().all(|s| matches!(s, Symbol::Nonterminal(_))));
        let starts = starts(nonterminals, token_classes, productions, weights, &least, &empty);
        Self { least, empty, starts }
    }
}

/// Least weight of a derivation by productions that are `allowed`: costs come up in ascending order (D. Knuth, A
/// generalization of Dijkstra's algorithm, 1977).
fn least(
    nonterminals: usize,
    productions: &[LrProduction],
    weights: &[i64],
    allowed: impl Fn(&LrProduction) -> bool,
) -> Vec<i64> {
    let mut least = vec![INFINITE; nonterminals];
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); nonterminals];
    // Per production: children whose cost is still unknown, and the cost of the rest.
    let mut open: Vec<(u32, i64)> = weights.iter().map(|&w| (0, w)).collect();
    let mut ready = BinaryHeap::new();
    for (index, production) in productions.iter().enumerate().filter(|(_, p)| allowed(p)) {
        for symbol in &production.symbols {
            if let Symbol::Nonterminal(n) = symbol {
                users[n.index()].push(index as u32);
                open[index].0 += 1;
            }
        }
        if open[index].0 == 0 {
            ready.push(Reverse((open[index].1, index as u32)));
        }
    }
    while let Some(Reverse((cost, production))) = ready.pop() {
        let n = productions[production as usize].nonterminal.index();
        if least[n] < INFINITE || cost >= INFINITE {
            continue;
        }
        least[n] = cost;
        for &user in &users[n] {
            let open = &mut open[user as usize];
            *open = (open.0 - 1, add(open.1, cost));
            if open.0 == 0 {
                ready.push(Reverse((open.1, user)));
            }
        }
    }
    least
}

/// For each nonterminal the least costs of strings by their first token class: one search for each token class, from the productions
/// that may begin with it upwards.
fn starts(
    nonterminals: usize,
    token_classes: usize,
    productions: &[LrProduction],
    weights: &[i64],
    least: &[i64],
    empty: &[i64],
) -> Vec<Vec<(u32, i64)>> {
    let mut from_token_class: Vec<Vec<(u32, i64)>> = vec![Vec::new(); token_classes];
    let mut from_nonterminal: Vec<Vec<(u32, i64)>> = vec![Vec::new(); nonterminals];
    for (production, &weight) in productions.iter().zip(weights) {
        let to = production.nonterminal.0;
        let cost = |s: &Symbol| match s {
            Symbol::TokenClass(_) => 0,
            Symbol::Nonterminal(n) => least[n.index()],
        };
        let mut rest: i64 = production.symbols.iter().map(cost).fold(0, add);
        let mut before = weight;
        for symbol in &production.symbols {
            match symbol {
                Symbol::TokenClass(token_class) => {
                    from_token_class[token_class.index()].push((to, add(before, rest)));
                    break;
                }
                Symbol::Nonterminal(n) => {
                    // The costs are finite: every nonterminal derives some string.
                    rest -= least[n.index()];
                    from_nonterminal[n.index()].push((to, add(before, rest)));
                    before = add(before, empty[n.index()]);
                    if before >= INFINITE {
                        break;
                    }
                }
            }
        }
    }
    let mut starts: Vec<Vec<(u32, i64)>> = vec![Vec::new(); nonterminals];
    let mut open = BinaryHeap::new();
    for (kind, sources) in from_token_class.iter().enumerate() {
        let kind = kind as u32;
        open.extend(sources.iter().map(|&(n, cost)| Reverse((cost, n))));
        while let Some(Reverse((cost, n))) = open.pop() {
            let known = &mut starts[n as usize];
            if known.last().is_some_and(|(k, _)| *k == kind) {
                continue;
            }
            known.push((kind, cost));
            open.extend(
                from_nonterminal[n as usize]
                    .iter()
                    .map(|&(m, more)| Reverse((add(cost, more), m))),
            );
        }
    }
    starts
}
