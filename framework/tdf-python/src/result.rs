//! `SearchResult`: what a search found for a target.

use std::sync::Arc;

use numpy::PyArrayDyn;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tdf::search::{Outcome, Solution};
use tdf::{Criterion, Tree};

use crate::notebook::{self, Cell};
use crate::observation::observation_array;
use crate::program::PyProgram;
use crate::subject::Subject;
use crate::targets::OwnedTarget;
use crate::values;

/// Outcome of a search for one target. A notebook shows target and found image side by side.
#[pyclass(frozen, name = "SearchResult", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PySearchResult {
    target: OwnedTarget,
    outcome: Outcome,
    criterion: Criterion,
}

impl PySearchResult {
    pub fn new(target: OwnedTarget, outcome: Outcome, criterion: Criterion) -> Self {
        Self {
            target,
            outcome,
            criterion,
        }
    }

    fn program_of(&self, tree: &Tree) -> PyProgram {
        let subject = Subject::of_domain(Arc::clone(&self.target.domain));
        PyProgram::new(&subject, self.target.domain.start(), tree.clone())
    }

    fn png(&self, image: &[u8]) -> Option<Vec<u8>> {
        tdf::eval::png_bytes(self.target.domain.canvas()?, image).ok()
    }

    fn found(&self) -> Option<Vec<u8>> {
        tdf::eval::render(&self.target.domain, &self.outcome.best.program).ok()
    }
}

#[pymethods]
impl PySearchResult {
    /// Whether the program meets the criterion.
    #[getter]
    fn solved(&self) -> bool {
        self.outcome.solved
    }

    /// Program found, or the nearest one.
    #[getter]
    fn program(&self) -> PyProgram {
        self.program_of(&self.outcome.best.program)
    }

    /// All solutions, in the order in which they were found.
    #[getter]
    fn solutions(&self) -> Vec<PyProgram> {
        let solutions = self.outcome.solutions();
        solutions
            .map(|Solution { program, .. }| self.program_of(program))
            .collect()
    }

    /// Programs from the initial one to the found one.
    #[getter]
    fn trace(&self) -> Vec<PyProgram> {
        let programs = tdf::eval::programs(&self.outcome.best.trace);
        programs.iter().map(|program| self.program_of(program)).collect()
    }

    /// Front of size against distance: size, distance and program, the smallest first.
    #[getter]
    fn front(&self) -> Vec<(u32, f64, PyProgram)> {
        let entries = self.outcome.front.iter();
        entries
            .map(|entry| (entry.size, entry.difference, self.program_of(&entry.program)))
            .collect()
    }

    /// Distance of the program's observation from the target, by the domain's own measure.
    #[getter]
    fn difference(&self) -> f64 {
        self.outcome.best.difference
    }

    /// Name, value and threshold of the criterion's measure.
    #[getter]
    fn measure(&self) -> Option<(String, f64, f64)> {
        let (found, image) = (self.found()?, self.target.image.as_ref()?);
        let measure = self.target.domain.measure(self.criterion, &found, image)?;
        Some((measure.name.to_string(), measure.value, measure.threshold))
    }

    /// Node expansions until the first solution; all of them if there is none.
    #[getter]
    fn expansions(&self) -> u32 {
        self.outcome.expansions
    }

    /// Programs rendered until then.
    #[getter]
    fn renders(&self) -> u64 {
        self.outcome.renders
    }

    /// Answers of the policy and of the value until then.
    #[getter]
    fn network_calls(&self) -> u64 {
        self.outcome.network_calls
    }

    /// Seconds until then.
    #[getter]
    fn seconds(&self) -> f64 {
        self.outcome.seconds
    }

    /// All node expansions.
    #[getter]
    fn spent(&self) -> u32 {
        self.outcome.spent
    }

    /// Observation of the target.
    #[getter]
    fn target<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        observation_array(
            py,
            self.target.domain.observation_spec(),
            self.target.observation.clone(),
            None,
        )
    }

    /// Outputs of the program on the inputs of the target; `None` for images.
    #[getter]
    fn outputs(&self, py: Python<'_>) -> PyResult<Option<Vec<Option<Py<PyAny>>>>> {
        let spec = self.target.domain.observation_spec().values();
        let found = spec.and_then(|spec| Some(spec.decode(&self.found()?)));
        found.map(|outputs| values::outputs(py, &outputs)).transpose()
    }

    /// Fields of a line of `tdf search --json`.
    fn as_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let outcome = &self.outcome;
        let text = |tree: &Tree| self.target.domain.language().print(tree.nodes());
        let fields = PyDict::new(py);
        fields.set_item("solved", outcome.solved)?;
        fields.set_item("expansions", outcome.expansions)?;
        fields.set_item("renders", outcome.renders)?;
        fields.set_item("network_calls", outcome.network_calls)?;
        fields.set_item("seconds", outcome.seconds)?;
        fields.set_item("difference", outcome.best.difference)?;
        let measure = self.measure().map(|(name, value, threshold)| {
            let fields = PyDict::new(py);
            fields.set_item("name", name)?;
            fields.set_item("value", value)?;
            fields.set_item("threshold", threshold)?;
            Ok::<_, PyErr>(fields)
        });
        fields.set_item("measure", measure.transpose()?)?;
        fields.set_item("program", text(&outcome.best.program))?;
        let front = outcome.front.iter().map(|entry| {
            let fields = PyDict::new(py);
            fields.set_item("size", entry.size)?;
            fields.set_item("difference", entry.difference)?;
            fields.set_item("program", text(&entry.program))?;
            Ok::<_, PyErr>(fields)
        });
        fields.set_item("front", front.collect::<PyResult<Vec<_>>>()?)?;
        Ok(fields)
    }

    fn __repr__(&self) -> String {
        let outcome = &self.outcome;
        let verdict = if outcome.solved { "solved" } else { "nearest" };
        let program = self.target.domain.language().print(outcome.best.program.nodes());
        format!(
            "SearchResult({verdict} after {} expansions: {program:?})",
            outcome.expansions
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let verdict = if self.outcome.solved { "solved" } else { "nearest" };
        let cost = format!("{verdict} after {} expansions", self.outcome.expansions);
        let program = self.target.domain.language().print(self.outcome.best.program.nodes());
        let target = Cell::image(self.png(&self.target.observation));
        let found = Cell::image(self.found().and_then(|image| self.png(&image)));
        let row = vec![target, found, Cell::Text(program), Cell::Text(cost)];
        notebook::table(py, &["target", "found", "program", "search"], std::iter::once(row), 1)
    }
}
