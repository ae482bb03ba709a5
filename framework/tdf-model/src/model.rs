//! The network.

use tch::{Device, Tensor};
use tdf_data::Encoded;
use tdf_decode::Sequencer;
use tdf_domain::Canvas;

use crate::ModelConfig;

/// The edit network of one language and canvas.
#[derive(Debug)]
pub struct Model {
    flat: Tensor,
}

/// What a batch costs.
#[derive(Debug)]
pub struct Loss {
    /// Scalar to be differentiated: position and token cross-entropies summed per example and averaged over the batch,
    /// plus the weighted loss of the value head.
    pub total: Tensor,
    /// Detached parts, shape `[4]`: mean position cross-entropy, mean token cross-entropy (per decision), value loss,
    /// share of examples whose position has the highest logit.
    pub parts: Tensor,
}

/// A model that cannot be made or used: says what does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(pub String);

impl Model {
    /// A fresh model; `seed` fixes its weights.
    pub fn new(
        config: &ModelConfig,
        sequencer: &Sequencer,
        canvas: Canvas,
        device: Device,
        seed: u64,
    ) -> Result<Self, ModelError> {
        let _ = (config, sequencer, canvas, device, seed);
        unimplemented!()
    }

    /// All parameters: a leaf of shape `[n]` that requires gradients.
    pub fn flat(&self) -> &Tensor {
        &self.flat
    }

    /// 1 where weight decay applies (matrices and kernels), 0 elsewhere (biases, gains, embeddings); shape `[n]`.
    pub fn decay_mask(&self) -> Tensor {
        unimplemented!()
    }

    /// A model of the same shape with other parameters (shape `[n]`, copied), for averaged weights.
    pub fn with_flat(&self, flat: &Tensor) -> Self {
        let _ = flat;
        unimplemented!()
    }

    /// The loss of a batch. Not random: no dropout.
    pub fn loss(&self, batch: &[Encoded]) -> Result<Loss, ModelError> {
        let _ = batch;
        unimplemented!()
    }

    /// Names, shapes and offsets into [`Model::flat`], in order.
    pub fn layout(&self) -> &[(String, Vec<i64>, i64)] {
        unimplemented!()
    }

    /// Where the parameters live.
    pub fn device(&self) -> Device {
        self.flat.device()
    }
}
