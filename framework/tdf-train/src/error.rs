//! Why a training did not go on.

use std::io;
use std::path::{Path, PathBuf};

use tdf_config::ConfigError;
use tdf_data::{BatchLoaderError, StreamError, TaskError};
use tdf_decode::MaskError;
use tdf_decode::PlanError;
use tdf_files::FolderError;
use tdf_model::{CheckpointError, ModelError};
use tdf_parallel::CommunicatorError;
use tdf_search::SearchError;

/// Why a training did not begin or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A value of the configuration is out of its range.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The run folder does not fit.
    #[error("{0}")]
    Run(#[from] RunError),
    /// The network cannot be made or used.
    #[error("{0}")]
    Model(#[from] ModelError),
    /// A training step needs more memory than there is.
    #[error("{error}, in a step of {batch} examples; {advice}")]
    OutOfMemory {
        /// The memory that libtorch asked for.
        error: ModelError,
        /// Examples of the step in this process.
        batch: usize,
        /// How many examples would fit, or another way to need less.
        advice: String,
    },
    /// The weights cannot be written.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The domain has no such examples.
    #[error("{0}")]
    Examples(#[from] StreamError),
    /// Programs of the domain cannot be written as the configuration says.
    #[error("train.objective: {0}")]
    Plan(#[from] PlanError),
    /// An example could not be made.
    #[error("{0}")]
    Feed(#[from] BatchLoaderError),
    /// The grammar has no masks.
    #[error("{0}")]
    Masks(#[from] MaskError),
    /// The domain has no such tasks.
    #[error("{0}")]
    Tasks(#[from] TaskError),
    /// The evaluation failed.
    #[error("evaluation: {0}")]
    Search(#[from] SearchError),
    /// Another process has failed, or cannot be reached.
    #[error("{0}")]
    Group(#[from] CommunicatorError),
    /// The loss, or a number of the state after it, was infinite or not a number.
    #[error(
        "the {what} is not finite at step {step}: training stops, {kept}; a smaller train.lr or train.clip, or a longer \
         train.warmup may help"
    )]
    NotFinite {
        /// `loss`, or the part of the state.
        what: &'static str,
        /// The step, from 1.
        step: u64,
        /// Which checkpoint is there to go on from.
        kept: String,
    },
}

/// A run folder that cannot be used: names the file and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is no such folder.
    #[error("{0}")]
    NoFolder(String),
    /// The path is a file, or a folder of something else.
    #[error("{0}")]
    NoRun(String),
    /// The folder already holds a run or other files.
    #[error("{0}")]
    Occupied(String),
    /// The run has no such network, or no state to resume from.
    #[error("{0}")]
    NoCheckpoint(String),
    /// A file of the run is damaged, or was changed by hand.
    #[error("{0}")]
    Damaged(String),
    /// A file of the run has another format version: names both versions.
    #[error("{0}")]
    OtherVersion(String),
    /// The network was trained for another grammar: says what has changed.
    #[error("{0}")]
    OtherGrammar(String),
    /// The run was begun on another domain or with another configuration: names both sides.
    #[error("{0}")]
    OtherConfig(String),
    /// The folder cannot be made or locked, or another process works in it.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A file cannot be read or written.
    #[error("cannot {action} {}: {message}", file.display())]
    File {
        /// A verb: `read`, `write`, ...
        action: String,
        /// The file.
        file: PathBuf,
        /// The message of the operating system.
        message: String,
    },
}

impl RunError {
    pub(crate) fn file(action: &str, file: &Path, error: &dyn std::fmt::Display) -> Self {
        Self::File {
            action: action.to_owned(),
            file: file.to_owned(),
            message: error.to_string(),
        }
    }
}

/// Adds the name of the file to what the operating system says.
pub(crate) trait Naming<T> {
    fn naming(self, action: &str, file: &Path) -> Result<T, RunError>;
}

impl<T> Naming<T> for io::Result<T> {
    fn naming(self, action: &str, file: &Path) -> Result<T, RunError> {
        self.map_err(|e| RunError::file(action, file, &e))
    }
}
