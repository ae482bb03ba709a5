//! When two images show the same shape.

use tdf_domain::{Comparison, Measure, PUBLIC_CODE};

/// The criteria: the paper's, and that of its public code.
pub const CRITERIA: &[&str] = &["iou-0.99", PUBLIC_CODE];

/// Pixels of two images by what they show; a pixel belongs to the shape from half coverage on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    /// In both shapes.
    both: u32,
    /// In exactly one shape.
    one: u32,
    /// In neither shape.
    neither: u32,
}

/// Pixels that are counted side by side.
const LANES: usize = 32;

impl Counts {
    fn new(a: &[u8], b: &[u8]) -> Self {
        let (mut both, mut one) = (0, 0);
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        // A byte counts up to 255.
        for (a, b) in a.chunks(255).zip(b.chunks(255)) {
            let (mut and, mut xor) = ([0u8; LANES], [0u8; LANES]);
            for (a, b) in a.iter().zip(b) {
                for i in 0..LANES {
                    and[i] += (a[i] & b[i]) >> 7;
                    xor[i] += (a[i] ^ b[i]) >> 7;
                }
            }
            both += and.iter().copied().map(u32::from).sum::<u32>();
            one += xor.iter().copied().map(u32::from).sum::<u32>();
        }
        for (a, b) in a_rest.iter().zip(b_rest) {
            both += u32::from((a & b) >> 7);
            one += u32::from((a ^ b) >> 7);
        }
        let neither = (LANES * a.len() + a_rest.len()) as u32 - both - one;
        Self { both, one, neither }
    }

    /// After the first image's colours are swapped: where both agreed, one of them shows the shape, and where only the
    /// second showed it, both do.
    fn inverted(self, second: u32) -> Self {
        let only_second = second - self.both;
        Self {
            both: only_second,
            one: self.both + self.neither,
            neither: self.one - only_second,
        }
    }

    /// Mean of the intersection over union of the shapes and of their complements.
    fn balanced(self) -> f64 {
        f64::midpoint(iou(self.both, self.one), iou(self.neither, self.one))
    }
}

/// Intersection over union; two empty shapes are equal.
fn iou(both: u32, one: u32) -> f64 {
    if both + one == 0 {
        return 1.0;
    }
    f64::from(both) / f64::from(both + one)
}

/// Whether `image` shows the shape of `target`. `"iou-0.99"`: the intersection over union is at least 0.99 (paper,
/// section 4.3). `"public-code"`: over 0.98 is the mean of that and of the complements', for the image or for the inverted
/// image. Images of different lengths are not equal.
pub fn solved(criterion: &str, image: &[u8], target: &[u8]) -> bool {
    if image.len() != target.len() {
        return false;
    }
    let counts = Counts::new(image, target);
    match criterion {
        PUBLIC_CODE => {
            // Inverted, an image only matches if at least half of the pixels differ as they are.
            counts.balanced() > 0.98
                || 2 * counts.one as usize >= image.len() && {
                    let second = Counts::new(target, target).both;
                    counts.inverted(second).balanced() > 0.98
                }
        }
        // 99 of 100, in whole numbers.
        _ => 100 * counts.both >= 99 * (counts.both + counts.one),
    }
}

/// The intersection over union, or the greater of the two means that [`solved`] compares with 0.98. `None` for images of
/// different lengths.
pub fn measure(criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
    if image.len() != target.len() {
        return None;
    }
    let counts = Counts::new(image, target);
    Some(match criterion {
        PUBLIC_CODE => {
            let second = Counts::new(target, target).both;
            Measure {
                name: "mean IoU of the shapes and of their complements".into(),
                value: counts.balanced().max(counts.inverted(second).balanced()),
                threshold: 0.98,
                comparison: Comparison::MoreThan,
            }
        }
        _ => Measure {
            name: "IoU".into(),
            value: iou(counts.both, counts.one),
            threshold: 0.99,
            comparison: Comparison::AtLeast,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both rules by their definitions.
    fn slow(criterion: &str, a: &[bool], b: &[bool]) -> bool {
        let iou = |a: &[bool], b: &[bool]| {
            let pairs = || a.iter().zip(b);
            let (and, or) = (
                pairs().filter(|(a, b)| **a && **b).count(),
                pairs().filter(|(a, b)| **a || **b).count(),
            );
            if or == 0 { 1.0 } else { and as f64 / or as f64 }
        };
        let not = |a: &[bool]| a.iter().map(|v| !v).collect::<Vec<_>>();
        let mean = |a: &[bool], b: &[bool]| (iou(a, b) + iou(&not(a), &not(b))) / 2.0;
        match criterion {
            "iou-0.99" => iou(a, b) >= 0.99,
            "public-code" => mean(a, b) > 0.98 || mean(&not(a), b) > 0.98,
            _ => panic!("{criterion}"),
        }
    }

    /// An image of 1000 pixels, white from `from` to `to`.
    fn band(from: usize, to: usize) -> Vec<u8> {
        (0..1000)
            .map(|i| if (from..to).contains(&i) { 200 } else { 100 })
            .collect()
    }

    #[test]
    fn both_criteria_are_their_definitions() {
        let bands: Vec<Vec<u8>> = [
            (0, 0),
            (0, 1),
            (0, 495),
            (0, 498),
            (0, 500),
            (2, 500),
            (5, 500),
            (6, 500),
            (10, 500),
        ]
        .into_iter()
        .chain([
            (20, 500),
            (500, 1000),
            (490, 1000),
            (515, 1000),
            (0, 1000),
            (1, 1000),
            (11, 1000),
            (21, 1000),
        ])
        .map(|(from, to)| band(from, to))
        .collect();
        let mut solutions = 0;
        for criterion in CRITERIA {
            for a in &bands {
                for b in &bands {
                    let shape = |p: &[u8]| p.iter().map(|&v| f64::from(v) / 255.0 >= 0.5).collect::<Vec<_>>();
                    let expected = slow(criterion, &shape(a), &shape(b));
                    assert_eq!(solved(criterion, a, b), expected);
                    let measured = measure(criterion, a, b).unwrap();
                    assert_eq!(measured.is_met(), expected, "{measured}");
                    solutions += usize::from(expected);
                }
            }
        }
        assert!((50..300).contains(&solutions), "{solutions}");
        assert!(!solved("iou-0.99", &bands[0], &bands[0][1..]));
    }

    #[test]
    fn half_coverage_belongs_to_the_shape() {
        assert!(!solved("iou-0.99", &[127; 100], &[128; 100]));
        assert!(solved("iou-0.99", &[0; 100], &[127; 100]));
        assert!(solved("iou-0.99", &[128; 100], &[255; 100]));
    }
}
