//! The tables of the parser, most of whose entries are missing or equal.

use rustc_hash::FxHashMap;

use crate::columns::{Row, columns, contains};
use crate::{LrProductionId, StateId};

/// A step of the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// No string of the language goes on like this.
    Error,
    /// Take the token, go to the state.
    Shift(StateId),
    /// Replace the production's right-hand side by its nonterminal.
    Reduce(LrProductionId),
    /// The input is a whole string of the start nonterminal.
    Accept,
}

/// A state with more reductions than this lists their columns: to search their sets would take longer.
const MAX_SETS: usize = 4;

/// The actions of all states by column.
///
/// Behind a keyword of a list, each other keyword may come, and the same is to be done before all of them. So a state has the
/// set of these columns, which it shares with other states, and not an entry for each.
#[derive(Clone, Debug)]
pub(crate) struct Actions {
    /// Shifts, the end of the program, and the reductions of states with many of them.
    listed: Rows<Action>,
    /// The other reductions, with the numbers of their sets.
    by_set: Rows<LrProductionId>,
    sets: Vec<Box<[u64]>>,
}

impl Actions {
    /// The actions of states, each with its steps ascending by column, and its reductions.
    pub fn new<'s>(states: impl IntoIterator<Item = (Vec<(u32, Action)>, &'s [(u32, Row)])>) -> Self {
        let mut numbers: FxHashMap<&'s Row, u32> = FxHashMap::default();
        let (mut listed, mut by_set) = (Rows::new(), Rows::new());
        for (mut row, reductions) in states {
            let mut sets: Vec<(u32, LrProductionId)> = Vec::new();
            if reductions.len() > MAX_SETS {
                for (p, look) in reductions {
                    row.extend(columns(look).map(|c| (c as u32, Action::Reduce(LrProductionId(*p)))));
                }
                row.sort_unstable_by_key(|(column, _)| *column);
            } else {
                for (p, look) in reductions {
                    let fresh = numbers.len() as u32;
                    sets.push((*numbers.entry(look).or_insert(fresh), LrProductionId(*p)));
                }
            }
            listed.push(row);
            by_set.push(sets);
        }
        let mut sets = vec![Box::default(); numbers.len()];
        for (set, number) in numbers {
            sets[number as usize] = set[..].into();
        }
        Self { listed, by_set, sets }
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.listed.len()
    }

    /// What to do in `state` before a token of this column.
    pub fn get(&self, state: StateId, column: u32) -> Action {
        let reduce = || {
            let mut by_set = self.by_set.row(state).iter();
            let found = by_set.find(|(set, _)| contains(&self.sets[*set as usize], column as usize));
            found.map_or(Action::Error, |(_, production)| Action::Reduce(*production))
        };
        self.listed.get(state, column).unwrap_or_else(reduce)
    }
}

/// A table most of whose entries are missing.
#[derive(Clone, Debug)]
pub(crate) struct Rows<T> {
    /// Row `r` is `entries[begins[r]..begins[r + 1]]`, ascending by column where entries are looked up by it.
    begins: Vec<u32>,
    entries: Vec<(u32, T)>,
}

impl<T: Copy> Rows<T> {
    pub fn new() -> Self {
        Self {
            begins: vec![0],
            entries: Vec::new(),
        }
    }

    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, T)>) {
        self.entries.extend(row);
        self.begins.push(self.entries.len() as u32);
    }

    fn len(&self) -> usize {
        self.begins.len() - 1
    }

    fn row(&self, row: StateId) -> &[(u32, T)] {
        &self.entries[self.begins[row.index()] as usize..self.begins[row.index() + 1] as usize]
    }

    pub fn get(&self, row: StateId, column: u32) -> Option<T> {
        let row = self.row(row);
        let at = row.binary_search_by_key(&column, |(c, _)| *c).ok()?;
        Some(row[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{empty, insert};

    fn set(columns: impl IntoIterator<Item = usize>) -> Row {
        let mut set: Box<[u64]> = empty(1000)[..].into();
        columns.into_iter().for_each(|c| insert(&mut set, c));
        set.into()
    }

    #[test]
    fn states_share_their_sets() {
        let rows: Vec<[(u32, Row); 1]> = (0..500).map(|p| [(p, set(0..1000))]).collect();
        let actions = Actions::new(rows.iter().map(|row| (Vec::new(), &row[..])));
        assert_eq!(actions.sets.len(), 1);
        assert_eq!((actions.listed.entries.len(), actions.by_set.entries.len()), (0, 500));
        assert_eq!(actions.get(StateId(7), 999), Action::Reduce(LrProductionId(7)));
    }

    #[test]
    fn few_and_many_reductions_mean_the_same() {
        for count in 1..10 {
            let reductions: Vec<(u32, Row)> = (0..count)
                .map(|p| (p as u32, set((10..1000).filter(|c| c % 10 == p))))
                .collect();
            let shifts = vec![(3, Action::Shift(StateId(5)))];
            let actions = Actions::new([(shifts, &reductions[..]), (Vec::new(), &[])]);
            assert_eq!(actions.states(), 2);
            for column in 0..1000 {
                let expected = match column {
                    3 => Action::Shift(StateId(5)),
                    10.. if column % 10 < count => Action::Reduce(LrProductionId((column % 10) as u32)),
                    _ => Action::Error,
                };
                assert_eq!(actions.get(StateId(0), column as u32), expected, "{count} {column}");
                assert_eq!(actions.get(StateId(1), column as u32), Action::Error);
            }
        }
    }
}
