//! `ExampleStream`, `ExampleBatches` and `ExampleBatch`.

use std::sync::Arc;

use numpy::{IntoPyArray as _, PyArray2, PyArrayDyn, PyArrayMethods as _};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tdf::DynDomain;
use tdf::examples::{BatchLoader, Example, ExampleEncoder, ExampleStream};

use crate::collate::{Arrays, Collator};
use crate::config::{PyConfig, config_for};
use crate::domain::PyDomain;
use crate::edits::PyEdit;
use crate::errors::{DataError, raise};
use crate::example_batch::PyExampleBatch;
use crate::observation::{observation_array, with_rows};
use crate::program::PyProgram;
use crate::subject::Subject;
use crate::values;

/// Batches of one thread that wait or are being made, at most.
const AHEAD: usize = 4;

/// Endless stream of training examples: what `tdf train` trains on. Example `i` depends on the seed and on `i` alone.
#[pyclass(frozen, name = "ExampleStream", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyExampleStream {
    stream: Arc<ExampleStream>,
    collator: Arc<Collator>,
    seed: u64,
}

#[pymethods]
impl PyExampleStream {
    #[new]
    #[pyo3(signature = (domain, *, config = None, seed = None))]
    fn new(
        py: Python<'_>,
        domain: &Bound<'_, PyDomain>,
        config: Option<&Bound<'_, PyConfig>>,
        seed: Option<u64>,
    ) -> PyResult<Self> {
        let domain = Arc::clone(&domain.get().domain);
        let config = config_for(config, &*domain)?;
        let seed = seed.unwrap_or(config.train.seed);
        py.detach(|| {
            config.check_edits(&*domain).map_err(raise::<DataError>)?;
            let greatest = *config.program.size.range().end();
            let generation = config.train.objective.generation(&*domain, greatest);
            let generation = generation.map_err(raise::<DataError>)?;
            let options = config.example_options();
            let stream = ExampleStream::with_generation(Arc::clone(&domain), options, generation, seed);
            let encoder = ExampleEncoder::for_domain(Arc::clone(&domain), config.noise.max_edit_size);
            Ok(Self {
                stream: Arc::new(stream.map_err(raise::<DataError>)?),
                collator: Arc::new(Collator {
                    encoder: encoder.map_err(raise::<DataError>)?,
                    spec: domain.observation_spec().unbound(),
                    domain,
                    pool: Arc::default(),
                }),
                seed,
            })
        })
    }

    /// Seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Domain of the programs.
    #[getter]
    fn domain(&self) -> PyDomain {
        PyDomain::of(Arc::clone(&self.collator.domain))
    }

    /// Number of ids that programs are written in: tokens, end and anchor.
    #[getter]
    fn vocabulary(&self) -> usize {
        self.collator.encoder.tokenizer().vocabulary().len()
    }

    /// Masks of decisions, `[mask_count, tokens + 1]`: the rows that `ExampleBatch.decision_masks` names.
    fn mask_matrix<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<bool>>> {
        let masks = self.collator.encoder.tokenizer().masks();
        let flags: Vec<bool> = masks.matrix().into_iter().map(|byte| byte != 0).collect();
        let width = masks.vocabulary().end().index() + 1;
        flags.into_pyarray(py).reshape([masks.mask_count(), width])
    }

    /// Example number `index`.
    fn example(&self, py: Python<'_>, index: u64) -> PyResult<PyExample> {
        let mut example = Example::default();
        check(index)?;
        let made = py.detach(|| self.stream.example(index, &mut example));
        made.map_err(raise::<DataError>)?;
        Ok(PyExample {
            domain: Arc::clone(&self.collator.domain),
            example,
        })
    }

