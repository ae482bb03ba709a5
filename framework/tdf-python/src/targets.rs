//! Targets of a search, as callers name them.

use std::sync::Arc;

use numpy::{PyArrayDyn, PyArrayMethods as _, PyUntypedArrayMethods as _};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tdf::search::Target;
use tdf::{DynDomain, Inputs, Value, bind};

use crate::errors::{SearchError, raise};
use crate::observation::{observation_bytes, shape};
use crate::program::PyProgram;
use crate::tasks::{PyTask, PyTaskSet};
use crate::values;

/// A target that owns its observation.
#[derive(Debug)]
pub(crate) struct OwnedTarget {
    /// Bound to the inputs.
    pub domain: Arc<dyn DynDomain>,
    pub observation: Vec<u8>,
    /// What a solution renders to, if it is known.
    pub image: Option<Vec<u8>>,
}

impl OwnedTarget {
    pub fn target(&self) -> Target<'_> {
        Target {
            inputs: self.domain.inputs(),
            observation: &self.observation,
            image: self.image.as_deref(),
        }
    }
}

/// All targets that `targets` names.
pub(crate) fn targets(domain: &Arc<dyn DynDomain>, targets: &Bound<'_, PyAny>) -> PyResult<Vec<OwnedTarget>> {
    if let Ok(set) = targets.cast::<PyTaskSet>() {
        let set = set.get();
        return (0..set.tasks.len())
            .map(|index| of_task(domain, &set.task(index)?))
            .collect();
    }
    if let Ok(array) = targets.cast::<PyArrayDyn<u8>>()
        && array.shape().len() == shape(domain.observation_spec()).len() + 1
    {
        let rows = targets.try_iter()?;
        return rows.map(|row| target(domain, &row?)).collect();
    }
    if targets.is_instance_of::<pyo3::types::PyList>() {
        return targets.try_iter()?.map(|one| target(domain, &one?)).collect();
    }
    Ok(vec![target(domain, targets)?])
}

fn target(domain: &Arc<dyn DynDomain>, target: &Bound<'_, PyAny>) -> PyResult<OwnedTarget> {
    if let Ok(task) = target.cast::<PyTask>() {
        return of_task(domain, task.get());
    }
    if let Ok(program) = target.cast::<PyProgram>() {
        return of_program(domain, program);
    }
    if let Ok((rows, outputs)) = target.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() {
        return of_examples(domain, &rows, &outputs);
    }
    if target
        .cast::<PyArrayDyn<u8>>()
        .is_ok_and(|array| array.try_readonly().is_ok())
    {
        let observation = observation_bytes(domain.observation_spec(), "target", target)?;
        return Ok(of_observation(domain, observation));
    }
    Err(PyTypeError::new_err(
        "a target is a Task, an array of the type uint8, a Program, or a pair of inputs and outputs; targets are one of these, a list \
         of them, a TaskSet, or an array of images",
    ))
}

fn of_observation(domain: &Arc<dyn DynDomain>, observation: Vec<u8>) -> OwnedTarget {
    // An observation of something unknown cannot be checked.
    let image = (!domain.has_observation_model()).then(|| observation.clone());
    OwnedTarget {
        domain: Arc::clone(domain),
        observation,
        image,
    }
}

fn of_task(domain: &Arc<dyn DynDomain>, task: &PyTask) -> PyResult<OwnedTarget> {
    if task.domain.name() != domain.name() {
        let (theirs, ours) = (task.domain.name(), domain.name());
        return Err(raise::<SearchError>(format!(
            "a task of the domain {theirs:?}, not of {ours:?}"
        )));
    }
    Ok(OwnedTarget {
        domain: Arc::clone(&task.domain),
        observation: task.task.image.clone(),
        image: Some(task.task.plain().to_vec()),
    })
}

fn of_program(domain: &Arc<dyn DynDomain>, program: &Bound<'_, PyProgram>) -> PyResult<OwnedTarget> {
    let nodes = program.get().tree.nodes();
    let mut plain = domain.observation_spec().blank();
    domain
        .render(nodes, &mut plain)
        .map_err(raise::<crate::errors::RenderError>)?;
    let mut target = of_observation(domain, plain.clone());
    if domain.has_observation_model() {
        let seen = domain.observe_target(nodes, 0, &mut target.observation);
        seen.map_err(raise::<crate::errors::RenderError>)?;
    }
    target.image = Some(plain);
    Ok(target)
}

/// Inputs and the outputs that programs are to give.
fn of_examples(
    domain: &Arc<dyn DynDomain>,
    rows: &Bound<'_, PyAny>,
    outputs: &Bound<'_, PyAny>,
) -> PyResult<OwnedTarget> {
    let Some(signature) = domain.signature() else {
        return Err(raise::<SearchError>(format!(
            "programs of {} take no inputs",
            domain.name()
        )));
    };
    let inputs: Inputs = values::inputs(&signature, rows)?;
    let outputs = outputs.try_iter()?.map(|output| match output? {
        none if none.is_none() => Ok(None),
        output => values::value(signature.output_kinds, &output).map(Some),
    });
    let outputs: Vec<Option<Value>> = outputs.collect::<PyResult<_>>()?;
    if outputs.len() != inputs.rows().len() {
        let (given, wanted) = (outputs.len(), inputs.rows().len());
        return Err(raise::<SearchError>(format!(
            "{given} outputs for {wanted} rows of inputs"
        )));
    }
    let bound = bind(domain, &inputs).map_err(raise::<SearchError>)?;
    let Some(spec) = bound.observation_spec().values() else {
        return Err(raise::<SearchError>(format!(
            "programs of {} have images",
            domain.name()
        )));
    };
    Ok(of_observation(&bound, spec.encode(&outputs)))
}
