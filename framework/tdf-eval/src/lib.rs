//! Evaluation: solve rates over task sets, and the pages and images that show them; no tensors.
//!
//! ```
//! use tdf_data::{TaskOptions, make_tasks};
//! use tdf_eval::{TaskScorer, evaluate};
//! use tdf_search::{Networks, SearchOptions};
//!
//! let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
//! let tasks = make_tasks(&domain, &TaskOptions::new(4, 1..=1, 0))?;
//! let scorer = TaskScorer::new(&domain, &tasks, "pixels-0.99")?;
//! let options = SearchOptions { init_sizes: 1..=2, ..SearchOptions::new("random", 500) };
//! let found = evaluate(&scorer, Networks::default(), &options, &mut |_| true)?;
//! let solved = found.iter().filter(|(line, _)| line.solved).count();
//! assert_eq!((found.len(), solved), (4, 4));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`TaskScorer`] says of a program whether it solves its task, and how far it is from the true one. [`evaluate`] searches
//! programs for a task set under one seed and gives a [`ResultLine`] per task. A [`Record`] is the folder of an evaluation:
//! `results.jsonl` grows by whole seeds, so that an interrupted one goes on; `summary.json`, `config.toml` and `index.html`
//! say what there is so far. A [`Comparison`] sets several such folders side by side; [`write_comparison`] makes curves, tables
//! and a page of it.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod compare;
mod currency;
mod decode;
mod distance;
mod diversity;
mod evaluate;
mod examples_table;
mod files;
mod html;
mod image;
mod imported;
mod invert;
mod merge;
mod page;
mod record;
mod reducible;
mod result_line;
mod scorer;
mod seeds;
mod settings;
mod shard;
mod summary;
pub mod text;

pub use compare::{CompareError, Comparison, Folder, Group, read_folder, sign_flip, write_comparison};
pub use currency::{Currencies, RenderRate, TimeRate};
pub use distance::edit_distance;
pub use diversity::{Diversity, Solutions};
pub use evaluate::{EvalError, evaluate, targets};
pub use examples_table::{ExampleRow, rows_met};
pub use files::{FileError, create_folder, write_file};
pub use html::Provenance;
pub use image::{ImageError, Pair, denoising_gif, difference, png_bytes, side_by_side};
pub use imported::{ImportedImage, image_files, import_image, read_image};
pub use invert::{inverted, looks_inverted};
pub use merge::merge;
pub use page::{Entry, page, programs, render, with_provenance};
pub use record::{Record, RecordError};
pub use reducible::is_reducible;
pub use result_line::{Found, ResultLine};
pub use scorer::TaskScorer;
pub use settings::EvaluationSettings;
pub use shard::Shard;
pub use summary::{CriterionRate, Rate, Setting, Summary, digest, short_digests, summarise};
