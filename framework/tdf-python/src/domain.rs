//! `Domain`: a language with a renderer, or with a meaning of its programs on inputs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use numpy::PyArrayDyn;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rayon::prelude::*;
use tdf::plugin::{DomainSource, find};
use tdf::{DynDomain, ReadOptions, Tree, rng_stream};

use crate::errors::{DomainError, RenderError, raise};
use crate::grammar::{PyLanguage, SampleRequest};
use crate::observation::{observation_array, observation_bytes};
use crate::program::{PyProgram, tree_of};
use crate::subject::{Subject, parse};
use crate::values;

/// A language with a renderer, or with a meaning of its programs on inputs.
#[pyclass(frozen, name = "Domain", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyDomain {
    pub domain: Arc<dyn DynDomain>,
    subject: Subject,
}

/// The language or domain that an argument is.
pub(crate) fn subject_of(language: &Bound<'_, PyAny>) -> PyResult<Subject> {
    if let Ok(language) = language.cast::<PyLanguage>() {
        return Ok(language.get().subject.clone());
    }
    match language.cast::<PyDomain>() {
        Ok(domain) => Ok(domain.get().subject.clone()),
        Err(_) => Err(PyTypeError::new_err("a Language or a Domain is wanted")),
    }
}

impl PyDomain {
    pub fn of(domain: Arc<dyn DynDomain>) -> Self {
        Self {
            subject: Subject::of_domain(Arc::clone(&domain)),
            domain,
        }
    }

    fn tree(&self, program: &Bound<'_, PyAny>) -> PyResult<Tree> {
        tree_of(&self.subject, self.domain.start(), program)
    }

    /// The trees of a program or of several, and whether it is one.
    fn trees(&self, programs: &Bound<'_, PyAny>) -> PyResult<(Vec<Tree>, bool)> {
        if programs.extract::<String>().is_ok() || programs.cast::<PyProgram>().is_ok() {
            return Ok((vec![self.tree(programs)?], true));
        }
        let trees = programs.try_iter()?.map(|program| self.tree(&program?));
        Ok((trees.collect::<PyResult<_>>()?, false))
    }

    /// Observations of programs, one behind the other.
    fn observe_all(
        &self,
        py: Python<'_>,
        trees: &[Tree],
        observe: impl Fn(usize, &Tree, &mut [u8]) -> Result<(), tdf::RenderError> + Sync + Send,
    ) -> PyResult<Vec<u8>> {
        let bytes = self.domain.observation_spec().bytes();
        py.detach(|| {
            let mut images = vec![0; bytes * trees.len()];
            let failed = images
                .par_chunks_exact_mut(bytes.max(1))
                .zip(trees)
                .enumerate()
                .find_map_first(|(at, (image, tree))| observe(at, tree, image).err().map(|error| (at, error)));
            match failed {
                None => Ok(images),
                Some((at, error)) => {
                    let text = self.domain.language().print(trees[at].nodes());
                    Err(raise::<RenderError>(format!("{text}: {error}")))
                }
            }
        })
    }

    fn array<'py>(
        &self,
        py: Python<'py>,
        bytes: Vec<u8>,
        one: bool,
        count: usize,
    ) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        observation_array(py, self.domain.observation_spec(), bytes, (!one).then_some(count))
    }
}

#[pymethods]
impl PyDomain {
    #[new]
    #[pyo3(signature = (name = None, *, grammar = None, library = None, options = BTreeMap::new(), features = Vec::new(), progress = None))]
    fn new(
        py: Python<'_>,
        name: Option<String>,
        grammar: Option<PathBuf>,
        library: Option<PathBuf>,
        options: BTreeMap<String, Bound<'_, PyAny>>,
        features: Vec<String>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let options = options
            .into_iter()
            .map(|(name, value)| Ok((name, value.str()?.to_string())));
        let options = options.collect::<PyResult<Vec<_>>>()?;
        let source = DomainSource {
            domain: name,
            grammar,
            plugin: library,
            reading: ReadOptions::with_features(&features),
        };
        let domain = py.detach(|| {
            // The lines of the compiler, where a plugin is built. An exception of the callable is not worth a failed build.
            let mut tell = |line: &str| {
                if let Some(progress) = &progress {
                    Python::attach(|py| drop(progress.call1(py, (line,))));
                }
            };
            let found = find(&source, &mut tell)?;
            let options: Vec<(&str, &str)> = options.iter().map(|(name, value)| (&**name, &**value)).collect();
            found.open(&options)
        });
        domain.map(Self::of).map_err(raise::<DomainError>)
    }

