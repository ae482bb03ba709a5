//! The classes of decoder states and the steps between them.
//!
//! A class is an LR state together with, for each kernel item and look-ahead column, the cost of everything that
//! follows the item's production if the next token after it is of that column. These costs count every production of
//! the derivation that is still open, and are relative to the least cost of any way to go on, so that equal situations
//! at different depths are one class.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tdf_grammar::{Action, KindId, Lr, NonterminalId, StateId, Symbol};

use crate::MaskError;
use crate::costs::{Costs, INFINITE, add};

/// No class, no action.
pub(crate) const NONE: u32 = u32::MAX;
/// Need of a token that cannot come next.
pub(crate) const NEVER: u32 = u32::MAX;
/// Sizes up to here are told apart.
const GREATEST: i64 = 1 << 28;
/// Bounds on the slack that are tried, best first. All but the first are for grammars with productions that grow side by
/// side at different costs (`L = "a" L "x" | "x"`, `M = "a" M "y" | "y"`, where one of them costs more): there the costs
/// grow apart without end.
const BOUNDS: [i64; 4] = [GREATEST, 1024, 128, 16];
const MAX_CLASSES: usize = 20_000;
/// Bound on the words that all classes take while they are built.
const MAX_WORDS: usize = 1 << 26;

/// What a class does before a token, packed into a word: the upper two bits say which, the rest is its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(pub u32);

impl Code {
    pub const NONE: Self = Self(NONE);
    const ACCEPT: Self = Self(2 << 30);

    fn shift(class: u32) -> Self {
        Self(class)
    }

    fn reduce(production: u32) -> Self {
        Self(1 << 30 | production)
    }

    pub fn as_shift(self) -> Option<u32> {
        (self.0 >> 30 == 0).then_some(self.0)
    }

    pub fn as_reduce(self) -> Option<usize> {
        (self.0 >> 30 == 1).then_some((self.0 & ((1 << 30) - 1)) as usize)
    }
}

/// All classes of a language under a size, as flat tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Classes {
    /// Start class per nonterminal.
    pub start: Vec<u32>,
    /// Least size per nonterminal.
    pub least: Vec<u32>,
    /// `need[class * columns + column]`: by how much more the program grows at least if the next token is of `column`.
    pub need: Vec<u32>,
    /// `actions[class * columns + column]`.
    pub actions: Vec<Code>,
    /// `gotos[class * nonterminals + nonterminal]`.
    pub gotos: Vec<u32>,
    /// Slack from which on sizes are no longer told apart.
    pub bound: u32,
}

impl Classes {
    pub fn new(lr: &Lr, costs: &Costs) -> Result<Self, MaskError> {
        Self::bounded(lr, costs, &BOUNDS)
    }

    /// As [`Classes::new`], with the first of `bounds` on the slack that makes the classes few enough.
    fn bounded(lr: &Lr, costs: &Costs, bounds: &[i64]) -> Result<Self, MaskError> {
        if let Some(n) = costs.least().iter().position(|&l| (GREATEST..INFINITE).contains(&l)) {
            return Err(MaskError {
                message: format!(
                    "the least program of nonterminal {n} has a size of {GREATEST} or more: use less weight"
                ),
            });
        }
        for &bound in bounds {
            if let Some(classes) = Builder::new(lr, costs, bound).build() {
                return Ok(classes);
            }
        }
        Err(MaskError {
            message: format!(
                "the grammar needs more than {MAX_CLASSES} classes of decoder states: make it smaller, or give its \
                 productions equal weights"
            ),
        })
    }
}

/// The costs of what follows a kernel item's production, per column.
type Row = Box<[i64]>;

struct Builder<'a> {
    lr: &'a Lr,
    costs: &'a Costs,
    bound: i64,
    ids: FxHashMap<Box<[i32]>, u32>,
    keys: Vec<Box<[i32]>>,
    words: usize,
    classes: Classes,
}

