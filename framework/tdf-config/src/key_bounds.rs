//! Bounds of configuration keys. Checks, messages and the reference of keys read the same table.
//!
//! A table is a slice of [`KeyBounds`], one for each key that holds a number. [`ModelConfig::BOUNDS`](crate::ModelConfig::BOUNDS)
//! has the keys of the group `model`; `tdf_config::key_bounds` gives those of all groups. `{}` prints the bounds of a key as
//! messages and documentation show them: `0 (one per core) to 1024`.

use std::fmt;

/// The bounds of one key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyBounds {
    /// The key with its group, such as `train.batch`.
    pub key: &'static str,
    /// The values that it may have.
    pub allowed: Range,
    /// The meaning of the least value where it is not a plain number, such as `one per core` for 0; else empty.
    pub least_means: &'static str,
}

/// The values of a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// A whole number, both ends included. A list: each of its numbers.
    Whole {
        /// The least.
        least: i64,
        /// The greatest.
        most: i64,
    },
    /// A number.
    Real {
        /// The lower end.
        least: f64,
        /// The upper end.
        most: f64,
        /// Which ends are included.
        ends: Ends,
    },
    /// A range of program sizes, `LEAST..=GREATEST`, both included.
    Sizes {
        /// The greatest size.
        most: u32,
    },
    /// A number of steps, a time with its unit, or `never`.
    Interval {
        /// The most steps; 1 is the least.
        most_steps: u64,
        /// The least time in seconds.
        least_seconds: f64,
        /// The longest time in seconds.
        most_seconds: f64,
    },
}

/// The ends that belong to a [`Range::Real`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Both.
    Both,
    /// The lower one.
    Lower,
    /// The upper one.
    Upper,
}

/// A number that a key holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// Any number.
    Real(f64),
}

impl KeyBounds {
    /// The bounds of a whole number.
    pub const fn whole(key: &'static str, least: i64, most: i64) -> Self {
        Self::new(key, Range::Whole { least, most })
    }

    /// The bounds of a number with both ends.
    pub const fn real(key: &'static str, least: f64, most: f64) -> Self {
        let ends = Ends::Both;
        Self::new(key, Range::Real { least, most, ends })
    }

    /// The bounds of a share that is less than 1.
    pub const fn below_one(key: &'static str) -> Self {
        let (least, most, ends) = (0.0, 1.0, Ends::Lower);
        Self::new(key, Range::Real { least, most, ends })
    }

    /// The bounds of a number that is more than 0.
    pub const fn positive(key: &'static str, most: f64) -> Self {
        let (least, ends) = (0.0, Ends::Upper);
        Self::new(key, Range::Real { least, most, ends })
    }

    /// The bounds of `key`.
    pub const fn new(key: &'static str, allowed: Range) -> Self {
        Self {
            key,
            allowed,
            least_means: "",
        }
    }

    /// These bounds, with the meaning of the least value.
    pub const fn least_means(self, least_means: &'static str) -> Self {
        Self { least_means, ..self }
    }

    /// Whether `number` is within the bounds. Sizes and intervals are checked where they are read: any number is.
    pub fn contains(&self, number: Number) -> bool {
        match (self.allowed, number) {
            (Range::Whole { least, most }, Number::Whole(n)) => (i128::from(least)..=i128::from(most)).contains(&n),
            (Range::Whole { .. }, Number::Real(_)) => false,
            (Range::Real { least, most, ends }, number) => {
                let x = match number {
                    Number::Whole(n) => n as f64,
                    Number::Real(x) => x,
                };
                // No comparison holds for what is not a number.
                match ends {
                    Ends::Both => x >= least && x <= most,
                    Ends::Lower => x >= least && x < most,
                    Ends::Upper => x > least && x <= most,
                }
            }
            (Range::Sizes { .. } | Range::Interval { .. }, _) => true,
        }
    }
}

impl fmt::Display for KeyBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let means = match self.least_means {
            "" => String::new(),
            means => format!(" ({means})"),
        };
        match self.allowed {
            Range::Whole { least, most } => write!(f, "{least}{means} to {most}"),
            Range::Real { least, most, ends } => match ends {
                Ends::Both => write!(f, "{least}{means} to {most}"),
                Ends::Lower => write!(f, "{least}{means} to less than {most}"),
                Ends::Upper => write!(f, "more than {least}{means}, up to {most}"),
            },
            Range::Sizes { most } => write!(f, "sizes up to {most}"),
            Range::Interval {
                most_steps,
                least_seconds,
                most_seconds,
            } => write!(
                f,
                "1 to {most_steps} steps, {} ms to {} h, or \"never\"",
                1e3 * least_seconds,
                most_seconds / 3600.0
            ),
        }
    }
}

macro_rules! whole {
    ($($type:ty)*) => {
        $(impl From<$type> for Number {
            fn from(number: $type) -> Self {
                Self::Whole(number as i128)
            }
        })*
    };
}

whole!(u32 u64 usize i64);

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Real(number) => number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_belong_to_a_range_or_not() {
        let below = KeyBounds::below_one("a.b");
        let above = KeyBounds::positive("a.b", 2.0);
        let both = KeyBounds::real("a.b", 0.0, 2.0);
        let whole = KeyBounds::whole("a.b", 1, 3).least_means("as it is");
        let held = |bounds: &KeyBounds| [-0.5, 0.0, 1.0, 2.0, 3.0, f64::NAN].map(|x| bounds.contains(x.into()));
        assert_eq!(held(&below), [false, true, false, false, false, false]);
        assert_eq!(held(&above), [false, false, true, true, false, false]);
        assert_eq!(held(&both), [false, true, true, true, false, false]);
        assert_eq!(
            [0u32, 1, 3, 4].map(|n| whole.contains(n.into())),
            [false, true, true, false]
        );
        assert!(!whole.contains(u64::MAX.into()));
        let texts = [below, above, both, whole].map(|bounds| bounds.to_string());
        assert_eq!(
            texts,
            [
                "0 to less than 1",
                "more than 0, up to 2",
                "0 to 2",
                "1 (as it is) to 3"
            ]
        );
    }
}
