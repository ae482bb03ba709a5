//! The image encoder that a configuration chooses.

use tch::Tensor;

use crate::ImageEncoder;
use crate::blocks::Parameter;
use crate::dimensions::Dimensions;
use crate::grid::Grid;
use crate::init::{Init, Make};
use crate::nf_resnet::NfResnet;

/// The parameters of an image encoder.
#[derive(Debug)]
pub(crate) enum Encoder<T> {
    Grid(Grid<T>),
    NfResnet(NfResnet<T>),
}

impl<T: Parameter> Encoder<T> {
    pub fn build(dimensions: &Dimensions, positions: Init, make: Make<'_, T>) -> Self {
        let Dimensions { config, canvas, .. } = dimensions;
        match config.encoder {
            ImageEncoder::Grid => Self::Grid(Grid::build(config, *canvas, positions, make)),
            ImageEncoder::NfResnet26 => Self::NfResnet(NfResnet::build(config, *canvas, make)),
        }
    }
}

impl Encoder<Tensor> {
    /// What the encoder makes of [`images`](crate::images::images), `[B, ..]`; as many numbers an example as [`sizes`](crate::image_tokens::sizes) says.
    pub fn features(&self, dimensions: &Dimensions, images: &Tensor) -> Tensor {
        match self {
            Self::Grid(encoder) => encoder.features(dimensions.canvas, images),
            Self::NfResnet(encoder) => encoder.features(images),
        }
    }

    /// Image tokens of [`Encoder::features`], `[B, image tokens, W]`.
    pub fn tokens(&self, features: &Tensor) -> Tensor {
        match self {
            Self::Grid(encoder) => encoder.tokens(features),
            Self::NfResnet(encoder) => encoder.tokens(features),
        }
    }
}
