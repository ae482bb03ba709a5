//! `Program`: a syntax tree of a language.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use numpy::{IntoPyArray as _, PyArray1, PyArray2, PyArrayMethods as _};
use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::prelude::*;
use tdf::{EditSites, NodeId, NonterminalId, TokenId, Tree};

use crate::errors::{ParseError, raise};
use crate::show;
use crate::subject::{Subject, parse, same_language};

/// A syntax tree. Programs are equal if their trees are. A domain's programs show their image in a notebook.
#[pyclass(frozen, name = "Program", module = "tdf")]
#[derive(Debug)]
pub(crate) struct PyProgram {
    pub subject: Subject,
    pub start: NonterminalId,
    pub tree: Tree,
}

impl PyProgram {
    pub fn new(subject: &Subject, start: NonterminalId, tree: Tree) -> Self {
        Self {
            subject: subject.clone(),
            start,
            tree,
        }
    }

    pub fn of_tokens(subject: &Subject, start: NonterminalId, tokens: &[u32]) -> PyResult<Self> {
        let known = subject.language.grammar().tokens.len() as u32;
        if let Some(token) = tokens.iter().find(|token| **token >= known) {
            return Err(PyIndexError::new_err(format!(
                "there are {known} tokens, {token} is none of them"
            )));
        }
        let tokens: Vec<TokenId> = tokens.iter().copied().map(TokenId).collect();
        let tree = subject.language.parse_tokens(start, &tokens).map_err(|at| {
            let message = match at == tokens.len() {
                true => "the program stops too early".to_owned(),
                false => format!("token {at} cannot be there"),
            };
            raise::<ParseError>(message)
        })?;
        Ok(Self::new(subject, start, tree))
    }

    pub fn text(&self) -> String {
        self.subject.language.print(self.tree.nodes())
    }

    pub fn node(&self, node: usize) -> PyResult<NodeId> {
        let nodes = self.tree.nodes().len();
        if node >= nodes {
            return Err(PyIndexError::new_err(format!(
                "the program has {nodes} nodes, {node} is none of them"
            )));
        }
        Ok(NodeId(node as u32))
    }

    /// Refuses an edit that is none of this program.
    pub fn check_edit(&self, node: NodeId, replacement: &Self) -> PyResult<()> {
        let node = self.node(node.index())?;
        check_program(&self.subject, self.nonterminal_of(node), replacement)
    }

    /// The nonterminal that replacements of `node` derive from.
    pub fn nonterminal_of(&self, node: NodeId) -> NonterminalId {
        match node {
            NodeId::ROOT => self.start,
            _ => {
                let production = self.tree.node(node).production;
                self.subject.language.grammar().production(production).nonterminal
            }
        }
    }
}

/// The tree of a program of `start`: a `Program` of the same language, or a text.
pub(crate) fn tree_of(subject: &Subject, start: NonterminalId, program: &Bound<'_, PyAny>) -> PyResult<Tree> {
    if let Ok(text) = program.extract::<String>() {
        return parse(program.py(), &subject.language, start, &text);
    }
    let Ok(program) = program.cast::<PyProgram>() else {
        return Err(PyTypeError::new_err("a Program or the text of one is wanted"));
    };
    let program = program.get();
    check_program(subject, start, program)?;
    Ok(program.tree.clone())
}

/// Refuses a program of another language, or of another nonterminal than `start`.
fn check_program(subject: &Subject, start: NonterminalId, program: &PyProgram) -> PyResult<()> {
    if !same_language(&subject.language, &program.subject.language) {
        let (theirs, ours) = (program.subject.language.grammar(), subject.language.grammar());
        return Err(raise::<ParseError>(format!(
            "a program of the grammar `{}`, not of `{}`",
            theirs.name, ours.name
        )));
    }
    if program.start != start {
        let grammar = subject.language.grammar();
        let name = |id: NonterminalId| &grammar.nonterminals[id.index()].name;
        return Err(raise::<ParseError>(format!(
            "a program of `{}`, not of `{}`",
            name(program.start),
            name(start)
        )));
    }
    Ok(())
}

