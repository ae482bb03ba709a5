//! `MaskBatch`: states of many programs at once.

use numpy::{Element, IntoPyArray as _, PyArray1, PyArray2, PyArrayMethods as _, PyReadwriteArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rayon::ThreadPool;
use rayon::prelude::*;
use tdf::{DecoderState, VocabularyId};

use crate::arrays::whole_numbers;
use crate::errors::{Error, MaskError, raise};
use crate::tables::SharedTables;

/// States that a thread takes at once, at least: it costs more to wake a thread than to advance a few.
const GRAIN: usize = 64;

/// States of many programs at once. `n` is their number.
#[pyclass(name = "MaskBatch", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyMaskBatch {
    tables: SharedTables,
    fresh: DecoderState,
    states: Vec<DecoderState>,
    pool: Option<ThreadPool>,
}

impl PyMaskBatch {
    pub fn new(tables: SharedTables, fresh: DecoderState, n: usize, threads: usize) -> PyResult<Self> {
        if threads == 0 {
            return Err(PyValueError::new_err("threads: 1 or more are wanted"));
        }
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = (threads > 1).then(pool).transpose();
        Ok(Self {
            states: vec![fresh.clone(); n],
            pool: pool.map_err(|error| raise::<Error>(format!("threads: {error}")))?,
            fresh,
            tables,
        })
    }

    /// Writes a row of `width` numbers for each state, on the threads of the batch.
    fn fill<T: Send>(&self, width: usize, rows: &mut [T], write: impl Fn(&DecoderState, &mut [T]) + Sync) {
        let rows_of = |(states, rows): (&[DecoderState], &mut [T])| {
            for (state, row) in states.iter().zip(rows.chunks_exact_mut(width)) {
                write(state, row);
            }
        };
        match &self.pool {
            None => rows_of((&self.states, rows)),
            Some(pool) => pool.install(|| {
                let states = self.states.par_chunks(GRAIN);
                states.zip(rows.par_chunks_mut(GRAIN * width)).for_each(rows_of);
            }),
        }
    }

    /// The array `out`, or a new one, with a row for each state.
    fn rows<'py, T: Element + Copy + Default + Send>(
        &self,
        py: Python<'py>,
        out: Option<Bound<'py, PyArray2<T>>>,
        width: usize,
        write: impl Fn(&DecoderState, &mut [T]) + Sync + Send,
    ) -> PyResult<Bound<'py, PyArray2<T>>> {
        let wanted = [self.states.len(), width];
        let array = match out {
            Some(array) => array,
            None => vec![T::default(); wanted[0] * wanted[1]]
                .into_pyarray(py)
                .reshape(wanted)?,
        };
        {
            let mut guard: PyReadwriteArray2<'_, T> = array
                .try_readwrite()
                .map_err(|error| PyValueError::new_err(format!("out: {error}")))?;
            let shape = guard.as_array().dim();
            if shape != (wanted[0], wanted[1]) {
                return Err(PyValueError::new_err(format!(
                    "out: an array of shape {wanted:?} is wanted, not {:?}",
                    [shape.0, shape.1]
                )));
            }
            let rows = guard
                .as_slice_mut()
                .map_err(|_| PyValueError::new_err("out: a contiguous array in C order is wanted"))?;
            py.detach(|| self.fill(width, rows, write));
        }
        Ok(array)
    }

    fn index(&self, index: i64) -> PyResult<usize> {
        let n = self.states.len();
        let found = usize::try_from(index).ok().filter(|index| *index < n);
        found.ok_or_else(|| PyValueError::new_err(format!("the batch has {n} states, {index} is none of them")))
    }
}

/// Why a batch did not advance.
struct Refusal {
    state: usize,
    id: i64,
}

#[pymethods]
impl PyMaskBatch {
    fn __len__(&self) -> usize {
        self.states.len()
    }

