//! Training: configuration, one loop, run folders, metrics.
//!
//! 1. [`Config::preset`] gives a configuration, [`Config::layer`] changes keys from a file and from settings.
//! 2. [`train`] trains in a run folder, or resumes the run that is there, and tells an [`Observer`] how it goes.
//!    [`train_together`] does so in several processes.
//! 3. [`open_run`] finds the network and the configuration of a run for search.
//!
//! A run folder holds `config.toml`, `grammar.lalrpop`, `metrics.csv`, event files of TensorBoard and `checkpoints/`. Of those,
//! `state.safetensors` is all that a resumed run goes on from, and `model.safetensors` follows from it: the averaged
//! weights that search loads. So does `best.safetensors`, the network of the best evaluation. All are written under another name and renamed, so that a process may be killed at any
//! moment. Examples are functions of the seed and their number, so a resumed run sees the very stream that it would have
//! seen.

mod ahead;
mod begin;
mod best;
mod card;
mod checkpoint;
mod clock;
mod error;
mod evaluate;
mod events;
mod export;
mod folder;
mod grammar;
mod header;
mod meter;
mod metrics;
mod observer;
mod optimizer;
mod schedule;
mod slice;
mod state;
mod team;
mod tfevent;
mod train;
mod training;
mod window;

pub use begin::tokenizer;
pub use error::{RunError, TrainError};
pub use export::{ExportError, Exported, export};
pub use folder::{Checkpoint, RunInfo, check_run, open_run, open_run_at, run_config, run_header};
pub use grammar::check_grammar;
pub use header::RunHeader;
pub use meter::{Measured, device_memory, peak_flops};
pub use metrics::{Losses, Row};
pub use observer::{BestEvaluation, Observer, Progress, Stage, Summary};
pub use optimizer::{AdamW, WeightEma};
pub use train::{train, train_together};
