//! Rows of costs by column, and what follows the nonterminals that may begin somewhere.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use tdf_grammar::Symbol;

use crate::costs::{Costs, INFINITE, add};

/// An item of a class: what follows its production costs `offset` more than the costs of `row`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Member {
    pub item: u32,
    pub row: u32,
    pub offset: i64,
}

/// Distinct rows of costs: ascending by column, the least cost zero.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    numbers: FxHashMap<Box<[(u32, i64)]>, u32>,
    rows: Vec<Box<[(u32, i64)]>>,
    greatest: Vec<i64>,
}

impl Rows {
    /// The number of `row`.
    pub fn intern(&mut self, row: &[(u32, i64)]) -> u32 {
        if let Some(&number) = self.numbers.get(row) {
            return number;
        }
        let number = self.rows.len() as u32;
        self.rows.push(row.into());
        self.greatest.push(row.iter().map(|(_, cost)| *cost).max().unwrap_or(0));
        self.numbers.insert(row.into(), number);
        number
    }

    pub fn get(&self, number: u32) -> &[(u32, i64)] {
        &self.rows[number as usize]
    }

    /// Row `number` with costs of at most `most`.
    pub fn cut(&mut self, number: u32, most: i64) -> u32 {
        if self.greatest[number as usize] <= most {
            return number;
        }
        let row = self.get(number).iter();
        let row: Vec<(u32, i64)> = row.map(|&(column, cost)| (column, cost.min(most))).collect();
        self.intern(&row)
    }
}

/// Costs by column that are still being lowered.
#[derive(Clone, Debug)]
pub(crate) struct Lowest {
    costs: Vec<i64>,
    /// Columns with a cost.
    columns: Vec<u32>,
    least: i64,
}

impl Lowest {
    pub fn new(columns: usize) -> Self {
        Self {
            costs: vec![INFINITE; columns],
            columns: Vec::new(),
            least: INFINITE,
        }
    }

    fn lower(&mut self, column: u32, cost: i64) -> bool {
        let known = &mut self.costs[column as usize];
        if cost >= *known {
            return false;
        }
        if *known == INFINITE {
            self.columns.push(column);
        }
        *known = cost;
        self.least = self.least.min(cost);
        true
    }

    /// Lowers to the costs of going on behind the dot of `item` without leaving it, where what follows costs `any` at
    /// least.
    fn lower_within(&mut self, costs: &Costs, item: u32, any: i64) -> bool {
        let starts = costs.starts(item).iter();
        starts.fold(false, |grown, &(kind, cost)| self.lower(kind, add(cost, any)) | grown)
    }

    /// Lowers to the costs of going on behind the dot of `item`, where what follows its production costs `offset` more
    /// than `row`.
    pub fn pass(&mut self, costs: &Costs, item: u32, row: &[(u32, i64)], offset: i64) -> bool {
        let grown = self.lower_within(costs, item, offset);
        let empty = costs.empty(item);
        if empty >= INFINITE {
            return grown;
        }
        let later = row.iter();
        later.fold(grown, |grown, &(column, cost)| {
            self.lower(column, add(cost, empty + offset)) | grown
        })
    }

    /// Takes everything out, ascending by column, less the least cost; returns that.
    pub fn drain(&mut self, out: &mut Vec<(u32, i64)>) -> i64 {
        out.clear();
        self.columns.sort_unstable();
        for column in self.columns.drain(..) {
            let cost = std::mem::replace(&mut self.costs[column as usize], INFINITE);
            out.push((column, cost - self.least));
        }
        std::mem::replace(&mut self.least, INFINITE)
    }
}

/// What the productions of each nonterminal begin with, if that is a nonterminal: it, the item behind it, the weight.
pub(crate) type Begins = Vec<Vec<(u32, u32, i64)>>;

pub(crate) fn begins(costs: &Costs) -> Begins {
    let of = |n| {
        let productions = costs.productions(n).iter();
        let mut begins: Vec<(u32, u32, i64)> = productions
            .filter_map(|&(item, weight)| match costs.next(item)? {
                (Symbol::Nonterminal(first), behind) => Some((first.0, behind, weight)),
                (Symbol::TokenClass(_), _) => None,
            })
            .collect();
        begins.sort_unstable();
        begins.dedup_by_key(|(first, behind, _)| (*first, *behind));
        begins
    };
    (0..costs.least().len()).map(of).collect()
}

/// What follows the nonterminals that may begin in a class, by column.
#[derive(Debug)]
pub(crate) struct Closure {
    /// Per nonterminal that was ever met.
    follow: Vec<Option<Box<Lowest>>>,
    /// Those that begin in this class, in the order in which they were met.
    met: Vec<u32>,
    open: VecDeque<u32>,
    waiting: Vec<bool>,
    columns: usize,
}

impl Closure {
    pub fn new(costs: &Costs) -> Self {
        let nonterminals = costs.least().len();
        Self {
            follow: vec![None; nonterminals],
            met: Vec::new(),
            open: VecDeque::new(),
            waiting: vec![false; nonterminals],
            columns: costs.columns,
        }
    }

    /// Lowers what follows `n`.
    fn lower(&mut self, n: u32, by: impl FnOnce(&mut Lowest) -> bool) {
        let columns = self.columns;
        let lowest = self.follow[n as usize].get_or_insert_with(|| Box::new(Lowest::new(columns)));
        if lowest.columns.is_empty() {
            self.met.push(n);
        }
        if by(lowest) && !std::mem::replace(&mut self.waiting[n as usize], true) {
            self.open.push_back(n);
        }
    }

    /// Fills this with the nonterminals that may begin at the dots of `kernel`; returns how many entries it took.
    pub fn fill(&mut self, costs: &Costs, begins: &Begins, rows: &Rows, kernel: &[Member]) -> usize {
        for member in kernel {
            if let Some((Symbol::Nonterminal(n), behind)) = costs.next(member.item) {
                self.lower(n.0, |l| l.pass(costs, behind, rows.get(member.row), member.offset));
            }
        }
        let mut work = 0;
        while let Some(n) = self.open.pop_front() {
            self.waiting[n as usize] = false;
            let Some(own) = self.follow[n as usize].take() else {
                continue;
            };
            let least = own.least;
            let mut again = false;
            for &(first, behind, weight) in &begins[n as usize] {
                work += 1 + costs.starts(behind).len();
                if first == n {
                    // Behind itself it needs a token, or there would be programs with infinitely many trees.
                    again = true;
                    continue;
                }
                let empty = costs.empty(behind);
                if empty < INFINITE {
                    work += own.columns.len();
                }
                self.lower(first, |lowest| {
                    let mut grown = lowest.lower_within(costs, behind, least + weight);
                    if empty < INFINITE {
                        for &column in &own.columns {
                            grown |= lowest.lower(column, add(own.costs[column as usize], weight + empty));
                        }
                    }
                    grown
                });
            }
            self.follow[n as usize] = Some(own);
            if again {
                for &(_, behind, weight) in begins[n as usize].iter().filter(|(first, ..)| *first == n) {
                    self.lower(n, |lowest| lowest.lower_within(costs, behind, least + weight));
                }
            }
        }
        work
    }

    /// Takes the nonterminals out, each with what follows it: the number of a row and what is to be added to it.
    pub fn drain(&mut self, rows: &mut Rows, out: &mut Vec<(u32, u32, i64)>) {
        let mut row = Vec::new();
        out.clear();
        for n in self.met.drain(..) {
            if let Some(lowest) = &mut self.follow[n as usize] {
                let offset = lowest.drain(&mut row);
                out.push((n, rows.intern(&row), offset));
            }
        }
    }
}
