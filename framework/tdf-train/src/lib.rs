//! Training: configuration, one loop, run folders, metrics.
//!
//! ```
//! use tch::Device;
//! use tdf_config::Config;
//! use tdf_train::{open_run, train};
//!
//! let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
//! let settings = ["train.minutes=0", "train.steps=2", "train.batch=4", "model.layers=1", "evaluate.tasks=0"];
//! let config = Config::preset("tiny").expect("tiny is a preset");
//! let config = config.layer(None, &settings.map(str::to_owned))?;
//! let parent = tempfile::tempdir()?;
//! let folder = parent.path().join("run");
//! let summary = train(domain, &config, &folder, false, Device::Cpu, &mut ())?;
//! assert_eq!(summary.step, 2);
//!
//! let run = open_run(&folder)?;
//! assert_eq!(run.header.domain, "rainbow");
//! assert!(run.model.exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! 1. [`Config::preset`](tdf_config::Config::preset) gives a configuration, [`Config::layer`](tdf_config::Config::layer) changes keys from a file and from settings.
//! 2. [`train`] trains in a run folder, or resumes the run that is there, and tells an [`Observer`] how it goes.
//!    [`train_together`] does so in several processes.
//! 3. [`open_run`] finds the network and the configuration of a run for search.
//!
//! A run folder holds `config.toml`, `grammar.lalrpop`, `metrics.csv`, event files of TensorBoard and `checkpoints/`. Of those,
//! `state.safetensors` is all that a resumed run goes on from, and `model.safetensors` follows from it: the averaged
//! weights that search loads. So does `best.safetensors`, the network of the best evaluation. All are written under another name and renamed, so that a process may be killed at any
//! moment. Examples are functions of the seed and their number, so a resumed run sees the very stream that it would have
//! seen.

#![warn(missing_docs)]

mod best;
mod card;
mod error;
mod evaluate;
mod events;
mod export;
mod grammar;
mod header;
mod loss_accumulator;
mod metrics;
mod observer;
mod optimizer;
mod prefetcher;
mod process_group;
mod run_folder;
mod run_info;
mod run_paths;
mod save;
mod schedule;
mod setup;
mod tfevent;
mod throughput;
mod time_slice;
mod train;
mod train_state;
mod trainer;
mod training_clock;

pub use error::{RunError, TrainError};
pub use export::{ExportError, Exported, export};
pub use grammar::check_grammar;
pub use header::RunHeader;
pub use metrics::{Losses, Row};
pub use observer::{BestEvaluation, Observer, Progress, Stage, Summary};
pub use optimizer::{AdamW, WeightEma};
pub use run_folder::check_run;
pub use run_info::{Checkpoint, RunInfo, open_run, open_run_at, run_config, run_header};
pub use setup::tokenizer;
pub use throughput::{Measured, device_memory, peak_flops};
pub use train::{train, train_together};
