//! What is wrong with a configuration.

/// A configuration that cannot be used: where it comes from, the key, the value, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);
