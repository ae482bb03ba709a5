//! Policies and values that are Python callables.

use std::sync::Arc;

use numpy::PyArrayDyn;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use tdf::rand::Rng as _;
use tdf::search::{Policy, PolicyError, Proposal, Query, Value};
use tdf::{DynDomain, Edit, NodeId, ObservationPair, Rng};

use crate::edits::PyEdit;
use crate::observation::observation_array;
use crate::program::PyProgram;
use crate::subject::Subject;
use crate::values;

/// Question to a policy: a program, its observation and the target.
#[pyclass(frozen, get_all, name = "Query", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyQuery {
    /// Program to be edited.
    program: Py<PyProgram>,
    /// Observation of the program.
    observation: Py<PyArrayDyn<u8>>,
    /// Observation of the target.
    target: Py<PyArrayDyn<u8>>,
    /// Rows of inputs.
    inputs: Vec<Vec<Py<PyAny>>>,
    /// Random number of this query: a policy that uses no other one gives results that repeat.
    seed: u64,
}

/// A callable, and the exception that it raised.
#[derive(Debug)]
pub(crate) struct Callable {
    pub function: Py<PyAny>,
    pub domain: Arc<dyn DynDomain>,
    pub raised: Option<PyErr>,
}

impl Callable {
    /// Calls the function; an exception is kept, and raised when the search has ended.
    fn call<T>(&mut self, work: impl FnOnce(&Self, Python<'_>) -> PyResult<T>) -> Result<T, PolicyError> {
        let result = Python::attach(|py| work(self, py));
        result.map_err(|error| {
            let message = PolicyError(error.to_string());
            self.raised = Some(error);
            message
        })
    }

    fn query(&self, py: Python<'_>, subject: &Subject, query: &Query<'_>, rng: &mut Rng) -> PyResult<PyQuery> {
        let spec = crate::observation::with_rows(self.domain.observation_spec(), query.inputs.rows().len());
        let program = PyProgram::new(subject, self.domain.start(), query.program.clone());
        Ok(PyQuery {
            program: Py::new(py, program)?,
            observation: observation_array(py, spec, query.observation.to_vec(), None)?.unbind(),
            target: observation_array(py, spec, query.target.to_vec(), None)?.unbind(),
            inputs: values::rows(py, query.inputs)?,
            seed: rng.next_u64(),
        })
    }
}

impl Policy for Callable {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        self.call(|this, py| {
            let subject = Subject::of_domain(Arc::clone(&this.domain));
            let asked = queries.iter().zip(rngs);
            let asked = asked.map(|(query, rng)| this.query(py, &subject, query, rng));
            let asked = asked.collect::<PyResult<Vec<_>>>()?;
            let answer = this.function.bind(py).call1((asked, samples, temperature))?;
            let answers: Vec<Bound<'_, PyAny>> = answer.try_iter()?.collect::<PyResult<_>>()?;
            if answers.len() != queries.len() {
                let (found, wanted) = (answers.len(), queries.len());
                return Err(PyValueError::new_err(format!(
                    "the policy answered {found} of {wanted} queries"
                )));
            }
            let of_query = |(query, proposals): (&Query<'_>, &Bound<'_, PyAny>)| {
                let program = PyProgram::new(&subject, this.domain.start(), query.program.clone());
                let proposals = proposals.try_iter()?;
                proposals
                    .map(|proposed| proposal(&program, &proposed?))
                    .collect::<PyResult<Vec<_>>>()
            };
            queries.iter().zip(&answers).map(of_query).collect()
        })
    }
}

/// A proposal: an edit, or an edit with the log-probability of the whole and perhaps that of its position.
fn proposal(program: &PyProgram, proposed: &Bound<'_, PyAny>) -> PyResult<Proposal> {
    let wrong =
        || PyTypeError::new_err("a proposal is an Edit, or a tuple of an Edit and one or two log-probabilities");
    if proposed.cast::<PyEdit>().is_ok() {
        return Ok(Proposal::unweighted(edit(program, proposed)?));
    }
    let tuple = proposed.cast::<PyTuple>().map_err(|_| wrong())?;
    if !(2..=3).contains(&tuple.len()) {
        return Err(wrong());
    }
    let log_probability: f32 = tuple.get_item(1)?.extract()?;
    let position_log_probability = match tuple.len() {
        3 => tuple.get_item(2)?.extract()?,
        _ => log_probability,
    };
    Ok(Proposal {
        edit: edit(program, &tuple.get_item(0)?)?,
        position_log_probability,
        log_probability,
    })
}

/// The edit of `program`; it must be one.
fn edit(program: &PyProgram, edit: &Bound<'_, PyAny>) -> PyResult<Edit> {
    let edit = edit
        .cast::<PyEdit>()
        .map_err(|_| PyTypeError::new_err("an Edit is wanted"))?;
    let (node, replacement) = edit.get().parts();
    program.check_edit(node, replacement)?;
    Ok(Edit {
        node: NodeId(node.0),
        replacement: replacement.tree.nodes().to_vec(),
    })
}

impl Value for Callable {
    fn distances(&mut self, pairs: &[ObservationPair<'_>]) -> Result<Vec<f32>, PolicyError> {
        self.call(|this, py| {
            let rows = pairs.first().map_or(0, |pair| pair.inputs.rows().len());
            let same = pairs.iter().all(|pair| pair.inputs.rows().len() == rows);
            if !same {
                return Err(PyValueError::new_err("a value takes tasks with one number of rows"));
            }
            let spec = crate::observation::with_rows(this.domain.observation_spec(), rows);
            let array = |of: fn(&ObservationPair<'_>) -> Vec<u8>| {
                observation_array(py, spec, pairs.iter().flat_map(of).collect(), Some(pairs.len()))
            };
            let (current, target) = (
                array(|pair| pair.current.to_vec())?,
                array(|pair| pair.target.to_vec())?,
            );
            let answer = this.function.bind(py).call1((current, target))?;
            let distances: Vec<f32> = answer.extract()?;
            if distances.len() != pairs.len() {
                let (found, wanted) = (distances.len(), pairs.len());
                return Err(PyValueError::new_err(format!(
                    "the value answered {found} of {wanted} pairs"
                )));
            }
            Ok(distances)
        })
    }
}
