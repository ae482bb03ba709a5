//! A network that answers the queries of one thread.

use tch::{Device, Tensor};
use tdf_search::PolicyError;

use crate::network::Network;
use crate::{Model, ModelError};

/// Queries whose images and programs are run at once, and edits decoded at once: enough to fill matrix products, little
/// enough for any memory. On a GPU the time of a step hardly depends on how much is in it, until it is thousands.
pub(super) fn at_once(device: Device) -> (usize, usize) {
    match device {
        Device::Cuda(_) => (4096, 16_384),
        _ => (256, 1024),
    }
}

/// A model and its parameters without a graph.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) model: Model,
    pub(super) network: Network<Tensor>,
}

impl Worker {
    pub(super) fn new(model: Model) -> Self {
        let network = model.network();
        Self { model, network }
    }
}

impl From<ModelError> for PolicyError {
    fn from(error: ModelError) -> Self {
        Self(error.to_string())
    }
}
