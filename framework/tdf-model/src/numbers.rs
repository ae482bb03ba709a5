//! What tokens that are numbers have in common.

/// Waves of a number: sines and cosines of octaves.
pub(crate) const WAVES: usize = 2 * OCTAVES;
const OCTAVES: usize = 8;

/// For each token, [`WAVES`] numbers: sines and cosines of its value, the shortest wave twice as long as the least gap between
/// two numbers, each other twice as long as the one before. Zeros for tokens that are no numbers; empty if fewer than two are.
pub(crate) fn waves<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<f32> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    let values: Vec<Option<f64>> = texts.map(number).collect();
    let mut sorted: Vec<f64> = values.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let gaps = sorted.windows(2).map(|pair| pair[1] - pair[0]);
    let Some(gap) = gaps.filter(|&gap| gap > 0.0).min_by(f64::total_cmp) else {
        return Vec::new();
    };
    let mut waves = Vec::with_capacity(values.len() * WAVES);
    for value in values {
        for octave in 0..OCTAVES {
            // The shortest wave has its sine's zeros on the numbers: a quarter of a turn further both of them tell.
            let turns = |value: f64| (value / gap / f64::from(2 << octave) + 0.125) * std::f64::consts::TAU;
            let (sine, cosine) = value.map_or((0.0, 0.0), |value| turns(value).sin_cos());
            waves.extend([sine as f32, cosine as f32]);
        }
    }
    waves
}
