//! The edit network on libtorch: image encoder, edit transformer, value head, checkpoints (arXiv 2405.20519, section 3.4 and
//! appendix F).
//!
//! ```
//! use tch::Device;
//! use tdf_data::{Example, ExampleEncoder, ExampleOptions, ExampleStream};
//! use tdf_decode::ProgramTokenizer;
//! use tdf_model::Model;
//!
//! let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
//! let tokenizer = ProgramTokenizer::with_masks(domain.language().clone(), domain.size().clone())?;
//! let config = tdf_config::preset("tiny").expect("tiny is a preset");
//! let model = Model::new(&config, &tokenizer, domain.observation_spec(), Device::Cpu, 0)?;
//! // All parameters are one tensor of shape `[n]`.
//! assert_eq!(model.flat().dim(), 1);
//!
//! let stream = ExampleStream::new(domain.clone(), ExampleOptions::default(), 0)?;
//! let encoder = ExampleEncoder::for_domain(domain, stream.options().max_edit_size)?;
//! let mut example = Example::default();
//! stream.example(0, &mut example)?;
//! let loss = model.loss(&[encoder.encode(&example)])?;
//! assert!(loss.total.double_value(&[]).is_finite());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All parameters of a [`Model`] lie in one flat fp32 tensor; the network is a function of that tensor and a batch. So
//! an optimiser, an average of weights or an all-reduce is a handful of operations on one buffer.
//!
//! A [`NeuralPolicy`] proposes edits, a [`NeuralValue`] predicts distances and a [`NeuralGenerator`] generates programs, each for
//! search. A [`Checkpoint`] is a network in a safetensors file.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod attention;
mod batch;
mod blocks;
mod checkpoint;
mod decode;
pub mod digest;
mod dimensions;
mod encoder;
mod error;
mod features;
mod flop_count;
mod forward;
mod grid;
mod image_tokens;
mod init;
mod layer;
mod layout;
mod loss;
mod memory;
mod metadata;
mod model;
mod network;
mod nf_resnet;
mod number_rows;
mod numbers;
mod observations;
mod packing;
mod policy;
mod precision;
mod prepared;
mod safetensors_file;
mod transfer;
mod value_encoder;
mod value_layout;
mod value_rows;

use tdf_config::{Attention, ImageEncoder, KeyBounds, ModelConfig, NumberEmbedding, Position, Precision};

pub use checkpoint::{Checkpoint, Weights, is_finite};
pub use error::{CheckpointError, CheckpointFault, ModelError};
pub use flop_count::{FlopCount, count_flops};
pub use loss::Loss;
pub use memory::{asks_for_memory, is_guarded};
pub use metadata::CheckpointInfo;
pub use model::Model;
pub use policy::{NeuralGenerator, NeuralPolicy, NeuralValue};
pub use prepared::Prepared;

#[cfg(test)]
mod product_kinds;
#[cfg(test)]
mod recorded;
#[cfg(test)]
#[path = "../tests/it/rounding.rs"]
mod rounding;
#[cfg(test)]
mod testing;
