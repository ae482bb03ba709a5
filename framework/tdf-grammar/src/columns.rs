//! Sets of look-ahead columns: token classes, and behind them the end of input.
//!
//! A set is a slice of words, a bit per column. A [`Table`] holds many of one width in one vector.

/// Sets of one width.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    stride: usize,
    words: Vec<u64>,
}

impl Table {
    /// `rows` empty sets of columns below `width`.
    pub fn new(width: usize, rows: usize) -> Self {
        let stride = width.div_ceil(64);
        Self {
            stride,
            words: vec![0; stride * rows],
        }
    }

    /// An empty set that fits this table.
    pub fn empty(&self) -> Box<[u64]> {
        vec![0; self.stride].into()
    }

    pub fn row(&self, row: usize) -> &[u64] {
        &self.words[row * self.stride..(row + 1) * self.stride]
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [u64] {
        &mut self.words[row * self.stride..(row + 1) * self.stride]
    }

    /// Appends the sets of `rows`, back to back; returns the number of the first.
    pub fn extend(&mut self, rows: &[u64]) -> usize {
        let first = self.words.len() / self.stride;
        self.words.extend_from_slice(rows);
        first
    }

    /// The sets `first..first + count`, back to back.
    pub fn rows(&self, first: usize, count: usize) -> &[u64] {
        &self.words[first * self.stride..(first + count) * self.stride]
    }

    pub fn rows_mut(&mut self, first: usize, count: usize) -> &mut [u64] {
        &mut self.words[first * self.stride..(first + count) * self.stride]
    }

    /// Words per set.
    pub fn stride(&self) -> usize {
        self.stride
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
pub(crate) fn is_subset(set: &[u64], other: &[u64]) -> bool {
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
