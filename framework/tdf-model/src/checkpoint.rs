//! Models in files.

use std::path::Path;

use tdf_decode::Sequencer;
use tdf_domain::Canvas;

use crate::{Model, ModelConfig};

/// What a checkpoint says of itself, in the metadata of its safetensors file.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckpointInfo {
    /// Name of the domain.
    pub domain: String,
    /// Fingerprint of its grammar.
    pub grammar: String,
    /// Name of its grammar, for messages.
    pub grammar_name: String,
    /// The canvas.
    pub canvas: Canvas,
    /// sigma_small, the budget of replacements.
    pub small: u32,
    /// Sizes of the network.
    pub model: ModelConfig,
    /// Steps trained.
    pub step: u64,
    /// Examples seen.
    pub examples: u64,
}

/// A checkpoint that cannot be read, written or used; names the file and both sides of what does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CheckpointError(pub String);

impl CheckpointInfo {
    /// Reads the metadata of `file` only.
    pub fn read(file: &Path) -> Result<Self, CheckpointError> {
        let _ = file;
        unimplemented!()
    }
}

impl Model {
    /// Writes `model.safetensors`-style: a temporary name beside `file`, synced, then renamed.
    pub fn save(&self, file: &Path, info: &CheckpointInfo) -> Result<(), CheckpointError> {
        let _ = (file, info);
        unimplemented!()
    }

    /// Reads a checkpoint for a language: another grammar (by fingerprint), canvas or version is refused with both named.
    pub fn load(
        file: &Path,
        sequencer: &Sequencer,
        canvas: Canvas,
        device: tch::Device,
    ) -> Result<(Self, CheckpointInfo), CheckpointError> {
        let _ = (file, sequencer, canvas, device);
        unimplemented!()
    }
}
