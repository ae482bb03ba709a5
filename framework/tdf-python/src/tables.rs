//! The masks of a language as bits and as flags.

use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use tdf::{DecoderState, MaskId, NonterminalId, VocabularyId};

use crate::errors::{MaskError, SizeError, raise};
use crate::subject::Subject;

/// Bytes that a table of all masks may take; larger ones are written row by row.
const MOST_BYTES: usize = 1 << 26;

/// Masks, and what states begin with.
#[derive(Debug)]
pub(crate) struct Tables {
    /// Of the programs that finished states are.
    pub subject: Subject,
    /// Of the masks: by depth it is another one.
    pub measured: Subject,
    pub masks: tdf::Masks,
    pub budget: u32,
    /// Of the masks' language.
    pub start: NonterminalId,
    /// Of the programs' language.
    pub own_start: NonterminalId,
    /// Ids that masks range over: the tokens and the end.
    pub width: usize,
    /// Words of 32 bits of a mask.
    pub words: usize,
    bits: OnceLock<Option<Vec<u32>>>,
    flags: OnceLock<Option<Vec<bool>>>,
}

impl Tables {
    pub fn new(
        py: Python<'_>,
        subject: Subject,
        measure: Option<&str>,
        budget: Option<u32>,
        start: Option<&str>,
    ) -> PyResult<Self> {
        let measured = match (measure, budget) {
            (Some("depth"), Some(budget)) => subject.by_depth(budget)?,
            (Some("depth"), None) => {
                let message = "measure depth: give a greatest depth (budget)";
                return Err(raise::<SizeError>(message));
            }
            _ => subject.clone().measured(measure)?,
        };
        let masks = py.detach(|| tdf::Masks::new(&measured.language, &measured.size));
        let masks = masks.map_err(raise::<MaskError>)?;
        let width = masks.vocabulary().end().index() + 1;
        let tables = Self {
            budget: budget.unwrap_or(tdf::Masks::UNBOUNDED),
            start: measured.start(start)?,
            own_start: subject.start(start)?,
            width,
            words: width.div_ceil(32),
            bits: OnceLock::new(),
            flags: OnceLock::new(),
            subject,
            measured,
            masks,
        };
        tables.begin(tables.start, tables.budget)?;
        Ok(tables)
    }

    /// A state at the beginning of a program.
    pub fn begin(&self, start: NonterminalId, budget: u32) -> PyResult<DecoderState> {
        self.masks.start(start, budget).ok_or_else(|| {
            let least = self.masks.least(start);
            raise::<MaskError>(format!(
                "budget {budget}: no program is that small, the least has size {least}"
            ))
        })
    }

    /// Writes mask `id` into `row`, [`Tables::words`] long: bit `i % 32` of word `i / 32` stands for the id `i`.
    pub fn write_bits(&self, id: MaskId, row: &mut [u32]) {
        match self.bits() {
            Some(bits) => row.copy_from_slice(&bits[id.0 as usize * self.words..][..self.words]),
            None => self.fill_bits(id, row),
        }
    }

    /// Writes mask `id` into `row`, [`Tables::width`] long.
    pub fn write_flags(&self, id: MaskId, row: &mut [bool]) {
        match self.flags() {
            Some(flags) => row.copy_from_slice(&flags[id.0 as usize * self.width..][..self.width]),
            None => self.fill_flags(id, row),
        }
    }

    fn bits(&self) -> Option<&[u32]> {
        let make = || {
            let count = self.masks.mask_count();
            (4 * count * self.words <= MOST_BYTES).then(|| self.bit_matrix())
        };
        self.bits.get_or_init(make).as_deref()
    }

    fn flags(&self) -> Option<&[bool]> {
        let make = || (self.masks.mask_count() * self.width <= MOST_BYTES).then(|| self.matrix());
        self.flags.get_or_init(make).as_deref()
    }

    /// All masks, `[mask_count, width]`.
    pub fn matrix(&self) -> Vec<bool> {
        self.masks.matrix().into_iter().map(|byte| byte != 0).collect()
    }

    /// All masks as bits, `[mask_count, words]`.
    pub fn bit_matrix(&self) -> Vec<u32> {
        let mut bits = vec![0; self.masks.mask_count() * self.words];
        for (mask, row) in bits.chunks_exact_mut(self.words).enumerate() {
            self.fill_bits(MaskId(mask as u32), row);
        }
        bits
    }

    fn fill_bits(&self, id: MaskId, row: &mut [u32]) {
        row.fill(0);
        for id in self.masks.allowed(id) {
            row[id.index() / 32] |= 1 << (id.index() % 32);
        }
    }

    fn fill_flags(&self, id: MaskId, row: &mut [bool]) {
        row.fill(false);
        for id in self.masks.allowed(id) {
            row[id.index()] = true;
        }
    }

    /// An id that a state is to take: a whole number of the vocabulary.
    pub fn id(&self, id: i64) -> PyResult<VocabularyId> {
        let known = u32::try_from(id).ok().filter(|id| (*id as usize) < self.width);
        known.map(VocabularyId).ok_or_else(|| self.unknown(id))
    }

    pub fn unknown(&self, id: i64) -> PyErr {
        raise::<MaskError>(format!("ids are 0 to {}, {id} is none of them", self.width - 1))
    }
}

/// Tables that states and batches share.
pub(crate) type SharedTables = Arc<Tables>;
