//! What the fuzz targets share.

mod programs;
mod reading;

pub use programs::program;
pub use reading::{digest, digest_lark};
