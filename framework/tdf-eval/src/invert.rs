//! Images with light and dark swapped.

use tdf_domain::Canvas;

/// Swaps light and dark: each sample becomes 255 less its value.
///
/// # Examples
///
/// ```
/// assert_eq!(tdf_eval::inverted(&[0, 200, 255]), [255, 55, 0]);
/// ```
pub fn inverted(image: &[u8]) -> Vec<u8> {
    image.iter().map(|&sample| u8::MAX - sample).collect()
}

/// Whether light and dark of an image of `canvas` are probably swapped: three quarters of the pixels at its border are nearer to
/// the opposite of the background than to the background.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
/// use tdf_eval::looks_inverted;
///
/// let canvas = Canvas { width: 3, height: 3, channels: 1, background: 0 };
/// // A black dot on white, where the domain draws white on black.
/// let image = [255, 255, 255, 255, 0, 255, 255, 255, 255];
/// assert!(looks_inverted(canvas, &image));
/// assert!(!looks_inverted(canvas, &tdf_eval::inverted(&image)));
/// ```
pub fn looks_inverted(canvas: Canvas, image: &[u8]) -> bool {
    let [width, height, channels] = [canvas.width, canvas.height, canvas.channels].map(|n| n as usize);
    if width == 0 || height == 0 || image.len() != canvas.bytes() {
        return false;
    }
    let (mut border, mut opposite) = (0_usize, 0_usize);
    for (at, pixel) in image.chunks(channels).enumerate() {
        let (x, y) = (at % width, at / width);
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            let far = pixel.iter().map(|&sample| sample.abs_diff(canvas.background)).min();
            border += 1;
            opposite += usize::from(far.is_some_and(|far| far > u8::MAX / 2));
        }
    }
    4 * opposite >= 3 * border
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_border_counts_and_every_channel_of_it() {
        for (channels, background) in [(1, 0), (1, 255), (3, 255), (3, 0)] {
            let canvas = Canvas {
                width: 6,
                height: 4,
                channels,
                background,
            };
            let blank = vec![background; canvas.bytes()];
            assert!(!looks_inverted(canvas, &blank));
            assert!(looks_inverted(canvas, &inverted(&blank)));
            // A large shape in the middle is none of the border.
            let at = |x: usize, y: usize| (y * 6 + x) * channels as usize;
            let mut shape = blank.clone();
            for (x, y) in [(1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (2, 2), (3, 2), (4, 2)] {
                shape[at(x, y)..at(x + 1, y)].fill(u8::MAX - background);
            }
            assert!(!looks_inverted(canvas, &shape));
            assert!(looks_inverted(canvas, &inverted(&shape)));
        }
        let canvas = Canvas {
            width: 2,
            height: 2,
            channels: 3,
            background: 255,
        };
        // Red has a channel like white.
        assert!(!looks_inverted(canvas, &[255, 0, 0].repeat(4)));
        assert!(!looks_inverted(canvas, &[0; 11]));
    }
}
