//! The encoder of observations: of images as the configuration chooses, or of values.

use tch::Tensor;
use tdf_domain::ObservationSpec;

use crate::ImageEncoder;
use crate::blocks::Parameter;
use crate::dimensions::Dimensions;
use crate::grid::Grid;
use crate::init::{Init, Make};
use crate::nf_resnet::NfResnet;
use crate::value_encoder::ValueEncoder;

/// The parameters of an encoder.
#[derive(Debug)]
pub(crate) enum Encoder<T> {
    Grid(Grid<T>),
    NfResnet(NfResnet<T>),
    Values(ValueEncoder<T>),
}

impl<T: Parameter> Encoder<T> {
    pub fn build(dimensions: &Dimensions, positions: Init, make: Make<'_, T>) -> Self {
        let Dimensions { config, spec, .. } = dimensions;
        let canvas = match spec {
            ObservationSpec::Image(canvas) => canvas,
            ObservationSpec::Values(_) => return Self::Values(ValueEncoder::build(config, positions, make)),
        };
        match config.encoder {
            ImageEncoder::Grid => Self::Grid(Grid::build(config, *canvas, positions, make)),
            ImageEncoder::NfResnet26 => Self::NfResnet(NfResnet::build(config, *canvas, make)),
        }
    }
}

impl Encoder<Tensor> {
    /// What the encoder makes of [`observations`](crate::observations::observations), `[B, ..]`; as many numbers an example as [`sizes`](crate::image_tokens::sizes) says.
    pub fn features(&self, observations: &Tensor) -> Tensor {
        match self {
            Self::Grid(encoder) => encoder.features(observations),
            Self::NfResnet(encoder) => encoder.features(observations),
            Self::Values(encoder) => encoder.features(observations),
        }
    }

    /// Image tokens of [`Encoder::features`], `[B, image tokens, W]`.
    pub fn tokens(&self, features: &Tensor) -> Tensor {
        match self {
            Self::Grid(encoder) => encoder.tokens(features),
            Self::NfResnet(encoder) => encoder.tokens(features),
            Self::Values(_) => features.shallow_clone(),
        }
    }
}
