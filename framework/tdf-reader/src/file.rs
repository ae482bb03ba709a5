//! Grammar files.

use std::path::{Path, PathBuf};

use tdf_grammar::{Grammar, GrammarError, Position};

use crate::{ReadOptions, read_grammar_with};

/// A grammar file that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GrammarFileError {
    /// A file that is missing, a folder, unreadable or empty.
    #[error("{}: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why it cannot be used.
        message: String,
    },
    /// Bytes that are not UTF-8.
    #[error("{}:{}:{}: not UTF-8 text: the byte at offset {offset} is no character", path.display(), position.line, position.column)]
    NotText {
        /// The file.
        path: PathBuf,
        /// Offset of the first such byte.
        offset: usize,
        /// Its place.
        position: Position,
    },
    /// Errors of the grammar.
    #[error("{0}")]
    Grammar(#[from] GrammarError),
}

/// Reads the grammar file at `path`.
///
/// # Errors
/// A file that is missing, a folder, unreadable, empty or not UTF-8; errors of the grammar.
///
/// # Examples
///
/// ```
/// use tdf_reader::{GrammarFileError, read_grammar_file};
///
/// let grammar = read_grammar_file("../../grammars/rainbow.lalrpop")?;
/// assert_eq!(grammar.name, "rainbow");
///
/// let missing = read_grammar_file("missing.lalrpop");
/// assert!(matches!(missing, Err(GrammarFileError::File { .. })));
/// # Ok::<(), GrammarFileError>(())
/// ```
pub fn read_grammar_file(path: impl AsRef<Path>) -> Result<Grammar, GrammarFileError> {
    read_grammar_file_with(path, &ReadOptions::default())
}

/// [`read_grammar_file`] with options.
///
/// # Errors
/// As [`read_grammar_file`].
pub fn read_grammar_file_with(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Grammar, GrammarFileError> {
    let path = path.as_ref();
    let fail = |message: String| GrammarFileError::File {
        path: path.to_owned(),
        message,
    };
    // Reading a folder gives a message that differs from system to system.
    if path.is_dir() {
        return Err(fail(
            "this is a directory; a grammar is a .lalrpop or a .lark file".to_owned(),
        ));
    }
    let bytes = tdf_files::read(path, tdf_files::CONFIG).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => fail("there is no such file".to_owned()),
        std::io::ErrorKind::PermissionDenied => fail("you may not read this file".to_owned()),
        _ => fail(format!("cannot be read: {error}")),
    })?;
    let source = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..offset]).into_owned();
        GrammarFileError::NotText {
            path: path.to_owned(),
            offset,
            position: Position::of(&before, offset),
        }
    })?;
    if source.trim().is_empty() {
        return Err(fail(
            match path.extension().is_some_and(|ending| ending == "lark") {
                true => "this file is empty; a grammar has rules",
                false => "this file is empty; a grammar begins with `grammar;` and has a `pub` rule",
            }
            .to_owned(),
        ));
    }
    Ok(read_grammar_with(&path.to_string_lossy(), &source, options)?)
}
