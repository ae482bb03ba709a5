//! `Edit`, `Mutator` and `EditPath`.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tdf::{NodeChoice, NodeId, NoiseOptions, PathOptions, Tree, rng_stream};

use crate::domain::subject_of;
use crate::errors::{SizeError, raise};
use crate::program::{PyProgram, tree_of};
use crate::subject::Subject;

/// Replacement of a part of a program.
#[pyclass(frozen, name = "Edit", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyEdit {
    node: NodeId,
    replacement: Py<PyProgram>,
}

impl PyEdit {
    /// The edit of `program`, with the names that Python knows.
    pub fn of(py: Python<'_>, program: &PyProgram, edit: &tdf::Edit) -> PyResult<Self> {
        let start = program.nonterminal_of(edit.node);
        let tree = Tree::from_nodes(edit.replacement.clone());
        Ok(Self {
            node: edit.node,
            replacement: Py::new(py, PyProgram::new(&program.subject, start, tree))?,
        })
    }

    /// The node and what takes its place.
    pub fn parts(&self) -> (NodeId, &PyProgram) {
        (self.node, self.replacement.get())
    }
}

#[pymethods]
impl PyEdit {
    #[new]
    fn new(program: &Bound<'_, PyProgram>, node: usize, replacement: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (py, program) = (program.py(), program.get());
        let node = program.node(node)?;
        let start = program.nonterminal_of(node);
        let tree = tree_of(&program.subject, start, replacement)?;
        Ok(Self {
            node,
            replacement: Py::new(py, PyProgram::new(&program.subject, start, tree))?,
        })
    }

    /// Root of the part that is replaced, in pre-order.
    #[getter]
    fn node(&self) -> u32 {
        self.node.0
    }

    /// Part that takes its place.
    #[getter]
    fn replacement(&self, py: Python<'_>) -> Py<PyProgram> {
        self.replacement.clone_ref(py)
    }

    /// Program after the edit.
    fn apply(&self, program: &Bound<'_, PyProgram>) -> PyResult<PyProgram> {
        let replacement = self.replacement.bind(program.py()).as_any();
        program.get().replace(self.node.index(), replacement)
    }

    fn __repr__(&self) -> String {
        format!(
            "Edit(node={}, replacement={:?})",
            self.node.0,
            self.replacement.get().text()
        )
    }
}

/// `max_edit_size` as the binary takes it: 2, or the least whose edits make all programs if that is more.
fn edit_size(subject: &Subject, given: Option<u32>) -> PyResult<u32> {
    let most = NoiseOptions::GREATEST_MAX_EDIT_SIZE;
    match given {
        Some(size) if !(1..=most).contains(&size) => Err(PyValueError::new_err(format!(
            "max_edit_size {size}: allowed is 1 to {most}"
        ))),
        Some(size) => Ok(size),
        None => Ok(tdf::EditPath::least_max_edit_size(subject.language.grammar(), &subject.size).max(2)),
    }
}

/// The node choice by its name in configurations.
pub(crate) fn node_choice(name: &str) -> PyResult<NodeChoice> {
    match name {
        "size" => Ok(NodeChoice::Size),
        "rule" => Ok(NodeChoice::Rule),
        "uniform" => Ok(NodeChoice::Uniform),
        other => Err(PyValueError::new_err(format!(
            "choice {other:?}: allowed are \"size\", \"rule\" and \"uniform\""
        ))),
    }
}

/// Noise of tree diffusion: small random mutations.
#[pyclass(frozen, name = "Mutator", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyMutator {
    subject: Subject,
    mutator: tdf::Mutator,
    max_edit_size: u32,
}

#[pymethods]
impl PyMutator {
    #[new]
    #[pyo3(signature = (language, *, max_edit_size = None, choice = "size", measure = None))]
    fn new(
        py: Python<'_>,
        language: &Bound<'_, PyAny>,
        max_edit_size: Option<u32>,
        choice: &str,
        measure: Option<&str>,
    ) -> PyResult<Self> {
        let subject = subject_of(language)?.measured(measure)?;
        let options = NoiseOptions {
            max_edit_size: edit_size(&subject, max_edit_size)?,
            choice: node_choice(choice)?,
        };
        let grammar = Arc::clone(subject.language.grammar());
        let mutator = py.detach(|| tdf::Mutator::new(grammar, subject.size.clone(), options));
        Ok(Self {
            mutator,
            max_edit_size: options.max_edit_size,
            subject,
        })
    }

    /// Greatest size of a removed or inserted part.
    #[getter]
    fn max_edit_size(&self) -> u32 {
        self.max_edit_size
    }

