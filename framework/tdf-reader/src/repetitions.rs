//! Findings that would be said twice.

use std::collections::BTreeSet;

use tdf_grammar::Diagnostic;

/// Without those that repeat an earlier one: the instances of a macro and the levels of a rule have one place in the file.
pub(crate) fn without_repetitions(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut said = BTreeSet::new();
    findings.retain(|f| said.insert((f.span.start, f.message.clone())));
    findings
}
