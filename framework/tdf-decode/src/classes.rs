//! The classes of decoder states and the steps between them.
//!
//! A class is a set of LR(1) items with, for each of them and each column, the cost of everything that follows the
//! item's production if the next token after it is of that column. These costs count every production of the derivation
//! that is still open, and are relative to the least cost of any way to go on, so that equal situations at different
//! depths are one class. Where the LR automaton has one state for several contexts, there is a class for each.

use tdf_grammar::NonterminalId;

use crate::costs::Costs;

/// No class, no action.
pub(crate) const NONE: u32 = u32::MAX;
/// What a class does before a token, packed into a word: the upper two bits say which, the rest is its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(pub u32);

impl Code {
    pub const ACCEPT: Self = Self(2 << 30);

    pub fn shift(class: u32) -> Self {
        Self(class)
    }

    pub fn reduce(reduction: u32) -> Self {
        Self(1 << 30 | reduction)
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
    /// Slack from which on sizes are no longer told apart.
    pub bound: u32,
    /// Number of columns.
    pub columns: usize,
    classes: Vec<Class>,
    /// The distinct rows of needs: by how much more the program grows at least if the next token is of a column. Row `r`
    /// is `needs[rows[r]..rows[r + 1]]`, ascending by column.
    rows: Vec<u32>,
    needs: Vec<(u32, u32)>,
    /// `ranks[row * columns + column]`: the place of the column in the row, or [`ABSENT`].
    ranks: Vec<u16>,
    /// Actions of each class, in the order of its row of needs.
    actions: Vec<Code>,
    /// Nonterminals and the classes behind them, ascending by nonterminal within a class.
    gotos: Vec<(NonterminalId, u32)>,
    /// Number of symbols and left-hand side.
    reductions: Vec<(u32, NonterminalId)>,
}

/// A column that is not in a row.
const ABSENT: u16 = u16::MAX;

/// Where the tables of a class begin.
#[derive(Clone, Copy, Debug)]
struct Class {
    row: u32,
    actions: u32,
    gotos: (u32, u32),
}

impl Classes {
    /// Tables without classes.
    pub fn new(costs: &Costs, bound: i64) -> Self {
        Self {
            bound: bound as u32,
            least: costs.least().iter().map(|&l| l as u32).collect(),
            columns: costs.columns,
            ..Self::default()
        }
    }

    /// Number of classes.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// The need of `column` in `class` and what to do before it, unless it cannot be next.
    #[inline]
    pub fn step(&self, class: u32, column: usize) -> Option<(u32, Code)> {
        let class = self.classes[class as usize];
        let rank = self.ranks[class.row as usize * self.columns + column];
        if rank == ABSENT {
            return None;
        }
        let need = self.needs[self.rows[class.row as usize] as usize + rank as usize].1;
        Some((need, self.actions[class.actions as usize + rank as usize]))
    }

    /// What `class` does before `column`, which can be next.
    #[inline]
    pub fn action(&self, class: u32, column: usize) -> Code {
        let class = self.classes[class as usize];
        let rank = self.ranks[class.row as usize * self.columns + column];
        self.actions[class.actions as usize + rank as usize]
    }

    /// The class behind `nonterminal`; [`NONE`] if there is none.
    #[inline]
    pub fn goto(&self, class: u32, nonterminal: NonterminalId) -> u32 {
        let (begin, end) = self.classes[class as usize].gotos;
        let gotos = &self.gotos[begin as usize..end as usize];
        gotos
            .binary_search_by_key(&nonterminal, |(n, _)| *n)
            .map_or(NONE, |at| gotos[at].1)
    }

    /// Number of symbols and left-hand side of a reduction.
    #[inline]
    pub fn reduction(&self, reduction: usize) -> (u32, NonterminalId) {
        self.reductions[reduction]
    }

    /// The row of needs of `class`.
    #[inline]
    pub fn row_of(&self, class: u32) -> u32 {
        self.classes[class as usize].row
    }

    /// The distinct rows: columns that may be next, ascending, with their needs. Row `r` belongs to the classes with
    /// `row_of(class) == r`.
    pub fn rows(&self) -> impl Iterator<Item = &[(u32, u32)]> + '_ {
        self.rows
            .windows(2)
            .map(|bounds| &self.needs[bounds[0] as usize..bounds[1] as usize])
    }

    /// Entries of all tables.
    pub fn entries(&self) -> usize {
        self.actions.len() + self.gotos.len() + self.needs.len() + self.ranks.len() / 2
    }

    /// Adds a row of needs, ascending by column; `None` if it is too long.
    pub fn add_row(&mut self, row: &[(u32, u32)]) -> Option<u32> {
        if row.len() >= ABSENT as usize {
            return None;
        }
        let begin = self.ranks.len();
        self.ranks.resize(begin + self.columns, ABSENT);
        for (&(column, _), rank) in row.iter().zip(0..) {
            self.ranks[begin + column as usize] = rank;
        }
        self.needs.extend_from_slice(row);
        if self.rows.is_empty() {
            self.rows.push(0);
        }
        self.rows.push(self.needs.len() as u32);
        Some(self.rows.len() as u32 - 2)
    }

    /// Adds a class: its row of needs, the actions of the columns of that row, and what is behind nonterminals.
    pub fn add_class(
        &mut self,
        row: u32,
        actions: impl IntoIterator<Item = Code>,
        gotos: impl IntoIterator<Item = (NonterminalId, u32)>,
    ) {
        let begin = (self.actions.len() as u32, self.gotos.len() as u32);
        self.actions.extend(actions);
        self.gotos.extend(gotos);
        self.classes.push(Class {
            row,
            actions: begin.0,
            gotos: (begin.1, self.gotos.len() as u32),
        });
    }

    /// Adds a reduction.
    pub fn add_reduction(&mut self, len: u32, nonterminal: NonterminalId) -> u32 {
        self.reductions.push((len, nonterminal));
        self.reductions.len() as u32 - 1
    }

    fn row_len(&self, row: u32) -> usize {
        (self.rows[row as usize + 1] - self.rows[row as usize]) as usize
    }

    /// Lets a step that leads to a class whose only action is to reduce a production of one symbol lead to where the
    /// reduction leads. Both classes have the same masks: what may follow the production is what goes on after it.
    pub fn shorten(&mut self) {
        let sole: Vec<Option<NonterminalId>> = self
            .classes
            .iter()
            .map(|class| {
                let codes = &self.actions[class.actions as usize..][..self.row_len(class.row)];
                let (first, others) = codes.split_first()?;
                let (len, nonterminal) = self.reductions[first.as_reduce()?];
                (len == 1 && others.iter().all(|code| code == first)).then_some(nonterminal)
            })
            .collect();
        for class in 0..self.classes.len() {
            // Unit productions do not run in circles: the grammar would be ambiguous.
            let last = |classes: &Self, mut next: u32| {
                while let Some(nonterminal) = sole[next as usize] {
                    next = classes.goto(class as u32, nonterminal);
                }
                next
            };
            let Class { row, actions, gotos } = self.classes[class];
            for at in gotos.0 as usize..gotos.1 as usize {
                self.gotos[at].1 = last(self, self.gotos[at].1);
            }
            for at in actions as usize..actions as usize + self.row_len(row) {
                if let Some(next) = self.actions[at].as_shift() {
                    self.actions[at] = Code::shift(last(self, next));
                }
            }
        }
    }
}
