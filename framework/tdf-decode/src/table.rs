//! The distinct masks of a language, and which one belongs to a class and a slack.

use rustc_hash::FxHashMap;
use tdf_grammar::Grammar;

use crate::classes::{Classes, NEVER, NONE};
use crate::{MaskId, Masks, Vocabulary};

/// A mask for slacks of at least `need`.
#[derive(Clone, Copy, Debug)]
struct Threshold {
    need: u32,
    mask: u32,
}

/// All masks.
#[derive(Clone, Debug)]
pub(crate) struct MaskTable {
    /// `thresholds[range[class]..range[class + 1]]`, needs descending; the last need is zero.
    thresholds: Vec<Threshold>,
    range: Vec<u32>,
    /// `ids[bounds[mask]..bounds[mask + 1]]`, ascending. Mask 0 is empty.
    ids: Vec<u32>,
    bounds: Vec<u32>,
    /// The id of each mask that allows one only, else [`NONE`].
    only: Vec<u32>,
}

impl MaskTable {
    pub fn new(grammar: &Grammar, classes: &Classes) -> Self {
        let columns = grammar.kinds.len() + 1;
        let mut table = Self {
            thresholds: Vec::new(),
            range: vec![0],
            ids: Vec::new(),
            bounds: vec![0],
            only: Vec::new(),
        };
        let mut known: FxHashMap<Vec<bool>, u32> = FxHashMap::default();
        table.intern(grammar, &mut known, vec![false; columns]);
        for need in classes.need.chunks_exact(columns) {
            let mut levels: Vec<u32> = need.iter().copied().filter(|&n| n != NEVER).collect();
            levels.sort_unstable();
            levels.dedup();
            for &level in levels.iter().rev() {
                let allowed = need.iter().map(|&n| n <= level).collect();
                let mask = table.intern(grammar, &mut known, allowed);
                table.thresholds.push(Threshold { need: level, mask });
            }
            table.range.push(table.thresholds.len() as u32);
        }
        table
    }

    fn intern(&mut self, grammar: &Grammar, known: &mut FxHashMap<Vec<bool>, u32>, columns: Vec<bool>) -> u32 {
        if let Some(&mask) = known.get(&columns) {
            return mask;
        }
        let first = self.ids.len();
        for (kind, _) in grammar.kinds.iter().zip(&columns).filter(|(_, allowed)| **allowed) {
            self.ids.extend(kind.tokens.iter().map(|t| t.0));
        }
        self.ids[first..].sort_unstable();
        if columns[grammar.kinds.len()] {
            self.ids.push(Vocabulary::new(grammar).end());
        }
        self.bounds.push(self.ids.len() as u32);
        self.only.push(if let [only] = self.ids[first..] { only } else { NONE });
        let mask = known.len() as u32;
        known.insert(columns, mask);
        mask
    }

    #[inline]
    pub fn of(&self, class: u32, slack: u32) -> MaskId {
        let range = self.range[class as usize] as usize..self.range[class as usize + 1] as usize;
        let found = self.thresholds[range].iter().find(|t| t.need <= slack);
        MaskId(found.map_or(Masks::NOTHING.0, |t| t.mask))
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
    pub fn allowed(&self, mask: MaskId) -> &[u32] {
        let mask = mask.0 as usize;
        &self.ids[self.bounds[mask] as usize..self.bounds[mask + 1] as usize]
    }
}
