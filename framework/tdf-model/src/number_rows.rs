//! Columns of real numbers as the value encoder takes them: a row for each point, a patch for each number.
//!
//! A number is a sign and a power of ten, and three digits (the tokens of symbolic regression by transformers, as in Biggio et al.,
//! ICML 2021): `-0.0123` is `-`, `-2` and `123`. Behind the target and the current output stands their difference.

use tdf_domain::{Inputs, ObservationPair, Value, ValueSpec};

use crate::value_layout::{BEGIN, FAILURE, Lengths, NUMBERS, OUTPUTS, PATCH, SEGMENTS};

/// Points that the network sees of a task, spread evenly over all.
pub(crate) const POINTS: usize = 32;

/// The greatest power of ten that is told apart.
const GREATEST_POWER: i32 = 20;

/// The character of the number 0 for the sign and the power. Positive numbers stand behind it, negative ones before.
const ZERO: i32 = 128;

/// Whether the network sees points in place of texts: an argument is a column of numbers.
pub(crate) fn are_columns(inputs: &Inputs) -> bool {
    let is_column = |value: &Value| matches!(value, Value::Numbers(_));
    inputs.rows().first().is_some_and(|row| row.iter().any(is_column))
}

/// Arguments, target and current output of each point that is seen, as characters.
pub(crate) fn point_rows(spec: ValueSpec, shows_current: bool, pair: ObservationPair<'_>) -> Vec<[Vec<u8>; 3]> {
    let rows = pair.inputs.rows();
    let spec = ValueSpec {
        rows: rows.len() as u32,
        ..spec
    };
    let (targets, currents) = (spec.decode(pair.target), spec.decode(pair.current));
    let points: Vec<(usize, usize)> = (rows.iter().enumerate())
        .flat_map(|(row, arguments)| (0..length(arguments)).map(move |point| (row, point)))
        .collect();
    let seen = points.len().min(POINTS);
    let at = |index: usize| points[index * points.len() / seen];
    (0..seen)
        .map(at)
        .map(|(row, point)| {
            let target = targets[row].as_ref().and_then(|value| number(value, point));
            let current = currents[row].as_ref().and_then(|value| number(value, point));
            let arguments = rows[row].iter().map(|argument| number(argument, point));
            let mut segments = [arguments.flat_map(patch).collect(), patch(target).to_vec(), vec![BEGIN]];
            if shows_current {
                let difference = target.zip(current).map(|(target, current)| target - current);
                segments[1].extend(patch(difference));
                segments[2] = patch(current).to_vec();
            }
            for (segment, most) in segments.iter_mut().zip(SEGMENTS) {
                segment.truncate(most);
            }
            segments
        })
        .collect()
}

/// Points of a row: the length of its first column.
fn length(arguments: &[Value]) -> usize {
    let lengths = arguments.iter().filter_map(|argument| match argument {
        Value::Numbers(items) => Some(items.len()),
        _ => None,
    });
    lengths.min().unwrap_or(0)
}

/// The number of a value at a point.
fn number(value: &Value, point: usize) -> Option<f64> {
    match value {
        Value::Numbers(items) => items.get(point).copied(),
        Value::Integers(items) => items.get(point).map(|number| *number as f64),
        Value::Integer(number) => Some(*number as f64),
        Value::Boolean(value) => Some(f64::from(u8::from(*value))),
        Value::Text(_) => None,
    }
}

/// Sign and power, and three digits. A number that is none is a failure.
fn patch(number: Option<f64>) -> [u8; PATCH] {
    let Some(number) = number.filter(|number| number.is_finite()) else {
        return [FAILURE, 0, 0, 0];
    };
    let (sign, size) = (if number < 0.0 { -1 } else { 1 }, number.abs());
    if size < 10f64.powi(-GREATEST_POWER) {
        return [ZERO as u8, b'0', b'0', b'0'];
    }
    let mut power = size.log10().floor() as i32;
    let mut digits = (size / 10f64.powi(power - 2)).round() as i64;
    // The logarithm, or rounding, may be off by one.
    if digits >= 1000 {
        (digits, power) = (100, power + 1);
    }
    if digits < 100 {
        (digits, power) = (digits * 10, power - 1);
    }
    if power > GREATEST_POWER {
        (digits, power) = (999, GREATEST_POWER);
    }
    let level = sign * (power + GREATEST_POWER + 1);
    let digit = |place: i64| b'0' + (digits / place % 10) as u8;
    [(ZERO + level) as u8, digit(100), digit(10), digit(1)]
}

