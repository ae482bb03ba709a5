//! Reading a `.lalrpop` file: tokens, surface syntax, lowering to a draft, checks, tables.

mod assemble;
mod check;
mod draft;
mod fingerprint;
mod label;
mod lower;
mod members;
mod parse;
mod surface;
mod token;

use crate::{Grammar, GrammarError};

/// See [`Grammar::read`].
pub(crate) fn read(file: &str, source: &str) -> Result<Grammar, GrammarError> {
    let (surface, mut findings) = parse::parse(source);
    if !findings.is_empty() {
        return Err(GrammarError::new(file, source, findings));
    }
    let draft = lower::lower(&surface, &mut findings);
    // Checks of the whole are worth nothing while names are missing.
    if findings.is_empty() {
        check::check(&draft, &mut findings);
    }
    if !findings.is_empty() {
        return Err(GrammarError::new(file, source, findings));
    }
    Ok(assemble::assemble(file, source, &draft, &check::reachable(&draft)))
}
