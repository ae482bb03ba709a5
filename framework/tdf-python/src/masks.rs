//! `Masks` and `MaskState`.

use std::sync::Arc;

use numpy::{IntoPyArray as _, PyArray1, PyArray2, PyArrayMethods as _};
use pyo3::prelude::*;
use tdf::{DecoderState, NonterminalId, TokenId};

use crate::domain::subject_of;
use crate::errors::{MaskError, raise};
use crate::mask_batch::PyMaskBatch;
use crate::program::PyProgram;
use crate::tables::{SharedTables, Tables};

/// Exact token masks under a size budget: a token is allowed if and only if some program continues with it.
#[pyclass(frozen, name = "Masks", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyMasks {
    tables: SharedTables,
}

#[pymethods]
impl PyMasks {
    #[new]
    #[pyo3(signature = (language, *, measure = None, budget = None, start = None))]
    fn new(
        py: Python<'_>,
        language: &Bound<'_, PyAny>,
        measure: Option<&str>,
        budget: Option<u32>,
        start: Option<&str>,
    ) -> PyResult<Self> {
        let tables = Tables::new(py, subject_of(language)?, measure, budget, start)?;
        Ok(Self {
            tables: Arc::new(tables),
        })
    }

    /// Number of ids of a mask: `len(tokens) + 1`.
    #[getter]
    fn width(&self) -> usize {
        self.tables.width
    }

    /// Words of 32 bits of a bit mask: `ceil(width / 32)`.
    #[getter]
    fn words(&self) -> usize {
        self.tables.words
    }

    /// Id that finishes a program.
    #[getter]
    fn end(&self) -> u32 {
        self.tables.masks.vocabulary().end().0
    }

    /// Id that stands for an edit site without a token of its own. No mask allows it.
    #[getter]
    fn anchor(&self) -> u32 {
        self.tables.masks.vocabulary().anchor().0
    }

    /// Texts of the tokens in the order of their ids.
    #[getter]
    fn tokens(&self) -> Vec<&str> {
        let tokens = self.tables.subject.language.grammar().tokens.iter();
        tokens.map(|token| token.text.as_str()).collect()
    }

    /// Number of distinct masks.
    #[getter]
    fn mask_count(&self) -> usize {
        self.tables.masks.mask_count()
    }

    /// Number of classes of decoder states.
    #[getter]
    fn class_count(&self) -> usize {
        self.tables.masks.class_count()
    }

    /// Greatest budget, above the least size, up to which masks are exact.
    #[getter]
    fn greatest_slack(&self) -> u32 {
        self.tables.masks.greatest_slack()
    }

    /// Least size of a program.
    #[getter]
    fn least(&self) -> u32 {
        self.tables.masks.least(self.tables.start)
    }

    /// All masks, `[mask_count, width]`. On a GPU `matrix[mask_ids]` masks a batch.
    fn matrix<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<bool>>> {
        let tables = &self.tables;
        let flags = tables.matrix().into_pyarray(py);
        flags.reshape([tables.masks.mask_count(), tables.width])
    }

    /// All masks as bits, `[mask_count, words]`. Bit `i % 32` of word `i // 32` stands for the id `i`.
    fn bit_matrix<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let tables = &self.tables;
        let bits = tables.bit_matrix().into_pyarray(py);
        bits.reshape([tables.masks.mask_count(), tables.words])
    }

    /// State at the beginning of a program.
    #[pyo3(signature = (*, budget = None, start = None))]
    fn begin(&self, budget: Option<u32>, start: Option<&str>) -> PyResult<PyMaskState> {
        let (start, own) = self.starts(start)?;
        let state = self.tables.begin(start, budget.unwrap_or(self.tables.budget))?;
        Ok(PyMaskState {
            tables: Arc::clone(&self.tables),
            state,
            tokens: Vec::new(),
            start: own,
        })
    }

    /// States of `n` programs, all at their beginning. `threads` work on them.
    #[pyo3(signature = (n, *, budget = None, start = None, threads = 1))]
    fn batch(&self, n: usize, budget: Option<u32>, start: Option<&str>, threads: usize) -> PyResult<PyMaskBatch> {
        let (start, _) = self.starts(start)?;
        let state = self.tables.begin(start, budget.unwrap_or(self.tables.budget))?;
        PyMaskBatch::new(Arc::clone(&self.tables), state, n, threads)
    }

    fn __repr__(&self) -> String {
        let tables = &self.tables;
        format!(
            "Masks({:?}, {} ids, {} masks)",
            tables.subject.language.grammar().name,
            tables.width,
            tables.masks.mask_count()
        )
    }
}

impl PyMasks {
    /// The nonterminal in the language of the masks and in that of programs.
    fn starts(&self, start: Option<&str>) -> PyResult<(NonterminalId, NonterminalId)> {
        let tables = &self.tables;
        match start {
            None => Ok((tables.start, tables.own_start)),
            name => Ok((tables.measured.start(name)?, tables.subject.start(name)?)),
        }
    }
}

