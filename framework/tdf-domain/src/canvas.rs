//! Canvases, and criteria for colour images.

use crate::RenderError;
use crate::criterion::PUBLIC_CODE;

/// The form of a domain's images: 8-bit samples, rows from the top, pixels from the left, channels innermost.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
///
/// let canvas = Canvas { width: 4, height: 2, channels: 3, background: 255 };
/// assert_eq!(canvas.bytes(), 24);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Canvas {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples in a pixel: 1 (grey) or 3 (red, green, blue).
    pub channels: u32,
    /// Value of every sample of an empty image.
    pub background: u8,
}

impl Canvas {
    /// Bytes of an image.
    pub fn bytes(self) -> usize {
        self.width as usize * self.height as usize * self.channels as usize
    }
}

/// Rounds samples from 0 (black) to 1 to the bytes of an image. What lies beyond is cut. For renderers that compute in
/// floating point.
///
/// # Errors
/// A sample that is not a number, or another number of samples than `image` has.
///
/// # Examples
///
/// ```
/// let mut image = [0; 3];
/// tdf_domain::from_samples(&[0.0, 0.5, 2.0], &mut image)?;
/// assert_eq!(image, [0, 128, 255]);
/// assert!(tdf_domain::from_samples(&[f32::NAN; 3], &mut image).is_err());
/// # Ok::<(), tdf_domain::RenderError>(())
/// ```
pub fn from_samples(samples: &[f32], image: &mut [u8]) -> Result<(), RenderError> {
    if samples.len() != image.len() {
        let (given, wanted) = (samples.len(), image.len());
        return Err(RenderError(format!(
            "{given} samples were drawn, the canvas has {wanted}"
        )));
    }
    if let Some(at) = samples.iter().position(|sample| sample.is_nan()) {
        return Err(RenderError(format!("sample {at} is not a number (NaN)")));
    }
    for (byte, sample) in image.iter_mut().zip(samples) {
        // The conversion cuts at 0 and 255.
        *byte = (sample * 255.0).round() as u8;
    }
    Ok(())
}

/// Criteria of equality for colour images.
///
/// # Examples
///
/// ```
/// use tdf_domain::PixelTolerance;
///
/// let (white, mut image) = (vec![255; 1000], vec![255; 1000]);
/// image[0] = 0;
/// assert!(PixelTolerance::solved("pixels-0.99", &image, &white, 1));
/// image[..20].fill(0);
/// assert!(!PixelTolerance::solved("pixels-0.99", &image, &white, 1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelTolerance;

/// The mean squared error of the public code's rule, of a range of 1.
pub(crate) const LARGEST_ERROR: f64 = 2.767e-4;

/// Bytes compared at once while looking for places where two images differ: whole pixels of 1 and of 3 channels.
const BLOCK: usize = 48;

impl PixelTolerance {
    /// Whether two images are equal by a criterion of [`PIXEL_CRITERIA`](crate::PIXEL_CRITERIA): `"public-code"` is
    /// [`PixelTolerance::error_is_small`], every other name is [`PixelTolerance::pixels_match`].
    pub fn solved(criterion: &str, image: &[u8], target: &[u8], channels: usize) -> bool {
        match criterion {
            PUBLIC_CODE => Self::error_is_small(image, target),
            _ => Self::pixels_match(image, target, channels),
        }
    }

    /// Whether at least 99 % of the pixels differ by at most 0.005 (of a range of 1) in every channel (paper,
    /// section 4.3). Both images have `channels` samples in a pixel; images of different lengths are not equal.
    pub fn pixels_match(a: &[u8], b: &[u8], channels: usize) -> bool {
        if a.len() != b.len() || channels == 0 {
            return false;
        }
        if a == b {
            return true;
        }
        // 0.005 of 255 is 1.275: samples are whole, so at most 1.
        let pixels = a.len() / channels;
        let allowed = pixels / 100;
        let mut different = 0;
        let step = if BLOCK.is_multiple_of(channels) {
            BLOCK
        } else {
            channels
        };
        for (a, b) in a.chunks(step).zip(b.chunks(step)) {
            if a == b {
                continue;
            }
            let pixels = a.chunks_exact(channels).zip(b.chunks_exact(channels));
            different += pixels
                .filter(|(p, q)| p.iter().zip(*q).any(|(x, y)| x.abs_diff(*y) > 1))
                .count();
            if different > allowed {
                return false;
            }
        }
        true
    }

