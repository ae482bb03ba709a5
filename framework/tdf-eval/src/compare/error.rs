//! Why evaluations cannot be compared.

/// Evaluations that cannot be compared: names them, and says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CompareError(pub String);
