//! Sizes of the network.

use serde::{Deserialize, Serialize};

use crate::ModelError;

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
    /// Channels of the convolutions of the image encoder: the first quarters a picture's sides, each other halves them.
    pub channels: Vec<i64>,
    /// Greatest length of a program's sequence; longer programs are refused.
    pub context: i64,
    /// Weight of the value head's loss.
    pub value_weight: f64,
}

/// The configuration called `name` (`tiny`, ...), if there is one.
pub fn preset(name: &str) -> Option<ModelConfig> {
    match name {
        "tiny" => Some(ModelConfig {
            width: 64,
            layers: 4,
            heads: 4,
            channels: vec![32, 64, 96],
            context: 128,
            value_weight: 0.1,
        }),
        _ => None,
    }
}

impl ModelConfig {
    /// Says which size cannot be, if one cannot.
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        let sizes = [
            ("model.width", self.width),
            ("model.layers", self.layers),
            ("model.heads", self.heads),
            ("model.context", self.context),
        ];
        let channels = self.channels.iter().map(|&c| ("model.channels", c));
        for (name, value) in sizes.into_iter().chain(channels) {
            // The upper bound keeps products of sizes far from overflow.
            if !(1..=1 << 16).contains(&value) {
                return Err(ModelError(format!(
                    "{name} is {value}, it has to be between 1 and 65536"
                )));
            }
        }
        if self.channels.is_empty() {
            return Err(ModelError(
                "model.channels is empty, the image encoder needs a convolution".into(),
            ));
        }
        if self.width % self.heads != 0 {
            let Self { width, heads, .. } = self;
            return Err(ModelError(format!(
                "model.heads ({heads}) has to divide model.width ({width})"
            )));
        }
        if !(self.value_weight.is_finite() && self.value_weight >= 0.0) {
            return Err(ModelError(format!(
                "model.value_weight is {}, it has to be 0 or more",
                self.value_weight
            )));
        }
        Ok(())
    }
}
