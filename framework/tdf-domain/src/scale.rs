//! Images on a smaller canvas.

use crate::Canvas;

/// `image`, of canvas `from`, on the smaller canvas `to`: each pixel is the mean of a square of pixels, rounded. `None` unless
/// width and height of `from` are the same multiple of those of `to`, the channels are equal and the image has the right length.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Canvas, scaled_down};
///
/// let from = Canvas { width: 4, height: 2, channels: 1, background: 0 };
/// let to = Canvas { width: 2, height: 1, ..from };
/// let image = [0, 0, 10, 30, 0, 100, 20, 40];
/// assert_eq!(scaled_down(&image, from, to), Some(vec![25, 25]));
/// // Half a pixel has no mean.
/// assert_eq!(scaled_down(&image, from, Canvas { width: 3, ..to }), None);
/// ```
pub fn scaled_down(image: &[u8], from: Canvas, to: Canvas) -> Option<Vec<u8>> {
    let factor = from.width.checked_div(to.width)?;
    let fits = (factor * to.width, factor * to.height, from.channels) == (from.width, from.height, to.channels);
    if !fits || image.len() != from.bytes() {
        return None;
    }
    let (factor, channels, row) = (
        factor as usize,
        to.channels as usize,
        from.width as usize * to.channels as usize,
    );
    let area = u64::from(from.width / to.width).pow(2);
    let mut out = Vec::with_capacity(to.bytes());
    for y in 0..to.height as usize {
        for x in 0..to.width as usize {
            for channel in 0..channels {
                let of_row = |down: usize| {
                    let first = (y * factor + down) * row + x * factor * channels + channel;
                    let samples = image[first..].iter().step_by(channels).take(factor);
                    samples.map(|&sample| u64::from(sample)).sum::<u64>()
                };
                let sum: u64 = (0..factor).map(of_row).sum();
                out.push(((sum + area / 2) / area) as u8);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pixel_is_the_mean_of_its_square() {
        for (factor, channels) in [(1, 1), (1, 3), (2, 3), (4, 1), (5, 3)] {
            let to = Canvas {
                width: 3,
                height: 2,
                channels,
                background: 0,
            };
            let from = Canvas {
                width: 3 * factor,
                height: 2 * factor,
                ..to
            };
            let image: Vec<u8> = (0..from.bytes()).map(|i| (i * 37 % 251) as u8).collect();
            let small = scaled_down(&image, from, to).unwrap();
            let at = |x: u32, y: u32, c: u32| f64::from(image[((y * from.width + x) * channels + c) as usize]);
            for (i, &found) in small.iter().enumerate() {
                let (pixel, c) = (i as u32 / channels, i as u32 % channels);
                let (x, y) = (pixel % to.width * factor, pixel / to.width * factor);
                let square = (0..factor * factor).map(|k| at(x + k % factor, y + k / factor, c));
                let mean = square.sum::<f64>() / f64::from(factor * factor);
                assert!((f64::from(found) - mean).abs() <= 0.5, "{factor} {i}: {found}, {mean}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_has_no_small_image() {
        let from = Canvas {
            width: 4,
            height: 4,
            channels: 1,
            background: 0,
        };
        for to in [
            Canvas { width: 0, ..from },
            Canvas { width: 2, ..from },
            Canvas { channels: 3, ..from },
            Canvas {
                width: 8,
                height: 8,
                ..from
            },
        ] {
            assert_eq!(scaled_down(&[0; 16], from, to), None, "{to:?}");
        }
        assert_eq!(scaled_down(&[0; 15], from, from), None);
    }
}
