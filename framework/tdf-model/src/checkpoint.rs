//! Models in files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};
use tdf_data::Objective;
use tdf_decode::Sequencer;
use tdf_domain::Canvas;

use crate::{Model, ModelConfig};

/// Version of what a checkpoint means: names of tensors, their order in a sequence, metadata.
const FORMAT: u64 = 1;
/// Key of the metadata. One key only: the header is then the same in every process.
const KEY: &str = "tdf";
const FORMAT_KEY: &str = "tdf-format";

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
    /// What the network learnt.
    pub objective: Objective,
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

impl CheckpointError {
    fn new(file: &Path, message: impl std::fmt::Display) -> Self {
        Self(format!("{}: {message}", file.display()))
    }
}

/// How a file holds parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// As they are.
    Fp32,
    /// Rounded to 11 bits of precision; up to 65,504.
    Fp16,
    /// Rounded to 8 bits, with the range of fp32.
    Bf16,
}

impl Weights {
    const ALL: [Self; 3] = [Self::Fp32, Self::Fp16, Self::Bf16];

    fn types(self) -> (Dtype, Kind) {
        match self {
            Self::Fp32 => (Dtype::F32, Kind::Float),
            Self::Fp16 => (Dtype::F16, Kind::Half),
            Self::Bf16 => (Dtype::BF16, Kind::BFloat16),
        }
    }
}

/// [`CheckpointInfo`] as JSON.
#[derive(Serialize, Deserialize)]
struct Metadata {
    #[serde(rename = "tdf-format")]
    format: u64,
    domain: String,
    grammar: String,
    grammar_name: String,
    canvas: CanvasMetadata,
    small: u32,
    /// Those of older versions learnt diffusion.
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
    /// Reads the metadata of `file` only.
    pub fn read(file: &Path) -> Result<Self, CheckpointError> {
        Self::from_header(&read_header(file).map_err(|message| CheckpointError::new(file, message))?)
            .map_err(|message| CheckpointError::new(file, message))
    }

    fn to_json(&self) -> Result<String, serde_json::Error> {
        let Self {
            domain,
            grammar,
            grammar_name,
            canvas,
            small,
            objective,
            model,
            step,
            examples,
        } = self.clone();
        let canvas = CanvasMetadata(canvas);
        serde_json::to_string(&Metadata {
            format: FORMAT,
            domain,
            grammar,
            grammar_name,
            canvas,
            small,
            objective,
            model,
            step,
            examples,
        })
    }

    /// Reads the header of a safetensors file. Errors are messages without the file's name.
    fn from_header(header: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Header {
            #[serde(rename = "__metadata__", default)]
            metadata: BTreeMap<String, String>,
        }
        let header: Header = serde_json::from_slice(header).map_err(|_| "is not a safetensors file")?;
        let json = header
            .metadata
            .get(KEY)
            .ok_or("is a safetensors file, but not a checkpoint of tdf")?;
        // The version goes first: a newer one may have other fields.
        let fields: serde_json::Value = serde_json::from_str(json).map_err(|e| format!("has broken metadata: {e}"))?;
        let format = fields.get(FORMAT_KEY).and_then(serde_json::Value::as_u64);
        match format {
            Some(FORMAT) => (),
            Some(other) => {
                return Err(format!(
                    "has format version {other}, this program reads version {FORMAT}: use the tdf that wrote it, or train again"
                ));
            }
            None => return Err("has no format version in its metadata".into()),
        }
        let metadata: Metadata = serde_json::from_value(fields).map_err(|e| format!("has broken metadata: {e}"))?;
        let Metadata {
            domain,
            grammar,
            grammar_name,
            canvas,
            small,
            objective,
            model,
            step,
            examples,
            ..
        } = metadata;
        Ok(Self {
            domain,
            grammar,
            grammar_name,
            canvas: canvas.0,
            small,
            objective,
            model,
            step,
            examples,
        })
    }
}

impl Model {
    /// Writes the parameters and `info` as a safetensors file: a temporary name beside `file`, synced, then renamed.
    ///
    /// # Errors
    /// Names the file; what it held before is still there.
    pub fn save(&self, file: &Path, info: &CheckpointInfo) -> Result<(), CheckpointError> {
        self.save_as(file, info, Weights::Fp32)
    }

    /// As [`Model::save`], with parameters rounded to `weights`.
    ///
    /// # Errors
    /// As [`Model::save`]; a parameter that is too large for fp16.
    pub fn save_as(&self, file: &Path, info: &CheckpointInfo, weights: Weights) -> Result<(), CheckpointError> {
        let fail = |message: String| CheckpointError::new(file, format_args!("cannot be written: {message}"));
        let (dtype, kind) = weights.types();
        let flat = self.flat().detach().to_device(Device::Cpu).to_kind(kind).contiguous();
        if weights == Weights::Fp16 && flat.isfinite().all().int64_value(&[]) == 0 {
            return Err(fail(
                "a parameter is too large for fp16; bf16 has the range of fp32".into(),
            ));
        }
        let each = kind.elt_size_in_bytes();
        let mut bytes = vec![0; flat.numel() * each];
        flat.f_copy_data_u8(&mut bytes, flat.numel())
            .map_err(|e| fail(e.to_string()))?;
        let mut tensors = Vec::with_capacity(self.layout().len());
        for (name, shape, offset) in self.layout() {
            let shape: Vec<usize> = shape.iter().map(|&n| n as usize).collect();
            let start = each * *offset as usize;
            let data = &bytes[start..start + each * shape.iter().product::<usize>()];
            tensors.push((
                name,
                TensorView::new(dtype, shape, data).map_err(|e| fail(e.to_string()))?,
            ));
        }
        let json = info.to_json().map_err(|e| fail(e.to_string()))?;
        let metadata = [(KEY.to_owned(), json)].into_iter().collect();
        let bytes = safetensors::serialize(tensors, Some(metadata)).map_err(|e| fail(e.to_string()))?;
        write_atomically(file, &bytes).map_err(|e| fail(e.to_string()))
    }

