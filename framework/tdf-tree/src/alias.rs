//! Draws from finite distributions in constant time (Walker's alias method, built as by Vose).

use rand::Rng as _;

use crate::Rng;

/// One column of an alias table: below the threshold the first outcome, else the second.
#[derive(Clone, Copy, Debug)]
struct Column {
    threshold: u64,
    first: u32,
    second: u32,
}

/// A distribution in [`Tables`]; empty where nothing can be drawn.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Table {
    start: u32,
    len: u32,
}

impl Table {
    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// Many distributions, side by side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    columns: Vec<Column>,
}

impl Tables {
    /// Adds the distribution of `outcomes` in proportion to their weights. An outcome of weight zero is never drawn.
    pub(crate) fn add(&mut self, outcomes: &[(u32, f64)]) -> Table {
        let outcomes: Vec<(u32, f64)> = outcomes.iter().copied().filter(|o| o.1 > 0.0).collect();
        let (start, len) = (self.columns.len() as u32, outcomes.len() as u32);
        let total: f64 = outcomes.iter().map(|o| o.1).sum();
        self.columns.extend(outcomes.iter().map(|o| Column {
            threshold: u64::MAX,
            first: o.0,
            second: o.0,
        }));
        let columns = &mut self.columns[start as usize..];
        let mut share: Vec<f64> = outcomes.iter().map(|o| o.1 * f64::from(len) / total).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..columns.len()).partition(|&i| share[i] < 1.0);
        while let (Some(&under), Some(&over)) = (small.last(), large.last()) {
            small.pop();
            columns[under].threshold = (share[under] * 2f64.powi(64)) as u64;
            columns[under].second = columns[over].first;
            share[over] -= 1.0 - share[under];
            if share[over] < 1.0 {
                large.pop();
                small.push(over);
            }
        }
        Table { start, len }
    }

    /// Samples with one random number, or none where there is no choice. Probabilities are exact to 2^-60.
    #[inline]
    pub(crate) fn sample(&self, table: Table, rng: &mut Rng) -> u32 {
        let columns = &self.columns[table.start as usize..(table.start + table.len) as usize];
        if let [only] = columns {
            return only.first;
        }
        let product = u128::from(rng.next_u64()) * u128::from(table.len);
        let column = columns[(product >> 64) as usize];
        if (product as u64) < column.threshold {
            column.first
        } else {
            column.second
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_follow_the_weights() {
        let weights = [(7, 1.0), (3, 0.0), (1, 2.5), (9, 6.5), (4, 1e-12)];
        let mut tables = Tables::default();
        tables.add(&[(0, 1.0)]);
        let table = tables.add(&weights);
        let mut rng = crate::rng_stream(1, 0);
        let mut seen = [0u32; 10];
        let draws = 200_000;
        for _ in 0..draws {
            seen[tables.sample(table, &mut rng) as usize] += 1;
        }
        for (outcome, weight) in weights {
            let (expected, sd) = (
                f64::from(draws) * weight / 10.0,
                (f64::from(draws) * weight / 10.0).sqrt(),
            );
            let off = (f64::from(seen[outcome as usize]) - expected).abs();
            assert!(
                off <= 4.0 * sd + 0.5,
                "outcome {outcome}: {} of {expected}",
                seen[outcome as usize]
            );
        }
        assert!(tables.add(&[(1, 0.0)]).is_empty());
    }
}
