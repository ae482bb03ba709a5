//! Finds all classes of a language.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use tdf_grammar::{Grammar, NonterminalId, Symbol};

use crate::MaskError;
use crate::classes::{Classes, Code};
use crate::closure::{Begins, Closure, Lowest, Member, Rows, begins};
use crate::costs::Costs;

/// Sizes up to here are told apart.
const GREATEST: i64 = 1 << 28;
/// Bounds on the slack that are tried, best first, and how many classes each may lead to. All but the first are for
/// grammars with productions that grow side by side at different costs (`L = "a" L "x" | "x"`, `M = "a" M "y" | "y"`,
/// where one of them costs more): there the costs grow apart without end.
const BOUNDS: [(i64, usize); 4] = [
    (GREATEST, MAX_CLASSES),
    (1024, 20_000),
    (128, 50_000),
    (16, MAX_CLASSES),
];
/// Classes that a language may have.
const MAX_CLASSES: usize = 400_000;

/// Bound on the entries of all tables, and on the steps to fill them.
const MAX_ENTRIES: usize = 1 << 26;
const MAX_WORK: usize = 1 << 30;

/// Costs that are this many times as large as those of the parts of productions have grown apart without end.
const APART: i64 = 256;

/// All classes of a language under the sizes of `costs`.
pub(crate) fn build(grammar: &Grammar, costs: &Costs) -> Result<Classes, MaskError> {
    build_within(grammar, costs, &BOUNDS)
}

/// As [`build`], with the first of `bounds` on the slack that makes the classes few enough.
fn build_within(grammar: &Grammar, costs: &Costs, bounds: &[(i64, usize)]) -> Result<Classes, MaskError> {
    if let Some(n) = costs.least().iter().position(|&l| l >= GREATEST) {
        return Err(MaskError {
            message: format!(
                "the least program of `{}` has a size of {GREATEST} or more: use less weight",
                grammar.nonterminals[n].name
            ),
        });
    }
    let begins = begins(costs);
    for &(bound, most) in bounds {
        if let Some(classes) = Builder::new(costs, &begins, bound).build(most) {
            return Ok(classes);
        }
    }
    Err(MaskError {
        message: format!(
            "the grammar needs more than {MAX_CLASSES} classes of decoder states, or too large ones: make it \
             smaller, or give its productions equal weights"
        ),
    })
}

struct Builder<'a> {
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
    fn new(costs: &'a Costs, begins: &'a Begins, bound: i64) -> Self {
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
    fn build(mut self, most: usize) -> Option<Classes> {
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

#[cfg(test)]
mod tests {
    use tdf_grammar::Lr;

    use super::*;

    /// Sizes of all programs of `S` in the order `x` before `y`, by depth first search over the classes.
    fn sizes(classes: &Classes, budget: u32) -> Vec<u32> {
        let start = (
            vec![classes.start[0]],
            (budget - classes.least[0]).min(classes.bound - 1),
        );
        let (mut open, mut sizes) = (vec![start], Vec::new());
        while let Some((stack, slack)) = open.pop() {
            for column in 0..classes.columns {
                let (mut stack, mut top) = (stack.clone(), stack[stack.len() - 1]);
                let Some((need, mut code)) = classes.step(top, column).filter(|(need, _)| *need <= slack) else {
                    continue;
                };
                loop {
                    if let Some(next) = code.as_shift() {
                        stack.push(next);
                        open.push((stack, slack - need));
                        break;
                    }
                    let Some(reduction) = code.as_reduce() else {
                        sizes.push(budget - (slack - need));
                        break;
                    };
                    let (len, n) = classes.reduction(reduction);
                    stack.truncate(stack.len() - len as usize);
                    top = classes.goto(stack[stack.len() - 1], n);
                    stack.push(top);
                    code = classes.action(top, column);
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
        let grammar = tdf_reader::read_grammar("rivals.lalrpop", source).unwrap();
        let lr = Lr::new(&grammar).unwrap();
        let costs = Costs::new(&grammar, &lr, &[0, 0, 1, 1, 2, 1]);
        for bound in [4, 16] {
            let mut classes = build_within(&grammar, &costs, &[(bound, MAX_CLASSES)]).unwrap();
            for _ in 0..2 {
                for slack in 0..bound as u32 {
                    let budget = 1 + slack;
                    let mut expected: Vec<u32> = (0..budget)
                        .map(|n| n + 1)
                        .chain((0..budget).map(|n| 2 * n + 1))
                        .collect();
                    expected.retain(|&size| size <= budget);
                    expected.sort_unstable();
                    assert_eq!(sizes(&classes, budget), expected, "bound {bound}");
                }
                let cut = sizes(&classes, 100);
                assert!(cut.iter().all(|&size| size <= 100));
                // The same again with the shorter tables.
                classes.shorten();
            }
        }
    }

    #[test]
    fn too_large_and_too_many_are_errors() {
        let source = r#"grammar; pub S = { "a" <A> <A> => Two(<>) }; A = { "b" => B, "c" => C };"#;
        let grammar = tdf_reader::read_grammar("large.lalrpop", source).unwrap();
        let lr = Lr::new(&grammar).unwrap();
        let message = |weights: &[u32], bounds: &[(i64, usize)]| {
            build_within(&grammar, &Costs::new(&grammar, &lr, weights), bounds)
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
