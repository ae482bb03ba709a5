//! Grammar files.

use std::path::Path;

use tdf_grammar::{Grammar, Position, ReadOptions};

use crate::LoadError;

/// Reads the grammar in the file at `path` with these options.
///
/// # Errors
/// A file that is missing, a folder, unreadable, empty or not UTF-8; errors of the grammar.
pub fn grammar_file(path: &Path, options: &ReadOptions) -> Result<Grammar, LoadError> {
    let fail = |message: String| LoadError::File {
        path: path.to_owned(),
        message,
    };
    // Reading a folder gives a message that differs from system to system.
    if path.is_dir() {
        return Err(fail("this is a directory; a grammar is a .lalrpop file".to_owned()));
    }
    let bytes = tdf_files::read(path, tdf_files::CONFIG).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => fail("there is no such file".to_owned()),
        std::io::ErrorKind::PermissionDenied => fail("you may not read this file".to_owned()),
        _ => fail(format!("cannot be read: {error}")),
    })?;
    let source = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..offset]).into_owned();
        LoadError::NotText {
            path: path.to_owned(),
            offset,
            position: Position::of(&before, offset),
        }
    })?;
    if source.trim().is_empty() {
        return Err(fail(
            "this file is empty; a grammar begins with `grammar;` and has a `pub` rule".to_owned(),
        ));
    }
    Ok(Grammar::read_with(&path.to_string_lossy(), &source, options)?)
}
