//! The numbers that fix the shapes of all parameters, and the ids and positions that follow from them.

use tdf_domain::{Canvas, ObservationSpec};

use crate::{Attention, ModelConfig, ModelError, NumberEmbedding, Position, image_tokens, numbers};

/// Everything that fixes the shapes of the parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dimensions {
    pub config: ModelConfig,
    /// The form of observations, of no particular inputs.
    pub spec: ObservationSpec,
    /// Ids that programs are written in.
    pub vocabulary: i64,
    /// Ids that can be decided: the tokens and the end.
    pub outputs: i64,
    /// Distinct masks over them.
    pub masks: i64,
    /// Tokens that an observation becomes.
    pub image_tokens: i64,
    /// Numbers that the encoder gives the value head.
    pub features: i64,
    /// See [`crate::numbers::fourier_features`]; empty unless numbers are ordered.
    pub fourier: Vec<f32>,
}

impl Dimensions {
    pub fn new(
        config: &ModelConfig,
        spec: impl Into<ObservationSpec>,
        vocabulary: i64,
        outputs: i64,
        masks: i64,
    ) -> Result<Self, ModelError> {
        config.check().map_err(|error| ModelError::Config(error.0))?;
        let spec = spec.into().unbound();
        if let ObservationSpec::Image(Canvas { width, height, .. }) = spec
            && (width < 4 || height < 4)
        {
            return Err(ModelError::Config(format!(
                "a canvas of {width}x{height} pixels is too small: 4x4 is the least"
            )));
        }
        let (image_tokens, features) = image_tokens::sizes(config, spec);
        Ok(Self {
            config: config.clone(),
            spec,
            vocabulary,
            outputs,
            masks,
            image_tokens,
            features,
            fourier: Vec::new(),
        })
    }

    /// With the texts of tokens, in the order of their ids.
    pub fn with_tokens<'a>(mut self, texts: impl Iterator<Item = &'a str>) -> Self {
        if self.config.number_embedding == NumberEmbedding::Fourier {
            self.fourier = numbers::fourier_features(texts);
        }
        self
    }

    /// Number of ids that the network reads.
    pub fn ids(&self) -> i64 {
        self.edit_position_id(0)
            + match self.config.position {
                Position::Pointer => 1,
                Position::Token => self.config.context,
            }
    }

    /// The id that asks for a position; its state is matched with those of the program's tokens.
    pub fn edit_query_id(&self) -> i64 {
        self.vocabulary
    }

    /// The id that says where an edit is, and begins its replacement. With a pointer it is one for all positions, and
    /// what stands at the position is added to it.
    pub fn edit_position_id(&self, position: u32) -> i64 {
        self.vocabulary
            + 1
            + match self.config.position {
                Position::Pointer => 0,
                Position::Token => i64::from(position),
            }
    }

    /// Number of embedded positions: those of programs begin at 0.
    pub fn positions(&self) -> i64 {
        match self.config.attention {
            Attention::Prefix => 2 * self.config.context,
            Attention::Causal => self.config.context,
        }
    }

    /// Position of the id that asks for one, behind a program of `length` ids. The edit's other ids follow.
    pub fn edit_position(&self, length: usize) -> i64 {
        match self.config.attention {
            Attention::Prefix => self.config.context,
            Attention::Causal => length as i64,
        }
    }

    /// The most decisions of an edit of a program of `length` ids; `None` if the program is too long.
    pub fn most_decisions(&self, length: usize) -> Option<usize> {
        let left = self.positions() - self.edit_position(length) - 1;
        (length as i64 <= self.config.context && left >= 0).then_some(left as usize)
    }
}
