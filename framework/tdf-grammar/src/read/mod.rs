//! Reading a `.lalrpop` file: tokens, surface syntax, lowering to a draft, checks, tables.

mod assemble;
mod check;
mod draft;
mod fingerprint;
mod label;
mod lower;
mod matching;
mod members;
mod parse;
mod precedence;
mod rests;
mod spelling;
mod surface;
mod token;

use crate::{Diagnostic, Grammar, GrammarError};

/// Bytes of a grammar file. The largest public ones have a fifth of it.
const MAX_SOURCE: usize = 1 << 20;

/// See [`Grammar::read`].
pub(crate) fn read(file: &str, source: &str) -> Result<Grammar, GrammarError> {
    let mut findings = Vec::new();
    let finish = |findings: Vec<Diagnostic>| Err(GrammarError::new(file, source, findings));
    if source.len() > MAX_SOURCE {
        let message = format!("this is no grammar: {} bytes, where 1 MiB are allowed", source.len());
        return finish(vec![Diagnostic::new(0..0, message)]);
    }
    let surface = parse::parse(source, &mut findings);
    if !findings.is_empty() {
        return finish(findings);
    }
    let draft = lower::lower(surface, &mut findings);
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
    grammar.warnings = check::warnings(&draft, &reachable, &used);
    Ok(grammar)
}