    /// Names of the built-in domains.
    #[staticmethod]
    fn names() -> Vec<&'static str> {
        tdf::builtins().iter().map(|registration| registration.name).collect()
    }

    /// Name of the domain.
    #[getter]
    fn name(&self) -> &str {
        self.domain.name()
    }

    /// Language of its programs.
    #[getter]
    fn language(&self) -> PyLanguage {
        PyLanguage {
            subject: Subject {
                domain: None,
                ..self.subject.clone()
            },
        }
    }

    /// Values of its options.
    #[getter]
    fn options(&self) -> BTreeMap<&str, &str> {
        self.domain.options().iter().collect()
    }

    /// Names of its success criteria, the default first.
    #[getter]
    fn criteria(&self) -> Vec<&str> {
        self.domain.criteria().to_vec()
    }

    /// Shape of an observation.
    #[getter]
    fn shape(&self) -> Vec<usize> {
        crate::observation::shape(self.domain.observation_spec())
    }

    /// Value of an empty canvas; `None` without images.
    #[getter]
    fn background(&self) -> Option<u8> {
        self.domain.canvas().map(|canvas| canvas.background)
    }

    /// Whether its programs take inputs.
    #[getter]
    fn takes_inputs(&self) -> bool {
        self.domain.signature().is_some()
    }

    /// Whether targets are seen in another form than they are rendered, such as sketches.
    #[getter]
    fn has_observation_model(&self) -> bool {
        self.domain.has_observation_model()
    }

    /// Rows of inputs that it is bound to.
    #[getter]
    fn inputs(&self, py: Python<'_>) -> PyResult<Vec<Vec<Py<PyAny>>>> {
        values::rows(py, self.domain.inputs())
    }

    /// Parses a program.
    fn parse(&self, py: Python<'_>, text: &str) -> PyResult<PyProgram> {
        let start = self.domain.start();
        Ok(PyProgram::new(
            &self.subject,
            start,
            parse(py, &self.subject.language, start, text)?,
        ))
    }

    /// Random programs, as `Language.sample`, measured as the domain counts.
    #[pyo3(signature = (n = 10, *, size = None, seed = 0, first = 0, measure = None, weighting = "rules"))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn sample(
        &self,
        py: Python<'_>,
        n: u64,
        size: Option<&Bound<'_, PyAny>>,
        seed: u64,
        first: u64,
        measure: Option<&str>,
        weighting: &str,
    ) -> PyResult<Vec<PyProgram>> {
        let request = SampleRequest {
            n,
            seed,
            first,
            measure,
            weighting,
            start: None,
        };
        request.sample(py, &self.subject, size)
    }

    /// Observation of a program; of several programs an array with one more dimension, on all threads.
    fn render<'py>(&self, programs: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        let py = programs.py();
        let (trees, one) = self.trees(programs)?;
        let images = self.observe_all(py, &trees, |_, tree, image| self.domain.render(tree.nodes(), image))?;
        self.array(py, images, one, trees.len())
    }

    /// Form in which programs are seen as targets: what `tdf render --sketch` writes.
    #[pyo3(signature = (programs, *, seed = 0))]
    fn observe<'py>(&self, programs: &Bound<'py, PyAny>, seed: u64) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        let py = programs.py();
        let (trees, one) = self.trees(programs)?;
        let images = self.observe_all(py, &trees, |at, tree, image| {
            let seed = seed.wrapping_add(at as u64);
            self.domain.observe_target(tree.nodes(), seed, image)
        })?;
        self.array(py, images, one, trees.len())
    }

    /// Domain whose programs run on `rows` of inputs.
    fn bind(&self, rows: &Bound<'_, PyAny>) -> PyResult<Self> {
        let Some(signature) = self.domain.signature() else {
            return Err(raise::<DomainError>(format!(
                "programs of {} take no inputs",
                self.domain.name()
            )));
        };
        let inputs = values::inputs(&signature, rows)?;
        tdf::bind(&self.domain, &inputs)
            .map(Self::of)
            .map_err(raise::<DomainError>)
    }

    /// Outputs of a program on `rows`, or on the rows that the domain is bound to; `None` where it fails.
    #[pyo3(signature = (program, rows = None))]
    fn run(&self, program: &Bound<'_, PyAny>, rows: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Option<Py<PyAny>>>> {
        let py = program.py();
        let bound = rows.map(|rows| self.bind(rows)).transpose()?;
        let bound = bound.as_ref().unwrap_or(self);
        let Some(spec) = bound.domain.observation_spec().values() else {
            return Err(raise::<DomainError>(format!(
                "programs of {} take no inputs",
                self.domain.name()
            )));
        };
        if bound.domain.inputs().is_empty() {
            return Err(raise::<DomainError>(
                "the domain is bound to no inputs: give rows, or call bind(rows) first",
            ));
        }
        let tree = bound.tree(program)?;
        let bytes = bound.observe_all(py, &[tree], |_, tree, image| bound.domain.render(tree.nodes(), image))?;
        values::outputs(py, &spec.decode(&bytes))
    }

    /// Random rows of inputs.
    #[pyo3(signature = (seed = 0))]
    fn sample_inputs(&self, py: Python<'_>, seed: u64) -> PyResult<Vec<Vec<Py<PyAny>>>> {
        values::rows(py, &self.domain.sample_inputs(&mut rng_stream(seed, 0)))
    }

    /// Whether an observation meets a criterion for a target, by default the first one.
    #[pyo3(signature = (observation, target, criterion = ""))]
    fn solved(&self, observation: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>, criterion: &str) -> PyResult<bool> {
        let criterion = self.domain.criterion(criterion).map_err(raise::<DomainError>)?;
        let spec = self.domain.observation_spec();
        let (found, target) = (
            observation_bytes(spec, "observation", observation)?,
            observation_bytes(spec, "target", target)?,
        );
        Ok(self.domain.solved(criterion, &found, &target))
    }

    /// Distance of two observations, by the domain's own measure.
    fn distance(&self, observation: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>) -> PyResult<f64> {
        let spec = self.domain.observation_spec();
        let (found, target) = (
            observation_bytes(spec, "observation", observation)?,
            observation_bytes(spec, "target", target)?,
        );
        Ok(self.domain.distance(&found, &target))
    }

    /// SVG document of a program, if the domain has that form.
    fn svg(&self, program: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        Ok(self.domain.svg(self.tree(program)?.nodes()))
    }

    /// Form of a program that other software takes, if it is not the text of the program.
    fn shown(&self, program: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        Ok(self.domain.shown(self.tree(program)?.nodes()))
    }

    /// Image as a PNG file.
    fn png<'py>(&self, image: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let Some(canvas) = self.domain.canvas() else {
            return Err(PyValueError::new_err(format!(
                "programs of `{}` have no images: they take inputs",
                self.domain.name()
            )));
        };
        let bytes = observation_bytes(self.domain.observation_spec(), "image", image)?;
        let png = tdf::eval::png_bytes(canvas, &bytes).map_err(raise::<RenderError>)?;
        Ok(PyBytes::new(image.py(), &png))
    }

    fn __repr__(&self) -> String {
        let inputs = self.domain.inputs().rows().len();
        let bound = if inputs > 0 {
            format!(", bound to {inputs} rows")
        } else {
            String::new()
        };
        format!("Domain({:?}{bound})", self.domain.name())
    }
}
