//! The error of a group of processes.

use crate::ProcessRankError;

/// A group that cannot be joined or used any more: says which process notices it, and what happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CommunicatorError(String);

impl CommunicatorError {
    /// An error with this message, which names the process that notices it.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<ProcessRankError> for CommunicatorError {
    fn from(error: ProcessRankError) -> Self {
        Self(error.to_string())
    }
}
