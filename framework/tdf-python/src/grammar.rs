//! `Grammar` and `Language`.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tdf::{Language, ReadOptions, Sampler, Weighting, rng_stream};

use crate::errors::{FileError, GrammarError, SizeError, raise};
use crate::program::PyProgram;
use crate::subject::{Subject, parse, rules, sizes, start_of};

/// A grammar in LALRPOP's or Lark's syntax, as data.
#[pyclass(frozen, name = "Grammar", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyGrammar {
    grammar: Arc<tdf::Grammar>,
}

/// A symbol of a production: a nonterminal, or tokens of which any one stands there.
#[derive(IntoPyObject)]
enum Symbol {
    Nonterminal(usize),
    Tokens(Vec<u32>),
}

#[pymethods]
impl PyGrammar {
    #[new]
    #[pyo3(signature = (text, *, name = "grammar.lalrpop", features = Vec::new()))]
    fn new(py: Python<'_>, text: &str, name: &str, features: Vec<String>) -> PyResult<Self> {
        let options = ReadOptions::with_features(&features);
        let read = py.detach(|| tdf::read_grammar_with(name, text, &options));
        Ok(Self {
            grammar: Arc::new(read.map_err(raise::<GrammarError>)?),
        })
    }

    /// Reads a grammar file (`.lalrpop` or `.lark`).
    #[staticmethod]
    #[pyo3(signature = (path, *, features = Vec::new()))]
    fn read(py: Python<'_>, path: PathBuf, features: Vec<String>) -> PyResult<Self> {
        let options = ReadOptions::with_features(&features);
        let read = py.detach(|| tdf::read_grammar_file_with(&path, &options));
        Ok(Self {
            grammar: Arc::new(read.map_err(raise::<GrammarError>)?),
        })
    }

    /// Name of the grammar: the stem of its file.
    #[getter]
    fn name(&self) -> &str {
        &self.grammar.name
    }

    /// Digest of the grammar: equal grammars have equal fingerprints.
    #[getter]
    fn fingerprint(&self) -> &str {
        &self.grammar.fingerprint
    }

    /// Text of the file.
    #[getter]
    fn source(&self) -> &str {
        &self.grammar.source
    }

    /// Name of the start symbol.
    #[getter]
    fn start(&self) -> &str {
        &self.grammar.nonterminals[self.grammar.start.index()].name
    }

    /// Names of the rules.
    #[getter]
    fn nonterminals(&self) -> Vec<&str> {
        let nonterminals = self.grammar.nonterminals.iter();
        let rules = nonterminals.filter(|n| n.kind != tdf::NonterminalKind::Suffix);
        rules.map(|n| n.name.as_str()).collect()
    }

    /// Tokens in the order of their ids, as the grammar writes them.
    #[getter]
    fn tokens(&self) -> Vec<String> {
        self.grammar.tokens.iter().map(ToString::to_string).collect()
    }

    /// Productions of the normal form.
    #[getter]
    fn productions(&self) -> Vec<(usize, Vec<Symbol>)> {
        let grammar = &self.grammar;
        let symbol = |symbol: &tdf::Symbol| match symbol {
            tdf::Symbol::Nonterminal(nonterminal) => Symbol::Nonterminal(nonterminal.index()),
            tdf::Symbol::TokenClass(class) => {
                let tokens = grammar.token_classes[class.index()].tokens.iter();
                Symbol::Tokens(tokens.map(|token| token.0).collect())
            }
        };
        let productions = grammar.productions.iter();
        productions
            .map(|p| (p.nonterminal.index(), p.symbols.iter().map(symbol).collect()))
            .collect()
    }

    /// Number of the start symbol in `productions`.
    #[getter]
    fn start_index(&self) -> usize {
        self.grammar.start.index()
    }

    /// Warnings of the reader, with their places.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        let grammar = &self.grammar;
        let warnings = grammar.warnings.iter();
        warnings
            .map(|warning| warning.render("warning", &grammar.file, &grammar.source))
            .collect()
    }

    /// The normal form.
    fn __str__(&self) -> String {
        self.grammar.to_string()
    }

    fn __repr__(&self) -> String {
        let grammar = &self.grammar;
        format!(
            "Grammar({:?}, {} productions, {} tokens)",
            grammar.name,
            grammar.productions.len(),
            grammar.tokens.len()
        )
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.grammar.fingerprint == other.grammar.fingerprint
    }

    fn __hash__(&self) -> u64 {
        u64::from_str_radix(&self.grammar.fingerprint[..15], 16).unwrap_or_default()
    }
}

/// A grammar with its lexer and its LR(1) tables. Programs are measured in nodes unless `measure` says otherwise.
#[pyclass(frozen, name = "Language", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyLanguage {
    pub subject: Subject,
}

impl PyLanguage {
    pub fn of(language: Arc<Language>) -> Self {
        Self {
            subject: Subject::of_language(language),
        }
    }
}

#[pymethods]
impl PyLanguage {
    #[new]
    #[pyo3(signature = (grammar, *, scope = ""))]
    fn new(py: Python<'_>, grammar: &Bound<'_, PyAny>, scope: &str) -> PyResult<Self> {
        let grammar = if let Ok(text) = grammar.extract::<String>() {
            tdf::read_grammar("grammar.lalrpop", &text).map_err(raise::<GrammarError>)?
        } else if let Ok(grammar) = grammar.cast::<PyGrammar>() {
            tdf::Grammar::clone(&grammar.get().grammar)
        } else {
            return Err(PyTypeError::new_err("a Grammar or the text of one is wanted"));
        };
        let language = py.detach(|| Language::with_scopes(grammar, "scope", scope));
        Ok(Self::of(Arc::new(language.map_err(raise::<GrammarError>)?)))
    }

