//! Sizes of the network.

use serde::{Deserialize, Serialize};

/// Sizes of the network. The code is one; presets differ in these numbers only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Width of the transformer.
    pub width: i64,
    /// Number of layers.
    pub layers: i64,
    /// Attention heads; divides `width`.
    pub heads: i64,
    /// Channels of the three convolutions of the image encoder.
    pub channels: Vec<i64>,
    /// Greatest length of a program's sequence; longer programs are refused.
    pub context: i64,
    /// Weight of the value head's loss.
    pub value_weight: f64,
}

/// The configuration called `name` (`tiny`, ...), if there is one.
pub fn preset(name: &str) -> Option<ModelConfig> {
    let _ = name;
    unimplemented!()
}
