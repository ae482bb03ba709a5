//! The errors of networks and their files.

use std::path::Path;

/// A model that cannot be made or used: says what does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(pub String);

/// A checkpoint that cannot be read, written or used; names the file and both sides of what does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CheckpointError(pub String);

impl CheckpointError {
    pub(crate) fn new(file: &Path, message: impl std::fmt::Display) -> Self {
        Self(format!("{}: {message}", file.display()))
    }
}