    /// Reads a checkpoint for a language: another grammar (by fingerprint), canvas or version is refused with both named.
    pub fn load(
        file: &Path,
        sequencer: &Sequencer,
        canvas: Canvas,
        device: Device,
    ) -> Result<(Self, CheckpointInfo), CheckpointError> {
        let fail = |message: String| CheckpointError::new(file, message);
        let bytes = read(file).map_err(fail)?;
        let info = CheckpointInfo::from_header(header(&bytes).map_err(fail)?).map_err(fail)?;
        let grammar = sequencer.language().grammar();
        if info.grammar != grammar.fingerprint {
            return Err(fail(format!(
                "was trained for the grammar `{}` ({}), this is `{}` ({})",
                info.grammar_name,
                short(&info.grammar),
                grammar.name,
                short(&grammar.fingerprint)
            )));
        }
        if info.canvas != canvas {
            let (theirs, ours) = (form(info.canvas), form(canvas));
            return Err(fail(format!(
                "was trained for pictures of {theirs}, these are of {ours}"
            )));
        }
        let model = Self::new(&info.model, sequencer, canvas, device, 0).map_err(|e| fail(e.to_string()))?;
        Ok((model.filled(&bytes).map_err(fail)?, info))
    }

    /// This model with the parameters of a safetensors file.
    fn filled(self, bytes: &[u8]) -> Result<Self, String> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| explain(&e))?;
        let mut parts = Vec::with_capacity(self.layout().len());
        for (name, shape, _) in self.layout() {
            let tensor = tensors.tensor(name).map_err(|_| format!("has no tensor `{name}`"))?;
            let found = tensor.shape();
            let weights = Weights::ALL
                .into_iter()
                .find(|weights| weights.types().0 == tensor.dtype());
            let Some(weights) = weights.filter(|_| found.iter().map(|&n| n as i64).eq(shape.iter().copied())) else {
                return Err(format!(
                    "has a tensor `{name}` of {:?} {found:?}, the model needs {:?} {shape:?}",
                    tensor.dtype(),
                    Dtype::F32
                ));
            };
            let part = Tensor::f_from_data_size(tensor.data(), &[shape.iter().product()], weights.types().1);
            parts.push(part.map_err(|e| e.to_string())?.to_kind(Kind::Float));
        }
        if tensors.len() != self.layout().len() {
            let known: Vec<&str> = self.layout().iter().map(|(name, ..)| name.as_str()).collect();
            let unknown = tensors.names().into_iter().filter(|name| !known.contains(name)).min();
            return Err(format!(
                "has a tensor `{}` that the model does not know",
                unknown.unwrap_or_default()
            ));
        }
        let flat = Tensor::cat(&parts, 0)
            .f_to_device(self.device())
            .map_err(|e| e.to_string())?;
        Ok(self.with_flat(&flat))
    }
}

/// The first twelve hex digits of a fingerprint.
fn short(fingerprint: &str) -> &str {
    fingerprint.get(..12).unwrap_or(fingerprint)
}

fn form(canvas: Canvas) -> String {
    let Canvas {
        width,
        height,
        channels,
        background,
    } = canvas;
    format!("{width}x{height}x{channels} on a background of {background}")
}

fn explain(error: &SafeTensorError) -> String {
    match error {
        SafeTensorError::MetadataIncompleteBuffer => "is cut short, or has bytes behind its end".into(),
        SafeTensorError::InvalidHeaderLength | SafeTensorError::HeaderTooSmall => {
            "is not a safetensors file, or is cut short".into()
        }
        other => format!("is not a safetensors file: {other}"),
    }
}

/// The bytes of a regular file.
fn read(file: &Path) -> Result<Vec<u8>, String> {
    tdf_files::read(file, tdf_files::WEIGHTS).map_err(|e| format!("cannot be read: {e}"))
}

fn open(file: &Path) -> Result<File, String> {
    tdf_files::open(file).map_err(|e| format!("cannot be read: {e}"))
}

/// The JSON at the beginning of a safetensors file: a length of eight bytes, then the text.
fn header(bytes: &[u8]) -> Result<&[u8], String> {
    SafeTensors::read_metadata(bytes)
        .map(|(length, _)| &bytes[8..8 + length])
        .map_err(|e| explain(&e))
}

fn read_header(file: &Path) -> Result<Vec<u8>, String> {
    let mut opened = open(file)?;
    let mut length = [0; 8];
    opened
        .read_exact(&mut length)
        .map_err(|_| explain(&SafeTensorError::HeaderTooSmall))?;
    let length = u64::from_le_bytes(length);
    let size = opened.metadata().map_err(|e| format!("cannot be read: {e}"))?.len();
    // A file of another kind promises any length; it must not be believed with memory.
    if length.saturating_add(8) > size {
        return Err(explain(&SafeTensorError::InvalidHeaderLength));
    }
    let mut header = vec![0; length as usize];
    opened
        .read_exact(&mut header)
        .map_err(|e| format!("cannot be read: {e}"))?;
    Ok(header)
}

/// Writes `bytes` to `file` so that at any moment, even if the machine stops, the file holds the old or the new bytes:
/// written to `FILE.part` beside it, synced, renamed, and the folder synced. One process writes a file at a time.
pub fn write_atomically(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = write_synced(&part, bytes).and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        // It may never have been made; the first error is the one to tell.
        let _ = fs::remove_file(&part);
        return written;
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

fn write_synced(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}
