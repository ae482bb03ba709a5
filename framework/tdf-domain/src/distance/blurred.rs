//! A distance of pixels and of the means of squares.

use super::pixels::pixels;
use crate::Canvas;

/// Side of a square in pixels.
const SQUARE: usize = 8;

/// Weight of the squares; the rest is that of the pixels.
const SQUARES: f64 = 0.6;

/// 0.4 times [`pixels`], plus 0.6 times the mean absolute difference of the means of squares of 8 x 8 pixels: 0 to 255. Images that
/// are not [`Canvas::bytes`] long have the greatest distance.
///
/// Under [`pixels`] alone a shape that does not touch its place in the target is no nearer than none at all, and a shape one pixel
/// off is as far as its edge is long. Squares see a shape that is nearly at its place.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
/// use tdf_domain::distance::{blurred, pixels};
///
/// // Black columns on white.
/// let canvas = Canvas { width: 32, height: 32, channels: 1, background: 255 };
/// let column = |at| -> Vec<u8> { (0..1024).map(|i| if i % 32 == at { 0 } else { 255 }).collect() };
/// let (near, far, target) = (column(11), column(20), column(10));
/// assert_eq!(pixels(&near, &target), pixels(&far, &target));
/// assert!(blurred(&near, &target, canvas) < blurred(&far, &target, canvas));
/// assert_eq!(blurred(&target, &target, canvas), 0.0);
/// ```
pub fn blurred(image: &[u8], target: &[u8], canvas: Canvas) -> f64 {
    if [image.len(), target.len()] != [canvas.bytes(); 2] {
        return u8::MAX.into();
    }
    if image.is_empty() {
        return 0.0;
    }
    (1.0 - SQUARES) * pixels(image, target) + SQUARES * squares(image, target, canvas)
}

/// The sum over squares and channels of the absolute difference of their sums, for each sample.
fn squares(image: &[u8], target: &[u8], canvas: Canvas) -> f64 {
    let channels = canvas.channels.max(1) as usize;
    let row = canvas.width as usize * channels;
    let mut total = 0u64;
    // The difference of each column of a row of squares: at most 8 * 255.
    let mut columns = vec![0i16; row];
    for (image, target) in image.chunks(SQUARE * row).zip(target.chunks(SQUARE * row)) {
        columns.fill(0);
        for (image, target) in image.chunks_exact(row).zip(target.chunks_exact(row)) {
            for ((column, a), b) in columns.iter_mut().zip(image).zip(target) {
                *column += i16::from(*a) - i16::from(*b);
            }
        }
        for square in columns.chunks(SQUARE * channels) {
            for channel in 0..channels {
                let own = square.iter().skip(channel).step_by(channels);
                let sum: i32 = own.map(|column| i32::from(*column)).sum();
                total += u64::from(sum.unsigned_abs());
            }
        }
    }
    total as f64 / image.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng_stream;
    use rand::RngExt as _;

    /// The definition, pixel by pixel.
    fn slowly(image: &[u8], target: &[u8], canvas: Canvas) -> f64 {
        let (width, height, channels) = (canvas.width as usize, canvas.height as usize, canvas.channels as usize);
        let mut sum = 0.0;
        for top in (0..height).step_by(SQUARE) {
            for left in (0..width).step_by(SQUARE) {
                for channel in 0..channels {
                    let (mut a, mut b, mut count) = (0.0, 0.0, 0.0);
                    for y in top..height.min(top + SQUARE) {
                        for x in left..width.min(left + SQUARE) {
                            let at = (y * width + x) * channels + channel;
                            a += f64::from(image[at]);
                            b += f64::from(target[at]);
                            count += 1.0;
                        }
                    }
                    // A square counts by its pixels, since those at the edges may be smaller.
                    sum += count * (a / count - b / count).abs();
                }
            }
        }
        0.4 * pixels(image, target) + 0.6 * sum / image.len() as f64
    }

    #[test]
    fn it_is_its_definition() {
        let mut rng = rng_stream(8, 0);
        for (width, height, channels) in [(1, 1, 1), (8, 8, 3), (16, 8, 1), (13, 21, 3), (64, 64, 3), (30, 9, 1)] {
            let canvas = Canvas {
                width,
                height,
                channels,
                background: 255,
            };
            for _ in 0..20 {
                let target: Vec<u8> = (0..canvas.bytes()).map(|_| rng.random()).collect();
                let mut image = target.clone();
                for _ in 0..rng.random_range(0..canvas.bytes() * 2) {
                    let at = rng.random_range(0..image.len());
                    image[at] = rng.random();
                }
                let (found, expected) = (blurred(&image, &target, canvas), slowly(&image, &target, canvas));
                assert!((found - expected).abs() < 1e-9, "{found}, not {expected}: {canvas:?}");
                assert_eq!(found, blurred(&target, &image, canvas));
            }
            let (black, white) = (vec![0; canvas.bytes()], vec![255; canvas.bytes()]);
            assert!((blurred(&black, &white, canvas) - 255.0).abs() < 1e-9);
            assert_eq!(blurred(&white, &white[1..], canvas), 255.0);
        }
    }
}