    /// Program after `steps` mutations: what `tdf mutate` prints for line `index` (from 0) of its input.
    #[pyo3(signature = (program, *, seed = 0, index = 0, steps = 1))]
    fn mutate(&self, program: &Bound<'_, PyAny>, seed: u64, index: u64, steps: u32) -> PyResult<PyProgram> {
        let start = self.subject.language.grammar().start;
        let mut tree = tree_of(&self.subject, start, program)?;
        let mut rng = rng_stream(seed, index);
        let fits = program
            .py()
            .detach(|| (0..steps).all(|_| self.mutator.mutate(&mut tree, &mut rng)));
        if !fits {
            return Err(raise::<SizeError>(format!(
                "max_edit_size {}: the program has no node that can be mutated within this size",
                self.max_edit_size
            )));
        }
        Ok(PyProgram::new(&self.subject, start, tree))
    }

    /// Mutation as an edit; `None` if no node can be mutated.
    #[pyo3(signature = (program, *, seed = 0, index = 0))]
    fn propose(&self, program: &Bound<'_, PyAny>, seed: u64, index: u64) -> PyResult<Option<PyEdit>> {
        let start = self.subject.language.grammar().start;
        let tree = tree_of(&self.subject, start, program)?;
        let edit = self.mutator.propose(&tree, &mut rng_stream(seed, index));
        let program_of = PyProgram::new(&self.subject, start, tree);
        edit.map(|edit| PyEdit::of(program.py(), &program_of, &edit))
            .transpose()
    }

    fn __repr__(&self) -> String {
        let name = &self.subject.language.grammar().name;
        format!("Mutator({name:?}, max_edit_size={})", self.max_edit_size)
    }
}

/// Edit paths between programs: TreeDiff of the paper.
#[pyclass(frozen, name = "EditPath", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyEditPath {
    subject: Subject,
    paths: tdf::EditPath,
    max_edit_size: u32,
}

#[pymethods]
impl PyEditPath {
    #[new]
    #[pyo3(signature = (language, *, max_edit_size = None, measure = None))]
    fn new(
        py: Python<'_>,
        language: &Bound<'_, PyAny>,
        max_edit_size: Option<u32>,
        measure: Option<&str>,
    ) -> PyResult<Self> {
        let subject = subject_of(language)?.measured(measure)?;
        let max_edit_size = edit_size(&subject, max_edit_size)?;
        let grammar = Arc::clone(subject.language.grammar());
        let paths = py.detach(|| tdf::EditPath::new(grammar, subject.size.clone(), PathOptions { max_edit_size }));
        let paths = paths.map_err(|error| raise::<SizeError>(format!("max_edit_size {max_edit_size}: {error}")))?;
        Ok(Self {
            subject,
            paths,
            max_edit_size,
        })
    }

    /// Greatest size of an inserted part.
    #[getter]
    fn max_edit_size(&self) -> u32 {
        self.max_edit_size
    }

    /// Edits that lead from `source` to `target`, applied one after the other.
    #[pyo3(signature = (source, target, *, seed = 0))]
    fn find(&self, source: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>, seed: u64) -> PyResult<Vec<PyEdit>> {
        let (py, start) = (source.py(), self.subject.language.grammar().start);
        let from = tree_of(&self.subject, start, source)?;
        let to = tree_of(&self.subject, start, target)?;
        let edits = py.detach(|| self.paths.find(&from, &to, &mut rng_stream(seed, 0)));
        let mut program = PyProgram::new(&self.subject, start, from);
        let mut found = Vec::with_capacity(edits.len());
        for edit in &edits {
            found.push(PyEdit::of(py, &program, edit)?);
            edit.apply(&mut program.tree);
        }
        Ok(found)
    }

    /// Programs on the way, both ends included: what `tdf path` prints.
    #[pyo3(signature = (source, target, *, seed = 0))]
    fn programs(&self, source: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>, seed: u64) -> PyResult<Vec<PyProgram>> {
        let (py, start) = (source.py(), self.subject.language.grammar().start);
        let mut tree = tree_of(&self.subject, start, source)?;
        let to = tree_of(&self.subject, start, target)?;
        let edits = py.detach(|| self.paths.find(&tree, &to, &mut rng_stream(seed, 0)));
        let mut programs = vec![PyProgram::new(&self.subject, start, tree.clone())];
        for edit in &edits {
            edit.apply(&mut tree);
            programs.push(PyProgram::new(&self.subject, start, tree.clone()));
        }
        Ok(programs)
    }

    fn __repr__(&self) -> String {
        let name = &self.subject.language.grammar().name;
        format!("EditPath({name:?}, max_edit_size={})", self.max_edit_size)
    }
}
