//! What most functions work on: a language, the size of its programs, and the domain if there is one.

use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tdf::{DynDomain, Language, NonterminalId, Size, SizeRange, Tree};

use crate::errors::{SizeError, parse_error, raise};

/// A language with the size of its programs, and the domain that renders them.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub language: Arc<Language>,
    pub size: Size,
    pub domain: Option<Arc<dyn DynDomain>>,
}

impl Subject {
    pub fn of_language(language: Arc<Language>) -> Self {
        Self {
            size: Size::nodes(language.grammar()),
            language,
            domain: None,
        }
    }

    pub fn of_domain(domain: Arc<dyn DynDomain>) -> Self {
        Self {
            language: Arc::clone(domain.language()),
            size: domain.size().clone(),
            domain: Some(domain),
        }
    }

    /// With sizes counted as `measure` says: `nodes`, `tokens`, or names with weights.
    pub fn measured(mut self, measure: Option<&str>) -> PyResult<Self> {
        if let Some(text) = measure {
            let size = Size::parse(self.language.written(), text)
                .map_err(|error| raise::<SizeError>(format!("measure {text}: {error}")))?;
            self.size = self.language.size_of_written(&size);
        }
        Ok(self)
    }

    /// The same texts, measured by depth up to `most`. Its trees are good for nothing else.
    pub fn by_depth(&self, most: u32) -> PyResult<Self> {
        let fail = |error: &dyn std::fmt::Display| raise::<SizeError>(format!("measure depth: {error}"));
        let (grammar, size) = tdf::by_depth(self.language.grammar(), most).map_err(|error| fail(&error))?;
        let language = Language::new(grammar).map_err(|error| fail(&error))?;
        Ok(Self {
            language: Arc::new(language),
            size,
            domain: None,
        })
    }

    /// The nonterminal called `name`, or the start symbol.
    pub fn start(&self, name: Option<&str>) -> PyResult<NonterminalId> {
        start_of(&self.language, name)
    }
}

/// The nonterminal of `language` called `name`, or its start symbol.
pub(crate) fn start_of(language: &Language, name: Option<&str>) -> PyResult<NonterminalId> {
    let grammar = language.grammar();
    let Some(name) = name else { return Ok(grammar.start) };
    grammar.nonterminal(name).ok_or_else(|| {
        let names = rules(language).join(", ");
        raise::<SizeError>(format!(
            "start {name}: the grammar `{}` has no such nonterminal; it has {names}",
            grammar.name
        ))
    })
}

/// The names of the rules as they are written.
pub(crate) fn rules(language: &Language) -> Vec<&str> {
    let nonterminals = language.written().nonterminals.iter();
    nonterminals
        .filter(|n| n.kind != tdf::NonterminalKind::Suffix)
        .map(|n| n.name.as_str())
        .collect()
}

/// Whether programs of one are programs of the other.
pub(crate) fn same_language(a: &Arc<Language>, b: &Arc<Language>) -> bool {
    Arc::ptr_eq(a, b) || a.grammar().fingerprint == b.grammar().fingerprint && a.scope_text() == b.scope_text()
}

/// Parses `text` as a program of `start`.
pub(crate) fn parse(py: Python<'_>, language: &Language, start: NonterminalId, text: &str) -> PyResult<Tree> {
    let parsed = py.detach(|| language.parse(start, text));
    parsed.map_err(|error| parse_error(py, &error))
}

/// Sizes: a number, a pair of which both are included, or a text such as `2..=8`.
pub(crate) fn sizes(size: &Bound<'_, PyAny>) -> PyResult<SizeRange> {
    let text = if let Ok(text) = size.extract::<String>() {
        text
    } else if let Ok(exact) = size.extract::<u32>() {
        exact.to_string()
    } else if let Ok((least, greatest)) = size.extract::<(u32, u32)>() {
        format!("{least}..={greatest}")
    } else {
        return Err(PyTypeError::new_err(
            "size: a whole number, a pair of them (both included), or a text such as '2..=8' is wanted",
        ));
    };
    text.parse()
        .map_err(|error| raise::<SizeError>(format!("size {text}: {error}")))
}
