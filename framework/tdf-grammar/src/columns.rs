//! Sets of look-ahead columns: token classes, and behind them the end of input.
//!
//! A set is a slice of words, a bit per column. A grammar of many keywords has wide sets and many places for them, most of
//! which hold one of few sets: equal sets share their memory where that is known, as [`Row`].

use std::rc::Rc;

use rustc_hash::FxHashSet;

/// A set that several places may share.
pub(crate) type Row = Rc<[u64]>;

/// The empty set of columns below `width`.
pub(crate) fn empty(width: usize) -> Row {
    vec![0; width.div_ceil(64)].into()
}

/// Adds all of `other` to `row`, which shares its memory with `other` where that holds all of it; whether anything was new.
pub(crate) fn grow(row: &mut Row, other: &Row) -> bool {
    if Rc::ptr_eq(row, other) || is_subset(other, row) {
        return false;
    }
    if is_subset(row, other) {
        *row = Rc::clone(other);
    } else {
        unite(Rc::make_mut(row), other);
    }
    true
}

/// Equal sets as one, and comparisons that are asked for again and again.
#[derive(Debug)]
pub(crate) struct Pool {
    rows: FxHashSet<Row>,
    /// When to look for sets that nobody uses any more.
    purge: usize,
    /// Pairs of which the second holds all of the first, each at a place that follows from the two.
    within: Vec<Option<(Row, Row)>>,
}

/// Pairs that are remembered: a state of the automaton has few different sets.
const PAIRS: usize = 256;

impl Pool {
    pub fn new() -> Self {
        Self {
            rows: FxHashSet::default(),
            purge: 1024,
            within: vec![None; PAIRS],
        }
    }

    /// The set that stands for all equal ones.
    pub fn share(&mut self, row: &Row) -> Row {
        if let Some(known) = self.rows.get(row) {
            return Rc::clone(known);
        }
        if self.rows.len() >= self.purge {
            self.rows.retain(|row| Rc::strong_count(row) > 1);
            self.purge = 1024.max(2 * self.rows.len());
        }
        self.rows.insert(Rc::clone(row));
        Rc::clone(row)
    }

    /// Whether `other` holds all of `row`.
    pub fn is_within(&mut self, row: &Row, other: &Row) -> bool {
        if Rc::ptr_eq(row, other) {
            return true;
        }
        let address = |row: &Row| Rc::as_ptr(row).cast::<u64>() as usize / 16;
        let known = &mut self.within[(address(row) ^ address(other).rotate_left(4)) % PAIRS];
        match known {
            Some((a, b)) if Rc::ptr_eq(a, row) && Rc::ptr_eq(b, other) => true,
            _ => {
                let is_within = is_subset(row, other);
                if is_within {
                    *known = Some((Rc::clone(row), Rc::clone(other)));
                }
                is_within
            }
        }
    }
}

pub(crate) fn insert(set: &mut [u64], column: usize) {
    set[column / 64] |= 1 << (column % 64);
}

pub(crate) fn contains(set: &[u64], column: usize) -> bool {
    set[column / 64] >> (column % 64) & 1 == 1
}

/// Adds all of `other`; whether anything was new.
pub(crate) fn unite(set: &mut [u64], other: &[u64]) -> bool {
    let mut grown = 0;
    for (a, b) in set.iter_mut().zip(other) {
        grown |= *b & !*a;
        *a |= b;
    }
    grown != 0
}

/// Whether `other` holds all of `set`.
fn is_subset(set: &[u64], other: &[u64]) -> bool {
    set.iter().zip(other).all(|(a, b)| a & !b == 0)
}

pub(crate) fn meet(set: &[u64], other: &[u64]) -> bool {
    set.iter().zip(other).any(|(a, b)| a & b != 0)
}

/// The columns of `set`, ascending.
pub(crate) fn columns(set: &[u64]) -> impl Iterator<Item = usize> + '_ {
    set.iter().enumerate().flat_map(|(i, &word)| {
        let mut word = word;
        std::iter::from_fn(move || {
            (word != 0).then(|| {
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                i * 64 + bit
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(columns: &[usize]) -> Row {
        let mut set = empty(200);
        columns.iter().for_each(|c| insert(Rc::make_mut(&mut set), *c));
        set
    }

    #[test]
    fn equal_sets_become_one() {
        let mut pool = Pool::new();
        let one = pool.share(&set(&[1, 150]));
        assert!(Rc::ptr_eq(&one, &pool.share(&set(&[1, 150]))));
        assert!(!Rc::ptr_eq(&one, &pool.share(&set(&[1]))));
        // Sets that nobody uses make room for others.
        for n in 0..10_000 {
            pool.share(&set(&[n % 200, n / 200, 199]));
        }
        assert!(pool.rows.len() <= 2048, "{}", pool.rows.len());
        assert!(Rc::ptr_eq(&one, &pool.share(&set(&[1, 150]))));
    }

    #[test]
    fn comparisons_are_right_however_often() {
        let mut pool = Pool::new();
        let (small, large, other) = (set(&[3]), set(&[3, 70]), set(&[4]));
        for _ in 0..3 {
            assert!(pool.is_within(&small, &large));
            assert!(!pool.is_within(&large, &small));
            assert!(!pool.is_within(&other, &large));
            assert!(pool.is_within(&other, &other));
        }
    }

    #[test]
    fn growing_leaves_others_as_they_are() {
        let (first, second) = (set(&[1]), set(&[2]));
        let mut row = Rc::clone(&first);
        assert!(grow(&mut row, &second));
        assert_eq!(
            (columns(&row).collect::<Vec<_>>(), columns(&first).count()),
            (vec![1, 2], 1)
        );
        assert!(!grow(&mut row, &second));
        let mut small = Rc::clone(&first);
        assert!(grow(&mut small, &row));
        assert!(Rc::ptr_eq(&small, &row), "the larger one is shared");
    }
}