impl<'a> Builder<'a> {
    fn new(lr: &'a Lr, costs: &'a Costs, bound: i64) -> Self {
        let (ids, keys) = (FxHashMap::default(), Vec::new());
        let least = costs.least().iter().map(|&l| l.min(GREATEST) as u32).collect();
        let classes = Classes {
            bound: bound as u32,
            least,
            ..Classes::default()
        };
        Self {
            lr,
            costs,
            bound,
            ids,
            keys,
            words: 0,
            classes,
        }
    }

    /// All classes that can be reached, or `None` if they are too many.
    fn build(mut self) -> Option<Classes> {
        for (n, &state) in self.lr.start.iter().enumerate() {
            let mut row = vec![INFINITE; self.costs.columns];
            row[self.lr.end as usize] = 0;
            let class = self.intern(state, vec![(self.costs.hidden_item(n), row.into())]);
            self.classes.start.push(class);
        }
        let mut class = 0;
        while class < self.keys.len() {
            if self.keys.len() > MAX_CLASSES || self.words > MAX_WORDS {
                return None;
            }
            self.expand(class as u32);
            class += 1;
        }
        Some(self.classes)
    }

    /// The class of these kernel items. Costs may be relative to anything.
    fn intern(&mut self, state: StateId, mut kernel: Vec<(u32, Row)>) -> u32 {
        kernel.sort_unstable_by_key(|(item, _)| *item);
        kernel.retain(|(_, row)| row.iter().any(|&cost| cost < INFINITE));
        let totals = self.totals(&kernel);
        let least = totals.iter().copied().min().unwrap_or(0);
        let mut key = vec![state.0 as i32];
        for (item, row) in &kernel {
            key.push(*item as i32);
            key.extend(row.iter().map(|&cost| {
                // Costs below the least total belong to items with much still to read: what a right-hand side costs
                // bounds them. Those above the bound can only be chosen with a slack that is not counted any more.
                if cost >= INFINITE {
                    i32::MAX
                } else {
                    (cost - least).min(self.bound) as i32
                }
            }));
        }
        let key = key.into_boxed_slice();
        if let Some(&class) = self.ids.get(&key) {
            return class;
        }
        let class = self.keys.len() as u32;
        self.words += key.len();
        self.ids.insert(key.clone(), class);
        self.keys.push(key);
        class
    }

    /// Least cost of going on with each column.
    fn totals(&self, kernel: &[(u32, Row)]) -> Vec<i64> {
        let mut totals = vec![INFINITE; self.costs.columns];
        for (item, row) in kernel {
            self.costs.lower_totals(*item, row, &mut totals);
        }
        totals
    }

    /// Fills in the tables of `class`, which may make new classes.
    fn expand(&mut self, class: u32) {
        let key = &self.keys[class as usize];
        let state = StateId(key[0] as u32);
        let kernel: Vec<(u32, Row)> = key[1..]
            .chunks_exact(self.costs.columns + 1)
            .map(|chunk| {
                let row = chunk[1..]
                    .iter()
                    .map(|&c| if c == i32::MAX { INFINITE } else { i64::from(c) });
                (chunk[0] as u32, row.collect())
            })
            .collect();
        let totals = self.totals(&kernel);
        let least = totals.iter().copied().min().unwrap_or(0);

        let mut successors: BTreeMap<Symbol, Vec<(u32, Row)>> = BTreeMap::new();
        let followers = self.followers(&kernel);
        for (item, row) in kernel {
            if let Some(symbol) = self.costs.next(item) {
                successors.entry(symbol).or_default().push((item + 1, row));
            }
        }
        for (n, row) in followers {
            for (production, weight) in self.costs.productions(n) {
                let item = self.costs.item_of(production);
                if let Some(symbol) = self.costs.next(item) {
                    let row = row.iter().map(|&cost| add(cost, weight)).collect();
                    successors.entry(symbol).or_default().push((item + 1, row));
                }
            }
        }

        let nonterminals = self.classes.least.len();
        let mut shifts = vec![NONE; self.costs.columns];
        let mut gotos = vec![NONE; nonterminals];
        for (symbol, kernel) in successors {
            match symbol {
                Symbol::Kind(kind) => {
                    if let Action::Shift(next) = self.lr.action(state, Some(kind)) {
                        shifts[kind.index()] = self.intern(next, kernel);
                    }
                }
                Symbol::Nonterminal(n) => {
                    if let Some(next) = self.lr.goto(state, n) {
                        gotos[n.index()] = self.intern(next, kernel);
                    }
                }
            }
        }
        self.classes.gotos.extend(gotos);
        for (column, &total) in totals.iter().enumerate() {
            let kind = (column < self.lr.end as usize).then(|| KindId::new(column));
            let code = match self.lr.action(state, kind) {
                _ if total >= INFINITE => Code::NONE,
                Action::Shift(_) => Code::shift(shifts[column]),
                Action::Reduce(production) => Code::reduce(production.0),
                Action::Accept => Code::ACCEPT,
                Action::Error => unreachable!("the LR tables refuse what the productions derive"),
            };
            let need = if total >= INFINITE {
                NEVER
            } else {
                (total - least).min(self.bound) as u32
            };
            self.classes.need.push(need);
            self.classes.actions.push(code);
        }
    }

