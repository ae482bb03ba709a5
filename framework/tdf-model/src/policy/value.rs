//! The network as a value for search.

use std::sync::{Arc, Mutex};

use tch::Tensor;
use tdf_domain::ObservationPair;
use tdf_search::{PolicyError, Value};

use super::worker::{Worker, at_once};
use crate::features::{Features, Key, complete, key, lock};
use crate::memory::guarded;
use crate::observations::observations;
use crate::transfer::to_vec;
use crate::{Model, ModelError};

/// The value network over a model's weights.
#[derive(Debug)]
pub struct NeuralValue {
    pub(super) worker: Worker,
    pub(super) seen: Arc<Mutex<Features>>,
}

impl NeuralValue {
    /// The value network of `model`.
    pub fn new(model: Model) -> Self {
        Self {
            seen: Arc::new(Mutex::new(Features::new(model.dimensions().features))),
            worker: Worker::new(model),
        }
    }
}

impl Value for NeuralValue {
    fn distances(&mut self, pairs: &[ObservationPair<'_>]) -> Result<Vec<f32>, PolicyError> {
        let _guard = tch::no_grad_guard();
        let Worker { model, network } = &self.worker;
        let dimensions = model.dimensions();
        let mut distances = Vec::with_capacity(pairs.len());
        guarded(|| {
            for chunk in pairs.chunks(at_once(model.device()).0) {
                let keys: Vec<Key> = chunk.iter().map(key).collect();
                let mut seen = lock(&self.seen);
                let known: Vec<Option<Tensor>> = keys.iter().map(|key| seen.get(key)).collect();
                let features = complete(&known, |missing| {
                    let pairs = missing.iter().map(|&i| chunk[i]);
                    let observations = observations(dimensions, pairs, model.device())?;
                    Ok::<_, ModelError>(network.encoder.features(&observations))
                })?;
                seen.put(&keys, &features);
                distances.append(&mut to_vec(&network.value(&features))?);
            }
            Ok(distances)
        })?
    }
}
