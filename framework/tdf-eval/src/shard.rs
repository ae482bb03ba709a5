//! A part of a task set, for machines that work side by side.

use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One of several parts of an evaluation: a run of tasks. Parts differ by one task at most.
///
/// # Examples
///
/// ```
/// use tdf_eval::Shard;
///
/// let shard: Shard = "2/3".parse()?;
/// assert_eq!(shard.of(10)?.range(), 3..6);
/// assert!("4/3".parse::<Shard>().is_err());
/// assert!(shard.of(2).is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, 1 to `count`.
    pub index: usize,
    /// Number of shards.
    pub count: usize,
    /// Number of tasks in the whole set; 0 before it is known.
    pub tasks: usize,
}

impl Shard {
    /// The greatest number of shards: that of tasks in a set.
    pub const MOST: usize = 65_536;

    /// This shard of a set of `tasks` tasks.
    ///
    /// # Errors
    /// Fewer tasks than shards: some would have none.
    pub fn of(self, tasks: usize) -> Result<Self, String> {
        let Self { index, count, .. } = self;
        match count <= tasks {
            true => Ok(Self { index, count, tasks }),
            false => Err(format!(
                "{index}/{count}: the set has {tasks} tasks, so that some of {count} shards would have none: make fewer"
            )),
        }
    }

    /// Its tasks in the whole set, from 0.
    pub fn range(self) -> Range<usize> {
        let begin = |index: usize| index * self.tasks / self.count.max(1);
        begin(self.index.saturating_sub(1))..begin(self.index)
    }

    /// Whether it can be one: numbers from a file may be anything.
    pub(crate) fn is_sound(self) -> bool {
        (1..=Self::MOST).contains(&self.count) && (1..=self.count).contains(&self.index) && self.tasks <= Self::MOST
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/');
        let shard = numbers.and_then(|(index, count)| {
            Some(Self {
                index: index.parse().ok()?,
                count: count.parse().ok()?,
                tasks: 0,
            })
        });
        shard.filter(|shard| shard.is_sound()).ok_or_else(|| {
            format!(
                "a shard is I/N, I from 1 to N, N up to {}: 1/4 is the first of four",
                Self::MOST
            )
        })
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn shards_are_the_whole_set_in_order() {
        for tasks in 1..40 {
            for count in 1..=tasks {
                let shards = (1..=count).map(|index| Shard { index, count, tasks }.range());
                let shards: Vec<_> = shards.collect();
                assert!(shards.iter().cloned().flatten().eq(0..tasks));
                let sizes = || shards.iter().map(ExactSizeIterator::len);
                assert!(sizes().max() <= sizes().min().map(|least| least + 1) && sizes().min() > Some(0));
            }
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "1", "0/2", "3/2", "a/2", "1/", "1/0", "1/65537", "-1/2", "1/2/3"] {
            let error = text.parse::<Shard>().expect_err(text);
            assert!(error.starts_with("a shard is I/N"), "{error}");
        }
    }
}
