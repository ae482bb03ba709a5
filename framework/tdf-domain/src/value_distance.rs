//! Distances between outputs.

use rapidfuzz::distance::levenshtein;

use crate::ValueSpec;
use crate::observation::{slot_value, words};

/// The distance of the outputs in `observation` from those in `target`: the mean over the rows.
///
/// | Outputs | Distance of a row |
/// |---|---|
/// | two texts | insertions, deletions and replacements of bytes (Levenshtein) |
/// | two lists or numbers | at each place `d / (1 + d)` where `d` is the absolute difference; 1 for each number more or less |
/// | a failure, or another kind | 1 more than the greatest distance of a value that is no longer than the target |
///
/// It is 0 for equal observations only. Observations of different lengths have an infinite distance.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Value, ValueSpec, value_distance};
///
/// let spec = ValueSpec { rows: 2, max_bytes: 16 };
/// let target = spec.encode(&[Some(Value::from("Ada")), Some(Value::from("Alan"))]);
/// let near = spec.encode(&[Some(Value::from("Ada")), Some(Value::from("Alan M."))]);
/// assert_eq!(value_distance(spec, &near, &target), 1.5);
/// ```
pub fn value_distance(spec: ValueSpec, observation: &[u8], target: &[u8]) -> f64 {
    if observation.len() != target.len() {
        return f64::INFINITY;
    }
    let slots = observation
        .chunks_exact(spec.slot())
        .zip(target.chunks_exact(spec.slot()));
    let sum: f64 = slots.map(|(a, b)| if a == b { 0.0 } else { slot_distance(a, b) }).sum();
    sum / f64::from(spec.rows.max(1))
}

fn slot_distance(a: &[u8], b: &[u8]) -> f64 {
    let ((kind, a), (target_kind, b)) = (slot_value(a), slot_value(b));
    match (kind, target_kind) {
        (1, 1) => levenshtein::distance(a.iter().copied(), b.iter().copied()) as f64,
        (2, 2) | (3, 3) => list_distance(
            words(a).map(i64::from_le_bytes),
            words(b).map(i64::from_le_bytes),
            |a, b| a.abs_diff(b) as f64,
        ),
        (4, 4) => list_distance(
            words(a).map(f64::from_le_bytes),
            words(b).map(f64::from_le_bytes),
            |a, b| (a - b).abs(),
        ),
        (5, 5) => 1.0,
        // The target is a failure: any value is as far from it as any other.
        (_, 0) => 1.0,
        (_, 1) => 1.0 + b.len() as f64,
        (_, 2..=4) => 1.0 + (b.len() / 8) as f64,
        _ => 2.0,
    }
}

fn list_distance<T>(
    mut a: impl Iterator<Item = T>,
    mut b: impl Iterator<Item = T>,
    difference: impl Fn(T, T) -> f64,
) -> f64 {
    let mut sum = 0.0;
    loop {
        sum += match (a.next(), b.next()) {
            (None, None) => return sum,
            (Some(a), Some(b)) => {
                let d = difference(a, b);
                // Differences that overflow are as great as can be.
                if d.is_finite() { d / (1.0 + d) } else { 1.0 }
            }
            _ => 1.0,
        };
    }
}
