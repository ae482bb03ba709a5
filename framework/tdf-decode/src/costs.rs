//! Least costs of what a grammar derives.

use tdf_grammar::{Grammar, Symbol};

/// Cost of the impossible.
pub(crate) const INFINITE: i64 = i64::MAX / 4;

/// Sum of two costs, exact below [`INFINITE`].
pub(crate) fn add(a: i64, b: i64) -> i64 {
    if a >= INFINITE || b >= INFINITE {
        INFINITE
    } else {
        (a + b).min(INFINITE - 1)
    }
}

/// The productions with every place of the dot numbered through, and the least costs of what stands behind the dot.
///
/// Behind the productions of the grammar stands one hidden production per nonterminal `n`: it has weight zero, derives
/// `n` and is what a decoder that starts at `n` begins with. An *item* is a production with a dot in its right-hand
/// side. Columns are the kinds; one more is the end of input.
#[derive(Debug)]
pub(crate) struct Costs {
    /// Number of columns.
    pub columns: usize,
    /// Item with the dot at the left end, per production.
    first_item: Vec<u32>,
    /// Symbol behind the dot, per item; `None` at the right end.
    next: Vec<Option<Symbol>>,
    /// Weight per production.
    weights: Vec<i64>,
    /// Productions of each nonterminal.
    productions: Vec<std::ops::Range<u32>>,
    /// Least cost of deriving the empty string from what is behind the dot, per item.
    empty: Vec<i64>,
    /// `starts[item * columns + kind]`: least cost of a string from behind the dot that starts with `kind`.
    starts: Vec<i64>,
    /// Least cost of any string, per nonterminal.
    least: Vec<i64>,
}

impl Costs {
    pub fn new(grammar: &Grammar, weights: &[u32]) -> Self {
        let columns = grammar.kinds.len() + 1;
        let mut first_item = Vec::new();
        let mut next = Vec::new();
        for production in &grammar.productions {
            first_item.push(next.len() as u32);
            next.extend(production.symbols.iter().copied().map(Some));
            next.push(None);
        }
        for n in 0..grammar.nonterminals.len() {
            first_item.push(next.len() as u32);
            next.extend([Some(Symbol::Nonterminal(tdf_grammar::NonterminalId::new(n))), None]);
        }
        let mut weights: Vec<i64> = weights.iter().map(|&w| i64::from(w)).collect();
        weights.resize(first_item.len(), 0);
        let items = next.len();
        let mut costs = Self {
            columns,
            first_item,
            next,
            weights,
            productions: grammar.nonterminals.iter().map(|n| n.productions.clone()).collect(),
            empty: vec![INFINITE; items],
            starts: vec![INFINITE; items * columns],
            least: vec![INFINITE; grammar.nonterminals.len()],
        };
        costs.solve();
        costs
    }

    /// Lowers the costs until nothing changes. Costs are not negative, so this ends.
    fn solve(&mut self) {
        let nonterminals = self.least.len();
        let mut empty = vec![INFINITE; nonterminals];
        let mut starts = vec![INFINITE; nonterminals * self.columns];
        loop {
            let mut changed = false;
            for n in 0..nonterminals {
                for production in self.productions[n].clone() {
                    self.refresh(production, &empty, &starts);
                    let item = self.first_item[production as usize] as usize;
                    let weight = self.weights[production as usize];
                    let mut lower = |old: &mut i64, least: &mut i64, cost: i64| {
                        let cost = add(cost, weight);
                        changed |= cost < *old;
                        *old = cost.min(*old);
                        *least = cost.min(*least);
                    };
                    lower(&mut empty[n], &mut self.least[n], self.empty[item]);
                    for column in 0..self.columns {
                        let cost = self.starts[item * self.columns + column];
                        lower(&mut starts[n * self.columns + column], &mut self.least[n], cost);
                    }
                }
            }
            if !changed {
                break;
            }
        }
        for production in 0..self.first_item.len() as u32 {
            self.refresh(production, &empty, &starts);
        }
    }

    /// Recomputes the items of `production` from the costs of nonterminals.
    fn refresh(&mut self, production: u32, empty: &[i64], starts: &[i64]) {
        let first = self.first_item[production as usize] as usize;
        let len = (first..).take_while(|&i| self.next[i].is_some()).count();
        self.empty[first + len] = 0;
        let mut rest = 0;
        for item in (first..first + len).rev() {
            let (this, behind) = (item * self.columns, (item + 1) * self.columns);
            match self.next[item] {
                Some(Symbol::Kind(kind)) => {
                    self.empty[item] = INFINITE;
                    self.starts[this..behind].fill(INFINITE);
                    self.starts[this + kind.index()] = rest;
                }
                Some(Symbol::Nonterminal(n)) => {
                    let n = n.index();
                    self.empty[item] = add(empty[n], self.empty[item + 1]);
                    for column in 0..self.columns {
                        let here = add(starts[n * self.columns + column], rest);
                        let later = add(empty[n], self.starts[behind + column]);
                        self.starts[this + column] = here.min(later);
                    }
                    rest = add(self.least[n], rest);
                }
                None => unreachable!("only the last item of a production has no symbol"),
            }
        }
    }

    /// Least cost of a string of each nonterminal.
    pub fn least(&self) -> &[i64] {
        &self.least
    }

    /// The item of `production` with the dot at the left end.
    pub fn item_of(&self, production: u32) -> u32 {
        self.first_item[production as usize]
    }

    /// The hidden production of `nonterminal` with the dot at the left end.
    pub fn hidden_item(&self, nonterminal: usize) -> u32 {
        self.first_item[self.first_item.len() - self.least.len() + nonterminal]
    }

    /// The symbol behind the dot.
    pub fn next(&self, item: u32) -> Option<Symbol> {
        self.next[item as usize]
    }

    /// Productions of `nonterminal` with their weights.
    pub fn productions(&self, nonterminal: usize) -> impl Iterator<Item = (u32, i64)> + '_ {
        self.productions[nonterminal]
            .clone()
            .map(|p| (p, self.weights[p as usize]))
    }

    /// Lowers `out[t]` to the least cost of going on behind the dot of `item` so that the next token is of column `t`,
    /// where `after[a]` is the cost of what follows the production if its first token is of column `a`.
    pub fn lower_totals(&self, item: u32, after: &[i64], out: &mut [i64]) -> bool {
        let item = item as usize;
        let any = after.iter().copied().min().unwrap_or(INFINITE);
        let starts = &self.starts[item * self.columns..(item + 1) * self.columns];
        let empty = self.empty[item];
        let mut changed = false;
        for ((out, &start), &after) in out.iter_mut().zip(starts).zip(after) {
            let cost = add(start, any).min(add(empty, after));
            changed |= cost < *out;
            *out = cost.min(*out);
        }
        changed
    }
}
