//! Ranges of program sizes as people write them.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Sizes from `least` to `greatest`, both included. Written `2..=8`, or `8` for one size. `2..8` is refused: in Rust it is
/// without the 8, elsewhere with it.
///
/// # Examples
///
/// ```
/// use tdf_tree::SizeRange;
///
/// let sizes: SizeRange = "2..=8".parse()?;
/// assert_eq!(sizes.range(), 2..=8);
/// assert!("2..8".parse::<SizeRange>().is_err(), "ambiguous");
/// # Ok::<(), tdf_tree::SizeRangeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeRange {
    /// The least size.
    pub least: u32,
    /// The greatest size; not less than `least`.
    pub greatest: u32,
}

/// Text that is not a range of sizes: says what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeRangeError(String);

impl fmt::Display for SizeRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SizeRangeError {}

impl SizeRange {
    /// The greatest size that can be written: the tables of exact sampling grow with its square.
    pub const MAX: u32 = 4096;

    /// The sizes as a range.
    pub fn range(self) -> RangeInclusive<u32> {
        self.least..=self.greatest
    }
}

impl From<SizeRange> for RangeInclusive<u32> {
    fn from(sizes: SizeRange) -> Self {
        sizes.range()
    }
}

impl fmt::Display for SizeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.greatest {
            write!(f, "{}", self.least)
        } else {
            write!(f, "{}..={}", self.least, self.greatest)
        }
    }
}

impl FromStr for SizeRange {
    type Err = SizeRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |why: String| SizeRangeError(format!("`{}` {why}", text.trim()));
        let number = |part: &str| {
            let number = part.trim().parse::<u32>();
            number.map_err(|_| wrong("is not a range of sizes: write 2..=8 (both ends included) or 8".to_owned()))
        };
        let (least, greatest) = match text.split_once("..") {
            None => (number(text)?, number(text)?),
            Some((least, end)) => match end.strip_prefix('=') {
                Some(greatest) => (number(least)?, number(greatest)?),
                None => {
                    // Rust leaves the end out, most people mean it.
                    let (least, end) = (number(least)?, number(end)?);
                    if end <= least {
                        return Err(wrong(format!(
                            "is not a range of sizes: write {least} for this size alone"
                        )));
                    }
                    let without = Self {
                        least,
                        greatest: end - 1,
                    };
                    return Err(wrong(format!(
                        "may mean two things: write {least}..={end} (with {end}) or {without} (without {end})"
                    )));
                }
            },
        };
        if greatest > Self::MAX {
            return Err(wrong(format!("is too large: sizes up to {} can be drawn", Self::MAX)));
        }
        if least > greatest {
            return Err(wrong("holds no size: the upper end is below the lower".to_owned()));
        }
        Ok(Self { least, greatest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for (text, range, written) in [("2..=8", 2..=8, "2..=8"), (" 8 ", 8..=8, "8"), ("0..=0", 0..=0, "0")] {
            let sizes: SizeRange = text.parse().unwrap();
            assert_eq!(sizes.range(), range);
            assert_eq!(sizes.to_string(), written);
        }
    }

    #[test]
    fn two_readings_are_no_reading() {
        let refused = |text: &str| text.parse::<SizeRange>().unwrap_err().to_string();
        assert_eq!(
            refused("3..8"),
            "`3..8` may mean two things: write 3..=8 (with 8) or 3..=7 (without 8)"
        );
        assert_eq!(
            refused("7..8"),
            "`7..8` may mean two things: write 7..=8 (with 8) or 7 (without 8)"
        );
        assert_eq!(
            refused("2..2"),
            "`2..2` is not a range of sizes: write 2 for this size alone"
        );
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            "..",
            "2..",
            "..=8",
            "8..=2",
            "2..2",
            "0..0",
            "2...8",
            "-1..=3",
            "2..==8",
            "two",
            "99999999999",
        ] {
            assert!(text.parse::<SizeRange>().is_err(), "{text}");
        }
    }
}
