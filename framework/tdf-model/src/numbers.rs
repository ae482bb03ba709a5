//! What tokens that are numbers have in common.

/// Fourier features of a number: sines and cosines of octaves.
pub(crate) const FOURIER_FEATURES: usize = 2 * OCTAVES;
const OCTAVES: usize = 8;

/// For each token, [`FOURIER_FEATURES`] numbers: sines and cosines of its value, the shortest wave four times as long as the least gap between
/// two numbers, each other twice as long as the one before. Zeros for tokens that are no numbers; empty if fewer than two are.
pub(crate) fn fourier_features<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<f32> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    let values: Vec<Option<f64>> = texts.map(number).collect();
    let mut sorted: Vec<f64> = values.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let gaps = sorted.windows(2).map(|pair| pair[1] - pair[0]);
    let Some(gap) = gaps.filter(|&gap| gap > 0.0).min_by(f64::total_cmp) else {
        return Vec::new();
    };
    let mut features = Vec::with_capacity(values.len() * FOURIER_FEATURES);
    for value in values {
        for octave in 0..OCTAVES {
            // A shorter wave would make a number more like the one after the next than like the next.
            let turns = |value: f64| value / gap / f64::from(4 << octave) * std::f64::consts::TAU;
            let (sine, cosine) = value.map_or((0.0, 0.0), |value| turns(value).sin_cos());
            features.extend([sine as f32, cosine as f32]);
        }
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounding::Rounding;

    fn rows(texts: &[&str]) -> Vec<Vec<f32>> {
        fourier_features(texts.iter().copied())
            .chunks(FOURIER_FEATURES)
            .map(<[f32]>::to_vec)
            .collect()
    }

    fn product(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn numbers_are_like_their_neighbours() {
        let texts: Vec<String> = (0..16).map(|n| n.to_string()).chain(["red".to_owned()]).collect();
        let rows = rows(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(rows.len(), 17);
        assert!(rows[16].iter().all(|&wave| wave == 0.0));
        for (at, row) in rows[..16].iter().enumerate() {
            // Sines and cosines are worked out in fp64, and rounded.
            let length = f64::from(product(row, row));
            Rounding::of(2 * FOURIER_FEATURES).check(
                "length",
                length,
                FOURIER_FEATURES as f64 / 2.0,
                FOURIER_FEATURES as f64 / 2.0,
            );
            for (far, other) in rows[..16].iter().enumerate() {
                let like = product(row, other);
                assert!(
                    far == at || like < FOURIER_FEATURES as f32 / 2.0 - 1.0,
                    "{at} and {far}: {like}"
                );
            }
            if (2..14).contains(&at) {
                assert!(product(row, &rows[at + 1]) > product(row, &rows[at - 2]));
            }
        }
    }

    #[test]
    fn a_unit_of_any_size() {
        let close = |a: &[&str], b: &[&str]| {
            let pairs = rows(a).concat().into_iter().zip(rows(b).concat());
            pairs
                .into_iter()
                .all(|(a, b)| Rounding::of(2).allows(a.into(), b.into(), 1.0))
        };
        assert!(close(&["1", "2", "7", "x"], &["0.25", "0.5", "1.75", "x"]));
        assert!(!close(&["1", "2", "7", "x"], &["1", "2", "8", "x"]));
        assert!(fourier_features(["red", "7", "7", "inf"].into_iter()).is_empty());
    }
}