/// Writes a row as [`crate::value_rows`] writes one of texts. In place of common substrings stand the sign, the power and the digits
/// as sizes, so that near numbers are alike.
pub(crate) fn write(row: &[Vec<u8>; 3], lengths: Lengths, out: &mut [u8]) {
    let size = |i: usize, character: u8| match i % PATCH {
        // 0 to 16, 8 for the number 0.
        0 => ((i32::from(character) - ZERO + 2 * GREATEST_POWER) / 5).clamp(0, 16) as u8,
        _ => character.saturating_sub(b'0'),
    };
    let [inputs, target, current] = row;
    let (of_inputs, of_outputs) = out.split_at_mut(lengths.inputs * NUMBERS);
    for (i, out) in of_inputs.chunks_exact_mut(NUMBERS).enumerate() {
        if let Some(&character) = inputs.get(i) {
            out[..2].copy_from_slice(&[character, size(i, character)]);
        }
        out[6] = (i / PATCH) as u8;
    }
    for (i, out) in of_outputs.chunks_exact_mut(NUMBERS).enumerate() {
        for (segment, at) in [(target, 0), (current, 3)] {
            if let Some(&character) = segment.get(i) {
                out[at..at + 2].copy_from_slice(&[character, size(i, character)]);
            }
        }
        out[6] = (OUTPUTS + i / PATCH) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt as _;
    use tdf_tree::rng_stream;

    /// The number that a patch says.
    fn said(patch: [u8; PATCH]) -> f64 {
        let level = i32::from(patch[0]) - ZERO;
        if level == 0 {
            return 0.0;
        }
        let digits: f64 = std::str::from_utf8(&patch[1..]).unwrap().parse().unwrap();
        f64::from(level.signum()) * digits * 10f64.powi(level.abs() - GREATEST_POWER - 1 - 2)
    }

    #[test]
    fn patches_say_numbers_to_three_digits() {
        let mut rng = rng_stream(1, 0);
        for _ in 0..20_000 {
            let number = rng.random_range(-1.0..1.0) * 10f64.powi(rng.random_range(-15..15));
            let said = said(patch(Some(number)));
            assert!((said - number).abs() <= 0.005001 * number.abs(), "{number} {said}");
        }
        for number in [0.0, 1.0, -1.0, 10.0, 0.001, 999.4, 99.96, -0.0123] {
            let said = said(patch(Some(number)));
            assert!((said - number).abs() <= 0.005 * f64::abs(number), "{number} {said}");
        }
        assert_eq!(patch(Some(-0.0123)), [(ZERO - 19) as u8, b'1', b'2', b'3']);
        assert_eq!(patch(Some(f64::MAX)), patch(Some(1e21)));
        assert_eq!(patch(None), patch(Some(f64::NAN)));
        assert_ne!(patch(None), patch(Some(0.0)));
    }

    #[test]
    fn points_are_spread_over_all_rows() {
        let column = |from: usize, count: usize| Value::Numbers((from..from + count).map(|x| x as f64).collect());
        let rows = |rows: Vec<Vec<Value>>, outputs: &[Option<Value>], shows_current| {
            let spec = ValueSpec {
                rows: 0,
                max_bytes: 800,
            };
            let inputs = Inputs::new(rows);
            let of = ValueSpec {
                rows: inputs.rows().len() as u32,
                ..spec
            };
            let bytes = of.encode(outputs);
            let pair = ObservationPair {
                inputs: &inputs,
                current: &bytes,
                target: &bytes,
            };
            assert!(are_columns(&inputs));
            point_rows(spec, shows_current, pair)
        };
        let two = rows(
            vec![
                vec![column(0, 40), Value::Integer(7)],
                vec![column(40, 40), Value::Integer(8)],
            ],
            &[Some(column(0, 40)), None],
            true,
        );
        assert_eq!(two.len(), POINTS);
        for (index, [arguments, target, current]) in two.iter().enumerate() {
            let point = index * 80 / POINTS;
            let place = if point < 40 { 7.0 } else { 8.0 };
            assert_eq!(arguments[..], [patch(Some(point as f64)), patch(Some(place))].concat());
            let output = (point < 40).then_some(point as f64);
            assert_eq!(target[..], [patch(output), patch(output.map(|_| 0.0))].concat());
            assert_eq!(current[..], patch(output));
        }
        let few = rows(vec![vec![column(3, 2)]], &[Some(column(0, 2))], false);
        assert_eq!(few.len(), 2);
        assert_eq!(
            few[1][1..],
            [patch(Some(1.0)).to_vec(), vec![BEGIN]],
            "the current output is not shown"
        );
        assert_eq!(rows(vec![vec![column(0, 0)]], &[Some(column(0, 0))], true).len(), 0);
        assert!(!are_columns(&Inputs::new(vec![vec![Value::Integers(vec![1])]])));
    }
}
