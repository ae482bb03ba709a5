//! The front of size against distance: programs of which none is both smaller and nearer.

/// Programs, by size; a larger one is nearer than all smaller ones.
#[derive(Clone, Debug)]
pub(crate) struct Front<T> {
    entries: Vec<(u32, f64, T)>,
}

impl<T> Default for Front<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> Front<T> {
    /// Whether a program of this size and distance would be on the front.
    pub(crate) fn admits(&self, size: u32, difference: f64) -> bool {
        let smaller = self.entries.partition_point(|(other, ..)| *other <= size);
        // The last of those that are no larger is the nearest of them.
        self.entries[..smaller]
            .last()
            .is_none_or(|(_, nearest, _)| difference < *nearest)
    }

    /// Adds a program if the front admits it; those that it makes needless leave.
    pub(crate) fn add(&mut self, size: u32, difference: f64, program: T) {
        if self.admits(size, difference) {
            self.entries
                .retain(|(other, distance, _)| *other < size || *distance < difference);
            let at = self.entries.partition_point(|(other, ..)| *other < size);
            self.entries.insert(at, (size, difference, program));
        }
    }

    /// The programs alone, the smallest first.
    pub(crate) fn into_programs(self) -> impl Iterator<Item = T> {
        self.entries.into_iter().map(|(_, _, program)| program)
    }

    /// The programs with sizes and distances, the smallest first.
    pub(crate) fn entries(&self) -> &[(u32, f64, T)] {
        &self.entries
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::*;

    #[test]
    fn nothing_on_the_front_is_worse_than_another() {
        let mut rng = tdf_tree::rng_stream(0, 0);
        for _ in 0..200 {
            let mut front = Front::default();
            let all: Vec<(u32, f64)> = (0..30)
                .map(|_| (rng.random_range(0..6), f64::from(rng.random_range(0..10u8))))
                .collect();
            for (number, &(size, difference)) in all.iter().enumerate() {
                front.add(size, difference, number);
            }
            // The first of equals stays.
            let is_worse = |i: usize| {
                (0..all.len()).any(|j| {
                    let (mine, other) = (all[i], all[j]);
                    other.0 <= mine.0 && other.1 <= mine.1 && (other != mine || j < i)
                })
            };
            let mut expected: Vec<usize> = (0..all.len()).filter(|&i| !is_worse(i)).collect();
            expected.sort_by_key(|&i| all[i].0);
            let found: Vec<usize> = front.entries().iter().map(|entry| entry.2).collect();
            assert_eq!(found, expected, "{all:?}");
        }
    }
}
