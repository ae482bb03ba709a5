//! Models in files.

use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use tch::{Device, Kind, Tensor};
use tdf_decode::ProgramTokenizer;
use tdf_domain::{Canvas, ObservationSpec};

use crate::digest;
use crate::layout::Layout;
use crate::metadata::KEY;
use crate::safetensors_file::{explain, header, read};
use crate::{CheckpointError, CheckpointFault, CheckpointInfo, Model, memory};
use tdf_files::write_atomically;

/// Said of a network that cannot be used.
const NOT_FINITE: &str = "a parameter is infinite or not a number";

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

impl Model {
    /// Writes the parameters and `info` as a safetensors file: a temporary name beside `file`, synced, then renamed.
    ///
    /// # Errors
    /// Names the file; what it held before is still there. Parameters that are not finite are not written.
    pub fn save(&self, file: &Path, info: &CheckpointInfo) -> Result<(), CheckpointError> {
        self.save_as(file, info, Weights::Fp32)
    }

    /// As [`Model::save`], with parameters rounded to `weights`.
    ///
    /// # Errors
    /// As [`Model::save`]; a parameter that is too large for fp16.
    pub fn save_as(&self, file: &Path, info: &CheckpointInfo, weights: Weights) -> Result<(), CheckpointError> {
        let fail = |message: String| CheckpointError::new(file, CheckpointFault::Write(message));
        let (dtype, kind) = weights.types();
        let flat = self.flat().detach().to_device(Device::Cpu);
        if !is_finite(&flat) {
            return Err(fail(NOT_FINITE.into()));
        }
        let flat = flat.to_kind(kind).contiguous();
        if !is_finite(&flat) {
            let limit = "a parameter is too large for fp16; bf16 has the range of fp32";
            return Err(fail(limit.into()));
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
        let mut bytes = safetensors::serialize(tensors, Some(metadata)).map_err(|e| fail(e.to_string()))?;
        digest::seal(&mut bytes).map_err(fail)?;
        write_atomically(file, &bytes).map_err(|e| fail(e.to_string()))
    }

    /// Reads a checkpoint for a language, see [`Checkpoint::read`] and [`Checkpoint::model`].
    ///
    /// # Errors
    /// As these.
    pub fn load(
        file: &Path,
        tokenizer: &ProgramTokenizer,
        spec: impl Into<ObservationSpec>,
        device: Device,
    ) -> Result<(Self, CheckpointInfo), CheckpointError> {
        let checkpoint = Checkpoint::read(file)?;
        let model = checkpoint.model(tokenizer, spec, device)?;
        Ok((model, checkpoint.info))
    }
}

/// The file of a checkpoint, read once and found whole: whatever is made of it or said of it is of the same bytes, even if
/// a training writes another file in its place.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    file: PathBuf,
    bytes: Vec<u8>,
    info: CheckpointInfo,
}

impl Checkpoint {
    /// Reads `file`.
    ///
    /// # Errors
    /// Names the file: it cannot be read, is no checkpoint, is one of another version, or a byte of it is not as it was
    /// written.
    pub fn read(file: &Path) -> Result<Self, CheckpointError> {
        let fail = |fault: CheckpointFault| CheckpointError::new(file, fault);
        let bytes = read(file).map_err(fail)?;
        let (info, digest) = CheckpointInfo::from_header(header(&bytes).map_err(fail)?).map_err(fail)?;
        SafeTensors::deserialize(&bytes).map_err(|e| fail(explain(&e)))?;
        digest::verify(&bytes, &digest).map_err(|damage| {
            fail(CheckpointFault::Damaged(format!(
                "{damage}; take another copy, or go on with the run that it is of: `tdf train --resume` writes it anew"
            )))
        })?;
        Ok(Self {
            file: file.to_owned(),
            bytes,
            info,
        })
    }