/// State of one program that is generated token by token.
#[pyclass(name = "MaskState", module = "tdf")]
#[derive(Clone, Debug)]
pub(crate) struct PyMaskState {
    tables: SharedTables,
    state: DecoderState,
    tokens: Vec<TokenId>,
    start: NonterminalId,
}

#[pymethods]
impl PyMaskState {
    /// Ids that may come next, ascending.
    fn allowed<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let masks = &self.tables.masks;
        let ids = masks.allowed(masks.mask_id(&self.state)).iter();
        ids.map(|id| i64::from(id.0)).collect::<Vec<_>>().into_pyarray(py)
    }

    /// Ids that may come next, `[width]`.
    fn mask<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<bool>> {
        let masks = &self.tables.masks;
        let mut row = vec![false; self.tables.width];
        self.tables.write_flags(masks.mask_id(&self.state), &mut row);
        row.into_pyarray(py)
    }

    /// Ids that may come next as bits, `[words]`.
    fn bitmask<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u32>> {
        let mut row = vec![0; self.tables.words];
        self.tables.write_bits(self.tables.masks.mask_id(&self.state), &mut row);
        row.into_pyarray(py)
    }

    /// Whether an id may come next.
    fn allows(&self, id: i64) -> PyResult<bool> {
        let masks = &self.tables.masks;
        Ok(masks.allows(masks.mask_id(&self.state), self.tables.id(id)?))
    }

    /// Takes an id. Raises `MaskError` if it may not come next; the state stays as it was.
    fn advance(&mut self, id: i64) -> PyResult<()> {
        let id = self.tables.id(id)?;
        self.tables
            .masks
            .advance(&mut self.state, id)
            .map_err(raise::<MaskError>)?;
        self.tokens.extend(self.tables.masks.vocabulary().token(id));
        Ok(())
    }

    /// Takes the tokens of a text. A name, a number or a text at its very end may go on.
    fn feed(&mut self, text: &str) -> PyResult<()> {
        let masks = &self.tables.masks;
        let lexed = self.tables.measured.language.lexer().lex_beginning(text);
        let lexed = lexed.map_err(|e| raise::<MaskError>(format!("no token begins at {:?}", &text[e.offset..])))?;
        let mut next = self.clone();
        for token in lexed {
            let id = token.token.into();
            if masks.advance(&mut next.state, id).is_err() {
                let (found, rest) = (&text[token.start..token.end], &text[token.start..]);
                return Err(raise::<MaskError>(format!("{found:?} cannot come at {rest:?}")));
            }
            next.tokens.push(token.token);
        }
        *self = next;
        Ok(())
    }

    /// Takes ids for as long as there is only one, and returns those of tokens.
    fn skip_forced<'py>(&mut self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let before = self.tokens.len();
        self.tables.masks.skip_forced(&mut self.state, &mut self.tokens);
        let taken = self.tokens[before..].iter().map(|token| i64::from(token.0));
        taken.collect::<Vec<_>>().into_pyarray(py)
    }

    /// Number of its mask: a row of `Masks.matrix`.
    #[getter]
    fn mask_id(&self) -> u32 {
        self.tables.masks.mask_id(&self.state).0
    }

    /// Only id that may come next, if there is only one.
    #[getter]
    fn forced(&self) -> Option<u32> {
        self.tables.masks.forced(&self.state).map(|id| id.0)
    }

    /// Whether the end was taken.
    #[getter]
    fn done(&self) -> bool {
        self.state.is_done()
    }

    /// Budget minus the least size of a complete program; `None` without a budget.
    #[getter]
    fn slack(&self) -> Option<u32> {
        Some(self.state.slack()).filter(|slack| *slack != tdf::Masks::UNBOUNDED)
    }

    /// Ids of the tokens that were taken.
    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let tokens = self.tokens.iter().map(|token| i64::from(token.0));
        tokens.collect::<Vec<_>>().into_pyarray(py)
    }

    /// Tokens that were taken, with blanks between them.
    #[getter]
    fn text(&self) -> String {
        self.tables.subject.language.grammar().words(&self.tokens).join(" ")
    }

    /// Finished program. Raises `MaskError` before the end.
    fn program(&self) -> PyResult<PyProgram> {
        if !self.state.is_done() {
            return Err(raise::<MaskError>("the program is not finished: take the end first"));
        }
        let tokens: Vec<u32> = self.tokens.iter().map(|token| token.0).collect();
        PyProgram::of_tokens(&self.tables.subject, self.start, &tokens)
    }

    /// Copy that advances by itself.
    fn copy(&self) -> Self {
        self.clone()
    }

    fn __copy__(&self) -> Self {
        self.clone()
    }

    fn __repr__(&self) -> String {
        let done = if self.state.is_done() { ", done" } else { "" };
        format!("MaskState({:?}{done})", self.text())
    }
}
