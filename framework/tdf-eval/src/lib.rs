//! Evaluation: solve rates over task sets, and the pages and pictures that show them; no tensors.
//!
//! [`evaluate`] searches programs for a task set under several seeds and gives an [`Evaluation`]: a [`ResultLine`] per
//! task and seed, and a [`Summary`] of solve rates by number of node expansions. [`write_evaluation`] lays it down as
//! `results.jsonl`, `summary.json`, `config.toml` and `index.html`. A [`Comparison`] sets several such folders side by side;
//! [`write_comparison`] makes curves, tables and a page of it.

mod compare;
mod evaluate;
mod files;
mod outside;
mod page;
mod picture;
mod summary;

pub use compare::{CompareError, Comparison, Folder, Group, read_folder, sign_flip, write_comparison};
pub use evaluate::{EvalError, Evaluation, ResultLine, evaluate};
pub use files::{FileError, create_folder, write_atomically, write_evaluation};
pub use outside::{Outside, read_png};
pub use page::{Entry, draw, page, programs};
pub use picture::{PictureError, denoising_gif, difference, png_bytes};
pub use summary::{Criterion, Rate, Setting, Summary, summarise};
