//! The edit network on libtorch: image encoder, edit transformer, value head, checkpoints.
//!
//! All parameters of a [`Model`] lie in one flat fp32 tensor; the network is a function of that tensor and a batch. So
//! an optimiser, an average of weights or an all-reduce is a handful of operations on one buffer.

mod checkpoint;
mod config;
mod model;
mod policy;

pub use checkpoint::{CheckpointError, CheckpointInfo};
pub use config::{ModelConfig, preset};
pub use model::{Loss, Model, ModelError};
pub use policy::NeuralPolicy;