    /// Takes an id in each state, `[n]`. In finished states the id is not looked at.
    fn advance(&mut self, py: Python<'_>, ids: &Bound<'_, PyAny>) -> PyResult<()> {
        let ids = whole_numbers("ids", ids)?;
        let ids = ids.as_slice();
        let (found, wanted) = (ids.len(), self.states.len());
        if found != wanted {
            return Err(PyValueError::new_err(format!(
                "ids: {wanted} are wanted, one for each state, not {found}"
            )));
        }
        let Self {
            tables, states, pool, ..
        } = self;
        let masks = &tables.masks;
        let check = |(at, (state, &id)): (usize, (&DecoderState, &i64))| {
            let known = u32::try_from(id).is_ok_and(|id| masks.allows(masks.mask_id(state), VocabularyId(id)));
            (!state.is_done() && !known).then_some(Refusal { state: at, id })
        };
        let take = |(state, &id): (&mut DecoderState, &i64)| {
            if !state.is_done() {
                // It was checked, so that nothing is refused.
                let _ = masks.advance(state, VocabularyId(id as u32));
            }
        };
        let refused = py.detach(|| match pool {
            None => {
                let refused = states.iter().zip(ids).enumerate().find_map(check);
                if refused.is_none() {
                    states.iter_mut().zip(ids).for_each(take);
                }
                refused
            }
            Some(pool) => pool.install(|| {
                let pairs = states.par_iter().zip(ids).enumerate().with_min_len(GRAIN);
                let refused = pairs.find_map_first(check);
                if refused.is_none() {
                    states.par_iter_mut().zip(ids).with_min_len(GRAIN).for_each(take);
                }
                refused
            }),
        });
        match refused {
            None => Ok(()),
            Some(Refusal { state, id }) => Err(raise::<MaskError>(format!(
                "state {state}: the mask does not allow the id {id}"
            ))),
        }
    }

    /// Masks as bits, `[n, words]`, written into `out` if it is given. Rows of finished states are 0.
    #[pyo3(signature = (out = None))]
    fn bitmask<'py>(
        &self,
        py: Python<'py>,
        out: Option<Bound<'py, PyArray2<u32>>>,
    ) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let tables = &self.tables;
        let write = |state: &DecoderState, row: &mut [u32]| tables.write_bits(tables.masks.mask_id(state), row);
        self.rows(py, out, tables.words, write)
    }

    /// Masks, `[n, width]`, written into `out` if it is given. Rows of finished states are false.
    #[pyo3(signature = (out = None))]
    fn mask<'py>(
        &self,
        py: Python<'py>,
        out: Option<Bound<'py, PyArray2<bool>>>,
    ) -> PyResult<Bound<'py, PyArray2<bool>>> {
        let tables = &self.tables;
        let write = |state: &DecoderState, row: &mut [bool]| tables.write_flags(tables.masks.mask_id(state), row);
        self.rows(py, out, tables.width, write)
    }

    /// Number of each state's mask, `[n]`: rows of `Masks.matrix`.
    fn mask_ids<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let masks = &self.tables.masks;
        let ids = self.states.iter().map(|state| i64::from(masks.mask_id(state).0));
        ids.collect::<Vec<_>>().into_pyarray(py)
    }

    /// Only id that may come next, `[n]`; -1 where there are several or none.
    fn forced<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let masks = &self.tables.masks;
        let forced = |state| masks.forced(state).map_or(-1, |id| i64::from(id.0));
        self.states.iter().map(forced).collect::<Vec<_>>().into_pyarray(py)
    }

    /// Whether the end was taken, `[n]`.
    #[getter]
    fn done<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<bool>> {
        let done = self.states.iter().map(DecoderState::is_done);
        done.collect::<Vec<_>>().into_pyarray(py)
    }

    /// Unused budget, `[n]`; -1 without a budget.
    #[getter]
    fn slack<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let slack = |state: &DecoderState| match state.slack() {
            tdf::Masks::UNBOUNDED => -1,
            slack => i64::from(slack),
        };
        self.states.iter().map(slack).collect::<Vec<_>>().into_pyarray(py)
    }

    /// Begins the states at `indices` anew; all of them without `indices`.
    #[pyo3(signature = (indices = None))]
    fn restart(&mut self, indices: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let Some(indices) = indices else {
            for state in &mut self.states {
                state.clone_from(&self.fresh);
            }
            return Ok(());
        };
        let indices = whole_numbers("indices", indices)?;
        let indices = indices.as_slice().iter().map(|index| self.index(*index));
        for index in indices.collect::<PyResult<Vec<_>>>()? {
            self.states[index].clone_from(&self.fresh);
        }
        Ok(())
    }

    /// State `i` becomes a copy of state `indices[i]`, for beams. The number of states may change.
    fn select(&mut self, indices: &Bound<'_, PyAny>) -> PyResult<()> {
        let indices = whole_numbers("indices", indices)?;
        let states = indices
            .as_slice()
            .iter()
            .map(|index| Ok(self.states[self.index(*index)?].clone()));
        self.states = states.collect::<PyResult<Vec<_>>>()?;
        Ok(())
    }

    fn __repr__(&self) -> String {
        let done = self.states.iter().filter(|state| state.is_done()).count();
        format!("MaskBatch({} states, {done} done)", self.states.len())
    }
}
