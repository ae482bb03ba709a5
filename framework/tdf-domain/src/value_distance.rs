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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, rng_stream};
    use rand::RngExt as _;

    const SPEC: ValueSpec = ValueSpec { rows: 1, max_bytes: 64 };

    fn distance(a: Option<Value>, b: Option<Value>) -> f64 {
        value_distance(SPEC, &SPEC.encode(&[a]), &SPEC.encode(&[b]))
    }

    /// Levenshtein's distance by its recursion.
    fn edits(a: &[u8], b: &[u8]) -> usize {
        match (a.split_first(), b.split_first()) {
            (None, _) => b.len(),
            (_, None) => a.len(),
            (Some((x, a_rest)), Some((y, b_rest))) => {
                let same = edits(a_rest, b_rest) + usize::from(x != y);
                same.min(1 + edits(a_rest, b)).min(1 + edits(a, b_rest))
            }
        }
    }

    #[test]
    fn texts_differ_by_their_edits() {
        let mut rng = rng_stream(9, 0);
        for _ in 0..300 {
            let mut text = || -> String {
                let length = rng.random_range(0..6);
                (0..length).map(|_| rng.random_range('a'..'d')).collect()
            };
            let (a, b) = (text(), text());
            let expected = edits(a.as_bytes(), b.as_bytes()) as f64;
            assert_eq!(distance(Some((&*a).into()), Some((&*b).into())), expected, "{a} {b}");
        }
    }

    #[test]
    fn lists_differ_place_by_place() {
        let list = |items: &[i64]| Some(Value::Integers(items.to_vec()));
        assert_eq!(distance(list(&[1, 2, 3]), list(&[1, 3, 3])), 0.5);
        assert_eq!(distance(list(&[1]), list(&[1, 5])), 1.0);
        assert!(distance(list(&[i64::MIN]), list(&[i64::MAX])) <= 1.0);
        assert_eq!(distance(Some(Value::Integer(4)), Some(Value::Integer(1))), 0.75);
        // Nothing is further away than a failure or a value of another kind.
        let most = distance(None, list(&[1, 2]));
        assert_eq!(most, 3.0);
        assert_eq!(distance(Some("12".into()), list(&[1, 2])), most);
        assert!(distance(list(&[]), list(&[1, 2])) < most);
    }

    #[test]
    fn only_equal_observations_have_no_distance() {
        let mut rng = rng_stream(2, 0);
        let values = [
            None,
            Some(Value::Boolean(true)),
            Some(Value::Boolean(false)),
            Some("a".into()),
            Some("".into()),
            Some(Value::Integer(0)),
            Some(Value::Integers(vec![])),
            Some(Value::Integers(vec![0])),
            Some(Value::Numbers(vec![0.5])),
        ];
        for a in &values {
            for b in &values {
                let found = distance(a.clone(), b.clone());
                assert!(found.is_finite() && (found == 0.0) == (a == b), "{a:?} {b:?} {found}");
            }
        }
        // A mean over rows.
        let spec = ValueSpec { rows: 4, ..SPEC };
        let target: Vec<Option<Value>> = (0..4).map(|_| values[rng.random_range(0..9)].clone()).collect();
        let mut other = target.clone();
        other[2] = Some("other".into());
        let single = distance(other[2].clone(), target[2].clone());
        let of_all = value_distance(spec, &spec.encode(&other), &spec.encode(&target));
        assert_eq!(of_all, single / 4.0);
        assert_eq!(value_distance(spec, &[], &spec.encode(&target)), f64::INFINITY);
    }
}