    /// What it says of itself.
    pub fn info(&self) -> &CheckpointInfo {
        &self.info
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The network, for a language.
    ///
    /// # Errors
    /// Names the file: another grammar (by fingerprint) or canvas, with both sides named; tensors that are not those of
    /// the network that the metadata describes; parameters that are not finite; too little memory.
    pub fn model(
        &self,
        tokenizer: &ProgramTokenizer,
        spec: impl Into<ObservationSpec>,
        device: Device,
    ) -> Result<Model, CheckpointError> {
        let (file, info) = (&self.file, &self.info);
        let fail = |fault: CheckpointFault| CheckpointError::new(file, fault);
        let grammar = tokenizer.language().grammar();
        if info.grammar != grammar.fingerprint {
            return Err(fail(CheckpointFault::OtherGrammar(format!(
                "was trained for the grammar `{}` ({}), this is `{}` ({})",
                info.grammar_name,
                short(&info.grammar),
                grammar.name,
                short(&grammar.fingerprint)
            ))));
        }
        let spec = spec.into().unbound();
        if info.observation != spec {
            let (theirs, ours) = (form(info.observation), form(spec));
            let message = format!("was trained for {theirs}, these are {ours}");
            return Err(fail(CheckpointFault::OtherCanvas(message)));
        }
        let flat = |layout: &Layout| self.parameters(layout);
        Model::with_parameters(&info.model, tokenizer, spec, device, flat).map_err(fail)
    }

    /// The parameters in the order of `layout`. Nothing is allocated before the file is known to have them all.
    fn parameters(&self, layout: &Layout) -> Result<Tensor, CheckpointFault> {
        let tensors = SafeTensors::deserialize(&self.bytes).map_err(|e| explain(&e))?;
        let mut found = Vec::with_capacity(tensors.len());
        for (name, shape, _) in &layout.entries {
            let tensor = tensors
                .tensor(name)
                .map_err(|_| CheckpointFault::OtherNetwork(format!("has no tensor `{name}`")))?;
            let sizes = tensor.shape();
            let weights = Weights::ALL
                .into_iter()
                .find(|weights| weights.types().0 == tensor.dtype());
            let Some(weights) = weights.filter(|_| sizes.iter().map(|&n| n as i64).eq(shape.iter().copied())) else {
                return Err(CheckpointFault::OtherNetwork(format!(
                    "has a tensor `{name}` of {:?} {sizes:?}, the model needs {:?} {shape:?}",
                    tensor.dtype(),
                    Dtype::F32
                )));
            };
            found.push((tensor, weights.types().1));
        }
        if tensors.len() != layout.entries.len() {
            let known: Vec<&str> = layout.entries.iter().map(|(name, ..)| name.as_str()).collect();
            let unknown = tensors.names().into_iter().filter(|name| !known.contains(name)).min();
            return Err(CheckpointFault::OtherNetwork(format!(
                "has a tensor `{}` that the model does not know",
                unknown.unwrap_or_default()
            )));
        }
        let part = |(tensor, kind): &(TensorView<'_>, Kind)| {
            let count = tensor.shape().iter().product::<usize>() as i64;
            let part = Tensor::f_from_data_size(tensor.data(), &[count], *kind)?;
            part.f_to_kind(Kind::Float)
        };
        let parts = found.iter().map(part).collect::<Result<Vec<Tensor>, _>>();
        let flat = parts.and_then(|parts| Tensor::f_cat(&parts, 0));
        let flat = flat.map_err(|e| memory::error("the parameters cannot be read", &e))?;
        if !is_finite(&flat) {
            return Err(CheckpointFault::NotFinite(format!(
                "{NOT_FINITE}: the network is of no use; go on with the run that it is of (`tdf train --resume`), or train anew"
            )));
        }
        Ok(flat)
    }
}

/// Whether all numbers of `tensor` are finite.
pub fn is_finite(tensor: &Tensor) -> bool {
    tensor.isfinite().all().int64_value(&[]) == 1
}

/// The first twelve hex digits of a fingerprint.
fn short(fingerprint: &str) -> &str {
    fingerprint.get(..12).unwrap_or(fingerprint)
}

fn form(spec: ObservationSpec) -> String {
    match spec {
        ObservationSpec::Image(Canvas {
            width,
            height,
            channels,
            background,
        }) => format!("images of {width}x{height}x{channels} on a background of {background}"),
        ObservationSpec::Values(values) => format!("outputs of at most {} bytes", values.max_bytes),
    }
}
