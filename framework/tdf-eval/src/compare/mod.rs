//! Several evaluations side by side.

mod chart;
mod curve;
mod error;
mod folder;
mod gallery;
mod group;
mod rows;
mod sign_flip;
mod statistics;
mod table;
mod time_rows;
mod write;

pub use error::CompareError;
pub(crate) use folder::read_shard;
pub use folder::{Folder, read_folder};
pub use group::{Comparison, Group};
pub use sign_flip::sign_flip;
pub use write::write_comparison;
