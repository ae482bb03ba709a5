//! The errors of networks and their files.

use std::io;
use std::path::{Path, PathBuf};

/// A model that cannot be made or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// libtorch could not get the memory or the thread that it asked for: says what it asked for.
    #[error("too little memory: {0}")]
    OutOfMemory(String),
    /// The configuration or the canvas allows no network: says what is wrong with it.
    #[error("{0}")]
    Config(String),
    /// An example, a program or an image does not fit the network: says what does not fit.
    #[error("{0}")]
    Input(String),
    /// An operation of libtorch failed, or its result is impossible: says which operation.
    #[error("{0}")]
    Torch(String),
}

/// A checkpoint that cannot be read, written or used: names the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {fault}", file.display())]
pub struct CheckpointError {
    file: PathBuf,
    fault: CheckpointFault,
}

impl CheckpointError {
    pub(crate) fn new(file: &Path, fault: impl Into<CheckpointFault>) -> Self {
        Self {
            file: file.to_owned(),
            fault: fault.into(),
        }
    }

    /// The file of the checkpoint.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The reason, without the name of the file.
    pub fn fault(&self) -> &CheckpointFault {
        &self.fault
    }
}

/// Why a checkpoint cannot be read, written or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointFault {
    /// The operating system does not give the bytes of the file.
    #[error("cannot be read: {message}")]
    Read {
        /// [`io::ErrorKind::NotFound`] if there is no such file.
        kind: io::ErrorKind,
        /// The message of the operating system.
        message: String,
    },
    /// The file cannot be written, or its numbers do not fit the format: says why.
    #[error("cannot be written: {0}")]
    Write(String),
    /// The file is no whole safetensors file, or its metadata are not those of a checkpoint: says what is wrong.
    #[error("{0}")]
    Format(String),
    /// The checkpoint has another format version: names both versions.
    #[error("{0}")]
    OtherVersion(String),
    /// The bytes of the file are not those that were written.
    #[error("{0}")]
    Damaged(String),
    /// The network was trained for another grammar: names both grammars and their fingerprints.
    #[error("{0}")]
    OtherGrammar(String),
    /// The network was trained for another canvas: names both canvases.
    #[error("{0}")]
    OtherCanvas(String),
    /// The tensors are not those of the network that the metadata describe: names the tensor.
    #[error("{0}")]
    OtherNetwork(String),
    /// A parameter is infinite or not a number.
    #[error("{0}")]
    NotFinite(String),
    /// The network that the metadata describe cannot be made here.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl CheckpointFault {
    pub(crate) fn read(error: &io::Error) -> Self {
        Self::Read {
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}
