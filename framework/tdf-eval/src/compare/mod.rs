//! Several evaluations side by side.

mod chart;
mod curve;
mod folder;
mod gallery;
mod group;
mod rows;
mod sign_flip;
mod statistics;
mod table;
mod write;

pub use folder::{Folder, read_folder};
pub use group::{Comparison, Group};
pub use sign_flip::sign_flip;
pub use write::write_comparison;

/// Evaluations that cannot be compared: names them, and says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CompareError(pub String);
