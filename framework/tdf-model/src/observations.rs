//! Pairs of observations, of the current program and of the target, as the encoders take them, in bytes.

use tch::{Device, Tensor};
use tdf_domain::{Canvas, ObservationPair, ObservationSpec};

use crate::dimensions::Dimensions;
use crate::transfer::send;
use crate::value_rows::value_rows;
use crate::{ImageEncoder, ModelError};

/// What is shown of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImageInput {
    Both,
    /// The target beside an empty canvas.
    Target,
}

/// Pairs as the encoder takes them; the current observation only if the configuration shows it.
pub(crate) fn observations<'a>(
    dimensions: &Dimensions,
    pairs: impl ExactSizeIterator<Item = ObservationPair<'a>>,
    device: Device,
) -> Result<Tensor, ModelError> {
    let Dimensions { config, spec, .. } = dimensions;
    let canvas = match spec {
        ObservationSpec::Image(canvas) => canvas,
        ObservationSpec::Values(spec) => return value_rows(*spec, config.current_image, pairs, device),
    };
    let pairs = pairs.map(|pair| (pair.current, pair.target));
    let show = if config.current_image {
        ImageInput::Both
    } else {
        ImageInput::Target
    };
    match config.encoder {
        ImageEncoder::Grid => patches(*canvas, show, pairs, device),
        ImageEncoder::NfResnet26 => planes(*canvas, show, pairs, device),
    }
}

/// Patches of 4x4 pixels, each with the samples of the current image, the target and their absolute difference:
/// `[B, rows / 4, columns / 4, 3 * 16 * channels]`. What is left over at the right and at the bottom is cut off.
fn patches<'a>(
    canvas: Canvas,
    show: ImageInput,
    pairs: impl ExactSizeIterator<Item = (&'a [u8], &'a [u8])>,
    device: Device,
) -> Result<Tensor, ModelError> {
    let channels = canvas.channels as usize;
    let (row, chunk) = (canvas.width as usize * channels, 4 * channels);
    let (rows, columns) = (canvas.height as usize / 4, canvas.width as usize / 4);
    let patch = 3 * 4 * chunk;
    let count = pairs.len();
    let mut bytes = vec![0; count * rows * columns * patch];
    for (pair, out) in pairs.zip(bytes.chunks_mut(rows * columns * patch)) {
        let (current, target) = fitting(canvas, pair)?;
        let pixels = current.chunks_exact(row).zip(target.chunks_exact(row));
        for (y, (current, target)) in pixels.enumerate().take(4 * rows) {
            let out = &mut out[y / 4 * columns * patch..][..columns * patch];
            let chunks = current.chunks_exact(chunk).zip(target.chunks_exact(chunk));
            for ((current, target), out) in chunks.zip(out.chunks_exact_mut(patch)) {
                let (first, rest) = out.split_at_mut(4 * chunk);
                let (second, third) = rest.split_at_mut(4 * chunk);
                let at = y % 4 * chunk..(y % 4 + 1) * chunk;
                let planes = [&mut first[at.clone()], &mut second[at.clone()], &mut third[at]];
                three(canvas, show, current, target, planes);
            }
        }
    }
    let size = [count as i64, rows as i64, columns as i64, patch as i64];
    Ok(send(&bytes, device).view(size))
}

/// Whole images, each pixel with the samples of the current image, the target and their absolute difference:
/// `[B, rows, columns, 3 * channels]`.
pub(crate) fn planes<'a>(
    canvas: Canvas,
    show: ImageInput,
    pairs: impl ExactSizeIterator<Item = (&'a [u8], &'a [u8])>,
    device: Device,
) -> Result<Tensor, ModelError> {
    let channels = canvas.channels as usize;
    let count = pairs.len();
    let mut bytes = vec![0; count * 3 * canvas.bytes()];
    for (pair, out) in pairs.zip(bytes.chunks_mut(3 * canvas.bytes())) {
        let (current, target) = fitting(canvas, pair)?;
        let pixels = current.chunks_exact(channels).zip(target.chunks_exact(channels));
        for ((current, target), out) in pixels.zip(out.chunks_exact_mut(3 * channels)) {
            let (first, rest) = out.split_at_mut(channels);
            let (second, third) = rest.split_at_mut(channels);
            three(canvas, show, current, target, [first, second, third]);
        }
    }
    let size = [
        count as i64,
        i64::from(canvas.height),
        i64::from(canvas.width),
        3 * channels as i64,
    ];
    Ok(send(&bytes, device).view(size))
}

/// Copies two runs of samples and their absolute difference. Of a current image that is not shown all that is left is
/// an empty canvas, and no difference.
fn three(canvas: Canvas, show: ImageInput, current: &[u8], target: &[u8], [first, second, third]: [&mut [u8]; 3]) {
    second.copy_from_slice(target);
    if show == ImageInput::Target {
        first.fill(canvas.background);
        third.fill(0);
        return;
    }
    first.copy_from_slice(current);
    for ((out, a), b) in third.iter_mut().zip(current).zip(target) {
        *out = a.abs_diff(*b);
    }
}

/// The pair, if both images have the size of the canvas.
fn fitting<'a>(canvas: Canvas, pair: (&'a [u8], &'a [u8])) -> Result<(&'a [u8], &'a [u8]), ModelError> {
    for image in [pair.0, pair.1] {
        if image.len() != canvas.bytes() {
            let (found, wanted) = (image.len(), canvas.bytes());
            let form = format!("{}x{}x{}", canvas.width, canvas.height, canvas.channels);
            return Err(ModelError::Input(format!(
                "an image of {found} bytes, not {wanted} ({form})"
            )));
        }
    }
    Ok(pair)
}
