//! Files that are there whole or not at all.

use std::path::{Path, PathBuf};

/// A file or folder that cannot be read or written; names it.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct FileError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

impl FileError {
    pub(crate) fn new(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// Makes a folder with its parents.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    std::fs::create_dir_all(path).map_err(|e| {
        let reason = if path.exists() {
            "is a file, a folder is wanted".to_owned()
        } else {
            e.to_string()
        };
        FileError::new(path, reason)
    })
}

/// Writes `bytes` to `path` by [`tdf_files::write_atomically`], and names the file if that fails.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    tdf_files::write_atomically(path, bytes).map_err(|error| FileError::new(path, error))
}
