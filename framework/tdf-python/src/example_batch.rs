//! `ExampleBatch`: training examples as NumPy arrays.

use numpy::{IntoPyArray as _, PyArray1, PyArray2, PyArrayDyn, PyArrayMethods as _};
use pyo3::prelude::*;
use tdf::{Inputs, ObservationSpec, ValueSpec};

use crate::collate::{Arrays, Collator, Collected, Decisions, Padded};
use crate::observation::shape;
use crate::pool::pooled_array;
use crate::values;

/// Training examples as arrays. `n` examples, programs of at most `l` ids, edits of at most `d` decisions.
#[pyclass(frozen, get_all, name = "ExampleBatch", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyExampleBatch {
    /// Number of the first example.
    first: u64,
    /// Observations of the programs at hand, `[n, *shape]`. Outputs have as many rows as the longest task of the batch.
    current: Py<PyArrayDyn<u8>>,
    /// Observations of the targets, as `current`.
    target: Py<PyArrayDyn<u8>>,
    /// Rows of inputs of each example, `[n]`; 0 for images.
    rows: Py<PyArray1<i64>>,
    /// Programs at hand, `[n, l]`: ids of tokens that are a choice, and anchors. Filled up with 0.
    ids: Py<PyArray2<i64>>,
    /// Length of each program in `ids`, `[n]`.
    lengths: Py<PyArray1<i64>>,
    /// Positions in `ids` that stand for edit sites, `[n, l]`.
    sites: Py<PyArray2<bool>>,
    /// Position in `ids` of the site to edit, `[n]`.
    position: Py<PyArray1<i64>>,
    /// Ids of the replacement that are a choice, `[n, d]`. Filled up with -100, which PyTorch's losses ignore.
    decisions: Py<PyArray2<i64>>,
    /// Mask of each decision, `[n, d]`: a row of `ExampleStream.mask_matrix`. Filled up with a mask that allows something.
    decision_masks: Py<PyArray2<i64>>,
    /// Decisions of each edit, `[n]`.
    decision_count: Py<PyArray1<i64>>,
    /// Edits left to the target, `[n]`; 0 for examples of generation of a network that also edits.
    distance: Py<PyArray1<i64>>,
    /// Row of the example that each further right edit belongs to, `[a]`. There are some with `noise.labels` = `"all-first-edits"`.
    alternative_example: Py<PyArray1<i64>>,
    /// Position of each further right edit, `[a]`.
    alternative_position: Py<PyArray1<i64>>,
    /// Decisions of each further right edit, `[a, e]`, as `decisions`.
    alternative_decisions: Py<PyArray2<i64>>,
    /// Masks of these decisions, `[a, e]`.
    alternative_masks: Py<PyArray2<i64>>,
    /// Rows of inputs of each example.
    inputs: Py<PyInputs>,
}

impl PyExampleBatch {
    pub fn new(
        py: Python<'_>,
        collator: &Collator,
        first: u64,
        collected: Collected,
        arrays: Arrays,
    ) -> PyResult<Self> {
        let n = collected.encoded.len();
        let column = |numbers: Vec<i64>| numbers.into_pyarray(py).unbind();
        let table =
            |padded: Padded| Ok::<_, PyErr>(padded.numbers.into_pyarray(py).reshape([n, padded.width])?.unbind());
        let others = arrays.alternative_example.len();
        let Decisions {
            ids: other_ids,
            masks: other_masks,
        } = arrays.alternatives;
        let of_others = |padded: Padded| {
            Ok::<_, PyErr>(
                padded
                    .numbers
                    .into_pyarray(py)
                    .reshape([others, padded.width])?
                    .unbind(),
            )
        };
        let (spec, current, target) = filled(collator.spec, &collected.inputs, collected.current, collected.target);
        let rows = collected
            .inputs
            .iter()
            .map(|inputs| inputs.rows().len() as i64)
            .collect();
        let width = arrays.ids.width;
        let shape: Vec<usize> = std::iter::once(n).chain(shape(spec)).collect();
        let image = |bytes| pooled_array(py, &collator.pool, bytes, &shape).map(Bound::unbind);
        Ok(Self {
            first,
            current: image(current)?,
            target: image(target)?,
            rows: column(rows),
            ids: table(arrays.ids)?,
            lengths: column(arrays.lengths),
            sites: arrays.sites.into_pyarray(py).reshape([n, width])?.unbind(),
            position: column(arrays.position),
            decisions: table(arrays.decisions.ids)?,
            decision_masks: table(arrays.decisions.masks)?,
            decision_count: column(arrays.decision_count),
            distance: column(arrays.distance),
            alternative_example: column(arrays.alternative_example),
            alternative_position: column(arrays.alternative_position),
            alternative_decisions: of_others(other_ids)?,
            alternative_masks: of_others(other_masks)?,
            inputs: Py::new(py, PyInputs(collected.inputs))?,
        })
    }
}

/// Observations of one length: outputs are filled up with zeros to the most rows of the batch.
fn filled(
    spec: ObservationSpec,
    inputs: &[Inputs],
    current: Vec<u8>,
    target: Vec<u8>,
) -> (ObservationSpec, Vec<u8>, Vec<u8>) {
    let ObservationSpec::Values(values) = spec else {
        return (spec, current, target);
    };
    let most = inputs.iter().map(|inputs| inputs.rows().len()).max().unwrap_or(0);
    let slot = values.slot();
    let fill = |bytes: &[u8]| {
        let mut filled = Vec::with_capacity(inputs.len() * most * slot);
        let mut rest = bytes;
        for inputs in inputs {
            let (own, behind) = rest.split_at(inputs.rows().len() * slot);
            let end = filled.len() + most * slot;
            filled.extend_from_slice(own);
            filled.resize(end, 0);
            rest = behind;
        }
        filled
    };
    let spec = ObservationSpec::Values(ValueSpec {
        rows: most as u32,
        ..values
    });
    (spec, fill(&current), fill(&target))
}

#[pymethods]
impl PyExampleBatch {
    fn __len__(&self, py: Python<'_>) -> usize {
        self.inputs.bind(py).get().0.len()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("ExampleBatch({} examples from number {})", self.__len__(py), self.first)
    }
}

/// Rows of inputs of the examples of a batch.
#[pyclass(frozen, name = "BatchInputs", module = "tdf", sequence)]
#[derive(Debug)]
pub(crate) struct PyInputs(Vec<Inputs>);

#[pymethods]
impl PyInputs {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: usize) -> PyResult<Vec<Vec<Py<PyAny>>>> {
        let inputs = self.0.get(index).ok_or_else(|| {
            pyo3::exceptions::PyIndexError::new_err(format!("the batch has {} examples", self.0.len()))
        })?;
        values::rows(py, inputs)
    }
}
