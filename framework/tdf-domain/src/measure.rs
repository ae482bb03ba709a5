//! How near an image is to meeting a success criterion.

use std::borrow::Cow;

use crate::ValueSpec;
use crate::criterion::{EXACT, PIXEL_CRITERIA, PUBLIC_CODE};

/// How a value has to compare with a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// The value is at least the threshold.
    AtLeast,
    /// The value is over the threshold.
    MoreThan,
    /// The value is at most the threshold.
    AtMost,
    /// The value is under the threshold.
    LessThan,
}

/// The measure of a success criterion for two images. The criterion is met if the value compares with the threshold as
/// `comparison` says.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Comparison, Measure};
///
/// let measure = Measure {
///     name: "IoU".into(),
///     value: 0.983,
///     threshold: 0.99,
///     comparison: Comparison::AtLeast,
/// };
/// assert!(!measure.is_met());
/// assert_eq!(measure.to_string(), "IoU 0.983 (at least 0.99 is required)");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What is measured, in a few words, such as "IoU".
    pub name: Cow<'static, str>,
    /// Its value. The unit is that of the threshold.
    pub value: f64,
    /// The value that decides.
    pub threshold: f64,
    /// How the value has to compare with it.
    pub comparison: Comparison,
}

impl Measure {
    /// Whether the criterion is met. NaN meets nothing.
    pub fn is_met(&self) -> bool {
        match self.comparison {
            Comparison::AtLeast => self.value >= self.threshold,
            Comparison::MoreThan => self.value > self.threshold,
            Comparison::AtMost => self.value <= self.threshold,
            Comparison::LessThan => self.value < self.threshold,
        }
    }

    /// That of [`EXACT`]: the number of samples that differ.
    pub fn exact(image: &[u8], target: &[u8]) -> Self {
        let differ = image.iter().zip(target).filter(|(a, b)| a != b).count();
        let missing = image.len().abs_diff(target.len());
        Self {
            name: "samples that differ".into(),
            value: (differ + missing) as f64,
            threshold: 0.0,
            comparison: Comparison::AtMost,
        }
    }

    /// That of [`EXACT`] for outputs in the form `spec`: the number of rows whose output is that of the target.
    pub fn examples_met(spec: ValueSpec, observation: &[u8], target: &[u8]) -> Self {
        let slot = spec.slot();
        let rows = observation.chunks_exact(slot).zip(target.chunks_exact(slot));
        Self {
            name: "examples met".into(),
            value: rows.filter(|(output, target)| output == target).count() as f64,
            threshold: f64::from(spec.rows),
            comparison: Comparison::AtLeast,
        }
    }

    /// That of a criterion of [`PIXEL_CRITERIA`] for images with `channels` samples in a pixel: the share of pixels that differ by
    /// at most 0.005 (of a range of 1) in every channel, or the mean squared error (of a range of 1). `None` for other names, and
    /// for images of different lengths.
    pub fn of_pixels(criterion: &str, image: &[u8], target: &[u8], channels: usize) -> Option<Self> {
        if !PIXEL_CRITERIA.contains(&criterion) || image.len() != target.len() || image.is_empty() || channels == 0 {
            return None;
        }
        if criterion == PUBLIC_CODE {
            let squares = image.iter().zip(target).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2));
            return Some(Self {
                name: "mean squared error".into(),
                value: squares.sum::<u64>() as f64 / (255.0 * 255.0 * image.len() as f64),
                threshold: crate::canvas::LARGEST_ERROR,
                comparison: Comparison::LessThan,
            });
        }
        let pixels = image.chunks_exact(channels).zip(target.chunks_exact(channels));
        let equal = pixels.filter(|(p, q)| p.iter().zip(*q).all(|(x, y)| x.abs_diff(*y) <= 1));
        Some(Self {
            name: "share of equal pixels".into(),
            value: equal.count() as f64 / (image.len() / channels) as f64,
            threshold: 0.99,
            comparison: Comparison::AtLeast,
        })
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let required = match self.comparison {
            Comparison::AtLeast => "at least",
            Comparison::MoreThan => "over",
            Comparison::AtMost => "at most",
            Comparison::LessThan => "under",
        };
        write!(
            f,
            "{} {} ({required} {} is required)",
            self.name,
            rounded(self.value, self.threshold),
            self.threshold
        )
    }
}