#[pymethods]
impl PyProgram {
    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        format!("Program({:?})", self.text())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.tree == other.tree && same_language(&self.subject.language, &other.subject.language)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.tree.hash(&mut hasher);
        hasher.finish()
    }

    fn __len__(&self) -> usize {
        self.tree.nodes().len()
    }

    /// Nonterminal that it derives from.
    #[getter]
    fn nonterminal(&self) -> &str {
        &self.subject.language.grammar().nonterminals[self.start.index()].name
    }

    /// Nodes in pre-order, `[nodes, 3]`: production, token (2**32 - 1 for none), nodes of the subtree.
    #[getter]
    fn nodes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let nodes = self.tree.nodes().iter();
        let numbers: Vec<u32> = nodes.flat_map(|n| [n.production.0, n.token.0, n.len]).collect();
        numbers.into_pyarray(py).reshape([self.tree.nodes().len(), 3])
    }

    /// Ids of its tokens, `[tokens]`.
    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let mut tokens = Vec::new();
        self.subject.language.tokens(self.tree.nodes(), &mut tokens);
        let tokens: Vec<i64> = tokens.into_iter().map(|token| i64::from(token.0)).collect();
        tokens.into_pyarray(py)
    }

    /// Size, by default as the domain counts, else in nodes.
    #[pyo3(signature = (measure = None))]
    fn size(&self, measure: Option<&str>) -> PyResult<u32> {
        let subject = self.subject.clone().measured(measure)?;
        Ok(subject.size.of(self.tree.nodes()))
    }

    /// Part of the program whose root is `node`.
    fn subtree(&self, node: usize) -> PyResult<Self> {
        let node = self.node(node)?;
        let nodes = self.tree.subtree(node).to_vec();
        Ok(Self::new(
            &self.subject,
            self.nonterminal_of(node),
            Tree::from_nodes(nodes),
        ))
    }

    /// Program with another part at `node`. This one stays as it is.
    pub fn replace(&self, node: usize, replacement: &Bound<'_, PyAny>) -> PyResult<Self> {
        let node = self.node(node)?;
        let replacement = tree_of(&self.subject, self.nonterminal_of(node), replacement)?;
        let mut tree = self.tree.clone();
        tree.replace(node, replacement.nodes());
        Ok(Self::new(&self.subject, self.start, tree))
    }

    /// Edit sites in pre-order: node, nonterminal of a replacement, size.
    #[getter]
    fn edit_sites(&self) -> Vec<(u32, String, u32)> {
        let grammar = self.subject.language.grammar();
        let mut sites = Vec::new();
        EditSites::new(grammar).collect(&self.tree, &self.subject.size, &mut sites);
        let row = |site: &tdf::EditSite| {
            let name = grammar.nonterminals[site.nonterminal.index()].name.clone();
            (site.node.0, name, site.size)
        };
        sites.iter().map(row).collect()
    }

    /// Text with line breaks and indentation, if the language has tokens for them.
    fn layout(&self) -> Option<String> {
        self.subject.language.print_layout(self.tree.nodes())
    }

    /// Form that other software takes, such as a formula for a spreadsheet, if the domain has one.
    fn shown(&self) -> Option<String> {
        self.subject.domain.as_ref()?.shown(self.tree.nodes())
    }

    /// SVG document, if the domain has that form.
    fn svg(&self) -> Option<String> {
        self.subject.domain.as_ref()?.svg(self.tree.nodes())
    }

    fn _repr_svg_(&self) -> Option<String> {
        self.svg()
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> Option<Bound<'py, pyo3::types::PyBytes>> {
        let domain = self.subject.domain.as_ref()?;
        show::png(&**domain, &self.tree).map(|bytes| pyo3::types::PyBytes::new(py, &bytes))
    }
}
