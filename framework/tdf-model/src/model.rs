//! The model: its parameters, and what fixes their shape.

use std::sync::Arc;

use tch::{Device, Tensor};
use tdf_decode::{MaskId, ProgramTokenizer, VocabularyId};
use tdf_domain::ObservationSpec;

use crate::dimensions::Dimensions;
use crate::layout::Layout;
use crate::network::Network;
use crate::precision::kind_of;
use crate::{ModelConfig, ModelError, Precision, memory};

/// The most parameters: 8 GiB in fp32; a training holds them five times.
const MOST_PARAMETERS: i64 = 1 << 31;

/// The edit network of one language and form of observations.
#[derive(Debug)]
pub struct Model {
    flat: Tensor,
    /// 0 where a mask allows an id, else minus infinity: `[masks, outputs]`.
    masks: Tensor,
    dimensions: Arc<Dimensions>,
    layout: Arc<Layout>,
    precision: Precision,
}

impl Model {
    /// A fresh model; `seed` fixes its weights.
    ///
    /// # Errors
    /// Sizes or a canvas that no network has; too little memory, see [`ModelError::OutOfMemory`].
    pub fn new(
        config: &ModelConfig,
        tokenizer: &ProgramTokenizer,
        spec: impl Into<ObservationSpec>,
        device: Device,
        seed: u64,
    ) -> Result<Self, ModelError> {
        let fresh = |layout: &Layout| to_cpu(&layout.initial(seed));
        Self::with_parameters(config, tokenizer, spec, device, fresh)
    }

    /// A model with the parameters that `parameters` gives, `[n]` on the processor, once it is known which there are.
    pub(crate) fn with_parameters<E: From<ModelError>>(
        config: &ModelConfig,
        tokenizer: &ProgramTokenizer,
        spec: impl Into<ObservationSpec>,
        device: Device,
        parameters: impl FnOnce(&Layout) -> Result<Tensor, E>,
    ) -> Result<Self, E> {
        let (vocabulary, masks) = (tokenizer.vocabulary(), tokenizer.masks());
        let outputs = i64::from(vocabulary.end()) + 1;
        let count = masks.mask_count();
        let grammar = tokenizer.language().grammar();
        let texts = grammar.tokens.iter().map(|token| &*token.text);
        let dimensions =
            Dimensions::new(config, spec, vocabulary.len() as i64, outputs, count as i64)?.with_tokens(texts);
        let allowed = (0..count).map(|mask| masks.allowed(MaskId(mask as u32)));
        Self::build(dimensions, allowed, device, parameters)
    }

