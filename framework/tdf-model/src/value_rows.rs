//! Inputs and outputs as the value encoder takes them, in bytes.

use tch::{Device, Tensor};
use tdf_domain::{ObservationPair, Value, ValueSpec};

use crate::transfer::send;
use crate::value_layout::{BEGIN, BETWEEN, FAILURE, Lengths, NUMBERS, OUTPUTS, PATCH, SEGMENTS};
use crate::{ModelError, number_rows};

/// Rows that the network sees of a task: the first ones. Of columns of numbers it sees points, see [`crate::number_rows`].
pub(crate) const ROWS: usize = 8;

/// The longest common substring that is told apart from longer ones.
const LONGEST: u8 = 15;

/// Inputs, target and current output of each row, `[B, rows, characters, NUMBERS]` of bytes. A row is its inputs, and then the target
/// beside the current output, both filled up with zeros to whole patches and to the longest of the batch. The current output is empty
/// unless `shows_current`.
pub(crate) fn value_rows<'a>(
    spec: ValueSpec,
    shows_current: bool,
    pairs: impl ExactSizeIterator<Item = ObservationPair<'a>>,
    device: Device,
) -> Result<Tensor, ModelError> {
    let count = pairs.len();
    let (mut examples, mut most, mut lengths) = (Vec::with_capacity(count), 1, Lengths::default());
    for pair in pairs {
        check(spec, pair)?;
        let are_columns = number_rows::are_columns(pair.inputs);
        let rows = match are_columns {
            true => number_rows::point_rows(spec, shows_current, pair),
            false => rows(spec, shows_current, pair),
        };
        most = most.max(rows.len());
        lengths = rows.iter().fold(lengths, |lengths, row| lengths.with(row));
        examples.push((are_columns, rows));
    }
    let characters = lengths.whole();
    let mut bytes = vec![0; count * most * characters * NUMBERS];
    for ((are_columns, rows), out) in examples.iter().zip(bytes.chunks_mut(most * characters * NUMBERS)) {
        for (row, out) in rows.iter().zip(out.chunks_mut(characters * NUMBERS)) {
            match are_columns {
                true => number_rows::write(row, lengths, out),
                false => write(row, lengths, out),
            }
        }
    }
    let size = [count, most, characters, NUMBERS].map(|n| n as i64);
    Ok(send(&bytes, device).view(size))
}

fn check(spec: ValueSpec, pair: ObservationPair<'_>) -> Result<(), ModelError> {
    let rows = pair.inputs.rows().len();
    if rows > 0 && [pair.current.len(), pair.target.len()] == [rows * spec.slot(); 2] {
        return Ok(());
    }
    Err(ModelError::Input(format!(
        "outputs of {} and {} bytes for {rows} rows of inputs",
        pair.current.len(),
        pair.target.len(),
    )))
}

fn rows(spec: ValueSpec, shows_current: bool, pair: ObservationPair<'_>) -> Vec<[Vec<u8>; 3]> {
    let inputs = pair.inputs.rows();
    let seen = |observation: &[u8]| {
        let shown = ValueSpec {
            rows: inputs.len().min(ROWS) as u32,
            ..spec
        };
        shown.decode(&observation[..shown.bytes()])
    };
    let rows = inputs.iter().zip(seen(pair.target)).zip(seen(pair.current));
    let row = |((arguments, target), current): ((&Vec<Value>, Option<Value>), Option<Value>)| {
        let current = if shows_current { output(current) } else { vec![BEGIN] };
        let mut row = [input(arguments), output(target), current];
        for (segment, most) in row.iter_mut().zip(SEGMENTS) {
            segment.truncate(most);
        }
        row
    };
    rows.take(ROWS).map(row).collect()
}

fn input(arguments: &[Value]) -> Vec<u8> {
    let mut segment = Vec::new();
    for (number, argument) in arguments.iter().enumerate() {
        segment.push(if number == 0 { BEGIN } else { BETWEEN });
        extend(&mut segment, argument);
    }
    segment
}

fn output(value: Option<Value>) -> Vec<u8> {
    let mut segment = vec![if value.is_some() { BEGIN } else { FAILURE }];
    if let Some(value) = &value {
        extend(&mut segment, value);
    }
    segment
}

fn extend(segment: &mut Vec<u8>, value: &Value) {
    let characters = |text: &str, segment: &mut Vec<u8>| {
        // The characters that are none do not stand for themselves.
        segment.extend(text.bytes().map(|byte| byte.max(BETWEEN + 1)));
    };
    match value {
        Value::Text(text) => characters(text, segment),
        other => characters(&other.to_string(), segment),
    }
}

fn write(row: &[Vec<u8>; 3], lengths: Lengths, out: &mut [u8]) {
    let [a, b, c] = row;
    let (ab, ac, bc) = (common(a, b), common(a, c), common(b, c));
    let (inputs, outputs) = out.split_at_mut(lengths.inputs * NUMBERS);
    for (i, out) in inputs.chunks_exact_mut(NUMBERS).enumerate() {
        if let Some(&character) = a.get(i) {
            out[..3].copy_from_slice(&[character, ab.0[i], ac.0[i]]);
        }
        out[6] = (i / PATCH) as u8;
    }
    for (i, out) in outputs.chunks_exact_mut(NUMBERS).enumerate() {
        if let Some(&character) = b.get(i) {
            out[..3].copy_from_slice(&[character, ab.1[i], bc.0[i]]);
        }
        if let Some(&character) = c.get(i) {
            out[3..6].copy_from_slice(&[character, ac.1[i], bc.1[i]]);
        }
        out[6] = (OUTPUTS + i / PATCH) as u8;
    }
}

