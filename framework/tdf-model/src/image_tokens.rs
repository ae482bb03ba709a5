//! Numbers of tokens and features of each encoder.

use tdf_domain::{Canvas, ObservationSpec};

use crate::value_encoder::VALUE_TOKENS;
use crate::{ImageEncoder, ModelConfig};

/// Tokens of an image in `nf-resnet26` (paper, appendix F).
pub(crate) const NF_RESNET_TOKENS: i64 = 4;

/// Number of tokens of an observation, and of features that the value head reads.
pub(crate) fn sizes(config: &ModelConfig, spec: ObservationSpec) -> (i64, i64) {
    let canvas = match spec {
        ObservationSpec::Image(canvas) => canvas,
        ObservationSpec::Values(_) => return (VALUE_TOKENS, VALUE_TOKENS * config.width),
    };
    let channels = config.channels.last().copied().unwrap_or_default();
    match config.encoder {
        ImageEncoder::Grid => {
            let (rows, columns) = spatial_positions(config, canvas);
            let spatial = if config.spatial_tokens { rows * columns } else { 0 };
            (spatial + config.global_tokens, rows * columns * channels)
        }
        ImageEncoder::NfResnet26 => (NF_RESNET_TOKENS, channels),
    }
}

/// Rows and columns of what is left of a canvas.
pub(crate) fn spatial_positions(config: &ModelConfig, canvas: Canvas) -> (i64, i64) {
    let side = |pixels: u32| (1..config.channels.len()).fold(i64::from(pixels) / 4, |n, _| (n + 1) / 2);
    (side(canvas.height), side(canvas.width))
}
