//! Reading a `.lalrpop` file: tokens, surface syntax, lowering to a draft, checks, tables.

mod assemble;
mod cfg;
mod check;
mod derivable;
mod draft;
mod external;
mod fingerprint;
mod label;
mod lower;
mod matching;
mod members;
mod open_terminals;
mod parse;
mod precedence;
mod skip;
mod suffixes;
mod surface;
mod token;

use std::collections::BTreeSet;

use crate::{Diagnostic, Grammar, GrammarError};

pub use label::operator_name;

/// How to read a grammar file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The features that `#[cfg(feature = "...")]` asks for.
    pub features: BTreeSet<String>,
    /// Whether what keeps a typed syntax tree from being made is an error, reported with all others; see
    /// [`Grammar::untyped`].
    pub typed: bool,
}

impl ReadOptions {
    /// With these features.
    pub fn with_features(features: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            features: features.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

/// Bytes of a grammar file. The largest public ones have a fifth of it.
const MAX_SOURCE: usize = 1 << 20;

/// See [`Grammar::read_with`].
pub(crate) fn read(file: &str, source: &str, options: &ReadOptions) -> Result<Grammar, GrammarError> {
    let mut findings = Vec::new();
    let finish = |findings: Vec<Diagnostic>| Err(GrammarError::new(file, source, findings));
    if source.len() > MAX_SOURCE {
        let message = format!("this is no grammar: {} bytes, where 1 MiB are allowed", source.len());
        return finish(vec![Diagnostic::new(0..0, message)]);
    }
    let mut surface = parse::parse(source, &mut findings);
    cfg::apply(&mut surface, &options.features, &mut findings);
    if !findings.is_empty() {
        return finish(findings);
    }
    let draft = lower::lower(surface, &mut findings);
    if options.typed {
        findings.extend(draft.untyped.iter().cloned());
    }
    // Checks of the whole are worth nothing while names are missing.
    if !findings.is_empty() {
        return finish(findings);
    }
    let reachable = check::reachable(&draft);
    let used = assemble::used_terminals(&draft, &reachable);
    check::check(&draft, &used, &mut findings);
    if !findings.is_empty() {
        return finish(findings);
    }
    let mut grammar = assemble::assemble(file, source, &draft, &reachable, &used);
    grammar.features = options.features.clone();
    grammar.warnings = check::warnings(&draft, &reachable, &used);
    Ok(grammar)
}
