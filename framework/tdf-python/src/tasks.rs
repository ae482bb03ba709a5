//! `Task`, `TaskSet` and `tasks`.

use std::path::PathBuf;
use std::sync::Arc;

use numpy::PyArrayDyn;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use tdf::eval::TaskScorer;
use tdf::tasks::{Task, TaskOptions, make_tasks, read_tasks, write_tasks};
use tdf::{DynDomain, bind};

use crate::domain::PyDomain;
use crate::errors::{DataError, FileError, raise};
use crate::notebook;
use crate::observation::observation_array;
use crate::program::PyProgram;
use crate::subject::{Subject, sizes};
use crate::values;

/// Bytes of the largest task set that is read.
const LARGEST: u64 = 1 << 28;

/// Observation to be explained.
#[pyclass(frozen, name = "Task", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyTask {
    /// Bound to the inputs of the task.
    pub domain: Arc<dyn DynDomain>,
    pub task: Task,
}

#[pymethods]
impl PyTask {
    /// Name in the benchmark that it is from.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.task.name.as_deref()
    }

    /// Program with this observation, if one is known.
    #[getter]
    fn program(&self) -> Option<PyProgram> {
        let subject = Subject::of_domain(Arc::clone(&self.domain));
        let program = self.task.program.clone();
        program.map(|tree| PyProgram::new(&subject, self.domain.start(), tree))
    }

    /// Observation of the target.
    #[getter]
    fn observation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        observation_array(py, self.domain.observation_spec(), self.task.image.clone(), None)
    }

    /// Observation that a solution has, where targets are seen in another form.
    #[getter]
    fn plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        observation_array(py, self.domain.observation_spec(), self.task.plain().to_vec(), None)
    }

    /// Rows of inputs.
    #[getter]
    fn inputs(&self, py: Python<'_>) -> PyResult<Vec<Vec<Py<PyAny>>>> {
        values::rows(py, &self.task.inputs)
    }

    /// Output of each row; `None` for images.
    #[getter]
    fn outputs(&self, py: Python<'_>) -> PyResult<Option<Vec<Option<Py<PyAny>>>>> {
        let spec = self.domain.observation_spec().values();
        spec.map(|spec| values::outputs(py, &spec.decode(self.task.plain())))
            .transpose()
    }

    fn __repr__(&self) -> String {
        match &self.task.program {
            Some(program) => format!("Task({:?})", self.domain.language().print(program.nodes())),
            None => format!("Task({} rows)", self.task.inputs.rows().len()),
        }
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> Option<Bound<'py, pyo3::types::PyBytes>> {
        let png = tdf::eval::png_bytes(self.domain.canvas()?, &self.task.image).ok()?;
        Some(pyo3::types::PyBytes::new(py, &png))
    }
}

/// Sequence of tasks. A notebook shows it as a table.
#[pyclass(frozen, name = "TaskSet", module = "tdf", sequence)]
#[derive(Debug)]
pub(crate) struct PyTaskSet {
    pub domain: Arc<dyn DynDomain>,
    pub tasks: Vec<Task>,
    options: TaskOptions,
}

impl PyTaskSet {
    pub fn task(&self, index: usize) -> PyResult<PyTask> {
        let task = self.tasks[index].clone();
        let domain = bind(&self.domain, &task.inputs).map_err(raise::<DataError>)?;
        Ok(PyTask { domain, task })
    }

    /// What `tdf tasks` prints.
    fn lines(&self) -> PyResult<Vec<u8>> {
        let mut out = Vec::new();
        let known = self.tasks.iter().all(|task| task.program.is_some());
        let scorer = known
            .then(|| TaskScorer::new(&self.domain, &self.tasks, ""))
            .transpose();
        let scorer = scorer.map_err(raise::<DataError>)?;
        let reducible = scorer.as_ref().map_or(&[][..], TaskScorer::reducible);
        write_tasks(&self.domain, &self.options, &self.tasks, reducible, &mut out).map_err(raise::<DataError>)?;
        Ok(out)
    }
}

