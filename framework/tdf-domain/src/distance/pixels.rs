//! The distance of samples, and sums of bytes.

/// The mean absolute difference of samples, 0 to 255. Images of different lengths have the greatest distance.
///
/// # Examples
///
/// ```
/// use tdf_domain::distance::pixels;
///
/// assert_eq!(pixels(&[0, 255], &[0, 250]), 2.5);
/// assert_eq!(pixels(&[0, 255], &[0]), 255.0);
/// ```
pub fn pixels(image: &[u8], target: &[u8]) -> f64 {
    if image.len() != target.len() {
        return u8::MAX.into();
    }
    if image.is_empty() {
        return 0.0;
    }
    sum(image, target, u8::abs_diff) as f64 / image.len() as f64
}

/// Bytes that are added up side by side, each lane for itself: wide instructions of a processor.
const LANES: usize = 32;

/// The sum of bytes that `of` makes of two runs of equal length.
pub(super) fn sum(a: &[u8], b: &[u8], of: impl Fn(u8, u8) -> u8) -> u64 {
    // The sum of 256 bytes fits 16 bits: twice as many are added at once as with 32.
    let run = |(a, b): (&[u8], &[u8])| {
        let ((blocks_a, rest_a), (blocks_b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        let mut lanes = [0u16; LANES];
        for (a, b) in blocks_a.iter().zip(blocks_b) {
            for (lane, (&a, &b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
                *lane += u16::from(of(a, b));
            }
        }
        let rest = rest_a.iter().zip(rest_b).map(|(&a, &b)| u64::from(of(a, b)));
        lanes.into_iter().map(u64::from).sum::<u64>() + rest.sum::<u64>()
    };
    a.chunks(256 * LANES).zip(b.chunks(256 * LANES)).map(run).sum()
}
