//! Images as data addresses, and what differs between two of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tdf_domain::{Canvas, DynDomain};

use crate::error::ApiError;

/// `image` as PNG in a data address.
pub(crate) fn address(canvas: Canvas, image: &[u8]) -> Option<String> {
    let png = tdf_eval::png_bytes(canvas, image).ok()?;
    Some(format!("data:image/png;base64,{}", STANDARD.encode(png)))
}

/// [`address`] of an observation, if it is an image.
pub(crate) fn shown(domain: &dyn DynDomain, observation: &[u8]) -> Option<String> {
    address(domain.canvas()?, observation)
}

/// Where two images differ: what both show pale, what only the target shows in blue, what only the other shows in orange.
pub(crate) fn difference(domain: &dyn DynDomain, image: &[u8], target: &[u8]) -> Option<String> {
    let canvas = domain.canvas()?;
    let background = i32::from(canvas.background);
    let ink = |pixel: &[u8]| {
        let furthest = pixel.iter().map(|sample| (i32::from(*sample) - background).abs()).max();
        furthest.unwrap_or(0) as f32 / 255.0
    };
    let channels = canvas.channels as usize;
    let pixels = image.chunks_exact(channels).zip(target.chunks_exact(channels));
    let mut colours = Vec::with_capacity(3 * image.len() / channels);
    for (pixel, wanted) in pixels {
        let differ = pixel.iter().zip(wanted).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        let (part, both) = (f32::from(differ) / 255.0, 0.35 * ink(wanted).min(ink(pixel)));
        let missing = ink(wanted) >= ink(pixel);
        let colour = if missing {
            [38.0, 98.0, 217.0]
        } else {
            [222.0, 106.0, 16.0]
        };
        colours.extend(colour.map(|sample| {
            let plain = 255.0 * (1.0 - both);
            (plain + (sample - plain) * part.sqrt()).round() as u8
        }));
    }
    address(Canvas { channels: 3, ..canvas }, &colours)
}

/// The bytes of a file in base 64.
pub(crate) fn decoded(text: &str) -> Result<Vec<u8>, ApiError> {
    let text = text.rsplit_once("base64,").map_or(text, |(_, data)| data);
    STANDARD
        .decode(text)
        .map_err(|error| ApiError::refused(format!("the image is not in base 64: {error}")))
}