    /// Batches of `size` examples, beginning with example `first`.
    #[pyo3(signature = (size, *, first = 0, threads = 1, ahead = None, part = None))]
    fn batches(
        &self,
        size: usize,
        first: u64,
        threads: usize,
        ahead: Option<usize>,
        part: Option<(usize, usize)>,
    ) -> PyResult<PyExampleBatches> {
        check(first)?;
        let (begin, end) = part.unwrap_or((0, size));
        if size == 0 || begin >= end || end > size {
            return Err(PyValueError::new_err(format!(
                "size {size}, part ({begin}, {end}): a batch has 1 example or more, and a part lies in it"
            )));
        }
        if threads == 0 {
            return Err(PyValueError::new_err("threads: 1 or more are wanted"));
        }
        let loader = BatchLoader::start_part(
            Arc::clone(&self.stream),
            Arc::clone(&self.collator),
            first,
            size,
            begin..end,
            threads,
            ahead.unwrap_or(AHEAD * threads),
        );
        Ok(PyExampleBatches {
            loader,
            collator: Arc::clone(&self.collator),
            next: first + begin as u64,
            size: size as u64,
        })
    }

    /// Programs so far that the domain could not render. Others were sampled in their place.
    #[getter]
    fn render_failures(&self) -> u64 {
        self.stream.render_failures()
    }

    fn __repr__(&self) -> String {
        format!("ExampleStream({:?}, seed={})", self.collator.domain.name(), self.seed)
    }
}

fn check(index: u64) -> PyResult<()> {
    match index < 1 << 62 {
        true => Ok(()),
        false => Err(PyValueError::new_err("examples have numbers below 2**62")),
    }
}

/// Training example.
#[pyclass(frozen, name = "Example", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyExample {
    domain: Arc<dyn DynDomain>,
    example: Example,
}

impl PyExample {
    fn program(&self, tree: &tdf::Tree) -> PyProgram {
        let subject = Subject::of_domain(Arc::clone(&self.domain));
        PyProgram::new(&subject, self.domain.start(), tree.clone())
    }

    fn observation<'py>(&self, py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        let spec = with_rows(self.domain.observation_spec(), self.example.inputs.rows().len());
        observation_array(py, spec, bytes.to_vec(), None)
    }
}

#[pymethods]
impl PyExample {
    /// Program to be found.
    #[getter]
    fn target(&self) -> PyProgram {
        self.program(&self.example.target)
    }

    /// Program at hand; `None` if nothing is generated yet.
    #[getter]
    fn current(&self) -> Option<PyProgram> {
        let current = &self.example.current;
        (!current.nodes().is_empty()).then(|| self.program(current))
    }

    /// Next edit on the path to the target; `None` where a program is generated.
    #[getter]
    fn edit(&self, py: Python<'_>) -> PyResult<Option<PyEdit>> {
        let (Some(edit), Some(current)) = (&self.example.edit, self.current()) else {
            return Ok(None);
        };
        PyEdit::of(py, &current, edit).map(Some)
    }

    /// Edits left to the target, this one included.
    #[getter]
    fn distance(&self) -> u32 {
        self.example.distance
    }

    /// Observation of the target.
    #[getter]
    fn target_observation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        self.observation(py, &self.example.target_image)
    }

    /// Observation of the program at hand.
    #[getter]
    fn current_observation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        self.observation(py, &self.example.image)
    }

    /// Rows of inputs that both programs run on.
    #[getter]
    fn inputs(&self, py: Python<'_>) -> PyResult<Vec<Vec<Py<PyAny>>>> {
        values::rows(py, &self.example.inputs)
    }

    fn __repr__(&self) -> String {
        let text = |tree: &tdf::Tree| match tree.nodes() {
            [] => "None".to_owned(),
            nodes => format!("{:?}", self.domain.language().print(nodes)),
        };
        format!(
            "Example(current={}, target={}, distance={})",
            text(&self.example.current),
            text(&self.example.target),
            self.example.distance
        )
    }
}

/// Iterator over batches. It ends only with an exception.
#[pyclass(name = "ExampleBatches", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyExampleBatches {
    loader: BatchLoader<Collator>,
    collator: Arc<Collator>,
    next: u64,
    size: u64,
}

#[pymethods]
impl PyExampleBatches {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<PyExampleBatch> {
        let made = py.detach(|| {
            let collected = self.loader.next_batch()?;
            let arrays = Arrays::new(&collected.encoded);
            Ok::<_, tdf::examples::BatchLoaderError>((collected, arrays))
        });
        let (collected, arrays) = made.map_err(raise::<DataError>)?;
        let first = self.next;
        self.next += self.size;
        PyExampleBatch::new(py, &self.collator, first, collected, arrays)
    }
}
