//! Finds all classes of a language.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use tdf_grammar::{NonterminalId, Symbol};

use crate::classes::{Classes, Code};
use crate::closure::{Begins, Closure, Lowest, Member, Rows};
use crate::costs::Costs;

/// Bound on the entries of all tables, and on the steps to fill them.
const MAX_ENTRIES: usize = 1 << 26;
const MAX_WORK: usize = 1 << 30;

/// Costs that are this many times as large as those of the parts of productions have grown apart without end.
const APART: i64 = 256;

pub(crate) struct Builder<'a> {
    costs: &'a Costs,
    begins: &'a Begins,
    bound: i64,
    rows: Rows,
    numbers: FxHashMap<Rc<[Member]>, u32>,
    kernels: Vec<Rc<[Member]>>,
    need_rows: FxHashMap<Box<[(u32, u32)]>, u32>,
    reductions: FxHashMap<u32, u32>,
    classes: Classes,
    /// Offsets above this one do not come up where costs stay together.
    apart: i64,
    closure: Closure,
    totals: Lowest,
    /// Actions of the class at hand, by column; those of columns that cannot be next are left over.
    codes: Vec<Code>,
    work: usize,
}

impl<'a> Builder<'a> {
    /// Costs of `bound` and more are not told apart.
    pub fn new(costs: &'a Costs, begins: &'a Begins, bound: i64) -> Self {
        Self {
            costs,
            begins,
            bound,
            rows: Rows::default(),
            numbers: FxHashMap::default(),
            kernels: Vec::new(),
            need_rows: FxHashMap::default(),
            reductions: FxHashMap::default(),
            classes: Classes::new(costs, bound),
            apart: if bound > i64::from(u16::MAX) {
                APART * costs.greatest()
            } else {
                bound
            },
            closure: Closure::new(costs),
            totals: Lowest::new(costs.columns),
            codes: vec![Code::ACCEPT; costs.columns],
            work: 0,
        }
    }

    /// All classes that can be reached, or `None` if they are more than `most`.
    pub fn build(mut self, most: usize) -> Option<Classes> {
        let row = self.rows.intern(&[(self.costs.columns as u32 - 1, 0)]);
        for n in 0..self.costs.least().len() {
            let item = self.costs.hidden_item(n);
            let class = self.intern(&mut [Member { item, row, offset: 0 }]);
            self.classes.start.push(class);
        }
        let mut class = 0;
        while class < self.kernels.len() {
            if self.kernels.len() > most || self.classes.entries() > MAX_ENTRIES || self.work > MAX_WORK {
                return None;
            }
            if self.kernels[class].iter().any(|m| m.offset > self.apart) {
                return None;
            }
            self.expand(class)?;
            class += 1;
        }
        Some(self.classes)
    }

    /// The class of these items, ascending. Offsets may be relative to anything.
    fn intern(&mut self, kernel: &mut [Member]) -> u32 {
        let totals = kernel.iter().map(|m| m.offset + self.costs.least_of(m.item));
        let least = totals.min().unwrap_or(0);
        for member in kernel.iter_mut() {
            // Offsets below zero belong to items with much still to read: what a right-hand side costs bounds them.
            // Costs above the bound can only be chosen with a slack that is not counted any more.
            member.offset = (member.offset - least).min(self.bound);
            member.row = self.rows.cut(member.row, self.bound - member.offset);
        }
        if let Some(&class) = self.numbers.get(&*kernel) {
            return class;
        }
        let class = self.kernels.len() as u32;
        let kernel: Rc<[Member]> = Rc::from(&*kernel);
        self.numbers.insert(kernel.clone(), class);
        self.kernels.push(kernel);
        class
    }

    /// Fills in the tables of `class`, which may make new classes; `None` if they do not fit.
    fn expand(&mut self, class: usize) -> Option<()> {
        let kernel = self.kernels[class].clone();
        self.work += self.closure.fill(self.costs, self.begins, &self.rows, &kernel);
        let mut begun = Vec::new();
        self.closure.drain(&mut self.rows, &mut begun);
        let mut moves: Vec<(Symbol, Member)> = Vec::new();
        for &member in &*kernel {
            self.totals
                .pass(self.costs, member.item, self.rows.get(member.row), member.offset);
            self.work += self.rows.get(member.row).len();
            self.follow(member, &mut moves);
        }
        for &(n, row, offset) in &begun {
            for &(item, weight) in self.costs.productions(n as usize) {
                let offset = offset + weight;
                self.follow(Member { item, row, offset }, &mut moves);
            }
        }
        moves.sort_unstable();
        self.work += moves.len();
        let mut gotos: Vec<(NonterminalId, u32)> = Vec::new();
        let mut next: Vec<Member> = Vec::new();
        for group in moves.chunk_by(|a, b| a.0 == b.0) {
            next.clear();
            next.extend(group.iter().map(|(_, member)| *member));
            let class = self.intern(&mut next);
            match group[0].0 {
                Symbol::TokenClass(token_class) => self.codes[token_class.index()] = Code::shift(class),
                Symbol::Nonterminal(n) => gotos.push((n, class)),
            }
        }
        let mut row = Vec::new();
        self.totals.drain(&mut row);
        let needs: Vec<(u32, u32)> = row.iter().map(|&(c, cost)| (c, cost.min(self.bound) as u32)).collect();
        let actions = row.iter().map(|(column, _)| self.codes[*column as usize]);
        let actions: Vec<Code> = actions.collect();
        let row = match self.need_rows.get(&*needs) {
            Some(&row) => row,
            None => {
                let row = self.classes.add_row(&needs)?;
                self.need_rows.insert(needs.into(), row);
                row
            }
        };
        self.classes.add_class(row, actions, gotos);
        Some(())
    }

    /// Where an item leads: over the symbol behind its dot, or, if there is none, to a reduction before what may follow.
    fn follow(&mut self, member: Member, moves: &mut Vec<(Symbol, Member)>) {
        if let Some((symbol, item)) = self.costs.next(member.item) {
            moves.push((symbol, Member { item, ..member }));
            return;
        }
        let code = match self.costs.reduction(member.item) {
            None => Code::ACCEPT,
            Some((len, n)) => {
                let classes = &mut self.classes;
                let number = self.reductions.entry(member.item);
                Code::reduce(*number.or_insert_with(|| classes.add_reduction(len, n)))
            }
        };
        for &(column, _) in self.rows.get(member.row) {
            self.codes[column as usize] = code;
        }
    }
}
