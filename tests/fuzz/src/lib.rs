//! What the fuzz targets share.

mod programs;
mod reading;
mod scopes;

pub use programs::program;
pub use reading::{digest, digest_lark};
pub use scopes::scopes;