/// For each character of both texts, the length of the longest common substring that it is in, [`LONGEST`] at most. Beginnings
/// count as characters that differ.
fn common(a: &[u8], b: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut of_a, mut of_b) = (vec![0; a.len()], vec![0; b.len()]);
    // Lengths of the common substrings that end at a character of `a` and each one of `b`.
    let (mut before, mut now) = (vec![0u8; b.len() + 1], vec![0u8; b.len() + 1]);
    let mut fill = |end: (usize, usize), length: u8| {
        let length = usize::from(length);
        for (of, end) in [(&mut of_a, end.0), (&mut of_b, end.1)] {
            for value in &mut of[end + 1 - length..=end] {
                *value = (*value).max(length as u8);
            }
        }
    };
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            now[j + 1] = match x == y && *x > BETWEEN {
                true => (before[j] + 1).min(LONGEST),
                false => 0,
            };
            // A longer one is filled in where it ends.
            let goes_on = a
                .get(i + 1)
                .zip(b.get(j + 1))
                .is_some_and(|(x, y)| x == y && *x > BETWEEN);
            if now[j + 1] > 0 && (!goes_on || now[j + 1] == LONGEST) {
                fill((i, j), now[j + 1]);
            }
        }
        std::mem::swap(&mut before, &mut now);
    }
    (of_a, of_b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt as _;
    use tdf_domain::Inputs;
    use tdf_tree::rng_stream;

    #[test]
    fn common_substrings_by_their_definition() {
        let mut rng = rng_stream(7, 0);
        for _ in 0..300 {
            let mut text = |most| -> Vec<u8> {
                let length = rng.random_range(1..most);
                (0..length).map(|_| rng.random_range(b'a'..b'c')).collect()
            };
            let (a, b) = (text(24), text(24));
            let longest = |i: usize, own: &[u8], other: &[u8]| {
                let mut most = 0;
                for from in 0..=i {
                    for to in i + 1..=own.len() {
                        let part = &own[from..to];
                        if other.windows(part.len()).any(|window| window == part) {
                            most = most.max(part.len());
                        }
                    }
                }
                most.min(usize::from(LONGEST)) as u8
            };
            let (of_a, of_b) = common(&a, &b);
            assert!(
                of_a.iter().enumerate().all(|(i, &n)| n == longest(i, &a, &b)),
                "{a:?} {b:?}"
            );
            assert!(
                of_b.iter().enumerate().all(|(i, &n)| n == longest(i, &b, &a)),
                "{a:?} {b:?}"
            );
        }
    }

    #[test]
    fn rows_are_segments_of_whole_patches() {
        let spec = ValueSpec { rows: 2, max_bytes: 16 };
        let inputs = Inputs::new(vec![vec!["Ada L".into(), "x".into()], vec!["Bo".into(), "".into()]]);
        let target = spec.encode(&[Some("Ada".into()), Some("Bo".into())]);
        let current = spec.encode(&[Some("L".into()), None]);
        let pair = ObservationPair {
            inputs: &inputs,
            current: &current,
            target: &target,
        };
        let rows = value_rows(spec, true, std::iter::once(pair), Device::Cpu).unwrap();
        assert_eq!(rows.size(), [1, 2, 12, NUMBERS as i64]);
        let bytes = Vec::<u8>::try_from(rows.flatten(0, -1)).unwrap();
        let plane = |number: usize| -> Vec<u8> { bytes.chunks(NUMBERS).map(|c| c[number]).collect() };
        let characters = plane(0);
        assert_eq!(characters[..12], *b"\x01Ada L\x03x\x01Ada");
        assert_eq!(characters[12..], *b"\x01Bo\x03\0\0\0\0\x01Bo\0");
        assert_eq!(plane(1)[..12], [0, 3, 3, 3, 0, 0, 0, 0, 0, 3, 3, 3]);
        assert_eq!(plane(2)[..12], [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        let current = plane(3);
        assert_eq!(current[..12], *b"\0\0\0\0\0\0\0\0\x01L\0\0");
        assert_eq!(current[12..], *b"\0\0\0\0\0\0\0\0\x02\0\0\0");
        assert_eq!(plane(4)[..12], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(plane(5), [0; 24]);
        assert_eq!(plane(6)[..12], [0, 0, 0, 0, 1, 1, 1, 1, 16, 16, 16, 16]);
        let hidden = value_rows(spec, false, std::iter::once(pair), Device::Cpu).unwrap();
        let bytes = Vec::<u8>::try_from(hidden.flatten(0, -1)).unwrap();
        assert_eq!(bytes[8 * NUMBERS + 3], BEGIN);
        assert_eq!(bytes[9 * NUMBERS + 3], 0);
        let short = ObservationPair {
            target: &target[1..],
            ..pair
        };
        assert!(value_rows(spec, true, std::iter::once(short), Device::Cpu).is_err());
    }
}