/// Few digits, and enough of them to tell `value` from the threshold.
fn rounded(value: f64, threshold: f64) -> String {
    if value == value.trunc() && value.abs() < 1e9 {
        return format!("{value}");
    }
    if value.abs() < 1e-3 {
        return format!("{value:.3e}");
    }
    let digits = (3..9).find(|&digits| {
        let shown: f64 = format!("{value:.digits$}").parse().unwrap_or(value);
        (shown < threshold) == (value < threshold) && (shown > threshold) == (value > threshold)
    });
    format!("{value:.*}", digits.unwrap_or(9))
}

/// The criteria of a domain that names `own`, with [`EXACT`] behind them unless it is among them.
pub fn with_exact(own: &[&'static str]) -> Vec<&'static str> {
    let mut all = own.to_vec();
    if !all.contains(&EXACT) {
        all.push(EXACT);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PixelTolerance, rng_stream};
    use rand::RngExt as _;

    fn measure(value: f64, comparison: Comparison) -> Measure {
        Measure {
            name: "share".into(),
            value,
            threshold: 0.5,
            comparison,
        }
    }

    #[test]
    fn comparisons_are_strict_or_not() {
        use Comparison::{AtLeast, AtMost, LessThan, MoreThan};
        let met = |comparison| [0.4, 0.5, 0.6, f64::NAN].map(|value| measure(value, comparison).is_met());
        assert_eq!(met(AtLeast), [false, true, true, false]);
        assert_eq!(met(MoreThan), [false, false, true, false]);
        assert_eq!(met(AtMost), [true, true, false, false]);
        assert_eq!(met(LessThan), [true, false, false, false]);
    }

    #[test]
    fn values_are_told_from_the_threshold() {
        let shown = |value| measure(value, Comparison::AtLeast).to_string();
        assert_eq!(shown(0.49996), "share 0.49996 (at least 0.5 is required)");
        assert_eq!(shown(0.25), "share 0.250 (at least 0.5 is required)");
        assert_eq!(shown(3.0), "share 3 (at least 0.5 is required)");
        assert_eq!(shown(0.000_123_4), "share 1.234e-4 (at least 0.5 is required)");
    }

    #[test]
    fn measures_of_pixels_agree_with_the_criteria() {
        let mut rng = rng_stream(3, 0);
        let (mut met, mut all) = (0, 0);
        for pixels in [1usize, 7, 99, 100, 101, 200, 400] {
            for channels in [1, 3] {
                let target: Vec<u8> = (0..pixels * channels).map(|_| rng.random()).collect();
                for _ in 0..200 {
                    let mut image = target.clone();
                    let most = if rng.random_bool(0.5) { 2 } else { 60 };
                    for _ in 0..rng.random_range(0..6) {
                        let at = rng.random_range(0..image.len());
                        image[at] = image[at].saturating_add(rng.random_range(0..=most));
                    }
                    for criterion in PIXEL_CRITERIA {
                        let measured = Measure::of_pixels(criterion, &image, &target, channels).unwrap();
                        let solved = PixelTolerance::solved(criterion, &image, &target, channels);
                        assert_eq!(measured.is_met(), solved, "{measured}");
                        (met, all) = (met + usize::from(solved), all + 1);
                    }
                    assert_eq!(Measure::exact(&image, &target).is_met(), (image == target));
                }
            }
        }
        assert!(met > all / 10 && met < all * 9 / 10, "{met} of {all}");
        assert_eq!(Measure::of_pixels("iou-0.99", &[0; 3], &[0; 3], 1), None);
        assert_eq!(Measure::of_pixels("pixels-0.99", &[0; 3], &[0; 2], 1), None);
        assert!(!Measure::exact(&[0; 3], &[0; 2]).is_met());
    }

    #[test]
    fn exact_comes_last_and_once() {
        assert_eq!(with_exact(&["same"]), ["same", "exact"]);
        assert_eq!(with_exact(&["exact", "same"]), ["exact", "same"]);
    }
}
