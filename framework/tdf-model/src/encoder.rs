//! The image encoder that a configuration chooses.

use tch::{Device, Tensor};
use tdf_domain::Canvas;

use crate::blocks::{Make, Parameter};
use crate::grid::{self, Grid};
use crate::images::ImageInput;
use crate::layout::{Dimensions, Init};
use crate::nf_resnet::{self, NfResnet};
use crate::{ImageEncoder, ModelConfig, ModelError, images};

/// The parameters of an image encoder.
#[derive(Debug)]
pub(crate) enum Encoder<T> {
    Grid(Grid<T>),
    NfResnet(NfResnet<T>),
}

/// Number of image tokens, and of features that the value head reads.
pub(crate) fn sizes(config: &ModelConfig, canvas: Canvas) -> (i64, i64) {
    let channels = config.channels.last().copied().unwrap_or_default();
    match config.encoder {
        ImageEncoder::Grid => {
            let (rows, columns) = grid::spatial_positions(config, canvas);
            let places = if config.spatial_tokens { rows * columns } else { 0 };
            (places + config.global_tokens, rows * columns * channels)
        }
        ImageEncoder::NfResnet26 => (nf_resnet::TOKENS, channels),
    }
}

/// Pairs of current and target image as the image encoder takes them; the current one only if the configuration shows it.
pub(crate) fn images<'a>(
    dimensions: &Dimensions,
    pairs: impl ExactSizeIterator<Item = (&'a [u8], &'a [u8])>,
    device: Device,
) -> Result<Tensor, ModelError> {
    let Dimensions { config, canvas, .. } = dimensions;
    let show = if config.current_image {
        ImageInput::Both
    } else {
        ImageInput::Target
    };
    match config.encoder {
        ImageEncoder::Grid => images::patches(*canvas, show, pairs, device),
        ImageEncoder::NfResnet26 => images::planes(*canvas, show, pairs, device),
    }
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
    /// What the encoder makes of [`images`], `[B, ..]`; as many numbers an example as [`sizes`] says.
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
