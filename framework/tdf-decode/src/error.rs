//! Errors.

use crate::VocabularyId;

/// A language and a size for which no mask automaton can be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskError {
    /// What is wrong and what to do.
    pub message: String,
}

impl std::fmt::Display for MaskError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for MaskError {}

/// An id that may not come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mask does not allow the id {id}")]
pub struct NotAllowed {
    /// The id.
    pub id: VocabularyId,
}
