//! Names in scope a second time, without levels: an evaluator with environments, all programs of small languages, and random
//! languages. `tdf_tree` does the same with a grammar by levels. A disagreement is a bug.

mod listing;
mod meaning;
mod random;
mod table;
mod toy;
mod toys;

pub use listing::listing;
pub use meaning::{Canonical, Leaf, Slip, Wrong, meaning};
pub use random::random;
pub use table::{Binds, Meaning, NameKind};
pub use toy::Toy;
pub use toys::toys;