#[pymethods]
impl PyTaskSet {
    /// Reads a file of tasks. Raises `DataError` with file and line.
    #[staticmethod]
    fn read(py: Python<'_>, domain: &Bound<'_, PyDomain>, path: PathBuf) -> PyResult<Self> {
        let domain = Arc::clone(&domain.get().domain);
        py.detach(|| {
            let name = path.display().to_string();
            let bytes = tdf_files::read(&path, LARGEST).map_err(|e| raise::<FileError>(format!("{name}: {e}")))?;
            let tasks = read_tasks(&domain, &name, bytes).map_err(raise::<DataError>)?;
            Ok(Self {
                options: TaskOptions::new(tasks.len(), 0..=0, 0),
                domain,
                tasks,
            })
        })
    }

    /// Lines that `tdf tasks` prints.
    fn jsonl(&self, py: Python<'_>) -> PyResult<String> {
        let lines = py.detach(|| self.lines())?;
        String::from_utf8(lines).map_err(raise::<DataError>)
    }

    /// Writes the lines of `jsonl` to a file.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| {
            let lines = self.lines()?;
            tdf::eval::write_file(&path, &lines).map_err(raise::<FileError>)
        })
    }

    /// Domain of the tasks.
    #[getter]
    fn domain(&self) -> PyDomain {
        PyDomain::of(Arc::clone(&self.domain))
    }

    /// Images of all tasks, `[n, height, width, channels]`.
    #[getter]
    fn observations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        if self.domain.canvas().is_none() {
            let message = "tasks with inputs have observations of several shapes: take those of single tasks";
            return Err(raise::<DataError>(message));
        }
        let bytes = self.tasks.iter().flat_map(|task| task.image.iter().copied()).collect();
        observation_array(py, self.domain.observation_spec(), bytes, Some(self.tasks.len()))
    }

    fn __len__(&self) -> usize {
        self.tasks.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<PyTask> {
        let len = self.tasks.len();
        let at = if index < 0 {
            index.checked_add_unsigned(len)
        } else {
            Some(index)
        };
        match at.and_then(|at| usize::try_from(at).ok()).filter(|at| *at < len) {
            Some(at) => self.task(at),
            None => Err(PyIndexError::new_err(format!(
                "the set has {len} tasks, {index} is none of them"
            ))),
        }
    }

    fn __repr__(&self) -> String {
        format!("TaskSet({:?}, {} tasks)", self.domain.name(), self.tasks.len())
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let row = |task: &Task| {
            let png = self
                .domain
                .canvas()
                .and_then(|canvas| tdf::eval::png_bytes(canvas, &task.image).ok());
            let program = task
                .program
                .as_ref()
                .map(|tree| self.domain.language().print(tree.nodes()));
            vec![
                notebook::Cell::image(png),
                notebook::Cell::Text(program.unwrap_or_default()),
            ]
        };
        notebook::table(py, &["task", "program"], self.tasks.iter().map(row), self.tasks.len())
    }
}

/// Random tasks with distinct observations: what `tdf tasks` prints.
#[pyfunction]
#[pyo3(signature = (domain, n = 256, *, size = None, seed = 0, hard = None))]
pub(crate) fn tasks(
    py: Python<'_>,
    domain: &Bound<'_, PyDomain>,
    n: usize,
    size: Option<&Bound<'_, PyAny>>,
    seed: u64,
    hard: Option<u8>,
) -> PyResult<PyTaskSet> {
    let domain = Arc::clone(&domain.get().domain);
    let size = size.map_or(Ok(tdf::SizeRange { least: 2, greatest: 8 }), sizes)?;
    if hard.is_some_and(|hard| !(1..=99).contains(&hard)) {
        return Err(raise::<DataError>("hard: a percentile of 1 to 99 is wanted"));
    }
    let options = TaskOptions {
        count: n,
        sizes: size.range(),
        seed,
        hard,
    };
    let tasks = py
        .detach(|| make_tasks(&domain, &options))
        .map_err(raise::<DataError>)?;
    Ok(PyTaskSet { domain, tasks, options })
}
