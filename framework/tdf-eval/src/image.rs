//! Images as PNG and GIF.

use tdf_domain::Canvas;

/// An image that cannot be read or does not fit the canvas; names the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ImageError(pub String);

/// Encodes `image` (in the form of `canvas`) as a PNG file.
///
/// # Errors
/// If the image is not [`Canvas::bytes`] long.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
/// use tdf_eval::png_bytes;
///
/// let canvas = Canvas { width: 2, height: 2, channels: 1, background: 255 };
/// assert!(png_bytes(canvas, &[0, 255, 255, 0])?.starts_with(b"\x89PNG"));
/// assert!(png_bytes(canvas, &[0]).is_err());
/// # Ok::<(), tdf_eval::ImageError>(())
/// ```
pub fn png_bytes(canvas: Canvas, image: &[u8]) -> Result<Vec<u8>, ImageError> {
    let color = if canvas.channels == 1 {
        png::ColorType::Grayscale
    } else {
        png::ColorType::Rgb
    };
    encode(canvas.width, canvas.height, color, image)
}

fn encode(width: u32, height: u32, color: png::ColorType, samples: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(samples));
    written.map_err(|e| ImageError(format!("an image cannot be written as PNG: {e}")))?;
    Ok(out)
}

/// Mean absolute difference of two images, per sample, 0 to 255.
///
/// # Examples
///
/// ```
/// assert_eq!(tdf_eval::difference(&[0, 255], &[0, 250]), 2.5);
/// ```
pub fn difference(a: &[u8], b: &[u8]) -> f64 {
    tdf_domain::distance::pixels(a, b)
}

/// An endless GIF of a denoising: each frame shows an image on the left and the target on the right, `scale` times
/// enlarged; the last frame stays longer.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
/// use tdf_eval::denoising_gif;
///
/// let canvas = Canvas { width: 2, height: 2, channels: 1, background: 255 };
/// let gif = denoising_gif(canvas, &[vec![255; 4], vec![0; 4]], &[0; 4], 4)?;
/// assert!(gif.starts_with(b"GIF89a"));
/// # Ok::<(), tdf_eval::ImageError>(())
/// ```
pub fn denoising_gif(canvas: Canvas, frames: &[Vec<u8>], target: &[u8], scale: u32) -> Result<Vec<u8>, ImageError> {
    let failed = |e: &dyn std::fmt::Display| ImageError(format!("an animation cannot be written as GIF: {e}"));
    let (width, height) = pair_size(canvas, scale);
    let (Ok(w), Ok(h)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(failed(&format_args!("{width}x{height} pixels are too many")));
    };
    let mut out = Vec::new();
    let mut encoder = gif::Encoder::new(&mut out, w, h, &[]).map_err(|e| failed(&e))?;
    encoder.set_repeat(gif::Repeat::Infinite).map_err(|e| failed(&e))?;
    for (i, image) in frames.iter().enumerate() {
        let pair = side_by_side(canvas, image, target, scale);
        let mut frame = gif::Frame::from_rgb_speed(w, h, &pair.rgb, 10);
        frame.delay = if i + 1 == frames.len() { 200 } else { 50 };
        encoder.write_frame(&frame).map_err(|e| failed(&e))?;
    }
    drop(encoder);
    Ok(out)
}

/// Two images side by side, in RGB whatever the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Three bytes a pixel, row by row.
    pub rgb: Vec<u8>,
}

impl Pair {
    /// The pair as a PNG file.
    ///
    /// # Errors
    /// A size that PNG does not have.
    pub fn png(&self) -> Result<Vec<u8>, ImageError> {
        encode(self.width, self.height, png::ColorType::Rgb, &self.rgb)
    }
}

/// Pixels between two images side by side.
const GAP: u32 = 4;

fn pair_size(canvas: Canvas, scale: u32) -> (u32, u32) {
    ((canvas.width * 2) * scale + GAP, canvas.height * scale)
}

/// Two images of the form of `canvas`, each `scale` times enlarged.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
/// use tdf_eval::side_by_side;
///
/// let canvas = Canvas { width: 2, height: 2, channels: 1, background: 255 };
/// let pair = side_by_side(canvas, &[0; 4], &[255; 4], 3);
/// assert!(pair.png()?.starts_with(b"\x89PNG"));
/// # Ok::<(), tdf_eval::ImageError>(())
/// ```
pub fn side_by_side(canvas: Canvas, left: &[u8], right: &[u8], scale: u32) -> Pair {
    let (width, height) = pair_size(canvas, scale);
    let channels = canvas.channels as usize;
    let mut rgb = Vec::new();
    for y in 0..canvas.height * scale {
        for (side, image) in [left, right].into_iter().enumerate() {
            for x in 0..canvas.width * scale {
                let at = ((y / scale * canvas.width + x / scale) as usize) * channels;
                let pixel = [image[at], image[at + (channels > 1) as usize], image[at + channels - 1]];
                rgb.extend_from_slice(&pixel);
            }
            if side == 0 {
                rgb.extend(std::iter::repeat_n(128, 3 * GAP as usize));
            }
        }
    }
    Pair { width, height, rgb }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Canvas = Canvas {
        width: 3,
        height: 2,
        channels: 3,
        background: 255,
    };

    fn image() -> Vec<u8> {
        (0..CANVAS.bytes() as u8).collect()
    }

    #[test]
    fn gif_has_a_frame_per_image() {
        let frames = vec![image(), image(), vec![7; CANVAS.bytes()]];
        let bytes = denoising_gif(CANVAS, &frames, &image(), 2).unwrap();
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(&bytes[..]).unwrap();
        assert_eq!((decoder.width(), decoder.height()), (16, 4));
        let mut count = 0;
        while decoder.read_next_frame().unwrap().is_some() {
            count += 1;
        }
        assert_eq!(count, 3);
    }
}
