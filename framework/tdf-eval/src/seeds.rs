//! Statistics over seeds and searches.

use crate::ResultLine;

pub(crate) fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (
        mean,
        if values.len() > 1 {
            (squares / (n - 1.0)).sqrt()
        } else {
            0.0
        },
    )
}

pub(crate) fn over_seeds(
    lines: &[ResultLine],
    tasks: usize,
    seeds: &[u64],
    counts: impl Fn(&ResultLine) -> bool,
) -> (f64, f64) {
    let share = |seed: &u64| lines.iter().filter(|l| l.seed == *seed && counts(l)).count() as f64 / tasks as f64;
    mean_and_deviation(&seeds.iter().map(share).collect::<Vec<_>>())
}

/// The median; `None` of no values.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| f64::midpoint(values[(n - 1) / 2], values[n / 2]))
}
