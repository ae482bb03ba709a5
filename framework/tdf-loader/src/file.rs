//! Grammar files.

use std::path::Path;

use tdf_grammar::Grammar;
use tdf_reader::{GrammarFileError, ReadOptions};

use crate::LoadError;

/// Reads the grammar in the file at `path` with these options, see [`read_grammar_file_with`](tdf_reader::read_grammar_file_with).
///
/// # Errors
/// Those of [`read_grammar_file_with`](tdf_reader::read_grammar_file_with).
///
/// # Examples
///
/// ```
/// use tdf_reader::ReadOptions;
///
/// let grammar = tdf_loader::grammar_file("../../grammars/csg2d.lalrpop".as_ref(), &ReadOptions::default())?;
/// assert_eq!(grammar.name, "csg2d");
/// # Ok::<(), tdf_loader::LoadError>(())
/// ```
pub fn grammar_file(path: &Path, options: &ReadOptions) -> Result<Grammar, LoadError> {
    tdf_reader::read_grammar_file_with(path, options).map_err(|error| match error {
        GrammarFileError::File { path, message } => LoadError::File { path, message },
        GrammarFileError::NotText { path, offset, position } => LoadError::NotText { path, offset, position },
        GrammarFileError::Grammar(error) => error.into(),
        other => LoadError::File {
            path: path.to_owned(),
            message: other.to_string(),
        },
    })
}