    /// Whether the mean squared error (of a range of 1) is under 2.767e-4 (the public code's rule). Images of
    /// different lengths are not equal.
    pub fn error_is_small(a: &[u8], b: &[u8]) -> bool {
        if a.len() != b.len() {
            return false;
        }
        if a == b {
            return true;
        }
        let limit = LARGEST_ERROR * 255.0 * 255.0 * a.len() as f64;
        let mut sum = 0u64;
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            if a != b {
                sum += a
                    .iter()
                    .zip(b)
                    .map(|(x, y)| u64::from(x.abs_diff(*y)).pow(2))
                    .sum::<u64>();
                if sum as f64 >= limit {
                    return false;
                }
            }
        }
        true
    }

    /// Whether over 99 % of the pixels have one and the same value.
    pub fn is_uninformative(image: &[u8], channels: usize) -> bool {
        if channels == 0 {
            return true;
        }
        let pixels = image.len() / channels;
        if pixels == 0 {
            return false;
        }
        let allowed = (pixels - 1) / 100;
        // Among any `2 * allowed + 1` pixels of a near-empty image over half have its value: a majority vote (Boyer and
        // Moore) over so many finds it.
        let mut candidate: &[u8] = &[];
        let mut votes = 0usize;
        for pixel in image.chunks_exact(channels).take(2 * allowed + 1) {
            if pixel == candidate {
                votes += 1;
            } else if votes == 0 {
                (candidate, votes) = (pixel, 1);
            } else {
                votes -= 1;
            }
        }
        let run = candidate.repeat(BLOCK / channels + 1);
        let step = run.len();
        let mut different = 0;
        for block in image[..pixels * channels].chunks(step) {
            if *block != run[..block.len()] {
                different += block.chunks_exact(channels).filter(|&pixel| pixel != candidate).count();
                if different > allowed {
                    return false;
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt as _;

    /// A white image of 20 by 10 pixels with the first `n` pixels black in one channel.
    fn spoiled(n: usize, channel: usize, by: u8) -> Vec<u8> {
        let mut image = vec![255; 200 * 3];
        for i in 0..n {
            image[i * 3 + channel] -= by;
        }
        image
    }

    #[test]
    fn samples_are_rounded_and_cut() {
        let mut image = [9; 6];
        from_samples(&[0.0, 1.0, 0.5, -3.0, f32::INFINITY, 0.498], &mut image).unwrap();
        assert_eq!(image, [0, 255, 128, 0, 255, 127]);
        let error = from_samples(&[0.0, f32::NAN], &mut image[..2]).unwrap_err();
        assert_eq!(error.0, "sample 1 is not a number (NaN)");
        let error = from_samples(&[0.0; 5], &mut image).unwrap_err();
        assert_eq!(error.0, "5 samples were drawn, the canvas has 6");
    }

    #[test]
    fn the_paper_allows_one_pixel_in_a_hundred() {
        let white = spoiled(0, 0, 0);
        for channel in 0..3 {
            assert!(PixelTolerance::pixels_match(&white, &spoiled(2, channel, 255), 3));
            assert!(!PixelTolerance::pixels_match(&white, &spoiled(3, channel, 255), 3));
            assert!(!PixelTolerance::pixels_match(&white, &spoiled(3, channel, 2), 3));
            assert!(PixelTolerance::pixels_match(&white, &spoiled(200, channel, 1), 3));
        }
        assert!(!PixelTolerance::pixels_match(&white, &white[3..], 3));
    }

    #[test]
    fn pixels_match_by_their_definition() {
        let mut rng = crate::rng_stream(3, 0);
        let mut seen = [0; 2];
        for channels in [1, 2, 3, 4, 5] {
            for pixels in (1..400).step_by(7) {
                let a: Vec<u8> = (0..pixels * channels).map(|_| rng.random()).collect();
                let mut b = a.clone();
                for _ in 0..rng.random_range(0..6) {
                    let at = rng.random_range(0..b.len());
                    b[at] = b[at].wrapping_add(rng.random_range(0..3));
                }
                let differ = |pixel: usize| {
                    let samples = pixel * channels..(pixel + 1) * channels;
                    samples
                        .into_iter()
                        .any(|i| (i32::from(a[i]) - i32::from(b[i])).abs() > 1)
                };
                let share = (0..pixels).filter(|&pixel| differ(pixel)).count() as f64 / pixels as f64;
                assert_eq!(
                    PixelTolerance::pixels_match(&a, &b, channels),
                    share <= 0.01,
                    "{channels} {pixels}"
                );
                seen[usize::from(share <= 0.01)] += 1;
            }
        }
        assert!(seen[0] > 50 && seen[1] > 50, "{seen:?}");
    }

    #[test]
    fn a_pixel_counts_once_however_many_channels_differ() {
        let white = vec![255; 300];
        let mut other = white.clone();
        other[0..3].fill(0);
        assert!(PixelTolerance::pixels_match(&white, &other, 3));
        other[3..6].fill(0);
        assert!(!PixelTolerance::pixels_match(&white, &other, 3));
    }

    #[test]
    fn the_error_is_a_mean_over_all_samples() {
        // One sample of 600 off by d: d^2 / 600 / 255^2 < 2.767e-4 exactly for d <= 103.
        let white = spoiled(0, 0, 0);
        assert!(PixelTolerance::error_is_small(&white, &spoiled(1, 0, 103)));
        assert!(!PixelTolerance::error_is_small(&white, &spoiled(1, 0, 104)));
        assert!(!PixelTolerance::error_is_small(&white, &white[1..]));
    }

    #[test]
    fn near_empty_is_over_ninety_nine_percent_of_any_value() {
        assert!(PixelTolerance::is_uninformative(&spoiled(1, 1, 9), 3));
        assert!(!PixelTolerance::is_uninformative(&spoiled(2, 1, 9), 3));
        assert!(!PixelTolerance::is_uninformative(&spoiled(100, 1, 9), 3));
        assert!(PixelTolerance::is_uninformative(&spoiled(199, 1, 9), 3));
        // By the definition, on images of all sizes around the limit, the odd pixels in front, at the end or spread.
        for pixels in 1..450usize {
            for odd in 0..pixels.min(8) {
                for place in 0..3 {
                    let mut image = vec![[3u8, 2, 1]; pixels];
                    for i in 0..odd {
                        image[[i, pixels - 1 - i, i * pixels / odd][place]] = [3, 2, 7];
                    }
                    let most = [[3u8, 2, 1], [3, 2, 7]].map(|v| image.iter().filter(|&&p| p == v).count());
                    let expected = most.into_iter().any(|same| same * 100 > pixels * 99);
                    assert_eq!(
                        PixelTolerance::is_uninformative(image.as_flattened(), 3),
                        expected,
                        "{odd} of {pixels}"
                    );
                }
            }
        }
        assert!(!PixelTolerance::is_uninformative(&[], 3));
        // The odd pixel stands last.
        let mut tail = vec![7; 300];
        tail[299] = 8;
        assert!(PixelTolerance::is_uninformative(&tail, 1));
    }
}
