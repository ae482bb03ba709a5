//! The distinct masks of a language, and which one belongs to a row of needs and a slack.

use rustc_hash::FxHashMap;
use tdf_grammar::Grammar;

use crate::classes::{Classes, NONE};
use crate::{Vocabulary, VocabularyId};

/// One of the finitely many distinct masks of a language: a number below [`Masks::mask_count`](crate::Masks::mask_count).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MaskId(pub u32);

/// A mask for slacks of at least `need`.
#[derive(Clone, Copy, Debug)]
struct Threshold {
    need: u32,
    mask: u32,
}

/// All masks.
#[derive(Clone, Debug)]
pub(crate) struct MaskTable {
    /// `thresholds[range[row]..range[row + 1]]`, needs descending; the last need is zero.
    thresholds: Vec<Threshold>,
    range: Vec<u32>,
    /// `ids[bounds[mask]..bounds[mask + 1]]`, ascending. Mask 0 is empty.
    ids: Vec<VocabularyId>,
    bounds: Vec<u32>,
    /// The id of each mask that allows one only, else [`NONE`].
    only: Vec<u32>,
}

impl MaskTable {
    /// The mask that allows no token.
    pub const NOTHING: MaskId = MaskId(0);

    pub fn new(grammar: &Grammar, classes: &Classes) -> Self {
        let mut table = Self {
            thresholds: Vec::new(),
            range: vec![0],
            ids: Vec::new(),
            bounds: vec![0],
            only: Vec::new(),
        };
        let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        table.intern(grammar, &mut known, Vec::new());
        let mut levels: Vec<u32> = Vec::new();
        for row in classes.rows() {
            levels.clear();
            levels.extend(row.iter().map(|(_, need)| *need));
            levels.sort_unstable();
            levels.dedup();
            for &level in levels.iter().rev() {
                let allowed = row.iter().filter(|(_, need)| *need <= level).map(|(column, _)| *column);
                let mask = table.intern(grammar, &mut known, allowed.collect());
                table.thresholds.push(Threshold { need: level, mask });
            }
            table.range.push(table.thresholds.len() as u32);
        }
        table
    }

    /// The mask of these columns, ascending.
    fn intern(&mut self, grammar: &Grammar, known: &mut FxHashMap<Vec<u32>, u32>, columns: Vec<u32>) -> u32 {
        if let Some(&mask) = known.get(&columns) {
            return mask;
        }
        let first = self.ids.len();
        for &column in &columns {
            match grammar.token_classes.get(column as usize) {
                Some(kind) => self.ids.extend(kind.tokens.iter().map(|&t| VocabularyId::from(t))),
                None => self.ids.push(Vocabulary::new(grammar).end()),
            }
        }
        self.ids[first..].sort_unstable();
        self.bounds.push(self.ids.len() as u32);
        self.only
            .push(if let [only] = self.ids[first..] { only.0 } else { NONE });
        let mask = known.len() as u32;
        known.insert(columns, mask);
        mask
    }

    /// The mask of a row of needs with this slack.
    #[inline]
    pub fn of(&self, row: u32, slack: u32) -> MaskId {
        let range = self.range[row as usize] as usize..self.range[row as usize + 1] as usize;
        let found = self.thresholds[range].iter().find(|t| t.need <= slack);
        MaskId(found.map_or(Self::NOTHING.0, |t| t.mask))
    }

    /// The only id that `mask` allows, or [`NONE`].
    #[inline]
    pub fn only(&self, mask: MaskId) -> u32 {
        self.only[mask.0 as usize]
    }

    pub fn count(&self) -> usize {
        self.bounds.len() - 1
    }

    #[inline]
    pub fn allowed(&self, mask: MaskId) -> &[VocabularyId] {
        let mask = mask.0 as usize;
        &self.ids[self.bounds[mask] as usize..self.bounds[mask + 1] as usize]
    }
}
