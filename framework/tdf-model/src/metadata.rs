//! The metadata of a checkpoint.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tdf_data::Objective;
use tdf_domain::{Canvas, ObservationSpec, ValueSpec};
use tdf_tree::NoiseOptions;

use crate::digest::UNSEALED;
use crate::safetensors_file::read_header;
use crate::{CheckpointError, CheckpointFault, KeyBounds, ModelConfig};

/// Version of what a checkpoint means: names of tensors, their order in a sequence, metadata.
const FORMAT: u64 = 3;
/// Key of the metadata. One key only: the header is then the same in every process.
pub(crate) const KEY: &str = "tdf";
const FORMAT_KEY: &str = "tdf-format";
/// What `noise.max_edit_size` may be.
const MAX_EDIT_SIZE: KeyBounds =
    KeyBounds::whole("noise.max_edit_size", 1, NoiseOptions::GREATEST_MAX_EDIT_SIZE as i64);

/// What a checkpoint says of itself, in the metadata of its safetensors file.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckpointInfo {
    /// Name of the domain.
    pub domain: String,
    /// Fingerprint of its grammar.
    pub grammar: String,
    /// Name of its grammar, for messages.
    pub grammar_name: String,
    /// The form of observations, of no particular inputs.
    pub observation: ObservationSpec,
    /// sigma_small, the budget of replacements.
    pub max_edit_size: u32,
    /// What the network learnt.
    pub objective: Objective,
    /// Sizes of the network.
    pub model: ModelConfig,
    /// Steps trained.
    pub step: u64,
    /// Examples seen.
    pub examples: u64,
}

/// [`CheckpointInfo`] as JSON.
#[derive(Serialize, Deserialize)]
struct Metadata {
    #[serde(rename = "tdf-format")]
    format: u64,
    /// See [`crate::digest`].
    digest: String,
    domain: String,
    grammar: String,
    grammar_name: String,
    /// The form of images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canvas: Option<CanvasMetadata>,
    /// The greatest length of outputs in bytes, where observations are no images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_output: Option<u32>,
    max_edit_size: u32,
    /// The first checkpoints learnt diffusion and did not say so.
    #[serde(default)]
    objective: Objective,
    model: ModelConfig,
    step: u64,
    examples: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Canvas")]
struct CanvasDefinition {
    width: u32,
    height: u32,
    channels: u32,
    background: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct CanvasMetadata(#[serde(with = "CanvasDefinition")] Canvas);

impl CheckpointInfo {
    /// Reads the metadata of `file` only; whether the file is whole is not known then.
    ///
    /// # Errors
    /// Names the file: it cannot be read, is no checkpoint, or is one of another version.
    pub fn read(file: &Path) -> Result<Self, CheckpointError> {
        let info = read_header(file).and_then(|header| Ok(Self::from_header(&header)?.0));
        info.map_err(|fault| CheckpointError::new(file, fault))
    }

    /// The metadata of a file that is not sealed yet.
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        let Self {
            domain,
            grammar,
            grammar_name,
            observation,
            max_edit_size,
            objective,
            model,
            step,
            examples,
        } = self.clone();
        let canvas = observation.canvas().map(CanvasMetadata);
        let max_output = observation.values().map(|values| values.max_bytes);
        serde_json::to_string(&Metadata {
            format: FORMAT,
            digest: UNSEALED.to_owned(),
            domain,
            grammar,
            grammar_name,
            canvas,
            max_output,
            max_edit_size,
            objective,
            model,
            step,
            examples,
        })
    }

    /// Reads the header of a safetensors file: the metadata, and the digest that it names. Errors do not name the
    /// file.
    pub(crate) fn from_header(header: &[u8]) -> Result<(Self, String), CheckpointFault> {
        #[derive(Deserialize)]
        struct Header {
            #[serde(rename = "__metadata__", default)]
            metadata: BTreeMap<String, String>,
        }
        let broken = |what: &dyn std::fmt::Display| CheckpointFault::Format(format!("has broken metadata: {what}"));
        let header: Header = serde_json::from_slice(header)
            .map_err(|_| CheckpointFault::Format("is not a safetensors file".to_owned()))?;
        let json = header
            .metadata
            .get(KEY)
            .ok_or_else(|| CheckpointFault::Format("is a safetensors file, but not a checkpoint of tdf".to_owned()))?;
        // The version goes first: a newer one may have other fields.
        let fields: serde_json::Value = serde_json::from_str(json).map_err(|e| broken(&e))?;
        let format = fields.get(FORMAT_KEY).and_then(serde_json::Value::as_u64);
        match format {
            Some(FORMAT) => (),
            Some(other) => {
                return Err(CheckpointFault::OtherVersion(format!(
                    "has format version {other}, this program reads version {FORMAT}: use the tdf that wrote it, or train again"
                )));
            }
            None => {
                let message = "has no format version in its metadata";
                return Err(CheckpointFault::Format(message.to_owned()));
            }
        }
        let metadata: Metadata = serde_json::from_value(fields).map_err(|e| broken(&e))?;
        let Metadata {
            digest,
            domain,
            grammar,
            grammar_name,
            canvas,
            max_output,
            max_edit_size,
            objective,
            model,
            step,
            examples,
            ..
        } = metadata;
        if !MAX_EDIT_SIZE.contains(max_edit_size.into()) {
            return Err(broken(&format_args!(
                "max_edit_size = {max_edit_size}: allowed is {MAX_EDIT_SIZE}"
            )));
        }
        let observation = match (canvas, max_output) {
            (Some(canvas), None) => ObservationSpec::Image(canvas.0),
            (None, Some(max_bytes)) => ObservationSpec::Values(ValueSpec { rows: 0, max_bytes }),
            _ => return Err(broken(&"it needs either `canvas` or `max_output`")),
        };
        let info = Self {
            domain,
            grammar,
            grammar_name,
            observation,
            max_edit_size,
            objective,
            model,
            step,
            examples,
        };
        Ok((info, digest))
    }
}
