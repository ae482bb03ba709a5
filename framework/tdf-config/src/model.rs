//! Sizes of the network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ConfigError, KeyBounds, Number};

/// Parts and sizes of the network. Where a checkpoint lacks a part, it is the first of those that there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// The image encoder.
    #[serde(default)]
    pub encoder: ImageEncoder,
    /// How image tokens and programs attend to each other.
    #[serde(default)]
    pub attention: Attention,
    /// The head that chooses the position of an edit.
    #[serde(default)]
    pub position: Position,
    /// Embedding of tokens that are numbers.
    #[serde(default)]
    pub number_embedding: NumberEmbedding,
    /// With the encoder `grid`: number of tokens made of the whole output of the last convolution. 0: none.
    #[serde(default)]
    pub global_tokens: i64,
    /// With the encoder `grid` and a summary: whether each position of that output is a token, too.
    #[serde(default = "yes")]
    pub spatial_tokens: bool,
    /// Width of the transformer.
    pub width: i64,
    /// Layers of the transformer.
    pub layers: i64,
    /// Attention heads; their number divides model.width.
    pub heads: i64,
    /// Channels of the image encoder's convolutions (`grid`, at most 16), or of its four stages (`nf-resnet26`).
    pub channels: Vec<i64>,
    /// Greatest length of a program's sequence, and of an edit's; with causal attention, of both together. What is longer
    /// is refused.
    pub context: i64,
    /// Weight of the value head's loss.
    pub value_weight: f64,
    /// Whether the loss of the value head trains that head alone, and not the image encoder.
    #[serde(default)]
    pub value_apart: bool,
    /// Whether the image encoder sees the current image. If not, it sees the target beside an empty canvas: the ablation
    /// "no current image" of section 4.3.
    #[serde(default = "yes")]
    pub current_image: bool,
}

/// An image encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImageEncoder {
    /// Convolutions, with a token for each position of the last output. The first divides the sides by four, each other by
    /// two.
    #[default]
    Grid,
    /// NF-ResNet-26, as in the paper; its pooled output becomes four tokens.
    #[serde(rename = "nf-resnet26")]
    NfResnet26,
}

fn yes() -> bool {
    true
}

/// What tokens that are numbers have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NumberEmbedding {
    /// Each number has an embedding of its own.
    #[default]
    Independent,
    /// Fourier features of the values are added, so that near numbers share what is learned.
    Fourier,
}

/// What image tokens and programs see of each other. An edit is causal and sees both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Attention {
    /// All of them, in both directions.
    #[default]
    Prefix,
    /// Only tokens before, as in the decoder of the paper.
    Causal,
}

/// What chooses the position of an edit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// A pointer to the tokens of the program.
    #[default]
    Pointer,
    /// One token for each position, as in the paper.
    Token,
}

/// The configuration called `name` (`tiny`, `best`, `paper`), if there is one.
pub fn preset(name: &str) -> Option<ModelConfig> {
    match name {
        "tiny" => Some(ModelConfig {
            encoder: ImageEncoder::Grid,
            attention: Attention::Prefix,
            position: Position::Pointer,
            width: 64,
            layers: 4,
            heads: 4,
            channels: vec![32, 64, 96],
            context: 128,
            number_embedding: NumberEmbedding::Independent,
            global_tokens: 0,
            spatial_tokens: true,
            value_weight: 0.1,
            value_apart: false,
            current_image: true,
        }),
        "best" => Some(ModelConfig {
            global_tokens: 4,
            spatial_tokens: false,
            ..preset("tiny")?
        }),
        // Section 3.4 and appendix F.
        "paper" => Some(ModelConfig {
            encoder: ImageEncoder::NfResnet26,
            attention: Attention::Causal,
            position: Position::Token,
            width: 256,
            layers: 8,
            heads: 16,
            channels: vec![256, 512, 1024, 2048],
            context: 512,
            number_embedding: NumberEmbedding::Independent,
            global_tokens: 0,
            spatial_tokens: true,
            value_weight: 1.0,
            value_apart: true,
            current_image: true,
        }),
        _ => None,
    }
}

/// The most numbers that `model.channels` may have.
const MOST_CONVOLUTIONS: usize = 16;

impl ModelConfig {
    /// Stages of the encoder `nf-resnet26`.
    pub const STAGES: usize = 4;
    /// Factor between the channels of a stage and those within its bottleneck blocks.
    pub const BOTTLENECK: i64 = 4;

    /// The bounds of the keys of the group `model`. They keep products of a few sizes far from overflow.
    pub const BOUNDS: &[KeyBounds] = &[
        KeyBounds::whole("model.global_tokens", 0, 1024).least_means("none"),
        KeyBounds::whole("model.width", 1, 1 << 14),
        KeyBounds::whole("model.layers", 1, 1024),
        KeyBounds::whole("model.heads", 1, 1024),
        KeyBounds::whole("model.context", 1, 1 << 16),
        KeyBounds::real("model.value_weight", 0.0, 1e6),
        Self::CHANNELS,
    ];

    const CHANNELS: KeyBounds = KeyBounds::whole("model.channels", 1, 1 << 14);

    /// The bounds of each number, and the number. A key that is a list stands here once for each of its numbers.
    pub fn bounded_numbers(&self) -> Vec<(&'static KeyBounds, Number)> {
        let single: [Number; 6] = [
            self.global_tokens.into(),
            self.width.into(),
            self.layers.into(),
            self.heads.into(),
            self.context.into(),
            self.value_weight.into(),
        ];
        let channels = self.channels.iter().map(|&n| (&Self::CHANNELS, Number::from(n)));
        Self::BOUNDS.iter().zip(single).chain(channels).collect()
    }

    /// Says which size cannot be, if one cannot.
    ///
    /// # Errors
    /// The first size that cannot be.
    pub fn check(&self) -> Result<(), ConfigError> {
        let outside = self
            .bounded_numbers()
            .into_iter()
            .find(|(bounds, n)| !bounds.contains(*n));
        if let Some((bounds, value)) = outside {
            return Err(ConfigError(format!("{} = {value}: allowed is {bounds}", bounds.key)));
        }
        if self.channels.len() > MOST_CONVOLUTIONS {
            return Err(ConfigError(format!(
                "model.channels has {} numbers: allowed are {MOST_CONVOLUTIONS}",
                self.channels.len()
            )));
        }
        match self.encoder {
            ImageEncoder::Grid if self.channels.is_empty() => {
                return Err(ConfigError(
                    "model.channels is empty, the image encoder needs a convolution".into(),
                ));
            }
            ImageEncoder::NfResnet26
                if self.channels.len() != Self::STAGES || self.channels.iter().any(|c| c % Self::BOTTLENECK != 0) =>
            {
                return Err(ConfigError(format!(
                    "model.channels is {:?}, the encoder nf-resnet26 takes {} multiples of {}",
                    self.channels,
                    Self::STAGES,
                    Self::BOTTLENECK
                )));
            }
            _ => {}
        }
        if self.encoder == ImageEncoder::Grid && self.global_tokens == 0 && !self.spatial_tokens {
            return Err(ConfigError(
                "model.spatial_tokens is false and model.global_tokens 0: the network would see no image".into(),
            ));
        }
        if self.width % self.heads != 0 {
            let Self { width, heads, .. } = self;
            return Err(ConfigError(format!(
                "model.heads ({heads}) has to divide model.width ({width})"
            )));
        }
        Ok(())
    }
}