    /// For each nonterminal that may begin at the dot of a kernel item: the cost of what follows it, per column.
    fn followers(&self, kernel: &[(u32, Row)]) -> BTreeMap<usize, Row> {
        let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
        let mut work: Vec<usize> = Vec::new();
        let lower = |item: u32, after: &[i64], rows: &mut BTreeMap<usize, Row>, work: &mut Vec<usize>| {
            let Some(Symbol::Nonterminal(n)) = self.costs.next(item) else {
                return;
            };
            let row = rows
                .entry(n.index())
                .or_insert_with(|| vec![INFINITE; self.costs.columns].into());
            if self.costs.lower_totals(item + 1, after, row) && !work.contains(&n.index()) {
                work.push(n.index());
            }
        };
        for (item, row) in kernel {
            lower(*item, row, &mut rows, &mut work);
        }
        while let Some(n) = work.pop() {
            let after = rows[&n].clone();
            for (production, weight) in self.costs.productions(n) {
                let after: Row = after.iter().map(|&cost| add(cost, weight)).collect();
                lower(self.costs.item_of(production), &after, &mut rows, &mut work);
            }
        }
        rows
    }
}

impl Classes {
    /// Lets a step that leads to a class whose only action is to reduce a production of one symbol lead to where the
    /// reduction leads. Both classes have the same masks: what may follow the production is what goes on after it.
    pub fn shorten(&mut self, reductions: &[(u32, NonterminalId)]) {
        let nonterminals = self.least.len();
        let classes = self.gotos.len() / nonterminals.max(1);
        let columns = self.actions.len() / classes.max(1);
        let sole: Vec<Option<usize>> = self
            .actions
            .chunks_exact(columns)
            .map(|row| {
                let mut codes = row.iter().filter(|&&code| code != Code::NONE);
                let first = *codes.next()?;
                let (len, nonterminal) = reductions[first.as_reduce()?];
                (len == 1 && codes.all(|&code| code == first)).then_some(nonterminal.index())
            })
            .collect();
        for class in 0..classes {
            let row = &mut self.gotos[class * nonterminals..(class + 1) * nonterminals];
            // Unit productions do not run in circles: the grammar would be ambiguous.
            let last = |row: &[u32], mut next: u32| {
                while let Some(nonterminal) = sole[next as usize] {
                    next = row[nonterminal];
                }
                next
            };
            for n in 0..nonterminals {
                if row[n] != NONE {
                    row[n] = last(row, row[n]);
                }
            }
            for code in &mut self.actions[class * columns..(class + 1) * columns] {
                if let Some(next) = code.as_shift() {
                    *code = Code::shift(last(row, next));
                }
            }
        }
    }
}

/// Number of symbols and left-hand side of each production, for reductions.
pub(crate) fn reductions(grammar: &tdf_grammar::Grammar) -> Vec<(u32, NonterminalId)> {
    grammar
        .productions
        .iter()
        .map(|p| (p.symbols.len() as u32, p.nonterminal))
        .collect()
}