    /// Reads a grammar file, and the table `scope` of the `.toml` beside it.
    #[staticmethod]
    #[pyo3(signature = (path, *, features = Vec::new()))]
    fn read(py: Python<'_>, path: PathBuf, features: Vec<String>) -> PyResult<Self> {
        let options = ReadOptions::with_features(&features);
        py.detach(|| {
            let grammar = tdf::read_grammar_file_with(&path, &options).map_err(raise::<GrammarError>)?;
            let scope = tdf::plugin::scope_beside(&path).map_err(raise::<FileError>)?;
            let language = match scope {
                Some((file, text)) => Language::with_scopes(grammar, &file.to_string_lossy(), &text),
                None => Language::new(grammar),
            };
            Ok(Self::of(Arc::new(language.map_err(raise::<GrammarError>)?)))
        })
    }

    /// The grammar as it is written.
    #[getter]
    fn grammar(&self) -> PyGrammar {
        PyGrammar {
            grammar: Arc::clone(self.subject.language.written()),
        }
    }

    /// Texts of the tokens in the order of their ids.
    #[getter]
    fn tokens(&self) -> Vec<&str> {
        let tokens = self.subject.language.grammar().tokens.iter();
        tokens.map(|token| token.text.as_str()).collect()
    }

    /// Names of the rules.
    #[getter]
    fn nonterminals(&self) -> Vec<&str> {
        rules(&self.subject.language)
    }

    /// Parses a program of the nonterminal `start`, by default the start symbol.
    #[pyo3(signature = (text, *, start = None))]
    fn parse(&self, py: Python<'_>, text: &str, start: Option<&str>) -> PyResult<PyProgram> {
        let start = self.subject.start(start)?;
        let tree = parse(py, &self.subject.language, start, text)?;
        Ok(PyProgram::new(&self.subject, start, tree))
    }

    /// Canonical text of a program.
    fn print(&self, program: &Bound<'_, PyProgram>) -> PyResult<String> {
        Ok(program.get().text())
    }

    /// Parses ids of tokens.
    #[pyo3(signature = (tokens, *, start = None))]
    fn parse_tokens(&self, tokens: Vec<u32>, start: Option<&str>) -> PyResult<PyProgram> {
        let start = self.subject.start(start)?;
        PyProgram::of_tokens(&self.subject, start, &tokens)
    }

    /// Random programs, exact in size: what `tdf sample` prints.
    #[pyo3(signature = (n = 10, *, size = None, seed = 0, first = 0, measure = None, weighting = "rules", start = None))]
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
        start: Option<&str>,
    ) -> PyResult<Vec<PyProgram>> {
        let request = SampleRequest {
            n,
            seed,
            first,
            measure,
            weighting,
            start,
        };
        request.sample(py, &self.subject, size)
    }

    fn __repr__(&self) -> String {
        let grammar = self.subject.language.grammar();
        format!("Language({:?}, {} tokens)", grammar.name, grammar.tokens.len())
    }
}

/// The arguments of `sample`, of a language or of a domain.
pub(crate) struct SampleRequest<'a> {
    pub n: u64,
    pub seed: u64,
    /// Number of the first program: each has a random stream of its own.
    pub first: u64,
    pub measure: Option<&'a str>,
    pub weighting: &'a str,
    pub start: Option<&'a str>,
}

impl SampleRequest<'_> {
    /// What `tdf sample` prints for the same arguments.
    pub fn sample(
        &self,
        py: Python<'_>,
        subject: &Subject,
        size: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<PyProgram>> {
        let size = size.map_or(Ok(tdf::SizeRange { least: 1, greatest: 8 }), sizes)?;
        let by_depth = self.measure == Some("depth");
        let measured = match by_depth {
            true => subject.by_depth(size.greatest)?,
            false => subject.clone().measured(self.measure)?,
        };
        let language = &measured.language;
        let start = start_of(language, self.start)?;
        let weighting = Weighting::parse(language.grammar(), self.weighting)
            .map_err(|error| raise::<SizeError>(format!("weighting: {error}")))?;
        let trees = py.detach(|| {
            let sampler = Sampler::new(language.grammar(), &measured.size, size.greatest, weighting);
            let sizes = sampler.feasible(start, size.range()).map_err(raise::<SizeError>)?;
            let numbers = self.first..self.first.saturating_add(self.n);
            Ok::<_, PyErr>(
                numbers
                    .map(|index| sampler.sample(start, &sizes, &mut rng_stream(self.seed, index)))
                    .collect::<Vec<_>>(),
            )
        })?;
        let own = subject.start(self.start)?;
        let program = |tree: tdf::Tree| {
            // By depth the language is another one with the same texts.
            let tree = match by_depth {
                true => parse(py, &subject.language, own, &language.print(tree.nodes()))?,
                false => tree,
            };
            Ok(PyProgram::new(subject, own, tree))
        };
        trees.into_iter().map(program).collect()
    }
}