    pub(crate) fn build<'a, E: From<ModelError>>(
        dimensions: Dimensions,
        allowed: impl Iterator<Item = &'a [VocabularyId]>,
        device: Device,
        parameters: impl FnOnce(&Layout) -> Result<Tensor, E>,
    ) -> Result<Self, E> {
        let layout = Layout::new(&dimensions);
        let count = layout.len();
        if count > MOST_PARAMETERS {
            return Err(E::from(ModelError::Config(format!(
                "a network of these sizes has {count} parameters: allowed are {MOST_PARAMETERS}"
            ))));
        }
        let flat = to_device(&parameters(&layout)?, device)?;
        let outputs = dimensions.outputs as usize;
        let mut table = vec![f32::NEG_INFINITY; dimensions.masks as usize * outputs];
        for (row, ids) in table.chunks_mut(outputs).zip(allowed) {
            for &id in ids {
                row[id.index()] = 0.0;
            }
        }
        let masks = to_device(&to_cpu(&table)?, device)?.view([-1, dimensions.outputs]);
        let flat = flat.set_requires_grad(true);
        Ok(Self {
            flat,
            masks,
            dimensions: Arc::new(dimensions),
            layout: Arc::new(layout),
            precision: Precision::Fp32,
        })
    }

    /// The same model, computing in `precision`; at first it is fp32.
    pub fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// What it computes in.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// All parameters: a leaf of shape `[n]` that requires gradients.
    pub fn flat(&self) -> &Tensor {
        &self.flat
    }

    /// 1 where weight decay applies (matrices and kernels), 0 elsewhere (biases, gains, embeddings); shape `[n]`.
    pub fn decay_mask(&self) -> Tensor {
        Tensor::from_slice(&self.layout.decay()).to_device(self.device())
    }

    /// A model of the same shape with other parameters (shape `[n]`, copied), for averaged weights.
    ///
    /// # Panics
    /// If `flat` has another shape than [`Model::flat`].
    pub fn with_flat(&self, flat: &Tensor) -> Self {
        assert_eq!(flat.size(), self.flat.size(), "parameters of a model of another shape");
        Self {
            flat: flat.detach().copy().set_requires_grad(true),
            ..self.shallow_clone()
        }
    }

    /// The same model once more: both see the same parameters in memory.
    pub fn shallow_clone(&self) -> Self {
        Self {
            flat: self.flat.shallow_clone(),
            masks: self.masks.shallow_clone(),
            dimensions: Arc::clone(&self.dimensions),
            layout: Arc::clone(&self.layout),
            precision: self.precision,
        }
    }

    /// Names, shapes and offsets into [`Model::flat`], in order.
    pub fn layout(&self) -> &[(String, Vec<i64>, i64)] {
        &self.layout.entries
    }

    /// Where the parameters live.
    pub fn device(&self) -> Device {
        self.flat.device()
    }

    /// Sizes of the network.
    pub fn config(&self) -> &ModelConfig {
        &self.dimensions.config
    }

    pub(crate) fn dimensions(&self) -> &Arc<Dimensions> {
        &self.dimensions
    }

    /// 0 where a mask allows an id, else minus infinity: `[masks, outputs]`.
    pub(crate) fn masks(&self) -> &Tensor {
        &self.masks
    }

    /// The parameters in the kind that is computed in, with a graph.
    pub(crate) fn views(&self) -> Network<Tensor> {
        self.layout.views(&self.dimensions, &self.flat, kind_of(self.precision))
    }

    /// The parameters as they are now, in the kind that is computed in, without a graph.
    pub(crate) fn network(&self) -> Network<Tensor> {
        let kind = kind_of(self.precision);
        tch::no_grad(|| self.layout.views(&self.dimensions, &self.flat.detach(), kind))
    }
}

fn to_cpu(values: &[f32]) -> Result<Tensor, ModelError> {
    Tensor::f_from_slice(values).map_err(|e| memory::error("the model cannot be made", &e))
}

fn to_device(tensor: &Tensor, device: Device) -> Result<Tensor, ModelError> {
    let moved = tensor.f_to_device(device);
    moved.map_err(|e| memory::error(&format!("the model cannot be made on {device:?}"), &e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CANVAS, examples, model, narrow, number, small, whole};
    use tdf_domain::Canvas;

    #[test]
    fn other_canvases() {
        for (width, height, channels, background) in [(4, 4, 1, 0), (30, 70, 3, 255), (128, 128, 1, 0)] {
            let canvas = Canvas {
                width,
                height,
                channels,
                background,
            };
            let batch = examples(canvas, 8, 3, 5);
            for config in [small(), narrow(), whole()] {
                let loss = model(&config, canvas, 5).loss(&batch).unwrap();
                assert!(number(&loss.total).is_finite());
            }
        }
        let canvas = Canvas { width: 3, ..CANVAS };
        let error = Dimensions::new(&small(), canvas, 11, 10, 3).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a canvas of 3x64 pixels is too small: 4x4 is the least"
        );
    }

    #[test]
    fn seeds_and_copies() {
        let first = model(&small(), CANVAS, 8);
        assert_eq!(first.flat(), model(&small(), CANVAS, 8).flat());
        assert_ne!(first.flat(), model(&small(), CANVAS, 9).flat());
        let copy = first.with_flat(first.flat());
        let share = first.shallow_clone();
        tch::no_grad(|| {
            let _ = first.flat().shallow_clone().fill_(0.0);
        });
        assert_eq!(number(&share.flat().abs().sum(None)), 0.0);
        assert!(number(&copy.flat().abs().sum(None)) > 0.0);
        assert!(copy.flat().requires_grad() && copy.flat().is_leaf());
    }
}
