//! Grammars in Lark's syntax, read by way of LALRPOP's.

use std::path::Path;

use tdf_grammar::{Diagnostic, Grammar, GrammarError};
use tdf_lark::{Converted, Options};

/// Whether the file is in Lark's syntax.
pub(crate) fn is_lark(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|ending| ending == "lark")
}

/// Reads a grammar in Lark's syntax. `read` reads the converted one. Findings lead to where their cause is in `source`.
pub(crate) fn read(
    file: &str,
    source: &str,
    read: impl FnOnce(&str) -> Result<Grammar, GrammarError>,
) -> Result<Grammar, GrammarError> {
    let converted = tdf_lark::convert(file, source, &Options::default())?;
    let moved = |finding: &Diagnostic| back(&converted, finding);
    let mut grammar = read(&converted.text)
        .map_err(|error| GrammarError::new(file, source, error.diagnostics.iter().map(moved).collect()))?;
    for alternative in &mut grammar.alternatives {
        let span = converted.origin(&(alternative.offset..alternative.offset + alternative.length));
        (alternative.offset, alternative.length) = (span.start, span.len());
    }
    grammar.untyped = grammar.untyped.iter().map(moved).collect();
    grammar.warnings = converted
        .warnings
        .iter()
        .cloned()
        .chain(grammar.warnings.iter().map(moved))
        .collect();
    source.clone_into(&mut grammar.source);
    grammar.lalrpop = converted.text;
    Ok(grammar)
}

fn back(converted: &Converted, finding: &Diagnostic) -> Diagnostic {
    let span = converted.origin(&finding.span);
    Diagnostic {
        span,
        ..finding.clone()
    }
}
