//! How far outputs are from those of the target.
//!
//! Sums are over numbers divided by the greatest of them, so that squares of 1e-200 or 1e200 are no trouble.

use tdf_domain::{Value, ValueSpec};

/// The share of the distance that says how far the outputs are as they stand, without scale and offset.
const UNSCALED: f64 = 1e-4;

/// The greatest share that outputs of the right magnitudes take off the distance.
const MAGNITUDES: f64 = 0.5;

/// The distance of a failure. That of a value is at most 1.
const FAILURE: f64 = 1.25;

/// Outputs that vary less than this share of the greatest of them are constant: the rest is rounding.
const CONSTANT: f64 = 1e-9;

/// The mean over the rows of `sqrt(1 - R2)` after the best scale and offset of the outputs (Keijzer, "Improving Symbolic Regression
/// with Interval Arithmetic and Linear Scaling", EuroGP 2003), and a little for the scale and offset that are needed. Outputs whose
/// magnitudes are nearly in proportion to those of the target are nearer, up to half: where outputs span decades, `R2` sees but the
/// greatest of them.
pub fn distance(spec: ValueSpec, observation: &[u8], target: &[u8]) -> f64 {
    if observation.len() != target.len() {
        return f64::INFINITY;
    }
    if observation == target {
        return 0.0;
    }
    let rows = spec.slots(observation).zip(spec.slots(target));
    let sum: f64 = rows
        .map(|(found, wanted)| match (found, wanted) {
            (None, None) => 0.0,
            (Some(found), Some(wanted)) if found == wanted => 0.0,
            (Some(found), Some(wanted)) if found.len() == wanted.len() => {
                column_distance(numbers(found), numbers(wanted))
            }
            _ => FAILURE,
        })
        .sum();
    sum / f64::from(spec.rows.max(1))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = f64> + Clone + '_ {
    bytes.as_chunks().0.iter().map(|word| f64::from_le_bytes(*word))
}

/// More than 0 for columns that differ.
fn column_distance(found: impl Iterator<Item = f64> + Clone, wanted: impl Iterator<Item = f64> + Clone) -> f64 {
    let unscaled = unexplained(found.clone(), wanted.clone());
    let misfit = match unscaled == 0.0 {
        // Equal numbers of other bytes: 0 and -0.
        true => 0.0,
        false => misfit(found.clone(), wanted.clone()).sqrt(),
    };
    let magnitudes = magnitudes(found, wanted).sqrt();
    // The least that is not lost beside 1.
    let bounded = (unscaled / (1.0 + unscaled)).max(1e-12);
    let bounded = if bounded.is_finite() { bounded } else { 1.0 };
    let misfit = misfit * (1.0 - MAGNITUDES * (1.0 - magnitudes));
    (1.0 - UNSCALED) * misfit + UNSCALED * bounded.sqrt()
}

fn greatest(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, |most: f64, number| most.max(number.abs()))
}

/// A number that others are multiplied by, so that the greatest, which is `most`, becomes about 1. It and the products are no
/// subnormal numbers if the greatest is none.
pub(crate) fn unit(most: f64) -> f64 {
    if most > 0.0 {
        (1.0 / most).clamp(1e-300, 1e300)
    } else {
        1.0
    }
}

/// `1 - R2` of `found` after the best scale and offset: 0 to 1.
fn misfit(found: impl Iterator<Item = f64> + Clone, wanted: impl Iterator<Item = f64> + Clone) -> f64 {
    let (x, y) = (unit(greatest(found.clone())), unit(greatest(wanted.clone())));
    let (mut count, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for (found, wanted) in found.clone().zip(wanted.clone()) {
        count += 1.0;
        x_sum += found * x;
        y_sum += wanted * y;
    }
    let (x_mean, y_mean) = (x_sum / count, y_sum / count);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (found, wanted) in found.clone().zip(wanted.clone()) {
        let (found, wanted) = (found * x - x_mean, wanted * y - y_mean);
        xx += found * found;
        xy += found * wanted;
        yy += wanted * wanted;
    }
    // Also where there is no number.
    let varies = |squares: f64| squares > count * CONSTANT * CONSTANT;
    if !(varies(xx) && varies(yy)) {
        return 1.0;
    }
    // The difference of two nearly equal sums would be noise: the residuals are summed instead.
    let scale = xy / xx;
    let mut rest = 0.0;
    for (found, wanted) in found.zip(wanted) {
        let residual = (wanted * y - y_mean) - scale * (found * x - x_mean);
        rest += residual * residual;
    }
    (rest / yy).clamp(0.0, 1.0)
}

/// The binary logarithm of a magnitude, to a tenth: the exponent, and the mantissa as it stands.
fn magnitude(number: f64) -> f64 {
    const MANTISSA: f64 = 1.0 / (1u64 << 52) as f64;
    number.abs().to_bits() as f64 * MANTISSA
}

/// The variance of the differences of magnitudes, as a part of that of the magnitudes of `wanted`: 0 to 1.
fn magnitudes(found: impl Iterator<Item = f64>, wanted: impl Iterator<Item = f64>) -> f64 {
    let (mut count, mut sum, mut squares, mut y_sum, mut y_squares) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (found, wanted) in found.zip(wanted) {
        // Those of 1 are near 0, so that sums of squares are exact enough.
        let y = magnitude(wanted) - 1023.0;
        let difference = magnitude(found) - 1023.0 - y;
        count += 1.0;
        sum += difference;
        squares += difference * difference;
        y_sum += y;
        y_squares += y * y;
    }
    let variance = |sum: f64, squares: f64| squares / count - (sum / count) * (sum / count);
    let (rest, total) = (variance(sum, squares), variance(y_sum, y_squares));
    match total > 1e-6 {
        true => (rest / total).clamp(0.0, 1.0),
        false => 1.0,
    }
}

/// `1 - R2` of `found` as it stands: 0 or more, infinite if `wanted` is constant and `found` differs.
pub(crate) fn unexplained(found: impl Iterator<Item = f64> + Clone, wanted: impl Iterator<Item = f64> + Clone) -> f64 {
    let unit = unit(greatest(wanted.clone()));
    let (mut count, mut sum) = (0.0, 0.0);
    for wanted in wanted.clone() {
        count += 1.0;
        sum += wanted * unit;
    }
    let mean = sum / count;
    let (mut rest, mut total) = (0.0, 0.0);
    for (found, wanted) in found.zip(wanted) {
        let (found, wanted) = (found * unit, wanted * unit);
        rest += (found - wanted) * (found - wanted);
        total += (wanted - mean) * (wanted - mean);
    }
    match rest == 0.0 {
        true => 0.0,
        false => rest / total,
    }
}

/// Whether `R2` of each row is more than `least`.
pub fn explains(least: f64, outputs: &[Option<Value>], target: &[Option<Value>]) -> bool {
    let rows = outputs.iter().zip(target);
    outputs.len() == target.len()
        && rows.into_iter().all(|row| match row {
            (Some(Value::Numbers(found)), Some(Value::Numbers(wanted))) => {
                let is_column = found.len() == wanted.len();
                is_column && 1.0 - unexplained(found.iter().copied(), wanted.iter().copied()) > least
            }
            (None, None) => true,
            _ => false,
        })
}