#[cfg(test)]
mod tests {
    use tdf_grammar::Grammar;

    use super::*;

    /// Sizes of all programs of `S` in the order `x` before `y`, by depth first search over the classes.
    fn sizes(classes: &Classes, reductions: &[(u32, NonterminalId)], columns: usize, budget: u32) -> Vec<u32> {
        let start = (
            vec![classes.start[0]],
            (budget - classes.least[0]).min(classes.bound - 1),
        );
        let (mut open, mut sizes) = (vec![start], Vec::new());
        while let Some((stack, slack)) = open.pop() {
            for column in 0..columns {
                let (mut stack, mut top) = (stack.clone(), stack[stack.len() - 1] as usize);
                let need = classes.need[top * columns + column];
                if need > slack {
                    continue;
                }
                loop {
                    let code = classes.actions[top * columns + column];
                    if let Some(next) = code.as_shift() {
                        stack.push(next);
                        open.push((stack, slack - need));
                        break;
                    }
                    let Some(production) = code.as_reduce() else {
                        sizes.push(budget - (slack - need));
                        break;
                    };
                    let (len, n) = reductions[production];
                    stack.truncate(stack.len() - len as usize);
                    let below = stack[stack.len() - 1] as usize;
                    top = classes.gotos[below * classes.least.len() + n.index()] as usize;
                    stack.push(top as u32);
                }
            }
        }
        sizes.sort_unstable();
        sizes
    }

    /// `a^n x^(n+1)` costs n + 1 and `a^n y^(n+1)` costs 2n + 1: the difference grows without end.
    #[test]
    fn a_bound_on_the_slack_is_exact_below_it() {
        let source = r#"grammar; pub S = { <L> => Left(<>), <M> => Right(<>) };
            L = { "a" <L> "x" => L(<>), "x" => L0 }; M = { "a" <M> "y" => M(<>), "y" => M0 };"#;
        let grammar = Grammar::read("rivals.lalrpop", source).unwrap();
        let lr = Lr::new(&grammar).unwrap();
        let costs = Costs::new(&grammar, &[0, 0, 1, 1, 2, 1]);
        for bound in [4, 16] {
            let mut classes = Classes::bounded(&lr, &costs, &[bound]).unwrap();
            let reductions = reductions(&grammar);
            for _ in 0..2 {
                for slack in 0..bound as u32 {
                    let budget = 1 + slack;
                    let mut expected: Vec<u32> = (0..budget)
                        .map(|n| n + 1)
                        .chain((0..budget).map(|n| 2 * n + 1))
                        .collect();
                    expected.retain(|&size| size <= budget);
                    expected.sort_unstable();
                    assert_eq!(
                        sizes(&classes, &reductions, costs.columns, budget),
                        expected,
                        "bound {bound}"
                    );
                }
                let cut = sizes(&classes, &reductions, costs.columns, 100);
                assert!(cut.iter().all(|&size| size <= 100));
                // The same again with the shorter tables.
                classes.shorten(&reductions);
            }
        }
    }

    #[test]
    fn too_large_and_too_many_are_errors() {
        let source = r#"grammar; pub S = { "a" <A> <A> => Two(<>) }; A = { "b" => B, "c" => C };"#;
        let grammar = Grammar::read("large.lalrpop", source).unwrap();
        let lr = Lr::new(&grammar).unwrap();
        let message = |weights: &[u32], bounds: &[i64]| {
            Classes::bounded(&lr, &Costs::new(&grammar, weights), bounds)
                .err()
                .map(|e| e.message)
        };
        assert_eq!(message(&[1, 1, 1], &BOUNDS), None);
        assert!(
            message(&[1, u32::MAX, u32::MAX], &BOUNDS)
                .unwrap()
                .contains("least program")
        );
        assert!(message(&[1, 1, 1], &[]).unwrap().contains("classes"));
    }
}
